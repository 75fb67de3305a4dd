"""CSV: text with a separator between cells, as every spreadsheet can write it.

Commas, semicolons, tabs and bars are told apart by the header. Text is UTF-8, or UTF-16 if it says so in its first
bytes; anything else is a fault until the caller names the encoding. A row is numbered as a spreadsheet numbers it: by
record, so a line break inside quotation marks counts for nothing.

A cell of text that begins with ``= + - @ '``, a tab or a return is written with a ``'`` before it, so that no
spreadsheet takes it for a formula; reading takes exactly one away.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePath
from typing import Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary.files.sheet import CELLS, WIDEST, Noted, Sheet, assembled, refused

SEPARATORS = ",;\t|"
#: Characters in one cell, and in all cells of one row as written: an interview has some hundred thousand.
LONGEST = 10_000_000
#: Characters in one line of a file; every quotation mark within a cell is written twice.
LONGEST_LINE = 32 * 2**20
#: Bytes that are looked at to tell what separates.
_SAMPLE = 2**16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: The module's own limit, which is one for the whole process, is 131,072.
csv.field_size_limit(max(LONGEST, csv.field_size_limit()))

_GUARDED = r"^'([=+\-@'\t\r])"
_TO_GUARD = r"^[=+\-@'\t\r]"


def read(name: str, data: bytes, encoding: str | None = None, advice: str = "") -> Sheet:
    """The one table of a CSV file.

    Parameters
    ----------
    name
        The file's name, for faults.
    data
        What it holds.
    encoding
        How its bytes are to be read, if not as UTF-8. A mark in the first bytes goes before it.
    advice
        What else could be done about bytes that are not UTF-8 than saving the file as such.

    Raises
    ------
    FaultyInput
        If no table can be made of it.
    """
    noted = Noted(name)
    codec = _codec(name, data, encoding)
    separator, stated = _separator(data[:_SAMPLE].decode(codec, "ignore"))
    lines = _lines(name, data, codec, skip=stated)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    records = _records(name, data, codec, reader, noted, advice)
    at, header = 0, [""]
    for at, record in enumerate(records, 1):  # noqa: B007  the row is that of the header
        header = [re.sub(_GUARDED, r"\1", cell) for cell in record]
        if any(map(str.strip, header)):
            break
    if not any(map(str.strip, header)):
        raise refused("the file is empty; a header row with the names of the columns is needed", name)
    body = _even(records, header, at, noted)
    try:
        return assembled(PurePath(name).stem, header, body, at=at, noted=noted, text=_text)
    except UnicodeEncodeError:  # halves of characters, which a few encodings can hold
        raise refused(f"the file is not {codec.upper()}; save it as 'CSV UTF-8'", name) from None


def _codec(name: str, data: bytes, encoding: str | None) -> str:
    """How the bytes are to be read."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec
    try:
        "".encode(encoding or "utf-8")
        data[:_SAMPLE].decode(encoding or "utf-8", "ignore")
    except LookupError:
        raise refused(f"there is no encoding {quoted(encoding)}; 'cp1252' and 'utf-8' are common ones", name) from None
    except UnicodeError:
        raise refused(f"the file is not {str(encoding).upper()}; save it as 'CSV UTF-8'", name) from None
    if encoding is None and b"\0" in data:
        row = _row_of(data, "utf-8", data.index(b"\0"))
        says = (
            "a NUL byte, which text never holds; save the file as 'CSV UTF-8', or as a workbook (.xlsx) and read that"
        )
        raise refused(says, name, row)
    return encoding or "utf-8"


