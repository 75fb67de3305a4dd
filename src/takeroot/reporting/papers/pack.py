"""A report as slides that can be edited: the two answers on one slide, then each section in words, tables and charts.

Charts are PowerPoint's own where it can draw them, else vectors with a picture of dots; every one says in words what it
shows. What a slide cites stands in its notes, in the words of the record. The same programme gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from math import ceil
from typing import Any

from takeroot.charts.wording import counted, day
from takeroot.reporting import blocks as b
from takeroot.reporting.content import Content
from takeroot.reporting.papers import plots
from takeroot.reporting.papers.always import always_alike
from takeroot.reporting.papers.drawings import drawn
from takeroot.reporting.papers.flow import LOOKS, Line, cited_within, columns, fits, lines, shortened
from takeroot.reporting.papers.pieces import Columns, Heading, Paper, Paragraph, Picture, Piece, Table, from_where
from takeroot.reporting.papers.runs import Numbers, Run, Text, plain, said
from takeroot.reporting.slides import INK, SOFT, WIDTH, Box, Deck, cell
from takeroot.vocabulary.files.workbook_out import MADE

#: Rows of a table on slides, and rows of the evidence in the notes of one.
ROWS, NOTED = 16, 60
#: How wide charts are drawn, in pixels.
DRAWN = 900
_SIZE = 13.0
_TITLE = Box(0.5, 0.3, WIDTH - 1, 0.95)
_BODY = Box(0.5, 1.35, WIDTH - 1, 5.5)
_FOOT = Box(0.5, 7.02, WIDTH - 2.3, 0.3)
_PAGE = Box(WIDTH - 1.7, 7.02, 1.2, 0.3)
_MADE = Box(0.5, 6.2, WIDTH - 1, 0.82)
#: Sizes of letters that one slide may have, and the least at which doubts stand on it.
_SIZES, _READABLE = (14, 13, 12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5), 10.5
_GAP = 0.5
#: So tall may be what leads to a table or a chart on the same slide.
_ABOVE = 1.5
_LEAST_ROW = 0.32


def made(report: Content, step: Callable[[str], None] | None = None) -> bytes:
    """The slides, as a file.

    Parameters
    ----------
    report
        What it says; one page of it is one slide.
    step
        Told of every section and every chart before it is drawn.
    """
    pack = _Pack(report, step or (lambda _: None))
    if report.pages == "one":
        pack.one_slide(report.sections)
        return always_alike(pack.deck.content())
    if not report.brief:
        pack.opening()
    if report.first is not None:
        pack.one_slide([report.first])
    for section in report.sections:
        beside = any(isinstance(block, b.Beside) for block in section.blocks)
        pack.one_slide([section]) if report.brief and beside else pack.section(section)
    return always_alike(pack.deck.content())


class _Pack:
    """Slides of a report, one after another."""

    def __init__(self, report: Content, step: Callable[[str], None]) -> None:
        self.report, self.step = report, step
        self.deck = Deck(report.title, MADE)
        self.paper = Paper(Numbers((one.reference for one in report.evidence), most=0), rows=ROWS, details=False)
        self.cited = {number: one for number, one in enumerate(report.evidence, start=1)}
        self.charts = count(1)

    def opening(self) -> None:
        """What it is, of when, and what must be said of all of it."""
        report = self.report
        slide = self.deck.slide(report.title, Box(0.9, 1.9, WIDTH - 1.8, 1.3), (36, 30, 26, 22))
        told = [(report.kind, "lead"), (f"As at {day(report.as_at)}" if report.as_at else "", "quiet")]
        told += [
            (report.sponsor, "quiet"),
            (report.aim, "words"),
            (report.part, "missing"),
            (_made_up(report), "missing"),
        ]
        found = [Line((Run(said(text)),), look) for text, look in told if text]
        self.words(slide, found, Box(0.9, 3.3, WIDTH - 1.8, 3.4), 16, "About")
        self.foot(slide)

    def one_slide(self, sections: Sequence[b.Section]) -> None:
        """Sections on one slide: the first side by side, the rest as a line at its foot."""
        first, *rest = sections
        pieces = list(self.paper.section(first))
        beside = next((piece for piece in pieces if isinstance(piece, Columns)), None)
        title = f"{self.report.title}: {first.title.lower()}"
        slide = self.deck.slide(title, Box(0.5, 0.22, WIDTH - 1, 0.7), (22, 20, 18, 16, 14))
        shown = beside.columns if beside else (tuple(pieces[1:]),)
        small = [line for section in rest for line in lines(self.told(section))]
        room = Box(0.5, 0.98, WIDTH - 1, 5.2 if small else 6.0)
        width = (room.width - _GAP * (len(shown) - 1)) / len(shown)
        whole = [list(lines(self.flat(column))) for column in shown]
        found = [cited_within(column) for column in whole]
        size = next((s for s in _SIZES if s >= _READABLE and fits(found, width, room.height, s)), None)
        if size is None:  # doubts stand in the notes
            found = [[line for line in column if line.look != "doubt"] for column in found]
            size = next((s for s in _SIZES if fits(found, width, room.height, s)), _SIZES[-1])
        for place, column in enumerate(found):
            box = Box(room.left + place * (width + _GAP), room.top, width, room.height)
            self.words(
                slide, shortened(column, width, room.height, size), box, size, plain(column[0].text) if column else ""
            )
        if small:
            told = [plain(line.text) for line in small]
            self.deck.words(slide, _MADE, told, (9, 8.5, 8, 7.5, 7), name="How it was made", hue=SOFT)
        self.foot(slide)
        self.notes(slide, [line.text for column in (*whole, small) for line in column])

    def told(self, section: b.Section) -> list[Piece]:
        """A section without its heading."""
        return [piece for piece in self.flat(self.paper.section(section)) if not isinstance(piece, Heading)]

    def flat(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Pieces of text, those of columns one after the other; without tables and pictures."""
        found: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, Columns):
                found += [one for column in piece.columns for one in self.flat(column)]
            elif not isinstance(piece, Table | Picture):
                found.append(piece)
        return found

    def section(self, section: b.Section) -> None:
        """The slides of a section: text stands above the table or the chart that it leads to, where there is room."""
        self.step(section.title)
        waiting: list[Piece] = []
        before = section.title
        for piece in _led(list(self.paper.section(section))[1:]):
            if not isinstance(piece, Table | Picture | Columns):
                waiting.append(piece)
                continue
            last = max((p for p, one in enumerate(waiting) if isinstance(one, Heading)), default=0)
            near = waiting[last:]
            heading = near[0].text if near and isinstance(near[0], Heading) else ""
            leads = list(lines(near[1:] if heading else near))
            if sum(line.tall(_BODY.width, _SIZE) for line in leads) > _ABOVE:
                last, leads = len(waiting), []
            self.text(section.title, waiting[:last])
            if any(isinstance(one, Heading) for one in waiting):
                before = _titled(section.title, heading)
            before = self.whole(before, piece, leads)
            waiting = []
        self.text(section.title, waiting)

    def whole(self, title: str, piece: Table | Picture | Columns, leads: Sequence[Line]) -> str:
        """What has slides of its own; gives their title, which goes on for what follows without a heading."""
        if isinstance(piece, Table):
            self.table(title, piece, leads)
        elif isinstance(piece, Picture):
            return self.picture(title, piece, leads)
        else:
            self.columns(title, piece)
        return title

    def above(self, slide: Any, leads: Sequence[Line], caption: str = "") -> Box:
        """What leads to a table or a chart, and its caption; gives the room that is left."""
        tall = sum(line.tall(_BODY.width, _SIZE) for line in leads) + 0.1 if leads else 0.0
        if leads:
            self.words(slide, leads, Box(_BODY.left, _BODY.top, _BODY.width, tall), _SIZE, "What leads to it")
        if caption:
            place = Box(_BODY.left, _BODY.top + tall, _BODY.width, 0.42)
            self.deck.words(slide, place, [caption], (12, 11, 10, 9, 8), name="Caption", hue=SOFT)
            tall += 0.45
        return Box(_BODY.left, _BODY.top + tall, _BODY.width, _BODY.height - tall)

    def text(self, title: str, pieces: Sequence[Piece]) -> None:
        """Text in two columns, on as many slides as it takes; a few lines go across."""
        headings = [piece for piece in pieces if isinstance(piece, Heading)]
        if len(headings) == 1 and pieces[0] is headings[0]:
            title, pieces = _titled(title, headings[0].text), pieces[1:]
        found = list(lines(pieces))
        if not found:
            return
        width = (_BODY.width - _GAP) / 2
        if sum(line.tall(_BODY.width, _SIZE + 2) for line in found) <= _BODY.height * 0.45:
            slide = self.deck.slide(title, _TITLE)
            self.words(slide, found, _BODY, _SIZE + 2, title)
            self.foot(slide)
            self.notes(slide, [line.text for line in found])
            return
        filled = columns(found, width, _BODY.height, _SIZE)
        self.filled(title, [filled[place : place + 2] for place in range(0, len(filled), 2)], width)

    def columns(self, title: str, piece: Columns) -> None:
        """Columns that stay side by side, on as many slides as the longest takes."""
        width = (_BODY.width - _GAP * (len(piece.columns) - 1)) / len(piece.columns)
        found = [columns(list(lines(self.flat(column))), width, _BODY.height, _SIZE) for column in piece.columns]
        sheets = max(map(len, found))
        self.filled(title, [[one[s] if s < len(one) else [] for one in found] for s in range(sheets)], width)

    def filled(self, title: str, sheets: Sequence[Sequence[Sequence[Line]]], width: float) -> None:
        """Slides with their columns."""
        for number, sheet in enumerate(sheets, start=1):
            of = f" ({number} of {len(sheets)})" if len(sheets) > 1 else ""
            slide = self.deck.slide(f"{title}{of}", _TITLE)
            for place, column in enumerate(sheet):
                box = Box(_BODY.left + place * (width + _GAP), _BODY.top, width, _BODY.height)
                if column:
                    self.words(slide, column, box, _SIZE, f"Column {place + 1}")
            self.foot(slide)
            self.notes(slide, [line.text for column in sheet for line in column])

    def table(self, title: str, table: Table, leads: Sequence[Line]) -> None:
        """A table that can be edited, on as many slides as it takes."""
        widths = [share * _BODY.width for share in table.widths]
        tall = [_row(row, widths) for row in table.rows]
        head = _row([(Run(text),) for text in table.heads], widths)
        above = sum(line.tall(_BODY.width, _SIZE) for line in leads) + 0.1
        sheets: list[list[int]] = [[]]
        used = head + above
        for place, height in enumerate(tall):
            if used + height > _BODY.height - 0.5 and sheets[-1]:
                sheets.append([])
                used = head
            sheets[-1].append(place)
            used += height
        for number, sheet in enumerate(sheets, start=1):
            of = f" ({number} of {len(sheets)})" if len(sheets) > 1 else ""
            slide = self.deck.slide(f"{title}{of}", _TITLE)
            room = self.above(slide, leads if number == 1 else (), table.caption)
            heights = [head, *(tall[place] for place in sheet)]
            self.rows(slide, table, [table.rows[place] for place in sheet], room, heights)
            self.foot(slide)
            texts = [cell for place in sheet for cell in table.rows[place]]
            self.notes(slide, [*(line.text for line in leads), *texts], table.caption)

    def rows(self, slide: Any, table: Table, rows: Sequence[Sequence[Text]], room: Box, tall: Sequence[float]) -> None:
        """A table of PowerPoint's own."""
        from pptx.util import Inches

        widths = [share * room.width for share in table.widths]
        grid = self.deck.table(slide, room, widths, len(tall), 0.3, table.caption, name="Table")
        for row, height in zip(grid.rows, tall, strict=True):
            row.height = Inches(height)
        for column, head in enumerate(table.heads):
            box = Box(0, 0, widths[column], tall[0])
            cell(grid.cell(0, column), said(head), box, bold=True, right=table.numbers[column])
        for line, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                box = Box(0, 0, widths[column], tall[line])
                cell(grid.cell(line, column), plain(text), box, right=table.numbers[column])

    def picture(self, title: str, picture: Picture, leads: Sequence[Line]) -> str:
        """A chart on a slide of its own; gives its title."""
        from pptx.util import Inches

        self.step(picture.caption)
        chart = drawn(picture, DRAWN)
        called = _titled(title, chart.title)
        slide = self.deck.slide(called, _TITLE)
        name = f"Chart {next(self.charts)}"
        plot = plots.plotted(picture)
        room = self.above(slide, leads, picture.caption if plot else "")
        if plot is not None:
            plots.put(slide, plot, (room.left, room.top, room.width, room.height), chart.in_words, name)
        else:
            shape = self.deck.picture(slide, room, chart.svg, chart.dots, chart.in_words, name)
            shape.left = round((Inches(WIDTH) - shape.width) / 2)
        self.foot(slide)
        said_above = "\n".join(plain(line.text) for line in leads)
        told = f"{said_above}\n\n{chart.in_words}\n\n{_points(picture.points)}".strip()
        self.notes(slide, [line.text for line in leads], told)
        return called

    def words(self, slide: Any, found: Sequence[Line], box: Box, size: float, name: str) -> None:
        """Lines in a box of a slide."""
        from pptx.dml.color import RGBColor
        from pptx.enum.lang import MSO_LANGUAGE_ID
        from pptx.util import Pt

        shape = self.deck.words(slide, box, [""], (size,), name=said(name)[:60] or "Words")
        frame = shape.text_frame
        for place, line in enumerate(found):
            scale, bold, soft, before = LOOKS[line.look]
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.space_before = Pt(0 if place == 0 else size * before)
            for one in list(paragraph.runs):
                one._r.getparent().remove(one._r)
            for one in line.text:
                run = paragraph.add_run()
                run.text = " ".join(one.text.split()) if not one.text[:1].isspace() else one.text
                run.text = one.text
                run.font.size = Pt(round(size * scale * 2) / 2)
                run.font.bold = bold or one.look in ("strong", "gap")
                hue = SOFT if soft or one.look == "quiet" else INK
                run.font.color.rgb = RGBColor.from_string("8A4B08" if one.look == "gap" else hue)
                run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK

    def foot(self, slide: Any) -> None:
        """What stands at the foot of every slide, and its number."""
        as_at = f" As at {day(self.report.as_at)}." if self.report.as_at else ""
        text = f"{self.report.title}.{as_at} {_made_up(self.report)}"
        self.deck.words(slide, _FOOT, [text], (10, 9, 8), name="Foot", hue=SOFT)
        number = str(len(self.deck.show.slides))
        self.deck.words(slide, _PAGE, [number], (10,), name="Number of the slide", hue=SOFT, right=True)

    def notes(self, slide: Any, texts: Sequence[Text], first: str = "") -> None:
        """What a slide says in words, and the evidence that it cites."""
        told = [first] if first else [plain(text) for text in texts]
        cited = sorted({number for text in texts for number in _numbers(text)} & self.cited.keys())
        if cited:
            told += ["", "Evidence cited on this slide:"]
            told += [f"[{n}] {self.cited[n].says} ({from_where(self.cited[n])})" for n in cited[:NOTED]]
            if len(cited) > NOTED:
                told.append(f"And {counted(len(cited) - NOTED, 'more rows')}: see the workbook of this report.")
        self.deck.notes(slide, "\n".join(told)[:30_000])


