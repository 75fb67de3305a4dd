"""What is compared: two to five choices, each a name and the strategies that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from takeroot.errors import TakerootError
from takeroot.simulation.model import once
from takeroot.simulation.strategy import Strategy

#: How many choices are compared at once.
FEWEST, MOST = 2, 5


@dataclass(frozen=True)
class Choice:
    """One of the things that could be done: a name, and the strategies it is made of.

    Examples
    --------
    >>> from takeroot.simulation import train_the_trainer
    >>> print(Choice("Train the trainer", (train_the_trainer(0.05),)))
    Train the trainer: adds 0.05 to capacity: growth.
    >>> print(AS_IT_IS)
    As it is now: nothing is changed.
    """

    name: str
    strategies: tuple[Strategy, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(str(self.name).split()))
        if not self.name:
            raise TakerootError("Every choice needs a name that people know it by.")
        object.__setattr__(self, "strategies", tuple(self.strategies))

    @property
    def sizes(self) -> dict[tuple[int, str], float]:
        """Every size that a lever has, by the strategy's position and the number that it adds to."""
        return {(at, name): size for at, one in enumerate(self.strategies) for name, size in one.adds.items()}

    def resized(self, sizes: Mapping[tuple[int, str], float]) -> Choice:
        """The same choice with some of its levers of another size."""
        made = []
        for at, one in enumerate(self.strategies):
            mine = {name: size for (which, name), size in sizes.items() if which == at}
            made.append(replace(one, adds={**one.adds, **mine}) if mine else one)
        return replace(self, strategies=tuple(made))

    def times(self, factor: float) -> Choice:
        """The same choice with every lever so many times as large."""
        return self.resized({which: size * factor for which, size in self.sizes.items()})

    def __str__(self) -> str:
        if not self.strategies:
            return f"{self.name}: nothing is changed."
        parts = [str(one).removeprefix(f"{self.name}: ") for one in self.strategies]
        return f"{self.name}: {' '.join(parts)}"


#: Nothing is changed.
AS_IT_IS = Choice("As it is now")

#: What may stand for choices: choices, strategies, or strategies by the name of a choice.
Given: TypeAlias = "Iterable[Choice | Strategy] | Mapping[str, Strategy | Sequence[Strategy] | None]"


def choices(given: Given) -> tuple[Choice, ...]:
    """Two to five choices, each under a name of its own.

    Raises
    ------
    TakerootError
        If there are fewer or more, or two have one name.
    """
    if isinstance(given, Mapping):
        made = [Choice(name, _strategies(one)) for name, one in given.items()]
    else:
        made = [one if isinstance(one, Choice) else Choice(one.name, (one,)) for one in given]
    if not FEWEST <= len(made) <= MOST:
        raise TakerootError(
            f"A what-if compares two to five choices, of which one may be 'As it is now'; found {len(made)}."
        )
    once([one.name for one in made], "A what-if has the choice")
    return tuple(made)


def _strategies(given: Strategy | Sequence[Strategy] | None) -> tuple[Strategy, ...]:
    return (given,) if isinstance(given, Strategy) else tuple(given or ())
