"""Does it last? Staying in use, and "sustained" by named rules side by side.

No rule is the default. A rule says when its clock starts (first use, the end of support, full use), for how long, and
what shows each thing that is to be sustained; what has no evidence is *not known*, and a site whose time is not yet
up is *too early*, whatever became of it, so that those that left soonest are not judged first.

======================  ==============================================================================================
``staying``             for one rule, how long each site stayed in use, and as what it left
``kaplan_meier``        the share still in use by months since the clock's zero; ``median``: when half had left
``nelson_aalen``        the chance of leaving, added up
``restricted_mean``     how many of so many months were spent in use, on average
``log_rank``            whether groups differ in how long they stay
``leaving``             the share that has left, by what it left as; ``leaving_as``: what goes with one way of leaving
``courses``             for one rule, in which state each site was from when to when, and where it went
``occupancy``           the share of sites in each state, by months since the clock's zero
``lapses``              every site for as long as it was followed, with each leaving; ``returns``: with each return
``mean_cumulative``     how often sites have left, or come back, on average
``at_risk``             every site for as long as it could leave or come back; ``changing`` cuts where something changes
``cox``                 what goes with it; ``proportional``: whether that holds over time; ``expected``: the share that
                        stays of sites like one
``staying_time``        how long sites stay, by a curve with a formula
``sustained``           for every rule, what can be said of each site; ``by_rule``: how many, of how many judged
``by_answers``          which answers two rules give the same sites; ``varied``: what a rule would answer otherwise
``by_month``            what held at each site, month by month
======================  ==============================================================================================

References
----------
Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc 1958;53:457-81.
Aalen OO, Johansen S. An empirical transition matrix for non-homogeneous Markov chains. Scand J Stat 1978;5:141-50.
Moore JE, et al. Developing a comprehensive definition of sustainability. Implementation Science 2017;12:110.
"""

from takeroot.analysis.sustainment.answers import by_answers, varied
from takeroot.analysis.sustainment.changing import changing
from takeroot.analysis.sustainment.checking import expected, proportional
from takeroot.analysis.sustainment.comparing import log_rank, nelson_aalen, restricted_mean
from takeroot.analysis.sustainment.competing import leaving_as
from takeroot.analysis.sustainment.cox import cox
from takeroot.analysis.sustainment.following import at_risk, courses, lapses, returns
from takeroot.analysis.sustainment.formulas import staying_time
from takeroot.analysis.sustainment.judging import by_rule, sustained
from takeroot.analysis.sustainment.monthly import by_month
from takeroot.analysis.sustainment.occupancy import occupancy
from takeroot.analysis.sustainment.recurring import mean_cumulative
from takeroot.analysis.sustainment.stays import staying
from takeroot.analysis.sustainment.survival import kaplan_meier, leaving, median

__all__ = [
    "at_risk",
    "by_answers",
    "by_month",
    "by_rule",
    "changing",
    "courses",
    "cox",
    "expected",
    "kaplan_meier",
    "lapses",
    "leaving",
    "leaving_as",
    "log_rank",
    "mean_cumulative",
    "median",
    "nelson_aalen",
    "occupancy",
    "proportional",
    "restricted_mean",
    "returns",
    "staying",
    "staying_time",
    "sustained",
    "varied",
]
