"""What the key of a tracker says that its words and colours mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from takeroot.exchange.tracker.seeing import Seen
from takeroot.exchange.tracker.sheets import Sheet
from takeroot.exchange.tracker.words import of_word, parted, plain

#: Rows and columns of a sheet that may be a key.
_DEEP, _WIDE = 60, 12
_EQUALS = re.compile(r"([^=,;:|/\n]{1,30}?)\s*=\s*([^=,;|\n]{2,120})")


def legend(sheets: Iterable[Sheet], chosen: Iterable[Seen]) -> dict[str, str]:
    """What each word, and each colour as ``#rrggbb``, is said to mean.

    A key is a small sheet beside the tracker with the word or the colour and its meaning in the next cell, or a line
    such as *G = live, A = in training* around the table.
    """
    said: dict[str, str] = {}
    taken = {one.sheet.name: one for one in chosen}
    for sheet in sheets:
        one = taken.get(sheet.name)
        if one is None and sheet.height <= _DEEP and sheet.width <= _WIDE:
            for term, meaning in _pairs(sheet, range(1, sheet.height + 1)):
                said.setdefault(term, meaning)
        elif one is not None:
            around = [*range(1, one.header.first), *(row for row in one.body.left_out if row > one.header.last)]
            for term, meaning in _pairs(sheet, around[: _DEEP * 2]):
                said.setdefault(term, meaning)
    return said


def _pairs(sheet: Sheet, rows: Iterable[int]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for cell in sheet.cells(row):
            if not cell.text and not cell.colour:
                continue
            for match in _EQUALS.finditer(cell.text):
                yield plain(match[1].rpartition("key")[2]), match[2].strip()
            beside = sheet.text(row, cell.column + 1)
            if cell.text and beside and len(cell.text) <= 40:
                yield plain(cell.text), beside
            if cell.colour and (beside or len(cell.text) > 2):
                yield cell.colour, beside or cell.text


def by_key(meaning: str) -> str:
    """The stage that the words of a key most likely speak of; empty, where they speak of none."""
    stage = of_word(parted(meaning)[0]).stage
    return stage.value if stage is not None else ""
