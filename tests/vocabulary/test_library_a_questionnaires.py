"""Questionnaires as shipped: their check values, by key (V1 to V20) or section of the reference."""

from __future__ import annotations

import re
from decimal import Decimal
from statistics import mean, pstdev, stdev

import pytest
from tests.vocabulary.shipped import half_up, read

FACTORS = (
    "benefits credibility adaptability monitoring training behaviours senior clinical fit infrastructure"
).split()
PART = re.compile(r"\d[a-z]")


def points(factor: str, level: str) -> Decimal:
    question = next(one for one in read("nhs-sustainability.yaml").questions if one.id == factor)
    return next(Decimal(str(one.points)) for one in question.options if one.value == level.casefold())


def total(levels: str) -> Decimal:
    return sum((points(factor, level) for factor, level in zip(FACTORS, levels, strict=True)), Decimal())


def groups(level: str) -> list[Decimal]:
    model = read("nhs-sustainability.yaml")
    return [
        sum((points(one.id, level) for one in model.questions if one.of == group.id), Decimal())
        for group in model.constructs
    ]


# 1. NHS Sustainability Model


def test_section_1_3_ten_factors_stand_in_their_order_and_groups() -> None:
    model = read("nhs-sustainability.yaml")
    assert [one.id for one in model.questions] == FACTORS
    assert [one.of for one in model.questions] == ["process"] * 4 + ["staff"] * 4 + ["organisation"] * 2
    assert all([option.value for option in one.options] == list("abcd") for one in model.questions)


def test_section_1_4_points_of_every_level() -> None:
    table = {
        "A": "8.5 9.1 7.0 6.5 11.4 11.0 15.0 15.0 7.0 9.5",
        "B": "4.7 6.3 3.4 3.3 6.3 5.1 6.2 6.7 3.5 4.4",
        "C": "4.0 3.1 2.4 2.4 4.9 5.1 5.7 5.5 3.3 3.3",
        "D": "0 0 0 0 0 0 0 0 0 0",
    }
    for level, row in table.items():
        assert [points(factor, level) for factor in FACTORS] == [Decimal(number) for number in row.split()]


def test_section_1_4_a_step_on_one_leader_is_over_eight_points_then_about_one() -> None:
    for leader in ("senior", "clinical"):
        assert points(leader, "A") - points(leader, "B") > 8
        assert points(leader, "B") - points(leader, "C") <= Decimal("1.2")
    assert points("behaviours", "B") == points("behaviours", "C")


def test_section_1_4_the_eight_printed_maxima_leave_22_for_clinical_leaders_and_fit() -> None:
    printed = [factor for factor in FACTORS if factor not in ("clinical", "fit")]
    assert sum(points(factor, "A") for factor in printed) == Decimal("78.0")
    assert points("clinical", "A") + points("fit", "A") == Decimal("22.0")


@pytest.mark.parametrize(
    ("key", "levels", "expected"),
    [
        ("V1", "AAAAAAAAAA", "100.0"),
        ("V2", "BBBBBBBBBB", "49.9"),
        ("V2", "CCCCCCCCCC", "39.7"),
        ("V2", "DDDDDDDDDD", "0.0"),
        ("V3", "ABBBABBAAB", "70.6"),
        ("V4", "AABBBCBABC", "63.7"),
        ("V5", "BBCCBBCBBC", "46.4"),
        ("V6", "ABCDABCDAB", "50.8"),
        ("V7", "DDDDDDAADD", "30.0"),
    ],
)
def test_v1_to_v7_totals(key: str, levels: str, expected: str) -> None:
    assert total(levels) == Decimal(expected), key


@pytest.mark.parametrize(
    ("level", "expected"), [("A", "31.1 52.4 16.5"), ("B", "17.7 24.3 7.9"), ("C", "11.9 21.2 6.6"), ("D", "0 0 0")]
)
def test_v1_groups_at_each_level(level: str, expected: str) -> None:
    assert groups(level) == [Decimal(number) for number in expected.split()]


def test_v8_and_v9_eight_answers_give_every_published_mean_and_range() -> None:
    answers = {
        "training": ("AAAAAADD", "8.6", "0", "11.4"),
        "senior": ("AABBBCCC", "8.2", "5.7", "15.0"),
        "behaviours": ("AABBBCCC", "6.6", "5.1", "11.0"),
        "infrastructure": ("ABBBBBBD", "4.5", "0", "9.5"),
        "credibility": ("AAAABBBB", "7.7", "6.3", "9.1"),
        "monitoring": ("AAAABBCC", "4.7", "2.4", "6.5"),
        "adaptability": ("AABBBBBB", "4.3", "3.4", "7.0"),
        "benefits": ("ABBBBBCD", "4.5", "0", "8.5"),
    }
    means = {}
    for factor, (levels, published, least, most) in answers.items():
        got = [points(factor, level) for level in levels]
        means[factor] = sum(got) / len(got)
        assert half_up(means[factor]) == Decimal(published), factor
        assert (min(got), max(got)) == (Decimal(least), Decimal(most)), factor
    assert sum(means.values()) == Decimal("49.0")
    assert sum(means.values()) + points("clinical", "A") + points("fit", "A") == Decimal("71.0")


