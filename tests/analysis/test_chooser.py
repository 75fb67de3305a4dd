"""The chooser: the points, the worked outputs, and what stands over every way to answer."""

from __future__ import annotations

import random
from typing import Any, get_args

import numpy as np
import pytest

from takeroot.analysis import chooser
from takeroot.analysis.chooser import choose, leaning, rules, says
from takeroot.analysis.chooser.grounds import GROUNDS
from takeroot.analysis.chooser.questions import QUESTIONS, STRONG
from takeroot.analysis.chooser.wording import changes, changing, leans, why
from takeroot.errors import FaultyInput, NotFound
from takeroot.vocabulary import frameworks, instruments_in_files
from takeroot.vocabulary.frameworks import FRAMEWORKS, FrameworkChoice, Situation
from takeroot.vocabulary.instrument import Instrument

IDS = [question.id for question in QUESTIONS]


def answers(words: str) -> dict[str, str]:
    """The eight answers, in the order of the questions; ``-`` where one is left open."""
    return {question: word for question, word in zip(IDS, words.split(), strict=True) if word != "-"}


PROMPT = answers("spread applied single_intervention national some plan before core_team")
FRAILSAFE = answers("spread both single_intervention multi_organisation high narrative during core_team")
VIDEO = answers("scale_up both technology_or_service national high narrative before analysts")
SCORED = answers("sustain applied qi_programme organisation low score after core_team")
SURVEY = answers("embed research technology_or_service team some staff_survey during frontline_staff")

WORKED = [
    pytest.param(
        PROMPT,
        True,
        {"gtfs": 15, "spread": 15, "who": 14, "nasss": 10},
        {"gtfs": 1, "spread": 1, "who": 3},
        [],
        id="PROMPT 2008",
    ),
    pytest.param(
        FRAILSAFE,
        True,
        {"dsf": 13, "nasss": 13, "spread": 12, "3s": 10},
        {"dsf": 1, "spread": 3, "nasss": 1},
        [],
        id="Frailsafe 2014",
    ),
    pytest.param(
        VIDEO,
        True,
        {"nasss": 18, "mlp": 13, "3s": 12, "who": 10},
        {"nasss": 1},
        [("mechanistic", "who")],
        id="video consulting",
    ),
    pytest.param(
        SCORED,
        False,
        {"nhssm": 16, "rii": 16, "dsf": 10, "spread": 10},
        {"nhssm": 1, "rii": 1},
        [],
        id="a score afterwards",
    ),
    pytest.param(SURVEY, False, {"npt": 17, "rii": 9, "dsf": 8}, {"npt": 1}, [], id="a survey of staff"),
]


@pytest.mark.parametrize(("said", "contested", "totals", "shortlist", "companions"), WORKED)
def test_the_worked_outputs_hold(
    said: dict[str, str],
    contested: bool,
    totals: dict[str, int],
    shortlist: dict[str, int],
    companions: list[tuple[str, str]],
):
    choice = choose(said, contested=contested, shells=())
    given = dict(choice.frameworks.select("framework", "total").iter_rows())
    aside = set(choice.frameworks.filter(choice.frameworks["set_aside"].is_not_null())["framework"])
    leaders = sorted(set(given) - aside, key=lambda code: -given[code])[: len(totals)]
    assert {code: given[code] for code in totals} == totals
    assert sorted(given[code] for code in leaders) == sorted(totals.values())
    listed = choice.frameworks.filter("shortlisted").select("framework", "rank")
    assert dict(listed.iter_rows()) == shortlist
    assert choice.companions.rows() == companions


def test_the_figures_over_every_way_to_answer_hold():
    found = leaning(shells=())
    assert found.sets == 43_200
    assert min(found.first.values()) > 0
    assert {code: round(found.first[code], 3) for code in ("mlp", "nasss")} == {"mlp": 0.035, "nasss": 0.273}
    assert (min(found.first, key=found.first.__getitem__), max(found.first, key=found.first.__getitem__)) == (
        "mlp",
        "nasss",
    )
    assert (round(found.joint, 3), round(found.many, 3)) == (0.224, 0.038)


def test_joint_firsts_are_never_parted_by_name():
    found = rules.ranked(rules.every_full_set())
    joint = found.first.sum(axis=1) > 1
    assert joint.sum() == 9_696
    assert (joint & found.first[:, rules.CODES.index("3s")]).sum() == 2_712
    assert found.totals.max() == 20
    assert set(found.totals.max(axis=0).tolist()) == {17, 18, 19, 20}


def slowly(said: dict[str, str], back: set[str], shells: set[str]) -> tuple[dict[str, int], dict[str, int], set[str]]:
    """Totals, ranks and shortlist, worked out as the rules are told."""
    totals = dict.fromkeys(FRAMEWORKS, 0)
    for question in QUESTIONS:
        for answer in question.answers:
            if said.get(question.id) == answer.word:
                for code, points in answer.points.items():
                    totals[code] += question.weight * points
    aside = set(shells)
    if said.get("interdependence") == "high":
        aside.add("rii")
    if said.get("scale") in ("team", "organisation") and said.get("aim") != "transition":
        aside.add("mlp")
    if said.get("output") == "score":
        aside |= {"mlp", "nasss"}
    aside -= back
    if len(said) < 4:
        return totals, {}, set()
    stand = {code: total for code, total in totals.items() if code not in aside}
    ranks = {code: 1 + sum(other > total for other in stand.values()) for code, total in stand.items()}
    top = max(stand.values())
    return totals, ranks, {code for code, total in stand.items() if total >= top - 2 and ranks[code] <= 3}


