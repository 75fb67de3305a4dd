"""What happened at a site whose days are not all known: the stages it went through, and when each may have begun.

Every row of the record happened, so that a path has to go through all of them, one after the other: a site that was
preparing, used it and stopped within one year did not stop while it was preparing. Which of the rows of one span came
first is seldom written down; they are taken in the order that asks for the fewest moves that the model does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.simulation.model import STAGES

Array: TypeAlias = npt.NDArray[Any]

#: A stage that is not known: it may be any.
ANY_STAGE = -1
#: Of more rows than these within one span, the order in which they are read is kept.
MOST = 6


@dataclass(frozen=True, eq=False)
class Chain:
    """The stages of a site one after the other, and the first and the last standing at which each can have begun.

    Parameters
    ----------
    stages
        By place in :data:`~takeroot.simulation.model.STAGES`; :data:`ANY_STAGE` where it is not known.
    first, last
        From the first standing on it may have begun, by the last it has.
    """

    stages: Array
    first: Array
    last: Array

    def allowed(self, standings: int) -> Array:
        """The places of the chain at which the site may stand: standings down, places across."""
        now = np.arange(standings)[:, None]
        until = np.append(self.last[1:], np.iinfo(np.int64).max)
        return np.asarray((now >= self.first) & (now < until))

    def may(self, standings: int) -> Array:
        """The stages in which it may stand: standings down, stages across."""
        allowed, found = self.allowed(standings), np.zeros((standings, len(STAGES)), bool)
        for place, stage in enumerate(self.stages.tolist()):
            found[:, slice(None) if stage == ANY_STAGE else [stage]] |= allowed[:, [place]]
        return found

    def read(self, standings: int) -> Array:
        """The stage at each standing if everything happened as early as it may; the last known where it is not."""
        known = self.stages.copy()
        for place in np.flatnonzero(known == ANY_STAGE).tolist():
            known[place] = known[place - 1]
        return np.asarray(known[np.searchsorted(self.first, np.arange(standings), side="right") - 1])


@dataclass(frozen=True)
class Told:
    """A row of the record: its stage, the days between which it happened, and the standings at which it is seen."""

    stage: int
    on: date
    latest: date
    first: int
    last: int


def chain_of(rows: Sequence[Told], moves: frozenset[tuple[int, int]]) -> Chain | None:
    """The chain of a site's rows, in the order in which they are read; none, where all of its days are known."""
    if all(row.first == row.last and row.stage != ANY_STAGE for row in rows):
        return None
    kept = _apart(_changes([Told(0, date.min, date.min, 0, 0), *_ordered(rows, moves)]))
    first = np.maximum.accumulate([row.first for row in kept])
    last = np.minimum.accumulate([row.last for row in kept][::-1])[::-1]
    return Chain(np.array([row.stage for row in kept]), first, np.asarray(last))


def told(rows: pl.DataFrame, first: Array, last: Array) -> dict[str, list[Told]]:
    """The rows of each site; ``first`` and ``last`` are the standings at which each may be, and must be, seen."""
    stage = {word: place for place, word in enumerate(STAGES)}
    found: dict[str, list[Told]] = {}
    named = rows.select("site", "stage", "on", "latest").iter_rows()
    for (site, word, on, latest), one, other in zip(named, first.tolist(), last.tolist(), strict=True):
        found.setdefault(site, []).append(Told(stage.get(word, ANY_STAGE), on, latest, one, other))
    return found


def _ordered(rows: Sequence[Told], moves: frozenset[tuple[int, int]]) -> list[Told]:
    """The rows, those of spans that overlap in the order that asks for the fewest moves that the model lacks."""
    found: list[Told] = []
    place = 0
    while place < len(rows):
        end, latest = place + 1, rows[place].latest
        while end < len(rows) and rows[end].on <= latest:
            latest = max(latest, rows[end].latest)
            end += 1
        group, after = list(rows[place:end]), rows[end : end + 1]
        if 1 < len(group) <= MOST and any(row.on < row.latest for row in group):
            before = found[-1].stage if found else 0
            group = min(_orders(group), key=lambda tried: _lacking(before, [*tried, *after], moves))
        found += group
        place = end
    return found


def _orders(group: Sequence[Told]) -> list[list[Told]]:
    """The orders in which rows may have happened: one that was over before another began came before it."""
    orders = [list(each) for each in permutations(group)]
    return [each for each in orders if all(b.latest >= a.on for n, a in enumerate(each) for b in each[n + 1 :])]


def _lacking(before: int, rows: Sequence[Told], moves: frozenset[tuple[int, int]]) -> int:
    """How many moves the model does not have: one that leads nowhere is half as bad."""
    found = 0
    for row in rows:
        if ANY_STAGE not in (before, row.stage):
            found += 1 if before == row.stage else 2 * ((before, row.stage) not in moves)
        before = row.stage
    return found


def _changes(rows: Sequence[Told]) -> list[Told]:
    """Without those that only say again where the site stands: it had come there by then."""
    found: list[Told] = []
    for row in rows:
        if found and found[-1].stage == row.stage:
            had = found[-1]
            found[-1] = Told(had.stage, had.on, had.latest, had.first, min(had.last, row.last))
        else:
            found.append(row)
    return found


def _apart(rows: list[Told]) -> list[Told]:
    """Without those that came and went between two standings, and so are never seen."""
    now = -1
    for place, row in enumerate(rows[1:], start=1):
        now = max(now + 1, row.first)
        if now > min(each.last for each in rows[place:]):
            over = max(place - 1, 1)
            return _apart(_changes([*rows[:over], *rows[over + 1 :]]))
    return rows
