"""What an answer must be: one way of writing each, wherever it comes from.

===============  ==================================================================
one of           the value of an option: ``agree``
any of           values in the order of the options, joined by ``;``: ``policy;budget``
number           the shortest way of writing it: ``4``, ``4.5``
text             words, as they were written
day              ``2024-03-31``
a third state    its value, and its reason where it has reasons: ``not-relevant:stage``
===============  ==================================================================

In a record or plan (table ``entries``) words may stand beside an answer, after a colon and a blank:
``complicated: the supplier may leave``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from takeroot.errors import HALVES, nearest, quoted
from takeroot.vocabulary.cells import UNSAYABLE
from takeroot.vocabulary.days import the_day
from takeroot.vocabulary.instrument import Instrument, Option, Question, Scale, Section, Third

#: The most that one answer or comment holds, in characters.
LONGEST = 20_000
#: Answers named in a sentence before the rest are left out.
NAMED = 12
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)


@dataclass(frozen=True)
class Offer:
    """One thing that may be chosen.

    Parameters
    ----------
    value
        What is stored.
    says
        What people read, in the reading asked for.
    third
        Whether it is a third state, neither an answer nor silence.
    points
        What it counts, if anything.
    """

    value: str
    says: str
    third: bool = False
    points: float | None = None


def reading(said: Question | Option | Third | Section, *, plain: bool = False) -> str:
    """What people read: in plainer words, if asked for and if there are any."""
    first = said.asks if isinstance(said, Question) else said.title if isinstance(said, Section) else said.says
    return said.plain if plain and said.plain else first


def offered(scale: Scale, *, plain: bool = False) -> list[Offer]:
    """Everything that may be chosen on a scale, in order: its options, and each third state with each of its reasons.

    Where plainer words would not tell two of them apart, both keep their own.

    Examples
    --------
    >>> from takeroot.vocabulary.instrument import Option, Scale, Third
    >>> reasons = (Option(value="role", says="Not for my role"), Option(value="stage", says="Not at this stage"))
    >>> third = Third(value="nr", says="Not", reasons=reasons)
    >>> scale = Scale(id="a", options=(Option(value="1", says="Yes"),), thirds=(third,))
    >>> [(one.value, one.says) for one in offered(scale)]
    [('1', 'Yes'), ('nr:role', 'Not for my role'), ('nr:stage', 'Not at this stage')]
    """
    made = [Offer(one.value, reading(one, plain=plain), points=one.points) for one in scale.options]
    made += [one for third in scale.thirds for one in _of_third(third, plain)]
    if plain and len({one.says.casefold() for one in made}) < len(made):
        return offered(scale)
    return made


def _of_third(third: Third, plain: bool) -> Iterator[Offer]:
    says = reading(third, plain=plain)
    if not third.reasons:
        yield Offer(third.value, says, third=True)
    for reason in third.reasons:
        why = reading(reason, plain=plain)
        whole = why if why.casefold().startswith(says.casefold()) else f"{says}: {why}"
        yield Offer(f"{third.value}:{reason.value}", whole, third=True)


def the_question(instrument: Instrument, name: str) -> Question:
    """The question of this short name, however its letters are written.

    Raises
    ------
    ValueError
        If the instrument asks no such question.
    """
    known = {one.id: one for one in instrument.questions}
    if (found := known.get(name.strip().casefold())) is None:
        near = nearest(name, known)
        hint = f"; did you mean '{near}'?" if near else ""
        raise ValueError(f"'{instrument.id}' (edition {instrument.edition}) has no question {quoted(name)}{hint}")
    return found


def checked_answer(instrument: Instrument, question: Question | str, text: str) -> str:
    """An answer as it is stored; options may also be given in their words, as people read them.

    Parameters
    ----------
    instrument
        What was answered.
    question
        Which question of it.
    text
        The answer as it was given.

    Raises
    ------
    ValueError
        If it is no answer to this question; the sentence says what would be.
    """
    asked = the_question(instrument, question) if isinstance(question, str) else question
    scale = instrument.scale(asked)
    given = _tidy(text)
    if not given:
        raise ValueError("an answer is needed, found nothing")
    choices = _choices(scale)
    if scale.kind == "any of":
        return _several(scale, choices, given)
    if (chosen := choices.get(given.casefold())) is not None:
        return chosen
    for third in scale.thirds:
        if third.reasons and given.casefold() in (third.value, third.says.casefold()):
            reasons = ", ".join(f"'{third.value}:{one.value}'" for one in third.reasons)
            raise ValueError(f"{quoted(given)} needs its reason: one of {reasons}")
    if scale.kind == "one of":
        raise ValueError(_one_of(scale, choices, given))
    if scale.kind == "number":
        return _a_number(scale, given)
    if scale.kind == "day":
        return the_day(given).isoformat()
    return given


def with_words(answer: str, words: str) -> str:
    """An answer and the words beside it, as an entry has them.

    Examples
    --------
    >>> with_words("complicated", "the supplier may leave")
    'complicated: the supplier may leave'
    """
    return f"{answer}: {words}" if words else answer


def checked_entry(instrument: Instrument, question: Question | str, text: str) -> tuple[str, str]:
    """The answer of an entry as it is stored, and the words beside it.

    Raises
    ------
    ValueError
        If it is no answer to this question, or the question asks for words beside the answer and there are none.
    """
    asked = the_question(instrument, question) if isinstance(question, str) else question
    kind = instrument.scale(asked).kind
    try:
        answer, words = checked_answer(instrument, asked, text), ""
    except ValueError:
        first, colon, after = text.partition(": ")
        if not colon or kind == "text":
            raise
        answer, words = checked_answer(instrument, asked, first), _tidy(after)
    if asked.with_text == "must" and not words and kind != "text" and not is_third(instrument.scale(asked), answer):
        raise ValueError(f"words are needed beside the answer, as in '{answer}: because ...'")
    return answer, words


def checked_words(text: str) -> str:
    """A comment as it is stored.

    Raises
    ------
    ValueError
        If it is too long, or holds what no file can.
    """
    return _tidy(text)


def lacking(instrument: Instrument, answers: Mapping[str, str], words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What still has to be said before this can be sent: the question, and a sentence.

    Parameters
    ----------
    answers, words
        What was answered, and said beside it, by question.
    """
    for one in instrument.questions:
        if one.id not in answers:
            if one.needed:
                yield one.id, "an answer is needed to this question"
            continue
        scale = instrument.scale(one)
        if is_third(scale, answers[one.id]):
            continue
        if one.with_text == "must" and not words.get(one.id) and scale.kind != "text":
            yield one.id, "words are needed beside the answer"
        for called in one.calls_for:
            if called not in answers:
                yield called, f"an answer is needed here, because '{one.id}' is answered"


