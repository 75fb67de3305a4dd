"""The report: which sections there are, and the document of those that were chosen."""

from __future__ import annotations

from datetime import date

from takeroot.reporting.asked import Asked
from takeroot.reporting.report import Report
from takeroot.reporting.results import Results
from takeroot.reporting.sections import CHAPTERS
from takeroot.web import answered
from takeroot.web.frames import Book
from takeroot.web.panels.head import part_of


def asked(sections: list[str]) -> tuple[str, ...]:
    """The sections that are wanted, of those there are; none for all of them."""
    wanted = tuple(name for name in CHAPTERS if name in sections)
    return () if len(wanted) == len(CHAPTERS) else wanted


def document(book: Book, sections: tuple[str, ...], today: date) -> str:
    """The report as one HTML file, whole or with some sections alone.

    Parameters
    ----------
    today
        The day on which it is looked at: an anonymous round is shown after it has closed.
    """
    part = part_of(book.results, whole=book.scope.whole)
    if sections:
        part = f"{part} It holds the sections that were chosen, not all.".strip()
    results = Results(book.programme, asked_in(book, today))
    return Report.of(results, only=sections or None, part=part).html()


def asked_in(book: Book, today: date) -> Asked:
    """What is known of instruments: every round with what it promised, and the answers that may be shown in groups."""
    row = book.row
    rounds = answered.rounds_of(row, book.scope, today)
    every = rounds.select("instrument", "edition").unique(maintain_order=True).rows()
    stood = {(name, edition): one for name, edition in every if (one := answered.instrument_of(row, name, edition))}
    return Asked(book.programme, rounds, answered.answers_of(row, rounds), stood, today)
