"""What support is needed, what is given, and what could be? By kind, by site and month.

Kinds and units are the programme's own words: they are matched without regard to capitals. Amounts are compared where
their units are the same, and a need without an amount is counted apart. A need of all sites holds at every site that is
open; its amount is that of all of them together.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption import standing
from takeroot.vocabulary.calendar import months_after, months_from
from takeroot.vocabulary.tables import NEEDS, SUPPORTS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Demand is told for so many months after the day up to which is counted, as far as anything is said of them.
AHEAD = 12
_GIVEN = {
    "kind": pl.String(),
    "needed_at": pl.Int64(),
    "met_at": pl.Int64(),
    "everywhere": pl.Boolean(),
    "without": pl.List(pl.String()),
    "ends_at": pl.List(pl.String()),
    "ends": pl.Date(),
    "needs": pl.List(pl.String()),
}
_DEMAND = {
    "kind": pl.String(),
    "unit": pl.String(),
    "on": pl.Date(),
    "needed": pl.Float64(),
    "unsaid": pl.Int64(),
    "could": pl.Float64(),
    "given": pl.Float64(),
}


def needed_and_given(programme: Programme) -> pl.DataFrame:
    """Of each kind of support that somebody needs, at how many sites it is needed and given, and at which it is not.

    Parameters
    ----------
    programme
        Its needs and supports, on the day up to which it is counted.

    Returns
    -------
    DataFrame
        By kind: ``kind``, ``needed_at`` (sites), ``met_at`` (those of them that have it), ``everywhere`` (whether all
        sites are said to need it), ``without`` (the sites that need it and do not have it), ``ends_at`` and ``ends``
        (the sites at which it ends within half a year while it is still needed, and the first such day) and ``needs``
        (the references of the rows that say so).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> needs = {"site": ["A", "B"], "kind": ["Training"] * 2, "since": ["2024-01-01"] * 2}
    >>> supports = {"site": ["A"], "kind": ["training"], "since": ["2024-02-01"]}
    >>> programme = Programme({"name": "Falls", "as_at": "2024-06-30"}, needs=needs, supports=supports)
    >>> needed_and_given(programme).select("kind", "needed_at", "met_at", "without").rows()
    [('Training', 2, 1, ['B'])]
    """
    now = programme.as_at
    if now is None or not programme.needs.height:
        return pl.DataFrame(schema=_GIVEN)
    needs = _now(programme.needs.with_columns(reference=NEEDS.references(programme.needs)), now)
    given = _now(programme.supports.with_columns(reference=SUPPORTS.references(programme.supports)), now)
    stands = standing(programme)
    there = stands.filter("open").select("site")
    named = needs.sort("kind", "reference").group_by("like", maintain_order=True).agg(
        kind=pl.col("kind").first(), everywhere=pl.col("site").is_null().any(), needs=pl.col("reference")
    )  # fmt: skip
    needed = _at_sites(needs, there).group_by("like", "site").agg(needed_until=_latest("until"))
    # given more than once, it ends where the last of it does
    had = _at_sites(given, there).group_by("like", "site").agg(given_until=_latest("until"), has=pl.lit(value=True))
    both = needed.join(had, on=["like", "site"], how="left").with_columns(pl.col("has").fill_null(value=False))
    soon, never = pl.lit(months_after(now, 6)), pl.lit(date(9999, 1, 1))
    ends = (pl.col("given_until") <= soon) & (pl.col("given_until") < pl.col("needed_until").fill_null(never))
    counts = both.with_columns(ends=ends.fill_null(value=False)).sort("site").group_by("like").agg(
        needed_at=pl.len().cast(pl.Int64),
        met_at=pl.col("has").sum().cast(pl.Int64),
        without=pl.col("site").filter(~pl.col("has")),
        ends_at=pl.col("site").filter("ends"),
        ends=pl.col("given_until").filter("ends").min(),
    )  # fmt: skip
    found = named.join(counts, on="like", how="left").sort("like")
    found = found.with_columns(pl.col("needed_at", "met_at").fill_null(0), pl.col("without", "ends_at").fill_null([]))
    return found.select(pl.col(name).cast(kind) for name, kind in _GIVEN.items())


def _latest(column: str) -> pl.Expr:
    """The latest of several days; empty where one of them is open."""
    return pl.when(pl.col(column).is_not_null().all()).then(pl.col(column).max())


def _now(rows: pl.DataFrame, now: date) -> pl.DataFrame:
    """The rows that hold on a day, with what their kind is like."""
    rows = rows.with_columns(like=_like("kind"))
    return rows.filter(pl.col("since") <= now, (pl.col("until") > now).fill_null(value=True))


def _like(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.strip_chars().str.replace_all(r"\s+", " ")


def _at_sites(rows: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Each row at its site; one of all sites, at every site that is there."""
    each = rows.filter(pl.col("site").is_not_null()).select("like", "site", "until")
    every = rows.filter(pl.col("site").is_null()).select("like", "until").join(there, how="cross")
    return pl.concat([each, every.select("like", "site", "until")])


