"""Who comes how far: every address, every kind of person, every method; and what a refusal tells.

The table is in ``access.py``. An address that is not in it fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from tests.vocabulary.own_instruments import OWN as SURVEY
from tests.web.access import HAVE, MATRIX, NOT_SIGNED_IN, OUTSIDE, PEOPLE, SEES, Door
from tests.web.village import HUSH, OWN, SITES, WHOLE, by_site, token, village

from takeroot.vocabulary.tables import DECISIONS, MEASURES
from takeroot.vocabulary.tables import SITES as SITES_TABLE
from takeroot.web import actions, guards, rounds
from takeroot.web.models import Batch, Invitation, Meeting, Membership, Programme, SiteLink, Task, Trail
from takeroot.web.panels.assess.kept import in_use as kept_instruments
from takeroot.web.roles import ROLES, May, digest
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

PATTERNS = {pattern.name: pattern for pattern in get_resolver().url_patterns}
THERE = {name: door for name, door in MATRIX.items() if name in PATTERNS}
#: Parts of addresses that are numbers.
NUMBERS = ("pk", "number", "link", "batch", "page")
#: Parts that are words of any sort.
WORDS = ("secret", "site", "row_id", "measure", "who", "file", "reference")
NONSENSE = "nothing-opens-with-this"
#: Words that stand in the programme alone.
TOLD = (*SITES, *(token(site) for site in SITES), WHOLE, HUSH, "zqmeeting", "zqbatch", "zqtask", "zqround")
CAME_IN = {200, 202, 302, 303, 422}
#: What a visit itself leaves: the session that was seen, an attempt that failed. No record of anything.
PASSING = {"web_session", "web_knock", "django_session"}


def test_every_address_is_declared():
    undeclared = sorted(set(PATTERNS) - set(MATRIX))
    assert not undeclared, (
        f"{', '.join(undeclared)}: nobody has said who may come in there; add each to MATRIX in tests/web/access.py."
    )


def test_the_table_and_the_roles_say_the_same():
    roles = {"lead", "analyst", "viewer", "evaluator", "contributor", "coach", "partner"}
    for leave in May:
        assert {role for role in roles if leave in ROLES[role].may} == HAVE[leave.name] - {"elsewhere"}, leave


@pytest.fixture
def cast(db) -> SimpleNamespace:
    """A programme with something in every table, another like it, and everybody of the table."""
    row = actions.load_programme(village(), by="tests", slug="lanterns")
    other = actions.load_programme(village(lambda t, c, s: f"zqother {c}", "Kites"), by="tests", slug="kites")
    people = {name: actions.add_person(sign_in=name, password="a long password", by="tests") for name in PEOPLE}
    roles = {
        **{name: (name, ()) for name in ("lead", "analyst", "viewer", "evaluator")},
        "contributor": ("contributor", ("Alder",)),
        "elsewhere": ("contributor", ("Birch",)),
        "coach": ("coach", ("Cedar", "Damson")),
        "partner": ("partner", ("Alder",)),
        "gone": ("lead", ()),
    }
    for name, (role, sites) in roles.items():
        actions.add_member(row, person=people[name], role=role, sites=sites, by="tests")
    actions.add_member(row, person=people["expired"], role="lead", expires=date(2020, 1, 1), by="tests")
    actions.add_member(other, person=people["foreigner"], role="lead", by="tests")
    own = things(row, people["lead"])
    theirs = things(other, people["foreigner"])
    return SimpleNamespace(row=row, other=other, people=people, own=own, theirs=theirs)


def things(row: Programme, person: Any) -> dict[str, Any]:
    """What addresses of a programme speak of, by what ``access.py`` calls it."""
    tomorrow = timezone.now() + timedelta(days=1)
    secret, taken_back = f"{row.slug}-opens-alder", f"{row.slug}-was-taken-back"
    links = [
        SiteLink.objects.create(
            programme=row, site="Alder", label="Night team", digest=digest(one), by="tests", revoked=gone
        )
        for one, gone in ((secret, None), (taken_back, timezone.now()))
    ]
    invitation = Invitation.objects.create(
        programme=row, digest=digest(f"i{row.slug}"), role="viewer", by="tests", expires=tomorrow
    )
    meeting = actions.begin_meeting(row, title=f"zqmeeting of {row.slug}", on=date(2024, 6, 1), by="tests")
    batch = Batch.objects.create(
        programme=row,
        by="tests",
        file_name="zqbatch.csv",
        digest="0" * 64,
        size=1,
        kept_as="none",
        kind="ours",
        state="asking",
    )
    survey = SURVEY.replace("our-survey", f"{row.slug}-survey").encode()
    actions.bring_in_instruments(row, {"survey.yaml": survey}, by="tests")
    asking = actions.begin_round(
        row,
        name="zqround",
        instrument=next(iter(rounds.questionnaires(row).values())),
        kind="open",
        way="team",
        opens=timezone.localdate(),
        closes=timezone.localdate(),
        by="tests",
        scope=Scope.everything(),
    )
    task = Task.objects.create(kind="report", programme=row, by=person, state="done", says="zqtask")
    one, on = kept_instruments()["tidier"], date(2024, 3, 1) if row.slug == "lanterns" else date(2024, 4, 1)
    said = {(question.id, None): f"{WHOLE} {HUSH}" for question in one.questions}
    actions.write_record(row, one, said, {}, site=None, on=on, by="tests", scope=Scope.everything())
    return {
        "instrument_id": one.id,
        "own_file": f"{row.slug}-survey.yaml",
        "record_on": on.isoformat(),
        "round_name": "first",
        "site_id": row.sites.get(site="Alder").id,
        "measure_id": row.measures.first().id,
        "what_if_id": row.what_ifs.first().id,
        "stage_id": row.stages.filter(site="Alder").first().id,
        "note_id": row.notes.filter(site="Alder").first().id,
        "change_reference": f"stages:{row.stages.filter(site='Alder', stage='stopped').first().id}",
        "stages": "stages",
        "what": "changes",
        "rule_number": 1,
        "membership_id": Membership.objects.filter(programme=row).order_by("pk").last().pk,
        "invitation_id": invitation.pk,
        "meeting_id": meeting.pk,
        "batch_id": batch.pk,
        "task_id": task.pk,
        "asking_id": asking.pk,
        "team": "team",
        "first_page": 1,
        "person_id": person.pk,
        "link_id": links[0].pk,
        "secret": secret,
        "taken_back": taken_back,
        "nonsense": NONSENSE,
    }


def browser(cast: SimpleNamespace, who: str, **options: Any) -> Client:
    client = Client(**options)
    client.raise_request_exception = False
    if who not in ("stranger", "link", "revoked"):
        client.force_login(cast.people[who])
    if who == "gone":
        get_user_model().objects.filter(pk=cast.people[who].pk).update(is_active=False)
    return client


def address(name: str, door: Door, made: dict[str, Any], slug: str = "lanterns", **instead: Any) -> str:
    """Where it is; with other things in its place, if asked."""
    parts = {part: instead.get(part, made[thing]) for part, thing in door.at.items()}
    wants = PATTERNS[name].pattern.converters
    return reverse(name, kwargs={**({"slug": slug} if "slug" in wants else {}), **parts})


def nowhere(name: str, door: Door) -> str:
    """The same address of what does not exist."""
    instead = {part: NONSENSE if part in WORDS else "stages" if part == "table" else 987_654_321 for part in door.at}
    return address(name, door, {thing: None for thing in door.at.values()}, "nowhere-at-all", **instead)


def expected(who: str, door: Door, method: str) -> set[int]:
    """The statuses that the table allows; nothing is found by an empty form that must name something."""
    allowed = by_table(who, door, method)
    return allowed | {404} if door.asks and allowed & {200, 403} else allowed


def by_table(who: str, door: Door, method: str) -> set[int]:
    """The statuses that the table allows."""
    wanted = door.get if method in ("GET", "HEAD") else door.post
    if wanted == "anybody":
        return CAME_IN | {404}
    if wanted == "closed":
        return {404}
    if "no link" in (door.get, door.post):
        return {404, 405}
    if "link" in (door.get, door.post):
        return {404, 405} if wanted == "none" else CAME_IN if who == "link" else {404}
    if who in NOT_SIGNED_IN:
        return {302, 405} if wanted == "none" else {302}
    if wanted == "none":
        return {404, 405} if {door.get, door.post} & {"house"} else {405}
    if wanted == "people":
        return CAME_IN
    if wanted in ("house", "begins"):
        return {403, 404}
    if wanted == "its owner":
        return CAME_IN | {404} if who == "lead" else {404}
    if who in OUTSIDE:
        return {404}
    if not any(who in HAVE[leave] for leave in wanted.split(" or ")):
        return {403} if who in door.seen_by else {403, 404}
    return CAME_IN if who in door.seen_by else {404}


def kept() -> tuple[Any, ...]:
    """How many rows every table holds, the last line of the trail, and every revision: what a refusal leaves alone."""
    names = sorted({model._meta.db_table for model in apps.get_models()} - PASSING)
    quote_name = connection.ops.quote_name
    counts = ", ".join(f"(SELECT count(*) FROM {quote_name(name)})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}, (SELECT max(id) FROM web_trail), (SELECT sum(revision) FROM web_programme)")
        return cursor.fetchone()


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is done within is taken back, and so is what a browser was told to keep."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def plain(response: Any) -> str:
    """An answer without what is new in each: the token of its form, and the address that was asked for."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", body.decode(errors="replace"))
    return text


