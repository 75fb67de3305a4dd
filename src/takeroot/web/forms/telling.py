"""What a row says, told back in words: a sentence, and line by line, with what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from takeroot.charts.wording import day, month, sentence
from takeroot.vocabulary.tables import TABLES
from takeroot.web.forms.choosing import Places
from takeroot.web.forms.entries import ENTRIES
from takeroot.web.forms.entry import Ask
from takeroot.web.forms.typed import ask_of
from takeroot.web.forms.words import ASKS

#: The columns that say what a row is, tried in order.
_SAYING = ("title", "what", "text", "reason", "question", "function", "name", "component", "measure", "kind", "site")
_DATED = ("on", "since", "due")
_LONGEST = 160


@dataclass(frozen=True)
class Line:
    """One cell of a row: what its column is called, what it says, and the rows it refers to."""

    name: str
    label: str
    says: str
    references: tuple[str, ...] = ()


def title_of(table: str) -> str:
    """What people call a kind of entry; what the table means, where nobody is asked for one."""
    return ENTRIES[table].title if table in ENTRIES else TABLES[table].meaning


def told(table: str, cells: Mapping[str, Any], places: Places) -> str:
    """A row in one sentence.

    Parameters
    ----------
    cells
        By column, as the record has them.
    """
    where = places.called("sites", cells["site"]) if cells.get("site") and table != "sites" else ""
    if table == "stages":
        since = f"from {day(cells['on'])}" if cells["precision"] in (None, "day") else f"from about {day(cells['on'])}"
        how = f" ({cells['reason_kind']})" if cells["reason_kind"] else ""
        return sentence(f"{where}: {cells['stage'].replace('_', ' ')}{how}, {since}")
    if table == "values":
        on = month(cells["on"]) if cells["on"].day == 1 else day(cells["on"])
        return sentence(f"{places.called('measures', cells['measure'])} at {where}, {on}: {_much(cells)}")
    if table == "sites":
        return sentence(places.called("sites", cells["site"]))
    if table == "successions":
        became = places.called("sites", cells["successor"])
        return sentence(f"{where}: {cells['kind'] or 'carried on by'} {became}, {day(cells['on'])}")
    if table == "ties":
        return sentence(f"{places.called('sites', cells['source'])} to {places.called('sites', cells['target'])}")
    column = next((name for name in _SAYING if cells.get(name)), "")
    words = _short(str(cells.get(column) or ""))
    dated = next((cells[name] for name in _DATED if isinstance(cells.get(name), date)), None)
    return sentence(": ".join(part for part in (where, words) if part) + (f", {day(dated)}" if dated else ""))


def lines(table: str, cells: Mapping[str, Any], places: Places) -> list[Line]:
    """A row, cell by cell, in the order in which it is asked for; what is not said is left out."""
    names = [*dict.fromkeys([*(ENTRIES[table].columns if table in ENTRIES else ()), *TABLES[table].columns, *cells])]
    return [line(table, name, cells[name], places) for name in names if cells.get(name) is not None and name != "id"]


def line(table: str, name: str, cell: Any, places: Places) -> Line:
    """One cell of a row."""
    column = TABLES[table].columns.get(name)
    if column is None:  # a covariate of a site
        return Line(name, name.replace("_", " ").capitalize(), said(cell))
    text = said(cell)
    if column.kind == "references" and cell:
        return Line(name, label_of(table, name), text, tuple(str(cell).split(";")))
    if column.refers and cell:
        return Line(name, label_of(table, name), places.called(column.refers, cell), (f"{column.refers}={cell}",))
    if column.kind == "share" and cell is not None:
        text = f"{round(cell * 100, 6):g}%"
    if column.words and cell:
        text = word_of(table, name, cell)
    return Line(name, label_of(table, name), text)


def word_of(table: str, name: str, word: str) -> str:
    """What people call one of the words of a column; any other text as it is."""
    column = TABLES[table].columns.get(name)
    if column is None or word not in column.words:
        return word
    return _ask(table, name).words.get(word, word.replace("_", " ").capitalize()).partition(": ")[0]


def label_of(table: str, name: str) -> str:
    """What a column is called."""
    if table in ENTRIES and ENTRIES[table].signed == name:
        return "Recorded by"
    return _ask(table, name).label or name.replace("_", " ").capitalize()


def said(cell: Any) -> str:
    """A cell as people read it; a dash where nothing is said."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, date):
        return day(cell)
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)


def _ask(table: str, name: str) -> Ask:
    """How a column is asked for; as it would be, where nobody is asked for a row of its table."""
    return ask_of(ENTRIES[table], name) if table in ENTRIES else ASKS.get(name, Ask())


def _much(cells: Mapping[str, Any]) -> str:
    if cells.get("denominator") is not None:
        upper = said(cells.get("numerator"))
        value = f" ({said(cells['value'])})" if cells.get("value") is not None else ""
        return f"{upper} of {said(cells['denominator'])}{value}"
    return said(cells["value"] if cells.get("value") is not None else cells.get("numerator"))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
