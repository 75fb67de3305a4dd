"""How the answer changes with the rule: site by site between rules, and as one rule is made stricter or laxer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.sustainment.judging import by_rule, chosen, sustained
from takeroot.vocabulary.rule import ZEROS, Rule

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What a rule is tried with besides its own.
MONTHS, GRACES, CORE_SHARES = (6, 12, 18, 24, 36), (0, 1, 3, 6), (None, 0.5, 0.7, 0.8, 1.0)

_ANSWERS = {
    "rule": pl.String(),
    "status": pl.String(),
    "other": pl.String(),
    "other_status": pl.String(),
    "sites": pl.Int64(),
}
_VARIED = {
    "rule": pl.String(),
    "changed": pl.String(),
    "to": pl.String(),
    "declared": pl.Boolean(),
    **dict.fromkeys(("started", "too_early", "judged", "sustained", "not_sustained", "not_known"), pl.Int64()),
    **dict.fromkeys(("share", "lower", "upper"), pl.Float64()),
}


def by_answers(programme: Programme, rules: Rule | Iterable[Rule] | None = None) -> pl.DataFrame:
    """Of the sites to which one rule gives an answer, how many another gives which.

    Parameters
    ----------
    programme, rules
        As for :func:`~takeroot.analysis.sustainment.sustained`.

    Returns
    -------
    DataFrame
        For every two rules, in their order, and every pair of answers that any site has: ``rule`` and its ``status``,
        the ``other`` rule and its ``other_status``, and how many ``sites``.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A"], "stage": ["using", "stopped"], "on": ["2022-01-01", "2023-05-01"]}
    >>> year = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> two = Rule(name="Two years on", valued_by="carers", months=24, why="people stay longer than funders")
    >>> by_answers(Programme({"name": "Falls", "as_at": "2024-06-01"}, stages=stages), [year, two]).row(0)
    ('A year on', 'sustained', 'Two years on', 'not sustained', 1)
    """
    rules = chosen(programme, rules)
    found = sustained(programme, rules).select("rule", "site", "status")
    pairs = []
    for place, rule in enumerate(rules):
        for other in rules[place + 1 :]:
            theirs = found.filter(rule=other.name).select("site", other="rule", other_status="status")
            both = found.filter(rule=rule.name).join(theirs, on="site")
            counted = both.group_by("rule", "status", "other", "other_status").agg(sites=pl.len())
            pairs.append(counted.sort("status", "other_status").select(pl.col(n).cast(k) for n, k in _ANSWERS.items()))
    return pl.concat(pairs) if pairs else pl.DataFrame(schema=_ANSWERS)


def varied(programme: Programme, rules: Rule | Iterable[Rule] | None = None) -> pl.DataFrame:
    """What each rule would answer if one thing about it were otherwise.

    Parameters
    ----------
    programme, rules
        As for :func:`~takeroot.analysis.sustainment.sustained`.

    Returns
    -------
    DataFrame
        For each ``rule`` and each thing ``changed`` about it (months, zero, grace, core share), what it was changed
        ``to``, whether this is as ``declared``, and of the sites that ``started`` how many it is ``too_early`` for, how
        many were ``judged``, ``sustained``, ``not_sustained`` and ``not_known``; the ``share`` sustained of those
        judged, with its ``lower`` and ``upper`` 95 % limits. Only one thing differs from the rule in each row; no row
        is better than another.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "A"], "stage": ["using", "stopped"], "on": ["2022-01-01", "2023-05-01"]}
    >>> year = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> tried = varied(Programme({"name": "Falls", "as_at": "2025-06-01"}, stages=stages), year)
    >>> tried.filter(changed="months").select("to", "sustained").rows()
    [('6', 1), ('12', 1), ('18', 0), ('24', 0), ('36', 0)]
    """
    frames = []
    for rule in chosen(programme, rules):
        own = by_rule(programme, rule)
        for changed, to, other in _others(rule):
            counts = (own if other == rule else by_rule(programme, other)).drop("rule", "says", "sites")
            frames.append(
                counts.select(
                    pl.lit(rule.name).alias("rule"),
                    pl.lit(changed).alias("changed"),
                    pl.lit(to).alias("to"),
                    pl.lit(other == rule).alias("declared"),
                    pl.all(),
                )
            )
    if not frames:
        return pl.DataFrame(schema=_VARIED)
    return pl.concat(frames).select(pl.col(name).cast(kind) for name, kind in _VARIED.items())


def _others(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    """The rule with one thing otherwise, its own among them."""
    for months in sorted({*MONTHS, rule.months}):
        yield "months", str(months), rule.model_copy(update={"months": months})
    for zero in ZEROS:
        yield "zero", zero, rule.model_copy(update={"zero": zero})
    for grace in sorted({*GRACES, rule.grace}):
        yield "grace", str(grace), rule.model_copy(update={"grace": grace})
    if "activities" in rule.what:
        for share in sorted({*CORE_SHARES, rule.core_share}, key=lambda share: share or 0.0):
            yield (
                "core share",
                "not asked" if share is None else f"{share:.0%}",
                rule.model_copy(update={"core_share": share}),
            )
