"""What the record shows of each thing that a rule wants sustained: yes, no, or not known.

Evidence is judged on the day the rule's time is up. Deliveries and values speak for that day if they are no older
than six months and no older than the clock's zero; what is older is not taken to hold still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called
from takeroot.analysis.sustainment.stays import Clock
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.rule import Benefit, Rule

if TYPE_CHECKING:
    from datetime import date

    from takeroot.vocabulary.programme import Programme

#: For so many months a delivery or a value speaks for what follows.
RECENT = 6
#: A component counts as delivered where it is, in words or as a share.
DELIVERED = ("always", "often")
DELIVERED_SHARE = 0.5

YES, NO, NOT_KNOWN = "yes", "no", "not known"


def activities(clock: Clock, judged_on: date, rule: Rule) -> str:
    """Whether the site was in use on the day, and all the way since zero but for absences that are overlooked."""
    if not rule.evidence.activities:
        return NOT_KNOWN
    stay = clock.stay()
    if stay is None:
        return NOT_KNOWN
    if stay.began <= judged_on and (stay.ended > judged_on or (stay.how == "still so" and stay.ended >= judged_on)):
        return YES
    if stay.began <= judged_on and stay.how == "left":
        return NO
    for run, following in zip(clock.runs, [*clock.runs[1:], None], strict=True):
        ended = following.began if following else clock.until
        if run.state == "out" and run.began <= judged_on <= ended and months_after(run.began, rule.grace) < ended:
            return NO
    return NOT_KNOWN


def behaviour(asked: pl.DataFrame, programme: Programme, rule: Rule) -> pl.Series:
    """Whether every component that the rule names was delivered.

    Parameters
    ----------
    asked
        ``site``, ``zero`` and ``judged_on``.
    """
    named = list(rule.evidence.behaviour)
    if not named:
        return pl.Series([NOT_KNOWN] * asked.height, dtype=pl.String)
    found = _delivered(asked, programme, named)
    return _by_site(asked, found, lambda known: _all(known.get(name) for name in named))


def core(asked: pl.DataFrame, programme: Programme, rule: Rule) -> pl.Series:
    """Whether enough of the core was delivered; where it is disputed what is core, either way must lead to the same."""
    claims = programme.core_claims.with_columns(pl.col("site").replace(now_called(programme)))
    latest = claims.sort("on", nulls_last=False).unique(
        ["component", "according_to", "site"], keep="last", maintain_order=True
    )
    sides: dict[str | None, dict[str, set[bool]]] = {}
    for component, is_core, site in latest.select("component", "core", "site").iter_rows():
        sides.setdefault(site, {}).setdefault(component, set()).add(is_core)
    found = _delivered(asked, programme, sorted({name for claimed in sides.values() for name in claimed}))
    answers = []
    for site, known in zip(asked["site"], found, strict=True):
        claimed = {**sides.get(None, {}), **sides.get(site, {})}
        agreed = [name for name, said in claimed.items() if said == {True}]
        disputed = [name for name, said in claimed.items() if said == {True, False}]
        answers.append(_enough(known, agreed, disputed, rule.core_share or 0.0))
    return pl.Series(answers, dtype=pl.String)


def benefits(asked: pl.DataFrame, programme: Programme, benefit: Benefit | None) -> pl.Series:
    """Whether the mean of the values of the last six months meets the threshold; of parts, their sums' quotient."""
    if benefit is None or (benefit.at_least is None and benefit.at_most is None):
        return pl.Series([NOT_KNOWN] * asked.height, dtype=pl.String)
    about = programme.measures.filter(measure=benefit.measure)
    multiply = about["multiply"].item() if about.height and about["multiply"].item() is not None else 1.0
    values = programme.values.filter(measure=benefit.measure).with_columns(
        pl.col("site").replace(now_called(programme))
    )
    part = pl.col("numerator").is_not_null() & (pl.col("denominator") > 0) & pl.col("value").is_null()
    mean = pl.coalesce(
        pl.col("value").mean(),
        pl.col("numerator").filter(part).sum()
        / pl.col("denominator").filter(part & (pl.col("denominator") > 0)).sum()
        * multiply,
    )
    recent = _recent(asked, values).group_by("site").agg(mean=mean.fill_nan(None))
    level = asked.join(recent, on="site", how="left", maintain_order="left")["mean"]
    least = level >= benefit.at_least if benefit.at_least is not None else pl.Series([True] * level.len())
    most = level <= benefit.at_most if benefit.at_most is not None else pl.Series([True] * level.len())
    return pl.Series(
        [
            NOT_KNOWN if at is None else YES if low and high else NO
            for at, low, high in zip(level, least, most, strict=True)
        ],
        dtype=pl.String,
    )


def _recent(asked: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of each site that speak for the day on which it is judged."""
    day = pl.col("judged_on")
    within = (pl.col("on") >= pl.col("zero")) & (pl.col("on") > months_after(day, -RECENT)) & (pl.col("on") <= day)
    return rows.join(asked.select("site", "zero", "judged_on"), on="site").filter(within)


def _delivered(asked: pl.DataFrame, programme: Programme, components: list[str]) -> list[dict[str, bool]]:
    """For each site whether each component was delivered, where that is known: in every dimension last recorded."""
    rows = programme.deliveries.with_columns(pl.col("site").replace(now_called(programme)))
    rows = _recent(asked, rows.filter(pl.col("component").is_in(components)).drop_nulls("delivered")).sort("on")
    last = rows.unique(["site", "component", "dimension"], keep="last", maintain_order=True)
    share = pl.col("delivered").cast(pl.Float64, strict=False)
    kept = pl.when(share.is_not_null()).then(share >= DELIVERED_SHARE).otherwise(pl.col("delivered").is_in(DELIVERED))
    known: dict[str, dict[str, bool]] = {}
    for site, component, every in last.group_by("site", "component").agg(kept.all()).iter_rows():
        known.setdefault(site, {})[component] = every
    return [known.get(site, {}) for site in asked["site"]]


def _by_site(asked: pl.DataFrame, found: list[dict[str, bool]], judge: Callable[[dict[str, bool]], str]) -> pl.Series:
    return pl.Series([judge(known) for known in found], dtype=pl.String)


def _all(answers: Iterable[bool | None]) -> str:
    """Yes if all are; no if one is not; else not known."""
    seen = list(answers)
    return NO if False in seen else NOT_KNOWN if None in seen else YES


def _enough(known: dict[str, bool], agreed: list[str], disputed: list[str], share: float) -> str:
    """Whether the share of the core is reached, whatever is core of what is disputed and whatever was not recorded."""
    if not agreed and not disputed:
        return NOT_KNOWN
    said, either = [known.get(name) for name in agreed], [known.get(name) for name in disputed]
    may_miss, may_have = sum(one is not True for one in either), sum(one is not False for one in either)
    least, most = sum(one is True for one in said), sum(one is not False for one in said) + may_have
    lowest = least / (len(said) + may_miss) if said or may_miss else 1.0
    highest = most / (len(said) + may_have) if said or may_have else 0.0
    return YES if lowest >= share else NO if highest < share else NOT_KNOWN
