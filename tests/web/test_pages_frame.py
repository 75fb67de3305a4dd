"""The frame of the pages: which are linked to whom, where one is, and that what a page says is kept for nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path, reverse
from tests.web.conftest import falls
from tests.web.test_pages import FRAMED, signed_in, words

from takeroot import Programme
from takeroot.errors import NotFound
from takeroot.web import actions, urls
from takeroot.web.addresses import of_programme
from takeroot.web.frames import Book
from takeroot.web.panels import content, spread
from takeroot.web.panels.head import PAGES, READ, WORK, head
from takeroot.web.roles import May, enter
from takeroot.web.views.programme import overview

pytestmark = pytest.mark.django_db

#: An arrangement of addresses in which every place of work answers.
urlpatterns = [
    *urls.urlpatterns,
    *(of_programme(page.name, overview, page.name) for page in WORK),
    of_programme("rows/<str:table>/<str:row>", overview, "row"),
    of_programme("sites/<str:row>", overview, "site"),
    path("begin", overview, name="begin"),
]
everywhere = override_settings(ROOT_URLCONF=__name__)


def links(page: str, of: str) -> list[str]:
    """What the links in one of the rows of the frame say."""
    row = re.search(rf'<ul class="{of}">(.*?)</ul>', page, flags=re.S)
    return re.findall(r">([^<]+)</a>", row[1]) if row else []


def test_the_pages_that_are_read_stand_in_one_row_and_the_one_that_is_open_is_marked(cast):
    for page in READ:
        html = signed_in(cast.cleo).get(reverse(page.name, args=["falls"])).content.decode()
        assert links(html, "pages") == [
            "Overview",
            "Spread",
            "Scale-up",
            "Sustain",
            "Measures",
            "Assess",
            "Story",
            "What if",
            "Report",
        ]
        assert re.findall(r'aria-current="page">([^<]+)<', html)[0] == page.label


@everywhere
def test_a_place_of_work_is_linked_to_those_alone_who_may_open_it(cast):
    shown = {
        who: links(signed_in(getattr(cast, who)).get("/p/falls/spread").content.decode(), "places")
        for who in ("ana", "ben", "cleo")
    }
    assert shown == {
        "ana": ["Record", "Sites", "Review", "Coding", "People", "Import", "Trail", "About"],
        "ben": ["Record", "Sites", "Review", "People"],
        "cleo": ["Sites", "Review", "People"],
    }


def test_what_does_not_answer_is_not_linked(cast):
    page = signed_in(cast.ana).get("/p/falls/spread").content.decode()
    there = {pattern.name for pattern in urls.urlpatterns}
    assert links(page, "places") == [page.label for page in WORK if page.name in there]


def test_what_a_page_says_to_one_is_not_said_to_another_who_sees_less(cast):
    whole = words(signed_in(cast.ana).get("/p/falls/spread"))
    part = words(signed_in(cast.ben).get("/p/falls/spread"))
    again = words(signed_in(cast.ana).get("/p/falls/spread"))
    assert "Ward 5" in whole and "Ward 5" not in part
    assert whole == again


@everywhere
def test_ways_to_begin_are_shown_to_those_who_may_go_there_and_never_kept_for_others(cast):
    row = actions.load_programme(Programme("Bare"), by="tests", slug="bare")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    actions.add_member(row, person=cast.cleo, role="viewer", by="tests")
    lead, viewer, again = (
        signed_in(who).get("/p/bare/scale-up").content.decode() for who in (cast.ana, cast.cleo, cast.ana)
    )
    assert "Bring in files" in lead and "Record what happened" in lead
    assert "Bring in files" not in viewer and "Record what happened" not in viewer
    assert links(again, "places") == links(lead, "places") and again.count("Bring in files") == lead.count("Bring in")


def test_a_kept_page_holds_nothing_of_the_person(cast, settings):
    cast.ana.name = "Zebedee"
    cast.ana.save()
    client = signed_in(cast.ana)
    for name in FRAMED:
        assert client.get(reverse(name, args=["falls"])).status_code == 200
    kept = [file.read_text() for file in Path(settings.CACHE).rglob("*.html")]
    assert len(kept) >= 5
    for text in kept:
        assert not re.search(r"csrfmiddleware|Zebedee|Sign out", text)
    assert "Zebedee" in client.get("/p/falls/").content.decode()


def test_a_page_that_was_shown_before_is_not_worked_out_again(cast, monkeypatch):
    client = signed_in(cast.ana)
    before = words(client.get("/p/falls/spread"))
    monkeypatch.setattr(spread, "panels", lambda *_: 1 / 0)
    assert words(client.get("/p/falls/spread")) == before


def test_a_page_is_worked_out_again_once_the_programme_has_changed(cast):
    client = signed_in(cast.ana)
    assert "6 sites listed" in words(client.get("/p/falls/spread")) or "6 sites" in words(client.get("/p/falls/spread"))
    actions.load_programme(falls(4), by="tests", slug="falls", replace=True)
    after = words(client.get("/p/falls/spread"))
    assert "4 sites" in after and "Ward 5, the long one" not in after


def test_nothing_that_somebody_makes_up_is_kept(cast, settings):
    client = signed_in(cast.ana)
    for address in (
        "spread?by=",
        "sustain?rule=",
        "sustain/rules?rule=",
        "sustain/months?rule=&show=&sheet=",
        "sustain/fidelity?measure=&source=&sheet=",
        "measures?measure=",
        "measures?sheet=",
        "story?site=",
        "story?page=",
    ):
        client.get(f"/p/falls/{address}")
    before = len(list(Path(settings.CACHE).rglob("*.html")))
    for address in (
        "spread?by=x",
        "sustain?rule=x",
        "sustain/rules?rule=x",
        "sustain/months?rule=x&show=x&sheet=99",
        "sustain/fidelity?measure=x&source=x&sheet=99",
        "measures?measure=x",
        "measures?sheet=9",
        "story?site=x",
        "story?page=99",
    ):
        assert client.get(f"/p/falls/{address}").status_code == 200
    assert client.get("/p/falls/story?text=anything").status_code == 200
    assert len(list(Path(settings.CACHE).rglob("*.html"))) == before


def test_a_page_without_a_name_of_its_own_is_a_fault_that_says_so(cast):
    with pytest.raises(NotFound, match=r"There is no page 'spreed'. Did you mean 'spread'\?"):
        head(Book(cast.falls, enter(cast.ana, "falls", May.READ).scope), "spreed")


def test_a_head_may_be_asked_for_by_book_or_by_visit(cast):
    visit = enter(cast.ana, "falls", May.READ)
    book = Book(visit.programme, visit.scope)
    assert head(visit, "spread") == head(book, "spread", visit)
    for name in ("record", "sites", "site", "review", "people", "import", "trail", "about", "row", "drafts"):
        assert head(book, name)["page"] == PAGES[name]


@pytest.mark.parametrize("name", FRAMED)
def test_a_warm_page_asks_the_database_four_times(cast, name):
    client, address = signed_in(cast.ana), reverse(name, args=["falls"])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == 4  # the session, the person, the programme, what they may do there


def test_every_page_with_panels_has_a_template_of_its_own(cast):
    framed = {"overview", "spread", "scale-up", "other-work", "sustain", "measures", "assess", "story"}
    framed |= {"accounts", "change"}
    within = {"network", "forecast", "sustain-rules", "sustain-months", "fidelity", "measure-icons", "series"}
    assert set(content.PANELS) == framed | within


@everywhere
def test_only_who_begins_programmes_is_shown_the_way(cast):
    assert "Begin a programme" not in words(signed_in(cast.ana).get("/"))
    cast.ana.begins = True
    cast.ana.save()
    assert 'href="/begin"' in signed_in(cast.ana).get("/").content.decode()


def test_other_work_that_competes_or_reinforces_stands_on_the_portfolio(cast):
    others = {
        "site": ["A", "A", "B"],
        "name": ["Falls huddles", "Home by Lunch", "Paint"],
        "relation": ["competes", "reinforces", "neither"],
        "since": ["2023-01-01"] * 3,
    }
    record = Programme("Busy", sites={"site": ["B", "A"], "name": ["Ward B", "Ward A"]}, other_work=others)
    row = actions.load_programme(record, by="tests", slug="busy")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["B"], by="tests")
    page = words(signed_in(cast.ana).get("/"))
    assert "1 said to compete with it and 1 said to reinforce it" in page
    assert "Ward A Busy Falls huddles competes" in page and "Paint" not in page
    assert "Falls huddles" not in words(signed_in(cast.ben).get("/"))


def test_a_stranger_is_sent_to_sign_in_from_a_document_too():
    assert Client().get("/p/falls/report/read").status_code == 302
