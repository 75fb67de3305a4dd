"""Which assumption would overturn the order of two choices.

Every number that is assumed, of the model and of the levers, has a range. Each is moved alone through its range, all
else as assumed, and it is told where the order turns, if it does. Then all are moved at once, by Morris's or Sobol's
plan, which tells how much each matters together with the others, and how often the order is another.

References
----------
Morris MD. Factorial sampling plans for preliminary computational experiments. Technometrics 1991;33(2):161-174.
Saltelli A, et al. Variance based sensitivity analysis of model output. Comput Phys Commun 2010;181(2):259-270.
Herman J, Usher W. SALib: an open-source Python library for sensitivity analysis. J Open Source Softw 2017;2(9):97.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation.comparing.assumption import Assumption, assumptions, ranges_of_levers
from takeroot.simulation.comparing.choices import Choice, Given, choices
from takeroot.simulation.comparing.running import Case, Figure, figure
from takeroot.simulation.comparing.sweeping import Plan, together
from takeroot.simulation.model import Model, Together
from takeroot.simulation.parameters import changed
from takeroot.simulation.setting import Setting, State

if TYPE_CHECKING:
    import polars as pl

#: How many points of its range each assumption is tried at, and how often the turn is then halved.
POINTS, HALVED = 5, 6


@dataclass(frozen=True, eq=False)
class Overturned:
    """What of the order of two choices hangs on which assumption.

    Parameters
    ----------
    first, second
        The choices: ``first`` is ahead as things are assumed.
    by
        The figure they are compared by.
    gap
        How far it is ahead, on average.
    assumptions
        All that was moved.
    at_low, at_high
        How far ahead it is at either end of each range, all else as assumed.
    turns
        Where the order turns, by assumption, if it does.
    weight, with_others
        How much each matters when all are moved at once: Morris's mean size of an effect and its spread, or Sobol's
        total and first-order share.
    plan
        Which plan that was.
    another
        In which share of the points of the plan the order is another.
    points
        How many points it had.
    """

    first: str
    second: str
    by: Figure
    gap: float
    assumptions: tuple[Assumption, ...]
    at_low: NDArray[np.float64]
    at_high: NDArray[np.float64]
    turns: tuple[float | None, ...]
    weight: NDArray[np.float64]
    with_others: NDArray[np.float64]
    plan: Plan
    another: float
    points: int
    model: Model | Together

    def frame(self) -> pl.DataFrame:
        """A row for each assumption, the one that matters most first."""
        import polars as pl

        order = np.lexsort((-np.abs(self.at_high - self.at_low), -self.weight))
        rows = []
        for at in order.tolist():
            one, turn = self.assumptions[at], self.turns[at]
            rows.append(
                {
                    "number": one.number,
                    "of": one.lever[0] if one.lever else "the model",
                    "says": one.says,
                    "low": one.low,
                    "value": one.value,
                    "high": one.high,
                    "low_said": one.said(self.model, one.low),
                    "value_said": one.said(self.model, one.value),
                    "high_said": one.said(self.model, one.high),
                    "ahead_at_low": float(self.at_low[at]),
                    "ahead_at_high": float(self.at_high[at]),
                    "turns_at": turn,
                    "turns_at_said": None if turn is None else one.said(self.model, turn),
                    "weight": float(self.weight[at]),
                    "with_others": float(self.with_others[at]),
                }
            )
        numbers = ("low", "value", "high", "ahead_at_low", "ahead_at_high", "turns_at", "weight", "with_others")
        texts = ("number", "of", "says", "low_said", "value_said", "high_said", "turns_at_said")
        schema = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(numbers, pl.Float64)}
        return pl.DataFrame(rows, schema_overrides=schema, schema=None if rows else schema)

    def __str__(self) -> str:
        if not self.gap and not self.at_low.any() and not self.at_high.any():
            return f"{self.first} and {self.second} come to the same whatever is assumed."
        turning = [
            f"{one.says} (assumed {one.said(self.model, one.value)}; the order turns at {one.said(self.model, turn)})"
            for one, turn in zip(self.assumptions, self.turns, strict=True)
            if turn is not None
        ]
        alone = (
            f"The order of {self.first} and {self.second} would be overturned by: {'; '.join(turning)}."
            if turning
            else f"No assumption alone, within its range, puts {self.second} ahead of {self.first}."
        )
        if not self.points:
            return alone
        return (
            f"{alone} With all assumptions moved at once, {self.second} is ahead in {100 * self.another:.0f} of 100 "
            f"combinations ({self.points:,} tried)."
        )


def overturned(
    model: Model | Together,
    setting: Setting,
    state: State,
    strategies: Given,
    ranges: Mapping[str, tuple[float, float]],
    *,
    months: int = 36,
    replicates: int = 64,
    seed: int = 0,
    by: str = "site_months",
    levers_up_to: float = 2.0,
    plan: Plan = "morris",
    rounds: int | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Overturned:
    """Which assumption would overturn the order of two choices.

    Parameters
    ----------
    model, setting, state, months, replicates, seed, threads, cluster, progress, cancel
        As for :func:`~takeroot.simulation.comparing.compare`.
    strategies
        Two choices, in any order.
    ranges
        By number of the model, from where to where it may be; the sizes of levers are moved too.
    by
        The figure they are compared by.
    levers_up_to
        Levers are moved from nothing to so many times what was assumed.
    plan
        ``morris``, which screens, or ``sobol``, which takes many more runs and divides the variance.
    rounds
        How often each assumption is moved: paths of Morris (8, if not given), or the base of Sobol's plan, a power of
        two (64). None are made for 0.
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
        raise TakerootError(f"What would overturn an order is asked of two choices; found {len(pair)}.")
    if plan not in ("morris", "sobol"):
        raise NotFound("plan", plan, ("morris", "sobol"))
    moved = (*assumptions(model, ranges), *ranges_of_levers(pair, levers_up_to))
    if not moved:
        raise TakerootError("Nothing is assumed that could be moved: give a range for some number of the model.")
    return swept(case, pair, moved, figure(by), plan, rounds, progress)


