"""The frames behind the pages of measures: each is asked of a book, and all come from the same charts."""

from __future__ import annotations

import polars as pl

from takeroot.analysis import spc
from takeroot.analysis.spc import ASSURANCE
from takeroot.charts.multiples import MOST
from takeroot.reporting.results import TOGETHER, Results
from takeroot.vocabulary.programme import Programme
from takeroot.web.panels.spread import names

#: Points that are made up in all to say how many signals chance alone would give.
MADE_UP = 100_000

SIGNALS = {
    "astronomical": "beyond a limit",
    "shift": "a shift",
    "trend": "a trend",
    "two_of_three": "two of three near a limit",
    "run_length": "a long run",
    "crossings": "few crossings",
}
SHOWN = {
    "improvement": "better",
    "concern": "worse",
    "neither_high": "high; neither direction is better",
    "neither_low": "low; neither direction is better",
}


def measured(results: Results) -> pl.DataFrame:
    """Every measure, at how many sites it is measured, and by which rule set it is judged."""
    values = results.programme.values.group_by("measure").agg(
        sites=pl.col("site").n_unique().cast(pl.Int64), last=pl.col("on").max()
    )
    frame = results.programme.measures.join(values, on="measure", how="left", maintain_order="left")
    return frame.with_columns(
        pl.col("sites").fill_null(0),
        pl.col("rules").fill_null("mdc"),
        pl.col("chart").fill_null("xmr"),
        called=pl.coalesce("name", "measure"),
    )


def reporting(results: Results, measure: str) -> pl.DataFrame:
    """The sites that have a value of a measure, in their given order, each with a name of its own."""
    with_values = results.programme.values.filter(measure=measure).select("site").unique()
    there = called(results.programme).join(with_values, on="site", how="semi", maintain_order="left")
    twice = pl.col("called").is_duplicated() & (pl.col("called") != pl.col("site"))
    return there.with_columns(called=pl.when(twice).then(pl.format("{} ({})", "called", "site")).otherwise("called"))


def places(results: Results) -> pl.DataFrame:
    """The sites alone, which a page asks for before it knows what it shows: small beside the values."""
    return called(results.programme)


def called(programme: Programme) -> pl.DataFrame:
    """Every site with its name and the id of its row, in their given order."""
    return names(programme).with_columns(programme.sites["id"])


def of_measure(results: Results, measure: str, sites: list[str] | None = None) -> Results:
    """The results of one measure alone, at some sites or all, counted up to the same day."""
    return of_some(results, [measure], sites)


def of_some(results: Results, measures: list[str], sites: list[str] | None = None) -> Results:
    """The results of some measures alone, at some sites or all, counted up to the same day."""
    programme = results.programme
    values = programme.values.filter(pl.col("measure").is_in(measures))
    about = programme.about.model_copy(update={"as_at": programme.as_at})
    frames = {
        "sites": programme.sites,
        "measures": programme.measures.filter(pl.col("measure").is_in(measures)),
        "values": values if sites is None else values.filter(pl.col("site").is_in(sites)),
        "phases": programme.phases.filter(pl.col("measure").is_in(measures)),
    }
    return Results(Programme.kept(about, frames))


def points(results: Results, measure: str, sheet: int) -> pl.DataFrame:
    """The points of the sites on a sheet, sites in their given order and by name."""
    sites = reporting(results, measure)[(sheet - 1) * MOST : sheet * MOST].with_row_index("place").drop("id")
    found = of_measure(results, measure, sites["site"].to_list()).points
    found = found.join(sites, on="site").sort("place", "on", maintain_order=True)
    return found.with_columns(site="called", measure=pl.lit(results.measure(measure))).drop("called", "place")


def pooled(results: Results, measure: str) -> pl.DataFrame:
    """The points of all sites together, where values are counts over counts; else none."""
    found = of_measure(results, measure).together.get(measure)
    named = pl.lit(results.measure(measure)).alias("measure")
    return pl.DataFrame(schema={"on": pl.Date()}) if found is None else found.with_columns(named)


