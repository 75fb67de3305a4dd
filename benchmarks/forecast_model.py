"""What the model of spread adds to forecasts of real spreads over networks, beside the curves.

    python benchmarks/forecast_model.py [folder of data] [spreads at most]

Physicians and farmers tied by whom they name, states by whom they border on: for each spread the model (begin, with
peers along ties) is fitted to what was known at every origin and stands in the back-test beside the simple forecasters.
Prints, as ratios to the simple forecast that the back-test had chosen by then, the CRPS of what is recommended with the
model and without it, and of the model alone; and how often the 80 % interval of the model alone held what came.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from takeroot.analysis.forecasting import FORECASTERS, ORIGINS, backtest, of_programme, weighing
from takeroot.analysis.forecasting.running import EVENTS
from takeroot.simulation import Model, Move, forecasting, logit
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.programme import Programme

#: A period of the data, be it a year, stands for a month of the record.
BEGINS = date(1990, 1, 10)
AHEAD = 5
ADOPTION = Model("Adoption", (Move("not_reached", "using", logit(0.02), peers={"any": 2.0}),))


def spreads(folder: Path) -> Iterator[tuple[str, Programme]]:
    """Every spread over a network, as the record of a programme."""
    for name, last in (("medinnovations", 17), ("brfarmers", 1964)):  # in the last period are those never seen to begin
        nodes = pl.read_csv(folder / name / "nodes.csv").select(pl.col("id").cast(pl.String), "toa")
        named = pl.read_csv(folder / name / "edges.csv").select(target="ego", source="alter").cast(pl.String)
        yield name, programme(dict(nodes.iter_rows()), last, named)
    states = folder / "state_health_policies"
    borders = pl.read_csv(states / "edges.csv").select(source="a", target="b")
    borders = pl.concat([borders, borders.select(source="target", target="source")])
    adoptions = pl.read_csv(states / "adoptions.csv")
    names = pl.read_csv(states / "states.csv")["state"].to_list()
    for policy, last in pl.read_csv(states / "policies.csv").select("policy", "last_year").iter_rows():
        years = dict(adoptions.filter(policy=policy).select("state", "adopt_year").iter_rows())
        yield policy, programme({name: years.get(name) for name in names}, last, borders)


def programme(begun: dict[str, int | None], last: int, ties: pl.DataFrame) -> Programme:
    """The record of who had begun by when."""
    first = min(period for period in begun.values() if period is not None)
    seen = {site: period for site, period in begun.items() if period is not None and period <= last}
    on = [months_after(BEGINS, period - first) for period in seen.values()]
    known = pl.col("source").is_in(list(begun)) & pl.col("target").is_in(list(begun))
    return Programme(
        {"name": "Spread", "as_at": months_after(date(1990, 1, 31), last - first)},
        sites={"site": list(begun), "eligible": [True] * len(begun)},
        stages={"site": list(seen), "stage": ["using"] * len(seen), "on": on},
        ties=ties.filter(known, pl.col("source") != pl.col("target")).unique().sort(pl.all()),
    )


def compared(told: Programme, draws: int = 500) -> pl.DataFrame:
    """Each forecast that would have been made: scores as shares of the sites, and whether the model's interval held."""
    history = of_programme(told)[None]
    if (everyone := np.flatnonzero(history.in_use == history.of)).size:
        history = history.until(int(everyone[0]) + 1)
    known = {**FORECASTERS, forecasting.MODEL: forecasting.of_programme(told, ADOPTION)}
    tried = backtest.tried(history, known, periods=AHEAD, seed=0, draws=draws)
    rows = []
    for origin in np.unique(tried.origin).tolist():
        by_then, here = tried.known_by(origin), tried.where(tried.origin == origin)
        if history.events[origin - 1] < EVENTS or by_then.origins < ORIGINS:
            continue
        with_it, without = weighing.advice(by_then), weighing.advice(_simple(by_then))
        scores = [
            weighing.mixture(here, with_it.used),
            weighing.mixture(_simple(here), without.used),
            here.crps[:, -1],
            here.crps[:, with_it.names.index(with_it.chosen)],
        ]
        ends = np.quantile(here.points[:, -1], [0.1, 0.9], axis=1, method="inverted_cdf")
        held = (ends[0] <= here.happened) & (here.happened <= ends[1])
        rows.append(pl.DataFrame([*(score / history.of for score in scores), held], schema=SCORES))
    return pl.concat(rows) if rows else pl.DataFrame(schema=SCORES)


SCORES = {**dict.fromkeys(("with_model", "without", "alone", "chosen"), pl.Float64()), "held": pl.Boolean()}


def _simple(tried: backtest.Backtest) -> backtest.Backtest:
    """The same without the last of its forecasters."""
    return backtest.Backtest(
        tried.names[:-1],
        tried.origin,
        tried.ahead,
        tried.points[:, :-1],
        tried.happened,
        tried.missed[:, :-1],
        tried.apart[:, :-1, :-1],
    )


def main(folder: Path, most: int | None) -> None:
    if not (folder / "state_health_policies").is_dir():
        print(f"skipped: no data at {folder}; name their folder, or set TAKEROOT_DATA")
        return
    begun = time.perf_counter()
    print(f"{'spread':28} {'tried':>6} {'with it':>8} {'without':>8} {'alone':>8} {'80 %':>6}")
    parts = []
    for name, told in islice(spreads(folder), most):
        rows = compared(told)
        if rows.height:
            parts.append(rows)
            print(_line(name, rows))
    print(_line("all together", pl.concat(parts)))
    print(f"{time.perf_counter() - begun:.0f} s")


def _line(name: str, rows: pl.DataFrame) -> str:
    chosen = float(rows["chosen"].mean())  # type: ignore[arg-type]
    ratios = [float(rows[score].mean()) / chosen for score in ("with_model", "without", "alone")]  # type: ignore[arg-type]
    return (
        f"{name[:28]:28} {rows.height:6} {ratios[0]:8.3f} {ratios[1]:8.3f} {ratios[2]:8.3f} {rows['held'].mean():6.2f}"
    )


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TAKEROOT_DATA", default)
    main(Path(given), int(sys.argv[2]) if len(sys.argv) > 2 else None)
