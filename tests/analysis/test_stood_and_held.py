"""Where sites stood, and which ties held, at the end of a month: the same as every other count says."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from takeroot import Programme, examples
from takeroot.analysis import adoption, network


@pytest.mark.parametrize("name", ["synthetic", "prompt", "frailsafe"])
def test_sites_counted_one_by_one_are_as_many_as_by_stage(name: str) -> None:
    programme = examples.load(name)
    one_by_one = adoption.stood(programme).group_by("on", "stage").agg(counted=pl.len().cast(pl.Int64))
    by_stage = adoption.by_stage(programme).filter(pl.col("sites") > 0)
    both = by_stage.join(one_by_one, on=["on", "stage"], how="full", coalesce=True)
    assert both.height == by_stage.height and (both["sites"] == both["counted"]).all()


def test_months_that_are_asked_for_are_those_of_the_whole() -> None:
    programme = examples.load("synthetic")
    asked = [date(2022, 3, 17), date(2021, 1, 1), date(1900, 1, 1)]
    wanted = adoption.stood(programme).filter(pl.col("on").is_in([date(2021, 1, 1), date(2022, 3, 1)]))
    assert_frame_equal(adoption.stood(programme, asked), wanted)


def test_ties_that_held_are_those_that_exposure_counts() -> None:
    programme = examples.load("synthetic")
    exposure = network.exposure(programme)
    for on in (date(2020, 6, 1), date(2022, 1, 1), date(2025, 3, 1)):
        ties = network.held(programme, on=on).group_by(site="target").agg(held=pl.len().cast(pl.Float64))
        there = exposure.filter(on=on).join(ties, on="site", how="left").with_columns(pl.col("held").fill_null(0))
        assert there.height > 50 and (there["ties"] == there["held"]).all()


def test_a_tie_holds_from_its_month_until_the_one_in_which_it_ends() -> None:
    stages = {"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2024-01-10"] * 2}
    about = {"name": "Falls", "as_at": date(2024, 6, 30)}
    ties = {
        "source": ["A", "A"],
        "target": ["B", "B"],
        "since": ["2024-02-10", "2024-03-01"],
        "until": ["2024-05-15"] * 2,
    }
    falls = Programme(about, sites={"site": ["A", "B"]}, stages=stages, ties=ties)
    held = {month: network.held(falls, on=date(2024, month, 1)).height for month in range(1, 8)}
    assert held == {1: 0, 2: 1, 3: 1, 4: 1, 5: 0, 6: 0, 7: 0}


def test_without_a_record_nothing_stood_and_nothing_held() -> None:
    empty = Programme("Falls", sites={"site": ["A"]})
    assert adoption.stood(empty).height == network.held(empty).height == 0
