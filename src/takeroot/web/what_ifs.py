"""A what-if is worked out: the task that one waits for."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from django.urls import reverse

from takeroot.errors import TakerootError
from takeroot.simulation import comparing
from takeroot.simulation.comparing import in_files
from takeroot.simulation.comparing.kept import Kept
from takeroot.web.actions.what_ifs import keep_what_if, row
from takeroot.web.frames import Book
from takeroot.web.kinds import Progress
from takeroot.web.models import Task
from takeroot.web.roles import May, enter

if TYPE_CHECKING:
    from takeroot.simulation.comparing.asking import Basis

#: The tables that a model is fitted to: while these stay as they are, the next what-if stands on the same fit.
OF = ("sites", "stages", "successions", "ties", "supports", "other_work", "events")
#: The latest fits of this process, by what they are of.
_fitted: dict[tuple[object, ...], Basis] = {}
_MOST = 4


def work_out(task: Task, progress: Progress) -> str:
    """Run the choices of a what-if as the record is now, keep what came of it, and say where that is read."""
    if task.by is None or task.programme is None:
        raise TakerootError("A what-if is of a programme, and asked by somebody; ask it on the programme's page.")
    visit = enter(task.by, task.programme.slug, May.REVIEW)
    one = str(task.arguments.get("what_if", ""))
    asked = in_files.from_yaml("choices", row(visit.programme, one, visit.scope)["choices"].encode())
    book = Book(visit.programme, visit.scope)
    told = comparing.ask(
        book.programme,
        asked,
        basis=basis(book, asked.seed, progress),
        progress=lambda share, says: progress(round(100 * share), 100, f"{says}."),
        cancel=progress.ends,
    )
    progress(100, 100, "Keeping what came of it.")
    keep_what_if(visit.programme, one, Kept.of(told), by=visit.by, scope=visit.scope)
    return reverse("what-if-one", args=[visit.programme.slug, one])


def basis(book: Book, seed: int, progress: Progress) -> Basis:
    """What a what-if of this programme stands on: fitted once for the same record, and stopped where that is asked."""
    from takeroot.simulation.comparing import asking

    key = (book.row.pk, book.scope.key, book.mark_of(OF), seed)
    looks = count(1)

    def ends() -> bool:
        nth = next(looks)
        progress(round(10 * nth / (nth + 20)), 100, f"Fitting the model to the record, round {nth}.")
        return False

    if key not in _fitted:
        progress(0, 100, "Fitting the model to the record.")
        found = asking.based(book.programme, seed=seed, cancel=ends)
        while len(_fitted) >= _MOST:
            del _fitted[next(iter(_fitted))]
        _fitted[key] = found
    return _fitted[key]
