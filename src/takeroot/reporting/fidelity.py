"""How much of it is done, in which form, what was adapted and what came of it: frames for pages and sections.

What is done says nothing of whether it should be: figures stand side by side, and people say what is warranted.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot.analysis import fidelity
from takeroot.charts.wording import agree, counted, listed, sentence
from takeroot.errors import NotEnough, NotFound
from takeroot.reporting.results import Results

#: What people call the aspects by which adaptations are counted.
ASPECTS = {
    "component": "Component",
    "concerns": "The improvement, or the way of supporting it",
    "core": "Core or periphery",
    "nature": "What kind of change",
    "phase": "When in the work",
    "planned": "Planned or not",
    "decided by": "Who decided",
    "level": "For whom",
    "core relation": "Said to keep the core",
    "shared": "Alone or shared",
    "year": "Year",
}
#: Of an aspect with more answers than this, the rest are told together.
MOST_ANSWERS = 8


def named(results: Results, frame: pl.DataFrame) -> pl.DataFrame:
    """Components by the names that people use; two parts that are called alike keep their codes beside."""
    names = results.components
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    called = {code: f"{name} ({code})" if name in twice else name for code, name in names.items()}
    return frame.with_columns(pl.col("component").replace(called))


def in_given_order(results: Results, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order in which the components are given; what is of none, or of all, last."""
    order = {code: place for place, code in enumerate(results.components)}
    place = pl.col("component").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return frame.sort(place, maintain_order=True)


def together(results: Results) -> pl.DataFrame:
    """Each component and all of them together, at the latest word of each site."""
    if results.as_at is None or not results.programme.deliveries.height:
        return fidelity.together(results.programme).clear() if results.as_at else pl.DataFrame()
    return named(results, in_given_order(results, fidelity.together(results.programme)))


def variation(results: Results) -> pl.DataFrame:
    """How far sites lie apart, and where nobody has said why."""
    found = named(results, in_given_order(results, fidelity.variation(results.programme)))
    where = pl.col("no_reason_said_at").map_elements(lambda codes: _places(results, codes), return_dtype=pl.String)
    return found.with_columns(where)


def _places(results: Results, codes: str) -> str:
    return listed([results.site(code) for code in codes.split("; ")])


