"""What a programme says of itself, as a page shows it and as a form asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, TypeAlias

from django.http import QueryDict

from takeroot.charts.wording import day
from takeroot.errors import Fault
from takeroot.vocabulary.about import About
from takeroot.vocabulary.rule import WHAT, ZEROS
from takeroot.vocabulary.stages import Stage

#: The parts of the form: a title, and for each field its path, label, kind and what helps.
PARTS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "The programme",
        (
            ("name", "Name", "line", ""),
            ("aim", "Aim", "text", "What it wants, in a sentence."),
            ("sponsor", "Sponsor", "line", "Who pays for it or asked for it."),
            ("start", "First day", "day", ""),
            ("end", "Last day", "day", ""),
            (
                "as_at",
                "Complete up to",
                "day",
                "Everything is counted up to here; the latest day in the record, where empty.",
            ),
            ("improvement", "The improvement", "text", "What is spread."),
            ("theory", "How it is thought to work", "text", ""),
        ),
    ),
    (
        "What success means",
        (
            ("success.replicated", "As something to be done again elsewhere", "text", ""),
            ("success.changed", "As what changed, and why", "text", ""),
            ("success.explained", "As a theory of why it works, for whom and where", "text", ""),
        ),
    ),
    (
        "What is meant by",
        (
            ("meant_by.spread", "Spread", "text", ""),
            ("meant_by.scale_up", "Scale-up", "text", ""),
            ("meant_by.sustained", "Sustained", "text", "The rules below say it so that it can be counted."),
        ),
    ),
    (
        "Eligible sites",
        (
            ("eligible.sites", "How many sites could take it up", "number", "Where not all of them are listed."),
            ("eligible.how_known", "How that is known", "text", "Printed with every share."),
            ("eligible.all_listed", "The eligible sites listed are all there are", "tick", ""),
        ),
    ),
    (
        "The approach",
        (
            (
                "approach.hierarchical_control",
                "Hierarchical control",
                "text",
                "What the programme does of it, if anything.",
            ),
            ("approach.participatory_adaptation", "Participatory adaptation", "text", ""),
            ("approach.facilitated_evolution", "Facilitated evolution", "text", ""),
        ),
    ),
    (
        "Sharing and sources",
        (
            ("sharing", "What a site may see of others", "sharing", ""),
            ("sources", "Where the programme as a whole is known from", "lines", "One a line."),
        ),
    ),
)
SHARING = (("own only", "its own rows only"), ("named peers", "those of its named peers"), ("all", "those of all"))
RULE: tuple[tuple[str, str, str, str], ...] = (
    ("name", "Name of the rule", "line", "What people call it, such as “A year on”."),
    ("what", "What is sustained", "what", ""),
    ("valued_by", "Valued by", "line", "To whom it matters that this lasts."),
    ("zero", "The clock starts at", "zero", ""),
    ("months", "For how many months", "number", ""),
    ("why", "Why that long", "text", ""),
    (
        "core_share",
        "Share of the core that must still be delivered",
        "share",
        "From 0 to 1, such as 0.8; empty, if that is no part of the rule.",
    ),
    ("grace", "Months out of use that are overlooked", "number", ""),
    ("evidence.activities", "Stages in which the activities go on", "stages", ""),
    ("evidence.behaviour", "Components whose delivery shows the behaviour", "components", ""),
    ("evidence.benefits.measure", "Measure that shows the benefits", "measure", "None: benefits are not known."),
    ("evidence.benefits.at_least", "At least", "share", "In the unit of the measure."),
    ("evidence.benefits.at_most", "At most", "share", ""),
)
_SEVERAL = ("what", "stages", "components")

#: The fields of a form: for each its path, label, kind and what helps.
Fields: TypeAlias = Iterable[tuple[str, str, str, str]]
#: What may be chosen, by the kind of a field: a value, and what it is called.
Offered: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Entry:
    """A field of a form: where it belongs, what stands there, what is wrong with it, and what stands in the record."""

    path: str
    label: str
    kind: str
    help: str
    value: Any
    choices: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    now: str = ""

    @property
    def id(self) -> str:
        """Its name in the page."""
        return self.path.replace(".", "-")

    @property
    def several(self) -> bool:
        """Whether several of its choices may be ticked."""
        return self.kind in _SEVERAL


@dataclass(frozen=True)
class Choices:
    """The components and measures that a rule may name."""

    components: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


def told(about: About) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is said, part by part: a title, and pairs of a label and what is said."""
    words = about.model_dump(mode="json")
    parts = []
    for title, entries in PARTS:
        said = [(label, _shown(_at(words, path), kind)) for path, label, kind, _ in entries]
        parts.append((title, [(label, text) for label, text in said if text]))
    return parts


