"""How many signals chance alone would give.

Every value is replaced by one that a stable process of the same centre and spread could have given, with the same
gaps, phases and baselines, and the charts are judged again. What is found then is found where nothing has happened:
the more charts somebody looks at, the more of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from takeroot.analysis.spc.charting import chart
from takeroot.analysis.spc.limits import D2
from takeroot.analysis.spc.listing import signals
from takeroot.analysis.spc.segments import Array
from takeroot.analysis.spc.series import described, numbers
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.tables import PHASES

#: Points that are made up in all, if nobody says how often they are to be made up anew.
_POINTS = 400_000
_SCHEMA = {"measure": pl.String(), "signal": pl.String(), "found": pl.Int64(), "by_chance": pl.Float64()}


def chance(
    values: IntoFrame,
    *,
    points: pl.DataFrame | None = None,
    replicates: int | None = None,
    seed: int = 1,
    **options: Any,
) -> pl.DataFrame:
    """Signals found, beside how many chance alone would give.

    Parameters
    ----------
    values
        As for :func:`~takeroot.analysis.spc.chart`, which takes the ``options``.
    points
        What the chart of these values and options gave, if it is at hand.
    replicates
        How often values are made up anew; for about 400,000 points in all, if not given.
    seed
        The same seed, the same figures.

    Returns
    -------
    DataFrame
        One row for each measure and signal: ``found``, the unbroken runs of the signal, and ``by_chance``, how many
        there are on average where nothing has happened. Single values vary as the normal law has them, with the spread
        that the limits rest on; proportions as the binomial law, rates and counts as the law of Poisson, units between
        events as the geometric and time between them as the exponential law have it.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.vocabulary.calendar import months_from
    >>> days = months_from(date(2022, 1, 1), date(2024, 12, 1))
    >>> values = {"measure": ["falls"] * 36, "site": ["A"] * 36, "on": days, "value": [5, 7, 6] * 12}
    >>> chance(values, replicates=200).filter(signal="astronomical").select("found", "by_chance").row(0)
    (0, 0.09)
    """
    drawn = chart(values, **options) if points is None else points
    sets = options.get("rule_sets", ())
    found = _counted(signals(drawn, rule_sets=sets))
    times = replicates or max(1, min(200, _POINTS // max(1, drawn.height)))
    draw, about = np.random.Generator(np.random.Philox(seed)), options.get("measures")
    at_once = max(1, _POINTS // max(1, drawn.height))
    made = [
        _counted(signals(_charted([_made_up(drawn, about, draw) for _ in range(n)], options), rule_sets=sets))
        for n in (min(at_once, times - done) for done in range(0, times, at_once))
    ]
    average = pl.concat(made).group_by("measure", "signal").agg(by_chance=pl.col("found").sum() / times)
    both = found.join(average, on=["measure", "signal"], how="full", coalesce=True)
    both = both.with_columns(pl.col("found").fill_null(0), pl.col("by_chance").fill_null(0.0))
    return both.select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items()).sort("measure", "signal")


def _counted(found: pl.DataFrame) -> pl.DataFrame:
    return found.group_by("measure", "signal").agg(found=pl.len().cast(pl.Int64))


def _charted(made: list[pl.DataFrame], options: dict[str, Any]) -> pl.DataFrame:
    """The charts of values that were made up several times, each time as sites of their own."""
    nth = pl.DataFrame({"nth": [f"{n}:" for n in range(len(made))]})
    sites = [one.with_columns(site=pl.lit(mark) + pl.col("site")) for one, mark in zip(made, nth["nth"], strict=True)]
    if options.get("phases") is not None:
        phases = PHASES.read(options["phases"]).drop("id", strict=False)
        own = phases.filter(pl.col("site").is_not_null()).join(nth, how="cross")
        own = own.with_columns(site=pl.col("nth") + pl.col("site")).drop("nth")
        options = options | {"phases": pl.concat([phases.filter(pl.col("site").is_null()), own])}
    return chart(pl.concat(sites), **options)


def _made_up(points: pl.DataFrame, measures: IntoFrame | None, draw: np.random.Generator) -> pl.DataFrame:
    """Values of a stable process in the places of those that are there, each drawn as its kind of chart has it."""
    kind, there = points["chart"].to_numpy(), points["value"].is_not_null().to_numpy()
    centre, times, n = numbers(points["centre"]), _times(points, measures), _numbers(points, "denominator")
    value = np.full(points.height, np.nan)
    for name in np.unique(kind[there]):
        here = np.flatnonzero((kind == name) & there & np.isfinite(centre))
        if name in _DRAWN:
            between = name in ("g", "t")
            level, scale = (numbers(_means(points))[here], 1.0) if between else (centre[here], times[here])
            value[here] = _DRAWN[name](draw, level / scale, n[here]) * scale
        elif name == "mr":  # ranges come of the values on both sides of them
            here = np.union1d(here, np.maximum(here - 1, 0))
            spread = np.nan_to_num(centre[here] / D2)
            value[here] = spread * draw.standard_normal(len(here))
        else:
            spread = (numbers(points["near_upper"]) - centre)[here] / 2
            spread = np.where(np.isfinite(spread), spread, _spread_of(points)[here])
            value[here] = centre[here] + spread * draw.standard_normal(len(here))
            if name in ("p_prime", "u_prime"):
                value[here] = np.clip(value[here], 0.0, times[here] if name == "p_prime" else np.inf)
    frame = points.select("measure", "site", "on", value=pl.Series(value, nan_to_null=True))
    return frame.with_columns(points["denominator"]) if "denominator" in points.columns else frame


def _shares(draw: np.random.Generator, share: Array, n: Array) -> Array:
    whole = np.maximum(np.round(n), 1.0).astype(np.int64)
    return draw.binomial(whole, np.clip(share, 0.0, 1.0)) / whole


#: How counts, and what lies between events, come about where nothing changes: at this level, of so many.
_DRAWN: dict[str, Callable[[np.random.Generator, Array, Array], Array]] = {
    "p": _shares,
    "u": lambda draw, rate, n: draw.poisson(np.maximum(rate * n, 0.0)) / n,
    "c": lambda draw, level, n: draw.poisson(np.maximum(level, 0.0)).astype(float),
    "g": lambda draw, mean, n: draw.geometric(1 / (1 + np.maximum(mean, 0.0))) - 1.0,
    "t": lambda draw, mean, n: np.maximum(mean * draw.standard_exponential(len(mean)), np.finfo(float).tiny),
}


def _times(points: pl.DataFrame, measures: IntoFrame | None) -> Array:
    """What a proportion or rate of each point was multiplied by."""
    about = described(measures)
    if about is None:
        return np.ones(points.height)
    said = pl.col("measure").replace_strict(about["measure"], about["multiply"], default=None)
    return points.select(said.cast(pl.Float64).fill_null(1.0)).to_series().to_numpy()


def _means(points: pl.DataFrame) -> pl.Series:
    """The mean of the values that each phase has its limits from."""
    used = pl.when("included").then("value").mean().over("measure", "site", "phase")
    return points.select(used).to_series()


def _spread_of(points: pl.DataFrame) -> Array:
    """The spread of values on charts without limits: from moving ranges, as single values have it."""
    apart = (pl.col("value") - pl.col("value").shift()).abs().mean().over("measure", "site", "phase") / 1.128
    return points.select(apart.alias("spread"))["spread"].fill_null(0.0).to_numpy()


def _numbers(points: pl.DataFrame, name: str) -> Array:
    return numbers(points[name]) if name in points.columns else np.full(points.height, np.nan)
