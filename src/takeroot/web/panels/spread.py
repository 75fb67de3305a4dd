"""How far it reached, how deep and among whom, and how that compares with what was planned."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from takeroot.analysis import embedding
from takeroot.charts.wording import count_of, counted, day, listed
from takeroot.reporting.blocks import Grid
from takeroot.reporting.planned import no_stage as said_of_none
from takeroot.reporting.results import Results, followed
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import Stage
from takeroot.web.frames import Book
from takeroot.web.panels import reaching
from takeroot.web.panels.panel import Item, Panel, draw, in_sheets

NO_STAGES = "No stage is recorded yet. Begin with one line for each site: where it stands, and from which day on."
NO_PLANS = (
    "No plan is recorded yet. Write down how many sites were to use it by when, and when that was decided; "
    "later versions will stand beside it."
)
NO_GROUPS = "Give the sites a region, a deprivation group, an organisation, a kind or a wave, and reach is shown by it."
NO_DEPTH = (
    "No extent is recorded yet. With a stage, say what share of a site's teams, staff or eligible people it covers."
)
NO_SITES = "There is no site yet. Bring in the list that the team keeps: one row for each site."

#: What sites can be grouped by, as people say it.
GROUPS = {
    "region": "region",
    "deprivation": "deprivation group, 1 the most deprived",
    "organisation": "organisation",
    "kind": "kind of site",
    "wave": "wave",
}
LABELS = {stage.value: stage.label for stage in Stage}


def asked(book: Book, by: str = "") -> tuple[str]:
    """By which group, of those there are; else the one that is shown first."""
    return (by if by in GROUPS else "",)


def panels(book: Book, by: str = "", anchor: str = "", nth: int = 1) -> dict[str, Any]:
    """Every part of the page, with another sheet than the first of the table that is asked for."""
    first, by_group, more = (
        [stages(book), reach(book), planned(book)],
        groups(book, by),
        [*reaching.panels(book), depth(book), conflicts(book), sites(book)],
    )
    query = f"by={by}" if by else ""
    first, more = ([in_sheets(panel, anchor, nth, query) for panel in some] for some in (first, more))
    return {"panels": first, "groups": by_group, "more": more, "parts": [*first, by_group["panel"], *more]}


def no_stages(book: Book) -> str:
    """Why nothing can be shown of stages, and what to do first."""
    return said_of_none(book.results) if book.programme.stages.height else NO_STAGES


def stages(book: Book) -> Panel:
    """Where sites stand, month by month."""
    frame = book.frame(Results.by_stage)
    if not book.frame(Results.history).height:
        return Panel("stages", "Stages", empty=no_stages(book), begin=("record", "import"))
    months = frame.pivot(on="stage", index="on", values="sites").sort("on", descending=True)
    now_open = frame.filter(pl.col("on") == frame["on"].max())["sites"].sum()
    columns = [(stage.value, stage.label.capitalize(), "number") for stage in Stage if stage.value in months.columns]
    return Panel(
        "stages",
        "Stages",
        says=f"Of {counted(now_open, 'open sites')}, eligible or not.",
        chart=book.drawing(draw, Results.by_stage, chart="stages_over_time"),
        table=Grid.of(months, "Sites at each stage at the end of each month.", ("on", "Month", "month"), *columns),
    )


def reach(book: Book) -> Panel:
    """How many sites were contacted, have ever used it and use it, of those that could."""
    frame = book.frame(Results.reach)
    if not book.frame(Results.history).height:
        return Panel("reach", "Reach", empty=no_stages(book), begin=("record", "import"))
    table = Grid.of(
        frame.reverse(),
        f"Reach at the end of each month. {frame['counted_from'][-1] or ''}",
        ("on", "Month", "month"),
        ("contacted", "Contacted", "number"),
        ("ever_used", "Ever used", "number"),
        ("in_use", "In use", "number"),
        ("in_use_low", "At least", "number"),
        ("in_use_high", "At most", "number"),
        ("not_known", "Not known", "number"),
        ("eligible", "Eligible", "number"),
        ("in_use_share", "In use, of eligible", "percent"),
        ("people_at_sites_in_use", "People at sites in use", "number"),
        ("people_share", "Of eligible people", "percent"),
    )
    return Panel(
        "reach",
        "Reach",
        chart=book.drawing(
            draw, Results.reach, chart="reach_over_time", follows=followed(book.frame(Results.conflicts))
        ),
        table=table,
    )


def planned(book: Book) -> Panel:
    """Every version of the plan beside what happened."""
    if not book.frame(Results.plan_lines).height:
        return Panel("planned", "Planned and actual", empty=NO_PLANS, begin=("about", "import"))
    plans = book.frame(Results.planned).join(names(book.programme), on="site", how="left", maintain_order="left")
    plans = plans.with_columns(
        called=pl.coalesce("called", "site", pl.lit("The whole programme")),
        name=pl.col("name").replace(LABELS),
        met=pl.when("met").then(pl.lit("yes")).when(~pl.col("met")).then(pl.lit("no")).otherwise(pl.lit("not due yet")),
    )
    table = Grid.of(
        plans,
        "Every plan in every version, and what became of it.",
        ("called", "Site"),
        ("name", "Stage"),
        ("value", "Sites planned", "number"),
        ("due", "By", "day"),
        ("version", "Version", "number"),
        ("set_on", "Decided", "day"),
        ("set_by", "By whom"),
        ("why", "Why"),
        ("actual", "Sites there that day", "number"),
        ("actual_on", "First reached", "day"),
        ("met", "Met"),
    )
    return Panel(
        "planned",
        "Planned and actual",
        says="Plans are kept in versions: a later one stands beside the earlier ones and erases none.",
        chart=book.drawing(draw, Results.plan_lines, Results.reach, chart="planned_against_actual"),
        summary="Every plan, and what became of it",
        table=table,
    )


def groups(book: Book, by: str = "") -> dict[str, Any]:
    """Who is reached: by region, deprivation or another group that the sites have, one at a time."""
    sites = book.programme.sites
    choices = {name: label for name, label in GROUPS.items() if sites[name].drop_nulls().n_unique() > 1}
    by = by if by in choices else next(iter(choices), "")
    if not by or not book.frame(Results.history).height:
        return {
            "panel": Panel("groups", "Who is reached", empty=_no_groups(sites) if not by else no_stages(book)),
            "choices": {},
            "by": "",
        }
    asked = partial(by_group, by=by)
    table = Grid.of(
        book.frame(asked).with_columns(pl.col("group").cast(pl.String).fill_null("not recorded")),
        f"Reach of eligible sites by {GROUPS[by]}, in the groups' own order.",
        ("group", GROUPS[by].capitalize()),
        ("sites", "Eligible sites", "number"),
        ("ever_used", "Ever used", "number"),
        ("in_use", "In use", "number"),
        ("in_use_share", "In use, of eligible sites", "percent"),
        ("eligible_people", "Eligible people", "number"),
        ("people_at_sites_in_use", "People at sites in use", "number"),
        ("people_share", "Of eligible people", "percent"),
    )
    chart = book.drawing(draw, asked, chart="reach_by_group", by=GROUPS[by])
    return {"panel": Panel("groups", "Who is reached", chart=chart, table=table), "choices": choices, "by": by}


def _no_groups(sites: pl.DataFrame) -> str:
    """Why reach is shown by no group: all sites say the same, or say nothing."""
    one = [f"{label} {sites[name].drop_nulls()[0]}" for name, label in GROUPS.items() if sites[name].drop_nulls().len()]
    return f"All sites that say it are of one group: {listed(one)}." if one else NO_GROUPS


def by_group(results: Results, by: str) -> pl.DataFrame:
    """Reach by one of the groups that sites have."""
    return results.grouped(by)


def depth(book: Book) -> Panel:
    """How far within each site."""
    frame = book.frame(Results.depth)
    known = frame.drop_nulls("extent").join(names(book.programme), on="site", how="left", maintain_order="left")
    if not known.height:
        return Panel("depth", "Depth within sites", empty=NO_DEPTH)
    table = Grid.of(
        known,
        "Extent within each site, in the order of the sites.",
        ("called", "Site"),
        ("extent", "Extent", "percent"),
        ("extent_of", "Share of its"),
        ("on", "Known since", "day"),
    )
    return Panel(
        "depth",
        "Depth within sites",
        chart=book.drawing(draw, Results.depth, chart="depth_within_sites"),
        notes=(f"Known for {count_of(known.height, frame.height, 'sites in use')}.",),
        table=table,
    )


def conflicts(book: Book) -> Panel:
    """Where sources can not both be right, each reading with its source, and the one that figures follow."""
    frame = book.frame(Results.conflicts).join(names(book.programme), on="site", how="left", maintain_order="left")
    if not frame.height:
        return Panel("conflicts", "Where sources conflict", empty="No two sources contradict each other.")
    says = f"Figures take {followed(frame)}, and show the range; both sources stay in the record."
    return Panel(
        "conflicts",
        "Where sources conflict",
        says=says,
        items=tuple(_conflict(row) for row in frame.iter_rows(named=True)),
        summary=f"Show {counted(frame.height, 'conflicts')}",
    )


def _conflict(row: dict[str, Any]) -> Item:
    one = _reading(row["stage"], row["on"], row["source"])
    other = _reading(row["other_stage"], row["other_on"], row["other_source"])
    chosen = "nobody has chosen: the stage that comes later in the list of stages, with the range beside it"
    if row["chosen"]:
        chosen = f"{row['chosen']}, chosen by {row['chosen_by']}: {row['why']}"
    return Item(row["called"], (("Either", one), ("or", other), ("Figures follow", chosen)))


def _reading(stage: str, on: Any, source: str | None) -> str:
    return f"{LABELS[stage]} on {day(on)}, according to {source or 'a source not named'}"


def sites(book: Book) -> Panel:
    """Every site in its given order, and where it stands."""
    frame = book.frame(standing)
    if not frame.height:
        return Panel("sites", "Sites", empty=NO_SITES, begin=("import", "record"))
    table = Grid.of(
        frame,
        f"Where each site stands, {day(book.programme.as_at, 'with nothing dated yet')}, in the programme's own order.",
        ("called", "Site"),
        ("stage", "Stage"),
        ("since", "Since"),
        ("confirmed", "Last confirmed", "day"),
        ("decided", "Decided"),
        ("region", "Region"),
        ("how_known", "How known"),
        ("eligible_people", "Eligible people", "number"),
    )
    return Panel("sites", "Sites", table=table, summary=f"Show {counted(frame.height, 'sites')}")


def standing(results: Results) -> pl.DataFrame:
    """Where each site stands, since when without a break, and when that was last confirmed, if it was."""
    stands = results.standing.select("site", "stage", "how_known", "since", "since_before", "confirmed")
    frame = results.programme.sites.join(stands, on="site", how="left", maintain_order="left")
    frame = frame.join(carried_on(results.programme), on="site", how="left", maintain_order="left")
    local = embedding.kept_local(results.programme).drop_nulls("site").group_by("site").agg(pl.col("what", "on").last())
    local = local.select("site", decided=pl.format("{}, {}", "what", pl.col("on").dt.strftime("%-d %b %Y")))
    frame = frame.join(local, on="site", how="left", maintain_order="left")
    days = frame.select("since", "since_before", "closed", "ended", "successors").iter_rows()
    return frame.select(
        "site",
        pl.coalesce("name", "site").alias("called"),
        pl.col("stage")
        .replace(LABELS)
        .fill_null(pl.when(pl.col("ended").is_not_null()).then(pl.lit("–")).otherwise(pl.lit("no record yet"))),
        pl.Series("since", [since(*each) for each in days], dtype=pl.String),
        pl.when(pl.col("confirmed") > pl.col("since")).then("confirmed").alias("confirmed"),
        "decided",
        "region",
        "how_known",
        "eligible_people",
    )


def carried_on(programme: Programme) -> pl.DataFrame:
    """When a site ended, and which others carry on from it."""
    others = programme.successions.filter(pl.col("site") != pl.col("successor"))
    others = others.join(names(programme), left_on="successor", right_on="site", how="left", maintain_order="left")
    return others.group_by("site", maintain_order=True).agg(ended=pl.col("on").max(), successors="called")


def since(began: Any, before: Any, closed: Any, ended: Any, successors: list[str] | None) -> str | None:
    """Since when, in words: a day, or a span where only that is known; and what became of a site that is no more."""
    said = None if began is None else day(began) if before is None else f"between {day(began)} and {day(before)}"
    shut = f"the site closed on {day(closed)}" if closed else None
    if successors:
        shut = f"carried on as {listed(successors)} since {day(ended)}"
    return "; ".join(part for part in (said, shut) if part) or None


def names(programme: Programme) -> pl.DataFrame:
    """What each site is called."""
    return programme.sites.select("site", called=pl.coalesce("name", "site"))
