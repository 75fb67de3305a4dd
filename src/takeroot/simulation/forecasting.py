"""The model of spread as a forecaster, which has to prove itself beside simple curves.

:func:`of_programme` gives a function in the shape of those in :mod:`takeroot.analysis.forecasting`: from what was known
by the end of some period it fits the model and simulates it on. So it is tried from earlier months like any other, and
weighs in the combination as much as it deserves. :func:`foreseen` makes the forecast, and adds what only the model can
say: how many sites will stand at each stage, in all and by region, and where one site may stand.

Nothing that came to be known later is used in the back-test: sites that open or close later, support and events that
begin or end later are as they stood. How fast sites move drifts from here on, as in the curves: the model holds what is
expected of a move fixed, and the world does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis import forecasting
from takeroot.analysis.forecasting import FORECASTERS, Forecast, Forecaster, History
from takeroot.analysis.forecasting.running import known_column
from takeroot.errors import NotFound, TakerootError, whole
from takeroot.simulation import parameters
from takeroot.simulation.ensemble import run
from takeroot.simulation.fitting.finding import Found, Posterior, found
from takeroot.simulation.fitting.likelihood import evidence_of
from takeroot.simulation.fitting.paths import USING, Array, Paths, felt, paths_of
from takeroot.simulation.fitting.placing import placed
from takeroot.simulation.fitting.rows import unmodelled
from takeroot.simulation.fitting.running import believed
from takeroot.simulation.fitting.terms import Terms, terms_of
from takeroot.simulation.model import ANY, EVERYONE, STAGES, Model, Move
from takeroot.simulation.numbers import first_of, logit, month_of
from takeroot.simulation.outcome import Outcome
from takeroot.simulation.setting import EVER, Course, Setting, Sites, State
from takeroot.simulation.standard import SPREAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from takeroot.vocabulary.programme import Programme

#: By what name the model stands beside the curves.
MODEL = "model"
#: How many sets of numbers the futures of a forecast come from.
SETS = 50
#: A forecast believes beforehand what the model declares this many times as firmly as a fit does: it has to say
#: something of moves that were hardly seen.
TIGHTER = 2.0
#: How far what is expected of moves drifts in a month, as the deviation of the logit, as far as in the curves.
DRIFT = 0.25
#: The signal by which it drifts.
_DRIFTS = "what nobody foresees"


@dataclass(frozen=True, eq=False)
class Foreseen:
    """A forecast, and what the model adds to it.

    Parameters
    ----------
    forecast
        How many sites will be in use, by what the back-test recommends; ``forecast.says`` comes before any figure.
    model
        The model that stood in the back-test beside the curves.
    outcome
        The model's futures.
    """

    forecast: Forecast
    model: Model
    outcome: Outcome

    @property
    def by_stage(self) -> pl.DataFrame:
        """Sites by month and stage, with 50, 80 and 95 % intervals."""
        return _dated(self.outcome.by_stage())

    @property
    def by_region(self) -> pl.DataFrame:
        """The same by region; regions of fewer than five sites are left out, being forecasts of single sites."""
        sizes = self.outcome.counts[0, 0, :, :, 0].sum(axis=1)
        large = [name for name, size in zip(self.outcome.regions, sizes, strict=True) if size >= forecasting.GROUP]
        return _dated(self.outcome.by_stage(by_region=True).filter(pl.col("region").is_in(large)))

    def site(self, name: str) -> pl.DataFrame:
        """Where one site may stand: by month and stage, the share of futures. For that site and its coach only."""
        if name not in self.outcome.watched:
            raise NotFound("site that is forecast", name, self.outcome.watched)
        stood = self.outcome.stages_watched[:, 0, self.outcome.watched.index(name)]
        shares = np.stack([(stood == place).mean(axis=1) for place in range(len(STAGES))], axis=1)
        shares = np.concatenate([shares, shares[:, USING].sum(axis=1, keepdims=True)], axis=1)
        words = [*STAGES, "in use"]
        months = [first_of(int(month) - 1) for month in self.outcome.months]
        return pl.DataFrame(
            {
                "on": [month for month in months for _ in words],
                "stage": words * len(months),
                "share": shares.ravel(),
            }
        )


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    """By the month at whose end sites stand so, as everywhere else; the first is the last that is known."""
    return frame.with_columns(pl.col("month").dt.offset_by("-1mo")).rename({"month": "on"})


def suited(programme: Programme, model: Model = SPREAD, paths: Paths | None = None) -> Model:
    """A model that can say what the record shows: with its own moves, and those that it lacks.

    Peers are those tied to a site where the record has ties, else all other sites. Capacity and fit are left out: the
    record seldom says anything of them.

    Parameters
    ----------
    programme
        What is recorded.
    model
        What to begin with.
    paths
        Where the sites stood, if that has been read already.

    Examples
    --------
    >>> from takeroot import examples
    >>> [move.name for move in suited(examples.load("synthetic")).moves[-3:]]
    ['not_reached → preparing', 'embedded → paused', 'stopped → using']
    """
    paths = paths_of(programme, step=model.step, model=model) if paths is None else paths
    model = model.without("capacity", "fit")
    if not programme.ties.height:
        moves = [
            replace(move, peers={EVERYONE if kind == ANY else kind: size for kind, size in move.peers.items()})
            for move in model.moves
        ]
        model = replace(model, moves=tuple(moves))
    near = EVERYONE if not programme.ties.height else ANY
    lacking = []
    for name in unmodelled(model, paths):
        source, _, target = name.partition(" → ")
        takes_up = USING[STAGES.index(target)] and not USING[STAGES.index(source)]
        lacking.append(Move(source, target, logit(0.01), peers={near: 1.5} if takes_up else {}))
    return replace(model, moves=(*model.moves, *lacking))


@dataclass(frozen=True, eq=False)
class Modelled:
    """The model as a forecaster of one programme.

    Parameters
    ----------
    model
        What is fitted and simulated.
    paths, setting, terms
        The whole record, of which only what was known is used.
    sites
        The names of the sites that are counted; all, if none are named.
    cancel
        As for :func:`takeroot.simulation.run`; asked while it is fitted, too.
    """

    model: Model
    paths: Paths
    setting: Setting
    terms: Terms
    sites: tuple[str, ...] = ()
    cancel: Callable[[], bool] | None = None

    def __call__(self, history: History, periods: int, chance: np.random.Generator, draws: int) -> Array:
        """So many futures of so many periods: a row for each period, a column for each future."""
        known = int(np.searchsorted(self.paths.months, month_of(history.day(history.periods)), side="right"))
        seed = int(chance.integers(1 << 62))
        outcome = self.ahead(max(known, 2), periods, seed, draws, self.sites)
        in_use = USING[outcome.stages_watched[:, 0]].sum(axis=1) if self.sites else outcome.in_use()
        futures = np.asarray(in_use[1:, :draws], dtype=float)
        return futures if history.of is None else np.minimum(futures, history.of)

    def ahead(self, known: int, periods: int, seed: int, draws: int, watch: tuple[str, ...] = ()) -> Outcome:
        """The futures of the model, by what was known after so many standings."""
        paths = self.paths.until(known)
        setting = self.setting if known == len(self.paths.months) else _as_known(self.setting, int(paths.months[-1]))
        got = self.fitted(paths, setting, seed)
        models = self._drifting(got, np.random.default_rng(seed))
        months = int(paths.months[-1]) + np.arange(periods)
        drifts = Course(int(months[0]), np.sqrt(np.arange(1, periods + 1)))
        setting = replace(setting, signals={**setting.signals, _DRIFTS: drifts})
        state = _state(paths, self.model)
        each = -(-draws // SETS)
        asked = {"replicates": each * SETS, "seed": seed, "watch": watch, "cancel": self.cancel}
        return run(models, setting, state, months=periods, **asked)  # type: ignore[arg-type]

    def fitted(self, paths: Paths, setting: Setting, seed: int) -> Found:
        """What is believed of the numbers by then."""
        evidence = evidence_of(self.model, setting, paths, self.terms.until(paths.steps), None)
        return found(Posterior(evidence, believed(evidence, TIGHTER), self.cancel), seed=seed, checked=False)

    def _drifting(self, got: Found, chance: np.random.Generator) -> list[Model]:
        """Models with numbers as they may be, whose moves towards use drift together, and those away from it too."""
        names = [number.name for number in self.terms.numbers]
        models = []
        for place in chance.choice(len(got.draws), SETS, replace=False):
            model = parameters.changed(self.model, dict(zip(names, got.draws[place].tolist(), strict=True)))
            up, down = DRIFT * chance.standard_normal(2)
            sizes = [down if _away(move) else up for move in model.moves]
            moves = [
                replace(move, signals={**move.signals, _DRIFTS: size})
                for move, size in zip(model.moves, sizes, strict=True)
            ]
            models.append(replace(model, moves=tuple(moves)))
        return models


def _away(move: Move) -> bool:
    """Whether a move leads away from use."""
    return move.target in ("declined", "paused", "stopped")


def _state(paths: Paths, model: Model) -> State:
    lost, fresh = felt(paths, model)
    return State(int(paths.months[-1]), paths.stage[:, -1], lost[:, -1], fresh[:, -1])


def _as_known(setting: Setting, month: int) -> Setting:
    """A setting as it stood at the start of a month: nothing that began or ended later is known of."""
    sites = setting.sites
    since, until = np.asarray(sites.since), np.asarray(sites.until)
    regions = None if sites.regions == ("everywhere",) else [sites.regions[place] for place in sites.region_of]
    then = Sites(
        sites.names,
        regions,
        sites.covariates,
        np.where(since < month, since, EVER),
        np.where(until <= month, until, EVER),
    )
    courses = [
        {name: _held(course, month) for name, course in each.items()}
        for each in (setting.signals, setting.supports, setting.others)
    ]
    return Setting(then, setting.ties, *courses)


def _held(course: Course, month: int) -> Course:
    """A course that stays as it was in the month before."""
    if course.since >= month:
        return Course(0, [0.0])
    return Course(course.since, np.asarray(course.values)[:, : month - int(course.since)], course.row)


def of_programme(programme: Programme, model: Model | None = None, *, sites: tuple[str, ...] = ()) -> Modelled:
    """The model as a forecaster of a programme, to stand beside those of :mod:`takeroot.analysis.forecasting`.

    Parameters
    ----------
    programme
        What is recorded.
    model
        What is fitted; one that is :func:`suited` to the record, if not given. Its step is a month.
    sites
        The sites that are counted; all, if none are named.

    Examples
    --------
    >>> from takeroot import examples
    >>> from takeroot.analysis import forecasting
    >>> programme = examples.load("synthetic")
    >>> known = {**forecasting.FORECASTERS, "model": of_programme(programme)}
    >>> sorted(known)
    ['bass', 'drift', 'gompertz', 'last_value', 'logistic', 'model']
    """
    if model is not None and (not isinstance(model, Model) or model.step != 1):
        raise TakerootError("A forecast is made month by month with one model, whose step is a month.")
    paths = paths_of(programme, model=SPREAD if model is None else model)
    model = suited(programme, paths=paths) if model is None else model
    setting, _ = placed(programme, model=model, paths=paths)
    return Modelled(model, paths, setting, terms_of(model, setting, paths), sites)


def of_groups(programme: Programme, by: str, model: Model | None = None) -> Callable[[str], Mapping[str, Forecaster]]:
    """The forecasters of each group of sites, the model among them.

    Parameters
    ----------
    programme, model
        As for :func:`of_programme`.
    by
        A column of the sites.
    """
    known_column(programme, by)
    every = of_programme(programme, model)
    named = every.paths.sites.select("site").join(programme.sites.select("site", group=by), on="site", how="left")

    def of_group(group: str) -> Mapping[str, Forecaster]:
        mine = named.filter(pl.col("group").cast(pl.String) == group)["site"].to_list()
        return {**FORECASTERS, MODEL: replace(every, sites=tuple(mine))}

    return of_group


def foreseen(
    programme: Programme,
    model: Model | None = None,
    *,
    months: int = 24,
    seed: int = 0,
    draws: int = 1000,
    step: Callable[[str], None] = lambda part: None,
    cancel: Callable[[], bool] | None = None,
) -> Foreseen:
    """The forecast of a programme in which the model stands beside the curves, and what only the model can say.

    Parameters
    ----------
    programme, model
        As for :func:`of_programme`.
    months
        How many months to look ahead.
    seed, draws
        Where chance begins, and how many futures the model has.
    step
        Is told what goes on.
    cancel
        As for :func:`takeroot.simulation.run`; asked while the model is fitted, too.

    Raises
    ------
    NotEnough
        If there are too few events or too few origins; the sentence says how many there are and how many are needed.
    """
    draws = whole(draws, "The number of futures", 1)
    modelled = replace(of_programme(programme, model), cancel=cancel)
    forecast = forecasting.made(
        programme, months=months, seed=seed, forecasters={**FORECASTERS, MODEL: modelled}, step=step
    )
    step("simulating the model")
    watch = tuple(str(name) for name in modelled.setting.sites.names)  # type: ignore[union-attr]
    outcome = modelled.ahead(len(modelled.paths.months), months, seed, draws, watch)
    return Foreseen(replace(forecast, doubts=(*forecast.doubts, *alone(forecast))), modelled.model, outcome)


def alone(forecast: Forecast) -> list[str]:
    """How close the model came by itself, in a forecast that it was tried for."""
    scores = {row["forecaster"]: row["crps"] for row in forecast.scores.iter_rows(named=True)}
    simple = min(score for name, score in scores.items() if name in FORECASTERS)
    compared = f"{scores[MODEL]:,.2f} sites off on average, the best simple forecast {simple:,.2f} (CRPS)"
    better = "closer than" if scores[MODEL] < simple else "no closer than"
    return [
        f"The model of spread alone came {better} the best simple forecast: it was {compared}. What it says of stages "
        "and regions is no surer than that, and rests on the moves that were seen."
    ]
