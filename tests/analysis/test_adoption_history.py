"""How the record is read: order, spans, sources that conflict, sites that merge."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.analysis.small import columns, month, reading, small

from takeroot.analysis import adoption
from takeroot.errors import NotEnough

MERGER = {"site": ["A", "B"], "successor": ["C", "C"], "on": ["2024-06-01"] * 2, "kind": ["merged"] * 2}


def test_history_is_in_order_of_site_and_day_and_names_its_rows():
    programme = small("B 2024-02-01 using id=b", "A 2024-03-01 stopped id=a2", "A 2024-01-01 using id=a1")
    assert columns(adoption.history(programme), "site", "on", "stage", "reference") == [
        ("A", "2024-01-01", "using", "stages:a1"),
        ("A", "2024-03-01", "stopped", "stages:a2"),
        ("B", "2024-02-01", "using", "stages:b"),
    ]


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ("2024-05-01", None),
        ("2024-05-01~day", None),
        ("2024-05-01~month", "2024-06-01"),
        ("2024-05-10~month", "2024-06-01"),
        ("2024-05-01~quarter", "2024-07-01"),
        ("2024-12-15~quarter", "2025-01-01"),
        ("2024-02-29~year", "2025-01-01"),
        ("2024-05-01..2024-05-20", "2024-05-20"),
        ("2024-05-01..2024-05-20~year", "2024-05-20"),
        ("2024-05-01..2024-05-02", None),
    ],
)
def test_a_month_a_quarter_and_a_year_are_spans_that_end_with_them(day, before):
    assert columns(adoption.history(small(f"A {day} using")), "on_before") == [(before,)]


def test_nothing_is_read_that_lies_after_the_end_of_the_record():
    programme = small("A 2024-03-01 using", "A 2024-09-01 stopped", as_at="2024-06-30")
    assert columns(adoption.history(programme), "stage") == [("using",)]
    assert adoption.reach(programme)["in_use"][-1] == 1


def test_of_two_stages_on_one_day_the_later_word_comes_last():
    programme = small("A 2024-03-01 using", "A 2024-03-01 exploring", "A 2024-03-01 preparing")
    assert columns(adoption.history(programme), "stage") == [("exploring",), ("preparing",), ("using",)]


def test_what_somebody_knows_stands_before_what_another_does_not():
    programme = small("A 2024-03-01 unknown by=phone", "A 2024-03-01 using by=visit")
    assert columns(adoption.history(programme), "stage", "source") == [("using", "visit")]
    assert adoption.conflicts(programme).height == 0


def test_what_another_does_not_know_breaks_no_spell():
    programme = small("A 2024-01-01 using", "A 2024-03-01 unknown by=phone", "A 2024-03-01~month using by=visit")
    assert columns(adoption.spells(programme), "began", "why_censored") == [("2024-01-01", "still so")]


# Sources that conflict


def test_the_source_that_was_chosen_is_followed_and_the_other_left_out():
    programme = small(
        "A 2024-01-01 using by=form",
        "A 2024-03-01 preparing by=visit",
        "B 2024-01-01 using by=form",
        "C 2024-02-01 using",
        about=reading("form", "visit", chosen="visit"),
    )
    assert columns(adoption.history(programme), "site", "stage", "source") == [
        ("A", "preparing", "visit"),
        ("C", "using", None),
    ]


def test_the_range_holds_what_the_other_source_says():
    programme = small(
        "A 2024-01-01 using by=form",
        "A 2024-03-01 preparing by=visit",
        "B 2024-01-01 using by=form",
        "C 2024-02-01 using",
        about=reading("form", "visit", chosen="visit"),
    )
    reach = adoption.reach(programme)
    assert month(reach, "2024-01-01", "in_use_low", "in_use", "in_use_high") == (0, 0, 2)
    assert month(reach, "2024-04-01", "in_use_low", "in_use", "in_use_high") == (1, 1, 3)


def test_each_of_three_sources_may_be_right():
    programme = small(
        "A 2024-01-01 using by=one",
        "A 2024-01-01 preparing by=two",
        "B 2024-01-01 using by=three",
        "B 2024-01-01 exploring by=two",
        about=reading("one", "two", "three", chosen="two"),
    )
    assert month(adoption.reach(programme), "2024-02-01", "in_use_low", "in_use", "in_use_high") == (0, 0, 2)


@pytest.mark.parametrize("chosen", [("one", "three"), ("one", "four"), ("two", "three"), ("two", "four")])
def test_the_range_holds_every_choice_of_several_readings_with_every_other(chosen):
    pairs = (("one", "two"), ("three", "four"))
    programme = small(
        "A 2022-01-01 using by=five",
        "A 2022-02-01 stopped by=one",
        "A 2022-03-01 stopped by=three",
        "B 2022-01-01 using by=two",
        "B 2022-01-01 using by=four",
        as_at="2022-06-30",
        about={
            "readings": [
                each for pair, one in zip(pairs, chosen, strict=True) for each in reading(*pair, chosen=one)["readings"]
            ]
        },
    )
    found = month(adoption.reach(programme), "2022-06-01", "in_use_low", "in_use", "in_use_high")
    assert found == (0, {"onethree": 0, "twofour": 2}.get("".join(chosen), 1), 2)


def test_a_conflict_that_was_settled_says_by_whom_and_why():
    programme = small(
        "A 2024-01-01 using by=form", "A 2024-03-01 preparing by=visit", about=reading("form", "visit", chosen="visit")
    )
    assert adoption.conflicts(programme).rows() == [
        (
            "A",
            date(2024, 1, 1),
            "using",
            "form",
            date(2024, 3, 1),
            "preparing",
            "visit",
            "visit",
            "evaluators",
            "they went to look",
        )
    ]


@pytest.mark.parametrize(
    ("form", "visit", "found"),
    [
        ("2024-03-01", "2024-03-01", []),
        ("2024-03-01~month", "2024-03-20", []),
        ("2024-03-01~month", "2024-04-01", [("2024-03-01", "2024-04-01", "using")]),
        ("2024-06-01", "2024-03-01", [("2024-06-01", "2024-03-01", "using")]),
    ],
)
def test_sources_agree_on_a_stage_if_their_spans_meet(form, visit, found):
    programme = small(
        f"A {form} using by=form", f"A {visit} using by=visit", about=reading("form", "visit", chosen="visit")
    )
    assert columns(adoption.conflicts(programme), "on", "other_on", "other_stage") == found


def test_a_source_that_says_nothing_of_a_site_is_shown_as_silent():
    programme = small("A 2024-03-01 using by=form", about=reading("form", "visit", chosen="visit"))
    assert columns(adoption.conflicts(programme), "site", "stage", "other_on", "other_stage", "other_source") == [
        ("A", "using", None, None, "visit")
    ]


def test_a_source_that_confirms_itself_is_told_once():
    programme = small(
        "A 2024-01-01 using by=form",
        "A 2024-02-01 using by=form",
        "A 2024-03-01 using by=form",
        "A 2024-01-01 exploring by=visit",
        about=reading("form", "visit", chosen="visit"),
    )
    assert columns(adoption.conflicts(programme), "on", "stage", "other_stage") == [
        ("2024-01-01", "using", "exploring")
    ]


def test_an_open_conflict_is_listed_once_and_nobody_has_chosen():
    programme = small("A 2024-03-01 using by=form", "A 2024-03-01 stopped by=visit", "A 2024-04-01 using by=visit")
    assert columns(
        adoption.conflicts(programme), "stage", "source", "other_stage", "other_source", "chosen", "chosen_by"
    ) == [("using", "form", "stopped", "visit", None, None)]


def test_an_open_conflict_follows_the_later_word_and_shows_the_range():
    programme = small(
        "A 2024-03-01 using by=form",
        "A 2024-03-01 stopped by=visit",
        "B 2024-03-01 preparing by=form",
        "B 2024-03-01 using",
    )
    assert columns(adoption.history(programme), "site", "stage") == [("A", "stopped"), ("B", "using")]
    assert month(adoption.reach(programme), "2024-05-01", "in_use_low", "in_use", "in_use_high") == (0, 1, 2)


def test_stages_that_follow_one_another_are_no_conflict():
    programme = small("A 2024-03-01 using by=form", "A 2024-04-01 stopped by=visit")
    assert adoption.conflicts(programme).height == 0


def test_one_source_does_not_conflict_with_itself():
    programme = small("A 2024-03-01 exploring by=form", "A 2024-03-01 using by=form")
    assert adoption.conflicts(programme).height == 0
    assert adoption.history(programme).height == 2


# What becomes of sites


def test_a_renamed_site_carries_its_history_on():
    renamed = {"site": ["Old"], "successor": ["New"], "on": ["2024-06-01"], "kind": ["renamed"]}
    programme = small("Old 2024-01-01 using", "New 2024-09-01 stopped", successions=renamed)
    assert columns(adoption.spells(programme), "site", "began", "ended", "months") == [
        ("New", "2024-01-01", "2024-09-01", 8.0)
    ]
    assert adoption.by_stage(programme).group_by("on").agg(total=pl.col("sites").sum())["total"].unique().to_list() == [
        1
    ]


def test_a_site_renamed_and_renamed_back_is_one_site():
    renamed = {"site": ["A", "B"], "successor": ["B", "A"], "on": ["2024-03-01", "2024-06-01"], "kind": ["renamed"] * 2}
    programme = small("A 2024-01-01 using", "B 2024-04-01 paused", "A 2024-07-01 using", successions=renamed)
    assert columns(adoption.history(programme), "site", "stage") == [("A", "using"), ("A", "paused"), ("A", "using")]


def test_a_renamed_site_was_open_since_the_first_of_its_names_was():
    programme = small(
        "Old 2024-01-01 using",
        sites={
            "site": ["Old", "New", "X"],
            "opened": ["2024-02-01", "2024-06-01", None],
            "closed": ["2024-06-01", None, None],
        },
        successions={"site": ["Old"], "successor": ["New"], "on": ["2024-06-01"], "kind": ["renamed"]},
    )
    reach = adoption.reach(programme)
    assert reach["eligible"].to_list() == [1] + [2] * 11
    assert reach["in_use"].to_list() == [0] + [1] * 11


def test_a_merged_site_is_in_use_if_any_of_its_predecessors_was():
    programme = small("A 2024-01-01 using", "B 2024-02-01 exploring", successions=MERGER)
    assert columns(adoption.history(programme), "site", "on", "stage", "how_known") == [
        ("A", "2024-01-01", "using", None),
        ("B", "2024-02-01", "exploring", None),
        ("C", "2024-06-01", "using", "derived"),
    ]
    reference = adoption.history(programme)["reference"][-1]
    assert programme.find(reference)["successor"] == "C"


def test_predecessors_close_when_they_merge_and_are_censored():
    programme = small("A 2024-01-01 using", "B 2024-02-01 exploring", successions=MERGER)
    assert columns(adoption.spells(programme), "site", "ended", "ended_as", "ended_in_event", "why_censored") == [
        ("A", "2024-06-01", "closed", False, "closed"),
        ("C", None, None, False, "still so"),
    ]
    totals = adoption.by_stage(programme).group_by("on").agg(total=pl.col("sites").sum()).sort("on")["total"].to_list()
    assert totals == [2] * 5 + [1] * 7


@pytest.mark.parametrize(
    ("a", "b", "c"),
    [
        ("embedded", "embedded", "embedded"),
        ("embedded", "using", "using"),
        ("embedded", "stopped", "embedded"),
        ("paused", "exploring", "paused"),
        ("stopped", "preparing", "preparing"),
        ("declined", "unknown", "declined"),
    ],
)
def test_a_merged_site_begins_where_its_predecessors_stood(a, b, c):
    programme = small(f"A 2024-01-01 {a}", f"B 2024-02-01 {b}", successions=MERGER)
    assert columns(adoption.history(programme), "stage")[-1] == (c,)


def test_a_merged_site_has_ever_used_it_if_any_of_its_predecessors_had():
    programme = small("A 2024-01-01 using", "A 2024-02-01 stopped", "B 2024-02-01 preparing", successions=MERGER)
    assert month(adoption.reach(programme), "2024-07-01", "contacted", "ever_used", "in_use") == (1, 1, 0)


def test_what_is_recorded_of_a_merged_site_on_its_first_day_stands():
    programme = small("A 2024-01-01 using", "C 2024-06-01 paused", successions=MERGER)
    assert columns(adoption.history(programme), "site", "stage", "how_known")[-1] == ("C", "paused", None)


def test_a_site_that_takes_another_in_goes_on():
    taken = {"site": ["A"], "successor": ["B"], "on": ["2024-06-01"], "kind": ["merged"]}
    programme = small("A 2024-01-01 using", "B 2024-02-01 using", successions=taken)
    assert columns(adoption.spells(programme), "site", "began", "why_censored") == [
        ("A", "2024-01-01", "closed"),
        ("B", "2024-02-01", "still so"),
    ]
    assert month(adoption.reach(programme), "2024-03-01", "in_use") == 2


def test_sites_that_came_of_a_split_begin_where_it_stood():
    split = {"site": ["A", "A"], "successor": ["B", "C"], "on": ["2024-06-01"] * 2, "kind": ["split"] * 2}
    programme = small("A 2024-01-01 using", successions=split)
    assert adoption.reach(programme)["in_use"].to_list() == [1] * 5 + [2] * 7


def test_a_site_may_outlive_its_own_split():
    split = {"site": ["A", "A"], "successor": ["A", "B"], "on": ["2024-06-01"] * 2, "kind": ["split"] * 2}
    programme = small("A 2024-01-01 using", successions=split)
    assert columns(adoption.spells(programme), "site", "began", "why_censored") == [
        ("A", "2024-01-01", "still so"),
        ("B", "2024-06-01", "still so"),
    ]


def test_mergers_may_follow_one_another():
    merged = {"site": ["A", "B"], "successor": ["B", "C"], "on": ["2024-03-01", "2024-06-01"], "kind": ["merged"] * 2}
    programme = small("A 2024-01-01 using", successions=merged)
    assert columns(adoption.history(programme), "site", "on", "stage") == [
        ("A", "2024-01-01", "using"),
        ("B", "2024-03-01", "using"),
        ("C", "2024-06-01", "using"),
    ]
    assert adoption.reach(programme)["in_use"].to_list() == [1] * 12


def test_a_merger_after_the_end_of_the_record_has_not_happened():
    programme = small("A 2024-01-01 using", successions=MERGER, as_at="2024-05-15")
    assert columns(adoption.history(programme), "site") == [("A",)]
    assert adoption.spells(programme)["why_censored"].to_list() == ["still so"]


def test_what_is_recorded_after_a_site_closed_counts_for_nothing():
    programme = small("A 2024-01-01 using", "A 2024-06-01 stopped", sites={"site": ["A"], "closed": ["2024-06-01"]})
    assert columns(adoption.spells(programme), "ended_as", "ended_in_event") == [("closed", False)]


def test_a_succession_may_just_close_a_site():
    closed = {"site": ["A"], "successor": ["A"], "on": ["2024-06-01"], "kind": ["closed"]}
    programme = small("A 2024-01-01 using", "B 2024-01-01 using", successions=closed)
    assert columns(adoption.spells(programme), "site", "why_censored") == [("A", "closed"), ("B", "still so")]


def test_a_day_that_the_record_does_not_reach_is_refused():
    with pytest.raises(NotEnough, match="complete up to 31 Dec 2024"):
        adoption.depth(small("A 2024-01-01 using"), on=date(2025, 1, 1))


def test_a_programme_that_has_only_a_name_has_no_rows_anywhere():
    from takeroot.vocabulary.programme import Programme

    empty = Programme("Only a name")
    for analysis in (
        adoption.history,
        adoption.spells,
        adoption.by_stage,
        adoption.reach,
        adoption.depth,
        adoption.planned_against_actual,
        adoption.plan_lines,
        adoption.allocated_and_actual,
        adoption.time_to,
        adoption.conflicts,
    ):
        found = analysis(empty)
        full = analysis(small("A 2024-01-01 using"))
        assert found.height == 0
        assert_frame_equal(found, full.clear())
