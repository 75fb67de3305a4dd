"""How do we say a day, a number and a share? The same in a chart, a page and a report.

Days are d MMM yyyy. A share never stands without its denominator, and where the denominator is small the counts stand
alone: a percentage of eight sites says more than eight sites can.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import isfinite

#: A percentage is given beside the counts from this denominator up.
ENOUGH_FOR_A_PERCENTAGE = 20

#: A number smaller than this is written with its power of ten.
LEAST = 1e-9

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date | None, missing: str = "not known") -> str:
    """A day as people write it.

    Examples
    --------
    >>> day(date(2024, 3, 9))
    '9 Mar 2024'
    """
    return missing if on is None else f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def month(on: date | None, missing: str = "not known") -> str:
    """A month as people write it.

    Examples
    --------
    >>> month(date(2024, 3, 9))
    'Mar 2024'
    """
    return missing if on is None else f"{MONTHS[on.month - 1]} {on.year}"


def number(value: float | None, missing: str = "not known") -> str:
    """A number with as many figures as it can bear, thousands apart.

    Examples
    --------
    >>> number(12345.678), number(12.345), number(0.01234), number(7.0), number(0.0000961)
    ('12,346', '12.3', '0.012', '7', '0.000096')
    """
    if value is None or not isfinite(value):
        return missing
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "\N{MINUS SIGN}")
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("0", "-0"):
        text = f"{Decimal(f'{value:.2g}'):f}" if size >= LEAST else f"{value:.2g}"
    return text.replace("-", "\N{MINUS SIGN}")


def amount(value: float | None, unit: str | None) -> str:
    """A number with its unit.

    Examples
    --------
    >>> amount(80.0, "%"), amount(12.5, "minutes"), amount(3.0, None)
    ('80%', '12.5 minutes', '3')
    """
    unit = (unit or "").strip()
    return f"{number(value)}{unit}" if unit.startswith("%") else f"{number(value)} {unit}".strip()


def months(length: float | None, missing: str = "not known") -> str:
    """A length of time in months, to a tenth of a month.

    Examples
    --------
    >>> months(0.871), months(12.0), months(44.85)
    ('0.9', '12', '44.9')
    """
    if length is None or length != length:
        return missing
    return f"{length:.1f}".removesuffix(".0").replace("-", "\N{MINUS SIGN}")


def late(length: float | None, missing: str = "not known") -> str:
    """How many months late or early.

    Examples
    --------
    >>> late(1.0), late(-0.613), late(0.0)
    ('1 month late', '0.6 months early', 'on the day')
    """
    if length is None or length != length:
        return missing
    if not length:
        return "on the day"
    said = months(max(abs(length), 0.1))
    return f"{said} {'month' if said == '1' else 'months'} {'late' if length > 0 else 'early'}"


def percent(share: float | None, missing: str = "not known") -> str:
    """A share, as a whole percentage that never rounds to all or none unless it is.

    Examples
    --------
    >>> percent(0.554), percent(0.998), percent(1.0)
    ('55%', '99.8%', '100%')
    """
    if share is None or share != share:
        return missing
    whole = round(share * 100)
    if (whole == 100 and share < 1) or (whole == 0 and share > 0):
        return f"{min(max(share * 100, 0.1), 99.9):.1f}%"
    return f"{whole}%"


def count_of(some: int, of: int | None, what: str = "sites") -> str:
    """A count with its denominator; a percentage only where the denominator can bear one.

    Examples
    --------
    >>> count_of(34, 61)
    '34 of 61 sites (56%)'
    >>> count_of(3, 8)
    '3 of 8 sites'
    >>> count_of(3, None), count_of(1, None)
    ('3 sites', '1 site')
    """
    if of is None:
        return counted(some, what)
    said = f"{some:,} of {counted(of, what)}"
    return f"{said} ({percent(some / of)})" if of >= ENOUGH_FOR_A_PERCENTAGE else said


#: Words whose singular is more than the plural without its last s.
_ONE = {
    "people": "person",
    "studies": "study",
    "entries": "entry",
    "deliveries": "delivery",
    "series": "series",
    "times": "time",
}


def counted(some: int, what: str) -> str:
    """A count of something, which loses its last s when there is one.

    Examples
    --------
    >>> counted(1, "sites"), counted(2, "sites"), counted(1, "eligible people")
    ('1 site', '2 sites', '1 eligible person')
    """
    if some == 1:
        word, _, rest = what.rpartition(" ") if what.rpartition(" ")[2] in _ONE else ("", "", what)
        what = f"{word} {_ONE[rest]}".strip() if rest in _ONE else what.removesuffix("s")
    return f"{some:,} {what}"


def agree(some: int, one: str, several: str) -> str:
    """The word that agrees with a count.

    Examples
    --------
    >>> agree(1, "has", "have"), agree(0, "has", "have")
    ('has', 'have')
    """
    return one if some == 1 else several


def listed(words: Sequence[str], joined: str = "and") -> str:
    """Words in a row.

    Examples
    --------
    >>> listed(["one", "two", "three"])
    'one, two and three'
    """
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joined} {words[-1]}"


def nth(n: int) -> str:
    """1st, 2nd, 3rd.

    Examples
    --------
    >>> [nth(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def sentence(text: str) -> str:
    """The text with a capital and a full stop, if it has neither.

    Examples
    --------
    >>> sentence("not recorded")
    'Not recorded.'
    """
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!…" else ".")


def lowered(text: str) -> str:
    """The text with a small letter to begin with, to stand within a sentence.

    Examples
    --------
    >>> lowered("Sites listed")
    'sites listed'
    """
    return text[:1].lower() + text[1:]


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit a width (in pixels) at a letter size; words longer than a line are cut.

    The width of a letter is taken as 0.56 of its size: a little more than most fonts need.
    """
    longest = max(8, int(width / (0.56 * size)))
    lines: list[str] = []
    line = ""
    for word in text.split():
        while len(word) > longest:
            room = longest - len(line) - 1 if line else longest
            if room > 6:
                lines.append(f"{line} {word[:room]}".strip())
                word, line = word[room:], ""
            else:
                lines.append(line)
                line = ""
        if line and len(line) + 1 + len(word) > longest:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines
