"""Has the process changed, and where? Many series, each small, on one sheet.

Series stand in the order in which they come, never by value or by signal. Each has its own scale, or all have one, and
the chart says which. The mean is solid, a median broken, limits are dashed, unusual points have their shapes and the
latest point is ringed.
"""

from __future__ import annotations

from datetime import date

import altair as alt
import polars as pl

from takeroot.charts.control import reach
from takeroot.charts.marks import ByHand, dot, nothing
from takeroot.charts.points import (
    CALLED,
    MEDIAN,
    STEPPED,
    completed,
    gaps,
    legend,
    line_styles,
    look,
    readings,
    runs,
    shapes,
)
from takeroot.charts.theme import Sheet, colour, extremes, layer, placed, rows
from takeroot.charts.wording import counted, listed, month, number

#: So many small charts at most; more can not be looked at.
MOST = 24
_LEVELS = ("value", "centre", "lower", "upper", "target", "trajectory")


def small_multiples(
    points: pl.DataFrame, *, title: str = "", same_scale: bool = False, unit: str = "", width: int = 720
) -> alt.LayerChart:
    """Many series, each small, in the order of the frame: at most 24.

    Parameters
    ----------
    points
        What :func:`takeroot.spc.chart` gives, of any kind.
    title
        In words; the measure, if there is one only.
    same_scale
        Draw all on one scale, so that levels can be held against each other; else each has its own.
    unit
        In words.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=2, right=10)
    series = points.select("measure", "site").unique(maintain_order=True)
    one = series["measure"].n_unique() == 1
    name = title or (f"{series['measure'][0]}, by site" if one else "Measures")
    if not series.height:
        return nothing(sheet, name, "No value is recorded.")
    shown = series.head(MOST)
    points = completed(points).join(shown, on=["measure", "site"], how="semi", maintain_order="left")
    columns, gap, head, tall = (2, 18, 20, 58) if sheet.narrow else (3, 18, 20, 64)
    each = (sheet.plot - gap * (columns - 1)) / columns
    days = extremes(points, "on")
    scale = reach(points) if same_scale else None
    hand = ByHand(sheet)
    parts: list[pl.DataFrame] = []
    counts: dict[str, int] = {}
    missing = 0
    small = sheet.letters - 1
    apart = points.partition_by("measure", "site", as_dict=True)
    for place, (measure, site) in enumerate(shown.iter_rows()):
        left = (place % columns) * (each + gap)
        above = place // columns * (head + tall + gap) + head
        mine = apart[measure, site].sort("on")
        label = site if one else f"{measure}, {site}"
        hand.words(left, above - 6, _cut(label, each, small), size=small, bold=True)
        there = mine.drop_nulls("value")
        if not there.height:
            hand.words(left, above + 20, "no value", hue="soft", size=small)
            continue
        if not there["judged"][-1]:
            hand.words(left, above + tall + small - 1, "too few values to judge", hue="soft", size=small)
        said = [None if says is None else f"{label}, {says}" for says in readings(mine, unit)]
        mine = mine.with_columns(says=pl.Series(said, dtype=pl.String))
        parts.append(_put(mine, place, days, (left, left + each), (above, above + tall), scale or reach(mine)))
        shows = _latest(there)
        counts[shows] = counts.get(shows, 0) + 1
        missing += gaps(mine)[1]
    height = -(-shown.height // columns) * (head + tall + gap) - gap
    present = [item for item in legend(points) if item[3] != CALLED["common"]]
    end = hand.key(present, height + 34) if present else height
    more = f" The first {MOST} of {series.height} series, in their own order." if series.height > MOST else ""
    told = listed([f"{counted(n, 'series')} with {shows} at the latest point" for shows, n in counts.items()])
    on = f"All on one scale, {number(scale[0])} to {number(scale[1])}" if scale is not None else "Each on its own scale"
    empty = f" {counted(missing, 'periods')} missing in all." if missing else ""
    return sheet.finished(
        [*(_drawn(parts) if parts else []), *hand.layers()],
        title=name,
        subtitle=f"{month(days[0])} to {month(days[1])}. {on}; {_lines_said(points)}, ringed: the latest point.{empty}"
        f"{more}",
        says=f"{counted(shown.height, 'small charts')} from {month(days[0])} to {month(days[1])}: {told}.{empty}{more}",
        height=height,
        below=end - height + 16,
    )


def _latest(there: pl.DataFrame) -> str:
    """What the latest point of a series shows, in words."""
    shows, judged = there["shows"][-1], there["judged"][-1]
    if shows is None:
        return "too small a denominator to judge"
    return CALLED[shows] if judged else "too few values to judge"


def _lines_said(points: pl.DataFrame) -> str:
    """What the lines are: the centre of the kinds of charts that are there, and limits where there are any."""
    kinds = points["chart"].unique().to_list()
    medians, means = any(kind in MEDIAN for kind in kinds), any(kind not in MEDIAN for kind in kinds)
    broken = "broken line" if "run" in kinds else "solid"
    centre = "solid: mean" if means else f"{broken}: median"
    centre += f" ({broken}: median)" if means and medians else ""
    return centre + (", dashed: limits" if points["upper"].is_not_null().any() else "")


def _put(
    mine: pl.DataFrame,
    place: int,
    days: tuple[date, date],
    across: tuple[float, float],
    down: tuple[float, float],
    scale: tuple[float, float],
) -> pl.DataFrame:
    """A series told where on the sheet it stands, in pixels."""
    low, high = scale
    span = max((days[1] - days[0]).days, 1)
    first = place * 100_000
    return mine.select(
        "phase",
        "shows",
        "chart",
        "excluded",
        "says",
        run=runs(mine) + first,
        part=pl.lit(first) + pl.col("phase"),
        whole=pl.lit(first),
        latest=pl.col("on") == mine.drop_nulls("value")["on"][-1],
        there=pl.col("value").is_not_null(),
        shape=shapes(mine),
        point=pl.lit(f"{place:02d} ") + pl.col("on").dt.strftime("%Y-%m-%d"),
        x=(across[0] + (pl.col("on") - days[0]).dt.total_days() / span * (across[1] - across[0])).round(1),
        **{f"{c}_y": (down[0] + (high - pl.col(c)) / (high - low) * (down[1] - down[0])).round(1) for c in _LEVELS},
    )


def _drawn(parts: list[pl.DataFrame]) -> list[alt.Chart]:
    """Lines of every small chart, and dots where a point is unusual or the latest."""
    x = placed("x")
    put = pl.concat(parts)
    layers = []
    for (kind,), mine in put.with_columns(look=_look()).group_by("look", maintain_order=True):
        for column, style in line_styles(thin=True, kind=str(kind)).items():
            if mine[f"{column}_y"].is_not_null().any():
                by = "whole" if column in ("target", "trajectory") else "part"
                data = rows(mine, "x", f"{column}_y", by)
                layers.append(layer("line", data, style, x=x, y=placed(f"{column}_y"), detail=_apart(by)))
    there, y = put.filter("there"), placed("value_y")
    thread = {"color": colour("spc-line"), "strokeWidth": 1}
    layers.append(layer("line", rows(there, "x", "value_y", "run"), thread, x=x, y=y, detail=_apart("run")))
    unusual = (pl.col("shows") != "common").fill_null(True)
    marked = there.filter(unusual | pl.col("latest") | pl.col("excluded"))
    marked = marked.sort("shows", "shape", "latest", "excluded", maintain_order=True)
    looks = ("shows", "shape", "latest", "excluded")
    for (shows, shape, latest, hollow), mine in marked.group_by(looks, maintain_order=True):
        plain = shows is None or shows == "common"
        hue, fill = look(None if plain else str(shows), hollow=bool(hollow))
        style = dot(str(shape), hue, 34 if latest else 18, fill, 1.4 if latest else 0.8)
        layers.append(layer("point", rows(mine, "x", "value_y", "point", "says"), style, x=x, y=y))
    return layers


def _look() -> pl.Expr:
    """Kinds of charts whose lines are drawn alike, by one of them."""
    return (
        pl.when(pl.col("chart") == "run")
        .then(pl.lit("run"))
        .when(pl.col("chart").is_in(STEPPED))
        .then(pl.lit(STEPPED[0]))
        .otherwise(pl.lit(""))
    )


def _apart(name: str) -> dict[str, str]:
    return {"field": name, "type": "nominal"}


def _cut(text: str, width: float, size: float) -> str:
    most = max(4, int(width / (0.58 * size)))
    return text if len(text) <= most else text[: most - 1] + "…"
