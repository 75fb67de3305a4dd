"""A control chart in words: what stands beneath its title, and what it tells a reader who does not see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from takeroot.charts.points import CALLED, STEPPED, centre_called, gaps, missing_said, standing
from takeroot.charts.wording import agree, amount, counted, listed, month, number, sentence
from takeroot.vocabulary.rulesets import RULE_SETS, RuleSet

#: Kinds of charts, and what there is to know of their lines.
KINDS = {
    "run": "Run chart: a median (broken line) and no limits",
    "xmr": "XmR chart of single values",
    "mr": "Moving ranges: each value against the one before",
    "p": "p chart of proportions",
    "u": "u chart of rates",
    "c": "c chart of counts",
    "p_prime": "p′ chart of proportions, with the spread beyond counting",
    "u_prime": "u′ chart of rates, with the spread beyond counting",
    "g": "g chart of the units between rare events: the median is drawn, limits lie about the mean",
    "t": "t chart of the time between rare events",
}
_BETTER = {"up": "Higher is better", "down": "Lower is better", "neither": "Neither direction is better"}


def rules_of(row: dict[str, Any], rules: RuleSet | None = None, rule_sets: Iterable[RuleSet] = ()) -> RuleSet | None:
    """The rule set that judged a point: the one given, or one known by its name; none, if not known."""
    known = RULE_SETS | {one.name: one for one in rule_sets}
    return rules if rules is not None else known.get(row.get("rules") or "")


def in_unit(unit: str) -> list[str]:
    """The unit as the beginning of a subtitle; a sign alone needs a word before it."""
    return [unit[:1].upper() + unit[1:] if unit[:1].isalpha() or len(unit) > 3 else f"In {unit}"] if unit else []


def subtitle(mine: pl.DataFrame, unit: str, rules: RuleSet | None, more: Iterable[str] = ()) -> str:
    """What kind of chart it is, by which rules, and what to know before reading it.

    Parameters
    ----------
    mine
        One series in order, completed.
    unit
        In words.
    rules
        The rule set, if it is known in full.
    more
        Further remarks.
    """
    now = mine.row(-1, named=True)
    there = mine.drop_nulls("value")
    parts = in_unit(unit)
    if now["chart"] in KINDS:
        parts.append(KINDS[now["chart"]])
    if now["improves"] in _BETTER:
        parts.append(_BETTER[now["improves"]])
    if now["rules"]:
        parts.append(f"Judged by the rule set {now['rules']}" + (f" ({rules.version})" if rules else ""))
    if rules and rules.screen and now["chart"] in ("xmr", "mr"):
        parts.append("Moving ranges of 3.267 times their average or more are left out of the limits")
    if now["chart"] in STEPPED and there["upper"].drop_nulls().n_unique() > 1:
        parts.append("Limits step with the denominator")
    phases = mine["phase"].n_unique()
    if phases > 1:
        own = "its own median" if now["chart"] == "run" else "its own limits"
        parts.append(f"{phases} phases, each with {own}")
    missing = gaps(mine)[1] if now["chart"] != "mr" else 0
    if missing:
        parts.append(f"{missing_said(missing)} (shaded)")
    return ". ".join([*parts, *_resting(mine, now, rules), *more]) + "."


def _resting(mine: pl.DataFrame, now: dict[str, Any], rules: RuleSet | None) -> list[str]:
    """What the limits of the latest phase rest on."""
    latest = mine.filter(phase=now["phase"]).drop_nulls("value")
    used = int(latest["included"].sum())
    limits = "no median can be trusted yet" if now["chart"] == "run" else "no limits are drawn"
    if not now["judged"]:
        of = f" of {rules.judge_from}" if rules and latest.height < rules.judge_from else ""
        return [f"Too few values to judge: {latest.height}{of}, so {limits}"]
    if rules and used < rules.least:
        return [f"Trial limits: {counted(used, 'values')}, fewer than {rules.least}"]
    baseline = latest.height - int(latest["excluded"].sum())
    if used < baseline and now["chart"] != "mr":
        what = "The median is" if now["chart"] == "run" else "Limits are"
        return [f"{what} set from {used} of the {baseline} values of the latest phase"]
    return []


def told(mine: pl.DataFrame, unit: str, says: str = "") -> str:
    """The chart in words: its finding, where it is given, and its figures.

    Parameters
    ----------
    mine
        One series in order, completed.
    unit
        In words.
    says
        The finding, such as the sentence of :func:`takeroot.spc.summary`.
    """
    there = mine.drop_nulls("value")
    now, latest = standing(mine), there.row(-1, named=True)
    text = f"{sentence(says)} " if says else ""
    text += (
        f"{counted(there.height, 'values')} from {month(there['on'][0])} to {month(latest['on'])}. "
        f"The latest is {amount(latest['value'], unit)} ({_finding(latest)})"
    )
    lines = []
    if now["centre"] is not None:
        lines.append(f"the {centre_called(now['chart'])} of the latest phase is {number(now['centre'])}")
    if now["lower"] is not None:
        lines.append(f"its limits {number(now['lower'])} and {number(now['upper'])}")
    if now["target"] is not None:
        lines.append(f"the target {number(now['target'])}")
    if now["trajectory"] is not None:
        lines.append(f"the trajectory {number(now['trajectory'])}")
    text += f"; {', '.join(lines)}." if lines else "."
    left_out = there.filter("excluded").height
    if left_out:
        text += f" {counted(left_out, 'points')} {agree(left_out, 'sets', 'set')} no limits."
    if not there["judged"].any():
        return text
    unusual = there.filter("judged", pl.col("shows") != "common")
    if not unusual.height:
        return f"{text} No point is unusual."
    counts = [
        f"{n} {CALLED[shows]}" for shows in CALLED if shows != "common" and (n := unusual.filter(shows=shows).height)
    ]
    return (
        f"{text} {counted(unusual.height, 'points')} of {there.height} {agree(unusual.height, 'is', 'are')} unusual "
        f"({listed(counts)}), the latest in {month(unusual['on'][-1])}."
    )


def _finding(latest: dict[str, Any]) -> str:
    if latest["shows"] is None:
        return "too small a denominator to judge"
    return CALLED[latest["shows"]] if latest["judged"] else "too few values to judge"
