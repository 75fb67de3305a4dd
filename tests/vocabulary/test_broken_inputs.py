"""Broken inputs at the door: a sentence for each fault, no traceback, no hang, and memory bounded.

Every input is made here, from scratch, and goes in as a person would give it: a file to ``TABLE.read``, or a zip or a
workbook to ``Programme.read``. Anything but a FaultyInput, or another sentence than the one that stands here, fails.
"""

import io
import json
import os
import subprocess
import sys
import zipfile

import polars as pl
import pytest
from tests.vocabulary.raw_workbook import number, row, sheet, workbook

from takeroot.errors import FaultyInput
from takeroot.vocabulary import files
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import STAGES, VALUES

MIB = 2**20
SAVE_AS = "save the table as an Excel workbook (.xlsx) or as CSV UTF-8"
SAVE_ANEW = "open it in a spreadsheet program and save it anew"
CUT_SHORT = "the file is damaged or was cut short; make it or fetch it again"
STAGE_WORDS = "not_reached, exploring, declined, preparing, using, embedded, paused, stopped, unknown"


def faults(read, source, **options):
    """What is said of an input."""
    with pytest.raises(FaultyInput) as raised:
        read(source, **options)
    return [str(fault) for fault in raised.value.faults]


# CSV files

HEADER = "site,stage,on\n"

