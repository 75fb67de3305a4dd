"""Was it spread and sustained as planned? The first answer, computed from plans, stages, measures and findings.

Each statement has its figures with their denominators, its evidence, and what makes it doubtful: ranges where sources
conflict, whose reading the figures follow, what is not known, what it is too early to judge. What was allocated and
what happened are told apart, each rule for "sustained" is printed, and where nothing is recorded a statement says so.
What speaks of depth, delivery and predictions is in :mod:`takeroot.reporting.delivered`; of lasting, of measures and of
findings in :mod:`takeroot.reporting.lasted`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from takeroot.analysis.adoption.standing import carrying_on
from takeroot.charts.wording import agree, count_of, counted, day, late, listed, lowered, number, sentence
from takeroot.reporting.delivered import cited, deep, done, predicted
from takeroot.reporting.lasted import found, measured, staying, sustained, times
from takeroot.reporting.reached import there_for
from takeroot.reporting.results import Results
from takeroot.reporting.statement import Statement, doubts
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import IN_USE, Stage

#: So many sites that have not begun are named.
NAMED = 8


def as_planned(programme: Programme | Results) -> list[Statement]:
    """The first answer: what the record says of spread and sustainment against what was planned.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.

    Returns
    -------
    list of Statement
        In a fixed order: sites in use, the plan, each site's own date, people, depth, fidelity, staying and leaving,
        each rule for "sustained", measures, findings, and predictions beside what happened. Where nothing is recorded,
        a statement says so.

    Examples
    --------
    >>> stages = {"site": ["A", "B"], "stage": ["using", "exploring"], "on": ["2024-01-15", "2024-02-10"]}
    >>> as_planned(Programme({"name": "Falls", "as_at": "2024-03-31"}, stages=stages))[0].text
    '1 site was in use on 31 Mar 2024. 1 site had ever used it, and 2 sites had been contacted.'
    """
    results = Results.of(programme)
    parts = (_in_use, _plan, _site_by_site, _people, deep, done, staying, sustained, measured, found, cited, predicted)
    return [statement for part in parts for statement in part(results)]


def _in_use(results: Results) -> Iterator[Statement]:
    now, as_at = results.now, results.as_at
    if now is None:
        yield Statement(f"{no_stage(results)} Nothing can be said of spread yet.", about="In use")
        return
    eligible, unknown = now["eligible"], now["not_known"]
    known, besides = ("known to be ", f", and of {number(unknown)} it is not known") if unknown else ("", "")
    ever, contacted = now["ever_used"], now["contacted"]
    text = (
        f"{count_of(now['in_use'], eligible, 'eligible sites' if eligible else 'sites')} "
        f"{agree(eligible if eligible == 1 else now['in_use'], 'was', 'were')} {known}in use on {day(as_at)}{besides}. "
    )
    if eligible:
        same = f"{number(eligible)} sites" if eligible > 1 else "site"
        text += f"Of the same {same} {number(ever)} had ever used it, and {number(contacted)} had been contacted."
    else:
        text += f"{counted(ever, 'sites')} had ever used it, and {counted(contacted, 'sites')} had been contacted."
    unsure = []
    if now["in_use_low"] != now["in_use_high"]:
        unsure.append(
            f"The record allows anything from {number(now['in_use_low'])} to "
            f"{counted(now['in_use_high'], 'sites')} in use"
        )
    unsure += _readings(results)
    unsure.append(f"Counted out of {lowered(now['counted_from'])}" if eligible else now["counted_from"])
    yield Statement(text, _rows_in_use(results), doubts(*unsure), "In use")


def no_stage(results: Results) -> str:
    """Why no site is known to stand anywhere."""
    if results.programme.stages.height:
        return f"Stages are recorded, but only after {day(results.as_at)}, the day up to which everything is counted."
    return "No stage is recorded for any site."


def _readings(results: Results) -> Iterator[str]:
    """Where sources conflict, and whose reading the figures follow."""
    conflicts = results.conflicts
    for reading in results.programme.about.readings:
        sites = conflicts.filter(pl.col("chosen") == reading.chosen)["site"].n_unique()
        if sites:
            yield (
                f"Where sources differ, at {counted(sites, 'sites')}, figures follow {reading.chosen}, "
                f"chosen by {reading.by}: {reading.why}"
            )
    open_ = conflicts.filter(pl.col("chosen").is_null())
    if open_.height:
        yield f"At {counted(open_['site'].n_unique(), 'sites')} sources conflict and nobody has chosen a reading"


def _plan(results: Results) -> Iterator[Statement]:
    lines, as_at = results.plan_lines, results.as_at
    if not lines.height:
        yield Statement(
            "No plan says how many sites were to use it by when, so spread can not be held against one.", about="Plan"
        )
        return
    plans = results.programme.plans.with_columns(reference=pl.lit("plans:") + pl.col("id"))
    of_use = plans.filter(pl.col("what") == "stage", pl.col("name").fill_null("using") == "using")
    if as_at is None:
        text = "Plans are recorded, but nothing that happened yet, so spread can not be held against them."
        yield Statement(text, tuple(of_use["reference"]), about="Plan")
        return
    for of, name in (("programme", "the plan for the programme"), ("sites", "the plans for single sites, added up,")):
        mine = lines.filter(pl.col("of") == of)
        if not mine.height:
            continue
        told = []
        versions = mine["version"].unique().sort().to_list()
        for version, called in _first_and_last(versions):
            due = mine.filter(pl.col("version") == version, pl.col("on") <= as_at)
            whole = mine.filter(pl.col("version") == version).row(-1, named=True)
            by_now = number(due["planned"].max() if due.height else 0)
            last = ""
            if whole["on"] > as_at:
                last = f" and {number(whole['planned'])} by {day(whole['on'])}"
            elif whole["on"] < as_at and whole["planned"] > 1:
                last = f", the last of them by {day(whole['on'])}"
            told.append(f"{called} (set on {day(whole['set_on'])}) meant {by_now} in use by {day(as_at)}{last}")
        mine = of_use.filter(pl.col("site").is_null() == (of == "programme"))
        in_fact = _in_fact(results, mine["site"].drop_nulls())
        dates = results.allocated if of == "programme" else results.allocated.filter(pl.col("allocated").is_not_null())
        changed = f"It was set {times(len(versions))}; every version is kept" if len(versions) > 1 else ""
        yield Statement(
            f"{sentence(f'In {name} ' + '; '.join(told))} {in_fact}",
            tuple(mine["reference"]),
            doubts(changed, _span_doubt(dates)),
            "Plan",
        )


def _in_fact(results: Results, planned: pl.Series) -> str:
    """How many were in use: of all sites, and of the open sites that had a plan of their own, if any had."""
    now = results.now
    in_use, unknown = (now["in_use"], now["not_known"]) if now else (0, 0)
    if not planned.len():
        return f"In fact {number(in_use)} {agree(in_use, 'was', 'were')}{_besides(unknown)}."
    carrying = carrying_on(results.programme, planned)
    of = results.standing.filter("open", pl.col("site").is_in(carrying))
    there = of.filter(pl.col("stage").is_in(IN_USE)).height
    unknown = of.filter(pl.col("stage") == Stage.UNKNOWN).height
    which = "sites" if set(of["site"]) == set(planned) else "open sites"
    such = "with such a plan" if which == "sites" else "with such a plan, or carrying on from one that had it,"
    were = agree(1 if of.height == 1 else there, "was", "were")
    said = f"In fact {number(there)} of {counted(of.height, which)} {such} {were} in use{_besides(unknown)}."
    if not of.height:
        said = "In fact none of the sites with such a plan is open any longer."
    all_ = results.standing.filter("open", pl.col("stage").is_in(IN_USE)).height
    eligible = f", {number(in_use)} of them eligible" if in_use != all_ else ""
    return f"{said} In use, planned or not: {counted(all_, 'sites')}{eligible}."


def _besides(unknown: int) -> str:
    return f", and of {number(unknown)} it was not known" if unknown else ""


def _site_by_site(results: Results) -> Iterator[Statement]:
    dates, as_at = results.allocated, results.as_at
    if not dates.height or as_at is None:
        return
    due = dates.filter(pl.col("allocated") <= as_at)
    if not due.height:
        return
    began = due.filter(pl.col("actual").is_not_null()).height
    after = due["months_late"].filter(due["months_late"] > 0)
    waiting = due.height - began
    if due.height == 1:
        did = "has not begun" if waiting else f"began {_how_late(after)}" if after.len() else "began by that date"
        text = f"The one site whose first planned date has passed {did}."
    else:
        text = (
            f"Of {number(due.height)} sites whose first planned date has passed, {number(began - after.len())} began "
            f"by that date, {number(after.len())} later and {number(waiting)} "
            f"{agree(waiting, 'has', 'have')} not begun."
        )
        these = agree(after.len(), "The one", "Half of those")
        text += (
            f" {these} that began later {agree(after.len(), 'was', 'were')} {_how_late(after)}." if after.len() else ""
        )
    never = due.filter(pl.col("actual").is_null())["site"]
    if 0 < never.len() <= NAMED and due.height > 1:
        text += f" Not begun: {listed(sorted(results.site(code) for code in never))}."
    moved = due.filter(pl.col("planned_now") != pl.col("allocated")).height
    plans = results.programme.plans
    ids = plans.filter(pl.col("what") == "stage", pl.col("site").is_in(due["site"].implode()))["id"]
    yield Statement(
        text,
        tuple(f"plans:{row}" for row in ids),
        doubts(
            f"The planned date of {counted(moved, 'sites')} was changed later; here the first counts" if moved else "",
            _span_doubt(due),
        ),
        "Allocated and actual",
    )


def _how_late(months_late: pl.Series) -> str:
    """How late the one that began late was, or half of those that did."""
    middle = float(months_late.median())
    if middle < 1:
        return "less than a month late"
    return late(middle) + (" or more" if months_late.len() > 1 else "")


def _span_doubt(dates: pl.DataFrame) -> str:
    spans = dates.filter(pl.col("actual_before").is_not_null()).height if dates.height else 0
    return (
        f"For {counted(spans, 'sites')} only a span of days is known for the start; the earliest is used"
        if spans
        else ""
    )


def _people(results: Results) -> Iterator[Statement]:
    now = results.now
    if now is None or not now["eligible_people"]:
        return
    yield Statement(
        there_for(now),
        tuple(f"sites:{row}" for row in _sites_with_people(results)),
        "That a site uses it does not say that each of its people is reached"
        + ("." if now["people_share"] is not None else "; and eligible people are not known for every eligible site."),
        "People",
    )


def _sites_with_people(results: Results) -> list[str]:
    counted_of = results.standing.filter("open", "eligible")["site"]
    sites = results.programme.sites.filter(pl.col("site").is_in(counted_of.implode()))
    return sites.filter(pl.col("eligible_people").is_not_null())["id"].to_list()


def _rows_in_use(results: Results) -> tuple[str, ...]:
    counted_as = results.standing.filter("open", "eligible", pl.col("stage").is_in(IN_USE))
    return tuple(counted_as.sort("confirmed", "site")["reference"].drop_nulls())


def _first_and_last(versions: list[int]) -> list[tuple[int, str]]:
    if len(versions) == 1:
        return [(versions[0], "the only version")]
    return [(versions[0], "the first version"), (versions[-1], "the latest version")]
