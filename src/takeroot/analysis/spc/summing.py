"""What each phase shows: its latest point, whether the target is in reach, and both in words."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from takeroot.analysis.spc.hits import sides, tolerance
from takeroot.analysis.spc.listing import phases_of
from takeroot.analysis.spc.runs import runs
from takeroot.analysis.spc.segments import Array, Segments
from takeroot.analysis.spc.series import described, ordered
from takeroot.analysis.spc.wording import said
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.rulesets import RuleSet, named

_COLUMNS = (
    *("measure", "site", "phase", "n", "centre", "lower", "upper", "variation", "assurance"),
    *("longest_run", "longest_run_limit", "crossings", "crossings_limit", "runs_signal"),
    *("rules", "chart", "latest_on", "latest", "target", "says", "gaps"),
)
_CARRIED = ("measure", "site", "phase", "rules", "chart", "target")
_LINES = ("centre", "lower", "upper")


def summary(
    points: pl.DataFrame,
    *,
    measures: IntoFrame | None = None,
    rules: RuleSet | str | None = None,
    rule_sets: Iterable[RuleSet] = (),
) -> pl.DataFrame:
    """One row for each phase of each series.

    Parameters
    ----------
    points
        What :func:`~takeroot.analysis.spc.chart` gave.
    measures
        Which direction is better; as the chart was told, if not given.
    rules
        The rule set the chart was judged by; the one whose name the points carry, if not given.
    rule_sets
        Rule sets that the points may name besides those of this house.

    Returns
    -------
    DataFrame
        In order of measure, site and phase:

        - ``n``: points with a value; ``centre``, ``lower``, ``upper``: at the latest of them
        - ``variation``: what the latest point of the phase shows, or too_few (points, or in its denominator)
        - ``assurance``: pass, fail or hit_and_miss, from the limits of the latest phase and the latest target; empty
          for earlier phases, without a target, where neither direction is better, and where there are too few points
          to judge
        - ``longest_run``, ``crossings``, the limits that chance sets them, and ``runs_signal``: whether either is
          beyond
        - ``rules``; ``latest_on``, ``latest``: the latest value; ``target``
        - ``says``: a plain sentence; ``gaps``: rows without a value

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.analysis.spc import chart
    >>> from takeroot.vocabulary.calendar import months_from
    >>> days = months_from(date(2024, 1, 1), date(2025, 3, 1))
    >>> minutes = [5, 7, 6, 7, 5, 6, 7, 6, 4, 5, 4, 5, 4, 5, 4]
    >>> waits = {"measure": ["waits"] * 15, "site": ["A"] * 15, "on": days, "value": minutes}
    >>> measures = {"measure": ["waits"], "improves": ["down"]}
    >>> summary(chart(waits, measures=measures))["says"].item()
    'Unusual and better since September 2024: seven points below the mean.'
    """
    points = ordered(points)
    segments = phases_of(points)
    values = points["value"].fill_null(float("nan")).to_numpy()
    centre = points["centre"].fill_null(float("nan")).to_numpy()
    with np.errstate(over="ignore"):
        above, below = sides(values, centre, tolerance(values, segments))
    rows = _with_rules(_with_direction(_ends(points, values, segments), measures), rules, tuple(rule_sets))
    if "excluded" in points.columns:
        counted = ~points["excluded"].to_numpy()
        above, below = above & counted, below & counted
    rows = pl.concat([rows, runs(above, below, segments)], how="horizontal")
    rows = rows.with_columns(runs_signal=pl.col("runs_signal").fill_null(False) & (pl.col("chart") != "mr"))
    rows = rows.with_columns(met=_met(rows, values, segments))
    enough = pl.col("judged") & (pl.col("n") > 0) & pl.col("shows").is_not_null()
    rows = rows.with_columns(
        variation=pl.when(enough).then("shows").otherwise(pl.lit("too_few")),
        current=pl.col("phase") == pl.col("phase").max().over("measure", "site"),
    )
    return said(rows.with_columns(assurance=_assurance()), points).select(_COLUMNS)


def _ends(points: pl.DataFrame, values: Array, segments: Segments) -> pl.DataFrame:
    """For each phase how many points it has, its last row, and its latest value."""
    there = ~np.isnan(values)
    n = segments.sums(there).astype(np.int64)
    place = np.where(there, np.arange(segments.size), -1)
    latest = np.maximum.reduceat(place, segments.starts) if segments.size else place
    last = segments.ends - 1 if segments.size else place
    at_last = points[last.astype(np.uint32)]
    at_latest = points[np.where(n > 0, latest, last).astype(np.uint32)].select(
        "on", "value", "shows", "judged", *_LINES
    )
    carried = [name for name in (*_CARRIED, "improves") if name in points.columns]
    return at_last.select(
        *carried,
        *(at_latest[line] for line in _LINES),
        n=pl.Series(n),
        used=pl.Series(segments.sums(points["included"].to_numpy()).astype(np.int64)),
        gaps=pl.Series(segments.lengths.astype(np.int64) - n),
        ends=pl.col("on"),
        latest_on=pl.when(pl.Series(n > 0)).then(at_latest["on"]),
        latest=pl.when(pl.Series(n > 0)).then(at_latest["value"]),
        shows=at_latest["shows"],
        judged=at_latest["judged"],
    )


def _met(rows: pl.DataFrame, values: Array, segments: Segments) -> pl.Series:
    """How many points of each phase meet its latest target."""
    target = segments.spread(rows["target"].fill_null(float("nan")).to_numpy())
    up = segments.spread((rows["improves"] == "up").to_numpy())
    slack = 1e-12 * np.abs(target)
    return pl.Series(segments.sums(np.where(up, values >= target - slack, values <= target + slack)).astype(np.int64))


def _with_direction(rows: pl.DataFrame, measures: IntoFrame | None) -> pl.DataFrame:
    about = described(measures)
    if about is not None:
        said = about.select("measure", "improves")
        rows = rows.drop("improves", strict=False).join(said, on="measure", how="left", maintain_order="left")
        return rows.with_columns(pl.col("improves").fill_null("neither"))
    return rows if "improves" in rows.columns else rows.with_columns(improves=pl.lit("neither"))


def _with_rules(rows: pl.DataFrame, rules: RuleSet | str | None, own: tuple[RuleSet, ...]) -> pl.DataFrame:
    names = rows["rules"].unique().to_list()
    sets = {name: named(rules if rules is not None else name, own) for name in names}
    for detail, kind in (("judge_from", pl.Int64), ("least", pl.Int64), ("at_limit", pl.String)):
        said = {name: getattr(one, detail) for name, one in sets.items()}
        told = pl.col("rules").replace_strict(said, return_dtype=kind) if said else pl.lit(None, dtype=kind)
        rows = rows.with_columns(told.alias(detail))
    return rows


def _assurance() -> pl.Expr:
    """Where the target lies against the limits; equal, here, is equal but for rounding."""
    target, lower, upper = pl.col("target"), pl.col("lower"), pl.col("upper")
    slack = 1e-12 * (pl.col("centre").abs() + target.abs())
    over, under = target > upper + slack, target < lower - slack
    equal = ((target - upper).abs() <= slack) | ((target - lower).abs() <= slack)
    all_met, none_met = pl.col("met") == pl.col("n"), pl.col("met") == 0
    decided = equal & (pl.col("at_limit") == "all")
    up = pl.col("improves") == "up"
    asked = pl.col("current") & (pl.col("improves") != "neither") & (pl.col("variation") != "too_few")
    return (
        pl.when(~asked | target.is_null() | lower.is_null()).then(None)
        .when(decided & all_met).then(pl.lit("pass"))
        .when(decided & none_met).then(pl.lit("fail"))
        .when((over & ~up) | (under & up)).then(pl.lit("pass"))
        .when((over & up) | (under & ~up)).then(pl.lit("fail"))
        .otherwise(pl.lit("hit_and_miss"))
    )  # fmt: skip
