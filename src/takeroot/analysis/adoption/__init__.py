"""How far has it spread, how deep, when, and as planned? Stages, stays, reach and plans.

``record`` reads what is known of each site, in one way for every figure, and ``alternatives`` in every other;
``conflicts`` lists what can not both be right; ``standing`` has where each site stands, ``stood`` where it did,
``spells`` stays and times, ``grid`` and ``counts`` sites by month, ``curves`` and ``growth`` the curve they follow,
``plans`` what was intended, ``supporting`` what support was given.
"""

from takeroot.analysis.adoption.conflicts import conflicts
from takeroot.analysis.adoption.counts import by_stage, reach, reach_by
from takeroot.analysis.adoption.curves import CURVES, curve_density, curve_share
from takeroot.analysis.adoption.growth import growth
from takeroot.analysis.adoption.plans import allocated_and_actual, plan_lines, planned_against_actual
from takeroot.analysis.adoption.spells import depth, history, spells, time_to
from takeroot.analysis.adoption.standing import standing
from takeroot.analysis.adoption.stood import stood
from takeroot.analysis.adoption.supporting import support_given, support_over_time

__all__ = [
    "CURVES",
    "allocated_and_actual",
    "by_stage",
    "conflicts",
    "curve_density",
    "curve_share",
    "depth",
    "growth",
    "history",
    "plan_lines",
    "planned_against_actual",
    "reach",
    "reach_by",
    "spells",
    "standing",
    "stood",
    "support_given",
    "support_over_time",
    "time_to",
]
