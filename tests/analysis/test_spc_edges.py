"""What people bring: halves of proportions, other names of charts, and levels that never move."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.analysis.series import QUIET, improving, month, phases, summed, values

from takeroot.analysis import spc
from takeroot.errors import FaultyInput, NotFound


def parts(pairs: list[tuple[float | None, float | None]]) -> pl.DataFrame:
    rows = [("m", "A", month(place), above, below) for place, (above, below) in enumerate(pairs)]
    schema = {
        "measure": pl.String,
        "site": pl.String,
        "on": pl.Date,
        "numerator": pl.Float64,
        "denominator": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize("kind", ["p", "u", "p_prime", "u_prime", "xmr", "run"])
def test_half_a_proportion_is_a_gap_and_is_remarked_on(kind: str) -> None:
    half = parts([(5, 100), (6, 110), (5, None), (None, 90), (7, 0)] * 4)
    whole = half.filter((pl.col("denominator") > 0) & pl.col("numerator").is_not_null())
    points = spc.chart(half, kind=kind)
    assert points["value"].null_count() == 12
    assert points["centre"][0] == pytest.approx(spc.chart(whole, kind=kind)["centre"][0])
    assert spc.remarks(half) == [
        "values: a numerator without a denominator is a gap: 'm' at 'A' on 2023-03-01, and 3 more",
        "values: a denominator without a numerator is a gap: 'm' at 'A' on 2023-04-01, and 3 more",
    ]


def test_a_measure_without_any_denominator_is_no_proportion() -> None:
    with pytest.raises(FaultyInput, match="a p chart needs a numerator and a denominator: 'm' at 'A' on 2023-01-01"):
        spc.chart(parts([(5, None)] * 5), kind="p")


def test_a_summary_has_the_limits_of_the_latest_point_with_a_value() -> None:
    ended = parts([*[(5.0, 100.0), (6.0, 110.0)] * 7, (None, None)])
    target = phases(("target", 0, None, 0.9)).with_columns(measure=pl.lit("m"))
    points = spc.chart(ended, kind="p", measures=improving("down", "m"), phases=target)
    row = summed(points)
    assert row["upper"] == points["upper"][13] is not None
    assert (row["assurance"], row["latest_on"]) == ("pass", month(13))


NAMES = {"I": "xmr", "XmR": "xmr", "P'": "p_prime", "pp": "p_prime", "p-prime": "p_prime", "U\u2032": "u_prime"}


@pytest.mark.parametrize(("said", "kind"), NAMES.items())
def test_a_kind_of_chart_may_be_called_as_elsewhere(said: str, kind: str) -> None:
    assert spc.chart(parts([(5, 100), (6, 110)] * 7), kind=said)["chart"].unique().to_list() == [kind]
    with pytest.raises(NotFound, match="kind of chart 'pie'"):
        spc.chart(values(QUIET), kind="pie")


@pytest.mark.parametrize("level", [7.1, 0.1, 1 / 3, 1e-12, 123456789.123, -0.7])
def test_the_mean_of_a_level_that_never_moves_is_that_level(level: float) -> None:
    points = spc.chart(values([level] * 29))
    assert points.select("centre", "lower", "upper").unique().rows() == [(level, level, level)]


def test_too_few_crossings_are_told_in_a_sentence_of_their_own() -> None:
    rows = [*[50.0, 51.0, 50.5, 50.2, 51.1, 50.7] * 2, *[60.0, 61.0, 60.5, 60.2, 61.1, 60.7] * 2]
    says = summed(spc.chart(values(rows), rules="anhoej", kind="run", measures=improving("up")))["says"]
    assert says == (
        "Unusual and better since January 2024: twelve points above the median, more in a row than chance allows. "
        "It also shows fewer crossings of the median than chance allows since January 2023."
    )


def test_columns_that_say_one_thing_of_every_point_are_columns_like_any_other() -> None:
    points = spc.chart(values(QUIET, QUIET), measures=improving("up"))
    assert points.filter(site="B").height == 14
    for name, word in (("rules", "mdc"), ("chart", "xmr"), ("improves", "up"), ("phase", 1), ("excluded", False)):
        assert points[name].to_list() == [word] * 28
    assert points["target"].null_count() == points["trajectory"].null_count() == 28
    assert points.schema["target"] == points.schema["trajectory"] == pl.Float64


def test_what_is_decided_of_values_is_not_decided_of_the_distances_between_them() -> None:
    decided = {"measure": ["falls"] * 3, "on": [month(0)] * 3, "kind": ["baseline", "target", "trajectory"]}
    decided |= {"value": [50.0, 5.0, 5.0]}
    points = spc.chart(values(QUIET), kind="mr", phases=decided)
    assert_frame_equal(points, spc.chart(values(QUIET), kind="mr"))
