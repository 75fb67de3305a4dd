"""Is there as much support as is needed? A lane for each kind and unit: what is needed, what can be given, what is.

Lanes are not on one scale, as their units differ: the most of each stands at its right.
"""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.theme import Sheet, colour, extremes, layer, placed, values
from takeroot.charts.wording import counted, listed, month, number

#: Kinds that have a lane; the table beside the chart has them all.
MOST = 8
_TALL = 46
#: What each line is, its colour, its dash and its weight.
_LINES = (
    ("could", "can be given", "plan", (6, 4), 2.0),
    ("given", "given", "soft", (2, 3), 1.6),
    ("needed", "needed", "main", (), 2.4),
)


def demand_and_capacity(demand: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How much support is needed, given and could be given, month by month.

    Parameters
    ----------
    demand
        What :func:`takeroot.embedding.demand` gives.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=10)
    title = "Capacity against demand"
    if not demand.height:
        return nothing(sheet, title, "No amount of support that is needed or can be given is recorded.")
    first, last = extremes(demand, "on")
    x, y = sheet.days(first, month_end(last)), placed("y")
    hand, layers, told, level = ByHand(sheet), [], [], -14.0
    lanes = list(demand.group_by("kind", "unit", maintain_order=True))
    for (kind, unit), mine in lanes[:MOST]:
        most = max(float(mine[name].max() or 0) for name, *_ in _LINES)
        said = f"up to {number(float(mine['needed'].max() or 0))} {unit or ''}".strip() + " needed"
        level = hand.name(level + 20 + sheet.letters, str(kind), said) + 8 + _TALL
        hand.line(0, level, sheet.plot, level, "grid")
        for name, _, hue, dash, weight in _LINES:
            there = mine.drop_nulls(name)
            if there.height and most > 0 and float(there[name].max() or 0) > 0:
                data = [
                    {"on": on, "y": level - _TALL * much / most} for on, much in there.select("on", name).iter_rows()
                ]
                data.append({"on": month_end(there["on"][-1]), "y": data[-1]["y"]})
                style = {"interpolate": "step-after", "color": colour(hue), "strokeWidth": weight}
                layers.append(
                    layer("line", values(data), style | ({"strokeDash": list(dash)} if dash else {}), x=x, y=y)
                )
        told.append(_told(str(kind), unit, mine))
    more = f" The first {MOST} of {len(lanes)} kinds." if len(lanes) > MOST else ""
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{month(first)} to {month(last)}, each on a scale of its own. Unbroken line: needed. Long dashes: "
        f"can be given. Dots: given.{more}",
        says=f"{counted(len(told), 'kinds')} of support. {' '.join(told)}{more}",
        height=level + 8,
        below=28,
    )


def _told(kind: str, unit: str | None, mine: pl.DataFrame) -> str:
    """A lane in words: what is needed at the end, and in how many months more is needed than can be given."""
    now = mine.row(-1, named=True)
    of = f" {unit}" if unit else ""
    parts = [f"{number(now['needed'])}{of} needed in {month(now['on'])}"]
    parts += [f"{number(now['could'])} can be given"] if now["could"] is not None else ["what can be given is not said"]
    over = mine.filter(pl.col("needed") > pl.col("could")).height
    parts += [f"more is needed than can be given in {counted(over, 'months')} of {mine.height}"] if over else []
    return f"{kind}: {listed(parts)}."
