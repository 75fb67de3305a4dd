"""The two published cases, told from their facts alone: what their reports must show, in every kind of file."""

from __future__ import annotations

import io
import re
from functools import cache

import docx
import pptx
import pytest
from tests.reporting.made import Page

import takeroot as tr
from takeroot.reporting import report
from takeroot.reporting.results import Results

#: Web pages at once; documents and slides take longer.
FILES = ("html", pytest.param("docx", marks=pytest.mark.slow), pytest.param("pptx", marks=pytest.mark.slow))

#: What the report on PROMPT must say, each as pieces of text that it must hold.
PROMPT = {
    "the trial by intention to treat": ("by intention to treat", "0.79", "0.63 to 1.01", "there may be no difference"),
    "the trial by actual start": ("by the date each unit actually began: no effect", "1.01", "0.84 to 1.22"),
    "the crude rate that rose": ("1.32", "1.59", "it rose"),
    "the two units that never began": (
        "2 have not begun",
        "Not begun: Unnamed Scottish unit 11 of 12 and Unnamed Scottish",
    ),
    "editions of the package": ("1st edition", "2nd edition", "3rd edition", "4th package"),
    "access apart from use": ("UK maternity units that have accessed the Annual Update", "access, not use", "104"),
    "sources that conflict": (
        "promptmaternity.org/scotland",
        "figures follow Lenguerrand et al. 2020",
        "13 to 31 sites",
    ),
    "plans in versions": ("set on 1 Nov 2013", "set on 1 Mar 2014", "every version is kept"),
}
#: What the report on Frailsafe must say.
FRAILSAFE = {
    "low bundle completion": ("1,687 of 7,021", "24%", "22.5%", "defined otherwise than in the paper"),
    "beside the elements": ("Lowest single element, medicines reconciliation", "58.4%"),
    "use within the improvement teams": (
        "Use stayed within the improvement teams",
        "rarely reached other hospital teams",
    ),
    "completed alone": ("Checklist completed by a clinician alone", "function lost"),
    "to check on juniors": (
        "whether juniors had done their duties",
        "Challenge across the hierarchy became supervision",
    ),
    "form kept, function lost": ("The form was kept and the conversation it was to prompt was lost",),
    "the prediction of its own site": (
        "Predicted: Effective and scalable",
        "What happened: 24.0 %",
        "joint working will be",
    ),
}
CASES = [("prompt", what) for what in PROMPT] + [("frailsafe", what) for what in FRAILSAFE]


@cache
def results(name: str) -> Results:
    return Results(tr.examples.load(name))


@cache
def words(name: str, kind: str, report_kind: str = "full") -> str:
    """All the words of a report as a reader finds them in the file, with single spaces."""
    made = report.content(results(name), f"report.{kind}", kind=report_kind)
    text = {"html": in_page, "docx": in_document, "pptx": in_slides}[kind](made)
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def in_page(made: bytes) -> str:
    return Page(made.decode()).text


def in_document(made: bytes) -> str:
    document = docx.Document(io.BytesIO(made))
    return " ".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


def in_slides(made: bytes) -> str:
    deck = pptx.Presentation(io.BytesIO(made))
    shapes = [shape._element for slide in deck.slides for shape in slide.shapes]
    return " ".join(node.text or "" for shape in shapes for node in shape.iter() if node.tag.endswith("}t"))


def first_page(text: str) -> str:
    """What stands before anything but the two answers."""
    return text[
        : text.index("Spread: where sites stand", text.index("Whether it went as planned, according to people"))
    ]


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(("name", "what"), CASES)
def test_the_report_on_a_published_case_shows(name: str, what: str, kind: str) -> None:
    told = words(name, kind)
    wanted = (PROMPT if name == "prompt" else FRAILSAFE)[what]
    assert [part for part in wanted if part not in told] == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "prompt",
            (
                "0.63 to 1.01",
                "0.84 to 1.22",
                "2 have not begun",
                "access, not use",
                "13 to 31 sites",
                "It was set twice",
            ),
        ),
        (
            "frailsafe",
            ("1,687 of 7,021", "58.4%", "Use stayed within", "completed by a clinician alone", "Predicted: "),
        ),
    ],
)
def test_the_two_answers_hold_it_before_anything_else(name: str, parts: tuple[str, ...]) -> None:
    told = first_page(words(name, "html"))
    assert [part for part in parts if part not in told] == []
    assert told.index("Was it spread and sustained as planned?") < told.index("What changed, and why?")


@pytest.mark.parametrize("report_kind", ["one-pager", "board", "squire", "stari", "tidier"])
def test_every_kind_of_report_begins_with_the_two_answers(report_kind: str) -> None:
    told = words("prompt", "html", report_kind)
    planned, changed = told.index("Was it spread and sustained as planned?"), told.index("What changed, and why?")
    assert planned < changed < 12_000
    assert "0.63 to 1.01" in told[planned:changed] and "0.84 to 1.22" in told[planned:changed]


def test_a_letter_to_a_site_begins_with_the_two_answers_as_far_as_it_sees() -> None:
    programme = tr.examples.load("synthetic")
    told = Page(report.content(programme, "letter.html", kind="site", site="qui-01").decode()).text
    planned, changed = told.index("Was it spread and sustained as planned?"), told.index("What changed, and why?")
    assert planned < changed < told.index("To Alder Ward")
    assert "Alder Ward (invented) stopped using it (replaced) on 15 May 2023." in told
    assert "Nobody has written" not in told and "No account is written" not in told


def test_no_published_case_says_that_a_null_result_was_an_improvement() -> None:
    told = first_page(words("prompt", "html"))
    trial = told[told.index("Finding, as allocated") : told.index("Findings that accounts cite")]
    assert trial.count("there may be no difference") == 2 and "improvement" not in trial
