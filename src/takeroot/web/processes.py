"""How are all cores used? By processes that share one port, and a parent that minds them.

The parent took the port before anything else, and keeps nothing else. It starts web processes, which answer at that
port, and a worker, which does the long work; one that ends is replaced. The first of them also makes the database
ready. A child learns what to do from its standard input, and stops when that ends: so none outlives the parent, however
the parent came to its end.

Where sockets can not be handed on (Windows), and where ``TAKEROOT_PROCESSES`` is 1, one process does all of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from takeroot.errors import TakerootError

#: More ends than this within so many seconds, and starting again would not help.
ENDS, WITHIN = 5, 60.0
#: How long a child may take to stop, in seconds.
PATIENCE = 10.0

#: What a child is to do: a kind of work, and for the first of all what to make ready.
Errand = dict[str, Any]


class Crew:
    """The web processes and the worker of one parent."""

    def __init__(self, listening: socket.socket, count: int, first: Errand, say: Callable[[str], None]) -> None:
        self._listening, self._say = listening, say
        self._first: Errand = {"kind": "web", "first": first}
        self._others: list[Errand] = [{"kind": "web"}] * (count - 1) + [{"kind": "worker"}]
        self._happened: queue.Queue[tuple[str, Child]] = queue.Queue()
        self._children: list[Child] = []
        self._ends: list[float] = []

    def work(self) -> None:
        """Answer until this process is told to stop.

        Raises
        ------
        TakerootError
            If the first child finds a fault while it makes things ready, or children end again and again.
        """
        try:
            self._start(self._first)
            while True:
                what, child = self._happened.get()
                if what == "ended":
                    self._replace(child)
                elif what != "ready":
                    raise TakerootError(what)
                elif child.errand is self._first:
                    child.errand = {"kind": "web"}  # whoever takes its place has nothing to make ready
                    for errand in self._others:
                        self._start(errand)
        finally:
            self._stop()

    def _start(self, errand: Errand) -> None:
        self._children.append(Child(errand, self._listening, self._happened))

    def _replace(self, child: Child) -> None:
        self._children.remove(child)
        if child.errand is self._first:
            raise TakerootError(f"The workbench could not be made ready: its first process ended {child.ended_how}.")
        now = time.monotonic()
        self._ends = [end for end in self._ends if now - end < WITHIN] + [now]
        if len(self._ends) > ENDS:
            raise TakerootError(
                f"Processes of the workbench ended {len(self._ends)} times within a minute, the last "
                f"{child.ended_how}, so it stopped: what they said before is above."
            )
        self._say(f"A {child.errand['kind']} process ended {child.ended_how}; another takes its place.")
        self._start(child.errand)

    def _stop(self) -> None:
        """Tell every child to stop, and wait until they have."""
        for child in self._children:
            child.stop()
        until = time.monotonic() + PATIENCE
        for child in self._children:
            child.wait(until)


class Child:
    """A process that works for this one."""

    def __init__(self, errand: Errand, listening: socket.socket, happened: queue.Queue[tuple[str, Child]]) -> None:
        self.errand, self._happened = errand, happened
        descriptor = listening.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "takeroot.web.child", str(descriptor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
            pass_fds=[descriptor],
            process_group=0,  # Ctrl-C is for the parent, which tells the children
        )
        assert self._process.stdin
        with contextlib.suppress(OSError):  # it has ended already, and will be replaced
            self._process.stdin.write(json.dumps(errand).encode() + b"\n")
            self._process.stdin.flush()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def ended_how(self) -> str:
        """How it ended, in words."""
        code = self._process.returncode
        return f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"

    def stop(self) -> None:
        """Tell it to stop."""
        with contextlib.suppress(OSError):
            self._process.terminate()

    def wait(self, until: float) -> None:
        """Wait until it has stopped; not for ever."""
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()

    def _watch(self) -> None:
        """What it says: that it answers, or why it can not."""
        assert self._process.stdout
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._happened.put((json.loads(line), self))
        self._process.wait()
        self._happened.put(("ended", self))


def can_share() -> bool:
    """Whether this system hands a socket on to a child."""
    return os.name == "posix"


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
