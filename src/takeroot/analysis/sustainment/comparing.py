"""Whether groups differ in how long they stay, and how long they stay of a given time.

References
----------
Mantel N. Evaluation of survival data and two new rank order statistics. Cancer Chemother Rep 1966;50:163-70. Harrington
DP, Fleming TR. A class of rank test procedures for censored survival data. Biometrika 1982;69:553-66. Royston P, Parmar
MKB. Restricted mean survival time. BMC Med Res Methodol 2013;13:152. Aalen OO. Nonparametric inference for a family of
counting processes. Ann Stat 1978;6:701-26.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from takeroot.analysis.distributions import chi_square_above
from takeroot.analysis.sustainment.survival import Array, Z, counts_at, groups, kaplan_meier, read_times
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.column import IntoFrame

_HAZARD = {
    "months": pl.Float64(),
    "at_risk": pl.Int64(),
    "events": pl.Int64(),
    **dict.fromkeys(("hazard", "se", "lower", "upper"), pl.Float64()),
}
_MEAN = dict.fromkeys(("until", "months", "se", "lower", "upper"), pl.Float64())


def nelson_aalen(times: IntoFrame, by: str | None = None) -> pl.DataFrame:
    """The chance of leaving, added up over time: a straight line, where it stays the same.

    Parameters
    ----------
    times, by
        As for :func:`~takeroot.analysis.sustainment.kaplan_meier`.

    Returns
    -------
    DataFrame
        For each group and every time at which one left or was lost to sight: ``months``, how many were ``at_risk``,
        ``events``, the cumulative ``hazard``, its ``se``, and its ``lower`` and ``upper`` 95 % limits, symmetric for
        its logarithm; no limits while it is 0.

    Examples
    --------
    >>> curve = nelson_aalen({"months": [3, 5, 8], "event": [True, True, False]})
    >>> curve.select(pl.col("months", "hazard").round(4)).rows()
    [(0.0, 0.0), (3.0, 0.3333), (5.0, 0.8333), (8.0, 0.8333)]
    """
    curves, known = [], read_times(times, by)
    for group, seen in groups(known, by):
        when, at_risk, events, _ = counts_at(seen)
        n = np.maximum(at_risk, 1)
        hazard, se = np.cumsum(events / n), np.sqrt(np.cumsum(events / n**2))
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.exp(np.where(hazard > 0, Z * se / hazard, np.nan))
        columns = [when, at_risk, events, hazard, se, hazard / reach, hazard * reach]
        curve = pl.DataFrame(columns, schema=_HAZARD, nan_to_null=True)
        curves.append(curve if by is None else curve.select(pl.lit(group, dtype=known.schema[by]).alias(by), pl.all()))
    if curves:
        return pl.concat(curves)
    return pl.DataFrame(schema=_HAZARD if by is None else {by: known.schema[by], **_HAZARD})


def restricted_mean(times: IntoFrame, until: float, by: str | None = None) -> pl.DataFrame:
    """How many of so many months were spent in use, on average.

    Parameters
    ----------
    times, by
        As for :func:`~takeroot.analysis.sustainment.kaplan_meier`.
    until
        Of how many months since the clock's zero.

    Returns
    -------
    DataFrame
        For each group, ``until``, the mean ``months`` that were stayed of these, its ``se``, and its ``lower`` and
        ``upper`` 95 % limits; no ``se`` and no limits of one alone, and no limits where none differs from another: how
        sure the mean is can not be told from these.

    Raises
    ------
    NotEnough
        If none of a group was followed for so long, and not all of it had left before.

    Examples
    --------
    >>> restricted_mean({"months": [6, 12, 12], "event": [True, False, False]}, 12)["months"].item()
    10.0
    """
    if not (until > 0 and np.isfinite(until)):
        raise NotEnough(f"A mean of time in use needs a number of months above 0 to be restricted to; found {until}.")
    rows = []
    curves = kaplan_meier(times, by)
    for group, curve in groups(curves, by):
        when, share = curve["months"].to_numpy(), curve["share"].to_numpy()
        if share[-1] > 0 and when[-1] < until:
            of = "" if by is None else f" of {by} {group}"
            raise NotEnough(
                f"None{of} was followed for {until:g} months; the longest was {when[-1]:g}. Restrict the mean to that."
            )
        inside = when < until
        when, share = when[inside], share[inside]
        events, at_risk = (curve[name].to_numpy()[inside] for name in ("events", "at_risk"))
        spent = share * np.diff(np.append(when, until))
        rest = np.cumsum(spent[::-1])[::-1]
        stay = at_risk - events
        leave = np.divide(events, at_risk * stay, out=np.zeros(len(when)), where=(events > 0) & (stay > 0))
        mean, se = spent.sum(), np.sqrt((rest**2 * leave).sum())
        limits = (max(mean - Z * se, 0.0), min(mean + Z * se, until)) if se > 0 else (None, None)
        alone = int(curve.select(pl.sum_horizontal(pl.col("events", "censored").sum())).item()) < 2
        rows.append([*([] if by is None else [group]), until, mean, None if alone else se, *limits])
    schema = _MEAN if by is None else {by: curves.schema[by], **_MEAN}
    return pl.DataFrame(rows, schema=schema, orient="row")


def log_rank(times: IntoFrame, by: str, *, strata: str | None = None, rho: float = 0.0) -> pl.DataFrame:
    """Whether groups differ in how long they stay, more than chance would have it.

    Parameters
    ----------
    times
        As for :func:`~takeroot.analysis.sustainment.kaplan_meier`.
    by
        The column whose groups are set against each other; rows where it is not said are left out.
    strata
        A column whose groups are looked at one by one, and added up.
    rho
        How much early leaving weighs: 0 counts every leaving alike (log-rank), 1 by the share that had stayed until
        then (Peto and Peto).

    Returns
    -------
    DataFrame
        For each group in the order in which they first come: ``sites``, how many ``left``, and how many would be
        ``expected`` to have if groups did not differ (both weighted, if ``rho`` is not 0); and of all groups together
        ``chi_square``, its ``degrees`` of freedom, and ``p``.

    Raises
    ------
    NotFound
        If there is no such column.
    NotEnough
        If there are fewer than two groups of which any could have left, or nobody did.

    Examples
    --------
    >>> seen = {"months": [2, 4, 6, 8], "event": [True] * 4, "wave": ["first", "first", "second", "second"]}
    >>> log_rank(seen, "wave").select(pl.col("expected", "chi_square", "p").round(4)).row(0)
    (0.8333, 2.8824, 0.0896)
    """
    seen = read_times(times, by)
    if strata is not None and strata not in seen.columns:
        raise NotFound("column", strata, seen.columns)
    asked = [by] if strata is None else [by, strata]
    seen = seen.drop_nulls(asked)
    if seen.is_empty():
        raise NotEnough(f"No row says {' and '.join(map(repr, asked))}, so there is nothing to compare.")
    names = seen[by].unique(maintain_order=True)
    observed, expected = np.zeros(len(names)), np.zeros(len(names))
    variance = np.zeros((len(names), len(names)))
    for _, part in groups(seen, strata):
        when, at_risk, events, _ = counts_at(part)
        of_groups = [_counts_of(part.filter(pl.col(by) == name), when) for name in names]
        there, left = (np.column_stack(each).astype(float) for each in zip(*of_groups, strict=True))
        some = (events > 0) & (at_risk > 0)
        n, d, share = at_risk[some].astype(float), events[some], there[some] / at_risk[some, None]
        stays = np.cumprod(1 - d / n)
        weight = np.concatenate([[1.0], stays[:-1]]) ** rho if len(stays) else stays
        observed += weight @ left[some]
        expected += (weight * d) @ share
        spread = weight**2 * d * np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0)
        variance += np.diag(spread @ share) - (share * spread[:, None]).T @ share
    could = np.flatnonzero(expected > 0)
    if len(could) < 2:
        raise NotEnough(
            f"A comparison needs two groups of '{by}' at risk when somebody left; found {len(could)}. Follow them for "
            "longer, or put groups together."
        )
    others = could[1:]
    apart = (observed - expected)[others]
    degrees = np.linalg.matrix_rank(variance[np.ix_(others, others)], hermitian=True)
    if not degrees:
        raise NotEnough(f"At every leaving all that were at risk left, so the groups of '{by}' can not be compared.")
    chi = float(apart @ np.linalg.pinv(variance[np.ix_(others, others)], hermitian=True) @ apart)
    sites = [seen.filter(pl.col(by) == name).height for name in names]
    columns = {by: names, "sites": sites, "left": observed, "expected": expected}
    together = {"chi_square": chi, "degrees": int(degrees), "p": chi_square_above(chi, int(degrees))}
    return pl.DataFrame(columns).with_columns(**{name: pl.lit(value) for name, value in together.items()})


def _counts_of(seen: pl.DataFrame, when: Array) -> tuple[Array, Array]:
    """How many of a group were at risk at each time, and how many left."""
    _, at_risk, events, _ = counts_at(seen, when)
    return at_risk, events
