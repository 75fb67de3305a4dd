"""How is the workbench run? One command, on a laptop or behind a proxy.

``serve`` prepares the database and answers until it is stopped. ``demo`` also brings in the examples, writes their
reports and lets the demonstration sign-ins in. Nothing that is there is overwritten; a second start takes seconds.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

from takeroot.errors import TakerootError
from takeroot.web import answering, environment, processes

#: Who may look around in the demonstration: a role in every example; ``site`` at two sites of the made-up one only.
DEMO_SIGN_INS = (
    ("lead", "Lena, who leads"),
    ("analyst", "Anil, who examines"),
    ("viewer", "Vera, who reads"),
    ("site", "Sam, at two sites"),
)
DEMO_PASSWORD = "takeroot"
BY = "the command line"


def serve(
    host: str = "127.0.0.1", port: int = 8000, *, programmes: Iterable[Path | str] = (), open_browser: bool = False
) -> None:
    """Answer at an address until stopped.

    The first start makes one sign-in, ``lead``, and says its password once.

    Parameters
    ----------
    host, port
        Where to listen; port 0 finds a free one.
    programmes
        Folders, zips or workbooks to load, where no programme of that name is there yet; ``lead`` leads them.
    open_browser
        Whether to open a browser on it.

    Raises
    ------
    TakerootError
        If the port is taken, the database can not be reached, or a programme is at fault.
    """
    listening = _listen(host, port)
    places = [str(place) for place in programmes]
    _answer(listening, First(host, listening.getsockname()[1], open_browser, programmes=places))


def demo(
    folder: Path | str = "demo",
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    serve: bool = True,
    open_browser: bool = False,
) -> None:
    """Load the examples, write their reports into a folder, and answer until stopped.

    Parameters
    ----------
    folder
        For the reports, and for the data folder ``workbench`` unless TAKEROOT_HOME says where that is.
    serve
        Whether to answer; else it is only made ready.

    Raises
    ------
    TakerootError
        If the port is taken or the folder can not be written.
    """
    listening = _listen(host, port) if serve else None
    folder = Path(folder).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TakerootError(
            f"The folder {folder} can not be made ({error.strerror}); choose another with --folder."
        ) from None
    os.environ.setdefault("TAKEROOT_HOME", str(folder / "workbench"))
    os.environ.setdefault("TAKEROOT_DEMO", "1")
    first = First(host, port, open_browser, demo=str(folder))
    if listening is None:
        first.prepare()
    else:
        _answer(listening, replace(first, port=listening.getsockname()[1]))


@dataclass(frozen=True)
class First:
    """What is done before anybody is answered, and what is said when it is.

    Parameters
    ----------
    host, port, browse
        Where it answers, and whether to open a browser on it.
    programmes
        Where programmes lie that are to be loaded.
    demo
        The folder of the demonstration, if it is one.
    """

    host: str
    port: int
    browse: bool
    programmes: Sequence[str] = ()
    demo: str = ""

    def prepare(self) -> None:
        """A database with every table, and in it what was asked for.

        Raises
        ------
        TakerootError
            If the database can not be reached, or a programme is at fault.
        """
        prepare()
        if self.demo:
            _load_examples()
            _write_reports(Path(self.demo))
        else:
            _load(self.programmes)
            _first_sign_in()

    def welcome(self) -> None:
        """Say where it answers, and to whom."""
        from django.conf import settings

        address = f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"
        _say(f"The workbench answers at {address} (stop it with Ctrl-C).")
        if settings.DEMO:
            names = ", ".join(name for name, _ in DEMO_SIGN_INS)
            _say(f"Demonstration sign-ins: {names}; the password of each is '{DEMO_PASSWORD}'.")
        if self.host not in ("127.0.0.1", "localhost", "::1"):
            _say(f"It answers to these names only: {', '.join(settings.ALLOWED_HOSTS)}. TAKEROOT_HOSTS sets others.")
        if self.browse:
            webbrowser.open(address)


def _listen(host: str, port: int) -> socket.socket:
    """The port, taken before anything else is done."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise TakerootError(
                f"Port {port} is in use by another program: stop that, or choose another with --port."
            ) from None
        raise TakerootError(
            f"Nothing can listen at {host}, port {port} ({error.strerror}): choose another with --host and --port."
        ) from None


