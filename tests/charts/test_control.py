"""Control charts of every kind: what each point is, what the lines are, and what happened meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from tests.charts import series
from tests.charts.test_charts import texts

from takeroot import charts
from takeroot.analysis import spc
from takeroot.charts.points import gaps, readings
from takeroot.charts.theme import tokens
from takeroot.vocabulary.rulesets import MDC, RuleSet

KINDS = (*series.SINGLE, *series.COUNTED)


def says(svg: str) -> dict[str, str]:
    """What each point of a picture says, in order."""
    found = {part.get("data-point", ""): part.get("data-says", "") for part in ET.fromstring(svg).iter()}
    return {point: found[point] for point in sorted(found) if point}


def line(chart: Any, field: str) -> dict[str, Any]:
    """The style of the line through a field."""
    return next(
        layer["mark"]
        for layer in chart.to_dict()["layer"]
        if layer["mark"]["type"] == "line" and layer["encoding"]["y"]["field"] == field
    )


def fields(chart: Any) -> set[str]:
    return {layer["encoding"]["y"]["field"] for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == "line"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_names_its_kind_and_the_rules_that_judged_it(kind: str) -> None:
    told = " ".join(texts(charts.svg(charts.control_chart(series.of_kind(kind)))))
    named = {
        "run": "Run chart",
        "xmr": "XmR chart",
        "mr": "Moving ranges",
        "p_prime": "p′ chart",
        "u_prime": "u′ chart",
    }
    assert named.get(kind, f"{kind} chart of") in told or f"{kind} chart" in told
    assert "mdc (2023-11)" in told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [720, 340])
def test_every_value_of_every_kind_of_chart_can_be_read_point_by_point_in_order(kind: str, width: int) -> None:
    points = series.of_kind(kind)
    there = points.drop_nulls("value")
    told = says(charts.svg(charts.control_chart(points, width=width)))
    assert list(told) == [on.isoformat() for on in there["on"]]
    assert list(told.values()) == [one for one in readings(points) if one]


def test_on_paper_points_are_silent() -> None:
    assert "data-" not in charts.svg(charts.control_chart(series.everything()), "paper")


def test_a_run_chart_has_a_broken_median_and_no_limits_and_says_so() -> None:
    run, xmr = (charts.control_chart(series.of_kind(kind)) for kind in ("run", "xmr"))
    assert {"lower", "upper"} & fields(run) == set()
    assert {"lower", "upper"} <= fields(xmr)
    assert line(run, "centre").get("strokeDash")
    assert line(xmr, "centre").get("strokeDash") is None
    told = texts(charts.svg(run))
    assert any(text.endswith(" median") for text in told)
    assert "no limits" in " ".join(told)
    assert "too few" not in charts.words(run)[1]


def test_a_run_chart_that_shows_something_says_what_its_shapes_mean() -> None:
    chart = charts.control_chart(spc.chart(series.values(), kind="run", rules="run-classic", measures=series.FALLS))
    assert {"improvement", "concern"} <= set(texts(charts.svg(chart)))


@pytest.mark.parametrize("kind", series.COUNTED)
def test_limits_that_follow_the_denominator_go_in_steps(kind: str) -> None:
    chart = charts.control_chart(series.proportions(kind))
    assert line(chart, "upper")["interpolate"] == "step"
    assert "Limits step with the denominator" in " ".join(texts(charts.svg(chart)))
    assert "interpolate" not in line(charts.control_chart(series.of_kind("c")), "upper")


def test_a_step_of_a_limit_lies_halfway_between_two_points() -> None:
    points = series.proportions()
    chart = charts.control_chart(points)
    spec = chart.to_dict()
    days = [(on - points["on"][0]).days for on in points["on"]]
    halfway = (days[0] + days[1]) / 2 / days[-1] * spec["width"]
    style = line(chart, "upper")
    path = next(
        part.get("d", "")
        for part in ET.fromstring(charts.svg(chart)).iter()
        if part.get("stroke-dasharray") == ",".join(str(length) for length in style["strokeDash"])
        and "V" in part.get("d", "")
    )
    assert float(path.split("H")[1].split("V")[0]) == pytest.approx(halfway, abs=0.01)


def test_a_point_left_out_is_hollow_and_one_with_too_small_a_denominator_a_cross_and_both_are_in_the_key() -> None:
    back = tokens()["chart-back"]
    left_out = charts.control_chart(series.everything())
    small = charts.control_chart(series.proportions())
    marks = [
        {
            (layer["mark"]["shape"], layer["mark"]["fill"])
            for layer in chart.to_dict()["layer"]
            if "says" in _row(chart, layer)
        }
        for chart in (left_out, small)
    ]
    assert ("triangle-up", back) in marks[0]
    assert ("cross", back) in marks[1]
    assert "not used for limits" in texts(charts.svg(left_out))
    assert "too small a denominator to judge" in texts(charts.svg(small))
    assert says(charts.svg(small))["2022-09-01"].endswith("too small a denominator to judge")


def _row(chart: Any, layer: dict[str, Any]) -> dict[str, Any]:
    rows = chart.to_dict()["datasets"][layer["data"]["name"]]
    return rows[0] if rows else {}


def test_a_point_says_its_day_its_value_and_what_it_shows() -> None:
    told = says(charts.svg(charts.control_chart(series.everything(), unit="falls")))
    assert told["2021-11-01"] == "November 2021: 40 falls, beyond the upper limit (worse), left out of the limits"
    assert told["2021-01-01"].endswith(", common cause")


def test_a_share_says_what_it_is_a_share_of() -> None:
    points = series.proportions()
    first = points.row(0, named=True)
    told = says(charts.svg(charts.control_chart(points, unit="%")))
    assert f"({first['numerator']:g} of {first['denominator']:g})" in told["2021-01-01"]
    assert "%" in told["2021-01-01"]


def test_days_that_are_no_months_are_said_in_full() -> None:
    daily = series.values(20).with_columns(on=pl.Series([date(2024, 3, 4) + timedelta(days=n) for n in range(20)]))
    chart = charts.control_chart(spc.chart(daily))
    assert says(charts.svg(chart))["2024-03-05"].startswith("5 Mar 2024: ")
    assert len([text for text in texts(charts.svg(chart)) if text.endswith("Mar 2024")]) >= 2


def test_a_trajectory_and_several_targets_are_drawn_and_named() -> None:
    chart = charts.control_chart(series.everything())
    told = texts(charts.svg(chart))
    assert {"20 target", "14 target", "12 trajectory"} <= set(told)
    assert line(chart, "trajectory")["strokeDash"] != line(chart, "target")["strokeDash"]
    assert "the trajectory 12" in charts.words(chart)[1]


def test_the_finding_opens_the_description() -> None:
    points = series.everything()
    finding = spc.summary(points)["says"][-1]
    says = charts.words(charts.control_chart(points, says=finding))[1]
    assert says.startswith(finding)
    assert len(says) > len(finding) + 80


def test_own_rules_are_named_and_trial_limits_follow_them() -> None:
    ours = RuleSet(name="ours", version="7", shift=5, least=40, judge_from=6)
    points = spc.chart(series.values(30), rules=ours)
    told = " ".join(texts(charts.svg(charts.control_chart(points, rule_sets=(ours,)))))
    assert "ours (7)" in told
    assert "Trial limits: 30 values, fewer than 40" in told
    unknown = " ".join(texts(charts.svg(charts.control_chart(points))))
    assert "Judged by the rule set ours." in unknown
    assert "Trial" not in unknown


def test_too_few_for_ones_own_rules_are_counted_by_them() -> None:
    ours = RuleSet(name="ours", version="7", judge_from=40)
    points = spc.chart(series.values(30), rules=ours)
    told = " ".join(texts(charts.svg(charts.control_chart(points, rule_sets=(ours,)))))
    assert "Too few values to judge: 30 of 40" in told


def test_screened_ranges_are_said() -> None:
    points = series.everything(rules="mdc-2021")
    assert "3.267 times their average" in " ".join(texts(charts.svg(charts.control_chart(points))))
    unscreened = charts.svg(charts.control_chart(series.everything()))
    assert "3.267" not in unscreened
    screened = MDC.model_copy(update={"screen": True})
    assert "3.267" in charts.svg(charts.control_chart(series.everything(screen=True), rules=screened))


def test_a_baseline_is_said() -> None:
    points = spc.chart(series.values(), fix_after=24, measures=series.FALLS)
    assert "Limits are set from 24 of the 47 values" in " ".join(texts(charts.svg(charts.control_chart(points))))


def test_periods_without_a_value_and_without_a_row_are_counted_and_shaded() -> None:
    points = series.everything().filter(pl.col("on") != date(2024, 5, 1))
    assert gaps(points.with_columns(chart=pl.lit("xmr")))[1] == 2
    chart = charts.control_chart(points)
    shades = [
        layer
        for layer in chart.to_dict()["layer"]
        if layer["mark"]["type"] == "rule" and layer["mark"]["strokeWidth"] > 99
    ]
    assert "2 periods missing (shaded)" in " ".join(texts(charts.svg(chart)))
    assert sum(len(chart.to_dict()["datasets"][layer["data"]["name"]]) for layer in shades) == 2


@pytest.mark.parametrize("kind", ["g", "t"])
def test_rare_events_lie_at_any_distance_and_have_no_gaps(kind: str) -> None:
    days, on = [], date(2023, 1, 1)
    for n in range(24):
        days.append(on)
        on += timedelta(days=90 if n == 12 else 2)
    points = spc.chart(
        series.values(24).with_columns(on=pl.Series(days), value=pl.Series([5.0 + n % 4 for n in range(24)])), kind=kind
    )
    assert gaps(points)[1] == 0
    assert "missing" not in " ".join(texts(charts.svg(charts.control_chart(points))))


def test_days_of_work_have_no_gap_at_each_weekend() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(60)]
    workdays = [on for on in days if on.weekday() < 5][:40]
    assert gaps(spc.chart(series.values(20).with_columns(on=pl.Series(workdays[:20]))))[1] == 0


def test_moving_ranges_stand_beneath_on_the_same_days() -> None:
    points, ranges = series.everything(), series.everything("mr")
    chart = charts.control_chart(points, ranges=ranges)
    root = ET.fromstring(charts.svg(chart))
    place = {
        part.get("data-point", ""): part.get("transform", "").removeprefix("translate(").split(",")[0]
        for part in root.iter()
        if part.get("data-point")
    }
    pairs = [on.isoformat() for on in ranges.drop_nulls("value")["on"]]
    assert len(pairs) > 40
    assert [float(place[f"{on} range"]) for on in pairs] == pytest.approx([float(place[on]) for on in pairs], abs=0.02)
    mean = ranges.drop_nulls("value")["centre"][-1]
    assert f"{mean:.2f} mean range" in texts(charts.svg(chart))


def test_a_target_of_values_does_not_stand_beside_their_ranges() -> None:
    assert {"target", "trajectory"} & fields(charts.control_chart(series.everything("mr"))) == set()


def test_limits_are_named_where_the_latest_period_has_no_value() -> None:
    missing = pl.col("on") < date(2023, 12, 1)
    counts = series.counts().with_columns(
        pl.when(missing).then(name).alias(name) for name in ("numerator", "denominator")
    )
    chart = charts.control_chart(spc.chart(counts, kind="p", measures=series.HARM))
    assert any(text.endswith("upper limit") for text in texts(charts.svg(chart)))
    assert "its limits" in charts.words(chart)[1]


def test_of_very_many_points_only_the_unusual_ones_are_read_one_by_one() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(900)]
    level = [100.0 + series.wobble(n, 6) + (60 if n == 450 else 0) for n in range(900)]
    daily = pl.DataFrame({"measure": ["m"] * 900, "site": ["A"] * 900, "on": days, "value": level})
    points = spc.chart(daily)
    unusual = points.filter(pl.col("shows") != "common")["on"].to_list()
    assert date(2021, 3, 26) in unusual
    assert list(says(charts.svg(charts.control_chart(points)))) == [on.isoformat() for on in unusual]


def test_a_series_of_one_value_is_drawn() -> None:
    for kind in ("xmr", "run", "mr", "c"):
        assert "</svg>" in charts.svg(charts.control_chart(spc.chart(series.values(1), kind=kind)))


def test_a_flat_series_is_drawn_without_a_signal() -> None:
    chart = charts.control_chart(
        spc.chart(series.values().with_columns(value=pl.lit(0.1 + 0.2)), measures=series.FALLS)
    )
    assert "No point is unusual" in charts.words(chart)[1]


@pytest.mark.parametrize("value", [1e15, -1e15, 1e-15, 0.0, 1e308, 5e-324])
def test_values_of_any_size_are_drawn(value: float) -> None:
    points = spc.chart(series.values(20).with_columns(value=pl.Series([value * (1 + n % 3 / 10) for n in range(20)])))
    assert "nan" not in charts.svg(charts.control_chart(points)).lower()


def test_small_charts_of_all_kinds_share_a_scale_where_asked_and_say_which() -> None:
    points = series.of_all_kinds()
    own, same = charts.small_multiples(points), charts.small_multiples(points, same_scale=True)
    assert "Each on its own scale" in " ".join(texts(charts.svg(own)))
    assert "All on one scale" in " ".join(texts(charts.svg(same)))
    levels = [[row["value_y"] for row in _rows(chart, "value_y")] for chart in (own, same)]
    assert levels[0] != levels[1]


def test_on_one_scale_equal_values_stand_at_equal_heights_and_on_their_own_they_need_not() -> None:
    low, high = series.values(site="Low"), series.values(site="High").with_columns(pl.col("value") * 3)
    points = spc.chart(pl.concat([low, high]))
    found = {}
    for same in (False, True):
        rows = [
            row["value_y"] for row in _rows(charts.small_multiples(points, same_scale=same), "value_y") if "run" in row
        ]
        found[same] = max(rows[:47]) - min(rows[:47]), max(rows[47:]) - min(rows[47:])
    assert found[False][0] == pytest.approx(found[False][1], rel=0.05)
    assert found[True][0] == pytest.approx(3 * found[True][1], rel=0.05) or found[True][1] == pytest.approx(
        3 * found[True][0], rel=0.05
    )


def _rows(chart: Any, field: str) -> list[dict[str, Any]]:
    spec = chart.to_dict()
    return [row for rows in spec["datasets"].values() for row in rows if field in row]


def test_a_small_chart_says_its_latest_and_its_unusual_points() -> None:
    told = says(charts.svg(charts.small_multiples(spc.chart(series.values(), measures=series.FALLS))))
    assert "Ward 3, December 2024: " in list(told.values())[-1]
    assert len(told) > 1


def test_a_small_line_in_a_table_ends_where_nothing_can_be_judged() -> None:
    points = spc.chart(series.counts(21), kind="p", measures=series.HARM, least_denominator=20)
    assert points["shows"][-1] is None
    assert charts.spark(points).startswith("<svg")
