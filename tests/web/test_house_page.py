"""The house: who keeps it sees sign-ins and the state of the trail, and no programme by that."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from tests.web.browsing import carried, link_shown, signed_in, words

from takeroot.web import actions, guards, second_step
from takeroot.web.models import Invitation, Person, Session, Trail

pytestmark = pytest.mark.django_db
ADDRESSES = ["house", "house/add", "house/people/{pk}", "house/people/{pk}/reset", "house/people/{pk}/second-step"]


@pytest.fixture
def keeper(cast) -> Person:
    """Kit, who keeps the house and is in no programme."""
    return actions.add_person(sign_in="kit", name="Kit", password="a long password", keeps_house=True, by="tests")


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "dan", "eve"])
def test_to_everybody_else_the_house_does_not_exist(cast, keeper, who):
    client = signed_in(getattr(cast, who))
    for address in ADDRESSES:
        at = f"/{address.format(pk=cast.cleo.pk)}"
        assert client.post(at, {"keeps_house": "on", "is_active": "on"}).status_code in (404, 405)
        assert client.get(at).status_code in (404, 405)
    assert not Person.objects.exclude(pk=keeper.pk).filter(keeps_house=True).exists()
    assert "The house" not in words(client.get("/"))


def test_whoever_keeps_it_sees_sign_ins_and_nothing_of_a_programme(cast, keeper):
    client = signed_in(keeper)
    page = words(client.get("/house"))
    for name in ("ana", "ben", "cleo", "dan", "eve", "kit"):
        assert name in page
    for hidden in ("Falls", "Sepsis", "Ward", "contributor", "viewer"):
        assert hidden not in page and hidden not in words(client.get(f"/house/people/{cast.ben.pk}"))
    assert client.get("/p/falls/").status_code == client.get("/p/falls/people").status_code == 404
    assert "No programme is open to you yet" in words(client.get("/"))


def test_a_sign_in_is_made_with_a_link_by_which_its_owner_chooses_the_password(cast, keeper):
    client = signed_in(keeper)
    sent = {"sign_in": "noor", "name": "Noor", "begins": "on", "once": carried(client.get("/house/add"), "once")}
    link = link_shown(client.post("/house/add", sent))
    noor = Person.objects.get(sign_in="noor")
    assert (noor.begins, noor.keeps_house, noor.has_usable_password()) == (True, False, False)
    assert client.post("/house/add", sent).status_code == 422
    assert Person.objects.filter(sign_in__startswith="noor").count() == Invitation.objects.count() == 1
    assert link.removeprefix("/reset/") not in str(list(Trail.objects.values()) + list(Invitation.objects.values()))
    assert Client().post("/sign-in", {"username": "noor", "password": ""}).status_code == 422
    assert Client().post(link, {"new": "four quiet lemons", "again": "four quiet lemons"}).status_code == 302
    entered = Client().post("/sign-in", {"username": "noor", "password": "four quiet lemons"})
    assert entered.status_code == 302


def test_a_name_that_is_taken_makes_nothing(cast, keeper):
    client = signed_in(keeper)
    sent = {"sign_in": "ANA", "name": "Other", "once": carried(client.get("/house/add"), "once")}
    response = client.post("/house/add", sent)
    assert response.status_code == 422 and "Somebody signs in as 'ANA' already" in words(response)
    assert not Invitation.objects.exists()


def test_whoever_is_switched_off_is_out_at_once_and_comes_back_when_switched_on(cast, keeper):
    client, bens = signed_in(keeper), signed_in(cast.ben)
    at = f"/house/people/{cast.ben.pk}"
    assert client.post(at, {"why": "left"}).status_code == 302
    assert bens.get("/").status_code == 302
    assert not Session.objects.filter(person=cast.ben).exists()
    line = Trail.objects.first()
    assert (line.by, line.why, line.what["before"]) == ("kit", "left", {"is_active": True})
    assert client.post(at, {"is_active": "on"}).status_code == 302
    assert signed_in(cast.ben).get("/p/falls/").status_code == 200


def test_nobody_shuts_themselves_or_the_last_keeper_out(cast, keeper):
    response = signed_in(keeper).post(f"/house/people/{keeper.pk}", {"is_active": "on"})
    assert response.status_code == 422 and "You can not shut yourself out" in words(response)
    with pytest.raises(Exception, match="Nobody would be left to look after the workbench"):
        actions.change_person(keeper, by="the command line", is_active=True, begins=False, keeps_house=False)
    keeper.refresh_from_db()
    assert keeper.keeps_house


def test_a_link_for_a_new_password_is_made_once_a_form(cast, keeper):
    client = signed_in(keeper)
    once = carried(client.get(f"/house/people/{cast.ben.pk}"), "once")
    link = link_shown(client.post(f"/house/people/{cast.ben.pk}/reset", {"once": once}))
    again = client.post(f"/house/people/{cast.ben.pk}/reset", {"once": once})
    assert again.status_code == 422 and "is not shown twice" in words(again)
    assert client.post(f"/house/people/{cast.ben.pk}/reset", {"once": "forged"}).status_code == 422
    assert Client().get(link).status_code == 200
    assert cast.ben.check_password("a long password")


def test_a_lost_second_step_is_taken_off_with_a_line(cast, keeper, monkeypatch):
    monkeypatch.setattr(second_step, "fits", lambda key, code: 1)
    actions.set_up_second_step(cast.ben, key=second_step.new_key(), code="", by="ben")
    signed_in(keeper).post(f"/house/people/{cast.ben.pk}/second-step", {"why": "lost the phone"})
    assert not second_step.has_it(cast.ben)
    assert (Trail.objects.first().did, Trail.objects.first().why) == ("took off the second step", "lost the phone")


def test_the_state_of_the_trail_is_said(cast, keeper):
    client = signed_in(keeper)
    page = words(client.get("/house"))
    assert "Every guard is in its place." in page and "Every seal fits." in page
    guards.lift()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_trail SET did = 'nothing' WHERE id = (SELECT min(id) FROM web_trail)")
    page = words(client.get("/house"))
    assert "Guards of the trail are missing" in page and "does not fit its seal" in page
    guards.guard()
