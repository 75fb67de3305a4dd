"""What is measured, and whether it has changed.

=============  ====================================================================================================
``frames``     the frames behind the pages: points of a sheet of sites, of one series, of all sites together
``page``       the Measures page: what is measured, and one measure over the sites
``one``        the parts of one measure: together, by site, funnel, signals
``icons``      measure by site, as icons
``series``     one measure at one site, or at all together: the chart, how it was computed, its points
``log``        what was logged where a series was measured
``anew``       suggested recalculations of a series, and every dated decision about its chart
``rule_sets``  each rule set in words
=============  ====================================================================================================
"""

from takeroot.web.panels.measures.page import asked, panels

__all__ = ["asked", "panels"]
