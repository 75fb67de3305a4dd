"""A model read aloud."""

from __future__ import annotations

import math
from collections.abc import Mapping

from takeroot.simulation.model import ANY, EVERYONE, SAME_REGION, Model, Move, Peers, Together
from takeroot.simulation.numbers import chance_of

STEPS = {1: ("month by month", "a month"), 3: ("quarter by quarter", "a quarter"), 12: ("year by year", "a year")}


def of_model(model: Model) -> str:
    """The whole model, a sentence a line."""
    pace, each = STEPS[model.step]
    lines = [f"{model.name}: how sites move between stages, {pace}."]
    lines += [_move(move, model, each) for move in model.moves]
    used = {kind for move in model.moves for kind in move.peers}
    lines += [_peers(peers) for peers in model.exposures if peers.kind in used]
    if model.capacity:
        lines.append(_capacity(model, each))
    if model.fit:
        adapting = f"{100 * chance_of(model.fit.adaptation):.1f} in 100"
        lines.append(
            f"While in use, fit drifts by {model.fit.drift:g} {each}; {adapting} sites adapt {each}, "
            f"which restores {100 * model.fit.restores:.0f} in 100 of what was lost."
        )
    if model.memory:
        fades = "never fades" if model.memory.half_life is None else f"halves every {model.memory.half_life:g} months"
        lines.append(f"The memory of an earlier stop {fades}.")
    if not model.moves:
        lines.append("Nothing moves.")
    return "\n".join(lines)


def of_several(together: Together) -> str:
    """Each improvement, and how they meet."""
    names = ", ".join(model.name for model in together.models)
    meets = " A site uses one of them at most." if together.exclusive else ""
    return "\n\n".join(
        [f"{len(together.models)} improvements at the same sites: {names}.{meets}", *map(str, together.models)]
    )


def _move(move: Move, model: Model, each: str) -> str:
    left, reached = move.source.replace("_", " "), move.target.replace("_", " ")
    if model.scale == "logit":
        says = f"about {100 * chance_of(move.base):.1f} in 100 {each} where nothing else speaks"
    else:
        says = f"{100 * -math.expm1(-max(move.base, 0.0)):.1f} in 100 {each} where nothing else speaks"
    terms = [
        *_terms(move.covariates, "with {}"),
        *_terms(move.peers, "with peers who are near ({})"),
        *_terms(move.signals, "while the signal '{}' is on"),
        *_terms(move.support, "with support ({})"),
        *_terms(move.others, "where '{}' is in use too"),
        *([f"{_way(-move.fit)} as fit drifts ({-move.fit:+g} for each one lost)"] if move.fit and model.fit else []),
        *([f"{_way(-move.memory)} after an earlier stop ({-move.memory:+g})"] if move.memory and model.memory else []),
    ]
    needs = "; it needs capacity" if move.needs_capacity and model.capacity else ""
    more = f"; {', '.join(terms)}" if terms else ""
    return f"A site {left} moves to {reached}: {says}{more}{needs}."


def _terms(numbers: Mapping[str, float], phrase: str) -> list[str]:
    return [f"{_way(number)} {phrase.format(name)} ({number:+g})" for name, number in numbers.items()]


def _way(number: float) -> str:
    return "unchanged" if number == 0 else "likelier" if number > 0 else "less likely"


def _peers(peers: Peers) -> str:
    near = " or ".join(stage.replace("_", " ") for stage in peers.near)
    whom = {
        EVERYONE: "all other sites",
        SAME_REGION: "the other sites of the region",
        ANY: "the sites tied to it",
    }.get(peers.kind, f"the sites tied to it ({peers.kind})")
    what = "share" if peers.share else "sum"
    floor = "" if peers.at_least is None else f"; it counts from {peers.at_least} on, as one"
    return f"Peers by '{peers.kind}': the {what} of {whom} that are {near}{floor}."


def _capacity(model: Model, each: str) -> str:
    assert model.capacity
    a_month = model.capacity.a_month
    if isinstance(a_month, Mapping):
        many = "; ".join(f"{region} {number:g}" for region, number in a_month.items())
        says = f"By region, so many sites can be brought on {each}: {many}"
    else:
        says = f"In each region {a_month:g} sites can be brought on {each}"
    grows = f", and {model.capacity.growth:g} more for each site in use" if model.capacity.growth else ""
    most = "" if model.capacity.most is None else f", {model.capacity.most:g} at most"
    return f"{says}{grows}{most}."
