"""How likely what was recorded is, and which way each number should go.

Each row is a draw over the moves that its stage allows, staying being the reference. Where capacity was used up in a
step, a site that stayed either did not want to move or had to wait: of those who want to, as many as there is room for
are brought on, by lot. Lots are numbers between nothing and one, so that the chance of what was seen is the sum, over
the highest lot x that was still brought on, of the chance that each of the others did not want to or had a lot above x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from takeroot.simulation.fitting.hidden import Hidden, hidden_of
from takeroot.simulation.fitting.paths import Array, Paths
from takeroot.simulation.fitting.rows import Queues, Rows, rows_of
from takeroot.simulation.fitting.terms import Terms
from takeroot.simulation.model import Model
from takeroot.simulation.setting import Setting

#: A rate is never less than this, so that what could not happen and did is unlikely rather than impossible.
LEAST = 1e-12
#: The lots at which the sum over the highest that was brought on is taken, and their weights.
_PLACES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
LOTS, LOT_WEIGHTS = (_PLACES + 1) / 2, _WEIGHTS / 2


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that a record says of a model's numbers.

    Parameters
    ----------
    model, terms
        What is fitted.
    rows
        Of each stage that a move leads from, the steps of sites that stood there.
    hidden
        The sites whose path is not known for a while.
    """

    model: Model
    terms: Terms
    rows: tuple[Rows, ...]
    hidden: Hidden

    @property
    def rate(self) -> bool:
        """Whether the terms are rates."""
        return self.model.scale == "rate"

    def log_likelihood(self, values: Array) -> tuple[float, Array]:
        """The logarithm of how likely the record is with these numbers, and its slope by each."""
        total, slope = 0.0, np.zeros(len(values))
        for rows in self.rows:
            part, by_sum = _of_rows(rows, _sums(rows, values), self.rate)
            total += part
            slope[rows.numbers] += rows.sign * (rows.x.T @ by_sum)[rows.column, rows.move]
        if len(self.hidden.sites):
            sums = [each.x @ _weights(rows, values) for each, rows in zip(self.hidden.leaving, self.rows, strict=True)]
            logs = [_log_chances(each, self.rate) for each in sums]
            part, expected = self.hidden.summed([(np.exp(move), np.exp(stay)) for move, stay in logs])
            total += part
            for each, rows, sum_, (moved, stayed) in zip(self.hidden.leaving, self.rows, sums, expected, strict=True):
                by_sum = _slope(sum_, moved, stayed, self.rate)
                slope[rows.numbers] += rows.sign * (each.x.T @ by_sum)[rows.column, rows.move]
        return total, slope

    def information(self, values: Array) -> Array:
        """About how much the record says of each pair of numbers, as if nobody had had to wait and all was certain."""
        found = np.zeros((len(values), len(values)))
        for rows in self.rows:
            free = rows.queue < 0
            x, sums = rows.x[free], _sums(rows, values)[free]
            each = _information(sums, self.rate)
            for one, (move, column, sign) in enumerate(zip(rows.move, rows.column, rows.sign, strict=True)):
                by = x.T @ (x[:, [column]] * each[:, move])
                found[rows.numbers[one], rows.numbers] += sign * rows.sign * by[rows.column, rows.move]
        return found

    @property
    def plain(self) -> bool:
        """Whether that is exact."""
        return not self.rate and not len(self.hidden.sites) and not any(len(rows.taken) for rows in self.rows)

    def of_stage(self, place: int, values: Array, step: Callable[[], None]) -> Array:
        """How likely the rows of one stage are, for many sets of numbers: each a row of ``values``."""
        rows = self.rows[place]
        if len(rows.taken):
            likely = np.zeros(len(values))
            for nth, each in enumerate(values):
                step()
                likely[nth] = _of_rows(rows, _sums(rows, each), self.rate)[0]
            return likely
        weights = np.stack([_weights(rows, each) for each in values], axis=-1)
        found = np.zeros(len(values))
        for first in range(0, len(rows.did), 2000):
            step()
            part = slice(first, first + 2000)
            sums = np.tensordot(rows.x[part], weights, 1)
            move, stay = _log_chances(np.moveaxis(sums, 1, -1), self.rate)
            did = rows.did[part]
            moved = np.flatnonzero(did >= 0)
            found += stay[did < 0].sum(axis=0) + move[moved, :, did[moved]].sum(axis=0)
        return found

    @cached_property
    def told(self) -> Array:
        """How often each number's move was made."""
        found = np.zeros(len(self.terms.numbers), np.int64)
        for rows in self.rows:
            made = np.bincount(rows.did[rows.did >= 0], minlength=len(rows.moves))
            found[rows.numbers] = made[rows.move]
        return found


def evidence_of(model: Model, setting: Setting, paths: Paths, terms: Terms, queues: Queues | None) -> Evidence:
    """What a record says of a model."""
    rows = tuple(rows_of(model, terms, paths, queues, setting.sites.region_of))
    used = [(each.moves, np.unique([terms.numbers[place].column for place in each.numbers])) for each in rows]
    return Evidence(model, terms, rows, hidden_of(model, terms, paths, used))


