"""From where to where the numbers of a model may be, where nothing better is known.

These are assumptions about assumptions, wide on purpose: odds halved or doubled, an influence from nothing to twice as
much, a capacity from half to twice. Whoever knows better gives ranges of their own.
"""

from __future__ import annotations

import math

from takeroot.simulation.model import Model, Together, improvements
from takeroot.simulation.parameters import values

#: On the logit scale: odds from half to twice.
DOUBLED = math.log(2)


def ranges_of(model: Model | Together) -> dict[str, tuple[float, float]]:
    """A range for every number of a model, by name.

    Examples
    --------
    >>> from takeroot.simulation import SPREAD
    >>> ranges_of(SPREAD)["fit: drift"]
    (0.0, 0.04)
    """
    bases = {
        (f"{one.name} | " if isinstance(model, Together) else "") + move.name
        for one in improvements(model)
        if one.scale == "logit"
        for move in one.moves
    }
    found = {
        name: _range(name.rpartition("|")[2].strip(), value, name in bases) for name, value in values(model).items()
    }
    return {name: (low, high) for name, (low, high) in found.items() if low < high}


def _range(name: str, value: float, base: bool) -> tuple[float, float]:
    if base or name == "fit: adaptation":
        return value - DOUBLED, value + DOUBLED
    if name == "fit: restores":
        return max(0.0, value - 0.3), min(1.0, value + 0.3)
    if name.startswith(("capacity: a month", "capacity: most", "memory: half-life")):
        return value / 2, value * 2
    low, high = sorted((0.0, 2 * value))
    return low, high
