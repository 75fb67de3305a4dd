"""What one site gets back: where it stands, its own charts, what changed, what others learned, and its questions.

Everything is read from what the visitor may see, and then narrowed to the site; of other sites only those are asked
that share with this one. No site is set beside another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from takeroot.analysis import spc
from takeroot.analysis.explanation.telling import tell
from takeroot.charts.wording import counted, day, number
from takeroot.reporting.blocks import Grid
from takeroot.reporting.results import Results
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import Stage
from takeroot.web.addresses import of_row
from takeroot.web.frames import Book
from takeroot.web.panels.asked import Question, asked
from takeroot.web.panels.heard import heard, sites
from takeroot.web.panels.panel import Panel, draw
from takeroot.web.scope import ANSWER, QUESTION

#: Small charts on the page.
CHARTS = 12
#: Rows of what changed lately, and of what others learned.
LATELY, LEARNED = 20, 20
#: The tables that say what changed at a site, and what each of their rows is called.
CHANGED = {
    "stages": "stage",
    "adaptations": "adaptation",
    "experiments": "test of change",
    "notes": "note",
    "actions": "action",
}
#: Of what others did, the columns that say more than the sentence, each with what it is called.
MORE = {
    "adaptations": (("reasons", "Why"), ("effects_intended", "What came of it"), ("effects_unintended", "Not meant")),
    "experiments": (("prediction", "Expected"), ("what_happened", "What happened"), ("decision", "Decided")),
    "notes": (("text", ""),),
}
#: Whether an action is still to be done.
NOT_DONE = pl.col("done").is_null() & (pl.col("status").fill_null("open") == "open")
NO_VALUES = "No value is recorded for this site yet. As soon as there are some, its own charts stand here."


@dataclass(frozen=True)
class Entry:
    """A row in words: when, what kind of row, what it says, whose word it is, more about it, and where it is."""

    on: str
    kind: str
    says: str
    by: str = ""
    more: tuple[str, ...] = ()
    reference: str = ""
    address: str = ""


def panels(book: Book, site: str, sharing: frozenset[str]) -> dict[str, Any]:
    """Every part of the page of a site.

    Parameters
    ----------
    sharing
        The sites that share with this one what they adapted, tried and learned.
    """
    return {
        "about": facts(book.programme, site),
        "became": book.words(partial(became, site=site), Entry),
        "spells": spells(book, site),
        "charts": charts(book, site),
        "lately": book.words(partial(lately, site=site), Entry),
        "others": book.words(partial(others, sharing=tuple(sorted(sharing))), Entry),
        "sharers": [book.results.site_names.get(one, one) for one in sorted(sharing)],
        "supports": book.words(partial(supports, site=site), Entry),
        "actions": book.words(partial(actions, site=site), Entry),
        "questions": [one for one in book.words(asked, Question) if one.site == site],
    }


def standing(book: Book, site: str) -> Any:
    """The line of the list of sites on this site: where it stands, and when it was last heard."""
    return sites(heard(book).filter(site=site))[0]


def facts(programme: Programme, site: str) -> list[tuple[str, str]]:
    """What a site is, as the programme says."""
    row = programme.sites.filter(site=site).row(0, named=True)
    names = dict(programme.sites.select("site", pl.coalesce("name", "site")).iter_rows())
    told = [
        ("Code", row["site"]),
        ("Kind", row["kind"]),
        ("Part of", names.get(row["part_of"])),
        ("Organisation", row["organisation"]),
        ("Region", row["region"]),
        ("Wave", row["wave"]),
        ("People it is for", number(row["eligible_people"]) if row["eligible_people"] is not None else None),
        ("Opened", day(row["opened"]) if row["opened"] else None),
        ("Closed", day(row["closed"]) if row["closed"] else None),
        ("Contact", row["contact"]),
    ]
    return [(term, said) for term, said in told if said]


def spells(book: Book, site: str) -> Panel:
    """Where the site stood, stretch by stretch."""
    frame = book.frame(partial(stays, site=site))
    if not frame.height:
        return Panel("spells", "Where it stood", empty="No stage is recorded for this site yet.")
    table = Grid.of(
        frame,
        "Where this site stood, latest first.",
        ("stage", "Stage"),
        ("since", "From", "day"),
        ("until", "Until", "day"),
        ("reason", "Reason given"),
        ("source", "According to"),
    )
    return Panel("spells", "Where it stood", table=table)


def charts(book: Book, site: str) -> Panel:
    """The site's measures as small control charts, with the table of what each shows."""
    points = partial(points_of, site=site)
    frame = book.frame(partial(shown_by, site=site))
    if not frame.height:
        return Panel("charts", "Charts of this site", empty=NO_VALUES)
    drawn = book.drawing(draw, points, chart="small_multiples", title="Measures at this site")
    table = Grid.of(
        frame,
        "Each measure at this site: the latest value and what the chart shows.",
        ("measure", "Measure"),
        ("latest_on", "Latest", "day"),
        ("latest", "Value", "number"),
        ("centre", "Mean", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("says", "What it shows"),
    )
    more = frame.height - CHARTS
    notes = (f"The first {CHARTS} measures are drawn; {counted(more, 'measures')} more stand in the table.",)
    return Panel(
        "charts",
        "Charts of this site",
        says="Each measure against its own past. They say whether something changed, not whether it is good enough.",
        chart=drawn,
        table=table,
        notes=notes if more > 0 else (),
    )


def of_site(programme: Programme, site: str) -> Programme:
    """The programme as far as it speaks of one site; its names and measures stay."""
    frames = {
        name: frame.filter(pl.col("site") == site)
        if "site" in frame.columns and name not in ("sites", "successions", "phases")
        else frame
        for name, frame in programme.tables.items()
    }
    return Programme.kept(programme.about.model_copy(update={"as_at": programme.as_at}), frames)


def points_of(results: Results, site: str) -> pl.DataFrame:
    """The site's values with their limits, each measure by the name people use, in the order of the measures."""
    points = Results(of_site(results.programme, site)).points
    order = {one: place for place, one in enumerate(results.measures)}
    place = pl.col("measure").replace_strict(order, default=None, return_dtype=pl.Int64)
    points = points.sort(place, "measure", "on", nulls_last=True, maintain_order=True)
    kept = points["measure"].unique(maintain_order=True).head(CHARTS)
    points = points.filter(pl.col("measure").is_in(kept.implode()))
    names = {one: results.measure(one) for one in kept}
    return points.with_columns(site=pl.col("measure").replace(names), measure=pl.lit("Measures"))


def shown_by(results: Results, site: str) -> pl.DataFrame:
    """What each of the site's charts shows at its latest point."""
    mine = Results(of_site(results.programme, site))
    if not mine.points.height:
        return spc.summary(
            mine.points, measures=results.programme.measures, rule_sets=results.programme.about.rule_sets
        )
    order = {one: place for place, one in enumerate(results.measures)}
    place = pl.col("measure").replace_strict(order, default=None, return_dtype=pl.Int64)
    names = {one: results.measure(one) for one in mine.series["measure"]}
    return mine.series.sort(place, nulls_last=True).with_columns(pl.col("measure").replace(names))


def stays(results: Results, site: str) -> pl.DataFrame:
    """The stages of a site as they are recorded, latest first; each holds until the next of the same source."""
    rows = results.programme.stages.filter(site=site).sort("on", maintain_order=True)
    changed = (pl.col("stage") != pl.col("stage").shift()).fill_null(True).over("source")
    rows = rows.filter(changed).with_columns(until=pl.col("on").shift(-1).over("source"))
    labels = {stage.value: stage.label for stage in Stage}
    return rows.select(
        pl.col("stage").replace(labels),
        "until",
        "source",
        since="on",
        reason=pl.concat_str("reason_kind", "reason", separator=": ", ignore_nulls=True).replace("", None),
    ).reverse()


def lately(results: Results, site: str) -> list[Entry]:
    """What changed at a site, latest first: its rows, and the latest value of each measure."""
    mine, until = of_site(results.programme, site), results.as_at
    entries: list[tuple[Any, Entry]] = []
    for table, kind in CHANGED.items():
        told = tell(mine, table).filter(pl.col("on").is_not_null())
        told = told.filter(~pl.col("reference").str.contains(f":({QUESTION}|{ANSWER})"))
        told = told.filter(pl.col("on") <= until) if until else told
        for row in told.sort("on", descending=True).head(LATELY).iter_rows(named=True):
            by = "" if table == "notes" else row["by"] or ""  # a note says its voice itself
            entries.append((row["on"], Entry(day(row["on"]), kind, row["says"], by, (), row["reference"])))
    latest = mine.values.drop_nulls("on").sort("on").group_by("measure", maintain_order=True).last()
    for row in latest.iter_rows(named=True):
        said = results.measure(row["measure"])
        unit = results.unit(row["measure"])
        value = f"{number(row['value'])} {unit}".strip() if row["value"] is not None else _fraction(row)
        entry = Entry(day(row["on"]), "value", f"{said}: {value}.", "", (), f"values:{row['id']}")
        entries.append((row["on"], entry))
    return [entry for _, entry in sorted(entries, key=lambda one: one[0], reverse=True)[:LATELY]]


def _fraction(row: dict[str, Any]) -> str:
    if row["numerator"] is None or row["denominator"] is None:
        return "not known"
    return f"{number(row['numerator'])} of {number(row['denominator'])}"


def others(results: Results, sharing: tuple[str, ...]) -> list[Entry]:
    """What the sites that share with this one adapted, tried and learned, latest first."""
    entries: list[tuple[Any, Entry]] = []
    kinds = {"adaptations": "adapted", "experiments": "tried", "notes": "learned"}
    for table, kind in kinds.items():
        rows: pl.DataFrame = getattr(results.programme, table).filter(pl.col("site").is_in(list(sharing)))
        if table == "notes":
            rows = rows.filter(pl.col("visibility") == "all")
        elif table == "adaptations":
            rows = rows.filter((pl.col("visibility") != "site").fill_null(True))
        frames = {"sites": results.programme.sites, table: rows}
        told = {
            row["reference"]: row for row in tell(Programme.kept(results.programme.about, frames), table).to_dicts()
        }
        for row in rows.iter_rows(named=True):
            said = told[f"{table}:{row['id']}"]
            more = tuple(
                f"{name}: {row[column]}" if name else str(row[column]) for column, name in MORE[table] if row[column]
            )
            where = results.site_names.get(row["site"], row["site"])
            says = said["says"] if table == "adaptations" else f"{where}: {said['says']}"
            when = day(said["on"]) if said["on"] else ""
            entries.append(
                (str(said["on"] or ""), Entry(when, kind, says, "" if table == "notes" else said["by"] or "", more))
            )
    return [entry for _, entry in sorted(entries, key=lambda one: one[0], reverse=True)[:LEARNED]]


def supports(results: Results, site: str) -> list[Entry]:
    """What the programme gives this site, and all sites."""
    given = results.programme.supports.filter((pl.col("site") == site) | pl.col("site").is_null())
    entries = []
    for row in given.sort("since", descending=True).iter_rows(named=True):
        much = f", {number(row['amount'])} {row['unit'] or ''}".rstrip() if row["amount"] is not None else ""
        until = f" until {day(row['until'])}" if row["until"] else ""
        to = "" if row["site"] else " (for all sites)"
        says = f"{row['kind'].capitalize()}{much}{to}, from {day(row['since'])}{until}."
        entries.append(Entry(day(row["since"]), "support", says, row["by"] or ""))
    return entries


def actions(results: Results, site: str) -> list[Entry]:
    """The actions that are open at this site, by the day on which they are due."""
    rows = results.programme.actions.filter(pl.col("site") == site, NOT_DONE).sort("due", nulls_last=True)
    return [
        Entry(day(row["due"], "no day given"), "action", row["title"], row["owner"] or "", (), f"actions:{row['id']}")
        for row in rows.iter_rows(named=True)
    ]


def became(results: Results, site: str) -> list[Entry]:
    """The mergers, splits and new names that this site went through."""
    programme = results.programme
    part = programme.successions.filter((pl.col("site") == site) | (pl.col("successor") == site))
    about = programme.about
    told = tell(Programme.kept(about, {"sites": programme.sites, "successions": part}), "successions")
    return [
        Entry(day(row["on"]), "history", row["says"], "", (), row["reference"])
        for row in told.sort("on").iter_rows(named=True)
    ]


def linked(slug: str, entries: list[Entry]) -> list[Entry]:
    """The same with the address of each row, where the workbench has a page for it."""
    return [replace(one, address=of_row(slug, one.reference)) for one in entries]
