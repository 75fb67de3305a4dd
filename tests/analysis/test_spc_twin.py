"""Every kind of chart, with every option, is what its slow twin makes of it."""

from __future__ import annotations

import math
import os
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.analysis.series import START
from tests.analysis.spc_twin import OF_PARTS, Case, twin

from takeroot.analysis import spc
from takeroot.vocabulary.rulesets import MDC, RULE_SETS

#: Examples of each law; more when asked for.
MANY = int(os.environ.get("TAKEROOT_EXAMPLES", "60"))
OWN = (
    MDC.model_copy(update={"name": "quick", "shift": 4, "trend": 3, "judge_from": 1, "runs": True}),
    MDC.model_copy(update={"name": "skips", "on_centre": "skip", "ties": "skip", "shift": 4, "trend": 3}),
    MDC.model_copy(update={"name": "between", "two_of_three": "between", "screen": True, "judge_from": 1}),
    MDC.model_copy(update={"name": "first", "precedence": "first", "judge_from": 2, "shift": 3, "trend": 3}),
)
COUNTS = st.one_of(st.none(), *[st.integers(0, 12).map(float)] * 4)
LEVELS = {
    "any": st.one_of(st.none(), *[st.integers(-9, 40).map(float)] * 3, st.integers(4, 6).map(float)),
    "counts": COUNTS,
    "times": st.one_of(st.none(), *[st.integers(1, 90).map(float)] * 4),
}
OF = {"c": "counts", "g": "counts", "t": "times"}


