"""On paper and in spreadsheets: forms and workbooks go out, and a workbook comes back whole or not at all."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.vocabulary.own_instruments import OWN, TRANSLATION
from tests.web.test_pages import signed_in
from tests.web.test_pages import words as escaped
from tests.web.test_rounds import SECRET_WORDS, begun, closed, everything_kept, link, small  # noqa: F401  # a fixture

from takeroot.vocabulary import instruments_in_files
from takeroot.web import actions, rounds
from takeroot.web.models import AnswerRow, Asking, Draft, Reply, Trail
from takeroot.web.panels.assess import kept
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL, TODAY = Scope.everything(), timezone.localdate()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.HOME = tmp_path


def words(page: Any) -> str:
    return unescape(escaped(page))


def filled(data: bytes, cells: dict[str, Any], about: dict[str, str] | None = None, sheet: str = "answers") -> bytes:
    """A workbook, filled in by question (and site): the answer, or the answer and the words beside it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book["about"].iter_rows(min_row=2):
        if (value := (about or {}).get(row[0].value)) is not None:
            row[1].value = value
    page = book[sheet]
    at = {cell.value: place for place, cell in enumerate(page[1])}
    for row in page.iter_rows(min_row=2):
        name, site = row[at["question"]].value, row[at["site"]].value if "site" in at else None
        said = cells.get((name, site), cells.get(name))
        answer, beside = said if isinstance(said, tuple) else (said, None)
        for column, text in (("answer", answer), ("in words", beside)):
            if text is not None:
                row[at[column]].value = text
                row[at[column]].data_type = "s"
    out = io.BytesIO()
    book.properties.creator = "Zebedee Author"
    book.save(out)
    return out.getvalue()


def send(client: Client, base: str, data: bytes, name: str = "zqname-of-file.xlsx") -> Any:
    return client.post(f"{base}filled", {"file": SimpleUploadedFile(name, data, XLSX)})


def open_round(cast: Any, small: Any, **said: Any) -> Asking:  # noqa: F811
    return begun(cast, small, kind="open", way="team", **said)


GOOD = {"clear": ("Agree", SECRET_WORDS), "usual": "7", "need:a": "x", "say": "More time"}


# Going out


def test_the_form_and_the_workbook_of_a_round_carry_what_it_promises(cast, small):  # noqa: F811
    asking = begun(cast, small)
    client = signed_in(cast.cleo)
    form = client.get(f"/p/falls/rounds/{asking.pk}/form")
    assert form.headers["Content-Disposition"] == 'attachment; filename="small-spring.html"'
    said = form.content.decode()
    for part in ("Is it clear?", "Spring", "The smallest group", "Reminders go to everybody or to nobody"):
        assert part in said
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/p/falls/rounds/{asking.pk}/workbook").content))
    told = " ".join(str(cell.value) for row in book["Read me"].iter_rows() for cell in row if cell.value)
    assert "No group of fewer than 5 people is shown" in told
    assert {row[0].value: row[1].value for row in book["about"].iter_rows()}["round"] == "Spring"


def test_they_are_read_in_plainer_words_and_another_language(cast):
    actions.bring_in_instruments(cast.falls, {"a.yaml": OWN.encode(), "b.yaml": TRANSLATION.encode()}, by="ana")
    client = signed_in(cast.ana)
    plain = client.get("/p/falls/assess/our-survey/form?plain=1").content.decode()
    assert "Do you get it?" in plain and "Is it clear?" not in plain
    book = openpyxl.load_workbook(io.BytesIO(client.get("/p/falls/assess/our-survey/workbook?in=cy").content))
    assert "glir?" in " ".join(str(row[1].value) for row in book["answers"].iter_rows())


@pytest.mark.parametrize("name", sorted(kept.in_use()))
def test_each_instrument_goes_out_on_paper_and_as_a_workbook(cast, name):
    client = signed_in(cast.cleo)
    assert b"<h1>" in client.get(f"/p/falls/assess/{name}/form").content
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/p/falls/assess/{name}/workbook").content))
    assert book.sheetnames[1:3] == ["about", "answers"]
    assert f"/assess/{name}/workbook" in client.get(f"/p/falls/assess/{name}").content.decode()


# An open round


