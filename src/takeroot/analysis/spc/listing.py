"""Signals as a list: one row for each unbroken run of one signal."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from takeroot.analysis.spc.hits import tolerance
from takeroot.analysis.spc.segments import Segments
from takeroot.analysis.spc.series import KEY

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


def signals(points: pl.DataFrame) -> pl.DataFrame:
    """Every unbroken run of one signal in one direction.

    Parameters
    ----------
    points
        What :func:`~takeroot.analysis.spc.chart` gave.

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
    found = unbroken(points)
    keys = found.select(pl.concat_str("measure", "site", pl.col("on").cast(pl.String), "signal", separator="\x1e"))
    names = [hashlib.blake2b(key.encode(), digest_size=8).hexdigest() for key in keys.to_series()]
    reference = "signals:" + pl.Series(names, dtype=pl.String)
    return found.with_columns(reference=reference).select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())


def unbroken(points: pl.DataFrame) -> pl.DataFrame:
    """The runs, and ``high``: whether each leads or lies upwards."""
    marked = _marked(points)
    found = pl.concat([_trends(marked), _others(marked)])
    better = pl.when(pl.col("improves") != "neither").then(pl.col("high") == (pl.col("improves") == "up"))
    shows = (
        pl.when(better).then(pl.lit("improvement"))
        .when(~better).then(pl.lit("concern"))
        .when("high").then(pl.lit("neither_high"))
        .otherwise(pl.lit("neither_low"))
    )  # fmt: skip
    return found.with_columns(shows=shows).sort("measure", "site", "on", "signal")


def _marked(points: pl.DataFrame) -> pl.DataFrame:
    """The points that show a signal, each with its place among all, its side and the side of the one before."""
    improves = pl.col("improves") if "improves" in points.columns else pl.lit("neither").alias("improves")
    points = points.sort(KEY)
    with np.errstate(over="ignore"):
        slack = tolerance(points["value"].fill_null(float("nan")).to_numpy(), phases_of(points))
    side = _way(pl.col("value") - pl.col("centre"))
    return (
        points.with_columns(improves, at=pl.int_range(pl.len()), slack=pl.Series(slack, dtype=pl.Float64))
        .with_columns(side=side, side_before=side.shift())
        .filter((pl.col("signals") != "") & (pl.col("shows") != "common"))
    )


def phases_of(points: pl.DataFrame) -> Segments:
    """The phases of every series; the points are in order."""
    return Segments.beginning(~points.select(_same("measure", "site", "phase").fill_null(False)).to_series().to_numpy())


def _way(difference: pl.Expr) -> pl.Expr:
    """Upwards 1, downwards -1, and 0 where two are equal but for rounding."""
    return pl.when(difference.abs() > pl.col("slack")).then(difference.sign()).otherwise(0.0)


def _others(marked: pl.DataFrame) -> pl.DataFrame:
    """Runs of every signal but trends; two points near a limit with one on their side between them are one run."""
    hits = marked.with_columns(signal=pl.col("signals").str.split(";")).explode("signal")
    hits = hits.filter(pl.col("signal") != "trend").sort("signal", "at")
    apart = pl.col("at") - pl.col("at").shift()
    bridged = (pl.col("signal") == "two_of_three") & (apart == 2) & (pl.col("side_before") == pl.col("side"))
    kept = ((apart == 1) | bridged) & _same("signal", "measure", "site", "phase", "side")
    return _runs(hits.with_columns(high=pl.col("side") > 0), kept, pl.len())


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
            pl.col("measure", "site", "signal", "high", "improves", "rules").first(),
            on=first,
            until=pl.col("on").last(),
            points=points.cast(pl.Int64),
        )
        .drop("run")
    )
