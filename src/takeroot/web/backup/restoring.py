"""The way back: a backup into an empty database, compared with the manifest before it counts.

SQLite is filled in a file beside its place, which becomes the database once everything in it was compared. PostgreSQL
is filled in one transaction. A backup of an older version is put into tables as that version knew them, compared, and
then brought up to date as the database itself would have been.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ConnectionHandler

from takeroot.errors import TakerootError
from takeroot.web import environment
from takeroot.web.backup.columns import every_table
from takeroot.web.backup.file import FOLDERS, Backup, Manifest, damaged, newer
from takeroot.web.backup.rows import Seal, carry_on, fetched, indexed_after, put

_STAYS = ", and stays as it is: name an empty one with --into, or by DATABASE_URL or TAKEROOT_HOME."


def known() -> set[str]:
    """The names of the workbench's migrations, as far as this version goes."""
    return {name for app, name in MigrationLoader(None).disk_migrations if app == "web"}


def restored(kept: Backup, database: dict[str, Any], home: Path) -> None:
    """Put a backup into an empty database, and its files into the data folder.

    Raises
    ------
    TakerootError
        If the backup is newer or damaged, or there is something where it is to go; nothing was changed then.
    """
    if set(kept.manifest.migrations) - known():
        raise newer(kept.path, kept.manifest.version)
    with _files_aside(kept, home) as put_files:
        try:
            if database["ENGINE"].endswith("sqlite3"):
                _into_sqlite(kept, Path(database["NAME"]))
            else:
                with _connected(database) as connection, transaction.atomic(using=connection.alias):
                    _refuse_what_is_there(connection)
                    _fill(kept, connection)
        except IntegrityError as error:
            raise damaged(kept.path, _first_line(error)) from None
        except DatabaseError as error:
            raise TakerootError(
                f"The database does not take the backup ({_first_line(error)}): nothing was restored."
            ) from None
        put_files()


def _into_sqlite(kept: Backup, place: Path) -> None:
    if place.exists():
        with _connected(environment.sqlite(place)) as connection:
            _refuse_what_is_there(connection)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    environment.made(place.parent)
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with _connected(environment.sqlite(draft)) as connection:
            _fill(kept, connection)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if place.exists():  # and is empty: whoever has it open goes on with what it holds now
            with closing(sqlite3.connect(draft)) as filled, closing(sqlite3.connect(place)) as empty:
                filled.backup(empty)
        else:
            os.replace(draft, place)
    finally:
        for rest in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + rest).unlink(missing_ok=True)


def _fill(kept: Backup, connection: BaseDatabaseWrapper) -> None:
    """Tables as the backup knew them, its rows, a comparison, and then up to date."""
    alias, manifest = connection.alias, kept.manifest
    call_command("migrate", "web", _last(manifest), database=alias, verbosity=0, interactive=False)
    call_command("migrate", "otp_totp", database=alias, verbosity=0, interactive=False)
    _check_columns(kept, connection)
    with transaction.atomic(using=alias), indexed_after(connection):
        for table in manifest.tables:
            put(connection, table.kept, kept.frames(table))
            carry_on(connection, table.kept)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _compare(kept, connection)
    call_command("migrate", database=alias, verbosity=0, interactive=False)


def _compare(kept: Backup, connection: BaseDatabaseWrapper) -> None:
    """Read everything back.

    Raises
    ------
    TakerootError
        If a table holds anything but what the manifest says.
    """
    for table in kept.manifest.tables:
        seal = Seal(table.kept)
        for frame in fetched(connection, table.kept):
            seal.add(frame)
        if (seal.rows, str(seal)) != (table.rows, table.seal):
            counted = f"{seal.rows:,} rows instead of {table.rows:,}" if seal.rows != table.rows else "other content"
            raise damaged(kept.path, f"read back, the table {table.name} has {counted}")


def _check_columns(kept: Backup, connection: BaseDatabaseWrapper) -> None:
    """The tables of the database are those of the backup, column by column."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in kept.manifest.tables:
            columns = set()
            if table.name in there:
                described = connection.introspection.get_table_description(cursor, table.name)
                columns = {column.name for column in described}
            if columns != set(table.columns) or table.key not in columns:
                raise damaged(kept.path, f"the table {table.name} is not that of its version")


def _last(manifest: Manifest) -> str:
    """The migration that the backup's database came to last."""
    graph = MigrationLoader(None).graph
    names = set(manifest.migrations)
    before = {parent.key[1] for name in names for parent in graph.node_map["web", name].parents}
    return max(names - before, default="zero")


def _refuse_what_is_there(connection: BaseDatabaseWrapper) -> None:
    """A database that holds anything stays as it is."""
    ours = {kept.name for kept in every_table()}
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for name in sorted(there & ours):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT 1")
            if cursor.fetchone():
                raise TakerootError(f"The database holds something already (in the table {name}){_STAYS}")
    strange = sorted(name for name in there - ours if not name.startswith(("django_", "auth_")))
    if strange:
        raise TakerootError(f"The database holds tables that are not Takeroot's ({', '.join(strange[:3])}){_STAYS}")


@contextmanager
def _connected(database: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A database beside those of the settings, for as long as it is needed."""
    alias = f"aside-{secrets.token_hex(4)}"
    connections.settings[alias] = ConnectionHandler({"default": database}).settings["default"]
    connection = connections[alias]
    try:
        yield connection
    finally:
        connection.close()
        del connections[alias], connections.settings[alias]


@contextmanager
def _files_aside(kept: Backup, home: Path) -> Iterator[Any]:
    """The files of the backup, beside their place until the database is there."""
    there = [folder for folder in FOLDERS if (home / folder).is_dir() and any((home / folder).iterdir())]
    if kept.manifest.files and there:
        raise TakerootError(
            f"The folder {home / there[0]} holds files already, and stays as it is: name another by TAKEROOT_HOME."
        )
    aside = home / f".restoring-{secrets.token_hex(4)}"
    try:
        for name, content in kept.files():
            place = aside / name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.write_bytes(content)
            place.chmod(0o600)

        def put_files() -> None:
            for folder in aside.iterdir() if aside.exists() else ():
                shutil.rmtree(home / folder.name, ignore_errors=True)  # empty, if it is there
                os.replace(folder, home / folder.name)

        yield put_files
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
