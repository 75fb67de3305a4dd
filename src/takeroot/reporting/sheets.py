"""What stands on the sheets of a workbook of measures, each a frame.

Data as they were given, points as they were charted, and what a board reads, in that order of making and the other way
round in the workbook. Words are for people, short names for whoever works on; both are there.
"""

from __future__ import annotations

import polars as pl

from takeroot.analysis import spc
from takeroot.reporting.chosen import BETTER, Chosen
from takeroot.reporting.kinds import KINDS
from takeroot.vocabulary.tables import MEASURES, PHASES, VALUES

READ_ME, SUMMARY, CHARTS, POINTS, TOGETHER, DATA, SIGNALS, PHASES_SHEET, MEASURES_SHEET = (
    *("Read me", "Summary", "Charts", "Points", "All sites together", "Data", "Signals", "Phases", "Measures"),
)

#: What each sheet holds, as the first page tells.
HOLDS = {
    SUMMARY: "one row for each measure and site: the latest phase, as a board reads it",
    CHARTS: "a chart of each series, drawn by the spreadsheet from the sheet of points",
    POINTS: "every value with its phase, mean, limits, signals and what it shows: all that was computed",
    TOGETHER: "the same for each measure over all its sites, where values are counts over counts",
    DATA: "the values as they were given, one row each",
    SIGNALS: "every unbroken run of one signal",
    PHASES_SHEET: "baselines, recalculations, exclusions, targets and trajectories, with their reasons",
    MEASURES_SHEET: "what is measured, exactly, and how it is charted",
}
_SIGNAL = {
    "astronomical": "beyond a limit",
    "shift": "a shift: a run on one side of the centre",
    "trend": "a trend: each higher, or each lower, than the one before",
    "two_of_three": "two of three points near a limit",
    "run_length": "a run longer than chance allows",
    "crossings": "fewer crossings of the centre than chance allows",
}


def summary(chosen: Chosen) -> pl.DataFrame:
    """The table that a board reads."""
    rows = chosen.summary
    return rows.select(
        pl.col("name").alias("Measure"),
        pl.col("place").alias("Site"),
        pl.col("unit").alias("Unit"),
        pl.col("latest_on").alias("Latest period"),
        pl.col("latest").alias("Value"),
        pl.col("target").alias("Target"),
        pl.col("centre").alias("Mean or median"),
        pl.col("lower").alias("Lower limit"),
        pl.col("upper").alias("Upper limit"),
        pl.col("variation").replace(spc.VARIATION).alias("Variation"),
        pl.col("assurance").replace(spc.ASSURANCE).alias("Assurance"),
        pl.col("says").alias("In a sentence"),
        pl.col("improves").replace(BETTER).alias("Better"),
        pl.col("phase").alias("Phase"),
        pl.col("n").alias("Values in the phase"),
        pl.col("gaps").alias("Periods without a value"),
        pl.col("chart").replace(KINDS).alias("Chart"),
        pl.col("rules").alias("Rule set"),
        pl.col("measure").alias("Measure (short name)"),
        pl.col("site").alias("Site (short name)"),
    )


def points(chosen: Chosen) -> pl.DataFrame:
    """Every column that the chart gives, in the order of the measures and of the sites' names."""
    results = chosen.results
    named = results.in_order(results.points, "on").rename({"name": "site_name"})
    return _by_measure(chosen, named)


def together(chosen: Chosen) -> pl.DataFrame:
    """The same of each measure over all its sites; no rows, where there is none."""
    if chosen.sites or not chosen.results.together:
        return points(chosen).clear()
    return _by_measure(chosen, pl.concat(chosen.results.together.values()).with_columns(site_name="site"))


def data(chosen: Chosen) -> pl.DataFrame:
    """The values as they were given, up to the day that everything is counted to."""
    values = chosen.results.values
    return values.select(*VALUES.columns, *(name for name in values.columns if name not in VALUES.columns))


def signals(chosen: Chosen) -> pl.DataFrame:
    """Every unbroken run of one signal at the sites."""
    named = chosen.results.in_order(chosen.results.signals, "on", "signal").rename({"name": "site_name"})
    rows = _by_measure(chosen, named)
    said = pl.col("signal").replace(_SIGNAL).alias("in_words")
    return rows.select(
        "measure", "measure_name", "site", "site_name", "signal", said, "on", "until", "points", "shows", "rules"
    )


def phases(chosen: Chosen) -> pl.DataFrame:
    """The dated decisions about these charts."""
    return chosen.phases.select(*PHASES.columns)


def measures(chosen: Chosen) -> pl.DataFrame:
    """What is measured, in the order of the summary."""
    rows = chosen.results.programme.measures
    order = pl.DataFrame({"measure": list(chosen.measures)}, schema={"measure": pl.String})
    return order.join(rows, on="measure", how="left", maintain_order="left").select(*MEASURES.columns)


def read_me(chosen: Chosen, file: str, held: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """The first page: names and what they are; a heading has nothing beside it."""
    rows: list[tuple[str, str | None]] = [*chosen.facts]
    rows += [("What was decided about the charts", None), *chosen.decided]
    rows += [("The sheets", None), *((name, f"{text[0].upper()}{text[1:]}.") for name, text in _held(held))]
    rows += [("To get the same again", None), *chosen.again(file)]
    rows += [("How to read it", None), *_READ]
    return rows


_READ = (
    ("Variation", "What the latest point shows. A signal says that something changed, not why."),
    ("Assurance", "Where the target lies against the limits of the latest phase: whether it will be met by chance."),
    ("Limits", "They belong to one phase of one series, and say nothing of other sites. No site is ranked."),
    ("Too few to judge", "A phase with fewer points than its rule set asks for has a mean, and no limits or signals."),
)


def _held(held: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in HOLDS.items() if name in held]


def _by_measure(chosen: Chosen, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of the measures, with what people call these; without the short names of rows."""
    names = {code: chosen.results.measure(code) for code in chosen.measures}
    places = {code: place for place, code in enumerate(chosen.measures)}
    ordered = rows.with_columns(
        measure_name=pl.col("measure").replace(names),
        _place=pl.col("measure").replace_strict(places, return_dtype=pl.Int64, default=None),
    ).sort("_place", maintain_order=True)
    first = ["measure", "measure_name", "site", "site_name"]
    return ordered.select(*first, *(name for name in rows.columns if name not in (*first, "id")))
