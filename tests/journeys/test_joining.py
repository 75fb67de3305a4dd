"""Somebody is invited, joins, and sets up the second step: in a real browser, with and without scripts."""

from __future__ import annotations

import base64

import pytest
from django_otp.oath import totp
from tests.journeys.conftest import Walks

pytestmark = pytest.mark.journey
PASSWORD = "four quiet lemons"


@pytest.mark.parametrize(("who", "scripts", "width"), [("gita", True, 1280), ("hana", False, 390)])
def test_a_link_lets_one_person_in_who_then_sets_up_the_second_step(walk: Walks, who: str, scripts: bool, width: int):
    with walk(width=width, scripts=scripts) as lead:
        lead.sign_in("lead", "/p/synthetic/people/invite")
        lead.page.get_by_label("For whom").fill(who)
        lead.page.get_by_label("viewer: reads the whole").check()
        assert lead.overflow() <= 0
        lead.follow(lead.page.get_by_role("button", name="Invite somebody"))
        link = lead.page.get_by_label("The address").input_value()
        assert lead.overflow() <= 0
    with walk(width=width, scripts=scripts) as guest:
        assert guest.go(link.removeprefix(guest.home)) == 200
        for label, said in (("Name", who.title()), ("Sign-in name", who), ("New password", PASSWORD)):
            guest.page.get_by_label(label, exact=True).fill(said)
        guest.page.get_by_label("The same again").fill(PASSWORD)
        guest.follow(guest.page.get_by_role("button", name="Take this role"))
        assert guest.page.url == f"{guest.home}/p/synthetic/"
        guest.go("/account/second-step")
        assert guest.overflow() <= 0
        key = base64.b32decode(guest.page.locator(".key").inner_text().replace(" ", ""))
        guest.page.get_by_label("The six digits").fill(f"{totp(key):06d}")
        guest.follow(guest.page.get_by_role("button", name="Set it up"))
        recovery = guest.page.locator(".codes code").first.inner_text()
        guest.follow(guest.page.get_by_role("button", name="Sign out"))
        guest.page.get_by_label("Sign-in name").fill(who)
        guest.page.get_by_label("Password").fill(PASSWORD)
        guest.follow(guest.page.get_by_role("button", name="Sign in"))
        guest.page.get_by_label("Code").fill(recovery)
        guest.follow(guest.page.get_by_role("button", name="Go on"))
        assert guest.go("/account") == 200
        assert "9 of your ten recovery codes are left" in guest.page.inner_text("main")
        assert guest.overflow() <= 0
