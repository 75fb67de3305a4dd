"""Blocks as they stand on paper: headings, paragraphs, tables and pictures, one below the other.

What a page folds is cut short on paper, and says so: all rows stand in the workbook of the same report. A table that is
too wide for a page is told row by row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from takeroot.charts.wording import counted, day, lowered, sentence
from takeroot.reporting import blocks as b
from takeroot.reporting.content import Content
from takeroot.reporting.papers.runs import Numbers, Run, Text, plain, said
from takeroot.reporting.statement import Statement

#: Rows of a table on paper, and points of a chart that are few enough to stand below it.
ROWS, FEW_POINTS = 40, 12
#: Rows of the evidence on paper, and where there are to be few pages.
EVIDENCE, FEW_EVIDENCE = 400, 120
#: Letters that stand beside each other in a table as wide as a page, and columns that are still readable.
ACROSS, COLUMNS = 104, 10


@dataclass(frozen=True)
class Heading:
    """A heading: of a section (1), a part of it (2), or deeper."""

    text: str
    level: int
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, and what it is: words, quiet, lead, about, says, doubt, evidence, missing, account or signed."""

    text: Text
    look: str = "words"


@dataclass(frozen=True)
class Listed:
    """A list, in order or not."""

    items: tuple[Text, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Pairs:
    """Names, and what they are."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Table:
    """A table with its caption; ``widths`` are shares of the page, and ``numbers`` says which columns hold numbers."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    widths: tuple[float, ...]
    numbers: tuple[bool, ...]


@dataclass(frozen=True)
class Records:
    """A table that is too wide for a page, row by row: what names the row, and the rest with the heads before it."""

    caption: str
    rows: tuple[tuple[Text, tuple[tuple[str, Text], ...]], ...]


@dataclass(frozen=True)
class Picture:
    """A chart with its caption."""

    draw: Callable[..., Any]
    frames: tuple[Any, ...]
    caption: str
    points: b.Grid
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Columns:
    """Pieces side by side, each column with its heading."""

    columns: tuple[tuple[Piece, ...], ...]


Piece = Heading | Paragraph | Listed | Pairs | Table | Records | Picture | Columns


class Paper:
    """Lays blocks out for paper.

    Parameters
    ----------
    numbers
        Of the evidence.
    rows
        How many rows of a table stand there.
    details
        Whether what a page folds stands there, and the points of charts where they are few.
    """

    def __init__(self, numbers: Numbers, rows: int = ROWS, details: bool = True) -> None:
        self.numbers, self.rows, self.details = numbers, rows, details

    def section(self, section: b.Section) -> Iterator[Piece]:
        """A section with its heading."""
        yield Heading(said(section.title), 1, section.anchor)
        if section.lead:
            yield Paragraph(self.numbers.text(section.lead), "lead")
        yield from self.blocks(section.blocks, 2)

    def blocks(self, blocks: Sequence[b.Block], level: int) -> Iterator[Piece]:
        """Blocks below a heading of the level before."""
        for block in blocks:
            yield from self.block(block, level)

    def block(self, block: b.Block, level: int) -> Iterator[Piece]:
        """One block."""
        text = self.numbers.text
        match block:
            case b.Words():
                yield Paragraph(text(block.text), "quiet" if block.quiet else "words")
            case b.Statements():
                for statement in block.items:
                    yield from self.statement(statement)
            case b.Accounts():
                for group in block.groups:
                    if len(group) > 1:
                        yield Heading(f"{counted(len(group), 'accounts')} that differ", level)
                    for account in group:
                        yield from self.account(account)
            case b.Grid() if block.folded and not self.details:
                many = counted(len(block.rows), "rows")
                yield Paragraph(
                    (Run(said(f"In the workbook of this report: {lowered(block.caption)} {many}.")),), "quiet"
                )
            case b.Grid():
                yield self.grid(block)
            case b.Figure():
                yield Picture(block.draw, block.frames, said(block.points.caption), block.points, block.options)
                if self.details and 0 < len(block.points.rows) <= FEW_POINTS and not block.points.folded:
                    yield self.grid(block.points)
            case b.Facts():
                yield Pairs(tuple((said(name), text(told) or (Run("missing", "gap"),)) for name, told in block.pairs))
            case b.Missing():
                do = f" {block.do}" if block.do else ""
                yield Paragraph((Run("Missing. ", "strong"), *text(block.what + do)), "missing")
            case b.Points():
                yield Listed(tuple(text(item.replace("\n\n", "\n")) for item in block.items), block.ordered)
            case b.Part():
                yield Heading(said(block.title), level)
                yield from self.blocks(block.blocks, level + 1)
            case b.Beside():
                yield Columns(tuple(tuple(self.block(part, level)) for part in block.parts))

    def statement(self, statement: Statement) -> Iterator[Piece]:
        """What can be said, its doubt and its evidence."""
        if statement.about:
            yield Paragraph((Run(said(statement.about)),), "about")
        yield from (Paragraph(self.numbers.text(part), "says") for part in statement.paragraphs)
        if statement.doubt:
            yield Paragraph((Run("Doubt. ", "strong"), *self.numbers.text(statement.doubt)), "doubt")
        if evidence := self.numbers.evidence(statement.evidence):
            yield Paragraph((Run("Evidence: "), *evidence), "evidence")

    def account(self, account: b.Account) -> Iterator[Piece]:
        """What somebody wrote, and who it was."""
        paragraphs = [part for part in re.split(r"\n\s*\n", account.text.strip()) if part] or ["(no text)"]
        for part in paragraphs:
            yield Paragraph(self.numbers.text(part), "account")
        if account.broken:
            broken = f"{counted(len(account.broken), 'citations')} can not be found in the record."
            yield Paragraph((Run("Doubt. ", "strong"), Run(broken)), "doubt")
        version = f", version {account.version}" if (account.version or 1) > 1 else ""
        number = self.numbers.evidence([account.reference])
        cited = (Run(" ["), *number, Run("]")) if number else ()
        yield Paragraph((Run(said(f"{account.by}, {day(account.on)}{version}")), *cited), "signed")

    def grid(self, grid: b.Grid) -> Table | Records:
        """A table, or its rows one by one where it is too wide."""
        kept = [place for place, column in enumerate(grid.columns) if column.kind != "drawing"]
        columns = [grid.columns[place] for place in kept]
        shown = grid.rows[: self.rows]
        rows = [tuple(self.cell(grid.columns[place], row[place]) for place in kept) for row in shown]
        caption = grid.caption
        if len(shown) < len(grid.rows):
            caption = f"{sentence(caption)} The first {len(shown):,} rows are here; the workbook of this report has "
            caption += f"{len(grid.rows):,}."
        heads = tuple(said(column.head) for column in columns)
        numbers = tuple(column.kind in ("number", "months", "percent") for column in columns)
        whole = [column.kind != "text" for column in columns]
        wide = widths(heads, [[plain(cell) for cell in row] for row in rows], whole)
        if wide is None or len(columns) > COLUMNS:
            told = tuple(
                (row[0], tuple((head, cell) for head, cell in zip(heads[1:], row[1:], strict=True) if plain(cell)))
                for row in rows
            )
            return Records(said(caption), told)
        return Table(said(caption), heads, tuple(rows), wide, numbers)

    def cell(self, column: b.Column, value: Any) -> Text:
        """What stands in a cell."""
        if column.kind == "reference":
            found = self.numbers.evidence(b.several(value))
        else:
            found = self.numbers.text(b.written(value, column.kind))
        return found or ((Run("missing", "gap"),) if column.needed else ())


def widths(
    heads: Sequence[str], rows: Sequence[Sequence[str]], whole: Sequence[bool] = (), across: int = ACROSS
) -> tuple[float, ...] | None:
    """The share of the page that each column gets: words whole, long texts on several lines; None, if it is too narrow.

    Parameters
    ----------
    heads, rows
        What stands in the table.
    whole
        Which columns hold what stays on one line, such as days.
    across
        Letters that stand beside each other.

    Examples
    --------
    >>> [round(share, 2) for share in widths(["Site", "Why"], [["A", "because nobody had the time for it"]])]
    [0.07, 0.93]
    >>> widths(["Head"] * 20, [["a word"] * 20]) is None
    True
    """
    needed, wanted = [], []
    for place, head in enumerate(heads):
        cells = [row[place] for row in rows]
        longest = max((len(cell) for cell in cells), default=0)
        word = max((len(word) for cell in (head, *cells) for word in re.split(r"\s+", cell)), default=1)
        stays = whole and whole[place] and longest <= 14
        least = max(longest, min(word, 16)) if stays else min(word, 16)
        needed.append(least + 3.0)
        wanted.append(max(needed[-1], min(sqrt(longest) * 3.2 if longest > 14 else longest, 40) + 3.0))
    spare, asked = across - sum(needed), sum(wanted) - sum(needed)
    if spare < 0 or sum(wanted) > across * 1.4:
        return None
    found = [
        least + (most - least) * spare / asked if asked else least for least, most in zip(needed, wanted, strict=True)
    ]
    return tuple(each / sum(found) for each in found)


def evidence(content: Content, most: int = EVIDENCE) -> tuple[str, list[tuple[int, Text]]]:
    """What is said above the evidence, and each row of it with its number."""
    rows: list[tuple[int, Text]] = [
        (number, (Run(f"{said(one.says) or '(nothing is said)'} "), Run(said(from_where(one)), "quiet")))
        for number, one in enumerate(content.evidence[:most], start=1)
    ]
    lead = f"{counted(len(content.evidence), 'rows')} of the record, in the order in which they are first cited, "
    lead += "in their own words."
    if len(content.evidence) > most:
        lead += f" The first {most:,} are here; all of them are in the workbook of this report."
    return lead, rows


def from_where(one: Any) -> str:
    """The table that a row stands in, its day, whose word it is, and its reference."""
    table = counted(1, one.table.replace("_", " ")).removeprefix("1 ")
    return "; ".join(part for part in (table, day(one.on) if one.on else "", one.whose, one.reference) if part)
