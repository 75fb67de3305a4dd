"""A report: a list of sections about one programme, and the one door through which it is written.

::

    import takeroot as tr

    tr.report.write(tr.Programme.read("my-programme/"), "report.html")

The same programme gives the same bytes: no clock is read, and everything is counted up to ``programme.as_at``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from takeroot.errors import TakerootError
from takeroot.reporting.blocks import cited
from takeroot.reporting.content import Content
from takeroot.reporting.html import written
from takeroot.reporting.results import Results
from takeroot.reporting.saying import entry
from takeroot.reporting.sections import BEGINNING, CHAPTERS, SECTIONS
from takeroot.vocabulary.programme import Programme


class Report(Content):
    """What a report says, and how it is made and shown; its parts are those of its content."""

    @classmethod
    def of(cls, programme: Programme | Results, only: Collection[str] | None = None, part: str = "") -> Report:
        """The report of a programme: all its sections, or ``only`` those of some names; ``part`` says what it lacks."""
        results = Results.of(programme)
        about = results.programme.about
        shown = SECTIONS if results.programme.tables else BEGINNING
        wanted = [make for make, name in zip(SECTIONS, CHAPTERS, strict=True) if only is None or name in only]
        sections = tuple(section for make in shown if make in wanted and (section := make(results)) is not None)
        references = dict.fromkeys(reference for section in sections for reference in cited(section.blocks))
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
        )

    def html(self) -> str:
        """One HTML file that needs nothing from elsewhere: no scripts, and no links that load anything."""
        return written(self)


def _html(report: Report) -> bytes:
    return report.html().encode()


#: The kinds of file a report can be, by their suffix.
FORMATS: dict[str, Callable[[Report], bytes]] = {".html": _html}


def write(programme: Programme | Results, path: Path | str) -> Path:
    """Write the report of a programme.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.
    path
        The file; its suffix says which kind: ``.html``.

    Returns
    -------
    Path
        Where it is now.

    Raises
    ------
    TakerootError
        If it is no kind of file that a report can be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Programme("Falls"), f"{folder}/report.html").name
    'report.html'
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        found = f"'{path.suffix}'" if path.suffix else "no suffix"
        raise TakerootError(f"A report is written as {', '.join(FORMATS)}; found {found}.")
    path.write_bytes(FORMATS[path.suffix.lower()](Report.of(programme)))
    return path
