"""Named numbers that do not change: what the terms of a model and the levers of a strategy are written in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from takeroot.errors import TakerootError, quoted


class Numbers(Mapping[str, float]):
    """Numbers by name, in the order given; frozen, so that a model that holds them is a value.

    Examples
    --------
    >>> Numbers({"size": 0.2})
    {'size': 0.2}
    """

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Mapping[str, float] | None = None, of: str = "A term") -> None:
        self._numbers = {str(name): finite(number, f"{of} '{name}'") for name, number in (numbers or {}).items()}

    def __getitem__(self, name: str) -> float:
        return self._numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __hash__(self) -> int:
        return hash(frozenset(self._numbers.items()))

    def __repr__(self) -> str:
        return repr(self._numbers)


def finite(number: object, what: str) -> float:
    """A number that arithmetic can use; else a sentence."""
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        try:
            read = float(number)  # type: ignore[arg-type]  # a number of numpy is one too
        except (TypeError, ValueError):
            read = math.nan
        if isinstance(number, bool | str) or not math.isfinite(read):
            raise TakerootError(f"{what} needs a finite number; found {quoted(number)}.")
        return read
    return float(number)


def logit(chance: float) -> float:
    """A chance, such as 0.03 a month, on the logit scale that bases are written in.

    Examples
    --------
    >>> round(logit(0.5), 3), round(logit(0.03), 3)
    (0.0, -3.476)
    """
    chance = finite(chance, "A chance")
    if not 0 < chance < 1:
        raise TakerootError(f"A chance lies between 0 and 1, both excluded; found {chance:g}.")
    return math.log(chance / (1 - chance))


def chance_of(logit: float) -> float:
    """The chance that a number on the logit scale stands for.

    Examples
    --------
    >>> round(chance_of(0.0), 3)
    0.5
    """
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def month_of(day: date | int) -> int:
    """The months between January 1970 and a day's month; a number of months passes as it is.

    Examples
    --------
    >>> month_of(date(1970, 1, 31)), month_of(date(2026, 4, 1))
    (0, 675)
    """
    if not isinstance(day, int | np.integer | date):
        raise TakerootError(f"A month is a day in it, such as date(2026, 4, 1); found {day!r}.")
    months = (day.year - 1970) * 12 + day.month - 1 if isinstance(day, date) else int(day)
    if not 0 <= months < 65536:
        raise TakerootError(f"A simulation begins in 1970 or later; found {day}.")
    return months


def first_of(month: int) -> date:
    """The first day of a month that is counted from January 1970.

    Examples
    --------
    >>> first_of(675)
    datetime.date(2026, 4, 1)
    """
    return date(1970 + month // 12, month % 12 + 1, 1)
