"""Choices side by side: each figure of each choice, and paired differences, history by history.

Every choice meets the same chance: what a site draws in a month is the same whatever is done. So a difference is taken
within each history, and what chance does to all choices alike falls out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from takeroot.errors import NotFound
from takeroot.simulation.comparing.choices import Choice, Given, choices
from takeroot.simulation.comparing.groups import (
    Grouping,
    groupings,
    in_use_of,
    may_be_kept,
    months_of,
    regions_alone,
)
from takeroot.simulation.comparing.running import FIGURES, Case, Figure, figure
from takeroot.simulation.model import Model, Together
from takeroot.simulation.numbers import first_of
from takeroot.simulation.setting import Setting, State

if TYPE_CHECKING:
    import polars as pl

#: The intervals that are told, in per cent.
LEVELS = (50, 80, 95)
Floats = NDArray[np.float64]


def compare(
    models: Model | Together | Sequence[Model] | Sequence[Together],
    setting: Setting,
    state: State,
    strategies: Given,
    *,
    months: int = 36,
    replicates: int = 1000,
    seed: int = 0,
    by: Mapping[str, Sequence[object] | ArrayLike] | None = None,
    threads: int | None = None,
    executor: Executor | None = None,
    cluster: str | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Comparison:
    """Two to five choices, under the same chance, as paired differences.

    Parameters
    ----------
    models
        The model; or draws of its parameters, so that what is not known of them is in the intervals.
    setting, state
        The place, and where every site stands at the start.
    strategies
        The choices: see :data:`~takeroot.simulation.comparing.choices.AS_IT_IS` and :class:`Choice`. The first is
        what the others are set against.
    months, replicates, seed
        How far, how many histories of each choice, and what chance begins from.
    by
        What is known of every site and may matter to who gains, by what people call it; the covariates of the sites, if
        not given. Regions are always told of.
    threads, executor, cluster, progress, cancel
        As for :func:`takeroot.simulation.run`.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.simulation import SPREAD, Sites, more_facilitators
    >>> from takeroot.simulation.comparing import AS_IT_IS
    >>> start = State.all(date(2026, 4, 1), 40)
    >>> told = compare(SPREAD, Setting(Sites(40)), start, [AS_IT_IS, more_facilitators(0)], months=6, replicates=8)
    >>> told.differences().select("mean", "lower_95", "upper_95").unique().rows()
    [(0.0, 0.0, 0.0)]
    """
    case = Case.of(
        models,
        setting,
        state,
        months=months,
        replicates=replicates,
        seed=seed,
        threads=threads,
        executor=executor,
        cluster=cluster,
        cancel=cancel,
    )
    return compared(case, choices(strategies), by, progress)


def compared(
    case: Case,
    wanted: Sequence[Choice],
    by: Mapping[str, Sequence[object] | ArrayLike] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Comparison:
    """The same of a case."""
    divided = groupings(case.setting, by)
    keep = bool(divided) and may_be_kept(case.setting, case.replicates)
    divided = divided if keep else regions_alone(divided, case.setting)
    figures: dict[str, list[Floats]] = {name: [] for name in FIGURES}
    in_groups: list[list[Floats]] = [[] for _ in divided]
    at_the_end: list[list[Floats]] = [[] for _ in divided]
    stages = []
    for at, choice in enumerate(wanted):
        told = _share(progress, at, len(wanted)) if progress else None
        outcome = case.outcome(choice, keep_sites=keep, progress=told)
        for name, one in FIGURES.items():
            figures[name].append(np.asarray(one.of(outcome), np.float64))
        for place, grouping in enumerate(divided):
            in_groups[place].append(months_of(outcome, grouping))
            at_the_end[place].append(in_use_of(outcome, grouping))
        stages.append(outcome.by_stage(levels=LEVELS))
    return Comparison(
        case=case,
        choices=tuple(wanted),
        figures={name: np.stack(each) for name, each in figures.items()},
        groupings=divided,
        in_groups=tuple(map(np.stack, in_groups)),
        at_the_end=tuple(map(np.stack, at_the_end)),
        by_stage=tuple(stages),
    )


def _share(progress: Callable[[float], None], at: int, of: int) -> Callable[[float], None]:
    return lambda share: progress((at + share) / of)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What became of each choice, history by history.

    Parameters
    ----------
    case
        What was the same for all.
    choices
        The choices; the first is what the others are set against.
    figures
        By name, a figure of every choice and history: see :data:`~takeroot.simulation.comparing.running.FIGURES`.
    groupings, in_groups, at_the_end
        How sites were divided; months in use for each site, by choice, group and history; and the share of each
        group in use at the end, by choice and group.
    by_stage
        Sites by month and stage, of each choice.
    """

    case: Case
    choices: tuple[Choice, ...]
    figures: Mapping[str, Floats]
    groupings: tuple[Grouping, ...]
    in_groups: tuple[Floats, ...]
    at_the_end: tuple[Floats, ...]
    by_stage: tuple[pl.DataFrame, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the choices are called."""
        return tuple(choice.name for choice in self.choices)

    @property
    def counted(self) -> tuple[Figure, ...]:
        """The figures that say something here: cost and effort only where a choice has some."""
        spent = ("cost", "effort")
        return tuple(one for one in FIGURES.values() if one.name not in spent or self.figures[one.name].any())

    def outcomes(self) -> pl.DataFrame:
        """Every figure of every choice: mean, median and intervals over the histories."""
        import polars as pl

        return pl.DataFrame(
            [
                {"choice": choice, "figure": one.name, "title": one.title, **summary(self.figures[one.name][at])}
                for at, choice in enumerate(self.names)
                for one in self.counted
            ],
            infer_schema_length=None,
        )

    def differences(self, against: str | None = None) -> pl.DataFrame:
        """What each choice has more of than another, within each history.

        Columns ``better`` and ``same`` are the shares of histories in which the choice does better (more of what is
        wished for, less of what is not) and in which there is no difference; ``error`` is how far the mean may be off
        for want of more histories.

        Parameters
        ----------
        against
            Only differences from this choice; each choice from each that stands before it, if not given.
        """
        import polars as pl

        rows = []
        for at, of in self._pairs(against):
            for one in self.counted:
                gap = self.figures[one.name][at] - self.figures[one.name][of]
                turn = 1 if one.wished == "more" else -1
                rows.append(
                    {
                        "choice": self.names[at],
                        "against": self.names[of],
                        "figure": one.name,
                        "title": one.title,
                        **summary(gap),
                        "error": _error(gap, len(self.case.models)),
                        "better": float((turn * gap > 0).mean()),
                        "same": float((gap == 0).mean()),
                    }
                )
        return pl.DataFrame(rows, infer_schema_length=None)

    def stages(self) -> pl.DataFrame:
        """Sites by month and stage, of each choice."""
        import polars as pl

        return pl.concat(
            frame.select(pl.lit(name).alias("choice"), pl.all())
            for name, frame in zip(self.names, self.by_stage, strict=True)
        )

    def by_group(self, against: str | None = None) -> pl.DataFrame:
        """Who gains: months in use for each site of a group, as paired differences.

        ``better`` is the share of histories in which the group gains; ``in_use`` the difference in the share of its
        sites in use at the end.

        Parameters
        ----------
        against
            As for :meth:`differences`; the first choice, if not given.
        """
        import polars as pl

        of = self.place(against) if against is not None else 0
        rows = [
            {
                "by": grouping.by,
                "group": group,
                "sites": int(grouping.sites[nth]),
                "choice": self.names[at],
                "against": self.names[of],
                **summary(gap := self.in_groups[which][at, nth] - self.in_groups[which][of, nth]),
                "better": float((gap > 0).mean()),
                "worse": float((gap < 0).mean()),
                "in_use": float(self.at_the_end[which][at, nth] - self.at_the_end[which][of, nth]),
            }
            for which, grouping in enumerate(self.groupings)
            for at in range(len(self.choices))
            if at != of
            for nth, group in enumerate(grouping.groups)
        ]
        words = {"by": pl.String, "group": pl.String, "sites": pl.Int64, "choice": pl.String, "against": pl.String}
        numbers = dict.fromkeys((*summary(np.zeros(1)), "better", "worse", "in_use"), pl.Float64)
        return pl.DataFrame(rows, schema={**words, **numbers})

    def beats(self, choice: str, other: str, by: str = "site_months") -> float:
        """In which share of the histories one choice does better than another."""
        one = figure(by)
        gap = self.figures[by][self.place(choice)] - self.figures[by][self.place(other)]
        return float(((gap if one.wished == "more" else -gap) > 0).mean())

    def in_order(self, by: str = "site_months") -> tuple[str, ...]:
        """The choices by the mean of a figure, what is wished for first; where they are alike, as they were given."""
        one = figure(by)
        means = self.figures[by].mean(axis=1)
        order = np.argsort(-means if one.wished == "more" else means, kind="stable")
        return tuple(self.names[at] for at in order)

    def place(self, choice: str) -> int:
        """Which of the choices it is."""
        if choice not in self.names:
            raise NotFound("choice", choice, self.names)
        return self.names.index(choice)

    def _pairs(self, against: str | None) -> Iterator[tuple[int, int]]:
        if against is not None:
            of = self.place(against)
            yield from ((at, of) for at in range(len(self.choices)) if at != of)
            return
        yield from ((at, of) for of in range(len(self.choices)) for at in range(of + 1, len(self.choices)))

    @property
    def first_day(self) -> object:
        """The first day of the first month."""
        return first_of(int(self.case.state.month))  # type: ignore[arg-type]

    def __str__(self) -> str:
        from takeroot.simulation.comparing.saying import said

        return "\n".join(said(self))


def summary(numbers: Floats) -> dict[str, float]:
    """Mean, median and intervals of a figure over the histories."""
    tails = [tail for level in LEVELS for tail in ((100 - level) / 2, (100 + level) / 2)]
    middle, *ends = np.percentile(numbers, [50, *tails])
    names = [name for level in LEVELS for name in (f"lower_{level}", f"upper_{level}")]
    return {
        "mean": float(numbers.mean()),
        "median": float(middle),
        **{name: float(end) for name, end in zip(names, ends, strict=True)},
    }


def _error(numbers: Floats, models: int) -> float:
    """The standard error of a mean over histories, or over the draws that share them out."""
    each = numbers.reshape(models, -1).mean(axis=1) if models > 1 else numbers
    return float(each.std(ddof=1) / np.sqrt(len(each))) if len(each) > 1 else float("nan")
