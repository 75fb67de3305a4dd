"""Is a component core, at a site, on a day? Whatever was claimed of it by then, the latest word of everybody who spoke.

What is claimed for a site goes before what is claimed for everywhere. Where those who spoke differ, it is disputed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from takeroot.analysis.adoption.record import now_called

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

CORE, PERIPHERY, DISPUTED, NOT_SAID = "core", "periphery", "disputed", "not said"

Standing = Callable[[str | None, str | None, date | None], str]


def standing(programme: Programme) -> Standing:
    """What a component, at a site (everywhere, if none is given), was on a day, according to those who spoke."""
    until = programme.as_at
    rows = programme.core_claims.with_columns(pl.col("site").replace(now_called(programme)))
    claims: dict[str, list[tuple[str | None, date | None, str, bool]]] = {}
    rows = rows.sort("on", nulls_last=False, maintain_order=True)
    for component, site, on, who, core in rows.select("component", "site", "on", "according_to", "core").iter_rows():
        claims.setdefault(component, []).append((site, on, who, core))

    @cache
    def at(component: str | None, site: str | None, day: date | None) -> str:
        day = until if day is None else day
        said: dict[str | None, dict[str, bool]] = {}
        for where, on, who, core in claims.get(component or "", ()):
            if where in (None, site) and (on is None or day is None or on <= day):
                said.setdefault(where, {})[who] = core
        words = set(said.get(site, said.get(None, {})).values())
        if not words:
            return NOT_SAID
        return DISPUTED if len(words) > 1 else CORE if True in words else PERIPHERY

    return at
