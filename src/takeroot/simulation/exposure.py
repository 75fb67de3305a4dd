"""Who is near whom: ties as rows of a sparse matrix, in whole numbers.

The weights of a site's ties are whole multiples of a quantum of its own, fine enough that their sum has 24 bits: sums
do not depend on their order, become floating-point numbers exactly, and no site's exposure depends on another's ties.
Ties of equal weight are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import NotFound
from takeroot.simulation.levers import Lever
from takeroot.simulation.model import ANY, EVERYONE, SAME_REGION, STAGES, Model, Peers
from takeroot.simulation.setting import EVER, Setting, Ties
from takeroot.vocabulary.stages import IN_USE

#: Along what a layer's exposure comes.
TIES, ALL, REGION, SELF = range(4)


@dataclass(frozen=True, eq=False)
class Layer:
    """One exposure: whose stages it sees, along what, how it is scaled, and its coefficient by step and move.

    ``view`` is which of the layout's views it sees. Ties are rows by target: ``first`` says where each begins.
    ``since`` and ``until`` are there if some ties do not always hold; then shares divide by the weight of those that
    do. ``scale`` is by site for ties, by step and region for everyone and for a region.
    """

    along: int
    view: int
    share: bool
    first: NDArray[np.int64]
    source: NDArray[np.int32]
    weight: NDArray[np.int32]
    since: NDArray[np.int32] | None
    until: NDArray[np.int32] | None
    scale: NDArray[np.float32]
    at_least: NDArray[np.float32] | None
    coefficients: NDArray[np.float32]


NONE = {
    "first": np.zeros(1, np.int64),
    "source": np.zeros(0, np.int32),
    "weight": np.zeros(0, np.int32),
    "since": None,
    "until": None,
}


def layers(
    models: Sequence[Model],
    number: int,
    setting: Setting,
    ties: Ties,
    months: NDArray[np.int64],
    order: NDArray[np.int64],
    views: list[tuple[int, int]],
    levers: Sequence[Lever],
) -> list[Layer]:
    """The exposures of one improvement; the views they see are added to ``views``."""
    model = models[number]
    found = []
    for peers in model.exposures:
        by_move = [move.peers.get(peers.kind, 0.0) for move in model.moves]
        names = [f"{move.name}: peers {peers.kind}" for move in model.moves]
        coefficients = _over_time(by_move, names, months, levers)
        if coefficients.any():
            view = _view(views, number, peers.near)
            found.append(_layer(peers, view, coefficients, setting, ties, months, order))
    names_of_models = [each.name for each in models]
    for name in dict.fromkeys(name for move in model.moves for name in move.others if name in names_of_models):
        by_move = [move.others.get(name, 0.0) for move in model.moves]
        names = [f"{move.name}: other {name}" for move in model.moves]
        coefficients = _over_time(by_move, names, months, levers)
        view = _view(views, names_of_models.index(name), IN_USE)
        scale = np.ones(1, np.float32)
        found.append(Layer(SELF, view, False, **NONE, scale=scale, at_least=None, coefficients=coefficients))  # type: ignore[arg-type]
    return found


def bits(stages: Sequence[str]) -> int:
    """A set of stages as a number, a bit a stage."""
    return sum(1 << STAGES.index(stage) for stage in set(stages))


def _view(views: list[tuple[int, int]], improvement: int, near: Sequence[str]) -> int:
    seen = (improvement, bits(near))
    if seen not in views:
        views.append(seen)
    return views.index(seen)


def _over_time(
    by_move: Sequence[float], names: Sequence[str], months: NDArray[np.int64], levers: Sequence[Lever]
) -> NDArray[np.float32]:
    """Coefficients by step and move, raised by levers."""
    whole = np.tile(np.asarray(by_move, dtype=np.float64), (len(months), 1)).reshape(len(months), len(by_move))
    for lever in levers:
        if lever.number in names:
            whole[:, names.index(lever.number)] += lever.size * lever.within
    return whole.astype(np.float32)


def _layer(
    peers: Peers,
    view: int,
    coefficients: NDArray[np.float32],
    setting: Setting,
    ties: Ties,
    months: NDArray[np.int64],
    order: NDArray[np.int64],
) -> Layer:
    at_least = _threshold(peers, setting, order)
    if peers.kind in (EVERYONE, SAME_REGION):
        scale = _scale_of_all(peers, setting, months)
        along = ALL if peers.kind == EVERYONE else REGION
        return Layer(along, view, peers.share, **NONE, scale=scale, at_least=at_least, coefficients=coefficients)  # type: ignore[arg-type]
    chosen = slice(None) if peers.kind == ANY else np.asarray(ties.kind) == peers.kind
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    target = place[np.asarray(ties.target)[chosen]]
    by_target = _in_order(target)
    source, target = place[np.asarray(ties.source)[chosen][by_target]], target[by_target]
    first = np.zeros(len(order) + 1, np.int64)
    np.cumsum(np.bincount(target, minlength=len(order)), out=first[1:])
    weight, quantum = _in_whole_numbers(np.asarray(ties.weight)[chosen][by_target], target, first)
    held = None if _always(ties, setting, months) else _held(setting, ties, chosen, by_target, months)
    if peers.share:
        total = np.bincount(target, weights=weight, minlength=len(order)).astype(np.float32)
        scale = np.divide(np.float32(1), total, out=np.zeros_like(total), where=total > 0)
    else:
        scale = quantum.astype(np.float32)
    return Layer(
        along=TIES,
        view=view,
        share=peers.share,
        first=first,
        source=source,
        weight=weight.astype(np.int32),
        since=None if held is None else held[0],
        until=None if held is None else held[1],
        scale=scale,
        at_least=at_least,
        coefficients=coefficients,
    )


def _in_order(target: NDArray[np.int32]) -> NDArray[np.int64]:
    """Which ties go to the first site, the second and so on, those to one site as they came.

    Sorting one number that holds both is several times as quick as a stable sort of positions.
    """
    both = target.astype(np.int64) << 32 | np.arange(len(target))
    both.sort()
    return both & 0xFFFFFFFF


def _always(ties: Ties, setting: Setting, months: NDArray[np.int64]) -> bool:
    """Whether all ties hold, and all sites are there, in all months."""
    ends = [(np.asarray(each.since), np.asarray(each.until)) for each in (ties, setting.sites)]
    first, last = months.min(initial=EVER), months.max(initial=0)
    return all(since.max(initial=0) <= first and until.min(initial=EVER) > last for since, until in ends)


def _held(
    setting: Setting,
    ties: Ties,
    chosen: NDArray[np.bool_] | slice,
    by_target: NDArray[np.int64],
    months: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int32]] | None:
    """From when and until when each tie holds: no longer than both sites are there. Nothing, where all always do."""
    since, until = np.asarray(ties.since)[chosen], np.asarray(ties.until)[chosen]
    for end in (ties.source, ties.target):
        at = np.asarray(end)[chosen]
        since = np.maximum(since, np.asarray(setting.sites.since)[at])
        until = np.minimum(until, np.asarray(setting.sites.until)[at])
    if not len(since) or (since.max() <= months.min(initial=EVER) and until.min() > months.max(initial=0)):
        return None
    since, until = (np.minimum(end[by_target], EVER).astype(np.int32) for end in (since, until))
    return since, until


def _in_whole_numbers(
    weight: NDArray[np.float64], target: NDArray[np.int32], first: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights as multiples of a quantum of each site's own, and the quanta; the ties of a site lie side by side."""
    degree = np.diff(first)
    some = degree > 0
    quantum = np.ones(len(degree))
    if not len(weight) or (weight.min() == weight.max() and weight[0] > 0):
        quantum[some] = weight[:1]
        return np.ones(len(weight)), quantum
    strength = np.bincount(target, weights=weight, minlength=len(degree))
    largest, smallest = np.zeros(len(degree)), np.full(len(degree), np.inf)
    largest[some] = np.maximum.reduceat(weight, first[:-1][some])
    smallest[some] = np.minimum.reduceat(weight, first[:-1][some])
    equal = (largest == smallest) & (largest > 0)
    quantum[equal] = largest[equal]
    uneven = ~equal & (strength > 0)
    quantum[uneven] = np.exp2(np.ceil(np.log2(strength[uneven] + degree[uneven] * strength[uneven] * 2.0**-24)) - 23)
    return np.rint(weight / quantum[target]), quantum


