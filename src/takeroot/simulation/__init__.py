"""How an improvement spreads and lasts: a model read aloud, run with counter-based chance, and changed to ask what if.

::

    from takeroot.simulation import Capacity, Model, Move, Setting, Sites, State, logit, run

    model = Model("Huddles", (Move("not_reached", "using", logit(0.02), peers={"everyone": 3.0}),))
    outcome = run(model, Setting(Sites(40)), State.all(date(2026, 4, 1), 40), months=24, replicates=256, seed=7)
    print(model)
    outcome.by_stage()

The kernel has two forms that give the same bits: numpy, which is the definition, and C, where a compiler was found when
Takeroot was installed. :func:`form` tells which is at work.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from takeroot.simulation import parameters as parameters
from takeroot.simulation.ensemble import Stopped, run
from takeroot.simulation.forms import form, says
from takeroot.simulation.model import (
    STAGES,
    TERMS,
    Capacity,
    Fit,
    Memory,
    Model,
    Move,
    Peers,
    Together,
)
from takeroot.simulation.numbers import chance_of, logit
from takeroot.simulation.outcome import Outcome
from takeroot.simulation.setting import Course, Setting, Sites, State, Ties
from takeroot.simulation.standard import SPREAD
from takeroot.simulation.strategy import (
    Connections,
    Seeds,
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
    from takeroot.simulation.comparing import compare as compare
    from takeroot.simulation.fitting import CAUTION as CAUTION
    from takeroot.simulation.fitting import Fitted as Fitted
    from takeroot.simulation.fitting import fit as fit
    from takeroot.simulation.fitting import placed as placed

#: What is loaded on first use: what reads a programme's record needs more than numpy.
LATER = {
    **dict.fromkeys(("CAUTION", "Fitted", "fit", "placed"), "takeroot.simulation.fitting"),
    "compare": "takeroot.simulation.comparing",
}

__all__ = [
    "CAUTION",
    "SPREAD",
    "STAGES",
    "TERMS",
    "Capacity",
    "Connections",
    "Course",
    "Fit",
    "Fitted",
    "Memory",
    "Model",
    "Move",
    "Outcome",
    "Peers",
    "Seeds",
    "Setting",
    "Sites",
    "State",
    "Stopped",
    "Strategy",
    "Ties",
    "Together",
    "chance_of",
    "compare",
    "connect",
    "fit",
    "form",
    "logit",
    "mandate",
    "more_facilitators",
    "parameters",
    "placed",
    "room_to_adapt",
    "run",
    "says",
    "seed_hubs",
    "stop_other_work",
    "train_the_trainer",
]


def __getattr__(name: str) -> Any:
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"takeroot.simulation has no '{name}'; there are: {', '.join(__all__)}.")
