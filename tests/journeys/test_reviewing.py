"""A review, held in a browser: from its beginning to its minutes; and the trail afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]


def looked_at(there, name: str, width: int, scheme: str = "light") -> None:
    """The page fits its window, and axe finds nothing that keeps somebody out; a picture, where one is asked for."""
    assert there.overflow() <= 0, name
    found = Axe().run(there.page).response["violations"]
    grave = [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")
    ]
    assert grave == [], name
    if folder := os.environ.get("TAKEROOT_PICTURES"):
        there.page.screenshot(path=str(Path(folder) / f"{name}-{width}-{scheme}.png"))


@pytest.mark.parametrize(
    ("width", "scheme", "scripts"), [(1280, "light", True), (390, "dark", True), (390, "light", False)]
)
def test_people_meet_write_and_close(walk, width, scheme, scripts):
    title = f"Review {width} {scheme}"
    with walk(width, scheme, scripts) as there:
        page = there.page
        there.sign_in(onward="/p/synthetic/review")
        if scripts:
            looked_at(there, "review", width, scheme)
        page.get_by_label("What is this review called?").fill(title)
        page.get_by_label("Who is there, by role?").fill("two nurses\na carer")
        there.follow(page.get_by_role("button", name="Begin"))
        assert page.get_by_role("heading", level=1).inner_text() == title
        page.get_by_label("What do you take from this, together?").fill("Places that visit each other go on.")
        if scripts:
            page.get_by_label("What do you leave open, and who will ask?").focus()
            page.get_by_text("Kept at").wait_for()
        decision = page.get_by_role("group", name="Decision 1")
        decision.get_by_label("What is decided").select_option("wait")
        decision.get_by_label("Of what, and why").fill(f"{title}: nights are short of staff")
        if scripts:
            looked_at(there, "held", width, scheme)
        there.follow(page.get_by_role("button", name="Close, and keep the minutes"))
        assert "ask who sees it otherwise" in page.get_by_role("alert").inner_text()
        page.get_by_role("group", name="Decision 1").get_by_label("Who sees it otherwise, and why").fill(
            "A carer: not yet"
        )
        action = page.get_by_role("group", name="Action 1")
        action.get_by_label("What is to be done").fill(f"{title}: visit")
        there.follow(page.get_by_role("button", name="Close, and keep the minutes"))
        assert page.get_by_role("heading", name="How we read it").is_visible()
        assert page.get_by_text("Dissent: A carer: not yet").is_visible()
        if scripts:
            looked_at(there, "minutes", width, scheme)
        there.go("/p/synthetic/trail")
        assert page.locator("#lines li").first.inner_text().count("closed a review") == 1
        if scripts:
            looked_at(there, "trail", width, scheme)
        there.follow(page.get_by_role("button", name="Check every seal"))
        assert "Every seal fits" in page.get_by_role("status").inner_text()
        there.complaints = [said for said in there.complaints if "422" not in said]


def test_minutes_on_paper_are_minutes_alone(walk):
    with walk() as there:
        there.sign_in(onward="/p/synthetic/review")
        there.page.get_by_label("What is this review called?").fill("For paper")
        there.follow(there.page.get_by_role("button", name="Begin"))
        there.follow(there.page.get_by_role("button", name="Close, and keep the minutes"))
        there.page.emulate_media(media="print")
        assert not there.page.locator(".tabs").is_visible()
        assert there.page.locator(".minutes").is_visible()
