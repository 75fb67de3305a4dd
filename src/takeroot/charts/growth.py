"""How fast does it grow, and where does it end? Sites that ever began, and the growth curves fitted to when they did.

What was counted is one bold step; a curve is a line with a dash of its own, and goes on beyond what was counted. A
curve that could not be fitted is named with the reason, so that nobody takes its absence for an oversight.
"""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.scales import beside_axis, ceiling
from takeroot.charts.theme import Sheet, colour, extremes, layer, rows
from takeroot.charts.wording import counted, day, listed, number, sentence

TITLE = "Sites that ever began, and the curves that fit"
#: Each curve: what it is called, its hue and its dash.
CURVES: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "bass": ("Bass", "2", (7, 3)),
    "logistic": ("Logistic", "plan", (2, 2)),
    "gompertz": ("Gompertz", "5", (8, 3, 2, 3)),
}
_STEP = {"interpolate": "step-after"}


def growth_curves(grown: pl.DataFrame, curves: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How many sites had ever begun, month by month, and what each fitted curve says of it and of what comes.

    Parameters
    ----------
    grown
        One row for each month: ``on``; ``began`` (sites that had begun by then, by the first day that is possible) and
        ``began_least`` (by the last), both empty beyond what was counted; and a column for each curve that was fitted.
    curves
        One row for each curve: ``curve``, ``ceiling`` (empty where it was not fitted) and what it ``says``, or why it
        does not.
    width
        In pixels; 340 for a phone.
    """
    seen = grown.drop_nulls("began").sort("on")
    if not seen.height:
        return nothing(Sheet(width, 34), TITLE, "No site is known to have begun yet.")
    fitted = [name for name in CURVES if name in grown.columns and grown[name].null_count() < grown.height]
    drawn = grown.sort("on") if fitted else seen
    now, end = seen.row(-1, named=True), drawn.row(-1, named=True)
    labels: list[Label] = [
        (end[name], f"{CURVES[name][0]} {_whole(end[name])}", CURVES[name][1], False) for name in fitted
    ]
    top = ceiling(extremes(drawn, "began", *fitted)[1])
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=beside_axis(top))
    first, last = extremes(drawn, "on")
    x, height = sheet.days(first, last), 190 if sheet.narrow else 260
    layers = _range(seen, sheet, top, x)
    for name in fitted:
        _, hue, dash = CURVES[name]
        style = {"color": colour(hue), "strokeWidth": 2, "strokeDash": list(dash)}
        layers.append(layer("line", rows(drawn, "on", name), style, x=x, y=sheet.counts(name, top)))
    bold = {**_STEP, "color": colour("main"), "strokeWidth": 2.75}
    layers.append(layer("line", rows(seen, "on", "began"), bold, x=x, y=sheet.counts("began", top)))
    hand = ByHand(sheet)
    at = sheet.plot * (now["on"] - first).days / max((last - first).days, 1)
    if fitted:
        hand.line(at, 0, at, height, dash=(2, 2))
        hand.ends(labels, height, top)
    told = f"{number(now['began'])} began"
    beside = max(at - 6, len(told) * sheet.letters * 0.64)
    hand.words(beside, height * (1 - now["began"] / top) - 7, told, hue="main", bold=True, align="right")
    ranged = " The band is the range that uncertain days allow; the line takes the first that is possible."
    lines = " Dashes: each curve that could be fitted, and beyond the upright line what it says of the time to come."
    return sheet.finished(
        [*layers, *hand.layers()],
        title=TITLE,
        subtitle=(
            f"Bold: sites that had ever begun, counted until {day(now['on'])}.{ranged if _ranges(seen) else ''}"
            f"{lines if fitted else ''} {_refused(curves)}"
        ).strip(),
        says=_says(seen, drawn, fitted, curves),
        height=height,
    )


def _whole(value: float) -> str:
    return number(round(value))


def _ranges(seen: pl.DataFrame) -> bool:
    return bool((seen["began_least"] != seen["began"]).any())


def _range(seen: pl.DataFrame, sheet: Sheet, top: float, x: dict) -> list[alt.Chart]:
    """The range that uncertain days allow, with its lower edge drawn; nothing, where it is none."""
    if not _ranges(seen):
        return []
    drawn = rows(seen, "on", "began_least", "began")
    y = sheet.counts("began_least", top)
    edge = {**_STEP, "color": colour("main"), "strokeWidth": 0.75, "strokeDash": [1, 2]}
    return [
        layer("area", drawn, {**_STEP, "color": colour("wash")}, x=x, y=y, y2={"field": "began"}),
        layer("line", drawn, edge, x=x, y=y),
    ]


def _refused(curves: pl.DataFrame) -> str:
    """The curves that are not there, and why; those of one reason together."""
    refused = curves.filter(pl.col("ceiling").is_null())
    said = []
    for (why,), mine in refused.group_by("says", maintain_order=True):
        names = listed([CURVES[name][0] if name in CURVES else name for name in mine["curve"]])
        said.append(f"Not fitted: {names}. {sentence(str(why))}")
    return " ".join(said)


def _says(seen: pl.DataFrame, drawn: pl.DataFrame, fitted: list[str], curves: pl.DataFrame) -> str:
    now, end = seen.row(-1, named=True), drawn.row(-1, named=True)
    least = now["began_least"]
    between = f" (at least {number(least)} by the last day that is possible)" if least != now["began"] else ""
    said = f"By {day(now['on'])} {counted(now['began'], 'sites')} had ever begun{between}."
    if fitted:
        then = listed([f"{_whole(now[name])} by the {CURVES[name][0]} curve" for name in fitted])
        later = listed([f"{_whole(end[name])} by the {CURVES[name][0]} curve" for name in fitted])
        said += f" For that day the curves say {then}; for {day(end['on'])}, {later}."
    return f"{said} {_refused(curves)}".strip()
