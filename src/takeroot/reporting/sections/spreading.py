"""How far it spread: stages over time, plans against what happened, and who is reached."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.charts.wording import agree, count_of, counted, day
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Section, Words, enough
from takeroot.reporting.planned import no_stage
from takeroot.reporting.reached import there_for
from takeroot.reporting.results import GROUPED_BY, Results, followed
from takeroot.reporting.saying import called, value_planned
from takeroot.vocabulary.stages import Stage


def spreading(results: Results) -> Section:
    """Sites by stage over time, breadth and depth, and where sources conflict."""
    if results.now is None:
        missing = Missing(no_stage(results), "Record where each site stands, and since when.")
        return Section("spread", "Spread", (missing,))
    reach, by_stage = results.reach, results.by_stage
    wide = by_stage.pivot("stage", index="on", values="sites", aggregate_function="sum").sort("on")
    stages = tuple(Column(stage.value, stage.label, "number") for stage in Stage if stage.value in wide.columns)
    open_ = by_stage.filter(pl.col("on") == by_stage["on"].max())["sites"].sum()
    blocks: list[Block] = [
        Words(f"Stages are those of {counted(open_, 'open sites')}, eligible or not."),
        Figure(
            charts.stages_over_time,
            (by_stage,),
            Grid.of(wide, "Sites at the end of each month, by stage.", Column("on", "Month", "month"), *stages),
        ),
        Figure(
            charts.reach_over_time,
            (reach,),
            Grid.of(
                reach.sort("on").with_columns(enough("in_use_share", "eligible")),
                "Sites reached at the end of each month.",
                Column("on", "Month", "month"),
                Column("contacted", "contacted", "number"),
                Column("ever_used", "ever used", "number"),
                Column("in_use", "in use", "number"),
                Column("in_use_low", "in use, at least", "number"),
                Column("in_use_high", "in use, at most", "number"),
                Column("not_known", "not known", "number"),
                Column("eligible", "eligible", "number"),
                Column("in_use_share", "share in use", "percent"),
            ),
            {"follows": followed(results.conflicts)},
        ),
        _depth(results),
    ]
    if results.conflicts.height:
        blocks.append(_conflicts(results))
    return Section(
        "spread",
        "Spread: where sites stand",
        tuple(blocks),
        lead="Stages are not a ladder: any may follow any other, and sites come back.",
    )


def _depth(results: Results) -> Block:
    depth = results.in_order(results.depth)
    known = depth.filter(pl.col("extent").is_not_null())
    if not known.height:
        return Part(
            "Depth",
            (
                Missing(
                    "How far it goes within the sites that use it is not recorded.", "Add an extent to their stages."
                ),
            ),
        )
    return Part(
        "Depth: how far within each site",
        (
            Words(
                f"Breadth counts sites; depth says how much of each. Known at "
                f"{count_of(known.height, depth.height)} in use."
            ),
            Figure(
                charts.depth_within_sites,
                (depth,),
                Grid.of(
                    known,
                    "How far within each site, where it is known; in the order of their names.",
                    Column("name", "Site"),
                    Column("extent", "Extent", "percent"),
                    Column("extent_of", "Share of"),
                    Column("on", "Known on", "day"),
                ),
            ),
        ),
    )


def _conflicts(results: Results) -> Part:
    conflicts = results.in_order(results.conflicts, "on").with_columns(
        stage=pl.col("stage").str.replace_all("_", " "),
        other_stage=pl.col("other_stage").str.replace_all("_", " "),
    )
    return Part(
        "Where sources conflict",
        (
            Words(f"Figures take {followed(results.conflicts)}, and give the range beside it."),
            Grid.of(
                conflicts,
                "What sources say that can not both be right.",
                Column("name", "Site"),
                Column("stage", "One source says", needed=True),
                Column("on", "since", "day"),
                Column("source", "Source"),
                Column("other_stage", "Another says"),
                Column("other_on", "since", "day"),
                Column("other_source", "Source"),
                Column("chosen", "Reading chosen", needed=True),
                Column("chosen_by", "by"),
                folded=conflicts.height > 12,
            ),
        ),
    )


def planning(results: Results) -> Section:
    """Every version of the plan against what happened, and each site's own dates."""
    lines = results.plan_lines
    title = "Planned and actual"
    if not results.programme.plans.height:
        return Section(
            "plan",
            title,
            (Missing("No plan is recorded.", "Record how many sites, by when; or a date for each site."),),
        )
    blocks: list[Block] = []
    if lines.height:
        blocks.append(
            Figure(
                charts.planned_against_actual,
                (lines, results.reach),
                Grid.of(
                    lines,
                    "Sites planned to be in use, by version of the plan.",
                    Column("version", "Version", "number"),
                    Column("set_on", "Set on", "day"),
                    Column("on", "By", "day"),
                    Column("planned", "Sites planned", "number"),
                    Column("of", "Plan of"),
                    folded=lines.height > 12,
                ),
            )
        )
    planned = results.planned
    whole = planned.filter(pl.col("site").is_null()).sort("name", "version", "due")
    if whole.height:
        blocks.append(Part("Versions of the plan for the programme", (_versions(whole),)))
    if results.allocated.height:
        blocks.append(_dates(results))
    other = results.programme.plans.filter(pl.col("what") != "stage")
    if other.height:
        each = list(other.iter_rows(named=True))
        other = other.with_columns(
            called=pl.Series([called(results, row) for row in each], dtype=pl.String),
            aim=pl.Series([value_planned(results, row) for row in each], dtype=pl.String),
        )
        blocks.append(
            Part(
                "Other plans",
                (
                    Grid.of(
                        other.sort("what", "name", "due", "set_on").with_columns(
                            reference=pl.lit("plans:") + pl.col("id")
                        ),
                        "Plans for measures, components and support, in every version.",
                        Column("called", "What"),
                        Column("what", "Kind"),
                        Column("aim", "Value"),
                        Column("due", "By", "day"),
                        Column("set_on", "Set on", "day"),
                        Column("set_by", "Set by"),
                        Column("why", "Why"),
                        Column("reference", "Record", "reference"),
                        folded=other.height > 12,
                    ),
                ),
            )
        )
    return Section(
        "plan",
        title,
        tuple(blocks),
        lead="Every version of the plan is kept: a later one does not erase an earlier one.",
    )


