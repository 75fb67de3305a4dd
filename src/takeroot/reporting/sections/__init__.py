"""The sections of a report, in their order.

Each takes the results and gives a section, or nothing where there is nothing to show and nothing missing that matters.
"""

from __future__ import annotations

from collections.abc import Callable

from takeroot.reporting.blocks import Section
from takeroot.reporting.results import Results
from takeroot.reporting.sections.asking import asking
from takeroot.reporting.sections.choosing import choosing
from takeroot.reporting.sections.fidelity import fidelity
from takeroot.reporting.sections.first import meaning, start, two_answers
from takeroot.reporting.sections.foreseeing import foreseeing
from takeroot.reporting.sections.improvement import adapting, improvement
from takeroot.reporting.sections.intending import intending
from takeroot.reporting.sections.lasting import lasting
from takeroot.reporting.sections.measuring import findings, measuring
from takeroot.reporting.sections.method import computed, missing
from takeroot.reporting.sections.scaling import alongside, both_ways, carrying, people
from takeroot.reporting.sections.spreading import planning, reaching, spreading
from takeroot.reporting.sections.story import around, changing, deciding, story
from takeroot.reporting.sections.tying import tying
from takeroot.reporting.sections.writing import writing

#: What a report shows, in the order in which it is read.
SECTIONS: tuple[Callable[[Results], Section | None], ...] = (
    start,
    two_answers,
    spreading,
    planning,
    reaching,
    tying,
    foreseeing,
    people,
    lasting,
    measuring,
    findings,
    improvement,
    fidelity,
    adapting,
    carrying,
    around,
    both_ways,
    alongside,
    changing,
    story,
    deciding,
    choosing,
    asking,
    writing,
    intending,
    meaning,
    missing,
    computed,
)

#: The name of each section in links, and its title; in the same order.
CHAPTERS: dict[str, str] = {
    "begin": "Where to begin",
    "answers": "The two answers",
    "spread": "Spread: where sites stand",
    "plan": "Planned and actual",
    "reach": "Who is reached",
    "network": "Who is tied to whom",
    "forecast": "What next",
    "people": "Eligible people reached, and who is not",
    "sustained": "Staying in use",
    "measures": "What the measures show",
    "findings": "Findings",
    "improvement": "The improvement, its core and its delivery",
    "fidelity": "Fidelity: what is done, and what it still does",
    "adaptations": "Adaptations",
    "scale-up": "Scale-up: what carries it, and where that is held back",
    "around": "Around it: conditions and support",
    "both-ways": "Enabling here, limiting there",
    "alongside": "Other work, and what is stopped or kept local",
    "changes": "What changed, and what speaks to it",
    "timeline": "The timeline, and the notes",
    "decisions": "Decisions and actions",
    "frameworks": "The frameworks chosen, and why",
    "asked": "What people answered: questionnaires",
    "records": "What teams wrote: records",
    "intended": "What is intended: plans of spread and scale-up",
    "meaning": "What is meant",
    "missing": "What is missing",
    "computed": "How every figure was computed",
}

#: What it shows while nothing but words is recorded.
BEGINNING = (start, two_answers, choosing, meaning, missing, computed)

__all__ = ["BEGINNING", "CHAPTERS", "SECTIONS"]
