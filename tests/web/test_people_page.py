"""Who is in a programme: leads let people in and out, others see whom to ask, and what has ended opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.browsing import carried, signed_in, together, words

from takeroot.errors import TakerootError
from takeroot.web import actions
from takeroot.web.models import Membership, Trail

pytestmark = pytest.mark.django_db
OF_LEADS = ["invite", "role", "{pk}"]


def role_of(person, slug: str = "falls") -> Membership:
    return Membership.objects.get(person=person, programme__slug=slug)


@pytest.fixture
def fred(cast):
    """A second lead."""
    person = actions.add_person(sign_in="fred", name="Fred", password="a long password", by="tests")
    actions.add_member(cast.falls, person=person, role="lead", by="tests")
    return person


# Who sees what


def test_a_lead_sees_everybody_with_role_sites_and_end(cast):
    page = words(signed_in(cast.ana).get("/p/falls/people"))
    assert "Records what happens at named sites." in page
    assert "Ben (ben) Ward 1, the long one (Ward 1), Ward 2, the long one (Ward 2)" in page
    assert "Eve (eve)" in page and "1 Jan 2020: it has ended" in page
    assert "Dan" not in page


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_others_see_whom_to_ask_and_nobody_else(cast, who):
    page = words(signed_in(getattr(cast, who)).get("/p/falls/people"))
    assert "Ana leads this programme" in page
    assert "Everybody in this programme" not in page and "Invite" not in page
    for other in {"Ben", "Cleo", "Eve"} - {who.title()}:
        assert other not in page.replace("Every", "")


def test_somebody_with_some_sites_is_not_told_who_answers_for_others(cast):
    actions.add_member(cast.falls, person=cast.dan, role="site lead", sites=["Ward 2", "Ward 6"], by="tests")
    page = words(signed_in(cast.ben).get("/p/falls/people"))
    assert "Dan site lead, Ward 2, the long one (Ward 2)" in page
    assert "Ward 6" not in page


@pytest.mark.parametrize("address", OF_LEADS)
@pytest.mark.parametrize(("who", "status"), [("ana", 200), ("ben", 403), ("cleo", 403), ("dan", 404), ("eve", 404)])
def test_only_leads_open_what_changes_people(cast, address, who, status):
    at = f"/p/falls/people/{address.format(pk=role_of(cast.ben).pk)}"
    client = signed_in(getattr(cast, who))
    assert client.get(at).status_code == status
    if status != 200:
        assert client.post(at, {"role": "lead", "person": cast.ben.pk}).status_code == status
    assert Membership.objects.count() == 5


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("cleo", 403), ("dan", 404), ("eve", 404)])
def test_nobody_else_ends_a_role(cast, who, status):
    at = f"/p/falls/people/{role_of(cast.ben).pk}/end"
    assert signed_in(getattr(cast, who)).post(at).status_code == status
    assert role_of(cast.ben)


def test_a_lead_of_one_programme_touches_no_role_of_another(cast):
    pk = role_of(cast.ben).pk
    client = signed_in(cast.dan)
    for at in (f"{pk}", f"{pk}/end", "999999", "999999/end"):
        assert client.post(f"/p/sepsis/people/{at}").status_code == 404
    assert role_of(cast.ben).sites == ["Ward 1", "Ward 2"]


# Changing and ending


def change(client: Client, membership: Membership, sites: list[str], expires: str = "", seen: str | None = None):
    at = f"/p/falls/people/{membership.pk}"
    seen = carried(client.get(at), "seen") if seen is None else seen
    return client.post(at, {"sites": sites, "expires": expires, "seen": seen})


def test_sites_and_end_of_a_role_are_changed_with_a_line(cast):
    response = change(signed_in(cast.ana), role_of(cast.ben), ["Ward 3", "Ward 2"], "2099-12-31")
    assert response.headers["Location"] == "/p/falls/people?done=changed"
    now = role_of(cast.ben)
    assert (now.sites, str(now.expires)) == (["Ward 2", "Ward 3"], "2099-12-31")
    line = Trail.objects.first()
    assert (line.by, line.did, line.what["person"]) == ("ana", "changed a role", "ben")
    assert line.what["before"] == {"sites": ["Ward 1", "Ward 2"], "expires": None}
    assert signed_in(cast.ben).get("/p/falls/spread").content.decode().count("Ward 3, the long one") > 0


def test_a_form_that_lay_open_while_another_was_sent_changes_nothing(cast):
    client = signed_in(cast.ana)
    seen = carried(client.get(f"/p/falls/people/{role_of(cast.ben).pk}"), "seen")
    assert change(client, role_of(cast.ben), ["Ward 5"], seen=seen).status_code == 302
    stale = change(client, role_of(cast.ben), ["Ward 6"], seen=seen)
    assert stale.status_code == 422 and "Somebody changed this while you had it open" in words(stale)
    assert role_of(cast.ben).sites == ["Ward 5"]


@pytest.mark.parametrize(
    ("sites", "expires", "says"),
    [
        ([], "", "A contributor speaks of named sites; name at least one."),
        (["Ward 99"], "", "Ward 99 is not one of the available choices"),
        (["Ward 1"], "next spring", "This is no day."),
    ],
)
def test_what_can_not_be_is_said_and_nothing_is_changed(cast, sites, expires, says):
    response = change(signed_in(cast.ana), role_of(cast.ben), sites, expires)
    assert response.status_code == 422 and says in words(response)
    assert role_of(cast.ben).sites == ["Ward 1", "Ward 2"]


def test_an_ended_role_opens_nothing_from_that_moment(cast):
    bens = signed_in(cast.ben)
    assert bens.get("/p/falls/").status_code == 200
    ended = signed_in(cast.ana).post(f"/p/falls/people/{role_of(cast.ben).pk}/end", {"why": "moved on"})
    assert ended.status_code == 302
    for page in ("", "spread", "people", "sharing"):
        assert bens.get(f"/p/falls/{page}").status_code == 404
    assert "Falls" not in words(bens.get("/"))
    line = Trail.objects.first()
    assert (line.did, line.why, line.what["role"]) == ("took a role", "moved on", "contributor")


def test_ending_it_twice_leaves_one_line(cast):
    at, client = f"/p/falls/people/{role_of(cast.ben).pk}/end", signed_in(cast.ana)
    assert [client.post(at).status_code for _ in range(2)] == [302, 404]
    assert Trail.objects.filter(did="took a role").count() == 1


def test_a_role_opens_nothing_from_its_last_day_on_in_a_session_that_is_open(cast):
    bens, today = signed_in(cast.ben), timezone.localdate()
    Membership.objects.filter(person=cast.ben).update(expires=today + timedelta(days=1))
    assert bens.get("/p/falls/").status_code == 200
    Membership.objects.filter(person=cast.ben).update(expires=today)
    assert bens.get("/p/falls/").status_code == bens.get("/p/falls/people").status_code == 404
    Membership.objects.filter(person=cast.ana).update(expires=today)
    anas = signed_in(cast.ana)
    for at in ("people/invite", "people/role", f"people/{role_of(cast.ben).pk}/end"):
        assert anas.post(f"/p/falls/{at}").status_code == 404


# Somebody has to lead


def test_the_last_lead_stays(cast):
    client, hers = signed_in(cast.ana), role_of(cast.ana)
    ended = client.post(f"/p/falls/people/{hers.pk}/end")
    assert ended.status_code == 422
    assert "The programme would be without a lead now. Make somebody else lead first" in words(ended)
    limited = change(client, hers, [], "2099-01-01")
    assert limited.status_code == 422 and "without a lead from 1 Jan 2099 on" in words(limited)
    assert role_of(cast.ana).expires is None
    assert not Trail.objects.filter(did="took a role").exists()


def test_a_lead_goes_where_another_stays(cast, fred):
    actions.end_membership(role_of(cast.ana), by="fred")
    with pytest.raises(TakerootError, match="without a lead now"):
        actions.end_membership(role_of(fred), by="fred")


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_end_each_other_at_once_leave_one(at_once, cast, fred):
    both = iter([role_of(cast.ana), role_of(fred)])

    def end() -> str:
        try:
            actions.end_membership(next(both), by="tests")
        except TakerootError as error:
            return str(error)
        return ""

    assert ["without a lead" in one for one in together(2, end)] == [False, True]
    assert Membership.objects.filter(programme=cast.falls, role="lead", expires=None).count() == 1


def test_a_lead_who_may_not_sign_in_or_whose_role_ends_is_no_lead_to_leave_it_to(cast, fred):
    fred.is_active = False
    fred.save()
    with pytest.raises(TakerootError, match="without a lead"):
        actions.end_membership(role_of(cast.ana), by="ana")
    fred.is_active = True
    fred.save()
    Membership.objects.filter(person=fred).update(expires="2099-01-01")
    with pytest.raises(TakerootError, match="from 1 Jan 2099 on"):
        actions.end_membership(role_of(cast.ana), by="ana")


# A further role


def give(client: Client, **sent):
    return client.post("/p/falls/people/role", {"expires": "", "sites": [], **sent})


def test_a_further_role_is_given_to_somebody_who_is_there(cast):
    assert give(signed_in(cast.ana), person=cast.cleo.pk, role="coach", sites=["Ward 4"]).status_code == 302
    assert Membership.objects.get(person=cast.cleo, role="coach").sites == ["Ward 4"]


def test_who_is_not_there_is_not_to_be_found_by_it(cast):
    client = signed_in(cast.ana)
    page = client.get("/p/falls/people/role").content.decode()
    assert "Cleo" in page and "Dan" not in page and "Eve" not in page
    for nobody in (cast.dan.pk, cast.eve.pk, 999_999):
        response = give(client, person=nobody, role="viewer")
        assert response.status_code == 422
        assert "is not one of the available choices" in words(response)


def test_a_role_that_is_held_is_not_given_over_itself(cast):
    response = give(signed_in(cast.ana), person=cast.ben.pk, role="contributor", sites=["Ward 6"])
    assert response.status_code == 422 and "Ben is contributor already; change that role instead." in words(response)
    assert role_of(cast.ben).sites == ["Ward 1", "Ward 2"]


@pytest.mark.parametrize("address", ["people/role", "people/invite", "people/{pk}", "people/{pk}/end", "sharing"])
def test_a_forged_form_changes_nothing(cast, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ana)
    before = list(Membership.objects.values())
    at = f"/p/falls/{address.format(pk=role_of(cast.ben).pk)}"
    assert client.post(at, {"person": cast.cleo.pk, "role": "lead"}).status_code == 403
    assert list(Membership.objects.values()) == before


def test_what_changes_something_is_never_a_link(cast):
    client, pk = signed_in(cast.ana), role_of(cast.ben).pk
    assert client.get(f"/p/falls/people/{pk}/end").status_code == 405
    assert client.get("/p/falls/people/invitations/1/revoke").status_code == 405


def test_pages_of_people_hold_no_inline_script_or_style(cast):
    import re

    client = signed_in(cast.ana)
    pages = ("p/falls/people", "p/falls/people/invite", "p/falls/people/role", "p/falls/sharing", "account")
    for at in (*pages, "account/second-step", "p/falls/sharing?site=Ward+1", "sign-in"):
        page = client.get(f"/{at}").content.decode() or Client().get(f"/{at}").content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page), at
        assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == ["", ""]


def test_the_people_page_asks_no_more_the_more_people_there_are(cast, django_assert_max_num_queries):
    for n in range(30):
        person = actions.add_person(sign_in=f"more{n}", password="x", by="tests")
        actions.add_member(cast.falls, person=person, role="contributor", sites=[f"Ward {1 + n % 6}"], by="tests")
    client = signed_in(cast.ana)
    client.get("/p/falls/people")
    with django_assert_max_num_queries(14):
        client.get("/p/falls/people")
