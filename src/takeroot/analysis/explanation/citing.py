"""Who wrote what about it, and does what they cite exist? Accounts, citations, and references that lead nowhere.

An account is a person's or a group's written answer. It cites the record as ``[table:id]``. A later version of an
account does not erase an earlier one; the latest speaks. Rival accounts stand side by side.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.stories import of_signals
from takeroot.vocabulary.tables import ACCOUNTS, TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_CITED = re.compile(r"\[\s*([a-z][a-z_]*:[\w.\-]+(?:\s*;\s*[a-z][a-z_]*:[\w.\-]+)*)\s*\]")
_ACCOUNT = {
    "question": pl.String(),
    "on": pl.Date(),
    "by": pl.String(),
    "text": pl.String(),
    "version": pl.Int64(),
    "latest": pl.Boolean(),
    "stands_beside": pl.String(),
    "cites": pl.Int64(),
    "broken": pl.Int64(),
    "reference": pl.String(),
}


def citations(text: str | None) -> list[str]:
    """The references that a text cites, in order, each once.

    Parameters
    ----------
    text
        A text with references in square brackets; several may stand in one pair, with semicolons between them.

    Examples
    --------
    >>> citations("It lapsed [stages:a1b2] when she left [notes:c3; notes:d4], as we said [stages:a1b2].")
    ['stages:a1b2', 'notes:c3', 'notes:d4']
    """
    cited = [reference.strip() for group in _CITED.findall(text or "") for reference in group.split(";")]
    return list(dict.fromkeys(cited))


def accounts(programme: Programme, *, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every version of every account, with how much it cites.

    Parameters
    ----------
    programme
        Its accounts.
    points
        Its values as :func:`takeroot.analysis.spc.chart` gives them, if they are at hand, for signals that are cited.

    Returns
    -------
    DataFrame
        In order of question, person and version: ``question, on, by, text, version`` (as given, or in order of day),
        ``latest`` (whether no later version of it exists), ``stands_beside``, ``cites`` (how many references),
        ``broken`` (how many of them lead nowhere) and ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> row = {"question": ["as planned"], "on": ["2024-05-01"], "by": ["Lead"], "text": ["As planned [plans:gone]."]}
    >>> accounts(Programme("Falls", accounts=row)).select("version", "latest", "cites", "broken").row(0)
    (1, True, 1, 1)
    """
    told = _threaded(programme)
    cited = _cited(told)
    cited = cited.with_columns(broken=~pl.col("cited").is_in(list(existing(programme, cited["cited"], points))))
    counts = cited.group_by("reference").agg(cites=pl.len(), broken=pl.col("broken").sum())
    told = told.join(counts, on="reference", how="left", maintain_order="left")
    told = told.with_columns(pl.col("cites", "broken").fill_null(0))
    return told.select(pl.col(name).cast(kind) for name, kind in _ACCOUNT.items())


def broken(programme: Programme) -> pl.DataFrame:
    """References that lead nowhere: to rows that are not there, and to signals that have gone.

    Parameters
    ----------
    programme
        Its explanations, accounts, notes and codings.

    Returns
    -------
    DataFrame
        ``reference_of_row`` (the row that refers), ``reference`` (what it refers to) and ``where`` (the table and
        column).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"change": ["signals:1a2b"], "reason": ["New staff"], "by": ["Ward"]}
    >>> broken(Programme("Falls", explanations=rows)).select("reference", "where").row(0)
    ('signals:1a2b', 'explanations, change')
    """
    found = [
        each_reference(programme, name, column).with_columns(where=pl.lit(f"{name}, {column}"))
        for name, table in TABLES.items()
        for column, declared in table.columns.items()
        if declared.kind == "references"
    ]
    found.append(_cited(_threaded(programme)).with_columns(where=pl.lit("accounts, text")))
    links = pl.concat(found)
    links = links.filter(~pl.col("cited").is_in(list(existing(programme, links["cited"]))))
    links = links.select(reference_of_row="reference", reference="cited", where="where")
    return links.unique().sort("reference_of_row", "where", "reference")


def citing(programme: Programme) -> pl.DataFrame:
    """What the latest version of every account cites (``cited``), and the account's ``thread``: all its versions."""
    told = _threaded(programme).filter("latest")
    return _cited(told).join(told.select("reference", "thread"), on="reference")


def beside(programme: Programme) -> pl.DataFrame:
    """Threads of accounts that stand beside other threads."""
    told = _threaded(programme)
    threads = told.select(cited="reference", other="thread")
    mine = told.select("reference", "thread")
    stands = each_reference(programme, "accounts", "stands_beside").join(threads, on="cited").join(mine, on="reference")
    return stands.filter(pl.col("thread") != pl.col("other")).select("thread", "other").unique()


def each_reference(programme: Programme, table: str, column: str) -> pl.DataFrame:
    """A row for each reference in a column: ``reference`` of the row, and what is ``cited``."""
    frame: pl.DataFrame = getattr(programme, table)
    cited = frame.select(reference=TABLES[table].references(frame), cited=pl.col(column).str.split(";"))
    return cited.explode("cited").drop_nulls().with_columns(pl.col("cited").str.strip_chars())


def _threaded(programme: Programme) -> pl.DataFrame:
    """Accounts with their versions, the ``thread`` each belongs to, and whether it is the latest of it."""
    told = programme.accounts.with_columns(reference=ACCOUNTS.references(programme.accounts))
    told = told.sort("question", "by", "on", "version", "reference")
    nth = pl.int_range(1, pl.len() + 1).over("question", "by")
    # Of other questions one person may write several accounts: only those that say so are versions of one.
    apart = (pl.col("question") == "other") & pl.col("version").is_null()
    told = told.with_columns(
        thread=pl.format("{}/{}/{}", "question", "by", pl.when(apart).then("reference").otherwise(pl.lit(""))),
        version=pl.coalesce("version", pl.when(apart).then(1).otherwise(nth)),
    )
    told = told.with_columns(latest=pl.col("version") == pl.col("version").max().over("thread"))
    return told.sort("question", "by", "thread", "version", "on", "reference")


def _cited(told: pl.DataFrame) -> pl.DataFrame:
    """What each account cites."""
    cited = [citations(text) for text in told["text"].to_list()]
    frame = told.select("reference").with_columns(cited=pl.Series(cited, dtype=pl.List(pl.String)))
    return frame.explode("cited").drop_nulls()


def existing(programme: Programme, cited: pl.Series, points: pl.DataFrame | None = None) -> set[str]:
    """Those of the references that lead somewhere."""
    wanted = set(cited.to_list())
    tables = {reference.partition(":")[0] for reference in wanted}
    there: set[str] = set()
    for name, frame in programme.tables.items():
        if name in tables:
            there |= wanted & set(TABLES[name].references(frame).to_list())
    if "signals" in tables:
        there |= wanted & set(of_signals(programme, points)["reference"].to_list())
    return there
