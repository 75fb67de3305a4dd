"""The month of a heading, and the day of which a title, a sheet, a file or a remark speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from takeroot.exchange.tracker.dating import (
    MONTH,
    MONTH_NAME,
    MONTH_NAMES,
    NAMED_MONTH,
    NUMBER_MONTH,
    YEAR_MONTH_NAME,
    Refused,
    Span,
    day_of,
    parsed,
    when,
    whole_year,
)
from takeroot.exchange.tracker.sheets import Value
from takeroot.vocabulary.column import Dates

_TWO_YEARS = re.compile(r"(?<!\d)(20\d\d)\s*[/\-–_]\s*((?:20)?\d\d)(?!\d)")
_BARE = re.compile(rf"(|.*\S\s+(?:/\s+)?)({MONTH})\.?", re.IGNORECASE)
_ENDS = re.compile(rf"(.*[^\s(\-–,:])[\s(\-–,:]+((?:{MONTH})[ \-_.,']*(?:20\d\d|'?\d\d))\)?")
_FINANCIAL = re.compile(r"\d\s*[/\-–]\s*\d\d|fy")


def month_of(value: Value) -> date | None:
    """The first of the month that a heading or a name speaks of, of a financial year or quarter the last; else none.

    Examples
    --------
    >>> month_of("Mar-24"), month_of("Status")
    (datetime.date(2024, 3, 1), None)
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.replace(day=1)
    if not isinstance(value, str):
        return None
    text = " ".join(value.casefold().split())
    if (match := NAMED_MONTH.fullmatch(text) or YEAR_MONTH_NAME.fullmatch(text)) is not None:
        return date(whole_year(match["year"]), MONTH_NAMES[match["month"]], 1)
    if match := NUMBER_MONTH.fullmatch(text):
        month = int(match[1] or match[4])
        return date(int(match[2] or match[3]), month, 1) if 1 <= month <= 12 else None
    period = parsed(text, value, None, None) if _FINANCIAL.search(text) else None
    return period.last.replace(day=1) if isinstance(period, Span) and period.last > period.on else None


def month_of_heading(text: str, value: Value) -> date | None:
    """The first of the month that a heading speaks of: by its own cell, or by one of its rows.

    Examples
    --------
    >>> month_of_heading("Apr 2024 / Status", "Status")
    datetime.date(2024, 4, 1)
    """
    parts = [part.strip() for part in reversed(text.split(" / "))]
    parts += [match[2] for part in parts if (match := _ENDS.fullmatch(part.casefold()))]
    return month_of(value) or next((month for part in parts if (month := month_of(part))), None)


def without_month(text: str) -> str:
    """What a heading says besides its month.

    Examples
    --------
    >>> without_month("Referrals / Jan 2024"), without_month("% trained Jan 24")
    ('Referrals', '% trained')
    """
    parts = [part.strip() for part in text.split(" / ") if month_of(part) is None]
    ends = [(part, _ENDS.fullmatch(part.casefold())) for part in parts]
    return " / ".join(part[: match.end(1)] if match else part for part, match in ends)


def with_years(months: Sequence[int], last: int, texts: Iterable[str]) -> list[date] | None:
    """The months of headings without a year, in order, where a title, a sheet or a file says of which year they are.

    Parameters
    ----------
    months
        Their numbers, as the headings follow one another.
    last
        The place of the last of them with anything below it.
    texts
        What may say the year, or the day the tracker speaks of.

    Examples
    --------
    >>> with_years([11, 12, 1, 2], 2, ["as at 5 Feb 2024"])[0]
    datetime.date(2023, 11, 1)
    """
    turns = [sum(b <= a for a, b in pairwise(months[: n + 1])) for n in range(len(months))]
    for text in texts:
        lower = text.casefold()
        if (match := _TWO_YEARS.search(lower)) and (int(match[1]) + 1) % 100 == int(match[2]) % 100:
            if turns[-1] > 1:
                return None
            return [date(int(match[1]) + (month < 4), month, 1) for month in months]
        day = as_at(text, "day-first")
        if isinstance(day, AsAt):
            year = day.on.year - (months[last] > day.on.month) - turns[last]
        elif (match := re.search(r"(?<!\d)(20\d\d)(?!\d)", lower)) and not turns[-1]:
            year = int(match[1])
        else:
            continue
        return [date(year + turn, month, 1) for turn, month in zip(turns, months, strict=True)]
    return None


