"""A sheet with its header, and what its columns most likely mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from takeroot.exchange.tracker import headers, meanings, rows
from takeroot.exchange.tracker.headers import Header
from takeroot.exchange.tracker.headings import SAID, heading
from takeroot.exchange.tracker.mapping import ColumnMeaning
from takeroot.exchange.tracker.meanings import Shape
from takeroot.exchange.tracker.periods import without_month
from takeroot.exchange.tracker.sheets import Sheet, Value
from takeroot.vocabulary.stages import Stage

#: Headings of the day or month that a row speaks of.
_PERIOD = re.compile(
    r"(reporting |report |return |submission |snapshot |audit |data )?(month|period|date|day|week|quarter|week ending"
    r"|month ending|week commencing|as at|snapshot)( ending| reported| of report| of return| year)?|mis|dyddiad"
)

#: Headings of the day on which a status was reached.
_MOVED = re.compile(r"^(date|when|day|dyddiad)$|\b(moved|changed|change|entered|reached|achieved|status|stage)\b")

#: What says where sites stand.
SPEAKS = ("status", "reached", "began", "planned", "status in month", "value in month", "value")


@dataclass(frozen=True)
class Seen:
    """A sheet with its header and what its columns most likely mean."""

    sheet: Sheet
    header: Header
    columns: tuple[ColumnMeaning, ...]

    @property
    def names(self) -> int:
        """The column that names sites."""
        return names_column(self.header, self.columns)

    @cached_property
    def body(self) -> rows.Body:
        """The rows of its table."""
        return rows.body(self.sheet, self.header, self.names)

    @property
    def speaks(self) -> int:
        """How many of its columns say where sites stand."""
        return sum(one.means in SPEAKS or one.suggested.startswith(SPEAKS) for one in self.columns)

    @property
    def has_names(self) -> bool:
        """Whether a column names sites."""
        return any(one.means in ("site", "code", "ods_code") for one in self.columns)


def names_column(header: Header, columns: Sequence[ColumnMeaning]) -> int:
    """The column that names sites: by name, else by code, else the first."""
    by = {one.means: heading(one.heading) for one in reversed(columns)}
    for means in ("site", "code", "ods_code"):
        if means in by:
            return next((one.column for one in header.headings if heading(one.text) == by[means]), 1)
    return header.headings[0].column if header.headings else 1


def seen_in(sheet: Sheet) -> Seen | None:
    """A sheet as it most likely is meant; none, where no row of it looks like a header."""
    header = headers.header(sheet)
    if header is None:
        return None
    looked = []
    for one in header.headings:
        values = _below(sheet, one.column, header.last + 1)
        found = meanings.shape(values)
        looked.append(_Looked(_column(one.text, meanings.of_column(one.text, one.value, found)), found, values))
    for settle in (_sites, _days_of_rows, _one_of_each, _one_status, _once_begun, _unknown):
        looked = settle(looked)
    return Seen(sheet, header, tuple(one.column for one in looked))


def _below(sheet: Sheet, column: int, first: int) -> list[Value]:
    """What stands in a column, without what is merged over it from another."""
    values = sheet.column(column, first)
    if not sheet.spread:
        return values
    own = (sheet.spread.get((row, column), (row, column))[1] == column for row in range(first, sheet.height + 1))
    return [value if here else None for value, here in zip(values, own, strict=True)]


@dataclass(frozen=True)
class _Looked:
    """A column as it looks by itself, and what stands below it."""

    column: ColumnMeaning
    found: Shape
    values: list[Value]

    @property
    def means(self) -> str:
        return self.column.means

    @property
    def said(self) -> str:
        return heading(self.column.heading)

    def but(self, means: str, why: str, sure: str = "likely") -> _Looked:
        """The column with another meaning; asked about, where that is not sure."""
        said: dict[str, Any] = {"means": means, "stage": None, "suggested": "", "sure": sure, "why": why}
        if sure == "asked":
            said |= {"means": "asked", "suggested": means}
        return replace(self, column=self.column.model_copy(update=said))


def _column(text: str, guess: meanings.Guess) -> ColumnMeaning:
    name = ""
    if guess.means == "value in month":
        name = without_month(text)
    if guess.sure != "asked":
        return ColumnMeaning(
            heading=text, means=guess.means, stage=guess.stage, name=name, sure=guess.sure, why=guess.why
        )
    means = guess.means if guess.means != "asked" else ("began" if guess.stage else "")
    suggested = f"{means} {guess.stage}" if guess.stage else means
    suggested = suggested or ("ignored" if "no heading" in guess.why else "kept")
    return ColumnMeaning(heading=text, means="asked", suggested=suggested, sure="asked", why=guess.why)


def _sites(looked: list[_Looked]) -> list[_Looked]:
    """One column names the sites: of several the finest, else the one that holds a name of its own in every row."""
    named = [n for n, one in enumerate(looked) if one.means == "site"]
    owners = [n for n, one in enumerate(looked) if one.means == "organisation"]
    if not named and owners and 1 < looked[owners[0]].found.filled == looked[owners[0]].found.distinct:
        named = owners[:1]
        looked[named[0]] = looked[named[0]].but("site", "each row has another, and no other column names a site")
    coded = any(one.means in ("code", "ods_code", "organisation") for one in looked)
    if not named and not coded:
        distinct = [n for n, one in enumerate(looked) if _names_something(one)]
        if distinct:
            best = max(distinct, key=lambda n: (looked[n].found.distinct, -n))
            looked[best] = looked[best].but("site", "it holds another name in nearly every row", "asked")
        return looked
    if len(named) > 1:
        sure = [n for n in named if looked[n].column.sure == "sure"]
        finest = max(named, key=lambda n: (_within(looked[n]), looked[n].found.distinct, n in sure, -n))
        whole = [n for n in sure if looked[n].found.distinct >= 0.95 * looked[n].found.filled]
        site = whole[0] if whole else finest
        above = "organisation" if all(one.means != "organisation" for one in looked) else "part_of"
        for n in named:
            if n == site:
                continue
            below = (looked[n].found.distinct, _within(looked[n]))
            coarser = n in sure and (below[0] < looked[site].found.distinct or below[1] < _within(looked[site]))
            why = f"several rows have the same, and '{looked[site].column.heading}' tells them apart"
            if coarser:
                looked[n] = looked[n].but(above if above == "organisation" else "kept", why)
                above = "part_of"
            else:
                looked[n] = looked[n].but("kept", f"'{looked[site].column.heading}' names the site already")
    return looked


def _within(one: _Looked) -> bool:
    """Whether a column names places that lie within others: wards of hospitals, teams of services."""
    return bool(re.search(r"\b(ward|team|unit|clinic|department|branch)s?\b", heading(one.column.heading)))


def _names_something(one: _Looked) -> bool:
    """Whether a column that nobody knows holds short texts that differ from row to row."""
    text = sum(isinstance(value, str) for value in one.values)
    short = one.found.length <= 60 and one.found.statuses < 0.3 and one.found.days < 0.3
    open_to_it = one.means == "asked" and one.column.suggested in ("kept", "ignored")
    return open_to_it and short and one.found.filled > 1 and text >= 0.9 * one.found.filled <= one.found.distinct


def _days_of_rows(looked: list[_Looked]) -> list[_Looked]:
    """Where a site has a row for each month: the column of months, and the numbers beside it."""
    site = next((one for one in looked if one.means == "site"), None)
    if site is None:
        return looked
    for n, one in enumerate(looked):
        if not _PERIOD.fullmatch(heading(one.column.heading)) or one.found.days < 0.8:
            continue
        pairs = [pair for pair in zip(site.values, one.values, strict=True) if None not in pair]
        names = {name for name, _ in pairs}
        if len(pairs) > len(names) and len(set(pairs)) >= 0.95 * len(pairs):
            if len({day for _, day in pairs}) > 0.6 * len(pairs) and any(each.means == "status" for each in looked):
                looked[n] = one.but("since", "each row has a day of its own, as of a change of status", "asked")
                break
            looked[n] = one.but("as at", "sites have several rows, each with another day here", "sure")
            numbers = [m for m, each in enumerate(looked) if _unknown_numbers(each)]
            for m in numbers:
                looked[m] = looked[m].but("value", "numbers stand below it, one a site and month")
            break
    return looked


def _unknown_numbers(one: _Looked) -> bool:
    return one.found.numbers > 0.7 and (
        one.means in ("kept", "eligible_people") or (one.means == "asked" and one.column.suggested == "kept")
    )


def _one_of_each(looked: list[_Looked]) -> list[_Looked]:
    """Columns of which a site has one: the first is taken, and the others are kept."""
    once = ("code", "ods_code", "organisation", "region", "wave", "kind", "size", "eligible_people", "contact", "as at")
    known: set[str] = set()
    for n, one in enumerate(looked):
        if one.means in once and one.means in known:
            looked[n] = one.but("kept", f"another column is {SAID[one.means]} already")
        known.add(one.means)
    if not known & {"site", "ods_code", "code"} and all(one.column.suggested != "site" for one in looked):
        at = next((n for n, one in enumerate(looked) if one.means == "organisation"), None)
        if at is not None:
            looked[at] = looked[at].but("site", "no other column names a site")
    return looked


def _one_status(looked: list[_Looked]) -> list[_Looked]:
    """Where a site stands is said once: of a second column that says so, it is asked."""
    found = [n for n, one in enumerate(looked) if one.means == "status"]
    first = next((n for n in found if looked[n].column.sure == "sure"), next(iter(found), 0))
    for n in found:
        if n != first:
            why = f"'{looked[first].column.heading}' says where the site stands already"
            looked[n] = looked[n].but("kept", why, "asked")
    return looked


def _once_begun(looked: list[_Looked]) -> list[_Looked]:
    """A site goes live once: of a second column that says when, it is asked."""
    first: dict[tuple[str, object], str] = {
        (one.means, one.column.stage): one.column.heading
        for one in reversed(looked)
        if re.search(r"\bactual\b", heading(one.column.heading))
    }
    for n, one in enumerate(looked):
        stage = one.column.stage
        if one.means in ("began", "planned") and stage in (Stage.USING, Stage.EMBEDDED, Stage.STOPPED):
            before = first.setdefault((one.means, stage), one.column.heading)
            if before != one.column.heading:
                why = f"'{before}' says the same of the site already"
                looked[n] = replace(one, column=one.but("kept", why, "asked").column)
    return looked


def _unknown(looked: list[_Looked]) -> list[_Looked]:
    """What nobody knows is kept with the site, where other columns say where it stands; days are asked about."""
    said = any(one.means in SPEAKS or one.column.suggested.startswith(SPEAKS) for one in looked)
    said = said or any(_rag(one) for one in looked)
    status = any(one.means in ("status", "reached", "began", "status in month") for one in looked)
    if any(one.means == "status" for one in looked) and all(one.means not in ("since", "began") for one in looked):
        for n, one in enumerate(looked):
            if one.means == "asked" and one.found.days > 0.5 and one.column.stage is None and _MOVED.search(one.said):
                looked[n] = one.but("since", "days stand below it, beside a status", "asked")
                break
    for n, one in enumerate(looked):
        if one.means != "asked":
            continue
        if _rag(one):
            few = 0 < one.found.distinct <= 6
            looked[n] = one.but("kept", "other columns say where the site stands") if status else one
            if not status and few:
                looked[n] = one.but("status", "no other column says where the site stands", "asked")
        elif said and one.column.suggested == "kept" and one.found.days <= 0.5 and one.column.stage is None:
            if ("say" in one.column.why and "already" in one.column.why) or "no year" in one.column.why:
                continue
            looked[n] = one.but("kept", one.column.why)
    return looked


def _rag(one: _Looked) -> bool:
    return bool(re.search(r"\b(rag|colour|flag)\b", heading(one.column.heading)))
