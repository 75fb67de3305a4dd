"""Has the process changed? One control chart in the manner of the NHS.

The mean is solid, the limits are dashed, the target is dashed otherwise; lines break where a phase begins and where a
period is missing. A point says by its shape what it shows: round for common cause, a triangle that points the way the
values went for improvement or concern, a square where neither direction is better. A hollow point helped to set no
limits. Where a phase has too few values to be judged, it has a mean and no limits.

References
----------
NHS England. Making Data Count (conventions of lines and points). The fills are the colours of NHSRplotthedots; outlines
are darker, so that they can be told from the page.
"""

from __future__ import annotations

from math import ceil, log10
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, dot, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, level, rows
from takeroot.charts.wording import agree, counted, month, number
from takeroot.errors import NotFound
from takeroot.vocabulary.rulesets import RULE_SETS

#: What each finding is called.
CALLED = {
    "common": "common cause",
    "improvement": "improvement",
    "concern": "concern",
    "neither_high": "unusual, high",
    "neither_low": "unusual, low",
}
HUES = {
    "common": "spc-common",
    "improvement": "spc-improvement",
    "concern": "spc-concern",
    "neither_high": "spc-neither",
    "neither_low": "spc-neither",
}
#: What the lines are called at the right edge: on a page, and on a phone.
_LINES_SAY = {
    False: (("upper", "upper limit"), ("centre", "mean"), ("lower", "lower limit"), ("target", "target")),
    True: (("upper", "upper"), ("centre", "mean"), ("lower", "lower"), ("target", "target")),
}
_BETTER = {"up": "Higher is better", "down": "Lower is better", "neither": "Neither direction is better"}


def control_chart(
    points: pl.DataFrame,
    measure: str | None = None,
    site: str | None = None,
    *,
    title: str = "",
    unit: str = "",
    width: int = 720,
) -> alt.LayerChart:
    """One series with its centre, limits and target, and what each point shows.

    Parameters
    ----------
    points
        What :func:`takeroot.spc.chart` gives.
    measure, site
        Which series; the first there is, if not said.
    title, unit
        In words, if the names in the frame will not do.
    width
        In pixels; 340 for a phone.

    Raises
    ------
    NotFound
        If there is no such measure or site in the frame.
    """
    mine = limited(_series(points, measure, site))
    name = title or (f"{mine['measure'][0]}, {mine['site'][0]}" if mine.height else "Control chart")
    there = mine.filter(pl.col("value").is_not_null())
    if not there.height:
        return nothing(Sheet(width), name, "No value is recorded.")
    now = mine.row(-1, named=True)
    labels: list[Label] = [
        (now[column], f"{number(now[column])} {word}", _line_hue(column), column == "centre")
        for column, word in _LINES_SAY[width < 520]
        if now[column] is not None
    ]
    first, last = extremes(mine, "on")
    low, high = reach(mine)
    decimals = max(0, ceil(-log10((high - low) / 8)))
    side = max(len(f"{end:,.{decimals}f}") for end in (low, high))
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=max(44, 8 * side + 10))
    height = 200 if sheet.narrow else 260
    x = sheet.days(first, last if last > first else month_end(first))
    ticks = {"tickCount": 4 if sheet.narrow else 5, "domain": False, "ticks": False, "format": f",.{decimals}~f"}

    def y(column: str) -> Channel:
        return level(column, low, high, ticks)

    layers = [*_lines(mine, x, y), *_dots(there, x, y, size=_dot_size(there.height, sheet))]
    hand = ByHand(sheet)
    hand.ends(labels, height, high, low)
    judged = there["lower"].is_not_null().any()
    end = key(hand, shown(there) if judged else {}, height + 46, hollow=bool((~there["included"]).any()))
    return sheet.finished(
        [*layers, *hand.layers()],
        title=name,
        subtitle=_subtitle(mine, there, now, unit),
        says=_told(there, now, unit),
        height=height,
        below=end - height + 12,
    )


def _dot_size(points: int, sheet: Sheet) -> float:
    """Smaller dots where they would stand in each other's way."""
    return 52 if sheet.plot / points >= 9 else 34 if sheet.plot / points >= 5 else 18


