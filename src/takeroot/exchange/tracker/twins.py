"""Rows that may be of one site, or of several: one code, one name, names that are alike, and names that come and go."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from takeroot.errors import quoted
from takeroot.exchange.tracker.gathering import Row
from takeroot.exchange.tracker.headings import heading, is_place
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.matching import numbers_of, plain_name
from takeroot.exchange.tracker.questions import SITE_CHOICES, Choice, Question

if TYPE_CHECKING:
    from takeroot.exchange.tracker.placing import Placed
    from takeroot.vocabulary.programme import Programme

#: Under which name something is decided of every name that stands twice.
EVERY = "*"
_APART = Choice("apart", "several sites, told apart by where they belong")
_TWICE = (
    Choice("one", "one site; take all its rows"),
    Choice("first", "one site; take the first row only"),
    Choice("last", "one site; take the last row only"),
)
#: From what likeness on two new names of one file are asked about; letters below which names are too short to tell.
_ALIKE, _SHORT = 0.92, 6
#: New names that are asked about where others are gone; of more, it is only said.
_CAME = 5


def same_code(rows: Sequence[Row], mapping: Mapping, out: Placed) -> None:
    """Ask about new sites of several names that have one code."""
    by_code: dict[tuple[str, date, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row.ods_code and out.fates[number][0] == "taken":
            by_code[row.sheet.name, row.as_at, row.ods_code.casefold()].append(number)
    decided = {one.named for one in mapping.sites}
    for numbers in by_code.values():
        if len({plain_name(rows[number].called) for number in numbers}) < 2:
            continue
        others = ", ".join(quoted(name) for name in dict.fromkeys(rows[number].called for number in numbers))
        says = f"{others} have the same code {quoted(rows[numbers[0]].ods_code)}"
        for number in numbers:
            named = rows[number].called
            if named in decided or out.fates[number][1] in out.known:
                continue
            out.fates[number] = ("asked", None, says)
            out.ask(Question(f"site:{named}", f"{says}. What is {quoted(named)}?", SITE_CHOICES))


def alike(rows: Sequence[Row], mapping: Mapping, out: Placed) -> None:
    """Ask about new names of one file that differ by a slip of the keyboard only."""
    decided = {one.named for one in mapping.sites}
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, (what, site, _) in enumerate(out.fates):
        if what == "taken" and site in out.new and not rows[number].code:
            numbers[rows[number].called].append(number)
    order = {name: n for n, name in enumerate(numbers)}
    codes = {name: {rows[n].ods_code.casefold() for n in of} - {""} for name, of in numbers.items()}
    for pair in _neighbours(list(numbers)):
        first, second = sorted(pair, key=lambda name: order[name])
        if second in decided or (codes[first] and codes[second]):
            continue
        says = f"{quoted(second)} is like {quoted(first)} in the same file"
        choices = (
            Choice(f"site: {out.fates[numbers[first][0]][1] or first}", f"the site {quoted(first)}"),
            *SITE_CHOICES,
        )
        if out.fates[numbers[first][0]][0] == "taken":
            out.ask(Question(f"site:{second}", f"{says}. Is it that site, or another?", choices, "", choices[0].answer))
            for number in numbers[second]:
                out.fates[number] = ("asked", None, says)


def _neighbours(names: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that are nearly the same; only those that begin or end alike are compared."""
    plain = {name: plain_name(name).replace(" ", "") for name in names}
    found: set[tuple[str, str]] = set()
    for turned in (1, -1):
        ordered = sorted((name for name in names if len(plain[name]) >= _SHORT), key=lambda name: plain[name][::turned])
        for at, name in enumerate(ordered):
            for other in ordered[at + 1 : at + 3]:
                pair = (min(name, other), max(name, other))
                other_name = plain_name(name) != plain_name(other) and numbers_of(name) == numbers_of(other)
                if other_name and pair not in found and _nearly(plain[name], plain[other]):
                    found.add(pair)
                    yield pair


