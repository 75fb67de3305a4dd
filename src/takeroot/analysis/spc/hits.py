"""Which rules each point breaks, and what that shows.

The hits of a point are one small number, a bit for each signal and direction, so that the words for them are looked
up and never worked out twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl

from takeroot.analysis.spc import runs
from takeroot.analysis.spc.limits import Kind, Limits
from takeroot.analysis.spc.segments import Array, Segments, back, held
from takeroot.vocabulary.rulesets import RuleSet

#: Every signal, in the order in which it is named.
SIGNALS = ("astronomical", "shift", "trend", "two_of_three", "run_length", "crossings")

#: Which directions are better.
IMPROVES = ("up", "down", "neither")

#: The order in which a rule set that colours by the first hit looks at them.
_FIRST = ("astronomical", "trend", "two_of_three", "shift", "run_length", "crossings")

_BITS = {(name, high): 1 << (2 * i + (not high)) for i, name in enumerate(SIGNALS) for high in (True, False)}
_ALL = 1 << len(_BITS)


def found(y: Array, limits: Limits, segments: Segments, rules: RuleSet, kind: Kind, excluded: Array) -> Array:
    """The hits of every point, judged within its phase; the longest run and the crossings without those excluded.

    A missing value ends runs and trends, and so, unless the rule set skips it, does a point on the centre a run and one
    equal to the one before a trend. Equal, here, is equal but for rounding.
    """
    slack = tolerance(y, segments)
    above, below = sides(y, limits.centre, slack)
    hits = np.zeros(segments.size, dtype=np.uint16)

    def marked(signal: str, high: bool, fired: Array) -> None:
        np.bitwise_or(hits, fired * np.uint16(_BITS[signal, high]), out=hits)

    higher, lower = y > limits.upper + slack, y < limits.lower - slack
    if rules.astronomical:
        marked("astronomical", True, higher)
        marked("astronomical", False, lower)
    if not kind.in_order:
        return hits
    if rules.shift:
        for high, side in ((True, above), (False, below)):
            marked("shift", high, _shifts(side, above | below, segments, rules))
    if rules.trend:
        for high, way in ((True, 1.0), (False, -1.0)):
            marked("trend", high, _trends(way * y, slack, segments, rules))
    if rules.two_of_three != "no":
        near_high, near_low = y > limits.near_upper + slack, y < limits.near_lower - slack
        if rules.two_of_three == "between":
            near_high &= ~higher
            near_low &= ~lower
        marked("two_of_three", True, two_of_three(above, near_high & above, segments))
        marked("two_of_three", False, two_of_three(below, near_low & below, segments))
    if rules.runs:
        sided = runs.of_sides(above & ~excluded, below & ~excluded, segments)
        for signal, which in (("run_length", sided.too_long), ("crossings", sided.too_few)):
            fired = which(segments.size)
            marked(signal, True, fired & above)
            marked(signal, False, fired & below)
    return hits


def _shifts(side: Array, off: Array, segments: Segments, rules: RuleSet) -> Array:
    """The points of every run on one side; where the rule set skips points on the centre, as if they were not there."""
    points = rules.shift or 0
    if rules.on_centre == "break":
        return shift(side, segments, points)
    return _among(off, segments, lambda rest: shift(side[off], rest, points))


def _trends(y: Array, slack: Array, segments: Segments, rules: RuleSet) -> Array:
    """The points of every stretch that rises; where the rule set skips ties, as if they were not there."""
    points = rules.trend or 0
    if rules.ties == "break":
        return trend(_rises(y, slack, segments), points)
    there = ~np.isnan(y)
    last = np.maximum.accumulate(np.where(there, np.arange(segments.size), -1))
    before = np.concatenate([[-1], last])[: segments.size]
    first = before < segments.spread(segments.starts)
    moved = there & (first | (np.abs(y - y[before]) > slack))
    return _among(moved, segments, lambda rest: trend(_rises(y[moved], slack[moved], rest), points))


def _rises(y: Array, slack: Array, segments: Segments) -> Array:
    """Which points lie above the one before them in their phase."""
    step = np.empty_like(y)
    step[:1] = 0.0
    np.subtract(y[1:], y[:-1], out=step[1:])
    step[segments.starts] = 0.0
    return step > slack


def _among(chosen: Array, segments: Segments, judge: Callable[[Segments], Array]) -> Array:
    """What is found among chosen points alone, told to all; the phases are those of the chosen."""
    marked = np.zeros(segments.size, dtype=bool)
    which = segments.spread(np.arange(len(segments.starts)))[chosen]
    if len(which):
        marked[chosen] = judge(Segments.beginning(np.concatenate([[True], which[1:] != which[:-1]])))
    return marked


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
    hits = hits.copy()
    for meeting in np.flatnonzero((hits & (up | down)) == (up | down)):
        before = y[:meeting][::-1]
        came_from = before[np.argmax(~np.isnan(before) & (before != y[meeting]))]  # over gaps and ties
        hits[meeting] &= ~np.uint16(up if y[meeting] > came_from else down)
    return hits


def names(hits: Array) -> pl.Series:
    """The signals of each point, joined by ``;``."""
    return _names().gather(pl.Series(hits.astype(np.uint32)))


def shown(hits: Array, y: Array, improves: Array, rules: RuleSet) -> Array:
    """What the hits of each point show, as a number; ``improves`` is the place of its direction in :data:`IMPROVES`."""
    by_first = (improves == IMPROVES.index("neither")) | (rules.precedence == "first")
    return improves * np.uint16(_ALL) + np.where(by_first, _turned(hits, y), hits)


def shows(seen: Array, rules: RuleSet) -> pl.Series:
    """What the hits of each point show, in words."""
    return _words(rules.precedence).gather(pl.Series(seen.astype(np.uint32)))


@cache
def _names() -> pl.Series:
    """The names of every set of hits there can be."""
    return pl.Series("signals", [";".join(_named(hit)) for hit in range(_ALL)], dtype=pl.String)


@cache
def _words(precedence: str) -> pl.Series:
    """What every set of hits shows, for each direction that may be better."""
    words = [_shown(hit, better, precedence) for better in IMPROVES for hit in range(_ALL)]
    return pl.Series("shows", words, dtype=pl.String)


def _named(hit: int) -> list[str]:
    return [name for name in SIGNALS if hit & (_BITS[name, True] | _BITS[name, False])]


def _shown(hit: int, improves: str, precedence: str) -> str:
    ordered = [(name, high) for name in _FIRST for high in (True, False) if hit & _BITS[name, high]]
    told = [high for name, high in ordered if name != "crossings"]  # too few crossings lead neither way
    if not ordered:
        return "common"
    if improves == "neither" or not told:
        return "neither_high" if ordered[0][1] else "neither_low"
    better = [high == (improves == "up") for high in told]
    return "improvement" if (any(better) if precedence == "improvement" else better[0]) else "concern"
