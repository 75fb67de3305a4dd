"""Under which headings what people answered is shown: the constructs of an instrument that are within no other."""

from __future__ import annotations

from takeroot.vocabulary.instrument import Construct, Instrument

#: What questions that belong to no construct are called.
OTHERS = "Other questions"


def roots(of: Instrument) -> list[Construct]:
    """The constructs under which answers are shown: those that are within no other; others come last."""
    found = [one for one in of.constructs if one.within is None]
    asked = {question.of for question in of.questions}
    found = [one for one in found if asked & set(under(of, one.id))]
    if any(question.of is None for question in of.questions):
        found.append(Construct(id="others", name=OTHERS if found else "Every question"))
    return found


def under(of: Instrument, root: str) -> list[str | None]:
    """A construct and all that is within it."""
    if root == "others" and root not in {one.id for one in of.constructs}:
        return [None]
    found: list[str | None] = [root]
    for one in of.constructs * 2:
        if one.within in found and one.id not in found:
            found.append(one.id)
    return found
