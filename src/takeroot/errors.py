"""What can go wrong that a user can put right, drawn as a tree.

::

    TakerootError          one sentence: what was needed, what was found, what to do
    ├── FaultyInput        a file, frame or folder with faults, all of them at once
    ├── NotEnough          the data can not say; how much would be needed
    └── NotFound           a name that nothing here has, and the nearest that something has

Nothing else is caught by the command line or a page: any other exception is a mistake of ours.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Halves of characters, which Python text may hold and no file, page or screen can.
HALVES = re.compile("[\ud800-\udfff]")


class TakerootError(Exception):
    """Something a user can put right, said in one sentence."""


class NotEnough(TakerootError):
    """The data can not answer; the sentence says how much would be needed."""


class NotFound(TakerootError):
    """A name that nothing here has."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = nearest(name, known)
        hint = f" Did you mean '{near}'?" if near else f" There are: {', '.join(known)}." if known else ""
        super().__init__(f"There is no {what} '{name}'.{hint}")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input, where it is, and what would be right.

    ``row`` is the number a person sees in a spreadsheet: the header is row 1. ``more`` counts further faults of the
    same sort that are not listed one by one.
    """

    says: str
    where: str = ""
    row: int | None = None
    column: str | None = None
    found: str | None = None
    more: int = 0

    @property
    def place(self) -> tuple[bool, int]:
        """Where it stands among others: the whole table first, then by row, then what is only counted."""
        return (self.more > 0, self.row or 0)

    def __str__(self) -> str:
        place = [self.where] if self.where else []
        if self.row is not None:
            place.append(f"row {self.row:,}")
        if self.column is not None:
            place.append(f"column '{self.column}'")
        return HALVES.sub("�", f"{', '.join(place)}: {self.says}" if place else self.says)


class FaultyInput(TakerootError):
    """An input that can not be read as it stands; nothing of it was kept.

    Parameters
    ----------
    faults
        Every fault, in the order of the file.
    """

    shown = 20

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[: self.shown]]
        if len(self.faults) > self.shown:
            lines.append(f"... and {len(self.faults) - self.shown:,} more faults.")
        super().__init__("\n".join(lines))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like this one, if any looks like it at all."""
    spelled = {known_word.casefold(): known_word for known_word in known}
    close = difflib.get_close_matches(word.casefold()[:80], list(spelled), n=1, cutoff=0.72)
    return spelled[close[0]] if close else None


def quoted(found: object, longest: int = 60) -> str:
    """What was found, short enough for a sentence."""
    text = HALVES.sub("�", str(found)).replace("\n", " ")
    return f"'{text if len(text) <= longest else text[: longest - 1] + '…'}'"


def whole(number: object, what: str, least: int, most: int | None = None) -> int:
    """A whole number that something needs, also written as 12.0; else a sentence that says which is needed.

    Examples
    --------
    >>> whole(12, "The number of replicates", 1)
    12
    >>> whole(2.5, "The number of replicates", 1)
    Traceback (most recent call last):
        ...
    takeroot.errors.TakerootError: The number of replicates is a whole number of at least 1; found '2.5'.
    """
    try:
        read = operator.index(int(number) if isinstance(number, float) and number.is_integer() else number)  # type: ignore[arg-type]
    except TypeError:  # it has no place in a list, and so is no whole number
        read = None
    if read is None or isinstance(number, bool) or read < least or (most is not None and read > most):
        reach = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        raise TakerootError(f"{what} is a whole number {reach}; found {quoted(number)}.")
    return read
