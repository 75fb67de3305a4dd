"""Rounds: begun, answered by a link, by a slip and as a team, changed, withdrawn and closed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.test_pages import signed_in, words

from takeroot.errors import TakerootError
from takeroot.vocabulary.instrument import Instrument
from takeroot.web import actions, rounds, vault
from takeroot.web import answered as answered_in
from takeroot.web.models import AnswerRow, Asking, Reply, RoundRow, Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
ALL = Scope.everything()
SECRET_WORDS = "zqwords that nobody may read"


SMALL = """
id: small
edition: "1"
title: How is it going?
kind: questionnaire
purpose: To hear.
who: everybody
source: [ours]
licence: CC0-1.0
about: [programme, site]
scales:
  - id: agree
    options: [{value: "1", says: Disagree, points: 1}, {value: "2", says: Agree, points: 2}]
    thirds:
      - value: nr
        says: Not relevant
        reasons: [{value: role, says: Not for my role}, {value: stage, says: Not at this stage}]
  - {id: ten, kind: number, least: 0, most: 10, step: 1, least_says: new, most_says: usual}
  - {id: some, kind: any of, options: [{value: a, says: Apples}, {value: b, says: Bread}]}
  - {id: words, kind: text}
sections:
  - id: first
    title: The work
    plain: Your work
    questions:
      - {id: clear, asks: "Is it clear?", plain: "Do you get it?", scale: agree, needed: true}
      - {id: usual, asks: "How usual is it?", scale: ten}
  - id: second
    title: The rest
    questions:
      - {id: need, asks: "What is needed?", scale: some}
      - {id: say, asks: "What else?", scale: words}
"""


@pytest.fixture
def small(cast) -> Instrument:
    """An instrument of two pages with everything that can be asked, of the falls programme's own."""
    actions.bring_in_instruments(cast.falls, {"small.yaml": SMALL.encode()}, by="ana")
    return rounds.questionnaires(cast.falls)["small"]


def begun(cast: Any, small: Instrument, **said: Any) -> Asking:
    """A round of the falls programme, begun by Ana."""
    usual = {
        "name": "Spring", "instrument": small, "kind": "anonymous", "way": "link", "opens": TODAY,
        "closes": TODAY + timedelta(days=14), "by": "ana", "scope": ALL, "roles": rounds.ROLES,
    }  # fmt: skip
    return actions.begin_round(cast.falls, **(usual | said))


def link(asking: Asking) -> str:
    """Where its link leads."""
    return reverse("answer", args=[vault.link_secret(asking.nonce)])


def mark_in(page: Any) -> dict[str, str]:
    """What the form of a page carries."""
    text = page.content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("once", "seen")}


def write(client: Client, base: str, page: int, **cells: str) -> Any:
    """Open a page and send it."""
    return client.post(f"{base}{page}", mark_in(client.get(f"{base}{page}")) | cells)


def answered(asking: Asking, client: Client | None = None, base: str = "", **cells: Any) -> Client:
    """A respondent who answers all of it and sends it."""
    client, base = client or Client(), base or link(asking)
    client.post(base, {"do": "begin"})
    said = {"q-clear": "2", "q-usual": "7", "w-clear": SECRET_WORDS} | cells
    assert write(client, base, 1, **said).status_code == 302
    write(client, base, 2, **{"q-need": ["b", "a"], "q-say": SECRET_WORDS})
    sent = client.post(f"{base}send", {"role": rounds.ROLES[3], "release": "no", "agree": "yes"} | cells)
    assert sent.status_code == 302, words(sent)
    return client


def closed(asking: Asking) -> Asking:
    """The round, closed by Ana."""
    return actions.close_round(Asking.objects.get(pk=asking.pk), by="ana")


def everything_kept() -> str:
    """Every cell of every table, but for the tables of the framework."""
    with connection.cursor() as cursor:
        told = []
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += [repr(row) for row in cursor.fetchall()]
    return "\n".join(told)


# Beginning


