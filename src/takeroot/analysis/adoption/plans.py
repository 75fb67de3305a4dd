"""Was it spread as planned? Plans in every version, against what happened.

A later version of a plan does not erase an earlier one: each is held against what happened. A plan for a site is met
when the site got there by the day it was due. A plan for the programme says how many sites should be there, and is held
against how many were, on the day it was due. Until that day it is neither met nor missed. The date first allocated to a
site is kept beside the date last planned and the date on which it happened; a site that never started has no such date,
and counts as not started, however it was allocated.

Only plans of stages are judged here. A plan that names no stage means use. To have been contacted or to have prepared
looks back over a site's history; every other stage is held against where a site stands on the day. Plans that were set
after the day up to which the record is said to be complete (``as_at``) are not read.

References
----------
The lesson is that of trials in steps: analysed by the steps to which hospitals were allocated, and by when they began,
one trial gave different answers (THISTLE. BMJ Qual Saf 2020;29:122-34).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import Record, now_called, record
from takeroot.analysis.adoption.spells import REACHED, spells_of
from takeroot.vocabulary.calendar import months_between
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.tables import PLANS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: Stages to which a site has got for good, and what of its history shows it besides.
LOOKING_BACK = {"exploring": "contacted", "preparing": "ever_used"}

_AGAINST = {
    "site": pl.String(),
    "name": pl.String(),
    "value": pl.Float64(),
    "due": pl.Date(),
    "set_on": pl.Date(),
    "set_by": pl.String(),
    "why": pl.String(),
    "version": pl.Int64(),
    "current": pl.Boolean(),
    "actual_on": pl.Date(),
    "actual": pl.Float64(),
    "met": pl.Boolean(),
    "months_late": pl.Float64(),
    "reference": pl.String(),
}
_LINES = {
    "version": pl.Int64(),
    "set_on": pl.Date(),
    "on": pl.Date(),
    "planned": pl.Float64(),
    "current": pl.Boolean(),
    "of": pl.String(),
}


def versions(programme: Programme) -> pl.DataFrame:
    """Every plan, whatever it is of: its ``version`` (1 is the first), whether it is ``current``, its ``reference``.

    A version is all that was set on one day for one site (or the programme) and one stage, measure, component or
    support. What was set after the day up to which the record is said to be complete is none yet.
    """
    plans = programme.plans.with_columns(
        pl.col("site").replace(now_called(programme)),
        pl.when(pl.col("what") == "stage").then(pl.col("name").fill_null("using")).otherwise("name").alias("name"),
        reference=PLANS.references(programme.plans),
    )
    if programme.about.as_at is not None:
        plans = plans.filter(pl.col("set_on") <= programme.about.as_at)
    of = ("what", "site", "name")
    version = pl.col("set_on").rank("dense").over(of).cast(pl.Int64)
    plans = plans.with_columns(version=version).with_columns(
        current=pl.col("version") == pl.col("version").max().over(of)
    )
    return plans.sort("what", "site", "name", "version", "due", "reference")


def planned_against_actual(programme: Programme) -> pl.DataFrame:
    """Every version of every plan of stages, and what happened.

    Parameters
    ----------
    programme
        Its plans and its stages.

    Returns
    -------
    DataFrame
        ``site`` (empty for the whole programme), ``name`` (the stage planned), ``value`` (how many sites), ``due``,
        ``set_on``, ``set_by``, ``why``; ``version`` (1 is the first) and whether it is ``current``; ``actual_on`` (when
        the site got there, or the first day with so many sites there); ``actual`` (how many sites were there on the
        day it was due, or so far: of one site, 1 or 0); ``met`` (for a site, whether it had got there by that day, even
        if it has left since; empty before it is due, unless the site has got there); ``months_late`` (negative if
        early, empty if it has not happened); ``reference``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> programme = Programme(
    ...     {"name": "Falls", "as_at": "2024-12-31"},
    ...     plans={"what": ["stage"], "site": ["A"], "due": ["2024-03-01"], "set_on": ["2023-12-01"]},
    ...     stages={"site": ["A"], "stage": ["using"], "on": ["2024-05-01"]},
    ... )
    >>> planned_against_actual(programme).select("version", "actual", "met", "months_late").row(0)
    (1, 0.0, False, 2.0)
    """
    read, plans = record(programme), versions(programme).filter(pl.col("what") == "stage")
    judged = [_judged(read, mine, str(name)) for (name,), mine in plans.group_by("name", maintain_order=True)]
    judged = [frame.select(pl.col(column).cast(kind) for column, kind in _AGAINST.items()) for frame in judged]
    frame = pl.concat([pl.DataFrame(schema=_AGAINST), *judged])
    return frame.sort("site", "name", "version", "due", "reference", nulls_last=False)


def plan_lines(programme: Programme) -> pl.DataFrame:
    """How many sites were planned to be in use by when, in each version of the plan.

    Parameters
    ----------
    programme
        Its plans of use.

    Returns
    -------
    DataFrame
        ``version`` (1 is the first), ``set_on`` (when any of it was first set), ``on``, ``planned`` (sites in all by
        that day) and whether the version is ``current``; ``of`` says whether it is the plan for the ``programme``, as
        given, or those for its ``sites``, added up: the first plan for each, then the second for each that has one, and
        so on.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> plans = {"what": ["stage"] * 3, "site": ["A", "B", "B"], "due": ["2024-03-01", "2024-03-01", "2024-09-01"]}
    >>> plans |= {"set_on": ["2023-12-01", "2023-12-01", "2024-02-01"]}
    >>> plan_lines(Programme("Falls", plans=plans)).select("version", "on", "planned").rows()[-2:]
    [(2, datetime.date(2024, 3, 1), 1.0), (2, datetime.date(2024, 9, 1), 2.0)]
    """
    plans = versions(programme).filter(pl.col("what") == "stage", pl.col("name") == "using")
    whole = plans.filter(pl.col("site").is_null(), pl.col("value").is_not_null())
    whole = whole.select("set_on", on="due", planned="value", of=pl.lit("programme"))
    lines = pl.concat([whole, _added_up(plans.filter(pl.col("site").is_not_null()))])
    lines = lines.group_by("of", "set_on", "on").agg(pl.col("planned").max())
    family = pl.struct("set_on", "of").rank("dense").cast(pl.Int64)
    lines = lines.with_columns(version=family, current=pl.col("set_on") == pl.col("set_on").max().over("of"))
    return lines.select(pl.col(name).cast(kind) for name, kind in _LINES.items()).sort("version", "on")


def allocated_and_actual(programme: Programme) -> pl.DataFrame:
    """When each site was to start, first and last, and when it did.

    Parameters
    ----------
    programme
        Its plans of use, its stages and its sites.

    Returns
    -------
    DataFrame
        A row for each site that was meant to start or did: ``site``; ``allocated`` (when, by the first plan for it) and
        ``planned_now`` (by the latest); ``actual`` and ``actual_before`` (when it did, and the day before which if only
        a span is known); ``months_late`` (from the first plan; negative if early). A site that never started has no
        actual.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> plans = {"what": ["stage"] * 2, "site": ["A", "B"], "due": ["2024-03-01"] * 2, "set_on": ["2023-12-01"] * 2}
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-04-01"]}
    >>> allocated_and_actual(Programme("Falls", plans=plans, stages=stages)).select("site", "months_late").rows()
    [('A', 1.0), ('B', None)]
    """
    read = record(programme)
    plans = versions(programme).filter(
        pl.col("what") == "stage", pl.col("name") == "using", pl.col("site").is_not_null()
    )
    plans = (
        plans.filter(_meant())
        .sort("version", "due")
        .group_by("site")
        .agg(allocated=pl.col("due").first(), planned_now=pl.col("due").filter("current").first())
    )
    first = spells_of(read, IN_USE).filter(pl.col("spell") == 1)
    sites = (
        read.sites.select("site", "planned")
        .join(plans, on="site", how="left")
        .join(first.select("site", actual="began", actual_before="began_before"), on="site", how="left")
    )
    meant = pl.col("planned").fill_null(False) | pl.any_horizontal(pl.col("allocated", "actual").is_not_null())
    late = months_between(pl.col("allocated"), pl.col("actual"))
    columns = ["site", "allocated", "planned_now", "actual", "actual_before", "months_late"]
    return sites.filter(meant).with_columns(months_late=late).select(columns).sort("site")


def _meant() -> pl.Expr:
    """Whether a site's plan means it to get there: a plan of none takes it back."""
    return pl.col("value").fill_null(1) > 0


