"""Longest run and number of crossings, with the limits that chance sets them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from takeroot.analysis.spc.segments import Array, Segments


class Runs(NamedTuple):
    """The runs on one side of the centre; points on it neither end nor extend one, and are not counted.

    Parameters
    ----------
    useful
        The places of the points off the centre.
    starts, lengths
        Where each run begins among those, and how long it is.
    phase
        The phase of each run.
    n
        How many points of each phase are off the centre.
    """

    useful: Array
    starts: Array
    lengths: Array
    phase: Array
    n: Array

    @property
    def crossings(self) -> Array:
        """How often the points of each phase cross the centre."""
        return np.bincount(self.phase, minlength=len(self.n)) - 1

    @property
    def longest(self) -> Array:
        """The longest run of each phase."""
        longest = np.zeros(len(self.n), dtype=np.int64)
        np.maximum.at(longest, self.phase, self.lengths)
        return longest

    @property
    def longest_limits(self) -> Array:
        """The longest run that chance allows each phase."""
        return self._by_size(longest_run_limit)

    @property
    def crossings_limits(self) -> Array:
        """The fewest crossings that chance allows each phase."""
        return self._by_size(crossings_limit)

    def _by_size(self, limit: Callable[[int], int]) -> Array:
        sizes, which = np.unique(self.n, return_inverse=True)
        return np.array([limit(int(size)) if size else 0 for size in sizes], dtype=np.int64)[which]

    def too_long(self, size: int) -> Array:
        """The points of runs that are longer than chance allows, among ``size`` points."""
        marked = np.zeros(size, dtype=bool)
        marked[self.useful] = np.repeat(self.lengths > self.longest_limits[self.phase], self.lengths)
        return marked

    def too_few(self, size: int) -> Array:
        """The points off the centre of phases that cross it less often than chance allows."""
        marked = np.zeros(size, dtype=bool)
        few = self.crossings < self.crossings_limits
        marked[self.useful] = np.repeat(few[self.phase], self.lengths)
        return marked


def of_sides(above: Array, below: Array, segments: Segments) -> Runs:
    """The runs of points above and below the centre, none of them across phases."""
    useful = np.flatnonzero(above | below)
    phase = np.repeat(np.arange(len(segments.starts)), segments.lengths)[useful]
    side = above[useful]
    begins = np.ones(len(useful), dtype=bool)
    begins[1:] = (side[1:] != side[:-1]) | (phase[1:] != phase[:-1])
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(useful)))
    return Runs(useful, starts, lengths, phase[starts], np.bincount(phase, minlength=len(segments.starts)))


def runs(above: Array, below: Array, segments: Segments) -> pl.DataFrame:
    """For each phase the longest run on one side of the centre, and how often it is crossed.

    Returns
    -------
    DataFrame
        ``longest_run``, ``longest_run_limit`` (more is a signal), ``crossings``, ``crossings_limit`` (fewer is a
        signal) and ``runs_signal``, one row for each phase; nothing where no point lies off the centre.

    References
    ----------
    Anhøj J, Olesen AV. Run charts revisited. PLoS ONE 2014;9:e113825.
    """
    found = of_sides(above, below, segments)
    longest, longest_limit = found.longest, found.longest_limits
    crossings, crossings_low = found.crossings, found.crossings_limits
    figures = pl.DataFrame(
        {
            "longest_run": longest,
            "longest_run_limit": longest_limit,
            "crossings": crossings,
            "crossings_limit": crossings_low,
            "runs_signal": (longest > longest_limit) | (crossings < crossings_low),
        },
        schema={name: pl.Int64 for name in ("longest_run", "longest_run_limit", "crossings", "crossings_limit")}
        | {"runs_signal": pl.Boolean},
    )
    return figures.with_columns(pl.when(pl.Series(found.n > 0)).then(pl.all()))


def longest_run_limit(points: int) -> int:
    """The longest run that chance allows among so many points off the centre.

    Examples
    --------
    >>> [longest_run_limit(points) for points in (10, 22, 23, 60)]
    [6, 7, 8, 9]
    """
    return round(math.log2(points)) + 3


def crossings_limit(points: int) -> int:
    """The fewest crossings that chance allows: the smallest number that fewer than 1 in 20 series stay below.

    Examples
    --------
    >>> [crossings_limit(points) for points in (10, 22, 23, 60)]
    [2, 7, 7, 23]
    """
    pairs, below, crossings = points - 1, 0, 0
    while True:
        below += math.comb(pairs, crossings)
        if 20 * below >= 2**pairs:
            return crossings
        crossings += 1
