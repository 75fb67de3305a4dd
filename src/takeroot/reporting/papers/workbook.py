"""A report as an Excel workbook: what it says in words, every table on a sheet of its own, and the evidence.

Numbers are numbers with every digit, days are days, and text stays text: nothing that anybody wrote becomes a formula.
Here no table is cut short. The same programme gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from takeroot import __version__
from takeroot.charts.wording import counted, day
from takeroot.errors import FaultyInput
from takeroot.reporting import blocks as b
from takeroot.reporting.content import Content
from takeroot.reporting.papers.pieces import Columns, Heading, Listed, Pairs, Paper, Paragraph, Piece
from takeroot.reporting.papers.runs import Numbers, plain, said
from takeroot.reporting.papers.sheets_out import Sheet, sheet
from takeroot.vocabulary.files.workbook_out import MADE, TEXT, misfits

#: How numbers of each kind are written.
FORMS = {
    "percent": "0%",
    "months": "0.0",
    "late": "0.0",
    "number": "#,##0.###",
    "day": "d mmm yyyy",
    "month": "mmm yyyy",
}
READ_ME, WORDS, EVIDENCE = "Read me", "What it says", "Evidence"


def made(report: Content, step: Callable[[str], None] | None = None) -> bytes:
    """The workbook, as a file.

    Parameters
    ----------
    report
        What it says.
    step
        Told of every section before it is written.

    Raises
    ------
    FaultyInput
        If it would not fit into a workbook.
    """
    from xlsxwriter import Workbook

    tell = step or (lambda _: None)
    numbers = Numbers(one.reference for one in report.evidence)
    tables = list(_tables(report, numbers, tell))
    sheets = [_words(report, numbers), *tables, _evidence(report)]
    sheets = [one for one in sheets if one.frame.height]
    faults = [fault for one in sheets for fault in misfits(one.name, one.frame)]
    if faults:
        raise FaultyInput(faults)
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.set_properties({"created": MADE, "title": said(report.title)[:255], "author": "Takeroot"})
    foot = f"&L{said(report.title)[:90].replace('&', '&&')}&R&P of &N"
    sheet(book, _read_me(report, sheets), foot, links=[(one.name, row) for row, one in _places(report, sheets)])
    for one in sheets:
        sheet(book, one, foot)
    book.close()
    return content.getvalue()


def _places(report: Content, sheets: Sequence[Sheet]) -> Iterator[tuple[int, Sheet]]:
    """The rows of the first page at which sheets are named."""
    yield from enumerate(sheets, start=1 + len(_facts(report)) + 1)


def _read_me(report: Content, sheets: Sequence[Sheet]) -> Sheet:
    rows = [*_facts(report), ("The sheets", "")]
    rows += [(one.name, f"{one.says} {counted(one.frame.height, 'rows')}.".strip()) for one in sheets]
    frame = pl.DataFrame(rows, schema={said(report.kind): pl.String, " ": pl.String}, orient="row")
    return Sheet(READ_ME, "", frame, ("", ""), widths=(34, 90), filters=False)


def _facts(report: Content) -> list[tuple[str, str]]:
    made_up = "Made up: no site, person or figure in it is real." if report.synthetic else ""
    told = [
        ("Programme", report.title),
        ("Aim", report.aim),
        ("Sponsor", report.sponsor),
        ("As at", day(report.as_at) if report.as_at else ""),
        ("Synthetic", made_up),
        ("What is left out", report.part),
        ("Made with", f"Takeroot {__version__}. The same record gives the same workbook."),
    ]
    return [(name, said(text)[:TEXT]) for name, text in told if text]


@dataclass
class _Names:
    """Names of sheets, each its own: as short as Excel wants them, and with nothing it refuses."""

    taken: set[str]

    def of(self, text: str) -> str:
        plain_ = "".join(letter for letter in said(text) if letter not in "[]:*?/\\\r\n\t'").strip() or "Table"
        for number in range(1, 10_000):
            ending = f" {number}" if number > 1 else ""
            name = plain_[: 31 - len(ending)].strip() + ending
            if name.casefold() not in self.taken:
                self.taken.add(name.casefold())
                return name
        raise AssertionError("so many sheets are in no report")


def _tables(report: Content, numbers: Numbers, tell: Callable[[str], None]) -> Iterator[Sheet]:
    """Every table, and the points of every chart."""
    names = _Names({READ_ME.casefold(), WORDS.casefold(), EVIDENCE.casefold(), "history"})
    made = 0
    for section in report.sections:
        tell(section.title)
        for heading, grid in _grids(section.blocks, section.title):
            if grid.rows and grid.columns:
                made += 1
                yield _table(names.of(f"{made:02} {heading}"), grid, numbers)


def _grids(blocks: Iterable[b.Block], heading: str) -> Iterator[tuple[str, b.Grid]]:
    for block in blocks:
        match block:
            case b.Grid():
                yield heading, block
            case b.Figure():
                yield heading, block.points
            case b.Part():
                yield from _grids(block.blocks, block.title)
            case b.Beside():
                yield from _grids(block.parts, heading)


def _table(name: str, grid: b.Grid, numbers: Numbers) -> Sheet:
    columns: dict[str, pl.Series] = {}
    forms: list[str] = []
    for place, column in enumerate(grid.columns):
        if column.kind == "drawing":
            continue
        values = [_value(row[place], column, numbers) for row in grid.rows]
        head = _fresh(said(column.head) or column.name, columns)
        columns[head] = _series(head, values)
        forms.append(FORMS.get(column.kind, "") if columns[head].dtype != pl.String else "")
    frame = pl.DataFrame(list(columns.values()))
    return Sheet(name, said(grid.caption), frame, tuple(forms))


def _value(value: Any, column: b.Column, numbers: Numbers) -> Any:
    """A value of its own kind; where people read a word, the word."""
    if value is None:
        return None
    if column.kind == "reference":
        return plain(numbers.evidence(b.several(value))) or None
    if column.kind in ("number", "months", "late", "percent", "day", "month") and isinstance(value, int | float | date):
        return value
    return plain(numbers.text(b.written(value, column.kind)))[:TEXT]


def _series(name: str, values: list[Any]) -> pl.Series:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, date) for value in known):
        return pl.Series(name, values, dtype=pl.Date)
    if known and all(isinstance(value, int | float) for value in known):
        return pl.Series(name, [None if value is None else float(value) for value in values], dtype=pl.Float64)
    return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String)


def _fresh(head: str, taken: dict[str, pl.Series]) -> str:
    tries = [head, *(f"{head} ({n})" for n in range(2, len(taken) + 3))]
    known = {name.casefold() for name in taken}
    return next(one for one in tries if one.casefold() not in known)


def _words(report: Content, numbers: Numbers) -> Sheet:
    """Everything that the report says in words, in order."""
    paper = Paper(numbers, rows=0, details=False)
    rows: list[tuple[str, str, str, str]] = []
    for section in report.sections:
        part = ""
        for piece in paper.section(section):
            for kind, text in _said(piece):
                part = text if kind == "heading" and text != said(section.title) else part
                if kind != "heading" and text:
                    rows.append((said(section.title), part, kind, text[:TEXT]))
    schema = {name: pl.String for name in ("Section", "Part", "What it is", "Text")}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return Sheet(WORDS, "Everything that the report says in words.", frame, ("",) * 4, widths=(24, 26, 12, 84))


_CALLED = {
    "words": "words",
    "quiet": "words",
    "lead": "words",
    "about": "about",
    "says": "statement",
    "doubt": "doubt",
    "evidence": "evidence",
    "missing": "missing",
    "account": "account",
    "signed": "signed",
}


def _said(piece: Piece) -> Iterator[tuple[str, str]]:
    match piece:
        case Heading():
            yield "heading", piece.text
        case Paragraph():
            yield _CALLED[piece.look], plain(piece.text)
        case Listed():
            yield from (("point", plain(item)) for item in piece.items)
        case Pairs():
            yield from (("fact", f"{name}: {plain(text)}") for name, text in piece.rows)
        case Columns():
            yield from (told for column in piece.columns for one in column for told in _said(one))


def _evidence(report: Content) -> Sheet:
    rows = [
        (
            float(number),
            said(one.says)[:TEXT],
            one.table.replace("_", " "),
            one.on,
            said(one.whose)[:TEXT],
            one.reference,
        )
        for number, one in enumerate(report.evidence, start=1)
    ]
    schema = {"Number": pl.Float64, "What it says": pl.String, "Table": pl.String, "On": pl.Date}
    schema |= {"Whose word": pl.String, "Reference": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    told = "Every row of the record that is cited, in its own words."
    return Sheet(EVIDENCE, told, frame, ("0", "", "", FORMS["day"], "", ""))
