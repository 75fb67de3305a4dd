"""Files: what is read from CSV, workbooks, Parquet and zips, and that what is written reads back."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.vocabulary.raw_workbook import number, row, sheet, text, workbook

from takeroot.errors import FaultyInput
from takeroot.vocabulary import files
from takeroot.vocabulary.files import sheet_xml
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import STAGES

#: What has gone wrong somewhere: formulas, codes, marks, words that other programs take for something else.
HOSTILE = [
    "=1+1", "{=A1}", "+44 20", "-5", "@SUM(1)", "'", "''", "'quoted'", "'=1", "\tx", "http://example.org", "mailto:a@b",
    "NULL", "null", "nan", "NaN", "inf", "None", "TRUE", "true", "1e5", "00123", "1/2", "50%", "2024-03-31", "#N/A",
    "_x0041_", "_x005F_x0041_", "_x0041_x0042_", "_x005f_", "_X0041_", "_xD83D_", "_x000D_", "_x0041", "#REF!", "<b>",
    "<r><t>a</t></r>", "<r>a & b</r>", "&amp;", "]]>", "<!--", 'say "no"', '"', '""', "a,b;c|d\te", "a\nb", "a\n\nb",
    "a\r\nb", "a\rb", "😀 👩🏽‍⚕️", "שלום עולם", "مرحبا", "٣", "ﬁ", "e\u0301", "\u2028", "a\u2029b", "a\x85b", "\ufeffx",
    "\u200b", "x" * 32_000, "😀" * 16_000,
]  # fmt: skip
#: Any text that a cell may hold: no control character, nothing that is no character.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"])
    | st.just("\n"),
    max_size=40,
)
SAID = st.one_of(
    st.sampled_from(HOSTILE), TEXT, st.sampled_from("=+-@'\t_<&;,|\"").flatmap(lambda one: TEXT.map(one.__add__))
)


def faults(read, *arguments, **options):
    with pytest.raises(FaultyInput) as raised:
        read(*arguments, **options)
    return [str(fault) for fault in raised.value.faults]


def csv(data, **options):
    (sheet_,) = files.read_bytes("sites.csv", data if isinstance(data, bytes) else data.encode(), **options).values()
    return sheet_


def book(*rows, after="", **options):
    (sheet_,) = files.read_bytes("t.xlsx", workbook({"stages": sheet(*rows, after=after)}, **options)).values()
    return sheet_


def missing_where_blank(frame):
    """What reading makes of a frame of text: nothing where there is nothing to see, no rows of nothing."""
    return frame.select(pl.when(pl.all().str.strip_chars().str.len_bytes() > 0).then(pl.all())).filter(
        pl.any_horizontal(pl.all().is_not_null())
    )


# CSV


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_tells_what_stands_between_cells(separator):
    lines = [["site", "name, as used", "opened"], ["A", "Ward 3; west", "2024-03-01"], ["B", "", ""]]
    data = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    assert csv(data).frame.columns == lines[0]
    assert csv(data).frame.rows() == [("A", "Ward 3; west", "2024-03-01"), ("B", None, None)]


def test_a_comma_within_a_header_of_semicolons_separates_nothing():
    read = csv("site;name (ward, bay, bed)\nA;x\nB;y\n")
    assert (read.frame.columns, read.frame.rows()) == (["site", "name (ward, bay, bed)"], [("A", "x"), ("B", "y")])


def test_a_first_line_may_say_what_separates():
    read = csv("sep=;\r\nsite;name\r\nA;x,y\r\n")
    assert (read.frame.rows(), read.rows.to_list()) == ([("A", "x,y")], [2])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_may_be_utf_8_or_say_that_it_is_another(encoding):
    assert csv("site,name\nA,São João 😀\n".encode(encoding)).frame.rows() == [("A", "São João 😀")]


def test_another_encoding_is_read_when_it_is_named():
    data = "site,name\nA,St Mary’s\n".encode("cp1252")
    assert csv(data, encoding="cp1252").frame.rows() == [("A", "St Mary’s")]
    assert csv(b"\xef\xbb\xbf" + "site\nÀ\n".encode(), encoding="cp1252").frame.rows() == [("À",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_is_numbered_as_a_spreadsheet_numbers_it(end):
    lines = ["", "site,name", "A,x", ",", '"B","two', 'lines"', "", "C,z,,", " , "]
    read = csv(end.join(lines))
    assert read.frame["site"].to_list() == ["A", "B", "C"]
    assert read.rows.to_list() == [3, 5, 7]
    assert (read.rows.dtype, read.name, read.where) == (pl.UInt32, "sites", "sites.csv")


def test_one_guard_is_taken_away_before_what_looks_like_a_formula():
    read = csv("'=site,'name\n'=1,'x\n''x,''\n'-5,'\n")
    assert read.frame.columns == ["=site", "'name"]
    assert read.frame.rows() == [("=1", "'x"), ("'x", "'"), ("-5", "'")]


def test_csv_is_written_plainly():
    frame = pl.DataFrame(
        {
            "site": ["A", "=1", None, 'a,b\n"c"'],
            "on": [date(2024, 2, 29), None, date(1, 1, 1), date(9999, 12, 31)],
            "at": [datetime(2024, 2, 29, 10, 20, 30)] * 4,
            "yes": [True, False, None, True],
            "number": [12.0, 0.1 + 0.2, float("nan"), -0.5],
            "count": [1, None, -(2**62), 0],
            "@": ["x"] * 4,
        }
    )
    assert files.csv_bytes(frame).decode() == (
        "site,on,at,yes,number,count,'@\n"
        "A,2024-02-29,2024-02-29 10:20:30,yes,12,1,x\n"
        "'=1,,2024-02-29 10:20:30,no,0.30000000000000004,,x\n"
        ",0001-01-01,2024-02-29 10:20:30,,,-4611686018427387904,x\n"
        '"a,b\n""c""",9999-12-31,2024-02-29 10:20:30,yes,-0.5,0,x\n'
    )


