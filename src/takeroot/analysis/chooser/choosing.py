"""Which frameworks do the answers speak for? Those on the shortlist, why they are there, and what would change it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from takeroot.analysis.chooser import rules
from takeroot.analysis.chooser.grounds import GROUNDS, Ground
from takeroot.analysis.chooser.questions import QUESTIONS, STRONG
from takeroot.analysis.chooser.rules import CODES, IDS, Ranked, Sets
from takeroot.errors import Fault, FaultyInput, NotFound
from takeroot.vocabulary import instruments_in_files
from takeroot.vocabulary.frameworks import FRAMEWORKS, LOGICS, Situation
from takeroot.vocabulary.instrument import Instrument

SHELL = "only a shell of its instrument is here, for those who hold the official text"


@dataclass(frozen=True)
class Choice:
    """What the answers speak for.

    Parameters
    ----------
    situation
        What was answered.
    frameworks
        All ten, in the order of the Element's table: ``framework`` and ``name``, ``total``, ``rank`` (equal where
        totals are; none for what is set aside and where too little is answered), ``shortlisted``, ``set_aside`` (the
        reason; none where it is not), ``back`` (whether it was brought back) and ``logics``.
    reasons
        Each answer that gives a framework points: ``framework``, ``question``, ``answer``, ``points`` (weighted),
        ``strong``, ``ground`` and ``source`` (none where it is our own judgement).
    changes
        Each single other answer with which others would stand first: ``question``, ``now`` (none where it is not
        answered), ``instead`` and ``first``, a list.
    companions
        Where the change is contested and the shortlist lacks one of the three logics: ``logic`` and ``framework``,
        more than one where they tie.
    """

    situation: Situation
    frameworks: pl.DataFrame
    reasons: pl.DataFrame
    changes: pl.DataFrame
    companions: pl.DataFrame

    @property
    def answered(self) -> int:
        """How many of the eight questions were answered."""
        return sum(getattr(self.situation, question) is not None for question in IDS)

    @property
    def enough(self) -> bool:
        """Whether enough was answered for a shortlist."""
        return self.answered >= rules.ENOUGH

    @property
    def shortlist(self) -> tuple[str, ...]:
        """The frameworks on it, by rank; those that tie stand in the order of the Element's table."""
        return tuple(self.frameworks.filter("shortlisted").sort("rank", maintain_order=True)["framework"])

    @property
    def first(self) -> tuple[str, ...]:
        """What stands first, alone or together."""
        return tuple(self.frameworks.filter(pl.col("rank") == 1)["framework"])

    @property
    def separates(self) -> bool:
        """Whether the answers tell the frameworks apart."""
        return self.enough and len(self.shortlist) <= rules.SEPARATES


def choose(
    answers: Mapping[str, object] | Situation,
    *,
    contested: bool | None = None,
    back: Iterable[str] = (),
    shells: Iterable[str] | None = None,
) -> Choice:
    """Which frameworks the answers speak for, by points that are our own.

    Parameters
    ----------
    answers
        Any of ``aim``, ``purpose``, ``what``, ``scale``, ``interdependence``, ``output``, ``when`` and ``who``, each
        with the word of its answer; ``contested`` may stand among them.
    contested
        Whether people disagree about the change.
    back
        Frameworks to bring back although they are set aside.
    shells
        Frameworks of whose instrument there is only a shell: set aside. As in the library, if not given.

    Returns
    -------
    Choice
        The frameworks with totals and ranks, and why; :func:`~takeroot.analysis.chooser.says` puts it into sentences.

    Raises
    ------
    NotFound
        If there is no such question, answer or framework; the nearest is named.
    FaultyInput
        If several words are not known.

    Examples
    --------
    >>> choice = choose({"aim": "sustain", "what": "single_intervention", "scale": "team", "when": "during"})
    >>> choice.shortlist, choice.first
    (('dsf', 'nhssm', 'npt'), ('dsf',))
    """
    situation = answers if isinstance(answers, Situation) else situation_of(answers)
    if contested is not None:
        situation = situation.model_copy(update={"contested": contested})
    again = _known(back)
    shelled = _shelled() if shells is None else _known(shells)
    sets = _set_of(situation)
    found = rules.ranked(sets, back=again, shells=shelled)
    return Choice(
        situation,
        _frameworks(sets, found, again, shelled),
        _reasons(situation),
        _changes(situation, sets, found, again, shelled),
        _companions(situation, found),
    )


