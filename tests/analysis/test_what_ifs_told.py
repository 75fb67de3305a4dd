"""What-ifs are part of the story: on the line of time, among what is found, citable, and in the report."""

from __future__ import annotations

from typing import Any

import pytest

from takeroot import Programme, explanation
from takeroot.reporting.blocks import Part
from takeroot.reporting.results import Results
from takeroot.reporting.saying import answer_of, entry
from takeroot.reporting.sections.story import deciding

ASKED: dict[str, Any] = {
    "id": ["room", "wait"],
    "on": ["2024-01-01", "2024-03-01"],
    "question": ["Ask for it, or give room?", "To wait a year"],
    "choices": ["choices: [{name: Larch}]"] * 2,
    "by": ["ana", "ben"],
    "expects": ["Asking is quicker.", None],
    "result": ["Nothing is fitted.\nUnder these assumptions, room comes out ahead.", None],
    "decision": ["Give room.", None],
    "why": ["They asked for trust", None],
    "decided_on": ["2024-02-02", None],
    "decided_by": ["Board", None],
}


@pytest.fixture
def programme() -> Programme:
    account = {"question": ["other"], "on": ["2024-05-01"], "by": ["Ana"], "text": ["[what_ifs:room] [what_ifs:gone]"]}
    return Programme("Falls", what_ifs=ASKED, accounts=account)


def test_a_what_if_stands_on_the_line_of_time_with_what_was_decided(programme: Programme) -> None:
    line = explanation.timeline(programme).filter(kind="what-if")
    assert line.select("says", "by").rows() == [
        ("What if: Ask for it, or give room? Decided on 2 Feb 2024, Board: Give room.", "ana"),
        ("What if: To wait a year.", "ben"),
    ]


def test_what_was_expected_and_why_stand_beside_it(programme: Programme) -> None:
    results = Results(programme)
    told = explanation.storyline(programme, results.timeline, results.changes).filter(reference="what_ifs:room")
    assert told.select("more", "strand").row(0) == ("Asking is quicker.\nThey asked for trust", "strategy")


def test_a_what_if_is_found_by_its_words_and_not_by_those_of_its_file(programme: Programme) -> None:
    found = explanation.findable(programme)
    assert explanation.search(found, "ahead TRUST")["reference"].to_list() == ["what_ifs:room"]
    assert explanation.search(found, "larch").height == 0


def test_a_what_if_can_be_cited(programme: Programme) -> None:
    assert explanation.broken(programme)["reference"].to_list() == ["what_ifs:gone"]
    cited = entry(Results(programme), "what_ifs:room")
    assert cited is not None
    assert (cited.says, cited.whose) == ("What if: Ask for it, or give room? Decided: Give room.", "ana")


def test_the_report_lists_what_was_asked_expected_found_and_decided(programme: Programme) -> None:
    section = deciding(Results(programme))
    assert section is not None
    (part,) = section.blocks
    assert isinstance(part, Part) and part.title == "What-ifs"
    grid = part.blocks[1]
    rows = [dict(zip([column.head for column in grid.columns], row, strict=True)) for row in grid.rows]
    told = ("Asked", "Expected", "What came of it", "Decided")
    assert [tuple(row[name] for name in told) for row in rows] == [
        (ASKED["question"][0], "Asking is quicker.", "Under these assumptions, room comes out ahead.", "Give room."),
        (ASKED["question"][1], None, None, "nothing yet"),
    ]


def test_without_what_ifs_the_report_says_nothing_of_them() -> None:
    section = deciding(Results(Programme("Falls", decisions={"on": ["2024-01-03"], "what": ["stop"]})))
    assert section is not None
    assert [block.title for block in section.blocks if isinstance(block, Part)] == ["Decisions"]


@pytest.mark.parametrize(
    "answer",
    [
        "Under these assumptions Visits comes out ahead: 3 more site-months of use on average than Room.",
        "The order is not settled: Visits comes to 3 more site-months of use on average than Room.",
        "There is no difference: Visits and Room come to the same in every history.",
        "Visits and Room come to the same in every history. There is hardly any difference: Visits and As it is now.",
    ],
)
def test_the_answer_is_found_among_all_the_words(answer: str) -> None:
    assert answer_of(f"The model is fitted to 60 sites.\n{answer}\nVisits: 30 sites in use after 24 months.") == answer
