"""What the parts of an instrument say against each other: short names given twice, scales that are not there.

An instrument is looked at as it was written, before it is known whether every part is of its kind, so that everything
that is wrong with a file is said at once. What is not of its kind is passed over here: it is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from takeroot.errors import nearest, quoted

Path: TypeAlias = tuple[str | int, ...]
Said: TypeAlias = tuple[Path, str]
Item: TypeAlias = tuple[Path, Mapping[str, Any]]

CHOSEN = ("one of", "any of")
#: The most characters of one text, and the most questions.
LONGEST, QUESTIONS = 5_000, 1_000
#: Names among which the one that was meant is looked for.
NAMED = 200
#: The scoring rules that count points.
COUNTED = ("weighted levels", "mean of a construct")


def disagreements(said: Mapping[str, Any]) -> Iterator[Said]:
    """Everything that the parts of an instrument say against each other, each with the path of where it is said."""
    sections = list(_items(said, (), "sections"))
    questions = [one for path, section in sections for one in _items(section, path, "questions")]
    scales, constructs = list(_items(said, (), "scales")), list(_items(said, (), "constructs"))
    for what, many in (("sections", questions), ("scales", scales), ("constructs", constructs)):
        if len(many) > QUESTIONS:
            of = "questions" if what == "sections" else what
            yield (what,), f"at most {QUESTIONS:,} {of} are read, found {len(many):,}"
            return
    named = (("scale", scales), ("construct", constructs), ("section", sections), ("question", questions))
    for what, items in named:
        yield from _doubled(items, "id", f"a short name of its own is needed for each {what}")
    by_id, known = _by_id(scales), _by_id(constructs)
    counted = _within(said, "scoring").get("rule") in COUNTED
    for path, scale in scales:
        yield from _of_scale(path, scale, counted)
    asked = _by_id(questions)
    for path, question in questions:
        yield from _of_question(path, question, by_id, counted)
        called = question.get("calls_for")
        for number, name in enumerate(called[:QUESTIONS] if isinstance(called, list | tuple) else ()):
            if str(name) not in asked:
                yield (*path, "calls_for", number), _not_there("question", name, asked)
    bearing = [*questions, *_items(said, (), "interpretation"), *_items(said, (), "discussion")]
    for path, one in bearing:
        if one.get("of") is not None and str(one["of"]) not in known:
            yield (*path, "of"), _not_there("construct", one["of"], known)
    for path, question in questions:
        part = question.get("part")
        if part is not None and str(part) not in known:
            yield (*path, "part"), _not_there("construct", part, known)
        elif part is not None and known[str(part)].get("within") != question.get("of"):
            yield (*path, "part"), f"{quoted(part)} is no part of the construct that the question is of"
    yield from _circles(constructs, known)
    yield from _of_scoring(said, questions, by_id, counted)
    yield from _too_much(said, ())


def _too_much(said: object, path: Path) -> Iterator[Said]:
    """Texts that no cell and no page would hold."""
    if isinstance(said, str):
        if len(said) > LONGEST:
            yield path, f"a text of at most {LONGEST:,} characters is needed, found {len(said):,}"
    elif isinstance(said, Mapping | list | tuple):
        for key, each in said.items() if isinstance(said, Mapping) else enumerate(said):
            yield from _too_much(each, (*path, key))


def _of_scale(path: Path, scale: Mapping[str, Any], counted: bool) -> Iterator[Said]:
    kind = scale.get("kind") or "one of"
    yield from _of_choices(path, scale, counted)
    for place, third in _items(scale, path, "thirds"):
        yield from _of_choices(place, third, False, "reasons")
    if kind not in CHOSEN and scale.get("options"):
        yield (*path, "options"), f"options are only for scales that are 'one of' or 'any of', and this is '{kind}'"
    bounds = [name for name in ("least", "most", "step", "low") if scale.get(name) is not None]
    if kind != "number":
        for name in bounds:
            yield (*path, name), f"'{name}' is only for a scale that is a number, and this is '{kind}'"
        return
    least, most, step, low = (_number(scale.get(name)) for name in ("least", "most", "step", "low"))
    if low is not None and ((least is not None and low < least) or (most is not None and low > most)):
        yield (*path, "low"), f"a number on the scale is needed, found {low:g}"
    if least is not None and most is not None and least >= most:
        yield (*path, "most"), f"the most, {most:g}, must be over the least, {least:g}"
    if step is not None and step <= 0:
        yield (*path, "step"), f"a step over 0 is needed, found {step:g}"
    elif step is not None and least is not None and most is not None and not _whole((most - least) / step):
        yield (*path, "step"), f"steps of {step:g} from {least:g} never reach {most:g}"


def _of_choices(path: Path, said: Mapping[str, Any], counted: bool, field: str = "options") -> Iterator[Said]:
    """What options, third states and reasons that stand beside one another must keep."""
    options = list(_items(said, path, field))
    thirds = list(_items(said, path, "thirds"))
    yield from _doubled([*options, *thirds], "value", "a value of its own is needed for each answer")
    yield from _doubled([*options, *thirds], "says", "words of their own are needed for each answer")
    bare = [place for place, one in options if one.get("points") is None]
    if counted and 0 < len(bare) < len(options):
        for place in bare:
            yield place, "points are needed here as in the other answers, or write it as a third state"


def _of_question(path: Path, question: Mapping[str, Any], scales: Mapping[str, Any], counted: bool) -> Iterator[Said]:
    own = list(_items(question, path, "options"))
    yield from _of_choices(path, question, counted)
    if question.get("scale") is None:
        return
    scale = scales.get(str(question["scale"]))
    if scale is None:
        yield (*path, "scale"), _not_there("scale", question["scale"], scales)
        return
    kind = scale.get("kind") or "one of"
    if kind in CHOSEN and not own and not scale.get("options"):
        yield (*path, "scale"), f"the scale {quoted(question['scale'])} offers nothing to choose; give it options"
    if own and kind not in CHOSEN:
        yield (*path, "options"), f"there is nothing to choose on the scale {quoted(question['scale'])}, a '{kind}'"
    states = {str(one.get("value")) for _, one in _items(scale, (), "thirds")}
    for place, one in own:
        if str(one.get("value")) in states:
            yield (*place, "value"), f"{quoted(one['value'])} is a third state of its scale already"
    if _yes(question.get("reversed")) and kind not in ("one of", "number"):
        yield (*path, "reversed"), f"only a question with one answer that counts can be reversed, and this is '{kind}'"


def _circles(constructs: list[Item], known: Mapping[str, Mapping[str, Any]]) -> Iterator[Said]:
    for path, construct in constructs:
        within, seen = construct.get("within"), {str(construct.get("id"))}
        while within is not None:
            if str(within) not in known:
                if within == construct.get("within"):
                    yield (*path, "within"), _not_there("construct", within, known)
                break
            if str(within) in seen:
                if str(within) == str(construct.get("id")):
                    yield (*path, "within"), f"the construct {quoted(within)} is within itself"
                break
            seen.add(str(within))
            within = known[str(within)].get("within")


def _of_scoring(
    said: Mapping[str, Any], questions: list[Item], scales: Mapping[str, Mapping[str, Any]], counted: bool
) -> Iterator[Said]:
    scoring = _within(said, "scoring")
    if _yes(scoring.get("total")) and not counted:
        says = "a total is only made where points are counted: by 'weighted levels' or 'mean of a construct'"
        yield ("scoring", "total"), says
    choices = [*(one for _, one in questions), *scales.values()]
    points = any(one.get("points") is not None for choice in choices for _, one in _items(choice, (), "options"))
    numbers = any(scale.get("kind") == "number" for scale in scales.values())
    if counted and not points and not numbers:
        yield ("scoring", "rule"), f"'{scoring['rule']}' counts points, and no answer here has any"
    for path, one in _items(said, (), "interpretation"):
        least, below = _number(one.get("at_least")), _number(one.get("below"))
        if least is not None and below is not None and least >= below:
            yield (*path, "below"), f"the range from {least:g} to below {below:g} holds nothing"


# Looking at what may be of any kind


def _items(said: Mapping[str, Any], path: Path, field: str) -> Iterator[Item]:
    found = said.get(field)
    for number, one in enumerate(found if isinstance(found, list | tuple) else ()):
        if isinstance(one, Mapping):
            yield (*path, field, number), one


def _by_id(items: list[Item]) -> dict[str, Mapping[str, Any]]:
    """The first of each name, in order."""
    found: dict[str, Mapping[str, Any]] = {}
    for _, one in items:
        found.setdefault(str(one.get("id")), one)
    return found


def _within(said: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    found = said.get(field)
    return found if isinstance(found, Mapping) else {}


def _doubled(items: list[Item], field: str, needed: str) -> Iterator[Said]:
    seen: set[str] = set()
    for path, one in items:
        name = str(one.get(field)).strip()
        if one.get(field) is not None and name.casefold() in seen:
            yield (*path, field), f"{needed}; {quoted(name)} is given already"
        seen.add(name.casefold())


def _not_there(what: str, name: object, known: Mapping[str, object]) -> str:
    near = nearest(str(name), known) if len(known) <= NAMED else None
    there = ", ".join(list(known)[:20]) + (" and others" if len(known) > 20 else "")
    hint = f"did you mean '{near}'?" if near else f"there are: {there}" if known else f"there is no {what} at all"
    return f"there is no {what} {quoted(name)}; {hint}"


def _number(found: object) -> float | None:
    try:
        return float(found)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _whole(found: float) -> bool:
    return abs(found - round(found)) < 1e-9


def _yes(found: object) -> bool:
    return found is True or str(found).casefold() in ("true", "yes", "on", "y", "t", "1")
