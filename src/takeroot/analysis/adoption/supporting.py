"""What support was given, to how many sites, for how long, and at what cost? As far as the record says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.vocabulary.calendar import months_from

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_OVER_TIME = {"kind": pl.String(), "on": pl.Date(), "sites": pl.Int64(), "everywhere": pl.Boolean()}


def support_over_time(programme: Programme) -> pl.DataFrame:
    """How many sites each kind of support reached, month by month.

    Parameters
    ----------
    programme
        Its supports, and the day up to which it is counted.

    Returns
    -------
    DataFrame
        For each kind in the order in which it was first given, a row for each month from then on: ``kind``, ``on`` (the
        end of the month; of the last, the day up to which is counted), ``sites`` (how many of them had it on that day,
        each named) and ``everywhere`` (whether it was given to all sites).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> supports = {"site": ["A", "B"], "kind": ["training"] * 2, "since": ["2024-01-05", "2024-02-01"]}
    >>> supports |= {"until": ["2024-03-01", None]}
    >>> programme = Programme({"name": "Falls", "as_at": "2024-03-31"}, supports=supports)
    >>> support_over_time(programme).select("on", "sites").rows()[1:]
    [(datetime.date(2024, 2, 29), 2), (datetime.date(2024, 3, 31), 1)]
    """
    supports = programme.supports
    given = supports.filter(pl.col("since") <= programme.as_at) if programme.as_at else supports
    if not given.height:
        return pl.DataFrame(schema=_OVER_TIME)
    days = [*given["since"], *given["until"].drop_nulls()]
    last = programme.as_at or max(days)
    firsts = given.group_by("kind", maintain_order=True).agg(first=pl.col("since").min()).sort("first", "kind")
    firsts = firsts.with_row_index("place")
    months = pl.DataFrame({"month": months_from(min(days), last)})
    ends = months.select(on=pl.min_horizontal(pl.col("month").dt.month_end(), pl.lit(last)))
    every = firsts.join(ends, how="cross").filter(pl.col("on") >= pl.col("first"))
    held = every.join(given.select("kind", "site", "since", "until"), on="kind")
    held = held.filter(pl.col("since") <= pl.col("on"), pl.col("until").is_null() | (pl.col("until") > pl.col("on")))
    counts = held.group_by("kind", "on").agg(
        sites=pl.col("site").drop_nulls().n_unique(), everywhere=pl.col("site").is_null().any()
    )
    found = every.join(counts, on=["kind", "on"], how="left", maintain_order="left").sort("place", "on")
    found = found.with_columns(pl.col("sites").fill_null(0), pl.col("everywhere").fill_null(False))
    return found.select(pl.col(name).cast(kind) for name, kind in _OVER_TIME.items())


def support_given(programme: Programme) -> pl.DataFrame:
    """How much of each kind of support began in each year, and what it cost.

    Parameters
    ----------
    programme
        Its supports.

    Returns
    -------
    DataFrame
        By year and kind, and by unit where amounts have several: ``year`` (in which it began), ``kind``, ``times``
        (rows of the record), ``sites`` (named), ``everywhere`` (whether any was for all sites), ``amount`` and ``unit``
        (amounts of one unit, added up), ``cost`` (what those that say it cost, added up), ``costed`` (how many say it)
        and ``by`` (everybody who gave it).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> supports = {"site": ["A", "B"], "kind": ["training"] * 2, "since": ["2024-01-05", "2024-02-01"]}
    >>> programme = Programme("Falls", supports=supports | {"cost": [200, None]})
    >>> support_given(programme).select("year", "times", "cost", "costed").row(0)
    (2024, 2, 200.0, 1)
    """
    rows = programme.supports.with_columns(
        year=pl.col("since").dt.year(), unit=pl.when(pl.col("amount").is_not_null()).then("unit")
    )
    return (
        rows.group_by("year", "kind", "unit")
        .agg(
            times=pl.len().cast(pl.Int64),
            sites=pl.col("site").drop_nulls().n_unique().cast(pl.Int64),
            everywhere=pl.col("site").is_null().any(),
            amount=pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum()),
            cost=pl.when(pl.col("cost").count() > 0).then(pl.col("cost").sum()),
            costed=pl.col("cost").count().cast(pl.Int64),
            by=pl.col("by").drop_nulls().unique().sort().str.join("; "),
        )
        .with_columns(by=pl.col("by").replace("", None))
        .sort("year", "kind", "unit", nulls_last=True)
        .select("year", "kind", "times", "sites", "everywhere", "amount", "unit", "cost", "costed", "by")
    )