@given(st.lists(st.tuples(SAID, SAID), min_size=1, max_size=20))
@example([(one, one) for one in HOSTILE])
def test_any_text_comes_back_from_csv_as_it_was(rows):
    frame = pl.DataFrame(rows, schema={"=site": pl.String, "note": pl.String}, orient="row")
    assert_frame_equal(csv(files.csv_bytes(frame)).frame, missing_where_blank(frame))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_digit_of_a_number_is_written(numbers):
    frame = pl.DataFrame({"value": numbers})
    assert csv(files.csv_bytes(frame)).frame["value"].cast(pl.Float64).to_list() == numbers


# Workbooks


def test_cells_become_text_in_the_form_the_doorway_reads():
    read = book(
        row(1, "site", "on", "value"),
        row(2, "00123", number("B2", 45382, 1), 12),
        row(3, "TRUE", number("B3", 45382.430555555555, 4), 0.1 + 0.2),
        row(4, number("A4", 3), number("B4", 0.5, 5), number("C4", 0.4, 3)),
        row(5, '<c r="A5" t="b"><v>1</v></c>', number("B5", 1, 1), 1e300),
        row(6, '<c r="A6" t="str"><f>A2</f><v>00123</v></c>', number("B6", 60.9999999, 4), 9007199254740991),
    )
    assert read.frame.rows() == [
        ("00123", "2024-03-31", "12"),
        ("TRUE", "2024-03-31 10:20:00", "0.30000000000000004"),
        ("3", "12:00:00", "0.4"),
        ("yes", "1900-01-01", "1e+300"),
        ("00123", "1900-03-01", "9007199254740991"),
    ]
    assert read.faults == ()


def test_a_workbook_of_1904_has_the_days_that_it_shows():
    assert book(row(1, "on"), row(2, number("A2", 43920, 1)), date1904=True).frame.rows() == [("2024-03-31",)]


def test_the_first_row_with_anything_in_it_is_the_header_and_rows_keep_their_numbers():
    read = book('<row r="3"/>', row(5, None, None, "site", " name "), row(6), row(9, None, None, "A", "x"))
    assert (read.frame.columns, read.frame.rows(), read.rows.to_list()) == (["site", "name"], [("A", "x")], [9])


