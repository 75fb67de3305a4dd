"""What a page says, written once for all who see as much: no name of a person, no secret of a form.

The frame around it (who is signed in, which pages are open to them) is written for each request; what is here is kept
by :meth:`takeroot.web.frames.Book.page` until the programme changes.
"""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from takeroot.web.frames import Book
from takeroot.web.panels import (
    accounting,
    alongside,
    assess,
    change,
    fidelity,
    forecast,
    measures,
    months,
    network,
    overview,
    rules,
    scaling,
    spread,
    story,
    sustain,
)
from takeroot.web.panels.head import PAGES
from takeroot.web.panels.measures import icons, series

#: The panels of each page.
PANELS: dict[str, Any] = {
    "accounts": accounting,
    "change": change,
    "assess": assess,
    "overview": overview,
    "spread": spread,
    "network": network,
    "forecast": forecast,
    "scale-up": scaling,
    "other-work": alongside,
    "sustain": sustain,
    "sustain-rules": rules,
    "sustain-months": months,
    "fidelity": fidelity,
    "measures": measures,
    "measure-icons": icons,
    "series": series,
    "story": story,
}


def content(book: Book, page: str, part: str, doors: tuple[str, ...], asked: tuple[Any, ...]) -> str:
    """A page without its frame.

    Parameters
    ----------
    book
        What may be known of the programme.
    page, part
        Which page, and which part of it; the whole, if empty.
    doors
        The names of the pages that are open to whoever reads, for links to where something is to be done first.
    asked
        What was chosen on the page.
    """
    shown = PANELS[page].panels(book, *asked)
    template = f"{page}.html#{part}" if part else f"{page}.html"
    return render_to_string(
        template, {"slug": book.row.slug, "doors": doors, "page": PAGES[page], "whole": book.scope.whole, **shown}
    )
