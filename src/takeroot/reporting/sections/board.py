"""What a board reads: the two answers, each measure in a row, what was decided and what is to be decided."""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot.charts import icons
from takeroot.charts.wording import agree, counted, number
from takeroot.reporting.blocks import Block, Column, Grid, Missing, Part, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.measuring import VARIATION

#: So many decisions and actions, the latest and the nearest.
LAST = 8


def measured(results: Results) -> Section:
    """Each measure in a row: the latest value, its target, mean and limits, variation and assurance."""
    title = "What the measures show"
    if not results.series.height:
        return Section("board-measures", title, (Missing("No values are recorded."),))
    rows = pl.concat([results.together_series, _alone(results)], how="diagonal_relaxed")
    apart = [code for code in results.series["measure"].unique().sort() if code not in set(rows["measure"])]
    blocks: list[Block] = []
    if rows.height:
        blocks.append(_table(results, rows))
    if apart:
        told = tuple(_by_site(results, code) for code in apart)
        blocks.append(Part("Measures that can not be added up over sites", tuple(Words(text) for text in told)))
    lead = "Unusual means: more than the noise of a stable process. It does not say why. Sites are not compared."
    return Section("board-measures", title, tuple(blocks), lead=lead)


def _alone(results: Results) -> pl.DataFrame:
    """Measures that have one series."""
    one = pl.len().over("measure") == 1
    together = results.together_series["measure"].to_list()
    return results.series.filter(one, ~pl.col("measure").is_in(together))


def _table(results: Results, rows: pl.DataFrame) -> Grid:
    rows = rows.sort("measure")
    units = [results.unit(code) for code in rows["measure"]]
    names = [results.measure(code) for code in rows["measure"]]
    limits = [_limits(row) for row in rows.iter_rows(named=True)]
    shown = rows.with_columns(
        name=pl.Series([f"{name} ({unit})" if unit else name for name, unit in zip(names, units, strict=True)]),
        limits=pl.Series(limits, dtype=pl.String),
        icon=pl.struct("variation", "latest", "centre").map_elements(_icon, return_dtype=pl.String),
        shows=pl.col("variation").replace(VARIATION),
        reach=pl.col("assurance").replace(_ASSURED),
    )
    return Grid.of(
        shown,
        "Each measure at its latest period, with the limits of its latest phase.",
        Column("name", "Measure"),
        Column("latest_on", "Latest", "month"),
        Column("latest", "Value", "number", needed=True),
        Column("target", "Target", "number"),
        Column("centre", "Mean", "number"),
        Column("limits", "Limits"),
        Column("icon", "Icon", "drawing"),
        Column("shows", "Variation"),
        Column("reach", "Assurance"),
    )


#: The assurance in the few words that a table has room for.
_ASSURED = {"pass": "will keep meeting it", "fail": "will keep missing it", "hit_and_miss": "may meet or miss it"}


def _limits(row: dict[str, Any]) -> str | None:
    """From the lower to the upper limit; nothing, where points are too few."""
    ends = [number(row[end]) for end in ("lower", "upper") if row[end] is not None]
    return " to ".join(ends) if ends and row["variation"] != "too_few" else None


def _icon(row: dict[str, Any]) -> str:
    word = row["variation"]
    high = None
    if word in ("improvement", "concern") and None not in (row["latest"], row["centre"]):
        high = row["latest"] >= row["centre"]
    return icons.variation_icon(word, high=high)


def _by_site(results: Results, code: str) -> str:
    mine = results.series.filter(measure=code)
    counts = dict(mine.group_by("variation").agg(pl.len()).iter_rows())
    told = ", ".join(f"{number(counts[word])} {text}" for word, text in VARIATION.items() if word in counts)
    return f"{results.measure(code)}, at {counted(mine.height, 'sites')}: {told}."


def decided(results: Results) -> Section:
    """The latest decisions with their dissent, and the actions that are open."""
    programme, blocks = results.programme, []
    decisions = programme.decisions.with_columns(reference=pl.lit("decisions:") + pl.col("id"))
    if decisions.height:
        blocks.append(
            Grid.of(
                decisions.sort("on", "what", descending=[True, False]).with_columns(
                    pl.col("dissent").fill_null("none recorded")
                ),
                "The latest decisions, with who disagreed.",
                Column("what", "Decided"),
                Column("on", "On", "day"),
                Column("why", "Because", needed=True),
                Column("by", "By", needed=True),
                Column("dissent", "Dissent"),
                Column("reference", "Record", "reference"),
                most=LAST,
            )
        )
    open_ = programme.actions.filter(pl.col("done").is_null(), pl.col("status").fill_null("open") == "open")
    if open_.height:
        blocks.append(
            Grid.of(
                open_.sort("due", "title", nulls_last=True),
                f"{counted(open_.height, 'actions')} {agree(open_.height, 'is', 'are')} open, by the day they are due.",
                Column("title", "Action"),
                Column("strand", "Strand"),
                Column("owner", "Who", needed=True),
                Column("due", "By", "day", needed=True),
                most=LAST,
            )
        )
    if not blocks:
        blocks.append(Missing("No decision or action is recorded."))
    return Section("board-decisions", "Decisions and actions", tuple(blocks))


__all__ = ["decided", "measured"]
