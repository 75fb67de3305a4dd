"""Where does the record speak of something? Every word must be there; accents and capitals do not matter."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.telling import tell
from takeroot.analysis.explanation.wording import named
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The tables that are looked through, in the order in which what was found is shown.
SEARCHED = ("sites", "notes", "accounts", "adaptations", "decisions", "actions", "experiments", "what_ifs", "events")
#: Columns whose text is not for reading.
_NOT_READ = ("id", "visibility", "choices")
#: Letters that are more than a letter with a mark.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"}


def folded(text: str) -> str:
    """A text without accents and capitals.

    Examples
    --------
    >>> folded("Café STRAßE Łódź")
    'cafe strasse lodz'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(_LETTERS.get(letter, letter) for letter in plain if not unicodedata.combining(letter))


def findable(programme: Programme) -> pl.DataFrame:
    """Every row that a search looks at, with all its words.

    Parameters
    ----------
    programme
        Its tables.

    Returns
    -------
    DataFrame
        In the order of :data:`SEARCHED`, each with the latest first, and sites by their codes: ``table``,
        ``reference``, ``on``, ``site``, ``who`` (the name of the site), ``says`` (a sentence), ``by``, ``words`` (every
        text of the row) and ``folded`` (sentence, site and words without accents and capitals).

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> notes = {"on": ["2024-06-01"], "title": ["At the café"], "text": ["Crêpes."]}
    >>> found = findable(Programme("Falls", notes=notes))
    >>> found["says"].item(), found["folded"].item().splitlines()
    ('At the café.', ['at the cafe.', 'the programme', 'at the cafe', 'crepes.'])
    """
    frames = [_rows(programme, table) for table in SEARCHED]
    return pl.concat(frames).with_columns(
        folded=pl.concat_str("says", "who", "words", separator="\n").map_elements(folded, return_dtype=pl.String)
    )


def search(found: pl.DataFrame, text: str) -> pl.DataFrame:
    """The rows in which every word of a text stands; none, where no word is given.

    Parameters
    ----------
    found
        What :func:`findable` gives.
    text
        Words with spaces between them.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = findable(Programme("Falls", sites={"site": ["A", "B"], "name": ["Café ward", "Ward B"]}))
    >>> search(rows, "WARD cafe")["site"].to_list(), search(rows, "ward")["site"].to_list(), search(rows, " ").height
    (['A'], ['A', 'B'], 0)
    """
    words = folded(text).split()
    if not words:
        return found.clear()
    return found.filter(pl.all_horizontal(pl.col("folded").str.contains(word, literal=True) for word in words))


def _rows(programme: Programme, table: str) -> pl.DataFrame:
    rows: pl.DataFrame = getattr(programme, table)
    texts = [
        name
        for name, column in TABLES[table].columns.items()
        if name not in _NOT_READ and column.kind in ("text", "word") and not column.refers
    ]
    words = rows.select(
        reference=TABLES[table].references(rows),
        words=pl.concat_str(texts, separator="\n", ignore_nulls=True).cast(pl.String),
    )
    told = named(tell(programme, table), programme)
    if table == "sites":
        codes = rows.select("site", reference=TABLES[table].references(rows))
        told = told.drop("site").join(codes, on="reference", maintain_order="left")
    told = told.sort("on", "site", "reference", descending=[True, False, False], nulls_last=True)
    return told.join(words, on="reference", how="left", maintain_order="left").select(
        pl.lit(table).alias("table"), "reference", "on", "site", "who", "says", "by", "words"
    )
