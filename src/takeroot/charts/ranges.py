"""How far does each value lie from the one before? Moving ranges, in a strip beneath the chart of the values."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl

from takeroot.charts.marks import ByHand, Label
from takeroot.charts.points import completed, look, readings, runs, shapes, standing
from takeroot.charts.scales import level_ticks, reached
from takeroot.charts.theme import extremes
from takeroot.charts.wording import number

_TALL = 84


def labels(ranges: pl.DataFrame, *, narrow: bool) -> list[Label]:
    """What stands at the right edge of the strip: the mean range and its limit."""
    if not ranges.height:
        return []
    now = standing(completed(ranges))
    upper, mean = ("upper", "mean") if narrow else ("upper limit", "mean range")
    said = (("upper", upper, "soft"), ("centre", mean, "spc-mean"))
    return [
        (now[column], f"{number(now[column])} {word}", hue, column == "centre")
        for column, word, hue in said
        if now[column] is not None
    ]


def strip(hand: ByHand, ranges: pl.DataFrame, days: tuple[date, date], above: float, unit: str = "") -> float:
    """Draw the moving ranges of a series beneath its chart; gives where they end.

    Parameters
    ----------
    hand
        What is drawn on.
    ranges
        The series charted with the kind ``mr``, in order.
    days
        The first and the last day of the scale.
    above
        Where the strip begins.
    unit
        In words.
    """
    mine = completed(ranges)
    sheet, there = hand.sheet, mine.drop_nulls("value")
    says = "Moving ranges" + ("" if sheet.narrow else ": each value against the one before")
    hand.words(-sheet.left, above + sheet.letters, says, bold=True)
    top = above + sheet.line + 8
    if not there.height:
        hand.words(0, top + sheet.letters, "No two values stand beside each other.", hue="soft")
        return top + sheet.line
    high = reached(*(float(end or 0) for end in extremes(mine, "value", "upper", "centre")))[1]
    span = max((days[1] - days[0]).days, 1)

    def x(on: date) -> float:
        return (on - days[0]).days / span * sheet.plot

    def y(value: float) -> float:
        return top + _TALL * (1 - value / high)

    ticks, decimals = level_ticks(0, high, 2)
    for tick in ticks:
        hand.line(0, y(tick), sheet.plot, y(tick), "grid")
        hand.words(-5, y(tick) + 0.34 * sheet.letters, f"{tick:,.{decimals}f}", hue="soft", align="right")
    for column, hue, weight, dash in (("upper", "spc-limit", 1.4, (5, 4)), ("centre", "spc-mean", 1.4, ())):
        for _, phase in mine.drop_nulls(column).group_by("phase", maintain_order=True):
            begins, ends = extremes(phase, "on")
            level = y(phase[column][-1])
            hand.line(x(begins), level, x(ends), level, hue, weight, dash)
    for _, stretch in mine.with_columns(run=runs(mine)).drop_nulls("value").group_by("run", maintain_order=True):
        for one, other in pairwise(stretch.select("on", "value").iter_rows()):
            hand.line(x(one[0]), y(one[1]), x(other[0]), y(other[1]), "spc-line", 1.2)
    told = [says for says in readings(mine, unit) if says]
    for row, shape, says in zip(there.iter_rows(named=True), shapes(there), told, strict=True):
        hue, fill = look(row["shows"], hollow=not row["included"])
        point = f"{row['on'].isoformat()} range"
        hand.dot(x(row["on"]), y(row["value"]), shape, hue, 22, fill, weight=1.1, says=says, point=point)
    hand.ends(labels(ranges, narrow=sheet.narrow), _TALL, high, 0, above=top)
    return top + _TALL + 6
