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
        "3 of 8 eligible sites were in use on 31 Dec 2023. Of the same 8 sites 5 had ever used it, and 7 had been "
        "contacted."
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
        "In the plan for the programme the first version (set on 1 Jan 2022) meant 8 in use by 31 Dec 2023, the last "
        "of them by 30 Jun 2023; the latest version (set on 1 Nov 2022) meant 4 in use by 31 Dec 2023 and 8 by 31 Dec "
        "2024. In fact 3 were."
    )
    assert sorted(found.evidence) == ["plans:first", "plans:second", "plans:second-end"]


def test_each_way_of_leaving_is_told_apart_and_returns_are_counted(results: Results) -> None:
    found = about(answers.as_planned(results), "Staying and leaving")
    assert found.text == (
        "3 sites of 5 that came into use left once each: 1 paused, 1 stopped by decision and 1 lapsed. "
        "1 site came back."
    )


def test_every_rule_is_printed_and_what_is_too_early_is_not_judged(results: Results) -> None:
    statements = answers.as_planned(results)
    year, three = about(statements, "Sustained: A year on"), about(statements, "Sustained: Three years on")
    assert "for 12 months from adoption (the funder asked for a year)." in year.text
    assert year.text.startswith("1 of 4 sites that this rule can judge was sustained.")
    assert "95% interval" in year.doubt
    assert three.text.startswith("None of the 5 sites that began can be judged by this rule yet.")


def test_what_was_allocated_and_what_began_stand_apart(results: Results) -> None:
    statements = answers.as_planned(results)
    allocated = about(statements, "Finding, as allocated")
    started = about(statements, "Finding, as started")
    assert allocated.text.startswith("Fewer falls where allocated. 0.8 odds ratio (interval 0.6 to 0.95).")
    assert (allocated.doubt, started.doubt) == ("", "Its interval includes 1, so there may be no difference.")


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


def planned_sites(dates: dict[str, str], told: list[tuple[str, str, str]], **tables) -> Programme:
    """Sites with a first planned date each, and what is told of them up to 30 June 2024."""
    sites = sorted({*dates, *(site for site, _, _ in told)})
    plans = {"what": ["stage"] * len(dates), "site": list(dates), "due": list(dates.values())}
    made = {
        "sites": {"site": sites, "eligible": [True] * len(sites)},
        "plans": plans | {"set_on": ["2023-06-01"] * len(dates)},
        "stages": dict(zip(("site", "stage", "on"), zip(*told, strict=True), strict=True)),
    }
    return Programme({"name": "Falls", "as_at": "2024-06-30"}, **(made | tables))


def test_a_site_that_began_late_declined_or_closed_is_not_asked_about() -> None:
    sites = {name: "2024-01-31" for name in ("Begun late", "Closed", "Declined", "Lost", "Not begun")}
    programme = planned_sites(
        sites,
        [
            ("Begun late", "using", "2024-03-01"),
            ("Declined", "declined", "2023-09-01"),
            ("Lost", "exploring", "2023-09-01"),
            ("Lost", "unknown", "2024-03-01"),
        ],
        successions={"site": ["Closed"], "successor": ["Closed"], "on": ["2023-12-01"], "kind": ["closed"]},
    )
    found = about(answers.attention(programme), "Planned dates")
    assert found.text == (
        "At 1 site the latest planned date has passed and it has not happened: Not begun. "
        "Other sites are not counted: 1 closed, merged or split, 1 declined and 1 not known of."
    )
    assert len(found.evidence) == 1


def test_plans_of_sites_are_held_against_those_sites_as_they_are_now_and_all_in_use_stand_beside() -> None:
    programme = planned_sites(
        {"A": "2023-12-31", "B": "2023-12-31", "C": "2023-12-31"},
        [("A", "using", "2023-09-01"), ("B", "using", "2023-09-01"), ("D", "using", "2023-09-01")],
        sites={"site": ["A", "AB", "B", "C", "D"], "eligible": [True] * 5},
        successions={"site": ["A", "B"], "successor": ["AB"] * 2, "on": ["2024-02-01"] * 2, "kind": ["merged"] * 2},
    )
    found = answers.as_planned(programme)
    assert about(found, "Plan").text.endswith(
        "In fact 1 of 2 open sites with such a plan, or carrying on from one that had it, was in use. "
        "In use, planned or not: 2 sites."
    )
    assert len(about(found, "In use").evidence) == 2


def test_sites_in_use_that_are_not_eligible_are_told_apart_from_those_planned() -> None:
    programme = planned_sites(
        {"A": "2023-12-31", "B": "2023-12-31"},
        [("A", "using", "2023-09-01"), ("B", "using", "2023-09-01")],
        sites={"site": ["A", "B"], "eligible": [True, False]},
    )
    assert about(answers.as_planned(programme), "Plan").text.endswith(
        "In fact 2 of 2 sites with such a plan were in use. In use, planned or not: 2 sites, 1 of them eligible."
    )


