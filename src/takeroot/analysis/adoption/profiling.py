"""How far from the best curve may a curve be? Intervals by profile, and errors by curvature.

An interval ends where the best curve with the parameter held there is worse than chance allows. That asks nothing of
symmetry, which a ceiling that is not reached yet does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from takeroot.analysis.adoption.curves import Array
from takeroot.analysis.adoption.seeking import Sought, at_bound


def profiled(
    objective: Callable[[Array], float], best: Array, place: int, cutoff: float, step: float
) -> tuple[float | None, float | None]:
    """The ends between which the best curve with a parameter held there is not worse than a cutoff allows."""
    from scipy.optimize import minimize

    least = objective(best)

    def ends(side: int) -> float | None:
        others = np.delete(best, place)

        def worse(at: float) -> bool:
            nonlocal others

            def held(z: Array) -> float:
                value = objective(np.insert(z, place, at))
                return value if np.isfinite(value) else 1e300

            found = minimize(held, others, method="BFGS", options={"gtol": 1e-3, "maxiter": 60})
            if found.fun - least > cutoff:
                found = minimize(held, found.x, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-3})
            others = found.x if found.fun < 1e299 else others
            return bool(found.fun - least > cutoff)

        near, far = float(best[place]), float(best[place])
        for n in range(11):
            near, far = far, float(best[place] + side * step * 1.7**n)
            if abs(far) > 60 + 100 * abs(best[place]):
                return None
            if worse(far):
                break
        else:
            return None
        while abs(far - near) > 1e-4 * max(1.0, abs(near)):
            middle = (near + far) / 2
            near, far = (near, middle) if worse(middle) else (middle, far)
        return (near + far) / 2

    return ends(-1), ends(1)


def step_of(objective: Callable[[Array], float], best: Array, place: int) -> float:
    """About how far a parameter may move before the fit is worse."""
    h = np.zeros(len(best))
    h[place] = 1e-3
    bend = (objective(best + h) - 2 * objective(best) + objective(best - h)) / 1e-6
    return float(np.clip(np.sqrt(2 / bend), 1e-4, 3.0)) if bend > 0 else 1.0


def size_of(covariance: Array | None, place: int) -> float:
    """About how far a parameter may move, by its error."""
    if covariance is None or covariance[place, place] <= 0:
        return 1.0
    return float(np.clip(np.sqrt(covariance[place, place]), 1e-4, 3.0))


def curvature(objective: Callable[[Array], float], best: Array) -> Array:
    """The second differences of an objective."""
    size, step = len(best), 1e-4
    moves = step * np.eye(size)
    found = np.empty((size, size))
    for i, j in product(range(size), repeat=2):
        signs = [(a, b, objective(best + a * moves[i] + b * moves[j])) for a in (1, -1) for b in (1, -1)]
        found[i, j] = sum(a * b * value for a, b, value in signs) / (4 * step * step)
    return found


def covariance_of(sought: Sought, best: Array, information: Array) -> Array | None:
    """How the errors of parameters hang together; those at a bound have none."""
    free = [n for n in range(sought.size) if not at_bound(sought, best, n)]
    found = np.zeros((sought.size, sought.size))
    try:
        found[np.ix_(free, free)] = np.linalg.inv(information[np.ix_(free, free)])
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found).all() else None


def student(free: int) -> float:
    """What 97.5 % of Student's t with so many degrees of freedom stays below."""
    from scipy.stats import t

    return float(t.ppf(0.975, free))
