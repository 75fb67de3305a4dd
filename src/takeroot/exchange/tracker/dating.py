"""Days as trackers have them: days, months, quarters, years, weeks, and a spreadsheet's numbers.

What is less than a day is kept as what it is: a month has the precision *month*, a week commencing is a span. What
reads two ways (03/04/2024; a quarter that may begin in January or in April) is asked about, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from takeroot.errors import quoted
from takeroot.exchange.tracker.sheets import Value
from takeroot.vocabulary.column import Dates

Quarters: TypeAlias = Literal["calendar", "financial"]
Asks: TypeAlias = Literal["", "dates", "quarters"]

#: Days that a tracker of improvements may hold; what lies outside is a slip of the keyboard.
EARLIEST, LATEST = date(1948, 7, 5), date(2100, 12, 31)
#: What spreadsheets count days from, and the numbers that lie between 1948 and 2100.
_ZERO, _LEAST, _MOST = date(1899, 12, 30), 17_719, 73_415

_MONTHS = "january february march april may june july august september october november december".split()
MONTH_NAMES = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
MONTH_NAMES |= {name: number for number, name in enumerate(_MONTHS, 1)}
_WELSH = "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr".split()
MONTH_NAMES |= {name: number for number, name in enumerate(_WELSH, 1)}
#: The names of months, as part of a pattern.
MONTH = "|".join(sorted(MONTH_NAMES, key=len, reverse=True))
MONTH_NAME = rf"(?P<month>{MONTH})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d)"
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"

_NAMED_DAY = re.compile(rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[ \-/.]*{MONTH_NAME},?[ \-/.]*{_YEAR}")
_NAMED_DAY_US = re.compile(rf"{_WEEKDAY}{MONTH_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}")
NAMED_MONTH = re.compile(rf"(?:early|mid|late|end of|end|beginning of|start of)?[ \-]*{MONTH_NAME}[ \-/.,']*{_YEAR}")
YEAR_MONTH_NAME = re.compile(rf"(?P<year>(?:19|20)\d\d)[ \-/.]+{MONTH_NAME}")
_ISO = re.compile(r"((?:19|20)\d\d)[\-/.](\d{1,2})[\-/.](\d{1,2})(?:[t ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?")
_NUMBERS = re.compile(rf"{_WEEKDAY}(\d{{1,2}})[/.\- ](\d{{1,2}})[/.\- ]((?:19|20)?\d\d)(?: \d{{1,2}}:\d\d(?::\d\d)?)?")
NUMBER_MONTH = re.compile(r"(?:(\d{1,2})[/\-]((?:19|20)\d\d)|((?:19|20)\d\d)[/\-](\d{1,2}))")
_QUARTER = re.compile(
    r"(?:q(?:uarter|tr)?\s*([1-4])|([1-4])(?:st|nd|rd|th)\s+quarter)[ \-/,]*"
    r"(?:of\s+)?(fy)?\s*'?(\d{4}|\d\d)(?:[/\-–](\d{4}|\d\d))?"
)
_YEAR_QUARTER = re.compile(r"(fy)?\s*(\d{4})(?:[/\-–](\d{4}|\d\d))?[ \-/,]*q(?:uarter|tr)?\s*([1-4])")
_FINANCIAL_YEAR = re.compile(r"(?:fy\s*'?(\d{4}|\d\d)[/\-–](\d{4}|\d\d)|(\d{4})[/\-–](\d\d))")
_PLAIN_YEAR = re.compile(r"(?:19|20)\d\d")
_WEEK = re.compile(r"(?:w/?c|w\.c\.?|wk\.?\s+comm?\.?|week commencing|week of|week beginning|w/?b)[:\s]*")
_SEASON = re.compile(r".*\b(spring|summer|autumn|winter|easter|christmas|new year)\b.*")
_PART = re.compile(r".*\b(month|year|week|quarter|soon|shortly|later|next|this)\b.*")

#: What people write where they do not know a day yet.
NOTHING = frozenset(
    "tbc|tbd|tba|tbd.|n/k|nk|n/r|nr|not recorded|n/a|na|n.a.|none|nil|-|--|–|—|?|??|???|."
    "|to be confirmed|to be decided|to be agreed|to be arranged"
    "|not known|unknown|not yet|not yet known|awaiting|awaiting date|awaited|pending|no date|date tbc|tbc date"
    "|not applicable|no|n|blank|x/x/x|tbc.|to follow|ongoing".split("|")
)


@dataclass(frozen=True)
class Span:
    """When something happened: from ``on``, before ``before`` where only a span is known.

    Parameters
    ----------
    on, before, precision
        As in the table of stages.
    """

    on: date
    before: date | None = None
    precision: str | None = None

    @property
    def last(self) -> date:
        """The last day on which it may have happened."""
        if self.before is not None:
            return self.before - timedelta(days=1)
        return {"month": month_end, "quarter": quarter_end, "year": year_end}.get(self.precision or "", _same)(self.on)


@dataclass(frozen=True)
class Refused:
    """Why no day can be made of a cell, and what must be asked first, if that would help."""

    says: str
    asks: Asks = ""


def month_end(day: date) -> date:
    """The last day of the month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def quarter_end(day: date) -> date:
    """The last day of the quarter."""
    return month_end(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 3))


