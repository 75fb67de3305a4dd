"""Chance, handed down from one seed.

Only ``random()`` of a numpy Generator is used: its stream is the same in every version, so the folder that the script
writes is the same to the byte. Each purpose has its own stream, so that changing one leaves the others alone.
"""

from __future__ import annotations

import zlib
from statistics import NormalDist
from typing import TypeVar

import numpy as np

SEED = 20_250_331
_NORMAL = NormalDist()
Thing = TypeVar("Thing")


class Chance:
    """A stream of chance for one purpose."""

    def __init__(self, *purpose: str) -> None:
        self._rng = np.random.default_rng([SEED, zlib.crc32("/".join(purpose).encode())])

    def share(self) -> float:
        """A number from 0 to 1."""
        return float(self._rng.random())

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.share() < probability

    def between(self, low: float, high: float) -> float:
        """A number between two others, all as likely."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def normal(self, centre: float = 0.0, sd: float = 1.0) -> float:
        """A number from a normal distribution."""
        return centre + sd * _NORMAL.inv_cdf(min(max(self.share(), 1e-9), 1 - 1e-9))

    def count(self, trials: int, probability: float) -> int:
        """How many of so many trials succeed."""
        return int((self._rng.random(trials) < probability).sum())

    def one_of(self, things: list[Thing]) -> Thing:
        """One of several, all as likely."""
        return things[self.whole(0, len(things) - 1)]
