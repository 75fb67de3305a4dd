"""Eligible people reached, by site, region and deprivation, beside shares of sites; and who is not, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from takeroot.analysis import reach
from takeroot.charts.wording import counted
from takeroot.reporting import reached
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Group, Line, Panel, draw


@dataclass(frozen=True)
class Said:
    """A sentence."""

    text: str


def panels(book: Book) -> list[Panel]:
    """Who is not reached, in words; people by each grouping of the sites; and people at each site."""
    told = [one.text for one in book.words(said, Said)]
    if not told:
        return []
    if told == [reached.NO_PEOPLE]:
        return [Panel("not-reached", "Who is not reached", empty=reached.NO_PEOPLE, begin=("import", "record"))]
    lines = tuple(Line(text) for text in told)
    words = Panel("not-reached", "Who is not reached", groups=(Group("As far as is known", lines),))
    by = [one.text for one in book.words(groupings, Said)]
    return [words, *(among(book, one) for one in by), sites(book)]


def said(results: Results) -> list[Said]:
    """Who is not reached, in sentences."""
    return [Said(text) for text in reached.who_is_not(results)]


def groupings(results: Results) -> list[Said]:
    """By what reach of people is shown."""
    return [Said(by) for by in reached.groupings(results)]


def among(book: Book, by: str) -> Panel:
    """Sites and people reached in each group, with intervals."""
    asked = partial(reached.people, by=by)
    return Panel(
        f"people-{by}",
        f"People reached, by {by}",
        says="Shares of sites and shares of people are different things; both stand here.",
        chart=book.drawing(draw, asked, chart="people_reached", by=reached.BY[by]),
        table=reached.table(book.frame(asked), by),
        notes=(reached.INTERVALS,),
    )


def sites(book: Book) -> Panel:
    """People reached at each site, in the sites' own order."""
    frame = book.frame(at_each)
    table = Grid.of(
        frame,
        "Eligible people at each open and eligible site, in the programme's own order.",
        ("called", "Site"),
        ("uses", "In use", "yes_no"),
        ("eligible_people", "Eligible people", "number"),
        ("reached", "Reached", "number"),
        ("not_reached", "Not reached", "number"),
        ("note", "Note"),
    )
    known = frame.filter("in_use", "known").height
    says = f"How many are reached is known at {known:,} of {counted(frame.filter('in_use').height, 'sites')} in use."
    return Panel("people-sites", "People reached, by site", says=says, table=table, summary="Show every site")


def at_each(results: Results) -> pl.DataFrame:
    """People reached at each site, with what it is called, and why a figure is not there."""
    order = results.programme.sites.select("site", called=pl.col("site").replace(results.site_names))
    frame = order.join(reach.at_sites(results.programme), on="site", how="inner", maintain_order="left")
    note = (
        pl.when("withheld").then(pl.lit("kept back: too few people")).when(~pl.col("known")).then(pl.lit("not known"))
    )
    return frame.with_columns(note=note, uses=pl.col("in_use"))
