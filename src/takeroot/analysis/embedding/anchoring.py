"""What makes the change institutional, at which level, and until when? Vertical scale-up, beside sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.embedding.within import level_of, place_in_levels, stands
from takeroot.vocabulary.tables import ANCHORS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme


def anchored(programme: Programme) -> pl.DataFrame:
    """Every anchor, by level, and whether it holds.

    Parameters
    ----------
    programme
        Its anchors, and the day up to which it is counted.

    Returns
    -------
    DataFrame
        From the site to the system, and then by day: ``level`` (site, organisation, region or system, where it is one
        of these by any common name; as it was written, otherwise; that of the site or region named, where none is),
        ``what``, ``title``, ``site``, ``region``, ``on``, ``until``, ``state`` (holds, ends soon, ended, ahead),
        ``source`` and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> anchors = {"what": ["policy", "contract"], "title": ["Falls", "Beds"], "level": ["nation", "site"]}
    >>> anchors |= {"on": ["2022-01-01"] * 2, "until": ["2024-08-01", None]}
    >>> anchored(Programme({"name": "Falls", "as_at": "2024-06-30"}, anchors=anchors)).select("level", "state").rows()
    [('site', 'holds'), ('system', 'ends soon')]
    """
    rows = programme.anchors
    in_region = pl.when(pl.col("region").is_not_null()).then(pl.lit("region"))
    placed = pl.when(pl.col("site").is_not_null()).then(pl.lit("site")).otherwise(in_region)
    rows = rows.with_columns(reference=ANCHORS.references(rows), state=stands(programme, "on"))
    rows = rows.with_columns(level=pl.coalesce(level_of(), placed))
    rows = rows.sort(place_in_levels(), "level", "on", "what", "title", "reference", nulls_last=True)
    columns = ["level", "what", "title", "site", "region", "on", "until", "state", "source", "reference"]
    return rows.select(columns)
