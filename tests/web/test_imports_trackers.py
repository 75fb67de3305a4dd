"""A team's tracker comes in: asked about once, then in two clicks a month."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from tests.web.test_imports import accept, address, now, page, send

from takeroot.exchange.tracker import Mappings
from takeroot.web import actions
from takeroot.web.models import Batch, Trail
from takeroot.web.models import Programme as Row

pytestmark = pytest.mark.django_db

HEADS = ["Ward", "Trust", "Status", "Go-live date", "Lead email"]
MARCH = [
    ["Ash", "North Trust", "Live", "13/01/2024", "a@example.org"],
    ["Oak", "North Trust", "purple", "", ""],
    ["Elm", "South Trust", "Not started", "", ""],
]


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def lead(client, cast):
    cast.row = actions.load_programme(actions.programmes.Read("Trees"), by="tests")
    actions.add_member(cast.row, person=cast.ana, role="lead", by="tests")
    client.force_login(cast.ana)
    return client


def tracker(rows, month="March", heads=HEADS) -> tuple[str, bytes]:
    import openpyxl
    from openpyxl.styles import PatternFill

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Rollout"
    sheet.append([f"Rollout, as at 28 {month} 2024"])
    sheet.append([])
    for row in (heads, *rows):
        sheet.append(row)
    sheet["C4"].fill = PatternFill("solid", fgColor="92D050")
    out = io.BytesIO()
    book.save(out)
    return f"rollout {month} 2024.xlsx", out.getvalue()


def asked(says: str) -> dict[str, int]:
    """The number of each question in the form, by its key."""
    return {unescape(key): int(n) for n, key in re.findall(r'name="key(\d+)" value="([^"]*)"', says)}


def answer(client, batch, **answers):
    fields = {}
    for key, number in asked(page(client, batch)).items():
        fields[f"key{number}"] = key
        field = rf'<select[^>]*id="answer{number}".*?</select>|<input[^>]*id="answer{number}"[^>]*>'
        stands = re.search(field, page(client, batch), re.DOTALL)[0]
        chosen = re.search(r'value="([^"]*)" selected', stands) or re.search(r'value="([^"]*)"', stands)
        fields[f"answer{number}"] = unescape(chosen[1]) if chosen else ""
        if key in answers:
            fields[f"answer{number}"] = answers[key]
    return client.post(address(batch, "answer"), fields)


def test_what_is_not_clear_is_asked_on_one_page_and_nothing_is_guessed(lead, cast):
    batch = send(lead, *tracker(MARCH), slug="trees")
    says = page(lead, batch)
    assert batch.kind == "tracker" and 'name="seen"' not in says
    assert {"word:purple", "column:Lead email"} <= set(asked(says))
    assert "green" in says and "header" in says and "Names and addresses of people are best kept out" in says
    answer(lead, batch, **{"word:purple": "preparing"})
    says = page(lead, batch)
    assert 'name="seen"' in says and "What is new" in says
    accept(lead, batch)
    there = now(cast.row)
    assert there.sites["site"].to_list() == ["Ash", "Oak", "Elm"]
    assert dict(there.stages.select("site", "stage").rows()) == {
        "Ash": "using",
        "Oak": "preparing",
        "Elm": "not_reached",
    }
    assert "a@example.org" not in str(there.tables)
    assert Mappings.read(cast.row.mappings.encode()).mappings[0].word("purple").means == "preparing"


def test_next_month_takes_two_clicks(lead, cast):
    batch = send(lead, *tracker(MARCH), slug="trees")
    answer(lead, batch, **{"word:purple": "preparing"})
    accept(lead, batch)
    april = [[*MARCH[0]], ["Oak", "North Trust", "Live", "15/04/2024", ""], ["Elm", "South Trust", "purple", "", ""]]
    batch = send(lead, *tracker(april, "April"), slug="trees")
    accept(lead, batch)
    assert Batch.objects.get(pk=batch.pk).state == "accepted"
    assert ("Oak", "using") in now(cast.row).stages.select("site", "stage").rows()


def test_the_same_tracker_twice_changes_nothing(lead, cast):
    batch = send(lead, *tracker(MARCH), slug="trees")
    answer(lead, batch, **{"word:purple": "preparing"})
    accept(lead, batch)
    before, lines = now(cast.row), Trail.objects.count()
    says = page(lead, send(lead, *tracker(MARCH), slug="trees"))
    assert 'name="seen"' not in says and "in the record already" in says
    assert now(cast.row) == before and Trail.objects.count() == lines


def test_an_answer_that_can_not_be_taken_is_said_and_what_was_typed_is_there(lead, cast):
    batch = send(lead, *tracker(MARCH), slug="trees")
    wrong = answer(lead, batch, **{"word:purple": "flying"})
    says = wrong.content.decode()
    assert wrong.status_code == 422 and "a stage" in says and 'value="flying" selected' in says
    assert Batch.objects.get(pk=batch.pk).answers.get("meaning", {}) == {}


def test_a_renamed_site_keeps_its_past(lead, cast):
    batch = send(lead, *tracker([["Saint Marys Hospital", "N", "Live", "13/01/2024", ""]]), slug="trees")
    answer(lead, batch)
    accept(lead, batch)
    renamed = [["St Mary's Hosptial", "N", "Live", "13/01/2024", ""]]
    batch = send(lead, *tracker(renamed, "April"), slug="trees")
    key = "site:St Mary's Hosptial"
    number = asked(page(lead, batch))[key]
    fields = {f"key{number}": key, f"answer{number}": "renamed from Saint Marys Hospital", f"day{number}": "2024-04-01"}
    lead.post(address(batch, "answer"), fields)
    accept(lead, batch)
    there = now(cast.row).successions
    assert there.select("site", "successor", "kind").rows() == [
        ("Saint Marys Hospital", "St Mary's Hosptial", "renamed")
    ]


def test_a_tracker_is_taken_back_as_one(lead, cast):
    before = now(cast.row)
    batch = send(lead, *tracker(MARCH), slug="trees")
    answer(lead, batch, **{"word:purple": "preparing"})
    accept(lead, batch)
    lead.post(address(batch, "take-back"))
    assert now(cast.row) == before


def test_markup_in_a_tracker_is_text(lead, cast):
    rows = [["<script>alert(1)</script>", "N", "<b>x</b>", "", ""]]
    says = page(lead, send(lead, *tracker(rows), slug="trees"))
    assert "<script>alert" not in says and "&lt;script&gt;" in says


def test_a_programme_begins_with_a_tracker(lead, cast):
    cast.ana.begins = True
    cast.ana.save()
    name, data = tracker(MARCH)
    from tests.web.test_imports import sent

    answered = lead.post("/begin", {"name": "New trees", "file": sent(name, data)})
    row = Row.objects.get(name="New trees")
    assert answered["Location"] == f"/p/{row.slug}/import/{row.batches.get().pk}"


def test_tables_side_by_side_and_names_struck_through_reach_the_spread_page(lead, cast):
    import openpyxl
    from openpyxl.styles import Font

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["Hospital", "Status", None, "Hospital", "Status"], ["Ash", "Live", None, "Oak", "Live"]):
        book.active.append(row)
    book.active["D2"].font = Font(strike=True)
    book.save(out)
    batch = send(lead, "wards 2024-03-31.xlsx", out.getvalue(), slug="trees")
    says = page(lead, batch)
    assert "word:struck through" in asked(says) and '<span class="tag">struck through</span>' in says
    answer(lead, batch)
    accept(lead, batch)
    assert now(cast.row).stages.select("site", "stage").rows() == [("Ash", "using"), ("Oak", "stopped")]
    spread = lead.get("/p/trees/spread")
    assert spread.status_code == 200 and "stopped" in spread.content.decode()
