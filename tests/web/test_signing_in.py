"""Coming in: guesses grow slow, a second step, and nothing that says which names there are."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.web.browsing import PASSWORD, signed_in, together, words

from takeroot.web import actions, second_step, throttle
from takeroot.web.models import Knock, Person, RecoveryCode, Session, Trail

pytestmark = pytest.mark.django_db
KEY = "3132333435363738393031323334353637383930"


def code_now(shift: int = 0) -> str:
    return f"{totp(bytes.fromhex(KEY), t0=-shift * 30):06d}"


@pytest.fixture
def steady(monkeypatch):
    """A clock that stands still for codes, so that no half minute ends within a test."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.fixture
def coded(cast, steady):
    """Ana, with the second step set up some minutes ago; and her recovery codes."""
    codes = actions.set_up_second_step(cast.ana, key=KEY, code=code_now(), by="ana")
    TOTPDevice.objects.update(last_t=0)
    return codes


def attempt(client: Client, name: str = "ana", password: str = PASSWORD, **more: str):
    return client.post("/sign-in", {"username": name, "password": password, **more})


def later(minutes: float) -> None:
    """So much time goes by for what failed before."""
    for one in Knock.objects.all():
        Knock.objects.filter(pk=one.pk).update(at=one.at - timedelta(minutes=minutes))


# Guesses


@pytest.mark.parametrize("name", ["ana", "nobody at all"])
def test_after_five_failures_a_name_waits_whether_or_not_it_is_one(cast, name):
    client = Client()
    said = [attempt(client, name, "wrong").status_code for _ in range(5)]
    refused = attempt(client, name, "wrong")
    assert said == [422] * 5
    assert refused.status_code == 429
    assert "Wait 60 seconds, then try again; nothing is locked for good." in words(refused)
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_the_right_password_waits_too_and_opens_when_the_wait_is_over(cast):
    client = Client()
    for _ in range(5):
        attempt(client, "ana", "wrong")
    assert attempt(client).status_code == 429
    assert SESSION_KEY not in client.session
    later(1.1)
    assert attempt(client).status_code == 302


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(cast):
    client, waits = Client(), []
    for _ in range(5):
        attempt(client, "ana", "wrong")
    for minutes in (1.1, 2.1, 4.1, 8.1, 15.1, 15.1):
        waits.append(int(attempt(client, "ana", "wrong").headers["Retry-After"]))
        later(minutes)
        assert attempt(client, "ana", "wrong").status_code == 422
    assert [round(wait / 60) for wait in waits] == [1, 2, 4, 8, 15, 15]


def test_signing_in_forgets_the_failures_of_that_name(cast):
    for _ in range(3):
        for _ in range(4):
            assert attempt(Client(), "ana", "wrong").status_code == 422
        assert attempt(Client()).status_code == 302


def test_an_address_waits_after_thirty_failures_of_any_names(cast):
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert {attempt(client, f"name {n}", "wrong").status_code for n in range(30)} == {422}
    assert attempt(client, "another").status_code == 429
    assert attempt(Client(REMOTE_ADDR="192.0.2.8"), "another", "wrong").status_code == 422
    later(15.1)
    assert attempt(client, "another", "wrong").status_code == 422


