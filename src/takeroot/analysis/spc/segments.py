"""Stretches of one long array, one after another: all series at once, without a loop over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Segments:
    """Where each stretch begins in an array of ``size`` points; none is empty.

    Examples
    --------
    >>> pairs = Segments(np.array([0, 3]), 5)
    >>> pairs.sums(np.array([1, 1, 1, 2, 2])).tolist(), pairs.spread(np.array([7, 8])).tolist()
    ([3, 4], [7, 7, 7, 8, 8])
    """

    starts: Array
    size: int

    @classmethod
    def beginning(cls, begins: Array) -> Segments:
        """The stretches that begin where this is true."""
        return cls(np.flatnonzero(begins), len(begins))

    @cached_property
    def ends(self) -> Array:
        """The place after the last of each stretch."""
        return np.append(self.starts[1:], self.size)

    @cached_property
    def lengths(self) -> Array:
        """How many points each stretch has."""
        return self.ends - self.starts

    @cached_property
    def begins(self) -> Array:
        """Whether a stretch begins at a point."""
        begins = np.zeros(self.size, dtype=bool)
        begins[self.starts] = True
        return begins

    def blocks(self, points: int) -> Iterator[tuple[slice, Segments]]:
        """The array in parts of about so many points, each of whole stretches: they stay near the processor."""
        at = 0
        while at < len(self.starts):
            first = int(self.starts[at])
            following = max(int(np.searchsorted(self.starts, first + points)), at + 1)
            last = int(self.ends[following - 1])
            yield slice(first, last), Segments(self.starts[at:following] - first, last - first)
            at = following

    def sums(self, of: Array) -> Array:
        """The sum over each stretch; of truths, how many there are."""
        if not self.size:
            return np.zeros(0, dtype=float if of.dtype.kind == "f" else int)
        return np.add.reduceat(of, self.starts, dtype=np.int32 if of.dtype == bool else None)

    def means(self, of: Array, where: Array) -> Array:
        """The mean over the chosen points of each stretch; not a number where there are none."""
        chosen = self.sums(where)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = self.sums(np.where(where, of, 0.0)) / chosen
            return means + self.sums(np.where(where, of - self.spread(means), 0.0)) / chosen  # what rounding left out

    def medians(self, of: Array, where: Array) -> Array:
        """The median over the chosen points of each stretch; not a number where there are none.

        Examples
        --------
        >>> pairs = Segments(np.array([0, 3]), 5)
        >>> pairs.medians(np.array([3.0, 1.0, 9.0, 4.0, 5.0]), np.array([True] * 4 + [False])).tolist()
        [3.0, 4.0]
        """
        which = self.spread(np.arange(len(self.starts)))[where]
        values = of[where]
        ordered = values[np.lexsort((values, which))]
        chosen = np.bincount(which, minlength=len(self.starts))
        first = np.cumsum(chosen) - chosen
        low, high = first + (chosen - 1) // 2, first + chosen // 2
        there = chosen > 0
        out = np.full(len(self.starts), np.nan)
        out[there] = (ordered[low[there]] + ordered[high[there]]) / 2
        return out

    def spread(self, stat: Array) -> Array:
        """One figure for each stretch, given to all its points."""
        return np.repeat(stat, self.lengths)


def held(true: Array, points: int) -> Array:
    """Where something has held for so many points up to here.

    Examples
    --------
    >>> held(np.array([True, True, False, True, True, True]), 2).tolist()
    [False, True, False, False, True, True]
    """
    return ~reached(~true, points) if points <= len(true) else np.zeros(len(true), dtype=bool)


def reached(true: Array, points: int) -> Array:
    """Where something holds at one of so many points up to here; before there are so many, as if it had."""
    out, width = true.copy(), 1
    while width < points:
        step = min(width, points - width)
        out[step:] |= out[:-step].copy()
        width += step
    out[: points - 1] = True
    return out


def back(true: Array, points: int) -> Array:
    """Whatever is true, told to so many points: itself and those before it.

    Examples
    --------
    >>> back(np.array([False, False, True, False]), 2).tolist()
    [False, True, True, False]
    """
    out, width = true.copy(), 1
    while width < points and width < len(true):
        step = min(width, points - width)
        out[:-step] |= out[step:].copy()
        width += step
    return out
