"""Does it last? Staying in use, and "sustained" by named rules side by side.

No rule is the default. A rule says when its clock starts (first use, the end of support, full use), for how long, and
what shows each thing that is to be sustained; what has no evidence is *not known*, and a site whose time is not yet
up is *too early*, whatever became of it, so that those that left soonest are not judged first.

======================  ==============================================================================================
``staying``             for one rule, how long each site stayed in use, and as what it left
``kaplan_meier``        the share still in use by months since the clock's zero; ``median``: when half had left
``leaving``             the same, by what the sites left as
``sustained``           for every rule, what can be said of each site; ``by_rule``: how many, of how many judged
======================  ==============================================================================================

References
----------
Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc 1958;53:457-81.
Aalen OO, Johansen S. An empirical transition matrix for non-homogeneous Markov chains. Scand J Stat 1978;5:141-50.
Moore JE, et al. Developing a comprehensive definition of sustainability. Implementation Science 2017;12:110.
"""

from takeroot.analysis.sustainment.judging import by_rule, sustained
from takeroot.analysis.sustainment.stays import staying
from takeroot.analysis.sustainment.survival import kaplan_meier, leaving, median

__all__ = ["by_rule", "kaplan_meier", "leaving", "median", "staying", "sustained"]
