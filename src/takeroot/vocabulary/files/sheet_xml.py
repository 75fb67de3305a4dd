"""A sheet of a workbook, looked through before its cells are read.

The library that reads cells gives an error cell, and a formula whose value was never stored, as empty, and it lays out
every cell between the first and the last one used. So the sheet's own XML is looked through first: for error cells, for
formulas without a value, for merged cells, and for how far the cells reach and how much text they hold. It is read
piece by piece and nothing in it is expanded.

There are two ways of looking. :func:`quick` only counts, in sheets written as programs write them and with nothing in
them to be told about; :func:`careful` parses, and is used wherever the quick way is not sure. Both say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeAlias
from xml.parsers import expat

ROWS, COLUMNS = 1_048_576, 16_384
#: Cells of one sort that are listed; bytes of one tag or text at a time.
LISTED = 1_000
LONGEST = 4 * 2**20

_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"')
_ANY_CELL = re.compile(rb"<c[\s/>]")
_FORMULA = re.compile(rb"<f[\s/>]")
_PREFIXED = re.compile(rb"<[^\s<>/]*:(?:c|f|mergeCell)[\s/>]")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)"')

Start: TypeAlias = Callable[[str, dict[str, str]], None]
End: TypeAlias = Callable[[str], None]
Text: TypeAlias = Callable[[str], None]


class Unreadable(Exception):
    """Why a sheet can not be read, and what to do."""

    def __init__(self, why: str, remedy: str = "open it in a spreadsheet program and save it anew") -> None:
        super().__init__(f"{why}; {remedy}")


@dataclass
class Found:
    """What is in a sheet.

    Parameters
    ----------
    last_row, last_column
        How far cells with something in them reach, from 1; the quick way counts empty ones with a format too.
    cells
        How many they are.
    shared
        Characters of shared text that they show, or more.
    errors
        Row, column (from 1) and name of error cells.
    unvalued
        Row and column of formulas without a value.
    merged
        First row, first column, last row and last column of blocks of merged cells.
    more
        How many of these are not listed, by their name.
    """

    last_row: int = 0
    last_column: int = 0
    cells: int = 0
    shared: int = 0
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    unvalued: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, one: tuple[Any, ...]) -> None:
        """List it under ``errors``, ``unvalued`` or ``merged``, or only count it, where there are very many."""
        listed = getattr(self, what)
        if len(listed) < LISTED:
            listed.append(one)
        else:
            self.more[what] += 1


@cache
def column_of(letters: str) -> int:
    """The number of a column, from 1, by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 1, of a reference such as C7."""
    name = reference.rstrip("0123456789")
    digits = reference[len(name) :]
    if not (name.isascii() and name.isalpha() and len(name) <= 3 and digits and len(digits) <= 7):
        raise Unreadable(f"a cell is called {reference[:20]!r}")
    row, column = int(digits), column_of(name)
    if not (0 < row <= ROWS and column <= COLUMNS):
        raise Unreadable(f"a cell is called {reference[:20]!r}")
    return row, column


def _block(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    return *_place(first), *_place(last or first)


def quick(pieces: Iterable[bytes], longest: int) -> Found | None:
    """What is in a sheet that has nothing to be told about; none, where this way is not sure.

    Parameters
    ----------
    pieces
        The XML.
    longest
        Characters in the longest shared text.
    """
    found, columns = Found(), {b""}
    left = b""
    for piece in pieces:
        text = left + piece
        whole = text.rfind(b"<")
        text, left = text[:whole], text[whole:]
        numbers = _ROW.findall(text)
        if len(left) > LONGEST or _unsure(text, len(numbers)):
            return None
        found.cells += len(numbers)
        rows = set(map(int, set(numbers)))
        if 0 in rows:
            return None
        found.last_row = max(found.last_row, *rows, 0)
        columns.update(_COLUMN.findall(text))
        found.shared += (text.count(b'"s"') + text.count(b"'s'")) * longest
        for reference in _MERGED.findall(text):
            found.add("merged", _block(reference.decode()))
    if not left.startswith(b"</worksheet>"):
        return None
    found.last_column = max(column_of(name.decode()) for name in columns)
    return found if found.last_row <= ROWS and found.last_column <= COLUMNS else None


def _unsure(text: bytes, cells: int) -> bool:
    """Whether there is more than so many cells spelled as usual: comments and the like, errors, formulas, prefixes."""
    return (
        b'"e"' in text
        or (b"'" in text and b"'e'" in text)
        or (b"!" in text and b"<!" in text)
        or (b"<f" in text and _FORMULA.search(text) is not None)
        or (b":" in text and _PREFIXED.search(text) is not None)
        or (text.count(b"<c") != cells and len(_ANY_CELL.findall(text)) != cells)
        or b"\0" in text
    )


def careful(pieces: Iterable[bytes], lengths: Sequence[int]) -> Found:
    """What is in a sheet.

    Parameters
    ----------
    pieces
        The XML.
    lengths
        Characters in each shared text.

    Raises
    ------
    Unreadable
        If it is damaged.
    """
    look = _Look(lengths)
    parse(pieces, look.start, look.end, look.text, look.comment)
    return look.found


class _Look:
    """Where the parser stands in a sheet."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.found = Found()
        self.lengths = lengths
        self.row = self.column = 0
        self.kind = ""
        self.formula = False
        self.value: list[str] | None = None
        self.listening = False
        self.held = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            if "r" in attributes:
                self.row, self.column = _place(attributes["r"])
            else:
                self.column += 1
                if self.column > COLUMNS:
                    raise Unreadable("a row has too many cells")
            self.kind, self.formula, self.value, self.held = attributes.get("t", "n"), False, None, 0
        elif tag == "v" or tag == "t":
            self.value, self.listening = self.value or [], True
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            if not 0 < self.row <= ROWS:
                raise Unreadable(f"a row is called {self.row}")
        elif tag == "mergeCell":
            self.found.add("merged", _block(attributes["ref"]))

    def text(self, text: str) -> None:
        if self.listening and self.value is not None:
            self.value.append(text)
            self.held += len(text)
            if self.held > LONGEST:
                raise Unreadable("a cell holds more text than any spreadsheet allows")

    def comment(self, _: str) -> None:
        if self.listening:
            _never("a comment within a cell")

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v" or tag == "t":
            self.listening = False
        elif tag == "c":
            self._cell("".join(self.value) if self.value is not None else None)
            self.value = None

    def _cell(self, value: str | None) -> None:
        if self.kind == "e":
            self.found.add("errors", (self.row, self.column, value or "an error"))
        elif self.formula and not value and (value is None or self.kind != "str"):
            self.found.add("unvalued", (self.row, self.column))
        elif not value:
            return
        if self.kind == "s" and value:
            if not (value.strip().isdecimal() and int(value) < len(self.lengths)):
                raise Unreadable("a cell points to text that is not there")
            self.found.shared += self.lengths[int(value)]
        self.found.cells += 1
        self.found.last_row = max(self.found.last_row, self.row)
        self.found.last_column = max(self.found.last_column, self.column)


