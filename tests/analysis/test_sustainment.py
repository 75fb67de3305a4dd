"""How long sites stay in use: clocks, graces, returns, mergers."""

from __future__ import annotations

from datetime import date

import pytest
from tests.analysis.lasting import programme, rule, seen, status, stay

from takeroot.analysis import sustainment


def test_a_site_still_in_use_is_censored_at_the_end_of_the_record() -> None:
    row = stay("2023-01 using")
    assert seen(row) == (36.0, False, None, "still so")
    assert (row["zero"], row["left"], row["rule"]) == (date(2023, 1, 1), None, "A year on")


@pytest.mark.parametrize(
    ("last", "left_as"),
    [
        ("paused", "paused"),
        ("stopped decided", "stopped: decided"),
        ("stopped replaced", "stopped: replaced"),
        ("stopped lapsed", "stopped: lapsed"),
        ("stopped", "stopped: not said"),
        ("declined", "declined"),
        ("not_reached", "not reached"),
        ("preparing", "preparing"),
    ],
)
def test_leaving_for_any_reason_is_leaving_and_says_as_what(last: str, left_as: str) -> None:
    row = stay(f"2023-01 using, 2023-07 {last}")
    assert seen(row) == (6.0, True, left_as, None)
    assert row["left"] == date(2023, 7, 1)


def test_a_site_closed_while_in_use_is_censored() -> None:
    sites = {"site": ["A"], "closed": ["2024-03-01"]}
    assert seen(stay("2023-01 using", sites=sites)) == (14.0, False, None, "closed")


def test_a_site_of_which_nothing_is_known_since_is_censored() -> None:
    assert seen(stay("2023-01 using, 2023-10 unknown")) == (9.0, False, None, "not known")


def test_what_became_known_later_does_not_say_when_it_left() -> None:
    assert seen(stay("2023-01 using, 2023-10 unknown, 2024-05 stopped lapsed")) == (9.0, False, None, "not known")


def test_confirming_and_embedding_break_no_stay() -> None:
    assert seen(stay("2023-01 using, 2023-05 using, 2023-09 embedded, 2024-01 using")) == (
        36.0,
        False,
        None,
        "still so",
    )


def test_coming_back_does_not_undo_leaving() -> None:
    assert seen(stay("2023-01 using, 2023-07 paused, 2023-09 using")) == (6.0, True, "paused", None)


@pytest.mark.parametrize(
    ("back", "left"), [("2023-08", False), ("2023-09", False), ("2023-09-02", True), ("2023-10", True)]
)
def test_an_absence_up_to_the_grace_is_overlooked(back: str, left: bool) -> None:
    row = stay(f"2023-01 using, 2023-07 paused, {back} using", one=rule(grace=2))
    assert row["event"] is left
    assert row["months"] == (6.0 if left else 36.0)


def test_several_short_absences_are_each_overlooked() -> None:
    history = "2023-01 using, 2023-03 paused, 2023-04 using, 2023-06 unknown, 2023-07 using, 2023-09 stopped"
    assert seen(stay(history, one=rule(grace=1))) == (8.0, True, "stopped: not said", None)


def test_a_site_left_as_what_it_was_when_the_grace_was_used_up() -> None:
    history = "2023-01 using, 2023-07 paused, 2023-08 stopped decided, 2024-01 stopped lapsed"
    assert stay(history, one=rule(grace=2))["left_as"] == "stopped: decided"
    assert stay(history)["left_as"] == "paused"


def test_an_absence_that_is_not_yet_longer_than_the_grace_is_no_leaving() -> None:
    assert seen(stay("2023-01 using, 2025-12 paused", one=rule(grace=2))) == (35.0, False, None, "within the grace")
    assert seen(stay("2023-01 using, 2025-12 paused")) == (35.0, True, "paused", None)


