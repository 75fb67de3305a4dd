"""The compiled form of the kernel, given what it reads in the order in which it reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import takeroot.simulation._kernel as _kernel  # type: ignore[import-not-found]  # made by the compiler
from takeroot.simulation.exposure import TIES, Layer
from takeroot.simulation.kernel import Block, Cancelled
from takeroot.simulation.layout import Improvement, Layout

#: Up to so many replicates, sites are put side by side rather than replicates.
FEW = 6
VARIANTS: list[str] = _kernel.variants()


def variant() -> str:
    """The widest vectors that this processor has."""
    return VARIANTS[0]


def run(
    layout: Layout,
    block: int,
    width: int,
    *,
    watch: NDArray[np.int64],
    keep_sites: bool,
    progress: NDArray[np.int64],
    using: str | None = None,
    manner: Literal["lanes", "sites"] | None = None,
) -> Block:
    """One block of replicates, as :func:`takeroot.simulation.kernel.run` defines it.

    ``using`` names a variant, and ``manner`` whether replicates or sites are put side by side: tests ask for each.
    """
    out = Block.empty(layout, width, len(watch), keep_sites)
    numbers, arrays = _written(layout, block, width, watch, keep_sites)
    none = np.zeros(0, np.int32)
    kept = [array if array is not None else none for array in (out.in_use, out.months, out.lapses)]
    arrays += [out.counts, out.flows, out.watched, *kept, progress]
    which = VARIANTS.index(using) if using else 0
    manner = manner or ("sites" if width <= FEW else "lanes")
    if not _kernel.run(np.array(numbers, np.int64), tuple(arrays), which, manner):
        raise Cancelled
    return out


def _written(
    layout: Layout, block: int, width: int, watch: NDArray[np.int64], keep_sites: bool
) -> tuple[list[int], list[NDArray]]:
    views = layout.views
    seed = layout.seed - (1 << 64 if layout.seed >> 63 else 0)
    numbers = [layout.sites, layout.steps, len(layout.regions), len(layout.improvements), len(views)]
    numbers += [len(layout.forces), int(layout.exclusive), seed, block, width, len(watch), int(keep_sites)]
    arrays = [
        _as(layout.months, np.int64),
        _as(layout.ids, np.uint64),
        _as(layout.starts, np.int64),
        _as(layout.since, np.int64),
        _as(layout.until, np.int64),
        _as([which for which, _ in views], np.int64),
        _as([near for _, near in views], np.int64),
        _as(watch, np.int64),
    ]
    for force in layout.forces:
        numbers += [force.improvement, force.step, force.of, force.stage, len(force.sites)]
        arrays.append(_as(force.sites, np.int64))
    for one in layout.improvements:
        _write_improvement(one, numbers, arrays)
    return numbers, arrays


def _write_improvement(one: Improvement, numbers: list[int], arrays: list[NDArray]) -> None:
    fit, memory, capacity, growth = one.fit, one.memory, one.capacity, one.growth
    numbers += [len(one.source), int(one.rate), len(one.static), len(one.varying), len(one.layers)]
    numbers += [int(fit is not None), one.restores, int(memory is not None), one.fades, int(capacity is not None)]
    arrays += [_as(one.source, np.uint8), _as(one.target, np.uint8), _as(one.needs_capacity, np.uint8)]
    arrays += [_as(one.static, np.float32), _as(one.common, np.float32)]
    for term in one.varying:
        numbers.append(len(term.table))
        arrays += [_as(term.table, np.float32), _as(term.row, np.int32), _as(term.coefficients, np.float32)]
    for layer in one.layers:
        _write_layer(layer, numbers, arrays)
    arrays += [_as(part, np.float32) for part in (fit, memory) if part is not None]
    if capacity is not None and growth is not None:
        arrays += [_as(capacity, np.float64), _as(growth, np.float64), _as([one.most], np.float64)]
    arrays += [_as(one.stage, np.uint8), _as(one.lost, np.uint16), _as(one.fresh, np.uint16)]


def _write_layer(layer: Layer, numbers: list[int], arrays: list[NDArray]) -> None:
    counted = layer.along == TIES and bool((layer.weight == 1).all())
    windows, threshold = layer.since is not None, layer.at_least is not None
    numbers += [layer.along, layer.view, int(layer.share), int(counted), int(windows), int(threshold)]
    numbers.append(len(layer.source))
    arrays += [_as(layer.first, np.int64), _as(layer.source, np.int32), _as(layer.weight, np.int32)]
    arrays += [_as(end, np.int32) for end in (layer.since, layer.until) if end is not None]
    arrays.append(_as(layer.scale, np.float32))
    arrays += [_as(layer.at_least, np.float32)] if layer.at_least is not None else []
    arrays.append(_as(layer.coefficients, np.float32))


def _as(part: NDArray | Sequence[float], kind: Any) -> NDArray:
    return np.ascontiguousarray(part, dtype=kind)