def year_end(day: date) -> date:
    """The last day of the year."""
    return day.replace(month=12, day=31)


def _same(day: date) -> date:
    return day


def when(value: Value, dates: Dates | None = None, quarters: Quarters | None = None) -> Span | Refused | None:
    """When a cell says something happened; none where it says that nobody knows yet.

    Parameters
    ----------
    value
        What the cell holds.
    dates
        How days such as 03/04/2024 are written.
    quarters
        Whether the first quarter begins in January or in April.

    Examples
    --------
    >>> when("March 2024")
    Span(on=datetime.date(2024, 3, 1), before=None, precision='month')
    >>> when("w/c 4 March 2024").before
    datetime.date(2024, 3, 11)
    >>> when("TBC") is None
    True
    """
    found = _when(value, dates, quarters)
    if isinstance(found, Span) and not EARLIEST <= found.on <= LATEST:
        return Refused(f"found {quoted(value)}; a day between {EARLIEST.year} and {LATEST.year} is needed")
    return found


def _when(value: Value, dates: Dates | None, quarters: Quarters | None) -> Span | Refused | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Refused("a day is needed, found yes or no")
    if isinstance(value, datetime):
        return Span(value.date())
    if isinstance(value, date):
        return Span(value)
    if isinstance(value, time):
        return Refused(f"a day is needed; the cell holds only a time, found {quoted(value)}")
    if isinstance(value, int | float):
        return _number(float(value))
    text = " ".join(value.casefold().replace("’", "'").split()).rstrip(".")
    text = re.sub(r"^(?:~|c\.|circa|approx\.?(?:imately)?|around)\s*(?=\S)|\s*\((?!.*\?)[^()]*\)$", "", text)
    if text in NOTHING or not text:
        return None
    if week := _WEEK.match(text):
        day = parsed(text[week.end() :], value, dates, quarters)
        if isinstance(day, Span) and day.precision is None and day.before is None:
            return Span(day.on, day.on + timedelta(days=7))
        return (
            day
            if isinstance(day, Refused)
            else Refused(f"the day on which the week began is needed, found {quoted(value)}")
        )
    return parsed(text, value, dates, quarters)


def _number(number: float) -> Span | Refused:
    if 1990 <= number <= 2100 and number == int(number):
        return Span(date(int(number), 1, 1), None, "year")
    if _LEAST <= number <= _MOST:
        return Span(_ZERO + timedelta(days=int(number)))
    return Refused(f"a day is needed, found the number {number:g}")


def parsed(text: str, value: Value, dates: Dates | None, quarters: Quarters | None) -> Span | Refused:
    """When a text says, small and without blanks around it; ``value`` is the cell as it is quoted."""
    if match := _ISO.fullmatch(text):
        return day_of(int(match[1]), int(match[2]), int(match[3]), value)
    if match := _NAMED_DAY.fullmatch(text) or _NAMED_DAY_US.fullmatch(text):
        return day_of(whole_year(match["year"]), MONTH_NAMES[match["month"]], int(match["day"]), value)
    if match := _NUMBERS.fullmatch(text):
        return _either(int(match[1]), int(match[2]), whole_year(match[3]), value, dates)
    if match := NAMED_MONTH.fullmatch(text) or YEAR_MONTH_NAME.fullmatch(text):
        return Span(date(whole_year(match["year"]), MONTH_NAMES[match["month"]], 1), None, "month")
    if match := NUMBER_MONTH.fullmatch(text):
        year, month = int(match[2] or match[3]), int(match[1] or match[4])
        if 1 <= month <= 12:
            return Span(date(year, month, 1), None, "month")
    if match := _QUARTER.fullmatch(text):
        return _quarter(int(match[1] or match[2]), match[4], match[5], bool(match[3]), value, quarters)
    if match := _YEAR_QUARTER.fullmatch(text):
        return _quarter(int(match[4]), match[2], match[3], bool(match[1]), value, quarters)
    if match := _FINANCIAL_YEAR.fullmatch(text):
        first, second = whole_year(match[1] or match[3]), int((match[2] or match[4])[-2:])
        if (first + 1) % 100 == second:
            return Span(date(first, 4, 1), date(first + 1, 4, 1))
    if _PLAIN_YEAR.fullmatch(text):
        return Span(date(int(text), 1, 1), None, "year")
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _number(float(text))
    return Refused(_why(text, value))


