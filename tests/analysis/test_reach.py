"""Who is reached, and what is kept back."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takeroot import Programme
from takeroot.analysis import reach
from takeroot.analysis.reach.among import wilson

OF_PEOPLE = ["eligible people"]


def programme(people: list[int | None], extents: list[float | None], groups: list[Any], **more: Any) -> Programme:
    """Sites with people; those with an extent use it, with 0 for a site that does not."""
    names = [f"S{n:02d}" for n in range(len(people))]
    using = [name for name, extent in zip(names, extents, strict=True) if extent != 0]
    known = [extent for extent in extents if extent != 0]
    stages = {"site": using, "stage": ["using"] * len(using), "on": ["2024-01-01"] * len(using)}
    stages |= {"extent": known, "extent_of": OF_PEOPLE * len(using)}
    told = (
        {"stages": stages} if using else {"stages": {"site": names[:1], "stage": ["exploring"], "on": ["2024-01-01"]}}
    )
    sites = {"site": names, "eligible_people": people, "deprivation": groups}
    return Programme({"name": "Falls", "as_at": "2024-06-30"}, sites=sites | more, **told)


def test_people_reached_not_reached_and_not_known_add_up_to_those_eligible():
    row = reach.people_reached(programme([100, 200, 300], [0.5, None, 0], [1, 1, 1])).row(0, named=True)
    assert (row["reached"], row["not_known"], row["not_reached"], row["eligible_people"]) == (50, 200, 350, 600)
    assert (row["at_sites_in_use"], row["elsewhere"]) == (300, 300)
    assert (row["least"], row["most"]) == (50 / 600, 250 / 600)
    assert row["share"] is None, "it is not known of everybody"


def test_a_share_of_all_is_given_only_where_it_is_known_of_everybody():
    row = reach.people_reached(programme([100, 100, 200], [0.5, 0.3, 0], [1, 1, 1])).row(0, named=True)
    assert row["share"] == 0.2 and row["lower"] < 0.2 < row["upper"]
    assert row["least"] == row["most"] == 0.2


def test_an_extent_of_teams_says_nothing_of_people():
    told = programme([100], [0.5], [1])
    teams = Programme(told.about, sites=told.sites, stages=told.stages.with_columns(extent_of=pl.lit("teams")))
    row = reach.people_reached(teams).row(0, named=True)
    assert (row["reached"], row["not_known"]) == (0, 100)


def test_a_site_of_which_nothing_is_known_any_more_may_reach_anybody():
    told = programme([100], [0.5], [1])
    gone = {"site": ["S00"], "stage": ["unknown"], "on": ["2024-03-01"]}
    stages = pl.concat([told.stages, Programme("x", stages=gone).stages], how="diagonal")
    row = reach.people_reached(Programme(told.about, sites=told.sites, stages=stages)).row(0, named=True)
    assert (row["reached"], row["not_known"], row["not_reached"]) == (0, 100, 0)


def test_sites_that_are_alike_give_the_interval_of_as_many_sites_and_not_of_their_people():
    row = reach.people_reached(programme([1000] * 4, [1, 1, 0, 0], [1] * 4)).row(0, named=True)
    assert row["share"] == 0.5
    assert row["upper"] - row["lower"] > 0.7, "four sites say little, whatever the number of people"


def test_one_site_has_no_interval():
    row = reach.people_reached(programme([1000], [0.4], [1])).row(0, named=True)
    assert row["share"] == 0.4 and row["lower"] is None and row["upper"] is None


def test_the_interval_of_wilson_is_the_published_one():
    """Newcombe RG. Stat Med 1998;17:857-72, table I: 81 of 263."""
    assert [round(end, 4) for end in wilson(81 / 263, 263)] == [0.2553, 0.3662]
    assert [round(end, 4) for end in wilson(0, 20)] == [0.0, 0.1611]


@pytest.mark.parametrize(("people", "extent"), [(4, 1.0), (100, 0.03), (100, 0.97)])
def test_figures_of_fewer_than_five_people_are_kept_back(people, extent):
    row = reach.people_reached(programme([people], [extent], [1])).row(0, named=True)
    assert row["withheld"]
    told = [row[name] for name in ("eligible_people", "reached", "not_reached", "share", "within", "least", "most")]
    assert told == [None] * 7
    assert (row["sites"], row["in_use"]) == (1, 1), "sites are no people"


def test_what_is_kept_back_alone_takes_the_next_smallest_with_it():
    found = reach.at_sites(programme([100, 300, 200], [0.03, 0.5, 0.5], [1, 1, 1]))
    assert found["withheld"].to_list() == [True, False, True]
    groups = reach.people_reached(programme([100, 300, 200], [0.03, 0.5, 0.5], [1, 2, 3]), "deprivation")
    assert groups["withheld"].to_list() == [True, False, True]


def test_none_reached_is_no_small_number():
    found = reach.at_sites(programme([100, 200], [0, 0.5], [1, 1]))
    assert found["withheld"].to_list() == [False, False] and found["reached"].to_list() == [0, 100]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([0, 0.05, 0.5, 1.0]), st.integers(1, 3)), min_size=1, max_size=9
    )
)
@settings(max_examples=40, deadline=None)
def test_nobody_finds_a_figure_kept_back_by_taking_the_others_from_a_sum(rows):
    people, extents, groups = (list(one) for one in zip(*rows, strict=True))
    told = programme(people, extents, groups)
    at = reach.at_sites(told).join(told.sites.select("site", "deprivation"), on="site")
    for by in (["deprivation"], []):
        for _, mine in at.group_by(by) if by else [((), at)]:
            some = mine.filter("withheld").height
            others = mine.filter(~pl.col("withheld"), pl.col("eligible_people") > 0).height
            assert some != 1 or not others


def test_the_gap_is_the_most_less_the_least_deprived_with_its_interval():
    told = programme([100] * 6, [0.2, 0.3, 0.25, 0.6, 0.7, 0.65], [1, 1, 1, 5, 5, 5])
    row = reach.gap(told).filter(of="reached").row(0, named=True)
    assert (row["most_deprived"], row["least_deprived"]) == ("1", "5")
    assert round(row["difference"], 6) == -0.4
    assert row["lower"] < -0.4 < row["upper"] < 0


def test_the_gap_leaves_out_groups_that_are_kept_back():
    told = programme([100, 100, 100, 100], [0.02, 0.02, 0.5, 0.5], [1, 2, 3, 4])
    assert set(reach.gap(told)["most_deprived"]) == {"3"}


def test_groups_stand_in_their_own_order_and_not_in_that_of_a_value():
    found = reach.people_reached(programme([100] * 3, [0.1, 0.9, 0.5], [3, 1, 2]), "deprivation")
    assert found["group"].to_list() == ["1", "2", "3"]


def test_few_people_at_sites_of_which_little_is_known_are_kept_back_too() -> None:
    there = Programme(
        "Falls",
        sites={"site": ["A", "B", "C", "D"], "region": ["N", "N", "S", "S"], "eligible_people": [3, 100, 200, 300]},
        stages={"site": ["A", "C"], "stage": ["using"] * 2, "on": ["2024-01-15"] * 2},
    )
    assert reach.people_reached(there, "region")["withheld"].to_list() == [True, True]
