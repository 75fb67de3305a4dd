"""Where may sites stand? A small fan for each stage, all on one scale, in the order of the stages.

The bands hold half, four fifths and nineteen of twenty of the futures; each has its edges drawn, so that none rests on
its tint. Only the months that the frame has are told: between them a fan goes straight.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.fan import BANDS
from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.theme import Sheet, colour, extremes, layer, level, rows
from takeroot.charts.wording import listed, month, number
from takeroot.vocabulary.stages import Stage

TITLE = "Where sites may stand"
#: What the stages in use are together.
IN_USE = "in use"
_LABELS = {IN_USE: "in use (using and embedded)", **{stage.value: stage.label for stage in Stage}}


def stages_ahead(stages: pl.DataFrame, now: date, *, width: int = 720) -> alt.LayerChart:
    """How many sites may stand at each stage, some months ahead: a fan for each stage, all on one scale.

    Parameters
    ----------
    stages
        One row for each stage (``in use`` too) and month that is told: ``stage``, ``now``, ``on``, ``median``, and the
        ends of the intervals as ``lower_95`` and so on.
    now
        The month that the fans open from.
    width
        In pixels; 340 for a phone.
    """
    most = dict(stages.group_by("stage").agg(pl.max_horizontal("now", "upper_95").max()).iter_rows())
    shown = [name for name in _LABELS if most.get(name)]
    if not shown:
        return nothing(Sheet(width, 4), TITLE, "Nothing was worked out by stage.")
    # At the right stand the middle, in large letters, and the interval beside it.
    digits = max(len(number(most[name])) for name in shown)
    beside = 16 + digits * 10
    sheet = Sheet(width, left=4, right=beside + round((2 * digits + 1) * 7.5) + 8)
    start, last = month_end(now), month_end(extremes(stages, "on")[1])
    unit = min(7.0, (260 if sheet.narrow else 330) / sum(most[name] for name in shown))
    x = sheet.days(start, last)
    hand, told = ByHand(sheet), []
    layers: list[alt.Chart] = []
    base = 0.0
    for name in shown:
        tall = max(18.0, most[name] * unit)
        above = base + sheet.letters + 14
        base = above + tall
        mine = _opened(stages.filter(stage=name).sort("on"), start)
        end = mine.row(-1, named=True)
        used = name == IN_USE
        layers += _fan(mine, x, (base, above, tall / unit), "main" if used else "soft")
        hand.line(0, base, sheet.plot, base)
        hand.words(0, above - 5, f"{_LABELS[name]}, {number(mine['median'][0])} now", bold=used)
        within = f"{number(end['lower_80'])}–{number(end['upper_80'])}"
        hand.words(sheet.plot + 8, base - 1, number(end["median"]), bold=used, size=sheet.letters + 3)
        hand.words(sheet.plot + beside, base - 1, within, hue="soft")
        told.append(
            f"{_LABELS[name]} {number(mine['median'][0])} now, then {number(end['median'])} "
            f"({number(end['lower_80'])} to {number(end['upper_80'])})"
        )
    never = [_LABELS[stage.value] for stage in Stage if most.get(stage.value) == 0]
    missing = f" In hardly any future does a site stand as {listed(never, 'or')}." if never else ""
    return sheet.finished(
        [*layers, *hand.layers()],
        title=TITLE,
        subtitle=(
            f"From the end of {month(now)}, a fan for each stage, all on one scale: the middle of the futures, and "
            f"what holds 50%, 80% and 95% of them. At the right, the middle and the 80% for {month(last)}.{missing}"
        ),
        says=(
            f"Sites at each stage at the end of {month(last)}, with what holds 80% of futures: "
            f"{'; '.join(told)}.{missing}"
        ),
        height=base,
        apart=True,
    )


def _opened(mine: pl.DataFrame, start: date) -> pl.DataFrame:
    """The months of a stage at their ends, with where it stands now before them."""
    ends = ["median", *(f"{end}_{share}" for share, *_ in BANDS for end in ("lower", "upper"))]
    ahead = mine.select(pl.col("on").dt.month_end(), *ends)
    first = pl.DataFrame([{"on": start, **dict.fromkeys(ends, mine["now"][0])}], schema=ahead.schema)
    return pl.concat([first, ahead])


def _fan(mine: pl.DataFrame, x: dict[str, Any], room: tuple[float, float, float], hue: str) -> list[alt.Chart]:
    """The bands of one stage from the widest in, and its middle; ``room`` is from where to where, and of how many."""
    base, above, top = room

    def placed(field: str) -> dict[str, Any]:
        channel = level(field, 0, top, None)
        channel["scale"] |= {"range": [base, above]}
        return channel

    found: list[alt.Chart] = []
    for share, dash, strong in BANDS:
        low, high = f"lower_{share}", f"upper_{share}"
        drawn = rows(mine, "on", low, high)
        edge = {"color": colour(hue), "strokeWidth": 0.75, **({"strokeDash": list(dash)} if dash else {})}
        area = {"color": colour(hue), "opacity": strong}
        found.append(layer("area", drawn, area, x=x, y=placed(low), y2={"field": high}))
        found += [layer("line", drawn, edge, x=x, y=placed(name)) for name in (low, high)]
    middle = {"color": colour(hue), "strokeWidth": 2, "strokeDash": [6, 3]}
    return [*found, layer("line", rows(mine, "on", "median"), middle, x=x, y=placed("median"))]
