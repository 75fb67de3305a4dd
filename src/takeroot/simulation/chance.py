"""Chance that belongs to a site: counter-based random numbers.

A draw is a function of the seed, the replicate, the site's own id, the month and the purpose, and of nothing else. So
adding or reordering sites moves nobody else's draws, any division of the work gives the same numbers, and two
strategies that do the same thing have the same history.

The generator is Philox4x32-10. Key: the seed. Counter: ``16·(replicate div 64) + replicate mod 16``; the month since
January 1970, with the purpose in bits 16-23 and the improvement in bits 24-31; the lower and the upper half of the
64-bit hash of the site's id. The draw is word ``(replicate div 16) mod 4``: sixteen calls serve a block of 64
replicates.

References
----------
Salmon JK, Moraes MA, Dror RO, Shaw DE. Parallel random numbers: as easy as 1, 2, 3. SC11, 2011.
doi:10.1145/2063384.2063405. Fowler G, Noll LC, Vo KP: FNV-1a; Steele GL, et al. Fast splittable pseudorandom number
generators. OOPSLA 2014 (the finaliser of SplitMix64).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: What a draw is for.
MOVE, ADAPT, QUEUE, TURN = range(4)
#: Replicates in a block.
BLOCK = 64

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)

Words = NDArray[np.uint32]


def philox(counter: Sequence[NDArray | int], key: Sequence[int], rounds: int = 10) -> tuple[Words, Words, Words, Words]:
    """Four random words for every counter, which are four arrays that go together.

    Examples
    --------
    >>> [hex(word.item()) for word in philox((0, 0, 0, 0), (0, 0))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    c0, c1, c2, c3 = (np.asarray(each, dtype=np.uint64) for each in counter)
    k0, k1 = key
    for _ in range(rounds):
        first, second = c0 * np.uint64(_MULTIPLIERS[0]), c2 * np.uint64(_MULTIPLIERS[1])
        c0, c1, c2, c3 = (
            (second >> _32) ^ c1 ^ np.uint64(k0),
            second & _LOW,
            (first >> _32) ^ c3 ^ np.uint64(k1),
            first & _LOW,
        )
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    c0, c1, c2, c3 = np.broadcast_arrays(c0, c1, c2, c3)
    return c0.astype(np.uint32), c1.astype(np.uint32), c2.astype(np.uint32), c3.astype(np.uint32)


def draws(seed: int, ids: NDArray[np.uint64], block: int, month: int, purpose: int, improvement: int = 0) -> Words:
    """The draws of some sites in one block of replicates: a row a site, a column a replicate."""
    first = np.arange(16 * block, 16 * block + 16, dtype=np.uint64)
    site = ids[:, None]
    words = philox((first, month | purpose << 16 | improvement << 24, site & _LOW, site >> _32), key(seed))
    return np.concatenate(words, axis=1)


def key(seed: int) -> tuple[int, int]:
    """A seed as the key of the generator."""
    return seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF


def hashes(names: Sequence[str] | NDArray) -> NDArray[np.uint64]:
    """The 64-bit hash of each site's id; of text its UTF-8, of a whole number the number itself.

    Examples
    --------
    >>> [hex(each) for each in hashes(["A", "Ward 7"]).tolist()]
    ['0x80a8dedd6aae8bfe', '0x2f8e71588d3a4d00']
    """
    given = np.asarray(names)
    if given.dtype.kind in "iu":
        return _mixed(given.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))
    text = np.char.encode(given.astype(str), "utf-8")
    letters = (
        np.frombuffer(text.tobytes(), np.uint8).reshape(len(text), -1) if len(text) else np.zeros((0, 0), np.uint8)
    )
    lengths = np.char.str_len(text) if len(text) else np.zeros(0, np.int64)
    mixed = np.full(len(text), 0xCBF29CE484222325, np.uint64)
    for at in range(letters.shape[1]):
        mixed = np.where(at < lengths, (mixed ^ letters[:, at]) * np.uint64(0x100000001B3), mixed)
    return _mixed(mixed)


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
