""" "Sustained" by named rules: evidence, what is not known, what is too early."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.analysis.lasting import programme, rule, status

from takeroot.analysis import sustainment
from takeroot.vocabulary.programme import Programme


@pytest.mark.parametrize(
    ("history", "as_at", "word"),
    [
        ("2023-01 using", "2024-01-01", "sustained"),
        ("2023-01 using", "2023-12-31", "too early"),
        ("2023-01 using, 2023-03 stopped", "2023-12-31", "too early"),
        ("2023-01 using, 2023-03 stopped", "2024-01-01", "not sustained"),
        ("2023-01 using, 2024-01 stopped", "2024-06-01", "not sustained"),
        ("2023-01 using, 2024-01-02 stopped", "2024-06-01", "sustained"),
        ("2023-01 using, 2023-03 stopped, 2023-06 using", "2024-06-01", "not sustained"),
        ("2023-01 using, 2023-10 unknown", "2024-06-01", "not known"),
        ("2023-01 using, 2023-10 unknown, 2023-12 using", "2024-06-01", "not known"),
        ("2023-01 using, 2023-10 unknown, 2023-12 stopped", "2024-06-01", "not sustained"),
        ("2023-01 using, 2023-10 unknown, 2024-03 stopped", "2024-06-01", "not known"),
        ("2023-01 using, 2023-03 unknown, 2023-05 stopped, 2023-11 using", "2024-06-01", "not sustained"),
        ("2023-01 using, 2023-01 stopped", "2024-06-01", "not sustained"),
        ("2023-01 using, 2023-01 stopped, 2023-06 using", "2024-06-01", "not sustained"),
        ("2023-01 using, 2024-02 unknown", "2024-06-01", "sustained"),
        ("2023-01 preparing", "2024-06-01", "not started"),
        ("2023-01 exploring, 2023-02 declined", "2024-06-01", "not started"),
    ],
)
def test_activities_last_if_in_use_on_the_day_and_all_the_way(history: str, as_at: str, word: str) -> None:
    assert status(history, as_at) == word


@pytest.mark.parametrize(
    ("history", "as_at", "word"),
    [
        ("2023-01 using, 2023-12 paused, 2024-02 using", "2024-06-01", "sustained"),
        ("2023-01 using, 2023-12 paused, 2024-03 using", "2024-06-01", "not sustained"),
        ("2023-01 using, 2023-12 paused", "2024-02-01", "not known"),
        ("2023-01 using, 2023-12 paused", "2024-02-02", "not sustained"),
        ("2023-01 using, 2023-06 unknown, 2023-07 using", "2024-06-01", "sustained"),
        ("2023-01 using, 2023-03 unknown, 2023-08 stopped, 2023-10 using", "2024-06-01", "not known"),
        ("2023-01 using, 2023-03 unknown, 2023-08 stopped, 2023-10-02 using", "2024-06-01", "not sustained"),
    ],
)
def test_the_grace_overlooks_an_absence_on_the_day_itself(history: str, as_at: str, word: str) -> None:
    assert status(history, as_at, rule(grace=2)) == word


@pytest.mark.parametrize(
    ("history", "grace", "word"),
    [
        ("2023-01 using, 2023-12-31 embedded", 0, "sustained"),
        ("2023-01 using, 2024-01-01 embedded", 0, "sustained"),
        ("2023-01 using, 2024-01-02 embedded", 0, "not sustained"),
        ("2023-01 using, 2024-01-02 embedded", 24, "not sustained"),
        ("2023-01 using", 0, "not sustained"),
        ("2023-01 using, 2023-02 stopped, 2023-12 embedded", 0, "not sustained"),
        ("2023-01 using, 2023-02 stopped, 2023-04 using, 2023-12 embedded", 2, "sustained"),
        ("2023-01 using, 2023-02 unknown, 2023-12 embedded", 0, "not known"),
        ("2023-01 using, 2023-12 unknown, 2024-02 embedded", 0, "not known"),
        ("2023-01 using, 2023-03 embedded, 2023-06 using, 2023-09 embedded", 0, "not sustained"),
        ("2023-01 using, 2023-03 embedded, 2023-06 using, 2023-09 embedded", 3, "sustained"),
        ("2023-01 embedded, 2023-06 using", 0, "not sustained"),
    ],
)
def test_stages_reached_after_zero_are_kept_once_reached_and_use_until_then(
    history: str, grace: int, word: str
) -> None:
    assert status(history, one=rule(grace=grace, evidence={"activities": ["embedded"]})) == word


def test_an_absence_in_a_stage_that_the_rule_asks_for_is_none() -> None:
    asked = rule(evidence={"activities": ["using", "embedded", "paused"]})
    assert status("2023-01 using, 2023-03 paused, 2023-09 using", one=asked) == "sustained"


def test_a_site_that_left_before_zero_and_was_lost_to_sight_had_left() -> None:
    asked = rule(zero="end of support")
    supports = {"site": ["A"], "kind": ["visits"], "since": ["2022-01-01"], "until": ["2023-01-01"]}
    assert status("2022-01 using, 2022-05 stopped, 2022-08 unknown", one=asked, supports=supports) == "not sustained"


def test_a_site_closed_before_the_day_is_not_known() -> None:
    sites = {"site": ["A"], "closed": ["2023-09-01"]}
    assert status("2023-01 using", sites=sites) == "not known"
    assert status("2023-01 using", sites=sites, one=rule(evidence={"activities": ["embedded"]})) == "not known"


def test_what_has_no_evidence_is_not_known() -> None:
    assert status("2023-01 using", one=rule(what=["activities", "behaviour"])) == "not known"
    assert status("2023-01 using", one=rule(what=["activities", "original vision"])) == "not known"
    assert status("2023-01 using", one=rule(evidence={"activities": []})) == "not known"
    assert status("2023-01 using, 2023-03 stopped", one=rule(what=["activities", "partnerships"])) == "not sustained"


def test_a_rule_is_silent_on_what_it_does_not_ask() -> None:
    row = sustainment.sustained(programme({"A": "2023-01 using"}), rule()).row(0, named=True)
    assert (row["activities"], row["behaviour"], row["benefits"]) == ("yes", None, None)
    assert row["judged_on"] == date(2024, 1, 1)


def deliveries(**delivered: str | None) -> dict[str, Any]:
    """Components delivered at A, as ``component_YYYY_MM=amount``."""
    keys = [name.rsplit("_", 2) for name in delivered]
    return {
        "components": {"component": sorted({key[0] for key in keys})},
        "deliveries": {
            "site": ["A"] * len(keys),
            "component": [key[0] for key in keys],
            "on": [f"{key[1]}-{key[2]}-01" for key in keys],
            "delivered": list(delivered.values()),
        },
    }


@pytest.mark.parametrize(
    ("delivered", "answer"),
    [
        ({"huddle_2023_12": "always", "board_2023_12": "0.5"}, "yes"),
        ({"huddle_2023_12": "always", "board_2023_12": "0.4"}, "no"),
        ({"huddle_2023_12": "sometimes"}, "no"),
        ({"huddle_2023_12": "often"}, "not known"),
        ({"huddle_2023_08": "never", "huddle_2023_12": "often", "board_2023_11": "always"}, "yes"),
        ({"huddle_2023_05": "always", "board_2023_12": "always"}, "not known"),
        ({"huddle_2024_02": "never", "huddle_2023_12": "always", "board_2023_12": "always"}, "yes"),
        ({"huddle_2023_12": None, "board_2023_12": "always"}, "not known"),
    ],
)
def test_behaviour_lasts_if_every_named_component_was_lately_delivered(delivered: dict[str, str], answer: str) -> None:
    asked = rule(what=["behaviour"], evidence={"behaviour": ["huddle", "board"]})
    tables = deliveries(**delivered)
    tables["components"] = {"component": ["huddle", "board"]}
    found = sustainment.sustained(programme({"A": "2023-01 using"}, **tables), asked)
    assert found["behaviour"].item() == answer


def test_what_sources_say_differently_of_one_day_is_not_known() -> None:
    asked = rule(what=["behaviour"], evidence={"behaviour": ["huddle"]})
    said = {"site": ["A"] * 3, "component": ["huddle"] * 3, "on": ["2023-11-01", "2023-12-01", "2023-12-01"]}
    said |= {"delivered": ["never", "always", "never"], "source": ["audit", "audit", "ward"]}
    for answer, rows in (("yes", [0, 1]), ("not known", [0, 1, 2]), ("not known", [2, 1, 0]), ("no", [0, 2])):
        table = {name: [column[row] for row in rows] for name, column in said.items()}
        told = programme({"A": "2023-01 using"}, components={"component": ["huddle"]}, deliveries=table)
        assert sustainment.sustained(told, asked)["behaviour"].item() == answer


def claimed(*claims: tuple[str, str, str]) -> dict[str, list[str]]:
    component, core, by = zip(*claims, strict=True)
    return {"component": list(component), "core": list(core), "according_to": list(by)}


@pytest.mark.parametrize(
    ("claims", "delivered", "word"),
    [
        ([("a", "yes", "lead"), ("b", "yes", "lead")], {"a_2023_12": "always", "b_2023_12": "never"}, "sustained"),
        ([("a", "yes", "lead"), ("b", "yes", "lead")], {"a_2023_12": "never", "b_2023_12": "never"}, "not sustained"),
        ([("a", "yes", "lead"), ("b", "yes", "lead")], {"a_2023_12": "always"}, "sustained"),
        ([("a", "yes", "lead"), ("b", "yes", "lead")], {"b_2023_12": "never"}, "not known"),
        ([("a", "yes", "lead"), ("b", "no", "lead")], {"a_2023_12": "never", "b_2023_12": "always"}, "not sustained"),
        (
            [("a", "yes", "lead"), ("b", "yes", "lead"), ("b", "no", "ward")],
            {"a_2023_12": "never", "b_2023_12": "always"},
            "not known",
        ),
        ([("b", "yes", "lead"), ("b", "no", "ward")], {"b_2023_12": "always"}, "sustained"),
        ([("b", "yes", "lead"), ("b", "no", "ward")], {"b_2023_12": "never"}, "not sustained"),
    ],
)
def test_enough_of_the_core_must_be_delivered_and_disputes_about_it_are_kept(
    claims: list[tuple[str, str, str]], delivered: dict[str, str], word: str
) -> None:
    tables = deliveries(**delivered)
    tables["components"] = {"component": ["a", "b"]}
    told = programme({"A": "2023-01 using"}, **tables, core_claims=claimed(*claims))
    assert sustainment.sustained(told, rule(core_share=0.5))["status"].item() == word


def test_claims_made_after_the_end_of_the_record_do_not_count() -> None:
    tables = deliveries(a_2023_12="always", b_2023_12="never")
    claims = claimed(("a", "yes", "lead"), ("a", "no", "lead"), ("b", "yes", "lead"))
    claims["on"] = ["2023-01-01", "2024-06-02", "2024-06-02"]
    told = programme({"A": "2023-01 using"}, "2024-06-01", **tables, core_claims=claims)
    assert sustainment.sustained(told, rule(core_share=1))["status"].item() == "sustained"


def test_without_claims_of_what_is_core_a_share_of_it_is_not_known() -> None:
    assert status("2023-01 using", one=rule(core_share=0.5)) == "not known"


def measured(**values: float) -> dict[str, Any]:
    days = [f"{name[1:5]}-{name[6:]}-01" for name in values]
    return {
        "measures": {"measure": ["falls"], "improves": ["down"]},
        "values": {
            "measure": ["falls"] * len(days),
            "site": ["A"] * len(days),
            "on": days,
            "value": list(values.values()),
        },
    }


@pytest.mark.parametrize(
    ("values", "limits", "answer"),
    [
        ({"y2023_11": 3.0, "y2023_12": 5.0}, {"at_most": 4}, "yes"),
        ({"y2023_11": 3.0, "y2023_12": 5.1}, {"at_most": 4}, "no"),
        ({"y2023_12": 5.0}, {"at_least": 5, "at_most": 6}, "yes"),
        ({"y2023_06": 3.0}, {"at_most": 4}, "not known"),
        ({"y2023_12": 3.0, "y2024_02": 90.0}, {"at_most": 4}, "yes"),
    ],
)
def test_benefits_last_if_the_mean_of_the_last_half_year_is_there(
    values: dict[str, float], limits: dict[str, float], answer: str
) -> None:
    asked = rule(what=["benefits"], evidence={"benefits": {"measure": "falls", **limits}})
    found = sustainment.sustained(programme({"A": "2023-01 using"}, **measured(**values)), asked)
    assert found["benefits"].item() == answer


def test_benefits_measured_in_parts_are_judged_by_the_whole() -> None:
    asked = rule(what=["benefits"], evidence={"benefits": {"measure": "bundle", "at_least": 50}})
    tables = {
        "measures": {"measure": ["bundle"], "multiply": [100.0]},
        "values": {
            "measure": ["bundle"] * 3,
            "site": ["A"] * 3,
            "on": ["2023-10-01", "2023-11-01", "2023-12-01"],
            "numerator": [1.0, 50.0, 0.0],
            "denominator": [1.0, 99.0, 0.0],
        },
    }
    found = sustainment.sustained(programme({"A": "2023-01 using"}, **tables), asked)
    assert found["benefits"].item() == "yes"


@pytest.mark.parametrize(
    ("numerator", "denominator", "value", "mean"),
    [
        ([10, 90], [100, 100], [None, None], 50),
        ([10, 90], [100, 300], [None, None], 25),
        ([10, None], [100, None], [None, 90], 50),
        ([10, 0], [100, 0], [None, None], 10),
        ([10, 90], [100, 300], [None, 90], 50),
        ([29, None], [100, None], [None, None], 29),
    ],
    ids=["parts", "unequal parts", "both forms", "nothing to divide by", "a value with its parts", "one"],
)
def test_where_some_are_given_in_parts_each_is_worked_out(
    numerator: list[float | None], denominator: list[float | None], value: list[float | None], mean: float
) -> None:
    tables = {
        "measures": {"measure": ["bundle"], "multiply": [100.0]},
        "values": pl.DataFrame(
            {
                "measure": ["bundle"] * 2,
                "site": ["A"] * 2,
                "on": ["2023-11-01", "2023-12-01"],
                "value": pl.Series(value, dtype=pl.Float64),
                "numerator": pl.Series(numerator, dtype=pl.Float64),
                "denominator": pl.Series(denominator, dtype=pl.Float64),
            }
        ),
    }
    told = programme({"A": "2023-01 using"}, **tables)
    limits = {"at_least": mean, "at_most": mean}
    asked = rule(what=["benefits"], evidence={"benefits": {"measure": "bundle", **limits}})
    assert sustainment.sustained(told, asked)["benefits"].item() == "yes"


def test_a_mean_at_the_threshold_is_not_judged_by_rounding() -> None:
    asked = rule(what=["benefits"], evidence={"benefits": {"measure": "falls", "at_most": 0.2}})
    tables = measured(y2023_10=0.1, y2023_11=0.2, y2023_12=0.3)
    found = sustainment.sustained(programme({"A": "2023-01 using"}, **tables), asked)
    assert found["benefits"].item() == "yes"


def test_six_monthly_values_speak_for_the_day() -> None:
    values = {f"y2023_{month:02}": 6.0 for month in range(8, 13)} | {"y2023_07": 600.0, "y2024_01": 12.0}
    limits = {"at_least": 7, "at_most": 7}
    asked = rule(what=["benefits"], evidence={"benefits": {"measure": "falls", **limits}})
    found = sustainment.sustained(programme({"A": "2023-01 using"}, **measured(**values)), asked)
    assert found["benefits"].item() == "yes"


def test_what_was_measured_before_a_merger_speaks_for_the_site_that_carries_on() -> None:
    merged = {"site": ["A"], "successor": ["M"], "on": ["2023-12-01"], "kind": ["merged"]}
    told = programme({"A": "2023-01 using"}, successions=merged, sites={"site": ["A", "M"]}, **measured(y2023_11=3.0))
    asked = rule(what=["activities", "benefits"], evidence={"benefits": {"measure": "falls", "at_most": 4}})
    assert sustainment.sustained(told, asked).select("site", "status").rows() == [("M", "sustained")]


SITES = {
    "A": "2022-01 using",
    "B": "2022-01 using, 2022-06 stopped lapsed",
    "C": "2022-01 using, 2022-06 unknown",
    "D": "2025-06 using",
    "E": "2022-01 exploring",
}


def test_rules_stand_side_by_side_with_their_own_denominators() -> None:
    told = programme(SITES)
    rules = [
        rule(),
        rule(name="Four years on", months=48, why="two budget rounds"),
        rule(name="Ten", months=120, why="habit"),
    ]
    found = sustainment.by_rule(told, rules)
    counts = found.select(
        "rule", "sites", "started", "too_early", "judged", "sustained", "not_sustained", "not_known"
    ).rows()
    assert counts == [
        ("A year on", 5, 4, 1, 2, 1, 1, 1),
        ("Four years on", 5, 4, 1, 2, 1, 1, 1),
        ("Ten", 5, 4, 4, 0, 0, 0, 0),
    ]
    assert found["says"].to_list() == [str(one) for one in rules]
    assert found["share"].to_list() == [0.5, 0.5, None]
    assert found.row(0)[-2:] == pytest.approx((0.0945, 0.9055), abs=1e-4)


def test_a_site_that_left_at_once_counts_among_those_judged() -> None:
    told = programme({"A": "2022-01 using, 2022-01 stopped decided", "B": "2022-01 using"})
    assert sustainment.by_rule(told, rule()).select("judged", "sustained", "share").row(0) == (2, 1, 0.5)


def test_without_rules_nothing_is_said() -> None:
    told = programme(SITES)
    assert sustainment.by_rule(told).height == sustainment.sustained(told).height == 0
    assert "share" in sustainment.by_rule(told).columns


def test_the_rules_a_programme_declares_are_its_rules() -> None:
    stages = programme(SITES).stages
    told = Programme({"name": "Falls", "as_at": "2026-01-01", "rules": [rule().model_dump()]}, stages=stages)
    assert sustainment.by_rule(told).equals(sustainment.by_rule(told, rule()))


def test_a_programme_with_nothing_recorded_has_started_nowhere() -> None:
    told = Programme("Falls", sites={"site": ["A"]})
    assert sustainment.sustained(told, rule())["status"].to_list() == ["not started"]
    assert sustainment.staying(told, rule()).height == 0
