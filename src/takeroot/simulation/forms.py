"""Which form of the kernel is at work, and one block of replicates by either.

The compiled form is there if a C compiler was found when Takeroot was installed. It gives what the numpy form gives, to
the bit; that is tested, so that nobody has to ask which one made a figure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from takeroot.errors import TakerootError
from takeroot.simulation import kernel
from takeroot.simulation.kernel import Block, Cancelled
from takeroot.simulation.layout import Layout

Form = Literal["c", "numpy"]

try:
    from takeroot.simulation import compiled
except ImportError:
    compiled = None  # type: ignore[assignment]


def form() -> Form:
    """The form of the kernel that is at work: ``c`` or ``numpy``."""
    return "numpy" if compiled is None else "c"


def says() -> str:
    """The same, in a sentence for people."""
    if compiled is None:
        return "The simulation runs in its numpy form, which is slower: no C compiler was found at installation."
    return f"The simulation runs in its compiled form ({compiled.variant()})."


def simulate(
    layout: Layout,
    block: int,
    width: int,
    watch: NDArray[np.int64],
    keep_sites: bool,
    wanted: Form | None = None,
    progress: NDArray[np.int64] | None = None,
) -> Block:
    """One block of replicates.

    ``progress``, if given, holds two numbers that threads may read and write: the steps made, and whether to stop.
    """
    chosen = check(wanted)
    steps = np.zeros(2, np.int64) if progress is None else progress
    if chosen == "c":
        return compiled.run(layout, block, width, watch=watch, keep_sites=keep_sites, progress=steps)
    return kernel.run(layout, block, width, watch=watch, keep_sites=keep_sites, after_step=_counted(steps))


def check(wanted: Form | None) -> Form:
    """The form that was asked for, if it is there."""
    if wanted not in (None, "c", "numpy"):
        raise TakerootError(f"The form of the kernel is 'c' or 'numpy'; found '{wanted}'.")
    if wanted == "c" and compiled is None:
        raise TakerootError("There is no compiled kernel here; install Takeroot again where there is a C compiler.")
    return wanted or form()


def _counted(progress: NDArray[np.int64]) -> Callable[[], None]:
    def after_step() -> None:
        progress[0] += 1
        if progress[1]:
            raise Cancelled

    return after_step
