"""The definition of a step: short, in numpy, replicates as columns.

A block is up to 64 replicates that are made together. The compiled form, where there is one, gives the same bits. A
step has four parts. Every site draws a move, by where all stood when the step began. Where improvements exclude each
other and a site would begin two, one is kept. Where more sites would be brought on than there is capacity for, some
are, by lot, and the others wait. Then fit drifts and is restored, memories fade, strategies bring sites to a stage, and
all are counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from takeroot.simulation.arithmetic import LEAST, ONE, exp, uniform
from takeroot.simulation.chance import ADAPT, BLOCK, MOVE, QUEUE, TURN, draws
from takeroot.simulation.exposure import ALL, REGION, SELF, Layer
from takeroot.simulation.layout import FRESH, LOST, Improvement, Layout
from takeroot.simulation.model import STAGES

#: What is counted in every step beside the stages: sites that began, lapsed, were brought on, waited, adapted.
FLOWS = ("began", "lapsed", "brought_on", "waited", "adapted")
USING = np.isin(np.arange(len(STAGES)), [STAGES.index("using"), STAGES.index("embedded")])
PAUSED, STOPPED = STAGES.index("paused"), STAGES.index("stopped")
#: How many cells, sites times replicates, are worked on at once.
CELLS = 1 << 19

Cells = NDArray[np.uint8]


@dataclass(eq=False)
class Block:
    """What one block of replicates gave, with sites in the order of the layout.

    ``counts`` by standing, improvement, region, stage and replicate; ``flows`` by step, improvement, region, flow and
    replicate; ``watched`` the stages of chosen sites by standing, improvement, site and replicate; and, if kept,
    ``in_use`` how many replicates of each site are in use, by standing, improvement and site, and ``months`` and
    ``lapses`` of each site in all, by improvement, site and replicate.
    """

    counts: NDArray[np.int32]
    flows: NDArray[np.int32]
    watched: Cells
    in_use: NDArray[np.int32] | None
    months: NDArray[np.int32] | None
    lapses: NDArray[np.int32] | None

    @classmethod
    def empty(cls, layout: Layout, width: int, watch: int, keep_sites: bool) -> Block:
        """Room for what a block of so many replicates gives."""
        many, regions, sites = len(layout.improvements), len(layout.regions), layout.sites
        each = (many, sites, width)
        return cls(
            counts=np.zeros((layout.steps + 1, many, regions, len(STAGES), width), np.int32),
            flows=np.zeros((layout.steps, many, regions, len(FLOWS), width), np.int32),
            watched=np.zeros((layout.steps + 1, many, watch, width), np.uint8),
            in_use=np.zeros((layout.steps + 1, many, sites), np.int32) if keep_sites else None,
            months=np.zeros(each, np.int32) if keep_sites else None,
            lapses=np.zeros(each, np.int32) if keep_sites else None,
        )


class Cancelled(Exception):
    """Somebody asked to stop."""


def run(
    layout: Layout,
    block: int,
    width: int = BLOCK,
    *,
    watch: NDArray[np.int64] | None = None,
    keep_sites: bool = False,
    after_step: Callable[[], None] = lambda: None,
) -> Block:
    """Simulate one block of replicates.

    Parameters
    ----------
    layout
        What :func:`~takeroot.simulation.layout.lay_out` made.
    block
        Which block: it holds the replicates from 64 times this on.
    width
        How many of its 64 replicates.
    watch
        Positions in the layout of the sites whose stages are kept.
    keep_sites
        Whether to keep what becomes of each site.
    after_step
        Called after every step; may raise to stop.
    """
    return _Blocks(layout, block, width, np.zeros(0, np.int64) if watch is None else watch, keep_sites).all(after_step)


class _Blocks:
    """The sites of one block: stage, loss of fit and memory, by improvement, site and replicate."""

    def __init__(self, layout: Layout, block: int, width: int, watch: NDArray[np.int64], keep_sites: bool) -> None:
        self.layout, self.block, self.width, self.watch = layout, block, width, watch
        self.stage = [self._columns(one.stage) for one in layout.improvements]
        self.lost = [self._columns(one.lost if one.fit is not None else one.lost[:0]) for one in layout.improvements]
        self.fresh = [
            self._columns(one.fresh if one.memory is not None else one.fresh[:0]) for one in layout.improvements
        ]
        self.carried = np.zeros((len(layout.improvements), len(layout.regions), width))
        self.out = Block.empty(layout, width, len(watch), keep_sites)

    def all(self, after_step: Callable[[], None]) -> Block:
        """Every step in turn."""
        self._count(0)
        for step in range(self.layout.steps):
            self._step(step)
            after_step()
        return self.out

    def _columns(self, column: NDArray) -> NDArray:
        return np.repeat(column[:, None], self.width, axis=1)

    def _draws(self, rows: slice | NDArray, step: int, purpose: int, number: int) -> NDArray[np.uint32]:
        layout = self.layout
        return draws(layout.seed, layout.ids[rows], self.block, int(layout.months[step]), purpose, number)[
            :, : self.width
        ]

    def _there(self, standing: int) -> NDArray[np.bool_]:
        month = self.layout.months[standing]
        return (self.layout.since <= month) & (month < self.layout.until)

    def _chunks(self) -> Iterator[slice]:
        rows = max(CELLS // self.width, 1)
        for first in range(0, self.layout.sites, rows):
            yield slice(first, min(first + rows, self.layout.sites))

    # A step

    def _step(self, step: int) -> None:
        there = self._there(step)
        views = [
            (_among(near)[self.stage[which]] & there[:, None]).astype(np.uint8) for which, near in self.layout.views
        ]
        after = [
            np.concatenate([self._moved(number, step, rows, there, views) for rows in self._chunks()] or [stage])
            for number, stage in enumerate(self.stage)
        ]
        if self.layout.exclusive:
            self._settle_turns(step, after)
        for number in range(len(self.stage)):
            self._settle_queue(step, number, after[number])
        self._force(step, after, there)
        for number in range(len(self.stage)):
            self._finish(step, number, after[number])
        self._count(step + 1)

    def _moved(self, number: int, step: int, rows: slice, there: NDArray, views: list[Cells]) -> Cells:
        """The stage that each site would move to, by its draw."""
        one = self.layout.improvements[number]
        before = self.stage[number][rows]
        after = before.copy()
        if not len(one.source):
            return after
        base = utilities(one, step, rows)
        near = [
            (layer.coefficients[step], self._exposure(layer, step, rows, views[layer.view]).ravel())
            for layer in one.layers
        ]
        uniforms = uniform(self._draws(rows, step, MOVE, number)).ravel()
        lost, fresh = self.lost[number][rows].ravel(), self.fresh[number][rows].ravel()
        for stage in np.unique(one.source):
            cell = np.flatnonzero((before == stage) & there[rows][:, None])
            site = cell // self.width
            seen = [(coefficients, exposure[cell]) for coefficients, exposure in near]
            worn = lost[cell].astype(np.float32) * np.float32(1 / LOST) if one.fit is not None else None
            felt = fresh[cell].astype(np.float32) * np.float32(1 / FRESH) if one.memory is not None else None
            moves = np.flatnonzero(one.source == stage)
            heights: list[NDArray[np.float32]] = []
            for move in moves:
                utility = base[site, move]
                for coefficients, exposure in seen:
                    utility = utility + coefficients[move] * exposure
                if one.fit is not None and worn is not None:
                    utility = utility + one.fit[move] * worn
                if one.memory is not None and felt is not None:
                    utility = utility + one.memory[move] * felt
                weight = np.maximum(utility, np.float32(0)) if one.rate else exp(utility)
                heights.append(heights[-1] + weight if heights else weight)
            draw = uniforms[cell]
            if one.rate:
                any_move = ONE - exp(-heights[-1])
                draw, heights = draw * (heights[-1] + LEAST), [height * any_move for height in heights]
            else:
                draw = draw * (ONE + heights[-1])
            chosen = np.full(len(cell), stage, np.uint8)
            for move, height in zip(moves[::-1], heights[::-1], strict=True):
                chosen = np.where(draw <= height, one.target[move], chosen)
            after.ravel()[cell] = chosen
        return after

    def _exposure(self, layer: Layer, step: int, rows: slice, view: Cells) -> NDArray[np.float32]:
        """How near each site's peers are to using it."""
        if layer.along == SELF:
            return view[rows].astype(np.float32)
        if layer.along in (ALL, REGION):
            ends = self.layout.starts if layer.along == REGION else self.layout.starts[[0, -1]]
            totals = np.stack([view[first:last].sum(axis=0, dtype=np.int32) for first, last in pairwise(ends)])
            region = np.searchsorted(self.layout.starts, np.arange(rows.start, rows.stop), side="right") - 1
            of_all = totals[region if layer.along == REGION else np.zeros_like(region)] - view[rows]
            exposure = of_all.astype(np.float32) * layer.scale[step][region][:, None]
        else:
            first, last = layer.first[rows.start], layer.first[rows.stop]
            weight = layer.weight[first:last]
            begins = layer.first[rows.start : rows.stop + 1] - first
            scale = layer.scale[rows]
            if layer.since is not None and layer.until is not None:
                month = self.layout.months[step]
                weight = weight * ((layer.since[first:last] <= month) & (month < layer.until[first:last]))
                if layer.share:
                    held = _sums(weight[:, None], begins)[:, 0].astype(np.float32)
                    scale = np.divide(ONE, held, out=np.zeros_like(held), where=held > 0)
            sums = _sums(weight[:, None] * view[layer.source[first:last]], begins)
            exposure = sums.astype(np.float32) * scale[:, None]
        if layer.at_least is not None:
            exposure = (exposure >= layer.at_least[rows][:, None]).astype(np.float32)
        return exposure

    def _settle_turns(self, step: int, after: list[Cells]) -> None:
        """Of improvements that exclude each other a site uses one; of two that begin, the lower draw is kept."""
        used = [USING[stage] for stage in self.stage]
        begins = [USING[now] & ~before for now, before in zip(after, used, strict=True)]
        busy = np.sum(used, axis=0) > 0
        many = np.sum(begins, axis=0) > 1
        best = np.full(many.shape, -1)
        least = np.full(many.shape, np.iinfo(np.int64).max)
        rows = np.flatnonzero(many.any(axis=1))
        for number, beginning in enumerate(begins):
            draw = self._draws(rows, step, TURN, number).astype(np.int64)
            lower = beginning[rows] & (draw < least[rows])
            least[rows] = np.where(lower, draw, least[rows])
            best[rows] = np.where(lower, number, best[rows])
        for number, beginning in enumerate(begins):
            back = beginning & (busy | (many & (best != number)))
            after[number][back] = self.stage[number][back]

    def _settle_queue(self, step: int, number: int, after: Cells) -> None:
        """No more sites than there is capacity for are brought on in a region; lots decide who waits."""
        one, layout = self.layout.improvements[number], self.layout
        needs = np.zeros((len(STAGES), len(STAGES)), bool)
        needs[one.source, one.target] = one.needs_capacity
        site, replicate = np.divmod(np.flatnonzero(needs[self.stage[number], after]), self.width)
        region = np.searchsorted(layout.starts, site, side="right") - 1
        shape = (len(layout.regions), self.width)
        wanted = np.bincount(region * self.width + replicate, minlength=math.prod(shape)).reshape(shape)
        waits = np.zeros(len(site), bool)
        if one.capacity is not None and one.growth is not None:
            in_use = self.out.counts[step, number][:, USING].sum(axis=1)
            rate = np.minimum(one.capacity[step][:, None] + one.growth[step][:, None] * in_use, one.most)
            room = self.carried[number] + np.maximum(rate, 0.0)
            whole = np.floor(room)
            self.carried[number] = room - whole
            over = (wanted > whole)[region, replicate]
            at, column = site[over], replicate[over]
            rows, of = np.unique(at, return_inverse=True)
            lot = self._draws(rows, step, QUEUE, number)[of, column]
            line = region[over] * self.width + column
            queue = np.lexsort((layout.ids[at], lot, line))
            place = np.empty(len(queue), np.int64)
            place[queue] = np.arange(len(queue)) - np.searchsorted(line[queue], line[queue])
            waits[over] = place >= whole[region[over], column]
            after[site[waits], replicate[waits]] = self.stage[number][site[waits], replicate[waits]]
        flows = self.out.flows[step, number]
        waiting = np.bincount((region * self.width + replicate)[waits], minlength=math.prod(shape)).reshape(shape)
        flows[:, FLOWS.index("waited")], flows[:, FLOWS.index("brought_on")] = waiting, wanted - waiting

    def _force(self, step: int, after: list[Cells], there: NDArray) -> None:
        """What strategies bring about themselves."""
        for force in self.layout.forces:
            if force.step == step:
                sites = force.sites[there[force.sites]]
                now = after[force.improvement][sites]
                free = (force.of >> now & 1).astype(bool)
                if self.layout.exclusive and USING[force.stage]:
                    for number, other in enumerate(after):
                        free &= ~USING[other[sites]] | (number == force.improvement)
                after[force.improvement][sites] = np.where(free, np.uint8(force.stage), now)

    def _finish(self, step: int, number: int, after: Cells) -> None:
        """Begin, lapse, drift, adapt, forget."""
        one, before = self.layout.improvements[number], self.stage[number]
        there = self._there(step)[:, None]
        using, used = USING[after], USING[before]
        began = using & ~used & there
        lapsed = (after == STOPPED) & (used | (before == PAUSED)) & there
        adapted = None
        if one.fit is not None:
            adapted = np.zeros(after.shape, bool)
            for rows in self._chunks():
                base = utilities(one, step, rows)
                chance = exp(base[:, -2])
                adapted[rows] = (
                    uniform(self._draws(rows, step, ADAPT, number)) * (ONE + chance)[:, None] <= chance[:, None]
                )
                adapted[rows] &= using[rows] & used[rows] & there[rows]
                drift = (np.maximum(base[:, -1], np.float32(0)) * np.float32(LOST) + np.float32(0.5)).astype(np.int64)
                lost = np.where(began[rows], 0, self.lost[number][rows]).astype(np.int64)
                lost = np.where(adapted[rows], lost - (lost * one.restores >> 16), lost)
                kept = using[rows] & there[rows]
                self.lost[number][rows] = np.where(kept, np.minimum(lost + drift[:, None], 65535), lost)
        if one.memory is not None:
            fresh = (self.fresh[number].astype(np.int64) * one.fades) >> 16
            self.fresh[number] = np.where(lapsed, FRESH, fresh).astype(np.uint16)
        self.stage[number] = after
        flows = self.out.flows[step, number]
        for flow, happened in (("began", began), ("lapsed", lapsed), ("adapted", adapted)):
            if happened is not None:
                flows[:, FLOWS.index(flow)] = self._by_region(happened)
        if self.out.months is not None and self.out.lapses is not None:
            self.out.months[number] += using & there
            self.out.lapses[number] += lapsed

    def _count(self, standing: int) -> None:
        there = self._there(standing)[:, None]
        for number, stage in enumerate(self.stage):
            for word in range(len(STAGES)):
                self.out.counts[standing, number, :, word] = self._by_region((stage == word) & there)
            self.out.watched[standing, number] = stage[self.watch]
            if self.out.in_use is not None:
                self.out.in_use[standing, number] = (USING[stage] & there).sum(axis=1)

    def _by_region(self, happened: NDArray[np.bool_]) -> NDArray[np.int32]:
        ends = self.layout.starts
        return np.stack([happened[first:last].sum(axis=0, dtype=np.int32) for first, last in pairwise(ends)])


def utilities(one: Improvement, step: int, rows: slice) -> NDArray[np.float32]:
    """What the moves of some sites add up from before peers, fit and memory; then adapting and drift."""
    base = (one.static if len(one.static) == 1 else one.static[rows]) + one.common[step]
    base = np.broadcast_to(base, (rows.stop - rows.start, base.shape[1]))
    for term in one.varying:
        base = base + term.table[term.row[rows], step][:, None] * term.coefficients
    return base


def _among(near: int) -> NDArray[np.bool_]:
    return (near >> np.arange(len(STAGES)) & 1).astype(bool)


def _sums(parts: NDArray, begins: NDArray[np.int64]) -> NDArray[np.int32]:
    """Sums of the rows that belong together; they are whole numbers, so that any order gives the same."""
    sums = np.zeros((len(begins) - 1, parts.shape[1]), np.int32)
    some = begins[:-1] < begins[1:]
    if some.any():
        sums[some] = np.add.reduceat(parts, begins[:-1][some], axis=0, dtype=np.int32)
    return sums
