"""One instrument: what it is for, what is known of it, and what was asked or written with it here."""

from __future__ import annotations

from datetime import date
from typing import Any

from takeroot.charts.wording import counted, day
from takeroot.reporting.blocks import Column, Grid
from takeroot.vocabulary.answer import reading
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.own_instruments import whose_words
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept, over_time, trackers, worked
from takeroot.web.panels.panel import Group, Item, Line, Panel
from takeroot.web.read_as import How


def panels(book: Book, how: How, today: date) -> dict[str, Any]:
    """Every part of the page of an instrument, in the language and reading that are asked for."""
    one = how.instrument
    found: list[Panel | None] = []
    if book.scope.narrative:
        if one.kind == "questionnaire":
            found = [_rounds(book, one, today), noted_links(book, one)]
        else:
            found = [over_time.history(book, one), *over_time.over_time(book, one), over_time.here_and_there(book, one)]
            found += [
                worked.resembles(book, one),
                trackers.tracker(book, one),
                trackers.progress(book, one),
                noted_links(book, one),
            ]
    found += [about(one), known(one), asks(one, how.plain), to_discuss(one, how.plain)]
    shown = [panel for panel in found if panel is not None]
    return {"panels": shown, "parts": shown, "one": one, "words": whose_words(one)}


def _rounds(book: Book, one: Instrument, today: date) -> Panel:
    frame = kept.every_round(book, today).filter(instrument=one.id)
    if not frame.height:
        empty = "It has not been asked here yet. A round begins with whom you ask, and until when."
        return Panel("rounds", "Rounds", empty=empty)
    lines = tuple(
        Line(
            f"About {kept.about_what(book, row['subject'], None)}, edition {row['edition']}",
            kept.when(row["opens"], row["closes"]),
            row["kind"],
            "",
            address("assess-round", book.row.slug, row["round"]),
            row["why"] or f"{counted(row['answered'], 'people')} answered",
        )
        for row in frame.iter_rows(named=True)
    )
    return Panel("rounds", "Rounds", groups=(Group("The latest first", lines),))


def has_links(one: Instrument) -> bool:
    """Whether dependences between its questions are noted: where complexity is judged domain by domain."""
    return one.scoring.rule == "complexity profile"


def noted_links(book: Book, one: Instrument) -> Panel | None:
    """Dependences between two questions that somebody noted, the latest first."""
    frame = book.programme.links.filter(instrument=one.id)
    if not frame.height:
        return None
    names = {question.id: question.short or question.asks for question in one.questions}
    lines = tuple(
        Line(
            " → ".join(names.get(row[end], row[end]) for end in ("from_question", "to_question")),
            day(row["on"], "no day given"),
            by=row["by"] or "",
            where=address("row", book.row.slug, "links", row["id"]),
            more=row["text"],
        )
        for row in frame.sort("on", descending=True, nulls_last=True).iter_rows(named=True)
    )
    says = "What somebody saw one thing do to another. Each is dated, and none is worked out."
    return Panel("links", "What depends on what", says=says, groups=(Group("The latest first", lines),))


def about(one: Instrument) -> Panel:
    """What it is for, who answers, and whose it is."""
    lines = [("Who answers", one.who), ("About", ", ".join(one.about)), ("Edition", one.edition)]
    lines += [("Time", f"about {one.minutes} minutes; our own estimate")] if one.minutes else []
    lines += [("Licence", one.licence), ("Wording", whose_words(one))]
    lines += [("Source", source) for source in one.source]
    return Panel("about", "What it is", items=(Item(one.title, tuple(lines)),), notes=one.cautions)


def known(one: Instrument) -> Panel | None:
    """What is known of it, and how surely."""
    if not one.facts:
        return None
    rows = tuple((fact.says, fact.status, fact.source) for fact in one.facts)
    columns = (Column("", "What is said"), Column("", "Status"), Column("", "Source"))
    doubts = sum(fact.status == "unconfirmed" for fact in one.facts)
    says = f"{counted(doubts, 'facts')} could not be confirmed." if doubts else "Each was confirmed at its source."
    return Panel(
        "known",
        "What is known of it",
        says=says,
        table=Grid("Facts about the instrument itself.", columns, rows),
        summary="Fact by fact",
    )


def asks(one: Instrument, plain: bool) -> Panel:
    """Every question, section by section."""
    groups = tuple(
        Group(
            reading(section, plain=plain),
            tuple(
                Line(reading(question, plain=plain), tag="" if question.status == "confirmed" else "unconfirmed")
                for question in section.questions
            ),
        )
        for section in one.sections
    )
    return Panel("asks", "What it asks", groups=groups)


def to_discuss(one: Instrument, plain: bool) -> Panel | None:
    """Questions for discussion."""
    if not one.discussion:
        return None
    names = {construct.id: construct.name for construct in one.constructs}
    lines = tuple(
        Line((plain and prompt.plain) or prompt.asks, kind=names.get(prompt.of or "", "")) for prompt in one.discussion
    )
    return Panel(
        "discuss",
        "To talk about",
        says="Questions, and never actions by themselves.",
        groups=(Group("Afterwards, together", lines),),
    )
