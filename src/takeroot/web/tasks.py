"""Long work: who does it, how it is told, and what is left of it.

A task is a row. A worker takes the one that has waited longest, says how far it is, and stops where somebody asked it
to. What comes of it is a file in a folder of its own under ``results``, for whoever asked alone, for a week. A worker
lets itself be heard every few seconds; what a silent one held waits again, once.

Pages ask for work and cancel it by :func:`ask` and :func:`cancel`; the kinds of work are in
:mod:`takeroot.web.kinds`.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from takeroot.errors import TakerootError
from takeroot.web import throttle
from takeroot.web.actions.rounds import close_all_due
from takeroot.web.actions.work import ask_for_work as ask
from takeroot.web.actions.work import stop_work as cancel
from takeroot.web.kinds import KINDS
from takeroot.web.models import Task
from takeroot.web.sessions import SessionStore

__all__ = ["ask", "cancel", "result", "tidy", "work", "worker_is_heard"]

log = logging.getLogger(__name__)

#: Seconds between two looks for work, two words on progress, two signs of life, and until a worker counts as gone.
LOOK, TELL, BEAT, SILENT = 0.5, 0.5, 5.0, 60.0
#: For how long results are kept.
KEPT = timedelta(days=7)

AGAIN = " (again)"
LOST = (
    "The process that worked on this ended twice, so it was not tried again. It may be more than this machine can do."
)
OURS = "Something went wrong here; it was noted."


class Stopped(Exception):  # it is not an error
    """The task is to stop: its owner, or whoever runs the workbench, asked for it, or another worker has it now."""


class Told:
    """How one task gets on, as its row says it, at most twice a second."""

    def __init__(self, task: Task, stop: threading.Event) -> None:
        self._task, self._stop, self._told = task, stop, 0.0
        self._last: tuple[int, int, str] = (0, 0, "")

    def __call__(self, done: int, of: int = 0, says: str = "") -> None:
        """Say it, or stop."""
        self._last = (done, of, says)
        if self._stop.is_set():
            raise Stopped
        if time.monotonic() - self._told < TELL:
            return
        held = _held(self._task).filter(cancel=False)
        if not held.update(done=done, of=of, says=says, beat=timezone.now()):
            raise Stopped
        self._told = time.monotonic()

    def ends(self) -> bool:
        """Say the same again, or stop."""
        self(*self._last)
        return False

    def place(self, name: str, sees: str = "") -> Path:
        """A file in a folder of the task's own, named by what its owner sees, if that is said."""
        folder = results() / f"{self._task.pk}-{secrets.token_hex(8)}{sees and f'-{sees}'}"
        folder.mkdir(parents=True, mode=0o700)
        return folder / name


def work(stop: threading.Event) -> None:
    """Do what waits, one after the other, until told to stop."""
    name, tidied = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}", 0.0
    with _heard(stop):
        while not stop.is_set():
            try:
                close_old_connections()
                if time.monotonic() - tidied > SILENT / 2:
                    tidy()
                    tidied = time.monotonic()
                if task := _taken(name):
                    _do(task, stop)
                    continue
            except DatabaseError:
                log.exception("The worker can not reach the database; it tries again.")
                connection.close()
                stop.wait(BEAT)
            stop.wait(LOOK)


def tidy() -> None:
    """Let what silent workers held wait again, throw away what is old, and close the rounds whose last day is past."""
    throttle.forget_old()
    SessionStore.clear_expired()
    close_all_due()
    silent = Q(beat__lt=timezone.now() - timedelta(seconds=SILENT)) | Q(beat__isnull=True)
    held = Task.objects.filter(silent, state="running")
    held.filter(cancel=True).update(state="cancelled", ended=timezone.now(), says="Cancelled.")
    held.filter(worker__endswith=AGAIN).update(state="failed", ended=timezone.now(), says=LOST)
    held.update(state="waiting", worker=AGAIN, says="Its process ended; it waits to be tried once more.")
    old = timezone.now() - KEPT
    Task.objects.filter(Q(ended__lt=old) | Q(made__lt=old, state="waiting")).delete()
    for folder in results().glob("*-*"):
        with suppress(OSError):
            if folder.stat().st_mtime < old.timestamp():
                shutil.rmtree(folder)


