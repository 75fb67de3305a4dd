"""Six instruments of the library, held against the facts on frameworks; a test is named by the section it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from math import ceil
from pathlib import Path

import pytest

import takeroot
from takeroot.analysis.assessment.pathways import NOT_DETERMINED, resembled
from takeroot.vocabulary.files import plain_yaml
from takeroot.vocabulary.instrument import Instrument, Question, Scale

LIBRARY = Path(takeroot.__file__).parent / "vocabulary" / "library"
NAMES = ("npt", "mlp", "three-approaches", "who-expandnet", "full-scale", "ihi-spread")
every = pytest.mark.parametrize("name", NAMES)


@cache
def instrument(name: str) -> Instrument:
    path = LIBRARY / f"{name}.yaml"
    return Instrument.model_validate(plain_yaml.read(path.name, path.read_bytes()).said)


def scale(name: str, short: str) -> Scale:
    return next(one for one in instrument(name).scales if one.id == short)


def values(name: str, short: str) -> list[str]:
    return [option.value for option in scale(name, short).options]


def of(name: str, construct: str) -> list[Question]:
    return [question for question in instrument(name).questions if question.of == construct]


def within(name: str, construct: str | None) -> list[str]:
    return [one.id for one in instrument(name).constructs if one.within == construct]


def section(name: str, short: str) -> list[str]:
    return [question.id for one in instrument(name).sections if one.id == short for question in one.questions]


def status(name: str, question: str) -> str:
    return next(one.status for one in instrument(name).questions if one.id == question)


# The six alike


@every
def test_the_name_of_the_file_is_the_short_name_and_the_words_are_ours(name: str) -> None:
    one = instrument(name)

    assert one.id == name
    assert one.wording == "paraphrase" and "our own" in one.licence
    assert one.source and one.facts and one.cautions and one.discussion and not one.shell


@every
def test_0_no_total_and_no_meaning_of_a_result_that_no_source_defines(name: str) -> None:
    one = instrument(name)

    assert not one.scoring.total
    assert one.interpretation == ()
    assert one.scoring.rule == ("mean of a construct" if name == "npt" else "none")


@every
def test_every_fact_that_is_confirmed_says_where(name: str) -> None:
    for fact in instrument(name).facts:
        assert fact.source, fact.says
        assert ("memory" in fact.source.casefold()) <= (fact.status == "unconfirmed"), fact.says


@every
def test_every_question_option_and_construct_is_said_a_second_time_more_plainly(name: str) -> None:
    for said, plain in _levels(instrument(name)):
        assert plain, said


@every
def test_every_question_has_a_name_of_its_own_for_tables(name: str) -> None:
    short = [question.short for question in instrument(name).questions]
    asks = [question.asks for question in instrument(name).questions]

    assert all(0 < len(each) <= 32 for each in short)
    assert len(set(short)) == len(short) and len(set(asks)) == len(asks)


@every
def test_the_plainer_level_is_short_and_made_of_short_words(name: str) -> None:
    plain = [plain for _, plain in _levels(instrument(name))]

    for text in plain:
        assert max(map(len, map(str.split, re.split(r"[.?;]", text)))) <= 15, text
    assert _grade(plain) < 5


@every
def test_nothing_is_declared_that_no_question_uses(name: str) -> None:
    one = instrument(name)
    spoken = {question.of for question in one.questions} | {question.part for question in one.questions}
    spoken |= {construct.within for construct in one.constructs}

    assert {question.scale for question in one.questions} == {each.id for each in one.scales}
    assert {construct.id for construct in one.constructs} <= spoken


@every
def test_there_is_something_to_talk_about_for_each_construct(name: str) -> None:
    one = instrument(name)
    about = {prompt.of for prompt in one.discussion}

    assert about <= {None, *(construct.id for construct in one.constructs)}
    for construct in within(name, None):
        assert about & {construct, *within(name, construct)}, construct
    for prompt in one.discussion:
        assert prompt.asks.endswith(("?", ".", '"')), prompt.asks


@every
def test_nobody_is_blamed_or_ranked(name: str) -> None:
    words = (LIBRARY / f"{name}.yaml").read_text().casefold()

    for word in ("laggard", "resistant", "resister", "poor performer", "league table", "traffic light", "fail to "):
        assert word not in words
    assert "—" not in words


@every
def test_what_a_judgement_has_to_be_given_with_can_be_written(name: str) -> None:
    for question in instrument(name).questions:
        if question.with_text == "must":
            assert instrument(name).scale(question).kind == "one of", question.id


# Normalisation Process Theory survey


def test_1_1_four_constructs_of_four_parts_with_4_4_7_and_5_statements_and_three_general_ones() -> None:
    assert within("npt", None) == ["co", "cp", "ca", "rm"]
    assert [len(within("npt", construct)) for construct in ("co", "cp", "ca", "rm")] == [4, 4, 4, 4]
    assert [len(of("npt", construct)) for construct in ("co", "cp", "ca", "rm")] == [4, 4, 7, 5]
    assert section("npt", "general") == ["g1", "g2", "g3"]
    assert len(instrument("npt").questions) == 23


def test_1_2_each_statement_speaks_of_the_part_that_the_published_table_gives() -> None:
    parts = {question.id: question.part for question in instrument("npt").questions if question.part}

    assert parts == {
        "co1": "differentiation",
        "co2": "communal-specification",
        "co3": "individual-specification",
        "co4": "internalisation",
        "cp1": "initiation",
        "cp2": "legitimation",
        "cp3": "enrolment",
        "cp4": "activation",
        "ca1": "interactional-workability",
        "ca2": "relational-integration",
        "ca3": "relational-integration",
        "ca4": "skill-set-workability",
        "ca5": "skill-set-workability",
        "ca6": "contextual-integration",
        "ca7": "contextual-integration",
        "rm1": "systematisation",
        "rm2": "communal-appraisal",
        "rm3": "individual-appraisal",
        "rm4": "reconfiguration",
        "rm5": "reconfiguration",
    }


def test_1_2_only_the_second_statement_of_collective_action_is_reversed() -> None:
    assert [question.id for question in instrument("npt").questions if question.reversed] == ["ca2"]


def test_1_2_the_general_questions_go_from_0_to_10_and_are_of_no_construct() -> None:
    for question in instrument("npt").questions[:3]:
        asked = instrument("npt").scale(question)
        assert (asked.kind, asked.least, asked.most, asked.step) == ("number", 0, 10, 1)
        assert asked.least_says and asked.most_says
        assert (question.of, question.status) == (None, "unconfirmed")


def test_1_3_agreement_comes_first_and_counts_5_and_not_relevant_is_a_state_with_three_reasons() -> None:
    agreement = scale("npt", "agreement")

    assert [(option.value, option.points) for option in agreement.options] == [
        ("strongly-agree", 5),
        ("agree", 4),
        ("neither", 3),
        ("disagree", 2),
        ("strongly-disagree", 1),
    ]
    assert [(third.value, [why.value for why in third.reasons]) for third in agreement.thirds] == [
        ("not-relevant", ["role", "stage", "intervention"])
    ]


def test_1_4_half_of_each_construct_is_enough_which_is_2_2_4_and_3_statements() -> None:
    enough = instrument("npt").scoring.enough

    assert [ceil(enough * len(of("npt", one))) for one in ("co", "cp", "ca", "rm")] == [2, 2, 4, 3]
    assert instrument("npt").scoring.status == "unconfirmed"


@pytest.mark.parametrize(
    ("answers", "means"),
    [
        ("5555 5555 5555555 55555", (5, 5, 4.4286, 5)),
        ("5555 5555 5155555 55555", (5, 5, 5, 5)),
        ("3333 3333 3333333 33333", (3, 3, 3, 3)),
        ("4345 5445 4234223 23444", (4.0, 4.5, 3.1429, 3.4)),
        ("4345 5445 -2---23 23444", (4.0, 4.5, None, 3.4)),
        ("--45 5445 4234223 23444", (4.5, 4.5, 3.1429, 3.4)),
    ],
)
def test_11_1_the_synthetic_answers_give_their_means_by_what_the_file_says(
    answers: str, means: tuple[float | None, ...]
) -> None:
    for construct, given, mean in zip(("co", "cp", "ca", "rm"), answers.split(), means, strict=True):
        assert _mean(construct, given) == mean


def test_11_1_the_reversed_mean_of_the_published_study() -> None:
    points = [option.points for option in scale("npt", "agreement").options if option.points]
    raw = (1.71 * 56 + 1.81 * 54) / (56 + 54)

    assert round(raw, 4) == 1.7591
    assert round(max(points) + min(points) - raw, 4) == 4.2409


# World Health Organization and ExpandNet


def test_2_1_five_elements_and_four_principles() -> None:
    elements = ["innovation", "user-organisation", "environment", "resource-team", "strategy"]

    assert [one for one in within("who-expandnet", None) if one not in ("principles", "steps")] == elements
    assert all(of("who-expandnet", element) for element in elements)
    assert section("who-expandnet", "principles") == [
        "systems-thinking",
        "sustainability",
        "enhancing-scalability",
        "rights-equity-gender",
    ]


def test_2_2_four_types_each_intended_and_then_seen() -> None:
    types = within("who-expandnet", "strategy")

    assert types == ["vertical", "horizontal", "diversification", "spontaneous"]
    assert [len(of("who-expandnet", one)) for one in types] == [2, 2, 2, 2]


def test_2_2_choices_are_unconfirmed_and_may_stay_open() -> None:
    for question in instrument("who-expandnet").questions:
        if question.id.startswith("choice-"):
            assert question.status == "unconfirmed"
            asked = instrument("who-expandnet").scale(question)
            assert asked.kind == "text" or [third.value for third in asked.thirds] == ["not-settled"]


def test_2_3_seven_attributes_spell_correct_and_are_judged_in_words_with_what_they_rest_on() -> None:
    attributes = of("who-expandnet", "correct")

    assert "".join(question.asks[0] for question in attributes) == "CORRECT"
    assert values("who-expandnet", "judgement") == ["strong", "mixed", "weak"]
    assert [third.value for third in scale("who-expandnet", "judgement").thirds] == ["not-known"]
    assert {(question.with_text, question.status) for question in attributes} == {("must", "unconfirmed")}
    assert all(option.points is None for one in instrument("who-expandnet").scales for option in one.options)


def test_2_4_nine_steps_in_order_none_of_which_waits_for_another() -> None:
    steps = of("who-expandnet", "steps")

    assert [question.id for question in steps] == [f"step-{n}" for n in range(1, 10)]
    assert not any(question.needed for question in steps)
    for n, word in ((5, "vertical"), (6, "horizontal"), (7, "diversification"), (8, "spontaneous")):
        assert word in steps[n - 1].asks


def test_2_5_not_yet_is_a_decision_that_can_be_taken() -> None:
    assert "not-yet" in values("who-expandnet", "decision")


# Going to full scale


def test_3_1_four_phases_in_order() -> None:
    phases = ["set-up", "scalable-unit", "test-of-scale-up", "going-to-full-scale"]

    assert within("full-scale", "phases") == phases
    assert [of("full-scale", phase)[0].scale for phase in phases] == ["phase"] * 4
    assert not any(question.needed for phase in phases for question in of("full-scale", phase))


def test_3_1_four_mechanisms_and_four_confirmed_supports_and_two_that_are_not() -> None:
    assert section("full-scale", "adoption") == ["leadership", "communication", "social-networks", "urgency"]
    assert {name: status("full-scale", name) for name in section("full-scale", "supports")} == {
        "learning-systems": "confirmed",
        "data-systems": "confirmed",
        "infrastructure": "confirmed",
        "human-capacity": "confirmed",
        "capability": "unconfirmed",
        "sustainability": "unconfirmed",
    }


def test_3_2_and_3_3_what_the_steps_are_counted_from_is_asked_with_how_it_is_known() -> None:
    asked = {question.id: question for question in instrument("full-scale").questions}

    for name in ("unit", "full-number", "full-number-known", "full-date"):
        assert asked[name].needed
    for name in ("full-number", "units-now", "times"):
        number = instrument("full-scale").scale(asked[name])
        assert (number.kind, number.step) == ("number", 1)
    assert scale("full-scale", "units").least == 1
    assert scale("full-scale", "times").least == 2
    assert asked["times"].status == "unconfirmed"


# Framework for Spread


def test_4_1_seven_components_at_source_of_which_five_carry_the_six_that_are_quoted() -> None:
    components = [one for one in instrument("ihi-spread").constructs if one.id in _COMPONENTS]

    assert tuple(one.id for one in components) == _COMPONENTS
    assert {one.id: one.known_as for one in components if one.known_as} == {
        "leadership": ("Leadership",),
        "better-ideas": ("Relative advantage",),
        "communication": ("Communication",),
        "social-system": ("Social system",),
        "measurement": ("Use of data", "Feedback to adapt"),
    }
    assert sum(len(one.known_as) for one in components) == 6
    assert all(of("ihi-spread", one.id) for one in components)


def test_4_1_set_up_has_its_five_parts() -> None:
    assert len(section("ihi-spread", "set-up")) == 5


def test_4_3_the_tracker_asks_each_site_about_each_change_and_tells_stopped_unknown_and_not_applicable_apart() -> None:
    extent = scale("ihi-spread", "extent")
    elements = [question for question in of("ihi-spread", "tracker") if question.by_site]

    assert [question.id for question in elements] == [f"element-{n}" for n in range(1, 9)]
    assert {question.scale for question in elements} == {"extent"}
    assert [option.value for option in extent.options] == [
        *("not-started", "planned", "testing", "part", "whole"),
        "stopped",
    ]
    assert [third.value for third in extent.thirds] == ["not-applicable", "not-known"]
    assert all(option.points is None for option in extent.options)


def test_4_5_progress_goes_from_half_to_five_by_halves_and_neither_0_nor_a_quarter_is_a_value() -> None:
    progress = values("ihi-spread", "progress")

    assert [float(value) for value in progress] == [n / 2 for n in range(1, 11)]
    assert not {"0", "0.0", "0.25"} & set(progress)
    assert all(option.says.startswith(f"{option.value}. ") for option in scale("ihi-spread", "progress").options)


def test_4_5_team_and_faculty_each_set_it_for_a_site_with_their_reasons() -> None:
    lines = [question for question in instrument("ihi-spread").questions if question.scale == "progress"]

    assert [(question.id, question.of) for question in lines] == [
        ("progress-team", "progress-team"),
        ("progress-faculty", "progress-faculty"),
    ]
    assert all(question.by_site and question.with_text == "must" for question in lines)


# Multi-level perspective


def test_5_1_three_levels_and_the_actors_and_structure_practice_and_culture() -> None:
    assert within("mlp", None) == ["niche", "regime", "landscape", "actors", "pathway"]
    assert {"regime-structure", "regime-practice", "regime-culture"} <= set(section("mlp", "regime"))
    assert {"actors-users", "actors-interests"} <= set(section("mlp", "actors"))


def test_5_2_four_pathways_between_reproduction_and_a_sequence() -> None:
    assert values("mlp", "pathways") == [
        "reproduction",
        *("transformation", "de-alignment", "substitution", "reconfiguration"),
        "sequence",
    ]
    assert [third.value for third in scale("mlp", "pathways").thirds] == [NOT_DETERMINED]
    assert values("mlp", "wider-change") == ["regular", "hyperturbulence", "specific-shock", "disruptive", "avalanche"]


def test_5_3_the_twenty_known_combinations_resemble_what_was_counted() -> None:
    known = list(product(values("mlp", "pressure"), values("mlp", "readiness"), values("mlp", "relation")))

    found = Counter(resembled(*one) for one in known)

    assert len(known) == 20
    assert found == {
        "reproduction": 8,
        "sequence": 4,
        "reconfiguration": 2,
        "substitution": 1,
        "de-alignment": 2,
        "transformation": 2,
        NOT_DETERMINED: 1,
    }
    assert set(found) - {NOT_DETERMINED} == set(values("mlp", "pathways"))
    assert resembled("moderate", "ready", "competitive") == NOT_DETERMINED


def test_5_3_one_judgement_that_is_not_known_leaves_the_pathway_undetermined() -> None:
    offered = {name: [*values("mlp", name), "not-known"] for name in ("pressure", "readiness", "relation")}

    for one in product(*offered.values()):
        assert (resembled(*one) == NOT_DETERMINED) >= ("not-known" in one)
    for name in offered:
        assert [third.value for third in scale("mlp", name).thirds] == ["not-known"]


def test_5_3_what_a_pathway_is_told_from_is_asked_with_its_evidence() -> None:
    asked = {question.scale: question.with_text for question in of("mlp", "pathway")}

    assert [asked[name] for name in ("pressure", "readiness", "relation")] == ["must"] * 3


# The three approaches


def test_6_1_three_approaches_in_six_respects_what_is_relied_on_and_what_is_neglected() -> None:
    approaches = ["mechanistic", "complexity", "social"]

    assert within("three-approaches", None) == [*approaches, "ways"]
    assert len([value for value in values("three-approaches", "where-it-shows") if value != "nowhere"]) == 6
    for one in approaches:
        assert section("three-approaches", one) == [f"{one}-where", f"{one}-relies", f"{one}-neglects"]


def test_6_1_success_is_stated_three_ways_any_of_which_may_be_empty() -> None:
    three = [question for question in instrument("three-approaches").questions if question.scale == "success"]

    assert [question.of for question in three] == ["mechanistic", "complexity", "social"]
    assert not any(question.needed for question in three)
    assert [third.value for third in scale("three-approaches", "success").thirds] == ["left-empty"]


def test_6_1_seven_principles_for_complex_systems_are_talked_about_and_both_questions_are_asked() -> None:
    assert len([one for one in instrument("three-approaches").discussion if one.of == "complexity"]) == 7
    assert {"as-planned", "changed-and-why"} <= set(section("three-approaches", "success"))


def test_6_2_the_mix_is_described_and_nothing_in_it_counts() -> None:
    for one in instrument("three-approaches").scales:
        assert one.kind in ("text", "one of", "any of")
        assert all(option.points is None for option in one.options)


def test_6_3_three_ways_to_spread_in_any_mix() -> None:
    assert values("three-approaches", "ways-to-spread") == [
        "hierarchical-control",
        "participatory-adaptation",
        "facilitated-evolution",
    ]
    assert scale("three-approaches", "ways-to-spread").kind == "any of"


_COMPONENTS = (
    "leadership",
    "set-up",
    "better-ideas",
    "communication",
    "social-system",
    "measurement",
    "knowledge",
)


def _mean(construct: str, given: str) -> float | None:
    """The mean of a construct, by the points, the turning and the share that the file gives; "-" is no number."""
    asked = of("npt", construct)
    points = {str(int(option.points)): option.points for option in scale("npt", "agreement").options if option.points}
    turned = [
        6 - points[value] if question.reversed else points[value]
        for question, value in zip(asked, given, strict=True)
        if value in points
    ]
    enough = len(turned) >= ceil(instrument("npt").scoring.enough * len(asked))
    return round(sum(turned) / len(turned), 4) if enough else None


def _levels(one: Instrument) -> Iterator[tuple[str, str]]:
    """What is said, and the same in plainer words."""
    for each in (*one.constructs, *one.sections):
        yield each.id, each.plain
    for question in one.questions:
        yield question.asks, question.plain
    for asked in (*one.scales, *map(one.scale, one.questions)):
        for option in (*asked.options, *asked.thirds, *(why for third in asked.thirds for why in third.reasons)):
            yield option.says, option.plain


def _grade(texts: list[str]) -> float:
    """The years of school that a text asks for (Flesch and Kincaid), by groups of vowels for syllables."""
    words = [word for text in texts for word in re.findall(r"[A-Za-z']+", text)]
    sentences = sum(max(1, len(re.findall(r"[.?;]", text))) for text in texts)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.casefold())))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
