"""The sheet of one site: its own rows in an Excel workbook, to be filled in without a connection and sent back.

What comes back is compared with the record like any file, as far as that one site. A row that somebody changed here
after the sheet was taken out is held back: both are kept, and a person decides.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary import files
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.files.sheet import Sheet
from takeroot.vocabulary.files.workbook_out import FIRST_DAY, MADE, misfits
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.vocabulary.template import READ_ME, Lists, Looks, lay_out
from takeroot.web.imports import plan, preview, reading
from takeroot.web.imports.plan import Plan
from takeroot.web.imports.preview import Preview
from takeroot.web.imports.taken import Taken
from takeroot.web.models import Programme, Trail
from takeroot.web.scope import ANSWER, QUESTION, Scope

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: The sheets of the workbook, and what each is for.
ASKED = {
    "stages": "where you stand, one row for each change",
    "values": "your figures, one row for each measure and month",
    "adaptations": "what you changed, and why",
    "experiments": "what you tried, and what came of it",
    "notes": "what happened, in your own words",
    "actions": "what somebody will do",
}
#: A hidden sheet that says whose sheet this is, and up to which line of the trail it was written.
MARK = "_sheet"
#: What is called when a sheet is kept as a file on its way in.
SHEET = "sheet"
#: The most bytes of a sheet that is sent.
LARGEST = 10 * 2**20

HOW = (
    "This workbook holds what is recorded of your site. Add rows below the others, and correct what is wrong.",
    "Send it back on the page of your site: you see first what is new and what would change, and decide.",
    "Each sheet has one row for each thing, under a first row that stays as it is. Bold names are needed in every row.",
    "Point at the name of a column to read what it means. Where a cell has a list, choose from it.",
    "Leave empty what is not known: it is never counted as zero. Write days as 2024-03-31.",
    "Leave the column 'id' as it is: it says which row of the record a row is. Leave it empty in new rows.",
    "A row that you delete here stays in the record: withdraw it on its own page, with a reason.",
    "If somebody changed a row after you took this sheet out, that row is held back and nothing is lost.",
    "Write nothing about single patients, and no names of patients or colleagues.",
)
CHANGED_SINCE = "it was changed here after this sheet was taken out; open the row on its page and decide there"


@dataclass(frozen=True)
class Sent:
    """What a sheet that came back would do, and the rows it leaves because they were changed here since."""

    plan: Plan
    taken: Taken
    since: tuple[tuple[str, str], ...] = ()

    @property
    def preview(self) -> Preview:
        """What a page shows of it."""
        return preview.of(self.plan, self.taken, {}, "")[0]


def write(programme: Programme, site: str, called: str, scope: Scope) -> bytes:
    """The workbook of a site: what the scope lets somebody see of its own rows, and room for more.

    Raises
    ------
    FaultyInput
        If something in the record can not stand in a workbook.
    """
    from xlsxwriter import Workbook

    record = programme.read(scope.within([site]))
    frames = {name: _own(getattr(record, name), name, site) for name in ASKED}
    if faults := [fault for name, frame in frames.items() for fault in misfits(name, frame)]:
        raise FaultyInput(faults)
    named = {
        "measures": tuple(record.measures["measure"].unique(maintain_order=True)),
        "components": tuple(record.components["component"].unique(maintain_order=True)),
    }
    last = Trail.objects.filter(programme=programme.slug).order_by("-id").values_list("pk", flat=True).first()
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{called}: the record", "created": MADE})
    looks, first = Looks(book), book.add_worksheet(READ_ME)
    pages = {name: book.add_worksheet(name) for name in ASKED}
    lists = Lists(book)
    _explain(first, looks, programme.name, called)
    for name, frame in frames.items():
        lay_out(pages[name], TABLES[name], looks, lists, columns=columns(TABLES[name]), named=named)
        _fill(book, pages[name], frame, looks)
    _mark(book, {"programme": programme.slug, "site": site, "line": last or 0})
    first.activate()
    book.close()
    return out.getvalue()


def columns(table: Table) -> Iterator[tuple[str, Column]]:
    """What a sheet asks of a table: all but the site, which is known, and the id last."""
    yield from ((name, column) for name, column in table.columns.items() if name not in ("site", "id"))
    yield "id", table.columns["id"]


def compared(programme: Programme, site: str, called: str, name: str, data: bytes, scope: Scope) -> Sent:
    """What a sheet that came back would do to the record of its site, and of no other.

    Raises
    ------
    FaultyInput
        If it is not the sheet of this site, or nothing of it can be read.
    """
    if len(data) > LARGEST:
        raise FaultyInput([Fault(f"a sheet of at most {LARGEST // 2**20} MB is needed", name)])
    sheets = files.read_bytes(name, data, though_hidden=(MARK,))
    line = _marked(sheets.pop(MARK, None), programme, site, name)
    parts = []
    for stem, sheet in sheets.items():
        if stem in ASKED:
            parts.append(reading.of_sheet(TABLES[stem], _of_site(sheet, site, called), None, None))
        elif stem != READ_ME:
            says = "there is no sheet of this name on a site's workbook, so it is left out"
            parts.append(Taken({}, (Fault(says, f"{name}, sheet {quoted(stem)}"),)))
    taken = reading.together(parts)
    return _held_since(plan.of(programme, taken, scope=scope.within([site])), taken, line)


def _held_since(found: Plan, taken: Taken, line: int) -> Sent:
    """Leave rows that were changed here after the sheet was taken out."""
    differences, rows, since = dict(found.differences), dict(found.rows), []
    for name, one in found.differences.items():
        later = one.before["line"] > line
        if not later.any():
            continue
        told = preview.named(one.table, one.before.filter(later))
        since += [(name, said) for said in told]
        keep = ~later
        differences[name] = replace(one, changed=one.changed.filter(keep), before=one.before.filter(keep))
        new = pl.Series([True] * one.new.height, dtype=pl.Boolean)
        rows[name] = found.rows[name].filter(pl.concat([keep, new]))
    return Sent(replace(found, differences=differences, rows=rows), taken, tuple(since))


def _own(frame: pl.DataFrame, name: str, site: str) -> pl.DataFrame:
    """The site's own rows, without questions and answers, which have a place of their own."""
    mine = frame.filter(pl.col("site") == site, ~pl.col("id").str.contains(f"^({QUESTION}|{ANSWER})"))
    return mine.select([column for column, _ in columns(TABLES[name])])


