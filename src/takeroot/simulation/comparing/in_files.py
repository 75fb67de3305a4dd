"""A what-if as a file: the question, what is expected, and two to five choices made of levers.

::

    question: Shall we hire facilitators, or train trainers?
    expects: Facilitators, because sites wait for somebody to come.
    months: 36
    choices:
      - name: Two more facilitators
        levers:
          - lever: more_facilitators
            size: 2
            since: 2026-04
            until: 2028-04
            cost_a_month: 9000
      - name: Train the trainer
        levers:
          - lever: train_the_trainer
            size: 0.05
            effort_a_site: 2

*As it is now* is the first choice unless ``as_it_is_now: no`` is said. Levers are those of
:data:`~takeroot.simulation.comparing.offered.OFFERED`. A month is written as 2026-04, or as a day in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from takeroot.errors import Fault, FaultyInput, NotFound, TakerootError, quoted
from takeroot.simulation.comparing.choices import AS_IT_IS, Choice, choices
from takeroot.simulation.comparing.offered import OFFERED
from takeroot.simulation.strategy import SPENT, Strategy
from takeroot.vocabulary.about_in_files import faults, written
from takeroot.vocabulary.files import plain_yaml
from takeroot.vocabulary.rule import Declared, Name, Words

#: How far a what-if looks, and how many histories are made of each choice, at most.
FURTHEST, MOST_HISTORIES = 240, 100_000
#: The last year that a lever may speak of, and how long the name of a choice may be.
LATEST, LONGEST_NAME = 2200, 120


def _month(said: Any) -> Any:
    """A month, or a day in it, as the first of the month."""
    if said is None:
        return said
    text = f"{said.year}-{said.month:02}" if isinstance(said, date) else str(said).strip()
    parts = text.split("-")
    if len(parts) == 3:
        try:
            text = f"{date.fromisoformat(text):%Y-%m}"
        except ValueError:
            raise ValueError("a month such as 2026-04 is needed") from None
        parts = text.split("-")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or len(parts[0]) != 4:
        raise ValueError("a month such as 2026-04 is needed")
    try:
        made = date(int(parts[0]), int(parts[1]), 1)
    except ValueError:
        raise ValueError("a month such as 2026-04 is needed") from None
    if not 1970 <= made.year <= LATEST:
        raise ValueError(f"a month from 1970 to {LATEST} is needed")
    return made


def _listed(said: Any) -> Any:
    """A single word stands for a list of one."""
    return [said] if isinstance(said, str) else said


Month = Annotated[date, BeforeValidator(_month)]
Several = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
Amount = Annotated[float, Field(allow_inf_nan=False)]
Spent = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Lever(Declared):
    """One lever as a file says it.

    Parameters
    ----------
    lever
        Its word: see :data:`~takeroot.simulation.comparing.offered.OFFERED`.
    size
        How strong; the usual size, if not said.
    name
        What to call it, where not as it is offered.
    since, until
        The month it begins, and the month it is over; from the first to the last that is looked at, if not said.
    sites, regions
        Only at these.
    moves
        Of a mandate: which moves it makes likelier.
    works
        Which other work is stopped.
    kind
        Of connections: as which kind of tie they count.
    stage, at
        Of seeds: the stage they are brought to, and the sites, where these are named.
    adds
        What own terms add, by number of the model.
    cost_a_month, cost_a_site, effort_a_month, effort_a_site
        What it takes, in money and in people's time, in units of the user's own.
    """

    lever: Name
    size: Amount | None = None
    name: Words = ""
    since: Month | None = None
    until: Month | None = None
    sites: Several = ()
    regions: Several = ()
    moves: Several = ()
    works: Several = ()
    kind: Words = "any"
    stage: Words = "using"
    at: Several = ()
    adds: dict[str, Amount] = Field(default_factory=dict)
    cost_a_month: Spent = 0.0
    cost_a_site: Spent = 0.0
    effort_a_month: Spent = 0.0
    effort_a_site: Spent = 0.0

    @model_validator(mode="after")
    def _makes_sense(self) -> Lever:
        try:
            self.strategy()
        except TakerootError as error:
            raise ValueError(str(error)) from error
        return self

    def strategy(self) -> Strategy:
        """The strategy that it is."""
        word = self.lever.replace(" ", "_").replace("-", "_").casefold()
        if word not in OFFERED:
            raise NotFound("lever", self.lever, OFFERED)
        lever, offered = self.model_copy(update={"lever": word}), OFFERED[word]
        for field in ("moves", "works", "at", "adds"):
            if getattr(self, field) and field not in offered.takes:
                raise TakerootError(f"'{word}' has no '{field}'")
        if self.size is not None and not offered.size:
            raise TakerootError(f"'{word}' has no size, found {self.size:g}")
        if (self.sites or self.regions) and not offered.places:
            raise TakerootError(f"'{word}' is one for all sites: leave out 'sites' and 'regions'")
        when = {field: getattr(self, field) for field in ("since", "until", "sites", "regions", *SPENT)}
        return offered.made(lever, {"name": self.name or offered.title, **when})


class Said(Declared):
    """One choice as a file says it: a name, and its levers; none changes nothing."""

    name: Name
    levers: tuple[Lever, ...] = ()

    @field_validator("name")
    @classmethod
    def _short(cls, name: str) -> str:
        if len(name) > LONGEST_NAME:
            raise ValueError(f"a name of at most {LONGEST_NAME} letters is needed")
        return name

    def choice(self) -> Choice:
        """The choice that it is."""
        return Choice(self.name, tuple(lever.strategy() for lever in self.levers))


class Question(Declared):
    """What is asked, what is expected, and the choices.

    Parameters
    ----------
    question, expects
        In words: what is to be decided, and what those who ask expect, said before it is run.
    months, replicates, seed
        How far, how many histories of each choice, and what chance begins from.
    as_it_is_now
        Whether the first choice is to change nothing.
    choices
        The others.
    """

    question: Words = ""
    expects: Words = ""
    months: int = Field(default=36, ge=1, le=FURTHEST)
    replicates: int = Field(default=1000, ge=1, le=MOST_HISTORIES)
    seed: int = Field(default=0, ge=0, lt=1 << 63)
    as_it_is_now: bool = True
    choices: tuple[Said, ...] = ()

    @model_validator(mode="after")
    def _two_to_five(self) -> Question:
        try:
            choices(self.all_choices)
        except TakerootError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def all_choices(self) -> tuple[Choice, ...]:
        """Two to five choices, *as it is now* first where it is one of them."""
        now = self.as_it_is_now and not any(not one.levers for one in self.choices)
        return (*((AS_IT_IS,) if now else ()), *(one.choice() for one in self.choices))


def read(path: str | Path) -> Question:
    """The what-if in a file.

    Raises
    ------
    TakerootError
        If the file can not be read.
    FaultyInput
        With a sentence, and the row, for each thing that is wrong with it.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(plain_yaml.LARGEST_YAML + 1)
    except OSError as error:
        raise TakerootError(f"{quoted(str(path))} can not be read: {error.strerror or error}.") from error
    return from_yaml(path.name, data)


