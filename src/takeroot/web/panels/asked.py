"""What sites asked, and what they were answered: notes that begin with an id of their own."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from takeroot.charts.wording import day
from takeroot.reporting.results import Results
from takeroot.web.scope import ANSWER, QUESTION


@dataclass(frozen=True)
class Question:
    """What a site asked, and the answers so far."""

    reference: str
    on: str
    asks: str
    more: str
    voice: str
    site: str
    answers: tuple[str, ...] = ()


def asked(results: Results) -> list[Question]:
    """Every question that was asked at a site in scope, latest first, with its answers, earliest first."""
    notes = results.programme.notes.filter(pl.col("visibility").is_not_null())
    answers: dict[str, list[str]] = {}
    for row in notes.filter(pl.col("id").str.starts_with(ANSWER)).sort("on").iter_rows(named=True):
        for reference in (row["about"] or "").split(";"):
            answers.setdefault(reference, []).append(
                f"{row['text'] or row['title']} ({row['voice'] or 'not said'}, {day(row['on'])})"
            )
    asked = notes.filter(pl.col("id").str.starts_with(QUESTION), pl.col("site").is_not_null())
    return [
        Question(
            f"notes:{row['id']}",
            day(row["on"]),
            row["title"],
            row["text"] or "",
            row["voice"] or "",
            row["site"],
            tuple(answers.get(f"notes:{row['id']}", ())),
        )
        for row in asked.sort("on", descending=True, maintain_order=True).iter_rows(named=True)
    ]
