"""Fidelity and adaptation: what is done, in which form, what was changed by whom, and what came of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from takeroot.reporting import fidelity as frames
from takeroot.web.frames import Book
from takeroot.web.panels.adaptations import adaptations, patterns
from takeroot.web.panels.benefits import beside, drop
from takeroot.web.panels.components import bundle, by_site, components, core_lost, function, over_time, variation
from takeroot.web.panels.fits import fits
from takeroot.web.panels.measures.page import nth_of
from takeroot.web.panels.spread import names
from takeroot.web.panels.sustain import pages

#: How many sites stand on a sheet of what is delivered where.
SITES = 30


def asked(book: Book, measure: str = "", source: str = "", sheet: str = "") -> tuple[str, str, int]:
    """Which measure, which wave is the source, and which sheet of sites; else the first measure and no wave."""
    programme = book.programme
    known = set(programme.measures["measure"]) | set(programme.values["measure"].unique())
    waves = frames.sources(book.results)
    return (
        measure if measure in known else "",
        source if source in waves else "",
        nth_of(sheet, names(programme).height, SITES),
    )


def panels(book: Book, measure: str = "", source: str = "", sheet: int = 1) -> dict[str, Any]:
    """Every part of the page."""
    there = frames.measures_there(book.results)
    chosen = measure or next(iter(there), "")
    first = [
        function(book),
        bundle(book),
        variation(book),
        core_lost(book),
        over_time(book),
        components(book),
        by_site(book, sheet, SITES),
        adaptations(book),
        patterns(book),
    ]
    first = [panel for panel in first if panel is not None]
    of_measure, last = [beside(book, chosen), drop(book, chosen, source)], [fits(book)]
    return {
        "first": first,
        "of_measure": of_measure,
        "last": last,
        "parts": [*first, *of_measure, *last],
        "pages": pages(book, "fidelity"),
        "measures": tuple((code, book.results.measure(code)) for code in there),
        "measure": chosen,
        "sources": frames.sources(book.results),
        "source": source,
        "sheets": _sheets(book, chosen, source, sheet),
    }


def _sheets(book: Book, measure: str, source: str, sheet: int) -> tuple[tuple[int, str, bool], ...]:
    """The sheets of sites, each with its query and whether it is open."""
    if not book.programme.deliveries.height:
        return ()
    many = -(-names(book.programme).height // SITES)
    query = {name: said for name, said in (("measure", measure), ("source", source)) if said}
    nths = range(1, many + 1) if many > 1 else ()
    return tuple((nth, urlencode({**query, "sheet": nth}), nth == sheet) for nth in nths)
