"""The chooser in a real browser: on a phone without scripts, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.journeys.conftest import Walks

pytestmark = pytest.mark.journey

PAGE = "/p/synthetic/choose"
ANSWERS = (
    "To reach more places",
    "To guide what we do",
    "One intervention, such as a guideline or a protocol",
    "A whole country or health system",
    "Somewhat",
    "A plan",
    "Before it begins",
    "The team that runs it",
)
ANSWERED = "?aim=sustain&purpose=applied&what=qi_programme&scale=organisation&interdependence=low&output=score"


def test_a_lead_chooses_on_a_phone_without_scripts_and_finds_the_choice_again(walk: Walks):
    with walk(390, scripts=False) as there:
        there.sign_in("lead", PAGE)
        for answer in ANSWERS:
            there.page.get_by_label(answer, exact=True).check()
        assert there.overflow() == 0
        there.follow(there.page.get_by_role("button", name="Show what may help"))
        assert there.page.get_by_text("First together", exact=True).count() == 2
        there.page.get_by_label("IHI Framework for Spread", exact=True).check()
        there.page.get_by_role("textbox", name="Why").fill("Peer visits are how ours spreads")
        assert there.overflow() == 0
        there.follow(there.page.get_by_role("button", name="Keep it"))
        kept = there.page.locator("#kept")
        assert "Peer visits are how ours spreads" in kept.inner_text()
        assert there.go("/p/synthetic/about") == 200
        assert "Peer visits are how ours spreads" in there.page.locator("#frameworks").inner_text()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_keeps_nobody_out(walk: Walks, width: int, scheme: str):
    with walk(width, scheme) as there:
        there.sign_in("lead")
        for address in (PAGE, PAGE + ANSWERED):
            assert there.go(address) == 200
            assert there.overflow() == 0
            found = Axe().run(there.page).response["violations"]
            assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
