"""What speaks for the strongest points, and where that is known from; without a source it is our own judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

ELEMENT = "Papoutsi, Greenhalgh and Marjanovic 2024"
_BEST_FOR = f"{ELEMENT}, sections 3.1 and 3.3 and Table 2"
_IN_GENERAL = f"{ELEMENT}, section 3.1"
_BARKER = "Barker, Reid and Schall 2016, doi:10.1186/s13012-016-0374-x"
_IHI = "IHI, A Framework for Spread: From Local Improvements to System-Wide Change"
_NHSI = "NHS Institute for Innovation and Improvement, Sustainability Model pages"
_NOMAD = "Finch and others 2018, doi:10.1186/s12874-018-0591-x"
_SLAGHUIS = "Slaghuis and others 2011, doi:10.1186/1472-6963-11-314"
_EXPANDNET = "ExpandNet, expandnet.net"
_OVRETVEIT = "Øvretveit, Garofalo and Mittman 2017, doi:10.1093/intqhc/mzx147"


class Ground(NamedTuple):
    """What speaks for points, in a sentence, and its source; empty, where it is our own judgement."""

    says: str
    source: str = ""


@dataclass(frozen=True)
class _For:
    """A ground, and the answers whose points it speaks for, as ``question answer``."""

    framework: str
    answers: tuple[str, ...]
    says: str
    source: str = ""


_SYSTEMS = "It looks at a system as a whole, and such frameworks suit complex efforts."

_ALL = (
    _For(
        "dsf",
        ("aim sustain", "when during", "when after"),
        "It looks at improvement, setting and wider system again and again, as each of them changes.",
        f"{ELEMENT}, on Chambers, Glasgow and Stange 2013",
    ),
    _For("dsf", ("purpose both",), "It serves both practice and research.", _IN_GENERAL),
    _For(
        "dsf",
        ("what single_intervention",),
        "It suits teams with one intervention, such as a guideline or a protocol, best.",
        _BEST_FOR,
    ),
    _For("dsf", ("scale organisation",), "One organisation can follow its setting closely over time."),
    _For("dsf", ("interdependence high",), _SYSTEMS, _IN_GENERAL),
    _For(
        "gtfs",
        ("aim scale_up", "output plan", "when before"),
        "It is a sequence of phases from setting up to full scale, with what supports them.",
        _BARKER,
    ),
    _For("gtfs", ("purpose applied", "who core_team"), "It says what those who run an effort do next."),
    _For(
        "gtfs",
        ("what public_health_programme", "scale multi_organisation", "scale national"),
        "Its field cases are large programmes in Ghana and South Africa.",
        _BARKER,
    ),
    _For("gtfs", ("interdependence low",), "A sequence misleads least where the parts hardly depend on each other."),
    _For(
        "spread",
        ("aim spread", "scale multi_organisation"),
        "It is about spreading better ideas through many places, and was tried in over 1,800 clinics.",
        _IHI,
    ),
    _For(
        "spread",
        ("output plan", "when during"),
        "Its phases overlap: plan and set up, spread, and keep feeding back what is seen.",
        _IHI,
    ),
    _For("spread", ("purpose applied", "who core_team"), "It says what those who run an effort attend to."),
    _For("spread", ("what single_intervention",), "A better idea that can be described is what it spreads."),
    _For(
        "spread", ("interdependence low",), "Places can take an idea up one by one where they hardly depend on others."
    ),
    _For("nasss", ("purpose both",), "It serves both practice and research.", _IN_GENERAL),
    _For(
        "nasss",
        ("what technology_or_service",),
        "It was made for technologies, and serves other innovations.",
        _BEST_FOR,
    ),
    _For("nasss", ("scale national",), "It reaches from the condition to the wider system of policy and professions."),
    _For("nasss", ("interdependence high",), _SYSTEMS, _IN_GENERAL),
    _For(
        "nasss",
        ("output narrative",),
        "It sensitises to complexity and builds a rich account from several perspectives; it is no checklist.",
        _BEST_FOR,
    ),
    _For(
        "nasss",
        ("when before",),
        "It is meant to find early which innovations complexity is likely to limit.",
        ELEMENT,
    ),
    _For("nasss", ("who analysts",), "Its judgements rest on material that somebody has gathered and weighed."),
    _For(
        "nhssm",
        ("aim sustain",),
        "It is made to see what stands in the way of sustaining, to plan for it, and to follow it.",
        _NHSI,
    ),
    _For("nhssm", ("purpose applied",), "Its focus is applied.", _IN_GENERAL),
    _For(
        "nhssm",
        ("what qi_programme", "scale team"),
        "It is about one improvement at a time, and not about a whole organisation.",
        _NHSI,
    ),
    _For("nhssm", ("output score",), "It is diagnostic and predictive: factors with points.", _BEST_FOR),
    _For("nhssm", ("who core_team",), "Teams score themselves.", _NHSI),
    _For("npt", ("aim embed",), "It is a theory of how work becomes normal work.", _NOMAD),
    _For("npt", ("purpose research",), "It is a theory, with a survey that was tested in research.", _NOMAD),
    _For("npt", ("scale team", "when during"), "It asks how people make sense of work and do it, while they do."),
    _For(
        "npt",
        ("output staff_survey", "who frontline_staff"),
        "Its survey puts 20 items on four constructs, and three general ones, to those who do the work.",
        _NOMAD,
    ),
    _For("rii", ("aim sustain",), "It takes sustaining as routinisation and institutionalisation.", _SLAGHUIS),
    _For("rii", ("purpose research", "output score", "output staff_survey"), "It is quantitative.", _BEST_FOR),
    _For("rii", ("what qi_programme",), "It was tested with former improvement teams.", _SLAGHUIS),
    _For("rii", ("scale organisation",), "Institutionalisation is what an organisation does."),
    _For("rii", ("interdependence low",), "It alone of the ten does not look at systems.", _IN_GENERAL),
    _For("rii", ("when after",), "It was tested at least a year after the improvement was put in place.", _SLAGHUIS),
    _For("rii", ("who frontline_staff",), "Members of the teams answered it.", _SLAGHUIS),
    _For(
        "who",
        ("aim scale_up", "what public_health_programme", "scale national"),
        "Scaling up is here a deliberate effort to benefit more people and to build lasting policy and programmes.",
        _EXPANDNET,
    ),
    _For("who", ("purpose applied",), "Its focus is applied.", _IN_GENERAL),
    _For("who", ("output plan",), "Nine steps lead to a strategy for scaling up.", "WHO 2010, Nine steps"),
    _For("who", ("when before",), "It begins with the end in mind.", _EXPANDNET),
    _For("who", ("who core_team",), "Those who promote and support the effort do the planning."),
    _For("3s", ("aim scale_up",), "It is about the infrastructure that scale-up needs.", _OVRETVEIT),
    _For("3s", ("purpose both",), "It serves both practice and research.", _IN_GENERAL),
    _For(
        "3s",
        ("scale organisation", "scale multi_organisation"),
        "It draws on whole health systems: Kaiser Permanente, and Swedish counties.",
        _OVRETVEIT,
    ),
    _For("3s", ("interdependence high",), _SYSTEMS, _IN_GENERAL),
    _For("3s", ("output plan",), "What is low shows where attention is needed.", ELEMENT),
    _For("3s", ("when during",), "Infrastructure can be looked at again before each further step."),
    _For("3s", ("who informed_observers",), "Informed observers give each element 0 to 5.", _BEST_FOR),
    _For("mlp", ("aim transition",), "It is about transitions of whole systems.", "Geels and Schot 2007"),
    _For("mlp", ("purpose research", "who analysts"), "It is a theoretical approach.", f"{ELEMENT}, Table 2"),
    _For(
        "mlp",
        ("what large_sociotechnical", "scale national"),
        "It is for large systems of innovation, with their end users and interest groups.",
        f"{ELEMENT}, Table 2",
    ),
    _For("mlp", ("interdependence high",), _SYSTEMS, _IN_GENERAL),
    _For(
        "mlp",
        ("output narrative",),
        "It tells how niche, regime and landscape act on each other.",
        "Geels and Schot 2007",
    ),
)

#: By framework, question and answer.
GROUNDS: dict[tuple[str, str, str], Ground] = {
    (one.framework, *answer.split(" ", 1)): Ground(one.says, one.source)  # type: ignore[misc]
    for one in _ALL
    for answer in one.answers
}