def test_the_fast_way_and_the_plain_way_give_the_same():
    chance = random.Random(8)
    for _ in range(400):
        said = {question.id: chance.choice(question.answers).word for question in QUESTIONS if chance.random() < 0.75}
        back = {code for code in FRAMEWORKS if chance.random() < 0.2}
        shells = {code for code in FRAMEWORKS if chance.random() < 0.1}
        choice = choose(said, back=back, shells=shells)
        totals, ranks, shortlist = slowly(said, back, shells)
        assert dict(choice.frameworks.select("framework", "total").iter_rows()) == totals
        found = choice.frameworks.filter(choice.frameworks["rank"].is_not_null()).select("framework", "rank")
        assert dict(found.iter_rows()) == ranks
        assert set(choice.shortlist) == shortlist


def test_what_would_change_first_place_is_every_single_other_answer_that_does():
    choice = choose(FRAILSAFE, shells=())
    then = {
        (question.id, answer.word): set(choose({**FRAILSAFE, question.id: answer.word}, shells=()).first)
        for question in QUESTIONS
        for answer in question.answers
    }
    named = {(row["question"], row["instead"]): set(row["first"]) for row in choice.changes.rows(named=True)}
    assert named == {at: first for at, first in then.items() if first != set(choice.first)}
    assert {row["now"] for row in choice.changes.rows(named=True)} <= set(FRAILSAFE.values())


def test_the_single_answer_that_decides_is_named():
    choice = choose(VIDEO, contested=True)
    said = "In the end: with “a score”, 3S infrastructure would stand first."
    assert changes(choice) == [said]
    assert changing(choice) == f"One other answer would change first place. {said}"
    assert choice.changes.rows() == [("output", "narrative", "score", ["3s"])]


def test_fewer_than_four_answers_give_no_shortlist():
    three = dict(list(PROMPT.items())[:3])
    choice = choose(three, contested=True)
    assert (choice.shortlist, choice.first, choice.changes.height, choice.companions.height) == ((), (), 0, 0)
    assert "Answer at least four of the eight questions for a shortlist; 3 are answered." in says(choice)
    assert choose(dict(list(PROMPT.items())[:4])).shortlist


def test_answers_that_do_not_separate_the_frameworks_are_said_to():
    sets = rules.every_full_set()
    many = np.flatnonzero(rules.ranked(sets, shells={"rii"}).shortlisted.sum(axis=1) > 4)[0]
    said = {question.id: question.answers[at].word for question, at in zip(QUESTIONS, sets[many], strict=True)}
    choice = choose(said)
    assert len(choice.shortlist) > 4
    assert not choice.separates
    assert says(choice)[1].startswith("The answers do not separate the frameworks")


def test_it_is_said_first_that_there_is_no_rule_and_that_the_points_are_ours():
    for said in ({}, PROMPT):
        assert says(choose(said))[0].startswith("No firm rule says which framework to use")
        assert "The points behind this list are ours" in says(choose(said))[0]


def test_ties_are_said_as_ties():
    assert says(choose(PROMPT))[1] == (
        "On the shortlist: Going to Full Scale and Framework for Spread (first together); WHO/ExpandNet (third)."
    )


def test_what_is_set_aside_has_its_reason_and_can_be_brought_back():
    aside = {
        row["framework"]: row["set_aside"]
        for row in choose(SCORED, shells=()).frameworks.rows(named=True)
        if row["set_aside"]
    }
    assert aside == {
        "nasss": "it is not built to give a score",
        "mlp": "it is about whole systems, and this is within one organisation; it is not built to give a score",
    }
    back = choose(SCORED, back=["NASSS"], shells=()).frameworks.row(3, named=True)
    assert (back["set_aside"], back["back"], back["rank"]) == (None, True, 6)
    unmoved = choose(PROMPT, back=["nasss"]).frameworks.row(3, named=True)
    assert not unmoved["back"]


def test_a_shell_stays_off_the_shortlist_until_it_is_brought_back():
    assert choose(SCORED).shortlist == ("nhssm",)
    assert any("only a shell of its instrument is here" in one for one in says(choose(SCORED)))
    assert choose(SCORED, back=["rii"]).shortlist == ("nhssm", "rii")
    found = leaning()
    assert found.first["rii"] == 0
    assert "every framework but Routinisation and institutionalisation can come first" in leans(found)


