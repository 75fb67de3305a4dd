"""Signals, what they show, and in which words."""

from __future__ import annotations

import polars as pl
import pytest
from tests.analysis.series import QUIET, START, improving, month, phases, summed, values

from takeroot.analysis import spc
from takeroot.analysis.spc.runs import crossings_limit, longest_run_limit


@pytest.mark.parametrize(("points", "fires"), [(6, False), (7, True)])
def test_seven_points_above_the_centre_are_a_shift(points: int, fires: bool) -> None:
    drawn = spc.chart(values([*QUIET, *[58.0] * points]), fix_after=14, measures=improving("up"))
    # the last quiet point is a 60, above the centre too: an eighth, or a seventh
    assert (drawn["signals"][-1] == "shift") is (fires or points + 1 >= 7)
    assert spc.chart(values([*QUIET, 50.0, *[58.0] * points]), fix_after=14)["signals"][-1] == (
        "shift" if fires else ""
    )


def test_a_point_on_the_centre_ends_a_run() -> None:
    run = [58.0, 59.0, 57.0, 55.0, 58.0, 59.0, 57.0, 58.0]
    assert spc.chart(values([*QUIET, 50.0, *run]), fix_after=14)["signals"].to_list() == [""] * 23


def test_a_gap_ends_a_run_a_trend_and_a_group_of_three() -> None:
    for pattern in ([58.0] * 7, [50.0, 51, 52, 53, 54, 55.5, 56], [54.0, 75.0, 75.0]):
        whole = [*QUIET, 50.0, *pattern]
        broken = [*QUIET, 50.0, *pattern[:-2], None, *pattern[-2:]]
        assert spc.chart(values(whole), fix_after=14)["signals"][-1] != "" or pattern[0] == 54.0
        assert spc.chart(values(broken), fix_after=14)["signals"].to_list() == [""] * len(broken) or pattern[0] == 54.0
    assert spc.chart(values([*QUIET, 75.0, None, 75.0, 58.0]), fix_after=14)["signals"].to_list() == [""] * 18


def test_every_rule_that_a_point_breaks_is_kept() -> None:
    points = spc.chart(values([*QUIET, *[90.0 + place for place in range(7)]]), fix_after=14)
    assert points["signals"][-1] == "astronomical;shift;trend;two_of_three"


def test_where_better_and_worse_meet_better_is_shown_and_neither_is_lost() -> None:
    """Rising, and still below the mean."""
    rising = [*QUIET, 40.0, 41, 42, 43, 44, 45, 46]
    points = spc.chart(values(rising), fix_after=14, measures=improving("up"))
    assert points["signals"][-1] == "shift;trend"
    assert points["shows"][-1] == "improvement"
    assert spc.chart(values(rising), fix_after=14, measures=improving("down"))["shows"][-1] == "improvement"
    assert spc.signals(points).filter(pl.col("signal").is_in(["shift", "trend"]))["shows"].to_list() == [
        "concern",
        "improvement",
    ]


@pytest.mark.parametrize(
    ("way", "high", "low"),
    [("up", "improvement", "concern"), ("down", "concern", "improvement"), ("neither", "neither_high", "neither_low")],
)
def test_what_a_signal_shows_follows_the_direction_that_is_better(way: str, high: str, low: str) -> None:
    points = spc.chart(values([*QUIET, 200.0, -90.0]), fix_after=14, measures=improving(way))
    assert points["shows"].to_list()[14:] == [high, low]


def test_of_a_measure_nobody_described_neither_direction_is_better() -> None:
    for measures in (None, improving("up", "waits"), {"measure": ["falls"], "improves": [None]}):
        assert spc.chart(values([*QUIET, 200.0]), measures=measures)["shows"][-1] == "neither_high"


def test_a_phase_with_too_few_points_keeps_its_hits_and_shows_nothing() -> None:
    rising = [float(place) for place in range(9)]
    points = spc.chart(values(rising), measures=improving("up"))
    assert points["signals"][-1] == "trend" or "trend" in points["signals"][-1]
    assert points["shows"].unique().to_list() == ["common"]
    assert spc.signals(points).height == 0
    assert summed(points)["variation"] == "too_few"
    assert spc.chart(values(rising), measures=improving("up"), rules="mdc-2021")["shows"][-1] == "improvement"


