"""The pages that are read, in a real browser: wide and phone, light and dark, with scripts and without."""

from __future__ import annotations

import pytest
from tests.journeys.test_walks import serious

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

PAGES = (
    "/p/synthetic/scale-up",
    "/p/synthetic/other-work",
    "/p/synthetic/coding",
    "/p/synthetic/coding/heron-first",
    "/p/synthetic/measures",
    "/p/synthetic/story",
    "/p/synthetic/report",
    "/p/synthetic/search?q=carer",
    "/p/synthetic/search?q=nothing+of+the+kind",
    "/p/frailsafe/scale-up",
    "/p/frailsafe/measures",
    "/p/prompt/story",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_that_is_read_is_accessible_and_fits_its_window(walk, width, scheme):
    seen = {}
    with walk(width, scheme) as there:
        there.sign_in()
        for address in PAGES:
            assert there.go(address) == 200
            assert there.overflow() <= 0, address
            there.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert there.overflow() <= 0, f"{address}, everything unfolded"
            seen[address] = serious(there)
    assert {address: found for address, found in seen.items() if found} == {}


def test_on_a_phone_the_work_and_the_search_are_behind_a_fold_that_needs_no_script(walk):
    with walk(390, scripts=False) as there:
        there.sign_in(onward="/p/synthetic/")
        box = there.page.get_by_label("Search this programme")
        assert not box.is_visible()
        there.page.locator(".more summary").click()
        box.fill("carer")
        there.follow(there.page.get_by_role("button", name="Search"))
        assert there.page.get_by_role("heading", level=1).inner_text() == "Search"
        assert there.page.locator("mark").first.inner_text().casefold() == "carer"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_story_is_narrowed_and_paged(walk, scripts):
    with walk(scripts=scripts) as there:
        there.sign_in(onward="/p/synthetic/story")
        page = there.page
        assert page.locator(".lines > li").count() == 100
        there.follow(page.get_by_role("link", name="Earlier"))
        assert "page 2 of" in page.locator("#line .says").inner_text()
        page.get_by_label("What").select_option("note")
        there.follow(page.get_by_role("button", name="Show", exact=True))
        kinds = page.locator(".lines .when span:nth-child(2)").all_inner_texts()
        assert set(kinds) == {"note"}


@pytest.mark.parametrize("scripts", [True, False])
def test_another_measure_and_another_sheet_of_sites_are_shown(walk, scripts):
    with walk(scripts=scripts) as there:
        there.sign_in(onward="/p/synthetic/measures")
        page = there.page
        there.follow(page.get_by_role("link", name="Sheet 2"))
        assert "Sites 25 to 48" in page.locator("#sites .says").inner_text()
        page.locator("#measure").select_option("length_of_stay")
        if not scripts:
            page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url("**measure=length_of_stay**")
        page.get_by_role("heading", name="Length of stay, by site").wait_for()


def test_the_report_is_read_in_place_and_its_contents_lead_to_its_sections(walk):
    with walk() as there:
        there.sign_in(onward="/p/synthetic/report")
        page = there.page
        page.get_by_text("Sections of the full evaluation").click()
        page.get_by_label("Findings", exact=True).uncheck()
        there.follow(page.get_by_role("button", name="Read it"))
        assert page.get_by_role("heading", name="Staying in use").is_visible()
        assert page.get_by_role("heading", name="Findings", exact=True).count() == 0
        page.get_by_role("link", name="Who is reached").click()
        assert page.url.endswith("#reach")
        assert page.evaluate("getComputedStyle(document.body).fontFamily") != "serif"
