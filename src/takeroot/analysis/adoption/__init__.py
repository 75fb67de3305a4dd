"""How far has it spread, how deep, when, and as planned? Stages, stays, reach and plans.

``record`` reads what is known of each site, in one way for every figure; ``conflicts`` lists what can not both be
right; ``spells`` has stays and times, ``grid`` and ``counts`` have sites by month, ``plans`` what was intended.
"""

from takeroot.analysis.adoption.conflicts import conflicts
from takeroot.analysis.adoption.counts import by_stage, reach, reach_by
from takeroot.analysis.adoption.plans import allocated_and_actual, plan_lines, planned_against_actual
from takeroot.analysis.adoption.spells import depth, history, spells, time_to

__all__ = [
    "allocated_and_actual",
    "by_stage",
    "conflicts",
    "depth",
    "history",
    "plan_lines",
    "planned_against_actual",
    "reach",
    "reach_by",
    "spells",
    "time_to",
]
