"""What was taken, put onto a programme: by key, leaving what the tracker does not speak of as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme


def onto(programme: Programme | str, frames: Mapping[str, pl.DataFrame], replaced: Sequence[str]) -> Programme:
    """The programme with these rows, checked as a whole.

    Raises
    ------
    FaultyInput
        If the tables would not agree.
    """
    from takeroot.vocabulary.programme import Programme

    if isinstance(programme, str):
        programme = Programme(programme)
    tables = programme.tables
    if replaced and "stages" in tables:
        tables["stages"] = tables["stages"].filter(~pl.col("id").is_in(list(replaced)))
    for name, frame in frames.items():
        new = frame.drop("_sheet", "_row")
        held = tables.get(name)
        tables[name] = new if held is None else _together(name, held, new)
    return Programme(programme.about, instruments=programme.instruments, **tables)


def _together(name: str, held: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows by key: those there are with the new ones' columns, and those that are new."""
    table = TABLES[name]
    key = ["id"] if name == "notes" else list(table.key)
    further = [column for column in new.columns if column not in held.columns]
    held = held.with_columns(pl.lit(None, new.schema[column]).alias(column) for column in further)
    new = new.with_columns(pl.col(c).cast(held.schema[c], strict=False) for c in new.columns)
    values = [column for column in new.columns if column not in key]
    both = held.join(
        new.select(*key, *values), on=key, how="left", nulls_equal=True, suffix="_new", maintain_order="left"
    )
    there = (
        held.join(new.select(key), on=key, how="semi", nulls_equal=True).select(key).with_columns(_there=pl.lit(True))
    )
    both = both.join(there.unique(), on=key, how="left", nulls_equal=True, maintain_order="left")
    both = both.with_columns(
        pl.when(pl.col("_there").fill_null(False)).then(pl.col(f"{column}_new")).otherwise(pl.col(column)).alias(column)
        for column in values
    )
    added = new.join(held.select(key), on=key, how="anti", nulls_equal=True)
    return pl.concat([both.select(held.columns), added], how="diagonal_relaxed")
