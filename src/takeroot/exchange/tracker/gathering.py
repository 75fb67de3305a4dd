"""The rows of a tracker, gathered from its sheets, each with the columns it has and the site it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from takeroot.exchange.tracker import headers
from takeroot.exchange.tracker.dating import Refused, Span, month_end, when
from takeroot.exchange.tracker.headers import Heading
from takeroot.exchange.tracker.mapping import ColumnMeaning, Mapping, SheetPart
from takeroot.exchange.tracker.rows import body as body_of
from takeroot.exchange.tracker.seeing import names_column
from takeroot.exchange.tracker.sheets import Cell, Sheet, Tracker
from takeroot.exchange.tracker.words import plain

#: What stands in the place of a name where there is none yet.
NAMELESS = frozenset("tbc tbd tba n/a na - -- – ? ?? ... none unknown x".split())

_ODS = r"R[A-Z0-9]{2}(?:[A-Z0-9]{2})?|7A\d|[A-Z]\d{5}|V[A-Z0-9]{4}|[A-Z]{2}\d{3}[A-Z]?"
#: A name with an ODS code behind or before it.
_CODED = re.compile(
    rf"(?P<before>.+?)\s*(?:[(\[]|\s[-–]|[,:])\s*(?P<code>{_ODS})\s*[)\]]?|(?P<first>{_ODS})\s*[-–:,]?\s+(?P<after>.+)"
)


@dataclass(frozen=True)
class Column:
    """One column of a sheet: where it stands, its heading, and what it means."""

    at: int
    heading: Heading
    means: ColumnMeaning


@dataclass(frozen=True)
class Row:
    """One row that says something of a site.

    Parameters
    ----------
    sheet, row
        Where it stands.
    as_at
        The day its sheet speaks of.
    name, code, ods_code
        What it calls its site.
    block
        The merged block its name stands in, if any.
    columns
        Those that mean something.
    section
        The wave or the region of the section it stands in: ``wave`` or ``region``, and its heading.
    """

    sheet: Sheet
    row: int
    as_at: date
    name: str
    code: str
    ods_code: str
    block: tuple[int, int] | None
    columns: tuple[Column, ...]
    section: tuple[str, str] | None = None

    @property
    def called(self) -> str:
        """The name, or the code where there is none."""
        return self.name or self.code or self.ods_code

    def cells(self, *means: str) -> Iterator[tuple[Column, Cell]]:
        """The cells of some meanings that hold, show or are coloured as something."""
        for column in self.columns:
            if column.means.means in means and not self.sheet.bare(self.row, column.at):
                cell = self.sheet.cell(self.row, column.at)
                if cell.value is not None or cell.error or cell.colour or cell.comment:
                    yield column, cell


@dataclass(frozen=True)
class Gathered:
    """All rows of the sheets that are taken, and what became of the others: sheet, row, what, why."""

    rows: tuple[Row, ...]
    others: tuple[tuple[str, int, str, str], ...]
    sheets: tuple[tuple[Sheet, SheetPart, tuple[Column, ...]], ...]


def gathered(tracker: Tracker, mapping: Mapping) -> Gathered:
    """The rows of the sheets that are taken, in order of sheet and row."""
    rows: list[Row] = []
    others: list[tuple[str, int, str, str]] = []
    sheets = []
    for part in mapping.sheets:
        sheet = tracker.sheet(part.sheet)
        header = headers.header(sheet)
        if part.take == "no" or header is None:
            continue
        columns = tuple(
            Column(one.column, one, means)
            for one in header.headings
            if (means := mapping.column(one.text)) is not None and means.means not in ("asked",)
        )
        names = names_column(header, tuple(column.means for column in columns) or mapping.columns)
        body = body_of(sheet, header, names)
        others += [(sheet.name, row, "left out", why) for row, why in body.left_out.items()]
        others += [
            (sheet.name, row, "asked", why)
            for row, why in body.asked.items()
            if not _said_of(mapping, sheet, row, names)
        ]
        asked = [row for row in body.asked if _said_of(mapping, sheet, row, names)]
        if part.take == "asked" or part.as_at is None:
            why = (
                "whether the sheet is taken is asked"
                if part.take == "asked"
                else "the day the sheet speaks of is asked"
            )
            others += [(sheet.name, row, "asked", why) for row in (*body.rows, *asked)]
            continue
        sheets.append((sheet, part, columns))
        by = {column.means.means: column.at for column in reversed(columns)}
        coded = _codes(sheet, body.rows, by.get("site")) if "ods_code" not in by else {}
        whole = _whole_months(sheet, body.rows, by.get("as at"))
        for row in sorted((*body.rows, *asked)):
            name, code, ods = (_named(sheet, row, by.get(means)) for means in ("site", "code", "ods_code"))
            name, ods = coded.get(name, (name, ods))
            block = sheet.spread.get((row, by["site"])) if "site" in by else None
            day = part.as_at
            if (at := by.get("as at")) is not None:
                found = when(sheet.value(row, at), mapping.order)
                if not isinstance(found, Span):
                    why = "the row does not say of which day or month it speaks"
                    others.append((sheet.name, row, "at fault", found.says if isinstance(found, Refused) else why))
                    continue
                day = month_end(found.on) if whole else found.last
            rows.append(Row(sheet, row, day, name, code, ods, block, columns, body.sections.get(row)))
    return Gathered(tuple(rows), tuple(others), tuple(sheets))


def _codes(sheet: Sheet, rows: Sequence[int], names: int | None) -> dict[str, tuple[str, str]]:
    """Names that hold an ODS code, as *Leeds (RR8)*, with the name and the code; none, where only few do."""
    said = dict.fromkeys(_named(sheet, row, names) for row in rows)
    found = {name: match for name in said if (match := _CODED.fullmatch(name))}
    parts = {name: (one["before"] or one["after"], one["code"] or one["first"]) for name, one in found.items()}
    apart = len({name for name, _ in parts.values()}) == len(parts)
    return parts if apart and len(parts) >= max(2, 0.5 * len(said)) else {}


def _whole_months(sheet: Sheet, rows: Sequence[int], at: int | None) -> bool:
    """Whether the days of a column stand for months: each is the first of one."""
    values = [sheet.value(row, at) for row in rows] if at is not None else []
    days = [value for value in values if isinstance(value, date)]
    return bool(days) and all(day.day == 1 for day in days)


def _said_of(mapping: Mapping, sheet: Sheet, row: int, names: int) -> bool:
    """Whether somebody decided of a row that stands apart."""
    return any(one.named == sheet.text(row, names) for one in mapping.sites)


def _named(sheet: Sheet, row: int, column: int | None) -> str:
    if column is None:
        return ""
    text = " ".join(sheet.text(row, column).split())
    return "" if plain(text) in NAMELESS else text.rstrip("*†‡§¹²³ ") or text
