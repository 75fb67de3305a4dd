"""Does a text seem to name somebody? A warning before it is kept; the person who writes decides.

Names with a title, telephone numbers, e-mail addresses, and ten digits whose last one is the check digit of an NHS
number. What reads so by chance is said to seem so, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from takeroot.errors import quoted

_TITLES = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Sister|Matron)"
_NAMED = re.compile(rf"\b{_TITLES}\b\.?[ \u00a0]+[A-Z\u00c0-\u00de][\w'\u2019-]{{1,40}}")
_E_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}")
_PHONE = re.compile(r"(?<![\w.+])(?:\+\d{1,3}|0)(?:[ ().-]{0,2}\d){9,12}(?!\d)")
_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")


def seem_to_name(texts: Iterable[str]) -> list[str]:
    """What in these texts seems to say who somebody is, each as a few words.

    Examples
    --------
    >>> seem_to_name(["Mrs Jones rang 020 7946 0018; her number is 943 476 5919"])
    ["a name with a title ('Mrs Jones')", "a telephone number ('020 7946 0018')", "an NHS number ('943 476 5919')"]
    >>> seem_to_name(["The ward manager saw 3 of 10 patients on 2024-03-31"])
    []
    """
    found: dict[str, None] = {}
    for text in texts:
        numbers = [one for one in _TEN_DIGITS.findall(text) if is_nhs_number(one)]
        phones = [one for one in _PHONE.findall(text) if one not in numbers]
        for what, those in (
            ("a name with a title", _NAMED.findall(text)),
            ("an e-mail address", _E_MAIL.findall(text)),
            ("a telephone number", phones),
            ("an NHS number", numbers),
        ):
            found |= dict.fromkeys(f"{what} ({quoted(one)})" for one in those)
    return [*found]


def is_nhs_number(text: str) -> bool:
    """Whether the last of ten digits is the check digit of the nine before it, by modulus 11.

    Examples
    --------
    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918")
    (True, False)
    """
    digits = [int(letter) for letter in text if letter.isdecimal()]
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return len(digits) == 10 and check != 10 and digits[9] == check % 11


def mark_of(found: Iterable[str]) -> str:
    """A mark by which a form says that its writer was warned of these."""
    return blake2b("\x1f".join(found).encode(), digest_size=8).hexdigest()


def free_text(cells: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """The cells of these columns that say anything."""
    return [cells[name] for name in names if cells.get(name)]
