"""What somebody typed, as cells of a table: nothing is guessed, and nothing is taken that was not asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from takeroot.charts.wording import day as written_day
from takeroot.errors import Fault
from takeroot.vocabulary.days import the_day
from takeroot.web.forms.entry import Ask, Entry
from takeroot.web.forms.words import ASKS

_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_PER_CENT = re.compile(r"\d+(\.\d+)?")
_A_MONTH = re.compile(r"(\d{4})-(\d{2})")


def ask_of(entry: Entry, name: str) -> Ask:
    """How a column of an entry is asked for."""
    return entry.asks.get(name) or ASKS.get(name) or Ask()


def typed(entry: Entry, sent: Mapping[str, str]) -> dict[str, str]:
    """The cells that a form sent, by column; what it did not send is not there.

    Parameters
    ----------
    sent
        What came from the browser. Names that the entry does not ask for are passed over.
    """
    there = {name: _lines(sent[name]) for name in entry.columns if name in sent}
    return {name: _plain(entry, name, text, there) for name, text in there.items()}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _plain(entry: Entry, name: str, text: str, there: Mapping[str, str]) -> str:
    """A cell as the table's door takes it: shares may be given as 40, and days as 31/3/2026, which are day first."""
    ask, kind = ask_of(entry, name), entry.column(name).kind
    if ask.only and there.get(ask.only[0]) != ask.only[1]:
        return ""
    if kind in ("share", "share_or_word") and _PER_CENT.fullmatch(text) and float(text) > 1:
        return f"{text}%"
    if kind == "day" and (match := _DAY_FIRST.fullmatch(text)):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    if name == "on" and there.get("precision") in ("month", "quarter", "year"):
        return _first_of(text, there["precision"])
    return text


def _first_of(text: str, precision: str) -> str:
    """The first day of the month, quarter or year in which a day lies."""
    on = _day(text)
    if on is None:
        return text
    first = {"month": on.month, "quarter": on.month - (on.month - 1) % 3, "year": 1}[precision]
    return date(on.year, first, 1).isoformat()


def ahead(entry: Entry, cells: Mapping[str, str], today: date) -> list[Fault]:
    """A fault for each day of something that has happened, which lies ahead."""
    faults = []
    for name, text in cells.items():
        on = _day(text) if ask_of(entry, name).happened else None
        if on and on > today:
            says = f"{written_day(on)} has not come yet; say what has happened by today, {written_day(today)}"
            faults.append(Fault(says, column=name))
    return faults


def _day(text: str) -> date | None:
    month = _A_MONTH.fullmatch(text)
    try:
        return the_day(f"{text}-01" if month else text)
    except ValueError:
        return None