@pytest.mark.parametrize(
    ("factor", "levels", "average", "spread", "relative"),
    [("senior", "AABD", 9.05, 6.341, 0.845), ("behaviours", "ABCAD", 6.44, 4.163, 0.757)],
)
def test_v11_spread_of_opinion_on_these_points(
    factor: str, levels: str, average: float, spread: float, relative: float
) -> None:
    got = [float(points(factor, level)) for level in levels]
    assert mean(got) == pytest.approx(average, abs=1e-9)
    assert pstdev(got) == pytest.approx(spread, abs=5e-4)
    assert pstdev(got) / (float(points(factor, "A")) / 2) == pytest.approx(relative, abs=5e-4)


def test_section_1_8_sample_deviation_of_the_first_case() -> None:
    assert stdev(float(points("senior", level)) for level in "AABD") == pytest.approx(7.322, abs=5e-4)


def test_section_1_7_no_cut_off_is_confirmed() -> None:
    bands = read("nhs-sustainability.yaml").interpretation
    assert [(one.at_least, one.below, one.status) for one in bands] == [
        (55, None, "unconfirmed"),
        (None, 35, "unconfirmed"),
        (None, 45, "unconfirmed"),
    ]


def test_v18_classes_of_engagement() -> None:
    fact = next(fact.says for fact in read("nhs-sustainability.yaml").facts if "63.2" in fact.says)
    teams, *classes = map(int, re.findall(r"\d+", fact)[:4])
    assert (teams, classes) == (sum(classes), [6, 6, 7])


@pytest.mark.parametrize(("name", "expected"), [("nhs-sustainability.yaml", 17), ("routinisation.yaml", 16)])
def test_v19_sums_of_grades(name: str, expected: int) -> None:
    fact = next(fact.says for fact in read(name).facts if " + " in fact.says)
    *grades, said, most = map(int, re.findall(r"\d+", fact))
    assert (sum(grades), said, most, len(grades)) == (expected, expected, 20, 5)


# 2. NASSS


def parts(name: str) -> list[str]:
    return [one.id for one in read(name).questions if PART.fullmatch(one.id)]


@pytest.mark.parametrize(
    ("name", "by_domain"), [("nasss.yaml", [3, 5, 2, 3, 5, 5, 2]), ("nasss-2017.yaml", [2, 4, 2, 3, 5, 1, 2])]
)
def test_v20_counts_of_subdomains_by_domain(name: str, by_domain: list[int]) -> None:
    codes = parts(name)
    assert [sum(code[0] == str(domain) for code in codes) for domain in range(1, 8)] == by_domain
    assert len(codes) == (25 if name == "nasss.yaml" else 19)


def test_section_2_2_the_order_of_2b_and_2c_swaps_between_the_lists() -> None:
    newer = {one.id: one for one in read("nasss.yaml").questions}
    older = {one.id: one for one in read("nasss-2017.yaml").questions}
    assert (newer["2b"].asks, newer["2c"].asks) == (older["2c"].asks, older["2b"].asks)


def test_section_2_2_domains_3_to_7_of_the_older_list_are_unconfirmed() -> None:
    older = read("nasss-2017.yaml").questions
    assert {one.id for one in older if PART.fullmatch(one.id) and one.status == "confirmed"} == {
        *("1a", "1b", "2a", "2b", "2c", "2d"),
    }


@pytest.mark.parametrize("name", ["nasss.yaml", "nasss-2017.yaml", "nasss-short.yaml", "nasss-long.yaml"])
def test_section_2_4_each_domain_is_judged_once_by_people_in_three_words_with_text(name: str) -> None:
    one = read(name)
    judged = [question for question in one.questions if question.whole]
    assert [question.of for question in judged] == [construct.id for construct in one.constructs]
    assert one.scoring.rule == "complexity profile"
    for question in one.questions:
        scale = one.scale(question)
        if scale.id == "complexity":
            assert [option.value for option in scale.options] == ["simple", "complicated", "complex"]
            assert [third.value for third in scale.thirds] == ["not_applicable", "not_known"]
            assert question.with_text == "must"
            assert not any(option.points for option in scale.options)


