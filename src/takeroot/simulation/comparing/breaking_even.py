"""How large the effect of a lever would have to be for one choice to do better than another.

The lever's size is scaled from nothing to a multiple of what was assumed; every size meets the same chance, so that the
gap between the choices moves with the size and not with the draws, and the size at which it closes is found by
halving.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from takeroot.errors import TakerootError
from takeroot.simulation.comparing.choices import Choice, Given, choices
from takeroot.simulation.comparing.naming import size_said
from takeroot.simulation.comparing.running import Case, Figure, figure
from takeroot.simulation.model import Model, Together
from takeroot.simulation.setting import Setting, State

#: The multiples of what was assumed that are tried before halving, as shares of the largest.
TRIED = (0.0, 1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1.0)
#: How closely the multiple is found.
CLOSE = 0.02

Verdict = Literal["found", "never within the range", "at any size", "no size to change"]


@dataclass(frozen=True)
class BreakEven:
    """At how many times the assumed size one choice does as well as another.

    Parameters
    ----------
    choice, against
        The choice whose levers are scaled, and the other, which stays as it is.
    by
        The figure they are compared by.
    verdict
        ``found``, ``never within the range``, ``at any size`` (it is ahead even when its levers do nothing), or ``no
        size to change``.
    times
        The multiple of the assumed size from which on it is ahead, if there is one.
    lower, upper
        The multiples between which it was found to lie, or those that were tried.
    sizes
        By number of the model, the size that was assumed and the one that is needed.
    share
        In which share of the histories it has to be ahead; on average, if not given.
    turns
        How often the order turns within the range: more than once, and the smallest is told.
    """

    choice: str
    against: str
    by: Figure
    verdict: Verdict
    times: float | None
    lower: float
    upper: float
    sizes: tuple[tuple[str, float, float | None], ...]
    share: float | None = None
    turns: int = 1

    def __str__(self) -> str:
        ahead = "on average" if self.share is None else f"in {100 * self.share:.0f} in 100 histories"
        goal = f"to be ahead of {self.against} ({self.by.title.lower()}, {ahead})"
        if self.verdict == "no size to change":
            return f"{self.choice} has no lever with a size, so there is none that could be larger or smaller."
        if self.verdict == "never within the range":
            least = f"over {self.upper:g} times as large as assumed"
            return f"Never within the range: {self.choice} would need an effect {least} {goal}."
        if self.verdict == "at any size":
            return f"{self.choice} needs no effect of its levers at all {goal}."
        assert self.times is not None
        needs = "; ".join(size_said(number, needed) for number, _, needed in self.sizes if needed is not None)
        if self.times <= CLOSE * max(self.upper, 1):
            return f"{self.choice} needs an effect of next to nothing {goal}."
        again = "" if self.turns == 1 else " The order turns again at a larger size."
        return f"{self.choice} needs {self.times:.2g} times the effect that was assumed {goal}: {needs}.{again}"


def break_even(
    model: Model | Together | Sequence[Model] | Sequence[Together],
    setting: Setting,
    state: State,
    strategies: Given,
    *,
    months: int = 36,
    replicates: int = 256,
    seed: int = 0,
    by: str = "site_months",
    numbers: Sequence[str] | None = None,
    most: float = 4.0,
    share: float | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    cancel: Callable[[], bool] | None = None,
) -> BreakEven:
    """How large the effect of the second choice would have to be for it to do better than the first.

    Parameters
    ----------
    model, setting, state, months, replicates, seed, threads, cluster, cancel
        As for :func:`~takeroot.simulation.comparing.compare`.
    strategies
        Two choices: the one to be beaten, then the one whose levers are scaled.
    by
        The figure they are compared by: ``in_use``, ``site_months``, ``lapses``, ``cost`` or ``effort``.
    numbers
        Which of the numbers it adds to are scaled; all, if not given.
    most
        How many times the assumed size is the largest that is tried.
    share
        In which share of the histories it is to be ahead, such as 0.8; on average, if not given.
    """
    case = Case.of(
        model,
        setting,
        state,
        months=months,
        replicates=replicates,
        seed=seed,
        threads=threads,
        cluster=cluster,
        cancel=cancel,
    )
    pair = choices(strategies)
    if len(pair) != 2:
        raise TakerootError(f"A break-even is between two choices; found {len(pair)}.")
    if not most > 0 or (share is not None and not 0 < share < 1):
        raise TakerootError("A break-even needs a largest size above nothing, and a share between 0 and 1, if any.")
    return broken_even(case, pair[1], pair[0], figure(by), numbers=numbers, most=most, share=share)


def broken_even(
    case: Case,
    choice: Choice,
    against: Choice,
    by: Figure,
    *,
    numbers: Sequence[str] | None = None,
    most: float = 4.0,
    share: float | None = None,
) -> BreakEven:
    """The same of a case: ``choice`` is scaled, ``against`` stays."""
    sizes = {which: size for which, size in choice.sizes.items() if size and (numbers is None or which[1] in numbers)}
    if numbers is not None and not sizes:
        raise TakerootError(f"'{choice.name}' adds nothing to {', '.join(numbers)}.")
    turn = 1.0 if by.wished == "more" else -1.0
    other = case.figure(against, by)

    def ahead(times: float) -> float:
        scaled = choice.resized({which: size * times for which, size in sizes.items()})
        gap = turn * (case.figure(scaled, by) - other)
        return float(gap.mean() if share is None else np.quantile(gap, 1 - share, method="lower"))

    def told(verdict: Verdict, times: float | None, lower: float, upper: float, turns: int = 1) -> BreakEven:
        needed = tuple((name, size, None if times is None else size * times) for (_, name), size in sizes.items())
        return BreakEven(choice.name, against.name, by, verdict, times, lower, upper, needed, share, turns)

    if not sizes:
        return told("no size to change", None, 1.0, 1.0)
    tried = [part * most for part in TRIED]
    gaps = [ahead(times) for times in tried]
    signs = [gap > 0 for gap in gaps]
    turns = sum(left != right for left, right in pairwise(signs))
    first = next((at for at in range(1, len(tried)) if signs[at] and not signs[at - 1]), None)
    if first is None:
        return told("at any size" if signs[0] else "never within the range", None, 0.0, most, max(turns, 1))
    lower, upper = tried[first - 1], tried[first]
    while upper - lower > CLOSE * max(1.0, most / 8):
        middle = (lower + upper) / 2
        lower, upper = (lower, middle) if ahead(middle) > 0 else (middle, upper)
    return told("found", upper, lower, upper, turns)