@pytest.mark.parametrize(("who", "code"), [("team", "team"), ("me", "person")])
def test_a_filled_workbook_comes_back_onto_a_sheet_and_counts_once_it_is_sent(cast, small, who, code):  # noqa: F811
    asking = open_round(cast, small)
    client, base = signed_in(cast.ana), f"/p/falls/rounds/{asking.pk}/answer/{who}/"
    data = client.get(f"/p/falls/rounds/{asking.pk}/workbook").content
    sent = send(client, base, filled(data, GOOD))
    assert sent.headers["Location"] == f"{base}send?read=4"
    page = words(client.get(sent.headers["Location"]))
    assert "4 answers read from your workbook" in page
    assert not AnswerRow.objects.filter(round="Spring").exists()
    assert client.post(f"{base}send", {"agree": "yes"}).status_code == 302
    rows = {row.question: (row.answer, row.comment) for row in AnswerRow.objects.filter(round="Spring")}
    assert rows == {
        "clear": ("2", SECRET_WORDS), "usual": ("7", None), "need": ("a", None), "say": ("More time", None)
    }  # fmt: skip
    assert AnswerRow.objects.filter(round="Spring").first().respondent.startswith(code)


def test_what_the_workbook_leaves_empty_stays_and_what_it_replaces_is_counted(cast, small):  # noqa: F811
    asking = open_round(cast, small)
    client, base = signed_in(cast.ana), f"/p/falls/rounds/{asking.pk}/answer/me/"
    data = client.get(f"/p/falls/rounds/{asking.pk}/workbook").content
    send(client, base, filled(data, {"clear": "Agree", "usual": "3"}))
    sent = send(client, base, filled(data, {"clear": "Disagree", "say": "Time"}))
    assert sent.headers["Location"] == f"{base}send?read=2&instead=1"
    sheet = rounds.sheet_of(asking, f"person-{cast.ana.pk}")
    assert dict(sheet.draft.answers) == {"clear": "1", "usual": "3", "say": "Time"} and sheet.sent is None


def test_every_fault_is_a_sentence_and_nothing_is_half_written(cast, small):  # noqa: F811
    asking = open_round(cast, small)
    client, base = signed_in(cast.ana), f"/p/falls/rounds/{asking.pk}/answer/team/"
    data = client.get(f"/p/falls/rounds/{asking.pk}/workbook").content
    bad = {"clear": "Perhaps", "usual": "11", "need:a": "maybe", "say": "Good"}
    page = send(client, base, filled(data, bad))
    said = words(page)
    assert page.status_code == 422 and "Nothing of the workbook was kept" in said
    assert "row 3, column 'answer': one of 1, 2, nr:role, nr:stage is needed, found 'Perhaps'" in said
    assert "row 4, column 'answer': a number from 0 to 10 is needed, found 11" in said
    assert "an x or nothing is needed, found 'maybe'" in said
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("cells", "about", "says"),
    [
        (GOOD, {"instrument": "npt"}, "this is the workbook of something else; 'small' is asked here, found 'npt'"),
        (GOOD, {"edition": "2"}, "'1' is asked here, found '2'"),
        (GOOD, {"language": "cy"}, "it is asked here in en; found 'cy'"),
        (GOOD, {"round": "Autumn"}, "this workbook is of another round; this one is 'Spring'"),
        ({}, {}, "nothing is answered yet"),
    ],
)
def test_the_workbook_of_something_else_is_refused(cast, small, cells, about, says):  # noqa: F811
    asking = open_round(cast, small)
    client, base = signed_in(cast.ana), f"/p/falls/rounds/{asking.pk}/answer/team/"
    data = client.get(f"/p/falls/rounds/{asking.pk}/workbook").content
    page = send(client, base, filled(data, cells, about))
    assert page.status_code == 422 and says in words(page)
    assert not Reply.objects.exists()


