"""Keeping in touch with sites: the list, the home of each, and what each may see there."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import falls
from tests.web.test_pages import signed_in, words

from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions
from takeroot.web.frames import Book
from takeroot.web.models import Membership, Sharing, Trail
from takeroot.web.panels import heard
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

EVERYTHING = Scope.everything()


def home(programme, site: str, name: str = "site") -> str:
    """The address of a page of a site."""
    return reverse(name, args=[programme.slug, programme.sites.get(site=site).id])


def coach(cast, *sites: str):
    """Fay, who coaches these sites."""
    fay = actions.add_person(sign_in="fay", name="Fay", password="a long password", by="tests")
    actions.add_member(cast.falls, person=fay, role="coach", sites=sites, by="tests")
    return fay


# The list


def test_sites_stand_in_the_programmes_own_order_with_where_they_stand(cast):
    said = words(signed_in(cast.ana).get("/p/falls/sites"))
    places = [said.index(f"Ward {n}, the long one") for n in range(1, 7)]
    assert places == sorted(places)
    assert "stopped since 1 March 2023" in said.replace("Mar ", "March ")


def test_a_site_that_is_in_scope_is_listed_and_no_other(cast):
    said = words(signed_in(cast.ben).get("/p/falls/sites"))
    assert "Ward 1, the long one" in said and "Ward 2, the long one" in said
    assert "Ward 3" not in said


def test_what_was_loaded_is_heard_by_the_days_of_its_rows_and_not_by_the_day_of_loading(cast):
    frame = heard.heard(Book(cast.falls, EVERYTHING))
    assert frame["heard"].unique().to_list() == [date(2024, 6, 1)]
    assert frame["entered"].null_count() == 6


def test_a_row_written_here_is_heard_on_that_day_and_says_by_whom(cast):
    scope = Scope.of_sites(["Ward 2"])
    cells = {"site": "Ward 2", "stage": "using", "on": date(2024, 5, 1)}
    actions.record(cast.falls, TABLES["stages"], cells, by="ben", scope=scope)
    frame = heard.heard(Book(cast.falls, EVERYTHING)).filter(site="Ward 2")
    assert frame.select("heard", "by").row(0) == (timezone.localdate(), "ben")


def test_by_date_the_site_heard_longest_ago_stands_first_and_one_never_heard_before_it():
    frame = pl.DataFrame({"site": ["A", "B", "C"], "heard": [date(2024, 5, 1), None, date(2024, 1, 1)]})
    by_date = heard.listed(frame, heard.Choice(order="heard"))
    assert by_date["site"].to_list() == ["B", "C", "A"]
    assert heard.listed(frame, heard.Choice())["site"].to_list() == ["A", "B", "C"]


def test_an_answer_to_a_site_is_no_word_from_it(cast):
    ben, both = Scope.of_sites(["Ward 1"]), EVERYTHING
    asked = actions.ask(cast.falls, "Ward 1", "Who trains nights?", voice="contributor", by="ben", scope=ben)
    before = heard.heard(Book(cast.falls, both)).filter(site="Ward 1")["by"].item()
    actions.answer(cast.falls, asked, "We do.", voice="lead", by="ana", scope=both)
    cast.falls.refresh_from_db()
    assert before == heard.heard(Book(cast.falls, both)).filter(site="Ward 1")["by"].item() == "ben"


def test_the_list_is_cut_by_region_stage_and_caseload(cast):
    ana = signed_in(cast.ana)
    north = words(ana.get("/p/falls/sites?region=North"))
    assert "3 of 6 sites" in north and "Ward 1, the long one" in north and "Ward 2, the long one" not in north
    assert "1 of 6 sites" in words(ana.get("/p/falls/sites?stage=paused"))
    actions.add_member(cast.falls, person=cast.ana, role="coach", sites=["Ward 5"], by="tests")
    mine = words(ana.get("/p/falls/sites?mine=1"))
    assert "1 of 6 sites" in mine and "Ward 5, the long one" in mine


def test_nonsense_in_the_address_shows_the_list_all_the_same(cast):
    for asked in ("page=0", "page=x", "page=99999999999", "region=Nowhere", "stage=x", "order=worst", "page=²"):
        assert signed_in(cast.ana).get(f"/p/falls/sites?{asked}").status_code == 200


def test_long_lists_are_paged(cast):
    many = actions.load_programme(falls(120), by="tests", slug="many")
    actions.add_member(many, person=cast.ana, role="lead", by="tests")
    first, last = (words(signed_in(cast.ana).get(f"/p/many/sites?page={n}")) for n in (1, 3))
    assert "Ward 50, the long one" in first and "Ward 51, the long one" not in first
    assert "Ward 120, the long one" in last and "Page 3 of 3" in last


@pytest.mark.parametrize("name", ["sites", "site", "digest"])
def test_queries_do_not_grow_with_sites_and_rows(cast, name):
    counts = []
    for sites in (3, 90):
        slug = f"falls-{sites}"
        programme = actions.load_programme(falls(sites), by="tests", slug=slug)
        actions.add_member(programme, person=cast.ana, role="lead", by="tests")
        address = home(programme, "Ward 1") if name == "site" else reverse(name, args=[slug])
        client = signed_in(cast.ana)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_reminder_names_the_sites_and_sends_nothing(cast):
    programme = cast.falls
    programme.sites.filter(site="Ward 1").update(contact="ward1@example.org")
    programme.sites.filter(site="Ward 2").update(contact="the ward manager")
    ids = [programme.sites.get(site=site).id for site in ("Ward 1", "Ward 2")]
    page = signed_in(cast.ana).get(reverse("sites-remind", args=["falls"]), {"site": ids})
    said = page.content.decode()
    assert "Dear colleagues at Ward 1, the long one, Ward 2, the long one," in said
    assert 'href="mailto:ward1@example.org?subject=' in said
    assert signed_in(cast.cleo).get(reverse("sites-remind", args=["falls"])).status_code == 403


def test_a_reminder_is_not_for_sites_that_somebody_may_not_see(cast):
    ids = [cast.falls.sites.get(site=site).id for site in ("Ward 1", "Ward 3")]
    said = words(signed_in(cast.ben).get(reverse("sites-remind", args=["falls"]), {"site": ids}))
    assert "Ward 1, the long one" in said and "Ward 3" not in said


# The home of a site, and who sees it


def test_the_home_says_what_the_site_is_where_it_stands_and_draws_its_own_charts(cast):
    page = signed_in(cast.ana).get(home(cast.falls, "Ward 2"))
    said = words(page)
    assert "paused since 1 Feb 2024" in said and "Falls with harm" in said and "South" in said
    assert b"<svg" in page.content and "Ward 3" not in said


@pytest.mark.parametrize(("who", "status"), [("ana", 200), ("ben", 200), ("cleo", 200), ("dan", 404), ("eve", 404)])
def test_who_may_see_the_home_of_a_site(cast, who, status):
    assert signed_in(getattr(cast, who)).get(home(cast.falls, "Ward 1")).status_code == status


def test_a_site_of_others_is_the_same_page_as_one_that_does_not_exist(cast):
    ben = signed_in(cast.ben)
    theirs, nowhere = ben.get(home(cast.falls, "Ward 3")), ben.get("/p/falls/sites/nowhere")
    assert theirs.status_code == nowhere.status_code == 404
    assert words(theirs) == words(nowhere)


def test_a_coach_sees_the_sites_of_their_own_caseload_alone(cast):
    fay = signed_in(coach(cast, "Ward 4"))
    assert fay.get(home(cast.falls, "Ward 4")).status_code == 200
    assert fay.get(home(cast.falls, "Ward 1")).status_code == 404
    assert fay.post(home(cast.falls, "Ward 1", "site-heard"), {"how": "visit", "on": "2024-06-01"}).status_code == 404


def test_a_stranger_is_sent_to_sign_in(cast, client):
    address = home(cast.falls, "Ward 1")
    assert client.get(address).headers["Location"] == f"/sign-in?next={address}"


def test_a_note_kept_at_the_site_is_shown_to_the_lead_and_not_to_a_viewer_or_contributor(cast):
    address = home(cast.falls, "Ward 2")
    seen = {
        who: "Night staff were not told" in words(signed_in(getattr(cast, who)).get(address))
        for who in "ana ben cleo".split()
    }
    assert seen == {"ana": True, "ben": False, "cleo": False}


def test_a_viewer_is_not_asked_to_log_anything(cast):
    page = signed_in(cast.cleo).get(home(cast.falls, "Ward 1")).content.decode()
    assert "<textarea" not in page and "Excel sheet" not in page


# What others learned


@pytest.fixture
def learned(cast):
    """Ward 3 adapted and tried something, and wrote notes: one released, one not."""
    rows = (
        ("adaptations", {"site": "Ward 3", "on": date(2024, 2, 1), "what": "Rounds at noon", "reasons": "Fewer staff"}),
        ("adaptations", {"site": "Ward 3", "on": date(2024, 2, 2), "what": "A quiet try", "visibility": "site"}),
        ("experiments", {"site": "Ward 3", "question": "Do bells help?", "what_happened": "They did not"}),
        ("notes", {"site": "Ward 3", "on": date(2024, 2, 3), "title": "Start small", "visibility": "all"}),
        ("notes", {"site": "Ward 3", "on": date(2024, 2, 3), "title": "Our own worry", "visibility": "programme"}),
    )
    for table, cells in rows:
        actions.record(cast.falls, TABLES[table], cells, by="tests", scope=EVERYTHING)
    return cast


def test_nothing_of_others_is_shown_while_nobody_shares_and_the_page_says_why(learned):
    for who in (learned.ana, learned.ben):
        said = words(signed_in(who).get(home(learned.falls, "Ward 1")))
        assert "No other site shares with this one yet" in said
        assert "Rounds at noon" not in said


def test_what_a_site_shares_with_this_one_is_shown_and_what_it_keeps_is_not(learned):
    Sharing.objects.create(
        programme=learned.falls, site="Ward 3", shares="named peers", peers=["Ward 1"], agreed_by="its lead"
    )
    for who in (learned.ana, learned.ben):
        said = words(signed_in(who).get(home(learned.falls, "Ward 1")))
        assert "Rounds at noon" in said and "Why: Fewer staff" in said
        assert "Do bells help?" in said and "What happened: They did not" in said and "Start small" in said
        assert "A quiet try" not in said and "Our own worry" not in said
    assert "Rounds at noon" not in words(signed_in(learned.ben).get(home(learned.falls, "Ward 2")))


# Questions


def ask(cast, client: Client, site: str, question: str, **more: str):
    return client.post(home(cast.falls, site, "site-ask"), {"question": question, **more})


def test_a_site_asks_and_reads_the_answer(cast):
    ben, ana = signed_in(cast.ben), signed_in(cast.ana)
    assert ask(cast, ben, "Ward 1", "Who trains the night staff?").status_code == 302
    note = cast.falls.notes.get(title="Who trains the night staff?")
    assert (note.voice, note.visibility, note.source_kind, note.site) == ("contributor", "programme", None, "Ward 1")
    form = {"about": note.reference, "answer": "The practice nurse, on Tuesdays."}
    assert ana.post(home(cast.falls, "Ward 1", "site-answer"), form).status_code == 302
    reply = cast.falls.notes.get(text="The practice nurse, on Tuesdays.")
    assert (reply.about, reply.voice) == (note.reference, "lead")
    for who in (ben, ana):
        said = words(who.get(home(cast.falls, "Ward 1")))
        assert "Who trains the night staff?" in said and "The practice nurse, on Tuesdays." in said
    assert "practice nurse" not in words(signed_in(cast.cleo).get(home(cast.falls, "Ward 1")))


def test_a_question_is_read_at_no_other_site(cast):
    ask(cast, signed_in(cast.ana), "Ward 3", "Is there money for bells?")
    Sharing.objects.create(programme=cast.falls, site="Ward 3", shares="all", agreed_by="its lead")
    said = words(signed_in(cast.ben).get(home(cast.falls, "Ward 1")))
    assert "money for bells" not in said


def test_an_empty_question_is_said_beside_the_form_with_what_was_typed(cast):
    page = ask(cast, signed_in(cast.ben), "Ward 1", "  ", more="It is about nights")
    assert page.status_code == 422
    assert "Write the question: one sentence is enough." in words(page)
    assert "It is about nights</textarea>" in page.content.decode()


def test_the_same_question_is_asked_once(cast):
    ben = signed_in(cast.ben)
    ask(cast, ben, "Ward 1", "Twice?")
    assert ask(cast, ben, "Ward 1", "Twice?").status_code == 422
    assert cast.falls.notes.filter(title="Twice?").count() == 1


def test_nobody_asks_or_answers_for_a_site_of_others(cast):
    ben = signed_in(cast.ben)
    assert ask(cast, ben, "Ward 3", "May I?").status_code == 404
    theirs = actions.ask(cast.falls, "Ward 3", "Ours?", voice="lead", by="ana", scope=EVERYTHING)
    form = {"about": theirs, "answer": "Yes"}
    assert ben.post(home(cast.falls, "Ward 1", "site-answer"), form).status_code == 404
    assert ask(cast, signed_in(cast.cleo), "Ward 1", "May a viewer?").status_code == 403


def test_a_note_that_is_no_question_is_not_answered(cast):
    note = cast.falls.notes.get(title="Night staff were not told")
    form = {"about": note.reference, "answer": "Yes"}
    assert signed_in(cast.ana).post(home(cast.falls, "Ward 2", "site-answer"), form).status_code == 404


# Visits and calls


def test_a_coach_writes_down_a_visit_and_the_site_was_heard_that_day(cast):
    fay = coach(cast, "Ward 4")
    form = {"how": "visit", "on": timezone.localdate().isoformat(), "words": "The board is in use\nand well kept"}
    assert signed_in(fay).post(home(cast.falls, "Ward 4", "site-heard"), form).status_code == 302
    note = cast.falls.notes.get(site="Ward 4")
    assert (note.title, note.source_kind, note.voice) == ("Visited: The board is in use", "visit", "coach")
    assert Trail.objects.first().by == "fay"
    cast.falls.refresh_from_db()
    assert heard.heard(Book(cast.falls, EVERYTHING)).filter(site="Ward 4")["heard"].item() == timezone.localdate()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"how": "phone", "on": "soon"}, "A day is needed, such as 2024-03-31; found &#x27;soon&#x27;."),
        ({"how": "dream", "on": "2024-06-01"}, "Say how you heard from the site: visit, phone, meeting, message."),
        ({"how": "phone", "on": "2999-01-01"}, "1 January 2999 has not come yet"),
        ({"how": "phone", "on": "2024-06-01", "words": "x" * 20_001}, "a note holds 20,000"),
    ],
)
def test_a_call_that_can_not_be_is_refused_in_a_sentence(cast, form, says):
    page = signed_in(cast.ana).post(home(cast.falls, "Ward 1", "site-heard"), form)
    assert page.status_code == 422
    assert says in page.content.decode().replace("Jan 2999", "January 2999")
    assert not cast.falls.notes.filter(site="Ward 1").exists()


def test_pages_that_change_something_take_only_what_was_sent_from_them(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ben)
    assert ask(cast, client, "Ward 1", "From elsewhere?").status_code == 403
    assert signed_in(cast.ben).get(home(cast.falls, "Ward 1", "site-ask")).status_code == 405


def test_mergers_and_new_names_stand_as_history(cast):
    cells = {"site": "Ward 1", "successor": "Ward 2", "on": date(2024, 3, 1), "kind": "merged"}
    actions.record(cast.falls, TABLES["successions"], cells, by="tests", scope=EVERYTHING)
    for site in ("Ward 1", "Ward 2"):
        assert "became part of Ward 2" in words(signed_in(cast.ana).get(home(cast.falls, site)))


def test_somebody_whose_role_ends_today_sees_nothing_more(cast):
    Membership.objects.filter(person=cast.ben).update(expires=timezone.localdate() + timedelta(days=1))
    assert signed_in(cast.ben).get(home(cast.falls, "Ward 1")).status_code == 200
    Membership.objects.filter(person=cast.ben).update(expires=timezone.localdate())
    assert signed_in(cast.ben).get(home(cast.falls, "Ward 1")).status_code == 404


def test_questions_are_refused_outside_the_scope_by_the_action_itself(cast):
    with pytest.raises(FaultyInput):
        actions.ask(cast.falls, "Ward 3", "Mine?", voice="x", by="ben", scope=Scope.of_sites(["Ward 1"]))
    with pytest.raises(TakerootError, match="Write the question"):
        actions.ask(cast.falls, "Ward 1", " ", voice="x", by="ben", scope=EVERYTHING)


def test_what_a_site_asked_is_read_there_and_by_those_who_read_notes(cast):
    asked = actions.ask(cast.falls, "Ward 1", "Ours?", voice="x", by="ben", scope=Scope.of_sites(["Ward 1"]))
    note = cast.falls.notes.get(id=asked.partition(":")[2])
    cells = {name: getattr(note, name) for name in TABLES["notes"].columns}
    for scope, reads in (
        (Scope.of_sites(["Ward 1"]), True),
        (Scope.of_sites(["Ward 2"], narrative=True), False),
        (Scope.of_sites(["Ward 2"], peers=["Ward 1"]), False),
        (Scope(None), False),
        (EVERYTHING, True),
    ):
        titles = cast.falls.read(scope).notes["title"].to_list()
        assert ("Ours?" in titles, scope.reads(TABLES["notes"], cells)) == (reads, reads)


def test_a_role_at_one_site_offers_no_forms_at_another(cast):
    actions.add_member(cast.falls, person=cast.cleo, role="contributor", sites=["Ward 1"], by="tests")
    pages = {site: signed_in(cast.cleo).get(home(cast.falls, site)).content.decode() for site in ("Ward 1", "Ward 5")}
    assert {site: "<textarea" in page for site, page in pages.items()} == {"Ward 1": True, "Ward 5": False}


def test_who_does_not_record_is_not_asked_to_remind(cast):
    pages = {who: signed_in(getattr(cast, who)).get("/p/falls/sites").content.decode() for who in ("ana", "cleo")}
    assert {who: "Write a reminder" in page for who, page in pages.items()} == {"ana": True, "cleo": False}
