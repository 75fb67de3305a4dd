"""Has the process changed? Control charts for measures over time.

The individuals chart (XmR) draws the natural limits of a process from the average distance between neighbouring points:
mean(x) ± 2.66 · mean(|x[t] − x[t−1]|). Points outside the limits, and patterns inside them that chance would seldom
make, are signals: something changed. What it was, a chart can not say.

======================  ==================================================================================
``chart``               every value with its phase, limits, signals and what they show
``summary``             one row for each phase: what the latest point shows, and whether the target is in reach
``signals``             one row for each unbroken run of one signal
``suggestions``         days from which limits might be worked out anew, with the evidence; never done by itself
``chance``              how many signals were found, and how many chance alone would give
``funnel``              one measure across its sites, over one stretch of time
``workings``            how the limits of each phase were computed, with the numbers put in
``left_out``            points that helped to set no limits, and why
``remarks``             what a chart would pass over in silence: names that meet nothing, days on which nothing lies
======================  ==================================================================================

All series stand in one long array, one after another, and every step is taken for all of them at once.

References
----------
Wheeler DJ. Understanding Variation. 2nd ed. SPC Press, 2000.
NHS England. Making Data Count: XmR charts, with the two-in-three rule as announced in November 2023.
Anhøj J, Olesen AV. Run charts revisited. PLoS ONE 2014;9:e113825 (longest run and crossings).
"""

from takeroot.analysis.spc.chance import chance
from takeroot.analysis.spc.charting import chart
from takeroot.analysis.spc.funnel import FUNNELS, funnel
from takeroot.analysis.spc.limits import KINDS
from takeroot.analysis.spc.listing import signals
from takeroot.analysis.spc.remarking import remarks
from takeroot.analysis.spc.suggesting import suggestions
from takeroot.analysis.spc.summing import summary
from takeroot.analysis.spc.wording import ASSURANCE, VARIATION
from takeroot.analysis.spc.workings import left_out, workings

__all__ = [
    "ASSURANCE",
    "FUNNELS",
    "KINDS",
    "VARIATION",
    "chance",
    "chart",
    "funnel",
    "left_out",
    "remarks",
    "signals",
    "suggestions",
    "summary",
    "workings",
]
