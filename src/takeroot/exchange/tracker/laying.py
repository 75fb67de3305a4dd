"""How tables lie on a sheet: one beside another, with a key beside them, or with the sites across.

Each table becomes a sheet of its own, its cells in their places; one with its sites across is turned, and this is said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from takeroot.errors import quoted
from takeroot.exchange.tracker import headers
from takeroot.exchange.tracker.headers import Header
from takeroot.exchange.tracker.headings import heading, is_heading, is_place, stage_in
from takeroot.exchange.tracker.sheets import Place, Sheet, Tracker
from takeroot.vocabulary.files.sheet import letters

_KEY = re.compile(r"(colour |rag |status |stage )?(key|legend|allwedd)|what (the|these) .* mean")
_DITTO = frozenset(('"', "''", "”", "“", "〃", "ditto", "as above", "same as above"))
_CORNER = re.compile(r"|milestones?|stages?|steps?|measures?|items?|activity|activities|sites?|details?|field")


def laid(tracker: Tracker) -> Tracker:
    """The tracker with a sheet for each table, and what was turned."""
    turned, sheets, ditto = [], [], 0
    for sheet in tracker.sheets:
        if _across(sheet):
            turned.append(quoted(sheet.name))
            sheet = _turned(sheet)
        ditto += _filled_down(sheet)
        sheets += _apart(sheet)
    remarks = list(tracker.remarks)
    if turned:
        some = ", ".join(turned[:3]) + (f" and {len(turned) - 3:,} more" if len(turned) > 3 else "")
        remarks.append(f"A site in each column: {some}. The sheet was turned to be read, so row 2 is its column B.")
    if ditto:
        remarks.append(f"Cells that only say that they are as the one above were read as that: {ditto:,}.")
    return replace(tracker, sheets=tuple(sheets), remarks=tuple(remarks))


def _filled_down(sheet: Sheet) -> int:
    """Put what stands above in the place of ditto marks, and say how many there were."""
    count = 0
    for above, row in pairwise(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and above[column] is not None and value.casefold().strip(" .") in _DITTO:
                row[column] = above[column]
                count += 1
    return count


def _across(sheet: Sheet) -> bool:
    """Whether the first column holds the headings and the first row the sites."""
    corner = heading(sheet.text(1, 1))
    if not (3 <= sheet.height <= 60 and 2 <= sheet.width <= 500 and (_CORNER.fullmatch(corner) or is_place(corner))):
        return False
    down = [said for row in range(2, sheet.height + 1) if (said := heading(sheet.text(row, 1)))]
    along = [said for column in range(2, sheet.width + 1) if (said := heading(sheet.text(1, column)))]
    known = [said for said in down if _speaks(said)]
    dated = [said for said in down if is_heading(said) or " " in said]
    return (
        len(known) >= (2 if sheet.width > 2 else 3 - is_place(corner))
        and len(known) >= 0.6 * len(down) == 0.6 * len(set(down))
        and bool(dated)
        and len(along) >= 0.8 * (sheet.width - 1)
        and not any(_speaks(said) or not isinstance(sheet.value(1, c), str) for c, said in enumerate(along, 2))
    )


def _speaks(said: str) -> bool:
    return is_heading(said) or stage_in(said) is not None


def _turned(sheet: Sheet) -> Sheet:
    """The sheet with its columns as rows."""

    def turned(place: Place) -> Place:
        return place[1], place[0]

    return Sheet(
        sheet.name,
        [list(column) for column in zip(*sheet.rows, strict=True)],
        {turned(place): colour for place, colour in sheet.colours.items()},
        {turned(place): text for place, text in sheet.comments.items()},
        {turned(place): error for place, error in sheet.errors.items()},
        {turned(place): turned(first) for place, first in sheet.spread.items()},
        sheet.hidden,
        sheet.hidden_columns,
        sheet.hidden_rows,
        frozenset(map(turned, sheet.struck)),
    )


def _apart(sheet: Sheet) -> list[Sheet]:
    """The sheet, or a sheet for each of the tables that stand beside one another on it."""
    header = headers.header(sheet)
    if header is None:
        return [sheet]
    starts = _starts(sheet, header)
    if len(starts) == 1:
        return [sheet]
    ends = [*(start - 1 for start in starts[1:]), sheet.width]
    return [
        _between(sheet, header.first, start if n else 1, end, "" if n == 0 else sheet.name)
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _starts(sheet: Sheet, header: Header) -> list[int]:
    """The first column of each table: the first heading comes again and a place is named, or a key begins."""
    columns = [one.column for one in header.headings]
    said = [heading(sheet.text(header.last, column)) for column in columns]
    again = [n for n, one in enumerate(said) if n and one and one == said[0]]
    again = [n for n, end in pairwise([*again, len(said)]) if any(map(is_place, said[n:end]))]
    starts = [0, *again] if any(map(is_place, said[: again[0] if again else 0])) else [0]
    key = next((n for n, one in enumerate(said) if n and _KEY.fullmatch(one) and _free(sheet, header, columns[n])), 0)
    return [columns[n] for n in sorted({*starts, *([key] if key else [])})]


def _free(sheet: Sheet, header: Header, column: int) -> bool:
    """Whether an empty column stands before this one."""
    return all(value is None for value in sheet.column(column - 1, header.first))


def _between(sheet: Sheet, top: int, first: int, last: int, named: str) -> Sheet:
    """The sheet with what stands in these columns alone, from the header on."""

    def held(place: Place) -> bool:
        return place[0] < top or first <= place[1] <= last

    rows = [
        row if r < top else [value if first <= c <= last else None for c, value in enumerate(row, 1)]
        for r, row in enumerate(sheet.rows, 1)
    ]
    return replace(
        sheet,
        name=f"{named} ({letters(first - 1)}:{letters(last - 1)})" if named else sheet.name,
        rows=rows,
        colours={place: colour for place, colour in sheet.colours.items() if held(place)},
        comments={place: text for place, text in sheet.comments.items() if held(place)},
        errors={place: error for place, error in sheet.errors.items() if held(place)},
        spread={place: start for place, start in sheet.spread.items() if held(place)},
        struck=frozenset(filter(held, sheet.struck)),
    )
