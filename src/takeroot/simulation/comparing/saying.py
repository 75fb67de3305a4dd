"""A comparison in sentences that can be read aloud, the answer first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from takeroot.simulation.comparing.choices import Choice
from takeroot.simulation.comparing.comparison import Comparison, summary
from takeroot.simulation.comparing.naming import size_said
from takeroot.simulation.comparing.running import FIGURES
from takeroot.simulation.numbers import first_of, month_of
from takeroot.simulation.strategy import Strategy

#: From which share of the histories on it is said that one choice does better.
SURE = 0.9
#: From which share of histories without any difference on it is said that there is hardly any.
ALIKE = 0.95
#: A group is said to gain or to lose from this share of the histories on.
GAINS = 0.9


def said(told: Comparison) -> list[str]:
    """All of it: the answer, each choice, each difference, and who gains."""
    return [answer(told), *each(told), *differences(told), *who_gains(told), scope(told)]


def answer(told: Comparison) -> str:
    """Which choice comes out ahead, and how sure that is."""
    months, order = told.figures["site_months"], told.in_order()
    first = order[0]
    same = [name for name in told.names if not (months[told.place(name)] - months[told.place(first)]).any()]
    if len(same) == len(told.names):
        return f"There is no difference: {listed(same)} come to the same in every history."
    second = next(name for name in order if name not in same)
    together = f"{listed(same)} come to the same in every history. " if len(same) > 1 else ""
    return together + _ahead(told, first, second)


def _ahead(told: Comparison, first: str, second: str) -> str:
    """How the choice that comes out first stands to the next, and how sure that is."""
    months = told.figures["site_months"]
    gap = months[told.place(first)] - months[told.place(second)]
    if (alike := float((gap == 0).mean())) >= ALIKE:
        return f"There is hardly any difference: {first} and {second} come to the same in {of_100(alike)} histories."
    share = float((gap > 0).mean())
    much = f"{number(float(gap.mean()))} more site-months of use on average"
    if share >= SURE:
        return (
            f"Under these assumptions {first} comes out ahead: {much} than {second}, and ahead in {of_100(share)} "
            f"histories."
        )
    behind = float((gap < 0).mean())
    level = f", and as good as it in {of_100(1 - share - behind)}" if share + behind <= 0.99 else ""
    return (
        f"The order is not settled: {first} comes to {much} than {second}, and is ahead in {of_100(share)} histories, "
        f"behind in {of_100(behind)}{level}.{_against_now(told, first, second)}"
    )


def _against_now(told: Comparison, first: str, second: str) -> str:
    """How the one that is ahead stands to what all are set against, where that is neither of the two."""
    now = told.names[0]
    if now in (first, second):
        return ""
    return f" Against {now} it is ahead in {of_100(told.beats(first, now))}."


def each(told: Comparison) -> Iterator[str]:
    """What becomes of each choice."""
    for at, name in enumerate(told.names):
        end, months = summary(told.figures["in_use"][at]), summary(told.figures["site_months"][at])
        lapses = told.figures["lapses"][at].mean()
        spent = [
            f"{FIGURES[what].title.lower()} {number(told.figures[what][at].mean())}"
            for what in ("cost", "effort")
            if told.figures[what].any()
        ]
        yield (
            f"{name}: {number(end['mean'])} sites in use after {told.case.months} months (80 in 100 histories: "
            f"{between(end, 80)}), {number(months['mean'])} site-months of use, {number(lapses)} lapses"
            f"{''.join(f', {one}' for one in spent)}."
        )


def differences(told: Comparison) -> Iterator[str]:
    """What each choice gives more or less of than the first."""
    for row in _against_first(told):
        name, first = row["name"], told.names[0]
        gap, months = row["in_use"], row["site_months"]
        if not any(one.any() for one in row["gaps"].values()):
            yield f"{name} against {first}: no difference, in any history."
            continue
        line = (
            f"{name} against {first}: {more(gap['mean'], 'sites')} in use at the end (95 in 100: {between(gap, 95)}), "
            f"{more(months['mean'], 'site-months of use')} (95 in 100: {between(months, 95)}), "
            f"{more(row['lapses']['mean'], 'lapses')}; more site-months in {of_100(row['better'])} histories."
        )
        yield line + _price(row)


def _price(row: dict) -> str:
    """What a further site-month takes, or what all of it takes where nothing more is sure to come of it."""
    months, told = row["gaps"]["site_months"].mean(), []
    for what, word in (("cost", "costs"), ("effort", "takes an effort of")):
        spent = row["gaps"][what].mean()
        if spent > 0:
            told.append(f"{word} {number(spent / months if row['better'] >= SURE else spent)}")
    if not told:
        return ""
    if row["better"] >= SURE:
        return f" Each further site-month {' and '.join(told)}."
    return f" It {' and '.join(told)} in all, for a gain that is not sure."


def who_gains(told: Comparison) -> Iterator[str]:
    """Which groups gain and which do not, by every way in which sites are divided."""
    for which, grouping in enumerate(told.groupings):
        for at in range(1, len(told.choices)):
            gaps = told.in_groups[which][at] - told.in_groups[which][0]
            if not gaps.any():
                continue
            gain = [
                _of_group(grouping.groups[nth], gaps[nth]) for nth in range(len(grouping.groups)) if _gains(gaps[nth])
            ]
            lose = [
                _of_group(grouping.groups[nth], gaps[nth]) for nth in range(len(grouping.groups)) if _gains(-gaps[nth])
            ]
            rest = [
                grouping.groups[nth]
                for nth in range(len(grouping.groups))
                if not _gains(gaps[nth]) and not _gains(-gaps[nth])
            ]
            by = grouping.by.replace("_", " ")
            if not gain and not lose:
                yield f"By {by}, {told.names[at]} makes no sure difference to any group."
                continue
            parts = [f"gain: {'; '.join(gain)}"] if gain else []
            parts += [f"lose: {'; '.join(lose)}"] if lose else []
            parts += [f"no sure difference: {'; '.join(rest)}"] if rest else []
            first, *rest_of_it = parts
            says = ". ".join([first, *(f"{part[0].upper()}{part[1:]}" for part in rest_of_it)])
            yield f"By {by}, {told.names[at]} (months in use for each site): {says}."


def scope(told: Comparison) -> str:
    """What was run."""
    case = told.case
    draws = f", {len(case.models):,} draws of what is not known of the model" if len(case.models) > 1 else ""
    return (
        f"{len(case.setting.sites):,} sites, {case.months} months from {told.first_day:%B %Y}, "
        f"{case.replicates:,} histories of each choice under the same chance{draws}."
    )


def choice_said(choice: Choice) -> str:
    """A choice in plain words: what each lever does, where, and from when to when.

    Examples
    --------
    >>> from takeroot.simulation import mandate
    >>> choice_said(Choice("Ask for it", (mandate(["preparing -> using"], 0.7, regions=("north",)),)))
    'Ask for it: odds of going from preparing to using 2.01 times as high, in north only.'
    """
    if not choice.strategies:
        return f"{choice.name}: nothing is changed."
    parts = []
    for one in choice.strategies:
        does = [size_said(name, size) for name, size in one.adds.items()]
        if one.seeds:
            whom = ", ".join(one.seeds.sites) or f"the {one.seeds.hubs} sites with most ties"
            does.append(f"{whom} brought to {one.seeds.stage.replace('_', ' ')} at once")
        if one.connects:
            does.append(f"each site tied to {one.connects.each} others")
        does += [f"'{work}' stopped" for work in one.stops]
        where = [*one.regions, *one.sites]
        parts.append(f"{' and '.join(does) or 'nothing'}{f', in {listed(where)} only' if where else ''}{_when(one)}")
    return f"{choice.name}: {'; '.join(parts)}."


def _when(one: Strategy) -> str:
    since = "" if one.since is None else f" from {first_of(month_of(one.since)):%B %Y}"
    until = "" if one.until is None else f" until {first_of(month_of(one.until)):%B %Y}"
    return f",{since}{until}" if since or until else ""


def listed(names: Sequence[str]) -> str:
    """Names with commas, the last after *and*."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def number(value: float) -> str:
    """A figure as it is said: whole where it is large.

    Examples
    --------
    >>> number(1234.4), number(12.34), number(-0.04), number(0.0)
    ('1,234', '12.3', '−0.04', '0')
    """
    size = abs(value)
    text = f"{size:,.0f}" if size >= 100 or size == round(size) else f"{size:.1f}" if size >= 1 else f"{size:.2g}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def more(value: float, what: str) -> str:
    """So many more, or fewer.

    Examples
    --------
    >>> more(3.2, "sites"), more(-3.0, "sites"), more(0.0, "lapses")
    ('3.2 more sites', '3 fewer sites', 'as many lapses')
    """
    if value == 0:
        return f"as many {what}"
    return f"{number(abs(value))} {'more' if value > 0 else 'fewer'} {what}"


