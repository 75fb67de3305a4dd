"""What happened, in order? Everything that has a day, on one line of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.explanation.assessing import assessments
from takeroot.analysis.explanation.telling import TOLD, tell

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The tables on the line, and the kind of thing that each of their rows is. Things of one day stand in this order.
KINDS = {
    "successions": "succession",
    "plans": "plan",
    "supports": "support",
    "events": "event",
    "anchors": "anchor",
    "stages": "stage",
    "adaptations": "adaptation",
    "experiments": "experiment",
    "signals": "signal",
    "findings": "finding",
    "rounds": "assessment",
    "entries": "assessment",
    "notes": "note",
    "what_ifs": "what-if",
    "decisions": "decision",
    "endings": "ending",
    "accounts": "account",
    "actions": "action",
}
#: The tables of which several rows are one thing on the line.
ASSESSED = ("rounds", "entries")


def timeline(programme: Programme, *, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """Everything that has a day, in order, favourable or not.

    Parameters
    ----------
    programme
        All its tables, and the signals in its measures.
    points
        Its values up to ``as_at`` as :func:`takeroot.analysis.spc.chart` gives them, if they are at hand; else they are
        charted here.

    Returns
    -------
    DataFrame
        In order of date: ``on``, ``until`` (the first day on which it no longer held; of a test of change, a signal or
        a round, its last), ``kind``, ``site`` (empty for the whole programme), ``says`` (a sentence), ``reference`` and
        ``by`` (whose word it is, where the row says so). An action stands where it was done, or else where it is due.
        What was written to an instrument on one day is one thing.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A"], "stage": ["using"], "on": ["2024-05-04"]}
    >>> events = {"on": ["2024-02-01"], "kind": ["funding"], "title": ["The grant ended"]}
    >>> timeline(Programme("Falls", stages=stages, events=events)).select("kind", "says").rows()
    [('event', 'The grant ended (funding).'), ('stage', 'A began to use it on 4 May 2024.')]
    """
    here = [table for table in KINDS if table in programme.tables or (table == "signals" and programme.values.height)]
    told = [
        tell(programme, table, points=points).with_columns(kind=pl.lit(KINDS[table]))
        for table in here
        if table not in ASSESSED
    ]
    if any(table in here for table in ASSESSED):
        told.append(assessments(programme).select(*TOLD).with_columns(kind=pl.lit("assessment")))
    everything = pl.concat([pl.DataFrame(schema={**TOLD, "kind": pl.String()}), *told])
    order = list(dict.fromkeys(KINDS.values()))
    nth = pl.col("kind").replace_strict(order, range(len(order)), return_dtype=pl.Int8)
    everything = everything.filter(pl.col("on").is_not_null()).sort("on", nth, "site", "reference", nulls_last=True)
    return everything.select("on", "until", "kind", "site", "says", "reference", "by")
