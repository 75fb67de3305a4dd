"""A few walks in a real browser: wide and phone, light and dark, with scripts and without."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

PAGES = ("/", "/p/synthetic/", "/p/synthetic/spread", "/p/synthetic/sustain", "/p/prompt/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_fits_its_window(walk, width, scheme):
    with walk(width, scheme) as there:
        there.go("/sign-in")
        seen = {"/sign-in": serious(there)}
        there.sign_in()
        for address in PAGES:
            assert there.go(address) == 200
            assert there.overflow() <= 0, address
            seen[address] = serious(there)
            there.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert there.overflow() <= 0, f"{address}, everything unfolded"
            seen[f"{address}, everything unfolded"] = serious(there)
    assert {address: found for address, found in seen.items() if found} == {}


def serious(there) -> list[str]:
    """What axe finds that keeps somebody out."""
    found = Axe().run(there.page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_lead_signs_in_and_walks_the_pages(walk, width, scripts):
    with walk(width, scripts=scripts) as there:
        page = there.page
        there.sign_in()
        assert page.title() == "Programmes · Takeroot"
        there.follow(page.get_by_role("link", name="Home with a Plan"))
        assert page.get_by_role("heading", level=1).inner_text() == "Overview"
        for title in ("Was it spread and sustained as planned?", "What changed, and why?", "What needs attention"):
            assert page.get_by_role("heading", name=title).is_visible()
        there.follow(page.get_by_role("link", name="Spread", exact=True))
        assert page.get_by_role("img", name="Where sites stood").first.is_visible()
        there.follow(page.get_by_role("link", name="Sustain", exact=True))
        page.get_by_label("By the rule").select_option(index=1)
        chosen = page.get_by_label("By the rule").evaluate("select => select.value") if scripts else None
        if not scripts:
            page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url("**rule=**")
        if chosen:
            assert page.get_by_label("By the rule").input_value() == chosen
        page.locator("#staying figure svg:visible").wait_for()
        there.follow(page.get_by_role("button", name="Sign out"))
        assert page.get_by_role("heading", name="Sign in").is_visible()


def test_a_choice_of_rule_changes_a_part_of_the_page_and_can_be_gone_back_from(walk):
    with walk() as there:
        there.sign_in(onward="/p/synthetic/sustain")
        page = there.page
        before = page.locator("#staying figure").inner_html()
        page.evaluate("window.stillTheSamePage = true")
        page.get_by_label("By the rule").select_option(index=1)
        page.wait_for_url("**rule=**")
        page.wait_for_function("before => document.querySelector('#staying figure').innerHTML !== before", arg=before)
        assert page.evaluate("window.stillTheSamePage")
        page.go_back()
        page.wait_for_function("before => document.querySelector('#staying figure').innerHTML === before", arg=before)


def test_a_keyboard_alone_is_enough(walk):
    with walk() as there:
        there.go("/sign-in")
        page, keyboard = there.page, there.page.keyboard
        page.get_by_label("Sign-in name").focus()
        keyboard.type("lead")
        keyboard.press("Tab")
        keyboard.type("takeroot")
        keyboard.press("Enter")
        page.wait_for_url("**/")
        keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert page.locator(".skip").bounding_box()["y"] >= 0
        keyboard.press("Enter")
        keyboard.press("Tab")
        first = page.evaluate("document.activeElement.closest('main') !== null")
        assert first
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_every_target_is_large_enough_for_a_thumb(walk):
    with walk(390) as there:
        there.sign_in(onward="/p/synthetic/spread")
        small = there.page.evaluate(
            """() => [...document.querySelectorAll('button, select, summary, nav a, .crumb a')]
                .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 24)
                .map(each => each.outerHTML)"""
        )
        assert small == []


def test_a_person_at_two_sites_sees_those_and_says_so(walk):
    with walk(390) as there:
        there.sign_in("site")
        assert there.page.locator(".card").count() == 1
        there.follow(there.page.locator(".card a"))
        assert "You see 2 sites of this programme." in there.page.locator("body").inner_text()
        assert there.go("/p/synthetic/spread") == 200
        assert there.page.locator("#sites tbody tr").count() == 2


def test_charts_follow_the_light_of_the_page(walk):
    inks = {}
    for scheme in ("light", "dark"):
        with walk(scheme=scheme) as there:
            there.sign_in(onward="/p/synthetic/spread")
            text = there.page.locator("#reach svg:visible text").first
            inks[scheme] = text.evaluate("text => getComputedStyle(text).fill")
    assert inks["light"] != inks["dark"]
    assert all(re.fullmatch(r"rgb\(.*\)", ink) for ink in inks.values())


def test_a_page_that_is_not_there_is_a_plain_page(walk):
    with walk() as there:
        there.sign_in()
        assert there.go("/p/nowhere/") == 404
        assert there.page.get_by_role("heading", level=1).inner_text() == "There is no such page"
        there.complaints = [said for said in there.complaints if "404" not in said]


@pytest.mark.parametrize("width", [1280, 390])
def test_long_names_are_broken_and_push_nothing_aside(walk, width):
    long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3
    lengthen = "long => document.querySelectorAll('.card a, option, tbody th').forEach(each => each.textContent = long)"
    with walk(width) as there:
        there.sign_in()
        for address in ("/", "/p/synthetic/spread", "/p/synthetic/sustain"):
            there.go(address)
            there.page.evaluate(lengthen, long)
            there.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert there.overflow() <= 0, address
            wider = "[...document.querySelectorAll('.card a, select')].filter(each => each.scrollWidth > innerWidth)"
            assert there.page.evaluate(f"{wider}.length") == 0, address


def test_in_forced_colours_only_the_page_one_is_on_is_underlined(walk):
    with walk() as there:
        there.sign_in(onward="/p/synthetic/")
        there.page.emulate_media(forced_colors="active")
        lines = there.page.locator(".tabs .pages a").evaluate_all(
            "tabs => tabs.map(tab => getComputedStyle(tab).borderBottomColor !== getComputedStyle(document.body)"
            ".backgroundColor)"
        )
        assert (lines[0], any(lines[1:])) == (True, False) and len(lines) > 6


def test_on_paper_the_evidence_is_there_and_a_doubt_is_no_larger_than_what_it_doubts(walk):
    with walk() as there:
        there.sign_in(onward="/p/synthetic/")
        first = there.page.locator("#planned details li").first
        assert not first.evaluate("one => one.checkVisibility()")
        there.page.emulate_media(media="print")
        assert first.evaluate("one => one.checkVisibility()")
        sizes = [
            there.page.locator(f"#planned li > {part}").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)")
            for part in ("p", "p.doubt", "details")
        ]
        assert sizes == sorted(sizes, reverse=True)
