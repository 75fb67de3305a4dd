"""The trail as people read it: in words, sought through, checked and taken away."""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from takeroot.vocabulary.tables import NOTES, STAGES
from takeroot.web import actions, guards
from takeroot.web.models import Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
LIVE = {"site": "Ward 3", "stage": "embedded", "on": "2024-05-01"}


@pytest.fixture
def lead(cast) -> Client:
    client = Client()
    client.force_login(cast.ana)
    return client


@pytest.fixture
def done(cast) -> str:
    """A row that was recorded, amended and withdrawn, and something of another programme."""
    reference = actions.record(cast.falls, STAGES, LIVE, by="Ben", scope=ALL)
    seen = Trail.objects.first().pk
    actions.amend(
        cast.falls, reference, {"on": "2024-05-20"}, by="Cleo", scope=ALL, seen=seen, why="The matron said so"
    )
    actions.withdraw(cast.falls, reference, by="Ben", scope=ALL, why="It was another ward")
    actions.record(cast.sepsis, NOTES, {"on": "2024-01-01", "title": "Elsewhere"}, by="Dan", scope=ALL)
    return reference


def lines(client: Client, query: str = "") -> list[str]:
    """The lines on the page, each as one string."""
    response = client.get(f"/p/falls/trail{query}")
    assert response.status_code == 200
    body = response.content.decode().partition('<ol class="trail">')[2].partition("</ol>")[0]
    told = [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in body.split("<li ")[1:]]
    return [re.sub(r'^id="[^"]*">\s*', "", one) for one in told]


def test_lines_are_told_in_words_latest_first_with_their_reasons(lead, done):
    found = lines(lead)
    assert f"Ben withdrew from stages: {done} . Reason: It was another ward" in found[0]
    assert f"Cleo amended stages: {done} . Reason: The matron said so on was 1 May 2024" in found[1]
    assert f"Ben recorded in stages: {done} . 1 new in stages" in found[2]
    assert all(part in found[3] for part in ("for: eve", "role: lead", "until: 1 Jan 2020"))
    assert "180 rows in values" in found[-1]
    assert not any("Dan" in one or "Elsewhere" in one for one in found)


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("by=Cleo", ["Cleo"]),
        ("by=Ben&did=recorded+in+stages", ["Ben"]),
        ("table=stages", ["Ben", "Cleo", "Ben", "tests"]),
        ("table=notes&by=Ben", []),
        ("until=2001-01-01", []),
        ("since=2001-01-01&by=Ben", ["Ben", "Ben"]),
        ("by=&did=&table=&since=&until=&row=stages%3Anothing", []),
    ],
)
def test_lines_are_sought_by_who_what_when_and_where(lead, done, asked, who):
    assert [next(name for name in ("Ben", "Cleo", "tests") if name in one) for one in lines(lead, f"?{asked}")] == who


def test_the_lines_of_one_row_are_found_by_its_reference(lead, done, cast):
    actions.undo(cast.falls, Trail.objects.filter(programme="falls").first(), by="Eva")
    assert len(lines(lead, f"?row={done}")) == 4


