"""What long work there is: the name of each kind, what people call it, and the function that does it.

A function of a kind takes the task and its progress. It says how far it is as often as it likes, and gives back a file
of the task's own place, or an address; it is stopped where it says so, when somebody asked for that. To add a kind, add
a line to :data:`KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone
from django.utils.module_loading import import_string

from takeroot.errors import TakerootError
from takeroot.web.models import Task
from takeroot.web.roles import May, enter

if TYPE_CHECKING:
    from takeroot.web.frames import Book


class Progress(Protocol):
    """How far a task is."""

    def __call__(self, done: int, of: int = 0, says: str = "") -> None:
        """Say it; a task that is to stop goes no further than this."""

    def ends(self) -> bool:
        """Say no, and what was said last again; a task that is to stop goes no further than this."""

    def place(self, name: str, sees: str = "") -> Path:
        """Where a file that is to be its result may be written, for as long as its owner sees as much."""


#: The kinds of report that say what is likely next.
FORETELLING = ("full", "one-pager", "board")

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
    "what-if": Kind("A what-if", "takeroot.web.what_ifs.work_out"),
    "forecast": Kind("A forecast", "takeroot.web.kinds.forecast"),
    "network": Kind("Whether it matters who is tied to whom", "takeroot.web.kinds.network"),
}


def report(task: Task, progress: Progress) -> Path:
    """The report of a programme, as far as whoever asked may see it now; its folder says how far that is."""
    from takeroot.web.frames import Book
    from takeroot.web.panels import forecast as of_forecast
    from takeroot.web.panels import report as of_report

    if task.by is None or task.programme is None:
        raise TakerootError("A report is of a programme, and for somebody; ask for it on the programme's page.")
    visit = enter(task.by, task.programme.slug, May.READ)
    wanted = of_report.Wanted.again(task.arguments)
    progress(0, 3, "Reading the programme.")
    book = Book(visit.programme, visit.scope)
    progress(1, 3, "Working out what it says.")
    if wanted.kind in FORETELLING:
        of_forecast.work_out(book, lambda part: progress(1, 3, f"Now: {part}."), curves_alone=True)
    path = progress.place(wanted.name(visit.programme.slug), sees=visit.scope.key)
    made = of_report.file(book, wanted, timezone.localdate(), lambda part: progress(2, 3, f"Writing: {part}"))
    path.write_bytes(made)
    return path


def forecast(task: Task, progress: Progress) -> str:
    """The forecast of what whoever asked may see now; it is kept where its page looks."""
    from takeroot.reporting import foreseen
    from takeroot.web.panels import forecast as of_forecast

    progress(0, 0, "Reading the programme.")
    book, told = _book(task), count()
    steps = foreseen.steps(book.programme)
    of_forecast.work_out(
        book, lambda part: progress(min(next(told), steps), steps, f"Now: {part}."), cancel=progress.ends
    )
    progress(steps, steps, "Kept for its page.")
    return str(task.arguments.get("back", "/"))


def network(task: Task, progress: Progress) -> str:
    """Whether it matters who is tied to whom, of what whoever asked may see now; it is kept where its page looks."""
    from takeroot.web.panels import network as of_network

    progress(0, 0, "Dealing the ties anew.")
    of_network.work_out(_book(task), str(task.arguments.get("ties", "")))
    return str(task.arguments.get("back", "/"))


def _book(task: Task) -> Book:
    """What whoever asked may see now of the programme that they asked about."""
    from takeroot.web.frames import Book

    if task.by is None or task.programme is None:
        raise TakerootError("This is of a programme, and for somebody; ask for it on the programme's page.")
    visit = enter(task.by, task.programme.slug, May.READ)
    return Book(visit.programme, visit.scope)
