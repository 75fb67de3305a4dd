"""What somebody may not see is not learned by results, ids, old addresses, lines of the trail or what a page asks."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.web.browsing import signed_in, words
from tests.web.test_sites import EVERYTHING, home
from tests.web.test_tasks import do_one

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import ACCOUNTS, NOTES, STAGES
from takeroot.web import actions, leads, tasks
from takeroot.web.imports import uploads
from takeroot.web.logs import path_said, said
from takeroot.web.models import Batch, Membership, Person, SiteLink, Task, Trail
from takeroot.web.panels import trail as of_trail
from takeroot.web.roles import enter
from takeroot.web.sheets import SHEET

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    """Files that were sent, and results, lie in a folder of the test."""
    settings.HOME = tmp_path


def person(name: str, **more) -> Person:
    return actions.add_person(sign_in=name, name=name.title(), password="a long password", by="tests", **more)


def member(cast, name: str, role: str, *sites: str) -> Person:
    one = person(name)
    actions.add_member(cast.falls, person=one, role=role, sites=sites, by="tests")
    return one


# What came of long work


def test_what_came_of_long_work_closes_with_the_programme(cast):
    tasks.ask("report", programme=cast.falls, by=cast.cleo)
    done, cleo = do_one(), signed_in(cast.cleo)
    there = cleo.get(f"/tasks/{done.pk}/result")
    assert there.status_code == 200 and b"Falls" in b"".join(there.streaming_content)
    actions.end_membership(Membership.objects.get(person=cast.cleo), by="ana")
    for address in (f"/tasks/{done.pk}", f"/tasks/{done.pk}/result"):
        assert cleo.get(address).status_code == 404


def test_what_came_of_long_work_is_for_who_still_sees_as_much(cast):
    tasks.ask("report", programme=cast.falls, by=cast.ben)
    done, ben = do_one(), signed_in(cast.ben)
    assert "Ward 2" in tasks.result(done).read_text()
    Membership.objects.filter(person=cast.ben).update(sites=["Ward 1"])
    assert ben.get(f"/tasks/{done.pk}/result").status_code == 404
    page = ben.get(f"/tasks/{done.pk}")
    assert page.status_code == 200 and "Ask for it again" in words(page)


def test_a_task_of_before_is_no_key_to_a_programme(cast):
    task = Task.objects.create(kind="report", programme=cast.sepsis, by=cast.ana, state="running", says="Reading.")
    page = signed_in(cast.ana).get(f"/tasks/{task.pk}")
    assert page.status_code == 404 and "Sepsis" not in words(page)


# What sites share


def test_a_peer_reads_no_note_that_was_not_released_by_any_address(cast):
    lee = member(cast, "lee", "site lead", "Ward 1")
    actions.agree_sharing(
        cast.falls, "Ward 2", shares="all", peers=[], by="tests", agreed_by="Tess", seen=said_of_nothing()
    )
    cells = {"site": "Ward 2", "on": "2024-02-01", "title": "zqnot for peers"}
    refs = {
        visible: actions.record(
            cast.falls, NOTES, {**cells, "text": visible, "visibility": visible}, by="tests", scope=EVERYTHING
        )
        for visible in ("site", "programme", "all")
    }
    found = {visible: signed_in(lee).get(f"/p/falls/rows/{ref.replace(':', '/')}") for visible, ref in refs.items()}
    assert {visible: page.status_code for visible, page in found.items()} == {"site": 404, "programme": 404, "all": 200}


def said_of_nothing() -> str:
    from takeroot.web.actions.access import said_of_sharing

    return said_of_sharing(None)


# Ids that follow from what a row says


def sheet_with(client, row_id: str) -> str:
    """What a page says of Ward 1's sheet with a further row of this id."""
    slug_home = home_of_ward_1()
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{slug_home}/file").content))
    page = book["stages"]
    columns = {cell.value: cell.column for cell in page[1]}
    at = page.max_row + 1
    for name, cell in {"stage": "paused", "on": date(2024, 5, 1), "id": row_id}.items():
        page.cell(at, columns[name]).value = cell
    out = io.BytesIO()
    book.save(out)
    sent = client.post(slug_home, {"file": SimpleUploadedFile("ward.xlsx", out.getvalue())})
    assert sent.status_code == 302, words(sent)
    page = client.get(sent.headers["Location"])
    assert not page.context["preview"].changes
    return re.sub(r"sheet/\d+|once\S+", "", words(page)).replace(row_id, "ID")


