"""Where a site stands: the nine stages, and what each says of use.

Any stage may follow any other, and sites come back: stages are not a ladder. *Contacted* and *ever used* look
back over a site's history; *in use* speaks of the day itself. ``unknown`` is recorded, never derived, and leaves
what was true before it. The same stage recorded again confirms it and opens no new spell.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """A place where a site may stand, with its meaning and what it implies.

    Examples
    --------
    >>> Stage.PAUSED.meaning
    'stopped for now, means to resume'
    >>> [stage.value for stage in Stage if stage.in_use]
    ['using', 'embedded']
    """

    meaning: str
    contacted: bool
    ever_used: bool
    in_use: bool

    def __new__(cls, word: str, meaning: str, implies: str = "") -> Stage:
        """A word, what it means, and what it implies."""
        stage = str.__new__(cls, word)
        stage._value_ = word
        stage.meaning = meaning
        stage.contacted = "contacted" in implies
        stage.ever_used = "used" in implies
        stage.in_use = "in use" in implies
        return stage

    NOT_REACHED = "not_reached", "not approached, as far as the programme knows"
    EXPLORING = "exploring", "knows of it and is considering", "contacted"
    DECLINED = "declined", "decided not to take it up", "contacted"
    PREPARING = "preparing", "decided to; getting ready", "contacted"
    USING = "using", "in use in practice", "contacted, used, in use"
    EMBEDDED = "embedded", "normal work, according to somebody named", "contacted, used, in use"
    PAUSED = "paused", "stopped for now, means to resume", "contacted, used"
    STOPPED = "stopped", "no longer in use: decided, replaced or lapsed", "contacted, used"
    UNKNOWN = "unknown", "not known since this date"

    @property
    def label(self) -> str:
        """The stage as people write it: ``not_reached`` is *not reached*."""
        return self.value.replace("_", " ")


CONTACTED = tuple(stage.value for stage in Stage if stage.contacted)
EVER_USED = tuple(stage.value for stage in Stage if stage.ever_used)
IN_USE = tuple(stage.value for stage in Stage if stage.in_use)

#: Why a site stopped: somebody decided, something took its place, or it fell out of use.
REASON_KINDS = ("decided", "replaced", "lapsed")
