"""The story: filters, changes and their accounts, one change, whose voices; and what was planted is found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from ruamel.yaml import YAML
from tests.web.test_review import begun, loaded, signed_in, words

import takeroot as tr
from takeroot import Programme
from takeroot.web import actions
from takeroot.web.models import Meeting, Trail
from takeroot.web.models.rows import NoteRow

pytestmark = pytest.mark.django_db

TRUTH = YAML(typ="safe", pure=True).load(Path(__file__).parents[1] / "truth/synthetic.yaml")


def told() -> Programme:
    """A lapse with two reasons that differ, a site that began, and notes in three voices."""
    return Programme(
        {"name": "Told", "as_at": "2024-12-31"},
        sites={"site": ["A", "B"], "name": ["Ward A", "Ward B"]},
        stages={
            "id": ["a1", "a2", "b1"],
            "site": ["A", "A", "B"],
            "stage": ["using", "stopped", "using"],
            "on": ["2024-01-10", "2024-06-01", "2024-05-01"],
        },
        events={"id": ["e"], "on": ["2024-05-20"], "kind": ["staffing"], "title": ["The lead nurse left"]},
        other_work={"id": ["o"], "site": ["A"], "name": ["Sepsis bundle"], "since": ["2024-05-02"]},
        anchors={"id": ["n"], "what": ["policy"], "title": ["In the ward handbook"], "on": ["2024-03-01"]},
        notes={
            "id": ["n1", "n2", "n3"],
            "on": ["2024-06-02", "2024-06-03", "2024-06-04"],
            "title": ["Nobody was left to do it", "It was not missed", "They stopped ringing"],
            "site": ["A", "A", "A"],
            "voice": ["night nurse", "ward manager", "carer"],
            "visibility": ["all", "all", "all"],
        },
        codings={"id": ["c1"], "note": ["notes:n1"], "construct": ["Collective action"], "coder": ["first"]},
        explanations={
            "id": ["x1", "x2"],
            "change": ["stages:a2", "stages:a2"],
            "reason": ["The staff had gone", "It did no good"],
            "speaks_for": ["notes:n1", "notes:n2"],
            "speaks_against": ["notes:n2", None],
            "confidence": ["high", "low"],
            "dissent": ["The manager sees it otherwise", None],
            "by": ["night nurse", "ward manager"],
            "visibility": ["all", "all"],
        },
        accounts={
            "id": ["w1", "w2"],
            "question": ["what changed and why", "what changed and why"],
            "on": ["2024-07-01", "2024-07-02"],
            "by": ["ward team", "sponsor"],
            "text": ["It lapsed when she left [stages:a2].", "It was a success."],
        },
        rounds={
            "id": ["r"],
            "round": ["spring"],
            "instrument": ["npt"],
            "edition": ["1"],
            "subject": ["programme"],
            "opens": ["2024-04-01"],
            "closes": ["2024-04-20"],
            "invited": [12],
        },
        entries={
            "id": ["d1", "d2"],
            "instrument": ["dsf"] * 2,
            "edition": ["1"] * 2,
            "subject": ["programme"] * 2,
            "question": ["time", "trigger"],
            "on": ["2024-02-01"] * 2,
            "text": ["T1", "scheduled"],
        },
    )


@pytest.fixture
def ana(cast) -> Client:
    row = actions.load_programme(told(), by="tests", slug="told")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    return signed_in(cast.ana)


def lines(page: str) -> list[str]:
    """What the lines of a page say."""
    found = re.findall(r'<p class="what">(.*?)</p>', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


# The line of time


def test_rounds_and_writings_stand_on_the_line_of_time(ana):
    told = " ".join(lines(ana.get("/p/told/story", {"kind": "assessment"}).content.decode()))
    assert "A round of “Is it becoming normal work?” about the whole programme; 12 people were asked." in told
    assert "Written to “Does it still fit? A record over time” about the whole programme: 2 answers." in told


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({"voice": "carer"}, ["They stopped ringing (carer)."]),
        ({"construct": "Collective action"}, ["Nobody was left to do it (night nurse)."]),
        ({"strand": "structure"}, ["Policy: In the ward handbook."]),
        ({"strand": "context"}, ["The lead nurse left (staffing)."]),
        ({"voice": "carer", "strand": "context"}, []),
    ],
)
def test_the_story_is_narrowed_by_voice_strand_and_construct(ana, asked, there):
    assert lines(ana.get("/p/told/story", asked).content.decode()) == there


def test_what_is_no_choice_narrows_nothing(ana):
    every = lines(ana.get("/p/told/story").content.decode())
    page = ana.get("/p/told/story", {"voice": "nobody", "strand": "x", "construct": "y"}).content.decode()
    assert lines(page) == every


# Changes and accounts


def test_changes_stand_by_what_is_said_of_them_and_accounts_by_what_they_cite(ana):
    page = words(ana.get("/p/told/story/accounts"))
    differ, none = page.index("Accounts differ (1, latest first)"), page.index("No account yet (2, latest first)")
    assert differ < page.index("Ward A stopped using it on 1 Jun 2024.") < none
    assert none < page.index("Ward B began to use it on 1 May 2024.")
    nothing = page.index("Accounts that cite nothing of the record (1)")
    assert nothing < page.index("What changed and why, by sponsor") < page.index("Accounts that cite the record (1)")
    assert "Nothing in the record is in the voice of those who run or support the programme." not in page  # the sponsor
    assert "Nothing in the record is in the voice of those who study, fund or regulate it." in page


def test_a_change_that_somebody_notes_is_marked_as_mattering_and_the_two_answers_say_by_what(ana):
    page = ana.get("/p/told/story/changes/stages:b1").content.decode()
    where = re.search(r'<a href="([^"]+)">Note what it means to you</a>', page)[1].replace("&amp;", "&")
    form = ana.get(where).content.decode()
    assert re.search(r'name="about"[^>]*>\s*stages:b1|name="about"[^>]*value="stages:b1"', form)
    before = words(ana.get("/p/told/"))
    assert "Marked by 2 reasons" in before and "Ward B began to use it on 1 May 2024. Marked by" not in before
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|once)" value="([^"]+)"', form))
    cells = {"about": "stages:b1", "on": "2024-06-05", "title": "This is the one that mattered", "visibility": "all"}
    answer = ana.post("/p/told/record/notes", {**cells, **hidden, "site": "B"})
    assert answer.status_code == 302, words(answer)
    assert "Ward B began to use it on 1 May 2024. Marked by a note." in words(ana.get("/p/told/"))


def test_a_change_shows_what_speaks_for_and_against_each_reason_with_its_confidence_and_dissent(ana):
    page = words(ana.get("/p/told/story/changes/stages:a2"))
    nurse, manager = page.index("A reason, according to night nurse"), page.index("A reason, according to ward manager")
    first = page[nurse:manager]
    assert "confidence: high" in first and "The staff had gone" in first
    assert first.index("speaks for it") < first.index("Nobody was left to do it") < first.index("speaks against it")
    assert first.index("speaks against it") < first.index("It was not missed")
    assert "sees it otherwise The manager sees it otherwise" in first
    assert "Nothing is named that speaks against it." in page[manager:]
    assert "It lapsed when she left" in page[page.index("Accounts that cite it") :]


def test_what_was_near_in_time_is_a_question_and_never_a_reason(ana):
    page = words(ana.get("/p/told/story/changes/stages:a2"))
    near = page[
        page.index("Did any of these play a part?") : page.index("Whose voices", page.index("Did any of these"))
    ]
    assert "it is a question to those who were there" in near
    assert "12 days before event The lead nurse left (staffing)." in near
    assert "30 days before other work Other work at Ward A: Sepsis bundle." in near
    assert "Ward B" not in near and "Nobody was left" not in near


def test_a_change_says_whose_voice_it_lacks(ana):
    page = words(ana.get("/p/told/story/changes/stages:a2"))
    assert "Not of patients, carers and communities" in page
    assert "It has nobody&#x27;s voice yet." in words(ana.get("/p/told/story/changes/stages:b1"))


def test_no_change_is_no_page_and_who_sees_a_part_sees_none(ana, cast):
    assert ana.get("/p/told/story/changes/stages:gone").status_code == 404
    assert ana.get("/p/told/story/changes/signals:0").status_code == 404
    row = actions.programmes.Programme.objects.get(slug="told")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["A"], by="tests")
    ben = signed_in(cast.ben)
    assert ben.get("/p/told/story/changes/stages:a2").status_code == 404
    assert ben.get("/p/told/story/accounts").status_code == 404
    assert ben.get("/p/told/story").status_code == 200


def test_the_second_answer_holds_what_people_marked_and_what_nobody_meant(ana):
    page = words(ana.get("/p/told/"))
    assert "People gave a reason for one change, cited it or noted it; of 1 the accounts differ." in page
    assert "Predicted" not in page


# What was planted


@pytest.fixture
def planted(cast) -> Client:
    row = actions.load_programme(tr.examples.load("synthetic"), by="tests", slug="planted")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    return signed_in(cast.ana)


def test_the_page_lists_the_planted_changes_and_finds_the_planted_signals(planted):
    page = planted.get("/p/planted/story/accounts").content.decode()
    parts = {
        "accounts differ": "Accounts differ (",
        "no account yet": "No account yet (",
        "has an account": "With an acc",
    }
    starts = {state: page.index(title) for state, title in parts.items()}
    ends = {
        state: min([at for at in [*starts.values(), page.index('id="accounts"')] if at > starts[state]])
        for state in parts
    }
    wanted: list[tuple[str, str]] = [(one, state) for state, those in TRUTH["changes"].items() for one in those]
    wanted += [(one["reference"], one["state"]) for one in TRUTH["signals"]]
    missing = [
        (reference, state)
        for reference, state in wanted
        if f"/p/planted/story/changes/{reference}" not in page[starts[state] : ends[state]].replace("%3A", ":")
    ]
    assert missing == [] and len(wanted) == 21
    nothing = page[page.index("Accounts that cite nothing") : page.index("Accounts that cite the record")]
    assert [f"rows/{one.replace(':', '/')}" in nothing for one in TRUTH["cites_nothing"]] == [True]


@pytest.mark.parametrize("signal", [one for one in TRUTH["signals"] if one["cause"]], ids=lambda one: one["reference"])
def test_the_cause_that_was_planted_is_brought_to_the_signal_or_asked_about(planted, signal: dict[str, Any]):
    page = planted.get(f"/p/planted/story/changes/{signal['reference']}").content.decode()
    table, _, row = signal["cause"].partition(":")
    assert f"/rows/{table}/{row}" in page


# Names


@pytest.mark.parametrize(
    "text", ["Ring John Smith", "Mrs Jones said so", "Call 020 7946 0018", "Her number is 943 476 5919"]
)
def test_no_form_with_free_words_keeps_a_name_unasked(cast, text):
    client, before = signed_in(cast.ana), NoteRow.objects.count()
    site = cast.falls.sites.first()
    address, sent = f"/p/falls/sites/{site.id}/ask", {"question": text, "more": ""}
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "Does this say who somebody is?" in words(answer)
    assert NoteRow.objects.count() == before and text in answer.content.decode()
    seen = re.search(r'name="seen_names" value="(\w+)"', answer.content.decode())[1]
    assert client.post(address, {**sent, "seen_names": seen}).status_code == 302
    assert NoteRow.objects.count() == before + 1


def test_minutes_and_reasons_for_amending_are_asked_about_too(cast):
    client = signed_in(cast.ana)
    address = begun(client)
    sent = loaded(client, address) | {"reading": "John Smith thinks it went well", "do": "close"}
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "a name (&#x27;John Smith&#x27;)" in answer.content.decode()
    assert Meeting.objects.get().closed is None and Meeting.objects.get().words["reading"].startswith("John Smith")
    seen = re.search(r'name="seen_names" value="(\w+)"', answer.content.decode())[1]
    assert client.post(address, loaded(client, address) | {"do": "close", "seen_names": seen}).status_code == 302
    row = cast.falls.stages.first()
    where = f"/p/falls/rows/stages/{row.id}"
    assert client.post(where, {"do": "withdraw", "because": "Dr Brown said so"}).status_code == 422
    assert cast.falls.stages.filter(id=row.id).exists()


# Reviews


def test_a_review_shows_where_answers_to_a_round_differ(cast):
    row = actions.load_programme(tr.examples.load("synthetic"), by="tests", slug="planted")
    actions.add_member(row, person=cast.ana, role="lead", by="tests")
    client = signed_in(cast.ana)
    page = words(client.get(begun(client, "planted")))
    part = page[page.index("Answers to rounds that differ most") : page.index("Conditions that are disputed")]
    assert part.count("npt-2025, about the whole programme") == 3 and "npt-2022" not in part


@pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF")])
def test_minutes_are_taken_as_a_file_and_the_trail_tells_of_it(cast, kind, begins):
    client = signed_in(cast.ana)
    address = begun(client)
    client.post(address, loaded(client, address) | {"reading": "It holds by one person.", "do": "close"})
    answer = client.post(f"{address}/file", {"format": kind})
    assert answer.status_code == 200 and answer.content.startswith(begins)
    assert f"falls-minutes-2024-06-20.{kind}" in answer.headers["Content-Disposition"]
    assert Trail.objects.first().what["kind"] == f"minutes as {kind}"
    if kind == "html":
        assert "It holds by one person." in answer.content.decode() and "two ward managers" in answer.content.decode()
    assert client.post(f"{address}/file", {"format": "exe"}).status_code == 404
    assert signed_in(cast.cleo).post(f"{address}/file", {"format": kind}).status_code in (403, 404)


def test_who_writes_an_account_is_given_what_to_cite_and_what_to_ask_and_no_word_of_it(ana):
    page = ana.get("/p/told/record/accounts?text=%5Bstages%3Aa2%5D").content.decode()
    beside = page[
        page.index("What you can cite, and what to ask") : page.index("</details>", page.index("What you can"))
    ]
    assert "Ward B began to use it on 1 May 2024. <code>[stages:b1]</code>" in beside
    assert "<code>accounts:w1</code>" in beside and "who would tell it differently?" in beside
    assert re.search(r'<textarea[^>]*name="text"[^>]*>\s*\[stages:a2\]</textarea>', page)


def test_every_statement_of_the_two_answers_leads_to_its_evidence(ana):
    page = ana.get("/p/told/").content.decode()
    both = page[page.index('id="planned"') : page.index('id="questions"')]
    assert 'href="/p/told/rows/stages/b1"' in both and 'href="/p/told/rows/stages/a2"' in both
    evidence = re.findall(r"<summary>Evidence \(\d+\)</summary><ol>(.*?)</ol>", both, re.S)
    assert evidence and all(
        "<a href=" in item for each in evidence for item in re.findall(r"<li>(.*?)</li>", each, re.S)
    )
