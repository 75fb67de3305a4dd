"""What-ifs: asked with what is expected of them, worked out while one waits elsewhere, and decided upon."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from takeroot.errors import TakerootError
from takeroot.simulation.comparing import in_files
from takeroot.simulation.comparing.kept import Kept
from takeroot.vocabulary.tables import WHAT_IFS
from takeroot.web.actions.rows import AlreadyThere, amend, found, record
from takeroot.web.actions.work import ask_for_work
from takeroot.web.models import Person, Programme, Task, WhatIfFigures
from takeroot.web.scope import Scope

#: What its task is called among the kinds of work.
KIND = "what-if"


@transaction.atomic
def ask_what_if(
    programme: Programme, asked: in_files.Question, *, person: Person, by: str, scope: Scope
) -> tuple[str, Task]:
    """Write down what is asked and what is expected, and have it worked out.

    Returns
    -------
    tuple
        The id of the what-if, and the task that works it out.

    Raises
    ------
    TakerootError
        If the question or what is expected is not said.
    """
    if not asked.question or not asked.expects:
        raise TakerootError("Say what is to be decided, and what you expect: both are kept, and read again afterwards.")
    cells = {
        "on": timezone.localdate(),
        "question": asked.question,
        "expects": asked.expects,
        "choices": in_files.to_yaml(asked),
        "by": by,
    }
    try:
        reference = record(programme, WHAT_IFS, cells, by=by, scope=scope, did="asked what if")
    except AlreadyThere as there:
        reference = there.reference
    one = reference.partition(":")[2]
    return one, work_what_if_out(programme, one, person=person, scope=scope)


def work_what_if_out(programme: Programme, one: str, *, person: Person, scope: Scope) -> Task:
    """Have a what-if worked out, or once more, by the record as it is now."""
    row(programme, one, scope)
    return ask_for_work(KIND, programme=programme, by=person, what_if=one)


@transaction.atomic
def keep_what_if(programme: Programme, one: str, told: Kept, *, by: str, scope: Scope) -> None:
    """Keep what came of a what-if: its words in the record, its figures beside it."""
    now = row(programme, one, scope)
    said = {"result": "\n".join(told.words)}
    amend(programme, f"{WHAT_IFS.name}:{one}", said, by=by, scope=scope, seen=now["line"], why="worked out")
    figures = {"figures": told.to_json(), "made": timezone.now()}
    WhatIfFigures.objects.update_or_create(programme=programme, what_if=one, defaults=figures)


@transaction.atomic
def decide_what_if(
    programme: Programme, one: str, *, decision: str, why: str, decided_by: str, by: str, scope: Scope
) -> None:
    """Keep what was decided, and why.

    Raises
    ------
    TakerootError
        If it is not said what was decided, or why.
    """
    if not decision.strip() or not why.strip():
        raise TakerootError("Say what was decided, and why: also if it is to wait.")
    now = row(programme, one, scope)
    said = {
        "decision": decision.strip(),
        "why": why.strip(),
        "decided_on": timezone.localdate(),
        "decided_by": decided_by.strip() or by,
    }
    amend(programme, f"{WHAT_IFS.name}:{one}", said, by=by, scope=scope, seen=now["line"], why="decided upon")


def row(programme: Programme, one: str, scope: Scope) -> dict[str, Any]:
    """A what-if as it is kept, for whoever sees the programme whole; to all others there is none."""
    if not scope.whole:
        raise Http404
    return found(programme, f"{WHAT_IFS.name}:{one}", scope)[1]
