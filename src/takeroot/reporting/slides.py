"""A deck of slides, 16:9: where things stand on a slide, and how words and pictures come there.

Words are fitted to their boxes before they are put there: smaller letters first, and then fewer words. A picture is a
vector with a picture of dots for programs that know none, and says in words what it shows.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from takeroot.charts.drawing import UNPRINTED
from takeroot.charts.wording import wrapped

#: Wide and tall, in inches.
WIDTH, HEIGHT = 13.333, 7.5
INK, SOFT, LINE, BACK = "1F2328", "57606A", "C9D1D9", "F4F6F8"
#: A line of letters is so many times as tall as its letters.
_LINE = 1.2
#: Letters of Arial are so much narrower than those that words are wrapped for elsewhere.
_NARROW = 0.94
#: What says, within a picture of dots, which vector it stands for.
_EXTENSION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{}"/></a:ext></a:extLst>'
)


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def holding(self, wide: float, tall: float) -> Box:
        """The largest box of these proportions within this one, at its top left."""
        scale = min(self.width / wide, self.height / tall)
        return Box(self.left, self.top, wide * scale, tall * scale)


def fitted(
    paragraphs: Sequence[str], box: Box, sizes: Sequence[float], spacing: float = 0.3
) -> tuple[float, list[str]]:
    """The largest of these sizes at which paragraphs fit a box, and the paragraphs: cut short, if none will do.

    Parameters
    ----------
    paragraphs
        In words.
    box
        Without room for margins.
    sizes
        Of letters in points, the largest first.
    spacing
        Between paragraphs, in letters.

    Examples
    --------
    >>> fitted(["Falls"], Box(0, 0, 4, 1), (24, 12))
    (24, ['Falls'])
    >>> fitted(["Falls on all wards"], Box(0, 0, 1, 0.2), (24, 12))
    (12, ['Falls on…'])
    """
    told = [" ".join(text.split()) for text in paragraphs]
    for size in sizes:
        if _tall(told, box, size, spacing) <= box.height * 72 + 0.01:
            return size, told
    size = sizes[-1]
    while len(told) > 1 and _tall([*told[:-1], "…"], box, size, spacing) > box.height * 72:
        told.pop()
    lines = _broken(told[-1], box, size)
    while len(lines) > 1 and _tall([*told[:-1], *lines], box, size, 0) > box.height * 72 - spacing * size * len(told):
        lines.pop()
        told[-1] = _cut(" ".join(lines), box, size)
    return size, told


def _broken(text: str, box: Box, size: float) -> list[str]:
    """Text in the lines that it takes; the letters of slides are narrower than those of most pages."""
    return wrapped(text, box.width * 72, size * _NARROW)


def _cut(text: str, box: Box, size: float) -> str:
    """Text that ends in an ellipsis and takes no more lines than before."""
    lines = len(_broken(text, box, size))
    while len(_broken(f"{text}…", box, size)) > lines:
        text = text[:-1]
    return f"{text.rstrip(' ,.;:')}…"


def _tall(paragraphs: Sequence[str], box: Box, size: float, spacing: float) -> float:
    """How tall paragraphs are, in points."""
    lines = sum(max(1, len(_broken(text, box, size))) for text in paragraphs)
    return lines * size * _LINE + spacing * size * max(0, len(paragraphs) - 1)


class Deck:
    """Slides, one after another."""

    def __init__(self, title: str, made: datetime) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.show = Presentation()
        wider = Inches(WIDTH) / self.show.slide_width
        self.show.slide_width, self.show.slide_height = Inches(WIDTH), Inches(HEIGHT)
        master = self.show.slide_master
        for place in [*master.shapes, *(shape for layout in master.slide_layouts for shape in layout.shapes)]:
            place.left, place.width = round(place.left * wider), round(place.width * wider)
        for part in {relation.target_part for relation in master.part.rels.values() if "theme" in relation.reltype}:
            part._blob = part.blob.replace(b"Calibri", b"Arial")
        about = self.show.core_properties
        about.title, about.author, about.last_modified_by = said(title)[:255], "Takeroot", "Takeroot"
        about.created = about.modified = made
        about.language = "en-GB"
        self._vectors: dict[str, Any] = {}

    def content(self) -> bytes:
        """All of it, as a file."""
        file = io.BytesIO()
        self.show.save(file)
        return file.getvalue()

    def slide(self, title: str, box: Box, sizes: Sequence[float] = (24, 20, 17, 14)) -> Any:
        """A new slide with its title."""
        slide = self.show.slides.add_slide(self.show.slide_layouts[5])
        _put(slide.shapes.title, box)
        write(slide.shapes.title, [title], box, sizes, bold=True, middle=True)
        return slide

    def words(
        self,
        slide: Any,
        box: Box,
        paragraphs: Sequence[str],
        sizes: Sequence[float] = (12, 11, 10, 9),
        *,
        name: str = "Words",
        bold: bool = False,
        hue: str = INK,
        middle: bool = False,
        right: bool = False,
    ) -> Any:
        """Words in a box."""
        from pptx.util import Inches

        shape = slide.shapes.add_textbox(*map(Inches, (box.left, box.top, box.width, box.height)))
        shape.name = name
        write(shape, paragraphs, box, sizes, bold=bold, hue=hue, middle=middle, right=right)
        return shape

    def panel(self, slide: Any, box: Box, heading: str, items: Sequence[str], instead: str) -> Any:
        """A box with a heading and what stands under it; in soft letters what stands there instead of nothing."""
        from pptx.dml.color import RGBColor
        from pptx.util import Pt

        room = Box(box.left, box.top, box.width, box.height - _HEAD * _LINE / 72 - 0.06)
        shape = self.words(slide, box, [heading], (_HEAD,), name=heading, bold=True)
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(BACK)
        size, told = fitted(list(items) or [instead], _within(room), (12, 11, 10, 9))
        for text in told:
            paragraph = shape.text_frame.add_paragraph()
            paragraph.space_before = Pt(size * 0.3)
            _run(paragraph, text, size, hue=INK if items else SOFT)
        return shape

    def picture(self, slide: Any, box: Box, svg: str, dots: bytes, says: str, name: str) -> Any:
        """A vector, with the picture of dots that stands for it, at the top left of a box."""
        from pptx.oxml import parse_xml
        from pptx.util import Inches

        wide, tall = _size(dots)
        at = box.holding(wide, tall)
        shape = slide.shapes.add_picture(io.BytesIO(dots), *map(Inches, (at.left, at.top, at.width, at.height)))
        shape.name = name
        shape._element.nvPicPr.cNvPr.set("descr", said(says))
        relation = slide.part.relate_to(self._vector(svg), _image())
        more = parse_xml(_EXTENSION.format(relation))
        shape._element.blipFill.find("{*}blip").append(more)
        return shape

    def _vector(self, svg: str) -> Any:
        """The part that holds a vector: one, however often it is shown."""
        from pptx.opc.package import Part
        from pptx.opc.packuri import PackURI

        if svg not in self._vectors:
            name = PackURI(f"/ppt/media/vector{len(self._vectors) + 1}.svg")
            package = self.show.part.package
            self._vectors[svg] = Part(name, "image/svg+xml", package, svg.encode())
        return self._vectors[svg]

    def table(
        self,
        slide: Any,
        box: Box,
        widths: Sequence[float],
        rows: int,
        tall: float,
        says: str,
        name: str = "Table of measures",
    ) -> Any:
        """An empty table whose first row is its head."""
        from pptx.util import Inches

        frame = slide.shapes.add_table(rows, len(widths), *map(Inches, (box.left, box.top, sum(widths), tall * rows)))
        frame.name = name
        frame._element.nvGraphicFramePr.cNvPr.set("descr", said(says))
        style = frame._element.graphic.graphicData.tbl.tblPr.find("{*}tableStyleId")
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
        for column, width in zip(frame.table.columns, widths, strict=True):
            column.width = Inches(width)
        for row in frame.table.rows:
            row.height = Inches(tall)
        return frame.table

    def notes(self, slide: Any, text: str) -> None:
        """What the speaker sees."""
        slide.notes_slide.notes_text_frame.text = said(text)


def cell(place: Any, text: str, box: Box, *, bold: bool = False, right: bool = False, left: float = 0.06) -> None:
    """Words in a cell of a table; ``left`` leaves room for a picture before them."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches

    place.margin_left, place.margin_right = Inches(left), Inches(0.06)
    place.margin_top = place.margin_bottom = Inches(0.03)
    place.vertical_anchor = MSO_ANCHOR.MIDDLE
    if bold:
        place.fill.solid()
        place.fill.fore_color.rgb = RGBColor.from_string(BACK)
    _lined(place)
    room = Box(0, 0, box.width - left - 0.06, box.height - 0.06)
    size, told = fitted([text], room, (11, 10, 9, 8))
    paragraph = place.text_frame.paragraphs[0]
    _aligned(paragraph, right)
    _run(paragraph, told[0], size, bold=bold)


