"""How does a row read as a sentence? Days, names and numbers in prose, for whole columns at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme


def day(column: str) -> pl.Expr:
    """A day as people write it: 4 May 2024."""
    return pl.col(column).dt.strftime("%-d %b %Y")


def when(on: str = "on", before: str = "on_before") -> pl.Expr:
    """On a day, in a month, in a year, or between two days: as exactly as it is known.

    Examples
    --------
    >>> from datetime import date
    >>> days = {"on": [date(2024, 5, 4), date(2024, 5, 1), date(2024, 1, 1), date(2024, 5, 4)]}
    >>> days |= {"on_before": [None, date(2024, 6, 1), date(2025, 1, 1), date(2024, 5, 20)]}
    >>> pl.DataFrame(days).select(when())["on"].to_list()
    ['on 4 May 2024', 'in May 2024', 'in 2024', 'between 4 May 2024 and 19 May 2024']
    """
    first, end = pl.col(on), pl.col(before)
    last = end.dt.offset_by("-1d").dt.strftime("%-d %b %Y")
    return (
        pl.when(end.is_null()).then(pl.format("on {}", day(on)))
        .when((first.dt.truncate("1mo") == first) & (first.dt.offset_by("1mo") == end))
        .then(pl.format("in {}", first.dt.strftime("%B %Y")))
        .when((first.dt.truncate("1y") == first) & (first.dt.offset_by("1y") == end))
        .then(pl.format("in {}", first.dt.strftime("%Y")))
        .otherwise(pl.format("between {} and {}", day(on), last))
        .alias(on)
    )  # fmt: skip


def plain(column: str) -> pl.Expr:
    """A number without a decimal that says nothing: 60, 2.5."""
    return pl.col(column).round(6).cast(pl.String).str.replace(r"\.0$", "")


def also(column: str, pattern: str) -> pl.Expr:
    """Something more, where it is known: ``{}`` in the pattern is what the column holds."""
    return pl.when(pl.col(column).is_not_null()).then(pl.format(pattern, pl.col(column))).otherwise(pl.lit(""))


def words(column: str, said: Mapping[str, str], otherwise: str | None = None) -> pl.Expr:
    """A word of the tables as people say it."""
    return pl.col(column).replace_strict(said, default=otherwise, return_dtype=pl.String)


def upper(text: pl.Expr) -> pl.Expr:
    """With a capital to begin with."""
    return text.str.slice(0, 1).str.to_uppercase() + text.str.slice(1)


def named(frame: pl.DataFrame, programme: Programme, nobody: str = "the programme") -> pl.DataFrame:
    """The frame with ``who``: the name of the site, or what stands for none."""
    sites = programme.sites.select("site", who=pl.coalesce("name", "site"))
    frame = frame.join(sites, on="site", how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce("who", "site", pl.lit(nobody)).alias("who"))