def _judged(read: Record, plans: pl.DataFrame, name: str) -> pl.DataFrame:
    """Plans of one stage against what happened."""
    stays = _stays(read, name)
    until = pl.lit(read.until, dtype=pl.Date)
    mine = plans.filter(pl.col("site").is_not_null())
    # The first stay that was not over before both the plan and its day: a site may have used it once, long before.
    own = mine.select("reference", "site", "due", "set_on").join(stays, on="site")
    lasting = own.filter((pl.col("ended") > pl.min_horizontal("set_on", "due")).fill_null(True))
    mine = mine.join(lasting.group_by("reference").agg(actual_on=pl.col("began").min()), on="reference", how="left")
    then = own.filter(
        pl.col("began") <= pl.col("due"), (pl.col("ended") > pl.min_horizontal("due", until)).fill_null(True)
    )
    got_there = pl.col("actual_on").is_not_null()
    mine = mine.with_columns(
        actual=pl.col("reference").is_in(then["reference"].implode()).cast(pl.Float64),
        met=pl.when(_meant() & (got_there | (pl.col("due") <= until))).then(
            (pl.col("actual_on") <= pl.col("due")).fill_null(False)
        ),
    )
    return pl.concat(
        [mine, _counted(plans.filter(pl.col("site").is_null()), stays, read)], how="diagonal"
    ).with_columns(months_late=months_between(pl.col("due"), pl.col("actual_on")))