def test_a_day_begins_and_ends_where_the_workbench_stands(lead, cast):
    late = datetime(2024, 7, 1, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    Trail.objects.create(by="Owl", did="was up late", programme="falls", at=late)
    assert len(lines(lead, "?by=Owl&since=2024-07-01&until=2024-07-01")) == 1
    assert lines(lead, "?by=Owl&since=2024-07-02") == lines(lead, "?by=Owl&until=2024-06-30") == []


def test_the_last_day_that_there_is_ends_too(lead, done):
    assert lines(lead, "?until=9999-12-31") == lines(lead) != []
    assert lines(lead, "?since=9999-12-31") == []


@pytest.mark.parametrize("asked", ["since=soon", "by=Nobody", "table=persons", "until=2024-13-01", "row=" + "x" * 300])
def test_what_can_not_be_sought_is_said_and_finds_nothing(lead, done, asked):
    response = lead.get(f"/p/falls/trail?{asked}")
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode() and '<ol class="trail">' not in response.content.decode()
    assert lead.post(f"/p/falls/trail/export?{asked}", dict([asked.split("=", 1)])).status_code == 422


def test_when_members_came_in_appears_and_what_is_none_of_theirs_does_not(lead, cast):
    for who in ("ben", "dan"):
        Trail.objects.create(by=who, did="signed in")
    Trail.objects.create(by="ben", did="let somebody sign in", what={"sign_in": "someone"})
    found = lines(lead)
    assert sum("ben signed in" in one for one in found) == 1
    assert not any("dan" in one or "someone" in one for one in found)


def test_the_seals_are_checked_when_somebody_asks(lead, done):
    assert "Every seal fits" not in lead.get("/p/falls/trail").content.decode()
    page = lead.get("/p/falls/trail?check=1").content.decode()
    assert "Every seal fits" in page and Trail.objects.first().seal in page
    second = Trail.objects.order_by("id")[1].pk
    guards.lift()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_trail SET did = 'nothing' WHERE id = %s", [second])
    page = lead.get("/p/falls/trail?check=1").content.decode()
    assert f"From line {second} on the seals do not fit" in page and "does not guard the trail" in page
    guards.guard()


def test_the_file_holds_the_lines_that_were_asked_for_and_taking_it_is_a_line(lead, done, cast):
    actions.change_words(cast.falls, {"aim": "x"}, by="=HYPERLINK(1)", why="@SUM(1)")
    response = lead.post("/p/falls/trail/export", {"row": done})
    assert response.headers["Content-Disposition"].startswith('attachment; filename="trail-')
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(row["by"], row["did"], row["row"]) for row in rows] == [
        ("Ben", "recorded in stages", done),
        ("Cleo", "amended stages", done),
        ("Ben", "withdrew from stages", done),
    ]
    line = Trail.objects.first()
    assert (line.by, line.did, line.what) == ("ana", "exported the trail", {"lines": 3, "asked": f"row {done}"})
    whole = list(csv.reader(io.StringIO(lead.post("/p/falls/trail/export").content.decode())))
    assert not [cell for row in whole for cell in row if cell[:1] in ("=", "+", "-", "@")]
    assert any("'=HYPERLINK(1)" in row and "'@SUM(1)" in row for row in whole)
    seals = [row[-1] for row in whole[1:]]
    assert seals == list(Trail.objects.filter(programme="falls").order_by("id").values_list("seal", flat=True))[:-1]


def test_pages_lead_on_and_keep_what_was_asked(lead, cast):
    for n in range(120):
        Trail.objects.create(by="Ben", did="counted", programme="falls", what={"n": n})
    first = lead.get("/p/falls/trail?by=Ben").content.decode()
    assert "Page 1 of 3" in first and 'href="?by=Ben&amp;page=2#lines"' in first
    assert len(lines(lead, "?by=Ben&page=3")) == 20
    assert len(lines(lead, "?by=Ben&page=99")) == len(lines(lead, "?by=Ben&page=3"))
    assert len(lines(lead, "?page=nonsense")) == 50


def test_queries_do_not_grow_with_lines(lead, cast):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            lead.get("/p/falls/trail")
        return len(queries)

    asked()
    few = asked()
    for _ in range(60):
        Trail.objects.create(by="Ben", did="counted", programme="falls")
    assert asked() == few


@pytest.mark.slow
def test_twenty_thousand_lines_are_read_as_easily_as_few(lead, cast):
    start = datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC"))
    Trail.objects.bulk_create(
        Trail(
            by=f"p{n % 40}",
            did="recorded in values",
            programme="falls",
            at=start + timedelta(minutes=n),
            what={"row": f"values:{n}"},
            seal="",
        )
        for n in range(20_000)
    )
    began = time.perf_counter()
    assert len(lines(lead)) == 50 and len(lines(lead, "?by=p3&table=values&page=5")) == 50
    assert time.perf_counter() - began < 20  # far above what it takes; a page that read every line would be slower yet
    assert lead.get("/p/falls/trail?page=401").status_code == 200


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_without_leave_there_is_no_trail(cast, who):
    client = Client()
    client.force_login(getattr(cast, who))
    assert client.get("/p/falls/trail").status_code == 403
    assert client.post("/p/falls/trail/export").status_code == 403
    assert date