def _versions(whole: pl.DataFrame) -> Grid:
    return Grid.of(
        whole.with_columns(pl.col("name").str.replace_all("_", " ")),
        "Each version, what it meant, and what happened.",
        Column("version", "Version", "number"),
        Column("set_on", "Set on", "day"),
        Column("set_by", "Set by"),
        Column("why", "Why", needed=True),
        Column("value", "Sites", "number"),
        Column("name", "in stage"),
        Column("due", "by", "day"),
        Column("actual", "Sites on that day, or so far", "number"),
        Column("met", "Met", "yes_no"),
        Column("reference", "Record", "reference"),
        folded=whole.height > 16,
    )


def _dates(results: Results) -> Part:
    dates = results.in_order(results.allocated)
    as_at = results.as_at
    due = dates.filter(pl.col("allocated") <= as_at) if as_at else dates.clear()
    begun = due.filter(pl.col("actual").is_not_null()).height
    told = f"no first planned date had passed by {day(as_at)}" if as_at else "nothing that happened is recorded yet"
    if due.height:
        told = f"{count_of(begun, due.height)} first planned to begin by {day(as_at)} "
        told += f"{agree(1 if due.height == 1 else begun, 'has', 'have')} begun"
    return Part(
        "Allocated and actual dates of sites",
        (
            Words(f"Both are kept: {told}."),
            Grid.of(
                dates,
                "When each site was first to begin, when it is now, and when it did; in the order of their names.",
                Column("name", "Site"),
                Column("allocated", "First planned", "day"),
                Column("planned_now", "Planned now", "day"),
                Column("actual", "Began", "day", needed=True),
                Column("actual_before", "at the latest before", "day"),
                Column("months_late", "Late or early", "late"),
                folded=dates.height > 12,
            ),
        ),
    )


def reaching(results: Results) -> Section | None:
    """Who is reached: people beside sites, by region, deprivation and other groups."""
    now = results.now
    if now is None:
        return None
    blocks: list[Block] = []
    if now["eligible_people"]:
        blocks.append(Words(f"{there_for(now)} That a site uses it does not say that each of them is reached."))
    else:
        blocks.append(
            Missing("How many people each site is there for is not recorded.", "Add eligible people to the sites.")
        )
    for by, groups in results.reach_by.items():
        named = groups.with_columns(pl.col("group").cast(pl.String))
        points = Grid.of(
            named.with_columns(
                pl.col("group").fill_null("not recorded"),
                enough("in_use_share", "sites"),
                enough("people_share", "eligible_people"),
            ),
            f"Eligible sites and people reached, by {by}.",
            Column("group", by.capitalize()),
            Column("sites", "Eligible sites", "number"),
            Column("ever_used", "ever used", "number"),
            Column("in_use", "in use", "number"),
            Column("in_use_share", "share in use", "percent"),
            Column("eligible_people", "Eligible people", "number"),
            Column("people_at_sites_in_use", "at sites in use", "number"),
            Column("people_share", "share", "percent"),
        )
        called = "deprivation, 1 the most deprived" if by == "deprivation" else by
        blocks.append(Figure(charts.reach_by_group, (named,), points, {"by": called}))
    blocks += [block for by in GROUPED_BY if by not in results.reach_by for block in _one_group(results, by)]
    return Section(
        "reach",
        "Who is reached",
        tuple(blocks),
        lead="Shares of sites and shares of people are different things; both stand here.",
    )


def _one_group(results: Results, by: str) -> list[Block]:
    """Why reach by a group is not shown: sites do not say it, all say the same, or they say too many things."""
    groups = results.programme.sites[by].drop_nulls().unique()
    if not groups.len():
        return [
            Missing(f"Reach by {by} can not be shown: the sites do not say it.", f"Add a column {by} to the sites.")
        ]
    if groups.len() == 1:
        return [Words(f"All sites that say their {by} are in one: {groups[0]}.", quiet=True)]
    return [Words(f"Reach by {by} is not shown: there are {groups.len()} of them.", quiet=True)]
