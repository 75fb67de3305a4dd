"""What is not at fault but may not be meant: names that meet nothing, and days on which nothing lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from takeroot.analysis.spc.phases import Rows
from takeroot.analysis.spc.series import Series, arranged, described
from takeroot.errors import nearest, quoted
from takeroot.vocabulary.column import IntoFrame
from takeroot.vocabulary.tables import VALUES

_CALLED = {"recalculate": "recalculation", "exclude": "exclusion"}


def remarks(values: IntoFrame, *, measures: IntoFrame | None = None, phases: IntoFrame | None = None) -> list[str]:
    """What a chart would pass over in silence, in a sentence each.

    Parameters
    ----------
    values, measures, phases
        As for :func:`~takeroot.analysis.spc.chart`.

    Returns
    -------
    list of str
        That no row has a value; rows that have one half of a proportion only; measures of the values that are not among
        the measures; rows of the phases that speak of no series or reach no point; targets without a value.

    Examples
    --------
    >>> falls = {"measure": ["falls"] * 2, "site": ["A"] * 2, "on": ["2024-01", "2024-02"], "value": [4, 5]}
    >>> new = {"measure": ["Falls"], "on": ["2024-02-01"], "kind": ["recalculate"]}
    >>> remarks(falls, phases=new)
    ["phases: no value is of the measure 'Falls'; did you mean 'falls'?"]
    """
    about = described(measures)
    series = arranged(values, about)
    said = list(_no_value(series.frame)) or list(_half(series.frame))
    if about is not None:
        known = about["measure"].to_list()
        for name in series.named["measure"].unique(maintain_order=True):
            if name not in known:
                said.append(f"measures: the measure {quoted(name)} of the values is not there{_meant(name, known)}")
    return said + list(_idle(series, Rows(series, phases)))


def _no_value(frame: pl.DataFrame) -> Iterator[str]:
    """Where no row has a value: which column that would need, and which there are."""
    if not frame.height or frame["value"].count():
        return
    further = [name for name in frame.columns if name not in VALUES.columns]
    found = [name for name in frame.columns if frame[name].count() or name in further]
    half = [name for name in ("numerator", "denominator") if name in found]
    near = [name for name in further if nearest(name, ["value"])]
    meant = f"; if '{near[0]}' is meant, rename it" if near else ""
    if len(half) == 2:
        needed = "a numerator needs a denominator in the same row that is not 0"
    elif half:
        needed = f"beside '{half[0]}' the other half of the proportion is needed"
    else:
        needed = "the column 'value' is needed, or 'numerator' and 'denominator'"
    yield f"values: no row has a value: {needed}; found: {', '.join(found)}{meant}"


def _half(frame: pl.DataFrame) -> Iterator[str]:
    """Rows that have one half of a proportion only, and so are gaps."""
    for one, other in (("numerator", "denominator"), ("denominator", "numerator")):
        alone = frame.filter(pl.col(one).is_not_null(), pl.col(other).is_null(), pl.col("value").is_null())
        for (measure,), rows in alone.group_by("measure", maintain_order=True):
            site, on = rows.select("site", "on").row(0)
            more = f", and {rows.height - 1:,} more" if rows.height > 1 else ""
            yield f"values: a {one} without a {other} is a gap: {quoted(measure)} at {quoted(site)} on {on}{more}"


def _idle(series: Series, rows: Rows) -> Iterator[str]:
    """Rows of the phases that change nothing."""
    sites: dict[str, list[str]] = dict(series.named.group_by("measure", maintain_order=True).agg("site").iter_rows())
    days = series.frame.group_by("measure").agg(first=pl.col("on").min(), last=pl.col("on").max())
    spans = {measure: f"from {first} to {last}" for measure, first, last in days.iter_rows()}
    touching, told = rows.touching(), set()
    for row, phase in enumerate(rows.told.iter_rows(named=True)):
        measure, site = phase["measure"], phase["site"]
        called = _CALLED.get(phase["kind"], phase["kind"])
        at = f" at {quoted(site)}" if site is not None else ""
        of = f"{called} of {quoted(measure)}{at} on {phase['on']}"
        if measure not in sites:
            says = f"phases: no value is of the measure {quoted(measure)}{_meant(measure, sites)}"
        elif site is not None and site not in sites[measure]:
            says = f"phases: no value of {quoted(measure)} is of the site {quoted(site)}{_meant(site, sites[measure])}"
        elif phase["kind"] == "target" and phase["value"] is None:
            says = f"phases: the {of} has no value"
        elif row not in touching:
            says = f"phases: the {of} changes nothing; the values go {spans[measure]}"
        else:
            continue
        if says not in told:
            told.add(says)
            yield says


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean '{near}'?" if near else ""
