"""Placing by hand and by the drawing program come to the same picture."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from tests.charts import series
from tests.charts.test_charts import texts

from takeroot import charts
from takeroot.charts.scales import level_ticks


def places(svg: str, *, ours: bool) -> list[tuple[float, float]]:
    """Where dots stand in the plot."""
    marks = [part for part in ET.fromstring(svg).iter() if part.tag.endswith("path") and part.get("transform")]
    told = [part.get("transform", "") for part in marks if part.get("data-point") or not ours]
    return [(float(x), float(y)) for x, y in (re.findall(r"-?[\d.]+", place)[:2] for place in told)]


@pytest.mark.parametrize("kind", ["xmr", "p"])
def test_points_stand_where_the_drawing_program_would_put_them(kind: str) -> None:
    import vl_convert

    chart = charts.control_chart(series.of_kind(kind))
    there = places(vl_convert.vegalite_to_svg(json.dumps(chart.to_dict())), ours=False)
    here = places(charts.svg(chart), ours=True)
    assert len(here) > 30
    assert all(min(abs(x - a) + abs(y - b) for a, b in there) < 0.02 for x, y in here)


@pytest.mark.parametrize("kind", ["xmr", "p", "g"])
def test_axes_say_what_the_drawing_program_would_say(kind: str) -> None:
    import vl_convert

    chart = charts.control_chart(series.of_kind(kind))
    theirs = set(texts(vl_convert.vegalite_to_svg(json.dumps(chart.to_dict())))) - {""}
    title = [*chart.to_dict()["title"]["text"], *chart.to_dict()["title"]["subtitle"]]
    assert set(texts(charts.svg(chart))) - set(title) == theirs - set(title)
    assert len(theirs) > 8


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.00007), (-3, 41), (99.9, 100.1), (0, 7e9), (1e-9, 2e-9)])
@pytest.mark.parametrize("most", [2, 4, 5])
def test_ticks_are_round_and_few_and_lie_between_the_ends(low: float, high: float, most: int) -> None:
    ticks, decimals = level_ticks(low, high, most)
    assert 1 <= len(ticks) <= most + 2
    assert low - 1e-12 <= ticks[0] <= ticks[-1] <= high + 1e-12
    assert len({f"{tick:.{decimals}f}" for tick in ticks}) == len(ticks)
