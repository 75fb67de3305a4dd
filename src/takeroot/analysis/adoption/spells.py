"""Where did each site stand, for how long, and how long did it take to get there? History, spells and times.

A spell is an unbroken stay in a group of stages, most often those in use. The same stage recorded again confirms it and
opens no new spell. A spell ends where the site is recorded in another stage. It is *censored*, which is to say that its
end was not seen, where the record ends (``still so``), where the site closed (``closed``), and where nothing has been
known since (``not known``): nobody lapses by silence. A site that never got somewhere is censored too, never counted as
having got there at the end.

Days are read at their earliest; where only a span is known, its other end stands beside. Months are counted by the
calendar: see :mod:`takeroot.vocabulary.calendar`.

References
----------
Klein JP, Moeschberger ML. Survival Analysis: Techniques for Censored and Truncated Data. 2nd ed. Springer, 2003.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import UNKNOWN, Record, record
from takeroot.errors import NotFound
from takeroot.vocabulary.calendar import months_between
from takeroot.vocabulary.stages import CONTACTED, EVER_USED, IN_USE, Stage

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What it is to have got to a stage: a site that uses it has been contacted too. Any other stage is only itself.
REACHED: dict[str, tuple[str, ...]] = {
    "exploring": CONTACTED,
    "preparing": ("preparing", *EVER_USED),
    "using": IN_USE,
}

_SPELL = {
    "site": pl.String(),
    "spell": pl.Int64(),
    "began": pl.Date(),
    "began_before": pl.Date(),
    "ended": pl.Date(),
    "ended_as": pl.String(),
    "reason_kind": pl.String(),
    "months": pl.Float64(),
    "ended_in_event": pl.Boolean(),
    "why_censored": pl.String(),
}


def history(programme: Programme) -> pl.DataFrame:
    """What happened at each site, as the figures read it.

    Parameters
    ----------
    programme
        Its stages and successions, and the readings chosen in ``about.readings``.

    Returns
    -------
    DataFrame
        In order of site and day: ``site`` (as it is now called), ``on`` and ``on_before`` (the earliest day, and the
        day before which it happened where only a span is known), ``stage``, ``source``, ``how_known``, ``reason_kind``
        and the ``reference`` of the row. A site made by a merger or split begins where its predecessors stood,
        ``derived``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"], "precision": ["quarter"]}
    >>> history(Programme("Falls", stages=stages)).select("site", "on", "on_before", "stage").row(0)
    ('A', datetime.date(2024, 1, 1), datetime.date(2024, 4, 1), 'using')
    """
    columns = ["site", "on", "on_before", "stage", "source", "how_known", "reason_kind", "reference"]
    return record(programme).rows.select(columns)


def spells(programme: Programme, stages: Iterable[str] = IN_USE) -> pl.DataFrame:
    """The unbroken stays of each site in a group of stages.

    Parameters
    ----------
    programme
        Its stages, and what became of its sites.
    stages
        The group. Those in use, if not given.

    Returns
    -------
    DataFrame
        ``site``; ``spell`` (1 is its first); ``began`` and ``began_before`` (where only a span is known); ``ended``
        (empty while it lasts), ``ended_as`` (the stage that came next, or ``closed``) and ``reason_kind``; ``months``
        to its end or to the end of the record; ``ended_in_event`` (whether an end was seen) and else ``why_censored``:
        ``still so``, ``closed`` or ``not known``.

    Raises
    ------
    NotFound
        If there is no such stage.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A"], "stage": ["using", "paused"], "on": ["2024-01-01", "2024-03-01"]}
    >>> spells(Programme("Falls", stages=stages)).select("site", "spell", "months", "ended_as").row(0)
    ('A', 1, 2.0, 'paused')
    """
    return spells_of(record(programme), _group(stages))


def spells_of(read: Record, stages: Iterable[str]) -> pl.DataFrame:
    """The spells of one reading of the record."""
    group = tuple(stages)
    within = pl.col("stage").is_in(group)
    state = pl.when(within).then(pl.lit("within")).when(pl.col("stage") == UNKNOWN).then(pl.lit("not known"))
    rows = read.rows.with_columns(state=state.otherwise(pl.lit("out")))
    changed = (pl.col("state") != pl.col("state").shift().over("site")).fill_null(True)
    stays = (
        rows.with_columns(stay=changed.cum_sum().over("site"))
        .group_by("site", "stay", maintain_order=True)
        .agg(
            pl.col("state").first(),
            began=pl.col("on").first(),
            latest=pl.col("latest").min(),
            stage=pl.col("stage").first(),
            reason_kind=pl.col("reason_kind").first(),
        )
    )
    following = {name: pl.col(name).shift(-1).over("site") for name in ("began", "stage", "state", "reason_kind")}
    stays = stays.with_columns(**{f"next_{name}": column for name, column in following.items()})
    stays = stays.filter(pl.col("state") == "within").join(
        read.sites.select("site", "closed"), on="site", how="left", maintain_order="left"
    )
    seen, lost = (pl.col("next_state") == state for state in ("out", "not known"))
    closed = pl.col("closed").is_not_null()
    why = pl.when(lost).then(pl.lit("not known")).when(closed).then(pl.lit("closed")).otherwise(pl.lit("still so"))
    ended = pl.coalesce("next_began", "closed")
    ended_as = pl.coalesce("next_stage", pl.when(closed).then(pl.lit("closed")))
    return stays.with_columns(
        spell=pl.int_range(1, pl.len() + 1).over("site"),
        began_before=pl.when(pl.col("latest") > pl.col("began")).then(pl.col("latest").dt.offset_by("1d")),
        ended=ended,
        ended_as=ended_as,
        reason_kind="next_reason_kind",
        months=months_between(pl.col("began"), pl.coalesce(ended, pl.lit(read.until, dtype=pl.Date))),
        ended_in_event=seen.fill_null(False),
        why_censored=pl.when(~seen.fill_null(False)).then(why),
    ).select(pl.col(name).cast(kind) for name, kind in _SPELL.items())


def depth(programme: Programme, on: date | None = None) -> pl.DataFrame:
    """How far within each site that uses it: the latest share of its teams, staff or eligible people that is known.

    Parameters
    ----------
    programme
        Its stages, with ``extent`` and ``extent_of``.
    on
        The day of which it speaks: the last of the record, if not given.

    Returns
    -------
    DataFrame
        A row for each site in use on that day: ``site``; ``on`` (since when this extent is known), ``stage``,
        ``extent`` (0 to 1) and ``extent_of``. Extents from before the site last came into use do not count.

    Raises
    ------
    NotEnough
        If the record does not reach that day.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> rows = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"], "extent": [0.25], "extent_of": ["teams"]}
    >>> depth(Programme("Falls", stages=rows)).select("site", "extent", "extent_of").row(0)
    ('A', 0.25, 'teams')
    """
    read = record(programme, on)
    lasting = spells_of(read, IN_USE).filter(pl.col("ended").is_null()).select("site", "began")
    rows = read.rows.join(lasting, on="site").filter(pl.col("on") >= pl.col("began"), pl.col("stage").is_in(IN_USE))
    known = rows.filter(pl.col("extent").is_not_null()).sort("site", "on", maintain_order=True)
    known = known.group_by("site").agg(pl.col("on", "extent", "extent_of").last())
    standing = rows.group_by("site").agg(pl.col("stage").last())
    return standing.join(known, on="site", how="left").select("site", "on", "stage", "extent", "extent_of").sort("site")


def time_to(programme: Programme, stage: str = "using", since: date | None = None) -> pl.DataFrame:
    """How long each site took to get somewhere, with those that have not got there censored.

    Parameters
    ----------
    programme
        Its stages, and its sites and when they were open. Sites that are not eligible are left out, and so are sites
        that were there when the clock started, or when they opened, only because they carried on from others.
    stage
        Where to. A site got to ``using`` when it was first in use, to ``exploring`` when it was first contacted.
    since
        When the clock starts, for every site. If not given: the start of the programme, else the first day of the
        record.

    Returns
    -------
    DataFrame
        ``site``; ``entered`` (empty where it has not, or where only a later stage shows that it had); ``months``,
        whole, from the start of the clock to getting there or to censoring (0 for a site that had got there before);
        ``event``; ``months_before``, the most it can have been where only a span is known; ``why_censored``: ``not
        yet``, ``closed``, ``not known`` or ``carried on`` from another site; ``entered_months``, whole, after which the
        site is waited for: one that opened after the clock started is waited for from the month in which it opened on,
        that month included.

    Raises
    ------
    NotFound
        If there is no such stage.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "B", "B"], "stage": ["using", "exploring", "unknown"]}
    >>> stages |= {"on": ["2024-03-01", "2024-01-01", "2024-03-01"]}
    >>> time_to(Programme("Falls", stages=stages)).select("site", "months", "event", "why_censored").rows()
    [('A', 2, True, None), ('B', 2, False, 'not known')]
    """
    (stage,) = _group([stage])
    group = REACHED.get(stage, (stage,))
    shows = "ever_used" if stage == "using" else pl.col("stage").is_in(group)
    read = record(programme)
    since = since or programme.about.start or read.rows["on"].min() or read.until  # type: ignore[assignment]
    changed = (pl.col("stage") != pl.col("stage").shift()).fill_null(True).over("site")
    last = read.rows.with_columns(stands_since=pl.when(changed).then("on").forward_fill().over("site"))
    last = last.group_by("site").agg(pl.col("stage", "stands_since").last())
    got = (
        read.rows.filter(shows)
        .group_by("site", maintain_order=True)
        .agg(
            entered=pl.when(pl.col("stage").first().is_in(group)).then(pl.col("on").first()),
            first=pl.col("on").first(),
            latest=pl.col("latest").min(),
            carried=pl.col("carried").first(),
        )
    )
    start, end = pl.lit(since, dtype=pl.Date), pl.lit(read.until, dtype=pl.Date)
    if read.until is None:
        read = replace(read, sites=read.sites.clear())  # nothing has a day, so no time can be told
    sites = read.sites.filter(pl.col("eligible").fill_null(True), (pl.col("opened") <= end).fill_null(True))
    sites = sites.filter((pl.col("closed") > start).fill_null(True)).select("site", "opened", "closed")
    sites = sites.join(got, on="site", how="left").join(last, on="site", how="left")
    carried = pl.col("carried").fill_null(False)
    event = pl.col("first").is_not_null() & ~carried
    lost = pl.col("stage") == UNKNOWN
    censored = (
        pl.when(carried)
        .then(pl.struct(on="first", why=pl.lit("carried on")))
        .when(lost)
        .then(pl.struct(on="stands_since", why=pl.lit("not known")))
        .when(pl.col("closed").is_not_null())
        .then(pl.struct(on="closed", why=pl.lit("closed")))
        .otherwise(pl.struct(on=end, why=pl.lit("not yet")))
    )
    sites = sites.with_columns(event=event, censored=censored)
    span = pl.col("latest") > pl.col("first")
    sites = sites.with_columns(
        entered=pl.when("event").then("entered"),
        reached=pl.when("event").then(pl.when(pl.col("entered").is_null()).then("latest").otherwise("first")),
        before=pl.when(pl.col("event") & (span | pl.col("entered").is_null())).then("latest"),
        why_censored=pl.when(~pl.col("event")).then(pl.col("censored").struct.field("why")),
    )
    whole = {
        "months": pl.coalesce("reached", pl.col("censored").struct.field("on")),
        "months_before": pl.col("before"),
    }
    elapsed = {name: months_between(start, day).floor() for name, day in whole.items()}
    elapsed["entered_months"] = months_between(start, pl.coalesce("opened", start)).floor() - 1
    times = sites.filter(~(carried & (pl.col("first") <= pl.coalesce("opened", start)))).with_columns(
        **{name: months.clip(lower_bound=0).cast(pl.Int64) for name, months in elapsed.items()}
    )
    columns = ["site", "entered", "months", "event", "months_before", "why_censored", "entered_months"]
    return times.select(columns).sort("site")


def _group(stages: Iterable[str]) -> tuple[str, ...]:
    """Stages by name, or one sentence about the first that is none."""
    group = (stages,) if isinstance(stages, str) else tuple(stages)
    for stage in group:
        if stage not in list(Stage):
            raise NotFound("stage", stage, list(Stage))
    return tuple(str(stage) for stage in group)
