"""A what-if of a programme, whole: its comparison, its break-evens, and which assumption would overturn the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from takeroot.errors import NotEnough
from takeroot.simulation.comparing.assuming import assumed
from takeroot.simulation.comparing.assumption import assumptions, ranges_of_levers
from takeroot.simulation.comparing.breaking_even import BreakEven, broken_even
from takeroot.simulation.comparing.choices import Choice
from takeroot.simulation.comparing.comparison import Comparison, compared
from takeroot.simulation.comparing.overturning import Overturned, swept
from takeroot.simulation.comparing.ranges import ranges_of
from takeroot.simulation.comparing.running import FIGURES, Case
from takeroot.simulation.comparing.sweeping import Plan
from takeroot.simulation.model import Model, Together
from takeroot.simulation.numbers import first_of, month_of
from takeroot.simulation.setting import Setting, State
from takeroot.simulation.standard import SPREAD

if TYPE_CHECKING:
    import polars as pl

    from takeroot.simulation.comparing.in_files import Question
    from takeroot.vocabulary.programme import Programme

#: Draws of what is not known of the fitted numbers, and the histories with which sizes and assumptions are moved.
DRAWS, FEWER = 50, 64
#: From so many moves of the model on, its numbers are fitted; below, they are stated assumptions.
FEWEST_MOVES = 10
#: Fewer sites than this have no what-if of a group: each one's future could be told from it.
FEWEST_SITES = 5
#: What is known of sites and may matter to who gains, where a programme records it.
BY = ("size", "deprivation", "kind")


@dataclass(frozen=True, eq=False)
class Basis:
    """What a what-if stands on: the model as it is taken, draws of it, the place, what may be otherwise, and words."""

    model: Model | Together
    models: tuple[Model | Together, ...]
    setting: Setting
    state: State
    ranges: Mapping[str, tuple[float, float]]
    says: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of a what-if.

    Parameters
    ----------
    asked
        The question, what was expected, and the choices.
    basis
        What it stands on; said before anything else.
    comparison
        The choices side by side.
    break_even
        Of every other choice against the first, and of the second best against the best.
    overturned
        Which assumption would overturn the order of the two that are ahead; none, if that was not asked.
    """

    asked: Question
    basis: Basis
    comparison: Comparison
    break_even: tuple[BreakEven, ...]
    overturned: Overturned | None

    @property
    def assumes(self) -> tuple[str, ...]:
        """What is taken for granted, a sentence each."""
        return assumed(self.comparison.choices)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What may have been meant otherwise."""
        return tuple(_remarks(self.comparison))

    def table(self) -> pl.DataFrame:
        """Every figure of each choice, and then of the differences between choices (``against`` another)."""
        import polars as pl

        return pl.concat([self.comparison.outcomes(), self.comparison.differences()], how="diagonal").select(
            "choice", "against", pl.exclude("choice", "against")
        )

    def __str__(self) -> str:
        parts = [
            *self.basis.says,
            *self.remarks,
            str(self.comparison),
            *map(str, self.break_even),
            *([str(self.overturned)] if self.overturned else []),
            *self.assumes,
        ]
        return "\n".join(parts)


def ask(
    programme: Programme,
    asked: Question,
    *,
    model: Model | None = None,
    by: Sequence[str] = BY,
    sweep: Plan | None = "morris",
    basis: Basis | None = None,
    threads: int | None = None,
    cluster: str | None = None,
    progress: Callable[[float, str], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Answer:
    """What becomes of a programme under two to five choices.

    Parameters
    ----------
    programme
        Where its sites stand, and what the model is fitted to.
    asked
        The question and its choices: see :mod:`~takeroot.simulation.comparing.in_files`.
    model
        The model; :data:`~takeroot.simulation.SPREAD`, if not given.
    by
        Columns of the sites by which it is told who gains, beside the region.
    sweep
        Whether to look for what would overturn the order, and by which plan.
    basis
        What it stands on, from :func:`based`, where that was worked out before: ``model`` is not looked at then.
    threads, cluster, cancel
        As for :func:`takeroot.simulation.run`; on a cluster the choices are run, and the many short runs that follow
        on threads here. ``cancel`` is asked while the model is fitted, too.
    progress
        Called now and then with the share that is done, and what is being done.

    Raises
    ------
    NotEnough
        If there are too few sites for a what-if.
    """
    tell = progress or (lambda share, says: None)
    if basis is None:
        tell(0.0, "Fitting the model to the record")
        basis = based(programme, model=model, seed=asked.seed, cancel=cancel)
    return answered(
        basis,
        asked,
        known_of_sites(programme, basis.setting, by),
        sweep=sweep,
        threads=threads,
        cluster=cluster,
        progress=tell,
        cancel=cancel,
    )


def answered(
    basis: Basis,
    asked: Question,
    by: Mapping[str, Sequence[object]] | None = None,
    *,
    sweep: Plan | None = "morris",
    threads: int | None = None,
    cluster: str | None = None,
    progress: Callable[[float, str], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Answer:
    """The same of what it stands on."""
    tell = progress or (lambda share, says: None)
    wanted = asked.all_choices
    draws = len(basis.models)
    each = max(1, -(-asked.replicates // draws))  # as many of each draw, so a few more than were asked for
    case = Case(
        tuple(basis.models),
        basis.setting,
        basis.state,
        months=asked.months,
        replicates=each * draws,
        seed=asked.seed,
        threads=threads,
        cluster=cluster,
        cancel=cancel,
    )
    told = compared(case, wanted, by, lambda share: tell(0.1 + 0.4 * share, "Running the choices"))
    here = replace(case, cluster=None)  # many short runs, which are not worth a way to a cluster and back
    alone = here.with_model(basis.model, min(asked.replicates, 4 * FEWER))
    pairs = _pairs(told)
    even = []
    for at, (choice, against) in enumerate(pairs):
        tell(0.5 + 0.1 * at / len(pairs), "Looking for the break-even")
        even.append(broken_even(alone, choice, against, FIGURES["site_months"]))
    found = None
    if sweep is not None:
        first, second = (told.choices[told.place(name)] for name in told.in_order()[:2])
        moved = (*assumptions(basis.model, basis.ranges), *ranges_of_levers((first, second)))
        few = here.with_model(basis.model, min(asked.replicates, FEWER))
        if moved:
            found = swept(
                few,
                (first, second),
                moved,
                FIGURES["site_months"],
                sweep,
                progress=lambda share: tell(0.6 + 0.4 * share, "Moving every assumption"),
            )
    tell(1.0, "Done")
    return Answer(asked, basis, told, tuple(even), found)


def based(
    programme: Programme, *, model: Model | None = None, seed: int = 0, cancel: Callable[[], bool] | None = None
) -> Basis:
    """What a what-if of a programme stands on: fitted where the record can say, assumed where it can not."""
    from takeroot.simulation.fitting import fit

    wanted = model or SPREAD
    found = fit(programme, wanted, seed=seed, cancel=cancel)
    sites = len(found.setting.sites)
    if sites < FEWEST_SITES:
        raise NotEnough(
            f"A what-if needs at least {FEWEST_SITES} sites, so that none of them is foreseen alone; there "
            f"{'is' if sites == 1 else 'are'} {sites}."
        )
    if found.moves < FEWEST_MOVES:
        says: tuple[str, ...] = (
            f"Nothing is fitted: the record shows {found.moves} moves between the stages of the model, and a fit needs "
            f"{FEWEST_MOVES}. All numbers of the model are stated assumptions, plausible ones and nobody's finding; "
            "they are listed with their ranges, and moved.",
        )
        return Basis(wanted, (wanted,), found.setting, found.state, ranges_of(wanted), says)
    informed = found.parameters["informed"].sum()
    says = (
        f"The model is fitted to {sites:,} sites and {found.moves:,} moves between stages. The record informs "
        f"{informed} of its {found.parameters.height} numbers; what is not known of them is in the intervals. The "
        "others are stated assumptions; they are listed with their ranges, and moved.",
        *found.remarks,
    )
    ranges = {name: (low, high) for name, (low, high) in found.assumed.items() if low < high}
    draws = tuple(found.drawn(DRAWS, seed=seed))
    return Basis(found.model, draws, found.setting, found.state, ranges, says)


def known_of_sites(programme: Programme, setting: Setting, by: Sequence[str]) -> dict[str, list[object]]:
    """What is known of the sites of a setting, by column, in their order; columns that say nothing are left out."""
    rows = {row["site"]: row for row in programme.sites.iter_rows(named=True)}
    names = [str(name) for name in setting.sites.names]  # type: ignore[union-attr]
    found = {
        column: [rows[name][column] if name in rows else None for name in names]
        for column in by
        if column in programme.sites.columns
    }
    return {column: known for column, known in found.items() if any(one is not None for one in known)}


def _pairs(told: Comparison) -> list[tuple[Choice, Choice]]:
    """Every other choice against the first, and the second best against the best, each once."""
    first = told.choices[0]
    best, second = (told.choices[told.place(name)] for name in told.in_order()[:2])
    pairs = [(choice, first) for choice in told.choices[1:]]
    if (second, best) not in pairs and second.sizes:
        pairs.append((second, best))
    return [(choice, against) for choice, against in pairs if choice.sizes]


def _remarks(told: Comparison) -> list[str]:
    start = int(told.case.state.month)  # type: ignore[arg-type]
    end = start + told.case.months
    found = []
    for choice in told.choices:
        for strategy in choice.strategies:
            since = start if strategy.since is None else month_of(strategy.since)
            until = end if strategy.until is None else month_of(strategy.until)
            if until <= start or since >= end:
                found.append(
                    f"{strategy.name} of {choice.name} changes nothing: it holds {_span(since, until)}, and this looks "
                    f"from {first_of(start):%B %Y} to {first_of(end - 1):%B %Y}."
                )
    return found


def _span(since: int, until: int) -> str:
    begins: date = first_of(since)
    return f"from {begins:%B %Y} until {first_of(until):%B %Y}"
