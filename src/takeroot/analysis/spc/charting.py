"""Every value with its phase, limits, signals and what they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from takeroot.analysis.spc import hits
from takeroot.analysis.spc.limits import KINDS, Plotted, moving_ranges
from takeroot.analysis.spc.phases import Phased, phased
from takeroot.analysis.spc.segments import Array, Segments
from takeroot.analysis.spc.series import (
    KEY,
    Judged,
    Series,
    arranged,
    described,
    directions,
    judged_by,
    parts,
    too_small,
)
from takeroot.errors import TakerootError
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.rulesets import RuleSet

#: Points worked on at a time.
_BLOCK = 1 << 16
_LINES = ("centre", "lower", "upper", "near_lower", "near_upper")
#: What every chart says of its points, in this order.
COLUMNS = (
    *(*KEY, "value", "phase", "included", *_LINES, "excluded", "target", "trajectory"),
    *("signals", "shows", "judged", "rules", "chart", "improves"),
)


def chart(
    values: IntoFrame,
    *,
    rules: RuleSet | str | None = None,
    kind: str | None = None,
    measures: IntoFrame | None = None,
    phases: IntoFrame | None = None,
    screen: bool | None = None,
    constant: float | None = None,
    fix_after: int | None = None,
    least_denominator: float | None = None,
    rule_sets: Iterable[RuleSet] = (),
) -> pl.DataFrame:
    """Each measure at each site as a run or control chart.

    Parameters
    ----------
    values
        One row for each measure, site and period: see :data:`~takeroot.vocabulary.tables.VALUES`. A value may be
        given, or its numerator and denominator. A row without a value is a gap.
    rules
        The rule set, or its name. If not given, the one each measure names, else ``mdc``.
    kind
        The kind of chart: see :mod:`~takeroot.analysis.spc.limits`. If not given, the one each measure names, else
        ``xmr``.
    measures
        Which direction is better, what a proportion is multiplied by, the kind of chart and the rule set: see
        :data:`~takeroot.vocabulary.tables.MEASURES`. Of a measure that is not there, neither direction is better.
    phases
        Baselines, recalculations, exclusions and targets: see :data:`~takeroot.vocabulary.tables.PHASES`.
    screen
        Leave moving ranges of 3.267 times their average or more out, or do not; as the rule set says, if not given.
    constant
        Limits of single values are mean ± so many average moving ranges; as the rule set says, if not given.
    fix_after
        Set the limits of each phase from its first so many periods, where it has no baseline of its own.
    least_denominator
        Points that rest on a smaller denominator are drawn, and neither set limits nor are judged; as each measure
        says, if not given.
    rule_sets
        Rule sets that measures may name besides those of this house.

    Returns
    -------
    DataFrame
        The values in order of measure, site and time; ``value`` is what is plotted, for moving ranges the range. With

        - ``phase``, from 1: limits and signals never cross into another
        - ``included``: whether the point helped to set the limits; ``excluded``: whether it was left out of them, by
          somebody or for its small denominator
        - ``centre``, ``lower``, ``upper``, ``near_lower``, ``near_upper``, ``target`` and ``trajectory``, in the unit
          of the value
        - ``signals``: every rule that the point breaks, joined by ``;``
        - ``shows``: improvement, concern, neither_high, neither_low or common; where a phase has too few points to be
          judged, common; empty where there is no value, or too small a denominator
        - ``judged``: whether its phase has points enough to be judged by its rule set
        - ``rules``, ``chart``: the names of the rule set and of the kind; ``improves``: the direction that is better

        and then the further columns of the values.

        Limits that are too large to be worked out are empty.

    Raises
    ------
    NotFound
        If there is no such kind or rule set.
    FaultyInput
        If a measure names a kind or a rule set that there is not, or values are none that the kind can chart.

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
    if fix_after is not None and fix_after < 2:
        raise TakerootError(f"Limits need at least 2 periods to be set from; fix_after is {fix_after}.")
    about = described(measures)
    series = arranged(values, about)
    groups = judged_by(series, about, rules, kind, rule_sets)
    r, n, times, y = parts(series, about, groups)
    small = too_small(series, about, least_denominator)
    plotted = y
    if small is not None:
        y = np.where(small, np.nan, y)
    ranges = series.segments.spread(np.any([one.series & (one.kind == "mr") for one in groups], axis=0))
    laid = _of_values(phased(series, y, phases, fix_after, small), ranges)
    improves = directions(series, about)
    told = {name: value for name, value in (("screen", screen), ("constant", constant)) if value is not None}
    judged = []
    for one in groups:
        points = None if one.series.all() else np.flatnonzero(series.segments.spread(one.series))
        of = _only(points, Plotted(y, r, n, times, laid.used, laid.excluded, laid.centre, laid.segments))
        better = series.segments.spread(improves)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is too large sets no limits
            judged.append((points, _judged(one, told, of, better if points is None else better[points])))
    drawn = _together(judged)
    if small is not None:
        kept = pl.Series(np.where(small & ~ranges, plotted, np.nan), nan_to_null=True)
        drawn = drawn.with_columns(value=pl.coalesce("value", kept))
    return _framed(series, laid, drawn, groups, improves)