def test_a_site_that_came_into_use_and_stopped_within_one_span_left_at_once() -> None:
    left = (0.0, True, "stopped: decided", None)
    assert seen(stay("2022-01 using, 2022-01 stopped decided")) == left
    back = stay("2022-01 using, 2022-01 stopped decided, 2023-06 using")
    assert (seen(back), back["zero"]) == (left, date(2022, 1, 1))
    assert seen(stay("2022-01 using, 2022-01 paused, 2022-03 using", one=rule(grace=2)))[0] == 48.0


def test_use_within_one_span_ends_an_absence() -> None:
    history = "2022-01 using, 2022-03 paused, 2022-05 using, 2022-05 paused, 2022-07 using"
    assert seen(stay(history, one=rule(grace=2)))[0] == 48.0


def test_an_absence_of_no_length_is_overlooked() -> None:
    assert seen(stay("2022-01 using, 2022-05 preparing, 2022-05 using"))[0] == 48.0


def test_an_absence_of_unknown_length_is_not_known_to_be_longer_than_the_grace() -> None:
    history = "2023-01 using, 2023-07 paused, 2023-08 unknown, 2024-06 using"
    assert seen(stay(history, one=rule(grace=3))) == (6.0, False, None, "not known")
    assert seen(stay("2023-01 using, 2023-07 paused, 2023-12 unknown", one=rule(grace=3))) == (
        6.0,
        True,
        "paused",
        None,
    )


def test_a_site_that_closed_during_a_short_absence_was_not_seen_to_leave() -> None:
    sites = {"site": ["A"], "closed": ["2023-08-15"]}
    assert seen(stay("2023-01 using, 2023-07 paused", one=rule(grace=3), sites=sites)) == (6.0, False, None, "closed")


def test_sites_that_never_used_it_have_no_clock() -> None:
    assert sustainment.staying(programme({"A": "2023-01 exploring, 2023-03 declined"}), rule()).height == 0


def test_without_a_rule_s_own_stages_those_in_use_count() -> None:
    only = rule(evidence={"activities": ["embedded"]})
    assert seen(stay("2023-01 embedded, 2024-01 using", one=only)) == (12.0, True, "using", None)
    assert seen(stay("2023-01 embedded, 2024-01 using", one=rule(evidence={"activities": []}))) == (
        36.0,
        False,
        None,
        "still so",
    )


def test_a_site_that_only_later_did_what_the_rule_asks_for_comes_under_observation_then() -> None:
    row = stay("2023-01 using, 2023-07 embedded, 2025-01 stopped", one=rule(evidence={"activities": ["embedded"]}))
    assert (row["zero"], row["entered_months"], row["months"]) == (date(2023, 1, 1), 6.0, 24.0)


SUPPORT = {"site": ["A", None], "kind": ["visits", "data"], "since": ["2023-01-01", "2023-01-01"]}


def test_the_clock_may_start_when_the_last_support_ended() -> None:
    row = stay(
        "2023-01 using, 2025-01 stopped",
        one=rule(zero="end of support"),
        supports={**SUPPORT, "until": ["2023-06-01", "2024-01-01"]},
    )
    assert (row["zero"], row["months"], row["event"]) == (date(2024, 1, 1), 12.0, True)


@pytest.mark.parametrize("until", [["2023-06-01", None], ["2023-06-01", "2026-06-01"]])
def test_the_clock_waits_while_any_support_goes_on(until: list[str | None]) -> None:
    asked = rule(zero="end of support")
    assert (
        sustainment.staying(programme({"A": "2023-01 using"}, supports={**SUPPORT, "until": until}), asked).height == 0
    )
    assert status("2023-01 using", one=asked, supports={**SUPPORT, "until": until}) == "not started"


def test_without_any_support_its_end_never_comes() -> None:
    assert status("2023-01 using", one=rule(zero="end of support")) == "not started"


