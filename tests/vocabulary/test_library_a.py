"""Instruments as shipped: what holds for every file, and check values of the records, by section of the reference."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from tests.vocabulary.shipped import half_up, read

FILES = [
    "conditions7.yaml",
    "dsf.yaml",
    "infra3s.yaml",
    "moore.yaml",
    "nasss-2017.yaml",
    "nasss-long.yaml",
    "nasss-short.yaml",
    "nasss.yaml",
    "nhs-sustainability.yaml",
    "project-complexity.yaml",
    "routinisation-short-part.yaml",
    "routinisation.yaml",
    "tidier.yaml",
]


# Every file


@pytest.mark.parametrize("name", FILES)
class TestEveryFile:
    def test_is_named_by_its_id_or_by_id_and_edition(self, name: str) -> None:
        one = read(name)
        assert Path(name).stem in (one.id, f"{one.id}-{one.edition}")

    def test_is_a_paraphrase_with_source_licence_facts_cautions_and_questions_for_discussion(self, name: str) -> None:
        one = read(name)
        assert one.wording == "paraphrase"
        assert one.source
        assert one.licence
        assert one.facts
        assert any("our own" in says or "paraphrase" in says for says in one.cautions)
        assert one.discussion

    def test_has_a_plainer_wording_of_every_section_and_question(self, name: str) -> None:
        one = read(name)
        assert one.plain
        assert [part.id for part in (*one.sections, *one.questions) if not part.plain] == []

    def test_names_every_question_in_a_few_words_of_its_own(self, name: str) -> None:
        short = [question.short for question in read(name).questions]
        assert all(0 < len(words) <= 60 for words in short)
        assert len(set(short)) == len(short)

    def test_asks_nothing_twice_in_the_same_words(self, name: str) -> None:
        asked = [question.asks for question in read(name).questions]
        assert len(set(asked)) == len(asked)

    def test_names_a_source_for_what_is_confirmed(self, name: str) -> None:
        assert [fact.says for fact in read(name).facts if fact.status == "confirmed" and not fact.source] == []

    def test_speaks_of_constructs_that_are_there(self, name: str) -> None:
        one = read(name)
        there = {None, *(construct.id for construct in one.constructs)}
        assert {part.of for part in (*one.discussion, *one.interpretation)} <= there

    def test_asks_something_of_every_construct_that_has_no_parts(self, name: str) -> None:
        one = read(name)
        asked = {question.of for question in one.questions} | {construct.within for construct in one.constructs}
        assert [construct.id for construct in one.constructs if construct.id not in asked] == []

    def test_makes_a_total_only_where_the_authors_did(self, name: str) -> None:
        assert read(name).scoring.total == (name == "nhs-sustainability.yaml")

    def test_uses_every_scale_and_no_option_twice(self, name: str) -> None:
        one = read(name)
        assert {scale.id for scale in one.scales} == {question.scale for question in one.questions}
        for question in one.questions:
            scale = one.scale(question)
            values = [answer.value for answer in (*scale.options, *scale.thirds)]
            assert len(set(values)) == len(values), question.id

    def test_states_percentages_that_follow_from_their_counts(self, name: str) -> None:
        for fact in read(name).facts:
            for part, whole, share in re.findall(r"(\d+) of (\d+) \((\d+\.\d) %\)", fact.says):
                assert half_up(100 * int(part) / int(whole)) == Decimal(share), fact.says

    def test_asks_for_no_mark_out_of_ten_in_a_record(self, name: str) -> None:
        one = read(name)
        if one.kind == "record":
            assert not any(scale.least is not None and scale.most is not None for scale in one.scales)


def test_library_a_is_whole() -> None:
    ids = {(one.id, one.edition) for one in map(read, FILES)}
    assert len(ids) == len(FILES)
    assert {name for name, _ in ids} == {
        *("nhs-sustainability", "nasss", "nasss-short", "nasss-long", "project-complexity", "infra3s"),
        *("routinisation", "dsf", "conditions7", "moore", "tidier"),
    }


# 4. Dynamic Sustainability Framework


def test_section_4_1_fifteen_elements_stand_in_three_components() -> None:
    fit = read("dsf.yaml")
    counts = {of: sum(one.of == of for one in fit.questions) for of in ("intervention", "setting", "ecosystem")}
    assert counts == {"intervention": 4, "setting": 6, "ecosystem": 5}


def test_section_4_5_both_fits_are_judged_in_four_words_and_call_for_reasons() -> None:
    fit = read("dsf.yaml")
    asked = {one.id: one for one in fit.questions}
    for judgement in ("fit-setting", "fit-ecosystem"):
        question = asked[judgement]
        assert [option.value for option in fit.scale(question).options] == ["good", "strained", "poor", "unclear"]
        assert question.calls_for == (f"{judgement}-reasons",)
        assert asked[f"{judgement}-reasons"].needed


def test_section_4_5_whose_perspectives_has_to_be_said_and_ending_on_purpose_can_be() -> None:
    fit = read("dsf.yaml")
    asked = {one.id: one for one in fit.questions}
    assert asked["perspectives"].needed
    assert "end" in [option.value for option in fit.scale(asked["next"]).options]


def test_section_4_6_the_published_benefit_rose_by_five_points() -> None:
    fact = next(fact.says for fact in read("dsf.yaml").facts if "exercise" in fact.says)
    before, after = map(int, re.findall(r"(\d+) %", fact))
    assert (after - before, int(re.findall(r"rise of (\d+)", fact)[0])) == (5, 5)


# 6. Enabling and limiting conditions


def test_section_6_1_seven_pairs_of_poles() -> None:
    pairs = {
        "innovation": ("adaptable", "static"),
        "leadership": ("distributed", "hierarchical"),
        "accountability": ("reciprocal", "unilateral"),
        "context": ("absorptive or receptive", "tense"),
        "timing": ("iterative", "linear"),
        "support": ("empowering", "symbolic"),
        "governance": ("decentralised", "centralised"),
    }
    conditions = read("conditions7.yaml")
    assert [one.id for one in conditions.constructs] == list(pairs)
    asked = {one.id: one for one in conditions.questions}
    for condition, (enabling, limiting) in pairs.items():
        options = asked[condition].options
        assert (options[0].says, options[-1].says) == (f"Clearly {enabling}", f"Clearly {limiting}")
        assert asked[condition].calls_for == (f"{condition}-shows",)


def test_section_6_2_a_condition_may_help_here_and_hinder_there() -> None:
    conditions = read("conditions7.yaml")
    scales = {scale.id: scale for scale in conditions.scales}
    assert {"both", "varies", "not_known"} == {third.value for third in scales["pole"].thirds}
    assert {"helps", "hinders", "both", "neither"} == {option.value for option in scales["works"].options}
    assert sum(one.scale == "works" for one in conditions.questions) == 7


# 7. Sustainability outcomes


def test_v15_shares_of_definitions_are_stated() -> None:
    said = " ".join(fact.says for fact in read("moore.yaml").facts)
    assert "24 of 209 (11.5 %)" in said
    assert said.count("17 of 24 (70.8 %)") == 2


def test_v16_constructs_met_by_published_definitions() -> None:
    fact = next(fact.says for fact in read("moore.yaml").facts if "Aarons" in fact.says)
    met = {name: int(count) for name, count in re.findall(r"([A-Z]\w+)(?: \d{4})? (\d)(?=[,.])", fact)}
    assert met == {"Aarons": 1, "Blasinsky": 2, "Bossert": 3, "Buchanan": 3, "Chambers": 4, "Maher": 4}
    assert max(met.values()) < len(read("moore.yaml").constructs)


def test_section_7_1_five_constructs_each_with_a_state() -> None:
    moore = read("moore.yaml")
    assert [one.id for one in moore.constructs] == ["m1", "m2", "m3", "m4", "m5"]
    states = [one for one in moore.questions if one.id in {construct.id for construct in moore.constructs}]
    assert [one.of for one in states] == ["m1", "m2", "m3", "m4", "m5"]
    assert all(moore.scale(one).thirds and one.calls_for for one in states)


def test_section_7_5_lapsing_and_deciding_stand_apart_and_the_clock_and_the_rule_are_needed() -> None:
    moore = read("moore.yaml")
    asked = {one.id: one for one in moore.questions}
    states = [option.value for option in moore.scale(asked["m2"]).options]
    assert states == [
        *("fully", "partly", "adapted_same_function", "replaced", "discontinued_decided", "discontinued_lapsed"),
    ]
    assert all(asked[name].needed for name in ("which", "zero", "until", "rule"))


# 8. TIDieR


def test_section_8_4_twelve_items_in_their_order() -> None:
    assert [one.short for one in read("tidier.yaml").questions] == [
        *("Brief name", "Why", "What: materials", "What: procedures", "Who provides it", "How", "Where"),
        *("When and how much", "Tailoring", "Modifications", "How well: planned", "How well: actual"),
    ]


def test_v17_components_delivered_are_stated() -> None:
    assert any("10 of 19 (52.6 %)" in fact.says for fact in read("tidier.yaml").facts)
