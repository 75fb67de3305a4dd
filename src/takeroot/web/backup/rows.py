"""Rows of a database table, some thousands at a time, below the ORM: out of one database and into another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b

import polars as pl
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from takeroot.web.backup.columns import ALIKE, ASKED, Kept, for_postgresql, for_sqlite, from_cells

#: Rows that travel together: what bounds the memory.
AT_ONCE = 20_000


class Seal:
    """What all rows of a table come to, in a few letters: the same however many of them came at once.

    Each column is told as its lengths (or which cells are empty), and then as its bytes.
    """

    def __init__(self, kept: Kept) -> None:
        self.rows = 0
        self._columns = {name: (kind, blake2b(), blake2b()) for name, kind in kept.columns.items()}

    def add(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Take further rows into account; they come back as they are."""
        self.rows += frame.height
        for name, (kind, lengths, content) in self._columns.items():
            cells = ALIKE[kind](frame[name]) if kind in ALIKE else frame[name]
            if cells.dtype == pl.String:
                cells = cells.cast(pl.Binary)
            if cells.dtype == pl.Binary:
                lengths.update(cells.bin.size().cast(pl.Int64).fill_null(-1).to_numpy().astype("<i8").tobytes())
                content.update(b"".join(cells.drop_nulls().to_list()))
            else:
                lengths.update(cells.is_null().cast(pl.UInt8).to_numpy().tobytes())
                held = "<f8" if cells.dtype == pl.Float64 else "<i8"
                content.update(cells.fill_null(0).to_numpy().astype(held).tobytes())
        return frame

    def __str__(self) -> str:
        told = blake2b(str(self.rows).encode(), digest_size=16)
        for name, (kind, lengths, content) in sorted(self._columns.items()):
            told.update(f"{name}:{kind}:{lengths.hexdigest()}:{content.hexdigest()};".encode())
        return told.hexdigest()


@contextmanager
def one_moment(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """All that is read inside is of one moment, and nobody who writes meanwhile has to wait."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def fetched(connection: BaseDatabaseWrapper, kept: Kept) -> Iterator[pl.DataFrame]:
    """The rows of a table in the order of its key."""
    quote, asked = connection.ops.quote_name, ASKED[connection.vendor]
    columns = [asked.get(kind, "{}").format(quote(name)) for name, kind in kept.columns.items()]
    select = f"SELECT {', '.join(columns)} FROM {quote(kept.name)} ORDER BY {quote(kept.key)}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(select)
        while rows := cursor.fetchmany(AT_ONCE):
            cells = zip(kept.columns.items(), zip(*rows, strict=True), strict=True)
            yield pl.DataFrame([from_cells(name, kind, column) for (name, kind), column in cells])


def put(connection: BaseDatabaseWrapper, kept: Kept, frames: Iterable[pl.DataFrame]) -> None:
    """Add rows with the keys they had, inside the transaction of the caller."""
    quote = connection.ops.quote_name
    into = f"{quote(kept.name)} ({', '.join(quote(name) for name in kept.columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            plain = [for_postgresql(pl.col(name), kind) for name, kind in kept.columns.items()]
            with cursor.copy(f"COPY {into} FROM STDIN (FORMAT csv, NULL '')") as copy:
                for frame in frames:
                    rows = frame.select(plain)
                    copy.write(rows.write_csv(include_header=False, null_value="", quote_style="non_numeric"))
            return
        plain = [for_sqlite(pl.col(name), kind) for name, kind in kept.columns.items()]
        marks = ", ".join("?" * len(kept.columns))
        for frame in frames:
            cursor.connection.executemany(f"INSERT INTO {into} VALUES ({marks})", frame.select(plain).iter_rows())


def carry_on(connection: BaseDatabaseWrapper, kept: Kept) -> None:
    """The next row gets the number after the last; SQLite sees to it itself."""
    if connection.vendor != "postgresql" or kept.columns[kept.key] != "whole":
        return
    quote = connection.ops.quote_name
    table, key = quote(kept.name), quote(kept.key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, kept.key])
        if (sequence := cursor.fetchone()[0]) is not None:
            cursor.execute(
                f"SELECT setval(%s, COALESCE(max({key}), 1), max({key}) IS NOT NULL) FROM {table}", [sequence]
            )


@contextmanager
def indexed_after(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """In SQLite, without indexes while the rows come in: sorted at once they take a fifth."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        indexes = cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, made_by in indexes:
            cursor.execute(made_by)
