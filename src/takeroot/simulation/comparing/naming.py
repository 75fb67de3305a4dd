"""The numbers of a model in plain words, and their values as people can judge them."""

from __future__ import annotations

from takeroot.simulation.model import Model, Together, improvements
from takeroot.simulation.numbers import chance_of

SHARED = {
    "fit: drift": "how fast fit is lost",
    "fit: adaptation": "how often sites adapt",
    "fit: restores": "how much adapting brings back",
    "memory: half-life": "how long an earlier stop is remembered",
    "capacity: a month": "how many sites can be brought on in a month",
    "capacity: growth": "how many more each site in use brings on",
    "capacity: most": "the most that can be brought on in a month",
}
TERMS = {
    "peers": "how much peers in use sway",
    "covariate": "how much '{}' sways",
    "signal": "how much the signal '{}' sways",
    "support": "how much support ({}) sways",
    "other": "how much other work ({}) sways",
    "fit": "how much fit sways",
    "memory": "how much an earlier stop sways",
}


def named(number: str) -> str:
    """What a number of a model is, in words.

    Examples
    --------
    >>> named("preparing → using")
    'how readily sites go from preparing to using'
    >>> named("not_reached → exploring: peers any")
    'how much peers in use sway going from not reached to exploring'
    """
    improvement, bar, name = (part.strip() for part in number.rpartition("|"))
    of = f" ({improvement})" if bar else ""
    if name in SHARED:
        return f"{SHARED[name]}{of}"
    if name.startswith("capacity: a month in "):
        return f"{SHARED['capacity: a month']} in {name.removeprefix('capacity: a month in ')}{of}"
    move, colon, term = name.partition(": ")
    way = " to ".join(part.strip().replace("_", " ") for part in move.split("→"))
    if not colon:
        return f"how readily sites go from {way}{of}"
    word, _, rest = term.partition(" ")
    return f"{TERMS.get(word, term).format(rest)} going from {way}{of}"


def value_said(model: Model | Together, number: str, value: float) -> str:
    """A value of such a number: a chance a step where it is one, else the number.

    Examples
    --------
    >>> from takeroot.simulation import SPREAD, logit
    >>> value_said(SPREAD, "preparing → using", logit(0.15)), value_said(SPREAD, "fit: drift", 0.02)
    ('15 in 100 a month', '0.02')
    """
    improvement, bar, name = (part.strip() for part in number.rpartition("|"))
    models = improvements(model)
    one = next((each for each in models if bar and each.name == improvement), models[0])
    step = {1: "a month", 3: "a quarter", 12: "a year"}[one.step]
    is_base = name in {move.name for move in one.moves} and one.scale == "logit"
    if is_base or name == "fit: adaptation":
        return f"{100 * chance_of(value):.3g} in 100 {step}"
    return f"{value:.3g}"


def size_said(number: str, size: float) -> str:
    """What a lever adds, in words.

    Examples
    --------
    >>> size_said("capacity: a month", 2)
    '2 more sites that can be brought on in a month'
    >>> size_said("not_reached → exploring", 0.7)
    'odds of going from not reached to exploring 2.01 times as high'
    """
    import math

    _, _, name = (part.strip() for part in number.rpartition("|"))
    if name.startswith("capacity: a month"):
        return f"{size:.3g} more {'site' if size == 1 else 'sites'} that can be brought on in a month"
    if name == "capacity: growth":
        return f"{size:.3g} more sites brought on in a month for each site in use"
    if name == "fit: adaptation":
        return f"odds of adapting {math.exp(min(size, 50)):.3g} times as high"
    move, colon, _ = name.partition(": ")
    if not colon and "→" in move:
        way = " to ".join(part.strip().replace("_", " ") for part in move.split("→"))
        return f"odds of going from {way} {math.exp(min(size, 50)):.3g} times as high"
    return f"{size:+.3g} to {named(number)}"
