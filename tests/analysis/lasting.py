"""Programmes told in a line, and rules, for tests of whether it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from takeroot.analysis import sustainment
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rule import Rule


def rule(**said: Any) -> Rule:
    return Rule.model_validate(
        {"name": "A year on", "valued_by": "ward teams", "months": 12, "why": "the funder asked for a year", **said}
    )


def programme(history: Mapping[str, str], as_at: str = "2026-01-01", **tables: Any) -> Programme:
    """Sites by what happened to them: ``"2023-01 using, 2023-07 stopped lapsed"``."""
    rows = []
    for site, happened in history.items():
        for each in filter(None, happened.split(", ")):
            on, stage, *more = each.split()
            extent = float(more.pop()) if more and more[-1].replace(".", "").isdigit() else None
            day = on if on.count("-") == 2 else f"{on}-01"
            rows.append(
                {"site": site, "on": day, "stage": stage, "extent": extent, "reason_kind": more[0] if more else None}
            )
    stages = pl.DataFrame(
        rows, schema_overrides={"extent": pl.Float64, "reason_kind": pl.String}, infer_schema_length=None
    )
    return Programme({"name": "Falls", "as_at": as_at}, stages=stages, **tables)


def stay(history: str, as_at: str = "2026-01-01", one: Rule | None = None, **tables: Any) -> dict[str, Any]:
    """The stay of one site."""
    return sustainment.staying(programme({"A": history}, as_at, **tables), one or rule()).row(0, named=True)


def status(history: str, as_at: str = "2026-01-01", one: Rule | None = None, **tables: Any) -> str:
    """What one rule makes of one site."""
    return sustainment.sustained(programme({"A": history}, as_at, **tables), one or rule())["status"].item()


def seen(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["months"], row["event"], row["left_as"], row["why_censored"]