def _of_site(sheet: Sheet, site: str, called: str) -> Sheet:
    """The sheet with its site in every row; a row that names another is at fault."""
    frame, faults = sheet.frame, list(sheet.faults)
    for column in [name for name in frame.columns if name.strip().casefold() == "site"]:
        said = frame[column].cast(pl.String)
        other = said.is_not_null() & ~said.is_in([site, called])
        for row, cell in zip(sheet.rows.filter(other), said.filter(other), strict=True):
            faults.append(
                Fault(f"this is the sheet of {called}; leave the site out", sheet.where, int(row), "site", cell)
            )
        frame = frame.drop(column)
    return replace(sheet, frame=frame.with_columns(pl.lit(site).alias("site")), faults=tuple(faults))


def _marked(mark: Sheet | None, programme: Programme, site: str, name: str) -> int:
    """The last line of the trail when the sheet was taken out, if it is the sheet of this site."""
    try:
        said: dict[str, Any] = json.loads(mark.frame.item(0, "mark")) if mark is not None else {}
        whose, line = (said["programme"], said["site"]), int(said["line"])
    except (ValueError, TypeError, KeyError, IndexError, pl.exceptions.PolarsError):
        whose, line = ("", ""), 0
    if whose == ("", ""):
        says = "this is not the sheet of a site; take it out from the page of the site, fill that in and send it back"
        raise FaultyInput([Fault(says, name)])
    if whose != (programme.slug, site):
        raise FaultyInput([Fault("this is the sheet of another site; nothing was read from it", name)])
    return line


def _explain(page: Worksheet, looks: Looks, programme: str, called: str) -> None:
    """The first sheet: in words, how to use it."""
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    page.hide_gridlines(2)
    _text(page, 0, 0, called, looks.title)
    _text(page, 1, 0, programme)
    for number, sentence in enumerate(HOW, 1):
        page.write_string(number + 2, 0, f"{number}.  {sentence}")
    row = len(HOW) + 4
    page.write_row(row, 0, ["sheet", "what it is for"], looks.heading)
    for number, (name, meaning) in enumerate(ASKED.items(), row + 1):
        page.write_url(number, 0, f"internal:'{name}'!A1", string=name)
        page.write_string(number, 1, meaning)


def _fill(book: Workbook, page: Worksheet, frame: pl.DataFrame, looks: Looks) -> None:
    """The rows there are, each cell what it is: text stays text."""
    for row, cells in enumerate(frame.iter_rows(), 1):
        for place, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, bool):
                page.write_string(row, place, "yes" if cell else "no")
            elif isinstance(cell, date) and cell >= FIRST_DAY:
                page.write_datetime(row, place, cell, looks.cells["day"])
            elif isinstance(cell, int | float):
                page.write_number(row, place, cell)
            else:
                _text(page, row, place, str(cell))


def _text(page: Worksheet, row: int, place: int, text: str, look: Any = None) -> None:
    """A text as it stands, even one that looks like XlsxWriter's own mark-up (``<r>..</r>``)."""
    if text.startswith("<r>") and text.endswith("</r>"):
        page.write_rich_string(row, place, text[:1], text[1:2], text[2:])
    else:
        page.write_string(row, place, text, look)


def _mark(book: Workbook, said: Mapping[str, Any]) -> None:
    """The hidden sheet that says whose this is."""
    page = book.add_worksheet(MARK)
    page.very_hidden()
    page.write_string(0, 0, "mark")
    page.write_string(1, 0, json.dumps(said))