CSV_FILES = {
    "a column that is needed is missing": (
        "site,on\nA,2024-03-01\n",
        [", column 'stage': stages need the column 'stage' (where it stands); found: site, on"],
    ),
    "cells of the wrong kind": (
        "site,stage,on,extent\nA,usng,2024-03-01,0.4\nB,using,soon,140%\n",
        [
            f", row 2, column 'stage': found 'usng'; did you mean 'using'? The words are: {STAGE_WORDS}",
            ", row 3, column 'on': a day such as 2024-03-31 is needed, found 'soon'",
            ", row 3, column 'extent': a share from 0 to 1 (or a percentage such as 40%) is needed, found '140%'",
        ],
    ),
    "a key that stands twice": (
        HEADER + "A,using,2024-03-01\n\nA,using,2024-03-01\n",
        [", row 4, column 'site': the same row as row 2 (the same site, on, stage, source); keep one of them"],
    ),
    "days that never were": (
        HEADER + "A,using,31/04/2024\nB,using,2023-02-29\n",
        [
            ", row 2, column 'on': found '31/04/2024'; there is no such day",
            ", row 3, column 'on': found '2023-02-29'; there is no such day",
        ],
    ),
    "days that all read both ways": (
        HEADER + "A,using,03/04/2024\nB,using,05/06/2024\n",
        [
            ", row 2, column 'on': every day of this column reads both ways (here '03/04/2024'); say which with "
            'dates="day-first" or dates="month-first" (on the command line --dates day-first)'
        ],
    ),
    "days written in two ways": (
        HEADER + "A,using,13/04/2024\nB,using,05/31/2024\n",
        [", row 3, column 'on': found '05/31/2024', which can not be read day first like the rest of the column"],
    ),
    "a day in a leap year of semicolons": (
        "site;stage;on\nA;using;2024-02-30\n",
        [", row 2, column 'on': found '2024-02-30'; there is no such day"],
    ),
    "a header that stands twice": (
        "site,stage,stage,on\nA,using,using,2024-03-01\n",
        [", row 1, column 'stage': the columns B and C are both called 'stage'; rename one"],
    ),
    "cells under no name": (
        "site,stage,,on\nA,using,why,2024-03-01\n",
        [", row 2: the cell C2 says 'why' under no name; name the column in the header, or empty the cell"],
    ),
    "rows with too few and too many cells": (
        HEADER + "A,using\n,,\nB,using,2024-03-01,said Smith, Jones\n",
        [
            ", row 2: 3 cells are needed, as in the header; found 2; add the empty ones, or save the file as a "
            "workbook (.xlsx) and read that",
            ", row 4: 3 cells are needed, as in the header; found 5, the last ' Jones'; put text that holds the "
            "separator in quotation marks",
        ],
    ),
    "a quotation mark that never closes": (
        HEADER + 'A,using,2024-03-01\n"B,using,2024-03-01\nC,using,2024-03-02\n',
        [", row 3: a quotation mark opens in this row and never closes; close it, or take it out"],
    ),
    "a quotation mark within a cell": (
        HEADER + '"Ward" 3,using,2024-03-01\n',
        [
            ", row 2: a quotation mark closes in the middle of a cell; quotation marks stand around the whole cell, "
            "and one inside it is written twice"
        ],
    ),
    "a cell that swallows the rest": (
        HEADER + '"A,using,2024-03-01\n' + "B,using,2024-03-01\n" * 10_000,
        [", row 2: a quotation mark opens in this row and never closes; close it, or take it out"],
    ),
    "a cell longer than any": (
        HEADER + '"A,using,2024-03-01\n' + "B,using,2024-03-01\n" * 600_000,
        [", row 2: a cell of over 10,000,000 characters; a quotation mark that opens here may never close"],
    ),
    "bytes of another encoding": (
        HEADER.encode() + b"A,using,2024-03-01\nSt Mary\x92s,using,2024-03-01\n",
        [
            ", row 3: the file is not UTF-8: byte 0x92 near '3-01 St Mary’s,using,202'; save it as 'CSV UTF-8', or in "
            'Python name its encoding: TABLE.read(path, encoding="cp1252")'
        ],
    ),
    "UTF-16 that ends in the middle of a character": (
        (HEADER + "A,using,2024-03-01\n").encode("utf-16") + b"x",
        [", row 3: the file is not UTF-16 here; save it as 'CSV UTF-8'"],
    ),
    "a NUL": (
        HEADER + "A,using,2024-03-01\nB\0,using,2024-03-01\n",
        [
            ", row 3: a NUL byte, which text never holds; save the file as 'CSV UTF-8', or as a workbook (.xlsx) "
            "and read that"
        ],
    ),
    "a control character": (
        HEADER + "A\x07,using,2024-03-01\n",
        [", row 2, column 'site': a control character that no spreadsheet can hold; delete it, found 'A�'"],
    ),
    "nothing at all": ("", [": the file is empty; a header row with the names of the columns is needed"]),
    "nothing but blanks": ("\n , \n\n", [": the file is empty; a header row with the names of the columns is needed"]),
    "a workbook": (
        workbook({"stages": sheet(row(1, "site"))}),
        [f": this is a workbook or a zip, whatever its name says; {SAVE_AS}"],
    ),
    "a web page": ("\n<!DOCTYPE html>\n", [f": this is a web page, whatever its name says; {SAVE_AS}"]),
    "a PDF": ("%PDF-1.7\n", [f": this is a PDF, whatever its name says; {SAVE_AS}"]),
    "more columns than any spreadsheet has": (
        "site," * 20_000,
        [", row 1: at most 16,384 columns and 20,000,000 rows are read from one file"],
    ),
    "a line without end": (
        "x" * (33 * MIB),
        [": a line of over 33,554,432 characters; this is no table that a spreadsheet wrote"],
    ),
}


@pytest.mark.parametrize(("content", "said"), CSV_FILES.values(), ids=list(CSV_FILES))
def test_a_broken_csv_file_is_refused_with_a_sentence_for_each_fault(tmp_path, content, said):
    path = tmp_path / "stages.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert faults(STAGES.read, path) == [f"stages.csv{one}" for one in said]


def test_an_encoding_that_there_is_not_is_refused(tmp_path):
    (tmp_path / "stages.csv").write_text(HEADER)
    said = "there is no encoding 'latin-99'; 'cp1252' and 'utf-8' are common ones"
    assert faults(STAGES.read, tmp_path / "stages.csv", encoding="latin-99") == [f"stages.csv: {said}"]


def test_very_many_faults_are_counted_rather_than_listed(tmp_path):
    (tmp_path / "stages.csv").write_text(HEADER + "A,using\n" * 10_000)
    said = faults(STAGES.read, tmp_path / "stages.csv")
    assert (len(said), said[-1]) == (51, "stages.csv: 9,950 more rows with too few cells")


# Workbooks

HEAD = row(1, "site", "stage", "on")
DAY = number("C2", 45382, 1)


