"""Shares that stay, with those that were not seen to leave counted for as long as they were seen.

Of everything here one is at risk at a time if it came under observation before it, and neither left nor was lost to
sight before it. The interval of a share is 95 %, and symmetric on the scale of its logarithm.

References
----------
Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc 1958;53:457-81.
Marubini E, Valsecchi MG. Analysing Survival Data from Clinical Trials and Observational Studies. Wiley, 1995 (the
variance of a cumulative incidence). Therneau TM. A Package for Survival Analysis in R, 3.5 (``survfit``: interval and
median).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from takeroot.errors import NotFound
from takeroot.vocabulary import door
from takeroot.vocabulary.column import IntoFrame, maybe, need
from takeroot.vocabulary.table import Table

Array = npt.NDArray[Any]

#: The 97.5 % point of the normal distribution.
Z = 1.959963984540054

#: What adding up shares may lack of 1.
ROUNDING = 1e-9

#: How long each was seen, and whether it left.
TIMES = Table(
    "times",
    "How long each was seen, and whether it left",
    key=("row",),
    columns={
        "row": need("count", "the row"),
        "months": need("number", "how long it was seen, since the clock's zero", unit="months", least=0),
        "event": need("yes_no", "whether it left then; else it was last seen then"),
        "entered_months": maybe("number", "when it came under observation, if after the clock's zero", unit="months"),
        "left_as": maybe("text", "as what it left"),
    },
)
_CURVE = {
    "months": pl.Float64(),
    "at_risk": pl.Int64(),
    "events": pl.Int64(),
    "censored": pl.Int64(),
    "share": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}
_WAYS = {
    "left_as": pl.String(),
    "months": pl.Float64(),
    "at_risk": pl.Int64(),
    "left": pl.Int64(),
    "share": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}


def kaplan_meier(times: IntoFrame, by: str | None = None) -> pl.DataFrame:
    """The share that stays, by months since the clock's zero.

    Parameters
    ----------
    times
        One row for each: ``months`` and ``event`` (whether it left then, or was last seen then); ``entered_months``
        where it came under observation after the clock's zero. Who left before coming under observation counts for
        nothing.
    by
        A column whose groups get a curve each, in the order in which they first come.

    Returns
    -------
    DataFrame
        For each group, ``months`` (0, and every time at which one left or was lost to sight), how many were
        ``at_risk``, ``events``, ``censored``, the ``share`` (0 to 1) that stays beyond that time, and its ``lower``
        and ``upper`` 95 % limits; no limits while the share is 1, nor once it is 0.

    Examples
    --------
    >>> curve = kaplan_meier({"months": [3, 5, 5, 8], "event": [True, True, False, True]})
    >>> curve.select("months", "at_risk", "events", "censored", "share").rows()
    [(0.0, 4, 0, 0, 1.0), (3.0, 4, 1, 0, 0.75), (5.0, 3, 1, 1, 0.5), (8.0, 1, 1, 0, 0.0)]
    """
    curves, known = [], read_times(times, by)
    for group, seen in groups(known, by):
        when, at_risk, events, censored = counts_at(seen)
        left = np.where(at_risk > 0, events / np.maximum(at_risk, 1), 0.0)
        share = np.cumprod(1 - left)
        stay = at_risk - events
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.sqrt(np.cumsum(np.where(events > 0, events / (at_risk * stay), 0.0)))
            lower, upper = share * np.exp(-Z * spread), np.minimum(share * np.exp(Z * spread), 1.0)
        lower, upper = (np.where(_inside(share), limit, np.nan) for limit in (lower, upper))
        counted = [when, at_risk, events, censored, share, lower, upper]
        curve = pl.DataFrame(counted, schema=_CURVE, nan_to_null=True)
        curves.append(curve if by is None else curve.select(pl.lit(group, dtype=known.schema[by]).alias(by), pl.all()))
    if curves:
        return pl.concat(curves)
    return pl.DataFrame(schema=_CURVE if by is None else {by: known.schema[by], **_CURVE})


def median(km: pl.DataFrame) -> pl.DataFrame:
    """When half have left.

    Parameters
    ----------
    km
        What :func:`kaplan_meier` gave.

    Returns
    -------
    DataFrame
        For each group, ``months`` at which the share falls to a half or less (half way to the next fall, where it is
        a half exactly), and its ``lower`` and ``upper`` 95 % limits; empty where it stays above.

    Examples
    --------
    >>> median(kaplan_meier({"months": [2, 4, 6], "event": [True] * 3})).row(0)
    (4.0, 2.0, None)
    """
    by = [name for name in km.columns if name not in _CURVE]
    rows = []
    for group, curve in groups(km, by[0] if by else None):
        curve = curve.sort("months")
        when = curve["months"].to_numpy()
        falls = [_falls_to_half(when, curve[name]) for name in ("share", "lower", "upper")]
        rows.append([*([group] if by else []), *falls])
    schema = {**{name: km.schema[name] for name in by}, **dict.fromkeys(("months", "lower", "upper"), pl.Float64())}
    return pl.DataFrame(rows, schema=schema, orient="row")


def leaving(times: IntoFrame) -> pl.DataFrame:
    """The share that has left, by what it left as.

    Leaving in one way keeps from leaving in another, so each way is counted among all that are still there
    (Aalen-Johansen).

    Parameters
    ----------
    times
        As for :func:`kaplan_meier`, with ``left_as`` in the rows of those that left.

    Returns
    -------
    DataFrame
        For each ``left_as`` in order of the alphabet, ``months`` (0, and every time at which one left in any way), how
        many were ``at_risk`` then, how many have ``left`` in this way by then, the ``share`` (0 to 1) that has, and its
        ``lower`` and ``upper`` 95 % limits; no limits while the share is 0, nor once it is 1. At every time the shares
        sum, with the share that stays, to 1.

    Examples
    --------
    >>> times = {"months": [3, 5, 8, 9], "event": [True, True, True, False]}
    >>> times |= {"left_as": ["paused", "stopped", "paused", None]}
    >>> leaving(times).select("left_as", "months", "share").rows()[:4]
    [('paused', 0.0, 0.0), ('paused', 3.0, 0.25), ('paused', 5.0, 0.25), ('paused', 8.0, 0.5)]
    """
    seen = read_times(times, None)
    when, at_risk, events, _ = counts_at(seen)
    kept = (events > 0) | (when == 0)
    when, at_risk, events = when[kept], at_risk[kept], events[kept]
    stays = np.cumprod(1 - np.where(at_risk > 0, events / np.maximum(at_risk, 1), 0.0))
    before = np.concatenate([[1.0], stays[:-1]])
    left = seen.filter("event").with_columns(pl.col("left_as").fill_null("not said"))
    ways = []
    for way in left["left_as"].unique().sort():
        these = left.filter(left_as=way)["months"].to_numpy()
        gone = np.searchsorted(np.sort(these), when, side="right") - np.searchsorted(np.sort(these), when, side="left")
        hazard = np.where(at_risk > 0, gone / np.maximum(at_risk, 1), 0.0)
        share = np.cumsum(before * hazard)
        share = np.where(share > 1 - ROUNDING, 1.0, share)
        lower, upper = incidence_limits(share, _incidence_variance(share, before, gone, events, at_risk))
        counts = {"months": when, "at_risk": at_risk, "left": np.cumsum(gone)}
        shares = pl.DataFrame(counts | {"share": share, "lower": lower, "upper": upper}, nan_to_null=True)
        ways.append(shares.select(pl.lit(way).alias("left_as"), pl.all()).cast(pl.Schema(_WAYS)))
    return pl.concat(ways) if ways else pl.DataFrame(schema=_WAYS)


def _incidence_variance(share: Array, before: Array, gone: Array, events: Array, at_risk: Array) -> Array:
    """The variance of a cumulative incidence at each time, by the delta method."""
    n = np.maximum(at_risk, 1).astype(float)
    leave = events / (n * np.maximum(at_risk - events, 1))
    own = before**2 * gone * (n - gone) / n**3
    both = before * gone / n**2
    sums = (np.cumsum(term) for term in (leave, share * leave, share**2 * leave, own, both, share * both))
    l0, l1, l2, own_sum, b0, b1 = sums
    return np.asarray(share**2 * l0 - 2 * share * l1 + l2 + own_sum - 2 * (share * b0 - b1))


def incidence_limits(share: Array, variance: Array) -> tuple[Array, Array]:
    """Limits that keep between 0 and 1: symmetric for the logarithm of the share's logarithm."""
    inside = _inside(share)
    lower, upper = np.full_like(share, np.nan), np.full_like(share, np.nan)
    some, spread = share[inside], np.sqrt(np.maximum(variance[inside], 0))
    reach = Z * spread / np.abs(some * np.log(some))
    lower[inside], upper[inside] = some ** np.exp(reach), some ** np.exp(-reach)
    return lower, upper


