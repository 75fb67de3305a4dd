"""Has the process changed, and where? Many series, each small, on one sheet.

Series stand in the order in which they come, never by value or by signal. Every one has its own scale; the mean is
solid, limits are dashed, unusual points have their shapes and the latest point is ringed.
"""

from __future__ import annotations

from datetime import date

import altair as alt
import polars as pl
import polars.selectors as cs

from takeroot.charts.control import CALLED, HUES, key, limited, line_styles, reach, runs, shapes
from takeroot.charts.control import shown as unusual
from takeroot.charts.marks import ByHand, dot, nothing
from takeroot.charts.theme import Sheet, colour, extremes, layer, placed, rows
from takeroot.charts.wording import counted, listed, month

#: So many small charts at most; more can not be looked at.
MOST = 24


def small_multiples(points: pl.DataFrame, *, title: str = "", width: int = 720) -> alt.LayerChart:
    """Many series, each small, in the order of the frame: at most 24.

    Parameters
    ----------
    points
        What :func:`takeroot.spc.chart` gives.
    title
        In words; the measure, if there is one only.
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
    columns, gap, head, tall = (2, 18, 20, 58) if sheet.narrow else (3, 18, 20, 64)
    each = (sheet.plot - gap * (columns - 1)) / columns
    days = extremes(points, "on")
    points = limited(points)
    hand = ByHand(sheet)
    parts: list[pl.DataFrame] = []
    counts: dict[str, int] = {}
    small = sheet.letters - 1
    for place, (measure, site) in enumerate(shown.iter_rows()):
        left = (place % columns) * (each + gap)
        above = place // columns * (head + tall + gap) + head
        mine = points.filter((pl.col("measure") == measure) & (pl.col("site") == site)).sort("on")
        label = site if one else f"{measure}, {site}"
        hand.words(left, above - 6, _cut(label, each, small), size=small, bold=True)
        there = mine.drop_nulls("value")
        if not there.height:
            hand.words(left, above + 20, "no value", hue="soft", size=small)
            continue
        parts.append(_put(mine, place, days, (left, left + each), (above, above + tall)))
        shows = there["shows"][-1]
        counts[shows] = counts.get(shows, 0) + 1
    height = -(-shown.height // columns) * (head + tall + gap) - gap
    present = {name: kinds for name, kinds in unusual(points).items() if name != "common"}
    end = key(hand, present, height + 24) if present else height
    more = f" The first {MOST} of {series.height} series, in their own order." if series.height > MOST else ""
    told = listed([f"{counted(n, 'series')} with {CALLED[shows]} at the latest point" for shows, n in counts.items()])
    return sheet.finished(
        [*hand.layers(), *(_drawn(pl.concat(parts)) if parts else [])],
        title=name,
        subtitle=f"{month(days[0])} to {month(days[1])}. Each on its own scale; solid: mean, dashed: limits, "
        f"ringed: the latest point.{more}",
        says=f"{counted(shown.height, 'small charts')} from {month(days[0])} to {month(days[1])}: {told}.{more}",
        height=height,
        below=end - height + 14,
    )


def _put(
    mine: pl.DataFrame,
    place: int,
    days: tuple[date, date],
    across: tuple[float, float],
    down: tuple[float, float],
) -> pl.DataFrame:
    """A series told where on the sheet it stands, in pixels."""
    low, high = reach(mine)
    span = max((days[1] - days[0]).days, 1)
    columns = ("value", "centre", "lower", "upper", "target")
    return mine.with_columns(
        run=runs(mine) + place * 100_000,
        part=pl.lit(place * 100_000) + pl.col("phase"),
        latest=pl.col("on") == mine.drop_nulls("value")["on"][-1],
        shape=shapes(mine),
        x=across[0] + (pl.col("on") - days[0]).dt.total_days() / span * (across[1] - across[0]),
        **{f"{c}_y": down[0] + (high - pl.col(c)) / (high - low) * (down[1] - down[0]) for c in columns},
    ).with_columns(cs.ends_with("_y").round(1), pl.col("x").round(1))


def _drawn(put: pl.DataFrame) -> list[alt.Chart]:
    """Lines of every small chart, and dots where a point is unusual or the latest."""
    x = placed("x")
    layers = []
    for column, style in line_styles(thin=True).items():
        there = put.filter(pl.col(column).is_not_null())
        if there.height:
            data = rows(there, "x", f"{column}_y", "part")
            layers.append(layer("line", data, style, x=x, y=placed(f"{column}_y"), detail=_apart("part")))
    there, y = put.drop_nulls("value"), placed("value_y")
    thread = {"color": colour("spc-line"), "strokeWidth": 1}
    layers.append(layer("line", rows(there, "x", "value_y", "run"), thread, x=x, y=y, detail=_apart("run")))
    marked = there.filter((pl.col("shows") != "common") | pl.col("latest")).sort("shows", "shape", "latest")
    for (shows, shape, latest), mine in marked.group_by("shows", "shape", "latest", maintain_order=True):
        hue = HUES[str(shows)]
        fill = "back" if shows == "common" else f"{hue}-fill"
        style = dot(str(shape), hue, 34 if latest else 18, fill, 1.4 if latest else 0.8)
        layers.append(layer("point", rows(mine, "x", "value_y"), style, x=x, y=y))
    return layers


def _apart(name: str) -> dict[str, str]:
    return {"field": name, "type": "nominal"}


def _cut(text: str, width: float, size: float) -> str:
    most = max(4, int(width / (0.58 * size)))
    return text if len(text) <= most else text[: most - 1] + "…"
