"""A what-if is worked out: the task that one waits for."""

from __future__ import annotations

from django.urls import reverse

from takeroot.errors import TakerootError
from takeroot.simulation import comparing
from takeroot.simulation.comparing import in_files
from takeroot.simulation.comparing.kept import Kept
from takeroot.web.actions.what_ifs import keep_what_if, row
from takeroot.web.kinds import Progress
from takeroot.web.models import Task
from takeroot.web.roles import May, enter


def work_out(task: Task, progress: Progress) -> str:
    """Run the choices of a what-if as the record is now, keep what came of it, and say where that is read."""
    if task.by is None or task.programme is None:
        raise TakerootError("A what-if is of a programme, and asked by somebody; ask it on the programme's page.")
    visit = enter(task.by, task.programme.slug, May.REVIEW)
    one = str(task.arguments.get("what_if", ""))
    asked = in_files.from_yaml("choices", row(visit.programme, one, visit.scope)["choices"].encode())
    read = visit.programme.read(visit.scope)
    told = comparing.ask(read, asked, progress=lambda share, says: progress(round(100 * share), 100, f"{says}."))
    progress(100, 100, "Keeping what came of it.")
    keep_what_if(visit.programme, one, Kept.of(told), by=visit.by, scope=visit.scope)
    return reverse("what-if-one", args=[visit.programme.slug, one])
