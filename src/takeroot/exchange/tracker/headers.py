"""Where the table of a sheet begins: its titles and its header.

A heading may be spread over two rows, with a group above (*Go live*: *planned*, *actual*); both are joined.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from takeroot.exchange.tracker.headings import heading, is_heading, stage_in
from takeroot.exchange.tracker.periods import month_name, month_of, month_of_heading, with_years
from takeroot.exchange.tracker.sheets import Sheet, Value, shown
from takeroot.vocabulary.files.sheet import letters

#: Rows in which a header is looked for, and columns that are looked at.
DEEP, WIDE = 40, 1_000


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


def is_month(one: Heading) -> bool:
    """Whether a column is headed by a month."""
    return month_of_heading(one.text, one.value) is not None


def header(sheet: Sheet) -> Header | None:
    """The header of a sheet; none, where no row looks like one."""
    width = min(sheet.width, WIDE)
    scores = {row: _likeness(sheet, row, width) for row in range(1, min(sheet.height, DEEP) + 1)}
    best = max(scores.values(), default=0.0)
    if best < 2:
        return None
    most = max(_filled(sheet, row, width) for row in scores)
    whole = next((row for row in scores if _filled(sheet, row, width) >= max(2, 0.75 * most)), 0)
    if scores.get(whole):
        scores[whole] += 3
        best = max(scores.values())
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


def _filled(sheet: Sheet, row: int, width: int) -> int:
    """How many of its cells hold a short text or a day, one of a merged block."""
    return sum(
        isinstance(value, date) or (isinstance(value, str) and len(value) <= 120)
        for column in range(1, width + 1)
        if sheet.spread.get((row, column), (row, column)) == (row, column)
        and (value := sheet.value(row, column)) is not None
    )


def _is_group(sheet: Sheet, row: int, below: int, width: int) -> bool:
    """Whether a row groups the headings below it, rather than being a title."""
    if row < 1:
        return False
    texts = {column: sheet.text(row, column) for column in range(1, width + 1)}
    said = {text for text in texts.values() if text}
    beneath = [sheet.text(below, column) for column in range(1, width + 1)]
    filled = [text for text in beneath if text]
    doubled = len(filled) > len(set(map(heading, filled)))
    blocks = [block(sheet, row, column) for column in range(1, width + 1) if texts[column]]
    within = [one for one in blocks if 1 < one < max(2, 0.8 * len(filled))]
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
    grouped = [c for c in own if block(sheet, row, c) > 1 or not sheet.text(row, c) or not sheet.text(row, c + 1)]
    first = next((column for column in range(1, width + 1) if sheet.text(row, column)), 1)
    return first not in own and len(grouped) == len(own)


def block(sheet: Sheet, row: int, column: int) -> int:
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
            over = sheet.value(first, column)
            above = f"{over:%b %Y}" if isinstance(over, date) else shown(over)
            same = sheet.spread.get((last, column), (last, column))[0] < last
            group = above if above else ("" if same or not text else group)
            text = group if same else " / ".join(dict.fromkeys(part for part in (group, text) if part))
        if not text:
            if all(value is None for value in sheet.column(column, last + 1)):
                continue
            text = f"column {letters(column - 1)}"
        text = " ".join(text.split())[:120]
        number = known[heading(text)] = known.get(heading(text), 0) + 1
        headings.append(Heading(column, text if number == 1 else f"{text} ({number})", value))
    return _with_years(sheet, first, last, headings)


def _with_years(sheet: Sheet, first: int, last: int, headings: list[Heading]) -> list[Heading]:
    """Headings that are months without a year, with the year that a title, the sheet or the file says."""
    alike: dict[str, list[tuple[int, int]]] = {}
    for n, one in enumerate(headings):
        before, month = month_name(one.text)
        if month:
            alike.setdefault(before, []).append((n, month))
    texts = (*titles(sheet, first), sheet.name, sheet.said)
    for before, found in alike.items():
        filled = [
            k
            for k, (n, _) in enumerate(found)
            if any(value is not None for value in sheet.column(headings[n].column, last + 1))
        ]
        said = with_years([month for _, month in found], filled[-1] if filled else -1, texts)
        for (n, _), on in zip(found, said if said and len(found) > 1 else (), strict=False):
            headings[n] = replace(headings[n], text=f"{before} {on:%b %Y}".strip())
    return headings
