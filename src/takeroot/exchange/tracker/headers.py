"""Where the table of a sheet begins and ends: its header rows, its rows, and what stands around them.

A heading may be spread over two rows, with a group above (*Go live*: *planned*, *actual*); both are joined. Titles above
the header, totals, footers, keys to colours and headings of sections are left out, and each is said.
"""

# ruff: noqa: E501  (patterns and sentences stand in one line each)

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from takeroot.errors import quoted
from takeroot.exchange.tracker.dating import month_of
from takeroot.exchange.tracker.meanings import heading, is_heading, stage_in
from takeroot.exchange.tracker.sheets import Sheet, Value, shown
from takeroot.vocabulary.files.sheet import letters

#: Rows in which a header is looked for, and columns that are looked at.
DEEP, WIDE = 40, 1_000

_TOTAL = re.compile(
    r"(grand |sub |overall )?totals?( (sites?|live|number|count|no|rows|using|using it|practices|wards|of .*|for .*|all .*))*"
    r"|count|sum|average|mean|overall|all sites|(number|no|count) of sites.*|percent.*|% .*|sites live.*|total no.*"
)
_FOOT = re.compile(
    r"(notes?|key|legend|source|sources|prepared by|produced by|last updated|updated|please|n b|nb|disclaimer|printed"
    r"|this (sheet|tracker|table|file|list)|data (from|source|as at)|for (queries|questions|more)|end|end of .*|\*.*)\b.*"
)


@dataclass(frozen=True)
class Heading:
    """The heading of one column: where it stands, what it says, and what its lowest cell holds."""

    column: int
    text: str
    value: Value


@dataclass(frozen=True)
class Header:
    """The header of a table: its first and last row, and a heading for each column with anything in it."""

    first: int
    last: int
    headings: tuple[Heading, ...]

    @property
    def texts(self) -> frozenset[str]:
        """The headings as they are compared, without those that are months."""
        return frozenset(heading(one.text) for one in self.headings if not is_month(one))


@dataclass(frozen=True)
class Body:
    """The rows of a table.

    Parameters
    ----------
    rows
        The numbers of those that say something of a site.
    left_out
        The number of each row that does not, and why.
    asked
        The number of each row that may or may not, and why.
    """

    rows: tuple[int, ...]
    left_out: dict[int, str]
    asked: dict[int, str]


def is_month(one: Heading) -> bool:
    """Whether a column is headed by a month."""
    return month_of(one.value) is not None or month_of(one.text.rpartition("/")[2].strip()) is not None


def header(sheet: Sheet) -> Header | None:
    """The header of a sheet; none, where no row looks like one."""
    width = min(sheet.width, WIDE)
    scores = {row: _likeness(sheet, row, width) for row in range(1, min(sheet.height, DEEP) + 1)}
    best = max(scores.values(), default=0.0)
    if best < 2:
        return None
    row = next(row for row, score in scores.items() if score >= 0.85 * best)
    first = last = row
    if _is_group(sheet, row - 1, row, width):
        first = row - 1
    elif _is_sub(sheet, row, row + 1, width):
        last = row + 1
    return Header(first, last, tuple(_headings(sheet, first, last, width)))


def titles(sheet: Sheet, above: int) -> list[str]:
    """What stands above the header, row by row."""
    rows = []
    for row in range(1, above):
        cells = [sheet.text(row, column) for column in range(1, min(sheet.width, 50) + 1)]
        if text := " ".join(dict.fromkeys(cell for cell in cells if cell)):
            rows.append(text)
    return rows


def _likeness(sheet: Sheet, row: int, width: int) -> float:
    """How much a row looks like a header: distinct short texts, above all those that are known as headings."""
    texts: dict[str, None] = {}
    other = 0
    for column in range(1, width + 1):
        if sheet.spread.get((row, column), (row, column))[1] != column:
            continue
        value = sheet.value(row, column)
        if isinstance(value, str) and len(value) <= 120:
            texts[heading(value)] = None
        elif isinstance(value, date) and month_of(value):
            texts[value.isoformat()] = None
        elif value is not None:
            other += 1
    if len(texts) < 2:
        return 0.0
    known = sum(is_heading(text) for text in texts)
    also = sum(not is_heading(text) and (stage_in(text) is not None or month_of(text) is not None) for text in texts)
    return 3 * known + also + 0.3 * min(len(texts), 20) - other


def _is_group(sheet: Sheet, row: int, below: int, width: int) -> bool:
    """Whether a row groups the headings below it, rather than being a title."""
    if row < 1:
        return False
    texts = {column: sheet.text(row, column) for column in range(1, width + 1)}
    said = {text for text in texts.values() if text}
    beneath = [sheet.text(below, column) for column in range(1, width + 1)]
    filled = [text for text in beneath if text]
    doubled = len(filled) > len(set(map(heading, filled)))
    blocks = [_block(sheet, row, column) for column in range(1, width + 1) if texts[column]]
    within = [block for block in blocks if 1 < block < max(2, 0.8 * len(filled))]
    return bool(said) and ((bool(within) and len(filled) > 2) or (doubled and len(said) >= 2))


