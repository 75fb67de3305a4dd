"""How good was a forecast? Proper scores, coverage, and where what happened fell among what was foreseen.

A score is proper if nobody does better by it than by saying what they believe. Lower is better for all three here, and
each is in the unit of what was forecast: the CRPS of a forecast that is a single number is how far off it was.

References
----------
Gneiting T, Raftery AE. Strictly proper scoring rules, prediction, and estimation. J Am Stat Assoc 2007;102:359-78.
Bracher J, Ray EL, Gneiting T, Reich NG. Evaluating epidemic forecasts in an interval format. PLoS Comput Biol
2021;17:e1008618 (the weighted interval score). Ferro CAT. Fair scores for ensemble forecasts. Q J R Meteorol Soc
2014;140:1917-23.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import erf, exp, pi, sqrt

import numpy as np
import numpy.typing as npt

__all__ = ["covered", "crps", "crps_normal", "interval_score", "pit", "weighted_interval_score"]


def crps(samples: npt.ArrayLike, happened: float, *, fair: bool = False) -> float:
    """The continuous ranked probability score of an ensemble.

    Parameters
    ----------
    samples
        What was foreseen: equally likely values.
    happened
        What came.
    fair
        Whether the ensemble is a sample of the forecast rather than the forecast itself: then a small one is not held
        against it.

    Examples
    --------
    >>> round(crps([8, 9, 10, 12, 15], 11), 6), round(crps([8, 9, 10, 12, 15], 11, fair=True), 6)
    (0.84, 0.5)
    """
    found = np.sort(np.asarray(samples, dtype=float).ravel())
    count = len(found)
    if not count or (fair and count < 2):
        raise ValueError(f"An ensemble needs {'two values' if fair else 'a value'} at least; it has {count}.")
    places = np.arange(1, count + 1)
    pairs = ((2 * places - count - 1) * found).sum() / (count * (count - fair))
    return float(np.abs(found - happened).mean() - pairs)


def crps_normal(mean: float, deviation: float, happened: float) -> float:
    """The continuous ranked probability score of a normal distribution.

    Parameters
    ----------
    mean, deviation
        Of the distribution; without any deviation it is a single number.
    happened
        What came.

    Examples
    --------
    >>> round(crps_normal(0, 1, 0), 10), round(crps_normal(10, 2, 13), 9)
    (0.2336949773, 1.988848008)
    """
    if deviation < 0:
        raise ValueError(f"A deviation is not below 0; found {deviation}.")
    if not deviation:
        return abs(happened - mean)
    z = (happened - mean) / deviation
    below, density = (1 + erf(z / sqrt(2))) / 2, exp(-z * z / 2) / sqrt(2 * pi)
    return deviation * (z * (2 * below - 1) + 2 * density - 1 / sqrt(pi))


def interval_score(lower: float, upper: float, happened: float, *, level: float) -> float:
    """The score of a central interval: its width, and a penalty for each unit by which it was missed.

    Parameters
    ----------
    lower, upper
        Its ends.
    happened
        What came.
    level
        What it was to hold, such as 0.8.

    Examples
    --------
    >>> interval_score(8, 12, 11, level=0.8), round(interval_score(8, 12, 13, level=0.8), 6)
    (4.0, 14.0)
    """
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1; found {level}.")
    missed = max(lower - happened, 0.0) + max(happened - upper, 0.0)
    return float(upper - lower + 2 / (1 - level) * missed)


def weighted_interval_score(median: float, intervals: Mapping[float, tuple[float, float]], happened: float) -> float:
    """The weighted interval score of a median and central intervals; close to the CRPS where there are many of them.

    Parameters
    ----------
    median
        What lies in the middle.
    intervals
        The ends of each interval by its level, such as ``{0.5: (9, 11), 0.8: (8, 13)}``.
    happened
        What came.

    Examples
    --------
    >>> round(weighted_interval_score(10, {0.5: (9, 11), 0.8: (8, 13)}, 12), 6)
    1.2
    """
    total = abs(happened - median) / 2
    for level, (lower, upper) in intervals.items():
        total += (1 - level) / 2 * interval_score(lower, upper, happened, level=level)
    return total / (len(intervals) + 0.5)


def covered(samples: npt.ArrayLike, happened: float, *, level: float) -> bool:
    """Whether the central interval of an ensemble held what came, its ends included.

    Parameters
    ----------
    samples
        What was foreseen: equally likely values.
    happened
        What came.
    level
        What the interval was to hold, such as 0.8.

    Examples
    --------
    >>> covered(range(101), 90, level=0.8), covered(range(101), 91, level=0.8)
    (True, False)
    """
    lower, upper = np.quantile(np.asarray(samples, dtype=float), [(1 - level) / 2, (1 + level) / 2])
    return bool(lower <= happened <= upper)


def pit(samples: npt.ArrayLike, happened: float) -> float:
    """Where what came fell among what was foreseen, from 0 to 1; half of those equal to it count as below.

    Of good forecasts these values are spread evenly (the probability integral transform; its middle, for counts).

    Examples
    --------
    >>> pit([8, 9, 10, 12, 15], 11), pit([1, 2, 2, 3], 2)
    (0.6, 0.5)
    """
    found = np.asarray(samples, dtype=float)
    return float((found < happened).mean() + (found == happened).mean() / 2)
