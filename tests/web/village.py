"""A programme with something in every column of every table, in words of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl

from takeroot import Programme
from takeroot.vocabulary.column import Column
from takeroot.vocabulary.table import Table
from takeroot.vocabulary.tables import TABLES
from takeroot.web.scope import SHARED

SITES = ("Alder", "Birch", "Cedar", "Damson")
#: A number that is a site's own, as it would be written.
OWN = {site: 40_111 + 1_010 * nth for nth, site in enumerate(SITES)}
#: Words in rows of the whole programme, of which those with named sites see nothing; and in narrative.
WHOLE, HUSH = "zqwhole", "zqhush"
NARRATIVE = frozenset({"notes", "entries", "links", "rounds", "answers", "codings", "explanations"})

Words = Callable[[str, str, str | None], str]


def token(site: str) -> str:
    """A word that stands in rows of this site alone."""
    return f"zq{site.lower()}"


def by_site(table: str, column: str, site: str | None) -> str:
    """Words that tell which site a row is of."""
    told = token(site) if site else "zqshared" if table in SHARED else WHOLE
    return f"{told} {HUSH if table in NARRATIVE else ''} {column}".replace("  ", " ")


def village(words: Words = by_site, name: str = "Lanterns", sites: tuple[str, ...] = SITES) -> Programme:
    """The programme. Sites are listed in this order, and each has rows of its own in every table."""
    about = {
        "name": name,
        "aim": "A light in every window",
        "as_at": date(2024, 12, 31),
        "rules": [{"name": "A year on", "valued_by": "teams", "months": 12, "why": "the funder asked for a year"}],
        "rule_sets": [{"name": "our-own", "version": "1", "source": "the village"}],
    }
    tables = {one: _table(table, words, sites) for one, table in TABLES.items()}
    for table, column, cited in (
        ("notes", "about", "stages"),
        ("codings", "note", "notes"),
        ("explanations", "change", "stages"),
    ):
        rows = TABLES[cited].references(TABLES[cited].read(tables[cited])).to_list()
        tables[table] = tables[table].with_columns(pl.Series(column, rows[: tables[table].height]))
        tables[table] = tables[table].drop_nulls(column) if TABLES[table].columns[column].required else tables[table]
    return Programme(about, **tables)


def _table(table: Table, words: Words, sites: tuple[str, ...]) -> pl.DataFrame:
    places = [name for name, column in table.columns.items() if column.refers == "sites"]
    here: list[str | None] = list(sites)
    if table.name == "sites" or not places:
        here = list(sites) if table.name == "sites" else [None]
    elif not table.columns[places[0]].required:
        here = [*sites, None]
    rows = []
    for nth, site in enumerate(here):
        for step in range(24 if table.name == "values" else 2 if table.name == "stages" else 1):
            rows.append({n: _cell(table, n, c, site, nth, step, words) for n, c in table.columns.items() if n != "id"})
    return pl.DataFrame(rows, schema={n: c.held for n, c in table.columns.items() if n != "id"})


_SINCE = frozenset({"on", "since", "opens", "opened", "set_on"})


def _cell(table: Table, name: str, column: Column, site: str | None, nth: int, step: int, words: Words) -> Any:
    if table.name == "sites" and name == "site":
        return site
    if table.name == "plans" and name in ("what", "name"):
        return {"what": "stage", "name": "using"}[name]
    if name == "part_of" or (column.kind == "references" and not column.required):
        return None
    if table.name == "ties" and name == "target" and site:
        return SITES[(nth + 1) % len(SITES)]
    if column.refers:
        return site if column.refers == "sites" else _named(column.refers)
    if table.name in ("measures", "components", "rounds") and name == table.key[0]:
        return _named(table.name)
    if table.name == "measures" and name in ("chart", "rules"):
        return {"chart": "xmr", "rules": "mdc"}[name]
    if column.kind == "references":
        return "stages:none"
    if column.kind == "day":
        first = date(2022, 1, 1) + timedelta(days=31 * step + nth)
        late = {"closed": None, "until": date(2024, 11, 1), "on_before": None}
        month = date(2022 + step // 12, 1 + step % 12, 1)
        return month if table.name == "values" else first if name in _SINCE else late.get(name, date(2024, 6, 1))
    own = OWN.get(site or "", 12_345)
    numbers = {
        "number": float(own + (step * 7) % 5),
        "count": own,
        "share": 0.5,
        "share_or_word": "0.5",
        "yes_no": True,
    }
    numbers |= {"lower": float(own - 1), "upper": float(own + 1)}
    if name in ("latitude", "longitude"):
        return 51.0 + nth
    if name == "deprivation" or (name in ("version", "start") and column.kind == "count"):
        return 1
    if column.kind == "count" and name == "end":
        return 5
    if column.kind == "word":
        if name == "visibility":
            return "programme"
        if table.name == "stages" and name == "stage":
            return "using" if step == 0 else "stopped"
        if table.name == "stages" and name == "reason_kind":
            return None if step == 0 else "lapsed"
        return column.words[min(nth, len(column.words) - 1) if name == "works" else 0]
    return numbers.get(column.kind) if column.kind in numbers else words(table.name, name, site)


def _named(table: str) -> str:
    return {"measures": "lit", "components": "wick", "rounds": "first"}.get(table, "zq")
