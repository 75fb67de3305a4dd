"""Has the process changed? One run or control chart in the manner of the NHS.

The mean is solid, the limits are dashed, the target is dashed otherwise, a trajectory is dotted; lines break where a
phase begins and where a period is missing. A run chart has a broken median and no limits. What a point shows, its shape
says (:mod:`takeroot.charts.points`). Where a phase has too few values to be judged, it has a mean and no limits.

Beneath may stand what happened meanwhile, as numbered marks, and the moving ranges on the same days.

References
----------
NHS England. Making Data Count (conventions of lines and points). The fills are the colours of NHSRplotthedots; outlines
are darker, so that they can be told from the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts import events as happened
from takeroot.charts import ranges as moving
from takeroot.charts.marks import ByHand, Label, dot, nothing
from takeroot.charts.naming import boxed, named
from takeroot.charts.points import (
    centre_called,
    completed,
    empty,
    legend,
    limited,
    line_styles,
    look,
    readings,
    runs,
    shapes,
    standing,
)
from takeroot.charts.scales import level_ticks, month_end, reached, written
from takeroot.charts.telling import rules_of, subtitle, told
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, level, rows
from takeroot.charts.wording import number
from takeroot.errors import NotFound
from takeroot.vocabulary.rulesets import RuleSet

#: Of more points than this, which cover each other, only the unusual ones can be read one by one; a table has them all.
READ = 400

__all__ = ["control_chart", "limited", "reach", "series_of"]


def control_chart(
    points: pl.DataFrame,
    measure: str | None = None,
    site: str | None = None,
    *,
    title: str = "",
    unit: str = "",
    says: str = "",
    events: pl.DataFrame | None = None,
    ranges: pl.DataFrame | None = None,
    rules: RuleSet | None = None,
    rule_sets: Iterable[RuleSet] = (),
    width: int = 720,
) -> alt.LayerChart:
    """One series with its centre, limits and target, and what each point shows.

    Parameters
    ----------
    points
        What :func:`takeroot.spc.chart` gives, of any kind.
    measure, site
        Which series; the first there is, if not said.
    title, unit
        In words, if the names in the frame will not do.
    says
        The finding, such as the sentence of :func:`takeroot.spc.summary`; it opens the description.
    events
        What happened, as numbered marks beneath: see :func:`takeroot.charts.numbered`, which gives their list.
    ranges
        The same values charted with the kind ``mr``, to stand beneath on the same days.
    rules
        The rule set the points were judged by, where it was changed for this chart; else it is found by its name.
    rule_sets
        Rule sets that the points may name besides those of this house.
    width
        In pixels; 340 for a phone.

    Raises
    ------
    NotFound
        If there is no such measure or site in the frame.
    """
    mine = completed(series_of(points, measure, site))
    name = title or (f"{mine['measure'][0]}, {mine['site'][0]}" if mine.height else "Control chart")
    there = mine.filter(pl.col("value").is_not_null())
    if not there.height:
        return nothing(Sheet(width), name, "No value is recorded.")
    labels = _labels(standing(mine), narrow=width < 520)
    strip = None if ranges is None else series_of(ranges, mine["measure"][0], mine["site"][0])
    beside = [*labels, *([] if strip is None else moving.labels(strip, narrow=width < 520))]
    first, last = extremes(mine, "on")
    days = (first, last if last > first else month_end(first))
    low, high = reach(mine)
    ticks, decimals = level_ticks(low, high, 4 if width < 520 else 5)
    how, side = written(ticks, decimals)
    sheet = Sheet.beside(width, [text for _, text, *_ in beside], left=max(34 if width < 520 else 44, 8 * side + 10))
    height = 200 if sheet.narrow else 260
    x = sheet.days(*days)
    axis = {"values": ticks, "domain": False, "ticks": False, "format": how}

    def y(column: str) -> Channel:
        return level(column, low, high, axis)

    under, hand = ByHand(sheet), ByHand(sheet)
    marked = happened.numbered(events, mine)
    happened.uprights(under, marked, days, height)
    _breaks(under, mine, days, height)
    layers = [*under.layers(), *_lines(mine, x, y), *_dots(mine, x, y, unit, _dot_size(there.height, sheet))]
    hand.ends(labels, height, high, low)
    _targets(hand, mine, days, (low, high), height)
    items, end = legend(mine), height + 30.0
    if marked.height:
        end = happened.rail(hand, marked, days, end + 8)
        items += happened.legend(marked)
    if strip is not None:
        end = moving.strip(hand, strip, days, end + 10, unit)
    end = hand.key(items, end + 16) if items else end
    return sheet.finished(
        [*layers, *hand.layers()],
        title=name,
        subtitle=subtitle(mine, unit, rules_of(mine.row(-1, named=True), rules, rule_sets)),
        says=told(mine, unit, says) + happened.told(marked, happened.outside(events, mine)),
        height=height,
        below=end - height + 12,
    )


def series_of(points: pl.DataFrame, measure: str | None = None, site: str | None = None) -> pl.DataFrame:
    """One series of the points in order: the first there is, if not said which."""
    for column, wanted in (("measure", measure), ("site", site)):
        if wanted is not None:
            if not (points[column] == wanted).any():
                raise NotFound(column, wanted, points[column].drop_nulls().unique().to_list())
            points = points.filter(pl.col(column) == wanted)
    if points.height:
        points = points.filter((pl.col("measure") == points["measure"][0]) & (pl.col("site") == points["site"][0]))
    return points.sort("on")


def reach(mine: pl.DataFrame) -> tuple[float, float]:
    """From the least to the most that is drawn of a series, and a little more."""
    low, high = extremes(mine, "value", "centre", "lower", "upper", "target", "trajectory")
    least = extremes(mine, "value")[0]
    floor, top = reached(float(low or 0), float(high or 0))
    return 0.0 if (least or 0) >= 0 and floor < 0 <= (low or 0) else floor, top


def _labels(now: dict[str, Any], *, narrow: bool) -> list[Label]:
    """What the lines are called at the right edge, with where they stand at the latest point."""
    limit = "" if narrow else " limit"
    said = {
        "upper": f"upper{limit}",
        "centre": centre_called(now["chart"]),
        "lower": f"lower{limit}",
        "target": "target",
        "trajectory": "trajectory",
    }
    hues = {"centre": "spc-mean", "target": "spc-target", "trajectory": "plan"}
    return [
        (now[column], f"{number(now[column])} {word}", hues.get(column, "soft"), column == "centre")
        for column, word in said.items()
        if now[column] is not None
    ]


def _dot_size(points: int, sheet: Sheet) -> float:
    """Smaller dots where they would stand in each other's way."""
    return 52 if sheet.plot / points >= 9 else 34 if sheet.plot / points >= 5 else 18


