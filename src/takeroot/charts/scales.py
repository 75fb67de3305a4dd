"""Where does something stand on a scale? Months and days, round numbers, and the ticks there is room for."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor, log10
from typing import Any

import polars as pl

#: Steps between whole numbers at the side of a chart, for each power of ten.
_ROUND = (1, 2, 5)
#: Letters of the longest number at the side that is written in full.
_LONGEST = 16
#: Beyond the one, numbers can not be drawn between; below the other, nothing can be told apart.
_MOST, _LEAST = 1e307, 1e-290


def month_end(on: date) -> date:
    """The last day of a month."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def beside_axis(top: float) -> int:
    """How much room the largest number at the side needs, in pixels.

    Examples
    --------
    >>> beside_axis(60), beside_axis(1000), beside_axis(250000)
    (34, 49, 65)
    """
    return max(34, round(len(f"{int(top):,}") * 7.8) + 10)


def at_month_end(frame: pl.DataFrame) -> pl.DataFrame:
    """A monthly frame placed where its counts are true: at the end of each month."""
    return frame.with_columns(pl.col("on").dt.month_end())


def over_months(frame: pl.DataFrame) -> pl.DataFrame:
    """A monthly frame whose steps last the whole of each month: its last row stands at the end of its month as well.

    Examples
    --------
    >>> over_months(pl.DataFrame({"on": [date(2024, 1, 1), date(2024, 2, 1)], "sites": [3, 4]})).rows()[1:]
    [(datetime.date(2024, 2, 1), 4), (datetime.date(2024, 2, 29), 4)]
    """
    months = frame.sort("on")
    return pl.concat([months, at_month_end(months.tail(1))])


def later(on: date, share: float, first: date) -> date:
    """A day a share of the span beyond ``on``: room at the right of a chart."""
    return on + timedelta(days=max(1, round((on - first).days * share)))


def ceiling(most: float) -> float:
    """A round number at or above the most, for the top of a scale."""
    if most <= 0:
        return 1.0
    power = 10.0 ** len(str(int(most))) / 10
    for factor in (1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10):
        if factor * power >= most:
            return factor * power
    return most


def whole_ticks(top: float, most: int) -> list[int]:
    """Whole numbers from 0 to the top, at round steps: about so many, and none of them twice.

    Examples
    --------
    >>> whole_ticks(1, 6), whole_ticks(2, 6), whole_ticks(60, 6)
    ([0, 1], [0, 1, 2], [0, 10, 20, 30, 40, 50, 60])
    """
    step = next(s * 10**n for n in range(19) for s in _ROUND if top / (s * 10**n) <= most)
    return list(range(0, int(top) + 1, step))


def reached(low: float, high: float) -> tuple[float, float]:
    """A little more than from the least to the most, as far as there are numbers to draw between.

    Examples
    --------
    >>> reached(0.0, 100.0), reached(5.0, 5.0), reached(0.0, 0.0)
    ((-8.0, 108.0), (4.5, 5.5), (-1.0, 1.0))
    """
    low, high = (min(max(end, -_MOST), _MOST) for end in (low, high))
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    room = 1.0 if room < _LEAST else room
    return low - room, high + room


def level_ticks(low: float, high: float, most: int) -> tuple[list[float], int]:
    """Round numbers between two, about so many, and how many decimals they need.

    Examples
    --------
    >>> level_ticks(0.0, 0.9, 5), level_ticks(41.0, 97.0, 5)
    (([0.0, 0.2, 0.4, 0.6, 0.8], 1), ([50.0, 60.0, 70.0, 80.0, 90.0], 0))
    """
    power = floor(log10((high - low) / most))
    step, power = next((s, p) for p in (power, power + 1) for s in _ROUND if (high - low) / (s * 10.0**p) <= most + 1)
    decimals = max(0, -power)
    size = step * 10.0**power
    first, last = ceil(low / size - 1e-9), floor(high / size + 1e-9)
    return [round(n * size, decimals) for n in range(first, last + 1)], decimals


def written(ticks: list[float], decimals: int) -> tuple[str, int]:
    """How numbers at the side are written, and how long the longest is: very long ones by their power of ten.

    Examples
    --------
    >>> written([0.0, 0.5], 1), written([0.0, 2e-12], 12)
    ((',.1f', 3), ('.1e', 7))
    """
    longest = max((len(f"{tick:,.{decimals}f}") for tick in ticks), default=4)
    return (f",.{decimals}f", longest) if longest <= _LONGEST and decimals <= 9 else (".1e", 7)


def month_ticks(last: float, width: float) -> list[int]:
    """The months since a clock began that have a label: as many as there is room for."""
    room = max(2, int(width / 44))
    step = next((step for step in (1, 2, 3, 6, 12, 24, 36, 60, 120) if last / step <= room), 240)
    return list(range(0, int(last) + 1, step))


def day_ticks(first: date, last: date, width: float, letters: float) -> dict[str, Any]:
    """Ticks at years, quarters, months or days, as far apart as their words need, and within the plot.

    A word at either end is moved in by up to half its width, so two ticks stand one and a half words apart, or more.
    Days are named only where there is no room for two months.
    """
    span = (last - first).days
    word = letters * 0.62 * 11
    if span < 45:
        step = next((days for days in (1, 2, 7, 14, 21) if width * days / max(span, 1) >= 1.5 * word + 6), span or 1)
        ticks = [(first + timedelta(days=n)).isoformat() for n in range(0, span + 1, step)]
        return {"values": ticks, "format": "%-d %b %Y", "labelFlush": round(word / 2)}
    months = max(1, span / 30.44)
    for step in (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1200):
        word = letters * 0.62 * (4 if step >= 12 else 8)
        if width * step / months >= 1.5 * word + 6:
            break
    begin = first.year * 12 + first.month - (first.day == 1)
    begin += -begin % step
    ticks = []
    while date(begin // 12, begin % 12 + 1, 1) <= last:
        ticks.append(date(begin // 12, begin % 12 + 1, 1).isoformat())
        begin += step
    return {"values": ticks, "format": "%Y" if step >= 12 else "%b %Y", "labelFlush": round(word / 2)}
