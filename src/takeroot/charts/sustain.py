"""Does it last? Staying in use, leaving by reason, and each rule for "sustained" beside the others.

A curve of staying is a step: it falls where a site left and nowhere else. Beneath it stands how many sites the curve
still rests on, and in its subtitle the rule, because without one "sustained" has no meaning.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, rows, values
from takeroot.charts.wording import counted, listed, number, percent, sentence, wrapped

STEP = "step-after"
_KM = ("months", "at_risk", "events", "censored", "share", "lower", "upper")
#: Hues and dashes of several lines in one chart, by turns; the label at its end names each.
LINES = (
    ("main", ()),
    ("3", (8, 3)),
    ("2", (3, 3)),
    ("1", (10, 3, 2, 3)),
    ("5", (1, 2)),
    ("6", (12, 4)),
    ("4", (5, 2, 1, 2, 1, 2)),
)


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
    sheet = Sheet.beside(width, ["59.5%" if group is None else f"59.5% {group}" for group in groups])
    subtitle = sentence(f"Rule: {rule}") if rule else "No rule is given: read with care."
    if not km.height or not km["at_risk"].max():
        return nothing(sheet, title, f"{subtitle} No site has begun to use it yet.")
    last = max(float(extremes(km, "months")[1] or 0), 1.0)
    height = 190 if sheet.narrow else 250
    x, ticks = sheet.months(last), sheet.month_ticks(last)
    layers: list[alt.Chart] = []
    hand = ByHand(sheet)
    labels: list[Label] = []
    told = []
    for place, group in enumerate(groups):
        hue, dash = LINES[place % len(LINES)]
        mine = (km.filter(pl.col(by).eq_missing(pl.lit(group))) if by else km).sort("months")
        layers += _interval_band(mine, hue, x, sheet) if len(groups) == 1 else []
        layers += _curve(mine, hue, dash, x, sheet)
        ends = mine.row(-1, named=True)
        name = "" if group is None else f" {group}"
        labels.append((ends["share"], f"{percent(ends['share'])}{name}", hue, True))
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
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{subtitle} Months since the clock began; upright ticks: sites last seen in use."
        + (" Band: 95% interval." if len(groups) == 1 else ""),
        says=f"{' '.join(told)} {subtitle}",
        height=height,
        below=56 + sheet.line * len(groups),
    )


def _interval_band(km: pl.DataFrame, hue: str, x: Channel, sheet: Sheet) -> list[alt.Chart]:
    drawn = rows(km.drop_nulls(["lower", "upper"]), "months", "lower", "upper")
    edge = {"interpolate": STEP, "color": colour(hue), "strokeWidth": 0.75, "strokeDash": [1, 2]}
    area = {"interpolate": STEP, "color": colour("wash")}
    return [
        layer("area", drawn, area, x=x, y=sheet.shares("lower"), y2={"field": "upper"}),
        *(layer("line", drawn, edge, x=x, y=sheet.shares(name)) for name in ("lower", "upper")),
    ]


def _curve(km: pl.DataFrame, hue: str, dash: tuple[int, ...], x: Channel, sheet: Sheet) -> list[alt.Chart]:
    """The steps, and upright ticks where sites were last seen in use."""
    y = sheet.shares("share")
    drawn = [layer("line", rows(km, "months", "share"), _line(hue, dash, 2.5), x=x, y=y)]
    left_off = km.filter(pl.col("censored") > 0)
    if left_off.height:
        tick = {"orient": "vertical", "color": colour(hue), "thickness": 1.25, "size": 9}
        drawn.append(layer("tick", rows(left_off, "months", "share"), tick, x=x, y=y))
    return drawn


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
    ways = [_way(way, width) for way, _ in _ways(leaving)] if leaving.height else []
    sheet = Sheet.beside(width, [f"59.5% {way}" for way in ways])
    title = "Leaving, by how it came about"
    subtitle = sentence(f"Rule: {rule}") if rule else ""
    if not leaving.height or not leaving["share"].max():
        return nothing(sheet, title, f"{subtitle} No site has left.".strip())
    last = max(float(extremes(leaving, "months")[1] or 0), until or 0, 1.0)
    top = min(1.0, -(-(extremes(leaving, "share")[1] * 1.1) // 0.1) * 0.1)
    height = 180 if sheet.narrow else 230
    x, y = sheet.months(last), sheet.shares("share", top)
    layers: list[alt.Chart] = []
    labels: list[Label] = []
    for place, (way, points) in enumerate(_ways(leaving)):
        hue, dash = LINES[place % len(LINES)]
        final = points[-1][1]
        drawn = [(0.0, 0.0), *points, (last, final)]
        data = values({"months": months, "share": share} for months, share in drawn)
        layers.append(layer("line", data, _line(hue, dash, 2.25), x=x, y=y))
        labels.append((final, f"{percent(final)} {_way(way, width)}", hue, False))
    hand = ByHand(sheet)
    hand.ends(labels, height, top)
    told = listed([text for _, text, *_ in labels])
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=f"{subtitle} Months since the clock began. With those that stay, the lines come to 100%.".strip(),
        says=f"After {number(last)} months: {told} had left in these ways. {subtitle}",
        height=height,
    )


def _ways(leaving: pl.DataFrame) -> list[tuple[str, list[tuple[float, float]]]]:
    """Each way of leaving with its points, in the order of the alphabet; ways that nobody took are left out."""
    ordered = leaving.sort("left_as", "months", nulls_last=True)
    found = []
    for (way,), mine in ordered.group_by("left_as", maintain_order=True):
        if mine["share"].max():
            found.append((str(way or "not said"), list(mine.select("months", "share").iter_rows())))
    return found


def sustained_by_rule(by_rule: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Each rule for "sustained" with the share it gives and its interval; no rule is the default.

    Parameters
    ----------
    by_rule
        What :func:`takeroot.sustainment.by_rule` gives.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    title = "Sustained, by each rule"
    if not by_rule.height:
        return nothing(sheet, title, "No rule for “sustained” is written down yet.")
    hand = ByHand(sheet)
    told, y = [], 0.0
    for row in by_rule.iter_rows(named=True):
        says = row.get("says") or row["rule"]
        y += sheet.letters
        hand.words(0, y, row["rule"], bold=True)
        verdict = (
            f"{number(row['sustained'])} of {number(row['judged'])} sustained"
            if row["judged"]
            else "none can be judged yet"
        )
        if sheet.narrow:
            y += sheet.line
            hand.words(0, y, verdict)
        else:
            hand.words(sheet.plot, y, verdict, align="right")
        rest = says.removeprefix(f"{row['rule']}: ")
        for line in wrapped(sentence(rest), sheet.plot, sheet.letters - 0.5):
            y += sheet.line
            hand.words(0, y, line, hue="soft", size=sheet.letters - 0.5)
        y += 16
        hand.track(y)
        if row["share"] is not None:
            hand.line(row["lower"] * sheet.plot, y, row["upper"] * sheet.plot, y, "main", 4)
            hand.dot(row["share"] * sheet.plot, y, size=120)
        y += 14 + sheet.letters
        others = [
            f"{number(row[name])} {label}"
            for name, label in (
                ("not_sustained", "not sustained"),
                ("not_known", "not known"),
                ("too_early", "too early to judge"),
            )
            if row[name]
        ]
        hand.words(0, y - 3, listed(others) if others else "", hue="soft", size=sheet.letters - 0.5)
        y += 16
        told.append(
            f"{says} {sentence(verdict)[:-1]}"
            + (f", {percent(row['lower'])} to {percent(row['upper'])}" if row["share"] is not None else "")
            + (f"; {listed(others)}" if others else "")
        )
    hand.percentages(y - 12)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="Dot: share of the sites that the rule can judge. Bar: 95% interval (Wilson). No rule is the default.",
        says=f"{'. '.join(told)}.",
        height=y,
        below=20,
    )


def _way(left_as: str, width: int) -> str:
    """How a site left, shorter on a phone: *stopped: lapsed* is *lapsed* there."""
    return left_as.removeprefix("stopped: ") if width < 520 else left_as


def _told(km: pl.DataFrame, name: str) -> str:
    ends = km.row(-1, named=True)
    year = km.filter(pl.col("months") <= 12).row(-1, named=True)
    half = km.filter(pl.col("share") <= 0.5)
    median = f"half had left by month {number(half['months'][0])}" if half.height else "fewer than half have left"
    text = f"{name}{counted(int(km['at_risk'][0]), 'sites')} began; "
    if ends["months"] > 12:
        text += f"after 12 months {percent(year['share'])}{_interval(year)} were still in use; "
    return text + f"after {number(ends['months'])} months {percent(ends['share'])}{_interval(ends)}; {median}."


def _interval(row: dict[str, Any]) -> str:
    if row["lower"] is None or row["upper"] is None:
        return ""
    return f" (95% interval {percent(row['lower'])} to {percent(row['upper'])})"