def _led(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces, with a quiet word after a table or a chart before it: it would have a slide of its own else."""
    found: list[Piece] = []
    for piece in pieces:
        quiet = isinstance(piece, Paragraph) and piece.look == "quiet"
        if quiet and found and isinstance(found[-1], Table | Picture):
            found.insert(len(found) - 1, piece)
        else:
            found.append(piece)
    return found


def _numbers(text: Text) -> Iterable[int]:
    """The numbers that a text cites; those of runs of rows from the first to the last."""
    for run in text:
        if run.cites is not None:
            yield from range(run.cites[0], run.cites[1] + 1)


def _made_up(report: Content) -> str:
    return "Synthetic: made up; no site, person or figure in it is real." if report.synthetic else ""


def _titled(title: str, heading: str) -> str:
    """A title with a heading after it; what the heading says already is not said twice."""
    first, _, last = title.rpartition(": ")
    if not heading or heading.casefold() in title.casefold():
        return title
    if heading.casefold().startswith(last.casefold()):
        return f"{first}: {heading}" if first else heading
    return f"{title}: {heading}"


def _row(cells: Sequence[Text], widths: Sequence[float]) -> float:
    """How tall a row of a table is, in inches, with letters of 11 points."""
    size = 11.0
    tall = max(
        (
            Line(cell, "item").tall(width - 0.14, size) - LOOKS["item"][3] * size / 72
            for cell, width in zip(cells, widths, strict=True)
        ),
        default=0.0,
    )
    return min(max(_LEAST_ROW, ceil((tall + 0.08) * 100) / 100), 2.0)


def _points(grid: b.Grid, most: int = 60) -> str:
    """The points of a chart, for its notes."""
    heads = "\t".join(column.head for column in grid.columns)
    rows = [
        "\t".join(b.written(value, column.kind) for value, column in zip(row, grid.columns, strict=True))
        for row in grid.rows[:most]
    ]
    more = (
        [f"The first {most} of {len(grid.rows):,} rows; all are in the workbook of this report."]
        if len(grid.rows) > most
        else []
    )
    return "\n".join([heads, *rows, *more])
