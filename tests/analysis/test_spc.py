"""Control charts: the frame, the limits, and the dated decisions about them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.analysis.series import QUIET, improving, lines, month, phases, summed, values

from takeroot.analysis import spc
from takeroot.errors import FaultyInput, NotFound, TakerootError
from takeroot.vocabulary.rulesets import MDC, MDC_2021, named


def test_the_points_have_the_columns_that_charts_and_files_rely_on() -> None:
    points = spc.chart(values(QUIET).with_columns(ward=pl.lit("North")))
    assert points.columns[:20] == [
        *(
            "measure",
            "site",
            "on",
            "value",
            "phase",
            "included",
            "centre",
            "lower",
            "upper",
            "near_lower",
            "near_upper",
        ),
        *("excluded", "target", "trajectory", "signals", "shows", "judged", "rules", "chart", "improves"),
    ]
    assert points["ward"].to_list() == ["North"] * 14
    assert points["rules"].unique().to_list() == ["mdc"]


def test_nothing_gives_nothing_with_its_columns() -> None:
    points = spc.chart(values())
    assert points.height == spc.summary(points).height == spc.signals(points).height == 0
    assert points.schema == {**spc.chart(values(QUIET)).schema, "target": pl.Float64, "trajectory": pl.Float64}
    assert spc.summary(points).schema == spc.summary(spc.chart(values(QUIET))).schema
    assert spc.signals(points).columns == spc.signals(spc.chart(values(QUIET))).columns


def test_a_value_may_be_given_in_parts() -> None:
    parts = {
        "measure": ["seen"] * 3,
        "site": ["A"] * 3,
        "on": [month(0), month(1), month(2)],
        "numerator": [9.0, 8.0, 5.0],
        "denominator": [10.0, 0.0, 10.0],
    }
    assert spc.chart(parts)["value"].to_list() == [0.9, None, 0.5]
    points = spc.chart(parts, measures={"measure": ["seen"], "multiply": [100.0]})
    assert points["value"].to_list() == [90.0, None, 50.0]
    assert points["numerator"].to_list() == [9.0, 8.0, 5.0]


def test_a_measure_may_name_its_own_rules() -> None:
    both = pl.concat([values([*QUIET, 200.0]), values([*QUIET, 200.0], measure="waits")])
    measures = {"measure": ["falls", "waits"], "rules": ["mdc-2021", None]}
    points = spc.chart(both, measures=measures)
    assert points.filter(measure="falls")["rules"].unique().to_list() == ["mdc-2021"]
    assert_frame_equal(points.filter(measure="falls"), spc.chart(both, rules="mdc-2021").filter(measure="falls"))
    assert_frame_equal(points.filter(measure="waits"), spc.chart(both).filter(measure="waits"))
    assert spc.chart(both, measures=measures, rules="mdc")["rules"].unique().to_list() == ["mdc"]


def test_a_rule_set_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="mdc-2021"):
        spc.chart(values(QUIET), rules="mdc-2012")
    with pytest.raises(NotFound, match="kind of chart"):
        spc.chart(values(QUIET), kind="pie")
    with pytest.raises(TakerootError, match="at least 2"):
        spc.chart(values(QUIET), fix_after=1)


def test_a_measure_that_names_no_rule_set_is_said_with_those_there_are() -> None:
    measures = {"measure": ["falls", "waits"], "rules": ["mdc-2012", "of our own"]}
    both = pl.concat([values(QUIET), values(QUIET, measure="waits")])
    with pytest.raises(FaultyInput) as raised:
        spc.chart(both, measures=measures)
    assert str(raised.value).splitlines() == [
        "measures, column 'rules': the measure 'falls' names 'mdc-2012'; did you mean 'mdc-2021'?",
        "measures, column 'rules': the measure 'waits' names 'of our own'; there are: anhoej, mdc, mdc-2021, mdc-6, "
        "run-classic, scotland-9",
    ]


def test_a_rule_set_says_itself_in_a_sentence() -> None:
    assert "two of three points on one side beyond two sigma" in str(MDC)
    assert "between two and three sigma" in str(MDC_2021)
    assert named(MDC) is MDC and named("mdc") is MDC


def test_a_rule_set_of_one_s_own_can_be_used() -> None:
    six = MDC.model_copy(update={"name": "ours", "shift": 6})
    points = spc.chart(values([*QUIET, 50.0, *[58.0] * 6]), rules=six, fix_after=14)
    assert points["signals"].to_list() == [""] * 15 + ["shift"] * 6
    assert spc.summary(points, rules=six)["variation"].to_list() == ["neither_high"]


def test_limits_are_the_mean_and_266_average_moving_ranges() -> None:
    points = spc.chart(values(QUIET))
    assert lines(points) == pytest.approx((55.0, 55 - 26.6, 55 + 26.6))
    assert points.select("near_lower", "near_upper").row(0) == pytest.approx((55 - 26.6 * 2 / 3, 55 + 26.6 * 2 / 3))


def test_a_gap_keeps_its_row_and_gives_no_moving_range() -> None:
    gap = spc.chart(values([*QUIET[:7], None, *QUIET[7:]]))
    assert gap["value"][7] is None and gap["included"][7] is False
    assert (gap["shows"][7], gap["signals"][7]) == (None, "")
    assert gap["shows"].null_count() == 1
    assert lines(gap, 7) == pytest.approx((55.0, 28.4, 81.6))


def test_without_two_neighbours_there_is_a_centre_and_no_limits() -> None:
    points = spc.chart(values([4.0, None, 6.0, None, 5.0]))
    assert lines(points) == (5.0, None, None)
    assert points["signals"].to_list() == [""] * 5


def test_a_series_without_a_value_has_neither() -> None:
    points = spc.chart(values([None, None]))
    assert lines(points) == (None, None, None)
    assert summed(points)["says"] == "No values yet."


@pytest.mark.parametrize("large", [1e308, 1.7e308])
def test_limits_too_large_for_a_number_are_empty(large: float) -> None:
    points = spc.chart(values([large, -large] * 10), measures=improving("up"))
    assert points.select("lower", "upper", "near_lower", "near_upper").null_count().row(0) == (20,) * 4
    assert (points["signals"].unique().to_list(), points["shows"].unique().to_list()) == ([""], ["common"])
    assert summed(points)["says"] == "Too few neighbouring points to judge."
    assert spc.signals(points).height == 0


def test_a_proportion_too_large_for_a_number_is_a_gap() -> None:
    parts = {"measure": ["m"], "site": ["A"], "on": [month(0)], "numerator": [1e300], "denominator": [1e-300]}
    assert spc.chart(parts)["value"].to_list() == [None]


@pytest.mark.parametrize("level", [0.0, 0.1, 1 / 3, 7e9, -0.3])
def test_a_flat_series_never_fires_on_rounding(level: float) -> None:
    for noise in (0.0, 1e-16):
        flat = [level * (1 + noise * place) for place in range(40)]
        points = spc.chart(values(flat), measures=improving("up"), phases=phases(("target", 0, None, level)))
        assert points["signals"].unique().to_list() == [""]
        assert summed(points)["assurance"] == "pass"


def test_a_point_on_a_limit_that_is_nought_but_for_rounding_does_not_fire() -> None:
    centre = 2.66
    points = spc.chart(values([*([centre - 0.5, centre + 0.5] * 20), 0.0]), fix_after=40)
    assert lines(points)[1] == pytest.approx(0.0, abs=1e-12)
    assert points["signals"][40] == ""


def test_screening_is_an_option_that_wins_over_the_rule_set() -> None:
    jump = [*QUIET, 200.0]
    wide, narrow = spc.chart(values(jump)), spc.chart(values(jump), screen=True)
    assert lines(narrow)[2] < lines(wide)[2]
    assert lines(spc.chart(values(jump), rules="mdc-2021", screen=False)) == lines(wide)


def test_limits_may_be_set_from_the_first_periods_of_each_phase() -> None:
    points = spc.chart(values([*QUIET, *[70.0] * 10]), phases=phases(("recalculate", 14, None, None)), fix_after=4)
    assert points["included"].to_list() == [True] * 4 + [False] * 10 + [True] * 4 + [False] * 6
    assert lines(points) == pytest.approx((55.0, 28.4, 81.6))
    assert lines(points, 14) == (70.0, 70.0, 70.0)


def test_a_recalculation_begins_a_phase_with_its_own_limits() -> None:
    points = spc.chart(values([*QUIET, *[80.0, 90.0] * 7]), phases=phases(("recalculate", 14, None, None)))
    assert points["phase"].to_list() == [1] * 14 + [2] * 14
    assert (lines(points, 13)[0], lines(points, 14)[0]) == (55.0, 85.0)
    assert spc.signals(points).height == 0


def test_signals_never_cross_into_another_phase() -> None:
    rising = [float(place) for place in range(12)]
    whole = spc.chart(values(rising))
    broken = spc.chart(values(rising), phases=phases(("recalculate", 6, None, None)))
    assert "trend" in whole["signals"][5]
    assert [names for names in broken["signals"] if "trend" in names] == []


def test_a_recalculation_before_the_first_point_or_between_two_begins_no_empty_phase() -> None:
    dated = phases(("recalculate", 0, None, None)).with_columns(on=pl.lit(date(2020, 5, 5)))
    assert spc.chart(values(QUIET), phases=dated)["phase"].unique().to_list() == [1]
    twice = pl.concat([dated.with_columns(on=pl.lit(day)) for day in (date(2023, 3, 5), date(2023, 3, 20))])
    assert spc.chart(values(QUIET), phases=twice)["phase"].to_list() == [1] * 3 + [2] * 11
    late = dated.with_columns(on=pl.lit(date(2030, 1, 1)))
    assert spc.chart(values(QUIET), phases=late)["phase"].unique().to_list() == [1]


def test_a_recalculation_at_one_site_leaves_the_others_alone() -> None:
    points = spc.chart(values(QUIET, QUIET, QUIET), phases=phases(("recalculate", 7, None, None, "B")))
    assert points.group_by("site", maintain_order=True).agg(pl.col("phase").max())["phase"].to_list() == [1, 2, 1]


def test_points_outside_a_baseline_are_judged_and_do_not_move_the_limits() -> None:
    points = spc.chart(values([*QUIET, *[90.0] * 7]), phases=phases(("baseline", 0, 13, None)))
    assert lines(points) == pytest.approx((55.0, 28.4, 81.6))
    assert points["included"].to_list() == [True] * 14 + [False] * 7
    assert points["signals"].to_list()[14:] == ["astronomical;shift;two_of_three"] * 7


def test_a_baseline_without_an_end_goes_on() -> None:
    points = spc.chart(values([*[0.0] * 6, *QUIET]), phases=phases(("baseline", 6, None, None)))
    assert points["included"].to_list() == [False] * 6 + [True] * 14


def test_a_baseline_speaks_only_of_the_phase_it_lies_in() -> None:
    dated = phases(("baseline", 0, 3, None), ("recalculate", 14, None, None))
    points = spc.chart(values([*QUIET, *[80.0, 90.0] * 7]), phases=dated)
    assert points["included"].to_list() == [True] * 4 + [False] * 10 + [True] * 14


def test_a_site_s_own_baseline_stands_in_place_of_the_measure_s() -> None:
    dated = phases(("baseline", 0, 3, None), ("baseline", 4, 9, None, "B"))
    points = spc.chart(values(QUIET, QUIET), phases=dated)
    used = points.filter("included").group_by("site", maintain_order=True).agg("on")
    assert used["on"].to_list() == [[month(place) for place in range(4)], [month(place) for place in range(4, 10)]]


def test_an_excluded_point_is_drawn_and_judged_and_moves_no_limit() -> None:
    points = spc.chart(values([*QUIET[:7], 200.0, *QUIET[8:]]), phases=phases(("exclude", 7, None, None)))
    assert (points["value"][7], points["included"][7], points["signals"][7]) == (200.0, False, "astronomical")
    assert lines(points)[0] == pytest.approx((sum(QUIET) - QUIET[7]) / 13)
    # the neighbours of an excluded point are neighbours of each other, and here they are equal
    assert lines(points)[2] - lines(points)[0] == pytest.approx(2.66 * 11 * 10 / 12)


def test_exclusions_may_span_and_join_those_for_all_sites() -> None:
    dated = phases(("exclude", 2, 4, None), ("exclude", 6, None, None, "A"))
    points = spc.chart(values(QUIET, QUIET), phases=dated)
    out = points.filter(~pl.col("included")).group_by("site", maintain_order=True).agg(pl.col("on").dt.month())
    assert out["on"].to_list() == [[3, 4, 5, 7], [3, 4, 5]]


def test_a_target_holds_from_its_day_until_the_next_and_past_points_keep_theirs() -> None:
    points = spc.chart(values(QUIET), phases=phases(("target", 2, None, 70.0), ("target", 9, None, 80.0)))
    assert points["target"].to_list() == [None] * 2 + [70.0] * 7 + [80.0] * 5


def test_a_target_may_end() -> None:
    points = spc.chart(values(QUIET), phases=phases(("target", 2, 4, 70.0)))
    assert points["target"].to_list() == [None] * 2 + [70.0] * 3 + [None] * 9
    points = spc.chart(values(QUIET), phases=phases(("target", 2, 4, 70.0), ("target", 4, None, 80.0)))
    assert points["target"].to_list() == [None] * 2 + [70.0] * 2 + [80.0] * 10


def test_a_target_set_before_the_first_point_holds() -> None:
    dated = phases(("target", 0, None, 70.0)).with_columns(on=pl.lit(date(2001, 1, 1)))
    assert spc.chart(values(QUIET), phases=dated)["target"].unique().to_list() == [70.0]


def test_a_site_s_own_target_stands_from_the_day_it_was_set() -> None:
    dated = phases(("target", 0, None, 70.0), ("target", 3, None, 60.0, "B"), ("target", 6, None, 80.0))
    points = spc.chart(values(QUIET, QUIET), phases=dated)
    assert points.filter(site="A")["target"].to_list() == [70.0] * 6 + [80.0] * 8
    assert points.filter(site="B")["target"].to_list() == [70.0] * 3 + [60.0] * 11


def test_rows_of_other_measures_and_sites_that_have_no_values_say_nothing() -> None:
    dated = phases(("recalculate", 3, None, None, "Z")).vstack(
        phases(("recalculate", 3, None, None)).with_columns(measure=pl.lit("waits"))
    )
    assert_frame_equal(spc.chart(values(QUIET), phases=dated), spc.chart(values(QUIET)))


# Remarks


def test_what_meets_something_is_not_remarked_on() -> None:
    dated = phases(("recalculate", 5, None, None), ("exclude", 3, None, None, "A"), ("target", 0, None, 9.0))
    assert spc.remarks(values(QUIET), measures=improving("up"), phases=dated) == []
    assert spc.remarks(values()) == []


@pytest.mark.parametrize(
    ("row", "named", "says"),
    [
        (("recalculate", 3, None, None), "Falls", "no value is of the measure 'Falls'; did you mean 'falls'?"),
        (("target", 3, None, 9.0, "Z"), "falls", "no value of 'falls' is of the site 'Z'"),
        (("target", 3, None, None), "falls", "the target of 'falls' on 2023-04-01 has no value"),
        (("recalculate", 0, None, None), "falls", "the recalculation of 'falls' on 2023-01-01 changes nothing"),
        (("recalculate", 14, None, None), "falls", "the recalculation of 'falls' on 2024-03-01 changes nothing"),
        (("exclude", 14, 20, None, "A"), "falls", "the exclusion of 'falls' at 'A' on 2024-03-01 changes nothing"),
        (("baseline", 14, None, None), "falls", "the baseline of 'falls' on 2024-03-01 changes nothing"),
        (("target", 14, None, 9.0), "falls", "the target of 'falls' on 2024-03-01 changes nothing"),
    ],
)
def test_a_phase_that_meets_nothing_is_remarked_on(row: tuple, named: str, says: str) -> None:
    dated = phases(row).with_columns(measure=pl.lit(named))
    if says.endswith("changes nothing"):
        says += "; the values go from 2023-01-01 to 2024-02-01"
    assert spc.remarks(values(QUIET), phases=dated) == [f"phases: {says}"]
    later = values(QUIET, measure="waits").with_columns(pl.col("on").dt.offset_by("5y"))
    assert spc.remarks(pl.concat([values(QUIET), later]), phases=dated) == [f"phases: {says}"]


def test_a_day_between_two_points_is_not_excluded() -> None:
    dated = phases(("exclude", 3, None, None)).with_columns(on=pl.lit(date(2023, 4, 2)))
    assert len(spc.remarks(values(QUIET), phases=dated)) == 1


def test_many_rows_of_one_name_are_remarked_on_once() -> None:
    dated = phases(*(("exclude", place, None, None) for place in range(5))).with_columns(measure=pl.lit("Falls"))
    assert len(spc.remarks(values(QUIET), phases=dated)) == 1


def test_a_measure_that_nobody_described_is_remarked_on() -> None:
    says = "measures: the measure 'falls' of the values is not there; did you mean 'fall'?"
    assert spc.remarks(values(QUIET), measures=improving("down", "fall")) == [says]


@pytest.mark.parametrize(
    ("further", "says"),
    [
        ({"count": ["3", "4"]}, "the column 'value' is needed, or 'numerator' and 'denominator'; found: "),
        ({"numerator": [3, 4]}, "beside 'numerator' the other half of the proportion is needed; found: "),
        ({"denominator": [3, 4]}, "beside 'denominator' the other half of the proportion is needed; found: "),
        (
            {"numerator": [3, 4], "denominator": [0, None]},
            "a numerator needs a denominator in the same row that is not 0; found: ",
        ),
    ],
)
def test_values_without_a_value_are_remarked_on_with_the_column_they_need(further: dict, says: str) -> None:
    rows = {"measure": ["falls"] * 2, "site": ["A"] * 2, "on": [month(0), month(1)]} | further
    found = ", ".join(["measure, site, on", *further])
    assert spc.remarks(rows) == [f"values: no row has a value: {says}{found}"]
    assert spc.remarks({**rows, "values": [1, 2]}) == [
        f"values: no row has a value: {says}{found}, values; if 'values' is meant, rename it"
    ]
