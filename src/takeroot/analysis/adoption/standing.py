"""Where does each site stand, since when, and is it still open? One row for each site.

The same stage recorded again confirms it: *since* is where the unbroken stay in the stage began, and *confirmed* the
last day on which it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import not_chosen, now_called, told

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_STANDING = {
    "site": pl.String(),
    "eligible": pl.Boolean(),
    "stage": pl.String(),
    "since": pl.Date(),
    "since_before": pl.Date(),
    "confirmed": pl.Date(),
    "how_known": pl.String(),
    "reference": pl.String(),
    "open": pl.Boolean(),
    "closed": pl.Date(),
    "carried_on_by": pl.String(),
}


def standing(programme: Programme, on: date | None = None) -> pl.DataFrame:
    """Where each site stands, and whether it is open.

    Parameters
    ----------
    programme
        Its stages, its sites and what became of them.
    on
        The day of which it speaks: the last of the record, if not given.

    Returns
    -------
    DataFrame
        A row for each site, as it is now called: ``site``; whether it is ``eligible``; ``stage``, of a site that closed
        its last, empty where nothing is recorded; ``since`` and ``since_before`` (the day on which its stay in this
        stage began, and the day before which, where only a span is known); ``confirmed`` (the last day on which the
        stage was recorded), with ``how_known`` and ``reference`` of that row; ``open`` (whether it was, on the day);
        ``closed`` (the first day on which it no longer was); ``carried_on_by`` (the sites that carry on from it, joined
        by ``;``).

    Raises
    ------
    NotEnough
        If the record does not reach that day.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A"], "stage": ["using", "using"], "on": ["2024-01-01", "2024-06-01"]}
    >>> standing(Programme("Falls", stages=stages)).select("stage", "since", "confirmed", "open").row(0)
    ('using', datetime.date(2024, 1, 1), datetime.date(2024, 6, 1), True)
    """
    everything = told(programme, on)
    read = everything.read(not_chosen(programme))
    changed = (pl.col("stage") != pl.col("stage").shift()).fill_null(True).over("site")
    stays = read.rows.with_columns(stay=changed.cum_sum().over("site"))
    stays = stays.filter(pl.col("stay") == pl.col("stay").max().over("site"))
    latest = pl.col("latest").min()
    stands = stays.group_by("site").agg(
        pl.col("stage", "how_known", "reference").last(),
        since=pl.col("on").first(),
        since_before=pl.when(latest > pl.col("on").first()).then(latest.dt.offset_by("1d")),
        confirmed=pl.col("on").last(),
    )
    carried = [(before, each.successor) for each in everything.successions for before in each.before]
    carried_on = pl.DataFrame(carried, schema={"site": pl.String, "successor": pl.String}, orient="row")
    carried_on = carried_on.group_by("site").agg(carried_on_by=pl.col("successor").unique().sort().str.join(";"))
    day = pl.lit(read.until, dtype=pl.Date)
    sites = read.sites.select("site", "opened", "closed", pl.col("eligible").fill_null(True)).join(
        stands, on="site", how="left"
    )
    sites = sites.join(carried_on, on="site", how="left")
    is_open = (pl.col("opened") <= day).fill_null(True) & pl.col("closed").is_null()
    return (
        sites.with_columns(open=is_open)
        .select(pl.col(name).cast(kind) for name, kind in _STANDING.items())
        .sort("site")
    )


def carrying_on(programme: Programme, sites: Iterable[str]) -> set[str]:
    """Some sites by the names they have now, and the sites that carry on from them.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> merged = {"site": ["A", "B"], "successor": ["AB", "AB"], "on": ["2024-01-01"] * 2, "kind": ["merged"] * 2}
    >>> sorted(carrying_on(Programme({"name": "Falls", "as_at": "2024-06-30"}, successions=merged), ["A"]))
    ['A', 'AB']
    """
    called = now_called(programme)
    found = {called.get(site, site) for site in sites}
    for each in told(programme).successions:
        if found & set(each.before):
            found.add(each.successor)
    return found