def test_hidden_and_empty_sheets_are_left_out():
    sheets = {"stages": sheet(row(1, "site")), "secret": sheet(row(1, "x")), "Sheet3": sheet()}
    assert list(files.read_bytes("t.xlsx", workbook(sheets, hidden=["secret"]))) == ["stages"]


def test_a_hidden_sheet_with_the_name_of_a_table_is_read_as_any_other(tmp_path):
    about = sheet(row(1, "field", "value"), row(2, "name", "Falls"))
    stages = sheet(row(1, "site", "stage", "on"), row(2, "A", "using", number("C2", 45382, 1)))
    sheets = {"programme": about, "Scratch": sheet(row(1, "x")), "stages": stages, "Sites": sheet(row(1, "site"))}
    (tmp_path / "t.xlsx").write_bytes(workbook(sheets, hidden=list(sheets)[:3]))
    assert STAGES.read(tmp_path / "t.xlsx")["site"].to_list() == ["A"]
    said = "no sheet of this name belongs to a programme; did you mean 'sites'?"
    assert faults(Programme.read, tmp_path / "t.xlsx") == [f"t.xlsx, sheet 'Sites': {said}"]
    (tmp_path / "t.xlsx").write_bytes(workbook(sheets, hidden=list(sheets)))
    assert faults(Programme.read, tmp_path / "t.xlsx") == [f"t.xlsx, sheet 'Sites': {said}"]
    del sheets["Sites"]
    (tmp_path / "t.xlsx").write_bytes(workbook(sheets, hidden=list(sheets)))
    assert Programme.read(tmp_path / "t.xlsx").stages["site"].to_list() == ["A"]


def test_faults_of_the_sheet_on_the_programme_itself_have_their_rows(tmp_path):
    rows = [("name", "Falls"), ("end", "2024-02-30"), ("sources", "one"), ("rules.1.name", "R"), ("rules.7.name", "S")]
    rows += [("rules.7.months", "0"), ("end", "2024-02-28")]
    asked = [row(at, *cells) for at, cells in enumerate([("field", "value"), *rows], 1)]
    (tmp_path / "t.xlsx").write_bytes(workbook({"programme": sheet(*asked)}))
    said = [
        "row 8: the field 'end' has a value in row 3 already; keep one of them",
        "row 3: under 'end' a day that is in the calendar is needed, found '2024-02-30'",
        "row 4: under 'sources' a list is needed (write a row for each of its items, as in 'sources.1' and "
        "'sources.2'), found 'one'",
        *(f"row 5: 'rules.1.{field}' is needed" for field in ("valued_by", "months", "why")),
        *(f"row 6: 'rules.2.{field}' is needed" for field in ("valued_by", "why")),
        "row 7: under 'rules.2.months' a number over 0 is needed, found '0'",
    ]
    assert faults(Programme.read, tmp_path / "t.xlsx") == [f"t.xlsx, sheet 'programme', {one}" for one in said]


def test_shared_text_is_read_and_merged_cells_away_from_the_table_do_no_harm():
    merged = '<mergeCells><mergeCell ref="F9:G9"/><mergeCell ref="A2"/></mergeCells>'
    read = book(row(1, '<c r="A1" t="s"><v>1</v></c>'), row(2, "x"), shared=["no", "site"], after=merged)
    assert (read.frame.columns, read.frame.rows(), read.faults) == (["site"], [("x",)], ())


@settings(max_examples=50)
@given(st.lists(st.tuples(SAID, SAID), min_size=1, max_size=20))
@example([(one, one) for one in HOSTILE])
def test_any_text_comes_back_from_a_workbook_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "hostile.xlsx"
    frame = pl.DataFrame(rows, schema={"=site": pl.String, "note": pl.String}, orient="row")
    files.workbook({"stages": frame}, path)
    came_back = {name: read.frame for name, read in files.read(path).items()}
    assert_frame_equal(came_back["stages"], missing_where_blank(frame))