def book(*rows, after="", **options):
    return workbook({"stages": sheet(*rows, after=after)}, **options)


def zipped(**files_):
    return files.zip_bytes({name.replace("__", "/").replace("_", "."): content for name, content in files_.items()})


UNVALUED = "has no stored value; open the workbook in a spreadsheet program, which works it out, and save it"
IN_SHEET = ", sheet 'stages'"
UNREADABLE = f"{IN_SHEET}: the sheet can not be read"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

WORKBOOKS = {
    "error cells": (
        book(
            HEAD,
            row(2, "A", '<c r="B2" t="e"><v>#N/A</v></c>', DAY),
            row(3, "B", "using", '<c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
        ),
        [
            f"{IN_SHEET}, row 2, column 'stage': the cell B2 shows the error #N/A; correct it, or empty the cell",
            f"{IN_SHEET}, row 3, column 'on': the cell C3 shows the error #DIV/0!; correct it, or empty the cell",
        ],
    ),
    "an error that only new programs know": (
        book(HEAD, row(2, "A", '<c r="B2" t="e"><v>#SPILL!</v></c>', DAY)),
        [f"{IN_SHEET}, row 2: the cell B2 shows the error #SPILL!; correct it, or empty the cell"],
    ),
    "formulas without a value": (
        book(
            HEAD,
            row(2, "A", "using", '<c r="C2" s="1"><f>TODAY()</f></c>'),
            row(3, "B", "using", '<c r="C3" s="1"><f>C2</f><v></v></c>'),
        ),
        [
            f"{IN_SHEET}, row 2, column 'on': the formula in the cell C2 {UNVALUED}",
            f"{IN_SHEET}, row 3, column 'on': the formula in the cell C3 {UNVALUED}",
        ],
    ),
    "merged cells": (
        book(
            HEAD,
            row(2, "A", "using", DAY),
            row(3, "B", None, number("C3", 45383, 1)),
            after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>',
        ),
        [
            f"{IN_SHEET}, row 2, column 'stage': the cells B2:B3 are merged, and only the first of them says "
            "something; unmerge them and fill each",
            f"{IN_SHEET}, row 3, column 'stage': where it stands is missing",
        ],
    ),
    "a duration": (
        book(HEAD, row(2, "A", "using", number("C2", 1.5, 2))),
        [
            f"{IN_SHEET}, row 2, column 'on': the cell C2 holds a duration (36:00:00); write it as a number, in a unit "
            "that the name of the column tells"
        ],
    ),
    "a duration longer than time": (
        book(HEAD, row(2, "A", "using", number("C2", 1e10, 2))),
        [f"{IN_SHEET}: a cell holds a duration too long to be read; write durations as numbers"],
    ),
    "a time of day, and a day that is only a number": (
        book(HEAD, row(2, "A", "using", number("C2", 45382.25, 4)), row(3, "B", "using", 45382)),
        [
            f"{IN_SHEET}, row 2, column 'on': a day without a time of day is needed, found '2024-03-31 06:00:00'",
            f"{IN_SHEET}, row 3, column 'on': a day such as 2024-03-31 is needed, found '45382'",
        ],
    ),
    "a cell far from the table": (
        book(HEAD, row(2, "A", "using", DAY), row(40, None, None, None, None, None, "checked")),
        [
            f"{IN_SHEET}, row 40: the cell F40 says 'checked' under no name; name the column in the header, or empty "
            "the cell"
        ],
    ),
    "no sheet of that name": (
        workbook({"sites": sheet(row(1, "site")), "Tracker": sheet(HEAD)}),
        [": a sheet called 'stages' is needed; found: sites, Tracker"],
    ),
    "nothing in it": (book(), [": a sheet called 'stages' is needed; found: no sheet with anything in it"]),
    "a cell in the last corner": (
        book(HEAD, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        [
            f"{UNREADABLE}: its cells reach to XFD1048576, which makes 17,179,869,184, and at most 20,000,000 of a "
            "sheet, and 40,000,000 of all sheets together, are read; delete the rows or columns far out"
        ],
    ),
    "a cell where no spreadsheet has one": (
        book(HEAD, '<row r="2"><c r="A99999999"><v>1</v></c></row>'),
        [f"{UNREADABLE}: a cell is called 'A99999999'; {SAVE_ANEW}"],
    ),
    "XML that was cut short": (
        workbook({"stages": sheet(HEAD, row(2, "A", "using", DAY))[:-60]}),
        [f"{UNREADABLE}: it is damaged (unclosed token: line 1, column 496); {SAVE_ANEW}"],
    ),
    "text that expands": (
        workbook(
            {
                "stages": sheet(HEAD, row(2, '<c r="A2" t="str"><v>&b;</v></c>')).replace(
                    "?>", '?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
                )
            }
        ),
        [f"{UNREADABLE}: it holds a document type, which no spreadsheet program writes; {SAVE_ANEW}"],
    ),
    "unparsed text": (
        book(HEAD, row(2, '<c r="A2" t="str"><v><![CDATA[A]]></v></c>')),
        [f"{UNREADABLE}: it holds unparsed text, which no spreadsheet program writes; {SAVE_ANEW}"],
    ),
    "text that is not there": (
        book(HEAD, row(2, '<c r="A2" t="s"><v>7</v></c>'), shared=["A"]),
        [f"{UNREADABLE}: it is damaged (Cell string index not found in shared strings table); {SAVE_ANEW}"],
    ),
    "a sheet without its part": (
        book(HEAD, without=["xl/worksheets/sheet1.xml"]),
        [f"{UNREADABLE}: its cells are not in the file; {SAVE_ANEW}"],
    ),
    "parts that stand twice": (
        book(HEAD, more=[("XL/Worksheets/Sheet1.xml", "<x/>")]),
        [": the entry 'XL/Worksheets/Sheet1.xml' stands twice; keep one of them"],
    ),
    "cut short": (book(HEAD)[:-40], [f": {CUT_SHORT}"]),
    "cut shorter": (book(HEAD)[:300], [f": {CUT_SHORT}"]),
    "locked with a password": (
        OLD + "EncryptedPackage".encode("utf-16-le"),
        [": the workbook is locked with a password; save it without one"],
    ),
    "an old workbook": (OLD, [f": this is an old Excel workbook (.xls), whatever its name says; {SAVE_AS}"]),
    "an OpenDocument file": (
        zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"<x/>"),
        [": this is an OpenDocument file, which is not read; save it as an Excel workbook (.xlsx)"],
    ),
    "a binary workbook": (
        zipped(xl__workbook_bin=b"x"),
        [": this is a binary workbook (.xlsb), which is not read; save it as an Excel workbook (.xlsx)"],
    ),
    "a zip of something else": (
        zipped(word__document_xml=b"x"),
        [f": this is a zip, but no Excel workbook; {SAVE_AS}"],
    ),
    "a web page": (b"<html><table>", [f": this is a web page, whatever its name says; {SAVE_AS}"]),
    "a CSV file": (HEADER.encode(), [f": this is no Excel workbook, whatever its name says; {SAVE_AS}"]),
    "nothing": (b"", [f": the file is empty; {SAVE_AS}"]),
}


@pytest.mark.parametrize(("content", "said"), WORKBOOKS.values(), ids=list(WORKBOOKS))
def test_a_broken_workbook_is_refused_with_a_sentence_for_each_fault(tmp_path, content, said):
    (tmp_path / "tracker.xlsx").write_bytes(content)
    assert faults(STAGES.read, tmp_path / "tracker.xlsx") == [f"tracker.xlsx{one}" for one in said]


@pytest.mark.parametrize("ending", ["xls", "ods", "xlsb", "docx", "json"])
def test_files_of_other_kinds_are_refused(tmp_path, ending):
    (tmp_path / f"stages.{ending}").write_bytes(b"x")
    assert faults(STAGES.read, tmp_path / f"stages.{ending}") == [
        f"stages.{ending}: files that end in .{ending} are not read; {SAVE_AS}"
    ]


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert faults(STAGES.read, tmp_path / "stages.csv") == [f"stages.csv: there is no file '{tmp_path / 'stages.csv'}'"]
    assert faults(STAGES.read, tmp_path) == [f"{tmp_path.name}: a file is needed; '{tmp_path}' is a folder"]


# Parquet files


def parquet(**columns):
    made = io.BytesIO()
    pl.DataFrame(columns).write_parquet(made)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        parquet(site=["A"])[:-20],
        parquet(site=["A"])[:100],
        parquet(site=["A"])[:-40] + b"\xff" * 32 + b"\x08\0\0\0PAR1",
        b"PAR1PAR1PAR1",
        b"site\n",
        b"",
    ],
)
def test_a_parquet_file_that_is_cut_short_or_is_none_is_refused(tmp_path, content):
    (tmp_path / "values.parquet").write_bytes(content)
    assert faults(VALUES.read, tmp_path / "values.parquet") == [
        "values.parquet: the Parquet file is damaged or was cut short; write it anew, or as CSV UTF-8"
    ]


