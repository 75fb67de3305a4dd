"""How is a site drawn, by where it stands? A shape for each group of stages, large or as one of very many tiles.

No colour stands for a stage by itself: the shapes differ, and a key names them. They are no ladder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from takeroot.charts.marks import ByHand
from takeroot.charts.wording import counted, listed, number
from takeroot.vocabulary.stages import Stage


class Look(NamedTuple):
    """How sites of a group of stages are drawn.

    ``shape``, ``fill`` and ``size`` are of a dot; ``bars`` of a tile of side 1: where each bar lies down the tile, how
    wide and how tall it is.
    """

    says: str
    stages: tuple[Stage, ...]
    hue: str
    shape: str
    fill: str
    size: float
    bars: tuple[tuple[float, float, float], ...]


LOOKS = (
    Look("using or embedded", (Stage.USING, Stage.EMBEDDED), "main", "circle", "main", 1.0, ((0, 0.86, 0.86),)),
    Look(
        "exploring or preparing",
        (Stage.EXPLORING, Stage.PREPARING),
        "main",
        "circle",
        "back",
        1.0,
        ((0, 0.86, 0.3),),
    ),
    Look("paused or stopped", (Stage.PAUSED, Stage.STOPPED), "plan", "diamond", "back", 1.05, ((0, 0.3, 0.86),)),
    Look("declined", (Stage.DECLINED,), "soft", "cross", "soft", 0.55, ((-0.28, 0.7, 0.2), (0.28, 0.7, 0.2))),
    Look("not reached", (Stage.NOT_REACHED,), "quiet", "circle", "quiet-wash", 0.4, ((0, 0.3, 0.3),)),
    Look("not known", (Stage.UNKNOWN,), "soft", "square", "back", 0.6, ((-0.3, 0.24, 0.24), (0.3, 0.24, 0.24))),
)
#: The look of each stage, by its place among the looks.
PLACE: Mapping[str, int] = {stage.value: place for place, look in enumerate(LOOKS) for stage in look.stages}


def dotted(hand: ByHand, x: float, y: float, stage: str, area: float, says: str = "") -> None:
    """A site as a dot of an area, which may say something to a pointer."""
    look = LOOKS[PLACE[stage]]
    hand.dot(x, y, look.shape, look.hue, round(area * look.size, 1), look.fill, weight=1.5, says=says)


def tiled(hand: ByHand, x: float, y: float, stage: str, side: float) -> None:
    """A site as a tile around a place: a line or two, so that thousands are one mark in the picture."""
    _bars(hand, x, y, LOOKS[PLACE[stage]], side)


def _bars(hand: ByHand, x: float, y: float, look: Look, side: float) -> None:
    for down, wide, tall in look.bars:
        level, half = y + down * side, wide * side / 2
        hand.line(x - half, level, x + half, level, look.hue, round(tall * side, 2))


def key(hand: ByHand, stages: Iterable[str], y: float, *, tiles: bool = False) -> float:
    """What the shapes mean, of those that are drawn; gives the base line of the last line."""
    shown, sheet, x = {PLACE[stage] for stage in stages}, hand.sheet, 0.0
    for place, look in enumerate(LOOKS):
        if place not in shown:
            continue
        room = 14 + len(look.says) * sheet.letters * 0.56
        if x and x + room > sheet.plot:
            x, y = 0.0, y + sheet.line
        if tiles:
            _bars(hand, x + 6, y - 4, look, 9)
        else:
            hand.dot(x + 6, y - 4, look.shape, look.hue, round(70 * look.size, 1), look.fill)
        hand.words(x + 16, y, look.says, hue="soft")
        x += room + 16
    return y


def told(stages: Iterable[str]) -> str:
    """How many sites stand where, in words."""
    counts = [0] * len(LOOKS)
    for stage in stages:
        counts[PLACE[stage]] += 1
    every = [f"{number(count)} {look.says}" for count, look in zip(counts, LOOKS, strict=True) if count]
    return f"of {counted(sum(counts), 'sites')}, {listed(every)}" if every else "no site was there"
