"""Pages as a set: strangers, viewers, members of something else and leads at every address."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from tests.web.conftest import FALLS, falls

from takeroot import Programme
from takeroot.web import actions
from takeroot.web.models import Membership, Person
from takeroot.web.views import programme as pages

pytestmark = pytest.mark.django_db

OF_PROGRAMMES = sorted({path.name for path in pages.PATHS} - {"report-download", "change"})  # posted; of one thing
#: Pages of the whole programme, that do not exist for somebody with some sites.
OF_THE_WHOLE = {"accounts"}
#: Documents of their own: they stand in no frame.
DOCUMENTS = {"report-read"}
FRAMED = sorted(set(OF_PROGRAMMES) - DOCUMENTS)
#: Pages with a chart, of the programme of the cast.
CHARTED = sorted(set(FRAMED) - {"search", "report", "scale-up", "other-work", "story", "accounts"})
POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:; script-src 'self'; style-src 'self'"
)


def signed_in(person: Person) -> Client:
    """Somebody's browser, after they signed in."""
    client = Client()
    client.force_login(person)
    return client


def words(response) -> str:
    """What a page says, without its mark-up."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# Who may see what


def test_every_page_that_is_read_answers_at_its_name():
    patterns = {pattern.name: str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert {name for name in OF_PROGRAMMES if "<programme:slug>" in patterns.get(name, "")} == set(OF_PROGRAMMES)


@pytest.mark.parametrize("slug", ["falls", "nowhere"])
@pytest.mark.parametrize("name", OF_PROGRAMMES)
def test_a_stranger_is_sent_to_sign_in_wherever_they_knock(cast, client, name, slug):
    address = reverse(name, args=[slug])
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={address}")


def test_a_stranger_is_sent_to_sign_in_from_the_portfolio(client):
    assert client.get("/").headers["Location"] == "/sign-in?next=/"


@pytest.mark.parametrize("name", OF_PROGRAMMES)
@pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
def test_members_see_every_page_of_their_programme(cast, name, who):
    response = signed_in(getattr(cast, who)).get(reverse(name, args=["falls"]))
    if who == "ben" and name in OF_THE_WHOLE:
        assert response.status_code == 404
        return
    assert response.status_code == 200
    assert "Falls" in words(response)


@pytest.mark.parametrize("name", OF_PROGRAMMES)
@pytest.mark.parametrize("who", ["dan", "eve"])
def test_to_members_of_something_else_a_programme_does_not_exist(cast, name, who):
    client = signed_in(getattr(cast, who))
    there, nowhere = (client.get(reverse(name, args=[slug])) for slug in ("falls", "nowhere"))
    assert there.status_code == nowhere.status_code == 404
    plain = [re.sub(r'value="[^"]{60,}"', "", page.content.decode()) for page in (there, nowhere)]
    assert plain[0] == plain[1]
    assert "Falls" not in plain[0]


@pytest.mark.parametrize("name", OF_PROGRAMMES)
def test_a_member_whose_role_gives_no_leave_is_told_so(cast, name):
    Membership.objects.filter(person=cast.cleo).update(role="a role that is no more")
    response = signed_in(cast.cleo).get(reverse(name, args=["falls"]))
    assert response.status_code == 403
    assert "This is not open to you" in words(response)


@pytest.mark.parametrize("name", OF_PROGRAMMES)
def test_pages_of_a_programme_are_only_read(cast, name):
    client = signed_in(cast.ana)
    assert client.post(reverse(name, args=["falls"])).status_code == 405


def test_the_portfolio_shows_what_is_open_to_somebody_and_nothing_else(cast):
    assert "Falls" in words(signed_in(cast.ana).get("/"))
    dans = words(signed_in(cast.dan).get("/"))
    assert "Sepsis" in dans and "Falls" not in dans
    assert "No programme is open to you yet" in words(signed_in(cast.eve).get("/"))


@pytest.mark.parametrize("name", sorted(set(OF_PROGRAMMES) - OF_THE_WHOLE))
def test_somebody_with_some_sites_sees_those_alone_and_is_told_so(cast, name):
    page = signed_in(cast.ben).get(reverse(name, args=["falls"])).content.decode()
    assert (
        "You see 2 sites of this programme. Every figure here is of those sites alone, "
        "unless it is said to be of the whole programme."
    ) in page
    assert not re.search("Ward [3-6]", page)
    assert "A ward lost its lead" not in page
    everything = signed_in(cast.ana).get(reverse(name, args=["falls"])).content.decode()
    assert "You see" not in everything


def test_a_lead_reads_the_account_and_the_list_of_sites(cast):
    client = signed_in(cast.ana)
    assert "A ward lost its lead." in words(client.get("/p/falls/"))
    spread = words(client.get("/p/falls/spread"))
    for n in range(1, 7):
        assert f"Ward {n}, the long one" in spread


def test_sites_stand_in_the_order_of_the_programme_never_of_a_value(cast):
    spread = signed_in(cast.ana).get("/p/falls/spread").content.decode()
    listed = spread[spread.index('id="sites"') :]
    assert re.findall(r"Ward (\d), the long one", listed) == ["1", "2", "3", "4", "5", "6"]


# Signing in and out


def test_somebody_signs_in_and_comes_to_the_page_they_asked_for(cast, client):
    response = client.post("/sign-in", {"username": "ana", "password": "a long password", "next": "/p/falls/spread"})
    assert (response.status_code, response.headers["Location"]) == (302, "/p/falls/spread")
    assert client.session[SESSION_KEY] == str(cast.ana.pk)


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "\\\\elsewhere"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(cast, client, elsewhere):
    response = client.post("/sign-in", {"username": "ana", "password": "a long password", "next": elsewhere})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize(
    "attempt", [{"username": "ana", "password": "wrong"}, {"username": "nobody", "password": "wrong"}]
)
def test_a_wrong_password_and_a_wrong_name_are_told_alike(cast, client, attempt):
    response = client.post("/sign-in", attempt)
    assert response.status_code == 422
    assert "That name and password do not go together." in words(response)
    assert SESSION_KEY not in client.session


def test_demonstration_sign_ins_work_only_while_it_is_on(db, client, settings):
    actions.add_person(sign_in="lead", password="takeroot", demo=True, by="tests")
    attempt = {"username": "lead", "password": "takeroot"}
    settings.DEMO = False
    assert client.post("/sign-in", attempt).status_code == 422
    settings.DEMO = True
    assert client.post("/sign-in", attempt).status_code == 302
    assert client.get("/").status_code == 200
    settings.DEMO = False
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session_and_is_never_a_link(cast):
    client = signed_in(cast.ana)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 302
    assert client.get("/").status_code == 302


def test_a_form_from_elsewhere_is_refused_with_a_page(cast):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in", {"username": "ana", "password": "a long password"})
    assert response.status_code == 403
    assert "That form was too old" in words(response)


# What every answer says of itself


@pytest.mark.parametrize(
    "address", ["/sign-in", "/", "/p/falls/", "/p/falls/spread", "/p/falls/sustain", "/nowhere", "/health", "/privacy"]
)
def test_every_answer_carries_the_same_strict_headers(cast, address):
    headers = signed_in(cast.ana).get(address).headers
    expected = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert {name: headers[name] for name in expected} == expected
    assert (
        "; ".join(sorted(headers["Content-Security-Policy"].split("; "), key=lambda d: (d[:11] != "default-src", d)))
        == POLICY
    )
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("name", FRAMED)
def test_no_page_holds_an_inline_script_or_style(cast, name):
    page = signed_in(cast.ana).get(reverse(name, args=["falls"])).content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == ["", ""]
    assert page.count("<svg") > 1 or name not in CHARTED  # beside the mark in the frame


def test_cookies_are_out_of_reach_of_scripts(cast, client):
    client.post("/sign-in", {"username": "ana", "password": "a long password"})
    for cookie in client.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_the_assets_are_served_with_an_address_that_changes_with_them(client):
    page = client.get("/sign-in").content.decode()
    found = re.findall(r'(?:href|src)="(/static/[0-9a-f]{12}/[^"]+)"', page)
    assert len(found) == 7
    for address in found:
        response = client.get(address)
        assert response.status_code == 200, address
        assert "max-age=31536000" in response.headers["Cache-Control"]
        assert b"".join(response.streaming_content).strip()
        response.close()


def test_the_watchman_is_answered(client):
    response = client.get("/health")
    assert (response.status_code, response.content) == (200, b"well\n")


def test_a_mistake_of_ours_shows_a_plain_page_and_no_traceback(cast, monkeypatch):
    from takeroot.web.panels import spread

    monkeypatch.setattr(spread, "panels", lambda *_: 1 / 0)
    client = signed_in(cast.ana)
    client.raise_request_exception = False
    response = client.get("/p/falls/spread")
    assert response.status_code == 500
    assert "Something went wrong here" in words(response)
    assert "ZeroDivisionError" not in response.content.decode()


def test_what_somebody_can_put_right_is_said_on_a_page(cast, monkeypatch):
    from takeroot.errors import NotEnough
    from takeroot.web.panels import spread

    def few(*_: object) -> None:
        raise NotEnough("Two <sites> are needed.\nThere is one.")

    monkeypatch.setattr(spread, "panels", few)
    response = signed_in(cast.ana).get("/p/falls/spread")
    assert response.status_code == 422
    assert "Something here has to be put right" in words(response)
    assert "Two &lt;sites&gt; are needed.<br>There is one." in response.content.decode()


@pytest.mark.parametrize("name", ["北京计划", "Чисто и просто", "!!!"])
def test_a_name_in_any_script_has_pages(cast, name):
    row = actions.load_programme(Programme(name), by="tests")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    client = signed_in(cast.ana)
    links = re.findall(r'href="(/p/[^"]+)"', client.get("/").content.decode())
    shown = [words(client.get(link)) for link in links]
    assert len(links) == 2 and [name in page for page in shown].count(True) == 1
    assert client.get("/p/a%00b/").status_code == client.get("/p/a b/").status_code == 404


# What pages show


HOSTILE = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(2)>"


def test_text_in_the_record_is_never_mark_up(cast):
    record = Programme(
        {
            "name": HOSTILE,
            "aim": HOSTILE,
            "rules": [{"name": HOSTILE, "valued_by": HOSTILE, "months": 1, "why": HOSTILE}],
        },
        sites={"site": [HOSTILE, "B"], "name": [HOSTILE, None], "region": [HOSTILE, "x"]},
        stages={
            "site": [HOSTILE, HOSTILE, "B"],
            "stage": ["using", "stopped", "using"],
            "on": ["2023-01-01", "2024-03-01", "2023-02-01"],
            "source": [HOSTILE] * 3,
            "extent": [0.5, None, None],
        },
        accounts={"question": ["what changed and why"], "on": ["2024-03-02"], "by": [HOSTILE], "text": [HOSTILE]},
        components={"component": [HOSTILE], "function": [HOSTILE]},
        deliveries={
            "site": ["B"],
            "component": [HOSTILE],
            "on": ["2024-01-01"],
            "delivered": ["often"],
            "form_here": [HOSTILE],
        },
        plans={
            "what": ["stage"],
            "site": ["B"],
            "due": ["2023-06-01"],
            "set_on": ["2023-01-01"],
            "why": [HOSTILE],
            "set_by": [HOSTILE],
        },
    )
    row = actions.load_programme(record, by="tests", slug="hostile")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    client = signed_in(cast.ana)
    for name in OF_PROGRAMMES:
        page = client.get(reverse(name, args=["hostile"]), {"q": "alert"}).content.decode()
        assert "alert(1)" in page
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "<script>alert" not in client.get("/").content.decode()


@pytest.mark.parametrize("name", FRAMED)
def test_a_programme_with_nothing_but_a_name_says_what_to_do_first(cast, name):
    row = actions.load_programme(Programme("Only a name"), by="tests", slug="bare")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    response = signed_in(cast.ana).get(reverse(name, args=["bare"]))
    assert response.status_code == 200
    assert "No site yet" in words(response)


def test_made_up_data_are_called_so_on_every_page(cast):
    client = signed_in(cast.ana)
    for address in ("/", *(reverse(name, args=["falls"]) for name in FRAMED)):
        assert "Made-up data" in words(client.get(address))
    dans = signed_in(cast.dan)
    assert "Made-up data" not in words(dans.get("/p/sepsis/"))


def loaded(person: Person, record: Programme, slug: str = "small") -> Client:
    """The browser of somebody who leads a programme that was just loaded."""
    row = actions.load_programme(record, by="tests", slug=slug)
    actions.add_member(row, person=person, role="lead", by="tests")
    return signed_in(person)


def test_sites_of_which_nothing_is_known_are_said_on_the_card(cast):
    stages = {"site": ["A", "B", "B"], "stage": ["using", "using", "unknown"]}
    record = Programme(
        {"name": "Small", "as_at": "2024-06-30"},
        sites={"site": ["A", "B"], "eligible": [True, True]},
        stages=stages | {"on": ["2024-01-01", "2024-01-01", "2024-03-01"]},
    )
    assert "1 of 2 eligible sites known to be, 1 not known" in words(loaded(cast.ana, record).get("/"))


def test_a_page_links_only_to_parts_that_are_there(cast):
    record = Programme(
        {"name": "Small", "rules": [{"name": "A year", "valued_by": "us", "months": 12, "why": "asked"}]},
        plans={"what": ["stage"], "value": [3], "due": ["2030-01-01"], "set_on": ["2024-01-01"]},
    )
    client = loaded(cast.ana, record)
    for name in OF_PROGRAMMES:
        for slug in ("small", "falls"):
            page = client.get(reverse(name, args=[slug])).content.decode()
            assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r' id="([^"]+)"', page))
    assert "What needs attention" not in words(client.get("/p/small/"))


def test_since_is_when_a_stay_began_and_the_last_confirmation_stands_beside_it(cast):
    stages = {"site": ["A"] * 3, "stage": ["preparing", "using", "using"]}
    record = Programme("Small", stages=stages | {"on": ["2023-06-01", "2023-09-04", "2024-07-16"]})
    table = words(loaded(cast.ana, record).get("/p/small/spread")).partition("Where each site stands")[2]
    assert "Since Last confirmed A using 4 Sep 2023 16 Jul 2024" in table


def test_what_is_of_the_whole_programme_is_said_to_be_to_somebody_with_some_sites(cast):
    record = Programme(
        FALLS,
        sites={"site": ["Ward 1", "Ward 2"]},
        stages={"site": ["Ward 1"], "stage": ["using"], "on": ["2023-01-01"]},
        findings={"title": ["Fewer falls"], "analysed": ["as allocated"], "source": ["a paper"]},
    )
    client = loaded(cast.ana, record)
    actions.add_member(
        Membership.objects.filter(programme__slug="small").get().programme,
        person=cast.ben,
        role="contributor",
        sites=["Ward 1"],
        by="tests",
    )
    assert "Finding, as allocated (of the whole programme)" in words(signed_in(cast.ben).get("/p/small/"))
    assert "Finding, as allocated Fewer falls" in words(client.get("/p/small/"))


def test_stages_after_the_day_counted_to_are_said_to_be_there(cast):
    stages = {"site": ["A"], "stage": ["using"], "on": ["2024-01-01"]}
    client = loaded(cast.ana, Programme({"name": "Small", "as_at": "2023-06-30"}, stages=stages))
    for name in ("overview", "spread", "sustain"):
        page = words(client.get(reverse(name, args=["small"])))
        assert "Stages are recorded, but only after 30 Jun 2023" in page


def test_pages_say_which_sites_they_count_and_which_deprivation_is_the_most(cast):
    page = words(signed_in(cast.ana).get("/p/falls/spread", {"by": "deprivation"}))
    assert "Of 6 open sites, eligible or not." in page
    assert "Deprivation group, 1 the most deprived Eligible sites" in page


def test_each_rule_has_a_clock_of_its_own(cast):
    page = words(signed_in(cast.ana).get("/p/falls/sustain"))
    assert "Site A year on Two years Ward 1, the long one sustained (1 Jan 2022) not sustained (1 Jan 2022)" in page


def test_every_rule_is_printed_beside_its_figure(cast):
    page = words(signed_in(cast.ana).get("/p/falls/sustain"))
    for rule in falls().rules:
        assert str(rule) in page


def test_another_rule_is_chosen_with_and_without_scripts(cast):
    client = signed_in(cast.ana)
    whole = client.get("/p/falls/sustain", {"rule": "Two years"}).content.decode()
    part = client.get("/p/falls/sustain", {"rule": "Two years"}, headers={"HX-Request": "true"}).content.decode()
    assert "<option selected>Two years</option>" in whole and "<option selected>Two years</option>" in part
    assert part.strip() in whole
    assert part.lstrip().startswith('<div id="by-rule">')


def test_reach_is_shown_by_another_group_with_and_without_scripts(cast):
    client = signed_in(cast.ana)
    whole = client.get("/p/falls/spread", {"by": "deprivation"}).content.decode()
    part = client.get("/p/falls/spread", {"by": "deprivation"}, headers={"HX-Request": "true"}).content.decode()
    assert 'value="deprivation" selected' in part and part.strip() in whole
    assert client.get("/p/falls/spread", {"by": "nonsense"}).status_code == 200


# How much a page asks of the database


@pytest.mark.parametrize("name", [*OF_PROGRAMMES, "portfolio"])
def test_the_number_of_queries_does_not_grow_with_rows(cast, name):
    asked, reader = [], actions.add_person(sign_in="reader", password="a long password", by="tests")
    for sites in (3, 60):
        row = actions.load_programme(falls(sites), by="tests", slug="growing", replace=True)
        actions.add_member(row, person=reader, role="lead", by="tests")
        client = signed_in(reader)
        address = reverse(name, args=["growing"] if name in OF_PROGRAMMES else [])
        for _ in ("first", "warm"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            asked.append(len(queries))
    first, warm, first_of_many, warm_of_many = asked
    assert (first, warm) == (first_of_many, warm_of_many)
    assert warm <= 5
