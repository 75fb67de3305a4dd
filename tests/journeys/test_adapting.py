"""An adaptation on a phone: recorded in a few touches, found again where something is left to say, and completed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.conftest import Walks
from tests.journeys.test_walks import serious

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

#: So many touches, each field that is typed in counting as one, from the list of what may be recorded to the record.
TOUCHES = 5


class Hand:
    """What touches a phone, and counts."""

    def __init__(self, there: Any) -> None:
        self.there, self.touches = there, 0

    def tap(self, target: Any) -> None:
        """One touch that goes on to another page."""
        self.touches += 1
        self.there.follow(target)

    def say(self, label: str, text: str) -> None:
        """One touch into a field, and the words."""
        self.touches += 1
        self.there.page.get_by_label(label).first.fill(text)

    def choose(self, label: str, index: int) -> None:
        """One touch that chooses."""
        self.touches += 1
        self.there.page.get_by_label(label, exact=True).select_option(index=index)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_adaptation_takes_five_touches_on_a_phone_and_is_completed_later(walk: Walks, scripts: bool) -> None:
    said = f"Calls after six, {'with' if scripts else 'without'} scripts"
    with walk(390, scripts=scripts) as there:
        there.sign_in("site", "/p/synthetic/record/")
        page, hand = there.page, Hand(there)
        hand.tap(page.get_by_role("link", name="An adaptation"))
        assert page.locator("details.further").evaluate("each => !each.open")
        assert page.get_by_label("Since which day", exact=True).input_value() != ""
        assert there.overflow() <= 0
        hand.choose("Site", 1)
        hand.say("What was changed", said)
        hand.say("Why it was needed", "Carers are at work before six")
        hand.tap(page.get_by_role("button", name="Release it to the record"))
        assert page.get_by_role("heading", level=1).inner_text() == "It is in the record"
        assert hand.touches == TOUCHES

        there.go("/p/synthetic/sustain/fidelity")
        assert there.overflow() <= 0
        assert not scripts or serious(there) == []
        waiting = page.locator("#adaptations ol.lines li", has_text=said)
        assert "Not said yet" in waiting.inner_text()
        there.follow(waiting.get_by_role("link"))
        kept = page.get_by_role("group", name="Does it still do what it is for")
        if kept.count():
            kept.get_by_role("radio", name="Yes").check()
        else:
            page.get_by_label("Does it still do what it is for").select_option(label="Yes")
        there.follow(page.get_by_role("button", name="Amend it"))
        assert said in page.locator("main").inner_text()
        there.go("/p/synthetic/sustain/fidelity")
        kept = page.locator("#function ol.lines li", has_text=said)
        assert kept.count() == 1, "its form changed, and its function is kept"
