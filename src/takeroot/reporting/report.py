"""A report: a list of sections about one programme, and the one door through which it is written.

::

    import takeroot as tr

    tr.report.write(tr.Programme.read("my-programme/"), "report.docx")
    tr.report.write(programme, "board.pptx", kind="board")

The same programme gives the same bytes: no clock is read, and everything is counted up to ``programme.as_at``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from takeroot.charts.wording import listed
from takeroot.errors import NotFound, TakerootError
from takeroot.reporting.blocks import cited
from takeroot.reporting.content import Content
from takeroot.reporting.html import written
from takeroot.reporting.one_site import seen_by
from takeroot.reporting.report_kinds import KINDS
from takeroot.reporting.results import Results
from takeroot.reporting.saying import entry
from takeroot.reporting.sections import CHAPTERS, SECTIONS
from takeroot.reporting.sections.brief import brief
from takeroot.vocabulary.files.disk import write_file
from takeroot.vocabulary.programme import Programme

#: What is told of every section and every chart before it is written.
Step = Callable[[str], None]


class Report(Content):
    """What a report says, and how it is made and shown; its parts are those of its content."""

    @classmethod
    def of(
        cls,
        programme: Programme | Results,
        only: Collection[str] | None = None,
        part: str = "",
        *,
        kind: str = "full",
        site: str | None = None,
    ) -> Report:
        """The report of a programme.

        Parameters
        ----------
        programme
            The programme, or its results; of somebody who may see a part, the part.
        only
            Of the full evaluation, the names of the sections that are wanted; all of them, if not given.
        part
            What it lacks, in a sentence.
        kind
            One of :data:`~takeroot.reporting.report_kinds.KINDS`.
        site
            The site to which a letter goes, by its short name.

        Raises
        ------
        NotFound
            If there is no such kind or site.
        TakerootError
            If a letter goes to no site, or something else to one.
        """
        if kind not in KINDS:
            raise NotFound("kind of report", kind, KINDS)
        asked = KINDS[kind]
        if asked.of_site != bool(site):
            named = next(one.name for one in KINDS.values() if one.of_site)
            needed = "needs the site that it goes to" if asked.of_site else f"is of no single site; only '{named}' is"
            raise TakerootError(f"A report of the kind '{kind}' {needed}.")
        if only is not None and kind != "full":
            raise TakerootError("Sections are chosen of the full report alone.")
        results = Results.of(programme)
        if site:
            results = Results(seen_by(results.programme, site))
            part = f"It holds what {results.site(site)} may see of the programme, and nothing else."
        about = results.programme.about
        if only is None:
            sections = tuple(asked.made(results))
        else:
            wanted = [make for make, name in zip(SECTIONS, CHAPTERS, strict=True) if name in only]
            sections = tuple(section for make in wanted if (section := make(results)) is not None)
        first = brief(results) if kind == "full" and only is None and results.programme.tables else None
        shown = (*sections, *((first,) if first else ()))
        references = dict.fromkeys(reference for section in shown for reference in cited(section.blocks))
        found = (entry(results, reference) for reference in references)
        return cls(
            title=about.name,
            aim=about.aim,
            sponsor=about.sponsor,
            as_at=results.as_at,
            synthetic=about.synthetic,
            sections=sections,
            evidence=tuple(one for one in found if one is not None),
            part=part,
            kind="Takeroot report" if kind == "full" else asked.title,
            pages=asked.pages,
            first=first,
            details=kind == "full",
        )

    def html(self) -> str:
        """One HTML file that needs nothing from elsewhere: no scripts, and no links that load anything."""
        return written(self)


def _html(report: Content, step: Step | None) -> bytes:
    return written(report).encode()


def _docx(report: Content, step: Step | None) -> bytes:
    from takeroot.reporting.papers import word

    return word.made(report, step)


def _pptx(report: Content, step: Step | None) -> bytes:
    from takeroot.reporting.papers import pack

    return pack.made(report, step)


def _xlsx(report: Content, step: Step | None) -> bytes:
    from takeroot.reporting.papers import workbook

    return workbook.made(report, step)


def _pdf(report: Content, step: Step | None) -> bytes:
    from takeroot.reporting.papers import pdf

    return pdf.made(report, step)


@dataclass(frozen=True)
class Format:
    """A kind of file: what people call it, how a browser knows it, and what writes it."""

    title: str
    media: str
    made: Callable[[Content, Step | None], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument"
#: The kinds of file a report can be, by their suffix.
FORMATS: dict[str, Format] = {
    ".html": Format("Web page (HTML)", "text/html; charset=utf-8", _html),
    ".docx": Format("Word", f"{_OFFICE}.wordprocessingml.document", _docx),
    ".pptx": Format("PowerPoint", f"{_OFFICE}.presentationml.presentation", _pptx),
    ".xlsx": Format("Excel", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
    ".pdf": Format("PDF", "application/pdf", _pdf),
}


def content(
    programme: Programme | Results,
    file: Path | str,
    *,
    kind: str = "full",
    site: str | None = None,
    only: Collection[str] | None = None,
    part: str = "",
    step: Step | None = None,
) -> bytes:
    """The report of a programme, as a file.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.
    file
        Its name; the suffix says which kind: ``.html``, ``.docx``, ``.pptx``, ``.xlsx`` or ``.pdf``.
    kind, site, only, part
        What it is to hold: see :meth:`Report.of`.
    step
        Told of every section and every chart before it is written.

    Raises
    ------
    TakerootError
        If it is no kind of file that a report can be, or a letter goes to no site.
    NotFound
        If there is no such kind of report, or no such site.

    Examples
    --------
    >>> content(Programme("Falls"), "report.html")[:15]
    b'<!DOCTYPE html>'
    """
    suffix = Path(file).suffix.lower()
    if suffix not in FORMATS:
        found = f"'{Path(file).suffix}'" if suffix else "no suffix"
        raise TakerootError(f"A report is written as {listed(list(FORMATS), 'or')}; found {found}.")
    return FORMATS[suffix].made(Report.of(programme, only, part, kind=kind, site=site), step)


def write(
    programme: Programme | Results,
    path: Path | str,
    *,
    kind: str = "full",
    site: str | None = None,
    step: Step | None = None,
) -> Path:
    """Write the report of a programme to a file, as :func:`content` gives it; wholly, or not at all.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.
    path
        The file; its suffix says which kind: ``.html``, ``.docx``, ``.pptx``, ``.xlsx`` or ``.pdf``.
    kind
        ``full``, ``one-pager``, ``board``, ``site`` (a letter to one), or a draft after ``squire``, ``stari`` or
        ``tidier``.
    site
        The site to which a letter goes, by its short name.
    step
        Told of every section and every chart before it is written.

    Returns
    -------
    Path
        Where it is now.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Programme("Falls"), f"{folder}/report.html").name
    'report.html'
    """
    write_file(path, content(programme, path, kind=kind, site=site, step=step))
    return Path(path)
