"""Ties as if time went in steps: of all ways to choose as many as there were events, how likely was this one.

What all choices of d of the rows at risk sum to is built up row by row: a choice has the row, and d - 1 of those
before it, or has it not, and d of those before it.

References
----------
Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220, section 6. Gail MH, Lubin JH, Rubinstein LV.
Likelihood calculations for matched case-control studies and survival studies with tied death times. Biometrika
1981;68:703-7.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lgamma

import numpy as np

from takeroot.analysis.sustainment.intervals import Array
from takeroot.analysis.sustainment.partial import Likelihood


class Exact:
    """The exact partial likelihood of the rows of another, each row counting once."""

    def __init__(self, likelihood: Likelihood) -> None:
        self.rows, self.of = likelihood.rows, likelihood

    def _sets(self) -> Iterator[tuple[Array, int]]:
        """For each time, which rows were at risk, those with an event first, and how many these are."""
        for place, time in enumerate(self.of.times):
            there = (self.of.stops >= time) & (self.of.starts < time)
            there &= self.rows.stratum == self.of.stratum[place]
            happened = there & self.rows.event & (self.of.stops == time)
            yield np.concatenate([np.flatnonzero(happened), np.flatnonzero(there & ~happened)]), int(happened.sum())

    def value(self, beta: Array) -> float:
        """The logarithm of the likelihood."""
        along = self.rows.x @ beta
        return float(
            sum(along[at[:d]].sum() - _choices(along[at], self.rows.x[at, :0], d)[0] for at, d in self._sets())
        )

    def step(self, beta: Array) -> tuple[Array, Array]:
        """Its slope and its curvature."""
        x = self.rows.x
        along, p = x @ beta, x.shape[1]
        slope, curve = np.zeros(p), np.zeros((p, p))
        for at, d in self._sets():
            _, mean, spread = _choices(along[at], x[at], d)
            slope += x[at[:d]].sum(axis=0) - mean
            curve += spread
        return slope, curve


def _choices(along: Array, x: Array, d: int) -> tuple[float, Array, Array]:
    """The logarithm of what all choices of d rows sum to, and its first and second derivatives."""
    n, p = x.shape
    shift = along.mean() + (lgamma(n + 1) - lgamma(d + 1) - lgamma(n - d + 1)) / d
    risk = np.exp(along - shift)
    whole, first, second = np.zeros(d + 1), np.zeros((d + 1, p)), np.zeros((d + 1, p, p))
    whole[0] = 1.0
    for one, its in zip(risk, x, strict=True):
        less, rise, bend = whole[:-1], first[:-1], second[:-1]
        added = less[:, None] * its + rise
        both = its[:, None] * rise[:, None, :]
        bent = less[:, None, None] * np.outer(its, its) + both + both.transpose(0, 2, 1) + bend
        whole = np.append(whole[:1], whole[1:] + one * less)
        first = np.concatenate([first[:1], first[1:] + one * added])
        second = np.concatenate([second[:1], second[1:] + one * bent])
    mean = first[d] / whole[d]
    return float(np.log(whole[d]) + d * shift), mean, second[d] / whole[d] - np.outer(mean, mean)
