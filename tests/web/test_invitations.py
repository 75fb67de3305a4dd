"""A link for one person: it opens once, for its time, and says nothing to anybody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone
from tests.web.browsing import carried, link_shown, signed_in, together, words

from takeroot.web import actions
from takeroot.web.models import Invitation, Membership, Person, Session, Trail

pytestmark = pytest.mark.django_db
NEW = {"name": "Gita", "sign_in": "gita@example.org", "new": "four quiet lemons", "again": "four quiet lemons"}
SECRET = "s" * 43


def form(client: Client, **sent):
    once = carried(client.get("/p/falls/people/invite"), "once")
    asked = {"for_whom": "Gita", "role": "viewer", "serves": 7, "expires": "", "sites": [], "once": once}
    return asked | sent


def made(cast, **sent) -> str:
    """The address of an invitation that Ana made."""
    client = signed_in(cast.ana)
    return link_shown(client.post("/p/falls/people/invite", form(client, **sent)))


def quick(cast, **more) -> str:
    """The address of an invitation, made without the page."""
    said = {"role": "viewer", "by": "ana", "expires": timezone.now() + timedelta(days=7)} | more
    actions.invite(cast.falls, secret=SECRET, **said)
    return f"/i/{SECRET}"


# Making one


def test_the_address_is_shown_once_with_a_square_and_a_text(cast):
    client = signed_in(cast.ana)
    sent = form(client)
    page = client.post("/p/falls/people/invite", sent)
    link = link_shown(page)
    assert len(link) == len("/i/") + 43
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page.content.decode()
    assert page.content.decode().count(link) == 2
    again = client.post("/p/falls/people/invite", sent)
    assert again.status_code == 422 and "This link was made already, and is not shown twice." in words(again)
    assert link not in again.content.decode() and link not in client.get("/p/falls/people").content.decode()
    assert Invitation.objects.count() == 1


def test_only_a_digest_is_kept_and_no_secret_is_in_the_trail(cast):
    secret = made(cast).removeprefix("/i/")
    assert secret not in str(list(Invitation.objects.values()))
    assert secret not in str(list(Trail.objects.values()))
    line = Trail.objects.first()
    assert (line.by, line.did, line.what["role"]) == ("ana", "made an invitation", "viewer")


def test_secrets_differ_and_last_a_week_unless_said(cast):
    assert made(cast) != made(cast)
    left = Invitation.objects.first().expires - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"role": "contributor"}, "A contributor speaks of named sites; name at least one."),
        ({"role": "king"}, "king is not one of the available choices"),
        ({"role": "site lead", "sites": ["Ward 99"]}, "Ward 99 is not one of the available choices"),
        ({"expires": "2020-01-01"}, "The role would have ended already"),
        ({"for_whom": ""}, "This field is required"),
        ({"serves": 3650}, "is not one of the available choices"),
        ({"once": "made up"}, "This page lay open for too long, so no link was made."),
    ],
)
def test_what_can_not_be_is_said_and_no_link_is_made(cast, sent, says):
    client = signed_in(cast.ana)
    response = client.post("/p/falls/people/invite", form(client, **sent))
    assert response.status_code == 422 and says in words(response)
    assert not Invitation.objects.exists()


def test_after_a_page_that_lay_open_too_long_what_was_typed_is_there_and_serves(cast):
    client = signed_in(cast.ana)
    stale = form(client, role="coach", sites=["Ward 2"], once="too old")
    page = client.post("/p/falls/people/invite", stale)
    assert re.search(r'value="Ward 2"[^>]*checked', page.content.decode()) and 'value="Gita"' in page.content.decode()
    assert link_shown(client.post("/p/falls/people/invite", stale | {"once": carried(page, "once")}))


# Taking it


def test_somebody_new_chooses_a_sign_in_and_has_the_role(cast):
    link = made(cast, role="contributor", sites=["Ward 4"], expires="2099-05-01")
    client = Client()
    page = words(client.get(link))
    assert "You are invited to Falls" in page and "Ana asks you to be contributor" in page and "Ward 4" in page
    response = client.post(link, NEW)
    assert response.headers["Location"] == "/p/falls/"
    held = Membership.objects.get(person__sign_in="gita@example.org")
    assert (held.role, held.sites, str(held.expires)) == ("contributor", ["Ward 4"], "2099-05-01")
    assert client.get("/p/falls/").status_code == 200
    assert client.session[SESSION_KEY] == str(held.person_id)
    assert "four quiet lemons" not in str(list(Trail.objects.values()))


def test_somebody_who_signs_in_here_takes_it_as_themselves(cast):
    link = quick(cast)
    client = signed_in(cast.dan)
    assert "You are signed in as Dan" in words(client.get(link))
    assert client.post(link).headers["Location"] == "/p/falls/"
    assert Membership.objects.get(person=cast.dan, programme=cast.falls).role == "viewer"
    assert Person.objects.count() == 5


def test_signing_in_first_leads_back_without_the_secret_in_an_address(cast):
    link, client = quick(cast), Client()
    aside = client.post(link, {"how": "sign-in"})
    assert aside.headers["Location"] == "/sign-in"
    back = client.post("/sign-in", {"username": "dan", "password": "a long password"})
    assert back.headers["Location"] == link
    assert client.post(link).headers["Location"] == "/p/falls/"


def test_it_opens_once(cast):
    link = quick(cast)
    assert Client().post(link, NEW).status_code == 302
    second = NEW | {"sign_in": "second"}
    assert Client().post(link, second).status_code == Client().get(link).status_code == 404
    assert signed_in(cast.dan).post(link).status_code == 404
    assert not Person.objects.filter(sign_in="second").exists()
    assert Membership.objects.filter(programme=cast.falls).count() == 5


@pytest.mark.django_db(transaction=True)
def test_it_opens_once_for_many_who_come_at_once(at_once, cast):
    link, names = quick(cast), iter(range(6))
    said = together(6, lambda: Client().post(link, NEW | {"sign_in": f"guest{next(names)}"}).status_code)
    assert said == [302] + [404] * 5
    assert Person.objects.filter(sign_in__startswith="guest").count() == 1


def test_whoever_took_it_is_in_the_trail_with_whoever_asked_them(cast):
    Client().post(quick(cast), NEW)
    line = Trail.objects.filter(did="took up an invitation").get()
    assert (line.by, line.programme, line.what["invited_by"]) == ("gita@example.org", "falls", "ana")


def ended(cast):
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))


def revoked(cast):
    assert (
        signed_in(cast.ana).post(f"/p/falls/people/invitations/{Invitation.objects.get().pk}/revoke").status_code == 302
    )


def used(cast):
    Client().post(f"/i/{SECRET}", NEW)


def role_over(cast):
    Invitation.objects.update(member_until=timezone.localdate())


def inviter_gone(cast):
    Membership.objects.filter(person=cast.ana).update(role="viewer")


def inviter_off(cast):
    Person.objects.filter(pk=cast.ana.pk).update(is_active=False)


def gone(cast):
    Invitation.objects.all().delete()


@pytest.mark.parametrize("why", [ended, revoked, used, role_over, inviter_gone, inviter_off, gone])
def test_whatever_no_longer_opens_answers_alike_and_names_nothing(cast, why):
    link = quick(cast)
    assert Client().get(link).status_code == 200
    why(cast)
    people = Person.objects.count()
    for response in (Client().get(link), Client().post(link, NEW | {"sign_in": "late"})):
        unknown = Client().get("/i/" + "x" * 43)
        assert response.status_code == unknown.status_code == 404
        assert words(response) == words(unknown)
        assert "Falls" not in response.content.decode() and "This link opens nothing" in words(response)
    assert Person.objects.count() == people


def test_guesses_of_links_grow_slow_for_that_address_alone(cast):
    link, there = quick(cast), {"REMOTE_ADDR": "192.0.2.7"}
    assert {Client(**there).get(f"/i/guess-{n}").status_code for n in range(30)} == {404}
    assert Client(**there).get("/i/guess").status_code == 429
    assert Client(**there).get(link).status_code == 429
    assert Client(**there).get("/reset/guess").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.8").get(link).status_code == 200


def test_the_address_is_told_to_no_other_page(cast):
    link = quick(cast)
    for response in (Client().get(link), Client().get("/i/unknown"), Client().post(link, {"how": "sign-in"})):
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert response.headers["Cache-Control"] == "no-store"
    assert "http://" not in re.sub(r'xmlns="[^"]+"', "", Client().get(link).content.decode())


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"sign_in": "ana"}, "Somebody signs in as 'ana' already"),
        ({"sign_in": "ANA"}, "Somebody signs in as 'ANA' already"),
        ({"sign_in": "a b"}, "can not be signed in by"),
        ({"sign_in": "<script>"}, "can not be signed in by"),
        ({"new": "short", "again": "short"}, "at least 10 characters"),
        ({"again": "another"}, "The two are not the same"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_a_sign_in_that_will_not_do_leaves_the_link_whole(cast, sent, says):
    link = quick(cast)
    response = Client().post(link, NEW | sent)
    assert response.status_code == 422 and says in words(response)
    assert "four quiet lemons" not in response.content.decode()
    assert Person.objects.count() == 5
    assert Client().post(link, NEW).status_code == 302


def test_an_invitation_adds_to_a_role_and_takes_nothing_from_it(cast):
    link = quick(cast, role="contributor", sites=["Ward 5"], member_until=timezone.localdate() + timedelta(days=9))
    assert signed_in(cast.ben).post(link).status_code == 302
    held = Membership.objects.get(person=cast.ben)
    assert (held.sites, held.expires) == (["Ward 1", "Ward 2", "Ward 5"], None)


def test_a_role_that_had_ended_begins_anew_with_what_the_link_says(cast):
    link = quick(cast, role="lead", member_until=timezone.localdate() + timedelta(days=9))
    eves = signed_in(cast.eve)
    assert eves.get("/p/falls/").status_code == 404
    assert eves.post(link).status_code == 302
    assert eves.get("/p/falls/people/invite").status_code == 200
    assert Membership.objects.get(person=cast.eve).expires == timezone.localdate() + timedelta(days=9)


def test_invitations_are_seen_and_taken_back_by_leads_alone(cast):
    link = quick(cast, for_whom="Gita of nights")
    pk = Invitation.objects.get().pk
    assert "Gita of nights" in words(signed_in(cast.ana).get("/p/falls/people"))
    assert "Gita of nights" not in words(signed_in(cast.cleo).get("/p/falls/people"))
    assert signed_in(cast.cleo).post(f"/p/falls/people/invitations/{pk}/revoke").status_code == 403
    assert signed_in(cast.dan).post(f"/p/sepsis/people/invitations/{pk}/revoke").status_code == 404
    assert Client().get(link).status_code == 200


# A password set anew


def reset_link(person, secret: str = "r" * 43) -> str:
    actions.offer_reset(person, secret=secret, by="keeper")
    return f"/reset/{secret}"


def test_a_password_is_set_by_a_link_once_and_ends_every_session(cast):
    bens, link = signed_in(cast.ben), reset_link(cast.ben)
    page = Client().get(link)
    assert "You sign in as ben" in words(page) and page.headers["Referrer-Policy"] == "strict-origin"
    assert Client().post(link, NEW).headers["Location"] == "/sign-in?set=1"
    assert bens.get("/account").status_code == 302
    assert not Session.objects.filter(person=cast.ben).exists()
    assert Client().post(link, NEW).status_code == Client().get(link).status_code == 404
    assert Client().post("/sign-in", {"username": "ben", "password": NEW["new"]}).status_code == 302


def test_a_password_that_will_not_do_leaves_the_link_whole(cast):
    link = reset_link(cast.ben)
    assert "too common" in words(Client().post(link, {"new": "password123", "again": "password123"}))
    assert Client().post(link, NEW).status_code == 302


def test_a_newer_link_a_day_and_being_switched_off_end_a_link(cast):
    first = reset_link(cast.ben)
    second = reset_link(cast.ben, "t" * 43)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    Person.objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert Client().get(second).status_code == 404
    Person.objects.filter(pk=cast.ben.pk).update(is_active=True)
    Invitation.objects.update(expires=timezone.now())
    assert Client().get(second).status_code == 404


def test_a_link_to_set_a_password_gives_no_role_and_an_invitation_sets_no_password(cast):
    reset, link = reset_link(cast.ben), quick(cast)
    assert Client().get(reset.replace("/reset/", "/i/")).status_code == 404
    assert Client().get(link.replace("/i/", "/reset/")).status_code == 404


@pytest.mark.parametrize("link", [quick, lambda cast: reset_link(cast.ben)])
def test_a_forged_form_takes_nothing(cast, link):
    at, client = link(cast), Client(enforce_csrf_checks=True)
    assert client.post(at, NEW).status_code == 403
    assert Invitation.objects.filter(used=None).count() == 1
