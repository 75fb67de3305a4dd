"""Questions, actions and sites: what is still open, and what was heard when."""

from __future__ import annotations

from datetime import date

from takeroot import Programme
from takeroot.analysis import adoption, explanation
from takeroot.analysis.explanation.searching import folded


def test_a_question_is_answered_by_a_note_that_is_about_it_and_by_nothing_else() -> None:
    notes = {
        "on": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"],
        "title": ["Who rings?", "Why?", "We do", "Seen elsewhere", "Is it asked in a visit?"],
        "about": [None, None, "notes:other; notes:who", "notes:we", None],
        "source_kind": [None, None, None, None, "visit"],
        "id": ["who", "why", "we", "other", "visit"],
    }
    asked = explanation.unanswered(Programme("Asked", notes=notes))
    assert asked["reference"].to_list() == ["notes:why"]


def test_an_action_is_past_its_day_from_the_day_after_and_while_it_is_open() -> None:
    actions = {
        "title": ["today", "yesterday", "done", "dropped", "no day"],
        "due": ["2024-06-01", "2024-05-31", "2024-01-01", "2024-01-01", None],
        "done": [None, None, "2024-05-01", None, None],
        "status": [None, "open", None, "dropped", None],
    }
    late = explanation.overdue(Programme("Late", actions=actions), date(2024, 6, 1))
    assert late["title"].to_list() == ["yesterday"]


def test_a_site_is_heard_of_by_what_it_did_and_not_by_what_it_was_given_or_will_do() -> None:
    programme = Programme(
        {"name": "Heard", "as_at": "2024-06-30"},
        sites={"site": ["A", "B", "C", "D"]},
        stages={"site": ["A"], "stage": ["using"], "on": ["2023-01-01"]},
        measures={"measure": ["falls"]},
        values={"measure": ["falls"] * 2, "site": ["A", "B"], "on": ["2023-05-01", "2024-09-01"], "value": [1.0, 2.0]},
        supports={"site": ["C"], "kind": ["training"], "since": ["2024-01-01"]},
        actions={"title": ["x", "y"], "site": ["C", "D"], "due": ["2024-01-01"] * 2, "done": [None, "2024-02-01"]},
    )
    heard = dict(explanation.last_heard(programme).select("site", "heard").iter_rows())
    assert heard == {"A": date(2023, 5, 1), "B": None, "C": None, "D": date(2024, 2, 1)}


def test_support_of_one_site_given_twice_at_once_reaches_one_site() -> None:
    supports = {"site": ["A", "A", None], "kind": ["training"] * 3, "by": ["x", "y", "z"]}
    supports |= {"since": ["2024-01-01", "2024-01-15", "2024-02-10"], "until": [None, None, "2024-03-31"]}
    frame = adoption.support_over_time(Programme({"name": "Twice", "as_at": "2024-04-10"}, supports=supports))
    assert frame.select("on", "sites", "everywhere").rows() == [
        (date(2024, 1, 31), 1, False),
        (date(2024, 2, 29), 1, True),
        (date(2024, 3, 31), 1, False),
        (date(2024, 4, 10), 1, False),
    ]


def test_amounts_of_different_units_are_never_added_up() -> None:
    supports = {"kind": ["training"] * 3, "since": ["2024-01-01", "2024-02-01", "2024-03-01"], "site": ["A", "B", "C"]}
    supports |= {"amount": [1, 2, 4], "unit": ["days", "days", "hours"], "cost": [None, 5, None]}
    frame = adoption.support_given(Programme("Units", supports=supports))
    assert frame.select("unit", "amount", "cost", "costed").rows() == [("days", 3.0, 5.0, 1), ("hours", 4.0, None, 0)]


def test_support_that_begins_after_the_day_counted_to_reaches_nobody() -> None:
    supports = {"kind": ["training"], "since": ["2025-01-01"]}
    programme = Programme({"name": "Later", "as_at": "2024-04-10"}, supports=supports)
    assert adoption.support_over_time(programme).height == 0


def test_letters_of_every_script_are_folded_alike_however_they_are_written() -> None:
    assert folded("É") == folded("e\u0301") == folded("e")
    assert folded("Ångström ŁÓDŹ Ærø") == "angstrom lodz aero"
    assert folded("北京") == "北京" and folded("Ёлка") == folded("елка")
