"""When did sites take it up, and how fast, of how many who still could? Hazard, and neutral groups by time.

The hazard of a period is the share of the sites still waiting at its start that took it up in it, as a life table has
it: also in the first period. A site waits from when it opens (or enters the study) until it takes it up, closes, or is
no longer known of; one that never takes it up is censored, and is never counted as having done so at the end. A site
that was not known of just before it is first seen in use did not wait in sight, and is no event.

Groups by time have numbers, not names: they say who came before whom, and nothing about anybody.

References
----------
Singer JD, Willett JB. It's about time: using discrete-time survival analysis. J Educ Stat 1993;18:155-95.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from takeroot.analysis.adoption.grid import Marks
from takeroot.analysis.network.panel import NOT_YET, Array, Every, Panel, panel
from takeroot.errors import Fault, FaultyInput, NotFound

if TYPE_CHECKING:
    from takeroot.vocabulary.column import IntoFrame
    from takeroot.vocabulary.programme import Programme

#: What the groups of :func:`timing` are made by.
BY = ("share of sites", "mean and spread")


def take_up(stages: Programme | Panel | IntoFrame, *, every: Every = "month") -> pl.DataFrame:
    """How many sites took it up in each period, and of how many that still could.

    Parameters
    ----------
    stages
        A programme, its stages alone, or a panel. Sites that are marked as not eligible are left out.
    every
        How long a period is.

    Returns
    -------
    DataFrame
        A row for each period: ``on``; the number of sites ``open`` at its end, ``waiting`` at its start, that
        ``took_up`` in it, that have ``ever_used`` it and are ``in_use``; ``share``, those that ever used it of those
        that were ever there; ``growth``, how many took it up for each that had before (empty in the first period);
        and the ``hazard``, of those that waited (empty, where nobody did).

    Examples
    --------
    >>> stages = {"site": ["A", "B", "C"], "stage": ["using", "using", "exploring"]}
    >>> stages |= {"on": ["2024-01-10", "2024-02-02", "2024-02-05"]}
    >>> take_up(stages).select("waiting", "took_up", "hazard").rows()
    [(3, 1, 0.3333333333333333), (2, 1, 0.5)]
    """
    seen = panel(stages, every=every)
    waiting, event = waits(seen)
    chosen = seen.eligible[:, None]
    there, ever = seen.open & chosen, seen.ever_used & chosen
    was_there = np.logical_or.accumulate(there | ever, axis=1)
    counts = {
        "open": there,
        "waiting": waiting,
        "took_up": event,
        "ever_used": ever,
        "in_use": seen.in_use & chosen,
        "was_there": was_there,
    }
    frame = pl.DataFrame(
        [seen.periods.alias("on")]
        + [pl.Series(name, marks.sum(axis=0), dtype=pl.Int64) for name, marks in counts.items()]
    )
    before = pl.col("ever_used").shift()
    return frame.select(
        "on",
        "open",
        "waiting",
        "took_up",
        "ever_used",
        "in_use",
        share=_of("ever_used", "was_there"),
        growth=pl.when(before > 0).then((pl.col("ever_used") - before) / before),
        hazard=_of("took_up", "waiting"),
    )


def waits(seen: Panel) -> tuple[Marks, Marks]:
    """Which sites waited in each period, and which of them took it up in it: sites down, periods across."""
    periods = seen.shape[1]
    used_before = np.zeros_like(seen.ever_used)
    used_before[:, 1:] = seen.ever_used[:, :-1]
    # Known of at the end of the period before; a site that was not there then enters in this one.
    in_sight = np.ones_like(seen.known)
    in_sight[:, 1:] = seen.known[:, :-1] | ~seen.open[:, :-1]
    waiting = seen.open & ~used_before & in_sight & (seen.eligible & ~seen.carried)[:, None]
    waiting &= seen.known | seen.ever_used
    starts = np.arange(periods)[None, :]
    missed = (seen.began != NOT_YET) & ~seen.seen & (seen.began == 0)  # had used it before anything was seen
    waiting &= ~missed[:, None]
    return waiting, waiting & (seen.began[:, None] == starts)


def timing(
    stages: Programme | Panel | IntoFrame,
    *,
    groups: int = 4,
    by: Literal["share of sites", "mean and spread"] = "share of sites",
    every: Every = "month",
) -> pl.DataFrame:
    """Which sites took it up before which, in numbered groups.

    Parameters
    ----------
    stages
        A programme, its stages alone, or a panel. Sites that are marked as not eligible are left out.
    groups
        How many groups, by share of sites: of four, the first holds the sites before which fewer than a quarter of all
        sites had taken it up. Those that did so in the same period are in one group.
    by
        ``share of sites``, of all of them, so that groups do not change as others follow; or ``mean and spread``: four
        groups, up to one standard deviation below the mean of those that have taken it up, up to the mean, up to one
        above it, and after. The last moves whenever another site takes it up.
    every
        How long a period is.

    Returns
    -------
    DataFrame
        A row for each site, in order: ``site``, ``took_up`` (the period), ``waited`` (how many periods since the
        first), ``before`` (the share of sites that had taken it up in an earlier period) and ``group``, from 1; the
        last two empty for a site that has not taken it up, or was not seen to.

    Examples
    --------
    >>> stages = {"site": ["A", "B", "C"], "stage": ["using", "using", "exploring"]}
    >>> stages |= {"on": ["2024-01-10", "2024-02-02", "2024-02-05"]}
    >>> timing(stages, groups=2).select("site", "before", "group").rows()
    [('A', 0.0, 1), ('B', 0.3333333333333333, 1), ('C', None, None)]
    """
    if by not in BY:
        raise NotFound("way to make groups", str(by), BY)
    if groups < 2:
        raise FaultyInput([Fault(f"two groups or more are needed; found {groups}")])
    seen = panel(stages, every=every)
    told = (seen.began != NOT_YET) & seen.seen & seen.eligible
    has_begun = np.sort(seen.began[(seen.began != NOT_YET) & seen.eligible])
    before = np.searchsorted(has_begun, seen.began) / max(int(seen.eligible.sum()), 1)
    if by == "share of sites":
        # What rounding may take from a share that stands on the edge of a group is given back.
        group = np.floor(before * groups + 1e-9).astype(np.int64) + 1
    else:
        group = np.searchsorted(cuts(seen.began[told]), seen.began, side="left") + 1
    whole = {"waited": seen.began, "group": group}
    frame = pl.DataFrame(
        {"site": seen.sites["site"], "took_up": seen.took_up, "told": told, "before": before}
        | {name: pl.Series(numbers, dtype=pl.Int64) for name, numbers in whole.items()}
    )
    known = [pl.when("told").then(name).alias(name) for name in ("before", "group")]
    waited = pl.when(pl.col("took_up").is_not_null()).then("waited").alias("waited")
    return frame.filter(pl.Series(seen.eligible)).select("site", "took_up", waited, *known)


def cuts(began: Array) -> Array:
    """One standard deviation (of a sample) below the mean, the mean, and one above."""
    if began.size < 2:
        return np.repeat(began.astype(np.float64), 3) if began.size else np.zeros(3)
    return np.asarray(began.mean() + np.array([-1, 0, 1]) * began.std(ddof=1))


def _of(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))
