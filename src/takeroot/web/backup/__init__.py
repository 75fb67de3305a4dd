"""How is nothing lost? A whole backup of the workbench, whatever its database, and the way back.

::

    columns.py   what is kept of each table, in words that every database shares
    rows.py      rows out of one database and into another, some thousands at a time
    file.py      a backup as a file
    restoring.py the way back

A backup is of one moment while people go on writing. It holds every table, and the files that the data folder keeps
beside them; it holds neither the secret that signs sessions nor the sessions themselves.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

import takeroot
from takeroot.errors import TakerootError
from takeroot.web import environment
from takeroot.web.backup.columns import Kept, every_table
from takeroot.web.backup.file import FOLDERS, MANIFEST, FileSaid, Manifest, TableSaid, opened, seal_of, written
from takeroot.web.backup.restoring import known, restored
from takeroot.web.backup.rows import Seal, fetched, one_moment

__all__ = ["Manifest", "backup", "restore", "verify"]


def backup(path: Path | str, *, home: Path, using: str = "default") -> tuple[Path, Manifest]:
    """Keep everything in one file, for its owner's eyes only.

    Parameters
    ----------
    path
        The file, which takes the place of the one before once it is whole; or a folder, for a file with a dated name.
    home
        The data folder, whose files go along.
    using
        Which of Django's databases.

    Returns
    -------
    Path, Manifest
        Where it is, and what is in it.

    Raises
    ------
    TakerootError
        If the database can not be read, is of another version, or the file can not be written.
    """
    path = _named(Path(path))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as zipped:
            manifest = _write(zipped, home, using)
            zipped.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        _onto_disk(draft)
        os.replace(draft, path)
    except DatabaseError as error:
        raise TakerootError(f"The database can not be read ({_first_line(error)}): check DATABASE_URL.") from None
    except OSError as error:
        raise TakerootError(f"The backup '{path}' can not be written ({error.strerror or error}).") from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return path, manifest


def restore(path: Path | str, *, home: Path, into: str = "") -> Manifest:
    """Put a backup into an empty database, read all of it back, and compare.

    Parameters
    ----------
    home
        The data folder, into which its files go.
    into
        ``postgres://...`` or ``sqlite:///...``; else the database that the environment names.

    Returns
    -------
    Manifest
        What was restored: every row was read back, and is as the manifest says.

    Raises
    ------
    TakerootError
        If the backup is damaged or newer, or the database holds something; then nothing was changed.
    """
    database = environment.named_database(into, "--into") if into else environment.database(home)
    with opened(Path(path)) as kept:
        restored(kept, database, home)
        return kept.manifest


def verify(path: Path | str) -> Manifest:
    """Restore a backup into a database that is thrown away, and compare.

    Raises
    ------
    TakerootError
        If it could not be restored.
    """
    with tempfile.TemporaryDirectory(prefix="takeroot-verify-") as folder, opened(Path(path)) as kept:
        restored(kept, environment.sqlite(Path(folder) / "verified.sqlite3"), Path(folder))
        return kept.manifest


def _named(path: Path) -> Path:
    """The file itself: one with a dated name, where a folder was given."""
    if path.is_dir() or str(path).endswith(("/", os.sep)):
        return path / f"takeroot-{timezone.localtime():%Y-%m-%d-%H%M%S}.zip"
    return path


def _write(zipped: zipfile.ZipFile, home: Path, using: str) -> Manifest:
    connection = connections[using]
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise TakerootError(f"There is no database {connection.settings_dict['NAME']} yet, so nothing to keep.")
    with one_moment(connection):
        applied = tuple(sorted(name for app, name in MigrationLoader(connection).applied_migrations if app == "web"))
        if set(applied) != known():
            raise TakerootError(
                "The database is not of this version of Takeroot: make the backup with the version that serves it, "
                "or start this version once, which brings the database up to date."
            )
        tables = tuple(_write_table(zipped, using, kept) for kept in every_table())
    return Manifest(
        version=takeroot.__version__,
        made=datetime.now(tz=timezone.get_current_timezone()).isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=applied,
        tables=tables,
        files=tuple(_write_files(zipped, home)),
    )


def _write_table(zipped: zipfile.ZipFile, using: str, kept: Kept) -> TableSaid:
    seal = Seal(kept)
    said = TableSaid(name=kept.name, key=kept.key, columns=kept.columns, rows=0, parts=0, seal="")
    parts = 0
    for frame in fetched(connections[using], kept):
        written(zipped, seal.add(frame), said.part(parts))
        parts += 1
    return said.model_copy(update={"rows": seal.rows, "parts": parts, "seal": str(seal)})


def _write_files(zipped: zipfile.ZipFile, home: Path) -> list[FileSaid]:
    """What the data folder keeps beside the database; a file that goes away meanwhile is not needed any more."""
    said = []
    for path in sorted(path for folder in FOLDERS for path in (home / folder).rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name.startswith("."):
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        name = path.relative_to(home).as_posix()
        zipped.writestr(f"files/{name}", content, zipfile.ZIP_DEFLATED)
        said.append(FileSaid(name=name, bytes=len(content), seal=seal_of(content)))
    return said


def _onto_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
