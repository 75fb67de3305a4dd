"""The best curve, by likelihood or by least squares, with its parameters as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from takeroot.analysis.adoption.curves import Array, Curve
from takeroot.analysis.adoption.profiling import covariance_of, curvature, profiled, size_of, step_of, student
from takeroot.analysis.adoption.seeking import (
    NO_RATE,
    RUN_AWAY,
    Ceiling,
    Sought,
    at_bound,
    best_of,
    exists,
    given_ceiling,
    settled,
)
from takeroot.analysis.adoption.waiting import Waiting
from takeroot.errors import NotEnough, TakerootError

#: What 95 % of a chi-square with one degree of freedom stays below.
CHANCE = 3.841458820694124
#: Where a ceiling may be all and may be less than this share of all, the data do not say where it is.
TOLD = 0.75
#: From here on sites are said to come in waves.
WAVES = 1.5


@dataclass(frozen=True, eq=False)
class Fitted:
    """The best curve: a row for each parameter, and how well it fits."""

    curve: Curve
    rows: list[dict[str, Any]]
    log_likelihood: float | None
    sse: float | None
    r2: float | None
    dispersion: float | None
    doubt: str


def fitted(waiting: Waiting, curve: Curve, ceiling: Ceiling, method: str) -> Fitted:
    """The best curve by a method; a sentence, where there is none."""
    if method == "regression":
        return _regression(waiting, curve, ceiling)
    if method not in ("likelihood", "increments", "cumulative"):
        raise TakerootError(f"A curve is fitted by likelihood, increments, cumulative or regression, not '{method}'.")
    bounded = waiting.any_waiting or method == "likelihood"
    sought = Sought(curve, waiting, given_ceiling(waiting, ceiling, method), bounded)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # on the way; what is found is looked at
        return _by_likelihood(sought) if method == "likelihood" else _by_squares(sought, method)


# By likelihood


def _by_likelihood(sought: Sought) -> Fitted:
    from scipy.optimize import minimize

    waiting = sought.waiting

    def deviance(z: Array) -> float:
        return -2 * log_likelihood(sought.curve, waiting, sought.natural(z))

    best = best_of(deviance, sought.starts())
    found = minimize(deviance, best, method="BFGS", options={"gtol": 1e-7}).x
    best = settled(sought, found if deviance(found) <= deviance(best) else best)
    exists(sought, best)
    intervals = [profiled(deviance, best, n, CHANCE, step_of(deviance, best, n)) for n in range(sought.size)]
    if sought.given is None:
        told_apart(sought, intervals[-1])
    covariance = covariance_of(sought, best, curvature(deviance, best) / 2)
    natural = sought.natural(best)
    return Fitted(
        sought.curve,
        _rows(sought, best, covariance, intervals),
        log_likelihood(sought.curve, waiting, natural),
        None,
        None,
        dispersion := _dispersion(sought, natural),
        _doubt(sought, natural, dispersion),
    )


def log_likelihood(curve: Curve, waiting: Waiting, natural: Array) -> float:
    """How likely it is that sites began when they did, and that the others have not."""
    share = natural[-1] / waiting.sites

    def by(times: Array) -> Array:
        known = np.isfinite(times)
        return np.where(known, share * curve.share(np.where(known, times, 0.0), *natural[:-1]), 0.0)

    began = waiting.began
    chance = np.where(began, by(waiting.by) - by(waiting.after), 1 - by(waiting.after))
    waited = 1 - by(waiting.entered)
    return float((waiting.count * (np.log(np.maximum(chance, 1e-300)) - np.log(np.maximum(waited, 1e-300)))).sum())


def told_apart(sought: Sought, interval: tuple[float | None, float | None]) -> None:
    """Refuse a ceiling that may be anywhere."""
    low, high = interval
    sites = sought.waiting.sites
    least = sought.waiting.adoptions if low is None else sites / (1 + np.exp(-low))
    if high is None and least < TOLD * sites:
        raise NotEnough(
            f"The data can not say where it ends: any ceiling from {max(least, sought.waiting.adoptions):,.0f} to all "
            f"{sites:,.0f} sites fits about as well, as it has not levelled off enough; give the ceiling ('all', or a "
            "number of sites)."
        )


def _dispersion(sought: Sought, natural: Array) -> float | None:
    """How much more the numbers of new sites vary than if sites began each for themselves (Pearson)."""
    waiting, share = sought.waiting, natural[-1] / sought.waiting.sites
    ends = np.arange(waiting.periods + 1, dtype=float)
    reached = share * sought.curve.share(ends, *natural[:-1])
    reached[0] = 0.0
    hazard = (reached[1:] - reached[:-1]) / np.maximum(1 - reached[:-1], 1e-12)
    last = np.where(waiting.began, np.where(np.isinf(waiting.after), 0, waiting.after) + 1, waiting.after)
    at_risk = np.array([waiting.count[(last >= n) & (waiting.entered < n)].sum() for n in ends[1:]])
    expected = at_risk * hazard
    enough = (expected >= 0.5) & (hazard < 1)
    free = int(enough.sum()) - sought.size
    if free < 1:
        return None
    spread = (waiting.new() - expected)[enough] ** 2 / (expected * (1 - hazard))[enough]
    return float(spread.sum() / free)


# By least squares


def _by_squares(sought: Sought, method: str) -> Fitted:
    from scipy.optimize import least_squares

    waiting = sought.waiting
    new = waiting.new()
    seen = np.cumsum(new) if method == "cumulative" else new
    ends = np.arange(waiting.periods + 1, dtype=float)

    def off(z: Array) -> Array:
        natural = sought.natural(z)
        reached = natural[-1] * sought.curve.share(ends, *natural[:-1])
        reached[0] = 0.0
        return np.asarray((reached[1:] if method == "cumulative" else np.diff(reached)) - seen)

    free = waiting.periods - sought.size
    if free < 1:
        raise NotEnough(f"This curve needs at least {sought.size + 1} periods; there are {waiting.periods}.")

    def sse(z: Array) -> float:
        return float((off(z) ** 2).sum())

    best = best_of(sse, sought.starts())
    scale = max(float(np.abs(seen).max()), 1e-12)
    polished = least_squares(lambda z: off(z) / scale, best, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=500).x
    best = settled(sought, polished if sse(polished) <= sse(best) else best)
    exists(sought, best)
    variance = max(sse(best) / free, 1e-300)
    slopes = np.stack([(off(best + h) - off(best - h)) / 2e-6 for h in 1e-6 * np.eye(sought.size)], axis=1)
    covariance = covariance_of(sought, best, slopes.T @ slopes / variance)
    cutoff = student(free) ** 2
    worse = [profiled(lambda z: sse(z) / variance, best, n, cutoff, size_of(covariance, n)) for n in range(sought.size)]
    natural = sought.natural(best)
    return Fitted(
        sought.curve,
        _rows(sought, best, covariance, worse),
        None,
        sse(best),
        1 - sse(best) / float(((seen - seen.mean()) ** 2).sum()) if len(set(seen)) > 1 else None,
        None,
        _doubt(sought, natural, None, method),
    )


def _regression(waiting: Waiting, curve: Curve, ceiling: Ceiling) -> Fitted:
    """Bass's own: new = a + b·before + c·before², whose root is the ceiling."""
    if curve.name != "bass" or ceiling != "estimated":
        raise TakerootError("Bass's regression is of the bass curve with a ceiling to be estimated.")
    new = waiting.new()
    before = np.cumsum(new) - new
    columns = np.stack([np.ones_like(before), before, before**2], axis=1)
    (a, b, c), *_ = np.linalg.lstsq(columns, new, rcond=None)
    sse = float(((columns @ np.array([a, b, c]) - new) ** 2).sum())
    under = b * b - 4 * a * c
    most = (-b - np.sqrt(under)) / (2 * c) if under >= 0 and c else np.nan
    p, q = (a / most, b + a / most) if most and np.isfinite(most) else (np.nan, np.nan)
    if not (np.isfinite(most) and 0 < most < np.exp(RUN_AWAY) * waiting.adoptions and p > 0 and q >= 0):
        raise NotEnough(
            "Bass's regression has no valid solution here: its ceiling, p or q would be negative or endless."
        )
    means = {**curve.parameters, "ceiling": "how many it ends at", "peak_time": "when most are new, in periods"}
    values = {"p": p, "q": q, "ceiling": most, "peak_time": curve.peak(p, q)}
    rows = [{"parameter": name, "estimate": float(value), "means": means[name]} for name, value in values.items()]
    total = float(((new - new.mean()) ** 2).sum())
    doubt = "Regression on what there was before is biased where there are few periods; it has no interval."
    return Fitted(curve, rows, None, sse, 1 - sse / total if total else None, None, doubt)


