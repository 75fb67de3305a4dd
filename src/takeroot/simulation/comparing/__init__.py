"""What if? Two to five choices under the same chance, what they differ in, and what would change that.

::

    from takeroot.simulation import SPREAD, more_facilitators, train_the_trainer
    from takeroot.simulation.comparing import AS_IT_IS, break_even, compare, overturned

    told = compare(SPREAD, setting, state, [AS_IT_IS, more_facilitators(1), train_the_trainer(0.05)], months=36)
    print(told)
    told.differences()

Of a programme, whole, with its choices in a file::

    print(ask(programme, read("choices.yaml")))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from takeroot.simulation.comparing.assuming import assumed
from takeroot.simulation.comparing.breaking_even import BreakEven, break_even
from takeroot.simulation.comparing.choices import AS_IT_IS, Choice
from takeroot.simulation.comparing.comparison import Comparison, compare
from takeroot.simulation.comparing.overturning import Overturned, overturned
from takeroot.simulation.comparing.running import FIGURES

if TYPE_CHECKING:
    from takeroot.simulation.comparing.asking import Answer as Answer
    from takeroot.simulation.comparing.asking import ask as ask
    from takeroot.simulation.comparing.in_files import Question as Question
    from takeroot.simulation.comparing.in_files import read as read

#: What needs more than numpy, and is loaded on first use.
LATER = {"Answer": "asking", "Question": "in_files", "ask": "asking", "read": "in_files"}

__all__ = [
    "AS_IT_IS",
    "FIGURES",
    "Answer",
    "BreakEven",
    "Choice",
    "Comparison",
    "Overturned",
    "Question",
    "ask",
    "assumed",
    "break_even",
    "compare",
    "overturned",
    "read",
]


def __getattr__(name: str) -> Any:
    if name in LATER:
        from importlib import import_module

        return getattr(import_module(f"takeroot.simulation.comparing.{LATER[name]}"), name)
    raise AttributeError(f"takeroot.simulation.comparing has no '{name}'")
