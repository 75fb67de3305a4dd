"""What chance alone gives, against series that chance alone made; and suggestions, where something was changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import spc
from takeroot.vocabulary.calendar import months_after, months_from

SERIES, POINTS = 1200, 36
DAYS = months_from(date(2022, 1, 1), months_after(date(2022, 1, 1), POINTS - 1))
Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def stable(draw: Draw, *, of: int | None = None, seed: int = 3) -> pl.DataFrame:
    """Many series in which nothing happens."""
    values = draw(np.random.default_rng(seed), (SERIES, POINTS)).astype(float).ravel()
    sites = np.repeat([f"site {number:04d}" for number in range(SERIES)], POINTS)
    frame = pl.DataFrame({"measure": ["m"] * len(sites), "site": sites, "on": pl.concat([DAYS] * SERIES)})
    if of is None:
        return frame.with_columns(value=pl.Series(values))
    return frame.with_columns(numerator=pl.Series(values), denominator=pl.lit(float(of)))


@pytest.mark.parametrize(
    ("kind", "rules", "draw", "of"),
    [
        ("xmr", "mdc", lambda chance, size: chance.normal(50, 8, size), None),
        ("xmr", "mdc-6", lambda chance, size: chance.normal(50, 8, size), None),
        ("xmr", "anhoej", lambda chance, size: chance.normal(50, 8, size), None),
        ("run", "run-classic", lambda chance, size: chance.normal(50, 8, size), None),
        ("mr", "mdc", lambda chance, size: chance.normal(50, 8, size), None),
        ("c", "mdc", lambda chance, size: chance.poisson(1.5, size), None),
        ("g", "mdc", lambda chance, size: chance.geometric(0.1, size) - 1, None),
        ("t", "mdc", lambda chance, size: chance.exponential(20, size) + 1e-9, None),
        ("p", "mdc", lambda chance, size: chance.binomial(80, 0.1, size), 80),
        ("u", "mdc", lambda chance, size: chance.poisson(6, size), 80),
        ("p_prime", "mdc", lambda chance, size: chance.binomial(800, 0.3, size), 800),
        ("u_prime", "mdc", lambda chance, size: chance.poisson(90, size), 800),
    ],
)
def test_where_nothing_happens_as_many_signals_are_found_as_chance_gives(
    kind: str, rules: str, draw: Draw, of: int | None
) -> None:
    measures = {"measure": ["m"], "improves": ["up"], "multiply": [1.0 if kind == "c" else 100.0]}
    told = spc.chance(stable(draw, of=of), kind=kind, rules=rules, measures=measures, replicates=4)
    assert told.height
    for signal, found, expected in told.select("signal", "found", "by_chance").iter_rows():
        spread = math.sqrt(max(expected, 1.0) * 1.25)  # of what was found, and of the average of four
        assert abs(found - expected) < 5 * spread + 3, (signal, found, expected)


def test_what_happened_is_found_beyond_chance() -> None:
    def shifted(chance: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
        values = chance.normal(50, 8, size)
        values[:300, 20:] += 16
        return values

    told = spc.chance(stable(shifted), replicates=3).filter(signal="shift")
    found, expected = told.select("found", "by_chance").row(0)
    assert found > expected + 200


def test_a_change_that_held_is_suggested_about_when_it_came_and_with_its_size() -> None:
    def shifted(chance: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
        values = chance.normal(50, 8, size)
        values[:, 24:] += 24
        return values

    told = spc.suggestions(spc.chart(stable(shifted), measures={"measure": ["m"], "improves": ["up"]}))
    assert told["site"].n_unique() > 0.95 * SERIES
    near = told.filter((pl.col("on") - DAYS[24]).dt.total_days().abs() <= 62)
    assert near["site"].n_unique() > 0.85 * SERIES
    assert near["change"].mean() == pytest.approx(24, abs=3)
    assert near["lasts"].mean() > 0.8


def test_where_nothing_happens_no_more_is_suggested_than_chance_makes_long_runs() -> None:
    quiet = stable(lambda chance, size: chance.normal(50, 8, size))
    points = spc.chart(quiet)
    runs = spc.signals(points).filter(signal="shift")
    late = runs.filter(pl.col("on") >= DAYS[13])
    told = spc.suggestions(points)
    assert told.height == late.height  # those that have points enough before them, and no other
    assert 0.02 * SERIES < told.height < 0.2 * SERIES
