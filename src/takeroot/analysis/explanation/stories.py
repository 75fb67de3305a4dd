"""What changed in where sites stand, in plans, in what is done, and in the measures? A sentence for each.

A stage recorded again confirms and is no change. What *matters* is coming into use, going out of use, coming back into
use and declining; every revision of a plan; every adaptation; and signals that are an improvement or a concern. Nothing
here says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.plans import versions
from takeroot.analysis.adoption.record import UNKNOWN, not_chosen, now_called, told
from takeroot.analysis.explanation.wording import also, day, named, plain, upper, when, words
from takeroot.vocabulary.stages import IN_USE
from takeroot.vocabulary.tables import ADAPTATIONS

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: What a change is, and ``means``: every reference that means it, for several rows may tell of one change.
CHANGE = {
    "reference": pl.String(),
    "on": pl.Date(),
    "until": pl.Date(),
    "kind": pl.String(),
    "site": pl.String(),
    "says": pl.String(),
    "matters": pl.Boolean(),
    "means": pl.List(pl.String()),
}
PLANNED = {
    "not_reached": "not to be approached",
    "exploring": "to have been approached",
    "declined": "to have declined it",
    "preparing": "to be preparing for it",
    "using": "to be using it",
    "embedded": "to have it as normal work",
    "paused": "to have paused it",
    "stopped": "to have stopped using it",
    "unknown": "not to be followed any more",
}
STANDING = {
    "not_reached": "not reached",
    "exploring": "considering it",
    "declined": "declining it",
    "preparing": "preparing for it",
    "using": "using it",
    "embedded": "using it as normal work",
    "paused": "pausing it",
    "stopped": "not using it any more",
    "unknown": "not known of",
}
CARRYING = {
    **STANDING,
    "paused": "having paused it",
    "stopped": "having stopped using it",
    "declined": "having declined it",
}
SHOWN = {
    "improvement": "an improvement",
    "concern": "a concern",
    "neither_high": "higher, which is neither better nor worse",
    "neither_low": "lower, which is neither better nor worse",
}


def changes_of(programme: Programme, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every change, without what speaks to it."""
    found = [of_stages(programme), of_plans(programme), of_adaptations(programme), of_signals(programme, points)]
    return pl.concat(frame.select(pl.col(name).cast(kind) for name, kind in CHANGE.items()) for frame in found)


def of_stages(programme: Programme) -> pl.DataFrame:
    """Every change of stage, as the figures read the record."""
    everything = told(programme)
    rows = everything.read(not_chosen(programme)).rows
    stage, over = pl.col("stage"), "site"
    known = pl.when(stage != UNKNOWN).then(stage)
    rows = rows.with_columns(
        before=stage.shift().over(over),
        was=known.forward_fill().shift().over(over),
        had_used=pl.col("ever_used").cum_max().shift().over(over).fill_null(False),
        stay=(stage != stage.shift()).fill_null(True).cum_sum().over(over),
    )
    # Every row that says that a site carried on from others means what is told of one of them.
    alike = [(each.references[0], other) for each in everything.successions for other in each.references]
    also_means = pl.DataFrame(alike, schema={"reference": pl.String, "means": pl.String}, orient="row")
    means = rows.join(also_means, on="reference", how="left", maintain_order="left")
    means = means.group_by("site", "stay").agg(pl.coalesce("means", "reference").alias("means"))
    rows = rows.filter((stage != pl.col("before")).fill_null(True)).join(
        means, on=["site", "stay"], how="left", maintain_order="left"
    )
    in_use, was_in_use = stage.is_in(IN_USE), pl.col("was").is_in(IN_USE).fill_null(False)
    again = (pl.col("before") == UNKNOWN).fill_null(False) & (stage == pl.col("was")).fill_null(False)
    carried = pl.col("carried")
    stopped = (
        (stage == "stopped") | ((stage == "paused") & (was_in_use | pl.col("was").is_null())) | (stage == "declined")
    )
    left = was_in_use & ~in_use & (stage != UNKNOWN)
    matters = ~carried & ~again & ((in_use & ~was_in_use) | left | stopped)
    rows = named(rows.with_columns(matters=matters, again=again, to_use=in_use, was_in_use=was_in_use), programme)
    return rows.with_columns(says=_stage_says(), kind=pl.lit("stage"), until=pl.lit(None))


