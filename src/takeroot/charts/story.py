"""What happened, in order? Everything that is dated, in one picture: a lane for each kind of thing.

Lanes stand in one order, whatever they hold. A mark is a day, a bar a stretch of time. Lanes with a few things name
them; the table beside the chart names them all.
"""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, dot, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.theme import Sheet, colour, extremes, layer, placed, values
from takeroot.charts.wording import counted, day, listed, month

#: Kinds of things in the order of the lanes, and what a lane is called.
LANES = {
    "plan": "plans",
    "support": "support",
    "event": "events around it",
    "anchor": "anchors",
    "stage": "stages",
    "adaptation": "adaptations",
    "experiment": "tests of change",
    "signal": "signals in measures",
    "finding": "findings",
    "assessment": "assessments",
    "note": "notes",
    "account": "accounts",
    "what-if": "what-ifs",
    "decision": "decisions",
    "ending": "plans to stop something",
    "action": "actions",
    "succession": "mergers, splits and closures",
}
#: Kinds whose stretches overlap so much that only their days are drawn.
_DAYS_ONLY = ("signal",)
_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-right", "triangle-left")


def timeline(timeline: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Everything dated, in lanes by kind.

    Parameters
    ----------
    timeline
        What :func:`takeroot.explanation.timeline` gives: on, until, kind, site, says, reference.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=10)
    title = "Everything on one line of time"
    dated = timeline.filter(pl.col("on").is_not_null()).sort("on")
    if not dated.height:
        return nothing(sheet, title, "Nothing that is dated is recorded yet.")
    there = dated["kind"].unique().to_list()
    kinds = [kind for kind in LANES if kind in there] + sorted(kind for kind in there if kind not in LANES)
    first = extremes(dated, "on")[0].replace(day=1)
    last = month_end(extremes(dated, "on", "until")[1])
    x, y = sheet.days(first, last), placed("y")
    hand = ByHand(sheet)
    layers: list[alt.Chart] = []
    lane = 28 + sheet.letters
    counts = []
    for place, kind in enumerate(kinds):
        mine = dated.filter(pl.col("kind") == kind)
        base = place * lane + sheet.letters
        level = base + 15
        hand.words(0, base, LANES.get(kind, kind), bold=True)
        hand.words(sheet.plot, base, f"{mine.height:,}", hue="soft", align="right")
        hand.line(0, level, sheet.plot, level, "grid")
        lasting = (
            mine.filter(pl.col("until") > pl.col("on"), ~pl.col("kind").is_in(_DAYS_ONLY))
            .select("on", "until")
            .unique(maintain_order=True)
        )
        if lasting.height:
            bars = values({**row, "y": level} for row in lasting.iter_rows(named=True))
            layers.append(
                layer("rule", bars, {"color": colour("main"), "strokeWidth": 3}, x=x, x2={"field": "until"}, y=y)
            )
        days = mine["on"].unique().sort()
        few = len(days) <= 40
        tick = {"orient": "vertical", "size": 15, "thickness": 1.1, "color": colour("main")}
        style = dot(_SHAPES[place % len(_SHAPES)], "main", 54, "wash", 1.4) if few else tick
        marks = values({"on": on, "y": level} for on in days)
        layers.append(layer("point" if few else "tick", marks, style, x=x, y=y))
        counts.append(f"{mine.height:,} {LANES.get(kind, kind)}")
    entries = counted(dated.height, "entries")
    return sheet.finished(
        [*hand.layers(), *layers],
        title=title,
        subtitle=f"{month(first)} to {month(last)}. A mark is a day, a bar a stretch of time; at the right, how many.",
        says=f"{entries} from {day(extremes(dated, 'on')[0])} to {day(extremes(dated, 'on')[1])}: {listed(counts)}.",
        height=len(kinds) * lane,
        below=28,
    )
