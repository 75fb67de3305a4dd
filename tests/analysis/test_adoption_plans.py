"""Plans in versions, against what happened."""

from __future__ import annotations

from datetime import date

import polars as pl
from tests.analysis.small import columns, small

from takeroot.analysis import adoption
from takeroot.vocabulary.programme import Programme


def plans(*lines: str) -> pl.DataFrame:
    """Plans such as ``A using 2024-03-01 set=2024-01-01``; ``-`` stands for the programme, and for no stage."""
    rows = []
    for line in lines:
        site, name, due, *rest = line.split()
        more = {key: value for key, _, value in (word.partition("=") for word in rest)}
        rows.append(
            {
                "what": more.get("what", "stage"),
                "site": None if site == "-" else site,
                "name": None if name == "-" else name,
                "value": float(more["value"]) if "value" in more else None,
                "due": due,
                "set_on": more["set"],
                "why": more.get("why"),
                "id": more.get("id"),
            }
        )
    schema = {"what": pl.String, "site": pl.String, "name": pl.String, "value": pl.Float64, "due": pl.String}
    return pl.DataFrame(rows, schema={**schema, "set_on": pl.String, "why": pl.String, "id": pl.String})


JUDGED = ("site", "due", "version", "current", "actual_on", "actual", "met", "months_late")


def test_a_later_version_does_not_erase_an_earlier_one():
    programme = small(
        "A 2024-05-01 using", plans=plans("A using 2024-03-01 set=2023-12-01", "A using 2024-06-01 set=2024-02-01")
    )
    assert columns(adoption.planned_against_actual(programme), *JUDGED) == [
        ("A", "2024-03-01", 1, False, "2024-05-01", 0.0, False, 2.0),
        ("A", "2024-06-01", 2, True, "2024-05-01", 1.0, True, -1.0),
    ]


def test_a_site_that_never_started_counts_as_not_started():
    programme = small(
        "A 2024-05-01 exploring",
        plans=plans("A using 2024-03-01 set=2023-12-01", "B using 2024-03-01 set=2023-12-01"),
    )
    assert columns(adoption.planned_against_actual(programme), *JUDGED[3:]) == [(True, None, 0.0, False, None)] * 2


def test_before_it_is_due_a_plan_is_neither_met_nor_missed():
    programme = small(
        "A 2024-05-01 using",
        plans=plans(
            "A using 2025-03-01 set=2023-12-01",
            "B using 2025-03-01 set=2023-12-01",
            "- using 2025-03-01 set=2023-12-01 value=1",
        ),
    )
    assert columns(adoption.planned_against_actual(programme), "site", "actual", "met") == [
        (None, 1.0, None),
        ("A", 1.0, True),
        ("B", 0.0, None),
    ]


def test_a_plan_for_the_programme_is_held_against_the_sites_there_on_the_day():
    programme = small(
        "A 2024-01-01 using",
        "B 2024-02-01 using",
        "A 2024-03-01 paused",
        "C 2024-06-01 using",
        plans=plans("- using 2024-02-01 set=2023-12-01 value=2", "- using 2024-04-01 set=2023-12-01 value=2"),
    )
    assert columns(
        adoption.planned_against_actual(programme), "due", "version", "actual_on", "actual", "met", "months_late"
    ) == [
        ("2024-02-01", 1, "2024-02-01", 2.0, True, 0.0),
        ("2024-04-01", 1, "2024-02-01", 1.0, False, -2.0),
    ]


def test_a_plan_that_names_no_stage_means_use():
    programme = small("A 2024-02-01 embedded", plans=plans("A - 2024-03-01 set=2023-12-01"))
    assert columns(adoption.planned_against_actual(programme), "name", "met") == [("using", True)]


def test_a_site_that_used_it_long_before_the_plan_has_not_met_it():
    programme = small("A 2020-01-01 using", "A 2021-01-01 stopped", plans=plans("A using 2024-06-01 set=2024-01-01"))
    assert columns(adoption.planned_against_actual(programme), "actual_on", "actual", "met") == [(None, 0.0, False)]


def test_a_site_in_use_when_the_plan_was_made_has_met_it():
    programme = small("A 2020-01-01 using", plans=plans("A using 2024-06-01 set=2024-01-01"))
    assert columns(adoption.planned_against_actual(programme), "actual_on", "met") == [("2020-01-01", True)]


