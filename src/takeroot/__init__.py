"""Takeroot: the open workbench for people who spread, scale up and sustain improvements in health care.

::

    import takeroot as tr

    programme = tr.Programme.read("my-programme/")
    tr.adoption.reach(programme)
    tr.report.write(programme, "report.html")

The rooms are loaded on first use, so that ``import takeroot`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: The rooms that ``import takeroot as tr`` offers, and where they are.
ROOMS = {
    "adoption": "takeroot.analysis.adoption",
    "assessment": "takeroot.analysis.assessment",
    "charts": "takeroot.charts",
    "chooser": "takeroot.analysis.chooser",
    "embedding": "takeroot.analysis.embedding",
    "examples": "takeroot.examples",
    "explanation": "takeroot.analysis.explanation",
    "fidelity": "takeroot.analysis.fidelity",
    "forecast": "takeroot.analysis.forecasting",
    "instruments": "takeroot.vocabulary.instruments_in_files",
    "network": "takeroot.analysis.network",
    "reach": "takeroot.analysis.reach",
    "report": "takeroot.reporting.report",
    "rulesets": "takeroot.vocabulary.rulesets",
    "scoring": "takeroot.analysis.scoring",
    "simulation": "takeroot.simulation",
    "spc": "takeroot.analysis.spc",
    "stages": "takeroot.vocabulary.stages",
    "sustainment": "takeroot.analysis.sustainment",
    "tables": "takeroot.vocabulary.tables",
    "takeaway": "takeroot.reporting.takeaway",
    "whatif": "takeroot.simulation.comparing",
}
WORDS = {
    "Programme": "takeroot.vocabulary.programme",
    "Rule": "takeroot.vocabulary.rule",
    "Stage": "takeroot.vocabulary.stages",
}

__all__ = ["Programme", "Rule", "Stage", *ROOMS]

if TYPE_CHECKING:
    from takeroot import charts as charts
    from takeroot import examples as examples
    from takeroot import simulation as simulation
    from takeroot.analysis import adoption as adoption
    from takeroot.analysis import assessment as assessment
    from takeroot.analysis import chooser as chooser
    from takeroot.analysis import embedding as embedding
    from takeroot.analysis import explanation as explanation
    from takeroot.analysis import fidelity as fidelity
    from takeroot.analysis import forecasting as forecast  # noqa: F401 - a room by a shorter name
    from takeroot.analysis import network as network
    from takeroot.analysis import reach as reach
    from takeroot.analysis import scoring as scoring
    from takeroot.analysis import spc as spc
    from takeroot.analysis import sustainment as sustainment
    from takeroot.reporting import report as report
    from takeroot.reporting import takeaway as takeaway
    from takeroot.simulation import comparing as whatif  # noqa: F401 - a room by a shorter name
    from takeroot.vocabulary import instruments_in_files
    from takeroot.vocabulary import rulesets as rulesets
    from takeroot.vocabulary import stages as stages
    from takeroot.vocabulary import tables as tables
    from takeroot.vocabulary.programme import Programme as Programme
    from takeroot.vocabulary.rule import Rule as Rule
    from takeroot.vocabulary.stages import Stage as Stage

    instruments = instruments_in_files


def __getattr__(name: str) -> Any:
    if name in ROOMS:
        return import_module(ROOMS[name])
    if name in WORDS:
        return getattr(import_module(WORDS[name]), name)
    raise AttributeError(f"takeroot has no room '{name}'; there are: {', '.join(sorted(__all__))}.")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
