"""Reports as Word, PDF, PowerPoint and Excel: whole, the same each time, and made of words that run nowhere."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from itertools import pairwise
from typing import Any

import docx
import openpyxl
import pptx
import pypdfium2
import pytest
from tests.reporting.made import wards

import takeroot as tr
from takeroot.reporting import report
from takeroot.reporting.blocks import Column, Grid, Section, Words
from takeroot.reporting.content import Content
from takeroot.reporting.papers import pack, pdf, word, workbook
from takeroot.reporting.papers.pieces import Paper, Records, Table
from takeroot.reporting.papers.runs import Numbers, plain
from takeroot.reporting.report import FORMATS, Report
from takeroot.vocabulary.programme import Programme

OFFICE = (".docx", ".pptx", ".xlsx")
#: What each kind of file would run, load, or break on, if it were not only words.
HOSTILE = (
    '=HYPERLINK("http://x")',
    '#panic("no") #eval("1") ] } #import "x"',
    "*bold* _it_ $x^2$ `raw` <label> @ref \\u{41} \\ // /* -- ~",
    "]]> & <w:p/> </w:t> _x0041_ &#0; {{ }} %s {0}",
    "nul\x00 bell\x07 last \ufffe",
    "Ωμέγα Жизнь 漢字 عربي 🙂 ‮right‬ e\u0301",
)


@cache
def made(suffix: str, kind: str = "full") -> bytes:
    site = "W2" if kind == "site" else None
    return report.content(wards(), f"report{suffix}", kind=kind, site=site)


def document(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def words_of(content: bytes) -> str:
    """Everything that a Word document says, tables and all."""
    spaces = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    body = document(content).element.body
    return " ".join("".join(t.text or "" for t in p.iter(f"{spaces}t")) for p in body.iter(f"{spaces}p"))


def slides_of(content: bytes) -> list[str]:
    show = pptx.Presentation(io.BytesIO(content))
    found = []
    for slide in show.slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        texts += [cell.text for table in tables for row in table.rows for cell in row.cells]
        found.append("\n".join(texts))
    return found


def pages_of(content: bytes) -> list[str]:
    read = pypdfium2.PdfDocument(content)
    return [read[place].get_textpage().get_text_range() for place in range(len(read))]


def cells_of(content: bytes) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("kind", ["full", "one-pager", "board", "site", "tidier"])
def test_the_same_programme_gives_the_same_bytes(suffix: str, kind: str) -> None:
    site = "W2" if kind == "site" else None
    assert report.content(wards(), f"other{suffix}", kind=kind, site=site) == made(suffix, kind)


@pytest.mark.parametrize("suffix", OFFICE)
def test_no_part_of_an_office_file_knows_the_hour(suffix: str) -> None:
    def hours(content: bytes) -> set[str]:
        found = set()
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for entry in packed.infolist():
                inside = packed.read(entry)
                if entry.filename.endswith(".xlsx"):
                    found |= hours(inside)
                if entry.filename == "docProps/core.xml":
                    found |= set(re.findall(r">(\d{4}-\d\d-\d\dT[^<]*)<", inside.decode()))
        return found

    assert hours(made(suffix)) == {"2000-01-01T00:00:00Z"}


def test_every_section_stands_in_every_kind_of_file() -> None:
    titles = [section.title for section in Report.of(wards()).sections]
    headings = [p.text for p in document(made(".docx")).paragraphs if p.style.name == "Heading 1"]
    assert headings == [*titles, "The evidence cited"]
    pages = "\n".join(pages_of(made(".pdf")))
    assert [title for title in titles if title.partition(":")[0] not in pages] == []
    slides = [text.partition("\n")[0] for text in slides_of(made(".pptx"))]
    assert [title for title in titles if not any(title in slide for slide in slides)] == []
    book = openpyxl.load_workbook(io.BytesIO(made(".xlsx")))
    told = {row[0].value for row in book["What it says"].iter_rows(min_row=3)}
    assert [title for title in titles if title not in told] == []


def test_a_new_section_stands_in_every_kind_of_file_by_itself() -> None:
    grid = Grid("Forecasts of nothing.", (Column("a", "Month", "month"), Column("b", "Sites", "number")), ((None, 3),))
    section = Section("forecast", "What is likely next", (Words("A sentence of the newest section."), grid))
    content = Content("Falls", "", "", None, False, (section,), ())
    assert "A sentence of the newest section." in words_of(word.made(content))
    assert "A sentence of the newest section." in "".join(pages_of(pdf.made(content)))
    assert "A sentence of the newest section." in "".join(slides_of(pack.made(content)))
    assert "A sentence of the newest section." in [cell.value for cell in cells_of(workbook.made(content))]
    assert 3 in [cell.value for cell in cells_of(workbook.made(content))]


# Word


def test_word_has_headings_in_order_captions_and_heads_that_are_repeated() -> None:
    read = document(made(".docx"))
    levels = [int(p.style.name[-1]) for p in read.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []
    captions = [p.text for p in read.paragraphs if p.style.name == "Caption"]
    figures = [int(text.split(".")[0].removeprefix("Figure ")) for text in captions if text.startswith("Figure")]
    assert figures == list(range(1, len(figures) + 1)) and len(figures) >= 6
    grids = [table for table in read.tables if len(table.rows) > 1 and table.style.name == "Grid"]
    headed = [
        t for t in grids if t.rows[0]._tr.trPr is not None and t.rows[0]._tr.trPr.find("{*}tblHeader") is not None
    ]
    assert len(headed) >= 5


def test_word_says_every_picture_in_words_and_holds_its_vector() -> None:
    content = made(".docx")
    shapes = document(content).element.body.findall(".//{*}docPr")
    assert len(shapes) >= 6
    assert [shape for shape in shapes if len(shape.get("descr") or "") < 40] == []
    assert len({shape.get("id") for shape in shapes}) == len(shapes)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        vectors = [name for name in packed.namelist() if name.endswith(".svg")]
        assert len(vectors) == len(shapes) == packed.read("word/document.xml").count(b"svgBlip")


def test_links_of_word_lead_to_places_in_it() -> None:
    body = document(made(".docx")).element.body
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    targets = {link.get(f"{name}anchor") for link in body.iter(f"{name}hyperlink")}
    places = {mark.get(f"{name}name") for mark in body.iter(f"{name}bookmarkStart")}
    assert targets <= places and {"s_answers", "s_evidence", "e_1"} <= targets


def test_word_tells_its_language_and_the_number_of_each_page() -> None:
    with zipfile.ZipFile(io.BytesIO(made(".docx"))) as packed:
        assert set(re.findall(r'<w:lang w:val="([^"]*)"', packed.read("word/styles.xml").decode())) == {"en-GB"}
        foot = "".join(packed.read(name).decode() for name in packed.namelist() if "footer" in name)
    assert "PAGE" in foot and "NUMPAGES" in foot


# PDF


def test_the_pdf_is_tagged_titled_and_in_english() -> None:
    content = made(".pdf")
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content
    assert b"pdfuaid:part" in content
    assert re.search(rb"/Lang ?\(en-GB\)", content)
    assert pypdfium2.PdfDocument(content).get_metadata_dict()["Title"] == wards().name
    assert len(re.findall(rb"/Alt ?[(<]", content)) >= 6


def test_one_page_is_one_page_before_its_evidence() -> None:
    for name in tr.examples.names():
        pages = pages_of(report.content(tr.examples.load(name), "page.pdf", kind="one-pager"))
        assert [place for place, text in enumerate(pages) if "The evidence cited" in text] == [1], name


def test_what_anybody_wrote_is_never_source_to_the_layout(tmp_path: Any) -> None:
    section = Section("x", HOSTILE[1], (Words(HOSTILE[1]), Words(HOSTILE[2])))
    content = Content(HOSTILE[1], HOSTILE[2], "", None, False, (section,), ())
    text = "".join("".join(pages_of(pdf.made(content))).split())
    assert text.count("".join(HOSTILE[1].split())) >= 3
    assert "*bold*_it_$x^2$raw<label>@ref\\u{41}\\///*--~" in text


# PowerPoint


def test_the_pack_is_text_tables_and_charts_that_can_be_edited() -> None:
    show = pptx.Presentation(io.BytesIO(made(".pptx")))
    shapes = [shape for slide in show.slides for shape in slide.shapes]
    assert sum(shape.has_chart for shape in shapes) >= 3
    assert sum(shape.has_table for shape in shapes) >= 4
    said = [s._element.xpath(".//p:cNvPr")[0].get("descr") for s in shapes if s.has_chart or s.shape_type == 13]
    assert [text for text in said if len(text or "") < 40] == []
    assert [slide for slide in show.slides if slide.shapes.title is None or not slide.shapes.title.text] == []


def test_one_page_is_one_slide_with_both_answers_and_its_evidence_in_the_notes() -> None:
    show = pptx.Presentation(io.BytesIO(made(".pptx", "one-pager")))
    assert len(show.slides) == 1
    slide = show.slides[0]
    text = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert "Was it spread and sustained as planned?" in text and "What changed, and why?" in text
    notes = slide.notes_slide.notes_text_frame.text
    assert "Evidence cited on this slide:" in notes and "stages:w2-lapsed" in notes


@pytest.mark.parametrize("name", tr.examples.names())
def test_nothing_stands_beyond_the_edge_of_a_slide(name: str) -> None:
    show = pptx.Presentation(io.BytesIO(report.content(tr.examples.load(name), "x.pptx", kind="board")))
    edges = [
        (
            shape.left >= 0,
            shape.top >= 0,
            shape.left + shape.width <= show.slide_width,
            shape.top + shape.height <= show.slide_height,
        )
        for slide in show.slides
        for shape in slide.shapes
    ]
    assert [edge for edge in edges if not all(edge)] == []


# Excel


def test_the_workbook_holds_every_table_whole_with_cells_of_their_kinds() -> None:
    told = Report.of(wards())
    cells = cells_of(made(".xlsx"))
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    book = openpyxl.load_workbook(io.BytesIO(made(".xlsx")))
    evidence = [row[5].value for row in book["Evidence"].iter_rows(min_row=3)]
    assert evidence == [one.reference for one in told.evidence]
    names = [sheet.title for sheet in book]
    assert len(names) == len({name.casefold() for name in names}) and max(map(len, names)) <= 31


def test_no_text_becomes_a_formula() -> None:
    rows = tuple((text,) for text in ("=1+1", "+1", "-1", "@x", '=HYPERLINK("http://x")'))
    section = Section("x", "=2+2", (Words("=3+3"), Grid("=4+4", (Column("a", "=5+5"),), rows)))
    content = workbook.made(Content("=6+6", "=7+7", "", None, False, (section,), ()))
    cells = cells_of(content)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {"=1+1", "=3+3", "=4+4", "=5+5", "=6+6", "=7+7"} <= {cell.value for cell in cells}


# What anybody may write


@pytest.mark.parametrize("suffix", FORMATS)
def test_texts_that_would_break_a_file_are_only_words(suffix: str) -> None:
    about = {"name": HOSTILE[0], "aim": HOSTILE[2], "sponsor": HOSTILE[3], "improvement": HOSTILE[5]}
    sites = {"site": [f"W{n}" for n in range(1, 9)], "name": [f"{HOSTILE[n % 4]}{n}" for n in range(8)]}
    texts = [text for text in HOSTILE if "\x00" not in text]  # no table takes those
    notes = {"on": ["2023-03-01"] * 5, "title": texts, "text": texts, "voice": texts}
    programme = wards(about=about, sites=sites | {"eligible": [True] * 8}, notes=notes)
    content = report.content(programme, f"report{suffix}")
    text = {
        ".html": lambda: content.decode(),
        ".docx": lambda: words_of(content),
        ".pptx": lambda: "".join(slides_of(content)),
        ".xlsx": lambda: "".join(str(cell.value) for cell in cells_of(content)),
        ".pdf": lambda: "".join(pages_of(content)),
    }[suffix]()
    assert "#panic" in text and "Жизнь" in text


@pytest.mark.parametrize("made_as", [word.made, pdf.made, pack.made, workbook.made])
def test_letters_that_no_file_may_hold_are_left_out(made_as: Any) -> None:
    grid = Grid(HOSTILE[4], (Column("a", HOSTILE[4]),), ((HOSTILE[4],),))
    section = Section("x", HOSTILE[4], (Words(HOSTILE[4]), grid))
    assert made_as(Content(HOSTILE[4], HOSTILE[4], "", None, False, (section,), (), part=HOSTILE[4]))


def test_letters_that_no_font_has_do_not_stop_a_pdf() -> None:
    section = Section("x", "Names", (Words("Before \U000f1234 \ue000 after, and 漢字."),))
    pages = pages_of(pdf.made(Content("Falls", "", "", None, False, (section,), ())))
    assert "Before" in pages[0] and "after" in pages[0]


# On paper


def test_a_table_on_paper_is_cut_and_says_so_and_one_too_wide_is_told_row_by_row() -> None:
    paper = Paper(Numbers(()))
    long = paper.grid(Grid("Names.", (Column("a", "Name"), Column("b", "Number", "number")), (("x", 1),) * 50))
    assert isinstance(long, Table) and len(long.rows) == 40
    assert long.caption == "Names. The first 40 rows are here; the workbook of this report has 50."
    columns = tuple(Column(f"c{n}", f"Head {n}") for n in range(12))
    wide = paper.grid(Grid("Names.", columns, (tuple(f"value {n}" for n in range(12)),)))
    assert isinstance(wide, Records)
    assert [(head, plain(text)) for head, text in wide.rows[0][1]][:2] == [("Head 1", "value 1"), ("Head 2", "value 2")]


def test_numbers_of_the_evidence_are_the_same_in_every_kind_of_file() -> None:
    page = made(".html").decode()
    numbered = dict(re.findall(r'<li id="e-(\d+)">.*?<code>([^<]*)</code></span></li>', page))
    book = openpyxl.load_workbook(io.BytesIO(made(".xlsx")))
    rows = {str(row[0].value): row[5].value for row in book["Evidence"].iter_rows(min_row=3)}
    assert rows == numbered
    last = [p.text for p in document(made(".docx")).paragraphs if p.style.name == "EvidenceRow"]
    assert [text.rpartition("; ")[2] for text in last] == list(numbered.values())


def test_every_step_is_told() -> None:
    told: list[str] = []
    report.content(wards(), "report.docx", step=told.append)
    assert told[0] == "The two answers" and len(told) > 20


def test_a_programme_of_nothing_but_a_name_is_written_in_every_kind_of_file() -> None:
    for suffix in FORMATS:
        for kind in ("full", "one-pager", "board", "squire", "stari", "tidier"):
            assert report.content(Programme("Falls"), f"x{suffix}", kind=kind)


def test_the_layout_reads_its_data_and_nothing_else() -> None:
    from takeroot.reporting.papers.layout import LAYOUT

    assert re.findall(r'(?:json|read|image|include|import|eval)\(\s*"', LAYOUT) == ['json("']
    assert json.dumps(HOSTILE[1]) not in LAYOUT
