"""Excel workbooks, written: a sheet for each frame, every cell what it was.

XlsxWriter makes the workbook; the cells are written here, for three reasons. Text must stay text: no formula, number or
link is ever made of it, and text that looks like XlsxWriter's or Excel's own marks (``<r>..</r>``, ``_x0041_``) comes
back as it was. Numbers keep every digit. And a million rows take seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary.files.disk import writing
from takeroot.vocabulary.files.sheet import letters

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

#: What a sheet of a workbook can hold; text is counted as Excel counts it, in units of UTF-16.
ROWS, COLUMNS, TEXT = 1_048_576, 16_384, 32_767
#: The same files make the same bytes, so a workbook does not say when it was made.
MADE = datetime(2000, 1, 1)
#: Excel takes 1900 for a leap year; days before this one are written as text.
FIRST_DAY = date(1901, 1, 1)

_UNSAYABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\u{FFFE}\u{FFFF}]"
_MARK = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
#: Rows written at a time.
AT_ONCE = 20_000


def workbook(sheets: Mapping[str, pl.DataFrame], path: Path | str) -> None:
    """Write frames as the sheets of an Excel workbook; wholly, or not at all.

    Text is written as text, days as days (before 1901 as text), yes and no as words, numbers as numbers.

    Parameters
    ----------
    sheets
        Frames by the names of their sheets.
    path
        Where to.

    Raises
    ------
    FaultyInput
        If they would not fit into a workbook (1,048,576 rows, 16,384 columns, 32,767 characters in a cell), or nothing
        can be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from takeroot.vocabulary import files
    >>> with TemporaryDirectory() as folder:
    ...     workbook({"sites": pl.DataFrame({"site": ["00123", "=B"]})}, f"{folder}/all.xlsx")
    ...     files.read(f"{folder}/all.xlsx")["sites"].frame["site"].to_list()
    ['00123', '=B']
    """
    faults = [fault for name, frame in sheets.items() for fault in misfits(name, frame)]
    names = [name.casefold() for name in sheets]
    faults += [Fault(f"two sheets are called '{name}'") for name in {name for name in names if names.count(name) > 1}]
    if not sheets:
        faults.append(Fault("a workbook needs at least one sheet"))
    if faults:
        raise FaultyInput(faults)
    with writing(path) as made:
        book = new_book(made)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for name, frame in sheets.items():
            _add(book, name, frame, bold, day)
        book.close()


def new_book(path: Path) -> Workbook:
    """An empty workbook that does not say when it was made."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), {"constant_memory": True})
    book.set_properties({"created": MADE})
    return book


