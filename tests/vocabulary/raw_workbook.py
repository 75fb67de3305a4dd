"""Workbooks made by hand, part by part, so that a test can write what no spreadsheet program would."""

import html
import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


def text(cell, said):
    """A cell of text."""
    said = html.escape(said, quote=False)
    return f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def number(cell, said, style=0):
    """A cell of a number; style 1 makes a day of it, 2 a duration, 3 a percentage."""
    return f'<c r="{cell}" s="{style}"><v>{said}</v></c>'


def row(at, *cells):
    """A row: texts and numbers from column A on, or cells as XML."""
    made = []
    for letter, cell in zip("ABCDEFGHIJ", cells, strict=False):
        if isinstance(cell, str) and cell.startswith("<"):
            made.append(cell)
        elif cell is not None:
            made.append(text(f"{letter}{at}", cell) if isinstance(cell, str) else number(f"{letter}{at}", cell))
    return f'<row r="{at}">{"".join(made)}</row>'


def sheet(*rows, after=""):
    """The XML of a sheet."""
    return f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def workbook(sheets, *, shared=None, date1904=False, hidden=(), more=(), without=()):
    """The bytes of a workbook of these sheets (XML by name)."""
    named, related = "", ""
    for number_, name in enumerate(sheets, 1):
        state = ' state="hidden"' if name in hidden else ""
        named += f'<sheet name="{html.escape(name)}" sheetId="{number_}"{state} r:id="rId{number_}"/>'
        target = f"worksheets/sheet{number_}.xml"
        related += f'<Relationship Id="rId{number_}" Type="{RELATIONS}/worksheet" Target="{target}"/>'
    related += f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    related += f'<Relationship Id="rIdT" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    epoch = ' date1904="1"' if date1904 else ""
    formats = ("General", "yyyy-mm-dd", "[h]:mm:ss", "0%", "yyyy-mm-dd hh:mm", "hh:mm")
    codes = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(formats)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr{epoch}/>'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
    }
    if shared is not None:
        said = "".join(f"<si><t>{html.escape(one)}</t></si>" for one in shared)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{said}</sst>'
    for number_, xml in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number_}.xml"] = xml
    parts |= dict(more)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            if name not in without:
                declared = "" if isinstance(content, bytes) or content.startswith(DECLARED) else DECLARED
                package.writestr(name, declared + content if declared else content)
    return made.getvalue()
