"""Who used it in which period, who was there, and which ties held: the one reading that every figure here begins with.

A panel has sites down and periods across, made of the record as every other analysis reads it (renamed sites carried
on, conflicts settled, each site looked at on the last day of each period), or of periods that are only numbered, as
published data have them. A site that never used it has not begun by the end: it is censored, never one that began last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.adoption.grid import STAGES as STAGE_WORDS
from takeroot.analysis.adoption.grid import Marks, grid_of
from takeroot.analysis.adoption.record import Record, not_chosen, now_called, told
from takeroot.analysis.network import given
from takeroot.analysis.network.ties import TIED, by_number, dated
from takeroot.errors import Fault, FaultyInput, NotFound
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.tables import SITES, STAGES

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame

Array: TypeAlias = npt.NDArray[Any]
Every = Literal["month", "quarter", "year"]

#: Where a site has not begun by the end of the record.
NOT_YET = -1

_TRUNCATED = {"month": "1mo", "quarter": "1q", "year": "1y"}
_NO_TIES: dict[str, list[str]] = {"source": [], "target": []}


@dataclass(frozen=True, eq=False)
class Panel:
    """Sites down, periods across.

    Parameters
    ----------
    sites
        The sites, in the order of the rows, with whatever else is known of them.
    periods
        The first day of each period, or its number.
    in_use, ever_used
        Whether each site was in use at the end of each period, and had been by then.
    known, open
        Whether it is known where the site stood then, and whether it was there.
    began
        The place of the period in which each site first used it; -1, where it had not by the end.
    seen
        Whether it was seen to begin: not where it carried on from another site, nor where only a later stage shows it.
    carried
        Whether it began as the successor of another site.
    ties
        ``source`` and ``target`` as rows of the sites, ``kind``, ``weight``, and the places of the ``first`` period at
        whose end it held and of the first after it (``last``).
    until
        The last day that counts, where periods have days.
    """

    sites: pl.DataFrame
    periods: pl.Series
    in_use: Marks
    ever_used: Marks
    known: Marks
    open: Marks
    began: Array
    seen: Marks
    carried: Marks
    ties: pl.DataFrame
    until: date | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """How many sites, how many periods."""
        return self.in_use.shape[0], self.in_use.shape[1]

    @property
    def eligible(self) -> Marks:
        """Which sites could take it up; all, where nothing is said."""
        if "eligible" not in self.sites.columns:
            return np.ones(self.sites.height, dtype=np.bool_)
        return self.sites["eligible"].fill_null(True).to_numpy()

    @property
    def took_up(self) -> pl.Series:
        """The period in which each site first used it, empty where it has not."""
        at = pl.Series(self.began, dtype=pl.Int64).to_frame("at").select(pl.when(pl.col("at") >= 0).then("at"))
        return self.periods.gather(at["at"]).alias("took_up")

    def tied(self, ties: pl.DataFrame) -> Panel:
        """The same sites and periods with other ties, of rows of the sites and places of periods."""
        return replace(self, ties=ties)

    def __repr__(self) -> str:
        sites, periods = self.shape
        return f"Panel({sites:,} sites, {periods:,} periods, {self.ties.height:,} ties)"


def panel(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    sites: IntoFrame | None = None,
    every: Every = "month",
    until: date | None = None,
) -> Panel:
    """Who used it in which period, and the ties between the sites.

    Parameters
    ----------
    stages
        A programme, or its stages alone: ``site``, ``stage`` and ``on``. A panel, to give it other ties.
    ties
        ``source``, ``target``, and ``kind``, ``weight``, ``since`` and ``until`` where they are known. Those of the
        programme, if not given.
    sites
        Where the stages are given alone: all sites, also those of which nothing is told yet, and what is known of
        them. The sites that stages or ties name, if not given.
    every
        How long a period is. A site is looked at on the last day of each.
    until
        Where the stages are given alone: the day up to which the record is complete. The last day in it, if not given.

    Raises
    ------
    FaultyInput
        With every fault of what was given.

    Examples
    --------
    >>> stages = {"site": ["A", "B"], "stage": ["using", "using"], "on": ["2024-01-10", "2024-03-02"]}
    >>> panel(stages, {"source": ["A", "B"], "target": ["B", "C"]})
    Panel(3 sites, 3 periods, 2 ties)
    """
    if every not in _TRUNCATED:
        raise NotFound("length of period", str(every), _TRUNCATED)
    if isinstance(stages, Panel):
        return stages if ties is None else stages.tied(_ties_of(stages, ties))
    if isinstance(stages, Programme):
        programme, rows = stages, stages.ties if ties is None else given.ties(ties)
    else:
        rows = given.ties(_NO_TIES if ties is None else ties)
        programme = _told_alone(stages, rows, sites, until)
    return _of(programme, rows, every)


def numbered(
    histories: IntoFrame,
    ties: IntoFrame | None = None,
    *,
    sites: IntoFrame | None = None,
    first: int | None = None,
    last: int | None = None,
) -> Panel:
    """A panel of periods that only have numbers, as published data have them.

    Parameters
    ----------
    histories
        For each site, the number of the period in which it ``began`` to use it (empty, if it has not), that in which
        it had ``ended`` (further rows, where it came back), and those in which it ``entered`` the study and had
        ``left`` it, where that was not at the beginning or the end.
    ties
        As for :func:`panel`, with the numbers of periods as ``since`` and ``until``.
    sites
        What else is known of the sites.
    first, last
        The first and the last period. Those of the histories, if not given. Who began before the first was not seen
        to begin.

    Raises
    ------
    FaultyInput
        With every fault of what was given.

    Examples
    --------
    >>> numbered({"site": ["A", "B", "C"], "began": [1, 3, None]}, {"source": ["A"], "target": ["B"]}, last=4)
    Panel(3 sites, 4 periods, 1 ties)
    """
    rows = given.histories(histories)
    tied = given.ties_by_number(_NO_TIES if ties is None else ties)
    names = pl.concat([rows["site"], tied["source"], tied["target"]]).unique().sort()
    named = pl.DataFrame({"site": names}) if sites is None else SITES.read(sites).sort("site")
    if absent := sorted(set(rows["site"]) - set(named["site"])):
        says = "{} is not among the sites; add it to the sites, or correct it here"
        raise FaultyInput([Fault(says.format(f"'{name}'"), "Histories", None, "site", name) for name in absent])
    starts = [number for name in ("began", "entered") for number in rows[name].drop_nulls()]
    ends = starts + [number - 1 for name in ("ended", "left") for number in rows[name].drop_nulls()]
    first = min(starts, default=0) if first is None else first
    last = max(ends, default=first - 1) if last is None else last
    made = _of_numbers(rows, named, first, max(last - first + 1, 0))
    return made.tied(_ties_of(made, tied))


_WHEN = ("began", "ended", "entered", "left")


def _of_numbers(rows: pl.DataFrame, sites: pl.DataFrame, first: int, count: int) -> Panel:
    place = {site: at for at, site in enumerate(sites["site"])}
    row = np.array([place[site] for site in rows["site"]], dtype=np.int64)
    at = {
        name: (rows[name] - first).fill_null(0 if name == "entered" else count).to_numpy().clip(0, count)
        for name in _WHEN
    }
    shape = (sites.height, count)
    there = _between(row, at["entered"], at["left"], shape)
    there[np.setdiff1d(np.arange(sites.height), row)] = True
    began = np.full(sites.height, count)
    np.minimum.at(began, row, at["began"])
    began = np.where(began < count, began, NOT_YET)
    seen = began != NOT_YET
    seen[row[(rows["began"] < first).fill_null(False).to_numpy()]] = False
    return Panel(
        sites=sites,
        periods=pl.Series("on", np.arange(first, first + count), dtype=pl.Int64),
        in_use=_between(row, at["began"], at["ended"], shape) & there,
        ever_used=(began[:, None] != NOT_YET) & (began[:, None] <= np.arange(count)[None, :]),
        known=np.ones(shape, dtype=np.bool_),
        open=there,
        began=began,
        seen=seen,
        carried=np.zeros(sites.height, dtype=np.bool_),
        ties=pl.DataFrame(schema=TIED),
    )


def _told_alone(stages: IntoFrame, ties: pl.DataFrame, sites: IntoFrame | None, until: date | None) -> Programme:
    """A programme of stages, and of the sites that they and the ties name."""
    rows = STAGES.read(stages).select(list(STAGES.columns))
    names = pl.concat([rows["site"], ties["source"], ties["target"]]).unique().sort()
    all_sites = pl.DataFrame({"site": names}) if sites is None else SITES.read(sites)
    return Programme({"name": "Sites and ties", **({"as_at": until} if until else {})}, sites=all_sites, stages=rows)


def _of(programme: Programme, ties: pl.DataFrame, every: Every) -> Panel:
    everything = told(programme)
    read = everything.read(not_chosen(programme))
    grid = grid_of(read, everything.rows["on"].min())  # type: ignore[arg-type]
    if grid is None:
        stands = np.zeros((read.sites.height, 0), dtype=np.int8)
        months, ever, there = pl.Series("on", [], dtype=pl.Date), stands > 0, stands > 0
    else:
        months, stands = grid.months, grid.stages(read)
        ever, there = grid.ever(read, "ever_used"), grid.open()
    of_month = months.dt.truncate(_TRUNCATED[every])
    last = np.flatnonzero((of_month != of_month.shift(-1)).fill_null(True).to_numpy())
    periods = of_month.gather(last).alias("on")
    stood, there = stands[:, last], there[:, last]
    began, seen, carried = _beginnings(read, periods)
    named = ties.with_columns(pl.col("source", "target").replace(now_called(programme)))
    return Panel(
        sites=read.sites,
        periods=periods,
        in_use=np.isin(stood, [STAGE_WORDS.index(stage) for stage in IN_USE]) & there,
        ever_used=ever[:, last],
        known=stood != STAGE_WORDS.index("unknown"),
        open=there,
        began=began,
        seen=seen,
        carried=carried,
        ties=dated(named, read.sites["site"], periods, read.until),
        until=read.until,
    )


def _beginnings(read: Record, periods: pl.Series) -> tuple[Array, Marks, Marks]:
    """The place of the period in which each site began, whether it was seen to, and whether it carried on."""
    shown = read.rows.filter("ever_used").group_by("site", maintain_order=True).first()
    shown = shown.select("site", "stage", "carried", first_used="on")
    shown = read.sites.select("site").join(shown, on="site", how="left", maintain_order="left")
    began = np.full(shown.height, NOT_YET)
    there = shown["first_used"].is_not_null().to_numpy()
    began[there] = np.searchsorted(periods.to_numpy(), shown["first_used"].drop_nulls().to_numpy(), side="right") - 1
    carried = shown["carried"].fill_null(False).to_numpy()
    return began, shown["stage"].is_in(IN_USE).fill_null(False).to_numpy() & ~carried, carried


def _ties_of(panel: Panel, ties: IntoFrame) -> pl.DataFrame:
    """Ties read for a panel that is there already."""
    if panel.periods.dtype == pl.Date:
        return dated(given.ties(ties), panel.sites["site"], panel.periods, panel.until)
    count = panel.shape[1]
    return by_number(given.ties_by_number(ties), panel.sites["site"], int(panel.periods[0]) if count else 0, count)


def _between(row: Array, first: Array, last: Array, shape: tuple[int, int]) -> Marks:
    """The periods from one to before another, of any row."""
    steps = np.zeros((shape[0], shape[1] + 1), dtype=np.int32)
    forward = first < last
    np.add.at(steps, (row[forward], first[forward]), 1)
    np.add.at(steps, (row[forward], last[forward]), -1)
    return np.asarray(steps[:, :-1].cumsum(axis=1) > 0)
