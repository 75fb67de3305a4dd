"""Which site each row is of: matched, decided, new, or asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from unicodedata import normalize

import polars as pl

from takeroot.errors import quoted
from takeroot.exchange.tracker.gathering import Row
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.matching import match, plain_name
from takeroot.exchange.tracker.questions import Choice, Question
from takeroot.vocabulary.cells import UNSAYABLE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_NEW, _OUT = Choice("new", "a site that is new"), Choice("leave out", "no site; leave it out")
SITE_CHOICES = (_NEW, _OUT)
_TWICE = (
    Choice("one", "one site; take both rows"),
    Choice("first", "one site; take the first row only"),
    Choice("last", "one site; take the last row only"),
)


@dataclass
class Placed:
    """What became of the rows.

    Parameters
    ----------
    fates
        For each row: ``taken``, ``asked``, ``at fault`` or ``left out``; its site; and why.
    known, new
        The sites that were matched and those that are new, with the first name under which each stands.
    codes
        The ODS codes the tracker gives, by site.
    asked_sites
        Known sites that a row may be.
    successions
        Site, successor, day and kind, as decided; with the row.
    questions, faults
        What has to be asked, and what is at fault: sheet, row, column, sentence.
    """

    fates: list[tuple[str, str | None, str]]
    known: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    asked_sites: set[str] = field(default_factory=set)
    successions: list[tuple[str, str, date, str, Row]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    faults: list[tuple[str, int, str | None, str]] = field(default_factory=list)


def placed(rows: Sequence[Row], mapping: Mapping, programme: Programme | None) -> Placed:
    """The site of each row."""
    out = Placed([("asked", None, "")] * len(rows))
    unique: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if why := _unsayable(row):
            out.fates[number] = ("at fault", None, why)
            out.faults.append((row.sheet.name, row.row, None, why))
        else:
            unique[row.name, row.code, row.ods_code].append(number)
    names = pl.DataFrame(list(unique), schema=dict.fromkeys(("name", "code", "ods_code"), pl.String), orient="row")
    sites = programme.sites if programme is not None else pl.DataFrame(schema={"site": pl.String})
    held = set(sites["site"])
    numbers = list(unique.values())
    for at, one in enumerate(match(names, sites, mapping.sites).iter_rows(named=True)):
        for number in numbers[at]:
            _place(number, rows[number], one, mapping, held, out)
    _same_code(rows, mapping, out)
    _twice(rows, mapping, out)
    _moved(rows, mapping, held, out)
    for row, (what, site, _) in zip(rows, out.fates, strict=True):
        if what == "taken" and site and row.ods_code:
            out.codes[site] = row.ods_code
    in_order = {site: n for n, (_, site, _) in enumerate(reversed(out.fates)) if site}
    out.new = dict(sorted(out.new.items(), key=lambda pair: -in_order.get(pair[0], -1)))
    return out


def _unsayable(row: Row) -> str:
    if not row.called:
        return "the row does not say which site it is of; name the site, or delete the row"
    if len(row.called) > 500:
        return f"the name of the site has {len(row.called):,} characters; shorten it"
    if UNSAYABLE.search(row.called + row.code + row.ods_code):
        return "the name of the site holds a control character; delete it"
    return ""


def _place(number: int, row: Row, one: dict[str, object], mapping: Mapping, held: set[str], out: Placed) -> None:
    how, site = one["how"], one["site"]
    if (belongs := _belongs(row)) and any(d.named == row.called and d.decision == "apart" for d in mapping.sites):
        how, site = "apart", f"{row.called} ({belongs})"
    if how == "decided" and one["says"] == "leave out":
        out.fates[number] = ("left out", None, "somebody decided so")
        return
    if how in ("near", "conflict"):
        near = one["near"] if isinstance(one["near"], list) else []
        key = f"site:{row.called}"
        if all(question.key != key for question in out.questions):
            choices = (*(Choice(f"site: {each}", f"the site {quoted(each)}") for each in near), _NEW, _OUT)
            asks = f"{one['says']}. Is it that site, or another?"
            suggested = f"site: {near[0]}" if near and how == "near" else ""
            out.questions.append(Question(key, asks, choices, suggested=suggested))
        out.asked_sites |= set(near)
        out.fates[number] = ("asked", None, str(one["says"]))
        return
    if isinstance(site, str):
        if site not in held and site not in out.new:
            out.new[site] = row.called
        elif site in held:
            out.known.setdefault(site, row.called)
        out.fates[number] = ("taken", site, str(how))
        return
    new = normalize("NFC", row.code or row.name or row.ods_code)
    if new in held and how == "decided" and row.ods_code and new != f"{row.name} ({row.ods_code})":
        new = f"{row.name} ({row.ods_code})"
    if new in held:
        out.known.setdefault(new, row.called)
    else:
        out.new.setdefault(new, row.called)
    out.fates[number] = ("taken", new, "new")


def _same_code(rows: Sequence[Row], mapping: Mapping, out: Placed) -> None:
    """Ask about new sites of several names that have one code."""
    by_code: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row.ods_code and out.fates[number][0] == "taken":
            by_code[row.sheet.name, row.ods_code.casefold()].append(number)
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
            if all(question.key != f"site:{named}" for question in out.questions):
                out.questions.append(Question(f"site:{named}", f"{says}. What is {quoted(named)}?", SITE_CHOICES))


def _twice(rows: Sequence[Row], mapping: Mapping, out: Placed) -> None:
    """Rows of one sheet that are of one site: as decided, or asked about; one merged name is one site."""
    same: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        what, site, how = out.fates[number]
        if what == "taken" and site:
            same[row.sheet.name, plain_name(site) if how == "new" and not row.code else site].append(number)
    decided = {one.named: one.decision for one in mapping.sites if one.decision in ("one", "first", "last", "apart")}
    asked: set[str] = set()
    for numbers in same.values():
        blocks = {rows[number].block or rows[number].row for number in numbers}
        if len(blocks) < 2:
            continue
        first = rows[numbers[0]]
        decision = next((decided[rows[n].called] for n in numbers if rows[n].called in decided), "")
        if decision == "apart":
            for number in numbers:
                why = "nothing in the rows tells the sites apart; give each a name of its own"
                out.fates[number] = ("asked", None, why)
        elif decision in ("first", "last"):
            kept = numbers[0] if decision == "first" else numbers[-1]
            for number in numbers:
                if number != kept:
                    out.fates[number] = (
                        "left out",
                        None,
                        f"another row of {quoted(first.called)} is taken, as decided",
                    )
        elif decision == "one":
            for number in numbers:
                out.fates[number] = ("taken", out.fates[numbers[0]][1], out.fates[numbers[0]][2])
        else:
            where = ", ".join(f"{rows[number].row:,}" for number in numbers[:6])
            for number in numbers:
                out.fates[number] = ("asked", None, f"{quoted(first.called)} stands in rows {where}")
            key = f"twice:{first.called}"
            if key not in asked:
                asked.add(key)
                can = _distinct(rows, numbers)
                choices = (
                    (*_TWICE, Choice("apart", "several sites, told apart by where they belong")) if can else _TWICE
                )
                asks = f"{quoted(first.called)} stands in rows {where} of {quoted(first.sheet.name)}. Is that one site?"
                out.questions.append(Question(key, asks, choices))
    taken = {site for what, site, _ in out.fates if what == "taken"}
    out.new = {site: name for site, name in out.new.items() if site in taken}
    out.asked_sites |= {site for site in out.known if site not in taken}
    out.known = {site: name for site, name in out.known.items() if site in taken}


def _belongs(row: Row) -> str:
    for means in ("organisation", "region", "part_of", "kind"):
        for _, cell in row.cells(means):
            if cell.text:
                return cell.text
    return row.ods_code


def _distinct(rows: Sequence[Row], numbers: Sequence[int]) -> bool:
    found = [_belongs(rows[number]) for number in numbers]
    return all(found) and len(set(found)) == len(found)


def _moved(rows: Sequence[Row], mapping: Mapping, held: set[str], out: Placed) -> None:
    """What became of sites, as decided."""
    decided = {one.named: one for one in mapping.sites if one.decision in ("renamed", "merged")}
    for number, row in enumerate(rows):
        one = decided.pop(row.called, None)
        site = out.fates[number][1]
        if one is None or site is None or one.on is None:
            continue
        other = one.site
        if other not in held and other not in out.new:
            names = {name: each for each, name in out.new.items()}
            if other not in names:
                out.new[other] = other
            other = names.get(other, other)
        if one.decision == "renamed":
            out.successions.append((other, site, one.on, "renamed", row))
        else:
            out.successions.append((site, other, one.on, "merged", row))
