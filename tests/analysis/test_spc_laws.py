"""Laws that every control chart keeps, and the slow, obvious twin of the fast one."""

from __future__ import annotations

import math
from itertools import accumulate, groupby, pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.analysis.series import DRIFTING, QUIET, SERIES, Row, improving, phases, values

from takeroot.analysis import spc
from takeroot.vocabulary.rulesets import MDC, RULE_SETS, RuleSet

NAMES = ("astronomical", "shift", "trend", "two_of_three", "run_length", "crossings")


def slow(
    series: list[float | None], breaks: set[int], excluded: set[int], rules: RuleSet, way: str, fix: int | None
) -> list[Row]:
    """One series, point by point."""
    edges = [0, *sorted(at for at in breaks if 0 < at < len(series)), len(series)]
    out: list[Row] = []
    for phase, (first, last) in enumerate(pairwise(edges), 1):
        y = series[first:last]
        used = [
            value is not None and first + i not in excluded and (fix is None or i < fix) for i, value in enumerate(y)
        ]
        chosen = [value for value, use in zip(y, used, strict=True) if use and value is not None]
        centre = sum(chosen) / len(chosen) if chosen else None
        kept_in = [i for i in range(len(y)) if first + i not in excluded]
        ranges = [abs(y[i] - y[j]) for j, i in pairwise(kept_in) if used[i] and used[j]]  # type: ignore[operator]
        average = sum(ranges) / len(ranges) if ranges else None
        if rules.screen and average:
            kept = [one for one in ranges if one < 3.267 * average]
            average = sum(kept) / len(kept)
        enough = sum(value is not None for value in y) >= rules.judge_from and (
            average is not None or rules.judge_from == 1
        )
        counted = [None if first + i in excluded else value for i, value in enumerate(y)]
        hits = [_hits(y, i, centre, average, rules) | _run_hits(counted, i, centre, rules) for i in range(len(y))]
        for i, value in enumerate(y):
            out.append(
                {
                    "phase": phase,
                    "included": used[i],
                    "centre": centre,
                    "lower": None if average is None or centre is None else centre - rules.constant * average,
                    "upper": None if average is None or centre is None else centre + rules.constant * average,
                    "signals": ";".join(n for n in NAMES if any(h[0] == n for h in hits[i])),
                    "shows": None if value is None else _shows(hits[i], y, i, rules, way) if enough else "common",
                }
            )
    return out


def _hits(
    y: list[float | None], i: int, centre: float | None, average: float | None, rules: RuleSet
) -> set[tuple[str, bool]]:
    found: set[tuple[str, bool]] = set()
    if y[i] is None or centre is None:
        return found

    def windows(size: int, among: list[int]) -> list[list[int]]:
        """So many places in a row, this one among them, of those that are looked at; gaps end a row."""
        if i not in among:
            return []
        here = among.index(i)
        starts = range(max(0, here - size + 1), min(here, len(among) - size) + 1)
        rows = [among[start : start + size] for start in starts]
        return [row for row in rows if all(y[j] is not None for j in row)]

    def above(j: int, line: float, high: bool) -> bool:
        away = (y[j] - line) * (1 if high else -1)  # type: ignore[operator]
        return away > 1e-9

    everywhere = list(range(len(y)))
    there = [j for j in everywhere if y[j] is not None]
    off = [j for j in there if above(j, centre, True) or above(j, centre, False)]
    moved = [j for k, j in enumerate(there) if k == 0 or abs(y[j] - y[there[k - 1]]) > 1e-9]  # type: ignore[operator]
    for high in (True, False):
        sign = 1 if high else -1
        sided = off if rules.on_centre == "skip" else everywhere
        if rules.shift and any(all(above(j, centre, high) for j in w) for w in windows(rules.shift, sided)):
            found.add(("shift", high))
        stepping = moved if rules.ties == "skip" else everywhere
        for w in windows(rules.trend, stepping) if rules.trend else []:
            if all(above(k, y[j], high) for j, k in pairwise(w)):  # type: ignore[arg-type]
                found.add(("trend", high))
        if average is None:
            continue
        limit, near = centre + sign * rules.constant * average, centre + sign * rules.near * average
        if rules.astronomical and above(i, limit, high):
            found.add(("astronomical", high))

        def beyond(j: int, limit: float = limit, near: float = near, high: bool = high) -> bool:
            return above(j, near, high) and not (rules.two_of_three == "between" and above(j, limit, high))

        for w in windows(3, everywhere) if rules.two_of_three != "no" else []:
            if beyond(i) and all(above(j, centre, high) for j in w) and sum(beyond(j) for j in w) >= 2:
                found.add(("two_of_three", high))
    return found


