"""What is sought where a curve is fitted: parameters without bounds, from many starts; and whether there is a best one.

A rate is sought as a logarithm, and a ceiling below a known number of sites as a logit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from takeroot.analysis.adoption.curves import Array, Curve
from takeroot.analysis.adoption.waiting import Waiting
from takeroot.errors import NotEnough, TakerootError

Ceiling = float | Literal["all", "estimated"]
#: Beyond these a parameter has run away: a rate of nothing, a ceiling of fifty times what there is.
NO_RATE, RUN_AWAY = np.log(1e-7), np.log(50.0)
#: Beyond this rate a curve runs from nothing to all within one period, and nothing is seen of how.
STEEP = np.log(20.0)
#: A logit beyond which a share is all.
ALL = 9.0


@dataclass(frozen=True, eq=False)
class Sought:
    """What is sought: the curve's parameters, and its ceiling if that is not given.

    Parameters
    ----------
    curve, waiting
        The curve, and what it is to fit.
    given
        The ceiling in sites, if it is given.
    bounded
        Whether the ceiling can not lie above the sites there are.
    """

    curve: Curve
    waiting: Waiting
    given: float | None
    bounded: bool

    @property
    def size(self) -> int:
        """How many parameters are sought."""
        return len(self.curve.parameters) + (self.given is None)

    def natural(self, z: Array) -> Array:
        """The parameters as people write them, the ceiling last."""
        found = [np.exp(min(v, 50.0)) if up else v for v, up in zip(z, self.curve.positive, strict=False)]
        if self.given is not None:
            return np.array([*found, self.given])
        last = min(max(float(z[-1]), -40.0), 40.0)
        most = self.waiting.sites / (1 + np.exp(-last)) if self.bounded else self.waiting.adoptions * np.exp(last)
        return np.array([*found, most])

    def slopes(self, z: Array) -> Array:
        """How fast each sought parameter moves with what it is sought by."""
        step = 1e-6
        moved = [self.natural(z + step * side)[i] for i in range(self.size) for side in
                 (np.eye(self.size)[i], -np.eye(self.size)[i])]  # fmt: skip
        return (np.array(moved[::2]) - np.array(moved[1::2])) / (2 * step)

    def starts(self) -> list[Array]:
        """Where to begin."""
        end = self.waiting.periods
        rates = [(np.log(p), np.log(q)) for p, q in product((0.001, 0.01, 0.05, 0.2), (0.05, 0.3, 0.8))]
        shapes = [(np.log(k), middle * end) for k, middle in product((0.05, 0.15, 0.5, 1.5), (0.3, 0.6, 1.0, 1.5))]
        ceilings: list[tuple[float, ...]] = [(-0.5,), (1.0,), (3.0,)] if self.bounded else [(0.05,), (0.4,), (1.4,)]
        ends = ceilings if self.given is None else [()]
        return [np.array([*shape, *last]) for shape, last in
                product(rates if self.curve.name == "bass" else shapes, ends)]  # fmt: skip


def given_ceiling(waiting: Waiting, ceiling: Ceiling, method: str) -> float | None:
    """The ceiling in sites; none, if it is to be estimated."""
    everyone = method == "likelihood" and not waiting.any_waiting
    if ceiling == "all" or (ceiling == "estimated" and everyone):
        return waiting.sites
    if ceiling == "estimated":
        return None
    if isinstance(ceiling, str):
        raise TakerootError(f"A ceiling is 'all', 'estimated' or a number of sites, not '{ceiling}'.")
    if not np.isfinite(ceiling) or ceiling < waiting.adoptions or (method == "likelihood" and ceiling > waiting.sites):
        raise TakerootError(
            f"A ceiling lies between the {waiting.adoptions:,.0f} sites that began and the {waiting.sites:,.0f} that "
            f"were waited for; {ceiling:,g} does not."
        )
    return float(ceiling)


def best_of(objective: Callable[[Array], float], starts: Sequence[Array]) -> Array:
    """The best of many starts, polished."""
    from scipy.optimize import minimize

    def sound(z: Array) -> float:
        value = objective(z) if np.abs(z).max() < 1e6 else np.inf
        return value if np.isfinite(value) else 1e300

    ways = sorted(starts, key=sound)[:4]
    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000, "maxfev": 2000, "adaptive": True}
    rough = [minimize(sound, start, method="Nelder-Mead", options={"maxiter": 200}).x for start in ways]
    ends = [minimize(sound, start, method="Nelder-Mead", options=options).x for start in sorted(rough, key=sound)[:2]]
    return np.asarray(min(ends, key=sound))


def settled(sought: Sought, best: Array) -> Array:
    """A ceiling that is all, brought back to where all begins."""
    if sought.given is None and sought.bounded:
        best = np.append(best[:-1], min(best[-1], ALL + 5))
    return best


def exists(sought: Sought, best: Array) -> None:
    """Refuse a curve that is best only in the limit."""
    name = sought.curve.name
    if not np.isfinite(best).all() or (name == "bass" and best[0] < NO_RATE):
        raise NotEnough(f"No {name} curve fits best: the better it fits, the nearer its start is to nothing.")
    if any(rate > STEEP for rate, up in zip(best, sought.curve.positive, strict=False) if up):
        raise NotEnough(
            f"No {name} curve fits best: the faster it grows, the better it fits, as it all comes within about one "
            "period; counts by shorter periods are needed."
        )
    if sought.given is None and not sought.bounded and best[-1] > RUN_AWAY:
        raise NotEnough(
            f"No {name} curve fits best: the higher its ceiling, the better it fits, so the data can not say where it "
            "ends."
        )


def at_bound(sought: Sought, best: Array, place: int) -> bool:
    """Whether a parameter is at its bound: a rate that is nothing, or a ceiling that is all."""
    if sought.given is None and place == sought.size - 1:
        return sought.bounded and bool(best[place] > ALL)
    return sought.curve.positive[place] and bool(best[place] < NO_RATE)
