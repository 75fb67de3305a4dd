"""What one rule for "sustained" shows over time: the frames behind the pages and sections on what lasts.

A page and a report ask the same questions here, so that both say the same. Where events are too few for an estimate,
what is missing is said in its place.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from takeroot.analysis import sustainment
from takeroot.charts.wording import ENOUGH_FOR_A_PERCENTAGE, agree, counted, listed, number, percent
from takeroot.errors import NotEnough
from takeroot.reporting.results import Results
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.rule import Rule

#: Of how many months it is said how many were spent in use, besides the rule's own.
UNTIL = (12, 24, 36)
#: Columns of the sites that may go with leaving; and how many leavings each term of a model needs.
COVARIATES, EVENTS_A_TERM = ("region", "deprivation", "wave", "kind", "organisation"), 10
#: A covariate with more groups than this is not looked at.
MOST_GROUPS = 8
#: What can be asked of each site and month: what people call it, by the column that holds the answer.
ASPECTS = {
    "status": "Status",
    "activities": "The activities go on",
    "behaviour": "The behaviour goes on",
    "adapted": "Adapted",
    "benefits": "The benefits go on",
    "time": "The rule's time is up",
}

#: What stands beside every fitted ratio.
NOT_AN_EFFECT = (
    "A fitted ratio is not an effect: sites that differ in this differ in more than this, and in what they were given."
)

_MEANS = {
    "rule": pl.String(),
    **dict.fromkeys(("until", "months", "se", "lower", "upper"), pl.Float64()),
    "why_not": pl.String(),
}
_WITH = {
    "covariate": pl.String(),
    "term": pl.String(),
    **dict.fromkeys(("ratio", "lower", "upper", "p"), pl.Float64()),
    **dict.fromkeys(("events", "clusters"), pl.Int64()),
    "why_not": pl.String(),
}


def curve(results: Results, rule: Rule) -> pl.DataFrame:
    """The share that stays in use, by months since the clock's zero."""
    return sustainment.kaplan_meier(sustainment.staying(results.programme, rule))


def leaving(results: Results, rule: Rule) -> pl.DataFrame:
    """The share that has left, by what it left as."""
    return sustainment.leaving(sustainment.staying(results.programme, rule))


def occupancy(results: Results, rule: Rule) -> pl.DataFrame:
    """The share of sites in each stage, by months since the clock's zero."""
    return sustainment.occupancy(sustainment.courses(results.programme, rule, states="stage"))


def lapses(results: Results, rule: Rule) -> pl.DataFrame:
    """How often a site has left by each time."""
    return sustainment.mean_cumulative(sustainment.lapses(results.programme, rule))


def returns(results: Results, rule: Rule) -> pl.DataFrame:
    """How often a site has come back by each time."""
    return sustainment.mean_cumulative(sustainment.returns(results.programme, rule))


def late(results: Results, rule: Rule) -> str:
    """That some sites were first seen after the clock's zero, and how they are counted; empty, if none was."""
    times = sustainment.staying(results.programme, rule)
    came = times["entered_months"].drop_nulls()
    if not len(came):
        return "Every site was followed from the clock's zero on."
    return (
        f"{counted(len(came), 'sites')} {agree(len(came), 'was', 'were')} first seen after the clock's zero, at the "
        f"latest {number(came.max())} months after it; {agree(len(came), 'it counts', 'they count')} among those "
        "followed only from then on, so that what was over before it could be seen is not taken for staying."
    )


def in_use_of(results: Results) -> pl.DataFrame:
    """By each rule, how many of so many months were spent in use, on average; or why it can not be said."""
    rows: list[dict[str, Any]] = []
    for rule in results.programme.rules:
        times = sustainment.staying(results.programme, rule)
        for until in sorted({*UNTIL, rule.months}):
            row: dict[str, Any] = {"rule": rule.name, "until": float(until)}
            try:
                row |= sustainment.restricted_mean(times, until).row(0, named=True) if times.height else {}
                row["why_not"] = None if times.height else "no clock has started yet"
            except NotEnough:
                row["why_not"] = "no site was followed for so long"
            rows.append({name: row.get(name) for name in _MEANS})
    return pl.DataFrame(rows, schema=_MEANS)


