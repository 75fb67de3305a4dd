"""Rows of the record: written, amended, withdrawn; and what one line of the trail did, undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db import transaction
from django.http import Http404

from takeroot.errors import Fault, FaultyInput, TakerootError, nearest, quoted
from takeroot.vocabulary import checking
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web import archive, ledger
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.models import Draft, Person, Programme, Trail
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED


class Collision(TakerootError):
    """Somebody else changed the row since it was opened: ``mine`` was not kept, ``theirs`` is what it says now."""

    def __init__(self, mine: dict[str, Any], theirs: dict[str, Any], line: Trail | None) -> None:
        self.mine, self.theirs, self.line = mine, theirs, line
        who = f" by {line.by}" if line else ""
        super().__init__(
            f"This was changed{who} while you had it open. Nothing was lost: both are shown; say which is to stand."
        )


@transaction.atomic
def record(
    programme: Programme,
    table: Table,
    cells: Mapping[str, Any],
    *,
    by: str,
    scope: Scope,
    did: str = "",
    why: str = "",
) -> str:
    """Write one row into the record.

    Parameters
    ----------
    cells
        By column; what is left out is empty.
    scope
        What the writer may change: a row of a site outside of it is refused as if that site did not exist.
    did
        What the trail says was done; ``recorded in <table>``, if not given.

    Returns
    -------
    str
        Its reference, ``table:id``.

    Raises
    ------
    FaultyInput
        With every cell that is at fault.
    TakerootError
        If this very row is there already.
    """
    row = held(programme)
    frame = checked(row, table, cells, scope)
    difference = ledger.compare(row, table, frame, again=True)
    if not difference.new.height:
        there = ", ".join(str(frame[name][0]) for name in table.unique_by if frame[name][0] is not None)
        raise TakerootError(
            f"This is in the record already ({there}). Open it there to amend it, or change what you wrote."
        )
    reference = f"{table.name}:{difference.new['id'][0]}"
    raise_revision(programme, [table.name])
    line = leave(
        by, did or f"recorded in {table.name}", programme, why=why, rows={table.name: {"new": 1}}, row=reference
    )
    ledger.put(programme, difference, line)
    return reference


@transaction.atomic
def amend(
    programme: Programme,
    reference: str,
    cells: Mapping[str, Any],
    *,
    by: str,
    scope: Scope,
    seen: int,
    why: str,
) -> str:
    """Change cells of a row; what it said before stays in its history, with the reason.

    Parameters
    ----------
    cells
        Those to be changed, by column.
    seen
        The line of the trail that had made the row as the amender saw it.
    why
        The reason.

    Raises
    ------
    Collision
        If somebody else changed the row since.
    Http404
        If there is no such row within the scope.
    """
    if not why.strip():
        raise TakerootError("Say why it is amended: the reason is kept beside what it said before.")
    row = held(programme)
    table, now = found(row, reference, scope)
    cells = {name: cell for name, cell in cells.items() if name in table.columns and name != "id"}
    if now["line"] != seen:
        raise Collision({**now, **cells}, now, Trail.objects.filter(pk=now["line"]).first())
    plain = {name: now[name] for name in now if name not in ("row", "key", "line")}
    frame = checked(row, table, {**plain, **cells, "id": now["id"]}, scope)
    difference = ledger.compare(row, table, frame)
    if difference.held.height:
        raise TakerootError("Another row says this already; withdraw one of the two.")
    if not difference.changes:
        return reference
    raise_revision(programme, [table.name])
    changed = {name: _plain(now.get(name)) for name in cells if _plain(now.get(name)) != _plain(frame[name][0])}
    line = leave(by, f"amended {table.name}", programme, why=why, row=reference, before=changed)
    ledger.put(programme, difference, line)
    return reference


@transaction.atomic
def withdraw(programme: Programme, reference: str, *, by: str, scope: Scope, why: str) -> None:
    """Take a row out of the record; what it said stays in its history, with the reason.

    Raises
    ------
    TakerootError
        If no reason is given, or other rows name what it is about.
    Http404
        If there is no such row within the scope.
    """
    if not why.strip():
        raise TakerootError("Say why it is withdrawn: the reason is kept with what it said.")
    row = held(programme)
    table, now = found(row, reference, scope)
    name = now[table.key[0]] if table.name in checking.NAMED_BY_OTHERS else None
    if name is not None and name in ledger.used(row, table.name):
        raise TakerootError(f"Other rows of the record speak of {quoted(name)}; withdraw or amend those first.")
    raise_revision(programme, [table.name])
    line = leave(by, f"withdrew from {table.name}", programme, why=why, row=reference)
    ledger.withdraw(programme, table, [now["id"]], line)


@transaction.atomic
def undo(programme: Programme, line: Trail, *, by: str, why: str = "") -> ledger.Undone:
    """Put back what a line of the trail changed, but for rows that were changed since, which are named."""
    held(programme)
    raise_revision(programme, TABLES)
    left = leave(by, f"undid: {line.did}", programme, why=why, line=line.pk)
    return ledger.undo(programme, line.pk, left)


@transaction.atomic
def keep_draft(
    programme: Programme, table: Table, cells: Mapping[str, Any], *, person: Person, draft: int | None = None
) -> Draft:
    """Keep what somebody has written and not released; nobody else sees it, and it leaves no line."""
    if table.name not in TABLES:
        raise TakerootError("There is no such table.")
    plain = {name: str(cell) for name, cell in cells.items() if name in table.columns and cell not in (None, "")}
    kept, _ = Draft.objects.update_or_create(
        pk=draft, programme=programme, person=person, defaults={"table": table.name, "cells": plain}
    )
    return kept


def found(programme: Programme, reference: str, scope: Scope) -> tuple[Table, dict[str, Any]]:
    """A stored row that the scope both sees and may change: its table, and its cells with those of the store."""
    name, _, row_id = reference.partition(":")
    table = TABLES.get(name)
    seen = scope.rows(table) if table else None
    if table is None or seen is None or not STORED[name].objects.filter(seen, programme=programme, id=row_id).exists():
        raise Http404
    now = archive.rows_where(programme, table, id=row_id).row(0, named=True)
    if not _in_reach(table, now, scope):
        raise Http404
    return table, now


def checked(programme: Programme, table: Table, cells: Mapping[str, Any], scope: Scope) -> pl.DataFrame:
    """One row, through the table's door, with everything that it names in the programme and within the scope."""
    given = {name: [cell] for name, cell in cells.items() if cell is not None and cell != ""}
    further = {name for name, _ in programme.covariates} if table.open else set()
    faults = [
        Fault("there is no such column", table.name, column=name)
        for name in given
        if name not in {*table.columns, *further}
    ]
    if faults:
        raise FaultyInput(faults)
    frame = table.read(given or {name: [None] for name in table.required})
    one = checking.Found(table.name, table.identified(frame), pl.Series([1]), "")
    faults = [*_unknown(programme, table, frame, scope), *checking.disagreements(None, {table.name: one}, whole=False)]
    if faults:
        raise FaultyInput([Fault(fault.says, "", None, fault.column, fault.found) for fault in faults])
    if not _in_reach(table, frame.row(0, named=True), scope):
        raise FaultyInput([Fault("you record for named sites; name one of them", "", None, "site")])
    return frame


