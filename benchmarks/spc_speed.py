"""How long the control charts of many series take, frame in, frame out.

    python benchmarks/spc_speed.py [series] [points]

Prints seconds (best of three) for series in order, shuffled, and with phases and gaps, beside careful numpy that only
finds the limits and the four signals of an array already in shape: what no frame in, frame out can go below.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from takeroot.analysis import spc
from takeroot.vocabulary.calendar import months_after, months_from

START = date(2021, 1, 1)


def made(series: int, points: int) -> pl.DataFrame:
    """Values of one measure at many sites, month by month, in order."""
    chance = np.random.default_rng(1)
    sites = pl.Series([f"site {number:06d}" for number in range(series)])
    days = months_from(START, months_after(START, points - 1))
    rows = pl.DataFrame({"site": sites}).join(pl.DataFrame({"on": days}), how="cross", maintain_order="left_right")
    values = chance.normal(50, 8, rows.height).round(1)
    return rows.select(measure=pl.lit("falls"), site="site", on="on", value=pl.Series(values))


def bare(values: np.ndarray) -> np.ndarray:
    """Limits and signals of a matrix, one row a series: sliding windows, no frames, no phases, no gaps, no words."""
    centre = values.mean(axis=1, keepdims=True)
    average = np.abs(np.diff(values)).mean(axis=1, keepdims=True)
    away = values - centre
    windows = np.lib.stride_tricks.sliding_window_view
    fired = np.abs(away) > 2.66 * average
    for side in (away > 0, away < 0):
        for at in np.argwhere(windows(side, 7, axis=1).all(axis=2)).T[None]:
            for step in range(7):
                fired[at[0], at[1] + step] = True
    for rise in (np.diff(values) > 0, np.diff(values) < 0):
        for at in np.argwhere(windows(rise, 6, axis=1).all(axis=2)).T[None]:
            for step in range(7):
                fired[at[0], at[1] + step] = True
    for sign in (1, -1):
        near = sign * away > 2.66 * 2 / 3 * average
        side = windows(sign * away > 0, 3, axis=1).all(axis=2)
        hit = side & (windows(near, 3, axis=1).sum(axis=2) >= 2)
        for step in range(3):
            fired[:, step : fired.shape[1] - 2 + step] |= hit & near[:, step : near.shape[1] - 2 + step]
    return fired


def seconds(what: Callable[[], object]) -> float:
    """The best of three."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main(series: int = 100_000, points: int = 48) -> None:
    values = made(series, points)
    measures = pl.DataFrame({"measure": ["falls"], "improves": ["down"]})
    shuffled = values.sample(fraction=1.0, shuffle=True, seed=2)
    gaps = values.with_columns(value=pl.when(pl.int_range(pl.len()) % 17 > 0).then("value"))
    phases = pl.DataFrame(
        {
            "measure": ["falls", "falls", "falls"],
            "on": [months_after(START, points // 2), START, START],
            "until": [None, months_after(START, 12), None],
            "kind": ["recalculate", "baseline", "target"],
            "value": [None, None, 40.0],
        }
    )
    matrix = values["value"].to_numpy().reshape(series, points)
    print(f"{series:,} series x {points} points")
    for says, what in {
        "careful numpy, arrays only": lambda: bare(matrix),
        "chart, in order": lambda: spc.chart(values, measures=measures),
        "chart, shuffled": lambda: spc.chart(shuffled, measures=measures),
        "chart, gaps and phases": lambda: spc.chart(gaps, measures=measures, phases=phases),
    }.items():
        print(f"{seconds(what):8.2f} s  {says}", flush=True)
    drawn = spc.chart(values, measures=measures)
    print(f"{seconds(lambda: spc.summary(drawn)):8.2f} s  summary of the charts")
    print(f"{seconds(lambda: spc.signals(drawn)):8.2f} s  signals of the charts")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024:8.2f} GiB at most")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