def test_a_lead_begins_a_round_and_everybody_finds_its_link(cast, small):
    days = {"opens": TODAY.isoformat(), "closes": (TODAY + timedelta(days=9)).isoformat()}
    form = days | {"name": "Spring", "instrument": "small", "way": "anonymous:link", "floor": "6", "years": "2"}
    form["roles"] = "Nurse\nDoctor"
    made = signed_in(cast.ana).post("/p/falls/rounds/new", form)
    asking = Asking.objects.get()
    assert made.headers["Location"] == f"/p/falls/rounds/{asking.pk}"
    assert (asking.floor, asking.roles, asking.kind) == (6, ["Nurse", "Doctor"], "anonymous")
    row = RoundRow.objects.get(programme=cast.falls)
    assert (row.round, row.instrument, row.subject, row.kind) == ("Spring", "small", "programme", "anonymous")
    for who in (cast.ana, cast.ben, cast.cleo):
        assert link(asking) in signed_in(who).get(f"/p/falls/rounds/{asking.pk}").content.decode()
    assert vault.link_secret(asking.nonce) not in everything_kept()


def test_whoever_begins_a_round_is_asked_about_words_that_seem_to_name_somebody(cast, small):
    days = {"opens": TODAY.isoformat(), "closes": (TODAY + timedelta(days=9)).isoformat()}
    form = days | {"name": "Mrs Jones's ward", "instrument": "small", "way": "anonymous:link", "roles": "Nurse"}
    client = signed_in(cast.ana)
    asked = client.post("/p/falls/rounds/new", form)
    assert asked.status_code == 422 and not Asking.objects.exists()
    page = asked.content.decode()
    assert "a name with a title" in page and "Mrs Jones" in page
    seen = re.search(r'name="seen_names" value="([^"]+)"', page)[1]
    client.post("/p/falls/rounds/new", form | {"seen_names": seen})
    assert RoundRow.objects.get(programme=cast.falls).round == "Mrs Jones's ward"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"floor": 4}, "5 people or more"),
        ({"name": " "}, "short name"),
        ({"closes": TODAY - timedelta(days=1)}, "opens today or later"),
        ({"closes": TODAY + timedelta(days=900)}, "within a year"),
        ({"site": "Ward 99"}, "no site"),
        ({"kind": "open"}, "Say how it is answered"),
        ({"roles": [f"role {n}" for n in range(9)]}, "8 roles at most"),
        ({"years": 40}, "years"),
        ({"invited": 0}, "number of people"),
    ],
)
def test_what_can_not_be_promised_is_refused_in_a_sentence(cast, small, said, says):
    with pytest.raises(TakerootError, match=says):
        begun(cast, small, **said)
    assert not Asking.objects.exists() and not RoundRow.objects.filter(programme=cast.falls).exists()


def test_two_rounds_of_one_name_can_not_be(cast, small):
    begun(cast, small)
    with pytest.raises(TakerootError, match="already"):
        begun(cast, small)


def test_a_round_of_a_site_is_there_for_those_who_see_the_site(cast, small):
    asking = begun(cast, small, site="Ward 3")
    assert signed_in(cast.ben).get(f"/p/falls/rounds/{asking.pk}").status_code == 404
    assert "Spring" not in words(signed_in(cast.ben).get("/p/falls/rounds"))
    assert signed_in(cast.cleo).get(f"/p/falls/rounds/{asking.pk}").status_code == 200


# Answering


def test_before_the_first_question_stands_who_will_see_what(cast, small):
    asking = begun(cast, small, floor=8, years=3)
    said = words(Client().get(link(asking)))
    for promise in ("fewer than 8 people", "nobody sees anything", "the day alone", "to everybody or to nobody"):
        assert promise in said
    assert "change or withdraw" in said and "thrown away" in said
    assert "Is it clear?" not in said


def test_a_sheet_is_kept_page_by_page_and_comes_back_by_its_code(cast, small):
    asking, client = begun(cast, small), Client()
    base = link(asking)
    begins = client.post(base, {"do": "begin"})
    assert begins.headers["Location"] == f"{base}1"
    first = client.get(f"{base}1")
    code = re.search(r'class="code">([A-Z0-9-]{24})<', first.content.decode())[1]
    write(client, base, 1, **{"q-clear": "nr:stage", "q-usual": "7"})
    other = Client()
    other.post(base, {"do": "code", "code": code.lower().replace("-", " ")})
    back = other.get(f"{base}1").content.decode()
    assert re.search(r'value="nr:stage" checked', back) and re.search(r'value="7" checked', back)
    assert not Reply.objects.get().sent