def _in_reach(table: Table, cells: Mapping[str, Any], scope: Scope) -> bool:
    """Whether a row is of sites that the scope reaches; who speaks of every site may also write of none."""
    places = ["site"] if table.name == "sites" else [n for n, c in table.columns.items() if c.refers == "sites"]
    return scope.whole or (
        bool(places) and all(scope.holds(cells.get(place)) for place in places if place != "part_of")
    )


def _unknown(programme: Programme, table: Table, frame: pl.DataFrame, scope: Scope) -> list[Fault]:
    """Names and references that lead nowhere, as far as this scope may know."""
    faults = []
    for name, column in table.columns.items():
        said = frame[name][0]
        if said is None or not (column.refers or column.kind == "references"):
            continue
        if column.refers:
            named, key = STORED[column.refers], TABLES[column.refers].key[0]
            seen = named.objects.filter(scope.rows(TABLES[column.refers]), programme=programme)
            if not seen.filter(**{key: said}).exists():
                near = nearest(said, seen.values_list(key, flat=True))
                hint = f"; did you mean '{near}'?" if near else ""
                faults.append(Fault(f"{quoted(said)} is not among the {column.refers}{hint}", "", None, name))
            continue
        for reference in said.split(";"):
            other, _, row_id = reference.partition(":")
            rows = scope.rows(TABLES[other]) if other in TABLES else None
            known = other in checking.FOUND_BY_ANALYSIS or (
                rows is not None and STORED[other].objects.filter(rows, programme=programme, id=row_id).exists()
            )
            if not known:
                faults.append(Fault(f"there is no row {quoted(reference)} in the record", "", None, name))
    return faults


def _plain(cell: Any) -> Any:
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
