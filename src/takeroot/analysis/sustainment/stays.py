"""How long each site stayed in use, by the clock of one rule.

A stay is broken by an absence longer than the grace of the rule. A site has *left* on the first day of such an
absence, and coming back later does not undo it: the curve of staying is about the first leaving, and returns are in
``adoption.spells``. An absence that is not yet longer than the grace, a site that closed, and a site of which nothing
is known since, were not seen to leave: they are censored on the last day on which use was known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import polars as pl

from takeroot.analysis.adoption.record import UNKNOWN, Record, not_chosen, now_called, told
from takeroot.vocabulary.calendar import months_after, months_between
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.stages import IN_USE, Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

Ending = Literal["left", "still so", "not known", "closed", "within the grace"]

_STAYING = {
    "site": pl.String(),
    "zero": pl.Date(),
    "left": pl.Date(),
    "months": pl.Float64(),
    "event": pl.Boolean(),
    "left_as": pl.String(),
    "why_censored": pl.String(),
    "rule": pl.String(),
    "entered_months": pl.Float64(),
}


def staying(programme: Programme, rule: Rule) -> pl.DataFrame:
    """How long each site stayed, since the zero of the rule's clock.

    Parameters
    ----------
    programme
        Its stages, successions and supports.
    rule
        Its ``zero``, its ``grace``, and the stages that it takes to show the activities (those in use, if it names
        none).

        - ``adoption``: the first day in use
        - ``end of support``: the first day without the last support given to the site or to all; the first day in
          use, if that was later. Not yet, while any support goes on or has no end
        - ``full use``: the first day embedded, or in use by all of it (an extent of 1)

    Returns
    -------
    DataFrame
        A row for each site whose clock has started, in order of site: ``site``, ``zero``; ``left`` (the day) and
        ``left_as`` (the stage in which it was when the grace was used up; of a stop, also how), for those that left;
        ``months`` to that day, or to when it was last known to be in use; ``event`` (whether it left) or
        ``why_censored`` (still so, closed, not known, within the grace); ``rule`` (its name); ``entered_months``,
        where a stay was first seen after the clock's zero: a site that carries on from others has the clock of the
        longest of their stays.

        A site that had left before the end of support has 0 months: of the sites that support was given to, it did
        not stay.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A", "B"], "stage": ["using", "stopped", "using"]}
    >>> stages |= {"on": ["2023-01-01", "2023-10-01", "2023-07-01"], "reason_kind": [None, "decided", None]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> staying(programme, rule).select("site", "months", "left_as").rows()
    [('A', 9.0, 'stopped: decided'), ('B', 6.0, None)]
    """
    rows = []
    for site, clock in clocks(programme, rule).items():
        stay = clock.stay()
        if stay is None:
            continue
        before = stay.ended <= clock.zero
        rows.append(
            {
                "site": site,
                "zero": clock.zero,
                "left": stay.ended if stay.how == "left" else None,
                "until": clock.zero if before else stay.ended,
                "entered": stay.began if stay.began > clock.zero else None,
                "event": stay.how == "left",
                "left_as": stay.left_as,
                "why_censored": None if stay.how == "left" else stay.how,
                "rule": rule.name,
            }
        )
    schema = {**_STAYING, "until": pl.Date(), "entered": pl.Date()}
    frame = pl.DataFrame(rows, schema={name: kind for name, kind in schema.items() if "months" not in name})
    zero = pl.col("zero")
    frame = frame.with_columns(
        months=months_between(zero, pl.col("until")), entered_months=months_between(zero, pl.col("entered"))
    )
    return frame.select(pl.col(name).cast(kind) for name, kind in _STAYING.items())


@dataclass(frozen=True)
class Run:
    """An unbroken time in one state."""

    began: date
    state: Literal["in", "out", "unknown"]


@dataclass(frozen=True)
class Stay:
    """A time in use, with the absences in it that are overlooked."""

    began: date
    ended: date
    how: Ending
    left_as: str | None = None


@dataclass(frozen=True)
class Clock:
    """When the clock of a rule started at a site, and what was seen of the site's stays."""

    zero: date
    stays: Sequence[Stay]
    runs: Sequence[Run]
    until: date

    def stay(self) -> Stay | None:
        """The stay that was under way at zero; else the last before it, else the first after it."""
        under_way = [
            stay
            for stay in self.stays
            if stay.began <= self.zero and (stay.ended > self.zero or stay.how == "still so")
        ]
        earlier = [stay for stay in self.stays if stay.ended <= self.zero]
        return under_way[0] if under_way else earlier[-1] if earlier else self.stays[0] if self.stays else None


def clocks(programme: Programme, rule: Rule) -> dict[str, Clock]:
    """The clock of a rule at every site where it has started, in order of site."""
    everything = told(programme)
    read, until = everything.read(not_chosen(programme)), everything.until
    if until is None:
        return {}
    group = tuple(stage.value for stage in rule.evidence.activities) or IN_USE
    closed = dict(read.sites.select("site", "closed").drop_nulls().iter_rows())
    seen = {site: _Seen(list(rows), group, closed.get(site), until, rule.grace) for site, rows in _by_site(read)}
    firsts = _firsts(read, rule)
    support = _support_ended(programme, read) if rule.zero == "end of support" else {}
    carried = {(each.successor, each.on): each.before for each in everything.successions}
    began: dict[tuple[str, date], date] = {}
    for (site, on), before in sorted(carried.items(), key=lambda item: item[0][1]):
        starts = [
            start for other in before if other in seen and (start := _carried_from(other, on, seen, firsts, began))
        ]
        if starts and site in seen and any(stay.began == on for stay in seen[site].stays):
            began[site, on] = min(starts)
    started = {}
    for site in sorted(seen):
        zero = firsts.get(site)
        own = seen[site].stays[0].began if seen[site].stays else None
        if own is not None and (site, own) in began and (zero is None or zero >= own):
            zero = began[site, own]
        if rule.zero == "end of support" and zero is not None:
            zero = max(zero, support[site]) if site in support else None
        if zero is not None and zero <= until and zero < closed.get(site, date.max):
            started[site] = Clock(zero, seen[site].stays, seen[site].runs, closed.get(site, until))
    return started


class _Seen:
    """What was seen of one site: its runs in, out and unknown, and its stays."""

    def __init__(
        self,
        rows: list[tuple[date, str, str | None]],
        group: Sequence[str],
        closed: date | None,
        until: date,
        grace: int,
    ) -> None:
        self.rows, self.group, self.grace = rows, group, grace
        self.closed, self.until = closed, until
        states = [(on, "in" if stage in group else "unknown" if stage == UNKNOWN else "out") for on, stage, _ in rows]
        self.runs = [Run(next(iter(run))[0], state) for state, run in groupby(states, key=lambda each: each[1])]
        self.stays = list(self._stays())

    def _stays(self) -> Iterator[Stay]:
        began, at = None, 0
        while at < len(self.runs):
            run, at = self.runs[at], at + 1
            if run.state == "in":
                began = began or run.began
                continue
            if began is None:
                continue
            back = next((place for place in range(at, len(self.runs)) if self.runs[place].state == "in"), None)
            if back is not None and self.runs[back].began <= months_after(run.began, self.grace):
                at = back
                continue
            yield self._ended(began, run, self.runs[at] if at < len(self.runs) else None)
            began = None
        if began is not None:
            yield Stay(began, self.closed or self.until, "closed" if self.closed else "still so")

    def _ended(self, began: date, run: Run, following: Run | None) -> Stay:
        """A stay that was followed by an absence longer than the grace, or of unknown length."""
        if run.state == "unknown":
            return Stay(began, run.began, "not known")
        known_until = following.began if following else self.closed or self.until
        over = months_after(run.began, self.grace)
        if not self.grace or known_until > over:
            return Stay(began, run.began, "left", self._left_as(run.began, over))
        how: Ending = "not known" if following else "closed" if self.closed else "within the grace"
        return Stay(began, run.began, how)

    def _left_as(self, since: date, over: date) -> str:
        """The stage of the absence when the grace was used up."""
        stage, how = next(
            (stage, how)
            for on, stage, how in reversed(self.rows)
            if since <= on <= over and stage not in self.group and stage != UNKNOWN
        )
        return f"{stage}: {how or 'not said'}" if stage == Stage.STOPPED.value else stage.replace("_", " ")


def _by_site(read: Record) -> Iterator[tuple[str, Iterator[tuple[date, str, str | None]]]]:
    """The rows of each site; of several on one day, the last word."""
    last = read.rows.unique(["site", "on"], keep="last", maintain_order=True)
    for site, rows in groupby(last.select("site", "on", "stage", "reason_kind").iter_rows(), key=lambda row: row[0]):
        yield site, (row[1:] for row in rows)


def _firsts(read: Record, rule: Rule) -> dict[str, date]:
    """The first day in use of each site, or in full use; what was carried on from other sites is not its own."""
    last = read.rows.unique(["site", "on"], keep="last", maintain_order=True)
    used = last.filter(pl.col("stage").is_in(IN_USE) & ~pl.col("carried"))
    if rule.zero == "full use":
        used = used.filter((pl.col("stage") == Stage.EMBEDDED.value) | (pl.col("extent") >= 1).fill_null(False))
    return dict(used.group_by("site").agg(pl.col("on").min()).iter_rows())


def _carried_from(
    site: str, on: date, seen: Mapping[str, _Seen], firsts: Mapping[str, date], began: Mapping[tuple[str, date], date]
) -> date | None:
    """The zero that a site's stay, if it lasted until it was carried on, hands to the site that carried it on."""
    first = firsts.get(site)
    for stay in seen[site].stays:
        if stay.began < on <= stay.ended and stay.how in ("closed", "still so"):
            if (site, stay.began) in began:
                return began[site, stay.began]
            return max(stay.began, first) if first is not None and first < on else None
    return None


def _support_ended(programme: Programme, read: Record) -> dict[str, date]:
    """The first day without support, for the sites to which it was given and is given no more."""
    supports = programme.supports.select(pl.col("site").replace(now_called(programme)), "until")
    everywhere = supports.filter(pl.col("site").is_null()).drop("site").join(read.sites.select("site"), how="cross")
    given = pl.concat([supports.drop_nulls("site"), everywhere.select("site", "until")])
    ends = given.group_by("site").agg(pl.when(pl.col("until").is_not_null().all()).then(pl.col("until").max()))
    return dict(ends.drop_nulls("until").iter_rows())
