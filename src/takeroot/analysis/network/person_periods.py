"""A row for each site and each period in which it might have taken it up, stopped, or come back.

A site is at risk in a period if it was there and known of both before it and at its end, and had not yet done what is
asked about. It leaves the rows when it does so, and without having done so when it closes, is no longer known of, or
the record ends (it is censored). A site that opens late enters late; one that stops and comes back is at risk of
stopping again, in a spell of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from takeroot.analysis.adoption.grid import Marks
from takeroot.analysis.network.exposure import checked, counted
from takeroot.analysis.network.panel import Array, Every, Panel, panel
from takeroot.analysis.network.ties import Influence, of_kinds
from takeroot.analysis.network.timing import waits
from takeroot.errors import Fault, FaultyInput, NotFound

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

Of = Literal["taking up", "stopping", "coming back"]

_ROW = ("site", "on", "event", "spell", "waited", "exposure", "ties", "isolated")


def person_periods(
    stages: Programme | Panel | IntoFrame,
    ties: IntoFrame | None = None,
    *,
    of: Of = "taking up",
    lag: int = 1,
    covariates: Sequence[str] = (),
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
    """The periods in which each site was at risk, with its exposure before them and what happened in them.

    Parameters
    ----------
    stages, ties
        A programme, its stages alone, or a panel; and the ties. See :func:`~takeroot.analysis.network.exposure`. Sites
        that are marked as not eligible are left out.
    of
        ``taking up``: first use, of sites that have never used it. ``stopping``: of sites in use. ``coming back``: of
        sites that used it and no longer do.
    lag
        Exposure so many periods before. At 0 it includes what happened in the period itself.
    covariates
        Columns of the sites to stand beside.
    influence, kind, valued, normalised, ever, memory, lasting, weigh_by, every
        As for :func:`~takeroot.analysis.network.exposure`.

    Returns
    -------
    DataFrame
        In order of site and period: ``site``, ``on`` (the first day of the period, or its number), ``event`` (whether
        it happened), ``spell`` (which of the site's stays at risk), ``waited`` (for how many periods it has been at
        risk, this one included), ``exposure`` and ``ties`` so many periods before (empty in the first periods of the
        record, and where the site was not there; exposure also where it had no ties, which ``isolated`` says), and the
        covariates.

    Raises
    ------
    NotFound
        If the sites have no such column, or there is no such kind of tie.

    Examples
    --------
    >>> stages = {"site": ["A", "B"], "stage": ["using", "using"], "on": ["2024-01-10", "2024-03-02"]}
    >>> rows = person_periods(stages, {"source": ["A"], "target": ["B"]})
    >>> rows.filter(site="B").select("on", "event", "exposure").rows()[1:]
    [(datetime.date(2024, 2, 1), False, 1.0), (datetime.date(2024, 3, 1), True, 1.0)]
    """
    checked(lag, memory, lasting)
    seen = panel(stages, ties, every=every)
    beside = _beside(seen, covariates)
    at_risk, event = _at_risk(seen, of)
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
    spell, waited = _spells(at_risk, event)
    site, period = np.nonzero(at_risk)
    before = period - lag
    there = before >= 0
    there[there] = seen.open[site[there], before[there]]
    at = (site, np.where(there, before, 0))
    number = np.where(there, found.ties[at], np.nan) if site.size else np.zeros(0)
    level = found.share()[at] if normalised else found.in_use[at].astype(np.float64)
    rows = pl.DataFrame(
        {
            "site": seen.sites["site"].gather(site),
            "on": seen.periods.gather(period),
            "event": event[site, period],
            "spell": pl.Series(spell[site, period], dtype=pl.Int64),
            "waited": pl.Series(waited[site, period], dtype=pl.Int64),
            "exposure": pl.Series(np.where(there, level, np.nan)).fill_nan(None),
            "ties": pl.Series(number).fill_nan(None),
        }
    )
    return rows.with_columns((pl.col("ties") == 0).alias("isolated"), *beside.select(pl.all().gather(site)))


def _beside(seen: Panel, covariates: Sequence[str]) -> pl.DataFrame:
    """The columns of the sites that are asked for."""
    wanted = [covariates] if isinstance(covariates, str) else list(covariates)
    known = [name for name in seen.sites.columns if name not in ("site", "id")]
    for name in wanted:
        if name not in known:
            raise NotFound("column of the sites", name, known)
        if name in _ROW:
            says = f"a column of this name stands in the rows already ({', '.join(_ROW)}); give the covariate another"
            raise FaultyInput([Fault(says, "Sites", None, name)])
    return seen.sites.select(wanted)


def _at_risk(seen: Panel, of: Of) -> tuple[Marks, Marks]:
    """Which sites were at risk in each period, and to which of them it happened in it."""
    if of == "taking up":
        return waits(seen)
    if of not in ("stopping", "coming back"):
        raise NotFound("thing that may happen to a site", str(of), ("taking up", "stopping", "coming back"))
    there = np.zeros_like(seen.open)
    there[:, 1:] = seen.open[:, 1:] & seen.open[:, :-1] & seen.known[:, 1:] & seen.known[:, :-1]
    there &= seen.eligible[:, None]
    used = np.zeros_like(seen.in_use)
    if of == "stopping":
        used[:, 1:] = seen.in_use[:, :-1]
        at_risk = there & used
        return at_risk, at_risk & ~seen.in_use
    used[:, 1:] = seen.ever_used[:, :-1] & ~seen.in_use[:, :-1]
    at_risk = there & used
    return at_risk, at_risk & seen.in_use


def _spells(at_risk: Marks, event: Marks) -> tuple[Array, Array]:
    """Which of its stays at risk each site is in, and for how many periods."""
    count, periods = at_risk.shape
    spell, waited = np.zeros((count, periods), dtype=np.int32), np.zeros((count, periods), dtype=np.int32)
    so_far, which = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    for period in range(periods):
        now = at_risk[:, period]
        so_far = np.where(now, so_far + 1, 0)
        which = which + (so_far == 1)
        spell[:, period], waited[:, period] = which, so_far
        so_far = np.where(event[:, period], 0, so_far)
    return spell, waited