def test_plainer_words_are_read_where_the_instrument_has_them(cast, small):
    asking, client = begun(cast, small), Client()
    client.post(link(asking), {"do": "begin"})
    plain = client.get(f"{link(asking)}1?plain=1")
    assert "Do you get it?" in words(plain) and "Is it clear?" not in words(plain)
    sent = client.post(f"{link(asking)}1?plain=1", mark_in(plain) | {"q-clear": "1"})
    assert "/2?plain=1" in sent.headers["Location"]


def test_it_is_read_in_another_language_where_there_is_one(cast, small):
    welsh = b"translation_of: small\nlanguage: cy\ntitle: Sut mae'n mynd?\n"
    actions.bring_in_instruments(cast.falls, {"small.cy.yaml": welsh}, by="ana")
    base, client = link(begun(cast, small)), Client()
    assert "How is it going?" in words(client.get(base)) and "Cymraeg" in words(client.get(base))
    said = client.get(f"{base}?in=cy").content.decode()
    assert "Sut mae" in said and 'lang="cy"' in said
    assert client.post(f"{base}?in=cy", {"do": "begin"}).headers["Location"] == f"{base}1?in=cy"
    assert "How is it going?" in words(client.get(f"{base}?in=xx"))


def test_what_is_needed_is_asked_for_before_it_is_sent(cast, small):
    asking, client = begun(cast, small), Client()
    base = link(asking)
    client.post(base, {"do": "begin"})
    write(client, base, 1, **{"q-usual": "3"})
    refused = client.post(f"{base}send", {"role": rounds.ROLES[0]})
    assert refused.status_code == 422 and "still to be answered" in words(refused)
    assert not Reply.objects.filter(sent=True).exists()


def test_an_answer_that_is_none_is_refused_beside_its_question_and_stays_typed(cast, small):
    asking, client = begun(cast, small), Client()
    client.post(link(asking), {"do": "begin"})
    page = write(client, link(asking), 1, **{"q-clear": "17", "w-clear": "kept words"})
    assert page.status_code == 422 and "is needed, found" in words(page) and "kept words" in page.content.decode()
    assert not Reply.objects.exists()


def test_words_that_seem_to_name_somebody_are_asked_about_once(cast, small):
    asking, client = begun(cast, small), Client()
    client.post(link(asking), {"do": "begin"})
    named = {"q-clear": "1", "w-clear": "Mrs Jones said so"}
    page = write(client, link(asking), 1, **named)
    assert page.status_code == 422 and "who somebody is" in words(page)
    seen = re.search(r'name="seen_names" value="([^"]+)"', page.content.decode())[1]
    assert client.post(f"{link(asking)}1", mark_in(page) | named | {"seen_names": seen}).status_code == 302


def test_closing_brings_the_answers_in_and_the_sheets_are_gone(cast, small):
    asking = begun(cast, small)
    for nth in range(6):
        answered(asking, **{"q-clear": str(1 + nth % 2)})
    Client().post(link(asking), {"do": "begin"})
    closed(asking)
    rows = AnswerRow.objects.filter(programme=cast.falls)
    assert rows.filter(question="clear").count() == 6 and not Reply.objects.exists()
    assert {row.answer for row in rows.filter(question="need")} == {"a;b"}
    assert {row.role for row in rows} == {rounds.ROLES[3]}
    frame = answered_in.answers_of(cast.falls, answered_in.rounds_of(cast.falls, ALL, TODAY))
    assert frame.height == rows.count() and frame["respondent"].n_unique() == 6


def test_words_that_were_not_released_are_gone_and_those_that_were_are_not(cast, small):
    asking = begun(cast, small)
    answered(asking)
    answered(asking, release="yes", **{"w-clear": "zqreleased"})
    closed(asking)
    assert set(AnswerRow.objects.filter(question="clear").values_list("comment", flat=True)) == {None, "zqreleased"}
    assert AnswerRow.objects.filter(question="say").count() == 1