def month_name(text: str) -> tuple[str, int]:
    """What stands before a month without its year, at the end of a heading; and its number, 0 where there is none.

    Examples
    --------
    >>> month_name("Status Feb"), month_name("May"), month_name("Status")
    (('Status', 2), ('', 5), ('', 0))
    """
    match = _BARE.fullmatch(text.strip())
    return (match[1].strip(), MONTH_NAMES[match[2].casefold()]) if match else ("", 0)


@dataclass(frozen=True)
class AsAt:
    """A day that a name or a title speaks of; ``whole`` where it names a month, whose last day is meant."""

    on: date
    whole: bool


_IN_TEXT = (
    re.compile(r"(?<!\d)(?:19|20)\d\d[\-_.](?:0?\d|1[0-2])[\-_.](?:[0-3]?\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?<!\d[\-–])\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[ \-_.]*{MONTH_NAME.replace('?P<month>', '?:')}"
        r"[ \-_.,]*(?:20\d\d|'?\d\d)(?!\d)"
    ),
    re.compile(r"(?<!\d)\d{1,2}[/.\-_]\d{1,2}[/.\-_](?:20)?\d\d(?!\d)"),
    re.compile(rf"(?<![a-z]){MONTH_NAME.replace('?P<month>', '?:')}[ \-_.,']*(?:20\d\d|\d\d)(?!\d)"),
    re.compile(r"(?<!\d)20\d\d[\-_.](?:0\d|1[0-2])(?!\d)"),
)
_PACKED = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")


def day_in(text: str, dates: Dates | None = None) -> Span | None:
    """The day, the month or the quarter that stands first in a text, where it reads one way.

    Examples
    --------
    >>> day_in("Mar 24 - staffing")
    Span(on=datetime.date(2024, 3, 1), before=None, precision='month')
    """
    lower = " ".join(text.casefold().split())
    for pattern in _IN_TEXT:
        if match := pattern.search(lower):
            found = when(match[0], dates)
            return found if isinstance(found, Span) else None
    return None


def numbers_in(text: str) -> str:
    """The day written in numbers that stands first in a text; empty, where there is none."""
    match = _IN_TEXT[2].search(text)
    return match[0] if match else ""


def without_day(text: str) -> str:
    """A text without the day that stands first in it.

    Examples
    --------
    >>> without_day("Mar 24 - staffing")
    'staffing'
    """
    for pattern in _IN_TEXT:
        if match := pattern.search(text.casefold()):
            text = f"{text[: match.start()]} {text[match.end() :]}"
            break
    return " ".join(text.split()).strip(" -–—:;,.()")


def as_at(text: str, dates: Dates | None = None) -> AsAt | Refused | None:
    """The day or the month that a file name, the name of a sheet or a title speaks of.

    Examples
    --------
    >>> as_at("Rollout tracker as at 31 March 2024 v2")
    AsAt(on=datetime.date(2024, 3, 31), whole=False)
    >>> as_at("Mar 24")
    AsAt(on=datetime.date(2024, 3, 31), whole=True)
    """
    lower = text.casefold().replace("_", " ")
    if match := _PACKED.search(lower):
        packed = day_of(int(match[1]), int(match[2]), int(match[3]), text)
        if isinstance(packed, Span):
            return AsAt(packed.on, False)
    for pattern in _IN_TEXT:
        if match := pattern.search(lower):
            found = parsed(" ".join(re.sub(r"(?<=\d)\.(?=\d)", "/", match[0]).split()), text, dates, None)
            if isinstance(found, Refused):
                return found
            return AsAt(found.last, found.precision == "month")
    return None
