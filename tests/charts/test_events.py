"""What happened meanwhile: marked without clutter, numbered alike everywhere, and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from tests.charts import series
from tests.charts.test_charts import texts

from takeroot import charts
from takeroot.charts import events as happened


def marks(chart: Any) -> list[tuple[float, str]]:
    """Where the marks of events stand and what they say, from left to right."""
    return sorted(
        (float(part.get("transform", "").removeprefix("translate(").split(",")[0]), part.get("data-says", ""))
        for part in ET.fromstring(charts.svg(chart)).iter()
        if part.get("data-says") and not part.get("data-point")
    )


def test_what_happened_close_together_shares_a_number_and_the_list_has_every_row() -> None:
    listed = charts.numbered(series.events(), series.everything())
    assert listed.select("number", "reference").rows() == [
        (1, "events:0"), (2, "events:1"), (3, "events:2"), (3, "events:3"), (3, "events:4"), (4, "events:6"),
        (5, "events:7"),
    ]  # fmt: skip


def test_what_happened_at_another_site_is_not_marked_and_what_lies_outside_is_counted() -> None:
    points = series.everything()
    assert "Ward 9" not in charts.numbered(series.events(), points)["site"].to_list()
    assert happened.outside(series.events(), points) == 1
    assert "1 event lies outside these days" in charts.words(charts.control_chart(points, events=series.events()))[1]


@pytest.mark.parametrize("width", [720, 340])
def test_the_numbers_on_a_page_and_on_a_phone_are_those_of_the_list(width: int) -> None:
    points = series.everything()
    found = marks(charts.control_chart(points, events=series.events(), width=width))
    numbers = charts.numbered(series.events(), points)["number"].unique().sort().to_list()
    assert [int(says.split(":")[0]) for _, says in found] == numbers == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("width", [720, 340])
@pytest.mark.parametrize("many", [3, 40, 700])
def test_marks_stand_apart_however_many_events_there_are(width: int, many: int) -> None:
    points = series.everything()
    days = [date(2021, 1, 1) + timedelta(days=n * 1440 // many) for n in range(many)]
    events = pl.DataFrame({"on": days, "says": [f"Thing {n}." for n in range(many)], "kind": ["adaptation"] * many})
    places = [place for place, _ in marks(charts.control_chart(points, events=events, width=width))]
    assert len(charts.numbered(events, points)) == many
    assert 3 <= len(places) <= happened.MOST + 1
    assert min(other - one for one, other in pairwise(places)) >= 10


def test_each_kind_of_thing_has_a_shape_of_its_own() -> None:
    shapes = [shape for shape, _ in happened.KINDS.values()]
    assert len(set(shapes)) == len(shapes)
    told = texts(charts.svg(charts.control_chart(series.everything(), events=series.events())))
    assert {"event around it", "support", "policy", "decision", "several of these"} <= set(told)


def test_a_mark_says_what_happened_and_when() -> None:
    found = marks(charts.control_chart(series.everything(), events=series.events()))
    assert found[0][1] == "1: 4 May 2021, Funding began."
    assert found[2][1].count(" and ") == 2


def test_what_lasts_is_a_bar() -> None:
    points = series.everything()
    lasting = series.events().filter(pl.col("until").is_not_null())
    bars = []
    for events in (lasting, lasting.with_columns(until=pl.lit(None, dtype=pl.Date))):
        layers = charts.control_chart(points, events=events).to_dict()["layer"]
        bars.append(sum(layer["mark"]["type"] == "rule" and layer["mark"]["strokeWidth"] == 3 for layer in layers))
    assert bars == [1, 0]


def test_what_began_before_and_lasted_into_the_days_is_marked_at_their_beginning() -> None:
    began = pl.DataFrame({"on": [date(2019, 1, 1)], "until": [date(2022, 1, 1)], "says": ["Support."]})
    chart = charts.control_chart(series.everything(), events=began)
    assert marks(chart) == [(0.0, "1: 1 Jan 2019, Support.")]


def test_what_happened_in_the_last_month_is_marked() -> None:
    last = pl.DataFrame({"on": [date(2024, 12, 30)], "says": ["Late."]})
    assert charts.numbered(last, series.everything())["says"].to_list() == ["Late."]


def test_no_events_leave_the_chart_as_it_is() -> None:
    points = series.everything()
    none = series.events().clear()
    assert charts.svg(charts.control_chart(points, events=none)) == charts.svg(charts.control_chart(points))
    assert charts.numbered(None, points).height == 0


def test_the_timeline_of_a_programme_can_stand_beneath_a_chart() -> None:
    from takeroot.analysis.explanation import timeline
    from takeroot.vocabulary.programme import Programme

    told = {"on": ["2022-02-01"], "kind": ["funding"], "title": ["The grant ended"]}
    events = timeline(Programme("Falls", events=told))
    listed = charts.numbered(events, series.everything())
    assert listed.select("number", "kind").rows() == [(1, "event")]


def test_a_hostile_event_is_only_words() -> None:
    hostile = pl.DataFrame({"on": [date(2022, 1, 1)], "says": ['"><script>alert(1)</script>\x01'], "kind": ["<b>"]})
    svg = charts.svg(charts.control_chart(series.everything(), events=hostile))
    assert "<script" not in svg
    ET.fromstring(svg)
