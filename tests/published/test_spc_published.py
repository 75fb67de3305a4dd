"""Control charts against published figures, and against what NHSRplotthedots 0.2.2 makes of 155 cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import spc
from takeroot.analysis.spc.hits import shift, trend, two_of_three
from takeroot.analysis.spc.segments import Segments
from takeroot.vocabulary.calendar import months_after, months_from

FOLDERS = ("spc_emergency_care", "spc_quality_improvement", "spc_edge_cases")

#: What the reference calls what we call.
DIRECTIONS = {"increase": "up", "decrease": "down", "neutral": "neither"}
SHOWS = {
    "common_cause": "common",
    "special_cause_improvement": "improvement",
    "special_cause_concern": "concern",
    "special_cause_neutral_high": "neither_high",
    "special_cause_neutral_low": "neither_low",
}
CAUSES = {
    "Above UCL": "astronomical",
    "Below LCL": "astronomical",
    "7 Point Trend (Increasing)": "trend",
    "7 Point Trend (Decreasing)": "trend",
    "2 in 3 Above CL": "two_of_three",
    "2 in 3 Below CL": "two_of_three",
    "7 Points Above CL": "shift",
    "7 Points Below CL": "shift",
}
ASSURANCE = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit_and_miss"}
FIRST = ("astronomical", "trend", "two_of_three", "shift")

#: Cases where ours differs on purpose, and why.
DIFFERENCES = {
    ("spc_edge_cases", "m11", 1): (
        "Seven equal values in a row have no moving range but zero. Screening leaves out every range of at least "
        "3.267 times the average, and so all of them, and the reference has no limits; ours keeps the zero, and the "
        "limits are the mean."
    ),
}
#: Targets that the list of cases writes to ten digits, and that were the mean itself when the reference saw them.
EXACT = {("spc_edge_cases", "m7"): 107 / 15}


def frame(values: list[float | None], start: date = date(2020, 1, 1)) -> dict[str, list]:
    """One series of monthly values."""
    n = len(values)
    days = months_from(start, months_after(start, n - 1)).to_list()
    return {"measure": ["m"] * n, "site": ["s"] * n, "on": days, "value": values}


def measured(improves: str) -> dict[str, list[str]]:
    return {"measure": ["m"], "improves": [improves]}


# --- the reference implementation ------------------------------------------------------------------------------------


def cases(folder: Path) -> tuple[pl.DataFrame, list[tuple[int | None, bool, pl.DataFrame, pl.DataFrame, pl.DataFrame]]]:
    """Every case that the reference did not refuse, as values, measures and phases; each case is a measure."""
    series = pl.read_csv(folder / "series.csv", schema_overrides={"t": pl.String, "y": pl.Float64, "n": pl.Float64})
    listed = pl.read_csv(
        folder / "cases_mdc.csv", infer_schema_length=None, schema_overrides={"rebase": pl.String, "error": pl.String}
    )
    exact = {case: target for (where, case), target in EXACT.items() if where == folder.name}
    target = pl.col("case_id").replace_strict(exact, default=None, return_dtype=pl.Float64)
    told = listed.filter(pl.col("error").is_null()).with_columns(
        target=pl.coalesce(target, pl.col("target").cast(pl.Float64))
    )
    asked = []
    for (fix, screen), some in told.group_by("fix_after_n_points", "screen_outliers", maintain_order=True):
        rows = some.join(series, on="series_id").select(
            measure="case_id",
            site=pl.lit("s"),
            on=pl.col("t").str.to_date(),
            value=pl.when(pl.col("value") == "y").then("y"),
            numerator=pl.when(pl.col("value") == "y/n").then("y"),
            denominator=pl.when(pl.col("value") == "y/n").then("n"),
        )
        measures = some.select(measure="case_id", improves=pl.col("improvement_direction").replace_strict(DIRECTIONS))
        breaks = some.drop_nulls("rebase").select(
            measure="case_id", on=pl.col("rebase").str.split(";"), kind=pl.lit("recalculate")
        )
        breaks = breaks.explode("on").with_columns(pl.col("on").str.to_date(), value=pl.lit(None, dtype=pl.Float64))
        targets = some.drop_nulls("target").select(
            measure="case_id", on=pl.lit(date(1990, 1, 1)), kind=pl.lit("target"), value="target"
        )
        asked.append((fix, screen, rows, measures, pl.concat([breaks, targets])))
    return told, asked


def drawn(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Our points and summaries of every case."""
    _, asked = cases(folder)
    points = [
        spc.chart(rows, rules="mdc-2021", measures=measures, phases=phases, screen=screen, fix_after=fix)
        for fix, screen, rows, measures, phases in asked
    ]
    together = pl.concat(points)
    return together, spc.summary(together)