def told(response: Any) -> str:
    """All that an answer tells: body, headers and cookies."""
    return plain(response) + str(sorted(response.headers.items())) + str(response.cookies)


def learned(text: str, sites: set[str]) -> set[str]:
    """What stands there of other sites than these, and of the programme as a whole."""
    found = {site for site in SITES if site not in sites and re.search(rf"\b{site}\b|{token(site)}", text)}
    for site in set(SITES) - sites:
        own = OWN[site]
        if re.search(rf"(?<![\d.])({own}|{own:,})(?!\d)", re.sub(r"<svg.*?</svg>", " ", text, flags=re.S)):
            found.add(f"the number {own} of {site}")
    return found | ({"rows of the whole programme"} if WHOLE in text else set())


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_comes_as_far_as_the_table_says_and_no_further(cast, who):
    client, holes = browser(cast, who), []
    made = cast.own | ({} if who == "link" else {"secret": cast.own["taken_back"] if who == "revoked" else NONSENSE})
    for name, door in THERE.items():
        for method in ("GET", "POST"):
            where, before = address(name, door, made), kept()
            with undone(client):
                response = getattr(client, method.lower())(where)
                after, text = kept(), told(response)
            allowed = expected(who, door, method)
            if response.status_code not in allowed:
                holes.append(f"{method} {where}: {response.status_code}, not {sorted(allowed)}")
                continue
            wanted = door.get if method == "GET" else door.post
            came_in = response.status_code in CAME_IN and who not in NOT_SIGNED_IN and wanted not in ("none", "anybody")
            if not came_in and who != "link" and wanted != "anybody":
                if after != before:
                    holes.append(f"{method} {where}: it was refused, and something changed")
                if seen := {
                    word
                    for word in ("Lanterns", *TOLD)
                    if word in text.replace(where, "").replace(quote(where, safe=""), "")
                }:
                    holes.append(f"{method} {where}: a refusal tells {sorted(seen)}")
            if response.status_code == 404 and (wanted not in ("anybody", "its owner")):
                with undone(client):
                    other = getattr(client, method.lower())(nowhere(name, door))
                if (plain(other), other.status_code) != (plain(response), 404):
                    holes.append(f"{method} {where}: it is not refused as a place that does not exist is")
            if (
                who in NOT_SIGNED_IN
                and allowed == {302}
                and response.headers.get("Location") != f"/sign-in?next={quote(where)}"
            ):
                holes.append(f"{method} {where}: leads to {response.headers.get('Location')}")
            if who in SEES and (found := learned(text.replace(where, ""), SEES[who])):
                holes.append(f"{method} {where}: tells of {sorted(found)}")
            if who == "viewer" and HUSH in text:
                holes.append(f"{method} {where}: shows narrative that is not released")
            if who in ("expired", "foreigner") and ("Lanterns" in text or "zqalder" in text):
                holes.append(f"{method} {where}: tells of a programme to those outside of it")
    assert not holes, "\n".join(holes)


