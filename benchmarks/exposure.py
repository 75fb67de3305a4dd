"""How long the exposure of 10,000 sites takes over 120 months, in arrays and as a frame, beside other ways to have it.

    python benchmarks/exposure.py [sites] [months] [ties]

Prints milliseconds (best of seven; of one for the script) and how often that is what ours take. What netdiffuseR's
``exposure`` does, on data that are in its shape already, is to give one matrix: that is what "arrays" times here, from
a panel. netdiffuseR itself took 394 to 411 ms for this size on two cores of another machine; R is not needed here.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from takeroot.analysis import network
from takeroot.analysis.network.exposure import counted
from takeroot.vocabulary.calendar import months_after

START = date(2014, 1, 1)
REACH = "100 times the R reference (394-411 ms): 4 ms"
#: What the R reference took, in milliseconds.
R_TOOK = 394


def made(sites: int, months: int, ties: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stages of sites that begin by and by, of which a tenth stop; and ties between any two."""
    chance = np.random.default_rng(1)
    names = pl.Series([f"site {number:06d}" for number in range(sites)])
    days = pl.Series([months_after(START, month) for month in range(months)])
    began = chance.integers(0, months * 4 // 3, sites)
    uses = began < months
    stops = np.flatnonzero(uses & (chance.random(sites) < 0.1) & (began + 12 < months))
    rows = [
        pl.DataFrame({"site": names.filter(pl.Series(uses)), "stage": "using", "on": days.gather(began[uses])}),
        pl.DataFrame({"site": names.gather(stops), "stage": "stopped", "on": days.gather(began[stops] + 12)}),
        pl.DataFrame({"site": names[:1], "stage": "exploring", "on": days[-1:]}),
    ]
    ends = [names.gather(chance.integers(0, sites, ties)) for _ in range(2)]
    return pl.concat(rows), pl.DataFrame({"source": ends[0], "target": ends[1]})


def milliseconds(what: Callable[[], object], times: int = 7) -> float:
    """The best of so many."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return min(taken) * 1000


def script(stages: list[tuple[str, bool, int]], ties: list[tuple[str, str]], months: int) -> dict[str, list[float]]:
    """Exposure by dictionaries and loops, as somebody would write it down."""
    uses: dict[str, list[bool]] = {}
    for site, using, month in stages:
        state = uses.setdefault(site, [False] * months)
        state[month:] = [using] * (months - month)
    neighbours: dict[str, set[str]] = {}
    for source, target in ties:
        if source != target:
            neighbours.setdefault(target, set()).add(source)
    nothing = [False] * months
    found = {}
    for site, others in neighbours.items():
        states = [uses.get(other, nothing) for other in others]
        found[site] = [sum(state[month] for state in states) / len(states) for month in range(months)]
    return found


def main(sites: int = 10_000, months: int = 120, ties: int = 80_000) -> None:
    from scipy import sparse

    stages, tied = made(sites, months, ties)
    print(
        f"{sites:,} sites x {months} months, {ties:,} ties; {os.cpu_count()} processors; load {os.getloadavg()[0]:.1f}"
    )
    panel = network.panel(stages, tied)
    target, source = panel.ties["target"].to_numpy(), panel.ties["source"].to_numpy()
    uses = panel.in_use.astype(np.float64)
    matrix = sparse.csr_array((np.ones(target.size), (target, source)), shape=(sites, sites))
    matrix.sum_duplicates()
    matrix.data[:] = 1

    def multiplied() -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return (matrix @ uses) / np.asarray(matrix.sum(axis=1))[:, None]

    place = {day: month for month, day in enumerate(panel.periods)}
    told = [(site, stage == "using", place[on]) for site, stage, on in stages.sort("on").iter_rows()]
    pairs = list(tied.iter_rows())
    best = milliseconds(lambda: counted(panel, panel.ties).share())
    ours = {
        "takeroot, arrays (panel in, matrix out)": best,
        "takeroot, panel in, frame out": milliseconds(lambda: network.exposure(panel)),
        "takeroot, panel in, frame out, valued and lagged": milliseconds(
            lambda: network.exposure(panel, valued=True, lag=1)
        ),
        "takeroot, panel in, frame out, remembered": milliseconds(lambda: network.exposure(panel, memory=0.8)),
        "takeroot, stages and ties in, frame out": milliseconds(lambda: network.exposure(stages, tied)),
    }
    others = {
        "careful scipy, the matrix made already": milliseconds(multiplied),
        "a script of dictionaries": milliseconds(lambda: script(told, pairs, months), times=1),
    }
    assert_same(panel, multiplied(), script(told, pairs, months))
    for name, took in {**ours, **others}.items():
        print(f"{took:10.1f} ms  {took / best:8.1f} times our arrays  {name}")
    frame = ours["takeroot, panel in, frame out"]
    print(f"reach: {REACH}; our arrays are {R_TOOK / best:,.0f} times as fast, the frame {R_TOOK / frame:,.0f} times")


def assert_same(panel: network.Panel, matrix: np.ndarray, found: dict[str, list[float]]) -> None:
    """All three give the same."""
    ours = counted(panel, panel.ties).share()
    assert np.allclose(ours, matrix, equal_nan=True)
    for row, site in enumerate(panel.sites["site"]):
        assert np.allclose(ours[row], found[site]) if site in found else np.isnan(ours[row]).all()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
