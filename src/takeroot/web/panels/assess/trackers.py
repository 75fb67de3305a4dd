"""What each site said of each change, and how far each team has come, by itself and by the faculty."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from takeroot.analysis.assessment import written
from takeroot.charts.wording import counted, day
from takeroot.reporting.blocks import Column, Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.instrument import Instrument
from takeroot.web.forms.assessing import column_names
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept
from takeroot.web.panels.panel import Panel, draw

#: So many sites have a line of their own in a chart.
LINES = 12


def tracker(book: Book, one: Instrument) -> Panel | None:
    """The last answer of each site to what each is asked, sites in their given order."""
    scored = set(written.judged_on(one))
    each = [question for question in one.questions if question.by_site and question.id not in scored]
    if not each:
        return None
    answers = kept.answers_of(book, one.id)
    last = written.latest(answers.filter(pl.col("at").is_not_null()))
    if not last.height:
        return Panel("tracker", "Where each site stands", empty="No site has said yet how far it has come.")
    plain = written.latest(answers.filter(pl.col("at").is_null()))
    named = column_names(one, {}, dict(plain.select("question", "answer").iter_rows()))
    columns = {question.id: named[question.id] for question in each if question.id in named}
    told = {
        (q, at): f"{says} ({day(on)})" for q, at, says, on in last.select("question", "at", "says", "on").iter_rows()
    }
    rows = tuple(
        (name, *(told.get((question, site)) for question in columns))
        for site, name in kept.called(book).items()
        if any((question, site) in told for question in columns)
    )
    missing = len(kept.called(book)) - len(rows)
    notes = (f"{counted(missing, 'sites')} said nothing yet.",) if missing else ()
    return Panel(
        "tracker",
        "Where each site stands",
        says="What each site last said of each change, and when. The words stand in an order without distances, so no "
        "mean is taken.",
        table=Grid(
            "The last answer of each site, with its day.",
            (Column("", "Site"), *(Column("", name) for name in columns.values())),
            rows,
        ),
        summary="Site by site",
        notes=notes,
    )


def scores(results: Results, instrument: str) -> pl.DataFrame:
    """Judgements of each site on a scale, over time, by who judges."""
    one = kept.in_use(kept.shelf(results))[instrument]
    names = {construct.id: construct.name for construct in one.constructs}
    called = {question.id: question.short or names.get(question.of or "", question.asks) for question in one.questions}
    lines = written.lines_of(kept.spoken(results, instrument), written.judged_on(one), called=called)
    order = {site: nth for nth, site in enumerate(results.programme.sites["site"])}
    nth = pl.col("site").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    name = dict(results.programme.sites.select("site", pl.coalesce("name", "site").alias("name")).iter_rows())
    return lines.sort(nth, maintain_order=True).with_columns(
        pl.col("site").replace_strict(name, default=pl.col("site"))
    )


def first_scores(results: Results, instrument: str) -> pl.DataFrame:
    """The same, of so many sites as have a line of their own, in the order given."""
    frame = scores(results, instrument)
    return frame.filter(pl.col("site").is_in(frame["site"].unique(maintain_order=True).head(LINES).implode()))


def progress(book: Book, one: Instrument) -> Panel | None:
    """Judgements on the collaborative's scale: the team's own and the faculty's apart, as people set them."""
    asked = [question for question in one.questions if question.id in written.judged_on(one)]
    if not asked:
        return None
    frame = book.frame(scores, instrument=one.id)
    title = "How far each team has come"
    if not frame.height:
        return Panel(
            "progress",
            title,
            empty="Nobody has set a score yet. The team sets its own each month, and the faculty theirs.",
        )
    levels = [float(option.value) for option in one.scale(asked[0]).options]
    sites = frame["site"].n_unique()
    notes = (
        "A score stands until somebody sets another; it never moves by itself, and it may go down.",
        *(
            (f"The chart shows the first {LINES} of {counted(sites, 'sites')}, in the order given.",)
            if sites > LINES
            else ()
        ),
    )
    return Panel(
        "progress",
        title,
        says="What the team and the faculty each said, on the day they said it. Where the two differ there is "
        "something to talk about.",
        chart=book.drawing(draw, pl_first(one.id), chart="progress_over_time", least=min(levels), most=max(levels)),
        table=Grid.of(
            frame,
            "Every score that was set, by whom, and why.",
            ("site", "Site"),
            ("on", "Day", "day"),
            ("who", "Whose judgement"),
            ("score", "Score", "number"),
            ("why", "What it is based on"),
        ),
        notes=notes,
    )


def pl_first(instrument: str) -> Any:
    """The question of :func:`first_scores` about one instrument."""
    return partial(first_scores, instrument=instrument)
