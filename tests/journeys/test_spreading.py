"""Who is tied to whom, and what next: read without scripts, on a phone, by day and by night."""

from __future__ import annotations

import pytest
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
