"""The fields of a form, made of what the table says of its columns and how the entry asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from takeroot.errors import Fault
from takeroot.web.forms.choosing import WHOLE, Places
from takeroot.web.forms.entry import Ask, Entry
from takeroot.web.forms.typed import ask_of

_MONTH = re.compile(r"\d{4}-\d{2}(-01)?")


@dataclass(frozen=True)
class Choice:
    """One of what may be chosen."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """A field as a page shows it.

    Parameters
    ----------
    name, label, help
        The column, what it is called, and a sentence on how to answer.
    control
        ``select``, ``cards``, ``long``, ``day``, ``month``, ``text``; ``only`` where there is but one choice.
    value
        What stands in it.
    choices, near
        What may be chosen; words that are offered where any other may stand too.
    required
        Whether it must be answered.
    faults
        What is wrong with it.
    only
        Where it belongs to one word of another field: that field, and the word.
    """

    name: str
    label: str
    help: str
    control: str
    value: str
    choices: tuple[Choice, ...] = ()
    near: tuple[Choice, ...] = ()
    required: bool = False
    faults: tuple[str, ...] = ()
    only: str = ""
    inputmode: str = ""

    @property
    def optional(self) -> bool:
        """Whether it is said that it may be left: not where leaving it says something too."""
        return not self.required and not (self.choices and self.choices[0].label == WHOLE)

    @property
    def id(self) -> str:
        """What its label points to."""
        return f"field-{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of what is said about it."""
        said = [f"{self.id}-help"] * bool(self.help) + [f"{self.id}-fault"] * bool(self.faults)
        return " ".join(said)


def fields(
    entry: Entry,
    names: Iterable[str],
    places: Places,
    cells: Mapping[str, str],
    faults: Iterable[Fault] = (),
    *,
    fresh: bool = True,
) -> list[Field]:
    """The fields for some columns of an entry.

    Parameters
    ----------
    places
        What there is to choose from.
    cells
        What stands in them, by column.
    fresh
        Whether what was not said yet has its preset.
    """
    faulty = list(faults)
    return [_field(entry, name, places, cells, faulty, fresh) for name in names]


def _field(
    entry: Entry, name: str, places: Places, cells: Mapping[str, str], faults: list[Fault], fresh: bool
) -> Field:
    column, ask = entry.column(name), ask_of(entry, name)
    preset = _preset(ask) if fresh and name not in cells else ""
    value = cells.get(name, preset)
    required = (
        column.required
        or ask.needed
        or (column.refers == "sites" and not places.whole and name in ("site", "successor"))
    )
    choices = _choices(entry, name, ask, places, value, required)
    control = _control(entry, name, ask, choices)
    if entry.table == "values" and control == "day" and (not value or _MONTH.fullmatch(value)):
        control, value = "month", value[:7]
    if column.refers and required and len(choices) == 2 and (value == choices[1].value or (fresh and not value)):
        value, control, choices = choices[1].value, "only", choices[1:]  # there is but one: it is said, not asked
    return Field(
        name,
        ask.label or name.replace("_", " ").capitalize(),
        ask.help or ("" if ask.label else _sentence(column.meaning)),
        control,
        value,
        choices,
        _near(entry, name, places),
        required,
        tuple(fault.says for fault in faults if fault.column == name),
        "-".join(ask.only) if ask.only else "",
        {"number": "decimal", "count": "numeric"}.get(column.kind, ""),
    )


def _preset(ask: Ask) -> str:
    return timezone.localdate().isoformat() if ask.preset == "today" else ask.preset


def _control(entry: Entry, name: str, ask: Ask, choices: tuple[Choice, ...]) -> str:
    kind = entry.column(name).kind
    if choices:
        return "cards" if ask.cards else "select"
    if ask.long:
        return "long"
    return "day" if kind == "day" else "text"


def _choices(entry: Entry, name: str, ask: Ask, places: Places, value: str, required: bool) -> tuple[Choice, ...]:
    """What may be chosen, with an empty choice first where cards do not show all there is."""
    column = entry.column(name)
    if ask.rule_sets:
        told = [Choice(rules, rules, says, rules == value) for rules, says in places.rule_sets]
        if value and value not in dict(places.rule_sets):
            told.append(Choice(value[:200], value[:200], "", chosen=True))
        return (Choice("", "Not said", "It is judged by mdc.", not value), *told)
    if column.refers:
        offered = [*places.of(column.refers)]
        none = places.none_of(column.refers, name) if not required else "Choose"
    elif column.words:
        order = [word for word in ask.words if word in column.words] or column.words
        offered = [(word, ask.words.get(word) or word.replace("_", " ").capitalize()) for word in order]
        none = "Choose" if required else "Not said"
    elif column.kind == "yes_no":
        offered, none = [("yes", "Yes"), ("no", "No")], "Choose" if required else "Not said"
    else:
        return ()
    if column.kind == "share_or_word":
        return ()
    if value and value not in dict(offered):
        offered.append((value[:200], value[:200]))
    halved = ((word, _halves(label) if column.words else (label, "")) for word, label in offered)
    made = [Choice(word, label, more, word == value) for word, (label, more) in halved]
    if ask.cards and required:
        return tuple(made)
    return (Choice("", none, chosen=not value), *made)


def _halves(label: str) -> tuple[str, str]:
    head, _, rest = label.partition(": ")
    return (head, rest) if rest and len(head) < 16 else (label, "")


def _near(entry: Entry, name: str, places: Places) -> tuple[Choice, ...]:
    column = entry.column(name)
    if column.kind == "references":
        return tuple(Choice(reference, says) for reference, says in places.recent)
    if name == "region":
        return tuple(Choice(region, "") for region in places.regions)
    if ask_of(entry, name).rule_sets:
        return ()
    return tuple(Choice(word, "") for word in (column.words if column.kind == "share_or_word" else column.examples))


def _sentence(meaning: str) -> str:
    return f"{meaning[0].upper()}{meaning[1:]}." if meaning else ""


def as_typed(entry: Entry, cells: Mapping[str, Any]) -> dict[str, str]:
    """Cells of the record as somebody would type them: for a form that amends them."""
    return {name: _typed(cells.get(name), entry.column(name).kind) for name in entry.columns}


def _typed(cell: Any, kind: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        exact = repr(cell * 100 if kind == "share" else cell).removesuffix(".0")
        return f"{round(cell * 100, 10):g}%" if kind == "share" else exact
    return str(cell)
