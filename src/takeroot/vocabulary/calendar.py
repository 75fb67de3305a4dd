"""Months as this house counts them: the one convention, wherever time is in months.

Months elapsed are counted by the calendar: twelve months after 1 March 2023 is 1 March 2024, whatever the number of
days between. A part of a month is the share of days since the last day of the month that fits, so that every day
later is more. Where a month is too short for the day, its last day stands in: one month after 31 January is the end
of February.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TypeVar

import polars as pl

Day = TypeVar("Day", date, pl.Expr)


def months_after(day: Day, months: int | pl.Expr) -> Day:
    """The day so many whole months later (or earlier, if negative).

    Parameters
    ----------
    day
        A day, or an expression of days.
    months
        How many; an expression, where they differ by row.

    Examples
    --------
    >>> months_after(date(2023, 3, 1), 12)
    datetime.date(2024, 3, 1)
    >>> months_after(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    if isinstance(day, pl.Expr):
        by = months if isinstance(months, pl.Expr) else pl.lit(months)
        return day.dt.offset_by(pl.format("{}mo", by))
    assert isinstance(months, int)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(since: date | pl.Expr, until: date | pl.Expr) -> pl.Expr:
    """Months elapsed, a part of a month by its days; negative where ``until`` comes first.

    Examples
    --------
    >>> pl.select(months_between(date(2023, 3, 1), date(2024, 3, 1))).item()
    12.0
    >>> pl.select(months_between(date(2024, 3, 1), date(2024, 4, 16))).item()
    1.5
    """
    first, last = (day if isinstance(day, pl.Expr) else pl.lit(day) for day in (since, until))
    whole = (last.dt.year() - first.dt.year()) * 12 + last.dt.month() - first.dt.month()
    whole -= (months_after(first, whole) > last).cast(pl.Int32)
    reached, following = months_after(first, whole), months_after(first, whole + 1)
    part = (last - reached).dt.total_days() / (following - reached).dt.total_days()
    return whole + part


def first_of_month(day: Day) -> Day:
    """The first day of the month of a day.

    Examples
    --------
    >>> first_of_month(date(2024, 3, 15))
    datetime.date(2024, 3, 1)
    """
    return day.dt.month_start() if isinstance(day, pl.Expr) else day.replace(day=1)


def months_from(first: date, last: date) -> pl.Series:
    """The first day of every month from one day's month to another's, both included.

    Examples
    --------
    >>> months_from(date(2023, 12, 5), date(2024, 2, 1)).dt.to_string().to_list()
    ['2023-12-01', '2024-01-01', '2024-02-01']
    """
    return pl.date_range(first_of_month(first), first_of_month(last), "1mo", eager=True).alias("on")
