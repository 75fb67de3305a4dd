"""Which framework may help here? Eight questions, points that are our own, and reasons.

No published rule chooses among the ten frameworks, so this gives a shortlist to talk about, never a verdict: ties stay
ties, what is set aside can be brought back, and it is always said which single answer would change first place.

References
----------
Papoutsi C, Greenhalgh T, Marjanovic S. Approaches to Spread, Scale-Up, and Sustainability. Cambridge University Press,
2024, sections 3.1 to 3.3. doi:10.1017/9781009326049
"""

from __future__ import annotations

from takeroot.analysis.chooser.choosing import (
    Choice,
    Leaning,
    choose,
    instruments_of,
    leaning,
    shells,
    situation_of,
)
from takeroot.analysis.chooser.wording import says

__all__ = ["Choice", "Leaning", "choose", "instruments_of", "leaning", "says", "shells", "situation_of"]
