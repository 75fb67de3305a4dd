"""Our own files: a zip or workbook of a programme, or one table as CSV, workbook or Parquet.

A fault of one cell or row refuses that row, and the others come in. A fault of a whole table - a column that is
missing, a name that stands twice in the header, more faults than are told apart - refuses the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import polars as pl

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.vocabulary import door, files, folder, own_instruments
from takeroot.vocabulary.about import About
from takeroot.vocabulary.column import Column, Dates
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web.imports.taken import Incoming, Taken

#: Faults of one sort that are told apart; a table that has more of them is refused as a whole.
LISTED = 20_000
#: The share of its columns that a table has to know to be recognised by them alone.
KNOWN = 0.6
#: Bytes of a text file that are looked at to tell what it is.
_LOOKED_AT = 2**18
#: How a day that reads both ways is said at the door, and what a page says instead.
_BOTH_WAYS = "reads both ways"

Kinds = Mapping[str, Column]


def is_ours(name: str, data: bytes) -> bool:
    """Whether a file looks like one of ours rather than like a team's tracker."""
    if PurePath(name).suffix.lower() in (".zip", ".parquet"):
        return True
    try:
        sheets = files.read_bytes(name, _beginning(name, data), though_hidden=("programme", *TABLES))
    except FaultyInput:
        return PurePath(name).suffix.lower() not in (".xls", ".ods")
    if "programme" in sheets and sheets["programme"].frame.columns[:2] == ["field", "value"]:
        return True
    return any(_named(sheet) or sure(sheet) for sheet in sheets.values())


def _beginning(name: str, data: bytes) -> bytes:
    """Of text, as much as tells what it is: whole lines."""
    if len(data) <= _LOOKED_AT or PurePath(name).suffix.lower() not in (".csv", ".tsv", ".txt", ".tab"):
        return data
    return data[: data.rfind(b"\n", 0, _LOOKED_AT) + 1] or data


def read(
    name: str, data: bytes, *, table: str = "", dates: Dates | None = None, covariates: Kinds | None = None
) -> Taken:
    """What one of our own files holds.

    Parameters
    ----------
    name
        What the sender called it.
    data
        What it holds.
    table
        Which table it is, where it is one table and that was said.
    dates
        How days such as 03/04/2024 are written, where that was said.
    covariates
        The kinds of further columns that the sites have already.

    Raises
    ------
    FaultyInput
        If nothing of it can be read.
    """
    found = _found(name, data, table)
    if isinstance(found, Taken):
        return found
    parts: list[Taken] = []
    for stem, sheet in found.sheets.items():
        further = {**found.covariates.get(stem, {}), **(covariates or {})} if TABLES[stem].open else None
        parts.append(of_sheet(TABLES[stem], sheet, dates, further))
    words, faults = _words(found)
    return together([Taken({}, (*found.faults, *faults), words=words, instruments=_own(found)), *parts])


def fitting(sheet: files.Sheet) -> list[str]:
    """The tables that a sheet may be, by its columns: that which knows most of them first."""
    said = {_tidy(column) for column in sheet.frame.columns}
    known = {name: len(said & set(table.columns)) for name, table in TABLES.items() if set(table.required) <= said}
    return sorted(known, key=lambda name: -known[name])


def sure(sheet: files.Sheet) -> str:
    """The one table that a sheet is by its columns; empty, where it may be several, or none that is known well."""
    fits = fitting(sheet)
    said = {_tidy(column) for column in sheet.frame.columns}
    known = [len(said & set(TABLES[name].columns)) for name in fits[:2]]
    needed = 1.0 if fits and TABLES[fits[0]].open else KNOWN  # an open table would take any column
    if not fits or known[0] < needed * len(said) or known[0] == (known[1] if len(known) > 1 else 0):
        return ""
    return fits[0]


