"""How far has it spread? Sites by stage, reach, plans against what happened, who is reached, and how deep it goes.

Stages are drawn in rows of one scale, neither stacked nor in colours of rank: any stage may follow any other, and each
count can be read from its own base line. A share is drawn only where the frame has one, which is where its denominator
is known.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, nothing
from takeroot.charts.theme import (
    Channel,
    Sheet,
    at_month_end,
    ceiling,
    colour,
    extremes,
    later,
    layer,
    level,
    month_end,
    rows,
    values,
)
from takeroot.charts.wording import (
    ENOUGH_FOR_A_PERCENTAGE,
    count_of,
    counted,
    day,
    listed,
    month,
    nth,
    number,
    percent,
    sentence,
)
from takeroot.vocabulary.stages import IN_USE, Stage

STEP = "step-after"
#: Dashes of plan versions, from the latest back; older ones share the last.
DASHES = ([7, 4], [4, 3], [2, 3], [1, 3])
#: Of more versions than this, only the first and the latest have a label.
LABELLED = 4


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
        drawn = rows(at_month_end(by_stage.filter(pl.col("stage") == stage.value).sort("on")), "on", "sites")
        line = {"color": colour("main" if used else "quiet"), "strokeWidth": 2.25 if used else 1.5}
        layers += [
            layer("area", drawn, {"interpolate": STEP, "color": colour("wash" if used else "quiet-wash")}, x=x, y=y),
            layer("line", drawn, {"interpolate": STEP, **line}, x=x, y=y),
        ]
        hand.line(0, base, sheet.plot, base)
        hand.words(0, above - 5, stage.label, bold=used)
        hand.words(sheet.plot + 8, base - 1, number(latest.get(stage.value, 0)), bold=used, size=sheet.letters + 3)
    told = listed([f"{number(latest.get(stage.value, 0))} {stage.label}" for stage in shown])
    missing = f" Never recorded: {listed(never)}." if never else ""
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


def reach_over_time(reach: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Sites contacted, that ever used it, and that use it, against those that could.

    Parameters
    ----------
    reach
        What :func:`takeroot.adoption.reach` gives.
    width
        In pixels; 340 for a phone.
    """
    title = "How many sites it reached"
    if not reach.height:
        return nothing(Sheet(width, 34), title, "No stage is recorded yet.")
    drawn = at_month_end(reach.sort("on"))
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
        enough = share is not None and not narrow and (eligible or 0) >= ENOUGH_FOR_A_PERCENTAGE
        text = f"{number(now[name])} {label}" + (f" ({percent(share)})" if enough else "")
        labels.append((now[name], text, "soft" if hue == "quiet" else hue, name == "in_use"))
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=34)
    x, height = sheet.days(extremes(reach, "on")[0], month_end(now["on"])), 200 if narrow else 270
    layers: list[alt.Chart] = []
    if eligible:
        style = {"interpolate": STEP, "color": colour("axis"), "strokeWidth": 1}
        layers.append(layer("line", rows(drawn, "on", "eligible"), style, x=x, y=sheet.counts("eligible", top)))
    differs = bool((reach["in_use_low"] != reach["in_use_high"]).any())
    if differs:
        layers += _band(drawn, "in_use_low", "in_use_high", x, sheet, top)
    for name, _, dash, weight, hue in kinds:
        style = {"interpolate": STEP, "color": colour(hue), "strokeWidth": weight}
        style |= {"strokeDash": dash} if dash else {}
        layers.append(layer("line", rows(drawn, "on", name), style, x=x, y=sheet.counts(name, top)))
    hand = ByHand(sheet)
    hand.ends(labels, height, top)
    subtitle = f"Sites at the end of each month. {sentence(now['counted_from'] or '')}"
    if differs:
        subtitle += " The band is the range that the record allows; the line is the reading chosen."
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


