"""Colours by the names people give them."""

from __future__ import annotations

import colorsys


def colour_name(hexa: str) -> str:
    """The plain name of a colour.

    Examples
    --------
    >>> colour_name("#92d050"), colour_name("#ffc000"), colour_name("#c00000")
    ('green', 'amber', 'red')
    """
    red, green, blue = (int(hexa[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    if strength < 0.12 or light > 0.97 or light < 0.06:
        return "white" if light > 0.95 else "black" if light < 0.1 else "grey"
    degrees = hue * 360
    names: tuple[tuple[int, str], ...] = (
        (15, "red"),
        (33, "orange"),
        (50, "amber"),
        (68, "yellow"),
        (165, "green"),
        (200, "turquoise"),
    )
    names += ((255, "blue"), (290, "purple"), (345, "pink"), (361, "red"))
    return next(name for bound, name in names if degrees < bound)
