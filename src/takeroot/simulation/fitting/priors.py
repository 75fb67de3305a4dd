"""What is believed of each number before the record is looked at, where that comes from, and what it is called.

All are weak: normal, around what the model declares. Who declares a model declares its assumptions, so that a number of
which the record says nothing stays what it was.

References
----------
Gelman A, Jakulin A, Pittau MG, Su Y-S. A weakly informative default prior distribution for logistic and other
regression models. Ann Appl Stat 2008;2:1360-83 (a change of 5 on the logit scale is about all that is ever seen, so
that 2.5 is a scale for what lies between nothing and one).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from takeroot.simulation.fitting.paths import Array
from takeroot.simulation.fitting.terms import Number
from takeroot.simulation.model import ANY, EVERYONE, SAME_REGION

#: The deviation of what is believed, on the logit scale: of a base, and of what lies between nothing and one.
WEAK = 2.5
#: The same of a logarithm, on the scale of rates: within a factor of about 12 either way, 19 times in 20.
FACTOR = 1.25

_SOURCE = "Gelman et al. 2008 (Ann Appl Stat 2:1360): 2.5 on the logit scale for what lies between nothing and one"


@dataclass(frozen=True)
class Prior:
    """A normal distribution, of the number itself or (``log``) of its logarithm, and where it comes from."""

    mean: float
    deviation: float
    source: str
    log: bool = False

    def __str__(self) -> str:
        if self.log:
            return f"around {np.exp(self.mean):.3g}, within a factor of {np.exp(1.96 * self.deviation):.2g}"
        return f"around {self.mean:.2f}, give or take {1.96 * self.deviation:.2g}"


def prior_of(number: Number, column: Array, rate: bool, tighter: float = 1.0) -> Prior:
    """What is believed of a number.

    Parameters
    ----------
    number
        Which.
    column
        What it is multiplied with, at the sites and in the steps that are looked at.
    rate
        Whether the model adds up rates rather than logits.
    tighter
        How many times as sure to be beforehand.
    """
    prior = _prior_of(number, column, rate)
    return prior if tighter == 1.0 else replace(prior, deviation=prior.deviation / tighter)


def _prior_of(number: Number, column: Array, rate: bool) -> Prior:
    if rate:
        source = "a rate within a factor of twelve of what the model declares; an assumption of Takeroot"
        return Prior(float(np.log(number.declared)), FACTOR, source, log=True)
    if number.kind == "base":
        chance = "the chance that the model declares, from about a twelfth to twelve times its odds at one deviation"
        return Prior(number.declared, WEAK, f"{_SOURCE}; around {chance}")
    reach = float(np.ptp(column)) if column.size else 0.0
    if column.min(initial=0.0) >= -1e-9 and reach <= 1 + 1e-9:
        return Prior(number.declared, WEAK, _SOURCE)
    spread = float(column.std()) or 1.0
    source = f"{_SOURCE}, which is 2.5 for every two standard deviations"
    return Prior(number.declared, WEAK / (2 * spread), source)


def said(number: Number) -> str:
    """A number in plain words.

    Examples
    --------
    >>> said(Number("not_reached → using: peers any", "peers", "any", 0, 1, 1.0, 2.0))
    'not reached to using: with peers who use it (the sites tied to it)'
    """
    move = number.name.partition(":")[0].replace("_", " ").replace(" → ", " to ")
    peers = {
        EVERYONE: "all other sites",
        SAME_REGION: "the other sites of the region",
        ANY: "the sites tied to it",
    }
    what = {
        "base": "where nothing else speaks",
        "covariate": f"by {number.of.replace('_', ' ')}",
        "peers": f"with peers who use it ({peers.get(number.of, number.of + ' ties')})",
        "signal": f"while there is '{number.of}' in the system",
        "support": f"with support ({number.of})",
        "other": f"where '{number.of}' goes on too",
        "fit": "what a perfect fit is worth",
        "memory": "what an earlier stop takes away",
    }[number.kind]
    return f"{move}: {what}"
