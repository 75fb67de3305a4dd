"""The page on which a report is chosen: every kind and file, as far as somebody sees, each with a line in the trail."""

from __future__ import annotations

import io
import re

import docx
import openpyxl
import pptx
import pytest
from tests.web.browsing import signed_in

from takeroot.reporting.report import FORMATS
from takeroot.reporting.report_kinds import KINDS
from takeroot.web.models import Task, Trail

pytestmark = pytest.mark.django_db
PAGE, DOWNLOAD = "/p/falls/report", "/p/falls/report/download"


def cells(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_the_page_offers_every_kind_and_every_file(cast):
    page = signed_in(cast.ana).get(PAGE).content.decode()
    assert re.findall(r'name="kind" value="([^"]+)"', page) == list(KINDS)
    assert re.findall(r'name="format" value="([^"]+)"', page) == [suffix[1:] for suffix in FORMATS]
    assert "csrfmiddlewaretoken" in page


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".html"])
def test_each_file_comes_with_its_name_and_its_kind(cast, suffix):
    answer = signed_in(cast.ana).post(DOWNLOAD, {"kind": "one-pager", "format": suffix[1:]})
    assert answer.headers["Content-Type"] == FORMATS[suffix].media
    assert answer.headers["Content-Disposition"] == f'attachment; filename="falls-one-pager{suffix}"'
    assert answer.content[:2] == (b"%P" if suffix == ".pdf" else b"PK")


def test_what_is_downloaded_leaves_a_line_in_the_trail_and_what_is_read_does_not(cast):
    client = signed_in(cast.ana)
    before = Trail.objects.count()
    assert client.get(f"{PAGE}/read", {"kind": "board"}).status_code == 200
    assert Trail.objects.count() == before
    client.post(DOWNLOAD, {"kind": "board", "format": "docx"})
    assert Trail.objects.count() == before + 1
    line = Trail.objects.order_by("pk").last()
    assert "report (board) as docx" in f"{line.did} {line.what}"


def test_nothing_is_taken_out_by_a_link(cast):
    assert signed_in(cast.ana).get(DOWNLOAD, {"kind": "board", "format": "docx"}).status_code == 405


def test_a_letter_goes_to_a_site_that_is_seen_and_of_the_others_it_holds_nothing(cast):
    client = signed_in(cast.ana)
    codes = re.findall(r'<option value="([^"]+)">', client.get(PAGE).content.decode())
    answer = client.post(DOWNLOAD, {"kind": "site", "site": codes[0], "format": "docx"})
    text = " ".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert "To Ward 1" in text and "Ward 5" not in text
    trail = Trail.objects.order_by("pk").last()
    assert codes[0] in str(trail.what) and codes[1] not in str(trail.what)


def test_to_somebody_with_some_sites_no_other_site_exists(cast):
    ana, ben = signed_in(cast.ana), signed_in(cast.ben)
    every = re.findall(r'<option value="([^"]+)">', ana.get(PAGE).content.decode())
    own = re.findall(r'<option value="([^"]+)">', ben.get(PAGE).content.decode())
    assert len(own) == 2 < len(every)
    other = next(code for code in every if code not in own)
    closed = {"kind": "site", "site": other, "format": "html"}
    absent = {"kind": "site", "site": "no-such-site", "format": "html"}
    assert ben.post(DOWNLOAD, closed).status_code == ben.post(DOWNLOAD, absent).status_code == 404
    assert ben.get(f"{PAGE}/read", closed).status_code == 404
    assert ben.post(DOWNLOAD, {**closed, "site": own[0]}).status_code == 200


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "site"])
@pytest.mark.parametrize("suffix", [".xlsx"])
def test_every_kind_holds_what_somebody_sees_and_no_more(cast, kind, suffix):
    theirs, whole = (
        cells(signed_in(who).post(DOWNLOAD, {"kind": kind, "format": suffix[1:]}).content)
        for who in (cast.ben, cast.ana)
    )
    assert "You see 2 sites of this programme." in theirs and "You see" not in whole
    assert "Ward 5" not in theirs and "A ward lost its lead" not in theirs


@pytest.mark.parametrize(
    "asked",
    [{"kind": "nonsense"}, {"format": "exe"}, {"kind": "site"}, {"kind": "../full"}, {"format": "html/../x"}],
)
def test_what_is_not_there_is_one_sentence_and_leaves_no_line(cast, asked):
    before = Trail.objects.count()
    answer = signed_in(cast.ana).post(DOWNLOAD, asked)
    assert answer.status_code == 422 and "Go back and choose one." in answer.content.decode()
    assert Trail.objects.count() == before


def test_a_stranger_gets_no_report(cast):
    assert signed_in(cast.dan).post(DOWNLOAD, {"kind": "board", "format": "docx"}).status_code == 404
    assert not Task.objects.exists()


def test_a_long_one_is_written_while_one_waits(cast, monkeypatch, tmp_path):
    monkeypatch.setattr("takeroot.web.panels.report.LARGE_FILE", 1)
    answer = signed_in(cast.ana).post(DOWNLOAD, {"kind": "board", "format": "pptx"})
    task = Task.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"/tasks/{task.pk}")
    assert task.arguments == {"report": "board", "suffix": ".pptx", "site": "", "sections": []}
    from takeroot.web import kinds

    told = []

    class Told:
        def __call__(self, done, of=0, says=""):
            told.append(says)

        def place(self, name, sees=""):
            return tmp_path / name

    made = kinds.report(task, Told())
    assert made.name == "falls-board.pptx"
    assert len(pptx.Presentation(str(made)).slides) >= 3
    assert told[0] == "Reading the programme." and any(said.startswith("Writing: ") for said in told)
