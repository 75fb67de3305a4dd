"""An instrument in other words: overlays, which make another edition, and translations, which do not.

An *overlay* holds other words for some of the texts of an instrument, found by their short names: the official text for
whoever holds it, or the words of a place. What was answered is never reworded, so an overlay is an edition of its own,
and may have an id of its own. A *translation* says the same in another language: answers to it stand beside the others.
What neither says stays as it was. Both change words only: never what may be answered, nor what it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from takeroot.errors import nearest, quoted
from takeroot.vocabulary.instrument import Id, Instrument, Language, Option, Question, Scale, Third
from takeroot.vocabulary.instrument_checking import NAMED, Path, Said
from takeroot.vocabulary.rule import Declared, Name, Words


def _as(field: str, kind: Any) -> Any:
    """Words alone stand for the field that is said most."""
    return BeforeValidator(
        lambda found: {field: found} if isinstance(found, str) else found, json_schema_input_type=str | kind
    )


class OptionWords(Declared):
    """Other words for an answer."""

    says: Words = ""
    plain: Words = ""


ForOption = Annotated[OptionWords, _as("says", OptionWords)]


class ThirdWords(Declared):
    """Other words for a third state, and for its reasons by their values."""

    says: Words = ""
    plain: Words = ""
    reasons: dict[Id, ForOption] = Field(default_factory=dict)


ForThird = Annotated[ThirdWords, _as("says", ThirdWords)]


class ScaleWords(Declared):
    """Other words for a scale: its answers and third states by their values, and what its ends mean."""

    options: dict[Id, ForOption] = Field(default_factory=dict)
    thirds: dict[Id, ForThird] = Field(default_factory=dict)
    least_says: Words = ""
    most_says: Words = ""


class ConstructWords(Declared):
    """Other words for a construct."""

    name: Words = ""
    plain: Words = ""
    says: Words = ""


ForConstruct = Annotated[ConstructWords, _as("name", ConstructWords)]


class SectionWords(Declared):
    """Other words for a section."""

    title: Words = ""
    plain: Words = ""
    says: Words = ""


ForSection = Annotated[SectionWords, _as("title", SectionWords)]


class QuestionWords(Declared):
    """Other words for a question, and for its own answers by their values."""

    asks: Words = ""
    plain: Words = ""
    short: Words = ""
    help: Words = ""
    options: dict[Id, ForOption] = Field(default_factory=dict)


ForQuestion = Annotated[QuestionWords, _as("asks", QuestionWords)]


class Wording(Declared):
    """Other words for the texts of an instrument; each is found by its short name.

    Parameters
    ----------
    title, short, purpose, plain, who
        Of the whole.
    cautions, discussion
        In the order of the instrument; an empty one stays as it is there.
    constructs, sections, scales, questions
        By their ids; words alone stand for the name, the title, or what is asked.
    """

    title: Words = ""
    short: Words = ""
    purpose: Words = ""
    plain: Words = ""
    who: Words = ""
    cautions: tuple[Words, ...] = ()
    discussion: tuple[Words, ...] = ()
    constructs: dict[Id, ForConstruct] = Field(default_factory=dict)
    sections: dict[Id, ForSection] = Field(default_factory=dict)
    scales: dict[Id, ScaleWords] = Field(default_factory=dict)
    questions: dict[Id, ForQuestion] = Field(default_factory=dict)


class Overlay(Wording):
    """Other words for an instrument, as an edition of its own.

    Parameters
    ----------
    overlay_of, of_edition
        What it is laid over: an instrument or another overlay, and which edition; the one in use, if not said.
    id
        Its own; that of what it is laid over, if not said.
    edition
        Its own.
    wording
        Whether these are the official words.
    source, licence
        Whose words they are, and who may use them; as of what it is laid over, if not said.
    language
        As of what it is laid over, if not said.
    """

    overlay_of: Id
    of_edition: Name | None = None
    id: Id | None = None
    edition: Name
    wording: Literal["paraphrase", "official"] = "paraphrase"
    source: tuple[Name, ...] = ()
    licence: Words = ""
    language: Language | None = None


def _foreign(code: str) -> str:
    if code == "en":
        raise ValueError("a language other than en is needed; other words in English are an overlay")
    return code


class Translation(Wording):
    """The same instrument in another language: what it does not say stays in English.

    Parameters
    ----------
    translation_of, edition
        What it translates, and which edition; the one in use, if not said.
    language
        The code of its language, such as cy or pt-BR.
    source
        Who translated it.
    """

    translation_of: Id
    edition: Name | None = None
    language: Annotated[Language, AfterValidator(_foreign)]
    source: tuple[Name, ...] = ()


def overlaid(instrument: Instrument, overlay: Overlay) -> Instrument:
    """An instrument in the words of an overlay: another edition.

    Raises
    ------
    ValueError
        If it has words for what is not there; see :func:`misplaced`.
    """
    further = {
        "id": overlay.id or instrument.id,
        "edition": overlay.edition,
        "wording": overlay.wording,
        "source": overlay.source or instrument.source,
        "licence": overlay.licence or instrument.licence,
        "language": overlay.language or instrument.language,
        "shell": instrument.shell and overlay.wording != "official",
    }
    return _reworded(instrument, overlay, further)


def translated(instrument: Instrument, translation: Translation) -> Instrument:
    """An instrument in another language: the same id and edition, and English where the translation says nothing.

    Raises
    ------
    ValueError
        If it has words for what is not there; see :func:`misplaced`.
    """
    return _reworded(instrument, translation, {"language": translation.language})


def misplaced(instrument: Instrument, wording: Wording) -> Iterator[Said]:
    """What a wording has words for and the instrument has not, each with the path of where it is said."""
    scales = {one.id: one for one in instrument.scales}
    questions = {one.id: one for one in instrument.questions}
    for field, known in (
        ("constructs", {one.id: one for one in instrument.constructs}),
        ("sections", {one.id: one for one in instrument.sections}),
        ("scales", scales),
        ("questions", questions),
    ):
        yield from _strange((field,), field.removesuffix("s"), getattr(wording, field), known)
    for name, words in wording.scales.items():
        if name in scales:
            yield from _of_choices(("scales", name), words, scales[name])
    for name, asked in wording.questions.items():
        if name in questions:
            own = {one.value for one in questions[name].options}
            yield from _strange(("questions", name, "options"), "answer of its own", asked.options, own)
    for field in ("cautions", "discussion"):
        given, there = len(getattr(wording, field)), len(getattr(instrument, field))
        if given > there:
            yield (field, there), f"there are {given} here, and {there} in '{instrument.id}'; give them in its order"


Chosen = TypeVar("Chosen", bound=Declared)
_Words: TypeAlias = OptionWords | ThirdWords | ScaleWords | ConstructWords | SectionWords | QuestionWords | Wording


def _of_choices(path: Path, words: ScaleWords, scale: Scale) -> Iterator[Said]:
    thirds = {one.value: one for one in scale.thirds}
    yield from _strange((*path, "options"), "answer", words.options, {one.value for one in scale.options})
    yield from _strange((*path, "thirds"), "third state", words.thirds, thirds)
    for value, third in words.thirds.items():
        if value in thirds:
            known = {one.value for one in thirds[value].reasons}
            yield from _strange((*path, "thirds", value, "reasons"), "reason", third.reasons, known)


def _strange(path: Path, what: str, given: Mapping[str, Any], known: Iterable[str]) -> Iterator[Said]:
    known = dict.fromkeys(known)
    few = len(known) <= NAMED and len(given) <= NAMED
    for name in given:
        if name not in known:
            near = nearest(name, known) if few else None
            hint = f"; did you mean '{near}'?" if near else f"; there are: {', '.join(known)}" if known and few else ""
            yield (*path, name), f"there is no {what} {quoted(name)} in what this is laid over{hint}"


def _reworded(instrument: Instrument, wording: Wording, further: Mapping[str, Any]) -> Instrument:
    if strange := [says for _, says in misplaced(instrument, wording)]:
        raise ValueError("; ".join(strange))
    made = {
        **{name: getattr(instrument, name) for name in Instrument.model_fields},
        **({"plain": ""} if wording.purpose else {}),
        **_texts(wording, "title", "short", "purpose", "plain", "who"),
        "cautions": _in_order(instrument.cautions, wording.cautions),
        "constructs": tuple(_put(one, wording.constructs.get(one.id)) for one in instrument.constructs),
        "scales": tuple(_scale(one, wording.scales.get(one.id)) for one in instrument.scales),
        "sections": tuple(
            _put(one, wording.sections.get(one.id)).model_copy(
                update={"questions": tuple(_question(each, wording.questions.get(each.id)) for each in one.questions)}
            )
            for one in instrument.sections
        ),
        "discussion": tuple(
            prompt if asks == prompt.asks else prompt.model_copy(update={"asks": asks, "plain": ""})
            for prompt, asks in zip(
                instrument.discussion,
                _in_order([prompt.asks for prompt in instrument.discussion], wording.discussion),
                strict=True,
            )
        ),
        **further,
    }
    return Instrument.model_validate(made)


def _texts(words: _Words, *names: str) -> dict[str, str]:
    """What is said."""
    return {name: text for name in names if (text := getattr(words, name))}


def _put(one: Chosen, words: _Words | None) -> Chosen:
    """One thing in other words; the plainer words of before do not stay beside a new wording."""
    if words is None:
        return one
    told = {name: text for name in type(words).model_fields if isinstance(text := getattr(words, name), str) and text}
    first = next(iter(type(words).model_fields))
    if first in told and "plain" in type(words).model_fields:
        told = {"plain": "", **told}
    return one.model_copy(update=told)


def _question(question: Question, words: QuestionWords | None) -> Question:
    given = words.options if words else {}
    options = tuple(_put(one, given.get(one.value)) for one in question.options)
    return _put(question, words).model_copy(update={"options": options})


def _scale(scale: Scale, words: ScaleWords | None) -> Scale:
    if words is None:
        return scale
    options: tuple[Option, ...] = tuple(_put(one, words.options.get(one.value)) for one in scale.options)
    thirds = tuple(_third(one, words.thirds.get(one.value)) for one in scale.thirds)
    ends = _texts(words, "least_says", "most_says")
    return scale.model_copy(update={"options": options, "thirds": thirds, **ends})


def _third(third: Third, words: ThirdWords | None) -> Third:
    given = words.reasons if words else {}
    return _put(third, words).model_copy(
        update={"reasons": tuple(_put(one, given.get(one.value)) for one in third.reasons)}
    )


def _in_order(texts: Iterable[str], given: tuple[str, ...]) -> tuple[str, ...]:
    """Each text, or what is given in its place."""
    texts = tuple(texts)
    return tuple(new or old for new, old in zip((*given, *("",) * (len(texts) - len(given))), texts, strict=True))
