"""A model with every term, and forty sites in two regions."""

from __future__ import annotations

import numpy as np

from takeroot.simulation import (
    Capacity,
    Course,
    Fit,
    Memory,
    Model,
    Move,
    Setting,
    Sites,
    State,
    Ties,
    logit,
)

MONTH = 672  # January 2026

MODEL = Model(
    "Huddles",
    (
        Move("not_reached", "exploring", logit(0.05), peers={"any": 2.0}, signals={"policy": 0.5}),
        Move("exploring", "preparing", logit(0.2), covariates={"size": 0.3}),
        Move("exploring", "declined", logit(0.03)),
        Move("preparing", "using", logit(0.3), needs_capacity=True),
        Move("using", "embedded", logit(0.05), fit=0.5),
        Move("using", "stopped", logit(0.02), fit=-1.0),
        Move("embedded", "stopped", logit(0.01), fit=-1.0),
        Move("stopped", "exploring", logit(0.05), memory=1.0),
    ),
    capacity=Capacity(0.5, growth=0.05, most=2),
    fit=Fit(),
    memory=Memory(),
)


def setting(sites: int = 40, seed: int = 1) -> Setting:
    """So many sites with four ties each."""
    chance = np.random.default_rng(seed)
    return Setting(
        Sites(
            [f"site {number}" for number in range(sites)],
            region=[("north", "south")[number % 2] for number in range(sites)],
            covariates={"size": chance.normal(size=sites)},
        ),
        Ties(chance.integers(0, sites, 4 * sites), chance.integers(0, sites, 4 * sites), kind="visits"),
        signals={"policy": Course.window(MONTH + 3, MONTH + 9)},
    )


SETTING = setting()
START = State.all(MONTH, 40)
