"""Where each site stood, step by step: the record as the model reads it.

Sites are looked at on the last day of every month, as everywhere in Takeroot; with steps of a quarter or a year, on the
last day of every third or twelfth, counted back from the end of the record. A step has the month after the one at whose
end it begins. Where the day of a stage is a span, a site may have stood in several; where its stage is not known, in
any. What it went through is a *chain*: see ``chains``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.adoption.grid import STAGES as RECORDED
from takeroot.analysis.adoption.grid import grid_of
from takeroot.analysis.adoption.record import Record, record
from takeroot.errors import NotEnough
from takeroot.simulation.fitting.chains import Chain, chain_of, told
from takeroot.simulation.model import STAGES, Model
from takeroot.simulation.standard import SPREAD
from takeroot.vocabulary.stages import IN_USE, Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

Array: TypeAlias = npt.NDArray[Any]
USING = np.isin(STAGES, IN_USE)
_UNKNOWN = RECORDED.index(Stage.UNKNOWN.value)
_PAUSED, _STOPPED = STAGES.index("paused"), STAGES.index("stopped")


@dataclass(frozen=True, eq=False)
class Paths:
    """Sites down, standings across.

    Parameters
    ----------
    sites
        The sites as they are now called, those that are not eligible left out, in the order of the rows.
    months
        The month of each standing: that of the step which begins there. The last is the first month to come.
    stage
        The stage of each site by the one reading that figures follow, as a position among the stages of a model.
    may
        The stages in which each may have stood, by stage last.
    there
        Whether each site was open.
    not_known
        How many sites are not known to stand where they are placed at the end.
    chains
        Of each site whose days are not all known, by its row: what it went through, and when each may have begun.
    """

    sites: pl.DataFrame
    months: Array
    stage: Array
    may: Array
    there: Array
    not_known: int
    chains: dict[int, Chain]

    @property
    def steps(self) -> int:
        """How many steps lie between the standings."""
        return len(self.months) - 1

    @property
    def near(self) -> Array:
        """How probable it is that each site stood at each stage: the share of those in which it may have."""
        among = self.may / self.may.sum(axis=-1, keepdims=True)
        whole = np.eye(len(STAGES))[self.stage]
        return np.asarray(np.where(self.may.all(axis=-1, keepdims=True), whole, among))

    def until(self, standings: int) -> Paths:
        """As they were known earlier: the first so many standings."""
        return Paths(
            self.sites,
            self.months[:standings],
            self.stage[:, :standings],
            self.may[:, :standings],
            self.there[:, :standings],
            self.not_known,
            self.chains,
        )


def paths_of(programme: Programme, *, step: int = 1, as_at: date | None = None, model: Model = SPREAD) -> Paths:
    """Where the sites of a programme stood.

    Parameters
    ----------
    programme
        Its stages and its sites.
    step
        Months in a step.
    as_at
        The day up to which the record is read; all of it, if not given.
    model
        What happened within one span is taken in the order that suits its moves best.

    Raises
    ------
    NotEnough
        If nothing is recorded of where any site stands.
    """
    read = record(programme, as_at)
    grid = grid_of(read)
    if grid is None or not read.rows.height:
        raise NotEnough("Nothing is recorded yet of where sites stand, so there is nothing to fit a model to.")
    last = grid.shape[1] - 1
    at = np.arange(last % step, last + 1, step)
    mine = read.sites["eligible"].fill_null(True).to_numpy()
    if not mine.any():
        raise NotEnough("No site of this programme is eligible, so there is nothing to fit a model to.")
    first = (grid.first.year - 1970) * 12 + grid.first.month - 1
    stage = _last_known(grid.stages(read)[mine][:, : last + 1])[:, at]
    sites = read.sites.filter(pl.Series(mine))
    may = np.eye(len(STAGES), dtype=bool)[stage]
    seen = [np.searchsorted(at, grid.at(read.rows[day])).clip(max=len(at) - 1) for day in ("on", "latest")]
    chains = _chains(read, sites, seen, model)
    for site, chain in chains.items():
        may[site], stage[site] = chain.may(len(at)), chain.read(len(at))
    there = grid.open()[mine][:, at]
    not_known = int((may[:, -1].all(axis=-1) & there[:, -1]).sum())
    return Paths(sites, first + at + 1, stage, may, there, not_known, chains)


def _chains(read: Record, sites: pl.DataFrame, seen: list[Array], model: Model) -> dict[int, Chain]:
    """The chains of the sites that have one, by their rows. What is recorded has happened by the end of the record."""
    rows = told(read.rows, *seen)
    moves = frozenset((STAGES.index(move.source), STAGES.index(move.target)) for move in model.moves)
    found = {site: chain_of(rows.get(name, []), moves) for site, name in enumerate(sites["site"])}
    return {site: chain for site, chain in found.items() if chain is not None}


def _last_known(recorded: Array) -> Array:
    """The stages of a model: where a stage is not known, the last that was."""
    known = recorded != _UNKNOWN
    since = np.maximum.accumulate(np.where(known, np.arange(recorded.shape[1]), -1), axis=1)
    carried = np.where(since < 0, RECORDED.index(STAGES[0]), np.take_along_axis(recorded, since.clip(0), axis=1))
    place = np.array([STAGES.index(word) if word in STAGES else 0 for word in RECORDED])
    return np.asarray(place[carried], dtype=np.int64)


def felt(paths: Paths, model: Model) -> tuple[Array, Array]:
    """How much of its fit each site has lost on average, and how fresh an earlier stop is, at every standing.

    Adaptations are seldom recorded, so that fit is what is to be expected with those that the model assumes.
    """
    using = USING[paths.stage]
    lost, fresh = np.zeros(using.shape), np.zeros(using.shape)
    kept, drift = 1.0, 0.0
    if model.fit:
        adapting = 1 / (1 + np.exp(-model.fit.adaptation))
        kept, drift = 1 - adapting * model.fit.restores, model.fit.drift
    half_life = model.memory.half_life if model.memory else None
    fades = 0.5 ** (model.step / half_life) if half_life else 1.0
    for now in range(1, using.shape[1]):
        used, uses = using[:, now - 1], using[:, now]
        lost[:, now] = np.where(uses, np.where(used, lost[:, now - 1] * kept, 0.0) + drift, lost[:, now - 1])
        stopped = (paths.stage[:, now] == _STOPPED) & (used | (paths.stage[:, now - 1] == _PAUSED))
        fresh[:, now] = np.where(stopped, 1.0, fresh[:, now - 1] * fades)
    return lost * (model.fit is not None), fresh * (model.memory is not None)
