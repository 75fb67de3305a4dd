"""What changed, and what do people say of why? Changes, what speaks to them, and the line of time.

Every change and every signal is held against the record: has an account, accounts differ, no account yet. People write
the accounts; nothing here composes one, and nothing is inferred to be a cause.

================  ==================================================================================
``changes``       every change, with how much speaks to it
``evidence``      what speaks to one change: for a reason, against it, around it
``timeline``      everything that has a day
``storyline``     the same as it is read: the latest first, with whose word it is and whether anybody said why
``accounts``      what people wrote, in versions
``citations``     the references that a text cites
``broken``        references that lead nowhere
``near``          what happened near a change in time: material for a question, and no reason
``voices``        whose voices are in the record, and whose are missing
``unanswered``    questions that nobody has answered yet
``overdue``       actions whose day has passed
``last_heard``    the latest day on which anything tells of each site
``findable``      every row that a search looks at
``search``        the rows in which every word stands
``coded``         every coding of a note, and whether its passage still stands
``coders_agree``  how far two coders agree, construct by construct
================  ==================================================================================
"""

from takeroot.analysis.explanation.asking import last_heard, overdue, unanswered
from takeroot.analysis.explanation.citing import accounts, broken, citations
from takeroot.analysis.explanation.coded import coded, coders_agree
from takeroot.analysis.explanation.evidence import GONE, evidence
from takeroot.analysis.explanation.listing import changes
from takeroot.analysis.explanation.near import near
from takeroot.analysis.explanation.searching import findable, search
from takeroot.analysis.explanation.storyline import storyline
from takeroot.analysis.explanation.timeline import timeline
from takeroot.analysis.explanation.voices import voices

__all__ = [
    "GONE",
    "accounts",
    "broken",
    "changes",
    "citations",
    "coded",
    "coders_agree",
    "evidence",
    "findable",
    "last_heard",
    "near",
    "overdue",
    "search",
    "storyline",
    "timeline",
    "unanswered",
    "voices",
]