def limited(points: pl.DataFrame) -> pl.DataFrame:
    """The points without limits where their phase has too few values to be judged by its rule set."""
    if not points.height:
        return points
    least = {name: rules.judge_from for name, rules in RULE_SETS.items()}
    enough = pl.col("value").count().over("measure", "site", "phase") >= pl.col("rules").replace_strict(
        least, default=13, return_dtype=pl.Int64
    )
    return points.with_columns(
        pl.when(enough).then(pl.col(name)).alias(name) for name in ("lower", "upper", "near_lower", "near_upper")
    )


def _series(points: pl.DataFrame, measure: str | None, site: str | None) -> pl.DataFrame:
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
    low, high = extremes(mine, "value", "centre", "lower", "upper", "target")
    low, high = float(low or 0), float(high or 0)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    least = extremes(mine, "value")[0]
    floor = 0.0 if (least or 0) >= 0 and low - room < 0 <= low else low - room
    return floor, high + room


def runs(mine: pl.DataFrame) -> pl.Series:
    """A number for each unbroken stretch: a new phase, a missing value or a missing period begins another."""
    days = mine["on"].diff().dt.total_days()
    usual = days.drop_nulls().median() or 1
    phase, value = mine["phase"], mine["value"]
    breaks = (phase != phase.shift(1)) | value.is_null() | value.shift(1).is_null() | (days > 1.6 * usual)
    return breaks.fill_null(True).cast(pl.Int32).cum_sum()


def shapes(points: pl.DataFrame) -> pl.Series:
    """Round, a triangle the way the values went, or a square."""
    better = pl.col("improves") if "improves" in points.columns else pl.lit(None, dtype=pl.String)
    rising = (
        pl.when(better == "up")
        .then(pl.col("shows") == "improvement")
        .when(better == "down")
        .then(pl.col("shows") == "concern")
        .otherwise(pl.col("value") > pl.col("centre"))
    )
    return points.select(
        shape=pl.when(pl.col("shows") == "common")
        .then(pl.lit("circle"))
        .when(pl.col("shows").str.starts_with("neither"))
        .then(pl.lit("square"))
        .when(rising)
        .then(pl.lit("triangle-up"))
        .otherwise(pl.lit("triangle-down"))
    )["shape"]


def line_styles(thin: bool = False) -> dict[str, dict[str, Any]]:
    """How limits, mean and target are drawn: each line can be told from the others without its colour."""
    limit = {
        "color": colour("spc-limit"),
        "strokeDash": [3, 2] if thin else [5, 4],
        "strokeWidth": 0.9 if thin else 1.4,
    }
    target = [6, 2, 1, 2] if thin else [10, 3, 2, 3]
    return {
        "lower": limit,
        "upper": limit,
        "centre": {"color": colour("spc-mean"), "strokeWidth": 1 if thin else 1.4},
        "target": {
            "color": colour("spc-target"),
            "strokeDash": target,
            "strokeWidth": 1.1 if thin else 1.6,
            "interpolate": "step-after",
        },
    }


def shown(points: pl.DataFrame) -> dict[str, list[str]]:
    """What the points show, in the order of :data:`CALLED`, each with the shapes it has there."""
    there = points.drop_nulls("value")
    pairs = there.with_columns(shape=shapes(there)).select("shows", "shape").unique().sort("shape", descending=True)
    found = {name: pairs.filter(shows=name)["shape"].to_list() for name in CALLED}
    return {name: kinds for name, kinds in found.items() if kinds}


def key(hand: ByHand, present: dict[str, list[str]], y: float, *, hollow: bool = False) -> float:
    """What the shapes mean, for those that are there; gives where the key ends."""
    x, sheet = 0.0, hand.sheet
    items = [(kinds, HUES[name], f"{HUES[name]}-fill", CALLED[name]) for name, kinds in present.items()]
    items += [(["circle"], "spc-common", "back", "not used for limits")] if hollow else []
    for kinds, hue, fill, text in items:
        room = 3 + 11 * len(kinds) + len(text) * sheet.letters * 0.56
        if x and x + room > sheet.width - sheet.left:
            x, y = 0.0, y + sheet.line
        for place, shape in enumerate(kinds):
            hand.dot(x + 5 + 11 * place, y - 4, shape, hue, 60 if shape.startswith("triangle") else 52, fill)
        hand.words(x + 3 + 11 * len(kinds), y, text, hue="soft")
        x += room + 20
    return y


