"""Sites agree what they share; peers see that, and nothing else of each other."""

from __future__ import annotations

import pytest
from django.http import Http404
from tests.web.browsing import carried, signed_in, words
from tests.web.conftest import falls

from takeroot import Programme
from takeroot.vocabulary.tables import ADAPTATIONS, TABLES
from takeroot.web import actions
from takeroot.web.actions.access import said_of_sharing
from takeroot.web.frames import Book
from takeroot.web.models import Sharing, Trail
from takeroot.web.roles import May, enter

pytestmark = pytest.mark.django_db
SHARED = {
    "adaptations": {"Rounds at night only", "Rounds by volunteers"},
    "experiments": {"Do reminders help?"},
    "notes": {"What we learned"},
}
KEPT = ("An adaptation kept to the site", "A note kept to the site", "A note for the programme")


@pytest.fixture
def learning(cast):
    """Ward 5 adapted, tried and learned; Ben has Wards 1 and 2, Sita leads Ward 5."""
    base = falls()
    tables = {name: frame for name, frame in base.tables.items() if name != "notes"}
    told = Programme(
        base.about.model_dump(mode="json") | {"name": "Falls"},
        **tables,
        adaptations={
            "site": ["Ward 5"] * 3,
            "on": ["2023-05-01", "2023-06-01", "2023-07-01"],
            "what": ["Rounds at night only", "Rounds by volunteers", KEPT[0]],
            "visibility": ["all", None, "site"],
        },
        experiments={"question": ["Do reminders help?"], "site": ["Ward 5"], "since": ["2023-05-01"]},
        notes={
            "on": ["2023-05-02"] * 3,
            "title": ["What we learned", KEPT[1], KEPT[2]],
            "site": ["Ward 5"] * 3,
            "visibility": ["all", "site", "programme"],
        },
    )
    actions.load_programme(told, by="tests", slug="falls", replace=True)
    cast.falls.refresh_from_db()
    cast.sita = actions.add_person(sign_in="sita", name="Sita", password="a long password", by="tests")
    actions.add_member(cast.falls, person=cast.sita, role="site lead", sites=["Ward 5"], by="tests")
    return cast


def agree(cast, shares: str, *peers: str, site: str = "Ward 5") -> None:
    seen = said_of_sharing(Sharing.objects.filter(programme=cast.falls, site=site).first())
    actions.agree_sharing(cast.falls, site, shares=shares, peers=peers, by="sita", agreed_by="Sita", seen=seen)


def seen_of_ward_5(person) -> dict[str, int]:
    """How many rows of each table somebody sees that speak of Ward 5."""
    visit = enter(person, "falls", May.READ)
    seen = {}
    for name, frame in visit.programme.read(visit.scope).tables.items():
        places = ["site", *(n for n, c in TABLES[name].columns.items() if c.refers == "sites" and n != "site")]
        count = sum((frame[place] == "Ward 5").sum() for place in places if place in frame.columns)
        seen |= {name: count} if count else {}
    return seen


# What is seen


def test_nothing_is_shared_until_it_is_agreed(learning):
    assert seen_of_ward_5(learning.ana)["adaptations"] == 3
    assert seen_of_ward_5(learning.ben) == {}


@pytest.mark.parametrize(("shares", "peers"), [("all", ()), ("named peers", ("Ward 1",)), ("named peers", ("Ward 2",))])
def test_what_is_shared_is_what_it_adapted_tried_and_learned_and_nothing_else(learning, shares, peers):
    agree(learning, shares, *peers)
    visit = enter(learning.ben, "falls", May.READ)
    read = visit.programme.read(visit.scope)
    assert seen_of_ward_5(learning.ben) == {"adaptations": 2, "experiments": 1, "notes": 1}
    assert set(read.tables["adaptations"]["what"]) == SHARED["adaptations"]
    assert set(read.tables["experiments"]["question"]) == SHARED["experiments"]
    assert set(read.tables["notes"]["title"]) == SHARED["notes"]