def _of_values(laid: Phased, ranges: Array) -> Phased:
    """What is decided of values (their centre, target and trajectory), and not of the distances between them."""
    if not ranges.any():
        return laid
    centre, target, trajectory = (np.where(ranges, np.nan, of) for of in (laid.centre, laid.target, laid.trajectory))
    return replace(laid, centre=centre, target=target, trajectory=trajectory)


def _judged(by: Judged, told: Mapping[str, float], of: Plotted, improves: Array) -> pl.DataFrame:
    """What is plotted, its limits, its hits and what they show, of points that one rule set judges as one kind."""
    kind, rules, segments = KINDS[by.kind], by.rules.model_copy(update=told), of.segments
    if by.kind == "mr":
        ranges, there = moving_ranges(of.y, ~np.isnan(of.y), np.zeros_like(of.excluded), segments)
        pairs = moving_ranges(of.y, of.used, np.zeros_like(of.excluded), segments)[1]
        of = replace(of, y=np.where(there, ranges, np.nan), used=pairs)
    lines = {line: np.empty(segments.size) for line in _LINES}
    fired, seen = np.empty(segments.size, dtype=np.uint16), np.empty(segments.size, dtype=np.uint16)
    judged = np.empty(segments.size, dtype=bool)
    for here, block in segments.blocks(_BLOCK):
        y = of.y[here]
        part = _plotted((part[here] for part in _arrays(of)), block)
        limits = kind.limits(part, rules)
        for line in _LINES:
            lines[line][here] = getattr(limits, line)
        found = hits.found(y, limits, block, rules, kind, part.excluded)
        enough = block.spread(block.sums(~np.isnan(y)) >= rules.judge_from)
        if rules.judge_from > 1 and kind.has_limits:
            enough &= ~np.isnan(limits.upper)
        fired[here], judged[here] = found, enough
        seen[here] = hits.shown(found * enough, y, improves[here], rules)
    shows = hits.shows(seen, rules).set(pl.Series(np.isnan(of.y)), None)
    drawn = {line: pl.Series(lines.pop(line), nan_to_null=True) for line in _LINES}
    plotted = {"value": pl.Series(of.y, nan_to_null=True), "included": of.used, "judged": judged}
    return pl.DataFrame({**plotted, **drawn, "signals": hits.names(fired), "shows": shows})


def _only(points: Array | None, of: Plotted) -> Plotted:
    """The points that are judged together; whole series, so that their phases stay whole."""
    if points is None:
        return of
    segments = Segments.beginning(of.segments.begins[points])
    return _plotted((part[points] for part in _arrays(of)), segments)


def _arrays(of: Plotted) -> tuple[Array, ...]:
    return of.y, of.r, of.n, of.times, of.used, of.excluded, of.centre


def _plotted(arrays: Iterable[Array], segments: Segments) -> Plotted:
    y, r, n, times, used, excluded, centre = arrays
    return Plotted(y, r, n, times, used, excluded, centre, segments)


def _together(parts: list[tuple[Array | None, pl.DataFrame]]) -> pl.DataFrame:
    """What was judged apart, in the order of the points again."""
    if len(parts) == 1:
        return parts[0][1]
    at = np.concatenate([points for points, _ in parts if points is not None])
    return pl.concat([part for _, part in parts])[np.argsort(at).astype(np.uint32)]


def _framed(series: Series, laid: Phased, judged: pl.DataFrame, groups: list[Judged], improves: Array) -> pl.DataFrame:
    """The points in their columns; one that says the same of every point takes no room."""
    segments = series.segments
    count = np.cumsum(laid.segments.begins, dtype=np.int32)
    which = np.zeros(len(segments.starts), dtype=np.uint32)
    for place, one in enumerate(groups):
        which[one.series] = place
    told = {
        "phase": pl.Series(count - segments.spread(count[segments.starts] - 1)),
        "excluded": pl.Series(laid.excluded),
        "target": pl.Series(laid.target, nan_to_null=True),
        "trajectory": pl.Series(laid.trajectory, nan_to_null=True),
    }
    said = {
        "rules": _said([one.rules.name for one in groups], which, segments),
        "chart": _said([one.kind for one in groups], which, segments),
        "improves": _said(hits.IMPROVES, improves, segments),
    }
    further = {name: series.frame[name] for name in series.frame.columns if name not in COLUMNS}
    frame = pl.DataFrame({**{name: series.frame[name] for name in KEY}, **judged.to_dict()})
    frame = frame.with_columns(**{name: _once(column) for name, column in (told | further).items()}, **said)
    return frame.select(*COLUMNS, *further)


def _said(words: Sequence[str], at: Array, segments: Segments) -> pl.Series | pl.Expr:
    """The word of each series, told to all its points."""
    if len(np.unique(at)) == 1:
        return pl.lit(words[at[0]])
    return pl.Series(words, dtype=pl.String).gather(pl.Series(segments.spread(at.astype(np.uint32))))


def _once(column: pl.Series) -> pl.Series | pl.Expr:
    """A column, or, where it says the same of every point, that."""
    if column.null_count() == column.len() or (column.null_count() == 0 and column.min() == column.max()):
        return pl.lit(column.first(), dtype=column.dtype) if column.len() else column
    return column
