"""What goes with leaving, or with coming back? Cox's model for rows of (start, stop], with events that recur.

A coefficient is a difference in the logarithm of the chance of an event at any time, between rows at risk at that
time. It is no effect: what goes with leaving need not cause it.

Errors that treat rows as if they knew nothing of each other are too sure of themselves where a site has several rows
with events. The robust ones add up what each site moved the estimate by, ties taken as they were in the estimate
(lifelines leaves ties out there, and statsmodels counts a site at risk at the very time at which it came under
observation; both give other numbers).

References
----------
Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220. Andersen PK, Gill RD. Cox's regression model
for counting processes. Ann Stat 1982;10:1100-20. Lin DY, Wei LJ. The robust inference for the Cox proportional hazards
model. J Am Stat Assoc 1989;84:1074-8. Prentice RL, Williams BJ, Peterson AV. On the regression analysis of
multivariate failure time data. Biometrika 1981;68:373-9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
import polars as pl

from takeroot.analysis.distributions import normal_beyond
from takeroot.analysis.sustainment.apart import set_apart
from takeroot.analysis.sustainment.exact import Exact
from takeroot.analysis.sustainment.intervals import Array, Rows, design
from takeroot.analysis.sustainment.partial import Likelihood
from takeroot.analysis.sustainment.survival import Z
from takeroot.errors import NotEnough, NotFound
from takeroot.vocabulary.column import IntoFrame

Ties = Literal["efron", "breslow", "exact"]

TIES: tuple[str, ...] = Ties.__args__  # type: ignore[attr-defined]

#: Steps after which an estimate that still moves is looked at, and after which it is given up.
LOOKED_AT, MOST_STEPS = 22, 60
#: An estimate as far from 0, in standard deviations of the covariate, is looked at too: it may have no end.
FAR = 5.0
#: An estimate that moves by less, in standard deviations of the covariate, has been reached.
STILL = 1e-10
#: As much as that, where covariates so much alike that rounding moves them further have been given a dozen steps.
NEARLY_STILL = 1e-6
#: Pairs of rows up to which it is counted how often the model puts them in the right order.
MOST_PAIRS = 400_000_000

_COX = {
    "term": pl.String(),
    **dict.fromkeys(("coef", "se", "robust_se", "ratio", "lower", "upper", "z", "p"), pl.Float64()),
    **dict.fromkeys(("rows", "events", "clusters", "left_out"), pl.Int64()),
    **dict.fromkeys(("loglik_null", "loglik", "concordance"), pl.Float64()),
    "ties": pl.String(),
    "clustered_by": pl.String(),
}


class Fitted(Protocol):
    """A likelihood that has a value, a slope and a curvature."""

    def value(self, beta: Array) -> float:
        """The logarithm of the likelihood."""

    def step(self, beta: Array) -> tuple[Array, Array]:
        """Its slope and its curvature."""


@dataclass(frozen=True)
class Fit:
    """An estimate, of covariates as they were given.

    Parameters
    ----------
    rows, centre, scale
        The rows with covariates about 0 and of spread 1, and what was taken from them and what they were divided by.
    likelihood
        That of these rows.
    beta, naive, robust
        The coefficients of these covariates, and the variance of them: as if rows knew nothing of each other, and by
        what each cluster moved the estimate by.
    nothing, value
        The logarithm of the likelihood with coefficients of 0, and with these.
    """

    rows: Rows
    centre: Array
    scale: Array
    likelihood: Likelihood
    beta: Array
    naive: Array
    robust: Array | None
    nothing: float
    value: float

    @property
    def variance(self) -> Array:
        """The variance that intervals rest on."""
        return self.naive if self.robust is None else self.robust


def cox(
    intervals: IntoFrame,
    covariates: Sequence[str],
    *,
    strata: str | None = None,
    cluster: str | None = None,
    weights: str | None = None,
    ties: Ties = "efron",
) -> pl.DataFrame:
    """How much likelier an event is, at any time, for rows with more of a covariate.

    Parameters
    ----------
    intervals
        ``stop`` and ``event`` of each row; ``start``, where it came under observation later than the others, or where
        its covariates changed then; ``site``, where several rows are of one; and the covariates.
    covariates
        Columns of numbers, of yes and no, or of words: these are set against the first of them in the alphabet. Rows of
        which one is not known are left out, and so are rows of no length.
    strata
        A column whose groups have a course of their own. By the number of the event, it makes the model of Prentice,
        Williams and Peterson of that of Andersen and Gill.
    cluster
        A column of which rows belong together. If not given: the site, where sites have several rows.
    weights
        A column of what each row counts for, if not 1; errors are then robust, and those by ``exact`` ties take none.
    ties
        How events at one time are taken: ``efron`` one after another, ``breslow`` all among all that were at risk, or
        ``exact``, as if time went in steps; this one has no robust errors.

    Returns
    -------
    DataFrame
        A row for each ``term``: ``coef`` with its ``se`` and ``robust_se`` (empty where every row is another site);
        the ``ratio`` of hazards, e to the coefficient, with its ``lower`` and ``upper`` 95 % limits, ``z`` and ``p``,
        all by the robust error where there is one; ``rows`` and ``events`` used, ``clusters``, and rows ``left_out``;
        ``loglik_null`` and ``loglik``; ``concordance``, the share of pairs that the model puts in the right order
        (empty where there are too many to count); ``ties``; and what rows were ``clustered_by``.

        With few clusters (under some 30) robust errors tend to be too small.

    Raises
    ------
    NotFound
        If there is no such column.
    NotEnough
        If there is no event, or the data can not tell a coefficient: a covariate that is the same in all rows, that
        follows from others, or that sets the events apart from all others at risk; or if all rows are of one cluster.

    Examples
    --------
    >>> rows = {"site": list("AABBCCDD"), "start": [0, 3, 0, 5, 0, 2, 0, 6], "stop": [3, 9, 5, 9, 2, 9, 6, 9]}
    >>> rows |= {"event": [1, 0, 1, 1, 1, 0, 1, 1], "coached": [1, 1, 0, 0, 0, 0, 1, 1]}
    >>> cox(rows, ["coached"]).select(pl.col("coef", "se", "robust_se").round(4)).row(0)
    (0.0, 0.8165, 0.3889)
    """
    fit = fitted(design(intervals, covariates, strata, cluster, weights), ties)
    return _told(fit, ties)


def fitted(rows: Rows, ties: Ties = "efron") -> Fit:
    """The estimate from some rows, and how sure it is.

    Raises
    ------
    NotFound
        If ties are to be taken in another way.
    NotEnough
        If the data can not tell a coefficient.
    """
    if ties not in TIES:
        raise NotFound("way to take ties", ties, TIES)
    if ties == "exact" and (rows.weight != 1).any():
        raise NotEnough("Exact ties take no weights: each row counts once. Take ties by 'efron' or 'breslow'.")
    if not rows.terms:
        raise NotEnough("A Cox model needs at least one covariate; name the columns that it is to set apart.")
    centre, scale = rows.x.mean(axis=0), rows.x.std(axis=0)
    rows = replace(rows, x=(rows.x - centre) / scale)
    likelihood = Likelihood(rows, ties == "efron")
    of: Fitted = Exact(likelihood) if ties == "exact" else likelihood
    nothing = np.zeros(len(rows.terms))
    _told_apart(rows.terms, of.step(nothing)[1], rows.weight[rows.event].sum())
    beta = _climbed(of, likelihood)
    naive = np.linalg.inv(of.step(beta)[1])
    robust = None
    if rows.clustered and ties != "exact":
        if rows.clusters < 2:
            raise NotEnough(
                f"Every row that can be used is of one '{rows.clustered}', and how sure an estimate is can not be told "
                "from one alone; at least two are needed."
            )
        moved = (likelihood.score_residuals(beta) * rows.weight[:, None]) @ naive
        by_cluster = np.zeros((int(rows.cluster.max()) + 1, len(rows.terms)))
        np.add.at(by_cluster, rows.cluster, moved)
        robust = by_cluster.T @ by_cluster
    return Fit(rows, centre, scale, likelihood, beta, naive, robust, of.value(nothing), of.value(beta))


def _climbed(of: Fitted, likelihood: Likelihood) -> Array:
    """The coefficients at which the likelihood is highest, by Newton's steps, each cut short while it leads down."""
    beta = np.zeros(len(likelihood.rows.terms))
    value, alike = of.value(beta), not isinstance(of, Exact)
    rounding, looked = 1e-9 * abs(value), False
    for done in range(MOST_STEPS):
        slope, curve = of.step(beta)
        step = np.linalg.lstsq(curve, slope, rcond=1e-14)[0]
        further = of.value(beta + step)
        for _ in range(30):
            if further >= value - rounding:
                break
            step /= 2
            further = of.value(beta + step)
        beta, value = beta + step, further
        still = np.abs(step).max() < (STILL if done < 12 else NEARLY_STILL)
        if not looked and (done >= LOOKED_AT or np.abs(beta).max() > FAR):
            _not_set_apart(likelihood, alike)
            looked = True
        if still:
            return beta
    raise NotEnough(
        "No highest point of the likelihood was found: the events are too few, or the covariates too much alike, to "
        "tell their coefficients. Leave some of them out."
    )


