"""A part of a page: a title, a sentence, a drawing, and the table of what is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import polars as pl
from django.utils.safestring import SafeString, mark_safe

from takeroot import charts
from takeroot.charts.theme import NARROW
from takeroot.reporting.blocks import Column, Grid, written

#: Up to how many rows a table stands open.
OPEN_ROWS = 12

#: How many rows of a table stand on a sheet of it, on a page whose tables are cut into sheets.
ON_A_SHEET = 100

#: Of how many letters on further words are folded away.
LONG = 280


class Cell(NamedTuple):
    """What a cell of a table says, under which head, and the class by which it is shown."""

    text: str
    head: str
    manner: str


@dataclass(frozen=True)
class Item:
    """One of a list of things that are told in words: a title, and lines of a name and what it is."""

    title: str
    lines: tuple[tuple[str, str], ...]
    tag: str = ""


@dataclass(frozen=True)
class Line:
    """One of a list of things that are told in a sentence each, and lead somewhere.

    Parameters
    ----------
    says
        The sentence.
    when, kind, by
        Its day in words, what sort of thing it is, and whose word it is; empty, where there is none.
    where
        The address that it leads to; empty, where there is none.
    more
        Further words, folded away where they are long.
    tag, asks
        What is to be seen at a glance, and the address that it leads to, if it does.
    """

    says: str
    when: str = ""
    kind: str = ""
    by: str = ""
    where: str = ""
    more: str = ""
    tag: str = ""
    asks: str = ""

    @property
    def long(self) -> bool:
        """Whether the further words are folded away until somebody asks for them."""
        return len(self.more) > LONG


@dataclass(frozen=True)
class Group:
    """Lines under a heading of their own, some folded; ``rest`` says how many more there are, and ``onward`` where."""

    title: str
    lines: tuple[Line, ...]
    rest: str = ""
    onward: str = ""
    folded: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Panel:
    """A part of a page.

    Parameters
    ----------
    anchor, title, says
        Where it is on the page, what it is about, and a sentence on how to read it.
    chart
        Mark-up of the drawing, wide and narrow.
    table, summary
        What is drawn, in figures, and what the fold is called that holds it beside a drawing, or if it is long.
    items
        What is better told in words than in a table.
    notes
        Sentences beneath.
    groups
        What is told in a sentence each, under headings.
    empty, begin
        What to do first, where there is nothing to show yet, and the names of the pages where that is done.
    opened
        Whether the table stands open, however long it is: it is what was asked for.
    sheets
        The sheets that the table is cut into: its number, its query, and whether it is the one that stands here.
    """

    anchor: str
    title: str
    says: str = ""
    chart: str = ""
    table: Grid | None = None
    summary: str = "The figures behind this chart"
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    empty: str = ""
    begin: tuple[str, ...] = ()
    opened: bool = False
    sheets: tuple[tuple[int, str, bool], ...] = ()

    @property
    def drawing(self) -> SafeString:
        """The drawing, for a template: it was made here, and what text it holds was escaped when it was drawn."""
        return mark_safe(self.chart)

    @property
    def folded(self) -> bool:
        """Whether the table is kept out of the way until somebody asks for it."""
        if self.opened:
            return False
        return bool(self.chart) or (self.table is not None and len(self.table.rows) > OPEN_ROWS)

    @property
    def rows(self) -> list[list[Cell]]:
        """The table's cells as people read them."""
        if self.table is None:
            return []
        columns = [(column.head, column.kind, manner(column)) for column in self.table.columns]
        return [
            [
                Cell(written(value, kind) or "–", head, "none" if value is None else how)
                for value, (head, kind, how) in zip(row, columns, strict=True)
            ]
            for row in self.table.rows
        ]

    @property
    def heads(self) -> list[Cell]:
        """The heads of the table's columns."""
        return [Cell(column.head, "", manner(column)) for column in self.table.columns] if self.table else []


def which_sheet(sheet: str) -> tuple[str, int]:
    """Which sheet of which table is meant: ``actions-2`` is the second of what stands at ``actions``."""
    anchor, _, nth = sheet.rpartition("-")
    known = anchor.isascii() and anchor.replace("-", "").isalpha() and nth.isascii() and nth.isdecimal()
    return (anchor, max(1, int(nth))) if known and len(sheet) < 20 else ("", 1)


def in_sheets(panel: Panel, anchor: str, nth: int, query: str = "") -> Panel:
    """The panel with its table cut into sheets, if it is long: the one that is asked for stands open, else the first.

    Parameters
    ----------
    panel
        The panel with its table whole.
    anchor, nth
        Of which panel another sheet than the first is asked for, and which.
    query
        What else was asked of the page, as it stands in its address.
    """
    if panel.table is None or len(panel.table.rows) <= ON_A_SHEET + OPEN_ROWS:
        return panel
    many = -(-len(panel.table.rows) // ON_A_SHEET)
    chosen = anchor == panel.anchor
    nth = min(nth, many) if chosen else 1
    rows = panel.table.rows[(nth - 1) * ON_A_SHEET : nth * ON_A_SHEET]
    first = (nth - 1) * ON_A_SHEET + 1
    caption = f"{panel.table.caption} Rows {first:,} to {first + len(rows) - 1:,} of {len(panel.table.rows):,}."
    asked = f"{query}&" if query else ""
    sheets = tuple((one, f"{asked}sheet={panel.anchor}-{one}", one == nth) for one in range(1, many + 1))
    return replace(
        panel, table=replace(panel.table, rows=rows, caption=caption), opened=chosen or panel.opened, sheets=sheets
    )


def manner(column: Column) -> str:
    """The class by which a column is shown: numbers stand to the right, and days in one line."""
    return {"number": "n", "months": "n", "percent": "n", "day": "d", "month": "d"}.get(column.kind, "")


def draw_narrow(*frames: pl.DataFrame, chart: str, **options: Any) -> str:
    """One of the charts, by its name, as it is made for a phone or a column."""
    return charts.svg(getattr(charts, chart)(*frames, width=NARROW, **options))


def draw(*frames: pl.DataFrame, chart: str, **options: Any) -> str:
    """One of the charts, by its name, wide and narrow."""
    return charts.both(getattr(charts, chart), *frames, **options)
