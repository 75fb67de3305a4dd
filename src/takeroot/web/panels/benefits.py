"""What came of it: a measure beside what was adapted and delivered, and what it does at scale. No verdict."""

from __future__ import annotations

from functools import partial

import polars as pl

from takeroot.reporting import fidelity as frames
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel, draw

NO_VALUES = "No value of a measure is recorded yet, so nothing can stand beside what was adapted and delivered."


def beside(book: Book, measure: str) -> Panel:
    """What a measure showed, beside what was adapted and how much was delivered."""
    title = "Benefit, beside fidelity and adaptation"
    if not measure:
        return Panel("beside", title, empty=NO_VALUES, begin=("import", "record"))
    question = partial(of_measure, measure=measure)
    frame, results = book.frame(question), book.results
    if not frame.height:
        says = f"{results.measure(measure)} has no value at a site in use, so nothing can stand beside it."
        return Panel("beside", title, empty=says)
    table = Grid.of(
        frame,
        f"{results.measure(measure)}, by half years since each site's first use.",
        ("adapted", "Adapted"),
        ("delivery", "Delivered"),
        ("sites", "Sites", "number"),
        ("periods", "Half years", "number"),
        ("mean", "Mean", "number"),
        ("lower", "At least", "number"),
        ("upper", "At most", "number"),
    )
    chart = book.drawing(
        draw, question, chart="benefit_beside", measure=results.measure(measure), unit=results.unit(measure)
    )
    return Panel(
        "beside",
        title,
        says="That more delivered goes with more benefit, or an adaptation with less, proves neither: sites that "
        "differ in this differ in more, and what they reach may be why they deliver.",
        chart=chart,
        table=table,
    )


def of_measure(results: Results, measure: str) -> pl.DataFrame:
    """What a measure showed in each group of sites and times."""
    return frames.beside(results, measure)


def drop(book: Book, measure: str, source: str) -> Panel:
    """How much less a measure improved at scale than at the source, signed, and taken apart."""
    title = "What it does at the source, and at scale"
    says = (
        "Known as voltage drop; it may also be a gain. The change in the measure from the year before first use to the "
        "year after, at the sites of one wave (the source) less at all others."
    )
    waves = frames.sources(book.results)
    if not measure or not waves:
        missing = "no wave is said of the sites" if measure else "no value is recorded"
        return Panel("drop", title, empty=f"{says} It can not be told yet: {missing}.")
    if not source:
        return Panel("drop", title, says=f"{says} Say above which wave is the source.")
    why_not = frames.no_drop(book.results, measure, source)
    if why_not:
        return Panel("drop", title, says=says, notes=(why_not,))
    question = partial(dropped, measure=measure, source=source)
    frame, results = book.frame(question), book.results
    table = Grid.of(
        frame.with_columns(part=frame["part"].replace(CALLED)),
        f"{results.measure(measure)}: {source} against all other sites. Above 0: less at scale.",
        ("part", "Part"),
        ("source", "At the source", "number"),
        ("scale", "At scale", "number"),
        ("drop", "Less at scale by", "number"),
        ("lower", "At least", "number"),
        ("upper", "At most", "number"),
        ("of_source", "Of that at the source", "percent"),
        ("source_sites", "Sites of the source", "number"),
        ("scale_sites", "Sites at scale", "number"),
        ("how", "How"),
    )
    chart = book.drawing(
        draw, question, chart="voltage_drop", measure=results.measure(measure), unit=results.unit(measure)
    )
    return Panel("drop", title, says=says, chart=chart, notes=(DECOMPOSED,), table=table)


CALLED = {
    "whole": "As a whole",
    "those known": "As a whole, at sites whose delivery is known",
    "reach": "With reach",
    "delivered": "With delivery",
    "rest": "With all else",
}
DECOMPOSED = (
    "How it is taken apart: an effect is taken for the share delivered times the rest. A part is what changing it "
    "alone changes, averaged over both orders, so that the parts sum to their whole. The rest holds everything else: "
    "other people, another context, other measuring, and chance."
)


def dropped(results: Results, measure: str, source: str) -> pl.DataFrame:
    """The drop, and its parts."""
    return frames.dropped(results, measure, source)
