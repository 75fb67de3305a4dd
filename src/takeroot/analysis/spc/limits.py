"""The natural limits of a process, one function for each kind of chart.

===========  =====================================================================================================
kind         centre and limits
===========  =====================================================================================================
``run``      the median; no limits
``xmr``      single values: mean ± 2.66 average moving ranges (the factor is the rule set's)
``mr``       moving ranges: their mean, up to 3.267 times it
``p``        proportions: Σr/Σn ± 3 √(p(1−p)/n)
``u``        rates: Σc/Σn ± 3 √(u/n)
``c``        counts: mean ± 3 √mean
``p_prime``  proportions whose spread is more, or less, than counting alone gives (Laney)
``u_prime``  rates of that sort (Laney)
``g``        units between rare events: limits about the mean, the median drawn
``t``        time between rare events: single values on the scale of y^(1/3.6)
===========  =====================================================================================================

References
----------
Wheeler DJ. Understanding Variation. 2nd ed. SPC Press, 2000 (xmr, mr).
Montgomery DC. Introduction to Statistical Quality Control. 6th ed. Wiley, 2009 (p, u, c).
Laney DB. Improved control charts for attributes. Qual Eng 2002;14:531-7 (p′, u′).
Provost LP, Murray SK. The Health Care Data Guide. Jossey-Bass, 2011 (g, t).
Nelson LS. A control chart for parts-per-million nonconforming items. J Qual Technol 1994;26:239-40 (t).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from takeroot.analysis.spc.segments import Array, Segments
from takeroot.vocabulary.rulesets import RuleSet

#: The factor D4 for moving ranges of two. Ranges of so many times their average or more are left out, where a rule set
#: screens them.
SCREENED = 3.267
#: What the average moving range of two is of sigma: the factor d2.
D2 = 1.128
#: The power by which times between events come close to a normal shape.
_POWER = 1 / 3.6


@dataclass(frozen=True)
class Plotted:
    """What a chart is drawn from, a place for every point.

    Parameters
    ----------
    y
        What is plotted, in the unit of the measure; not a number where there is nothing.
    r, n
        The numerator and the denominator; not a number where there is none.
    times
        What a proportion or rate was multiplied by.
    used, excluded
        Which points the limits are set from, and which were left out of them as if they were not there.
    centre
        The centre line, where somebody set it; not a number where it is worked out.
    segments
        The phases of all series.
    """

    y: Array
    r: Array
    n: Array
    times: Array
    used: Array
    excluded: Array
    centre: Array
    segments: Segments

    def middle(self, line: Array) -> Array:
        """A centre that was worked out, or, where somebody set one, that."""
        return np.where(np.isnan(self.centre), line, self.centre)


class Limits(NamedTuple):
    """A centre line and limits for every point; not a number where nothing, or nothing finite, sets them."""

    centre: Array
    lower: Array
    upper: Array
    near_lower: Array
    near_upper: Array


def run(of: Plotted, rules: RuleSet) -> Limits:
    """Run chart: the median, and no limits."""
    none = np.full(of.segments.size, np.nan)
    return Limits(of.middle(of.segments.spread(of.segments.medians(of.y, of.used))), none, none, none, none)


def xmr(of: Plotted, rules: RuleSet) -> Limits:
    """Individuals chart: mean ± constant × average moving range.

    A moving range needs two neighbours that both have a value and are both used; points that were excluded are as if
    they were not there.
    """
    average = of.segments.spread(_average_range(of.y, of, rules))
    centre = of.middle(of.segments.spread(of.segments.means(of.y, of.used)))
    reach, near = rules.constant * average, rules.near * average
    return _finite(Limits(centre, centre - reach, centre + reach, centre - near, centre + near))


def mr(of: Plotted, rules: RuleSet) -> Limits:
    """Moving ranges, which are what is plotted: from 0 to 3.267 times their mean."""
    average = of.segments.means(of.y, of.used)
    if rules.screen:
        average = _screened(of.y, of.used, average, of.segments)
    centre = of.middle(of.segments.spread(average))
    low, high = np.where(np.isnan(centre), np.nan, 0.0), SCREENED * centre
    return _finite(Limits(centre, low, high, low, high * 2 / 3))


def p(of: Plotted, rules: RuleSet) -> Limits:
    """Proportions, within 0 and 1."""
    centre = _ratio(of)
    return _around(of, centre, np.sqrt(centre * (1 - centre) / of.n), top=1.0)


def u(of: Plotted, rules: RuleSet) -> Limits:
    """Rates, not below 0."""
    centre = _ratio(of)
    return _around(of, centre, np.sqrt(centre / of.n))


def c(of: Plotted, rules: RuleSet) -> Limits:
    """Counts, not below 0."""
    centre = of.middle(of.segments.spread(of.segments.means(of.y, of.used))) / of.times
    return _around(of, centre, np.sqrt(centre))


def p_prime(of: Plotted, rules: RuleSet) -> Limits:
    """Proportions with the spread that they have from one period to the next, beside what counting gives."""
    centre = _ratio(of)
    return _laney(of, rules, centre, np.sqrt(centre * (1 - centre) / of.n), top=1.0)


def u_prime(of: Plotted, rules: RuleSet) -> Limits:
    """Rates with the spread that they have from one period to the next, beside what counting gives."""
    centre = _ratio(of)
    return _laney(of, rules, centre, np.sqrt(centre / of.n))


def g(of: Plotted, rules: RuleSet) -> Limits:
    """Units between rare events: the median is drawn, the limits lie about the mean, not below 0."""
    mean = of.segments.spread(of.segments.means(of.y, of.used))
    median = of.segments.spread(of.segments.medians(of.y, of.used))
    limits = _around(replace(of, times=np.ones_like(mean)), mean, np.sqrt(mean * (mean + 1)))
    return limits._replace(centre=of.middle(median))


def t(of: Plotted, rules: RuleSet) -> Limits:
    """Time between rare events: limits on the scale of y^(1/3.6), brought back, not below 0."""
    limits = xmr(replace(of, y=of.y**_POWER, centre=of.centre**_POWER), rules)
    return Limits(*(np.where(line < 0, 0.0, np.abs(line) ** (1 / _POWER)) for line in limits))


def _ratio(of: Plotted) -> Array:
    """Σr/Σn of each phase, told to all its points."""
    below = of.segments.sums(np.where(of.used, of.n, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        worked = of.segments.spread(of.segments.sums(np.where(of.used, of.r, 0.0)) / below)
    return np.where(np.isnan(of.centre), worked, of.centre / of.times)


def _around(of: Plotted, centre: Array, sigma: Array, *, top: float = np.inf) -> Limits:
    """Three sigma about a centre and near limits at two, within what can be, in the unit that is plotted."""
    sigma = np.where(np.isfinite(sigma), sigma, np.nan)
    around = (np.clip(centre + reach * sigma, 0.0, top) * of.times for reach in (-3, 3, -2, 2))
    return _finite(Limits(centre * of.times, *around))


def _laney(of: Plotted, rules: RuleSet, centre: Array, sigma: Array, *, top: float = np.inf) -> Limits:
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(sigma > 0, (of.y / of.times - centre) / sigma, 0.0)
    spread = of.segments.spread(_average_range(z, of, rules) / D2)
    return _around(of, centre, sigma * spread, top=top)


def _average_range(y: Array, of: Plotted, rules: RuleSet) -> Array:
    """The average moving range of each phase."""
    ranges, pairs = moving_ranges(y, of.used, of.excluded, of.segments)
    average = of.segments.means(ranges, pairs)
    return _screened(ranges, pairs, average, of.segments) if rules.screen else average


def moving_ranges(y: Array, used: Array, excluded: Array, segments: Segments) -> tuple[Array, Array]:
    """How far each point lies from the one before it, and where that counts: two neighbours, both used.

    The neighbour before a point is the one before any that were excluded.
    """
    if excluded.any():
        kept = ~excluded
        which = segments.spread(np.arange(len(segments.starts)))[kept]
        rest = Segments.beginning(np.concatenate([[True], which[1:] != which[:-1]])[: len(which)])
        ranges, pairs = np.zeros_like(y), np.zeros_like(used)
        ranges[kept], pairs[kept] = moving_ranges(y[kept], used[kept], excluded[kept], rest)
        return ranges, pairs
    pairs = used.copy()
    pairs[1:] &= used[:-1]
    pairs[segments.starts] = False
    ranges = np.empty_like(y)
    ranges[:1] = 0.0
    np.subtract(y[1:], y[:-1], out=ranges[1:])
    return np.abs(ranges, out=ranges), pairs


def _screened(ranges: Array, pairs: Array, average: Array, segments: Segments) -> Array:
    """The average without the ranges that are far above it; where all are zero, zero."""
    kept = pairs & (ranges < segments.spread(SCREENED * average))
    return np.where(average == 0, average, segments.means(ranges, kept))


def _finite(limits: Limits) -> Limits:
    return Limits(*(np.where(np.isfinite(line), line, np.nan) for line in limits))


class Kind(NamedTuple):
    """A kind of chart.

    Parameters
    ----------
    says
        What it is for, in a few words.
    limits
        What sets its limits.
    of_parts
        Whether it needs a numerator and a denominator.
    has_limits
        Whether it has limits at all.
    in_order
        Whether rules of runs and trends hold for it; neighbours among moving ranges share a value.
    """

    says: str
    limits: Callable[[Plotted, RuleSet], Limits]
    of_parts: bool = False
    has_limits: bool = True
    in_order: bool = True


KINDS: dict[str, Kind] = {
    "run": Kind("any values, about their median", run, has_limits=False),
    "xmr": Kind("single values", xmr),
    "mr": Kind("moving ranges of single values", mr, in_order=False),
    "p": Kind("proportions", p, of_parts=True),
    "u": Kind("rates", u, of_parts=True),
    "c": Kind("counts in periods of one size", c),
    "p_prime": Kind("proportions of large and varying denominators", p_prime, of_parts=True),
    "u_prime": Kind("rates of large and varying denominators", u_prime, of_parts=True),
    "g": Kind("units between rare events", g),
    "t": Kind("time between rare events", t),
}

#: What other tools call some of them.
_ALSO = {"i": "xmr", "imr": "xmr", "pp": "p_prime", "up": "u_prime", "p'": "p_prime", "u'": "u_prime"}


def meant(kind: str) -> str:
    """The name of a kind, however it is written: ``XmR``, ``I``, ``p'``, ``pp`` and ``p-prime`` are names too.

    Examples
    --------
    >>> [meant(said) for said in ("XmR", "i", "p′", "U-prime", "pie")]
    ['xmr', 'xmr', 'p_prime', 'u_prime', 'pie']
    """
    plain = kind.strip().casefold().replace("\u2032", "'").replace("\u2019", "'").replace("-", "_")
    return _ALSO.get(plain, plain) if plain in _ALSO or plain in KINDS else kind
