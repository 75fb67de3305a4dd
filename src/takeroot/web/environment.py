"""Where the workbench keeps its things, and what the environment may change about it.

===================  ===================================================  =======================================
variable             says                                                 if it is absent
===================  ===================================================  =======================================
TAKEROOT_HOME        the data folder: database, secret, kept frames       ``$XDG_DATA_HOME/takeroot``, else
                                                                          ``~/.local/share/takeroot``
DATABASE_URL         ``postgres://user:password@host:5432/name`` or       SQLite in the data folder
                     ``sqlite:///folder/file.sqlite3``
TAKEROOT_DATABASE    the path of the SQLite file                          ``takeroot.sqlite3`` in the data folder
TAKEROOT_HOSTS       host names it answers to, by commas                  localhost, 127.0.0.1, [::1]
TAKEROOT_HTTPS       1 where a proxy in front speaks HTTPS                0
TAKEROOT_SECRET      the key that signs sessions                          made once, kept in the data folder
TAKEROOT_CACHE_MB    how large the kept frames may grow                   1024
TAKEROOT_DEMO        1 lets the demonstration sign-ins in                 0
TAKEROOT_DEBUG       1 for developers: shows tracebacks on pages          0
===================  ===================================================  =======================================
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
    if named := os.environ.get("TAKEROOT_SECRET"):
        return named
    kept = made(folder) / "secret"
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
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        return sqlite(Path(os.environ.get("TAKEROOT_DATABASE") or folder / "takeroot.sqlite3"))
    try:
        url = urlsplit(given)
        port = str(url.port or "")
    except ValueError:
        raise TakerootError(f"DATABASE_URL has a host or port that can not be read; {_NEEDED}.") from None
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
        raise TakerootError(f"DATABASE_URL names no database after '{url.scheme}:'; {_NEEDED}.")
    begins = f"begins with '{url.scheme}:'" if url.scheme else "does not say which kind of database it is"
    raise TakerootError(f"DATABASE_URL {begins}; {_NEEDED}.")


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
