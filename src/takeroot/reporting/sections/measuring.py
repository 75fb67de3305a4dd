"""What the measures show, and what others found."""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot import charts
from takeroot.charts.control import limited
from takeroot.charts.theme import extremes
from takeroot.charts.wording import agree, counted, listed, lowered, number, sentence
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Section, Words
from takeroot.reporting.results import TOGETHER, Results
from takeroot.reporting.sections.charting import across, asked, by_chance, charted, decided, happened, middle

#: So many series are drawn one by one; of more, all sites together, and small lines in the table.
DRAWN = 12
FEW = "too few to judge"
VARIATION = {
    "improvement": "unusual and better",
    "concern": "unusual and worse",
    "neither_high": "unusual, high",
    "neither_low": "unusual, low",
    "common": "no unusual change",
    "too_few": FEW,
}
ASSURANCE = {
    "pass": "will keep meeting the target unless something changes",
    "fail": "will keep missing the target unless something changes",
    "hit_and_miss": "may hit or miss the target by chance",
}


def measuring(results: Results) -> Section:
    """Each measure: what it is, what it shows, and every series in the order of the sites' names."""
    title = "What the measures show"
    if not results.series.height:
        what = "No values are recorded."
        if results.measures:
            named = listed([results.measure(code) for code in results.measures])
            what = f"No values are recorded of {counted(len(results.measures), 'measures')}: {named}."
        return Section("measures", title, (Missing(what, "Add values: measure, site, month and number."),))
    codes = results.series["measure"].unique().sort().to_list()
    blocks: list[Block] = [_measure(results, code) for code in codes]
    blocks.append(by_chance(results))
    return Section(
        "measures",
        title,
        tuple(blocks),
        lead="Control charts tell a change from the noise of a stable process. A signal says that something changed, "
        "not why. Sites stand in the order of their names and are not compared.",
    )


def _measure(results: Results, code: str) -> Part:
    about = results.measures.get(code, {})
    series = results.series.filter(measure=code)
    name, unit = results.measure(code), results.unit(code)
    blocks: list[Block] = []
    facts = [
        sentence(about.get("definition") or ""),
        f"{about['kind'].capitalize()} measure." if about.get("kind") else "",
        {"up": "Higher is better.", "down": "Lower is better.", "neither": "Neither direction is better."}.get(
            about.get("improves") or "", "Which direction is better is not said."
        ),
    ]
    facts.append(charted(results, code))
    blocks.append(Words(" ".join(fact for fact in facts if fact), quiet=True))
    blocks.append(Words(_shown(series)))
    together = results.together.get(code)
    if together is not None and series.height > 1:
        few, many = extremes(together, "sites")
        reporting = number(few) if few == many else f"between {number(few)} and {number(many)}"
        said = f"All sites together: {lowered(results.together_says.get(code, ''))}"
        blocks.append(
            Words(
                f"{said} The figures are sums over the sites that report, {reporting} of them; "
                "a change may come from which of them do."
            )
        )
        blocks += _together(results, code, together)
    points = results.in_order(results.points.filter(measure=code), "on")
    points = points.with_columns(measure=pl.lit(name), site="name")
    if series.height == 1:
        events, told = happened(results, points, series["site"][0])
        options = {"unit": unit, "says": series["says"][0] or "", "events": events, **_sets(results)}
        blocks += [Figure(charts.control_chart, (points,), _points(points, unit), options), *told]
    elif series.height <= DRAWN:
        blocks.append(
            Figure(charts.small_multiples, (points,), _points(points, unit, folded=True), {"title": f"{name}, by site"})
        )
    blocks.append(_table(results, series, points))
    blocks += [*across(results, code), *decided(results, code), *asked(results, code)]
    return Part(name, tuple(blocks))


def _shown(series: pl.DataFrame) -> str:
    """One series in its own sentence; several as counts with their denominator."""
    if series.height == 1:
        return sentence(series["says"][0] or "")
    judged = series.filter(pl.col("variation") != "too_few")
    few = series.height - judged.height
    told = [
        f"{number(n)} {text}"
        for shows, text in VARIATION.items()
        if (n := judged.filter(pl.col("variation") == shows).height)
    ]
    if not judged.height:
        return f"None of {counted(series.height, 'sites')} has enough values to judge by its rule set."
    text = f"Of {counted(series.height, 'sites')}, {number(judged.height)} can be judged"
    text += f"; {number(few)} {agree(few, 'has', 'have')} too few values" if few else ""
    text += f". At their latest values: {listed(told)}."
    if judged.height >= 8:
        text += " Among so many series, some signals come by chance alone."
    return text


