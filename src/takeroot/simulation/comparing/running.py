"""The same chance for every choice: what is run, and which figures are taken from each history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import NotFound, whole
from takeroot.simulation.comparing.choices import Choice
from takeroot.simulation.ensemble import run
from takeroot.simulation.model import Model, Together
from takeroot.simulation.outcome import Outcome
from takeroot.simulation.setting import Setting, State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """Something by which choices are compared: what people call it, its unit, and which way is wished for."""

    name: str
    title: str
    unit: str
    wished: Literal["more", "less"]
    of: Callable[[Outcome], NDArray]


FIGURES = {
    one.name: one
    for one in (
        Figure("in_use", "Sites in use at the end", "sites", "more", lambda outcome: outcome.in_use()[-1]),
        Figure("site_months", "Site-months of use", "site-months", "more", lambda outcome: outcome.site_months()),
        Figure("lapses", "Lapses", "lapses", "less", lambda outcome: outcome.flow("lapsed").sum(axis=0)),
        Figure("cost", "Cost", "in the unit given", "less", lambda outcome: outcome.cost),
        Figure("effort", "Effort", "in the unit given", "less", lambda outcome: outcome.effort),
    )
}


def figure(name: str) -> Figure:
    """A figure by its name."""
    if name not in FIGURES:
        raise NotFound("figure to compare by", name, FIGURES)
    return FIGURES[name]


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that is the same for every choice.

    Parameters
    ----------
    models
        One model; or draws of its parameters, among which the histories are shared out.
    setting, state
        The place, and where every site stands at the start.
    months, replicates, seed
        How far, how many histories, and what chance begins from.
    threads, executor, cluster
        Where it is run: see :func:`takeroot.simulation.run`.
    cancel
        Asked now and then whether to stop.
    """

    models: tuple[Model | Together, ...]
    setting: Setting
    state: State
    months: int
    replicates: int
    seed: int = 0
    threads: int | None = None
    executor: Executor | None = None
    cluster: str | None = None
    cancel: Callable[[], bool] | None = None

    @classmethod
    def of(
        cls,
        models: Model | Together | Sequence[Model] | Sequence[Together],
        setting: Setting,
        state: State,
        **how: object,
    ) -> Case:
        """The same, of one model or of several."""
        several = (models,) if isinstance(models, Model | Together) else tuple(models)
        case = cls(several, setting, state, **how)  # type: ignore[arg-type]
        return replace(case, months=whole(case.months, "How many months a what-if looks ahead", 1))

    def outcome(
        self, choice: Choice, *, keep_sites: bool = False, progress: Callable[[float], None] | None = None
    ) -> Outcome:
        """What becomes of one choice."""
        return run(
            self.models,  # type: ignore[arg-type]
            self.setting,
            self.state,
            months=self.months,
            replicates=self.replicates,
            seed=self.seed,
            strategies=choice.strategies,
            keep_sites=keep_sites,
            threads=self.threads,
            executor=self.executor,
            cluster=self.cluster,
            progress=progress,
            cancel=self.cancel,
        )

    def figure(self, choice: Choice, wanted: Figure) -> Floats:
        """One figure of every history of a choice."""
        return np.asarray(wanted.of(self.outcome(choice)), np.float64)

    def ahead(self, choice: Choice, of: Choice, wanted: Figure) -> Floats:
        """How much better a choice does than another in every history: above nothing where it does."""
        turn = 1.0 if wanted.wished == "more" else -1.0
        return turn * (self.figure(choice, wanted) - self.figure(of, wanted))

    def with_model(self, model: Model | Together, replicates: int | None = None) -> Case:
        """The same of one other model."""
        return replace(self, models=(model,), replicates=replicates or self.replicates)
