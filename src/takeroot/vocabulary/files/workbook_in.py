"""Excel workbooks, read: every sheet that is not hidden and has anything in it.

Cells are read by calamine; before that everything is bounded, and each sheet is looked through for what calamine passes over in silence
(see :mod:`~takeroot.vocabulary.files.sheet_xml`). Every cell becomes text in the form the doorway reads: 2024-03-31, 12,
0.1, yes. Text stays as it stands: 00123, NULL and =1+1 are text where they were text.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from takeroot.errors import FaultyInput, quoted
from takeroot.vocabulary.files import sheet_xml, zipped
from takeroot.vocabulary.files.sheet import CELLS, LARGEST, Noted, Sheet, assembled, letters, refused
from takeroot.vocabulary.files.sheet_xml import Found, Unreadable

_SHARED = "xl/sharedstrings.xml"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"


def read(name: str, data: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook, by name.

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
                if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible:
                    sheet = _sheet(book, workbook, about.name)
                    sheets |= {about.name: sheet} if sheet else {}
    except (CalamineError, OSError, ValueError) as error:
        raise book.damaged(str(error)) from None
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # what a mistake in compiled code becomes; no subclass of Exception
            raise
        raise book.damaged("its parts do not fit together") from None
    return sheets


class _Book:
    """The parts of a workbook, and what has been looked through so far."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self._data = name, data
        self._parts = {part.casefold(): entry for part, entry in zipped.opened(data, name).items()}
        self._looked = 0
        if "xl/workbook.xml" not in self._parts:
            raise refused(self._what_else(), name)
        for part, entry in self._parts.items():
            if not part.startswith("xl/worksheets/"):  # those are looked through one by one
                for _ in zipped.inflated(data, entry, name):
                    pass

    def damaged(self, why: str) -> FaultyInput:
        says = f"the workbook is damaged ({' '.join(why.split())[:100]}); open it in a spreadsheet program and save it anew"
        return refused(says, self.name)

    def pieces(self, part: str) -> Iterator[bytes]:
        """What a part holds; all that is looked through stays within bounds, however often a part is named."""
        entry = self._parts[part.casefold()]
        self._looked += entry.file_size
        if self._looked > 4 * LARGEST:
            raise refused("its sheets hold too much to be read; split it into several files", self.name)
        return zipped.inflated(self._data, entry, self.name)

    def part_of(self, sheet: str) -> str:
        """The part that a sheet's cells stand in."""
        part = self._sheets.get(sheet, "")
        if part.casefold() not in self._parts:
            raise Unreadable(f"the sheet {quoted(sheet)} has no cells to be found")
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
        except (Unreadable, KeyError, IndexError) as error:
            raise self.damaged(str(error)) from None
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
            return "an OpenDocument file, which is not read; save it as an Excel workbook (.xlsx)"
        if "xl/workbook.bin" in self._parts:
            return "a binary workbook (.xlsb), which is not read; save it as an Excel workbook (.xlsx)"
        return "a zip, but no Excel workbook; save the table as an Excel workbook (.xlsx) or as CSV UTF-8"


def _sheet(book: _Book, workbook: CalamineWorkbook, name: str) -> Sheet | None:
    """One sheet; none if there is nothing in it."""
    noted = Noted(f"{book.name}, sheet '{name}'")
    try:
        found = _looked_through(book, name)
        _bounded(found)
        sheet = workbook.get_sheet_by_name(name)
        rows = enumerate(sheet.iter_rows(), 1)
        at, header = next(
            ((at, cells) for at, row in rows if any(cells := [_said(cell).strip() for cell in row])), (0, [])
        )
    except (Unreadable, CalamineError) as error:
        noted.note("damages", f"the sheet can not be read ({error}); open it in a spreadsheet program and save it anew")
        return _nothing(name, noted)
    except OverflowError:
        noted.note("durations", "a cell holds a duration too long to be read; write durations as numbers")
        return _nothing(name, noted)
    first, last = sheet.start or (0, 0), sheet.end or (0, 0)
    _note(found, dict(enumerate(header, first[1] + 1)), (at, first[1] + 1, last[0] + 1, last[1] + 1), noted)
    if not at:
        return _nothing(name, noted) if noted.faults else None

    def text(cells: Sequence[Any], place: int, row: int) -> pl.Series:
        if timedelta in set(map(type, cells)):
            _note_durations(cells, row, first[1] + place, header[place], noted)
        return pl.Series([cell if type(cell) is str else _said(cell) for cell in cells], dtype=pl.String)

    return assembled(name, header, (row for _, row in rows), at=at, noted=noted, text=text, first=first[1])


def _nothing(name: str, noted: Noted) -> Sheet:
    """A sheet of which only the faults are known."""
    return Sheet(name, noted.where, pl.DataFrame(), pl.Series("row", [], dtype=pl.UInt32), noted.faults)


def _looked_through(book: _Book, name: str) -> Found:
    part = book.part_of(name)
    found = sheet_xml.quick(book.pieces(part), book.longest_text)
    if found is None or found.last_row * found.last_column > CELLS or found.shared > LARGEST:
        found = sheet_xml.careful(book.pieces(part), book.text_lengths)
    return found


def _bounded(found: Found) -> None:
    """Raise, where the cells would not fit into memory."""
    area = found.last_row * found.last_column
    if area > CELLS or found.cells > CELLS:
        corner = f"{letters(found.last_column - 1)}{found.last_row}"
        raise Unreadable(f"what is in it reaches to {corner}, {area:,} cells, and at most {CELLS:,} are read")
    if found.shared > LARGEST:
        raise Unreadable(f"its cells hold more than {LARGEST // 2**20} MiB of text, which is the most that is read")


def _note(found: Found, header: dict[int, str], used: tuple[int, int, int, int], noted: Noted) -> None:
    """Say what was found in looking through."""
    for row, column, error in found.errors:
        cell, name = f"{letters(column - 1)}{row}", header.get(column) or None
        noted.note(
            "error cells",
            f"the cell {cell} shows the error {error}; correct it, or empty the cell",
            row,
            name,
            quoted(error),
        )
    for row, column in found.unvalued:
        cell, name = f"{letters(column - 1)}{row}", header.get(column) or None
        says = (
            f"the formula in the cell {cell} has no stored value; open the workbook in a spreadsheet program, which works "
            "it out, and save it"
        )
        noted.note("formulas without a value", says, row, name)
    for top, left, bottom, right in found.merged:
        if (
            (top, left) != (bottom, right)
            and top <= used[2]
            and bottom >= used[0]
            and left <= used[3]
            and right >= used[1]
        ):
            block = f"{letters(left - 1)}{top}:{letters(right - 1)}{bottom}"
            says = (
                f"the cells {block} are merged, and only the first of them says something; unmerge them and fill each"
            )
            noted.note("merged cells", says, top, header.get(left) or None, quoted(block))
    for sort, what in (("errors", "error cells"), ("unvalued", "formulas without a value"), ("merged", "merged cells")):
        noted.more(what, found.more[sort])


def _note_durations(cells: Sequence[Any], row: int, column: int, name: str, noted: Noted) -> None:
    for at, cell in enumerate(cells, row):
        if type(cell) is timedelta:
            says = (
                f"the cell {letters(column)}{at} holds a duration ({_said(cell)}); format the column as a number, in a unit that "
                "its name tells"
            )
            noted.note("durations", says, at, name or None, quoted(_said(cell)))


def _said(cell: Any) -> str:
    """A cell as text."""
    match cell:
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            cell = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
            return cell.isoformat(" ") if cell.time() != time.min else cell.date().isoformat()
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat("seconds")
        case timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)
