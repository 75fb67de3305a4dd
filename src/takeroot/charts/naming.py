"""Where is there room for a few words among marks? Beside what they name, and nowhere over anything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from takeroot.charts.marks import ByHand

#: From the left, from the top, to the right, to the bottom, in pixels.
Box = tuple[float, float, float, float]
#: How words are aligned, and where they begin or end, and on which line.
Place = tuple[str, float, float]


def around(x: float, y: float, letters: float) -> tuple[Place, ...]:
    """Places for a word beside a mark, the best first."""
    above, below = y - 9, y + letters + 6
    return (
        ("left", x + 8, y + 4),
        ("right", x - 8, y + 4),
        ("center", x, above),
        ("center", x, below),
        ("left", x + 4, above),
        ("right", x - 4, above),
        ("left", x + 4, below),
        ("right", x - 4, below),
    )


def boxed(places: Iterable[tuple[float, float]], half: float = 5) -> list[Box]:
    """The room that marks take up."""
    return [(x - half, y - half, x + half, y + half) for x, y in places]


def named(hand: ByHand, text: str, places: Iterable[Place], taken: list[Box], within: Box, *, hue: str = "ink") -> bool:
    """Write words at the first place that is free, and take it up; gives whether there was one.

    Parameters
    ----------
    hand
        What is drawn on.
    text
        The words.
    places
        Where they might stand, the best first.
    taken
        The room that is taken up; that of the words is added.
    within
        The room there is.
    hue
        The colour of the words.
    """
    small = hand.sheet.letters - 1
    wide = len(text) * small * 0.56
    for align, x, base in places:
        left = x - {"left": 0.0, "center": wide / 2, "right": wide}[align]
        box = (left, base - small + 2, left + wide, base + 2)
        inside = within[0] <= box[0] and within[1] <= box[1] and box[2] <= within[2] and box[3] <= within[3]
        if inside and not _meets(box, taken):
            hand.words(x, base, text, align=align, size=small, hue=hue)
            taken.append(box)
            return True
    return False


def _meets(box: Box, taken: Sequence[Box]) -> bool:
    return any(
        box[0] < right and left < box[2] and box[1] < bottom and top < box[3] for left, top, right, bottom in taken
    )