def home_of_ward_1() -> str:
    from takeroot.web.models import Programme

    return home(Programme.objects.get(slug="falls"), "Ward 1", "site-sheet")


def test_a_sheet_does_not_tell_whether_a_row_of_another_site_says_what_was_guessed(cast):
    ben = signed_in(cast.ben)
    theirs = cast.falls.stages.filter(site="Ward 3").get()
    guessed = STAGES.identified(STAGES.read({"site": ["Ward 3"], "stage": ["using"], "on": [theirs.on]}))["id"][0]
    assert guessed == theirs.id
    right, wrong = sheet_with(ben, guessed), sheet_with(ben, "a" * len(guessed))
    assert right == wrong and "no row of yours has this id" in right


def test_who_counts_notes_does_not_confirm_by_their_ids_what_they_say(cast):
    note = cast.falls.notes.get(title="Night staff were not told")
    cleo = signed_in(cast.cleo)
    file = zipfile.ZipFile(io.BytesIO(cleo.post("/p/falls/export", {"kind": "zip"}).content))
    said = file.read("notes.csv").decode()
    assert "A note not released to you" in said and note.id not in said
    assert note.id not in cleo.get("/p/falls/story").content.decode()


def test_a_row_of_ones_own_that_was_withdrawn_is_held_back_and_not_made_anew(cast):
    ben = signed_in(cast.ben)
    reference = actions.record(
        cast.falls,
        STAGES,
        {"site": "Ward 1", "stage": "using", "on": "2024-04-01", "id": "ours-alone"},
        by="tests",
        scope=EVERYTHING,
    )
    actions.withdraw(cast.falls, reference, by="tests", scope=EVERYTHING, why="it was not so")
    assert "no row of yours" not in sheet_with(ben, "ours-alone")


# The sheets of sites, and files


def test_the_sheet_of_a_site_is_its_senders_alone_until_it_is_in_the_record(cast):
    kept = uploads.keep("zqsheet.xlsx", [b"not decided"])
    sent = actions.keep_sheet(cast.falls, "Ward 1", kept, person=cast.ben, by="ben")
    ana = signed_in(cast.ana)
    assert "zqsheet" not in words(ana.get("/p/falls/import"))
    assert ana.get(f"/p/falls/import/{sent.pk}").status_code == 404
    for do in ("answer", "accept", "drop", "take-back"):
        assert ana.post(f"/p/falls/import/{sent.pk}/{do}", {"seen": "x"}).status_code == 404
    sent.refresh_from_db()
    assert sent.state == "ready"


def test_sheets_that_sites_have_not_decided_keep_no_file_of_the_lead_out(cast):
    for number in range(actions.batches.UNDECIDED):
        kept = uploads.keep("ward.xlsx", [b"something"])
        actions.keep_sheet(cast.falls, "Ward 1", kept, person=None, by=f"the link of Ward 1 ({number})")
    file = SimpleUploadedFile("stages.csv", b"site,stage,on\nWard 1,paused,2024-05-01\n")
    assert signed_in(cast.ana).post("/p/falls/import", {"file": file}).status_code == 302
    assert Batch.objects.exclude(kind=SHEET).count() == 1


# Words of others


