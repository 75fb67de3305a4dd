"""What is not at fault in a programme but may not be meant: a sentence for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import nearest, quoted
from takeroot.vocabulary.about import About
from takeroot.vocabulary.stages import Stage
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.instruments_in_files import Library

#: What a spreadsheet shows where a formula fails.
FAILED = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA")

Frames = Mapping[str, pl.DataFrame]


def remarks(about: About, frames: Frames, known: Library | None = None) -> list[str]:
    """What may not be meant: in columns and words, at sites, in values."""
    of_places = (*_of_stages(about, frames), *_of_sites(about, frames))
    return [*_of_columns(frames), *_of_words(about), *of_places, *_of_values(frames), *_of_asked(frames, known)]


def _of_columns(frames: Frames) -> Iterator[str]:
    for name, frame in frames.items():
        for column in (column for column in frame.columns if column not in TABLES[name].columns):
            near = nearest(column, TABLES[name].columns)
            if near and frame[near].null_count() == frame.height:
                yield f"{name}: '{column}' is kept as a further column; if '{near}' was meant, rename it"
        for column in (column for column in frame.columns if frame[column].dtype == pl.String):
            text = frame[column]
            if text.str.starts_with("#").any() and (failed := text.is_in(FAILED).fill_null(False)).any():
                word = quoted(text.filter(failed)[0])
                yield (
                    f"{name}: {failed.sum():,} cells of '{column}' say {word} or the like, as a spreadsheet does where "
                    "a formula fails"
                )


def _of_asked(frames: Frames, known: Library | None) -> Iterator[str]:
    if any(name in frames for name in ("rounds", "entries", "links")):
        from takeroot.vocabulary import asked  # instruments are read only where something was asked

        yield from asked.remarks(frames, known)


def _of_words(about: About) -> Iterator[str]:
    if about.start and about.end and about.end < about.start:
        yield f"programme.yaml: the programme ends on {about.end}, before it starts on {about.start}"


def _of_stages(about: About, frames: Frames) -> Iterator[str]:
    if "stages" not in frames:
        return
    stages = frames["stages"]
    if about.as_at and (late := stages.filter(pl.col("on") > about.as_at).height):
        yield f"stages: {late:,} rows come after {about.as_at}, up to which the record counts (as_at)"
    if "sites" in frames:
        dated = stages.join(frames["sites"].select("site", "opened", "closed"), on="site", how="left")
        shut = dated.filter((pl.col("on") < pl.col("opened")) | (pl.col("on") >= pl.col("closed")))
        if shut.height:
            first = f"{quoted(shut['site'][0])} on {shut['on'][0]}"
            yield (
                f"stages: {shut.height:,} rows stand before their site opened or after it closed, when it does not "
                f"count; the first is {first}"
            )
    sources = set(stages["source"].drop_nulls())
    for reading in about.readings:
        for source in sorted(set(reading.between) - sources):
            yield f"programme.yaml: a reading is between sources, but no stage has the source {quoted(source)}"
    bare = stages.filter((pl.col("stage") == Stage.STOPPED) & pl.col("reason_kind").is_null()).height
    if bare:
        yield f"stages: {bare:,} rows say 'stopped' without saying whether decided, replaced or lapsed"


def _of_sites(about: About, frames: Frames) -> Iterator[str]:
    if "sites" in frames:
        listed = frames["sites"].height
        if about.eligible.sites and listed > about.eligible.sites:
            yield f"sites: {listed:,} are listed, more than the {about.eligible.sites:,} said to be eligible"
    for name, last, says in (
        ("sites", "part_of", "each is part of the next"),
        ("successions", "successor", "each is the successor of the one before"),
    ):
        if name in frames and (circle := _circle(frames[name].select("site", last).drop_nulls())):
            shown = ", ".join(map(quoted, circle[:6])) + (" and so on" if len(circle) > 6 else "")
            yield f"{name}: {shown}: {says}, and so round in a circle"


def _circle(leads: pl.DataFrame) -> list[str]:
    """Names that lead to one another and back to the first, if there are any."""
    graph: dict[str, list[str]] = {}
    for site, to in leads.iter_rows():
        if site != to:
            graph.setdefault(to, []).append(site)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _of_values(frames: Frames) -> Iterator[str]:
    if "values" not in frames or frames["values"]["numerator"].null_count() == frames["values"].height:
        return
    values = frames["values"]
    if "measures" in frames:
        values = values.join(frames["measures"].select("measure", "multiply"), on="measure", how="left")
    else:
        values = values.with_columns(multiply=pl.lit(None, dtype=pl.Float64))
    lower = pl.when(pl.col("denominator") != 0).then("denominator")
    bare = values.filter(pl.col("value").is_null() & pl.col("numerator").is_not_null() & lower.is_null())
    if bare.height:
        yield (
            f"values: {bare.height:,} rows have a numerator and no denominator, or one of 0, so that they have no "
            f"value; the first is {_first(bare)}"
        )
    told = values.with_columns(made=pl.col("numerator") / lower * pl.col("multiply").fill_null(1.0))
    apart = told.filter(pl.col("value").is_not_null() & pl.col("made").is_not_null() & ~_rounded("made", "value"))
    if apart.height:
        yield (
            f"values: {apart.height:,} rows have a value that is not their numerator over their denominator, times "
            f"the measure's 'multiply'; the value counts; the first is {_first(apart)}"
        )


def _first(values: pl.DataFrame) -> str:
    measure, site, on = values.select("measure", "site", "on").row(0)
    return f"{quoted(measure)} at {quoted(site)} on {on}"


def _rounded(made: str, value: str) -> pl.Expr:
    """Whether a value is what was made, rounded to as many places as the value has."""
    agrees = pl.lit(False)
    for places in range(7):
        unit = 10.0**-places
        has = (pl.col(value) / unit - (pl.col(value) / unit).round()).abs() < 1e-6
        agrees = agrees | (has & ((pl.col(made) - pl.col(value)).abs() <= 0.5000001 * unit))
    return agrees | ((pl.col(made) - pl.col(value)).abs() <= 1e-6 * pl.col(made).abs())
