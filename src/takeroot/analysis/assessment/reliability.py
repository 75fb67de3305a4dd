"""Do the questions of a scale hang together? Cronbach's alpha and the statistics of its items.

Covariances are taken of the respondents who answered both questions, as is common; the figure of those who answered all
stands beside it. Reversed questions are turned first. States besides an answer, such as "not relevant", are missing
here. No figure is given of fewer respondents than a minimum.

References
----------
Cronbach LJ. Coefficient alpha and the internal structure of tests. Psychometrika 1951;16:297-334.
Guttman L. A basis for analyzing test-retest reliability. Psychometrika 1945;10:255-82 (lambda 6).
Revelle W. psych: procedures for psychological, psychometric, and personality research, 2.2 (``alpha``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.analysis.assessment.coding import ANSWER, questions, turned
from takeroot.analysis.assessment.counting import given
from takeroot.analysis.assessment.grouping import FLOOR
from takeroot.analysis.assessment.scoring import within
from takeroot.errors import Fault, FaultyInput, NotEnough, TakerootError
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.instrument import Instrument

Array = npt.NDArray[Any]

#: The fewest respondents of whom such figures are given.
LEAST = 10

_SCALE = {
    "n": pl.Int64(),
    "complete": pl.Int64(),
    "items": pl.Int64(),
    "alpha": pl.Float64(),
    "alpha_complete": pl.Float64(),
    "standardised": pl.Float64(),
    "lambda6": pl.Float64(),
    "average_r": pl.Float64(),
    "mean": pl.Float64(),
    "deviation": pl.Float64(),
}
_ITEM = {
    "item": pl.String(),
    "n": pl.Int64(),
    "item_total": pl.Float64(),
    "item_rest": pl.Float64(),
    "mean": pl.Float64(),
    "deviation": pl.Float64(),
    "alpha_without": pl.Float64(),
}


def alpha(items: pl.DataFrame, *, least: int = LEAST) -> pl.DataFrame:
    """Cronbach's alpha of a scale, with what goes with it.

    Parameters
    ----------
    items
        One row for each respondent, one column of numbers for each item, turned already; empty where nothing was
        answered.
    least
        The fewest respondents of whom figures are given.

    Returns
    -------
    DataFrame
        One row: ``n`` respondents who answered anything, how many of them ``complete``, how many ``items``; ``alpha``
        from pairwise covariances and of those who are complete (``alpha_complete``), ``standardised``, Guttman's
        ``lambda6``, the ``average_r`` between items; ``mean`` and standard ``deviation`` of the respondents' means.

    Raises
    ------
    NotEnough
        Of fewer respondents or of fewer than two items.

    Examples
    --------
    >>> found = alpha(pl.DataFrame({"a": [1, 2, 3, 4, 5] * 2, "b": [2, 1, 3, 5, 4] * 2}))
    >>> round(found["alpha"].item(), 4)
    0.8889
    """
    return pl.DataFrame([_scale(_matrix(items, least), least)], schema=_SCALE, orient="row").fill_nan(None)


def item_statistics(items: pl.DataFrame, *, least: int = LEAST) -> pl.DataFrame:
    """How each item goes with the rest of its scale.

    Parameters
    ----------
    items, least
        As for :func:`alpha`.

    Returns
    -------
    DataFrame
        One row for each ``item``: ``n`` who answered it, the correlation with the respondents' mean of all items
        (``item_total``) and with the sum of all others (``item_rest``, from pairwise covariances), its ``mean``,
        standard ``deviation``, and the alpha of the scale without it (``alpha_without``).
    """
    rows = _items(items.columns, _matrix(items, least))
    return pl.DataFrame(rows, schema=_ITEM, orient="row").fill_nan(None)


def consistency(
    instrument: Instrument,
    rounds: IntoFrame,
    answers: IntoFrame,
    *,
    as_at: date,
    floor: int = FLOOR,
    least: int = LEAST,
) -> pl.DataFrame:
    """Cronbach's alpha of each construct in each round that may be shown.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor
        As for :func:`~takeroot.analysis.assessment.counts`.
    least
        The fewest respondents of whom figures are given.

    Returns
    -------
    DataFrame
        One row for each ``round`` and construct with two questions or more (``of`` is empty for all questions whose
        options count, together), with the columns of :func:`alpha`. Of fewer respondents there are no rows. Of an
        anonymous round ``complete``, ``alpha_complete``, ``mean`` and ``deviation`` are empty where some left something
        out, but fewer than the floor: beside the other figures they would give their answers away.
    """
    found = []
    for round_, of, anonymous, floor_of, items in _scales(instrument, rounds, answers, as_at, floor, least):
        scale = dict(zip(_SCALE, _scale(_matrix(items, least), least), strict=True))
        complete, short = int(scale["complete"]), int(scale["n"]) - int(scale["complete"])
        if anonymous and 0 < short < floor_of:
            scale |= {"mean": np.nan, "deviation": np.nan}
        if anonymous and (0 < short < floor_of or 0 < complete < floor_of):
            scale |= {"complete": None, "alpha_complete": np.nan}
        found.append((round_, of, *scale.values()))
    schema = {"round": pl.String(), "of": pl.String(), **_SCALE}
    return pl.DataFrame(found, schema=schema, orient="row").fill_nan(None)


def items(
    instrument: Instrument,
    rounds: IntoFrame,
    answers: IntoFrame,
    *,
    as_at: date,
    floor: int = FLOOR,
    least: int = LEAST,
) -> pl.DataFrame:
    """How each question goes with the rest of its construct, in each round that may be shown.

    Parameters
    ----------
    instrument, rounds, answers, as_at, floor, least
        As for :func:`consistency`.

    Returns
    -------
    DataFrame
        One row for each ``round``, construct (``of``) and question (``item``), with the columns of
        :func:`item_statistics`. Means are of the questions as turned.
    """
    found = [
        (round_, of, *row)
        for round_, of, _, _, wide in _scales(instrument, rounds, answers, as_at, floor, least)
        if of is not None
        for row in _items(wide.columns, _matrix(wide, least))
    ]
    schema = {"round": pl.String(), "of": pl.String(), **_ITEM}
    return pl.DataFrame(found, schema=schema, orient="row").fill_nan(None)


def minimum(least: int, floor: int) -> None:
    """Refuse figures of fewer respondents than the smallest group that is shown."""
    if least < floor:
        raise TakerootError(
            f"Figures need {floor} respondents, the smallest group that is shown; {least} were asked for."
        )


def _scales(
    instrument: Instrument, rounds: IntoFrame, answers: IntoFrame, as_at: date, floor: int, least: int
) -> list[tuple[str, str | None, bool, int, pl.DataFrame]]:
    """For each round and construct, what was answered: respondents down, questions across, turned."""
    minimum(least, floor)
    it = given(instrument, rounds, answers, as_at=as_at, floor=floor)
    about = questions(instrument).filter("pointed").select("question", "reversed", "low", "high")
    said = it.said.join(about, on="question").with_columns(points=turned(pl.col("points")))
    own = [one.id for one in instrument.constructs]
    counted = within(instrument).filter(pl.col("of").is_not_null()).join(about.select("question"), on="question")
    of: dict[str | None, list[str]] = {one: counted.filter(of=one)["question"].to_list() for one in own}
    of[None] = about["question"].to_list()
    found = []
    for round_, anonymous, floor_of in it.shown.select("round", "anonymous", "floor").iter_rows():
        mine = said.filter(round=round_)
        wide = mine.rename({"respondent": "who said it"}).pivot(
            "question", index="who said it", values="points", aggregate_function="first"
        )
        answered = dict(mine.filter(state=ANSWER).group_by("question").len().iter_rows())
        for one, asked in of.items():
            asked = [name for name in asked if answered.get(name, 0) >= max(floor_of, 2)]
            if len(asked) < 2:
                continue
            people = wide.select(pl.any_horizontal(pl.col(asked).is_not_null()).sum()).item()
            if people >= max(least, floor_of):
                found.append((round_, one, anonymous, floor_of, wide.select(asked)))
    return found


def _matrix(items: pl.DataFrame, least: int) -> Array:
    """The numbers, of those who answered anything."""
    wrong = [name for name, kind in items.schema.items() if not (kind.is_numeric() or kind == pl.Null)]
    if wrong:
        raise FaultyInput(
            [Fault(f"numbers are needed; found {items.schema[name]}", "items", column=name) for name in wrong]
        )
    if items.width < 2:
        raise NotEnough(f"A scale needs two items or more; there is {items.width}.")
    x = items.cast(pl.Float64).fill_nan(None).to_numpy().astype(float)
    x = x[~np.isnan(x).all(axis=1)]
    if len(x) < least:
        raise NotEnough(f"{least} respondents are needed; {len(x)} answered.")
    return x


def _covariances(x: Array) -> Array:
    """Covariances of the respondents who answered both items."""
    there = (~np.isnan(x)).astype(float)
    level = np.nansum(x, axis=0) / np.maximum(there.sum(axis=0), 1)
    filled = np.where(there > 0, x - level, 0.0)
    n, sums = there.T @ there, filled.T @ there
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((filled.T @ filled - sums * sums.T / n) / (n - 1))


def _alpha(covariances: Array) -> float:
    """Alpha of a table of covariances."""
    k, whole = len(covariances), covariances.sum()
    if k < 2 or not whole > 0:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariances) / whole))


def _scale(x: Array, least: int) -> tuple[Any, ...]:
    complete = x[~np.isnan(x).any(axis=1)]
    covariances = _covariances(x)
    k = x.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        deviations = np.sqrt(np.diag(covariances))
        r = covariances / np.outer(deviations, deviations)
    average = (r.sum() - k) / (k * (k - 1))
    means = np.nanmean(x, axis=1)
    of_complete = _alpha(_covariances(complete)) if len(complete) >= max(least, 2) else float("nan")
    spread = means.std(ddof=1) if len(means) > 1 else float("nan")
    figures = (_alpha(covariances), of_complete, _alpha(r), _lambda6(r), average, means.mean(), spread)
    return len(x), len(complete), k, *(float(one) for one in figures)


def _lambda6(r: Array) -> float:
    """Guttman's lambda 6: what the other items do not explain of each, over the whole."""
    if not np.isfinite(r).all() or np.linalg.matrix_rank(r) < len(r):
        return float("nan")
    unexplained = 1 / np.diag(np.linalg.inv(r))
    return float(1 - unexplained.sum() / r.sum())


def _items(names: list[str], x: Array) -> list[tuple[Any, ...]]:
    covariances = _covariances(x)
    whole = np.nanmean(x, axis=1)
    rows = []
    for at, name in enumerate(names):
        others = np.delete(np.arange(len(names)), at)
        own = x[:, at][~np.isnan(x[:, at])]
        without = _alpha(covariances[np.ix_(others, others)])
        spread = float(own.std(ddof=1)) if len(own) > 1 else float("nan")
        mean = float(own.mean()) if len(own) else float("nan")
        rows.append((name, len(own), _correlated(x[:, at], whole), _with_rest(covariances, at), mean, spread, without))
    return rows


def _with_rest(covariances: Array, at: int) -> float:
    """How an item goes with the sum of all others."""
    others = np.delete(np.arange(len(covariances)), at)
    together, own = covariances[at, others].sum(), covariances[at, at]
    rest = covariances[np.ix_(others, others)].sum()
    return float(together / np.sqrt(own * rest)) if own > 0 and rest > 0 else float("nan")


def _correlated(x: Array, y: Array) -> float:
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 2 or not (np.ptp(x) > 0 and np.ptp(y) > 0):
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
