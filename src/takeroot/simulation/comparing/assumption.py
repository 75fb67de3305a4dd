"""What is assumed: a number of the model or the size of a lever, with the range in which it may lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation.comparing.choices import Choice
from takeroot.simulation.comparing.naming import named, size_said, value_said
from takeroot.simulation.model import Model, Together
from takeroot.simulation.parameters import plain, values


@dataclass(frozen=True)
class Assumption:
    """A number that is assumed: of the model, or the size of a lever (of a choice, a strategy's position, a number)."""

    number: str
    value: float
    low: float
    high: float
    lever: tuple[str, int] | None = None

    @property
    def says(self) -> str:
        """What it is, in words."""
        return f"the size of '{self.lever[0]}': {named(self.number)}" if self.lever else named(self.number)

    def said(self, model: Model | Together, value: float) -> str:
        """One of its values, in words."""
        return size_said(self.number, value) if self.lever else value_said(model, self.number, value)


def ranges_of_levers(wanted: Sequence[Choice], most: float = 2.0) -> tuple[Assumption, ...]:
    """The sizes of all levers, each from nothing to a multiple of what was assumed."""
    return tuple(
        Assumption(name, size, min(0.0, most * size), max(0.0, most * size), (choice.name, at))
        for choice in wanted
        for (at, name), size in choice.sizes.items()
        if size
    )


def assumptions(model: Model | Together, ranges: Mapping[str, tuple[float, float]]) -> tuple[Assumption, ...]:
    """The numbers of a model that are assumed, by name, with their ranges.

    Raises
    ------
    TakerootError
        If there is no such number, or a range is none.
    """
    known = values(model)
    found = []
    for given, (low, high) in ranges.items():
        name = plain(given)
        if name not in known:
            raise NotFound("number of this model", name, known)
        if not low < high or not np.isfinite([low, high]).all():
            raise TakerootError(f"'{name}' needs a range from a lower to a higher number; found {low:g} to {high:g}.")
        found.append(Assumption(name, known[name], min(low, known[name]), max(high, known[name])))
    return tuple(found)
