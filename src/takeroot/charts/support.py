"""What support was given, and to how many sites? A lane for each kind, in the order in which it was first given.

A lane's own step says how many sites had it; a bar beneath, that it was given to all sites. Lanes are not on one scale:
the most that each reached stands at its right.
"""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.theme import Sheet, colour, extremes, layer, placed, values
from takeroot.charts.wording import counted, day, listed, month

#: Kinds that have a lane; the table beside the chart has them all.
MOST = 12
_TALL = 26


def support_over_time(support: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How many sites each kind of support reached, month by month.

    Parameters
    ----------
    support
        What :func:`takeroot.adoption.support_over_time` gives: kind, on, sites, everywhere.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=10)
    title = "Support given over time"
    if not support.height:
        return nothing(sheet, title, "No support is recorded yet.")
    first, last = extremes(support, "on")
    first, last = first.replace(day=1), month_end(last)
    every = support["kind"].unique(maintain_order=True).to_list()
    kinds = every[:MOST]
    x, y = sheet.days(first, last), placed("y")
    hand = ByHand(sheet)
    layers: list[alt.Chart] = []
    told, level = [], -16.0
    for kind in kinds:
        mine = support.filter(kind=kind)
        most = int(mine["sites"].max())
        said = listed([f"up to {counted(most, 'sites')}"] * bool(most) + ["all sites"] * bool(mine["everywhere"].any()))
        level = hand.name(level + 20 + sheet.letters, kind, said) + 8 + _TALL
        hand.line(0, level, sheet.plot, level, "grid")
        if most:
            data = [
                {"on": on, "y": level - _TALL * sites / most} for on, sites in mine.select("on", "sites").iter_rows()
            ]
            style = {"interpolate": "step-before", "color": colour("main"), "strokeWidth": 2}
            begun = [{"on": mine["on"][0].replace(day=1), "y": data[0]["y"]}]
            layers.append(layer("line", values([*begun, *data]), style, x=x, y=y))
        bars = _stretches(mine)
        if bars:
            style = {"color": colour("plan"), "strokeWidth": 4}
            layers.append(
                layer("rule", values({**bar, "y": level + 4} for bar in bars), style, x=x, x2={"field": "until"}, y=y)
            )
        told.append(f"{kind} to {said}")
    more = f" The first {MOST} of {len(every)} kinds." if len(every) > MOST else ""
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{month(first)} to {month(last)}. The line: how many sites had it, on a scale of its own. "
        f"The bar beneath: given to all sites.{more}",
        says=f"{counted(len(kinds), 'kinds')} of support from {day(first)} to {day(last)}: {listed(told)}.{more}",
        height=level + 8,
        below=28,
    )


def _stretches(mine: pl.DataFrame) -> list[dict[str, object]]:
    """From when until when it was given to all sites, to the month."""
    runs = mine.with_columns(run=(pl.col("everywhere") != pl.col("everywhere").shift()).fill_null(True).cum_sum())
    ends = {"on": pl.col("on").min().dt.month_start(), "until": pl.col("on").max()}
    return runs.filter("everywhere").group_by("run", maintain_order=True).agg(**ends).drop("run").to_dicts()
