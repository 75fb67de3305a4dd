"""Where scale-up is held back, what else goes on at the sites, and what might be stopped."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from takeroot import Programme
from takeroot.analysis import embedding

NOW = date(2024, 6, 30)


def programme(**tables: Any) -> Programme:
    sites = {"site": ["A", "B", "C"], "region": ["North", "North", "South"]}
    stages = {"site": ["A", "B"], "stage": ["using", "using"], "on": ["2023-01-01", "2023-06-01"]}
    return Programme({"name": "Falls", "as_at": NOW}, **({"sites": sites, "stages": stages} | tables))


def because(frame: pl.DataFrame) -> list[str]:
    return frame["because"].to_list()


# Structure


def test_a_level_without_anybody_is_told_and_one_with_somebody_is_not():
    named = {"what": ["it"], "level": ["region"], "held_by": ["director"]}
    found = embedding.held_back(programme(responsibilities=named))
    assert found.filter(because="none named")["level"].to_list() == ["site", "organisation", "system"]


def test_where_nothing_is_recorded_of_who_is_accountable_no_level_is_said_to_lack_anybody():
    assert because(embedding.held_back(programme())) == []


def test_regions_without_anybody_are_named_where_others_have_somebody():
    named = {"what": ["it"], "level": ["region"], "region": ["North"], "held_by": ["director"]}
    found = embedding.held_back(programme(responsibilities=named)).filter(because="some", level="region")
    assert found.select("number", "of", "among").rows() == [(1.0, 2.0, ["South"])]


def test_sites_in_use_without_anybody_are_named_and_sites_not_in_use_are_not():
    named = {"what": ["it"], "level": ["site"], "site": ["A"], "held_by": ["matron"]}
    found = embedding.held_back(programme(responsibilities=named)).filter(because="some", level="site")
    assert found.select("number", "of", "among").rows() == [(1.0, 2.0, ["B"])]


def test_who_left_and_was_followed_is_not_told():
    said = {"what": ["it", "it"], "level": ["system", "system"], "held_by": ["Ana", "Ben"]}
    said |= {"since": ["2020-01-01", "2024-01-01"], "until": ["2024-01-01", None]}
    assert "left" not in because(embedding.held_back(programme(responsibilities=said)))
    alone = {name: cells[:1] for name, cells in said.items()}
    assert "left" in because(embedding.held_back(programme(responsibilities=alone)))


@pytest.mark.parametrize(
    ("since", "until", "state"),
    [
        (None, None, "holds"),
        ("2024-06-30", None, "holds"),
        ("2024-07-01", None, "ahead"),
        (None, "2024-06-30", "ended"),
        (None, "2024-07-01", "ends soon"),
        (None, "2024-12-30", "ends soon"),
        (None, "2024-12-31", "holds"),
    ],
)
def test_until_is_the_first_day_on_which_it_no_longer_holds(since, until, state):
    said = {"what": ["it"], "level": ["system"], "since": [since], "until": [until]}
    assert embedding.accountable(programme(responsibilities=said))["state"].to_list() == [state]


# Strategy


def test_an_action_is_told_when_its_day_has_passed_or_nobody_has_taken_it_on_and_not_when_it_is_done_or_dropped():
    actions = {
        "title": ["late", "on time", "nobody's", "done", "dropped"],
        "owner": ["Ana", "Ana", None, "Ana", "Ana"],
        "due": ["2024-06-29", "2024-06-30", None, "2024-01-01", "2024-01-01"],
        "done": [None, None, None, "2024-02-01", None],
        "status": ["open", None, None, None, "dropped"],
    }
    found = embedding.held_back(programme(actions=actions)).select("because", "what").rows()
    assert found == [("overdue", "late"), ("no owner", "nobody's")]


# Support


def test_support_is_needed_and_given_by_kind_whatever_its_capitals():
    needs = {"site": ["A", "B"], "kind": ["Coaching", "coaching "], "since": ["2024-01-01"] * 2}
    supports = {"site": ["B"], "kind": ["COACHING"], "since": ["2024-02-01"]}
    found = embedding.needed_and_given(programme(needs=needs, supports=supports))
    assert found.select("needed_at", "met_at", "without").rows() == [(2, 1, ["A"])]


def test_support_for_all_meets_every_need_and_a_need_of_all_is_of_every_open_site():
    every = {"kind": ["data"], "since": ["2024-01-01"]}
    found = embedding.needed_and_given(programme(needs=every, supports=every))
    assert found.select("needed_at", "met_at", "everywhere").rows() == [(3, 3, True)]


def test_support_that_ended_is_not_given_and_a_need_that_ended_is_none():
    needs = {"site": ["A", "B"], "kind": ["data"] * 2, "since": ["2023-01-01"] * 2, "until": [None, "2024-01-01"]}
    supports = {"site": ["A"], "kind": ["data"], "since": ["2023-01-01"], "until": ["2024-06-30"]}
    found = embedding.needed_and_given(programme(needs=needs, supports=supports))
    assert found.select("needed_at", "met_at", "without").rows() == [(1, 0, ["A"])]


def test_support_that_ends_while_it_is_needed_is_told_and_not_where_another_goes_on():
    needs = {"site": ["A", "B"], "kind": ["data"] * 2, "since": ["2023-01-01"] * 2}
    supports = {"site": ["A", "B", "B"], "kind": ["data"] * 3, "since": ["2023-01-01"] * 3}
    supports |= {"until": ["2024-09-01", "2024-09-01", None], "by": ["x", "x", "y"]}
    found = embedding.needed_and_given(programme(needs=needs, supports=supports))
    assert found.select("met_at", "ends_at", "ends").rows() == [(2, ["A"], date(2024, 9, 1))]


def test_demand_adds_amounts_of_one_unit_and_counts_needs_without_an_amount_apart():
    needs = {"site": ["A", "B", "C"], "kind": ["coaching"] * 3, "since": ["2024-05-15", "2024-06-01", "2024-06-01"]}
    needs |= {"amount": [2, 3, None], "unit": ["days", "Days", None]}
    able = {"kind": ["coaching"], "since": ["2024-06-01"], "amount": [4], "unit": ["days"]}
    found = embedding.demand(programme(needs=needs, capacities=able))
    assert found.select("on", "needed", "could", "unsaid").rows() == [
        (date(2024, 5, 1), 2.0, None, 0),
        (date(2024, 6, 1), 5.0, 4.0, 1),
    ]
    short = embedding.held_back(programme(needs=needs, capacities=able)).filter(because="short")
    assert short.select("number", "of", "on").rows() == [(1.0, 5.0, date(2024, 6, 1))]


def test_demand_never_falls_when_a_need_is_added():
    needs = {"site": ["A", "B"], "kind": ["c"] * 2, "since": ["2024-01-01"] * 2, "amount": [2, 1], "unit": ["d"] * 2}
    one = embedding.demand(programme(needs={name: cells[:1] for name, cells in needs.items()}))
    two = embedding.demand(programme(needs=needs))
    assert (two["needed"] - one["needed"]).to_list() == [1.0] * one.height


# Context


def test_an_anchor_that_ended_is_told_unless_another_of_its_kind_holds_at_its_level():
    anchors = {"what": ["policy", "policy"], "title": ["Old", "New"], "level": ["region", "region"]}
    anchors |= {"on": ["2020-01-01", "2024-01-01"], "until": ["2024-01-01", None]}
    assert "anchor ended" not in because(embedding.held_back(programme(anchors=anchors)))
    old = {name: cells[:1] for name, cells in anchors.items()}
    assert "anchor ended" in because(embedding.held_back(programme(anchors=old)))


def test_a_nation_is_the_system_and_an_anchor_of_a_site_is_at_its_level():
    anchors = {"what": ["policy", "contract"], "title": ["P", "C"], "level": ["National", None], "site": [None, "A"]}
    found = embedding.anchored(programme(anchors=anchors | {"on": ["2020-01-01"] * 2}))
    assert found.select("level", "title").rows() == [("site", "C"), ("system", "P")]


def test_only_kinds_of_condition_that_work_both_ways_are_told_with_what_was_there_before():
    conditions = {
        "kind": ["legal", "legal", "commercial", "technological"],
        "site": ["A", "B", "A", None],
        "text": ["A law", "A law", "A price", "A record"],
        "works": ["enables", "limits", "limits", "disputed"],
        "since": ["2020-01-01", "2023-02-01", None, None],
    }
    found = embedding.both_ways(programme(conditions=conditions))
    assert found.select("kind", "works", "before").rows() == [
        ("legal", "enables", True),
        ("legal", "limits", False),
        ("technological", "disputed", None),
    ]


def test_nothing_in_what_holds_back_is_a_score_or_an_order_of_sites():
    conditions = {"site": ["C", "A"], "kind": ["legal"] * 2, "text": ["x", "y"], "works": ["limits"] * 2}
    found = embedding.held_back(programme(conditions=conditions))
    assert found["site"].to_list() == ["A", "C"]
    assert not {"score", "rank"} & set(found.columns)


# Other work


def test_load_counts_what_goes_on_and_nothing_that_ended():
    work = {"site": ["A", "A", "A"], "name": ["Sepsis", "Beds", "Old"], "relation": ["competes", None, "competes"]}
    work |= {"until": [None, None, "2024-06-30"], "hours_a_month": [4.5, None, 9]}
    found = embedding.load(programme(other_work=work)).filter(site="A")
    assert found.select("works", "competes", "others", "hours", "hours_said").rows() == [(2, 1, 1, 4.5, 1)]


def test_other_work_that_only_reinforces_raises_no_question():
    work = {"site": ["A", "B"], "name": ["Sepsis", "Beds"], "relation": ["reinforces", "competes"]}
    found = embedding.might_stop(programme(other_work=work))
    assert found.select("of", "what", "sites").rows() == [("other work", "Beds", ["B"])]


def test_what_a_plan_to_stop_speaks_of_is_not_asked_again():
    work = {"site": ["B"], "name": ["Beds"], "relation": ["competes"]}
    plan = {"what": ["beds"], "on": ["2024-01-01"], "reason": ["Twice"]}
    assert not embedding.might_stop(programme(other_work=work, endings=plan)).height


def test_a_component_is_asked_about_where_it_is_hardly_delivered_at_half_of_three_sites_or_more():
    parts = {"component": ["tea"], "name": ["Tea round"]}
    given = {"site": ["A", "B", "C"], "component": ["tea"] * 3, "on": ["2024-05-01"] * 3}
    found = embedding.might_stop(programme(components=parts, deliveries=given | {"delivered": ["never", "0.2", "0.9"]}))
    assert found.select("what", "sites", "known_at").rows() == [("Tea round", ["A", "B"], 3)]
    often = embedding.might_stop(programme(components=parts, deliveries=given | {"delivered": ["never", "0.5", "0.9"]}))
    assert not often.height


def test_a_plan_to_stop_says_where_it_stands_and_what_it_leaves_open():
    plan = {"what": ["a", "b", "c"], "on": ["2024-01-01"] * 3, "reason": ["r"] * 3, "watch": ["the panel", None, None]}
    plan |= {"due": ["2024-06-01", "2024-12-01", None], "done": [None, None, "2024-02-01"], "evidence": ["e"] * 3}
    found = embedding.endings(programme(endings=plan)).sort("what")
    assert found["state"].to_list() == ["its day has passed", "planned", "stopped"]
    assert found["unsaid"].to_list()[:2] == [["decided_by", "remains"], ["decided_by", "remains", "measure"]]


def test_only_decisions_to_stay_local_are_told_as_such():
    decisions = {
        "on": ["2024-01-01"] * 3,
        "what": ["keep local", "stop", "spread no further"],
        "site": ["A", "A", None],
    }
    found = embedding.kept_local(programme(decisions=decisions))
    assert sorted(found["what"]) == ["keep local", "spread no further"]
