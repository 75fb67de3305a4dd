"""Sites by month: who counts, of how many, and between what bounds."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.analysis.small import columns, month, small

from takeroot.analysis import adoption
from takeroot.errors import NotFound
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import Stage


def standing(programme, on: str) -> dict[str, int]:
    frame = adoption.by_stage(programme).filter(pl.col("on") == pl.lit(on).str.to_date("%Y-%m-%d"))
    return {stage: sites for stage, sites in frame.select("stage", "sites").iter_rows() if sites}


def test_every_month_has_every_stage_in_order():
    frame = adoption.by_stage(small("A 2024-01-15 using", as_at="2024-03-10"))
    assert frame["on"].unique(maintain_order=True).to_list() == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
    assert frame["stage"].to_list() == [stage.value for stage in Stage] * 3


def test_a_month_is_counted_at_its_end():
    programme = small("A 2024-01-31 using", "A 2024-02-29 paused", "A 2024-03-01 using")
    assert [standing(programme, f"2024-0{month}-01") for month in (1, 2, 3)] == [
        {"using": 1},
        {"paused": 1},
        {"using": 1},
    ]


def test_the_last_month_is_counted_at_the_end_of_the_record():
    programme = small("A 2024-01-05 using", sites={"site": ["A"], "closed": ["2024-02-20"]}, as_at="2024-02-19")
    assert adoption.reach(programme)["in_use"].to_list() == [1, 1]
    assert adoption.reach(small("A 2024-01-05 using", "A 2024-02-20 paused", as_at="2024-02-19"))[
        "in_use"
    ].to_list() == [1, 1]


def test_sites_of_which_nothing_is_recorded_yet_are_not_reached():
    programme = small("A 2024-02-01 exploring", sites={"site": ["A", "B"], "kind": ["ward"] * 2})
    assert standing(programme, "2024-02-01") == {"exploring": 1, "not_reached": 1}


def test_sites_are_counted_only_while_they_are_open():
    sites = {
        "site": ["A", "B", "C"],
        "opened": [None, "2024-02-15", None],
        "closed": ["2024-04-01", None, "2024-03-15"],
    }
    programme = small("A 2024-01-01 using", "B 2024-01-01 preparing", "C 2024-01-01 using", sites=sites)
    reach = adoption.reach(programme).head(4)
    assert reach["eligible"].to_list() == [2, 3, 2, 1]
    assert reach["in_use"].to_list() == [2, 2, 1, 0]
    assert reach["contacted"].to_list() == [2, 3, 2, 1]


def test_contacted_and_ever_used_look_back():
    programme = small(
        "A 2024-01-01 exploring",
        "A 2024-02-01 using",
        "A 2024-03-01 stopped",
        "A 2024-04-01 not_reached",
        "B 2024-02-01 declined",
        "C 2024-03-01 paused",
    )
    reach = adoption.reach(programme).head(4)
    assert reach["contacted"].to_list() == [1, 2, 3, 3]
    assert reach["ever_used"].to_list() == [0, 1, 2, 2]
    assert reach["in_use"].to_list() == [0, 1, 0, 0]


def test_what_is_not_known_leaves_what_was_true_before():
    reach = adoption.reach(small("A 2024-01-01 using", "A 2024-03-01 unknown"))
    assert month(reach, "2024-04-01", "contacted", "ever_used", "in_use", "not_known") == (1, 1, 0, 1)


def test_a_site_of_which_nothing_is_known_may_be_in_use():
    programme = small("A 2024-01-01 using", "A 2024-03-01 unknown", "B 2024-02-01 unknown", "C 2024-01-01 using")
    reach = adoption.reach(programme)
    bounds = [month(reach, f"2024-0{n}-01", "in_use_low", "in_use", "in_use_high", "not_known") for n in (1, 2, 3)]
    assert bounds == [(2, 2, 2, 0), (2, 2, 3, 1), (1, 1, 3, 2)]


def test_a_site_known_of_again_from_some_day_in_a_year_may_be_in_use_until_then():
    programme = small("A 2023-12-01 unknown", "A 2024-01-01~year stopped", as_at="2025-02-28")
    reach = adoption.reach(programme)
    assert [month(reach, day, "in_use_high") for day in ("2023-12-01", "2024-06-01", "2025-01-01")] == [1, 1, 0]


# Denominators


def test_without_a_denominator_there_is_no_share():
    reach = adoption.reach(small("A 2024-01-01 using"))
    assert month(reach, "2024-01-01", "in_use", "eligible", "in_use_share", "contacted_share", "ever_used_share") == (
        1,
        None,
        None,
        None,
        None,
    )
    assert reach["counted_from"][0] == (
        "No share: of how many sites these are is not known, as only sites that other tables name are listed and no "
        "number is stated."
    )


def test_a_list_of_names_that_nothing_else_names_is_a_list():
    listed = small("A 2024-01-01 using", sites={"site": ["A", "B", "C"]})
    assert month(adoption.reach(listed), "2024-01-01", "eligible", "in_use_share") == (3, 1 / 3)
    gathered = small("A 2024-01-01 using", sites={"site": ["A"]})
    assert month(adoption.reach(gathered), "2024-01-01", "eligible", "in_use_share") == (None, None)


def test_a_number_of_eligible_sites_that_is_stated_is_the_denominator():
    stated = {"eligible": {"sites": 8, "how_known": "the regional register"}}
    reach = adoption.reach(small("A 2024-01-01 using", about=stated))
    assert month(reach, "2024-01-01", "eligible", "in_use_share", "counted_from") == (
        8,
        0.125,
        "8 eligible sites, as stated: the regional register.",
    )


def test_sites_that_are_listed_are_the_denominator_while_they_are_open():
    sites = {"site": ["A", "B"], "eligible": [True, None], "opened": [None, "2024-02-01"]}
    reach = adoption.reach(small("A 2024-01-01 using", sites=sites))
    assert reach.head(2).select("eligible", "in_use_share", "counted_from").rows() == [
        (1, 1.0, "1 eligible site listed and open in the month."),
        (2, 0.5, "2 eligible sites listed and open in the month."),
    ]


def test_a_site_that_is_not_eligible_is_in_no_figure_of_reach():
    sites = {"site": ["A", "B", "C"], "eligible": [True, False, True]}
    programme = small("A 2024-01-01 using", "B 2024-01-01 using", sites=sites)
    assert month(adoption.reach(programme), "2024-01-01", "in_use", "eligible", "in_use_share") == (1, 2, 0.5)
    assert standing(programme, "2024-01-01") == {"using": 2, "not_reached": 1}


def test_a_stated_number_smaller_than_the_list_is_said_and_gives_no_share_above_one():
    stated = {"eligible": {"sites": 1}}
    programme = small(
        "A 2024-01-01 using", "B 2024-02-01 using", about=stated, sites={"site": ["A", "B"], "kind": ["ward"] * 2}
    )
    reach = adoption.reach(programme)
    assert reach["in_use_share"].to_list()[:2] == [1.0, None]
    assert reach["counted_from"][0] == "1 eligible site, as stated; 2 are listed and open in the month."


# People


def test_people_at_sites_in_use_stand_beside_shares_of_sites():
    sites = {"site": ["A", "B", "C"], "eligible_people": [300, 100, None]}
    reach = adoption.reach(small("A 2024-01-01 using", "B 2024-02-01 using", "C 2024-03-01 using", sites=sites))
    assert reach.head(3).select("eligible_people", "people_at_sites_in_use", "people_share").rows() == [
        (400, 300, 0.75),
        (400, 400, 1.0),
        (400, 400, 1.0),
    ]
    assert reach["counted_from"][0].endswith(" Eligible people are known for 2 of 3 sites listed.")


def test_people_who_are_not_counted_are_not_nobody():
    reach = adoption.reach(small("A 2024-01-01 using", sites={"site": ["A"], "kind": ["ward"]}))
    assert month(reach, "2024-01-01", "eligible_people", "people_at_sites_in_use", "people_share") == (None, None, None)


def test_a_share_of_people_needs_every_eligible_site_to_be_listed():
    sites = {"site": ["A"], "eligible_people": [300]}
    reach = adoption.reach(small("A 2024-01-01 using", sites=sites, about={"eligible": {"sites": 5}}))
    assert month(reach, "2024-01-01", "in_use_share", "people_at_sites_in_use", "people_share") == (0.2, 300, None)


# By group


def grouped(programme, by: str, *names: str, **kwargs):
    return adoption.reach_by(programme, by, **kwargs).select("group", *names).rows()


PLACES = {
    "site": ["A", "B", "C", "D"],
    "region": ["South", "North", "North", None],
    "deprivation": [10, 1, 2, None],
    "wave": ["Wave 10", "Wave 2", "Wave 1", "Pilot"],
    "eligible_people": [100, 200, 200, None],
    "beds": [20, 10, 5, 10],
}


def test_groups_stand_in_their_own_order_and_what_is_not_known_last():
    programme = small("A 2024-01-01 using", "B 2024-01-01 stopped", sites=PLACES)
    assert grouped(programme, "region", "sites", "ever_used", "in_use", "in_use_share") == [
        ("North", 2, 1, 0, 0.0),
        ("South", 1, 1, 1, 1.0),
        (None, 1, 0, 0, 0.0),
    ]
    assert [row[0] for row in grouped(programme, "deprivation")] == [1, 2, 10, None]
    assert [row[0] for row in grouped(programme, "wave")] == ["Pilot", "Wave 1", "Wave 2", "Wave 10"]


def test_a_covariate_makes_groups_too():
    assert grouped(small("A 2024-01-01 using", sites=PLACES), "beds", "sites", "in_use") == [
        (5, 1, 0),
        (10, 2, 0),
        (20, 1, 1),
    ]


def test_people_of_each_group():
    programme = small("A 2024-01-01 using", "B 2024-01-01 using", sites=PLACES)
    assert grouped(programme, "region", "eligible_people", "people_at_sites_in_use", "people_share") == [
        ("North", 400, 200, 0.5),
        ("South", 100, 100, 1.0),
        (None, None, None, None),
    ]


def test_groups_on_an_earlier_day():
    programme = small("A 2024-01-01 using", "A 2024-06-01 paused", sites=PLACES)
    assert grouped(programme, "region", "in_use", on=date(2024, 5, 31))[1] == ("South", 1)
    assert grouped(programme, "region", "in_use")[1] == ("South", 0)


def test_groups_have_no_share_where_not_every_eligible_site_is_listed():
    programme = small("A 2024-01-01 using", sites=PLACES, about={"eligible": {"sites": 20}})
    assert grouped(programme, "region", "in_use", "in_use_share", "people_share")[1] == ("South", 1, None, None)


def test_a_group_that_the_sites_do_not_have_is_named():
    with pytest.raises(NotFound, match=r"no column of the sites 'regoin'\. Did you mean 'region'"):
        adoption.reach_by(small("A 2024-01-01 using", sites=PLACES), "regoin")


# Ranges


def bounds(programme, first: str, last: str):
    frame = adoption.reach(programme).filter(
        pl.col("on").is_between(pl.lit(first).str.to_date(), pl.lit(last).str.to_date())
    )
    return columns(frame, "in_use_low", "in_use", "in_use_high")


def test_a_span_is_read_at_its_earliest_and_shown_as_a_range():
    programme = small("A 2024-01-01~quarter using")
    assert bounds(programme, "2024-01-01", "2024-04-01") == [(0, 1, 1), (0, 1, 1), (1, 1, 1), (1, 1, 1)]


def test_the_end_of_use_may_be_a_span():
    programme = small("A 2024-01-01 using", "A 2024-02-01..2024-04-15 stopped")
    assert bounds(programme, "2024-01-01", "2024-05-01") == [(1, 1, 1), (0, 0, 1), (0, 0, 1), (0, 0, 0), (0, 0, 0)]


def test_a_later_row_narrows_the_span_of_an_earlier_one():
    programme = small("A 2024-01-01~year using", "A 2024-03-10 embedded")
    assert bounds(programme, "2024-02-01", "2024-03-01") == [(0, 1, 1), (1, 1, 1)]


def test_within_one_span_the_words_give_the_order():
    programme = small("A 2024-01-01~month exploring", "A 2024-01-01~month using")
    assert bounds(programme, "2024-01-01", "2024-02-01") == [(1, 1, 1), (1, 1, 1)]


def test_what_lies_within_the_span_of_another_row_may_have_come_before_it():
    programme = small("A 2024-01-01~year using", "A 2024-06-01 preparing", "A 2025-02-01 using", as_at="2025-03-31")
    assert bounds(programme, "2024-05-01", "2024-06-01") == [(0, 1, 1), (0, 0, 1)]
    assert bounds(programme, "2024-12-01", "2025-03-01") == [(0, 0, 1), (0, 0, 1), (1, 1, 1), (1, 1, 1)]


def test_a_span_is_over_with_that_of_a_later_row_that_ends_on_the_same_day():
    programme = small(
        "A 2024-01-01~year preparing", "A 2024-06-01 exploring", "A 2024-10-01~quarter using", as_at="2025-01-31"
    )
    assert bounds(programme, "2024-11-01", "2025-01-01") == [(0, 1, 1), (1, 1, 1), (1, 1, 1)]


def test_a_site_may_have_been_in_use_for_an_unknown_part_of_a_year():
    programme = small(
        "A 2023-01-01 exploring", "A 2024-01-01~year using", "A 2024-01-01~year stopped", as_at="2025-02-28"
    )
    assert bounds(programme, "2024-06-01", "2024-06-01") == [(0, 0, 1)]
    assert bounds(programme, "2024-12-01", "2025-02-01") == [(0, 0, 0)] * 3


def test_a_programme_without_stages_has_reached_nobody_in_its_one_month():
    programme = small(sites={"site": ["A", "B"], "kind": ["ward"] * 2}, as_at="2024-05-05")
    assert standing(programme, "2024-05-01") == {"not_reached": 2}
    assert month(adoption.reach(programme), "2024-05-01", "in_use", "eligible", "in_use_share") == (0, 2, 0.0)
    assert adoption.reach(small(as_at="2024-05-05")).height == 1


def test_there_is_no_share_of_sites_that_are_not_all_listed():
    about = {"name": "x", "eligible": {"all_listed": False, "how_known": "Nobody has counted the units"}}
    sites = {"site": ["A", "B"], "region": ["North", "North"], "eligible_people": [10, 20]}
    stages = {"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]}
    told = adoption.reach(Programme(about, sites=sites, stages=stages)).row(-1, named=True)
    assert (told["in_use"], told["eligible"], told["in_use_share"], told["people_share"]) == (1, None, None, None)
    assert told["counted_from"] == (
        "No share: not every eligible site is listed, and how many there are is not stated. "
        "Nobody has counted the units."
    )
    stated = {"name": "x", "eligible": {"all_listed": False, "sites": 10}}
    assert adoption.reach(Programme(stated, sites=sites, stages=stages))["in_use_share"].to_list() == [0.1]
