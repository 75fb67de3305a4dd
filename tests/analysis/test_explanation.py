"""What changed: stages, plans, adaptations and signals, each a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.analysis.small import FELL, WARD, columns, measured, reading, small

from takeroot.analysis import explanation, spc
from takeroot.vocabulary.programme import Programme


def says(*lines: str, matters: bool | None = None, **tables: Any) -> list[str]:
    found = explanation.changes(small(*lines, sites=WARD, **tables))
    return (found if matters is None else found.filter(pl.col("matters") == matters))["says"].to_list()


# What changed


@pytest.mark.parametrize(
    ("lines", "sentence", "matters"),
    [
        (["W3 2024-05-04 using"], "Ward 3 began to use it on 4 May 2024.", True),
        (["W3 2024-05-04 embedded"], "Ward 3 began to use it on 4 May 2024.", True),
        (["W3 2024-05-04 exploring"], "Ward 3 began to consider it on 4 May 2024.", False),
        (["W3 2024-05-04 preparing"], "Ward 3 began to prepare for it on 4 May 2024.", False),
        (["W3 2024-05-04 declined"], "Ward 3 declined it on 4 May 2024.", True),
        (["W3 2024-05-04 unknown"], "Nothing has been known of Ward 3 since 4 May 2024.", False),
        (
            ["W3 2024-01-01 using", "W3 2024-05-04 embedded"],
            "Use at Ward 3 was said to be normal work on 4 May 2024.",
            False,
        ),
        (
            ["W3 2024-01-01 embedded", "W3 2024-05-04 using"],
            "Use at Ward 3 was no longer said to be normal work on 4 May 2024.",
            False,
        ),
        (
            ["W3 2024-01-01 using", "W3 2024-05-04 stopped reason_kind=lapsed"],
            "Ward 3 stopped using it (lapsed) on 4 May 2024.",
            True,
        ),
        (["W3 2024-01-01 using", "W3 2024-05-04 stopped"], "Ward 3 stopped using it on 4 May 2024.", True),
        (["W3 2024-01-01 using", "W3 2024-05-04 paused"], "Ward 3 paused it on 4 May 2024.", True),
        (["W3 2024-01-01 paused", "W3 2024-05-04 stopped"], "Ward 3 stopped using it on 4 May 2024.", True),
        (["W3 2024-01-01 preparing", "W3 2024-05-04 paused"], "Ward 3 paused it on 4 May 2024.", False),
        (["W3 2024-01-01 paused", "W3 2024-05-04 using"], "Ward 3 took it up again on 4 May 2024.", True),
        (
            ["W3 2024-01-01 using", "W3 2024-05-04 preparing"],
            "Ward 3 no longer used it, and was preparing for it on 4 May 2024.",
            True,
        ),
        (["W3 2024-01-01 unknown", "W3 2024-05-04 using"], "Ward 3 began to use it on 4 May 2024.", True),
        (
            ["W3 2023-01-01 using", "W3 2024-01-01 unknown", "W3 2024-05-04 using"],
            "Ward 3 was known again to be using it on 4 May 2024.",
            False,
        ),
        (
            ["W3 2023-01-01 using", "W3 2024-01-01 unknown", "W3 2024-05-04 stopped"],
            "Ward 3 stopped using it on 4 May 2024.",
            True,
        ),
        (["W3 2024-05-01~month using"], "Ward 3 began to use it in May 2024.", True),
        (["W3 2024-01-01~year using"], "Ward 3 began to use it in 2024.", True),
        (["W3 2024-05-04..2024-06-02 using"], "Ward 3 began to use it between 4 May 2024 and 1 Jun 2024.", True),
        (["W3 2024-05-01~month unknown"], "Nothing has been known of Ward 3 since some day in May 2024.", False),
    ],
)
def test_a_change_of_stage_is_a_sentence_that_matters_or_not(lines, sentence, matters):
    found = explanation.changes(small(*lines, sites=WARD))
    assert found.select("says", "matters").row(-1) == (sentence, matters)
    assert found["kind"].unique().to_list() == ["stage"]


def test_the_same_stage_again_is_no_change():
    assert len(says("W3 2024-01-01 using", "W3 2024-03-01 using", "W3 2024-04-01 using")) == 1


def test_a_site_without_a_name_goes_by_its_code():
    found = explanation.changes(small("W3 2024-01-01 using"))
    assert found["says"].to_list() == ["W3 began to use it on 1 Jan 2024."]


def test_what_is_carried_on_from_other_sites_is_no_uptake():
    merged = {"site": ["A"], "successor": ["B"], "on": ["2024-06-01"], "kind": ["merged"]}
    found = explanation.changes(small("A 2024-01-01 using", successions=merged))
    assert columns(found, "site", "says", "matters")[-1] == (
        "B",
        "B carried on from other sites, using it, on 1 Jun 2024.",
        False,
    )


@pytest.mark.parametrize("row", ["a", "b", "c"])
def test_every_row_that_tells_of_a_merger_means_it(row):
    merged = {"site": ["A", "B", "M"], "successor": ["M"] * 3, "on": ["2024-06-01"] * 3, "kind": ["merged"] * 3}
    programme = small(
        "A 2024-01-01 using",
        successions={**merged, "id": ["a", "b", "c"]},
        explanations={"change": [f"successions:{row}"], "reason": ["One trust now"], "by": ["Board"]},
    )
    assert columns(explanation.changes(programme), "reference", "state")[-1] == ("successions:a", "has an account")
    assert explanation.evidence(programme, "successions:a")["says"].to_list() == [
        "Reason given: One trust now (Board)."
    ]


def test_a_plan_set_after_the_record_ends_is_no_change_yet():
    plans = {"what": ["stage"] * 2, "due": ["2025-03-01", "2025-09-01"], "set_on": ["2024-01-01", "2024-07-01"]}
    assert len(says(plans=plans)) == 1
    assert len(says(plans=plans, as_at="2024-06-30")) == 0


def test_changes_are_those_of_the_reading_that_was_chosen():
    programme = small(
        "W3 2024-01-01 using by=form",
        "W3 2024-03-01 using by=visit",
        sites=WARD,
        about=reading("form", "visit", chosen="visit"),
    )
    assert explanation.changes(programme)["says"].to_list() == ["Ward 3 began to use it on 1 Mar 2024."]


def test_a_plan_is_a_change_when_it_is_revised():
    plans = {
        "what": ["stage"] * 2,
        "site": ["W3"] * 2,
        "due": ["2024-03-01", "2024-09-01"],
        "set_on": ["2023-12-01", "2024-02-10"],
        "why": ["first", "training was late"],
    }
    assert says(plans=plans) == [
        "The plan for Ward 3 was changed on 10 Feb 2024: to be using it by 1 Sep 2024 rather than by 1 Mar 2024 "
        "(training was late)."
    ]


def test_a_revision_of_many_steps_is_one_change_and_any_of_them_names_it():
    plans = {
        "what": ["stage"] * 4,
        "name": ["using"] * 4,
        "value": [10, 20, 5, 30],
        "due": ["2024-03-01", "2024-09-01", "2024-06-01", "2025-03-01"],
        "set_on": ["2023-12-01"] * 2 + ["2024-02-10"] * 2,
        "id": ["a", "b", "c", "d"],
    }
    programme = small(plans=plans, explanations={"change": ["plans:c"], "reason": ["More money"], "by": ["Board"]})
    found = explanation.changes(programme)
    assert columns(found, "reference", "on", "says", "state") == [
        (
            "plans:d",
            "2024-02-10",
            "The plan for the programme was changed on 10 Feb 2024: 30 sites to be using it by 1 Mar 2025 "
            "rather than by 1 Sep 2024, 30 rather than 20.",
            "has an account",
        )
    ]


def test_plans_of_measures_are_revised_too():
    plans = {
        "what": ["measure"] * 2,
        "name": ["falls"] * 2,
        "value": [4, 3.5],
        "due": ["2024-03-01"] * 2,
        "set_on": ["2023-12-01", "2024-02-10"],
    }
    assert says(plans=plans, measures={"measure": ["falls"]}) == [
        "The plan for the programme was changed on 10 Feb 2024: falls at 3.5 by 1 Mar 2024, 3.5 rather than 4."
    ]


def test_an_adaptation_is_a_change():
    adaptations = {
        "on": ["2024-03-01", "2024-04-01"],
        "site": ["W3", None],
        "what": ["A shorter form.", "Visits every month"],
        "concerns": ["improvement", "way of supporting it"],
    }
    assert says(adaptations=adaptations) == [
        "Ward 3 adapted it on 1 Mar 2024: A shorter form.",
        "The programme changed the way of supporting it on 1 Apr 2024: Visits every month.",
    ]


def test_changes_stand_in_order_of_date():
    found = explanation.changes(measured(FELL, adaptations={"on": ["2023-06-01"], "what": ["x"]}))
    assert found["on"].is_sorted()
    assert set(found["kind"]) == {"adaptation", "signal", "stage"}


# Signals


def signals(programme: Programme) -> pl.DataFrame:
    return explanation.changes(programme).filter(kind="signal")


def test_a_signal_is_a_change_and_says_what_it_shows():
    assert columns(signals(measured(FELL)), "on", "site", "says", "matters") == [
        (
            "2024-01-01",
            "W3",
            "Falls at Ward 3: 8 points in a row below the mean from 1 Jan 2024 to 1 Aug 2024, an improvement "
            "(rules mdc).",
            True,
        )
    ]


def test_a_signal_that_is_neither_better_nor_worse_does_not_matter():
    neither = {"measure": ["falls"], "improves": ["neither"]}
    assert columns(signals(measured(FELL, neither)), "says", "matters") == [
        (
            "Falls at Ward 3: 8 points in a row below the mean from 1 Jan 2024 to 1 Aug 2024, lower, which is neither "
            "better nor worse (rules mdc).",
            False,
        )
    ]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([10, 11] * 7 + [30], "1 point above the upper limit on 1 Mar 2024, a concern"),
        ([10, 11] * 4 + [10, 10.2, 10.4, 10.6, 10.8, 11, 11.2], "each higher than the one before from"),
    ],
)
def test_every_kind_of_signal_has_its_words(values, sentence):
    found = [says for says in signals(measured(values))["says"] if sentence in says]
    assert len(found) == 1


def test_signals_follow_the_rules_that_a_measure_names_and_the_phases_of_the_programme():
    rules = {"measure": ["falls"], "improves": ["down"], "rules": ["mdc-2021"]}
    assert signals(measured(FELL, rules))["says"].str.contains(r"rules mdc-2021").all()
    phases = {"measure": ["falls"], "on": ["2024-01-01"], "kind": ["recalculate"], "reason": ["a new form"]}
    assert signals(measured(FELL, phases=phases)).height == 0


def test_values_after_the_end_of_the_record_make_no_signal():
    assert signals(measured(FELL, as_at="2024-01-15")).height == 0


def test_a_signal_has_an_account_when_somebody_explains_it():
    reference = signals(measured(FELL))["reference"].item()
    programme = measured(FELL, explanations={"change": [reference], "reason": ["Two more nurses"], "by": ["Ward"]})
    assert columns(signals(programme), "reference", "state") == [(reference, "has an account")]
    assert explanation.broken(programme).height == 0


def test_an_explanation_of_a_signal_that_has_gone_is_reported():
    reference = signals(measured(FELL))["reference"].item()
    row = {"change": [reference], "reason": ["Two more nurses"], "by": ["Ward"], "id": ["e"]}
    programme = measured([9, 11] * 10, explanations=row)
    assert signals(programme).height == 0
    assert explanation.broken(programme).rows() == [("explanations:e", reference, "explanations, change")]


def test_signals_are_those_of_the_charts():
    programme = measured(FELL)
    points = spc.chart(programme.values, measures=programme.measures, phases=programme.phases)
    assert signals(programme)["reference"].to_list() == spc.signals(points)["reference"].to_list()


def test_plans_of_several_sites_changed_together_are_one_change():
    plans = {
        "what": ["stage"] * 5,
        "site": ["A", "A", "B", "B", "C"],
        "name": ["using"] * 5,
        "due": [date(2024, 1, 1), date(2024, 6, 1), date(2024, 1, 1), date(2024, 7, 1), date(2024, 1, 1)],
        "set_on": [date(2023, 1, 1), date(2023, 9, 1)] * 2 + [date(2023, 1, 1)],
        "why": [None, "Too few staff"] * 2 + [None],
        "id": ["a1", "a2", "b1", "b2", "c1"],
    }
    explained = {"change": ["plans:b2"], "reason": ["A winter of sickness"], "by": ["lead"]}
    programme = Programme({"name": "x", "as_at": date(2024, 12, 31)}, plans=plans, explanations=explained)
    told = explanation.changes(programme).select("reference", "site", "says", "state").rows()
    assert told == [
        ("plans:a2", None, "The plans for 2 sites were changed on 1 Sep 2023 (Too few staff).", "has an account")
    ]
