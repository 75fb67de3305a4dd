"""What a forecast consists of, and the frames that it is shown as."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from takeroot.analysis.forecasting.backtest import Backtest, mixed, quantile
from takeroot.analysis.forecasting.history import History
from takeroot.analysis.forecasting.sampling import Array
from takeroot.analysis.forecasting.weighing import COMBINED, Advice
from takeroot.analysis.scoring import weighted_interval_score

#: The central intervals that are given.
INTERVALS = (0.5, 0.8, 0.95)
#: Their ends and the median by name, from the lowest up.
ENDS = ("lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95")
_LEVELS = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])

MONTHS = {"on": pl.Date(), "ahead": pl.Int64(), **dict.fromkeys(ENDS, pl.Int64())}
SCORES = {
    "forecaster": pl.String(),
    "crps": pl.Float64(),
    "wis": pl.Float64(),
    "covered_50": pl.Float64(),
    "covered_80": pl.Float64(),
    "covered_95": pl.Float64(),
    "weight": pl.Float64(),
    "used": pl.Boolean(),
    "origins": pl.Int64(),
    "tried": pl.Int64(),
}
TRIED = {"forecaster": pl.String(), "origin": pl.Date(), "known": pl.Int64(), **MONTHS, "happened": pl.Int64()}


@dataclass(frozen=True, eq=False)
class Forecast:
    """How many sites will be in use, what the back-test shows, and how far to trust it.

    Parameters
    ----------
    says
        What the back-test shows, in words: they come before any figure.
    doubts
        What makes it less sure than it looks, a sentence each.
    by
        The forecaster it is by, or ``combination``.
    months
        A row for each period ahead: ``on`` (its first day), ``ahead`` and sites in use at its end: ``median``, and the
        ends of the 50, 80 and 95 % intervals (``lower_95`` to ``upper_95``).
    counts
        What was known: ``on``, ``in_use`` and ``eligible``.
    scores
        A row for each forecaster and for their combination: mean ``crps`` and ``wis`` in sites, the shares of what came
        that the intervals held, its ``weight``, whether it is ``used``, the number of ``origins`` and of forecasts
        ``tried``.
    tried
        A row for each forecast of the back-test by each forecaster and by their combination: ``origin`` (the first day
        of the last period known), ``known`` (sites in use then), the same columns as ``months``, and what ``happened``.
    futures
        Equally likely futures: a row for each period ahead, a column for each future.
    """

    says: str
    doubts: tuple[str, ...]
    by: str
    months: pl.DataFrame
    counts: pl.DataFrame
    scores: pl.DataFrame
    tried: pl.DataFrame
    futures: Array


def months(history: History, futures: Array) -> pl.DataFrame:
    """The quantiles of futures, period by period."""
    ahead = np.arange(len(futures))
    found = np.quantile(futures, _LEVELS, axis=1, method="inverted_cdf").astype(np.int64)
    days = {"on": [history.day(history.periods + int(n)) for n in ahead], "ahead": ahead + 1}
    return pl.DataFrame({**days, **dict(zip(ENDS, found, strict=True))}, schema=MONTHS)


def counts(history: History) -> pl.DataFrame:
    """What was known."""
    return pl.DataFrame(
        {
            "on": [history.day(n) for n in range(history.periods)],
            "in_use": history.in_use,
            "eligible": [history.of] * history.periods,
        },
        schema={"on": pl.Date(), "in_use": pl.Int64(), "eligible": pl.Int64()},
    )


def tried(history: History, backtest: Backtest, advice: Advice) -> pl.DataFrame:
    """Every forecast of a back-test; the combination with the weights that were known at each origin."""
    alone = zip(backtest.names, np.eye(len(backtest.names)), strict=True)
    parts = [_tried(history, backtest, name, np.tile(share, (len(backtest.origin), 1))) for name, share in alone]
    return pl.concat([*parts, _tried(history, backtest, COMBINED, advice.then)])


def scores(backtest: Backtest, found: pl.DataFrame, advice: Advice) -> pl.DataFrame:
    """How close each forecaster came, and how often its intervals held what came."""
    weight = {**dict(zip(advice.names, advice.weights.tolist(), strict=True)), COMBINED: None}
    rows = []
    for (name,), mine in found.group_by("forecaster", maintain_order=True):
        held = [
            mine.select(pl.col("happened").is_between(f"lower_{level}", f"upper_{level}").mean()).item()
            for level in (50, 80, 95)
        ]
        score = advice.scores[str(name)]
        used = name == advice.by
        rows.append((name, score, _wis(mine), *held, weight[str(name)], used, backtest.origins, mine.height))
    return pl.DataFrame(rows, schema=SCORES, orient="row")


def _wis(mine: pl.DataFrame) -> float:
    found = (
        weighted_interval_score(
            row["median"],
            {level: (row[f"lower_{level * 100:.0f}"], row[f"upper_{level * 100:.0f}"]) for level in INTERVALS},
            row["happened"],
        )
        for row in mine.iter_rows(named=True)
    )
    return sum(found) / mine.height


def _tried(history: History, backtest: Backtest, name: str, shares: Array) -> pl.DataFrame:
    found = np.array(
        [quantile(*mixed(points, share), _LEVELS) for points, share in zip(backtest.points, shares, strict=True)]
    ).reshape(-1, len(ENDS))
    last = backtest.origin - 1
    return pl.DataFrame(
        {
            "forecaster": [name] * len(last),
            "origin": [history.day(int(period)) for period in last],
            "known": history.in_use[last],
            "on": [history.day(int(period)) for period in last + backtest.ahead],
            "ahead": backtest.ahead,
            **dict(zip(ENDS, found.T.astype(np.int64), strict=True)),
            "happened": backtest.happened,
        },
        schema=TRIED,
    )


def drawn(futures: dict[str, Array], advice: Advice, draws: int) -> Array:
    """Futures of what is recommended: of each forecaster in proportion to its weight, whole futures at a time."""
    return np.concatenate([futures[name][:, :size] for name, size in shared(advice, draws).items()], 1)


def shared(advice: Advice, draws: int) -> dict[str, int]:
    """How many of the futures are each forecaster's, of those that have any."""
    ends = np.round(np.cumsum(advice.used) * draws).astype(int)
    sizes = dict(zip(advice.names, np.diff(ends, prepend=0).tolist(), strict=True))
    return {name: size for name, size in sizes.items() if size}
