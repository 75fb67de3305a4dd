"""How deep does it go, how much of it is done, and what became of what was predicted? Part of the first answer.

Depth is told by what it is a share of, since teams, staff and people can not be added up. What is complete stands
beside its parts, and neither is called high or low.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from takeroot.analysis import fidelity
from takeroot.charts.wording import agree, amount, count_of, counted, listed, number, percent, sentence
from takeroot.reporting.results import Results
from takeroot.reporting.statement import Statement, doubts

#: So many predictions, and findings that accounts cite, are told one by one.
PREDICTIONS, CITED = 4, 16
#: The row of all components together, as :func:`takeroot.analysis.fidelity.together` gives it.
ALL = "all of these"


def deep(results: Results) -> Iterator[Statement]:
    """How far within the sites in use, by what it is a share of."""
    depth = results.depth
    if not depth.height:
        return
    known = depth.filter(pl.col("extent").is_not_null())
    if not known.height:
        yield Statement("How far it goes within the sites in use is not recorded.", about="Depth")
        return
    told = []
    for (of,), mine in known.group_by(pl.col("extent_of").fill_null("what is not said"), maintain_order=False):
        least, middle, most = mine["extent"].min(), mine["extent"].median(), mine["extent"].max()
        at = f"at {counted(mine.height, 'sites')}"
        span = percent(float(least)) if least == most else f"{percent(float(least))} to {percent(float(most))}"
        half = f", half of these at {percent(float(middle))} or more" if mine.height > 2 and least != most else ""
        told.append(f"{span} of {of} {at}{half}")
    references = results.history.join(known.select("site", "on"), on=["site", "on"], how="semi")["reference"]
    unsaid = depth.height - known.height
    yield Statement(
        f"Within {count_of(known.height, depth.height, 'sites in use')} it is known how far it goes: "
        f"{'; '.join(sorted(told))}.",
        tuple(references.drop_nulls()),
        doubts(f"Of {counted(unsaid, 'sites')} in use it is not known" if unsaid else ""),
        "Depth",
    )


def done(results: Results) -> Iterator[Statement]:
    """All components together, beside the one that is delivered at the most sites and the one at the fewest."""
    programme = results.programme
    if not programme.deliveries.height or programme.as_at is None:
        return
    found = fidelity.together(programme).filter(pl.col("sites") > 0)
    whole, parts = found.filter(component=ALL), found.filter(pl.col("component") != ALL).sort("share", "component")
    if not parts.height:
        yield Statement(
            "What was delivered is recorded, but nothing within the last six months that says how much.",
            about="Fidelity",
        )
        return
    told = []
    if whole.height and parts.height > 1:
        row = whole.row(0, named=True)
        told.append(f"All {number(parts.height)} components were delivered at {_of(row)}.")
    least, most = parts.row(0, named=True), parts.row(-1, named=True)
    if parts.height > 1:
        told.append(
            f"Delivered at the fewest of the sites that speak of it: {results.component(least['component'])}, at "
            f"{_of(least)}; at the most: {results.component(most['component'])}, at {_of(most)}."
        )
    else:
        told.append(f"{results.component(least['component'])} was delivered at {_of(least)}.")
    interval = _interval(whole.row(0, named=True)) if told[1:] else ""
    recent = pl.col("on") > pl.lit(programme.as_at).dt.offset_by("-6mo")
    rows = (
        programme.deliveries.filter(recent).sort("on").unique(["site", "component"], keep="last", maintain_order=True)
    )
    yield Statement(
        " ".join(told),
        tuple(f"deliveries:{row}" for row in rows["id"]),
        doubts(
            interval, "It is what sites say of the last six months; a form that is kept may have lost what it is for"
        ),
        "Fidelity",
    )


def _of(row: dict) -> str:
    return count_of(row["delivered"], row["sites"], "sites")


def _interval(row: dict) -> str:
    if row["lower"] is None:
        return ""
    return f"The 95% interval of all together is {percent(row['lower'])} to {percent(row['upper'])}"


def predicted(results: Results) -> Iterator[Statement]:
    """What was predicted of the whole programme, set against what happened."""
    tests = results.programme.experiments
    told = tests.filter(pl.col("site").is_null(), pl.col("prediction").is_not_null()).sort("since", "question")
    for row in told.head(PREDICTIONS).iter_rows(named=True):
        happened = sentence(row["what_happened"]) if row["what_happened"] else "It is not recorded."
        yield Statement(
            f"Predicted: {sentence(row['prediction'])} What happened: {happened}",
            (f"experiments:{row['id']}",),
            about="Predicted, and what happened",
            whole=True,
            detail=True,
        )


def cited(results: Results) -> Iterator[Statement]:
    """The findings that people cite in their accounts, each with its figure; those compared by analysis stand apart."""
    from takeroot.analysis.explanation import citations

    references = {
        reference
        for text in results.accounts.filter("latest")["text"]
        for reference in citations(text)
        if reference.startswith("findings:")
    }
    compared = pl.col("analysed").is_in(["as allocated", "as started"]).fill_null(value=False)
    rows = results.programme.findings.with_columns(reference=pl.lit("findings:") + pl.col("id"))
    rows = rows.filter(pl.col("reference").is_in(list(references)), ~compared).sort("on", "title", nulls_last=True)
    if not rows.height:
        return
    told = [f"{sentence(row['title'])}{_estimate(row)} [{row['reference']}]" for row in rows.head(CITED).to_dicts()]
    more = rows.height - len(told)
    rest = f" {counted(more, 'findings')} more {agree(more, 'is', 'are')} cited." if more else ""
    yield Statement(
        "\n\n".join([*told, *([rest.strip()] if rest else [])]),
        tuple(rows["reference"]),
        "Favourable and contrary findings stand in one list; sources may define what they count in different ways.",
        "Findings that accounts cite",
        whole=True,
        detail=True,
    )


def _estimate(row: dict) -> str:
    if row["estimate"] is None and row["lower"] is None:
        return ""
    ends = [number(row[end]) for end in ("lower", "upper") if row[end] is not None]
    if row["estimate"] is None:
        return f" {listed(ends, 'to')} {row['unit'] or ''}.".replace(" .", ".")
    span = f" ({ends[0]} to {ends[1]})" if len(ends) > 1 else ""
    return f" {amount(row['estimate'], row['unit'])}{span}."
