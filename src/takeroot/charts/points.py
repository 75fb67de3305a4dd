"""How does one point of a control chart look, and what is it called? The same in a large chart and in a small one.

A point says by its shape what it shows: round for common cause, a triangle that points the way the values went for
improvement or concern, a square where neither direction is better. A hollow point was left out of the limits, a cross
rests on too small a denominator to be judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl

from takeroot.charts.theme import colour
from takeroot.charts.wording import amount, counted, day, number

#: What each finding is called.
CALLED = {
    "common": "common cause",
    "improvement": "improvement",
    "concern": "concern",
    "neither_high": "unusual, high",
    "neither_low": "unusual, low",
}
HUES = {
    "common": "spc-common",
    "improvement": "spc-improvement",
    "concern": "spc-concern",
    "neither_high": "spc-neither",
    "neither_low": "spc-neither",
}
#: How a finding ends the reading of its point.
_WAYS = {
    "improvement": "better",
    "concern": "worse",
    "neither_high": "neither better nor worse",
    "neither_low": "neither better nor worse",
}
#: Kinds of charts whose centre is a median, whose limits step with the denominator, and whose days lie at any distance.
MEDIAN, STEPPED, RARE = ("run", "g"), ("p", "u", "p_prime", "u_prime"), ("g", "t")
_LIMITS = ("lower", "upper", "near_lower", "near_upper")
#: Of more long steps among its days than this share, a series has no usual step and no gaps between its rows.
_SOME = 0.2
#: A step is long, so that a period is missing, from so many times the usual one.
_LONG = 1.6
_FRIDAY = 5


def completed(points: pl.DataFrame) -> pl.DataFrame:
    """The points with every column that a chart reads, without limits where their phase is not judged.

    A target is one of values, so it does not stand beside moving ranges. What is too large for a number is left out.
    """
    left_out = ~pl.col("included") & pl.col("value").is_not_null()
    wanted = {
        "excluded": left_out,
        "trajectory": pl.lit(None, dtype=pl.Float64),
        "chart": pl.lit(None, dtype=pl.String),
        "improves": pl.lit(None, dtype=pl.String),
        "rules": pl.lit(None, dtype=pl.String),
    }
    told = (pl.col(name).cast(pl.Float64) for name in ("value", "centre"))
    points = points.with_columns(pl.when(one.is_finite()).then(one) for one in told)
    whole = limited(points).with_columns(
        **{name: made for name, made in wanted.items() if name not in points.columns},
    )
    ranges = pl.col("chart").eq_missing("mr")
    return whole.with_columns(pl.when(~ranges).then(name).alias(name) for name in ("target", "trajectory"))


def limited(points: pl.DataFrame) -> pl.DataFrame:
    """The points without limits where their phase has too few values to be judged by its rule set."""
    return points.with_columns(pl.when("judged").then(name).alias(name) for name in _LIMITS)


def standing(mine: pl.DataFrame) -> dict[str, Any]:
    """The latest row of a series, its lines as they last stood in its phase: a row without a value may have none."""
    now = mine.row(-1, named=True)
    latest = mine.filter(phase=now["phase"])
    lines = ("lower", "upper", "centre")
    return now | {name: next(reversed(latest[name].drop_nulls().to_list()), None) for name in lines}


def centre_called(kind: str | None) -> str:
    """What the centre line of a kind of chart is called."""
    return "median" if kind in MEDIAN else "mean"


def _apart(mine: pl.DataFrame) -> pl.Series:
    """From each day to the one before, in days; in working days, where values come on these alone."""
    days = mine["on"].diff().dt.total_days()
    if days.median() != 1 or (mine["on"].dt.weekday() > _FRIDAY).any():
        return days
    return mine.select(pl.business_day_count(pl.col("on").shift(1), "on").cast(pl.Int64)).to_series()


def _step(mine: pl.DataFrame) -> float | None:
    """The usual distance between the days of a series; none, where there is none."""
    days = _apart(mine).drop_nulls()
    apart = days.filter(days > 0)
    if not len(apart) or mine["chart"][0] in RARE:
        return None
    usual: float = apart.to_frame("step").select(pl.col("step").median()).item()
    return usual if float((apart > _LONG * usual).sum()) <= _SOME * len(days) else None


def gaps(mine: pl.DataFrame) -> tuple[pl.Series, int]:
    """Where a stretch without a value begins or ends in a series in order, and how many periods have none."""
    missing = mine["value"].is_null()
    breaks = missing | missing.shift(1, fill_value=False)
    step = _step(mine)
    if step is None:
        return breaks, int(missing.sum())
    days = _apart(mine)
    long = (days > _LONG * step).fill_null(False)
    between = int((days.filter(long) / step).round().sum() - long.sum())
    return breaks | long, int(missing.sum()) + between


def empty(mine: pl.DataFrame) -> list[tuple[date, date]]:
    """The stretches without a value, each from half a step before its first period to half a step after its last."""
    half = timedelta(days=(_step(mine) or 1) / 2)
    there = mine.drop_nulls("value")["on"]
    broken = mine.with_columns(run=gaps(mine)[0])
    found = []
    for last, on in pairwise(there):
        if broken.filter(pl.col("on") > last, pl.col("on") <= on)["run"].any() and on - last > 2 * half:
            found.append((last + half, on - half))
    return found


def runs(mine: pl.DataFrame) -> pl.Series:
    """A number for each unbroken stretch: a new phase, a missing value or a missing period begins another."""
    phase = mine["phase"]
    return ((phase != phase.shift(1)).fill_null(True) | gaps(mine)[0]).cast(pl.Int32).cum_sum()


def shapes(points: pl.DataFrame) -> pl.Series:
    """Round, a triangle the way the values went, or a square; a cross where the point can not be judged."""
    better = pl.col("improves") if "improves" in points.columns else pl.lit(None, dtype=pl.String)
    rising = (
        pl.when(better == "up")
        .then(pl.col("shows") == "improvement")
        .when(better == "down")
        .then(pl.col("shows") == "concern")
        .otherwise(pl.col("value") > pl.col("centre"))
    )
    return points.select(
        shape=pl.when(pl.col("shows").is_null())
        .then(pl.lit("cross"))
        .when(pl.col("shows") == "common")
        .then(pl.lit("circle"))
        .when(pl.col("shows").str.starts_with("neither"))
        .then(pl.lit("square"))
        .when(rising)
        .then(pl.lit("triangle-up"))
        .otherwise(pl.lit("triangle-down"))
    )["shape"]


def look(shows: str | None, hollow: bool) -> tuple[str, str]:
    """The outline and the fill of a point, by the names of their colours."""
    hue = HUES[shows or "common"]
    return hue, "back" if hollow or shows is None else f"{hue}-fill"


def shown(points: pl.DataFrame) -> dict[str, list[str]]:
    """What the points show, in the order of :data:`CALLED`, each with the shapes it has there."""
    there = points.drop_nulls("value")
    pairs = there.with_columns(shape=shapes(there)).select("shows", "shape").unique().sort("shape", descending=True)
    found = {name: pairs.filter(shows=name)["shape"].to_list() for name in CALLED}
    return {name: kinds for name, kinds in found.items() if kinds}


def line_styles(*, thin: bool = False, kind: str | None = None) -> dict[str, dict[str, Any]]:
    """How limits, centre, target and trajectory are drawn: each can be told from the others without its colour.

    A run chart has no limits, and its median is broken: nobody takes it for a mean with limits.
    """
    step = {"interpolate": "step"} if kind in STEPPED else {}
    limit = {
        "color": colour("spc-limit"),
        "strokeDash": [3, 2] if thin else [5, 4],
        "strokeWidth": 0.9 if thin or step else 1.4,
        **step,
    }
    centre: dict[str, Any] = {"color": colour("spc-mean"), "strokeWidth": 1 if thin else 1.4}
    if kind == "run":
        centre = {**centre, "strokeDash": [9, 3] if thin else [14, 5]}
    target = [6, 2, 1, 2] if thin else [10, 3, 2, 3]
    return {
        "lower": limit,
        "upper": limit,
        "centre": centre,
        "trajectory": {
            "color": colour("plan"),
            "strokeDash": [1, 2] if thin else [2, 3],
            "strokeWidth": 1.2 if thin else 1.8,
        },
        "target": {
            "color": colour("spc-target"),
            "strokeDash": target,
            "strokeWidth": 1.1 if thin else 1.6,
            "interpolate": "step-after",
        },
    }


def when(on: date, monthly: bool) -> str:
    """The period or the day of a point, in full."""
    return f"{on:%B} {on.year}" if monthly else day(on)


def readings(points: pl.DataFrame, unit: str = "") -> list[str | None]:
    """Each point in plain words, such as "March 2025: 4.2, beyond the upper limit (worse)"; none where no value is.

    Parameters
    ----------
    points
        What :func:`takeroot.spc.chart` gives, of one series in order.
    unit
        In words.
    """
    points = completed(points)
    monthly = points.height > 0 and bool((points["on"].dt.day() == 1).all())
    return [
        None if row["value"] is None else f"{when(row['on'], monthly)}: {_reading(row, unit)}"
        for row in points.iter_rows(named=True)
    ]


def _reading(row: dict[str, Any], unit: str) -> str:
    kind = row["chart"]
    parts = [("moving range " if kind == "mr" else "") + amount(row["value"], unit)]
    if row.get("numerator") is not None and row.get("denominator") is not None:
        parts[0] += f" ({number(row['numerator'])} of {number(row['denominator'])})"
    high = row["centre"] is not None and row["value"] > row["centre"]
    if row["shows"] is None:
        parts.append("too small a denominator to judge")
    elif not row["judged"]:
        parts.append("too few values to judge")
    elif row["shows"] == "common":
        parts.append(CALLED["common"])
    else:
        parts.append(f"{_signals(row['signals'].split(';'), high, centre_called(kind))} ({_WAYS[row['shows']]})")
    if row["excluded"] and row["shows"] is not None:
        parts.append("left out of the limits")
    return ", ".join(parts)


def _signals(signals: Iterable[str], high: bool, centre: str) -> str:
    side, limit = ("above", "upper") if high else ("below", "lower")
    says = {
        "astronomical": f"beyond the {limit} limit",
        "shift": f"in a run {side} the {centre}",
        "trend": "in a trend",
        "two_of_three": f"near the {limit} limit or beyond it",
        "run_length": f"in a longer run {side} the {centre} than chance allows",
        "crossings": f"the {centre} is crossed less often than chance allows",
    }
    found = [says[signal] for signal in says if signal in set(signals)]
    return " and ".join(found) or "unusual"


def legend(points: pl.DataFrame) -> list[tuple[list[str], str, str, str]]:
    """The entries of a key: shapes, outline, fill and what they are called, for the points that are there."""
    there = points.drop_nulls("value")
    judged = there.filter("judged")
    items = [
        (kinds, HUES[name], f"{HUES[name]}-fill", CALLED[name])
        for name, kinds in shown(judged).items()
        if judged.height
    ]
    if there.select((pl.col("excluded") & pl.col("shows").is_not_null()).any()).item():
        items.append((["circle"], "spc-common", "back", "not used for limits"))
    if there["shows"].is_null().any():
        items.append((["cross"], "spc-common", "back", "too small a denominator to judge"))
    return items


def missing_said(periods: int) -> str:
    """How many periods have no value."""
    return f"{counted(periods, 'periods')} missing"
