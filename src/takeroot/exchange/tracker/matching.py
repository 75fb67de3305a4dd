"""Which site is meant? Rows of a tracker, matched to sites that are known.

By what somebody decided, by code, by name, and by name once case, marks, abbreviations and the words that every trust
has are put aside. What is only like a known site is offered with its likeness, and never taken by itself.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

import polars as pl

from takeroot.errors import quoted
from takeroot.exchange.tracker.mapping import SiteDecision

#: From what likeness on a name is offered, and from which on two names with one code are taken for one.
NEAR, SAME_CODE = 0.8, 0.75
_OFFERED = 3

_WORDS = {
    "hosp": "hospital",
    "hospitals": "hospital",
    "st": "saint",
    "sts": "saints",
    "ctr": "centre",
    "center": "centre",
    "univ": "university",
    "uni": "university",
    "infirm": "infirmary",
    "gen": "general",
    "med": "medical",
    "surg": "surgery",
    "rd": "road",
    "hlth": "health",
    "comm": "community",
    "dept": "department",
    "mt": "mount",
    "wd": "ward",
}
_ASIDE = frozenset("the nhs trust foundation ft nhst nhsft".split())

MATCHED = {
    "name": pl.String(),
    "code": pl.String(),
    "ods_code": pl.String(),
    "site": pl.String(),
    "how": pl.String(),
    "likeness": pl.Float64(),
    "near": pl.List(pl.String()),
    "says": pl.String(),
}


@lru_cache(65_536)
def plain_name(name: str) -> str:
    """A name as it is compared.

    Examples
    --------
    >>> plain_name("St. Mary's Hosp (NHS Foundation Trust)") == plain_name("Saint Marys Hospital")
    True
    """
    text = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    text = re.sub(r"['’`´]", "", text.replace("&", " and "))
    words = [_WORDS.get(word, word) for word in re.sub(r"[^\w]+", " ", text.replace("_", " ")).split()]
    return " ".join(word for word in words if word not in _ASIDE) or " ".join(words)


@dataclass(frozen=True)
class _Known:
    """The sites there are, by everything they are found by."""

    names: dict[str, str]
    sites: dict[str, str]
    codes: dict[str, str]
    by_plain: dict[str, list[str]]
    by_word: dict[str, list[str]]

    def shown(self, site: str) -> str:
        return self.names.get(site, site)


def match(names_and_codes: pl.DataFrame, sites: pl.DataFrame, decisions: Sequence[SiteDecision] = ()) -> pl.DataFrame:
    """Each row matched to a known site, if there is one.

    Parameters
    ----------
    names_and_codes
        With ``name``, and ``code`` and ``ods_code`` where there are any.
    sites
        The sites of the programme.
    decisions
        What was decided of names before.

    Returns
    -------
    DataFrame
        The rows in their order, with ``site`` (none, where it is new or has to be asked), ``how`` (``decided``,
        ``code``, ``name``, ``alike``, ``new``; ``near`` and ``conflict`` have to be asked), ``likeness`` to the
        nearest, ``near`` (the sites that it may be) and ``says``, a sentence for a person.

    Examples
    --------
    >>> sites = pl.DataFrame({"site": ["Saint Mary's Hospital"]})
    >>> rows = match(pl.DataFrame({"name": ["St Marys Hosp", "Ash"]}), sites)
    >>> rows["how"].to_list(), rows["site"].to_list()
    (['alike', 'new'], ["Saint Mary's Hospital", None])
    """
    known = _known(sites)
    decided = {one.named: one for one in decisions if one.decision in ("is", "new", "leave out", "renamed", "merged")}
    asked = [
        tuple(row.get(column) or "" for column in ("name", "code", "ods_code"))
        for row in names_and_codes.iter_rows(named=True)
    ]
    found = [_exact(name, code, ods, known, decided) for name, code, ods in asked]
    taken = {one["site"] for one in found if one["site"]}
    rows = [
        {
            "name": name,
            "code": code or None,
            "ods_code": ods or None,
            **(_nearest(name, known, taken) if one["how"] == "new" else one),
        }
        for (name, code, ods), one in zip(asked, found, strict=True)
    ]
    return pl.DataFrame(rows, schema=MATCHED, orient="row")


def _known(sites: pl.DataFrame) -> _Known:
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    by_plain: dict[str, list[str]] = defaultdict(list)
    by_word: dict[str, list[str]] = defaultdict(list)
    for row in sites.iter_rows(named=True):
        site = row["site"]
        names[site] = row.get("name") or site
        if row.get("ods_code"):
            codes[row["ods_code"].casefold()] = site
        for said in dict.fromkeys(plain_name(one) for one in (site, names[site])):
            by_plain[said].append(site)
            for word in set(said.split()):
                by_word[word].append(site)
    return _Known(names, {site.casefold(): site for site in names}, codes, by_plain, by_word)


def _said(site: str | None, how: str, likeness: float, near: Iterable[str] = (), says: str = "") -> dict[str, object]:
    return {"site": site, "how": how, "likeness": likeness, "near": list(near), "says": says}


def _exact(name: str, code: str, ods: str, known: _Known, decided: Mapping[str, SiteDecision]) -> dict[str, object]:
    """What was decided, the code, or the name."""
    if (one := decided.get(name) or decided.get(code)) is not None:
        return _said(one.site if one.decision == "is" else None, "decided", 1.0, (), one.decision)
    by_name = _by_name(name, known)
    by_code = known.sites.get(code.casefold()) if code else None
    by_code = (
        by_code
        or (known.codes.get(ods.casefold()) if ods else None)
        or (known.codes.get(code.casefold()) if code else None)
    )
    if by_code is not None:
        likeness = max(_likeness(name, known.shown(by_code)), _likeness(name, by_code)) if name else 1.0
        if likeness >= SAME_CODE or by_name == by_code:
            return _said(by_code, "code", 1.0)
        also = [by_code, by_name] if by_name else [by_code]
        says = f"{quoted(name)} has the code {quoted(ods or code)}, which is that of {quoted(known.shown(by_code))}"
        return _said(None, "conflict", likeness, also, says)
    if by_name is not None:
        own = next((known_code for known_code, site in known.codes.items() if site == by_name), "")
        if own and ods and own != ods.casefold():
            says = f"{quoted(name)} has the code {quoted(ods)}, and the site of that name has {quoted(own.upper())}"
            return _said(None, "conflict", 1.0, [by_name], says)
        exact = name in (by_name, known.shown(by_name))
        return _said(by_name, "name" if exact else "alike", 1.0)
    return _said(None, "new", 0.0)


def _by_name(name: str, known: _Known) -> str | None:
    if not name:
        return None
    if name in known.names:
        return name
    same = list(dict.fromkeys(known.by_plain.get(plain_name(name), ())))
    if len(same) > 1:
        same = [site for site in same if name.casefold() in (site.casefold(), known.shown(site).casefold())]
    return same[0] if len(same) == 1 else None


def _nearest(name: str, known: _Known, taken: set[object]) -> dict[str, object]:
    """The sites that a name is like, of those that no other row is."""
    said = plain_name(name)
    words = sorted(said.split(), key=lambda word: len(known.by_word.get(word, ())))
    candidates = dict.fromkeys(site for word in words[:3] for site in known.by_word.get(word, ())[:200])
    if not candidates and len(known.names) <= 500:
        candidates = dict.fromkeys(known.names)
    twins = [site for site in dict.fromkeys(known.by_plain.get(said, ())) if site not in taken]
    scored = [(_likeness(name, known.shown(site)), site) for site in candidates if site not in taken]
    near = twins or [site for score, site in sorted(scored, key=lambda pair: -pair[0]) if score >= NEAR][:_OFFERED]
    best = max((score for score, _ in scored), default=0.0)
    if not near:
        return _said(None, "new", best)
    says = f"{quoted(name)} is like {', '.join(quoted(known.shown(site)) for site in near)}"
    return _said(None, "near", best, near, says)


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; none, where numbers or single letters tell two names apart."""
    mine, theirs = plain_name(one), plain_name(other)
    if _marks(mine) != _marks(theirs):
        return 0.0
    matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
    if matcher.real_quick_ratio() < 0.6 or matcher.quick_ratio() < 0.6:
        return 0.0
    return matcher.ratio()


def numbers_of(name: str) -> list[str]:
    """The numbers and single letters of a name, which tell names apart."""
    return _marks(plain_name(name))


@lru_cache(65_536)
def _marks(name: str) -> list[str]:
    return sorted(word for word in name.split() if len(word) == 1 or any(letter.isdigit() for letter in word))
