"""A letter to one site: what it told the programme comes back to it, and what it could tell besides."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from takeroot.charts.wording import counted, day
from takeroot.reporting.answers import Statement, as_planned
from takeroot.reporting.blocks import (
    Beside,
    Block,
    Column,
    Facts,
    Grid,
    Missing,
    Part,
    Points,
    Section,
    Statements,
    Words,
)
from takeroot.reporting.results import Results
from takeroot.reporting.sections.first import CHANGED, PLANNED
from takeroot.vocabulary.stages import Stage

#: An interval around the share of one site.
_INTERVAL = re.compile(r"[^.]*95% interval[^.]*\.")
NO_REASON = "No reason for it is released to you."
#: So many changes at the site stand on the first page.
CHANGES = 6
#: What a site is asked for, by the table that has no row of it.
_ASKS = {
    "stages": "Where do you stand with it today, and since when?",
    "deliveries": "Which parts of it do you do, and how much of the time?",
    "adaptations": "What do you do differently from what was planned, and why? Does it still do what it is for?",
    "values": "Which figures of your own tell you whether it works?",
    "notes": "What would somebody who starts with it tomorrow need to hear from you?",
    "experiments": "What did you try out, what did you expect, and what happened?",
}


def answers(results: Results) -> Section:
    """The two answers, as far as the record of the site gives them: what is computed, beside what changed there."""
    name = results.site(results.programme.sites["site"][0])
    computed = tuple(_of_one(one) for one in as_planned(results) if not one.detail and not one.whole)
    changed: list[Block] = [
        Words(
            "Accounts speak of the whole programme and are read by those who see it. Yours can stand beside them, "
            "signed by you.",
            quiet=True,
        )
    ]
    changes = results.changes.filter("matters", pl.col("site").is_not_null()).sort("on", descending=True)
    told = tuple(
        Statement(row["says"], (row["reference"],), "" if row["explanations"] else NO_REASON, "Change")
        for row in changes.head(CHANGES).iter_rows(named=True)
    )
    changed.append(Statements(told) if told else Missing("No change at your site that matters is recorded yet."))
    sides = (Part(PLANNED, (Statements(computed),)), Part(CHANGED, tuple(changed)))
    return Section("answers", "The two answers", (Beside(sides),), lead=f"As far as the record of {name} gives them.")


def _of_one(statement: Statement) -> Statement:
    """A statement about a single site, of which no interval says anything."""
    return replace(statement, doubt=_INTERVAL.sub("", statement.doubt).strip())


def standing(results: Results) -> Section:
    """Where the site stands as far as the programme knows, and how that is known."""
    site = results.programme.sites.row(0, named=True)
    name = results.site(site["site"])
    blocks: list[Block] = [
        Words(
            f"This is what the record of {results.programme.name} holds of {name}, and what is shared with every site. "
            "It compares you with nobody. If something is not as you know it, please say so: the record is then "
            "corrected, with your name or without."
        )
    ]
    now = results.standing
    stage = now["stage"][0] if now.height else None
    since = now["since"][0] if now.height else None
    labels = {one.value: one.label for one in Stage}
    facts = [("Where you stand", f"{labels[stage]}, since {day(since)}" if stage and since else "")]
    planned = results.allocated
    if planned.height:
        row = planned.row(0, named=True)
        facts.append(("First planned to begin", day(row["allocated"]) if row["allocated"] else ""))
        facts.append(("Began", day(row["actual"]) if row["actual"] else ""))
    blocks.append(Facts(tuple(facts)))
    history = results.programme.stages
    if history.height:
        rows = history.sort("on").with_columns(
            pl.col("stage").str.replace_all("_", " "), reference=pl.lit("stages:") + pl.col("id")
        )
        blocks.append(
            Grid.of(
                rows,
                "What was recorded of you, in order.",
                Column("stage", "Stage"),
                Column("on", "Since", "day"),
                Column("reason_kind", "How it ended"),
                Column("reason", "Why"),
                Column("how_known", "How it is known"),
                Column("source", "Source"),
                Column("recorded_by", "Recorded by"),
                Column("reference", "Record", "reference"),
            )
        )
    else:
        blocks.append(Missing("Nothing is recorded of where you stand."))
    return Section("letter", f"To {name}", tuple(blocks))


def noted(results: Results) -> Section | None:
    """Notes at the site that are released to all, and small tests there."""
    programme, blocks = results.programme, []
    if programme.notes.height:
        blocks.append(
            Grid.of(
                programme.notes.sort("on", "title"),
                "Notes at your site that are released to all.",
                Column("title", "Note"),
                Column("text", "Text"),
                Column("voice", "Voice"),
                Column("on", "On", "day"),
            )
        )
    if programme.experiments.height:
        blocks.append(
            Grid.of(
                programme.experiments.sort("since", "question", nulls_last=True),
                "What you tried out.",
                Column("question", "Question"),
                Column("prediction", "Expected", needed=True),
                Column("what_happened", "What happened", needed=True),
                Column("decision", "Decided"),
            )
        )
    return Section("letter-notes", "Notes and tests", tuple(blocks)) if blocks else None


def asking(results: Results) -> Section:
    """What the programme does not know of the site, as questions."""
    programme = results.programme
    own = {name: _own(frame) for name, frame in programme.tables.items()}
    asks = [text for name, text in _ASKS.items() if not own.get(name)]
    asks.append("What got in the way, and what would help?")
    said = f"{counted(len(asks), 'questions')}; answer those that you like. Nothing here is a judgement."
    parts: list[Block] = [Words(said), Points(tuple(asks))]
    return Section("letter-asks", "What we would like to hear from you", (Part("Questions", tuple(parts)),))


def _own(frame: pl.DataFrame) -> int:
    return frame["site"].drop_nulls().len() if "site" in frame.columns else frame.height
