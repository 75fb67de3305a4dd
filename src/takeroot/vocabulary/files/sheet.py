"""A raw sheet: one table as it was found in a file, before any agreement about columns looks at it.

Whatever the file was, the first row with anything in it is the header, rows with nothing in them are left out (they
still count), and every cell is text or empty. What the file itself does wrong - a name that stands twice, a cell
under no name - is noted here; what its cells should say is for the doorway to judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted

#: Bytes of a file, as it lies and as it is when unpacked; cells of a sheet; columns, as many as a spreadsheet can have.
LARGEST = 512 * 2**20
CELLS = 20_000_000
WIDEST = 16_384

#: Faults of one sort listed for a sheet before the rest are only counted.
LISTED = 50


@dataclass(frozen=True)
class Sheet:
    """One raw table as found in a file.

    Parameters
    ----------
    name
        The stem of the file, or the name of the sheet.
    where
        The place as faults say it: ``stages.csv``, or ``tracker.xlsx, sheet 'stages'``.
    frame
        The columns under their names as the header has them, without blanks around; text, empty where there is none.
        Of a Parquet file: as they are.
    rows
        The number that a person sees beside each row in a spreadsheet (UInt32); the header is 1 as a rule.
    faults
        What was found wrong while reading.
    """

    name: str
    where: str
    frame: pl.DataFrame
    rows: pl.Series
    faults: tuple[Fault, ...] = ()


def refused(
    says: str, where: str, row: int | None = None, column: str | None = None, found: str | None = None
) -> FaultyInput:
    """The one fault for which a file can not be read at all."""
    return FaultyInput([Fault(says, where, row, column, found)])


def letters(column: int) -> str:
    """The letters over a column of a spreadsheet, the first being 0.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    while column >= 0:
        name, column = chr(65 + column % 26) + name, column // 26 - 1
    return name


class Noted:
    """The faults of a sheet: the first of each sort one by one, the rest counted."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._faults: list[Fault] = []
        self._count: Counter[str] = Counter()

    def more(self, sort: str, count: int) -> None:
        """So many more that are only counted."""
        self._count[sort] += count

    def full(self, sort: str) -> bool:
        """Whether as many are listed as will be; if so, this one is counted."""
        listed = self._count[sort] < LISTED
        self._count[sort] += not listed
        return not listed

    def note(
        self, sort: str, says: str, row: int | None = None, column: str | None = None, found: str | None = None
    ) -> None:
        """One more; ``sort`` is what several of them are called, as in '12 more error cells'."""
        self._count[sort] += 1
        if self._count[sort] <= LISTED:
            self._faults.append(Fault(says, self.where, row, column, found))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them, those with the first row first."""
        over = [(sort, n - LISTED) for sort, n in self._count.items() if n > LISTED]
        more = [Fault(f"{n:,} more {sort}", self.where, more=n) for sort, n in over]
        return (*sorted(self._faults, key=lambda fault: fault.row or 0), *more)


def assembled(
    name: str,
    header: Sequence[str],
    body: Iterator[Sequence[Any]],
    *,
    at: int,
    noted: Noted,
    text: Callable[[Sequence[Any], int, int], pl.Series],
    first: int = 0,
) -> Sheet:
    """A sheet from its header and its rows.

    Parameters
    ----------
    header
        What the cells of the header say.
    body
        The rows after it, each with as many cells as the header.
    at
        The number of the header's row.
    noted
        Where faults are noted.
    text
        Makes text of the cells of one column; also told the column, from 0, and the number of the first cell's row.
    first
        The column of the first cell in the spreadsheet, from 0.
    """
    names = [cell.strip() for cell in header]
    kept = _kept(names, at, first, noted)
    width, row = len(names), at + 1
    frames, numbers = (
        [pl.DataFrame(schema=[(str(place), pl.String) for place in kept])],
        [pl.Series([], dtype=pl.UInt32)],
    )
    while chunk := list(islice(body, max(1, 20_000 // max(1, width)))):
        if (row - at + len(chunk)) * width > CELLS:
            raise refused(f"at most {CELLS:,} cells are read from one sheet; split it into several files", noted.where)
        if all(cell == "" for cells in chunk for cell in cells):
            row += len(chunk)
            continue
        columns = [text(cells, place, row).alias(str(place)) for place, cells in enumerate(zip(*chunk, strict=True))]
        said = pl.DataFrame(columns).select(pl.when(pl.all().str.strip_chars().str.len_bytes() > 0).then(pl.all()))
        which = pl.Series("row", range(row, row + len(chunk)), dtype=pl.UInt32)
        for place in range(width):
            if not names[place] and said[str(place)].null_count() < len(chunk):
                _nameless(said[str(place)], letters(first + place), which, noted)
        said = said.select(str(place) for place in kept)
        blank = said.select(pl.all_horizontal(pl.all().is_null())).to_series()
        if blank.any():
            said, which = said.filter(~blank), which.filter(~blank)
        frames.append(said)
        numbers.append(which)
        row += len(chunk)
    frame = pl.concat(frames).rename({str(place): names[place] for place in kept})
    return Sheet(name, noted.where, frame, pl.concat(numbers).alias("row"), noted.faults)


def _kept(names: Sequence[str], at: int, first: int, noted: Noted) -> list[int]:
    """The places of the columns that have a name of their own."""
    known: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in known:
            both = f"{letters(first + known[name])} and {letters(first + place)}"
            says = f"the columns {both} are both called {quoted(name)}; rename one"
            noted.note("names that stand twice", says, at, name, quoted(name))
        elif name:
            known[name] = place
    return list(known.values())


def _nameless(column: pl.Series, letter: str, rows: pl.Series, noted: Noted) -> None:
    """Cells that say something under no name."""
    which = column.is_not_null().arg_true()
    for at in which.head(LISTED).to_list():
        cell, found = f"{letter}{rows[at]}", quoted(column[at])
        says = f"the cell {cell} says {found} under no name; name the column in the header, or empty the cell"
        noted.note("cells under no name", says, rows[at], None, found)
    noted.more("cells under no name", max(0, which.len() - LISTED))