def results() -> Path:
    """Where results are kept."""
    return Path(settings.HOME) / "results"


def result(task: Task) -> Path | None:
    """The file that came of a task, if it is still there."""
    if task.state != "done" or not task.result or task.result.startswith("/"):
        return None
    path = (results() / task.result).resolve()
    return path if path.is_relative_to(results().resolve()) and path.is_file() else None


def worker_is_heard() -> bool:
    """Whether a worker was heard of lately; where there never was one, whether nothing has been waiting for it."""
    try:
        return time.time() - _sign_of_life().stat().st_mtime < SILENT
    except FileNotFoundError:
        long_ago = timezone.now() - timedelta(seconds=SILENT)
        return not Task.objects.filter(state="waiting", made__lt=long_ago).exists()


def _taken(name: str) -> Task | None:
    """The task that has waited longest, if this worker and no other took it."""
    waiting = Task.objects.filter(state="waiting", cancel=False).order_by("pk")
    if (first := waiting.first()) is None:
        return None
    now = timezone.now()
    name += AGAIN if first.worker == AGAIN else ""
    taken = waiting.filter(pk=first.pk).update(state="running", worker=name, started=now, beat=now)
    return Task.objects.select_related("by", "programme").get(pk=first.pk) if taken else None


def _held(task: Task) -> QuerySet[Task]:
    """The row of a task, as long as this worker holds it."""
    return Task.objects.filter(pk=task.pk, state="running", worker=task.worker)


def _do(task: Task, stop: threading.Event) -> None:
    """Do a task, and say what came of it."""
    try:
        with _beating(task):
            made = KINDS[task.kind](task, Told(task, stop)) if task.kind in KINDS else _unknown(task)
    except (Stopped, SystemExit) as ended:
        if not _held(task).filter(cancel=True).update(state="cancelled", ended=timezone.now(), says="Cancelled."):
            _held(task).update(state="waiting", worker="", says="It goes on when the workbench is started again.")
        if isinstance(ended, SystemExit):
            raise
    except TakerootError as error:
        _ended(task, "failed", says=str(error))
    except (Http404, PermissionDenied):
        _ended(task, "failed", says="What this was about is no longer open to you.")
    except Exception:
        log.exception("A task of the kind %s went wrong.", task.kind)
        _ended(task, "failed", says=OURS)
    else:
        named = made.relative_to(results()).as_posix() if isinstance(made, Path) else made
        _ended(task, "done", says="", result=named, done=F("of"))


def _ended(task: Task, state: str, **said: Any) -> None:
    _held(task).update(state=state, ended=timezone.now(), **said)


def _unknown(task: Task) -> str:
    raise TakerootError(f"This version of Takeroot does not know how to do '{task.kind}'.")


@contextmanager
def _beating(task: Task) -> Iterator[None]:
    """Let the task be heard of while it is worked on, however long one step takes."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            with suppress(DatabaseError):
                _held(task).update(beat=timezone.now())
        connection.close()

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join(BEAT)


@contextmanager
def _heard(stop: threading.Event) -> Iterator[None]:
    """Let a file of the data folder say that a worker lives."""
    path, over = _sign_of_life(), threading.Event()

    def touch() -> None:
        while not over.is_set():
            with suppress(OSError):
                path.touch(mode=0o600)
            over.wait(BEAT)

    threading.Thread(target=touch, daemon=True).start()
    try:
        yield
    finally:
        over.set()
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _sign_of_life() -> Path:
    return Path(settings.HOME) / "worker"