def _breaks(under: ByHand, mine: pl.DataFrame, days: tuple[date, date], height: float) -> None:
    """A thin line where a phase begins, halfway from the point before, and a shade where no value is."""
    plot = under.sheet.plot
    span = (days[1] - days[0]).days

    def x(on: date) -> float:
        return (on - days[0]).days / span * plot

    before = mine.select("on", "phase", last=pl.col("on").shift(1), other=pl.col("phase").shift(1))
    for on, phase, last, other in before.iter_rows():
        if other is not None and phase != other:
            place = (x(on) + x(last)) / 2
            under.line(place, 0, place, height, "axis", 0.8)
    if mine["chart"][0] == "mr":
        return
    for begins, ends in empty(mine):
        under.line(max(x(begins), 0), height / 2, min(x(ends), plot), height / 2, "grid", height)


def _targets(
    hand: ByHand, mine: pl.DataFrame, days: tuple[date, date], ends: tuple[float, float], height: float
) -> None:
    """Each earlier target beside its own stretch, where there is room; the latest stands at the right edge."""
    span, plot = (days[1] - days[0]).days, hand.sheet.plot

    def at(on: date, value: float) -> tuple[float, float]:
        return (on - days[0]).days / span * plot, height * (1 - (value - ends[0]) / (ends[1] - ends[0]))

    dots = [at(*row) for row in mine.drop_nulls("value").select("on", "value").iter_rows()]
    thread = [
        (x + (x2 - x) * share, y + (y2 - y) * share)
        for (x, y), (x2, y2) in pairwise(dots)
        for share in (0.2, 0.4, 0.6, 0.8)
    ]
    taken = boxed([*dots, *thread])
    known = mine.drop_nulls("target")
    told = known.filter((pl.col("target") != pl.col("target").shift(1)).fill_null(True)).select("on", "target")
    for (on, target), (until, _) in pairwise(told.iter_rows()):
        (x, y), (x2, _) = at(on, target), at(until, target)
        steps = [x + 3 + (x2 - x) * n / 12 for n in range(12)]
        places = [("left", step, base) for base in (y - 4, y + hand.sheet.letters + 2) for step in steps]
        named(hand, f"{number(target)} target", places, taken, (x, 0, x2, height), hue="spc-target")


def _lines(mine: pl.DataFrame, x: Channel, y: Any) -> list[alt.Chart]:
    """Limits, centre, target, trajectory and the line through the values, broken at phases and gaps."""
    by_phase = {"field": "phase", "type": "nominal"}
    drawn = []
    for column, style in line_styles(kind=mine["chart"][-1]).items():
        if mine[column].is_not_null().any():
            apart = {} if column in ("target", "trajectory") else {"detail": by_phase}
            drawn.append(layer("line", rows(mine, "on", column, "phase"), style, x=x, y=y(column), **apart))
    stretches = rows(mine.with_columns(run=runs(mine)).drop_nulls("value"), "on", "value", "run")
    thread = {"color": colour("spc-line"), "strokeWidth": 1.3}
    return [*drawn, layer("line", stretches, thread, x=x, y=y("value"), detail={"field": "run", "type": "nominal"})]


def _dots(mine: pl.DataFrame, x: Channel, y: Any, unit: str, size: float) -> list[alt.Chart]:
    """The points: a layer for each thing that they show, each shape, and whether they were left out of the limits."""
    larger = {"circle": 1.0, "square": 1.2, "cross": 1.3}
    points = mine.with_columns(
        shape=shapes(mine), says=pl.Series(readings(mine, unit)), point=pl.col("on").dt.strftime("%Y-%m-%d")
    ).drop_nulls("value")
    points = points.sort("shows", "shape", "excluded", "on")
    drawn = []
    for (shows, shape, hollow), some in points.group_by("shows", "shape", "excluded", maintain_order=True):
        outline, fill = look(None if shows is None else str(shows), hollow=bool(hollow))
        size = max(size, 34) if shape == "cross" else size
        style = dot(str(shape), outline, size * larger.get(str(shape), 1.5), fill, 1.4)
        told = () if points.height > READ and shows == "common" else ("point", "says")
        drawn.append(layer("point", rows(some, "on", "value", *told), style, x=x, y=y("value")))
    return drawn
