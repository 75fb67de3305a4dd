"""How far long work is, for whoever asked for it alone."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from takeroot.web import tasks
from takeroot.web.kinds import KINDS
from takeroot.web.models import Task
from takeroot.web.roles import May, enter


@require_safe
def task(request: HttpRequest, number: int) -> HttpResponse:
    """How far it is; while it is not done, the page comes again by itself."""
    one = _own(request, number)
    shown = {
        "task": one,
        "title": KINDS[one.kind].title if one.kind in KINDS else "Long work",
        "file": _file(one),
        "goes_on": one.state in ("waiting", "running"),
    }
    return render(request, "task.html", shown)


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Ask it to stop."""
    tasks.cancel(_own(request, number), by=request.user)
    return redirect("task", number)


@require_safe
def result(request: HttpRequest, number: int) -> HttpResponse | FileResponse:
    """The file that came of it, to be kept by whoever asked."""
    file = _file(_own(request, number))
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _own(request: HttpRequest, number: int) -> Task:
    """A task of this person; those of others do not exist, nor do those of a programme that is closed to them now."""
    one = get_object_or_404(Task.objects.select_related("programme", "by"), pk=number, by=request.user)
    if one.programme is not None:
        enter(request.user, one.programme.slug, May.READ)
    return one


def _file(task: Task) -> Path | None:
    """The file that came of it; of a programme, only while its owner sees what they saw when it was made."""
    file = tasks.result(task)
    if file is None or task.programme is None or task.by is None:
        return file
    sees = enter(task.by, task.programme.slug, May.READ).scope.key
    return file if file.parent.name.endswith(f"-{sees}") else None


PATHS = [
    path("tasks/<int:number>", task, name="task"),
    path("tasks/<int:number>/cancel", cancel, name="cancel-task"),
    path("tasks/<int:number>/result", result, name="task-result"),
]
