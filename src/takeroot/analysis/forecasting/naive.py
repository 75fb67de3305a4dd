"""Forecasts that know nothing of spread: that nothing changes, and that it goes on as it went on average.

What other forecasts have to beat. Both carry the noise of the past: steps from one period to the next of the size that
was seen, as normal ones whose size is known only from so many steps.
"""

from __future__ import annotations

import numpy as np

from takeroot.analysis.forecasting.history import History
from takeroot.analysis.forecasting.sampling import Array

#: The variance of a step that is believed in where none was ever seen: a step of one site in four periods.
LEAST = 0.25


def last_value(history: History, periods: int, chance: np.random.Generator, draws: int) -> Array:
    """As many as now, give or take steps as large as those seen.

    Parameters
    ----------
    history
        The counts until now.
    periods
        How many to look ahead.
    chance
        Where chance comes from.
    draws
        How many futures to give.

    Returns
    -------
    Array
        A row for each period, a column for each future.
    """
    steps = np.diff(history.in_use).astype(float)
    known = max(len(steps), 1)
    variance = max(float((steps**2).sum()) / known, LEAST)
    size = np.sqrt(variance * known / chance.chisquare(known, draws))
    return _walked(history, size * chance.standard_normal((periods, draws)))


def drift(history: History, periods: int, chance: np.random.Generator, draws: int) -> Array:
    """So many more each period as there were on average until now, give or take steps as large as those seen.

    Parameters
    ----------
    history
        The counts until now.
    periods
        How many to look ahead.
    chance
        Where chance comes from.
    draws
        How many futures to give.

    Returns
    -------
    Array
        A row for each period, a column for each future.
    """
    steps = np.diff(history.in_use).astype(float)
    known = max(len(steps) - 1, 1)
    mean = float(steps.mean()) if len(steps) else 0.0
    variance = max(float(((steps - mean) ** 2).sum()) / known, LEAST)
    size = np.sqrt(variance * known / chance.chisquare(known, draws))
    each = mean + size / np.sqrt(known + 1) * chance.standard_normal(draws)
    return _walked(history, each + size * chance.standard_normal((periods, draws)))


def _walked(history: History, steps: Array) -> Array:
    """Where steps lead from the last count, as whole numbers of the sites that there are."""
    return np.asarray(np.clip(np.round(history.in_use[-1] + np.cumsum(steps, axis=0)), 0, history.of))
