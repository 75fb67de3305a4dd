"""From a :class:`~takeroot.vocabulary.programme.Programme` to the database, and back for one scope.

What was stored and is read back for everything is the same programme. Rows travel below the ORM, a table at a time:
``executemany`` into SQLite, ``COPY`` into PostgreSQL, plain tuples out of both. Which rows come out is said by
:meth:`takeroot.web.scope.Scope.rows`, in the query itself; rows as they are stored, whatever the scope, are for
:mod:`takeroot.web.ledger` alone.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import polars as pl
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.functions import Cast
from django.utils.crypto import salted_hmac

from takeroot.vocabulary.about import About, Eligible
from takeroot.vocabulary.column import HELD, Column
from takeroot.vocabulary.own_instruments import FOLDER as INSTRUMENTS
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import ANSWERS, NOTES, ROUNDS, SITES, TABLES
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED, StoredProgramme, keys

Covariates = Sequence[tuple[str, str]]

#: From so many rows on, indexes are made after the rows.
MANY = 10_000


def store(row: StoredProgramme, programme: Programme, line: int, by: str) -> None:
    """Put a programme's words and tables into a row that holds nothing yet; for :mod:`takeroot.web.actions` alone."""
    row.name, row.about = programme.name, programme.about.model_dump(mode="json")
    row.covariates = covariates_of(programme)
    row.save()
    for name, frame in programme.tables.items():
        put(row, TABLES[name], frame, line)
    put_instruments(row, programme.instruments, by)


def put_instruments(row: StoredProgramme, texts: Mapping[str, str], by: str) -> None:
    """Put files of instruments in the place of those that a programme has; one that stays as it was is left alone."""
    there = dict(row.instrument_files.values_list("name", "text"))
    row.instrument_files.filter(name__in=[name for name in there if texts.get(name) != there[name]]).delete()
    for name in texts:
        if texts[name] != there.get(name):
            row.instrument_files.create(name=name, text=texts[name], by=by)


def instruments_of(row: StoredProgramme) -> dict[str, str]:
    """The programme's own instruments: the text of each file, by name."""
    mark = row.marks.get(INSTRUMENTS)
    return dict(_instruments_at(row.pk, mark)) if mark else {}


@lru_cache(maxsize=64)
def _instruments_at(programme: int, mark: str) -> tuple[tuple[str, str], ...]:
    """The files of a programme, at the revision that last changed them."""
    files = apps.get_model("web", "InstrumentFile").objects.filter(programme=programme)
    return tuple(files.order_by("name").values_list("name", "text"))


def programme_of(row: StoredProgramme, scope: Scope) -> Programme:
    """The programme as far as a scope reaches."""
    frames = {name: table_of(row, scope, table) for name, table in TABLES.items()}
    return Programme.kept(about_of(row, scope), frames, instruments_of(row))


def about_of(row: StoredProgramme, scope: Scope) -> About:
    """The programme in words.

    What is counted of some sites alone is not set beside a number of sites that speaks of them all.
    """
    return row.words if scope.whole else row.words.model_copy(update={"eligible": Eligible()})


def table_of(row: StoredProgramme, scope: Scope, table: Table) -> pl.DataFrame:
    """One table, as far as a scope reaches, in the order in which it was stored."""
    seen = _answers_seen(row, scope) if table is ANSWERS else scope.rows(table)
    if seen is None:
        return table.empty()
    columns = [_plain(name, column) for name, column in table.columns.items()]
    columns += ["covariates"] if table.open else []
    rows = STORED[table.name].objects.filter(seen, programme=row)
    if table is ANSWERS:  # of those that nobody signed, groups are shown, and no row: see takeroot.web.rounds
        rows = rows.exclude(round__in=row.askings.filter(kind="anonymous").values("round"))
        if not scope.sheets:
            rows = rows.filter(round__in=STORED[ROUNDS.name].objects.filter(programme=row, kind="open").values("round"))
    chosen = rows.order_by("row").values_list(*columns)
    covariates = [tuple(one) for one in row.covariates]
    with _uncollected():
        parts = [_unpacked(table, part, covariates) for part in _fetched(chosen)]
    return _veiled(table, pl.concat(parts), scope) if parts else table.empty()


