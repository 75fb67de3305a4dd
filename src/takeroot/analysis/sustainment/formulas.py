"""How long sites stay, by a curve with a formula: what can be said beyond the time that was followed, if it holds.

Times are taken to grow or shrink by a factor with each covariate: accelerated failure time. The logarithm of the
time is the sum of the terms, and a scale times an error that the kind of curve gives its shape.

References
----------
Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. 2nd ed. Wiley, 2002, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import polars as pl

from takeroot.analysis.distributions import log_normal_above, normal_beyond
from takeroot.analysis.sustainment.intervals import Array, design
from takeroot.analysis.sustainment.survival import Z, read_times
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.column import IntoFrame

Curve = Literal["weibull", "exponential", "lognormal", "loglogistic"]

CURVES: tuple[str, ...] = Curve.__args__  # type: ignore[attr-defined]

#: The logarithm of a density or of a share that stays, and its first and second derivatives.
Three = tuple[Array, Array, Array]

_TERMS = {
    "term": pl.String(),
    **dict.fromkeys(("coef", "se", "ratio", "lower", "upper", "z", "p"), pl.Float64()),
    "rows": pl.Int64(),
    "events": pl.Int64(),
    "left_out": pl.Int64(),
    "scale": pl.Float64(),
    "loglik": pl.Float64(),
    "curve": pl.String(),
}


def staying_time(times: IntoFrame, covariates: Sequence[str] = (), *, curve: Curve = "weibull") -> pl.DataFrame:
    """By what factor sites stay longer with each covariate, if times follow a curve.

    Parameters
    ----------
    times
        As for :func:`~takeroot.analysis.sustainment.kaplan_meier`, with the covariates.
    covariates
        As for :func:`~takeroot.analysis.sustainment.cox`.
    curve
        ``weibull``, ``exponential`` (a Weibull of scale 1), ``lognormal`` or ``loglogistic``.

    Returns
    -------
    DataFrame
        For the ``intercept`` and each ``term``, ``coef`` with its ``se``; the ``ratio`` of times, e to the coefficient
        (of the intercept, the time itself, in months), with its ``lower`` and ``upper`` 95 % limits, ``z`` and ``p``;
        ``rows``, ``events``, rows ``left_out``, the ``scale``, ``loglik`` (the logarithm of the likelihood, by which
        curves can be set side by side), and the ``curve``.

    Raises
    ------
    NotFound
        If there is no such curve or column.
    NotEnough
        If nobody left, somebody left at 0 months, or the data can not tell a coefficient.

    Examples
    --------
    >>> staying_time({"months": [2, 4, 6, 8], "event": [True] * 4}, curve="exponential")["ratio"].round(6).item()
    5.0
    """
    if curve not in CURVES:
        raise NotFound("curve", curve, CURVES)
    seen = read_times(times, None).drop("id", "row")
    if (seen["months"] <= 0).any():
        raise NotEnough(
            "A curve with a formula needs times above 0 months, and some left or were last seen at 0; use "
            "'kaplan_meier', or leave them out and say so."
        )
    entered = pl.when(pl.col("entered") > 0).then("entered")
    rows = design(seen.drop("site", strict=False).with_columns(start=entered, stop="months"), covariates)
    centre, spread = rows.x.mean(axis=0), rows.x.std(axis=0)
    x = np.column_stack([np.ones(len(rows.stop)), (rows.x - centre) / spread])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise NotEnough("Some covariates follow from others, so they can not be told apart; leave one of them out.")
    with np.errstate(all="ignore"):
        theta, curvature, value = _climbed(np.log(rows.stop), rows.start, rows.event, x, curve)
    back = np.zeros((x.shape[1], x.shape[1]))
    back[0, 0] = 1.0
    back[0, 1:], back[1:, 1:] = -centre / spread, np.diag(1 / spread)
    variance = np.linalg.inv(curvature)[: x.shape[1], : x.shape[1]]
    coef, se = back @ theta[:-1], np.sqrt(np.diag(back @ variance @ back.T))
    return (
        _told(("intercept", *rows.terms), coef, se)
        .with_columns(
            rows=pl.lit(len(rows.stop)),
            events=pl.lit(int(rows.event.sum())),
            left_out=pl.lit(rows.left_out),
            scale=pl.lit(float(np.exp(theta[-1]))),
            loglik=pl.lit(value),
            curve=pl.lit(curve),
        )
        .select(pl.col(name).cast(kind) for name, kind in _TERMS.items())
    )


def _told(terms: Sequence[str], coef: Array, se: Array) -> pl.DataFrame:
    z = coef / se
    limits = {name: np.exp(coef + side * se) for name, side in (("ratio", 0), ("lower", -Z), ("upper", Z))}
    return pl.DataFrame({"term": list(terms), "coef": coef, "se": se, **limits, "z": z, "p": normal_beyond(z)})


def _climbed(log_time: Array, start: Array, event: Array, x: Array, curve: Curve) -> tuple[Array, Array, float]:
    """The coefficients and the logarithm of the scale, the curvature there, and the logarithm of the likelihood."""
    density, stays = SHAPES[curve]
    p, late = x.shape[1], start > 0
    log_start = np.log(np.where(late, start, 1.0))
    fixed = curve == "exponential"

    def at(theta: Array) -> tuple[float, Array, Array]:
        scale = np.exp(theta[-1])
        z, before = (log_time - x @ theta[:-1]) / scale, (log_start - x @ theta[:-1]) / scale
        of = [np.where(event, one, other) for one, other in zip(density(z), stays(z), strict=True)]
        off = [np.where(late, part, 0.0) for part in stays(before)]
        value = of[0].sum() - off[0].sum() - event @ (theta[-1] + log_time)
        slope, curvature = np.zeros(p + 1), np.zeros((p + 1, p + 1))
        for (_, first, second), place, sign in ((of, z, 1.0), (off, np.where(late, before, 0.0), -1.0)):
            moves = np.column_stack([-x / scale, -place])
            slope += sign * first @ moves
            curvature -= sign * (moves * second[:, None]).T @ moves
            bends = np.zeros((p + 1, p + 1))
            bends[:p, p] = bends[p, :p] = (first @ x) / scale
            bends[p, p] = first @ place
            curvature -= sign * bends
        slope[-1] -= event.sum()
        if fixed:
            slope[-1], curvature[-1], curvature[:, -1], curvature[-1, -1] = 0.0, 0.0, 0.0, 1.0
        return float(value), slope, curvature

    theta = np.zeros(p + 1)
    theta[0] = np.log(np.exp(log_time).sum() / max(event.sum(), 1))
    value, slope, curvature = at(theta)
    for _ in range(200):
        lowest = np.linalg.eigvalsh(curvature)[0]
        step = np.linalg.solve(curvature + max(0.0, 1e-6 - 2 * lowest) * np.eye(p + 1), slope)
        step *= min(1.0, 3.0 / max(np.abs(step).max(), 1e-300))
        further = at(theta + step)
        if not np.isfinite(further[2]).all():
            break
        for _ in range(40):
            if further[0] >= value - 1e-9 * abs(value):
                break
            step /= 2
            further = at(theta + step)
        theta = theta + step
        value, slope, curvature = further
        if np.abs(step).max() < 1e-10:
            return theta, curvature, value
    raise NotEnough(
        "No highest point of the likelihood was found: those that left are too few, or all of them alike, to tell the "
        "curve. Leave covariates out, or take 'kaplan_meier'."
    )


def _weibull(z: Array) -> Three:
    grown = np.exp(z)
    return z - grown, 1 - grown, -grown


def _weibull_stays(z: Array) -> Three:
    grown = np.exp(z)
    return -grown, -grown, -grown


def _loglogistic(z: Array) -> Three:
    share = 1 / (1 + np.exp(-z))
    return z - 2 * np.logaddexp(0, z), 1 - 2 * share, -2 * share * (1 - share)


def _loglogistic_stays(z: Array) -> Three:
    share = 1 / (1 + np.exp(-z))
    return -np.logaddexp(0, z), -share, -share * (1 - share)


def _lognormal(z: Array) -> Three:
    return -(z**2) / 2 - np.log(2 * np.pi) / 2, -z, -np.ones_like(z)


def _lognormal_stays(z: Array) -> Three:
    stays = log_normal_above(z)
    hazard = np.exp(_lognormal(z)[0] - stays)
    return stays, -hazard, -hazard * (hazard - z)


#: Of each kind of curve, the error's density and the share that exceeds it.
SHAPES: dict[str, tuple[Callable[[Array], Three], Callable[[Array], Three]]] = {
    "weibull": (_weibull, _weibull_stays),
    "exponential": (_weibull, _weibull_stays),
    "lognormal": (_lognormal, _lognormal_stays),
    "loglogistic": (_loglogistic, _loglogistic_stays),
}
