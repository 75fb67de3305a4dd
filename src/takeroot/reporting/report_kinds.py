"""What kinds of report there are: for whom, and from which of the sections.

A kind is a list of sections, as the full evaluation is; every kind of file shows all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from takeroot.reporting.blocks import Section
from takeroot.reporting.drafts import GUIDELINES, drafted
from takeroot.reporting.results import Results
from takeroot.reporting.sections import BEGINNING, SECTIONS, board, brief, letter, scaling
from takeroot.reporting.sections.fidelity import lost
from takeroot.reporting.sections.improvement import adapting, improvement
from takeroot.reporting.sections.measuring import measuring

Make = Callable[[Results], Section | None]


@dataclass(frozen=True)
class Kind:
    """A kind of report.

    Parameters
    ----------
    name
        What commands and addresses call it.
    title
        What people call it.
    says
        For whom it is, and what it holds.
    sections
        What makes its sections, in order.
    pages
        Whether it has many pages, few, or one.
    of_site
        Whether it is to one site.
    """

    name: str
    title: str
    says: str
    sections: tuple[Make, ...]
    pages: Literal["many", "few", "one"] = "many"
    of_site: bool = False

    def made(self, results: Results) -> list[Section]:
        """Its sections of one programme."""
        begins = not results.programme.tables and self.name == "full"
        return [section for make in (BEGINNING if begins else self.sections) if (section := make(results)) is not None]


def _draft(name: str) -> Kind:
    guideline = GUIDELINES[name]
    sections = tuple(partial(drafted, name, place) for place in range(len(guideline.sections)))
    says = f"A draft of a paper in the order of {guideline.title}, filled from the record, with what is missing marked."
    return Kind(name, f"Draft after {guideline.title}", says, (brief.brief, *sections, partial(_made, name)))


def _made(kind: str, results: Results) -> Section:
    return brief.made(results, kind)


def _made_for_site(results: Results) -> Section:
    return brief.made(results, "site", results.programme.sites["site"][0])


#: Every kind of report, by its name; the full one first.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("full", "Full evaluation", "Everything that is recorded and computed, with its evidence.", SECTIONS),
        Kind(
            "one-pager",
            "One page",
            "For whoever reads one page: the two answers side by side.",
            (brief.brief, partial(_made, "one-pager")),
            "one",
        ),
        Kind(
            "board",
            "Board page",
            "For a board: the two answers, each measure in a row, decisions and actions.",
            (brief.brief, board.measured, lost, scaling.held_for_board, board.decided, partial(_made, "board")),
            "few",
        ),
        Kind(
            "site",
            "Letter to a site",
            "For one site: what the record holds of it and what it may see, and what it is asked.",
            (
                *(letter.answers, letter.standing, measuring, improvement, adapting, letter.noted, letter.asking),
                _made_for_site,
            ),
            "few",
            of_site=True,
        ),
        *map(_draft, GUIDELINES),
    )
}
