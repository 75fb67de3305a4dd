"""Funnels: limits that are those of the sites, names where something is to be said, and no ranking."""

from __future__ import annotations

from math import sqrt
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from tests.charts import series
from tests.charts.test_charts import texts

from takeroot import charts
from takeroot.charts.funnel import readings
from takeroot.errors import NotFound


def curve(chart: Any, field: str) -> list[tuple[float, float]]:
    spec = chart.to_dict()
    rows = [row for rows in spec["datasets"].values() for row in rows if field in row and "denominator" in row]
    return [(row["denominator"], row[field]) for row in rows]


@pytest.mark.parametrize("kind", ["p", "u", "p_prime", "u_prime"])
def test_the_curves_go_through_the_limits_of_the_sites(kind: str) -> None:
    funnel = series.funnel(kind=kind)
    upper = curve(charts.funnel_chart(funnel), "upper")
    lower = dict(curve(charts.funnel_chart(funnel), "lower"))
    centre = funnel["centre"][0]
    sites = funnel.filter(pl.col("lower") > 0).with_columns(
        wide=(pl.col("upper") - centre) * pl.col("denominator").sqrt()
    )
    wide = sites["wide"].mean()
    assert sites["wide"].to_list() == pytest.approx([wide] * sites.height)
    assert [at for _, at in upper] == pytest.approx([centre + wide / sqrt(count) for count, _ in upper])
    assert all(at == pytest.approx(max(centre - wide / sqrt(count), 0), abs=1e-9) for count, at in lower.items())


def test_the_limits_of_a_proportion_end_at_all_and_at_nothing() -> None:
    found = charts.funnel_chart(series.funnel())
    assert max(at for _, at in curve(found, "near_upper") + curve(found, "upper")) <= 100
    assert min(at for _, at in curve(found, "lower")) >= 0


def test_sites_are_named_where_they_lie_beyond_a_limit_and_all_where_there_are_few() -> None:
    told = texts(charts.svg(charts.funnel_chart(series.funnel())))
    assert [text for text in told if text.startswith("Hospital")] == ["Hospital 04", "Hospital 08"]
    few = texts(charts.svg(charts.funnel_chart(series.funnel(5), width=720)))
    assert sorted(text for text in few if text.startswith("Hospital")) == [f"Hospital {n:02d}" for n in range(1, 6)]


@pytest.mark.parametrize("width", [720, 340])
def test_a_name_that_finds_no_room_is_counted(width: int) -> None:
    same = pl.concat([series.funnel(8).with_columns(site=pl.lit(f"A hospital with a long name {n}")) for n in range(5)])
    out = same.filter(pl.col("signals") != "").with_columns(measure=pl.lit("Harm"))
    chart = charts.funnel_chart(pl.concat([out] * 6), width=width)
    told = texts(charts.svg(chart))
    named = sum(text.startswith("A hospital") for text in told)
    assert f"{out.height * 6 - named} sites have no room for a name" in " ".join(told)


def test_every_site_can_be_read_in_its_given_order() -> None:
    funnel = series.funnel()
    root = ET.fromstring(charts.svg(charts.funnel_chart(funnel, unit="%")))
    found = {part.get("data-point", ""): part.get("data-says") for part in root.iter() if part.get("data-point")}
    assert [found[point] for point in sorted(found)] == readings(funnel, "%")
    assert readings(funnel, "%")[3].endswith("beyond the upper limit (worse)")
    assert readings(funnel, "%")[0].endswith("too small a denominator to judge")


def test_a_site_that_is_not_judged_is_a_cross_and_is_counted() -> None:
    chart = charts.funnel_chart(series.funnel(least=100))
    shapes = {layer["mark"].get("shape") for layer in chart.to_dict()["layer"]}
    assert {"cross", "circle", "triangle-down"} <= shapes
    assert "6 sites have too small a denominator to judge" in charts.words(chart)[1]


def test_a_site_that_counted_nothing_is_counted_and_not_drawn() -> None:
    funnel = series.funnel().with_columns(value=pl.when(pl.col("site") != "Hospital 09").then("value"))
    chart = charts.funnel_chart(funnel)
    assert "1 site counted nothing" in " ".join(texts(charts.svg(chart)))


def test_one_site_alone_and_a_measure_without_any_event_are_drawn() -> None:
    assert "</svg>" in charts.svg(charts.funnel_chart(series.funnel(1)))
    none = series.counts().with_columns(numerator=pl.lit(0.0))
    from takeroot.analysis import spc

    assert "</svg>" in charts.svg(charts.funnel_chart(spc.funnel(none, kind="p")))


def test_a_measure_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(NotFound, match="Harm"):
        charts.funnel_chart(series.funnel(), "Harms")
