"""What comes of the answers, where it makes sense: figures, what moved since the round before, and one breakdown."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from takeroot.analysis import assessment
from takeroot.analysis.assessment.grouping import EVERYONE
from takeroot.charts.wording import counted, number
from takeroot.reporting.blocks import Grid
from takeroot.vocabulary.instrument import Instrument
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept
from takeroot.web.panels.panel import Panel

AGREEMENT = "Agreement is the share of pairs of people who gave the same answer, from 0 to 1."


def numbers(of: Instrument, mine: pl.DataFrame) -> Panel | None:
    """What the answers come to, where the rule of the instrument makes a number of them."""
    frame = assessment.constructs(of, mine).filter(pl.col("breakdown") == EVERYONE)
    if not frame.height:
        return None
    names = {one.id: one.name for one in of.constructs}
    frame = frame.with_columns(name=pl.col("of").replace_strict(names, default="In all", return_dtype=pl.String))
    between = [
        number(score)
        if score is not None
        else (f"{number(low)} to {number(high)}" if low is not None else "too few answers")
        for score, low, high in frame.select("score", "lower", "upper").iter_rows()
    ]
    table = Grid.of(
        frame.with_columns(comes=pl.Series(between, dtype=pl.String)),
        "What the answers come to, by the instrument's own rule.",
        ("name", "Construct"),
        ("comes", "Comes to", "text"),
        ("questions", "Questions", "number"),
    )
    means = {
        "mean of a construct": "The mean of what was answered",
        "weighted levels": "What the chosen levels count, added up",
    }
    says = f"{means[of.scoring.rule]}. It says less than the dots above, and no more than they do."
    return Panel("numbers", "What it comes to", says=says, table=table)


def moved(book: Book, of: Instrument, counts: pl.DataFrame, about: dict[str, Any], today: date) -> Panel | None:
    """What moved since the round before about the same, asked in the same way."""
    alike = {one: about[one] for one in ("instrument", "edition", "subject", "kind")}
    asked = kept.every_round(book, today).filter(**alike)["round"]
    known = counts.filter(pl.col("round").is_in(asked.implode()))["round"].unique(maintain_order=True).to_list()
    name = about["round"]
    if name not in known or not known.index(name):
        return None
    frame = assessment.changes(of, counts, before=known[known.index(name) - 1], after=name)
    if not frame.height:
        return None
    names = {question.id: question.short or question.asks for question in of.questions}
    frame = frame.with_columns(name=pl.col("question").replace_strict(names, return_dtype=pl.String))
    table = Grid.of(
        frame,
        f"From round {frame['before'][0]} to round {name}.",
        ("name", "Question"),
        ("who", "Of whom"),
        ("n_before", "Answered then", "number"),
        ("n_after", "Answered now", "number"),
        ("median_before", "Half-way answer then", "number"),
        ("median_after", "Now", "number"),
        ("agreement_before", "Agreement then", "number"),
        ("agreement_after", "Agreement now", "number"),
        ("up", "Moved up", "number"),
        ("same", "Same answer", "number"),
        ("down", "Moved down", "number"),
    )
    told = bool(frame["up"].drop_nulls().len())
    apart = "Who answered both times can not be told apart here, so that what moved may be that others answered."
    notes = (AGREEMENT,) if told else (AGREEMENT, apart)
    return Panel("moved", "What moved since the round before", table=table, summary="Question by question", notes=notes)


def groups(of: Instrument, mine: pl.DataFrame, by: str, floor: int) -> Panel | None:
    """The answers of each group, by one breakdown and never two."""
    if by not in kept.BY:
        return None
    frame = assessment.views(of, mine).filter(breakdown=by)
    names = {question.id: question.short or question.asks for question in of.questions}
    if not frame.height:
        return Panel("groups", f"By {by}", empty="No group is large enough to be shown by itself.")
    frame = frame.with_columns(name=pl.col("question").replace_strict(names, return_dtype=pl.String))
    told = mine.filter((pl.col("breakdown") == by) & (pl.col("n") > 0) & (pl.col("state") != "blank"))
    offered = assessment.dots(of, mine).select("question", "value", "says").unique(maintain_order=True)
    told = told.join(offered, on=["question", "value"], how="left", maintain_order="left")
    said = told.group_by("question", "group", maintain_order=True).agg(
        answers=pl.format("{}: {}", pl.coalesce("says", "value"), "n").str.join("; ")
    )
    table = Grid.of(
        frame.join(said, on=["question", "group"], how="left", maintain_order="left"),
        f"The answers of each group, by {by}. Small groups stand together, so that none under {floor} is seen.",
        ("name", "Question"),
        ("group", by.capitalize()),
        ("answers", "Answers"),
        ("agreement", "Agreement", "number"),
    )
    return Panel("groups", f"By {by}", table=table, notes=(AGREEMENT,), opened=True)


def spread(of: Instrument, mine: pl.DataFrame) -> str:
    """How far views lie apart in all, in a sentence."""
    frame = assessment.opinion_spread(of, mine)
    if not frame.height:
        return ""
    value, questions = frame.select("spread", "questions").row(0)
    over = f"How far views lie apart, over {counted(questions, 'questions')}: {number(value)}, "
    return f"{over}where 0 is one view and 1 is two ends. It is our measure."
