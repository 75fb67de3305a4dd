"""A report as a Word document: real headings, captions and lists, and evidence numbers that lead to the evidence.

Charts are vectors with a picture of dots for programs that know none, and say in words what they show. The same
programme gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from itertools import count
from math import sqrt
from typing import TYPE_CHECKING, Any

from takeroot import __version__
from takeroot.charts.wording import day
from takeroot.reporting.content import Content
from takeroot.reporting.papers import wordml
from takeroot.reporting.papers.drawings import VECTOR, Drawn, drawn
from takeroot.reporting.papers.pieces import (
    EVIDENCE,
    FEW_EVIDENCE,
    Columns,
    Heading,
    Listed,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Piece,
    Records,
    Table,
    evidence,
)
from takeroot.reporting.papers.runs import Numbers, Run, Text, plain, said
from takeroot.reporting.papers.word_styles import dressed
from takeroot.vocabulary.files.workbook_out import MADE
from takeroot.vocabulary.files.zipped import zip_bytes

if TYPE_CHECKING:
    from docx.document import Document

#: How wide charts are drawn, in pixels, and how wide they stand on the page, in centimetres.
DRAWN, WIDE = 660, 15.5


def made(report: Content, step: Callable[[str], None] | None = None) -> bytes:
    """The document, as a file.

    Parameters
    ----------
    report
        What it says.
    step
        Told of every section and every chart before it is written.
    """
    from docx import Document

    document = Document()
    dressed(document, scale_of(report))
    about = document.core_properties
    about.title, about.author, about.last_modified_by = said(report.title)[:255], "Takeroot", "Takeroot"
    about.created = about.modified = MADE
    about.language, about.comments, about.subject = "en-GB", f"Made with Takeroot {__version__}", report.kind
    _Document(document, report, step or (lambda _: None)).write()
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as packed:
        return zip_bytes({name: packed.read(name) for name in packed.namelist()})


class _Document:
    """Pieces as a document, one after the other."""

    def __init__(self, document: Document, report: Content, step: Callable[[str], None]) -> None:
        self.document, self.report, self.step = document, report, step
        self.numbers = Numbers((one.reference for one in report.evidence), most=evidence_shown(report))
        self.paper = Paper(self.numbers, details=report.details)
        self.body = document.element.body
        self.marks, self.tables, self.figures, self.shapes = count(1), count(1), count(1), count(1)

    def write(self) -> None:
        """All of it."""
        report = self.report
        self.head()
        for place, section in enumerate(report.sections):
            self.step(section.title)
            self.pieces(self.paper.section(section))
            if place == 0 and not report.brief:
                self.contents()
        self.evidence()

    def head(self) -> None:
        """The title, the day, and what must be said of all of it."""
        report = self.report
        self.put(wordml.paragraph((Run(said(report.kind)),), "Brand"))
        self.put(wordml.paragraph((Run(said(report.title)),), "Title"))
        if report.as_at:
            self.put(wordml.paragraph((Run(f"As at {day(report.as_at)}"),), "Quiet"))
        for text, style in ((report.sponsor, "Quiet"), (report.aim, "Lead"), (report.part, "Missing")):
            if text:
                self.put(wordml.paragraph((Run(said(text)),), style))
        if report.synthetic:
            told = "This programme is made up, to show how a report looks. No site, person or figure in it is real."
            self.put(wordml.paragraph((Run("Synthetic. ", "strong"), Run(told)), "Missing"))

    def contents(self) -> None:
        """The sections, with their pages, which the program works out."""
        titles = [(section.anchor, section.title) for section in self.report.sections]
        if self.report.evidence:
            titles.append(("evidence", "The evidence cited"))
        self.put(wordml.paragraph((Run("Contents"),), "ContentsHeading"))
        for anchor, title in titles:
            page = wordml.field(f"PAGEREF s_{anchor} \\h", "…", stale=True)
            line = f"{wordml.run(Run(said(title)))}<w:r><w:tab/></w:r>{page}"
            line = wordml.link(f"s_{anchor}", line)
            self.put(f'<w:p {wordml.SPACES}><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>{line}</w:p>')

    def evidence(self) -> None:
        """Every row that is cited, numbered by the program."""
        if not self.report.evidence:
            return
        lead, rows = evidence(self.report, most=evidence_shown(self.report))
        if self.report.pages == "one":
            self.put(wordml.paragraph((), "Gap0", more="<w:pageBreakBefore/>"))
        self.pieces([Heading("The evidence cited", 1, "evidence"), Paragraph((Run(lead),), "lead")])
        numbered = self.numbering()
        for number, text in rows:
            place = wordml.mark(f"e_{number}", next(self.marks))
            self.put(wordml.paragraph(text, "EvidenceRow", before=place, more=numbered))

    def pieces(self, pieces: Iterable[Piece]) -> None:
        """Pieces, each in its place."""
        for piece in pieces:
            for mark_up in self.piece(piece):
                self.put(mark_up)

    def piece(self, piece: Piece) -> list[str]:
        """One piece as XML."""
        match piece:
            case Heading():
                place = wordml.mark(f"s_{piece.anchor}", next(self.marks)) if piece.anchor else ""
                text = (Run(piece.text),)
                return [wordml.paragraph(text, f"Heading{min(piece.level, 5)}", before=place)]
            case Paragraph():
                return [wordml.paragraph(piece.text, piece.look.capitalize())]
            case Listed():
                more = self.numbering() if piece.ordered else ""
                style = "ListNumber" if piece.ordered else "ListBullet"
                return [wordml.paragraph(item, style, more=more) for item in piece.items]
            case Pairs():
                return [wordml.pairs(piece.rows), wordml.paragraph((), "Gap0")]
            case Table():
                told = wordml.caption("Table", next(self.tables), piece.caption)
                return [told, wordml.table(piece), wordml.paragraph((), "Gap0")]
            case Records():
                told = wordml.caption("Table", next(self.tables), piece.caption)
                return [told, *(wordml.paragraph(_record(*row), "Record") for row in piece.rows)]
            case Picture():
                return self.picture(piece)
            case Columns():
                columns = [[xml for one in column for xml in self.piece(one)] for column in piece.columns]
                return [wordml.beside(columns), wordml.paragraph((), "Gap0")]

    def picture(self, piece: Picture) -> list[str]:
        """A chart, and its caption below it."""
        self.step(piece.caption)
        chart = drawn(piece, DRAWN)
        told = wordml.caption("Figure", next(self.figures), piece.caption).replace("<w:keepNext/>", "", 1)
        return [self.image(chart), told]

    def image(self, chart: Drawn) -> str:
        """A paragraph with a chart in it."""
        from docx.oxml import parse_xml
        from docx.shared import Cm

        wide, tall = chart.size
        across = Cm(WIDE)
        inline = self.document.part.new_pic_inline(io.BytesIO(chart.dots), across, round(across * tall / wide))
        number = next(self.shapes)
        inline.docPr.set("id", str(number))
        inline.docPr.set("name", f"Chart {number}")
        inline.docPr.set("descr", chart.in_words)
        inline.docPr.set("title", said(chart.title))
        picture: Any = inline.graphic.graphicData.pic
        picture.nvPicPr.cNvPr.set("descr", chart.in_words)
        blip = picture.blipFill.blip
        blip.append(parse_xml(VECTOR.format(self.document.part.relate_to(self.vector(chart.svg, number), _image()))))
        return (
            f'<w:p {wordml.SPACES}><w:pPr><w:pStyle w:val="Picture"/><w:keepNext/></w:pPr>'
            f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r></w:p>"
        )

    def vector(self, svg: str, number: int) -> Any:
        """The part that holds a vector."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        name = PackURI(f"/word/media/vector{number}.svg")
        return Part(name, "image/svg+xml", svg.encode(), self.document.part.package)

    def numbering(self) -> str:
        """A list that counts from one."""
        numbers = self.document.part.numbering_part.element
        style = self.document.styles["List Number"].element
        of = style.pPr.numPr.numId.val
        num = numbers.add_num(numbers.num_having_numId(of).abstractNumId.val)
        num.add_lvlOverride(ilvl=0).add_startOverride(1)
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{num.numId}"/></w:numPr>'

    def put(self, mark_up: str) -> None:
        """Put an element at the end, before what says how pages look."""
        from docx.oxml import parse_xml

        self.body.sectPr.addprevious(parse_xml(mark_up))