def test_a_list_of_signals_has_one_row_for_each_unbroken_run() -> None:
    drawn = spc.chart(values([*QUIET, 50.0, *[58.0] * 7, 50.0, *[57.0] * 8]), fix_after=14, measures=improving("up"))
    found = spc.signals(drawn).filter(signal="shift")
    assert found.select("on", "until", "points", "shows", "rules").rows() == [
        (month(15), month(21), 7, "improvement", "mdc"),
        (month(23), month(30), 8, "improvement", "mdc"),
    ]


def test_runs_on_either_side_that_follow_each_other_are_two() -> None:
    drawn = spc.chart(
        values([*QUIET, 50.0, *[58.0, 59.0] * 4, *[52.0, 51.0] * 4]), fix_after=14, measures=improving("up")
    )
    assert spc.signals(drawn).select("signal", "points", "shows").rows() == [
        ("shift", 8, "improvement"),
        ("shift", 8, "concern"),
    ]


def test_two_trends_that_meet_share_the_point_between_them() -> None:
    peak = [*QUIET, *(44.0 + 3 * place for place in range(7)), *(59.0 - 3 * place for place in range(6))]
    drawn = spc.chart(values(peak), fix_after=14, measures=improving("up"))
    found = spc.signals(drawn).filter(signal="trend")
    assert found.select("on", "until", "points", "shows").rows() == [
        (month(14), month(20), 7, "improvement"),
        (month(20), month(26), 7, "concern"),
    ]


def test_a_step_between_two_trends_is_no_trend_of_its_own() -> None:
    twice = [*QUIET, *[44.0 + 2 * place for place in range(7)], *[44.5 + 2 * place for place in range(7)]]
    found = spc.signals(spc.chart(values(twice), fix_after=14)).filter(signal="trend")
    assert found.select("on", "until", "points").rows() == [(month(14), month(20), 7), (month(21), month(27), 7)]


def test_a_step_that_is_only_rounding_parts_two_trends() -> None:
    level = 0.1 + 0.2
    assert level != 0.3
    rising = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, level, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6]
    found = spc.signals(spc.chart(values(rising))).filter(signal="trend")
    assert found.select("on", "until", "points").rows() == [(month(0), month(6), 7), (month(7), month(13), 7)]


def test_two_of_three_with_a_lesser_point_between_them_are_one_run() -> None:
    drawn = spc.chart(values([*QUIET, 76.0, 58.0, 77.0, 50.0, 50.0]), fix_after=14)
    assert drawn["signals"].to_list()[14:17] == ["two_of_three", "", "two_of_three"]
    assert spc.signals(drawn).select("on", "until", "signal", "points").rows() == [
        (month(14), month(16), "two_of_three", 2)
    ]


def test_a_reference_to_a_signal_stays_while_it_grows_and_is_its_own() -> None:
    shift = [*QUIET, 50.0, *[58.0] * 7]
    now, later = (spc.signals(spc.chart(values(one, QUIET), fix_after=14)) for one in (shift, [*shift, 58.0, 59.0]))
    assert now["reference"].to_list() == later["reference"].to_list()
    assert (now["points"].to_list(), later["points"].to_list()) == ([7], [9])
    everywhere = spc.signals(spc.chart(values(shift, shift), fix_after=14))
    assert everywhere["reference"].n_unique() == 2
    assert everywhere["reference"].str.contains(r"^signals:[0-9a-f]+$").all()


def test_the_summary_has_the_columns_that_files_rely_on() -> None:
    assert spc.summary(spc.chart(values(QUIET))).columns == [
        *("measure", "site", "phase", "n", "centre", "lower", "upper", "variation", "assurance", "longest_run"),
        *("longest_run_limit", "crossings", "crossings_limit", "runs_signal", "rules", "chart", "latest_on", "latest"),
        *("target", "says", "gaps"),
    ]


