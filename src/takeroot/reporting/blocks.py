"""What a section is made of: words, statements, accounts, figures, tables, facts, and what is missing.

Blocks say what is to be shown and nothing of how; each kind of file shows them in its own way. Text may cite the record
as ``[table:id]``; every reference a block holds can be asked for, so that a report can number its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, day, late, month, months, number, percent
from takeroot.reporting.statement import Statement

#: Citations in text: tables and the ids of their rows, several with semicolons between them.
CITED = re.compile(r"\[\s*([a-z][a-z_]*:[\w.\-]+(?:\s*;\s*[a-z][a-z_]*:[\w.\-]+)*)\s*\]")

Kind = Literal["text", "day", "month", "number", "months", "late", "percent", "yes_no", "reference", "drawing"]


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str
    quiet: bool = False

    def references(self) -> Iterator[str]:
        """What it cites."""
        yield from citations(self.text)


@dataclass(frozen=True)
class Statements:
    """What can be said, each with its evidence and its doubt."""

    items: tuple[Statement, ...]
    heading: str = ""

    def references(self) -> Iterator[str]:
        """The evidence of every statement."""
        for statement in self.items:
            yield from citations(statement.text)
            yield from statement.evidence


@dataclass(frozen=True)
class Account:
    """What somebody wrote, signed and dated; nothing of it is ours."""

    text: str
    by: str
    on: Any
    version: int | None
    reference: str
    broken: frozenset[str] = frozenset()

    def references(self) -> Iterator[str]:
        """What it cites, and itself."""
        yield self.reference
        yield from (cited for cited in citations(self.text) if cited not in self.broken)


@dataclass(frozen=True)
class Accounts:
    """Accounts in groups: those in one group stand beside each other because they differ."""

    groups: tuple[tuple[Account, ...], ...]

    def references(self) -> Iterator[str]:
        """What the accounts cite."""
        for group in self.groups:
            for account in group:
                yield from account.references()


@dataclass(frozen=True)
class Column:
    """A column of a table: the name in the frame, what its head says, and how it is written."""

    name: str
    head: str
    kind: Kind = "text"
    needed: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with a caption; its first column names the row. Where rows are cut, its caption says how many."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    folded: bool = False
    cut: bool = False

    @classmethod
    def of(
        cls,
        frame: pl.DataFrame,
        caption: str,
        *columns: Column | tuple[str, ...],
        folded: bool = False,
        most: int | None = None,
    ) -> Grid:
        """A table of a frame; columns in which nothing stands are left out, unless they are needed."""
        told = tuple(column if isinstance(column, Column) else Column(*column) for column in columns)
        told = tuple(c for c in told if c.needed or (frame.height and frame[c.name].null_count() < frame.height))
        shown = frame.head(most) if most else frame
        cut = shown.height < frame.height
        if cut:
            caption += f" The first {shown.height:,} of {frame.height:,} rows."
        return cls(caption, told, tuple(shown.select([c.name for c in told]).rows()), folded, cut)

    def references(self) -> Iterator[str]:
        """What stands in its columns of references."""
        places = [place for place, column in enumerate(self.columns) if column.kind == "reference"]
        for row in self.rows:
            for place in places:
                yield from several(row[place])


@dataclass(frozen=True)
class Figure:
    """A chart, and the table of its points."""

    draw: Callable[..., Any]
    frames: tuple[Any, ...]
    points: Grid
    options: dict[str, Any] = field(default_factory=dict)

    def references(self) -> Iterator[str]:
        """None: a chart cites nothing of its own."""
        return iter(())


@dataclass(frozen=True)
class Facts:
    """Names and what they are; what is empty is shown as missing."""

    pairs: tuple[tuple[str, str], ...]

    def references(self) -> Iterator[str]:
        """What the facts cite."""
        for _, text in self.pairs:
            yield from citations(text)


@dataclass(frozen=True)
class Missing:
    """Something that is not recorded, and how to record it."""

    what: str
    do: str = ""

    def references(self) -> Iterator[str]:
        """None."""
        return iter(())


@dataclass(frozen=True)
class Points:
    """A list of short items, in order or not."""

    items: tuple[str, ...]
    ordered: bool = False

    def references(self) -> Iterator[str]:
        """What the items cite."""
        for item in self.items:
            yield from citations(item)


@dataclass(frozen=True)
class Part:
    """A part of a section with a heading of its own."""

    title: str
    blocks: tuple[Block, ...]

    def references(self) -> Iterator[str]:
        """What its blocks cite."""
        yield from cited(self.blocks)


@dataclass(frozen=True)
class Beside:
    """Parts that stand side by side where there is room."""

    parts: tuple[Part, ...]

    def references(self) -> Iterator[str]:
        """What its parts cite."""
        yield from cited(self.parts)


Block = Words | Statements | Accounts | Grid | Figure | Facts | Missing | Points | Part | Beside


@dataclass(frozen=True)
class Section:
    """A section of a report: a name for links, a title, and what it is made of."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    lead: str = ""


def citations(text: str) -> Iterator[str]:
    """Every reference that a text cites."""
    for group in CITED.findall(text):
        yield from several(group)


def cited(blocks: Iterable[Block]) -> Iterator[str]:
    """Every reference that blocks hold, in their order."""
    for block in blocks:
        yield from block.references()


def enough(share: str, of: str) -> pl.Expr:
    """A share where its denominator can bear a percentage; nothing where it can not, and the counts stand alone."""
    return pl.when(pl.col(of) >= ENOUGH_FOR_A_PERCENTAGE).then(pl.col(share)).alias(share)


def several(text: str | None) -> list[str]:
    """The references that stand in a cell."""
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def written(value: Any, kind: Kind) -> str:
    """A value as it is written in a table; empty where there is none."""
    if value is None:
        return ""
    if kind == "day":
        return day(value)
    if kind == "month":
        return month(value)
    if kind == "number":
        return number(value)
    if kind == "months":
        return months(value)
    if kind == "late":
        return late(value)
    if kind == "percent":
        return percent(value)
    if kind == "yes_no":
        return "yes" if value else "no"
    return str(value)


__all__ = [
    "CITED",
    "Account",
    "Accounts",
    "Beside",
    "Block",
    "Column",
    "Facts",
    "Figure",
    "Grid",
    "Missing",
    "Part",
    "Points",
    "Section",
    "Statements",
    "Words",
    "citations",
    "cited",
    "enough",
    "several",
    "written",
]
