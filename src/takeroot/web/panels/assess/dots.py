"""Every answer that people gave, undivided: a dot for each, before anything is made of them."""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot.analysis import assessment
from takeroot.analysis.assessment.coding import ANSWER, COUNTED
from takeroot.analysis.assessment.grouping import EVERYONE
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, counted, listed
from takeroot.reporting.blocks import Grid
from takeroot.vocabulary.answer import offered
from takeroot.vocabulary.instrument import Construct, Instrument
from takeroot.web.frames import Book
from takeroot.web.panels.assess.constructs import under
from takeroot.web.panels.panel import Panel, draw

#: So far from the least to the most, each number of a scale has a row.
SHORT = 12
#: What is drawn of each answer.
_DRAWN = ["question", "name", "beside", "state", "says", "n"]


def dots(book: Book, of: Instrument, mine: pl.DataFrame, root: Construct, floor: int) -> Panel | None:
    """Every answer to the questions of a construct in a round."""
    frame, back = drawn(of, mine, root.id), _kept_back(of, mine, root.id, floor)
    if not frame.height:
        return Panel(f"of-{root.id}", root.name, says=root.says or "", empty=back) if back else None
    table = Grid.of(
        frame,
        f"{root.name}: how many gave each answer.",
        ("name", "Question"),
        ("says", "Answer"),
        ("n", "People", "number"),
    )
    chart = book.drawing_of_groups(chart_of, title=root.name, rows=frame.select(_DRAWN).rows())
    return Panel(
        f"of-{root.id}",
        root.name,
        says=root.says or "",
        chart=chart,
        table=table,
        summary="How many gave each answer",
        notes=(back,) if back else (),
    )


def _kept_back(of: Instrument, mine: pl.DataFrame, root: str, floor: int) -> str:
    """Which questions of a construct are not shown, and why; empty, where all are."""
    seen, within = set(mine["question"]), under(of, root)
    asked = [one for one in of.questions if one.of in within and of.scale(one).kind in COUNTED]
    names = [one.short or one.asks for one in asked if one.id not in seen]
    return f"Not shown, since fewer than {floor} answered: {listed(names)}." if names else ""


def chart_of(title: str, rows: list[tuple[Any, ...]]) -> str:
    """The answers to the questions of one construct, drawn."""
    return draw(pl.DataFrame(rows, schema=_DRAWN, orient="row"), chart="answers_as_dots", title=title)


def drawn(of: Instrument, mine: pl.DataFrame, root: str) -> pl.DataFrame:
    """What is drawn of a construct: every answer of everyone, and what stands beside each question."""
    seen = assessment.views(of, mine).filter((pl.col("breakdown") == EVERYONE) & pl.col("beside").is_null())
    beside = {row["question"]: said_of(row) for row in seen.iter_rows(named=True)}
    names = {question.id: question.short or question.asks for question in of.questions}
    told = assessment.dots(of, mine).filter(pl.col("of").is_in(under(of, root), nulls_equal=True))
    told = _with_every_number(of, told)
    asked = pl.col("n").filter(pl.col("state") != "blank").sum().over("question") > 0
    told = told.filter((pl.col("n") > 0) | ((pl.col("state") == "answer") & asked))
    return told.with_columns(
        says=in_words(of, told),
        name=pl.col("question").replace_strict(names, return_dtype=pl.String),
        beside=pl.col("question").replace_strict(beside, default="", return_dtype=pl.String),
    )


def _with_every_number(of: Instrument, told: pl.DataFrame) -> pl.DataFrame:
    """Every number of a short scale, also those that nobody gave: else what lies apart would look near."""
    parts = []
    for (name,), mine in told.group_by("question", maintain_order=True):
        scale = of.scale(next(one for one in of.questions if one.id == name))
        if scale.kind != "number" or scale.least is None or scale.most is None or scale.most - scale.least > SHORT:
            parts.append(mine)
            continue
        step = scale.step or 1
        values = [f"{scale.least + n * step:g}" for n in range(round((scale.most - scale.least) / step) + 1)]
        given = mine.filter((pl.col("state") == ANSWER) & ~pl.col("value").is_in(values))
        every = pl.DataFrame({"value": values, "state": ANSWER}).join(
            mine.select("value", "state", "n"), on=["value", "state"], how="left", maintain_order="left"
        )
        first = mine.row(0, named=True)
        every = every.with_columns(
            *(pl.lit(first[one], mine.schema[one]).alias(one) for one in ("round", "of", "question", "asks")),
            says=pl.col("value"), n=pl.col("n").fill_null(0),
        ).select(mine.columns)  # fmt: skip
        parts += [every, given, mine.filter(pl.col("state") != ANSWER)]
    return pl.concat(parts) if parts else told


def in_words(of: Instrument, told: pl.DataFrame) -> pl.Series:
    """What each answer says, as people read it when they choose it."""
    offers = {
        (question.id, offer.value): offer.says for question in of.questions for offer in offered(of.scale(question))
    }
    rows = told.select("question", "value", "says").iter_rows()
    said = [offers.get((question, value), says) for question, value, says in rows]
    return pl.Series("says", said, dtype=pl.String)


def said_of(row: dict[str, Any]) -> str:
    """How many answered a question, in how many different ways, and how far they agree."""
    if not row["answered"]:
        return "nobody answered it"
    said = f"{row['answered']:,} answered, {counted(row['distinct'], 'different answers')}"
    if row["agreement"] is None:
        return said
    if row["answered"] >= ENOUGH_FOR_A_PERCENTAGE:
        return f"{said}, agreement {row['agreement']:.0%}"
    pairs = row["answered"] * (row["answered"] - 1) // 2
    return f"{said}, {round(row['agreement'] * pairs)} of {counted(pairs, 'pairs')} alike"
