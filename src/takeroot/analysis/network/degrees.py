"""Did sites with more ties take it up sooner? Degrees, and how they go with the time of taking it up.

The degree of a site is the number of sites that it is tied to, the mean over the periods in which it was there. Two
answers stand side by side. The *correlation* of degree and time is over those that have taken it up, so that it leaves
out the others; above 0, sites with more ties took it up later. The *concordance* leaves nobody out: of two sites of
which it is known that one took it up before the other (which may not have yet), the share in which the first had more
ties; a half is what chance gives, and above it sites with more ties took it up sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.network.exposure import counted
from takeroot.analysis.network.panel import NOT_YET, Array, Every, Panel, panel
from takeroot.analysis.network.ties import of_kinds

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

_TIMING = {
    "influence": pl.String(),
    "sites": pl.Int64(),
    "correlation": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "pairs": pl.Int64(),
    "concordance": pl.Float64(),
}
#: The 97.5 % point of the normal distribution.
Z = 1.959963984540054


def degrees(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    every: Every = "month",
) -> pl.DataFrame:
    """To how many sites each site is tied, on average over the periods in which it was there.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`.
    kind, valued, every
        As for :func:`~takeroot.analysis.network.exposure`; valued, it is the weight of the ties.

    Returns
    -------
    DataFrame
        A row for each site, in order: ``site``, and the number of ties ``in``, ``out`` and ``both`` (a pair tied both
        ways counts once).

    Examples
    --------
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-10"]}
    >>> degrees(stages, {"source": ["A", "A"], "target": ["B", "C"]}).rows()
    [('A', 0.0, 2.0, 2.0), ('B', 1.0, 0.0, 1.0), ('C', 1.0, 0.0, 1.0)]
    """
    seen = panel(stages, ties, every=every)
    held = of_kinds(seen.ties, kind)
    return pl.DataFrame(
        {"site": seen.sites["site"]}
        | {way: pl.Series(_mean(seen, held, way, valued)).fill_nan(None) for way in ("in", "out", "both")}
    )


def degree_and_timing(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    every: Every = "month",
) -> pl.DataFrame:
    """How the number of ties of a site goes with when it took it up.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`. Sites
        that are marked as not eligible are left out.
    kind, valued, every
        As for :func:`degrees`.

    Returns
    -------
    DataFrame
        A row for ties ``in``, ``out`` and ``both`` (``influence``): how many ``sites`` were seen to take it up, the
        ``correlation`` of their ties with the time they did so and its ``lower`` and ``upper`` 95 % limits (above 0:
        more ties, later); and, over all ``pairs`` of sites of which one is known to have come first, the
        ``concordance`` (above a half: more ties, sooner). Empty, where all have as many ties, or too few are known; no
        rows without sites.

    Examples
    --------
    >>> stages = {"site": ["A", "B", "C"], "stage": ["using"] * 3, "on": ["2024-01-10", "2024-02-10", "2024-03-10"]}
    >>> found = degree_and_timing(stages, {"source": ["A", "A", "B"], "target": ["B", "C", "C"]})
    >>> found.select("influence", "correlation", "concordance").row(1)
    ('out', -1.0, 1.0)
    """
    seen = panel(stages, ties, every=every)
    held = of_kinds(seen.ties, kind)
    told = (seen.began != NOT_YET) & seen.seen & seen.eligible
    rows = []
    for way in ("in", "out", "both") if seen.sites.height else ():
        many = _mean(seen, held, way, valued)
        which = told & ~np.isnan(many)
        correlation = _correlation(many[which], seen.began[which])
        reach = Z / np.sqrt(which.sum() - 3) if which.sum() > 3 else np.nan
        limits: list[float | None] = [None, None]
        if correlation is not None and abs(correlation) < 1 and np.isfinite(reach):
            limits = [float(np.tanh(np.arctanh(correlation) + side * reach)) for side in (-1, 1)]
        pairs, first = _concordance(seen, many, told)
        rows.append((way, int(which.sum()), correlation, *limits, pairs, first))
    return pl.DataFrame(rows, schema=_TIMING, orient="row")


def _mean(seen: Panel, ties: pl.DataFrame, way: str, valued: bool) -> Array:
    """The mean number of ties of each site, over the periods in which it was there."""
    if not seen.shape[1]:
        return np.full(seen.shape[0], np.nan)
    many = np.where(seen.open, counted(seen, ties, influence=way, valued=valued).ties, 0)  # type: ignore[arg-type]
    there = seen.open.sum(axis=1)
    return np.asarray(np.divide(many.sum(axis=1), there, out=np.full(there.size, np.nan), where=there > 0))


def _correlation(many: Array, began: Array) -> float | None:
    if many.size < 3 or np.ptp(many) <= 1e-12 or np.ptp(began) == 0:
        return None
    return float(np.clip(np.corrcoef(many, began)[0, 1], -1, 1))


def _concordance(seen: Panel, many: Array, told: Array) -> tuple[int, float | None]:
    """How many pairs of sites are known to have come one after the other, and how often the first had more ties."""
    periods = seen.shape[1]
    # The last period in which a site that has not taken it up was there and known of; it had not done so by its end.
    watched = seen.open & seen.known & ~seen.ever_used
    last = (
        np.where(watched.any(axis=1), periods - 1 - watched[:, ::-1].argmax(axis=1), NOT_YET) if periods else seen.began
    )
    begins = np.where(told, seen.began, periods)
    later = np.where(told, seen.began, last + 1)  # first use was not before this
    counts = seen.eligible & ~np.isnan(many) & (told | (last != NOT_YET)) & ~seen.carried
    pairs, more = 0, 0.0
    at, begun, known = many[counts], begins[counts], later[counts]
    for place in np.flatnonzero(begun < periods):
        after = known > begun[place]
        pairs += int(after.sum())
        more += float((at[place] > at[after]).sum() + 0.5 * (at[place] == at[after]).sum())
    if not pairs or np.ptp(at) <= 1e-12:
        return pairs, None
    return pairs, more / pairs
