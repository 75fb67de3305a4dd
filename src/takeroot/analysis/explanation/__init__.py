"""What changed, and what do people say of why? Changes, what speaks to them, and the line of time.

Every change and every signal is held against the record: has an account, accounts differ, no account yet. People write
the accounts; nothing here composes one, and nothing is inferred to be a cause.

===============  ==================================================================================
``changes``      every change, with how much speaks to it
``evidence``     what speaks to one change: for a reason, against it, around it
``timeline``     everything that has a day
``accounts``     what people wrote, in versions
``citations``    the references that a text cites
``broken``       references that lead nowhere
===============  ==================================================================================
"""

from takeroot.analysis.explanation.citing import accounts, broken, citations
from takeroot.analysis.explanation.evidence import evidence
from takeroot.analysis.explanation.listing import changes
from takeroot.analysis.explanation.timeline import timeline

__all__ = ["accounts", "broken", "changes", "citations", "evidence", "timeline"]
