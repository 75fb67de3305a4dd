"""What is written and not released: on the server it is its author's alone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.web.test_pages import signed_in, words

from takeroot.errors import TakerootError
from takeroot.vocabulary.tables import NOTES
from takeroot.web import actions
from takeroot.web.actions import drafts as of_drafts
from takeroot.web.models import Draft, Trail

pytestmark = pytest.mark.django_db

NOTE = {"site": "Ward 1", "title": "Not yet", "text": "A thought that is not ready"}


def keep(client, cells=NOTE, table="notes", **more):
    return client.post(reverse("record-row", args=["falls", table]), {**cells, "keep": "1", **more})


def test_a_draft_is_kept_listed_continued_and_released(cast):
    ben = signed_in(cast.ben)
    sent = keep(ben)
    assert sent.status_code == 302
    draft = Draft.objects.get()
    assert "A thought that is not ready" in words(ben.get(sent.url)) and "Kept as a draft" in words(ben.get(sent.url))
    form = ben.get(f"/p/falls/record/notes?draft={draft.pk}").content.decode()
    assert "A thought that is not ready" in form and f'name="draft" value="{draft.pk}"' in form
    assert cast.falls.notes.count() == 1
    released = ben.post("/p/falls/record/notes", {**NOTE, "on": "2024-05-01", "draft": draft.pk})
    assert released.status_code == 302
    assert cast.falls.notes.get(title="Not yet").text == NOTE["text"]
    assert not Draft.objects.exists()


def test_a_draft_may_be_unfinished_and_even_wrong(cast):
    ana = signed_in(cast.ana)
    assert keep(ana, {"title": "", "on": "no day", "site": "nowhere"}).status_code == 302
    draft = Draft.objects.get()
    assert draft.cells == {"on": "no day", "site": "nowhere"}
    page = ana.get(f"/p/falls/record/notes?draft={draft.pk}").content.decode()
    assert "no day" in page and "nowhere" in page


def test_keeping_again_changes_the_draft_and_adds_none(cast):
    ana = signed_in(cast.ana)
    keep(ana)
    keep(ana)
    draft = Draft.objects.get()
    keep(ana, {**NOTE, "text": "Riper"}, draft=draft.pk)
    assert Draft.objects.get().cells["text"] == "Riper" and Draft.objects.get().changed > draft.changed


def test_a_draft_is_its_authors_alone(cast):
    keep(signed_in(cast.ben))
    draft = Draft.objects.get()
    for who in (cast.ana, cast.cleo):
        client = signed_in(who)
        assert "A thought" not in words(client.get("/p/falls/drafts"))
        assert client.post("/p/falls/drafts", {"discard": draft.pk}).status_code == 404
    ana = signed_in(cast.ana)
    assert ana.get(f"/p/falls/record/notes?draft={draft.pk}").status_code == 404
    assert keep(ana, {**NOTE, "text": "taken over"}, draft=draft.pk).status_code == 302
    assert Draft.objects.get(person=cast.ben).cells["text"] == NOTE["text"]
    assert ana.post("/p/falls/record/notes", {**NOTE, "on": "2024-05-01", "draft": draft.pk}).status_code == 302
    assert Draft.objects.filter(person=cast.ben).exists()
    assert signed_in(cast.dan).get("/p/falls/drafts").status_code == 404


def test_a_draft_is_in_no_page_and_leaves_no_line(cast):
    lines, revision = Trail.objects.count(), cast.falls.revision
    keep(signed_in(cast.ana))
    cast.falls.refresh_from_db()
    assert (Trail.objects.count(), cast.falls.revision) == (lines, revision)
    assert "A thought" not in words(signed_in(cast.ana).get("/p/falls/"))


def test_a_draft_is_discarded_when_asked(cast):
    ben = signed_in(cast.ben)
    keep(ben)
    assert ben.post("/p/falls/drafts", {"discard": Draft.objects.get().pk}).status_code == 302
    assert not Draft.objects.exists()
    for odd in ("", "x", "-1", "9" * 30, "\x00"):
        assert ben.post("/p/falls/drafts", {"discard": odd}).status_code == 404


def test_a_draft_stays_when_its_release_is_at_fault(cast):
    ana = signed_in(cast.ana)
    keep(ana)
    draft = Draft.objects.get()
    assert ana.post("/p/falls/record/notes", {**NOTE, "on": "31 Feb 2024", "draft": draft.pk}).status_code == 422
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_so_many_drafts_and_no_more(cast, monkeypatch):
    monkeypatch.setattr(of_drafts, "MOST", 2)
    for n in range(2):
        actions.keep_draft(cast.falls, NOTES, {"title": str(n)}, person=cast.ben)
    with pytest.raises(TakerootError, match="2 drafts here already"):
        actions.keep_draft(cast.falls, NOTES, {"title": "one more"}, person=cast.ben)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "<script>alert(1)</script>", "x" * 100_000, "\u202eevil"])
def test_whatever_is_in_a_draft_is_kept_as_text(cast, text):
    draft = actions.keep_draft(cast.falls, NOTES, {"title": text, "nothing": "x", "on": None}, person=cast.ben)
    assert set(Draft.objects.get(pk=draft.pk).cells) == {"title"}
    page = signed_in(cast.ben).get("/p/falls/drafts")
    assert page.status_code == 200 and "<script>alert" not in page.content.decode()


def test_a_viewer_keeps_no_draft(cast):
    assert keep(signed_in(cast.cleo)).status_code == 403
    assert not Draft.objects.exists()


def test_what_was_typed_stays_in_the_form_where_no_more_drafts_are_kept(cast, monkeypatch):
    monkeypatch.setattr(of_drafts, "MOST", 0)
    page = keep(signed_in(cast.ana))
    assert page.status_code == 422 and Draft.objects.count() == 0
    said = page.content.decode()
    assert "release or discard one of them first" in said and NOTE["title"] in said