def test_what_was_not_sent_is_thrown_away_at_closing_and_a_change_counts_once_it_is_sent(cast, small):
    asking = begun(cast, small)
    client, base = answered(asking), link(asking)
    write(client, base, 1, **{"q-clear": "1"})
    assert "counts once you send it again" in words(client.get(base))
    half = Client()
    half.post(base, {"do": "begin"})
    write(half, base, 1, **{"q-clear": "1"})
    closed(asking)
    assert list(AnswerRow.objects.filter(question="clear").values_list("answer", flat=True)) == ["2"]


def test_a_round_of_slips_is_answered_once_by_each_and_the_slip_is_known_again_in_the_next(cast, small):
    asking = begun(cast, small, way="slips")
    secrets = actions.make_slips(asking, 6, by="ana")
    for secret in secrets:
        answered(asking, base=reverse("answer", args=[secret]))
        answered(asking, base=reverse("answer", args=[secret]))
    closed(asking)
    before = set(AnswerRow.objects.filter(round="Spring").values_list("respondent", flat=True))
    later = begun(cast, small, name="Autumn", way="slips")
    for secret in secrets[:5]:
        answered(later, base=reverse("answer", args=[secret]))
    closed(later)
    after = set(AnswerRow.objects.filter(round="Autumn").values_list("respondent", flat=True))
    assert len(before) == 6 and len(after) == 5 and after < before


def test_an_old_code_is_the_same_respondent_in_a_later_round(cast, small):
    asking = begun(cast, small)
    client = answered(asking)
    code = client.cookies[f"takeroot_answers_{asking.pk}"].value
    closed(asking)
    later = begun(cast, small, name="Autumn")
    again = Client()
    again.post(link(later), {"do": "code", "code": code})
    answered_again = write(again, link(later), 1, **{"q-clear": "1"})
    assert answered_again.status_code == 302
    again.post(f"{link(later)}send", {"role": "", "release": "no"})
    closed(later)
    assert AnswerRow.objects.filter(question="clear").values("respondent").distinct().count() == 1


def test_an_open_round_is_answered_by_consent_and_it_is_known_by_whom(cast, small):
    asking = begun(cast, small, kind="open", way="team")
    ana, base = signed_in(cast.ana), reverse("round-answer", args=["falls", asking.pk, "me"])
    ana.post(base, {"do": "begin"})
    write(ana, base, 1, **{"q-clear": "2", "w-clear": "because"})
    assert ana.post(f"{base}send", {"role": rounds.ROLES[1]}).status_code == 422
    assert ana.post(f"{base}send", {"role": rounds.ROLES[1], "agree": "yes"}).status_code == 302
    row = AnswerRow.objects.get(programme=cast.falls)
    assert (row.respondent, row.answer, row.comment) == (f"person-{cast.ana.pk}", "2", "because")
    assert (Trail.objects.first().by, Trail.objects.first().did) == ("ana", "answered an open round")
    team = reverse("round-answer", args=["falls", asking.pk, "team"])
    write(signed_in(cast.ben), team, 1, **{"q-clear": "1"})
    assert re.search(r'value="1" checked', ana.get(f"{team}1").content.decode())
    ana.post(base, {"do": "withdraw"})
    assert not AnswerRow.objects.filter(programme=cast.falls).exists() and "because" not in everything_kept()


def test_two_who_write_on_one_page_of_a_team_see_both(cast, small):
    asking = begun(cast, small, kind="open", way="team")
    base = reverse("round-answer", args=["falls", asking.pk, "team"])
    ana, ben = signed_in(cast.ana), signed_in(cast.ben)
    anas, bens = mark_in(ana.get(f"{base}1")), mark_in(ben.get(f"{base}1"))
    ana.post(f"{base}1", anas | {"q-clear": "1"})
    collided = ben.post(f"{base}1", bens | {"q-clear": "2"})
    assert collided.status_code == 409 and "Written elsewhere meanwhile: Disagree" in words(collided)
    assert ben.post(f"{base}1", mark_in(collided) | {"q-clear": "2"}).status_code == 302
    assert rounds.sheet_of(asking, "team").draft.answers["clear"] == "2"


