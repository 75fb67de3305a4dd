"""Suggested recalculations of a series, and every dated decision about its chart, each beside what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.utils.safestring import mark_safe

from takeroot.analysis import spc
from takeroot.charts.wording import counted, day, number
from takeroot.reporting.results import TOGETHER, Results
from takeroot.vocabulary.programme import Programme
from takeroot.web.addresses import of_row
from takeroot.web.frames import Book
from takeroot.web.panels.measures.frames import named, of_measure, of_series, summed
from takeroot.web.panels.measures.log import logged
from takeroot.web.panels.measures.series import Series
from takeroot.web.panels.measures.series import drawn as drawn_as
from takeroot.web.panels.panel import Line, draw_narrow

#: What each kind of dated decision does, in words.
KINDS = {
    "baseline": "Baseline: the limits are set from these points",
    "recalculate": "Recalculation: a phase with limits of its own begins",
    "exclude": "Exclusion: these points set no limits and are not judged",
    "target": "Target",
    "trajectory": "Trajectory: the planned path passes here",
}


@dataclass(frozen=True)
class Candidate:
    """A day from which limits might be worked out anew, with the evidence.

    Parameters
    ----------
    on
        The first point of the new phase.
    title, says
        What was found, and how large it is.
    near
        What was logged near it.
    evidence
        The same in one line, as it is kept where the suggestion is accepted.
    """

    on: date
    title: str
    says: str
    near: tuple[Line, ...]
    evidence: str


@dataclass(frozen=True)
class Decided:
    """A dated decision about the chart.

    Parameters
    ----------
    id, kind
        Its row, and its kind.
    title, says
        What it does, when, and where it holds.
    reason, evidence, by
        As they are recorded; empty, where nobody said.
    row
        The address of its row.
    """

    id: str
    kind: str
    title: str
    says: str
    reason: str
    evidence: str
    by: str
    row: str


def candidates(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The suggestions for a series, with what was logged near each."""
    sets = results.programme.about.rule_sets
    log = logged(results, site).select("reference", "site", "on", "says")
    return spc.suggestions(of_series(results, measure, site), log=log, rule_sets=sets)


def suggested(book: Book, one: Series) -> list[Candidate]:
    """The suggestions in words."""
    frame = book.frame(candidates, **one.asked)
    log = {row["reference"]: row for row in book.frame(logged, site=one.site).to_dicts()} if frame.height else {}
    return [_candidate(book, one, row, log) for row in frame.iter_rows(named=True)]


def _candidate(book: Book, one: Series, row: dict[str, Any], log: dict[str, dict[str, Any]]) -> Candidate:
    side = "above" if row["change"] > 0 else "below"
    what = f"{counted(row['held'], 'points')} {side} the centre"
    signal = "a shift" if row["signal"] == "shift" else "a run longer than chance allows"
    lasts = "and it goes on to the latest point" if row["lasts"] else "and it has ended since"
    moved = f"The mean went from {number(row['before'])} to {number(row['after'])}"
    size = (
        f", by {number(round(abs(row['in_sigma']), 1))} standard deviations of the process" if row["in_sigma"] else ""
    )
    near = tuple(
        Line(told["says"], day(told["on"]), told["kind"], told["by"] or "", of_row(book.row.slug, reference))
        for reference in row["near"]
        if (told := log.get(reference))
    )
    title = f"From {day(row['on'])}: {what}, {signal} by the rule set {row['rules']}, {lasts}"
    logged_near = f" Logged near it: {'; '.join(row['near'][:12])}." if row["near"] else " Nothing was logged near it."
    return Candidate(row["on"], title, f"{moved}{size}.", near, f"{title}. {moved}{size}.{logged_near}")


def decisions(book: Book, one: Series) -> list[Decided]:
    """Every dated decision about the chart, in order of time."""
    return [_decided(book, one, row) for row in book.frame(decided, **one.asked).iter_rows(named=True)]


def decided(results: Results, measure: str, site: str = "") -> pl.DataFrame:
    """The rows of those decisions."""
    return results.programme.phases.filter(mine(measure, site)).sort("on", maintain_order=True)


