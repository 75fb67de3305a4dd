"""The parts of one measure on the Measures page: all sites together, by site, across sites, and its signals."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from takeroot.charts.multiples import MOST
from takeroot.charts.wording import agree, counted, month, number, sentence
from takeroot.reporting.blocks import Grid
from takeroot.web.frames import Book
from takeroot.web.panels.measures.frames import (
    SIGNALS,
    across,
    by_chance,
    latest,
    places,
    points,
    pooled,
    reporting,
    signalled,
)
from takeroot.web.panels.panel import Panel, draw

_ACROSS = {
    "common": "within what chance gives",
    "improvement": "beyond a limit, better",
    "concern": "beyond a limit, worse",
    "neither_high": "beyond a limit, high",
    "neither_low": "beyond a limit, low",
}


def together(book: Book, about: dict[str, Any]) -> Panel | None:
    """The sum over all sites that report, where it is one."""
    question = partial(pooled, measure=about["measure"])
    frame = book.frame(question)
    if not frame.height:
        return None
    says = (
        "Sums over the sites that report in a month; a change may come from which of them do. "
        f"Judged by the rule set {about['rules']}."
    )
    options = {"chart": "control_chart", "title": f"{about['called']}: all sites together", "unit": about["unit"] or ""}
    options["rule_sets"] = book.row.words.rule_sets
    table = Grid.of(
        frame.sort("on", descending=True).with_columns(_signals_said()),
        f"{about['called']}: all sites together, sums of numerators over sums of denominators.",
        ("on", "Period", "month"),
        ("value", "Value", "number"),
        ("centre", "Mean", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("target", "Target", "number"),
        ("sites", "Sites reporting", "number"),
        ("signals", "Signals"),
    )
    title = f"{about['called']}, all sites together"
    return Panel("together", title, says=says, chart=book.drawing(draw, question, **options), table=table)


def each(book: Book, about: dict[str, Any], sheet: int, sheets: int) -> Panel:
    """Every site on the sheet as a small chart, and what its latest value shows."""
    question = partial(points, measure=about["measure"], sheet=sheet)
    frame = book.frame(question)
    one = frame["site"].n_unique() == 1 and sheets == 1
    options = {"unit": about["unit"] or ""} if one else {"title": f"{about['called']}, by site"}
    chart = book.drawing(draw, question, chart="control_chart" if one else "small_multiples", **options)
    table = Grid.of(
        book.frame(partial(latest, measure=about["measure"], sheet=sheet)),
        f"The latest value at each site, in the programme's own order. Limits, means and what is shown follow the rule "
        f"set {about['rules']}.",
        ("site", "Site"),
        ("latest_on", "Latest", "month"),
        ("latest", "Value", "number"),
        ("target", "Target", "number"),
        ("centre", "Mean", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("says", "What it shows"),
        ("assurance", "Against the target"),
        ("n", "Values", "number"),
    )
    sites = book.frame(reporting, measure=about["measure"]).height
    silent = book.frame(places).height - sites
    unit = f" In {about['unit']}." if about["unit"] else ""
    better = {"up": " Higher is better.", "down": " Lower is better.", "neither": " Neither direction is better."}
    says = f"{sentence(about['definition'] or '')} Judged by the rule set {about['rules']}.{unit}".strip()
    says += better.get(about["improves"] or "", "")
    says += " Sites stand in their given order and are not compared."
    if sheets > 1:
        last = min(sheet * MOST, sites)
        says += f" Sites {(sheet - 1) * MOST + 1:,} to {last:,} of the {sites:,} with values."
    notes = [f"{counted(silent, 'sites')} {agree(silent, 'has', 'have')} no value of it."] if silent > 0 else []
    notes += least_says(about)
    return Panel("sites", f"{about['called']}, by site", says=says, chart=chart, table=table, notes=tuple(notes))


def least_says(about: dict[str, Any]) -> list[str]:
    """What becomes of values that rest on little, where somebody said how little that is."""
    least = about["least_denominator"]
    if not least:
        return []
    return [
        f"A value that rests on a denominator under {number(least)} is drawn, sets no limits and is not judged: it is "
        "too few to judge."
    ]


def across_sites(book: Book, about: dict[str, Any]) -> Panel | None:
    """The sites beside each other over the latest year, where values are counts over counts."""
    question = partial(across, measure=about["measure"])
    frame = book.frame(question)
    if not frame.height:
        return None
    since, until = frame["since"].min(), frame["on"].max()
    kind, least = frame["chart"][0], about["least_denominator"]
    widened = " They are widened by the spread between sites." if kind.endswith("prime") else ""
    says = (
        f"Each site's {'rate' if kind.startswith('u') else 'share'} from {month(since)} to {month(until)} against how "
        "much it counts. Within the limits, sites differ by no more than chance would make them."
        f"{widened} Sites stand in their given order and are not ranked."
    )
    out = frame.filter((pl.col("signals") != "") & ~pl.col("few")).height
    few = frame["few"].sum()
    notes = [f"{counted(out, 'sites')} of {frame.height:,} {agree(out, 'lies', 'lie')} beyond a limit."]
    if few:
        bound = f" (a denominator under {number(least)})" if least else ""
        notes.append(f"{counted(few, 'sites')} {agree(few, 'counts', 'count')} too few to judge{bound}.")
    shown = pl.when("few").then(pl.lit("too few to judge")).otherwise(pl.col("shows").replace(_ACROSS))
    table = Grid.of(
        frame.with_columns(shows=shown),
        f"{about['called']} at each site from {month(since)} to {month(until)}, in the programme's own order.",
        ("site", "Site"),
        ("numerator", "Numerator", "number"),
        ("denominator", "Denominator", "number"),
        ("value", "Value", "number"),
        ("lower", "Lower limit", "number"),
        ("upper", "Upper limit", "number"),
        ("shows", "What it shows"),
    )
    options = {"title": f"{about['called']}, sites beside each other", "unit": about["unit"] or ""}
    chart = book.drawing(draw, question, chart="funnel_chart", **options)
    return Panel("across", f"{about['called']}, across sites", says=says, chart=chart, table=table, notes=tuple(notes))


def signals(book: Book, about: dict[str, Any], sheet: int, sheets: int) -> Panel:
    """Every signal at the sites on the sheet, and how many there are at all sites beside what chance would give."""
    frame = book.frame(signalled, measure=about["measure"], sheet=sheet)
    expected = book.frame(by_chance, measure=about["measure"])
    title = "Signals by site"
    notes = (by_chance_says(expected, book.frame(reporting, measure=about["measure"]).height),)
    if not frame.height:
        here = "" if sheets == 1 else " on this sheet"
        says = f"The rule set {about['rules']} finds no signal at the sites{here}."
        return Panel("signals", title, says=says, notes=notes)
    table = Grid.of(
        frame,
        f"Signals in {about['called']} by the rule set {about['rules']}, sites in the programme's own order.",
        ("site", "Site"),
        ("signal", "Signal"),
        ("on", "From", "month"),
        ("until", "To", "month"),
        ("points", "Points", "number"),
        ("shows", "Shows"),
    )
    says = "A signal says that something changed, not why."
    summary = f"Show {counted(frame.height, 'signals')}"
    return Panel("signals", title, says=says, table=table, notes=notes, summary=summary)


def by_chance_says(expected: pl.DataFrame, series: int) -> str:
    """How many signals there are, beside how many chance alone would give, kind by kind."""
    found, chance = int(expected["found"].sum()), float(expected["by_chance"].sum())
    kinds = [
        f"{row['signal']}: {row['found']:,} found, about {about(row['by_chance'])} by chance"
        for row in expected.iter_rows(named=True)
    ]
    where = "At its one site" if series == 1 else f"At all {series:,} sites"
    told = f"{where} {counted(found, 'signals')} {agree(found, 'is', 'are')} found; chance alone, where nothing has "
    told += f"changed, would give about {about(chance)}."
    return f"{told} By kind: {'; '.join(kinds)}." if kinds else told


def about(expected: float) -> str:
    """How many are to be expected: in whole numbers, where there are several."""
    return f"{expected:,.0f}" if expected >= 9.5 else number(round(expected, 1)) if expected >= 0.05 else "none"


def _signals_said() -> pl.Expr:
    """The signals of a point, in words."""
    said = pl.col("signals").str.split(";").list.eval(pl.element().replace(SIGNALS)).list.join(", ")
    return said.replace("", None).alias("signals")
