"""What does a row of the record say? One sentence for any row that something cites.

The timeline has a sentence for what is dated; the rest is said here, table by table, in the row's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from takeroot.charts.wording import day, number, sentence
from takeroot.errors import NotFound
from takeroot.reporting.results import Results

#: The columns that say what a row is, tried in order.
_SAYING = ("title", "text", "reason", "question", "what", "name", "component", "measure", "stage", "kind")
#: The columns that say whose word it is.
_WHOSE = ("source", "by", "according_to", "set_by", "decided_by", "voice", "recorded_by", "owner")
_DATED = ("on", "since", "due", "opens", "set_on")


@dataclass(frozen=True)
class Entry:
    """A row in words: what it says, when, whose word it is, and the table it stands in."""

    reference: str
    says: str
    on: date | None
    whose: str
    table: str


def entry(results: Results, reference: str) -> Entry | None:
    """The row that a reference means, in words; nothing, if there is no such row."""
    table = reference.partition(":")[0]
    if table == "signals":
        found = results.signals.filter(reference=reference) if results.series.height else None
        if found is None or not found.height:
            return None
        return _signal(results, found.row(0, named=True))
    try:
        row = results.programme.find(reference)
    except NotFound:
        return None
    on = next((row[name] for name in _DATED if isinstance(row.get(name), date)), None)
    whose = next((str(row[name]) for name in _WHOSE if row.get(name)), "")
    return Entry(reference, _said(results, table, row), on, whose, table)


def _signal(results: Results, row: dict[str, Any]) -> Entry:
    shows = {"improvement": "improvement", "concern": "concern"}.get(row["shows"], "unusual change")
    return Entry(
        row["reference"],
        f"{results.measure(row['measure'])} at {results.site(row['site'])}: {row['signal'].replace('_', ' ')} "
        f"({shows}) from {day(row['on'])} to {day(row['until'])}, {row['points']} points, by the rules {row['rules']}.",
        row["on"],
        "control chart",
        "signals",
    )


def _said(results: Results, table: str, row: dict[str, Any]) -> str:
    where = results.site(row["site"]) if row.get("site") else ""
    if table == "stages":
        said = f"{where}: {row['stage'].replace('_', ' ')}"
        said += f", {row['reason_kind']}" if row["reason_kind"] else ""
        said += f"; {row['reason']}" if row["reason"] else ""
        return sentence(said)
    if table == "plans":
        what = (
            f"{row['name'] or 'using'}".replace("_", " ")
            if row["what"] == "stage"
            else f"{row['what']} {row['name'] or ''}"
        )
        aim = f"{number(row['value'])} sites {what}" if row["value"] is not None and row["what"] == "stage" else what
        if row["value"] is not None and row["what"] != "stage":
            aim += f" at {number(row['value'])}"
        said = f"{where or 'The programme'}: {aim.strip()} by {day(row['due'])}"
        return sentence(said + (f"; {row['why']}" if row["why"] else ""))
    if table == "findings":
        said = sentence(row["title"])
        if row["estimate"] is not None:
            span = f" ({number(row['lower'])} to {number(row['upper'])})" if row["lower"] is not None else ""
            said += f" {number(row['estimate'])} {row['unit'] or ''}".rstrip() + f"{span}."
        return said
    if table == "deliveries":
        return sentence(f"{where}: {row['component']}, delivered {row['delivered'] or 'how much is not said'}")
    if table == "sites":
        people = f", {number(row['eligible_people'])} eligible people" if row["eligible_people"] is not None else ""
        return sentence(f"{results.site(row['site'])}{people}")
    if table == "accounts":
        return f"Account ({row['question']}), version {row['version'] or 1}."
    said = next((str(row[name]) for name in _SAYING if row.get(name)), "")
    return sentence(f"{where}: {said}" if where else said)
