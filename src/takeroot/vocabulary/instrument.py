"""An instrument as data: what is asked, by which scale, and what may be made of the answers.

There are three kinds. A *questionnaire* is answered by people, whose views are shown side by side. A *record* is
written by a team, dated and with reasons. A *plan* says what is intended, and then what was done. Wordings are always
our own paraphrases; a lead who holds the official text loads it as an overlay (:mod:`takeroot.vocabulary.wording`).

An edition is an instrument as it stood when it was answered. What was answered is never reworded: another wording is
another edition.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from takeroot.vocabulary.instrument_checking import disagreements
from takeroot.vocabulary.rule import Declared, Name, Words

Kind = Literal["questionnaire", "record", "plan"]
Subject = Literal["programme", "site", "own work"]
Status = Literal["confirmed", "unconfirmed"]
#: What may be made of the answers: nothing; what was answered, by construct; points by level, with weights; the mean
#: of each construct; simple, complicated or complex, by domain.
ScoringRule = Literal["none", "profile", "weighted levels", "mean of a construct", "complexity profile"]
#: How a question is answered: one of the options; any of them; a number; in words; on a day.
ScaleKind = Literal["one of", "any of", "number", "text", "day"]


_SHORT = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_TONGUE = re.compile("[a-z]{2,3}(-[A-Z]{2})?")


def _short(name: str) -> str:
    if not _SHORT.fullmatch(name):
        raise ValueError("a short name of small letters (a to z), digits, points, _ and - is needed, 64 at most")
    return name


def _tongue(code: str) -> str:
    if not _TONGUE.fullmatch(code):
        raise ValueError("the code of a language, such as en, cy or pt-BR, is needed")
    return code


#: A short name, by which answers find what they answer.
Id = Annotated[Name, AfterValidator(_short)]
Language = Annotated[Name, AfterValidator(_tongue)]


class Fact(Declared):
    """What is known of the instrument itself, and how surely."""

    says: Name
    status: Status
    source: Words = ""


class Option(Declared):
    """An answer that may be chosen.

    Parameters
    ----------
    value
        What is stored: the level or word, never a number made of it.
    says, plain
        What it says, and the same in plainer words.
    points
        What it counts, where the scoring rule weighs levels or takes means.
    """

    value: Id
    says: Name
    plain: Words = ""
    points: float | None = None


class Third(Declared):
    """A state that is neither an answer nor silence, such as "not relevant at this stage".

    Parameters
    ----------
    reasons
        Why it may be so, where the instrument asks.
    """

    value: Id
    says: Name
    plain: Words = ""
    reasons: tuple[Option, ...] = ()


class Scale(Declared):
    """How a question is answered.

    Parameters
    ----------
    options
        In their order; a question may bring its own.
    thirds
        States besides.
    least, most, step
        Of a number.
    least_says, most_says
        What the ends of a number mean.
    low
        The number at or below which an element is shown as a place to prepare; ours, where no source says.
    """

    id: Id
    kind: ScaleKind = "one of"
    options: tuple[Option, ...] = ()
    thirds: tuple[Third, ...] = ()
    least: float | None = None
    most: float | None = None
    step: float | None = None
    least_says: Words = ""
    most_says: Words = ""
    low: float | None = None


class Construct(Declared):
    """What questions are about, together.

    Parameters
    ----------
    within
        The construct that this is a part of.
    known_as
        What others call it, or parts of it, where they quote the framework in other words.
    """

    id: Id
    name: Name
    plain: Words = ""
    says: Words = ""
    within: Id | None = None
    known_as: tuple[Name, ...] = ()


class Question(Declared):
    """One thing that is asked.

    Parameters
    ----------
    id
        By which answers find it.
    asks, plain
        The question, and the same in plainer words.
    short
        What it is called in charts and tables, in a few words.
    help
        What helps to answer it.
    scale
        The id of its scale.
    of
        The construct that it is of.
    part
        The part of that construct of which it speaks, where only the construct is summed up.
    options
        Its own options, where each question has levels of its own.
    reversed
        Whether agreeing speaks against the construct; answers are stored as given.
    needed
        Whether it has to be answered before what is asked is sent.
    with_text
        Whether words are asked beside the answer: ``may`` or ``must``.
    calls_for
        The questions that have to be answered too, once this one is: reasons for a judgement, say.
    whole
        Whether it judges its construct as a whole, which nothing else may be made to stand for.
    by_site
        Whether it is answered for each site, as in a tracker.
    status
        Whether it is confirmed that the source has what is asked about; the wording is ours either way.
    """

    id: Id
    asks: Name
    plain: Words = ""
    short: Words = ""
    help: Words = ""
    scale: Id
    of: Id | None = None
    part: Id | None = None
    options: tuple[Option, ...] = ()
    reversed: bool = False
    needed: bool = False
    with_text: Literal["no", "may", "must"] = "may"
    calls_for: tuple[Id, ...] = ()
    whole: bool = False
    by_site: bool = False
    status: Status = "confirmed"


class Section(Declared):
    """Questions that stand on one page."""

    id: Id
    title: Name
    plain: Words = ""
    says: Words = ""
    questions: tuple[Question, ...] = Field(min_length=1)


class Scoring(Declared):
    """What is made of the answers.

    Parameters
    ----------
    rule
        One of a closed list.
    total
        Whether the authors defined a total; none is ever made where they did not.
    enough
        The share of the questions of a construct that must be answered for its mean.
    """

    rule: ScoringRule = "none"
    total: bool = False
    enough: float = Field(default=0.5, gt=0, le=1)
    source: Words = ""
    status: Status = "confirmed"


class Interpretation(Declared):
    """What the authors said of a result; shown only where it is confirmed, and always with its source.

    Parameters
    ----------
    at_least, below
        The range of which it speaks: of the total, or of the construct that it is ``of``.
    """

    says: Name
    of: Id | None = None
    at_least: float | None = None
    below: float | None = None
    source: Name
    status: Status = "unconfirmed"


class Prompt(Declared):
    """A question for discussion, after the answers: never an action by itself."""

    asks: Name
    plain: Words = ""
    of: Id | None = None


class Instrument(Declared):
    """An instrument, whole.

    Parameters
    ----------
    id, edition
        By which answers find it.
    title, short
        What people call it, and the same on a phone.
    kind
        Questionnaire, record or plan.
    framework
        The framework that it follows, as the chooser has it.
    purpose, plain, who, about
        What it is for, the same in plainer words, who answers, and about what.
    minutes
        About how long it takes; our own estimate.
    source, licence
        Whose it is, and who may use it.
    wording
        Always a paraphrase; ``official`` only in overlays that are not shipped.
    shell
        Whether it is only a shell for an official text that is not here: kept off the chooser's shortlist.
    language
        The code of its language.
    scales, constructs, sections
        How questions are answered, what they are about, and the questions themselves.
    scoring, interpretation
        What is made of the answers, and what its authors said of that.
    discussion
        What to talk about afterwards.
    facts, cautions
        What is known of it and how surely; what is printed with every result.
    """

    id: Id
    edition: Name
    title: Name
    short: Words = ""
    kind: Kind
    framework: Id | None = None
    purpose: Name
    plain: Words = ""
    who: Name
    about: tuple[Subject, ...] = ("programme",)
    minutes: int | None = Field(default=None, gt=0, le=600)
    source: tuple[Name, ...] = Field(min_length=1)
    licence: Name
    wording: Literal["paraphrase", "official"] = "paraphrase"
    language: Language = "en"
    shell: bool = False
    facts: tuple[Fact, ...] = ()
    scales: tuple[Scale, ...] = Field(min_length=1)
    constructs: tuple[Construct, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)
    scoring: Scoring = Scoring()
    interpretation: tuple[Interpretation, ...] = ()
    cautions: tuple[Name, ...] = ()
    discussion: tuple[Prompt, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    def scale(self, question: Question) -> Scale:
        """The scale of a question, with its own options where it has any."""
        scale = next(one for one in self.scales if one.id == question.scale)
        return scale.model_copy(update={"options": question.options}) if question.options else scale

    @property
    def reads_plain(self) -> bool:
        """Whether any of it is also said in plainer words."""
        return any(one.plain for one in self.questions) or any(one.plain for one in self.sections)

    @model_validator(mode="after")
    def _agrees(self) -> Instrument:
        if found := [says for _, says in disagreements(self.model_dump())]:
            raise ValueError("; ".join(found))
        return self
