"""Longest run and number of crossings, with the limits that chance sets them."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from takeroot.analysis.spc.segments import Array, Segments


def runs(above: Array, below: Array, segments: Segments) -> pl.DataFrame:
    """For each phase the longest run on one side of the centre, and how often it is crossed.

    Points on the centre neither end nor extend a run, and are not counted.

    Returns
    -------
    DataFrame
        ``longest_run``, ``longest_run_limit`` (more is a signal), ``crossings``, ``crossings_limit`` (fewer is a
        signal) and ``runs_signal``, one row for each phase; nothing where no point lies off the centre.

    References
    ----------
    Anhøj J, Olesen AV. Run charts revisited. PLoS ONE 2014;9:e113825.
    """
    useful = np.flatnonzero(above | below)
    phase = np.repeat(np.arange(len(segments.starts)), segments.lengths)[useful]
    side = above[useful]
    n = np.bincount(phase, minlength=len(segments.starts))
    begins = np.ones(len(useful), dtype=bool)
    begins[1:] = (side[1:] != side[:-1]) | (phase[1:] != phase[:-1])
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(useful)))
    longest = np.zeros(len(n), dtype=np.int64)
    np.maximum.at(longest, phase[starts], lengths)
    crossings = np.bincount(phase[starts], minlength=len(n)) - 1
    sizes, which = np.unique(n, return_inverse=True)
    longest_limit = np.array([longest_run_limit(int(size)) if size else 0 for size in sizes])[which]
    crossings_low = np.array([crossings_limit(int(size)) if size else 0 for size in sizes])[which]
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
    return figures.with_columns(pl.when(pl.Series(n > 0)).then(pl.all()))


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