def _decided(book: Book, one: Series, row: dict[str, Any]) -> Decided:
    where = f"at {one.where}" if row["site"] else "at every site"
    until = f" to {day(row['until'])}" if row["until"] else ""
    value = f", {number(row['value'])} {one.unit}".rstrip() if row["value"] is not None else ""
    says = f"From {day(row['on'])}{until}, {where}{value}."
    told = (row["reason"] or "", row["evidence"] or "", row["by"] or "")
    return Decided(
        row["id"], row["kind"], KINDS[row["kind"]], says, *told, of_row(book.row.slug, f"phases:{row['id']}")
    )


def mine(measure: str, site: str) -> pl.Expr:
    """The rows of phases that speak of a series."""
    here = pl.col("site").is_null() | (pl.col("site") == site) if site else pl.col("site").is_null()
    return (pl.col("measure") == measure) & here


def beside(book: Book, one: Series, *, anew: date | None = None, without: str = "") -> dict[str, Any] | None:
    """The chart without a recalculation and with it: one that is suggested, or one that stands.

    Parameters
    ----------
    anew
        The first day of a phase that is suggested.
    without
        The id of a row that stands.
    """
    if anew is None and without not in {row.id for row in decisions(book, one)}:
        return None
    now: dict[str, Any] = {**one.asked, "anew": None, "without": ""}
    views = [("As it is", now), ("With the recalculation", now | {"anew": anew})]
    if anew is None:
        views = [("Without it", now | {"without": without}), ("As it is, with it", now)]
    drawn = drawn_as(book, one)
    return {
        "views": [
            (
                title,
                mark_safe(book.drawing(draw_narrow, partial(otherwise, **asked), **drawn)),
                [_limits(row) for row in book.frame(limits_said, **asked).iter_rows(named=True)],
            )
            for title, asked in views
        ],
        "close": one.address(book.row.slug, "series-phases"),
    }


def otherwise(
    results: Results, measure: str, site: str = "", *, anew: date | None = None, without: str = ""
) -> pl.DataFrame:
    """The points as they would be with one more recalculation, or without a row, by the names that people use."""
    mine_alone = of_measure(results, measure, [site] if site else None).programme
    rows = mine_alone.phases.filter(pl.col("id") != without)
    if anew is not None:
        more = pl.DataFrame({"measure": [measure], "site": [site or None], "on": [anew], "kind": ["recalculate"]})
        rows = pl.concat([rows, more.cast({"site": pl.String})], how="diagonal_relaxed")
    tables = {**mine_alone.tables, "phases": rows}
    return named(Results(Programme.kept(mine_alone.about, tables)), measure, site)


def limits_said(
    results: Results, measure: str, site: str = "", *, anew: date | None = None, without: str = ""
) -> pl.DataFrame:
    """Each phase of such a view: its limits and what it shows."""
    points = otherwise(results, measure, site, anew=anew, without=without)
    coded = points.with_columns(measure=pl.lit(measure), site=pl.lit(site or TOGETHER))
    return summed(results, coded).select("phase", "n", "centre", "lower", "upper", "says").sort("phase")


def _limits(row: dict[str, Any]) -> tuple[str, str]:
    limits = f", limits {number(row['lower'])} to {number(row['upper'])}" if row["lower"] is not None else ""
    return (
        f"Phase {row['phase']}",
        f"{counted(row['n'], 'values')}; centre {number(row['centre'])}{limits}. {row['says']}",
    )


def record_links(book: Book, one: Series, record: str) -> list[tuple[str, str]]:
    """Where each kind of decision is recorded, with the measure and the site filled in."""
    site = {"site": one.site} if one.site else {}
    labels = {
        "baseline": "Set a baseline",
        "recalculate": "Begin a phase",
        "exclude": "Exclude points",
        "target": "Set a target",
        "trajectory": "Set a point of a trajectory",
    }
    return [
        (label, f"{record}?{urlencode({'measure': one.measure, **site, 'kind': kind})}")
        for kind, label in labels.items()
    ]
