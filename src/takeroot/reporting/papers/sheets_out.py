"""One sheet of a workbook: its title, a head that stays in view, cells of their own kinds, set up to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.vocabulary.files.workbook_out import FIRST_DAY

if TYPE_CHECKING:
    from xlsxwriter import Workbook

#: The widest that a column of words is, in letters, and from how many on words go on over several lines.
_WIDEST, _LONG = 60, 28


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what it holds in a sentence, its rows, and how the numbers of each column are written."""

    name: str
    says: str
    frame: pl.DataFrame
    forms: tuple[str, ...]
    widths: tuple[float, ...] = ()
    filters: bool = True


def sheet(book: Workbook, told: Sheet, foot: str, links: Sequence[tuple[str, int]] = ()) -> None:
    """Write a sheet.

    Parameters
    ----------
    book
        The workbook.
    told
        What stands on it.
    foot
        What stands at the foot of every printed page.
    links
        Names of sheets, and the rows of this one that lead there.
    """
    frame, page = told.frame, book.add_worksheet(told.name)
    top = {"valign": "top"}
    head = {**top, "bold": True, "text_wrap": True, "bottom": 1, "bottom_color": "#8c959f"}
    apart = {"indent": 1, "align": "left"}
    heads = [book.add_format({**head, **({"align": "right"} if _numbers(one) else apart)}) for one in frame]
    looks = [
        book.add_format({**top, **({"num_format": form} if form else {}), **({} if _numbers(one) else apart)})
        for one, form in zip(frame, told.forms, strict=True)
    ]
    wrapped = book.add_format({**top, **apart, "text_wrap": True})
    first = 1 if told.says else 0
    if told.says:
        page.write_string(0, 0, told.says, book.add_format({"italic": True, "font_color": "#444444"}))
    widths = told.widths or tuple(map(_width, frame.get_columns()))
    for place, (column, width) in enumerate(zip(frame.get_columns(), widths, strict=True)):
        page.set_column(place, place, width)
        page.write_string(first, place, column.name, heads[place])
        look = wrapped if _wraps(column, width) else looks[place]
        for row, value in enumerate(column, start=first + 1):
            if isinstance(value, str):
                page.write_string(row, place, value, look)
            elif isinstance(value, date):
                written = page.write_datetime if value >= FIRST_DAY else page.write_string
                written(row, place, value if value >= FIRST_DAY else str(value), look)
            elif value is not None and value == value and abs(value) != float("inf"):
                page.write_number(row, place, value, look)
    for row, lines in enumerate(_lines(frame, widths), start=first + 1):
        if lines > 1:
            page.set_row(row, min(15 * lines, 400))
    for name, row in links:
        shown = book.add_format({**top, "font_color": "#0b5a66", "underline": 1})
        page.write_url(row, 0, "internal:'" + name.replace("'", "''") + "'!A1", shown, name)
    page.freeze_panes(first + 1, 1 if told.filters else 0)
    if told.filters and frame.height:
        page.autofilter(first, 0, first + frame.height, frame.width - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(first)
    page.set_footer(foot)


def _numbers(column: pl.Series) -> bool:
    """Whether a column holds numbers, which stand to the right, under a head that does."""
    return column.dtype.is_numeric()


def _wraps(column: pl.Series, width: float) -> bool:
    """Whether words go on over several lines: the column is wide, or narrower than what it holds."""
    if column.dtype != pl.String:
        return False
    return width > _LONG or bool((column.str.len_chars() + 2 > width).any())


def _lines(frame: pl.DataFrame, widths: Sequence[float]) -> list[int]:
    """How many lines each row takes, where texts are wider than their columns."""
    texts = [
        (column.str.len_chars() / (width - 3)).ceil().cast(pl.Int64).fill_null(1)
        for column, width in zip(frame.get_columns(), widths, strict=True)
        if _wraps(column, width)
    ]
    return pl.select(pl.max_horizontal(texts)).to_series().to_list() if texts and frame.height else []


def _width(column: pl.Series) -> float:
    """As wide as what a column holds, within reason."""
    longest = column.cast(pl.String).str.len_chars().max() if column.len() else 0
    assert longest is None or isinstance(longest, int)
    wide = (longest or 0) if column.dtype == pl.String else 11
    return float(min(_WIDEST, max(wide, min(len(column.name), 16), 8)) + 3)
