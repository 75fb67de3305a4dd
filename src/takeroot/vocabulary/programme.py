"""A programme: what it is in words, and its tables.

Nothing but a name is needed to begin. ``Programme.read`` takes a folder, a zip of it or a workbook, and ``write`` gives
the same; reading back what was written gives the same programme. Every table goes through the doorway, and the tables
must agree with one another; if anything is wrong, every fault is said at once and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, NotFound
from takeroot.vocabulary import about_in_files, checking, door, folder
from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Column, Dates, IntoFrame
from takeroot.vocabulary.remarks import remarks
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.instruments_in_files import Library

#: The tables whose days say when something was known, for the day up to which a record reaches.
_DATED = ("stages", "values", "deliveries", "adaptations", "notes", "decisions", "events", "entries", "accounts")


class Programme:
    """One programme: ``about`` in words, and a polars frame for every table.

    Parameters
    ----------
    about
        What programme.yaml says; a mapping of it; or just the name.
    instruments
        Its own instruments, overlays and translations: the text of each file, by name.
    tables
        Frames, columns by name or paths, by the name of the table.

    Raises
    ------
    FaultyInput
        With every fault of every table, and where the tables do not agree. A column that its table does not have is
        one; only ``sites`` keeps further columns.

    Examples
    --------
    >>> programme = Programme("Falls", stages={"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]})
    >>> programme
    Programme('Falls': 1 sites, 1 stages)
    >>> programme.stages.select("site", "stage", "on").row(0)
    ('A', 'using', datetime.date(2024, 3, 1))
    """

    about: About
    _frames: dict[str, pl.DataFrame]
    _instruments: dict[str, str]

    def __init__(
        self,
        about: About | Mapping[str, Any] | str,
        /,
        *,
        instruments: Mapping[str, str] | None = None,
        **tables: IntoFrame,
    ) -> None:
        for name in tables:
            if name not in TABLES:
                raise NotFound("table", name, TABLES)
        admitted = {
            name: door.admit(TABLES[name], door.as_sheet(TABLES[name], source), strict=True)
            for name, source in tables.items()
        }
        texts, faults = _instruments(instruments or {})
        self._take(_about(about), admitted, faults, texts)

    def _take(
        self,
        about: About | tuple[Fault, ...],
        admitted: Mapping[str, door.Admitted],
        faults: tuple[Fault, ...] = (),
        instruments: Mapping[str, str] | None = None,
    ) -> None:
        """Keep everything, or raise every fault; ``faults`` are those of whole files, which may have held tables."""
        told = {name: one for name, one in admitted.items() if one.frame.height or one.faults}
        frames = {name: TABLES[name].identified(one.frame) for name, one in told.items()}
        found = {n: checking.Found(n, frames[n], one.rows, one.where, one.unsure) for n, one in told.items()}
        words = about if isinstance(about, About) else None
        self._instruments = dict(instruments or {})
        every = [
            *faults,
            *(about if isinstance(about, tuple) else ()),
            *(fault for one in admitted.values() for fault in one.faults),
            *checking.disagreements(words, found, whole=not faults, known=self.library if instruments else None),
        ]
        if every or words is None:
            raise FaultyInput(every)
        for name in checking.NAMED_BY_OTHERS:
            named = checking.names_used(name, frames)
            if name not in frames and named:
                frames[name] = TABLES[name].identified(TABLES[name].read({TABLES[name].key[0]: named}))
        self.about = words
        self._frames = {name: frames[name] for name in TABLES if name in frames}

    @classmethod
    def read(cls, path: Path | str, *, dates: Dates | None = None) -> Programme:
        """The programme in a folder, a zip of one, or a workbook.

        Parameters
        ----------
        path
            Where it is.
        dates
            How days such as 03/04/2024 are written, where a whole column reads both ways.

        Raises
        ------
        FaultyInput
            With every fault, its file, row and column.
        """
        found = folder.read(Path(path))
        admitted = {
            name: door.admit(
                TABLES[name], sheet, dates=dates, strict=True, guess=True, covariates=found.covariates.get(name)
            )
            for name, sheet in found.sheets.items()
        }
        programme = cls.__new__(cls)
        programme._take(found.about, admitted, found.faults, found.instruments)
        return programme

    @classmethod
    def kept(
        cls, about: About, frames: Mapping[str, pl.DataFrame], instruments: Mapping[str, str] | None = None
    ) -> Programme:
        """The programme of frames that came through the door before and have their ids; nothing is checked again.

        For a store that reads back what it kept, or a part of it: a part may cite rows that it does not hold.
        """
        programme = cls.__new__(cls)
        programme.about = about
        programme._instruments = dict(instruments or {})
        programme._frames = {name: frames[name] for name in TABLES if name in frames and frames[name].height}
        return programme

    def write(self, path: Path | str) -> Path:
        """Write it as a folder, or as a zip or a workbook by the suffix; all of it, or nothing.

        Returns
        -------
        Path
            Where it is now.
        """
        return folder.write(Path(path), self.about, self._frames, self.covariates, self._instruments)

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name in TABLES and "_frames" in self.__dict__:
            return self._frames[name] if name in self._frames else TABLES[name].empty()
        raise AttributeError(f"A programme has no '{name}'; its tables are: {', '.join(TABLES)}.")

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *TABLES])

    @property
    def name(self) -> str:
        """What it is called."""
        return self.about.name

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What "sustained" means here: the rules declared, none of them the default."""
        return self.about.rules

    @property
    def instruments(self) -> dict[str, str]:
        """Its own instruments, overlays and translations: the text of each file, by name."""
        return dict(self._instruments)

    @property
    def library(self) -> Library:
        """Every instrument that it can use: those that Takeroot brings, and its own."""
        from takeroot.vocabulary import own_instruments

        return own_instruments.library_of(self._instruments)

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables that have rows, by name."""
        return dict(self._frames)

    @property
    def covariates(self) -> dict[str, dict[str, Column]]:
        """Further columns kept, and their kinds, by table."""
        from takeroot.vocabulary.cells import covariate

        return {
            name: further
            for name, frame in self._frames.items()
            if (further := {c: covariate(frame[c]) for c in frame.columns if c not in TABLES[name].columns})
        }

    @cached_property
    def as_at(self) -> date | None:
        """The day up to which the record is complete: as stated, or the latest in it; none, where nothing is dated.

        Values and deliveries that all stand on the first of a month speak of the whole of it.
        """
        if self.about.as_at:
            return self.about.as_at
        days = []
        for name in (name for name in _DATED if name in self._frames):
            on = self._frames[name]["on"]
            if TABLES[name].columns["on"].month and (on.dt.day() == 1).all():
                on = on.dt.month_end()
            days.append(on.max())
        return max(days) if days else None  # type: ignore[type-var,return-value]  # every row has a day

    @property
    def remarks(self) -> list[str]:
        """What is not at fault but may not be meant, in sentences."""
        return remarks(self.about, self._frames, self.library if self._instruments else None)

    def with_tables(self, **tables: IntoFrame) -> Programme:
        """The same programme with some tables changed."""
        return Programme(self.about, instruments=self._instruments, **{**self._frames, **tables})

    def find(self, reference: str) -> dict[str, Any]:
        """The row that a reference such as ``stages:1a2b3c4d5e`` means.

        Raises
        ------
        NotFound
            If there is no such row.
        """
        name, _, row = reference.partition(":")
        if name in self._frames:
            found = self._frames[name].filter(pl.col("id") == row)
            if found.height:
                return found.row(0, named=True)
        raise NotFound("row", reference, ())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Programme):
            return NotImplemented
        mine, theirs = self._frames, other._frames
        return (
            self.about == other.about
            and self._instruments == other._instruments
            and mine.keys() == theirs.keys()
            and all(_same(mine[name], theirs[name]) for name in mine)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        rows = ", ".join(f"{frame.height:,} {name}" for name, frame in self._frames.items())
        return f"Programme({self.name!r}: {rows or 'nothing recorded yet'})"


def _same(mine: pl.DataFrame, theirs: pl.DataFrame) -> bool:
    """The same rows in any order, the covariates in any order of columns."""
    if set(mine.columns) != set(theirs.columns) or mine.height != theirs.height:
        return False
    columns = sorted(mine.columns)
    return mine.select(columns).sort("id").equals(theirs.select(columns).sort("id"), null_equal=True)


def _instruments(given: Mapping[str, str]) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """Its own instruments, and what is wrong with them."""
    if not given:
        return {}, ()
    from takeroot.vocabulary import own_instruments

    return own_instruments.checked({name: text.encode() for name, text in given.items()})


def _about(about: About | Mapping[str, Any] | str) -> About | tuple[Fault, ...]:
    if isinstance(about, About):
        return about
    given = {"name": about} if isinstance(about, str) else dict(about)
    return about_in_files.checked(given, "programme")