def planned_against_actual(
    plan_lines: pl.DataFrame, reach: pl.DataFrame | None = None, *, width: int = 720
) -> alt.LayerChart:
    """Each version of the plan as its own line, and what happened.

    Parameters
    ----------
    plan_lines
        What :func:`takeroot.adoption.plan_lines` gives: version, set_on, on, planned, current; and of, where plans for
        the programme stand beside those for its sites.
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
    now = actual.row(-1, named=True) if actual is not None else None
    labels: list[Label] = [
        (v["planned"], v["label"], "plan" if v["current"] else "soft", False) for v in versions if v["label"]
    ]
    if now is not None:
        labels.append((now["in_use"], f"{number(now['in_use'])} in use", "main", True))
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=34)
    days = [*extremes(plan_lines, "on", "set_on"), *(extremes(actual, "on") if actual is not None else ())]
    first, last = min(days), max(days)
    last = later(last, 0.02, first)
    most = extremes(plan_lines, "planned")[1]
    top = ceiling(max(most, extremes(actual, "in_use_high")[1] or 0) if actual is not None else most)
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
        layers += [
            layer("line", rows(actual, "on", "in_use"), bold, x=x, y=y),
            layer("rule", values([{"on": now["on"]}]), upright, x=x),
            layer("point", values([{"on": now["on"], "in_use": now["in_use"]}]), spot, x=x, y=y),
        ]
        says += f" In use at the end of {month(now['on'])}: {counted(now['in_use'], 'sites')}{between(now)}."
        ends_at = f" The record ends at the dotted upright, {month(now['on'])}."
    hand = ByHand(sheet)
    hand.ends(labels, height, top)
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle=(
            "Solid: sites in use. Dashed: what each version of the plan meant, the latest darkest; "
            f"a later version does not erase an earlier one.{ends_at}"
        ),
        says=says,
        height=height,
    )


def _versions(plan_lines: pl.DataFrame, width: int) -> list[dict[str, Any]]:
    """Each version of each plan, the latest first, with what its label says; a few labels at most."""
    lines = plan_lines if "of" in plan_lines.columns else plan_lines.with_columns(of=pl.lit("plan"))
    plans = lines["of"].unique().sort().to_list()
    found = []
    for plan in plans:
        mine = lines.filter(pl.col("of") == plan).sort("version", "on")
        last = mine.group_by("version", maintain_order=True).last().sort("version", descending=True).to_dicts()
        called = {"programme": "plan", "sites": "plans of sites"}.get(plan, "plan") if len(plans) > 1 else "plan"
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


def reach_by_group(reach_by: pl.DataFrame, *, by: str = "group", width: int = 720) -> alt.LayerChart:
    """Sites and people reached within each group, in the groups' own order.

    Parameters
    ----------
    reach_by
        What :func:`takeroot.adoption.reach_by` gives.
    by
        What the groups are, as people say it: region, deprivation.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    if not reach_by.height:
        return nothing(sheet, f"Reach by {by}", f"No site has a {by} recorded.")
    people = bool(reach_by["people_share"].is_not_null().any())
    title = f"Reach by {by}: sites and people" if people else f"Reach by {by}"
    tall = (72 if people else 54) if sheet.narrow else (62 if people else 44)
    hand = ByHand(sheet)
    told = []
    for place, row in enumerate(reach_by.iter_rows(named=True)):
        group = "not recorded" if row["group"] is None else str(row["group"])
        sites = f"{number(row['in_use'])} of {counted(row['sites'], 'sites')}"
        reached = ""
        if row["people_share"] is not None:
            reached = f"{number(row['people_at_sites_in_use'])} of {counted(row['eligible_people'], 'people')}"
        said = sites + (f"; {reached}" if reached else "")
        y = place * tall + sheet.letters
        hand.words(0, y, group, bold=True)
        if sheet.narrow:
            y += sheet.line
            hand.words(0, y, said, hue="soft")
        else:
            hand.words(sheet.plot, y, said, hue="soft", align="right")
        hand.track(y + 13)
        if row["in_use_share"] is not None:
            hand.dot(row["in_use_share"] * sheet.plot, y + 13)
        if people:
            hand.track(y + 30)
            if row["people_share"] is not None:
                hand.dot(row["people_share"] * sheet.plot, y + 30, "diamond", "plan")
        told.append(f"{group}: {sites} in use" + (f", {reached} at sites in use" if reached else ""))
    height = reach_by.height * tall
    hand.percentages(height - 6)
    beside = (
        "Diamond: share of eligible people who are at those sites." if people else "Eligible people are not recorded."
    )
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"Round: share of sites in use. {beside}",
        says=f"Sites in use by {by}, in its own order. {'; '.join(told)}.",
        height=height,
        below=22,
    )


def depth_within_sites(depth: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How far it goes within each site: a dot for each site in use whose extent is known.

    Parameters
    ----------
    depth
        What :func:`takeroot.adoption.depth` gives.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    title = "How far it goes within each site"
    known = depth.filter(pl.col("extent").is_not_null()).with_columns(pl.col("extent_of").fill_null("not said of what"))
    if not known.height:
        return nothing(sheet, title, "How far it goes within the sites in use is not recorded.")
    hand = ByHand(sheet)
    told, y = [], 0.0
    columns = 25 if sheet.narrow else 50
    for kind in known["extent_of"].unique().sort():
        extents = sorted(known.filter(pl.col("extent_of") == kind)["extent"].to_list())
        piles: dict[int, int] = {}
        for extent in extents:
            place = round(extent * columns)
            piles[place] = piles.get(place, 0) + 1
        base = y + sheet.line + 10 + max(piles.values()) * 10
        hand.words(0, y + sheet.letters, f"Share of {kind}", bold=True)
        hand.words(sheet.plot, y + sheet.letters, counted(len(extents), "sites"), hue="soft", align="right")
        hand.track(base)
        for place, pile in piles.items():
            for floor in range(pile):
                hand.dot(place / columns * sheet.plot, base - 10 * floor - 9, size=40)
        told.append(
            f"share of {kind} at {counted(len(extents), 'sites')}: from {percent(extents[0])} to "
            f"{percent(extents[-1])}, half of them at {percent(extents[len(extents) // 2])} or more"
        )
        y = base + 16
    hand.percentages(y - 12)
    unknown = depth.height - known.height
    missing = (
        f"Not recorded for {count_of(unknown, depth.height)} in use." if unknown else "Known for every one of them."
    )
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"A dot for each site in use. {missing}",
        says=sentence("; ".join(told)) + " " + missing,
        height=y,
        below=18,
    )


def _band(frame: pl.DataFrame, low: str, high: str, x: Channel, sheet: Sheet, top: float) -> list[alt.Chart]:
    """The space between two counts, with both its edges drawn."""
    drawn = rows(frame, "on", low, high)
    edge = {"interpolate": STEP, "color": colour("main"), "strokeWidth": 0.75, "strokeDash": [1, 2]}
    area = {"interpolate": STEP, "color": colour("wash")}
    return [
        layer("area", drawn, area, x=x, y=sheet.counts(low, top), y2={"field": high}),
        *(layer("line", drawn, edge, x=x, y=sheet.counts(name, top)) for name in (low, high)),
    ]
