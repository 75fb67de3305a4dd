"""Days as people write them, a whole column judged at once.

2024-03-31 and 31 Mar 2024 read one way. 03/04/2024 reads two ways: if any day of the column can only be read one way,
all of them are read so; if every one reads both ways the column is at fault, and the option that settles it is named.
"""

from __future__ import annotations

import re
from datetime import date, datetime

import polars as pl

from takeroot.errors import quoted
from takeroot.vocabulary.column import Dates
from takeroot.vocabulary.raw import as_text, wrong

EARLIEST, LATEST = date(1600, 1, 1), date(2200, 12, 31)
A_DAY = "a day such as 2024-03-31 is needed"
_WITHIN = f"a day between {EARLIEST.year} and {LATEST.year} is needed"

_NAMES = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-]([A-Za-z]+)\.?,?[ \-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?)?")
_MONTH = re.compile(r"(\d{4})[/\-](\d{1,2})")
_NAMED_MONTH = re.compile(r"([A-Za-z]+)\.?[ \-](\d{4})")
_TIMED = re.compile(r".*\d[T ]\d{1,2}:\d{2}.*")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


def as_days(series: pl.Series, *, dates: Dates | None, month: bool) -> tuple[pl.Series, pl.DataFrame]:
    """The column as days, and what could not be read."""
    if series.dtype == pl.Date:
        return _within(series, series)
    if series.dtype == pl.Datetime:
        day = series.dt.date()
        timed = (series.dt.time() != pl.Series([0]).cast(pl.Time)[0]).fill_null(False)
        kept, faults = _within(day.set(timed, None), day)
        return kept, faults.vstack(wrong(timed, "a day without a time of day is needed", series.cast(pl.String)))
    if series.dtype.is_numeric() or series.dtype == pl.Boolean:
        empty = pl.Series(series.name, [None] * series.len(), dtype=pl.Date)
        missing = series.is_null() | (series.is_nan().fill_null(False) if series.dtype.is_float() else series.is_null())
        says = f"{A_DAY}; if this is a spreadsheet's number for a day, format the cell as a date"
        return empty, wrong(~missing, says, as_text(series))
    text = as_text(series)
    iso = text.str.contains(r"^\d{4}-\d{2}-\d{2}$").fill_null(False)
    days = text.set(~iso, None).str.to_date("%Y-%m-%d", strict=False)
    left = text.set(days.is_not_null(), None)
    faults = wrong()
    if left.null_count() < left.len():
        found = left.unique(maintain_order=True).drop_nulls().to_list()
        readings, sentences, whole = _read(found, dates, month)
        days = days.fill_null(left.replace_strict(readings, default=None, return_dtype=pl.Date))
        for word, says in sentences.items():
            faults = faults.vstack(wrong((left == word).fill_null(False), says))
            if faults.height > 10_000:
                break
        if whole:
            first = wrong((left == whole[0]).fill_null(False), whole[1]).head(1)
            faults = faults.vstack(first)
    kept, outside = _within(days, text)
    return kept, faults.vstack(outside)


def _within(days: pl.Series, found: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    earliest, latest = days.min(), days.max()
    if earliest is None or (earliest >= EARLIEST and latest <= LATEST):  # type: ignore[operator]
        return days, wrong()
    outside = ((days < EARLIEST) | (days > LATEST)).fill_null(False)
    return days.set(outside, None), wrong(outside, _WITHIN, found)


def _read(
    found: list[str], dates: Dates | None, month: bool
) -> tuple[dict[str, date], dict[str, str], tuple[str, str] | None]:
    """Each way of writing read, a sentence for what can not be, and one for a column that reads both ways."""
    readings: dict[str, date] = {}
    sentences: dict[str, str] = {}
    either: dict[str, tuple[int, int, int]] = {}
    for word in found:
        if match := _NUMBERS.fullmatch(word):
            first, second, year = (int(part) for part in match.groups())
            either[word] = (first, second, year)
        elif day := _one(word) or (_first_of_month(word) if month else None):
            readings[word] = day
        else:
            sentences[word] = _why(word, month)
    by_day = {word: _day(year, second, first) for word, (first, second, year) in either.items()}
    by_month = {word: _day(year, first, second) for word, (first, second, year) in either.items()}
    only_day = [word for word in either if by_day[word] and not by_month[word]]
    only_month = [word for word in either if by_month[word] and not by_day[word]]
    both = [word for word in either if by_day[word] and by_month[word] and by_day[word] != by_month[word]]
    if dates is None and both and not only_day and not only_month:
        says = (
            f"every day of this column reads both ways (here {quoted(both[0])}); say which with "
            'dates="day-first" or dates="month-first" (on the command line --dates day-first)'
        )
        return readings, sentences, (both[0], says)
    day_first = dates == "day-first" or (dates is None and len(only_day) >= len(only_month))
    chosen = by_day if day_first else by_month
    way = "day first" if day_first else "month first"
    for word in either:
        if chosen[word]:
            readings[word] = chosen[word]  # type: ignore[assignment]
        elif by_day[word] or by_month[word]:
            sentences[word] = f"found {quoted(word)}, which can not be read {way} like the rest of the column"
        else:
            sentences[word] = f"found {quoted(word)}; there is no such day"
    return readings, sentences, None


def _one(word: str) -> date | None:
    """A day that reads one way only."""
    if match := _YEAR_FIRST.fullmatch(word):
        return _day(*(int(part) for part in match.groups()))
    if match := _NAMED.fullmatch(word):
        number = _MONTHS.get(match[2].casefold())
        return _day(int(match[3]), number, int(match[1])) if number else None
    return None


def _first_of_month(word: str) -> date | None:
    if match := _MONTH.fullmatch(word):
        return _day(int(match[1]), int(match[2]), 1)
    if match := _NAMED_MONTH.fullmatch(word):
        number = _MONTHS.get(match[1].casefold())
        return _day(int(match[2]), number, 1) if number else None
    return None


def _why(word: str, month: bool) -> str:
    if _YEAR_FIRST.fullmatch(word) or _NAMED.fullmatch(word):
        return f"found {quoted(word)}; there is no such day"
    if not month and _first_of_month(word):
        return f"found the month {quoted(word)}; write its first day, and 'month' under precision where there is one"
    if _TIMED.fullmatch(word):
        return f"a day without a time of day is needed, found {quoted(word)}"
    if _TIME.fullmatch(word):
        return f"{A_DAY}; the cell holds only a time, or a number that stands for no day, found {quoted(word)}"
    return f"{A_DAY}, found {quoted(word)}"


def the_day(word: str) -> date:
    """The day that a word means by itself.

    Raises
    ------
    ValueError
        Which says what is needed instead.

    Examples
    --------
    >>> the_day("5 Mar 2024")
    datetime.date(2024, 3, 5)
    """
    day = _one(word)
    if day is None:
        written = _YEAR_FIRST.fullmatch(word) or _NAMED.fullmatch(word)
        raise ValueError("a day that is in the calendar is needed" if written else A_DAY)
    if not EARLIEST <= day <= LATEST:
        raise ValueError(_WITHIN)
    return day


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def said(day: date | datetime) -> str:
    """A day as prose has it.

    Examples
    --------
    >>> said(date(2024, 3, 5))
    '5 Mar 2024'
    """
    return f"{day.day} {day:%b %Y}"
