"""What would come of each choice: the words first, then the charts and their figures."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from takeroot.charts.wording import day
from takeroot.errors import TakerootError
from takeroot.reporting import what_if as on_paper
from takeroot.reporting.saying import answer_of
from takeroot.simulation.comparing import in_files
from takeroot.simulation.comparing.kept import Kept
from takeroot.simulation.comparing.saying import choice_said
from takeroot.web.frames import Book
from takeroot.web.models import WhatIfFigures
from takeroot.web.panels.panel import Line, Panel, draw

ASK = "Nothing was asked yet. Ask what would come of two to five choices; say first what you expect."
READ = "Nothing was asked yet. Who leads the programme can ask what would come of two to five choices."


def listed(book: Book, addresses: dict[str, str]) -> tuple[Line, ...]:
    """Every what-if, the latest first: the question, what came of it, and what was decided."""
    asked = book.programme.what_ifs
    lines = []
    for row in reversed(list(asked.iter_rows(named=True))):
        came = answer_of(row["result"]) if row["result"] else "Not worked out yet."
        decided = f" Decided: {row['decision']}" if row["decision"] else ""
        lines.append(
            Line(
                row["question"],
                when=day(row["on"]),
                where=addresses.get(row["id"], ""),
                more=f"{came}{decided}",
                tag="Decided" if row["decision"] else "",
            )
        )
    return tuple(lines)


def kept(book: Book, one: str) -> Kept | None:
    """The figures of a what-if, where they are still those of this programme and this version."""
    held = WhatIfFigures.objects.filter(programme=book.row, what_if=one).first()
    try:
        return Kept.from_json(held.figures) if held else None
    except (KeyError, TypeError, ValueError):
        return None


def choices_of(row: dict[str, Any]) -> list[str]:
    """The choices of a what-if, read aloud."""
    try:
        return [choice_said(one) for one in in_files.from_yaml("choices", row["choices"].encode()).all_choices]
    except TakerootError:
        return str(row["choices"]).split("\n")


def page(book: Book, one: str) -> str:
    """What came of a what-if, as mark-up: kept until the programme changes."""
    told = kept(book, one)
    if told is None:
        return ""
    return render_to_string("what_if_told.html", {"told": told, "panels": panels(told)})


def panels(told: Kept) -> list[Panel]:
    """Every part of the page beneath the answer."""
    found = [
        Panel(
            "differences",
            "What the choices differ in",
            chart=draw(on_paper.against_first(told), chart="what_if_differences"),
            notes=(*told.differences, told.scope),
            table=on_paper.differences(told),
        ),
        Panel(
            "over-time",
            "Over time",
            chart=draw(told.frame("stages"), chart="choices_over_time"),
            notes=told.each,
            table=on_paper.outcomes(told),
        ),
    ]
    found += gains(told)
    if told.break_even:
        says = "How large an effect would have to be for one choice to do better than another, everything else alike."
        found.append(Panel("break-even", "The break-even", says=says, notes=told.break_even))
    if told.rows["ladder"]:
        first, second = told.ahead
        found.append(
            Panel(
                "overturned",
                "What would overturn the order",
                says=told.overturns,
                chart=draw(told.frame("ladder"), chart="assumptions_ladder", first=first, second=second),
                table=on_paper.ladder(told),
                summary="Every assumption, its range, and where the order turns",
            )
        )
    says = "What has to be true for this to be so."
    return [*found, Panel("assumed", "What is taken for granted", says=says, notes=told.assumes)]


def gains(told: Kept) -> list[Panel]:
    """Who gains and who does not: a panel for each way in which sites are divided."""
    if not told.rows["groups"]:
        return []
    found = []
    for by, mine in on_paper.groups_by(told):
        called = by.replace("_", " ")
        options = {
            "heading": "group",
            "same_scale": True,
            "title": f"Who gains, by {called}",
            "unit": "Months in use for each site",
        }
        found.append(
            Panel(
                f"gains-{by.replace('_', '-')}",
                f"Who gains, by {called}",
                chart=draw(mine, chart="what_if_differences", **options),
                notes=tuple(one for one in told.gains if one.startswith(f"By {called}, ")),
                table=on_paper.group(mine, by),
            )
        )
    return found
