"""Forecasts of real spreads, made from every origin with what was known then, beside the curve chosen by then."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import forecast as benchmark

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> pl.DataFrame:
    return benchmark.table(shared_data, draws=500)


def test_there_are_enough_to_judge_by(rows: pl.DataFrame) -> None:
    assert rows.height >= 200
    assert rows["spread"].n_unique() >= 20


def test_what_is_recommended_comes_as_close_as_the_curve_chosen_by_then(rows: pl.DataFrame) -> None:
    assert rows["used"].mean() / rows["chosen"].mean() <= 1.05  # type: ignore[operator]


def test_it_comes_closer_in_most_spreads(rows: pl.DataFrame) -> None:
    each = benchmark.summed(rows)
    assert each.filter(pl.col("ratio") < 1).height > each.height / 2


def test_its_80_percent_intervals_hold_70_to_90_percent(rows: pl.DataFrame) -> None:
    assert 0.70 <= rows["held_80"].mean() <= 0.90  # type: ignore[operator]