def test_a_plan_that_was_written_down_afterwards_is_held_against_its_own_time():
    programme = small("A 2015-06-01 using", "A 2018-01-01 stopped", plans=plans("A using 2015-03-01 set=2020-01-01"))
    assert columns(adoption.planned_against_actual(programme), "actual_on", "met", "months_late") == [
        ("2015-06-01", False, 3.0)
    ]


def test_stopping_can_be_planned():
    programme = small(
        "A 2024-01-01 using",
        "A 2024-05-01 stopped reason_kind=decided",
        plans=plans("A stopped 2024-06-01 set=2024-01-01"),
    )
    assert columns(adoption.planned_against_actual(programme), "name", "actual_on", "met") == [
        ("stopped", "2024-05-01", True)
    ]


def test_a_site_that_is_further_on_has_been_contacted_as_planned():
    programme = small("A 2024-02-01 using", plans=plans("A exploring 2024-03-01 set=2024-01-01"))
    assert columns(adoption.planned_against_actual(programme), "met") == [(True,)]


def test_what_was_so_on_the_day_stands_beside_whether_it_was_met():
    programme = small(
        "A 2024-02-01 using",
        "A 2024-05-01 stopped",
        plans=plans(*(f"A using 2024-0{month}-01 set=2023-12-01" for month in (1, 3, 6))),
    )
    assert columns(adoption.planned_against_actual(programme), "due", "actual", "met") == [
        ("2024-01-01", 0.0, False),
        ("2024-03-01", 1.0, True),
        ("2024-06-01", 0.0, True),
    ]


def test_a_site_that_was_contacted_or_had_prepared_has_been_so_for_good():
    programme = small(
        "A 2024-01-01 preparing",
        "A 2024-02-01 unknown",
        "B 2024-01-01 exploring",
        "B 2024-02-01 not_reached",
        "C 2024-01-01 using",
        sites={"site": ["A", "B", "C"], "closed": [None, None, "2024-03-01"]},
        plans=plans(
            *(
                f"- {name} 2024-0{month}-15 set=2023-12-01 value=3"
                for name in ("exploring", "preparing")
                for month in (1, 2, 3)
            ),
            "A exploring 2024-06-01 set=2024-05-01",
        ),
    )
    assert columns(adoption.planned_against_actual(programme), "site", "name", "due", "actual", "met") == [
        (None, "exploring", "2024-01-15", 3.0, True),
        (None, "exploring", "2024-02-15", 3.0, True),
        (None, "exploring", "2024-03-15", 2.0, False),
        (None, "preparing", "2024-01-15", 2.0, False),
        (None, "preparing", "2024-02-15", 2.0, False),
        (None, "preparing", "2024-03-15", 1.0, False),
        ("A", "exploring", "2024-06-01", 1.0, True),
    ]
    contacted = adoption.reach(programme).head(3)["contacted"].to_list()
    assert contacted == [3, 3, 2]


def test_only_plans_of_stages_are_judged_here():
    programme = small("A 2024-02-01 using", plans=plans("A training 2024-03-01 set=2024-01-01 what=support"))
    assert adoption.planned_against_actual(programme).height == 0


def test_versions_are_counted_for_each_plan_by_itself():
    programme = small(
        plans=plans(
            "A using 2024-03-01 set=2023-12-01",
            "A embedded 2024-09-01 set=2024-01-01",
            "B using 2024-03-01 set=2024-01-01",
            "B using 2024-04-01 set=2024-01-01",
        ),
        sites={"site": ["A", "B"]},
    )
    assert columns(adoption.planned_against_actual(programme), "site", "name", "version", "current") == [
        ("A", "embedded", 1, True),
        ("A", "using", 1, True),
        ("B", "using", 1, True),
        ("B", "using", 1, True),
    ]


def test_a_renamed_site_keeps_its_plan():
    programme = small(
        "New 2024-05-01 using",
        plans=plans("Old using 2024-03-01 set=2023-12-01"),
        successions={"site": ["Old"], "successor": ["New"], "on": ["2024-04-01"], "kind": ["renamed"]},
    )
    assert columns(adoption.planned_against_actual(programme), "site", "months_late") == [("New", 2.0)]


# Lines


LINE = ("version", "set_on", "on", "planned", "current", "of")