def test_variation_is_of_the_latest_point_only() -> None:
    assert summed(spc.chart(values([*QUIET, 200.0, 58.0]), fix_after=14))["variation"] == "common"
    assert summed(spc.chart(values([*QUIET, 58.0, 200.0]), fix_after=14))["variation"] == "neither_high"
    late = summed(spc.chart(values([*QUIET, 200.0, None]), fix_after=14))
    assert (late["variation"], late["latest_on"], late["latest"], late["gaps"]) == ("neither_high", month(14), 200.0, 1)


def test_assurance_is_of_the_latest_phase_and_the_latest_target() -> None:
    dated = phases(("target", 0, None, 20.0), ("recalculate", 14, None, None), ("target", 20, None, 140.0))
    found = spc.summary(spc.chart(values([*QUIET, *[80.0, 90.0] * 7]), phases=dated, measures=improving("up")))
    assert found["assurance"].to_list() == [None, "fail"]
    assert found["target"].to_list() == [20.0, 140.0]


@pytest.mark.parametrize(
    ("target", "way", "shown"),
    [
        (90.0, "up", "fail"),
        (20.0, "up", "pass"),
        (55.0, "up", "hit_and_miss"),
        (90.0, "down", "pass"),
        (20.0, "down", "fail"),
        (55.0, "down", "hit_and_miss"),
        (81.6, "up", "fail"),
        (81.6, "down", "pass"),
        (28.4, "up", "pass"),
        (28.4, "down", "fail"),
        (55.0, "neither", None),
    ],
)
def test_a_target_beyond_or_on_a_limit_is_met_or_missed(target: float, way: str, shown: str | None) -> None:
    points = spc.chart(values(QUIET), phases=phases(("target", 0, None, target)), measures=improving(way))
    assert summed(points)["assurance"] == shown


def test_a_target_on_a_limit_that_some_points_meet_may_be_hit_or_missed() -> None:
    points = spc.chart(
        values([*QUIET, 90.0]),
        phases=phases(("target", 0, None, 81.6), ("baseline", 0, 13, None)),
        measures=improving("up"),
    )
    assert summed(points)["assurance"] == "hit_and_miss"


def test_too_few_points_are_not_judged() -> None:
    dated = phases(("target", 0, None, 90.0))
    for points, shown, assured in ((12, "too_few", None), (13, "common", "fail")):
        row = summed(spc.chart(values(QUIET[:points]), phases=dated, measures=improving("up")))
        assert (row["n"], row["variation"], row["assurance"]) == (points, shown, assured)


def test_gaps_are_counted_and_are_no_points() -> None:
    row = summed(spc.chart(values([*QUIET[:12], None, None])))
    assert (row["n"], row["gaps"], row["variation"]) == (12, 2, "too_few")
    assert row["says"] == "Too few points to judge (12 of 13)."


def test_measures_given_to_the_summary_win() -> None:
    points = spc.chart(values(QUIET), phases=phases(("target", 0, None, 90.0)))
    assert summed(points)["assurance"] is None
    assert summed(points, measures=improving("down"))["assurance"] == "pass"
    assert summed(points.drop("improves"))["assurance"] is None


LIMITS = {
    **{10: (6, 2), 11: (6, 2), 12: (7, 3), 13: (7, 3), 14: (7, 4), 15: (7, 4), 16: (7, 4), 17: (7, 5), 18: (7, 5)},
    **{19: (7, 6), 20: (7, 6), 21: (7, 6), 22: (7, 7), 23: (8, 7), 24: (8, 8), 25: (8, 8), 26: (8, 8), 27: (8, 9)},
    **{28: (8, 9), 29: (8, 10), 30: (8, 10), 32: (8, 11), 34: (8, 12), 36: (8, 13), 38: (8, 14), 40: (8, 14)},
    **{50: (9, 19), 60: (9, 23), 80: (9, 32), 100: (10, 41)},
}


