"""Notes are coded: by whom, of which version, and what is refused."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.web.browsing import carried, signed_in, words

from takeroot.vocabulary.tables import CONSTRUCTS, NOTES
from takeroot.web import actions
from takeroot.web.models import CodingRow, Trail
from takeroot.web.roles import ROLES, May
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

TEXT = "The bell is loud. Nobody told the night staff. Nobody came."
CODE = {"construct": "NPT: Coherence"}


@pytest.fixture
def note(cast):
    cells = {"on": "2024-05-01", "title": "A visit", "text": TEXT, "site": "Ward 1", "visibility": "site"}
    reference = actions.record(cast.falls, NOTES, cells, by="ana", scope=Scope.everything())
    return reference.partition(":")[2]


def where(note: str) -> str:
    return reverse("code-note", args=["falls", note])


def code(client, note: str, **sent):
    seen = carried(client.get(where(note)), "seen")
    return client.post(where(note), {"seen": seen, **CODE, **sent})


def codings(cast):
    return CodingRow.objects.filter(programme=cast.falls).order_by("row")


def test_leave_to_code_is_of_those_who_read_the_whole_narrative():
    may = {role.name for role in ROLES.values() if May.CODE in role.may}
    assert may == {"lead", "analyst", "evaluator"}
    assert all(ROLES[name].every_site and May.NARRATIVE in ROLES[name].may for name in may)


def test_a_sentence_that_is_ticked_is_coded_with_its_words_its_place_and_the_version(cast, note):
    sent = code(signed_in(cast.ana), note, sentence=["18-46"])
    assert sent.status_code == 302, words(sent)
    one = codings(cast).get()
    assert (one.note, one.construct, one.coder) == (f"notes:{note}", "NPT: Coherence", "ana")
    assert (one.start, one.end, one.passage, one.version) == (18, 46, "Nobody told the night staff.", 1)


def test_neighbouring_sentences_are_one_passage_and_others_are_not(cast, note):
    code(signed_in(cast.ana), note, sentence=["0-17", "18-46"])
    code(signed_in(cast.ana), note, sentence=["0-17", "47-59"])
    assert [(one.start, one.end) for one in codings(cast)] == [(0, 46), (0, 17), (47, 59)]


def test_words_are_coded_where_they_stand_and_not_where_they_stand_twice(cast, note):
    ana = signed_in(cast.ana)
    assert code(ana, note, words="night staff").status_code == 302
    assert codings(cast).get().passage == "night staff"
    twice = code(ana, note, words="Nobody")
    assert twice.status_code == 422 and "These words stand 2 times in the note" in words(twice)
    strange = code(ana, note, words="<script>alert(1)</script>")
    assert strange.status_code == 422 and "do not stand in the note so" in words(strange)
    assert "<script>alert(1)" not in strange.content.decode()
    assert codings(cast).count() == 1


def test_words_that_were_marked_say_which_of_two_places_is_meant(cast, note):
    code(signed_in(cast.ana), note, words="Nobody", marked="47-53")
    assert (codings(cast).get().start, codings(cast).get().end) == (47, 53)
    code(signed_in(cast.ana), note, words="bell", marked="47-53")
    assert codings(cast).last().start == TEXT.index("bell"), "what was marked before does not stand for other words"


@pytest.mark.parametrize("sentence", ["40-400", "5-5", "46-18", "x", "0-99999999999"])
def test_a_place_outside_of_the_note_codes_nothing(cast, note, sentence):
    answer = code(signed_in(cast.ana), note, sentence=[sentence])
    assert answer.status_code == 422
    assert not codings(cast).exists()


def test_without_a_construct_or_a_passage_nothing_is_coded(cast, note):
    ana = signed_in(cast.ana)
    none = code(ana, note, sentence=["0-17"], construct="")
    assert none.status_code == 422 and "Choose what it is coded to" in words(none)
    empty = code(ana, note)
    assert empty.status_code == 422 and "Choose a sentence" in words(empty)
    assert not codings(cast).exists()


def test_the_coder_is_whoever_is_there_whatever_a_form_says(cast, note):
    code(signed_in(cast.ana), note, sentence=["0-17"], coder="cleo", by="cleo")
    assert codings(cast).get().coder == "ana"


def test_coding_the_same_again_adds_nothing(cast, note):
    ana = signed_in(cast.ana)
    code(ana, note, sentence=["0-17"])
    again = code(ana, note, sentence=["0-17"])
    assert "coded=0" in again.url and codings(cast).count() == 1
    assert "You had coded that so already" in words(ana.get(again.url))


def test_a_note_amended_meanwhile_is_read_again_first(cast, note):
    ana = signed_in(cast.ana)
    seen = carried(ana.get(where(note)), "seen")
    amend(cast, note, "The bell was turned down. Nobody told the night staff.")
    answer = ana.post(where(note), {"seen": seen, **CODE, "sentence": ["0-17"]})
    assert answer.status_code == 422 and "was amended while you had it open" in words(answer)
    assert "The bell was turned down." in words(answer)
    assert not codings(cast).exists()


def test_a_coding_belongs_to_the_version_that_was_read_and_is_not_moved(cast, note):
    ana = signed_in(cast.ana)
    code(ana, note, sentence=["18-46"])
    code(ana, note, sentence=["0-17"])
    amend(cast, note, "Nobody told the night staff. So it rang.")
    one, _ = codings(cast)
    assert (one.start, one.end, one.version) == (18, 46, 1), "what was coded stands as it was coded"
    page = words(ana.get(where(note)))
    assert "version 2 of the note" in page
    assert "coded in version 1; these words stand elsewhere now" in page
    assert "coded in version 1; these words are no longer in the note" in page
    code(ana, note, sentence=["29-40"])
    assert codings(cast).last().version == 2


def amend(cast, note: str, text: str) -> None:
    now = cast.falls.notes.get(id=note)
    actions.amend(
        cast.falls,
        f"notes:{note}",
        {"text": text},
        by="ana",
        scope=Scope.everything(),
        seen=now.line,
        why="said better",
    )


def test_one_takes_out_what_one_coded_and_nobody_else_can(cast, note):
    person = actions.add_person(sign_in="eva", password="a long password", by="tests")
    actions.add_member(cast.falls, person=person, role="evaluator", by="tests")
    code(signed_in(cast.ana), note, sentence=["0-17"])
    row = codings(cast).get()
    assert signed_in(person).post(where(note), {"take_out": row.id}).status_code == 404
    assert codings(cast).count() == 1
    assert signed_in(cast.ana).post(where(note), {"take_out": row.id}).status_code == 302
    assert not codings(cast).exists()
    assert Trail.objects.filter(did="withdrew from codings", by="ana").exists()


def test_codings_go_with_their_note_and_come_back_with_it(cast, note):
    code(signed_in(cast.ana), note, sentence=["0-17"])
    actions.withdraw(cast.falls, f"notes:{note}", by="ana", scope=Scope.everything(), why="said in confidence")
    assert not codings(cast).exists()
    actions.undo(cast.falls, Trail.objects.get(did="withdrew from notes"), by="ana")
    assert codings(cast).get().note == f"notes:{note}"


def test_that_there_is_nothing_to_code_is_kept(cast, note):
    signed_in(cast.ana).post(
        where(note), {"seen": carried(signed_in(cast.ana).get(where(note)), "seen"), "nothing": "1"}
    )
    one = codings(cast).get()
    assert (one.construct, one.start, one.passage) == ("nothing to code", None, None)


def test_who_may_not_code_learns_nothing_of_notes_by_it(cast, note):
    for who, status in ((cast.cleo, 403), (cast.ben, 403), (cast.dan, 404), (cast.eve, 404)):
        for method in ("get", "post"):
            answer = getattr(signed_in(who), method)(where(note))
            assert answer.status_code == status
            assert "night staff" not in words(answer)
        assert signed_in(who).get(reverse("coding", args=["falls"])).status_code == status


def test_a_note_of_another_programme_is_not_there(cast, note):
    assert signed_in(cast.dan).get(reverse("code-note", args=["sepsis", note])).status_code == 404


def test_two_coders_are_compared_with_the_number_of_sentences(cast, note):
    person = actions.add_person(sign_in="eva", password="a long password", by="tests")
    actions.add_member(cast.falls, person=person, role="evaluator", by="tests")
    code(signed_in(cast.ana), note, sentence=["0-17"])
    code(signed_in(person), note, sentence=["0-17"])
    page = words(signed_in(cast.ana).get(reverse("coding", args=["falls"])))
    assert "NPT: Coherence ana and eva; 1 note in common 3 1 0 100% 1.00 1.00" in page


def test_the_story_is_narrowed_to_a_construct_for_those_who_read_narrative(cast, note):
    code(signed_in(cast.ana), note, sentence=["0-17"])
    story = reverse("story", args=["falls"])
    page = words(signed_in(cast.ana).get(story, {"construct": "NPT: Coherence"}))
    assert "A visit" in page and "1 of" in page
    assert "NPT: Coherence" not in words(signed_in(cast.cleo).get(story, {"construct": "NPT: Coherence"}))


def test_constructs_of_frameworks_and_of_the_programme_are_offered(cast, note):
    actions.record(
        cast.falls,
        CONSTRUCTS,
        {"construct": "Who is asked", "says": "Not who is told"},
        by="ana",
        scope=Scope.everything(),
    )
    page = signed_in(cast.ana).get(where(note)).content.decode()
    for label in ("Of this programme", "NASSS", "NPT", "DSF"):
        assert f'<optgroup label="{label}">' in page
    assert "Not who is told" in page
