"""Laws that staying and sustaining keep."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis.lasting import rule

from takeroot.analysis import adoption, sustainment
from takeroot.vocabulary.calendar import months_from
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.stages import Stage

HISTORIES = st.lists(
    st.lists(st.tuples(st.integers(0, 35), st.sampled_from([stage.value for stage in Stage])), max_size=6),
    min_size=1,
    max_size=6,
)


def random_programme(histories: list[list[tuple[int, str]]], as_at: str = "2023-01-01") -> Programme:
    days = months_from(date(2020, 1, 1), date(2022, 12, 1)).to_list()
    rows = [(f"S{place}", days[month], stage) for place, happened in enumerate(histories) for month, stage in happened]
    stages = pl.DataFrame(rows, schema={"site": pl.String, "on": pl.Date, "stage": pl.String}, orient="row").unique()
    sites = {"site": [f"S{place}" for place in range(len(histories))]}
    return Programme({"name": "Falls", "as_at": as_at}, stages=stages, sites=sites)


@settings(max_examples=12)
@given(HISTORIES, st.integers(0, 4))
def test_without_censoring_before_the_day_share_and_curve_agree(
    histories: list[list[tuple[int, str]]], grace: int
) -> None:
    told, asked = random_programme(histories), rule(grace=grace, months=6)
    times = sustainment.staying(told, asked)
    found = sustainment.sustained(told, asked).filter(
        pl.col("status").is_in(["sustained", "not sustained", "not known"])
    )
    times = times.join(found, on="site", how="semi")
    lost = times.filter((pl.col("months") <= 6) & ~pl.col("event") & (pl.col("why_censored") != "still so")).height
    if not times.height or lost:
        return
    share = (found["status"] == "sustained").mean()
    assert sustainment.kaplan_meier(times).filter(pl.col("months") <= 6)["share"][-1] == pytest.approx(share)


@settings(max_examples=12)
@given(HISTORIES, st.integers(0, 4))
def test_more_grace_is_never_less_time(histories: list[list[tuple[int, str]]], grace: int) -> None:
    told = random_programme(histories)
    less, more = (sustainment.staying(told, rule(grace=months)) for months in (grace, grace + 1))
    both = less.join(more, on="site", suffix="_more")
    assert both.height == less.height == more.height
    assert (both["months_more"] >= both["months"]).all()


@settings(max_examples=12)
@given(HISTORIES)
def test_the_first_leaving_without_grace_is_the_end_of_the_first_spell(histories: list[list[tuple[int, str]]]) -> None:
    told = random_programme(histories)
    spells = adoption.spells(told)
    back_at_once = (pl.col("began") == pl.col("ended").shift().over("site")).fill_null(False)  # an absence of no length
    first = spells.filter(((~back_at_once).cum_sum().over("site")) == 1)
    first = first.group_by("site").agg(pl.col("months").sum(), pl.col("ended_in_event").last())
    both = sustainment.staying(told, rule()).join(first, on="site", suffix="_spell")
    assert both["event"].to_list() == both["ended_in_event"].to_list()
    assert both["months"].to_list() == pytest.approx(both["months_spell"].to_list())


@settings(max_examples=10)
@given(HISTORIES, HISTORIES)
def test_adding_sites_changes_no_other(some: list[list[tuple[int, str]]], more: list[list[tuple[int, str]]]) -> None:
    alone, together = (sustainment.sustained(random_programme(each), rule()) for each in (some, some + more))
    assert together.join(alone, on="site", how="semi").equals(alone)


@settings(max_examples=10)
@given(HISTORIES)
def test_who_left_early_is_judged_no_sooner_than_who_stayed(histories: list[list[tuple[int, str]]]) -> None:
    found = sustainment.sustained(random_programme(histories, as_at="2021-06-01"), rule())
    early = found.filter(pl.col("judged_on") > date(2021, 6, 1))
    assert set(early["status"]) <= {"too early"}
