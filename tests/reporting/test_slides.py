"""Measures as slides: the finding is the title, every picture is told in words, and nothing runs over."""

from __future__ import annotations

import io
from itertools import combinations
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Emu
from tests.reporting.made import HOSTILE
from tests.reporting.measured import LONG, board, many

from takeroot.reporting import takeaway
from takeroot.reporting.slides import Box, fitted
from takeroot.vocabulary.programme import Programme

PICTURE, TABLE = 13, 19


def show(programme: Programme, **chosen: Any) -> Any:
    return Presentation(io.BytesIO(takeaway.content(programme, "board.pptx", **chosen)))


@pytest.fixture(scope="module")
def slides() -> Any:
    return show(board()).slides


def titles(slides: Any) -> list[str]:
    return [slide.shapes.title.text for slide in slides]


def words(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def overlaps(one: Any, other: Any) -> bool:
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return bool(across > 0 and down > 0)


def test_the_title_of_a_slide_is_the_finding(slides: Any) -> None:
    assert titles(slides) == [
        "Safer wards: 3 measures; 1 shows no unusual change, 1 is unusual and better and 1 is shown site by site",
        "Waits at 3 sites: 3 show no unusual change.",
        "Falls: unusual and better since March 2023: ten points below the mean.",
        "Days between, Ward C: no unusual change lately.",
        "How these charts were made",
    ]


def test_a_site_that_is_asked_for_has_a_slide_for_each_of_its_measures() -> None:
    found = titles(show(board(), sites=["ward b"]).slides)
    assert [title.partition(":")[0] for title in found[1:-1]] == ["Waits, Ward B", "Falls, Ward B"]


def test_every_picture_says_in_words_what_it_shows(slides: Any) -> None:
    pictures = [shape for slide in slides for shape in slide.shapes if shape.shape_type == PICTURE]
    said = [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures]
    assert len(pictures) > 6
    assert all(said)
    falls = next(text for text in said if text.startswith("Falls: all sites together"))
    assert "The latest is" in falls
    assert "Variation: Unusual and better: low values" in said


def test_a_chart_is_a_vector_with_dots_for_those_that_know_none(slides: Any) -> None:
    chart = next(shape for shape in slides[2].shapes if shape.name == "Chart")
    extension = chart._element.blipFill.findall(".//{*}svgBlip")
    relation = extension[0].get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed")
    vector = slides[2].part.related_part(relation)
    assert vector.content_type == "image/svg+xml"
    assert vector.blob.startswith(b"<svg xmlns") and b"var(--" not in vector.blob
    assert chart.image.content_type == "image/png"


def test_boxes_are_filled_from_the_record(slides: Any) -> None:
    said = words(slides[2])
    assert "1. 5 Mar 2023: Night lights were put in" in said
    assert "Mend the lights (the porter, due 1 Feb 2024)." in said
    assert "Target 9: may meet or miss the target by chance." in said
    assert "U chart (rates). Rule set our-board, version 2026. Data as of 31 Dec 2023." in said


def test_a_box_without_anything_in_the_record_says_so() -> None:
    nothing = {"events": {"on": [], "kind": [], "title": []}, "actions": {"title": []}}
    bare = show(board(**nothing), measures=["gaps"])
    said = words(bare.slides[1])
    assert "Nothing is logged lately." in said
    assert "No action is recorded." in said


def test_the_numbers_stand_in_the_notes(slides: Any) -> None:
    notes = slides[3].notes_slide.notes_text_frame.text
    assert "Period | Value | Mean | Lower limit | Upper limit | Shows" in notes
    assert "1 Jan 2022 | 3 |" in notes


@pytest.mark.parametrize("measures", [1, 13])
def test_nothing_runs_over_the_slide_or_over_something_else(measures: int) -> None:
    made = show(many(measures))
    assert len(made.slides) == measures + -(-measures // 10) + 1
    _in_their_places(made)


@pytest.mark.slow
def test_sixty_measures_with_long_names_have_room() -> None:
    made = show(many(60))
    assert len(made.slides) == 60 + 6 + 1
    _in_their_places(made)


def test_names_without_a_space_have_room() -> None:
    _in_their_places(show(board({"waits": "W" * 300, "falls": LONG * 4, "A": "x" * 200, "programme": "P" * 400})))


def _in_their_places(made: Any) -> None:
    assert (made.slide_width, made.slide_height) == (Emu(12191695), Emu(6858000))
    for slide in made.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= made.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= made.slide_height
        for one, other in combinations(slide.shapes, 2):
            icon_in_table = {one.shape_type, other.shape_type} == {PICTURE, TABLE}
            assert icon_in_table or not overlaps(one, other), (one.name, other.name)


def test_words_fit_their_box_or_end_in_an_ellipsis() -> None:
    size, told = fitted([LONG, LONG], Box(0, 0, 3, 1), (24, 12, 9))
    assert size == 9
    assert told[-1].endswith("…")
    assert fitted(["Short"], Box(0, 0, 3, 1), (24, 12, 9)) == (24, ["Short"])


def test_what_people_wrote_stays_text() -> None:
    made = show(board({"falls": HOSTILE, "A": HOSTILE, "programme": HOSTILE}))
    assert made.slides[2].shapes.title.text.startswith(HOSTILE)


def test_the_finding_has_room_however_long_the_name() -> None:
    made = show(board({"falls": LONG * 4}))
    assert made.slides[2].shapes.title.text.endswith(
        "…: unusual and better since March 2023: ten points below the mean."
    )
    assert made.slides[2].notes_slide.notes_text_frame.text.startswith((LONG * 4).strip())


def test_the_same_programme_gives_the_same_bytes() -> None:
    assert takeaway.content(board(), "board.pptx") == takeaway.content(board(), "board.pptx")