def parse(
    pieces: Iterable[bytes], start: Start, end: End | None = None, text: Text | None = None, comment: Text | None = None
) -> None:
    """Parse XML piece by piece; what no spreadsheet program writes is refused, above all what would expand.

    Raises
    ------
    Unreadable
        If it is damaged.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = partial(_never, "a document type")
    parser.StartCdataSectionHandler = partial(_never, "unparsed text")
    parser.CommentHandler = comment
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST:
                raise Unreadable("a tag has no end")
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, KeyError) as error:
        raise Unreadable(f"it is damaged ({str(error)[:100]})") from None


def _never(what: str, *_: object) -> None:
    raise Unreadable(f"it holds {what}, which no spreadsheet program writes")


def text_lengths(pieces: Iterable[bytes]) -> list[int]:
    """Characters in each shared text, in their order."""
    lengths: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    parse(pieces, start, None, text)
    return lengths


def longest_text(pieces: Iterable[bytes]) -> int:
    """Bytes of the longest shared text with all that marks it up, or more."""
    longest = open_since = 0
    tail = b""
    for piece in pieces:
        *whole, rest = (tail + piece).split(b"</si>")
        for text in whole:
            longest, open_since = max(longest, open_since + len(text)), 0
        tail = rest[-4:]
        open_since += len(rest) - len(tail)
    return max(longest, open_since + len(tail))
