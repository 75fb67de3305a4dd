"""What a child of the workbench does, from its start to its end: ``python -m takeroot.web.child PORT``."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from typing import NoReturn

from takeroot.errors import TakerootError
from takeroot.web import answering
from takeroot.web.processes import PATIENCE
from takeroot.web.serving import First


def main(descriptor: int) -> None:
    """Do what the first line of standard input says, until that ends."""
    signal.signal(signal.SIGTERM, _stop)
    said = sys.stdin.readline()
    if not said:
        return
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    errand = json.loads(said)
    first = First(**errand["first"]) if "first" in errand else None
    try:
        answering.set_up()
        if first:
            first.prepare()
    except TakerootError as error:
        _tell(str(error))  # who asked for the workbench is told by the parent, which then ends this
        signal.pause()
    if errand["kind"] == "worker":
        answering.do_long_work()
        return

    def ready() -> None:
        if first:
            first.welcome()
        _tell("ready")

    answering.answer(socket.socket(fileno=descriptor), ready)


def _tell(what: str) -> None:
    """Say something to the parent, if it still listens."""
    with contextlib.suppress(OSError):
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def _end_with_the_parent() -> None:
    """Standard input ends when the parent does, by whatever means."""
    with contextlib.suppress(ValueError):
        sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
