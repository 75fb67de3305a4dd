"""Chance is Philox4x32-10, keyed by the seed, and belongs to a site."""

from __future__ import annotations

import numpy as np
import pytest

from takeroot.errors import TakerootError
from takeroot.simulation import Sites, chance
from takeroot.simulation.arithmetic import exp, uniform

#: Known answers: Random123, kat_vectors, philox4x32 10.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_the_generator_gives_the_known_answers(
    counter: tuple[int, ...], key: tuple[int, int], words: tuple[int, ...]
) -> None:
    assert tuple(word.item() for word in chance.philox(counter, key)) == words


def test_a_draw_is_that_of_its_counter() -> None:
    ids = chance.hashes(["A", "B"])
    drawn = chance.draws((5 << 32) + 7, ids, block=3, month=675, purpose=chance.QUEUE, improvement=2)
    assert drawn.shape == (2, 64)
    low, high = int(ids[1]) & 0xFFFFFFFF, int(ids[1]) >> 32
    for replicate in (0, 17, 63):
        counter = (16 * 3 + replicate % 16, 675 | chance.QUEUE << 16 | 2 << 24, low, high)
        assert drawn[1, replicate] == chance.philox(counter, (7, 5))[replicate // 16]


def test_a_name_has_the_same_hash_whatever_stands_beside_it() -> None:
    alone = chance.hashes(["Ward 7"])
    beside = chance.hashes(["", "A much longer name, with ä and 例", "Ward 7"])
    assert beside[2] == alone[0]
    assert len(set(beside.tolist())) == 3


def test_draws_are_even_and_do_not_follow_each_other() -> None:
    words = uniform(chance.draws(1, chance.hashes(np.arange(2000)), 0, 600, chance.MOVE))
    counts = np.bincount((words.ravel() * 16).astype(int).clip(max=15), minlength=16)
    expected = words.size / 16
    assert ((counts - expected) ** 2 / expected).sum() < 45
    later = uniform(chance.draws(1, chance.hashes(np.arange(2000)), 0, 601, chance.MOVE))
    assert abs(np.corrcoef(words.ravel(), later.ravel())[0, 1]) < 4.5 / np.sqrt(words.size)


def test_the_exponential_is_near_enough() -> None:
    x = np.linspace(-60, 60, 200_001, dtype=np.float32)
    np.testing.assert_allclose(exp(x), np.exp(x.astype(np.float64)), rtol=3e-7)


def test_a_site_needs_a_name_of_its_own() -> None:
    with pytest.raises(TakerootError, match="found 'A' twice"):
        Sites(["A", "B", "A"])
