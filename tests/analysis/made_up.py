"""Sites that leave and come back, made from a seed by arithmetic that is the same in every language."""

from __future__ import annotations

from math import ceil, log

import polars as pl


class Numbers:
    """Park and Miller's minimal generator: what it gives can be made anew in any other tool."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def next(self) -> float:
        self.state = 16807 * self.state % 2147483647
        return self.state / 2147483647


def recurring(sites: int = 60, seed: int = 4711) -> pl.DataFrame:
    """Rows of (start, stop], in whole months so that there are many ties, some sites seen late, with several lapses."""
    numbers, rows = Numbers(seed), []
    for site in range(1, sites + 1):
        coached, size = int(numbers.next() < 0.5), round(1 + 9 * numbers.next(), 1)
        proneness = -log(numbers.next())
        start = 0 if numbers.next() < 0.7 else ceil(6 * numbers.next())
        end, number = start + ceil(30 * numbers.next()), 1
        while start < end:
            chance = 0.05 * proneness * (0.5 if coached else 1.0) * (1 + size / 10)
            stop = start + ceil(-log(numbers.next()) / chance)
            event = stop < end
            stop = min(stop, end)
            rows.append((site, site % 13, start, stop, event, number, coached, size))
            start, number = stop, number + 1
    names = ["site", "centre", "start", "stop", "event", "number", "coached", "size"]
    return pl.DataFrame(rows, schema=names, orient="row")


def leaving(sites: int = 120, seed: int = 815) -> pl.DataFrame:
    """Times to leaving in one of two ways, in whole months, with some lost to sight."""
    numbers, rows = Numbers(seed), []
    for site in range(1, sites + 1):
        coached, size = int(numbers.next() < 0.5), round(1 + 9 * numbers.next(), 1)
        lapse = ceil(-30 * log(numbers.next()) * (1.5 if coached else 1.0))
        replaced = ceil(-(20 + 4 * size) * log(numbers.next()))
        lost = ceil(48 * numbers.next())
        months = min(lapse, replaced, lost)
        way = "lapsed" if lapse == months and lapse < lost else "replaced" if replaced == months < lost else None
        rows.append((site, months, way is not None, way, coached, size))
    names = ["site", "months", "event", "left_as", "coached", "size"]
    return pl.DataFrame(rows, schema=names, orient="row")
