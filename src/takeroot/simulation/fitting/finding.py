"""The numbers that fit best, and how sure they are.

The mode of what is believed after looking at the record is found with exact slopes. Around it what is believed is taken
as normal (Laplace). That is too neat where few moves were seen, so that there the numbers of each stage are drawn from
something broader and weighed by how likely they truly are; where even that goes badly, what is broader is kept.

References
----------
Tierney L, Kadane JB. Accurate approximations for posterior moments and marginal densities. J Am Stat Assoc
1986;81:82-6. Gelman A, et al. Bayesian Data Analysis. 3rd ed. CRC, 2013, section 10.4 (importance resampling).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from takeroot.simulation.ensemble import Stopped
from takeroot.simulation.fitting.likelihood import Evidence
from takeroot.simulation.fitting.paths import Array
from takeroot.simulation.fitting.priors import Prior

#: How many sets of numbers are drawn.
DRAWS = 1000
#: From so many moves for each number of a stage, none of them rarer than so many (nor staying), what is believed is as
#: good as normal.
ENOUGH, RARE = 40, 10
#: The degrees of freedom of what is drawn from for weighing, and how much wider it is.
FREEDOM, WIDER = 7, 1.3
#: Weighed draws should be worth so many unweighed ones.
WORTH = 100
#: The mode is found when no step promises more than this, or after so many of them.
NEAR, MOST_STEPS = 1e-7, 300
#: Numbers are not looked for further out than so many deviations of what is believed beforehand.
FAR = 8.0
#: What the record alone says of a direction in which it says nothing: not quite nothing, so that it can be divided by.
NOTHING = 1e-6


@dataclass(frozen=True, eq=False)
class Found:
    """What is believed of the numbers that are fitted, after looking at the record.

    Parameters
    ----------
    fitted
        The places of the numbers that are fitted.
    mode
        All numbers, where what is believed is highest.
    draws
        All numbers, so many times: a row each.
    deviation
        How sure each fitted number is, on the scale of its prior.
    alone
        The same, had nothing been believed of any number beforehand: how sure the record alone makes it.
    rough
        The stages for which neither the normal form nor weighing serves well.
    """

    fitted: Array
    mode: Array
    draws: Array
    deviation: Array
    alone: Array
    rough: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is believed after looking, as a function of how many prior deviations each number lies from its prior.

    ``cancel`` is asked at every look; when it says yes, the fit stops.
    """

    evidence: Evidence
    priors: Mapping[int, Prior]
    cancel: Callable[[], bool] | None = None

    @property
    def fitted(self) -> Array:
        """The places of the numbers that are fitted."""
        return np.array(list(self.priors), dtype=np.int64)

    def values(self, z: Array) -> Array:
        """The numbers, in rows where there are rows of ``z``."""
        declared = self.evidence.terms.declared
        found = np.broadcast_to(declared, (*z.shape[:-1], len(declared))).copy()
        scaled = self._means + self._deviations * z
        found[..., self.fitted] = np.where(self._logs, np.exp(np.minimum(scaled, 50.0)), scaled)
        return found

    def __call__(self, z: Array) -> tuple[float, Array]:
        """How little is believed (the less the better), and its slope."""
        self.asked_to_stop()
        values = self.values(z)
        likely, slope = self.evidence.log_likelihood(values)
        by_z = slope[self.fitted] * self._deviations * np.where(self._logs, values[self.fitted], 1.0)
        return float((z**2).sum() / 2 - likely), z - by_z

    def information(self, z: Array) -> Array:
        """About how sharply what is believed falls off: the prior's part and the record's."""
        values = self.values(z)
        by_z = self._deviations * np.where(self._logs, values[self.fitted], 1.0)
        told = self.evidence.information(values)[np.ix_(self.fitted, self.fitted)]
        return np.asarray(np.eye(len(z)) + by_z[:, None] * told * by_z)

    def asked_to_stop(self) -> None:
        """Stop, if that was asked for."""
        if self.cancel is not None and self.cancel():
            raise Stopped("The fit was stopped, as was asked; nothing of it was kept.")

    @property
    def _means(self) -> Array:
        return np.array([prior.mean for prior in self.priors.values()])

    @property
    def _deviations(self) -> Array:
        return np.array([prior.deviation for prior in self.priors.values()])

    @property
    def _logs(self) -> Array:
        return np.array([prior.log for prior in self.priors.values()], dtype=bool)


