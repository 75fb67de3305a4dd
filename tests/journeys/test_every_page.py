"""Every page there is, in a real browser: it fits its window, its headings are in order, nobody is kept out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.journeys.conftest import Walks
from tests.journeys.test_walks import serious

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

#: Where somebody works: on a phone, what they came for begins within the first screen.
WORK = (
    "record/",
    "record/stages",
    "record/stages?site=vel-01",
    "record/values",
    "record/adaptations",
    "record/notes",
    "record/accounts",
    "record/explanations",
    "record/plans",
    "drafts",
    "search?q=carer",
    "sites",
    "digest",
    "remind",
    "review",
    "people",
    "people/invite",
    "people/role",
    "sharing",
    "import",
    "export",
    "trail",
    "about",
    "about/edit",
    "about/rules/new",
    "what-if/ask",
)
HOUSE = ("/account", "/account/second-step", "/begin", "/privacy", "/scaling", "/nothing-of-the-kind")
#: What each of those who see named sites or write nothing comes to.
BY_OTHERS = {
    "site": ("", "record/", "record/accounts", "drafts", "sites", "people"),
    "viewer": ("", "record/", "sites"),
}

OUT_OF_ORDER = """() => {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => Number(each.tagName[1]));
  return levels[0] === 1 && levels.filter(level => level === 1).length === 1
    ? levels.filter((level, nth) => nth && level > levels[nth - 1] + 1) : levels;
}"""
FIRST_SCREEN = 330


def faults(there: Any, works: bool) -> list[str]:
    """What is wrong with the page that is open."""
    page = there.page
    found = serious(there)
    if there.overflow() > 0:
        found.append(f"wider than its window by {there.overflow()} pixels")
    if levels := page.evaluate(OUT_OF_ORDER):
        found.append(f"headings out of order: {levels}")
    top = page.locator("h1").first.bounding_box()["y"]
    if works and top > FIRST_SCREEN:
        found.append(f"begins {top:.0f} pixels down")
    return found


def rows_of(there: Any) -> list[str]:
    """The pages of one site and one of its rows."""
    there.go("/p/synthetic/sites")
    site = there.page.locator("table.sites tbody th a").first.get_attribute("href")
    there.go(site)
    row = there.page.locator("a[href*='/rows/']").first.get_attribute("href")
    return [site, f"{site}/links", f"{site}/sheet", row, f"{row}?do=amend"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_every_page_of_work_can_be_used_by_everybody(walk: Walks, width: int, scheme: str) -> None:
    with walk(width, scheme) as there:
        there.sign_in()
        seen = {}
        for address in [*(f"/p/synthetic/{name}" for name in WORK), *rows_of(there)]:
            assert there.go(address) == 200, address
            seen[address] = faults(there, width == 390)
    assert {address: found for address, found in seen.items() if found} == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_beside_the_programmes_can_be_used_by_everybody(walk: Walks, width: int) -> None:
    with walk(width) as there:
        seen = {}
        for address in ("/sign-in", "/privacy", "/i/opens-nothing", "/s/opens-nothing/", "/reset/opens-nothing"):
            there.go(address)
            seen[address] = faults(there, works=False)
        there.sign_in()
        for address in HOUSE:
            there.go(address)
            seen[f"{address}, signed in"] = faults(there, works=False)
        there.complaints[:] = [one for one in there.complaints if "404" not in one]  # which these addresses are to be
    assert {address: found for address, found in seen.items() if found} == {}


@pytest.mark.parametrize("who", list(BY_OTHERS))
def test_who_sees_a_part_or_only_reads_finds_every_page_usable_on_a_phone(walk: Walks, who: str) -> None:
    with walk(390, "dark") as there:
        there.sign_in(who)
        seen = {}
        for name in BY_OTHERS[who]:
            assert there.go(f"/p/synthetic/{name}") == 200, name
            seen[name] = faults(there, works=False)
    assert {address: found for address, found in seen.items() if found} == {}


def test_an_empty_programme_says_what_to_do_first(walk: Walks) -> None:
    with walk(390) as there:
        there.sign_in(onward="/begin")
        page = there.page
        page.get_by_label("Name", exact=True).fill("Nothing in it yet")
        there.follow(page.get_by_role("button", name="Begin", exact=True))
        base = re.search(r"/p/[^/]+/", page.url)[0]
        assert there.go(base) == 200
        begin = page.locator("#begin")
        assert begin.get_by_role("link", name="Bring in files").is_visible()
        seen = {"": faults(there, works=False)}
        lasting = ("sustain", "sustain/rules", "sustain/months", "sustain/fidelity")
        read = ("spread", "scale-up", "other-work", *lasting, "measures", "story", "what-if", "report")
        for name in (*read, "sites", "record/", "review"):
            assert there.go(base + name) == 200, name
            seen[name] = faults(there, works=False)
        there.go(f"{base}sites")
        there.follow(page.get_by_role("link", name="Write a site down"))
        page.get_by_label("Short name or code").fill("oak")
        there.follow(page.get_by_role("button", name="Record it"))
        there.go(base)
        assert not page.locator("#begin").count()
    assert {address: found for address, found in seen.items() if found} == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_site_lead_logs_a_change_of_stage_on_a_phone_in_six_touches(walk: Walks, scripts: bool) -> None:
    with walk(390, scripts=scripts) as there:
        there.sign_in("site", "/p/synthetic/record/")
        page = there.page
        there.follow(page.get_by_role("link", name="A change of stage"))
        page.get_by_label("Site", exact=True).select_option(index=1)
        page.locator("label.choice", has_text="Paused").click()
        page.get_by_label("From which day").fill("2025-04-02" if scripts else "2025-04-03")
        there.follow(page.get_by_role("button", name="Record it"))
        assert page.get_by_role("heading", level=1).inner_text() == "It is in the record"
        assert "paused" in page.locator(".recorded").inner_text()
        there.follow(page.get_by_role("button", name="Take it back"))


def test_on_a_phone_every_other_page_is_behind_one_fold_where_somebody_works(walk: Walks) -> None:
    with walk(390, scripts=False) as there:
        there.sign_in(onward="/p/synthetic/record/stages")
        spread = there.page.get_by_role("link", name="Spread", exact=True)
        assert not spread.is_visible()
        there.page.locator(".more summary").click()
        there.follow(spread)
        assert there.page.get_by_role("heading", level=1).inner_text() == "Spread"
        assert there.page.get_by_role("link", name="Sustain", exact=True).is_visible()