@pytest.mark.parametrize(("role", "sites"), [("evaluator", ()), ("partner", ("Ward 1",))])
def test_who_may_only_tell_changes_no_word_of_anybody_else(cast, role, sites):
    pat = member(cast, "pat", role, *sites)
    cells = {"site": "Ward 1", "on": "2024-02-01", "visibility": "all"}
    refs = {
        by: actions.record(cast.falls, NOTES, {**cells, "title": f"Told by {by}"}, by=by, scope=EVERYTHING)
        for by in ("ana", "pat")
    }
    client = signed_in(pat)
    for by, status in (("ana", 403), ("pat", 302)):
        address = f"/p/falls/rows/{refs[by].replace(':', '/')}"
        assert ("?do=amend" in client.get(address).content.decode()) == (by == "pat")
        assert client.post(address, {"do": "withdraw", "because": "not mine"}).status_code == status
    assert list(cast.falls.notes.filter(title__startswith="Told by").values_list("title", flat=True)) == ["Told by ana"]


def test_no_evaluator_writes_into_an_account_that_somebody_signed(cast):
    pat = member(cast, "pat", "evaluator")
    account = cast.falls.accounts.get()
    sent = {"do": "amend", "because": "so", "question": account.question, "text": "Forged.", "seen": str(account.line)}
    assert signed_in(pat).post(f"/p/falls/rows/accounts/{account.id}", sent).status_code == 403
    account.refresh_from_db()
    assert (account.by, account.text) == ("Ana", "A ward lost its lead.") and ACCOUNTS.name == "accounts"


# The trail


def test_the_trail_says_when_members_signed_in_only_for_the_time_in_which_they_were_members(cast):
    def signed_in_on(at) -> int:
        return Trail.objects.create(at=at, by="eve", did="signed in", what={"means": "password"}).pk

    now = timezone.now()
    Membership.objects.filter(person=cast.eve).update(since=now - timedelta(days=9), expires=now - timedelta(days=5))
    before, then, after = (signed_in_on(now - timedelta(days=days)) for days in (20, 7, 1))
    told = set(of_trail.lines_of(cast.falls).values_list("pk", flat=True))
    assert then in told and before not in told and after not in told


# Addresses made to cost much


@pytest.mark.parametrize("text", ["a" * 200_000, "?" * 200_000, "?a" * 100_000, "a://" * 50_000, "a@" * 100_000])
def test_a_long_address_costs_no_more_than_its_length(text):
    began = time.perf_counter()
    path_said(f"/{text}")
    said(text)
    assert time.perf_counter() - began < 2


def test_what_is_hidden_in_logs_stays_hidden():
    assert path_said("/s/abc123/ask") == "/s/…/ask" and path_said("/ana@b.org/x") == "…@…"
    told = said("at /reset/abc?next=x&y=z of x://user:word@h for ana@b.org")
    assert told == "at /reset/…?… of x:…@… for …@…"


# Somebody has to lead


@pytest.fixture
def keeper(cast) -> Person:
    return person("kit", keeps_house=True)


def test_nobody_is_switched_off_who_alone_leads_a_programme(cast, keeper):
    client, address = signed_in(keeper), f"/house/people/{cast.ana.pk}"
    assert "Ana leads 1 programme for which nobody else is set to go on leading" in words(client.get(address))
    refused = client.post(address, {"begins": "on"})
    assert refused.status_code == 422
    assert "Ana leads a programme for which nobody else is set to go on leading. Give another person" in words(refused)
    assert "Falls" not in words(refused)
    assert Person.objects.get(pk=cast.ana.pk).is_active
    member(cast, "fred", "lead")
    assert "nobody else is set" not in words(client.get(address))
    assert client.post(address, {"begins": "on"}).status_code == 302
    assert not Person.objects.get(pk=cast.ana.pk).is_active


