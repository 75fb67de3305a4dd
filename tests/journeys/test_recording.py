"""Logging what happened in a real browser: on a phone, without scripts, without a connection, by keyboard."""

from __future__ import annotations

import re
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

FORMS = ("stages", "values", "adaptations", "notes", "experiments")
HOME = "/p/synthetic/record/"

#: Every row that a walk records has a day of its own.
DAYS = count(1)


def forgive(there) -> None:
    """What a browser says of a refusal or of a lost connection is meant here."""
    there.complaints[:] = [one for one in there.complaints if "Failed to load resource" not in one]


def serious(there) -> list[str]:
    found = Axe().run(there.page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def stage(there, site: int, name: str, on: str) -> None:
    page = there.page
    page.get_by_label("Site", exact=True).select_option(index=site)
    page.get_by_role("radio", name=name).check()
    page.get_by_label("From which day").fill(on)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_form_is_accessible_and_fits_a_phone(walk, width, scheme):
    with walk(width, scheme) as there:
        there.sign_in("lead", HOME)
        addresses = [HOME, *(HOME + table for table in FORMS), "/p/synthetic/drafts"]
        row = "/p/synthetic/rows/stages/" + first_row(there)
        for address in (*addresses, row, f"{row}?do=amend"):
            assert there.go(address) == 200
            there.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert there.overflow() <= 0, address
            assert serious(there) == [], address
            small = there.page.evaluate(SMALL)
            assert small == [], address


SMALL = """[...document.querySelectorAll(['main form input:not([type=hidden]):not([type=radio])', 'main form select',
        'main form button', 'main form textarea', 'main label.choice', 'main a.button'])]
    .filter(each => each.getBoundingClientRect().height < 44 && each.offsetParent)
    .map(each => each.outerHTML.slice(0, 80))"""


def first_row(there) -> str:
    there.go(f"{HOME}stages")
    stage(there, 3, "Exploring", f"2024-12-{next(DAYS):02}")
    with there.page.expect_navigation():
        there.page.get_by_role("button", name="Record it").click()
    return there.page.get_by_role("link", name="See it in the record").get_attribute("href").rpartition("/")[2]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_change_of_stage_takes_four_touches(walk, scripts):
    with walk(390, scripts=scripts) as there:
        there.sign_in("site", HOME)
        page = there.page
        there.follow(page.get_by_role("link", name="A change of stage"))  # one
        page.get_by_label("Site", exact=True).select_option(index=1)  # two
        page.get_by_role("radio", name="Exploring" if scripts else "Preparing").check()  # three
        there.follow(page.get_by_role("button", name="Record it"))  # four
        page.get_by_role("heading", name="It is in the record").wait_for()
        assert re.search(r"(exploring|preparing), from \d", page.locator(".recorded").inner_text())
        assert there.overflow() <= 0
        there.follow(page.get_by_role("button", name="Take it back"))
        assert page.get_by_text("It was taken back").is_visible()


def test_how_a_site_stopped_is_asked_where_it_stopped(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}stages")
        page = there.page
        assert not page.get_by_text("How it stopped").is_visible()
        page.get_by_role("radio", name="Stopped no longer").check()
        assert page.get_by_text("How it stopped").is_visible()


def test_what_is_typed_survives_a_reload_and_goes_once_it_was_sent(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}stages")
        page = there.page
        stage(there, 1, "Paused", "2025-02-01")
        page.get_by_label("Why, in words").fill("Nobody at night")
        page.wait_for_timeout(400)
        page.reload()
        page.get_by_text("was kept on this device, and is back in the form").wait_for()
        assert page.get_by_label("Why, in words").input_value() == "Nobody at night"
        assert page.get_by_role("radio", name="Paused stopped").is_checked()
        page.get_by_role("button", name="Copy it out as text").click()
        assert "Why, in words: Nobody at night" in page.get_by_label("What was kept, as text").input_value()
        there.go(HOME)
        page.get_by_text("Kept on this device, and not sent:").wait_for()
        there.go(f"{HOME}stages")
        there.follow(page.get_by_role("button", name="Record it"))
        page.get_by_role("heading", name="It is in the record").wait_for()
        assert page.evaluate("Object.keys(localStorage).length") == 0
        there.go(f"{HOME}stages")
        assert page.get_by_label("Why, in words").input_value() == ""


def test_without_a_connection_nothing_vanishes(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}stages")
        page = there.page
        stage(there, 1, "Stopped no longer", "2025-03-01")
        page.get_by_role("radio", name="Something took its place").check()
        page.context.set_offline(True)
        page.get_by_role("button", name="Record it").click()
        page.get_by_text("It could not be sent").wait_for()
        assert page.get_by_role("radio", name="Stopped no longer").is_checked()
        page.context.set_offline(False)
        with page.expect_navigation():
            page.get_by_role("button", name="Try again").click()
        page.get_by_role("heading", name="It is in the record").wait_for()
        assert "stopped (replaced), from 1 Mar 2025" in page.locator(".recorded").inner_text()
        forgive(there)


def test_an_answer_that_was_lost_on_its_way_records_once(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}notes")
        page = there.page
        page.get_by_label("Site", exact=True).select_option(index=1)
        page.get_by_label("In a few words").fill("Said once")

        def lose(route) -> None:
            route.fetch(max_redirects=0)
            route.abort()

        page.route("**/record/notes", lose)
        page.get_by_role("button", name="Release it").click()
        page.get_by_text("It could not be sent").wait_for()
        page.unroute("**/record/notes")
        page.reload()
        page.get_by_text("is back in the form").wait_for()
        with page.expect_navigation():
            page.get_by_role("button", name="Release it").click()
        page.get_by_text("nothing was recorded twice").wait_for()
        forgive(there)


def test_faults_are_read_out_and_what_was_typed_stays(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}notes")
        page = there.page
        page.get_by_label("The note").fill("Mrs Jones said so")
        page.get_by_role("button", name="Release it").click()
        page.locator("#fault").wait_for()
        page.get_by_text("Does this say who somebody is?").wait_for()
        page.get_by_label("In a few words").fill("A visit")
        page.get_by_role("button", name="Send it as it is").click()
        page.get_by_role("heading", name="Not kept yet").wait_for()
        assert page.get_by_label("The note").input_value() == "Mrs Jones said so"
        assert serious(there) == []
        forgive(there)


def test_a_draft_of_another_person_is_not_shown_on_the_same_device(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}notes")
        page = there.page
        page.get_by_label("The note").fill("Mine alone")
        page.wait_for_timeout(400)
        page.on("dialog", lambda dialog: dialog.accept())
        there.follow(page.get_by_role("button", name="Sign out"))
        there.sign_in("lead", HOME)
        assert not page.get_by_text("Kept on this device").is_visible()
        there.go(f"{HOME}notes")
        assert page.get_by_label("The note").input_value() == ""
        there.follow(page.get_by_role("button", name="Sign out"))
        there.sign_in("site", HOME)
        page.get_by_text("Kept on this device, and not sent:").wait_for()


def test_what_is_kept_can_be_discarded(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}notes")
        page = there.page
        page.get_by_label("The note").fill("No more")
        page.wait_for_timeout(400)
        page.reload()
        with page.expect_navigation():
            page.get_by_role("button", name="Discard it").click()
        assert page.get_by_label("The note").input_value() == ""
        assert page.evaluate("Object.keys(localStorage).length") == 0


def test_signing_out_may_throw_away_what_is_kept_here(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}notes")
        page = there.page
        page.get_by_label("The note").fill("Mine alone")
        page.wait_for_timeout(400)
        page.on("dialog", lambda dialog: dialog.dismiss())
        there.follow(page.get_by_role("button", name="Sign out"))
        assert page.evaluate("Object.keys(localStorage).length") == 0


def test_signed_out_in_between_loses_nothing(walk):
    with walk(390) as there:
        there.sign_in("site", f"{HOME}notes")
        page = there.page
        page.get_by_label("The note").fill("Long words")
        page.get_by_label("In a few words").fill("A visit")
        page.context.clear_cookies()
        page.get_by_role("button", name="Release it").click()
        page.get_by_text("kept on this device").wait_for()
        assert page.get_by_label("The note").input_value() == "Long words"
        forgive(there)


def test_a_keyboard_alone_logs_a_change_of_stage(walk):
    with walk() as there:
        there.sign_in("site", f"{HOME}stages")
        page = there.page
        page.get_by_label("Site", exact=True).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.get_by_label("From which day").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.get_by_role("heading", name="It is in the record").wait_for()


def test_two_people_at_once_are_shown_both(walk):
    with walk() as first, walk(390) as second:
        for there in (first, second):
            there.sign_in("lead", HOME)
        address = "/p/synthetic/rows/stages/" + first_row(first)
        for there, why in ((first, "The first to say so"), (second, "The second to say so")):
            there.go(f"{address}?do=amend")
            there.page.get_by_label("Why, in words").fill(why)
            there.page.get_by_label("Why it is amended").fill("I asked")
        first.follow(first.page.get_by_role("button", name="Amend it"))
        first.page.get_by_text("Kept. What it said before").wait_for()
        second.page.get_by_role("button", name="Amend it").click()
        second.page.get_by_text("Both versions, side by side").wait_for()
        assert second.overflow() <= 0
        assert second.page.get_by_role("link", name="Let theirs stand").is_visible()
        second.follow(second.page.get_by_role("button", name="Let this stand"))
        assert second.page.get_by_text("Amended by lead").count() == 2
        forgive(second)