def test_the_plans_of_sites_are_added_up_version_by_version():
    programme = small(
        plans=plans(
            "A using 2024-03-01 set=2023-12-01",
            "B using 2024-03-01 set=2023-12-01",
            "C using 2024-06-01 set=2023-12-15",
            "B using 2024-09-01 set=2024-02-01",
        ),
        sites={"site": ["A", "B", "C"]},
    )
    assert columns(adoption.plan_lines(programme), *LINE) == [
        (1, "2023-12-01", "2024-03-01", 2.0, False, "sites"),
        (1, "2023-12-01", "2024-06-01", 3.0, False, "sites"),
        (2, "2024-02-01", "2024-03-01", 1.0, True, "sites"),
        (2, "2024-02-01", "2024-06-01", 2.0, True, "sites"),
        (2, "2024-02-01", "2024-09-01", 3.0, True, "sites"),
    ]


def test_the_plan_for_the_programme_is_drawn_as_given():
    programme = small(
        plans=plans(
            "- using 2024-06-01 set=2023-12-01 value=10",
            "- using 2024-12-01 set=2023-12-01 value=25",
            "- using 2025-06-01 set=2024-05-01 value=25",
            "- embedded 2025-06-01 set=2024-05-01 value=5",
        )
    )
    assert columns(adoption.plan_lines(programme), *LINE) == [
        (1, "2023-12-01", "2024-06-01", 10.0, False, "programme"),
        (1, "2023-12-01", "2024-12-01", 25.0, False, "programme"),
        (2, "2024-05-01", "2025-06-01", 25.0, True, "programme"),
    ]


def test_a_plan_of_none_takes_a_site_back():
    programme = small(
        "A 2024-04-01 using",
        plans=plans(
            "A using 2024-03-01 set=2023-12-01",
            "B using 2024-03-01 set=2023-12-01",
            "B using 2024-03-01 set=2024-02-01 value=0",
        ),
    )
    assert columns(adoption.plan_lines(programme), "version", "planned") == [(1, 2.0), (2, 1.0)]
    assert columns(adoption.planned_against_actual(programme), "site", "version", "met")[-1] == ("B", 2, None)


# Allocated and actual


def test_allocated_and_actual_are_both_kept():
    programme = small(
        "A 2024-05-01~quarter using",
        "B 2024-02-01 exploring",
        "C 2024-02-01 using",
        plans=plans(
            "A using 2024-03-01 set=2023-12-01",
            "A using 2024-06-01 set=2024-02-01",
            "B using 2024-03-01 set=2023-12-01",
        ),
        sites={"site": ["A", "B", "C", "D", "E"], "planned": [None, None, None, True, None]},
    )
    names = ("site", "allocated", "planned_now", "actual", "actual_before", "months_late")
    assert columns(adoption.allocated_and_actual(programme), *names) == [
        ("A", "2024-03-01", "2024-06-01", "2024-05-01", "2024-07-01", 2.0),
        ("B", "2024-03-01", "2024-03-01", None, None, None),
        ("C", None, None, "2024-02-01", None, None),
        ("D", None, None, None, None, None),
    ]


def test_twelve_sites_allocated_and_ten_that_started_are_ten():
    lines = [f"S{n} 2014-0{n % 6 + 1}-01 using" for n in range(10)]
    allocated = plans(*[f"S{n} using 2014-01-01 set=2013-11-01" for n in range(12)])
    programme = small(*lines, plans=allocated, as_at="2014-12-31")
    assert adoption.allocated_and_actual(programme)["actual"].null_count() == 2
    assert adoption.planned_against_actual(programme)["actual_on"].null_count() == 2
    assert adoption.reach(programme)["in_use"][-1] == 10
    assert adoption.plan_lines(programme)["planned"].to_list() == [12.0]
    assert adoption.time_to(programme, since=date(2014, 1, 1))["event"].sum() == 10


def test_a_plan_set_after_the_record_ends_is_none_yet():
    both = plans("A using 2024-03-01 set=2023-12-01", "A using 2024-09-01 set=2024-07-01")
    programme = small("A 2024-05-01 using", plans=both, as_at="2024-06-30")
    assert columns(adoption.planned_against_actual(programme), "due", "current") == [("2024-03-01", True)]
    assert columns(adoption.allocated_and_actual(programme), "planned_now") == [("2024-03-01",)]
    assert columns(adoption.plan_lines(programme), "on", "current") == [("2024-03-01", True)]


def test_without_a_day_that_is_stated_every_plan_is_read():
    stages = {"site": ["A"], "stage": ["using"], "on": ["2024-05-01"]}
    programme = Programme("No day", stages=stages, plans=plans("A using 2024-09-01 set=2024-07-01"))
    assert columns(adoption.planned_against_actual(programme), "current") == [(True,)]
