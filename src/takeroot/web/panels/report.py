"""The report: which kinds, files and sections there are, and the document that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, QueryDict

from takeroot.errors import TakerootError
from takeroot.reporting import report
from takeroot.reporting.asked import Asked
from takeroot.reporting.report_kinds import KINDS
from takeroot.reporting.results import Results
from takeroot.reporting.sections import CHAPTERS
from takeroot.web import answered
from takeroot.web.frames import Book
from takeroot.web.panels import forecast as of_forecast
from takeroot.web.panels.head import part_of

#: From so many rows on, a whole page, or any other kind of file, is written while one waits elsewhere.
LARGE, LARGE_FILE = 200_000, 10_000


@dataclass(frozen=True)
class Wanted:
    """What was asked for: the kind of report, the kind of file, the site of a letter, and the sections."""

    kind: str = "full"
    suffix: str = ".html"
    site: str = ""
    sections: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: QueryDict, book: Book) -> Wanted:
        """What a form says; a site that is not seen does not exist.

        Raises
        ------
        TakerootError
            If there is no such kind of report or of file, or a letter goes to nobody.
        """
        kind, suffix = given.get("kind") or "full", f".{given.get('format') or 'html'}"
        if kind not in KINDS or suffix not in report.FORMATS:
            raise TakerootError("There is no such kind of report or of file. Go back and choose one.")
        site = given.get("site", "") if KINDS[kind].of_site else ""
        if KINDS[kind].of_site and not site:
            raise TakerootError("A letter needs the site that it goes to. Go back and choose one.")
        if site and site not in book.programme.sites["site"]:
            raise Http404
        wanted = tuple(name for name in CHAPTERS if name in given.getlist("section")) if kind == "full" else ()
        return cls(kind, suffix, site, () if len(wanted) == len(CHAPTERS) else wanted)

    @classmethod
    def again(cls, arguments: Mapping[str, Any]) -> Wanted:
        """What was asked for, as a task keeps it."""
        kind, suffix = arguments.get("report", "full"), arguments.get("suffix", ".html")
        return cls(kind, suffix, arguments.get("site", ""), tuple(arguments.get("sections", ())))

    @property
    def arguments(self) -> dict[str, Any]:
        """The same, as a task keeps it."""
        return {"report": self.kind, "suffix": self.suffix, "site": self.site, "sections": list(self.sections)}

    @property
    def says(self) -> str:
        """What is taken out, as the trail tells it."""
        return f"report ({self.kind}) as {self.suffix[1:]}"

    def name(self, slug: str) -> str:
        """The name of the file."""
        return f"{slug}{'' if self.kind == 'full' else f'-{self.kind}'}{self.suffix}"

    def is_long(self, rows: int) -> bool:
        """Whether it is written while one waits elsewhere."""
        if self.suffix == ".html":
            return rows > LARGE and not self.sections
        return rows > LARGE_FILE


def document(book: Book, wanted: Wanted, today: date) -> str:
    """The report as one HTML file."""
    return file(book, wanted, today).decode()


def file(book: Book, wanted: Wanted, today: date, step: report.Step | None = None) -> bytes:
    """The report as the file that was asked for.

    Parameters
    ----------
    today
        The day on which it is looked at: an anonymous round is shown after it has closed.
    """
    results = Results(book.programme, asked_in(book, today), of_forecast.kept(book))
    part = part_of(results, whole=book.scope.whole)
    if wanted.sections:
        part = f"{part} It holds the sections that were chosen, not all.".strip()
    return report.content(
        results,
        wanted.name("report"),
        kind=wanted.kind,
        site=wanted.site or None,
        only=wanted.sections or None,
        part=part,
        step=step,
    )


def asked_in(book: Book, today: date) -> Asked:
    """What is known of instruments: every round with what it promised, and the answers that may be shown in groups."""
    row = book.row
    rounds = answered.rounds_of(row, book.scope, today)
    every = rounds.select("instrument", "edition").unique(maintain_order=True).rows()
    stood = {(name, edition): one for name, edition in every if (one := answered.instrument_of(row, name, edition))}
    return Asked(book.programme, rounds, answered.answers_of(row, rounds), stood, today)


def choices(book: Book) -> dict[str, Any]:
    """What there is to choose from."""
    sites = (
        book.results.in_order(book.programme.sites).select("site", "name").rows() if book.programme.sites.height else []
    )
    return {
        "kinds": [kind for kind in KINDS.values() if sites or not kind.of_site],
        "formats": [(suffix[1:], one.title) for suffix, one in report.FORMATS.items()],
        "sites": sites,
        "chapters": CHAPTERS.items(),
    }
