"""Many histories of one model: blocks of 64 replicates, on threads, on any executor, or on a Dask cluster.

A block depends on nothing but the model, the setting, the strategies, the seed and its own number, so that the answer
is the same however the blocks are shared out, and a block that was lost with a worker is simply made again. Memory is
bounded: a few blocks are at work at a time, and only their counts are kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import TakerootError, whole
from takeroot.simulation.chance import BLOCK
from takeroot.simulation.forms import Form, check, simulate
from takeroot.simulation.kernel import FLOWS, Block, Cancelled
from takeroot.simulation.layout import Layout, lay_out
from takeroot.simulation.levers import seeded, window
from takeroot.simulation.model import Model, Together, improvements
from takeroot.simulation.outcome import Outcome
from takeroot.simulation.setting import Setting, State
from takeroot.simulation.strategy import Strategy

#: What the blocks at work may need together, in bytes, before fewer of them work at a time.
ROOM = 3 << 30


#: A block that is on its way.
Sent: TypeAlias = "Future[Block]"


class Stopped(TakerootError):
    """A simulation that was cancelled; nothing of it is kept."""


def run(
    model: Model | Together | Sequence[Model] | Sequence[Together],
    setting: Setting,
    state: State,
    *,
    months: int = 24,
    replicates: int = 1000,
    seed: int = 0,
    strategies: Strategy | Sequence[Strategy] = (),
    watch: Sequence[str] = (),
    keep_sites: bool = False,
    threads: int | None = None,
    executor: Executor | None = None,
    cluster: str | None = None,
    form: Form | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Outcome:
    """Simulate a model forward, many times.

    Parameters
    ----------
    model
        The model; or one for each of several draws of its parameters, among which the replicates are shared out evenly.
    setting, state
        The place, and where every site stands at the start.
    months
        How far.
    replicates
        How many histories.
    seed
        What chance begins from. The same seed gives the same histories, and two strategies the same chances.
    strategies
        What is done differently.
    watch
        Sites whose own stages are kept.
    keep_sites
        Whether to keep what becomes of every site, for comparisons by any group of sites.
    threads
        How many blocks at a time; as many as this process has processors, if not given.
    executor
        Anything that works like those of ``concurrent.futures``; blocks are sent to it.
    cluster
        The address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``; blocks are sent to its workers.
    form
        ``c`` or ``numpy``; whichever is there, if not given.
    progress
        Called now and then with the share that is done.
    cancel
        Asked now and then; when it says yes, the simulation stops and raises :class:`Stopped`.
    """
    replicates, months = whole(replicates, "The number of replicates", 1), whole(months, "The number of months", 0)
    seed = whole(seed, "A seed", 0, (1 << 64) - 1)
    if threads is not None:
        threads = whole(threads, "The number of threads", 1)
    models: list[Model | Together] = [model] if isinstance(model, Model | Together) else [*model]
    chosen = [strategies] if isinstance(strategies, Strategy) else list(strategies)
    if not models or replicates % len(models) or months % models[0].step:
        raise TakerootError(
            f"Replicates are shared evenly among models, and steps make up the months; found {replicates:,} "
            f"replicates, {len(models):,} models, {months} months in steps of {models[0].step if models else 1}."
        )
    check(form)
    work = Work(
        models, setting, state, months // models[0].step, chosen, seed, replicates, tuple(watch), keep_sites, form
    )
    if cluster is not None:
        from takeroot.simulation.cluster import on_cluster

        blocks = on_cluster(work, cluster, progress, cancel)
    elif executor is not None:
        blocks = _on_executor(work, executor, progress, cancel)
    else:
        blocks = _on_threads(work, threads, progress, cancel)
    return work.outcome(blocks)


@dataclass(eq=False)
class Work:
    """A simulation, divided into blocks. A block's number is that of its replicates, whoever makes it."""

    models: Sequence[Model | Together]
    setting: Setting
    state: State
    steps: int
    strategies: Sequence[Strategy]
    seed: int
    replicates: int
    watch: tuple[str, ...]
    keep_sites: bool
    form: Form | None

    @property
    def each(self) -> int:
        """Replicates of each model."""
        return self.replicates // len(self.models)

    @property
    def blocks_each(self) -> int:
        """Blocks of each model."""
        return -(-self.each // BLOCK)

    def __len__(self) -> int:
        return self.blocks_each * len(self.models)

    def width(self, block: int) -> int:
        """How many replicates a block has."""
        return min(BLOCK, self.each - block % self.blocks_each * BLOCK)

    def columns(self, block: int) -> slice:
        """Which of all replicates they are."""
        model, part = divmod(block, self.blocks_each)
        first = model * self.each + part * BLOCK
        return slice(first, first + self.width(block))

    def layout(self, block: int) -> Layout:
        """What the kernel reads for a block; worked out once where all blocks have the same model."""
        return self._first if len(self.models) == 1 else self._laid_out(block // self.blocks_each)

    @cached_property
    def _first(self) -> Layout:
        return self._laid_out(0)

    def _laid_out(self, number: int) -> Layout:
        model = self.models[number]
        return lay_out(model, self.setting, self.state, self.steps, strategies=self.strategies, seed=self.seed)

    def watched(self) -> NDArray[np.int64]:
        """Where in the layout the watched sites are."""
        if not self.watch:
            return np.zeros(0, np.int64)
        order = np.argsort(self.setting.sites.region_of, kind="stable")
        return np.argsort(order)[self.setting.sites.places(self.watch)]

    def bytes_of_a_block(self) -> int:
        """About how much memory a block needs while it is at work."""
        width = max(self.width(0), 1)
        each = 24 if check(self.form) == "numpy" else 8
        return (
            len(self.setting.sites)
            * improved(self)
            * (max(width, 64 if each == 8 and width > 4 else width) * each + 256)
        )

    def outcome(self, blocks: Iterator[tuple[int, Block]]) -> Outcome:
        """All blocks, put together as they come."""
        models = improvements(self.models[0])
        sites = self.setting.sites
        whole: Block | None = None
        order = np.argsort(sites.region_of, kind="stable")
        for block, part in blocks:
            if whole is None:
                whole = _room(part, self.replicates)
            columns = self.columns(block)
            for name in ("counts", "flows", "watched", "months", "lapses"):
                if getattr(part, name) is not None:
                    getattr(whole, name)[..., columns] = getattr(part, name)
            if part.in_use is not None and whole.in_use is not None:
                whole.in_use += part.in_use
        assert whole is not None
        if whole.in_use is not None and whole.months is not None and whole.lapses is not None:
            given = np.argsort(order)
            whole.in_use, whole.months, whole.lapses = (
                whole.in_use[:, :, given],
                whole.months[:, given],
                whole.lapses[:, given],
            )
        months = int(self.state.month) + self.models[0].step * np.arange(self.steps + 1)  # type: ignore[arg-type]
        return Outcome(
            months=months,
            improvements=tuple(model.name for model in models),
            regions=sites.regions,
            watched=self.watch,
            counts=whole.counts,
            flows=whole.flows,
            stages_watched=whole.watched,
            in_use_by_site=whole.in_use,
            months_by_site=None if whole.months is None else whole.months * self.models[0].step,
            lapses_by_site=whole.lapses,
            cost=self._spent("cost", months, whole.flows),
            effort=self._spent("effort", months, whole.flows),
        )

    def _spent(self, what: str, months: NDArray[np.int64], flows: NDArray[np.int32]) -> NDArray[np.float64]:
        """What the strategies take: their cost, or their effort."""
        spent = np.zeros(self.replicates)
        for strategy in self.strategies:
            within = window(strategy, months[:-1])
            brought = flows[within, 0, :, FLOWS.index("brought_on")].sum(axis=(0, 1))
            spent += getattr(strategy, f"{what}_a_month") * within.sum() * self.models[0].step
            spent += getattr(strategy, f"{what}_a_site") * (brought + seeded(strategy, self.setting))
        return spent


def improved(work: Work) -> int:
    """How many improvements are simulated at once."""
    return len(improvements(work.models[0]))


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _room(part: Block, replicates: int) -> Block:
    """Room for all replicates, shaped after one block."""

    def wide(array: NDArray | None) -> NDArray | None:
        return None if array is None else np.zeros((*array.shape[:-1], replicates), array.dtype)

    in_use = None if part.in_use is None else np.zeros_like(part.in_use)
    return Block(wide(part.counts), wide(part.flows), wide(part.watched), in_use, wide(part.months), wide(part.lapses))  # type: ignore[arg-type]


def _on_threads(
    work: Work, threads: int | None, progress: Callable[[float], None] | None, cancel: Callable[[], bool] | None
) -> Iterator[tuple[int, Block]]:
    at_a_time = max(1, min(threads or processors(), len(work), ROOM // max(work.bytes_of_a_block(), 1)))
    steps = np.zeros((len(work), 2), np.int64)
    total = max(len(work) * work.steps, 1)
    watch = work.watched()

    def made(block: int) -> Block:
        layout = work.layout(block)
        return simulate(layout, block, work.width(block), watch, work.keep_sites, work.form, steps[block])

    if len(work.models) == 1:
        work.layout(0)
    with ThreadPoolExecutor(at_a_time) as pool:
        try:
            yield from gathered(
                len(work),
                at_a_time + 1,
                lambda block, _: pool.submit(made, block),
                progress,
                cancel,
                share=lambda: float(steps[:, 0].sum() / total),
            )
        finally:
            steps[:, 1] = 1


def _on_executor(
    work: Work, executor: Executor, progress: Callable[[float], None] | None, cancel: Callable[[], bool] | None
) -> Iterator[tuple[int, Block]]:
    watch = work.watched()

    def send(block: int, again: bool) -> Sent:
        return executor.submit(
            simulate, work.layout(block), block, work.width(block), watch, work.keep_sites, work.form
        )

    yield from gathered(len(work), 2 * processors() + 2, send, progress, cancel)


def gathered(
    blocks: int,
    at_a_time: int,
    send: Callable[[int, bool], Sent],
    progress: Callable[[float], None] | None,
    cancel: Callable[[], bool] | None,
    *,
    share: Callable[[], float] | None = None,
    again: int = 0,
) -> Iterator[tuple[int, Block]]:
    """The blocks as they are done, a few on their way at a time.

    Parameters
    ----------
    blocks, at_a_time
        How many there are, and how many may be on their way.
    send
        Sends a block to be made; told whether it was sent before and lost.
    progress, cancel
        As in :func:`run`.
    share
        How much is done; the share of the blocks, if not given.
    again
        How often a block that was lost is sent again.
    """
    waiting: dict[Sent, int] = {}
    lost: dict[int, int] = {}
    following = done = 0
    told = time.monotonic()
    try:
        while waiting or following < blocks:
            while following < blocks and len(waiting) < at_a_time:
                waiting[send(following, False)] = following
                following += 1
            ready, _ = wait(waiting, timeout=0.1 if progress or cancel else None, return_when=FIRST_COMPLETED)
            for future in ready:
                block = waiting.pop(future)
                try:
                    made = future.result()
                except (Exception, CancelledError) as error:
                    lost[block] = lost.get(block, 0) + 1
                    if isinstance(error, TakerootError | Cancelled | MemoryError) or lost[block] > again:
                        raise
                    waiting[send(block, True)] = block
                    continue
                done += 1
                yield block, made
            if cancel and cancel():
                raise Stopped("The simulation was stopped, as was asked; nothing of it was kept.")
            if progress and time.monotonic() - told > 0.1:
                told = time.monotonic()
                progress(share() if share else done / blocks)
    finally:
        for future in waiting:
            future.cancel()
    if progress:
        progress(1.0)