def between(told: dict[str, float], level: int) -> str:
    """The ends of an interval."""
    return f"{number(told[f'lower_{level}'])} to {number(told[f'upper_{level}'])}"


def of_100(share: float) -> str:
    """A share of the histories.

    Examples
    --------
    >>> of_100(1.0), of_100(0.974), of_100(0.996), of_100(0.0), of_100(0.002)
    ('all', '97 in 100', 'more than 99 in 100', 'no', 'fewer than 1 in 100')
    """
    if share in (0, 1):
        return "all" if share else "no"
    if share > 0.99:
        return "more than 99 in 100"
    return "fewer than 1 in 100" if share < 0.01 else f"{100 * share:.0f} in 100"


def _gains(gap: np.ndarray) -> bool:
    return bool((gap > 0).mean() >= GAINS)


def _of_group(group: str, gap: np.ndarray) -> str:
    return f"{group} ({number(float(gap.mean()))})"


def _against_first(told: Comparison) -> Iterator[dict]:
    for at in range(1, len(told.choices)):
        gaps = {name: each[at] - each[0] for name, each in told.figures.items()}
        yield {
            "name": told.names[at],
            "gaps": gaps,
            "better": float((gaps["site_months"] > 0).mean()),
            **{name: summary(gap) for name, gap in gaps.items()},
        }
