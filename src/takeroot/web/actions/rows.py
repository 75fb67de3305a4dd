"""Rows of the record: written, amended, withdrawn; and what one line of the trail did, undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import polars as pl
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from takeroot.analysis.explanation import citations
from takeroot.errors import Fault, FaultyInput, TakerootError, nearest, quoted
from takeroot.vocabulary import checking
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import ACCOUNTS, CODINGS, ENTRIES, EXPLANATIONS, NOTES, TABLES
from takeroot.web import archive, ledger
from takeroot.web.actions.line import held, leave, raise_revision
from takeroot.web.models import Draft, Programme, Trail
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED

#: Tables of which the trail says that cells were changed, and never what they said.
_NARRATED = frozenset({"notes", "accounts", "explanations", "adaptations", "entries", "answers", "codings"})

#: Tables of no site in which whoever may tell writes under their own name; what others wrote there they do not change.
SIGNED = (ACCOUNTS, EXPLANATIONS)

#: For how long a form that is sent again is known to be the same, and what was just recorded may be taken back.
_AT_ONCE = timedelta(days=1)

TAKEN_BACK = "taken back at once"


class AlreadyThere(TakerootError):
    """The record says this already; ``reference`` is the row that does."""

    def __init__(self, says: str, reference: str) -> None:
        self.reference = reference
        super().__init__(says)


class SentAgain(AlreadyThere):
    """A form that was sent twice: what it says was recorded the first time."""

    def __init__(self, reference: str) -> None:
        super().__init__("This was recorded already; nothing was recorded twice.", reference)


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
    once: str = "",
    draft: Draft | None = None,
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
    once
        A mark of the form that it came by and of what was typed in it, so that what is sent twice is recorded once.
    draft
        The draft that this releases: it is gone when the row is there.

    Returns
    -------
    str
        Its reference, ``table:id``.

    Raises
    ------
    FaultyInput
        With every cell that is at fault.
    AlreadyThere
        If this very row is there already, or the form was sent before.
    """
    row = held(programme)
    if once and (before := sent_before(programme, once, by=by)):
        raise SentAgain(before)
    frame = checked(row, table, cells, scope)
    difference = ledger.compare(row, table, frame, again=True)
    if difference.held.height:  # a row that was once this has been amended since: this is another one
        frame = frame.with_columns(id=pl.lit(_free_id(row, table, frame)))
        difference = ledger.compare(row, table, frame, again=True)
    if not difference.new.height:
        there = ", ".join(str(frame[name][0]) for name in table.unique_by if frame[name][0] is not None)
        key = ledger.keys(table, frame)[0]
        same = archive.rows_where(row, table, key=key)["id"].to_list()
        raise AlreadyThere(
            f"This is in the record already ({quoted(there, 120)[1:-1]}). Open it there to amend it, or change what "
            "you wrote.",
            f"{table.name}:{same[0]}" if same else "",
        )
    reference = f"{table.name}:{difference.new['id'][0]}"
    raise_revision(programme, [table.name])
    said = {"rows": {table.name: {"new": 1}}, "row": reference} | ({"once": once} if once else {})
    line = leave(by, did or f"recorded in {table.name}", programme, why=why, **said)
    ledger.put(programme, difference, line)
    if draft is not None:
        draft.delete()
    return reference


def sent_before(programme: Programme, once: str, *, by: str) -> str | None:
    """What the same form recorded before, if it did."""
    lately = Trail.objects.filter(programme=programme.slug, by=by, at__gt=timezone.now() - _AT_ONCE)
    line = lately.filter(what__once=once).first()
    return line.what["row"] if line else None


def _free_id(programme: Programme, table: Table, frame: pl.DataFrame) -> str:
    """An id that no row of the table has, after the one that the key makes."""
    made = table.identified(frame)["id"][0]
    there = set(
        STORED[table.name].objects.filter(programme=programme, id__startswith=made).values_list("id", flat=True)
    )
    return next(free for n in range(2, len(there) + 3) if (free := f"{made}-{n}") not in there)


@transaction.atomic
def take_back(programme: Programme, reference: str, *, by: str, scope: Scope) -> None:
    """Take out what the same person has just recorded, also where they may not read it once it is there.

    Raises
    ------
    Http404
        If it is not theirs, was changed since, or was recorded longer ago than a day.
    """
    row = held(programme)
    table, now = _at(row, reference)
    line = Trail.objects.filter(pk=now["line"], by=by, at__gt=timezone.now() - _AT_ONCE).first()
    ours = line is not None and line.what.get("row") == reference and "rows" in line.what
    if not ours or not (table in SIGNED or _in_reach(table, now, scope)):
        raise Http404
    _refuse_if_named(row, table, now)
    raise_revision(programme, [table.name])
    ledger.withdraw(
        programme,
        table,
        [now["id"]],
        leave(by, f"took back from {table.name}", programme, why=TAKEN_BACK, row=reference),
    )


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
    if table is ENTRIES:
        raise TakerootError(f"This can not be amended: {ledger.STANDS}.")
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
    name = table.key[0] if table.key else ""
    if table.name in checking.NAMED_BY_OTHERS and frame[name][0] != now[name]:
        _refuse_if_named(row, table, now)
    raise_revision(programme, [table.name])
    changed = {name: _plain(now.get(name)) for name in cells if _plain(now.get(name)) != _plain(frame[name][0])}
    before: dict[str, Any] = {"columns": [*changed]} if table.name in _NARRATED else {"before": changed}
    line = leave(by, f"amended {table.name}", programme, why=why, row=reference, **before)
    ledger.put(programme, difference, line)
    return reference


