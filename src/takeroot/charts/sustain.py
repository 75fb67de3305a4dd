"""Does it last? Staying in use, and leaving by reason.

A curve of staying is a step: it falls where a site left and nowhere else. Beneath it stands how many sites the curve
still rests on, and in its subtitle the rule, because without one "sustained" has no meaning. Where a curve rests on few
sites it is thin, and its label says on how many.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.scales import month_ticks
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, rows, values
from takeroot.charts.wording import agree, counted, listed, number, percent, sentence

STEP = "step-after"
#: A curve that rests on fewer sites than this is thin.
FEW = 5
_THIN = f"Thin where fewer than {FEW} sites are still followed."
_KM = ("months", "at_risk", "events", "censored", "share", "lower", "upper")
#: Hues and dashes of several lines in one chart, by turns; the label at its end names each.
LINES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("main", ()),
    ("3", (8, 3)),
    ("2", (3, 3)),
    ("1", (10, 3, 2, 3)),
    ("5", (1, 2)),
    ("6", (12, 4)),
    ("4", (5, 2, 1, 2, 1, 2)),
)
#: The dash and the weight of a line that rests on few sites.
THIN = ((2, 2), 1.25)


def staying_in_use(
    km: pl.DataFrame, *, rule: str = "", title: str = "Staying in use", width: int = 720
) -> alt.LayerChart:
    """The share of sites still in use, by months since the clock's zero, with its interval.

    Parameters
    ----------
    km
        What :func:`takeroot.sustainment.kaplan_meier` gives; a column besides its own names groups.
    rule
        The rule in words; it stands in the subtitle.
    title
        What it shows.
    width
        In pixels; 340 for a phone.
    """
    by = next((name for name in km.columns if name not in _KM), None)
    groups = (km[by].unique(maintain_order=True).to_list() if km.height else []) if by else [None]
    subtitle = sentence(f"Rule: {rule}") if rule else "No rule is given: read with care."
    if not km.height or not km["at_risk"].max():
        return nothing(Sheet(width), title, f"{subtitle} No site has begun to use it yet.")
    curves = [(km.filter(pl.col(by).eq_missing(pl.lit(group))) if by else km).sort("months") for group in groups]
    ends = [_end(mine, "" if group is None else str(group)) for group, mine in zip(groups, curves, strict=True)]
    sheet = Sheet.beside(width, [text for _, text in ends])
    last = max(float(extremes(km, "months")[1] or 0), 1.0)
    height = 190 if sheet.narrow else 250
    x, ticks = sheet.months(last), month_ticks(last, sheet.plot)
    layers: list[alt.Chart] = []
    hand = ByHand(sheet)
    labels: list[Label] = []
    told = []
    bands: list[alt.Chart] = []
    for place, (group, mine) in enumerate(zip(groups, curves, strict=True)):
        hue, dash = LINES[place % len(LINES)]
        seen = told_apart(mine, last, sheet.plot)
        bands += _interval_band(seen, hue, x, sheet) if len(groups) == 1 else []
        layers += _curve(seen, hue, dash, x, sheet)
        share, text = ends[place]
        labels.append((share, text, hue, True))
        told.append(_told(mine, "" if group is None else f"{group}: "))
        below = height + 46 + (place + 1) * sheet.line
        for tick in ticks:
            hand.words(tick / last * sheet.plot, below, number(at_risk(mine, tick)), hue="soft", align="center")
        if group is not None:
            hand.words(sheet.plot + 12, below, str(group), hue=hue)
    followed = "Sites still followed, at each of these months:"
    hand.words(-sheet.left, height + 40, followed, hue="soft", size=sheet.letters - 1)
    hand.ends(labels, height, 1)
    return sheet.finished(
        [*bands, *layers, *hand.layers()],
        title=title,
        subtitle=f"{subtitle} Months since the clock began; upright ticks: sites last seen in use."
        + (" Band: 95% interval." if bands else "" if km["events"].sum() else " None is recorded as leaving.")
        + (f" {_THIN}" if (km["at_risk"] < FEW).any() else ""),
        says=f"{' '.join(told)} {subtitle}",
        height=height,
        below=56 + sheet.line * len(groups),
    )


def told_apart(curve: pl.DataFrame, last: float, plot: float) -> pl.DataFrame:
    """The steps of a curve that can be told apart on a plot: its beginning, and of those within one pixel the last.

    Examples
    --------
    >>> curve = pl.DataFrame({"months": [0.0, 3.001, 3.002, 8.0], "share": [1.0, 0.9, 0.8, 0.7]})
    >>> told_apart(curve, 8.0, 2)["months"].to_list()
    [0.0, 3.002, 8.0]
    """
    if curve.height <= plot:
        return curve
    place = (pl.col("months") / last * plot).floor()
    seen = [pl.col(name).last() for name in curve.columns if name not in ("events", "censored")]
    many = [pl.col(name).sum() for name in ("events", "censored") if name in curve.columns]
    later = curve[1:].group_by(place.alias("_place"), maintain_order=True).agg(*seen, *many).select(curve.columns)
    return pl.concat([curve[:1], later], how="vertical_relaxed")


def _interval_band(km: pl.DataFrame, hue: str, x: Channel, sheet: Sheet) -> list[alt.Chart]:
    """The interval, with both its edges drawn; nothing, where there is none."""
    known = km.drop_nulls(["lower", "upper"])
    if not (known["lower"] < known["upper"]).any():
        return []
    drawn = rows(known, "months", "lower", "upper")
    edge = {"interpolate": STEP, "color": colour(hue), "strokeWidth": 0.75, "strokeDash": [1, 2]}
    area = {"interpolate": STEP, "color": colour("wash")}
    return [
        layer("area", drawn, area, x=x, y=sheet.shares("lower"), y2={"field": "upper"}),
        *(layer("line", drawn, edge, x=x, y=sheet.shares(name)) for name in ("lower", "upper")),
    ]


def _curve(km: pl.DataFrame, hue: str, dash: tuple[int, ...], x: Channel, sheet: Sheet) -> list[alt.Chart]:
    """The steps, thin where they rest on few sites, and upright ticks where sites were last seen in use."""
    y = sheet.shares("share")
    enough = _enough(km)
    parts = ((km.head(enough), dash, 2.5), (km.slice(max(enough - 1, 0)), *THIN))
    drawn = [
        layer("line", rows(mine, "months", "share"), _line(hue, dashes, weight), x=x, y=y)
        for mine, dashes, weight in parts
        if mine.height > 1
    ]
    left_off = km.filter(pl.col("censored") > 0)
    if left_off.height:
        tick = {"orient": "vertical", "color": colour(hue), "thickness": 1.25, "size": 9}
        drawn.append(layer("tick", rows(left_off, "months", "share"), tick, x=x, y=y))
    return drawn


def _enough(frame: pl.DataFrame) -> int:
    """How many rows of a curve come before those that rest on few sites."""
    found = (frame["at_risk"] >= FEW).arg_true()
    return int(found[-1]) + 1 if len(found) else 0


def _line(hue: str, dash: tuple[int, ...], weight: float) -> dict[str, Any]:
    style = {"interpolate": STEP, "color": colour(hue), "strokeWidth": weight}
    return {**style, "strokeDash": list(dash)} if dash else style


def at_risk(km: pl.DataFrame, months: float) -> int:
    """How many sites a curve rests on at so many months.

    Examples
    --------
    >>> curve = {"months": [0.0, 3.0, 8.0], "at_risk": [5, 5, 3], "events": [0, 1, 1], "censored": [0, 1, 2]}
    >>> curve = pl.DataFrame(curve)
    >>> [at_risk(curve, months) for months in (0, 3, 4, 8, 9)]
    [5, 5, 3, 3, 0]
    """
    later = km.filter(pl.col("months") >= months)
    if later.height:
        return int(later["at_risk"][0])
    return int(km["at_risk"][-1] - km["events"][-1] - km["censored"][-1])


def leaving_by_reason(
    leaving: pl.DataFrame, *, rule: str = "", until: float | None = None, width: int = 720
) -> alt.LayerChart:
    """The share of sites that have left, by how they left; with those that stay, they come to 100 %.

    Parameters
    ----------
    leaving
        What :func:`takeroot.sustainment.leaving` gives: left_as, months, share, lower, upper.
    rule
        The rule in words.
    until
        The months up to which sites were followed, if longer than to the last that left.
    width
        In pixels; 340 for a phone.
    """
    title = "Leaving, by how it came about"
    subtitle = sentence(f"Rule: {rule}") if rule else ""
    if not leaving.height or not leaving["left"].max():
        return nothing(Sheet(width), title, f"{subtitle} No site has left.".strip())
    ways = _ways(leaving)
    labels: list[Label] = [
        (mine["share"][-1], _gone(mine, _way(way, width), width), LINES[place % len(LINES)][0], False)
        for place, (way, mine) in enumerate(ways)
    ]
    sheet = Sheet.beside(width, [text for _, text, *_ in labels])
    ended = max(float(extremes(leaving, "months")[1]), until or 0, 1.0)
    last = max(ended, float(extremes(leaving, "months")[1]) * 1.03)
    top = min(1.0, -(-(extremes(leaving, "share")[1] * 1.1) // 0.1) * 0.1)
    height = 180 if sheet.narrow else 230
    x, y = sheet.months(last), sheet.shares("share", top)
    layers: list[alt.Chart] = []
    for place, (_, mine) in enumerate(ways):
        hue, dash = LINES[place % len(LINES)]
        firm, thin = _parted(mine, last)
        layers.append(layer("line", values(firm), _line(hue, dash, 2.25), x=x, y=y))
        layers += [layer("line", values(thin), _line(hue, *THIN), x=x, y=y)] if thin else []
    hand = ByHand(sheet)
    hand.ends(labels, height, top)
    told = listed([_gone(mine, way) for way, mine in ways])
    began = counted(int(leaving["at_risk"].max()), "sites")
    few = bool((leaving["at_risk"] < FEW).any())
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{subtitle} Months since the clock began. With those that stay, the lines come to 100%."
        f"{f' {_THIN}' if few else ''}".strip(),
        says=f"Of {began}, after {number(ended)} months these had left: {told}. {subtitle}",
        height=height,
    )


def _ways(leaving: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """Each way of leaving with its rows, in the order of the alphabet; ways that nobody took are left out."""
    ordered = leaving.sort("left_as", "months", nulls_last=True)
    ways = ordered.group_by("left_as", maintain_order=True)
    return [(str(way or "not said"), mine) for (way,), mine in ways if mine["left"].max()]


def _gone(way: pl.DataFrame, name: str, width: int = 720) -> str:
    """How many left in a way, and which share of all, unless it rests on few."""
    enough = way["at_risk"][-1] >= FEW and width >= 520
    return f"{number(way['left'][-1])} {name}" + (f" ({percent(way['share'][-1])})" if enough else "")


def _parted(way: pl.DataFrame, last: float) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """The points of a line from 0 to the last month: those that rest on enough sites, and those that rest on few."""
    points = way.select("months", "share").to_dicts()
    enough = _enough(way)
    firm, thin = [{"months": 0.0, "share": 0.0}, *points[:enough]], points[enough:]
    firm.append({"months": thin[0]["months"] if thin else last, "share": firm[-1]["share"]})
    return firm, [firm[-1], *thin, {"months": last, "share": thin[-1]["share"]}] if thin else []


def _way(left_as: str, width: int) -> str:
    """How a site left, shorter on a phone: *stopped: lapsed* is *lapsed* there."""
    return left_as.removeprefix("stopped: ") if width < 520 else left_as


def _end(km: pl.DataFrame, name: str) -> tuple[float, str]:
    """Where a curve ends, and what its label says: the share, whose, and of how many sites, if of few."""
    ends = km.row(-1, named=True)
    few = f",\n{ends['at_risk']} followed" if ends["at_risk"] < FEW else ""
    return ends["share"], f"{percent(ends['share'])} {name}".strip() + few


def _told(km: pl.DataFrame, name: str) -> str:
    ends = km.row(-1, named=True)
    text = f"{name}{counted(int(extremes(km, 'at_risk')[1]), 'sites')} began; "
    followed = counted(ends["at_risk"], "sites")
    if not km["events"].sum():
        followed += f" {agree(ends['at_risk'], 'was', 'were')} followed for {number(ends['months'])} months"
        return f"{text}none is recorded as leaving; {followed}."
    year = km.filter(pl.col("months") <= 12).row(-1, named=True)
    half = km.filter(pl.col("share") <= 0.5)
    median = f"half had left by month {number(half['months'][0])}" if half.height else "fewer than half have left"
    if ends["months"] > 12:
        text += f"after 12 months {percent(year['share'])}{_interval(year)} were still in use; "
    text += f"after {number(ends['months'])} months {percent(ends['share'])}{_interval(ends)}"
    return f"{text}, from {followed} followed so long; {median}." if ends["at_risk"] < FEW else f"{text}; {median}."


def _interval(row: dict[str, Any]) -> str:
    if row["lower"] is None or row["upper"] is None:
        return ""
    return f" (95% interval {percent(row['lower'])} to {percent(row['upper'])})"
