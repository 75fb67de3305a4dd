"""Search: every word must be there, within what may be seen, marked and bounded."""

from __future__ import annotations

import re

import pytest
from tests.web.test_pages import loaded, signed_in, words

from takeroot import Programme
from takeroot.web import actions
from takeroot.web.models import Programme as Row
from takeroot.web.panels.search import excerpt, marked

pytestmark = pytest.mark.django_db


def record() -> Programme:
    """One thing of every kind that is looked through, and two sites."""
    return Programme(
        "Found",
        sites={"site": ["B", "A"], "name": ["Zoë Ward", "Larch Ward"]},
        notes={"on": ["2024-01-01"] * 3, "title": ["At the Café", "Kept back", "Elsewhere"], "site": ["A", "A", "B"]}
        | {"text": ["A larch & a <b>bold</b> word", "larch", "larch"], "visibility": ["all", "programme", "all"]},
        actions={"title": ["Plant a larch"], "site": ["A"]},
        adaptations={"site": ["A"], "on": ["2024-01-02"], "what": ["The larch was moved"]},
        decisions={"on": ["2024-01-03"], "what": ["stop"], "why": ["The larch fell"]},
        experiments={"question": ["Does a larch help?"], "site": ["A"]},
        events={"on": ["2024-01-04"], "kind": ["policy"], "title": ["A law on larch"]},
        accounts={"question": ["other"], "on": ["2024-01-05"], "by": ["Ana"], "text": ["The larch, we think."]},
    )


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 id="\w+-title">([^<]+)</h2>', page)


def test_everything_that_holds_the_word_is_found_by_kind(cast):
    page = loaded(cast.ana, record(), "found").get("/p/found/search", {"q": "LARCH"}).content.decode()
    assert headings(page) == [
        "Sites (1)",
        "Notes (3)",
        "Accounts (1)",
        "Adaptations (1)",
        "Decisions (1)",
        "Actions (1)",
        "Tests of change (1)",
        "Events around it (1)",
    ]


def test_accents_and_capitals_do_not_matter_and_every_word_must_be_there(cast):
    client = loaded(cast.ana, record(), "found")
    assert headings(client.get("/p/found/search", {"q": "zoe"}).content.decode()) == ["Sites (1)", "Notes (1)"]
    assert headings(client.get("/p/found/search", {"q": "CAFE larch"}).content.decode()) == ["Notes (1)"]
    assert "Nothing found" in words(client.get("/p/found/search", {"q": "cafe nowhere"}))


def test_the_words_found_are_marked_and_the_rest_is_escaped(cast):
    page = loaded(cast.ana, record(), "found").get("/p/found/search", {"q": "cafe bold"}).content.decode()
    assert "At the <mark>Café</mark>" in page
    assert "A larch &amp; a &lt;b&gt;<mark>bold</mark>&lt;/b&gt; word" in page


def test_what_was_asked_is_escaped_where_it_is_shown_again(cast):
    page = loaded(cast.ana, record(), "found").get("/p/found/search", {"q": '"><script>x</script>'}).content.decode()
    assert "<script>x" not in page and "&quot;&gt;&lt;script&gt;x&lt;/script&gt;" in page


def test_nothing_is_found_beyond_what_may_be_seen(cast):
    client = loaded(cast.ana, record(), "found")
    row = Row.objects.get(slug="found")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["A"], by="tests")
    actions.add_member(row, person=cast.cleo, role="viewer", by="tests")
    assert "Elsewhere" in words(client.get("/p/found/search", {"q": "larch"}))
    bens = words(signed_in(cast.ben).get("/p/found/search", {"q": "larch"}))
    assert "At the Café" in bens and not re.search("Elsewhere|Kept back|fell|we think|Zoë", bens)
    cleos = words(signed_in(cast.cleo).get("/p/found/search", {"q": "larch"}))
    assert "Elsewhere" in cleos and "Kept back" not in cleos
    assert "Nothing found" in words(signed_in(cast.cleo).get("/p/found/search", {"q": "kept back"}))


def test_no_more_than_fifty_of_a_kind_are_shown_and_the_rest_are_counted(cast):
    notes = {"on": ["2024-01-01"] * 63, "title": [f"Larch {n}" for n in range(63)]}
    page = loaded(cast.ana, Programme("Many", notes=notes), "many").get("/p/many/search", {"q": "larch"})
    assert page.content.decode().count('<p class="what">') == 50
    assert "Notes (63)" in words(page) and "and 13 more; give another word" in words(page)


@pytest.mark.parametrize("asked", ["", "   ", "\x00", "%", "x" * 5000, "a " * 500, "[(.*", "\\"])
def test_whatever_is_asked_there_is_an_answer(cast, asked):
    assert loaded(cast.ana, record(), "found").get("/p/found/search", {"q": asked}).status_code == 200


def test_every_page_of_a_programme_has_a_box_to_search_in(cast):
    client = loaded(cast.ana, record(), "found")
    for page in ("", "spread", "scale-up", "other-work", "sustain", "measures", "story", "report", "search"):
        html = client.get(f"/p/found/{page}").content.decode()
        assert re.search(r'<form class="\w+" role="search" method="get" action="/p/found/search">', html), page


def test_what_is_marked_is_the_text_again():
    for text in ("Crème brûlée", "e\u0301te\u0301", "STRASSE straße", "İstanbul", ""):
        for word in ("creme", "ete", "strasse", "istanbul", "e"):
            assert "".join(piece.text for piece in marked(text, [word])) == text
    assert [p.text for p in marked("e\u0301te\u0301 ete", ["ete"]) if p.found] == ["e\u0301te\u0301", "ete"]
    assert [p.text for p in marked("STRASSE straße", ["strasse"]) if p.found] == ["STRASSE", "straße"]


def test_of_a_long_text_what_stands_around_the_word_is_shown():
    text = "before " * 100 + "the larch stood " + "after " * 100
    pieces = excerpt(text, ["larch"])
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) < 340 and shown.startswith("…") and shown.endswith("…")
    assert [piece.text for piece in pieces if piece.found] == ["larch"]
