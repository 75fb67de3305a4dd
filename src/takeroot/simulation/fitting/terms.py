"""What each move adds up from, at every site and step: one column for each thing that the model speaks of.

Exposure is to those who were in use when the step began, as in the simulation: by kind of tie, with ties and sites
counted while they hold. Where it is not known whether a peer was in use, it counts for as much as is probable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from takeroot.simulation.fitting.paths import Array, Paths, felt
from takeroot.simulation.model import ANY, EVERYONE, SAME_REGION, STAGES, Model, Peers
from takeroot.simulation.setting import EVER, Course, Setting

#: The terms of a move, by the word that names each, in the order of :func:`takeroot.simulation.parameters.values`.
WORDS = {"covariate": "covariates", "peers": "peers", "signal": "signals", "support": "support", "other": "others"}


@dataclass(frozen=True)
class Number:
    """One number of the model that a record can inform.

    Parameters
    ----------
    name
        As :func:`takeroot.simulation.parameters.values` names it.
    kind, of
        ``base``, ``covariate``, ``peers``, ``signal``, ``support``, ``other``, ``fit`` or ``memory``; and of what.
    move
        The place of its move.
    column
        The place of what it is multiplied with.
    sign
        Whether it adds (1) or takes away (-1).
    declared
        What the model says before anything is fitted.
    """

    name: str
    kind: str
    of: str
    move: int
    column: int
    sign: float
    declared: float


@dataclass(frozen=True, eq=False)
class Terms:
    """Columns by site and step, and the numbers they are multiplied with.

    On the logit scale covariates are counted from their mean while a model is fitted, so that a base speaks of an
    average site and what is believed of it beforehand does not hang on the unit of a covariate.

    Parameters
    ----------
    numbers
        In the order in which they are fitted; of bases what is ``declared`` is that of an average site.
    columns
        By site, step and column.
    centres
        What each column is counted from.
    """

    numbers: tuple[Number, ...]
    columns: Array
    centres: Array

    def until(self, steps: int) -> Terms:
        """Only the first so many steps."""
        return Terms(self.numbers, self.columns[:, :steps], self.centres)

    @property
    def declared(self) -> Array:
        """The numbers as the model declares them."""
        return np.array([number.declared for number in self.numbers])

    def raw(self, values: Array) -> Array:
        """The numbers as a model has them, with covariates counted from nothing; sets of them in rows."""
        found = np.array(values, dtype=float)
        bases = {number.move: place for place, number in enumerate(self.numbers) if number.kind == "base"}
        for place, number in enumerate(self.numbers):
            if centre := self.centres[number.column]:
                found[..., bases[number.move]] -= centre * np.asarray(values)[..., place]
        return found


def terms_of(model: Model, setting: Setting, paths: Paths) -> Terms:
    """The columns of a model at the sites and in the steps of a record."""
    labels: dict[tuple[str, str], int] = {("base", ""): 0}
    numbers: list[Number] = []

    def add(name: str, kind: str, of: str, move: int, declared: float, sign: float = 1.0) -> None:
        column = labels.setdefault((kind, of), len(labels))
        numbers.append(Number(name, kind, of, move, column, sign, declared))

    for place, move in enumerate(model.moves):
        add(move.name, "base", "", place, move.base)
        for word, attribute in WORDS.items():
            for of, declared in getattr(move, attribute).items():
                add(f"{move.name}: {word} {of}", word, of, place, declared)
        for kind in ("fit", "memory"):
            if getattr(move, kind) and getattr(model, kind):
                add(f"{move.name}: {kind}", kind, "", place, getattr(move, kind), -1.0)
    made = _columns(model, setting, paths, list(labels))
    centres = np.zeros(len(labels))
    if model.scale == "logit":
        for (kind, of), column in labels.items():
            if kind == "covariate":
                centres[column] = np.asarray(setting.sites.covariates[of]).mean()
    made -= centres
    average = dict.fromkeys(range(len(model.moves)), 0.0)
    for number in numbers:
        average[number.move] += centres[number.column] * number.declared
    bases = [
        replace(number, declared=number.declared + average[number.move]) if number.kind == "base" else number
        for number in numbers
    ]
    return Terms(tuple(bases), made, centres)


def _columns(model: Model, setting: Setting, paths: Paths, labels: Sequence[tuple[str, str]]) -> Array:
    months = paths.months[:-1]
    shape = (len(setting.sites), len(months))
    lost, fresh = felt(paths, model)
    counted = {peers.kind: peers for peers in model.exposures}
    brought: dict[str, Mapping[str, Course]] = {
        "signal": setting.signals,
        "support": setting.supports,
        "other": setting.others,
    }
    found = np.empty((*shape, len(labels)))
    for column, (kind, of) in enumerate(labels):
        if kind == "base":
            values: Array = np.ones(shape)
        elif kind == "covariate":
            values = np.broadcast_to(np.asarray(setting.sites.covariates[of])[:, None], shape)
        elif kind == "peers":
            values = exposed(counted[of], setting, paths)
        elif kind in brought:
            values = _by_site(brought[kind][of], months, shape[0])
        else:
            values = (lost if kind == "fit" else fresh)[:, :-1]
        found[:, :, column] = values
    return found


def _by_site(course: Course, months: Array, sites: int) -> Array:
    levels = course.at(months)
    return levels[np.zeros(sites, np.int64) if course.row is None else np.asarray(course.row)]


def exposed(peers: Peers, setting: Setting, paths: Paths) -> Array:
    """How near each site's peers were to using it when each step began."""
    months = paths.months[:-1]
    here = paths.there[:, :-1].astype(float)
    near = paths.near[:, :-1, [STAGES.index(stage) for stage in peers.near]].sum(axis=-1) * here
    if peers.kind in (EVERYONE, SAME_REGION):
        found = _among_all(peers, setting, near, here)
    else:
        found = _along_ties(peers, setting, near, months)
    if peers.at_least is None:
        return found
    least = setting.sites.covariates[peers.at_least] if isinstance(peers.at_least, str) else peers.at_least
    least = np.broadcast_to(np.asarray(least, dtype=float), len(found))
    return np.asarray((found >= (least - 1e-6 * np.abs(least))[:, None]).astype(float))


