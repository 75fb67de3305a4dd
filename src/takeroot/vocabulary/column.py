"""What a column holds, and what a table agrees of its columns.

=================  ===========================  ====================================================
kind               in a frame                   in a file
=================  ===========================  ====================================================
``text``           String                       as it stands, without blanks around it
``word``           String                       one of the words the column allows
``day``            Date                         2024-03-31
``number``         Float64                      12.5
``count``          Int64                        12
``share``          Float64, 0 to 1              0.4 (or 40%)
``share_or_word``  String                       0.4, or one of the words the column allows
``yes_no``         Boolean                      yes, no
``references``     String                       table:id, several joined by ;
=================  ===========================  ====================================================

Unknown is empty, never zero; empty text is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import polars as pl

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "word", "day", "number", "count", "share", "share_or_word", "yes_no", "references"]
Dates = Literal["day-first", "month-first"]

#: What an analysis takes: a frame of either library, columns by name, or the path of a file.
IntoFrame: TypeAlias = "pl.DataFrame | pl.LazyFrame | pd.DataFrame | Mapping[str, Any] | Path | str"

#: How each kind is held in a frame.
HELD: dict[str, pl.DataType] = {
    "text": pl.String(),
    "word": pl.String(),
    "day": pl.Date(),
    "number": pl.Float64(),
    "count": pl.Int64(),
    "share": pl.Float64(),
    "share_or_word": pl.String(),
    "yes_no": pl.Boolean(),
    "references": pl.String(),
}


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    kind, meaning, unit
        What it holds, in a sentence, and the unit if it has one.
    required
        Whether every row must say it.
    words, examples
        The only words allowed; or words people use, where any other may stand too.
    least, most
        Bounds of a number, both allowed.
    refers
        The table whose first key column the value must be found in.
    month
        Whether a month (2024-03) may stand for its first day.
    """

    kind: Kind
    meaning: str
    required: bool = True
    unit: str = ""
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    refers: str = ""
    month: bool = False

    @property
    def held(self) -> pl.DataType:
        """How it is held in a frame."""
        return HELD[self.kind]


need = Column
maybe = partial(Column, required=False)

# Columns that many tables have.
SITE = need("text", "the site: a place that may take the improvement up", refers="sites")
ITS_SITE = maybe("text", "the site; empty for the whole programme", refers="sites")
SOURCE = maybe("text", "where this is known from")
VISIBILITY = maybe("word", "who may see it", words=("site", "programme", "all"))
ID = maybe("text", "a short stable name of the row; made from its key where empty")


@dataclass(frozen=True)
class Agreement:
    """What the rows of a table say, in which columns.

    Parameters
    ----------
    name, meaning
        The name of its file and sheet, and what its rows say.
    columns
        By name, in order. Every table has an optional text ``id`` besides.
    key
        The columns that make a row unique; every column, where there is no natural key.
    open
        Whether further columns are kept as covariates (else a file that has them is at fault).
    """

    name: str
    meaning: str
    columns: Mapping[str, Column] = field(repr=False)
    key: tuple[str, ...] = ()
    open: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", {**self.columns, "id": ID})

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns of a frame that came through the door."""
        return {name: column.held for name, column in self.columns.items()}

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that every row must have."""
        return tuple(name for name, column in self.columns.items() if column.required)

    @property
    def unique_by(self) -> tuple[str, ...]:
        """The key, or every column but the id where there is no natural key."""
        return self.key or tuple(name for name in self.columns if name != "id")

    def empty(self) -> pl.DataFrame:
        """No rows, every column."""
        return pl.DataFrame(schema=self.schema)
