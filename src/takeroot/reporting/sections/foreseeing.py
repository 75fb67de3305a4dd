"""What is likely next: what trying it shows, in words and first; the forecast, its intervals, and curves that fit."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.analysis.adoption import CURVES
from takeroot.reporting import foreseen as of_forecasts
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Points, Section, Words
from takeroot.reporting.foreseen import Foreseen
from takeroot.reporting.results import Results

TITLE = "What next"
NOT_YET = "The forecast was not worked out yet for the record as it stands."
DO = "Ask for it on the page What next, under Spread; or use the command takeroot forecast."


def foreseeing(results: Results) -> Section | None:
    """The forecast, or why there is none."""
    if results.now is None:
        return None
    if why := of_forecasts.refused(results.programme):
        return Section("forecast", TITLE, (Missing(why, of_forecasts.INSTEAD),))
    frames = results.foreseen
    if not frames:
        return Section("forecast", TITLE, (Missing(NOT_YET, DO),))
    found = Foreseen.of(frames)
    blocks: list[Block] = [Words(found.says), Points(found.doubts), _months(results, found), _tried(found)]
    if frames["curves"].height:
        blocks.append(_curves(frames["curves"], frames["grown"]))
    return Section("forecast", TITLE, tuple(blocks))


def in_a_word(results: Results) -> str:
    """What trying it shows, or why there is no forecast, in a few sentences; empty, where nothing was worked out."""
    if results.now is None:
        return ""
    if why := of_forecasts.refused(results.programme):
        return why
    if not results.foreseen:
        return ""
    return Foreseen.of(results.foreseen).in_a_word


def _months(results: Results, found: Foreseen) -> Figure:
    plan = of_forecasts.latest_plan(results.plan_lines)
    points = Grid.of(
        of_forecasts.month_by_month(found, results.plan_lines),
        "Sites in use at the end of each month: the middle of what is foreseen, and what holds 50, 80 and 95% of it.",
        Column("on", "Month", "month"),
        Column("median", "Middle", "number"),
        Column("within_50", "50%"),
        Column("within_80", "80%"),
        Column("within_95", "95%"),
        Column("planned", "Planned by then", "number"),
        folded=True,
    )
    return Figure(charts.fan_chart, (found.months, found.counts, found.tried), points, {"plan": plan, "by": found.by})


def _tried(found: Foreseen) -> Part:
    grid = Grid.of(
        of_forecasts.scored(found),
        "How close each forecast came when it was tried from earlier months; the less, the closer.",
        Column("called", "Forecast by"),
        Column("used", "Used here"),
        Column("crps", "Sites off (CRPS)", "number"),
        Column("wis", "Interval score", "number"),
        Column("covered_80", "80% held", "percent"),
        Column("covered_95", "95% held", "percent"),
        Column("weight", "Weight", "percent"),
        Column("tried", "Times tried", "number"),
    )
    return Part("How it was tried", (Words(of_forecasts.coverage(found)), grid))


def _curves(curves: pl.DataFrame, grown: pl.DataFrame) -> Part:
    grid = Grid.of(
        curves.with_columns(pl.col("curve").str.to_titlecase()),
        "Growth curves fitted to when sites first began.",
        Column("curve", "Curve"),
        Column("says", "What it says, or why it does not"),
    )
    points = Grid.of(
        of_forecasts.grown_told(grown),
        "Sites that had ever begun by each day, and what each curve says.",
        Column("on", "By", "day"),
        Column("began", "Began", "number"),
        Column("began_least", "At least", "number"),
        *(Column(name, name.title(), "number") for name in CURVES),
        folded=True,
    )
    picture = (Figure(charts.growth_curves, (grown, curves), points),) if grown.height else ()
    return Part("Curves that fit", (Words(of_forecasts.OF_CURVES, quiet=True), *picture, grid))
