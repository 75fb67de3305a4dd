"""Which rules each point breaks, and what that shows.

The hits of a point are one small number, a bit for each signal and direction, so that the words for them are looked
up and never worked out twice.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from takeroot.analysis.spc.limits import Limits
from takeroot.analysis.spc.segments import Array, Segments, back, held
from takeroot.vocabulary.rulesets import RuleSet

#: Every signal, in the order in which it is named.
SIGNALS = ("astronomical", "shift", "trend", "two_of_three")

#: Which directions are better.
IMPROVES = ("up", "down", "neither")

#: The order in which a rule set that colours by the first hit looks at them.
_FIRST = ("astronomical", "trend", "two_of_three", "shift")

_BITS = {(name, high): 1 << (2 * i + (not high)) for i, name in enumerate(SIGNALS) for high in (True, False)}
_ALL = 1 << len(_BITS)


def found(y: Array, limits: Limits, segments: Segments, rules: RuleSet) -> Array:
    """The hits of every point, judged within its phase.

    A missing value ends runs and trends, and so does a point on the centre a run. Equal, here, is equal but for
    rounding.
    """
    slack = tolerance(y, segments)
    above, below = sides(y, limits.centre, slack)
    higher, lower = y > limits.upper + slack, y < limits.lower - slack
    near_high, near_low = y > limits.near_upper + slack, y < limits.near_lower - slack
    if rules.two_of_three == "between":
        near_high &= ~higher
        near_low &= ~lower
    step = np.empty_like(y)
    step[:1] = 0.0
    np.subtract(y[1:], y[:-1], out=step[1:])
    step[segments.starts] = 0.0
    hits = np.zeros(segments.size, dtype=np.uint8)
    for high, beyond, side, near, steps in (
        (True, higher, above, near_high, step > slack),
        (False, lower, below, near_low, step < -slack),
    ):
        for signal, fired in (
            ("astronomical", beyond),
            ("shift", shift(side, segments, rules.shift)),
            ("trend", trend(steps, rules.trend)),
            ("two_of_three", two_of_three(side, near & side, segments)),
        ):
            hits |= fired * np.uint8(_BITS[signal, high])
    return hits


def tolerance(y: Array, segments: Segments) -> Array:
    """A difference so small, against the size of the values, that it can only be rounding."""
    there = ~np.isnan(y)
    size = segments.means(np.abs(y), there)
    return segments.spread(1e-12 * np.nan_to_num(size))


def sides(y: Array, centre: Array, slack: Array) -> tuple[Array, Array]:
    """Which points lie above the centre, and which below."""
    away = y - centre
    return away > slack, away < -slack


def shift(side: Array, segments: Segments, points: int) -> Array:
    """The points of every run of so many on one side.

    Examples
    --------
    >>> shift(np.array([True] * 8 + [False]), Segments(np.array([0]), 9), 7).astype(int).tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 0]
    """
    return back(held(side, points) & _within(segments, points), points)


def trend(steps: Array, points: int) -> Array:
    """The points of every stretch of so many, each a step from the one before; no step leads into a phase.

    Examples
    --------
    >>> trend(np.array([False] + [True] * 6 + [False]), 7).astype(int).tolist()
    [1, 1, 1, 1, 1, 1, 1, 0]
    """
    return back(held(steps, points - 1), points)


def two_of_three(side: Array, near: Array, segments: Segments) -> Array:
    """Of three points in a row on one side, those two or three that are near a limit.

    Examples
    --------
    >>> side, near = np.array([True, True, True, False]), np.array([True, False, True, False])
    >>> two_of_three(side, near, Segments(np.array([0]), 4)).astype(int).tolist()
    [1, 0, 1, 0]
    """
    one, two = np.zeros_like(near), np.zeros_like(near)
    one[1:], two[2:] = near[:-1], near[:-2]
    fired = held(side, 3) & _within(segments, 3) & ((near & (one | two)) | (one & two))
    return back(fired, 3) & near


def _within(segments: Segments, points: int) -> Array:
    """Where so many points up to here lie in one phase."""
    return held(~segments.begins, points - 1) if points > 1 else np.ones(segments.size, dtype=bool)


def _turned(hits: Array, y: Array) -> Array:
    """Hits with only the later of two trends at the point where they meet."""
    up, down = _BITS["trend", True], _BITS["trend", False]
    meeting = np.flatnonzero((hits & (up | down)) == (up | down))
    hits = hits.copy()
    hits[meeting] &= ~np.where(y[meeting] > y[meeting - 1], up, down).astype(np.uint8)
    return hits


def names(hits: Array) -> pl.Series:
    """The signals of each point, joined by ``;``."""
    return _looked_up("signals", [";".join(_named(hit)) for hit in range(_ALL)], hits)


def shown(hits: Array, y: Array, improves: Array, rules: RuleSet) -> Array:
    """What the hits of each point show, as a number; ``improves`` is the place of its direction in :data:`IMPROVES`."""
    by_first = (improves == IMPROVES.index("neither")) | (rules.precedence == "first")
    return improves * np.uint16(_ALL) + np.where(by_first, _turned(hits, y), hits)


def shows(seen: Array, rules: RuleSet) -> pl.Series:
    """What the hits of each point show, in words."""
    return _looked_up("shows", [_shown(hit, better, rules) for better in IMPROVES for hit in range(_ALL)], seen)


def _looked_up(name: str, words: list[str], at: Array) -> pl.Series:
    return pl.Series(name, words, dtype=pl.String).gather(pl.Series(at.astype(np.uint32)))


def _named(hit: int) -> list[str]:
    return [name for name in SIGNALS if hit & (_BITS[name, True] | _BITS[name, False])]


def _shown(hit: int, improves: str, rules: RuleSet) -> str:
    ordered = [high for name in _FIRST for high in (True, False) if hit & _BITS[name, high]]
    if not ordered:
        return "common"
    if improves == "neither":
        return "neither_high" if ordered[0] else "neither_low"
    better = [high == (improves == "up") for high in ordered]
    return "improvement" if (any(better) if rules.precedence == "improvement" else better[0]) else "concern"
