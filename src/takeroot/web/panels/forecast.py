"""What next: what the back-test shows, in words and first; the fan and its months; and the curves that fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from takeroot.analysis.forecasting.saying import label
from takeroot.charts.wording import counted, month, number
from takeroot.reporting import foreseen
from takeroot.reporting.blocks import Grid
from takeroot.reporting.foreseen import Foreseen
from takeroot.reporting.results import Results
from takeroot.vocabulary.stages import Stage
from takeroot.web.frames import Book
from takeroot.web.panels.panel import Panel, draw
from takeroot.web.scope import Scope

#: The tables that the forecast is of, and the frames that it is kept as.
OF = ("sites", "stages", "successions")
NAMES = ("said", "months", "counts", "scores", "tried", "curves", "grown")
REGIONS = "forecast.regions"
_CURVES = {"bass": "Bass", "logistic": "Logistic", "gompertz": "Gompertz"}
#: The same where the model of spread stands beside the curves; what it says of a site is shown to that site alone.
OF_MODEL = (*OF, "ties", "supports", "other_work", "events")
MODEL = ("said", "months", "counts", "scores", "tried", "stages", "parts")
SITES = "model.sites"
NOT_YET = (
    "The forecast was not worked out yet for the record as it stands. It takes up to a minute, and is kept until where "
    "sites stand changes."
)
REGIONS_LATER = "The forecast by region was not worked out yet. Ask for it at the foot of this page."
STAGES_LATER = (
    "The model of how sites move between stages was not fitted yet to the record as it stands. Ask for it at the foot "
    "of this page; it takes a minute or more, stands beside the curves once it is there, and is kept until the record "
    "changes."
)
OF_STAGES = (
    "By the model of spread alone, fitted to what was recorded. What it says of stages is no surer than what trying it "
    "shows; a fitted number of it is not an effect."
)
SITE_LATER = (
    "What may come at this site is not worked out for the record as it stands. Whoever sees the whole programme can "
    "ask for it on the page What next, under Spread; it is then shown here, to this site and its coach only."
)
FOR_SITE = (
    "For this site and its coach only. The model of spread knows where the site stands, its ties and what was "
    "recorded, and nothing else: it is no judgement, and you know more."
)
OF_REGION = (
    "This region, by the model of spread fitted to all sites together: what it knows of a region is its sites, their "
    "ties and where they stand. It was tried on all sites together, not region by region."
)
NO_REGIONS = "The sites name no regions, or one alone, so there is no forecast by region."


@dataclass(frozen=True)
class Why:
    """Why there is no forecast; empty, where there could be one."""

    says: str


def asked(book: Book, region: str = "") -> tuple[str, bool, bool, bool]:
    """Of which region; whether it was worked out, whether it was by region, and whether it was with the model."""
    model = _model_of(book)
    known = region if model and region in _regions_of(model["parts"]) else ""
    return known, bool(_curves_of(book)), book.held(REGIONS, OF) is not None, bool(model)


def may_be_made(book: Book) -> bool:
    """Whether there is enough to go by."""
    return not _why(book)


def _why(book: Book) -> str:
    return book.words(why, Why)[0].says


def why(results: Results) -> list[Why]:
    """Why there is no forecast."""
    return [Why(foreseen.refused(results.programme))]


def kept(book: Book) -> dict[str, pl.DataFrame]:
    """The forecast as it was worked out, with the model if it was; nothing, where it was not."""
    curves = _curves_of(book)
    return {**curves, **_model_of(book)} if curves else {}


def _curves_of(book: Book) -> dict[str, pl.DataFrame]:
    return _whole({name: book.held(f"forecast.{name}", OF) for name in NAMES})


def _model_of(book: Book) -> dict[str, pl.DataFrame]:
    return _whole({name: book.held(f"model.{name}", OF_MODEL) for name in MODEL})


def _whole(frames: dict[str, pl.DataFrame | None]) -> dict[str, pl.DataFrame]:
    """The frames, if they are all there."""
    there = {name: frame for name, frame in frames.items() if frame is not None}
    return there if len(there) == len(frames) else {}


def work_out(
    book: Book,
    step: Callable[[str], None],
    *,
    curves_alone: bool = False,
    cancel: Callable[[], bool] | None = None,
) -> None:
    """Work the forecast out, and keep each part as it is done; what was kept is not made again."""
    if not may_be_made(book):
        return
    if not _curves_of(book):
        for name, frame in foreseen.all_frames(book.programme, step, regions=False).items():
            book.hold(f"forecast.{name}", OF, frame)
    if curves_alone:
        return
    if book.held(REGIONS, OF) is None:
        book.hold(REGIONS, OF, foreseen.by_region(book.programme, step))
    if not _model_of(book):
        frames = foreseen.with_model(book.programme, lambda part: step(f"the model of spread: {part}"), cancel)
        _of_sites(book).hold(SITES, OF_MODEL, frames["sites"])
        for name in MODEL:
            book.hold(f"model.{name}", OF_MODEL, frames[name])


def of_site(book: Book, site: str) -> pl.DataFrame | None:
    """What the model says of one site: for that site and its coach only. Nothing, where it was not worked out."""
    frame = Book(book.row, Scope.everything()).held(SITES, OF_MODEL)
    return None if frame is None else frame.filter(site=site)


def _of_sites(book: Book) -> Book:
    """Where forecasts of sites are kept: with the whole programme's, if they are made of all of it."""
    return Book(book.row, Scope.everything()) if book.scope.whole else book


