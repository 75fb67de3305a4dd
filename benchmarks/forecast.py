"""How close forecasts of sites in use come, beside the simple curve that their own back-test chose.

    python benchmarks/forecast.py [folder of data]

For each real spread in the folder (policies over states, an innovation among physicians and among farmers, prescribing
groups beyond a threshold, durables), and from each period by which ten events and three earlier origins were known,
forecasts are made with what was known then, and scored against what came. Scores are the CRPS as a share of the sites
that there are, so that spreads of fifty and of seven hundred count alike. Prints, for each spread, the score of what is
recommended as a ratio to that of the simple forecast that the back-test had chosen by then, and how often the 80 %
interval held what came.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from takeroot.analysis.forecasting import FORECASTERS, ORIGINS, History, backtest, weighing
from takeroot.analysis.forecasting.running import EVENTS

#: How many periods ahead: years, and months.
YEARS, MONTHS = 5, 12
LEVELS = np.array([0.025, 0.1, 0.25, 0.75, 0.9, 0.975])


def spreads(folder: Path) -> Iterator[tuple[str, History, int]]:
    """Every spread of a folder: its name, its counts, and how far ahead to look."""
    adoptions = pl.read_csv(folder / "state_health_policies" / "adoptions.csv")
    policies = pl.read_csv(folder / "state_health_policies" / "policies.csv")
    for policy, first, last in policies.select("policy", "first_year", "last_year").iter_rows():
        years = adoptions.filter(pl.col("policy") == policy)["adopt_year"].to_numpy()
        yield policy, history([int((years <= year).sum()) for year in range(first, last + 1)], 50, 12), YEARS
    for name, last in (("medinnovations", 17), ("brfarmers", 1964)):  # in the last period are those never seen to begin
        times = pl.read_csv(folder / name / "nodes.csv")["toa"].to_numpy()
        counts = [int((times <= period).sum()) for period in range(int(times.min()), last + 1)]
        yield name, history(counts, len(times), 1), YEARS
    groups = pl.read_csv(folder / "doac_ccg_spread" / "ref_national.csv")
    for percent in (10, 25, 50):
        counts = groups[f"ccgs_at_or_above_{percent}"].to_list()
        begun = next(place for place, count in enumerate(counts) if count)
        yield f"prescribing at {percent} %", history(counts[begun:], 191, 1), MONTHS
    durables = pl.read_csv(folder / "bass_durables" / "data.csv")
    for (name,), rows in durables.group_by("series", maintain_order=True):
        yield str(name).replace("_", " "), history(rows["cumulative"].to_list(), None, 12), YEARS


def history(counts: list[int], of: int | None, step: int) -> History:
    """Counts as a forecaster sees them; those that stay at all there are end with the first."""
    if of in counts:
        counts = counts[: counts.index(of) + 1]
    in_use = np.array(counts, dtype=np.int64)
    change = np.diff(in_use, prepend=0)
    return History(in_use, np.maximum(change, 0), np.maximum(-change, 0), of, date(1900, 1, 1), step)


def compared(found: History, ahead: int, draws: int = 1000, seed: int = 0) -> pl.DataFrame:
    """Each forecast that would have been made: its score, that of the simple one chosen by then, and what it held."""
    tried = backtest.tried(found, FORECASTERS, periods=ahead, seed=seed, draws=draws)
    scale = found.of or int(found.in_use.max())
    rows = []
    for origin in np.unique(tried.origin).tolist():
        known, here = tried.known_by(origin), tried.where(tried.origin == origin)
        if found.events[origin - 1] < EVENTS or known.origins < ORIGINS:
            continue
        advice = weighing.advice(known)
        used, chosen = weighing.mixture(here, advice.used), here.crps[:, advice.names.index(advice.chosen)]
        for place, happened in enumerate(here.happened):
            ends = backtest.quantile(*backtest.mixed(here.points[place], advice.used), LEVELS)
            held = [bool(ends[n] <= happened <= ends[-1 - n]) for n in range(3)]
            rows.append((origin, int(here.ahead[place]), used[place] / scale, chosen[place] / scale, *held))
    schema = {"origin": pl.Int64, "ahead": pl.Int64, "used": pl.Float64, "chosen": pl.Float64}
    return pl.DataFrame(
        rows, schema=schema | dict.fromkeys(("held_95", "held_80", "held_50"), pl.Boolean), orient="row"
    )


def table(folder: Path, draws: int = 1000, seed: int = 0) -> pl.DataFrame:
    """Every forecast of every spread of a folder."""
    parts = [
        compared(found, ahead, draws, seed).with_columns(spread=pl.lit(name)) for name, found, ahead in spreads(folder)
    ]
    return pl.concat(parts)


def summed(rows: pl.DataFrame) -> pl.DataFrame:
    """A row for each spread that had a forecast."""
    return rows.group_by("spread", maintain_order=True).agg(
        tried=pl.len(),
        ratio=pl.col("used").mean() / pl.col("chosen").mean(),
        held_50=pl.col("held_50").mean(),
        held_80=pl.col("held_80").mean(),
        held_95=pl.col("held_95").mean(),
    )


def main(folder: Path) -> None:
    if not (folder / "doac_ccg_spread").is_dir():
        print(f"skipped: no data at {folder}; name their folder, or set TAKEROOT_DATA")
        return
    begun = time.perf_counter()
    rows = table(folder)
    each = summed(rows)
    print(f"{'spread':28} {'tried':>6} {'ratio':>7} {'50 %':>6} {'80 %':>6} {'95 %':>6}")
    for row in each.iter_rows(named=True):
        print(
            f"{row['spread'][:28]:28} {row['tried']:6} {row['ratio']:7.3f} {row['held_50']:6.2f} {row['held_80']:6.2f} "
            f"{row['held_95']:6.2f}"
        )
    ratio = rows["used"].mean() / rows["chosen"].mean()  # type: ignore[operator]
    held = [rows[f"held_{level}"].mean() for level in (50, 80, 95)]
    print(f"{'all together':28} {rows.height:6} {ratio:7.3f} {held[0]:6.2f} {held[1]:6.2f} {held[2]:6.2f}")
    better = each.filter(pl.col("ratio") < 1).height
    print(f"better in {better} of {each.height} spreads; {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TAKEROOT_DATA", default)))