def _stays(read: Record, name: str) -> pl.DataFrame:
    """From when until when each site was there, as a plan of a stage means it."""
    group = REACHED.get(name, (name,))
    if name not in LOOKING_BACK:
        return spells_of(read, group).select("site", "began", "ended")
    had_been = read.rows.filter(pl.col("stage").is_in(group) | pl.col(LOOKING_BACK[name]))
    had_been = had_been.group_by("site").agg(began=pl.col("on").min())
    return had_been.join(read.sites.select("site", ended="closed"), on="site", how="left")


def _counted(plans: pl.DataFrame, stays: pl.DataFrame, read: Record) -> pl.DataFrame:
    """Plans of a number of sites against how many there were, day by day."""
    eligible = read.sites.filter(pl.col("eligible").fill_null(True))["site"]
    stays = stays.filter(pl.col("site").is_in(eligible.implode()))
    came = stays.select(on="began", by=pl.lit(1, pl.Int64))
    went = stays.select(on="ended", by=pl.lit(-1, pl.Int64)).drop_nulls()
    days = pl.concat([came, went]).group_by("on").agg(pl.col("by").sum()).sort("on")
    days = days.select("on", there=pl.col("by").cum_sum().cast(pl.Float64))
    until = pl.lit(read.until, dtype=pl.Date)
    plans = plans.with_columns(day=pl.min_horizontal(pl.col("due"), until)).sort("day")
    plans = plans.join_asof(days.rename({"on": "there_on"}), left_on="day", right_on="there_on").with_columns(
        actual=pl.when(until.is_not_null()).then(pl.col("there").fill_null(0.0))
    )
    first = plans.select("reference", "value").join(days, how="cross").filter(pl.col("there") >= pl.col("value"))
    plans = plans.join(first.group_by("reference").agg(actual_on=pl.col("on").min()), on="reference", how="left")
    return plans.with_columns(met=pl.when(pl.col("due") <= until).then(pl.col("actual") >= pl.col("value")))


def _added_up(plans: pl.DataFrame) -> pl.DataFrame:
    """Sites planned by each day: by the first plan for each, by the second or else the first, and so on."""
    lines = []
    for version in range(1, max(plans["version"].to_list(), default=0) + 1):
        standing = plans.filter(pl.col("version") <= version)
        standing = standing.filter(pl.col("version") == pl.col("version").max().over("site"))
        set_on = standing.filter(pl.col("version") == version)["set_on"].min()
        due = standing.filter(_meant()).group_by("site").agg(on=pl.col("due").min())
        due = due.group_by("on").agg(planned=pl.len()).sort("on")
        lines.append(due.select(set_on=pl.lit(set_on), on="on", planned=pl.col("planned").cum_sum().cast(pl.Float64)))
    empty = pl.DataFrame(schema={"set_on": pl.Date(), "on": pl.Date(), "planned": pl.Float64()})
    return pl.concat([empty, *lines]).with_columns(of=pl.lit("sites"))
