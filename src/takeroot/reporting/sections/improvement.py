"""What is spread: components, whose core they are, how much is delivered, and what was adapted."""

from __future__ import annotations

import polars as pl

from takeroot.charts.wording import agree, counted, listed, number
from takeroot.reporting.blocks import Block, Column, Grid, Missing, Part, Points, Section, Words
from takeroot.reporting.results import Results
from takeroot.reporting.saying import delivered
from takeroot.reporting.sections.fidelity import patterns


def improvement(results: Results) -> Section | None:
    """Components, claims of core with their disputes, and deliveries."""
    programme = results.programme
    blocks: list[Block] = []
    if programme.components.height:
        blocks.append(
            Grid.of(
                programme.components.with_columns(called=pl.coalesce("name", "component")),
                "The parts of the improvement.",
                Column("called", "Component"),
                Column("version", "Version"),
                Column("standardised_by", "The same in"),
                Column("function", "What it is for", needed=True),
                Column("works_by", "How it is thought to work"),
                Column("since", "Since", "day"),
                Column("until", "until", "day"),
            )
        )
        blocks += _editions(results)
    else:
        blocks.append(
            Missing("The improvement is not described in parts.", "Name its components and what each is for.")
        )
    if programme.core_claims.height:
        blocks.append(_core(results))
    if programme.deliveries.height:
        blocks.append(_delivered(results))
    else:
        blocks.append(
            Missing(
                "How much of it is delivered at each site is not recorded.",
                "Without it, use on paper and use in fact can not be told apart.",
            )
        )
    return Section("improvement", "The improvement, its core and its delivery", tuple(blocks))


def _editions(results: Results) -> list[Block]:
    """Components of which there are several editions; which of them a site uses is not taken from the date."""
    told = results.programme.components.with_columns(
        edition=pl.concat_str(
            pl.coalesce("version", pl.lit("an edition without a name")),
            pl.format(" (since {})", pl.col("since").dt.to_string("%-d %b %Y")).fill_null(""),
        )
    )
    several = told.group_by("component", maintain_order=True).agg("edition").filter(pl.col("edition").list.len() > 1)
    said = [
        f"{results.component(code)}: {counted(len(each), 'editions')}, {listed(each)}."
        for code, each in several.iter_rows()
    ]
    return [Points(tuple(said)), Words("Which edition a site uses is not taken from its date.")] if said else []


def _core(results: Results) -> Part:
    claims = results.programme.core_claims.with_columns(
        called=pl.col("component").replace(results.components), place=pl.col("site").replace(results.site_names)
    ).sort("called", "on", "according_to", nulls_last=True)
    views = (
        claims.group_by("called").agg(pl.col("core").n_unique()).filter(pl.col("core") > 1)["called"].sort().to_list()
    )
    said = "What is core is a claim by somebody, on a day, for a reason."
    if views:
        said += f" The claims differ on {counted(len(views), 'components')}: {', '.join(views)}."
    return Part(
        "Core, according to whom",
        (
            Words(said),
            Grid.of(
                claims.with_columns(reference=pl.lit("core_claims:") + pl.col("id")),
                "Claims that a component is core, or is not.",
                Column("called", "Component"),
                Column("core", "Core", "yes_no"),
                Column("according_to", "According to"),
                Column("place", "At"),
                Column("on", "On", "day"),
                Column("reason", "Because", needed=True),
                Column("evidence", "Evidence"),
                Column("reference", "Record", "reference"),
            ),
        ),
    )


