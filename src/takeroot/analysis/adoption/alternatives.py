"""How else might the record be read? Each choice of sources with each other, and either side of every open conflict.

A range over all of these holds whatever figures anybody's choice would give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import UNKNOWN, Record, Told, differing, not_chosen, told
from takeroot.vocabulary.stages import IN_USE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Choices of sources are read one by one, up to so many.
MOST = 32


def alternatives(programme: Programme) -> Iterator[Record]:
    """Every other way of reading the record.

    Where there are more than :data:`MOST` choices of sources, one reading stands for them all. It can only widen a
    range: a site that any source ever has in use, or not known, may be in use from then on, and may not be.
    """
    everything = told(programme)
    choices = _choices(programme, everything)
    if len(choices) > MOST:
        yield _any_at_all(everything)
        choices = choices[:1]
    for nth, left_out in enumerate(choices):
        if differing(everything.without(left_out)).height:
            yield everything.read(left_out, "in use")
            yield everything.read(left_out, "not in use")
        elif nth:
            yield everything.read(left_out)


def _choices(programme: Programme, everything: Told) -> list[frozenset[str]]:
    """The sources that each choice leaves out, and first the choice that figures follow.

    They are sought only until it is known that there are too many.
    """
    sources = everything.rows["source"].drop_nulls().unique()
    choices = [frozenset[str]()]
    for reading in programme.about.readings:
        told_of = frozenset(reading.between).intersection(sources)
        more = (left_out | (told_of - {one}) for left_out in choices for one in reading.between)
        choices = list(dict.fromkeys(more))
        if len(choices) > MOST:
            break
    return list(dict.fromkeys([frozenset(not_chosen(programme).intersection(sources)), *choices]))


def _any_at_all(everything: Told) -> Record:
    """What no choice of sources goes beyond: all that any source has in use or not known, on some day from its own."""
    rows = everything.rows.filter(pl.col("stage").is_in([*IN_USE, UNKNOWN]))
    read = replace(everything, rows=rows).read()
    after_the_end = pl.lit(everything.until, dtype=pl.Date).dt.offset_by("1d")
    return replace(read, rows=read.rows.with_columns(latest=after_the_end))
