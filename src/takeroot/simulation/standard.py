"""A model to begin with: the stages of the house, and moves between them.

Its numbers are assumptions, chosen to be plausible and to be changed: fitted where a programme's record speaks, swept
where it does not. They are nobody's finding.
"""

from __future__ import annotations

from takeroot.simulation.model import Capacity, Fit, Memory, Model, Move
from takeroot.simulation.numbers import logit

#: One improvement, with every term but covariates, support and signals, which name what a programme has.
SPREAD = Model(
    "Spread",
    (
        Move("not_reached", "exploring", logit(0.02), peers={"any": 2.0}),
        Move("exploring", "preparing", logit(0.1), peers={"any": 1.5}),
        Move("exploring", "declined", logit(0.02)),
        Move("declined", "exploring", logit(0.01), peers={"any": 1.0}),
        Move("preparing", "using", logit(0.15), needs_capacity=True),
        Move("preparing", "stopped", logit(0.01)),
        Move("using", "embedded", logit(0.04), peers={"any": 0.5}, fit=0.5),
        Move("using", "paused", logit(0.01), fit=-1.0),
        Move("using", "stopped", logit(0.01), fit=-1.0),
        Move("embedded", "stopped", logit(0.004), fit=-1.0),
        Move("paused", "using", logit(0.1), memory=0.5),
        Move("paused", "stopped", logit(0.05)),
        Move("stopped", "exploring", logit(0.02), peers={"any": 1.0}, memory=1.0),
    ),
    capacity=Capacity(0.6, growth=0.02, most=4),
    fit=Fit(),
    memory=Memory(),
)