def _delivered(results: Results) -> Part:
    deliveries = results.programme.deliveries.with_columns(
        called=pl.col("component").replace(results.components), name=pl.col("site").replace(results.site_names)
    )
    lost = deliveries.filter(pl.col("function_kept") == "no")
    said = (
        f"Delivery is recorded at {counted(deliveries['site'].n_unique(), 'sites')} for "
        f"{counted(deliveries['component'].n_unique(), 'components')}."
    )
    if lost.height:
        said += (
            f" At {counted(lost['site'].n_unique(), 'sites')} a form was kept or changed while what it is for was lost."
        )
    by_component = (
        deliveries.sort("on")
        .group_by("site", "component", "called", "dimension", maintain_order=True)
        .last()
        .with_columns(share=pl.col("delivered").cast(pl.Float64, strict=False))
        .group_by("called", "dimension")
        .agg(
            sites=pl.col("site").n_unique(),
            in_words=pl.col("delivered").filter(pl.col("share").is_null()).drop_nulls().sort().str.join(", "),
            least=pl.col("share").min(),
            middle=pl.col("share").median(),
            most=pl.col("share").max(),
            lost=(pl.col("function_kept") == "no").sum(),
        )
        .with_columns(pl.col("in_words").replace("", None))
        .sort("called", "dimension", nulls_last=True)
    )
    return Part(
        "Delivered",
        (
            Words(said),
            Grid.of(
                by_component,
                "The latest delivery of each component over the sites that recorded it.",
                Column("called", "Component"),
                Column("dimension", "Of its"),
                Column("sites", "Sites", "number"),
                Column("least", "least", "percent"),
                Column("middle", "half at or above", "percent"),
                Column("most", "most", "percent"),
                Column("in_words", "in words"),
                Column("lost", "function lost", "number"),
            ),
            Grid.of(
                deliveries.sort("called", "name", "on").with_columns(
                    pl.col("delivered").map_elements(delivered, return_dtype=pl.String),
                    reference=pl.lit("deliveries:") + pl.col("id"),
                ),
                "Every delivery recorded, by component and in the order of the sites' names.",
                Column("called", "Component"),
                Column("name", "Site"),
                Column("on", "On", "day"),
                Column("dimension", "Of its"),
                Column("delivered", "Delivered", needed=True),
                Column("form_here", "Form here"),
                Column("function_kept", "Still does what it is for"),
                Column("source", "Source"),
                folded=True,
                most=300,
            ),
        ),
    )


def adapting(results: Results) -> Section | None:
    """Every adaptation, whole programme and sites alike."""
    found = results.programme.adaptations
    if not found.height:
        return Section(
            "adaptations",
            "Adaptations",
            (
                Missing(
                    "No adaptation is recorded.",
                    "Form may change while function is kept; note what changed, who decided and why.",
                ),
            ),
        )
    rows = found.with_columns(
        place=pl.col("site").replace(results.site_names).fill_null("the whole programme"),
        called=pl.col("component").replace(results.components),
        reference=pl.lit("adaptations:") + pl.col("id"),
    ).sort("on", "place", "what")
    unplanned = found.filter(pl.col("planned") == "unplanned").height
    away = found.filter(pl.col("core_relation") == "inconsistent").height
    said = f"{counted(found.height, 'adaptations')} {agree(found.height, 'is', 'are')} recorded"
    said += f", {number(unplanned)} of them unplanned" if unplanned else ""
    said += f"; {number(away)} {agree(away, 'is', 'are')} said to go against the core" if away else ""
    return Section(
        "adaptations",
        "Adaptations",
        (
            Words(said + "."),
            *patterns(results),
            Grid.of(
                rows,
                "What was changed, where, and why.",
                Column("what", "What was changed"),
                Column("place", "Where"),
                Column("on", "From", "day"),
                Column("until", "to", "day"),
                Column("called", "Component"),
                Column("concerns", "Concerns"),
                Column("planned", "Planned"),
                Column("decided_by", "Decided by"),
                Column("core_relation", "With the core"),
                Column("function_kept", "Function kept"),
                Column("reasons", "Why", needed=True),
                Column("effects_intended", "Meant to"),
                Column("effects_unintended", "Also did"),
                Column("reference", "Record", "reference"),
                folded=rows.height > 16,
            ),
        ),
    )