@settings(max_examples=25)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_a_workbook_keeps_every_digit(tmp_path_factory, numbers):
    path = tmp_path_factory.getbasetemp() / "numbers.xlsx"
    files.workbook({"values": pl.DataFrame({"value": numbers})}, path)
    assert files.read(path)["values"].frame["value"].cast(pl.Float64).to_list() == numbers


def test_days_before_1901_and_counts_beyond_a_float_are_written_as_text(tmp_path):
    frame = pl.DataFrame(
        {"on": [date(1900, 2, 28), date(2024, 3, 31)], "later": [date(1901, 1, 1), None], "n": [2**62, -1]}
    )
    files.workbook({"a": frame}, tmp_path / "a.xlsx")
    assert files.read(tmp_path / "a.xlsx")["a"].frame.rows() == [
        ("1900-02-28", "1901-01-01", str(2**62)),
        ("2024-03-31", None, "-1"),
    ]


def test_nothing_in_a_written_workbook_is_a_formula_or_a_link(tmp_path):
    files.workbook({"a": pl.DataFrame({"=x": HOSTILE})}, tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
        assert [name for name in package.namelist() if "rels" in name and "sheet" in name] == []
    assert re.findall(r"<(?:f|hyperlink)\b", xml) == []
    assert set(re.findall(r'<c [^>]*?(?: t="(\w+)")?>', xml)) == {"inlineStr"}


def test_the_same_frames_make_the_same_bytes(tmp_path):
    frame = pl.DataFrame({"site": ["A"], "on": [date(2024, 3, 31)]})
    for name in ("one.xlsx", "two.xlsx"):
        files.workbook({"stages": frame}, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert files.zip_bytes({"b": b"2", "a": b"1"}) == files.zip_bytes({"a": b"1", "b": b"2"})


TOO_LONG = "a text of over 32,767 characters, which no cell of a workbook holds; write a folder of CSV files"
TOO_MANY = "1,048,576 rows, where a sheet holds 1,048,575 below its header; write a folder of CSV files"
UNSAYABLE = "a control character, which no workbook holds; delete it"
MISNAMED = "the name of a sheet has 1 to 31 characters, none of them one of [ ] : * ? / \\"


@pytest.mark.parametrize(
    ("sheets", "says"),
    [
        ({"a": {"note": ["x" * 32_768]}}, f"sheet 'a', column 'note': {TOO_LONG}"),
        ({"a": {"note": ["😀" * 16_384]}}, f"sheet 'a', column 'note': {TOO_LONG}"),
        ({"a": {"note": ["a\x07b"]}}, f"sheet 'a', column 'note': {UNSAYABLE}"),
        ({"a": {"note": ["\uffff"]}}, f"sheet 'a', column 'note': {UNSAYABLE}"),
        ({"a": {"n": range(1_048_576)}}, f"sheet 'a': {TOO_MANY}"),
        ({"a/b": {"n": [1]}}, f"sheet 'a/b': {MISNAMED}"),
        ({"A": {"n": [1]}, "a": {"n": [1]}}, "two sheets are called 'a'"),
        ({}, "a workbook needs at least one sheet"),
    ],
)
def test_what_no_workbook_holds_is_refused_before_anything_is_written(tmp_path, sheets, says):
    (tmp_path / "a.xlsx").write_bytes(b"as it was")
    frames = {name: pl.DataFrame(columns) for name, columns in sheets.items()}
    assert faults(files.workbook, frames, tmp_path / "a.xlsx") == [says]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.xlsx": b"as it was"}


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 60), st.integers(0, 40)), st.sampled_from("text shared number".split())
)


@given(CELLS)
def test_the_quick_way_of_looking_through_a_sheet_says_what_the_careful_one_says(cells):
    made = {
        "text": lambda at: text(at, "x = 'e'"),
        "shared": '<c r="{}" t="s"><v>1</v></c>'.format,
        "number": lambda at: number(at, 5),
    }
    rows = [
        f'<row r="{at}">'
        + "".join(made[kind](f"{files.sheet.letters(c)}{r}") for (r, c), kind in sorted(cells.items()) if r == at)
        + "</row>"
        for at in sorted({r for r, _ in cells})
    ]
    xml = sheet(*rows, after='<mergeCells><mergeCell ref="B2:C3"/></mergeCells>').encode()
    careful = sheet_xml.careful([xml], [3, 7])
    for size in (64, 4096):
        quick = sheet_xml.quick([xml[at : at + size] for at in range(0, len(xml), size)], 7)
        assert quick == (None if "text" in cells.values() else careful)


