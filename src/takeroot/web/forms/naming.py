"""Does a text seem to name somebody? A warning before it is kept; the person who writes decides.

Names with a title, common first names before another name, telephone numbers, e-mail addresses, dates of birth, and
numbers that look like a patient's: an NHS number by its check digit, ten digits in groups like one, or what is called a
hospital or patient number. What reads so by chance is said to seem so, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from takeroot.errors import quoted

_TITLES = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Sister|Matron)"
_NAMED = re.compile(rf"\b{_TITLES}\b\.?[ \u00a0]+[A-Z\u00c0-\u00de][\w'\u2019-]{{1,40}}")
#: Common first names, but for those that are months, words or places as well.
_FIRST = (
    "Aaron|Abdul|Abigail|Adam|Adrian|Agnes|Aisha|Alan|Albert|Alex|Alexander|Alice|Alison|Amanda|Amelia|Amy|Andrea|Andrew|"
    "Angela|Anita|Ann|Anna|Anne|Anthony|Arthur|Audrey|Barbara|Barry|Beatrice|Ben|Benjamin|Bernard|Beryl|Betty|Beverley|"
    "Brenda|Brian|Bridget|Bruce|Carl|Carol|Caroline|Catherine|Charles|Charlie|Chloe|Chris|Christine|Christopher|Claire|"
    "Clare|Clive|Colin|Connor|Craig|Daniel|Danielle|Darren|David|Dean|Deborah|Denise|Dennis|Derek|Diana|Diane|Donald|"
    "Donna|Doreen|Doris|Dorothy|Douglas|Duncan|Edith|Edward|Eileen|Elaine|Eleanor|Elizabeth|Ellen|Elsie|Emily|Emma|Eric|"
    "Ernest|Ethel|Evelyn|Fatima|Fiona|Frances|Francis|Frank|Fred|Frederick|Gareth|Gary|Geoffrey|George|Gerald|Geraldine|"
    "Gillian|Gladys|Gordon|Graham|Grant|Greg|Hannah|Harold|Harry|Hassan|Helen|Henry|Hilda|Howard|Hugh|Ian|Imran|Irene|"
    "Isabel|Jacob|Jacqueline|Jake|James|Jamie|Jane|Janet|Janice|Jason|Jean|Jeffrey|Jennifer|Jeremy|Jessica|Jill|Jim|Joan|"
    "Joanna|Joanne|Joe|John|Jonathan|Joseph|Josephine|Joshua|Joyce|Judith|Julia|Julian|Julie|Karen|Kate|Kathleen|Keith|"
    "Kelly|Kenneth|Kevin|Kim|Laura|Lauren|Lawrence|Leanne|Lee|Leonard|Lesley|Leslie|Lewis|Linda|Lisa|Liam|Lorraine|Louise|"
    "Lucy|Luke|Lynn|Malcolm|Margaret|Maria|Marion|Marjorie|Martin|Mary|Matthew|Maureen|Mavis|Maxine|Megan|Melanie|Michael|"
    "Michelle|Mike|Mohammed|Mohamed|Muhammad|Muriel|Nancy|Natalie|Natasha|Nathan|Neil|Nicholas|Nicola|Nigel|Nora|Norman|"
    "Oliver|Olivia|Oscar|Pamela|Patricia|Patrick|Paul|Paula|Pauline|Peter|Philip|Phillip|Phyllis|Priya|Rachel|Ralph|"
    "Raymond|Rebecca|Richard|Rita|Robert|Roger|Ronald|Rosemary|Roy|Russell|Ruth|Ryan|Sally|Samantha|Samuel|Sandra|Sarah|"
    "Scott|Sean|Sharon|Sheila|Shirley|Simon|Sophie|Stanley|Stella|Stephanie|Stephen|Steven|Stuart|Susan|Sylvia|Terence|"
    "Teresa|Thelma|Theresa|Thomas|Timothy|Tony|Tracey|Tracy|Trevor|Valerie|Vanessa|Vera|Veronica|Vincent|Vivien|Walter|"
    "Wayne|Wendy|William|Winifred|Yusuf|Yvonne|Zoe"
)
#: What makes of a name that of a place or a body.
_PLACE = (
    r"(?: (?:Ward|Hospital|House|Unit|Street|Road|Centre|Center|Infirmary|Trust|Clinic|University|Health|Practice|"
    r"Suite|Wing|Team|College|Foundation|Institute|School|Library|Square|Building|Surgery|Medical|Royal))\b"
)
_FULL = re.compile(rf"\b(?:{_FIRST}) (?!(?:and|or)\b)[A-Z\u00c0-\u00de][\w'\u2019-]{{1,40}}\b(?!{_PLACE})")
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)\b[ :]{0,3}\d{1,2}(?:st|nd|rd|th)?[ /.-]\w{1,9}[ /.-]\d{2,4}",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:hospital|patient|case|record|unit|nhs|chi|mrn|h&c)(?:'s)? ?(?:number|num|no|id|ref)?\.? ?[:#]? ?"
    r"([A-Z]{0,3} ?\d[\d -]{3,12}\d)(?![\d.%])",
    re.IGNORECASE,
)
_LIKE_HOSPITALS = re.compile(r"(?<![\w:.\[-])[A-Z]{1,2}\d{6,8}(?!\w)")
_E_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}")
_PHONE = re.compile(r"(?<![\w.+])(?:\+\d{1,3}|0)(?:[ ().-]{0,2}\d){9,12}(?!\d)")
_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")


def seem_to_name(texts: Iterable[str]) -> list[str]:
    """What in these texts seems to say who somebody is, each as a few words.

    Examples
    --------
    >>> seem_to_name(["Mrs Jones rang 020 7946 0018; her number is 943 476 5919"])
    ["a name with a title ('Mrs Jones')", "a telephone number ('020 7946 0018')", "an NHS number ('943 476 5919')"]
    >>> seem_to_name(["John Smith, hospital number K123456, stayed on George Eliot Ward"])
    ["a name ('John Smith')", "a number like a patient's ('K123456')"]
    >>> seem_to_name(["The ward manager saw 3 of 10 patients on 2024-03-31"])
    []
    """
    found: dict[str, None] = {}
    for text in texts:
        numbers = [one for one in _TEN_DIGITS.findall(text) if is_nhs_number(one)]
        phones = [one for one in _PHONE.findall(text) if one not in numbers]
        like = [one for one in _TEN_DIGITS.findall(text) if not one.isdigit() and one not in (*numbers, *phones)]
        held = "".join((*numbers, *phones, *like))
        called = [one.strip() for one in _CALLED.findall(text) if one.strip() not in held and not _is_a_year(one)]
        like += [*called, *(one for one in _LIKE_HOSPITALS.findall(text) if one not in called)]
        named = [one for one in _FULL.findall(text) if not re.search(rf"{_PLACE}$", one)]
        for what, those in (
            ("a name with a title", _NAMED.findall(text)),
            ("a name", [one for one in named if not any(one in titled for titled in _NAMED.findall(text))]),
            ("an e-mail address", _E_MAIL.findall(text)),
            ("a telephone number", phones),
            ("an NHS number", numbers),
            ("a number like a patient's", like),
            ("a date of birth", _BORN.findall(text)),
        ):
            found |= dict.fromkeys(f"{what} ({quoted(one)})" for one in those)
    return [*found]


def _is_a_year(text: str) -> bool:
    """Whether a number may as well be a year or two."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:[ -]+(?:(?:19|20)\d\d|\d\d))?", text.strip()))


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
