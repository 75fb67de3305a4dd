"""A choice in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from takeroot.analysis.chooser.choosing import Choice, Leaning, leaning
from takeroot.analysis.chooser.questions import QUESTIONS
from takeroot.analysis.chooser.rules import ENOUGH, SEPARATES, WITHIN
from takeroot.vocabulary.frameworks import FRAMEWORKS, Situation

#: Said first, always.
NO_RULE = (
    "No firm rule says which framework to use, and knowing several makes for a better choice. "
    "The points behind this list are ours; use it to talk about the choice, not to settle it."
)
#: Said last, always.
CAUTION = (
    "Most of these frameworks were used in research more than as tools, and each leaves something out. "
    "Where you use several, write down which question each of them answers, and do not merge their results."
)

#: Where no source is named.
OUR_OWN = "our own judgement"


class Reason(NamedTuple):
    """Answers that speak for a framework, and for those that weigh most why they do and where that is known from."""

    answered: str
    ground: str
    source: str


_PLACES = {1: "first", 2: "second", 3: "third"}
_ASKS = {question.id: question for question in QUESTIONS}


def says(choice: Choice) -> tuple[str, ...]:
    """The whole choice, a sentence or two at a time, first of all that there is no rule.

    Examples
    --------
    >>> from takeroot.analysis.chooser import choose
    >>> says(choose({"aim": "spread"}))[1]
    'Answer at least four of the eight questions for a shortlist; 1 is answered.'
    """
    parts = (NO_RULE, shortlisted(choice), *asides(choice), *companions(choice), changing(choice), CAUTION)
    return tuple(part for part in parts if part)


def shortlisted(choice: Choice) -> str:
    """Who is on the shortlist, ties as ties; or why there is none."""
    if not choice.enough:
        answered = f"{choice.answered or 'none'} {'is' if choice.answered < 2 else 'are'} answered"
        return f"Answer at least {_NUMBERS[ENOUGH]} of the eight questions for a shortlist; {answered}."
    ranks = dict(choice.frameworks.filter("shortlisted").select("framework", "rank").iter_rows())
    groups = [[code for code in choice.shortlist if ranks[code] == rank] for rank in sorted(set(ranks.values()))]
    places = [f"{names(group)} ({place(ranks[group[0]], len(group) > 1)})" for group in groups]
    said = f"On the shortlist: {'; '.join(places)}."
    if choice.separates:
        return said
    within = f"{len(ranks)} of them lie within {_NUMBERS[WITHIN]} points of each other"
    return f"The answers do not separate the frameworks: {within}. {said}"


def place(rank: int, ties: bool) -> str:
    """``first``, or ``first together`` with others."""
    return _PLACES[rank] + (" together" if ties else "")


def why(choice: Choice, code: str) -> list[Reason]:
    """The answers that speak for a framework, those with the same ground together; last, those that weigh less."""
    rows = choice.reasons.filter(choice.reasons["framework"] == code)
    grounds: dict[tuple[str, str], list[str]] = {}
    for row in rows.sort("strong", descending=True, maintain_order=True).iter_rows(named=True):
        asked = _ASKS[row["question"]]
        said = f"{lowered(asked.short)}: {asked.says(row['answer'])}"
        grounds.setdefault((row["ground"] or "", row["source"] or ""), []).append(said)
    return [
        Reason(upper("; ".join(said)), ground, source or (OUR_OWN if ground else ""))
        for (ground, source), said in grounds.items()
    ]


def asides(choice: Choice) -> list[str]:
    """What is set aside and why, and what was brought back."""
    rows = choice.frameworks.filter(choice.frameworks["set_aside"].is_not_null())
    said = [f"{name} is set aside: {why}." for name, why in rows.select("name", "set_aside").iter_rows()]
    if back := [str(code) for code in choice.frameworks.filter("back")["framework"]]:
        said.append(f"Brought back by you: {names(back)}.")
    return said


def companions(choice: Choice) -> list[str]:
    """For each logic that the shortlist lacks, what could stand beside it."""
    found: dict[str, list[str]] = {}
    for logic, code in choice.companions.iter_rows():
        found.setdefault(logic, []).append(code)
    return [
        f"The change is contested, and nothing on the shortlist works by the {logic} logic: "
        f"as a companion consider {names(codes, 'or')}."
        for logic, codes in found.items()
    ]


def changing(choice: Choice) -> str:
    """Which single answer, were it another, would change first place."""
    if not choice.enough:
        return ""
    told = changes(choice)
    if not told:
        return "No other answer to any one question would change first place."
    if choice.changes.height == 1:
        return f"One other answer would change first place. {told[0]}"
    labels = [f"“{_ASKS[question].short}”" for question in choice.changes["question"].unique(maintain_order=True)]
    if len(labels) == 1:
        return f"The answer to one question decides first place: {labels[0]}."
    return f"Another answer to any one of these can change first place: {listed(labels)}."


def changes(choice: Choice) -> list[str]:
    """Each single other answer that would change first place, and what would then stand there."""
    same: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for row in choice.changes.iter_rows(named=True):
        asked = _ASKS[row["question"]]
        same.setdefault((asked.short, tuple(row["first"])), []).append(f"“{asked.says(row['instead'])}”")
    return [
        f"{short}: with {listed(instead, 'or')}, {names(first)} would stand first"
        f"{' together' if len(first) > 1 else ''}."
        for (short, first), instead in same.items()
    ]


def lean() -> str:
    """Where the points lean, and what keeping the shells off makes of it."""
    whole, now = leaning(shells=()), leaning()
    off = [code for code, share in now.first.items() if not share and whole.first[code]]
    if not off:
        return leans(whole)
    most = max(now.first, key=lambda code: now.first[code])
    return (
        f"{leans(whole)} While {names(off)} {'is' if len(off) == 1 else 'are'} kept off, "
        f"{FRAMEWORKS[most].short} comes first in {now.first[most]:.1%}."
    )


def leans(found: Leaning) -> str:
    """Where the points lean, as it is published with the chooser."""
    often = {code: share for code, share in found.first.items() if share}
    least, most = min(often, key=lambda code: often[code]), max(often, key=lambda code: often[code])
    never = [code for code in found.first if code not in often]
    said = f"every framework but {names(never)}" if never else "every framework"
    return (
        f"Over all {found.sets:,} ways to answer the eight questions {said} can come first: "
        f"{FRAMEWORKS[least].short} least often ({found.first[least]:.1%}), {FRAMEWORKS[most].short} most often "
        f"({found.first[most]:.1%}). In {found.joint:.1%} of them several come first together, and {found.many:.1%} "
        f"put more than {_NUMBERS[SEPARATES]} on the shortlist. So the points lean towards {FRAMEWORKS[most].short}."
    )


def situation(answers: Situation) -> list[tuple[str, str]]:
    """What was answered, in plain words."""
    said = [(one.short, one.says(word)) for one in QUESTIONS if (word := getattr(answers, one.id)) is not None]
    if answers.contested is not None:
        said.append(("Contested", "yes" if answers.contested else "no"))
    return said


def told(answers: Situation) -> str:
    """What was answered, in one line."""
    return upper("; ".join(f"{lowered(short)}: {text}" for short, text in situation(answers)))


def names(codes: Sequence[str], joined: str = "and") -> str:
    """Frameworks by their short names."""
    return listed([FRAMEWORKS[code].short for code in codes], joined)


def upper(text: str) -> str:
    """With a capital to begin with."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """With a small letter to begin with."""
    return text[:1].lower() + text[1:]


def listed(words: Sequence[str], joined: str = "and") -> str:
    """Words in a row."""
    return f"{', '.join(words[:-1])} {joined} {words[-1]}" if len(words) > 1 else "".join(words)


_NUMBERS = {2: "two", 4: "four"}
