"""How many sites will be in use? What was counted, a fan of what may come, and beneath it how earlier forecasts did.

The bands hold half, four fifths and nineteen of twenty of the futures foreseen; each has its edges drawn and its label,
so none rests on its tint. What the back-test shows stands above the picture, in words.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.scales import at_month_end, beside_axis, ceiling, whole_ticks
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, level, rows
from takeroot.charts.wording import counted, month, number

TITLE = "How many sites will be in use"
#: The intervals from the widest in: the dash of their edges, and how strong their tint is.
BANDS = ((95, (1, 3), 0.13), (80, (4, 2), 0.17), (50, (), 0.22))
#: The earlier forecasts that are drawn look so many months ahead at the most, where at least so many were tried.
FURTHEST, TRIED = 12, 5


def fan_chart(
    months: pl.DataFrame,
    counts: pl.DataFrame,
    tried: pl.DataFrame | None = None,
    *,
    plan: pl.DataFrame | None = None,
    says: str = "",
    by: str = "combination",
    width: int = 720,
) -> alt.LayerChart:
    """What was counted, what is foreseen, and how forecasts made earlier did.

    Parameters
    ----------
    months, counts, tried
        Those of a :class:`takeroot.forecast.Forecast`.
    plan
        The latest version of the plan: on, planned. No line, if not given.
    says
        What the back-test shows; or, where there is no forecast, why.
    by
        The forecaster whose earlier forecasts are drawn.
    width
        In pixels; 340 for a phone.
    """
    if not months.height:
        return nothing(Sheet(width, 34), TITLE, says or "There is no forecast.")
    seen, ahead = at_month_end(counts.sort("on")), at_month_end(months.sort("on"))
    now, end = seen.row(-1, named=True), ahead.row(-1, named=True)
    ahead = pl.concat([_from(now, ahead), ahead])
    eligible = now["eligible"]
    meant = None if plan is None or not plan.height else _meant(plan.sort("on"), seen["on"][0], end["on"])
    labels = _labels(end, eligible, width)
    if meant is not None:
        labels.append((meant["planned"][-1], f"{number(meant['planned'][-1])} planned", "plan", False))
    most = [extremes(seen, "in_use")[1], end["upper_95"], extremes(ahead, "upper_95")[1], eligible or 0]
    top = ceiling(max(most if meant is None else [*most, meant["planned"].max()]))
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=beside_axis(top))
    tall, low, apart = (190, 70, 74) if sheet.narrow else (250, 100, 60)
    x = sheet.days(seen["on"].min(), end["on"])
    y = {"from": tall, "to": 0.0, "top": top}
    hand = ByHand(sheet)
    layers = _fan(seen, ahead, x, y, sheet)
    if meant is not None:
        dashed = {"interpolate": "step-after", "color": colour("plan"), "strokeWidth": 1.75, "strokeDash": [7, 4]}
        layers.append(layer("line", rows(meant, "on", "planned"), dashed, x=x, y=_level("planned", y)))
    if eligible:
        place = tall * (1 - eligible / top)
        hand.line(0, place, sheet.plot, place)
    hand.line(0, tall, sheet.plot, tall)
    at = sheet.plot * (now["on"] - seen["on"][0]).days / max((end["on"] - seen["on"][0]).days, 1)
    hand.line(at, 0, at, tall, dash=(2, 2))
    hand.ends(labels, tall, top)
    earlier = _earlier(tried, by)
    height, told = float(tall), ""
    if earlier is not None:
        height = tall + apart + low
        layers += _tried(earlier, x, {"from": height, "to": tall + apart, "top": top}, sheet)
        told = _key(hand, earlier, tall, sheet)
    middle = f"{number(end['median'])} sites, 80% interval {number(end['lower_80'])} to {number(end['upper_80'])}"
    planned = "" if meant is None else f" Planned by then: {number(meant['planned'][-1])}."
    dashes = "" if meant is None else " Long dashes: the latest version of the plan."
    return sheet.finished(
        [*layers, *hand.layers()],
        title=TITLE,
        subtitle=(
            f"{says} Bold: counted until {month(now['on'])}. Then the middle of what is foreseen, and the intervals "
            f"that hold 50%, 80% and 95% of it.{dashes}"
        ).strip(),
        says=(
            f"{says} At the end of {month(now['on'])} {counted(now['in_use'], 'sites')} were in use. "
            f"Foreseen for the end of {month(end['on'])}: {middle}."
            f"{planned}{told}"
        ).strip(),
        height=height,
        apart=True,
    )


def _from(now: dict[str, Any], ahead: pl.DataFrame) -> pl.DataFrame:
    """The last count, as what the fan opens from."""
    found = {name: now["in_use"] for name in ahead.columns if name not in ("on", "ahead")}
    return pl.DataFrame([{"on": now["on"], "ahead": 0, **found}], schema=ahead.schema)


def _meant(plan: pl.DataFrame, first: date, last: date) -> pl.DataFrame | None:
    """What the plan means from the first day shown to the last; none, where it says nothing by then."""
    shown = plan.filter(pl.col("on") <= last).select("on", pl.col("planned").cast(pl.Int64))
    before = shown.filter(pl.col("on") <= first).tail(1).with_columns(on=pl.lit(first))
    shown = pl.concat([before, shown.filter(pl.col("on") > first)])
    return pl.concat([shown, shown.tail(1).with_columns(on=pl.lit(last))]) if shown.height else None


def _labels(end: dict[str, Any], eligible: int | None, width: int) -> list[Label]:
    narrow = width < 520
    found: list[Label] = [(eligible, f"{number(eligible)} eligible", "soft", False)] if eligible else []
    for share, *_ in BANDS:
        ends = f"{number(end[f'lower_{share}'])}–{number(end[f'upper_{share}'])}"
        found.append((end[f"upper_{share}"], f"{share}%: {ends}", "soft", False))
    return [*found, (end["median"], number(end["median"]) + ("" if narrow else " in the middle"), "main", True)]


def _level(field: str, y: dict[str, float], axis: dict[str, Any] | None = None) -> Channel:
    channel = level(field, 0, y["top"], axis)
    channel["scale"] |= {"range": [y["from"], y["to"]]}
    return channel


def _axis(y: dict[str, float], most: int) -> dict[str, Any]:
    return {"values": whole_ticks(y["top"], most), "domain": False, "ticks": False, "format": ",d", "orient": "left"}


def _fan(seen: pl.DataFrame, ahead: pl.DataFrame, x: Channel, y: dict[str, float], sheet: Sheet) -> list[alt.Chart]:
    found: list[alt.Chart] = []
    for share, dash, strong in BANDS:
        low, high = f"lower_{share}", f"upper_{share}"
        drawn = rows(ahead, "on", low, high)
        area = {"color": colour("main"), "opacity": strong}
        edge = {"color": colour("main"), "strokeWidth": 0.75, **({"strokeDash": list(dash)} if dash else {})}
        found.append(layer("area", drawn, area, x=x, y=_level(low, y), y2={"field": high}))
        found += [layer("line", drawn, edge, x=x, y=_level(name, y)) for name in (low, high)]
    bold = {"color": colour("main"), "strokeWidth": 2.75}
    axis = _axis(y, 4 if sheet.narrow else 6)
    return [
        *found,
        layer(
            "line",
            rows(ahead, "on", "median"),
            {**bold, "strokeWidth": 2, "strokeDash": [6, 3]},
            x=x,
            y=_level("median", y),
        ),
        layer("line", rows(seen, "on", "in_use"), bold, x=x, y=_level("in_use", y, axis)),
    ]


def _earlier(tried: pl.DataFrame | None, by: str) -> pl.DataFrame | None:
    """The earlier forecasts that are drawn: all of one horizon, the longest that was tried often enough."""
    if tried is None:
        return None
    mine = tried.filter(pl.col("forecaster") == by, pl.col("ahead") <= FURTHEST)
    often = mine.group_by("ahead").len().filter(pl.col("len") >= TRIED)["ahead"].max()
    horizon = often if often is not None else mine["ahead"].min()
    return None if horizon is None else at_month_end(mine.filter(pl.col("ahead") == horizon).sort("on"))


def _tried(earlier: pl.DataFrame, x: Channel, y: dict[str, float], sheet: Sheet) -> list[alt.Chart]:
    held = pl.col("happened").is_between("lower_80", "upper_80")
    bar = {"color": colour("quiet"), "strokeWidth": 2 if sheet.narrow else 3}
    sizes = (16, 34) if sheet.narrow else (44, 62)
    drawn = [layer("rule", rows(earlier, "on", "lower_80", "upper_80"), bar, x=x, y=_level("lower_80", y, _axis(y, 2)),
                   y2={"field": "upper_80"})]  # fmt: skip
    for inside, shape, fill in ((True, "circle", colour("main")), (False, "diamond", colour("back"))):
        mine = earlier.filter(held == inside)
        if mine.height:
            dot = {"shape": shape, "size": sizes[not inside], "fill": fill, "stroke": colour("main"), "opacity": 1}
            drawn.append(layer("point", rows(mine, "on", "happened"), dot, x=x, y=_level("happened", y)))
    return drawn


def _key(hand: ByHand, earlier: pl.DataFrame, tall: float, sheet: Sheet) -> str:
    """What stands beneath, said above it; and how often the interval held what came."""
    horizon = int(earlier["ahead"][0])
    inside = int(earlier["happened"].is_between(earlier["lower_80"], earlier["upper_80"]).sum())
    held = f"{number(inside)} of {number(earlier.height)}"
    when = counted(horizon, "months")
    hand.words(-sheet.left, tall + 20, f"Tried earlier, {when} ahead", bold=True)
    hand.key(
        (
            (("square",), "quiet", "quiet", "80% interval"),
            (("circle",), "main", "main", "what came, inside it"),
            (("diamond",), "main", "back", "outside it"),
        ),
        tall + 38,
    )
    return f" Tried earlier, {when} ahead: the 80% interval held what came in {held} cases."
