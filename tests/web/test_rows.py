"""A row with its history, put right by those who may, and not there for those who may not see it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.conftest import falls
from tests.web.test_pages import signed_in, words

from takeroot import Programme
from takeroot.vocabulary.tables import ACTIONS, ADAPTATIONS, ANSWERS, CONDITIONS, NOTES, ROUNDS, STAGES, TABLES
from takeroot.web import actions, ledger
from takeroot.web.models import Batch, Change, Trail
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED

pytestmark = pytest.mark.django_db

ALL = Scope.everything()


def recorded(programme, cells, table=STAGES, by="ana"):
    """A row, as it was recorded."""
    reference = actions.record(programme, table, cells, by=by, scope=ALL)
    return STORED[table.name].objects.get(programme=programme, id=reference.partition(":")[2])


def at(row, slug: str = "falls") -> str:
    return reverse("row", args=[slug, row._meta.db_table, row.id])


@pytest.fixture
def ward_1(cast):
    return recorded(cast.falls, {"site": "Ward 1", "stage": "using", "on": "2024-05-01"})


@pytest.fixture
def ward_3(cast):
    return cast.falls.stages.get(site="Ward 3")


def amend(client, row, because="A slip", seen=None, **cells):
    return client.post(at(row), {"do": "amend", "seen": seen or row.line, "because": because, **cells})


# Who may see it


def test_a_row_of_every_table_is_shown_with_its_history(cast):
    ana, shown = signed_in(cast.ana), set()
    for name, model in STORED.items():
        if row := model.objects.filter(programme=cast.falls).first():
            page = ana.get(at(row))
            assert page.status_code == 200, name
            assert "Its history" in words(page) and row.reference in words(page)
            shown.add(name)
    assert {"sites", "stages", "values", "plans", "notes", "accounts", "deliveries", "measures"} <= shown


def test_what_may_not_be_seen_is_as_if_it_were_not_there(cast, ward_1, ward_3):
    ben, dan = signed_in(cast.ben), signed_in(cast.dan)
    assert ben.get(at(ward_1)).status_code == 200
    nothing = ben.get("/p/falls/rows/stages/nothing")
    for client, address in ((ben, at(ward_3)), (dan, at(ward_3)), (dan, "/p/sepsis/rows/stages/" + ward_3.id)):
        page = client.get(address)
        assert page.status_code == 404
        if client is ben:
            assert plain(page) == plain(nothing)
        assert "Ward 3" not in words(page)
        assert client.post(address, {"do": "withdraw", "because": "x"}).status_code == 404
    assert Client().get(at(ward_3)).status_code == 302


def plain(page) -> str:
    return re.sub(r'value="[^"]{60,}"', "", page.content.decode())


@pytest.mark.parametrize("table", ["nothing", "stages", "web_trail", "people", "stages%00"])
@pytest.mark.parametrize("row_id", ["nothing", "%00", "1", "..", "<script>"])
def test_addresses_that_lead_nowhere(cast, table, row_id):
    assert signed_in(cast.ana).get(f"/p/falls/rows/{table}/{row_id}").status_code == 404


def test_a_note_is_read_by_those_who_read_notes(cast):
    note = cast.falls.notes.get()
    assert signed_in(cast.ana).get(at(note)).status_code == 200
    for who in (cast.cleo, cast.ben):
        assert signed_in(who).get(at(note)).status_code == 404


def test_what_a_row_said_of_another_site_stays_with_that_site(cast):
    row = recorded(cast.falls, {"site": "Ward 3", "stage": "paused", "on": "2024-05-01", "reason": "a secret of three"})
    ana = signed_in(cast.ana)
    assert amend(ana, row, site="Ward 1", reason="").status_code == 302
    moved = words(signed_in(cast.ben).get(at(row)))
    assert "Ward 1" in moved and "Ward 3" not in moved and "a secret of three" not in moved
    assert "a secret of three" in words(ana.get(at(row)))


def test_what_a_note_said_before_it_was_released_stays_with_who_reads_notes(cast):
    note = recorded(
        cast.falls, {"on": "2024-05-01", "title": "Said apart", "site": "Ward 1", "visibility": "site"}, NOTES
    )
    assert amend(signed_in(cast.ana), note, title="Said to all", visibility="all").status_code == 302
    seen = words(signed_in(cast.ben).get(at(note)))
    assert "Said to all" in seen and "Said apart" not in seen


def test_an_answer_alone_is_shown_only_where_its_round_was_open(cast):
    for name, kind in (("apart", "anonymous"), ("together", "open")):
        recorded(cast.falls, {"round": name, "instrument": "x", "edition": "1", "subject": "all", "kind": kind}, ROUNDS)
        row = recorded(cast.falls, {"round": name, "respondent": "r1", "question": "q", "answer": "yes"}, ANSWERS)
        assert signed_in(cast.ana).get(at(row)).status_code == (404 if kind == "anonymous" else 200)


@pytest.mark.parametrize(
    "scope",
    [
        ALL,
        Scope(None, False),
        Scope.of_sites(["Ward 1", "Ward 2"]),
        Scope.of_sites(["Ward 2"], narrative=True),
        Scope.of_sites(["Ward 1"], peers=["Ward 2"]),
        Scope.of_sites(["Ward 1"], narrative=True, peers=["Ward 2"]),
        Scope(),
    ],
)
def test_cells_are_read_by_the_same_rule_as_rows(db, scope):
    row = actions.load_programme(falls(), by="tests")
    for site in ("Ward 1", "Ward 2", "Ward 3", None):
        for visible in ("site", "programme", "all", None):
            cells = {"on": "2024-05-01", "site": site, "visibility": visible}
            recorded(row, {**cells, "title": "Said"}, NOTES)
            recorded(row, {**cells, "what": f"Changed for {visible}"}, ADAPTATIONS)
    for name, table in TABLES.items():
        kept = STORED[name].objects.filter(programme=row)
        seen = scope.rows(table)
        by_query = set() if seen is None else set(kept.filter(seen).values_list("id", flat=True))
        if table is NOTES and not scope.narrative:
            by_query &= set(kept.filter(visibility="all").values_list("id", flat=True))
        assert {one.id for one in kept if scope.reads(table, vars(one))} == by_query, name


# Its history


def test_history_says_who_changed_what_and_why(cast, ward_1):
    ana = signed_in(cast.ana)
    assert amend(ana, ward_1, "The ward said so", on="2024-05-20", reason="New staff").status_code == 302
    page = words(ana.get(at(ward_1)))
    assert "Amended by ana" in page and "Why: The ward said so" in page
    assert "From which day before: 1 May 2024 after: 20 May 2024" in page
    assert "Why, in words before: – after: New staff" in page
    assert f"Line {Trail.objects.first().pk} of the trail" in page
    assert "Recorded by ana" in page


def test_history_says_by_which_file_a_row_came(cast, ward_1):
    Batch.objects.create(
        programme=cast.falls,
        by="ana",
        file_name="tracker.xlsx",
        digest="x",
        size=1,
        kept_as="x",
        kind="tracker",
        state="accepted",
        line=ward_1.line,
    )
    assert "From the file tracker.xlsx" in words(signed_in(cast.ana).get(at(ward_1)))
    assert "tracker.xlsx" not in words(signed_in(cast.ben).get(at(ward_1)))


def test_a_row_that_was_withdrawn_keeps_its_page(cast, ward_1):
    ana = signed_in(cast.ana)
    assert ana.post(at(ward_1), {"do": "withdraw", "because": "It was another ward"}).status_code == 302
    page = words(ana.get(at(ward_1)))
    assert "no longer in the record: ana took it out" in page and "It was another ward" in page
    assert "Amend it" not in page
    assert not cast.falls.stages.filter(id=ward_1.id).exists()
    assert signed_in(cast.ben).get(at(ward_1)).status_code == 200
    assert signed_in(cast.dan).get(at(ward_1)).status_code == 404


# Putting it right


def test_amending_and_withdrawing_need_a_reason(cast, ward_1):
    ana = signed_in(cast.ana)
    sent = amend(ana, ward_1, " ", reason="New words")
    assert sent.status_code == 422
    assert "Say why it is amended" in words(sent) and "New words" in sent.content.decode()
    assert ana.post(at(ward_1), {"do": "withdraw", "because": " "}).status_code == 422
    assert cast.falls.stages.get(id=ward_1.id).reason is None


def test_faults_in_an_amendment_keep_what_was_typed(cast, ward_1):
    sent = amend(signed_in(cast.ana), ward_1, on="31 Feb 2024", reason="kept")
    page = sent.content.decode()
    assert sent.status_code == 422 and "31 Feb 2024" in page and "kept" in page and 'href="#field-on"' in page


def test_who_may_only_read_changes_nothing(cast, ward_1):
    cleo = signed_in(cast.cleo)
    assert "Amend it" not in words(cleo.get(at(ward_1)))
    assert amend(cleo, ward_1, reason="x").status_code == 403
    assert cleo.post(at(ward_1), {"do": "withdraw", "because": "x"}).status_code == 403
    plan, ben = cast.falls.measures.get(), signed_in(cast.ben)
    assert ben.get(at(plan)).status_code == 200
    assert amend(ben, plan, name="x").status_code == 403


def test_a_row_is_not_moved_to_a_site_that_is_out_of_reach(cast, ward_1):
    sent = amend(signed_in(cast.ben), ward_1, site="Ward 3")
    assert sent.status_code == 422
    assert cast.falls.stages.get(id=ward_1.id).site == "Ward 1"


def test_a_name_that_rows_speak_of_is_not_changed_under_them(cast):
    site = cast.falls.sites.get(site="Ward 3")
    sent = amend(signed_in(cast.ana), site, site="Ward 33")
    assert sent.status_code == 422 and "Other rows of the record speak of" in words(sent)
    assert amend(signed_in(cast.ana), site, name="The third").status_code == 302
    site.refresh_from_db()
    assert (site.name, site.covariates) == ("The third", {"beds": 22.5})


def test_what_nobody_asked_is_a_sentence(cast, ward_1):
    ana = signed_in(cast.ana)
    for sent in ({}, {"do": "done"}, {"do": "ends", "until": "2024-06-01"}, {"do": "delete"}):
        assert ana.post(at(ward_1), sent).status_code == 422
    assert cast.falls.stages.filter(id=ward_1.id, line=ward_1.line).exists()


@pytest.mark.parametrize("seen", ["", "x", "9" * 40, "-1", "²"])
def test_a_forged_number_of_what_was_seen_is_a_collision(cast, ward_1, seen):
    sent = signed_in(cast.ana).post(at(ward_1), {"do": "amend", "seen": seen, "because": "x", "reason": "mine"})
    assert sent.status_code == 409
    assert cast.falls.stages.get(id=ward_1.id).reason is None


def test_two_people_at_once_see_both_and_lose_nothing(cast, ward_1):
    ana, ben = signed_in(cast.ana), signed_in(cast.ben)
    assert amend(ben, ward_1, "He knows", reason="Ben's words", on="2024-05-09").status_code == 302
    sent = amend(ana, ward_1, "She knows", reason="Ana's words", on="2024-05-01", source="A call")
    page = sent.content.decode()
    assert sent.status_code == 409
    for both in ("Both versions, side by side", "Ben&#x27;s words", "Ana&#x27;s words", "9 May 2024", "He knows"):
        assert both in page
    assert 'value="2024-05-09"' in page, "what only Ben changed stands in the form as he left it"
    stands = cast.falls.stages.get(id=ward_1.id)
    assert stands.reason == "Ben's words"
    assert f'name="seen" value="{stands.line}"' in page
    third = amend(ana, ward_1, "We spoke", seen=stands.line, reason="Both", source="A call")
    assert third.status_code == 302
    kept = [one["cells"]["reason"] for one in ledger.history(cast.falls, STAGES, ward_1.id)]
    assert kept == ["Both", "Ben's words", None]


def test_what_was_withdrawn_meanwhile_can_be_recorded_anew(cast, ward_1):
    ana = signed_in(cast.ana)
    actions.withdraw(cast.falls, ward_1.reference, by="ben", scope=ALL, why="a slip")
    sent = amend(ana, ward_1, site="Ward 1", stage="using", on="2024-05-01", reason="Long words that I typed")
    assert sent.status_code == 422
    assert (
        "withdrawn by ben while you had it open" in words(sent) and "Long words that I typed" in sent.content.decode()
    )


def test_an_action_is_done_in_one_step(cast):
    row = recorded(cast.falls, {"title": "Ring the ward", "status": "open"}, ACTIONS)
    ana = signed_in(cast.ana)
    assert "Mark as done today" in words(ana.get(at(row)))
    assert ana.post(at(row), {"do": "done"}).status_code == 302
    row = cast.falls.actions.get(id=row.id)
    assert row.status == "done" and row.done is not None
    assert "Mark as done today" not in words(ana.get(at(row)))


def test_a_condition_ends_on_a_day(cast):
    row = recorded(cast.falls, {"kind": "legal", "text": "No contract", "since": "2024-01-01"}, CONDITIONS)
    ana = signed_in(cast.ana)
    assert ana.post(at(row), {"do": "ends", "until": "2023-01-01"}).status_code == 422
    assert ana.post(at(row), {"do": "ends", "until": "2024-06-01"}).status_code == 302
    assert cast.falls.conditions.get(id=row.id).until == date(2024, 6, 1)


def test_the_trail_never_says_what_a_note_said(cast):
    note = recorded(cast.falls, {"on": "2024-05-01", "title": "Apart", "text": "a secret", "site": "Ward 1"}, NOTES)
    amend(signed_in(cast.ana), note, text="another secret")
    assert "secret" not in str(list(Trail.objects.values("did", "what")))
    assert "a secret" in str(list(Change.objects.values("before")))


def test_a_row_of_another_programme_is_not_changed_through_this_one(cast, ward_1):
    other = actions.load_programme(
        Programme("Other", stages={"site": ["Y"], "stage": ["using"], "on": ["2024-01-01"]}), by="t"
    )
    actions.add_member(other, person=cast.ana, role="lead", by="tests")
    theirs = other.stages.get()
    assert signed_in(cast.ana).get(at(theirs, "falls")).status_code == 404
    assert signed_in(cast.ana).get(at(theirs, "other")).status_code == 200


def test_what_was_typed_stays_on_the_page_where_a_row_can_not_be_withdrawn(cast):
    ana, ward = signed_in(cast.ana), cast.falls.sites.get(site="Ward 1")
    sent = ana.post(at(ward), {"do": "withdraw", "because": "It closed long ago"})
    assert sent.status_code == 422 and cast.falls.sites.filter(pk=ward.pk).exists()
    assert "Other rows of the record speak of" in words(sent)
    assert re.search(r'<textarea id="because"[^>]*>It closed long ago</textarea>', sent.content.decode())


def test_what_was_typed_stays_on_the_page_where_a_day_is_none(cast):
    row = recorded(cast.falls, {"site": "Ward 1", "text": "Two lifts", "kind": "legal"}, CONDITIONS)
    sent = signed_in(cast.ana).post(at(row), {"do": "ends", "until": "soon"})
    assert sent.status_code == 422 and 'role="alert"' in sent.content.decode()
    assert 'name="until" value="soon"' in sent.content.decode()