def mode_of(posterior: Posterior, start: Array | None = None) -> Array:
    """The mode, in prior deviations: by quasi-Newton steps (BFGS), the first of them scaled by what is expected."""
    z = np.zeros(len(posterior.fitted)) if start is None else start
    if not len(z):
        return z
    height, slope = posterior(z)
    inverse = np.linalg.inv(posterior.information(z))
    for _ in range(MOST_STEPS):
        step = -inverse @ slope
        falls = float(slope @ step)
        if -falls < NEAR:
            break
        for part in 0.5 ** np.arange(30):
            tried = np.clip(z + part * step, -FAR, FAR)
            lower, turned = posterior(tried)
            if lower <= height + 1e-4 * part * falls:
                break
        else:
            break
        moved, change = tried - z, turned - slope
        z, height, slope = tried, lower, turned
        if (curves := float(moved @ change)) > 1e-12:
            across = np.eye(len(z)) - np.outer(moved, change) / curves
            inverse = across @ inverse @ across.T + np.outer(moved, moved) / curves
    return np.asarray(z)


def curvature(posterior: Posterior, z: Array) -> Array:
    """How sharply what is believed falls off around the mode; by differences of slopes, where it has no simple form."""
    if posterior.evidence.plain:
        return posterior.information(z)
    found, (_, slope) = np.empty((len(z), len(z))), posterior(z)
    for place in range(len(z)):
        step = np.zeros(len(z))
        step[place] = 1e-4
        found[place] = (posterior(z + step)[1] - slope) / 1e-4
    return (found + found.T) / 2


def found(posterior: Posterior, start: Array | None = None, *, seed: int = 0, checked: bool = True) -> Found:
    """The mode, and draws of what is believed around it.

    Parameters
    ----------
    posterior
        What is believed.
    start
        Where to begin to look for the mode, in prior deviations.
    seed
        Where chance begins.
    checked
        Whether the normal form is held against what is believed where few moves were seen.
    """
    mode = mode_of(posterior, start)
    if not len(mode):
        held = posterior.evidence.terms.declared
        return Found(posterior.fitted, held, np.tile(held, (DRAWS, 1)), np.zeros(0), np.zeros(0), ())
    sharp = curvature(posterior, mode)
    # The prior alone has a curvature of one in every direction; less can only be an error of differences.
    sizes, ways = np.linalg.eigh(sharp)
    covariance = ways / np.maximum(sizes, 1.0) @ ways.T
    alone = np.sqrt((ways**2 / np.maximum(sizes - 1.0, NOTHING)).sum(axis=1))
    chance = np.random.default_rng(seed)
    lower = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(mode)))
    draws = mode + chance.standard_normal((DRAWS, len(mode))) @ lower.T
    rough = []
    if checked and not len(posterior.evidence.hidden.sites):
        for place, rows in enumerate(posterior.evidence.rows):
            mine = np.flatnonzero(np.isin(posterior.fitted, rows.numbers))
            if len(mine) and (rows.events < ENOUGH * len(mine) or rows.rarest < RARE):
                draws[:, mine], good = _weighed(posterior, place, mode, covariance, mine, chance)
                if not good:
                    rough.append(posterior.evidence.model.moves[rows.moves[0]].source)
    raw = posterior.evidence.terms.raw
    best, every = raw(posterior.values(mode)), raw(posterior.values(draws))
    return Found(posterior.fitted, best, every, draws.std(axis=0), alone, tuple(rough))


def _weighed(
    posterior: Posterior, place: int, mode: Array, covariance: Array, mine: Array, chance: np.random.Generator
) -> tuple[Array, bool]:
    """Draws of the numbers of one stage, weighed by how likely they are; and whether that went well."""
    centre, spread = mode[mine], covariance[np.ix_(mine, mine)]
    tried = np.tile(mode, (DRAWS, 1))
    worth = 0.0
    for _ in range(3):
        lower = np.linalg.cholesky(WIDER * spread + 1e-9 * np.eye(len(mine)))
        scale = np.sqrt(chance.chisquare(FREEDOM, (DRAWS, 1)) / FREEDOM)
        tried[:, mine] = np.clip(centre + chance.standard_normal((DRAWS, len(mine))) / scale @ lower.T, -FAR, FAR)
        away = np.linalg.solve(lower, (tried[:, mine] - centre).T)
        drawn_from = -(FREEDOM + len(mine)) / 2 * np.log1p((away**2).sum(axis=0) / FREEDOM)
        likely = posterior.evidence.of_stage(place, posterior.values(tried), posterior.asked_to_stop)
        logs = likely - (tried[:, mine] ** 2).sum(axis=1) / 2 - drawn_from
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        worth = 1 / (weights**2).sum()
        if worth >= WORTH:
            places = (np.arange(DRAWS) + chance.random()) / DRAWS
            taken = np.minimum(np.searchsorted(np.cumsum(weights), places), DRAWS - 1)
            return tried[chance.permutation(taken)][:, mine], True
        softer = weights**0.5 / (weights**0.5).sum()
        centre = softer @ tried[:, mine]
        spread = (tried[:, mine] - centre).T * softer @ (tried[:, mine] - centre)
    return tried[:, mine], False