def _weights(rows: Rows, values: Array) -> Array:
    """What each column adds to each move."""
    found = np.zeros((rows.x.shape[1], len(rows.moves)))
    np.add.at(found, (rows.column, rows.move), rows.sign * values[rows.numbers])
    return found


def _sums(rows: Rows, values: Array) -> Array:
    return np.asarray(rows.x @ _weights(rows, values))


def _log_chances(sums: Array, rate: bool) -> tuple[Array, Array]:
    """The logarithms of the chance of each move (last), and of staying."""
    if rate:
        rates = np.maximum(sums, LEAST)
        whole = rates.sum(axis=-1)
        return np.log(rates) + (np.log(-np.expm1(-whole)) - np.log(whole))[..., None], -whole
    top = np.maximum(sums.max(axis=-1), 0.0)
    whole = top + np.log(np.exp(-top) + np.exp(sums - top[..., None]).sum(axis=-1))
    return sums - whole[..., None], -whole


def _information(sums: Array, rate: bool) -> Array:
    """What one row is expected to say of each pair of its sums."""
    same = np.eye(sums.shape[1])
    if not rate:
        chance = np.exp(_log_chances(sums, rate)[0])
        return np.asarray(chance[:, :, None] * same - chance[:, :, None] * chance[:, None, :])
    rates = np.maximum(sums, LEAST)
    whole = rates.sum(axis=1)
    each = -np.expm1(-whole) / whole
    change = (np.exp(-whole) - each) / whole
    shared = 2 * change + whole * change**2 / each + np.exp(-whole)
    found = (each[:, None] / rates)[:, :, None] * same + shared[:, None, None]
    told = sums > LEAST
    return np.asarray(found * told[:, :, None] * told[:, None, :])


def _slope(sums: Array, moved: Array, stayed: Array, rate: bool) -> Array:
    """The slope by each sum of what is likely, where moves were made and sites stayed so often."""
    often = moved.sum(axis=1)
    if not rate:
        chance = np.exp(_log_chances(sums, rate)[0])
        return np.asarray(moved - chance * (often + stayed)[:, None])
    rates = np.maximum(sums, LEAST)
    whole = rates.sum(axis=1)
    shared = often * (np.exp(-whole) / -np.expm1(-whole) - 1 / whole) - stayed
    return np.asarray(np.where(sums > LEAST, moved / rates + shared[:, None], 0.0))


def _of_rows(rows: Rows, sums: Array, rate: bool) -> tuple[float, Array]:
    """How likely the rows of a stage are, and the slope by each of their sums."""
    if not len(rows.did):
        return 0.0, np.zeros(sums.shape)
    move, stay = _log_chances(sums, rate)
    free = rows.queue < 0
    moved = np.zeros(sums.shape)
    at = np.flatnonzero(rows.did >= 0)
    moved[at, rows.did[at]] = 1.0
    stayed = (rows.did < 0) & free
    total = float((moved * np.where(moved > 0, move, 0.0)).sum() + stay[stayed].sum())
    slope = _slope(sums, moved, stayed.astype(float), rate)
    if not free.all():
        part, slope[~free] = _of_queues(rows, sums[~free], np.exp(move[~free]), rows.queue[~free], rate)
        total += part
    return total, slope


def _of_queues(rows: Rows, sums: Array, chance: Array, queue: Array, rate: bool) -> tuple[float, Array]:
    """The same of those who stayed while capacity was used up."""
    wants, leaves = chance[:, rows.needs].sum(axis=1), chance[:, ~rows.needs].sum(axis=1)
    lots = np.append(LOTS, 0.0)
    taken = rows.taken[:, None]
    weights = np.concatenate([taken * LOTS ** np.maximum(taken - 1, 0) * LOT_WEIGHTS, taken == 0], axis=1)
    stays = np.maximum(1 - leaves[:, None] - wants[:, None] * lots, 1e-300)
    logs = np.zeros(weights.shape)
    np.add.at(logs, queue, np.log(stays))
    with np.errstate(divide="ignore"):
        logs = logs + np.log(weights)
    top = logs.max(axis=1, keepdims=True)
    shares = np.exp(logs - top)
    whole = shares.sum(axis=1, keepdims=True)
    shares = (shares / whole)[queue] / stays
    total = float((top + np.log(whole)).sum())
    left, waited = shares.sum(axis=1)[:, None], (shares * lots).sum(axis=1)[:, None]
    by_move = np.where(rows.needs, waited, left)
    if not rate:
        of_all = (chance * by_move).sum(axis=1, keepdims=True)
        return total, -chance * (by_move - of_all)
    rates = np.maximum(sums, LEAST)
    together = rates.sum(axis=1, keepdims=True)
    each = -np.expm1(-together) / together
    change = (np.exp(-together) - each) / together
    slope = -(by_move * each + change * (rates * by_move).sum(axis=1, keepdims=True))
    return total, np.where(sums > LEAST, slope, 0.0)