def _told_apart(terms: Sequence[str], curve: Array, events: float) -> None:
    """One sentence where a covariate does not vary among those at risk, or follows from those before it."""
    spread = np.sqrt(np.clip(np.diag(curve), 0, None))
    for term, wide in zip(terms, spread, strict=True):
        if wide <= 1e-6 * np.sqrt(events):
            raise NotEnough(
                f"'{term}' is the same for all that were at risk at each event, so nothing can be said of it; leave it "
                "out."
            )
    alike = curve / np.outer(spread, spread)
    for many in range(2, len(terms) + 1):
        if np.linalg.eigvalsh(alike[:many, :many]).min() < 1e-9:
            raise NotEnough(
                f"'{terms[many - 1]}' follows from {_quoted(terms[: many - 1])}, so they can not be told apart; leave "
                "one of them out."
            )


def _not_set_apart(likelihood: Likelihood, alike: bool) -> None:
    """One sentence where, along a direction, whatever happened happened to those with the most of it."""
    named = set_apart(likelihood, alike=alike)
    if not named:
        return
    (which, has) = ("The estimate of", "has") if len(named) == 1 else ("The estimates of", "have")
    it = "it sets" if len(named) == 1 else "together they set"
    raise NotEnough(
        f"{which} {_quoted(named)} {has} no end: {it} those to whom it happened apart from all others at risk at the "
        "time (separation). Leave it out, or put groups together."
    )


