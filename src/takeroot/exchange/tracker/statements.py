"""What is stated of sites: where they stand, plans, values and notes, and what of it could not be read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from takeroot.errors import Fault
from takeroot.exchange.tracker.questions import Question
from takeroot.exchange.tracker.standing import From, Standing
from takeroot.vocabulary.stages import Stage


@dataclass(frozen=True)
class Planned:
    """A day by which a stage is planned."""

    stage: Stage
    due: date
    set_on: date
    at: From


@dataclass(frozen=True)
class Noted:
    """A note on a site."""

    on: date
    title: str
    text: str
    at: From


@dataclass
class Statements:
    """Everything that is stated, by site.

    Parameters
    ----------
    about
        What is said of sites: by site and column of the table; later sheets have the last word.
    standing, plans, notes, values
        By site; values by site, measure and month.
    days
        The days of snapshots that stand in columns.
    unused
        The sites for which a word means something else, since they are not known to have used the improvement.
    first
        The sites that were seen for the first time, by the day.
    later
        How many days come after the tracker's own, by the heading of their column, where that has to be asked.
    """

    about: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    come_from: dict[str, From] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)
    plans: dict[str, list[Planned]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[Noted]] = field(default_factory=lambda: defaultdict(list))
    values: dict[tuple[str, str, date], tuple[float, From]] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    later: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    confirmed: int = 0
    unused: dict[tuple[str, Stage], list[str]] = field(default_factory=lambda: defaultdict(list))
    first: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