def test_an_address_of_the_sixth_version_is_counted_by_what_its_owner_can_not_choose(cast):
    said = [attempt(Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}"), f"name {n}", "wrong").status_code for n in range(1, 32)]
    assert said == [422] * 30 + [429]
    assert attempt(Client(REMOTE_ADDR="2001:db8:1:3::1"), "name", "wrong").status_code == 422


def test_people_who_sign_in_from_one_address_do_not_add_up(cast):
    assert {attempt(Client(), who).status_code for _ in range(12) for who in ("ana", "ben", "cleo")} == {302}


def test_strangers_who_try_a_name_do_not_keep_its_owner_out_of_a_known_browser(cast):
    hers, theirs = Client(), Client(REMOTE_ADDR="192.0.2.7")
    attempt(hers)
    hers.post("/sign-out")
    for _ in range(8):
        attempt(theirs, "ana", "wrong")
    assert attempt(theirs).status_code == 429
    assert attempt(hers).status_code == 302


def test_a_known_browser_is_known_for_its_owner_alone_and_slows_down_too(cast):
    client = Client()
    attempt(client)
    client.post("/sign-out")
    for _ in range(5):
        attempt(client, "ben", "wrong")
    assert attempt(client, "ben").status_code == 429
    for _ in range(5):
        attempt(client, "ana", "wrong")
    assert attempt(client, "ana").status_code == 429


def test_a_made_up_cookie_makes_no_browser_known(cast):
    client = Client()
    client.cookies[throttle.KNOWN] = "eyJuYW1lIjoiYW5hIn0:1abcde:forged"
    for _ in range(5):
        attempt(client, "ana", "wrong")
    assert attempt(client).status_code == 429


def test_what_is_kept_of_a_failure_is_a_digest_for_a_day(cast):
    attempt(Client(REMOTE_ADDR="192.0.2.7"), "ana", "wrong")
    kept = str(list(Knock.objects.values()))
    assert Knock.objects.count() == 2
    assert "ana" not in kept and "192.0.2.7" not in kept
    later(25 * 60)
    attempt(Client(), "ben", "wrong")
    assert Knock.objects.filter(at__lt=timezone.now() - timedelta(days=1)).count() == 0


def test_an_empty_form_counts_for_nothing(cast):
    assert attempt(Client(), "", "").status_code == 422
    assert not Knock.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_not_many_free_guesses(at_once, cast):
    said = together(12, lambda: attempt(Client(), "ana", "wrong").status_code)
    assert said == [422] * 5 + [429] * 7


# What is told


def test_an_unknown_name_takes_the_same_work_as_a_wrong_password(cast, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    made = []
    from django.contrib.auth.hashers import ScryptPasswordHasher

    encode = ScryptPasswordHasher.encode

    def counted(self, *given, **more):
        made.append(1)
        return encode(self, *given, **more)

    ScryptPasswordHasher.encode = counted
    try:
        work = []
        for name in ("ana", "nobody"):
            made.clear()
            attempt(Client(), name, "wrong")
            work.append(len(made))
    finally:
        ScryptPasswordHasher.encode = encode
    assert work == [1, 1]


def test_somebody_switched_off_is_told_what_everybody_is_told(cast):
    Person.objects.filter(pk=cast.ana.pk).update(is_active=False)
    off, wrong = attempt(Client()), attempt(Client(), "ben", "wrong")
    assert off.status_code == wrong.status_code == 422
    assert words(off).partition("Sign-in name")[0] == words(wrong).partition("Sign-in name")[0]


def test_passwords_are_kept_by_scrypt():
    from takeroot.web import settings

    assert settings.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")


def test_a_line_of_the_trail_says_who_signed_in_and_how(cast):
    attempt(Client())
    line = Trail.objects.first()
    assert (line.by, line.did, line.what) == ("ana", "signed in", {"means": "password"})
    assert PASSWORD not in str(list(Trail.objects.values()))


def test_the_session_is_a_new_one_after_signing_in(cast):
    client = Client()
    attempt(client, "ben")
    before = client.cookies["sessionid"].value
    client.post("/sign-out")
    client.cookies["sessionid"] = before
    attempt(client, "ana")
    assert client.cookies["sessionid"].value != before
    assert Session.objects.filter(person=cast.ana).count() == 1


# The second step


def test_the_password_alone_opens_nothing_once_a_second_step_is_set_up(cast, coded):
    client = Client()
    response = attempt(client, next="/p/falls/spread")
    assert response.headers["Location"] == "/sign-in/code"
    assert SESSION_KEY not in client.session
    for address in ("/", "/account", "/p/falls/", "/p/falls/people", "/account/second-step"):
        assert client.get(address).headers["Location"].startswith("/sign-in?next=")
    entered = client.post("/sign-in/code", {"code": code_now()})
    assert entered.headers["Location"] == "/p/falls/spread"
    assert client.session[SESSION_KEY] == str(cast.ana.pk)
    assert client.get("/p/falls/").status_code == 200


def test_without_the_password_there_is_no_second_step(cast, coded):
    assert Client().get("/sign-in/code").headers["Location"] == "/sign-in"
    assert Client().post("/sign-in/code", {"code": code_now()}).headers["Location"] == "/sign-in"


def test_a_code_serves_once(cast, coded):
    one, two = Client(), Client()
    attempt(one)
    attempt(two)
    code = code_now()
    assert one.post("/sign-in/code", {"code": code}).status_code == 302
    assert two.post("/sign-in/code", {"code": code}).status_code == 422
    assert two.post("/sign-in/code", {"code": code_now(-1)}).status_code == 422
    assert two.post("/sign-in/code", {"code": code_now(1)}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_twice_at_once_opens_one_door(at_once, cast, coded):
    assert together(6, lambda: second_step.opens(cast.ana, code_now())) == [""] * 5 + ["code"]


@pytest.mark.django_db(transaction=True)
def test_one_recovery_code_sent_twice_at_once_opens_one_door(at_once, cast, coded):
    assert together(6, lambda: second_step.opens(cast.ana, coded[3])) == [""] * 5 + ["recovery code"]


@pytest.mark.parametrize("wrong", ["000000x", "12345", "１２３４５６", "-12345", "", " ", "'; --", "9" * 30, "\x00"])
def test_what_is_no_code_opens_nothing_and_breaks_nothing(cast, coded, wrong):
    client = Client()
    attempt(client)
    assert client.post("/sign-in/code", {"code": wrong}).status_code == 422
    assert SESSION_KEY not in client.session


def test_codes_of_a_minute_ago_and_of_a_minute_on_open_nothing(cast, coded):
    assert [second_step.opens(cast.ana, code_now(shift)) for shift in (-2, 2, -1)] == ["", "", "code"]


def test_guesses_of_codes_grow_slow(cast, coded):
    client = Client()
    attempt(client)
    wrong = "000000" if code_now() != "000000" else "000001"
    assert [client.post("/sign-in/code", {"code": wrong}).status_code for _ in range(6)] == [422] * 5 + [429]
    assert client.post("/sign-in/code", {"code": code_now()}).status_code == 429
    attempt(client)  # the password again does not buy more guesses
    assert client.post("/sign-in/code", {"code": code_now()}).status_code == 429
    later(1.1)
    assert client.post("/sign-in/code", {"code": code_now()}).status_code == 302


def test_a_recovery_code_serves_once_and_only_its_owner(cast, coded):
    actions.set_up_second_step(cast.ben, key=KEY, code=code_now(), by="ben")
    assert len(coded) == len(set(coded)) == 10
    assert all(re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", one) for one in coded)
    assert second_step.opens(cast.ben, coded[0]) == ""
    assert second_step.opens(cast.ana, coded[0].lower().replace("-", " ")) == "recovery code"
    assert second_step.opens(cast.ana, coded[0]) == ""
    assert RecoveryCode.objects.filter(person=cast.ana).count() == 9
    assert not any(one.replace("-", "") in str(list(RecoveryCode.objects.values())) for one in coded)


def test_a_password_changed_between_the_steps_ends_the_way_in(cast, coded):
    client = Client()
    attempt(client)
    cast.ana.set_password("another long one")
    cast.ana.save()
    assert client.post("/sign-in/code", {"code": code_now()}).headers["Location"] == "/sign-in"


def test_the_word_between_the_steps_ages_and_can_not_be_made_up(cast, coded, monkeypatch):
    client = Client()
    attempt(client)
    kept = client.cookies[second_step.HALF_WAY]
    assert kept["httponly"] and kept["path"] == "/sign-in" and kept["max-age"] == 300
    forged = Client()
    forged.cookies[second_step.HALF_WAY] = kept.value[:-2] + "xx"
    assert forged.get("/sign-in/code").status_code == 302
    stopped = time.time()
    monkeypatch.setattr(time, "time", lambda: stopped + 301)
    assert client.get("/sign-in/code").status_code == 302


@pytest.mark.parametrize(("asked", "sent"), [("none", ""), ("leads", "ana"), ("all", "ana ben cleo")])
def test_who_has_to_set_up_a_second_step_comes_to_nothing_else_before(cast, settings, asked, sent):
    settings.REQUIRE_TOTP = asked
    held = {
        who
        for who in ("ana", "ben", "cleo")
        if signed_in(getattr(cast, who)).get("/p/falls/").headers.get("Location") == "/account/second-step"
    }
    assert held == set(sent.split())


def test_setting_it_up_opens_the_rest(cast, settings, steady):
    settings.REQUIRE_TOTP = "all"
    client = signed_in(cast.ana)
    assert client.get("/account").headers["Location"] == "/account/second-step"
    assert "Nothing else opens until it is set up" in words(client.get("/account/second-step"))
    assert client.post("/account/password", {}).headers["Location"] == "/account/second-step"
    actions.set_up_second_step(cast.ana, key=KEY, code=code_now(), by="ana", keep=client.session.session_key)
    assert client.get("/p/falls/").status_code == 200
