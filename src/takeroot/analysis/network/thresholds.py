"""How much use had each site around it when it took it up? Thresholds.

The threshold of a site is its exposure when it first used it; by default that of the period before, since what happened
in the same period can not have led to it. The first to use it, in the first period of the record, did so at an exposure
that nobody saw (they are censored on the left); a site that has not taken it up yet has a threshold above what it has
met so far (censored on the right). Neither is given a number.

References
----------
Granovetter M. Threshold models of collective behavior. Am J Sociol 1978;83:1420-43.
Valente TW. Social network thresholds in the diffusion of innovations. Social Networks 1996;18:69-89.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.network.exposure import checked, counted
from takeroot.analysis.network.panel import NOT_YET, Every, Panel, panel
from takeroot.analysis.network.ties import Influence, of_kinds

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

#: Why a site has no threshold, in the order in which it is asked.
WHY = ("not yet", "not seen to begin", "in the first period", "no period before", "no ties")


def thresholds(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    lag: int = 1,
    influence: Influence = "in",
    kind: str | Sequence[str] | None = None,
    valued: bool = False,
    normalised: bool = True,
    ever: bool = False,
    memory: float = 0.0,
    lasting: float = 1.0,
    weigh_by: str | None = None,
    every: Every = "month",
) -> pl.DataFrame:
    """The exposure of each site when it took it up.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`.
    lag
        So many periods before it took it up. At 0, those who took it up in the same period count.
    influence, kind, valued, normalised, ever, memory, lasting, weigh_by, every
        As for :func:`~takeroot.analysis.network.exposure`.

    Returns
    -------
    DataFrame
        A row for each site, in order: ``site``, ``took_up`` (the first day of the period in which it first used it, or
        its number), ``threshold``, and the number or weight of its ``ties`` then and of those to sites ``in_use``; or
        ``why_missing``: ``not yet``, ``not seen to begin`` (it carried on from another site, or only a later stage
        shows that it had), ``in the first period``, ``no period before`` (it was not there so many periods before) or
        ``no ties``. ``met``: of a site that has not taken it up, the most exposure that it has met.

    Examples
    --------
    >>> stages = {"site": ["A", "B", "C"], "stage": ["using"] * 3, "on": ["2024-01-10", "2024-02-02", "2024-04-01"]}
    >>> ties = {"source": ["A", "B", "D"], "target": ["B", "C", "C"]}
    >>> thresholds(stages, ties).select("site", "threshold", "why_missing").rows()
    [('A', None, 'in the first period'), ('B', 1.0, None), ('C', 0.5, None), ('D', None, 'not yet')]
    """
    checked(lag, memory, lasting)
    seen = panel(stages, ties, every=every)
    found = counted(
        seen,
        of_kinds(seen.ties, kind),
        influence=influence,
        valued=valued,
        ever=ever,
        memory=memory,
        lasting=lasting,
        weigh_by=weigh_by,
    )
    met = found.share() if normalised else found.in_use.astype(np.float64)
    met = np.where(seen.open, met, np.nan)
    count, periods = seen.shape
    row, yet = np.arange(count), seen.began != NOT_YET
    at = seen.began - lag
    inside = (at >= 0) & yet
    there = np.zeros(count, dtype=np.bool_)
    there[inside] = seen.open[row[inside], at[inside]]
    place = np.where(there, at, 0)
    tied, using, level = (
        np.where(there, table[row, place], np.nan) if periods else np.full(count, np.nan)
        for table in (found.ties, found.in_use, met)
    )
    missing = [~yet, ~seen.seen, seen.began == 0, ~there, ~(tied > 0)]
    why = np.select(missing, range(len(WHY)), default=-1)
    words = pl.Series("why", why).replace_strict(range(len(WHY)), WHY, default=None, return_dtype=pl.String)
    return pl.DataFrame(
        {
            "site": seen.sites["site"],
            "took_up": seen.took_up,
            "threshold": pl.Series(np.where(why < 0, level, np.nan)).fill_nan(None),
            "ties": pl.Series(np.where(yet, tied, np.nan)).fill_nan(None),
            "in_use": pl.Series(np.where(yet, using, np.nan)).fill_nan(None),
            "met": pl.Series(np.where(yet, np.nan, _most(met))).fill_nan(None),
            "why_missing": words,
        }
    )


def _most(met: np.ndarray) -> np.ndarray:
    """The most of each row; not a number, where there is none."""
    if not met.shape[1]:
        return np.full(met.shape[0], np.nan)
    known = ~np.isnan(met)
    return np.where(known.any(axis=1), np.where(known, met, -np.inf).max(axis=1), np.nan)
