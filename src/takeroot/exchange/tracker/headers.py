"""Where the table of a sheet begins and ends: its header rows, its rows, and what stands around them.

A heading may be spread over two rows, with a group above (*Go live*: *planned*, *actual*); both are joined. Titles
above the header, totals, footers, keys to colours and headings of sections are left out, and each is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from takeroot.errors import quoted
from takeroot.exchange.tracker.dating import month_of, month_of_heading
from takeroot.exchange.tracker.meanings import heading, is_heading, stage_in
from takeroot.exchange.tracker.sheets import Sheet, Value, shown
from takeroot.vocabulary.files.sheet import letters

#: Rows in which a header is looked for, and columns that are looked at.
DEEP, WIDE = 40, 1_000
#: Why a row may be no site.
DOUBTS = (
    "it stands apart below the table, with little in it",
    "nothing else stands in its row, so it may be the heading of a section",
)

_TOTAL = re.compile(
    r"(grand |sub |overall )?totals?"
    r"( (sites?|live|number|count|no|rows|using|using it|practices|wards|of .*|for .*|all .*))*"
    r"|.+ (sub ?)?totals?|count|sum|average|mean|overall|all sites"
    r"|(number|no|count) of sites.*|percent.*|% .*|sites live.*|total no.*"
)
_FOOT = re.compile(
    r"(notes?|key|legend|source|sources|prepared by|produced by|last updated|updated|please|n b|nb|disclaimer|printed"
    r"|this (sheet|tracker|table|file|list)|data (from|source|as at)|for (queries|questions|more)"
    r"|end|end of .*|\*.*)\b.*"
)
_WAVE = re.compile(
    r"(roll ?out |implementation )?(wave|phase|cohort|tranche|batch)( no)?"
    r" ?(\d{1,2}|[a-z]|i{1,3}v?|one|two|three|four|five)\b.{0,30}"
)
_COUNT = re.compile(r"-?[\d.,]+%?")
_REGION = re.compile(r"\b(region|area|locality|icb|ics|district|county|division|patch|sector|health board)s?$")


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
    sections
        For rows below the heading of a wave or a region: ``wave`` or ``region``, and the heading.
    """

    rows: tuple[int, ...]
    left_out: dict[int, str]
    asked: dict[int, str]
    sections: dict[int, tuple[str, str]]


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
    merged = {row for row, _ in sheet.spread} | {row for row, _ in sheet.errors}
    for row in range(header.last + 1, sheet.height + 1):
        if row in merged:
            some = [c for c in columns if sheet.value(row, c) is not None or (row, c) in sheet.errors]
        else:
            values = sheet.rows[row - 1]
            some = [c for c in columns if values[c - 1] is not None]
        if some:
            filled[row] = some
    full = [row for row, some in filled.items() if len(some) >= min(3, len(columns))]
    tail = max(full, default=0)
    asked: dict[int, str] = {}
    sections: dict[int, tuple[str, str]] = {}
    section: tuple[str, str] | None = None
    following = dict(zip(filled, list(filled)[1:], strict=False))

    def again(row: int) -> bool:
        some = filled.get(row, [])
        if not some or heading(sheet.text(row, some[0])) != heads.get(some[0]):
            return False
        alike = sum(heads.get(c) == heading(sheet.text(row, c)) for c in some)
        return len(some) > 1 and alike >= 0.6 * len(heads)

    if any(again(row) for row in filled) and len(set(above := titles(sheet, header.first)[-1:])) == 1:
        section = _section(above[0], True)
    for row, some in filled.items():
        first = heading(sheet.text(row, some[0]))
        doubtful = first == heads.get(some[0]) or is_heading(first) or len(some) <= 2 or (row, some[0]) in sheet.spread
        texts = [heading(sheet.text(row, column)) for column in (some if doubtful else some[:3])]
        lone = len(set(texts)) == 1 and len(some) < len(columns) and (len(some) == 1 or (row, some[0]) in sheet.spread)
        if doubtful and again(row):
            left_out[row] = "the header again"
        elif row > header.last + 1 and _another(texts):
            left_out |= {later: f"another table begins in row {row:,}" for later in filled if later >= row}
            break
        elif lone and (found := _section(sheet.text(row, some[0]), again(following.get(row, 0)))):
            section = found
            left_out[row] = (
                f"the heading of a section, {quoted(found[1], 40)}; taken as the {found[0]} of the rows below it"
            )
        elif why := _not_a_site(sheet, row, some, texts, names):
            left_out[row] = why
            section = None if why.startswith("the heading of a section") else section
        elif (row > tail and row - 1 not in filled and row - 1 > header.last and len(some) <= 2 < len(columns)) or (
            row > tail and row - 1 in asked and len(some) <= 2 < len(columns)
        ):
            asked[row] = DOUBTS[0]
        elif lone and len(some) == 1 and _REGION.search(texts[0]) and row < tail:
            asked[row] = DOUBTS[1]
        else:
            rows.append(row)
            if section is not None:
                sections[row] = section
    return Body(tuple(rows), left_out, asked, sections)


def _section(text: str, sure: bool) -> tuple[str, str] | None:
    """The wave or the region that a heading within a table names; ``sure`` where a header follows it."""
    said = heading(text)
    if _WAVE.fullmatch(said):
        return "wave", text
    return ("region", text) if sure and len(text) <= 60 else None


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
    if not named:
        if any(_TOTAL.fullmatch(text) for text in texts) or not any(
            not _COUNT.fullmatch(sheet.text(row, c)) or (row, c) in sheet.errors for c in some
        ):
            return "a total: it names no site"
        if len(some) == 1 and " " in first:
            return f"a note below or within the table, {quoted(first, 40)}"
    foot = _FOOT.fullmatch(texts[0]) or len(first) > 60 or "=" in first or first.startswith(("*", "©"))
    if foot and (len(some) == 1 or len(set(texts)) == 1):
        return f"a note below or within the table, {quoted(first, 40)}"
    return ""
