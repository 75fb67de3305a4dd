"""What each rule makes of each site, and how many it finds sustained of how many it could judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import record
from takeroot.analysis.sustainment import evidence
from takeroot.analysis.sustainment.stays import Clock, clocks
from takeroot.analysis.sustainment.survival import Z
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.rule import Rule

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The things a rule may want sustained for which the record can hold evidence. Of the others nothing is known.
SHOWN = ("activities", "behaviour", "benefits")

_SUSTAINED = {
    "rule": pl.String(),
    "site": pl.String(),
    "zero": pl.Date(),
    "judged_on": pl.Date(),
    "activities": pl.String(),
    "behaviour": pl.String(),
    "benefits": pl.String(),
    "status": pl.String(),
}
_BY_RULE = {
    "rule": pl.String(),
    "says": pl.String(),
    **dict.fromkeys(("sites", "started", "too_early", "judged", "sustained", "not_sustained", "not_known"), pl.Int64()),
    **dict.fromkeys(("share", "lower", "upper"), pl.Float64()),
}


def sustained(programme: Programme, rules: Rule | Iterable[Rule] | None = None) -> pl.DataFrame:
    """What each rule makes of each site.

    Parameters
    ----------
    programme
        Its stages, supports, deliveries, core claims, measures and values.
    rules
        The rules; those that the programme declares, if not given.

    Returns
    -------
    DataFrame
        A row for each rule (in their order) and site: ``rule``, ``site``, ``zero`` of the clock, ``judged_on`` (the
        day on which the rule's time is up), ``activities``, ``behaviour`` and ``benefits`` (yes, no or not known;
        empty where the rule does not ask, or it is not time), and ``status``:

        - ``not started``: the clock has not
        - ``too early``: the record does not reach the day
        - ``not sustained``: something the rule asks for did not last
        - ``not known``: something it asks for is not known, and nothing is known not to have lasted
        - ``sustained``: everything it asks for lasted

        Activities last if the site was in use all the way since zero to the day, but for absences that the grace
        overlooks; if it had by the day reached the stages that the rule takes to show them, and not left these since
        for longer than the grace; and if enough of the core was delivered, where the rule says how much.

        Where a site carries on the clock of another, only one of them has a row: the earlier, if its time was up
        before the later began, else the later, of which the deliveries and values of the earlier speak too.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "B"], "stage": ["using", "using"], "on": ["2022-01-01", "2023-07-01"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> sustained(programme, rule).select("site", "status").rows()
    [('A', 'sustained'), ('B', 'too early')]
    """
    frames = [_judged(programme, rule) for rule in chosen(programme, rules)]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_SUSTAINED)


def by_rule(programme: Programme, rules: Rule | Iterable[Rule] | None = None) -> pl.DataFrame:
    """How many sites each rule finds sustained, of how many it could judge.

    Parameters
    ----------
    programme, rules
        As for :func:`sustained`.

    Returns
    -------
    DataFrame
        A row for each rule: ``rule``, what it ``says``; ``sites``; of these ``started``; of these ``too_early``,
        ``judged`` and ``not_known``; of those judged ``sustained`` and ``not_sustained``; the ``share`` sustained of
        those judged (0 to 1; empty where none was), with its ``lower`` and ``upper`` 95 % limits.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927;22:209-12.

    Examples
    --------
    >>> from takeroot.vocabulary.programme import Programme
    >>> stages = {"site": ["A", "B", "B"], "stage": ["using", "using", "stopped"]}
    >>> stages |= {"on": ["2022-01-01", "2022-01-01", "2022-05-01"]}
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> programme = Programme({"name": "Falls", "as_at": "2024-01-01"}, stages=stages)
    >>> by_rule(programme, rule).select("judged", "sustained", "share").row(0)
    (2, 1, 0.5)
    """
    rules = chosen(programme, rules)
    found = sustained(programme, rules)
    rows = []
    for rule in rules:
        status = found.filter(rule=rule.name)["status"]
        count = {word: int((status == word).sum()) for word in ("too early", "sustained", "not sustained", "not known")}
        judged = count["sustained"] + count["not sustained"]
        share, lower, upper = wilson(count["sustained"], judged)
        rows.append(
            {
                "rule": rule.name,
                "says": str(rule),
                "sites": status.len(),
                "started": sum(count.values()),
                "too_early": count["too early"],
                "judged": judged,
                "sustained": count["sustained"],
                "not_sustained": count["not sustained"],
                "not_known": count["not known"],
                "share": share,
                "lower": lower,
                "upper": upper,
            }
        )
    return pl.DataFrame(rows, schema=_BY_RULE)


def wilson(of_these: int, n: int) -> tuple[float | None, float | None, float | None]:
    """A share with its 95 % limits; nothing, of none.

    Examples
    --------
    >>> [round(figure, 4) for figure in wilson(24, 29)]
    [0.8276, 0.6545, 0.924]
    """
    if not n:
        return None, None, None
    share, squared = of_these / n, Z**2 / n
    middle, reach = share + squared / 2, (share * (1 - share) * squared + squared**2 / 4) ** 0.5
    return share, max((middle - reach) / (1 + squared), 0.0), min((middle + reach) / (1 + squared), 1.0)


def chosen(programme: Programme, rules: Rule | Iterable[Rule] | None) -> list[Rule]:
    """The rules that are asked for: those that the programme declares, if none are given."""
    return list(programme.rules) if rules is None else [rules] if isinstance(rules, Rule) else list(rules)


def _judged(programme: Programme, rule: Rule) -> pl.DataFrame:
    started, until = clocks(programme, rule), programme.as_at
    sites = record(programme).sites.select("site").sort("site")
    zeros = pl.DataFrame(
        [(site, clock.zero, months_after(clock.zero, rule.months)) for site, clock in started.items()],
        schema={"site": pl.String, "zero": pl.Date, "judged_on": pl.Date},
        orient="row",
    )
    sites = sites.filter(~pl.col("site").is_in(list(_judged_elsewhere(started, rule))))
    rows = sites.join(zeros, on="site", how="left", maintain_order="left")
    ready = rows.filter(pl.col("judged_on") <= pl.lit(until, dtype=pl.Date))
    ready = ready.with_columns(**_answers(_with_carried(ready, started), started, programme, rule))
    asked = [name for name in SHOWN if name in rule.what]
    unanswerable = pl.lit(any(name not in SHOWN for name in rule.what))
    no = pl.any_horizontal(pl.lit(False), *(pl.col(name) == evidence.NO for name in asked))
    not_known = pl.any_horizontal(unanswerable, *(pl.col(name) == evidence.NOT_KNOWN for name in asked))
    status = (
        pl.when(no)
        .then(pl.lit("not sustained"))
        .when(not_known)
        .then(pl.lit("not known"))
        .otherwise(pl.lit("sustained"))
    )
    ready = ready.with_columns(status=status).select("site", *SHOWN, "status")
    waiting = pl.when(pl.col("zero").is_null()).then(pl.lit("not started")).otherwise(pl.lit("too early"))
    rows = rows.join(ready, on="site", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("status").fill_null(waiting), rule=pl.lit(rule.name))
    return rows.select(pl.col(name).cast(kind) for name, kind in _SUSTAINED.items())


def _answers(ready: pl.DataFrame, started: dict[str, Clock], programme: Programme, rule: Rule) -> dict[str, pl.Series]:
    """For each thing asked for, whether it lasted."""
    empty = pl.Series([None] * ready.height, dtype=pl.String)
    answers = dict.fromkeys(SHOWN, empty)
    if "activities" in rule.what:
        days = ready.select("site", "judged_on").iter_rows()
        in_use = [evidence.activities(started[site], day, rule) for site, day in days]
        core = evidence.core(ready, programme, rule) if rule.core_share is not None else [evidence.YES] * ready.height
        answers["activities"] = pl.Series(
            [evidence.both(*pair) for pair in zip(in_use, core, strict=True)], dtype=pl.String
        )
    if "behaviour" in rule.what:
        answers["behaviour"] = evidence.behaviour(ready, programme, rule)
    if "benefits" in rule.what:
        answers["benefits"] = evidence.benefits(ready, programme, rule.evidence.benefits)
    return answers


def _with_carried(rows: pl.DataFrame, started: dict[str, Clock]) -> pl.DataFrame:
    """Rows with ``of``: their site, and those whose clock it carries on."""
    return rows.join(carried(started), on="site", how="left", maintain_order="left")


def carried(started: dict[str, Clock]) -> pl.DataFrame:
    """Each ``site`` with ``of``, itself and those whose clock it carries on: what was seen of these speaks for it."""
    pairs = [(site, other) for site in started for other in _of_sites(site, started)]
    frame = pl.DataFrame(pairs, schema={"site": pl.String, "of": pl.String}, orient="row")
    return frame.group_by("site", maintain_order=True).agg("of")


def _of_sites(site: str, started: dict[str, Clock]) -> list[str]:
    carries = started[site].carries if site in started else ()
    return list(dict.fromkeys([site, *(before for other in carries for before in _of_sites(other, started))]))


def _judged_elsewhere(started: dict[str, Clock], rule: Rule) -> set[str]:
    """The sites in whose place another is judged, so that each clock is judged once, where it ran when time was up."""
    due = {site: months_after(clock.zero, rule.months) for site, clock in started.items()}
    before = {site for site, clock in started.items() if clock.begun and due[site] < clock.begun}
    after = {
        other
        for site in started.keys() - before
        for other in started[site].carries
        if other in started and due[other] >= started[other].use.until
    }
    return before | after
