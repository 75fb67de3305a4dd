"""What can be worked out of a record or plan: steps to full scale, and the pathway that a change resembles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from takeroot.analysis.assessment import pathways, scale_units, written
from takeroot.charts.wording import counted, day
from takeroot.errors import TakerootError
from takeroot.reporting.blocks import Column, Grid
from takeroot.vocabulary.instrument import Instrument
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept
from takeroot.web.panels.panel import Panel

#: The questions of the plan for full scale that say from where, how far, and how fast: by the field of the form.
UNITS = {"full": "full-number", "start": "units-now", "times": "times"}
#: What the fields are called.
LABELS = {"full": "Units at full scale", "start": "Units now", "times": "Times as many at each step"}
#: The questions of the multi-level record that a pathway is told from.
PATHWAY = ("pressure", "readiness", "relation")
OURS = "A way of asking what would break at the next size. It is no rule, and no date follows from it."


def steps(book: Book, one: Instrument, typed: Mapping[str, str]) -> dict[str, Any]:
    """The steps to full scale, from what was typed, or else from the last plan; nothing, for other instruments.

    Parameters
    ----------
    typed
        Numbers that somebody wants to try, by the name of their field; nothing is kept of them.
    """
    asked = {question.id for question in one.questions}
    if one.id != "full-scale" or not set(UNITS.values()) <= asked:
        return {}
    last = _last(book, one)
    given = {name: typed.get(name) or last.get(question, "") for name, question in UNITS.items()}
    given["start"], given["times"] = given["start"] or "1", given["times"] or str(scale_units.TAUGHT)
    fields = [{"name": name, "label": label, "value": given[name]} for name, label in LABELS.items()]
    shown: dict[str, Any] = {"fields": fields, "says": OURS, "fault": "", "panel": None}
    if not given["full"]:
        return shown
    try:
        sizes = scale_units.sizes(
            *(_number(given["full"]),), times=_number(given["times"]), start=_number(given["start"])
        )
    except TakerootError as wrong:
        return {**shown, "fault": str(wrong)}
    rows = tuple((f"Step {nth}" if nth else "Now", size) for nth, size in enumerate(sizes))
    table = Grid("How many units to plan for at each step.", (Column("", "Step"), Column("", "Units", "number")), rows)
    says = (
        f"{counted(len(sizes) - 1, 'steps')} to {sizes[-1]:,} units, {given['times']} times as many at each; "
        "the last may be smaller."
    )
    return {**shown, "panel": Panel("steps-table", "Steps", table=table), "found": says}


def _number(text: str) -> Any:
    """A whole number as it was typed; what is none is refused by what it is for."""
    plain = text.strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 16 else text


def _last(book: Book, one: Instrument) -> dict[str, str]:
    """The last answer to each question about the programme."""
    last = written.latest(kept.answers_of(book, one.id).filter(pl.col("at").is_null()))
    return dict(last.select("question", "answer").iter_rows())


def resembles(book: Book, one: Instrument) -> Panel | None:
    """The pathway that each record's three judgements resemble, by our own rule."""
    asked = {question.id: question for question in one.questions}
    if one.id != "mlp" or not set(PATHWAY) <= set(asked):
        return None
    answers = kept.answers_of(book, one.id)
    called = (
        {option.value: option.says for option in one.scale(asked["pathways"]).options} if "pathways" in asked else {}
    )
    rows = []
    for row in written.writings(answers).iter_rows(named=True):
        mine = written.of_writing(answers, on=row["on"], subject=row["subject"], site=row["site"])
        said = dict(mine.select("question", "answer").iter_rows())
        if all(name in said for name in PATHWAY):
            found = pathways.resembled(*(said[name] for name in PATHWAY))
            rows.append((day(row["on"]), called.get(found, "Not determined")))
    if not rows:
        return None
    columns = (Column("", "Record of"), Column("", "It resembles"))
    says = "Told from three answers by our own rule after the published typology: what it resembles on that day."
    return Panel("pathways", "Which pathway it resembles", says=says, table=Grid("By record.", columns, tuple(rows)))