def of_series(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The points of one series under its own codes; of all sites together, where no site is said."""
    if site:
        return of_measure(results, measure, [site]).points
    found = of_measure(results, measure).together.get(measure)
    return spc.chart({"measure": [], "site": [], "on": [], "value": []}) if found is None else found


def named(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The points of one series by the names that people use."""
    where = results.site(site) if site else TOGETHER
    return of_series(results, measure, site).with_columns(measure=pl.lit(results.measure(measure)), site=pl.lit(where))


def ranges(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The moving ranges of one series of single values, by the names that people use; else none."""
    drawn = of_series(results, measure, site)
    if not drawn.height or drawn["chart"][0] != "xmr":
        return drawn.clear()
    programme = results.programme
    kept = [name for name in ("measure", "site", "on", "value", "numerator", "denominator") if name in drawn.columns]
    phases = programme.phases.filter(measure=measure)
    phases = phases if site else phases.filter(pl.col("site").is_null())
    made = spc.chart(
        drawn.select(kept),
        kind="mr",
        measures=programme.measures,
        phases=phases,
        rule_sets=programme.about.rule_sets,
    )
    where = results.site(site) if site else TOGETHER
    return made.with_columns(measure=pl.lit(results.measure(measure)), site=pl.lit(where))


def summed(results: Results, drawn: pl.DataFrame) -> pl.DataFrame:
    """Every phase of some series in words; they stand under their own codes."""
    programme = results.programme
    return spc.summary(drawn, measures=programme.measures, rule_sets=programme.about.rule_sets)


def now_of(summary: pl.DataFrame) -> pl.DataFrame:
    """The latest phase of each series."""
    return summary.filter(pl.col("phase") == pl.col("phase").max().over("measure", "site"))


def latest(results: Results, measure: str, sheet: int) -> pl.DataFrame:
    """The latest phase of each site on a sheet, in words, in the order of the sites."""
    frame = points(results, measure, sheet)
    order = frame.select("site").unique(maintain_order=True)
    described = results.programme.measures.filter(measure=measure).with_columns(
        measure=pl.lit(results.measure(measure))
    )
    found = now_of(spc.summary(frame, measures=described, rule_sets=results.programme.about.rule_sets))
    few = pl.col("variation") == "too_few"
    hidden = [pl.when(~few).then(name).alias(name) for name in ("lower", "upper")]
    found = found.with_columns(*hidden, pl.col("assurance").replace(ASSURANCE))
    return order.join(found, on="site", how="left", maintain_order="left")


def signalled(results: Results, measure: str, sheet: int) -> pl.DataFrame:
    """The signals at the sites on a sheet, in the order of the sites and of time."""
    frame = points(results, measure, sheet)
    order = frame.select("site").unique(maintain_order=True)
    found = spc.signals(frame, rule_sets=results.programme.about.rule_sets)
    found = order.join(found, on="site", how="inner", maintain_order="left_right")
    return found.with_columns(pl.col("signal").replace(SIGNALS), pl.col("shows").replace(SHOWN))


def by_chance(results: Results, measure: str) -> pl.DataFrame:
    """The signals of a measure at all its sites, by kind, beside how many chance alone would give."""
    mine = of_measure(results, measure)
    programme, drawn = mine.programme, mine.points
    options = {
        "measures": programme.measures,
        "phases": programme.phases,
        "rule_sets": programme.about.rule_sets,
    }
    times = max(1, min(200, MADE_UP // max(1, drawn.height)))
    found = spc.chance(drawn, points=drawn, replicates=times, **options)
    return found.with_columns(pl.col("signal").replace(SIGNALS))


def across(results: Results, measure: str) -> pl.DataFrame:
    """One measure across its sites over its latest twelve months, sites in their given order; else none.

    A site that counts fewer than the least that is judged has ``few``.
    """
    programme = results.programme
    said = programme.measures.filter(measure=measure).row(0, named=True)
    as_at = programme.as_at
    values = programme.values.filter(
        pl.col("numerator").is_not_null() & (pl.col("denominator") > 0), measure=measure
    ).filter(pl.lit(True) if as_at is None else pl.col("on") <= as_at)
    plain = programme.values.filter(pl.col("value").is_not_null() & pl.col("denominator").is_null(), measure=measure)
    if plain.height or values["site"].n_unique() < 2:
        return pl.DataFrame(schema={"site": pl.String()})
    values = values.filter(pl.col("on") > pl.col("on").max().dt.offset_by("-12mo"))
    kind = said["chart"] if said["chart"] in spc.FUNNELS else "p"
    if kind.startswith("p") and (values["numerator"] > values["denominator"]).any():
        kind = "u"
    least = said["least_denominator"] or 0
    found = spc.funnel(values, kind=kind, measures=programme.measures, least=least)
    order = reporting(results, measure).drop("id")
    found = order.join(found, on="site", how="inner", maintain_order="left").with_columns(few=pl.col("shows").is_null())
    return found.with_columns(site="called", measure=pl.lit(results.measure(measure))).drop("called")
