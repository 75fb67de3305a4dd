"""How the answer changes with the rule, what held month by month, and who will measure after support ends."""

from __future__ import annotations

from functools import partial

import polars as pl

from takeroot import charts
from takeroot.charts.courses import CHANGED
from takeroot.charts.wording import day, listed
from takeroot.reporting import by_rule
from takeroot.reporting.blocks import Block, Column, Facts, Figure, Grid, Missing, Part, Points, Words, enough
from takeroot.reporting.results import Results
from takeroot.vocabulary.rule import Rule

#: The months of a year's end at which statuses are told, so that a table can be read.
_YEARS = 12


def in_full(results: Results) -> list[Block]:
    """Every rule printed whole."""
    rules = results.programme.rules
    if not rules:
        return []
    told = tuple(Part(rule.name, (Facts(by_rule.whole(rule, results)),)) for rule in rules)
    return [Part("Each rule in full", told)]


def by_answers(results: Results) -> list[Block]:
    """Every rule beside its answer; and each with one thing otherwise."""
    rules = results.programme.rules
    if not rules or not results.history.height:
        return []
    frame = results.by_rule.with_columns(
        asks=pl.Series([by_rule.asks(rule) for rule in rules], dtype=pl.String),
        found=pl.Series([by_rule.found(row) for row in results.by_rule.iter_rows(named=True)], dtype=pl.String),
    )
    blocks: list[Block] = [
        Grid.of(
            frame,
            "Rules by answers: what each asks, and what it then finds.",
            Column("rule", "Rule"),
            Column("asks", "Asks"),
            Column("found", "Its answer", needed=True),
            Column("too_early", "too early", "number"),
            Column("not_known", "not known", "number"),
        )
    ]
    blocks += [_otherwise(results, rule) for rule in rules]
    return [Part("Rules by answers", tuple(blocks))]


def _otherwise(results: Results, rule: Rule) -> Figure:
    varied = by_rule.varied(results, rule)
    points = Grid.of(
        varied.with_columns(pl.col("changed").replace(CHANGED), enough("share", "judged")),
        f"{rule.name}, with one thing otherwise in each row.",
        Column("changed", "What"),
        Column("to", "is"),
        Column("declared", "as declared", "yes_no"),
        Column("judged", "judged", "number"),
        Column("sustained", "sustained", "number"),
        Column("share", "share", "percent"),
        Column("lower", "from", "percent"),
        Column("upper", "to (95%)", "percent"),
    )
    return Figure(charts.rules_varied, (varied,), points, {"rule": str(rule)})


def over_time(results: Results) -> list[Block]:
    """By each rule: months spent in use, where sites stand, lapses and returns, and what goes with leaving."""
    if not results.programme.rules or not results.history.height:
        return []
    alike: dict[object, list[Rule]] = {}
    for rule in results.programme.rules:
        alike.setdefault((rule.zero, rule.grace, rule.evidence.activities), []).append(rule)
    means = by_rule.in_use_of(results).filter(pl.col("why_not").is_null())
    return [part for rules in alike.values() if (part := _of_rules(results, rules, means)) is not None]


def _of_rules(results: Results, rules: list[Rule], means: pl.DataFrame) -> Part | None:
    """Rules that share a clock, a grace and their stages, and so all that depends on these alone."""
    rule = rules[0]
    stood = by_rule.occupancy(results, rule)
    if not stood.height:
        return None
    blocks: list[Block] = [Words(by_rule.late(results, rule))]
    means = means.filter(rule=rule.name)
    if means.height:
        blocks.append(Points(tuple(by_rule.mean_said(row) for row in means.iter_rows(named=True))))
    blocks.append(_standing(stood, rule))
    lapses, returns = by_rule.lapses(results, rule), by_rule.returns(results, rule)
    if lapses["events"].sum():
        blocks.append(_again(lapses, returns, rule))
    blocks += _goes_with(results, rule)
    blocks += _months(results, rule)
    return Part(f"Over time: {listed([each.name for each in rules])}", tuple(blocks))


