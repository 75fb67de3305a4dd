"""The rows of a table, and what stands among and below them.

Totals, footers, keys to colours and headings of sections are left out, and each is said; what may be a site is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from takeroot.errors import quoted
from takeroot.exchange.tracker.headers import Header, block, titles
from takeroot.exchange.tracker.headings import heading, is_heading
from takeroot.exchange.tracker.sheets import Sheet

#: Why a row may be no site.
DOUBTS = (
    "it stands apart below the table, with little in it",
    "nothing else stands in its row, so it may be the heading of a section",
)

_TOTAL = re.compile(
    r"(grand |sub |overall )?totals?( \d+)?"
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
        said = {c: heading(sheet.text(row, c)) for c in some}
        if len(some) < 2 or any(heads.get(c) != text and not is_heading(text) for c, text in said.items()):
            return False
        return sum(heads.get(c) == text for c, text in said.items()) >= 0.6 * len(heads)

    def over(row: int) -> bool:
        first = filled[row][0]
        return block(sheet, row, first) >= max(2, 0.5 * len(columns)) and not _FOOT.fullmatch(
            heading(sheet.text(row, first))
        )

    def stands_out(row: int, first: int) -> bool:
        text = sheet.text(row, first)
        others = [sheet.text(other, names) for other in full]
        return text.endswith(":") or (text.isupper() and len(text) > 4 and not any(map(str.isupper, others)))

    if above := titles(sheet, header.first)[-1:]:
        section = _section(above[0], any(again(row) for row in filled))
    for row, some in filled.items():
        first = heading(sheet.text(row, some[0]))
        doubtful = first == heads.get(some[0]) or is_heading(first) or len(some) <= 2 or (row, some[0]) in sheet.spread
        texts = [heading(sheet.text(row, column)) for column in (some if doubtful else some[:3])]
        spread = (row, some[0]) in sheet.spread
        lone = len(set(texts)) == 1 and (spread if len(some) > 1 else len(columns) > 1)
        if doubtful and again(row):
            left_out[row] = "the header again"
        elif row > header.last + 1 and _another(texts):
            left_out |= {later: f"another table begins in row {row:,}" for later in filled if later >= row}
            break
        elif lone and (found := _section(sheet.text(row, some[0]), over(row) or again(following.get(row, 0)))):
            section = found
            left_out[row] = (
                f"the heading of a section, {quoted(found[1], 40)}; taken as the {found[0]} of the rows below it"
            )
        elif why := _not_a_site(sheet, row, some, texts, names):
            left_out[row] = why
            section = None if why.startswith("the heading of a section") else section
        elif (row > tail and row - 1 not in filled and row - 1 > header.last and len(some) <= 2 < len(columns)) or (
            row > tail and asked.get(row - 1) == DOUBTS[0] and len(some) <= 2 < len(columns)
        ):
            asked[row] = DOUBTS[0]
        elif lone and len(some) == 1 and row < max(filled) and (_REGION.search(texts[0]) or stands_out(row, some[0])):
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
    across = block(sheet, row, some[0])
    if across > 1 and len(set(texts)) == 1 and across >= 0.5 * sheet.width:
        return f"the heading of a section, {quoted(first, 40)}"
    if not named:
        if any(_TOTAL.fullmatch(text) for text in texts) or not any(
            not _COUNT.fullmatch(sheet.text(row, c)) or (row, c) in sheet.errors for c in some
        ):
            return "a total: it names no site"
        if len(some) == 1 and " " in first:
            return f"a note below or within the table, {quoted(first, 40)}"
    foot = _FOOT.fullmatch(texts[0]) or len(first) > 60 or "=" in first or first.startswith(tuple("*©†‡§¹²³"))
    if foot and (len(some) == 1 or len(set(texts)) == 1):
        return f"a note below or within the table, {quoted(first, 40)}"
    return ""
