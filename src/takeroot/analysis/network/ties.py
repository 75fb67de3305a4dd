"""Ties as rows of sites and places of periods, and as matrices to multiply with.

Influence runs along a tie from its source to its target. Seen from one site, the ties *in* are those along which it is
influenced; *out* are those along which it influences; *both* are all, each pair once. A row of a matrix is a site, a
column one that it is tied to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.errors import Fault, FaultyInput, NotFound

Array: TypeAlias = npt.NDArray[Any]
Influence = Literal["in", "out", "both"]

#: Which ends of a tie are the site looked at, and the one that it is tied to.
ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "in": (("target", "source"),),
    "out": (("source", "target"),),
    "both": (("target", "source"), ("source", "target")),
}

#: A tie of a panel.
TIED = {
    "source": pl.Int64(),
    "target": pl.Int64(),
    "kind": pl.String(),
    "weight": pl.Float64(),
    "first": pl.Int64(),
    "last": pl.Int64(),
}
#: Whole numbers up to here need no more than two bytes, and are multiplied the faster.
SMALL = np.iinfo(np.int16).max


def dated(ties: pl.DataFrame, sites: pl.Series, periods: pl.Series, until: date | None) -> pl.DataFrame:
    """Ties between sites, with the periods at whose end they held; ``until`` is the last day that counts."""
    count = periods.len()
    starts = periods.to_numpy()

    def place(days: pl.Series, otherwise: int) -> Array:
        at = np.searchsorted(starts, days.fill_null(date(1, 1, 1)).to_numpy(), side="right") - 1
        late = (days > until).fill_null(False).to_numpy()
        return np.where(days.is_null().to_numpy(), otherwise, np.where(late, count, at.clip(0, None)))

    if not count:
        return resolved(ties, sites, np.zeros(ties.height), np.ones(ties.height))
    return resolved(ties, sites, place(ties["since"], 0), place(ties["until"], count))


def by_number(ties: pl.DataFrame, sites: pl.Series, first: int, count: int) -> pl.DataFrame:
    """Ties between sites, with the places of the numbered periods in which they held."""
    since = (ties["since"] - first).fill_null(0).to_numpy().clip(0, count)
    until = (ties["until"] - first).fill_null(count).to_numpy().clip(0, count)
    return resolved(ties, sites, since, until if count else until + 1)


def resolved(ties: pl.DataFrame, sites: pl.Series, first: Array, last: Array) -> pl.DataFrame:
    """Ties as rows of the sites; without those of a site to itself, without weight, or that held in no period."""
    check_names(ties, sites)
    places = pl.DataFrame({"site": sites, "row": np.arange(sites.len(), dtype=np.int64)})
    ends = [
        ties.select(site=end).join(places, on="site", how="left", maintain_order="left")["row"].alias(end)
        for end in ("source", "target")
    ]
    rows = ties.select("kind", pl.col("weight").fill_null(1.0)).with_columns(
        *ends, pl.Series("first", first, dtype=pl.Int64), pl.Series("last", last, dtype=pl.Int64)
    )
    rows = rows.filter(pl.col("source") != pl.col("target"), pl.col("weight") > 0, pl.col("first") < pl.col("last"))
    return rows.select(list(TIED)).sort(pl.all())


def check_names(ties: pl.DataFrame, sites: pl.Series) -> None:
    """Refuse ties of sites that there are not."""
    faults = []
    for end in ("source", "target"):
        absent = ties[end].unique().sort()
        for name in absent.filter(~absent.is_in(sites.implode())):
            says = f"'{name}' is not among the sites; add it to the sites, or correct it here"
            faults.append(Fault(says, "Ties", None, end, name))
    if faults:
        raise FaultyInput(faults)


def of_kinds(ties: pl.DataFrame, kind: str | Sequence[str] | None) -> pl.DataFrame:
    """The ties of some kinds; all of them, if none is named."""
    if kind is None:
        return ties
    wanted = [kind] if isinstance(kind, str) else list(kind)
    known = ties["kind"].drop_nulls().unique().to_list()
    for name in wanted:
        if name not in known:
            raise NotFound("kind of tie", name, known)
    return ties.filter(pl.col("kind").is_in(wanted))


def oriented(ties: pl.DataFrame, influence: Influence) -> pl.DataFrame:
    """Ties as seen from each ``site``, with the site that it is tied to (``other``)."""
    if influence not in ENDS:
        raise NotFound("direction of influence", str(influence), ENDS)
    held = ["kind", "weight", "first", "last"]
    return pl.concat(
        [ties.select(pl.col(of).alias("site"), pl.col(to).alias("other"), *held) for of, to in ENDS[influence]]
    )


def epochs(ties: pl.DataFrame, count: int) -> Iterator[tuple[int, int, pl.DataFrame]]:
    """Stretches of periods in which the same ties held: from which place, to before which, and the ties."""
    if not count:
        return
    if not ties.height or (ties["first"].max() == 0 and ties["last"].min() == count):
        yield 0, count, ties
        return
    changes = pl.concat([ties["first"], ties["last"], pl.Series([0, count])]).unique().sort().to_list()
    for begins, ends in pairwise(changes):
        yield begins, ends, ties.filter(pl.col("first") <= begins, pl.col("last") >= ends)


def matrix(ties: pl.DataFrame, count: int, *, valued: bool = False, whole: bool = False) -> Any:
    """A sparse matrix of oriented ties: 1 where two sites are tied, or the sum of the weights of their ties.

    ``whole`` asks for the smallest whole numbers that can count the ties of any site.
    """
    from scipy import sparse

    at = (ties["site"].to_numpy(), ties["other"].to_numpy())
    weight = ties["weight"].to_numpy() if valued else np.ones(ties.height)
    made = sparse.csr_array((weight, at), shape=(count, count))
    made.sum_duplicates()
    if valued:
        return made
    made.data[:] = 1
    most = int(np.diff(made.indptr).max(initial=0))
    return made.astype((np.int16 if most <= SMALL else np.int32) if whole else np.float64)
