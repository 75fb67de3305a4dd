"""The compiled form of the kernel gives what the numpy form gives, to the bit: every variant, every manner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from tests.simulation.made_models import layouts

from takeroot.simulation import kernel
from takeroot.simulation.kernel import Block
from takeroot.simulation.layout import Layout

compiled = pytest.importorskip("takeroot.simulation.compiled", reason="no C compiler was found at installation")


def parts(block: Block) -> list[np.ndarray]:
    found = (block.counts, block.flows, block.watched, block.in_use, block.months, block.lapses)
    return [part for part in found if part is not None]


@settings(max_examples=150)
@given(layouts())
def test_both_forms_give_the_same_bits(made: tuple[Layout, int, int]) -> None:
    layout, block, width = made
    watch = np.arange(0, layout.sites, 3)
    defined = parts(kernel.run(layout, block, width, watch=watch, keep_sites=True))
    for using in compiled.VARIANTS:
        for manner in ("lanes", "sites"):
            progress = np.zeros(2, np.int64)
            ours = compiled.run(
                layout, block, width, watch=watch, keep_sites=True, progress=progress, using=using, manner=manner
            )
            for expected, found in zip(defined, parts(ours), strict=True):
                np.testing.assert_array_equal(found, expected, err_msg=f"{using} {manner}")
            assert progress[0] == layout.steps


@settings(max_examples=60)
@given(layouts())
def test_a_block_of_fewer_replicates_is_the_beginning_of_a_whole_one(made: tuple[Layout, int, int]) -> None:
    layout, block, width = made
    whole, fewer = kernel.run(layout, block), kernel.run(layout, block, width)
    np.testing.assert_array_equal(fewer.counts, whole.counts[..., :width])
    np.testing.assert_array_equal(fewer.flows, whole.flows[..., :width])


@settings(max_examples=60)
@given(layouts())
def test_sites_are_neither_made_nor_lost(made: tuple[Layout, int, int]) -> None:
    layout, block, width = made
    counted = kernel.run(layout, block, width).counts.sum(axis=(2, 3))
    for standing, month in enumerate(layout.months):
        there = ((layout.since <= month) & (month < layout.until)).sum()
        assert (counted[standing] == there).all()
