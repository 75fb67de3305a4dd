"""How long the control charts of many series take, frame in, frame out, and what memory, beside other tools.

    TAKEROOT_SPC_PEERS=/path/to/python python benchmarks/spc_speed.py [series] [points]

Prints seconds (best of three) for series in order, shuffled, with phases and gaps, and of every kind, and the most
memory that the process had until then; careful numpy that only finds the limits and the four signals of an array
already in shape, which no frame in, frame out can go below; and, where an interpreter has them (see
``spc_peers.py``), what other tools take for each series of the same data, on the same machine, in the same run.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

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


def peak() -> str:
    """The most memory that this process has had."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024:5.2f} GiB"


def told(says: str, what: Callable[[], object]) -> float:
    """Seconds, printed beside the memory."""
    taken = seconds(what)
    print(f"{taken:8.2f} s  {peak()}  {says}", flush=True)
    return taken


def kinds(values: pl.DataFrame, measures: pl.DataFrame) -> None:
    """Every kind of chart of series in order; those of proportions and rates with a numerator and a denominator."""
    whole = pl.col("value").clip(1, None).round()
    parts = values.select("measure", "site", "on", numerator=whole, denominator=whole + 400)
    for kind in spc.KINDS:
        given = parts if kind in ("p", "u", "p_prime", "u_prime") else values.with_columns(value=whole)
        told(f"chart, {kind}", partial(spc.chart, given, kind=kind, measures=measures))


def peers(values: pl.DataFrame, ours: float, points: int) -> None:
    """What other tools take for the same series, and how often that is what ours take."""
    python = os.environ.get("TAKEROOT_SPC_PEERS")
    if python is None:
        print("other tools: skipped; TAKEROOT_SPC_PEERS names no interpreter that has them")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "values.csv"
        values.head(300 * points).write_csv(path)
        told_by = Path(__file__).with_name("spc_peers.py")
        done = subprocess.run([python, told_by, path], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"other tools: skipped; {done.stderr.strip().splitlines()[-1]}")
        return
    print(f"{ours * 1e6:10.1f} us a series  takeroot")
    for name, took in json.loads(done.stdout.splitlines()[-1]).items():
        if isinstance(took, str):
            print(f"{'':24}{name}: {took}")
        else:
            print(f"{took * 1e6:10.1f} us a series  {name}: {took / ours:,.0f} times ours")


def main(series: int = 100_000, points: int = 48) -> None:
    values = made(series, points)
    measures = pl.DataFrame({"measure": ["falls"], "improves": ["down"]})
    print(f"{series:,} series x {points} points; {os.cpu_count()} processors; load {os.getloadavg()[0]:.1f}")
    print(f"{'':12}{peak()}  the values")
    best = told("chart, in order", lambda: spc.chart(values, measures=measures))
    shuffled = values.sample(fraction=1.0, shuffle=True, seed=2)
    told("chart, shuffled", partial(spc.chart, shuffled, measures=measures))
    del shuffled
    drawn = spc.chart(values, measures=measures)
    told("summary of the charts", partial(spc.summary, drawn))
    told("signals of the charts", partial(spc.signals, drawn))
    del drawn
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
    told("chart, gaps and phases", partial(spc.chart, gaps, measures=measures, phases=phases))
    del gaps
    matrix = values["value"].to_numpy().reshape(series, points)
    told("careful numpy, arrays only", lambda: bare(matrix))
    kinds(values, measures)
    peers(values, best / series, points)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
