"""Staying and leaving: curves that count those not seen to leave for as long as they were seen."""

from __future__ import annotations

import math
import warnings

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takeroot.analysis import sustainment
from takeroot.errors import FaultyInput, NotFound

SEEN = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.sampled_from(["paused", "stopped: lapsed", "stopped: decided"])),
    min_size=1,
    max_size=40,
)


def times(rows: list[tuple[int, bool, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(float(months), event, way if event else None) for months, event, way in rows],
        schema={"months": pl.Float64, "event": pl.Boolean, "left_as": pl.String},
        orient="row",
    )


def test_no_one_is_counted_after_they_were_last_seen() -> None:
    curve = sustainment.kaplan_meier({"months": [2, 4, 4, 6], "event": [True, False, True, True]})
    assert curve["share"].to_list() == pytest.approx([1, 0.75, 0.5, 0])
    assert curve["at_risk"].to_list() == [4, 4, 3, 1]


def test_no_limits_are_given_once_nobody_stays() -> None:
    last = sustainment.kaplan_meier({"months": [2, 4], "event": [True, True]}).row(-1, named=True)
    assert (last["share"], last["lower"], last["upper"]) == (0.0, None, None)


def test_no_limits_are_given_while_everybody_stays() -> None:
    curve = sustainment.kaplan_meier({"months": [2, 4, 6], "event": [False, True, False]})
    assert curve["share"].to_list() == [1.0, 1.0, 0.5, 0.5]
    assert curve["lower"].is_null().to_list() == curve["upper"].is_null().to_list() == [True, True, False, False]


@pytest.mark.parametrize("sites", [1, 6, 7, 50])
def test_no_limits_are_given_once_all_have_left_in_one_way(sites: int) -> None:
    times = {"months": list(range(1, sites + 1)), "event": [True] * sites, "left_as": ["paused"] * sites}
    last = sustainment.leaving(times).row(-1, named=True)
    assert (last["share"], last["lower"], last["upper"]) == (1.0, None, None)


def test_nobody_seen_gives_an_empty_curve_with_its_columns() -> None:
    nothing = pl.DataFrame(schema={"months": pl.Float64, "event": pl.Boolean, "left_as": pl.String})
    curve = sustainment.kaplan_meier(nothing)
    assert curve.row(0)[:5] == (0.0, 0, 0, 0, 1.0)
    assert sustainment.median(curve).row(0) == (None, None, None)
    assert sustainment.leaving(nothing).columns == ["left_as", "months", "at_risk", "left", "share", "lower", "upper"]
    assert sustainment.leaving(nothing).height == 0


def test_those_already_gone_at_zero_are_a_first_step() -> None:
    curve = sustainment.kaplan_meier({"months": [0, 0, 5, 9], "event": [True, True, True, False]})
    assert curve.select("months", "at_risk", "events", "share").rows() == [
        (0.0, 4, 2, 0.5),
        (5.0, 2, 1, 0.25),
        (9.0, 1, 0, 0.25),
    ]


def test_groups_come_in_their_given_order_and_stay_apart() -> None:
    seen = pl.DataFrame({"months": [3, 5, 4], "event": [True, True, True], "wave": ["second", "first", "second"]})
    curves = sustainment.kaplan_meier(seen, by="wave")
    assert curves["wave"].unique(maintain_order=True).to_list() == ["second", "first"]
    alone = sustainment.kaplan_meier(seen.filter(wave="second"))
    assert curves.filter(wave="second").drop("wave").equals(alone)


def test_a_median_of_a_half_exactly_lies_half_way_to_the_next_fall() -> None:
    curve = sustainment.kaplan_meier({"months": [1, 2, 3, 6], "event": [True, True, True, True]})
    assert sustainment.median(curve)["months"].item() == 2.5


def test_a_median_that_was_not_reached_is_empty() -> None:
    curve = sustainment.kaplan_meier({"months": [3, 5, 5], "event": [True, False, False]})
    assert sustainment.median(curve)["months"].item() is None


def test_who_came_late_is_not_counted_before() -> None:
    seen = {"months": [4, 6, 9], "event": [True, True, True], "entered_months": [None, 5, 0]}
    assert sustainment.kaplan_meier(seen)["at_risk"].to_list() == [2, 2, 2, 1]


def test_who_left_before_they_came_counts_for_nothing() -> None:
    seen = {"months": [4, 6], "event": [True, True], "entered_months": [5, None]}
    assert sustainment.kaplan_meier(seen)["at_risk"].to_list() == [1, 1]


def test_negative_months_are_a_fault_in_a_sentence() -> None:
    with pytest.raises(FaultyInput, match="months"):
        sustainment.kaplan_meier({"months": [-1.0], "event": [True]})


def test_an_unknown_group_is_named() -> None:
    with pytest.raises(NotFound, match="regoin"):
        sustainment.kaplan_meier({"months": [1.0], "event": [True], "region": ["N"]}, by="regoin")


@settings(max_examples=40)
@given(SEEN)
def test_the_order_of_rows_is_no_matter(rows: list[tuple[int, bool, str]]) -> None:
    assert sustainment.kaplan_meier(times(rows)).equals(sustainment.kaplan_meier(times(rows[::-1])))
    assert sustainment.leaving(times(rows)).equals(sustainment.leaving(times(rows[::-1])))


@settings(max_examples=40)
@given(SEEN)
def test_ways_of_leaving_and_staying_sum_to_one(rows: list[tuple[int, bool, str]]) -> None:
    seen = times(rows)
    curve = sustainment.kaplan_meier(seen)
    for (months,), ways in sustainment.leaving(seen).group_by("months"):
        stays = curve.filter(pl.col("months") <= months)["share"][-1]
        assert ways["share"].sum() + stays == pytest.approx(1)


def _slow(rows: list[tuple[float, float, bool]]) -> list[tuple[float, int, int, float, float]]:
    """The slow, obvious twin: each time in turn, counting who is there."""
    share, summed, out = 1.0, 0.0, []
    for when in sorted({0.0} | {months for _, months, _ in rows}):
        there = sum(1 for entered, months, _ in rows if (entered < when or entered == 0) and months >= when)
        leave = sum(1 for _, months, event in rows if event and months == when)
        if leave:
            share *= 1 - leave / there
            summed += leave / (there * (there - leave)) if there > leave else math.inf
        out.append((when, there, leave, share, summed))
    return out


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6), st.booleans()), min_size=1, max_size=30))
def test_counting_one_by_one_gives_the_same_curve(rows: list[tuple[int, int, bool]]) -> None:
    seen = [(float(entered), float(entered + stayed), event) for entered, stayed, event in rows]
    entered, months, events = zip(*seen, strict=True)
    curve = sustainment.kaplan_meier({"months": months, "event": events, "entered_months": entered})
    for row, (when, there, leave, share, summed) in zip(curve.iter_rows(named=True), _slow(seen), strict=True):
        assert (row["months"], row["at_risk"], row["events"]) == (when, there, leave)
        assert row["share"] == pytest.approx(share)
        if 0 < share < 1:
            assert row["lower"] == pytest.approx(share * math.exp(-1.959963984540054 * math.sqrt(summed)))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.booleans()), min_size=2, max_size=30))
