"""Excel workbooks, read: every sheet that has anything in it, and of the hidden ones those that are asked for.

Cells are read by calamine; before that everything is bounded, and each sheet is looked through for what calamine passes
over in silence (see :mod:`~takeroot.vocabulary.files.sheet_xml`). Every cell becomes text in the form the doorway
reads: 2024-03-31, 12, 0.1, yes. Text stays as it stands: 00123, NULL and =1+1 are text where they were text.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from takeroot.errors import FaultyInput, quoted
from takeroot.vocabulary.files import sheet_xml, zipped
from takeroot.vocabulary.files.sheet import CELLS, LARGEST, Noted, Sheet, assembled, letters, refused
from takeroot.vocabulary.files.sheet_xml import COLUMNS, ROWS, Found, Unreadable

_SHARED = "xl/sharedstrings.xml"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"


def read(name: str, data: bytes, though_hidden: Collection[str] = ()) -> dict[str, Sheet]:
    """The sheets of a workbook, by name; hidden ones where their names are asked for, written in any case.

    Raises
    ------
    FaultyInput
        If it can not be opened at all. What is wrong within a sheet is among the faults of the sheet.
    """
    book = _Book(name, data)
    sheets: dict[str, Sheet] = {}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for about in workbook.sheets_metadata:
                shown = about.visible == SheetVisibleEnum.Visible or about.name.strip().casefold() in though_hidden
                if about.typ == SheetTypeEnum.WorkSheet and shown:
                    sheet = _sheet(book, workbook, about.name)
                    sheets |= {about.name: sheet} if sheet else {}
    except (CalamineError, OSError, ValueError) as error:
        raise book.damaged(str(error)) from None
    except BaseException as error:
        # What a mistake in the compiled reader becomes; it is no Exception, and has no name to be imported by.
        if type(error).__name__ != "PanicException":
            raise
        raise book.damaged("its parts do not fit together") from None
    return sheets


class _Book:
    """The parts of a workbook, and what has been looked through so far."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self._data = name, data
        self._parts = {part.casefold(): entry for part, entry in zipped.opened(data, name).items()}
        self._looked = self._laid_out = 0
        if "xl/workbook.xml" not in self._parts:
            raise refused(self._what_else(), name)
        for part, entry in self._parts.items():
            if not part.startswith("xl/worksheets/"):  # those are looked through one by one
                for _ in zipped.inflated(data, entry, name):
                    pass

    def damaged(self, why: str) -> FaultyInput:
        return refused(f"the workbook can not be read: {_damaged(why)}", self.name)

    def pieces(self, part: str) -> Iterator[bytes]:
        """What a part holds; all that is looked through stays within bounds, however often a part is named."""
        entry = self._parts[part.casefold()]
        self._looked += entry.file_size
        if self._looked > 4 * LARGEST:
            raise refused("its sheets hold too much to be read; split it into several files", self.name)
        return zipped.inflated(self._data, entry, self.name)

    def lay_out(self, found: Found) -> None:
        """Refuse a sheet that would not fit into memory, and one more when all before it took enough time."""
        area = max(found.last_row * found.last_column, found.cells)
        self._laid_out += area
        if area > CELLS or self._laid_out > 2 * CELLS:
            corner = _cell(found.last_row, found.last_column)
            most = f"{CELLS:,} of a sheet, and {2 * CELLS:,} of all sheets together, are read"
            says = f"its cells reach to {corner}, which makes {area:,}, and at most {most}"
            raise Unreadable(says, "delete the rows or columns far out")
        if found.shared > LARGEST:
            says = f"its cells hold more than {LARGEST // 2**20} MiB of text, which is the most that is read"
            raise Unreadable(says, "split it")

    def part_of(self, sheet: str) -> str:
        """The part that a sheet's cells stand in."""
        part = self._sheets.get(sheet, "")
        if part.casefold() not in self._parts:
            raise Unreadable("its cells are not in the file")
        return part

    @cached_property
    def _sheets(self) -> dict[str, str]:
        named: dict[str, str] = {}
        targets: dict[str, str] = {}

        def sheet(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "sheet":
                relation = [value for key, value in attributes.items() if key.endswith(":id")]
                named.setdefault(attributes["name"], relation[0])

        def target(tag: str, attributes: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "Relationship":
                targets.setdefault(attributes["Id"], posixpath.join("/xl", attributes["Target"]))

        try:
            sheet_xml.parse(self.pieces("xl/workbook.xml"), sheet)
            sheet_xml.parse(self.pieces("xl/_rels/workbook.xml.rels"), target)
        except Unreadable as error:
            raise refused(f"the workbook can not be read: {error}", self.name) from None
        except LookupError:
            raise self.damaged("a part is missing") from None
        return {name: posixpath.normpath(targets.get(relation, "")).lstrip("/") for name, relation in named.items()}

    @cached_property
    def longest_text(self) -> int:
        """Bytes of the longest shared text, or more."""
        return sheet_xml.longest_text(self.pieces(_SHARED)) if _SHARED in self._parts else 0

    @cached_property
    def text_lengths(self) -> list[int]:
        """Characters of each shared text."""
        return sheet_xml.text_lengths(self.pieces(_SHARED)) if _SHARED in self._parts else []

    def _what_else(self) -> str:
        kind = self._parts.get("mimetype")
        if kind and _OPEN_DOCUMENT in b"".join(zipped.inflated(self._data, kind, self.name)):
            return "this is an OpenDocument file, which is not read; save it as an Excel workbook (.xlsx)"
        if "xl/workbook.bin" in self._parts:
            return "this is a binary workbook (.xlsb), which is not read; save it as an Excel workbook (.xlsx)"
        return "this is a zip, but no Excel workbook; save the table as an Excel workbook (.xlsx) or as CSV UTF-8"


def _sheet(book: _Book, workbook: CalamineWorkbook, name: str) -> Sheet | None:
    """One sheet; none if there is nothing in it."""
    noted = Noted(f"{book.name}, sheet '{name}'")
    found = Found()
    try:
        found = _looked_through(book, name)
        book.lay_out(found)
        return _read(workbook.get_sheet_by_name(name), found, noted)
    except Unreadable as error:
        noted.note("damages", f"the sheet can not be read: {error}")
    except CalamineError as error:
        _note(found, {}, (1, 1, ROWS, COLUMNS), noted)
        if not noted.faults:
            noted.note("damages", f"the sheet can not be read: {_damaged(error)}")
    except OverflowError:
        noted.note("durations", "a cell holds a duration too long to be read; write durations as numbers")
    return _nothing(name, noted)


def _read(sheet: CalamineSheet, found: Found, noted: Noted) -> Sheet | None:
    """The cells of a sheet as text, with what looking through it found."""
    rows = sheet.iter_rows()  # from row 1 of the spreadsheet, and from the first column with anything in it
    at, header = 0, [""]
    for at, row in enumerate(rows, 1):  # noqa: B007  the row is that of the header
        if any(cell != "" for cell in row):
            header = [_said(cell).strip() for cell in row]
        if any(header):
            break
    first, last = sheet.start or (0, 0), sheet.end or (ROWS, COLUMNS)
    _note(found, dict(enumerate(header, first[1] + 1)), (at, first[1] + 1, last[0] + 1, last[1] + 1), noted)
    if not any(header):
        return _nothing(sheet.name, noted) if noted.faults else None

    def text(cells: Sequence[Any], place: int, row: int) -> pl.Series:
        if timedelta in set(map(type, cells)):
            _note_durations(cells, row, first[1] + place + 1, header[place], noted)
        return pl.Series([cell if type(cell) is str else _said(cell) for cell in cells], dtype=pl.String)

    return assembled(sheet.name, header, rows, at=at, noted=noted, text=text, first=first[1])


def _damaged(why: object) -> Unreadable:
    return Unreadable(f"it is damaged ({' '.join(str(why).split())[:100]})")


def _nothing(name: str, noted: Noted) -> Sheet:
    """A sheet of which only the faults are known."""
    return Sheet(name, noted.where, pl.DataFrame(), pl.Series("row", [], dtype=pl.UInt32), noted.faults)


def _looked_through(book: _Book, name: str) -> Found:
    part = book.part_of(name)
    found = sheet_xml.quick(book.pieces(part), book.longest_text)
    if found is None or found.last_row * found.last_column > CELLS or found.shared > LARGEST:
        found = sheet_xml.careful(book.pieces(part), book.text_lengths)
    return found


def _note(found: Found, header: dict[int, str], used: tuple[int, int, int, int], noted: Noted) -> None:
    """Say what was found in looking through: ``used`` is the first and last row and column with anything in them."""
    top, left, bottom, right = used
    for row, column, error in found.errors:
        says = f"the cell {_cell(row, column)} shows the error {error}; correct it, or empty the cell"
        noted.note("error cells", says, row, header.get(column) or None, quoted(error))
    for row, column in found.unvalued:
        says = (
            f"the formula in the cell {_cell(row, column)} has no stored value; open the workbook in a spreadsheet "
            "program, which works it out, and save it"
        )
        noted.note("formulas without a value", says, row, header.get(column) or None)
    for block in found.merged:
        if block[0] > bottom or block[1] > right or block[2] < top or block[3] < left or block[:2] == block[2:]:
            continue
        cells = f"{_cell(*block[:2])}:{_cell(*block[2:])}"
        says = f"the cells {cells} are merged, and only the first of them says something; unmerge them and fill each"
        noted.note("merged cells", says, block[0], header.get(block[1]) or None, quoted(cells))
    noted.more("error cells", found.more["errors"])
    noted.more("formulas without a value", found.more["unvalued"])
    noted.more("merged cells", found.more["merged"])


def _cell(row: int, column: int) -> str:
    """The name of a cell, from its row and its column, from 1."""
    return f"{letters(column - 1)}{row}"


def _note_durations(cells: Sequence[Any], row: int, column: int, name: str, noted: Noted) -> None:
    """Say which cells of a column hold a duration; the first stands in this row and column, from 1."""
    for at, cell in enumerate(cells, row):
        if type(cell) is timedelta:
            says = (
                f"the cell {_cell(at, column)} holds a duration ({_said(cell)}); write it as a number, in a unit that "
                "the name of the column tells"
            )
            noted.note("durations", says, at, name or None, quoted(_said(cell)))


def _said(cell: Any) -> str:
    """A cell as text."""
    return _SAID.get(type(cell), str)(cell)


def _number(cell: float) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) <= 2**53 else repr(cell)


def _moment(cell: datetime) -> str:
    """To the second; a day, where that is midnight."""
    cell = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
    return cell.isoformat(" ") if cell.time() != time.min else cell.date().isoformat()


def _duration(cell: timedelta) -> str:
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_SAID: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda cell: "yes" if cell else "no",
    float: _number,
    datetime: _moment,
    date: date.isoformat,
    time: lambda cell: cell.isoformat("seconds"),
    timedelta: _duration,
}
