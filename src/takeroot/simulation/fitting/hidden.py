"""Sites whose path is not known for a while: the sum over every path that the record allows.

The forward and backward recursions of a hidden chain, for all such stretches at once. Steps whose both ends are certain
are counted as rows like any other, and cost nothing here; where no path of the model leads from one standing to the
next, the path begins anew and the step is counted. Capacity is not looked at here: it limits moves that were seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from takeroot.simulation.fitting.paths import Array, Paths
from takeroot.simulation.fitting.rows import at_risk, certain
from takeroot.simulation.fitting.terms import Terms
from takeroot.simulation.model import STAGES, Model


@dataclass(frozen=True, eq=False)
class Leaving:
    """Where a hidden site may have stood at one stage: rows, and where in the chain each belongs."""

    stage: int
    moves: Array
    targets: Array
    at: tuple[Array, Array]
    x: Array


@dataclass(frozen=True, eq=False)
class Hidden:
    """Stretches of steps in which it is not known where a site stood.

    Parameters
    ----------
    sites
        The site of each stretch of steps whose ends are not all certain.
    may
        The stages in which it may have stood, by standing.
    soft
        The steps that are summed over; those after the end of a shorter stretch are not.
    leaving
        The rows of each stage that a move leads from.
    broken
        How many steps no path of the model leads through.
    """

    sites: Array
    may: Array
    soft: Array
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
        steps, count = self.soft.shape[1], len(STAGES)
        through = np.zeros((len(self.sites), steps, count, count))
        through[:, :] = np.eye(count)
        for one, (move, stay) in zip(self.leaving, chances, strict=True):
            through[(*one.at, one.stage, one.stage)] = stay
            for nth, target in enumerate(one.targets):
                through[(*one.at, one.stage, target)] = move[:, nth]
        through[~self.soft] = 1.0
        forward = np.zeros((steps + 1, len(self.sites), count))
        forward[0] = self.may[:, 0] / self.may[:, 0].sum(axis=1, keepdims=True)
        sums = np.ones((steps, len(self.sites)))
        for step in range(steps):
            ahead = np.einsum("ui,uij->uj", forward[step], through[:, step]) * self.may[:, step + 1]
            sums[step] = np.maximum(ahead.sum(axis=1), 1e-300)
            forward[step + 1] = ahead / sums[step][:, None]
        backward = np.ones((len(self.sites), count))
        expected = np.zeros_like(through)
        for step in range(steps - 1, -1, -1):
            behind = backward * self.may[:, step + 1] / sums[step][:, None]
            expected[:, step] = forward[step][:, :, None] * through[:, step] * behind[:, None, :]
            backward = np.einsum("uij,uj->ui", through[:, step], behind)
        found = []
        for one in self.leaving:
            moved = np.stack([expected[(*one.at, one.stage, target)] for target in one.targets], axis=1)
            found.append((moved, expected[(*one.at, one.stage, one.stage)]))
        return float(np.log(sums.T[self.soft]).sum()), found


def hidden_of(model: Model, terms: Terms, paths: Paths, used: list[tuple[Array, Array]]) -> Hidden:
    """The hidden stretches of a record; ``used`` are the moves and the columns of each stage, as its rows have them."""
    known = certain(paths)
    both = known[:, :-1] & known[:, 1:]
    leads = np.eye(len(STAGES), dtype=bool)
    for move in model.moves:
        leads[STAGES.index(move.source), STAGES.index(move.target)] = True
    soft, broken = _joined_up(at_risk(paths) & ~both & ~_out_of_sight(paths), paths.may, leads)
    edges = np.diff(np.pad(soft, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (sites, first), (_, last) = np.nonzero(edges > 0), np.nonzero(edges < 0)
    longest = int((last - first).max(initial=0))
    within = np.arange(longest) < (last - first)[:, None]
    at = np.minimum(first[:, None] + np.arange(longest + 1), paths.steps)
    may = paths.may[sites[:, None], at]
    may[:, 1:] |= ~within[:, :, None]
    leaving = []
    for moves, columns in used:
        stage = STAGES.index(model.moves[moves[0]].source)
        stretch, step = np.nonzero(within & may[:, :-1, stage])
        targets = np.array([STAGES.index(model.moves[place].target) for place in moves])
        x = terms.columns[sites[stretch], first[stretch] + step][:, columns]
        leaving.append(Leaving(stage, moves, targets, (stretch, step), x))
    return Hidden(sites, may, within, tuple(leaving), broken)


def _out_of_sight(paths: Paths) -> Array:
    """The steps from which on nobody knows where a site stands: any path from there on is as good as another."""
    anywhere: Array = np.asarray(paths.may.all(axis=-1))
    return np.asarray(np.logical_and.accumulate(anywhere[:, :0:-1], axis=1)[:, ::-1])


def _joined_up(soft: Array, may: Array, leads: Array) -> tuple[Array, int]:
    """The steps that a path of the model leads through, and how many others there are."""
    soft = soft.copy()
    broken = 0
    reached = may[:, 0].copy()
    for step in range(soft.shape[1]):
        ahead = (reached @ leads) & may[:, step + 1]
        dead = soft[:, step] & ~ahead.any(axis=1)
        soft[dead, step] = False
        broken += int(dead.sum())
        reached = np.where(soft[:, step][:, None], ahead, may[:, step + 1])
    return soft, broken
