"""Logging what happened: forms made of the tables, signed by who is there, and never twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import falls
from tests.web.test_pages import signed_in, words

from takeroot.vocabulary.tables import STAGES, TABLES
from takeroot.web import actions
from takeroot.web.forms import naming
from takeroot.web.forms.choosing import Places
from takeroot.web.forms.entries import ENTRIES
from takeroot.web.forms.fields import as_typed, fields
from takeroot.web.forms.typed import typed
from takeroot.web.models import SiteLink, Trail
from takeroot.web.roles import May, digest, enter_by_link
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED
from takeroot.web.views.home import Home
from takeroot.web.views.record import recording

pytestmark = pytest.mark.django_db

STAGE = {"site": "Ward 1", "stage": "using", "on": "2024-05-01"}
ONCE = "abcdefghijklmnop0123"
#: One of each, as a lead would log it.
ONE_OF_EACH = {
    "stages": STAGE,
    "values": {"measure": "falls", "site": "Ward 1", "on": "2024-07", "value": "4"},
    "adaptations": {"site": "Ward 1", "on": "2024-05-01", "what": "Told at handover", "reasons": "Nights"},
    "notes": {"site": "Ward 1", "title": "A word", "text": "They liked it", "on": "2024-05-01"},
    "experiments": {"site": "Ward 1", "question": "Does a bell help?", "since": "2024-05-01"},
    "deliveries": {"site": "Ward 1", "component": "rounding", "on": "2024-05", "delivered": "80"},
    "conditions": {"site": "", "text": "Few beds", "kind": "geographical"},
    "events": {"title": "New policy", "kind": "policy", "on": "2024-05-01"},
    "supports": {"site": "Ward 1", "kind": "training", "since": "2024-05-01"},
    "other_work": {"site": "Ward 1", "name": "Pressure ulcers"},
    "explanations": {"change": "signals:one", "reason": "The lead left"},
    "accounts": {"question": "what changed and why", "text": "Much.", "on": "2024-05-01"},
    "core_claims": {"component": "rounding", "core": "yes", "according_to": "night staff"},
    "actions": {"title": "Ring the ward", "due": "2027-01-01", "status": "open"},
    "decisions": {"what": "wait", "why": "Too early", "by": "the group", "on": "2024-05-01"},
    "plans": {"what": "stage", "value": "9", "due": "2027-01-01", "set_on": "2024-05-01"},
    "sites": {"site": "Ward 7"},
    "successions": {"site": "Ward 1", "successor": "Ward 2", "on": "2024-05-01", "kind": "merged"},
    "ties": {"source": "Ward 1", "target": "Ward 2"},
    "measures": {"measure": "bells"},
    "phases": {"measure": "falls", "kind": "recalculate", "on": "2024-01-01", "reason": "A new form"},
    "components": {"component": "bell"},
    "anchors": {"what": "policy", "title": "Falls policy", "on": "2024-05-01"},
    "findings": {"title": "A trial", "source": "A journal"},
    "responsibilities": {"what": "the falls charts", "level": "site", "site": "Ward 1", "held_by": "matron"},
    "needs": {"site": "Ward 1", "kind": "facilitation", "amount": "2", "unit": "days a month", "since": "2024-05-01"},
    "capacities": {"kind": "facilitation", "amount": "8", "unit": "days a month", "since": "2024-05-01"},
    "endings": {"what": "The paper chart", "reason": "Written twice", "on": "2024-05-01", "measure": "falls"},
    "constructs": {"construct": "Who is asked"},
}


def log(client, table: str, cells: dict, **more: str):
    return client.post(reverse("record-row", args=["falls", table]), {**cells, **more})


def of(cast, table: str):
    return STORED[table].objects.filter(programme=cast.falls)


# The declarations


def test_every_column_of_an_entry_is_asked_for_signed_or_worked_out():
    left = {entry.table: set(entry.of.columns) - {"id", entry.signed, *entry.columns} for entry in ENTRIES.values()}
    assert {table: columns for table, columns in left.items() if columns} == {"accounts": {"version"}}
    asked = {entry.table: set(entry.columns) - set(entry.of.columns) for entry in ENTRIES.values()}
    assert not any(asked.values())


def test_tables_without_a_form_here_have_pages_of_their_own():
    assert set(TABLES) - set(ENTRIES) == {"rounds", "answers", "entries", "links", "codings", "what_ifs"}


def test_every_word_of_a_column_can_be_chosen(cast):
    places = Places(cast.falls, Scope.everything())
    for entry in ENTRIES.values():
        for field in fields(entry, entry.columns, places, {}):
            words_of = set(entry.column(field.name).words)
            if entry.column(field.name).kind == "word":
                assert words_of <= {choice.value for choice in field.choices}, (entry.table, field.name)


def test_a_change_of_stage_needs_four_fields_at_most():
    entry = ENTRIES["stages"]
    assert [name for name in entry.first if entry.column(name).required] == ["site", "stage", "on"]


# Recording


@pytest.mark.parametrize("table", sorted(ENTRIES))
def test_every_kind_of_entry_can_be_opened_logged_and_amended(cast, table):
    ana, before = signed_in(cast.ana), of(cast, table).count()
    assert ana.get(reverse("record-row", args=["falls", table])).status_code == 200
    sent = log(ana, table, ONE_OF_EACH[table])
    assert sent.status_code == 302, words(sent)
    assert of(cast, table).count() == before + 1
    done = ana.get(sent.url)
    assert done.status_code == 200 and "It is in the record" in words(done)
    row = of(cast, table).latest("row")
    address = reverse("row", args=["falls", table, row.id])
    form = ana.get(f"{address}?do=amend")
    assert form.status_code == 200
    stands = as_typed(ENTRIES[table], vars(row))
    same = ana.post(address, {**stands, "do": "amend", "seen": row.line, "because": "Nothing really"})
    assert same.status_code == 302, words(same)
    assert of(cast, table).get(id=row.id).line == row.line, "what was not changed leaves no line"


def test_a_page_to_choose_offers_what_somebody_may_log(cast):
    ana, ben, cleo = (words(signed_in(who).get("/p/falls/record/")) for who in (cast.ana, cast.ben, cast.cleo))
    assert "A change of stage" in ana and "A decision" in ana and "A plan, or a new version of one" in ana
    assert "A change of stage" in ben and "A note" in ben
    assert "A decision" not in ben and "A plan, or" not in ben
    assert "An account" in ben and "A reason for a change" in ben
    assert "there is nothing that you log here" in cleo


def test_what_a_role_gives_no_leave_for_is_refused(cast):
    ben, cleo, dan = signed_in(cast.ben), signed_in(cast.cleo), signed_in(cast.dan)
    assert log(cleo, "stages", STAGE).status_code == 403
    assert log(ben, "decisions", ONE_OF_EACH["decisions"]).status_code == 403
    assert log(ben, "plans", ONE_OF_EACH["plans"]).status_code == 403
    assert log(cleo, "accounts", ONE_OF_EACH["accounts"]).status_code == 403
    assert log(dan, "stages", STAGE).status_code == 404
    assert signed_in(cast.ana).get("/p/falls/record/nothing").status_code == 404
    assert signed_in(cast.ana).get("/p/falls/record/answers").status_code == 404
    assert of(cast, "stages").count() == 8 and not of(cast, "decisions").exists()


def test_who_records_signs_whatever_the_form_says(cast):
    forged = {"recorded_by": "Ana", "by": "Ana", "id": "mine", "line": "1", "programme": "2", "programme_id": "2"}
    assert log(signed_in(cast.ben), "stages", STAGE, **forged).status_code == 302
    row = of(cast, "stages").latest("row")
    assert (row.recorded_by, row.programme_id) == ("ben", cast.falls.pk) and row.id != "mine"
    assert Trail.objects.first().by == "ben"


def test_somebody_with_named_sites_chooses_among_those_and_learns_of_no_other(cast):
    ben = signed_in(cast.ben)
    page = words(ben.get("/p/falls/record/stages"))
    assert "Ward 1" in page and "Ward 2" in page and "Ward 3" not in page
    other = log(ben, "stages", {**STAGE, "site": "Ward 3"})
    nowhere = log(ben, "stages", {**STAGE, "site": "Ward 33"})
    assert (other.status_code, nowhere.status_code) == (422, 422)
    assert "'Ward 3' is not among the sites" in other.content.decode().replace("&#x27;", "'")
    assert "Ward 3, the long one" not in words(other)
    assert of(cast, "stages").count() == 8


def test_who_has_one_site_is_not_asked_for_it(cast):
    actions.add_member(cast.falls, person=cast.ben, role="contributor", sites=["Ward 2"], by="tests")
    page = signed_in(cast.ben).get("/p/falls/record/stages").content.decode()
    assert '<input type="hidden" name="site" value="Ward 2">' in page
    assert "The record says: Ward 2, the long one: paused, from 1 Feb 2024." in page


def test_a_site_in_the_address_is_chosen_beforehand(cast):
    page = signed_in(cast.ana).get("/p/falls/record/stages?site=Ward 4").content.decode()
    assert '<option value="Ward 4" selected>' in page
    assert f'value="{timezone.localdate().isoformat()}" type="date"' in page


def test_faults_stand_beside_their_fields_and_what_was_typed_is_kept(cast):
    sent = log(
        signed_in(cast.ana), "stages", {"site": "Ward 1", "stage": "", "on": "31 Feb 2024", "reason": "We moved"}
    )
    page = sent.content.decode()
    assert sent.status_code == 422
    assert 'href="#field-stage"' in page and 'href="#field-on"' in page
    assert 'aria-describedby="field-on-fault" aria-invalid="true"' in page
    assert "Where it stands</a>: this is needed" in page
    assert "We moved" in page and 'value="31 Feb 2024"' in page
    assert of(cast, "stages").count() == 8


def test_a_day_that_lies_ahead_has_not_happened(cast):
    ahead = (timezone.localdate() + timedelta(days=1)).isoformat()
    sent = log(signed_in(cast.ana), "stages", {**STAGE, "on": ahead})
    assert sent.status_code == 422 and "has not come yet" in words(sent)
    assert log(signed_in(cast.ana), "plans", {**ONE_OF_EACH["plans"], "due": ahead}).status_code == 302


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "99999-01-01", "1599-12-31", "2024-02-30", "nonsense"])
def test_days_out_of_this_world_are_a_sentence(cast, on):
    assert log(signed_in(cast.ana), "stages", {**STAGE, "on": on}).status_code == 422
    assert of(cast, "stages").count() == 8


def test_about_a_month_is_from_its_first_day(cast):
    log(signed_in(cast.ana), "stages", {**STAGE, "on": "2024-05-20", "precision": "quarter"})
    row = of(cast, "stages").latest("row")
    assert (row.on, row.precision) == (date(2024, 4, 1), "quarter")


def test_shares_and_days_may_be_typed_as_people_type_them():
    stages = ENTRIES["stages"]
    assert typed(stages, {"extent": "40"})["extent"] == "40%"
    assert typed(stages, {"extent": "0.4"})["extent"] == "0.4"
    assert typed(stages, {"on": "3/4/2024"})["on"] == "2024-04-03"
    assert typed(stages, {"stage": "using", "reason_kind": "lapsed"})["reason_kind"] == ""
    assert typed(stages, {"recorded_by": "me", "id": "x", "nothing": "y"}) == {}


def test_the_same_stage_again_is_said_kindly_and_links_to_what_is_there(cast):
    there = of(cast, "stages").get(site="Ward 3")
    sent = log(signed_in(cast.ana), "stages", {"site": "Ward 3", "stage": "using", "on": there.on.isoformat()})
    assert sent.status_code == 422
    assert "This is in the record already" in words(sent)
    assert reverse("row", args=["falls", "stages", there.id]) in sent.content.decode()


def test_the_same_stage_later_confirms_and_says_so(cast):
    ana = signed_in(cast.ana)
    sent = log(ana, "stages", {"site": "Ward 3", "stage": "using", "on": "2024-05-01"})
    assert "This confirms what the record said before: Ward 3, the long one: using, from 1 Mar 2022." in words(
        ana.get(sent.url)
    )


def test_a_form_that_is_sent_twice_records_once(cast):
    ana = signed_in(cast.ana)
    first = log(ana, "notes", ONE_OF_EACH["notes"], once=ONCE)
    again = log(ana, "notes", ONE_OF_EACH["notes"], once=ONCE)
    assert first.status_code == again.status_code == 302
    assert of(cast, "notes").count() == 2
    assert "nothing was recorded twice" in words(ana.get(again.url))
    assert f'data-once="{ONCE}"' in ana.get(again.url).content.decode()
    other = log(signed_in(cast.ben), "notes", {**ONE_OF_EACH["notes"], "title": "Another's"}, once=ONCE)
    assert other.status_code == 302 and of(cast, "notes").count() == 3


def test_a_page_that_was_gone_back_to_and_changed_is_not_the_same_again(cast):
    ana = signed_in(cast.ana)
    for site in ("Ward 1", "Ward 2"):
        assert log(ana, "stages", {**STAGE, "site": site}, once=ONCE).status_code == 302
    assert of(cast, "stages").count() == 10


def test_an_account_that_is_sent_twice_is_one_version(cast):
    ana = signed_in(cast.ana)
    for _ in range(2):
        assert log(ana, "accounts", ONE_OF_EACH["accounts"], once=ONCE).status_code == 302
    assert of(cast, "accounts").filter(by="ana").count() == 1


def test_what_was_recorded_can_be_taken_back_at_once_by_who_did(cast):
    ben = signed_in(cast.ben)
    sent = log(ben, "notes", ONE_OF_EACH["notes"])
    row = of(cast, "notes").latest("row")
    assert "Take it back" in words(ben.get(sent.url))
    for other in (cast.ana, cast.cleo, cast.dan):
        answer = log(signed_in(other), "notes", {"take_back": row.id})
        assert answer.status_code in (403, 404)
    back = log(ben, "notes", {"take_back": row.id})
    assert back.status_code == 302 and not of(cast, "notes").filter(id=row.id).exists()
    line = Trail.objects.first()
    assert (line.by, line.did, line.why) == ("ben", "took back from notes", "taken back at once")
    page = ben.get(back.url).content.decode()
    assert "It was taken back" in page and "They liked it" in page
    assert log(ben, "notes", {"take_back": row.id}).status_code == 404
    assert "They liked it" not in words(signed_in(cast.ana).get(back.url))


def test_what_others_recorded_is_not_taken_back(cast):
    row = of(cast, "stages").get(site="Ward 3")
    assert log(signed_in(cast.ana), "stages", {"take_back": row.id}).status_code == 404
    assert log(signed_in(cast.ana), "stages", {"take_back": "nothing"}).status_code == 404
    assert of(cast, "stages").filter(id=row.id).exists()


def test_what_was_once_amended_can_be_recorded_anew(cast):
    ana = signed_in(cast.ana)
    log(ana, "stages", STAGE)
    row = of(cast, "stages").latest("row")
    actions.amend(
        cast.falls,
        row.reference,
        {"on": "2024-05-02"},
        by="ana",
        scope=Scope.everything(),
        seen=row.line,
        why="a slip",
    )
    assert log(ana, "stages", STAGE).status_code == 302
    assert sorted(of(cast, "stages").filter(site="Ward 1", stage="using").values_list("on", flat=True))[1:] == [
        date(2024, 5, 1),
        date(2024, 5, 2),
    ]


@pytest.mark.parametrize("page", ["record/", "record/stages", "record/values?site=Ward 1", "record/notes", "drafts"])
def test_queries_do_not_grow_with_rows(cast, page):
    ana = signed_in(cast.ana)

    def asked() -> int:
        ana.get(f"/p/falls/{page}")  # what is kept of the revision is made
        with CaptureQueriesContext(connection) as queries:
            assert ana.get(f"/p/falls/{page}").status_code == 200
        return len(queries)

    few = asked()
    actions.load_programme(falls(12), by="tests", slug="falls", replace=True)
    assert asked() == few < 30


# Measured values


def test_a_value_is_asked_for_as_its_measure_needs_it_with_the_last_beside(cast):
    ana = signed_in(cast.ana)
    page = ana.get("/p/falls/record/values?site=Ward 1").content.decode()
    assert 'name="value"' in page and 'name="numerator"' not in page and 'type="month"' in page
    assert 'value="2024-07"' in page, "the month after the last"
    assert "Jun 2024" in page and "The last values here" in page
    STORED["values"].objects.filter(programme=cast.falls).update(denominator=10, numerator=3)
    page = ana.get("/p/falls/record/values?site=Ward 1").content.decode()
    assert 'name="value"' not in page and 'name="denominator"' in page and "3 of 10" in page


@pytest.mark.parametrize("parts", [{}, {"value": ""}, {"numerator": "3"}, {"denominator": "10"}])
def test_a_value_without_a_number_is_not_recorded(cast, parts):
    sent = log(signed_in(cast.ana), "values", {"measure": "falls", "site": "Ward 1", "on": "2024-07", **parts})
    assert sent.status_code == 422 and "this is needed" in words(sent)
    assert of(cast, "values").count() == 180


def test_without_a_site_a_value_asks_for_that_first(cast):
    page = signed_in(cast.ana).get("/p/falls/record/values").content.decode()
    assert "Go on" in page and 'method="get"' in page and 'name="value"' not in page


def test_a_value_that_is_there_already_is_not_overwritten(cast):
    ana = signed_in(cast.ana)
    sent = log(ana, "values", {"measure": "falls", "site": "Ward 1", "on": "2024-06", "value": "99"})
    assert sent.status_code == 422 and "in the record already" in words(sent)
    assert not of(cast, "values").filter(value=99).exists()


# Plans, accounts, claims


def test_a_new_version_of_a_plan_stands_beside_the_old(cast):
    log(
        signed_in(cast.ana),
        "plans",
        {"what": "stage", "name": "using", "value": "6", "due": "2023-12-31", "set_on": "2024-05-01"},
    )
    assert of(cast, "plans").filter(due="2023-12-31").count() == 2


def test_an_account_is_signed_numbered_and_its_citations_are_there(cast):
    ana, row = signed_in(cast.ana), of(cast, "stages").first()
    account = {"question": "as planned", "on": "2024-05-01", "text": f"It held [stages:{row.id}]."}
    assert log(ana, "accounts", account).status_code == 302
    assert log(ana, "accounts", {**account, "by": "Ben", "text": "No more."}).status_code == 302
    assert list(of(cast, "accounts").filter(by="ana").order_by("row").values_list("version", flat=True)) == [1, 2]
    broken = log(ana, "accounts", {**account, "text": "It fell [stages:nothing]."})
    assert broken.status_code == 422 and "there is no row" in words(broken)


def test_a_reference_to_a_row_of_another_programme_leads_nowhere(cast):
    theirs = STORED["stages"].objects.get(programme=cast.sepsis)
    sent = log(signed_in(cast.ana), "explanations", {"change": theirs.reference, "reason": "Because"})
    assert sent.status_code == 422 and "there is no row" in words(sent)


# Names in texts


@pytest.mark.parametrize(
    "text",
    ["Mrs Jones was glad", "Ring 020 7946 0018", "Write to ann@example.org", "Number 9434765919", "+44 7700 900123"],
)
def test_a_text_that_seems_to_name_somebody_is_asked_about_once(cast, text):
    ana = signed_in(cast.ana)
    note = {**ONE_OF_EACH["notes"], "text": text}
    asked = log(ana, "notes", note)
    page = asked.content.decode()
    assert asked.status_code == 422 and "Does this say who somebody is?" in page and text in page
    assert of(cast, "notes").count() == 1
    seen = naming.mark_of(naming.seem_to_name([text, "A word"]))
    assert f'name="seen_names" value="{seen}"' in page
    assert log(ana, "notes", note, seen_names=seen).status_code == 302
    assert of(cast, "notes").get(title="A word").text == text


@pytest.mark.parametrize(
    "text",
    [
        "The ward manager was glad",
        "2024-03-31 and 12,345,678",
        "1234567890",
        "3 of 10 beds",
        "Dr. who",
        "a" * 100_000,
        "@ " * 50_000,
    ],
)
def test_what_names_nobody_is_not_asked_about(text):
    assert naming.seem_to_name([text]) == []


# A visit by a site's link


def test_a_team_records_by_its_link_without_an_account(cast):
    SiteLink.objects.create(programme=cast.falls, site="Ward 1", label="Night team", digest=digest("secret"), by="ana")
    visit, _ = enter_by_link("secret", May.RECORD)
    home = Home("/s/secret/", frame="base.html", account=False)
    page = recording(RequestFactory().get("/s/secret/record/stages"), visit, "stages", home)
    body = page.content.decode()
    assert 'action="/s/secret/record/stages"' in body and "Keep as draft" not in body and "Ward 2" not in body
    sent = recording(RequestFactory().post("/s/secret/record/stages", STAGE), visit, "stages", home)
    assert sent.status_code == 302 and sent.url.startswith("/s/secret/record/stages?recorded=")
    row = of(cast, "stages").latest("row")
    assert row.recorded_by == "the link of Ward 1 (Night team)"
    done = recording(RequestFactory().get(sent.url), visit, "stages", home).content.decode()
    assert "Ward 1, the long one: using, from 1 May 2024." in done and "/p/falls" not in done
    elsewhere = recording(RequestFactory().post("/", {**STAGE, "site": "Ward 2"}), visit, "stages", home)
    assert elsewhere.status_code == 422
    recording(RequestFactory().post("/", {"take_back": row.id}), visit, "stages", home)
    assert not of(cast, "stages").filter(id=row.id).exists()


# Hostile input

HOSTILE = [
    "=1+1",
    "+44",
    "-1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "é" * 50_000,
    "\U0001f600 zero\u200bwidth",
    "{{ 7|add:7 }} {% now 'Y' %}",
    "'; DROP TABLE stages; --",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_kept_as_text_and_shown_escaped(cast, text):
    ana = signed_in(cast.ana)
    sent = log(ana, "stages", {**STAGE, "reason": text, "source": text, "decided_by": text})
    assert sent.status_code == 302
    row = of(cast, "stages").latest("row")
    assert (row.reason, row.source, row.decided_by) == (text, text, text)
    for address in (sent.url, reverse("row", args=["falls", "stages", row.id]), "/p/falls/record/stages"):
        page = ana.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode() and "<img src=x" not in page.content.decode()


@pytest.mark.parametrize("odd", ["a\x00b", "a\x08b", "\ufffe"])
@pytest.mark.parametrize("name", ["site", "stage", "on", "reason", "source", "extent"])
def test_characters_that_nothing_can_hold_are_a_sentence(cast, name, odd):
    sent = log(signed_in(cast.ana), "stages", {**STAGE, name: odd})
    assert sent.status_code == 422
    assert of(cast, "stages").count() == 8


def test_bytes_that_are_no_text_are_taken_as_marks(cast):
    sent = signed_in(cast.ana).post(
        "/p/falls/record/stages",
        b"site=Ward+1&stage=using&on=2024-05-01&reason=%ED%A0%80%FF",
        content_type="application/x-www-form-urlencoded",
    )
    assert sent.status_code == 302
    assert "\ufffd" in of(cast, "stages").latest("row").reason


@pytest.mark.parametrize("table", sorted(ENTRIES))
def test_scripts_in_every_field_are_a_sentence_or_text(cast, table):
    ana = signed_in(cast.ana)
    cells = dict.fromkeys(ENTRIES[table].columns, "<script>alert(1)</script>")
    sent = log(ana, table, cells)
    page = ana.get(sent.url) if sent.status_code == 302 else sent
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?site=%00",
        "?draft=x",
        "?draft=99999999999999999999",
        "?recorded=%00",
        "?recorded=x",
        "?taken_back=%00x",
        "?measure=%00&site=%00",
        "?once=<script>",
    ],
)
@pytest.mark.parametrize("table", ["stages", "values", "notes"])
def test_odd_addresses_break_nothing(cast, table, query):
    assert signed_in(cast.ana).get(f"/p/falls/record/{table}{query}").status_code in (200, 302, 404)


def test_an_odd_mark_of_a_form_is_passed_over(cast):
    ana = signed_in(cast.ana)
    assert log(ana, "stages", STAGE, once="' OR 1=1", draft="<b>", seen_names="\x00").status_code == 302


def test_the_rows_of_a_table_are_read_as_the_table_reads_them(cast):
    log(signed_in(cast.ana), "stages", STAGE)
    row = of(cast, "stages").latest("row")
    frame = STAGES.read({name: [value] for name, value in as_typed(ENTRIES["stages"], vars(row)).items() if value})
    assert STAGES.identified(frame.with_columns(id=None))["id"][0] == row.id
