"""A page of questions as a form: what it offers, what stands in it, and what was sent with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from takeroot.vocabulary.answer import checked_answer, checked_words, offered, reading
from takeroot.vocabulary.instrument import Instrument, Question, Scale, Section
from takeroot.web.rounds import Said

#: So many numbers of a scale are shown side by side, rather than typed.
FEW = 12
#: What stands for an answer that is taken back.
NOTHING = ""


@dataclass(frozen=True)
class Choice:
    """One thing that may be chosen, and whether it is."""

    value: str
    says: str
    chosen: bool
    third: bool = False


@dataclass(frozen=True)
class Asked:
    """A question on a page.

    Parameters
    ----------
    control
        ``one``, ``row`` (numbers side by side), ``any``, ``number``, ``text`` or ``day``.
    theirs
        What was answered elsewhere meanwhile, in words; empty, where nothing was.
    """

    id: str
    says: str
    help: str
    control: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    words: str = ""
    asks_words: str = "no"
    needed: bool = False
    least_says: str = ""
    most_says: str = ""
    faults: tuple[str, ...] = field(default=())
    theirs: str = ""

    @property
    def most(self) -> str:
        """The last of the numbers side by side."""
        return next((one.value for one in reversed(self.choices) if not one.third), "")

    @property
    def typed(self) -> str:
        """What stands in a field to be typed in: no third state."""
        return "" if any(one.chosen for one in self.choices) else self.value


def asked(
    instrument: Instrument,
    section: Section,
    said: Said,
    *,
    plain: bool = False,
    faults: Mapping[str, Sequence[str]] | None = None,
    theirs: Said | None = None,
) -> list[Asked]:
    """The questions of a page, with what stands there and what is wrong with it."""
    return [
        _question(instrument, one, said, plain, tuple((faults or {}).get(one.id, ())), theirs)
        for one in section.questions
    ]


def _question(
    instrument: Instrument, question: Question, said: Said, plain: bool, faults: tuple[str, ...], theirs: Said | None
) -> Asked:
    scale, value = instrument.scale(question), said.answers.get(question.id, "")
    control, choices = _control(scale, value, plain)
    return Asked(
        question.id,
        reading(question, plain=plain),
        question.help,
        control,
        choices,
        value,
        said.words.get(question.id, ""),
        "no" if scale.kind == "text" else question.with_text,
        question.needed,
        scale.least_says,
        scale.most_says,
        faults,
        _elsewhere(instrument, question, said, theirs, plain),
    )


def _control(scale: Scale, value: str, plain: bool) -> tuple[str, tuple[Choice, ...]]:
    chosen = set(value.split(";")) if scale.kind == "any of" else {value}
    offers = [Choice(one.value, one.says, one.value in chosen, one.third) for one in offered(scale, plain=plain)]
    match scale.kind:
        case "one of":
            return "one", tuple(offers)
        case "any of":
            return "any", tuple(offers)
        case "number":
            numbers = _numbers(scale)
            row = [Choice(one, one, one == value) for one in numbers]
            return ("row", (*row, *offers)) if numbers else ("number", tuple(offers))
        case "day":
            return "day", tuple(offers)
        case _:
            return "text", tuple(offers)


def _numbers(scale: Scale) -> list[str]:
    """The numbers of a short scale."""
    if scale.least is None or scale.most is None:
        return []
    step = scale.step or 1
    count = round((scale.most - scale.least) / step) + 1
    whole = scale.step is not None or float(scale.least).is_integer()
    return [f"{scale.least + nth * step:g}" for nth in range(count)] if whole and 1 < count <= FEW else []


def _elsewhere(instrument: Instrument, question: Question, said: Said, theirs: Said | None, plain: bool) -> str:
    """What was written there meanwhile, where it is something else."""
    name = question.id
    mine = (said.answers.get(name, ""), said.words.get(name, ""))
    if theirs is None or (other := (theirs.answers.get(name, ""), theirs.words.get(name, ""))) == mine:
        return ""
    called = {one.value: one.says for one in offered(instrument.scale(question), plain=plain)}
    answer = ", ".join(called.get(part, part) for part in other[0].split(";")) if other[0] else "no answer"
    return f"{answer} ({other[1]})" if other[1] else answer


def sent(instrument: Instrument, section: Section, form: QueryDict) -> tuple[Said, dict[str, list[str]]]:
    """What was sent with a page, as far as it may be kept, and what is wrong with the rest, by question."""
    answers: dict[str, str] = {}
    words: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    for question in section.questions:
        name, kind = question.id, instrument.scale(question).kind
        given = ";".join(form.getlist(f"q-{name}")) if kind == "any of" else form.get(f"q-{name}", NOTHING)
        given = form.get(f"t-{name}", "") or given  # a third state stands in the place of a number, a text or a day
        for put, text, check in (
            (answers, given, lambda text, one=question: checked_answer(instrument, one, text)),
            (words, form.get(f"w-{name}", ""), checked_words),
        ):
            if not text.strip():
                continue
            try:
                put[name] = check(text)
            except ValueError as error:
                faults.setdefault(name, []).append(f"{str(error)[0].upper()}{str(error)[1:]}.")
                put[name] = text[:20_000]
    return Said(answers, words), faults