def from_yaml(name: str, data: bytes) -> Question:
    """The same of the bytes of a file."""
    words = plain_yaml.read(name, data)
    if not isinstance(words.said, dict):
        raise FaultyInput([Fault("lines such as 'question: What if we ...?' and 'choices:' are needed", name)])

    def row(at: plain_yaml.Path) -> int | None:
        return next((words.rows[at[:n]] for n in range(len(at), 0, -1) if at[:n] in words.rows), None)

    try:
        return Question.model_validate(words.said)
    except ValidationError as error:
        found = faults(error, Question, name, row, "write '- ' before each of its items")
        raise FaultyInput([replace(fault, says=_bare(fault.says)) for fault in found]) from error


def asked(said: Mapping[str, Any]) -> Question:
    """A what-if of fields and values, as a command or a page puts them together.

    Raises
    ------
    TakerootError
        With a sentence for each thing that is wrong with it.
    """
    try:
        return Question.model_validate(said)
    except ValidationError as error:
        found = faults(error, Question, "", lambda _: None, "")
        raise TakerootError("\n".join(_bare(fault.says) for fault in found)) from error


def to_yaml(asked: Question) -> str:
    """A what-if as a file, read back alike."""
    return written(asked, "what-if").decode()


def named(lever: str) -> Said:
    """A choice of one lever as a command names it: its word, and its size after ``=`` if that is not the usual.

    Examples
    --------
    >>> print(named("more_facilitators=2").choice())
    More facilitators (2): More facilitators: adds 2 to capacity: a month.
    """
    word, equals, size = lever.partition("=")
    try:
        said = Lever.model_validate({"lever": word.strip(), **({"size": size.strip()} if equals else {})})
    except ValidationError as error:
        told = faults(error, Lever, "", lambda _: None, "")
        raise TakerootError(f"'{lever}': {_bare(told[0].says)}") from error
    title = OFFERED[said.lever.replace(" ", "_").replace("-", "_").casefold()].title
    return Said(name=title + (f" ({said.size:g})" if said.size is not None else ""), levers=(said,))


def plain(says: str) -> str:
    """A fault of several fields together, without what was found in them all."""
    whole = says.removesuffix(", found fields")
    return whole if whole == says else re.sub(r"^(under '[^']*') ", r"\1: ", whole)


def _bare(says: str) -> str:
    """A fault in words; without the place, where it is the whole what-if."""
    return plain(says).removeprefix("under '': ")
