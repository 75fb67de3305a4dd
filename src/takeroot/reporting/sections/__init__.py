"""The sections of a report, in their order.

Each takes the results and gives a section, or nothing where there is nothing to show and nothing missing that matters.
"""

from __future__ import annotations

from collections.abc import Callable

from takeroot.reporting.blocks import Section
from takeroot.reporting.results import Results
from takeroot.reporting.sections.first import meaning, start, two_answers
from takeroot.reporting.sections.improvement import adapting, improvement
from takeroot.reporting.sections.lasting import lasting
from takeroot.reporting.sections.measuring import findings, measuring
from takeroot.reporting.sections.method import computed, missing
from takeroot.reporting.sections.spreading import planning, reaching, spreading
from takeroot.reporting.sections.story import around, changing, deciding, story

#: What a report shows, in the order in which it is read.
SECTIONS: tuple[Callable[[Results], Section | None], ...] = (
    start,
    two_answers,
    spreading,
    planning,
    reaching,
    lasting,
    measuring,
    findings,
    improvement,
    adapting,
    around,
    changing,
    story,
    deciding,
    meaning,
    missing,
    computed,
)

#: What it shows while nothing but words is recorded.
BEGINNING = (start, two_answers, meaning, missing, computed)

__all__ = ["BEGINNING", "SECTIONS"]
