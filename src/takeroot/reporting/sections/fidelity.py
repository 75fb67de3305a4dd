"""Fidelity and adaptation: the bundle beside its elements, form against function, patterns, and what came of it."""

from __future__ import annotations

import polars as pl

from takeroot import charts
from takeroot.charts.wording import agree, counted, day, number
from takeroot.reporting import fidelity as frames
from takeroot.reporting.blocks import Block, Column, Facts, Figure, Grid, Part, Points, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.sections.fitting import fits

#: So many rows of where something was lost, and so many measures, stand in a report.
MOST, MEASURES = 40, 3
NO_VERDICT = (
    "No band of fidelity is high or low by itself, and no adaptation is good or bad by itself: whether a difference is "
    "warranted, people say."
)


def fidelity(results: Results) -> Section | None:
    """What is done, in which form, what became of its function, and what came of both."""
    parts = [_bundle(results), _function(results), _among(results), _benefit(results), _fit(results)]
    found = [part for part in parts if part is not None]
    if not found:
        return None
    first = Part(found[0].title, (Words(NO_VERDICT), *found[0].blocks))
    return Section("fidelity", "Fidelity: what is done, and what it still does", (first, *found[1:]))


def _bundle(results: Results) -> Part | None:
    shares = frames.shares_found(results)
    if not results.programme.deliveries.height:
        if not shares.height:
            return None
        says = "Nothing is recorded site by site. Findings that are shares, as they were published, side by side:"
        table = Grid.of(
            shares.sort("estimate"),
            "Findings that are shares: the whole, and its elements, as far as they are known.",
            Column("title", "Finding"),
            Column("estimate", "%", "number"),
            Column("population", "Of"),
            Column("source", "Source"),
            Column("reference", "Record", "reference"),
        )
        return Part("The bundle, and its elements", (Words(says), table))
    together = frames.together(results)
    blocks: list[Block] = []
    if together.height and together["sites"].max():
        points = Grid.of(
            together,
            "Each element, and all of them together, at the latest word of each site in the last six months.",
            Column("component", "Component"),
            Column("core", "Core"),
            Column("sites", "Sites that say", "number"),
            Column("delivered", "delivered", "number"),
            Column("share", "share", "percent"),
            Column("lower", "from", "percent"),
            Column("upper", "to (95%)", "percent"),
            Column("if_apart", "if lacking one had nothing to do with another", "percent"),
        )
        blocks.append(Figure(charts.bundle_and_elements, (together,), points))
    course = frames.over_time(results)
    if course["on"].n_unique() > 1:
        points = Grid.of(
            course.sort("component", "on"),
            "The share delivered of each component, by half years: mean of the sites that said so.",
            Column("component", "Component"),
            Column("on", "From", "month"),
            Column("mean", "Mean", "percent"),
            Column("least", "least", "percent"),
            Column("most", "most", "percent"),
            Column("sites", "Sites", "number"),
            folded=True,
        )
        blocks.append(Figure(charts.delivered_over_time, (course,), points))
    return Part("The bundle, and its elements", tuple(blocks)) if blocks else None


def _function(results: Results) -> Part | None:
    forms = frames.forms(results)
    if not forms.height:
        return None
    lost, changed = frames.function_lost(results), frames.form_changed(results)
    blocks: list[Block] = [
        Words("A form may change and still do what it is for; and a form may be kept that no longer does it."),
        Grid.of(
            forms,
            "Components at sites, by the latest word: form down, function across.",
            Column("form", "Form"),
            Column("kept", "Function kept", "number"),
            Column("lost", "function lost", "number"),
            Column("not known", "not known", "number"),
        ),
    ]
    if lost.height:
        blocks.append(_told(lost, "says", "Form kept or changed, function lost."))
    if changed.height:
        blocks.append(_told(changed, "what", "Form changed, function kept."))
    return Part("Form and function", tuple(blocks))


def _told(rows: pl.DataFrame, says: str, caption: str) -> Grid:
    return Grid.of(
        rows.sort("on", "place"),
        caption,
        Column(says, "What"),
        Column("called", "Component"),
        Column("place", "Where"),
        Column("on", "From", "day"),
        Column("core", "Core"),
        Column("reference", "Record", "reference"),
        most=MOST,
    )


def _among(results: Results) -> Part | None:
    variation, lost = frames.variation(results), frames.core_lost(results)
    if not variation.height and not lost.height:
        return None
    blocks: list[Block] = []
    if variation.height:
        points = Grid.of(
            variation,
            "The latest share of each site, by component and dimension.",
            Column("component", "Component"),
            Column("dimension", "Of its"),
            Column("sites", "Sites", "number"),
            Column("least", "least", "percent"),
            Column("middle", "half under", "percent"),
            Column("most", "most", "percent"),
            Column("low", "under a half", "number"),
            Column("reason_said", "with a reason", "number"),
            Column("no_reason_said", "without", "number"),
            Column("no_reason_said_at", "nobody has said why at"),
        )
        blocks.append(Figure(charts.delivered_among_sites, (variation,), points))
    if lost.height:
        sites = counted(lost["site"].n_unique(), "sites")
        blocks.append(Words(f"Core parts not delivered, or without their function, at {sites} by their latest word."))
        blocks.append(
            Grid.of(
                lost,
                "Core, or disputed, and lost; in the order of the sites' names.",
                Column("name", "Site"),
                Column("component", "Component"),
                Column("core", "Core"),
                Column("on", "On", "day"),
                Column("share", "Delivered", "percent"),
                Column("reads", "Reads as"),
                folded=lost.height > 12,
                most=MOST,
            )
        )
    return Part("Variation between sites, and core that was lost", tuple(blocks))


