"""Did it last, what do measures show, and what was found? The second half of the first answer.

Leaving is told apart by how it came about, each rule for "sustained" is printed beside its figure, and what it is too
early to judge is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from takeroot.charts.wording import agree, amount, count_of, counted, listed, number, percent, sentence
from takeroot.reporting.results import Results
from takeroot.reporting.statement import Statement, doubts
from takeroot.vocabulary.rule import Rule
from takeroot.vocabulary.stages import IN_USE, Stage


def staying(results: Results) -> Iterator[Statement]:
    """How many left, in which ways, how many came back, and of how many the end was not seen."""
    spells = results.spells
    if not spells.height:
        return
    ended = spells.filter(pl.col("ended_in_event"))
    came, left = spells["site"].n_unique(), ended["site"].n_unique()
    among = _among(results, spells["site"])
    if not ended.height and came == 1:
        text = f"The one site that came into use is not recorded as having left.{among}"
    elif not ended.height:
        text = f"None of {counted(came, 'sites')} that came into use is recorded as having left.{among}"
    else:
        ways = ended.group_by("ended_as", "reason_kind").agg(pl.len()).sort("ended_as", "reason_kind", nulls_last=True)
        told = [f"{number(row['len'])} {_way(row)}" for row in ways.iter_rows(named=True)]
        often = (
            f"at least once, in all {times(ended.height)}" if ended.height > left else agree(left, "once", "once each")
        )
        came_back = spells.join(ended.group_by("site").agg(first=pl.col("spell").min()), on="site", how="inner").filter(
            pl.col("spell") > pl.col("first")
        )
        back = came_back["site"].n_unique()
        text = (
            f"{counted(left, 'sites')} of {number(came)} that came into use left {often}: {listed(told)}. "
            f"{counted(back, 'sites') if back else 'None'} came back.{among}"
        )
    days = ended.select("site", on="ended")
    rows = results.history.join(days, on=["site", "on"], how="semi").filter(~pl.col("stage").is_in(IN_USE))
    yield Statement(text, tuple(rows["reference"].drop_nulls()), _unseen(results), "Staying and leaving")


def _among(results: Results, sites: pl.Series) -> str:
    """Which of the sites that ever came into use are not counted among the eligible sites of today."""
    these = results.standing.filter(pl.col("site").is_in(sites.implode()))
    closed = these.filter(~pl.col("open")).height
    others = these.filter("open", ~pl.col("eligible")).height
    kinds = [
        f"{number(closed)} that {agree(closed, 'has', 'have')} closed, merged or split" if closed else "",
        f"{number(others)} not eligible" if others else "",
    ]
    kinds = [kind for kind in kinds if kind]
    return f" The {number(sites.n_unique())} include {listed(kinds)}." if kinds else ""


def _unseen(results: Results) -> str:
    """Stays whose end was not seen, in sites: closed, not known now, and not known for a time."""
    ends = results.spells.filter(pl.col("why_censored").is_in(["closed", "not known"]))
    lost = ends.filter(pl.col("why_censored") == "not known").select("site").unique()
    now = results.standing.filter("open", pl.col("stage") == Stage.UNKNOWN)
    still = lost.join(now, on="site", how="semi").height
    closed = ends.filter(pl.col("why_censored") == "closed")["site"].n_unique()
    again = lost.height - still
    kinds = [
        f"{counted(closed, 'sites')} closed, merged or split while in use" if closed else "",
        f"of {counted(still, 'sites')} nothing is known since" if still else "",
        f"{counted(again, 'sites')} {agree(again, 'was', 'were')} lost from view for a time" if again else "",
    ]
    kinds = [kind for kind in kinds if kind]
    return doubts(f"{listed(kinds)}: these are not counted as leaving, and may hide some" if kinds else "")


def _way(row: dict[str, Any]) -> str:
    kinds = {"decided": "stopped by decision", "replaced": "replaced by something else", "lapsed": "lapsed"}
    if row["ended_as"] == "stopped":
        return kinds.get(row["reason_kind"], "stopped, how is not said")
    return str(row["ended_as"]).replace("_", " ")


def sustained(results: Results) -> Iterator[Statement]:
    """Each rule, and how many sites it finds sustained of those that it can judge."""
    if not results.programme.rules:
        yield Statement(
            "No rule says what “sustained” means here, so it can not be said whether it was.",
            doubt="Sustained what, valued by whom, since when and for how long? Several rules may stand side by side.",
            about="Sustained",
        )
        return
    latest = dict(results.standing.select("site", "reference").drop_nulls().iter_rows())
    early = dict(left_early(results).iter_rows())
    for row in results.by_rule.iter_rows(named=True):
        judged = results.sustained.filter(
            pl.col("rule") == row["rule"], pl.col("status").is_in(["sustained", "not sustained"])
        )
        if row["judged"]:
            was = agree(1 if row["judged"] == 1 else row["sustained"], "was", "were")
            text = f"{count_of(row['sustained'], row['judged'])} that this rule can judge {was} sustained."
        elif row["started"] == 1:
            text = "The one site that began can not be judged by this rule yet."
        elif row["started"]:
            text = f"None of the {counted(row['started'], 'sites')} that began can be judged by this rule yet."
        else:
            text = "No site has begun, so none can be judged by this rule."
        unsure = []
        if row["judged"] and row["lower"] is not None:
            unsure.append(f"Its 95% interval is {percent(row['lower'])} to {percent(row['upper'])}")
        if row["too_early"]:
            unsure.append(f"For {counted(row['too_early'], 'sites')} it is too early to judge")
            unsure.append(early.get(row["rule"], ""))
        if row["not_known"]:
            unsure.append(f"For {counted(row['not_known'], 'sites')} it is not known")
        yield Statement(
            f"{text} The rule: {sentence(row['says'].removeprefix(row['rule'] + ': '))}",
            tuple(latest[site] for site in judged["site"] if site in latest),
            doubts(*unsure),
            f"Sustained: {row['rule']}",
        )


def left_early(results: Results) -> pl.DataFrame:
    """For each rule (``rule``) a sentence (``says``) on sites that have left, and that it is too early to judge."""
    last = results.spells.group_by("site").agg(out=pl.col("ended_in_event").sort_by("spell").last())
    waiting = results.sustained.filter(pl.col("status") == "too early")
    early = waiting.join(last.filter("out"), on="site", how="semi")
    said = []
    for rule in results.programme.rules:
        left = early.filter(pl.col("rule") == rule.name).height
        only = waiting.filter(pl.col("rule") == rule.name).height == 1
        own = counted(rule.months, "months") if rule.months > 1 else "month"
        up = agree(left, "it is judged when its", "they are judged when their")
        if left:
            have = "It has" if only else f"Of these, {number(left)} {agree(left, 'has', 'have')}"
            said.append((rule.name, f"{have} left already; {up} {own} {agree(rule.months, 'is', 'are')} up."))
    return pl.DataFrame(said, schema={"rule": pl.String, "says": pl.String}, orient="row")


def of_use_only(rules: Iterable[Rule]) -> str:
    """That a curve of staying in use speaks of nothing else, where rules ask for more than activities."""
    others = list(dict.fromkeys(what for rule in rules for what in rule.what if what != "activities"))
    if not others:
        return ""
    are = "is" if others == ["behaviour"] else "are"
    return f"This speaks of use only; {listed(others)} {are} judged above."


def measured(results: Results) -> Iterator[Statement]:
    """How many series can be judged, and what their latest values show."""
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
    if not judged.height and few == 1:
        text = "The one series of measures has too few values to judge."
    elif not judged.height:
        text = f"None of {counted(series.height, 'series')} of measures has enough values to judge."
    else:
        text = (
            f"{counted(judged.height, 'series')} of measures can be judged. "
            f"{agree(judged.height, 'Its latest value shows', 'Their latest values show')}: {listed(told)}."
        )
    yield Statement(
        text,
        _latest_signals(results, judged),
        doubts(
            f"{counted(few, 'series')} {agree(few, 'has', 'have')} too few values to judge"
            if few and judged.height
            else "",
            "Of many series some show a signal by chance alone; and a signal says that something changed, not why"
            if judged.height > 1
            else "",
        ),
        "Measures",
    )


def _latest_signals(results: Results, judged: pl.DataFrame) -> tuple[str, ...]:
    """Signals that the latest value of a series is part of."""
    latest = judged.select("measure", "site", until="latest_on")
    return tuple(results.signals.join(latest, on=["measure", "site", "until"], how="semi")["reference"])


def found(results: Results) -> Iterator[Statement]:
    """What was compared as allocated and as started, each in a statement; how much else was found."""
    findings = results.programme.findings
    if not findings.height:
        return
    compared = findings.filter(pl.col("analysed").is_in(["as allocated", "as started"])).sort("analysed", "on", "title")
    for row in compared.iter_rows(named=True):
        yield Statement(
            " ".join(part for part in (sentence(row["title"]), _estimate(row), _design(row)) if part),
            (f"findings:{row['id']}",),
            doubts(_no_difference(row)),
            f"Finding, {row['analysed']}",
            whole=True,
        )
    rest = findings.height - compared.height
    if rest:
        others = findings.filter(~pl.col("id").is_in(compared["id"].implode()))
        also = "further " if compared.height else ""
        yield Statement(
            f"{counted(rest, f'{also}findings')} {agree(rest, 'is', 'are')} recorded; favourable and "
            "contrary ones stand in one list.",
            tuple(f"findings:{row}" for row in others["id"]),
            about="Findings",
            whole=True,
        )


def _design(row: dict[str, Any]) -> str:
    return f"By: {row['design']}." if row["design"] else "How it was studied is not said."


def _no_difference(row: dict[str, Any]) -> str:
    """Whether an interval holds the value that means no difference, where its unit tells which that is."""
    unit = (row["unit"] or "").casefold()
    none = 1 if "ratio" in unit else 0 if "difference" in unit or "points" in unit or "change" in unit else None
    if none is None or row["lower"] is None or row["upper"] is None or not row["lower"] <= none <= row["upper"]:
        return ""
    return f"Its interval includes {'zero' if none == 0 else none}, so there may be no difference"


def _estimate(row: dict[str, Any]) -> str:
    if row["estimate"] is None:
        return ""
    text = amount(row["estimate"], row["unit"])
    if row["lower"] is not None and row["upper"] is not None:
        text += f" (interval {number(row['lower'])} to {number(row['upper'])})"
    return sentence(text)


def times(n: int) -> str:
    """How often: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")