def swept(
    case: Case,
    pair: Sequence[Choice],
    moved: Sequence[Assumption],
    by: Figure,
    plan: Plan = "morris",
    rounds: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Overturned:
    """The same of a case."""
    model = case.models[0]
    rounds = (8 if plan == "morris" else 64) if rounds is None else rounds
    points = rounds * (len(moved) + 1 if plan == "morris" else len(moved) + 2)
    every = 1 + len(moved) * POINTS + points
    done = 0

    def ahead(numbers: Sequence[float]) -> float:
        """How far the first of the pair is ahead of the second, everything as given."""
        nonlocal done
        of_model = {one.number: value for one, value in zip(moved, numbers, strict=True) if one.lever is None}
        with_it = case.with_model(changed(cast(Model, model), of_model))  # or several together, which it knows too
        sized = [
            choice.resized(
                {
                    (one.lever[1], one.number): value
                    for one, value in zip(moved, numbers, strict=True)
                    if one.lever and one.lever[0] == choice.name
                }
            )
            for choice in pair
        ]
        done += 1
        if progress:
            progress(min(done / every, 1.0))
        return float(with_it.ahead(sized[0], sized[1], by).mean())

    as_assumed = [one.value for one in moved]
    gap = ahead(as_assumed)
    turn = 1.0 if gap >= 0 else -1.0
    lines = [_alone(partial(_moved, ahead, as_assumed, at, turn), one) for at, one in enumerate(moved)]
    weight, with_others, another, made = together(lambda numbers: turn * ahead(numbers), moved, plan, rounds, case.seed)
    first, second = pair if turn > 0 else pair[::-1]
    return Overturned(
        first.name,
        second.name,
        by,
        abs(gap),
        tuple(moved),
        np.array([line[0] for line in lines]),
        np.array([line[1] for line in lines]),
        tuple(line[2] for line in lines),
        weight,
        with_others,
        plan,
        another,
        made,
        model,
    )


def _moved(
    ahead: Callable[[Sequence[float]], float], numbers: Sequence[float], at: int, turn: float, value: float
) -> float:
    """How far ahead, with one of the numbers moved."""
    return turn * ahead([*numbers[:at], value, *numbers[at + 1 :]])


def _alone(ahead: Callable[[float], float], one: Assumption) -> tuple[float, float, float | None]:
    """How far ahead at both ends of a range, and the turn of the order that is nearest to what is assumed."""
    tried = sorted({*np.linspace(one.low, one.high, POINTS).tolist(), one.value})
    gaps = [ahead(value) for value in tried]
    crossings = [
        at for at in range(len(tried) - 1) if (gaps[at] < 0) != (gaps[at + 1] < 0) and gaps[at] * gaps[at + 1] <= 0
    ]
    if not crossings:
        return gaps[0], gaps[-1], None
    at = min(crossings, key=lambda at: min(abs(tried[at] - one.value), abs(tried[at + 1] - one.value)))
    low, high, behind = tried[at], tried[at + 1], gaps[at] < 0
    for _ in range(HALVED):
        middle = (low + high) / 2
        low, high = (middle, high) if (ahead(middle) < 0) == behind else (low, middle)
    return gaps[0], gaps[-1], (low + high) / 2