def test_the_tokens_could_be_seen_at_all(cast):
    """What must not show to some does show to the lead: else the test above proves nothing."""
    client = browser(cast, "lead")
    text = "".join(told(client.get(address(name, door, cast.own))) for name, door in THERE.items() if door.get in HAVE)
    assert learned(text, set()) >= {*SITES, "rows of the whole programme"}
    assert HUSH in text
    assert any(f"{OWN['Cedar']:,}" in text or str(OWN["Cedar"]) in text for _ in (1,))


@pytest.mark.parametrize("who", ["stranger", "lead", "contributor", "foreigner"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_does_anything(cast, who, method):
    client, holes = browser(cast, who), []
    for name, door in THERE.items():
        where, before = address(name, door, cast.own), kept()
        with undone(client):
            response = client.generic(method, where)
            changed = kept() != before
        if response.status_code not in (302, 403, 404, 405) or changed:
            holes.append(f"{method} {where}: {response.status_code}{', and something changed' if changed else ''}")
    assert not holes, "\n".join(holes)


@pytest.mark.parametrize("who", ["lead", "contributor", "foreigner"])
def test_what_may_be_read_may_be_asked_for_by_head_and_says_nothing(cast, who):
    client = browser(cast, who)
    for name, door in THERE.items():
        if door.get in HAVE:
            with undone(client):
                got, head = (getattr(client, method)(address(name, door, cast.own)) for method in ("get", "head"))
            assert (head.status_code, head.content) == (got.status_code, b""), name


def test_things_of_another_programme_are_not_there_under_ones_own(cast):
    """The lead of one programme puts the ids of another in every place of an address."""
    client, holes = browser(cast, "lead"), []
    for name, door in THERE.items():
        ours = {
            "instrument_id",
            "round_name",
            "site_id",
            "measure_id",
            "stages",
            "stage_id",
        }  # ids that both have are one's own
        parts = [
            part
            for part, thing in door.at.items()
            if thing not in ours | {"nonsense", "person_id", "rule_number", "what", "team", "first_page"}
        ]
        if not parts or ("slug" not in PATTERNS[name].pattern.converters and door.get != "its owner"):
            continue
        for method in ("GET", "POST"):
            if (door.get if method == "GET" else door.post) == "none":
                continue
            for part in parts:
                where, before = address(name, door, cast.own, **{part: cast.theirs[door.at[part]]}), kept()
                with undone(client):
                    response = getattr(client, method.lower())(where)
                    changed = kept() != before
                if response.status_code != 404 or changed or "zqother" in told(response):
                    holes.append(f"{method} {where}: {response.status_code}, with '{part}' of another programme")
    assert not holes, "\n".join(holes)


def test_a_form_from_elsewhere_changes_nothing(cast):
    """Without the token of its page, and with one that is made up."""
    client, holes = browser(cast, "lead", enforce_csrf_checks=True), []
    for name, door in THERE.items():
        if door.post == "none":
            continue
        where, before = address(name, door, cast.own), kept()
        for sent in ({}, {"csrfmiddlewaretoken": "a" * 64}):
            with undone(client):
                response = client.post(where, sent, headers={"Origin": "https://elsewhere.example"})
                changed = kept() != before
            if response.status_code != 403 or changed:
                holes.append(f"POST {where}: {response.status_code}")
    assert not holes, "\n".join(holes)


@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_no_nonsense_in_an_address_or_a_form_is_a_mistake_of_ours(cast, who):
    """Numbers too large, text too long, characters that a database can not hold."""
    client, holes = browser(cast, who), []
    sent = {
        "by": "\0",
        "page": "9" * 30,
        "rule": "\ud7ff" * 500,
        "q": "%00",
        "row": "stages:\0",
        "title": "\0",
        "on": "0000-00-00",
        "since": "9999-12-31",
        "until": "9999-12-31",
    }
    for name, door in THERE.items():
        odd = {part: 2**63 if part in NUMBERS else "none" if part == "what" else "a\0b" for part in door.at}
        for where in (address(name, door, cast.own), address(name, door, cast.own, **odd)):
            for method in ("get", "post"):
                with undone(client):
                    try:
                        response = getattr(client, method)(where, sent)
                    except ValueError as error:
                        holes.append(f"{method} {where}: {error}")
                        continue
                if response.status_code >= 500:
                    holes.append(f"{method} {where}: {response.status_code}")
    assert not holes, "\n".join(holes)


def test_somebody_let_go_in_the_middle_of_a_visit_comes_no_further(cast):
    client = browser(cast, "analyst")
    assert client.get("/p/lanterns/").status_code == 200
    Membership.objects.filter(person=cast.people["analyst"]).update(expires=timezone.localdate())
    assert client.get("/p/lanterns/").status_code == 404
    assert client.post("/p/lanterns/review", {"title": "x", "on": "2024-01-01"}).status_code == 404


def test_what_some_see_is_kept_apart_from_what_others_see(cast):
    """Pages in turn, by people with other sites, in one process: what was kept for one is not shown to the next."""
    clients = {who: browser(cast, who) for who in ("lead", "contributor", "elsewhere", "viewer", "coach")}
    for _ in range(2):
        for name in ("overview", "spread", "sustain", "review"):
            for who, client in clients.items():
                text = told(client.get(reverse(name, args=["lanterns"])))
                assert who not in SEES or not learned(text, SEES[who]), (name, who)
                assert who != "viewer" or HUSH not in text


def test_what_somebody_with_some_sites_writes_tells_them_of_no_other(cast):
    """Errors of actions name only what the writer may know."""
    mine = Scope.of_sites({"Alder"})
    for table, cells in (
        (SITES_TABLE, {"site": "Birch"}),
        (MEASURES, {"measure": "lit"}),
        (DECISIONS, {"on": "2024-01-01", "what": "stop"}),
    ):
        with pytest.raises(Exception) as refused:
            actions.record(cast.row, table, cells, by="contributor", scope=mine)
        assert not learned(str(refused.value).replace("'Birch'", ""), {"Alder"})
    assert Trail.objects.first().by == "tests" and guards.broken() is None
    assert by_site and Meeting