def _inside(share: Array) -> Array:
    """Whether a share has limits: some have left, and not all."""
    return np.asarray((share > 0) & (share < 1))


def read_times(times: IntoFrame, by: str | None) -> pl.DataFrame:
    """The times through the door, with what came under observation too late left out."""
    frame = door.as_sheet(TIMES, times).frame
    seen = TIMES.read(frame.drop("row", strict=False).with_row_index("row"))
    if by is not None and by not in seen.columns:
        raise NotFound("column", by, seen.columns)
    entered = pl.col("entered_months").fill_null(0)
    return seen.with_columns(entered=entered).filter((entered <= 0) | (entered < pl.col("months")))


def groups(frame: pl.DataFrame, by: str | None) -> Iterator[tuple[Any, pl.DataFrame]]:
    """The rows of each group, in the order in which they first come; all rows, without any."""
    if by is None:
        yield None, frame
    else:
        for (group,), rows in frame.group_by(by, maintain_order=True):
            yield group, rows


def counts_at(seen: pl.DataFrame, when: Array | None = None) -> tuple[Array, Array, Array, Array]:
    """Every time, from 0, with how many were at risk at it, how many left, and how many were last seen."""
    months, event = seen["months"].to_numpy(), seen["event"].to_numpy()
    entered = seen["entered"].to_numpy()
    when = np.unique(np.append(months, 0.0)) if when is None else when
    at = np.searchsorted(when, months)
    events = np.bincount(at[event], minlength=len(when))
    censored = np.bincount(at[~event], minlength=len(when))
    gone_before = np.searchsorted(np.sort(months), when, side="left")
    late = np.sort(entered[entered > 0])
    at_risk = len(months) - len(late) + np.searchsorted(late, when, side="left") - gone_before
    return when, at_risk, events, censored


def _falls_to_half(when: Array, share: pl.Series) -> float | None:
    """The first time at which a curve is at a half or below; half way to the next fall, if it is a half exactly."""
    known = share.is_not_null().to_numpy()
    at, curve = when[known], share.drop_nulls().to_numpy()
    rounding = float(np.sqrt(np.finfo(float).eps))
    low = np.flatnonzero(curve < 0.5 + rounding)
    if not len(low):
        return None
    first = low[0]
    further = np.flatnonzero(curve < curve[first])
    if abs(curve[first] - 0.5) < rounding and len(further):
        return float((at[first] + at[further[0]]) / 2)
    return float(at[first])
