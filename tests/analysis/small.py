"""Small programmes, written as people would say them."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from takeroot.vocabulary.calendar import months_from
from takeroot.vocabulary.programme import Programme

WARD = {"site": ["W3"], "name": ["Ward 3"]}
STOPPED = ("W3 2023-01-01 using id=u", "W3 2024-05-04 stopped reason_kind=lapsed id=s")
#: A measure that fell: a year about 10, then eight months a little lower.
FELL = [9, 11, 10, 9, 11, 10, 9, 11, 10, 9, 11, 10, 8.2, 8.4, 8.2, 8.4, 8.2, 8.4, 8.2, 8.4]


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


def measured(values: list[float], measures: dict[str, Any] | None = None, **tables: Any) -> Programme:
    """Ward 3, which uses it, with a measure by month from January 2023."""
    days = months_from(date(2023, 1, 1), date(2024, 8, 1))[: len(values)]
    falls = {"measure": ["falls"] * len(values), "site": ["W3"] * len(values), "on": days, "value": values}
    measures = measures or {"measure": ["falls"], "name": ["Falls"], "improves": ["down"]}
    return small("W3 2023-01-01 using id=u", sites=WARD, measures=measures, values=falls, **tables)