# Both


def _rows(
    sought: Sought, best: Array, covariance: Array | None, intervals: Sequence[tuple[float | None, float | None]]
) -> list[dict[str, Any]]:
    natural, slopes = sought.natural(best), sought.slopes(best)
    rows: list[dict[str, Any]] = []
    for place, (name, means) in enumerate({**sought.curve.parameters, "ceiling": "how many it ends at"}.items()):
        row: dict[str, Any] = {"parameter": name, "estimate": float(natural[place]), "means": means}
        if place < sought.size:
            bound = at_bound(sought, best, place)
            known = covariance is not None and covariance[place, place] > 0 and not bound
            row["se"] = float(np.sqrt(covariance[place, place]) * abs(slopes[place])) if known else None  # type: ignore[index]
            found = [None if end is None else _natural(sought, best, place, end) for end in intervals[place]]
            row["lower"], row["upper"] = _limited(sought, row, found)
            if bound:
                row["estimate"] = sought.waiting.sites if name == "ceiling" else 0.0
        rows.append(row)
    peak = sought.curve.peak(*natural[:-1]) if sought.curve.name != "bass" or best[1] > NO_RATE else 0.0
    middle = next((row for row in rows if row["parameter"] == "middle"), {})
    ends = {end: middle.get(end) for end in ("se", "lower", "upper")}
    return [*rows, {"parameter": "peak_time", "estimate": peak, "means": "when most are new, in periods", **ends}]


