"""Survival against R: survfit on the lung cancer data of the survival package (Loprinzi 1994)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import sustainment


@pytest.fixture(scope="module")
def lung(shared_data: Path) -> pl.DataFrame:
    """Days to death, as if they were months to leaving."""
    data = pl.read_csv(shared_data / "survival_lung" / "data.csv", infer_schema_length=None)
    return data.select(months=pl.col("time"), event=pl.col("event") == 1, sex=pl.format("sex={}", "sex"))


def curves(lung: pl.DataFrame) -> pl.DataFrame:
    whole = sustainment.kaplan_meier(lung).select(pl.lit("all").alias("stratum"), pl.all())
    return pl.concat([whole, sustainment.kaplan_meier(lung, by="sex").rename({"sex": "stratum"})])


def test_every_step_of_the_curve_is_that_of_survfit(lung: pl.DataFrame, shared_data: Path) -> None:
    theirs = pl.read_csv(shared_data / "survival_lung" / "ref_km.csv", infer_schema_length=None)
    ours = curves(lung).filter(pl.col("months") > 0)
    both = ours.join(
        theirs.with_columns(pl.col("time").cast(pl.Float64)),
        left_on=["stratum", "months"],
        right_on=["stratum", "time"],
    )
    assert ours.height == theirs.height == both.height
    counts = {"at_risk": "n_risk", "events": "n_event", "censored": "n_censor"}
    for ourname, theirname in counts.items():
        assert both[ourname].to_list() == both[theirname].to_list()
    for ourname, theirname in {"share": "survival", "lower": "lower_log", "upper": "upper_log"}.items():
        expected = both[theirname].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        np.testing.assert_allclose(both[ourname].fill_null(float("nan")).to_numpy(), expected, rtol=1e-8)


def test_the_curve_begins_at_zero_with_everyone(lung: pl.DataFrame) -> None:
    assert sustainment.kaplan_meier(lung).row(0) == (0.0, 228, 0, 0, 1.0, None, None)


def test_medians_and_their_limits_are_those_of_survfit(lung: pl.DataFrame) -> None:
    assert sustainment.median(sustainment.kaplan_meier(lung)).row(0) == (310.0, 285.0, 363.0)
    by_sex = sustainment.median(sustainment.kaplan_meier(lung, by="sex"))
    assert by_sex.rows() == [("sex=1", 270.0, 212.0, 310.0), ("sex=2", 426.0, 348.0, 550.0)]


def test_the_share_that_stays_at_five_times_is_that_of_survfit(lung: pl.DataFrame) -> None:
    curve = sustainment.kaplan_meier(lung)
    shares = [curve.filter(pl.col("months") <= days)["share"][-1] for days in (100, 200, 365, 500, 800)]
    assert shares == pytest.approx([0.86397, 0.68027, 0.40924, 0.29327, 0.07832], abs=5e-6)


@pytest.mark.parametrize("percent", [10, 25, 50])
def test_the_time_practices_took_to_a_share_of_new_anticoagulants_is_that_of_survfit(
    shared_data: Path, percent: int
) -> None:
    """191 English commissioning groups, January 2012 to December 2016; those that had not got there by then are
    censored."""
    folder = shared_data / "doac_ccg_spread"
    reached = pl.read_csv(folder / "ref_ccg_first_reached.csv", infer_schema_length=None)
    month = pl.col(f"first_month_index_at_{percent}").cast(pl.Float64)
    times = reached.select(months=month.fill_null(60), event=month.is_not_null())
    theirs = pl.read_csv(folder / "ref_km_time_to_threshold.csv").filter(threshold_percent=percent)
    ours = sustainment.kaplan_meier(times).filter(pl.col("events") > 0)
    assert ours["months"].to_list() == theirs["month_index"].to_list()
    assert ours["at_risk"].to_list() == theirs["n_risk"].to_list()
    assert ours["events"].to_list() == theirs["n_event"].to_list()
    np.testing.assert_allclose(ours["share"].to_numpy(), theirs["not_yet"].to_numpy(), atol=5e-9)