def scale_of(report: Content) -> float:
    """How large letters are; where there is to be one page, by how much stands on it."""
    if report.pages != "one":
        return 1.0 if report.pages == "many" else 0.92
    paper = Paper(Numbers(()))
    sides = [piece for section in report.sections for piece in paper.section(section) if isinstance(piece, Columns)]
    longest = max((_letters(column) for side in sides for column in side.columns), default=0)
    return min(0.9, max(0.66, 0.8 * sqrt(2200 / max(1, longest))))


def _letters(pieces: Iterable[Piece]) -> int:
    """How many letters there are, and what the end of each paragraph is worth."""
    return sum(len(plain(piece.text)) + 25 for piece in pieces if isinstance(piece, Paragraph))


def evidence_shown(report: Content) -> int:
    """How many rows of evidence stand in the document."""
    return min(FEW_EVIDENCE if report.brief else EVIDENCE, len(report.evidence))


def _record(name: Text, pairs: Iterable[tuple[str, Text]]) -> Text:
    """A row of a wide table in one paragraph."""
    told = [Run(run.text, run.look or "strong", run.to) for run in name]
    for place, (head, text) in enumerate(pairs):
        told += [Run("; " if place else ". " if not _ended(name) else " "), Run(f"{head}: ", "quiet"), *text]
    return tuple(told)


def _ended(text: Text) -> bool:
    return bool(text) and text[-1].text.rstrip()[-1:] in ".!?…"


def _image() -> str:
    from docx.opc.constants import RELATIONSHIP_TYPE

    return str(RELATIONSHIP_TYPE.IMAGE)