def _limited(sought: Sought, row: dict[str, Any], ends: Sequence[float | None]) -> tuple[float | None, float | None]:
    """The ends of an interval where the data set none: a rate may be nothing, and a ceiling what there is or all.

    By least squares the best ceiling may lie below what there is; then the interval holds it, too.
    """
    low, high = ends
    if row["parameter"] == "ceiling":
        high = sought.waiting.sites if high is None and sought.bounded else high
        there = sought.waiting.adoptions
        return (max(low or 0.0, there) if row["estimate"] >= there else low), high
    return (0.0 if low is None and row["parameter"] != "middle" else low), high


def _natural(sought: Sought, best: Array, place: int, end: float) -> float:
    moved = best.copy()
    moved[place] = end
    return float(sought.natural(moved)[place])


def _doubt(sought: Sought, natural: Array, dispersion: float | None, method: str = "likelihood") -> str:
    found = []
    if sought.given is None and sought.curve.peak(*natural[:-1]) >= sought.waiting.periods:
        found.append("It has not begun to level off: where it ends rests on the shape of the curve alone.")
    if dispersion is not None and dispersion > WAVES:
        found.append(f"Sites came in waves (dispersion {dispersion:.1f}): the intervals are too narrow.")
    if method == "cumulative":
        found.append("What there is by a time holds all that was before: errors and intervals are far too narrow.")
    return " ".join(found)
