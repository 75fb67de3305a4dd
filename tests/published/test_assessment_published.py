"""Figures of the literature, and check values worked out from them, named by their keys in the reference."""

from __future__ import annotations

import polars as pl
import pytest
from tests.analysis.asked import AGREE, ITEMS, LATER, LEVELS, answers, instrument, rounds, ten_factors, twenty_items

from takeroot.analysis import assessment

#: R datasets `attitude` (Chatterjee & Price 1977): rating, complaints, privileges, learning, raises, critical, advance.
ATTITUDE = """43 51 30 39 61 92 45|63 64 51 54 63 73 47|71 70 68 69 76 86 48|61 63 45 47 54 84 35|81 78 56 66 71 83 47
43 55 49 44 54 49 34|58 67 42 56 66 68 35|71 75 50 55 70 66 41|72 82 72 67 71 83 31|67 61 45 47 62 80 41
64 53 53 58 58 67 34|67 60 47 39 59 74 41|69 62 57 42 55 63 25|68 83 83 45 59 77 35|77 77 54 72 79 77 46
81 90 50 72 60 54 36|74 85 64 69 79 79 63|65 60 65 75 55 80 60|65 70 46 57 75 85 46|50 58 68 54 64 78 52
50 40 33 34 43 64 33|64 61 52 62 66 80 41|53 66 52 50 63 80 37|40 37 42 58 50 57 49|63 54 42 48 66 75 33
66 77 66 63 88 76 72|78 75 58 74 80 78 49|48 57 44 45 51 83 38|85 85 71 71 77 74 55|82 82 39 59 64 78 39"""
NAMES = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"]


def attitude() -> pl.DataFrame:
    rows = [[float(one) for one in row.split()] for line in ATTITUDE.splitlines() for row in line.split("|")]
    return pl.DataFrame(rows, schema=NAMES, orient="row")


def of_levels(levels: str) -> dict[str | None, float | None]:
    found = assessment.scores(ten_factors(), answers({"p": dict(zip(LEVELS, levels, strict=True))}))
    return dict(found.select("of", "score").iter_rows())


@pytest.mark.parametrize(
    ("key", "levels", "total"),
    [
        ("V1", "aaaaaaaaaa", 100.0),
        ("V2 all B", "bbbbbbbbbb", 49.9),
        ("V2 all C", "cccccccccc", 39.7),
        ("V2 all D", "dddddddddd", 0.0),
        ("V3", "abbbabbaab", 70.6),
        ("V4", "aabbbcbabc", 63.7),
        ("V5", "bbccbbcbbc", 46.4),
        ("V6", "abcdabcdab", 50.8),
        ("V7", "ddddddaadd", 30.0),
    ],
)
def test_the_total_of_ten_weighted_factors_is_exact(key: str, levels: str, total: float):
    assert of_levels(levels)[None] == total


@pytest.mark.parametrize(
    ("levels", "groups"), [("a" * 10, (31.1, 52.4, 16.5)), ("b" * 10, (17.7, 24.3, 7.9)), ("c" * 10, (11.9, 21.2, 6.6))]
)
def test_v1_groups_of_factors_add_up(levels: str, groups: tuple[float, ...]):
    assert tuple(of_levels(levels).values())[:3] == groups


V9 = {
    "training": "aaaaaadd",
    "senior": "aabbbccc",
    "behaviours": "aabbbbcc",
    "infrastructure": "abbbbbbd",
    "credibility": "aaaabbbb",
    "monitoring": "aaaabbcc",
    "adaptability": "aabbbbbb",
    "benefits": "abbbbbcd",
    "clinical": "aaaaaaaa",
    "fit": "aaaaaaaa",
}
V8 = {
    "training": (8.6, 0, 11.4),
    "senior": (8.2, 5.7, 15),
    "behaviours": (6.6, 5.1, 11),
    "infrastructure": (4.5, 0, 9.5),
    "credibility": (7.7, 6.3, 9.1),
    "monitoring": (4.7, 2.4, 6.5),
    "adaptability": (4.3, 3.4, 7),
    "benefits": (4.5, 0, 8.5),
}