def _run_hits(y: list[float | None], i: int, centre: float | None, rules: RuleSet) -> set[tuple[str, bool]]:
    """The longest run and the crossings, counted one by one; chance from the binomial law, summed term by term."""
    if not rules.runs or centre is None or y[i] is None or abs(y[i] - centre) <= 1e-9:  # type: ignore[operator]
        return set()
    off = [j for j, value in enumerate(y) if value is not None and abs(value - centre) > 1e-9]
    sides = [y[j] > centre for j in off]  # type: ignore[operator]
    lengths = [len(list(group)) for _, group in groupby(sides)]
    run = next(length for end, length in zip(accumulate(lengths), lengths, strict=True) if off.index(i) < end)
    n, found, high = len(off), set(), y[i] > centre  # type: ignore[operator]
    if run > round(math.log2(n)) + 3:
        found.add(("run_length", high))
    least = next(k for k in range(n) if sum(math.comb(n - 1, j) for j in range(k + 1)) / 2 ** (n - 1) >= 0.05)
    if len(lengths) - 1 < least:
        found.add(("crossings", high))
    return found


def _shows(hits: set[tuple[str, bool]], y: list[float | None], i: int, rules: RuleSet, way: str) -> str:
    if not hits:
        return "common"
    told = {hit for hit in hits if hit[0] != "crossings"}
    better = {high == (way == "up") for _, high in told}
    if told and way != "neither" and rules.precedence == "improvement":
        return "improvement" if True in better else "concern"
    order = ("astronomical", "trend", "two_of_three", "shift", "run_length", "crossings")
    name = next(n for n in order if any(h[0] == n for h in told or hits))
    highs = {high for signal, high in hits if signal == name}
    before = [value for value in y[:i] if value is not None and value != y[i]]
    high = highs.pop() if len(highs) == 1 else y[i] < before[-1]  # type: ignore[operator]
    if way == "neither" or not told:
        return "neither_high" if high else "neither_low"
    return "improvement" if high == (way == "up") else "concern"


@settings(max_examples=40)
@given(
    st.lists(SERIES | DRIFTING, min_size=1, max_size=4),
    st.sets(st.integers(1, 30), max_size=2),
    st.sets(st.integers(0, 30), max_size=3),
    st.sampled_from(
        [
            *RULE_SETS.values(),
            MDC.model_copy(update={"shift": 5, "trend": 4, "judge_from": 1}),
            MDC.model_copy(update={"two_of_three": "between"}),
            MDC.model_copy(update={"on_centre": "skip", "ties": "skip", "shift": 4, "trend": 3, "judge_from": 1}),
        ]
    ),
    st.sampled_from(["up", "down", "neither"]),
    st.sampled_from([None, None, 5, 12]),
)
def test_point_by_point_gives_the_same_chart(
    many: list[list[float | None]], breaks: set[int], excluded: set[int], rules: RuleSet, way: str, fix: int | None
) -> None:
    dated = phases(
        *(("recalculate", at, None, None) for at in breaks), *(("exclude", at, None, None) for at in excluded)
    )
    points = spc.chart(values(*many), rules=rules, measures=improving(way), phases=dated, fix_after=fix)
    for place, series in enumerate(many):
        mine = points.filter(site=chr(65 + place))
        expected = slow(series, breaks, excluded, rules, way, fix)
        for name in ("phase", "included", "signals", "shows"):
            assert mine[name].to_list() == [row[name] for row in expected], name
        for name in ("centre", "lower", "upper"):
            for ours, theirs in zip(mine[name], (row[name] for row in expected), strict=True):
                assert (ours is None) == (theirs is None)
                assert ours is None or math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


LINES = ("centre", "lower", "upper", "near_lower", "near_upper")


def moved(points: pl.DataFrame, times: float, plus: float) -> pl.DataFrame:
    return points.with_columns(pl.col(*LINES, "value") * times + plus)


@settings(max_examples=15)
@given(SERIES, st.sampled_from([0.5, 2.0, 8.0]), st.integers(-50, 50))
def test_shifting_and_scaling_the_data_moves_the_limits_and_no_signal(
    series: list[float | None], times: float, plus: int
) -> None:
    points = spc.chart(values(series), measures=improving("up"))
    other = spc.chart(moved(points, times, plus).select("measure", "site", "on", "value"), measures=improving("up"))
    assert_frame_equal(other, moved(points, times, plus), abs_tol=1e-9)


@settings(max_examples=15)
@given(SERIES | DRIFTING)
def test_turning_the_data_over_swaps_upper_and_lower(series: list[float | None]) -> None:
    points = spc.chart(values(series), measures=improving("up"))
    other = spc.chart(values([None if value is None else -value for value in series]), measures=improving("down"))
    turned = other.with_columns(lower=-pl.col("upper"), upper=-pl.col("lower"), centre=-pl.col("centre"))
    same = ("centre", "lower", "upper", "signals", "shows", "included")
    assert_frame_equal(points.select(same), turned.select(same), abs_tol=1e-9)


