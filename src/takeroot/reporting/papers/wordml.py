"""The marks of a Word document: paragraphs, tables, links and fields, as its XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from takeroot.reporting.papers.pieces import Table
from takeroot.reporting.papers.runs import Run, Text, said

#: What every element stands in.
SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
#: How runs look.
_LOOKS = {
    "strong": "<w:b/>",
    "code": '<w:rStyle w:val="Code"/>',
    "gap": '<w:rStyle w:val="Gap"/>',
    "quiet": '<w:rStyle w:val="Soft"/>',
}
_STYLED = re.compile(r"(<w:pStyle [^>]*/>)")
#: A page between its margins, in twentieths of a point.
ACROSS = 9_640


def paragraph(text: Text, style: str, *, before: str = "", more: str = "") -> str:
    """A paragraph of a style; ``before`` stands before its runs, ``more`` among its properties."""
    return f'<w:p {SPACES}><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{before}{runs(text)}</w:p>'


def runs(text: Text) -> str:
    """Runs, with links to the evidence."""
    return "".join(run(one) if one.to is None else link(f"e_{one.to}", run(one, "Link")) for one in text)


def run(one: Run, style: str = "") -> str:
    """A run; tabs and line breaks become blanks."""
    looks = f'<w:rStyle w:val="{style}"/>' if style else _LOOKS.get(one.look, "")
    words = escape(" ".join(said(one.text).split()) if one.text.strip() else " ")
    edges = (" " if one.text[:1].isspace() and one.text.strip() else "", " " if one.text[-1:].isspace() else "")
    kept = f"{edges[0]}{words}{edges[1]}" if one.text.strip() else words
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{kept}</w:t></w:r>'


def link(anchor: str, inside: str) -> str:
    """A link within the document."""
    return f'<w:hyperlink w:anchor={quoteattr(anchor)} w:history="1">{inside}</w:hyperlink>'


def mark(name: str, number: int) -> str:
    """A place that links lead to."""
    return f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/><w:bookmarkEnd w:id="{number}"/>'


def field(code: str, shown: str, *, stale: bool = False) -> str:
    """A field that the program works out, with what it shows until then."""
    old = ' w:dirty="true"' if stale else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{old}/></w:r><w:r><w:instrText xml:space="preserve"> {escape(code)} '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{escape(shown)}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def caption(kind: str, number: int, text: str) -> str:
    """A caption with its number, which the program counts."""
    code = f"SEQ {kind} \\* ARABIC"
    counted = run(Run(f"{kind} ")) + field(code, str(number)) + run(Run(f". {text}"))
    return f'<w:p {SPACES}><w:pPr><w:pStyle w:val="Caption"/><w:keepNext/></w:pPr>{counted}</w:p>'


def table(found: Table) -> str:
    """A table whose first row is repeated on every page, and whose rows stay whole."""
    wide = [round(ACROSS * share) for share in found.widths]
    head = _row([((Run(text, "strong"),),) for text in found.heads], found.numbers, wide, head=True)
    body = "".join(_row([(cell,) for cell in row], found.numbers, wide) for row in found.rows)
    return _table(wide, head + body, found.caption, "Grid")


def beside(columns: Sequence[Iterable[str]]) -> str:
    """Columns side by side, for reading one after the other; no lines, no head."""
    wide = [ACROSS // len(columns)] * len(columns)
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_loose(column)}<w:p/></w:tc>'
        for width, column in zip(wide, columns, strict=True)
    )
    return _table(wide, f"<w:tr>{cells}</w:tr>", "", "Beside")


def _loose(column: Iterable[str]) -> str:
    """What stands in a column, none of it bound to what follows: such columns could not go on over a page."""
    unbound = (mark_up.replace("<w:keepNext/>", "") for mark_up in column)
    return "".join(_STYLED.sub(r'\1<w:keepNext w:val="0"/>', mark_up) for mark_up in unbound)


def pairs(rows: Iterable[tuple[str, Text]]) -> str:
    """Names and what they are, as a table whose first column names the rows."""
    wide = [round(ACROSS * 0.27), round(ACROSS * 0.73)]
    body = "".join(_row([((Run(name, "strong"),),), (text,)], (False, False), wide) for name, text in rows)
    return _table(wide, body, "", "Grid", first="0080")


def _table(wide: Sequence[int], rows: str, says: str, style: str, first: str = "0020") -> str:
    told = f"<w:tblCaption w:val={quoteattr(said(says)[:250])}/>" if says else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in wide)
    return (
        f'<w:tbl {SPACES}><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(wide)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{first}"/>{told}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(cells: Sequence[Sequence[Text]], numbers: Sequence[bool], wide: Sequence[int], *, head: bool = False) -> str:
    about = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F0F3F4"/>' if head else ""
    told = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        + "".join(paragraph(text, "Cell", more='<w:jc w:val="right"/>' if right else "") for text in cell)
        + "</w:tc>"
        for cell, right, width in zip(cells, numbers, wide, strict=True)
    )
    return f"<w:tr>{about}{told}</w:tr>"