def numbers(frame: pl.DataFrame, *columns: str) -> np.ndarray:
    return frame.select(columns).cast(pl.Float64).fill_null(float("nan")).to_numpy()


@pytest.mark.parametrize("name", FOLDERS)
def test_every_point_of_the_reference_has_the_same_limits_signals_and_colour(shared_data: Path, name: str) -> None:
    folder = shared_data / name
    theirs = pl.read_csv(folder / "ref_mdc_points.csv", infer_schema_length=None, schema_overrides={"t": pl.String})
    theirs = theirs.with_columns(on=pl.col("t").str.to_date(), phase=pl.col("rebase_group") + 1)
    ours, _ = drawn(folder)
    both = ours.join(
        theirs, left_on=["measure", "on"], right_on=["case_id", "on"], how="full", coalesce=True, suffix="_ref"
    )
    assert (ours.height, theirs.height) == (both.height, both.height)

    apart = pl.DataFrame(
        [key[1:] for key in DIFFERENCES if key[0] == name],
        schema={"measure": pl.String, "phase": pl.Int32},
        orient="row",
    )
    flat = both.join(apart, on=["measure", "phase"])
    assert flat["lpl"].null_count() == flat.height and flat["centre"].equals(flat["lower"])
    both = both.join(apart, on=["measure", "phase"], how="anti")

    np.testing.assert_allclose(
        numbers(both, "value", "centre", "lower", "upper"),
        numbers(both, "y", "mean", "lpl", "upl"),
        rtol=1e-6,
        atol=1e-9,
    )
    assert both["phase"].equals(both["phase_ref"].cast(pl.Int32), check_names=False)
    # there a missing value is common cause too; here it shows nothing
    assert both["shows"].fill_null("common").to_list() == both["point_type"].replace_strict(SHOWS).to_list()
    first = [next((name for name in FIRST if name in hits.split(";")), None) for hits in both["signals"]]
    assert first == both["special_cause_type"].replace_strict(CAUSES, default=None).to_list()


@pytest.mark.parametrize("name", FOLDERS)
def test_every_summary_of_the_reference_has_the_same_icons(shared_data: Path, name: str) -> None:
    folder = shared_data / name
    told, _ = cases(folder)
    theirs = pl.read_csv(folder / "ref_mdc_summary.csv", infer_schema_length=None)
    theirs = theirs.with_columns(phase=pl.col("rebase_group").fill_null(0).cast(pl.Int32) + 1)
    _, ours = drawn(folder)
    both = ours.join(
        theirs, left_on=["measure", "phase"], right_on=["case_id", "phase"], how="full", coalesce=True, suffix="_ref"
    )
    assert (ours.height, theirs.height) == (both.height, both.height)
    assert set(both["measure"]) == set(told["case_id"])

    # The reference counts periods without a value among its points; ours counts them as gaps.
    assert (both["n"] + both["gaps"]).to_list() == both["n_ref"].to_list()
    assert both["variation"].to_list() == both["variation_type"].replace_strict(SHOWS).to_list()
    assert both["assurance"].to_list() == both["assurance_type"].replace_strict(ASSURANCE, default=None).to_list()


def test_cases_the_reference_refuses_are_drawn(shared_data: Path) -> None:
    """It wants at least 12 points to fix limits from; ours draws them, and says how few points there are."""
    listed = pl.read_csv(shared_data / "spc_edge_cases" / "cases_mdc.csv", infer_schema_length=None)
    refused = listed.drop_nulls("error").filter(pl.col("series_id") == "one_point_differs")
    assert refused["fix_after_n_points"].to_list() == [7]
    assert spc.chart(frame([7.0] * 14 + [9.0]), fix_after=7)["upper"].to_list() == [7.0] * 15