def _nearly(one: str, other: str) -> bool:
    if one == other:
        return True
    if abs(len(one) - len(other)) > 2:
        return False
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _doubled(rows: Sequence[Row]) -> dict[tuple[str, date, str], list[int]]:
    """Rows of one sheet and day that have one name, and no code of their own."""
    same: dict[tuple[str, date, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if not row.code and row.called:
            same[row.sheet.name, row.as_at, plain_name(row.called)].append(number)
    return same


def apart(rows: Sequence[Row], mapping: Mapping, held: set[str]) -> dict[int, str]:
    """The sites of rows whose name several sites have, as decided: the name, and where the site belongs."""
    decided = {one.named for one in mapping.sites if one.decision == "apart"}
    if not decided:
        return {}
    own = {one.named: one.decision for one in mapping.sites}
    named: dict[int, str] = {}
    for numbers in _doubled(rows).values():
        for number in numbers:
            called, belongs = rows[number].called, _belongs(rows[number])
            every = EVERY in decided and called not in own
            both = f"{called} ({belongs})"
            if belongs and (called in decided or (every and (_distinct(rows, numbers) or both in held))):
                named[number] = both
    return {number: site for number, site in named.items() if own.get(rows[number].called) in (None, "apart")}


def twice(rows: Sequence[Row], mapping: Mapping, out: Placed) -> None:
    """Rows of one sheet that are of one site: as decided, or asked about; one merged name is one site."""
    same: dict[tuple[str, date, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        what, site, how = out.fates[number]
        if what == "taken" and site and how != "decided":
            same[row.sheet.name, row.as_at, plain_name(site) if how == "new" and not row.code else site].append(number)
    decided = {one.named: one.decision for one in mapping.sites if one.decision in ("one", "first", "last", "apart")}
    asked: list[list[int]] = []
    for numbers in same.values():
        if len({rows[number].block or rows[number].row for number in numbers}) < 2:
            continue
        decision = next((decided[rows[n].called] for n in numbers if rows[n].called in decided), decided.get(EVERY, ""))
        first = rows[numbers[0]].called
        if decision == "apart" and (first in decided or _distinct(rows, numbers)):
            for number in numbers:
                why = "nothing in the rows tells the sites apart; give each a name of its own"
                out.fates[number] = ("asked", None, why)
        elif decision in ("first", "last"):
            kept = numbers[0] if decision == "first" else numbers[-1]
            for number in numbers:
                if number != kept:
                    out.fates[number] = ("left out", None, f"another row of {quoted(first)} is taken, as decided")
        elif decision == "one":
            for number in numbers:
                out.fates[number] = ("taken", out.fates[numbers[0]][1], out.fates[numbers[0]][2])
        else:
            asked.append(numbers)
    _ask_twice(rows, asked, EVERY in decided, out)
    taken = {site for what, site, _ in out.fates if what == "taken"}
    out.new = {site: name for site, name in out.new.items() if site in taken}
    out.asked_sites |= {site for site in out.known if site not in taken}
    out.known = {site: name for site, name in out.known.items() if site in taken}


def _ask_twice(rows: Sequence[Row], asked: list[list[int]], again: bool, out: Placed) -> None:
    """Ask of each name that stands twice; of several, once for all."""
    for numbers in asked:
        where = ", ".join(f"{rows[number].row:,}" for number in numbers[:6])
        first = rows[numbers[0]]
        for number in numbers:
            out.fates[number] = ("asked", None, f"{quoted(first.called)} stands in rows {where}")
        if len(asked) == 1 or again:
            asks = f"{quoted(first.called)} stands in rows {where} of {quoted(first.sheet.name)}. Is that one site?"
            out.ask(_question(f"twice:{first.called}", asks, rows, [numbers]))
    if len(asked) > 1 and not again:
        some = ", ".join(dict.fromkeys(quoted(rows[numbers[0]].called) for numbers in asked[:4]))
        more = " and others" if len(asked) > 4 else ""
        asks = f"{len(asked):,} names stand in more than one row: {some}{more}. Is each of them one site?"
        out.ask(_question(f"twice:{EVERY}", asks, rows, asked))


def _question(key: str, asks: str, rows: Sequence[Row], asked: list[list[int]]) -> Question:
    """Whether names that stand twice are one site; several, where each row belongs elsewhere."""
    distinct = [numbers for numbers in asked if _distinct(rows, numbers)]
    if not distinct:
        return Question(key, asks, _TWICE, suggested="one", why="nothing in the rows tells several sites apart")
    belong = " and ".join(quoted(_belongs(rows[number])) for number in distinct[0][:3])
    why = f"the rows of {quoted(rows[distinct[0][0]].called)} belong to {belong}"
    return Question(key, asks, (_APART, *_TWICE), suggested="apart", why=why)


def _belongs(row: Row) -> str:
    """What tells sites of one name apart: a place above them, else where they belong."""
    for column, cell in row.cells("kept"):
        if cell.text and is_place(heading(column.means.heading)):
            return cell.text
    for means in ("organisation", "region", "part_of", "kind"):
        for _, cell in row.cells(means):
            if cell.text:
                return cell.text
    return row.ods_code


def _distinct(rows: Sequence[Row], numbers: Sequence[int]) -> bool:
    found = [_belongs(rows[number]) for number in numbers]
    return all(found) and len(set(found)) == len(found) > 1


def came_and_gone(rows: Sequence[Row], mapping: Mapping, programme: Programme | None, out: Placed) -> None:
    """Ask about names that come where others are gone: a site may have been renamed, or have merged into another."""
    days: dict[date, dict[str, list[int]]] = defaultdict(dict)
    for number, row in enumerate(rows):
        site = out.fates[number][1]
        if out.fates[number][0] == "taken" and site:
            days[row.as_at].setdefault(site, []).append(number)
    ours: dict[str, list[int]] = {}
    if programme is not None and mapping.seen:
        there = programme.stages.filter(pl.col("source") == mapping.name)["site"].unique(maintain_order=True)
        over = set(programme.successions["site"])
        ours = {site: [] for site in there.to_list() if site not in out.asked_sites and site not in over}
    decided = {one.named for one in mapping.sites} | {one.site for one in mapping.sites}
    last = [*([ours] if ours else []), *(days[day] for day in sorted(days))]
    for at, (before, now) in enumerate(pairwise(last)):
        later = {site for one in last[at + 1 :] for site in one}
        gone = [site for site in before if site not in later and site not in decided]
        earlier = {site for one in last[: at + 1] for site in one}
        came = [
            site for site in now if site in out.new and site not in earlier and rows[now[site][0]].called not in decided
        ]
        if gone and 0 < len(came) <= _CAME and len(gone) <= 2 * _CAME:
            for site in came:
                _ask_came(site, rows[now[site][0]], gone, out)
        elif gone and before is not ours:
            some = ", ".join(quoted(site) for site in gone[:5]) + (" and others" if len(gone) > 5 else "")
            out.remarks.append(f"Of an earlier sheet, and of none that is later: {some}. Nothing was changed there.")


def _ask_came(site: str, row: Row, gone: list[str], out: Placed) -> None:
    likely = sorted(gone, key=lambda other: -_could_be(row.called, other))
    on = row.as_at.isoformat()
    renamed = tuple(Choice(f"renamed from {each} on {on}", f"{quoted(each)} under a new name") for each in likely)
    some = ", ".join(quoted(each) for each in gone[:4]) + (" and others" if len(gone) > 4 else "")
    new = f"{quoted(row.called)} is new in {quoted(row.sheet.name)}"
    says = f"{new}, and {some} no longer there"
    asks = f"{new}, where {some} no longer stand{'s' if len(gone) == 1 else ''}. What is it?"
    sure = _could_be(row.called, likely[0]) >= 0.8
    choices = (*renamed, *SITE_CHOICES) if sure else (SITE_CHOICES[0], *renamed, SITE_CHOICES[1])
    out.ask(Question(f"site:{row.called}", asks, choices, suggested=choices[0].answer, why="it was not there before"))
    for number, fate in enumerate(out.fates):
        if fate[1] == site:
            out.fates[number] = ("asked", None, says)
    out.new.pop(site, None)


def _could_be(one: str, other: str) -> float:
    """How like two names are, where a word of capitals may stand for the first letters of several words."""
    names = [one, other]
    for mine, theirs in ((0, 1), (1, 0)):
        words = names[theirs].split()
        for short in re.findall(r"\b[A-Z]{2,6}\b", names[mine]):
            for at in range(len(words) - len(short) + 1):
                if "".join(word[0] for word in words[at : at + len(short)]).upper() == short:
                    names[mine] = names[mine].replace(short, " ".join(words[at : at + len(short)]))
    if Counter(numbers_of(one)) != Counter(numbers_of(other)):
        return 0.0
    return difflib.SequenceMatcher(None, plain_name(names[0]), plain_name(names[1]), autojunk=False).ratio()
