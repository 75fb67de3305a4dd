"""What held at each site, month by month: the five things that "sustained" is made of, and what became of the rest.

References
----------
Moore JE, et al. Developing a comprehensive definition of sustainability. Implementation Science 2017;12:110: after a
defined time; the programme goes on; behaviour goes on; both may evolve or be adapted; benefits go on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called
from takeroot.analysis.sustainment import evidence
from takeroot.analysis.sustainment.judging import carried, chosen
from takeroot.analysis.sustainment.stays import Clock, clocks
from takeroot.vocabulary.calendar import months_after, months_from
from takeroot.vocabulary.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from takeroot.vocabulary.programme import Programme

#: What a site that is out of use is called, by its stage and how it came about.
OUT = {
    "stopped: decided": "discontinued by decision",
    "stopped: replaced": "replaced",
    "stopped: lapsed": "lapsed",
    "stopped": "stopped, how is not said",
}

_MONTHS = {
    "rule": pl.String(),
    "site": pl.String(),
    "on": pl.Date(),
    "time_up": pl.Boolean(),
    "activities": pl.String(),
    "behaviour": pl.String(),
    "adapted": pl.String(),
    "benefits": pl.String(),
    "core_said": pl.Int64(),
    "core_delivered": pl.Int64(),
    "status": pl.String(),
}


def by_month(programme: Programme, rules: Rule | Iterable[Rule] | None = None) -> pl.DataFrame:
    """What held at each site in each month since the rule's clock started there.

    Parameters
    ----------
    programme, rules
        As for :func:`~takeroot.analysis.sustainment.sustained`.

    Returns
    -------
    DataFrame
        In order of rule, site and month, as it stood at the month's end: ``rule``, ``site``, ``on`` (the first of the
        month); whether the rule's time was up (``time_up``); whether ``activities`` went on then, ``behaviour`` did,
        benefits did (yes, no, not known), and what is recorded of a change here that still held: ``adapted`` (function
        kept, function lost, function not known; empty where there is none); of how many core components delivery was
        recorded (``core_said``), and of how many it was found (``core_delivered``: those of which nothing is recorded
        count for nothing, and not as missing); and ``status``:

        - ``fully``, ``partly``: in use, with all or some of the core that is spoken of
        - ``adapted, function kept``: in use in another form, with nothing of the core known to be missing
        - ``in use, parts not known``: in use, and nothing is recorded of the core
        - ``replaced``, ``discontinued by decision``, ``lapsed``, ``stopped, how is not said``, ``paused``; and any
          other stage by its name
        - ``not known since``: nothing is known of it any more

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A"], "stage": ["using", "stopped"], "on": ["2023-10-01", "2023-12-01"]}
    >>> stages |= {"reason_kind": [None, "lapsed"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2023-12-31"}, stages=stages)
    >>> by_month(programme, rule)["status"].to_list()
    ['in use, parts not known', 'in use, parts not known', 'lapsed']
    """
    frames = [_of_rule(programme, rule) for rule in chosen(programme, rules)]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_MONTHS)


def _of_rule(programme: Programme, rule: Rule) -> pl.DataFrame:
    started, until = clocks(programme, rule), programme.as_at
    if until is None or not started:
        return pl.DataFrame(schema=_MONTHS)
    rows: list[tuple[str, date, date, date]] = []
    for site, clock in started.items():
        for on in months_from(clock.zero, until):
            day = min(months_after(on, 1) - timedelta(days=1), until)
            if clock.use.closed is None or day < clock.use.closed:
                rows.append((site, on, clock.zero, day))
    asked = pl.DataFrame(
        rows, schema={"own": pl.String, "on": pl.Date, "zero": pl.Date, "judged_on": pl.Date}, orient="row"
    )
    of = carried(started).rename({"site": "own"})
    asked = asked.join(of, on="own", how="left", maintain_order="left")
    asked = asked.with_columns(site=pl.format("{} {}", "own", "on"))
    sides, found = evidence.core_delivered(asked, programme)
    core = [[name for name, said in claimed.items() if said == {True}] for claimed in sides]
    known = [[here[name] for name in names if name in here] for names, here in zip(core, found, strict=True)]
    days = list(asked.select("own", "judged_on").iter_rows())
    states = [_state(started[site], day) for site, day in days]
    frame = asked.with_columns(
        _adapted(asked, programme),
        rule=pl.lit(rule.name),
        time_up=pl.col("judged_on") >= months_after(pl.col("zero"), rule.months),
        activities=pl.Series(
            [{"in": evidence.YES, "out": evidence.NO}.get(state, evidence.NOT_KNOWN) for state, _ in states]
        ),
        behaviour=evidence.behaviour(asked, programme, rule),
        benefits=evidence.benefits(asked, programme, rule.evidence.benefits),
        core_said=pl.Series([len(each) for each in known]),
        core_delivered=pl.Series([sum(each) for each in known]),
        word=pl.Series([word for _, word in states], dtype=pl.String),
    )
    whole = pl.col("core_delivered") == pl.col("core_said")
    lost = pl.col("adapted") == "function lost"
    status = (
        pl.when(pl.col("word") != "in use")
        .then("word")
        .when(~whole | lost.fill_null(False))
        .then(pl.lit("partly"))
        .when((pl.col("adapted") == "function kept").fill_null(False))
        .then(pl.lit("adapted, function kept"))
        .when(pl.col("core_said") > 0)
        .then(pl.lit("fully"))
        .otherwise(pl.lit("in use, parts not known"))
    )
    return frame.with_columns(status=status, site="own").select(
        pl.col(name).cast(kind) for name, kind in _MONTHS.items()
    )


def _state(clock: Clock, day: date) -> tuple[str, str]:
    """Whether a site was in, out or unknown on a day, by the stages the rule asks for, and what that is called."""
    seen = clock.asked
    state = seen.state(day)
    overlooked = any(stay.began <= day and stay.goes_on(day) for stay in seen.stays)
    if state == "in" or (state == "out" and overlooked):
        return "in", "in use"
    if state != "out":
        return "unknown", "not known since"
    _, stage, how = next(row for row in reversed(seen.rows) if row[0] <= day)
    word = stage if stage != "stopped" or how is None else f"{stage}: {how}"
    return "out", OUT.get(word, word.replace("_", " "))


def _adapted(asked: pl.DataFrame, programme: Programme) -> pl.Series:
    """What is recorded of changes at each site that still held: a function that was lost goes before any kept."""
    here = programme.adaptations.filter(
        pl.col("site").is_not_null(), pl.col("concerns").fill_null("improvement") == "improvement"
    )
    here = here.select(
        pl.col("site").replace(now_called(programme)).alias("of"), since="on", gone="until", kept="function_kept"
    )
    spoken = asked.select("site", "judged_on", "of").explode("of").join(here, on="of")
    spoken = spoken.filter(
        pl.col("since") <= pl.col("judged_on"), (pl.col("gone") > pl.col("judged_on")).fill_null(True)
    )
    kept = pl.col("kept")
    word = pl.when((kept == "no").any()).then(pl.lit("function lost")).when((kept == "yes").fill_null(False).all())
    spoken = spoken.group_by("site").agg(
        adapted=word.then(pl.lit("function kept")).otherwise(pl.lit("function not known"))
    )
    return asked.join(spoken, on="site", how="left", maintain_order="left")["adapted"]
