"""Workbooks with their colours, comments and merged cells, through openpyxl."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from takeroot.exchange.tracker.sheets import Place, Sheet, Value
from takeroot.vocabulary.files import sheet_xml

#: Cells in all merged blocks that are spread; a title may be merged over every column there is.
SPREAD = 200_000
#: The colours of a theme that has not been changed, in the order in which cells name them.
_THEME = ("ffffff", "000000", "eeece1", "1f497d", "4f81bd", "c0504d", "9bbb59", "8064a2", "4bacc6", "f79646")
#: What is said of a formula whose result is not in the file.
UNVALUED = "a formula whose result is not in the file"
_WHITE = ("#ffffff", "#000000")
#: What newer programs write above a comment for older ones.
_THREAD = re.compile(r"\[Threaded comment\].*?\n(?:Comment|Sylw):\s*", re.DOTALL)


class TooLarge(Exception):
    """Its cells reach further than is read."""


def strange(pieces: Iterable[bytes]) -> str:
    """Why a part is none that a spreadsheet program wrote; empty, if it is one."""
    try:
        sheet_xml.parse(pieces, lambda _tag, _attributes: None)
    except sheet_xml.Unreadable as error:
        return str(error)
    return ""


def spread(blocks: Iterable[tuple[int, int, int, int]]) -> dict[Place, Place]:
    """The first cell of its block, for each merged cell: first row, first column, last row, last column, from 1."""
    cells: dict[Place, Place] = {}
    for top, left, bottom, right in blocks:
        if (bottom - top + 1) * (right - left + 1) + len(cells) > SPREAD:
            continue
        cells |= {(r, c): (top, left) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    return cells


def sheets(data: bytes, most: int) -> tuple[tuple[Sheet, ...], date | None]:
    """Every sheet, values as stored, never worked out; and the day on which the workbook was last saved.

    Raises
    ------
    TooLarge
        If there are more than ``most`` cells between the first and the last.
    """
    from openpyxl.reader.excel import ExcelReader

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl would lose in writing; nothing is written
        reader = ExcelReader(io.BytesIO(data), data_only=True, keep_links=False)
        reader.read()
    read = []
    total = 0
    unvalued = _unvalued(reader, data)
    for sheet in reader.wb.worksheets:
        bottom = max((row for row, _ in sheet._cells), default=0)
        right = max((column for _, column in sheet._cells), default=0)
        total += bottom * right
        if total > most:
            raise TooLarge(f"its cells reach too far: at most {most:,} are read; delete the rows or columns far out")
        read.append(_sheet(sheet, bottom, right, unvalued.get(sheet.title, ())))
    saved = reader.wb.properties.modified
    return tuple(read), saved.date() if isinstance(saved, datetime) else None


def _unvalued(reader: Any, data: bytes) -> dict[str, list[Place]]:
    """Formulas whose value was never stored, by sheet."""
    found: dict[str, list[Place]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for sheet, relation in reader.parser.find_sheets():
            if relation.target not in reader.valid_files:
                continue
            part = archive.read(relation.target)
            if b"<f" in part or b":f" in part:
                lengths = [len(text) for text in reader.shared_strings]
                found[sheet.name] = sheet_xml.careful([part], lengths).unvalued
    return found


def _sheet(sheet: Any, bottom: int, right: int, unvalued: Iterable[Place]) -> Sheet:
    rows: list[list[Value]] = [[None] * right for _ in range(bottom)]
    colours: dict[Place, str] = {}
    comments: dict[Place, str] = {}
    errors: dict[Place, str] = dict.fromkeys(unvalued, UNVALUED)
    filled: dict[int, str] = {}
    strikes: dict[int, bool] = {}
    struck: set[Place] = set()
    for (row, column), cell in sheet._cells.items():
        if cell.value is not None:
            if getattr(cell, "data_type", "") == "e":
                errors[row, column] = str(cell.value)
            else:
                rows[row - 1][column - 1] = _held(cell.value)
        style = getattr(cell, "_style", None)
        if style is not None and (fill := style.fillId) > 1:
            if fill not in filled:
                filled[fill] = _colour(cell.fill)
            if filled[fill]:
                colours[row, column] = filled[fill]
        if style is not None and style.fontId and cell.value is not None:
            if style.fontId not in strikes:
                strikes[style.fontId] = bool(cell.font.strike)
            if strikes[style.fontId]:
                struck.add((row, column))
        if (comment := getattr(cell, "comment", None)) is not None and (comment.text or "").strip():
            comments[row, column] = _THREAD.sub("", comment.text).strip()
    blocks = (block.bounds for block in sheet.merged_cells.ranges)
    merged = spread((top, left, min(low, bottom), min(far, right)) for left, top, far, low in blocks)
    return Sheet(
        sheet.title,
        rows,
        colours,
        comments,
        errors,
        merged,
        sheet.sheet_state != "visible",
        frozenset(row for row, about in sheet.row_dimensions.items() if about.hidden),
        frozenset(_hidden_columns(sheet)),
        frozenset(struck),
    )


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for about in sheet.column_dimensions.values():
        if about.hidden and about.min and about.max:
            yield from range(about.min, min(about.max, 16_384) + 1)


def _held(value: Any) -> Value:
    """What openpyxl gives, as a tracker holds it."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value.date() if value.time() == time.min else value
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bool | int | float | date | time):
        return value
    return str(value)


def _colour(fill: Any) -> str:
    """A solid fill as ``#rrggbb``; none for white and black, which say nothing."""
    from openpyxl.styles.colors import COLOR_INDEX

    if getattr(fill, "fill_type", None) in (None, "none"):
        return ""
    colour = fill.fgColor
    hexa = ""
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        hexa = colour.rgb[-6:].lower()
    elif colour.type == "theme" and 0 <= colour.theme < len(_THEME):
        hexa = _tinted(_THEME[colour.theme], colour.tint or 0.0)
    elif colour.type == "indexed" and 0 <= colour.indexed < len(COLOR_INDEX):
        hexa = COLOR_INDEX[colour.indexed][-6:].lower()
    return f"#{hexa}" if hexa and f"#{hexa}" not in _WHITE else ""


def _tinted(hexa: str, tint: float) -> str:
    parts = [int(hexa[at : at + 2], 16) for at in (0, 2, 4)]
    parts = [round(part * (1 + tint) if tint < 0 else part + (255 - part) * tint) for part in parts]
    return "".join(f"{max(0, min(255, part)):02x}" for part in parts)
