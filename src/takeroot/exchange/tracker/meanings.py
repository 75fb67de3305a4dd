"""What a column means, by its heading and by what stands in it.

What stands in the column must bear out its heading: one that speaks of going live means a day over days, and a stage
reached over ticks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from takeroot.exchange.tracker.dating import MONTH, NOTHING, Span, when
from takeroot.exchange.tracker.headings import DATE, HEADINGS, PEOPLE, PLANNED, Means, heading, means_of, stage_in
from takeroot.exchange.tracker.periods import month_name, month_of_heading
from takeroot.exchange.tracker.sheets import Value, shown
from takeroot.exchange.tracker.words import NO, YES, Sure, of_word, parted, plain
from takeroot.vocabulary.stages import Stage

_NUMBERS_ROWS = "it only numbers the rows"
_PERSONAL = "names and addresses of people are best kept out"


@dataclass(frozen=True)
class Guess:
    """What a column most likely means, how sure that is, and why."""

    means: Means
    stage: Stage | None = None
    sure: Sure = "sure"
    why: str = ""
    month: date | None = None


@dataclass(frozen=True)
class Shape:
    """What stands in a column: the shares of its filled cells that are days, numbers, ticks, known words, long text."""

    filled: int
    days: float = 0.0
    numbers: float = 0.0
    ticks: float = 0.0
    statuses: float = 0.0
    distinct: int = 0
    length: float = 0.0
    running: bool = False
    addresses: float = 0.0


def shape(values: Sequence[Value]) -> Shape:
    """What stands in a column."""
    filled = [value for value in values if value is not None and _says_something(value)]
    if not filled:
        return Shape(0)
    sample = filled if len(filled) <= 400 else filled[:: max(1, len(filled) // 400)]
    n = len(sample)
    texts = [shown(value) for value in sample]
    days = numbers = ticks = statuses = 0
    for value, text in zip(sample, texts, strict=True):
        word = plain(text)
        if isinstance(value, bool) or word in YES or word in NO:
            ticks += 1
        if isinstance(value, int | float) and not isinstance(value, bool):
            numbers += 1
        elif isinstance(value, date) or (isinstance(value, str) and _reads_as_day(value)):
            days += 1
        elif isinstance(value, str) and not isinstance(value, time):
            numbers += bool(re.fullmatch(r"-?\d[\d,]*(\.\d+)?\s*%?|\d+ ?(/|of|out of) ?\d+", value))
        if isinstance(value, str) and len(value) < 60 and (said := of_word(parted(value)[0])).sure == "sure":
            statuses += said.stage is not None
    length = sum(map(len, texts)) / n
    first = shown(filled[0]).strip(".")
    running = first in ("0", "1") and len(filled) > 1
    running = running and all(shown(value).strip(".") == str(n) for n, value in enumerate(filled, int(first)))
    addresses = sum("@" in text for text in texts)
    return Shape(
        len(filled), days / n, numbers / n, ticks / n, statuses / n, len(set(filled)), length, running, addresses / n
    )


def _says_something(value: Value) -> bool:
    return not isinstance(value, str) or (value.casefold().strip() not in NOTHING - NO)


def _reads_as_day(text: str) -> bool:
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return False
    found = when(text, "day-first", "calendar")
    return isinstance(found, Span) or isinstance(when(text, "month-first", "calendar"), Span)


def of_column(text: str, value: Value, found: Shape) -> Guess:
    """What a column most likely means.

    Parameters
    ----------
    text
        Its heading, those of several header rows joined.
    value
        What the cell of its heading holds, which may be a day.
    found
        What stands below it.
    """
    said = heading(text)
    if month := month_of_heading(text, value):
        return _in_month(month, found)
    if found.addresses > 0.2 and all(means != "contact" for means in means_of(said)):
        return Guess("ignored", None, "likely", _PERSONAL)
    if not said or re.fullmatch(r"column [a-z]{1,3}", said):
        if found.running:
            return Guess("ignored", None, "likely", _NUMBERS_ROWS)
        return Guess("asked", None, "asked", "it has no heading")
    if month_name(text)[1] and (said in MONTH.split("|") or found.statuses + found.numbers + found.ticks > 0.5):
        why = "the month has no year; write the year beside it, or in the name of the file, and send it again"
        return Guess("asked", None, "asked", why)
    word = of_word(said)
    if word.sure == "sure" and word.stage is not None and found.ticks >= 0.6:
        return Guess("reached", word.stage, "sure", "its heading is a status, and yes or no stands below it")
    stage = stage_in(said)
    for each in dict.fromkeys((said, *map(heading, reversed(text.split("/"))))):
        if (guess := _of_heading(each, stage, found)) is not None:
            return guess
        if each == said and (guess := _of_stage(said, stage, found)) is not None:
            return guess
    return _otherwise(said, found)


def _of_heading(said: str, stage: tuple[Stage, Sure] | None, found: Shape) -> Guess | None:
    """What the words of a heading say, where what stands below bears it out."""
    for pattern, means, sure in HEADINGS:
        if re.search(pattern, said):
            if means == "status" and found.days > 0.5 and found.filled:
                return None
            if means == "since" and found.days < 0.5:
                continue
            if means == "wave" and found.statuses >= 0.4:
                return Guess("status", None, "likely", "words for stages stand below it")
            if means == "code" and found.running:
                return Guess("ignored", None, "likely", _NUMBERS_ROWS)
            if (
                means == "site"
                and sure == "likely"
                and (stage or found.numbers + found.days > 0.3 or found.length > 60)
            ):
                continue
            if means in ("site", "note") and found.filled and found.days + found.numbers > 0.9:
                return Guess("asked", None, "asked", "its heading and what stands below it do not fit")
            if means == "ignored" and sure == "asked" and found.statuses >= 0.4:
                return Guess("status", None, "likely", "words for stages stand below it")
            if said in ("state", "position") and not found.statuses:
                continue
            if means == "ignored" and stage and found.days + found.ticks + found.numbers > 0.2:
                return None
            personal = means == "ignored" and PEOPLE.search(said)
            why = _PERSONAL if personal else "its heading says so"
            return Guess("asked" if sure == "asked" else means, None, sure, why)
    return None


def _in_month(month: date, found: Shape) -> Guess:
    if not found.filled:
        return Guess("status in month", None, "asked", "nothing stands below the month yet", month)
    if found.numbers >= 0.5 and found.numbers > found.statuses:
        return Guess("value in month", None, "likely", "numbers stand below a month", month)
    if found.days > 0.5:
        return Guess("asked", None, "asked", "days stand below a month", month)
    return Guess("status in month", None, "sure", "words stand below a month", month)


def _of_stage(said: str, stage: tuple[Stage, Sure] | None, found: Shape) -> Guess | None:
    if stage is None:
        return None
    which, sure = stage
    dated = found.days + (found.numbers if DATE.search(said) else 0)
    if PLANNED.search(said) and (dated > 0.3 or DATE.search(said) or not found.ticks):
        return Guess("planned", which, sure, "its heading speaks of a plan")
    if dated >= 0.5 or (DATE.search(said) and (dated > 0 or not found.filled)):
        return Guess("began", which, sure, "its heading speaks of a stage, and days stand below it")
    if found.filled and found.ticks >= 0.6:
        return Guess("reached", which, sure, "its heading speaks of a stage, and yes or no stands below it")
    if found.filled and found.statuses >= 0.6:
        return Guess("status", None, "likely", "words for stages stand below it")
    if not found.filled:
        return Guess("began", which, "asked", "nothing stands below it yet")
    if found.numbers > 0.7:
        return Guess("kept", None, "likely", "numbers stand below it")
    return Guess("asked", which, "asked", "its heading speaks of a stage, and what stands below it is mixed")


def _otherwise(said: str, found: Shape) -> Guess:
    if not found.filled:
        return Guess("ignored", None, "likely", "nothing stands below it")
    if (
        found.statuses >= (0.4 if re.search(r"\b(stage|status|position|progress)\b", said) else 0.6)
        and found.distinct <= 30
    ):
        return Guess("status", None, "likely", "words for stages stand below it")
    if found.days > 0.5:
        return Guess("asked", None, "asked", "days stand below it, and its heading names no stage")
    if found.length > 60:
        return Guess("note", None, "likely", "long text stands below it")
    return Guess("asked", None, "asked", "its heading is not known; it can be kept with the site")
