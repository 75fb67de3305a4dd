"""Whether it lasts: each rule beside the others, staying in use, leaving by reason."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Section, Words, enough
from takeroot.reporting.lasted import left_early, of_use_only
from takeroot.reporting.results import Results, Stay
from takeroot.reporting.sections.by_rules import after_support, by_answers, in_full, over_time


def lasting(results: Results) -> Section:
    """Sustainment: no rule is the default, and the rule is printed beside every figure."""
    blocks: list[Block] = []
    if results.programme.rules:
        rules = results.by_rule
        too_early = dict(rules.select("rule", "too_early").iter_rows())
        blocks.append(
            Figure(
                charts.sustained_by_rule,
                (rules,),
                Grid.of(
                    rules.with_columns(enough("share", "judged")),
                    "Each rule, and what it gives.",
                    Column("rule", "Rule"),
                    Column("says", "In words"),
                    Column("sites", "Sites", "number"),
                    Column("started", "began", "number"),
                    Column("too_early", "too early to judge", "number"),
                    Column("judged", "judged", "number"),
                    Column("sustained", "sustained", "number"),
                    Column("not_sustained", "not sustained", "number"),
                    Column("not_known", "not known", "number"),
                    Column("share", "share", "percent"),
                    Column("lower", "from", "percent"),
                    Column("upper", "to (95%)", "percent"),
                ),
            )
        )
        early = left_early(results).iter_rows(named=True)
        blocks += [Words(f"{row['rule']}: {too_early[row['rule']]} too early to judge. {row['says']}") for row in early]
        blocks += by_answers(results)
        blocks += in_full(results)
        blocks.append(_by_site(results))
    else:
        blocks.append(
            Missing(
                "No rule says what “sustained” means here.",
                "Write one or several: what is sustained, valued by whom, since when, for how long and why that long.",
            )
        )
    for stay in results.stays:
        blocks += _stay(stay)
    if results.history.height:
        blocks += over_time(results)
        blocks += _stays_ended(results)
    blocks += after_support(results)
    return Section(
        "sustained",
        "Staying in use",
        tuple(blocks),
        lead="“Sustained” means what a rule says it means. Several stand side by side, and none is the default.",
    )


def _by_site(results: Results) -> Block:
    sites = results.in_order(results.sustained, "rule")
    return Grid.of(
        sites,
        "Each rule at each site, with what it asks for; in the order of their names.",
        Column("name", "Site"),
        Column("rule", "Rule"),
        Column("zero", "Clock began", "day"),
        Column("judged_on", "Judged on", "day"),
        Column("activities", "Activities"),
        Column("behaviour", "Behaviour"),
        Column("benefits", "Benefits"),
        Column("status", "Status"),
        folded=True,
    )


def _stay(stay: Stay) -> list[Block]:
    curve = Figure(
        charts.staying_in_use,
        (stay.curve,),
        Grid.of(
            stay.curve,
            f"Staying in use. The rule: {stay.says}",
            Column("months", "Months", "months"),
            Column("at_risk", "Sites followed", "number"),
            Column("events", "left", "number"),
            Column("censored", "last seen in use", "number"),
            Column("share", "Still in use", "percent"),
            Column("lower", "from", "percent"),
            Column("upper", "to (95%)", "percent"),
        ),
        {"rule": stay.says, "title": f"Staying in use: {stay.name}" if stay.name else "Staying in use"},
    )
    only = of_use_only(stay.rules)
    blocks: list[Block] = [Words(only), curve] if only else [curve]
    if stay.leaving.height:
        blocks.append(
            Figure(
                charts.leaving_by_reason,
                (stay.leaving,),
                Grid.of(
                    stay.leaving.with_columns(pl.col("left_as").fill_null("not said")),
                    "Leaving, by how it came about: shares of the sites that began.",
                    Column("left_as", "Left as"),
                    Column("months", "Months", "months"),
                    Column("share", "Share", "percent"),
                    Column("lower", "from", "percent"),
                    Column("upper", "to (95%)", "percent"),
                ),
                {"rule": stay.says, "until": stay.curve["months"].max()},
            )
        )
    return blocks


def _stays_ended(results: Results) -> list[Block]:
    how = pl.col("reason_kind").fill_null(pl.when(pl.col("ended_as") == "stopped").then(pl.lit("not said")))
    ended = results.in_order(results.spells.filter(pl.col("ended").is_not_null()), "began").with_columns(
        ended_as=pl.col("ended_as").str.replace_all("_", " "),
        reason_kind=how,
        counted=pl.when("ended_in_event").then(pl.lit("leaving")).otherwise(pl.lit("last seen then")),
    )
    if not ended.height:
        return []
    return [
        Part(
            "Stays that ended",
            (
                Words(
                    "Stopping can be right. Decided, replaced and lapsed are told apart, and a site that "
                    "closed or of which "
                    "nothing is known since is not counted as having left."
                ),
                Grid.of(
                    ended,
                    "Stays in use that ended; in the order of the sites' names.",
                    Column("name", "Site"),
                    Column("began", "From", "day"),
                    Column("ended", "to", "day"),
                    Column("months", "Months", "months"),
                    Column("ended_as", "Ended as"),
                    Column("reason_kind", "How"),
                    Column("counted", "Counted as"),
                    folded=ended.height > 12,
                ),
            ),
        )
    ]