def _lines(name: str, data: bytes, codec: str, skip: bool) -> Iterator[str]:
    """The lines of the text, their ends kept, and without the first where it only says what separates."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=codec, newline="")
    if skip:
        text.readline(LONGEST_LINE)
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise refused(
                f"a line of over {LONGEST_LINE:,} characters; this is no table that a spreadsheet wrote", name
            )
        yield line


def _separator(text: str) -> tuple[str, bool]:
    """What stands between the cells of the header, and whether a first line says so, as Excel's ``sep=;`` does.

    Where several might stand there, it is the one that keeps the first rows even.
    """
    if stated := re.match(r"sep=([^\w\s\"]|\t)\r?\n", text, re.IGNORECASE):
        return stated[1], True
    cells = {separator: _widths(text, separator) for separator in SEPARATORS}
    split = [separator for separator in SEPARATORS if cells[separator][0] > 1] or [SEPARATORS[0]]
    even = [separator for separator in split if len(set(cells[separator])) == 1]
    return max(even or split, key=lambda separator: cells[separator][0]), False


def _widths(text: str, separator: str) -> list[int]:
    """How many cells each of the first rows would have."""
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [len(record) for record in islice((record for record in records if record), 10)] or [0]
    except csv.Error:
        return [0]


def _records(
    name: str, data: bytes, codec: str, reader: Iterator[list[str]], noted: Noted, advice: str
) -> Iterator[list[str]]:
    """The rows as they stand; an end to them that is no end is a fault."""
    row = 0
    try:
        for row, record in enumerate(reader, 1):
            if row > CELLS or len(record) > WIDEST:
                says = f"at most {WIDEST:,} columns and {CELLS:,} rows are read from one file"
                raise refused(says, name, row)
            yield record
    except csv.Error as error:
        raise FaultyInput([*noted.faults, *refused(_why(str(error)), name, row + 1).faults]) from None
    except UnicodeError:
        raise FaultyInput([*noted.faults, *_undecoded(name, data, codec, advice).faults]) from None


def _why(error: str) -> str:
    """What the csv module means."""
    if "expected after" in error:
        return (
            "a quotation mark closes in the middle of a cell; quotation marks stand around the whole cell, "
            "and one inside it is written twice"
        )
    if "field limit" in error:
        return f"a cell of over {csv.field_size_limit():,} characters; a quotation mark that opens here may never close"
    return "a quotation mark opens in this row and never closes; close it, or take it out"


def _undecoded(name: str, data: bytes, codec: str, advice: str) -> FaultyInput:
    """Which bytes are not text, and in which row."""
    decoder, at = codecs.getincrementaldecoder(codec)(), 0
    for at in range(0, len(data), 2**20):
        before = len(decoder.getstate()[0])
        try:
            decoder.decode(data[at : at + 2**20], final=at + 2**20 >= len(data))
        except UnicodeError as error:
            at += max(0, getattr(error, "start", 0) - before)
            break
    row = _row_of(data, codec, at)
    if not codec.startswith("utf-8"):
        return refused(f"the file is not {codec.upper()} here; save it as 'CSV UTF-8'", name, row)
    near = quoted(data[max(0, at - 12) : at + 12].decode("cp1252", "replace"))
    says = f"the file is not UTF-8: byte {data[at]:#04x} near {near}; save it as 'CSV UTF-8'{advice}"
    return refused(says, name, row, None, near)


def _row_of(data: bytes, codec: str, at: int) -> int:
    """The row that a byte stands in."""
    text = data[:at].decode(codec, "ignore")
    try:
        return max(1, sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) + text.endswith(("\n", "\r")))
    except csv.Error:
        return 1 + text.count("\n")


def _even(records: Iterator[list[str]], header: Sequence[str], at: int, noted: Noted) -> Iterator[list[str]]:
    """Rows of as many cells as the header; one that has more or fewer is noted, and left blank."""
    width, blank = len(header), [""] * len(header)
    needed = max(place for place, cell in enumerate(header, 1) if cell.strip())
    for row, record in enumerate(records, at + 1):
        if len(record) == width:
            yield record
        elif not any(map(str.strip, record)):
            yield blank
        elif needed <= len(record) and not any(map(str.strip, record[width:])):
            yield (record + blank)[:width]
        else:
            _note_uneven(record, row, needed, noted)
            yield blank


def _note_uneven(record: Sequence[str], row: int, needed: int, noted: Noted) -> None:
    sort = "rows with too few cells" if len(record) < needed else "rows with too many cells"
    if noted.full(sort):
        return
    if len(record) < needed:
        what = f"{needed} cells are needed, as in the header; found {len(record)}"
        says = f"{what}; add the empty ones, or save the file as a workbook (.xlsx) and read that"
    else:
        found = max(place for place, cell in enumerate(record, 1) if cell.strip())
        what = f"{needed} cells are needed, as in the header; found {found}, the last {quoted(record[found - 1])}"
        says = f"{what}; put text that holds the separator in quotation marks"
    noted.note(sort, says, row, None, str(len(record)))


def _text(cells: Sequence[Any], _place: int, _row: int) -> pl.Series:
    """A column of cells, the guard before text that looks like a formula taken away."""
    column = pl.Series(cells, dtype=pl.String)
    if column.str.starts_with("'").any():
        return column.str.replace(_GUARDED, "${1}")
    return column


def csv_bytes(frame: pl.DataFrame) -> bytes:
    r"""A frame as CSV: UTF-8, a comma between cells, ISO dates, yes and no, every digit of a number.

    Examples
    --------
    >>> from datetime import date
    >>> csv_bytes(pl.DataFrame({"site": ["A", "=B"], "on": date(2024, 3, 1), "planned": [True, None]}))
    b"site,on,planned\nA,2024-03-01,yes\n'=B,2024-03-01,\n"

    Raises
    ------
    FaultyInput
        If a row holds more text than is read back.
    """
    if (texts := [pl.col(name).str.len_chars() for name in frame.columns if frame[name].dtype == pl.String]) and (
        frame.select(pl.sum_horizontal(texts).max()).item() or 0
    ) > LONGEST:
        says = f"a row holds over {LONGEST:,} characters of text, more than is read back; shorten what it says"
        raise FaultyInput([Fault(says)])
    names = _guarded(pl.Series(frame.columns, dtype=pl.String))
    columns = [_written(column).alias(name) for name, column in zip(names, frame.get_columns(), strict=True)]
    return pl.DataFrame(columns).write_csv().encode()


def _written(column: pl.Series) -> pl.Series:
    """A column as the text that stands in its cells."""
    if column.dtype.is_float():
        text = column.fill_nan(None).cast(pl.String)
        return text.str.strip_suffix(".0")
    if column.dtype == pl.Boolean:
        return column.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    if column.dtype == pl.Datetime:
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    if column.dtype.is_numeric() or column.dtype.is_temporal():
        return column.cast(pl.String)
    return _guarded(column.cast(pl.String))


def _guarded(text: pl.Series) -> pl.Series:
    """Text that a spreadsheet would take for a formula, with a ' before it."""
    guarded = text.str.contains(_TO_GUARD).fill_null(False)
    return ("'" + text).zip_with(guarded, text) if guarded.any() else text