def test_v8_and_v9_eight_respondents_give_the_published_means_ranges_and_total():
    said = {f"p{nth}": {factor: levels[nth] for factor, levels in V9.items()} for nth in range(8)}
    counts = assessment.counts(ten_factors(), rounds(), answers(said), as_at=LATER)
    seen = assessment.views(ten_factors(), counts)
    exact = dict(seen.select("question", "mean").iter_rows())
    assert exact["training"] == 8.55
    assert exact["senior"] == 8.2125
    assert exact["infrastructure"] == 4.4875
    found = {
        q: (int(m * 10 + 0.5) / 10, a, b) for q, m, a, b in seen.select("question", "mean", "least", "most").iter_rows()
    }
    assert {factor: found[factor] for factor in V8} == V8
    total = assessment.constructs(ten_factors(), counts).filter(pl.col("of").is_null())
    assert total.select("score", "lower", "upper").row(0) == (71.0, 71.0, 71.0)
    each = assessment.scores(ten_factors(), answers(said)).filter(pl.col("of").is_null())["score"]
    assert each.mean() == pytest.approx(71.0)


@pytest.mark.parametrize(
    ("factor", "levels", "mean", "deviation", "spread", "distinct"),
    [("senior", "aabd", 9.05, 6.341, 0.845, 3), ("behaviours", "abcad", 6.44, 4.163, 0.757, 4)],
)
def test_v11_the_spread_of_opinion_on_a_factor(
    factor: str, levels: str, mean: float, deviation: float, spread: float, distinct: int
):
    said = answers({f"p{nth}": {factor: level} for nth, level in enumerate(levels)})
    counts = assessment.counts(ten_factors(), rounds(kind="open"), said, as_at=LATER)
    row = assessment.views(ten_factors(), counts).filter(question=factor).row(0, named=True)
    assert row["mean"] == mean
    assert round(row["deviation"], 3) == deviation
    assert round(row["spread"], 3) == spread
    assert row["distinct"] == distinct


ROW_4 = dict(zip(ITEMS, "4345" + "5445" + "4234223" + "23444", strict=True))


@pytest.mark.parametrize(
    ("key", "said", "means"),
    [
        ("all 5", dict.fromkeys(ITEMS, "5"), (5, 5, 4.4286, 5)),
        ("all 5, ca2 = 1", {**dict.fromkeys(ITEMS, "5"), "ca2": "1"}, (5, 5, 5, 5)),
        ("all 3", dict.fromkeys(ITEMS, "3"), (3, 3, 3, 3)),
        ("row 4", ROW_4, (4, 4.5, 3.1429, 3.4)),
        (
            "row 5",
            {**ROW_4, **dict.fromkeys(("ca1", "ca3", "ca4", "ca5"), "not_relevant:stage")},
            (4, 4.5, None, 3.4),
        ),
        ("row 6", {**ROW_4, "co1": "not_relevant:role", "co2": "not_relevant:role"}, (4.5, 4.5, 3.1429, 3.4)),
    ],
)
def test_b_11_1_means_of_constructs_with_a_reversed_item_and_a_third_state(key: str, said: dict, means: tuple):
    found = assessment.scores(twenty_items(), answers({"p": {**said, "g1": "7"}}))
    assert tuple(None if one is None else round(one, 4) for one in found["score"]) == means


