"""Instruments: what there is, what was asked when, what was written, and what it shows."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from takeroot.charts.wording import counted, day
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.own_instruments import PARAPHRASE, whose_words
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept
from takeroot.web.panels.panel import Group, Line, Panel

#: Lines of what was asked and written that are shown at once.
MOST = 12
NOTHING = (
    "Nothing was asked or written yet. If you do not know which framework fits, begin with the chooser. To hear how "
    "people see it, begin a round of a questionnaire. To write down how it is, or what you intend, open a record or a "
    "plan below."
)
NOT_READ = (
    "What was asked and written is shown to those who may read narrative. You see which instruments there are, and "
    "what each is for."
)


def panels(book: Book, today: date, write: bool, ask: bool, own: bool) -> dict[str, Any]:
    """Every part of the page.

    Parameters
    ----------
    today
        The day on which it is looked at: an anonymous round is shown after it has closed.
    write
        Whether whoever reads may write records and plans.
    ask
        Whether they may begin rounds.
    own
        Whether they may bring in instruments of the programme's own.
    """
    slug = book.row.slug
    library = [
        {
            "anchor": kind,
            "title": title,
            "says": says,
            "cards": [_card(one, slug, write, ask) for one in _of(book, kind)],
        }
        for kind, (title, says) in kept.KINDS.items()
    ]
    asked = lately(book, today)
    parts = [asked, *(Panel(one["anchor"], one["title"]) for one in library)]
    return {
        "asked": asked,
        "library": library,
        "parts": parts,
        "chooser": address("choose", slug),
        "rounds": address("rounds", slug),
        "own": address("own-instruments", slug) if own else "",
        "paraphrase": PARAPHRASE,
    }


def lately(book: Book, today: date) -> Panel:
    """What was asked when, and what was written: rounds, records and plans."""
    title = "Asked and written"
    if not book.scope.narrative:
        return Panel("asked", title, empty=NOT_READ)
    groups = [group for group in (_rounds(book, today), *_written(book)) if group is not None]
    if not groups:
        return Panel("asked", title, empty=NOTHING)
    return Panel("asked", title, groups=tuple(groups))


def _rounds(book: Book, today: date) -> Group | None:
    frame = kept.every_round(book, today)
    lines = []
    for row in frame.iter_rows(named=True):
        of = kept.shelf(book).editions.get((row["instrument"], row["edition"]))
        answers = f"{counted(row['answered'], 'people')} answered" if row["answered"] is not None else row["why"] or ""
        said = f"{of.title if of else row['instrument']}, about {kept.about_what(book, row['subject'], None)}"
        where = address("assess-round", book.row.slug, row["round"]) if of else ""
        lines.append(Line(said, kept.when(row["opens"], row["closes"]), row["kind"] or "anonymous", "", where, answers))
    if not lines:
        return None
    rest = (
        f"{counted(len(lines) - MOST, 'earlier rounds')} are on the pages of their instruments."
        if len(lines) > MOST
        else ""
    )
    return Group("Rounds", tuple(lines[:MOST]), rest)


def _written(book: Book) -> list[Group]:
    frame = book.frame(kept.written_to)
    every = kept.in_use(kept.shelf(book))
    found = []
    for kind in ("record", "plan"):
        mine = [row for row in frame.iter_rows(named=True) if every[row["instrument"]].kind == kind]
        lines = tuple(_line(book, row, every[row["instrument"]]) for row in mine[:MOST])
        rest = (
            f"{counted(len(mine) - MOST, 'earlier ones')} are on the pages of their instruments."
            if len(mine) > MOST
            else ""
        )
        if lines:
            found.append(Group(kept.KINDS[kind][0], lines, rest))
    return [*found, *_elsewhere(book)]


def _elsewhere(book: Book) -> list[Group]:
    """What was written to instruments that are not here: it is kept, and can not be read question by question."""
    entries = book.programme.entries
    known = kept.in_use(kept.shelf(book))
    named = [name for name in entries["instrument"].unique(maintain_order=True) if name not in known]
    lines = tuple(
        Line(f"{name}: {counted(mine.height, 'answers')}", day(mine["on"].max()), where="")
        for name in named
        for mine in (entries.filter(instrument=name),)
    )
    return [Group("Of instruments that are not here", lines[:MOST])] if lines else []


def _line(book: Book, row: dict[str, Any], of: Instrument) -> Line:
    said = f"{of.title}, about {kept.about_what(book, row['subject'], row['site'])}"
    return Line(
        said, day(row["on"]), counted(row["answers"], "answers"), row["by"] or "", record_at(book.row.slug, of.id, row)
    )


def record_at(slug: str, instrument: str, row: dict[str, Any]) -> str:
    """Where a writing has its page."""
    site = f"?{urlencode({'site': row['site']})}" if row["site"] else ""
    return f"{address('assess-record', slug, instrument, row['on'].isoformat())}{site}"


def _of(book: Book, kind: str) -> list[Instrument]:
    return [one for one in kept.in_use(kept.shelf(book)).values() if one.kind == kind]


def _card(one: Instrument, slug: str, write: bool, ask: bool) -> dict[str, Any]:
    """What the library says of an instrument."""
    doubts = [fact for fact in one.facts if fact.status == "unconfirmed"]
    begin = ""
    if one.kind == "questionnaire":
        begin = round_of(slug, one.id) if ask else ""
    elif write:
        begin = address("assess-write", slug, one.id)
    does = {"questionnaire": "Begin a round", "record": "Write a record", "plan": "Write a plan"}[one.kind]
    return {
        "one": one,
        "where": address("assess-instrument", slug, one.id),
        "begin": "" if one.shell else begin,
        "does": does,
        "doubts": doubts,
        "known": len(one.facts) - len(doubts),
        "words": whose_words(one),
        "time": f"about {one.minutes} minutes" if one.minutes else "no time given",
    }


def round_of(slug: str, instrument: str) -> str:
    """Where a round of an instrument is begun."""
    where = address("round-new", slug)
    return f"{where}?{urlencode({'instrument': instrument})}" if where else ""
