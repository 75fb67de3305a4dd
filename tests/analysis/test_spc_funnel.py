"""Funnels across sites, against sums done by hand and against limits worked out one by one."""

from __future__ import annotations

import math
from datetime import date
from statistics import stdev
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takeroot.analysis import spc
from takeroot.errors import FaultyInput

SITES = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([0, 31, 40, 90, 250])), min_size=1, max_size=8)


def rows(sites: list[tuple[int, int]]) -> dict[str, Any]:
    """Each site in two months, so that there is something to add up."""
    parts = [(f"site {place}", month, above, below) for place, (above, below) in enumerate(sites) for month in (1, 2)]
    return {
        "measure": ["m"] * len(parts),
        "site": [site for site, *_ in parts],
        "on": [date(2024, month, 1) for _, month, *_ in parts],
        "numerator": [float(above // 2 if month == 1 else above - above // 2) for _, month, above, _ in parts],
        "denominator": [float(below if month == 1 else 0) for _, month, _, below in parts],
    }


def by_hand(sites: list[tuple[int, int]], kind: str) -> list[tuple[float | None, ...]]:
    """Value, centre, lower and upper limit of each site."""
    total = sum(below for _, below in sites)
    if not total:
        return [(None,) * 4] * len(sites)
    centre = sum(above for above, _ in sites) / total
    counted = centre * (1 - centre) if kind in ("p", "p_prime") else centre
    sigma = [math.sqrt(counted / below) if below else None for _, below in sites]
    z = [(above / below - centre) / s for (above, below), s in zip(sites, sigma, strict=True) if s]
    wide: float | None = 1.0
    if kind.endswith("prime"):
        wide = stdev(z) if len(z) > 1 else None
    top = 1.0 if kind in ("p", "p_prime") else math.inf
    drawn: list[tuple[float | None, ...]] = []
    for (above, below), s in zip(sites, sigma, strict=True):
        if s is None or wide is None:
            drawn.append((above / below if below else None, centre, None, None))
        else:
            reach = 3 * s * wide
            drawn.append((above / below, centre, max(centre - reach, 0.0), min(centre + reach, top)))
    return drawn


@settings(max_examples=60)
@given(SITES, st.sampled_from(sorted(spc.FUNNELS)))
def test_a_funnel_is_what_each_site_worked_out_by_itself_gives(sites: list[tuple[int, int]], kind: str) -> None:
    sites = [(above if below else 0, below) for above, below in sites]
    points = spc.funnel(rows(sites), kind=kind)
    for row, expected in zip(points.iter_rows(named=True), by_hand(sites, kind), strict=True):
        for line, value in zip(("value", "centre", "lower", "upper"), expected, strict=True):
            assert (row[line] is None) == (value is None), (line, row, expected)
            assert value is None or row[line] == pytest.approx(value, abs=1e-12)
        value, _, lower, upper = expected
        outside = None not in (value, lower, upper) and not lower - 1e-9 <= value <= upper + 1e-9  # type: ignore[operator]
        assert (row["signals"] == "astronomical") is outside


@settings(max_examples=30)
@given(SITES, st.randoms())
def test_the_order_of_sites_and_rows_changes_no_limit(sites: list[tuple[int, int]], chance: Any) -> None:
    sites = [(above if below else 0, below) for above, below in sites]
    frame = pl.DataFrame(rows(sites))
    places = list(range(frame.height))
    chance.shuffle(places)
    one, other = spc.funnel(frame), spc.funnel(frame[places])
    assert one.sort("site").equals(other.sort("site"))


def test_sites_as_proportions_of_one_whole() -> None:
    """60 of 300 beside 30 of 300: 0.15 ± 3 · √(0.15 · 0.85 / 300)."""
    points = spc.funnel(rows([(60, 300), (30, 300)]), kind="p")
    reach = 3 * math.sqrt(0.15 * 0.85 / 300)
    drawn = points.select("value", "centre", "lower", "upper").row(0)
    assert drawn == pytest.approx((0.2, 0.15, 0.15 - reach, 0.15 + reach))
    assert points["signals"].to_list() == ["", ""]
    assert spc.funnel(rows([(80, 300), (10, 300)]), kind="p'")["chart"].to_list() == ["p_prime"] * 2
    with pytest.raises(FaultyInput, match="a proportion can not be above 1"):
        spc.funnel(rows([(40, 30)]), kind="p")