def test_support_that_begins_after_the_end_of_the_record_is_as_if_not_there() -> None:
    supports = {"site": ["A", "A"], "kind": ["visits"] * 2, "since": ["2023-01-01", "2026-02-01"]}
    row = stay("2023-01 using", one=rule(zero="end of support"), supports={**supports, "until": ["2024-01-01", None]})
    assert (row["zero"], row["months"]) == (date(2024, 1, 1), 24.0)


def test_a_site_that_began_after_support_ended_starts_then() -> None:
    row = stay(
        "2024-06 using", one=rule(zero="end of support"), supports={**SUPPORT, "until": ["2023-06-01", "2024-01-01"]}
    )
    assert (row["zero"], row["months"]) == (date(2024, 6, 1), 19.0)


def test_a_site_that_left_before_support_ended_did_not_stay() -> None:
    asked, supports = rule(zero="end of support"), {**SUPPORT, "until": ["2023-06-01", "2024-01-01"]}
    row = stay("2023-01 using, 2023-05 stopped lapsed", one=asked, supports=supports)
    assert (row["zero"], row["left"], row["months"], row["event"]) == (date(2024, 1, 1), date(2023, 5, 1), 0.0, True)
    assert status("2023-01 using, 2023-05 stopped lapsed", one=asked, supports=supports) == "not sustained"


def test_a_site_that_left_and_came_back_before_support_ended_is_there_at_zero() -> None:
    history = "2023-01 using, 2023-05 paused, 2023-10 using, 2024-04 stopped"
    row = stay(history, one=rule(zero="end of support"), supports={**SUPPORT, "until": ["2023-06-01", "2024-01-01"]})
    assert (row["months"], row["event"]) == (3.0, True)


def test_a_site_that_closed_before_support_ended_has_no_clock() -> None:
    sites = {"site": ["A"], "closed": ["2023-12-01"]}
    supports = {**SUPPORT, "until": ["2023-06-01", "2024-01-01"]}
    assert status("2023-01 using", one=rule(zero="end of support"), supports=supports, sites=sites) == "not started"


def test_full_use_is_the_first_day_embedded_or_in_use_by_all() -> None:
    asked = rule(zero="full use")
    assert stay("2023-01 using 0.5, 2023-07 embedded, 2023-09 using 1.0", one=asked)["zero"] == date(2023, 7, 1)
    assert stay("2023-01 using 0.5, 2023-05 using 1.0, 2023-07 embedded", one=asked)["zero"] == date(2023, 5, 1)
    assert status("2023-01 using 0.9", one=asked) == "not started"


MERGED = {"site": ["A", "B"], "successor": ["C", "C"], "on": ["2024-01-01", "2024-01-01"], "kind": ["merged", "merged"]}


def test_a_site_made_by_a_merger_keeps_the_clock_of_the_longest_stay_it_carries_on() -> None:
    told = programme({"A": "2023-01 using", "B": "2022-07 using", "C": "2025-01 stopped decided"}, successions=MERGED)
    rows = {row["site"]: row for row in sustainment.staying(told, rule()).iter_rows(named=True)}
    assert seen(rows["A"]) == (12.0, False, None, "closed")
    assert seen(rows["B"]) == (18.0, False, None, "closed")
    assert (rows["C"]["zero"], rows["C"]["entered_months"], rows["C"]["months"]) == (date(2022, 7, 1), 18.0, 30.0)
    curve = sustainment.kaplan_meier(sustainment.staying(told, rule()))
    assert dict(curve.select("months", "at_risk").iter_rows()) == {0.0: 2, 12.0: 2, 18.0: 1, 30.0: 1}


def test_a_clock_is_handed_on_through_one_merger_after_another() -> None:
    chain = {
        "site": ["A", "C"],
        "successor": ["C", "D"],
        "on": ["2024-01-01", "2025-01-01"],
        "kind": ["merged", "merged"],
    }
    told = programme({"A": "2023-01 using", "C": "2024-06 using", "D": "2025-06 stopped"}, successions=chain)
    rows = sustainment.staying(told, rule()).select("site", "zero", "entered_months", "months", "event").rows()
    assert rows == [
        ("A", date(2023, 1, 1), None, 12.0, False),
        ("C", date(2023, 1, 1), 12.0, 24.0, False),
        ("D", date(2023, 1, 1), 24.0, 29.0, True),
    ]


