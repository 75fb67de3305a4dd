"""Whoever tells something reads again what they told, and writes an account of the story; nobody reads more by that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.test_pages import signed_in, words
from tests.web.test_record import log

from takeroot.vocabulary.tables import ACCOUNTS, EXPLANATIONS, NOTES
from takeroot.web import actions
from takeroot.web.models import Trail
from takeroot.web.roles import May, enter
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED
from takeroot.web.written import own_rows

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
TEXT = "The form is too long and the porter takes it down."
NOTE = {"site": "Ward 1", "title": "The form", "text": TEXT, "on": "2024-05-01", "visibility": "programme"}
ACCOUNT = {"question": "what changed and why", "text": "We were never asked at night.", "on": "2024-05-01"}
REASON = {"change": "signals:one", "reason": "Nobody was there at night.", "visibility": "programme"}


@pytest.fixture
def pia(cast):
    """A partner at Ward 1."""
    person = actions.add_person(sign_in="pia", name="Pia", password="a long password", by="tests")
    actions.add_member(cast.falls, person=person, role="partner", sites=["Ward 1"], by="tests")
    return person


@pytest.fixture
def con(cast):
    """Another contributor at Ward 1."""
    person = actions.add_person(sign_in="con", name="Con", password="a long password", by="tests")
    actions.add_member(cast.falls, person=person, role="contributor", sites=["Ward 1"], by="tests")
    return person


def told(client: Client, table: str, cells: dict[str, str]) -> str:
    """The page of a row that was just logged."""
    sent = log(client, table, cells)
    assert sent.status_code == 302, words(sent)
    return reverse("row", args=["falls", table, STORED[table].objects.latest("row").id])


def status(person, page: str) -> int:
    return signed_in(person).get(page).status_code


def test_a_partner_writes_an_account_that_stands_beside_the_others(cast, pia):
    partner = signed_in(pia)
    page = told(partner, "accounts", ACCOUNT)
    assert ACCOUNT["text"] in words(partner.get(page))
    assert "Write the next version of it" in words(partner.get(page))
    for whole in (cast.ana, cast.cleo):
        assert ACCOUNT["text"] in words(signed_in(whole).get("/p/falls/"))
    assert ACCOUNT["text"] not in words(partner.get("/p/falls/"))
    assert "A ward lost its lead" not in words(partner.get("/p/falls/"))


def test_an_account_of_somebody_at_named_sites_is_read_by_them_and_by_those_who_see_the_whole(cast, pia, con):
    page = told(signed_in(pia), "accounts", ACCOUNT)
    assert [status(one, page) for one in (pia, cast.ana, cast.cleo, con, cast.ben, cast.dan)] == [200] * 3 + [404] * 3


@pytest.mark.parametrize(("table", "cells"), [("notes", NOTE), ("explanations", REASON)])
def test_what_is_not_released_is_read_again_by_who_wrote_it_and_not_by_others_at_the_site(cast, pia, con, table, cells):
    ben = signed_in(cast.ben)
    page = told(ben, table, cells)
    assert status(cast.ben, page) == 200 and status(cast.ana, page) == 200
    assert [status(one, page) for one in (pia, con, cast.dan)] == [404] * 3
    assert page in ben.get("/p/falls/drafts").content.decode()
    assert page not in signed_in(con).get("/p/falls/drafts").content.decode()


def test_what_was_just_told_leads_to_its_page_and_can_be_taken_back(cast, pia):
    partner = signed_in(pia)
    done = partner.get(log(partner, "accounts", ACCOUNT).url)
    row = STORED["accounts"].objects.get(by="pia")
    assert reverse("row", args=["falls", "accounts", row.id]) in done.content.decode()
    partner.post(reverse("record-row", args=["falls", "accounts"]), {"take_back": row.id})
    assert not STORED["accounts"].objects.filter(by="pia").exists()


def test_what_somebody_else_put_into_it_since_is_not_read_by_its_first_writer(cast):
    page = told(signed_in(cast.ben), "notes", NOTE)
    row = STORED["notes"].objects.get(title="The form")
    said = {"text": "Ward 6 is far behind."}
    actions.amend(cast.falls, row.reference, said, by="ana", scope=ALL, seen=row.line, why="more was heard")
    assert status(cast.ben, page) == 404
    assert page not in signed_in(cast.ben).get("/p/falls/drafts").content.decode()


def test_a_note_of_a_site_is_not_read_by_its_writer_once_they_left_the_site(cast):
    page = told(signed_in(cast.ben), "notes", NOTE)
    member = cast.ben.memberships.get()
    member.sites = ["Ward 2"]
    member.save()
    assert status(cast.ben, page) == 404
    assert not own_rows(enter(cast.ben, "falls", May.READ), 9)


def test_a_name_that_stands_in_a_row_does_not_make_it_somebodys_own(cast, pia):
    reference = actions.record(cast.falls, ACCOUNTS, {**ACCOUNT, "by": "pia"}, by="ana", scope=ALL)
    note = actions.record(cast.falls, NOTES, {**NOTE, "voice": "pia"}, by="pia of the board", scope=ALL)
    for one in (reference, note):
        assert status(pia, reverse("row", args=["falls", *one.split(":")])) == 404


def test_a_line_that_speaks_of_another_row_opens_nothing(cast):
    row = STORED["notes"].objects.get(title="Night staff were not told")
    line = Trail.objects.create(by="ben", did="amended notes", programme="falls", what={"row": "notes:another"})
    STORED["notes"].objects.filter(pk=row.pk).update(line=line.pk, visibility="programme")
    assert status(cast.ben, reverse("row", args=["falls", "notes", row.id])) == 404


def test_one_of_named_sites_changes_no_reason_of_another_though_it_is_released(cast):
    cells = {**REASON, "visibility": "all", "by": "ana", "on": "2024-05-01"}
    reference = actions.record(cast.falls, EXPLANATIONS, cells, by="ana", scope=ALL)
    ben, page = signed_in(cast.ben), reverse("row", args=["falls", *reference.split(":")])
    assert ben.get(page).status_code == 200 and "Amend it" not in words(ben.get(page))
    row = STORED["explanations"].objects.get(reason=REASON["reason"])
    for sent in (
        {"do": "withdraw", "because": "No"},
        {"do": "amend", "seen": row.line, "because": "No", "reason": "X"},
    ):
        assert ben.post(page, sent).status_code == 403
    assert STORED["explanations"].objects.get(id=row.id).reason == REASON["reason"]


def test_one_of_named_sites_releases_no_reason_to_every_other_site(cast):
    refused = log(signed_in(cast.ben), "explanations", {**REASON, "visibility": "all"})
    assert refused.status_code == 422 and "who leads the programme can release it" in words(refused)
    assert not STORED["explanations"].objects.filter(by="ben").exists()


def test_an_account_cites_nothing_that_its_writer_does_not_see(cast, pia):
    hidden = STORED["stages"].objects.get(site="Ward 3")
    refused = log(signed_in(pia), "accounts", {**ACCOUNT, "text": f"It stopped [stages:{hidden.id}]."})
    assert refused.status_code == 422 and "there is no row" in words(refused)


def test_a_team_with_a_link_signs_no_account(cast):
    day = timezone.localdate() + timedelta(days=3)
    _, secret = actions.make_site_link(cast.falls, "Ward 1", label="Nights", until=day, by="ana", scope=ALL)
    for table in ("accounts", "explanations"):
        address = reverse("by-link-record-row", args=[secret, table])
        assert Client().get(address).status_code == 404
        assert Client().post(address, ACCOUNT if table == "accounts" else REASON).status_code == 404
