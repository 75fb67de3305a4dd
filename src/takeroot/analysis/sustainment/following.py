"""The course of every site by the clock of one rule, as rows that the other analyses of this room take.

A site is followed from the clock's zero, or from when it was first seen after it, to the end of the record or to its
closing. While nothing is known of it, it is not followed; it comes back under observation when something is. What is
not known to be longer than the grace of the rule is no leaving, and an absence that may yet be within it is not
followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

from takeroot.analysis.sustainment.seen import Seen
from takeroot.analysis.sustainment.stays import clocks
from takeroot.errors import NotFound
from takeroot.vocabulary.calendar import months_between
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.stages import Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

Of = Literal["leaving", "returning"]
States = Literal["use", "stage"]

IN_USE, OUT = "in use", "not in use"

_COURSES = {
    "site": pl.String(),
    "start": pl.Float64(),
    "stop": pl.Float64(),
    "state": pl.String(),
    "to": pl.String(),
    "final": pl.Boolean(),
    "rule": pl.String(),
}
_AT_RISK = {
    "site": pl.String(),
    "start": pl.Float64(),
    "stop": pl.Float64(),
    "event": pl.Boolean(),
    "number": pl.Int64(),
    "gap": pl.Float64(),
    "final": pl.Boolean(),
    "rule": pl.String(),
}


@dataclass(frozen=True)
class Part:
    """An unbroken time in one state; none, where it is not followed."""

    began: date
    ended: date
    state: str | None


def courses(programme: Programme, rule: Rule, *, states: States = "use") -> pl.DataFrame:
    """In which state each site was, from when to when since the clock's zero, and where it went.

    Parameters
    ----------
    programme
        Its stages, successions and supports.
    rule
        Its ``zero``, its ``grace``, and the stages that it takes to show the activities.
    states
        Whether a site is ``in use`` or ``not in use`` (``use``), or in which ``stage``; a stop is told by how it came
        about. Absences that the grace overlooks do not count as leaving the state before them.

    Returns
    -------
    DataFrame
        In order of site and time: ``site``, ``start`` and ``stop`` in months since the clock's zero, ``state``, the
        state it went ``to`` then (empty where it was last seen, or nothing was known of it from then on), whether it
        was ``final`` (the site closed), and ``rule``. What lasted for no time at all is passed over.

    Raises
    ------
    NotFound
        If states are to be told in another way.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"] * 3, "stage": ["using", "paused", "using"]}
    >>> stages |= {"on": ["2023-01-01", "2023-10-01", "2023-12-01"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> courses(programme, rule, states="stage").select("start", "stop", "state", "to").rows()
    [(0.0, 9.0, 'using', 'paused'), (9.0, 11.0, 'paused', 'using'), (11.0, 12.0, 'using', None)]
    """
    if states not in ("use", "stage"):
        raise NotFound("way to tell states", states, ("use", "stage"))
    rows = []
    for site, clock in clocks(programme, rule).items():
        seen = clock.asked
        parts = list(_merged(_parts(seen, states), clock.zero, seen.until))
        for place, part in enumerate(parts):
            if part.state is None:
                continue
            following = parts[place + 1].state if place + 1 < len(parts) else None
            last = place + 1 == len(parts)
            rows.append((site, clock.zero, part.began, part.ended, part.state, following, last and bool(seen.closed)))
    names = ["site", "zero", "began", "ended", "state", "to", "final"]
    kinds = {"zero": pl.Date(), "began": pl.Date(), "ended": pl.Date()}
    frame = pl.DataFrame(rows, schema={name: kinds.get(name) or _COURSES[name] for name in names}, orient="row")
    zero = pl.col("zero")
    frame = frame.with_columns(
        start=months_between(zero, pl.col("began")), stop=months_between(zero, pl.col("ended")), rule=pl.lit(rule.name)
    )
    return frame.select(pl.col(name).cast(kind) for name, kind in _COURSES.items())


def lapses(programme: Programme, rule: Rule) -> pl.DataFrame:
    """Every site for as long as it was followed, with each time at which it left: for mean cumulative lapses.

    Parameters
    ----------
    programme, rule
        As for :func:`courses`.

    Returns
    -------
    DataFrame
        ``site``, ``start``, ``stop``, ``event`` (whether it left then), ``number`` (which leaving it would be),
        ``gap`` (the length), ``final`` (whether it closed then) and ``rule``. A site that has left is followed on: how
        often sites leave is asked of all of them.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"] * 3, "stage": ["using", "paused", "using"]}
    >>> stages |= {"on": ["2023-01-01", "2023-10-01", "2023-12-01"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> lapses(programme, rule).select("start", "stop", "event", "number").rows()
    [(0.0, 9.0, True, 1), (9.0, 11.0, False, 2), (11.0, 12.0, False, 2)]
    """
    return _counted(courses(programme, rule), IN_USE)


def returns(programme: Programme, rule: Rule) -> pl.DataFrame:
    """Every site for as long as it was followed, with each time at which it came back: for mean cumulative returns.

    Parameters
    ----------
    programme, rule
        As for :func:`courses`.

    Returns
    -------
    DataFrame
        As :func:`lapses`, where an ``event`` is a coming back into use.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"] * 3, "stage": ["using", "paused", "using"]}
    >>> stages |= {"on": ["2023-01-01", "2023-10-01", "2023-12-01"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> returns(programme, rule)["event"].to_list()
    [False, True, False]
    """
    return _counted(courses(programme, rule), OUT)


def at_risk(programme: Programme, rule: Rule, of: Of = "leaving", covariates: Sequence[str] = ()) -> pl.DataFrame:
    """Every site for as long as it could leave, or could come back: for Cox models of what goes with it.

    Parameters
    ----------
    programme, rule
        As for :func:`courses`.
    of
        ``leaving``: while in use. ``returning``: while not in use any more.
    covariates
        Columns of the sites (their region, their size) to have beside.

    Returns
    -------
    DataFrame
        As :func:`lapses`, and the covariates. As it stands it is the layout of Andersen and Gill; with
        ``strata="number"``, that of Prentice, Williams and Peterson in total time; with ``gap`` for ``stop`` and no
        ``start`` besides, in gap time.

    Raises
    ------
    NotFound
        If neither leaving nor returning is asked about, or there is no such column.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"] * 3, "stage": ["using", "paused", "using"]}
    >>> stages |= {"on": ["2023-01-01", "2023-10-01", "2023-12-01"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> at_risk(programme, rule).select("start", "stop", "event", "gap").rows()
    [(0.0, 9.0, True, 9.0), (11.0, 12.0, False, 1.0)]
    """
    if of not in ("leaving", "returning"):
        raise NotFound("thing to be at risk of", of, ("leaving", "returning"))
    course = courses(programme, rule)
    state = IN_USE if of == "leaving" else OUT
    rows = _counted(course, state).filter(course["state"] == state)
    for name in covariates:
        if name not in programme.sites.columns or name in _AT_RISK:
            raise NotFound("column of the sites", name, set(programme.sites.columns) - set(_AT_RISK))
    return rows.join(programme.sites.select("site", *covariates), on="site", how="left", maintain_order="left")


def _counted(course: pl.DataFrame, state: str) -> pl.DataFrame:
    """Rows with whether, and for which time, a site went from a state to the other."""
    event = (pl.col("state") == state) & pl.col("to").is_not_null()
    rows = course.with_columns(event=event, gap=pl.col("stop") - pl.col("start"))
    before = pl.col("event").cum_sum().over("site") - pl.col("event").cast(pl.Int64)
    rows = rows.with_columns(number=before + 1)
    return rows.select(pl.col(name).cast(kind) for name, kind in _AT_RISK.items())


def _parts(seen: Seen, states: States) -> Iterator[Part]:
    """Every time of a site by the states asked for."""
    stays = seen.stays
    days = sorted({run.began for run in seen.runs} | {on for on, _, _ in seen.rows})
    held: str | None = None
    for place, day in enumerate(days):
        until = min(days[place + 1], seen.until) if place + 1 < len(days) else seen.until
        state = seen.state(day)
        if day >= seen.until or until <= day or state is None:
            continue
        stay = next((stay for stay in stays if stay.began <= day < stay.ended), None)
        if stay is not None and state != "unknown":
            held = _said(seen, day, states) if state == "in" else held
            yield Part(day, until, held)
        elif stay is not None:
            yield Part(day, until, held)
        elif state == "out" and _open(seen, day):
            yield Part(day, until, None)
        else:
            yield Part(day, until, None if state == "unknown" else _said(seen, day, states))


def _open(seen: Seen, day: date) -> bool:
    """Whether an absence, of which this day is one, is not known to be longer than the grace."""
    before = next((stay for stay in reversed(seen.stays) if stay.ended <= day), None)
    if before is None or before.how == "left":
        return False
    return not any(run.state in ("in", "unknown") and before.ended < run.began <= day for run in seen.runs)


def _said(seen: Seen, day: date, states: States) -> str:
    """What the state of a day is called."""
    _, stage, how = next(row for row in reversed(seen.rows) if row[0] <= day)
    if states == "use":
        return IN_USE if stage in seen.group else OUT
    return f"{stage}: {how or 'not said'}" if stage == Stage.STOPPED.value else stage.replace("_", " ")


def _merged(parts: Iterator[Part], zero: date, until: date) -> Iterator[Part]:
    """Parts from zero on, those alike joined; a time before the first of them is not followed."""
    joined: Part | None = None
    for part in parts:
        if part.ended <= zero or part.began >= until:
            continue
        began = max(part.began, zero)
        if joined is not None and joined.state == part.state and joined.ended == began:
            joined = Part(joined.began, part.ended, part.state)
            continue
        if joined is not None:
            yield joined
            if joined.ended < began:
                yield Part(joined.ended, began, None)
        joined = Part(began, part.ended, part.state)
    if joined is not None:
        yield joined
