"""What is given in place of a programme: ties as any file has them, and histories in numbered periods.

Ties go through the door as those of a programme do, but a tie may stand twice, and a site may be tied to itself: real
lists of ties do both, and what it means is said where they are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import Fault, FaultyInput
from takeroot.vocabulary.column import Dates, maybe, need
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TIES

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame


class Repeating(Table):
    """A table in which a row may say what another says already."""

    @property
    def unique_by(self) -> tuple[str, ...]:
        """Only an id, if it is given, has to be the row's own."""
        return ("id",)


_COLUMNS = {name: column for name, column in TIES.columns.items() if name != "id"}

#: Ties as they are given.
TOLD = Repeating("ties", TIES.meaning, columns=_COLUMNS)
#: The same, where periods only have numbers.
TOLD_BY_NUMBER = Repeating(
    "ties",
    TIES.meaning,
    columns={
        **_COLUMNS,
        "since": maybe("count", "the first period in which it held"),
        "until": maybe("count", "the first period in which it no longer held"),
    },
)
#: When each site used it, where periods only have numbers.
HISTORIES = Table(
    "histories",
    "When each site used it, in numbered periods",
    key=("site", "began"),
    columns={
        "site": need("text", "the site"),
        "began": maybe("count", "the period in which it began to use it; empty, if it has not"),
        "ended": maybe("count", "the first period in which it no longer used it"),
        "entered": maybe("count", "the first period in which it was looked at, if not the first of all"),
        "left": maybe("count", "the first period in which it was no longer looked at"),
    },
)


def ties(source: IntoFrame, *, dates: Dates | None = None) -> pl.DataFrame:
    """Ties as they are given, one row each."""
    return TOLD.read(source, dates=dates)


def ties_by_number(source: IntoFrame) -> pl.DataFrame:
    """Ties as they are given, with the numbers of periods."""
    return TOLD_BY_NUMBER.read(source)


def histories(source: IntoFrame) -> pl.DataFrame:
    """Histories as they are given."""
    rows = HISTORIES.read(source)
    faults = []
    for before, after in (("began", "ended"), ("entered", "left")):
        early = (rows[after] <= rows[before]).fill_null(False)
        says = f"what ends does so after it has begun; '{after}' is not after '{before}'"
        faults += [Fault(says, "Histories", row + 1, after, str(rows[after][row])) for row in early.arg_true()]
    if faults:
        raise FaultyInput(faults)
    return rows


def remarks(ties: pl.DataFrame, *, valued: bool = False) -> list[str]:
    """What is not at fault in a list of ties but may not be meant, in sentences."""
    again = ties.height - ties.unique(list(_COLUMNS)).height
    early = (ties["until"] <= ties["since"]).fill_null(False)
    how = "their weights are added" if valued else "each pair of sites counts once"
    said = (
        (int((ties["source"] == ties["target"]).sum()), "from a site to itself; that counts for nothing"),
        (again, f"given again in another row; {how}"),
        (int((ties["weight"] == 0).sum()), "without weight (0); that counts for nothing"),
        (int(early.sum()), "over before it begins ('until' is not after 'since'); that counts for nothing"),
    )
    return [f"{number:,} {'tie is' if number == 1 else 'ties are'} {what}." for number, what in said if number]
