"""Files into trackers: xlsx, xlsm, xls, ods and csv, opened warily.

Of a workbook, openpyxl gives values, colours, comments and merged cells. Before it sees the file, everything is
bounded and looked through for what no spreadsheet program writes. A workbook that it can not open is read by calamine,
which sees no colours and no comments, and this is said.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from takeroot.errors import quoted
from takeroot.exchange.tracker import workbook
from takeroot.exchange.tracker.laying import laid
from takeroot.exchange.tracker.sheets import Sheet, Tracker, Value
from takeroot.vocabulary.cells import UNSAYABLE
from takeroot.vocabulary.files import contents, zipped
from takeroot.vocabulary.files.sheet import refused

#: Bytes of a file, of its parts when unpacked, and cells of all its sheets: a tracker has some thousand rows.
LARGEST = 64 * 2**20
CELLS = 2_000_000

_TEXT = (".csv", ".tsv", ".txt")
_OPEN_XML = (".xlsx", ".xlsm", ".xltx", ".xltm")
_OTHER = (".xls", ".ods")
_SEPARATORS = ",;\t|"
_GUARDED = re.compile(r"^'([=+\-@'\t\r])")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(path: Path | str) -> Tracker:
    """A tracker with all its sheets, cells as seen.

    Parameters
    ----------
    path
        A workbook (.xlsx, .xlsm, .xls, .ods) or text (.csv, .tsv).

    Raises
    ------
    FaultyInput
        If it can not be opened, with the reason and what to do.
    """
    return read_bytes(Path(path).name, contents(path, LARGEST))


def read_bytes(name: str, data: bytes) -> Tracker:
    r"""A tracker that is in memory: see :func:`read`.

    Examples
    --------
    >>> tracker = read_bytes("sites.csv", b"Site,Status\nAsh,live\n")
    >>> tracker.sheets[0].text(2, 1)
    'Ash'
    """
    tracker = _opened(name, data)
    sheets = tuple(replace(_sayable(sheet), said=PurePath(name).stem) for sheet in tracker.sheets)
    return laid(replace(tracker, sheets=sheets))


def _sayable(sheet: Sheet) -> Sheet:
    """The sheet with cells that hold what no spreadsheet can, shown as errors."""
    errors = dict(sheet.errors)
    for r, row in enumerate(sheet.rows, 1):
        for c, value in enumerate(row, 1):
            if type(value) is str and UNSAYABLE.search(value):
                errors[r, c] = "a control character that no spreadsheet can hold"
                row[c - 1] = None
    comments = {place: UNSAYABLE.sub(" ", text) for place, text in sheet.comments.items()}
    return replace(sheet, errors=errors, comments=comments)


def _opened(name: str, data: bytes) -> Tracker:
    suffix = PurePath(name).suffix.lower()
    if not data:
        raise refused("the file is empty", name)
    if len(data) > LARGEST:
        raise refused(f"the file holds more than {LARGEST // 2**20} MiB; keep one tracker in it", name)
    if suffix in _TEXT:
        return Tracker(name, (_text(name, data),))
    if suffix in (*_OPEN_XML, *_OTHER) and data.startswith(b"PK"):
        if b"xl/workbook." in data:
            return _open_xml(name, data)
        _bounded(name, data)
        return Tracker(name, _calamine(name, data), ("Colours and comments of an .ods file are not read.",))
    if suffix in (*_OPEN_XML, *_OTHER) and data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused("the workbook is locked with a password; save it without one", name)
        return Tracker(name, _calamine(name, data), ("Colours and comments of an .xls file are not read.",))
    if suffix in (*_OPEN_XML, *_OTHER):
        raise refused("this is no workbook, whatever its name says; save it as .xlsx from a spreadsheet program", name)
    raise refused("a tracker is a workbook (.xlsx, .xlsm, .xls, .ods) or a CSV file; save it as one of these", name)


def _open_xml(name: str, data: bytes) -> Tracker:
    _bounded(name, data)
    try:
        sheets, saved = workbook.sheets(data, CELLS)
        return Tracker(name, sheets, (), saved)
    except workbook.TooLarge as error:
        raise refused(str(error), name) from None
    except Exception:  # openpyxl raises whatever its parts raise; what it can not open, calamine may
        remark = "The workbook opens only in part: its colours and comments were not seen. Save it anew to have them."
        return Tracker(name, _calamine(name, data), (remark,))


def _bounded(name: str, data: bytes) -> None:
    """Refuse what would unpack to too much, or holds what no spreadsheet program writes."""
    entries = zipped.opened(data, name)
    if sum(entry.file_size for entry in entries.values()) > 4 * LARGEST:
        raise refused(f"it unpacks to more than {4 * LARGEST // 2**20} MiB; delete what is far out", name)
    for part, entry in entries.items():
        pieces = zipped.inflated(data, entry, name)
        if part.endswith((".xml", ".rels", ".vml")):
            if why := workbook.strange(pieces):
                raise refused(f"the workbook can not be read: {why}", name)
        else:
            for _ in pieces:
                pass


def _calamine(name: str, data: bytes) -> tuple[Sheet, ...]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            about = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            sheets, total = [], 0
            for one in about:
                sheet = book.get_sheet_by_name(one.name)
                last = sheet.end or (0, 0)
                total += (last[0] + 1) * (last[1] + 1)
                if total > CELLS:
                    raise refused(f"its cells reach too far: at most {CELLS:,} are read; delete what is far out", name)
                rows = [[_held(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                merged = sheet.merged_cell_ranges or []
                spread = workbook.spread((a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in merged)
                hidden = one.visible != SheetVisibleEnum.Visible
                sheets.append(Sheet(one.name, rows, spread=spread, hidden=hidden))
            return tuple(sheets)
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        why = " ".join(str(error).split())[:100]
        raise refused(f"the workbook can not be read: it is damaged ({why}); save it anew", name) from None
    except BaseException as error:  # a mistake in the compiled reader, which has no name to be imported by
        if type(error).__name__ != "PanicException":
            raise
        raise refused("the workbook can not be read: its parts do not fit together; save it anew", name) from None


def _held(cell: Any) -> Value:
    """What calamine gives, as a tracker holds it."""
    if isinstance(cell, datetime):
        cell = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return cell.date() if cell.time() == time.min else cell
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, timedelta):
        return str(cell)
    return cell if isinstance(cell, bool | int | float | date | time) else None


def _text(name: str, data: bytes) -> Sheet:
    """The one sheet of a CSV file, rows of any length."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refused("this is a workbook, whatever its name says; call it .xlsx or .xls", name)
    text = _decoded(name, data)
    if "\0" in text:
        raise refused("a NUL byte, which text never holds; save the file as 'CSV UTF-8'", name)
    separator, text = _separator(text)
    rows: list[list[Value]] = []
    held = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            held += len(record)
            if held > CELLS:
                raise refused(f"at most {CELLS:,} cells are read; split it into several files", name)
            rows.append([_GUARDED.sub(r"\1", cell.strip()) or None for cell in record])
    except csv.Error:
        raise refused(
            "a quotation mark opens and never closes; close it, or take it out", name, len(rows) + 1
        ) from None
    width = max(map(len, rows), default=0)
    if width * len(rows) > 4 * CELLS:
        raise refused("one row is far longer than the others; quote what holds the separator", name)
    return Sheet(PurePath(name).stem, [row + [None] * (width - len(row)) for row in rows])


def _decoded(name: str, data: bytes) -> str:
    """UTF-8, or what its first bytes say; else as Windows has it, which spreadsheets here write."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec)
            except UnicodeError:
                raise refused(f"the file is not {codec.upper()}; save it as 'CSV UTF-8'", name) from None
    for codec in ("utf-8", "cp1252"):
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    raise refused(f"the file is no text that can be read (near {quoted(data[:20])}); save it as 'CSV UTF-8'", name)


def _separator(text: str) -> tuple[str, str]:
    """What stands between cells, and the text without a first line that only says so."""
    if stated := re.match(r"sep=([^\w\s\"]|\t)\r?\n", text, re.IGNORECASE):
        return stated[1], text[stated.end() :]
    lines = text[:65_536].splitlines()[:40]

    def evenness(separator: str) -> tuple[int, int]:
        widths: Sequence[int] = [len(row) for row in csv.reader(lines, delimiter=separator)]
        common = max(set(widths), key=lambda width: (width > 1, widths.count(width)), default=1)
        return (widths.count(common) if common > 1 else 0, common)

    return max(_SEPARATORS, key=evenness), text
