"""Reviews: what changed, where views differ, what people wrote; and minutes that say nothing else."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.conftest import falls

from takeroot import Programme
from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import ADAPTATIONS, EXPLANATIONS, NOTES, STAGES, VALUES
from takeroot.web import actions, archive, guards, ledger
from takeroot.web.actions import meetings
from takeroot.web.frames import Book
from takeroot.web.models import Meeting, Trail
from takeroot.web.panels import review as of_review
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(response) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def form_of(page: str) -> dict[str, str]:
    """What a browser would send back from the page of a review, were nothing typed."""
    sent = {}
    for tag, attributes, rest in re.findall(
        r"<(input|textarea|select)\b([^>]*)>(.*?)(?=<(?:input|textarea|select)\b|\Z)", page, re.S
    ):
        name = re.search(r'name="([^"]+)"', attributes)
        value = re.search(r'value="([^"]*)"', attributes)
        if (
            not name
            or name[1] in ("csrfmiddlewaretoken", "username")
            or ('type="checkbox"' in attributes and "checked" not in attributes)
        ):
            continue
        if 'type="radio"' in attributes and "checked" not in attributes:
            continue
        if tag == "textarea":
            sent[name[1]] = rest.partition("</textarea>")[0]
        elif tag == "select":
            chosen = re.search(r"<option(?: value=\"([^\"]*)\")? selected>([^<]*)", rest.partition("</select>")[0])
            sent[name[1]] = (chosen[1] or chosen[2]) if chosen else ""
        else:
            sent[name[1]] = value[1] if value else ""
    return sent


def begun(client: Client, slug: str = "falls", title: str = "June") -> str:
    """A review, begun: its address."""
    response = client.post(f"/p/{slug}/review", {"title": title, "on": "2024-06-20", "there": "two ward managers"})
    assert response.status_code == 302, words(response)
    return response.headers["Location"]


def loaded(client: Client, address: str) -> dict[str, str]:
    response = client.get(address)
    assert response.status_code == 200
    return form_of(response.content.decode())


def rows(form: dict[str, str], of: str) -> list[str]:
    """The names of the rows of a list, in the order of the page."""
    return list(dict.fromkeys(".".join(name.split(".")[:2]) for name in form if name.startswith(f"{of}.")))


DECISION = {
    "what": "wait",
    "why": "Nights are short of staff",
    "by": "the steering group",
    "dissent": "",
    "agreed": "yes",
}
ACTION = {"title": "Visit Ward 2", "owner": "Ben", "due": "2024-07-15", "site": "Ward 2"}


def with_row(form: dict[str, str], of: str, cells: dict[str, str], nth: int = -1) -> dict[str, str]:
    part = rows(form, of)[nth]
    return form | {f"{part}.{name}": cell for name, cell in cells.items()}


def held(
    client: Client, close: str = "programme", decided: str = "Nights are short of staff", **more: str
) -> tuple[str, Meeting]:
    """A whole review, closed."""
    address = begun(client)
    form = loaded(client, address) | {"reading": "We read it so", "differ": "Nobody agrees", "open": "Who pays?"} | more
    form = with_row(with_row(form, "decisions", DECISION | {"why": decided}), "actions", ACTION | {"owner": decided})
    response = client.post(address, form | {"do": "close", "visibility": close})
    assert response.status_code == 302, words(response)
    return address, Meeting.objects.latest("pk")


# Beginning


def test_a_review_begins_with_a_title_a_day_and_who_is_there(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    meeting = Meeting.objects.get()
    assert (meeting.title, meeting.on, meeting.by, meeting.since) == ("June", date(2024, 6, 20), "ana", 0)
    assert meeting.upto < Trail.objects.first().pk
    page = words(client.get(address))
    assert "two ward managers" in page and "This is the first review" in page
    assert Trail.objects.first().did == "began a review"


@pytest.mark.parametrize(
    "sent", [{}, {"title": "June"}, {"title": " ", "on": "2024-06-20"}, {"title": "June", "on": "soon"}]
)
def test_what_is_missing_to_begin_is_said_and_what_was_typed_stays(cast, sent):
    response = signed_in(cast.ana).post("/p/falls/review", sent | {"there": "two ward managers"})
    assert response.status_code == 422
    assert "two ward managers" in response.content.decode()
    assert not Meeting.objects.exists()


def test_a_programme_with_nothing_yet_can_be_reviewed(cast):
    row = actions.load_programme(Programme("Only a name"), by="tests")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    client = signed_in(cast.ana)
    address = begun(client, row.slug)
    page = words(client.get(address))
    assert "The record shows no place where views differ." in page
    assert client.post(address, loaded(client, address) | {"do": "close"}).status_code == 302
    minutes = client.get(address)
    assert minutes.status_code == 200 and "two ward managers" in words(minutes)


# What changed


def changed(row, **options) -> dict[str, list[str]]:
    row.refresh_from_db()
    meeting = Meeting.objects.latest("pk")
    found = of_review.changed(Book(row, options.get("scope", ALL)), meeting)
    return {group.title: [line.text for line in group.lines] for group in found}


def test_the_second_review_looks_at_what_came_after_the_first(cast):
    client, row = signed_in(cast.ana), cast.falls
    held(client)
    reference = actions.record(
        row, STAGES, {"site": "Ward 5", "stage": "embedded", "on": "2024-05-01"}, by="Ben", scope=ALL
    )
    actions.record(row, STAGES, {"site": "Ward 3", "stage": "paused", "on": "2024-05-09"}, by="Ben", scope=ALL)
    actions.record(
        row, ADAPTATIONS, {"site": "Ward 4", "on": "2024-05-02", "what": "Shorter rounds"}, by="Ben", scope=ALL
    )
    withdrawn = actions.record(row, NOTES, {"on": "2024-05-02", "title": "A slip"}, by="Ben", scope=ALL)
    old = f"stages:{row.stages.get(site='Ward 1', stage='stopped').id}"
    seen = row.stages.get(site="Ward 1", stage="stopped").line
    actions.amend(row, old, {"reason": "The ward moved"}, by="Ben", scope=ALL, seen=seen, why="It was known")
    actions.withdraw(row, f"notes:{row.notes.get(site='Ward 2').id}", by="Ben", scope=ALL, why="Not for others")
    actions.withdraw(row, withdrawn, by="Ben", scope=ALL, why="a slip")
    actions.change_words(row, {"aim": "Fewer falls"}, by="Ana", why="shorter")
    address = begun(client)
    told = changed(row)
    assert told["Where sites stand"] == [
        "Ward 1, the long one: stopped, lapsed; The ward moved. · 1 Mar 2023",
        "Ward 3, the long one: paused. · 9 May 2024",
        "Ward 5, the long one: embedded. · 1 May 2024",
    ]
    assert told["Adaptations"] == ["Ward 4, the long one: Shorter rounds. · 2 May 2024"]
    assert told["Notes"] == [
        "Ward 2, the long one: Night staff were not told."
    ]  # what came and went between is not there
    assert told["What else was done"] == [f"Ana changed what the programme says of itself, {day_of(Trail)}: shorter"]
    assert set(told) == {"Where sites stand", "Adaptations", "Notes", "What else was done"}
    page = client.get(address).content.decode()
    assert "reason was empty" in page and ">withdrawn<" in page and ">amended<" in page
    assert "Who pays?" in page  # left open last time
    assert reference


def day_of(model) -> str:
    from takeroot.charts.wording import day

    return day(model.objects.get(did__startswith="changed what").at.date())


def test_values_are_counted_and_signals_are_told_once(cast):
    client, row = signed_in(cast.ana), cast.falls
    begun(client)
    told = changed(row)
    assert told["Values that came in"] == ["Falls with harm: 180 values at 6 sites, 1 Jan 2022 to 1 Jun 2024"]
    Meeting.objects.all().delete()
    held(client)
    frame = falls().values.with_columns(
        value=pl.col("value") + 40 * (pl.col("on") == date(2024, 6, 1)).cast(pl.Float64)
    )
    line = Trail.objects.create(
        by="Ana", did="brought values in", programme="falls", what={"rows": {"values": {"changed": 6}}}
    )
    ledger.put(row, ledger.compare(row, VALUES, frame), line)
    from takeroot.web.actions.line import raise_revision

    raise_revision(row, ["values"])
    begun(client)
    told = changed(row)
    assert told["Values that came in"] == ["Falls with harm: 6 values at 6 sites, 1 Jun 2024 to 1 Jun 2024"]
    assert len(told["Signals newly found"]) == 6
    assert [re.search(r"Ward \d", one)[0] for one in told["Signals newly found"]] == [f"Ward {n}" for n in range(1, 7)]


def test_what_comes_while_people_meet_is_taken_in_when_they_ask(cast):
    client, row = signed_in(cast.ana), cast.falls
    address = begun(client)
    actions.record(row, STAGES, {"site": "Ward 5", "stage": "embedded", "on": "2024-05-01"}, by="Ben", scope=ALL)
    assert "1 more thing was done since this review began" in words(client.get(address))
    assert "Ward 5, the long one: embedded" not in words(client.get(address))
    client.post(address, loaded(client, address) | {"do": "catch-up"})
    page = words(client.get(address))
    assert "more thing" not in page and "Ward 5, the long one: embedded" in page


def test_where_views_differ_is_shown_with_whose_they_are(cast):
    row = cast.falls
    said = {"kind": "technological", "text": "Tablets", "works": "disputed", "according_to": "night staff"}
    from takeroot.vocabulary.tables import CONDITIONS, CORE_CLAIMS

    actions.record(row, CONDITIONS, said, by="Ana", scope=ALL)
    for who, core in (("Ana", "yes"), ("Ben", "no")):
        actions.record(
            row, CORE_CLAIMS, {"component": "rounding", "core": core, "according_to": who}, by=who, scope=ALL
        )
    for source, stage in (("visit", "using"), ("form", "paused")):
        cells = {"site": "Ward 6", "stage": stage, "on": "2024-04-01", "source": source}
        actions.record(row, STAGES, cells, by="Ana", scope=ALL)
    change = f"stages:{row.stages.get(site='Ward 1', stage='stopped').id}"
    why = {"change": change, "reason": "The lead left", "by": "Ana", "dissent": "Night staff: it was never used"}
    actions.record(row, EXPLANATIONS, why, by="Ana", scope=ALL)
    row.refresh_from_db()
    found = {
        group.title: [line.text for line in group.lines] for group in of_review.differing(Book(row, ALL), date.max)
    }
    assert found["Conditions that are disputed"] == ["Tablets. · night staff"]
    assert found["What is core, and according to whom"] == [
        "Hourly rounding is core, according to Ana",
        "Hourly rounding is not core, according to Ben",
    ]
    assert found["Sources that conflict"][0].startswith("Ward 6, the long one: form has paused from 1 Apr 2024")
    assert found["Explanations with dissent"] == ["The lead left Dissent: Night staff: it was never used"]
    assert len(found["Changes of which accounts differ"]) == 1


# Writing together


def test_what_is_written_is_kept_and_leaves_a_line_without_its_words(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    client.post(address, loaded(client, address) | {"reading": "Nobody\r\nknows", "do": "save"})
    assert Meeting.objects.get().words["reading"] == "Nobody\nknows"
    line = Trail.objects.first()
    assert (line.did, line.what["parts"]) == ("took notes in a review", ["reading"])
    assert "knows" not in str(list(Trail.objects.values()))
    lines = Trail.objects.count()
    client.post(address, loaded(client, address) | {"do": "save"})
    assert Trail.objects.count() == lines


def test_two_people_who_write_in_different_places_lose_nothing(cast):
    actions.add_member(cast.falls, person=cast.dan, role="analyst", by="tests")
    ana, dan = signed_in(cast.ana), signed_in(cast.dan)
    address = begun(ana)
    hers, his = loaded(ana, address), loaded(dan, address)
    assert ana.post(address, with_row(hers | {"reading": "Ana reads"}, "decisions", DECISION)).status_code == 302
    his = with_row(his | {"open": "Dan asks"}, "decisions", DECISION | {"what": "stop"})
    assert dan.post(address, his).status_code == 302
    words = Meeting.objects.get().words
    assert (words["reading"], words["open"]) == ("Ana reads", "Dan asks")
    assert [one["what"] for one in words["decisions"]] == ["wait", "stop"]


def test_two_people_who_write_in_one_place_see_both(cast):
    actions.add_member(cast.falls, person=cast.dan, role="analyst", by="tests")
    ana, dan = signed_in(cast.ana), signed_in(cast.dan)
    address = begun(ana)
    hers, his = loaded(ana, address), loaded(dan, address)
    ana.post(address, hers | {"reading": "Ana reads"})
    response = dan.post(address, his | {"reading": "Dan reads", "open": "Dan asks", "do": "close"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "<strong>ana wrote here too, while you did.</strong>" in page
    assert "Dan reads</textarea>" in page and "<p>Ana reads</p>" in page
    meeting = Meeting.objects.get()
    assert (meeting.words["reading"], meeting.words["open"], meeting.closed) == ("Ana reads", "Dan asks", None)
    again = form_of(page)
    assert dan.post(address, again | {"reading": "Ana reads; Dan reads"}).status_code == 302
    assert Meeting.objects.get().words["reading"] == "Ana reads; Dan reads"


def test_one_row_that_two_people_change_is_shown_twice_and_one_that_is_emptied_goes(cast):
    actions.add_member(cast.falls, person=cast.dan, role="analyst", by="tests")
    ana, dan = signed_in(cast.ana), signed_in(cast.dan)
    address = begun(ana)
    ana.post(address, with_row(loaded(ana, address), "decisions", DECISION))
    hers, his = loaded(ana, address), loaded(dan, address)
    part = rows(hers, "decisions")[0]
    ana.post(address, hers | {f"{part}.what": "stop"})
    response = dan.post(address, his | {f"{part}.what": "pause"})
    assert response.status_code == 422 and "<p>stop</p>" in response.content.decode()
    assert Meeting.objects.get().words["decisions"][0]["what"] == "stop"
    now = loaded(ana, address)
    ana.post(address, {name: "" if name.startswith(part) else cell for name, cell in now.items()})
    assert Meeting.objects.get().words["decisions"] == []


def test_a_form_that_is_sent_twice_writes_once(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    form = with_row(loaded(client, address), "actions", ACTION)
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    assert len(Meeting.objects.get().words["actions"]) == 1


def test_what_is_kept_as_one_goes_does_not_overwrite_what_others_wrote(cast):
    actions.add_member(cast.falls, person=cast.dan, role="analyst", by="tests")
    ana, dan = signed_in(cast.ana), signed_in(cast.dan)
    address = begun(ana)
    hers, his = loaded(ana, address), loaded(dan, address)
    ana.post(address, hers | {"reading": "Ana reads"})
    kept = dan.post(address, his | {"open": "Dan asks"}, headers={"HX-Request": "true"})
    assert kept.status_code == 200 and kept.content.decode().strip().startswith('<div id="kept"')
    stamps = form_of(kept.content.decode())
    assert dan.post(address, his | stamps | {"open": "Dan asks on"}).status_code == 302
    assert {name: Meeting.objects.get().words[name] for name in ("reading", "open")} == {
        "reading": "Ana reads",
        "open": "Dan asks on",
    }
    clash = dan.post(address, his | stamps | {"reading": "Dan reads"}, headers={"HX-Request": "true"})
    assert "Press Save to see both" in words(clash)
    assert Meeting.objects.get().words["reading"] == "Ana reads"


# Closing


def test_closing_makes_a_note_and_rows_in_one_line(cast):
    client, row = signed_in(cast.ana), cast.falls
    before = cast.falls.revision
    _, meeting = held(client)
    row.refresh_from_db()
    assert row.revision == before + 1
    line = Trail.objects.first()
    assert (line.did, line.what["rows"]) == (
        "closed a review",
        {"notes": {"new": 1}, "actions": {"new": 1}, "decisions": {"new": 1}},
    )
    note = row.notes.get(id=meeting.note.partition(":")[2])
    decision, action = row.decisions.get(), row.actions.get()
    assert (note.source_kind, note.visibility, note.on, note.line) == (
        "meeting",
        "programme",
        date(2024, 6, 20),
        line.pk,
    )
    assert note.about == f"{decision.reference};{action.reference}"
    assert (decision.what, decision.by, decision.dissent) == ("wait", "the steering group", None)
    assert (action.title, action.site, action.status, action.due) == (
        "Visit Ward 2",
        "Ward 2",
        "open",
        date(2024, 7, 15),
    )
    assert "Nights are short" not in str(list(Trail.objects.values())) and guards.broken() is None
    assert Programme.read  # the record reads back through the door, with what came in
    assert archive.programme_of(row, ALL).find(meeting.note)["title"] == "Minutes: June"


def test_minutes_say_what_people_wrote_and_what_was_recorded_and_nothing_else(cast):
    client, row = signed_in(cast.ana), cast.falls
    _, meeting = held(client)
    text = row.notes.get(id=meeting.note.partition(":")[2]).text
    blocks = text.split("\n\n")
    assert blocks[:2] == ["Who was there", "two ward managers"]
    listed = [block for block in blocks if "\n- " in block]
    for block in listed:
        assert all(line.startswith("- ") for line in block.splitlines()[1:])
    written = [block for block in blocks if block not in listed]
    assert written[2:] == [
        "What was recorded since the last review",
        "Where views differ",
        "Nobody agrees",
        "How we read it",
        "We read it so",
        "What stays open",
        "Who pays?",
        "Decisions",
        "- wait: Nights are short of staff\n  Decided by the steering group.\n  Nobody saw it otherwise.",
        "Actions",
        "- Visit Ward 2; Ward 2; Nights are short of staff; by 15 Jul 2024",
    ]


def test_minutes_for_everybody_list_nothing_that_is_not_released(cast):
    row, client = cast.falls, signed_in(cast.ana)
    actions.record(
        row,
        ADAPTATIONS,
        {"site": "Ward 4", "on": "2024-05-02", "what": "A quiet change", "visibility": "site"},
        by="Ben",
        scope=ALL,
    )
    address, meeting = held(client, close="all")
    text = row.notes.get(id=meeting.note.partition(":")[2]).text
    assert "Night staff were not told" not in text and "A quiet change" not in text
    assert "Ward 1, the long one: stopped" in text
    viewer = signed_in(cast.cleo)
    assert "We read it so" in words(viewer.get(address))
    cells = {"site": "Ward 4", "on": "2024-05-03", "what": "Another quiet change", "visibility": "site"}
    actions.record(row, ADAPTATIONS, cells, by="Ben", scope=ALL)
    inner, _ = held(client, decided="Another time")
    assert "Another quiet change" in words(client.get(inner))
    assert viewer.get(inner).status_code == 404
    assert inner not in viewer.get("/p/falls/review").content.decode()


def test_a_closed_review_is_only_read(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    form = loaded(client, address) | {"reading": "Ana reads"}
    assert client.post(address, form | {"do": "close"}).status_code == 302
    late = client.post(address, form | {"reading": "Too late", "do": "save"})
    assert late.status_code == 422
    assert "This review is closed" in words(late) and "Too late" in words(late)
    page = client.get(address).content.decode()
    assert "<textarea" not in page and "Ana reads" in page
    lines = Trail.objects.count()
    for do in ("close", "cancel", "catch-up"):
        assert client.post(address, form | {"do": do}).status_code == 422
    assert Trail.objects.count() == lines


def test_a_decision_asks_who_sees_it_otherwise(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    form = with_row(loaded(client, address), "decisions", DECISION | {"agreed": ""})
    form = with_row(form, "actions", {"title": "", "owner": "Ben", "due": "soon", "site": "Ward 22"})
    response = client.post(address, form | {"do": "close"})
    page = words(response)
    assert response.status_code == 422
    assert (
        "Decision 1, column &#x27;dissent&#x27;: ask who sees it otherwise and write that down, "
        "or tick that nobody does" in page
    )
    assert "Action 1, column &#x27;title&#x27;" in page and "Action 1, column &#x27;due&#x27;" in page
    assert not Meeting.objects.get().closed and not cast.falls.decisions.exists() and not cast.falls.actions.exists()
    assert Meeting.objects.get().words["decisions"][0]["why"] == DECISION["why"]


def test_what_fails_while_it_closes_leaves_the_review_open_and_nothing_behind(cast, monkeypatch):
    client = signed_in(cast.ana)
    address = begun(client)
    form = with_row(loaded(client, address), "decisions", DECISION)
    client.post(address, form)
    meeting, row = Meeting.objects.get(), cast.falls
    row.refresh_from_db()
    before = (row.revision, Trail.objects.count(), row.notes.count())
    monkeypatch.setattr(meetings, "minutes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.close_meeting(row, meeting, recorded={}, by="ana", scope=ALL)
    row.refresh_from_db()
    assert (row.revision, Trail.objects.count(), row.notes.count()) == before
    assert not row.decisions.exists() and Meeting.objects.get().closed is None


def test_a_review_is_cancelled_and_what_was_written_stays_readable(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    client.post(address, loaded(client, address) | {"reading": "Half a thought", "do": "cancel", "why": "Nobody came"})
    meeting = Meeting.objects.get()
    assert meeting.closed and not meeting.note
    assert (Trail.objects.first().did, Trail.objects.first().why) == ("cancelled a review", "Nobody came")
    page = client.get(address)
    assert "Half a thought" in words(page) and "This review was cancelled" in words(page)
    assert "<button" not in page.content.decode().partition("<main")[2]
    assert not cast.falls.notes.filter(source_kind="meeting").exists()
    begun(client)
    assert Meeting.objects.latest("pk").since == 0  # a review that was cancelled reviewed nothing


def test_minutes_that_were_taken_out_of_the_record_are_shown_to_nobody(cast):
    client = signed_in(cast.ana)
    address, _ = held(client, close="all")
    actions.undo(cast.falls, Trail.objects.first(), by="ana", why="The wrong meeting")
    assert not cast.falls.decisions.exists() and not cast.falls.actions.exists()
    assert client.get(address).status_code == 404
    assert address not in client.get("/p/falls/review").content.decode()


# Who may


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_those_who_do_not_hold_reviews_neither_begin_nor_see_one_that_is_open(cast, who):
    address = begun(signed_in(cast.ana))
    client = signed_in(getattr(cast, who))
    assert client.get(address).status_code == 404
    assert client.post(address, {"reading": "mine"}).status_code == 403
    assert client.post("/p/falls/review", {"title": "Mine", "on": "2024-01-01"}).status_code == 403
    assert "June" not in words(client.get("/p/falls/review"))
    assert Meeting.objects.count() == 1 and "reading" not in {k for k, v in Meeting.objects.get().words.items() if v}


def test_a_review_of_one_programme_is_not_found_under_another(cast):
    address = begun(signed_in(cast.ana))
    assert signed_in(cast.dan).get(address.replace("falls", "sepsis")).status_code == 404
    assert signed_in(cast.dan).post(address.replace("falls", "sepsis"), {"reading": "x"}).status_code == 404


def test_somebody_with_some_sites_reads_no_minutes(cast):
    address, _ = held(signed_in(cast.ana), close="all")
    client = signed_in(cast.ben)
    assert client.get(address).status_code == 404
    page = words(client.get("/p/falls/review"))
    assert "June" not in page and "their minutes are shown to those who see the whole" in page


def test_queries_of_a_review_do_not_grow_with_rows(cast):
    def asked(sites: int) -> int:
        row = actions.load_programme(falls(sites), by="tests", slug=f"falls-{sites}")
        actions.add_member(row, person=cast.ana, role="lead", by="tests")
        client = signed_in(cast.ana)
        address = begun(client, row.slug)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return len(queries)

    assert asked(4) == asked(40)


def test_a_meeting_without_a_title_is_refused(cast):
    with pytest.raises(TakerootError, match="Say what this review is called"):
        actions.begin_meeting(cast.falls, title=" ", on=date(2024, 1, 1), by="ana")