def panels(book: Book, region: str = "", *worked_out: bool) -> dict[str, Any]:
    """Every part of the page, as far as it was worked out, and the stages of a region or of all."""
    if says := _why(book):
        every = [Panel("ahead", "What next", empty=f"{says} {foreseen.INSTEAD}", begin=("record", "import"))]
        return {"panels": every, "parts": every}
    frames = kept(book)
    if not frames:
        every = [Panel("ahead", "What next", empty=NOT_YET)]
        return {"panels": every, "parts": every}
    found = Foreseen.of(frames)
    first = [_shown(found), _ahead(book, found)]
    stages = _stages(frames, found.counts, region)
    more = [
        _regions(book.held(REGIONS, OF), frames.get("parts")),
        _tried(found),
        _growing(frames["grown"], frames["curves"]),
        _curves(frames["curves"]),
    ]
    parts = _regions_of(frames["parts"]) if "parts" in frames else []
    choices = [("", "all regions", not region), *((one, one, one == region) for one in parts)] if len(parts) > 1 else []
    return {"panels": first, "stages": stages, "more": more, "parts": [*first, *stages, *more], "regions": choices}


def _regions_of(parts: pl.DataFrame) -> list[str]:
    """The regions of which sites are foreseen by stage."""
    return parts["region"].unique(maintain_order=True).to_list()


def _stages(frames: dict[str, pl.DataFrame], counts: pl.DataFrame, region: str) -> list[Panel]:
    """Sites at each stage, of all or of a region: the picture, and every month with its intervals."""
    title = f"By stage, {region}" if region else "By stage"
    if "stages" not in frames:
        return [Panel("by-stage", title, empty=STAGES_LATER)]
    frame = frames["parts"].filter(region=region) if region else frames["stages"]
    labels = {**{stage.value: stage.label for stage in Stage}, "in use": "in use: using and embedded together"}
    told = pl.format("{}, {} to {}", "median", "lower_80", "upper_80")
    rows = frame.with_columns(told=told, stage=pl.col("stage").replace(labels))
    wide = rows.group_by("stage", maintain_order=True).agg(
        pl.col("now").first(), *(told.filter(pl.col("ahead") == n).first().alias(f"in_{n}") for n in foreseen.TOLD)
    )
    ends = dict(frame.select("ahead", "on").unique().iter_rows())
    few = Grid.of(
        wide,
        "Sites at each stage: now, and at the end of months to come (the middle, and what holds 80% of the futures).",
        ("stage", "Stage"),
        ("now", "Now", "number"),
        *((f"in_{n}", f"End of {month(ends[n])}") for n in foreseen.TOLD if n in ends),
    )
    chart = draw(frame, chart="stages_ahead", now=counts["on"].max())
    every = Grid.of(
        rows.filter(pl.col("upper_95").max().over("stage") > 0).with_columns(
            pl.format("{} to {}", f"lower_{share}", f"upper_{share}").alias(f"within_{share}") for share in (50, 80, 95)
        ),
        "Sites at each stage at the end of each month: the middle of the futures, and what holds 50, 80, 95% of them.",
        ("stage", "Stage"),
        ("on", "Month", "month"),
        ("median", "Middle", "number"),
        ("within_50", "50%"),
        ("within_80", "80%"),
        ("within_95", "95%"),
    )
    monthly = f"{title}, month by month"
    return [
        Panel(
            "by-stage",
            title,
            says=OF_REGION if region else OF_STAGES,
            chart=chart,
            table=few,
            notes=() if region else _begins(frame, counts),
        ),
        Panel("by-month", monthly, table=every, summary="Every stage in every month"),
    ]


