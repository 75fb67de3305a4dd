"""A sheet with its header, and what its columns most likely mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from takeroot.exchange.tracker import headers, meanings
from takeroot.exchange.tracker.headers import Header
from takeroot.exchange.tracker.mapping import ColumnMeaning
from takeroot.exchange.tracker.meanings import heading
from takeroot.exchange.tracker.sheets import Sheet

if TYPE_CHECKING:
    pass

#: What says where sites stand.
SPEAKS = ("status", "reached", "began", "planned", "status in month", "value in month")


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
    def body(self) -> headers.Body:
        """The rows of its table."""
        return headers.body(self.sheet, self.header, self.names)

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
    columns = []
    for one in header.headings:
        values = [sheet.value(row, one.column) for row in range(header.last + 1, sheet.height + 1)]
        columns.append(_column(one.text, meanings.of_column(one.text, one.value, values)))
    return Seen(sheet, header, _one_of_each(columns))


def _column(text: str, guess: meanings.Guess) -> ColumnMeaning:
    name = ""
    if guess.means == "value in month":
        name = text.rpartition(" / ")[0]
    suggested = ""
    if guess.sure == "asked":
        means = guess.means if guess.means != "asked" else ("began" if guess.stage else "")
        suggested = f"{means} {guess.stage}" if guess.stage else means
        suggested = suggested or ("ignored" if "people" in guess.why or "no heading" in guess.why else "kept")
        return ColumnMeaning(heading=text, means="asked", suggested=suggested, sure="asked", why=guess.why)
    return ColumnMeaning(heading=text, means=guess.means, stage=guess.stage, name=name, sure=guess.sure, why=guess.why)


def _one_of_each(columns: Sequence[ColumnMeaning]) -> tuple[ColumnMeaning, ...]:
    """Columns of which a site has one: the first is taken, and of the others it is asked."""
    once = {"site", "code", "ods_code", "organisation", "region", "wave", "kind", "size", "eligible_people", "contact"}
    known: set[str] = set()
    kept = []
    for one in columns:
        if one.means in once and one.means in known:
            why = f"another column is {meanings.SAID[one.means]} already"
            one = ColumnMeaning(heading=one.heading, suggested="kept", sure="asked", why=why)
        known.add(one.means)
        kept.append(one)
    if "site" not in known and "ods_code" not in known and "code" not in known and "organisation" in known:
        kept = [one.model_copy(update={"means": "site"}) if one.means == "organisation" else one for one in kept]
    return tuple(kept)
