"""How well it fits over time: what teams wrote at T0, T1 and on."""

from __future__ import annotations

from takeroot.charts.wording import counted, day
from takeroot.reporting.sections.fitting import RECORD
from takeroot.reporting.sections.fitting import fits as written
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Group, Item, Line, Panel

NOT_WRITTEN = (
    "Nobody has written down yet how well it fits its setting and the world around it. Fit changes: write it down now "
    "(T0), and again when staff, policy or results change."
)


def fits(book: Book) -> Panel:
    """Every writing, in order: both judgements of fit first, in words; there is no score of fit."""
    found, slug = written(book.results), book.row.slug
    where = address("assess-instrument", slug, RECORD)
    if not found:
        ways = (Group("To begin", (Line("Write down how well it fits", where=where),)),) if where else ()
        return Panel("fit", "Fit over time", says=NOT_WRITTEN, groups=ways)
    items = tuple(Item(f"{one.nth}, {day(one.on)}", (("About", one.about), *one.judged, *one.said)) for one in found)
    return Panel(
        "fit",
        "Fit over time",
        says="After the Dynamic Sustainability Framework, in the words of those who wrote it. Fit has no score.",
        items=items,
        groups=(Group("The next writing", (Line("Write down how it fits now", where=where),)),) if where else (),
        summary=f"Show {counted(len(items), 'writings')}",
    )
