"""What long work there is: the name of each kind, what people call it, and the function that does it.

A function of a kind takes the task and its progress. It says how far it is as often as it likes, and gives back a file
of the task's own place, or an address; it is stopped where it says so, when somebody asked for that. To add a kind, add
a line to :data:`KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.utils import timezone
from django.utils.module_loading import import_string

from takeroot.errors import TakerootError
from takeroot.web.models import Task
from takeroot.web.roles import May, enter


class Progress(Protocol):
    """How far a task is."""

    def __call__(self, done: int, of: int = 0, says: str = "") -> None:
        """Say it; a task that is to stop goes no further than this."""

    def place(self, name: str, sees: str = "") -> Path:
        """Where a file that is to be its result may be written, for as long as its owner sees as much."""


Work = Callable[[Task, Progress], "Path | str"]


@dataclass(frozen=True)
class Kind:
    """A kind of long work: what its page is called, and the function that does it, or where that is."""

    title: str
    done_by: str | Work

    def __call__(self, task: Task, progress: Progress) -> Path | str:
        """Do it."""
        work: Work = import_string(self.done_by) if isinstance(self.done_by, str) else self.done_by
        return work(task, progress)


KINDS: dict[str, Kind] = {
    "preview": Kind("What a file would do", "takeroot.web.imports.steps.work_out"),
    "report": Kind("A report", "takeroot.web.kinds.report"),
}


def report(task: Task, progress: Progress) -> Path:
    """The report of a programme, as far as whoever asked may see it now; its folder says how far that is."""
    from takeroot.web.frames import Book
    from takeroot.web.panels import report as of_report

    if task.by is None or task.programme is None:
        raise TakerootError("A report is of a programme, and for somebody; ask for it on the programme's page.")
    visit = enter(task.by, task.programme.slug, May.READ)
    wanted = of_report.Wanted.again(task.arguments)
    progress(0, 3, "Reading the programme.")
    book = Book(visit.programme, visit.scope)
    progress(1, 3, "Working out what it says.")
    path = progress.place(wanted.name(visit.programme.slug), sees=visit.scope.key)
    made = of_report.file(book, wanted, timezone.localdate(), lambda part: progress(2, 3, f"Writing: {part}"))
    path.write_bytes(made)
    return path
