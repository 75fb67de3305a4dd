"""Long work is asked for, and asked to stop."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from takeroot.errors import NotFound, TakerootError
from takeroot.web.actions.line import leave
from takeroot.web.kinds import KINDS
from takeroot.web.models import Person, Programme, Task

#: So much may wait for one person at a time.
WAITING = 10


@transaction.atomic
def ask_for_work(kind: str, *, programme: Programme | None, by: Person, **arguments: Any) -> Task:
    """Ask for long work; the same again, while it waits or goes on, is the same task.

    Raises
    ------
    TakerootError
        If there is no such kind, or too much waits for this person already.
    """
    if kind not in KINDS:
        raise NotFound("kind of work", kind, KINDS)
    Person.objects.select_for_update().get(pk=by.pk)  # one asks after the other
    open_ones = list(Task.objects.filter(by=by, state__in=("waiting", "running"), cancel=False))
    for task in open_ones:
        if (task.kind, task.programme_id, task.arguments) == (kind, programme and programme.pk, arguments):
            return task
    if len(open_ones) >= WAITING:
        raise TakerootError(f"{WAITING} things that you asked for are not done yet; wait for one, or cancel one.")
    task = Task.objects.create(kind=kind, programme=programme, by=by, arguments=arguments)
    leave(by.sign_in, f"asked for {KINDS[kind].title.lower()}", programme, task=task.pk)
    return task


@transaction.atomic
def stop_work(task: Task, *, by: Person) -> Task:
    """Ask a task to stop: one that waits is not begun, one that goes on stops at its next step."""
    held = Task.objects.filter(pk=task.pk, cancel=False)
    over = {"state": "cancelled", "ended": timezone.now(), "says": "Cancelled before it began."}
    if held.filter(state="waiting").update(cancel=True, **over) or held.filter(state="running").update(cancel=True):
        leave(by.sign_in, "cancelled what was asked for", task.programme, task=task.pk)
    task.refresh_from_db()
    return task
