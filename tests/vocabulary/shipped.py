"""Instruments as they are shipped."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.instrument import Instrument


@cache
def read(name: str) -> Instrument:
    filed = instruments_in_files.look(instruments_in_files.SHIPPED / name)
    assert isinstance(filed.holds, Instrument), filed.faults
    return filed.holds


def half_up(number: float | Decimal, places: str = "0.1") -> Decimal:
    return Decimal(str(number)).quantize(Decimal(places), ROUND_HALF_UP)
