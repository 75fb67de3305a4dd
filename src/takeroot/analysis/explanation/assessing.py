"""When was an instrument answered or written to? Rounds, and writings, each as one thing on the line of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.wording import upper
from takeroot.vocabulary.tables import ENTRIES, ROUNDS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What a round or a writing can be about that is no single site.
WHOLE = ("programme", "all")


def assessments(programme: Programme) -> pl.DataFrame:
    """Every round of an instrument, and every time that somebody wrote to one: a row for all its questions together.

    Parameters
    ----------
    programme
        Its rounds and entries, and the instruments that it knows, for what they are called.

    Returns
    -------
    DataFrame
        ``on``, ``until`` (the last day of a round), ``site`` (empty for the whole programme), ``says`` (a sentence),
        ``by`` and ``reference`` (of a writing: that of its first answer).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> entries = {"instrument": ["dsf"] * 2, "edition": ["1"] * 2, "subject": ["programme"] * 2}
    >>> entries |= {"question": ["fit-setting", "time"], "on": ["2024-05-01"] * 2, "text": ["good", "Ring early"]}
    >>> assessments(Programme("Falls", entries=entries))["says"].to_list()
    ['Written to “Does it still fit? A record over time” about the whole programme: 2 answers.']
    """
    names = _names(programme)
    return pl.concat([_rounds(programme, names), _writings(programme, names)])


def _names(programme: Programme) -> dict[str, str]:
    """What people call each instrument that was answered or written to: its title without what stands in brackets."""
    used = {*programme.rounds["instrument"], *programme.entries["instrument"]}
    known = programme.library if used else None
    titles = (
        {name: known.editions[name, known.in_use[name]].title for name in used if name in known.in_use} if known else {}
    )
    return {name: title.partition(" (")[0].partition(":")[0] for name, title in titles.items()}


def _rounds(programme: Programme, names: dict[str, str]) -> pl.DataFrame:
    rows = programme.rounds.with_columns(reference=ROUNDS.references(programme.rounds))
    asked = (
        pl.when(pl.col("invited").is_not_null())
        .then(pl.format("; {} people were asked", "invited"))
        .otherwise(pl.lit(""))
    )
    says = pl.format("A round of “{}”{}{}.", "called", _about(), asked)
    return _told(programme, rows, names, pl.col("opens"), pl.col("closes"), says, pl.lit(None))


def _writings(programme: Programme, names: dict[str, str]) -> pl.DataFrame:
    rows = programme.entries.with_columns(reference=ENTRIES.references(programme.entries))
    one = ("instrument", "edition", "subject", "site", "on", "by")
    rows = rows.group_by(one, maintain_order=True).agg(pl.col("reference").min(), answers=pl.len())
    many = pl.when(answers=1).then(pl.lit("1 answer")).otherwise(pl.format("{} answers", "answers"))
    says = pl.format("Written to “{}”{}: {}.", "called", _about(), many)
    return _told(programme, rows, names, pl.col("on"), pl.lit(None), says, pl.col("by"))


def _about() -> pl.Expr:
    """What it was about, in words."""
    return pl.when("everywhere").then(pl.lit(" about the whole programme")).otherwise(pl.format(" about {}", "who"))


def _told(
    programme: Programme,
    rows: pl.DataFrame,
    names: dict[str, str],
    on: pl.Expr,
    until: pl.Expr,
    says: pl.Expr,
    by: pl.Expr,
) -> pl.DataFrame:
    """The rows as they stand on the line of time: with what the instrument is called, and the site they are about."""
    sites = programme.sites.select(subject="site", of="site", who=pl.coalesce("name", "site"))
    own = pl.col("site") if "site" in rows.columns else pl.lit(None, dtype=pl.String)
    whole = pl.col("subject").is_in(WHOLE)
    rows = rows.with_columns(subject=pl.coalesce(own, "subject"), called=pl.col("instrument").replace(names))
    rows = rows.join(sites, on="subject", how="left", maintain_order="left")
    rows = rows.with_columns(everywhere=whole, who=pl.coalesce("who", "subject"))
    columns = {
        "on": on,
        "until": until,
        "site": pl.col("of"),
        "says": upper(says),
        "by": by,
        "reference": pl.col("reference"),
    }
    kinds = {"on": pl.Date, "until": pl.Date}
    return rows.select(expr.cast(kinds.get(name, pl.String)).alias(name) for name, expr in columns.items())
