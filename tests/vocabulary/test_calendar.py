"""Months are counted by the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from takeroot.vocabulary.calendar import months_after, months_between


@settings(max_examples=40)
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-600, 600))
def test_so_many_months_after_a_day_are_so_many_months_between(day: date, months: int) -> None:
    later = months_after(day, months)
    assert pl.select(months_after(pl.lit(day), months)).item() == later
    assert pl.select(months_between(day, later)).item() == months


@settings(max_examples=40)
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 900))
def test_every_day_later_is_more_months(day: date, days: int) -> None:
    until = day + timedelta(days=days)
    here, then = (pl.select(months_between(day, one)).item() for one in (until, until + timedelta(days=1)))
    assert 0 <= here < then
