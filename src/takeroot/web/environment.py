"""Where the workbench keeps its things, and what the environment may change about it.

======================  ===================================================  =======================================
variable                says                                                 if it is absent
======================  ===================================================  =======================================
TAKEROOT_HOME           the data folder: database, secret, kept frames       ``$XDG_DATA_HOME/takeroot``, else
                                                                             ``~/.local/share/takeroot``
DATABASE_URL            ``postgres://user:password@host:5432/name`` or       SQLite in the data folder
                        ``sqlite:///folder/file.sqlite3``
TAKEROOT_DATABASE       the path of the SQLite file                          ``takeroot.sqlite3`` in the data folder
TAKEROOT_HOSTS          host names it answers to, by commas                  localhost, 127.0.0.1, [::1]
TAKEROOT_HTTPS          1 where a proxy in front speaks HTTPS                0
TAKEROOT_SECRET         the key that signs sessions                          made once, kept in the data folder
TAKEROOT_ANSWERS_KEY    the key of anonymous answers                         made once, kept in the data folder
TAKEROOT_REQUIRE_TOTP   who must give a code beside the password: none,      none
                        leads or all
TAKEROOT_SESSION_HOURS  after how many hours one signs in anew               12
TAKEROOT_IDLE_MINUTES   after how many minutes unused one signs in anew      120
TAKEROOT_PROXIES        how many proxies stand in front: whose word on the   1 with TAKEROOT_HTTPS, else 0
                        address of a visitor is taken
TAKEROOT_PROCESSES      how many processes answer; 1 does all in one         the number of cores, up to 4
TAKEROOT_UPLOAD_MB      how large a file that somebody sends may be          50
TAKEROOT_SMTP           ``smtp://user:password@host:587?tls=1``, or          no e-mail is sent
                        ``smtps://...``: the server that sends e-mail
TAKEROOT_MAIL_FROM      the address that e-mail comes from                   ``takeroot@`` and the first host name
TAKEROOT_LOG            ``plain``: a line of words; ``json``: an object      plain
TAKEROOT_LOG_REQUESTS   1 says every request, without what was asked         1 with TAKEROOT_LOG=json, else 0
TAKEROOT_CACHE_MB       how large the kept frames may grow                   1024
TAKEROOT_DEMO           1 lets the demonstration sign-ins in                 0
TAKEROOT_DEBUG          1 for developers: shows tracebacks on pages          0
======================  ===================================================  =======================================
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from takeroot.errors import TakerootError

_NEEDED = "postgres://user:password@host/name or sqlite:///file is needed"


def home() -> Path:
    """The data folder."""
    if named := os.environ.get("TAKEROOT_HOME"):
        return Path(named).expanduser().resolve()
    shared = os.environ.get("XDG_DATA_HOME")
    return (Path(shared) if shared else Path.home() / ".local" / "share") / "takeroot"


def is_on(name: str) -> bool:
    """Whether a switch is on: 1, yes, true or on."""
    return os.environ.get(name, "").strip().casefold() in {"1", "yes", "true", "on"}


def words(name: str, default: str) -> list[str]:
    """What a variable lists, separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def megabytes(name: str, default: int) -> int:
    """A number of megabytes, in bytes.

    Raises
    ------
    TakerootError
        If it is not a whole number.
    """
    said = os.environ.get(name, "").strip() or str(default)
    if not (said.isascii() and said.isdecimal()):
        raise TakerootError(f"{name} is '{said}'; a whole number of megabytes is needed, such as {default}.")
    return int(said) * 2**20


def whole(name: str, default: int, least: int = 0) -> int:
    """A whole number.

    Raises
    ------
    TakerootError
        If it is none, or less than it may be.
    """
    said = os.environ.get(name, "").strip() or str(default)
    if not (said.isascii() and said.isdecimal()) or int(said) < least:
        raise TakerootError(f"{name} is '{said}'; a whole number of {least} or more is needed.")
    return int(said)


def one_of(name: str, *allowed: str) -> str:
    """One of some words; the first, if nothing is said.

    Raises
    ------
    TakerootError
        If it is another word.
    """
    said = os.environ.get(name, "").strip().casefold() or allowed[0]
    if said not in allowed:
        raise TakerootError(f"{name} is '{said}'; it is one of: {', '.join(allowed)}.")
    return said


