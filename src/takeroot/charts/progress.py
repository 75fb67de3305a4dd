"""How far did a team say it has come, and what did others say? A level for each site, a line for each who judges.

A score stands until somebody sets another, so that a line is level in between, and it ends with the last that was set.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet, extremes
from takeroot.charts.wording import counted, day, listed, month, number

_TALL = 84
#: How lines are told apart, in the order of first mention: hue, dash, shape, and whether the dot is filled.
_STYLES = (("main", (), "circle", True), ("plan", (5, 3), "square", False), ("soft", (2, 3), "diamond", False))


def progress_over_time(
    scores: pl.DataFrame, *, least: float = 0.5, most: float = 5, width: int = 720
) -> alt.LayerChart:
    """Judgements of each site over time, as people set them, those of each who judges apart.

    Parameters
    ----------
    scores
        One row for each judgement: ``site``, ``who`` judged, ``on`` and ``score``.
    least, most
        The ends of the scale.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=26, right=12)
    title = "Progress, as the team and the faculty set it"
    if not scores.height:
        return nothing(sheet, title, "Nobody has set a score yet.")
    first, last = extremes(scores, "on")
    whose = scores["who"].unique(maintain_order=True).to_list()
    styles = {who: _STYLES[min(nth, len(_STYLES) - 1)] for nth, who in enumerate(whose)}
    hand = ByHand(sheet)
    level = hand.key(
        [((shape,), hue, hue if full else "back", who) for who, (hue, _, shape, full) in styles.items()], 0
    )
    told = []
    for (site,), mine in scores.group_by("site", maintain_order=True):
        top = hand.name(level + 34, str(site)) + 14
        level = top + _TALL
        for tick in range(int(-(-least // 1)), int(most) + 1):
            y = level - _TALL * (tick - least) / (most - least)
            hand.line(0, y, sheet.plot, y, "grid")
            hand.words(-6, y + 4, str(tick), hue="soft", align="right")
        said: list[str] = []
        for who in reversed(whose):  # the first lies on top
            set_on = mine.filter(who=who).sort("on")
            if not set_on.height:
                continue
            _line(hand, sheet, level, set_on, (first, last), (least, most), styles[who])
            on, score = set_on.select("on", "score").row(-1)
            said.insert(0, f"{who} {number(score)} on {day(on)}")
        told.append(f"{site}: {listed(said)}")
    hand.words(0, level + 20, month(first), hue="soft")
    if last != first:
        hand.words(sheet.plot, level + 20, month(last), hue="soft", align="right")
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"From {number(least)} to {number(most)}. A line is level until somebody sets another score; it never "
        "moves by itself.",
        says=f"The last scores of {counted(len(told), 'sites')}. {'. '.join(told)}.",
        height=level,
        below=32,
    )


def _line(
    hand: ByHand,
    sheet: Sheet,
    level: float,
    part: pl.DataFrame,
    days: tuple[date, date],
    ends: tuple[float, float],
    style: tuple[str, tuple, str, bool],
) -> None:
    """The judgements of one, each level until the next."""
    hue, dash, shape, full = style
    first, last = days
    span = (last - first).days
    places = [
        (
            sheet.plot * ((on - first).days / span if span else 0.5),
            level - _TALL * (score - ends[0]) / (ends[1] - ends[0]),
        )
        for on, score in part.select("on", "score").iter_rows()
    ]
    for (x, y), (x2, y2) in pairwise(places):
        hand.line(x, y, x2, y, hue, 2, dash)
        hand.line(x2, y, x2, y2, hue, 2, dash)
    for x, y in places:
        hand.dot(x, y, shape, hue, 50 if full else 150, hue if full else "back")  # where both are, one frames the other
