"""The levers that a team can pull, as files, commands and pages offer them: each in plain words, with a usual size.

Sizes are said as people think of them. A lever that makes something likelier has its size in odds, so that 2 is twice
the odds and 1 changes nothing; it is added to the model as a logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from takeroot.errors import TakerootError
from takeroot.simulation.model import stage_word
from takeroot.simulation.parameters import plain
from takeroot.simulation.strategy import (
    Strategy,
    connect,
    mandate,
    more_facilitators,
    room_to_adapt,
    seed_hubs,
    stop_other_work,
    train_the_trainer,
)

if TYPE_CHECKING:
    from takeroot.simulation.comparing.in_files import Lever

#: What a mandate or an incentive bears on, where it is not said.
MANDATED = ("not_reached → exploring", "exploring → preparing")


@dataclass(frozen=True)
class Offered:
    """A lever as it is offered.

    Parameters
    ----------
    word, title, says
        Its word in files, what people call it, and what is done.
    size
        What its size means; empty where it has none.
    usual
        Its size where none is said.
    takes
        The further fields that it takes: ``moves``, ``works``, ``kind``, ``stage``, ``at``, ``adds``.
    made
        Makes the strategy, of what was said and of when, where and for how much.
    whole
        Whether its size counts sites, and so is a whole number.
    places
        Whether it can be pulled at some sites only.
    """

    word: str
    title: str
    says: str
    size: str
    usual: float | None
    takes: tuple[str, ...]
    made: Callable[[Lever, dict[str, Any]], Strategy]
    whole: bool = False
    places: bool = True


def _odds(lever: Lever) -> float:
    size = _size(lever)
    if size <= 0:
        raise TakerootError(f"the odds are multiplied by a size above nothing, found {size:g}")
    return math.log(size)


def _size(lever: Lever) -> float:
    usual = OFFERED[lever.lever].usual
    size = usual if lever.size is None else lever.size
    assert size is not None
    return size


def _count(lever: Lever) -> int:
    size = _size(lever)
    if size < 1 or size != int(size):
        raise TakerootError(f"its size counts sites: a whole number of 1 or more is needed, found {size:g}")
    return int(size)


def _number(name: str) -> str:
    """The name of a number, its stages written with blanks or without."""
    move, colon, term = plain(name).partition(":")
    source, arrow, target = move.partition(" → ")
    return f"{stage_word(source)} → {stage_word(target)}{colon}{term}" if arrow and "|" not in source else plain(name)


def _seeded(lever: Lever, when: dict[str, Any]) -> Strategy:
    from takeroot.simulation.strategy import Seeds

    if lever.at:
        return Strategy(**{"name": "Seed sites", **when}, seeds=Seeds(lever.at, stage=lever.stage))
    return seed_hubs(_count(lever), lever.stage, **when)


def _own(lever: Lever, when: dict[str, Any]) -> Strategy:
    if not lever.adds:
        raise TakerootError("'own_terms' needs what it adds, under 'adds', such as 'not_reached -> exploring: 0.7'")
    return Strategy(**{"name": "Own terms", **when}, adds={_number(name): size for name, size in lever.adds.items()})


def _stopped(lever: Lever, when: dict[str, Any]) -> Strategy:
    if not lever.works:
        raise TakerootError("'stop_other_work' needs the names of the work to stop, under 'works'")
    return stop_other_work(*lever.works, **when)


OFFERED = {
    one.word: one
    for one in (
        Offered(
            "more_facilitators",
            "More facilitators",
            "More people who bring sites on.",
            "further sites that can be brought on each month, in every region",
            1.0,
            (),
            lambda lever, when: more_facilitators(_size(lever), **when),
            places=False,
        ),
        Offered(
            "train_the_trainer",
            "Train the trainer",
            "Sites in use help to bring on others.",
            "further sites brought on each month for each site in use, such as 0.05",
            0.05,
            (),
            lambda lever, when: train_the_trainer(_size(lever), **when),
            places=False,
        ),
        Offered(
            "mandate",
            "A mandate or an incentive",
            "Somebody who can asks for it, or rewards it, for as long as it holds.",
            "so many times the odds that a site moves on, such as 2",
            2.0,
            ("moves",),
            lambda lever, when: mandate(tuple(map(_number, lever.moves)) or MANDATED, _odds(lever), **when),
        ),
        Offered(
            "seed_hubs",
            "Seed the hubs",
            "Begin with the sites that have most ties, or with named ones.",
            "how many of the sites with most ties",
            3.0,
            ("stage", "at"),
            _seeded,
            whole=True,
        ),
        Offered(
            "connect_sites",
            "Connect sites",
            "Make ties between sites: visits, a collaborative, pairs.",
            "how many others each site is connected with",
            2.0,
            ("kind",),
            lambda lever, when: connect(_count(lever), lever.kind, **when),
            whole=True,
        ),
        Offered(
            "room_to_adapt",
            "More room to adapt",
            "Sites may change how it is done, and are helped to.",
            "so many times the odds that a site adapts in a month, such as 2",
            2.0,
            (),
            lambda lever, when: room_to_adapt(_odds(lever), **when),
        ),
        Offered(
            "stop_other_work",
            "Stop other work",
            "Other work that competes at the sites is ended.",
            "",
            None,
            ("works",),
            _stopped,
        ),
        Offered(
            "own_terms",
            "Terms of our own",
            "Add to numbers of the model by their names.",
            "",
            None,
            ("adds",),
            _own,
        ),
    )
}