def shell(code: str | None, is_shell: bool) -> Instrument:
    return Instrument.model_validate(
        {
            "id": f"{code}-{is_shell}".casefold(),
            "edition": "1",
            "title": "One",
            "kind": "questionnaire",
            "framework": code,
            "purpose": "To see.",
            "who": "Staff",
            "source": ["A paper"],
            "licence": "CC BY 4.0",
            "shell": is_shell,
            "scales": [{"id": "words", "kind": "text"}],
            "sections": [{"id": "one", "title": "One", "questions": [{"id": "q", "asks": "What?", "scale": "words"}]}],
        }
    )


def test_a_framework_is_a_shell_where_none_of_its_instruments_is_more():
    library = [shell("rii", True), shell("nasss", True), shell("nasss", False), shell(None, True), shell("npt", False)]
    assert chooser.shells(library) == {"rii"}


def test_the_library_has_a_shell_of_one_framework_alone():
    assert chooser.shells(instruments_in_files.library().values()) == {"rii"}


def test_every_framework_has_an_instrument_in_the_library_that_follows_it():
    found = {code: [one.id for one in chooser.instruments_of(code)] for code in FRAMEWORKS}
    assert all(found.values())
    assert found["nasss"] == ["nasss", "nasss-long", "nasss-short"]


def test_a_companion_ties_too_and_is_named_for_contested_changes_only():
    assert choose(VIDEO, contested=False).companions.height == 0
    assert choose(VIDEO).companions.height == 0
    for row in rules.every_full_set()[::977]:
        said = {question.id: question.answers[at].word for question, at in zip(QUESTIONS, row, strict=True)}
        choice = choose(said, contested=True)
        there = {logic for code in choice.shortlist for logic in FRAMEWORKS[code].logics}
        assert set(choice.companions["logic"]) == set(frameworks.LOGICS) - there
        totals = dict(
            choice.frameworks.filter(choice.frameworks["set_aside"].is_null()).select("framework", "total").rows()
        )
        for logic, code in choice.companions.rows():
            assert totals[code] == max(total for one, total in totals.items() if logic in FRAMEWORKS[one].logics)


def test_every_strong_point_has_its_ground_and_no_ground_is_for_nothing():
    strong = {
        (code, question.id, answer.word)
        for question in QUESTIONS
        for answer in question.answers
        for code, points in answer.points.items()
        if points == STRONG
    }
    assert set(GROUNDS) == strong
    sourced = {one for one, ground in GROUNDS.items() if ground.source}
    assert {code for code, _, _ in sourced} == set(FRAMEWORKS)
    assert sourced != strong


def test_each_reason_says_what_was_answered_and_whose_ground_it_is():
    reasons = {reason.answered: reason for reason in why(choose(FRAILSAFE), "dsf")}
    said = "Interdependence: much, so that what one place changes, others feel"
    assert reasons[said] == (
        said,
        "It looks at a system as a whole, and such frameworks suit complex efforts.",
        "Papoutsi, Greenhalgh and Marjanovic 2024, section 3.1",
    )
    assert "our own judgement" in {reason.source for reason in why(choose(PROMPT), "gtfs")}
    assert sum(choose(FRAILSAFE).reasons.filter(choose(FRAILSAFE).reasons["framework"] == "dsf")["points"]) == 13


def test_the_points_are_those_of_the_ten_and_the_words_are_those_that_are_kept():
    for question in QUESTIONS:
        kept = get_args(get_args(Situation.model_fields[question.id].annotation)[0])
        assert kept == tuple(answer.word for answer in question.answers)
        assert {code for answer in question.answers for code in answer.points} <= set(FRAMEWORKS)
    assert tuple(FRAMEWORKS) == get_args(frameworks.Code)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"aim": "spred"}, "There is no answer to aim 'spred'. Did you mean 'spread'?"),
        ({"aime": "spread"}, "There is no question 'aime'. Did you mean 'aim'?"),
        ({"contested": "perhaps"}, "There is no answer to contested 'perhaps'. There are: no, yes."),
        ({"when": 7}, "There is no answer to when '7'. There are: after, before, during."),
    ],
)
def test_a_word_that_is_not_known_is_one_sentence(said: dict[str, Any], sentence: str):
    with pytest.raises(NotFound) as found:
        choose(said)
    assert str(found.value) == sentence


def test_every_word_that_is_not_known_is_named_at_once():
    with pytest.raises(FaultyInput) as found:
        choose({"aim": "spred", "putpose": "applied"})
    assert len(found.value.faults) == 2


def test_a_framework_to_bring_back_that_is_not_known_is_one_sentence():
    with pytest.raises(NotFound, match=r"There is no framework 'nass'\. Did you mean 'nasss'"):
        choose(PROMPT, back=["nass"])


def test_words_are_taken_however_they_are_written():
    assert choose({"aim": "Scale-up", "scale": " multi organisation", "contested": "YES"}).situation == Situation(
        aim="scale_up", scale="multi_organisation", contested=True
    )


def test_a_choice_is_kept_with_the_words_of_the_chooser():
    kept = FrameworkChoice(chosen=("gtfs",), why="A plan is wanted", by="Ana", situation=choose(PROMPT).situation)
    assert FrameworkChoice.model_validate(kept.model_dump(mode="json")) == kept
    assert choose(kept.situation).shortlist == choose(PROMPT).shortlist
