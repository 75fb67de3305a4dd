"""What a simulation costs, and how that grows: the same for every programme, and for all who are signed in."""

from __future__ import annotations

from functools import cache

from takeroot.reporting import scaling
from takeroot.web.panels.panel import Panel, draw


@cache
def panels() -> tuple[Panel, ...]:
    """Every part of the page, of what was measured last."""
    found = scaling.measured()
    return (
        Panel(
            "grown",
            "What was measured",
            chart=draw(found.costs, chart="cost_of_size"),
            table=found.grown,
            opened=True,
            notes=(*found.how, *scaling.READING),
        ),
        Panel(
            "shared",
            "What more than one processor gives",
            says=found.shared_of,
            table=found.ways,
            notes=scaling.SHARING,
        ),
        Panel("which", "When to use which", notes=scaling.WHICH),
        Panel("again", "On your machine", says="This measures all of it anew:", notes=(found.command,)),
    )
