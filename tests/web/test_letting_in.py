"""Who may sign in, from the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from django.test import Client

from takeroot.cli import main
from takeroot.web import second_step
from takeroot.web.models import Membership, Person, Trail

pytestmark = pytest.mark.django_db
NEW = {"new": "four quiet lemons", "again": "four quiet lemons"}


def said(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["person", *words])
    assert done.exit_code == code, done.output
    return done.output


def test_a_sign_in_is_made_whose_owner_chooses_the_password(cast):
    address = said("add", "noor", "--name", "Noor", "--keeps-house", "--at", "https://takeroot.example.org/").strip()
    assert re.fullmatch(r"https://takeroot\.example\.org/reset/[\w-]{43}", address)
    link = address.removeprefix("https://takeroot.example.org")
    assert Client().post(link, NEW).status_code == 302
    assert Person.objects.get(sign_in="noor").keeps_house
    assert Client().post("/sign-in", {"username": "noor", "password": NEW["new"]}).status_code == 302
    assert link[7:] not in str(list(Trail.objects.values()))


def test_a_taken_name_is_a_sentence(cast):
    assert "Somebody signs in as 'ana' already; choose another name." in said("add", "ana", code=2)
    assert "There is no sign-in 'anna'. Did you mean 'ana'?" in said("reset", "anna", code=2)


def test_a_new_password_and_a_lost_second_step(cast, monkeypatch):
    from takeroot.web import actions

    monkeypatch.setattr(second_step, "fits", lambda key, code: 1)
    actions.set_up_second_step(cast.ben, key=second_step.new_key(), code="", by="ben")
    said("reset", "ben")
    assert second_step.has_it(cast.ben)
    link = said("reset", "ben", "--second-step").strip().removeprefix("http://127.0.0.1:8000")
    assert not second_step.has_it(cast.ben)
    assert Client().post(link, NEW).status_code == 302


def test_a_programme_without_a_lead_is_given_one(cast):
    said("role", "cleo", "falls", "lead")
    assert Membership.objects.filter(person=cast.cleo, role="lead", programme=cast.falls).exists()
    assert Trail.objects.first().by == "the command line"
    said("role", "cleo", "falls", "coach", "--site", "Ward 4")
    assert Membership.objects.get(person=cast.cleo, role="coach").sites == ["Ward 4"]
    assert "There is no programme 'fals'. Did you mean 'falls'?" in said("role", "cleo", "fals", "lead", code=2)
    assert "There is no role 'boss'." in said("role", "cleo", "falls", "boss", code=2)


def test_everybody_is_listed(cast):
    Person.objects.filter(pk=cast.dan.pk).update(is_active=False)
    assert said("list").splitlines() == [
        "ana\tAna\t",
        "ben\tBen\t",
        "cleo\tCleo\t",
        "dan\tDan\tswitched off",
        "eve\tEve\t",
    ]
