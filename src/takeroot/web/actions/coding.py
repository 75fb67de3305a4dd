"""Passages of notes, coded to constructs: by whoever is there, of the note as they read it, and taken out by them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from takeroot.errors import Fault, FaultyInput, TakerootError, quoted
from takeroot.vocabulary.tables import CODINGS, NOTES
from takeroot.web import archive, ledger
from takeroot.web.actions.line import held
from takeroot.web.actions.rows import AlreadyThere, found, record, withdraw
from takeroot.web.models import Programme
from takeroot.web.scope import Scope

#: So long a name of a construct is taken, and so many passages at once.
LONGEST, MOST = 200, 200


@transaction.atomic
def code_passages(
    programme: Programme,
    note: str,
    construct: str,
    passages: Iterable[tuple[int, int] | None],
    *,
    by: str,
    scope: Scope,
    seen: int,
) -> int:
    """Code passages of a note to a construct.

    Parameters
    ----------
    note
        Its id.
    construct
        What they are coded to.
    passages
        Where each begins and ends in the note's text; None for the note as a whole.
    by
        Who codes: whoever is there, never what a form says.
    seen
        The line of the trail that made the note as it was read.

    Returns
    -------
    int
        How many were coded; those that this person had coded so already are passed over.

    Raises
    ------
    FaultyInput
        If no construct or no passage is given, or a passage lies outside the note.
    TakerootError
        If the note was amended since it was read.
    Http404
        If there is no such note within the scope.
    """
    row = held(programme)
    _, now = found(row, f"{NOTES.name}:{note}", scope)
    if now["line"] != seen:
        raise TakerootError("The note was amended while you had it open. Nothing was coded: read it again below.")
    text, chosen = now["text"] or "", list(passages)
    faults = _faults(construct, chosen, len(text))
    if faults:
        raise FaultyInput(faults)
    version, coded = version_of(row, note), 0
    for span in chosen:
        start, end = span or (None, None)
        cells = {
            "note": f"{NOTES.name}:{note}",
            "construct": construct,
            "start": start,
            "end": end,
            "coder": by,
            "passage": None if span is None else text[start:end],
            "version": version,
            "on": timezone.localdate(),
        }
        try:
            record(programme, CODINGS, cells, by=by, scope=scope, did="coded a passage of a note")
        except AlreadyThere:
            continue
        coded += 1
    return coded


def _faults(construct: str, passages: list[tuple[int, int] | None], length: int) -> list[Fault]:
    """What is wrong with what was sent."""
    faults = []
    if not construct.strip():
        faults.append(Fault("choose what it is coded to", column="construct"))
    elif len(construct) > LONGEST:
        faults.append(
            Fault(f"a construct has {LONGEST} letters at most; found {quoted(construct)}", column="construct")
        )
    if not passages:
        faults.append(Fault("choose a sentence, or give the words, that you code", column="passage"))
    elif len(passages) > MOST:
        faults.append(Fault(f"at most {MOST} passages are coded at once; found {len(passages)}", column="passage"))
    for span in passages:
        if span is not None and not 0 <= span[0] < span[1] <= length:
            says = f"the passage from {span[0]} to {span[1]} does not lie within the note, which has {length} letters"
            faults.append(Fault(says, column="passage"))
            break
    return faults


def version_of(programme: Programme, note: str) -> int:
    """Which version of its text a note stands in: one more for each time that its words were amended."""
    versions = [one["cells"]["text"] for one in ledger.history(programme, NOTES, note)]
    return 1 + sum(newer != older for newer, older in pairwise(versions))


@transaction.atomic
def take_out_coding(programme: Programme, coding: str, *, by: str, scope: Scope) -> None:
    """Take a coding of one's own out of the record; nobody takes out what others coded.

    Raises
    ------
    Http404
        If there is no such coding of theirs within the scope.
    """
    row = held(programme)
    rows = archive.rows_where(row, CODINGS, id=coding) if "\0" not in coding else None
    if rows is None or not rows.height or rows["coder"][0] != by:
        raise Http404
    withdraw(programme, f"{CODINGS.name}:{coding}", by=by, scope=scope, why="taken out by whoever coded it")
