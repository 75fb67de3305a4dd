"""What is measured, and whether it has changed: one measure at a time, the sites in their given order."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import polars as pl

from takeroot.analysis import spc
from takeroot.analysis.spc import ASSURANCE
from takeroot.charts.multiples import MOST
from takeroot.charts.wording import agree, counted, listed, number, sentence
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.programme import Programme
from takeroot.web.addresses import page_asked
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel, draw
from takeroot.web.panels.spread import names

NO_MEASURES = (
    "No measure is described yet. Say what is measured, in which unit, which direction is better and until when "
    "somebody will collect it; then bring in its values by site and month."
)
NO_VALUES = "No value of this measure is recorded yet. Bring in one row for each site and month."
BETTER = {"up": "higher", "down": "lower", "neither": "neither"}
SIGNALS = {
    "astronomical": "beyond a limit",
    "shift": "a shift",
    "trend": "a trend",
    "two_of_three": "two of three near a limit",
}
SHOWN = {
    "improvement": "better",
    "concern": "worse",
    "neither_high": "high; neither direction is better",
    "neither_low": "low; neither direction is better",
}


def asked(book: Book, measure: str = "", sheet: str = "") -> tuple[str, int]:
    """Which measure and which sheet of sites, of those there are; else the first."""
    there = book.frame(measured)
    codes = there["measure"].to_list()
    chosen = measure if measure in codes else next(iter(there.filter(pl.col("sites") > 0)["measure"]), "")
    sites = dict(there.select("measure", "sites").iter_rows()).get(chosen, 0)
    return chosen, min(page_asked(sheet), max(1, -(-sites // MOST)))


def panels(book: Book, measure: str = "", sheet: int = 1) -> dict[str, Any]:
    """Every part of the page."""
    first, of_measure = described(book), charted(book, measure, sheet)
    return {"first": first, "chosen": of_measure, "parts": [first, *of_measure["panels"]]}


def measured(results: Results) -> pl.DataFrame:
    """Every measure, at how many sites it is measured, and by which rule set it is judged."""
    values = results.programme.values.group_by("measure").agg(
        sites=pl.col("site").n_unique().cast(pl.Int64), last=pl.col("on").max()
    )
    frame = results.programme.measures.join(values, on="measure", how="left", maintain_order="left")
    return frame.with_columns(
        pl.col("sites").fill_null(0), pl.col("rules").fill_null("mdc"), called=pl.coalesce("name", "measure")
    )


def described(book: Book) -> Panel:
    """What each measure is, how it is judged, and until when somebody collects it."""
    frame = book.frame(measured)
    if not frame.height:
        return Panel("list", "What is measured", empty=NO_MEASURES, begin=("import", "record"))
    table = Grid.of(
        frame.with_columns(pl.col("improves").replace(BETTER)),
        "Measures in their given order.",
        ("called", "Measure"),
        ("kind", "Kind"),
        ("unit", "Unit"),
        ("improves", "Better"),
        ("rules", "Rule set"),
        ("sites", "Sites", "number"),
        ("last", "Latest value", "month"),
        ("collected_until", "Collected until", "day"),
        ("minutes_a_month", "Minutes a month", "number"),
        ("owner", "Looked after by"),
    )
    as_at, minutes = book.programme.as_at, frame["minutes_a_month"].drop_nulls()
    says = "What collecting takes is minutes of each site's time in a month."
    if len(minutes):
        unsaid = frame.height - len(minutes)
        says += f" Together {number(minutes.sum())} minutes a month at a site that collects all"
        says += f"; of {counted(unsaid, 'measures')} it is not said." if unsaid else "."
    over = frame.filter(pl.col("collected_until") <= as_at)["called"].to_list() if as_at else []
    notes = (f"Nobody collects {listed(over)} any longer.",) if over else ()
    summary = f"Show {counted(frame.height, 'measures')}"
    return Panel("list", "What is measured", says=says, table=table, notes=notes, summary=summary)


def charted(book: Book, measure: str, sheet: int) -> dict[str, Any]:
    """One measure: all sites together where that means something, then each site, at most 24 on a sheet."""
    there = book.frame(measured)
    choices = dict(there.select("measure", "called").iter_rows())
    about = there.filter(measure=measure).to_dicts()
    chosen = {"choices": choices, "measure": measure, "sheets": (), "sheet": sheet, "panels": []}
    chosen["query"] = urlencode({"measure": measure})
    if not about:
        return chosen | {"panels": [Panel("sites", "By site", empty=NO_VALUES, begin=("import",))] if choices else []}
    sites = book.frame(reporting, measure=measure)
    if not sites.height:
        return chosen | {
            "panels": [Panel("sites", f"{about[0]['called']}, by site", empty=NO_VALUES, begin=("import",))]
        }
    sheets = -(-sites.height // MOST)
    panels = [together(book, about[0]), each(book, about[0], sheet, sheets), signals(book, about[0], sheet, sheets)]
    shown = [panel for panel in panels if panel is not None]
    return chosen | {"panels": shown, "sheets": range(1, sheets + 1) if sheets > 1 else ()}


def reporting(results: Results, measure: str) -> pl.DataFrame:
    """The sites that have a value of a measure, in their given order, each with a name of its own."""
    with_values = results.programme.values.filter(measure=measure).select("site").unique()
    there = names(results.programme).join(with_values, on="site", how="semi", maintain_order="left")
    twice = pl.col("called").is_duplicated() & (pl.col("called") != pl.col("site"))
    return there.with_columns(called=pl.when(twice).then(pl.format("{} ({})", "called", "site")).otherwise("called"))


def of_measure(results: Results, measure: str, sites: list[str] | None = None) -> Results:
    """The results of one measure alone, at some sites or all, counted up to the same day."""
    programme = results.programme
    values = programme.values.filter(measure=measure)
    about = programme.about.model_copy(update={"as_at": programme.as_at})
    frames = {
        "sites": programme.sites,
        "measures": programme.measures.filter(measure=measure),
        "values": values if sites is None else values.filter(pl.col("site").is_in(sites)),
        "phases": programme.phases.filter(measure=measure),
    }
    return Results(Programme.kept(about, frames))


def points(results: Results, measure: str, sheet: int) -> pl.DataFrame:
    """The points of the sites on a sheet, sites in their given order and by name."""
    sites = reporting(results, measure)[(sheet - 1) * MOST : sheet * MOST].with_row_index("place")
    found = of_measure(results, measure, sites["site"].to_list()).points
    found = found.join(sites, on="site").sort("place", "on", maintain_order=True)
    return found.with_columns(site="called", measure=pl.lit(results.measure(measure))).drop("called", "place")


def pooled(results: Results, measure: str) -> pl.DataFrame:
    """The points of all sites together, where values are counts over counts; else none."""
    found = of_measure(results, measure).together.get(measure)
    named = pl.lit(results.measure(measure)).alias("measure")
    return pl.DataFrame(schema={"on": pl.Date()}) if found is None else found.with_columns(named)


def together(book: Book, about: dict[str, Any]) -> Panel | None:
    """The sum over all sites that report, where it is one."""
    question = partial(pooled, measure=about["measure"])
    frame = book.frame(question)
    if not frame.height:
        return None
    says = (
        "Sums over the sites that report in a month; a change may come from which of them do. "
        f"Judged by the rule set {about['rules']}."
    )
    options = {"chart": "control_chart", "title": f"{about['called']}: all sites together", "unit": about["unit"] or ""}
    table = Grid.of(
        frame.sort("on", descending=True).with_columns(_signals_said()),
        f"{about['called']}: all sites together, sums of numerators over sums of denominators.",
        ("on", "Period", "month"),
        ("value", "Value", "number"),
        ("centre", "Mean", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("target", "Target", "number"),
        ("sites", "Sites reporting", "number"),
        ("signals", "Signals"),
    )
    title = f"{about['called']}, all sites together"
    return Panel("together", title, says=says, chart=book.drawing(draw, question, **options), table=table)


def each(book: Book, about: dict[str, Any], sheet: int, sheets: int) -> Panel:
    """Every site on the sheet as a small chart, and what its latest value shows."""
    question = partial(points, measure=about["measure"], sheet=sheet)
    frame = book.frame(question)
    one = frame["site"].n_unique() == 1 and sheets == 1
    options = {"unit": about["unit"] or ""} if one else {"title": f"{about['called']}, by site"}
    chart = book.drawing(draw, question, chart="control_chart" if one else "small_multiples", **options)
    table = Grid.of(
        book.frame(partial(latest, measure=about["measure"], sheet=sheet)),
        f"The latest value at each site, in the programme's own order. Limits, means and what is shown follow the rule "
        f"set {about['rules']}.",
        ("site", "Site"),
        ("latest_on", "Latest", "month"),
        ("latest", "Value", "number"),
        ("target", "Target", "number"),
        ("centre", "Mean", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("says", "What it shows"),
        ("assurance", "Against the target"),
        ("n", "Values", "number"),
    )
    sites = book.frame(reporting, measure=about["measure"]).height
    silent = book.programme.sites.height - sites
    unit = f" In {about['unit']}." if about["unit"] else ""
    better = {"up": " Higher is better.", "down": " Lower is better.", "neither": " Neither direction is better."}
    says = f"{sentence(about['definition'] or '')} Judged by the rule set {about['rules']}.{unit}".strip()
    says += better.get(about["improves"] or "", "")
    says += " Sites stand in their given order and are not compared."
    if sheets > 1:
        last = min(sheet * MOST, sites)
        says += f" Sites {(sheet - 1) * MOST + 1:,} to {last:,} of the {sites:,} with values."
    notes = (f"{counted(silent, 'sites')} {agree(silent, 'has', 'have')} no value of it.",) if silent > 0 else ()
    return Panel("sites", f"{about['called']}, by site", says=says, chart=chart, table=table, notes=notes)


def latest(results: Results, measure: str, sheet: int) -> pl.DataFrame:
    """The latest phase of each site on a sheet, in words, in the order of the sites."""
    frame = points(results, measure, sheet)
    order = frame.select("site").unique(maintain_order=True)
    described = results.programme.measures.filter(measure=measure).with_columns(
        measure=pl.lit(results.measure(measure))
    )
    summed = spc.summary(frame, measures=described)
    summed = summed.filter(pl.col("phase") == pl.col("phase").max().over("site"))
    few = pl.col("variation") == "too_few"
    hidden = [pl.when(~few).then(name).alias(name) for name in ("lower", "upper")]
    summed = summed.with_columns(*hidden, pl.col("assurance").replace(ASSURANCE))
    return order.join(summed, on="site", how="left", maintain_order="left")


def signals(book: Book, about: dict[str, Any], sheet: int, sheets: int) -> Panel:
    """Every signal at the sites on the sheet."""
    frame = book.frame(partial(signalled, measure=about["measure"], sheet=sheet))
    title = "Signals by site"
    if not frame.height:
        return Panel("signals", title, says=f"The rule set {about['rules']} finds no signal at these sites.")
    table = Grid.of(
        frame,
        f"Signals in {about['called']} by the rule set {about['rules']}, sites in the programme's own order.",
        ("site", "Site"),
        ("signal", "Signal"),
        ("on", "From", "month"),
        ("until", "To", "month"),
        ("points", "Points", "number"),
        ("shows", "Shows"),
    )
    says = "A signal says that something changed, not why."
    series = book.frame(partial(points, measure=about["measure"], sheet=sheet))["site"].n_unique()
    if series >= 8:
        says += f" Among {series} series, some signals come by chance alone."
    summary = f"Show {counted(frame.height, 'signals')}"
    return Panel("signals", title, says=says, table=table, summary=summary)


def signalled(results: Results, measure: str, sheet: int) -> pl.DataFrame:
    """The signals at the sites on a sheet, in the order of the sites and of time."""
    frame = points(results, measure, sheet)
    order = frame.select("site").unique(maintain_order=True)
    found = order.join(spc.signals(frame), on="site", how="inner", maintain_order="left_right")
    return found.with_columns(pl.col("signal").replace(SIGNALS), pl.col("shows").replace(SHOWN))


def _signals_said() -> pl.Expr:
    """The signals of a point, in words."""
    said = pl.col("signals").str.split(";").list.eval(pl.element().replace(SIGNALS)).list.join(", ")
    return said.replace("", None).alias("signals")
