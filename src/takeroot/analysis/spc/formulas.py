"""The formula behind the limits of a phase, with the numbers put in, for each kind of chart."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isnan, sqrt

from takeroot.analysis.spc.limits import D2, SCREENED

_POWER = 1 / 3.6


@dataclass(frozen=True)
class Working:
    """The numbers that the limits of one phase rest on.

    Parameters
    ----------
    kind
        The kind of chart.
    used, total, mean
        How many points set the limits, their sum, and their mean.
    scaled
        The mean on the scale of y^(1/3.6), of times between events.
    numerator, denominator, times
        Sums over the points used, and what a proportion or rate is multiplied by.
    ranges, range_sum, average, first_average, screened
        How many moving ranges count, their sum and average; the average before any was left out, and those.
    constant
        By how many of those, or of sigma, the limits lie apart from the centre.
    at_n
        The denominator of the latest point.
    centre, is_set
        The centre line, and whether somebody set it.
    """

    kind: str
    used: int
    total: float
    mean: float
    scaled: float
    numerator: float
    denominator: float
    times: float
    ranges: int
    range_sum: float
    average: float
    first_average: float
    screened: tuple[float, ...]
    constant: float
    at_n: float
    centre: float
    is_set: bool

    @property
    def share(self) -> float:
        """The centre before it is multiplied."""
        return self.centre / self.times

    @property
    def spread(self) -> float:
        """By how much more than counting alone gives the values vary, where that is taken into account."""
        return self.average / D2 if self.kind in ("p_prime", "u_prime") else 1.0

    @property
    def sigma(self) -> float:
        """The standard deviation that counting gives, at the latest point."""
        if self.kind == "c":
            return sqrt(self.share) if self.share >= 0 else float("nan")
        if self.kind == "g":
            return sqrt(self.mean * (self.mean + 1))
        if self.kind not in ("p", "u", "p_prime", "u_prime") or not self.at_n > 0 or isnan(self.share):
            return float("nan")
        variance = self.share * (1 - self.share) if self.kind in ("p", "p_prime") else self.share
        return sqrt(variance / self.at_n) * self.spread if variance >= 0 else float("nan")

    @property
    def limits(self) -> tuple[float, float]:
        """The lower and the upper limit at the latest point."""
        if self.kind == "run":
            return float("nan"), float("nan")
        if self.kind == "mr":
            return (0.0 if isfinite(self.centre) else float("nan")), self.constant * self.centre
        if self.kind == "xmr":
            return self.centre - self.constant * self.average, self.centre + self.constant * self.average
        if self.kind == "t":
            low, high = (self.scaled + side * self.constant * self.average for side in (-1, 1))
            return max(low, 0.0) ** (1 / _POWER) if isfinite(low) else low, high ** (1 / _POWER)
        middle = self.mean if self.kind == "g" else self.share
        times = 1.0 if self.kind == "g" else self.times
        top = 1.0 if self.kind in ("p", "p_prime") else float("inf")
        low, high = (middle + side * self.constant * self.sigma for side in (-1, 1))
        if not isfinite(low):
            return float("nan"), float("nan")
        return min(max(low, 0.0), top) * times, min(max(high, 0.0), top) * times


def lines(of: Working) -> list[str]:
    """The steps, in sentences."""
    first = [_set(of)] if of.is_set else []
    by = {"run": _run, "xmr": _xmr, "mr": _mr, "c": _c, "g": _g, "t": _t}
    return [*first, *by.get(of.kind, _of_parts)(of)]


def _set(of: Working) -> str:
    return f"The centre was set to {said(of.centre)} with the baseline; it is not worked out from the points."


def _run(of: Working) -> list[str]:
    worked = [] if of.is_set else [f"Median of the {of.used:,} points used: {said(of.centre)}."]
    return [*worked, "A run chart has a median and no limits."]


def _mean(of: Working) -> list[str]:
    if of.is_set:
        return []
    return [f"Mean of the {of.used:,} points used: {said(of.total)} ÷ {of.used:,} = {said(of.mean)}."]


def _average(of: Working, what: str = "moving range") -> list[str]:
    if not of.ranges:
        return [f"There is no {what} to average: no two neighbours are both used, so there are no limits."]
    told = f"Average {what}: {said(of.range_sum)} ÷ {of.ranges:,} = {said(of.average)}."
    if not of.screened:
        return [told]
    out = ", ".join(said(one) for one in of.screened)
    screen = f"{SCREENED:g} × {said(of.first_average)}, the average of all {of.ranges + len(of.screened):,}"
    return [f"Left out of the average, once: {out}, as not below {screen}.", told]


def _between(of: Working) -> str:
    lower, upper = of.limits
    return f"{said(lower)} to {said(upper)}"


def _xmr(of: Working) -> list[str]:
    worked = [*_mean(of), *_average(of)]
    if of.ranges:
        formula = f"{said(of.centre)} ± {said(of.constant)} × {said(of.average)}"
        worked.append(f"Limits: {formula}, which is {_between(of)}.")
    return worked


def _mr(of: Working) -> list[str]:
    if of.is_set or not of.ranges:
        return [f"Limits: 0, and {SCREENED:g} × {said(of.centre)} = {said(of.limits[1])}."] if of.is_set else []
    return [*_average(of), f"Limits: 0, and {SCREENED:g} × {said(of.average)} = {said(of.limits[1])}."]


def _c(of: Working) -> list[str]:
    spread = f"√{said(of.share)}"
    return [*_mean(of), _limits(of, said(of.share), spread)]


def _g(of: Working) -> list[str]:
    median = [] if of.is_set else [f"Median of the {of.used:,} points used, which is drawn: {said(of.centre)}."]
    mean = f"Mean, about which the limits lie: {said(of.total)} ÷ {of.used:,} = {said(of.mean)}."
    return [*median, mean, _limits(of, said(of.mean), f"√({said(of.mean)} × ({said(of.mean)} + 1))", 1.0)]


def _t(of: Working) -> list[str]:
    mean = [f"Each time is taken to the power 1/3.6. Mean of the {of.used:,} points used there: {said(of.scaled)}."]
    if not of.ranges:
        return [*mean, *_average(of)]
    limits = f"Limits there: {said(of.scaled)} ± {said(of.constant)} × {said(of.average)}"
    return [*mean, *_average(of, "moving range there"), f"{limits}; brought back, to the power 3.6: {_between(of)}."]


def _of_parts(of: Working) -> list[str]:
    worked = []
    if not of.is_set:
        sums = f"{said(of.numerator)} ÷ {said(of.denominator)} = {said(of.share)}"
        by = f"; times {said(of.times)}: {said(of.centre)}" if of.times != 1 else ""
        worked.append(f"Numerators over denominators of the {of.used:,} points used: {sums}{by}.")
    share, n = said(of.share), said(of.at_n)
    spread = f"√({share} × (1 − {share}) ÷ {n})" if of.kind in ("p", "p_prime") else f"√({share} ÷ {n})"
    if of.kind in ("p_prime", "u_prime"):
        worked.append("For each point: how far it lies from the centre, in units of what counting alone would give.")
        worked += _average(of, "moving range of those")
        if not of.ranges:
            return worked
        worked.append(f"Spread beside counting: {said(of.average)} ÷ {D2:g} = {said(of.spread)}.")
        spread += f" × {said(of.spread)}"
    if not of.at_n > 0:
        return worked
    return [*worked, _limits(of, share, spread, at=f" at the latest point, of denominator {n}")]


def _limits(of: Working, middle: str, spread: str, times: float | None = None, at: str = "") -> str:
    times = of.times if times is None else times
    by = f", times {said(times)}" if times != 1 else ""
    top = " and 1" if of.kind in ("p", "p_prime") else ""
    within = f", within 0{top}" if top else ", not below 0"
    return f"Limits{at}: {middle} ± {of.constant:g} × {spread}{within}{by}, which is {_between(of)}."


def said(number: float) -> str:
    """A number with seven figures, thousands apart.

    Examples
    --------
    >>> said(1234567.0), said(12.3456789), said(-0.5), said(2e-9)
    ('1,234,567', '12.34568', '−0.5', '2e−09')
    """
    if not isfinite(number):
        return "not known"
    if number == int(number) and abs(number) < 1e15:
        text = f"{int(number):,}"
    elif 1e-5 <= abs(number) < 1e15:
        text = f"{float(f'{number:.7g}'):,.12f}".rstrip("0").rstrip(".")
    else:
        text = f"{number:.7g}"
    return text.replace("-", "\N{MINUS SIGN}")