def situation_of(answers: Mapping[str, object]) -> Situation:
    """The answers by their words, however they are written: ``scale-up`` is ``scale_up``.

    Raises
    ------
    NotFound
        If a question or an answer is not known.
    FaultyInput
        If several are not.
    """
    said: dict[str, object] = {}
    wrong: list[NotFound] = []
    for question, word in answers.items():
        try:
            said[_question(question)] = _answer(_question(question), word)
        except NotFound as error:
            wrong.append(error)
    if len(wrong) > 1:
        raise FaultyInput([Fault(str(error)) for error in wrong])
    if wrong:
        raise wrong[0]
    return Situation.model_validate(said)


def _question(name: str) -> str:
    if (tidy := _tidy(name)) in (*IDS, "contested"):
        return tidy
    raise NotFound("question", name, (*IDS, "contested"))


def _answer(question: str, word: object) -> object:
    if word is None or (text := _tidy(word)) == "":
        return None
    if question == "contested":
        if text in _SAID:
            return _SAID[text]
        raise NotFound("answer to contested", str(word), ("yes", "no"))
    known = [answer.word for answer in QUESTIONS[IDS.index(question)].answers]
    if text in known:
        return text
    raise NotFound(f"answer to {question}", str(word), known)


_SAID = {"yes": True, "true": True, "no": False, "false": False}


def _tidy(word: object) -> str:
    return str(word).strip().casefold().replace("-", "_").replace(" ", "_")


def _known(codes: Iterable[str]) -> frozenset[str]:
    found = frozenset(str(code).strip().casefold() for code in codes)
    for code in sorted(found - set(CODES)):
        raise NotFound("framework", code, CODES)
    return found


def shells(instruments: Iterable[Instrument]) -> frozenset[str]:
    """The frameworks of whose instruments there are only shells."""
    given = [one for one in instruments if one.framework in FRAMEWORKS]
    return frozenset(str(one.framework) for one in given if one.shell) - {
        one.framework for one in given if not one.shell
    }


def _shelled() -> frozenset[str]:
    """As the library has it."""
    return shells(instruments_in_files.library().values())


def _set_of(situation: Situation) -> Sets:
    """The answers as places; -1 where there is none."""
    words = [[answer.word for answer in question.answers] for question in QUESTIONS]
    said = [getattr(situation, question) for question in IDS]
    return np.array([[-1 if word is None else known.index(word) for word, known in zip(said, words, strict=True)]])


def _frameworks(sets: Sets, found: Ranked, back: Collection[str], shelled: Collection[str]) -> pl.DataFrame:
    rows = []
    for at, framework in enumerate(FRAMEWORKS.values()):
        why = [says for where, says in rules.asides(sets, framework.code) if where[0]]
        why += [SHELL] if framework.code in shelled else []
        rows.append(
            {
                "framework": framework.code,
                "name": framework.name,
                "total": int(found.totals[0, at]),
                "rank": int(found.ranks[0, at]) or None,
                "shortlisted": bool(found.shortlisted[0, at]),
                "set_aside": "; ".join(why) if why and framework.code not in back else None,
                "back": bool(why) and framework.code in back,
                "logics": list(framework.logics),
            }
        )
    return pl.DataFrame(rows, schema_overrides={"rank": pl.Int64, "set_aside": pl.String})


