"""Icons: what they mean can be told without colour, and is said in words."""

from __future__ import annotations

import re
from importlib.resources import files
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from tests.charts import series
from tests.charts.test_charts import texts
from tests.charts.test_tokens import BACKGROUNDS, contrast, of

from takeroot import charts
from takeroot.analysis import spc
from takeroot.analysis.spc import ASSURANCE, VARIATION
from takeroot.charts.icons import assurance_parts, variation_parts
from takeroot.charts.theme import tokens
from takeroot.errors import NotFound

SVG = "{http://www.w3.org/2000/svg}"
KINDS = [(word, high) for word in VARIATION for high in (True, False, None)]
DRAWN = {
    **{f"{word} {high}": charts.variation_icon(word, high=high) for word, high in KINDS},
    **{f"assurance {word}": charts.assurance_icon(word) for word in (*ASSURANCE, None)},
}


def without_colour(svg: str) -> str:
    """The drawing alone: painted or not, but not in which colour."""
    root = ET.fromstring(svg)
    return " ".join(
        f"{part.get('d')}|{part.get('fill') != 'none'}|{part.get('stroke') is not None}"
        for part in root.iter(f"{SVG}path")
    )


@pytest.mark.parametrize("name", DRAWN)
def test_an_icon_is_a_picture_with_words(name: str) -> None:
    root = ET.fromstring(DRAWN[name])
    title = root.find(f"{SVG}title")
    assert title is not None
    assert (root.get("role"), root.get("aria-label")) == ("img", title.text)
    assert len(title.text or "") > 10


def test_no_two_icons_of_unlike_meaning_look_alike_without_colour() -> None:
    meanings: dict[str, set[str]] = {}
    for svg in DRAWN.values():
        meanings.setdefault(without_colour(svg), set()).add(ET.fromstring(svg).get("aria-label") or "")
    alike = [words for words in meanings.values() if len(words) > 1]
    assert alike == [{VARIATION["too_few"], "No target, or too few points to judge it"}]


def test_better_and_worse_differ_in_more_than_colour() -> None:
    for high in (True, False, None):
        better, worse = (charts.variation_icon(word, high=high) for word in ("improvement", "concern"))
        assert without_colour(better) != without_colour(worse)


def test_a_high_value_has_a_letter_that_a_low_one_has_not() -> None:
    high, low = (charts.variation_icon("concern", high=high) for high in (True, False))
    assert "high values" in high
    assert "low values" in low
    assert without_colour(high) != without_colour(low)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_of_an_icon_stands_out_from_what_it_lies_on(theme: str) -> None:
    colours = of(theme)
    weak = []
    for parts in [*(variation_parts(*kind) for kind in KINDS), *(assurance_parts(word) for word in (*ASSURANCE, None))]:
        filled = parts[0].fill
        for part in parts[1:] if filled else parts:
            hue = part.fill or part.stroke
            name = hue if hue in colours else f"chart-{hue}"
            grounds = (filled,) if filled else BACKGROUNDS
            weak += [(hue, ground) for ground in grounds if contrast(colours[name], colours[ground]) < 3]
        weak += [
            (filled, ground) for ground in BACKGROUNDS if filled and contrast(colours[filled], colours[ground]) < 3
        ]
    assert weak == []


@pytest.mark.parametrize("name", DRAWN)
def test_an_icon_needs_no_style_and_no_script(name: str) -> None:
    root = ET.fromstring(DRAWN[name])
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= {"svg", "title", "path"}
    assert not re.search(r'style=|class="[^"]*"\s*on|href|\bid=', DRAWN[name])


@pytest.mark.parametrize("name", DRAWN)
def test_on_a_page_an_icon_goes_by_names_of_colours_and_on_paper_by_colours(name: str) -> None:
    named = {f"var(--tr-{token}, {light})" for token, light in tokens().items()}
    painted = set(re.findall(r'(?:fill|stroke)="([^"]+)"', DRAWN[name])) - {"none"}
    assert painted <= named
    css = (files("takeroot.charts") / "tokens.css").read_text(encoding="utf-8")
    assert all(one.split("(")[1].split(",")[0] in css for one in painted)
    assert "var(" not in charts.variation_icon("concern", high=True, theme="paper")


def test_a_word_that_there_is_no_icon_for_is_said_to_be_missing() -> None:
    with pytest.raises(NotFound, match="improvment"):
        charts.variation_icon("improvment")
    with pytest.raises(NotFound, match="passed"):
        charts.assurance_icon("passed")


def test_an_icon_can_be_a_png() -> None:
    png = charts.png(charts.assurance_icon("pass", theme="paper"))
    assert png[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_table_of_icons_keeps_sites_and_measures_in_their_given_order() -> None:
    rows = series.summaries()
    cells = charts.icon_cells(rows)
    assert cells.select("measure", "site").rows() == rows.select("measure", "site").rows()
    told = texts(charts.svg(charts.icon_table(rows, width=720)))
    assert [text for text in told if text in ("Zeta", "Alpha", "Mid")] == ["Zeta", "Alpha", "Mid"]
    assert [text for text in told if text in ("Waits", "Falls", "Beds", "Audits")] == [
        "Waits",
        "Falls",
        "Beds",
        "Audits",
    ]


def test_every_measure_of_every_site_has_two_icons_and_an_empty_place_is_counted() -> None:
    chart = charts.icon_table(series.summaries())
    root = ET.fromstring(charts.svg(chart))
    says = [part.get("data-says") or "" for part in root.iter() if part.get("data-point")]
    assert len(says) == len(set(part.get("data-point") for part in root.iter() if part.get("data-point"))) == 2 * 19
    assert "1 place has no value" in charts.words(chart)[1]
    assert not any(text.startswith("Alpha, Falls") for text in says)


def test_icons_say_what_the_summary_says_of_the_latest_phase() -> None:
    points = series.everything()
    summary = spc.summary(points)
    cell = charts.icon_cells(summary).row(0, named=True)
    latest = summary.row(-1, named=True)
    assert summary.height == 2
    assert charts.icon_cells(summary).height == 1
    assert (cell["variation"], cell["assurance"], cell["says"]) == (
        latest["variation"],
        latest["assurance"],
        latest["says"],
    )


@pytest.mark.parametrize(
    ("improves", "variation", "high"),
    [("up", "improvement", True), ("up", "concern", False), ("down", "improvement", False), ("down", "concern", True)],
)
def test_the_letter_follows_the_direction_that_is_better(improves: str, variation: str, high: bool) -> None:
    rows = {"measure": ["m"], "site": ["A"], "variation": [variation], "assurance": [None], "improves": [improves]}
    assert charts.icon_cells(pl.DataFrame(rows))["high"].to_list() == [high]


def test_where_the_direction_is_not_told_the_letter_follows_the_latest_value() -> None:
    rows = {"measure": ["m"], "site": ["A"], "variation": ["concern"], "assurance": [None]}
    rows |= {"latest": [9.0], "centre": [5.0]}
    assert charts.icon_cells(pl.DataFrame(rows))["high"].to_list() == [True]


def test_a_hostile_name_in_the_table_of_icons_is_only_words() -> None:
    hostile = "</text><script>alert(1)</script>\"'&\x01]]>"
    svg = charts.svg(charts.icon_table(series.summaries().with_columns(site=pl.lit(hostile), measure=pl.lit(hostile))))
    assert "<script" not in svg
    ET.fromstring(svg)