def _lined(place: Any) -> None:
    """A thin line below a cell, and none beside it: the first thing that the properties of a cell hold."""
    from pptx.oxml import parse_xml

    line = (
        '<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="9525"><a:solidFill>'
        f'<a:srgbClr val="{LINE}"/></a:solidFill></a:lnB>'
    )
    place._tc.get_or_add_tcPr().insert(0, parse_xml(line))


def write(
    shape: Any,
    paragraphs: Sequence[str],
    box: Box,
    sizes: Sequence[float],
    *,
    bold: bool = False,
    hue: str = INK,
    middle: bool = False,
    right: bool = False,
) -> None:
    """Words into a shape, fitted to a box."""
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
    from pptx.util import Inches, Pt

    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Inches(_MARGIN)
    frame.margin_top = frame.margin_bottom = Inches(_MARGIN / 2)
    size, told = fitted(paragraphs, _within(box), sizes)
    for place, text in enumerate(told):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.space_before = Pt(0 if place == 0 else size * 0.3)
        _aligned(paragraph, right)
        _run(paragraph, text, size, bold=bold, hue=hue)


_MARGIN = 0.08
#: The heading of a panel, in points.
_HEAD = 13.0


def panel_needs(items: Sequence[str], width: float) -> float:
    """How tall a panel of this width would be with letters of 12 points, in inches."""
    room = _within(Box(0, 0, width, 1))
    return (_tall(items, room, 12, 0.3) + 12 * 0.3 + _HEAD * _LINE) / 72 + 0.2


def _within(box: Box) -> Box:
    """A box without its margins."""
    return Box(box.left, box.top, box.width - 2 * _MARGIN, box.height - _MARGIN)


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, hue: str = INK) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = said(text)
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(hue)
    run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def _aligned(paragraph: Any, right: bool) -> None:
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _put(shape: Any, box: Box) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = map(Inches, (box.left, box.top, box.width, box.height))


def said(text: str) -> str:
    """Text without what no file may hold."""
    return text.translate(UNPRINTED)


@cache
def _image() -> str:
    from pptx.opc.constants import RELATIONSHIP_TYPE

    return str(RELATIONSHIP_TYPE.IMAGE)


def _size(dots: bytes) -> tuple[int, int]:
    """How wide and tall a PNG is, as its head says."""
    return int.from_bytes(dots[16:20], "big"), int.from_bytes(dots[20:24], "big")
