"""One round of a questionnaire: every answer undivided, what they come to, where views differ, and what moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from takeroot import charts
from takeroot.analysis import assessment
from takeroot.analysis.assessment.coding import BLANK, questions
from takeroot.analysis.assessment.counting import MOVED
from takeroot.analysis.assessment.grouping import EVERYONE
from takeroot.charts.wording import agree, counted, listed, number
from takeroot.errors import TakerootError
from takeroot.reporting.answered import BY, drawn, names_of, roots, said_in
from takeroot.reporting.blocks import Block, Figure, Grid, Missing, Part, Words
from takeroot.vocabulary.instrument import Instrument

#: What a number is, by the rule that makes it.
_MADE = {
    "mean of a construct": "The mean of what was answered to the questions of each construct.",
    "weighted levels": "What the chosen levels count, added up.",
}


def one_round(
    of: Instrument, counts: pl.DataFrame, mine: pl.DataFrame, rounds: pl.DataFrame, name: str
) -> Iterator[Block]:
    """A round: how many answered, every answer, what they come to, what moved, and by role."""
    row = rounds.row(by_predicate=pl.col("round") == name, named=True)
    yield Words(_answered(of, row, mine))
    silent = _silent(mine)
    for root in roots(of):
        frame = drawn(of, mine, root.id).filter(~pl.col("question").is_in(silent))
        if frame.height:
            points = Grid.of(
                frame,
                f"{root.name}: how many gave each answer.",
                ("name", "Question"),
                ("beside", "Agreement"),
                ("says", "Answer"),
                ("n", "People", "number"),
            )
            yield Figure(charts.answers_as_dots, (frame,), points, {"title": root.name})
    yield from _numbers(of, mine)
    yield from _differing(of, mine)
    yield from _moved(of, counts, rounds, row)
    if row["kind"] != "open":
        yield from _by_role(of, mine, row["floor"])


def _silent(mine: pl.DataFrame) -> list[str]:
    """The questions that nobody answered, in their order."""
    told = mine.filter(breakdown=EVERYONE).group_by("question", maintain_order=True)
    said = told.agg(n=pl.col("n").filter(~pl.col("state").is_in([BLANK, MOVED])).sum())
    return said.filter(n=0)["question"].to_list()


def _answered(of: Instrument, row: dict[str, Any], mine: pl.DataFrame) -> str:
    """How many answered, how it was asked, and which questions are withheld."""
    asked = f" of {row['invited']:,} who were asked" if row["invited"] else ""
    said = f"{counted(row['answered'], 'people')} answered{asked}."
    if row["kind"] == "open":
        said += " The round was open: they answered together, or each with a name, by consent."
    else:
        said += f" Nobody is named, and no group of fewer than {row['floor']} is shown."
    shown = set(mine.filter(breakdown=EVERYONE)["question"])
    names = names_of(of)
    withheld = [names[question] for question in questions(of)["question"] if question not in shown]
    if withheld:
        said += (
            f" {counted(len(withheld), 'questions')} {agree(len(withheld), 'is', 'are')} withheld: {_some(withheld)}."
        )
    if silent := _silent(mine):
        said += f" Nobody answered {counted(len(silent), 'questions')}: {_some([names[one] for one in silent])}."
    return said


def _some(names: list[str]) -> str:
    """The first of several, and that there are others."""
    return "; ".join(names[:4]) + ("; and others" if len(names) > 4 else "")


def _numbers(of: Instrument, mine: pl.DataFrame) -> Iterator[Block]:
    """What the answers come to, where the instrument's own rule makes something of them."""
    spread = assessment.opinion_spread(of, mine)
    if spread.height:
        value, over = spread.select("spread", "questions").row(0)
        yield Words(
            f"How far views lie apart, over {counted(over, 'questions')}: {number(value)}, where 0 is one view and 1 "
            "is two ends. It is our measure."
        )
    if of.scoring.rule == "profile":
        yield from _profile(of, mine)
    frame = assessment.constructs(of, mine).filter(breakdown=EVERYONE)
    if not frame.height:
        return
    names = {one.id: one.name for one in of.constructs}
    comes = [
        number(score)
        if score is not None
        else f"{number(low)} to {number(high)}"
        if low is not None
        else "too few answers"
        for score, low, high in frame.select("score", "lower", "upper").iter_rows()
    ]
    yield Grid.of(
        frame.with_columns(
            name=pl.col("of").replace_strict(names, default="In all", return_dtype=pl.String), comes=pl.Series(comes)
        ),
        f"What the answers come to. {_MADE[of.scoring.rule]} It says less than the dots above, and no more.",
        ("name", "Construct"),
        ("comes", "Comes to"),
        ("questions", "Questions", "number"),
        ("shown", "of which shown", "number"),
    )


def _profile(of: Instrument, mine: pl.DataFrame) -> Iterator[Block]:
    """Each element by itself, and which of them are places to prepare."""
    frame = assessment.profile(of, mine)
    if not frame.height:
        return
    names = names_of(of)
    low = [names[question] for question in frame.filter("attend")["question"]]
    if low:
        yield Words(f"Places to prepare, where the half-way answer is low: {listed(low)}.")
    yield Grid.of(
        frame.with_columns(
            name=pl.col("question").replace_strict(names, return_dtype=pl.String),
            attend=pl.when("attend").then(pl.lit("a place to prepare")),
        ),
        "Each element by itself, as those who answered see it; nothing is added up.",
        ("name", "Element"),
        ("median", "Half-way answer", "number"),
        ("least", "Least", "number"),
        ("most", "Most", "number"),
        ("n", "Answered", "number"),
        ("attend", "What it asks for"),
        folded=frame.height > 16,
    )


