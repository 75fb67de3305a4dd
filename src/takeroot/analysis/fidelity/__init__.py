"""How much of it is done, in which form, and to what end? Fidelity, adaptation, and what came of both.

No band of fidelity is high or low by itself, and no adaptation is good or bad by itself: whether a difference is
warranted, people say.

======================  ==============================================================================================
``recorded``            every delivery, and whether it counts as delivered; ``delivery``: by component, site, month ...
``bundle``              of each site and day, how many components, and whether all; ``together``: beside each of them
``form_and_function``   form changed and function kept, form kept and function lost; ``core_lost``: where it was core
``variation``           how much sites differ, and where nobody has said why
``adapting``            every adaptation, of what, when, and whether others made one like it; ``patterns``: how many
``benefit``             what a measure showed meanwhile; ``benefit_beside``: beside what was adapted and delivered
``voltage_drop``        how much less it does at scale, with ``effects`` of a programme; ``voltage_drop_between`` of two
                        published results
======================  ==============================================================================================
"""

from takeroot.analysis.fidelity.adapting import adapting, patterns
from takeroot.analysis.fidelity.benefit import benefit, benefit_beside
from takeroot.analysis.fidelity.delivering import bundle, delivery, recorded, together
from takeroot.analysis.fidelity.form import core_lost, form_and_function, variation
from takeroot.analysis.fidelity.voltage import effects, voltage_drop, voltage_drop_between

__all__ = [
    "adapting",
    "benefit",
    "benefit_beside",
    "bundle",
    "core_lost",
    "delivery",
    "effects",
    "form_and_function",
    "patterns",
    "recorded",
    "together",
    "variation",
    "voltage_drop",
    "voltage_drop_between",
]
