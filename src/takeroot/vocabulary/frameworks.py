"""The ten frameworks that the chooser knows, what is asked before one is chosen, and a choice as it is kept.

The frameworks stand in the order of the Element's table, which is no order of merit.

References
----------
Papoutsi C, Greenhalgh T, Marjanovic S. Approaches to Spread, Scale-Up, and Sustainability. Cambridge University Press,
2024. doi:10.1017/9781009326049 (the Element).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from takeroot.vocabulary.rule import Day, Declared, Name

Code = Literal["dsf", "gtfs", "spread", "nasss", "nhssm", "npt", "rii", "who", "3s", "mlp"]
Logic = Literal["mechanistic", "complexity-informed", "social science-driven"]
LOGICS: tuple[Logic, ...] = ("mechanistic", "complexity-informed", "social science-driven")

Aim = Literal["spread", "scale_up", "sustain", "embed", "transition"]
Purpose = Literal["applied", "research", "both"]
What = Literal[
    "single_intervention", "technology_or_service", "qi_programme", "public_health_programme", "large_sociotechnical"
]
Scale = Literal["team", "organisation", "multi_organisation", "national"]
Interdependence = Literal["low", "some", "high"]
Output = Literal["score", "plan", "narrative", "staff_survey"]
When = Literal["before", "during", "after"]
Who = Literal["frontline_staff", "core_team", "informed_observers", "analysts"]


@dataclass(frozen=True)
class Framework:
    """A published framework.

    Parameters
    ----------
    code, name, short
        What it is called by machines, in full, and in a list.
    logics
        Which of the three logics it works by.
    """

    code: Code
    name: str
    short: str
    logics: tuple[Logic, ...]


_M, _C, _S = LOGICS
FRAMEWORKS: Mapping[str, Framework] = {
    one.code: one
    for one in (
        Framework("dsf", "Dynamic Sustainability Framework", "DSF", (_C,)),
        Framework("gtfs", "IHI Framework for Going to Full Scale", "Going to Full Scale", (_M, _S)),
        Framework("spread", "IHI Framework for Spread", "Framework for Spread", (_M, _S)),
        Framework("nasss", "NASSS framework", "NASSS", (_C, _S)),
        Framework("nhssm", "NHS Sustainability Model", "NHS Sustainability Model", (_M,)),
        Framework("npt", "Normalisation Process Theory", "NPT", (_S,)),
        Framework(
            "rii", "Routinisation and institutionalisation instrument", "Routinisation and institutionalisation", (_M,)
        ),
        Framework("who", "WHO/ExpandNet framework", "WHO/ExpandNet", (_M, _C)),
        Framework("3s", "3S scale-up infrastructure", "3S infrastructure", (_C, _S)),
        Framework("mlp", "Multi-level perspective", "Multi-level perspective", (_C, _S)),
    )
}


class Situation(Declared):
    """What was answered before a framework was chosen; any of it may be left open.

    Parameters
    ----------
    aim
        What is mainly wanted.
    purpose
        What the framework is for.
    what
        What is to be spread, scaled up or sustained.
    scale
        How wide that is.
    interdependence
        How far its parts and places depend on each other.
    output
        What is wanted in the end.
    when
        When the framework is used.
    who
        Who answers.
    contested
        Whether people disagree about it.
    """

    aim: Aim | None = None
    purpose: Purpose | None = None
    what: What | None = None
    scale: Scale | None = None
    interdependence: Interdependence | None = None
    output: Output | None = None
    when: When | None = None
    who: Who | None = None
    contested: bool | None = None


class FrameworkChoice(Declared):
    """Frameworks that a programme chose to work with.

    Parameters
    ----------
    chosen
        Which of the ten.
    why
        Why these, and which question each of them answers.
    by
        Who chose.
    on
        On which day.
    situation
        What was answered then.
    back
        Which were brought back though the chooser sets them aside.
    """

    chosen: tuple[Code, ...] = Field(min_length=1)
    why: Name
    by: Name
    on: Day | None = None
    situation: Situation = Situation()
    back: tuple[Code, ...] = ()
