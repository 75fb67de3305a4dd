"""What a programme is, in a few lines: above each of its pages, and on its card among the others."""

from __future__ import annotations

from typing import Any, NamedTuple

from takeroot.charts.wording import count_of, counted, day
from takeroot.reporting.results import Results
from takeroot.web.frames import Book


class Page(NamedTuple):
    """A page of a programme: the name of its address, what its tab says, and what it is for."""

    name: str
    label: str
    says: str


PAGES = {
    page.name: page
    for page in (
        Page(
            "overview",
            "Overview",
            "Two answers, what each rests on, and what is in doubt.",
        ),
        Page(
            "spread",
            "Spread",
            "How far it has reached, how deep and among whom, and how that compares with what was planned.",
        ),
        Page("sustain", "Sustain", "What stays in use, by which rule, and how it ends where it ends."),
    )
}


def head(book: Book, page: str) -> dict[str, Any]:
    """The name, what must be said of every figure, and the pages."""
    about, sites = book.programme.about, book.programme.sites.height
    facts = [_sites(book)] if sites else ["No site yet"]
    if book.programme.as_at is not None:
        facts.append(f"Counted up to {day(book.programme.as_at)}")
    those = "that site" if sites == 1 else "those sites"
    part = (
        f"You see {counted(sites, 'sites')} of this programme. Every figure here is of {those} alone, "
        "unless it is said to be of the whole programme."
    )
    return {
        "slug": book.row.slug,
        "name": about.name,
        "synthetic": about.synthetic,
        "facts": facts,
        "part": "" if book.scope.whole else part,
        "page": PAGES[page],
        "pages": PAGES.values(),
    }


def _sites(book: Book) -> str:
    """How many sites are listed, and how many of them are open."""
    sites, now_open = book.programme.sites.height, book.frame(Results.standing)["open"].sum()
    return counted(sites, "sites") + (f" listed, {now_open:,} open" if now_open < sites else "")


def card(book: Book) -> dict[str, Any]:
    """What the portfolio says of a programme."""
    about, reach = book.programme.about, book.frame(Results.reach)
    facts = [("Sites", f"{book.programme.sites.height:,}")]
    if reach.height:
        now = reach.row(-1, named=True)
        unknown = f" known to be, {now['not_known']:,} not known" if now["not_known"] else ""
        facts.append(
            (
                "In use",
                count_of(now["in_use"], now["eligible"], "eligible sites" if now["eligible"] else "sites") + unknown,
            )
        )
        if now["in_use_low"] != now["in_use_high"]:
            facts.append(("The record allows", f"{now['in_use_low']:,} to {now['in_use_high']:,}"))
    facts.append(("Counted up to", day(book.programme.as_at, "nothing dated yet")))
    return {"slug": book.row.slug, "name": about.name, "aim": about.aim, "synthetic": about.synthetic, "facts": facts}
