"""Answers into a mapping: every answer is judged first, and all that can not be taken is said at once."""

from __future__ import annotations

import re
from collections.abc import Mapping as Answers
from typing import Any

from takeroot.errors import Fault, FaultyInput, nearest, quoted
from takeroot.exchange.tracker.asking import word_key
from takeroot.exchange.tracker.headings import OF_A_STAGE, SAID, heading
from takeroot.exchange.tracker.mapping import ColumnMeaning, Decision, Mapping, SiteDecision
from takeroot.exchange.tracker.words import STAGES
from takeroot.vocabulary.days import the_day
from takeroot.vocabulary.stages import REASON_KINDS, Stage

_STAGES = STAGES | {stage.label: stage for stage in Stage}
_STAGE = "|".join(sorted(_STAGES, key=len, reverse=True))
_MEANT = re.compile(rf"({_STAGE}|nothing)(?:, ({_STAGE}) before use)?(?: \(({'|'.join(REASON_KINDS)})\))?")
_OF_STAGE = re.compile(rf"({'|'.join(OF_A_STAGE)}) ({_STAGE})")
_MOVED = re.compile(r"(renamed from|merged into) (.+) on (.+)", re.DOTALL)
_ONE_OF = {
    "sheet": ("yes", "no"),
    "dates": ("day-first", "month-first"),
    "quarters": ("calendar", "financial"),
    "later": ("plan", "mistake"),
    "twice": ("one", "first", "last", "apart"),
    "moved": ("now", "before", "both"),
    "earlier": ("now", "before"),
}


def answered(mapping: Mapping, answers: Answers[str, str]) -> Mapping:
    """The mapping with these answers; an answer left empty leaves its question open."""
    faults: list[Fault] = []
    for key, answer in answers.items():
        if not answer.strip():
            continue
        try:
            mapping = _one(mapping, key, answer.strip())
        except ValueError as error:
            faults.append(Fault(str(error), "answers", None, key, quoted(answer)))
    if faults:
        raise FaultyInput(faults)
    return mapping


def _one(mapping: Mapping, key: str, answer: str) -> Mapping:
    sort, _, about = key.partition(":")
    if sort in _ONE_OF and answer not in _ONE_OF[sort]:
        raise ValueError(f"one of {', '.join(_ONE_OF[sort])} is needed, found {quoted(answer)}")
    match sort:
        case "name":
            return mapping.model_copy(update={"name": answer})
        case "dates" | "quarters":
            return mapping.model_copy(update={sort: answer})
        case "sheet":
            return _change(mapping, "sheets", "sheet", about, take=answer, why="somebody said so")
        case "as_at":
            return _change(mapping, "sheets", "sheet", about, as_at=the_day(answer), as_at_why="somebody said so")
        case "names":
            return _change(mapping, "columns", "heading", answer, means="site", sure="sure", why="somebody said so")
        case "column":
            return _change(mapping, "columns", "heading", about, **_column(answer))
        case "measure":
            said = [_named(one, answer) for one in mapping.columns]
            return mapping.model_copy(update={"columns": tuple(said)})
        case "later":
            return _change(mapping, "columns", "heading", about, later=answer)
        case "word":
            return _word(mapping, key, answer)
        case "colour":
            return _change(mapping, "colours", "colour", about, **_meant(answer), why="somebody said so")
        case "site" | "twice":
            return _site(mapping, sort, about, answer)
        case "moved" | "earlier":
            rest = tuple(one for one in mapping.decisions if one.question != key)
            return mapping.model_copy(update={"decisions": (*rest, Decision(question=key, answer=answer))})
    raise ValueError(f"nothing was asked under {quoted(key)}; keys are those of the questions")


def _change(mapping: Mapping, field: str, by: str, name: str, /, **said: Any) -> Mapping:
    """The mapping with one of its parts changed."""
    parts = list(getattr(mapping, field))
    at = [
        n
        for n, part in enumerate(parts)
        if heading(getattr(part, by)) == heading(name) and (heading(name) or getattr(part, by) == name)
    ]
    exact = [n for n in at if getattr(parts[n], by) == name] or at
    if not exact:
        near = nearest(name, [getattr(part, by) for part in parts])
        raise ValueError(f"there is no {by} {quoted(name)}" + (f"; did you mean {quoted(near)}?" if near else ""))
    parts[exact[0]] = parts[exact[0]].model_copy(update=said)
    return mapping.model_copy(update={field: tuple(parts)})


def _column(answer: str) -> dict[str, Any]:
    """What an answer says of a column."""
    said: dict[str, Any] = {"stage": None, "name": "", "sure": "sure", "why": "somebody said so", "suggested": ""}
    means, _, name = answer.partition(":")
    if match := _OF_STAGE.fullmatch(answer):
        return said | {"means": match[1], "stage": _STAGES[match[2]]}
    if means.strip() in SAID and means.strip() not in OF_A_STAGE:
        return said | {"means": means.strip(), "name": name.strip()}
    raise ValueError(
        "a meaning such as 'site', 'status', 'began using', 'planned using' or 'kept' is needed, "
        f"found {quoted(answer)}"
    )


def _named(column: ColumnMeaning, name: str) -> ColumnMeaning:
    unnamed = column.means == "value in month" and not column.name
    return column.model_copy(update={"name": name}) if unnamed else column


def _meant(answer: str) -> dict[str, Any]:
    """What an answer says of a word or a colour."""
    match = _MEANT.fullmatch(answer)
    if not match:
        raise ValueError(f"a stage ({', '.join(Stage)}) or 'nothing' is needed, found {quoted(answer)}")
    if match[3] and match[1] != "stopped":
        raise ValueError("only a site that stopped stopped in some way")
    return {
        "means": _STAGES.get(match[1], "nothing"),
        "before_use": _STAGES[match[2]] if match[2] else None,
        "reason_kind": match[3] or "",
    }


def _word(mapping: Mapping, key: str, answer: str) -> Mapping:
    said = _meant(answer) | {"sure": "sure", "why": "somebody said so"}
    words = list(mapping.words)
    for at, word in enumerate(words):
        if word_key(word.word, heading(word.column)) == key or word_key(word.word, word.column) == key:
            words[at] = word.model_copy(update=said)
            return mapping.model_copy(update={"words": tuple(words)})
    near = nearest(key.partition(":")[2], [word.word for word in words])
    raise ValueError(f"there is no such word to be asked about{f'; did you mean {quoted(near)}?' if near else ''}")


def _site(mapping: Mapping, sort: str, named: str, answer: str) -> Mapping:
    """What was decided of a name: ``site: X``, ``new``, ``leave out``, ``renamed from X on 2024-03-01`` and so on."""
    said: dict[str, Any] = {"named": named}
    if sort == "twice":
        said["decision"] = answer
    elif match := _MOVED.fullmatch(answer):
        said |= {"decision": match[1].split()[0], "site": match[2].strip(), "on": the_day(match[3].strip())}
    elif answer in ("new", "leave out"):
        said["decision"] = answer
    elif answer.startswith("site:") and answer[5:].strip():
        said |= {"decision": "is", "site": answer[5:].strip()}
    else:
        raise ValueError(
            "'site: ' and its name, 'new', 'leave out', 'renamed from X on 2024-03-01' or "
            f"'merged into X on 2024-03-01' is needed, found {quoted(answer)}"
        )
    doubled = ("one", "first", "last", "apart")
    rest = [d for d in mapping.sites if d.named != named or (d.decision in doubled) != (said["decision"] in doubled)]
    return mapping.model_copy(update={"sites": (*rest, SiteDecision(**said))})
