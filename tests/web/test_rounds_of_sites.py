"""A site lead asks the people of their own site; rounds close by themselves, whoever looks."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.web.test_pages import signed_in, words
from tests.web.test_rounds import answered, begun, link, small  # noqa: F401  # a fixture

from takeroot.errors import TakerootError
from takeroot.web import actions, rounds, tasks, vault
from takeroot.web.models import AnswerRow, Asking, Trail
from takeroot.web.roles import May, enter
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
NEW = "/p/falls/rounds/new"


@pytest.fixture
def gwen(cast) -> Any:
    """She leads Ward 1."""
    person = actions.add_person(sign_in="gwen", name="Gwen", password="a long password", by="tests")
    actions.add_member(cast.falls, person=person, role="site lead", sites=["Ward 1"], by="tests")
    return person


def form(**said: Any) -> dict[str, Any]:
    usual = {
        "name": "Ours", "instrument": "small", "way": "open:team", "site": "Ward 1",
        "roles": "\n".join(rounds.ROLES), "opens": TODAY.isoformat(), "closes": (TODAY + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    return usual | said


def test_a_site_lead_begins_a_round_of_their_own_site_and_keeps_it(cast, small, gwen):  # noqa: F811
    client = signed_in(gwen)
    page = client.get(NEW)
    assert "Ward 1" in words(page) and "Ward 2" not in words(page)
    assert "The programme as a whole" not in words(page)
    assert client.post(NEW, form()).status_code == 302
    asking = Asking.objects.get(round="Ours")
    assert (asking.site, asking.by) == ("Ward 1", "gwen")
    page = client.get(f"/p/falls/rounds/{asking.pk}")
    assert "Close it now" in words(page)
    assert client.post(f"/p/falls/rounds/{asking.pk}", {"do": "close"}).status_code == 302
    assert Asking.objects.get(pk=asking.pk).closed is not None


@pytest.mark.parametrize("site", ["", "Ward 2", "Nowhere"])
def test_and_of_no_other_place(cast, small, gwen, site):  # noqa: F811
    page = signed_in(gwen).post(NEW, form(site=site))
    assert page.status_code == 422 and not Asking.objects.exists()
    with pytest.raises(TakerootError):
        begun(cast, small, site=site, scope=enter(gwen, "falls", May.ASK).scope)


def test_rounds_of_others_are_not_theirs_to_keep(cast, small, gwen):  # noqa: F811
    whole, other = begun(cast, small), begun(cast, small, name="Two", site="Ward 2", way="slips")
    client = signed_in(gwen)
    page = client.get(f"/p/falls/rounds/{whole.pk}")
    assert page.status_code == 200 and "Close it now" not in words(page)
    for do in ("close", "change"):
        assert client.post(f"/p/falls/rounds/{whole.pk}", {"do": do}).status_code == 403
    assert client.post(f"/p/falls/rounds/{whole.pk}/slips", {"count": "3"}).status_code == 403
    for where in ("", "/slips", "/form", "/workbook"):
        assert client.get(f"/p/falls/rounds/{other.pk}{where}").status_code in (404, 405)
    assert client.post(f"/p/falls/rounds/{other.pk}", {"do": "close"}).status_code == 404
    assert not Asking.objects.filter(closed__isnull=False).exists()


def test_who_answers_for_one_site_and_supports_another_keeps_rounds_of_the_first_alone(cast, small, gwen):  # noqa: F811
    actions.add_member(cast.falls, person=gwen, role="coach", sites=["Ward 2"], by="tests")
    two = begun(cast, small, name="Two", site="Ward 2")
    client = signed_in(gwen)
    page = client.get(f"/p/falls/rounds/{two.pk}")
    assert page.status_code == 200 and "Close it now" not in words(page)
    assert client.post(f"/p/falls/rounds/{two.pk}", {"do": "close"}).status_code == 404


def test_what_was_answered_openly_about_a_site_is_read_by_its_lead_and_not_by_that_of_another(cast, small, gwen):  # noqa: F811
    other = actions.add_person(sign_in="huw", name="Huw", password="a long password", by="tests")
    actions.add_member(cast.falls, person=other, role="site lead", sites=["Ward 2"], by="tests")
    signed_in(gwen).post(NEW, form())
    asking = Asking.objects.get(round="Ours")
    answered(asking, signed_in(gwen), f"/p/falls/rounds/{asking.pk}/answer/team/")
    scopes = {person: enter(person, "falls", May.READ).scope for person in (gwen, other)}
    read = {person: Asking.objects.get().programme.read(scope) for person, scope in scopes.items()}
    assert read[gwen].rounds["round"].to_list() == ["Ours"]
    assert set(read[gwen].answers["round"]) == {"Ours"} and read[gwen].answers.height == 4
    assert read[other].rounds.height == 0 and read[other].answers.height == 0


def test_a_round_of_the_same_name_elsewhere_lends_no_answers(cast, small, gwen):  # noqa: F811
    """An answer names its round by name alone; another programme may have one of that name about such a site."""
    signed_in(gwen).post(NEW, form())
    whole = begun(cast, small, name="All", kind="open", way="team")
    answered(whole, signed_in(cast.ana), f"/p/falls/rounds/{whole.pk}/answer/team/")
    seen = Asking.objects.get(round="All").programme.read(enter(gwen, "falls", May.READ).scope)
    assert seen.answers.height == 0 and AnswerRow.objects.filter(round="All").exists()


def test_answers_to_an_anonymous_round_of_a_site_reach_no_scope(cast, small, gwen):  # noqa: F811
    signed_in(gwen).post(NEW, form(way="anonymous:link"))
    asking = Asking.objects.get()
    answered(asking)
    actions.close_round(asking, by="gwen")
    assert AnswerRow.objects.filter(round="Ours").exists()
    for scope in (enter(gwen, "falls", May.READ).scope, Scope.everything()):
        assert Asking.objects.get().programme.read(scope).answers.filter(round="Ours").height == 0


# Closing


def test_the_worker_closes_what_is_past_its_day_before_anybody_looks(cast, small, settings, tmp_path):  # noqa: F811
    settings.HOME = tmp_path
    due, still = begun(cast, small), begun(cast, small, name="Later")
    answered(due)
    Asking.objects.filter(pk=due.pk).update(closes=TODAY - timedelta(days=1))
    assert not AnswerRow.objects.filter(round="Spring").exists()
    tasks.tidy()
    assert Asking.objects.get(pk=due.pk).closed is not None and Asking.objects.get(pk=still.pk).closed is None
    assert AnswerRow.objects.filter(round="Spring").exists()
    assert Trail.objects.filter(did="closed a round").get().by == "the workbench"
    lines = Trail.objects.count()
    tasks.tidy()
    assert Trail.objects.count() == lines


def test_it_throws_away_what_was_promised_to_be_kept_no_longer(cast, small, settings, tmp_path):  # noqa: F811
    settings.HOME = tmp_path
    asking = begun(cast, small)
    answered(asking)
    actions.close_round(asking, by="ana")
    Asking.objects.filter(pk=asking.pk).update(keep_until=TODAY)
    tasks.tidy()
    assert not AnswerRow.objects.filter(round="Spring").exists()


def test_a_round_that_can_not_be_opened_keeps_no_other_from_closing(cast, small, settings, tmp_path):  # noqa: F811
    settings.HOME = tmp_path
    lost, due = begun(cast, small, name="Lost"), begun(cast, small, name="Due")
    lost, due = (lost, due) if lost.pk > due.pk else (due, lost)
    Asking.objects.filter(pk__in=[lost.pk, due.pk]).update(closes=TODAY - timedelta(days=1))
    answered_by = rounds.sheet_of(lost, "x")
    assert not answered_by.sent
    from takeroot.web.models import Reply

    Reply.objects.create(asking=lost, code="x", sealed=vault.sealed({}, "another"), sent=True, on=TODAY)
    actions.close_all_due()
    assert Asking.objects.get(pk=due.pk).closed is not None
    assert Asking.objects.get(pk=lost.pk).closed is None


@pytest.mark.slow
def test_each_start_of_the_worker_closes_first(at_once, cast, small, settings, tmp_path):  # noqa: F811
    settings.HOME = tmp_path
    due = begun(cast, small)
    Asking.objects.filter(pk=due.pk).update(closes=TODAY - timedelta(days=1))
    stop = threading.Event()
    worker = threading.Thread(target=tasks.work, args=(stop,))
    worker.start()
    for _ in range(100):
        if Asking.objects.get(pk=due.pk).closed:
            break
        threading.Event().wait(0.1)
    stop.set()
    worker.join()
    assert Asking.objects.get(pk=due.pk).closed is not None
    assert link(due)
