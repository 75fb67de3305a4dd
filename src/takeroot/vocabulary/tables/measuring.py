"""How much: measures, their values, the phases of their charts, and findings."""

from __future__ import annotations

from takeroot.vocabulary.column import SOURCE, maybe, need
from takeroot.vocabulary.rulesets import RULE_SETS
from takeroot.vocabulary.table import Table

#: The kinds of chart that there are.
CHARTS = ("run", "xmr", "mr", "p", "u", "c", "p_prime", "u_prime", "g", "t")

MEASURES = Table(
    "measures",
    "What is measured, and how it is charted",
    key=("measure",),
    columns={
        "measure": need("text", "a short name"),
        "name": maybe("text", "the name people use"),
        "kind": maybe("word", "what it is for", words=("outcome", "process", "balancing")),
        "unit": maybe("text", "the unit of the value"),
        "improves": maybe("word", "which direction is better", words=("up", "down", "neither")),
        "chart": maybe("word", "the kind of chart", words=CHARTS),
        "rules": maybe("text", "the rule set it is judged by", examples=tuple(RULE_SETS)),
        "multiply": maybe("number", "what a proportion or rate is multiplied by to be shown"),
        "least_denominator": maybe("number", "the smallest denominator that is judged", least=0),
        "definition": maybe("text", "exactly what is counted"),
        "definition_version": maybe("text", "the version of the definition"),
        "owner": maybe("text", "who looks after it"),
        "source": SOURCE,
        "collected_until": maybe("day", "until when somebody will collect it"),
        "minutes_a_month": maybe("number", "what collecting it takes a site", unit="minutes a month", least=0),
    },
)

VALUES = Table(
    "values",
    "What was counted or timed, at each site and period",
    key=("measure", "site", "on"),
    columns={
        "measure": need("text", "what was measured", refers="measures"),
        "site": need("text", "where it was measured", refers="sites"),
        "on": need("day", "the day, or the first day of the period", month=True),
        "value": maybe("number", "what was counted or timed"),
        "numerator": maybe("number", "the upper part of a proportion or rate"),
        "denominator": maybe("number", "the lower part of a proportion or rate", least=0),
    },
)

PHASES = Table(
    "phases",
    "Baselines, recalculations, exclusions, targets and trajectories of a chart, with their reasons",
    key=("measure", "site", "on", "kind"),
    columns={
        "measure": need("text", "the measure", refers="measures"),
        "site": maybe("text", "the site; empty for all", refers="sites"),
        "on": need("day", "the first day; of a recalculation, the first point of the new segment"),
        "until": maybe("day", "the last day of a baseline or exclusion"),
        "kind": need("word", "what begins here", words=("baseline", "recalculate", "exclude", "target", "trajectory")),
        "value": maybe("number", "the target, or where the trajectory stands on this day"),
        "reason": maybe("text", "why"),
        "evidence": maybe("text", "what supports it"),
        "by": maybe("text", "who decided"),
    },
)

FINDINGS = Table(
    "findings",
    "Published or local results, favourable and not",
    key=("title", "analysed", "source"),
    columns={
        "title": need("text", "what was found, in a sentence"),
        "on": maybe("day", "when it was published or reported"),
        "design": maybe("text", "how it was studied"),
        "population": maybe("text", "among whom"),
        "analysed": maybe("word", "which comparison", words=("as allocated", "as started", "other")),
        "estimate": maybe("number", "the estimate"),
        "lower": maybe("number", "the lower end of its interval"),
        "upper": maybe("number", "the upper end of its interval"),
        "unit": maybe("text", "of what", examples=("odds ratio", "percentage points", "%")),
        "source": need("text", "where it is reported"),
    },
)
