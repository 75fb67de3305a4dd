"""The Measures page: what is measured, and one measure over the sites in their given order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl

from takeroot.charts.multiples import MOST
from takeroot.charts.wording import counted, listed, number
from takeroot.reporting.blocks import Grid
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.measures import one
from takeroot.web.panels.measures.frames import measured, reporting
from takeroot.web.panels.panel import Panel

NO_MEASURES = (
    "No measure is described yet. Say what is measured, in which unit, which direction is better and until when "
    "somebody will collect it; then bring in its values by site and month."
)
NO_VALUES = "No value of this measure is recorded yet. Bring in one row for each site and month."
BETTER = {"up": "higher", "down": "lower", "neither": "neither"}


def asked(book: Book, measure: str = "", sheet: str = "") -> tuple[str, int]:
    """Which measure and which sheet of sites, of those there are; else the first."""
    there = book.frame(measured)
    codes = there["measure"].to_list()
    chosen = measure if measure in codes else next(iter(there.filter(pl.col("sites") > 0)["measure"]), "")
    sites = dict(there.select("measure", "sites").iter_rows()).get(chosen, 0)
    return chosen, nth_of(sheet, sites, MOST)


def nth_of(sheet: str, things: int, on_each: int) -> int:
    """Which sheet is meant, of those that there are."""
    nth = int(sheet) if sheet.isascii() and sheet.isdecimal() and len(sheet) < 9 else 1
    return min(max(nth, 1), max(1, -(-things // on_each)))


def panels(book: Book, measure: str = "", sheet: int = 1) -> dict[str, Any]:
    """Every part of the page."""
    first, of_measure = described(book), charted(book, measure, sheet)
    return {"first": first, "chosen": of_measure, "parts": [first, *of_measure["panels"]]}


def described(book: Book) -> Panel:
    """What each measure is, how it is judged, and until when somebody collects it."""
    frame = book.frame(measured)
    if not frame.height:
        return Panel("list", "What is measured", empty=NO_MEASURES, begin=("import", "record"))
    table = Grid.of(
        frame.with_columns(pl.col("improves").replace(BETTER)),
        "Measures in their given order.",
        ("called", "Measure"),
        ("kind", "Kind"),
        ("unit", "Unit"),
        ("improves", "Better"),
        ("rules", "Rule set"),
        ("sites", "Sites", "number"),
        ("last", "Latest", "month"),
        ("collected_until", "Collected until", "day"),
        ("minutes_a_month", "Minutes a month", "number"),
        ("owner", "Looked after by"),
    )
    as_at, minutes = book.programme.as_at, frame["minutes_a_month"].drop_nulls()
    says = "What collecting takes is minutes of each site's time in a month."
    if len(minutes):
        unsaid = frame.height - len(minutes)
        says += f" Together {number(minutes.sum())} minutes a month at a site that collects all"
        says += f"; of {counted(unsaid, 'measures')} it is not said." if unsaid else "."
    over = frame.filter(pl.col("collected_until") <= as_at)["called"].to_list() if as_at else []
    notes = (f"Nobody collects {listed(over)} any longer.",) if over else ()
    summary = f"Show {counted(frame.height, 'measures')}"
    return Panel("list", "What is measured", says=says, table=table, notes=notes, summary=summary)


def charted(book: Book, measure: str, sheet: int) -> dict[str, Any]:
    """One measure: all sites together where that means something, then each site, at most 24 on a sheet."""
    there = book.frame(measured)
    choices = dict(there.select("measure", "called").iter_rows())
    about = there.filter(measure=measure).to_dicts()
    chosen = {"choices": choices, "measure": measure, "sheets": (), "sheet": sheet, "panels": []}
    chosen["query"] = urlencode({"measure": measure})
    if not about:
        return chosen | {"panels": [Panel("sites", "By site", empty=NO_VALUES, begin=("import",))] if choices else []}
    sites = book.frame(reporting, measure=measure)
    if not sites.height:
        return chosen | {
            "panels": [Panel("sites", f"{about[0]['called']}, by site", empty=NO_VALUES, begin=("import",))]
        }
    sheets = -(-sites.height // MOST)
    panels = [
        one.together(book, about[0]),
        one.each(book, about[0], sheet, sheets),
        one.across_sites(book, about[0]),
        one.signals(book, about[0], sheet, sheets),
    ]
    shown = [panel for panel in panels if panel is not None]
    slug, id_of = book.row.slug, about[0]["id"]
    whole = address("series-together", slug, id_of) if shown[0].anchor == "together" else ""
    here = sites[(sheet - 1) * MOST : sheet * MOST].select("called", "id").iter_rows()
    return chosen | {
        "panels": shown,
        "sheets": range(1, sheets + 1) if sheets > 1 else (),
        "whole": whole,
        "each": [(called, address("series", slug, id_of, site)) for called, site in here],
    }