def _stage_says() -> pl.Expr:
    who, at, stage = pl.col("who"), when(), pl.col("stage")
    reason = also("reason_kind", " ({})")
    return (
        pl.when("carried").then(pl.format("{} carried on from other sites, {}, {}.", who, words("stage", CARRYING), at))
        .when((stage == UNKNOWN) & pl.col("on_before").is_null())
        .then(pl.format("Nothing has been known of {} since {}.", who, day("on")))
        .when(stage == UNKNOWN).then(pl.format("Nothing has been known of {} since some day {}.", who, at))
        .when("again").then(pl.format("{} was known again to be {} {}.", who, words("stage", STANDING), at))
        .when(pl.col("to_use") & pl.col("was_in_use") & (stage == "embedded"))
        .then(pl.format("Use at {} was said to be normal work {}.", who, at))
        .when(pl.col("to_use") & pl.col("was_in_use"))
        .then(pl.format("Use at {} was no longer said to be normal work {}.", who, at))
        .when(pl.col("to_use") & pl.col("had_used")).then(pl.format("{} took it up again {}.", who, at))
        .when("to_use").then(pl.format("{} began to use it {}.", who, at))
        .when(stage == "paused").then(pl.format("{} paused it {}.", who, at))
        .when(stage == "stopped").then(pl.format("{} stopped using it{} {}.", who, reason, at))
        .when(stage == "declined").then(pl.format("{} declined it {}.", who, at))
        .when("was_in_use").then(pl.format("{} no longer used it, and was {} {}.", who, words("stage", STANDING), at))
        .when(stage == "exploring").then(pl.format("{} began to consider it {}.", who, at))
        .when(stage == "preparing").then(pl.format("{} began to prepare for it {}.", who, at))
        .otherwise(pl.format("{} was recorded as not reached {}.", who, at))
    ).pipe(upper)  # fmt: skip


def of_plans(programme: Programme) -> pl.DataFrame:
    """Every revision of a plan: all that was set on one day of one plan, told by its last day.

    Plans for several sites that one person changed on one day for one reason are one change.
    """
    plans = versions(programme)
    last = plans.group_by("what", "site", "name", "version").agg(
        pl.col("reference", "due", "value", "set_on", "set_by", "why").last(), means="reference"
    )
    before = last.select("what", "site", "name", pl.col("version") + 1, was_due="due", was_value="value")
    last = last.filter(pl.col("version") > 1).join(
        before, on=["what", "site", "name", "version"], how="left", nulls_equal=True
    )
    last = named(last, programme)
    later = pl.col("was_due") != pl.col("due")
    rather = pl.when(later).then(pl.format(" rather than by {}", day("was_due"))).otherwise(pl.lit(""))
    other = (pl.col("was_value") != pl.col("value")).fill_null(False)
    number = pl.format(", {} rather than {}", plain("value"), plain("was_value"))
    changed = aim() + rather + pl.when(other).then(number).otherwise(pl.lit(""))
    says = pl.format("The plan for {} was changed on {}: {}{}.", "who", day("set_on"), changed, also("why", " ({})"))
    last = last.with_columns(on="set_on", until=None, kind=pl.lit("plan"), says=says, matters=True)
    together = last.filter(pl.col("site").is_not_null()).group_by("what", "name", "set_on", "set_by", "why")
    many = together.agg(
        pl.col("on", "until", "kind", "matters").first(),
        reference=pl.col("reference").min(),
        means=pl.col("means").list.explode(),
        site=pl.lit(None, dtype=pl.String),
        sites=pl.col("site").n_unique(),
    ).filter(pl.col("sites") > 1)
    says = pl.format("The plans for {} sites were changed on {}{}.", "sites", day("set_on"), also("why", " ({})"))
    many = many.with_columns(says=says)
    single = last.filter(~pl.col("reference").is_in(many["means"].explode().implode()))
    columns = [pl.col(name).cast(kind) for name, kind in CHANGE.items()]
    return pl.concat([single.select(columns), many.select(columns)])