def form(
    about: Mapping[str, Any], sent: QueryDict | None = None, faults: Iterable[Fault] = ()
) -> list[tuple[str, list[Entry]]]:
    """The form: what is said, or what was typed, and the faults beside the fields."""
    typed = None if sent is None else said_in(sent)
    return [(title, entries(fields, about, typed, faults, _offered(Choices()))) for title, fields in PARTS]


def rule_form(
    rule: Mapping[str, Any], choices: Choices, sent: QueryDict | None = None, faults: Iterable[Fault] = ()
) -> list[Entry]:
    """The form of a rule."""
    typed = None if sent is None else rule_in(sent)
    return entries(RULE, rule, typed, faults, _offered(choices))


def entries(
    fields: Fields,
    record: Mapping[str, Any],
    typed: Mapping[str, Any] | None,
    faults: Iterable[Fault],
    offered: Offered,
) -> list[Entry]:
    """The fields of a form: what stands, or what was typed, with the faults beside each.

    Parameters
    ----------
    fields
        For each its path, label, kind and what helps.
    offered
        What may be chosen, by kind.
    """
    faulty = tuple(faults)
    return [_entry(one, record, typed, faulty, offered) for one in fields]


def said_in(sent: QueryDict) -> dict[str, Any]:
    """What the form of the programme sent, as programme.yaml has it."""
    return sent_in([one for _, fields in PARTS for one in fields], sent)


def rule_in(sent: QueryDict) -> dict[str, Any]:
    """What the form of a rule sent."""
    rule = sent_in(RULE, sent)
    evidence = rule["evidence"]
    if not evidence["benefits"]["measure"]:
        evidence["benefits"] = None
    return {name: said for name, said in rule.items() if said is not None or name == "core_share"}


def seen(about: Mapping[str, Any]) -> str:
    """The same while nobody changed it."""
    return blake2b(json.dumps(about, sort_keys=True).encode(), digest_size=8).hexdigest()


def sent_in(fields: Fields, sent: QueryDict) -> dict[str, Any]:
    """What a form of these fields sent, as a tree."""
    said: dict[str, Any] = {}
    for path, _, kind, _ in fields:
        *parents, last = path.split(".")
        branch = said
        for part in parents:
            branch = branch.setdefault(part, {})
        branch[last] = _value(sent, path, kind)
    return said


def _value(sent: QueryDict, path: str, kind: str) -> Any:
    if kind in _SEVERAL:
        return sent.getlist(path)
    if kind == "tick":
        return sent.get(path) == "yes"
    text = sent.get(path, "").strip()
    if kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if kind in ("day", "number", "share", "measure"):
        return text or (None if path != "grace" else 0)
    return text


def _entry(
    one: tuple[str, str, str, str],
    record: Mapping[str, Any],
    typed: Mapping[str, Any] | None,
    faults: Iterable[Fault],
    offered: Offered,
) -> Entry:
    path, label, kind, helps = one
    now = _at(record, path)
    value = now if typed is None else _at(typed, path)
    says = tuple(fault.says.partition("' ")[2] or fault.says for fault in faults if _is_at(fault, path))
    differs = _shown(now, kind) if typed is not None and _shown(now, kind) != _shown(value, kind) else ""
    shown = "\n".join(value) if kind == "lines" and isinstance(value, list) else value
    return Entry(path, label, kind, helps, shown, offered.get(kind, ()), says, differs)


def _offered(choices: Choices) -> Offered:
    """What may be chosen of each kind."""
    return {
        "sharing": SHARING,
        "zero": tuple((zero, zero) for zero in ZEROS),
        "what": tuple((what, what) for what in WHAT),
        "stages": tuple((stage.value, stage.label) for stage in Stage),
        "components": tuple((name, name) for name in choices.components),
        "measure": (("", "none"), *((name, name) for name in choices.measures)),
    }


def _is_at(fault: Fault, path: str) -> bool:
    """Whether a fault speaks of a field, or of one of the items that stand in it."""
    found = fault.found or ""
    return found == path or found.startswith(f"{path}.")


def _at(said: Any, path: str) -> Any:
    for part in path.split("."):
        said = said.get(part) if isinstance(said, Mapping) else None
    return said


def _shown(value: Any, kind: str) -> str:
    if kind == "tick":
        return "yes" if value else "no"
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if kind == "day":
        with suppress(ValueError):
            return day(date.fromisoformat(str(value)))
    return dict(SHARING).get(value, str(value)) if kind == "sharing" else str(value)