# Programmes

NAMED = {"programme.yaml": b"name: Falls\n"}


def locked(content):
    content = bytearray(content)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flag] |= 1
    return bytes(content)


def packed_uncommonly():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as package:
        package.writestr("programme.yaml", "name: Falls")
    return made.getvalue()


def elsewhere(name):
    return [f"mine.zip: the entry {name!r} could lead out of the zip; names such as 'stages.csv' are needed"]


ZIPS = {
    "a path that climbs": (NAMED | {"../sites.csv": b"site\nA\n"}, elsewhere("../sites.csv")),
    "a path from the root": (NAMED | {"/etc/sites.csv": b"site\nA\n"}, elsewhere("/etc/sites.csv")),
    "a path of another system": (NAMED | {"..\\sites.csv": b"site\nA\n"}, elsewhere("..\\sites.csv")),
    "a drive": (NAMED | {"C:sites.csv": b"site\nA\n"}, elsewhere("C:sites.csv")),
    "folders within": (
        NAMED | {"old/sites.csv": b"site\nA\n"},
        ["mine.zip: the files of a programme lie beside one another; 'old/sites.csv' lies in a folder of its own"],
    ),
    "a name that stands twice": (
        NAMED | {"SITES.csv": b"site\nA\n", "sites.csv": b"site\nA\n"},
        ["mine.zip: the entry 'sites.csv' stands twice; keep one of them"],
    ),
    "a password": (locked(files.zip_bytes(NAMED)), ["mine.zip: the zip is locked with a password; make one without"]),
    "an uncommon way of packing": (
        packed_uncommonly(),
        ["mine.zip: the entry 'programme.yaml' is packed in an uncommon way; make the zip anew"],
    ),
    "cut short": (files.zip_bytes(NAMED)[:-10], [f"mine.zip: {CUT_SHORT}"]),
    "no zip": (b"name: Falls", [f"mine.zip: {CUT_SHORT}"]),
    "changed on its way": (
        files.zip_bytes(NAMED).replace(b"\xcbK\xccM", b"\xcbK\xccL", 1),
        ["mine.zip: the file is damaged or was cut short (in 'programme.yaml'); make it or fetch it again"],
    ),
    "no programme": (
        {"sites.csv": b"site\nA\n"},
        ["mine.zip: 'programme.yaml' is needed, with at least a line such as 'name: Our programme'"],
    ),
    "sites that are not among the sites": (
        NAMED | {"sites.csv": b"site\nWard 3\n", "stages.csv": b"site,stage,on\nWrad 3,using,2024-03-01\n"},
        ["stages.csv, row 2, column 'site': 'Wrad 3' is not among the sites; did you mean 'Ward 3'?"],
    ),
    "a file and a column with a wrong name": (
        NAMED | {"stage.csv": b"", "stages.csv": b"site,stage,on,raeson\nA,using,2024-03-01,x\n"},
        [
            "stage.csv: no file of this name belongs to a programme; did you mean 'stages.csv'?",
            "stages.csv, column 'raeson': stages have no such column; did you mean 'reason'?",
        ],
    ),
    "faults in several files": (
        NAMED
        | {"stages.csv": b"site,stage,on\nA,using,soon\n", "values.csv": b"\xff\xfe", "sites.csv": b"site\nA\x92\n"},
        [
            "sites.csv, row 2: the file is not UTF-8: byte 0x92 near 'site A’ '; save it as 'CSV UTF-8'",
            "values.csv: the file is empty; a header row with the names of the columns is needed",
            "stages.csv, row 2, column 'on': a day such as 2024-03-31 is needed, found 'soon'",
        ],
    ),
}


