"""Strategies taken apart: which number is raised by how much, in which steps, at which sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import NotFound, TakerootError
from takeroot.simulation.chance import hashes
from takeroot.simulation.model import STAGES, Model
from takeroot.simulation.numbers import month_of
from takeroot.simulation.parameters import split, values
from takeroot.simulation.setting import EVER, Setting, Ties
from takeroot.simulation.strategy import Connections, Strategy

Months = NDArray[np.int64]
#: Numbers that hold for a whole simulation, so that no strategy can raise them for a while.
STEADY = ("fit: restores", "memory: half-life", "capacity: most")


@dataclass(frozen=True, eq=False)
class Lever:
    """A number of one improvement, raised by ``size`` in the steps ``within``, at the sites ``where`` (or all)."""

    improvement: int
    number: str
    size: float
    within: NDArray[np.bool_]
    where: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class Force:
    """From the first of its steps: sites at one of the stages ``of`` are brought to ``stage``."""

    improvement: int
    step: int
    sites: Months
    of: int
    stage: int


def levers(models: Sequence[Model], setting: Setting, strategies: Sequence[Strategy], months: Months) -> list[Lever]:
    """Everything that strategies add, one by one."""
    found = []
    for strategy in strategies:
        within, where = window(strategy, months), _where(strategy, setting)
        known = [values(model) for model in models]
        for improvement, adds in enumerate(_of_each(models, strategy)):
            for number, size in adds.items():
                if number not in known[improvement] and not _in_a_region(number, setting, known[improvement]):
                    raise NotFound(
                        f"number of the model, to which '{strategy.name}' could add,", number, known[improvement]
                    )
                shared = number.startswith(("capacity", *STEADY)) or ": peers " in number or ": covariate " in number
                if where is not None and shared:
                    raise TakerootError(
                        f"'{strategy.name}' adds to '{number}' at some sites only; that number is one for all of them."
                    )
                if number in STEADY or ": covariate " in number or number.endswith((": fit", ": memory")):
                    raise TakerootError(f"'{strategy.name}' adds to '{number}', which does not change with time.")
                found.append(Lever(improvement, number, size, within, where))
    return found


def window(strategy: Strategy, months: Months) -> NDArray[np.bool_]:
    """The steps in which a strategy holds."""
    since = 0 if strategy.since is None else month_of(strategy.since)
    until = EVER if strategy.until is None else month_of(strategy.until)
    return (months >= since) & (months < until)


def stopped(strategies: Sequence[Strategy], setting: Setting, work: str) -> list[tuple[int, NDArray[np.bool_] | None]]:
    """From which months on, and at which sites, other work is stopped."""
    return [
        (0 if strategy.since is None else month_of(strategy.since), _where(strategy, setting))
        for strategy in strategies
        if work in strategy.stops
    ]


def forces(models: Sequence[Model], setting: Setting, strategies: Sequence[Strategy], months: Months) -> list[Force]:
    """Sites that strategies bring to a stage: seeds, and improvements simulated here that are stopped."""
    found = []
    names = [model.name for model in models]
    using = sum(1 << STAGES.index(stage) for stage in ("using", "embedded"))
    for strategy in strategies:
        steps = np.flatnonzero(window(strategy, months))
        for work in strategy.stops:
            if work not in names and work not in setting.others:
                raise NotFound("other work", work, [*names, *setting.others])
            if work in names and len(steps):
                where = _where(strategy, setting)
                sites = np.arange(len(setting.sites)) if where is None else np.flatnonzero(where)
                for step in steps.tolist():
                    found.append(Force(names.index(work), step, sites, using, STAGES.index("stopped")))
        if strategy.seeds and len(steps):
            at = _seeded(strategy, setting)
            found.append(Force(0, int(steps[0]), at, 255 & ~using, STAGES.index(strategy.seeds.stage)))
    return found


def seeded(strategy: Strategy, setting: Setting) -> int:
    """How many sites a strategy seeds."""
    return len(_seeded(strategy, setting)) if strategy.seeds else 0


def connections(models: Sequence[Model], setting: Setting, strategies: Sequence[Strategy]) -> Ties:
    """The ties of a setting, and those that strategies make."""
    ties = setting.ties
    kinds = {peers.kind for model in models for peers in model.exposures}
    for strategy in strategies:
        if strategy.connects:
            if not kinds & {strategy.connects.kind, "any"}:
                raise NotFound("kind of tie that the model speaks of", strategy.connects.kind, kinds)
            ties = ties + _connected(strategy, strategy.connects, setting)
    return ties


def _connected(strategy: Strategy, how: Connections, setting: Setting) -> Ties:
    sites = setting.sites
    where = _where(strategy, setting)
    among = np.arange(len(sites)) if where is None else np.flatnonzero(where)
    source: list[NDArray] = []
    for turn in range(how.each):
        ring = among[np.argsort(hashes(sites.ids[among].view(np.int64) ^ turn), kind="stable")]
        beside = np.roll(ring, -1)
        if len(np.unique(sites.region_of[among])) > 1:
            for further in range(2, min(len(ring), 50)):
                alike = sites.region_of[ring] == sites.region_of[beside]
                if not alike.any():
                    break
                beside = np.where(alike, np.roll(ring, -further), beside)
        source += [np.stack([ring, beside]), np.stack([beside, ring])]
    ends = np.unique(np.concatenate(source, axis=1), axis=1) if source else np.zeros((2, 0), np.int64)
    since = 0 if strategy.since is None else month_of(strategy.since)
    until = EVER if strategy.until is None else month_of(strategy.until)
    many = ends.shape[1]
    return Ties(ends[0], ends[1], np.full(many, how.weight), how.kind, np.full(many, since), np.full(many, until))


def _seeded(strategy: Strategy, setting: Setting) -> Months:
    assert strategy.seeds
    where = _where(strategy, setting)
    if strategy.seeds.sites:
        return setting.sites.places(strategy.seeds.sites)
    ties = np.bincount(np.asarray(setting.ties.source), minlength=len(setting.sites))
    among = np.arange(len(setting.sites)) if where is None else np.flatnonzero(where)
    most_first = np.lexsort((setting.sites.ids[among], -ties[among]))
    return among[most_first[: strategy.seeds.hubs]]


def _where(strategy: Strategy, setting: Setting) -> NDArray[np.bool_] | None:
    """The sites at which a strategy holds; nothing, if at all of them."""
    if not strategy.sites and not strategy.regions:
        return None
    chosen = np.zeros(len(setting.sites), bool)
    if strategy.sites:
        chosen[setting.sites.places(strategy.sites)] = True
    for region in strategy.regions:
        if region not in setting.sites.regions:
            raise NotFound("region", region, setting.sites.regions)
        chosen |= setting.sites.region_of == setting.sites.regions.index(region)
    return chosen


def _of_each(models: Sequence[Model], strategy: Strategy) -> list[dict[str, float]]:
    from takeroot.simulation.model import Together

    return split(Together(tuple(models)), strategy.adds)


def _in_a_region(number: str, setting: Setting, known: dict[str, float]) -> bool:
    """Whether it is the capacity of one region, of a model that has a capacity."""
    region = number.removeprefix("capacity: a month in ")
    return (
        region != number
        and region in setting.sites.regions
        and any(each.startswith("capacity: a month") for each in known)
    )
