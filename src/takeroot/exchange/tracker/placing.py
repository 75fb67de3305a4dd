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
from takeroot.exchange.tracker import twins
from takeroot.exchange.tracker.gathering import Row
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.matching import match
from takeroot.exchange.tracker.questions import SITE_CHOICES, Choice, Question
from takeroot.vocabulary.cells import UNSAYABLE

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme


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
    remarks
        What may be worth a look, in sentences.
    """

    fates: list[tuple[str, str | None, str]]
    known: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    asked_sites: set[str] = field(default_factory=set)
    successions: list[tuple[str, str, date, str, Row]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    faults: list[tuple[str, int, str | None, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def ask(self, question: Question) -> None:
        """Ask once what is asked of a name."""
        if all(one.key != question.key for one in self.questions):
            self.questions.append(question)


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
    coded = dict(sites.select("site", "ods_code").iter_rows()) if "ods_code" in sites.columns else {}
    numbers = list(unique.values())
    apart = twins.apart(rows, mapping, held)
    for at, one in enumerate(match(names, sites, mapping.sites).iter_rows(named=True)):
        for number in numbers[at]:
            _place(number, rows[number], one, apart, held, coded, out)
    twins.same_code(rows, mapping, out)
    twins.alike(rows, mapping, out)
    twins.twice(rows, mapping, out)
    twins.came_and_gone(rows, mapping, programme, out)
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


def _place(
    number: int,
    row: Row,
    one: dict[str, object],
    apart: dict[int, str],
    held: set[str],
    coded: dict[str, str | None],
    out: Placed,
) -> None:
    how, site = one["how"], one["site"]
    if number in apart:
        how, site = "apart", apart[number]
    if how == "decided" and one["says"] == "leave out":
        out.fates[number] = ("left out", None, "somebody decided so")
        return
    if how in ("near", "conflict"):
        near = one["near"] if isinstance(one["near"], list) else []
        key = f"site:{row.called}"
        if all(question.key != key for question in out.questions):
            choices = (*(Choice(f"site: {each}", f"the site {quoted(each)}") for each in near), *SITE_CHOICES)
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
    if new in held and how == "decided" and row.ods_code and coded.get(new) not in (None, row.ods_code):
        new = f"{row.name} ({row.ods_code})"
    if new in held:
        out.known.setdefault(new, row.called)
    else:
        out.new.setdefault(new, row.called)
    out.fates[number] = ("taken", new, "new")


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