def _answers_seen(row: StoredProgramme, scope: Scope) -> models.Q | None:
    """The answers to rounds that are seen: an answer names no site, and its round says what it was about."""
    if scope.whole or (rounds := scope.rows(ROUNDS)) is None:
        return scope.rows(ANSWERS)
    return models.Q(round__in=row.rounds.filter(rounds).values("round"))


def _plain(name: str, column: Column) -> str | Cast:
    """A column as it is fetched: days as text, which a frame reads faster than a database driver does."""
    return Cast(name, models.TextField()) if column.kind == "day" else name


def rows_where(row: StoredProgramme, table: Table, **such: Any) -> pl.DataFrame:
    """Stored rows as they are: the table's columns, its covariates, and ``row``, ``key`` and ``line`` of the store."""
    columns = [_plain(name, column) for name, column in table.columns.items()]
    columns += [*(["covariates"] if table.open else []), "row", "key", "line"]
    chosen = STORED[table.name].objects.filter(programme=row, **such).order_by("row").values_list(*columns)
    with _uncollected():
        fetched = [one for part in _fetched(chosen) for one in part]
    held = {"row": pl.Int64(), "key": pl.String(), "line": pl.Int64()}
    stored = {name: pl.Series(name, [one[at] for one in fetched], dtype=held[name]) for at, name in enumerate(held, -3)}
    return _unpacked(table, [one[:-3] for one in fetched], [tuple(one) for one in row.covariates]).with_columns(
        **stored
    )


def columns_where(row: StoredProgramme, table: Table, columns: Sequence[str], **such: Any) -> pl.DataFrame:
    """Some columns of stored rows, in no order: for what counts many of them."""
    chosen = STORED[table.name].objects.filter(programme=row, **such).values_list(*columns)
    held = [table.columns[name].held for name in columns]
    with _uncollected():
        parts = [pl.DataFrame(list(map(_series, columns, zip(*part, strict=True), held))) for part in _fetched(chosen)]
    return pl.concat(parts) if parts else table.empty().select(columns)


