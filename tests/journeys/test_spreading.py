"""Who is tied to whom, and what next: read without scripts, on a phone, by day and by night."""

from __future__ import annotations

import pytest
from tests.journeys.test_every_page import faults
from tests.journeys.test_walks import serious

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_both_pages_fit_their_window_and_keep_nobody_out(walk, width, scheme):
    with walk(width, scheme) as there:
        there.sign_in("lead", "/p/synthetic/spread")
        there.follow(there.page.get_by_role("link", name="Who is tied to whom, and where the sites are"))
        assert there.overflow() == 0 and serious(there) == []
        there.follow(there.page.get_by_role("link", name="What next: the forecast"))
        assert there.overflow() == 0 and serious(there) == []
        assert there.page.get_by_role("button", name="Work it out").count() == 1


def test_without_scripts_months_are_gone_through_by_links_and_by_a_form(walk):
    with walk(scripts=False) as there:
        there.sign_in("lead", "/p/synthetic/spread/network")
        there.follow(there.page.get_by_role("link", name="A month earlier, Feb 2025"))
        assert "at=2025-02" in there.page.url
        there.page.locator("#at").select_option("2021-07")
        there.page.locator("#ties").select_option("geographic")
        there.follow(there.page.get_by_role("button", name="Show"))
        assert "at=2021-07" in there.page.url and "ties=geographic" in there.page.url
        assert "Jul 2021" in there.page.locator("#tied figure .chart-wide svg > title").text_content()
        there.page.locator("#tied summary").click()
        assert there.page.locator("#tied tbody tr").count() > 10


def test_with_scripts_a_month_changes_in_place(walk):
    with walk() as there:
        there.sign_in("lead", "/p/synthetic/spread/network")
        there.page.locator("#at").select_option("2021-07")
        there.page.locator("#tied svg title", has_text="Jul 2021").first.wait_for(state="attached")
        there.page.wait_for_url("**at=2021-07**")
        assert there.page.locator("#tied").count() == 1


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(390, "dark", False), (1280, "light", True)])
def test_a_forecast_is_asked_for_and_read_by_stage_and_by_region(walk, width, scheme, scripts):
    with walk(width, scheme, scripts) as there:
        there.sign_in("lead", "/p/synthetic/spread/forecast")
        page = there.page
        if page.get_by_role("button", name="Work it out").count():
            there.follow(page.get_by_role("button", name="Work it out"))
            assert page.locator("progress").is_visible() and page.get_by_role("button", name="Cancel").is_visible()
            page.get_by_role("link", name="See what came of it").wait_for(timeout=240_000)
            there.follow(page.get_by_role("link", name="See what came of it"))
        seen = {"all regions": faults(there, works=False) if scripts else there.overflow()}
        assert page.get_by_role("img", name="Where sites may stand").first.is_visible()
        page.get_by_label("Sites of").select_option("Quillfen")
        if scripts:
            page.get_by_role("heading", name="By stage, Quillfen", exact=True).wait_for()
            page.wait_for_url("**region=Quillfen**")
        else:
            there.follow(page.get_by_role("button", name="Show", exact=True))
            assert "region=Quillfen" in page.url
        page.locator("#by-month summary").click()
        assert page.locator("#by-month tbody tr").count() % 24 == 0
        seen["a region"] = faults(there, works=False) if scripts else there.overflow()
    assert {name: found for name, found in seen.items() if found} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_asked_and_what_it_costs_are_read_on_a_phone_without_scripts(walk, scheme):
    with walk(390, scheme, scripts=False) as there:
        there.sign_in("lead", "/p/synthetic/what-if")
        there.follow(there.page.get_by_role("link", name="The fund for facilitators ends in March"))
        assert there.page.locator(".recorded").inner_text().startswith("Two half posts")
        assert there.overflow() == 0
        there.go("/p/synthetic/what-if")
        there.follow(there.page.get_by_role("link", name="What a simulation costs"))
        assert there.page.get_by_role("img", name="Time against size").first.is_visible()
        assert there.overflow() == 0


def test_a_site_reads_what_may_come_there_and_others_do_not(walk):
    with walk(390, scripts=False) as there:
        there.sign_in("site", "/p/synthetic/sites")
        there.follow(there.page.get_by_role("link", name="Heron Ward"))
        assert there.page.get_by_role("heading", name="What next here").is_visible()
        assert there.page.get_by_text("of 100 futures, paused").count() == 4 and there.overflow() == 0
        there.page.locator("#next summary").click()
        assert there.page.locator("#next tbody tr").count() == 24 and there.overflow() == 0
    with walk(390, scripts=False) as there:
        there.sign_in("lead", "/p/synthetic/sites")
        there.follow(there.page.get_by_role("link", name="Heron Ward"))
        assert there.page.get_by_role("heading", name="What next here").count() == 0