def test_section_2_5_the_long_form_covers_six_domains_and_a_plan() -> None:
    long = read("nasss-long.yaml")
    assert len(long.constructs) == 6
    assert [section.id for section in long.sections] == [*(one.id for one in long.constructs), "plan"]
    assert {long.scale(question).kind for question in long.questions} == {"text", "any of", "one of", "day"}


def test_section_2_5_prompts_stand_four_by_four_in_five_aspects() -> None:
    prompts = read("project-complexity.yaml")
    asked = [one.of for one in prompts.questions if one.scale == "here"]
    aspects = ["strategic", "technical", "operational", "people", "political"]
    assert asked == [aspect for aspect in aspects for _ in range(4)]
    assert "CAT" not in f"{prompts.title} {prompts.short} {prompts.purpose}"


def test_v12_codes_of_a_published_review_are_parts_of_the_newer_list_and_its_percentages_agree() -> None:
    published = (
        "1a 11 9.9; 1a 23 20.7; 1a 18 16.2; 1b 5 4.5; 1b 6 5.4; 1c 13 11.7; 2a 28 25.2; 2a 12 10.8; 2a 14 12.6; "
        "2b 24 21.6; 2b 20 18.0; 2b 19 17.1; 2c 45 40.5; 2c 25 22.5; 2d 33 29.7; 3a 7 6.3; 3b 27 24.3; 3b 22 19.8; "
        "3b 41 36.9"
    )
    for code, count, share in (row.split() for row in published.split("; ")):
        assert code in parts("nasss.yaml")
        assert half_up(Decimal(count) * 100 / 111) == Decimal(share)


# 3. 3S infrastructure


def test_section_3_3_thirteen_elements_of_our_own_stand_in_three_components() -> None:
    infra = read("infra3s.yaml")
    elements = [one for one in infra.questions if one.of]
    assert [one.id for one in elements] == "s1 s2 s3 s4 t1 t2 t3 t4 u1 u2 u3 u4 u5".split()
    assert [one.of for one in elements] == ["structure"] * 4 + ["strategy"] * 4 + ["support"] * 5
    assert {one.status for one in elements} == {"unconfirmed"}


def test_section_3_3_elements_run_from_0_to_5_with_the_ends_named_and_2_as_low() -> None:
    scale = next(one for one in read("infra3s.yaml").scales if one.kind == "number")
    assert (scale.least, scale.most, scale.step, scale.low) == (0, 5, 1, 2)
    assert scale.least_says
    assert scale.most_says
    assert not scale.options
    assert [third.value for third in scale.thirds] == ["not_known"]


def test_section_3_4_the_basis_of_knowledge_has_to_be_said() -> None:
    first = read("infra3s.yaml").questions[0]
    assert (first.id, first.needed) == ("basis", True)


# 5. Routinisation and institutionalisation

#: Item: published mean (table 2).
MEANS = {1: 3.5, 2: 3.8, 5: 3.4, 6: 3.3, 7: 3.3, 8: 3.7, 9: 3.3, 10: 2.8, 11: 3.6, 13: 3.5, 16: 3.3, 18: 3.4}


def items(name: str, subscale: str) -> list[int]:
    return [int(one.id.removeprefix("item-")) for one in read(name).questions if one.of == f"routinisation-{subscale}"]


@pytest.mark.parametrize(
    ("name", "subscale", "count", "expected"),
    [
        ("routinisation.yaml", "i", 8, 3.3875),
        ("routinisation-short-part.yaml", "i", 5, 3.36),
        ("routinisation.yaml", "ii", 4, 3.45),
        ("routinisation-short-part.yaml", "ii", 4, 3.45),
    ],
)
def test_v13_means_of_published_item_means(name: str, subscale: str, count: int, expected: float) -> None:
    chosen = items(name, subscale)
    assert len(chosen) == count
    assert mean(MEANS[item] for item in chosen) == pytest.approx(expected)


@pytest.mark.parametrize(("name", "expected"), [("routinisation.yaml", 3.375), ("routinisation-short-part.yaml", 3.4)])
def test_v14_the_case_of_a_scorer(name: str, expected: float) -> None:
    answers = dict(zip((1, 2, 5, 6, 7, 8, 9, 10), (4, 4, 3, 3, 3, 4, 3, 3), strict=True))
    worth = {option.points for option in read(name).scales[0].options}
    assert worth == {1, 2, 3, 4, 5}
    assert mean(answers[item] for item in items(name, "i")) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["routinisation.yaml", "routinisation-short-part.yaml"])
def test_section_5_nothing_unconfirmed_is_invented(name: str) -> None:
    shell = read(name)
    assert shell.shell
    assert shell.scoring.rule == "profile"
    assert not any(one.reversed for one in shell.questions)
    assert not shell.interpretation
    assert {one.within or one.id for one in shell.constructs} == {"routinisation"}
