"""How long each site stayed in use, by the clock of one rule.

A stay is broken by an absence longer than the grace of the rule. A site has *left* on the first day of such an
absence, and coming back later does not undo it: the curve of staying is about the first leaving, and returns are in
``adoption.spells``. An absence that is not yet longer than the grace, a site that closed, and a site of which nothing
is known since, were not seen to leave: they are censored on the last day on which use was known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import Record, not_chosen, now_called, told
from takeroot.analysis.sustainment.seen import Row, Seen, Stay
from takeroot.vocabulary.calendar import months_between
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.stages import IN_USE, Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

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
          use, if that was later. Not yet, while any support goes on or has no end; support that began only after the
          day up to which the record is complete does not count
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
class Clock:
    """When the clock of a rule started at a site, and what was seen of the site.

    Parameters
    ----------
    zero
        The day on which it started.
    use
        When the site was in use at all, and when it was not.
    asked
        The same of the stages that the rule asks for.
    begun
        The day on which the site began, where it carries on the clock of others.
    carries
        Those whose clock it carries on, and that closed on that day.
    """

    zero: date
    use: Seen
    asked: Seen
    begun: date | None = None
    carries: Sequence[str] = ()

    def stay(self) -> Stay | None:
        """The stay that was under way at zero; else the last before it, else the first after it."""
        stays = self.asked.stays
        under_way = [
            stay for stay in stays if stay.began <= self.zero and (stay.ended > self.zero or stay.how == "still so")
        ]
        earlier = [stay for stay in stays if stay.ended <= self.zero]
        return under_way[0] if under_way else earlier[-1] if earlier else stays[0] if stays else None


def clocks(programme: Programme, rule: Rule) -> dict[str, Clock]:
    """The clock of a rule at every site where it has started, in order of site."""
    everything = told(programme)
    read, until = everything.read(not_chosen(programme)), everything.until
    if until is None:
        return {}
    group = tuple(stage.value for stage in rule.evidence.activities) or IN_USE
    closed = dict(read.sites.select("site", "closed").drop_nulls().iter_rows())
    rows = _by_site(read)
    use = {site: Seen(mine, (*IN_USE, *group), closed.get(site), until, rule.grace) for site, mine in rows.items()}
    asked = use
    if not set(IN_USE) <= set(group):
        asked = {site: Seen(mine, group, closed.get(site), until, rule.grace) for site, mine in rows.items()}
    firsts = _firsts(read, rule)
    support = _support_ended(programme, read, until) if rule.zero == "end of support" else {}
    carried = {(each.successor, each.on): each.before for each in everything.successions}
    began: dict[tuple[str, date], date] = {}
    carries: dict[tuple[str, date], list[str]] = {}
    for (site, on), before in sorted(carried.items(), key=lambda item: item[0][1]):
        starts = {
            other: start for other in before if other in use and (start := _carried_from(other, on, use, firsts, began))
        }
        if starts and site in use and any(stay.began == on for stay in use[site].stays):
            began[site, on] = min(starts.values())
            carries[site, on] = [other for other in starts if closed.get(other) == on]
    started = {}
    for site in sorted(use):
        zero = firsts.get(site)
        own = use[site].stays[0].began if use[site].stays else None
        begun = own if own is not None and (site, own) in began and (zero is None or zero >= own) else None
        if begun is not None:
            zero = began[site, begun]
        if rule.zero == "end of support" and zero is not None:
            zero = max(zero, support[site]) if site in support else None
        if zero is not None and zero <= until and zero < closed.get(site, date.max):
            mine = carries[site, begun] if begun is not None else ()
            started[site] = Clock(zero, use[site], asked[site], begun, mine)
    return started


def _by_site(read: Record) -> dict[str, list[Row]]:
    """The rows of each site."""
    rows = read.rows.select("site", "on", "stage", "reason_kind").iter_rows()
    return {site: [row[1:] for row in mine] for site, mine in groupby(rows, key=lambda row: row[0])}


def _firsts(read: Record, rule: Rule) -> dict[str, date]:
    """The first day in use of each site, or in full use; what was carried on from other sites is not its own."""
    used = read.rows.filter(pl.col("stage").is_in(IN_USE) & ~pl.col("carried"))
    if rule.zero == "full use":
        used = used.filter((pl.col("stage") == Stage.EMBEDDED.value) | (pl.col("extent") >= 1).fill_null(False))
    return dict(used.group_by("site").agg(pl.col("on").min()).iter_rows())


def _carried_from(
    site: str, on: date, seen: Mapping[str, Seen], firsts: Mapping[str, date], began: Mapping[tuple[str, date], date]
) -> date | None:
    """The zero that a site's stay, if it lasted until it was carried on, hands to the site that carried it on."""
    first = firsts.get(site)
    for stay in seen[site].stays:
        if stay.began < on <= stay.ended and stay.how in ("closed", "still so"):
            if (site, stay.began) in began:
                return began[site, stay.began]
            return max(stay.began, first) if first is not None and first < on else None
    return None


def _support_ended(programme: Programme, read: Record, until: date) -> dict[str, date]:
    """The first day without support, for the sites to which it was given and is given no more."""
    supports = programme.supports.filter(pl.col("since") <= until)
    supports = supports.select(pl.col("site").replace(now_called(programme)), "until")
    everywhere = supports.filter(pl.col("site").is_null()).drop("site").join(read.sites.select("site"), how="cross")
    given = pl.concat([supports.drop_nulls("site"), everywhere.select("site", "until")])
    ends = given.group_by("site").agg(pl.when(pl.col("until").is_not_null().all()).then(pl.col("until").max()))
    return dict(ends.drop_nulls("until").iter_rows())
