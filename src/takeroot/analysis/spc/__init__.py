"""Has the process changed? Control charts for measures over time.

The individuals chart (XmR) draws the natural limits of a process from the average distance between neighbouring points:
mean(x) ± 2.66 · mean(|x[t] − x[t−1]|). Points outside the limits, and patterns inside them that chance would seldom
make, are signals: something changed. What it was, a chart can not say.

======================  ==================================================================================
``chart``               every value with its phase, limits, signals and what they show
``summary``             one row for each phase: what the latest point shows, and whether the target is in reach
``signals``             one row for each unbroken run of one signal
``remarks``             what a chart would pass over in silence: names that meet nothing, days on which nothing lies
======================  ==================================================================================

All series stand in one long array, one after another, and every step is taken for all of them at once.

References
----------
Wheeler DJ. Understanding Variation. 2nd ed. SPC Press, 2000.
NHS England. Making Data Count: XmR charts, with the two-in-three rule as announced in November 2023.
Anhøj J, Olesen AV. Run charts revisited. PLoS ONE 2014;9:e113825 (longest run and crossings).
"""

from takeroot.analysis.spc.charting import chart
from takeroot.analysis.spc.listing import signals
from takeroot.analysis.spc.remarking import remarks
from takeroot.analysis.spc.summing import summary
from takeroot.analysis.spc.wording import ASSURANCE, VARIATION

__all__ = ["ASSURANCE", "VARIATION", "chart", "remarks", "signals", "summary"]