def _begins(frame: pl.DataFrame, counts: pl.DataFrame) -> tuple[str, ...]:
    """Why the model begins from another number of sites in use than is counted, where it does."""
    mine, counted_now = frame.filter(stage="in use")["now"], counts["in_use"][-1]
    if not mine.len() or mine[0] == counted_now:
        return ()
    return (
        f"The model begins from {counted(mine[0], 'sites')} in use, the counts above from {number(counted_now)}: it "
        "takes a site of which nothing newer is known to be where it last stood, and counts every site that is open, "
        "eligible or not.",
    )


def _shown(found: Foreseen) -> Panel:
    return Panel("shown", "What trying it shows", says=found.says, notes=found.doubts)


def _ahead(book: Book, found: Foreseen) -> Panel:
    lines = book.frame(Results.plan_lines)
    rows = foreseen.month_by_month(found, lines)
    table = Grid.of(
        rows,
        "Sites in use at the end of each month: the middle of what is foreseen, and what holds 50, 80 and 95% of it.",
        ("on", "Month", "month"),
        ("median", "Middle", "number"),
        ("within_50", "50%"),
        ("within_80", "80%"),
        ("within_95", "95%"),
        ("planned", "Planned by then", "number"),
    )
    plan = foreseen.latest_plan(lines)
    chart = draw(found.months, found.counts, found.tried, chart="fan_chart", plan=plan, by=found.by)
    late = rows.drop_nulls("planned")
    says = _beside_plan(found, late) if late.height else ""
    return Panel("ahead", "What next", says=says, chart=chart, table=table, summary="The forecast, month by month")


def _beside_plan(found: Foreseen, rows: pl.DataFrame) -> str:
    """What the plan means at the end, beside what is foreseen."""
    on, planned = rows["on"][-1], int(rows["planned"][-1])
    chance = found.months.filter(pl.col("on") == on).row(0, named=True)
    share = 95 if not chance["lower_95"] <= planned <= chance["upper_95"] else 80
    low, high = chance[f"lower_{share}"], chance[f"upper_{share}"]
    where = "above" if planned > high else "below" if planned < low else "within"
    return (
        f"The latest version of the plan means {counted(planned, 'sites')} by the end of {month(on)}: {where} the "
        f"{share}% interval, {number(low)} to {number(high)}."
    )


