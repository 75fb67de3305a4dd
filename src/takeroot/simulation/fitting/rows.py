"""The steps of a record as rows to count: who could move, from where, and what they did.

A row is a site and a step whose stages at both ends are known. Where a stage is a guess among several, the step belongs
to a *hidden* path, which ``hidden`` sums over. A move that the model does not have is counted and leaves no row: what
would have happened is not known, as where a site closes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from takeroot.simulation.fitting.paths import USING, Array, Paths
from takeroot.simulation.fitting.terms import Terms
from takeroot.simulation.model import STAGES, Model
from takeroot.simulation.setting import Setting

#: A row of a site that stayed where it was.
STAYED = -1


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one stage.

    Parameters
    ----------
    moves
        The places of the moves that lead from it.
    numbers
        The places of the numbers of those moves.
    move, column, sign
        Of each of these numbers: which of the moves, which column of ``x``, and whether it adds or takes away.
    site, step
        Of each row.
    x
        What each row adds up from.
    did
        Which of the moves was made; -1 for none.
    queue
        The queue in which each row waits where capacity was used up; -1 for none.
    taken
        How many were brought on from each queue.
    needs
        Which of the moves need capacity.
    """

    moves: Array
    numbers: Array
    move: Array
    column: Array
    sign: Array
    site: Array
    step: Array
    x: Array
    did: Array
    queue: Array
    taken: Array
    needs: Array

    @property
    def events(self) -> int:
        """How many moved."""
        return int((self.did >= 0).sum())

    @property
    def rarest(self) -> int:
        """How often the rarest of the moves was made, or a site stayed where that was rarer still."""
        return int(np.bincount(self.did + 1, minlength=len(self.moves) + 1).min())


@dataclass(frozen=True, eq=False)
class Queues:
    """Capacity in the steps of a record, by region and step: how many had room, how many were brought on.

    ``beyond`` counts the sites that were brought on beyond what the model allows.
    """

    room: Array
    brought: Array
    beyond: int


def certain(paths: Paths) -> Array:
    """The standings at which only one stage is possible."""
    return np.asarray(paths.may.sum(axis=-1) == 1)


def at_risk(paths: Paths) -> Array:
    """The steps at both of whose ends a site was there."""
    return np.asarray(paths.there[:, :-1] & paths.there[:, 1:])


def rows_of(model: Model, terms: Terms, paths: Paths, queues: Queues | None, region: Array) -> list[Rows]:
    """The rows of every stage that a move leads from."""
    known = certain(paths)
    whole = at_risk(paths) & known[:, :-1] & known[:, 1:]
    before, after = paths.stage[:, :-1], paths.stage[:, 1:]
    found = []
    for source in dict.fromkeys(move.source for move in model.moves):
        stage = STAGES.index(source)
        moves = np.array([place for place, move in enumerate(model.moves) if move.source == source])
        site, step = np.nonzero(whole & (before == stage))
        goes = after[site, step]
        did = np.full(len(site), STAYED)
        for nth, place in enumerate(moves):
            did[goes == STAGES.index(model.moves[place].target)] = nth
        kept = (did >= 0) | (goes == stage)
        found.append(_rows(model, terms, moves, site[kept], step[kept], did[kept], queues, region))
    return found


def _rows(
    model: Model,
    terms: Terms,
    moves: Array,
    site: Array,
    step: Array,
    did: Array,
    queues: Queues | None,
    region: Array,
) -> Rows:
    mine = np.array([place for place, number in enumerate(terms.numbers) if number.move in moves], dtype=np.int64)
    used, column = np.unique([terms.numbers[place].column for place in mine], return_inverse=True)
    needs = np.array([model.moves[place].needs_capacity for place in moves])
    queue, taken = np.full(len(site), -1), np.zeros(0)
    if queues is not None and needs.any():
        cell = region[site] * queues.room.shape[1] + step
        waits = (queues.brought == queues.room).ravel()[cell] & (did < 0)
        cells, of = np.unique(cell[waits], return_inverse=True)
        queue[waits] = of
        taken = queues.brought.ravel()[cells]
    return Rows(
        moves=moves,
        numbers=mine,
        move=np.array([int(np.flatnonzero(moves == terms.numbers[place].move)[0]) for place in mine], dtype=np.int64),
        column=column.astype(np.int64),
        sign=np.array([terms.numbers[place].sign for place in mine]),
        site=site,
        step=step,
        x=terms.columns[site, step][:, used],
        did=did,
        queue=queue,
        taken=taken,
        needs=needs,
    )


def queues_of(model: Model, setting: Setting, paths: Paths) -> Queues | None:
    """How many could be brought on in each region and step, and how many were; nothing, where capacity is no term."""
    if model.capacity is None:
        return None
    regions, region = setting.sites.regions, setting.sites.region_of
    a_month = model.capacity.a_month
    each = [a_month.get(name, 0.0) if isinstance(a_month, Mapping) else a_month for name in regions]
    most = np.inf if model.capacity.most is None else model.capacity.most
    shape = (len(regions), paths.steps)
    in_use, brought = np.zeros(shape), np.zeros(shape, np.int64)
    needs = np.zeros((len(STAGES), len(STAGES)), bool)
    for move in model.moves:
        needs[STAGES.index(move.source), STAGES.index(move.target)] = move.needs_capacity
    before, after = paths.stage[:, :-1], paths.stage[:, 1:]
    np.add.at(in_use, region, USING[before] & paths.there[:, :-1])
    np.add.at(brought, region, needs[before, after] & at_risk(paths))
    rate = np.clip(np.array(each)[:, None] + model.capacity.growth * in_use, 0.0, most)
    room, carried = np.zeros(shape, np.int64), np.zeros(len(regions))
    for step in range(paths.steps):
        held = carried + rate[:, step]
        room[:, step] = np.floor(held)
        carried = held - room[:, step]
    return Queues(room, brought, int(np.maximum(brought - room, 0).sum()))


def unmodelled(model: Model, paths: Paths) -> dict[str, int]:
    """Moves that the record shows and the model does not have, and how often."""
    known = {(STAGES.index(move.source), STAGES.index(move.target)) for move in model.moves}
    sure = certain(paths)
    before, after = paths.stage[:, :-1], paths.stage[:, 1:]
    moved = at_risk(paths) & sure[:, :-1] & sure[:, 1:] & (before != after)
    pairs, many = np.unique(np.stack([before[moved], after[moved]]), axis=1, return_counts=True)
    found = {
        f"{STAGES[source]} → {STAGES[target]}": int(count)
        for (source, target), count in zip(pairs.T.tolist(), many.tolist(), strict=True)
        if (source, target) not in known
    }
    return dict(sorted(found.items(), key=lambda each: -each[1]))