# --- published figures -----------------------------------------------------------------------------------------------

ONE_ASTRONOMICAL = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
COMMON = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285),
    *(-0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716),
    *(0.70135590, -0.47279141),
]


def lines(points: pl.DataFrame) -> tuple[float, float, float]:
    return points.select("centre", "lower", "upper").row(0)


def hit(points: pl.DataFrame, signal: str) -> list[int]:
    """The points, from 1, that carry a signal."""
    return [place for place, names in enumerate(points["signals"], 1) if signal in names.split(";")]


def test_one_outlier_with_and_without_screening_of_moving_ranges() -> None:
    """S1: NHSRplotthedots, vignette on deviations from the NHS England tools."""
    plain = spc.chart(frame(ONE_ASTRONOMICAL), rules="mdc")
    screened = spc.chart(frame(ONE_ASTRONOMICAL), rules="mdc", screen=True)
    assert lines(plain) == pytest.approx((1.944444, -3.062614, 6.951503), abs=1e-6)
    assert lines(screened) == pytest.approx((1.944444, -0.715556, 4.604444), abs=1e-6)
    assert lines(spc.chart(frame(ONE_ASTRONOMICAL), rules="mdc-2021")) == lines(screened)
    assert hit(plain, "astronomical") == hit(screened, "astronomical") == [5]


def test_twenty_random_values_show_nothing_until_one_is_changed() -> None:
    """S2: NHSRplotthedots, snapshot of its standard calculations."""
    points = spc.chart(frame(COMMON), rules="mdc-2021")
    assert lines(points) == pytest.approx((0.1416238, -3.01138, 3.294627), abs=1e-6)
    assert points["signals"].to_list() == [""] * 20
    changed = frame([*COMMON[:14], 10.0, *COMMON[15:]])
    assert lines(spc.chart(changed, rules="mdc-2021")) == pytest.approx((0.6694159, -2.383666, 3.722497), abs=1e-6)
    assert lines(spc.chart(changed, rules="mdc")) == pytest.approx((0.6694159, -4.596625, 5.935457), abs=1e-6)


@pytest.mark.parametrize(
    ("values", "trending"),
    [
        ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]),
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, 3, 4, 5, 6], []),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [2, 3, 4, 5, 6, 7, 8]),
        ([7, 6, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6, 7]),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_seven_points_each_beyond_the_last_are_a_trend(values: list[float], trending: list[int]) -> None:
    """S12: NHSRplotthedots, tests of its point types."""
    assert hit(spc.chart(frame(values)), "trend") == trending
    steps = np.diff(np.array(values, dtype=float), prepend=np.nan)
    assert [place for place, on in enumerate(trend((steps > 0), 7) | trend(steps < 0, 7), 1) if on] == trending


@pytest.mark.parametrize(
    ("sides", "shifted"), [([1] * 6, 0), ([1] * 8 + [-1], 8), ([-1] * 8 + [1], 8), ([1] * 6 + [-1], 0)]
)
def test_seven_points_on_one_side_are_a_shift_and_all_of_them_are_marked(sides: list[int], shifted: int) -> None:
    """S13: NHSRplotthedots, tests of its point types."""
    side, segments = np.array(sides), Segments(np.array([0]), len(sides))
    marked = shift(side > 0, segments, 7) | shift(side < 0, segments, 7)
    assert marked.tolist() == [True] * shifted + [False] * (len(sides) - shifted)


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ([5, 11, 11, 5, 5, 5], [2, 3]),
        ([11, 5, 11, 5, 5], [1, 3]),
        ([5, 11, 11, -1, 5, 5], [2, 3]),
        ([10, 10, 5, 5, 5], []),
    ],
)
def test_two_of_three_beyond_the_near_limits_of_0_and_10(values: list[float], marked: list[int]) -> None:
    """S14: PowerBI-SPC, tests of its two-in-three rule.

    It lets the third point lie anywhere. Making Data Count wants all three on one side, so the centre lies at 4 here,
    which puts the fives where the elevens are.
    """
    y, segments = np.array(values, dtype=float), Segments(np.array([0]), len(values))
    fired = two_of_three(y > 4, y > 10, segments) | two_of_three(y < 4, y < 0, segments)
    assert [place for place, on in enumerate(fired, 1) if on] == marked


