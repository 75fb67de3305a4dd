"""What a file would do, as a page shows it: counts by table, what changes from what to what, what is held back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from takeroot.errors import Fault
from takeroot.vocabulary.files import csv_bytes
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web import ledger
from takeroot.web.imports.plan import Plan
from takeroot.web.imports.taken import Taken

#: How many faults, changed cells and held rows a page shows; the rest are in a file.
SHOWN = 50
#: How many new rows of each table a page names.
FIRST = 8


@dataclass(frozen=True)
class Preview:
    """What a page shows of a plan.

    Parameters
    ----------
    seen, mark
        What is accepted, and the mark of the revision that it was worked out for.
    tables
        For each table: its name and how many rows are new, changed, unchanged, held and refused.
    new, faults, changed, held
        The first of them; and how many there are of each under ``counts``.
    words
        What the programme says of itself now and would say: field, now, then.
    remarks, why_not, changes
        As of the plan.
    asks, speaks
        What has to be answered before, and whether the file says what the programme itself is.
    """

    seen: str
    mark: str
    tables: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    new: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    held: list[dict[str, Any]]
    counts: dict[str, int]
    words: list[dict[str, str]]
    remarks: list[str]
    why_not: str
    changes: bool
    asks: list[str]
    speaks: bool

    def as_json(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self))


def of(plan: Plan, taken: Taken, before: Mapping[str, Any], mark: str) -> tuple[Preview, dict[str, bytes]]:
    """What a page shows of a plan, and the files of all faults, changes and rows held back."""
    changed, held, faults = changes(plan), held_back(plan), faults_of(plan)
    preview = Preview(
        plan.seen,
        mark,
        _counts(plan),
        faults.head(SHOWN).to_dicts(),
        _new(plan),
        changed.head(SHOWN).to_dicts(),
        held.head(SHOWN).to_dicts(),
        {"faults": faults.height, "changed": changed.height, "held": held.height},
        [
            {"field": field.replace("_", " "), "now": _said(before.get(field)), "then": _said(said)}
            for field, said in plan.words.items()
        ],
        list(plan.remarks),
        plan.why_not,
        plan.changes,
        list(taken.asks),
        bool(taken.words or taken.instruments),
    )
    return preview, {"faults": csv_bytes(faults), "changed": csv_bytes(changed), "held": csv_bytes(held)}


def _counts(plan: Plan) -> list[dict[str, Any]]:
    """How many rows of each table would be what."""
    counted = []
    for name in TABLES:
        one = plan.differences.get(name)
        counts = one.counts if one else dict.fromkeys(("new", "changed", "unchanged", "held"), 0)
        if any(counts.values()) or plan.refused.get(name):
            counted.append({"table": name, **counts, "refused": plan.refused.get(name, 0)})
    return counted


def _new(plan: Plan) -> list[dict[str, Any]]:
    """The first new rows of each table, as a person knows them."""
    told = []
    for name in TABLES:
        if name in plan.differences and plan.differences[name].new.height:
            one = plan.differences[name]
            first = named(one.table, one.new.head(FIRST)).to_list()
            told.append({"table": name, "rows": first, "more": max(0, one.new.height - FIRST)})
    return told


def faults_of(plan: Plan) -> pl.DataFrame:
    """Every fault: where it is, and what it says."""
    schema = {"where": pl.String, "row": pl.UInt32, "column": pl.String, "says": pl.String}
    return pl.DataFrame([_plain(fault) for fault in plan.faults], schema=schema, orient="row")


def _plain(fault: Fault) -> tuple[str, int | None, str | None, str]:
    return fault.where, fault.row, fault.column, fault.says


def changes(plan: Plan) -> pl.DataFrame:
    """Every cell that would change: what it says now, and what it would say."""
    schema = {"table": pl.String, "row": pl.UInt32, "what": pl.String, "column": pl.String}
    schema |= {"now": pl.String, "then": pl.String}
    differences = [plan.differences[name] for name in TABLES if name in plan.rows]
    found = [cells for one in differences for cells in _cells(plan, one)]
    return pl.concat(found).sort("table", "row", maintain_order=True) if found else pl.DataFrame(schema=schema)


def _cells(plan: Plan, one: ledger.Difference) -> Iterator[pl.DataFrame]:
    rows = plan.rows[one.table.name].head(one.changed.height)
    titles = named(one.table, one.before)
    for column in (name for name in one.changed.columns if name not in ("row", "key", "line")):
        then = one.changed[column]
        now = one.before[column] if column in one.before.columns else pl.Series([None] * then.len(), dtype=then.dtype)
        differs = now.ne_missing(then)
        if differs.any():
            yield pl.DataFrame(
                {
                    "table": pl.Series([one.table.name]).new_from_index(0, int(differs.sum())),
                    "row": rows.filter(differs).cast(pl.UInt32),
                    "what": titles.filter(differs),
                    "column": pl.Series([column]).new_from_index(0, int(differs.sum())),
                    "now": _text(now.filter(differs)),
                    "then": _text(then.filter(differs)),
                }
            )


def held_back(plan: Plan) -> pl.DataFrame:
    """Every row that stays as people made it here, and why."""
    parts = [
        pl.DataFrame(
            {
                "table": pl.Series([one.table.name]).new_from_index(0, one.held.height),
                "what": named(one.table, one.held),
                "because": one.held["because"].cast(pl.String),
            }
        )
        for one in plan.differences.values()
        if one.held.height
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(("table", "what", "because"), pl.String))


def named(table: Table, frame: pl.DataFrame) -> pl.Series:
    """What a person knows a row by: the columns that make it unique, or the first that say something."""
    columns = list(table.key) or [name for name in table.required if name in frame.columns][:3]
    said = [_text(frame[name]).fill_null("").str.slice(0, 60).alias(name) for name in columns]
    if not said:
        return frame["id"].cast(pl.String)
    return pl.DataFrame(said).select(pl.concat_str(pl.all(), separator=" · ")).to_series().str.strip_chars(" ·")


def _text(series: pl.Series) -> pl.Series:
    """Cells as a person reads them."""
    if series.dtype == pl.Boolean:
        return series.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    if series.dtype.is_float():
        return series.cast(pl.String).str.strip_suffix(".0")
    return series.cast(pl.String)


def _said(value: Any) -> str:
    """A field of the programme's words, as a person reads it."""
    if value in (None, "", [], ()):
        return "–"
    if isinstance(value, dict):
        return "; ".join(
            f"{name.replace('_', ' ')}: {_said(one)}" for name, one in value.items() if one not in (None, "", [])
        )
    if isinstance(value, list):
        return "; ".join(_said(one.get("name") if isinstance(one, dict) and "name" in one else one) for one in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
