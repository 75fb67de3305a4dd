"""What is known of instruments beside a programme: which there are, what rounds promised, and what was answered.

A programme in files has all of it in its tables. In the workbench the answers to anonymous rounds lie apart from them,
each round has promised how small a group may be shown, and it is known which day it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from takeroot.analysis.assessment.grouping import FLOOR
from takeroot.vocabulary.instrument import Instrument
from takeroot.vocabulary.instrument_library import Edition, Library
from takeroot.vocabulary.programme import Programme


@dataclass(frozen=True, eq=False)
class Asked:
    """What is known of the instruments of a programme.

    Parameters
    ----------
    programme
        The programme.
    rounds, answers
        Its rounds and what was answered in them, where more is known than its tables say: of rounds the ``floor`` that
        each promised, and whatever else :func:`~takeroot.analysis.assessment.counts` heeds.
    stood
        Instruments as they stood when they were asked, by id and edition, where they are not in the library.
    on
        The day on which it is looked at. If it is not given, no clock is read: what the record says is complete up to
        a day is looked at on the next.
    """

    programme: Programme
    rounds: pl.DataFrame | None = None
    answers: pl.DataFrame | None = None
    stood: Mapping[Edition, Instrument] = field(default_factory=dict)
    on: date | None = None

    @cached_property
    def known(self) -> Library:
        """Every instrument there is."""
        return self.programme.library

    @cached_property
    def looked(self) -> date:
        """The day on which rounds are looked at: after the last that is counted, and never after today.

        Without a day that the programme states, it is today where that is known.
        """
        as_at = self.programme.about.as_at or (self.programme.as_at if self.on is None else None)
        after = [min(as_at, date.max - timedelta(days=1)) + timedelta(days=1)] if as_at else []
        return min([*after, *([self.on] if self.on else [])], default=date.min)

    def counted(self, frame: pl.DataFrame, column: str) -> pl.DataFrame:
        """Rows up to the day that the programme states, if it states one; those without a day among them."""
        if self.programme.about.as_at is None:
            return frame
        return frame.filter((pl.col(column) <= self.programme.about.as_at).fill_null(True))

    @cached_property
    def given(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Every round that had begun, with the ``floor`` of each, and every answer to them."""
        rounds = self.programme.rounds if self.rounds is None else self.rounds
        if "floor" not in rounds.columns:
            rounds = rounds.with_columns(floor=pl.lit(None, pl.Int64))
        rounds = self.counted(rounds.with_columns(pl.col("floor").fill_null(FLOOR)), "opens")
        answers = self.programme.answers if self.answers is None else self.answers
        return rounds, answers.filter(pl.col("round").is_in(rounds["round"].implode()))

    def edition(self, name: str, edition: str) -> Instrument | None:
        """An instrument in one edition; none, where it is not here."""
        return self.known.editions.get((name, edition)) or self.stood.get((name, edition))

    def editions(self, name: str) -> list[Instrument]:
        """Every edition of an instrument."""
        return [one for (of, _), one in self.known.editions.items() if of == name]

    def in_use(self, name: str) -> Instrument | None:
        """An instrument in the edition in use; none, where it is not here."""
        edition = self.known.in_use.get(name)
        return None if edition is None else self.known.editions[name, edition]
