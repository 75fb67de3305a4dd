"""Several courses over time, each on a level of its own: rows that stand under each other and share one scale.

Lines that cross in one plot are told apart by hue alone; rows that stand under each other by their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from takeroot.charts.marks import ByHand
from takeroot.charts.scales import day_ticks, month_ticks
from takeroot.charts.theme import Sheet, colour, layer, placed

#: A place over time and level, both in pixels.
Place = tuple[float, float]
STEP = "step-after"


@dataclass(frozen=True)
class Row:
    """A course with the name of its row and what stands at its end.

    Parameters
    ----------
    name, ends
        What stands above it, and at its right.
    places
        Where it goes: how far along (0 to 1), and how high (0 to 1 of the row).
    lower, upper
        Its limits, where there are some.
    bold
        Whether it is one of those that are looked for first.
    """

    name: str
    ends: str
    places: Sequence[Place]
    lower: Sequence[Place] = ()
    upper: Sequence[Place] = ()
    bold: bool = True


def stacked(hand: ByHand, rows: Iterable[Row], tall: float, above: float = 0.0) -> tuple[list[alt.Chart], float]:
    """The rows under each other, from a place on down; and where the last of them stands."""
    drawn: list[alt.Chart] = []
    plot, letters = hand.sheet.plot, hand.sheet.letters
    base = above
    for row in rows:
        base += letters + 20 + tall
        hue = "main" if row.bold else "quiet"
        hand.line(0, base, plot, base)
        hand.words(0, base - tall - 5, row.name, bold=row.bold)
        hand.words(plot + 8, base - 1, row.ends, bold=row.bold, size=letters + 1)
        for places, weight, dash in ((row.lower, 1, [2, 2]), (row.upper, 1, [2, 2]), (row.places, 2.25, None)):
            if places:
                style: dict[str, Any] = {"interpolate": STEP, "color": colour(hue), "strokeWidth": weight}
                style |= {"strokeDash": dash} if dash else {}
                there = tuple({"x": x * plot, "y": base - y * tall} for x, y in places)
                drawn.append(layer("line", {"values": there}, style, x=placed("x"), y=placed("y")))
    return drawn, base


def months_beneath(hand: ByHand, last: float, y: float) -> None:
    """Months since a clock began, beneath a plot."""
    for tick in month_ticks(last, hand.sheet.plot):
        x = tick / last * hand.sheet.plot
        hand.line(x, y, x, y + 4)
        hand.words(x, y + 6 + hand.sheet.letters, str(tick), hue="soft", align="center")


def days_beneath(hand: ByHand, sheet: Sheet, first: date, last: date, y: float, left: float = 0) -> None:
    """Days beneath a plot that begins so far from the left."""
    plot = sheet.plot - left
    ticks = day_ticks(first, last, plot, sheet.letters)
    for text in ticks["values"]:
        on = date.fromisoformat(text)
        x = left + along(on, first, last) * plot
        said = on.strftime(ticks["format"].replace("%-d", str(on.day)))
        half = len(said) * sheet.letters * 0.29
        hand.line(x, y, x, y + 4)
        hand.words(min(max(x, half), sheet.plot - half), y + 6 + sheet.letters, said, hue="soft", align="center")


def along(on: date, first: date, last: date) -> float:
    """How far a day lies between two, from 0 to 1.

    Examples
    --------
    >>> along(date(2024, 1, 16), date(2024, 1, 1), date(2024, 1, 31))
    0.5
    """
    return min(max((on - first).days / max((last - first).days, 1), 0.0), 1.0)
