"""The empty workbook: it asks for everything, offers the words there are, and reads back as a programme."""

import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from tests.vocabulary.raw_workbook import text

from takeroot.vocabulary import files, template
from takeroot.vocabulary.about import About
from takeroot.vocabulary.files import sheet_xml
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import TABLES


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """The parts of the empty workbook."""
    path = tmp_path_factory.mktemp("template") / "new.xlsx"
    template.write(path)
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def names_of(parts):
    return re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"].decode())


def xml_of(parts, name):
    return parts[f"xl/worksheets/sheet{names_of(parts).index(name) + 1}.xml"].decode()


def test_the_empty_workbook_with_a_name_filled_in_is_a_programme_without_rows(parts, tmp_path):
    asked = f"xl/worksheets/sheet{names_of(parts).index('programme') + 1}.xml"
    filled = re.sub(
        r'(<c r="A2".*?</c>)(<c r="B2"[^>]*/>)?', r"\1" + text("B2", "Falls"), parts[asked].decode(), count=1
    )
    (tmp_path / "new.xlsx").write_bytes(files.zip_bytes(parts | {asked: filled.encode()}))
    programme = Programme.read(tmp_path / "new.xlsx")
    assert (programme.about, programme.tables) == (About(name="Falls"), {})


def test_the_empty_workbook_has_a_sheet_for_each_table_and_asks_for_every_column(parts):
    assert names_of(parts) == ["Read me", "programme", *TABLES, "_lists"]
    read = files.read_bytes("new.xlsx", files.zip_bytes(parts))
    asked = {name: read[name].frame.columns for name in TABLES}
    assert asked == {name: [column for column in table.columns if column != "id"] for name, table in TABLES.items()}
    assert [fault for name in [*TABLES, "programme"] for fault in read[name].faults] == []


def test_every_field_of_a_programme_is_asked_for_and_explained(parts):
    read = files.read_bytes("new.xlsx", files.zip_bytes(parts))["programme"].frame
    assert read["field"].to_list() == [field for field, _ in template.fields()] == list(template.FIELDS)
    assert read["value"].null_count() == read.height


def test_a_list_is_offered_wherever_words_are_known_and_closed_where_no_other_is_allowed(parts):
    hidden = CalamineWorkbook.from_filelike(io.BytesIO(files.zip_bytes(parts))).get_sheet_by_name("_lists")
    columns = list(zip(*hidden.to_python(), strict=True))
    wrong = []
    for name, table in TABLES.items():
        xml = xml_of(parts, name)
        offered = {
            place: (formula.replace("&apos;", "'"), "showErrorMessage" in rule)
            for rule, place, formula in re.findall(
                r'<dataValidation ([^>]*?sqref="([A-Z]+)2:[^>]*)><formula1>([^<]*)<', xml
            )
        }
        for place, (field, column) in enumerate((f, c) for f, c in table.columns.items() if f != "id"):
            words = ("yes", "no") if column.kind == "yes_no" else column.words or column.examples
            formula, closed = offered.pop(files.sheet.letters(place), ("", False))
            shown = ()
            if match := re.fullmatch(r"'_lists'!\$([A-Z]+)\$1:\$\1\$(\d+)", formula):
                shown = tuple(columns[sheet_xml.column_of(match[1]) - 1][: int(match[2])])
            elif column.refers and formula:
                shown = words
            if shown != words or closed != (column.kind in ("word", "yes_no")) or (column.refers and not formula):
                wrong.append((name, field, shown, closed))
        wrong += [(name, place) for place in offered]
        wrong += [
            (name, "too long for Excel") for formula in re.findall(r"<formula1>(.*?)<", xml) if len(formula) > 255
        ]
    assert wrong == []


def test_a_column_that_is_needed_is_marked_by_weight_and_line_as_well_as_colour(parts):
    styles = parts["xl/styles.xml"].decode()
    fonts = re.findall(r"<font>.*?</font>", styles)
    lines = re.findall(r"<border>.*?</border>", styles)
    formats = re.findall(r'<xf [^>]*fontId="(\d+)" fillId="(\d+)" borderId="(\d+)"', styles.split("<cellXfs")[1])
    marked = {}
    for place, style in re.findall(r'<c r="([A-Z]+)1" s="(\d+)"', xml_of(parts, "stages")):
        font, _, line = map(int, formats[int(style)])
        marked[place] = ("<b/>" in fonts[font], 'style="double"' in lines[line])
    needed = [column.required for name, column in TABLES["stages"].columns.items() if name != "id"]
    assert list(marked.values()) == [(one, one) for one in needed]


def test_cells_of_days_are_formatted_as_days(parts):
    days = [place for place, column in enumerate(TABLES["stages"].columns.values()) if column.kind == "day"]
    styles = parts["xl/styles.xml"].decode()
    (code,) = re.findall(r'numFmtId="(\d+)" formatCode="yyyy-mm-dd"', styles)
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    columns = re.findall(r'<col min="(\d+)" max="(\d+)" [^>]*?style="(\d+)"', xml_of(parts, "stages"))
    formatted = {
        place for low, high, style in columns if formats[int(style)] == code for place in range(int(low) - 1, int(high))
    }
    assert formatted == set(days)