@pytest.mark.parametrize(("content", "said"), ZIPS.values(), ids=list(ZIPS))
def test_a_broken_zip_of_a_programme_is_refused_with_a_sentence_for_each_fault(tmp_path, content, said):
    (tmp_path / "mine.zip").write_bytes(content if isinstance(content, bytes) else files.zip_bytes(content))
    assert faults(Programme.read, tmp_path / "mine.zip") == said


def test_the_faults_of_all_sheets_of_a_workbook_come_together(tmp_path):
    about = sheet(row(1, "field", "value"), row(2, "name", "Falls"))
    stages = sheet(HEAD, row(2, "A", "using", DAY), row(3, "B", '<c r="B3" t="e"><v>#REF!</v></c>', 45382))
    sites = sheet(row(1, "site", "name"), row(2, "A"), row(3, "A"))
    made = workbook({"programme": about, "stages": stages, "sites": sites, "Stage": sheet(HEAD)})
    (tmp_path / "mine.xlsx").write_bytes(made)
    assert faults(Programme.read, tmp_path / "mine.xlsx") == [
        "mine.xlsx, sheet 'Stage': no sheet of this name belongs to a programme; did you mean 'stages'?",
        "mine.xlsx, sheet 'stages', row 3, column 'stage': the cell B3 shows the error #REF!; correct it, or empty "
        "the cell",
        "mine.xlsx, sheet 'stages', row 3, column 'on': a day such as 2024-03-31 is needed, found '45382'",
        "mine.xlsx, sheet 'sites', row 3, column 'site': the same row as row 2 (the same site); keep one of them",
        "mine.xlsx, sheet 'stages', row 3, column 'site': 'B' is not among the sites; add it to sites, or correct it "
        "here",
    ]


