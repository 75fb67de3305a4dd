"""Signals as a list: one row for each unbroken run of one signal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import polars as pl

from takeroot.analysis.spc.hits import tolerance
from takeroot.analysis.spc.segments import Segments
from takeroot.analysis.spc.series import ordered
from takeroot.vocabulary.rulesets import RULE_SETS, RuleSet

_SCHEMA = {
    "reference": pl.String(),
    "measure": pl.String(),
    "site": pl.String(),
    "on": pl.Date(),
    "until": pl.Date(),
    "signal": pl.String(),
    "points": pl.Int64(),
    "shows": pl.String(),
    "rules": pl.String(),
}


def signals(points: pl.DataFrame, *, rule_sets: Iterable[RuleSet] = ()) -> pl.DataFrame:
    """Every unbroken run of one signal in one direction.

    Parameters
    ----------
    points
        What :func:`~takeroot.analysis.spc.chart` gave.
    rule_sets
        Rule sets that the points may name besides those of this house.

    Returns
    -------
    DataFrame
        In order of measure, site and time: ``reference`` (signals:, and a name that stays the same while the series,
        the first day and the signal do), ``measure``, ``site``, ``on`` and ``until`` (its first and last point),
        ``signal``, ``points`` (how many carry it), ``shows`` (improvement, concern, neither_high or neither_low: of
        this signal by itself) and ``rules``. Phases with too few points to be judged have none.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.analysis.spc import chart
    >>> from takeroot.vocabulary.calendar import months_from
    >>> days = months_from(date(2024, 1, 1), date(2025, 3, 1))
    >>> minutes = [5, 7, 6, 7, 5, 6, 7, 6, 4, 5, 4, 5, 4, 5, 4]
    >>> waits = {"measure": ["waits"] * 15, "site": ["A"] * 15, "on": days, "value": minutes}
    >>> signals(chart(waits)).select("on", "until", "signal", "points", "shows").rows()[-1]
    (datetime.date(2024, 9, 1), datetime.date(2025, 3, 1), 'shift', 7, 'neither_low')
    """
    found = unbroken(points, rule_sets)
    keys = found.select(pl.concat_str("measure", "site", pl.col("on").cast(pl.String), "signal", separator="\x1e"))
    names = [hashlib.blake2b(key.encode(), digest_size=8).hexdigest() for key in keys.to_series()]
    reference = "signals:" + pl.Series(names, dtype=pl.String)
    return found.with_columns(reference=reference).select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())


def unbroken(points: pl.DataFrame, rule_sets: Iterable[RuleSet] = ()) -> pl.DataFrame:
    """The runs, and ``high``: whether each leads or lies upwards."""
    marked = _marked(points, rule_sets)
    found = pl.concat([_trends(marked), _crossings(marked), _others(marked)])
    better = pl.when((pl.col("improves") != "neither") & (pl.col("signal") != "crossings")).then(
        pl.col("high") == (pl.col("improves") == "up")
    )
    shows = (
        pl.when(better).then(pl.lit("improvement"))
        .when(~better).then(pl.lit("concern"))
        .when("high").then(pl.lit("neither_high"))
        .otherwise(pl.lit("neither_low"))
    )  # fmt: skip
    return found.with_columns(shows=shows).sort("measure", "site", "on", "signal")


def _marked(points: pl.DataFrame, rule_sets: Iterable[RuleSet]) -> pl.DataFrame:
    """The points that show a signal, each with its place among all and among those off the centre, and its side."""
    sets = RULE_SETS | {one.name: one for one in rule_sets}
    skipping = [name for name, one in sets.items() if one.on_centre == "skip"]
    improves = pl.col("improves") if "improves" in points.columns else pl.lit("neither").alias("improves")
    points = ordered(points)
    with np.errstate(over="ignore"):
        slack = tolerance(points["value"].fill_null(float("nan")).to_numpy(), phases_of(points))
    side = _way(pl.col("value") - pl.col("centre"))
    return (
        points.with_columns(improves, at=pl.int_range(pl.len()), slack=pl.Series(slack, dtype=pl.Float64))
        .with_columns(side=side, side_before=side.shift())
        .with_columns(off_at=((pl.col("side") != 0) & pl.col("value").is_not_null()).cum_sum())
        .with_columns(skips=pl.col("rules").is_in(skipping))
        .filter((pl.col("signals") != "") & (pl.col("shows") != "common"))
    )


def phases_of(points: pl.DataFrame) -> Segments:
    """The phases of every series; the points are in order."""
    return Segments.beginning(~points.select(_same("measure", "site", "phase").fill_null(False)).to_series().to_numpy())


def _way(difference: pl.Expr) -> pl.Expr:
    """Upwards 1, downwards -1, and 0 where two are equal but for rounding."""
    return pl.when(difference.abs() > pl.col("slack")).then(difference.sign()).otherwise(0.0)


def _others(marked: pl.DataFrame) -> pl.DataFrame:
    """Runs of the other signals.

    Two points near a limit with one on their side between them are one run; and so are points with none but points on
    the centre between them, where those are skipped.
    """
    hits = _hits(marked).filter(~pl.col("signal").is_in(["trend", "crossings"])).sort("signal", "at")
    apart = pl.col("at") - pl.col("at").shift()
    bridged = (pl.col("signal") == "two_of_three") & (apart == 2) & (pl.col("side_before") == pl.col("side"))
    skipping = (pl.col("signal") == "run_length") | ((pl.col("signal") == "shift") & pl.col("skips"))
    skipped = skipping & (pl.col("off_at") - pl.col("off_at").shift() == 1)
    kept = ((apart == 1) | bridged | skipped) & _same("signal", "measure", "site", "phase", "side")
    return _runs(hits.with_columns(high=pl.col("side") > 0), kept, pl.len())


def _crossings(marked: pl.DataFrame) -> pl.DataFrame:
    """One run for each phase that crosses its centre too seldom; it lies where its last point does."""
    hits = _hits(marked).filter(signal="crossings").sort("at")
    last = (pl.col("side").last() > 0).over("measure", "site", "phase")
    return _runs(hits.with_columns(high=last), _same("measure", "site", "phase"), pl.len())


def _hits(marked: pl.DataFrame) -> pl.DataFrame:
    """One row for each signal of each point."""
    return marked.with_columns(signal=pl.col("signals").str.split(";")).explode("signal")


def _trends(marked: pl.DataFrame) -> pl.DataFrame:
    """Runs of trends; the point where two meet belongs to both."""
    trending = marked.filter(pl.col("signals").str.split(";").list.contains("trend")).with_columns(
        signal=pl.lit("trend")
    )
    joined = (pl.col("at") - pl.col("at").shift() == 1) & _same("measure", "site", "phase")
    step = _way(pl.col("value") - pl.col("value").shift())
    steps = trending.with_columns(step=step, on_before=pl.col("on").shift(), joined=joined)
    steps = steps.filter("joined").with_columns(high=pl.col("step") > 0)
    kept = (pl.col("at") - pl.col("at").shift() == 1) & _same("measure", "site", "phase", "step")
    runs = _runs(steps.with_columns(first=pl.col("on_before")), kept, pl.len() + 1)
    return runs.filter(pl.col("points") > 2)  # one step alone leads from one trend to the next


def _same(*columns: str) -> pl.Expr:
    """Whether a row has in these columns what the row before has."""
    return pl.all_horizontal(pl.col(column) == pl.col(column).shift() for column in columns)


def _runs(rows: pl.DataFrame, kept: pl.Expr, points: pl.Expr) -> pl.DataFrame:
    """One row for each run of rows that carry on from the row before."""
    first = pl.col("first" if "first" in rows.columns else "on").first()
    return (
        rows.with_columns(run=(~kept.fill_null(False)).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("measure", "site", "signal", "high", "improves", "rules", "chart").first(),
            on=first,
            until=pl.col("on").last(),
            points=points.cast(pl.Int64),
        )
        .drop("run")
    )