def test_sheets_of_several_people_come_one_at_a_time(cast, small, tmp_path):  # noqa: F811
    from takeroot.exchange import answer_sheets

    asking = open_round(cast, small)
    answer_sheets.write(tmp_path / "a.xlsx", small, respondents=["a", "b"], round="Spring")
    data = (tmp_path / "a.xlsx").read_bytes()
    data = filled(filled(data, GOOD, sheet="answers 1"), GOOD, sheet="answers 2")
    client, base = signed_in(cast.ana), f"/p/falls/rounds/{asking.pk}/answer/team/"
    page = send(client, base, data)
    assert page.status_code == 422 and "send one sheet at a time" in words(page)


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("xl/workbook.xml", b"<a/>" * 2**23)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.xlsx", "empty"),
        (b"PK\x03\x04 not a zip", "a.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "a.xlsx", "old Excel workbook"),
        (b"question,answer\nclear,2\n", "a.csv", "the sheets 'about' and 'answers' are needed"),
        (b"<html>", "a.html", "are not read"),
        (b"x" * (2 * 2**20 + 1), "a.xlsx", "at most 2 MB"),
        (bomb(), "a.xlsx", "at most 2 MB"),
    ],
)
def test_hostile_files_are_refused_in_a_sentence(cast, small, data, name, says):  # noqa: F811
    asking = open_round(cast, small)
    client, base = signed_in(cast.ana), f"/p/falls/rounds/{asking.pk}/answer/team/"
    page = send(client, base, data, name)
    assert page.status_code == 422 and says in words(page)
    assert not Reply.objects.exists()


def test_without_a_file_it_says_so(cast, small):  # noqa: F811
    asking = open_round(cast, small)
    page = signed_in(cast.ana).post(f"/p/falls/rounds/{asking.pk}/answer/team/filled")
    assert page.status_code == 422 and "Choose the file of your workbook first" in words(page)


# An anonymous round


def test_a_respondent_sends_a_workbook_by_the_link_and_nothing_of_the_file_is_kept(cast, small):  # noqa: F811
    asking, client = begun(cast, small), Client()
    base = link(asking)
    data = client.get(f"{base}workbook").content
    before, lines = everything_kept().count("zqname"), Trail.objects.count()
    sent = send(client, base, filled(data, GOOD, {"respondent": "zqcode-of-file", "role": "zqrole"}))
    assert sent.headers["Location"] == f"{base}send?read=4"
    page = words(client.get(sent.headers["Location"]))
    assert "Your code is" in page and Reply.objects.filter(asking=asking).count() == 1
    told = everything_kept()
    assert told.count("zqname") == before
    for one in ("zqcode", "zqrole", "Zebedee", SECRET_WORDS):
        assert one not in told
    assert Trail.objects.count() == lines
    assert client.post(f"{base}send", {"role": rounds.ROLES[0], "release": "yes"}).status_code == 302
    closed(asking)
    rows = AnswerRow.objects.filter(round="Spring")
    assert {row.question: row.answer for row in rows} == {"clear": "2", "usual": "7", "need": "a", "say": "More time"}
    assert "zqcode" not in str([*rows.values()])


def test_the_code_that_a_workbook_begins_with_brings_the_sheet_back(cast, small):  # noqa: F811
    asking, client = begun(cast, small), Client()
    base = link(asking)
    sent = send(client, base, filled(client.get(f"{base}workbook").content, GOOD))
    page = client.get(sent.headers["Location"]).content.decode()
    code = page.partition('<strong class="code">')[2].partition("<")[0]
    elsewhere = Client()
    elsewhere.post(base, {"do": "code", "code": code})
    assert "More time" in elsewhere.get(f"{base}2").content.decode()


def test_a_slip_takes_one_workbook_and_the_next_takes_its_place(cast, small):  # noqa: F811
    asking = begun(cast, small, way="slips")
    secret = actions.make_slips(asking, 1, by="ana")[0]
    base, client = reverse("answer", args=[secret]), Client()
    data = client.get(f"{base}workbook").content
    send(client, base, filled(data, GOOD))
    send(Client(), base, filled(data, GOOD | {"clear": "Disagree"}))
    assert Reply.objects.count() == 1


def test_no_keeper_of_an_anonymous_round_sends_a_workbook_for_others(cast, small):  # noqa: F811
    asking = begun(cast, small)
    client = signed_in(cast.ana)
    data = client.get(f"/p/falls/rounds/{asking.pk}/workbook").content
    for who in ("me", "team"):
        page = client.post(
            f"/p/falls/rounds/{asking.pk}/answer/{who}/filled",
            {"file": SimpleUploadedFile("a.xlsx", filled(data, GOOD))},
        )
        assert page.status_code == 404
    assert "by the link or slip of whoever filled it in" in words(client.get(f"/p/falls/rounds/{asking.pk}"))
    assert not Reply.objects.exists()


