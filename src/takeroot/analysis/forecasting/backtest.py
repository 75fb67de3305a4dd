"""How close would a forecast have come, had it been asked for earlier? The back-test.

From each of several earlier months (the *origins*) every forecaster looks ahead with what was known then, and is scored
against what came. A forecast is kept as a hundred equally likely values, which is what is scored.

References
----------
Tashman LJ. Out-of-sample tests of forecasting accuracy: an analysis and review. Int J Forecast 2000;16:437-50 (rolling
origins).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from takeroot.analysis.forecasting.history import Counts, History
from takeroot.analysis.forecasting.sampling import Array
from takeroot.errors import TakerootError

#: From a history, so many periods ahead, with chance from here, so many futures: a row for each period, a column for
#: each future.
Forecaster: TypeAlias = Callable[[History, int, np.random.Generator, int], Array]

#: An origin has at least so many periods and so many events behind it.
LEAST_PERIODS, LEAST_EVENTS = 4, 5
#: At most so many origins are tried, evenly spaced, the latest among them.
MOST_ORIGINS = 40
#: The values a forecast is kept as.
POINTS = 100


@dataclass(frozen=True, eq=False)
class Backtest:
    """Every forecast that was tried: one row for each origin and each period that it looked ahead.

    Parameters
    ----------
    names
        The forecasters, in order.
    origin, ahead
        How many periods were known, and how many further it looked.
    points
        By row, forecaster and place: the forecast, in order of size.
    happened
        What came.
    missed, apart
        By row and forecaster, how far the forecast was from what came on average; by row and two forecasters, how far
        from each other. The CRPS of any mixture of them follows from these.
    """

    names: tuple[str, ...]
    origin: Counts
    ahead: Counts
    points: Array
    happened: Counts
    missed: Array
    apart: Array

    @property
    def crps(self) -> Array:
        """The score of each row and forecaster."""
        return np.asarray(self.missed - np.diagonal(self.apart, axis1=1, axis2=2) / 2)

    def known_by(self, periods: int) -> Backtest:
        """Only what had come by the end of an earlier period."""
        return self.where(self.origin + self.ahead <= periods)

    def where(self, chosen: npt.NDArray[Any]) -> Backtest:
        """Some of the rows."""
        return Backtest(
            self.names,
            self.origin[chosen],
            self.ahead[chosen],
            self.points[chosen],
            self.happened[chosen],
            self.missed[chosen],
            self.apart[chosen],
        )

    @property
    def origins(self) -> int:
        """From how many origins it was tried."""
        return len(np.unique(self.origin))


def origins(history: History) -> list[int]:
    """The numbers of periods after which a forecast is tried: enough is behind them, and one period at least ahead."""
    events = history.events
    found = [known for known in range(LEAST_PERIODS, history.periods) if events[known - 1] >= LEAST_EVENTS]
    every = -(-len(found) // MOST_ORIGINS) if found else 1
    return found[::-1][::every][::-1]


def tried(
    history: History,
    forecasters: Mapping[str, Forecaster],
    *,
    periods: int,
    seed: int,
    draws: int,
    step: Callable[[str], None] | None = None,
) -> Backtest:
    """Every forecaster from every origin.

    Parameters
    ----------
    history
        All that is known.
    forecasters
        By name.
    periods
        How many periods to look ahead, where so many are known.
    seed, draws
        Where chance begins, and how many futures each forecast has.
    step
        Is told of each origin before it is tried.
    """
    names = tuple(forecasters)
    rows: list[tuple[int, int, Array, int]] = []
    begins = origins(history)
    for place, known in enumerate(begins):
        if step:
            step(f"back-test {place + 1} of {len(begins)}")
        ahead = min(periods, history.periods - known)
        past = history.until(known)
        found = np.stack([_points(foreseen(forecasters[name], name, past, ahead, seed, draws)) for name in names])
        rows += [(known, n + 1, found[:, n], int(history.in_use[known + n])) for n in range(ahead)]
    count = len(names)
    points = np.stack([row[2] for row in rows]) if rows else np.empty((0, count, POINTS))
    happened = np.array([row[3] for row in rows], dtype=np.int64)
    return Backtest(
        names,
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        points,
        happened,
        np.abs(points - happened[:, None, None]).mean(axis=2),
        _apart(points),
    )


def foreseen(forecaster: Forecaster, name: str, history: History, periods: int, seed: int, draws: int) -> Array:
    """What one forecaster foresees, with chance of its own: no other forecaster and no other origin moves it."""
    chance = np.random.default_rng([seed, zlib.crc32(name.encode()), history.periods])
    futures = forecaster(history, periods, chance, draws)
    if np.shape(futures) != (periods, draws):
        shape = " by ".join(f"{each:,}" for each in np.shape(futures)) or "a single thing"
        raise TakerootError(
            f"The forecaster '{name}' gives a row for each period and a column for each future; needed {periods:,} by "
            f"{draws:,}, found {shape}."
        )
    return futures


def mixed(points: Array, weights: Array) -> tuple[Array, Array]:
    """The values of several forecasts, in order of size, and the share of each.

    Parameters
    ----------
    points
        By forecaster and place.
    weights
        A share for each forecaster.
    """
    values = points.ravel()
    order = np.argsort(values, kind="stable")
    return values[order], np.repeat(weights / points.shape[1], points.shape[1])[order]


def quantile(values: Array, shares: Array, levels: Array) -> Array:
    """The smallest of some values in order below which, itself included, lies at least a share of them."""
    reached = np.searchsorted(np.cumsum(shares), levels - 1e-9)
    return np.asarray(values[np.minimum(reached, len(values) - 1)])


def _points(future: Array) -> Array:
    """A hundred equally likely values for each period, in order of size."""
    places = ((np.arange(POINTS) + 0.5) / POINTS * future.shape[1]).astype(int)
    return np.asarray(np.sort(future, axis=1)[:, places])


def _apart(points: Array) -> Array:
    """How far two forecasts are from each other on average, value by value.

    How far any two of some values are from each other follows from their order; of two forecasts put together it is
    half of what lies between them, and a quarter of what lies within each.
    """
    count = points.shape[1]
    within = _spread(points)
    found = np.zeros((len(points), count, count))
    for one in range(count):
        found[:, one, one] = within[:, one]
        for other in range(one):
            together = _spread(np.sort(np.concatenate([points[:, one], points[:, other]], axis=1), axis=1))
            both = 2 * together - (within[:, one] + within[:, other]) / 2
            found[:, one, other] = found[:, other, one] = both
    return found


def _spread(points: Array) -> Array:
    """How far two of some values in order are from each other on average, each with itself among them."""
    size = points.shape[-1]
    return np.asarray(2 * (points * (2 * np.arange(1, size + 1) - size - 1)).sum(axis=-1) / size**2)
