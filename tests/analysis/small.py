"""Small programmes, written as people would say them."""

from __future__ import annotations

from typing import Any

import polars as pl

from takeroot.vocabulary.programme import Programme


def small(*lines: str, as_at: str = "2024-12-31", about: dict[str, Any] | None = None, **tables: Any) -> Programme:
    """A programme whose stages are lines such as ``A 2024-03-01 using``.

    A day may be a span (``2024-03-01..2024-04-01``: before the second), or a month, quarter or year as it is known
    (``2024-03-01~month``). After the stage may stand ``by=`` a source, ``id=`` and any other column.
    """
    rows = []
    for line in lines:
        site, day, stage, *rest = line.split()
        row: dict[str, Any] = {"site": site, "stage": stage}
        day, _, row["precision"] = day.partition("~")
        row["on"], _, row["on_before"] = day.partition("..")
        row |= {key: value for key, _, value in (word.partition("=") for word in rest)}
        row["source"] = row.pop("by", None)
        rows.append({key: value or None for key, value in row.items()})
    if rows:
        columns = {key: None for row in rows for key in row}
        tables["stages"] = pl.DataFrame({key: [row.get(key) for row in rows] for key in columns})
    return Programme({"name": "Small", "as_at": as_at, **(about or {})}, **tables)


def reading(*between: str, chosen: str) -> dict[str, Any]:
    """What programme.yaml says of a reading that was chosen."""
    return {"readings": [{"between": list(between), "chosen": chosen, "by": "evaluators", "why": "they went to look"}]}


def columns(frame: pl.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """The rows of some columns, with days as text."""
    return frame.select(pl.col(names)).with_columns(pl.col(pl.Date).cast(pl.String)).rows()


def month(frame: pl.DataFrame, on: str, *names: str) -> Any:
    """What a frame says of one month."""
    row = frame.filter(pl.col("on") == pl.lit(on).str.to_date("%Y-%m-%d")).select(pl.col(names)).row(0)
    return row[0] if len(row) == 1 else row