def _benefit(results: Results) -> Part | None:
    if not results.programme.adaptations.height and not results.programme.deliveries.height:
        return None
    blocks: list[Block] = []
    for code in frames.measures_there(results)[:MEASURES]:
        found = frames.beside(results, code)
        if not found.height:
            continue
        points = Grid.of(
            found,
            f"{results.measure(code)}, by half years since each site's first use.",
            Column("adapted", "Adapted"),
            Column("delivery", "Delivered"),
            Column("sites", "Sites", "number"),
            Column("periods", "half years", "number"),
            Column("mean", "mean", "number"),
            Column("lower", "from", "number"),
            Column("upper", "to (95%)", "number"),
        )
        options = {"measure": results.measure(code), "unit": results.unit(code)}
        blocks.append(Figure(charts.benefit_beside, (found,), points, options))
        blocks += _drop(results, code)
    if not blocks:
        return None
    says = "Sites that differ in what they deliver or adapt differ in more: no difference here is an effect."
    return Part("Benefit, beside fidelity and adaptation", (Words(says), *blocks))


def _drop(results: Results, code: str) -> list[Block]:
    """The first wave against all other sites, where both can be told; which is the source is a choice, and said."""
    source = next(iter(frames.sources(results)), None)
    if source is None or frames.no_drop(results, code, source):
        return []
    row = frames.dropped(results, code, source).row(0, named=True)
    unit = results.unit(code)
    gain = "less" if row["drop"] > 0 else "more"
    said = (
        f"{results.measure(code)} improved by {number(row['source'])} at the {row['source_sites']} sites of {source}, "
        f"taken here for the source, and by {number(row['scale'])} at {row['scale_sites']} others: {gain} at scale by "
        f"{number(abs(row['drop']))}{f' {unit}' if unit else ''} (95% interval of the drop {number(row['lower'])} to "
        f"{number(row['upper'])}), each against the year before its first use, with nothing set beside it."
    )
    return [Words(said)]


def _fit(results: Results) -> Part | None:
    told = fits(results)
    if not told:
        return None
    parts = tuple(Part(f"{one.nth}, {day(one.on)}: {one.about}", (Facts(one.judged),)) for one in told if one.judged)
    return Part("Fit over time", (Words("In the words of those who wrote it. Fit has no score."), *parts))


def patterns(results: Results) -> list[Block]:
    """Patterns of adaptation: what, when, by whom, planned or not, core or periphery, alone or shared."""
    found = frames.adaptations(results)
    if not found.height:
        return []
    drawn = frames.drawn(results)
    table = Grid.of(
        frames.patterns(results),
        "Adaptations by what they were of, when, by whom and how.",
        Column("aspect", "By"),
        Column("answer", "Answer"),
        Column("adaptations", "Adaptations", "number"),
        Column("sites", "sites", "number"),
        Column("function_kept", "function kept", "number"),
        Column("function_lost", "lost", "number"),
        Column("function_not_known", "not known", "number"),
        folded=True,
    )
    shared = found.filter(shared="several sites").height
    alone = found.filter(shared="one site").height
    told = (
        (shared, f"{counted(shared, 'adaptations')} {agree(shared, 'is', 'are')} like one at other sites."),
        (alone, f"{counted(alone, 'adaptations')} {agree(alone, 'was', 'were')} made at one site alone."),
    )
    left = frames.unfinished(found)
    return [
        *([Points(points)] if (points := tuple(text for many, text in (*told, (left, left)) if many)) else []),
        Figure(charts.adaptations_over_time, (drawn,), table),
    ]


def lost(results: Results) -> Section | None:
    """For a board: what is done of the whole, and where its function was lost."""
    gone, shares = frames.function_lost(results), frames.shares_found(results)
    blocks: list[Block] = []
    together = frames.together(results) if results.programme.deliveries.height else None
    if together is not None and together.height and together["sites"].max():
        rows = together.filter(pl.col("sites") > 0)
        blocks.append(
            Grid.of(
                rows,
                "Each element, and all together, at the latest word of each site.",
                Column("component", "Component"),
                Column("delivered", "Delivered at", "number"),
                Column("sites", "of sites", "number"),
                Column("share", "share", "percent"),
            )
        )
    elif shares.height:
        told = (f"{number(row['estimate'])}%: {row['title']}" for row in shares.sort("estimate").iter_rows(named=True))
        blocks.append(Points(tuple(told)))
    if gone.height:
        blocks.append(_told(gone, "says", "Still done, and no longer what it is for."))
    if not blocks:
        return None
    return Section("board-fidelity", "What is done, and what it still does", tuple(blocks), lead=NO_VERDICT)
