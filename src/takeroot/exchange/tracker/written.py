"""Statements as frames: only what is new or says otherwise than the record, and only the columns the tracker has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.exchange.tracker.gathering import NAMELESS
from takeroot.exchange.tracker.mapping import Mapping
from takeroot.exchange.tracker.placing import Placed
from takeroot.exchange.tracker.sheets import shown
from takeroot.exchange.tracker.statements import Noted, Planned, Statements
from takeroot.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

_OF_SITES = ("organisation", "region", "wave", "kind", "contact", "part_of", "size", "eligible_people", "eligible")


def frames(said: Statements, sites: Placed, mapping: Mapping, programme: Programme | None) -> dict[str, pl.DataFrame]:
    """The frames by table; one without rows is left out."""
    made = {
        "sites": _sites(said, sites, mapping, programme),
        "stages": _stages(said, mapping),
        "plans": _plans(said, mapping, programme),
        "measures": _measures(said, programme),
        "values": _values(said, programme),
        "notes": _notes(said, mapping, programme),
        "successions": _successions(sites, programme),
    }
    return {name: frame for name, frame in made.items() if frame.height}


def _frame(table: str, rows: list[dict[str, Any]], columns: Iterable[str]) -> pl.DataFrame:
    """Rows of a table, of the columns that are spoken of, with where each comes from."""
    held = TABLES[table].schema
    schema = {name: held.get(name, pl.String()) for name in columns} | {"_sheet": pl.String(), "_row": pl.Int64()}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


def _sites(said: Statements, sites: Placed, mapping: Mapping, programme: Programme | None) -> pl.DataFrame:
    """The sites of the rows; what the tracker leaves empty stays as it is known."""
    means = {one.means for one in mapping.columns}
    kept = [one.name or one.heading for one in mapping.columns if one.means == "kept"]
    kept = [name for name in dict.fromkeys(kept) if any(name in about for about in said.about.values())]
    columns = [
        "site",
        *(["name"] if _says_names(sites) else []),
        *(["ods_code"] if sites.codes or "ods_code" in means else []),
    ]
    columns += [one for one in _OF_SITES if any(one in about for about in said.about.values())]
    known = {row["site"]: row for row in programme.sites.iter_rows(named=True)} if programme is not None else {}
    rows = []
    for site, named in {**sites.known, **sites.new}.items():
        at = said.come_from.get(site)
        about = {
            "name": named if site in sites.new else None,
            **said.about.get(site, {}),
            "ods_code": sites.codes.get(site),
        }
        before = known.get(site, {})
        row = {name: before.get(name) if about.get(name) is None else about[name] for name in (*columns, *kept)}
        rows.append(row | {"site": site, "_sheet": at.sheet if at else None, "_row": at.row if at else None})
    parts = {row["part_of"] for row in rows if row.get("part_of")} - {row["site"] for row in rows} - set(known)
    rows += [dict.fromkeys((*columns, *kept)) | {"site": part} for part in sorted(map(str, parts))]
    frame = _frame("sites", rows, columns)
    own = set(TABLES["sites"].columns)
    for name in kept:
        called = f"{name} (tracker)" if name in own else name
        dtype = programme.sites.schema.get(called) if programme is not None else None
        frame = frame.with_columns(_kept([row[name] for row in rows], dtype).alias(called))
    return frame


def _says_names(sites: Placed) -> bool:
    return any(site != name for site, name in sites.new.items())


def _kept(values: list[Any], before: Any) -> pl.Series:
    """A further column in one kind: numbers, days, yes or no, else text."""
    there = [None if value is None or shown(value).strip().casefold() in NAMELESS else value for value in values]
    some = [value for value in there if value is not None]
    text = before == pl.String
    if some and not text and all(isinstance(value, bool) for value in some):
        return pl.Series(there, dtype=pl.Boolean)
    if some and not text and all(isinstance(value, int | float) and not isinstance(value, bool) for value in some):
        return pl.Series([None if value is None else float(value) for value in there], dtype=pl.Float64)
    if some and not text and all(isinstance(value, date) and not isinstance(value, datetime) for value in some):
        return pl.Series(there, dtype=pl.Date)
    return pl.Series([None if value is None else shown(value) for value in there], dtype=pl.String)


def _stages(said: Statements, mapping: Mapping) -> pl.DataFrame:
    rows = []
    for site, standing in said.standing.items():
        for one in standing.rows:
            row = {"site": site, "stage": one.stage.value, "on": one.span.on, "on_before": one.span.before}
            row |= {"precision": one.span.precision, "how_known": "reported", "source": mapping.name}
            row |= {"reason": one.reason or None, "reason_kind": one.reason_kind or None}
            rows.append(row | {"_sheet": one.at.sheet, "_row": one.at.row})
    columns = ["site", "stage", "on", "on_before", "precision", "how_known", "source"]
    columns += [name for name in ("reason_kind", "reason") if any(row[name] for row in rows)]
    return _frame("stages", rows, columns).unique(["site", "stage", "on", "source"], keep="first", maintain_order=True)


def _plans(said: Statements, mapping: Mapping, programme: Programme | None) -> pl.DataFrame:
    """A plan only where it differs from the last version there is."""
    last: dict[tuple[str, str], tuple[date, date]] = {}
    if programme is not None:
        for row in programme.plans.sort("set_on").iter_rows(named=True):
            if row["what"] == "stage" and row["site"]:
                last[row["site"], row["name"] or "using"] = (row["set_on"], row["due"])
    rows = []
    for site, plans in said.plans.items():
        each: Planned
        for each in sorted(plans, key=lambda plan: plan.set_on):
            before = last.get((site, each.stage.value))
            if before is not None and (before[1] == each.due or before[0] > each.set_on):
                said.confirmed += before[1] == each.due
                continue
            last[site, each.stage.value] = (each.set_on, each.due)
            row = {"what": "stage", "site": site, "name": each.stage.value, "due": each.due, "set_on": each.set_on}
            rows.append(row | {"set_by": mapping.name, "_sheet": each.at.sheet, "_row": each.at.row})
    return _frame("plans", rows, ("what", "site", "name", "due", "set_on", "set_by"))


def _measures(said: Statements, programme: Programme | None) -> pl.DataFrame:
    known = set(programme.measures["measure"]) if programme is not None else set()
    new = {measure: at for (measure, _, _), (_, at) in said.values.items() if measure not in known}
    rows = [{"measure": measure, "_sheet": at.sheet, "_row": None} for measure, at in new.items()]
    return _frame("measures", rows, ("measure",))


def _values(said: Statements, programme: Programme | None) -> pl.DataFrame:
    known = {}
    if programme is not None:
        known = {row[:3]: row[3] for row in programme.values.select("measure", "site", "on", "value").iter_rows()}
    rows = []
    for (measure, site, month), (value, at) in said.values.items():
        if known.get((measure, site, month)) == value:
            said.confirmed += 1
            continue
        row = {"measure": measure, "site": site, "on": month, "value": value}
        rows.append(row | {"_sheet": at.sheet, "_row": at.row})
    return _frame("values", rows, ("measure", "site", "on", "value"))


def _notes(said: Statements, mapping: Mapping, programme: Programme | None) -> pl.DataFrame:
    """Notes that are not there yet; the id is of what is said and of which site, so that next month it is the same."""
    known, there = set(), set()
    if programme is not None:
        known = set(programme.notes["id"])
        there = set(programme.notes.select("site", "text").iter_rows())
    rows: dict[str, dict[str, Any]] = {}
    for site, notes in said.notes.items():
        one: Noted
        for one in notes:
            key = "\x1e".join((mapping.name, site, one.title, one.text))
            name = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
            if name in known or name in rows or (site, one.text) in there:
                said.confirmed += 1
                continue
            row = {"on": one.on, "title": one.title, "text": one.text, "site": site, "source_kind": "document"}
            rows[name] = row | {"id": name, "_sheet": one.at.sheet, "_row": one.at.row}
    return _frame("notes", list(rows.values()), ("on", "title", "text", "site", "source_kind", "id"))


def _successions(sites: Placed, programme: Programme | None) -> pl.DataFrame:
    known = set(programme.successions.select("site", "successor", "on").iter_rows()) if programme is not None else set()
    rows = [
        {"site": site, "successor": successor, "on": on, "kind": kind, "_sheet": row.sheet.name, "_row": row.row}
        for site, successor, on, kind, row in sites.successions
        if (site, successor, on) not in known
    ]
    return _frame("successions", rows, ("site", "successor", "on", "kind"))
