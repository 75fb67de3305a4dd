"""How was this computed? The numbers behind the limits of each phase, and the formula with the numbers put in.

What is said here is worked out anew from the points that a chart used, one phase after another, so that it can be held
against the chart: the limits that it comes to are those that the chart draws. It is meant for the few charts that
somebody looks at.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from takeroot.analysis.spc.formulas import Working, lines
from takeroot.analysis.spc.limits import KINDS, SCREENED
from takeroot.analysis.spc.segments import Array
from takeroot.analysis.spc.series import KEY, described
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.rulesets import RuleSet, named
from takeroot.vocabulary.tables import PHASES

_POWER = 1 / 3.6
_SCHEMA = {
    **{name: pl.String() for name in ("measure", "site")},
    "phase": pl.Int64(),
    "chart": pl.String(),
    "rules": pl.String(),
    "version": pl.String(),
    **{name: pl.Date() for name in ("since", "until")},
    **{name: pl.Int64() for name in ("n", "used", "gaps")},
    **{name: pl.Float64() for name in ("mean", "median", "numerator", "denominator", "times")},
    "ranges": pl.Int64(),
    "average_range": pl.Float64(),
    "screened": pl.List(pl.Float64()),
    "screened_on": pl.List(pl.Date()),
    "constant": pl.Float64(),
    "at": pl.Date(),
    "at_denominator": pl.Float64(),
    "set": pl.Boolean(),
    **{name: pl.Float64() for name in ("centre", "lower", "upper")},
    "lines": pl.List(pl.String()),
}


def workings(
    points: pl.DataFrame,
    *,
    measures: IntoFrame | None = None,
    rules: RuleSet | str | None = None,
    screen: bool | None = None,
    constant: float | None = None,
    rule_sets: Iterable[RuleSet] = (),
) -> pl.DataFrame:
    """What the limits of each phase rest on.

    Parameters
    ----------
    points
        What :func:`~takeroot.analysis.spc.chart` gave.
    measures
        What a proportion or rate is multiplied by; nothing, if not given.
    rules, screen, constant, rule_sets
        As the chart was told.

    Returns
    -------
    DataFrame
        One row for each phase of each series, in order:

        - ``chart``, ``rules``, ``version``; ``since`` and ``until``, its first and last day
        - ``n`` points with a value, ``used`` of them for the limits, ``gaps`` without a value
        - ``mean`` and ``median`` of those used; ``numerator`` and ``denominator``, their sums; ``times``, what a
          proportion or rate is multiplied by
        - ``ranges``, how many moving ranges count, ``average_range``, and those ``screened`` with their days; on the
          scale on which the kind of chart takes them
        - ``constant``, by which the average range is multiplied, or so many sigma
        - ``at``, the latest point that has a value, and its denominator; ``centre``, ``lower`` and ``upper`` there;
          ``set``, whether somebody set the centre
        - ``lines``, the formula with the numbers put in, step by step

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.analysis.spc import chart
    >>> from takeroot.vocabulary.calendar import months_from
    >>> days = months_from(date(2024, 1, 1), date(2025, 2, 1))
    >>> waits = {"measure": ["waits"] * 14, "site": ["A"] * 14, "on": days, "value": [10, 12] * 7}
    >>> for line in workings(chart(waits))["lines"].item():
    ...     print(line)
    Mean of the 14 points used: 154 ÷ 14 = 11.
    Average moving range: 26 ÷ 13 = 2.
    Limits: 11 ± 2.66 × 2, which is 5.68 to 16.32.
    """
    about = described(measures)
    said = {} if about is None else dict(about.select("measure", "multiply").drop_nulls().iter_rows())
    told = {name: value for name, value in (("screen", screen), ("constant", constant)) if value is not None}
    own, rows = tuple(rule_sets), []
    phases = points.sort(KEY).group_by("measure", "site", "phase", maintain_order=True)
    for (measure, site, phase), mine in phases:
        by = named(rules if rules is not None else mine["rules"][0], own).model_copy(update=told)
        rows.append({"measure": measure, "site": site, "phase": phase, **_of(mine, by, said.get(str(measure), 1.0))})
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _of(mine: pl.DataFrame, rules: RuleSet, times: float) -> dict[str, Any]:
    """One phase."""
    kind = mine["chart"][0]
    y, drawn = _numbers(mine, "value"), _numbers(mine, "centre")
    r, n = _numbers(mine, "numerator"), _numbers(mine, "denominator")
    used, days = mine["included"].to_numpy(), mine["on"].to_list()
    r = np.where(np.isnan(r), y / times * n, r)
    there = np.flatnonzero(~np.isnan(y))
    at = int(there[-1]) if len(there) else len(y) - 1
    mean, median = (float(f(y[used])) if used.any() else float("nan") for f in (np.mean, np.median))
    numerator, denominator = (float(part[used].sum()) if used.any() else float("nan") for part in (r, n))
    worked = _centre(kind, y, used, numerator, denominator, times, mean, median)
    is_set = bool(not np.isnan(drawn[at]) and not np.isclose(drawn[at], worked, rtol=1e-9, atol=0))
    centre = float(drawn[at]) if is_set or kind in ("mr", "t") else worked
    scale = _scale(kind, y, r, n, centre, times)
    ranges, on = _ranges(mine, y if kind == "mr" else scale, used, kind)
    average, screened = _averaged(ranges, rules.screen)
    if kind == "mr" and not is_set:
        centre = average
    first = float(np.mean(scale[used])) if kind == "t" and used.any() else float("nan")
    working = Working(
        kind,
        used=int(used.sum()),
        total=float(y[used].sum()),
        mean=mean,
        scaled=centre**_POWER if kind == "t" and is_set else first,
        numerator=numerator,
        denominator=denominator,
        times=times,
        ranges=int(len(ranges) - screened.sum()),
        range_sum=float(ranges[~screened].sum()),
        average=average,
        first_average=float(ranges.mean()) if len(ranges) else float("nan"),
        screened=tuple(ranges[screened].tolist()),
        constant=SCREENED if kind == "mr" else rules.constant if kind in ("xmr", "t") else 3.0,
        at_n=float(n[at]),
        centre=centre if kind != "t" else (centre if is_set else first ** (1 / _POWER)),
        is_set=is_set,
    )
    lower, upper = working.limits
    return {
        **{"chart": kind, "rules": rules.name, "version": rules.version},
        **{"since": days[0], "until": days[-1]},
        **{"n": len(there), "used": working.used, "gaps": len(y) - len(there)},
        **{"mean": _finite(mean), "median": _finite(median), "times": times},
        **{"numerator": _finite(numerator), "denominator": _finite(denominator)},
        **{"ranges": working.ranges, "average_range": _finite(average), "screened": list(working.screened)},
        "screened_on": [day for day, out in zip(on, screened, strict=True) if out],
        **{"constant": working.constant if KINDS[kind].has_limits else None, "at": days[at] if len(there) else None},
        **{"at_denominator": _finite(working.at_n), "set": is_set, "centre": _finite(working.centre)},
        **{"lower": _finite(lower), "upper": _finite(upper), "lines": lines(working) if used.any() else []},
    }


def _centre(
    kind: str,
    y: Array,
    used: Array,
    numerator: float,
    denominator: float,
    times: float,
    mean: float,
    median: float,
) -> float:
    """The centre as the points give it, unless they are moving ranges, which may be screened."""
    if kind in ("run", "g"):
        return median
    if kind in ("p", "u", "p_prime", "u_prime"):
        return numerator / denominator * times if denominator else float("nan")
    if kind == "t":
        return float(np.mean(y[used] ** _POWER) ** (1 / _POWER)) if used.any() else float("nan")
    return mean


def _scale(kind: str, y: Array, r: Array, n: Array, centre: float, times: float) -> Array:
    """The values on the scale on which moving ranges are taken."""
    if kind == "t":
        return y**_POWER
    if kind in ("p_prime", "u_prime"):
        share = centre / times
        with np.errstate(invalid="ignore", divide="ignore"):
            sigma = np.sqrt((share * (1 - share) if kind == "p_prime" else share) / n)
            return np.where(sigma > 0, (y / times - share) / sigma, 0.0)
    return y


def _ranges(mine: pl.DataFrame, y: Array, used: Array, kind: str) -> tuple[Array, list[Any]]:
    """The moving ranges that count, and the day of the later point of each."""
    days = mine["on"].to_list()
    if kind == "mr":
        return y[used], [day for day, one in zip(days, used, strict=True) if one]
    if kind not in ("xmr", "t", "p_prime", "u_prime"):
        return np.zeros(0), []
    kept = np.flatnonzero(~mine["excluded"].to_numpy())
    pairs = [(a, b) for a, b in pairwise(kept) if used[a] and used[b]]
    return np.array([abs(y[b] - y[a]) for a, b in pairs]), [days[b] for _, b in pairs]


def _averaged(ranges: Array, screen: bool) -> tuple[float, Array]:
    """The average, and which ranges were left out of it."""
    out = np.zeros(len(ranges), dtype=bool)
    if not len(ranges):
        return float("nan"), out
    average = float(ranges.mean())
    if screen and average > 0:
        out = ranges >= SCREENED * average
        average = float(ranges[~out].mean()) if not out.all() else float("nan")
    return average, out


def left_out(
    points: pl.DataFrame, *, phases: IntoFrame | None = None, measures: IntoFrame | None = None
) -> pl.DataFrame:
    """The points with a value that helped to set no limits, and why.

    Parameters
    ----------
    points
        What :func:`~takeroot.analysis.spc.chart` gave.
    phases, measures
        As the chart was told.

    Returns
    -------
    DataFrame
        In order of measure, site and time: ``measure``, ``site``, ``on``, ``value`` and ``why``, in words.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.analysis.spc import chart
    >>> from takeroot.vocabulary.calendar import months_from
    >>> days = months_from(date(2024, 1, 1), date(2025, 2, 1))
    >>> waits = {"measure": ["waits"] * 14, "site": ["A"] * 14, "on": days, "value": [10, 12] * 7}
    >>> flood = {"measure": ["waits"], "on": ["2024-03-01"], "kind": ["exclude"], "reason": ["The ward was flooded"]}
    >>> left_out(chart(waits, phases=flood), phases=flood).select("on", "why").rows()
    [(datetime.date(2024, 3, 1), 'Excluded: The ward was flooded')]
    """
    told = PHASES.empty() if phases is None else PHASES.read(phases)
    about = described(measures)
    least = {} if about is None else dict(about.select("measure", "least_denominator").drop_nulls().iter_rows())
    out = points.sort(KEY).filter(pl.col("value").is_not_null() & ~pl.col("included"))
    excludes = told.filter(kind="exclude").to_dicts()
    found = [(*(row[name] for name in (*KEY, "value")), _why(row, excludes, least)) for row in out.to_dicts()]
    schema = {"measure": pl.String(), "site": pl.String(), "on": pl.Date(), "value": pl.Float64(), "why": pl.String()}
    return pl.DataFrame(found, schema=schema, orient="row")


def _why(row: dict[str, Any], excludes: list[dict[str, Any]], least: dict[str, float]) -> str:
    for one in excludes:
        last = one["until"] or one["on"]
        if one["measure"] == row["measure"] and one["site"] in (None, row["site"]) and one["on"] <= row["on"] <= last:
            return f"Excluded: {one['reason'] or 'no reason is recorded'}"
    small, of = least.get(row["measure"]), row.get("denominator")
    if small is not None and of is not None and of < small:
        return f"Its denominator, {of:g}, is below {small:g}, the least that is judged"
    if row["excluded"]:
        return "Excluded"
    if row["chart"] == "mr":
        return "One of its two neighbours sets no limits"
    return "Outside the points from which the limits are set"


def _numbers(rows: pl.DataFrame, name: str) -> Array:
    if name not in rows.columns:
        return np.full(rows.height, np.nan)
    return rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
