"""What is told rather than drawn: rows written by hand, one CSV a table, in ``told/``.

A row may speak of a planted signal before anybody has found it: ``planted:measure.site`` stands for its reference.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from takeroot.vocabulary.tables import TABLES

Row = dict[str, Any]
TOLD = Path(__file__).parent / "told"
#: Handwritten files that are made into a table rather than being one.
_PASSAGES = "passages"
_PLANTED = re.compile(r"planted:([a-z_]+)\.([a-z]{3}-\d\d)")


def rows(table: str) -> list[Row]:
    """The rows told for a table, through its doorway."""
    path = TOLD / f"{table}.csv"
    return TABLES[table].read(path).to_dicts() if path.exists() else []


def tables() -> list[str]:
    """The tables that something is told for."""
    return [path.stem for path in sorted(TOLD.glob("*.csv")) if path.stem in TABLES]


def codings(notes: list[Row]) -> list[Row]:
    """Coded passages, with the place of each in its note."""
    texts = {note["id"]: note["text"] for note in notes}
    coded = []
    with (TOLD / f"{_PASSAGES}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start = texts[row["note"]].index(row["passage"])
            place = {"start": start, "end": start + len(row["passage"]), "passage": row["passage"], "version": 1}
            coded.append(
                {"note": f"notes:{row['note']}", "construct": row["construct"], **place, "coder": row["coder"]}
            )
    return coded


def with_signals(told: list[Row], found: dict[tuple[str, str], str]) -> list[Row]:
    """The rows with the references of the planted signals in place of their names."""

    def put(text: Any) -> Any:
        return _PLANTED.sub(lambda at: found[at[1], at[2]], text) if isinstance(text, str) else text

    return [{column: put(cell) for column, cell in row.items()} for row in told]
