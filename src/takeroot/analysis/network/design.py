"""Rows and columns of a regression: words as effects, periods as effects, and what has to be left out.

What can tell nothing is left out, and said: rows that lack a term, and periods (or words of a term) in which it
happened to nobody or to everybody, whose own effect has no finite estimate and which move no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.network.panel import Array
from takeroot.errors import Fault, FaultyInput, NotEnough, NotFound, quoted
from takeroot.vocabulary import door
from takeroot.vocabulary.table import Table

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame

#: Rows times columns that a regression may have: more would not fit into the memory of a laptop.
LARGEST = 150_000_000
#: Degrees of freedom of a smooth curve over periods.
FREE = 4

_ANY = Table("rows", "Periods at risk", columns={})


@dataclass(frozen=True)
class Design:
    """What a regression is made of.

    Parameters
    ----------
    matrix
        Rows down; the constant, a curve over periods and the terms across.
    period
        Where every period has an effect of its own: its number in each row, the first 0. All 0, where none has.
    event
        1 where it happened, else 0.
    cluster
        The number of the cluster of each row, from 0.
    clusters
        How many there are.
    names, about
        What each effect is called (the constant, the periods after the first, the rest of the matrix), and whether it
        is the ``constant``, of a ``period`` or a ``term``.
    left_out
        What is not among the rows, in sentences.
    """

    matrix: Array
    period: Array
    event: Array
    cluster: Array
    clusters: int
    names: tuple[str, ...]
    about: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def own(self) -> int:
        """How many periods after the first have an effect of their own."""
        return len(self.names) - self.matrix.shape[1]


def designed(rows: IntoFrame, terms: Sequence[str], *, event: str, periods: str, period: str, cluster: str) -> Design:
    """The rows and columns of a regression; the options are those of :func:`~takeroot.analysis.network.regression`."""
    frame = door.as_sheet(_ANY, rows).frame
    terms = [terms] if isinstance(terms, str) else list(dict.fromkeys(terms))
    needed = [*terms, event, cluster, *([period] if periods != "none" else [])]
    for name in needed:
        if name not in frame.columns:
            raise NotFound("column of the rows", name, frame.columns)
    frame = frame.select(list(dict.fromkeys(needed))).with_columns(_yes_no(frame, event))
    words = [name for name in terms if frame[name].dtype in (pl.String, pl.Categorical, pl.Enum)]
    frame, left_out = _complete(frame, terms, event)
    levels = [*words, *([period] if periods == "each" else [])]
    frame, more = _telling(frame, levels, event)
    happened = int(frame[event].sum())
    if not happened or happened == frame.height:
        which = "nobody" if not happened else "everybody"
        raise NotEnough(
            f"In the {frame.height:,} rows that can be used it happened to {which}; some of both are needed."
        )
    columns = [("constant", "constant", np.ones(frame.height))]
    columns += [(name, "period", values) for name, values in _of_periods(frame, periods, period, event)]
    for name in terms:
        columns += [(said, "term", values) for said, values in _of_term(frame, name, name in words)]
    if frame.height * len(columns) > LARGEST:
        raise NotEnough(
            f"{frame.height:,} rows with {len(columns):,} effects are more than fit into memory; put words of the "
            "terms together, or ask for longer periods."
        )
    number, own = np.zeros(frame.height, dtype=np.int64), []
    if periods == "each":
        values = frame[period].unique().sort()
        number = frame[period].rank("dense").cast(pl.Int64).to_numpy() - 1
        own = [(f"{period}: {value}", "period") for value in values[1:]]
    if frame.height <= len(columns) + len(own) or happened < sum(about != "period" for _, about, _ in columns):
        many = "1 event is" if happened == 1 else f"{happened:,} events are"
        raise NotEnough(f"{many} too few for {len(columns):,} effects; leave terms out, or wait for more events.")
    _check_apart(columns, number)
    group = frame[cluster].cast(pl.String).rank("dense").fill_null(0).to_numpy()
    groups, member = np.unique(group, return_inverse=True)
    if groups.size < 2:
        raise NotEnough(f"All rows are of one '{cluster}'; errors by cluster need two at least, and better thirty.")
    told = [(name, about) for name, about, _ in columns]
    told[1:1] = own
    return Design(
        matrix=np.column_stack([values for _, _, values in columns]),
        period=number,
        event=frame[event].cast(pl.Float64).to_numpy(),
        cluster=member,
        clusters=int(groups.size),
        names=tuple(name for name, _ in told),
        about=tuple(about for _, about in told),
        left_out=(*left_out, *more),
    )


def _yes_no(frame: pl.DataFrame, event: str) -> pl.Series:
    """The event as yes and no."""
    told = frame[event]
    if told.dtype == pl.Boolean:
        return told
    if told.dtype.is_numeric() and told.drop_nulls().is_in([0, 1]).all():
        return told.cast(pl.Boolean)
    odd = next((value for value in told if value not in (0, 1, None)), None)
    raise FaultyInput([Fault("whether it happened is yes or no (or 1 or 0)", "Rows", None, event, quoted(odd))])


def _complete(frame: pl.DataFrame, terms: Sequence[str], event: str) -> tuple[pl.DataFrame, list[str]]:
    """Rows that lack nothing."""
    said = []
    for name in [*terms, event]:
        known = frame[name].is_not_null()
        if frame[name].dtype.is_float():
            known &= frame[name].is_finite().fill_null(False)
        if lacking := int((~known).sum()):
            said.append(f"Left out: {lacking:,} rows without '{name}'.")
            frame = frame.filter(known)
    return frame, said


def _telling(frame: pl.DataFrame, levels: Sequence[str], event: str) -> tuple[pl.DataFrame, list[str]]:
    """Without periods and words in which it happened to nobody or to everybody."""
    said: dict[str, int] = {}
    lost: dict[str, int] = {}
    while True:
        before = frame.height
        for name in levels:
            share = frame.group_by(name).agg(share=pl.col(event).mean())
            mute = share.filter(~((pl.col("share") > 0) & (pl.col("share") < 1)))[name]
            if mute.len():
                kept = frame.filter(~pl.col(name).is_in(mute.implode()))
                said[name] = said.get(name, 0) + mute.len()
                lost[name] = lost.get(name, 0) + frame.height - kept.height
                frame = kept
        if frame.height == before:
            break
    return frame, [
        f"Left out: {said[name]:,} of '{name}' in which it happened to nobody or to everybody ({lost[name]:,} rows)."
        for name in said
    ]


def _of_periods(frame: pl.DataFrame, periods: str, period: str, event: str) -> list[tuple[str, Array]]:
    if periods in ("none", "each"):
        return []
    place = frame[period].to_physical().cast(pl.Float64) if frame[period].dtype != pl.String else None
    if place is None:
        raise FaultyInput([Fault("a curve over periods needs days or numbers", "Rows", None, period)])
    at = place.to_numpy()
    if periods == "linear":
        return [(period, at)]
    return [(f"{period}, curve {number + 1}", values) for number, values in enumerate(_spline(at, at[frame[event]]).T)]


def _spline(at: Array, of_events: Array) -> Array:
    """A natural cubic spline with knots where events are: straight beyond the outermost."""
    knots = np.unique(np.quantile(of_events, np.linspace(0, 1, FREE + 1)))
    if knots.size < 3:
        return (at - at.mean())[:, None] / max(float(np.ptp(at)), 1.0)
    wide = knots[-1] - knots[0]
    scaled, knots = (at - knots[0]) / wide, (knots - knots[0]) / wide

    def bend(knot: float) -> Array:
        return np.asarray((np.maximum(scaled - knot, 0) ** 3 - np.maximum(scaled - knots[-1], 0) ** 3) / (1 - knot))

    last = bend(knots[-2])
    return np.column_stack([scaled, *(bend(knot) - last for knot in knots[:-2])])


def _of_term(frame: pl.DataFrame, name: str, is_word: bool) -> list[tuple[str, Array]]:
    if is_word:
        return _levels(frame[name])
    if frame[name].dtype == pl.Boolean or frame[name].dtype.is_numeric():
        return [(name, frame[name].cast(pl.Float64).to_numpy())]
    raise FaultyInput([Fault("a term is a number, yes or no, or a word", "Rows", None, name, str(frame[name].dtype))])


def _levels(column: pl.Series) -> list[tuple[str, Array]]:
    """An effect for each value but the first."""
    values = column.unique().sort().to_list()
    return [(f"{column.name}: {value}", (column == value).cast(pl.Float64).to_numpy()) for value in values[1:]]


def _check_apart(columns: list[tuple[str, str, Array]], period: Array) -> None:
    """Refuse columns that say nothing, or what others say already."""
    for name, about, values in columns:
        if about != "constant" and np.ptp(values) == 0:
            raise NotEnough(f"'{name}' is the same in every row that can be used, and can tell nothing; leave it out.")
    # What is left of each within the periods, which stand for the constant too.
    many = np.bincount(period)
    within = []
    for _, _, values in columns[1:]:
        away = values - values.mean()
        left = away - (np.bincount(period, weights=away) / many)[period]
        within.append(left / np.sqrt((away**2).sum()))
    if not within:
        return
    triangle = np.abs(np.diag(np.linalg.qr(np.column_stack(within), mode="r")))
    same = np.flatnonzero(triangle < 1e-7)
    if same.size:
        name = columns[int(same[-1]) + 1][0]
        raise NotEnough(f"'{name}' says what the other effects say already; leave it, or one of them, out.")
