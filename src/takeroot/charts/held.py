"""What held at each site, month by month: a bar for each unbroken time, in the programme's own order of sites.

A full bar, half a bar, a bar with a line in it, a hollow one, a broken line and dots can be told apart without their
hue; where use ends, a mark says how. Nothing is sorted by what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.strips import Row, along, days_beneath, stacked
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import counted, listed, month, number

#: How each word is drawn: as which kind of bar, and the mark at its beginning.
FULL, HALF, STRIPED, HOLLOW, BROKEN, THIN, DOTS, FAINT = (
    "full",
    "half",
    "striped",
    "hollow",
    "broken",
    "thin",
    "dots",
    "faint",
)
#: The statuses of a month, in the order of a key: how each is drawn, and the mark at its beginning.
STATUSES: dict[str, tuple[str, str]] = {
    "fully": (FULL, ""),
    "adapted, function kept": (STRIPED, ""),
    "partly": (HALF, ""),
    "in use, parts not known": (HOLLOW, ""),
    "paused": (BROKEN, ""),
    "discontinued by decision": (THIN, "square"),
    "replaced": (THIN, "triangle-right"),
    "lapsed": (THIN, "cross"),
    "stopped, how is not said": (THIN, "circle"),
    "not known since": (DOTS, ""),
}
#: The same of what is asked of each construct.
ANSWERS: dict[str, tuple[str, str]] = {
    "yes": (FULL, ""),
    "function kept": (STRIPED, ""),
    "function lost": (HALF, ""),
    "function not known": (HOLLOW, ""),
    "no": (THIN, ""),
    "nothing recorded": (FAINT, ""),
    "not yet": (BROKEN, ""),
    "not known": (DOTS, ""),
}
_LOOKS = STATUSES | ANSWERS
_OTHER = (THIN, "circle")
_THICK = 11


def held_by_month(months: pl.DataFrame, *, title: str = "Month by month", rule: str = "", width: int = 720) -> Any:
    """What held at each site, month by month.

    Parameters
    ----------
    months
        For each site, in the order in which they shall stand, and month: ``called``, ``on`` (the first of the month),
        ``word`` (a status, or an answer) and ``time_up`` (whether the rule's time was up).
    title
        What it shows.
    rule
        The rule in words.
    width
        In pixels; 340 for a phone.
    """
    if not months.height:
        return nothing(Sheet(width, 2, 8), title, f"{rule} Its clock has started nowhere yet.".strip())
    sheet = Sheet(width, 2, 8)
    left = 0 if sheet.narrow else round(sheet.plot * 0.25)
    days = (months["on"].min(), month_end(months["on"].max()))
    hand, y = ByHand(sheet), 2.0
    for (called,), mine in months.group_by("called", maintain_order=True):
        if sheet.narrow:
            hand.words(0, y + sheet.letters, _short(str(called), sheet.plot, sheet.letters))
            y += sheet.letters + 12
        else:
            hand.words(0, y + 10 + sheet.letters * 0.35, _short(str(called), left - 8, sheet.letters))
            y += 10
        _site(hand, mine.sort("on"), days, y, left)
        y += 12 if sheet.narrow else 11
    days_beneath(hand, sheet, *days, y + 4, left)
    end = _key(hand, months["word"].unique().to_list(), y + 18 + 2 * sheet.letters)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"{rule} Each row a site, in the programme's own order; a small upright line: the rule's time was up.",
        says=_told(months, rule),
        height=y,
        below=end - y + 10,
    )


def _site(hand: ByHand, mine: pl.DataFrame, days: tuple[date, date], y: float, left: float) -> None:
    plot = hand.sheet.plot - left

    def at(on: date) -> float:
        return left + along(on, *days) * plot

    rows = list(mine.select("on", "word").iter_rows())
    for word, run in groupby(rows, key=lambda row: row[1]):
        held = list(run)
        bar(hand, at(held[0][0]), at(month_end(held[-1][0])), y, word)
    up = mine.filter("time_up")["on"]
    if len(up) and not mine["time_up"].all():
        hand.line(at(up[0]), y - 9, at(up[0]), y + 9, "ink", 1.25)


def bar(hand: ByHand, x: float, x2: float, y: float, word: str) -> None:
    """One unbroken time, from one place to another."""
    look, mark = _LOOKS.get(word, _OTHER)
    end = max(x2 - 1, x + 1)
    lines: dict[str, tuple[tuple[str, float, tuple[int, ...], float], ...]] = {
        FULL: (("main", _THICK, (), 0),),
        HALF: (("main", _THICK / 2 - 0.5, (), 0),),
        STRIPED: (("main", _THICK, (), 0), ("back", 2.5, (), 1)),
        HOLLOW: (("main", _THICK, (), 0), ("back", _THICK - 2.5, (), 1.25)),
        BROKEN: (("axis", 2.5, (5, 4), 0),),
        THIN: (("axis", 1.25, (), 0),),
        DOTS: (("axis", 2.5, (2, 5), 0),),
        FAINT: (("grid", 1, (), 0),),
    }
    for hue, weight, dash, inset in lines[look]:
        hand.line(x + inset, y, max(end - inset, x + inset), y, hue, weight, dash)
    if mark:
        hand.dot(min(x + 4, end), y, mark, "ink", 46, "back" if mark == "circle" else "ink", says=word)


def _key(hand: ByHand, words: Iterable[str | None], y: float) -> float:
    """The words that occur, each with a piece of its bar."""
    there = {word for word in words if word}
    sheet, x = hand.sheet, 0.0
    for word in [*(word for word in _LOOKS if word in there), *sorted(there - _LOOKS.keys())]:
        room = 34 + len(word) * sheet.letters * 0.56
        if x and x + room > sheet.plot:
            x, y = 0.0, y + sheet.line + 4
        bar(hand, x, x + 26, y - sheet.letters * 0.35, word)
        hand.words(x + 32, y, word, hue="soft")
        x += room + 18
    return y


def _short(text: str, room: float, letters: float) -> str:
    fits = int(room / (letters * 0.56))
    return text if len(text) <= fits else f"{text[: fits - 1]}…"


def _told(months: pl.DataFrame, rule: str) -> str:
    latest = months.filter(pl.col("on") == pl.col("on").max().over("called"))
    counts = latest["word"].value_counts(sort=True).sort("count", "word", descending=[True, False])
    last = listed([f"{number(many)} {word}" for word, many in counts.iter_rows()])
    sites = counted(months["called"].n_unique(), "sites")
    return (
        f"{sites}, from {month(months['on'].min())} to {month(months['on'].max())}. At the last month: {last}. {rule}"
    )


def statuses_over_time(
    counts: pl.DataFrame, *, title: str = "All sites, month by month", rule: str = "", width: int = 720
) -> alt.LayerChart:
    """How many sites had each status at the end of each month, a row for each status, all on one scale.

    Parameters
    ----------
    counts
        ``on``, ``word`` and ``sites``, one row for each month and word that any site had.
    title
        What it shows.
    rule
        The rule in words.
    width
        In pixels; 340 for a phone.
    """
    if not counts.height:
        return nothing(Sheet(width, 2), title, f"{rule} Its clock has started nowhere yet.".strip())
    there = set(counts["word"])
    words = [*(word for word in _LOOKS if word in there), *sorted(there - _LOOKS.keys())]
    first, last = counts["on"].min(), counts["on"].max()
    end, most = month_end(last), max(int(counts["sites"].max() or 0), 1)
    months = counts.select("on").unique().sort("on")
    now = dict(counts.filter(on=last).select("word", "sites").iter_rows())
    sheet = Sheet(width, 2, 56)
    hand = ByHand(sheet)
    rows = []
    for word in words:
        mine = months.join(counts.filter(word=word), on="on", how="left", maintain_order="left")
        places = [(along(on, first, end), (many or 0) / most) for on, many in mine.select("on", "sites").iter_rows()]
        used = _LOOKS.get(word, _OTHER)[0] in (FULL, HALF, STRIPED, HOLLOW)
        rows.append(Row(word, number(now.get(word, 0)), [*places, (1.0, places[-1][1])], bold=used))
    layers, base = stacked(hand, rows, 30 if sheet.narrow else 36)
    days_beneath(hand, sheet, first, end, base)
    told = listed([f"{number(many)} {word}" for word in words if (many := now.get(word, 0))])
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{rule} Sites at the end of each month since the rule's clock started there, all rows on one scale "
        f"(top: {number(most)}); at the right, {month(last)}.".strip(),
        says=f"At the end of {month(last)}: {told}. {rule}",
        height=base,
        below=34,
    )