@transaction.atomic
def withdraw(programme: Programme, reference: str, *, by: str, scope: Scope, why: str) -> None:
    """Take a row out of the record; what it said stays in its history, with the reason. Codings go with their note.

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
    _refuse_if_named(row, table, now)
    codings = [*row.codings.filter(note=reference).values_list("id", flat=True)] if table is NOTES else []
    raise_revision(programme, [table.name, *([CODINGS.name] if codings else [])])
    line = leave(by, f"withdrew from {table.name}", programme, why=why, row=reference)
    ledger.withdraw(programme, table, [now["id"]], line)
    if codings:
        ledger.withdraw(programme, CODINGS, codings, line)


@transaction.atomic
def undo(programme: Programme, line: Trail, *, by: str, why: str = "") -> ledger.Undone:
    """Put back what a line of the trail changed, but for rows that were changed since, which are named."""
    held(programme)
    raise_revision(programme, TABLES)
    left = leave(by, f"undid: {line.did}", programme, why=why, line=line.pk)
    return ledger.undo(programme, line.pk, left)


def _refuse_if_named(programme: Programme, table: Table, now: Mapping[str, Any]) -> None:
    """A site, measure or component stays, under its name, as long as rows speak of it."""
    name = now[table.key[0]] if table.name in checking.NAMED_BY_OTHERS else None
    if name is None or name not in ledger.used(programme, table.name):
        return
    others = STORED[table.name].objects.filter(**{table.key[0]: name}, programme=programme).exclude(id=now["id"])
    if not others.exists():  # of a component there may be another version
        raise TakerootError(f"Other rows of the record speak of {quoted(name)}; withdraw or amend those first.")


def found(programme: Programme, reference: str, scope: Scope) -> tuple[Table, dict[str, Any]]:
    """A stored row that the scope both sees and may change: its table, and its cells with those of the store."""
    table, now = _at(programme, reference)
    seen = scope.rows(table)
    if seen is None or not STORED[table.name].objects.filter(seen, programme=programme, id=now["id"]).exists():
        raise Http404
    if not _in_reach(table, now, scope):
        raise Http404
    return table, now


def _at(programme: Programme, reference: str) -> tuple[Table, dict[str, Any]]:
    """The table of a reference, and the row there, whoever asks."""
    name, _, row_id = reference.partition(":")
    table = TABLES.get(name)
    rows = archive.rows_where(programme, table, id=row_id) if table and "\0" not in row_id else None
    if table is None or rows is None or not rows.height:
        raise Http404
    return table, rows.row(0, named=True)


def checked(programme: Programme, table: Table, cells: Mapping[str, Any], scope: Scope) -> pl.DataFrame:
    """One row, through the table's door, with everything that it names in the programme and within the scope."""
    given = {name: [cell] for name, cell in cells.items() if cell is not None and cell != ""}
    empty = {name: [None] for name in table.required if name not in given}
    further = {name for name, _ in programme.covariates} if table.open else set()
    faults = [
        Fault("there is no such column", table.name, column=name)
        for name in given
        if name not in {*table.columns, *further}
    ]
    if faults:
        raise FaultyInput(faults)
    frame = table.read(given | empty)
    others = frozenset({"id", *table.unique_by[:1]})  # this row is not all there is: it may name and cite others
    one = checking.Found(table.name, table.identified(frame), pl.Series([1]), "", others)
    known = programme.library if table.name in checking.OF_INSTRUMENTS else None
    faults = _unknown(programme, table, frame, scope)
    faults += checking.disagreements(None, {table.name: one}, whole=False, known=known)
    if faults:
        raise FaultyInput([Fault(fault.says, "", None, fault.column, fault.found) for fault in faults])
    written = frame.row(0, named=True)
    if table not in SIGNED and not _in_reach(table, written, scope):
        raise FaultyInput([Fault("you record for named sites; name one of them", "", None, "site")])
    if table is EXPLANATIONS and not scope.whole and written["visibility"] == "all":
        says = (
            "you write for named sites, and this would be read at every other; who leads the programme can release it"
        )
        raise FaultyInput([Fault(says, "", None, "visibility")])
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
        faults += _dead(programme, name, said.split(";"), scope)
    if table is ACCOUNTS:
        faults += _dead(programme, "text", citations(frame["text"][0]), scope)
    return faults


def _dead(programme: Programme, column: str, references: Iterable[str], scope: Scope) -> list[Fault]:
    """A fault for each reference that leads nowhere, as far as this scope may know."""
    faults = []
    for reference in references:
        other, _, row_id = reference.partition(":")
        rows = scope.rows(TABLES[other]) if other in TABLES else None
        known = other in checking.FOUND_BY_ANALYSIS or (
            rows is not None and STORED[other].objects.filter(rows, programme=programme, id=row_id).exists()
        )
        if not known:
            faults.append(Fault(f"there is no row {quoted(reference)} in the record", "", None, column))
    return faults


def _plain(cell: Any) -> Any:
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
