"""What each member is told of what changed: as far as they may see, in neutral words."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone
from tests.web.test_pages import signed_in, words
from tests.web.test_sites import EVERYTHING, coach

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions, digest, serving, upkeep
from takeroot.web.models import Person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
SINCE = TODAY - timedelta(days=30)


def told(person: Person) -> str:
    """What somebody is told, as a text."""
    return digest.as_text(digest.for_person(person, SINCE, TODAY))


@pytest.fixture
def changed(cast):
    """Ward 1 and Ward 3 changed; Ward 3 asks; two actions are due; Ward 2 has a note that stays there."""
    rows = (
        ("adaptations", {"site": "Ward 1", "on": date(2024, 6, 1), "what": "Rounds at noon"}),
        ("adaptations", {"site": "Ward 3", "on": date(2024, 6, 1), "what": "Rounds at night"}),
        ("values", {"site": "Ward 1", "measure": "falls", "on": date(2024, 7, 1), "value": 4}),
        ("notes", {"site": "Ward 2", "on": date(2024, 6, 1), "title": "Our own worry", "visibility": "site"}),
        ("actions", {"site": "Ward 1", "title": "Train nights", "due": TODAY + timedelta(days=3)}),
        ("actions", {"site": "Ward 3", "title": "Buy bells", "due": TODAY - timedelta(days=3)}),
        ("actions", {"site": "Ward 1", "title": "Far away", "due": TODAY + timedelta(days=300)}),
    )
    for table, cells in rows:
        actions.record(cast.falls, TABLES[table], cells, by="tests", scope=EVERYTHING)
    actions.ask(cast.falls, "Ward 3", "Who pays for bells?", voice="lead", by="tests", scope=EVERYTHING)
    return cast


def test_a_lead_is_told_of_every_site_in_the_given_order(changed):
    said = told(changed.ana)
    assert said.index("Ward 1, the long one") < said.index("Ward 3, the long one")
    for sentence in ("Rounds at noon", "Rounds at night", "Our own worry", "1 value written.", "Who pays for bells?"):
        assert sentence in said
    assert "Train nights: by" in said and "Buy bells: by" in said
    assert "Far away: by" not in said
    assert "Answer the question that is open" in said


def test_a_contributor_is_told_of_their_own_sites_alone(changed):
    said = told(changed.ben)
    assert "Rounds at noon" in said and "Train nights" in said
    for theirs in ("Ward 3", "Rounds at night", "bells", "Our own worry"):
        assert theirs not in said
    assert "Write a line on the page of your site" in said


def test_a_viewer_is_told_no_note_that_is_not_released_and_is_asked_to_do_nothing_at_sites(changed):
    said = told(changed.cleo)
    assert "Rounds at night" in said
    assert "Our own worry" not in said and "Who pays for bells?" not in said
    assert "WHAT IS DUE" not in said


def test_a_coach_is_told_of_their_caseload(changed):
    said = told(coach(changed, "Ward 3"))
    assert "Rounds at night" in said and "Who pays for bells?" in said and "Rounds at noon" not in said


def test_whose_role_has_ended_is_told_nothing(changed):
    assert digest.for_person(changed.eve, SINCE, TODAY) == []
    assert "eve" not in [person.sign_in for person in digest.people()]


def test_a_programme_that_was_loaded_did_not_change(cast):
    assert "Nothing was written that you may see." in told(cast.ana)


def test_what_was_written_before_is_not_told_again(changed):
    later = digest.as_text(digest.for_person(changed.ana, TODAY + timedelta(days=1), TODAY + timedelta(days=2)))
    assert "Rounds at noon" not in later and "Nothing was written" in later


def test_words_stay_neutral(changed):
    said = (told(changed.ana) + told(changed.ben)).casefold()
    for word in ("late", "overdue", "behind", "fail", "worst", "poor", "!"):
        assert word not in said.replace("related", "").replace("later", "")


def test_the_page_says_the_same_as_far_as_the_visitor_may_see(changed):
    assert "Rounds at night" in words(signed_in(changed.ana).get("/p/falls/digest"))
    assert "Rounds at night" not in words(signed_in(changed.ben).get("/p/falls/digest"))
    assert signed_in(changed.dan).get("/p/falls/digest").status_code == 404
    page = signed_in(changed.ana).get("/p/falls/digest?since=soon")
    assert page.status_code == 422 and "A day is needed" in words(page)


def test_the_command_writes_a_text_and_a_page_for_each_member_by_a_safe_name(changed, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "prepare", lambda: None)  # the database of the tests is ready
    odd = Person.objects.create(sign_in="../odd")
    actions.add_member(changed.falls, person=odd, role="viewer", by="tests")
    written, sent = upkeep.digest(tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert (written, sent) == (5, 0)
    assert names[:6] == ["ana.html", "ana.txt", "ben.html", "ben.txt", "cleo.html", "cleo.txt"]
    assert all(Path(name).name == name and not name.startswith(".") for name in names)
    assert "Rounds at night" not in (tmp_path / "out" / "ben.html").read_text()
    assert mail.outbox == []


def test_text_of_the_record_is_text_in_the_page(cast):
    cells = {"site": "Ward 1", "on": date(2024, 6, 1), "what": "<script>alert(1)</script>"}
    actions.record(cast.falls, TABLES["adaptations"], cells, by="tests", scope=EVERYTHING)
    page = digest.as_html(digest.for_person(cast.ana, SINCE, TODAY))
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_it_is_sent_only_where_mail_is_set_up_and_there_is_an_address(changed):
    told_ana = digest.for_person(changed.ana, SINCE, TODAY)
    assert not digest.send(changed.ana, told_ana)
    with override_settings(EMAIL_HOST="mail.example.org"):
        assert not digest.send(changed.ana, told_ana)
        changed.ana.email = "ana@example.org"
        assert digest.send(changed.ana, told_ana)
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.org"] and "Rounds at night" in sent.body


def test_mail_that_can_not_be_sent_keeps_no_digest_from_being_written(changed, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "prepare", lambda: None)
    Person.objects.filter(sign_in="ana").update(email="ana@example.org")
    nobody_there = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}
    says = r"digests of 4 members .* could not send 1 of them by e-mail .*TAKEROOT_SMTP"
    with override_settings(**nobody_there, EMAIL_PORT=1), pytest.raises(TakerootError, match=says):
        upkeep.digest(tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{who}.{kind}" for who in ("ana", "ben", "cleo", "dan") for kind in ("html", "txt")}