def aim() -> pl.Expr:
    """What a plan means to have by when."""
    stage = pl.col("name").fill_null("using").replace_strict(PLANNED, default="to be there", return_dtype=pl.String)
    site_or_sites = pl.when(value=1).then(pl.lit("site")).otherwise(pl.lit("sites"))
    many = pl.format("{} {} ", plain("value"), site_or_sites)
    sites = pl.when(pl.col("site").is_null() & pl.col("value").is_not_null()).then(many).otherwise(pl.lit(""))
    name = pl.col("name").fill_null(pl.col("what"))
    at = pl.when(pl.col("value").is_not_null()).then(pl.format(" at {}", plain("value"))).otherwise(pl.lit(""))
    what = pl.when(what="stage").then(sites + stage).otherwise(pl.concat_str(name, at))
    return pl.format("{} by {}", what, day("due"))


def of_adaptations(programme: Programme) -> pl.DataFrame:
    """Every adaptation."""
    rows = programme.adaptations.with_columns(
        pl.col("site").replace(now_called(programme)), reference=ADAPTATIONS.references(programme.adaptations)
    )
    if programme.as_at is not None:
        rows = rows.filter(pl.col("on") <= programme.as_at)
    adapted = words("concerns", {"way of supporting it": "changed the way of supporting it"}, "adapted it")
    says = upper(pl.format("{} {} on {}: {}.", "who", adapted, day("on"), pl.col("what").str.strip_chars_end(".")))
    rows = named(rows.with_columns(means=pl.concat_list("reference")), programme)
    return rows.with_columns(says=says, kind=pl.lit("adaptation"), matters=True)


def of_signals(programme: Programme, points: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every signal in the programme's own measures, by the rules that each measure names.

    ``points`` are its values as :func:`takeroot.analysis.spc.chart` gives them, where they are at hand.
    """
    if not programme.values.height or programme.as_at is None:
        return pl.DataFrame(schema=CHANGE)
    from takeroot.analysis import spc

    sets = programme.about.rule_sets
    if points is None:
        values = programme.values.filter(pl.col("on") <= programme.as_at)
        points = spc.chart(values, measures=programme.measures, phases=programme.phases, rule_sets=sets)
    found = spc.signals(points, rule_sets=sets).with_columns(means=pl.concat_list("reference"))
    found = named(found, programme)
    measures = programme.measures.select("measure", called=pl.coalesce("name", "measure"))
    found = found.join(measures, on="measure", how="left", maintain_order="left")
    ends = points.select("measure", "site", "on", "value", "centre")
    for when_, name in (("on", "first"), ("until", "last")):
        end = ends.select("measure", "site", pl.col("on").alias(when_), pl.col("value").alias(name), "centre")
        found = found.join(end, on=["measure", "site", when_], how="left", maintain_order="left", suffix=f"_{name}")
    return found.with_columns(
        says=_signal_says(), kind=pl.lit("signal"), matters=pl.col("shows").is_in(["improvement", "concern"])
    )


def _signal_says() -> pl.Expr:
    many = pl.format("{} {}", "points", pl.when(points=1).then(pl.lit("point")).otherwise(pl.lit("points")))
    up = pl.when(signal="trend").then(pl.col("last") > pl.col("first")).otherwise(pl.col("first") > pl.col("centre"))
    limit = pl.when(up).then(pl.lit("upper limit")).otherwise(pl.lit("lower limit"))
    above = pl.when(up).then(pl.lit("above")).otherwise(pl.lit("below"))
    higher = pl.when(up).then(pl.lit("higher")).otherwise(pl.lit("lower"))
    pattern = (
        pl.when(signal="astronomical").then(pl.format("{} {} the {}", many, above, limit))
        .when(signal="shift").then(pl.format("{} in a row {} the mean", many, above))
        .when(signal="trend").then(pl.format("{} in a row, each {} than the one before", many, higher))
        .otherwise(pl.format("{} near the {} or beyond it", many, limit))
    )  # fmt: skip
    several = pl.format("from {} to {}", day("on"), day("until"))
    at = pl.when(pl.col("until") > pl.col("on")).then(several).otherwise(pl.format("on {}", day("on")))
    what = pl.format("{} at {}", pl.coalesce("called", "measure"), "who")
    shows = words("shows", SHOWN, "unusual")
    return upper(pl.format("{}: {} {}, {} (rules {}).", what, pattern, at, shows, "rules"))


#: Who tells of the changes that the rows of a table make.
STORIES = {
    "stages": of_stages,
    "successions": of_stages,
    "plans": of_plans,
    "adaptations": of_adaptations,
    "signals": of_signals,
}
