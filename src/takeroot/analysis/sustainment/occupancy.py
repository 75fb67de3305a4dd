"""Where sites stand, by months since the clock's zero: in full use, in part, out of it, back again.

At every time some of those in a state move to another. The share in each state is carried on from what it was by the
shares that moved, of those that were seen in the state then (Aalen-Johansen), so that sites lost to sight, and those
that come late, count for as long as they were seen. The shares of all states sum to 1 at every time. It is taken that
what a site does next goes by where it stands and how long since zero, not by how it came there.

References
----------
Aalen OO, Johansen S. An empirical transition matrix for non-homogeneous Markov chains. Scand J Stat 1978;5:141-50.
Therneau TM, Ou FS. Using robust variance in multi-state models (the infinitesimal jackknife). In: Therneau TM. A
Package for Survival Analysis in R.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from takeroot.analysis.sustainment.intervals import DECIMALS
from takeroot.analysis.sustainment.survival import Array, groups, incidence_limits
from takeroot.errors import Fault, FaultyInput, NotFound
from takeroot.vocabulary import door
from takeroot.vocabulary.column import IntoFrame, maybe, need
from takeroot.vocabulary.table import Table

#: How long each was in which state, and where it went.
COURSES = Table(
    "courses",
    "In which state each was, from when to when, and where it went",
    key=("row",),
    columns={
        "row": need("count", "the row"),
        "site": need("text", "which was followed"),
        "start": maybe("number", "after when it was in the state; 0, where it is not said", unit="months"),
        "stop": need("number", "up to when it was seen in the state", unit="months"),
        "state": need("text", "the state"),
        "to": maybe("text", "the state it went to then; none, where it was last seen"),
    },
)
_SHARES = {
    "state": pl.String(),
    "months": pl.Float64(),
    "at_risk": pl.Int64(),
    **dict.fromkeys(("share", "se", "lower", "upper"), pl.Float64()),
}


def occupancy(courses: IntoFrame, by: str | None = None) -> pl.DataFrame:
    """The share of sites in each state, by months since the clock's zero.

    Parameters
    ----------
    courses
        For each ``site`` and stay in a ``state``: ``start`` (0, if it is not said) and ``stop``, in months, and the
        state it went ``to``, where it was seen to.
    by
        A column whose groups get shares of their own, in the order in which they first come.

    Returns
    -------
    DataFrame
        For each group and each ``state`` in the order of the alphabet: ``months`` (0, or when the first was seen, and
        every time at which one moved), how many were ``at_risk`` of moving from the state then, the ``share`` (0 to 1)
        that is in it from then on, its robust ``se``, and its ``lower`` and ``upper`` 95 % limits; no limits while it
        is 0 or 1.

    Raises
    ------
    NotFound
        If there is no such column.
    FaultyInput
        If a site is in two states at a time.

    Examples
    --------
    >>> courses = {"site": ["A", "A", "B"], "start": [0, 4, 0], "stop": [4, 9, 9]}
    >>> courses |= {"state": ["in use", "paused", "in use"], "to": ["paused", None, None]}
    >>> occupancy(courses).select("state", "months", "share").rows()
    [('in use', 0.0, 1.0), ('in use', 4.0, 0.5), ('paused', 0.0, 0.0), ('paused', 4.0, 0.5)]
    """
    sheet = door.as_sheet(COURSES, courses)
    given = sheet.frame.drop("row", "id", strict=False)
    rows = COURSES.read(given.with_row_index("row"))
    if by is not None and by not in rows.columns:
        raise NotFound("column", by, rows.columns)
    rows = rows.with_columns(pl.col("start").fill_null(0.0).round(DECIMALS), pl.col("stop").round(DECIMALS))
    _one_state_at_a_time(rows)
    shares = []
    for group, seen in groups(rows, by):
        share = _shares(seen)
        shares.append(share if by is None else share.select(pl.lit(group, dtype=rows.schema[by]).alias(by), pl.all()))
    if shares:
        return pl.concat(shares)
    return pl.DataFrame(schema=_SHARES if by is None else {by: rows.schema[by], **_SHARES})


def _one_state_at_a_time(rows: pl.DataFrame) -> None:
    before = pl.col("stop").shift().over("site")
    back = rows.filter(pl.col("stop") < pl.col("start")).select("site", "start").rows()
    twice = rows.filter(pl.col("stop") > pl.col("start")).sort("site", "start", "stop")
    twice = twice.filter((pl.col("start") < before).fill_null(False)).unique("site", maintain_order=True)
    faults = [
        Fault(f"{site} stops before it starts ({start:g}); change one of them", "Courses") for site, start in back
    ]
    says = "{} is in two states after {:g}, and can be in one at a time; keep one"
    faults += [Fault(says.format(*row), "Courses") for row in twice.select("site", "start").rows()]
    if faults:
        raise FaultyInput(faults)


def _shares(seen: pl.DataFrame) -> pl.DataFrame:
    """The shares of one group."""
    names = sorted({*seen["state"], *seen["to"].drop_nulls()})
    place = {name: number for number, name in enumerate(names)}
    seen = seen.filter(pl.col("stop") > pl.col("start"))
    start, stop = seen["start"].to_numpy(), seen["stop"].to_numpy()
    state = np.array([place[name] for name in seen["state"]], dtype=int)
    to = np.array([-1 if name is None else place[name] for name in seen["to"]], dtype=int)
    to = np.where(to == state, -1, to)  # going on in the same state is no move
    _, site = np.unique(seen["site"].to_numpy(), return_inverse=True)
    many, sites = len(names), len(np.unique(site))
    when = np.unique(stop[to >= 0])
    zero = max(float(start.min()), 0.0) if len(start) else 0.0
    began = start <= zero
    first = np.bincount(state[began], minlength=many).astype(float)
    share = first / max(first.sum(), 1.0)
    moved_by = np.zeros((sites, many))
    np.add.at(moved_by, (site[began], state[began]), 1.0)
    moved_by = (moved_by - moved_by.sum(axis=1, keepdims=True) * share) / max(first.sum(), 1.0)
    kept = [(zero, first.astype(int), share, (moved_by**2).sum(axis=0))]
    for time in when:
        there = (start < time) & (stop >= time)
        at_risk = np.bincount(state[there], minlength=many)
        goes = there & (stop == time) & (to >= 0)
        moves = np.zeros((many, many))
        np.add.at(moves, (state[goes], to[goes]), 1.0)
        moves /= np.maximum(at_risk, 1)[:, None]
        step = np.eye(many) + moves - np.diag(moves.sum(axis=1))
        weigh = share / np.maximum(at_risk, 1)
        moved_by = moved_by @ step
        some = there & (moves.sum(axis=1) > 0)[state]
        np.add.at(moved_by, site[some], -weigh[state[some], None] * (step - np.eye(many))[state[some]])
        np.add.at(moved_by, (site[goes], to[goes]), weigh[state[goes]])
        np.add.at(moved_by, (site[goes], state[goes]), -weigh[state[goes]])
        share = share @ step
        kept.append((time, at_risk, share, (moved_by**2).sum(axis=0)))
    return _long(names, kept)


def _long(names: list[str], kept: list[tuple[float, Array, Array, Array]]) -> pl.DataFrame:
    """One row for each state and time."""
    when = [time for time, *_ in kept]
    frames = []
    for number, name in enumerate(names):
        at_risk = [int(each[number]) for _, each, _, _ in kept]
        share = np.array([each[number] for _, _, each, _ in kept])
        variance = np.array([each[number] for *_, each in kept])
        share = np.where(np.abs(share) < 1e-12, 0.0, np.where(np.abs(share - 1) < 1e-12, 1.0, share))
        lower, upper = incidence_limits(share, variance)
        columns = {"months": when, "at_risk": at_risk, "share": share, "se": np.sqrt(variance)}
        frame = pl.DataFrame(columns | {"lower": lower, "upper": upper}, nan_to_null=True)
        frames.append(frame.select(pl.lit(name).alias("state"), pl.all()).cast(pl.Schema(_SHARES)))
    return pl.concat(frames) if frames else pl.DataFrame(schema=_SHARES)