def is_third(scale: Scale, answer: str) -> bool:
    """Whether an answer, as it is stored, is a third state, which says why by itself and calls for no further words."""
    return any(one.third and one.value == answer for one in offered(scale))


def _tidy(text: str) -> str:
    tidy = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    if UNSAYABLE.search(tidy) or HALVES.search(tidy):
        raise ValueError("a control character or half of a character, which no spreadsheet can hold; delete it")
    if len(tidy) > LONGEST:
        raise ValueError(f"at most {LONGEST:,} characters are kept, found {len(tidy):,}; shorten it")
    return tidy


def _choices(scale: Scale) -> dict[str, str]:
    """What is stored, by every way in which it may be given: values come before words."""
    known: dict[str, str] = {}
    for plain in (False, True):
        for one in offered(scale, plain=plain):
            known.setdefault(one.says.casefold(), one.value)
    return known | {one.value: one.value for one in offered(scale)}


def _several(scale: Scale, choices: Mapping[str, str], given: str) -> str:
    thirds = {one.value for one in offered(scale) if one.third}
    if choices.get(given.casefold()) in thirds:
        return choices[given.casefold()]
    chosen = set()
    for part in filter(None, (each.strip() for each in given.split(";"))):
        if (value := choices.get(part.casefold())) is None:
            raise ValueError(_one_of(scale, choices, part))
        if value in thirds:
            raise ValueError(f"{quoted(part)} stands alone, and not beside other answers")
        chosen.add(value)
    if not chosen:
        raise ValueError("an answer is needed, found nothing")
    return ";".join(one.value for one in scale.options if one.value in chosen)


def _one_of(scale: Scale, choices: Mapping[str, str], given: str) -> str:
    values = [one.value for one in offered(scale)]
    shown = ", ".join(values[:NAMED]) + (" and others" if len(values) > NAMED else "")
    near = nearest(given, choices)
    hint = f"; did you mean '{choices[near]}'?" if near else ""
    return f"one of {shown} is needed, found {quoted(given)}{hint}"


def _a_number(scale: Scale, given: str) -> str:
    if not _NUMBER.fullmatch(given):
        raise ValueError(f"a number{_bounds(scale)} is needed, found {quoted(given)}")
    number = Decimal(given)
    least, most = (None if one is None else Decimal(str(one)) for one in (scale.least, scale.most))
    if (least is not None and number < least) or (most is not None and number > most):
        raise ValueError(f"a number{_bounds(scale)} is needed, found {given}")
    if scale.step is not None and (number - (least or 0)) % Decimal(str(scale.step)):
        raise ValueError(f"a number{_bounds(scale)} in steps of {scale.step:g} is needed, found {given}")
    shortest = f"{number:f}".rstrip("0").rstrip(".") if "." in given else f"{number:f}"
    return "0" if shortest in ("-0", "") else shortest


def _bounds(scale: Scale) -> str:
    least, most = scale.least, scale.most
    if least is not None and most is not None:
        return f" from {least:g} to {most:g}"
    return f" of at least {least:g}" if least is not None else f" of at most {most:g}" if most is not None else ""
