"""Wider, and rooted deeper? Sites in use month by month, and beneath them what makes it institutional at each level."""

from __future__ import annotations

from datetime import date

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.theme import Sheet, colour, extremes, layer, placed, values
from takeroot.charts.wording import agree, counted, day, listed, month, number

_TALL, _BAR = 60, 15
#: Anchors of a level that have a bar; the table beside the chart has them all.
MOST = 6
_LEVELS = ("site", "organisation", "region", "system")


def wider_and_deeper(reach: pl.DataFrame, anchors: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Horizontal and vertical scale-up on one line of time.

    Parameters
    ----------
    reach
        What :func:`takeroot.adoption.reach` gives: on, in_use.
    anchors
        What :func:`takeroot.embedding.anchored` gives: level, what, title, on, until, state.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=10)
    title = "To more sites, and into how things are done"
    if not anchors.height:
        return nothing(sheet, title, "No anchor is recorded.")
    ends = [anchors.select("on"), reach.select("on")]
    first = min(extremes(frame, "on")[0] for frame in ends if frame.height)
    last = month_end(max(extremes(frame, "on")[1] for frame in ends if frame.height))
    first = first.replace(day=1)
    x, y = sheet.days(first, last), placed("y")
    hand, layers, told, level = ByHand(sheet), [], [], -14.0
    if reach.height:
        most = max(int(reach["in_use"].max() or 0), 1)
        now = int(reach.sort("on")["in_use"][-1])
        level = hand.name(level + 20 + sheet.letters, "Sites in use", f"{number(now)} at the end") + 8 + _TALL
        hand.line(0, level, sheet.plot, level, "grid")
        data = [
            {"on": month_end(on), "y": level - _TALL * some / most}
            for on, some in reach.sort("on").select("on", "in_use").iter_rows()
        ]
        style = {"interpolate": "step-before", "color": colour("main"), "strokeWidth": 2}
        layers.append(layer("line", values(data), style, x=x, y=y))
        told.append(f"{counted(now, 'sites')} in use at the end")
    span = max((last - first).days, 1)

    def place(on: date) -> float:
        return min(max((on - first).days / span, 0.0), 1.0) * sheet.plot

    for name in _in_order(anchors):
        mine = anchors.filter(pl.col("level").fill_null("not said") == name)
        holding = mine.filter(pl.col("state").is_in(["holds", "ends soon"])).height
        level = hand.name(
            level + 22 + sheet.letters,
            f"Anchors: {name}",
            f"{number(holding)} {agree(holding, 'holds', 'hold')} at the end",
        )
        for row in mine.head(MOST).iter_rows(named=True):
            level += _BAR
            begins, stops = place(row["on"]), place(row["until"] or last)
            hand.line(begins, level, max(stops, begins + 3), level, "plan" if row["state"] != "ended" else "soft", 5)
            hand.dot(begins, level, "diamond", "plan", 46)
            if row["until"] and row["until"] <= last:
                hand.dot(stops, level, "square", "soft", 36)
        told.append(f"{name}: {counted(mine.height, 'anchors')}, {number(holding)} of which hold")
        level += 4
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{month(first)} to {month(last)}. The line: sites in use (horizontal). Each bar: an anchor, from the "
        "day on which it began (diamond) to the day on which it ended (square), by level (vertical).",
        says=f"From {day(first)} to {day(last)}: {listed(told)}.",
        height=level + 10,
        below=28,
    )


def _in_order(anchors: pl.DataFrame) -> list[str]:
    """The levels that there are, from the nearest to the widest, and then any others as they are called."""
    there = anchors["level"].fill_null("not said").unique().to_list()
    return [name for name in _LEVELS if name in there] + sorted(name for name in there if name not in _LEVELS)