def goes_with(results: Results, rule: Rule) -> pl.DataFrame:
    """What goes with leaving, one covariate at a time, where leavings are enough; and where they are not, that."""
    there = results.programme.sites
    rows: list[dict[str, Any]] = []
    for name in COVARIATES:
        if name not in there.columns:
            continue
        groups = there[name].drop_nulls().n_unique()
        terms = 1 if there.schema[name].is_numeric() else groups - 1
        if groups < 2 or (groups > MOST_GROUPS and not there.schema[name].is_numeric()):
            continue
        followed = sustainment.at_risk(results.programme, rule, covariates=[name]).drop_nulls(name)
        events = int(followed["event"].sum())
        if events < EVENTS_A_TERM * terms:
            why = f"{counted(events, 'leavings')}; {EVENTS_A_TERM * terms} would be needed"
            rows.append({"covariate": name, "events": events, "why_not": why})
            continue
        try:
            found = sustainment.cox(followed, [name])
        except NotEnough:
            rows.append({"covariate": name, "events": events, "why_not": "the record can not tell"})
            continue
        rows += [{**row, "covariate": name} for row in found.iter_rows(named=True)]
    return pl.DataFrame([{name: row.get(name) for name in _WITH} for row in rows], schema=_WITH)


def mean_said(row: dict[str, Any]) -> str:
    """How many of so many months were spent in use, in a sentence."""
    said = f"Of the first {number(row['until'])} months, {row['months']:.1f} were spent in use on average"
    if row["lower"] is None:
        few = "of one site alone" if row["se"] is None else "of sites of which none differs from another"
        return f"{said} ({few}, so how sure this is can not be told)."
    return f"{said} (95% interval {row['lower']:.1f} to {row['upper']:.1f})."


def not_fitted(found: pl.DataFrame) -> tuple[str, ...]:
    """What could not be set beside leaving, and why."""
    missing = found.filter(pl.col("why_not").is_not_null()).select("covariate", "why_not").iter_rows()
    return tuple(f"By {covariate} it can not be said: {why}." for covariate, why in missing)


#: A table of steps with more rows than this is told at whole months.
MOST_STEPS = 150


def readable(found: pl.DataFrame, by: str | None = None) -> tuple[pl.DataFrame, str]:
    """A table of steps, or the same at whole months where there are very many; and what is to be said of that.

    Parameters
    ----------
    found
        ``months`` and what held from then on, in order; ``events`` and ``censored`` are added up within a month.
    by
        The column whose groups have steps of their own.
    """
    if found.height <= MOST_STEPS:
        return found, ""
    added = [name for name in ("events", "censored") if name in found.columns]
    held = [pl.col(name).last() for name in found.columns if name not in ("months", "at_risk", by, *added)]
    first = [pl.col("at_risk").first()] if "at_risk" in found.columns else []
    groups = [by] if by else []
    told = found.with_columns(pl.col("months").ceil()).group_by(*groups, "months", maintain_order=True)
    frame = told.agg(*first, *held, *(pl.col(name).sum() for name in added)).select(found.columns)
    return frame, " Told at whole months."


def at_whole_months(found: pl.DataFrame) -> pl.DataFrame:
    """The shares of states at whole months, every third where there are many, and at the end: a table to be read."""
    if not found.height:
        return found
    last = float(found["months"].max() or 0)
    step = 1 if last <= 24 else 3 if last <= 72 else 12
    asked = pl.DataFrame({"at": [float(at) for at in range(0, int(last) + 1, step)] + [last]}).unique().sort("at")
    frames = []
    for (state,), mine in found.group_by("state", maintain_order=True):
        read = asked.join_asof(mine.sort("months"), left_on="at", right_on="months", strategy="backward")
        frames.append(read.with_columns(state=pl.lit(state), months="at").drop("at"))
    return pl.concat(frames).drop_nulls("share").sort("months", "state")


def months(results: Results, rule: Rule) -> pl.DataFrame:
    """What held at each site in each month since the rule's clock started there."""
    return results.months(rule)


def word_of(aspect: str) -> pl.Expr:
    """What is said of one aspect of a site and month, as a word."""
    if aspect == "time":
        return pl.when("time_up").then(pl.lit("yes")).otherwise(pl.lit("not yet"))
    if aspect == "adapted":
        return pl.col("adapted").fill_null("nothing recorded")
    return pl.col(aspect)


def counts(found: pl.DataFrame, aspect: str = "status") -> pl.DataFrame:
    """How many sites had each word at the end of each month."""
    return found.group_by("on", word=word_of(aspect)).agg(sites=pl.len()).sort("on", "word")


