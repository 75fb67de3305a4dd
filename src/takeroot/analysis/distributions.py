"""Chances under three distributions: the normal, the chi-square and Student's.

Degrees of freedom are whole numbers here, for which all three can be written out, to the last digits.

References
----------
Abramowitz M, Stegun IA. Handbook of Mathematical Functions. National Bureau of Standards, 1964: 26.2.12, 26.4.4-5,
26.7.3-4.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

#: Beyond this, the share of a normal distribution is too small to be held as a number, and its logarithm is a series.
FAR = 25.0

_erfc = np.vectorize(math.erfc, otypes=[float])


def normal_beyond(z: Array) -> Array:
    """The chance of a normal value at least so far from 0, on either side.

    Examples
    --------
    >>> normal_beyond(np.array([1.959963984540054])).round(12)
    array([0.05])
    """
    return np.asarray(_erfc(np.abs(z) / math.sqrt(2)))


def log_normal_above(z: Array) -> Array:
    """The logarithm of the chance of a normal value above this.

    Examples
    --------
    >>> log_normal_above(np.array([0.0, 40.0])).round(6).tolist()
    [-0.693147, -804.608442]
    """
    far = z > FAR
    near = np.log(_erfc(np.where(far, 0.0, z) / math.sqrt(2)) / 2)
    away = np.where(far, z, FAR)
    series = 1 - away**-2 + 3 * away**-4 - 15 * away**-6 + 105 * away**-8
    return np.where(far, -(away**2) / 2 - np.log(away * math.sqrt(2 * math.pi)) + np.log(series), near)


def chi_square_above(value: float, degrees: int) -> float:
    """The chance of a chi-square value above this.

    Examples
    --------
    >>> round(chi_square_above(3.841458820694124, 1), 12), round(chi_square_above(7.814727903251179, 3), 12)
    (0.05, 0.05)
    """
    if value <= 0:
        return 1.0
    half = value / 2
    chance = math.erfc(math.sqrt(half)) if degrees % 2 else math.exp(-half)
    for part in range(degrees % 2 or 2, degrees, 2):
        chance += math.exp(part / 2 * math.log(half) - half - math.lgamma(part / 2 + 1))
    return min(chance, 1.0)


def student_within(t: float, degrees: int) -> float:
    """The chance of a value of Student's distribution within this of 0.

    Examples
    --------
    >>> round(student_within(2.2281388519649385, 10), 9)
    0.95
    """
    angle = math.atan(t / math.sqrt(degrees))
    cosine = math.cos(angle) ** 2
    term, total = 1.0, 0.0
    odd = degrees % 2
    for number in range(1, (degrees - odd) // 2 + 1):
        total += term
        term *= cosine * (2 * number - 1 + odd) / (2 * number + odd)
    if odd:
        return 2 / math.pi * (angle + (math.sin(angle) * math.cos(angle) * total if degrees > 1 else 0.0))
    return math.sin(angle) * total


def student_reach(degrees: int, within: float = 0.95) -> float:
    """How far from 0 so many values of Student's distribution lie at most.

    Examples
    --------
    >>> round(student_reach(1), 6), round(student_reach(2), 6), round(student_reach(1000), 6)
    (12.706205, 4.302653, 1.962339)
    """
    low, high = 0.0, 1.0
    while student_within(high, degrees) < within:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if student_within(middle, degrees) < within else (low, middle)
        if high - low <= 1e-15 * high:
            break
    return (low + high) / 2