def over_time(results: Results) -> pl.DataFrame:
    """The share delivered of each component by half years: the mean of sites, the least and the most."""
    rows = fidelity.recorded(results.programme).drop_nulls("share")
    half = pl.date(pl.col("on").dt.year(), (pl.col("on").dt.month() - 1) // 6 * 6 + 1, 1)
    each = rows.group_by("component", "site", on=half, maintain_order=True).agg(share=pl.col("share").mean())
    found = each.group_by("component", "on", maintain_order=True).agg(
        mean=pl.col("share").mean(), least=pl.col("share").min(), most=pl.col("share").max(), sites=pl.len()
    )
    return named(results, in_given_order(results, found.sort("component", "on")))


def by_dimension(results: Results) -> pl.DataFrame:
    """Every component and dimension, with what is said in shares and in words."""
    found = fidelity.delivery(results.programme, ["component", "dimension"])
    return named(results, in_given_order(results, found))


def by_site(results: Results) -> pl.DataFrame:
    """What each site says it delivers of each component, at its latest word, in the order of the names of sites."""
    found = results.in_order(fidelity.form_and_function(results.programme).drop_nulls("site"), "component")
    return named(results, found)


def bundles(results: Results) -> pl.DataFrame:
    """Of each site, at its latest word, how many elements were delivered, and whether all were."""
    found = fidelity.bundle(results.programme)
    latest = found.filter(pl.col("on") == pl.col("on").max().over("site"))
    missing = pl.col("not_delivered").map_elements(
        lambda codes: listed([results.component(code) for code in codes.split("; ")]), return_dtype=pl.String
    )
    return results.in_order(latest.with_columns(missing))


def forms(results: Results) -> pl.DataFrame:
    """Form against function: how many components at how many sites read as what."""
    found = fidelity.form_and_function(results.programme)
    read = pl.col("reads").str.split(", function ")
    gone = pl.col("reads") == "function lost"
    split = found.with_columns(
        form=pl.when(gone).then(pl.lit("no longer in use")).otherwise(read.list.first()),
        function=pl.when(gone).then(pl.lit("lost")).otherwise(read.list.last()),
    )
    counts = split.group_by("form", "function").agg(many=pl.len())
    order = ["form kept", "form changed", "own form", "still in use", "little delivered", "no longer in use"]
    table = counts.pivot(on="function", index="form", values="many").with_columns(
        place=pl.col("form").replace_strict({name: n for n, name in enumerate(order)}, default=len(order))
    )
    for name in ("kept", "lost", "not known"):
        if name not in table.columns:
            table = table.with_columns(pl.lit(0, dtype=pl.UInt32).alias(name))
    return table.sort("place", "form").select("form", pl.col("kept", "lost", "not known").fill_null(0))


def adaptations(results: Results) -> pl.DataFrame:
    """Every adaptation, with the names that people use, in order of day."""
    found = fidelity.adapting(results.programme)
    told = results.programme.adaptations.select("id", "reasons", "goals", "effects_intended", "effects_unintended")
    found = found.with_columns(id=pl.col("reference").str.split(":").list.last()).join(told, on="id", how="left")
    site = pl.col("site").replace(results.site_names).fill_null("the whole programme")
    found = found.sort("on", "reference")
    return found.with_columns(place=site, called=pl.col("component").replace(results.components))


def drawn(results: Results) -> pl.DataFrame:
    """What is drawn of adaptations: components in their given order, those of none last."""
    found = in_given_order(results, fidelity.adapting(results.programme))
    return named(results, found.select("on", "component", "function_kept"))


def patterns(results: Results) -> pl.DataFrame:
    """How many adaptations there were of each kind; of an aspect with many answers, the rest together."""
    found = fidelity.patterns(results.programme)
    called = pl.when(aspect="component").then(pl.col("answer").replace(results.components)).otherwise("answer")
    found = found.with_columns(answer=called, nth=pl.int_range(pl.len()).over("aspect"))
    figures = ("adaptations", "function_kept", "function_lost", "function_not_known", "of_core", "unplanned")
    # How many sites there are of several answers together is not their sum.
    few = found.filter((pl.col("nth") < MOST_ANSWERS) | (pl.len().over("aspect") <= MOST_ANSWERS + 1))
    rest = found.join(few.select("aspect", "answer"), on=["aspect", "answer"], how="anti")
    more = rest.group_by("aspect", maintain_order=True).agg(
        answer=pl.format("{} further answers", pl.len()), **{name: pl.col(name).sum() for name in figures}
    )
    both = pl.concat([few.drop("nth"), more], how="diagonal_relaxed")
    order = {aspect: place for place, aspect in enumerate(ASPECTS)}
    both = both.sort(pl.col("aspect").replace_strict(order, default=99, return_dtype=pl.Int64), maintain_order=True)
    return both.with_columns(pl.col("aspect").replace(ASPECTS))


def form_changed(results: Results) -> pl.DataFrame:
    """Adaptations of the improvement whose function is said to be kept."""
    return adaptations(results).filter(concerns="improvement", function_kept="yes")


def function_lost(results: Results) -> pl.DataFrame:
    """Where what it is for is said to be lost: adaptations, and deliveries that still count, each in its own words."""
    told = adaptations(results).filter(function_kept="no")
    told = told.select("place", "called", "on", "until", "core", "reference", says="what", reads=pl.lit("adapted"))
    found = fidelity.form_and_function(results.programme).filter(function_kept="no").drop_nulls("counts")
    found = found.select(
        "on",
        "core",
        place=pl.col("site").replace(results.site_names),
        called=pl.col("component").replace(results.components),
        until=pl.lit(None, dtype=pl.Date),
        reference=pl.col("references").str.split("; ").list.first(),
        says=pl.col("form_here").fill_null("the form here is not described"),
        reads=pl.col("reads"),
    )
    return pl.concat([told, found.select(told.columns)]).sort("on", "place", "reference")


def core_lost(results: Results) -> pl.DataFrame:
    """Where something core, or disputed, is not delivered any more, or no longer does what it is for."""
    return named(results, results.in_order(fidelity.core_lost(results.programme), "component"))


def shares_found(results: Results) -> pl.DataFrame:
    """Findings that are shares of what was done, where they are published and not counted site by site."""
    unit = pl.col("unit").str.to_lowercase().str.strip_chars()
    asked = results.programme.findings.filter(
        pl.col("estimate").is_not_null(), unit.is_in(["%", "percent", "per cent", "share"]), analysed="other"
    )
    return asked.with_columns(reference=pl.lit("findings:") + pl.col("id"))


def measures_there(results: Results) -> list[str]:
    """The measures that have values at a site, in their given order."""
    there = set(results.programme.values["measure"].unique())
    given = [code for code in results.programme.measures["measure"] if code in there]
    return given or sorted(there)


def beside(results: Results, measure: str) -> pl.DataFrame:
    """What a measure showed, beside what was adapted and delivered."""
    return fidelity.benefit_beside(results.programme, measure)


def sources(results: Results) -> list[str]:
    """What may be the source in a voltage drop: the waves that sites are of, in the order in which they are given."""
    sites = results.programme.sites
    if "wave" not in sites.columns:
        return []
    waves = sites["wave"].drop_nulls().unique(maintain_order=True).cast(pl.String).to_list()
    return sorted(waves) if 1 < len(waves) <= 12 else []


def dropped(results: Results, measure: str, source: str) -> pl.DataFrame:
    """How much less a measure improved at scale than at the sites of one wave, and what goes with delivery.

    Where delivery is known of some sites only, its part is told of those alone (``those known``, and their parts).
    """
    sites = results.programme.sites.filter(pl.col("wave").cast(pl.String) == source)["site"]
    effects = fidelity.effects(results.programme, measure, sites)
    some = effects.drop_nulls("delivered")
    whole = fidelity.voltage_drop(effects.drop("delivered") if effects["delivered"].null_count() else effects)
    if some.height == effects.height:
        return whole
    try:
        parts = fidelity.voltage_drop(some).with_columns(
            part=pl.when(part="whole").then(pl.lit("those known")).otherwise("part"),
            how=pl.format("{}; of the sites whose delivery is known", "how"),
        )
    except NotEnough:
        return whole
    return pl.concat([whole, parts])


def no_drop(results: Results, measure: str, source: str) -> str:
    """Why a voltage drop can not be told; empty, where it can."""
    try:
        dropped(results, measure, source)
    except (NotEnough, NotFound) as wrong:
        return sentence(str(wrong))
    return ""


def unfinished(found: pl.DataFrame) -> str:
    """How many adaptations have something that may be said later."""
    waiting = found.filter(pl.col("not_said").is_not_null()).height
    if not waiting:
        return ""
    return f"{counted(waiting, 'adaptations')} {agree(waiting, 'has', 'have')} something left to say."


def claims(results: Results) -> dict[str, list[dict[str, Any]]]:
    """Every claim of a component, in order of day."""
    told: dict[str, list[dict[str, Any]]] = {}
    rows = results.programme.core_claims.sort("component", "on", "according_to", nulls_last=True)
    for row in rows.iter_rows(named=True):
        told.setdefault(row["component"], []).append(row)
    return told