def test_only_planned_sites_make_the_plan_of_sites_doubtful() -> None:
    stages = {"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2024-01-01"] * 2, "precision": ["month"] * 2}
    programme = planned_sites({"A": "2024-02-01"}, [("B", "using", "2024-01-01")], stages=stages)
    assert "For 1 site only a span of days is known" in about(answers.as_planned(programme), "Plan").doubt


def test_sites_not_known_now_and_those_lost_from_view_for_a_time_are_told_apart() -> None:
    told = [("using", "2023-01-01"), ("unknown", "2023-03-01")]
    stages = [(site, stage, on) for site in "ABC" for stage, on in told] + [("B", "using", "2023-06-01")]
    found = about(answers.as_planned(planned_sites({"A": "2023-12-31"}, stages)), "Staying and leaving")
    assert found.doubt.startswith("Of 2 sites nothing is known since and 1 site was lost from view for a time: ")
    assert "came back" not in found.text


def test_who_came_into_use_and_is_not_counted_any_more_is_said() -> None:
    stages = [("A", "using", "2023-01-01"), ("B", "using", "2023-01-01")]
    programme = planned_sites(
        {"A": "2023-12-31"},
        stages,
        successions={"site": ["B"], "successor": ["B"], "on": ["2023-12-01"], "kind": ["closed"]},
    )
    found = about(answers.as_planned(programme), "Staying and leaving").text
    assert found.endswith(" The 2 include 1 that has closed, merged or split.")


def test_of_those_it_is_too_early_to_judge_it_is_said_how_many_have_left() -> None:
    programme = Programme(
        {
            "name": "Falls",
            "as_at": "2024-06-30",
            "rules": [{"name": "A year", "valued_by": "wards", "months": 12, "why": "asked"}],
        },
        stages={
            "site": ["A", "A", "B"],
            "stage": ["using", "stopped", "using"],
            "on": ["2024-01-01", "2024-03-01", "2024-01-01"],
        },
    )
    assert about(answers.as_planned(programme), "Sustained: A year").doubt == (
        "For 2 sites it is too early to judge. Of these, 1 has left already; it is judged when its 12 months are up."
    )


def test_one_site_and_one_series_are_spoken_of_as_one() -> None:
    programme = Programme(
        {"name": "Falls", "as_at": "2024-06-30"},
        sites={"site": ["A"], "eligible": [True]},
        stages={"site": ["A", "A"], "stage": ["using", "stopped"], "on": ["2024-01-01", "2024-02-01"]},
        plans={"what": ["stage"], "site": ["A"], "due": ["2023-12-30"], "set_on": ["2023-06-01"]},
        measures={"measure": ["falls"]},
        values={"measure": ["falls"], "site": ["A"], "on": ["2024-01-01"], "value": [1.0]},
    )
    said = {one.about: one.text for one in answers.as_planned(programme)}
    assert said["In use"] == (
        "0 of 1 eligible site was in use on 30 Jun 2024. Of the same site 1 had ever used it, and 1 had been contacted."
    )
    assert "In fact 0 of 1 site with such a plan was in use." in said["Plan"]
    assert said["Allocated and actual"] == (
        "The one site whose first planned date has passed began less than a month late."
    )
    assert said["Staying and leaving"].startswith("1 site of 1 that came into use left once: 1 stopped")
    assert said["Measures"] == "The one series of measures has too few values to judge."


def test_a_day_before_every_stage_is_told_apart_from_no_stage() -> None:
    stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]}
    programme = Programme({"name": "Falls", "as_at": "2023-06-30"}, stages=stages)
    assert about(answers.as_planned(programme), "In use").text == (
        "Stages are recorded, but only after 30 Jun 2023, the day up to which everything is counted. "
        "Nothing can be said of spread yet."
    )


def test_a_reading_chosen_that_concerns_no_site_is_not_spoken_of() -> None:
    stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"], "source": ["visit"]}
    reading = {"between": ["visit", "return"], "chosen": "visit", "by": "us", "why": "seen"}
    programme = Programme({"name": "Falls", "as_at": "2024-01-31", "readings": [reading]}, stages=stages)
    assert "figures follow" not in about(answers.as_planned(programme), "In use").doubt


def test_findings_are_of_the_whole_programme(results: Results) -> None:
    whole = [one.about for one in answers.as_planned(results) if one.whole]
    assert whole == ["Finding, as allocated", "Finding, as started"]


def test_a_plan_whose_time_was_up_says_by_when_it_was() -> None:
    programme = Programme(
        {"name": "Falls", "as_at": "2025-06-30"},
        sites={"site": ["A", "B"]},
        stages={"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]},
        plans={"what": ["stage"], "value": [2], "due": ["2024-01-01"], "set_on": ["2023-01-01"]},
    )
    found = about(answers.as_planned(programme), "Plan")
    assert "meant 2 in use by 30 Jun 2025, the last of them by 1 Jan 2024. In fact 1 was" in found.text
