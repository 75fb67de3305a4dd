"""Two small pictures for a row of a table: what the latest point shows, and whether the target is in reach.

The grammar is that of the NHS, the drawing our own. The letter says where the values are (H high, L low) or what will
become of the target (P pass, F fail, ?). What is worse is a filled disc and what is better an open ring, so that both
can be told apart in grey; common cause is a thin ring around an ordinary zigzag, and where neither direction is better
an arrow points the way the values went. A dashed ring stands where there is too little to say anything, or no target.
Every icon says in words what it shows.

References
----------
NHS England. Making Data Count: variation and assurance icons (their grammar).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from takeroot.analysis.spc import ASSURANCE, VARIATION
from takeroot.charts.theme import colour
from takeroot.errors import NotFound

Theme = Literal["page", "paper"]
#: Commands of a path, each with its places.
Strokes = tuple[tuple[str, tuple[tuple[float, float], ...]], ...]

#: What stands for no assurance, in words.
NO_ASSURANCE = "No target, or too few points to judge it"


@dataclass(frozen=True)
class Part:
    """One stroke or disc of an icon, in a box from −1 to 1.

    Parameters
    ----------
    path
        Its outline.
    fill, stroke
        Names of colours; none, if empty.
    weight
        Of the stroke, in the units of the box.
    dash
        Of the stroke, in the units of the box.
    """

    path: str
    fill: str = ""
    stroke: str = ""
    weight: float = 0.0
    dash: tuple[float, ...] = ()


#: Letters as strokes around 0,0: a command of a path and its places.
_LETTERS: dict[str, Strokes] = {
    "H": (("M", ((-0.2, -0.3),)), ("L", ((-0.2, 0.3),)), ("M", ((0.2, -0.3),)), ("L", ((0.2, 0.3),)),
          ("M", ((-0.2, 0),)), ("L", ((0.2, 0),))),
    "L": (("M", ((-0.16, -0.3),)), ("L", ((-0.16, 0.24), (0.22, 0.24)))),
    "P": (("M", ((-0.16, 0.3),)), ("L", ((-0.16, -0.25), (0.02, -0.25))),
          ("C", ((0.29, -0.25), (0.29, 0.07), (0.02, 0.07))), ("L", ((-0.16, 0.07),))),
    "F": (("M", ((-0.16, 0.3),)), ("L", ((-0.16, -0.25), (0.22, -0.25))), ("M", ((-0.16, 0.01),)),
          ("L", ((0.15, 0.01),))),
    "?": (("M", ((-0.18, -0.14),)), ("C", ((-0.16, -0.33), (0.2, -0.33), (0.19, -0.1))),
          ("C", ((0.18, 0.04), (0, 0.02), (0, 0.14))), ("M", ((0, 0.2),)), ("L", ((0, 0.33),))),
}  # fmt: skip
_ZIGZAG = ((-0.58, 0.16), (-0.29, -0.2), (0.0, 0.18), (0.29, -0.16), (0.58, 0.12))
_TO_HIGH = ((-0.56, 0.44), (-0.3, 0.58), (0.02, 0.42), (0.3, 0.08), (0.5, -0.3))
_TO_LOW = tuple((x, -y) for x, y in _TO_HIGH)
_UP, _DOWN = "M0,.58V-.36M-.36,-.06L0,-.44L.36,-.06", "M0,-.58V.36M-.36,.06L0,.44L.36,.06"
#: Where the values and the target lie beneath the letter, and what an assurance looks like.
_LEVELS = {"pass": (0.2, 0.46), "fail": (0.5, 0.22), "hit_and_miss": (0.36, 0.36)}
_ASSURED = {"pass": ("P", "spc-improvement"), "fail": ("F", "spc-concern"), "hit_and_miss": ("?", "spc-common")}


#: What stands where there is nothing to say.
_NOTHING = Part("M.92,0A.92,.92 0 1,1 -.92,0A.92,.92 0 1,1 .92,0", stroke="spc-common", weight=0.07, dash=(0.2, 0.161))
#: What stands for an improvement where it is not said whether the values are high or low.
_TICK = Part("M-.46,.02L-.12,.36L.48,-.34", stroke="spc-improvement", weight=0.16)


def variation_icon(word: str, size: int = 28, *, high: bool | None = None, theme: Theme = "page") -> str:
    """What the latest point shows, as an icon.

    Parameters
    ----------
    word
        As :func:`takeroot.spc.summary` has it in ``variation``: improvement, concern, neither_high, neither_low,
        common or too_few.
    size
        Wide and tall, in pixels.
    high
        Whether the values of an improvement or a concern are high or low; no letter, if not said.
    theme
        ``page``: its colours follow the page's light and dark; ``paper``: dark on white.

    Returns
    -------
    str
        One ``<svg>`` element with its words.

    Raises
    ------
    NotFound
        If there is no such word.

    Examples
    --------
    >>> 'aria-label="Unusual and worse: high values"' in variation_icon("concern", high=True)
    True
    """
    return _drawn(variation_parts(word, high), variation_says(word, high), size, theme)


def assurance_icon(word: str | None, size: int = 28, *, theme: Theme = "page") -> str:
    """Whether the target is in reach, as an icon.

    Parameters
    ----------
    word
        As :func:`takeroot.spc.summary` has it in ``assurance``: pass, fail, hit_and_miss, or none.
    size
        Wide and tall, in pixels.
    theme
        ``page``: its colours follow the page's light and dark; ``paper``: dark on white.

    Returns
    -------
    str
        One ``<svg>`` element with its words.

    Raises
    ------
    NotFound
        If there is no such word.

    Examples
    --------
    >>> ASSURANCE["fail"] in assurance_icon("fail")
    True
    """
    return _drawn(assurance_parts(word), assurance_says(word), size, theme)


def variation_says(word: str, high: bool | None = None) -> str:
    """A variation icon in words.

    Examples
    --------
    >>> variation_says("improvement", False), variation_says("common")
    ('Unusual and better: low values', 'No unusual change lately')
    """
    if word not in VARIATION:
        raise NotFound("variation", word, VARIATION)
    lies = "" if high is None or word not in ("improvement", "concern") else ": high values" if high else ": low values"
    return VARIATION[word] + lies


def assurance_says(word: str | None) -> str:
    """An assurance icon in words."""
    if word is not None and word not in ASSURANCE:
        raise NotFound("assurance", word, ASSURANCE)
    return NO_ASSURANCE if word is None else ASSURANCE[word]


def variation_parts(word: str, high: bool | None = None) -> tuple[Part, ...]:
    """What a variation icon is made of, the lowest first."""
    variation_says(word, high)
    if word == "too_few":
        return (_NOTHING,)
    if word == "common":
        return (_ring("spc-common", 0.07), *_dots(_ZIGZAG, "spc-common"))
    if word.startswith("neither"):
        arrow = Part(_UP if word == "neither_high" else _DOWN, stroke="spc-neither", weight=0.2)
        return (_ring("spc-neither"), arrow)
    hue = f"spc-{word}"
    ground, ink = _ground(hue, filled=word == "concern")
    if high is None:
        return (ground, *((_TICK,) if word == "improvement" else _dots(_ZIGZAG, ink)))
    letter = _letter("H" if high else "L", -0.28, -0.26 if high else 0.26, ink)
    return (ground, *_dots(_TO_HIGH if high else _TO_LOW, ink), letter)


def assurance_parts(word: str | None) -> tuple[Part, ...]:
    """What an assurance icon is made of, the lowest first."""
    assurance_says(word)
    if word is None:
        return (_NOTHING,)
    letter, hue = _ASSURED[word]
    ground, ink = _ground(hue, filled=word == "fail")
    level, target = _LEVELS[word]
    swing = 0.15 if word == "hit_and_miss" else 0.09
    wave = "L".join(f"{-0.54 + 0.27 * n:g},{level + (-swing if n % 2 else swing):g}" for n in range(5))
    return (
        ground,
        Part(f"M-.62,{target:g}H.62", stroke=ink, weight=0.09, dash=(0.16, 0.11)),
        Part(f"M{wave}", stroke=ink, weight=0.09),
        _letter(letter, 0, -0.36, ink),
    )


def _ground(hue: str, *, filled: bool) -> tuple[Part, str]:
    """What an icon stands on, and the colour of what stands on it."""
    return (Part(_circle(0, 0, 0.96), fill=hue), "back") if filled else (_ring(hue), hue)


def _ring(hue: str, weight: float = 0.13) -> Part:
    return Part(_circle(0, 0, 0.96 - weight / 2), stroke=hue, weight=weight)


def _dots(places: Sequence[tuple[float, float]], hue: str) -> tuple[Part, Part]:
    """Points, and the line through them."""
    line = "M" + "L".join(f"{x:g},{y:g}" for x, y in places)
    dots = "".join(_circle(x, y, 0.1) for x, y in places)
    return Part(line, stroke=hue, weight=0.06), Part(dots, fill=hue)


def _letter(name: str, x: float, y: float, hue: str) -> Part:
    path = "".join(
        command + " ".join(f"{x + 1.2 * dx:.3g},{y + 1.2 * dy:.3g}" for dx, dy in places)
        for command, places in _LETTERS[name]
    )
    return Part(path, stroke=hue, weight=0.15)


def _circle(x: float, y: float, r: float) -> str:
    r = round(r, 2)  # a drawing keeps two decimals, and an arc is no circle any more if its ends are moved
    return f"M{x - r:.2f},{y:.2f}a{r:.2f},{r:.2f} 0 1,0 {2 * r:.2f},0a{r:.2f},{r:.2f} 0 1,0 {-2 * r:.2f},0Z"


def _drawn(parts: Sequence[Part], says: str, size: int, theme: Theme) -> str:
    def hue(name: str) -> str:
        token = name if name.startswith("spc") else f"chart-{name}"
        light = colour(name) if name else ""
        return "none" if not name else light if theme == "paper" else f"var(--tr-{token}, {light})"

    paths = "".join(
        f'<path d="{part.path}" fill={quoteattr(hue(part.fill))}'
        + (f' stroke={quoteattr(hue(part.stroke))} stroke-width="{part.weight:g}"' if part.stroke else "")
        + (f' stroke-dasharray="{",".join(f"{length:g}" for length in part.dash)}"' if part.dash else "")
        + "/>"
        for part in parts
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spc-icon" role="img" aria-label={quoteattr(says)} '
        f'viewBox="-1 -1 2 2" width="{size}" height="{size}"><title>{escape(says)}</title>{paths}</svg>'
    )
