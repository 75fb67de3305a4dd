"""The numbers of a model by name: what is fitted, swept, and changed by strategies.

The name of a move alone is its base (``preparing → using``); a term of it follows after a colon (``preparing → using:
peers collaborative``). What moves share is ``fit: drift``, ``fit: adaptation``, ``fit: restores``, ``memory:
half-life``, ``capacity: a month``, ``capacity: growth``. In several improvements together, the improvement comes first:
``Huddles | preparing → using``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from takeroot.errors import NotFound
from takeroot.simulation.model import Model, Together, improvements
from takeroot.simulation.numbers import Numbers

Modelled = TypeVar("Modelled", Model, Together)

BY_NAME = {
    "covariate": "covariates",
    "peers": "peers",
    "signal": "signals",
    "support": "support",
    "other": "others",
}
SHARED = {
    "fit: drift": ("fit", "drift"),
    "fit: adaptation": ("fit", "adaptation"),
    "fit: restores": ("fit", "restores"),
    "memory: half-life": ("memory", "half_life"),
    "capacity: a month": ("capacity", "a_month"),
    "capacity: growth": ("capacity", "growth"),
    "capacity: most": ("capacity", "most"),
}


def values(model: Model | Together) -> dict[str, float]:
    """Every number of a model, by name.

    Examples
    --------
    >>> from takeroot.simulation import Move
    >>> values(Model("Huddles", (Move("not_reached", "using", -3.0, peers={"any": 2.0}),)))
    {'not_reached → using': -3.0, 'not_reached → using: peers any': 2.0}
    """
    if isinstance(model, Together):
        return {f"{one.name} | {name}": number for one in model.models for name, number in values(one).items()}
    found: dict[str, float] = {}
    for move in model.moves:
        found[move.name] = move.base
        for word, term in BY_NAME.items():
            found |= {f"{move.name}: {word} {name}": number for name, number in getattr(move, term).items()}
        found |= {f"{move.name}: {term}": getattr(move, term) for term in ("fit", "memory") if getattr(move, term)}
    for name, (part, attribute) in SHARED.items():
        number = getattr(getattr(model, part), attribute, None)
        if isinstance(number, Mapping):
            found |= {f"{name} in {region}": each for region, each in number.items()}
        elif number is not None:
            found[name] = number
    return found


def changed(model: Modelled, numbers: Mapping[str, float]) -> Modelled:
    """The same model with some of its numbers changed.

    Examples
    --------
    >>> from takeroot.simulation import Move
    >>> model = Model("Huddles", (Move("not_reached", "using", -3.0),))
    >>> values(changed(model, {"not_reached → using": -2.0}))
    {'not_reached → using': -2.0}
    """
    if isinstance(model, Together):
        pairs = zip(model.models, split(model, numbers), strict=True)
        return replace(model, models=tuple(changed(one, mine) for one, mine in pairs))
    known = values(model)
    for name in numbers:
        if plain(name) not in known:
            raise NotFound("number of this model", name, known)
    of_moves: dict[str, float] = {}
    for name, number in ((plain(name), number) for name, number in numbers.items()):
        if name.startswith("capacity: a month in "):
            assert model.capacity and isinstance(model.capacity.a_month, Numbers)
            region = name.removeprefix("capacity: a month in ")
            by_region = Numbers({**model.capacity.a_month, region: number})
            model = replace(model, capacity=replace(model.capacity, a_month=by_region))
        elif name in SHARED:
            part, attribute = SHARED[name]
            model = replace(model, **{part: replace(getattr(model, part), **{attribute: number})})
        else:
            of_moves[name] = number
    return _with_moves(model, of_moves)


def split(model: Model | Together, numbers: Mapping[str, float]) -> list[dict[str, float]]:
    """The numbers of each improvement, by the names they have in it alone; unnamed improvements are the first."""
    known = [one.name for one in improvements(model)]
    each: list[dict[str, float]] = [{} for _ in known]
    for name, number in numbers.items():
        improvement, bar, rest = (part.strip() for part in name.rpartition("|"))
        if bar and improvement not in known:
            raise NotFound("improvement", improvement, known)
        each[known.index(improvement) if bar else 0][rest] = number
    return each


def plain(name: str) -> str:
    """A name as it is written here: an arrow of two characters is an arrow, and blanks are single."""
    return " ".join(name.replace("->", "→").replace("→", " → ").split())


def _with_moves(model: Modelled, numbers: Mapping[str, float]) -> Modelled:
    """The same model with some numbers of its moves changed, each move once."""
    assert isinstance(model, Model)
    changes: dict[str, dict[str, Any]] = {}
    moves = {move.name: move for move in model.moves}
    for name, number in numbers.items():
        which, _, term = name.partition(": ")
        word, _, rest = term.partition(" ")
        mine = changes.setdefault(which, {})
        if not term:
            mine["base"] = number
        elif word in BY_NAME:
            attribute = BY_NAME[word]
            mine[attribute] = {**mine.get(attribute, getattr(moves[which], attribute)), rest: number}
        else:
            mine[term] = number
    after = [replace(move, **changes[name]) if name in changes else move for name, move in moves.items()]
    return replace(model, moves=tuple(after)) if changes else model
