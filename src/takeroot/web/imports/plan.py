"""What a file would do to the record, if it came in now.

The rows are compared with what is there; then the programme's own checks are run on what the record would be. A row at
fault is left out, and then those that depend on it, until everything that is left fits together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import polars as pl

from takeroot.errors import Fault
from takeroot.vocabulary import about_in_files, checking, own_instruments
from takeroot.vocabulary.about import About
from takeroot.vocabulary.cells import covariate
from takeroot.vocabulary.programme import Programme as Record
from takeroot.vocabulary.tables import SITES, TABLES
from takeroot.web import editions, ledger
from takeroot.web.imports.judging import Judging
from takeroot.web.imports.taken import Taken
from takeroot.web.models import Change, Programme
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED

_HELD_HERE = "this round was begun here: its answers come from those who answer it, and never from a file"
_NO_SUCH_ID = "no row of yours has this id; leave it empty in a row that is new"


@dataclass(frozen=True)
class Plan:
    """What a file would do.

    Parameters
    ----------
    differences
        By table, what would be written.
    rows
        Of tables with changed rows, the number in the file of each of them and then of each new row.
    faults, refused
        Everything that is wrong, and how many rows of each table are left out because of it.
    words
        What the programme would say of itself: the fields that differ.
    covariates
        The further columns of the sites there would be, each with its kind.
    remarks
        What is not at fault but may not be meant.
    why_not
        Why nothing of the file can come in; empty, if it can.
    replaced
        The ids of stages that would go out, as the file says them more exactly.
    instruments
        The files of the programme's own instruments as they would be; none, where they stay as they are.
    """

    differences: Mapping[str, ledger.Difference]
    rows: Mapping[str, pl.Series]
    faults: tuple[Fault, ...]
    refused: Mapping[str, int]
    words: Mapping[str, Any]
    covariates: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...] = ()
    why_not: str = ""
    replaced: tuple[str, ...] = ()
    instruments: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it would change anything."""
        written = any(one.changes for one in self.differences.values())
        return not self.why_not and (written or bool(self.words or self.replaced or self.instruments))

    @property
    def seen(self) -> str:
        """The same for plans that would write the same: what somebody saw is what is accepted, or nothing is."""
        told = blake2b(
            repr(
                (
                    sorted(self.words.items()),
                    self.covariates,
                    self.why_not,
                    self.replaced,
                    sorted(self.instruments.items()),
                )
            ).encode(),
            digest_size=16,
        )
        for name, one in self.differences.items():
            for frame in (one.changed, one.before, one.new):
                said = frame.drop("row", "line", "elsewhere", strict=False)
                told.update(f"{name}{said.columns}{said.height}".encode())
                told.update(said.hash_rows(seed=1).to_numpy().tobytes() if said.height else b"")
        return told.hexdigest()


def of(row: Programme, taken: Taken, *, scope: Scope | None = None, words: bool = False) -> Plan:
    """What a file would do to a programme.

    Parameters
    ----------
    row
        The programme.
    taken
        What the file holds.
    scope
        What whoever brings it in may change; everything, if not given.
    words
        Whether what the file says of the programme itself is taken too, and instruments of its own.
    """
    scope = scope or Scope.everything()
    record = row.read(scope)
    taken = _without_rounds_held_here(row, taken)
    taken = taken if scope.whole else _by_known_ids(row, record, taken)
    covariates = _covariates(row, taken)
    told, faults = _about(record.about, taken.words if words else {})
    compared = {
        name: ledger.compare(row, one.table, one.frame, keep_where_empty=taken.keep_where_empty)
        for name, one in taken.incoming.items()
    }
    compared |= {name: ledger.compare(row, TABLES[name], frame) for name, frame in _derived(record, compared).items()}
    instruments, unfit = editions.coming(row, taken.instruments if words else {})
    known = own_instruments.library_of(instruments) if instruments else record.library
    judging = Judging(record, told, compared, taken, scope, known)
    wrong, why_not = judging.until_it_fits()
    refused = dict(taken.refused)
    for name, count in judging.refused.items():
        refused[name] = refused.get(name, 0) + count
    before = record.about.model_dump(mode="json")
    after = told.model_dump(mode="json")
    return Plan(
        judging.differences,
        {name: judging.numbers(name) for name, one in judging.differences.items() if one.changed.height},
        (*taken.faults, *faults, *unfit, *wrong),
        {name: count for name, count in refused.items() if count},
        {name: said for name, said in after.items() if said != before[name]},
        covariates,
        (*taken.remarks, *_of_instruments(taken, instruments, words), *judging.remarks()),
        why_not,
        judging.replaced,
        instruments,
    )


