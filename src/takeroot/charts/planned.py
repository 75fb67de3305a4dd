"""Did it spread as planned? Each version of the plan as a line of its own, and what happened."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.scales import at_month_end, beside_axis, ceiling, later
from takeroot.charts.spread import BAND, FOLLOWS, STEP, band, between, in_use
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, rows, values
from takeroot.charts.wording import counted, day, month, nth, number, sentence

#: Dashes of plan versions, from the latest back; older ones share the last.
DASHES = ([7, 4], [4, 3], [2, 3], [1, 3])
#: Of more versions than this, only the first and the latest have a label.
LABELLED = 4


def planned_against_actual(
    plan_lines: pl.DataFrame, reach: pl.DataFrame | None = None, *, width: int = 720
) -> alt.LayerChart:
    """Each version of the plan as its own line, and what happened.

    Parameters
    ----------
    plan_lines
        What :func:`takeroot.adoption.plan_lines` gives.
    reach
        What :func:`takeroot.adoption.reach` gives, for what happened.
    width
        In pixels; 340 for a phone.
    """
    title = "Sites in use: planned and actual"
    if not plan_lines.height:
        return nothing(Sheet(width, 34), title, "No plan for sites is recorded.")
    actual = None if reach is None or not reach.height else at_month_end(reach.sort("on"))
    versions = _versions(plan_lines, width)
    of_sites = bool((plan_lines["of"] == "sites").any())
    solid = "sites in use, whether planned or not" if of_sites else "sites in use"
    now = actual.row(-1, named=True) if actual is not None else None
    labels: list[Label] = [
        (v["planned"], v["label"], "plan" if v["current"] else "soft", False) for v in versions if v["label"]
    ]
    if now is not None:
        labels.append((now["in_use"], in_use(now) + (",\nplanned or not" if of_sites else ""), "main", True))
    days = [*extremes(plan_lines, "on", "set_on"), *(extremes(actual, "on") if actual is not None else ())]
    first, last = min(days), max(days)
    last = later(last, 0.02, first)
    most = extremes(plan_lines, "planned")[1]
    top = ceiling(max(most, extremes(actual, "in_use_high")[1] or 0) if actual is not None else most)
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=beside_axis(top))
    height = 210 if sheet.narrow else 280
    x = sheet.days(first, last)
    layers = [_plan_line(plan_lines, version, last, x, sheet.counts("planned", top)) for version in versions]
    told = [v["says"] for v in versions if v["label"]]
    says = f"{counted(len(versions), 'versions')} of the plan. {sentence('; '.join(reversed(told)))}"
    ends_at = ""
    if actual is not None and now is not None:
        bold = {"interpolate": STEP, "color": colour("main"), "strokeWidth": 2.75}
        spot = {"shape": "circle", "filled": True, "size": 60, "color": colour("main"), "opacity": 1}
        upright = {"color": colour("axis"), "strokeDash": [2, 2]}
        y = sheet.counts("in_use", top)
        allowed = band(actual, x, sheet, top)
        layers += [
            *allowed,
            layer("line", rows(actual, "on", "in_use"), bold, x=x, y=y),
            layer("rule", values([{"on": now["on"]}]), upright, x=x),
            layer("point", values([{"on": now["on"], "in_use": now["in_use"]}]), spot, x=x, y=y),
        ]
        says += f" In use at the end of {month(now['on'])}: {counted(now['in_use'], 'sites')}{between(now)}"
        says += f"; for {counted(now['not_known'], 'sites')} it is not known." if now["not_known"] else "."
        ends_at = f" The record ends at the dotted upright, {month(now['on'])}."
        ends_at += f" {BAND} {FOLLOWS}." if allowed else ""
    hand = ByHand(sheet)
    hand.ends(labels, height, top)
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=(
            f"Solid: {solid}. Dashed: what each version of the plan meant, the latest darkest; "
            f"a later version does not erase an earlier one.{ends_at}"
        ),
        says=says,
        height=height,
    )


def _versions(plan_lines: pl.DataFrame, width: int) -> list[dict[str, Any]]:
    """Each version of each plan, the latest first, with what its label says; a few labels at most."""
    plans = plan_lines["of"].unique().sort().to_list()
    found = []
    for plan in plans:
        mine = plan_lines.filter(pl.col("of") == plan).sort("version", "on")
        last = mine.group_by("version", maintain_order=True).last().sort("version", descending=True).to_dicts()
        called = "plans of sites" if plan == "sites" and len(plans) > 1 else "plan"
        for age, version in enumerate(last):
            name = called if len(last) == 1 else f"{nth(len(last) - age)} {called}"
            told = len(last) <= LABELLED or age in (0, len(last) - 1)
            when = "" if width < 520 else f", {month(version['set_on'])}"
            meant = f"meant {number(version['planned'])} by {day(version['on'])}"
            says = f"the {name}, set on {day(version['set_on'])}, {meant}"
            text = f"{number(version['planned'])} {name}{when}" if told else ""
            found.append(version | {"age": age, "current": age == 0, "label": text, "says": says})
    return found


def _plan_line(plan_lines: pl.DataFrame, version: dict[str, Any], last: Any, x: Channel, y: Channel) -> alt.Chart:
    mine = plan_lines.filter(pl.col("version") == version["version"]).sort("on").select("on", "planned").to_dicts()
    drawn = [{"on": version["set_on"], "planned": 0}] if version["set_on"] < mine[0]["on"] else []
    drawn += [*mine, {"on": last, "planned": mine[-1]["planned"]}]
    style = {
        "interpolate": STEP,
        "color": colour("plan" if version["current"] else "older"),
        "strokeDash": DASHES[min(version["age"], len(DASHES) - 1)],
        "strokeWidth": 2 if version["current"] else 1.5 if version["label"] else 1,
    }
    return layer("line", values(drawn), style, x=x, y=y)
