"""How much each forecaster weighs, by how close it came.

The combination is a mixture: with the probability of its weight, what each forecaster foresees. The weights make the
mixture's own score in the back-test as good as it can be, held to where they began by as much as twenty origins would
say: all growth curves (and whatever else is tried) alike, and nothing for the two that know nothing of spread. The CRPS
of a mixture is a convex quadratic function of its weights, so there is one best.

References
----------
Gneiting T, Ranjan R. Combining predictive distributions. Electron J Stat 2013;7:1747-82.
Yao Y, Vehtari A, Simpson D, Gelman A. Using stacking to average Bayesian predictive distributions. Bayesian Anal
2018;13:917-1007.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from takeroot.analysis.forecasting.backtest import Backtest
from takeroot.analysis.forecasting.history import Counts
from takeroot.analysis.forecasting.sampling import Array

#: Those that know nothing of spread; their weight has to be earned.
NAIVE = ("last_value", "drift")
#: The simple ones, of which one is chosen as the curve to beat.
SIMPLE = (*NAIVE, "bass", "logistic", "gompertz")
#: The combination, by name.
COMBINED = "combination"
#: The weights are held to where they began by as much as so many origins would say.
HELD = 20.0
#: The combination is kept to unless, from so many origins at the least, the simple one chosen at each came closer by
#: more than this share, and by more than the error of that difference.
ENOUGH, MARGIN = 8, 0.1


@dataclass(frozen=True, eq=False)
class Advice:
    """What the back-test says: how much each forecaster weighs, the best simple one, and which to use.

    Parameters
    ----------
    names, weights
        The forecasters, and how much each weighs in the combination.
    then
        How much each weighed by what was known at the origin of each row.
    chosen
        The simple one that came closest.
    scores
        The mean CRPS of each forecaster, and of the combination with the weights known at each origin.
    together, simple
        The same of the combination, and of the simple one chosen at each origin, where one could be chosen.
    combined
        Whether the combination is to be used; else the simple one is.
    clear
        Whether one of the two came clearly closer than the other: by enough, and by more than chance alone may give.
    """

    names: tuple[str, ...]
    weights: Array
    then: Array
    chosen: str
    scores: dict[str, float]
    together: float | None
    simple: float | None
    combined: bool
    clear: bool

    @property
    def used(self) -> Array:
        """How much each forecaster weighs in what is recommended."""
        return self.weights if self.combined else np.array([float(name == self.chosen) for name in self.names])

    @property
    def by(self) -> str:
        """What is recommended, by name."""
        return COMBINED if self.combined else self.chosen


def advice(backtest: Backtest) -> Advice:
    """What a back-test says, of all that it knows.

    Parameters
    ----------
    backtest
        It has a row at least.
    """
    then = _weights_then(backtest)
    together, simple = _scores(backtest, then), _scores(backtest, _chosen_then(backtest))
    judged = ~np.isnan(simple)
    scores = dict(zip(backtest.names, backtest.crps.mean(axis=0).tolist(), strict=True))
    scores[COMBINED] = float(together.mean())
    ours, theirs = (float(score[judged].mean()) if judged.any() else None for score in (together, simple))
    compared = backtest.origin[judged], together[judged], simple[judged]
    worse, better = _clearly(*compared, 1.0), _clearly(*compared, -1.0)
    best = chosen(backtest)
    return Advice(backtest.names, weights(backtest), then, best, scores, ours, theirs, not worse, worse or better)


def chosen(backtest: Backtest) -> str:
    """The simple forecaster that came closest."""
    scores = backtest.crps.mean(axis=0)
    simple = [place for place, name in enumerate(backtest.names) if name in SIMPLE] or list(range(len(scores)))
    return backtest.names[min(simple, key=lambda place: scores[place])]


def _clearly(origin: Counts, together: Array, simple: Array, turn: float) -> bool:
    """Whether one came closer by enough, from enough origins, and by more than chance alone may give.

    The simple one, where ``turn`` is 1; the combination, where it is -1.
    """
    begun = np.unique(origin)
    if len(begun) < ENOUGH:
        return False
    behind = turn * np.array([(together - simple)[origin == each].mean() for each in begun])
    by_chance = float(behind.std(ddof=1)) / np.sqrt(len(behind))
    return bool(behind.mean() > max(MARGIN * float(simple.mean()), by_chance))


def _weights_then(backtest: Backtest) -> Array:
    """The weights of the combination in each row, by what was known at its origin."""
    known = {origin: weights(backtest.known_by(origin)) for origin in set(backtest.origin.tolist())}
    return np.array([known[origin] for origin in backtest.origin.tolist()]).reshape(-1, len(backtest.names))


def _chosen_then(backtest: Backtest) -> Array:
    """All the weight for the simple one that was chosen in each row; none, where nothing had been scored by then."""
    found = np.full((len(backtest.origin), len(backtest.names)), np.nan)
    for origin in set(backtest.origin.tolist()):
        known = backtest.known_by(origin)
        if len(known.happened):
            found[backtest.origin == origin] = [float(name == chosen(known)) for name in backtest.names]
    return found


def _scores(backtest: Backtest, shares: Array) -> Array:
    """The score of each row, mixed in shares of its own."""
    missed = np.einsum("ri,ri->r", backtest.missed, shares)
    return np.asarray(missed - np.einsum("ri,rij,rj->r", shares, backtest.apart, shares) / 2)


def weights(backtest: Backtest) -> Array:
    """How much each forecaster weighs, by what a back-test knows; where it knows nothing, where they begin."""
    begin = beginning(backtest.names)
    if not len(backtest.happened):
        return begin
    missed, apart = backtest.missed.mean(axis=0), backtest.apart.mean(axis=0)
    best = float((missed - np.diagonal(apart) / 2).min())
    return _best(missed, apart, begin, HELD * best / backtest.origins)


def beginning(names: Sequence[str]) -> Array:
    """The weights before anything is known."""
    begin = np.array([float(name not in NAIVE) for name in names])
    return begin / begin.sum() if begin.any() else np.full(len(begin), 1 / len(begin))


def mixture(backtest: Backtest, share: Array) -> Array:
    """The score of a mixture in each row."""
    return _scores(backtest, np.tile(share, (len(backtest.origin), 1)))


def _best(missed: Array, apart: Array, begin: Array, held: float) -> Array:
    """The weights of the best score, held to where they began."""
    from scipy.optimize import minimize

    size = max(float(missed.max()), 1e-12)  # so that a step is a step, whatever the unit

    def score(share: Array) -> float:
        return float((missed @ share - share @ apart @ share / 2 + held * ((share - begin) ** 2).sum()) / size)

    def slope(share: Array) -> Array:
        return np.asarray((missed - apart @ share + 2 * held * (share - begin)) / size)

    one = {"type": "eq", "fun": lambda share: share.sum() - 1, "jac": lambda share: np.ones(len(share))}
    found = minimize(score, begin, jac=slope, bounds=[(0, 1)] * len(begin), constraints=one, method="SLSQP")
    share = np.clip(found.x, 0, 1)
    return np.asarray(share / share.sum())