def processes(cores: int) -> int:
    """How many processes answer."""
    return whole("TAKEROOT_PROCESSES", min(cores, 4), least=1)


def mail(hosts: list[str]) -> dict[str, Any]:
    """Where e-mail goes out, in Django's words; without a server, nothing is sent.

    Raises
    ------
    TakerootError
        If TAKEROOT_SMTP can not be understood.
    """
    host = next((name for name in hosts if "." in name and not name.startswith(("*", "."))), "localhost")
    settled: dict[str, Any] = {
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "DEFAULT_FROM_EMAIL": os.environ.get("TAKEROOT_MAIL_FROM", "").strip() or f"takeroot@{host}",
        "EMAIL_TIMEOUT": 20,
    }
    given = os.environ.get("TAKEROOT_SMTP", "").strip()
    if not given:
        return settled
    try:
        url = urlsplit(given)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise TakerootError("TAKEROOT_SMTP can not be read; smtp://user:password@host:587?tls=1 is needed.")
    secured = url.scheme == "smtps"
    tls = dict(parse_qsl(url.query)).get("tls", "") in {"1", "yes", "true", "on"} and not secured
    return settled | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": port or (465 if secured else 587 if tls else 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": secured,
    }


def made(folder: Path) -> Path:
    """The data folder, made for its owner alone if it is not there yet.

    Raises
    ------
    TakerootError
        If it can not be made.
    """
    with _usable(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Whatever the data folder refuses is one sentence."""
    try:
        yield
    except OSError as error:
        raise TakerootError(
            f"The data can not be kept in the folder {folder} ({error.strerror}): name another by TAKEROOT_HOME."
        ) from None


def secret(folder: Path) -> str:
    """The key that signs sessions: from the environment, or made once and kept for its owner's eyes only."""
    return _key(folder, "TAKEROOT_SECRET", "secret")


def answers_key(folder: Path) -> str:
    """The key of anonymous answers: from the environment, or made once and kept; never in the database or a backup."""
    return _key(folder, "TAKEROOT_ANSWERS_KEY", "answers-key")


def _key(folder: Path, variable: str, file: str) -> str:
    if named := os.environ.get(variable):
        return named
    kept = made(folder) / file
    with _usable(folder):
        if not kept.exists():
            _keep(kept, secrets.token_urlsafe(50))
        return kept.read_text(encoding="ascii").strip()


def _keep(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; whoever came first wins."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def database(folder: Path) -> dict[str, Any]:
    """Which database, in Django's words.

    Raises
    ------
    TakerootError
        If DATABASE_URL does not name a database that Takeroot can keep programmes in.
    """
    if given := os.environ.get("DATABASE_URL", ""):
        return named_database(given)
    return sqlite(Path(os.environ.get("TAKEROOT_DATABASE") or folder / "takeroot.sqlite3"))


def named_database(given: str, by: str = "DATABASE_URL") -> dict[str, Any]:
    """The database of an address, in Django's words.

    Parameters
    ----------
    given
        ``postgres://user:password@host/name`` or ``sqlite:///file``.
    by
        What it was given by, for the sentence.

    Raises
    ------
    TakerootError
        If it names no database that Takeroot can keep programmes in.
    """
    try:
        url = urlsplit(given)
        port = str(url.port or "")
    except ValueError:
        raise TakerootError(f"{by} has a host or port that can not be read; {_NEEDED}.") from None
    name = unquote(url.path[1:])
    if url.scheme in {"sqlite", "sqlite3"} and name and not url.netloc:
        return sqlite(Path(name))
    if url.scheme in {"postgres", "postgresql"} and name:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": port,
            "OPTIONS": dict(parse_qsl(url.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    if url.scheme in {"sqlite", "sqlite3", "postgres", "postgresql"}:
        raise TakerootError(f"{by} names no database after '{url.scheme}:'; {_NEEDED}.")
    begins = f"begins with '{url.scheme}:'" if url.scheme else "does not say which kind of database it is"
    raise TakerootError(f"{by} {begins}; {_NEEDED}.")


def sqlite(path: Path) -> dict[str, Any]:
    """A SQLite file with a write-ahead log: readers wait for no writer, and what was acknowledged is on disk."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 30,
            # A transaction takes the writer's place when it begins: two writers queue instead of one failing half-way.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