def _of_instruments(taken: Taken, instruments: Mapping[str, str], words: bool) -> Iterator[str]:
    """What becomes of instruments of one's own that a file brings."""
    names = ", ".join(taken.instruments)
    if instruments:
        yield f"Instruments of your own come in too ({names}); they stay where the file is taken back."
    elif taken.instruments and not words:
        yield f"Instruments of your own ({names}) are left out, with what the file says of the programme itself."


def _without_rounds_held_here(row: Programme, taken: Taken) -> Taken:
    """Without answers to rounds that were begun here, and without other words for those rounds.

    What respondents sent is not changed by a file, and nobody adds to a small group until it may be shown.
    """
    ours = [*row.askings.values_list("round", flat=True)]
    incoming, faults, refused = dict(taken.incoming), list(taken.faults), dict(taken.refused)
    for name in ("rounds", "answers") if ours else ():
        if (one := incoming.get(name)) is None or "round" not in one.frame.columns:
            continue
        held = one.frame["round"].is_in(pl.Series(ours, dtype=pl.String).implode()).fill_null(False)
        if "id" in one.frame.columns:
            given = STORED[name].objects.filter(programme=row, round__in=ours, id__in=one.frame["id"].drop_nulls())
            ids = pl.Series([*given.values_list("id", flat=True)], dtype=pl.String)
            held |= one.frame["id"].is_in(ids.implode()).fill_null(False)
        if name == "answers":
            faults += [Fault(_HELD_HERE, one.where, number, "round") for number in one.rows.filter(held)]
            refused[name] = refused.get(name, 0) + int(held.sum())
        incoming[name] = replace(one, frame=one.frame.filter(~held), rows=one.rows.filter(~held))
    return replace(taken, incoming=incoming, faults=tuple(faults), refused=refused)


def _by_known_ids(row: Programme, record: Record, taken: Taken) -> Taken:
    """Without rows that say an id which is none of those that the sender knows.

    Whether another row of the programme has it is not told by this: an id of nothing is refused as well.
    """
    incoming, faults, refused = dict(taken.incoming), list(taken.faults), dict(taken.refused)
    for name, one in taken.incoming.items():
        if "id" not in one.frame.columns:
            continue
        sites = sorted(set(record.sites["site"]))
        gone = Change.objects.filter(programme=row.pk, table=name, before__site__in=sites, how="withdrawn")
        known = {*record.tables.get(name, one.table.empty())["id"], *gone.values_list("row_id", flat=True)}
        absent = [name for name in one.table.unique_by if name not in one.frame.columns]
        bare = one.frame.with_columns(pl.lit(None, pl.String()).alias(name) for name in ("id", *absent))
        made = one.table.identified(bare)["id"]
        strange = ~(
            one.frame["id"].is_in(pl.Series(sorted(known), dtype=pl.String).implode()) | (one.frame["id"] == made)
        )
        strange = strange.fill_null(False)
        faults += [Fault(_NO_SUCH_ID, one.where, number, "id") for number in one.rows.filter(strange)]
        refused[name] = refused.get(name, 0) + int(strange.sum())
        incoming[name] = replace(one, frame=one.frame.filter(~strange), rows=one.rows.filter(~strange))
    return replace(taken, incoming=incoming, faults=tuple(faults), refused=refused)


def _covariates(row: Programme, taken: Taken) -> tuple[tuple[str, str], ...]:
    """The further columns of the sites, those there are and those that would come."""
    there = [(name, kind) for name, kind in row.covariates]
    if SITES.name not in taken.incoming:
        return tuple(there)
    frame = taken.incoming[SITES.name].frame
    more = [name for name in frame.columns if name not in SITES.columns and name not in dict(there)]
    return (*there, *((name, covariate(frame[name]).kind) for name in more if frame[name].null_count() < frame.height))


def _about(before: About, words: Mapping[str, Any]) -> tuple[About, tuple[Fault, ...]]:
    """What the programme would say of itself: what the file says, over what it says now."""
    said = before.model_dump(mode="json")
    merged = {
        name: {**said[name], **one} if isinstance(one, dict) and isinstance(said.get(name), dict) else one
        for name, one in words.items()
    }
    told = about_in_files.checked({**said, **merged}, "programme.yaml")
    return (told, ()) if isinstance(told, About) else (before, told)


def _derived(record: Record, compared: Mapping[str, ledger.Difference]) -> dict[str, pl.DataFrame]:
    """Names that rows use of a table that nobody gave: they make that table, as in a programme's folder."""
    frames = {
        name: pl.concat([one.changed.select(*one.table.columns), one.new.select(*one.table.columns)])
        for name, one in compared.items()
    }
    made = {}
    for name in checking.NAMED_BY_OTHERS:
        named = checking.names_used(name, frames)
        if named and name not in record.tables and name not in compared:
            key = TABLES[name].key[0]
            made[name] = TABLES[name].read({key: named}).select(key)
    return made
