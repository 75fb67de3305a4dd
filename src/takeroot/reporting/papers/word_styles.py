"""How a Word document looks: its page, its letters and its styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from takeroot.charts.theme import colour
from takeroot.reporting.papers import wordml

if TYPE_CHECKING:
    from docx.document import Document

FACE = "Arial"
#: Styles of our own: what each is based on, its size, whether it is bold, its colour, and the room before and after it.
_OURS: dict[str, tuple[str, float, bool, str, float, float]] = {
    "Brand": ("Normal", 9, True, "57606A", 0, 2),
    "Words": ("Normal", 10, False, "1F2328", 0, 6),
    "Quiet": ("Normal", 9.5, False, "57606A", 0, 6),
    "Lead": ("Normal", 11, False, "1F2328", 0, 8),
    "About": ("Normal", 9, True, "57606A", 8, 1),
    "Says": ("Normal", 10, False, "1F2328", 0, 2),
    "Doubt": ("Normal", 9, False, "57606A", 0, 2),
    "Evidence": ("Normal", 9, False, "57606A", 0, 6),
    "Missing": ("Normal", 10, False, "1F2328", 4, 6),
    "Account": ("Normal", 10, False, "1F2328", 0, 4),
    "Signed": ("Normal", 9, True, "57606A", 0, 8),
    "Cell": ("Normal", 8.5, False, "1F2328", 1, 1),
    "Record": ("Normal", 9, False, "1F2328", 0, 5),
    "EvidenceRow": ("List Number", 9, False, "1F2328", 0, 3),
    "Picture": ("Normal", 10, False, "1F2328", 6, 2),
    "ContentsHeading": ("Normal", 14, True, "1F2328", 14, 4),
    "TOC1": ("Normal", 10, False, "1F2328", 0, 3),
    "Gap0": ("Normal", 5, False, "1F2328", 0, 0),
}
_LETTERS = {"Link": ("0B5A66", False), "Gap": ("8A4B08", True), "Soft": ("57606A", False), "Code": ("1F2328", False)}
_SIZES = {"Title": 24, "Heading 1": 17, "Heading 2": 13, "Heading 3": 11, "Heading 4": 10, "Heading 5": 10}


def dressed(document: Document, scale: float = 1.0) -> None:
    """Give an empty document its page, its styles, and the number of each page at its foot.

    Parameters
    ----------
    document
        As it is made.
    scale
        How large letters are; where they are smaller, so are the margins.
    """
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    margin = 2.0 if scale == 1 else 1.4
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(margin)
    page.footer_distance = Cm(margin / 2)
    _given(document, scale)
    _ours(document, scale)
    _tables(document)
    foot = page.footer.paragraphs[0]
    foot.style = document.styles["Quiet"]
    foot._p.append(_parsed(f'<w:r {wordml.SPACES}><w:t xml:space="preserve">Page </w:t></w:r>'))
    for code, between in (("PAGE", " of "), ("NUMPAGES", "")):
        for part in _parsed(f"<w:p {wordml.SPACES}>{wordml.field(code, '1')}</w:p>"):
            foot._p.append(part)
        if between:
            foot._p.append(_parsed(f'<w:r {wordml.SPACES}><w:t xml:space="preserve">{between}</w:t></w:r>'))


def _given(document: Document, scale: float) -> None:
    """The styles that every document has."""
    from docx.shared import Pt, RGBColor

    styles = document.styles
    for style in styles.element.iter("{*}rFonts"):
        for name in [name for name in style.attrib if "Theme" in name or name.endswith("theme")]:
            del style.attrib[name]
        for name in ("ascii", "hAnsi", "cs", "eastAsia"):
            style.set(f"{{{style.nsmap['w']}}}{name}", FACE)
    for lang in styles.element.iter("{*}lang"):
        lang.set(f"{{{lang.nsmap['w']}}}val", "en-GB")
    styles["Normal"].font.size = Pt(_half(10 * scale))
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in _SIZES.items():
        style = styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(_half(size * scale)), True, False
        style.font.color.rgb = RGBColor.from_string("1F2328")
        style.paragraph_format.keep_with_next = True
        room = {"Title": 0, "Heading 1": 20, "Heading 2": 14}.get(name, 10)
        style.paragraph_format.space_before = Pt(room if scale == 1 else room / 2)
        style.paragraph_format.space_after = Pt(4)
    borders = styles["Title"].element.pPr.find("{*}pBdr")
    if borders is not None:
        styles["Title"].element.pPr.remove(borders)
    styles["Caption"].font.size, styles["Caption"].font.bold = Pt(9), True
    styles["Caption"].font.color.rgb = RGBColor.from_string("3A434B")
    styles["Caption"].paragraph_format.space_before, styles["Caption"].paragraph_format.space_after = Pt(6), Pt(3)


def _ours(document: Document, scale: float) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm, Pt, RGBColor

    for name, (base, size, bold, hue, before, after) in _OURS.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles[base]
        style.font.size, style.font.bold = Pt(_half(size * scale)), bold
        style.font.color.rgb = RGBColor.from_string(hue)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before * scale), Pt(after * scale)
        style.hidden, style.quick_style = False, True
    styles: Any = document.styles
    styles["About"].paragraph_format.keep_with_next = True
    styles["Says"].paragraph_format.keep_together = True
    styles["TOC1"].paragraph_format.tab_stops.add_tab_stop(Cm(17), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    for name, hue, wide in (("Account", colour("main"), 12), ("Missing", "8A4B08", 12)):
        side = f'<w:left w:val="single" w:sz="{wide}" w:space="8" w:color="{hue.strip("#")}"/>'
        edge = f"<w:pBdr {wordml.SPACES}>{side}</w:pBdr>"
        styles[name].element.get_or_add_pPr().insert_element_before(
            _parsed(edge), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
        )
        styles[name].paragraph_format.left_indent = Cm(0.4)
    for name, (hue, bold) in _LETTERS.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.color.rgb, style.font.bold = RGBColor.from_string(hue), bold
    styles["Code"].font.name = "Courier New"


def _tables(document: Document) -> None:
    """Tables with thin lines between their rows, and columns side by side without any."""
    from docx.enum.style import WD_STYLE_TYPE

    line = 'w:val="single" w:sz="4" w:space="0" w:color="C9D1D9"'
    lines = "".join(f"<w:{edge} {line}/>" for edge in ("top", "bottom", "insideH"))
    room = '<w:tblCellMar><w:left w:w="{0}" w:type="dxa"/><w:right w:w="{0}" w:type="dxa"/></w:tblCellMar>'
    for name, inside in (
        ("Grid", f"<w:tblBorders>{lines}</w:tblBorders>{room.format(60)}"),
        ("Beside", room.format(140)),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
        style.element.append(_parsed(f"<w:tblPr {wordml.SPACES}>{inside}</w:tblPr>"))


def _half(size: float) -> float:
    """Sizes of letters go by half points."""
    return round(size * 2) / 2


def _parsed(mark_up: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(mark_up)
