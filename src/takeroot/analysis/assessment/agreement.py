"""How far do those who judged the same things agree? Krippendorff's alpha, with an interval.

1 is perfect agreement, 0 is what chance alone would give; it may be below. Things that fewer than two people judged say
nothing, and what is missing is simply missing. The interval draws the respondents anew, with replacement: a respondent
who is drawn twice is never compared with himself.

References
----------
Krippendorff K. Computing Krippendorff's alpha-reliability. University of Pennsylvania, 2011.
Hayes AF, Krippendorff K. Answering the call for a standard reliability measure for coding data. Communication Methods
and Measures 2007;1:77-89.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.assessment.coding import ANSWER, options, questions, turned
from takeroot.analysis.assessment.counting import given
from takeroot.analysis.assessment.grouping import FLOOR
from takeroot.analysis.assessment.reliability import LEAST, minimum
from takeroot.errors import Fault, FaultyInput, NotEnough, NotFound, TakerootError
from takeroot.vocabulary.column import IntoFrame, maybe, need
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.table import Table

Array = npt.NDArray[Any]
Level = Literal["nominal", "ordinal", "interval", "ratio"]

#: Who judged what, and how.
RATINGS = Table(
    "ratings",
    "Who judged what, and how",
    key=("rater", "thing"),
    columns={
        "rater": need("text", "who judged"),
        "thing": need("text", "what was judged"),
        "value": maybe("text", "the judgement: a number, or for nominal ones a word"),
    },
)
_SCHEMA = {
    "level": pl.String(),
    "alpha": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "raters": pl.Int64(),
    "things": pl.Int64(),
    "values": pl.Int64(),
}
#: Of fewer raters there is no interval: drawn anew, they are mostly the same ones.
_FEW = 3
#: Respondents are drawn so many times at once, so that memory stays small.
_AT_ONCE = 100


def krippendorff(
    ratings: IntoFrame, level: Level = "nominal", *, replicates: int = 1000, seed: int = 1
) -> pl.DataFrame:
    """Krippendorff's alpha.

    Parameters
    ----------
    ratings
        One row for each ``rater`` and ``thing`` that was judged: the ``value``; empty, or no row, where nothing was.
    level
        How values differ: in name only (nominal), in order (ordinal), as numbers (interval), or as numbers that have a
        true zero (ratio). All but the first need numbers.
    replicates
        How often raters are drawn anew for the interval; 0 for none. There is none of two raters.
    seed
        The same seed, the same interval.

    Returns
    -------
    DataFrame
        One row: ``level``, ``alpha``, its ``lower`` and ``upper`` 95 % limits, how many ``raters`` judged something
        that another judged too, how many such ``things`` there are, and how many ``values`` could be compared. No alpha
        where all values are the same.

    Raises
    ------
    NotEnough
        If no two raters judged the same thing.
    FaultyInput
        If numbers are needed, and something else is found.

    Examples
    --------
    >>> meg, owen = "0100000010", "1110010000"
    >>> ratings = {"rater": ["meg"] * 10 + ["owen"] * 10, "thing": [*"abcdefghij"] * 2, "value": [*meg, *owen]}
    >>> krippendorff(ratings).select(pl.col("alpha").round(3)).item()
    0.095
    """
    if level not in _DIFFERENCES:
        raise NotFound("level of measurement", level, _DIFFERENCES)
    read = RATINGS.read(ratings).drop_nulls("value").sort("rater", "thing")
    if level == "nominal":
        return _alpha(read, level, replicates, seed)
    numbers = read.with_columns(number=pl.col("value").cast(pl.Float64, strict=False))
    wrong = numbers.filter(~pl.col("number").is_finite().fill_null(False))
    if wrong.height:
        found = wrong["value"][0]
        raise FaultyInput(
            [Fault(f"numbers are needed where judgements are {level}; found '{found}'", "ratings", column="value")]
        )
    if level == "ratio" and numbers["number"].min() < 0:  # type: ignore[operator]
        raise FaultyInput(
            [Fault("numbers of 0 or more are needed where judgements are ratios", "ratings", column="value")]
        )
    return _alpha(numbers.drop("value").rename({"number": "value"}), level, replicates, seed)


def agreement(
    instrument: Instrument,
    rounds: IntoFrame,
    answers: IntoFrame,
    *,
    as_at: date,
    floor: int = FLOOR,
    least: int = LEAST,
    level: Level = "ordinal",
    replicates: int = 1000,
    seed: int = 1,
) -> pl.DataFrame:
    """How far respondents agree over the questions of each scale and construct, in each round that may be shown.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor
        As for :func:`~takeroot.analysis.assessment.counts`.
    least
        The fewest respondents of whom figures are given.
    level, replicates, seed
        As for :func:`krippendorff`. Options are taken in their order; by what they count, for intervals and ratios.

    Returns
    -------
    DataFrame
        One row for each ``round``, ``scale`` and construct (``of``; empty for all questions of the scale), with the
        columns of :func:`krippendorff`. States besides an answer are missing. Of fewer respondents there are no rows.
    """
    minimum(least, floor)
    if level not in _DIFFERENCES:
        raise NotFound("level of measurement", level, _DIFFERENCES)
    it = given(instrument, rounds, answers, as_at=as_at, floor=floor)
    asked = (
        questions(instrument)
        .filter(pl.col("kind") != "any of")
        .select("question", "of", "scale", "kind", "reversed", "low", "high")
    )
    place = options(instrument).filter(state=ANSWER).select("question", "value", "place")
    place = place.with_columns(last=pl.col("place").max().over("question"))
    said = it.said.filter(state=ANSWER).join(asked, on="question").join(place, on=["question", "value"], how="left")
    in_order = pl.when("reversed").then(pl.col("last") - pl.col("place")).otherwise("place").cast(pl.Float64)
    number = turned(pl.col("points"))
    value = (
        pl.when(pl.col("kind") == "number")
        .then(number)
        .otherwise(in_order if level in ("nominal", "ordinal") else number)
    )
    said = said.select(
        "round", "question", "scale", "of", rater="respondent", thing="question", value=value
    ).drop_nulls("value")
    found = []
    for round_, floor_of in it.shown.select("round", "floor").iter_rows():
        for scale in asked["scale"].unique(maintain_order=True):
            mine = said.filter(round=round_, scale=scale)
            for of in [*asked.filter(scale=scale)["of"].drop_nulls().unique(maintain_order=True), None]:
                these = mine if of is None else mine.filter(of=of)
                if these["rater"].n_unique() < max(least, floor_of, 2) or these["thing"].n_unique() < 2:
                    continue
                row = _alpha(these.select("rater", "thing", "value"), level, replicates, seed).row(0)
                found.append((round_, scale, of, *row))
    schema = {"round": pl.String(), "scale": pl.String(), "of": pl.String(), **_SCHEMA}
    return pl.DataFrame(found, schema=schema, orient="row").fill_nan(None)


def _alpha(read: pl.DataFrame, level: Level, replicates: int, seed: int) -> pl.DataFrame:
    """Alpha and its interval."""
    if replicates < 0:
        raise TakerootError(f"Raters are drawn anew 0 times or more; {replicates} were asked for.")
    read = read.filter(pl.len().over("thing") > 1)
    if not read.height:
        raise NotEnough("Agreement needs two raters who judged the same thing; there are none.")
    raters, rater = np.unique(read["rater"].to_numpy().astype(str), return_inverse=True)
    things, thing = np.unique(read["thing"].to_numpy().astype(str), return_inverse=True)
    values, value = np.unique(read["value"].to_numpy(), return_inverse=True)
    said = np.zeros((len(raters), len(things) * len(values)))
    said[rater, thing * len(values) + value] = 1.0
    shape = (len(things), len(values))
    number = values.astype(float) if level != "nominal" else np.arange(len(values), dtype=float)
    alpha = float(_of(np.ones((1, len(raters))), said, shape, number, level)[0])
    lower = upper = float("nan")
    if replicates and np.isfinite(alpha) and len(raters) >= _FEW:
        draw = np.random.Generator(np.random.Philox(seed))
        drawn = []
        for done in range(0, replicates, _AT_ONCE):
            times = min(_AT_ONCE, replicates - done)
            drawn.append(_of(_weights(draw, times, len(raters)), said, shape, number, level))
        every = np.concatenate(drawn)
        if np.isfinite(every).any():
            lower, upper = (float(one) for one in np.nanquantile(every, [0.025, 0.975]))
    row = (level, alpha, lower, upper, len(raters), len(things), read.height)
    return pl.DataFrame([row], schema=_SCHEMA, orient="row").fill_nan(None)


def _weights(draw: np.random.Generator, times: int, raters: int) -> Array:
    """How often each rater is drawn, each time."""
    chosen = draw.integers(raters, size=(times, raters)) + np.arange(times)[:, None] * raters
    return np.bincount(chosen.ravel(), minlength=times * raters).reshape(times, raters).astype(float)


def _of(weights: Array, said: Array, shape: tuple[int, int], number: Array, level: str) -> Array:
    """Alpha for each way of weighing the raters, of pairs of different raters only."""
    each = (weights @ said).reshape(-1, *shape)
    twice = (weights**2 @ said).reshape(-1, *shape)
    n = each.sum(axis=2)
    pairs = n**2 - twice.sum(axis=2)
    share = np.where(pairs > 0, n / np.where(pairs > 0, pairs, 1), 0.0)
    found = np.full(len(weights), np.nan)
    for nth in range(len(weights)):
        counted = each[nth] * np.sqrt(share[nth])[:, None]
        together = counted.T @ counted - np.diag(share[nth] @ twice[nth])
        level_of = each[nth][pairs[nth] > 0].sum(axis=0)
        whole = level_of.sum()
        apart = _DIFFERENCES[level](number, level_of)
        by_chance = level_of @ apart @ level_of
        if whole > 1 and by_chance > 0:
            found[nth] = 1 - (whole - 1) * (together * apart).sum() / by_chance
    return found


def _in_order(_: Array, level_of: Array) -> Array:
    """How many judgements lie between two values, half of those at either end included."""
    up_to = np.cumsum(level_of) - level_of / 2
    return np.asarray((up_to[:, None] - up_to[None, :]) ** 2)


def _ratios(number: Array, _: Array) -> Array:
    sums = number[:, None] + number[None, :]
    return np.asarray(((number[:, None] - number[None, :]) / np.where(sums > 0, sums, 1.0)) ** 2)


#: How far two values are apart, squared, given how many judgements there are of each.
_DIFFERENCES: dict[str, Callable[[Array, Array], Array]] = {
    "nominal": lambda number, _: 1.0 - np.eye(len(number)),
    "ordinal": _in_order,
    "interval": lambda number, _: (number[:, None] - number[None, :]) ** 2,
    "ratio": _ratios,
}
