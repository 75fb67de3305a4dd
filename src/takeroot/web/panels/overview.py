"""The two answers side by side, each with its evidence and its doubt; and what needs attention.

The first answer is computed. The second is written by people: here their accounts are shown as they wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from takeroot.charts.wording import counted, day
from takeroot.reporting import answers
from takeroot.reporting.blocks import CITED, Grid
from takeroot.reporting.mattering import gathered
from takeroot.reporting.results import Results
from takeroot.reporting.saying import Entry, entry
from takeroot.reporting.statement import Statement
from takeroot.web.frames import Book
from takeroot.web.models.rows import SiteRow
from takeroot.web.panels.panel import Panel, draw_narrow
from takeroot.web.panels.questions import questions

#: Rows of evidence that are written out beneath a statement; of more, the number is said.
EVIDENCE_SHOWN = 20

#: Changes that are listed.
CHANGES_SHOWN = 60

NO_CHANGES = (
    "Nothing has changed that asks for a reason. Sites that come into use or leave it, plans revised, adaptations and "
    "signals will appear here."
)


class Part(NamedTuple):
    """Where a part of the page is, and what it is called."""

    anchor: str
    title: str


@dataclass(frozen=True)
class Told:
    """A statement as a page shows it: its words by paragraph, its doubt, and its evidence in sentences with links."""

    about: str
    text: tuple[str, ...]
    doubt: str
    evidence: tuple[str, ...]
    more: int = 0
    references: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The rows that are written out: what each says, and its reference."""
        return list(zip(self.evidence, self.references, strict=False))

    @property
    def cites(self) -> int:
        """How many rows of the record it rests on."""
        return len(self.evidence) + self.more


def panels(book: Book, today: date) -> dict[str, Any]:
    """Every part of the page."""
    whole = book.scope.whole
    asked = questions(book, today)
    asking = book.words(attention, Told) if whole else []
    return {
        "parts": [
            Part("planned", "As planned?"),
            Part("changed", "What changed?"),
            *([Part("attention", "What needs attention")] if asking else []),
            Part("questions", "Questions open"),
            Part("changes", "Changes and their reasons"),
        ],
        "bare": not SiteRow.objects.filter(programme__slug=book.row.slug).exists(),
        "drawing": drawing(book),
        "planned": book.words(as_planned, Told, whole=whole),
        "changed": book.words(what_changed, Told) if whole else [],
        "besides": book.words(besides, Told) if whole else [],
        "attention": asking,
        "questions": asked,
        "changes": changes(book),
        "whole": whole,
    }


def drawing(book: Book) -> Panel:
    """What was planned, and what happened, in one picture; nothing where there is no plan or no stage."""
    drawn = book.frame(Results.plan_lines).height and book.frame(Results.reach).height
    options = {"chart": "planned_against_actual"}
    chart = book.drawing(draw_narrow, Results.plan_lines, Results.reach, **options) if drawn else ""
    return Panel("drawing", "", chart=chart)


def as_planned(results: Results, whole: bool) -> list[Told]:
    """Whether it was spread and sustained as planned.

    To those who do not see the ``whole``, a statement says if it is of the whole programme.
    """
    said = answers.as_planned(results)
    if not whole:
        said = [replace(one, about=f"{one.about} (of the whole programme)") if one.whole else one for one in said]
    return [told(results, statement) for statement in said]


def what_changed(results: Results) -> list[Told]:
    """What changed and why, in the words of those who say so.

    That some changes have no account yet is said under what needs attention.
    """
    written = results.accounts.filter(pl.col("question") == "what changed and why").height
    said = answers.what_changed(results) if written else []
    return [told(results, statement) for statement in said if statement.about != "No account yet"]


def besides(results: Results) -> list[Told]:
    """What the record holds of changes besides the accounts."""
    return [told(results, statement) for statement in gathered(results)]


def attention(results: Results) -> list[Told]:
    """What needs attention."""
    return [told(results, statement) for statement in answers.attention(results)]


def told(results: Results, statement: Statement) -> Told:
    """A statement with its citations numbered, and a sentence for each row that it cites."""
    cited = list(dict.fromkeys([*CITED.findall(statement.text), *statement.evidence]))
    numbers = {reference: str(n) for n, reference in enumerate(cited, 1)}
    text = CITED.sub(lambda found: f"[{numbers[found[1]]}]", statement.text)
    paragraphs = tuple(part.strip() for part in text.split("\n\n") if part.strip())
    sentences = tuple(said(results, reference) for reference in cited[:EVIDENCE_SHOWN])
    more = max(0, len(cited) - EVIDENCE_SHOWN)
    return Told(statement.about, paragraphs, statement.doubt, sentences, more, tuple(cited[:EVIDENCE_SHOWN]))


def said(results: Results, reference: str) -> str:
    """What a row of the record says, when, and whose word it is."""
    row = entry(results, reference)
    if row is None:
        return f"{reference}: not in the record, or not open to you."
    return in_one_line(row)


def in_one_line(row: Entry) -> str:
    """What a row says, its day, and whose word it is."""
    return " · ".join(part for part in (row.says, day(row.on) if row.on else "", row.whose) if part)


def changes(book: Book) -> Panel:
    """What changed, by date, and whether anybody has said why."""
    frame = book.frame(latest_changes)
    if not frame.height:
        return Panel("changes", "Changes and their reasons", empty=NO_CHANGES, begin=("record", "import"))
    columns = [("says", "What changed"), ("on", "When", "day")]
    if book.scope.whole:
        columns += [
            ("state", "Reason"),
            ("explanations", "Explanations", "number"),
            ("accounts", "Accounts", "number"),
            ("speaks_for", "Speaks for", "number"),
            ("speaks_against", "Speaks against", "number"),
        ]
    return Panel(
        "changes",
        "Changes and their reasons",
        says="Latest first. A change without an account is a question that is still open, not a fault.",
        table=Grid.of(frame, "Changes that matter, latest first.", *columns),
        summary=f"Show the latest {'change' if frame.height == 1 else counted(frame.height, 'changes')}",
    )


def latest_changes(results: Results) -> pl.DataFrame:
    """The changes that matter, latest first, as many as a page can hold."""
    return (
        results.changes.filter(pl.col("matters")).sort("on", descending=True, maintain_order=True).head(CHANGES_SHOWN)
    )
