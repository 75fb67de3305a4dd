"""Measures as an Excel workbook: a first page, what a board reads, every point as it was computed, the data as given.

Numbers are numbers with every digit, days are days, and text stays text: nothing that anybody wrote becomes a formula.
The same programme gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.errors import FaultyInput
from takeroot.reporting import native, sheets
from takeroot.reporting.chosen import Chosen
from takeroot.vocabulary.files.workbook_out import AT_ONCE, MADE, as_written, misfits, rows

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: The widest that a column of numbers, days and short words is, and one of sentences, in letters.
_WIDE, _WIDEST = 24, 44
_NUMBERS = {"Value", "Target", "Mean or median", "Lower limit", "Upper limit"}


def made(chosen: Chosen, file: str = "measures.xlsx") -> bytes:
    """The workbook, as a file.

    Parameters
    ----------
    chosen
        What is taken.
    file
        Its name, for the command that makes it again.

    Raises
    ------
    FaultyInput
        If it would not fit into a workbook.
    """
    from xlsxwriter import Workbook

    frames = {
        sheets.SUMMARY: sheets.summary(chosen),
        sheets.POINTS: sheets.points(chosen),
        sheets.TOGETHER: sheets.together(chosen),
        sheets.DATA: sheets.data(chosen),
        sheets.SIGNALS: sheets.signals(chosen),
        sheets.PHASES_SHEET: sheets.phases(chosen),
        sheets.MEASURES_SHEET: sheets.measures(chosen),
    }
    if not frames[sheets.TOGETHER].height:
        del frames[sheets.TOGETHER]
    drawn = native.drawn(chosen, frames)
    held = (*frames, sheets.CHARTS) if drawn else tuple(frames)
    told = sheets.read_me(chosen, file, held)
    first = pl.DataFrame(told, schema={"About these measures": pl.String, " ": pl.String}, orient="row")
    faults = [fault for name, frame in {sheets.READ_ME: first, **frames}.items() for fault in misfits(name, frame)]
    if faults:
        raise FaultyInput(faults)
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.set_properties({"created": MADE, "title": f"Measures: {chosen.whole.name}"[:255]})
    foot = _foot(chosen)
    _read_me(book, first, foot)
    pages = {}
    for name, frame in frames.items():
        pages[name] = _table(book, name, frame, foot)
        if name == sheets.SUMMARY and drawn:
            native.charts(book, _page(book, sheets.CHARTS, native.texts(drawn), foot), drawn)
    book.close()
    return content.getvalue()


def _page(
    book: Workbook,
    name: str,
    frame: pl.DataFrame,
    foot: str,
    styles: Sequence[Any] = (),
    widths: Sequence[float] = (),
) -> Worksheet:
    """A sheet that takes its cells from a frame, set up to be printed."""
    from xlsxwriter.worksheet import Worksheet

    columns = [as_written(column) for column in frame.get_columns()]
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})._get_xf_index()
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})._get_xf_index()
    styled = [style._get_xf_index() for style in styles] or [day if c.dtype == pl.Date else 0 for c in columns]
    heights = _heights(columns, widths)

    class Page(Worksheet):
        """A sheet that takes its cells from the frame."""

        def _write_sheet_data(self) -> None:
            header = [pl.Series([name], dtype=pl.String) for name in frame.columns]
            self.fh.write("<sheetData>")
            self.fh.writelines(rows(header, 1, [head] * len(header)))
            for start in range(0, frame.height, AT_ONCE):
                lines = rows([column.slice(start, AT_ONCE) for column in columns], start + 2, styled)
                tall = heights[start : start + AT_ONCE]
                self.fh.writelines(map(_tall, lines, tall) if tall else lines)
            self.fh.write("</sheetData>")

        def _get_range_data(self, top: int, left: int, bottom: int, right: int) -> list[Any]:
            """What charts remember of the cells that they are drawn from."""
            some = [columns[place].slice(top - 1, bottom - top + 1) for place in range(left, right + 1)]
            return [_remembered(value) for column in some for value in column]

    page = book.add_worksheet(name, worksheet_class=Page)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page._check_dimensions(0, 0)
    page._check_dimensions(frame.height, max(0, frame.width - 1))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer(foot)
    return page


def _heights(columns: Sequence[pl.Series], widths: Sequence[float]) -> list[int]:
    """Lines that each row needs, where texts are wider than their columns; nothing, where all rows need one."""
    lines = [
        (column.str.len_chars() / (width - 2)).ceil().cast(pl.Int64).fill_null(1)
        for column, width in zip(columns, widths, strict=False)
        if column.dtype == pl.String
    ]
    most = pl.select(pl.max_horizontal(lines)).to_series() if lines and lines[0].len() else pl.Series([1])
    return most.to_list() if (most > 1).any() else []


def _tall(row: str, lines: int) -> str:
    """A row with its height, where it has several lines."""
    return row.replace('">', f'" ht="{15 * min(lines, 27)}" customHeight="1">', 1) if lines > 1 else row


def _remembered(value: Any) -> Any:
    from datetime import date

    if value is None:
        return ""
    return (value - date(1899, 12, 30)).days if isinstance(value, date) else value


def _table(book: Workbook, name: str, frame: pl.DataFrame, foot: str) -> Worksheet:
    """A sheet whose rows are a table with filters, below a header that stays in view."""
    top = {"valign": "top"}
    plain, wrapped = book.add_format(top), book.add_format({**top, "text_wrap": True})
    day = book.add_format({**top, "num_format": "yyyy-mm-dd"})
    decimal = book.add_format({**top, "num_format": "#,##0.0##"})
    widths = [_width(column) for column in frame.get_columns()]
    styles = []
    for column, width in zip(frame.get_columns(), widths, strict=True):
        if column.dtype == pl.Date:
            styles.append(day)
        elif column.name in _NUMBERS:
            styles.append(decimal)
        else:
            styles.append(wrapped if width > _WIDE else plain)
    page = _page(book, name, frame, foot, styles, widths)
    names_stay = 4 if name in (sheets.POINTS, sheets.TOGETHER, sheets.SIGNALS) else 2 if name == sheets.SUMMARY else 1
    page.freeze_panes(1, names_stay)
    if name == sheets.SUMMARY:  # the columns that a board reads; the rest is for whoever works on
        page.print_area(0, 0, frame.height, frame.columns.index("In a sentence"))
    if frame.height:
        columns = [{"header": column} for column in frame.columns]
        options = {"columns": columns, "style": "Table Style Light 1", "name": name.replace(" ", "_") + "_table"}
        page.add_table(0, 0, frame.height, frame.width - 1, options)
    return page


def _width(column: pl.Series) -> float:
    """As wide as what a column holds, within reason."""
    texts = column.dtype == pl.String
    longest = column.str.len_chars().head(500).max() if texts and column.len() else 8
    assert longest is None or isinstance(longest, int)
    widest = max(longest or 0, min(len(column.name), 14), 10 if column.dtype == pl.Date else 8)
    return float(min(_WIDEST if texts else _WIDE, widest) + 3)


def _read_me(book: Workbook, first: pl.DataFrame, foot: str) -> None:
    """The first page, with its headings bold."""
    name = book.add_format({"valign": "top", "text_wrap": True, "font_color": "#444444"})
    text = book.add_format({"valign": "top", "text_wrap": True})
    page = _page(book, sheets.READ_ME, first, foot, [name, text], [44, 100])
    page.hide_gridlines(2)
    heading = book.add_format({"bold": True, "font_color": "#000000", "top": 1})
    rule = {"type": "formula", "criteria": '=AND($A2<>"",$B2="")', "format": heading}
    page.conditional_format(1, 0, first.height, 1, rule)
    page.freeze_panes(1, 0)


def _foot(chosen: Chosen) -> str:
    """What stands at the foot of every printed page; what anybody wrote is text there too."""
    name = chosen.whole.name.replace("&", "&&")
    as_at = dict(chosen.facts)["Data as of"]
    sets = ", ".join(f"{one.name} {one.version}" for one in chosen.rule_sets).replace("&", "&&")
    return f"&L{name[:90]}&C{sets[:60]}; data as of {as_at[:60]}&R&P of &N"
