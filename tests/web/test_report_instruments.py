"""The report on the web keeps what rounds promised: nothing early, nothing of too few, nothing to who may not read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.journeys import respondents
from tests.web.test_pages import signed_in
from tests.web.test_tasks import do_one

from takeroot import Programme as Read
from takeroot.vocabulary import instruments_in_files
from takeroot.web import actions, rounds, tasks
from takeroot.web.models import Asking, Programme
from takeroot.web.rounds import Said
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

READ = "/p/ours/report/read?section=asked"
OF = instruments_in_files.find("nhs-sustainability")


@pytest.fixture
def ours(cast) -> Programme:
    """A programme that says no day up to which it is complete."""
    row = actions.load_programme(Read("Ours"), by="tests", slug="ours")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    return row


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


def asked(programme: Programme, name: str, *, floor: int = 5, kind: str = "anonymous") -> Asking:
    today = timezone.localdate()
    way = "link" if kind == "anonymous" else "team"
    return actions.begin_round(
        programme, name=name, instrument=OF, kind=kind, way=way, opens=today, closes=today + timedelta(days=9),
        by="ana", scope=Scope.everything(), floor=floor, roles=rounds.ROLES,
    )  # fmt: skip


def answered(asking: Asking, many: int) -> None:
    """So many answer and send."""
    for nth in range(many):
        told = respondents.respondent(OF, nth % 6).answers
        said = {question: answer for (question, _), answer in told.items()}
        code = f"code-{nth}"
        names = [one.id for one in OF.questions]
        actions.keep_page(asking, code, asked=names, said=Said(said, {}), seen=rounds.mark_of(Said()))
        actions.send_sheet(asking, code, role=rounds.ROLES[0], by="ana")


def closed(asking: Asking) -> None:
    actions.close_round(Asking.objects.get(pk=asking.pk), by="ana")


def report(client: Client) -> str:
    response = client.get(READ)
    assert response.status_code == 200
    return response.content.decode()


def test_an_anonymous_round_is_in_the_report_once_it_is_closed_and_not_before(cast, ours):
    asking, client = asked(ours, "Spring"), signed_in(cast.ana)
    answered(asking, 6)
    before = report(client)
    assert "It is shown after the day on which it closes." in before
    assert "6 people answered" not in before and "<figure" not in before
    closed(asking)
    after = report(client)
    assert "6 people answered. Nobody is named, and no group of fewer than 5 is shown." in after
    assert after.count("<figure") == 3


def test_a_higher_floor_that_was_promised_is_kept_in_the_report(cast, ours):
    few, enough = asked(ours, "Few", floor=8), asked(ours, "Enough", floor=6)
    answered(few, 7)
    answered(enough, 7)
    closed(few)
    closed(enough)
    said = report(signed_in(cast.ana))
    assert "Fewer than 8 answered." in said
    assert "no group of fewer than 6 is shown" in said


def test_an_open_round_is_there_at_once(cast, ours):
    answered(asked(ours, "Team", kind="open"), 1)
    assert "1 person answered. The round was open" in report(signed_in(cast.ana))


def test_who_reads_no_narrative_reads_nothing_of_rounds_in_the_report(cast, ours):
    asking = asked(ours, "Spring")
    answered(asking, 6)
    closed(asking)
    actions.add_member(ours, person=cast.cleo, role="viewer", by="ana")
    assert "Spring" in report(signed_in(cast.ana))
    assert "Spring" not in report(signed_in(cast.cleo))
    assert signed_in(cast.dan).get(READ).status_code == 404


def test_a_report_that_is_written_while_one_waits_says_the_same_of_rounds(cast, ours):
    asking = asked(ours, "Spring")
    answered(asking, 6)
    closed(asking)
    tasks.ask("report", programme=ours, by=cast.ana)
    assert "6 people answered. Nobody is named" in tasks.result(do_one()).read_text()
