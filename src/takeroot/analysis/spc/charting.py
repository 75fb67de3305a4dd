"""Every value with its phase, limits, signals and what they show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from takeroot.analysis.spc import hits
from takeroot.analysis.spc.limits import KINDS
from takeroot.analysis.spc.phases import Phased, phased
from takeroot.analysis.spc.segments import Array, Segments
from takeroot.analysis.spc.series import KEY, Series, arranged, described, directions, judged_by
from takeroot.errors import NotFound, TakerootError
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.rulesets import RuleSet

#: Points worked on at a time.
_BLOCK = 1 << 16
_LINES = ("centre", "lower", "upper", "near_lower", "near_upper")


def chart(
    values: IntoFrame,
    *,
    rules: RuleSet | str | None = None,
    kind: str = "xmr",
    measures: IntoFrame | None = None,
    phases: IntoFrame | None = None,
    screen: bool | None = None,
    fix_after: int | None = None,
) -> pl.DataFrame:
    """Each measure at each site as a control chart.

    Parameters
    ----------
    values
        One row for each measure, site and period: see :data:`~takeroot.vocabulary.tables.VALUES`. A value may be
        given, or its numerator and denominator. A row without a value is a gap.
    rules
        The rule set, or its name. If not given, the one each measure names, else ``mdc``.
    kind
        The kind of chart: ``xmr``.
    measures
        Which direction is better, what a proportion is multiplied by, and the rule set: see
        :data:`~takeroot.vocabulary.tables.MEASURES`. Of a measure that is not there, neither direction is better.
    phases
        Baselines, recalculations, exclusions and targets: see :data:`~takeroot.vocabulary.tables.PHASES`.
    screen
        Leave moving ranges of 3.267 times their average or more out, or do not; as the rule set says, if not given.
    fix_after
        Set the limits of each phase from its first so many periods, where it has no baseline of its own.

    Returns
    -------
    DataFrame
        The values in order of measure, site and time, with

        - ``phase``, from 1: limits and signals never cross into another
        - ``included``: whether the point helped to set the limits
        - ``centre``, ``lower``, ``upper``, ``near_lower``, ``near_upper`` and ``target``, in the unit of the value
        - ``signals``: every rule that the point breaks, joined by ``;``
        - ``shows``: improvement, concern, neither_high, neither_low or common; where a phase has too few points to be
          judged, common; empty where there is no value
        - ``rules``: the name of the rule set; ``improves``: the direction that is better

        and then the further columns of the values.

        Limits that are too large to be worked out are empty.

    Raises
    ------
    NotFound
        If there is no such kind or rule set.
    FaultyInput
        If a measure names a rule set that there is not.

    Examples
    --------
    >>> from takeroot.vocabulary.calendar import months_from
    >>> from datetime import date
    >>> days = months_from(date(2024, 1, 1), date(2025, 2, 1))
    >>> falls = {"measure": ["falls"] * 14, "site": ["A"] * 14, "on": days, "value": [10, 12, 11, 13, 12, 10, 11] * 2}
    >>> falls["value"][13] = 30
    >>> points = chart(falls, measures={"measure": ["falls"], "improves": ["down"]})
    >>> points.select("centre", "upper", "signals", "shows").row(13)
    (12.642857142857142, 20.418241758241756, 'astronomical', 'concern')
    """
    if kind not in KINDS:
        raise NotFound("kind of chart", kind, KINDS)
    if fix_after is not None and fix_after < 2:
        raise TakerootError(f"Limits need at least 2 periods to be set from; fix_after is {fix_after}.")
    about = described(measures)
    series = arranged(values, about)
    numbers = series.values
    laid = phased(series, numbers, phases, fix_after)
    improves = directions(series, about)
    parts = []
    for one, here in judged_by(series, about, rules):
        one = one if screen is None else replace(one, screen=screen)
        points = None if here.all() else np.flatnonzero(series.segments.spread(here))
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large for a number sets no limits
            judged = _judged(one, kind, *_only(points, numbers, laid, series.segments.spread(improves)))
        parts.append((points, judged))
    return _framed(series, numbers, laid, improves, _together(parts))


def _judged(
    rules: RuleSet, kind: str, numbers: Array, used: Array, segments: Segments, improves: Array
) -> pl.DataFrame:
    """Limits, hits and what they show, of points that one rule set judges."""
    lines = {line: np.empty(segments.size) for line in _LINES}
    fired, seen = np.empty(segments.size, dtype=np.uint8), np.empty(segments.size, dtype=np.uint16)
    for here, block in segments.blocks(_BLOCK):
        limits = KINDS[kind](numbers[here], used[here], block, rules)
        for line in _LINES:
            lines[line][here] = getattr(limits, line)
        found = hits.found(numbers[here], limits, block, rules)
        enough = block.spread(block.sums(~np.isnan(numbers[here])) >= rules.judge_from)
        if rules.judge_from > 1:
            enough &= ~np.isnan(limits.upper)
        fired[here] = found
        seen[here] = hits.shown(found * enough, numbers[here], improves[here], rules)
    words = pl.repeat(rules.name, segments.size, dtype=pl.String, eager=True)
    shows = hits.shows(seen, rules).set(pl.Series(np.isnan(numbers)), None)
    return pl.DataFrame({**lines, "signals": hits.names(fired), "shows": shows, "rules": words})


def _only(points: Array | None, numbers: Array, laid: Phased, improves: Array) -> tuple[Array, Array, Segments, Array]:
    """The points that a rule set judges; whole series, so that their phases stay whole."""
    if points is None:
        return numbers, laid.used, laid.segments, improves
    segments = Segments.beginning(laid.segments.begins[points])
    return numbers[points], laid.used[points], segments, improves[points]


def _together(parts: list[tuple[Array | None, pl.DataFrame]]) -> pl.DataFrame:
    """What several rule sets judged, in the order of the points again."""
    if len(parts) == 1:
        return parts[0][1]
    at = np.concatenate([points for points, _ in parts if points is not None])
    return pl.concat([part for _, part in parts])[np.argsort(at).astype(np.uint32)]


def _framed(series: Series, numbers: Array, laid: Phased, improves: Array, judged: pl.DataFrame) -> pl.DataFrame:
    count = np.cumsum(laid.segments.begins, dtype=np.int32)
    phase = count - series.segments.spread(count[series.segments.starts] - 1)
    words = pl.Series(hits.IMPROVES, dtype=pl.String)
    made = [
        pl.Series("value", numbers, nan_to_null=True),
        pl.Series("phase", phase),
        pl.Series("included", laid.used),
        *(judged[line].fill_nan(None) for line in _LINES),
        pl.Series("target", laid.target, nan_to_null=True),
        *(judged[name] for name in ("signals", "shows", "rules")),
        words.gather(pl.Series(series.segments.spread(improves).astype(np.uint32))).alias("improves"),
    ]
    taken = {column.name for column in made} | set(KEY)
    further = [column for column in series.frame.get_columns() if column.name not in taken]
    return pl.DataFrame([*series.frame.select(KEY).get_columns(), *made, *further])
