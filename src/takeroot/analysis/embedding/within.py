"""Who is accountable for what? By level, and whether it holds on the day up to which is counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.tables import LEVELS, RESPONSIBILITIES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What ends within so many months ends soon.
SOON = 6
#: What people write for a level, and the level that it is.
CALLED = {
    "ward": "site", "practice": "site", "team": "site", "unit": "site", "local": "site",
    "trust": "organisation", "hospital": "organisation",
    "regional": "region", "network": "region", "collaborative": "region",
    "nation": "system", "national": "system", "country": "system", "state": "system", "programme": "system",
}  # fmt: skip


def stands(programme: Programme, since: str = "since", until: str = "until") -> pl.Expr:
    """Whether a row holds on the day up to which is counted: ``holds``, ``ends soon``, ``ended`` or ``ahead``.

    A row without a first day has held all along, one without a last day goes on.
    """
    now = programme.as_at or date.max.replace(year=9000)
    return (
        pl.when((pl.col(until) <= now).fill_null(value=False)).then(pl.lit("ended"))
        .when((pl.col(since) > now).fill_null(value=False)).then(pl.lit("ahead"))
        .when((pl.col(until) <= months_after(now, SOON)).fill_null(value=False)).then(pl.lit("ends soon"))
        .otherwise(pl.lit("holds"))
    )  # fmt: skip


def level_of(column: str = "level") -> pl.Expr:
    """The level that somebody means; of what has none but names a site or a region, that of these."""
    named = pl.col(column).str.to_lowercase().str.strip_chars()
    return named.replace(CALLED)


def place_in_levels(column: str = "level") -> pl.Expr:
    """The place of a level in their order; what is no level comes last."""
    order = list(LEVELS)
    return pl.col(column).replace_strict(order, range(len(order)), default=len(order), return_dtype=pl.Int64)


def accountable(programme: Programme) -> pl.DataFrame:
    """Who is accountable for what, from the site to the system.

    Parameters
    ----------
    programme
        Its responsibilities, and the day up to which it is counted.

    Returns
    -------
    DataFrame
        By level, and then by what it is for: ``level``, ``what``, ``site``, ``region``, ``held_by`` (empty where nobody
        is named), ``since``, ``until``, ``state`` (holds, ends soon, ended, ahead) and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> named = {"what": ["training", "training"], "level": ["region", "site"], "held_by": [None, "ward manager"]}
    >>> accountable(Programme("Falls", responsibilities=named)).select("level", "held_by", "state").rows()
    [('site', 'ward manager', 'holds'), ('region', None, 'holds')]
    """
    rows = programme.responsibilities
    rows = rows.with_columns(reference=RESPONSIBILITIES.references(rows), state=stands(programme))
    rows = rows.sort(place_in_levels(), "what", "region", "site", "since", "reference", nulls_last=True)
    return rows.select("level", "what", "site", "region", "held_by", "since", "until", "state", "reference")