def _among_all(peers: Peers, setting: Setting, near: Array, here: Array) -> Array:
    """All other sites, or those of the region; each counted while it is there."""
    region = np.zeros(len(near), np.int64) if peers.kind == EVERYONE else setting.sites.region_of
    count = int(region.max(initial=0)) + 1
    totals, there = (np.zeros((count, near.shape[1])) for _ in range(2))
    np.add.at(totals, region, near)
    np.add.at(there, region, here)
    of_others = totals[region] - near
    return np.asarray(of_others / np.maximum(there[region] - 1, 1) if peers.share else of_others)


def _along_ties(peers: Peers, setting: Setting, near: Array, months: Array) -> Array:
    """Those it is tied to, by weight, while the tie holds and both are there."""
    from scipy import sparse

    ties, sites = setting.ties, setting.sites
    chosen = np.ones(len(ties), bool) if peers.kind == ANY else np.asarray(ties.kind) == peers.kind
    source, target = (np.asarray(end)[chosen] for end in (ties.source, ties.target))
    weight = np.asarray(ties.weight)[chosen]
    since, until = np.asarray(ties.since)[chosen], np.asarray(ties.until)[chosen]
    for end in (source, target):
        since = np.maximum(since, np.asarray(sites.since)[end])
        until = np.minimum(until, np.asarray(sites.until)[end])
    since = np.where(since == 0, -EVER, since)  # what held in January 1970 is taken to have held before
    found = np.zeros(near.shape)
    changes = np.unique(np.concatenate([since, until]))
    epoch = np.searchsorted(changes, months, side="right")
    for each in np.unique(epoch):
        at = np.flatnonzero(epoch == each)
        held = (since <= months[at[0]]) & (months[at[0]] < until)
        matrix = sparse.csr_array((weight[held], (target[held], source[held])), shape=(len(near), len(near)))
        sums = matrix @ near[:, at]
        if peers.share:
            whole = np.bincount(target[held], weights=weight[held], minlength=len(near))[:, None]
            sums = np.divide(sums, whole, out=np.zeros_like(sums), where=whole > 0)
        found[:, at] = sums
    return found