def _reasons(situation: Situation) -> pl.DataFrame:
    """Every answer that gives points, framework by framework."""
    rows = []
    for code in CODES:
        for question in QUESTIONS:
            for answer in question.answers:
                points = answer.points.get(code, 0)
                if points and answer.word == getattr(situation, question.id):
                    ground = (
                        GROUNDS.get((code, question.id, answer.word), Ground("")) if points == STRONG else Ground("")
                    )
                    cells = (code, question.id, answer.word, points * question.weight, points == STRONG)
                    rows.append((*cells, ground.says or None, ground.source or None))
    kinds = {"framework": pl.String, "question": pl.String, "answer": pl.String, "points": pl.Int64}
    kinds |= {"strong": pl.Boolean, "ground": pl.String, "source": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _changes(
    situation: Situation, sets: Sets, found: Ranked, back: Collection[str], shelled: Collection[str]
) -> pl.DataFrame:
    """Each other answer to one question with which others would stand first."""
    others = [
        (at, place)
        for at, question in enumerate(QUESTIONS)
        for place in range(len(question.answers))
        if place != sets[0, at]
    ]
    changed = np.repeat(sets, len(others), axis=0)
    for row, (at, place) in enumerate(others):
        changed[row, at] = place
    then = rules.ranked(changed, back=back, shells=shelled).first
    rows = [
        {
            "question": IDS[at],
            "now": getattr(situation, IDS[at]),
            "instead": QUESTIONS[at].answers[place].word,
            "first": [code for code, is_first in zip(CODES, firsts, strict=True) if is_first],
        }
        for (at, place), firsts in zip(others, then, strict=True)
        if found.first.any() and (firsts != found.first[0]).any()
    ]
    kinds: dict[str, Any] = {"question": pl.String, "now": pl.String, "instead": pl.String}
    return pl.DataFrame(rows, schema={**kinds, "first": pl.List(pl.String)})


def _companions(situation: Situation, found: Ranked) -> pl.DataFrame:
    """For each logic that the shortlist of a contested change lacks, what has most points and works by it."""
    rows = []
    there = {
        logic
        for code, listed in zip(CODES, found.shortlisted[0], strict=True)
        if listed
        for logic in FRAMEWORKS[code].logics
    }
    for logic in LOGICS if there and situation.contested else ():
        if logic in there:
            continue
        may = np.array([logic in FRAMEWORKS[code].logics for code in CODES]) & ~found.aside[0]
        most = np.where(may, found.totals[0], -1).max()
        rows += [(logic, code) for at, code in enumerate(CODES) if may[at] and found.totals[0, at] == most]
    return pl.DataFrame(rows, schema={"logic": pl.String, "framework": pl.String}, orient="row")


@dataclass(frozen=True)
class Leaning:
    """Where the points lean, over every way to answer all eight questions.

    Parameters
    ----------
    sets
        How many ways there are.
    first
        For each framework the share of them in which it stands first, alone or together.
    joint, many
        The share in which several stand first, and in which more are on the shortlist than the answers tell apart.
    """

    sets: int
    first: Mapping[str, float]
    joint: float
    many: float


def leaning(shells: Iterable[str] | None = None) -> Leaning:
    """Where the points lean: how often each framework would come first if every way to answer were as likely.

    Examples
    --------
    >>> found = leaning(shells=())
    >>> found.sets, round(found.first["nasss"], 3), round(found.first["mlp"], 3)
    (43200, 0.273, 0.035)
    """
    return _leaning(_shelled() if shells is None else _known(shells))


@cache
def _leaning(shelled: frozenset[str]) -> Leaning:
    found = rules.ranked(rules.every_full_set(), shells=shelled)
    first = dict(zip(CODES, found.first.mean(axis=0).tolist(), strict=True))
    joint = float((found.first.sum(axis=1) > 1).mean())
    many = float((found.shortlisted.sum(axis=1) > rules.SEPARATES).mean())
    return Leaning(len(found.totals), first, joint, many)


def instruments_of(framework: str) -> list[Instrument]:
    """The instruments of the library that follow a framework."""
    return [one for one in instruments_in_files.library().values() if one.framework == framework]