@settings(max_examples=15)
@given(DRIFTING, st.sampled_from(["mdc-2021"]))
def test_reversing_what_is_better_swaps_improvement_and_concern(series: list[float | None], rules: str) -> None:
    up, down = (spc.chart(values(series), rules=rules, measures=improving(way))["shows"] for way in ("up", "down"))
    swapped = {"improvement": "concern", "concern": "improvement", "common": "common"}
    assert [swapped.get(word) for word in up] == down.to_list()


@settings(max_examples=15)
@given(DRIFTING)
def test_reversing_what_is_better_swaps_improvement_and_concern_but_in_a_conflict(series: list[float | None]) -> None:
    """Where one point is in both, improvement is shown either way."""
    up, down = (spc.chart(values(series), measures=improving(way)) for way in ("up", "down"))
    for one, other in zip(up["shows"], down["shows"], strict=True):
        assert (one, other) in {
            (None, None),
            ("common", "common"),
            ("improvement", "concern"),
            ("concern", "improvement"),
            ("improvement", "improvement"),
        }
    listed = [spc.signals(points).sort("reference") for points in (up, down)]
    swapped = listed[0]["shows"].replace_strict(
        {"improvement": "concern", "concern": "improvement"}, return_dtype=pl.String
    )
    assert listed[0]["reference"].equals(listed[1]["reference"])
    assert swapped.to_list() == listed[1]["shows"].to_list()


@settings(max_examples=15)
@given(SERIES, SERIES, SERIES)
def test_adding_a_site_changes_no_other(
    one: list[float | None], two: list[float | None], three: list[float | None]
) -> None:
    alone, together = spc.chart(values(one, two)), spc.chart(values(one, two, three))
    assert_frame_equal(together.filter(pl.col("site") != "C"), alone)
    assert_frame_equal(spc.summary(together).filter(pl.col("site") != "C"), spc.summary(alone))


@settings(max_examples=15)
@given(SERIES | DRIFTING, SERIES, st.integers(0, 99))
def test_the_order_of_rows_is_no_matter(one: list[float | None], two: list[float | None], seed: int) -> None:
    ordered = values(one, two)
    shuffled = ordered.sample(fraction=1.0, shuffle=True, seed=seed)
    points = spc.chart(ordered, measures=improving("up"))
    assert_frame_equal(spc.chart(shuffled, measures=improving("up")), points)
    mixed = points.sample(fraction=1.0, shuffle=True, seed=seed)
    assert_frame_equal(spc.summary(mixed), spc.summary(points))
    assert_frame_equal(spc.signals(mixed), spc.signals(points))


@settings(max_examples=40)
@given(
    st.lists(SERIES | DRIFTING, min_size=1, max_size=3),
    st.sets(st.integers(1, 30), max_size=2),
    st.sampled_from(["up", "down", "neither"]),
)
def test_list_icon_and_points_agree(many: list[list[float | None]], breaks: set[int], way: str) -> None:
    dated = phases(*(("recalculate", at, None, None) for at in breaks))
    points = spc.chart(values(*many), measures=improving(way), phases=dated)
    found, rows = spc.signals(points), spc.summary(points)
    judged = points.filter(pl.col("shows") != "common")
    counted = judged["signals"].str.split(";").explode().drop_nulls().value_counts()
    shared = 0  # points where two trends meet stand in both
    for (_, _), trends in found.filter(signal="trend").group_by("measure", "site"):
        shared += trends["on"].is_in(trends["until"].implode()).sum()
    expected = {name: count + (shared if name == "trend" else 0) for name, count in counted.iter_rows()}
    assert dict(found.group_by("signal").agg(pl.col("points").sum()).iter_rows()) == expected
    assert found["reference"].n_unique() == found.height
    for row in rows.iter_rows(named=True):
        latest = points.filter(site=row["site"], phase=row["phase"]).drop_nulls("value")
        assert row["variation"] == (
            latest["shows"][-1] if latest.height >= 13 and row["upper"] is not None else "too_few"
        )
        assert row["says"] and "null" not in row["says"] and "None" not in row["says"]
        if row["variation"] in ("improvement", "concern"):
            assert ": " in row["says"]


def test_an_analysis_leaves_its_frame_alone() -> None:
    given_frame = values(QUIET[::-1], QUIET)
    kept = given_frame.clone()
    points = spc.chart(given_frame)
    spc.summary(points), spc.signals(points)
    assert_frame_equal(given_frame, kept)