def day(place: int) -> date:
    return START + timedelta(days=place)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A series of any kind, with any decisions about it."""
    kind = draw(st.sampled_from(sorted(spc.KINDS)))
    size = draw(st.integers(1, 34))
    case = Case(kind, draw(st.sampled_from([*RULE_SETS.values(), *OWN])), [None] * size)
    case.improves = draw(st.sampled_from(["up", "down", "neither"]))
    if kind in OF_PARTS or (kind in ("run", "xmr", "mr") and draw(st.booleans())):
        case.denominators = draw(st.lists(st.sampled_from([0.0, 5.0, 12.0, 40.0, 41.5]), min_size=size, max_size=size))
        above = draw(st.lists(COUNTS, min_size=size, max_size=size))
        case.numerators = [
            None if one is None else min(one, below) for one, below in zip(above, case.denominators, strict=True)
        ]
        case.multiply = draw(st.sampled_from([1.0, 100.0, 1000.0]))
        case.least_denominator = draw(st.sampled_from([None, None, 12.0]))
    else:
        case.values = draw(st.lists(LEVELS[OF.get(kind, "any")], min_size=size, max_size=size))
    places = st.integers(0, size - 1)
    case.breaks = draw(st.sets(places, max_size=2))
    case.excluded = draw(st.sets(places, max_size=3))
    case.fix_after = draw(st.sampled_from([None, None, 3, 12]))
    if draw(st.booleans()):
        case.baseline = tuple(sorted(draw(st.tuples(places, places))))  # type: ignore[assignment]
    elif draw(st.booleans()):
        level = 0.5 * case.multiply if case.denominators else 5.0
        case.centre = (draw(places), level)
    case.targets = draw(st.dictionaries(places, st.sampled_from([4.0, 7.5]), max_size=2))
    case.trajectory = draw(st.dictionaries(places, st.sampled_from([1.0, 9.0, 3.0]), max_size=3))
    return case


def frames(case: Case, site: str = "A") -> tuple[pl.DataFrame, dict[str, Any], pl.DataFrame]:
    """The case as values, measures and phases."""
    size = len(case.values)
    parts = {"numerator": case.numerators, "denominator": case.denominators} if case.denominators else {}
    told = {"measure": ["m"] * size, "site": [site] * size, "on": [day(at) for at in range(size)]}
    named = ("value", "numerator", "denominator")
    held = {"value": case.values, "numerator": [None] * size, "denominator": [None] * size} | parts
    values = pl.DataFrame(told | held, schema_overrides=dict.fromkeys(named, pl.Float64))
    measures = {"measure": ["m"], "improves": [case.improves], "multiply": [case.multiply]}
    rows: list[tuple[str, int, int | None, float | None]] = [("recalculate", at, None, None) for at in case.breaks]
    rows += [("exclude", at, None, None) for at in case.excluded]
    rows += [("target", at, None, value) for at, value in case.targets.items()]
    rows += [("trajectory", at, None, value) for at, value in case.trajectory.items()]
    rows += [("baseline", *case.baseline, None)] if case.baseline else []
    rows += [("baseline", case.centre[0], None, case.centre[1])] if case.centre else []
    dated = pl.DataFrame(
        [("m", site, day(on), None if until is None else day(until), kind, value) for kind, on, until, value in rows],
        schema={name: pl.String for name in ("measure", "site")}
        | {"on": pl.Date, "until": pl.Date, "kind": pl.String, "value": pl.Float64},
        orient="row",
    )
    return values, measures, dated


def drawn(case: Case, values: pl.DataFrame, measures: dict[str, Any], dated: pl.DataFrame) -> pl.DataFrame:
    return spc.chart(
        values,
        rules=case.rules,
        kind=case.kind,
        measures=measures,
        phases=dated,
        fix_after=case.fix_after,
        least_denominator=case.least_denominator,
    )


@settings(max_examples=MANY)
@given(cases())
def test_point_by_point_gives_the_same_chart_of_every_kind(case: Case) -> None:
    points, expected = drawn(case, *frames(case)), twin(case)
    for name in ("phase", "included", "excluded", "signals", "shows"):
        assert points[name].to_list() == [row[name] for row in expected], name
    for name in ("value", "centre", "lower", "upper", "near_lower", "near_upper", "target", "trajectory"):
        for at, (ours, theirs) in enumerate(zip(points[name], (row[name] for row in expected), strict=True)):
            assert (ours is None) == (theirs is None), (name, at, ours, theirs)
            assert ours is None or math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9), (name, at, ours, theirs)


@settings(max_examples=MANY)
@given(cases(), st.data())
def test_series_charted_together_are_as_charted_apart_in_any_order(case: Case, data: st.DataObject) -> None:
    values, measures, dated = frames(case)
    other, _, others = frames(case, "B")
    shortened = other.head(data.draw(st.integers(1, other.height)))
    together = pl.concat([values, shortened])
    shuffled = together[data.draw(st.permutations(range(together.height)))]
    both = drawn(case, shuffled, measures, pl.concat([dated, others]))
    for site, alone, own in (("A", values, dated), ("B", shortened, others)):
        apart = drawn(case, alone, measures, own)
        assert_frame_equal(both.filter(site=site), apart, abs_tol=1e-12)
        assert_frame_equal(spc.summary(both, rule_sets=[case.rules] if case.rules in OWN else []).filter(site=site),
                           spc.summary(apart, rule_sets=[case.rules] if case.rules in OWN else []))  # fmt: skip


@settings(max_examples=MANY)
@given(cases())
def test_the_summary_agrees_with_the_points_and_says_a_sentence(case: Case) -> None:
    points = drawn(case, *frames(case))
    own = [case.rules] if case.rules in OWN else []
    rows = spc.summary(points, rule_sets=own)
    spc.signals(points, rule_sets=own), spc.suggestions(points, rule_sets=own)
    assert rows["phase"].to_list() == points["phase"].unique().sort().to_list()
    for row in rows.iter_rows(named=True):
        phase = points.filter(phase=row["phase"])
        there = phase.filter(pl.col("shows").is_not_null() | pl.col("value").is_not_null())
        assert row["gaps"] + row["n"] == phase.height and row["n"] <= there.height
        assert row["says"].endswith(".") and not any(word in row["says"] for word in ("null", "None", "NaN", "nan"))
        if row["variation"] != "too_few":
            last = phase.drop_nulls("shows").row(-1, named=True)
            assert (row["variation"], row["centre"], row["lower"]) == (last["shows"], last["centre"], last["lower"])
        if row["assurance"] is not None:
            assert row["phase"] == points["phase"].max() and case.improves != "neither" and case.targets


@settings(max_examples=MANY)
@given(cases(), st.sampled_from([0.25, 4.0, 1024.0]))
def test_a_unit_of_another_size_scales_every_line_and_changes_no_signal(case: Case, times: float) -> None:
    if case.kind in ("c", "g"):  # counts have no unit
        return
    values, measures, dated = frames(case)
    lines = ("value", "centre", "lower", "upper", "near_lower", "near_upper", "target", "trajectory")
    scaled = values.with_columns(pl.col("value") * times)
    more = measures | {"multiply": [case.multiply * times]}
    later = dated.with_columns(pl.col("value") * times)
    one, other = drawn(case, values, measures, dated), drawn(case, scaled, more, later)
    expected = one.with_columns(pl.col(lines) * times).drop("numerator", "denominator")
    assert_frame_equal(other.drop("numerator", "denominator"), expected, abs_tol=1e-7, rel_tol=1e-9)