def misfits(name: str, frame: pl.DataFrame) -> Iterator[Fault]:
    """What of a frame has no place in a workbook."""
    where = f"sheet '{name}'"
    if not 1 <= len(name) <= 31 or re.search(r"[\[\]:*?/\\\x00-\x1f]|^'|'$", name) or name.casefold() == "history":
        yield Fault(
            "the name of a sheet has 1 to 31 characters, none of them one of [ ] : * ? / \\", where, found=quoted(name)
        )
    if frame.height >= ROWS:
        yield Fault(
            f"{frame.height:,} rows, where a sheet holds {ROWS - 1:,} below its header; write a folder of CSV files",
            where,
        )
    if frame.width > COLUMNS:
        yield Fault(f"{frame.width:,} columns, where a sheet holds {COLUMNS:,}", where)
    texts = [column for column in map(as_written, frame.get_columns()) if column.dtype == pl.String]
    for column in [*texts, pl.Series("name of a column", frame.columns, dtype=pl.String)]:
        long = column.set((column.str.len_chars() <= TEXT // 2).fill_null(True), None).drop_nulls()
        if any(len(text.encode("utf-16-le")) > 2 * TEXT for text in long):
            says = f"a text of over {TEXT:,} characters, which no cell of a workbook holds; write a folder of CSV files"
            yield Fault(says, where, None, column.name)
        if column.str.contains(_UNSAYABLE).any():
            yield Fault("a control character, which no workbook holds; delete it", where, None, column.name)


def _add(book: Workbook, name: str, frame: pl.DataFrame, bold: Format, day: Format) -> None:
    """One sheet: a bold header that stays in view, and columns as wide as what they hold, within reason."""
    from xlsxwriter.worksheet import Worksheet

    columns = list(map(as_written, frame.get_columns()))

    class Page(Worksheet):  # type: ignore[misc]  # XlsxWriter says nothing of its types
        """A sheet that takes its cells from the frame."""

        def _write_optimized_sheet_data(self) -> None:
            self.fh.write("<sheetData>")
            header = [pl.Series([name], dtype=pl.String) for name in frame.columns]
            self.fh.writelines(rows(header, 1, [bold._get_xf_index()] * len(header)))
            styles = [day._get_xf_index() if column.dtype == pl.Date else 0 for column in columns]
            for start in range(0, frame.height, AT_ONCE):
                self.fh.writelines(rows([column.slice(start, AT_ONCE) for column in columns], start + 2, styles))
            self.fh.write("</sheetData>")

    page = book.add_worksheet(name, worksheet_class=Page)
    page.freeze_panes(1, 0)
    page._check_dimensions(frame.height, max(0, frame.width - 1))
    page._check_dimensions(0, 0)
    for place, column in enumerate(columns):
        widest = max([8, len(frame.columns[place]), *column.head(200).cast(pl.String).str.len_chars().drop_nulls()])
        page.set_column(place, place, min(60, widest) + 2)


def as_written(column: pl.Series) -> pl.Series:
    """A column as numbers, days or text."""
    if column.dtype == pl.Boolean:
        return column.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    if column.dtype == pl.Date:
        return column if not (column < FIRST_DAY).any() else column.cast(pl.String)
    if column.dtype.is_integer():
        return column if not (column.cast(pl.Float64).abs() > 2**53).any() else column.cast(pl.String)
    if column.dtype.is_float():
        endless = column.is_infinite().any()
        return column.fill_nan(None).cast(pl.String if endless else pl.Float64)
    if column.dtype == pl.Datetime:
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)


def rows(columns: list[pl.Series], first: int, styles: Sequence[int]) -> list[str]:
    """Rows of cells as XML, of columns :func:`as_written`.

    Parameters
    ----------
    columns
        What stands in them; nothing is written where there is nothing.
    first
        The number of the first row.
    styles
        The place of each column's style among those of the workbook.
    """
    height = columns[0].len() if columns else 0
    numbers = pl.int_range(first, first + height, eager=True).cast(pl.String).alias("row")
    cells = [
        _cells(column, letters(place), numbers, style)
        for place, (column, style) in enumerate(zip(columns, styles, strict=True))
    ]
    frame = pl.DataFrame([numbers, *(column.alias(str(place)) for place, column in enumerate(cells))])
    places = [pl.col(str(place)) for place in range(len(cells))]
    return (
        frame.select(
            pl.concat_str(pl.lit('<row r="'), pl.col("row"), pl.lit('">'), *places, pl.lit("</row>"), ignore_nulls=True)
        )
        .to_series()
        .to_list()
    )


def _cells(column: pl.Series, letter: str, numbers: pl.Series, style: int) -> pl.Series:
    """A column of cells as XML, nothing where there is nothing."""
    if column.dtype == pl.String:
        inside, kind = '<is><t xml:space="preserve">' + _escaped(column) + "</t></is>", ' t="inlineStr"'
    elif column.dtype == pl.Date:
        inside, kind = "<v>" + (column.cast(pl.Int32) + 25_569).cast(pl.String) + "</v>", ""
    else:
        inside, kind = "<v>" + column.cast(pl.String) + "</v>", ""
    styled = f' s="{style}"' if style else ""
    return f'<c r="{letter}' + numbers + f'"{styled}{kind}>' + inside + "</c>"


def _escaped(text: pl.Series) -> pl.Series:
    """Text as XML, with what Excel would take for one of its own marks (_x0041_ is A) marked as text."""
    for character, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        text = text.str.replace_all(character, name, literal=True)
    if text.str.contains("_x", literal=True).any():
        text = pl.Series([_MARK.sub("_x005F_", cell) if cell else cell for cell in text], dtype=pl.String)
    return text
