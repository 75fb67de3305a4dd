"""Drawing from what is believed after looking at the data, with nothing but a density to go by.

Importance sampling in rounds: the first draws come from what was believed before, and each later round from a broad
distribution (Student's t, 5 degrees of freedom) around the better ones of the round before. Draws of the last round are
weighted by how likely they are and taken in proportion.

References
----------
Cappé O, Guillin A, Marin JM, Robert CP. Population Monte Carlo. J Comput Graph Stat 2004;13:907-29.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]

#: Rounds, draws in each, the degrees of freedom of what is drawn from, and how much wider it is than what was found.
ROUNDS, TRIED, FREEDOM, WIDER = 3, 1000, 5, 1.3
#: Nothing is looked for further out than this.
FAR = 60.0
#: A round is centred on so many draws at the least, whatever few of them weigh.
SPREAD_OVER = 60


def posterior(
    log_likelihood: Callable[[Array], Array],
    log_prior: Callable[[Array], Array],
    start: Array,
    chance: np.random.Generator,
    draws: int,
) -> Array:
    """Draws of parameters in proportion to how likely they are.

    Parameters
    ----------
    log_likelihood, log_prior
        Of draws, each a column.
    start
        A first lot of draws from the prior, each a column.
    chance
        Where chance comes from.
    draws
        How many to give.
    """

    def log_density(tried: Array) -> Array:
        found = log_likelihood(tried) + log_prior(tried)
        return np.where(np.isfinite(found), found, -1e300)

    weights = _weights(log_density(start) - log_prior(start), least=SPREAD_OVER)
    tried = start
    for round_ in range(ROUNDS):
        centre = (tried * weights).sum(axis=1, keepdims=True)
        away = tried - centre
        covariance = WIDER * (away * weights) @ away.T + 1e-6 * np.eye(len(tried))
        lower = np.linalg.cholesky(covariance)
        scale = np.sqrt(chance.chisquare(FREEDOM, start.shape[1]) / FREEDOM)
        tried = np.clip(centre + lower @ chance.standard_normal(start.shape) / scale, -FAR, FAR)
        distance = (np.linalg.solve(lower, tried - centre) ** 2).sum(axis=0)
        proposed = -(FREEDOM + len(tried)) / 2 * np.log1p(distance / FREEDOM)
        weights = _weights(log_density(tried) - proposed, least=SPREAD_OVER if round_ < ROUNDS - 1 else 1)
    places = (np.arange(draws) + chance.random()) / draws
    taken = np.minimum(np.searchsorted(np.cumsum(weights), places), tried.shape[1] - 1)
    return tried[:, chance.permutation(taken)]


def _weights(logs: Array, least: float) -> Array:
    """Shares of one, made more alike until they are spread over enough draws."""
    logs = logs - logs.max()
    for power in (1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.0):
        weights = np.exp(power * logs)
        weights /= weights.sum()
        if 1 / (weights**2).sum() >= least:
            break
    return weights
