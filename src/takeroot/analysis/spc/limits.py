"""The natural limits of a process, one function for each kind of chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from takeroot.analysis.spc.segments import Array, Segments
from takeroot.vocabulary.rulesets import RuleSet

#: Moving ranges of so many times their average or more are left out, where a rule set screens them (Wheeler's D4 for
#: n = 2).
SCREENED = 3.267


@dataclass(frozen=True)
class Limits:
    """A centre line and limits for every point; not a number where nothing, or nothing finite, sets them."""

    centre: Array
    lower: Array
    upper: Array
    near_lower: Array
    near_upper: Array


def xmr(y: Array, used: Array, segments: Segments, rules: RuleSet) -> Limits:
    """Individuals chart: mean ± constant × average moving range.

    A moving range needs two neighbours that both have a value and are both used.

    Parameters
    ----------
    y, used
        The values, and which of them limits are set from.
    segments
        The phases of all series.
    """
    pairs = used.copy()
    pairs[1:] &= used[:-1]
    pairs[segments.starts] = False
    ranges = np.empty_like(y)
    ranges[:1] = 0.0
    np.subtract(y[1:], y[:-1], out=ranges[1:])
    np.abs(ranges, out=ranges)
    centre, average = segments.means(y, used), segments.means(ranges, pairs)
    if rules.screen:
        kept = pairs & (ranges < segments.spread(SCREENED * average))
        screened = segments.means(ranges, kept)
        average = np.where(average == 0, average, screened)
    reach, near = rules.constant * average, rules.near * average
    lines = (centre, centre - reach, centre + reach, centre - near, centre + near)
    return Limits(*(segments.spread(np.where(np.isfinite(line), line, np.nan)) for line in lines))


#: The kinds of chart, each with what sets its limits.
KINDS: dict[str, Callable[[Array, Array, Segments, RuleSet], Limits]] = {"xmr": xmr}
