"""Who is tied to whom, and what goes with it; with what can not be said of cause."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.charts.network import SITES, TIES
from takeroot.charts.wording import month
from takeroot.reporting import tied
from takeroot.reporting.blocks import Block, Column, Figure, Grid, Missing, Part, Section, Words
from takeroot.reporting.results import Results
from takeroot.vocabulary.stages import IN_USE

#: So many rows of ties stand in a report.
ROWS = 200


def tying(results: Results) -> Section | None:
    """The network of now and over time, exposure beside taking it up, and whether tied sites are alike."""
    if results.now is None:
        return None
    title, programme = "Who is tied to whom", results.programme
    if not programme.ties.height:
        missing = Missing("No tie between sites is recorded.", "Add a table of ties: source, target, kind, since.")
        return Section("network", title, (missing,))
    months = tied.months_of(results)
    on = months[-1]
    blocks: list[Block] = [Words(tied.ends(results, on)), *_pictures(results)]
    rates = tied.took_up(results)
    grid = Grid.of(
        rates,
        "How often it was taken up in a month, by how much of what a site is tied to used it the month before.",
        Column("exposure", "Of the sites that it is tied to"),
        Column("sites", "Sites", "number"),
        Column("waited", "Months waited, in all", "number"),
        Column("took_up", "Took it up", "number"),
    )
    blocks.append(Part("Exposure, and taking it up", (Words(tied.rates(rates)), grid)))
    told = [tied.said_of_months(tied.alike(results)), tied.first_by_ties(results)]
    if programme.ties.height <= tied.AT_ONCE:
        told.append(tied.dependence(programme)["says"][0])
    blocks.append(Part("Whether tied sites go together", tuple(Words(text) for text in told if text)))
    return Section("network", title, tuple(blocks), lead=tied.CAUTION)


def _pictures(results: Results) -> list[Block]:
    """Lines where they can be told apart, else a matrix and tiles."""
    on = tied.months_of(results)[-1]
    now, ties, over_time = tied.stood(results, on), tied.held(results, on), tied.over_time(results)
    sites = results.programme.sites
    counts = over_time.filter(pl.col("stage").is_in(IN_USE)).group_by("on").agg(in_use=pl.len().cast(pl.Int64))
    there = over_time.group_by("on").agg(sites=pl.len().cast(pl.Int64)).join(counts, on="on", how="left").sort("on")
    shown = Grid.of(
        there.with_columns(pl.col("in_use").fill_null(0)),
        "Sites in use in these months, of those that were there.",
        Column("on", "Month", "month"),
        Column("in_use", "In use", "number"),
        Column("sites", "Sites", "number"),
    )
    if sites.height <= SITES and ties.height <= TIES:
        places = tied.places(results)
        pairs = Grid.of(
            tied.tied_pairs(results, on),
            f"Every tie that held at the end of {month(on)}.",
            Column("source_name", "From"),
            Column("target_name", "To"),
            folded=True,
            most=ROWS,
        )
        every = (over_time, places, tied.held_over_time(results))
        return [
            Figure(charts.network_of_sites, (now, places, ties), pairs, {"names": results.site_names}),
            Figure(charts.network_over_time, every, shown),
        ]
    between = Grid.of(
        tied.between(results, on),
        f"Ties between regions at the end of {month(on)}.",
        Column("source_group", "From sites of"),
        Column("target_group", "To sites of"),
        Column("ties", "Ties", "number"),
        Column("in_use", "From sites in use", "number"),
        folded=True,
        most=ROWS,
    )
    using = set(now.filter(pl.col("stage").is_in(IN_USE))["site"])
    options = {"in_use": using, "on": on}
    regions = sites.select("site", group="region")
    return [
        Figure(charts.ties_as_matrix, (tied.order(results), ties), between, options),
        Figure(charts.sites_as_tiles, (over_time, regions), shown),
    ]