def _quoted(names: Sequence[str]) -> str:
    """The names in quotes, joined."""
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _told(fit: Fit, ties: Ties) -> pl.DataFrame:
    rows, coef = fit.rows, fit.beta / fit.scale
    se = np.sqrt(np.diag(fit.naive)) / fit.scale
    robust = None if fit.robust is None else np.sqrt(np.diag(fit.robust)) / fit.scale
    error = se if robust is None else robust
    with np.errstate(over="ignore", divide="ignore"):
        z = coef / error
        limits = [np.exp(coef + side * error) for side in (0, -Z, Z)]
    same = {
        "rows": len(rows.stop),
        "events": int(rows.event.sum()),
        "clusters": rows.clusters,
        "left_out": rows.left_out,
        "loglik_null": fit.nothing,
        "loglik": fit.value,
        "concordance": concordance(fit.likelihood, fit.beta),
        "ties": ties,
        "clustered_by": None if robust is None else rows.clustered,
    }
    columns = {"term": list(rows.terms), "coef": coef, "se": se, "robust_se": robust}
    columns |= dict(zip(("ratio", "lower", "upper"), limits, strict=True)) | {"z": z, "p": normal_beyond(z)}
    frame = pl.DataFrame(columns).with_columns(**{name: pl.lit(value) for name, value in same.items()})
    return frame.select(pl.col(name).cast(kind) for name, kind in _COX.items())


def concordance(likelihood: Likelihood, beta: Array) -> float | None:
    """Of the pairs of which one had an event while the other was at risk, how many the model puts in the right order.

    Pairs to which it happened at the same time say nothing, and pairs that the model puts level count half.
    """
    rows, along = likelihood.rows, likelihood.rows.x @ beta
    if len(likelihood.times) * len(along) > MOST_PAIRS:
        return None
    along = np.round(along, 12)
    right, all_pairs = 0.0, 0.0
    for place, time in enumerate(likelihood.times):
        at = likelihood.stops == time
        there = (likelihood.stops >= time) & (likelihood.starts < time) & (likelihood.stratum[place] == rows.stratum)
        other = there & ~(at & rows.event)
        weights, others = rows.weight[other], along[other]
        for one in np.flatnonzero(at & rows.event):
            right += rows.weight[one] * (weights[others < along[one]].sum() + 0.5 * weights[others == along[one]].sum())
            all_pairs += rows.weight[one] * weights.sum()
    return float(right / all_pairs) if all_pairs else None
