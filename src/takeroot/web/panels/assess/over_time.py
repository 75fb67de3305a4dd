"""What was written of a record or plan, time after time: each writing, what changed in it, and where places differ."""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot.analysis.assessment import written
from takeroot.charts.wording import counted, day
from takeroot.reporting.blocks import Column, Grid
from takeroot.vocabulary.instrument import Instrument
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept, record_at
from takeroot.web.panels.panel import Group, Item, Line, Panel

#: So many writings stand beside each other in words; earlier ones are in the list.
BESIDE = 5
#: So many subjects that were written about again stand each in a part of its own.
AGAIN = 6


def history(book: Book, one: Instrument) -> Panel:
    """Every writing, the latest first, and a way to compare two."""
    what = "record" if one.kind == "record" else "plan"
    frame = written.writings(kept.answers_of(book, one.id))
    if not frame.height:
        return Panel(
            "history",
            "What was written",
            empty=f"No {what} was written here yet. The first is the one that later ones are compared with.",
        )
    lines = tuple(
        Line(
            f"About {kept.about_what(book, row['subject'], row['site'])}",
            day(row["on"]),
            counted(row["answers"], "answers") + (f" of {counted(row['sites'], 'sites')}" if row["sites"] else ""),
            row["by"] or "",
            record_at(book.row.slug, one.id, row),
            tag="" if row["edition"] == one.edition else f"edition {row['edition']}",
        )
        for row in frame.iter_rows(named=True)
    )
    notes = (
        "A record stays as it was written. What you see differently today is a new one; open one to compare it with "
        "another.",
    )
    return Panel("history", "What was written", groups=(Group("The latest first", lines),), notes=notes)


def over_time(book: Book, one: Instrument) -> list[Panel]:
    """Judgements in words, a column for each time, for each subject that was written about again."""
    answers = kept.answers_of(book, one.id).filter(pl.col("at").is_null())
    counts = (
        answers.group_by("subject", "site", maintain_order=True).agg(pl.col("on").n_unique()).filter(pl.col("on") > 1)
    )
    again = counts.sort("site", nulls_last=False, maintain_order=True).head(AGAIN)
    return [
        panel
        for nth, (subject, site) in enumerate(again.select("subject", "site").iter_rows(), 1)
        if (panel := _in_words(book, written_about(answers, subject, site), nth)) is not None
    ]


def _in_words(book: Book, mine: pl.DataFrame, nth: int) -> Panel | None:
    days = mine["on"].unique().sort().to_list()[-BESIDE:]
    chosen = mine.filter(pl.col("kind").is_in(["one of", "any of", "number"]) & pl.col("on").is_in(days))
    if not chosen.height:
        return None
    asked = chosen.sort("nth").select("question", "name").unique("question", keep="last", maintain_order=True)
    told = {(q, on): says for q, on, says in chosen.select("question", "on", "says").iter_rows()}
    rows = tuple((name, *(told.get((question, on)) for on in days)) for question, name in asked.iter_rows())
    columns = (Column("", "What was judged"), *(Column("", day(on)) for on in days))
    what = kept.about_what(book, mine["subject"][0], mine["site"][0])
    return Panel(
        f"over-time-{nth}",
        f"Over time, in words: {what}",
        says="Words stand beside words. They are not turned into figures, and none is better than another by itself.",
        table=Grid(f"What was said of {what}, each time it was written, in the words chosen.", columns, rows),
        summary="What was said each time",
    )


def written_about(answers: pl.DataFrame, subject: str, site: str | None) -> pl.DataFrame:
    """What was written about one subject."""
    return answers.filter((pl.col("subject") == subject) & pl.col("site").eq_missing(pl.lit(site, pl.String)))


def here_and_there(book: Book, one: Instrument) -> Panel | None:
    """Where the last answers about different places are not the same: what enables here may limit there."""
    last = written.latest(kept.answers_of(book, one.id).filter(pl.col("at").is_null() & pl.col("kind").eq("one of")))
    items = []
    for (_, name), part in last.group_by("question", "name", maintain_order=True):
        ways = part["says"].unique(maintain_order=True).to_list()
        if part.height < 2 or len(ways) < 2:
            continue
        lines = tuple(
            (says, ", ".join(_place(book, row) for row in part.filter(says=says).iter_rows(named=True)))
            for says in ways
        )
        items.append(Item(str(name), lines))
    if not items:
        return None
    return Panel(
        "here-and-there",
        "Here and there",
        says="Where the last answers about different places differ. The same condition may help in one place and "
        "hinder in another.",
        items=tuple(items),
        summary=f"{counted(len(items), 'questions')} in which places differ",
    )


def _place(book: Book, row: dict[str, Any]) -> str:
    return f"{kept.about_what(book, row['subject'], row['site'])} ({day(row['on'])})"
