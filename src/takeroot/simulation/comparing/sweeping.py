"""All assumptions moved at once, by a plan of SALib's."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from takeroot.simulation.comparing.assumption import Assumption

Plan = Literal["morris", "sobol"]


def together(
    ahead: Callable[[Sequence[float]], float], moved: Sequence[Assumption], plan: Plan, rounds: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, int]:
    """All assumptions at once, by a plan of SALib's: how much each matters, and how often the order is another."""
    none = np.zeros(len(moved))
    if not rounds:
        return none, none, 0.0, 0
    problem = {
        "num_vars": len(moved),
        "names": [str(at) for at in range(len(moved))],
        "bounds": [[one.low, one.high] for one in moved],
    }
    if plan == "morris":
        from SALib.analyze import morris as analyse
        from SALib.sample import morris as sample

        points = sample.sample(problem, rounds, num_levels=4, seed=seed % (1 << 32))
    else:
        from SALib.analyze import sobol as analyse
        from SALib.sample import sobol as sample

        points = sample.sample(problem, rounds, calc_second_order=False, seed=seed % (1 << 32))
    gaps = np.array([ahead(point.tolist()) for point in points])
    another = float((gaps < 0).mean())
    if np.ptp(gaps) == 0:
        return none, none, another, len(points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a number that does not matter, SALib divides nothing by nothing
        if plan == "morris":
            found = analyse.analyze(problem, points, gaps, num_levels=4, seed=seed % (1 << 32))
            weight, spread = found["mu_star"], found["sigma"]
        else:
            found = analyse.analyze(problem, gaps, calc_second_order=False, seed=seed % (1 << 32))
            weight, spread = found["ST"], found["S1"]
    return (
        np.nan_to_num(np.asarray(weight, np.float64)),
        np.nan_to_num(np.asarray(spread, np.float64)),
        another,
        len(points),
    )