# What a round promised is kept


def test_a_round_can_be_open_for_longer_and_its_floor_raised_and_neither_the_other_way(cast, small):
    asking = begun(cast, small)
    now = actions.change_round(asking, by="ana", closes=TODAY + timedelta(days=30), floor=7, invited=40)
    assert (now.closes, now.floor, now.invited) == (TODAY + timedelta(days=30), 7, 40)
    assert RoundRow.objects.get(round="Spring").closes == now.closes
    for said in ({"floor": 6}, {"closes": TODAY + timedelta(days=3)}, {"closes": TODAY + timedelta(days=700)}):
        with pytest.raises(TakerootError):
            actions.change_round(asking, by="ana", **said)
    closed(asking)
    with pytest.raises(TakerootError, match="has closed"):
        actions.change_round(asking, by="ana", closes=TODAY + timedelta(days=60))


def test_an_open_round_is_not_open_for_longer_once_answers_were_seen(cast, small):
    asking = begun(cast, small, kind="open", way="team")
    answered(asking, signed_in(cast.ana), reverse("round-answer", args=["falls", asking.pk, "me"]))
    with pytest.raises(TakerootError, match="have been seen"):
        actions.change_round(asking, by="ana", closes=TODAY + timedelta(days=30))


def test_it_closes_by_itself_after_its_last_day_and_its_answers_are_thrown_away_when_promised(cast, small):
    asking = begun(cast, small)
    answered(asking)
    Asking.objects.filter(pk=asking.pk).update(closes=TODAY - timedelta(days=1))
    assert "has closed" in words(Client().get(link(asking)))
    signed_in(cast.ana).get("/p/falls/rounds")
    assert AnswerRow.objects.filter(round="Spring").exists()
    Asking.objects.filter(pk=asking.pk).update(keep_until=TODAY)
    signed_in(cast.ana).get("/p/falls/rounds")
    assert not AnswerRow.objects.filter(round="Spring").exists()
    assert Trail.objects.first().did.startswith("threw away the answers")


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "open"},
        {"texts": {"en": {}}},
        {"floor": 2},
        {"keep_until": TODAY + timedelta(days=9_999)},
        {"keep_until": None},
        {"roles": []},
        {"edition": "2"},
    ],
)
def test_the_database_refuses_to_change_what_a_round_promised(cast, small, changed):
    asking = begun(cast, small)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Asking.objects.filter(pk=asking.pk).update(**changed)


def test_the_database_refuses_to_open_a_round_again(cast, small):
    asking = closed(begun(cast, small))
    for changed in ({"closed": None}, {"closes": TODAY + timedelta(days=9)}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Asking.objects.filter(pk=asking.pk).update(**changed)


def test_what_was_asked_stays_as_it_stood_when_the_library_changes(cast, small):
    asking = begun(cast, small)
    other = SMALL.replace('edition: "1"', 'edition: "2"').replace("Is it clear?", "Is it plain?")
    actions.bring_in_instruments(cast.falls, {"small.yaml": other.encode()}, by="ana")
    assert rounds.questionnaires(cast.falls)["small"].edition == "2"
    client = Client()
    client.post(link(asking), {"do": "begin"})
    assert "Is it clear?" in words(client.get(f"{link(asking)}1"))


def test_another_key_opens_nothing_and_loses_nothing(cast, small, settings):
    asking = begun(cast, small)
    client, key = answered(asking), settings.ANSWERS_KEY
    settings.ANSWERS_KEY = "another"
    with pytest.raises(TakerootError, match="answers-key"):
        closed(asking)
    assert client.get(link(asking)).status_code == 404
    signed_in(cast.ana).get("/p/falls/rounds")
    assert "answers-key" in words(signed_in(cast.ana).get(f"/p/falls/rounds/{asking.pk}"))
    settings.ANSWERS_KEY = key
    assert closed(asking).answered == 1
