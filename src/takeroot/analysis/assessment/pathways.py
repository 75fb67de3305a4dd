"""Which transition pathway does a large change resemble on the day of a record? Our own rule after a typology.

Pathways differ by the timing and the nature of what happens between the wider world, the settled ways and the new
idea. Three judgements of people go in, each of which may be "not known"; out comes a pathway that the change
*resembles*. Moderate pressure, a ready idea and rivalry together are not in the typology, and give none.

References
----------
Geels FW, Schot J. Typology of sociotechnical transition pathways. Research Policy 2007;36:399-417.
"""

from __future__ import annotations

NOT_DETERMINED = "not-determined"


def resembled(pressure: str, readiness: str, relation: str) -> str:
    """The pathway that three judgements of a record resemble, in the words of the instrument ``mlp``.

    Parameters
    ----------
    pressure
        What the wider world puts on the settled ways: ``none``, ``reinforcing``, ``moderate``, ``large-sudden``,
        ``slow-growing``.
    readiness
        Whether the new idea is ``ready`` or ``not-ready``.
    relation
        Whether it is ``symbiotic`` with the settled ways or ``competitive``.

    Returns
    -------
    str
        One of the instrument's pathways, or ``not-determined``: if the typology is silent, or if a judgement is
        ``not-known`` or anything else.

    Examples
    --------
    >>> resembled("large-sudden", "not-ready", "competitive")
    'de-alignment'
    >>> resembled("moderate", "ready", "competitive")
    'not-determined'
    """
    if readiness not in ("ready", "not-ready") or relation not in ("symbiotic", "competitive"):
        return NOT_DETERMINED
    match pressure, readiness, relation:
        case (("none" | "reinforcing"), _, _):
            return "reproduction"
        case "slow-growing", _, _:
            return "sequence"
        case (("moderate" | "large-sudden"), "ready", "symbiotic"):
            return "reconfiguration"
        case "large-sudden", "ready", _:
            return "substitution"
        case "large-sudden", _, _:
            return "de-alignment"
        case "moderate", "not-ready", _:
            return "transformation"
    return NOT_DETERMINED
