"""Whether a Cox model may be believed, and what it says of a site like this one.

A Cox model takes it that what goes with leaving goes with it as much late as early. Whether the data speak against
that is asked of each term, and of all together.

References
----------
Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted residuals. Biometrika
1994;81:515-26. Therneau TM. A Package for Survival Analysis in R, 3.5 (``cox.zph``: the score test). Tsiatis AA. A
large sample study of Cox's regression model. Ann Stat 1981;9:93-108.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl

from takeroot.analysis.distributions import chi_square_above
from takeroot.analysis.sustainment.cox import Fit, Ties, fitted
from takeroot.analysis.sustainment.intervals import Array, design
from takeroot.analysis.sustainment.survival import Z
from takeroot.errors import Fault, FaultyInput, NotEnough, NotFound
from takeroot.vocabulary.column import IntoFrame

Clock = Literal["km", "rank", "months", "log"]

CLOCKS: tuple[str, ...] = Clock.__args__  # type: ignore[attr-defined]

_TESTS = {"term": pl.String(), "chi_square": pl.Float64(), "degrees": pl.Int64(), "p": pl.Float64()}
_CURVE = dict.fromkeys(("months", "share", "se", "lower", "upper"), pl.Float64())


def proportional(
    intervals: IntoFrame,
    covariates: Sequence[str],
    *,
    strata: str | None = None,
    over: Clock = "km",
    ties: Ties = "efron",
) -> pl.DataFrame:
    """Whether what goes with leaving changes over time, more than chance would have it.

    Parameters
    ----------
    intervals, covariates, strata, ties
        As for :func:`~takeroot.analysis.sustainment.cox`.
    over
        How time runs in the test: by the share that has left (``km``), by the ``rank`` of the time among all rows,
        by ``months``, or by their ``log``.

    Returns
    -------
    DataFrame
        For each ``term``, and for ``all together``: ``chi_square``, its ``degrees`` of freedom, and ``p``. A small p
        speaks against a coefficient that stays the same; a large one does not speak for it where events are few.

    Raises
    ------
    NotFound
        If time is to run in another way, or there is no such column.
    NotEnough
        If the data can not tell a coefficient, or all events happened at one time.

    Examples
    --------
    >>> rows = {"stop": [1, 2, 3, 4, 5, 6, 7, 8], "event": [1] * 8, "size": [1, 5, 2, 4, 6, 3, 8, 7]}
    >>> proportional(rows, ["size"]).select("term", pl.col("chi_square").round(4)).rows()
    [('size', 0.3509), ('all together', 0.3509)]
    """
    if over not in CLOCKS:
        raise NotFound("way for time to run", over, CLOCKS)
    if ties == "exact":
        raise NotEnough("The test takes ties by 'efron' or 'breslow'; with exact ties there is none.")
    fit = fitted(design(intervals, covariates, strata), ties)
    likelihood = fit.likelihood
    when = likelihood.when[likelihood.each]
    if len(np.unique(when)) < 2:
        raise NotEnough("All events happened at one time, so nothing can be said of a change over time.")
    clock = _clock(fit, over)[likelihood.each]
    clock = clock - clock.mean()
    p = len(fit.beta)
    slope, curve = _steps(fit)
    late = clock @ slope
    whole = np.block(
        [
            [curve.sum(axis=0), np.einsum("k,kij->ij", clock, curve)],
            [np.einsum("k,kij->ij", clock, curve), np.einsum("k,kij->ij", clock**2, curve)],
        ]
    )
    rows = []
    asked = [(term, [number]) for number, term in enumerate(fit.rows.terms)] + [("all together", list(range(p)))]
    for term, some in asked:
        at = [*range(p), *(p + number for number in some)]
        score = np.concatenate([np.zeros(p), late[some]])
        chi = float(score @ np.linalg.solve(whole[np.ix_(at, at)], score))
        rows.append((term, chi, len(some), chi_square_above(chi, len(some))))
    return pl.DataFrame(rows, schema=_TESTS, orient="row")


def _clock(fit: Fit, over: Clock) -> Array:
    """What each time of an event is taken for."""
    likelihood, rows = fit.likelihood, fit.rows
    when, back = np.unique(likelihood.when, return_inverse=True)
    if over == "months":
        return np.asarray(when[back])
    if over == "log":
        if when[0] <= 0:
            raise NotEnough("An event at 0 months has no logarithm; let time run by 'km', 'rank' or 'months'.")
        return np.asarray(np.log(when)[back])
    stops, starts = np.sort(rows.stop), np.sort(rows.start)
    if over == "rank":
        ranks = np.searchsorted(stops, when) + np.searchsorted(stops, when, side="right")
        return np.asarray(ranks[back] / 2)
    deaths = np.bincount(back, weights=likelihood.deaths)
    at_risk = len(stops) - np.searchsorted(stops, when) - (len(starts) - np.searchsorted(starts, when))
    left = 1 - np.concatenate([[1.0], np.cumprod(1 - deaths / at_risk)[:-1]])
    return np.asarray(left[back])


def _steps(fit: Fit) -> tuple[Array, Array]:
    """What each event adds to the slope and to the curvature, at the estimate."""
    likelihood, x, p = fit.likelihood, fit.rows.x, len(fit.beta)
    risk = likelihood.risks(fit.beta)
    parts = np.concatenate([np.ones((len(x), 1)), x, (x[:, :, None] * x[:, None, :]).reshape(len(x), p * p)], axis=1)
    parts = parts * risk[:, None]
    whole = (
        likelihood.at_risk(parts)[likelihood.each]
        - likelihood.taken[:, None] * likelihood.happened(parts)[likelihood.each]
    )
    share = whole[:, 1:] / whole[:, :1]
    mean, square = share[:, :p], share[:, p:].reshape(-1, p, p)
    average = likelihood.happened(x) / likelihood.deaths[:, None]
    return average[likelihood.each] - mean, square - mean[:, :, None] * mean[:, None, :]


def expected(
    intervals: IntoFrame, covariates: Sequence[str], of: Mapping[str, Any], *, ties: Ties = "efron"
) -> pl.DataFrame:
    """The share of sites like one that a Cox model expects to stay, by months since the clock's zero.

    Parameters
    ----------
    intervals, covariates, ties
        As for :func:`~takeroot.analysis.sustainment.cox`.
    of
        What each covariate is at such a site.

    Returns
    -------
    DataFrame
        ``months`` (0, and every time of an event), the ``share`` expected to stay beyond, its ``se``, and its ``lower``
        and ``upper`` 95 % limits: of the share of many such sites, not of what will become of one.

    Raises
    ------
    FaultyInput
        If a covariate is not said, or is a word that none of the rows has.
    NotEnough
        If the data can not tell a coefficient.

    Examples
    --------
    >>> rows = {"stop": [1, 2, 3, 4, 5, 6, 7, 8], "event": [1] * 8, "size": [1, 5, 2, 4, 6, 3, 8, 7]}
    >>> expected(rows, ["size"], {"size": 4})["share"].round(3).to_list()[:4]
    [1.0, 0.908, 0.779, 0.657]
    """
    if ties == "exact":
        raise NotEnough("An expected share takes ties by 'efron' or 'breslow'; with exact ties there is none.")
    fit = fitted(design(intervals, covariates), ties)
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    at = (_as_numbers(fit, names, of) - fit.centre) / fit.scale
    hazards = fit.likelihood.hazards(fit.beta)
    ratio = float(np.exp(at @ fit.beta))
    weight = fit.likelihood.happened(fit.rows.weight) / fit.likelihood.deaths
    grows = np.bincount(hazards.at, weights=hazards.hazard)
    chance = np.bincount(hazards.at, weights=hazards.hazard**2 / weight[hazards.at])
    apart = np.zeros((len(grows), len(at)))
    np.add.at(apart, hazards.at, hazards.hazard[:, None] * (hazards.mean - at))
    hazard, along = np.cumsum(grows) * ratio, np.cumsum(apart, axis=0) * ratio
    spread = np.cumsum(chance) * ratio**2 + np.einsum("ti,ij,tj->t", along, fit.variance, along)
    share, error = np.exp(-hazard), np.sqrt(spread)
    lower, upper = share * np.exp(-Z * error), np.minimum(share * np.exp(Z * error), 1.0)
    rows = [fit.likelihood.when, share, share * error, lower, upper]
    first = pl.DataFrame([[0.0], [1.0], [0.0], [None], [None]], schema=_CURVE)
    return pl.concat([first, pl.DataFrame(rows, schema=_CURVE).filter(pl.col("months") > 0)])


def _as_numbers(fit: Fit, names: Sequence[str], of: Mapping[str, Any]) -> Array:
    """The covariates of one site as the terms have them."""
    faults = [
        Fault(f"the covariate '{name}' must be said; found: {', '.join(of) or 'none'}")
        for name in names
        if name not in of
    ]
    at = []
    for term in fit.rows.terms:
        name = next((each for each in names if term == each or term.startswith(f"{each}: ")), term)
        if name not in of:
            continue
        if term == name:
            try:
                at.append(float(of[name]))
            except (TypeError, ValueError):
                faults.append(Fault(f"the covariate '{name}' is a number; found '{of[name]}'"))
        else:
            at.append(float(str(of[name]) == term.removeprefix(f"{name}: ")))
    if faults:
        raise FaultyInput(faults)
    return np.array(at)
