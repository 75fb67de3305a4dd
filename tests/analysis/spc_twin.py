"""Control charts worked out point by point, in plain Python: slow, obvious, and sharing nothing with the fast ones."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from takeroot.vocabulary.rulesets import RuleSet

NAMES = ("astronomical", "shift", "trend", "two_of_three", "run_length", "crossings")
OF_PARTS = ("p", "u", "p_prime", "u_prime")
Row = dict[str, Any]
Number = float | None


@dataclass
class Case:
    """One series and what was decided about it; days are places in it, counted from 0."""

    kind: str
    rules: RuleSet
    values: list[Number]
    numerators: list[Number] = field(default_factory=list)
    denominators: list[Number] = field(default_factory=list)
    multiply: float = 1.0
    breaks: set[int] = field(default_factory=set)
    excluded: set[int] = field(default_factory=set)
    baseline: tuple[int, int] | None = None
    centre: tuple[int, float] | None = None
    fix_after: int | None = None
    least_denominator: float | None = None
    targets: dict[int, float] = field(default_factory=dict)
    trajectory: dict[int, float] = field(default_factory=dict)
    improves: str = "up"


def twin(case: Case) -> list[Row]:
    """Every point of a chart."""
    size = len(case.values)
    edges = [0, *sorted(at for at in case.breaks if 0 < at < size), size]
    rows = [row for phase, edge in enumerate(pairwise(edges), 1) for row in _phase(case, phase, *edge)]
    for at, row in enumerate(rows):
        set_before = [day for day in case.targets if day <= at]
        row["target"] = case.targets[max(set_before)] if set_before else None
        row["trajectory"] = _on_the_way(case.trajectory, at)
        if case.kind == "mr":  # both are of the values
            row["target"] = row["trajectory"] = None
    return rows


def _on_the_way(path: dict[int, float], at: int) -> Number:
    before, after = [day for day in path if day <= at], [day for day in path if day > at]
    if not before:
        return None
    if not after:
        return path[max(before)]
    one, two = max(before), min(after)
    return path[one] + (path[two] - path[one]) * (at - one) / (two - one)


def _small(case: Case, at: int) -> bool:
    below = case.denominators[at] if case.denominators else None
    return case.least_denominator is not None and below is not None and below < case.least_denominator


def _value(case: Case, at: int) -> Number:
    """What is plotted, before anything is left out."""
    if not case.denominators:
        return case.values[at]
    above, below = case.numerators[at], case.denominators[at]
    return None if above is None or below is None or below == 0 else above / below * case.multiply


def _phase(case: Case, phase: int, first: int, last: int) -> list[Row]:
    places = range(first, last)
    shown = [_value(case, at) for at in places]
    y = [None if _small(case, at) else value for at, value in zip(places, shown, strict=True)]
    excluded = [at in case.excluded or _small(case, at) for at in places]
    baseline = (case.centre[0], len(case.values)) if case.centre else case.baseline
    if baseline and any(baseline[0] <= at <= baseline[1] for at in places):
        chosen = [baseline[0] <= at <= baseline[1] for at in places]
    else:
        chosen = [case.fix_after is None or i < case.fix_after for i in range(len(y))]
    used = [value is not None and not out and one for value, out, one in zip(y, excluded, chosen, strict=True)]
    given = None
    if case.centre and case.centre[0] < last:  # it goes on into every later phase
        given = case.centre[1]
    if case.kind == "mr":
        used, y = _ranged(y, used)
        shown = y
    lines = _lines(case, y, used, excluded, given, first)
    enough = sum(value is not None for value in y) >= case.rules.judge_from
    rows = []
    for i, value in enumerate(y):
        centre, lower, upper, near_lower, near_upper = lines[i]
        limited = case.kind == "run" or case.rules.judge_from == 1 or upper is not None
        hits = _hits(case, y, excluded, lines, i) if value is not None else set()
        judged = enough and limited
        rows.append(
            {
                "phase": phase,
                "value": shown[i],
                "included": used[i],
                "excluded": excluded[i],
                "centre": centre,
                "lower": lower,
                "upper": upper,
                "near_lower": near_lower,
                "near_upper": near_upper,
                "signals": ";".join(name for name in NAMES if any(hit[0] == name for hit in hits)),
                "shows": None if value is None else _shows(hits, y, i, case) if judged else "common",
            }
        )
    return rows


def _ranged(y: list[Number], used: list[bool]) -> tuple[list[bool], list[Number]]:
    """Moving ranges in the place of values, and which of them set limits."""
    ranges: list[Number] = [None] * len(y)
    pairs = [False] * len(y)
    for i in range(1, len(y)):
        one, two = y[i - 1], y[i]
        if one is not None and two is not None:
            ranges[i], pairs[i] = abs(two - one), used[i] and used[i - 1]
    return pairs, ranges


def _mean(numbers: list[float]) -> Number:
    return math.fsum(numbers) / len(numbers) if numbers else None


def _average_range(y: list[Number], used: list[bool], excluded: list[bool], rules: RuleSet) -> Number:
    kept = [i for i in range(len(y)) if not excluded[i]]
    ranges = [abs(y[i] - y[j]) for j, i in pairwise(kept) if used[i] and used[j]]  # type: ignore[operator]
    return _screened(ranges, rules)


def _screened(ranges: list[float], rules: RuleSet) -> Number:
    average = _mean(ranges)
    if rules.screen and average:
        average = _mean([one for one in ranges if one < 3.267 * average])
    return average


def _lines(
    case: Case, y: list[Number], used: list[bool], excluded: list[bool], given: Number, first: int
) -> list[tuple[Number, ...]]:
    """Centre, limits and near limits at each point."""
    told = [value for value, use in zip(y, used, strict=True) if use and value is not None]
    times, nothing = case.multiply, (None, None, None, None)
    if case.kind == "run":
        return [(given if given is not None else median(told) if told else None, *nothing)] * len(y)
    if case.kind == "mr":
        average = _screened(told, case.rules)  # a centre that was set is of the values
        return [(None, *nothing) if average is None else (average, 0.0, 3.267 * average, 0.0, 2.178 * average)] * len(y)
    if case.kind in ("xmr", "t"):
        power = 1 / 3.6 if case.kind == "t" else 1.0
        scaled = [None if value is None else value**power for value in y]
        centre = given**power if given is not None else _mean([value**power for value in told])
        average = _average_range(scaled, used, excluded, case.rules)
        if centre is None or average is None:
            return [(None if centre is None else centre ** (1 / power), *nothing)] * len(y)
        reaches = (0.0, -1.0, 1.0, -2 / 3, 2 / 3)
        drawn = [centre + reach * case.rules.constant * average for reach in reaches]
        back = drawn if case.kind == "xmr" else [max(line, 0.0) ** 3.6 for line in drawn]
        return [tuple(back)] * len(y)
    if case.kind == "g":
        mean = _mean(told)
        if mean is None:
            return [(given, *nothing)] * len(y)
        sigma = math.sqrt(mean * (mean + 1))
        middle = given if given is not None else median(told)
        return [(middle, *(max(mean + reach * sigma, 0.0) for reach in (-3, 3, -2, 2)))] * len(y)
    if case.kind == "c":
        centre = given if given is not None else _mean(told)
        if centre is None:
            return [(None, *nothing)] * len(y)
        sigma = math.sqrt(centre / times)
        return [(centre, *(max(centre / times + reach * sigma, 0) * times for reach in (-3, 3, -2, 2)))] * len(y)
    return _of_parts(case, y, used, excluded, given, first)


def _of_parts(
    case: Case, y: list[Number], used: list[bool], excluded: list[bool], given: Number, first: int
) -> list[tuple[Number, ...]]:
    above = [case.numerators[first + i] for i in range(len(y)) if used[i]]
    below = [case.denominators[first + i] for i in range(len(y))]
    total = sum(n for n, use in zip(below, used, strict=True) if use and n is not None)
    if given is None and not total:
        return [(None,) * 5] * len(y)
    centre = given / case.multiply if given is not None else math.fsum(above) / total  # type: ignore[arg-type]
    counted = centre * (1 - centre) if case.kind in ("p", "p_prime") else centre
    sigma = [math.sqrt(counted / n) if n else None for n in below]
    if case.kind.endswith("prime"):
        z: list[Number] = [
            None if value is None else (value / case.multiply - centre) / s if s else 0.0
            for value, s in zip(y, sigma, strict=True)
        ]
        average = _average_range(z, used, excluded, case.rules)
        sigma = [None if s is None or average is None else s * average / 1.128 for s in sigma]
    top = 1.0 if case.kind in ("p", "p_prime") else math.inf
    drawn: list[tuple[Number, ...]] = []
    for s in sigma:
        around = (None,) * 4 if s is None else tuple(
            min(max(centre + reach * s, 0.0), top) * case.multiply for reach in (-3, 3, -2, 2)
        )  # fmt: skip
        drawn.append((centre * case.multiply, *around))
    return drawn


def _hits(
    case: Case, y: list[Number], excluded: list[bool], lines: list[tuple[Number, ...]], i: int
) -> set[tuple[str, bool]]:
    rules, found = case.rules, set()
    size = math.fsum(abs(value) for value in y if value is not None) / sum(value is not None for value in y)

    def over(one: Number, other: Number, high: bool) -> bool:
        if one is None or other is None:
            return False
        return (one - other if high else other - one) > 1e-12 * size

    def windows(points: int, among: list[int]) -> list[list[int]]:
        if i not in among:
            return []
        here = among.index(i)
        spans = [among[start : start + points] for start in range(max(0, here - points + 1), here + 1)]
        return [span for span in spans if len(span) == points and all(y[j] is not None for j in span)]

    def side(j: int, high: bool) -> bool:
        return over(y[j], lines[j][0], high)

    everywhere = list(range(len(y)))
    there = [j for j in everywhere if y[j] is not None]
    off = [j for j in there if side(j, True) or side(j, False)]
    moved = [j for k, j in enumerate(there) if k == 0 or any(over(y[j], y[there[k - 1]], h) for h in (True, False))]
    for high in (True, False):
        limit, near = (2, 4) if high else (1, 3)
        if rules.astronomical and over(y[i], lines[i][limit], high):
            found.add(("astronomical", high))
        if case.kind == "mr":
            continue
        sided = off if rules.on_centre == "skip" else everywhere
        if rules.shift and any(all(side(j, high) for j in span) for span in windows(rules.shift, sided)):
            found.add(("shift", high))
        stepping = moved if rules.ties == "skip" else everywhere
        for span in windows(rules.trend, stepping) if rules.trend else []:
            if all(over(y[k], y[j], high) for j, k in pairwise(span)):
                found.add(("trend", high))

        def beyond(j: int, high: bool = high, limit: int = limit, near: int = near) -> bool:
            out = over(y[j], lines[j][limit], high) and rules.two_of_three == "between"
            return over(y[j], lines[j][near], high) and side(j, high) and not out

        for span in windows(3, everywhere) if rules.two_of_three != "no" else []:
            if beyond(i) and all(side(j, high) for j in span) and sum(beyond(j) for j in span) >= 2:
                found.add(("two_of_three", high))
    counted = [j for j in off if not excluded[j]]
    if rules.runs and case.kind != "mr" and i in counted:
        found |= _of_chance([side(j, True) for j in counted], counted.index(i))
    return found


def _of_chance(sides: list[bool], here: int) -> set[tuple[str, bool]]:
    """The longest run and the crossings; chance from the binomial law, summed term by term."""
    found, n = set(), len(sides)
    runs = [(high, len(list(group))) for high, group in groupby(sides)]
    first = 0
    for high, length in runs:
        if first <= here < first + length and length > round(math.log2(n)) + 3:
            found.add(("run_length", high))
        first += length
    least = next(k for k in range(n) if sum(math.comb(n - 1, j) for j in range(k + 1)) / 2 ** (n - 1) >= 0.05)
    if len(runs) - 1 < least:
        found.add(("crossings", sides[here]))
    return found


def _shows(hits: set[tuple[str, bool]], y: list[Number], i: int, case: Case) -> str:
    told = {hit for hit in hits if hit[0] != "crossings"}
    if not hits:
        return "common"
    if told and case.improves != "neither" and case.rules.precedence == "improvement":
        better = any(high == (case.improves == "up") for _, high in told)
        return "improvement" if better else "concern"
    order = ("astronomical", "trend", "two_of_three", "shift", "run_length", "crossings")
    name = next(name for name in order if any(hit[0] == name for hit in told or hits))
    ways = {high for signal, high in hits if signal == name}
    before = [value for value in y[:i] if value is not None and value != y[i]]
    high = ways.pop() if len(ways) == 1 else y[i] < before[-1]  # type: ignore[operator]
    if case.improves == "neither" or not told:
        return "neither_high" if high else "neither_low"
    return "improvement" if high == (case.improves == "up") else "concern"
