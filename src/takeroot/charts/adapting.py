"""What is adapted, when, and what became of its function: a mark for each adaptation, a row for each component."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.strips import along, days_beneath
from takeroot.charts.theme import Sheet, extremes
from takeroot.charts.wording import counted, listed, number

#: What became of the function: the shape, its outline and fill, and what it is called.
FUNCTION = {
    "yes": ("circle", "main", "main", "function kept"),
    "no": ("cross", "plan", "plan", "function lost"),
    "unknown": ("circle", "quiet", "back", "function not known"),
}
#: So many marks stand in a pile; of more, their number is told.
_PILE = 4


def adaptations_over_time(adaptations: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Adaptations over time, by component and by what became of what it is for.

    Parameters
    ----------
    adaptations
        ``on``, ``component`` (or the name that people use; empty where it is not said) and ``function_kept``.
    width
        In pixels; 340 for a phone.
    """
    title = "Adaptations over time"
    sheet = Sheet(width, 4, 12)
    if not adaptations.height:
        return nothing(sheet, title, "No adaptation is recorded yet.")
    rows = adaptations.with_columns(
        pl.col("component").fill_null("no component said"),
        pl.col("function_kept").fill_null("unknown"),
        quarter=pl.col("on").dt.truncate("1q"),
    )
    first, last = extremes(rows, "quarter")[0], month_end(extremes(rows, "on")[1])
    hand, y, told = ByHand(sheet), 0.0, []
    for (component,), mine in rows.group_by("component", maintain_order=True):
        hand.words(0, y + sheet.letters, str(component), bold=True)
        hand.words(sheet.plot, y + sheet.letters, number(mine.height), hue="soft", align="right")
        piles = mine.group_by("quarter", "function_kept").agg(many=pl.len()).sort("quarter", "function_kept")
        tallest = _piled(hand, piles, (first, last), y + sheet.letters + 10)
        y += sheet.letters + 14 + tallest
        hand.line(0, y, sheet.plot, y)
        y += 12
        kinds = [
            f"{number(many)} {FUNCTION[kept][3]}"
            for kept in FUNCTION
            if (many := int((mine["function_kept"] == kept).sum()))
        ]
        told.append(f"{component} {number(mine.height)} ({listed(kinds)})")
    days_beneath(hand, sheet, first, last, y - 12)
    used = set(rows["function_kept"])
    key = [([shape], hue, fill, says) for kept, (shape, hue, fill, says) in FUNCTION.items() if kept in used]
    end = hand.key(key, y + 14 + 2 * sheet.letters)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="A mark for each, by the quarter in which it began; of many alike, their number. That a form changed "
        "is neither good nor bad by itself.",
        says=f"{counted(rows.height, 'adaptations')}: {'; '.join(told)}.",
        height=y,
        below=end - y + 10,
    )


def _piled(hand: ByHand, piles: pl.DataFrame, days: tuple[date, date], above: float) -> float:
    """Marks of one component, those of a quarter above each other; gives how tall the tallest pile is."""
    plot, heights = hand.sheet.plot - 12, dict[Any, float]()
    placed: list[tuple[float, float, str, int]] = []
    for quarter, kept, many in piles.iter_rows():
        x = 6 + along(quarter, *days) * plot
        at = heights.get(quarter, 0.0)
        shown = many if many <= _PILE else 1
        for place in range(shown):
            placed.append((x, at + place * 11, kept, many if shown < many else 0))
        heights[quarter] = at + shown * 11
    tall = max(heights.values(), default=0.0)
    for x, up, kept, many in placed:
        shape, hue, fill, says = FUNCTION[kept]
        y = above + tall - up
        hand.dot(x, y, shape, hue, 60, fill, says=f"{many or 1} with {says}")
        if many:
            hand.words(x + 8, y + 4, number(many), hue="soft", size=hand.sheet.letters - 1)
    return tall
