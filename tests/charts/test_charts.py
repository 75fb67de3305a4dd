"""Every chart: it says what it shows, draws what its frame holds, and is the same each time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from tests.charts import frames, lasting, series

from takeroot import charts
from takeroot.analysis import spc
from takeroot.charts.scales import day_ticks
from takeroot.charts.theme import tokens
from takeroot.errors import NotFound
from takeroot.reporting import scaling

RULE = "A year on: activities, valued by ward teams, for 12 months from adoption (the funder asked for a year)."
SVG = "{http://www.w3.org/2000/svg}"

#: Every chart with frames it may be drawn from.
CHARTS: dict[str, Callable[..., Any]] = {
    "answers_as_dots": lambda **options: charts.answers_as_dots(frames.answers(), **options),
    "progress_over_time": lambda **options: charts.progress_over_time(frames.scores(), **options),
    "stages": lambda **k: charts.stages_over_time(frames.by_stage(), **k),
    "fan": lambda **k: charts.fan_chart(*frames.forecast(), says="No better than a simple curve: use the curve.", **k),
    "cost of size": lambda **k: charts.cost_of_size(scaling.measured().costs, **k),
    "stages ahead": lambda **k: charts.stages_ahead(frames.ahead_by_stage(), frames.month(29), **k),
    "growth": lambda **k: charts.growth_curves(*frames.growth(), **k),
    "reach": lambda **k: charts.reach_over_time(frames.reach(), **k),
    "reach without a denominator": lambda **k: charts.reach_over_time(frames.reach(eligible=None), **k),
    "plans": lambda **k: charts.planned_against_actual(frames.plan_lines(), frames.reach(), **k),
    "groups": lambda **k: charts.reach_by_group(frames.reach_by(), by="deprivation", **k),
    "depth": lambda **k: charts.depth_within_sites(frames.depth(), **k),
    "staying": lambda **k: charts.staying_in_use(frames.km(), rule=RULE, **k),
    "leaving": lambda **k: charts.leaving_by_reason(frames.leaving(), rule=RULE, **k),
    "rules": lambda **k: charts.sustained_by_rule(frames.by_rule(), **k),
    "control": lambda **k: charts.control_chart(frames.points(), unit="% of shifts", **k),
    "control with all": lambda **k: charts.control_chart(
        series.everything(), events=series.events(), ranges=series.everything("mr"), says="Better.", **k
    ),
    "run": lambda **k: charts.control_chart(series.everything("run"), **k),
    "proportions": lambda **k: charts.control_chart(series.proportions(), unit="%", **k),
    "funnel": lambda **k: charts.funnel_chart(series.funnel(), unit="%", **k),
    "icons": lambda **k: charts.icon_table(series.summaries(), **k),
    "multiples": lambda **k: charts.small_multiples(frames.points(9), **k),
    "multiples of all kinds": lambda **k: charts.small_multiples(series.of_all_kinds(), same_scale=True, **k),
    "support": lambda **k: charts.support_over_time(frames.support(), **k),
    "timeline": lambda **k: charts.timeline(frames.timeline(), **k),
    "months": lambda **k: charts.held_by_month(lasting.months(), rule=RULE, **k),
    "months of a construct": lambda **k: charts.held_by_month(lasting.months("benefits"), rule=RULE, **k),
    "statuses": lambda **k: charts.statuses_over_time(lasting.counts(), rule=RULE, **k),
    "occupancy": lambda **k: charts.occupancy_over_time(lasting.occupancy(), rule=RULE, **k),
    "lapses": lambda **k: charts.leaving_and_returning(lasting.lapses(), lasting.returns(), rule=RULE, **k),
    "varied": lambda **k: charts.rules_varied(lasting.varied(), rule=RULE, **k),
    "bundle": lambda **k: charts.bundle_and_elements(lasting.together(), **k),
    "variation": lambda **k: charts.delivered_among_sites(lasting.variation(), **k),
    "delivered": lambda **k: charts.delivered_over_time(lasting.over_time(), **k),
    "adaptations": lambda **k: charts.adaptations_over_time(lasting.adaptations(), **k),
    "beside": lambda **k: charts.benefit_beside(lasting.beside(), measure="Falls", unit="a month", **k),
    "drop": lambda **k: charts.voltage_drop(lasting.drop(), measure="Falls", unit="a month", **k),
    "what-if differences": lambda **k: charts.what_if_differences(frames.differences(), **k),
    "what-if groups": lambda **k: charts.what_if_differences(
        frames.differences(), heading="group", same_scale=True, title="Who gains", unit="Months in use", **k
    ),
    "choices over time": lambda **k: charts.choices_over_time(frames.choices(), **k),
    "assumptions": lambda **k: charts.assumptions_ladder(frames.ladder(), first="Ask for it", second="Room", **k),
}
#: The same from frames without a row.
EMPTY: dict[str, Callable[..., Any]] = {
    "stages": lambda: charts.stages_over_time(frames.by_stage().clear()),
    "fan": lambda: charts.fan_chart(*(frame.clear() for frame in frames.forecast())),
    "cost of size": lambda: charts.cost_of_size(scaling.measured().costs.clear()),
    "stages ahead": lambda: charts.stages_ahead(frames.ahead_by_stage().clear(), frames.month(29)),
    "growth": lambda: charts.growth_curves(*(frame.clear() for frame in frames.growth())),
    "reach": lambda: charts.reach_over_time(frames.reach().clear()),
    "plans": lambda: charts.planned_against_actual(frames.plan_lines().clear(), frames.reach().clear()),
    "groups": lambda: charts.reach_by_group(frames.reach_by().clear()),
    "depth": lambda: charts.depth_within_sites(frames.depth().clear()),
    "staying": lambda: charts.staying_in_use(frames.km().clear()),
    "leaving": lambda: charts.leaving_by_reason(frames.leaving().clear()),
    "rules": lambda: charts.sustained_by_rule(frames.by_rule().clear()),
    "control": lambda: charts.control_chart(frames.points().clear()),
    "funnel": lambda: charts.funnel_chart(series.funnel().clear()),
    "icons": lambda: charts.icon_table(series.summaries().clear()),
    "multiples": lambda: charts.small_multiples(frames.points().clear()),
    "support": lambda: charts.support_over_time(frames.support().clear()),
    "timeline": lambda: charts.timeline(frames.timeline().clear()),
    "months": lambda: charts.held_by_month(lasting.months().clear()),
    "statuses": lambda: charts.statuses_over_time(lasting.counts().clear()),
    "occupancy": lambda: charts.occupancy_over_time(lasting.occupancy().clear()),
    "lapses": lambda: charts.leaving_and_returning(lasting.lapses().clear(), lasting.returns().clear()),
    "varied": lambda: charts.rules_varied(lasting.varied().clear()),
    "bundle": lambda: charts.bundle_and_elements(lasting.together().clear()),
    "variation": lambda: charts.delivered_among_sites(lasting.variation().clear()),
    "delivered": lambda: charts.delivered_over_time(lasting.over_time().clear()),
    "adaptations": lambda: charts.adaptations_over_time(lasting.adaptations().clear()),
    "beside": lambda: charts.benefit_beside(lasting.beside().clear()),
    "drop": lambda: charts.voltage_drop(lasting.drop().clear()),
    "what-if differences": lambda: charts.what_if_differences(frames.differences().clear()),
    "choices over time": lambda: charts.choices_over_time(frames.choices().clear()),
    "assumptions": lambda: charts.assumptions_ladder(frames.ladder().clear(), first="A", second="B"),
}


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]


def drawn(chart: Any, field: str) -> list[Any]:
    """The values of a field in every layer that has it, without doubles of whole layers."""
    spec = chart.to_dict()
    layers = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]
    found = [[row[field] for row in rows] for rows in layers if rows and field in rows[0]]
    return [value for n, values in enumerate(found) if values not in found[:n] for value in values]


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("theme", ["page", "paper"])
def test_a_picture_says_that_it_is_one_and_what_it_shows(name: str, theme: Any) -> None:
    chart = CHARTS[name]()
    root = ET.fromstring(charts.svg(chart, theme))
    title, says = root[0], root[1]
    assert (root.get("role"), title.tag, says.tag) == ("img", f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {says.get('id')}"
    assert (title.text, says.text) == charts.words(chart)
    assert len(says.text or "") > 40


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_good_vega_lite(name: str) -> None:
    assert CHARTS[name]().to_dict(validate=True)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_frame_gives_the_same_bytes(name: str) -> None:
    assert charts.svg(CHARTS[name]()) == charts.svg(CHARTS[name]())


@pytest.mark.parametrize("name", EMPTY)
def test_a_chart_of_nothing_says_so(name: str) -> None:
    chart = EMPTY[name]()
    assert charts.words(chart)[1] != ""
    assert ET.fromstring(charts.svg(chart)).get("role") == "img"


@pytest.mark.parametrize("name", CHARTS)
def test_on_a_page_every_colour_goes_by_its_name_and_on_paper_none_does(name: str) -> None:
    colours = {
        part.get(attribute)
        for part in ET.fromstring(charts.svg(CHARTS[name]())).iter()
        for attribute in ("fill", "stroke")
    } - {None, "none", "transparent"}
    named = {f"var(--tr-{token}, {light})" for token, light in tokens().items()}
    assert colours - named == set()
    assert "var(" not in charts.svg(CHARTS[name](), "paper")


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_needs_no_style_no_script_and_nothing_from_elsewhere(name: str) -> None:
    root = ET.fromstring(charts.svg(CHARTS[name]()))
    tags = {part.tag.removeprefix(SVG) for part in root.iter()}
    attributes = {attribute for part in root.iter() for attribute in part.attrib}
    assert tags & {"style", "script", "image", "a", "use", "foreignObject"} == set()
    assert {a for a in attributes if a == "style" or "href" in a or a.startswith("on")} == set()


def test_several_pictures_stand_on_one_page() -> None:
    page = "".join(charts.both(draw) for draw in CHARTS.values())
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) >= 4 * len(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_letters_on_a_phone_are_at_least_eleven_pixels(name: str) -> None:
    root = ET.fromstring(charts.svg(CHARTS[name](width=340)))
    width = float(root.get("viewBox", "").split()[2])
    sizes = [float(part.get("font-size", "12").removesuffix("px")) for part in root.iter() if part.get("font-size")]
    assert width == 340
    assert min(sizes) >= 11


def test_a_picture_for_documents_is_a_png() -> None:
    assert charts.png(CHARTS["control"]())[:8] == b"\x89PNG\r\n\x1a\n"


def test_names_that_would_break_a_page_are_only_words() -> None:
    hostile = "</text><script>alert(1)</script>\"'&\x01]]>"
    points = frames.points().with_columns(site=pl.lit(hostile))
    svg = charts.svg(charts.control_chart(points))
    assert "<script" not in svg
    assert ET.fromstring(svg)[0].text == "Huddles held, " + hostile.replace("\x01", "")


def test_more_than_five_thousand_rows_are_drawn() -> None:
    many = pl.concat([frames.timeline().with_columns(pl.col("on").dt.offset_by(f"{n}d")) for n in range(60)])
    assert many.height > 5000
    assert "7,800" in charts.words(charts.timeline(many))[1]


def test_every_count_of_every_stage_is_drawn_over_its_month() -> None:
    by_stage = frames.by_stage(12).filter(pl.col("sites").max().over("stage") > 0)
    chart = charts.stages_over_time(frames.by_stage(12))
    spec = chart.to_dict()
    areas = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"] if layer["mark"]["type"] == "area"]
    expected = [
        [(on.isoformat(), sites) for on, sites in mine.select("on", "sites").iter_rows()]
        + [("2021-12-31", mine["sites"][-1])]
        for _, mine in by_stage.group_by("stage", maintain_order=True)
    ]
    assert [[(row["on"], row["sites"]) for row in area] for area in areas] == expected


def test_the_curve_of_staying_is_drawn_as_it_is_and_thin_where_few_are_followed() -> None:
    km = frames.km()
    chart = charts.staying_in_use(km, rule=RULE).to_dict()
    firm, thin = (
        layer
        for layer in chart["layer"]
        if layer["mark"]["type"] == "line" and layer["encoding"]["y"]["field"] == "share"
    )
    drawn = [[tuple(row.values()) for row in chart["datasets"][part["data"]["name"]]] for part in (firm, thin)]
    assert firm["mark"]["interpolate"] == thin["mark"]["interpolate"] == "step-after"
    assert drawn[0] + drawn[1][1:] == list(km.select("months", "share").iter_rows())
    assert (drawn[1][0], drawn[1][-1][0]) == (drawn[0][-1], 44.0)
    assert thin["mark"]["strokeWidth"] < firm["mark"]["strokeWidth"]
    assert "3 followed" in texts(charts.svg(charts.staying_in_use(km, rule=RULE)))


def test_where_nobody_is_recorded_as_leaving_no_interval_is_drawn_and_none_is_said() -> None:
    km = pl.DataFrame(
        [(0.0, 24, 0, 0, 1.0, 1.0, 1.0), (31.0, 24, 0, 23, 1.0, 1.0, 1.0), (280.0, 1, 0, 1, 1.0, 1.0, 1.0)],
        schema=frames.km().columns,
        orient="row",
    )
    chart = charts.staying_in_use(km, rule=RULE)
    told = " ".join(texts(charts.svg(chart)))
    assert [layer for layer in chart.to_dict()["layer"] if layer["mark"]["type"] == "area"] == []
    assert "Band" not in told
    assert "None is recorded as leaving." in told
    assert charts.words(chart)[1].startswith(
        "24 sites began; none is recorded as leaving; 1 site was followed for 280 months."
    )


def test_a_way_of_leaving_says_how_many_took_it_and_a_share_only_where_it_rests_on_enough() -> None:
    leaving = frames.leaving().filter(pl.col("left_as") == "stopped: lapsed")
    few = leaving.with_columns(at_risk=pl.when(pl.col("months") == 38).then(3).otherwise("at_risk"))
    assert "3 stopped: lapsed (16%)" in texts(charts.svg(charts.leaving_by_reason(leaving)))
    assert "3 stopped: lapsed" in texts(charts.svg(charts.leaving_by_reason(few)))
    widths = [layer["mark"].get("strokeWidth") for layer in charts.leaving_by_reason(few).to_dict()["layer"]]
    assert widths[:2] == [2.25, 1.25]


def test_beneath_the_curve_stand_the_sites_still_followed() -> None:
    told = texts(charts.svg(charts.staying_in_use(frames.km(), rule=RULE)))
    after = told[told.index("Sites still followed, at each of these months:") - 8 :]
    assert [text for text in after if text.isdigit()][:8] == ["35", "31", "28", "23", "18", "13", "8", "3"]


def test_the_rule_stands_in_the_picture_of_staying_and_of_leaving() -> None:
    for chart in (CHARTS["staying"](), CHARTS["leaving"]()):
        assert RULE in " ".join(texts(charts.svg(chart)))


def test_staying_by_group_names_each_line() -> None:
    km = pl.concat([frames.km().with_columns(region=pl.lit(name)) for name in ("North", "South")])
    assert {"North", "South"} <= set(texts(charts.svg(charts.staying_in_use(km, rule=RULE))))


def test_a_missing_denominator_leaves_no_percentage_in_the_picture() -> None:
    told = " ".join(texts(charts.svg(CHARTS["reach without a denominator"]())))
    assert "%" not in told
    assert "%" in " ".join(texts(charts.svg(CHARTS["reach"]())))


def test_each_version_of_the_plan_is_a_line_of_its_own_dash() -> None:
    spec = charts.planned_against_actual(frames.plan_lines(), frames.reach()).to_dict()
    planned = [layer for layer in spec["layer"] if layer["encoding"].get("y", {}).get("field") == "planned"]
    assert len(planned) == 3
    assert len({tuple(layer["mark"]["strokeDash"]) for layer in planned}) == 3
    last = [spec["datasets"][layer["data"]["name"]][-1]["planned"] for layer in planned]
    ends = frames.plan_lines().sort("on").group_by("version").last().sort("version", descending=True)["planned"]
    assert last == ends.to_list()


def test_beside_plans_for_single_sites_the_line_says_that_it_counts_all() -> None:
    of_sites = frames.plan_lines().with_columns(of=pl.lit("sites"))
    told = texts(charts.svg(charts.planned_against_actual(of_sites, frames.reach())))
    latest = frames.reach()["in_use"][-1]
    assert f"{latest} in use," in told
    assert "planned or not" in told
    assert f"{latest} in use" in texts(charts.svg(charts.planned_against_actual(frames.plan_lines(), frames.reach())))


def test_the_range_that_the_record_allows_stands_beside_the_plan() -> None:
    chart = charts.planned_against_actual(frames.plan_lines(), frames.reach())
    assert "the range that the record allows" in " ".join(texts(charts.svg(chart)))
    assert drawn(chart, "in_use_high") == frames.reach()["in_use_high"].to_list()


def test_none_known_in_use_is_not_said_to_be_none() -> None:
    unknown = frames.reach().with_columns(in_use=pl.lit(0), not_known=pl.lit(12))
    for chart in (charts.reach_over_time(unknown), charts.planned_against_actual(frames.plan_lines(), unknown)):
        told = texts(charts.svg(chart))
        assert {"0 known in use,", "12 not known"} <= set(told)
        assert "for 12 sites it is not known" in charts.words(chart)[1]


@pytest.mark.parametrize("sites", [1, 2, 3, 7])
@pytest.mark.parametrize("width", [720, 340])
def test_no_number_stands_twice_at_the_side(sites: int, width: int) -> None:
    few = frames.reach(months=40).with_columns(
        *(pl.lit(sites).alias(name) for name in ("contacted", "ever_used", "in_use", "in_use_low", "in_use_high")),
        eligible=pl.lit(sites, dtype=pl.Int64),
    )
    told = texts(charts.svg(charts.reach_over_time(few, width=width)))
    numbers = [text for text in told if text.isdigit() and len(text) < 4]
    assert len(numbers) == len(set(numbers)) >= 2


@pytest.mark.parametrize("width", [176, 292, 556, 700])
@pytest.mark.parametrize("months", [2, 9, 14, 26, 40, 70, 280, 720, 1500])
def test_dates_beneath_a_chart_have_room_beside_each_other_and_within_it(width: int, months: int) -> None:
    first, last = date(1964, 3, 1), date(1964, 3, 1) + timedelta(days=round(months * 30.44))
    ticks = day_ticks(first, last, width, 13)
    room = 13 * 0.62 * (4 if ticks["format"] == "%Y" else 8)
    middles = [(date.fromisoformat(on) - first).days / (last - first).days * width for on in ticks["values"]]
    moved = [min(max(place, room / 2), width - room / 2) for place in middles]
    assert all(one + room < other for one, other in pairwise(moved))
    assert all(abs(one - other) <= ticks["labelFlush"] + 0.5 for one, other in zip(middles, moved, strict=True))


def test_shapes_say_what_points_show() -> None:
    spec = charts.control_chart(frames.points()).to_dict()
    shapes = {
        (layer["mark"]["shape"], layer["mark"]["fill"]): len(spec["datasets"][layer["data"]["name"]])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point" and layer["encoding"]["x"].get("type") == "temporal"
    }
    light = tokens()
    assert shapes == {
        ("circle", light["spc-common-fill"]): 25,
        ("circle", light["chart-back"]): 1,
        ("triangle-up", light["spc-improvement-fill"]): 8,
        ("triangle-down", light["spc-concern-fill"]): 1,
    }


def test_a_concern_that_rises_points_up() -> None:
    points = frames.points().with_columns(
        improves=pl.lit("down"), shows=pl.col("shows").replace("improvement", "concern")
    )
    spec = charts.control_chart(points).to_dict()
    rising = [
        layer["mark"]["shape"]
        for layer in spec["layer"]
        if layer["mark"].get("fill") == tokens()["spc-concern-fill"]
        and layer["encoding"]["x"].get("type") == "temporal"
    ]
    assert rising == ["triangle-up"]


def test_where_neither_direction_is_better_points_are_squares() -> None:
    points = frames.points().with_columns(
        improves=pl.lit("neither"),
        shows=pl.col("shows").replace({"improvement": "neither_high", "concern": "neither_low"}),
    )
    spec = charts.control_chart(points).to_dict()
    shapes = {layer["mark"]["shape"] for layer in spec["layer"] if layer["mark"]["type"] == "point"}
    assert shapes == {"circle", "square"}


def test_lines_break_where_a_phase_begins_and_where_a_period_is_missing() -> None:
    spec = charts.control_chart(frames.points()).to_dict()
    thread = next(layer for layer in spec["layer"] if layer["encoding"].get("detail", {}).get("field") == "run")
    runs = [row["run"] for row in spec["datasets"][thread["data"]["name"]]]
    assert [runs.count(run) for run in sorted(set(runs))] == [20, 5, 10]


def test_a_month_that_no_row_speaks_of_is_a_gap_too() -> None:
    points = frames.points(months=12).filter(pl.col("on") != date(2021, 6, 1))
    spec = charts.control_chart(points).to_dict()
    thread = next(layer for layer in spec["layer"] if layer["encoding"].get("detail", {}).get("field") == "run")
    assert len({row["run"] for row in spec["datasets"][thread["data"]["name"]]}) == 2


def test_limits_and_mean_have_their_labels_at_the_right_edge() -> None:
    told = texts(charts.svg(charts.control_chart(frames.points())))
    assert {"93 upper limit", "78 mean", "63 lower limit", "80 target"} <= set(told)


def test_a_phase_with_too_few_points_has_no_limits_and_says_so() -> None:
    few = frames.points(months=6)
    told = " ".join(texts(charts.svg(charts.control_chart(few))))
    assert "Too few values to judge: 6 of 13" in told
    assert "limit" not in told.replace("no limits", "").replace("used for limits", "")


@pytest.mark.parametrize("scale", [1e-6, 1e-4, 0.01, 1, 1e6])
def test_values_of_any_size_have_numbers_at_the_side_that_differ(scale: float) -> None:
    values = ("value", "centre", "lower", "upper", "target")
    points = frames.points().with_columns(pl.col(name) * scale for name in values)
    chart = charts.control_chart(points)
    root = ET.fromstring(charts.svg(chart))
    side = [text.text for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    groups = [group for group in root.iter(f"{SVG}g") if group.get("text-anchor") == "end"]
    side += [text.text for group in groups for text in group.iter(f"{SVG}text")]
    assert len(set(side)) == len(side) >= 3
    assert not any("e" in (text or "") for text in side)
    assert max(len(text or "") for text in side) * 13 * 0.56 + 5 <= chart.to_dict()["padding"]["left"]


def test_a_measure_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(NotFound, match="Huddles held"):
        charts.control_chart(frames.points(), measure="Hudles held")


def test_small_charts_stand_in_the_order_of_the_frame_whatever_they_show() -> None:
    sites = ["Zeta", "Alpha", "Mid"]
    points = pl.concat([frames.points().with_columns(site=pl.lit(site)) for site in sites])
    told = texts(charts.svg(charts.small_multiples(points)))
    assert [text for text in told if text in sites] == sites


def test_at_most_two_dozen_small_charts_are_drawn_and_the_rest_is_counted() -> None:
    chart = charts.small_multiples(frames.points(26))
    assert "The first 24 of 26 series" in charts.words(chart)[1]


def test_a_group_that_is_not_recorded_is_shown_as_such() -> None:
    told = texts(charts.svg(CHARTS["groups"]()))
    assert [told.count(group) for group in ("1", "2", "3", "4", "5", "not recorded")] == [1] * 6


def test_groups_without_any_share_are_counted_and_nothing_is_drawn_for_them() -> None:
    unknown = frames.reach_by().with_columns(in_use_share=pl.lit(None, dtype=pl.Float64), people_share=pl.lit(None))
    chart = charts.reach_by_group(unknown, by="region")
    told = texts(charts.svg(chart))
    assert {layer["mark"]["type"] for layer in chart.to_dict()["layer"]} == {"text"}
    assert "6 of 14 sites" in told
    assert "100%" not in told
    assert "no share" in " ".join(told)


@pytest.mark.parametrize("width", [720, 340])
@pytest.mark.parametrize("name", ["A region with a name of many words " * 4, "Llanfairpwllgwyngyll" * 6])
def test_long_names_are_broken_and_what_is_counted_stands_below(name: str, width: int) -> None:
    groups = charts.reach_by_group(frames.reach_by().with_columns(group=pl.lit(name)), width=width)
    rules = charts.sustained_by_rule(frames.by_rule().with_columns(rule=pl.lit(name)), width=width)
    for chart, said in ((groups, "6 of 14 sites; 1,900 of 5,200 people"), (rules, "24 of 31 sustained")):
        told = [(text.get("y"), text.text or "") for text in ET.fromstring(charts.svg(chart)).iter(f"{SVG}text")]
        place = told.index(next(one for one in told if one[1] == said))
        names = [text for _, text in told if text.rstrip("…").strip() and text.rstrip("…") in name]
        assert [text for y, text in told if y == told[place][0]] == [said]
        assert len(names) >= 2
        assert max(len(text) for text in names) * 13 * 0.6 < width


def test_a_rule_that_can_judge_nobody_yet_is_shown_without_a_share() -> None:
    told = texts(charts.svg(CHARTS["rules"]()))
    assert told.count("none can be judged yet") == 1
    assert drawn(charts.sustained_by_rule(frames.by_rule().tail(1)), "x") != []


def test_a_small_line_in_a_table_is_left_to_the_figures_beside_it() -> None:
    root = ET.fromstring(charts.spark(frames.points()))
    assert root.get("aria-hidden") == "true"
    path = next(
        part.get("d", "") for part in root.iter("path") if part.get("stroke", "").startswith("var(--tr-spc-line")
    )
    assert len(re.findall("[ML]", path)) == 35
    assert path.count("M") == 2


def test_a_series_too_short_to_judge_is_not_said_to_be_common_cause():
    values = {"measure": ["m"] * 3, "site": ["A"] * 3, "on": ["2024-01", "2024-02", "2024-03"], "value": [4, 5, 6]}
    drawn = charts.svg(charts.control_chart(spc.chart(values), width=340))
    assert "common cause" not in drawn
    assert "The latest is 6 (too few values to judge); the mean of the latest phase is 5." in drawn
