"""Where does something stand on a scale? Months and days, round numbers, and the ticks there is room for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

#: Steps between whole numbers at the side of a chart, for each power of ten.
_ROUND = (1, 2, 5)


def month_end(on: date) -> date:
    """The last day of a month."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


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


def month_ticks(last: float, width: float) -> list[int]:
    """The months since a clock began that have a label: as many as there is room for."""
    room = max(2, int(width / 44))
    step = next((step for step in (1, 2, 3, 6, 12, 24, 36, 60, 120) if last / step <= room), 240)
    return list(range(0, int(last) + 1, step))


def day_ticks(first: date, last: date, width: float, letters: float) -> dict[str, Any]:
    """Ticks at years, quarters or months, as far apart as their words need, and within the plot.

    A word at either end is moved in by up to half its width, so two ticks stand one and a half words apart, or more.
    """
    months = max(1, (last - first).days / 30.44)
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
