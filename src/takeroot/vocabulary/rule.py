"""What "sustained" means: a named rule, declared by a programme.

Several stand side by side and none is the default. A rule says what is sustained, who values it, when its clock starts,
for how long and why that long, with how much of the core, and what counts as evidence. A construct for which a rule
names no evidence is *not known*, never assumed.

References
----------
Moore JE, et al. Developing a comprehensive definition of sustainability. Implementation Science 2017;12:110 (the five
constructs). Scheirer MA, Dearing JW. An agenda for research on the sustainability of public health programs.
Am J Public Health 2011;101:2059-67 (what may be sustained).
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from takeroot.errors import HALVES
from takeroot.vocabulary.cells import UNSAYABLE
from takeroot.vocabulary.days import A_DAY, the_day
from takeroot.vocabulary.stages import Stage

What = Literal[
    "activities", "behaviour", "benefits", "original vision", "capacity to improve", "partnerships", "service"
]
Zero = Literal["adoption", "end of support", "full use"]

WHAT: tuple[str, ...] = What.__args__  # type: ignore[attr-defined]
ZEROS: tuple[str, ...] = Zero.__args__  # type: ignore[attr-defined]


def _tidy(text: str) -> str:
    """Without blanks around it, every line ended alike, and nothing that no spreadsheet can hold."""
    if UNSAYABLE.search(text):
        raise ValueError("a control character that no spreadsheet can hold; delete it")
    if HALVES.search(text):
        raise ValueError("half of a character, which no file can hold; delete it")
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def _named(text: str) -> str:
    """As tables write what a row is found by."""
    return normalize("NFC", text)


def _day(found: object) -> object:
    """A day that was written, read as in a table."""
    if isinstance(found, datetime) and found.time() == time.min:
        found = found.date()
    if isinstance(found, str | date):
        return the_day(str(found).strip())
    raise ValueError(A_DAY)


def _said(text: str) -> str:
    """Tidy, and not empty."""
    if not (tidy := _tidy(text)):
        raise ValueError("some text is needed")
    return tidy


Words = Annotated[str, AfterValidator(_tidy)]
Name = Annotated[str, AfterValidator(_said)]
#: What a row of a table is found by.
Key = Annotated[Name, AfterValidator(_named)]
Day = Annotated[date, BeforeValidator(_day)]


class Declared(BaseModel):
    """Frozen, no key it does not know, and no number without end."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True, allow_inf_nan=False)


class Benefit(Declared):
    """A measure that must reach a threshold, in the measure's own unit.

    Parameters
    ----------
    measure
        Its short name.
    at_least, at_most
        The threshold.
    """

    measure: Key
    at_least: float | None = None
    at_most: float | None = None


class Evidence(Declared):
    """What shows that each construct holds; a construct left empty is not known.

    Parameters
    ----------
    activities
        The stages in which the activities go on.
    behaviour
        The components whose deliveries show it.
    benefits
        The measure that shows them.
    """

    activities: tuple[Stage, ...] = tuple(stage for stage in Stage if stage.in_use)
    behaviour: tuple[Key, ...] = ()
    benefits: Benefit | None = None


class Rule(Declared):
    """One named meaning of "sustained".

    Parameters
    ----------
    name
        What people call the rule.
    what, valued_by
        What is sustained, and who values it.
    zero
        When the clock starts: first use, the end of the programme's support to the site, or full use.
    months, why
        For how long, and why that long.
    core_share
        The share (0-1) of core components that must still be delivered, if that is part of the rule.
    grace
        Months out of use that are overlooked.
    evidence
        Which stages, components and measure show it.

    Examples
    --------
    >>> rule = Rule(name="A year on", valued_by="ward teams", months=12, why="the funder asked for a year")
    >>> print(rule)
    A year on: activities, valued by ward teams, for 12 months from adoption (the funder asked for a year).
    """

    name: Name
    what: tuple[What, ...] = ("activities",)
    valued_by: Name
    zero: Zero = "adoption"
    months: int = Field(gt=0, le=1200)
    why: Name
    core_share: float | None = Field(default=None, gt=0, le=1)
    grace: int = Field(default=0, ge=0, le=120)
    evidence: Evidence = Evidence()

    def __str__(self) -> str:
        also = ""
        if self.core_share is not None:
            also += f", with at least {self.core_share:.0%} of the core delivered"
        if self.grace:
            also += f", overlooking up to {self.grace} months out of use"
        return (
            f"{self.name}: {', '.join(self.what)}, valued by {self.valued_by}, "
            f"for {self.months} months from {self.zero}{also} ({self.why})."
        )
