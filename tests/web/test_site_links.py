"""A site's link: who makes it, what it opens, and how it closes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import falls
from tests.web.test_pages import signed_in, words
from tests.web.test_sites import EVERYTHING, coach, home

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions
from takeroot.web.models import Session, SiteLink, Trail
from takeroot.web.roles import digest
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def link(cast, site: str = "Ward 1", days: int = 90) -> tuple[SiteLink, str]:
    """A link of a site, made by Ana."""
    until = TODAY + timedelta(days=days)
    return actions.make_site_link(cast.falls, site, label="Night team", until=until, by="ana", scope=EVERYTHING)


def opens(secret: str, client: Client | None = None):
    """What the link opens."""
    return (client or Client()).get(reverse("by-link", args=[secret]))


# Making one


def test_a_lead_makes_a_link_and_its_address_is_shown_once_with_a_square(cast):
    ana, address = signed_in(cast.ana), home(cast.falls, "Ward 1", "site-links")
    form = {"label": "Night team", "until": (TODAY + timedelta(days=30)).isoformat()}
    made = ana.post(address, form).content.decode()
    (secret,) = set(re.findall(r"http://testserver/s/([\w-]+)/", made))
    assert len(secret) >= 43  # 256 random bits
    assert "<svg" in made and 'class="qr"' in made and "style=" not in made
    again = ana.get(address).content.decode()
    assert secret not in again and "Night team" in again and "Not used yet." in again
    assert opens(secret).status_code == 200


def test_only_a_digest_of_the_secret_is_kept_and_the_trail_names_the_label(cast):
    row, secret = link(cast)
    assert row.digest == digest(secret) != secret
    line = Trail.objects.first()
    assert (line.did, line.what["label"], line.what["of_site"]) == ("made a link for a site", "Night team", "Ward 1")
    assert secret not in str(list(Trail.objects.values())) + str(list(SiteLink.objects.values()))


@pytest.mark.parametrize(("who", "status"), [("ana", 200), ("ben", 403), ("cleo", 403), ("dan", 404), ("eve", 404)])
def test_who_may_make_a_link(cast, who, status):
    client, address = signed_in(getattr(cast, who)), home(cast.falls, "Ward 1", "site-links")
    assert client.get(address).status_code == status
    client.post(address, {"label": "x", "until": (TODAY + timedelta(days=3)).isoformat()})
    assert SiteLink.objects.count() == (status == 200)


def test_a_site_lead_makes_links_of_their_own_sites_alone_and_a_coach_none(cast):
    actions.add_member(cast.falls, person=cast.ben, role="site lead", sites=["Ward 2"], by="tests")
    ben, form = signed_in(cast.ben), {"label": "x", "until": (TODAY + timedelta(days=3)).isoformat()}
    assert ben.post(home(cast.falls, "Ward 2", "site-links"), form).status_code == 200
    assert ben.post(home(cast.falls, "Ward 1", "site-links"), form).status_code == 404
    assert signed_in(coach(cast, "Ward 2")).post(home(cast.falls, "Ward 2", "site-links"), form).status_code == 403
    assert list(SiteLink.objects.values_list("site", flat=True)) == ["Ward 2"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"label": " ", "until": "2024-01-01"}, "whom the link is for"),
        ({"label": "x", "until": "2024-01-01"}, "is not one of them"),
        ({"label": "x", "until": "2999-01-01"}, "is not one of them"),
        ({"label": "x", "until": ""}, "A day is needed, such as 2024-03-31"),
    ],
)
def test_a_link_that_can_not_be_is_refused_in_a_sentence_and_none_is_made(cast, form, says):
    page = signed_in(cast.ana).post(home(cast.falls, "Ward 1", "site-links"), form)
    assert page.status_code == 422 and says in words(page)
    assert not SiteLink.objects.exists()


# What it opens


def test_it_opens_the_home_of_its_site_and_no_way_into_the_programme(cast):
    _, secret = link(cast)
    page = opens(secret)
    said = words(page)
    assert "Ward 1, the long one" in said and "Falls with harm" in said
    assert not re.search("Ward [2-6]", said)
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
    ours = [one for one in addresses if not one.startswith(("#", "/static/", f"/s/{secret}/"))]
    assert ours == ["/privacy"]


def test_it_sees_what_a_contributor_sees(cast):
    _, secret = link(cast, "Ward 2")
    assert "Night staff were not told" not in words(opens(secret))


def test_it_signs_nobody_in_and_a_person_who_is_signed_in_is_nobody_here(cast):
    _, secret = link(cast)
    client = Client()
    opens(secret, client)
    assert "sessionid" not in client.cookies and not Session.objects.exists()
    assert client.get("/p/falls/").status_code == 302
    as_dan = words(opens(secret, signed_in(cast.dan)))
    assert "Dan" not in as_dan and "Sign out" not in as_dan


def test_its_pages_are_listed_by_no_robot_and_their_address_is_told_to_nobody(cast):
    headers = opens(link(cast)[1]).headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "strict-origin"
    assert headers["Cache-Control"] == "no-store"


def test_it_asks_for_its_site_and_the_trail_says_which_link_it_was(cast):
    _, secret = link(cast)
    sent = Client().post(reverse("by-link-ask", args=[secret]), {"question": "Who pays for bells?"})
    assert sent.headers["Location"] == f"/s/{secret}/#questions"
    note = cast.falls.notes.get(title="Who pays for bells?")
    assert (note.site, note.voice, note.visibility) == ("Ward 1", "site team", "programme")
    line = Trail.objects.first()
    assert line.by == "the link of Ward 1 (Night team)"
    assert secret not in str(line.what)
    assert "Who pays for bells?" in words(opens(secret))
    actions.answer(cast.falls, note.reference, "The league of friends.", voice="lead", by="ana", scope=EVERYTHING)
    assert "The league of friends." in words(opens(secret))


def test_it_answers_no_question_of_another_site(cast):
    _, secret = link(cast)
    theirs = actions.ask(cast.falls, "Ward 3", "Ours?", voice="lead", by="ana", scope=EVERYTHING)
    sent = Client().post(reverse("by-link-answer", args=[secret]), {"about": theirs, "answer": "Yes"})
    assert sent.status_code == 404


def test_a_form_of_it_is_taken_only_from_its_own_pages(cast):
    _, secret = link(cast)
    client = Client(enforce_csrf_checks=True)
    address = reverse("by-link-ask", args=[secret])
    assert client.post(address, {"question": "From elsewhere?"}).status_code == 403
    page = opens(secret, client).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    sent = client.post(address, {"question": "From here?", "csrfmiddlewaretoken": token})
    assert sent.status_code == 302


def test_that_it_was_used_is_kept(cast):
    row, secret = link(cast)
    lines = Trail.objects.count()
    opens(secret)
    row.refresh_from_db()
    assert row.used.date() >= TODAY - timedelta(days=1)
    assert Trail.objects.count() == lines


# How it closes


def test_what_opens_nothing_is_one_page(cast):
    revoked, ended, gone = link(cast), link(cast), link(cast, "Ward 6")
    actions.revoke_site_link(cast.falls, revoked[0].pk, by="ana", scope=EVERYTHING)
    SiteLink.objects.filter(pk=ended[0].pk).update(expires=TODAY)
    for table in ("values", "stages"):
        getattr(cast.falls, table).filter(site="Ward 6").delete()
    site = cast.falls.sites.get(site="Ward 6")
    actions.withdraw(cast.falls, site.reference, by="ana", scope=EVERYTHING, why="it never was one")
    pages = [opens(secret) for secret in (revoked[1], ended[1], gone[1], "nothing", "x" * 43)]
    assert [page.status_code for page in pages] == [404] * 5
    assert len({page.content for page in pages}) == 1
    nowhere = Client().get("/nowhere/at/all")
    assert words(nowhere) == words(pages[0])


def test_a_link_works_on_its_last_day_and_not_on_the_next(cast):
    row, secret = link(cast, days=0)
    assert row.expires == TODAY + timedelta(days=1)
    assert opens(secret).status_code == 200


def test_a_link_that_is_closed_is_closed_at_once(cast):
    row, secret = link(cast)
    assert opens(secret).status_code == 200
    address = reverse("site-link-revoke", args=["falls", cast.falls.sites.get(site="Ward 1").id, row.pk])
    assert signed_in(cast.ben).post(address).status_code == 403
    assert signed_in(cast.ana).post(address).status_code == 302
    assert opens(secret).status_code == 404
    assert Client().post(reverse("by-link-ask", args=[secret]), {"question": "Still?"}).status_code == 404
    assert Trail.objects.filter(did="revoked a link of a site").count() == 1


def test_nobody_closes_a_link_of_a_site_of_others(cast):
    row, _ = link(cast, "Ward 3")
    actions.add_member(cast.falls, person=cast.ben, role="site lead", sites=["Ward 1"], by="tests")
    address = reverse("site-link-revoke", args=["falls", cast.falls.sites.get(site="Ward 1").id, row.pk])
    assert signed_in(cast.ben).post(address).status_code == 404
    row.refresh_from_db()
    assert row.revoked is None


def test_the_action_itself_refuses_a_site_out_of_scope(cast):
    from django.http import Http404

    with pytest.raises(Http404):
        actions.make_site_link(cast.falls, "Ward 3", label="x", until=TODAY, by="ben", scope=Scope.of_sites(["Ward 1"]))
    with pytest.raises(TakerootError, match="whom the link is for"):
        actions.make_site_link(cast.falls, "Ward 3", label="", until=TODAY, by="ana", scope=EVERYTHING)


def test_its_queries_do_not_grow_with_rows(cast):
    counts = []
    for sites in (3, 90):
        programme = actions.load_programme(falls(sites), by="tests", slug=f"falls-{sites}")
        until = TODAY + timedelta(days=1)
        _, secret = actions.make_site_link(programme, "Ward 1", label="x", until=until, by="ana", scope=EVERYTHING)
        opens(secret)
        with CaptureQueriesContext(connection) as queries:
            assert opens(secret).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_it_wrote_is_heard_from_the_site(cast):
    _, secret = link(cast)
    Client().post(reverse("by-link-ask", args=[secret]), {"question": "Anybody there?"})
    said = words(signed_in(cast.ana).get(home(cast.falls, "Ward 1")))
    assert "entered here by the link of Ward 1 (Night team)" in said


def test_a_row_dated_ahead_is_not_yet_heard(cast):
    cells = {"site": "Ward 1", "title": "Train nights", "due": date(2030, 1, 1), "done": date(2030, 1, 1)}
    actions.record(cast.falls, TABLES["actions"], cells, by="tests", scope=EVERYTHING)
    said = words(signed_in(cast.ana).get(home(cast.falls, "Ward 1")))
    assert "Last heard: 1 January 2030" not in said.replace("Jan ", "January ")


def test_a_team_logs_by_its_link_and_the_trail_says_so(cast):
    _, secret = link(cast)
    client = Client()
    address = reverse("by-link-record-row", args=[secret, "adaptations"])
    page = client.get(address)
    assert page.status_code == 200 and "Ward 3" not in words(page) and "/p/falls" not in page.content.decode()
    assert address.encode() in opens(secret).content
    once = re.search(r'name="once" value="([^"]+)"', page.content.decode())
    form = {"site": "Ward 1", "on": "2024-06-02", "what": "Rounds at noon", "once": once[1] if once else ""}
    done = client.post(address, form)
    assert done.status_code == 302, words(done)
    assert cast.falls.adaptations.get().site == "Ward 1"
    assert Trail.objects.first().by == "the link of Ward 1 (Night team)"
    assert client.get(done.headers["Location"]).status_code == 200


def test_a_team_logs_for_no_other_site_by_its_link(cast):
    _, secret = link(cast)
    address = reverse("by-link-record-row", args=[secret, "adaptations"])
    sent = Client().post(address, {"site": "Ward 3", "on": "2024-06-02", "what": "Rounds at noon"})
    assert sent.status_code in (404, 422)
    assert not cast.falls.adaptations.exists()
    for table in ("sites", "plans", "decisions", "nothing"):
        assert Client().get(reverse("by-link-record-row", args=[secret, table])).status_code == 404


def test_who_tries_too_many_links_waits_and_the_team_with_a_right_one_does_not(cast):
    _, secret = link(cast)
    client = Client()
    answers = [opens(f"guess-{n}", client) for n in range(40)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0
    assert opens(secret, client).status_code == 200


def test_every_button_of_a_site_leads_to_a_form_of_whoever_sees_it(cast):
    partner = actions.add_person(sign_in="pia", password="a long password", by="tests")
    actions.add_member(cast.falls, person=partner, role="partner", sites=["Ward 1"], by="tests")
    site = cast.falls.sites.get(site="Ward 1").id
    shown = {}
    for who in (cast.ana, cast.ben, cast.cleo, partner):
        client = signed_in(who)
        page = client.get(f"/p/falls/sites/{site}").content.decode()
        shown[who.sign_in] = re.findall(r'class="button" href="([^"]+)"', page)
        assert {client.get(one).status_code for one in shown[who.sign_in]} <= {200}
    _, secret = link(cast)
    by_link = re.findall(r'class="button" href="([^"]+)"', opens(secret).content.decode())
    assert {Client().get(one).status_code for one in by_link} == {200}
    tables = {who: [one.partition("?")[0].rpartition("/")[2] for one in those] for who, those in shown.items()}
    assert tables["ana"] == ["stages", "values", "adaptations", "experiments", "deliveries", "notes", "actions"]
    assert tables["ben"] == tables["ana"][:-1]  # who holds no reviews writes down no action
    assert len(by_link) == 6 and tables["cleo"] == [] and tables["pia"] == ["notes"]
