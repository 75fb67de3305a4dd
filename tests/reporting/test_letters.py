"""Letters that nothing here can show are said to be there; tables are read in line; slides say what they are of."""

from __future__ import annotations

import io
import unicodedata

import openpyxl
import pptx
import pypdfium2
import pytest
from tests.reporting.made import wards

from takeroot import examples
from takeroot.reporting import report
from takeroot.reporting.papers.flow import Line, shortened
from takeroot.reporting.papers.letters import lacking, replaced, said_of
from takeroot.reporting.papers.runs import Run, plain
from takeroot.vocabulary.programme import Programme

#: A letter of nobody's: no letter face has it.
OWN = "\U000f1234"


def told(content: bytes) -> str:
    """What a PDF says."""
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_letters_of_the_languages_beside_ours_are_shown_and_those_of_no_face_are_named() -> None:
    assert lacking(["Ωμέγα Жизнь naïve 12 %"]) == frozenset()
    assert lacking([f"Ward {OWN}"]) == {OWN}


def test_what_can_not_be_shown_is_counted_where_it_stands() -> None:
    assert replaced(f"To {OWN}{OWN} Ward", {OWN}) == "To [2 letters not shown] Ward"
    assert replaced("To the Ward", {OWN}) == "To the Ward"
    assert said_of(()) == "" and "1 letter of the record" in said_of({OWN})


def test_hundreds_of_letters_that_can_not_be_shown_take_moments() -> None:
    """After some of a script, the rest of it is taken for the like."""
    text = "".join(map(chr, range(0xF0000, 0xF0000 + 3000)))
    assert len(lacking([text])) == 3000


def test_a_pdf_never_drops_letters_silently() -> None:
    """With a face for them they are there; without, it is said how many stand where, and why."""
    name = "病棟"
    programme = Programme(
        {"name": f"{name} Falls", "as_at": "2024-12-31"},
        sites={"site": ["A"], "name": [f"{name} {OWN}"]},
        stages={"site": ["A"], "stage": ["using"], "on": ["2024-01-05"]},
    )
    said = told(report.content(programme, "report.pdf"))
    assert "Letters not shown." in said and "[1 letter not shown]" in said.replace("[3 letters", "[1 letter")
    assert unicodedata.normalize("NFC", name) in said or "[2 letters not shown] Falls" in said
    assert "Letters not shown" not in told(report.content(wards(), "report.pdf"))


def test_numbers_of_a_workbook_stand_under_heads_to_the_right_and_words_apart_from_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(report.content(wards(), "report.xlsx")))
    page = book["Evidence"]
    heads = {cell.value: cell.alignment for cell in page[2]}
    assert heads["Number"].horizontal == "right" and heads["What it says"].horizontal == "left"
    assert page["B3"].alignment.indent == 1
    for each in book["What it says"].iter_rows(min_row=3):
        for cell, width in zip(each, ("A", "B", "C", "D"), strict=True):
            room = book["What it says"].column_dimensions[width].width
            assert cell.alignment.wrap_text or len(str(cell.value or "")) <= room


def test_a_table_after_a_chart_says_of_which_measure_it_is() -> None:
    content = report.content(examples.load("synthetic"), "report.pptx", kind="site", site="vel-01")
    show = pptx.Presentation(io.BytesIO(content))
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    latest = [
        title
        for title, slide in zip(titles, show.slides, strict=True)
        if any(shape.has_text_frame and shape.text_frame.text.startswith("Latest phase") for shape in slide.shapes)
    ]
    assert len(latest) > 2
    assert all(title.startswith("What the measures show: ") for title in latest)
    assert len(set(latest)) == len(latest)


def test_no_slide_holds_a_quiet_word_alone() -> None:
    content = report.content(examples.load("synthetic"), "report.pptx", kind="site", site="vel-01")
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text]
        body = [text for text in texts[1:-2] if text]
        only = body and all(text.startswith("In the workbook of this report") for text in body)
        assert not (only and not any(shape.has_table for shape in slide.shapes) and len(slide.shapes) < 5), texts


@pytest.mark.parametrize("name", ["prompt", "synthetic"])
def test_the_one_slide_keeps_what_trials_found_and_every_rule_whatever_has_to_go(name: str) -> None:
    """The null result of a trial is never what stands in the notes alone."""
    content = report.content(examples.load(name), "report.pptx", kind="one-pager")
    slide = pptx.Presentation(io.BytesIO(content)).slides[0]
    said = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert "Finding, as allocated" in said and "Finding, as started" in said
    assert "Was it spread and sustained as planned?" in said and "What changed, and why?" in said
    if name == "prompt":
        assert "not beyond chance" in said and "no effect" in said
    sizes = [
        run.font.size.pt
        for shape in slide.shapes
        if shape.has_text_frame and shape.top < 6_000_000
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.font.size
    ]
    assert min(sizes) >= 6.5


def test_what_does_not_fit_goes_from_the_end_and_no_heading_is_left_over_nothing() -> None:
    found = [Line((Run("Answers"),), "heading", bound=True)]
    for about in ("In use", "Finding, as allocated", "Depth", "Fidelity"):
        found += [Line((Run(about),), "about", bound=True), Line((Run("Said at length. " * 12),), "says")]
    found += [Line((Run("What next"),), "heading", bound=True), Line((Run("More."),), "about", bound=True)]
    whole = sum(line.tall(3 - 0.16, 10) for line in found)
    kept = [plain(line.text) for line in shortened(found, 3, whole * 0.62, 10)]
    assert "Finding, as allocated" in kept and "Fidelity" not in kept and "What next" not in kept
    assert kept[-1].startswith("… and ") and shortened(found, 3, whole + 1, 10) == found
