"""Where each site stands: since when, last confirmed when, and whether it is still open."""

from __future__ import annotations

from datetime import date

import pytest
from tests.analysis.small import columns, reading, small

from takeroot.analysis import adoption
from takeroot.errors import NotEnough


def test_a_stage_recorded_again_is_confirmed_and_stands_since_it_was_first():
    programme = small(
        "A 2024-01-01 using",
        "A 2024-02-01 paused",
        "A 2024-03-01~month using how_known=reported",
        "A 2024-05-01 using how_known=observed id=seen",
    )
    names = ("stage", "since", "since_before", "confirmed", "how_known", "reference")
    assert columns(adoption.standing(programme), *names) == [
        ("using", "2024-03-01", "2024-04-01", "2024-05-01", "observed", "stages:seen")
    ]


def test_a_confirmation_within_its_span_narrows_it():
    programme = small("A 2024-01-01~year using", "A 2024-03-10 using")
    assert columns(adoption.standing(programme), "since", "since_before") == [("2024-01-01", "2024-03-11")]


def test_another_stage_in_use_is_another_stage():
    programme = small("A 2024-01-01 using", "A 2024-06-01 embedded")
    assert columns(adoption.standing(programme), "stage", "since") == [("embedded", "2024-06-01")]


def test_a_site_that_closed_or_merged_keeps_its_last_stage_and_is_not_open():
    programme = small(
        "A 2024-01-01 using",
        "B 2024-01-01 using",
        "C 2024-01-01 using",
        sites={"site": ["A", "B", "C", "D", "E"], "closed": [None, "2024-05-01", "2025-05-01", None, None]},
        successions={"site": ["A", "D"], "successor": ["E", "E"], "on": ["2024-06-01"] * 2, "kind": ["merged"] * 2},
    )
    assert columns(adoption.standing(programme), "site", "stage", "open", "closed", "carried_on_by") == [
        ("A", "using", False, "2024-06-01", "E"),
        ("B", "using", False, "2024-05-01", None),
        ("C", "using", True, None, None),
        ("D", None, False, "2024-06-01", "E"),
        ("E", "using", True, None, None),
    ]


def test_a_site_may_be_carried_on_by_several():
    split = {"site": ["A", "A"], "successor": ["C", "B"], "on": ["2024-06-01"] * 2, "kind": ["split"] * 2}
    assert columns(adoption.standing(small("A 2024-01-01 using", successions=split)), "carried_on_by")[0] == ("B;C",)


def test_a_site_that_has_not_opened_yet_is_not_open():
    programme = small("A 2024-01-01 using", sites={"site": ["A", "B"], "opened": [None, "2025-02-01"]})
    assert columns(adoption.standing(programme), "stage", "open") == [("using", True), (None, False)]


def test_sites_stand_by_the_source_that_was_chosen():
    programme = small(
        "A 2024-01-01 using by=form", "A 2024-03-01 preparing by=visit", about=reading("form", "visit", chosen="visit")
    )
    assert columns(adoption.standing(programme), "stage", "since") == [("preparing", "2024-03-01")]


def test_where_sites_stood_on_an_earlier_day():
    programme = small("A 2024-01-01 using", "A 2024-06-01 paused")
    assert columns(adoption.standing(programme, date(2024, 5, 31)), "stage", "since") == [("using", "2024-01-01")]
    with pytest.raises(NotEnough):
        adoption.standing(programme, date(2025, 6, 1))
