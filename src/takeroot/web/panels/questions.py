"""Which questions are open, by date: what nobody has explained, done, heard of or answered yet."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import polars as pl

from takeroot.analysis import explanation
from takeroot.charts.wording import day
from takeroot.reporting.results import Results
from takeroot.web.addresses import address, of_row
from takeroot.web.frames import Book
from takeroot.web.panels.heard import heard, quiet
from takeroot.web.panels.panel import Group, Line, Panel
from takeroot.web.panels.scaling import placed

#: Lines that are shown of each sort.
MOST = 8
NONE = "No question is open: every change has an account, no action is past its day, and every question has an answer."


def questions(book: Book, today: date) -> Panel:
    """Every sort of question that is open, each by date."""
    title = "Questions open, by date"
    groups = [_asked(book), _unexplained(book), _overdue(book, today), _unheard(book, today)]
    shown = tuple(group for group in groups if group is not None)
    if not shown:
        begun = book.programme.sites.height or book.programme.tables
        empty = NONE if begun else "Questions will appear here once something is recorded."
        return Panel("questions", title, empty=empty, begin=() if begun else ("record", "import"))
    says = "They stand by date alone, and none is a fault. Each leads to where it can be answered."
    return Panel("questions", title, says=says, groups=shown)


def _asked(book: Book) -> Group | None:
    frame = book.frame(unanswered)
    lines = [
        Line(row["title"], day(row["on"]), row["called"], row["voice"] or "", of_row(book.row.slug, row["reference"]))
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    return _group("Asked, and not answered yet", "longest open first", frame, lines)


def unanswered(results: Results) -> pl.DataFrame:
    """Questions without an answer, with the names of their sites."""
    return placed(results, explanation.unanswered(results.programme))


def _unexplained(book: Book) -> Group | None:
    if not book.scope.whole:
        return None
    frame = book.frame(unexplained)
    slug, story = book.row.slug, address("story", book.row.slug)
    onward = f"{story}?{urlencode({'account': 'no account yet'})}" if story else ""
    lines = [
        Line(row["says"], day(row["on"]), row["kind"], "", of_row(slug, row["reference"]) or onward)
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    return _group("Changes without an account", "latest first", frame, lines, onward)


def unexplained(results: Results) -> pl.DataFrame:
    """Changes that matter and have no account yet, the latest first."""
    without = results.changes.filter("matters", state="no account yet")
    return without.sort("on", descending=True, maintain_order=True).select("on", "kind", "says", "reference")


def _overdue(book: Book, today: date) -> Group | None:
    by = book.row.words.as_at or today
    frame = placed(book.results, explanation.overdue(book.programme, by))
    lines = [
        Line(
            row["title"],
            f"due {day(row['due'])}",
            row["called"],
            row["owner"] or "nobody is named",
            of_row(book.row.slug, row["reference"]),
        )
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    return _group(f"Actions past their day on {day(by)}", "longest due first", frame, lines)


def _unheard(book: Book, today: date) -> Group | None:
    """Sites as their own list has them, so that both say the same day."""
    frame = quiet(heard(book), book.programme.as_at or today).sort("heard", nulls_last=False, maintain_order=True)
    slug = book.row.slug
    lines = [
        Line(
            row["called"],
            f"last heard of {day(row['heard'])}" if row["heard"] else "nothing recorded of it yet",
            where=address("site", slug, row["id"]) or of_row(slug, f"sites:{row['id']}"),
        )
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    return _group("Sites not heard of for longest", "by date", frame, lines, address("sites", slug))


def _group(title: str, order: str, frame: pl.DataFrame, lines: list[Line], onward: str = "") -> Group | None:
    if not frame.height:
        return None
    rest = f"and {frame.height - MOST:,} more" if frame.height > MOST else ""
    return Group(f"{title} ({frame.height:,}, {order})", tuple(lines), rest, onward)
