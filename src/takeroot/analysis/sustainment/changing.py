"""Covariates that change over time: intervals cut where they do."""

from __future__ import annotations

import polars as pl

from takeroot.analysis.sustainment.intervals import DECIMALS, followed
from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary import door
from takeroot.vocabulary.column import IntoFrame, need
from takeroot.vocabulary.table import Table

#: What changed at sites, and when.
CHANGES = Table(
    "changes",
    "What changed at a site, and when",
    key=("site", "months"),
    columns={
        "site": need("text", "the site"),
        "months": need("number", "since when it is so", unit="months"),
    },
)


def changing(intervals: IntoFrame, changes: IntoFrame) -> pl.DataFrame:
    """Intervals cut where something about a site changes, so that a covariate may change with it.

    Parameters
    ----------
    intervals
        ``site``, ``stop``, ``event``; ``start`` (0, where it is not said); further columns travel along.
    changes
        For each ``site`` and time (``months``, as in the intervals), what each further column is from then on.

    Returns
    -------
    DataFrame
        The intervals, each cut at the changes within it, with the columns of the changes as they were **after** the
        start of each piece, in order of site and time: what is known of a site at an event is what was so before it.
        Empty before the first change. The event stands at the end of the last piece.

    Raises
    ------
    FaultyInput
        If a column is missing, or two changes of a site are at one time.

    Examples
    --------
    >>> rows = {"site": ["A"], "start": [0], "stop": [9], "event": [True]}
    >>> changes = {"site": ["A", "A"], "months": [0, 4], "coached": [True, False]}
    >>> changing(rows, changes).select("start", "stop", "event", "coached").rows()
    [(0.0, 4.0, False, True), (4.0, 9.0, True, False)]
    """
    told = CHANGES.read(door.as_sheet(CHANGES, changes).frame.drop("id", strict=False)).drop("id")
    rows = followed(intervals).with_columns(pl.col("start").fill_null(0.0))
    if rows["site"].null_count():
        raise FaultyInput([Fault("intervals need the column 'site', filled in every row, to be cut at changes")])
    more = [name for name in told.columns if name not in ("site", "months")]
    rows = rows.drop([name for name in more if name in rows.columns])
    told = told.with_columns(pl.col("months").round(DECIMALS))
    inside = rows.join(told.select("site", at="months"), on="site").filter(pl.col("at") > pl.col("start"))
    inside = inside.filter(pl.col("at") < pl.col("stop")).with_columns(start="at").drop("at")
    pieces = pl.concat([rows, inside]).sort("row", "start")
    ends = pl.col("start").shift(-1).over("row")
    last = ends.is_null()
    pieces = pieces.with_columns(stop=pl.coalesce(ends, "stop"), event=pl.col("event") & last)
    if "final" in pieces.columns:
        pieces = pieces.with_columns(final=pl.col("final") & last)
    whole = pieces.with_row_index("_piece").sort("start")
    whole = whole.join_asof(told.sort("months"), left_on="start", right_on="months", by="site", check_sortedness=False)
    return whole.sort("site", "start", "_piece").drop("_piece", "months", "row", strict=False)
