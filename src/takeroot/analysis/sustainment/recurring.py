"""How often does it happen, to one site, by a given time? Lapses and returns that recur.

The mean cumulative function counts every event of every site, among the sites under observation at the time: those
that lapsed before too, since what is asked is how often a site lapses, not whether. Its error adds up what each site
makes of it, so that sites that lapse again and again are not taken for many sites.

Where sites come to an end after which nothing can happen (they close), the mean is of all sites that began, and those
that ended have no more.

References
----------
Lawless JF, Nadeau C. Some simple robust methods for the analysis of recurrent events. Technometrics 1995;37:158-68. Lin
DY, Wei LJ, Yang I, Ying Z. Semiparametric regression for the mean and rate functions of recurrent events. J R Stat Soc
B 2000;62:711-30. Ghosh D, Lin DY. Nonparametric analysis of recurrent events and death. Biometrics 2000;56:554-62.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from takeroot.analysis.sustainment.intervals import Array, followed, some_length
from takeroot.analysis.sustainment.survival import Z, groups
from takeroot.errors import Fault, FaultyInput, NotFound
from takeroot.vocabulary.column import IntoFrame

#: Sites whose part in the error is worked out at a time, so that memory is bounded.
TOGETHER = 256

_MEAN = {
    "months": pl.Float64(),
    "at_risk": pl.Int64(),
    "events": pl.Int64(),
    **dict.fromkeys(("mean", "se", "lower", "upper"), pl.Float64()),
}


def mean_cumulative(intervals: IntoFrame, by: str | None = None) -> pl.DataFrame:
    """How many events a site has had, on average, by each time.

    Parameters
    ----------
    intervals
        ``stop`` and ``event`` of each row; ``start``, where it was not followed from the first; ``site``, where several
        rows are of one; ``final``, where it then came to an end for good. A site is under observation after ``start``
        and up to ``stop``, whatever had happened to it before. A row of no length is one more event at that time.
    by
        A column whose groups get a curve each, in the order in which they first come.

    Returns
    -------
    DataFrame
        For each group, ``months`` (0, every time of an event, and the last time of all), how many sites were
        ``at_risk``, ``events``, the ``mean`` number of events of a site by then, its robust ``se``, and its ``lower``
        and ``upper`` 95 % limits, symmetric for its logarithm; no limits while it
        is 0, or where no site differs from another.

    Raises
    ------
    NotFound
        If there is no such column.
    FaultyInput
        If a site is followed twice at one time, or after it came to an end for good, or something happened to it while
        it was not followed.

    Examples
    --------
    >>> rows = {"site": ["A", "A", "A", "B"], "start": [0, 3, 5, 0], "stop": [3, 5, 9, 6], "event": [1, 1, 0, 0]}
    >>> mean_cumulative(rows).select("months", "at_risk", "mean").rows()
    [(0.0, 2, 0.0), (3.0, 2, 0.5), (5.0, 2, 1.0), (9.0, 1, 1.0)]
    """
    rows = followed(intervals)
    if by is not None and by not in rows.columns:
        raise NotFound("column", by, rows.columns)
    each = pl.coalesce(pl.col("site"), pl.format("row {}", "row"))
    rows = rows.with_columns(each=each, began=pl.col("start").fill_null(float("-inf")))
    _once_at_a_time(rows.filter(some_length()))
    _nothing_after_the_end(rows)
    rows = rows.filter(some_length() | pl.col("event"))
    _while_followed(rows)
    curves = []
    for group, seen in groups(rows, by) if rows.height else ():
        curve = _mean(seen)
        curves.append(curve if by is None else curve.select(pl.lit(group, dtype=rows.schema[by]).alias(by), pl.all()))
    if curves:
        return pl.concat(curves)
    return pl.DataFrame(schema=_MEAN if by is None else {by: rows.schema[by], **_MEAN})


def _once_at_a_time(rows: pl.DataFrame) -> None:
    """One sentence for each site of which two rows cover the same time."""
    before = pl.col("stop").shift().over("each")
    twice = rows.sort("each", "began", "stop").filter((pl.col("began") < before).fill_null(False))
    if twice.height:
        says = "two rows of {} cover the time after {:g}, and a site can be followed only once at a time; keep one"
        named = twice.unique("each", maintain_order=True).select("each", "began").rows()
        raise FaultyInput([Fault(says.format(*row), "Intervals", None, "start") for row in named])


def _nothing_after_the_end(rows: pl.DataFrame) -> None:
    """One sentence for each site that is followed after it came to an end for good."""
    ended = pl.col("stop").filter(pl.col("final").fill_null(False)).min().over("each")
    after = rows.with_columns(ended=ended).filter(pl.col("stop") > pl.col("ended")).unique("each", maintain_order=True)
    if after.height:
        says = "{} came to an end for good at {:g} and is followed until {:g}; take the end away, or leave this out"
        found = after.select("each", "ended", "stop").rows()
        raise FaultyInput([Fault(says.format(*row), "Intervals", None, "final") for row in found])


def _while_followed(rows: pl.DataFrame) -> None:
    """One sentence for each event at a time at which its site was not followed."""
    alone = rows.filter(~some_length())
    there = alone.join(rows.filter(some_length()), on="each", suffix="_there")
    there = there.filter(pl.col("began_there") < pl.col("stop"), pl.col("stop") <= pl.col("stop_there"))
    lost = alone.join(there, on="row", how="anti")
    if lost.height:
        says = "it happened to {} at {:g}, when it was not followed; give the row a length, or leave it out"
        found = lost.select("each", "stop").rows()
        raise FaultyInput([Fault(says.format(*row), "Intervals", None, "stop") for row in found])


def _mean(seen: pl.DataFrame) -> pl.DataFrame:
    """The curve of one group."""
    stop, event = seen["stop"].to_numpy(), seen["event"].to_numpy()
    final = seen["final"].fill_null(False).to_numpy()
    when = np.unique(np.concatenate([stop[event | final], [0.0, stop.max()]]))
    _, site = np.unique(seen["each"].to_numpy(), return_inverse=True)
    since, until, at = (
        np.searchsorted(when, seen["began"].to_numpy(), side="right"),
        np.searchsorted(when, stop, side="right"),
        np.searchsorted(when, stop),
    )
    wide = len(when) + 1
    at_risk = np.cumsum(np.bincount(since, minlength=wide) - np.bincount(until, minlength=wide))[:-1]
    events, ends = np.bincount(at[event], minlength=wide - 1), np.bincount(at[final], minlength=wide - 1)
    n = np.maximum(at_risk, 1).astype(float)
    rate, end = events / n, ends / n
    stays = np.concatenate([[1.0], np.cumprod(1 - end)[:-1]])
    grows = stays * rate
    mean, variance = np.cumsum(grows), np.zeros(len(when))
    for first in range(0, int(site.max()) + 1, TOGETHER):
        some = (site >= first) & (site < first + TOGETHER)
        mine, many = site[some] - first, min(TOGETHER, int(site.max()) + 1 - first)
        there = _counted(mine, since[some], many, wide) - _counted(mine, until[some], many, wide)
        there = np.cumsum(there, axis=1)[:, :-1]
        happened = _counted(mine[event[some]], at[some][event[some]], many, wide - 1)
        ended = _counted(mine[final[some]], at[some][final[some]], many, wide - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            lost = np.where(end < 1, (ended - there * end) / (n * (1 - end)), 0.0)
        missed = np.cumsum(lost, axis=1) - lost
        variance += (np.cumsum(stays * (happened - there * rate) / n - grows * missed, axis=1) ** 2).sum(axis=0)
    se = np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.exp(np.where((mean > 0) & (se > 0), Z * se / mean, np.nan))
    from_the_first = len(np.unique(site[seen["began"].to_numpy() <= 0]))
    at_risk = np.where(when == 0, np.maximum(at_risk, from_the_first), at_risk)
    kept = (events > 0) | (when == 0) | (when == when[-1])
    columns = [when, at_risk, events, mean, se, mean / reach, mean * reach]
    return pl.DataFrame([column[kept] for column in columns], schema=_MEAN, nan_to_null=True)


def _counted(sites: Array, at: Array, many: int, wide: int) -> Array:
    """How often each site has each place, a row for each site."""
    return np.bincount(sites * wide + at, minlength=many * wide).reshape(many, wide)
