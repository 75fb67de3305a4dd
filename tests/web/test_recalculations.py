"""Suggested recalculations: never applied by themselves; accepted or declined with a reason, and taken back."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from tests.web.test_pages import loaded, signed_in, words

from takeroot import Programme, spc
from takeroot.vocabulary.calendar import months_from
from takeroot.web import actions
from takeroot.web.models import Programme as Row
from takeroot.web.models import Trail

pytestmark = pytest.mark.django_db

MONTHS = months_from(date(2022, 1, 1), date(2024, 12, 1)).to_list()
SHIFT = date(2023, 10, 1)


def shifted() -> Programme:
    """A measure that falls at one site from October 2023 on, and stays as it was at the other."""
    before = [20.0, 22.0, 19.0, 21.0, 23.0, 20.0, 22.0] * 3
    values = [*before, *([12.0, 13.0, 11.0, 12.0, 14.0] * 3)]
    return Programme(
        {"name": "Shifted", "as_at": "2024-12-31"},
        sites={"site": ["B", "A"]},
        measures={"measure": ["falls"], "improves": ["down"]},
        values={
            "measure": ["falls"] * 72,
            "site": ["A"] * 36 + ["B"] * 36,
            "on": MONTHS * 2,
            "value": [*values, *([20.0, 22.0, 19.0, 21.0] * 9)],
        },
        adaptations={"site": ["A", "B"], "on": ["2023-09-20", "2023-09-21"], "what": ["Shorter rounds", "Elsewhere"]},
        phases={"measure": ["falls"], "site": [None], "on": ["2022-01-01"], "kind": ["target"], "value": [15]}
        | {"reason": ["Agreed by the board"], "evidence": ["The minutes"], "by": ["the board"]},
    )


@pytest.fixture
def shift(cast):
    client = loaded(cast.ana, shifted(), "shifted")
    row = Row.objects.get(slug="shifted")
    return client, row, f"/p/shifted/measures/{row.measures.get().id}/sites/{row.sites.get(site='A').id}/phases"


def phases(row: Row) -> list[tuple[str, str | None, date]]:
    return list(row.phases.order_by("row").values_list("kind", "site", "on"))


def test_a_candidate_is_shown_with_its_evidence_and_is_not_applied(shift):
    client, row, here = shift
    page = words(client.get(here))
    found = spc.suggestions(spc.chart(shifted().values, measures=shifted().measures)).to_dicts()
    assert [one["on"] for one in found] == [SHIFT]
    assert "From 1 Oct 2023: 15 points below the centre, a shift by the rule set mdc, and it goes on" in page
    assert "The mean went from 21 to 12.4" in page and "standard deviations of the process" in page
    assert "Shorter rounds" in page and "Elsewhere" not in page
    assert "Agreed by the board" in page and "The minutes" in page and "the board" in page
    assert phases(row) == [("target", None, date(2022, 1, 1))]
    other = here.replace(row.sites.get(site="A").id, row.sites.get(site="B").id)
    assert "No recalculation is suggested" in words(client.get(other))


def test_the_old_view_stands_beside_the_new_one_before_anything_is_decided(shift):
    client, row, here = shift
    page = client.get(here, {"anew": "2023-10-01"}).content.decode()
    beside = page[page.index('id="beside"') : page.index('id="suggested"')]
    assert "As it is" in beside and "With the recalculation" in beside and beside.count("<svg") == 2
    assert "36 values; centre" in beside and "21 values; centre 21" in beside and "15 values; centre 12.4" in beside
    assert phases(row) == [("target", None, date(2022, 1, 1))]
    assert 'id="beside"' not in client.get(here, {"anew": "2023-11-01"}).content.decode()
    assert client.get(here, {"anew": "nonsense", "without": "nothing"}).status_code == 200


def test_accepting_needs_a_reason_and_signs_with_the_name_of_who_accepts(shift):
    client, row, here = shift
    sent = {"do": "accept", "on": "2023-10-01"}
    refused = client.post(here, sent | {"because": "  "})
    assert refused.status_code == 422 and "Say why the limits are worked out anew" in words(refused)
    assert len(phases(row)) == 1
    answer = client.post(here, sent | {"because": "The rounds were shortened for good"})
    made = row.phases.get(kind="recalculate")
    assert answer.status_code == 302 and f"without={made.id}" in answer["Location"]
    assert (made.site, made.on, made.reason, made.by) == ("A", SHIFT, "The rounds were shortened for good", "Ana")
    assert "15 points below the centre" in made.evidence and "adaptations:" in made.evidence
    line = Trail.objects.latest("pk")
    assert (line.did, line.by, line.why) == ("accepted a suggested recalculation", "ana", made.reason)
    assert line.what["row"] == f"phases:{made.id}"
    page = client.get(answer["Location"]).content.decode()
    beside = page[page.index('id="beside"') : page.index('id="suggested"')]
    assert "Without it" in beside and "As it is, with it" in beside and "15 values; centre 12.4" in beside
    assert "No recalculation is suggested" in page and "The rounds were shortened for good" in page


def test_what_was_accepted_can_be_undone_and_its_history_stays(shift):
    client, row, here = shift
    client.post(here, {"do": "accept", "on": "2023-10-01", "because": "For good"})
    made = row.phases.get(kind="recalculate")
    chart = here.removesuffix("/phases")
    assert "Phase 2" in words(client.get(chart))
    refused = client.post(here, {"do": "undo", "row": made.id, "because": ""})
    assert refused.status_code == 422 and row.phases.filter(kind="recalculate").exists()
    assert client.post(here, {"do": "undo", "row": made.id, "because": "It was the counting"}).status_code == 302
    assert not row.phases.filter(kind="recalculate").exists() and "Phase 2" not in words(client.get(chart))
    history = words(client.get(f"/p/shifted/rows/phases/{made.id}"))
    assert "It was the counting" in history and "For good" in history
    assert "From 1 Oct 2023: 15 points" in words(client.get(here))
    assert client.post(here, {"do": "undo", "row": made.id, "because": "Again"}).status_code == 422


def test_a_suggestion_that_is_declined_says_so_until_that_is_taken_back(shift):
    client, row, here = shift
    sent = {"do": "decline", "on": "2023-10-01"}
    assert client.post(here, sent | {"because": ""}).status_code == 422
    assert client.post(here, sent | {"because": "We do not know why yet"}).status_code == 302
    page = words(client.get(here))
    assert "Declined by ana" in page and "We do not know why yet" in page and "Work the limits out anew" not in page
    assert phases(row) == [("target", None, date(2022, 1, 1))]
    client.post(here, {"do": "offer", "on": "2023-10-01"})
    page = words(client.get(here))
    assert "Declined by" not in page and "Work the limits out anew from here" in page
    told = Trail.objects.filter(programme="shifted", what__measure="falls").order_by("pk").values_list("did", flat=True)
    assert [*told] == ["declined a suggested recalculation", "offered a suggested recalculation again"]


def test_what_is_not_suggested_can_not_be_accepted(shift):
    client, row, here = shift
    for on in ("2023-11-01", "nonsense", ""):
        answer = client.post(here, {"do": "accept", "on": on, "because": "I like it"})
        assert answer.status_code == 422 and "This is no longer suggested" in words(answer)
    assert client.post(here, {"do": "explode", "on": "2023-10-01"}).status_code == 422
    assert len(phases(row)) == 1


def test_readers_see_suggestions_and_change_nothing(shift, cast):
    _, row, here = shift
    actions.add_member(row, person=cast.cleo, role="viewer", by="tests")
    actions.add_member(row, person=cast.ben, role="contributor", sites=["A"], by="tests")
    before = Trail.objects.count()
    for person in (cast.cleo, cast.ben):
        client = signed_in(person)
        page = client.get(here).content.decode()
        assert "15 points below the centre" in page and 'value="accept"' not in page and 'value="undo"' not in page
        assert client.post(here, {"do": "accept", "on": "2023-10-01", "because": "Mine"}).status_code == 403
    assert len(phases(row)) == 1 and Trail.objects.count() == before


def test_a_decision_of_another_kind_begins_with_the_measure_and_the_site_filled_in(shift):
    client, _, here = shift
    page = unescape(client.get(here).content.decode())
    where = re.search(r'href="(/p/shifted/record/phases\?[^"]*kind=exclude[^"]*)"', page)
    assert where
    form = client.get(where[1]).content.decode()
    assert '<option value="exclude" selected>' in form and '<option value="A" selected>' in form
    assert 'value="falls"' in form
