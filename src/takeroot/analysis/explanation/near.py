"""What happened near a change in time? Material for a question, and never a reason.

That one thing came shortly before another says nothing of why. What stood near is gathered, so that people who were
there can say whether it played a part; what they brought to the change already is left out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.telling import tell

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from takeroot.vocabulary.programme import Programme

#: So many days before a change, and after it, are near.
BEFORE, AFTER = 92, 31
#: What may have played a part in a change; the words of people about it are no part of it.
KINDS = ("event", "support", "adaptation", "decision", "succession", "plan", "experiment", "stage", "anchor", "signal")
#: Tables that are not on the line of time, and hold from a day.
BESIDES = {"other_work": "other work", "conditions": "condition"}

_NEAR = {
    "on": pl.Date(),
    "days": pl.Int64(),
    "kind": pl.String(),
    "site": pl.String(),
    "says": pl.String(),
    "reference": pl.String(),
}


def near(
    programme: Programme,
    timeline: pl.DataFrame,
    on: date,
    site: str | None,
    brought: Collection[str] = (),
) -> pl.DataFrame:
    """What happened near a day at a site, or in the whole programme.

    Parameters
    ----------
    programme
        Its other work and conditions, which begin on a day and are not on the line of time.
    timeline
        What :func:`takeroot.analysis.explanation.timeline` gives.
    on, site
        The day and the site of the change; without a site, what concerns the whole programme alone is near.
    brought
        References that are the change itself, or that somebody brought to it already.

    Returns
    -------
    DataFrame
        In order of date: ``on``, ``days`` (from the change to it; before the change below zero), ``kind``, ``site``,
        ``says`` and ``reference``. It is nobody's claim that any of it is a reason.

    Examples
    --------
    >>> from datetime import date
    >>> from takeroot.analysis.explanation import timeline
    >>> from takeroot.vocabulary.programme import Programme
    >>> events = {"on": ["2024-04-20", "2020-01-01"], "kind": ["staffing", "policy"], "title": ["She left", "Before"]}
    >>> programme = Programme("Falls", events=events)
    >>> near(programme, timeline(programme), date(2024, 5, 4), None).select("days", "says").rows()
    [(-14, 'She left (staffing).')]
    """
    besides = [
        tell(programme, table).with_columns(kind=pl.lit(kind))
        for table, kind in BESIDES.items()
        if table in programme.tables
    ]
    columns = [name for name in _NEAR if name != "days"]
    line = timeline.filter(pl.col("kind").is_in(KINDS))
    found = pl.concat([frame.select(columns) for frame in (line, *besides)])
    within = pl.col("on").is_between(on - timedelta(days=BEFORE), on + timedelta(days=AFTER))
    here = pl.col("site").is_null() | (pl.lit(False) if site is None else pl.col("site") == site)
    found = found.filter(within, here, ~pl.col("reference").is_in(list(brought)))
    found = found.with_columns(days=(pl.col("on") - pl.lit(on)).dt.total_days())
    return found.select(pl.col(name).cast(kind) for name, kind in _NEAR.items()).sort("on", "kind", "reference")