#: instruments-b, 11.1 (PAP2023): answered, missing, option A, option B, means of areas with their n, the pooled mean.
PAP = {
    "co1": (117, 8, 112, 5, 3.88, 56, 3.73, 56, 3.805),
    "co2": (117, 8, 114, 3, 3.79, 57, 3.40, 57, 3.595),
    "co3": (114, 11, 108, 6, 3.64, 56, 3.29, 52, 3.4715),
    "co4": (115, 10, 107, 8, 3.98, 55, 3.87, 52, 3.9265),
    "cp1": (115, 10, 108, 7, 3.63, 52, 3.09, 56, 3.35),
    "cp3": (117, 8, 109, 8, 4.33, 54, 4.44, 55, 4.3855),
    "cp4": (115, 10, 112, 3, 4.30, 57, 4.24, 55, 4.2705),
    "ca1": (116, 9, 109, 7, 3.73, 55, 3.63, 54, 3.6805),
    "ca2": (118, 7, 110, 8, 1.71, 56, 1.81, 54, 1.7591),
    "ca3": (118, 7, 114, 4, 4.12, 58, 3.95, 56, 4.0365),
    "ca4": (117, 8, 107, 10, 3.74, 54, 3.43, 53, 3.5864),
    "ca5": (116, 9, 100, 16, 3.24, 49, 2.55, 51, 2.8881),
    "ca6": (118, 7, 108, 10, 3.13, 55, 2.74, 53, 2.9386),
}


def with_mean(mean: float, n: int) -> list[str]:
    """So many answers of 1 to 5 whose mean is this, as near as whole answers come."""
    total = round(mean * n)
    low = total // n
    return [str(low + 1)] * (total - low * n) + [str(low)] * (n - total + low * n)


@pytest.mark.parametrize("item", PAP)
def test_b_11_1_not_relevant_is_neither_missing_nor_an_answer(item: str):
    answered, missing, option_a, option_b, first, n_first, second, n_second, pooled = PAP[item]
    given = [*with_mean(first, n_first), *with_mean(second, n_second), *["not_relevant:role"] * option_b]
    given += [None] * missing
    said = answers({f"p{nth:03}": {item: one, "g1": "5"} for nth, one in enumerate(given)})
    counts = assessment.counts(twenty_items(), rounds(), said, as_at=LATER)
    row = assessment.views(twenty_items(), counts).filter(question=item).row(0, named=True)
    assert (row["answered"], row["third"], row["blank"]) == (option_a, option_b, missing)
    assert row["answered"] + row["third"] == answered
    assert row["answered"] + row["third"] + row["blank"] == 125
    assert row["mean"] == pytest.approx(pooled, abs=0.01)
    assert row["turned"] == pytest.approx(6 - pooled if item == "ca2" else pooled, abs=0.01)
    assert sum(counts.filter(question=item, state="third")["n"]) == option_b


def test_b_11_1_ca2_shares_and_the_reversed_mean():
    given = ["5"] * 2 + ["3"] * 15 + ["2"] * 0 + ["1"] * 93
    said = answers({f"p{nth:03}": {"ca2": one} for nth, one in enumerate(given)})
    counts = assessment.counts(twenty_items(), rounds(), said, as_at=LATER).filter(question="ca2", state="answer")
    shares = dict(counts.select("value", (pl.col("n") / 110 * 100).round(1)).iter_rows())
    assert (shares["5"], shares["3"], shares["1"]) == (1.8, 13.6, 84.5)


def test_the_three_general_items_are_never_averaged():
    said = {"p": {**dict.fromkeys(ITEMS, "3"), "g1": "10", "g2": "10", "g3": "10"}}
    assert assessment.scores(twenty_items(), answers(said))["score"].to_list() == [3.0] * 4


SCALES = {
    "all_seven": (0.84314277, 0.839083803, 0.875215137, 0.426906643, 60.4380952, 8.24978906),
    "drop_critical": (0.863872311, 0.863471564, 0.890048087, 0.513164103, 58.05, 9.055401),
}
REST = {  # raw_r, r_drop, mean, sd, alpha_if_dropped
    "rating": (0.778825702, 0.671262057, 64.6333333, 12.1725619, 0.809760206),
    "complaints": (0.836780551, 0.74210971, 66.6, 13.3147572, 0.796917457),
    "privileges": (0.697276803, 0.560711111, 53.1333333, 12.23543, 0.827847766),
    "learning": (0.806685923, 0.714445498, 56.3666667, 11.7370129, 0.803030975),
    "raises": (0.850130444, 0.786275594, 64.6333333, 10.3972255, 0.795386574),
    "critical": (0.420700989, 0.265034339, 74.7666667, 9.89490755, 0.863872311),
    "advance": (0.595344986, 0.460810549, 42.9333333, 10.288706, 0.840464868),
}


