"""What was seen of one site: when it was in a group of stages, when out of it, and when nothing was known.

Every row counts, in the order of the record. A site recorded as using and as stopped from the same day, as where only
the year is known, was in use for a time of no length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from takeroot.analysis.adoption.record import UNKNOWN
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.stages import Stage

#: A row of the record: the day, the stage, and how it came to a stop.
Row = tuple[date, str, str | None]
State = Literal["in", "out", "unknown"]
Ending = Literal["left", "still so", "not known", "closed", "within the grace"]


@dataclass(frozen=True)
class Run:
    """An unbroken time in one state."""

    began: date
    state: State


@dataclass(frozen=True)
class Stay:
    """A time in the stages, with the absences in it that are overlooked."""

    began: date
    ended: date
    how: Ending
    left_as: str | None = None

    def goes_on(self, day: date) -> bool:
        """Whether it had not ended by the end of the day."""
        return self.ended > day or (self.how == "still so" and self.ended == day)


class Seen:
    """The runs of one site in, out and unknown, and its stays.

    Parameters
    ----------
    rows
        Its rows, in the order of the record.
    group
        The stages that count as in.
    closed, until
        The first day on which it no longer was, if it closed; and the day up to which the record is read.
    grace
        The months out that are overlooked.
    """

    def __init__(self, rows: Sequence[Row], group: Sequence[str], closed: date | None, until: date, grace: int) -> None:
        self.rows, self.group, self.grace = rows, group, grace
        self.closed, self.until = closed, closed or until
        states = [(on, self._state(stage)) for on, stage, _ in rows]
        self.runs = [Run(next(iter(run))[0], state) for state, run in groupby(states, key=lambda each: each[1])]
        self.stays = list(self._stays())

    @property
    def reached(self) -> date | None:
        """The day on which it was first in."""
        return next((run.began for run in self.runs if run.state == "in"), None)

    def state(self, day: date) -> State | None:
        """The state on a day; none before the first, or once the site had closed."""
        if self.closed and day >= self.closed:
            return None
        return next((run.state for run in reversed(self.runs) if run.began <= day), None)

    def away(self, since: date, day: date) -> bool:
        """Whether it was out at some time after ``since`` for longer than the grace, by an absence begun by the day.

        After such an absence it is taken to be out until it is seen to be in again.
        """
        return any(
            run.state == "out"
            and run.began <= day
            and (self._back(place) or date.max) > since
            and self._longer(run, self._following(place))
            for place, run in enumerate(self.runs)
        )

    def _state(self, stage: str) -> State:
        return "in" if stage in self.group else "unknown" if stage == UNKNOWN else "out"

    def _following(self, place: int) -> Run | None:
        return self.runs[place + 1] if place + 1 < len(self.runs) else None

    def _back(self, place: int) -> date | None:
        """When it was first in again after a run."""
        return next((run.began for run in self.runs[place + 1 :] if run.state == "in"), None)

    def _stays(self) -> Iterator[Stay]:
        began = None
        for place, run in enumerate(self.runs):
            if run.state == "in":
                began = began or run.began
            elif began is not None:
                back = self._back(place)
                if back is None or back > months_after(run.began, self.grace):
                    yield self._ended(began, run, self._following(place))
                    began = None
        if began is not None:
            yield Stay(began, self.until, "closed" if self.closed else "still so")

    def _ended(self, began: date, run: Run, following: Run | None) -> Stay:
        """A stay that was followed by an absence longer than the grace, or of unknown length."""
        if run.state == "unknown":
            return Stay(began, run.began, "not known")
        if self._longer(run, following):
            return Stay(began, run.began, "left", self._left_as(run.began))
        how: Ending = "not known" if following else "closed" if self.closed else "within the grace"
        return Stay(began, run.began, how)

    def _longer(self, run: Run, following: Run | None) -> bool:
        """Whether an absence is known to be longer than the grace."""
        known_until = following.began if following else self.until
        return known_until > months_after(run.began, self.grace) or not (following or self.grace)

    def _left_as(self, since: date) -> str:
        """The stage of the absence when the grace was used up."""
        over = months_after(since, self.grace)
        stage, how = next(
            (stage, how)
            for on, stage, how in reversed(self.rows)
            if since <= on <= over and self._state(stage) == "out"
        )
        return f"{stage}: {how or 'not said'}" if stage == Stage.STOPPED.value else stage.replace("_", " ")
