"""What a team's columns, words and colours were taken to mean: said once, kept, and used again next month.

A mapping is a value. Answers make another: nothing is guessed in between. It is kept in ``mappings.yaml`` (see
:mod:`~takeroot.exchange.tracker.mappings`).
"""

from __future__ import annotations

from collections.abc import Mapping as Answers
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from takeroot.exchange.tracker.dating import Quarters
from takeroot.exchange.tracker.headings import OF_A_STAGE, Means, heading
from takeroot.exchange.tracker.questions import Question
from takeroot.exchange.tracker.words import Sure, parted, plain
from takeroot.vocabulary.column import Dates
from takeroot.vocabulary.rule import Day, Declared, Name, Words
from takeroot.vocabulary.stages import Stage

ReasonKind = Literal["", "decided", "replaced", "lapsed"]
Said = Stage | Literal["nothing", "asked"]


class SheetPart(Declared):
    """One sheet of the file, and what is taken of it.

    Parameters
    ----------
    sheet
        Its name.
    take
        Whether its rows are taken.
    why
        Why.
    as_at
        The day it speaks of; asked, where it is not known.
    as_at_why
        Where that day is known from.
    suggested
        The day it most likely speaks of, where it has to be asked.
    first_header, last_header
        The rows of its header.
    rows
        How many rows say something of a site.
    left_out
        What was left out, in sentences.
    """

    sheet: Name
    take: Literal["yes", "no", "asked"] = "yes"
    why: Words = ""
    as_at: Day | None = None
    as_at_why: Words = ""
    suggested: Day | None = None
    first_header: int = Field(default=1, ge=0)
    last_header: int = Field(default=1, ge=0)
    rows: int = Field(default=0, ge=0)
    left_out: tuple[Words, ...] = ()


class ColumnMeaning(Declared):
    """What the column of a heading means.

    Parameters
    ----------
    heading
        Its heading, those of several header rows joined by ``/``.
    means
        What it means.
    stage
        The stage that began, is planned or was reached.
    name
        The measure whose values stand there, or the name under which it is kept with the site.
    later
        Of days on which a stage began: what a day after the tracker's own means.
    suggested
        What it most likely means, where it has to be asked.
    sure, why
        How sure that is, and why.
    """

    heading: Name
    means: Means = "asked"
    stage: Stage | None = None
    name: Words = ""
    later: Literal["asked", "plan", "mistake"] = "asked"
    suggested: Words = ""
    sure: Sure = "sure"
    why: Words = ""

    @model_validator(mode="after")
    def _has_its_stage(self) -> ColumnMeaning:
        if self.means in OF_A_STAGE and self.stage is None:
            raise ValueError(f"a stage is needed beside '{self.means}'")
        return self


class WordMeaning(Declared):
    """What a word under a status means.

    Parameters
    ----------
    word
        As it is looked up: small, without marks around it.
    column
        The heading under which it means this; everywhere, where empty.
    means
        A stage, ``nothing``, or ``asked``.
    before_use
        What it means of a site that has not used the improvement so far, where that differs.
    reason_kind
        How a site stopped, where the word says so.
    suggested, sure, why
        As of a column.
    """

    word: Name
    column: Words = ""
    means: Said = "asked"
    before_use: Stage | None = None
    reason_kind: ReasonKind = ""
    suggested: Words = ""
    sure: Sure = "sure"
    why: Words = ""


class ColourMeaning(Declared):
    """What a fill colour means; colours count only where one of these gives them a stage.

    Parameters
    ----------
    colour
        As ``#rrggbb``.
    means, before_use, reason_kind, suggested, why
        As of a word.
    """

    colour: Name
    means: Said = "asked"
    before_use: Stage | None = None
    reason_kind: ReasonKind = ""
    suggested: Words = ""
    why: Words = ""


