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
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from takeroot.errors import TakerootError


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


def secret(folder: Path) -> str:
    """The key that signs sessions: from the environment, or made once and kept for its owner's eyes only."""
    if named := os.environ.get("TAKEROOT_SECRET"):
        return named
    kept = folder / "secret"
    if not kept.exists():
        _keep(kept, secrets.token_urlsafe(50))
    return kept.read_text(encoding="ascii").strip()


def _keep(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; whoever came first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
        If DATABASE_URL names a kind of database that Takeroot does not keep programmes in.
    """
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if url.scheme in {"", "sqlite", "sqlite3"}:
        path = (
            Path(unquote(url.path[1:]))
            if url.path
            else Path(os.environ.get("TAKEROOT_DATABASE") or folder / "takeroot.sqlite3")
        )
        return sqlite(path)
    if url.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path[1:]),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": str(url.port or ""),
            "OPTIONS": dict(parse_qsl(url.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise TakerootError(
        f"DATABASE_URL begins with '{url.scheme}:'; postgres://user:password@host/name or sqlite:///file is needed."
    )


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
