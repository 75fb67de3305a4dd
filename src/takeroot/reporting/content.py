"""What a report says, in no format yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from takeroot.reporting.blocks import Section
from takeroot.reporting.saying import Entry


@dataclass(frozen=True)
class Content:
    """The title, the sections and the evidence of a report.

    Parameters
    ----------
    title, aim, sponsor
        The programme's name, what it is for, and who stands behind it.
    as_at
        The day up to which everything is counted.
    synthetic
        Whether the programme is made up.
    sections
        In the order in which they are read.
    evidence
        Every row that a section cites, in the order in which it is first cited.
    part
        What it leaves out, in a sentence; empty where it holds all there is.
    kind
        What kind of report it is, in words.
    pages
        Whether it has many pages, few, or one.
    details
        Whether documents hold what a page folds; else it is in the workbook alone.
    first
        What stands on one slide before the sections, where slides are made of it.
    """

    title: str
    aim: str
    sponsor: str
    as_at: date | None
    synthetic: bool
    sections: tuple[Section, ...]
    evidence: tuple[Entry, ...]
    part: str = ""
    kind: str = "Takeroot report"
    pages: str = "many"
    first: Section | None = None
    details: bool = True

    @property
    def brief(self) -> bool:
        """Whether it is so short that it needs no contents."""
        return self.pages != "many"