def prepare() -> None:
    """The data folder, the settings, and a database with every table."""
    answering.set_up()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    environment.made(settings.HOME)
    try:
        if connection.vendor == "sqlite":
            Path(settings.DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        call_command("migrate", verbosity=0, interactive=False)
        _guard()
    except (DatabaseError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise TakerootError(
            f"The database can not be used ({reason}): check DATABASE_URL, or the folder {settings.HOME}."
        ) from None


def _guard() -> None:
    """Put back what guards the trail, if any of it went missing, and leave a line about it."""
    from takeroot.web import actions

    if gone := actions.guard_trail(by=BY):
        _say(f"The trail had lost its guards ({', '.join(gone)}); they are back, and the trail says so.")


def _load(paths: Iterable[Path | str]) -> None:
    from takeroot.vocabulary.programme import Programme as Read
    from takeroot.web import actions
    from takeroot.web.models import Person, Programme

    for path in paths:
        programme = Read.read(Path(path))
        if there := Programme.objects.filter(name=programme.name).first():
            _say(f"There is a programme '{there.slug}' already; it stays as it is.")
            continue
        row = actions.load_programme(programme, by=BY)
        _say(f"Loaded {programme.name}.")
        if lead := Person.objects.filter(sign_in="lead", demo=False).first():
            actions.add_member(row, person=lead, role="lead", by=BY)


def _first_sign_in() -> None:
    from takeroot.web import actions
    from takeroot.web.models import Person, Programme

    if Person.objects.exists():
        return
    password = secrets.token_urlsafe(12)
    person = actions.add_person(
        sign_in="lead", password=password, name="Programme lead", begins=True, keeps_house=True, by=BY
    )
    for programme in Programme.objects.all():
        actions.add_member(programme, person=person, role="lead", by=BY)
    _say(f"Sign in as 'lead' with the password {password} (said this once: write it down).")


def _load_examples() -> None:
    from takeroot import examples
    from takeroot.web import actions
    from takeroot.web.models import Person, Programme

    there = {row.slug: row for row in Programme.objects.all()}
    for name in examples.names():
        if name not in there:
            there[name] = actions.load_programme(examples.load(name), slug=name, by=BY)
            _say(f"Loaded the example {name}.")
    for sign_in, name in DEMO_SIGN_INS:
        if Person.objects.filter(sign_in=sign_in).exists():
            continue
        begins = sign_in == "lead"
        person = actions.add_person(sign_in=sign_in, name=name, password=DEMO_PASSWORD, demo=True, begins=begins, by=BY)
        for example in examples.names():
            if sign_in != "site":
                actions.add_member(there[example], person=person, role=sign_in, by=BY)
        if sign_in == "site" and "synthetic" in there:
            two = there["synthetic"].sites.order_by("row").values_list("site", flat=True)[:2]
            actions.add_member(there["synthetic"], person=person, role="site lead", sites=two, by=BY)


def _write_reports(folder: Path) -> None:
    """A report of each example, written aside and then put in its place."""
    from takeroot import examples
    from takeroot.reporting import report

    for name in examples.names():
        path = folder / f"{name}.html"
        if path.exists():
            continue
        _say(f"Writing {path}.")
        draft = folder / f".{name}-{secrets.token_hex(4)}.html"
        try:
            report.write(examples.load(name), draft)
            os.replace(draft, path)
        except OSError as error:
            raise TakerootError(f"{path} can not be written ({error.strerror}); choose another folder.") from None
        finally:
            draft.unlink(missing_ok=True)


def _answer(listening: socket.socket, first: First) -> None:
    """Answer until stopped, by Ctrl-C or by a signal."""
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, _stop)
    count = environment.processes(processes.cores())
    try:
        if count > 1 and processes.can_share():
            processes.Crew(listening, count, asdict(first), _say).work()
        else:
            _answer_alone(listening, first)
    except (SystemExit, KeyboardInterrupt):
        pass
    finally:
        listening.close()
    _say("Stopped.")


def _answer_alone(listening: socket.socket, first: First) -> None:
    """Answer in this process, with the long work beside it."""
    first.prepare()
    stop = threading.Event()
    worker = threading.Thread(target=answering.do_long_work, args=[stop], daemon=True)
    worker.start()
    try:
        answering.answer(listening, first.welcome)
    finally:
        stop.set()
        worker.join(processes.PATIENCE)


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
