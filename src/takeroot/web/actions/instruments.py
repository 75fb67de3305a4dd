"""Instruments of a programme's own: brought in, put to use, taken out; and never reworded once they were answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary import own_editions, own_instruments
from takeroot.vocabulary.own_editions import Placed
from takeroot.vocabulary.own_instruments import FOLDER, looked
from takeroot.web import archive, editions
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.models import Programme


@transaction.atomic
def bring_in_instruments(programme: Programme, sent: Mapping[str, bytes], *, by: str) -> Placed:
    """Keep files of instruments, overlays and translations: all of them, or none.

    What comes in is in use from now on; rounds and records that began before keep the edition with which they began.

    Parameters
    ----------
    sent
        What each file holds, by the name that its sender gave it.

    Raises
    ------
    FaultyInput
        With every fault of every file, as ``takeroot instruments check`` says it.
    TakerootError
        If an edition that was asked or answered here would be another one.
    """
    if not sent:
        raise TakerootError("Choose a file first.")
    row = held(programme)
    there = archive.instruments_of(row)
    texts, unfit = own_instruments.taken(sent)
    if unfit:
        raise FaultyInput(unfit)
    made = own_editions.placed(there, texts)
    if not made.sent:
        return made
    editions.check(row, made.texts, made.sent)
    _keep(programme, made.texts, by=by)
    told: dict[str, Any] = {"new": [str(one) for one in made.new], "changed": [str(one) for one in made.changed]}
    leave(
        by,
        "brought in instruments",
        programme,
        files=sorted(made.sent),
        **{name: said for name, said in told.items() if said},
    )
    return made


@transaction.atomic
def use_edition(programme: Programme, instrument: str, edition: str, *, by: str) -> None:
    """Let an edition be the one with which rounds and records begin from now on.

    Raises
    ------
    TakerootError
        If there is no such edition.
    """
    row = held(programme)
    there = archive.instruments_of(row)
    if own_instruments.library_of(there).in_use.get(instrument) == edition:
        return
    after = own_editions.in_use_after(there, instrument, edition)
    editions.check(row, after)
    _keep(programme, after, by=by)
    leave(by, "put an edition of an instrument to use", programme, instrument=instrument, edition=edition)


@transaction.atomic
def take_out_instrument(programme: Programme, file: str, *, by: str, why: str) -> None:
    """Take a file of an instrument out, as long as nothing rests on it.

    Raises
    ------
    TakerootError
        If no reason is given, it was asked or answered, or another file lies over it.
    """
    row = held(programme)
    there = archive.instruments_of(row)
    if file not in there:
        raise TakerootError("This file is not here any more.")
    if not why.strip():
        raise TakerootError("Say why it is taken out: the reason is kept.")
    after = {name: text for name, text in own_editions.pinned(there).items() if name != file}
    editions.check(row, after)
    _keep(programme, after, by=by)
    leave(
        by,
        "took an instrument out",
        programme,
        why=why,
        file=file,
        what=str(own_editions.which(looked(file, there[file]))),
    )


def _keep(programme: Programme, texts: Mapping[str, str], *, by: str) -> None:
    archive.put_instruments(programme, texts, by)
    raise_revision(programme, [FOLDER])
