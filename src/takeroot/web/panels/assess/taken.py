"""What of a round goes out as a file, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import slugify

from takeroot.exchange import round_out
from takeroot.vocabulary import files
from takeroot.web.addresses import address
from takeroot.web.frames import Book
from takeroot.web.panels.assess import kept
from takeroot.web.panels.assess.group import one_round


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called and is for, what its button says, and its type."""

    title: str
    says: str
    does: str
    type: str


#: How a round goes out, by how the name of the file ends.
KINDS = {
    "xlsx": Kind(
        "A workbook",
        "One sheet for each table, with a first page that says what they are.",
        "Take the workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "zip": Kind(
        "A zip of CSV files",
        "One file for each table: for R, Python and other programs.",
        "Take the zip",
        "application/zip",
    ),
    "csv": Kind(
        "One CSV file",
        "The tidy table alone: one row for each group, question and answer; of an open round for each respondent.",
        "Take the CSV",
        "text/csv; charset=utf-8",
    ),
}


@dataclass(frozen=True)
class File:
    """A file as it goes out."""

    name: str
    type: str
    data: bytes
    rows: int


def panels(book: Book, name: str, today: date) -> dict[str, Any]:
    """What the page says: the kinds of file, and the tables in them, if the round may be shown."""
    about = one_round(book, name, today)
    of = kept.instrument_of(book, about["instrument"], about["edition"])
    shown = of is not None and about["shown"]
    sheets = [
        (table, says) for table, says in round_out.TABLES.items() if not table.startswith("answers") or _open(about)
    ]
    return {
        "which": name,
        "back": address("assess-round", book.row.slug, name),
        "says": f"{name}: {of.title if of else about['instrument']}",
        "open": _open(about),
        "floor": about["floor"],
        "why": about["why"] or "",
        "kinds": KINDS,
        "sheets": sheets if shown else [],
    }


def _open(about: dict[str, Any]) -> bool:
    return bool(about["kind"] == "open")


def made(book: Book, name: str, today: date, kind: str) -> File:
    """The file itself."""
    about = one_round(book, name, today)
    of, rounds, answers = kept.given(book, about["instrument"], about["edition"], today)
    found = round_out.tables(of, rounds, answers, name, as_at=today, called=book.row.name)
    makes = {"xlsx": round_out.workbook, "zip": round_out.zipped}
    tidy = round_out.tidy(found)
    data = makes[kind](found) if kind in makes else files.csv_bytes(tidy)
    return File(f"{slugify(name) or 'round'}-{of.id}.{kind}", KINDS[kind].type, data, tidy.height)