def _found(name: str, data: bytes, table: str) -> folder.FoundProgramme | Taken:
    """The sheets of a file by table, or what has to be asked first."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".zip" and not table:
        return folder.read_bytes(name, data)
    sheets = files.read_bytes(name, data, though_hidden=("programme", *TABLES))
    if suffix == ".xlsx" and not table and {"programme", *TABLES} & set(sheets):
        return folder.read_bytes(name, data)
    if not sheets:
        raise FaultyInput([Fault("there is no sheet with anything in it", name)])
    sheet = next(iter(sheets.values()))
    taken = table or _named(sheet) or sure(sheet)
    if taken not in TABLES:
        return Taken({}, asks=("table",))
    one = folder.FoundProgramme((), {taken: sheet}, speaks=False)
    if len(sheets) == 1:
        return one
    more = [
        Fault("only the first sheet is read where none is called as a table is", each.where) for each in sheets.values()
    ]
    return replace(one, faults=tuple(more[1:]))


def _named(sheet: files.Sheet) -> str:
    """The table whose name a sheet has, if it has its columns too."""
    name = sheet.name.casefold().strip()
    return name if name in TABLES and set(TABLES[name].required) <= {_tidy(c) for c in sheet.frame.columns} else ""


def _tidy(column: str) -> str:
    return " ".join(column.split()).casefold().replace("-", " ").replace(" ", "_")


def of_sheet(table: Table, sheet: files.Sheet, dates: Dates | None, further: Kinds | None) -> Taken:
    """The rows of a sheet that are right, and what is wrong with the others."""
    one = door.admit(table, sheet, dates=dates, guess=True, covariates=further, listed=LISTED)
    strange = [] if table.open else [column for column in one.given if column not in table.columns]
    frame = one.frame.select(column for column in one.frame.columns if column in one.given and column not in strange)
    faults = [_in_words(fault) for fault in one.faults]
    asks = ("dates",) if any(_BOTH_WAYS in fault.says for fault in one.faults) else ()
    remarks = tuple(_left_out(table, column, sheet.where) for column in strange)
    there = set(sheet.rows)
    if any(_of_the_whole(fault, there) for fault in one.faults):
        return Taken({}, tuple(faults), {table.name: max(sheet.frame.height, 1)}, remarks=remarks, asks=asks)
    if "id" in one.unsure:
        faults += _contradicting(table, one)
    bad = {fault.row for fault in faults if fault.row is not None}
    right = ~one.rows.is_in(pl.Series(sorted(bad), dtype=one.rows.dtype).implode())
    incoming = Incoming(table, frame.filter(right), one.rows.filter(right), sheet.where)
    refused = int((~right).sum()) + len(bad - there)
    return Taken({table.name: incoming}, tuple(faults), {table.name: refused} if refused else {}, remarks=remarks)


def kinds(covariates: Iterable[tuple[str, str]]) -> dict[str, Column]:
    """The further columns of the sites, as columns."""
    return {name: Column(kind, "a covariate", required=False) for name, kind in covariates}  # type: ignore[arg-type]


def _of_the_whole(fault: Fault, there: set[int]) -> bool:
    """Whether a fault speaks of the table rather than of one row: a row that is not there was left out by itself."""
    of_a_column = fault.row is None or fault.more > 0 or _BOTH_WAYS in fault.says
    return of_a_column or (fault.row not in there and fault.column is not None)


def _contradicting(table: Table, one: door.Admitted) -> list[Fault]:
    """The first of rows that are the same row and say different things: nobody knows which of them is right."""
    faults = []
    for unique in (table.unique_by, ("id",)):
        numbered = one.frame.with_columns(one.rows.alias("its row")).drop_nulls([n for n in unique if n == "id"])
        again = numbered.filter(pl.struct(unique).is_duplicated())
        said = [name for name in again.columns if name != "its row"]
        unlike = again.unique(said, keep="first", maintain_order=True).filter(pl.struct(unique).is_duplicated())
        for row in unlike.unique(unique, keep="first", maintain_order=True)["its row"]:
            says = "another row further down is the same row and says otherwise; keep the one that is right"
            faults.append(Fault(says, one.where, int(row), unique[0]))
    return faults


def _in_words(fault: Fault) -> Fault:
    """A fault as a page says it: days that read both ways are asked about, not set by an option."""
    if _BOTH_WAYS not in fault.says:
        return fault
    return replace(fault, says=f"{fault.says.partition(';')[0]}; say which comes first, the day or the month")


def _left_out(table: Table, column: str, where: str) -> str:
    near = nearest(column, table.columns)
    hint = f"; if '{near}' was meant, rename it and send the file again" if near else ""
    return f"{where}: the column {quoted(column)} is left out, as {table.name} have none of that name{hint}."


def _own(found: folder.FoundProgramme) -> dict[str, str]:
    """Instruments of its own; none, where one of them has faults, which are said."""
    return {} if own_instruments.faults(found.instruments) else found.instruments


def _words(found: folder.FoundProgramme) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """What the file says of the programme itself, or why that can not be taken."""
    if isinstance(found.about, About):
        return found.about.model_dump(mode="json", exclude_unset=True), ()
    return {}, found.about if found.speaks else ()


def together(parts: Iterable[Taken]) -> Taken:
    """Several as one."""
    parts = list(parts)
    return Taken(
        {name: one for part in parts for name, one in part.incoming.items()},
        tuple(fault for part in parts for fault in part.faults),
        {name: rows for part in parts for name, rows in part.refused.items()},
        {name: said for part in parts for name, said in part.words.items()},
        tuple(remark for part in parts for remark in part.remarks),
        tuple(dict.fromkeys(ask for part in parts for ask in part.asks)),
        instruments={name: text for part in parts for name, text in part.instruments.items()},
    )
