"""Small series, and what may be said of them."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any

import polars as pl
from hypothesis import strategies as st

from takeroot.analysis import spc
from takeroot.vocabulary.calendar import months_after

START = date(2023, 1, 1)
QUIET = [50.0, 60.0] * 7
Row = dict[str, Any]


def month(place: int) -> date:
    return months_after(START, place)


def values(*series: list[float | None], measure: str = "falls") -> pl.DataFrame:
    """Monthly values, one series for each site A, B, ..."""
    rows = [
        (measure, chr(65 + n), month(place), value) for n, one in enumerate(series) for place, value in enumerate(one)
    ]
    return pl.DataFrame(
        rows, schema={"measure": pl.String, "site": pl.String, "on": pl.Date, "value": pl.Float64}, orient="row"
    )


def improving(way: str, measure: str = "falls") -> dict[str, list[str]]:
    return {"measure": [measure], "improves": [way]}


def phases(
    *rows: tuple[str, int, int | None, float | None] | tuple[str, int, int | None, float | None, str],
) -> pl.DataFrame:
    """Rows of phases: kind, first month, last month, value, and the site if it is not for all."""
    return pl.DataFrame(
        [
            (
                "falls",
                row[4] if len(row) > 4 else None,
                month(row[1]),
                None if row[2] is None else month(row[2]),
                row[0],
                row[3],
            )
            for row in rows
        ],
        schema={
            "measure": pl.String,
            "site": pl.String,
            "on": pl.Date,
            "until": pl.Date,
            "kind": pl.String,
            "value": pl.Float64,
        },
        orient="row",
    )


def lines(points: pl.DataFrame, at: int = 0) -> tuple[float, float, float]:
    return points.select("centre", "lower", "upper").row(at)


def summed(points: pl.DataFrame, **asked: Any) -> Row:
    """The summary of the latest phase of the only series."""
    return spc.summary(points, **asked).row(-1, named=True)


#: Random series: with gaps and ties, and such as drift up and down.
NUMBERS = st.one_of(
    st.none(), st.integers(0, 9).map(float), st.integers(0, 9).map(float), st.integers(0, 60).map(float)
)
SERIES = st.lists(NUMBERS, min_size=1, max_size=32)
DRIFTING = st.lists(st.sampled_from([-1.0, 1.0, 1.0, 1.0, 0.0]), min_size=5, max_size=32).map(
    lambda steps: [float(level) for level in accumulate(steps)]
)
