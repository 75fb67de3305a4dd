"""The two answers: what is computed has its denominators, evidence and doubts; what people wrote is left as it is."""

from __future__ import annotations

from datetime import date

import pytest
from tests.reporting.made import wards

from takeroot.reporting import answers
from takeroot.reporting.answers import Statement
from takeroot.reporting.results import Results
from takeroot.vocabulary.programme import Programme


@pytest.fixture(scope="module")
def results() -> Results:
    return Results(wards())


def about(statements: list[Statement], word: str) -> Statement:
    found = [statement for statement in statements if statement.about == word]
    assert len(found) == 1, [statement.about for statement in statements]
    return found[0]


def test_sites_in_use_stand_with_their_denominator_and_no_percentage_of_eight(results: Results) -> None:
    found = about(answers.as_planned(results), "In use")
    assert found.text == (
        "3 of 8 eligible sites were in use on 31 Dec 2023. 5 sites had ever used it, and 7 sites had been contacted."
    )
    assert found.evidence == ("stages:w1", "stages:w3-back", "stages:w7")


def test_where_sources_conflict_the_range_and_the_reading_are_said(results: Results) -> None:
    doubt = about(answers.as_planned(results), "In use").doubt
    assert "The record allows anything from 3 to 4 sites in use." in doubt
    assert "figures follow visit, chosen by the evaluator: somebody looked." in doubt


def test_a_percentage_comes_with_a_denominator_of_twenty() -> None:
    sites = [f"S{n:02d}" for n in range(20)]
    programme = Programme(
        {"name": "Falls", "as_at": "2024-01-31"},
        sites={"site": sites, "eligible": [True] * 20},
        stages={"site": sites[:11], "stage": ["using"] * 11, "on": ["2024-01-01"] * 11},
    )
    assert about(answers.as_planned(programme), "In use").text.startswith("11 of 20 eligible sites (55%) were in use")


def test_without_a_denominator_there_is_no_share_and_the_doubt_says_why() -> None:
    programme = Programme("Falls", stages={"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]})
    found = about(answers.as_planned(programme), "In use")
    assert found.text.startswith("1 site was in use on 1 Jan 2024.")
    assert found.doubt.startswith("No share: ")


def test_the_first_and_the_latest_version_of_the_plan_are_told_apart(results: Results) -> None:
    found = about(answers.as_planned(results), "Plan")
    assert found.text == (
        "In the plan for the programme the first version (set on 1 Jan 2022) meant 8 in use by 31 Dec 2023; the latest "
        "version (set on 1 Nov 2022) meant 4 in use by 31 Dec 2023 and 8 by 31 Dec 2024. In fact 3 were."
    )
    assert sorted(found.evidence) == ["plans:first", "plans:second", "plans:second-end"]


def test_each_way_of_leaving_is_told_apart_and_returns_are_counted(results: Results) -> None:
    found = about(answers.as_planned(results), "Staying and leaving")
    assert found.text == (
        "3 sites of 5 that came into use left at least once, in all 3 times: 1 paused, 1 stopped by decision and "
        "1 lapsed. 1 site came back."
    )


def test_every_rule_is_printed_and_what_is_too_early_is_not_judged(results: Results) -> None:
    statements = answers.as_planned(results)
    year, three = about(statements, "Sustained: A year on"), about(statements, "Sustained: Three years on")
    assert "for 12 months from adoption (the funder asked for a year)." in year.text
    assert year.text.startswith("1 of 4 sites that this rule can judge were sustained.")
    assert "95% interval" in year.doubt
    assert three.text.startswith("None of the 5 sites that began can be judged by this rule yet.")


def test_what_was_allocated_and_what_began_stand_apart(results: Results) -> None:
    statements = answers.as_planned(results)
    allocated = about(statements, "Finding, as allocated")
    started = about(statements, "Finding, as started")
    assert allocated.text.startswith("Fewer falls where allocated. 0.8 odds ratio (interval 0.6 to 0.95).")
    assert (allocated.doubt, started.doubt) == ("", "Its interval includes no difference.")


def test_accounts_stand_in_their_own_words_and_their_latest_version_only(results: Results) -> None:
    found = answers.what_changed(results)
    assert [statement.about for statement in found[:2]] == [
        "hospital manager, 1 Aug 2023",
        "ward sister, 1 Sep 2023, version 2",
    ]
    sister = found[1]
    assert sister.text.startswith("It lapsed when the educator left [stages:w2-lapsed]")
    assert sister.evidence == ("stages:w2-lapsed", "notes:gone")
    assert sister.doubt == "Hospital manager sees it otherwise. 1 citation in it can not be found in the record."


def test_changes_that_nobody_has_explained_are_counted_and_named(results: Results) -> None:
    found = answers.what_changed(results)[-1]
    assert found.about == "No account yet"
    assert "stages:w4-stopped" in found.evidence
    assert "stages:w2-lapsed" not in found.evidence


def test_an_empty_programme_says_what_can_not_be_said() -> None:
    found = answers.as_planned(Programme("Falls"))
    assert [statement.about for statement in found] == ["In use", "Plan", "Sustained"]
    assert answers.what_changed(Programme("Falls"))[0].text == "Nobody has written what changed and why yet."
    assert [statement.about for statement in answers.attention(Programme("Falls"))] == ["Rules"]


def test_what_needs_attention_names_sites_in_the_order_of_the_alphabet() -> None:
    sites = ["Zeta", "Alpha"]
    programme = Programme(
        {"name": "Falls", "as_at": "2024-06-30"},
        sites={"site": sites},
        stages={"site": sites, "stage": ["exploring"] * 2, "on": ["2024-01-01"] * 2},
        plans={
            "what": ["stage"] * 2,
            "name": ["using"] * 2,
            "site": sites,
            "due": ["2024-02-01", "2024-03-01"],
            "set_on": ["2024-01-01"] * 2,
        },
    )
    found = about(answers.attention(programme), "Planned dates")
    assert found.text == "At 2 sites the latest planned date has passed and it has not happened: Alpha and Zeta."


def test_actions_past_their_date_are_told_and_those_done_are_not() -> None:
    programme = wards(
        actions={
            "title": ["Ring the wards", "Print the cards", "Find a room"],
            "due": [date(2023, 5, 1), date(2023, 5, 1), date(2024, 5, 1)],
            "done": [None, date(2023, 4, 1), None],
        }
    )
    assert (
        about(answers.attention(programme), "Actions").text == "1 action is past its date and not done: Ring the wards."
    )


def test_nothing_computed_uses_words_of_blame(results: Results) -> None:
    said = " ".join(
        f"{s.text} {s.doubt} {s.about}" for s in [*answers.as_planned(results), *answers.attention(results)]
    )
    assert [
        word for word in ("laggard", "failed", "worst", "best", "poor", "behind", "rank") if word in said.lower()
    ] == []


def test_plans_without_anything_that_happened_are_held_against_nothing():
    plans = {"what": ["stage"], "name": ["using"], "value": [10], "due": ["2024-01-01"], "set_on": ["2023-01-01"]}
    [plan] = [said for said in answers.as_planned(Programme("Falls", plans=plans)) if said.about == "Plan"]
    assert plan.text == ("Plans are recorded, but nothing that happened yet, so spread can not be held against them.")
    assert len(plan.evidence) == 1
