"""One's own account: what one changes of oneself, and where one is signed in."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.web.browsing import PASSWORD, carried, signed_in, words

from takeroot.web import actions, second_step, sessions
from takeroot.web.models import RecoveryCode, Session, Trail

pytestmark = pytest.mark.django_db
NEW = "four quiet lemons"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def steady(monkeypatch):
    """A clock that stands still for codes, so that no half minute ends within a test."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def browser(name: str = "ana", agent: str = FIREFOX) -> Client:
    """A browser in which somebody signed in by the page."""
    client = Client(headers={"user-agent": agent})
    assert client.post("/sign-in", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def code_of(key: str, shift: int = 0) -> str:
    return f"{totp(bytes.fromhex(key), t0=-shift * 30):06d}"


def coded(person) -> tuple[str, list[str]]:
    """The key and the recovery codes of somebody who has the second step."""
    key = second_step.new_key()
    codes = actions.set_up_second_step(person, key=key, code=code_of(key), by=person.sign_in)
    TOTPDevice.objects.update(last_t=0)
    return key, codes


def test_a_stranger_has_no_account(client):
    for address in ("", "/name", "/password", "/second-step", "/second-step/off", "/recovery-codes", "/browsers"):
        assert client.post(f"/account{address}").headers["Location"].startswith("/sign-in?next=/account")


def test_the_account_shows_ones_own_and_nobody_elses(cast):
    page = words(signed_in(cast.ben).get("/account"))
    assert "You sign in as ben" in page and "Ward 1, Ward 2" in page and "records what happens at named sites" in page
    assert "ana" not in page and "Sepsis" not in page


def test_of_a_role_that_has_ended_the_programme_is_not_named(cast):
    page = words(signed_in(cast.eve).get("/account"))
    assert "A programme that is no longer open to you" in page and "1 Jan 2020" in page
    assert "Falls" not in page


# Name and password


def test_a_name_is_changed_and_the_trail_says_so_without_the_address(cast):
    response = signed_in(cast.ben).post("/account/name", {"name": "Ben B", "email": "ben@example.org"})
    cast.ben.refresh_from_db()
    assert response.status_code == 302
    assert (cast.ben.name, cast.ben.email) == ("Ben B", "ben@example.org")
    assert Trail.objects.first().did == "changed a name or an e-mail address"
    assert "example.org" not in str(Trail.objects.first().what)


def test_what_is_no_address_is_said_beside_the_form_with_what_was_typed(cast):
    response = signed_in(cast.ben).post("/account/name", {"name": "Ben B", "email": "ben at home"})
    assert response.status_code == 422
    assert "E-mail : Enter a valid email address." in words(response)
    assert 'value="Ben B"' in response.content.decode()
    cast.ben.refresh_from_db()
    assert cast.ben.name == "Ben"


def test_nobody_makes_themselves_more_than_they_are_by_a_form(cast):
    sent = {"name": "B", "email": "", "keeps_house": "on", "begins": "on", "is_active": "", "sign_in": "root"}
    signed_in(cast.ben).post("/account/name", sent)
    cast.ben.refresh_from_db()
    assert (cast.ben.sign_in, cast.ben.keeps_house, cast.ben.begins, cast.ben.is_active) == ("ben", False, False, True)


def test_a_changed_password_ends_every_other_session_and_keeps_this_one(cast):
    here, elsewhere = browser(), browser()
    response = here.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert response.headers["Location"] == "/account?done=password#password"
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert Session.objects.filter(person=cast.ana).count() == 1
    assert Client().post("/sign-in", {"username": "ana", "password": PASSWORD}).status_code == 422
    assert Client().post("/sign-in", {"username": "ana", "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", NEW, NEW, "The old password is not right"),
        (PASSWORD, NEW, "five quiet lemons", "The two are not the same"),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, "password123", "password123", "too common"),
        (PASSWORD, PASSWORD, PASSWORD, "The new password is the old one"),
        ("", NEW, NEW, "This field is required"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(cast, old, new, again, says):
    client = browser()
    response = client.post("/account/password", {"old": old, "new": new, "again": again})
    assert response.status_code == 422 and says in words(response)
    cast.ana.refresh_from_db()
    assert cast.ana.check_password(PASSWORD)
    assert PASSWORD not in response.content.decode() and NEW not in response.content.decode()


def test_the_old_password_is_not_guessed_from_an_open_browser(cast):
    client = browser()
    said = [
        client.post("/account/password", {"old": f"guess {n}", "new": NEW, "again": NEW}).status_code for n in range(6)
    ]
    assert said == [422] * 5 + [429]
    assert client.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 429


# The second step


def test_the_second_step_counts_once_a_code_has_confirmed_it(cast):
    client, other = browser(), browser()
    page = client.get("/account/second-step")
    offer = carried(page, "offer")
    key = second_step.taken(cast.ana, offer)
    assert second_step.in_letters(key) in words(page) and "<svg" in page.content.decode()
    assert not second_step.has_it(cast.ana)
    wrong = client.post("/account/second-step", {"offer": offer, "code": "000000"})
    assert wrong.status_code == 422 and "This code does not fit" in words(wrong)
    assert second_step.in_letters(key) in words(wrong)
    assert not second_step.has_it(cast.ana)
    done = client.post("/account/second-step", {"offer": offer, "code": code_of(key)})
    assert "The second step is set up" in words(done)
    assert RecoveryCode.objects.filter(person=cast.ana).count() == 10
    assert other.get("/account").status_code == 302 and client.get("/account").status_code == 200


def test_the_same_form_again_does_nothing_and_shows_no_codes(cast):
    client = browser()
    offer = carried(client.get("/account/second-step"), "offer")
    sent = {"offer": offer, "code": code_of(second_step.taken(cast.ana, offer))}
    client.post("/account/second-step", sent)
    before = set(RecoveryCode.objects.values_list("digest", flat=True))
    again = client.post("/account/second-step", sent)
    assert again.status_code == 422 and "set up already" in words(again)
    assert set(RecoveryCode.objects.values_list("digest", flat=True)) == before


def test_an_offer_to_somebody_else_is_not_taken(cast):
    offer = carried(browser("ben").get("/account/second-step"), "offer")
    key = second_step.taken(cast.ben, offer)
    response = browser("ana").post("/account/second-step", {"offer": offer, "code": code_of(key)})
    assert response.status_code == 422
    assert not second_step.has_it(cast.ana)


def test_the_code_that_confirmed_it_does_not_also_sign_in(cast):
    key = second_step.new_key()
    actions.set_up_second_step(cast.ana, key=key, code=code_of(key), by="ana")
    assert second_step.opens(cast.ana, code_of(key)) == ""


def test_it_is_taken_off_with_password_and_code_only(cast):
    client = browser()
    key, codes = coded(cast.ana)
    client = Client()
    client.force_login(cast.ana)
    for sent in (
        {},
        {"password": PASSWORD},
        {"password": PASSWORD, "code": "000000"},
        {"password": "wrong", "code": codes[0]},
    ):
        assert client.post("/account/second-step/off", sent).status_code == 422
        assert second_step.has_it(cast.ana)
    assert client.post("/account/second-step/off", {"password": PASSWORD, "code": code_of(key)}).status_code == 302
    assert not second_step.has_it(cast.ana)
    assert not RecoveryCode.objects.exists()
    assert Client().post("/sign-in", {"username": "ana", "password": PASSWORD}).headers["Location"] == "/"


def test_new_recovery_codes_take_the_place_of_the_old(cast):
    key, codes = coded(cast.ana)
    response = signed_in(cast.ana).post("/account/recovery-codes", {"password": PASSWORD, "code": code_of(key)})
    assert "The earlier ones open nothing any more" in words(response)
    assert second_step.opens(cast.ana, codes[0]) == ""
    assert RecoveryCode.objects.count() == 10


def test_no_key_and_no_code_is_in_the_trail(cast):
    key, codes = coded(cast.ana)
    second_step.opens(cast.ana, codes[0])
    said = str(list(Trail.objects.values()))
    assert key not in said and not any(code in said or code.replace("-", "") in said for code in codes)


# Where one is signed in


def test_the_browsers_are_listed_by_what_they_are(cast):
    browser(agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1")
    page = words(browser().get("/account"))
    assert "Firefox on Linux this one" in page and "Safari on an iPhone" in page
    assert "Mozilla" not in page
    assert not Session.objects.filter(agent__contains="Mozilla").exists()


def test_one_browser_or_all_others_are_signed_out(cast):
    here, second, third = browser(), browser(), browser()
    kept = sessions.kept_as(second.cookies["sessionid"].value)
    here.post("/account/browsers", {"session": kept})
    assert [one.get("/account").status_code for one in (here, second, third)] == [200, 302, 200]
    here.post("/account/browsers")
    assert [one.get("/account").status_code for one in (here, third)] == [200, 302]


def test_nobody_signs_out_somebody_else(cast):
    hers = browser("ana")
    kept = sessions.kept_as(hers.cookies["sessionid"].value)
    browser("ben").post("/account/browsers", {"session": kept})
    assert hers.get("/account").status_code == 200


def test_the_database_does_not_hold_what_the_cookie_holds(cast):
    client = browser()
    key = client.cookies["sessionid"].value
    assert not Session.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies["sessionid"] = Session.objects.get(person=cast.ana).session_key
    assert thief.get("/account").status_code == 302


def test_a_session_ends_when_it_lies_idle(cast, settings):
    client = browser()
    Session.objects.update(seen=timezone.now() - timedelta(seconds=settings.SESSION_IDLE - 60))
    assert client.get("/account").status_code == 200
    Session.objects.update(seen=timezone.now() - timedelta(seconds=settings.SESSION_IDLE + 60))
    assert client.get("/account").status_code == 302


def test_a_session_ends_however_much_it_is_used(cast, settings):
    client = browser()
    began = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    one = Session.objects.get()
    store = sessions.SessionStore(client.cookies["sessionid"].value)
    store["_since"] = began.isoformat()
    store.save()
    assert Session.objects.get().expire_date == began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert client.get("/account").status_code == 200
    store["more"] = "used"
    store.save()
    assert Session.objects.get().expire_date < one.expire_date
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/account").status_code == 302


def test_sessions_that_ended_or_lay_idle_are_thrown_away(cast, settings):
    first, second, _ = browser(), browser(), browser("ben")
    for client, change in (
        (first, {"expire_date": timezone.now() - timedelta(seconds=1)}),
        (second, {"seen": timezone.now() - timedelta(seconds=settings.SESSION_IDLE + 1)}),
    ):
        key = sessions.kept_as(client.cookies["sessionid"].value)
        Session.objects.filter(session_key=key).update(**change)
    assert sessions.of_person(cast.ana).count() == 0
    sessions.SessionStore.clear_expired()
    assert [one.person for one in Session.objects.all()] == [cast.ben]


def test_that_a_session_is_used_is_noted_now_and_then(cast, django_assert_num_queries):
    client = browser()
    first = Session.objects.get().seen
    client.get("/account")
    assert Session.objects.get().seen == first
    Session.objects.update(seen=first - timedelta(minutes=10))
    client.get("/account")
    assert Session.objects.get().seen >= first


@pytest.mark.parametrize(
    "address",
    ["name", "password", "second-step", "second-step/off", "recovery-codes", "browsers"],
)
def test_a_forged_form_does_nothing(cast, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    assert (
        client.post(f"/account/{address}", {"name": "M", "old": PASSWORD, "new": NEW, "again": NEW}).status_code == 403
    )
    cast.ana.refresh_from_db()
    assert cast.ana.name == "Ana" and cast.ana.check_password(PASSWORD)
