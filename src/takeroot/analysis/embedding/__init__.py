"""What carries it beyond single sites, and where is that held back? Accountability, support, anchors, other work.

Nothing here is a score, and nothing is put in an order of worth: each row is something that the record says, or leaves
open, at one level. Whether it matters is for people to say.

========================  ==========================================================================================
``held_back``             where scale-up is held back, by strand and level
``accountable``           who is accountable for what, and where nobody is
``needed_and_given``      support needed, and given, by kind
``demand``                how much is needed and can be given, month by month
``anchored``              what makes it institutional: what holds, ends soon, has ended or lies ahead
``both_ways``             kinds of condition that enable in one place and limit in another
``load``                  what other work asks of each site
``together_and_apart``    other work that competes at some sites and reinforces at others
``might_stop``            questions about what might be stopped; never an answer
``endings``               plans to stop something, and what they do not say yet
``kept_local``            what was decided to stay local, or to spread no further
========================  ==========================================================================================

References
----------
Barker PM, Reid A, Schall MW. A framework for scaling up health interventions. Implement Sci 2016;11:12.
WHO/ExpandNet. Nine steps for developing a scaling-up strategy. Geneva, 2010 (vertical and horizontal scaling up).
"""

from takeroot.analysis.embedding.anchoring import anchored
from takeroot.analysis.embedding.around import both_ways
from takeroot.analysis.embedding.holding import held_back
from takeroot.analysis.embedding.loading import endings, kept_local, load, might_stop, together_and_apart
from takeroot.analysis.embedding.supplying import demand, needed_and_given
from takeroot.analysis.embedding.within import accountable

__all__ = [
    "accountable",
    "anchored",
    "both_ways",
    "demand",
    "endings",
    "held_back",
    "kept_local",
    "load",
    "might_stop",
    "needed_and_given",
    "together_and_apart",
]
