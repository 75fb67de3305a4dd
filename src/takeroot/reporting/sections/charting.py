"""What stands beside the charts of measures: how they were made, what was decided and asked, and what chance does."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.charts.wording import agree, amount, counted, day, listed, number, sentence
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Part, Points, Words
from takeroot.reporting.kinds import KINDS, LIMITS
from takeroot.reporting.results import Results
from takeroot.vocabulary.rulesets import named

#: So many questions about limits are asked of one measure.
ASKED = 6
#: What is marked on a chart.
HAPPENED = ("event", "adaptation", "stage", "experiment", "decision")
SIGNALS = {
    "astronomical": "a point beyond a limit",
    "shift": "a run on one side of the centre",
    "trend": "points rising or falling",
    "two_of_three": "two of three points near a limit",
    "run_length": "a run longer than chance allows",
    "crossings": "fewer crossings than chance allows",
}
_DECIDED = {
    "baseline": "Limits from these points",
    "recalculate": "Limits anew",
    "exclude": "Left out of the limits",
    "target": "Target",
    "trajectory": "Trajectory",
}


def middle(points: pl.DataFrame) -> str:
    """What the line in the middle is, on charts of these kinds."""
    medians = points["chart"].is_in(["run", "g"])
    return "Median" if medians.all() else "Mean or median" if medians.any() else "Mean"


def charted(results: Results, code: str) -> str:
    """The kind of chart of a measure, the rule set that judges it, and when there is too little to judge."""
    points = results.points.filter(measure=code)
    kind, name = points.select("chart", "rules").row(0)
    rules = named(name, results.programme.about.rule_sets)
    own = ", this programme's own" if rules in results.programme.about.rule_sets else ""
    said = f"Charted as {_with_article(KINDS[kind])}, judged by the rule set {rules.name} ({rules.version}{own})."
    if rules.judge_from > 1:
        said += f" A phase of fewer than {rules.judge_from} points is too short to judge."
    least = results.measures.get(code, {}).get("least_denominator")
    if least is not None:
        small = (points["denominator"] < least).sum() if "denominator" in points.columns else 0
        said += (
            f" Values on a denominator below {number(least)} are drawn and not judged: {counted(int(small), 'values')}."
        )
    return said


def kinds(results: Results) -> tuple[str, ...]:
    """How each kind of chart in use finds its centre and limits."""
    used = [kind for kind in KINDS if kind in set(results.points["chart"].drop_nulls().unique())]
    return tuple(f"{KINDS[kind][0].upper()}{KINDS[kind][1:]}: {LIMITS[kind]}" for kind in used)


def decided(results: Results, code: str) -> list[Block]:
    """What people decided about the charts of a measure, with their reasons."""
    rows = results.programme.phases.filter(measure=code)
    if not rows.height:
        return []
    place = pl.col("site").replace_strict(results.site_names, default=pl.col("site"), return_dtype=pl.String)
    told = rows.with_columns(
        place=place.fill_null("all sites"),
        kind=pl.col("kind").replace(_DECIDED),
        reason=pl.col("reason").fill_null("not said"),
        by=pl.col("by").fill_null("not said"),
        evidence=pl.col("evidence").map_elements(lambda text: _evidence(results, text), return_dtype=pl.String),
    ).sort("on", "kind", "place")
    return [
        Grid.of(
            told,
            "What was decided about these charts, why and by whom.",
            Column("kind", "Decision"),
            Column("place", "Site"),
            Column("on", "From", "day"),
            Column("until", "To", "day"),
            Column("value", "Value", "number"),
            Column("reason", "Reason", needed=True),
            Column("by", "By", needed=True),
            Column("evidence", "Evidence"),
            folded=told.height > 12,
        )
    ]


def asked(results: Results, code: str) -> list[Block]:
    """Recalculations that suggest themselves, as questions; nothing is recalculated by itself."""
    rows = results.suggestions.filter(pl.col("measure") == code, pl.col("lasts"))
    if not rows.height:
        return []
    unit = results.unit(code)
    questions = []
    for row in results.in_order(rows, "on").head(ASKED).iter_rows(named=True):
        near = [said for reference in row["near"][:2] if (said := results.says(reference))]
        logged = f" Logged near it: {' '.join(sentence(said) for said in near)}" if near else ""
        moved = f"from {amount(row['before'], unit)} to {amount(row['after'], unit)}"
        questions.append(
            f"{row['name'] or row['site']}: since {day(row['on'])} values have moved {moved} and stayed there, over "
            f"{counted(row['held'], 'points')}. Is the cause known, and will it last?{logged}"
        )
    more = rows.height - len(questions)
    left = f" {counted(more, 'more series')} {agree(more, 'asks', 'ask')} the same." if more > 0 else ""
    said = f"Limits are worked out anew only where somebody knows the cause, says so and signs it.{left}"
    return [Part("Might limits be worked out anew?", (Points(tuple(questions)), Words(said, quiet=True)))]


def across(results: Results, code: str) -> list[Block]:
    """Sites beside one another over the latest year, where values are counts over counts: in order of names."""
    rows = results.funnels.get(code)
    if rows is None:
        return []
    told = results.in_order(rows).with_columns(
        shows=pl.when(pl.col("shows").is_null())
        .then(pl.lit("too small to judge"))
        .when(pl.col("signals") != "")
        .then(pl.lit("beyond its limits: a reason to ask"))
        .otherwise(pl.lit("within its limits"))
    )
    beyond = rows.filter((pl.col("signals") != "") & pl.col("shows").is_not_null()).height
    since, until = rows.select(pl.col("since").min(), pl.col("on").max()).row(0)
    caption = (
        f"Funnel: each site over {day(since)} to {day(until)}, against limits about all sites together that are wider "
        f"where a site counts fewer. {number(beyond)} of {counted(rows.height, 'sites')} "
        f"{agree(beyond, 'lies', 'lie')} beyond them. Sites differ in whom they serve; this ranks nobody."
    )
    unit = results.unit(code)
    grid = Grid.of(
        told,
        caption,
        Column("name", "Site"),
        Column("numerator", "Numerator", "number"),
        Column("denominator", "Denominator", "number"),
        Column("value", f"Value ({unit})" if unit else "Value", "number"),
        Column("centre", "All sites", "number"),
        Column("lower", "Lower limit", "number"),
        Column("upper", "Upper limit", "number"),
        Column("shows", "Shows"),
        folded=True,
    )
    name = results.measure(code)
    drawn = told.with_columns(measure=pl.lit(name), site="name", shows=results.in_order(rows)["shows"])
    options = {"title": f"{name}: across sites", "unit": unit}
    return [Figure(charts.funnel_chart, (drawn,), grid, options)]


def happened(results: Results, points: pl.DataFrame, site: str | None) -> tuple[pl.DataFrame, list[Block]]:
    """What the log says of the days that a chart draws, at its site and everywhere; and its list, numbered alike."""
    here = pl.col("site").is_null() | (pl.col("site") == site if site else pl.lit(False))
    log = results.timeline.filter(pl.col("kind").is_in(HAPPENED), here)
    log = log.with_columns(site=pl.lit(None, dtype=pl.String))
    numbered = charts.numbered(log, points)
    if not numbered.height:
        return log.clear(), []
    grid = Grid.of(
        numbered,
        "What happened while these values were counted, with the number of its mark on the chart.",
        Column("number", "Mark", "number"),
        Column("on", "Date", "day"),
        Column("says", "What happened"),
        Column("reference", "Record", "reference"),
        folded=True,
    )
    return log, [grid]


def by_chance(results: Results) -> Part:
    """Signals found, beside how many there would be where nothing had happened."""
    rows = results.chance.with_columns(
        name=pl.col("measure").map_elements(results.measure, return_dtype=pl.String),
        signal=pl.col("signal").replace(SIGNALS),
        by_chance=pl.col("by_chance").round(1),
    )
    series = results.series.height
    said = (
        "The more charts one looks at, the more signals there are where nothing has happened. In "
        f"{counted(series, 'series')} this many were found, and this many would come by chance alone, on average: "
        "values were made up anew for stable processes of the same spread, and judged by the same rules."
    )
    if not rows.height:
        none = "No signals were found, and none came where values were made up anew."
        return Part("Signals, and chance", (Words(none),))
    grid = Grid.of(
        rows.sort("name", "signal"),
        "Unbroken runs of each signal: found, and by chance alone.",
        Column("name", "Measure"),
        Column("signal", "Signal"),
        Column("found", "Found", "number"),
        Column("by_chance", "By chance", "number"),
        folded=rows.height > 12,
    )
    return Part("Signals, and chance", (Words(said), grid))


def _evidence(results: Results, text: str) -> str:
    """What supports a decision: the row of the record that it names, or its own words."""
    found = [results.says(part.strip()) or part.strip() for part in text.split(";")]
    return listed([part.rstrip(".") for part in found if part])


def _with_article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "X" else f"a {kind}"


__all__ = ["across", "asked", "by_chance", "charted", "decided", "happened", "kinds", "middle"]