@pytest.mark.parametrize(("shares", "peers"), [("own only", ()), ("named peers", ("Ward 3", "Ward 6"))])
def test_what_is_shared_with_others_or_nobody_is_not_seen(learning, shares, peers):
    agree(learning, shares, *peers)
    assert seen_of_ward_5(learning.ben) == {}


def test_sharing_is_one_way(learning):
    agree(learning, "all")
    assert seen_of_ward_5(learning.ben)
    visit = enter(learning.sita, "falls", May.READ)
    assert visit.scope.peers == frozenset()


def test_what_is_taken_back_is_gone_from_pages_and_what_was_kept_of_them(learning):
    def told(person) -> list[str]:
        visit = enter(person, "falls", May.READ)
        return Book(visit.programme, visit.scope).programme.adaptations["what"].to_list()

    agree(learning, "all")
    assert set(told(learning.ben)) == SHARED["adaptations"]
    agree(learning, "own only")
    assert told(learning.ben) == []
    agree(learning, "named peers", "Ward 2")
    assert set(told(learning.ben)) == SHARED["adaptations"]


def test_agreeing_makes_a_new_revision_and_the_scopes_are_kept_apart(learning):
    before = enter(learning.ben, "falls", May.READ)
    agree(learning, "all")
    after = enter(learning.ben, "falls", May.READ)
    assert after.programme.revision == before.programme.revision + 1
    assert after.programme.mark != before.programme.mark
    assert after.scope.key != before.scope.key


def test_the_programmes_default_holds_for_sites_that_agreed_nothing(learning):
    actions.change_words(learning.falls, {"sharing": "all"}, by="tests")
    assert seen_of_ward_5(learning.ben) == {"adaptations": 2, "experiments": 1, "notes": 1}
    agree(learning, "own only")
    assert seen_of_ward_5(learning.ben) == {}


def test_what_a_peer_shares_is_read_and_never_changed(learning):
    agree(learning, "all")
    visit = enter(learning.ben, "falls", May.RECORD)
    row = learning.falls.adaptations.get(what="Rounds at night only")
    wanted = {"by": "ben", "scope": visit.scope, "why": "mine now"}
    with pytest.raises(Http404):
        actions.amend(learning.falls, f"{ADAPTATIONS.name}:{row.id}", {"what": "x"}, seen=row.line, **wanted)
    with pytest.raises(Http404):
        actions.withdraw(learning.falls, f"{ADAPTATIONS.name}:{row.id}", **wanted)


@pytest.mark.parametrize("page", ["", "spread", "sustain", "people", "sharing"])
def test_pages_of_a_peer_say_nothing_that_was_not_shared(learning, page):
    agree(learning, "all")
    response = signed_in(learning.ben).get(f"/p/falls/{page}")
    said = words(response)
    assert response.status_code == 200
    for hidden in (*KEPT, "Ward 5, the long one", "Ward 3", "Ward 4", "Ward 6"):
        assert hidden not in said


# Agreeing


def form(client, site: str, **sent):
    at = f"/p/falls/sharing?site={site.replace(' ', '+')}"
    return client.post(at, {"seen": carried(client.get(at), "seen"), **sent})


def test_a_site_lead_agrees_for_their_own_site_with_a_line(learning):
    response = form(signed_in(learning.sita), "Ward 5", shares="named peers", peers="Ward 1\n\n Ward 2 \n")
    assert response.headers["Location"] == "/p/falls/sharing?done=1"
    now = Sharing.objects.get()
    assert (now.site, now.shares, now.peers, now.agreed_by) == ("Ward 5", "named peers", ["Ward 1", "Ward 2"], "Sita")
    line = Trail.objects.first()
    assert (line.by, line.did) == ("sita", "agreed what a site shares")
    assert line.what == {"site": "Ward 5", "before": None, "shares": "named peers", "peers": ["Ward 1", "Ward 2"]}


