"""The report: which sections there are, and the document of those that were chosen."""

from __future__ import annotations

from takeroot.reporting.report import Report
from takeroot.reporting.sections import CHAPTERS
from takeroot.web.frames import Book
from takeroot.web.panels.head import part_of


def asked(sections: list[str]) -> tuple[str, ...]:
    """The sections that are wanted, of those there are; none for all of them."""
    wanted = tuple(name for name in CHAPTERS if name in sections)
    return () if len(wanted) == len(CHAPTERS) else wanted


def document(book: Book, sections: tuple[str, ...]) -> str:
    """The report as one HTML file, whole or with some sections alone."""
    part = part_of(book.results, whole=book.scope.whole)
    if sections:
        part = f"{part} It holds the sections that were chosen, not all.".strip()
    return Report.of(book.results, only=sections or None, part=part).html()