def _is_sub(sheet: Sheet, row: int, below: int, width: int) -> bool:
    """Whether the row below divides headings that are merged over several columns, or stand over empty ones."""
    if below > sheet.height:
        return False
    here = [sheet.value(below, column) for column in range(1, width + 1)]
    own = [
        column
        for column in range(1, width + 1)
        if here[column - 1] is not None and sheet.spread.get((below, column), (below, column))[0] == below
    ]
    if len(own) < 2 or any(not isinstance(here[c - 1], str) and month_of(here[c - 1]) is None for c in own):
        return False
    grouped = [c for c in own if _block(sheet, row, c) > 1 or not sheet.text(row, c) or not sheet.text(row, c + 1)]
    first = next((column for column in range(1, width + 1) if sheet.text(row, column)), 1)
    return first not in own and len(grouped) == len(own)


def _block(sheet: Sheet, row: int, column: int) -> int:
    """Over how many columns a cell is merged."""
    first = sheet.spread.get((row, column))
    if first is None:
        return 1
    far = column
    while sheet.spread.get((row, far + 1)) == first:
        far += 1
    return far - first[1] + 1


def _headings(sheet: Sheet, first: int, last: int, width: int) -> list[Heading]:
    headings: list[Heading] = []
    known: dict[str, int] = {}
    group = ""
    for column in range(1, width + 1):
        value = sheet.value(last, column)
        text = shown(value) if not isinstance(value, date) else f"{value:%b %Y}"
        if first < last:
            above = sheet.text(first, column)
            same = sheet.spread.get((last, column), (last, column))[0] < last
            group = above if above else ("" if same or not text else group)
            text = group if same else " / ".join(dict.fromkeys(part for part in (group, text) if part))
        if not text:
            if all(sheet.value(row, column) is None for row in range(last + 1, sheet.height + 1)):
                continue
            text = f"column {letters(column - 1)}"
        text = " ".join(text.split())[:120]
        number = known[heading(text)] = known.get(heading(text), 0) + 1
        headings.append(Heading(column, text if number == 1 else f"{text} ({number})", value))
    return headings


def body(sheet: Sheet, header: Header, names: int) -> Body:
    """The rows of a table.

    Parameters
    ----------
    names
        The column that names sites.
    """
    rows: list[int] = []
    left_out: dict[int, str] = {}
    filled: dict[int, list[int]] = {}
    columns = [one.column for one in header.headings]
    heads = {one.column: heading(sheet.text(header.last, one.column)) for one in header.headings}
    for row in range(header.last + 1, sheet.height + 1):
        some = [c for c in columns if sheet.value(row, c) is not None or (row, c) in sheet.errors]
        if some:
            filled[row] = some
    full = [row for row, some in filled.items() if len(some) >= min(3, len(columns))]
    tail = max(full, default=0)
    asked: dict[int, str] = {}
    for row, some in filled.items():
        first = heading(sheet.text(row, some[0]))
        doubtful = first == heads.get(some[0]) or is_heading(first) or len(some) <= 2 or (row, some[0]) in sheet.spread
        texts = [heading(sheet.text(row, column)) for column in (some if doubtful else some[:3])]
        if len(some) > 1 and sum(heads.get(c) == t for c, t in zip(some, texts, strict=False)) >= 0.6 * len(heads):
            left_out[row] = "the header again"
        elif row > header.last + 1 and _another(texts):
            left_out |= {later: f"another table begins in row {row:,}" for later in filled if later >= row}
            break
        elif why := _not_a_site(sheet, row, some, texts, names):
            left_out[row] = why
        elif (row > tail and row - 1 not in filled and row - 1 > header.last and len(some) <= 2 < len(columns)) or (
            row > tail and row - 1 in asked and len(some) <= 2 < len(columns)
        ):
            asked[row] = "it stands apart below the table, with little in it"
        else:
            rows.append(row)
    return Body(tuple(rows), left_out, asked)


def _another(texts: list[str]) -> bool:
    """Whether a row is the header of another table."""
    return sum(is_heading(text) for text in texts) >= max(3, 0.8 * len(texts))


def _not_a_site(sheet: Sheet, row: int, some: list[int], texts: list[str], names: int) -> str:
    """Why a row says nothing of a site; empty, where it does."""
    first = sheet.text(row, some[0])
    named = sheet.text(row, names)
    if _TOTAL.fullmatch(texts[0]) or (named and _TOTAL.fullmatch(heading(named))) or first.startswith("% "):
        return "a total"
    block = _block(sheet, row, some[0])
    if block > 1 and len(set(texts)) == 1 and block >= 0.5 * sheet.width:
        return f"the heading of a section, {quoted(first, 40)}"
    foot = _FOOT.fullmatch(texts[0]) or len(first) > 60 or "=" in first or first.startswith(("*", "©"))
    if foot and (len(some) == 1 or len(set(texts)) == 1):
        return f"a note below or within the table, {quoted(first, 40)}"
    return ""
