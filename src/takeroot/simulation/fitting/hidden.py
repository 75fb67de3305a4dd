"""Sites whose path is not known for a while: the sum over every path that the record allows.

The forward and backward recursions of a hidden chain, for all such stretches at once. A state is a place in the chain
of what the site went through, with the stage it stands at, so that a path goes through everything that was recorded.
Steps whose both ends are certain are counted as rows like any other, and cost nothing here; a move that was recorded
and that the model does not have tells nothing. Capacity is not looked at here: it limits moves that were seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from takeroot.simulation.fitting.chains import ANY_STAGE, Array, Chain
from takeroot.simulation.fitting.paths import Paths
from takeroot.simulation.fitting.rows import at_risk, certain
from takeroot.simulation.fitting.terms import Terms
from takeroot.simulation.model import STAGES, Model

#: A state: a place in a chain, and the stage.
State = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Leaving:
    """Where a hidden site may have stood at one stage, and which links between states its moves make.

    Parameters
    ----------
    x
        A row for each stretch and step.
    row, move
        Of each link, its row, and which of the moves it is; one more than there are for staying.
    at
        Of each link: its stretch, its step, and the states it leads from and to.
    """

    x: Array
    row: Array
    move: Array
    at: tuple[Array, Array, Array, Array]


@dataclass(frozen=True, eq=False)
class Hidden:
    """Stretches of steps in which it is not known where a site stood.

    Parameters
    ----------
    sites
        The site of each stretch of steps whose ends are not all certain.
    may
        The states in which it may have been, by standing.
    soft
        The steps that are summed over; those after the end of a shorter stretch are not.
    given
        The links between states that say nothing: of steps beyond the end, of stages that no move leads from, and of
        moves that the model does not have.
    leaving
        The rows of each stage that a move leads from.
    broken
        How many moves were recorded that the model does not have.
    """

    sites: Array
    may: Array
    soft: Array
    given: Array
    leaving: tuple[Leaving, ...]
    broken: int

    def summed(self, chances: list[tuple[Array, Array]]) -> tuple[float, list[tuple[Array, Array]]]:
        """How likely the record is, and how often each move, and staying, is to be expected in each row.

        Parameters
        ----------
        chances
            Of each of ``leaving``: of every move, and of staying, by row.
        """
        if not len(self.sites):
            return 0.0, [(np.zeros(move.shape), np.zeros(stay.shape)) for move, stay in chances]
        through = self.given.astype(float)
        for one, (move, stay) in zip(self.leaving, chances, strict=True):
            through[one.at] = np.column_stack([move, stay])[one.row, one.move]
        steps = self.soft.shape[1]
        forward = np.zeros((steps + 1, *self.may[:, 0].shape))
        forward[0] = self.may[:, 0] / self.may[:, 0].sum(axis=1, keepdims=True)
        sums = np.ones((steps, len(self.sites)))
        for step in range(steps):
            ahead = np.einsum("ui,uij->uj", forward[step], through[:, step])
            sums[step] = np.maximum(ahead.sum(axis=1), 1e-300)
            forward[step + 1] = ahead / sums[step][:, None]
        backward = np.ones(self.may[:, 0].shape)
        expected = np.zeros_like(through)
        for step in range(steps - 1, -1, -1):
            behind = backward / sums[step][:, None]
            expected[:, step] = forward[step][:, :, None] * through[:, step] * behind[:, None, :]
            backward = np.einsum("uij,uj->ui", through[:, step], behind)
        found = []
        for one, (move, stay) in zip(self.leaving, chances, strict=True):
            often = np.zeros((len(stay), move.shape[1] + 1))
            np.add.at(often, (one.row, one.move), expected[one.at])
            found.append((often[:, :-1], often[:, -1]))
        return float(np.log(sums.T[self.soft]).sum()), found


@dataclass(frozen=True, eq=False)
class _Stretch:
    """Some steps of one site."""

    site: int
    first: int
    states: list[State]
    allowed: Array

    @property
    def steps(self) -> int:
        return len(self.allowed) - 1


def hidden_of(model: Model, terms: Terms, paths: Paths, used: list[tuple[Array, Array]]) -> Hidden:
    """The hidden stretches of a record; ``used`` are the moves and the columns of each stage, as its rows have them."""
    stretches = list(_stretches(paths))
    count = max((len(each.states) for each in stretches), default=1)
    longest = max((each.steps for each in stretches), default=0)
    soft = np.zeros((len(stretches), longest), bool)
    may = np.zeros((len(stretches), longest + 1, count), bool)
    given = np.zeros((len(stretches), longest, count, count), bool)
    of_stage = {STAGES.index(model.moves[moves[0]].source): nth for nth, (moves, _) in enumerate(used)}
    targets = [[STAGES.index(model.moves[place].target) for place in moves] for moves, _ in used]
    leads = np.eye(len(STAGES), dtype=bool)
    for move in model.moves:
        leads[STAGES.index(move.source), STAGES.index(move.target)] = True
    rows: list[list[Array]] = [[] for _ in used]
    links: list[list[Array]] = [[] for _ in used]
    broken = 0
    for number, stretch in enumerate(stretches):
        steps, allowed = stretch.steps, stretch.allowed
        soft[number, :steps] = True
        may[number, : steps + 1, : len(stretch.states)] = allowed
        given[number, steps:] = np.eye(count, dtype=bool)
        begins = {}
        for stage in {stage for _, stage in stretch.states} & set(of_stage):
            nth = of_stage[stage]
            begins[stage] = sum(len(each) for each in rows[nth])
            rows[nth].append(terms.columns[stretch.site, stretch.first : stretch.first + steps][:, used[nth][1]])
        for source, target in _links(stretch, leads):
            stage, goes = stretch.states[source][1], stretch.states[target][1]
            at = np.flatnonzero(allowed[:-1, source] & allowed[1:, target])
            mine = of_stage.get(stage)
            if mine is not None and leads[stage, goes]:
                which = len(targets[mine]) if stage == goes else targets[mine].index(goes)
                same = [np.full(len(at), each) for each in (which, number, source, target)]
                links[mine].append(np.stack([begins[stage] + at, same[0], same[1], at, same[2], same[3]]))
            else:
                given[number, at, source, target] = True
                broken += stage != goes and bool(len(at))
    leaving = []
    for nth, (_, columns) in enumerate(used):
        x = np.concatenate([np.zeros((0, len(columns))), *rows[nth]])
        ends = np.concatenate([np.zeros((6, 0), np.int64), *links[nth]], axis=1)
        leaving.append(Leaving(x, ends[0], ends[1], (ends[2], ends[3], ends[4], ends[5])))
    return Hidden(np.array([each.site for each in stretches], np.int64), may, soft, given, tuple(leaving), broken)


def _stretches(paths: Paths) -> Iterator[_Stretch]:
    """The steps whose ends are not both certain, joined up; not those from which on nobody knows where a site is."""
    known = certain(paths)
    soft = at_risk(paths) & ~(known[:, :-1] & known[:, 1:]) & ~_out_of_sight(paths)
    for site, chain in paths.chains.items():
        edges = np.diff(np.pad(soft[site], 1).astype(np.int8))
        whole = chain.allowed(len(paths.months))
        for first, last in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
            yield _stretch(site, chain, whole, int(first), int(last))


def _stretch(site: int, chain: Chain, whole: Array, first: int, last: int) -> _Stretch:
    part = whole[first : last + 1]
    states: list[State] = []
    for place in np.flatnonzero(part.any(axis=0)).tolist():
        stage = int(chain.stages[place])
        states += [(place, one) for one in (range(len(STAGES)) if stage == ANY_STAGE else (stage,))]
    return _Stretch(site, first, states, part[:, [place for place, _ in states]])


def _links(stretch: _Stretch, leads: Array) -> list[tuple[int, int]]:
    """Which state leads to which: by moves of the model, and by those that were recorded all the same.

    Where nothing is known between two stages, only moves of the model lead from one to the other, if any do.
    """
    places, stages = (np.array(each) for each in zip(*stretch.states, strict=True))
    free = np.bincount(places)[places] > 1
    known = ~free[:, None] & ~free[None, :]
    ahead = places[None, :] - places[:, None]
    able = leads[np.ix_(stages, stages)]
    same = (ahead == 0) & np.where(known, np.eye(len(places), dtype=bool), able)
    found = same | ((ahead == 1) & (able | known))
    reached = stretch.allowed[0]
    for now in stretch.allowed[1:]:
        reached = (reached @ found) & now
    if not reached.any():
        found = same | (ahead == 1)
    return [(source, target) for source, target in np.argwhere(found).tolist()]


def _out_of_sight(paths: Paths) -> Array:
    """The steps from which on nobody knows where a site stands: any path from there on is as good as another."""
    anywhere: Array = np.asarray(paths.may.all(axis=-1))
    return np.asarray(np.logical_and.accumulate(anywhere[:, :0:-1], axis=1)[:, ::-1])