@pytest.mark.parametrize("so", ["ends", "is switched off", "is of the demonstration"])
def test_a_second_lead_who_will_not_go_on_does_not_count(cast, keeper, so):
    fred = member(cast, "fred", "lead")
    Membership.objects.filter(person=fred).update(expires="2099-01-01" if so == "ends" else None)
    Person.objects.filter(pk=fred.pk).update(is_active=so != "is switched off", demo=so == "is of the demonstration")
    assert leads.led_alone(cast.ana) == [cast.falls]
    with pytest.raises(TakerootError, match="Give another person the lead there first"):
        actions.change_person(cast.ana, by=keeper, is_active=False, begins=False, keeps_house=False)


def test_the_lead_of_the_last_lead_is_not_given_an_end_by_giving_it_again(cast):
    with pytest.raises(TakerootError, match="without a lead from 1 Jan 2099 on"):
        actions.add_member(cast.falls, person=cast.ana, role="lead", expires=date(2099, 1, 1), by="tests")
    assert Membership.objects.get(person=cast.ana).expires is None


def test_a_lead_that_ends_is_an_open_matter_on_the_pages_of_those_who_can_mend_it(cast, keeper):
    ana, kit = signed_in(cast.ana), signed_in(keeper)
    assert "Open:" not in words(ana.get("/p/falls/people"))
    assert "without a lead" not in words(kit.get("/house"))
    Membership.objects.filter(person=cast.ana).update(expires="2099-01-01")
    assert "Open: from 1 January 2099 on nobody leads this programme" in words(ana.get("/p/falls/people"))
    page = words(kit.get("/house"))
    assert "Nobody leads the programme of Ana from 1 Jan 2099 on." in page and "Falls" not in page
    Membership.objects.filter(person=cast.ana).update(expires="2024-01-01")
    assert "Nobody leads the programme that Ana and Eve led." in words(kit.get("/house"))
    alone = words(signed_in(cast.dan).get(f"/p/sepsis/people/{Membership.objects.get(person=cast.dan).pk}"))
    assert "nobody else is set to go on leading it" in alone


# Links, while a form lies open


def test_a_link_that_is_revoked_while_its_form_lies_open_takes_nothing_in(cast):
    link, secret = actions.make_site_link(
        cast.falls, "Ward 1", label="Night team", until=timezone.localdate(), by="ana", scope=EVERYTHING
    )
    from django.test import Client

    client, sent = Client(), {"site": "Ward 1", "stage": "paused", "on": "2024-05-01", "once": "o" * 20}
    assert client.get(f"/s/{secret}/record/stages").status_code == 200
    actions.revoke_site_link(cast.falls, link.pk, by="ana", scope=EVERYTHING)
    for address, form in (
        ("record/stages", sent),
        ("ask", {"question": "Who?"}),
        ("answer", {"about": "notes:x"}),
        ("sheet", {}),
    ):
        assert client.post(f"/s/{secret}/{address}", form).status_code == 404
    assert not cast.falls.stages.filter(site="Ward 1", stage="paused").exists()
    assert SiteLink.objects.get().used is not None


def test_a_coach_whose_caseload_changes_sees_and_changes_the_new_one_at_once(cast):
    from django.http import Http404

    coach = member(cast, "coco", "coach", "Ward 4")
    client, page = signed_in(coach), home(cast.falls, "Ward 4", "site")
    assert client.get(page).status_code == 200
    Membership.objects.filter(person=coach).update(sites=["Ward 5"])
    assert client.get(page).status_code == 404
    sent = {"site": "Ward 4", "stage": "paused", "on": "2024-05-01", "once": "o" * 20}
    assert client.post("/p/falls/record/stages", sent).status_code == 422
    assert not cast.falls.stages.filter(site="Ward 4", stage="paused").exists()
    assert "Ward 4" not in words(client.get("/p/falls/spread"))
    Membership.objects.filter(person=coach).update(expires=timezone.localdate())
    with pytest.raises(Http404):
        enter(coach, "falls", "read its pages")
