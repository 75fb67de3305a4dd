"""What the record says to the items of a guideline, by a short name for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from takeroot.charts.wording import agree, counted, day, listed, number, sentence
from takeroot.reporting.answers import as_planned
from takeroot.reporting.blocks import Block, Column, Grid, Missing, Points, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.first import accounts_of
from takeroot.reporting.sections.improvement import adapting, improvement
from takeroot.reporting.sections.lasting import lasting
from takeroot.reporting.sections.measuring import findings, measuring
from takeroot.reporting.sections.method import computed
from takeroot.reporting.sections.spreading import planning, reaching, spreading
from takeroot.reporting.sections.story import around, deciding

Fill = Callable[[Results], list[Block]]


def _said(text: str) -> list[Block]:
    return [Words(text)] if text else []


def _of(section: Section | None) -> list[Block]:
    """What a section of the report shows; nothing, where it only says that something is missing."""
    blocks = list(section.blocks) if section else []
    return [] if all(isinstance(block, Missing) for block in blocks) else blocks


def _name(results: Results) -> list[Block]:
    return _said(results.programme.name)


def _aim(results: Results) -> list[Block]:
    return _said(results.programme.about.aim)


def _improvement(results: Results) -> list[Block]:
    return _said(results.programme.about.improvement)


def _theory(results: Results) -> list[Block]:
    about = results.programme.about
    return [*_said(about.theory), *_said(about.success.explained)]


def _success(results: Results) -> list[Block]:
    success = results.programme.about.success
    told = [
        f"{name}: {text}" for name, text in (("Replicated", success.replicated), ("Changed", success.changed)) if text
    ]
    return [Points(tuple(told))] if told else []


def _approach(results: Results) -> list[Block]:
    approach = results.programme.about.approach
    pairs = (
        ("Hierarchical control", approach.hierarchical_control),
        ("Participatory adaptation", approach.participatory_adaptation),
        ("Facilitated evolution", approach.facilitated_evolution),
    )
    told = tuple(f"{name}: {text}" for name, text in pairs if text)
    return [Points(told)] if told else []


def _meant(results: Results) -> list[Block]:
    meant = results.programme.about.meant_by
    pairs = (("Spread", meant.spread), ("Scale-up", meant.scale_up), ("Sustained", meant.sustained))
    told = tuple(f"{name}: {text}" for name, text in pairs if text)
    return [Points(told)] if told else []


def _sponsor(results: Results) -> list[Block]:
    return _said(results.programme.about.sponsor)


def _funding(results: Results) -> list[Block]:
    supports = results.programme.supports.filter(pl.col("kind") == "funding")
    told = tuple(
        sentence(f"funding by {row['by'] or 'somebody not named'} from {day(row['since'])}")
        + (f" [supports:{row['id']}]")
        for row in supports.sort("since").iter_rows(named=True)
    )
    return [*_sponsor(results), *([Points(told)] if told else [])]


def _sites(results: Results) -> list[Block]:
    sites = results.programme.sites
    if not sites.height:
        return []
    told = [f"{counted(sites.height, 'sites')} {agree(sites.height, 'is', 'are')} listed."]
    for column, called in (("kind", "kinds"), ("region", "regions"), ("organisation", "organisations")):
        names = sites[column].drop_nulls().unique().sort().to_list()
        if 1 < len(names) <= 12:
            told.append(f"Their {called}: {listed(names)}.")
        elif len(names) > 12:
            told.append(f"They belong to {number(len(names))} {called}.")
    return [Words(" ".join(told))]


def _context(results: Results) -> list[Block]:
    return _of(around(results)) if results.programme.conditions.height or results.programme.supports.height else []


def _events(results: Results) -> list[Block]:
    events = results.programme.events
    if not events.height:
        return []
    rows = events.sort("on", "title").with_columns(reference=pl.lit("events:") + pl.col("id"))
    heads = (
        Column("title", "Event"),
        Column("kind", "Kind"),
        Column("on", "On", "day"),
        Column("until", "until", "day"),
    )
    more = (Column("note", "Note"), Column("source", "Source"), Column("reference", "Record", "reference"))
    return [Grid.of(rows, "What happened around it, by date.", *heads, *more)]


def _supports(results: Results) -> list[Block]:
    supports = results.programme.supports
    if not supports.height:
        return []
    kinds = supports.group_by("kind").agg(
        sites=pl.col("site").drop_nulls().n_unique(), since=pl.col("since").min(), by=pl.col("by").drop_nulls().first()
    )
    heads = (Column("kind", "Support"), Column("sites", "Sites named", "number"), Column("since", "From", "day"))
    return [Grid.of(kinds.sort("kind"), "Support that the programme gives.", *heads, Column("by", "By"))]


def _costs(results: Results) -> list[Block]:
    costs = results.programme.supports.filter(pl.col("cost").is_not_null())
    total = costs["cost"].sum() if costs.height else 0
    said = (
        f"The cost of support is recorded {counted(costs.height, 'times')}, {number(total)} in all, in the programme's "
    )
    return [Words(said + "own currency.")] if costs.height else []


def _measures(results: Results) -> list[Block]:
    measures = results.programme.measures
    if not measures.height:
        return []
    heads = (
        Column("called", "Measure"),
        Column("kind", "Kind"),
        Column("unit", "Unit"),
        Column("definition", "Definition", needed=True),
        Column("owner", "Owner"),
        Column("source", "Source"),
    )
    rows = measures.sort("measure").with_columns(called=pl.coalesce("name", "measure"))
    return [Grid.of(rows, "What is measured, and how it is defined.", *heads)]


def _gaps(results: Results) -> list[Block]:
    """How complete the values are."""
    if not results.series.height:
        return []
    rows = results.series.group_by("measure").agg(
        series=pl.len(),
        values=pl.col("n").sum(),
        gaps=pl.col("gaps").sum(),
        few=(pl.col("variation") == "too_few").sum(),
    )
    named = rows.sort("measure").with_columns(
        called=pl.col("measure").map_elements(results.measure, return_dtype=pl.String)
    )
    heads = (
        Column("called", "Measure"),
        Column("series", "Series", "number"),
        Column("values", "Values in the latest phase", "number"),
        Column("gaps", "Periods without a value", "number"),
        Column("few", "Too few to judge", "number"),
    )
    return [Grid.of(named, "How complete the values are.", *heads)]


def _methods(results: Results) -> list[Block]:
    return list(computed(results).blocks) if results.programme.tables else []


def _doubts(results: Results) -> list[Block]:
    told = tuple(f"{one.about}: {one.doubt}" if one.about else one.doubt for one in as_planned(results) if one.doubt)
    return [Points(told)] if told and results.programme.tables else []


def _summary(results: Results) -> list[Block]:
    told = tuple(one.text for one in as_planned(results))
    return [Points(told)] if results.programme.tables else []


def _accounts(results: Results) -> list[Block]:
    accounts = accounts_of(results, "what changed and why")
    return [accounts] if accounts.groups else []


def _unintended(results: Results) -> list[Block]:
    rows = results.programme.adaptations.filter(pl.col("effects_unintended").is_not_null())
    told = tuple(
        f"{row['what']}: {row['effects_unintended']} [adaptations:{row['id']}]" for row in rows.iter_rows(named=True)
    )
    balancing = results.programme.measures.filter(pl.col("kind") == "balancing")
    if balancing.height:
        names = listed([results.measure(code) for code in balancing["measure"]])
        told = (*told, f"Balancing measures: {names}.")
    return [Points(told)] if told else []


#: What can be taken from the record, by its short name.
FILLING: dict[str, Fill] = {
    "name": _name,
    "aim": _aim,
    "improvement": _improvement,
    "theory": _theory,
    "success": _success,
    "approach": _approach,
    "meant": _meant,
    "sites": _sites,
    "context": _context,
    "events": _events,
    "components": lambda results: _of(improvement(results)) if results.programme.components.height else [],
    "supports": _supports,
    "costs": _costs,
    "measures": _measures,
    "methods": _methods,
    "gaps": _gaps,
    "spread": lambda results: _of(spreading(results)),
    "plans": lambda results: _of(planning(results)) if results.programme.plans.height else [],
    "reach": lambda results: _of(reaching(results)),
    "lasting": lambda results: _of(lasting(results)) if results.history.height else [],
    "charts": lambda results: _of(measuring(results)),
    "findings": lambda results: _of(findings(results)),
    "adaptations": lambda results: _of(adapting(results)),
    "tests": lambda results: _of(deciding(results)),
    "unintended": _unintended,
    "summary": _summary,
    "accounts": _accounts,
    "doubts": _doubts,
    "funding": _funding,
}

#: What people call it.
TITLES = {
    "name": "The name",
    "aim": "The aim",
    "improvement": "The improvement",
    "theory": "How it is thought to work",
    "success": "What success means",
    "approach": "The approach to spread",
    "meant": "What the words mean",
    "sites": "The sites",
    "context": "The context",
    "events": "What happened around it",
    "components": "The components and their delivery",
    "supports": "Support given",
    "costs": "Costs",
    "measures": "The measures",
    "methods": "The methods",
    "gaps": "Completeness",
    "spread": "Where sites stand",
    "plans": "Planned and actual",
    "reach": "Who is reached",
    "lasting": "Staying in use",
    "charts": "What the measures show",
    "findings": "Findings",
    "adaptations": "Adaptations",
    "tests": "Decisions, actions and tests",
    "unintended": "Effects that were not meant",
    "summary": "The computed answer",
    "accounts": "What changed and why",
    "doubts": "Doubts",
    "funding": "Funding",
}
