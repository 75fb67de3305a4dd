"""Where does every site stand at the end of every month? Sites down, months across.

A month is named by its first day and counted at the end of its last; the last month at the end of the record. One
reading of the record gives one stage for each site and month. Where days are spans, a site may stand in several: a row
may hold from its earliest day until the day by which another that came after it must have happened. (Of two rows the
one that is read later came after, unless its last day is the earlier one: then either may have come first.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.adoption.record import UNKNOWN, Record
from takeroot.vocabulary.calendar import months_from
from takeroot.vocabulary.stages import IN_USE, Stage

Marks: TypeAlias = npt.NDArray[np.bool_]

STAGES = [stage.value for stage in Stage]
NOTHING_YET = STAGES.index("not_reached")


@dataclass(frozen=True)
class Grid:
    """Sites down, months across.

    Parameters
    ----------
    sites
        The sites, in the order of the rows of the grid, with the days between which each was open.
    first, until
        The day with whose month the grid begins, and the last day that counts.
    """

    sites: pl.DataFrame
    first: date
    until: date

    @property
    def months(self) -> pl.Series:
        """The first day of each month."""
        return months_from(self.first, self.until)

    @property
    def shape(self) -> tuple[int, int]:
        """How many sites, how many months."""
        return self.sites.height, self._month(self.until) + 1

    def _month(self, day: date) -> int:
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def at(self, days: pl.Series) -> npt.NDArray[np.int64]:
        """The first month that counts a day: one after the last, for no day and for days that are yet to come."""
        frame = pl.DataFrame({"day": days})
        month = (pl.col("day").dt.year() - self.first.year) * 12 + pl.col("day").dt.month() - self.first.month
        past = pl.col("day") <= self.until
        return frame.select(pl.when(past).then(month.cast(pl.Int64)).otherwise(self.shape[1]).clip(lower_bound=0))[
            "day"
        ].to_numpy()

    def _row(self, sites: pl.Series) -> npt.NDArray[np.int64]:
        places = dict(zip(self.sites["site"], range(self.sites.height), strict=True))
        return np.array([places[site] for site in sites], dtype=np.int64)

    def between(self, rows: pl.DataFrame, since: str, until: str | None = None) -> Marks:
        """The months at whose end a site is within the days of any row; to the end, where it has no last one."""
        count, months = self.shape
        steps = np.zeros((count, months + 1), dtype=np.int32)
        site = self._row(rows["site"])
        first = self.at(rows[since])
        last = self.at(rows[until]) if until else np.full(len(site), months)
        forward = first < last
        np.add.at(steps, (site[forward], first[forward]), 1)
        np.add.at(steps, (site[forward], last[forward]), -1)
        return np.asarray(steps[:, :-1].cumsum(axis=1) > 0)

    def open(self) -> Marks:
        """The months at whose end each site was open."""
        always = pl.col("opened").fill_null(self.first)
        return self.between(self.sites.select("site", "closed", since=always), "since", "closed")

    def stages(self, read: Record) -> npt.NDArray[np.int8]:
        """The stage of each site at the end of each month, by its place in :data:`STAGES`; at first ``not_reached``."""
        count, months = self.shape
        stands = np.full((count, months), -1, dtype=np.int8)
        code = read.rows["stage"].replace_strict(STAGES, range(len(STAGES)), return_dtype=pl.Int8)
        stands[self._row(read.rows["site"]), self.at(read.rows["on"])] = code.to_numpy()
        since = np.maximum.accumulate(np.where(stands >= 0, np.arange(months), 0), axis=1)
        stands = np.take_along_axis(stands, since, axis=1)
        return np.where(stands < 0, np.int8(NOTHING_YET), stands)

    def may(self, read: Record) -> Marks:
        """The stages in which each site may stand at the end of each month, wherever the spans fall; by stage last."""
        held = _held(read.rows)
        begun = read.rows.group_by("site").agg(since=pl.lit(self.first), begun=pl.col("latest").min())
        never = self.sites.select("site", since=pl.lit(self.first)).join(begun.select("site", "begun"), "site", "left")
        found = [self.between(held.filter(pl.col("stage") == stage), "on", "gone") for stage in STAGES]
        found[NOTHING_YET] |= self.between(never, "since", "begun")
        return np.stack(found, axis=-1)

    def ever(self, read: Record, shows: str) -> Marks:
        """The months by whose end some row has shown it (``contacted`` or ``ever_used``)."""
        return self.between(read.rows.filter(shows).select("site", "on"), "on")

    def possible(self, read: Record) -> tuple[Marks, Marks]:
        """Where each site is in use wherever the spans fall, and where it may be: also where it is not known."""
        held, stage = _held(read.rows), pl.col("stage")
        may = self.between(held.filter(stage.is_in([*IN_USE, UNKNOWN])), "on", "gone")
        may_not = self.between(held.filter(~stage.is_in(IN_USE)), "on", "gone")
        begun = read.rows.group_by("site").agg(since=pl.lit(self.first), begun=pl.col("latest").min())
        return may & ~may_not & ~self.between(begun, "since", "begun"), may


def _held(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row with the day by which another that came after it must have happened (``gone``)."""
    rows = rows.select("site", "on", "stage", "latest").with_row_index("row")
    rows = rows.with_columns(gone=pl.col("latest").cum_min(reverse=True).shift(-1).over("site"))
    around = rows.filter(pl.col("gone") < pl.col("latest")).select("row", "site", "latest")
    if not around.height:
        return rows
    # Some row read later lies within the span of this one, and so need not have come after it.
    pairs = around.join(rows.select("row", "site", "latest"), on="site", suffix="_after")
    after = pairs.filter(pl.col("row_after") > pl.col("row"), pl.col("latest_after") >= pl.col("latest"))
    after = around.select("row", around=pl.lit(True)).join(
        after.group_by("row").agg(after=pl.col("latest_after").min()), on="row", how="left"
    )
    rows = rows.join(after, on="row", how="left", maintain_order="left")
    return rows.with_columns(gone=pl.when("around").then("after").otherwise("gone"))


def grid_of(read: Record, first: date | None = None) -> Grid | None:
    """The grid of a record from its first row (or another day) on; none, if it has no days at all."""
    if read.until is None:
        return None
    first = min((day for day in (first, read.rows["on"].min()) if isinstance(day, date)), default=read.until)
    return Grid(read.sites, first, read.until)
