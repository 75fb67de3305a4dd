"""How many sites were in use, period by period: what a forecaster may look at, and nothing else.

Sites that began to use it and sites that no longer do stand apart where the record tells them apart, because a count
that stays the same can be nothing happening or as many sites lost as won. Where only counts are known, a rise is so
many begun and a fall so many ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from takeroot.analysis.adoption.counts import reach
from takeroot.analysis.adoption.grid import STAGES, Marks, grid_of
from takeroot.analysis.adoption.record import record, told
from takeroot.errors import Fault, FaultyInput, whole
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.column import IntoFrame, maybe, need
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.table import Table

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

Counts: TypeAlias = npt.NDArray[np.int64]

#: Sites in use by period.
COUNTS = Table(
    "counts",
    "Sites in use by period",
    key=("on",),
    columns={
        "on": need("day", "the first day of the period", month=True),
        "in_use": need("count", "how many sites were in use at its end", least=0),
        "eligible": maybe("count", "how many could have been", least=0),
    },
)


@dataclass(frozen=True, eq=False)
class History:
    """Sites in use at the end of each period, and how many began and ended in it.

    Parameters
    ----------
    in_use, begun, ended
        A number for each period. What was in use at the end of the first counts as begun in it.
    of
        How many sites could be in use, if that is known.
    first, step
        The first day of the first period, and the length of a period in months.
    """

    in_use: Counts
    begun: Counts
    ended: Counts
    of: int | None
    first: date
    step: int = 1

    @property
    def periods(self) -> int:
        """How many periods it has."""
        return len(self.in_use)

    @property
    def events(self) -> Counts:
        """How many sites had begun or ended by the end of each period."""
        return np.cumsum(self.begun + self.ended)

    def until(self, periods: int) -> History:
        """As it stood at the end of an earlier period."""
        return History(
            self.in_use[:periods], self.begun[:periods], self.ended[:periods], self.of, self.first, self.step
        )

    def day(self, period: int) -> date:
        """The first day of a period, counted from 0; it may be yet to come."""
        return months_after(self.first, period * self.step)


def of_counts(counts: IntoFrame, of: int | None = None) -> History:
    """The history that a frame of counts tells.

    Parameters
    ----------
    counts
        A row for each period: ``on`` and ``in_use``, and ``eligible`` if it is known; such as
        :func:`takeroot.adoption.reach` gives.
    of
        How many sites could be in use; if not given, the last ``eligible``.

    Raises
    ------
    FaultyInput
        If a period is missing, or if more sites are in use than could be.

    Examples
    --------
    >>> history = of_counts({"on": ["2024-01", "2024-02", "2024-03"], "in_use": [2, 5, 4]}, of=9)
    >>> history.begun.tolist(), history.ended.tolist()
    ([2, 3, 0], [0, 0, 1])
    """
    of = None if of is None else whole(of, "How many sites could be in use (of)", 0)
    frame = COUNTS.read(counts).sort("on")
    days = [day.replace(day=1) for day in frame["on"]]  # a count may be dated by the last day of its period
    step = _step(days)
    in_use = frame["in_use"].to_numpy().astype(np.int64)
    eligible = frame["eligible"].drop_nulls()
    if of is None and len(eligible):
        of = int(eligible[-1])
    change = np.diff(in_use, prepend=0)
    return _sound(History(in_use, np.maximum(change, 0), np.maximum(-change, 0), of, _first(days), step))


def of_programme(programme: Programme, by: str | None = None) -> dict[str | None, History]:
    """The history of a programme's sites, month by month; or of each group of them.

    Parameters
    ----------
    programme
        Its stages and its sites. Sites that are marked as not eligible are left out.
    by
        A column of the sites, such as ``region``; of all sites together, if not given.

    Returns
    -------
    dict
        By group, in the groups' own order; under ``None``, all sites together. Sites of no group have no history of
        their own. Nothing, where nothing is recorded.
    """
    read = record(programme)
    grid = grid_of(read, told(programme).rows["on"].min())  # type: ignore[arg-type]
    if grid is None:
        return {}
    eligible = read.sites["eligible"].fill_null(True).to_numpy()
    counted = grid.open() & eligible[:, None]
    using = np.isin(grid.stages(read), [STAGES.index(stage) for stage in IN_USE]) & counted
    if by is None:
        known = reach(programme)["eligible"].drop_nulls()
        return {None: _of_sites(using, int(known[-1]) if len(known) else None, grid.months[0])}
    held = read.sites.select("site").join(programme.sites.select("site", group=by), on="site", how="left")["group"]
    found: dict[str | None, History] = {}
    for group in held.drop_nulls().unique().sort():
        mine = (held == group).fill_null(False).to_numpy()
        if (now := int(counted[mine, -1].sum())) > 0:
            found[str(group)] = _of_sites(using[mine], now, grid.months[0])
    return found


def _of_sites(using: Marks, of: int | None, first: date) -> History:
    before = np.pad(using, ((0, 0), (1, 0)))[:, :-1]
    in_use = using.sum(axis=0)
    # Where sites have closed, more may once have been in use than could be now.
    of = None if of is not None and of < in_use[-1] else of
    return History(in_use, (using & ~before).sum(axis=0), (before & ~using).sum(axis=0), of, first)


def _first(days: list[date]) -> date:
    return days[0] if days else date(1970, 1, 1)


def _step(days: list[date]) -> int:
    """The months between two periods, which must be the same throughout."""
    if len(days) < 2:
        return 1
    months = np.diff([day.year * 12 + day.month for day in days])
    step = int(months.min())
    if step < 1:
        raise FaultyInput([Fault("counts need one row for each period; two rows are of the same month", "counts")])
    wrong = np.flatnonzero(months != step)
    if len(wrong):
        after = days[int(wrong[0])].isoformat()
        says = f"counts need a row for every period, {step} months apart like the others; one is missing after {after}"
        raise FaultyInput([Fault(says.replace("1 months", "one month"), "counts", more=len(wrong) - 1)])
    return step


def _sound(history: History) -> History:
    if history.of is not None and history.periods and history.in_use.max() > history.of:
        most = int(history.in_use.max())
        says = f"{most:,} sites are in use at once where only {history.of:,} could be; say how many could be (of)"
        raise FaultyInput([Fault(says, "counts")])
    return history
