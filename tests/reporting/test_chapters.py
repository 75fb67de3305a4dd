"""The sections of a report can be chosen by the names and titles that are listed of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from takeroot import examples
from takeroot.reporting.blocks import cited
from takeroot.reporting.report import Report
from takeroot.reporting.results import Results
from takeroot.reporting.sections import CHAPTERS, SECTIONS
from takeroot.vocabulary.programme import Programme

EMPTY = Programme("Only a name")


@pytest.fixture(scope="module", params=["frailsafe", "prompt", "synthetic", "nothing"])
def results(request: pytest.FixtureRequest) -> Results:
    if request.param == "nothing":
        return Results(EMPTY)

    return Results(Programme.read(Path(examples.__file__).parent / request.param))


def test_every_section_has_the_name_and_title_that_are_listed(results: Results) -> None:
    for make, (name, title) in zip(SECTIONS, CHAPTERS.items(), strict=True):
        section = make(results)
        assert section is None or (section.anchor, section.title) in {(name, title), ("spread", "Spread")}


def test_no_two_sections_show_the_same_rows_in_tables_of_their_own(results: Results) -> None:
    """Anchors stand in the section on scale-up, other work in its own, and neither again around it."""
    sections = {section.anchor: section for make in SECTIONS if (section := make(results)) is not None}
    around = {reference.partition(":")[0] for reference in cited(sections["around"].blocks)}
    assert not {"anchors", "other_work"} & around
    if results.programme.anchors.height:
        assert "anchors" in {reference.partition(":")[0] for reference in cited(sections["scale-up"].blocks)}


def test_a_report_holds_the_chosen_sections_alone(results: Results) -> None:
    report = Report.of(results, only={"answers", "meaning"})
    assert [section.anchor for section in report.sections] == ["answers", "meaning"]
    whole = {one.reference for one in Report.of(results).evidence}
    assert {one.reference for one in report.evidence} <= whole


def test_a_report_says_what_it_leaves_out() -> None:
    assert (
        '<p class="of-a-part">Of two sites &amp; no more.</p>'
        in Report.of(EMPTY, part="Of two sites & no more.").html()
    )
    assert 'class="of-a-part"' not in Report.of(EMPTY).html()
