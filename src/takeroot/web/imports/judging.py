"""Which rows of a file fit the record, and which have to stay out.

A row at fault is left out, and then those that depend on it, until everything that is left fits together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from takeroot.errors import Fault, FaultyInput, quoted
from takeroot.vocabulary import checking
from takeroot.vocabulary.about import About
from takeroot.vocabulary.instruments_in_files import Library
from takeroot.vocabulary.programme import Programme as Record
from takeroot.vocabulary.remarks import remarks
from takeroot.vocabulary.tables import SITES, STAGES, TABLES
from takeroot.web import ledger
from takeroot.web.imports.reading import LISTED
from takeroot.web.imports.taken import Taken
from takeroot.web.scope import Scope
from takeroot.web.stored import keys

#: How often rows that depend on refused ones are looked for; a record is not as deep as that.
ROUNDS = 12
#: The most rows of a table in which remarks are looked for.
REMARKED = 200_000


class Judging:
    """What is left of the differences as rows at fault are taken out of them."""

    def __init__(
        self,
        record: Record,
        about: About,
        compared: Mapping[str, ledger.Difference],
        taken: Taken,
        scope: Scope,
        known: Library,
    ) -> None:
        self.record, self.about, self.scope, self.known = record, about, scope, known
        self.differences, self.taken = dict(compared), taken
        self._numbers: dict[str, pl.Series] = {}
        self.where = {name: one.where for name, one in taken.incoming.items()}
        self.refused: dict[str, int] = {}
        self.staying: dict[str, int] = {}
        stages = record.stages["id"]
        self.replaced = tuple(one for one in taken.replaced if one in set(stages))

    def until_it_fits(self) -> tuple[list[Fault], str]:
        """Take out what is at fault until the rest fits; every fault, and why nothing can come in, if so."""
        faults = [*self._out_of_reach(), *self._unmoored()]
        for _ in range(ROUNDS):
            if not any(one.changes for one in self.differences.values()) and self.about == self.record.about:
                return faults, ""
            found = checking.disagreements(self.about, self._found(), listed=LISTED, known=self.known)
            ours = [fault for fault in found if self._is_ours(fault)]
            if not ours:
                return faults, self._of_the_record(found)
            if more := next((fault for fault in ours if fault.more), None):
                return faults, f"Too many rows do not fit the record to tell the others apart ({more.says})."
            faults += self._refuse(ours)
        return faults, "The rows of this file depend on each other in ways that can not be taken apart."

    def numbers(self, name: str) -> pl.Series:
        """The number in the file of each changed and each new row; looked for when somebody asks."""
        if name not in self._numbers:
            self._numbers[name] = _numbers(self.taken, self.differences[name])
        return self._numbers[name]

    def remarks(self) -> list[str]:
        """What may not be meant in what would be, and is not so already."""
        changed = {name: one for name, one in self.differences.items() if one.changes}
        there = self.record.tables
        if not changed or any(frame.height + LISTED > REMARKED for frame in there.values()):
            return []
        if any(one.new.height > REMARKED for one in changed.values()):
            return []
        before = set(remarks(self.record.about, there, self.known))
        return [said for said in remarks(self.about, {**there, **self._merged()}, self.known) if said not in before]

    def _merged(self) -> dict[str, pl.DataFrame]:
        """Each table that would change, as it would be: first what stays, then what changes, then what is new."""
        frames = {}
        for name, one in self.differences.items():
            columns = list(one.table.columns)
            there = self.record.tables.get(name, one.table.empty()).select(columns)
            gone = [*one.before["id"], *(self.replaced if name == STAGES.name else ())]
            stays = there.filter(~pl.col("id").is_in(pl.Series(gone, dtype=pl.String).implode())) if gone else there
            self.staying[name] = stays.height
            frames[name] = pl.concat([stays, one.changed.select(columns), one.new.select(columns)])
        return frames

    def _found(self) -> dict[str, checking.Found]:
        """The tables that have to be looked at: those that would change, and those that they speak of."""
        merged = {name: frame for name, frame in self._merged().items() if frame.height}
        others = {name: frame for name, frame in self.record.tables.items() if name not in merged}
        cited = self._cited(merged) | set(checking.NAMED_BY_OTHERS)
        renamed = any(self._renames(one).any() for one in self.differences.values())
        kept = {name: frame for name, frame in others.items() if renamed or name in cited}
        return {
            name: checking.Found(name, frame, pl.int_range(frame.height, eager=True), name)
            for name, frame in {**merged, **kept}.items()
        }

    def _cited(self, merged: Mapping[str, pl.DataFrame]) -> set[str]:
        """The tables that references in what would change lead to."""
        tables = set()
        for name, frame in merged.items():
            for column, declared in TABLES[name].columns.items():
                if declared.kind == "references" and frame[column].null_count() < frame.height:
                    said = frame[column].drop_nulls().str.split(";").explode()
                    tables |= set(said.str.split(":").list.first().unique())
        return tables

    def _is_ours(self, fault: Fault) -> bool:
        """Whether a fault is of a row that would come in."""
        if fault.where not in self.differences:
            return False
        return fault.more > 0 or (fault.row is not None and fault.row >= self.staying[fault.where])

    def _refuse(self, faults: Iterable[Fault]) -> list[Fault]:
        """Take the rows of these faults out; the faults as the file has them."""
        told: list[Fault] = []
        bad: dict[str, set[int]] = {}
        for fault in faults:
            at = (fault.row or 0) - self.staying[fault.where]
            bad.setdefault(fault.where, set()).add(at)
            number = self.numbers(fault.where)[at]
            told.append(replace(fault, where=self.where.get(fault.where, fault.where), row=number))
        for name, rows in bad.items():
            one = self.differences[name]
            out = pl.int_range(one.changed.height + one.new.height, eager=True).is_in(pl.Series(sorted(rows)).implode())
            self._leave_out(name, out)
        return told

    def _leave_out(self, name: str, out: pl.Series) -> None:
        """Take rows out of a difference; ``out`` speaks of its changed and then of its new rows."""
        one, keep, numbers = self.differences[name], ~out, self.numbers(name)
        old, new = keep.head(one.changed.height), keep.slice(one.changed.height)
        self.differences[name] = replace(
            one, changed=one.changed.filter(old), before=one.before.filter(old), new=one.new.filter(new)
        )
        self._numbers[name] = numbers.filter(keep)
        self.refused[name] = self.refused.get(name, 0) + int(out.sum())

    def _out_of_reach(self) -> list[Fault]:
        """Rows of sites that whoever brings them in does not answer for."""
        faults: list[Fault] = []
        for name, one in list(self.differences.items()) if self.scope.sites is not None else []:
            held = pl.Series(sorted(self.scope.sites or ()), dtype=pl.String).implode()
            columns = one.table.columns.items()
            places = ["site"] if one.table is SITES else [n for n, c in columns if c.refers == "sites"]
            places = [place for place in places if place != "part_of"]

            def inside(frame: pl.DataFrame, places: list[str] = places, held: pl.Series = held) -> pl.Series:
                if not places:
                    return pl.Series([False] * frame.height, dtype=pl.Boolean)
                return frame.select(
                    pl.all_horizontal(pl.col(p).is_in(held).fill_null(False) for p in places)
                ).to_series()

            seen = self.record.tables.get(name, one.table.empty())["id"]
            known = one.before["id"].is_in(seen.implode())
            out = ~pl.concat([inside(one.changed) & inside(one.before) & known, inside(one.new)])
            says = "you record for named sites, and this row is not of one of them"
            faults += self._of_rows(name, out, places[0] if places else None, [says] * int(out.sum()))
            visible = one.held.filter(inside(one.held)) if one.held.height else one.held
            self.differences[name] = replace(self.differences[name], held=visible)
        return faults

    def _unmoored(self) -> list[Fault]:
        """Rows that would take a name or an id away by which other rows of the record speak of them."""
        faults = []
        for name, one in list(self.differences.items()):
            moved = self._renames(one)
            if not moved.any():
                continue
            used, cited = self._spoken_of(name), self._references()
            key = one.table.key[0] if name in checking.NAMED_BY_OTHERS else ""
            taken: list[str] = []
            for before, after in zip(one.before.iter_rows(named=True), one.changed.iter_rows(named=True), strict=True):
                reference, says = f"{name}:{before['id']}", ""
                if key and before[key] != after[key] and before[key] in used:
                    says = (
                        f"the row with this id is {quoted(before[key])} in the record, and other rows speak of it "
                        "by that name; give this row an id of its own, or that name"
                    )
                elif before["id"] != after["id"] and reference in cited:
                    says = f"other rows of the record cite this row as {quoted(reference)}; leave the id as it is"
                taken.append(says)
            out = pl.Series([bool(says) for says in taken] + [False] * one.new.height, dtype=pl.Boolean)
            faults += self._of_rows(name, out, "id", [says for says in taken if says])
        return faults

    def _of_rows(self, name: str, out: pl.Series, column: str | None, says: list[str]) -> list[Fault]:
        """Faults of rows that are taken out."""
        numbers = self.numbers(name).filter(out).to_list()
        self._leave_out(name, out)
        where = self.where.get(name, name)
        return [Fault(said, where, number, column) for said, number in zip(says, numbers, strict=True)]

    @staticmethod
    def _renames(one: ledger.Difference) -> pl.Series:
        """Which changed rows would have another id, or another name that others speak of them by."""
        unlike = one.changed["id"].ne_missing(one.before["id"])
        if one.table.name in checking.NAMED_BY_OTHERS:
            unlike = unlike | one.changed[one.table.key[0]].ne_missing(one.before[one.table.key[0]])
        return unlike

    def _spoken_of(self, name: str) -> set[str]:
        """The names of a table that the record speaks of."""
        used = set(checking.names_used(name, self.record.tables))
        rules = self.record.rules
        used |= {rule.evidence.benefits.measure for rule in rules if rule.evidence.benefits}
        used |= {component for rule in rules for component in rule.evidence.behaviour}
        plans = self.record.plans.filter(pl.col("what") == name.removesuffix("s"))
        return used | set(plans["name"].drop_nulls())

    def _references(self) -> set[str]:
        """Every reference that the record holds."""
        cited: set[str] = set()
        for name, frame in self.record.tables.items():
            for column, declared in TABLES[name].columns.items():
                if declared.kind == "references":
                    cited |= set(frame[column].drop_nulls().str.split(";").explode())
        return cited

    def _of_the_record(self, found: list[Fault]) -> str:
        """Why the record would not fit together any more, if it would not and does so now."""
        if not found:
            return ""
        try:
            Record(self.record.about, instruments=self.record.instruments, **self.record.tables)
        except FaultyInput as error:
            before = {(fault.says, fault.column) for fault in error.faults}
            found = [fault for fault in found if (fault.says, fault.column) not in before]
        told = [f"{fault.where}: {fault.says}" for fault in found[:3]]
        return f"With this file the record would not fit together: {'; '.join(told)}." if told else ""


def _numbers(taken: Taken, difference: ledger.Difference) -> pl.Series:
    """The number in the file of each changed and each new row."""
    name, table = difference.table.name, difference.table
    none = pl.Series("at", [None] * (difference.changed.height + difference.new.height), dtype=pl.UInt32)
    if name not in taken.incoming or not none.len():
        return none
    one = taken.incoming[name]
    whole = one.frame.with_columns(
        pl.lit(None, column.held).alias(column_name)
        for column_name, column in table.columns.items()
        if column_name not in one.frame.columns
    )
    at = pl.DataFrame({"key": keys(table, whole), "id": whole["id"], "at": one.rows.cast(pl.UInt32)})
    by_key = at.select("key", "at").unique("key", keep="first")
    by_id = at.select("id", its="at").drop_nulls("id").unique("id", keep="first")
    asked = pl.concat(
        [
            pl.DataFrame({"key": difference.before["key"], "id": difference.changed["id"]}),
            difference.new.select("key", "id"),
        ]
    )
    found = asked.join(by_key, on="key", how="left", maintain_order="left")
    found = found.join(by_id, on="id", how="left", maintain_order="left")
    return found.select(pl.coalesce("its", "at").alias("at")).to_series()