def test_a_predecessor_that_had_left_hands_on_no_clock() -> None:
    told = programme(
        {"A": "2023-01 using, 2023-06 stopped", "B": "2023-03 using", "C": ""},
        successions=MERGED,
        sites={"site": ["A", "B", "C"]},
    )
    rows = {row["site"]: row for row in sustainment.staying(told, rule()).iter_rows(named=True)}
    assert rows["C"]["zero"] == date(2023, 3, 1)


def test_a_merged_site_whose_time_was_up_before_it_began_is_not_judged_again() -> None:
    told = programme({"A": "2022-01 using", "B": "2023-06 using"}, successions=MERGED, sites={"site": ["A", "B", "C"]})
    found = sustainment.sustained(told, rule())
    assert dict(found.select("site", "status").iter_rows()) == {"A": "sustained", "B": "not known"}


@pytest.mark.parametrize(
    ("on", "judged"), [("2023-03-31", "M"), ("2023-04-01", "M"), ("2023-04-02", "A")], ids=["before", "on", "after"]
)
def test_a_site_that_merges_about_the_day_is_judged_once_where_it_then_stood(on: str, judged: str) -> None:
    merged = {"site": ["A"], "successor": ["M"], "on": [on], "kind": ["merged"]}
    told = programme({"A": "2022-04 using"}, successions=merged, sites={"site": ["A", "M"]})
    assert sustainment.sustained(told, rule()).select("site", "status").rows() == [(judged, "sustained")]


def test_through_one_merger_after_another_the_last_site_is_judged() -> None:
    chain = {
        "site": ["A", "C"],
        "successor": ["C", "D"],
        "on": ["2023-06-01", "2023-09-01"],
        "kind": ["merged", "merged"],
    }
    told = programme({"A": "2023-01 using"}, successions=chain, sites={"site": ["A", "C", "D"]})
    assert sustainment.sustained(told, rule()).select("site", "status").rows() == [("D", "sustained")]
    early = programme({"A": "2023-01 using"}, "2023-11-01", successions=chain, sites={"site": ["A", "C", "D"]})
    assert sustainment.sustained(early, rule()).select("site", "status").rows() == [("D", "too early")]


def test_a_site_that_is_split_and_goes_on_is_judged_itself() -> None:
    split = {"site": ["A", "A"], "successor": ["A", "B"], "on": ["2023-06-01"] * 2, "kind": ["split", "split"]}
    told = programme({"A": "2023-01 using"}, successions=split, sites={"site": ["A", "B"]})
    found = sustainment.sustained(told, rule()).select("site", "zero", "status").rows()
    assert found == [("A", date(2023, 1, 1), "sustained"), ("B", date(2023, 1, 1), "sustained")]


def test_a_clock_is_handed_on_from_the_first_use_whatever_stages_the_rule_asks_for() -> None:
    merged = {"site": ["A"], "successor": ["M"], "on": ["2023-09-01"], "kind": ["merged"]}
    told = programme({"A": "2023-01 using, 2023-06 embedded"}, successions=merged, sites={"site": ["A", "M"]})
    rows = sustainment.staying(told, rule(evidence={"activities": ["embedded"]})).select("site", "zero").rows()
    assert rows == [("A", date(2023, 1, 1)), ("M", date(2023, 1, 1))]


def test_a_renamed_site_is_one_site() -> None:
    renamed = {"site": ["A"], "successor": ["Z"], "on": ["2023-06-01"], "kind": ["renamed"]}
    told = programme({"A": "2023-01 using", "Z": "2024-01 stopped"}, successions=renamed)
    assert sustainment.staying(told, rule()).select("site", "months", "event").rows() == [("Z", 12.0, True)]