def day_of(year: int, month: int, day: int, value: Value) -> Span | Refused:
    """The day, if there is such a day."""
    try:
        return Span(date(year, month, day))
    except ValueError:
        return Refused(f"found {quoted(value)}; there is no such day")


def _either(first: int, second: int, year: int, value: Value, dates: Dates | None) -> Span | Refused:
    """A day of three numbers, which may read both ways."""
    by_day, by_month = day_of(year, second, first, value), day_of(year, first, second, value)
    if isinstance(by_day, Refused) or isinstance(by_month, Refused) or by_day == by_month:
        kept = by_day if dates == "day-first" or (dates is None and isinstance(by_day, Span)) else by_month
        if isinstance(kept, Refused) and isinstance(by_day, Span) | isinstance(by_month, Span):
            if dates is None:
                return by_day if isinstance(by_day, Span) else by_month
            return Refused(f"found {quoted(value)}, which can not be read {dates.replace('-', ' ')} like the others")
        return kept
    if dates is None:
        return Refused(f"{quoted(value)} reads both ways; say which comes first, the day or the month", "dates")
    return by_day if dates == "day-first" else by_month


def order_shown(value: Value) -> Dates | Literal["both"] | None:
    """Which order of day and month a cell shows: one, ``both`` where it reads both ways, none where it does not say."""
    if not isinstance(value, str):
        return None
    match = _NUMBERS.fullmatch(" ".join(_WEEK.sub("", value.casefold(), count=1).split()))
    if not match:
        return None
    first, second, year = int(match[1]), int(match[2]), whole_year(match[3])
    by_day, by_month = (isinstance(day_of(year, *pair, value), Span) for pair in ((second, first), (first, second)))
    if by_day and by_month:
        return "both" if first != second else None
    return "day-first" if by_day else "month-first" if by_month else None


def _quarter(
    number: int, year: str, until: str | None, financial: bool, value: Value, quarters: Quarters | None
) -> Span | Refused:
    first = whole_year(year)
    if until is not None:
        if (first + 1) % 100 != int(until[-2:]):
            return Refused(f"found {quoted(value)}; the two years do not follow each other")
        financial = True
    if not financial and quarters is None:
        return Refused(
            f"{quoted(value)} reads two ways; say whether the first quarter begins in January or April", "quarters"
        )
    if financial or quarters == "financial":
        month = 3 * number + 1
        on = date(first, month, 1) if month <= 10 else date(first + 1, 1, 1)
    else:
        on = date(first, 3 * number - 2, 1)
    return Span(on, None, "quarter")


def whole_year(text: str) -> int:
    """A year of two digits or of four."""
    number = int(text.strip("'"))
    return number if number >= 100 else 2000 + number


def _why(text: str, value: Value) -> str:
    if _SEASON.fullmatch(text):
        return f"found {quoted(value)}; people read seasons differently, so write a month or a quarter with its year"
    early = r"(?:early|mid|late|end of|end|beginning of|start of|in|by)?[ \-]*"
    if re.fullmatch(early + MONTH_NAME, text) or re.fullmatch(
        rf"\d{{1,2}}(?:st|nd|rd|th)?[ \-/]{MONTH_NAME}|\d{{1,2}}/\d{{1,2}}", text
    ):
        return f"found {quoted(value)}; write the year too"
    if re.search(r"\d", text) is None and _PART.fullmatch(text):
        return f"found {quoted(value)}; write a day, a month or a quarter, or leave the cell empty"
    return f"a day, a month, a quarter or a year is needed, found {quoted(value)}"
