"""The partial likelihood of Cox: at each event, who of those at risk it happened to.

Where several events happen at one time, each is taken in turn, with those that it happened to leaving bit by bit
(Efron), or all of them among all that were at risk (Breslow). What all rows at risk at a time sum to is the sum over
those that stop then or later, less that over those that start then or later: one pass, whatever the number of events.

References
----------
Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220. Efron B. The efficiency of Cox's likelihood
function for censored data. J Am Stat Assoc 1977;72:557-65. Therneau TM, Grambsch PM. Modeling Survival Data. Springer,
2000, chapters 3 and 7 (score residuals with ties).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from takeroot.analysis.sustainment.intervals import Array, Rows


@dataclass(frozen=True)
class Hazards:
    """What one step of the estimate gives: one entry for each event, those at one time after one another.

    Parameters
    ----------
    at
        Which of the times each entry belongs to.
    hazard
        What the cumulative hazard of a row with covariates of 0 grows by there.
    mean
        The mean covariates of those at risk.
    taken
        The share of those that it happened to that has left already.
    """

    at: Array
    hazard: Array
    mean: Array
    taken: Array


class Likelihood:
    """The partial likelihood of some rows.

    Parameters
    ----------
    rows
        What was followed. Their covariates should be about 0, for the sake of rounding.
    efron
        Whether ties are taken in turn.
    """

    def __init__(self, rows: Rows, efron: bool = True) -> None:
        self.rows, self.efron = rows, efron
        bounds = np.unique(np.concatenate([rows.start, rows.stop]))
        wide = len(bounds) + 1
        self.starts = rows.stratum * wide + np.searchsorted(bounds, rows.start)
        self.stops = rows.stratum * wide + np.searchsorted(bounds, rows.stop)
        self.times, self.at = np.unique(self.stops[rows.event], return_inverse=True)
        #: Of each time, when it was and in which stratum.
        self.when, self.stratum = bounds[self.times % wide], self.times // wide
        self.deaths = np.bincount(self.at)
        self._last = (self.times // wide + 1) * wide  # past the end of the stratum
        self.each = np.repeat(np.arange(len(self.times)), self.deaths)
        nth = np.arange(len(self.each)) - np.repeat(np.cumsum(self.deaths) - self.deaths, self.deaths)
        self.taken = nth / self.deaths[self.each] if efron else np.zeros(len(self.each))

    @cached_property
    def _by_stop(self) -> Array:
        return np.argsort(self.stops, kind="stable")

    @cached_property
    def _by_start(self) -> Array:
        return np.argsort(self.starts, kind="stable")

    def at_risk(self, of_rows: Array) -> Array:
        """What the rows at risk at each time sum to."""
        summed = self._from(of_rows, self.stops, self._by_stop)
        if np.isneginf(self.rows.start).all():
            return summed
        return summed - self._from(of_rows, self.starts, self._by_start)

    def _from(self, of_rows: Array, keys: Array, order: Array) -> Array:
        """What rows whose key is that of each time or later sum to, within its stratum."""
        nothing = np.zeros((1, *of_rows.shape[1:]))
        summed = np.concatenate([np.cumsum(of_rows[order][::-1], axis=0)[::-1], nothing])
        ordered = keys[order]
        return np.asarray(summed[np.searchsorted(ordered, self.times)] - summed[np.searchsorted(ordered, self._last)])

    def happened(self, of_rows: Array) -> Array:
        """What the rows to which it happened at each time sum to."""
        summed = np.zeros((len(self.times), *of_rows.shape[1:]))
        np.add.at(summed, self.at, of_rows[self.rows.event])
        return summed

    def risks(self, beta: Array) -> Array:
        """How much likelier it is to happen to each row than to one with covariates of 0, times its weight."""
        return np.asarray(self.rows.weight * np.exp(self.rows.x @ beta))

    @cached_property
    def _mean_weight(self) -> Array:
        """The mean weight of the events at the time of each of them."""
        return np.asarray((self.happened(self.rows.weight) / self.deaths)[self.each])

    def value(self, beta: Array) -> float:
        """The logarithm of the partial likelihood."""
        risk = self.risks(beta)
        whole = self.at_risk(risk)[self.each] - self.taken * self.happened(risk)[self.each]
        if (whole <= 0).any():
            return -np.inf
        weight, event = self.rows.weight, self.rows.event
        return float(weight[event] @ (self.rows.x[event] @ beta) - self._mean_weight @ np.log(whole))

    def step(self, beta: Array) -> tuple[Array, Array]:
        """Its slope and its curvature."""
        x, risk = self.rows.x, self.risks(beta)
        n, p = x.shape
        parts = np.concatenate([np.ones((n, 1)), x, (x[:, :, None] * x[:, None, :]).reshape(n, p * p)], axis=1)
        parts = parts * risk[:, None]
        whole = self.at_risk(parts)[self.each] - self.taken[:, None] * self.happened(parts)[self.each]
        share = whole[:, 1:] / whole[:, :1]
        mean, square = share[:, :p], share[:, p:].reshape(-1, p, p)
        weight, event = self._mean_weight, self.rows.event
        slope = self.rows.weight[event] @ x[event] - weight @ mean
        curve = np.einsum("k,kij->ij", weight, square) - (mean * weight[:, None]).T @ mean
        return slope, curve

    def hazards(self, beta: Array) -> Hazards:
        """What the cumulative hazard grows by at each event."""
        risk = self.risks(beta)
        parts = np.concatenate([risk[:, None], risk[:, None] * self.rows.x], axis=1)
        whole = self.at_risk(parts)[self.each] - self.taken[:, None] * self.happened(parts)[self.each]
        return Hazards(self.each, self._mean_weight / whole[:, 0], whole[:, 1:] / whole[:, :1], self.taken)

    def score_residuals(self, beta: Array) -> Array:
        """What each row adds to the slope: where events are tied, as the tie was taken."""
        rows, hazards = self.rows, self.hazards(beta)
        moved = np.concatenate([np.ones((len(hazards.at), 1)), hazards.mean], axis=1) * hazards.hazard[:, None]
        at_times = np.zeros((len(self.times), moved.shape[1]))
        np.add.at(at_times, hazards.at, moved)
        gone = np.zeros_like(at_times)
        np.add.at(gone, hazards.at, moved * hazards.taken[:, None])
        summed = np.concatenate([np.zeros((1, moved.shape[1])), np.cumsum(at_times, axis=0)])
        through = summed[np.searchsorted(self.times, self.stops, side="right")]
        through = through - summed[np.searchsorted(self.times, self.starts, side="right")]
        through[rows.event] -= gone[self.at]
        residuals = -np.exp(rows.x @ beta)[:, None] * (rows.x * through[:, :1] - through[:, 1:])
        average = np.zeros((len(self.times), rows.x.shape[1]))
        np.add.at(average, hazards.at, hazards.mean)
        average /= self.deaths[:, None]
        residuals[rows.event] += rows.x[rows.event] - average[self.at]
        return np.asarray(residuals)