class SiteDecision(Declared):
    """What somebody decided of a name in the tracker.

    Parameters
    ----------
    named
        The name as the tracker has it.
    decision
        ``is`` the site below; ``new``; ``leave out``; rows of this name are ``one`` site, only the ``first`` or the
        ``last`` of them counts, or they are sites ``apart``; it was ``renamed`` from the site below; it ``merged`` into
        it.
    site
        The site.
    on
        The first day of the new name, or of the merger.
    """

    named: Name
    decision: Literal["is", "new", "leave out", "one", "first", "last", "apart", "renamed", "merged"]
    site: Words = ""
    on: Day | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> SiteDecision:
        if self.decision in ("is", "renamed", "merged") and not self.site:
            raise ValueError(f"the site is needed beside '{self.decision}'")
        if self.decision in ("renamed", "merged") and self.on is None:
            raise ValueError(f"a day is needed beside '{self.decision}'")
        return self


class Decision(Declared):
    """What somebody answered to a question about one site: its key, and the answer."""

    question: Name
    answer: Name


class Mapping(Declared):
    """What one layout of a tracker means.

    Parameters
    ----------
    name
        What it is called: the source of every stage taken by it, the same from month to month.
    sheets
        The sheets of the file it was last made for.
    columns, words, colours
        What they mean.
    dates
        How days such as 03/04/2024 are written, where that has to be known.
    quarters
        Whether a first quarter begins in January or in April, where that has to be known.
    seen
        The days the tracker spoke of when it was taken, in order.
    sites, decisions
        What was decided of sites.

    Examples
    --------
    >>> mapping = Mapping(name="tracker", columns=[{"heading": "Ward", "means": "site"}, {"heading": "Date"}])
    >>> [question.key for question in mapping.open_questions]
    ['column:Date']
    >>> mapping.with_answers({"column:Date": "began using"}).open_questions
    ()
    """

    name: Name = "tracker"
    sheets: tuple[SheetPart, ...] = ()
    columns: tuple[ColumnMeaning, ...] = ()
    words: tuple[WordMeaning, ...] = ()
    colours: tuple[ColourMeaning, ...] = ()
    dates: Literal["", "day-first", "month-first", "asked"] = ""
    quarters: Literal["", "calendar", "financial", "asked"] = ""
    seen: tuple[Day, ...] = ()
    sites: tuple[SiteDecision, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """Everything that can be said of the file, answered or not."""
        from takeroot.exchange.tracker.asking import questions

        return tuple(questions(self))

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """What has to be asked."""
        return tuple(question for question in self.questions if question.open)

    @property
    def signature(self) -> frozenset[str]:
        """The headings by which its layout is known again: those that mean something, months aside."""
        silent = ("ignored", "asked", "status in month", "value in month")
        return frozenset(heading(one.heading) for one in self.columns if one.means not in silent)

    @property
    def order(self) -> Dates | None:
        """How days such as 03/04/2024 are written, where that is known."""
        return self.dates if self.dates in ("day-first", "month-first") else None

    @property
    def first_quarter(self) -> Quarters | None:
        """When the first quarter begins, where that is known."""
        return self.quarters if self.quarters in ("calendar", "financial") else None

    def with_answers(self, answers: Answers[str, str]) -> Mapping:
        """The mapping with what a person answered.

        Parameters
        ----------
        answers
            By the keys of the questions.

        Raises
        ------
        FaultyInput
            With a sentence for each answer that can not be taken.
        """
        from takeroot.exchange.tracker.answering import answered

        return answered(self, answers)

    def column(self, said: str) -> ColumnMeaning | None:
        """What the column of this heading means."""
        wanted = heading(said)
        return next((one for one in self.columns if heading(one.heading) == wanted), None)

    def word(self, said: str, column: str = "") -> WordMeaning | None:
        """What a word means under this heading, or everywhere."""
        wanted, under = plain(said), heading(column)
        if all(plain(one.word) != wanted for one in self.words):
            wanted = parted(said)[0]
        found = [one for one in self.words if plain(one.word) == wanted]
        here = [one for one in found if one.column and heading(one.column) == under]
        return next(iter(here), next((one for one in found if not one.column), None))

    def colour(self, hexa: str) -> ColourMeaning | None:
        """What a colour means."""
        return next((one for one in self.colours if one.colour == hexa), None)

    def decided(self, question: str) -> str:
        """What was answered to a question about one site."""
        return next((one.answer for one in self.decisions if one.question == question), "")

    def seen_before(self, day: date) -> date | None:
        """The last day before this one of which the tracker spoke."""
        return max((one for one in self.seen if one < day), default=None)