def demand(programme: Programme) -> pl.DataFrame:
    """How much support of each kind and unit is needed, is given and could be given, month by month.

    Parameters
    ----------
    programme
        Its needs, capacities and supports.

    Returns
    -------
    DataFrame
        By kind, unit and month, from the first in which any is needed or can be given to the last of which anything is
        said, at most twelve after the day up to which is counted: ``kind``, ``unit``, ``on`` (the first day of the
        month), ``needed``, ``unsaid`` (needs without an amount), ``could`` (what can be given; empty, where nobody says
        so) and ``given``. What holds on the first day of a month, or begins in it, counts.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> days = {"kind": ["coaching"], "unit": ["days a month"], "since": ["2024-01-01"], "until": ["2024-03-01"]}
    >>> programme = Programme("Falls", needs=days | {"amount": [9], "site": ["A"]}, capacities=days | {"amount": [6]})
    >>> demand(programme).select("on", "needed", "could").row(0)
    (datetime.date(2024, 1, 1), 9.0, 6.0)
    """
    needs = _amounts(programme.needs)
    capacities, supports = _amounts(programme.capacities), _amounts(programme.supports)
    said = pl.concat([needs.filter(pl.col("amount").is_not_null()), capacities])
    units = said.select("kind", "like", "unit", "of").sort("kind", "unit").unique(["like", "of"], keep="first")
    if not units.height:
        return pl.DataFrame(schema=_DEMAND)
    days = pl.concat([said["since"], said["until"], pl.Series([programme.as_at], dtype=pl.Date)]).drop_nulls()
    last = days.max()
    if programme.as_at is not None:
        last = min(last, months_after(programme.as_at, AHEAD))  # type: ignore[type-var]
    months = pl.DataFrame({"on": months_from(said["since"].min(), max(last, said["since"].min()))})  # type: ignore
    grid = units.join(months, how="cross")
    one = ["like", "of", "on"]
    found = grid.join(_held(needs, months, "needed"), on=one, how="left")
    found = found.join(_held(capacities, months, "could"), on=one, how="left")
    found = found.join(_held(supports, months, "given"), on=one, how="left")
    unsaid = needs.filter(pl.col("amount").is_null()).join(months, how="cross").filter(_holds())
    unsaid = unsaid.group_by("like", "on").agg(unsaid=pl.len().cast(pl.Int64))
    found = found.join(unsaid, on=["like", "on"], how="left").sort("like", "of", "on", nulls_last=True)
    found = found.with_columns(pl.col("needed", "given").fill_null(0.0), pl.col("unsaid").fill_null(0))
    return found.select(pl.col(name).cast(kind) for name, kind in _DEMAND.items())


def _amounts(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("kind", "unit", "since", "until", "amount", like=_like("kind"), of=_like("unit").fill_null(""))


def _holds() -> pl.Expr:
    """Whether a row holds on the first day of a month, or begins within it."""
    return (pl.col("since").dt.month_start() <= pl.col("on")) & (pl.col("until") > pl.col("on")).fill_null(value=True)


def _held(rows: pl.DataFrame, months: pl.DataFrame, name: str) -> pl.DataFrame:
    """The amounts that hold in each month, added up."""
    held = rows.filter(pl.col("amount").is_not_null()).join(months, how="cross").filter(_holds())
    return held.group_by("like", "of", "on").agg(pl.col("amount").sum().alias(name))
