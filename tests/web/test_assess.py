"""Instruments in the workbench: the library, records and plans, and what people answered in a round."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary.own_instruments import PARAPHRASE
from takeroot.vocabulary.tables import ANSWERS, ENTRIES, ROUNDS
from takeroot.web import actions, archive, guards, ledger
from takeroot.web.actions.line import leave, raise_revision
from takeroot.web.models import Draft, EntryRow, Trail
from takeroot.web.panels.assess import kept
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

DSF = "/p/falls/assess/dsf"
YES = Scope.everything()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def written(programme, name: str, on: date, answers: dict, words: dict | None = None, site: str | None = None) -> int:
    """A record made directly."""
    keyed = {key if isinstance(key, tuple) else (key, None): text for key, text in answers.items()}
    said = {key if isinstance(key, tuple) else (key, None): text for key, text in (words or {}).items()}
    one = kept.in_use()[name]
    return actions.write_record(programme, one, keyed, said, site=site, on=on, by="ana", scope=YES)


def fit(name: str) -> dict[str, str]:
    """The least that a record of fit holds."""
    one = kept.in_use()["dsf"]
    needed = {question.id: "words" for question in one.questions if question.needed}
    asked = [question for question in one.questions if question.scale == "fit"]
    said = {question.id: name for question in asked}
    called = {other for question in asked for other in question.calls_for}
    return needed | said | {other: f"because {name}" for other in called} | {"time": "T0"}


def must(name: str, answers: dict[str, str]) -> dict[str, str]:
    return {q.id: "a reason" for q in kept.in_use()[name].questions if q.with_text == "must" and q.id in answers}


def asked_round(programme, name: str, answers: list[dict[str, str]], *, kind: str, closes: date, of: str) -> None:
    """A round with its answers, as they stand once it has closed."""
    one = kept.in_use()[of]
    raise_revision(programme, ["rounds", "answers"])
    line = leave("tests", "asked", programme)
    rows = {
        "round": [name], "instrument": [of], "edition": [one.edition], "subject": ["programme"], "kind": [kind],
        "opens": [closes - timedelta(days=10)], "closes": [closes],
    }  # fmt: skip
    archive.put(programme, ROUNDS, keyed(ROUNDS, rows), line.pk)
    flat = [(f"p{n}", question, answer) for n, said in enumerate(answers) for question, answer in said.items()]
    told = {
        "round": [name] * len(flat),
        "respondent": [who for who, _, _ in flat],
        "question": [question for _, question, _ in flat],
        "answer": [answer for _, _, answer in flat],
    }
    archive.put(programme, ANSWERS, keyed(ANSWERS, told), line.pk)


def keyed(table, rows):
    from takeroot.web.stored import keys

    frame = table.identified(table.read(rows))
    return frame.with_columns(keys(table, frame))


def test_every_instrument_is_in_the_library_with_whose_words_it_asks(cast):
    page = signed_in(cast.ana).get("/p/falls/assess").content.decode()

    for one in kept.in_use().values():
        assert f'href="/p/falls/assess/{one.id}"' in page, one.id
    assert page.count(PARAPHRASE) >= len(kept.in_use())
    assert "Nothing was asked or written yet" in page


@pytest.mark.parametrize("name", sorted(kept.in_use()))
def test_each_instrument_has_a_page(cast, name):
    page = signed_in(cast.ana).get(f"/p/falls/assess/{name}")

    assert page.status_code == 200
    assert PARAPHRASE in page.content.decode()


def test_an_instrument_that_is_not_there_is_not_found(cast):
    client = signed_in(cast.ana)

    assert client.get("/p/falls/assess/nonsense").status_code == 404
    assert client.get("/p/falls/assess/npt/write").status_code == 404
    assert client.get(f"{DSF}/on/2024-01-01").status_code == 404
    assert client.get(f"{DSF}/on/nonsense").status_code == 404
    assert client.get("/p/falls/views/nonsense").status_code == 404


def test_a_record_is_written_page_by_page_and_then_stands(cast):
    client, one = signed_in(cast.ana), kept.in_use()["dsf"]
    answers = fit("strained")
    begun = client.post(f"{DSF}/write", {"about": "programme", "on": "2024-03-01"})
    where = begun["Location"]

    while "page=all" not in where:
        page = client.get(where)
        assert page.status_code == 200
        names = set(re.findall(r'name="(q~[^"]+)"', page.content.decode()))
        number = re.search(r"page=(\d+)", where)[1]
        draft = re.search(r"draft=(\d+)", where)[1]
        sent = {name: answers[name[2:]] for name in names if name[2:] in answers}
        where = client.post(f"{DSF}/write", {"draft": draft, "page": number, **sent})["Location"]
    whole = client.get(where).content.decode()
    assert "because strained" in whole
    assert EntryRow.objects.count() == 0
    done = client.post(f"{DSF}/write", {"draft": draft, "release": "1"})

    assert done["Location"] == f"{DSF}/on/2024-03-01"
    assert EntryRow.objects.count() == len(answers)
    assert not Draft.objects.exists()
    assert Trail.objects.filter(did="wrote a record").count() == 1
    shown = client.get(done["Location"]).content.decode()
    fits = next(question for question in one.questions if question.scale == "fit")
    assert "Strained: they go together" in shown or one.scale(fits).options[1].says in shown


def test_what_is_needed_and_missing_is_said_and_nothing_is_written(cast):
    client = signed_in(cast.ana)
    begun = client.post(f"{DSF}/write", {"about": "programme", "on": "2024-03-01"})["Location"]
    draft = re.search(r"draft=(\d+)", begun)[1]

    answer = client.post(f"{DSF}/write", {"draft": draft, "release": "1"})

    assert answer.status_code == 422
    assert "an answer is needed to this question" in answer.content.decode()
    assert EntryRow.objects.count() == 0
    assert Draft.objects.count() == 1


def test_a_record_of_a_day_is_never_written_over(cast):
    written(cast.falls, "dsf", date(2024, 3, 1), fit("good"))

    with pytest.raises(TakerootError, match="stays as it was written"):
        written(cast.falls, "dsf", date(2024, 3, 1), fit("poor"))

    assert set(EntryRow.objects.filter(question__startswith="fit").values_list("text", flat=True)) & {"good"}


def test_a_day_that_lies_ahead_is_refused(cast):
    with pytest.raises(FaultyInput, match="lies ahead"):
        written(cast.falls, "dsf", timezone.localdate() + timedelta(days=1), fit("good"))


def test_two_records_are_compared_changed_answers_first(cast):
    written(cast.falls, "dsf", date(2024, 3, 1), fit("good"))
    written(cast.falls, "dsf", date(2024, 9, 1), fit("poor"))

    page = signed_in(cast.ana).get(f"{DSF}/compare?first=2024-09-01&second=2024-03-01").content.decode()

    assert page.index("<h2>Changed</h2>") < page.index("<h2>The same</h2>")
    changed = page[page.index("<h2>Changed</h2>") : page.index("<h2>The same</h2>")]
    assert "because good" in changed
    assert "because poor" in changed
    assert changed.index("because good") < changed.index("because poor")


def test_a_record_is_withdrawn_whole_and_only_with_a_reason(cast):
    written(cast.falls, "dsf", date(2024, 3, 1), fit("good"))
    client = signed_in(cast.ana)

    without = client.post(f"{DSF}/on/2024-03-01", {"why": " "})
    assert without.status_code == 422
    assert EntryRow.objects.count() > 0
    client.post(f"{DSF}/on/2024-03-01", {"why": "wrong programme"})

    assert EntryRow.objects.count() == 0
    assert Trail.objects.get(did="withdrew a record").why == "wrong programme"
    written(cast.falls, "dsf", date(2024, 3, 1), fit("poor"))
    assert EntryRow.objects.filter(text="poor").exists()


def test_drafts_are_ones_own(cast):
    actions.add_member(cast.falls, person=cast.dan, role="lead", by="tests")
    begun = signed_in(cast.ana).post(f"{DSF}/write", {"about": "programme", "on": "2024-03-01"})["Location"]

    assert signed_in(cast.dan).get(begun).status_code == 404
    assert signed_in(cast.ana).get("/p/falls/drafts").status_code == 200
    assert begun.replace("&", "&amp;") in signed_in(cast.ana).get("/p/falls/drafts").content.decode()


def test_a_viewer_sees_the_library_and_none_of_what_was_written(cast):
    written(cast.falls, "dsf", date(2024, 3, 1), fit("good"))
    client = signed_in(cast.cleo)

    assert "because good" not in client.get(DSF).content.decode()
    assert "1 Mar 2024" not in client.get("/p/falls/assess").content.decode()
    assert client.get(f"{DSF}/on/2024-03-01").status_code == 404
    assert client.get(f"{DSF}/compare?first=2024-03-01&second=2024-03-01").status_code == 404
    assert client.get(f"{DSF}/write").status_code == 403


def test_who_writes_for_named_sites_writes_of_them_alone(cast):
    one = kept.in_use()["dsf"]
    answers = {(question, None): text for question, text in fit("good").items()}
    scope = Scope.of_sites(["Ward 1"])

    for site in (None, "Ward 3", "nowhere"):
        with pytest.raises(FaultyInput):
            actions.write_record(cast.falls, one, answers, {}, site=site, on=date(2024, 3, 1), by="ben", scope=scope)
    actions.write_record(cast.falls, one, answers, {}, site="Ward 1", on=date(2024, 3, 1), by="ben", scope=scope)

    assert set(EntryRow.objects.values_list("site", flat=True)) == {"Ward 1"}


def tracked(programme, on: date, site: str, element: str, team: str, faculty: str) -> None:
    answers = {("element-1", site): element, ("progress-team", site): team, ("progress-faculty", site): faculty}
    words = {("progress-team", site): "our chart", ("progress-faculty", site): "a visit"}
    one = kept.in_use()["ihi-spread"]
    actions.write_record(programme, one, answers, words, site=None, on=on, by="ben", scope=Scope.of_sites([site]))


def test_sites_each_write_into_the_tracker_and_scores_never_move_by_themselves(cast):
    tracked(cast.falls, date(2024, 3, 1), "Ward 1", "testing", "2.5", "2.0")
    tracked(cast.falls, date(2024, 3, 1), "Ward 2", "whole", "4.0", "3.5")
    tracked(cast.falls, date(2024, 4, 1), "Ward 1", "part", "2.0", "2.5")

    page = signed_in(cast.ana).get("/p/falls/assess/ihi-spread").content.decode()

    assert "Where each site stands" in page
    assert "In use in part of the unit (1 Apr 2024)" in page
    assert "In use in the whole unit (1 Mar 2024)" in page
    assert "How far each team has come" in page
    assert page.count("our chart") == 3
    with pytest.raises(TakerootError, match="Ward 1"):
        tracked(cast.falls, date(2024, 3, 1), "Ward 1", "stopped", "1.0", "1.0")


def test_a_tracker_is_a_table_of_sites(cast):
    client = signed_in(cast.ana)
    begun = client.post("/p/falls/assess/ihi-spread/write", {"about": "programme", "on": "2024-03-01"})["Location"]
    draft = re.search(r"draft=(\d+)", begun)[1]
    pages = client.get(begun).content.decode()
    number = re.search(r'page=(\d+)">Tracker of changes by site</a></li>\s*<li><a href="[^"]*page=(\d+)', pages)[2]

    page = client.get(f"/p/falls/assess/ihi-spread/write?draft={draft}&page={number}").content.decode()

    assert page.count("<select") == 6 * 8
    assert 'name="q~element-1~Ward 3"' in page


def test_an_anonymous_round_shows_nothing_before_it_closes_or_under_five(cast):
    today = timezone.localdate()
    said = {"benefits": "a"}
    question = kept.in_use()["nhs-sustainability"].questions[0]
    said = {question.id: kept.in_use()["nhs-sustainability"].scale(question).options[0].value}
    asked_round(
        cast.falls, "few", [said] * 4, kind="anonymous", closes=today - timedelta(days=2), of="nhs-sustainability"
    )
    asked_round(cast.falls, "early", [said] * 9, kind="anonymous", closes=today, of="nhs-sustainability")
    client = signed_in(cast.ana)

    for name, why in (("few", "Fewer than 5 answered"), ("early", "after the day on which it closes")):
        for where in (f"/p/falls/views/{name}", f"/p/falls/views/{name}/sheet"):
            page = client.get(where).content.decode()
            assert why in page
            assert '<svg class="takeroot-chart' not in page
            assert "How many gave each answer" not in page
    assert client.get("/p/falls/assess").status_code == 200


def test_a_closed_round_shows_every_answer_and_where_views_differ(cast):
    today = timezone.localdate()
    one = kept.in_use()["npt"]
    first = next(question for question in one.questions if one.scale(question).kind == "one of")
    values = [option.value for option in one.scale(first).options]
    answers = [{first.id: values[0]}] * 6 + [{first.id: values[-1]}] * 5
    asked_round(cast.falls, "spring", answers, kind="anonymous", closes=today - timedelta(days=9), of="npt")
    client = signed_in(cast.ana)

    page = client.get("/p/falls/views/spring").content.decode()
    sheet = client.get("/p/falls/views/spring/sheet").content.decode()

    assert "11 answered, 2 different answers, 25 of 55 pairs alike" in page
    assert "11 people answered" in page
    assert (first.short or first.asks) in sheet
    assert 'href="/p/falls/record/notes?title=' in page
    assert 'href="/p/falls/record/actions?title=' in page
    assert 'href="/p/falls/record/accounts?' in page


def test_links_between_questions_are_dated_records(cast):
    client = signed_in(cast.ana)
    asked = kept.in_use()["nasss"].questions
    sent = {"from": asked[0].id, "to": asked[1].id, "text": "more of one, more of the other"}

    assert client.post("/p/falls/assess/nasss/links", {**sent, "to": asked[0].id}).status_code == 422
    client.post("/p/falls/assess/nasss/links", sent)

    page = client.get("/p/falls/assess/nasss").content.decode()
    assert "more of one, more of the other" in page
    assert cast.falls.links.get().by == "ana"


def test_steps_to_full_scale_are_counted_in_whole_numbers(cast):
    client = signed_in(cast.ana)

    page = client.get("/p/falls/assess/full-scale?full=125").content.decode()
    wrong = client.get("/p/falls/assess/full-scale?full=many").content.decode()

    assert "3 steps to 125 units, 5 times as many at each" in page
    assert "A whole number of at least 1 is needed as the number of units at full scale" in wrong


def test_characters_that_nothing_can_hold_lose_no_draft(cast):
    client = signed_in(cast.ana)
    begun = client.post(f"{DSF}/write", {"about": "programme", "on": "2024-03-01"})["Location"]
    draft = re.search(r"draft=(\d+)", begun)[1]

    kept_on = client.post(f"{DSF}/write", {"draft": draft, "page": "1", "q~perspectives": "night\0 nurses"})

    assert kept_on.status_code == 302
    assert "nurses" in client.get(begun).content.decode()


def entry_of(programme) -> EntryRow:
    written(programme, "dsf", date(2024, 3, 1), fit("good"))
    return EntryRow.objects.filter(programme=programme, text="good").first()


def test_no_action_amends_what_a_record_says(cast):
    row = entry_of(cast.falls)
    lines = Trail.objects.count()
    with pytest.raises(TakerootError, match="stays as it was written"):
        actions.amend(
            cast.falls, f"entries:{row.id}", {"text": "poor"}, by="ana", scope=YES, seen=row.line, why="a better word"
        )
    assert EntryRow.objects.get(pk=row.pk).text == "good" and Trail.objects.count() == lines
    page = signed_in(cast.ana).post(f"/p/falls/rows/entries/{row.id}", {"do": "amend", "text": "poor", "because": "x"})
    assert page.status_code in (403, 404) and EntryRow.objects.get(pk=row.pk).text == "good"


def test_no_query_rewrites_what_a_record_says(cast):
    row = entry_of(cast.falls)
    for change in (
        lambda: EntryRow.objects.filter(pk=row.pk).update(text="poor"),
        lambda: EntryRow.objects.filter(pk=row.pk).update(on=date(2020, 1, 1)),
        lambda: (setattr(row, "text", "poor"), row.save()),
        lambda: EntryRow.objects.bulk_update([row], ["text"]),
    ):
        with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
            change()
    assert EntryRow.objects.get(pk=row.pk).text == "good"
    assert guards.missing() == []


def test_no_file_rewrites_what_a_record_says(cast):
    row = entry_of(cast.falls)
    cells = {name: [getattr(row, name)] for name in ENTRIES.columns if name != "id"}
    changed, same = ({**cells, "text": [text]} for text in ("poor", "good"))
    difference = ledger.compare(cast.falls, ENTRIES, ENTRIES.read(changed))
    assert difference.counts == {"new": 0, "changed": 0, "unchanged": 0, "held": 1}
    assert "stays as it was written" in difference.held["because"].item()
    assert ledger.compare(cast.falls, ENTRIES, ENTRIES.read(same)).counts["unchanged"] == 1
    later = ENTRIES.read({**changed, "on": [date(2024, 9, 1)]})
    assert ledger.compare(cast.falls, ENTRIES, later).counts["new"] == 1


# Who sees what was written


def test_who_speaks_for_named_sites_reads_the_records_of_these_alone(cast):
    """A record of the whole programme speaks of every site, so it is read by those whose role reads every site."""
    for site in (None, "Ward 1", "Ward 3"):
        written(cast.falls, "dsf", date(2024, 3, 1), fit("good") | {"perspectives": f"zq{site or 'whole'}"}, site=site)
    people = {"site lead": ["Ward 1"], "coach": ["Ward 1", "Ward 3"], "evaluator": [], "contributor": ["Ward 1"]}
    reads = {}
    for nth, (role, sites) in enumerate(people.items()):
        person = actions.add_person(sign_in=f"p{nth}", name=role, password="a long password", by="tests")
        actions.add_member(cast.falls, person=person, role=role, sites=sites, by="tests")
        client = signed_in(person)
        told = ""
        for where in (DSF, "/p/falls/assess", *(f"{DSF}/on/2024-03-01{end}" for end in ENDS)):
            page = client.get(where)
            assert page.status_code in (200, 404)
            told += page.content.decode()
        data = client.post("/p/falls/export", {"kind": "zip"}).content
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            told += "".join(packed.read(name).decode() for name in packed.namelist())
        reads[role] = {word for word in ("zqwhole", "zqWard 1", "zqWard 3") if word in told}
    assert reads == {
        "site lead": {"zqWard 1"},
        "coach": {"zqWard 1", "zqWard 3"},
        "evaluator": {"zqwhole", "zqWard 1", "zqWard 3"},
        "contributor": set(),
    }


ENDS = ("", "?site=Ward+1", "?site=Ward+3")
