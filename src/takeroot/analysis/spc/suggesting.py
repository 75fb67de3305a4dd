"""Where might limits be worked out anew? Suggested with the evidence, and never done by itself.

A shift that held is a reason to ask what happened. Whether it is a reason to recalculate is for people to say, who know
the cause and believe that it will last: so a suggestion comes with what was logged near its first day, and accepting
one takes a reason and a name (a row of :data:`~takeroot.vocabulary.tables.PHASES`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from takeroot.analysis.spc.listing import signals
from takeroot.vocabulary.rulesets import RULE_SETS, RuleSet

#: Days either side of the first point within which something that was logged is near it.
NEAR = 62


def suggestions(
    points: pl.DataFrame, *, log: pl.DataFrame | None = None, rule_sets: Iterable[RuleSet] = ()
) -> pl.DataFrame:
    """Days from which limits might be worked out anew.

    A shift, or a run longer than chance allows, in the latest phase of a series, with enough points before it in that
    phase for limits of their own.

    Parameters
    ----------
    points
        What :func:`~takeroot.analysis.spc.chart` gave.
    log
        What happened, if it is to be told beside: ``reference``, ``site`` (empty: everywhere), ``on`` and ``says``.
    rule_sets
        Rule sets that the points may name besides those of this house.

    Returns
    -------
    DataFrame
        One row for each candidate, in order of measure, site and time: ``measure``, ``site``, ``on`` (the first point
        of the new phase), ``signal``, ``held`` (its points), ``lasts`` (whether it goes on to the latest point),
        ``before`` and ``after`` (means of the values), ``change`` (after less before), ``in_sigma`` (that, in standard
        deviations of the process as the limits have it; empty where there are none), ``rules``, and ``near``:
        references of what was logged within 62 days, nearest first.
    """
    sets = RULE_SETS | {one.name: one for one in rule_sets}
    least = {name: one.least for name, one in sets.items()}
    found = signals(points, rule_sets=rule_sets).filter(pl.col("signal").is_in(["shift", "run_length"]))
    found = found.select("measure", "site", "on", "until", "signal", "rules", held="points").unique(
        ["measure", "site", "on"], keep="first", maintain_order=True
    )
    latest = points.filter(pl.col("phase") == pl.col("phase").max().over("measure", "site"))
    latest = latest.filter(pl.col("value").is_not_null()).select(
        "measure", "site", "value", day="on", sigma=(pl.col("near_upper") - pl.col("centre")) / 2
    )
    told = found.join(latest, on=["measure", "site"]).group_by(
        "measure", "site", "on", "until", "signal", "held", "rules", maintain_order=True
    )
    rows = told.agg(
        n_before=(pl.col("day") < pl.col("on")).sum(),
        inside=(pl.col("day") == pl.col("on")).any(),
        lasts=pl.col("day").max() <= pl.col("until").first(),
        before=pl.col("value").filter(pl.col("day") < pl.col("on")).mean(),
        after=pl.col("value").filter((pl.col("day") >= pl.col("on")) & (pl.col("day") <= pl.col("until"))).mean(),
        sigma=pl.col("sigma").filter(pl.col("day") == pl.col("on")).first(),
    )
    enough = pl.col("n_before") >= pl.col("rules").replace_strict(least, default=13, return_dtype=pl.Int64)
    rows = rows.filter("inside", enough).with_columns(change=pl.col("after") - pl.col("before"))
    rows = rows.with_columns(in_sigma=pl.when(pl.col("sigma") > 0).then(pl.col("change") / pl.col("sigma")))
    rows = rows.sort("measure", "site", "on")
    columns = ["measure", "site", "on", "signal", "held", "lasts", "before", "after", "change", "in_sigma", "rules"]
    return _with_near(rows.select(columns), log)


def _with_near(rows: pl.DataFrame, log: pl.DataFrame | None) -> pl.DataFrame:
    """What was logged near the first day of each, nearest first."""
    if log is None or not log.height or not rows.height:
        return rows.with_columns(near=pl.lit([], dtype=pl.List(pl.String)))
    numbered = rows.with_row_index("row")
    beside = numbered.select("row", "site", "on").join(log.select("reference", logged_at="site", day="on"), how="cross")
    apart = (pl.col("day") - pl.col("on")).abs()
    here = pl.col("logged_at").is_null() | (pl.col("logged_at") == pl.col("site"))
    near = beside.filter(here, apart <= timedelta(days=NEAR)).sort("row", apart, "reference")
    listed = near.group_by("row", maintain_order=True).agg(near="reference")
    empty = pl.lit([], dtype=pl.List(pl.String))
    return (
        numbered.join(listed, on="row", how="left", maintain_order="left")
        .drop("row")
        .with_columns(pl.col("near").fill_null(empty))
    )
