"""Who may have it from whom? Exposure, thresholds, time of taking it up, and whether tied sites go together.

Everything takes a programme, its stages and ties alone, or a :func:`panel` of them; :func:`numbered` makes a panel of
periods that only have numbers. Sites in use exert influence, not those that once were (unless asked for); sites come
and go, stop and come back; who has not taken it up is censored.

==========================================  ==========================================================================
``exposure``, ``thresholds``                how much of what a site is tied to is in use; and was, when it took it up
``susceptibility``, ``infectiousness``      who came just after whom (for the library only)
``take_up``, ``timing``                     how many of those that still could; numbered groups by time
``degrees``, ``degree_and_timing``          whether sites with more ties took it up sooner
``moran``, ``moran_over_time``              whether tied sites are alike
``structure_dependence``                    whether it matters who is tied to whom
``person_periods``, ``regression``          what goes with taking it up, stopping and coming back
``held``                                    which ties held in a month
``geodesics``, ``equivalence``              ties made of others: steps apart, standing in the same place
``layout``, ``matrix_order``                where to draw each site, and in which order
==========================================  ==========================================================================

No coefficient, likeness or sequence here is the effect of peers: sites that are tied tend to be alike (homophily), were
perhaps tied because of it (selection), and share what surrounds them.
"""

from takeroot.analysis.network.contagion import infectiousness, susceptibility
from takeroot.analysis.network.degrees import degree_and_timing, degrees
from takeroot.analysis.network.exposure import exposure
from takeroot.analysis.network.held import held
from takeroot.analysis.network.layout import layout, matrix_order
from takeroot.analysis.network.moran import Alike, moran, moran_over_time
from takeroot.analysis.network.panel import Panel, numbered, panel
from takeroot.analysis.network.person_periods import person_periods
from takeroot.analysis.network.regression import NOT_AN_EFFECT, Regression, regression
from takeroot.analysis.network.rewiring import Dependence, structure_dependence
from takeroot.analysis.network.steps import equivalence, geodesics
from takeroot.analysis.network.thresholds import thresholds
from takeroot.analysis.network.timing import take_up, timing

__all__ = [
    "NOT_AN_EFFECT",
    "Alike",
    "Dependence",
    "Panel",
    "Regression",
    "degree_and_timing",
    "degrees",
    "equivalence",
    "exposure",
    "geodesics",
    "held",
    "infectiousness",
    "layout",
    "matrix_order",
    "moran",
    "moran_over_time",
    "numbered",
    "panel",
    "person_periods",
    "regression",
    "structure_dependence",
    "susceptibility",
    "take_up",
    "thresholds",
    "timing",
]
