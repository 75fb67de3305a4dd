"""Totals, what is set aside, ranks and shortlists, of many sets of answers at once.

A set of answers is a row of places: which answer was given to each question, or ``-1``. So one choice, every choice
that differs from it in one answer, and all 43,200 full sets go the same way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from takeroot.analysis.chooser.questions import QUESTIONS
from takeroot.vocabulary.frameworks import FRAMEWORKS

#: Fewer answers give no shortlist.
ENOUGH = 4
#: Who is on the shortlist: totals at most so far from the top, and ranks up to this.
WITHIN, UP_TO = 2, 3
#: More on the shortlist are not told apart.
SEPARATES = 4

CODES = tuple(FRAMEWORKS)
IDS = tuple(question.id for question in QUESTIONS)

Sets = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ranked:
    """What the answers give, a row for each set and a column for each framework.

    Parameters
    ----------
    totals, aside
        The points, and which are set aside.
    ranks
        Equal where totals are; 0 for what is set aside, and where too few questions are answered.
    """

    totals: npt.NDArray[np.int64]
    aside: Marks
    ranks: npt.NDArray[np.int64]

    @property
    def first(self) -> Marks:
        """Which stand first, alone or together."""
        return self.ranks == 1

    @property
    def shortlisted(self) -> Marks:
        """Which are on the shortlist."""
        top = np.where(self.first, self.totals, 0).max(axis=1, keepdims=True)
        return (self.ranks > 0) & (self.ranks <= UP_TO) & (self.totals >= top - WITHIN)


#: For each question the weighted points of each answer (a row) for each framework (a column); none for no answer.
_POINTS = tuple(
    np.array(
        [[answer.points.get(code, 0) * question.weight for code in CODES] for answer in question.answers]
        + [[0] * len(CODES)]
    )
    for question in QUESTIONS
)


def ranked(sets: Sets, *, back: Collection[str] = (), shells: Collection[str] = ()) -> Ranked:
    """Totals, what is set aside, and ranks.

    Parameters
    ----------
    sets
        A row for each set of answers: which answer to each question, or -1.
    back
        Frameworks that are never set aside.
    shells
        Frameworks of whose instrument there is only a shell: set aside.
    """
    totals = np.sum([points[sets[:, at]] for at, points in enumerate(_POINTS)], axis=0)
    aside = np.column_stack(
        [np.zeros(len(sets), bool) if code in back else _aside(sets, code) | (code in shells) for code in CODES]
    )
    higher = (totals[:, None, :] > totals[:, :, None]) & ~aside[:, None, :]
    ranks = higher.sum(axis=2) + 1
    enough = (sets >= 0).sum(axis=1, keepdims=True) >= ENOUGH
    return Ranked(totals, aside, np.where(aside | ~enough, 0, ranks))


def _is(sets: Sets, question: str, *words: str) -> Marks:
    """Where one of these answers was given."""
    at = IDS.index(question)
    places = [place for place, answer in enumerate(QUESTIONS[at].answers) if answer.word in words]
    return np.isin(sets[:, at], places)


def _aside(sets: Sets, code: str) -> Marks:
    return np.any([where for where, _ in asides(sets, code)], axis=0) if code in _RULES else np.zeros(len(sets), bool)


def asides(sets: Sets, code: str) -> list[tuple[Marks, str]]:
    """Where a framework is set aside for what was answered, with the reason of each rule."""
    return [(rule(sets), says) for rule, says in _RULES.get(code, ())]


_NO_SCORE = (lambda sets: _is(sets, "output", "score"), "it is not built to give a score")
_RULES = {
    "rii": (
        (
            lambda sets: _is(sets, "interdependence", "high"),
            "it alone does not look at systems, and much depends on each other here",
        ),
    ),
    "mlp": (
        (
            lambda sets: _is(sets, "scale", "team", "organisation") & ~_is(sets, "aim", "transition"),
            "it is about whole systems, and this is within one organisation",
        ),
        _NO_SCORE,
    ),
    "nasss": (_NO_SCORE,),
}


def every_full_set() -> Sets:
    """Every way to answer all eight questions."""
    return np.array(list(product(*(range(len(question.answers)) for question in QUESTIONS))))
