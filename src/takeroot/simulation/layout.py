"""A model, a setting, a state and strategies as the arrays that both forms of the kernel read.

Everything that is the same for all replicates is worked out here once, so that the kernel only draws, adds and
compares. Sites are put in order of their regions (results come back in the order given). A *column* of ``common`` and
``static`` is a move; after the moves come the logit of adapting and the drift of fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation import exposure
from takeroot.simulation.exposure import Layer
from takeroot.simulation.levers import Force, Lever, connections, forces, levers, stopped
from takeroot.simulation.model import ANY, EVERYONE, SAME_REGION, STAGES, Model, Together, improvements
from takeroot.simulation.setting import EVER, Course, Setting, State, Ties
from takeroot.simulation.strategy import Strategy

Floats = NDArray[np.float32]
Months = NDArray[np.int64]

#: Peers that may be spoken of whatever ties there are.
NEEDS_NO_KIND = (EVERYONE, SAME_REGION, ANY)
#: What is lost of fit, and how fresh a memory is, are kept as whole numbers of these parts.
LOST, FRESH = 8192, 32768


@dataclass(frozen=True, eq=False)
class Varying:
    """What differs by site and step: a table of steps by row, each site's row, and a coefficient by column."""

    table: Floats
    row: NDArray[np.int32]
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Improvement:
    """One improvement, laid out: its moves, what each adds up from, capacity, and where sites stand at first."""

    source: NDArray[np.uint8]
    target: NDArray[np.uint8]
    needs_capacity: NDArray[np.bool_]
    rate: bool
    static: Floats
    common: Floats
    varying: tuple[Varying, ...]
    layers: tuple[Layer, ...]
    fit: Floats | None
    restores: int
    memory: Floats | None
    fades: int
    capacity: NDArray[np.float64] | None
    growth: NDArray[np.float64] | None
    most: float
    stage: NDArray[np.uint8]
    lost: NDArray[np.uint16]
    fresh: NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything a kernel reads. ``order`` is where each site stands among those given."""

    seed: int
    months: Months
    ids: NDArray[np.uint64]
    order: Months
    regions: tuple[str, ...]
    starts: Months
    since: Months
    until: Months
    exclusive: bool
    improvements: tuple[Improvement, ...]
    views: tuple[tuple[int, int], ...]
    forces: tuple[Force, ...]

    @property
    def steps(self) -> int:
        """How many steps are made; one more standing than that is counted."""
        return len(self.months) - 1

    @property
    def sites(self) -> int:
        """How many sites there are."""
        return len(self.ids)


def lay_out(
    model: Model | Together,
    setting: Setting,
    state: State,
    steps: int,
    *,
    strategies: Sequence[Strategy] = (),
    seed: int = 0,
) -> Layout:
    """The arrays of a simulation of so many steps.

    Parameters
    ----------
    model, setting, state
        What moves, where, and from where on.
    steps
        How many steps of the model.
    strategies
        What is done differently.
    seed
        What chance begins from: a whole number of up to 64 bits.
    """
    models = improvements(model)
    if np.shape(state.stage) != (len(models), len(setting.sites)):
        raise TakerootError(
            f"A state needs a stage for each of {len(models)} improvements at {len(setting.sites):,} sites; "
            f"found {' by '.join(f'{each:,}' for each in np.shape(state.stage))}."
        )
    if steps < 0 or not 0 <= seed < 1 << 64:
        raise TakerootError("A simulation needs a number of steps and a seed, both of nothing or more.")
    months = int(state.month) + model.step * np.arange(steps + 1)  # type: ignore[arg-type]
    order = np.argsort(setting.sites.region_of, kind="stable")
    regions = setting.sites.region_of[order]
    pulled = levers(models, setting, strategies, months[:-1])
    ties = connections(models, setting, strategies)
    _known_names(models, setting, ties)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    views: list[tuple[int, int]] = []
    parts = []
    for number, one in enumerate(models):
        mine = [lever for lever in pulled if lever.improvement == number]
        courses = _courses(one, models, setting, strategies, mine, months[:-1])
        static, common, varying = _terms(one, setting, months[:-1], order, mine, courses)
        capacity, growth = _capacity(one, setting, months[:-1], mine)
        half_life = one.memory.half_life if one.memory else None
        part = Improvement(
            source=np.array([STAGES.index(move.source) for move in one.moves], np.uint8),
            target=np.array([STAGES.index(move.target) for move in one.moves], np.uint8),
            needs_capacity=np.array([move.needs_capacity for move in one.moves], bool),
            rate=one.scale == "rate",
            static=static,
            common=common,
            varying=varying,
            layers=tuple(exposure.layers(models, number, setting, ties, months[:-1], order, views, mine)),
            fit=np.array([-move.fit for move in one.moves], np.float32) if one.fit else None,
            restores=round(one.fit.restores * 65536) if one.fit else 0,
            memory=np.array([-move.memory for move in one.moves], np.float32) if one.memory else None,
            fades=round(65536 * 0.5 ** (one.step / half_life)) if half_life else 65536,
            capacity=capacity,
            growth=growth,
            most=one.capacity.most if one.capacity and one.capacity.most is not None else float(EVER),
            stage=np.asarray(state.stage)[number][order],
            lost=np.minimum(np.rint(np.asarray(state.lost)[number][order] * LOST), 65535).astype(np.uint16),
            fresh=np.rint(np.minimum(np.asarray(state.memory)[number][order], 1.0) * FRESH).astype(np.uint16),
        )
        parts.append(part)
    forced = forces(models, setting, strategies, months[:-1])
    return Layout(
        seed=seed,
        months=months,
        ids=setting.sites.ids[order],
        order=order,
        regions=setting.sites.regions,
        starts=np.searchsorted(regions, np.arange(len(setting.sites.regions) + 1)),
        since=np.asarray(setting.sites.since)[order],
        until=np.asarray(setting.sites.until)[order],
        exclusive=isinstance(model, Together) and model.exclusive and len(models) > 1,
        improvements=tuple(parts),
        views=tuple(views),
        forces=tuple(Force(f.improvement, f.step, np.sort(place[f.sites]), f.of, f.stage) for f in forced),
    )


def _terms(
    model: Model,
    setting: Setting,
    months: Months,
    order: Months,
    levers: Sequence[Lever],
    courses: Sequence[tuple[Course, Sequence[float]]],
) -> tuple[Floats, Floats, tuple[Varying, ...]]:
    """What the moves, adapting and drift add up from: by site, by step, and by both."""
    columns = [*(move.name for move in model.moves), "fit: adaptation", "fit: drift"]
    common = np.zeros((len(months), len(columns)))
    common += [
        *(move.base for move in model.moves),
        *((model.fit.adaptation, model.fit.drift) if model.fit else (0, 0)),
    ]
    named = dict.fromkeys(name for move in model.moves for name in move.covariates)
    static = np.zeros((len(order) if named else 1, len(columns)))
    for name in named:
        by_move = [move.covariates.get(name, 0.0) for move in model.moves]
        static[:, :-2] += np.outer(np.asarray(setting.sites.covariates[name])[order], by_move)
    varying = []
    for course, coefficients in courses:
        whole = np.array([*coefficients, 0.0, 0.0])
        if course.row is None:
            common += np.outer(course.at(months)[0], whole)
        else:
            varying.append(_varying(course.at(months), np.asarray(course.row)[order], whole))
    for lever in levers:
        if lever.number in columns:
            whole = np.zeros(len(columns))
            whole[columns.index(lever.number)] = lever.size
            if lever.where is None:
                common += np.outer(lever.within, whole)
            else:
                table = np.stack([np.zeros(len(months)), lever.within])
                varying.append(_varying(table, lever.where[order], whole))
    return static.astype(np.float32), common.astype(np.float32), tuple(varying)


def _varying(table: NDArray, row: NDArray, coefficients: NDArray) -> Varying:
    return Varying(
        np.ascontiguousarray(table, np.float32), np.ascontiguousarray(row, np.int32), coefficients.astype(np.float32)
    )


def _courses(
    model: Model,
    models: Sequence[Model],
    setting: Setting,
    strategies: Sequence[Strategy],
    levers: Sequence[Lever],
    months: Months,
) -> list[tuple[Course, list[float]]]:
    """The courses that moves speak of, each with its coefficient for every move; then what levers add to these."""
    found = []
    simulated = {one.name for one in models}
    for term, word, given in _brought(setting):
        for name in dict.fromkeys(
            name for move in model.moves for name in getattr(move, term) if name not in simulated
        ):
            course = given[name]
            if term == "others":
                course = _ended(course, stopped(strategies, setting, name), months, len(setting.sites))
            found.append((course, [getattr(move, term).get(name, 0.0) for move in model.moves]))
            for lever in levers:
                at = [f"{move.name}: {word} {name}" == lever.number for move in model.moves]
                if any(at):
                    while_pulled = _only(course, lever.within, lever.where, months, len(setting.sites))
                    found.append((while_pulled, [lever.size * here for here in at]))
    return found


def _brought(setting: Setting) -> tuple[tuple[str, str, Mapping[str, Course]], ...]:
    return (
        ("signals", "signal", setting.signals),
        ("support", "support", setting.supports),
        ("others", "other", setting.others),
    )


def _only(course: Course, within: NDArray, where: NDArray | None, months: Months, sites: int) -> Course:
    """A course in some steps only, and at some sites only."""
    step = int(months[1] - months[0]) if len(months) > 1 else 1
    table = np.repeat(course.at(months) * within, step, axis=1)
    row = course.row
    if where is not None:
        table = np.vstack([table, np.zeros(table.shape[1])])
        row = np.where(where, np.zeros(sites, np.int32) if row is None else row, len(table) - 1)
    return Course(int(months[0]), table, row) if len(months) else course


def _ended(course: Course, ends: Sequence[tuple[int, NDArray | None]], months: Months, sites: int) -> Course:
    """A course that is over from some month on, perhaps at some sites only."""
    for since, where in ends:
        before = _only(course, months < since, where, months, sites)
        if where is None:
            course = before
        else:
            elsewhere = _only(course, np.ones(len(months), bool), ~where, months, sites)
            rows = np.asarray(elsewhere.values)
            row = np.where(where, np.asarray(before.row) + len(rows), np.asarray(elsewhere.row))
            course = Course(before.since, np.vstack([rows, np.asarray(before.values)]), row)
    return course


def _capacity(
    model: Model, setting: Setting, months: Months, levers: Sequence[Lever]
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """How many can be brought on, and how many more for each site in use, by step and region."""
    if model.capacity is None:
        return None, None
    regions = setting.sites.regions
    a_month = model.capacity.a_month
    if isinstance(a_month, Mapping):
        for region in a_month:
            if region not in regions:
                raise NotFound("region that has sites", region, regions)
    each = [a_month.get(region, 0.0) if isinstance(a_month, Mapping) else a_month for region in regions]
    capacity = np.tile(np.array(each, dtype=np.float64), (len(months), 1))
    growth = np.full(capacity.shape, float(model.capacity.growth))
    for lever in levers:
        added = lever.size * lever.within[:, None]
        if lever.number == "capacity: a month":
            capacity += added
        elif lever.number == "capacity: growth":
            growth += added
        elif lever.number.startswith("capacity: a month in "):
            at = regions.index(lever.number.removeprefix("capacity: a month in "))
            capacity[:, at] += added[:, 0]
    return capacity, growth


def _known_names(models: Sequence[Model], setting: Setting, ties: Ties) -> None:
    """A sentence, if a move speaks of something that the setting does not have; where no site is tied, of any tie."""
    simulated = {one.name for one in models}
    given = {"covariates": setting.sites.covariates, **{term: brought for term, _, brought in _brought(setting)}}
    kinds = {*np.unique(np.asarray(ties.kind)).tolist(), *NEEDS_NO_KIND}
    for model in models:
        declared = {peers.kind for peers in model.peers}
        for move in model.moves:
            for kind in set(move.peers) - kinds - declared if len(ties) else ():
                raise NotFound(f"kind of tie in this setting, of which '{move.name}' speaks:", kind, kinds - {""})
            for term, known in given.items():
                for name in getattr(move, term):
                    if name not in known and not (term == "others" and name in simulated):
                        raise NotFound(
                            f"name among the {term} of this setting, of which '{move.name}' speaks:", name, known
                        )