# Files that are none


def a_dangling_link(path):
    path.symlink_to("nowhere.csv")


def a_link_in_a_circle(path):
    path.symlink_to(path.name)


def a_link_to_a_device(path):
    path.symlink_to("/dev/zero")


NO_FILES = {
    a_dangling_link: "a link to a file that is not there; put the file itself in its place",
    a_link_in_a_circle: "the file can not be read (too many levels of symbolic links)",
    a_link_to_a_device: "a file is needed; '{}' is a pipe or a device",
    os.mkfifo: "a file is needed; '{}' is a pipe or a device",
    os.mkdir: "a file is needed; '{}' is a folder",
}


@pytest.mark.parametrize("name", ["sites.csv", "programme.yaml", "datapackage.json"])
@pytest.mark.parametrize(("made", "said"), NO_FILES.items(), ids=[made.__name__ for made in NO_FILES])
def test_what_stands_in_the_place_of_a_file_and_is_none_is_refused(tmp_path, made, said, name):
    (tmp_path / "programme.yaml").write_text("name: Falls\n")
    (tmp_path / name).unlink(missing_ok=True)
    made(tmp_path / name)
    assert faults(Programme.read, tmp_path) == [f"{name}: {said.format(tmp_path / name)}"]


def test_a_link_to_a_file_is_read_as_the_file(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "programme.yaml").write_text("name: Falls\n")
    (tmp_path / "elsewhere.csv").write_text("site\nA\n")
    (tmp_path / "mine" / "sites.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert Programme.read(tmp_path / "mine").sites["site"].to_list() == ["A"]


READ_AS_ANYBODY = """
import contextlib, os, sys
from takeroot.errors import FaultyInput
from takeroot.vocabulary.programme import Programme

os.chdir(sys.argv[1])
if os.geteuid() == 0:
    with contextlib.suppress(FaultyInput):
        Programme.read("mine")  # what is imported on the way may lie where only root can read
    os.setresuid(65534, 65534, 65534)
try:
    print(Programme.read("mine"))
except FaultyInput as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        ("mine/sites.csv", "sites.csv: the file can not be read (permission denied)"),
        ("mine/programme.yaml", "programme.yaml: the file can not be read (permission denied)"),
        ("mine", "mine: the folder can not be read (permission denied)"),
    ],
)
def test_what_may_not_be_read_is_said_in_one_sentence(tmp_path, closed, said):
    folder = tmp_path / "mine"
    folder.mkdir()
    for place in (tmp_path, folder):
        place.chmod(0o755)
    (folder / "programme.yaml").write_text("name: Falls\n")
    (folder / "sites.csv").write_text("site\nA\n")
    (tmp_path / closed).chmod(0)
    command = [sys.executable, "-c", READ_AS_ANYBODY, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (tmp_path / closed).chmod(0o700)
    assert done.stdout == f"{said}\n"


def test_the_command_line_prints_the_sentences_and_no_traceback(tmp_path):
    (tmp_path / "mine.zip").write_bytes(files.zip_bytes(NAMED | {"../stages.csv": b"", "stages.csv": b"site"}))
    (tmp_path / "mine.xlsx").write_bytes(OLD + "EncryptedPackage".encode("utf-16-le"))
    said = {
        "mine.zip": elsewhere("../stages.csv")[0],
        "mine.xlsx": "mine.xlsx: the workbook is locked with a password; save it without one",
    }
    for name, sentence in said.items():
        command = [sys.executable, "-m", "takeroot", "check", name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{sentence}\n")


# Inputs made to do harm: each is read by a process of its own, which tells what it took

READ_APART = """
import json, sys, time
from pathlib import Path
from takeroot.errors import FaultyInput
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.tables import STAGES

path = Path(sys.argv[1])
try:
    frame = (Programme.read if path.suffix == ".zip" else STAGES.read)(path)
    said = [f"{frame.height} rows"]
except FaultyInput as error:
    said = [str(fault) for fault in error.faults]
status = Path("/proc/self/status")
told = status.read_text() if status.exists() else "VmHWM: 0"
(held,) = (int(line.split()[1]) // 1024 for line in told.splitlines() if "VmHWM" in line)
print(json.dumps([said, time.process_time(), held]))
"""


def pack(path, parts, announced=None):
    """A zip of these parts (bytes, or pieces of them); ``announced`` is the size that it claims for each part."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            with package.open(name, "w") as part:
                for piece in [content] if isinstance(content, bytes) else content:
                    part.write(piece)
    for name, size in (announced or {}).items():
        made = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as package:
            local = package.getinfo(name).header_offset
        listed = made.index(name.encode(), made.index(b"PK\x01\x02")) - 46
        made[local + 22 : local + 26] = made[listed + 24 : listed + 28] = size.to_bytes(4, "little")
        path.write_bytes(made)


def workbook_with(pieces, shared=None):
    """The parts of a workbook with more XML after its second row, given in pieces."""
    made = zipfile.ZipFile(io.BytesIO(book(HEAD, row(2, "A", "using", DAY), "<here/>", shared=shared)))
    parts = {name: made.read(name) for name in made.namelist()}
    before, after = parts["xl/worksheets/sheet1.xml"].split(b"<here/>")
    return parts | {"xl/worksheets/sheet1.xml": [before, *pieces, after]}


def rows(xml, count):
    """So many rows, in pieces."""
    for start in range(3, count + 3, 10_000):
        yield "".join(xml.format(at) for at in range(start, start + 10_000)).encode()


def a_million_rows_that_are_only_coloured(path):
    xml = '<row r="{0}" s="1" customFormat="1"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>'
    pack(path / "a.xlsx", workbook_with(rows(xml, 1_000_000)))
    return "a.xlsx", ["1 rows"]


def a_workbook_that_unpacks_to_more_than_is_read(path):
    pack(path / "a.xlsx", workbook_with(b" " * MIB for _ in range(520)))
    return "a.xlsx", ["a.xlsx: it unpacks to more than 512 MiB, which is the most that is read"]


def a_workbook_that_lies_about_its_size(path):
    lie = {"xl/worksheets/sheet1.xml": 1000}
    pack(path / "a.xlsx", workbook_with(b" " * MIB for _ in range(520)), lie)
    where = "(in 'xl/worksheets/sheet1.xml'); make it or fetch it again"
    return "a.xlsx", [f"a.xlsx: the file is damaged or was cut short {where}"]


def one_long_text_in_half_a_million_cells(path):
    parts = workbook_with(rows('<row r="{0}"><c r="A{0}" t="s"><v>0</v></c></row>', 500_000), shared=["x" * 32_000])
    pack(path / "a.xlsx", parts)
    says = "its cells hold more than 512 MiB of text, which is the most that is read; split it"
    return "a.xlsx", [f"a.xlsx{UNREADABLE}: {says}"]


def many_sheets_that_each_reach_far(path):
    far = sheet(row(1, "site"), '<row r="1000000"><c r="T1000000"><v>1</v></c></row>')
    (path / "a.xlsx").write_bytes(
        workbook({"stages": sheet(HEAD, row(2, "A", "using", DAY))} | dict.fromkeys(map(str, range(500)), far))
    )
    return "a.xlsx", ["1 rows"]


def a_zip_that_unpacks_to_more_than_is_read(path):
    pack(path / "a.zip", NAMED | {"sites.csv": (bytes(MIB) for _ in range(520))})
    return "a.zip", ["a.zip: it unpacks to more than 512 MiB, which is the most that is read"]


def a_zip_that_lies_about_its_size(path):
    pack(path / "a.zip", NAMED | {"sites.csv": (bytes(MIB) for _ in range(520))}, {"sites.csv": 1000})
    where = "(in 'sites.csv'); make it or fetch it again"
    return "a.zip", [f"a.zip: the file is damaged or was cut short {where}"]


def a_zip_of_very_many_files(path):
    pack(path / "a.zip", {f"{number_}.csv": b"" for number_ in range(20_000)})
    return "a.zip", ["a.zip: the zip has over 10,000 entries; zip only the files that belong together"]


def a_csv_file_of_nothing_but_line_ends(path):
    (path / "a.csv").write_bytes(HEADER.encode() + b"\n" * 40_000_000)
    return "a.csv", ["a.csv: at most 20,000,000 cells are read from one sheet; split it into several files"]


def a_csv_file_of_nothing_but_commas(path):
    (path / "a.csv").write_bytes(HEADER.encode() + (b"," * 3_000_000 + b"\n") * 30)
    return "a.csv", ["a.csv, row 2: at most 16,384 columns and 20,000,000 rows are read from one file"]


def a_quotation_mark_before_a_million_rows(path):
    (path / "a.csv").write_bytes(HEADER.encode() + b'"' + b"A,using,2024-03-01\n" * 1_000_000)
    return "a.csv", [
        "a.csv, row 2: a cell of over 10,000,000 characters; a quotation mark that opens here may never close"
    ]


def a_parquet_file_of_very_many_rows(path):
    pl.DataFrame({"site": pl.zeros(30_000_000, dtype=pl.UInt8, eager=True)}).write_parquet(path / "a.parquet")
    says = "at most 20,000,000 cells and 512 MiB of text are read from one file; split it into several files"
    return "a.parquet", [f"a.parquet: {says}"]


HARMFUL = (
    a_million_rows_that_are_only_coloured,
    a_workbook_that_unpacks_to_more_than_is_read,
    a_workbook_that_lies_about_its_size,
    one_long_text_in_half_a_million_cells,
    many_sheets_that_each_reach_far,
    a_zip_that_unpacks_to_more_than_is_read,
    a_zip_that_lies_about_its_size,
    a_zip_of_very_many_files,
    a_csv_file_of_nothing_but_line_ends,
    a_csv_file_of_nothing_but_commas,
    a_quotation_mark_before_a_million_rows,
    a_parquet_file_of_very_many_rows,
)


@pytest.mark.slow
@pytest.mark.parametrize("made", HARMFUL, ids=lambda made: made.__name__)
def test_an_input_made_to_do_harm_takes_little_time_and_memory(tmp_path, made):
    name, expected = made(tmp_path)
    command = [sys.executable, "-c", READ_APART, str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    said, seconds, mebibytes = json.loads(done.stdout)
    assert said == expected
    assert mebibytes < 900  # twenty million cells, the most that are laid out, take 700
    assert seconds < 60  # of its own processor time: many times what it takes, so that no busy machine fails it