def _together(results: Results, code: str, points: pl.DataFrame) -> list[Block]:
    name = results.measure(code)
    points = points.with_columns(measure=pl.lit(name))
    whole = "all sites together, sums of numerators over sums of denominators."
    more = (Column("sites", "Sites reporting", "number"),)
    unit = results.unit(code)
    says = results.together_says.get(code, "")
    events, told = happened(results, points, None)
    options = {"title": f"{name}: {TOGETHER.lower()}", "unit": unit, "says": says, "events": events, **_sets(results)}
    return [Figure(charts.control_chart, (points,), _points(points, unit, whole=whole, more=more), options), *told]


def _sets(results: Results) -> dict[str, Any]:
    """The programme's own rule sets, which a chart names and describes as it does those of the house."""
    return {"rule_sets": results.programme.about.rule_sets}


def _points(
    points: pl.DataFrame, unit: str, *, whole: str = "", more: tuple[Column, ...] = (), folded: bool = False
) -> Grid:
    several = points["site"].n_unique() > 1
    shows = pl.when(pl.col("upper").is_null()).then(pl.lit(FEW)).otherwise(pl.col("shows").replace(VARIATION))
    shown = limited(points).with_columns(
        shows=pl.when(pl.col("value").is_not_null()).then(shows),
        signals=pl.col("signals").str.replace_all("_", " ").str.replace_all(";", ", ").replace("", None),
    )
    return Grid.of(
        shown,
        f"{_with_unit(points['measure'][0], unit)}: {whole or 'every value, with its limits and what it shows.'}",
        *((Column("site", "Site"),) if several else ()),
        Column("on", "Period", "month"),
        Column("value", "Value", "number", needed=True),
        Column("centre", middle(points), "number"),
        Column("lower", "Lower limit", "number"),
        Column("upper", "Upper limit", "number"),
        Column("target", "Target", "number"),
        Column("trajectory", "Trajectory", "number"),
        Column("phase", "Phase", "number"),
        Column("shows", "Shows"),
        Column("signals", "Signals"),
        *more,
        folded=folded,
    )


def _with_unit(what: str, unit: str) -> str:
    return f"{what} ({unit})" if unit else what


def _table(results: Results, series: pl.DataFrame, points: pl.DataFrame) -> Grid:
    """Every series in a row of its own, with a small line."""
    lines = {site: charts.spark(mine) for (site,), mine in points.group_by("site", maintain_order=True)}
    few, unit = pl.col("variation") == "too_few", results.unit(series["measure"][0])
    rules = series["rules"].unique().sort().to_list()
    named = results.in_order(series).with_columns(
        *(pl.when(~few).then(name).alias(name) for name in ("lower", "upper")),
        line=pl.col("name").replace_strict(lines, default=None, return_dtype=pl.String),
        variation=pl.col("variation").replace(VARIATION),
        assurance=pl.col("assurance").replace(ASSURANCE),
    )
    return Grid.of(
        named,
        f"{_with_unit('Latest phase of each site', unit)}, judged by the rule set {listed(rules)}.",
        Column("name", "Site"),
        Column("line", "Over time", "drawing"),
        Column("latest_on", "Latest", "month"),
        Column("latest", "Value", "number"),
        Column("target", "Target", "number"),
        Column("centre", middle(series), "number"),
        Column("lower", "Lower limit", "number"),
        Column("upper", "Upper limit", "number"),
        Column("variation", "Variation"),
        Column("assurance", "Assurance"),
        Column("n", "Values", "number"),
        folded=series.height > DRAWN,
    )


def findings(results: Results) -> Section | None:
    """Published and local results, favourable and contrary in one list."""
    found = results.programme.findings
    if not found.height:
        return None
    listed_ = found.with_columns(reference=pl.lit("findings:") + pl.col("id")).sort("on", "title", nulls_last=True)
    return Section(
        "findings",
        "Findings",
        (
            Grid.of(
                listed_,
                "Findings by date; favourable and contrary in one list.",
                Column("title", "Finding"),
                Column("estimate", "Estimate", "number"),
                Column("lower", "from", "number"),
                Column("upper", "to", "number"),
                Column("unit", "Unit"),
                Column("analysed", "Analysed"),
                Column("design", "Design", needed=True),
                Column("population", "Among"),
                Column("on", "Date", "day"),
                Column("source", "Source"),
                Column("reference", "Record", "reference"),
            ),
        ),
        lead="What was found elsewhere or here, whichever way it points. An interval is as its source gives it.",
    )
