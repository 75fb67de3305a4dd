"""The eight questions, their answers in plain words, and the points that each answer gives a framework.

The points are this project's own; no published rule chooses among the ten as a set. What is not listed gives none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One of the answers to a question.

    Parameters
    ----------
    word, says
        As it is typed and kept, and in plain words.
    points
        What it gives each framework, before the weight of the question.
    """

    word: str
    says: str
    points: Mapping[str, int]


@dataclass(frozen=True)
class Question:
    """One of the eight questions.

    Parameters
    ----------
    id, asks, short
        As it is typed and kept, as it is asked, and as a label.
    weight
        How often its points count.
    """

    id: str
    asks: str
    short: str
    answers: tuple[Answer, ...]
    weight: int = 1

    def says(self, word: str) -> str:
        """An answer in plain words."""
        return next(answer.says for answer in self.answers if answer.word == word)


def _points(given: str) -> dict[str, int]:
    """``gtfs 2, who 1`` as points."""
    return {code: int(points) for code, points in (one.split() for one in given.split(", "))}


def _of(word: str, says: str, points: str) -> Answer:
    return Answer(word, says, _points(points))


QUESTIONS: tuple[Question, ...] = (
    Question(
        "aim",
        "What do you mainly want?",
        "Main aim",
        (
            _of("spread", "to reach more places", "spread 2, gtfs 1, who 1, nasss 1"),
            _of("scale_up", "to build what wide use needs", "gtfs 2, who 2, 3s 2, nasss 1, mlp 1"),
            _of("sustain", "to keep it going", "dsf 2, nhssm 2, rii 2, nasss 1, npt 1"),
            _of("embed", "to make it normal work where it is used", "npt 2, dsf 1, nasss 1, rii 1"),
            _of("transition", "to change how a whole system does things", "mlp 2, nasss 1"),
        ),
        weight=2,
    ),
    Question(
        "purpose",
        "What is the framework for?",
        "Purpose",
        (
            _of("applied", "to guide what we do", "gtfs 2, spread 2, nhssm 2, who 2, dsf 1, nasss 1, 3s 1"),
            _of("research", "to study what happens", "npt 2, rii 2, mlp 2, dsf 1, nasss 1, 3s 1"),
            _of("both", "to do both", "dsf 2, nasss 2, 3s 2, npt 1"),
        ),
    ),
    Question(
        "what",
        "What is it about?",
        "What it is about",
        (
            _of(
                "single_intervention",
                "one intervention, such as a guideline or a protocol",
                "dsf 2, spread 2, gtfs 1, nhssm 1, npt 1",
            ),
            _of("technology_or_service", "a technology, or a service built on one", "nasss 2, npt 1, mlp 1"),
            _of("qi_programme", "a quality improvement programme", "nhssm 2, rii 2, spread 1, 3s 1"),
            _of("public_health_programme", "a public health programme", "gtfs 2, who 2, 3s 1"),
            _of(
                "large_sociotechnical",
                "a large change of technology, organisation and habits together",
                "mlp 2, nasss 1",
            ),
        ),
    ),
    Question(
        "scale",
        "How wide is it?",
        "How wide",
        (
            _of("team", "one team", "nhssm 2, npt 2, dsf 1, rii 1"),
            _of("organisation", "one organisation", "dsf 2, rii 2, 3s 2, spread 1, nasss 1, nhssm 1, npt 1"),
            _of("multi_organisation", "several organisations", "gtfs 2, spread 2, 3s 2, dsf 1, nasss 1, who 1"),
            _of("national", "a whole country or health system", "gtfs 2, nasss 2, who 2, mlp 2, 3s 1"),
        ),
    ),
    Question(
        "interdependence",
        "How far do its parts and places depend on each other?",
        "Interdependence",
        (
            _of("low", "little, so that each place can do it by itself", "gtfs 2, spread 2, rii 2, nhssm 1"),
            _of("some", "somewhat", "dsf 1, gtfs 1, spread 1, nasss 1, nhssm 1, npt 1, who 1, 3s 1"),
            _of(
                "high",
                "much, so that what one place changes, others feel",
                "dsf 2, nasss 2, 3s 2, mlp 2, npt 1, who 1",
            ),
        ),
        weight=2,
    ),
    Question(
        "output",
        "What do you want to have in the end?",
        "In the end",
        (
            _of("score", "a score", "nhssm 2, rii 2, 3s 1"),
            _of("plan", "a plan", "gtfs 2, spread 2, who 2, 3s 2"),
            _of("narrative", "an account of how and why", "nasss 2, mlp 2, dsf 1, npt 1"),
            _of("staff_survey", "a survey of staff", "npt 2, rii 2"),
        ),
    ),
    Question(
        "when",
        "When will you use it?",
        "When",
        (
            _of("before", "before it begins", "gtfs 2, nasss 2, who 2, spread 1, 3s 1"),
            _of(
                "during",
                "while it is under way",
                "dsf 2, spread 2, npt 2, 3s 2, gtfs 1, nasss 1, nhssm 1, who 1",
            ),
            _of("after", "once it has been there for some time", "dsf 2, rii 2, nasss 1, nhssm 1, npt 1, mlp 1"),
        ),
    ),
    Question(
        "who",
        "Who will answer?",
        "Who answers",
        (
            _of("frontline_staff", "the staff who do the work", "npt 2, rii 2, nhssm 1"),
            _of("core_team", "the team that runs it", "gtfs 2, spread 2, nhssm 2, who 2, dsf 1, nasss 1"),
            _of("informed_observers", "observers who know it well", "3s 2, nasss 1, who 1"),
            _of("analysts", "analysts or researchers", "nasss 2, mlp 2, dsf 1, npt 1"),
        ),
    ),
)
CONTESTED = "Do people disagree about whether it should be done, or what it is for?"
#: Points that weigh most.
STRONG = 2
