"""The most likely effects on whether something happens, and how sure they are: logit and complementary log-log.

Fisher scoring: each step solves (X'WX) step = X'pull, with the weight W and the pull of each row from the slope of the
link. Effects of single periods, of which a row has one, are never written out as columns: their part of X'WX is
diagonal. A general library gives the same and writes them out, which for 100,000 rows and 120 months takes it two
hundred times as long, and for a million rows more memory than a laptop has.

Errors are those of independent rows (the inverse of X'WX), and clustered: between two such inverses, the sum over
clusters of what the rows of each pull together, times G/(G − 1) · (n − 1)/(n − k) for G clusters, n rows, k effects.

References
----------
McCullagh P, Nelder JA. Generalized Linear Models. 2nd ed. Chapman & Hall, 1989.
Liang KY, Zeger SL. Longitudinal data analysis using generalized linear models. Biometrika 1986;73:13-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from takeroot.analysis.network.design import Design
from takeroot.analysis.network.panel import Array
from takeroot.errors import NotEnough

Link = Literal["logit", "cloglog"]

#: What a term multiplies, by link.
LINKS = {"logit": "the odds", "cloglog": "the hazard"}
#: A term whose spread moves the scale by more than this, with an error as large, has no finite estimate.
APART = 12.0
#: Steps, how little the likelihood must change in the last, and between which values the scale is told from 0 and 1.
STEPS, CLOSE = 60, 1e-12
ENDS = {"logit": (-34.0, 34.0), "cloglog": (-34.0, 3.4)}


@dataclass(frozen=True)
class Estimate:
    """The most likely effects.

    Parameters
    ----------
    estimate
        One for each name of the design, in its order.
    log_likelihood
        Of the rows.
    weight, pull
        Of each row, there.
    """

    estimate: Array
    log_likelihood: float
    weight: Array
    pull: Array

    def errors(self, design: Design) -> tuple[Array, Array]:
        """Standard errors of independent rows, and of rows that go together in clusters."""
        bread = np.linalg.inv(_information(design, self.weight))
        sums = np.empty((design.clusters, len(design.names)))
        rest = _rest(design)
        for column, place in zip(design.matrix.T, rest, strict=True):
            sums[:, place] = np.bincount(design.cluster, weights=column * self.pull, minlength=design.clusters)
        if design.own:
            cell = design.cluster * (design.own + 1) + design.period
            whole = np.bincount(cell, weights=self.pull, minlength=design.clusters * (design.own + 1))
            sums[:, 1 : design.own + 1] = whole.reshape(design.clusters, -1)[:, 1:]
        rows, effects = design.event.size, len(design.names)
        few = design.clusters / (design.clusters - 1) * (rows - 1) / (rows - effects)
        robust = bread @ (sums.T @ sums) @ bread * few
        return np.sqrt(np.diag(bread)), np.sqrt(np.diag(robust))


def estimated(design: Design, link: Link) -> Estimate:
    """The most likely effects of a design.

    Raises
    ------
    NotEnough
        If the rows give no finite estimate.
    """
    share = design.event.mean()
    effects = np.zeros(len(design.names))
    effects[0] = np.log(share / (1 - share)) if link == "logit" else np.log(-np.log1p(-share))
    found = _at(design, link, effects)
    settled = False
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(_information(design, found.weight), _score(design, found.pull))
        except np.linalg.LinAlgError:
            break
        moved = _at(design, link, found.estimate + step)
        for _ in range(30):
            if moved.log_likelihood >= found.log_likelihood - 1e-9 * abs(found.log_likelihood):
                break
            step = step / 2
            moved = _at(design, link, found.estimate + step)
        change = moved.log_likelihood - found.log_likelihood
        found = moved
        if abs(change) <= CLOSE * abs(found.log_likelihood) and float(np.abs(step * _spread(design)).max()) < 1e-6:
            settled = True
            break
    _check(design, found, settled)
    return found


def _at(design: Design, link: Link, effects: Array) -> Estimate:
    """The likelihood of some effects, and how each row pulls at them."""
    scale = design.matrix @ effects[_rest(design)]
    if design.own:
        scale += np.concatenate([[0.0], effects[1 : design.own + 1]])[design.period]
    scale = scale.clip(*ENDS[link])
    event = design.event
    if link == "logit":
        chance = 1 / (1 + np.exp(-scale))
        likelihood = float((event * scale - np.logaddexp(0, scale)).sum())
        return Estimate(effects, likelihood, chance * (1 - chance), event - chance)
    rate = np.exp(scale)
    chance, never = -np.expm1(-rate), np.exp(-rate)
    likelihood = float((event * np.log(chance) - (1 - event) * rate).sum())
    # slope = rate · never, variance = chance · never
    return Estimate(effects, likelihood, rate**2 * never / chance, (event - chance) * rate / chance)


def _rest(design: Design) -> Array:
    """The places, among the effects, of the columns of the matrix."""
    return np.concatenate([[0], np.arange(design.own + 1, len(design.names))])


def _spread(design: Design) -> Array:
    """How much each effect moves the scale, from one row to the usual other."""
    spread = np.ones(len(design.names))
    spread[_rest(design)] = design.matrix.std(axis=0)
    return spread


def _information(design: Design, weight: Array) -> Array:
    """X'WX, with the effects of single periods on its diagonal."""
    rest, own = _rest(design), design.own
    made = np.zeros((len(design.names),) * 2)
    made[np.ix_(rest, rest)] = design.matrix.T @ (design.matrix * weight[:, None])
    if own:
        periods = np.arange(1, own + 1)
        made[periods, periods] = np.bincount(design.period, weights=weight, minlength=own + 1)[1:]
        for column, place in zip(design.matrix.T, rest, strict=True):
            across = np.bincount(design.period, weights=column * weight, minlength=own + 1)[1:]
            made[place, periods] = made[periods, place] = across
    return made


def _score(design: Design, pull: Array) -> Array:
    """X'pull."""
    made = np.zeros(len(design.names))
    made[_rest(design)] = design.matrix.T @ pull
    if design.own:
        made[1 : design.own + 1] = np.bincount(design.period, weights=pull, minlength=design.own + 1)[1:]
    return made


def _check(design: Design, found: Estimate, settled: bool) -> None:
    """Refuse an estimate that runs away."""
    try:
        error = np.sqrt(np.abs(np.diag(np.linalg.inv(_information(design, found.weight)))))
    except np.linalg.LinAlgError:
        error = np.full(len(design.names), np.inf)
    spread = _spread(design)
    with np.errstate(invalid="ignore"):
        far = (np.abs(found.estimate) * spread > APART) & (error * spread > APART)
    far[0] = False
    odd = far | ~np.isfinite(found.estimate) | ~np.isfinite(error)
    if settled and not odd.any():
        return
    terms = [name for name, about in zip(design.names, design.about, strict=True) if about == "term"]
    which = [name for name, is_odd in zip(design.names, odd, strict=True) if is_odd] or terms or ["constant"]
    raise NotEnough(
        f"These rows give no finite estimate: '{which[-1]}' tells the events from the others without exception, or "
        "nearly; leave it out, put groups together, or wait for more events."
    )
