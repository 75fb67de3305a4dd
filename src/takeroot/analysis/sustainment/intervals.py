"""Who was followed from when to when, piece by piece: the rows that models of leaving and returning are fitted to.

A row is at risk at a time after its ``start`` and up to, and with, its ``stop``. A site may have several rows: a new
one begins after each event, where what is known of it changes, and where it comes back under observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.errors import Fault, FaultyInput, NotEnough, NotFound
from takeroot.vocabulary import door
from takeroot.vocabulary.column import IntoFrame, maybe, need
from takeroot.vocabulary.table import Table

Array = npt.NDArray[Any]

#: An ``id`` of rows that are not this table's own: a site, say, that several of them are of.
_ID = "id as given"

#: Times that differ by less than this are the same time.
DECIMALS = 9

#: How long each was followed, piece by piece.
INTERVALS = Table(
    "intervals",
    "How long each was followed, piece by piece, and whether it happened at the end",
    key=("row",),
    columns={
        "row": need("count", "the row"),
        "site": maybe("text", "which was followed; every row another one, where it is not said"),
        "start": maybe("number", "after when it was followed; from the first, where it is not said", unit="months"),
        "stop": need("number", "up to when it was followed", unit="months"),
        "event": need("yes_no", "whether it happened then; else it was last seen then"),
        "final": maybe("yes_no", "whether it then came to an end after which nothing more can happen, as by closing"),
    },
)


@dataclass(frozen=True)
class Rows:
    """Rows as arrays, with the covariates as numbers.

    Parameters
    ----------
    x, terms
        A column for each term, and its name.
    start, stop, event, weight
        Of each row; a start of minus infinity, where it was followed from the first.
    stratum, cluster
        Numbers of the groups that each row belongs to.
    clustered
        What rows were said to belong together by, if by anything.
    left_out
        How many rows were left out: something of them is not known, or they have no length.
    """

    x: Array
    terms: tuple[str, ...]
    start: Array
    stop: Array
    event: Array
    weight: Array
    stratum: Array
    cluster: Array
    clustered: str | None
    left_out: int

    @property
    def clusters(self) -> int:
        """How many groups of rows that belong together."""
        return len(np.unique(self.cluster))


def followed(intervals: IntoFrame) -> pl.DataFrame:
    """The intervals through the door, with times that are the same but for rounding made the same."""
    sheet = door.as_sheet(INTERVALS, intervals)
    given = sheet.frame.drop("row", strict=False).rename({"id": _ID}, strict=False)
    rows = INTERVALS.read(given.with_row_index("row")).drop("id").rename({_ID: "id"}, strict=False)
    rows = rows.with_columns(pl.col("start", "stop").round(DECIMALS))
    back = rows.filter((pl.col("stop") < pl.col("start")).fill_null(False) | (pl.col("stop") < 0))
    faults = [
        Fault(_backwards(start, stop), sheet.where, int(sheet.rows[at]), "stop")
        for at, start, stop in back.select("row", "start", "stop").iter_rows()
    ]
    if faults:
        raise FaultyInput(faults)
    return rows


def _backwards(start: float | None, stop: float) -> str:
    """That something stops before it starts, or before the clock's zero."""
    if start is not None and stop < start:
        return f"it stops ({stop:g}) before it starts ({start:g}); change one of them"
    return f"it stops at {stop:g}, before the clock's zero; count times from 0, or leave the row out"


def some_length() -> pl.Expr:
    """Whether a row was followed for a time of some length: else it is at risk at no time."""
    return (pl.col("stop") > pl.col("start")).fill_null(True)


def design(
    intervals: IntoFrame,
    covariates: Sequence[str],
    strata: str | None = None,
    cluster: str | None = None,
    weights: str | None = None,
) -> Rows:
    """The rows that a model is fitted to, without those of which something that it needs is not known.

    Raises
    ------
    NotFound
        If there is no such column.
    NotEnough
        If no row is left, none of them has an event, or a covariate is the same in all of them.
    """
    rows = followed(intervals)
    covariates = [covariates] if isinstance(covariates, str) else list(dict.fromkeys(covariates))
    asked = list(dict.fromkeys([*covariates, *filter(None, (strata, cluster, weights))]))
    for name in asked:
        if name not in rows.columns:
            raise NotFound("column", name, rows.columns)
    known = rows.filter(pl.all_horizontal(pl.lit(True), pl.col(asked).is_not_null()), some_length())
    for name in covariates:
        if rows.schema[name].is_float():
            known = known.filter(pl.col(name).is_finite())
    known = known.with_columns(_weight=pl.col(weights).cast(pl.Float64) if weights else pl.lit(1.0))
    known = known.filter(pl.col("_weight") > 0)
    if not known.height:
        raise NotEnough(
            f"No row of the intervals has a length and all of {', '.join(asked) or 'what is needed'}, so there is "
            "nothing to fit."
        )
    if not known["event"].any():
        raise NotEnough(
            f"No event happened in the {known.height:,} rows, so nothing can be said of what goes with it; at least "
            "one is needed."
        )
    columns = [column for name in covariates for column in _columns(known, name)]
    several = known.height > known["site"].n_unique() and not known["site"].null_count()
    clustered = cluster or ("site" if several else None)
    if clustered is None and weights:
        clustered = "row"
    belongs = known[clustered].rank("dense").to_numpy() if clustered else np.arange(known.height)
    x = np.column_stack([values for _, values in columns]) if columns else np.empty((known.height, 0))
    return Rows(
        x=x,
        terms=tuple(term for term, _ in columns),
        start=known["start"].fill_null(float("-inf")).to_numpy(),
        stop=known["stop"].to_numpy(),
        event=known["event"].to_numpy(),
        weight=known["_weight"].to_numpy(),
        stratum=known[strata].rank("dense").to_numpy() - 1 if strata else np.zeros(known.height, dtype=int),
        cluster=belongs,
        clustered=clustered,
        left_out=rows.height - known.height,
    )


def _columns(rows: pl.DataFrame, name: str) -> list[tuple[str, Array]]:
    """A covariate as numbers: words get a column each but for the first of them in the alphabet."""
    column = rows[name]
    if column.dtype.is_temporal():
        column = column.cast(pl.Date).to_physical()
    if column.n_unique() < 2 or (column.dtype.is_float() and _level(column)):
        raise NotEnough(
            f"'{name}' is the same ({column[0]}) in every row that can be used, so nothing can be said of it; leave it "
            "out."
        )
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return [(name, column.cast(pl.Float64).to_numpy())]
    words = column.cast(pl.String)
    _, *others = words.unique().sort().to_list()
    return [(f"{name}: {word}", (words == word).cast(pl.Float64).to_numpy()) for word in others]


def _level(column: pl.Series) -> bool:
    """Whether numbers differ by no more than rounding makes them."""
    numbers = column.to_numpy()
    return bool(np.ptp(numbers) <= 1e-12 * np.abs(numbers).max())
