"""What a file holds for the record: rows by table, what is wrong with others, and what the programme is said to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from takeroot.errors import Fault
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES


@dataclass(frozen=True)
class Incoming:
    """Rows of one table, through its door.

    Parameters
    ----------
    table
        The table.
    frame
        The rows, with the columns that were given and no others.
    rows
        The number of each row as a person sees it in the file; empty where there is none.
    where
        The place as faults say it.
    """

    table: Table
    frame: pl.DataFrame
    rows: pl.Series
    where: str


@dataclass(frozen=True)
class Taken:
    """What a file holds.

    Parameters
    ----------
    incoming
        By table, rows that are right as far as the file alone can tell.
    faults
        Everything that is wrong.
    refused
        How many rows of each table are left out because of that.
    words
        What the file says of the programme itself, by field.
    remarks
        What is not at fault but may not be meant.
    asks
        What has to be answered before: ``table`` or ``dates``.
    keep_where_empty
        Whether an empty cell says nothing, as in a team's tracker.
    replaced
        The ids of stages that the file says more exactly, or that no longer hold.
    mapping
        What a tracker was taken to mean, as JSON.
    instruments
        Instruments of the programme's own: the text of each file, by name.
    """

    incoming: Mapping[str, Incoming]
    faults: tuple[Fault, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    keep_where_empty: bool = False
    replaced: tuple[str, ...] = ()
    mapping: str = ""
    instruments: Mapping[str, str] = field(default_factory=dict)


_PLAIN = ("instruments", "refused", "words", "remarks", "asks", "keep_where_empty", "replaced", "mapping")


def save(taken: Taken, place: Path) -> None:
    """Keep it in a folder, so that the file is read once."""
    place.mkdir(mode=0o700, exist_ok=True)
    for name, one in taken.incoming.items():
        one.frame.write_ipc(place / f"{name}.arrow")
        one.rows.to_frame("row").write_ipc(place / f"{name}.rows.arrow")
    told = {name: getattr(taken, name) for name in _PLAIN}
    told |= {"faults": [asdict(fault) for fault in taken.faults]}
    told |= {"where": {name: one.where for name, one in taken.incoming.items()}}
    (place / "taken.json").write_text(json.dumps(told), encoding="utf-8")


def load(place: Path) -> Taken | None:
    """What was kept; None, if nothing was, or not all of it."""
    try:
        told = json.loads((place / "taken.json").read_text(encoding="utf-8"))
        incoming = {
            name: Incoming(
                TABLES[name],
                pl.read_ipc(place / f"{name}.arrow"),
                pl.read_ipc(place / f"{name}.rows.arrow")["row"],
                where,
            )
            for name, where in told.pop("where").items()
        }
    except (OSError, ValueError):
        return None
    faults = tuple(Fault(**one) for one in told.pop("faults"))
    return Taken(incoming, faults, **told | {name: tuple(told[name]) for name in ("remarks", "asks", "replaced")})