def _differing(of: Instrument, mine: pl.DataFrame) -> Iterator[Block]:
    """Where views differ most, and what to ask about it."""
    frame = assessment.differing(of, mine)
    if not frame.height:
        return
    told = assessment.dots(of, mine).filter((pl.col("n") > 0) & (pl.col("state") != "blank"))
    told = told.with_columns(says=said_in(of, told))
    each = told.group_by("question", maintain_order=True).agg(answers=pl.format("{}: {}", "says", "n").str.join("; "))
    every = [prompt.asks for prompt in of.discussion][:2]
    ask = [" ".join(asks or every) or None for asks in frame["ask"].to_list()]
    yield Grid.of(
        frame.join(each, on="question", how="left", maintain_order="left").with_columns(
            called=pl.col("question").replace_strict(names_of(of), return_dtype=pl.String),
            what=pl.Series(ask, dtype=pl.String),
        ),
        "Where views differ most, and what to ask.",
        ("called", "Question"),
        ("answers", "Answers"),
        ("agreement", "Agreement", "percent"),
        ("what", "To ask"),
    )


def _moved(of: Instrument, counts: pl.DataFrame, rounds: pl.DataFrame, row: dict[str, Any]) -> Iterator[Block]:
    """What moved since the round before about the same."""
    about = rounds.filter("shown", subject=row["subject"])
    known = [name for name in counts["round"].unique(maintain_order=True) if name in set(about["round"])]
    at = known.index(row["round"]) if row["round"] in known else 0
    alike = set(about.filter(kind=row["kind"])["round"])
    before = [name for name in known[:at] if name in alike]
    if not before:
        if at:
            yield Words(
                f"The round before, {known[at - 1]}, was asked in another way, anonymously or openly, so that the two "
                "are not compared."
            )
        return
    try:
        frame = assessment.changes(of, counts, before=before[-1], after=row["round"])
    except TakerootError as wrong:
        yield Missing(f"What moved since {before[-1]} can not be shown. {wrong}")
        return
    yield Part(f"What moved since {before[-1]}", tuple(_changes(of, frame, before[-1], row["round"])))


def _changes(of: Instrument, frame: pl.DataFrame, before: str, after: str) -> Iterator[Block]:
    everyone = frame.filter(who=EVERYONE).drop_nulls(["agreement_before", "agreement_after"])
    more = everyone.filter(pl.col("agreement_after") > pl.col("agreement_before")).height
    less = everyone.filter(pl.col("agreement_after") < pl.col("agreement_before")).height
    if everyone.height:
        ways = (("more than before", more), ("less", less), ("as before", everyone.height - more - less))
        said = listed([f"{way} on {number(n)}" for way, n in ways if n])
        yield Words(f"Of {counted(everyone.height, 'questions')} that can be compared, people agree {said}.")
    if not frame["up"].drop_nulls().len():
        yield Words(
            "Who answered both times can not be told apart here, so that what moved may be that others answered.",
            quiet=True,
        )
    names = names_of(of)
    yield Grid.of(
        frame.with_columns(name=pl.col("question").replace_strict(names, return_dtype=pl.String)),
        f"From {before} to {after}, question by question.",
        ("name", "Question"),
        ("who", "Of whom"),
        ("n_before", "Answered then", "number"),
        ("n_after", "now", "number"),
        ("median_before", "Half-way answer then", "number"),
        ("median_after", "now", "number"),
        ("agreement_before", "Agreement then", "percent"),
        ("agreement_after", "now", "percent"),
        ("up", "Moved up", "number"),
        ("same", "Same answer", "number"),
        ("down", "Moved down", "number"),
        folded=frame.height > 12,
    )


def _by_role(of: Instrument, mine: pl.DataFrame, floor: int) -> Iterator[Block]:
    """Answers by the one breakdown there is, small groups together; and what is withheld of it."""
    for by in BY:
        seen = mine.filter(breakdown=by)
        if not seen.height:
            yield Words(f"By {by} nothing is shown: there are no two groups that each have {floor} people or more.")
            continue
        groups = seen["group"].unique(maintain_order=True).to_list()
        together = [group for group in groups if " or " in group]
        of_all = set(mine.filter(breakdown=EVERYONE)["question"])
        withheld = [names_of(of)[one] for one in questions(of)["question"] if one in of_all - set(seen["question"])]
        said = f"By {by}, one question at a time: {counted(len(groups), 'groups')}."
        said += f" Small ones stand together: {'; '.join(together)}." if together else ""
        said += f" Withheld, because a group would be too small: {listed(withheld)}." if withheld else ""
        yield Words(said)
        told = seen.filter((pl.col("n") > 0) & (pl.col("state") != "blank"))
        says = assessment.dots(of, mine).select("question", "value", "says").unique(maintain_order=True)
        told = told.join(says, on=["question", "value"], how="left", maintain_order="left")
        told = told.with_columns(says=said_in(of, told))
        answers = told.group_by("question", "group", maintain_order=True).agg(
            answers=pl.format("{}: {}", pl.coalesce("says", "value"), "n").str.join("; ")
        )
        frame = assessment.views(of, mine).filter(breakdown=by)
        yield Grid.of(
            frame.join(answers, on=["question", "group"], how="left", maintain_order="left").with_columns(
                name=pl.col("question").replace_strict(names_of(of), return_dtype=pl.String)
            ),
            f"The answers of each group, by {by}.",
            ("name", "Question"),
            ("group", by.capitalize()),
            ("answered", "Answered", "number"),
            ("answers", "Answers"),
            ("agreement", "Agreement", "percent"),
            folded=True,
        )