def varied(results: Results, rule: Rule) -> pl.DataFrame:
    """What a rule would answer if one thing about it were otherwise."""
    return sustainment.varied(results.programme, rule)


def by_answers(results: Results) -> pl.DataFrame:
    """Which answers two rules give the same sites."""
    return sustainment.by_answers(results.programme)


def support_ended(results: Results) -> date | None:
    """The last day of the programme's support: the end of the programme, or of what it gave, whichever is later."""
    told = [day for day in (results.programme.about.end, results.programme.supports["until"].max()) if day is not None]
    return max((day for day in told if isinstance(day, date)), default=None)


def measured_after(results: Results) -> pl.DataFrame:
    """For each measure, in its given order, who looks after it, until when, and what is not said of after support."""
    ends = pl.lit(support_ended(results), dtype=pl.Date)
    until = pl.col("collected_until")
    asks = (
        pl.when(pl.col("owner").is_null() & until.is_null())
        .then(pl.lit("Who will measure it after support ends, and until when?"))
        .when(pl.col("owner").is_null())
        .then(pl.lit("Who looks after it?"))
        .when(until.is_null())
        .then(pl.lit("Until when will it be measured?"))
        .when((until <= ends).fill_null(False))
        .then(pl.lit("Nobody has said who will measure it after support ends."))
    )
    return results.programme.measures.select(
        "measure", "owner", "collected_until", "id", called=pl.coalesce("name", "measure"), asks=asks
    )


def not_measured_in_time(results: Results) -> list[str]:
    """For each rule that rests on a measure, that its time is up at sites only after the measure is last collected."""
    until = dict(results.programme.measures.select("measure", "collected_until").iter_rows())
    said = []
    for rule in results.programme.rules:
        benefit = rule.evidence.benefits
        last = until.get(benefit.measure) if benefit else None
        if benefit is None or last is None:
            continue
        clocks = results.sustained.filter(rule=rule.name)["zero"].drop_nulls()
        after = sum(months_after(zero, rule.months) > last for zero in clocks)
        if after:
            said.append(
                f"{rule.name}: at {counted(after, 'sites')} its time is up after {results.measure(benefit.measure)} "
                f"is last collected, so that {agree(after, 'it', 'they')} can not be judged then."
            )
    return said


def asks(rule: Rule) -> str:
    """What a rule asks, in a phrase, without its name and the reason."""
    return str(rule).removeprefix(f"{rule.name}: ").removesuffix(f" ({rule.why}).")


def found(row: dict[str, Any]) -> str:
    """What a rule finds, of those it can judge, with the interval; a share only where there are enough for one."""
    if not row["judged"]:
        return "none can be judged yet"
    said = f"{number(row['sustained'])} of {number(row['judged'])} sustained"
    span = f"{percent(row['lower'])} to {percent(row['upper'])}"
    if row["judged"] < ENOUGH_FOR_A_PERCENTAGE:
        return f"{said} (95% interval {span})"
    return f"{said}: {percent(row['share'])} ({span})"


def whole(rule: Rule, results: Results) -> tuple[tuple[str, str], ...]:
    """A rule, part by part: what is sustained, valued by whom, since when, how long and why, with what evidence."""
    evidence = rule.evidence
    stages = listed([stage.label for stage in evidence.activities], "or") or "none named: not known"
    components = listed([results.component(code) for code in evidence.behaviour]) or "none named: not known"
    benefit = "none named: not known"
    if evidence.benefits is not None:
        ends = [
            f"{words} {number(level)}"
            for words, level in (("at least", evidence.benefits.at_least), ("at most", evidence.benefits.at_most))
            if level is not None
        ]
        benefit = f"{results.measure(evidence.benefits.measure)}, {listed(ends) or 'no threshold: not known'}"
    share = "not part of the rule" if rule.core_share is None else f"at least {rule.core_share:.0%}"
    return (
        ("What is sustained", listed(list(rule.what))),
        ("Valued by", rule.valued_by),
        ("The clock starts at", {"adoption": "adoption: first use"}.get(rule.zero, rule.zero)),
        ("For how long", counted(rule.months, "months")),
        ("Why that long", rule.why),
        ("Share of the core", share),
        ("Out of use, overlooked", counted(rule.grace, "months") if rule.grace else "none"),
        ("Activities shown by", f"a site being {stages}" if evidence.activities else stages),
        ("Behaviour shown by", components),
        ("Benefits shown by", benefit),
    )
