"""What do people think, do they agree, and does that move? Answers to an instrument, from one person to all rounds.

All that is shown of a group is worked out of one frame of counts, from which whatever would speak of too few people has
been kept out: so no adding and subtracting of breakdowns and rounds finds a smaller group. A total is made only where
the authors of the instrument defined one.

====================  ==================================================================================================
``scores``            what one respondent's answers come to, by the instrument's own rule
``shown``             which rounds may be shown, and if not, why
``counts``            how many gave each answer: everything that may be shown
``dots``              of these counts every answer, undivided; ``views``: how far people agree on each question
``constructs``        what the views come to for each construct; ``profile`` and ``complexity``, where that is no sum
``opinion_spread``    how far views lie apart in all; ``differing``: where most, and what to ask
``changes``           what moved since the last round
``comments``          what respondents wrote and released
``alpha``             Cronbach's alpha of items, ``item_statistics``; of rounds, ``consistency`` and ``items``
``krippendorff``      agreement of those who judged the same things; of rounds, ``agreement``
``export``            all of a round that may be taken along; ``codebook``: what it means
====================  ==================================================================================================

References
----------
Maher L, Gustafson D, Evans A. Sustainability Model and Guide. NHS Institute for Innovation and Improvement, 2010.
Finch TL, et al. Improving the normalization of complex interventions: part 2. BMC Med Res Methodol 2018;18:135.
"""

from takeroot.analysis.assessment.agreement import agreement, krippendorff
from takeroot.analysis.assessment.changing import changes
from takeroot.analysis.assessment.counting import counts, shown
from takeroot.analysis.assessment.exporting import codebook, comments, export
from takeroot.analysis.assessment.reliability import alpha, consistency, item_statistics, items
from takeroot.analysis.assessment.scoring import scores
from takeroot.analysis.assessment.viewing import complexity, constructs, differing, dots, opinion_spread, profile, views

__all__ = [
    "agreement",
    "alpha",
    "changes",
    "codebook",
    "comments",
    "complexity",
    "consistency",
    "constructs",
    "counts",
    "differing",
    "dots",
    "export",
    "item_statistics",
    "items",
    "krippendorff",
    "opinion_spread",
    "profile",
    "scores",
    "shown",
    "views",
]
