"""A lead asks what if: on a phone without scripts, and on a desk; waits, reads, and decides."""

from __future__ import annotations

import pytest
from tests.journeys.conftest import Walks
from tests.journeys.test_every_page import faults

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(390, "dark", False), (1280, "light", True)])
def test_a_lead_asks_what_if_reads_what_came_of_it_and_decides(
    walk: Walks, width: int, scheme: str, scripts: bool
) -> None:
    question = f"Shall we ask for it, at {width}?"
    with walk(width, scheme, scripts) as there:
        there.sign_in(onward="/p/synthetic/what-if")
        page = there.page
        there.follow(page.get_by_role("link", name="Ask what if"))
        seen = {"form": faults(there, works=width == 390)} if scripts else {}
        page.get_by_label("What is to be decided?").fill(question)
        page.get_by_label("What do you expect").fill("It is quicker.")
        page.get_by_label("How many months").fill("6")
        page.locator("[id='c1.1-lever']").select_option(label="A mandate or an incentive")
        page.locator("[id='c1.1-size']").fill("many")
        there.follow(page.get_by_role("button", name="Ask what if"))
        assert "Choice 1, lever 1, how much: a number is needed" in page.locator(".fault").inner_text()
        assert page.get_by_label("What is to be decided?").input_value() == question
        page.locator("[id='c1.1-size']").fill("3")
        there.complaints.clear()  # the browser says of a fault that it is one
        there.follow(page.get_by_role("button", name="Ask what if"))
        assert page.locator("progress").is_visible() and page.get_by_role("button", name="Cancel").is_visible()
        page.get_by_role("link", name="See what came of it").wait_for(timeout=240_000)
        there.follow(page.get_by_role("link", name="See what came of it"))
        assert page.get_by_role("heading", level=1).inner_text() == question
        assert page.get_by_role("img", name="What the choices differ in").first.is_visible()
        assert page.get_by_role("heading", name="What would overturn the order").first.is_visible()
        seen |= {"answer": faults(there, works=False)} if scripts else {}
        assert there.overflow() <= 0
        page.get_by_label("What is decided").fill("Ask for it.")
        page.get_by_label("Why, and how that stands").fill("As we expected.")
        there.follow(page.get_by_role("button", name="Keep it"))
        assert page.locator(".recorded").inner_text() == "Ask for it."
        there.go("/p/synthetic/what-if")
        assert page.get_by_role("link", name=question).is_visible()
    assert {name: found for name, found in seen.items() if found} == {}
