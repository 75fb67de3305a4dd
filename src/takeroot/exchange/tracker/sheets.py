"""A tracker as it lies: sheets of cells, with the colour, the comment and the place of each.

Nothing is judged here. Cells are kept as a grid of values, row 1 being the first a person sees; colours, comments,
errors and merged blocks, of which there are few, stand beside it by row and column (both from 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeAlias

from takeroot.vocabulary.files.sheet import letters

Value: TypeAlias = str | float | bool | date | time | None
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One cell as a person sees it.

    Parameters
    ----------
    row, column
        Where it stands, both from 1.
    value
        What it holds: text, a number, a day, yes or no; of a merged block, what its first cell holds.
    colour
        Its fill as ``#rrggbb``; empty where it has none.
    comment
        What somebody wrote beside it.
    error
        The error it shows, such as ``#REF!``.
    """

    row: int
    column: int
    value: Value = None
    colour: str = ""
    comment: str = ""
    error: str = ""

    @property
    def text(self) -> str:
        """What it says, as text."""
        return shown(self.value)

    @property
    def name(self) -> str:
        """What a spreadsheet calls it: ``C7``."""
        return f"{letters(self.column - 1)}{self.row}"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a tracker.

    Parameters
    ----------
    name
        What its tab says; of a CSV file, the stem of the file's name.
    rows
        Its values, row by row, all rows of the same length.
    colours, comments, errors
        By row and column.
    spread
        The first cell of the merged block that a cell belongs to, by row and column.
    hidden
        Whether the sheet is hidden.
    hidden_rows, hidden_columns
        Those that are.
    struck
        The cells whose text is struck through.
    said
        What may say of which year its months are: the name of the file.
    """

    name: str
    rows: list[list[Value]] = field(repr=False)
    colours: Mapping[Place, str] = field(default_factory=dict, repr=False)
    comments: Mapping[Place, str] = field(default_factory=dict, repr=False)
    errors: Mapping[Place, str] = field(default_factory=dict, repr=False)
    spread: Mapping[Place, Place] = field(default_factory=dict, repr=False)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[Place] = frozenset()
    said: str = ""

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """How many columns."""
        return len(self.rows[0]) if self.rows else 0

    def value(self, row: int, column: int) -> Value:
        """What a cell holds; what its block holds, where it is merged."""
        if self.spread:
            row, column = self.spread.get((row, column), (row, column))
        if 0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return None

    def column(self, column: int, first: int) -> list[Value]:
        """What the cells of a column hold, from a row on."""
        if not any(c == column for _, c in self.spread):
            return [row[column - 1] for row in self.rows[first - 1 :]]
        return [self.value(row, column) for row in range(first, self.height + 1)]

    def text(self, row: int, column: int) -> str:
        """What a cell says."""
        return shown(self.value(row, column))

    def cell(self, row: int, column: int) -> Cell:
        """A cell with all there is to see of it."""
        here = (row, column)
        first = self.spread.get(here, here) if self.spread else here
        return Cell(
            row,
            column,
            self.value(row, column),
            self.colours.get(here) or self.colours.get(first, "") if self.colours else "",
            self.comments.get(first, "") if self.comments else "",
            self.errors.get(first, "") if self.errors else "",
        )

    def bare(self, row: int, column: int) -> bool:
        """Whether there is certainly nothing to see of a cell; a cheap look before :meth:`cell`."""
        if self.spread or self.errors or (row, column) in self.colours or (row, column) in self.comments:
            return False
        return self.rows[row - 1][column - 1] is None

    def cells(self, row: int) -> Iterator[Cell]:
        """The cells of a row."""
        return (self.cell(row, column) for column in range(1, self.width + 1))


@dataclass(frozen=True)
class Tracker:
    """A file as it lies.

    Parameters
    ----------
    name
        The file's name.
    sheets
        Its sheets, in order.
    remarks
        What could not be seen, such as colours of a workbook that opens only in part.
    saved
        The day on which it was last saved, where it says so.
    """

    name: str
    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()
    saved: date | None = None

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


def shown(value: Value) -> str:
    """A value as text: days as 2024-03-31, whole numbers without a point, yes and no.

    Examples
    --------
    >>> shown(12.0), shown(date(2024, 3, 5)), shown(True), shown(None)
    ('12', '2024-03-05', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return str(int(value)) if value == value and abs(value) < 2**53 and value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return value
