"""How far has it spread? Sites by stage, and sites reached, month by month.

Stages are drawn in rows of one scale, neither stacked nor in colours of rank: any stage may follow any other, and each
count can be read from its own base line. A count is that at the end of a month, and is drawn over the whole of it. A
share is given only where the frame has one, which is where its denominator is known.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.scales import beside_axis, ceiling, month_end, over_months
from takeroot.charts.theme import Channel, Sheet, colour, extremes, layer, level, rows
from takeroot.charts.wording import (
    ENOUGH_FOR_A_PERCENTAGE,
    count_of,
    counted,
    listed,
    month,
    number,
    percent,
    sentence,
)
from takeroot.vocabulary.stages import IN_USE, Stage

STEP = "step-after"
#: What a band is, beside its line.
BAND = "The band is the range that the record allows; the line is"
FOLLOWS = "what the figures follow"


def stages_over_time(by_stage: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How many sites stood at each stage, month by month: a row for each stage, all on one scale.

    Parameters
    ----------
    by_stage
        What :func:`takeroot.adoption.by_stage` gives: on, stage, sites.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=4, right=44)
    title = "Where sites stood, month by month"
    most = dict(by_stage.group_by("stage").agg(pl.col("sites").max()).iter_rows())
    shown = [stage for stage in Stage if most.get(stage.value)]
    if not shown:
        return nothing(sheet, title, "No stage is recorded yet.")
    first, last = extremes(by_stage, "on")
    latest = dict(by_stage.filter(pl.col("on") == last).select("stage", "sites").iter_rows())
    never = [stage.label for stage in Stage if not most.get(stage.value)]
    unit = min(7.0, (230 if sheet.narrow else 300) / sum(most[stage.value] for stage in shown))
    x = sheet.days(first, month_end(last))
    hand = ByHand(sheet)
    layers: list[alt.Chart] = []
    base = 0.0
    for stage in shown:
        used = stage.value in IN_USE
        tall = max(16.0, most[stage.value] * unit)
        above, base = base + sheet.letters + 14, base + sheet.letters + 14 + tall
        y = level("sites", 0, tall / unit, None)
        y["scale"] |= {"range": [base, above]}
        drawn = rows(over_months(by_stage.filter(pl.col("stage") == stage.value)), "on", "sites")
        line = {"color": colour("main" if used else "quiet"), "strokeWidth": 2.25 if used else 1.5}
        layers += [
            layer("area", drawn, {"interpolate": STEP, "color": colour("wash" if used else "quiet-wash")}, x=x, y=y),
            layer("line", drawn, {"interpolate": STEP, **line}, x=x, y=y),
        ]
        hand.line(0, base, sheet.plot, base)
        hand.words(0, above - 5, stage.label, bold=used)
        hand.words(sheet.plot + 8, base - 1, number(latest.get(stage.value, 0)), bold=used, size=sheet.letters + 3)
    told = listed([f"{number(latest.get(stage.value, 0))} {stage.label}" for stage in shown])
    missing = f" No site was counted as {listed(never, 'or')} at the end of a month." if never else ""
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle="Sites at the end of each month, a row for each stage, all on one scale; at the right, "
        f"{month(last)}.{missing}",
        says=(
            f"A row for each stage, all on one scale, from {month(first)} to {month(last)}. "
            f"At the end of {month(last)}: {told}.{missing}"
        ),
        height=base,
        apart=True,
    )


def reach_over_time(reach: pl.DataFrame, *, follows: str = FOLLOWS, width: int = 720) -> alt.LayerChart:
    """Sites contacted, that ever used it, and that use it, against those that could.

    Parameters
    ----------
    reach
        What :func:`takeroot.adoption.reach` gives.
    follows
        What the line takes where the record allows a range.
    width
        In pixels; 340 for a phone.
    """
    title = "How many sites it reached"
    if not reach.height:
        return nothing(Sheet(width, 34), title, "No stage is recorded yet.")
    drawn = over_months(reach)
    now = drawn.row(-1, named=True)
    eligible = now["eligible"]
    top = ceiling(extremes(reach, "contacted", "ever_used", "in_use_high", "eligible")[1])
    narrow = width < 520
    labels: list[Label] = [(eligible, f"{number(eligible)} eligible", "soft", False)] if eligible else []
    kinds = (
        ("contacted", "contacted", [2, 3], 1.75, "quiet"),
        ("ever_used", "ever used", [7, 3], 1.75, "plan"),
        ("in_use", "in use", None, 2.75, "main"),
    )
    for name, label, _, _, hue in kinds:
        share = now[f"{name}_share"]
        text = in_use(now) if name == "in_use" else f"{number(now[name])} {label}"
        known = share is not None and "not known" not in text
        enough = known and not narrow and (eligible or 0) >= ENOUGH_FOR_A_PERCENTAGE
        text += f" ({percent(share)})" if enough else ""
        labels.append((now[name], text, "soft" if hue == "quiet" else hue, name == "in_use"))
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=beside_axis(top))
    x, height = sheet.days(*extremes(drawn, "on")), 200 if narrow else 270
    layers: list[alt.Chart] = []
    if eligible:
        style = {"interpolate": STEP, "color": colour("axis"), "strokeWidth": 1}
        layers.append(layer("line", rows(drawn, "on", "eligible"), style, x=x, y=sheet.counts("eligible", top)))
    allowed = band(drawn, x, sheet, top)
    layers += allowed
    for name, _, dash, weight, hue in kinds:
        style = {"interpolate": STEP, "color": colour(hue), "strokeWidth": weight}
        style |= {"strokeDash": dash} if dash else {}
        layers.append(layer("line", rows(drawn, "on", name), style, x=x, y=sheet.counts(name, top)))
    hand = ByHand(sheet)
    hand.ends(labels, height, top)
    subtitle = f"Sites at the end of each month. {sentence(now['counted_from'] or '')}"
    if allowed:
        subtitle += f" {BAND} {follows}."
    best = reach.sort("on").row(int(reach.sort("on")["in_use"].arg_max() or 0), named=True)
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=subtitle,
        says=(
            f"At the end of {month(now['on'])}: {count_of(now['in_use'], eligible)} in use{between(now)}, "
            f"{count_of(now['ever_used'], eligible)} had ever used it, {count_of(now['contacted'], eligible)} had been "
            f"contacted; for {counted(now['not_known'], 'sites')} it is not known. "
            f"The most in use at once was {number(best['in_use'])}, in {month(best['on'])}."
        ),
        height=height,
    )


def between(reach: dict[str, Any]) -> str:
    """The range of sites in use that the record allows, in brackets, where it is one."""
    low, high = reach["in_use_low"], reach["in_use_high"]
    return "" if low is None or low == high else f" (the record allows {number(low)} to {number(high)})"


def in_use(now: dict[str, Any]) -> str:
    """How many sites are known to use it; and, where there are more of them, of how many it is not known."""
    if now["not_known"] > now["in_use"]:
        return f"{number(now['in_use'])} known in use,\n{number(now['not_known'])} not known"
    return f"{number(now['in_use'])} in use"


def band(reach: pl.DataFrame, x: Channel, sheet: Sheet, top: float) -> list[alt.Chart]:
    """The range of sites in use that the record allows, with both its edges drawn; nothing, where it is none."""
    if not (reach["in_use_low"] != reach["in_use_high"]).any():
        return []
    drawn = rows(reach, "on", "in_use_low", "in_use_high")
    edge = {"interpolate": STEP, "color": colour("main"), "strokeWidth": 0.75, "strokeDash": [1, 2]}
    area = {"interpolate": STEP, "color": colour("wash")}
    return [
        layer("area", drawn, area, x=x, y=sheet.counts("in_use_low", top), y2={"field": "in_use_high"}),
        *(layer("line", drawn, edge, x=x, y=sheet.counts(name, top)) for name in ("in_use_low", "in_use_high")),
    ]