def _regions(frame: pl.DataFrame | None, parts: pl.DataFrame | None) -> Panel:
    title = "By region"
    if frame is None:
        return Panel("regions", title, empty=REGIONS_LATER)
    if not frame.height:
        return Panel("regions", title, empty=NO_REGIONS)
    near, far = _ends(frame)
    rows = _by_group(frame)
    says = "Each region by the curves and its own counts alone, so the regions need not add up to the whole."
    modelled = []
    if parts is not None and parts.height:
        told = pl.format("{}, {} to {}", "median", "lower_80", "upper_80")
        mine = parts.filter(pl.col("stage") == "in use", pl.col("ahead").is_in([foreseen.AHEAD // 2, foreseen.AHEAD]))
        mine = mine.group_by("region", maintain_order=True).agg(model_near=told.first(), model_far=told.last())
        rows = rows.join(mine, left_on="group", right_on="region", how="left", maintain_order="left")
        modelled = [("model_near", f"By the model: {near}"), ("model_far", f"By the model: {far}")]
        says += " Beside it what the model of spread says, fitted to all sites together; above, it is told by stage."
    table = Grid.of(
        rows,
        "Sites in use by region, a year and two years ahead: the middle, and what holds 80% of the futures.",
        ("group", "Region"),
        ("now", "Now", "number"),
        ("near", near),
        ("far", far),
        ("by", "Forecast by"),
        ("why", "Why there is none"),
        *modelled,
    )
    return Panel("regions", title, says=says, table=table, summary="Show the regions")


def _ends(frame: pl.DataFrame) -> tuple[str, str]:
    """The two months that are looked ahead to, in words."""
    days = frame["on"].drop_nulls().unique().sort().to_list()
    return (f"End of {month(days[0])}", f"End of {month(days[-1])}") if days else ("In a year", "In two years")


def _by_group(frame: pl.DataFrame) -> pl.DataFrame:
    """A row for each region, in its own order."""
    told = pl.format("{}, {} to {}", "median", "lower_80", "upper_80")
    return frame.group_by("group", maintain_order=True).agg(
        pl.col("now").first(),
        pl.col("by").first().map_elements(label, return_dtype=pl.String),
        pl.col("why").first(),
        near=told.first(),
        far=told.last(),
    )


def _tried(found: Foreseen) -> Panel:
    table = Grid.of(
        foreseen.scored(found),
        "How close each forecast came when it was tried from earlier months; the less, the closer.",
        ("called", "Forecast by"),
        ("used", "Used here"),
        ("crps", "Sites off, on average (CRPS)", "number"),
        ("wis", "Interval score", "number"),
        ("covered_50", "50% interval held", "percent"),
        ("covered_80", "80% interval held", "percent"),
        ("covered_95", "95% interval held", "percent"),
        ("weight", "Weight in the combination", "percent"),
        ("tried", "Times tried", "number"),
    )
    return Panel("tried", "How it was tried", says=foreseen.coverage(found), table=table)


def _curves(frame: pl.DataFrame) -> Panel:
    table = Grid.of(
        frame.with_columns(pl.col("curve").replace(_CURVES)),
        "Growth curves fitted to when sites first began.",
        ("curve", "Curve"),
        ("says", "What it says, or why it does not"),
    )
    return Panel("curves", "Curves that fit", says=foreseen.OF_CURVES, table=table if table.rows else None)


def _growing(grown: pl.DataFrame, curves: pl.DataFrame) -> Panel:
    title = "How it grew"
    if not grown.height:
        return Panel("grown", title, empty="No site is known to have begun yet.")
    table = Grid.of(
        foreseen.grown_told(grown),
        "Sites that had ever begun by each day, and what each curve says.",
        ("on", "By", "day"),
        ("began", "Began", "number"),
        ("began_least", "At least", "number"),
        *((name, called, "number") for name, called in _CURVES.items()),
    )
    chart = draw(grown, curves, chart="growth_curves")
    return Panel("grown", title, chart=chart, table=table, summary="The counts and the curves, month by month")


def for_site(book: Book, site: str) -> Panel:
    """What may come at one site, in words and figures, for whoever it is for."""
    title, frame = "What next here", of_site(book, site)
    if frame is None or not frame.height:
        return Panel("next", title, empty=SITE_LATER)
    shares = {(row["ahead"], row["stage"]): row["share"] for row in frame.iter_rows(named=True)}
    rows = [
        {
            "on": on,
            "ahead": ahead,
            "in_use": shares.get((ahead, "in use"), 0.0),
            "left": shares.get((ahead, "paused"), 0.0) + shares.get((ahead, "stopped"), 0.0),
        }
        for ahead, on in frame.select("ahead", "on").unique().sort("ahead").iter_rows()
    ]
    schema = {"on": pl.Date, "in_use": pl.Float64, "left": pl.Float64}
    table = Grid.of(
        pl.DataFrame(rows, schema=schema),
        "In how many of a hundred futures this site uses it at the end of a month, and in how many it has stopped.",
        ("on", "End of", "month"),
        ("in_use", "In use", "percent"),
        ("left", "Paused or stopped", "percent"),
    )
    notes = tuple(
        f"End of {month(row['on'])}: in use in {100 * row['in_use']:.0f} of 100 futures, paused or stopped in "
        f"{100 * row['left']:.0f}."
        for row in rows
        if row["ahead"] in foreseen.TOLD
    )
    return Panel("next", title, says=FOR_SITE, notes=notes, table=table, summary="Month by month")