@pytest.mark.parametrize("scale", SCALES)
def test_alpha_of_the_attitude_survey_agrees_with_psych(scale: str):
    items = attitude() if scale == "all_seven" else attitude().drop("critical")
    found = assessment.alpha(items).row(0, named=True)
    names = ("alpha", "standardised", "lambda6", "average_r", "mean", "deviation")
    assert [found[name] for name in names] == pytest.approx(SCALES[scale], rel=1e-8)
    assert found["alpha_complete"] == pytest.approx(SCALES[scale][0], rel=1e-8)
    assert (found["n"], found["complete"], found["items"]) == (30, 30, items.width)


def test_item_statistics_of_the_attitude_survey_agree_with_psych():
    found = assessment.item_statistics(attitude())
    for (
        item,
        *_,
    ) in found.iter_rows():
        row = found.filter(item=item).row(0, named=True)
        figures = [row[name] for name in ("item_total", "item_rest", "mean", "deviation", "alpha_without")]
        assert figures == pytest.approx(REST[item], rel=1e-8)


@pytest.mark.parametrize(
    ("items", "mean"), [((1, 2, 5, 6, 7, 8, 9, 10), 3.375), ((1, 2, 5, 7, 10), 3.4)], ids=["long", "short"]
)
def test_v14_the_mean_of_routinisation(items: tuple[int, ...], mean: float):
    said = dict(zip((1, 2, 5, 6, 7, 8, 9, 10), "44333433", strict=True))
    ours = instrument(
        scales=[{"id": "agree", "options": AGREE}],
        constructs=[{"id": "one", "name": "One"}],
        sections=[
            {
                "id": "s",
                "title": "S",
                "questions": [{"id": f"i{n}", "asks": f"{n}?", "scale": "agree", "of": "one"} for n in items],
            }
        ],
        scoring={"rule": "mean of a construct"},
    )
    assert assessment.scores(ours, answers({"p": {f"i{n}": said[n] for n in items}}))["score"].item() == mean


#: Krippendorff 2011: four observers, twelve units, gaps.
TABLE = "1 2 3 3 2 1 4 1 2 - - -|1 2 3 3 2 2 4 1 2 5 - 3|- 3 3 3 2 3 4 2 2 5 1 -|1 2 3 3 2 4 4 1 2 5 1 -"


def ratings(table: str) -> pl.DataFrame:
    rows = [
        (f"rater {nth}", f"unit {at:02}", None if value == "-" else value)
        for nth, row in enumerate(table.split("|"))
        for at, value in enumerate(row.split())
    ]
    return pl.DataFrame(rows, schema=["rater", "thing", "value"], orient="row")


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_krippendorffs_four_observers_and_twelve_units(level: str, alpha: float):
    found = assessment.krippendorff(ratings(TABLE), level, replicates=0).row(0, named=True)
    assert found["alpha"] == pytest.approx(alpha, abs=5e-7)
    assert (found["raters"], found["things"], found["values"]) == (4, 11, 40)


@pytest.mark.parametrize(
    ("table", "alpha"),
    [
        ("0 1 0 0 0 0 0 0 1 0|1 1 1 0 0 1 0 0 0 0", 0.095),
        ("a a b b d c c c e d d a|b a b b b c c c e d d d", 0.692),
    ],
)
def test_krippendorffs_two_observers(table: str, alpha: float):
    assert round(assessment.krippendorff(ratings(table), replicates=0)["alpha"].item(), 3) == alpha