def test_words_that_seem_to_name_somebody_are_pointed_out(cast, small):  # noqa: F811
    asking, client = begun(cast, small), Client()
    base = link(asking)
    data = filled(client.get(f"{base}workbook").content, GOOD | {"say": "Mrs Jones knows."})
    page = words(client.get(send(client, base, data).headers["Location"]))
    assert "a name with a title ('Mrs Jones')" in page


@pytest.mark.parametrize("stands", ["to come", "closed"])
def test_a_round_that_is_not_open_takes_no_workbook(cast, small, stands):  # noqa: F811
    later = {"opens": TODAY + timedelta(days=2), "closes": TODAY + timedelta(days=4)} if stands == "to come" else {}
    asking, client = begun(cast, small, **later), Client()
    base = link(asking)
    data = filled(client.get(f"{base}workbook").content, GOOD)
    if stands == "closed":
        closed(asking)
    assert send(client, base, data).status_code == 302
    assert not Reply.objects.exists()


def test_a_page_of_a_link_with_a_workbook_is_kept_by_nobody(cast, small):  # noqa: F811
    asking, client = begun(cast, small), Client()
    for what in ("form", "workbook"):
        page = client.get(f"{link(asking)}{what}")
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get("/r/made-up/form").status_code == 404
    assert client.post("/r/made-up/filled").status_code == 404


# Records and plans


def test_a_workbook_of_a_record_becomes_a_draft_that_is_looked_over_and_released(cast):
    client = signed_in(cast.ana)
    data = client.get("/p/falls/assess/tidier/workbook").content
    one = kept.in_use()["tidier"]
    said = {question.id: f"What we say of {question.id}" for question in one.questions}
    about = {"subject": "programme", "on": "2024-03-31"}
    sent = client.post(
        "/p/falls/assess/tidier/filled", {"file": SimpleUploadedFile("a.xlsx", filled(data, said, about))}
    )
    draft = Draft.objects.get()
    assert sent.headers["Location"] == f"/p/falls/assess/tidier/write?draft={draft.pk}&page=all"
    assert "What we say of" in words(client.get(sent.headers["Location"]))
    assert not cast.falls.entries.filter(instrument="tidier").exists()
    done = client.post("/p/falls/assess/tidier/write", {"draft": draft.pk, "release": "1"})
    assert done.headers["Location"] == "/p/falls/assess/tidier/on/2024-03-31"
    assert cast.falls.entries.filter(instrument="tidier").count() == len(said)


def test_a_tracker_comes_back_site_by_site(cast):
    client, one = signed_in(cast.ana), kept.in_use()["ihi-spread"]
    each = next(question for question in one.questions if question.by_site and one.scale(question).options)
    data = client.get("/p/falls/assess/ihi-spread/workbook").content
    answer = one.scale(each).options[0].says
    about = {"subject": "programme", "on": "2024-03-31"}
    data = filled(data, {(each.id, "Ward 2"): (answer, "as seen")}, about)
    client.post("/p/falls/assess/ihi-spread/filled", {"file": SimpleUploadedFile("a.xlsx", data)})
    typed = Draft.objects.get().cells["text"]
    assert f"q~{each.id}~Ward 2" in typed and "as seen" in typed


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"subject": "programme"}, "Write on the sheet 'about' beside 'on' the day it is of"),
        ({"subject": "programme", "on": (TODAY + timedelta(days=30)).isoformat()}, "this one lies ahead"),
        ({"subject": "site", "site": "Nowhere", "on": "2024-03-31"}, "'Nowhere': you can not write of that"),
    ],
)
def test_a_workbook_of_a_record_says_of_what_and_of_which_day(cast, about, says):
    client = signed_in(cast.ana)
    data = filled(client.get("/p/falls/assess/tidier/workbook").content, {"1": "x", "brief-name": "x"}, about)
    first = kept.in_use()["tidier"].questions[0].id
    data = filled(data, {first: "Falls"}, about)
    page = client.post("/p/falls/assess/tidier/filled", {"file": SimpleUploadedFile("a.xlsx", data)})
    assert page.status_code == 422 and says in words(page)
    assert not Draft.objects.exists()


