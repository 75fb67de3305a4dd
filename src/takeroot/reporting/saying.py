"""What does a row of the record say? One sentence for any row that something cites.

The timeline has a sentence for what is dated; the rest is said here, table by table, in the row's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from takeroot.charts.wording import amount, counted, day, number, percent, sentence
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
    row = results.row(reference)
    if row is None:
        return None
    if table == "signals":
        return _signal(results, row)
    on = next((row[name] for name in _DATED if isinstance(row.get(name), date)), None)
    whose = next((str(row[name]) for name in _WHOSE if row.get(name)), "")
    return Entry(reference, says(results, table, row), on, whose, table)


def _signal(results: Results, row: dict[str, Any]) -> Entry:
    what = f"{results.measure(row['measure'])} at {results.site(row['site'])}"
    said = results.signals_said.get(row["reference"], what)
    return Entry(row["reference"], sentence(said), row["on"], "control chart", "signals")


def says(results: Results, table: str, row: dict[str, Any]) -> str:
    """What a row of a table says, in a sentence, whether or not it is in the record still."""
    where = results.site(row["site"]) if row.get("site") else ""
    if table == "stages":
        said = f"{where}: {row['stage'].replace('_', ' ')}"
        said += f", {row['reason_kind']}" if row["reason_kind"] else ""
        said += f"; {row['reason']}" if row["reason"] else ""
        return sentence(said)
    if table == "plans":
        aim = planned(results, row)
        said = f"{where or 'The programme'}: {aim} by {day(row['due'])}"
        return sentence(said + (f"; {row['why']}" if row["why"] else ""))
    if table == "findings":
        said = sentence(row["title"])
        if row["estimate"] is not None:
            span = f" ({number(row['lower'])} to {number(row['upper'])})" if row["lower"] is not None else ""
            said += f" {amount(row['estimate'], row['unit'])}{span}."
        return said
    if table == "deliveries":
        much = delivered(row["delivered"]) or "how much is not said"
        return sentence(f"{where}: {results.component(row['component'])}, delivered {much}")
    if table == "sites":
        people = ""
        if row["site"] in results.few_people:
            people = ", too few eligible people for their number to be shown"
        elif row["eligible_people"] is not None:
            people = f", {counted(row['eligible_people'], 'eligible people')}"
        return sentence(f"{results.site(row['site'])}{people}")
    if table == "decisions":
        return sentence(f"Decided: {row['what']}" + (f". {row['why']}" if row["why"] else ""))
    if table == "what_ifs":
        decided = f" Decided: {row['decision']}" if row["decision"] else ""
        return sentence(f"What if: {sentence(row['question'])}{decided}")
    if table == "accounts":
        return f"Account ({row['question']}), version {row['version'] or 1}."
    column = next((name for name in _SAYING if row.get(name)), "")
    said = str(row[column]) if column else ""
    said = {"component": results.component, "measure": results.measure}.get(column, str)(said)
    return sentence(f"{where}: {said}" if where else said)


def planned(results: Results, row: dict[str, Any]) -> str:
    """What a plan means to have: a stage, by how many sites; or a measure, component or support, at which value."""
    if row["what"] == "stage":
        stage = (row["name"] or "using").replace("_", " ")
        return stage if row["value"] is None else f"{counted(int(row['value']), 'sites')} {stage}"
    at = f" at {value_planned(results, row)}" if row["value"] is not None else ""
    return f"{row['what']} {called(results, row)}".rstrip() + at


def called(results: Results, row: dict[str, Any]) -> str:
    """What people call the measure, component or support that a plan is of."""
    name = row["name"] or ""
    return {"measure": results.measure, "component": results.component}.get(row["what"], str)(name)


def value_planned(results: Results, row: dict[str, Any]) -> str:
    """The value that a plan means to reach: a measure in its unit, a component as a share where it is one."""
    value = row["value"]
    if row["what"] == "component" and value is not None and 0 <= value <= 1:
        return percent(value)
    return "" if value is None else amount(value, results.unit(row["name"]) if row["what"] == "measure" else "")


def delivered(much: str | None) -> str:
    """How much was delivered: a share as a percentage, a word as it is."""
    try:
        return percent(float(much or ""))
    except ValueError:
        return much or ""


def answer_of(result: str) -> str:
    """Of all the words of a what-if, those that answer it."""
    begins = ("Under these assumptions", "The order is not settled", "There is ")
    same = " come to the same in every history. "
    lines = result.split("\n")
    return next((line for line in lines if line.startswith(begins) or same in line), lines[0])
