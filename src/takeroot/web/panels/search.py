"""Where the record speaks of something: what was found, by kind, with the words that were found marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import polars as pl

from takeroot.analysis import explanation
from takeroot.analysis.explanation.searching import SEARCHED, folded
from takeroot.charts.wording import counted, day
from takeroot.reporting.results import Results
from takeroot.web.addresses import address, where_told
from takeroot.web.frames import Book

#: So many of a kind are shown.
MOST = 50
#: Letters around the first word that was found, of a long text.
AROUND = 160
#: Letters and words that are looked for.
LONGEST, WORDS = 200, 12

CALLED = {
    "sites": "Sites",
    "notes": "Notes",
    "accounts": "Accounts",
    "adaptations": "Adaptations",
    "decisions": "Decisions",
    "actions": "Actions",
    "experiments": "Tests of change",
    "what_ifs": "What-ifs",
    "events": "Events around it",
}


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and whether it is one of the words looked for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Hit:
    """A row that was found: its sentence and its words in pieces, its day, whose word it is, and where it leads."""

    says: tuple[Piece, ...]
    words: tuple[Piece, ...]
    when: str
    by: str
    where: str


@dataclass(frozen=True)
class Found:
    """What was found of one kind; ``more`` says how many are not shown."""

    title: str
    anchor: str
    hits: tuple[Hit, ...]
    more: str


def panels(book: Book, text: str) -> dict[str, Any]:
    """What is found of a text, by kind."""
    text = " ".join(text.split()[:WORDS])[:LONGEST]
    rows = explanation.search(book.frame(findable), text)
    words = folded(text).split()
    kinds = [_kind(book, table, rows.filter(table=table), words) for table in SEARCHED]
    found = [kind for kind in kinds if kind.hits]
    looked = f"{counted(rows.height, 'rows')} of the record {'holds' if rows.height == 1 else 'hold'} "
    looked += "the word" if len(words) == 1 else f"all of the {len(words)} words"
    return {"text": text, "found": found, "says": f"{looked}." if rows.height else "", "looked": bool(words)}


def findable(results: Results) -> pl.DataFrame:
    """Every row that a search looks at, sites in their given order."""
    rows = explanation.findable(results.programme)
    sites = results.programme.sites.select("site").join(rows.filter(table="sites"), on="site", maintain_order="left")
    return pl.concat([sites.select(rows.columns), rows.filter(pl.col("table") != "sites")])


def _kind(book: Book, table: str, rows: pl.DataFrame, words: list[str]) -> Found:
    shown = [_hit(book.row.slug, row, words) for row in rows.head(MOST).iter_rows(named=True)]
    more = f"and {rows.height - MOST:,} more; give another word to find fewer." if rows.height > MOST else ""
    title = f"{CALLED[table]} ({rows.height:,})"
    return Found(title, table, tuple(shown), more)


def _hit(slug: str, row: dict[str, Any], words: list[str]) -> Hit:
    where = where_told(slug, row["reference"])
    if row["table"] == "sites":
        where = address("site", slug, row["reference"].partition(":")[2]) or where
    says, further = row["says"].rstrip("."), (row["words"] or "").split("\n")
    rest = " · ".join(part for part in further if part and part not in says)
    at = "" if row["table"] == "sites" or not row["site"] or row["who"] in says else row["who"]
    by = " · ".join(part for part in (at, row["by"] if row["by"] and row["by"] not in says else "") if part)
    return Hit(
        marked(says, words), excerpt(rest, words) if rest else (), day(row["on"]) if row["on"] else "", by, where
    )


def marked(text: str, words: list[str]) -> tuple[Piece, ...]:
    """A text in pieces, those that are found apart from the others; accents and capitals do not matter.

    Examples
    --------
    >>> [(piece.text, piece.found) for piece in marked("At the Café today", ["cafe"])]
    [('At the ', False), ('Café', True), (' today', False)]
    """
    letters = [(place, letter) for place, one in enumerate(text) for letter in folded(one)]
    plain = "".join(letter for _, letter in letters)
    hit = [False] * len(text)
    for word in filter(None, words):
        at = plain.find(word)
        while at >= 0:
            for place, _ in letters[at : at + len(word)]:
                hit[place] = True
            at = plain.find(word, at + len(word))
    for place in range(1, len(text)):
        if not folded(text[place]):  # a mark on its own belongs to the letter before it
            hit[place] = hit[place - 1]
    pieces = groupby(zip(text, hit, strict=True), key=lambda one: one[1])
    return tuple(Piece("".join(letter for letter, _ in part), found) for found, part in pieces)


def excerpt(text: str, words: list[str]) -> tuple[Piece, ...]:
    """What stands around the first word that is found, in pieces; the beginning, where none is found."""
    pieces = marked(text, words)
    at = len("".join(piece.text for piece in pieces[:1])) if pieces and not pieces[0].found else 0
    first = max(0, at - AROUND) if any(piece.found for piece in pieces) else 0
    last = first + 2 * AROUND
    cut = list(marked(text[first:last], words))
    if first and cut:
        cut[0] = replace(cut[0], text=f"…{cut[0].text}")
    if last < len(text) and cut:
        cut[-1] = replace(cut[-1], text=f"{cut[-1].text}…")
    return tuple(cut)