def test_who_writes_for_named_sites_brings_in_nothing_of_others(cast):
    client, one = signed_in(cast.ben), kept.in_use()["ihi-spread"]
    each = next(question for question in one.questions if question.by_site and one.scale(question).options)
    data = signed_in(cast.ana).get("/p/falls/assess/ihi-spread/workbook").content
    data = filled(
        data, {(each.id, "Ward 5"): one.scale(each).options[0].says}, {"subject": "programme", "on": "2024-03-31"}
    )
    page = client.post("/p/falls/assess/ihi-spread/filled", {"file": SimpleUploadedFile("a.xlsx", data)})
    assert page.status_code == 422 and "'Ward 5' is none that you write for" in words(page)
    own = client.get("/p/falls/assess/ihi-spread/workbook").content
    cells = {cell.value for row in openpyxl.load_workbook(io.BytesIO(own))["answers"].iter_rows() for cell in row}
    assert "Ward 1" in cells and "Ward 5" not in cells


def test_a_questionnaire_is_not_filled_in_as_a_record(cast):
    assert signed_in(cast.ana).post("/p/falls/assess/npt/filled").status_code == 404


# Reading levels


RECORD = """
overlay_of: tidier
edition: plain
sections: {SECTION: {plain: First the plain part}}
questions: {QUESTION: {plain: What do you call it?}}
"""
WELSH = "translation_of: tidier\nedition: plain\nlanguage: cy\nquestions: {QUESTION: Beth yw ei enw?}\n"


def test_records_are_read_in_plainer_words_and_in_another_language(cast):
    one = instruments_in_files.find("tidier")
    names = {"SECTION": one.sections[0].id, "QUESTION": one.questions[0].id}
    texts = [RECORD, WELSH]
    for name, given in names.items():
        texts = [text.replace(name, given) for text in texts]
    actions.bring_in_instruments(
        cast.falls, {f"{n}.yaml": text.encode() for n, text in zip("ab", texts, strict=True)}, by="ana"
    )
    client, where = signed_in(cast.ana), "/p/falls/assess/tidier/write"
    assert "Plainer words" in words(client.get("/p/falls/assess/tidier"))
    assert "What do you call it?" in words(client.get("/p/falls/assess/tidier?plain=1"))
    begun = client.post(f"{where}?plain=1", {"about": "programme", "on": "2024-03-31"})
    assert begun.headers["Location"].endswith("&page=1&plain=1")
    page = client.get(begun.headers["Location"])
    assert "What do you call it?" in words(page) and "First the plain part" in words(page)
    assert one.questions[0].asks not in words(page)
    usual = begun.headers["Location"].replace("&plain=1", "")
    assert one.questions[0].asks in words(client.get(usual))
    welsh = client.get(f"{usual}&in=cy")
    assert "Beth yw ei enw?" in words(welsh) and 'lang="cy"' in welsh.content.decode()
    assert "Cymraeg" in words(welsh) and "What do you call it?" not in words(welsh)
    draft = Draft.objects.get()
    field = f"q~{names['QUESTION']}"
    on = client.post(f"{where}?plain=1", {"draft": draft.pk, "page": "1", field: "Falls"})
    assert on.headers["Location"].endswith("&plain=1")


def test_a_record_is_looked_at_in_plainer_words(cast):
    one = instruments_in_files.find("tidier")
    first = one.questions[0]
    text = f"overlay_of: tidier\nedition: plain\nquestions: {{{first.id}: {{plain: What do you call it?}}}}\n"
    actions.bring_in_instruments(cast.falls, {"tidier.yaml": text.encode()}, by="ana")
    own = kept.in_use(cast.falls.library)["tidier"]
    needed = {(question.id, None): "said" for question in own.questions if question.needed} | {
        (first.id, None): "Falls"
    }
    actions.write_record(cast.falls, own, needed, {}, site=None, on=TODAY, by="ana", scope=ALL)
    client = signed_in(cast.ana)
    where = f"/p/falls/assess/tidier/on/{TODAY.isoformat()}"
    assert "What do you call it?" in words(client.get(f"{where}?plain=1"))
    assert "What do you call it?" not in words(client.get(where))
