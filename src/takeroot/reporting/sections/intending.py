"""What is intended: for each plan what stands and what is missing, steps of size, and how far each site has come."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from takeroot import charts
from takeroot.analysis.assessment import scale_units, written
from takeroot.charts.wording import agree, counted, day, number
from takeroot.errors import TakerootError
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.asking import cautions, noted_links, told_of
from takeroot.reporting.sections.writing import changed, each_time, when_and_by, written_to
from takeroot.vocabulary.instrument import Instrument

#: The questions of the plan for full scale that say how far, from where, and by how much at each step.
UNITS = ("full-number", "units-now", "times")
#: So many sites have a line of their own in a chart.
LINES = 12
#: So many questions that are open are named.
NAMED = 8


def intending(results: Results) -> Section | None:
    """Every plan that was written to an instrument, in the order of their titles."""
    parts = [
        Part(of.title, (*told_of(of), *_plan(results, of, answers), *noted_links(results, of), *cautions(of)))
        for of, answers in written_to(results, "plan")
    ]
    if not parts:
        return None
    lead = "What stands is the last that was written to each question, with its day. Earlier plans are not erased."
    return Section("intended", "What is intended: plans of spread and scale-up", tuple(parts), lead)


def _plan(results: Results, of: Instrument, answers: pl.DataFrame) -> Iterator[Block]:
    whole = answers.filter(pl.col("at").is_null())
    if whole.height:
        yield from _stands(of, whole)
    yield from _missing(of, answers)
    yield from _steps(of, whole)
    yield from _tracker(results, of, answers)
    yield from _progress(results, of, answers)


def _stands(of: Instrument, whole: pl.DataFrame) -> Iterator[Block]:
    """The last answer to each question with its day, and what changed between the last two plans."""
    days = whole["on"].unique().sort().to_list()
    yield Words(when_and_by(whole))
    last = written.latest(whole)
    titles = {question.id: section.title for section in of.sections for question in section.questions}
    says = pl.when(pl.col("words").is_null()).then("says").otherwise(pl.format("{}. {}", "says", "words"))
    yield Grid.of(
        last.with_columns(
            told=says, part=pl.col("question").replace_strict(titles, default=None, return_dtype=pl.String)
        ),
        "What stands.",
        Column("name", "Question"),
        Column("part", "Part"),
        Column("told", "What stands"),
        Column("on", "Of", "day"),
        folded=last.height > 24,
    )
    if len(days) > 1:
        yield from changed(whole, days[-2], days[-1])
        yield each_time(whole, days[-4:], folded=True)


def _missing(of: Instrument, answers: pl.DataFrame) -> Iterator[Block]:
    """The questions to which nothing stands."""
    said = set(answers["question"])
    left = [one.short or one.asks for one in of.questions if one.id not in said and not one.by_site]
    if left:
        some = "; ".join(left[:NAMED]) + (f"; and {len(left) - NAMED} others" if len(left) > NAMED else "")
        yield Missing(
            f"{counted(len(left), 'questions')} of this plan {agree(len(left), 'has', 'have')} no answer: {some}."
        )


def _steps(of: Instrument, whole: pl.DataFrame) -> Iterator[Block]:
    """How many steps it is to full scale, if each multiplies the units; from the last plan."""
    if of.id != "full-scale":
        return
    said = dict(written.latest(whole).select("question", "level").drop_nulls().iter_rows())
    full, start, times = (said.get(name) for name in UNITS)
    if full is None:
        return
    try:
        sizes = scale_units.sizes(full, times=times or scale_units.TAUGHT, start=start or 1)
    except TakerootError as wrong:
        yield Missing(f"The steps to full scale can not be counted. {wrong}")
        return
    yield Part(
        "Steps to full scale",
        (
            Words(
                f"{counted(len(sizes) - 1, 'steps')} to {sizes[-1]:,} units, {number(times or scale_units.TAUGHT)} "
                "times as many at each; the last may be smaller. It is a way of asking what would break at the next "
                "size. It is no rule, and no date follows from it."
            ),
            Grid(
                "How many units to plan for at each step.",
                (Column("step", "Step"), Column("units", "Units", "number")),
                tuple((f"Step {nth}" if nth else "Now", size) for nth, size in enumerate(sizes)),
            ),
        ),
    )


def _tracker(results: Results, of: Instrument, answers: pl.DataFrame) -> Iterator[Block]:
    """What each site last said of each change, and when."""
    judged = set(written.judged_on(of))
    each = [one.id for one in of.questions if one.by_site and one.id not in judged]
    if not each:
        return
    last = written.latest(answers.filter(pl.col("at").is_not_null(), pl.col("question").is_in(each)))
    if not last.height:
        yield Missing("No site has said yet how far it has come with each change.")
        return
    stands = dict(written.latest(answers.filter(pl.col("at").is_null())).select("question", "answer").iter_rows())
    named = {name: called for name, called in written.columns(of, stands).items() if name in each}
    told = {(q, at): f"{says} ({day(on)})" for q, at, says, on in last.select("question", "at", "says", "on").rows()}
    sites = [site for site in results.site_names_in_order if any((name, site) in told for name in named)]
    silent = len(results.site_names) - len(sites)
    notes = f" {counted(silent, 'sites')} said nothing yet." if silent else ""
    yield Part(
        "Where each site stands",
        (
            Words(f"The words stand in an order without distances, so no mean is taken.{notes}"),
            Grid(
                "The last that each site said of each change, with its day; in the order of the sites' names.",
                (Column("site", "Site"), *(Column(name, called) for name, called in named.items())),
                tuple((results.site(site), *(told.get((name, site)) for name in named)) for site in sites),
                folded=len(sites) > 24,
            ),
        ),
    )


def _progress(results: Results, of: Instrument, answers: pl.DataFrame) -> Iterator[Block]:
    """Judgements on the collaborative's scale, the team's and the faculty's apart, as people set them."""
    judged = written.judged_on(of)
    if not judged:
        return
    names = {one.id: one.name for one in of.constructs}
    called = {one.id: one.short or names.get(one.of or "", one.asks) for one in of.questions}
    frame = written.lines_of(answers, judged, called=called)
    if not frame.height:
        yield Missing(
            "Nobody has set a score of progress yet.", "The team sets its own each month, the faculty theirs."
        )
        return
    frame = results.in_order(frame.with_row_index("nth"), "nth").with_columns(site="name")
    asked = next(one for one in of.questions if one.id in judged)
    levels = [float(option.value) for option in of.scale(asked).options]
    first = frame["site"].unique(maintain_order=True).head(LINES)
    points = Grid.of(
        frame,
        "Every score that was set, by whom, and why.",
        ("site", "Site"),
        ("on", "Day", "day"),
        ("who", "Whose judgement"),
        ("score", "Score", "number"),
        ("why", "What it is based on"),
    )
    sites = frame["site"].n_unique()
    cut = f" The chart shows the first {LINES} of {counted(sites, 'sites')} by name." if sites > LINES else ""
    yield Part(
        "How far each team has come",
        (
            Words(
                "What the team and the faculty each said, on the day they said it. A score stands until somebody sets "
                f"another: it never moves by itself, and it may go down.{cut}"
            ),
            Figure(
                charts.progress_over_time,
                (frame.filter(pl.col("site").is_in(first.implode())),),
                points,
                {"least": min(levels), "most": max(levels)},
            ),
        ),
    )
