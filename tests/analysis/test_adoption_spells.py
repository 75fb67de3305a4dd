"""Stays and times: what ends a spell, what only ends what is known of it, and what a span leaves open."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.analysis.small import columns, reading, small

from takeroot.analysis import adoption
from takeroot.errors import NotFound
from takeroot.vocabulary.programme import Programme

SPELL = ("site", "spell", "began", "ended", "ended_as", "ended_in_event", "why_censored")


def test_a_spell_lasts_until_the_site_is_recorded_elsewhere():
    programme = small("A 2024-01-15 using", "A 2024-03-15 stopped reason_kind=lapsed")
    assert columns(adoption.spells(programme), *SPELL, "reason_kind", "months") == [
        ("A", 1, "2024-01-15", "2024-03-15", "stopped", True, None, "lapsed", 2.0)
    ]


def test_the_same_stage_again_opens_no_new_spell():
    programme = small("A 2024-01-01 using", "A 2024-03-01 using", "A 2024-05-01 embedded", "A 2024-06-01 using")
    assert columns(adoption.spells(programme), *SPELL) == [("A", 1, "2024-01-01", None, None, False, "still so")]


def test_a_site_that_comes_back_has_a_second_spell():
    programme = small("A 2024-01-01 using", "A 2024-02-01 paused", "A 2024-04-01 using")
    assert columns(adoption.spells(programme), *SPELL, "months") == [
        ("A", 1, "2024-01-01", "2024-02-01", "paused", True, None, 1.0),
        ("A", 2, "2024-04-01", None, None, False, "still so", pytest.approx(8 + 30 / 31)),
    ]


def test_a_site_closed_while_in_use_is_censored():
    programme = small("A 2024-01-01 using", sites={"site": ["A"], "closed": ["2024-04-01"]})
    assert columns(adoption.spells(programme), *SPELL, "months") == [
        ("A", 1, "2024-01-01", "2024-04-01", "closed", False, "closed", 3.0)
    ]


def test_nobody_lapses_by_silence():
    programme = small("A 2024-01-01 using", "A 2024-05-01 unknown", "B 2024-01-01 using")
    assert columns(adoption.spells(programme), *SPELL) == [
        ("A", 1, "2024-01-01", "2024-05-01", "unknown", False, "not known"),
        ("B", 1, "2024-01-01", None, None, False, "still so"),
    ]


def test_a_site_known_of_again_begins_a_new_spell():
    programme = small("A 2024-01-01 using", "A 2024-03-01 unknown", "A 2024-06-01 using")
    assert columns(adoption.spells(programme), "spell", "began", "why_censored") == [
        (1, "2024-01-01", "not known"),
        (2, "2024-06-01", "still so"),
    ]


def test_any_stage_may_follow_any_other():
    programme = small("A 2024-01-01 stopped", "A 2024-02-01 using", "A 2024-03-01 not_reached", "A 2024-04-01 embedded")
    assert columns(adoption.spells(programme), "began", "ended_as") == [
        ("2024-02-01", "not_reached"),
        ("2024-04-01", None),
    ]


def test_spells_of_any_group_of_stages():
    programme = small("A 2024-01-01 exploring", "A 2024-02-01 paused", "A 2024-03-01 stopped", "A 2024-04-01 using")
    assert columns(adoption.spells(programme, ["paused", "stopped"]), "began", "ended", "ended_as") == [
        ("2024-02-01", "2024-04-01", "using")
    ]
    assert columns(adoption.spells(programme, "exploring"), "began", "ended") == [("2024-01-01", "2024-02-01")]


def test_a_stay_in_what_is_not_known_can_be_asked_for():
    programme = small("A 2024-01-01 using", "A 2024-02-01 unknown", "A 2024-03-01 using")
    assert columns(adoption.spells(programme, ["unknown"]), "began", "ended_as", "ended_in_event") == [
        ("2024-02-01", "using", True)
    ]


def test_a_stage_that_is_none_is_named_with_the_nearest():
    with pytest.raises(NotFound, match=r"no stage 'usng'\. Did you mean 'using'"):
        adoption.spells(small("A 2024-01-01 using"), ["usng"])
    with pytest.raises(NotFound, match="no stage 'embeded'"):
        adoption.time_to(small("A 2024-01-01 using"), "embeded")


def test_a_spell_says_the_day_before_which_it_began():
    programme = small("A 2024-01-01~quarter using", "B 2024-01-01~quarter using", "B 2024-02-10 embedded")
    assert columns(adoption.spells(programme), "site", "began", "began_before") == [
        ("A", "2024-01-01", "2024-04-01"),
        ("B", "2024-01-01", "2024-02-11"),
    ]


def test_a_site_in_and_out_within_one_year_known_as_such_has_a_spell():
    programme = small("A 2024-01-01~year using", "A 2024-01-01~year stopped")
    assert columns(adoption.spells(programme), "began", "began_before", "ended", "months") == [
        ("2024-01-01", "2025-01-01", "2024-01-01", 0.0)
    ]


# How far within each site


def test_depth_is_the_latest_extent_that_is_known_of_each_site_in_use():
    programme = small(
        "A 2024-01-01 using extent=0.2 extent_of=teams",
        "A 2024-03-01 embedded extent=0.6 extent_of=teams",
        "A 2024-05-01 embedded",
        "B 2024-01-01 using",
        "C 2024-01-01 using extent=0.9 extent_of=staff",
        "C 2024-02-01 paused",
    )
    assert columns(adoption.depth(programme), "site", "on", "stage", "extent", "extent_of") == [
        ("A", "2024-03-01", "embedded", 0.6, "teams"),
        ("B", None, "using", None, None),
    ]
    assert columns(adoption.depth(programme, on=date(2024, 1, 31)), "site", "extent") == [
        ("A", 0.2),
        ("B", None),
        ("C", 0.9),
    ]


def test_an_extent_from_before_a_pause_does_not_count():
    programme = small("A 2024-01-01 using extent=0.9 extent_of=teams", "A 2024-02-01 paused", "A 2024-03-01 using")
    assert columns(adoption.depth(programme), "site", "extent") == [("A", None)]


# How long it took


def times(programme: Programme, *args, **kwargs):
    return columns(adoption.time_to(programme, *args, **kwargs), "site", "entered", "months", "event", "why_censored")


def test_sites_that_never_do_are_censored_and_never_coded_as_reached():
    programme = small(
        "A 2024-03-01 using",
        "B 2024-01-01 exploring",
        sites={"site": ["A", "B", "C"], "kind": ["ward"] * 3},
        about={"start": "2024-01-01"},
    )
    assert times(programme) == [
        ("A", "2024-03-01", 2, True, None),
        ("B", None, 11, False, "not yet"),
        ("C", None, 11, False, "not yet"),
    ]


def test_months_are_whole():
    programme = small("A 2024-03-14 using", "B 2024-03-15 using")
    assert [row[2] for row in times(programme, since=date(2024, 1, 15))] == [1, 2]


def test_the_clock_starts_with_the_programme_else_with_the_record():
    assert times(small("A 2024-03-01 using", about={"start": "2023-03-01"})) == [("A", "2024-03-01", 12, True, None)]
    assert times(small("A 2024-03-01 using", "B 2024-01-01 exploring"))[0] == ("A", "2024-03-01", 2, True, None)


def test_a_site_that_was_there_before_the_clock_started_took_no_time():
    programme = small("A 2020-03-01 using")
    assert times(programme, since=date(2024, 1, 1)) == [("A", "2020-03-01", 0, True, None)]


def test_embedded_counts_as_first_in_use():
    assert times(small("A 2024-03-01 embedded"), since=date(2024, 1, 1)) == [("A", "2024-03-01", 2, True, None)]


def test_only_being_embedded_counts_as_embedded():
    programme = small("A 2024-03-01 using", "A 2024-05-01 embedded", "B 2024-03-01 using")
    assert times(programme, "embedded", since=date(2024, 1, 1)) == [
        ("A", "2024-05-01", 4, True, None),
        ("B", None, 11, False, "not yet"),
    ]


def test_a_site_that_uses_it_has_been_contacted():
    programme = small("A 2024-03-01 using", "B 2024-02-01 declined")
    assert [row[1:4] for row in times(programme, "exploring", since=date(2024, 1, 1))] == [
        ("2024-03-01", 2, True),
        ("2024-02-01", 1, True),
    ]
    assert [row[3] for row in times(programme, "preparing", since=date(2024, 1, 1))] == [True, False]


def test_a_site_that_was_found_to_have_stopped_had_used_it_by_then():
    frame = adoption.time_to(small("A 2024-06-01 stopped", "A 2024-09-01 using"), since=date(2024, 1, 1))
    assert columns(frame, "entered", "months", "event", "months_before") == [(None, 5, True, 5)]


def test_a_site_of_which_nothing_is_known_is_censored_then():
    programme = small(
        "A 2024-02-01 exploring", "A 2024-05-01 unknown", "B 2024-02-01 unknown", "B 2024-05-01 exploring"
    )
    assert times(programme, since=date(2024, 1, 1)) == [
        ("A", None, 4, False, "not known"),
        ("B", None, 11, False, "not yet"),
    ]


def test_a_site_that_closed_first_is_censored_then():
    programme = small("A 2024-02-01 exploring", sites={"site": ["A", "B"], "closed": ["2024-04-01", "2023-06-01"]})
    assert times(programme, since=date(2024, 1, 1)) == [("A", None, 3, False, "closed")]


def test_a_site_that_opens_later_comes_under_observation_later():
    sites = {"site": ["A", "B", "C"], "opened": [None, "2024-03-01", "2025-06-01"]}
    frame = adoption.time_to(small("A 2024-02-01 using", sites=sites), since=date(2024, 1, 1))
    assert columns(frame, "site", "months", "entered_months") == [("A", 1, 0), ("B", 11, 1)]


def test_a_site_that_begins_in_the_month_in_which_it_opens_is_waited_for_in_it():
    from takeroot.analysis import sustainment

    sites = {"site": ["A", "B", "C"], "opened": ["2022-05-10", "2022-06-20", None]}
    programme = small("A 2022-05-20 using", "B 2022-06-20 using", "C 2022-08-20 using", sites=sites)
    times = adoption.time_to(programme, since=date(2022, 1, 1))
    assert columns(times, "months", "entered_months") == [(4, 3), (5, 4), (7, 0)]
    curve = sustainment.kaplan_meier(times)
    assert curve.select("months", "at_risk", "events").rows() == [(0.0, 1, 0), (4.0, 2, 1), (5.0, 2, 1), (7.0, 1, 1)]


def test_a_site_that_is_not_eligible_is_not_waited_for():
    programme = small("A 2024-02-01 using", sites={"site": ["A", "B"], "eligible": [True, False]})
    assert [row[0] for row in times(programme)] == ["A"]


def test_what_a_site_carried_on_from_others_is_no_new_uptake():
    merged = {"site": ["A", "B"], "successor": ["C", "C"], "on": ["2024-06-01"] * 2, "kind": ["merged"] * 2}
    programme = small("A 2024-02-01 using", "B 2024-01-01 exploring", successions=merged)
    assert times(programme, since=date(2024, 1, 1)) == [
        ("A", "2024-02-01", 1, True, None),
        ("B", None, 5, False, "closed"),
    ]


def test_a_site_that_took_in_a_user_is_censored_then():
    taken = {"site": ["A"], "successor": ["B"], "on": ["2024-06-01"], "kind": ["merged"]}
    programme = small("A 2024-02-01 using", "B 2024-01-01 exploring", successions=taken)
    assert times(programme, since=date(2024, 1, 1))[1] == ("B", None, 5, False, "carried on")


def test_a_span_has_the_longest_it_can_have_been():
    frame = adoption.time_to(small("A 2024-03-01~quarter using", "B 2024-03-01 using"), since=date(2024, 1, 1))
    assert columns(frame, "site", "months", "months_before") == [("A", 2, 2), ("B", 2, None)]
    frame = adoption.time_to(small("A 2024-03-01~year using"), since=date(2024, 1, 1))
    assert columns(frame, "months", "months_before") == [(2, 11)]


def test_the_source_that_was_chosen_says_when():
    programme = small(
        "A 2024-02-01 using by=form", "A 2024-08-01 using by=visit", about=reading("form", "visit", chosen="visit")
    )
    assert times(programme, since=date(2024, 1, 1)) == [("A", "2024-08-01", 7, True, None)]


def test_times_go_straight_into_a_curve():
    from takeroot.analysis import sustainment

    programme = small(
        "A 2024-03-01 using", "B 2024-06-01 using", sites={"site": ["A", "B", "C", "D"], "kind": ["w"] * 4}
    )
    curve = sustainment.kaplan_meier(adoption.time_to(programme, since=date(2024, 1, 1)))
    assert curve.select("months", "at_risk", "share").rows() == [
        (0.0, 4, 1.0),
        (2.0, 4, 0.75),
        (5.0, 3, 0.5),
        (11.0, 2, 0.5),
    ]
    assert curve["censored"].to_list() == [0, 0, 0, 2]
    assert curve.schema["share"] == pl.Float64()


def test_a_site_is_censored_from_the_first_day_on_which_nothing_was_known():
    programme = small("A 2024-02-01 exploring", "A 2024-05-01 unknown", "A 2024-08-01 unknown")
    assert times(programme, since=date(2024, 1, 1)) == [("A", None, 4, False, "not known")]


def test_where_nothing_has_a_day_no_time_is_told():
    assert adoption.time_to(Programme("Only sites", sites={"site": ["A"]})).height == 0
    programme = Programme({"name": "No stages", "as_at": "2024-05-05"}, sites={"site": ["A"], "kind": ["ward"]})
    assert times(programme) == [("A", None, 0, False, "not yet")]