def _standing(stood: pl.DataFrame, rule: Rule) -> Figure:
    points = Grid.of(
        by_rule.at_whole_months(stood),
        "Share of sites in each stage, by months since the clock began (Aalen-Johansen).",
        Column("months", "Months", "months"),
        Column("state", "Stage"),
        Column("share", "Share", "percent"),
        Column("lower", "from", "percent"),
        Column("upper", "to (95%)", "percent"),
        folded=True,
    )
    return Figure(charts.occupancy_over_time, (stood,), points, {"rule": str(rule)})


def _again(lapses: pl.DataFrame, returns: pl.DataFrame, rule: Rule) -> Figure:
    told = [frame.with_columns(what=pl.lit(what)) for what, frame in (("left", lapses), ("came back", returns))]
    points = Grid.of(
        pl.concat(told).filter((pl.col("events") > 0) | (pl.col("months") == pl.col("months").max().over("what"))),
        "How often a site had left, and come back, on average.",
        Column("what", "What"),
        Column("months", "Months", "months"),
        Column("at_risk", "Sites followed", "number"),
        Column("mean", "Times a site", "number"),
        Column("lower", "from", "number"),
        Column("upper", "to (95%)", "number"),
        folded=True,
    )
    return Figure(charts.leaving_and_returning, (lapses, returns), points, {"rule": str(rule)})


def _goes_with(results: Results, rule: Rule) -> list[Block]:
    found = by_rule.goes_with(results, rule)
    fitted, notes = found.filter(pl.col("why_not").is_null()), by_rule.not_fitted(found)
    blocks: list[Block] = []
    if fitted.height:
        blocks.append(Words(by_rule.NOT_AN_EFFECT))
        blocks.append(
            Grid.of(
                fitted,
                "How much likelier leaving is, at any time in use; one thing at a time (Cox).",
                Column("term", "What"),
                Column("ratio", "Ratio of hazards", "number"),
                Column("lower", "from", "number"),
                Column("upper", "to (95%)", "number"),
                Column("events", "leavings", "number"),
            )
        )
    if notes:
        blocks.append(Words(f"What goes with leaving: {' '.join(notes)}", quiet=True))
    return blocks


def _months(results: Results, rule: Rule) -> list[Block]:
    counts = by_rule.counts(by_rule.months(results, rule))
    if not counts.height:
        return []
    words = counts["word"].unique(maintain_order=True).to_list()
    table = counts.pivot(on="word", index="on", values="sites").sort("on", descending=True)
    points = Grid.of(
        table.gather_every(_YEARS),
        "Sites by status at the last month of the record and at each year before it.",
        Column("on", "Month", "month"),
        *(Column(word, word, "number") for word in words),
    )
    options = {"rule": f"Rule: {rule}", "title": "Status: all sites, month by month"}
    return [Figure(partial(charts.statuses_over_time, **options), (counts,), points)]


def after_support(results: Results) -> list[Block]:
    """Who will measure after support ends; where it is not said, that it is asked."""
    title, ends = "Who will measure after support ends", by_rule.support_ended(results)
    when = f"Support ends, as far as the record says, on {day(ends)}." if ends else "When support ends is not said."
    if not results.programme.measures.height:
        missing = Missing(
            "No measure is described, so nobody could tell whether benefits last.", "Say what is measured."
        )
        return [Part(title, (Words(when), missing))]
    frame = by_rule.measured_after(results).with_columns(pl.col("asks").fill_null("said"))
    table = Grid.of(
        frame,
        "Who looks after each measure, and until when.",
        Column("called", "Measure"),
        Column("owner", "Looked after by", needed=True),
        Column("collected_until", "Measured until", "day", needed=True),
        Column("asks", "Still to be said"),
    )
    notes = tuple(Words(text) for text in by_rule.not_measured_in_time(results))
    return [Part(title, (Words(when), table, *notes))]