def _line_hue(column: str) -> str:
    return {"centre": "spc-mean", "target": "spc-target"}.get(column, "soft")


def _lines(mine: pl.DataFrame, x: Channel, y: Any) -> list[alt.Chart]:
    """Limits, centre, target and the line through the values, broken at phases and gaps."""
    by_phase = {"field": "phase", "type": "nominal"}
    drawn = []
    for column, style in line_styles().items():
        if mine[column].is_not_null().any():
            apart = {} if column == "target" else {"detail": by_phase}
            drawn.append(layer("line", rows(mine, "on", column, "phase"), style, x=x, y=y(column), **apart))
    stretches = rows(mine.with_columns(run=runs(mine)).drop_nulls("value"), "on", "value", "run")
    thread = {"color": colour("spc-line"), "strokeWidth": 1.3}
    return [*drawn, layer("line", stretches, thread, x=x, y=y("value"), detail={"field": "run", "type": "nominal"})]


def _dots(there: pl.DataFrame, x: Channel, y: Any, size: float) -> list[alt.Chart]:
    """The points: a layer for each thing that they show, each shape, and whether they helped to set the limits."""
    larger = {"circle": 1.0, "square": 1.2}
    points = there.with_columns(shape=shapes(there)).sort("shows", "shape", "included", "on")
    drawn = []
    for (shows, shape, included), mine in points.group_by("shows", "shape", "included", maintain_order=True):
        hue = HUES[str(shows)]
        fill = f"{hue}-fill" if included else "back"
        style = dot(str(shape), hue, size * larger.get(str(shape), 1.5), fill, 1.4)
        drawn.append(layer("point", rows(mine, "on", "value"), style, x=x, y=y("value")))
    return drawn


def _subtitle(mine: pl.DataFrame, there: pl.DataFrame, now: dict[str, Any], unit: str) -> str:
    parts = [unit[:1].upper() + unit[1:]] if unit else []
    if now.get("improves") in _BETTER:
        parts.append(_BETTER[now["improves"]])
    if now.get("rules"):
        parts.append(f"Judged by the rule set {now['rules']}")
    phases = mine["phase"].n_unique()
    if phases > 1:
        parts.append(f"{phases} phases, each with its own limits")
    if mine.height > there.height:
        parts.append(f"{counted(mine.height - there.height, 'periods')} missing")
    latest = there.filter(pl.col("phase") == now["phase"]).height
    rules = RULE_SETS.get(now.get("rules") or "")
    if rules is not None and latest < rules.judge_from:
        parts.append(f"Too few values to judge: {latest} of {rules.judge_from}, so no limits are drawn")
    elif rules is not None and latest < rules.least:
        parts.append(f"Trial limits: {latest} values, fewer than {rules.least}")
    return ". ".join(parts) + "." if parts else ""


def _told(there: pl.DataFrame, now: dict[str, Any], unit: str) -> str:
    latest = there.row(-1, named=True)
    unusual = there.filter(pl.col("shows") != "common")
    said = f" {unit}" if unit else ""
    shows = CALLED[latest["shows"]] if latest["lower"] is not None else "too few values to judge"
    text = (
        f"{counted(there.height, 'values')} from {month(there['on'][0])} to {month(latest['on'])}. "
        f"The latest is {number(latest['value'])}{said} ({shows})"
    )
    if now["centre"] is not None:
        text += f"; the mean of the latest phase is {number(now['centre'])}"
    if now["lower"] is not None:
        text += f", its limits {number(now['lower'])} and {number(now['upper'])}"
    if now["target"] is not None:
        text += f", the target {number(now['target'])}"
    if not there["lower"].is_not_null().any():
        return f"{text}."
    if not unusual.height:
        return f"{text}. No point is unusual."
    return (
        f"{text}. {counted(unusual.height, 'points')} of {there.height} {agree(unusual.height, 'is', 'are')} unusual, "
        f"the latest in {month(unusual['on'][-1])}."
    )
