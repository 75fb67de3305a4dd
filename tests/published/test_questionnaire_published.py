"""Scales and items as psych computes them: the attitude survey, and 2,800 people who left some of 25 items out.

The formulas of psych's ``alpha`` (Revelle, 2.2) are written out below a second time, as plainly as they can be; the
reference results of the attitude survey tell whether they are right, and then they judge us where answers are missing
and items are reversed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from tests.analysis.asked import LATER, instrument, rounds

from takeroot.analysis import assessment

SCALES = {scale: [f"{scale}{n}" for n in range(1, 6)] for scale in ("agree", "conscious", "extra", "nervous", "open")}
REVERSED = {"agree1", "conscious4", "conscious5", "extra1", "extra2", "open2", "open5"}
ITEMS = [item for items in SCALES.values() for item in items]
SIX = [{"value": str(n), "says": f"Level {n}", "points": n} for n in range(1, 7)]


def survey() -> pl.DataFrame:
    """2,800 people by 25 items from 1 to 6: seven ask the other way round, and one answer in 60 is missing."""
    draw = np.random.default_rng(25)
    n, wide = 2800, {}
    for items in SCALES.values():
        trait = draw.normal(size=n)
        for at, item in enumerate(items):
            level = np.clip(np.rint(3.8 + 0.25 * at + 0.8 * trait + draw.normal(scale=1.0, size=n)), 1, 6)
            level = 7 - level if item in REVERSED else level
            wide[item] = np.where(draw.random(n) < 1 / 60, np.nan, level)
    frame = pl.DataFrame(wide).fill_nan(None)
    return frame.with_columns(who=pl.Series([f"p{n:04}" for n in range(n)]))


def ours() -> Any:
    asked = [
        {"id": item, "asks": f"{item}?", "scale": "six", "of": scale, "reversed": item in REVERSED}
        for scale, items in SCALES.items()
        for item in items
    ]
    return instrument(
        scales=[{"id": "six", "options": SIX}],
        constructs=[{"id": scale, "name": scale} for scale in SCALES],
        sections=[{"id": "all", "title": "All", "questions": asked}],
        scoring={"rule": "mean of a construct", "enough": 0.6},
    )


def answers_of(frame: pl.DataFrame) -> pl.DataFrame:
    long = frame.unpivot(ITEMS, index="who", variable_name="question", value_name="answer").drop_nulls()
    whole = long.with_columns(pl.col("answer").cast(int).cast(pl.String), round=pl.lit("r1"))
    return whole.rename({"who": "respondent"})


def psych(x: pd.DataFrame) -> tuple[dict[str, float], pd.DataFrame]:
    """psych::alpha of items that are turned already."""
    c, k = x.cov(), x.shape[1]
    r = c / np.sqrt(np.outer(np.diag(c), np.diag(c)))

    def raw(part: pd.DataFrame) -> float:
        m = len(part)
        return m / (m - 1) * (1 - np.trace(part) / part.to_numpy().sum())

    smc = 1 - 1 / np.diag(np.linalg.inv(r))
    total = x.mean(axis=1)
    scale = {
        "alpha": raw(c),
        "alpha_complete": raw(x.dropna().cov()),
        "standardised": raw(r),
        "lambda6": 1 - (k - smc.sum()) / r.to_numpy().sum(),
        "average_r": (r.to_numpy().sum() - k) / (k * (k - 1)),
        "mean": total.mean(),
        "deviation": total.std(),
    }
    rows = []
    for item in x.columns:
        others = [one for one in x.columns if one != item]
        rest = c.loc[others, others].to_numpy().sum()
        item_rest = c.loc[others, item].sum() / np.sqrt(c.loc[item, item] * rest)
        row = (x[item].corr(total), item_rest, x[item].mean(), x[item].std(), raw(c.loc[others, others]))
        rows.append((x[item].count(), *row))
    names = ["n", "item_total", "item_rest", "mean", "deviation", "alpha_without"]
    return scale, pd.DataFrame(rows, index=x.columns, columns=names)


def turned_of(frame: pl.DataFrame, items: list[str]) -> pd.DataFrame:
    said = frame.select((7 - pl.col(item)).alias(item) if item in REVERSED else item for item in items)
    return pd.DataFrame(said.to_dict(as_series=False), dtype=float)


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    frame = survey()
    return {"frame": frame, "asked": {"rounds": rounds(), "answers": answers_of(frame), "as_at": LATER}}


def test_the_attitude_survey_agrees_with_its_reference_and_so_do_the_formulas_below(shared_data: Path) -> None:
    folder = shared_data / "questionnaire_attitude"
    if not (folder / "data.csv").exists():
        pytest.skip(f"no attitude survey at {folder}")
    items = pl.read_csv(folder / "data.csv").drop("department")
    scales, stats = pl.read_csv(folder / "ref_scales.csv"), pl.read_csv(folder / "ref_items.csv")
    for scale in scales.iter_rows(named=True):
        mine = items.drop("critical") if scale["scale"] == "drop_critical" else items
        found = assessment.alpha(mine).row(0, named=True)
        named = {
            "n": "n", "complete": "n_complete", "alpha": "raw_alpha_pairwise", "alpha_complete": "alpha_complete_cases",
            "standardised": "std_alpha", "lambda6": "guttman_lambda6", "average_r": "average_r", "mean": "scale_mean",
            "deviation": "scale_sd",
        }  # fmt: skip
        assert {name: found[name] for name in named} == pytest.approx(
            {name: scale[of] for name, of in named.items()}, rel=1e-8
        )
        plain, by_item = psych(pd.DataFrame(mine.to_dict(as_series=False), dtype=float))
        assert {name: found[name] for name in plain} == pytest.approx(plain, rel=1e-10)
        told = assessment.item_statistics(mine)
        reference = stats.filter(scale=scale["scale"])
        assert told["item"].to_list() == reference["item"].to_list()
        for ours_, theirs in (
            ("n", "n"),
            ("item_total", "raw_r"),
            ("item_rest", "r_drop"),
            ("mean", "mean"),
            ("deviation", "sd"),
            ("alpha_without", "alpha_if_dropped"),
        ):
            assert told[ours_].to_list() == pytest.approx(reference[theirs].to_list(), rel=1e-8)
            assert told[ours_].to_list() == pytest.approx(by_item[ours_].to_list(), rel=1e-10)


@pytest.mark.parametrize("scale", SCALES)
def test_scales_with_reversed_items_and_gaps_agree_with_the_formulas(given: dict[str, Any], scale: str) -> None:
    plain, by_item = psych(turned_of(given["frame"], SCALES[scale]))
    found = assessment.consistency(ours(), **given["asked"]).filter(of=scale).row(0, named=True)
    assert {name: found[name] for name in plain} == pytest.approx(plain, rel=1e-9)
    assert found["items"] == 5 and found["complete"] < found["n"] <= 2800
    told = assessment.items(ours(), **given["asked"]).filter(of=scale)
    for name in by_item.columns:
        assert told[name].to_list() == pytest.approx(by_item[name].to_list(), rel=1e-9), name


def test_all_items_together_are_a_scale_too(given: dict[str, Any]) -> None:
    plain, _ = psych(turned_of(given["frame"], ITEMS))
    found = assessment.consistency(ours(), **given["asked"]).filter(pl.col("of").is_null()).row(0, named=True)
    assert {name: found[name] for name in plain} == pytest.approx(plain, rel=1e-9)
    assert found["items"] == 25


def test_a_score_is_the_mean_of_what_was_answered_where_enough_was(given: dict[str, Any]) -> None:
    found = assessment.scores(ours(), given["asked"]["answers"])
    for scale, items in SCALES.items():
        turned = turned_of(given["frame"], items)
        enough = turned.notna().sum(axis=1) >= 3
        expected = turned.mean(axis=1).where(enough)
        mine = found.filter(of=scale).sort("respondent")
        expected = expected[turned_of(given["frame"], ITEMS).notna().any(axis=1)]
        assert mine["score"].fill_null(np.nan).to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)
        assert mine["answered"].to_list() == turned.notna().sum(axis=1).to_list()
    assert not found.filter(pl.col("of").is_null()).height  # its authors defined no total


def test_means_of_everyone_are_the_means_of_the_items_as_turned(given: dict[str, Any]) -> None:
    counts = assessment.counts(ours(), **given["asked"], by=())
    seen = assessment.views(ours(), counts)
    turned = turned_of(given["frame"], ITEMS)
    assert seen["turned"].to_list() == pytest.approx(turned.mean().to_list(), rel=1e-8)
    assert seen["deviation"].to_list() == pytest.approx(turned.std(ddof=0).to_list(), rel=1e-7)
    assert (seen["answered"] + seen["blank"]).unique().to_list() == [2800]


def by_coincidences(x: np.ndarray, level: str) -> float:
    """Krippendorff's alpha as he explains it: by a table of which values stand together in a unit."""
    values = np.unique(x[~np.isnan(x)])
    at = {value: nth for nth, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    for unit in x.T:
        said = unit[~np.isnan(unit)]
        if len(said) < 2:
            continue
        n = np.zeros(len(values))
        for value in said:
            n[at[value]] += 1
        together += (np.outer(n, n) - np.diag(n)) / (len(said) - 1)
    n = together.sum(axis=1)
    up_to = np.cumsum(n) - n / 2
    apart = {
        "nominal": 1.0 - np.eye(len(values)),
        "interval": (values[:, None] - values[None, :]) ** 2,
        "ordinal": (up_to[:, None] - up_to[None, :]) ** 2,
    }[level]
    return float(1 - (n.sum() - 1) * (together * apart).sum() / (n @ apart @ n))


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_agreement_over_items_is_krippendorffs_by_coincidences(given: dict[str, Any], level: Any) -> None:
    found = assessment.agreement(ours(), **given["asked"], level=level, replicates=200)
    for scale, items in SCALES.items():
        row = found.filter(of=scale).row(0, named=True)
        plain = by_coincidences(turned_of(given["frame"], items).to_numpy(), level)
        assert row["alpha"] == pytest.approx(plain, rel=1e-9)
        assert row["lower"] < row["alpha"] < row["upper"]
        assert row["upper"] - row["lower"] < 0.05  # of 2,800 people it is narrow
    assert found.equals(assessment.agreement(ours(), **given["asked"], level=level, replicates=200))