def as_rows(row: StoredProgramme, table: Table, cells: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Cells that were kept as JSON, as rows of the table, with ``row`` as the store numbered them."""
    held = {name: column.held for name, column in table.columns.items()}
    held |= {name: HELD[kind] for name, kind in row.covariates} if table.open else {}
    series = [_series(name, [one.get(name) for one in cells], kind) for name, kind in held.items()]
    return pl.DataFrame([*series, pl.Series("row", [one["row"] for one in cells], dtype=pl.Int64)])


def put(row: StoredProgramme, table: Table, frame: pl.DataFrame, line: int) -> None:
    """Add rows as a line of the trail has them; those with a ``row`` in that place, the others at the end."""
    covariates = [tuple(one) for one in row.covariates]
    packed = frame.select(
        pl.lit(row.pk).alias("programme_id"), keys(table, frame), pl.lit(line).alias("line"), *table.columns
    )
    if table.open:
        there = [(name, kind) for name, kind in covariates if name in frame.columns]
        further = frame.select(_as_plain(pl.col(name), kind) for name, kind in there).iter_rows(named=True)
        cells = [json.dumps(cells) for cells in further] if there else ["{}"] * frame.height
        packed = packed.with_columns(covariates=pl.Series(cells, dtype=pl.String))
    if "row" in frame.columns:
        packed = packed.with_columns(frame["row"])
    model = STORED[table.name]
    with _indexed_after(model, packed.height):
        insert(model._meta.db_table, packed)


def remove(model: type[models.Model], rows: Sequence[int]) -> None:
    """Take stored rows out, by their numbers."""
    for at in range(0, len(rows), 5_000):
        model.objects.filter(row__in=rows[at : at + 5_000])._raw_delete(connection.alias)


def covariates_of(programme: Programme) -> list[tuple[str, str]]:
    """The further columns of the sites, with their kinds; no other table has any."""
    return [(name, column.kind) for name, column in programme.covariates.get(SITES.name, {}).items()]


def _as_plain(column: pl.Expr, kind: str) -> pl.Expr:
    return column.dt.to_string("iso") if kind == "day" else column


def _unpacked(table: Table, rows: list[tuple[Any, ...]], covariates: Covariates) -> pl.DataFrame:
    """Rows as they came from the database, as a frame of the table's kinds."""
    schema: dict[str, pl.DataType] = {**table.schema, **({"covariates": pl.String()} if table.open else {})}
    columns = zip(schema.items(), zip(*rows, strict=True) if rows else [()] * len(schema), strict=True)
    frame = pl.DataFrame([_series(name, cells, held) for (name, held), cells in columns])
    if not table.open:
        return frame
    cells = [json.loads(one) if isinstance(one, str) else one for one in frame["covariates"].to_list()]
    further = [_series(name, [one.get(name) for one in cells], HELD[kind]) for name, kind in covariates]
    return frame.drop("covariates").with_columns(further)


def _series(name: str, cells: Sequence[Any], held: pl.DataType) -> pl.Series:
    """Cells of one column: days come as text, and SQLite has 1 and 0 for yes and no."""
    if held == pl.Date:
        return pl.Series(name, cells, dtype=pl.String).str.to_date("%Y-%m-%d")
    if held == pl.Boolean:
        return pl.Series(name, [None if cell is None else bool(cell) for cell in cells], dtype=pl.Boolean)
    return pl.Series(name, cells, dtype=held, strict=False)


def _veiled(table: Table, frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """What is left of rows that may be counted but not read."""
    if table is SITES and not scope.whole:
        return frame.with_columns(part_of=pl.when(pl.col("part_of").is_in(frame["site"].implode())).then("part_of"))
    if table is ROUNDS and not scope.sheets:  # beside how many answered, it would tell how few did not
        return frame.with_columns(invited=pl.when(pl.col("kind") == "open").then("invited"))
    if table is NOTES and scope.whole and not scope.narrative:
        released = (pl.col("visibility") == "all").fill_null(False)
        hidden = [
            pl.when(released).then(name).alias(name) for name in table.columns if name not in ("on", "title", "id")
        ]
        return frame.with_columns(
            *hidden,
            title=pl.when(released).then("title").otherwise(pl.lit("A note not released to you")),
            id=pl.when(released).then("id").otherwise(pl.Series(map(_unguessable, frame["id"]), dtype=pl.String)),
        )
    return frame


def _unguessable(row_id: str) -> str:
    """Another id for a row that may be counted but not read: its own follows from what it says, and confirms it."""
    return salted_hmac("takeroot.web.archive.unread", row_id).hexdigest()[:16]


@contextmanager
def _indexed_after(model: type[models.Model], rows: int) -> Iterator[None]:
    """In SQLite, without the indexes of a table while most of its rows come in: sorted at once they take a fifth.

    A transaction that fails brings them back.
    """
    if connection.vendor != "sqlite" or rows < MANY or model._base_manager.count() > 2 * rows:
        yield
        return
    with connection.cursor() as cursor:
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL"
        indexes = cursor.execute(asked, [model._meta.db_table]).fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, made_by in indexes:
            cursor.execute(made_by)


def insert(database_table: str, frame: pl.DataFrame) -> None:
    """Add rows below the ORM."""
    quote = connection.ops.quote_name
    into = f"{quote(database_table)} ({', '.join(quote(name) for name in frame.columns)})"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN (FORMAT csv, NULL '')") as copy:
            for part in frame.iter_slices(50_000):
                copy.write(part.write_csv(include_header=False, null_value="", quote_style="non_numeric"))
        return
    plain = frame.with_columns(pl.col(pl.Date).dt.to_string("iso"))
    marks = ", ".join("?" * len(frame.columns))
    with connection.cursor() as cursor:  # opens the connection; the raw one takes rows as they come
        cursor.connection.executemany(f"INSERT INTO {into} VALUES ({marks})", plain.iter_rows())


def _fetched(chosen: models.QuerySet) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query, some thousands at a time, without a look at each cell."""
    try:
        sql, parameters = chosen.query.sql_with_params()
    except EmptyResultSet:  # no site is in scope
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(20_000):
            yield rows


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for circles of garbage, which half a million tuples would set off again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
