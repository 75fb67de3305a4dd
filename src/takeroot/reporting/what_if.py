"""A what-if on paper: what it stands on, the answer, the choices, who gains, and what would change that."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from takeroot import charts
from takeroot.reporting import blocks as b
from takeroot.reporting.content import Content
from takeroot.reporting.report import FORMATS
from takeroot.simulation.comparing.kept import Kept
from takeroot.vocabulary.programme import Programme

NOT_SAID = "Not written down."


def content(programme: Programme, asked: str, expects: str, told: Kept) -> Content:
    """What it says, in no format yet.

    Parameters
    ----------
    programme
        Whose it is.
    asked, expects
        The question, and what was expected before it was run.
    told
        What came of it.
    """
    about = programme.about
    return Content(
        title=about.name,
        aim=about.aim,
        sponsor=about.sponsor,
        as_at=programme.as_at,
        synthetic=about.synthetic,
        sections=tuple(sections(asked, expects, told)),
        evidence=(),
        kind="What if",
        pages="few",
    )


def file(programme: Programme, asked: str, expects: str, told: Kept, suffix: str) -> bytes:
    """The same as a file: ``.html``, ``.docx``, ``.pptx``, ``.xlsx`` or ``.pdf``."""
    return FORMATS[suffix].made(content(programme, asked, expects, told), None)


def sections(asked: str, expects: str, told: Kept) -> Iterator[b.Section]:
    """Its sections, in the order in which they are read."""
    yield b.Section(
        "asked",
        asked or "What if?",
        (
            b.Facts((("Expected beforehand", expects or NOT_SAID),)),
            *(b.Words(one, quiet=True) for one in told.first),
            b.Words(told.answer),
            b.Points(told.choices),
        ),
    )
    yield b.Section(
        "choices",
        "What would come of each choice",
        (
            b.Points(told.each),
            b.Words(told.scope, quiet=True),
            b.Figure(charts.choices_over_time, (told.frame("stages"),), _stages(told)),
            outcomes(told),
        ),
    )
    against = against_first(told)
    yield b.Section(
        "differences",
        "What the choices differ in",
        (b.Points(told.differences), b.Figure(charts.what_if_differences, (against,), differences(told))),
    )
    if told.rows["groups"]:
        yield b.Section("gains", "Who gains, and who does not", (b.Points(told.gains), *_groups(told)))
    parts: list[b.Block] = [b.Points(told.break_even)] if told.break_even else []
    if told.rows["ladder"]:
        first, second = told.ahead
        drawn = b.Figure(
            charts.assumptions_ladder, (told.frame("ladder"),), ladder(told), {"first": first, "second": second}
        )
        parts += [b.Words(told.overturns), drawn]
    if parts:
        yield b.Section(
            "turns", "How large an effect would have to be, and what would overturn the order", tuple(parts)
        )
    yield b.Section("assumes", "What is taken for granted", (b.Points(told.assumes),))


def against_first(told: Kept) -> pl.DataFrame:
    """The differences from the first choice."""
    frame = told.frame("differences")
    return frame.filter(pl.col("against") == frame["against"][0])


def groups_by(told: Kept) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every way in which sites are divided, with who gains."""
    for (by,), mine in told.frame("groups").group_by("by", maintain_order=True):
        yield str(by), mine


def outcomes(told: Kept) -> b.Grid:
    """Every figure of every choice."""
    return b.Grid.of(
        told.frame("outcomes"),
        "What comes of each choice: the mean over all histories, and what 80 and 95 in 100 of them come to.",
        ("choice", "Choice"),
        ("title", "Figure"),
        ("mean", "Mean", "number"),
        *_ENDS,
    )


def differences(told: Kept) -> b.Grid:
    """Every difference, of each choice from each that stands before it."""
    return b.Grid.of(
        told.frame("differences"),
        "Differences within each history; “better in” is the share of histories in which the first named does better.",
        ("choice", "Choice"),
        ("against", "Against"),
        ("title", "Figure"),
        ("mean", "More or fewer", "number"),
        *_ENDS,
        ("better", "Better in", "percent"),
        ("same", "The same in", "percent"),
    )


def group(told: pl.DataFrame, by: str) -> b.Grid:
    """Who gains, by one division of the sites."""
    return b.Grid.of(
        told,
        f"Months in use for each site, by {by.replace('_', ' ')}: more or fewer than the first choice.",
        ("group", by.replace("_", " ").capitalize()),
        ("sites", "Sites", "number"),
        ("choice", "Choice"),
        ("mean", "More or fewer", "number"),
        *_ENDS,
        ("better", "Gains in", "percent"),
        ("worse", "Loses in", "percent"),
    )


def ladder(told: Kept) -> b.Grid:
    """Every assumption that was moved, the one that matters most first."""
    first, second = told.ahead
    return b.Grid.of(
        told.frame("ladder"),
        f"How many site-months {first} is ahead of {second}, as each assumption is moved.",
        ("says", "Assumption"),
        ("value_said", "Assumed"),
        ("low_said", "From"),
        ("high_said", "To"),
        ("ahead_at_low", "Ahead at the low end", "number"),
        ("ahead_at_high", "Ahead at the high end", "number"),
        ("turns_at_said", "The order turns at"),
        ("weight", "How much it matters, all moved at once", "number"),
    )


def _groups(told: Kept) -> Iterator[b.Block]:
    for by, mine in groups_by(told):
        options = {
            "heading": "group",
            "same_scale": True,
            "title": f"Who gains, by {by.replace('_', ' ')}",
            "unit": "Months in use for each site",
        }
        yield b.Figure(charts.what_if_differences, (mine,), group(mine, by), options)


def _stages(told: Kept) -> b.Grid:
    return b.Grid.of(
        in_use(told),
        "Sites in use, month by month: the mean over all histories, and what 80 in 100 of them come to.",
        ("month", "Month", "month"),
        ("choice", "Choice"),
        ("mean", "In use", "number"),
        ("lower_80", "80 in 100: from", "number"),
        ("upper_80", "to", "number"),
    )


def in_use(told: Kept) -> pl.DataFrame:
    """Sites in use by month, of each choice."""
    return told.frame("stages").filter(stage="in use")


_ENDS = (
    ("lower_80", "80 in 100: from", "number"),
    ("upper_80", "to", "number"),
    ("lower_95", "95 in 100: from", "number"),
    ("upper_95", "to", "number"),
)
