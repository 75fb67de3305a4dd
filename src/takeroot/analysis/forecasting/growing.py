"""Forecasts by growth curves: Bass, logistic and Gompertz, each as the hazard of a site that does not use it yet.

A site that could use it and does not begins in a period with a probability that depends on the share in use now. With
x that share of all that ever will, the hazard is p + q·x (Bass), q·x (logistic) or −k·x·ln x / (1 − x) (Gompertz): on
average these trace the curves of :mod:`takeroot.analysis.adoption.growth`, from wherever the count stands today. Sites
in use are lost with a probability of their own.

What is carried into the forecast: that the parameters are known only roughly; that it is not known how many ever will
(half of what is believed at first is that every eligible site could, the rest is spread evenly between what was seen
and all); that sites come in waves (beta-binomial, not binomial); and that the hazard drifts from here on. What happened
long ago tells little of the hazard now: a period weighs half as much after every three periods and five events,
whichever takes longer.

References
----------
Bass FM. A new product growth for model consumer durables. Manage Sci 1969;15:215-27.
Sultan F, Farley JU, Lehmann DR. A meta-analysis of applications of diffusion models. J Mark Res 1990;27:70-7 (p 0.03
and q 0.38 a year on average).
West M, Harrison J. Bayesian Forecasting and Dynamic Models. 2nd ed. Springer, 1997 (discounting what is old).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from takeroot.analysis.forecasting.history import Counts, History
from takeroot.analysis.forecasting.sampling import TRIED, Array, posterior

#: What is believed of a rate at first, as the mean and the deviation of its logarithm: 0.01 and 0.15 a period, each
#: within a factor of about 50 and 10, so that a period may be a month or a year.
OWN_ACCORD, FROM_OTHERS = (np.log(0.01), 2.0), (np.log(0.15), 1.2)
#: The same of how alike sites are: the lower, the more they come in waves.
ALIKE = (np.log(200.0), 1.5)
#: The share of what is believed at first that every eligible site could, and how near to all that means.
EVERYONE, NEARLY = 0.5, 20.0
#: Where nobody knows of how many: the deviation of the logarithm of what is still to come, as a share of what came.
STILL_TO_COME = 1.7
#: A period weighs half as much after so many periods and so many events.
HALF_PERIODS, HALF_EVENTS = 3.0, 5.0
#: A period that weighs less than this tells nothing.
NOTHING = 1e-3
#: How far the hazard drifts in a period, as the deviation of its logarithm.
DRIFT = 0.25
#: How probable it is at first that a site in use is lost in a period, in powers of ten, and how alike sites are.
LOSSES, LOSSES_ALIKE = np.linspace(-6, -0.3, 60), np.logspace(0.5, 4, 10)
#: How strongly it is believed that few are lost: a quarter of a lost site.
FEW_LOST = 0.25

#: The hazard of a site that does not use it yet: of rates (as logarithms), sites in use, and how many ever will.
Hazard = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True)
class Growing:
    """A forecaster by one curve.

    Parameters
    ----------
    hazard
        Of a site that does not use it yet.
    rates
        What is believed of each rate of the hazard at first.
    """

    hazard: Hazard
    rates: tuple[tuple[float, float], ...]

    def __call__(self, history: History, periods: int, chance: np.random.Generator, draws: int) -> Array:
        """So many futures of so many periods: a row for each period, a column for each future."""
        found, most = _fitted(self, history, chance, draws)
        lost, lost_alike = _losses(history, chance, draws)
        rates, alike = found[: len(self.rates)], np.exp(found[len(self.rates)])
        now = np.full(draws, float(history.in_use[-1]))
        future, drifted = np.empty((periods, draws)), np.zeros(draws)
        for period in range(periods):
            drifted += DRIFT * chance.standard_normal(draws)
            probability = _within(self.hazard(rates, now, most) * np.exp(drifted))
            left = np.floor(np.maximum(most - now, 0) + chance.random(draws))  # a part of a site is a site at times
            if history.of is not None:
                left = np.minimum(left, history.of - now)
            begun = _taken(left, probability, alike, chance)
            now = now + begun - _taken(now, lost, lost_alike, chance)
            future[period] = now
        return future


def _bass(rates: Array, now: Array, most: Array) -> Array:
    return np.asarray(np.exp(rates[0]) + np.exp(rates[1]) * now / most)


def _logistic(rates: Array, now: Array, most: Array) -> Array:
    return np.asarray(np.exp(rates[0]) * (now + 0.5) / (most + 0.5))


def _gompertz(rates: Array, now: Array, most: Array) -> Array:
    share = np.clip((now + 0.5) / (most + 1), 1e-6, 1 - 1e-6)
    return np.asarray(-np.exp(rates[0]) * share * np.log(share) / (1 - share))


bass = Growing(_bass, (OWN_ACCORD, FROM_OTHERS))
logistic = Growing(_logistic, (FROM_OTHERS,))
gompertz = Growing(_gompertz, (FROM_OTHERS,))


def _fitted(curve: Growing, history: History, chance: np.random.Generator, draws: int) -> tuple[Array, Array]:
    """Draws of the rates and of how alike sites are, and of how many ever will."""
    before, begun, weight = _alike(history.in_use[:-1], history.begun[1:], _weights(history))
    top = float(history.in_use.max())
    believed = np.array([*curve.rates, ALIKE])
    centre, deviation = believed[:, :1], believed[:, 1:]
    count = len(curve.rates)

    def most(tried: Array) -> Array:
        if history.of is None:
            return np.maximum(top, 1.0) * (1 + np.exp(np.minimum(tried[-1], 50.0)))
        return top + (history.of - top) / (1 + np.exp(-tried[-1]))

    def log_prior(tried: Array) -> Array:
        rates = -(((tried[:-1] - centre) / deviation) ** 2).sum(axis=0) / 2
        if history.of is None:
            return np.asarray(rates - (tried[-1] / STILL_TO_COME) ** 2 / 2)
        below, above = -np.logaddexp(0, -tried[-1]), -np.logaddexp(0, tried[-1])
        return np.asarray(
            rates + below + above + np.log(1 - EVERYONE + EVERYONE * NEARLY * np.exp((NEARLY - 1) * below))
        )

    def log_likelihood(tried: Array) -> Array:
        ever = most(tried)[:, None]
        rates = tried[:count, :, None]
        probability = _within(curve.hazard(rates, before, ever))
        return np.asarray(
            (_log_taken(begun, ever - before, probability, np.exp(tried[count])[:, None]) * weight).sum(1)
        )

    start = np.empty((len(believed) + 1, TRIED))
    start[:-1] = centre + deviation * chance.standard_normal((len(believed), TRIED))
    start[-1] = STILL_TO_COME * chance.standard_normal(TRIED)
    if history.of is not None:
        evenly, nearly = chance.random(TRIED), chance.random(TRIED) ** (1 / NEARLY)
        share = np.clip(np.where(chance.random(TRIED) < EVERYONE, nearly, evenly), 1e-9, 1 - 1e-9)
        start[-1] = np.log(share / (1 - share))
    found = posterior(log_likelihood, log_prior, start, chance, draws)
    return found, most(found)


def _weights(history: History) -> Array:
    """What each step from period to period still tells of the hazard now."""
    steps = history.periods - 1
    events = (history.begun + history.ended)[1:]
    since = np.append(np.cumsum(events[::-1])[::-1][1:], 0) if steps else np.zeros(0)
    age = np.arange(steps)[::-1] / HALF_PERIODS
    return np.asarray(0.5 ** np.minimum(age, since / HALF_EVENTS), dtype=float)


def _alike(before: Counts, moved: Counts, weight: Array) -> tuple[Array, Array, Array]:
    """Steps with as many sites before them and as many moved, put together: how many, and what they weigh together."""
    heard = weight > NOTHING
    steps, place = np.unique(np.stack([before[heard], moved[heard]]), axis=1, return_inverse=True)
    together = np.bincount(place.ravel(), weight[heard], minlength=steps.shape[1]).astype(float)
    return steps[0].astype(float), steps[1].astype(float), together


def _losses(history: History, chance: np.random.Generator, draws: int) -> tuple[Array, Array]:
    """Draws of how probable it is that a site in use is lost in a period, and of how alike sites are in that."""
    before, ended, times = _alike(history.in_use[:-1], history.ended[1:], np.ones(history.periods - 1))
    power, alike = (grid.ravel() for grid in np.meshgrid(LOSSES, LOSSES_ALIKE, indexing="ij"))
    probability = 10.0**power
    logs = FEW_LOST * np.log(probability)
    logs += _log_taken(ended, np.maximum(before, ended), probability[:, None], alike[:, None]) @ times
    weights = np.exp(logs - logs.max())
    taken = chance.choice(len(weights), draws, p=weights / weights.sum())
    return probability[taken], alike[taken]


def _within(hazard: Array) -> Array:
    """The probability of something within a period, by its hazard."""
    return np.asarray(np.clip(-np.expm1(-np.clip(hazard, 1e-12, 50.0)), 1e-9, 1 - 1e-9))


def _log_taken(taken: Array, of: Array, probability: Array, alike: Array) -> Array:
    """How likely it is that so many of so many are taken (beta-binomial); ``of`` need not be whole."""
    from scipy.special import betaln, gammaln

    of = np.maximum(of, taken)
    left = of - taken
    yes, no = probability * alike, (1 - probability) * alike
    ways = gammaln(of + 1) - gammaln(taken + 1) - gammaln(left + 1)
    return np.asarray(ways + betaln(taken + yes, left + no) - betaln(yes, no))


def _taken(of: Array, probability: Array, alike: Array, chance: np.random.Generator) -> Array:
    """How many of so many are taken, one draw each (beta-binomial)."""
    yes, no = np.maximum(probability * alike, 1e-6), np.maximum((1 - probability) * alike, 1e-6)
    share = np.nan_to_num(chance.beta(yes, no), nan=0.0)
    return np.asarray(chance.binomial(np.maximum(of, 0).astype(np.int64), share), dtype=float)
