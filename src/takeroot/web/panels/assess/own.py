"""A programme's own instruments: which files there are, what each holds, which editions are in use, what must stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from takeroot.errors import Fault
from takeroot.vocabulary import instruments_in_files, own_instruments
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.own_editions import Which, which
from takeroot.vocabulary.wording import Overlay, Translation
from takeroot.web import editions
from takeroot.web.models import Programme

_HOLDS = {"questionnaire": "A questionnaire", "record": "A record", "plan": "A plan"}


@dataclass(frozen=True)
class Own:
    """One file.

    Parameters
    ----------
    name
        The file.
    title, holds
        What it is called, and what it is.
    edition, instrument
        Which edition of which instrument it makes or translates.
    in_use
        Whether rounds and records begin with it.
    stays
        Whether it was asked or answered, and so stays as it is.
    by, on
        Who brought it in, and when.
    usable
        Whether it is an edition that could be put to use instead of another.
    """

    name: str
    title: str
    holds: str
    instrument: str
    edition: str
    in_use: bool
    stays: bool
    by: str
    on: date
    usable: bool


@dataclass(frozen=True)
class Shipped:
    """An edition that Takeroot brings, in the place of which one of the programme's own is in use."""

    instrument: str
    edition: str
    title: str


def own(programme: Programme) -> list[Own]:
    """Every file, by name."""
    known, answered = programme.library, editions.answered(programme)
    found = []
    for row in programme.instrument_files.all():
        holds = own_instruments.looked(row.name, row.text).holds
        of = which(own_instruments.looked(row.name, row.text)) or Which(row.name, "")
        made = known.editions.get((of.instrument, of.edition))
        in_use = not of.language and known.in_use.get(of.instrument) == of.edition
        found.append(
            Own(
                row.name,
                getattr(holds, "title", "") or (made.title if made else of.instrument),
                _holds(holds),
                of.instrument,
                of.edition,
                in_use,
                (of.instrument, of.edition) in answered,
                row.by,
                row.on,
                made is not None and not of.language and not in_use,
            )
        )
    return found


def set_aside(programme: Programme) -> list[Shipped]:
    """Editions that Takeroot brings and has in use, where the programme uses one of its own instead."""
    known, brought = programme.library, instruments_in_files.whole()
    return [
        Shipped(name, edition, brought.editions[name, edition].title)
        for name, edition in brought.in_use.items()
        if known.in_use[name] != edition
    ]


def broken(programme: Programme) -> tuple[Fault, ...]:
    """What is wrong with files that were right when they came in: what Takeroot brings may have changed since."""
    return programme.library.faults


def _holds(holds: Instrument | Overlay | Translation | None) -> str:
    if isinstance(holds, Translation):
        return f"A translation of '{holds.translation_of}' into the language '{holds.language}'"
    if isinstance(holds, Overlay):
        words = "The official words" if holds.wording == "official" else "Other words"
        return f"{words} for '{holds.overlay_of}'"
    return _HOLDS[holds.kind] if holds else "Not readable any more"
