"""Pictures of who is tied to whom: sites as dots, tiles and places on a map, ties as lines and as a matrix."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest

from takeroot import charts
from takeroot.charts.network import projected
from takeroot.charts.standing import LOOKS, PLACE
from takeroot.vocabulary.stages import Stage

ON, EARLIER = date(2024, 3, 1), date(2023, 3, 1)


def stood(stages: dict[str, str], on: date = ON) -> pl.DataFrame:
    return pl.DataFrame({"on": [on] * len(stages), "site": list(stages), "stage": list(stages.values())})


def places(sites: list[str]) -> pl.DataFrame:
    count = max(len(sites) - 1, 1)
    return pl.DataFrame(
        {"site": sites, "x": [n / count for n in range(len(sites))], "y": [0.5 * (n % 2) for n in range(len(sites))]}
    )


def ties(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"source": pl.String, "target": pl.String}, orient="row")


HERE = stood({"A": "using", "B": "paused", "C": "not_reached"})


def test_every_stage_has_a_look_and_no_two_looks_a_shape_and_a_fill() -> None:
    assert set(PLACE) == {stage.value for stage in Stage}
    assert len({(look.shape, look.fill, look.size) for look in LOOKS}) == len(LOOKS)
    assert len({look.bars for look in LOOKS}) == len(LOOKS)


@pytest.mark.parametrize("width", [720, 340])
def test_the_words_say_how_many_stand_where_and_how_many_ties_held(width: int) -> None:
    chart = charts.network_of_sites(HERE, places(["A", "B", "C"]), ties(("A", "B")), width=width)
    title, says = charts.words(chart)
    assert title.endswith("Mar 2024")
    assert "of 3 sites, 1 using or embedded, 1 paused or stopped and 1 not reached" in says
    assert "1 tie held" in says


def test_each_dot_says_its_site_and_its_stage_to_a_pointer() -> None:
    names = {"A": "The <b> & long one"}
    picture = charts.svg(charts.network_of_sites(HERE, places(["A", "B", "C"]), ties(("A", "B")), names=names))
    assert "The &lt;b&gt; &amp; long one: using" in picture and "<b>" not in picture
    assert "C: not reached" in picture


def test_a_site_that_was_not_there_is_not_drawn_and_neither_are_its_ties() -> None:
    alone = charts.svg(charts.network_of_sites(stood({"A": "using"}), places(["A", "B"]), ties(("A", "B"), ("B", "A"))))
    both = charts.svg(
        charts.network_of_sites(stood({"A": "using", "B": "using"}), places(["A", "B"]), ties(("A", "B"), ("B", "A")))
    )
    assert "B: using" in both and "B:" not in alone
    assert len(alone) < len(both)


def test_sites_keep_their_places_from_month_to_month() -> None:
    over_time = pl.concat([stood({"A": "exploring", "B": "exploring"}, EARLIER), stood({"A": "using", "B": "using"})])
    picture = charts.svg(charts.network_over_time(over_time, places(["A", "B"])))
    marks = [float(x) for x in re.findall(r'transform="translate\(([\d.]+),[\d.]+\)" d="M', picture)]
    open_ones, filled = marks[:2], marks[2:4] if len(marks) > 4 else marks[2:]
    assert round(open_ones[1] - open_ones[0], 1) == round(filled[1] - filled[0], 1)
    assert (
        "Mar 2023: 0 of 2 sites in use; Mar 2024: 2 of 2 sites in use"
        in charts.words(charts.network_over_time(over_time, places(["A", "B"])))[1]
    )


def test_tiles_of_thousands_of_sites_are_a_few_marks() -> None:
    every = [stage.value for stage in Stage]
    sites = {f"site {n}": every[n % len(every)] for n in range(3000)}
    groups = pl.DataFrame({"site": list(sites), "group": [f"region {n % 7}" for n in range(3000)]})
    picture = charts.svg(charts.sites_as_tiles(stood(sites), groups))
    assert picture.count("<path") < 40 and len(picture) < 200_000
    for look in LOOKS:
        assert look.says in picture


def test_a_matrix_counts_every_tie_once_by_what_its_ends_did() -> None:
    order = pl.DataFrame({"site": ["A", "B", "C", "D"], "group": ["East", "East", "West", "West"]})
    held = ties(("A", "B"), ("A", "C"), ("C", "D"), ("D", "C"))
    chart = charts.ties_as_matrix(order, held, {"A", "B"}, on=ON)
    says = charts.words(chart)[1]
    assert "4 ties between 4 sites: 1 from a site in use to a site in use" in says
    assert "1 from a site in use to one that is not, 2 from a site that is not in use" in says
    assert "75% of them lie within a region" in says
    assert "East" in charts.svg(chart) and "West" in charts.svg(chart)


def test_a_map_has_north_above_and_keeps_its_scale() -> None:
    where = pl.DataFrame({"site": ["N", "S"], "latitude": [61.0, 60.0], "longitude": [0.0, 0.0]})
    found, kilometres = projected(where)
    assert found["y"].to_list() == [0.0, 1.0] and round(kilometres) == 111


def test_sites_on_both_sides_of_the_date_line_stand_beside_each_other() -> None:
    where = pl.DataFrame({"site": ["Fiji", "Samoa"], "latitude": [-17.0, -17.0], "longitude": [179.0, -179.0]})
    found, kilometres = projected(where)
    assert found["x"].round(9).to_list() == [0.0, 1.0] and kilometres < 250


def test_a_map_says_how_many_sites_it_leaves_out() -> None:
    where = pl.DataFrame({"site": ["A", "B", "C"], "latitude": [50.0, None, 51.0], "longitude": [0.0, 1.0, 1.0]})
    assert "1 site without them is not drawn" in charts.words(charts.map_of_sites(HERE, where))[1]
    none = where.with_columns(latitude=pl.lit(None, dtype=pl.Float64))
    assert "No site that was there then has a latitude" in charts.words(charts.map_of_sites(HERE, none))[1]


def test_one_site_and_sites_in_one_place_are_drawn() -> None:
    where = pl.DataFrame({"site": ["A", "B", "C"], "latitude": [50.0] * 3, "longitude": [0.0] * 3})
    for chart in (
        charts.map_of_sites(HERE, where),
        charts.network_of_sites(stood({"A": "using"}), places(["A"]), ties()),
        charts.network_over_time(stood({"A": "using"}), places(["A"])),
        charts.sites_as_tiles(stood({"A": "using"}), pl.DataFrame({"site": ["A"], "group": ["East"]})),
    ):
        assert "nan" not in charts.svg(chart).lower()


@pytest.mark.parametrize(
    "empty",
    [
        lambda: charts.network_of_sites(HERE.clear(), places(["A"]), ties()),
        lambda: charts.network_over_time(HERE.clear(), places(["A"])),
        lambda: charts.sites_as_tiles(HERE.clear(), pl.DataFrame({"site": ["A"], "group": ["East"]})),
        lambda: charts.ties_as_matrix(pl.DataFrame({"site": ["A"], "group": ["East"]}), ties(), set()),
    ],
)
def test_without_anything_to_draw_a_picture_says_so(empty) -> None:
    assert charts.words(empty())[1].startswith(("No ", "There is no"))


def test_the_plan_is_a_line_and_a_sentence_of_the_fan() -> None:
    from tests.charts import frames

    months, counts, tried = frames.forecast()
    plan = pl.DataFrame({"on": [counts["on"][3], months["on"][-1]], "planned": [10, 57]})
    with_plan = charts.fan_chart(months, counts, tried, plan=plan)
    assert "Planned by then: 57." in charts.words(with_plan)[1] and "57 planned" in charts.svg(with_plan)
    assert "planned" not in charts.svg(charts.fan_chart(months, counts, tried, plan=plan.clear()))
