"""A site's Excel sheet: what it holds, and what it may do when it comes back."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import falls
from tests.web.test_pages import signed_in, words
from tests.web.test_sites import EVERYTHING, home

from takeroot.vocabulary.tables import TABLES
from takeroot.web import actions, sheets
from takeroot.web.models import Batch, Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ODD = ("=1+1", "<r><t>x</t></r>", "_x0041_", "@SUM(A1)", "-5 beds", "http://example.org", "00123")


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    """Files that were sent lie in a folder of the test."""
    settings.HOME = tmp_path


def taken_out(client: Client, address: str) -> openpyxl.Workbook:
    """The workbook, as Excel would open it."""
    return openpyxl.load_workbook(io.BytesIO(client.get(address).content))


def add(book: openpyxl.Workbook, name: str, **cells) -> None:
    """A further row of a sheet."""
    page = book[name]
    columns = {cell.value: cell.column for cell in page[1]}
    row = 2
    while any(page.cell(row, column).value is not None for column in columns.values()):
        row += 1
    for column, value in cells.items():
        page.cell(row, columns[column]).value = value


def rows(book: openpyxl.Workbook, name: str) -> list[dict]:
    """The rows of a sheet."""
    head, *rest = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest if any(cell is not None for cell in row)]


def send(client: Client, address: str, book: openpyxl.Workbook, name: str = "ward.xlsx"):
    """Send a workbook back."""
    out = io.BytesIO()
    book.save(out)
    return client.post(address, {"file": SimpleUploadedFile(name, out.getvalue())})


def bring_in(client: Client, sent):
    """Look at what was sent, and accept it."""
    assert sent.status_code == 302, words(sent)
    page = client.get(sent.headers["Location"])
    return client.post(sent.headers["Location"], {"seen": page.context["preview"].seen}), page


@pytest.fixture
def ward(cast):
    """Ben, and the addresses of the sheet of Ward 1."""
    return signed_in(cast.ben), home(cast.falls, "Ward 1", "site-sheet"), home(cast.falls, "Ward 1", "site-sheet-file")


def test_it_holds_the_rows_of_its_site_alone_and_says_how_to_use_it(cast, ward):
    ben, _, file = ward
    book = taken_out(ben, file)
    assert book.sheetnames[:7] == ["Read me", *sheets.ASKED]
    assert {row["stage"] for row in rows(book, "stages")} == {"using", "stopped"}
    assert len(rows(book, "values")) == 30
    assert "site" not in [cell.value for cell in book["values"][1]]
    text = str([cell.value for page in book for row in page.iter_rows() for cell in row])
    assert "Ward 2" not in text and "Send it back" in text
    lists = {str(one.sqref): one.formula1 for one in book["stages"].data_validations.dataValidation}
    assert any("_lists" in formula for formula in lists.values())


def test_text_stays_text(cast, ward):
    ben, address, file = ward
    for said in ODD:
        cells = {"site": "Ward 1", "on": date(2024, 5, 1), "title": said, "visibility": "all"}
        actions.record(cast.falls, TABLES["notes"], cells, by="tests", scope=EVERYTHING)
    data = ben.get(file).content
    page = openpyxl.load_workbook(io.BytesIO(data))["notes"]
    titles = [cell for (cell,) in page.iter_rows(min_row=2, min_col=2, max_col=2) if cell.value is not None]
    assert {cell.data_type for cell in titles} <= {"s", "inlineStr"}
    sent = ben.post(address, {"file": SimpleUploadedFile("ward.xlsx", data)})
    found = ben.get(sent.headers["Location"]).context["preview"]
    assert (found.changes, found.faults) == (False, [])
    assert {one["table"]: one["unchanged"] for one in found.tables}["notes"] == len(ODD)


def test_what_was_taken_out_and_sent_back_unchanged_changes_nothing(cast, ward):
    ben, address, file = ward
    page = ben.get(send(ben, address, taken_out(ben, file)).headers["Location"])
    assert "Everything that can come in is in the record already." in words(page)


def test_new_and_changed_rows_come_in_under_one_line_and_can_be_undone(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    add(book, "values", measure="falls", on=date(2024, 7, 1), value=3)
    add(book, "adaptations", on="2024-06-02", what="Rounds at noon")
    book["values"].cell(2, 3).value = 99
    done, page = bring_in(ben, send(ben, address, book))
    said = words(page)
    assert "becomes “99”" in said and done.status_code == 302
    assert cast.falls.values.get(site="Ward 1", on=date(2024, 7, 1)).value == 3
    assert cast.falls.values.get(site="Ward 1", on=date(2022, 1, 1)).value == 99
    assert cast.falls.adaptations.get().site == "Ward 1"
    line = Trail.objects.first()
    assert (line.by, line.did, line.what["site"]) == ("ben", "brought in a site's sheet", "Ward 1")
    assert "is in the record" in words(ben.get(done.headers["Location"]))
    actions.undo(cast.falls, line, by="ana")
    assert cast.falls.values.get(site="Ward 1", on=date(2022, 1, 1)).value == 5
    assert not cast.falls.adaptations.exists()


def test_a_second_click_brings_nothing_in_twice(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    add(book, "actions", title="Train nights")
    sent = send(ben, address, book)
    bring_in(ben, sent)
    lines = Trail.objects.count()
    assert ben.post(sent.headers["Location"], {"seen": "x"}).status_code == 302
    assert (Trail.objects.count(), cast.falls.actions.count()) == (lines, 1)


def test_a_row_of_another_site_is_refused_and_the_rest_can_come_in(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    page = book["values"]
    page.cell(1, 12).value = "site"
    add(book, "values", measure="falls", on=date(2024, 7, 1), value=3, site="Ward 3")
    add(book, "values", measure="falls", on=date(2024, 8, 1), value=4)
    _, seen = bring_in(ben, send(ben, address, book))
    assert "this is the sheet of Ward 1, the long one; leave the site out" in words(seen)
    assert not cast.falls.values.filter(on=date(2024, 7, 1)).exists()
    assert cast.falls.values.filter(site="Ward 1", on=date(2024, 8, 1)).exists()


def test_the_id_of_a_row_elsewhere_moves_nothing(cast, ward):
    ben, address, file = ward
    theirs = cast.falls.stages.filter(site="Ward 3").get()
    book = taken_out(ben, file)
    add(book, "stages", stage="stopped", on=date(2024, 6, 1), id=theirs.id)
    sent = send(ben, address, book)
    preview = ben.get(sent.headers["Location"]).context["preview"]
    assert not preview.changes
    theirs.refresh_from_db()
    assert (theirs.site, theirs.stage) == ("Ward 3", "using")


def test_the_id_of_a_note_that_somebody_may_not_read_changes_nothing(cast):
    note = cast.falls.notes.get(title="Night staff were not told")
    ben, address = signed_in(cast.ben), home(cast.falls, "Ward 2", "site-sheet")
    book = taken_out(ben, home(cast.falls, "Ward 2", "site-sheet-file"))
    assert rows(book, "notes") == []
    own = actions.record(
        cast.falls,
        TABLES["notes"],
        {"site": "Ward 2", "on": date(2024, 1, 6), "title": "Kept", "visibility": "site", "id": "kept-note"},
        by="tests",
        scope=EVERYTHING,
    )
    for hidden in (note.id, own.partition(":")[2]):
        add(book, "notes", on=date(2024, 1, 7), title="Mine now", id=hidden)
    preview = ben.get(send(ben, address, book).headers["Location"]).context["preview"]
    assert not preview.changed
    assert cast.falls.notes.get(id="kept-note").title == "Kept"


def test_a_row_that_was_changed_here_since_is_held_back(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    row = cast.falls.values.get(site="Ward 1", on=date(2022, 1, 1))
    actions.amend(
        cast.falls, row.reference, {"value": 7}, by="ana", scope=EVERYTHING, seen=row.line, why="counted again"
    )
    book["values"].cell(2, 3).value = 99
    page = ben.get(send(ben, address, book).headers["Location"])
    assert "it was changed here after this sheet was taken out" in words(page)
    assert not page.context["preview"].changes
    assert cast.falls.values.get(site="Ward 1", on=date(2022, 1, 1)).value == 7


def test_faults_are_said_with_their_rows_and_nothing_of_them_comes_in(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    add(book, "stages", stage="flying", on=date(2024, 6, 1))
    add(book, "values", measure="flights", on=date(2024, 6, 1), value=1)
    add(book, "values", measure="falls", on="soon", value=1)
    said = words(ben.get(send(ben, address, book).headers["Location"]))
    assert "sheet &#x27;stages&#x27;, row 4, column “stage”" in said
    assert "is not among the measures" in said and "soon" in said


@pytest.mark.parametrize("name", ["other", "plain", "no workbook", "empty"])
def test_what_is_not_the_sheet_of_this_site_is_refused_in_a_sentence(cast, ward, name):
    ben, address, _ = ward
    files = {
        "other": signed_in(cast.ana).get(home(cast.falls, "Ward 2", "site-sheet-file")).content,
        "no workbook": b"hello",
        "empty": b"",
    }
    if name == "plain":
        out = io.BytesIO()
        openpyxl.Workbook().save(out)
        files["plain"] = out.getvalue()
    page = ben.post(address, {"file": SimpleUploadedFile("ward.xlsx", files[name])})
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert not Batch.objects.exists()
    assert ben.post(address).status_code == 422


def test_who_takes_it_out_and_sends_it_back(cast):
    address, file = (home(cast.falls, "Ward 3", name) for name in ("site-sheet", "site-sheet-file"))
    for who, status in {"ana": 200, "ben": 404, "cleo": 403, "dan": 404, "eve": 404}.items():
        client = signed_in(getattr(cast, who))
        assert [client.get(page).status_code for page in (address, file)] == [status, status]


def test_nobody_sees_or_accepts_what_somebody_else_sent(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    add(book, "actions", title="Train nights")
    place = send(ben, address, book).headers["Location"]
    ana = signed_in(cast.ana)
    assert ana.get(place).status_code == ana.post(place, {"seen": "x"}).status_code == 404


def test_by_the_link_it_goes_out_and_comes_back(cast):
    until = timezone.localdate() + timedelta(days=9)
    _, secret = actions.make_site_link(
        cast.falls, "Ward 1", label="Night team", until=until, by="ana", scope=EVERYTHING
    )
    client = Client()
    book = taken_out(client, reverse("by-link-sheet-file", args=[secret]))
    add(book, "actions", title="Train nights")
    done, page = bring_in(client, send(client, reverse("by-link-sheet", args=[secret]), book))
    assert done.headers["Location"].startswith(f"/s/{secret}/sheet/")
    assert "/p/falls" not in page.content.decode()
    assert Trail.objects.first().by == "the link of Ward 1 (Night team)"
    assert cast.falls.actions.get().site == "Ward 1"


def test_what_was_dropped_is_gone(cast, ward):
    ben, address, file = ward
    book = taken_out(ben, file)
    add(book, "actions", title="Train nights")
    place = send(ben, address, book).headers["Location"]
    assert ben.post(place, {"drop": "1"}).status_code == 302
    assert ben.post(place, {"seen": "x"}).status_code == 422
    assert not cast.falls.actions.exists()


def test_the_same_record_makes_the_same_workbook(cast):
    one, two = (sheets.write(cast.falls, "Ward 1", "Ward 1", Scope.of_sites(["Ward 1"])) for _ in range(2))
    assert one == two


@pytest.mark.slow
def test_a_site_with_many_values_goes_out_and_comes_back(cast):
    programme = actions.load_programme(falls(400), by="tests", slug="many")
    data = sheets.write(programme, "Ward 7", "Ward 7", EVERYTHING)
    sent = sheets.compared(programme, "Ward 7", "Ward 7", "ward.xlsx", data, EVERYTHING)
    assert not sent.plan.changes and not sent.plan.faults
