"""From a :class:`~takeroot.vocabulary.programme.Programme` to the database, and back for one scope.

What was stored and is read back for everything is the same programme. Rows travel below the ORM, a table at a time:
``executemany`` into SQLite, ``COPY`` into PostgreSQL, plain tuples out of both. Which rows come out is said by
:meth:`takeroot.web.scope.Scope.rows`, in the query itself.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.functions import Cast

from takeroot.vocabulary.about import About, Eligible
from takeroot.vocabulary.column import HELD, Column
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import NOTES, SITES, TABLES
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED, StoredProgramme, keys

Covariates = Sequence[tuple[str, str]]

#: From so many rows on, indexes are made after the rows.
MANY = 10_000


def store(row: StoredProgramme, programme: Programme) -> dict[str, int]:
    """Put a programme's words and tables in the place of whatever this row held; for :mod:`takeroot.web.actions` alone.

    Returns
    -------
    dict
        How many rows of each table there are now.
    """
    covariates = _covariates(programme)
    row.name, row.about, row.covariates = programme.name, programme.about.model_dump(mode="json"), covariates
    row.save()
    frames = programme.tables
    for name, model in STORED.items():
        with _indexed_after(model, frames[name].height if name in frames else 0):
            model.objects.filter(programme=row)._raw_delete(connection.alias)
            if name in frames:
                _put(model, _packed(row, TABLES[name], frames[name], covariates))
    return {name: frame.height for name, frame in frames.items()}


def programme_of(row: StoredProgramme, scope: Scope) -> Programme:
    """The programme as far as a scope reaches."""
    return Programme.kept(about_of(row, scope), {name: table_of(row, scope, table) for name, table in TABLES.items()})


def about_of(row: StoredProgramme, scope: Scope) -> About:
    """The programme in words.

    What is counted of some sites alone is not set beside a number of sites that speaks of them all.
    """
    return row.words if scope.whole else row.words.model_copy(update={"eligible": Eligible()})


def table_of(row: StoredProgramme, scope: Scope, table: Table) -> pl.DataFrame:
    """One table, as far as a scope reaches, in the order in which it was stored."""
    seen = scope.rows(table)
    if seen is None:
        return table.empty()
    columns = [_plain(name, column) for name, column in table.columns.items()]
    columns += ["covariates"] if table.open else []
    chosen = STORED[table.name].objects.filter(seen, programme=row).order_by("row").values_list(*columns)
    covariates = [tuple(one) for one in row.covariates]
    with _uncollected():
        parts = [_unpacked(table, part, covariates) for part in _fetched(chosen)]
    return _veiled(table, pl.concat(parts), scope) if parts else table.empty()


def _plain(name: str, column: Column) -> str | Cast:
    """A column as it is fetched: days as text, which a frame reads faster than a database driver does."""
    return Cast(name, models.TextField()) if column.kind == "day" else name


def _covariates(programme: Programme) -> list[tuple[str, str]]:
    """The further columns of the sites, with their kinds; no other table has any."""
    return [(name, column.kind) for name, column in programme.covariates.get(SITES.name, {}).items()]


def _packed(row: StoredProgramme, table: Table, frame: pl.DataFrame, covariates: Covariates) -> pl.DataFrame:
    """A frame as its database table holds it."""
    packed = frame.select(pl.lit(row.pk).alias("programme_id"), keys(table, frame), *table.columns)
    if table.open:
        further = frame.select(_as_plain(pl.col(name), kind) for name, kind in covariates).iter_rows(named=True)
        cells = [json.dumps(cells) for cells in further] if covariates else ["{}"] * frame.height
        packed = packed.with_columns(covariates=pl.Series(cells, dtype=pl.String))
    return packed


def _as_plain(column: pl.Expr, kind: str) -> pl.Expr:
    return column.dt.to_string("iso") if kind == "day" else column


def _unpacked(table: Table, rows: list[tuple[Any, ...]], covariates: Covariates) -> pl.DataFrame:
    """Rows as they came from the database, as a frame of the table's kinds."""
    schema: dict[str, pl.DataType] = {**table.schema, **({"covariates": pl.String()} if table.open else {})}
    columns = zip(schema.items(), zip(*rows, strict=True), strict=True)
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
    if table is NOTES and not scope.narrative:
        released = (pl.col("visibility") == "all").fill_null(False)
        hidden = [
            pl.when(released).then(name).alias(name) for name in table.columns if name not in ("on", "title", "id")
        ]
        return frame.with_columns(
            *hidden, title=pl.when(released).then("title").otherwise(pl.lit("A note not released to you"))
        )
    return frame


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


def _put(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Add rows below the ORM."""
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(name) for name in frame.columns)})"
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