def test_the_quick_way_leaves_what_it_can_not_be_sure_of_to_the_careful_one():
    odd = [
        '<c r="A2" t="e"><v>#N/A</v></c>',
        '<c r="A2" t = "e"><v>#N/A</v></c>',
        '<c r="A2"><f>1</f><v>1</v></c>',
        "<c r='A2'><v>1</v></c>",
        "<c><v>1</v></c>",
        '<c\nr="A2"><v>1</v></c>',
        '<c t="n" r="A2"><v>1</v></c>',
        '<x:c xmlns:x="u" r="A2"><v>1</v></x:c>',
        '<c r="A0"><v>1</v></c>',
        '<c r="XFE2"><v>1</v></c>',
        "<!-- a comment -->",
    ]
    assert sheet_xml.quick([sheet(row(1, "site")).encode()], 0) is not None
    assert [one for one in odd if sheet_xml.quick([sheet(row(1, "site"), f'<row r="2">{one}</row>').encode()], 0)] == []


# Parquet


def test_parquet_keeps_the_kinds_of_its_columns():
    frame = pl.DataFrame({"site": ["A", None], "on": [date(2024, 3, 31)] * 2, "value": [0.1, None]})
    data = io.BytesIO()
    frame.write_parquet(data)
    read = files.read_bytes("values.parquet", data.getvalue())["values"]
    assert_frame_equal(read.frame, frame)
    assert read.rows.to_list() == [2, 3]


# Zips and folders


def test_a_folder_around_the_files_of_a_zip_and_what_programs_leave_behind_are_taken_away(tmp_path):
    made = {
        "mine/sites.csv": b"site\n",
        "mine/programme.yaml": b"name: x\n",
        "mine/.DS_Store": b"",
        "__MACOSX/mine/._sites.csv": b"",
    }
    files.write_zip(tmp_path / "a.zip", made)
    assert files.members(tmp_path / "a.zip") == {"sites.csv": b"site\n", "programme.yaml": b"name: x\n"}
    assert files.members(files.zip_bytes({"./sites.csv": b"site\n"})) == {"sites.csv": b"site\n"}


def test_only_our_own_files_of_a_folder_are_replaced(tmp_path):
    folder = tmp_path / "mine"
    files.write_all(folder, {"sites.csv": b"1", "ties.csv": b"2"})
    (folder / "notes.docx").write_bytes(b"theirs")
    files.write_all(folder, {"sites.csv": b"3"}, ours=["sites.csv", "ties.csv", "values.csv"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"sites.csv": b"3", "notes.docx": b"theirs"}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_stays_as_it_was_when_its_files_can_not_all_be_written(tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    before = {"a.csv": b"1", "b.csv": b"2", "theirs.txt": b"3"}
    files.write_all(folder, before)
    rename = Path.rename

    def full(path, target):
        if Path(target) == folder / "c.csv":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    assert faults(files.write_all, folder, {"a.csv": b"x", "b.csv": b"y", "c.csv": b"z"}) == [
        "mine: nothing can be written there (no space left on device)"
    ]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_where_nothing_can_be_written_a_sentence_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "mine" / "sites.csv").mkdir(parents=True)
    nowhere = f"there is no folder '{tmp_path / 'no'}' to write to"
    assert faults(files.write_zip, tmp_path / "no" / "a.zip", {}) == [f"a.zip: {nowhere}"]
    assert faults(files.write_all, tmp_path / "no" / "a", {}) == [f"a: {nowhere}"]
    assert faults(files.write_all, tmp_path / "file", {}) == [
        f"file: a folder is needed to write to; '{tmp_path / 'file'}' is a file"
    ]
    assert faults(files.write_all, tmp_path / "mine", {"sites.csv": b""}) == [
        "mine: a folder called 'sites.csv' stands where that file would go; move it away"
    ]
