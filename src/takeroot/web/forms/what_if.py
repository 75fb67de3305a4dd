"""The form of a what-if: two to five choices made of levers, in plain words; what is typed stays where it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from takeroot.errors import FaultyInput, TakerootError
from takeroot.simulation.comparing import in_files
from takeroot.simulation.comparing.choices import MOST
from takeroot.simulation.comparing.offered import OFFERED
from takeroot.simulation.strategy import SPENT
from takeroot.vocabulary.about_in_files import faults

#: How many choices there is room for at first, and how many levers each has.
FIRST, LEVERS = 2, 2
#: What is asked of every lever, and what is a list with commas between.
ASKED = ("lever", "size", "since", "until", "regions", "moves", "works", *SPENT)
_SEVERAL = ("regions", "moves", "works")
CALLED = {
    "lever": "which lever",
    "size": "how much",
    "since": "from",
    "until": "until",
    "regions": "regions",
    "moves": "which step",
    "works": "which other work",
    "cost_a_month": "cost a month",
    "cost_a_site": "cost a site",
    "effort_a_month": "effort a month",
    "effort_a_site": "effort a site",
    "name": "what it is called",
    "question": "the question",
    "expects": "what you expect",
    "months": "how many months",
    "replicates": "how many histories",
}


@dataclass(frozen=True)
class Blank:
    """Room for one lever: its name among the fields, and what stands in it."""

    name: str
    cells: dict[str, str]

    @property
    def further(self) -> bool:
        """Whether anything is said that is folded away at first."""
        return any(self.cells[one] for one in ASKED[2:])


@dataclass(frozen=True)
class Room:
    """Room for one choice."""

    number: int
    called: str
    levers: tuple[Blank, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is said of it."""
        return not self.called and not any(any(one.cells.values()) for one in self.levers)


def rooms(typed: Mapping[str, str], more: int = 0) -> list[Room]:
    """The choices as they were typed, and room for more."""
    filled = max((number for number in range(1, MOST + 1) if not _room(typed, number).empty), default=0)
    many = min(MOST, max(FIRST, filled, _shown(typed)) + more)
    return [_room(typed, number) for number in range(1, many + 1)]


def question(typed: Mapping[str, str]) -> in_files.Question:
    """What was asked.

    Raises
    ------
    FaultyInput
        With a sentence for each thing that is wrong, and where on the form it is.
    """
    if typed.get("file", "").strip():
        said = in_files.from_yaml("the file", typed["file"].encode())
        given = {name: typed[name].strip() for name in ("question", "expects") if typed.get(name, "").strip()}
        return said.model_copy(update=given)
    filled = [room for room in rooms(typed) if not room.empty]
    said_of: dict[str, Any] = {
        "question": typed.get("question", "").strip(),
        "expects": typed.get("expects", "").strip(),
        "as_it_is_now": "yes" if typed.get("as_it_is_now") else "no",
        "choices": [_said(room) for room in filled],
        **{name: typed[name].strip() for name in ("months", "seed") if typed.get(name, "").strip()},
    }
    try:
        return in_files.Question.model_validate(said_of)
    except ValidationError as error:
        found = faults(error, in_files.Question, "", lambda _: None, "")
        raise TakerootError("\n".join(_placed(in_files.plain(one.says), filled) for one in found)) from error


def told(error: TakerootError) -> list[str]:
    """The sentences of an error, one by one."""
    return [str(one) for one in error.faults] if isinstance(error, FaultyInput) else str(error).split("\n")


def _shown(typed: Mapping[str, str]) -> int:
    shown = typed.get("rooms", "")
    return int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 3 else FIRST


def _room(typed: Mapping[str, str], number: int) -> Room:
    levers = tuple(
        Blank(name, {one: typed.get(f"{name}.{one}", "").strip() for one in ASKED})
        for place in range(1, LEVERS + 1)
        for name in [f"c{number}.{place}"]
    )
    return Room(number, typed.get(f"c{number}.name", "").strip(), levers)


def _said(room: Room) -> dict[str, Any]:
    levers: list[dict[str, Any]] = []
    for blank in room.levers:
        cells = {name: cell for name, cell in blank.cells.items() if cell}
        if cells:
            levers.append({name: _several(cell) if name in _SEVERAL else cell for name, cell in cells.items()})
    first = next((OFFERED[one["lever"]].title for one in levers if one.get("lever") in OFFERED), "")
    return {"name": room.called or first, "levers": levers}


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",") if part.strip()]


def _placed(says: str, filled: list[Room]) -> str:
    """A fault with its place as the form has it, instead of that of a file."""
    found = re.match(r"(?:under )?'([\w.]*)'(?: is needed)?:?\s*", says)
    if not found or not found[1]:
        return says.removeprefix("under '': ")
    parts = found[1].split(".")
    place = []
    if parts[0] == "choices" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) <= len(filled):
        room = filled[int(parts[1]) - 1]
        place.append(f"Choice {room.number}")
        parts = parts[2:]
        if parts[:1] == ["levers"] and len(parts) > 1:
            place.append(f"lever {parts[1]}")
            parts = parts[2:]
    if parts and parts[0] in CALLED:
        place.append(CALLED[parts[0]])
    rest = says[found.end() :] or "something is needed here"
    where = ", ".join(place)
    return f"{where[:1].upper()}{where[1:]}: {rest}" if place else says
