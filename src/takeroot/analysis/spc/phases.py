"""The dated decisions about a chart, told to its points.

A row of :data:`~takeroot.vocabulary.tables.PHASES` speaks of one series, or of all sites of a measure. Recalculations
and exclusions of both kinds count. A baseline of the site's own stands in place of the measure's within a phase, and
so does a target of its own from the day it was set, and a trajectory of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from takeroot.analysis.spc.segments import Array, Segments
from takeroot.analysis.spc.series import Series
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.tables import PHASES

#: Room for a day in a number that holds a series and a day: 2**19 days either side of 1970.
_DAYS = 1 << 20


@dataclass(frozen=True)
class Phased:
    """What the dated rows mean for every point."""

    segments: Segments
    used: Array
    excluded: Array
    centre: Array
    target: Array
    trajectory: Array


def phased(
    series: Series, values: Array, phases: IntoFrame | None, fix_after: int | None, left_out: Array | None = None
) -> Phased:
    """Where phases begin, which points set their limits, and the target that holds at each point.

    Parameters
    ----------
    fix_after
        Set the limits of a phase without a baseline from its first so many periods.
    left_out
        Points that are left out besides those that a row excludes.
    """
    rows = Rows(series, phases)
    begins = series.segments.begins.copy()
    begins[rows.places("recalculate")] = True
    segments = Segments.beginning(begins)
    excluded: Array = np.broadcast_to(np.False_, segments.size)
    for out in (rows.within("exclude", own=None), left_out):
        excluded = excluded if out is None else excluded | out
    used = ~np.isnan(values) & ~excluded
    chosen: Array = np.broadcast_to(np.True_, segments.size)
    if fix_after is not None:
        chosen = np.arange(segments.size) - segments.spread(segments.starts) < fix_after
    for own in (False, True):
        marked = rows.within("baseline", own=own)
        if marked is not None:
            has = segments.spread(segments.sums(marked) > 0)
            chosen = np.where(has, marked, chosen)
    return Phased(segments, used & chosen, excluded, rows.centre(segments), rows.target(), rows.trajectory())


class Rows:
    """The rows of phases, by the place of the series they speak of; ``told`` are the rows as they were given."""

    def __init__(self, series: Series, phases: IntoFrame | None) -> None:
        self.series = series
        self.told = PHASES.empty() if phases is None else PHASES.read(phases)
        rows = self.told.select("measure", "site", "on", "until", "kind", "value", row=pl.int_range(pl.len()))
        own = rows.filter(pl.col("site").is_not_null()).join(series.named, on=["measure", "site"])
        shared = rows.filter(pl.col("site").is_null()).drop("site").join(series.named, on="measure")
        columns = ["place", "kind", "on", "until", "value", "own", "row"]
        self.rows = pl.concat(
            [
                own.with_columns(own=pl.lit(True)).select(columns),
                shared.with_columns(own=pl.lit(False)).select(columns),
            ]
        ).sort("place", "on", maintain_order=True)
        self.ends = series.segments.ends
        self.keys: Array = np.zeros(0, dtype=np.int64)
        if self.rows.height:
            days = series.frame["on"].cast(pl.Int32).to_numpy()
            self.keys = _key(series.segments.spread(np.arange(len(series.segments.starts))), days)

    def places(self, kind: str) -> Array:
        """The first point on or after each day."""
        rows = self.rows.filter(kind=kind)
        at = np.searchsorted(self.keys, _keys(rows, "on"))
        return at[at < self.ends[rows["place"].to_numpy()]]

    def touching(self) -> set[int]:
        """The places, among the rows told, of those that reach a point; a recalculation, one that is not the first."""
        starts, ends = (at[self.rows["place"].to_numpy()] for at in (self.series.segments.starts, self.ends))
        first, last = self._reach(self.rows)
        anew = (self.rows["kind"] == "recalculate").to_numpy()
        reached = np.where(anew, (starts < first) & (first < ends), first < last)
        return set(self.rows["row"].to_numpy()[reached].tolist())

    def within(self, kind: str, *, own: bool | None) -> Array | None:
        """The points from ``on`` to ``until``."""
        rows = self.rows.filter(kind=kind) if own is None else self.rows.filter(kind=kind, own=own)
        if not rows.height:
            return None
        first, last = self._reach(rows)
        steps = np.zeros(len(self.keys) + 1, dtype=np.int32)
        np.add.at(steps, first, 1)
        np.add.at(steps, last, -1)
        return np.cumsum(steps[:-1]) > 0

    def _reach(self, rows: pl.DataFrame) -> tuple[Array, Array]:
        """From which point to before which each row goes; without ``until`` an exclusion is one day, others go on."""
        rows = rows.with_columns(pl.col("until").fill_null(pl.when(kind="exclude").then("on")))
        first = np.searchsorted(self.keys, _keys(rows, "on"))
        last = np.searchsorted(self.keys, _keys(rows, "until"), side="right")
        endless = rows["until"].is_null().to_numpy()
        last[endless] = self.ends[rows["place"].to_numpy()[endless]]
        return first, last

    def centre(self, segments: Segments) -> Array:
        """The centre that a baseline sets for its phase by its value; not a number where it is worked out."""
        given = self.rows.filter(pl.col("value").is_not_null(), kind="baseline")
        if not given.height:
            return _nothing(segments.size)
        at_each = np.full(segments.size, np.nan)
        phase = segments.spread(np.arange(len(segments.starts)))
        for own in (False, True):
            rows = given.filter(own=own)
            first, last = self._reach(rows)
            for begin, end, value in zip(first, last, rows["value"], strict=True):
                if begin < end:
                    at_each[np.isin(phase, np.unique(phase[begin:end]))] = value
        return at_each

    def target(self) -> Array:
        """The target at each point; not a number where there is none."""
        targets = self.rows.filter(kind="target")
        at_each = _nothing(self.series.segments.size)
        for own in (False, True):
            rows = targets.filter(own=own)
            if rows.height:
                set_here = self._carried(_with_ends(rows))
                at_each = np.where(np.isnan(set_here), at_each, set_here)
        return at_each

    def trajectory(self) -> Array:
        """The planned path at each point: straight between its days, level from the last of them on, or till it ends.

        Not a number before its first day, and where there is none. A site's own stands in place of the measure's.
        """
        paths = self.rows.filter(pl.col("value").is_not_null(), kind="trajectory").sort("place", "own", "on")
        if not paths.height:
            return _nothing(self.series.segments.size)
        at_each = np.full(self.series.segments.size, np.nan)
        for (place, _), path in paths.group_by("place", "own", maintain_order=True):
            here = slice(self.series.segments.starts[place], self.ends[place])
            days, on = self.keys[here], _keys(path, "on")
            planned = np.interp(days, on, path["value"].to_numpy())
            until = _keys(path, "until")[-1] if path["until"][-1] is not None else days[-1]
            at_each[here] = np.where((days >= on[0]) & (days <= until), planned, np.nan)
        return at_each

    def _carried(self, rows: pl.DataFrame) -> Array:
        """Each value from its day on, to the next row or the end of the series."""
        at = np.searchsorted(self.keys, _keys(rows, "on"))
        inside = at < self.ends[rows["place"].to_numpy()]
        latest = np.full(self.series.segments.size, -1)
        latest[at[inside]] = np.flatnonzero(inside)
        set_at = np.maximum.accumulate(np.where(latest >= 0, np.arange(len(latest)), -1))
        known = set_at >= self.series.segments.spread(self.series.segments.starts)
        values = rows["value"].fill_null(float("nan")).to_numpy()
        return np.where(known, values[latest[set_at]], np.nan)


def _nothing(size: int) -> Array:
    """Not a number at any point, without the room that so many would take."""
    return np.broadcast_to(np.float64(np.nan), size)


def _with_ends(rows: pl.DataFrame) -> pl.DataFrame:
    """Targets in order of time, and no target from the day after one ends, unless another has begun by then."""
    following = pl.col("on").shift(-1).over("place")
    end = pl.col("until") + timedelta(days=1)
    ends = rows.filter((end < following).fill_null(True) & pl.col("until").is_not_null())
    ends = ends.with_columns(on=pl.col("until") + timedelta(days=1), value=pl.lit(None, dtype=pl.Float64))
    return pl.concat([rows, ends]).sort("place", "on", maintain_order=True)


def _key(place: Array, day: Array) -> Array:
    return place.astype(np.int64) * _DAYS + day + _DAYS // 2


def _keys(rows: pl.DataFrame, day: str) -> Array:
    return _key(rows["place"].to_numpy(), rows[day].cast(pl.Int32).fill_null(0).to_numpy())
