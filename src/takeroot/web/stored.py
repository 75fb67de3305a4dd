"""A table's columns become a model's fields, so that no column is written twice.

::

    @stored(tables.STAGES)
    class StageRow(Row): ...

gives the model the database table ``stages``, a link to its programme (whose rows are then ``programme.stages``), every
column of the table, an index by site, and a constraint on ``key``: a hash of the columns that make a row unique, so
that one constraint serves every table whether or not some of those columns may be empty. A migration sees plain fields.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

import polars as pl
from django.db import models

from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.instruments_in_files import Library
from takeroot.vocabulary.table import Table

Model = TypeVar("Model", bound=type[models.Model])


class StoredProgramme(Protocol):
    """A programme as the database holds it, as far as its archive and its frames need to know."""

    pk: int
    slug: str
    name: str
    about: dict[str, Any]
    covariates: list[Any]
    mark: str
    marks: dict[str, str]
    askings: Any
    rounds: Any
    instrument_files: Any

    @property
    def words(self) -> About:
        """What the programme says of itself."""

    @property
    def library(self) -> Library:
        """Every instrument that it can use."""

    def save(self) -> None:
        """Keep it."""

    def refresh_from_db(self) -> None:
        """Read it again."""

    def read(self, scope: Any) -> Any:
        """The programme as far as a scope reaches."""


#: The models that keep each table, by the table's name.
STORED: dict[str, type[models.Model]] = {}

_FIELDS: dict[str, type[models.Field]] = {
    "text": models.TextField,
    "word": models.TextField,
    "day": models.DateField,
    "number": models.FloatField,
    "count": models.BigIntegerField,
    "share": models.FloatField,
    "share_or_word": models.TextField,
    "yes_no": models.BooleanField,
    "references": models.TextField,
}


def stored(table: Table) -> Callable[[Model], Model]:
    """Keep the rows of a table in this model."""

    def keep(model: Model) -> Model:
        _name(model, table)
        link = models.ForeignKey("web.Programme", models.CASCADE, related_name=table.name)
        model.add_to_class("programme", link)
        for name, column in table.columns.items():
            model.add_to_class(name, field(column, required=column.required or name == "id"))
        if table.open:
            model.add_to_class("covariates", models.JSONField(default=dict))
        STORED[table.name] = model
        return model

    return keep


def field(column: Column, *, required: bool) -> models.Field:
    """The field that holds a column. Words and meanings stay with the table, so that a new word alters no database."""
    return _FIELDS[column.kind](null=not required, blank=not required)


def keys(table: Table, frame: pl.DataFrame) -> pl.Series:
    """A hash of the columns that make each row unique."""
    cells = frame.select(pl.col(table.unique_by).cast(pl.String).fill_null("\x1f"))
    joined = cells.select(pl.concat_str(pl.all(), separator="\x1e")).to_series().to_list()
    return pl.Series("key", [blake2b(cell.encode(), digest_size=16).hexdigest() for cell in joined], dtype=pl.String)


def _name(model: type[models.Model], table: Table) -> None:
    """The database table is called as the table is, and holds each row and each id once in a programme.

    Constraints on expressions are indexes of their own in SQLite, which can be made after many rows came in; those on
    fields are part of the table.
    """
    unique = [
        models.UniqueConstraint(models.F("programme"), models.F(name), name=f"{table.name}_{name}")
        for name in ("key", "id")
    ]
    by_site = (
        [models.Index(fields=["programme", "site"], name=f"{table.name}_by_site")] if "site" in table.columns else []
    )
    options = model._meta
    options.table, options.db_table, options.constraints, options.indexes = table, table.name, unique, by_site
    options.original_attrs |= {"db_table": table.name, "constraints": unique, "indexes": by_site}
