"""What the record shows of each thing that a rule wants sustained: yes, no, or not known.

Evidence is judged on the day the rule's time is up. Deliveries and values speak for that day if they are of the six
months up to and with it (of monthly ones, six), and not from before the clock's zero; what is older is not taken to
hold still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called
from takeroot.analysis.sustainment.seen import Seen
from takeroot.analysis.sustainment.stays import Clock
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.rule import Benefit, Rule

if TYPE_CHECKING:
    from datetime import date

    from takeroot.vocabulary.programme import Programme

#: The months up to the day judged whose deliveries and values speak for it.
RECENT = 6
#: Means are compared with thresholds to so many significant figures, so that nothing is judged by rounding.
FIGURES = 12
#: A component counts as delivered where it is, in words or as a share.
DELIVERED = ("always", "often")
DELIVERED_SHARE = 0.5

YES, NO, NOT_KNOWN = "yes", "no", "not known"


def activities(clock: Clock, judged_on: date, rule: Rule) -> str:
    """Whether the site was in use all the way since zero, and in the rule's stages since it first reached them.

    Absences that the grace overlooks do not count. Where the stages were reached only after zero, the site must have
    been in use, in whatever stage, until then; and it must have reached them by the day.
    """
    if not rule.evidence.activities:
        return NOT_KNOWN
    return both(_went_on(clock.use, clock.zero, judged_on), _went_on(clock.asked, clock.zero, judged_on))


def both(one: str, other: str) -> str:
    """No if one is; else not known if one is; else yes."""
    return NO if NO in (one, other) else NOT_KNOWN if NOT_KNOWN in (one, other) else YES


def _went_on(seen: Seen, since: date, day: date) -> str:
    """Whether a site was in some stages from a day, or from first reaching them, to another."""
    reached = seen.reached
    if reached is None or reached > day:
        return NO if seen.state(day) == "out" else NOT_KNOWN
    since = max(since, reached)
    if seen.away(since, day):
        return NO
    return YES if any(stay.began <= since and stay.goes_on(day) for stay in seen.stays) else NOT_KNOWN


def behaviour(asked: pl.DataFrame, programme: Programme, rule: Rule) -> pl.Series:
    """Whether every component that the rule names was delivered.

    Parameters
    ----------
    asked
        ``site``, ``zero`` and ``judged_on``; ``of``, the site and those whose clock it carries on.
    """
    named = list(rule.evidence.behaviour)
    if not named:
        return pl.Series([NOT_KNOWN] * asked.height, dtype=pl.String)
    found = _delivered(asked, programme, named)
    return _by_site(asked, found, lambda known: _all(known.get(name) for name in named))


def core(asked: pl.DataFrame, programme: Programme, rule: Rule) -> pl.Series:
    """Whether enough of the core was delivered; where it is disputed what is core, either way must lead to the same."""
    sides, found = core_delivered(asked, programme)
    answers = []
    for claimed, known in zip(sides, found, strict=True):
        agreed = [name for name, said in claimed.items() if said == {True}]
        disputed = [name for name, said in claimed.items() if said == {True, False}]
        answers.append(_enough(known, agreed, disputed, rule.core_share or 0.0))
    return pl.Series(answers, dtype=pl.String)


def core_delivered(
    asked: pl.DataFrame, programme: Programme
) -> tuple[list[dict[str, set[bool]]], list[dict[str, bool]]]:
    """For each site, what is said of each component (core, not core, both), and whether each was delivered."""
    told = (pl.col("on") <= pl.lit(programme.as_at, dtype=pl.Date)).fill_null(True)
    claims = programme.core_claims.filter(told).with_columns(pl.col("site").replace(now_called(programme)))
    latest = claims.sort("on", nulls_last=False).unique(
        ["component", "according_to", "site"], keep="last", maintain_order=True
    )
    sides: dict[str | None, dict[str, set[bool]]] = {}
    for component, is_core, site in latest.select("component", "core", "site").iter_rows():
        sides.setdefault(site, {}).setdefault(component, set()).add(is_core)
    found = _delivered(asked, programme, sorted({name for claimed in sides.values() for name in claimed}))
    return [{**sides.get(None, {}), **sides.get(site, {})} for site in asked["of"].list.first()], found


def benefits(asked: pl.DataFrame, programme: Programme, benefit: Benefit | None) -> pl.Series:
    """Whether the mean of the values of the last six months meets the threshold.

    Where all of them are given as parts, it is the quotient of the sums of the parts; where some are, each of these
    is worked out.
    """
    if benefit is None or (benefit.at_least is None and benefit.at_most is None):
        return pl.Series([NOT_KNOWN] * asked.height, dtype=pl.String)
    about = programme.measures.filter(measure=benefit.measure)
    multiply = about["multiply"].item() if about.height and about["multiply"].item() is not None else 1.0
    values = programme.values.filter(measure=benefit.measure).select(
        pl.col("site").replace(now_called(programme)), "on", "value", "numerator", "denominator"
    )
    value, numerator, denominator = pl.col("value"), pl.col("numerator"), pl.col("denominator")
    part = numerator.is_not_null() & (denominator > 0) & value.is_null()
    whole = numerator.filter(part).sum() / denominator.filter(part).sum() * multiply
    each = pl.when(part).then(numerator / denominator * multiply).otherwise(value)
    mean = pl.when(value.is_null().all()).then(whole).otherwise(each.mean())
    recent = _recent(asked, values).group_by("site").agg(mean=mean.fill_nan(None).round_sig_figs(FIGURES))
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
    speak = asked.select("site", "zero", "judged_on", "of").explode("of")
    return rows.rename({"site": "of"}).join(speak, on="of").filter(within)


def _delivered(asked: pl.DataFrame, programme: Programme, components: list[str]) -> list[dict[str, bool]]:
    """For each site whether each component was delivered, where that is known: in every dimension last recorded.

    It is not known where sources say different things of the last day.
    """
    one = ["site", "component", "dimension"]
    rows = programme.deliveries.filter(pl.col("component").is_in(components)).drop_nulls("delivered")
    rows = rows.select(*one, "on", "delivered").with_columns(pl.col("site").replace(now_called(programme)))
    rows = _recent(asked, rows)
    last = rows.filter(pl.col("on") == pl.col("on").max().over(one))
    share = pl.col("delivered").cast(pl.Float64, strict=False)
    kept = pl.when(share.is_not_null()).then(share >= DELIVERED_SHARE).otherwise(pl.col("delivered").is_in(DELIVERED))
    said = last.group_by(one).agg(least=kept.all(), most=kept.any())
    said = said.group_by("site", "component").agg(pl.col("least", "most").all())
    known: dict[str, dict[str, bool]] = {}
    for site, component, every in said.filter(pl.col("least") == pl.col("most")).drop("most").iter_rows():
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