def test_a_third_point_on_the_other_side_is_no_two_of_three() -> None:
    """Making Data Count, against PowerBI-SPC."""
    y, segments = np.array([11.0, 3.0, 11.0]), Segments(np.array([0]), 3)
    assert two_of_three(y > 4, y > 10, segments).tolist() == [False, False, False]


@pytest.mark.parametrize(
    ("limits", "improves", "shown"),
    [
        ((1, 3), "up", "fail"),
        ((5, 7), "up", "pass"),
        ((1, 5), "up", "hit_and_miss"),
        ((1, 3), "down", "pass"),
        ((5, 7), "down", "fail"),
        ((1, 5), "down", "hit_and_miss"),
        ((1, 3), "neither", None),
        ((5, 7), "neither", None),
        ((1, 5), "neither", None),
    ],
)
def test_assurance_of_a_target_of_4(limits: tuple[float, float], improves: str, shown: str | None) -> None:
    """S15: NHSRplotthedots, tests of its assurance types."""
    lower, upper = limits
    centre, reach = (lower + upper) / 2, (upper - lower) / 2 / 2.66
    values = [centre - reach / 2, centre + reach / 2] * 7  # an average moving range of reach
    target = {"measure": ["m"], "on": [date(2020, 1, 1)], "kind": ["target"], "value": [4.0]}
    points = spc.chart(frame(values), measures=measured(improves), phases=target)
    assert lines(points) == pytest.approx((centre, lower, upper))
    assert spc.summary(points)["assurance"].to_list() == [shown]


def test_a_point_beyond_three_sigma_counts_among_two_of_three_only_since_2023() -> None:
    """S16: NHSRplotthedots issues 153 and 194: z = 2.5, 3.5 and 0.5 on one side."""
    sigma, centre = 1.0, 50.0
    quiet = [centre - 0.564, centre + 0.564] * 30  # an average moving range of 1.128, which is one sigma
    z = [2.5, 3.5, 0.5]
    values = [*quiet, *(centre + one * sigma for one in z), centre - 6.5]
    new, old = (spc.chart(frame(values), rules=rules, fix_after=60) for rules in ("mdc", "mdc-2021"))
    assert lines(new) == pytest.approx((50.0, 47.0, 53.0), abs=1e-3)
    assert hit(new, "two_of_three") == [61, 62]
    assert hit(old, "two_of_three") == []
    assert hit(new, "astronomical") == hit(old, "astronomical") == [62, 64]


def test_in_a_conflict_improvement_wins_in_the_new_rules_and_the_first_rule_in_the_old() -> None:
    """NHSRplotthedots issue 194: points below the lower limit, each higher than the one before."""
    values = [50.0, 60.0] * 7 + [20.0, 21, 22, 23, 24, 25, 26]
    new, old = (
        spc.chart(frame(values), rules=rules, measures=measured("up"), fix_after=14) for rules in ("mdc", "mdc-2021")
    )
    assert lines(new) == lines(old) == pytest.approx((55.0, 28.4, 81.6))
    assert new["signals"][14:].to_list() == ["astronomical;shift;trend;two_of_three"] * 7
    assert old["signals"][14:].to_list() == ["astronomical;shift;trend"] * 7
    assert new["shows"][14:].to_list() == ["improvement"] * 7
    assert old["shows"][14:].to_list() == ["concern"] * 7


def test_a_target_that_equals_a_limit_is_decided_by_the_points_in_the_new_rules_only() -> None:
    """PowerBI-SPC issue 463: a measure stuck at 100 % with a target of 100 % was shown as failing."""
    target = {"measure": ["m"], "on": [date(2020, 1, 1)], "kind": ["target"], "value": [100.0]}
    for rules, shown in (("mdc", "pass"), ("mdc-2021", "hit_and_miss")):
        points = spc.chart(frame([100.0] * 14), rules=rules, measures=measured("up"), phases=target)
        assert spc.summary(points)["assurance"].to_list() == [shown]
