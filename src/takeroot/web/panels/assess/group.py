"""What people answered in a round: every answer first, then how far they agree; a number only where it makes sense."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.http import Http404

from takeroot.charts.wording import counted
from takeroot.vocabulary.own_instruments import whose_words
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.assess import figures, kept, talk
from takeroot.web.panels.assess.constructs import roots
from takeroot.web.panels.assess.dots import dots
from takeroot.web.panels.panel import Panel
from takeroot.web.roles import May


def panels(book: Book, name: str, today: date, by: str, may: Collection[May], words: str = "") -> dict[str, Any]:
    """Every part of the page of a round, and of its facilitation sheet.

    Parameters
    ----------
    name
        The round.
    today
        The day on which it is looked at.
    by
        The one breakdown that is asked for, if any.
    may
        What whoever reads may do, for what can be started from here.
    words
        The topic on which all that people wrote is asked for.
    """
    about = one_round(book, name, today)
    of = kept.instrument_of(book, about["instrument"], about["edition"])
    what = kept.about_what(book, about["subject"], None)
    shared: dict[str, Any] = {
        "which": name,
        "of": of,
        "title": of.title if of else about["instrument"],
        "says": f"{name}, about {what}, {kept.when(about['opens'], about['closes'])}",
        "round": about,
        "words": whose_words(of) if of else "",
        "why": about["why"] or "",
        "asked": _asked(about),
        "sheet": address("assess-sheet", book.row.slug, name),
        "take": address("assess-export", book.row.slug, name),
        "panels": [],
    }
    if of is None or not about["shown"]:
        return shared
    told = kept.told(book, of.id, of.edition, today)
    counts = told["counts"]
    mine = counts.filter(round=name)
    begun = talk.Begun(book.row.slug, of, about, frozenset(may))
    shown = [(panel, begun.at(root)) for root in roots(of) if (panel := dots(book, of, mine, root, about["floor"]))]
    more: list[Panel | None] = [
        figures.numbers(of, mine),
        figures.moved(book, of, counts, about, today),
        figures.groups(of, mine, by, about["floor"]),
    ]
    rest = [(panel, ()) for panel in more if panel is not None]
    said = talk.comments(of, told["comments"].filter(round=name), words)
    last = [Panel("comments", "In people's own words")] if said else []
    return {
        **shared,
        "panels": [*shown, *rest],
        "parts": [*(panel for panel, _ in (*shown, *rest)), *last],
        "said": said,
        "breakdowns": [one for one in kept.BY if mine.filter(breakdown=one).height],
        "by": by,
        "differ": talk.differ(of, mine, begun),
        "spread": figures.spread(of, mine),
        "cautions": of.cautions,
        "discussion": of.discussion,
    }


def one_round(book: Book, name: str, today: date) -> dict[str, Any]:
    """What is known of a round.

    Raises
    ------
    Http404
        If there is none of this name that may be known of.
    """
    rounds = kept.every_round(book, today).filter(pl.col("round") == name)
    if not rounds.height:
        raise Http404
    return rounds.row(0, named=True)


def _asked(about: dict[str, Any]) -> str:
    if about["answered"] is None:
        return ""
    of = f" of {about['invited']:,} who were asked" if about["invited"] else ""
    kind = (
        f"Nobody is named, and no group under {about['floor']} is shown."
        if about["kind"] != "open"
        else "The team answered openly, by consent."
    )
    return f"{counted(about['answered'], 'people')} answered{of}. {kind}"
