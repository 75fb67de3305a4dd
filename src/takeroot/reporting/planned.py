"""Was it spread and sustained as planned? The first answer, computed from plans, stages, measures and findings.

Each statement has its figures with their denominators, its evidence, and what makes it doubtful: ranges where sources
conflict, whose reading the figures follow, what is not known, what it is too early to judge. What was allocated and
what happened are told apart, each rule for "sustained" is printed, and where nothing is recorded a statement says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from takeroot.charts.wording import count_of, counted, day, listed, number, percent, sentence
from takeroot.reporting.results import Results
from takeroot.reporting.statement import Statement, doubts
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import IN_USE, Stage


def as_planned(programme: Programme | Results) -> list[Statement]:
    """The first answer: what the record says of spread and sustainment against what was planned.

    Parameters
    ----------
    programme
        The programme, or the results of its analyses.

    Returns
    -------
    list of Statement
        In a fixed order: sites in use, the plan, each site's own date, people, staying and leaving, each rule for
        "sustained", measures, findings. Where nothing is recorded, a statement says so.

    Examples
    --------
    >>> stages = {"site": ["A", "B"], "stage": ["using", "exploring"], "on": ["2024-01-15", "2024-02-10"]}
    >>> as_planned(Programme({"name": "Falls", "as_at": "2024-03-31"}, stages=stages))[0].text
    '1 site was in use on 31 Mar 2024. 1 site had ever used it, and 2 sites had been contacted.'
    """
    results = Results.of(programme)
    parts = (_in_use, _plan, _site_by_site, _people, _staying, _sustained, _measured, _found)
    return [statement for part in parts for statement in part(results)]


def _in_use(results: Results) -> Iterator[Statement]:
    now, as_at = results.now, results.as_at
    if now is None:
        yield Statement("No stage is recorded for any site, so nothing can be said of spread yet.", about="In use")
        return
    eligible = now["eligible"]
    verb = "was" if now["in_use"] == 1 else "were"
    known, unknown = ("known to be ", now["not_known"]) if now["not_known"] else ("", 0)
    besides = f", and of {number(unknown)} it is not known" if unknown else ""
    text = (
        f"{count_of(now['in_use'], eligible, _sites(eligible))} {verb} {known}in use on {day(as_at)}{besides}. "
        f"{counted(now['ever_used'], 'sites')} had ever used it, and {counted(now['contacted'], 'sites')} had "
        f"been contacted."
    )
    unsure = []
    if now["in_use_low"] != now["in_use_high"]:
        unsure.append(
            f"The record allows anything from {number(now['in_use_low'])} to "
            f"{counted(now['in_use_high'], 'sites')} in use"
        )
    unsure += _readings(results)
    unsure.append(f"Counted of {_lower(now['counted_from'])}" if eligible else now["counted_from"])
    yield Statement(text, _latest_in_use(results), doubts(*unsure), "In use")


def _readings(results: Results) -> Iterator[str]:
    """Where sources conflict, and whose reading the figures follow."""
    conflicts = results.conflicts
    for reading in results.programme.about.readings:
        sites = conflicts.filter(pl.col("chosen") == reading.chosen)["site"].n_unique()
        where = f" at {counted(sites, 'sites')}" if sites else ""
        yield f"Where sources differ{where}, figures follow {reading.chosen}, chosen by {reading.by}: {reading.why}"
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
        mine = lines.filter(pl.col("of") == of) if "of" in lines.columns else lines
        if not mine.height:
            continue
        told = []
        versions = mine["version"].unique().sort().to_list()
        for version, called in _first_and_last(versions):
            due = mine.filter(pl.col("version") == version, pl.col("on") <= as_at)
            whole = mine.filter(pl.col("version") == version).row(-1, named=True)
            by_now = number(due["planned"].max() if due.height else 0)
            told.append(
                f"{called} (set on {day(whole['set_on'])}) meant {by_now} in use by {day(as_at)}"
                + (f" and {number(whole['planned'])} by {day(whole['on'])}" if whole["on"] > as_at else "")
            )
        evidence = of_use.filter(pl.col("site").is_null() == (of == "programme"))["reference"]
        in_fact = _in_fact(results, None if of == "programme" else of_use["site"].drop_nulls())
        changed = f"It was set {_times(len(versions))}; every version is kept" if len(versions) > 1 else ""
        yield Statement(
            f"{sentence(f'In {name} ' + '; '.join(told))} {in_fact}",
            tuple(evidence),
            doubts(changed, _span_doubt(results.allocated)),
            "Plan",
        )


def _in_fact(results: Results, planned: pl.Series | None) -> str:
    """How many were in use: of all sites, or of those that had a plan of their own."""
    if planned is None:
        in_use = results.now["in_use"] if results.now else 0
        return f"In fact {number(in_use)} {'was' if in_use == 1 else 'were'}."
    standing = results.latest.filter(pl.col("site").is_in(planned.implode()))
    in_use = standing.filter(pl.col("stage").is_in(IN_USE)).height
    of = counted(planned.n_unique(), "sites")
    unknown = standing.filter(pl.col("stage") == Stage.UNKNOWN).height
    besides = f", and of {number(unknown)} it was not known" if unknown else ""
    return f"In fact {number(in_use)} of the {of} with such a plan {'was' if in_use == 1 else 'were'}{besides}."


def _site_by_site(results: Results) -> Iterator[Statement]:
    dates, as_at = results.allocated, results.as_at
    if not dates.height or as_at is None:
        return
    due = dates.filter(pl.col("allocated") <= as_at)
    if not due.height:
        return
    started = due.filter(pl.col("actual").is_not_null())
    in_time = started.filter(pl.col("actual") <= pl.col("allocated"))
    late = started.filter(pl.col("months_late") > 0)
    text = (
        f"Of {counted(due.height, 'sites')} whose first planned date has passed, {number(in_time.height)} "
        f"began by that date, "
        f"{number(started.height - in_time.height)} later and {number(due.height - started.height)} "
        f"{'has' if due.height - started.height == 1 else 'have'} not begun."
    )
    if late.height:
        text += f" Half of those that began later were {_months(late['months_late'].median())} late or more."
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
    share = f" ({percent(now['people_share'])})" if now["people_share"] is not None else ""
    yield Statement(
        f"The sites in use are there for {number(now['people_at_sites_in_use'])} of "
        f"{counted(now['eligible_people'], 'eligible people')}{share}.",
        tuple(f"sites:{row}" for row in _sites_with_people(results)),
        "That a site uses it does not say that each of its people is reached"
        + ("." if now["people_share"] is not None else "; and eligible people are not known for every eligible site."),
        "People",
    )


def _sites_with_people(results: Results) -> list[str]:
    sites = results.programme.sites
    return sites.filter(pl.col("eligible_people").is_not_null())["id"].to_list()


def _staying(results: Results) -> Iterator[Statement]:
    spells = results.spells
    if not spells.height:
        return
    ended = spells.filter(pl.col("ended_in_event"))
    back = spells.filter(pl.col("spell") > 1)["site"].n_unique()
    if not ended.height:
        text = f"None of {counted(spells['site'].n_unique(), 'sites')} that came into use is recorded as having left."
    else:
        ways = ended.group_by("ended_as", "reason_kind").agg(pl.len()).sort("ended_as", "reason_kind", nulls_last=True)
        told = [f"{number(row['len'])} {_way(row)}" for row in ways.iter_rows(named=True)]
        text = (
            f"{counted(ended['site'].n_unique(), 'sites')} of {number(spells['site'].n_unique())} that came "
            f"into use left at "
            f"least once, in all {_times(ended.height)}: {listed(told)}. "
            f"{counted(back, 'sites') if back else 'None'} came back."
        )
    unseen = spells.filter(pl.col("why_censored").is_in(["closed", "not known"]))
    closed = unseen.filter(pl.col("why_censored") == "closed").height
    lost = unseen.height - closed
    kinds = [
        f"{counted(closed, 'sites')} closed while in use" if closed else "",
        f"of {counted(lost, 'sites')} nothing is known since" if lost else "",
    ]
    kinds = [kind for kind in kinds if kind]
    history = results.history.filter(pl.col("stage").is_in(["paused", "stopped", "declined"]))
    yield Statement(
        text,
        tuple(history["reference"].drop_nulls()),
        doubts(f"{listed(kinds)}: these are not counted as leaving, and may hide some" if kinds else ""),
        "Staying and leaving",
    )


def _way(row: dict[str, Any]) -> str:
    kinds = {"decided": "stopped by decision", "replaced": "replaced by something else", "lapsed": "lapsed"}
    if row["ended_as"] == "stopped":
        return kinds.get(row["reason_kind"], "stopped, how is not said")
    return {"paused": "paused"}.get(row["ended_as"], str(row["ended_as"]).replace("_", " "))


def _sustained(results: Results) -> Iterator[Statement]:
    if not results.programme.rules:
        yield Statement(
            "No rule says what “sustained” means here, so it can not be said whether it was.",
            doubt="Sustained what, valued by whom, since when and for how long? Several rules may stand side by side.",
            about="Sustained",
        )
        return
    latest = dict(results.latest.select("site", "reference").drop_nulls().iter_rows())
    for row in results.by_rule.iter_rows(named=True):
        judged = results.sustained.filter(
            pl.col("rule") == row["rule"], pl.col("status").is_in(["sustained", "not sustained"])
        )
        if row["judged"]:
            text = f"{count_of(row['sustained'], row['judged'])} that this rule can judge were sustained."
        elif row["started"]:
            text = f"None of the {counted(row['started'], 'sites')} that began can be judged by this rule yet."
        else:
            text = "No site has begun, so none can be judged by this rule."
        unsure = []
        if row["judged"] and row["lower"] is not None:
            unsure.append(f"Its 95% interval is {percent(row['lower'])} to {percent(row['upper'])}")
        if row["too_early"]:
            unsure.append(f"For {counted(row['too_early'], 'sites')} it is too early to judge")
        if row["not_known"]:
            unsure.append(f"For {counted(row['not_known'], 'sites')} it is not known")
        yield Statement(
            f"{text} The rule: {sentence(row['says'].removeprefix(row['rule'] + ': '))}",
            tuple(latest[site] for site in judged["site"] if site in latest),
            doubts(*unsure),
            f"Sustained: {row['rule']}",
        )


def _measured(results: Results) -> Iterator[Statement]:
    series = results.series
    if not series.height:
        return
    judged = series.filter(pl.col("variation") != "too_few")
    said = {"improvement": "improvement", "concern": "concern", "common": "no unusual change"}
    told = [
        f"{number(found)} {text}"
        for shows, text in said.items()
        if (found := judged.filter(pl.col("variation") == shows).height)
    ]
    other = judged.filter(pl.col("variation").str.starts_with("neither")).height
    told += [f"{number(other)} an unusual change of which neither direction is better"] if other else []
    few = series.height - judged.height
    if not judged.height:
        text = f"None of {counted(series.height, 'series')} of measures has enough values to judge."
    else:
        text = (
            f"{counted(judged.height, 'series')} of measures can be judged. Their latest values show: {listed(told)}."
        )
    yield Statement(
        text,
        _latest_signals(results, judged),
        doubts(
            f"{counted(few, 'series')} {'has' if few == 1 else 'have'} too few values to judge" if few else "",
            "Of many series some show a signal by chance alone; and a signal says that something changed, not why"
            if judged.height
            else "",
        ),
        "Measures",
    )


def _latest_signals(results: Results, judged: pl.DataFrame) -> tuple[str, ...]:
    """Signals that the latest value of a series is part of."""
    latest = judged.select("measure", "site", until="latest_on")
    return tuple(results.signals.join(latest, on=["measure", "site", "until"], how="semi")["reference"])


def _found(results: Results) -> Iterator[Statement]:
    findings = results.programme.findings
    if not findings.height:
        return
    compared = findings.filter(pl.col("analysed").is_in(["as allocated", "as started"])).sort("analysed", "on", "title")
    for row in compared.iter_rows(named=True):
        yield Statement(
            " ".join(part for part in (sentence(row["title"]), _estimate(row), _design(row)) if part),
            (f"findings:{row['id']}",),
            doubts("Its interval includes no difference" if _includes_none(row) else ""),
            f"Finding, {row['analysed']}",
        )
    rest = findings.height - compared.height
    if rest:
        others = findings.filter(~pl.col("id").is_in(compared["id"].implode()))
        also = "further " if compared.height else ""
        yield Statement(
            f"{counted(rest, f'{also}findings')} {'is' if rest == 1 else 'are'} recorded; favourable and "
            f"contrary ones stand "
            "in one list.",
            tuple(f"findings:{row}" for row in others["id"]),
            about="Findings",
        )


def _design(row: dict[str, Any]) -> str:
    return f"By: {row['design']}." if row["design"] else "How it was studied is not said."


def _includes_none(row: dict[str, Any]) -> bool:
    """Whether an interval holds the value that means no difference, where its unit tells which that is."""
    unit = (row["unit"] or "").casefold()
    none = 1 if "ratio" in unit else 0 if "difference" in unit or "points" in unit or "change" in unit else None
    if none is None or row["lower"] is None or row["upper"] is None:
        return False
    return bool(row["lower"] <= none <= row["upper"])


def _estimate(row: dict[str, Any]) -> str:
    if row["estimate"] is None:
        return ""
    text = f"{number(row['estimate'])} {row['unit'] or ''}".strip()
    if row["lower"] is not None and row["upper"] is not None:
        text += f" (interval {number(row['lower'])} to {number(row['upper'])})"
    return sentence(text)


def _latest_in_use(results: Results) -> tuple[str, ...]:
    return tuple(results.latest.filter(pl.col("stage").is_in(IN_USE)).sort("on", "site")["reference"].drop_nulls())


def _first_and_last(versions: list[int]) -> list[tuple[int, str]]:
    if len(versions) == 1:
        return [(versions[0], "the only version")]
    return [(versions[0], "the first version"), (versions[-1], "the latest version")]


def _sites(eligible: int | None) -> str:
    return "eligible sites" if eligible else "sites"


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _months(months: float | None) -> str:
    return counted(round(months or 0), "months")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text else ""