@pytest.mark.parametrize(("points", "limits"), LIMITS.items())
def test_the_limits_of_runs_and_crossings_are_those_of_anhoej(points: int, limits: tuple[int, int]) -> None:
    assert (longest_run_limit(points), crossings_limit(points)) == limits


def test_runs_and_crossings_leave_points_on_the_centre_out() -> None:
    row = summed(spc.chart(values([50.0, 60, 55, 60, 50, 55, 50, 60, 50, 60, 50, 60, 55, None])))
    assert (row["longest_run"], row["crossings"], row["longest_run_limit"], row["crossings_limit"]) == (2, 7, 6, 2)
    assert row["runs_signal"] is False
    flat = summed(spc.chart(values([5.0] * 14)))
    assert (flat["longest_run"], flat["runs_signal"]) == (None, False)


def test_a_long_run_is_a_runs_signal() -> None:
    assert summed(spc.chart(values([*[50.0] * 12, *[60.0] * 12])))["runs_signal"] is True


SEVEN = "seven points"
SENTENCES = [
    (QUIET, "up", "No unusual change lately."),
    (QUIET[:9], "up", "Too few points to judge (9 of 13)."),
    ([*QUIET, 50.0, *[58.0] * 7], "up", "Unusual and better since April 2024: seven points above the mean."),
    ([*QUIET, 50.0, *[58.0] * 7], "down", "Unusual and worse since April 2024: seven points above the mean."),
    ([*QUIET, 50.0, *[58.0] * 7], "neither", "Unusual since April 2024: seven points above the mean."),
    ([*QUIET, *[52.0] * 14], "up", "Unusual and worse since March 2024: 14 points below the mean."),
    ([*QUIET, 200.0], "down", "Unusual and worse in March 2024: a point above the upper limit."),
    ([*QUIET, 200.0, 58.0], "down", "No unusual change lately."),
    (
        [*QUIET, 50.0, 36.0, 35.0],
        "down",
        "Unusual and better since April 2024: two points near the lower limit or beyond it.",
    ),
    (
        [*QUIET, *(52.0 + place for place in range(7))],
        "up",
        "Unusual and better since March 2024: seven points, each higher than the one before.",
    ),
    (
        [*QUIET, 61.0, 40, 41, 42, 43, 44, 45, 46],
        "up",
        "Unusual and better since April 2024: seven points, each higher than the one before. "
        "It also shows seven points below the mean since April 2024.",
    ),
    ([None] * 14, "up", "No values yet."),
    ([50.0, None] * 14, "up", "Too few neighbouring points to judge."),
]


@pytest.mark.parametrize(("series", "way", "says"), SENTENCES)
def test_every_state_has_a_plain_sentence(series: list[float | None], way: str, says: str) -> None:
    assert summed(spc.chart(values(series), fix_after=14, measures=improving(way)))["says"] == says


def test_an_earlier_phase_speaks_of_its_own_end() -> None:
    dated = phases(("recalculate", 21, None, None), ("baseline", 0, 13, None))
    points = spc.chart(values([*QUIET, *[58.0] * 7, *QUIET]), phases=dated, measures=improving("up"))
    assert spc.summary(points)["says"].to_list() == [
        "Phase 1, to September 2024: unusual and better since February 2024: eight points above the mean.",
        "No unusual change lately.",
    ]


def test_days_that_are_no_months_are_said_as_days() -> None:
    daily = values([*QUIET, 200.0]).with_columns(on=pl.date_range(START, pl.lit(START).dt.offset_by("14d"), "1d"))
    assert (
        summed(spc.chart(daily, measures=improving("up")))["says"]
        == "Unusual and better on 15 Jan 2023: a point above the upper limit."
    )


def test_a_sentence_says_so_where_limits_rest_on_few_points() -> None:
    row = summed(spc.chart(values(QUIET[:9]), rules="mdc-2021"))
    assert row["says"] == "No unusual change lately. The limits rest on 9 points."
    row = summed(spc.chart(values([*QUIET, 200.0]), fix_after=6, measures=improving("down")))
    assert row["says"] == "Unusual and worse in March 2024: a point above the upper limit. The limits rest on 6 points."