def _scale_of_all(peers: Peers, setting: Setting, months: NDArray[np.int64]) -> NDArray[np.float32]:
    """One over the number of other sites that are there, by step and region; one, where exposure is a sum."""
    sites = setting.sites
    shape = (len(months), len(sites.regions))
    if not peers.share:
        return np.ones(shape, np.float32)
    here = np.zeros(shape)
    for region in range(shape[1]):
        mine = sites.region_of == region
        opens, closes = np.sort(np.asarray(sites.since)[mine]), np.sort(np.asarray(sites.until)[mine])
        here[:, region] = np.searchsorted(opens, months, side="right") - np.searchsorted(closes, months, side="right")
    if peers.kind == EVERYONE:
        here[:] = here.sum(axis=1, keepdims=True)
    others = np.maximum(here - 1, 1).astype(np.float32)
    return np.float32(1) / others


def _threshold(peers: Peers, setting: Setting, order: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """From what exposure on each site counts it; a touch below, so that a share that is reached exactly is reached."""
    if peers.at_least is None:
        return None
    if isinstance(peers.at_least, str):
        if peers.at_least not in setting.sites.covariates:
            raise NotFound("covariate of the sites", peers.at_least, setting.sites.covariates)
        numbers = np.asarray(setting.sites.covariates[peers.at_least])[order]
    else:
        numbers = np.full(len(order), peers.at_least)
    return (numbers - 1e-6 * np.abs(numbers)).astype(np.float32)
