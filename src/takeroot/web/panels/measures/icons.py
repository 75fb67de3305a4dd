"""Measure by site, as icons: what the latest point of each chart shows, and whether its target is in reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.utils.safestring import SafeString, mark_safe

from takeroot.charts.icons import assurance_icon, assurance_says, variation_icon, variation_says
from takeroot.charts.wording import counted, month, number
from takeroot.reporting.results import TOGETHER, Results
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.head import PAGES
from takeroot.web.panels.measures.frames import measured, now_of, of_some, places, summed
from takeroot.web.panels.measures.page import NO_MEASURES, nth_of

#: How many sites and how many measures stand on a sheet.
SITES, MEASURES = 30, 8
NO_VALUE = "No value"


@dataclass(frozen=True)
class Square:
    """One chart in the table of icons: where it is, what it is called, its latest value, and what it shows.

    Parameters
    ----------
    head
        The measure, which a phone shows before it.
    where
        The address of the chart; empty, where there is no value.
    value, when
        The latest value, and its month.
    words
        What both icons say.
    variation, assurance
        Their mark-up.
    """

    head: str
    where: str = ""
    value: str = ""
    when: str = ""
    words: str = NO_VALUE
    variation: str = ""
    assurance: str = ""


def asked(book: Book, sheet: str = "", of: str = "") -> tuple[int, int]:
    """Which sheet of sites and which of measures."""
    sites, there = book.frame(places).height, book.frame(measured).height
    return nth_of(sheet, sites, SITES), nth_of(of, there, MEASURES)


def panels(book: Book, sheet: int = 1, of: int = 1) -> dict[str, Any]:
    """The table, and the ways to its other sheets."""
    there = book.frame(measured)
    if not there.height:
        return {"empty": NO_MEASURES, "parts": []}
    shown = there[(of - 1) * MEASURES : of * MEASURES]
    every = book.frame(places)
    sites = every[(sheet - 1) * SITES : sheet * SITES]
    found = {
        (row["measure"], row["site"]): row for row in book.frame(shown_by, sheet=sheet, of=of).iter_rows(named=True)
    }
    heads = list(shown.select("measure", "called", "id").iter_rows())
    lines = [(TOGETHER, "", "")] if any(site == TOGETHER for _, site in found) else []
    lines += list(sites.select("called", "site", "id").iter_rows())
    slug = book.row.slug
    rows = [
        (name, [_square(slug, head, found.get((head[0], site or TOGETHER)), row_id) for head in heads])
        for name, site, row_id in lines
    ]
    return {
        "heads": [(name, f"{address('measures', slug)}?{urlencode({'measure': code})}") for code, name, _ in heads],
        "rows": rows,
        "caption": _caption(there, of, every.height, sheet),
        "sheets": _sheets("sheet", sheet, every.height, SITES, {"of": of}),
        "more": _sheets("of", of, there.height, MEASURES, {"sheet": sheet}),
        "key": key(),
        "parts": [],
        "page": PAGES["measure-icons"],
    }


def shown_by(results: Results, sheet: int, of: int) -> pl.DataFrame:
    """What each chart on a sheet shows: of sites and measures in their given order, and of all sites together."""
    codes = measured(results)["measure"].to_list()[(of - 1) * MEASURES : of * MEASURES]
    sites = places(results)["site"].to_list()[(sheet - 1) * SITES : sheet * SITES]
    drawn = [of_some(results, codes, sites).points]
    if sheet == 1:
        drawn += of_some(results, codes).together.values()
    both = [summed(results, one).join(directed(one), on=["measure", "site"], how="left") for one in drawn]
    return now_of(pl.concat(both, how="vertical"))


def directed(points: pl.DataFrame) -> pl.DataFrame:
    """Which direction is better in each series."""
    return points.select("measure", "site", "improves").unique(["measure", "site"], keep="first")


def high_of(variation: str, improves: str | None) -> bool | None:
    """Whether what is better or worse lies high; nothing, where the word says so itself."""
    if variation not in ("improvement", "concern") or improves not in ("up", "down"):
        return None
    return (improves == "up") == (variation == "improvement")


def icons(row: dict[str, Any], size: int = 30) -> tuple[SafeString, SafeString, str]:
    """Both icons of the latest phase of a chart, and what they say; without a target only the first."""
    high = high_of(row["variation"], row["improves"])
    words = variation_says(row["variation"], high)
    target = row["target"] is not None
    if target:
        words += f". {assurance_says(row['assurance'])}"
    variation = mark_safe(variation_icon(row["variation"], size, high=high))
    assurance = mark_safe(assurance_icon(row["assurance"], size)) if target else mark_safe("")
    return variation, assurance, f"{words}."


def key() -> list[tuple[SafeString, str]]:
    """What each icon means."""
    variations: list[tuple[str, bool | None]] = [
        ("improvement", True),
        ("improvement", False),
        ("concern", True),
        ("concern", False),
    ]
    variations += [("neither_high", None), ("neither_low", None), ("common", None), ("too_few", None)]
    said = [(mark_safe(variation_icon(word, 28, high=high)), variation_says(word, high)) for word, high in variations]
    words = ("pass", "fail", "hit_and_miss")
    return [*said, *((mark_safe(assurance_icon(word, 28)), assurance_says(word)) for word in words)]


def _square(slug: str, head: tuple[str, str, str], row: dict[str, Any] | None, site: str) -> Square:
    if row is None or row["latest_on"] is None:
        return Square(head[1])
    variation, assurance, words = icons(row)
    place = ("series", slug, head[2], site) if site else ("series-together", slug, head[2])
    value, when = number(row["latest"]), month(row["latest_on"])
    return Square(head[1], address(*place), value, when, words, variation, assurance)


def _caption(there: pl.DataFrame, of: int, sites: int, sheet: int) -> str:
    says = "What the latest value of each chart shows, and whether its target is in reach. "
    says += "Sites and measures stand in their given order, and are not compared."
    if sites > SITES:
        says += f" Sites {(sheet - 1) * SITES + 1:,} to {min(sheet * SITES, sites):,} of {sites:,}."
    if there.height > MEASURES:
        last = min(of * MEASURES, there.height)
        says += f" Measures {(of - 1) * MEASURES + 1} to {last} of {counted(there.height, 'measures')}."
    return says


def _sheets(name: str, here: int, things: int, on_each: int, others: dict[str, int]) -> list[tuple[str, str, bool]]:
    """The sheets there are: what each is called, its query, and whether it is open."""
    last = -(-things // on_each)
    return [(f"{n}", urlencode(others | {name: n}), n == here) for n in range(1, last + 1)] if last > 1 else []
