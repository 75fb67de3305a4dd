"""Each rule set in words, with its source and version, and the measures that are judged by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from takeroot.errors import Fault
from takeroot.vocabulary.rulesets import RULE_SETS, RuleSet
from takeroot.web.frames import Book
from takeroot.web.panels import words
from takeroot.web.panels.measures.frames import measured

_YES_NO = (("yes", "yes"), ("no", "no"))
#: What each choice of a field means.
CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "on_centre": (("break", "breaks the run, as a gap does"), ("skip", "is passed over")),
    "ties": (("break", "breaks the trend, as a gap does"), ("skip", "is passed over")),
    "two_of_three": (
        ("beyond", "beyond the near limit"),
        ("between", "between the near limit and the limit"),
        ("no", "is no rule here"),
    ),
    "at_limit": (
        ("all", "pass where every point meets it, fail where none does"),
        ("strict", "may meet or miss it"),
    ),
    "precedence": (
        ("improvement", "the one that improves"),
        ("first", "the first: beyond a limit, trend, two of three, shift"),
    ),
    "astronomical": _YES_NO,
    "runs": _YES_NO,
    "screen": _YES_NO,
}
#: The fields of the form: path, label, kind and what helps.
FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("name", "Short name", "line", "Small letters, digits and -, such as our-board. Measures name it by this."),
    ("version", "Version", "line", "Such as 2026, so that a chart says which of them judged it."),
    ("source", "Source", "text", "Whose rules they are, and where they were agreed."),
    ("astronomical", "A point beyond a limit is a signal", "astronomical", ""),
    ("shift", "Points on one side of the centre that are a shift", "number", "Empty: no such rule."),
    ("on_centre", "A point on the centre", "on_centre", ""),
    ("trend", "Points rising or falling that are a trend", "number", "Empty: no such rule."),
    ("ties", "A point equal to the one before", "ties", ""),
    ("two_of_three", "Two of three points on one side", "two_of_three", ""),
    ("runs", "A run longer, or crossings fewer, than chance allows is a signal", "runs", ""),
    ("at_limit", "Where a target equals a limit", "at_limit", ""),
    ("precedence", "Where signals disagree, a point shows", "precedence", ""),
    ("constant", "Average moving ranges from the mean to a limit", "share", "2.66, unless there is a reason."),
    ("screen", "Leave very large moving ranges out, once", "screen", "Those of 3.267 times their average or more."),
    ("least", "Points below which limits are on trial", "number", ""),
    ("judge_from", "Points below which nothing is judged", "number", "Too few to judge, it says then."),
)
_TICKS = ("astronomical", "runs", "screen")


@dataclass(frozen=True)
class Told:
    """A rule set as a page tells it; ``number`` is its place among the programme's own, 0 for one that is built in."""

    name: str
    version: str
    source: str
    rules: tuple[str, ...]
    used_by: tuple[str, ...]
    number: int = 0


def told(book: Book) -> list[Told]:
    """Every rule set, the programme's own first, with the measures that are judged by it."""
    used: dict[str, list[str]] = {}
    for rules, called in book.frame(measured).select("rules", "called").iter_rows():
        used.setdefault(rules, []).append(called)
    own = [(rules, number) for number, rules in enumerate(book.row.words.rule_sets, 1)]
    return [
        Told(rules.name, rules.version, rules.source, in_words(rules), tuple(used.get(rules.name, ())), number)
        for rules, number in [*own, *((rules, 0) for rules in RULE_SETS.values())]
    ]


def in_words(rules: RuleSet) -> tuple[str, ...]:
    """What counts as a signal, and how limits are set, rule by rule."""
    said = str(rules).partition("): ")[2].rstrip(".").partition(": ")
    whole = said[0] if not said[1] else "".join(said)
    return tuple(f"{one[0].upper()}{one[1:]}" for one in whole.split("; ") if one)


def form(stands: Mapping[str, Any], sent: QueryDict | None, faults: Iterable[Fault]) -> list[words.Entry]:
    """The form of a rule set: what stands, or what was typed."""
    return words.entries(FIELDS, _as_shown(stands), None if sent is None else _typed(sent), faults, CHOICES)


def sent_in(sent: QueryDict) -> dict[str, Any]:
    """What the form sent, as programme.yaml has it."""
    said = words.sent_in(FIELDS, sent)
    for name in _TICKS:
        said[name] = sent.get(name) == "yes"
    for name in ("constant", "least", "judge_from"):
        if said[name] is None:
            del said[name]
    return said


def _typed(sent: QueryDict) -> dict[str, Any]:
    return {path: sent.get(path, "") for path, *_ in FIELDS}


def _as_shown(stands: Mapping[str, Any]) -> dict[str, Any]:
    return {name: ("yes" if said else "no") if name in _TICKS else said for name, said in stands.items()}
