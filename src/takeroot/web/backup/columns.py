"""What is kept of each database table, in words that every database shares.

A column is of one of a few kinds. Each kind says how it travels: as what a frame holds, how each database is asked for
it, and how each takes it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.apps import apps
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

#: What a frame holds for each kind.
HELD: dict[str, pl.DataType] = {
    "whole": pl.Int64(),
    "number": pl.Float64(),
    "yes_no": pl.Boolean(),
    "day": pl.Date(),
    "moment": pl.Datetime("us"),
    "text": pl.String(),
    "json": pl.String(),
    "uuid": pl.String(),
    "bytes": pl.Binary(),
}

#: How a database is asked for a kind; as it stands, where nothing is said. Drivers are slow at days and moments.
ASKED: dict[str, dict[str, str]] = {
    "sqlite": {
        "whole": "CAST({} AS INTEGER)",
        "yes_no": "CAST({} AS INTEGER)",
        "day": "CAST({} AS TEXT)",
        "moment": "CAST({} AS TEXT)",
    },
    "postgresql": {
        "day": "{}::text",
        "moment": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
        "json": "{}::text",
        "uuid": "replace({}::text, '-', '')",
    },
}

#: The apps whose tables are kept: the workbench, and the second step of sign-in.
OURS = ("web", "otp_totp")

_KINDS = {
    "AutoField": "whole",
    "BigAutoField": "whole",
    "BigIntegerField": "whole",
    "BinaryField": "bytes",
    "BooleanField": "yes_no",
    "CharField": "text",
    "DateField": "day",
    "DateTimeField": "moment",
    "FloatField": "number",
    "IntegerField": "whole",
    "JSONField": "json",
    "PositiveBigIntegerField": "whole",
    "PositiveIntegerField": "whole",
    "PositiveSmallIntegerField": "whole",
    "SlugField": "text",
    "SmallAutoField": "whole",
    "SmallIntegerField": "whole",
    "TextField": "text",
    "UUIDField": "uuid",
}


@dataclass(frozen=True)
class Kept:
    """A database table: its name, its primary key, and the kind of each column."""

    name: str
    key: str
    columns: dict[str, str]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """What a frame of its rows holds."""
        return {name: HELD[kind] for name, kind in self.columns.items()}


def every_table() -> list[Kept]:
    """Every table of the workbench, but for sessions: whoever finds a backup is signed in nowhere by it.

    The second step of sign-in is kept with it: without it, a password alone would open what it guarded.
    """
    here = (model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True))
    lasting = (model for model in here if model._meta.managed and not issubclass(model, AbstractBaseSession))
    return sorted(map(_kept, lasting), key=lambda kept: kept.name)


def _kept(model: type[models.Model]) -> Kept:
    columns = {field.column: _kind(field) for field in model._meta.local_concrete_fields}
    return Kept(model._meta.db_table, model._meta.pk.column, columns)


def _kind(field: models.Field) -> str:
    """The kind of a field; a link is of the kind of what it points to."""
    return _kind(field.target_field) if field.is_relation else _KINDS[field.get_internal_type()]


def from_cells(name: str, kind: str, cells: tuple[Any, ...]) -> pl.Series:
    """One column as a database gave it; a cell of another kind is refused, never lost."""
    if kind == "yes_no":
        cells = tuple(None if cell is None else bool(cell) for cell in cells)
    if kind == "day":
        return pl.Series(name, cells, dtype=pl.String).str.to_date("%Y-%m-%d")
    if kind == "moment":
        return pl.Series(name, cells, dtype=pl.String).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return pl.Series(name, cells, dtype=HELD[kind])


def for_sqlite(column: pl.Expr, kind: str) -> pl.Expr:
    """As SQLite keeps it: days and moments are text, written as Django writes them."""
    if kind == "day":
        return column.dt.to_string("%Y-%m-%d")
    if kind == "moment":
        whole = column.dt.microsecond() == 0
        return (
            pl.when(whole)
            .then(column.dt.to_string("%Y-%m-%d %H:%M:%S"))
            .otherwise(column.dt.to_string("%Y-%m-%d %H:%M:%S%.6f"))
        )
    return column


def for_postgresql(column: pl.Expr, kind: str) -> pl.Expr:
    """As PostgreSQL reads it from CSV."""
    if kind == "moment":
        return column.dt.to_string("%Y-%m-%d %H:%M:%S%.6f+00")
    if kind == "bytes":
        return pl.lit("\\x") + column.bin.encode("hex")
    return column


def _same_json(text: str) -> str:
    """JSON, written the same however a database put it in order."""
    return json.dumps(json.loads(text, parse_float=_whole_if_so), sort_keys=True, separators=(",", ":"))


def _whole_if_so(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() else number


#: How cells of a kind are made alike before they are compared.
ALIKE: dict[str, Callable[[pl.Series], pl.Series]] = {
    "day": lambda cells: cells.cast(pl.Int32).cast(pl.Int64),
    "json": lambda cells: pl.Series([None if cell is None else _same_json(cell) for cell in cells], dtype=pl.String),
    "moment": lambda cells: cells.cast(pl.Int64),
    "number": lambda cells: cells.fill_nan(None) + 0.0,  # no database keeps both 0 and -0
    "text": lambda cells: cells.cast(pl.Binary),
    "uuid": lambda cells: cells.cast(pl.Binary),
    "yes_no": lambda cells: cells.cast(pl.Int64),
}