def test_a_lead_agrees_for_any_site_and_chooses_among_the_others(learning):
    client = signed_in(learning.ana)
    page = client.get("/p/falls/sharing?site=Ward+5").content.decode()
    assert 'value="Ward 1"' in page and 'name="peers" value="Ward 5"' not in page
    assert form(client, "Ward 5", shares="named peers", peers=["Ward 1", "Ward 6"]).status_code == 302
    assert Sharing.objects.get().peers == ["Ward 1", "Ward 6"]


@pytest.mark.parametrize(
    ("who", "site"), [("sita", "Ward 1"), ("sita", "Ward 99"), ("ben", "Ward 1"), ("cleo", "Ward 5"), ("dan", "Ward 5")]
)
def test_nobody_else_agrees_for_a_site(learning, who, site):
    client = signed_in(getattr(learning, who))
    at = f"/p/falls/sharing?site={site.replace(' ', '+')}"
    sent = {"shares": "all", "seen": said_of_sharing(None)}
    assert client.get(at).status_code == client.post(at, sent).status_code == 404
    assert not Sharing.objects.exists()


def test_writing_down_a_peer_does_not_tell_whether_there_is_one(learning):
    client = signed_in(learning.sita)
    there = form(client, "Ward 5", shares="named peers", peers="Ward 6")
    nowhere = form(client, "Ward 5", shares="named peers", peers="Ward 77")
    assert there.status_code == nowhere.status_code == 302
    assert there.headers["Location"] == nowhere.headers["Location"]
    page = client.get("/p/falls/sharing?site=Ward+5").content.decode()
    assert "Ward 77" in page and "Ward 1" not in page and "Ward 6" not in page


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"shares": "named peers", "peers": ""}, "Name at least one other site"),
        ({"shares": "named peers", "peers": "Ward 5"}, "Name at least one other site"),
        ({"shares": "everything"}, "not one of the available choices"),
        ({}, "This field is required"),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_agreed(learning, sent, says):
    response = form(signed_in(learning.sita), "Ward 5", **sent)
    assert response.status_code == 422 and says in words(response)
    assert not Sharing.objects.exists()


def test_a_form_that_lay_open_while_another_was_sent_agrees_nothing(learning):
    client = signed_in(learning.sita)
    stale = carried(client.get("/p/falls/sharing?site=Ward+5"), "seen")
    form(client, "Ward 5", shares="own only")
    response = client.post("/p/falls/sharing?site=Ward+5", {"shares": "all", "seen": stale})
    assert response.status_code == 422 and "Somebody changed this while you had it open" in words(response)
    assert Sharing.objects.get().shares == "own only"


def test_agreeing_the_same_again_leaves_no_line(learning):
    client = signed_in(learning.sita)
    for _ in range(2):
        assert form(client, "Ward 5", shares="all").status_code == 302
    assert Trail.objects.filter(did="agreed what a site shares").count() == 1


# Who sees what is agreed


def test_every_member_sees_what_is_shared_with_whom_as_far_as_it_concerns_them(learning):
    agree(learning, "named peers", "Ward 1", "Ward 6")
    lead = words(signed_in(learning.ana).get("/p/falls/sharing"))
    assert (
        "Ward 5, the long one (Ward 5) with Ward 1, the long one (Ward 1), Ward 6, the long one (Ward 6) Sita" in lead
    )
    ben = words(signed_in(learning.ben).get("/p/falls/sharing"))
    assert "These sites let you read what they adapted, tried and learned: Ward 5" in ben
    assert "Ward 6" not in ben and "Change" not in ben
    viewer = words(signed_in(learning.cleo).get("/p/falls/sharing"))
    assert "with Ward 1, the long one (Ward 1)" in viewer and "Change" not in viewer
    assert signed_in(learning.dan).get("/p/falls/sharing").status_code == 404