def test_lifelines_gives_the_same_curve_with_ties_and_late_comers(rows: list[tuple[int, int, bool]]) -> None:
    lifelines = pytest.importorskip("lifelines", reason="lifelines is the oracle")
    rows = [*rows, (0, 99, False)]  # lifelines refuses a curve that falls to 0
    entered = [float(entered) for entered, _, _ in rows]
    months = [float(entered + stayed) for entered, stayed, _ in rows]
    events = [event for _, _, event in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = lifelines.KaplanMeierFitter().fit(months, events, entry=entered)
    curve = sustainment.kaplan_meier({"months": months, "event": events, "entered_months": entered})
    expected = fitted.survival_function_at_times(curve["months"].to_list()[1:]).to_numpy()
    np.testing.assert_allclose(curve["share"].to_numpy()[1:], expected, atol=1e-9)


@settings(max_examples=40)
@given(SEEN)
def test_statsmodels_gives_the_same_shares_that_left_in_each_way(rows: list[tuple[int, bool, str]]) -> None:
    survfunc = pytest.importorskip("statsmodels.duration.survfunc")
    seen = times(rows)
    ways = sustainment.leaving(seen)
    if not ways.height:
        return
    codes = {way: code for code, way in enumerate(sorted({way for _, event, way in rows if event}), 1)}
    status = [codes[way] if event else 0 for _, event, way in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = survfunc.CumIncidenceRight(np.array([float(row[0]) for row in rows]), np.array(status))
    for way, code in codes.items():
        ours = ways.filter(left_as=way)
        share = dict(zip(ours["months"], ours["share"], strict=True))
        for when, incidence in zip(theirs.times, theirs.cinc[code - 1], strict=True):
            if when in share:
                assert share[when] == pytest.approx(incidence)


def test_limits_of_leaving_in_the_only_way_are_those_of_not_staying() -> None:
    """With one way to leave, the variance is Greenwood's."""
    seen = {"months": [1, 2, 3, 4, 5, 6], "event": [True, True, False, True, False, True], "left_as": ["paused"] * 6}
    ways, curve = sustainment.leaving(seen), sustainment.kaplan_meier(seen)
    for row in ways.filter((pl.col("share") > 0) & (pl.col("share") < 1)).iter_rows(named=True):
        stays = curve.filter(months=row["months"]).row(0, named=True)
        greenwood = math.log(stays["share"] / stays["lower"]) / 1.959963984540054 * stays["share"]
        reach = 1.959963984540054 * greenwood / abs(row["share"] * math.log(row["share"]))
        assert row["lower"] == pytest.approx(row["share"] ** math.exp(reach))
        assert row["upper"] == pytest.approx(row["share"] ** math.exp(-reach))
