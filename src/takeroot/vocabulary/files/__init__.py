"""Files: raw tables read from CSV, Excel and Parquet files and from zips, and written.

Reading gives a :class:`Sheet` for each table that a file holds: its cells as text, with the number of each row as a
person sees it, and what is wrong with the file. What the cells mean is for the doorway (:meth:`Table.read
<takeroot.vocabulary.table.Table.read>`). Nothing that a file holds is trusted: sizes are bounded before memory is
taken, and a file that can not be opened is refused in one sentence. Writing is whole or not at all, and the same frames
make the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePath

from takeroot.errors import FaultyInput
from takeroot.vocabulary.files import columnar, delimited, workbook_in
from takeroot.vocabulary.files.delimited import csv_bytes
from takeroot.vocabulary.files.disk import contents, lying_in, write_all, write_file
from takeroot.vocabulary.files.sheet import LARGEST, Sheet, refused
from takeroot.vocabulary.files.workbook_out import workbook
from takeroot.vocabulary.files.zipped import members, write_zip, zip_bytes

__all__ = [
    "Sheet",
    "contents",
    "csv_bytes",
    "lying_in",
    "members",
    "read",
    "read_bytes",
    "workbook",
    "write_all",
    "write_file",
    "write_zip",
    "zip_bytes",
]

_DELIMITED = (".csv", ".tsv", ".txt", ".tab")
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_SAVE_AS = "save the table as an Excel workbook (.xlsx) or as CSV UTF-8"
#: What a caller of ``TABLE.read`` may do about bytes that are not UTF-8, and nobody else can.
_NAME_IT = ', or in Python name its encoding: TABLE.read(path, encoding="cp1252")'

#: How files begin that are often called by another name.
_BEGINNINGS = (
    (b"PK\x03\x04", "a workbook or a zip"),
    (b"PK\x05\x06", "an empty zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls), or one locked with a password"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
    (b"{\\rtf", "a word-processor file"),
)


def read(
    path: Path | str,
    *,
    encoding: str | None = None,
    though_hidden: Collection[str] = (),
    limit: int = LARGEST,
) -> dict[str, Sheet]:
    """Every table in a file, by name.

    Parameters
    ----------
    path
        A CSV file (.csv, .tsv, .txt), an Excel workbook (.xlsx, .xlsm) or a Parquet file.
    encoding
        How the bytes of a CSV file are to be read, if not as UTF-8.
    though_hidden
        The sheets of a workbook that are read even where they are hidden.
    limit
        The most bytes that are read.

    Returns
    -------
    dict
        One sheet of a CSV or Parquet file, under the stem of its name; of a workbook, each sheet that has anything in
        it and is not hidden, or is to be read all the same.

    Raises
    ------
    FaultyInput
        If it can not be opened at all.
    """
    return _read(Path(path).name, contents(path, limit), encoding, though_hidden, _NAME_IT)


def read_bytes(
    name: str, data: bytes, *, encoding: str | None = None, though_hidden: Collection[str] = ()
) -> dict[str, Sheet]:
    r"""Every table in a file that is in memory: see :func:`read`.

    Examples
    --------
    >>> sheet = read_bytes("sites.csv", b"site;region\nA;North\n")["sites"]
    >>> sheet.frame.rows(), sheet.rows.to_list()
    ([('A', 'North')], [2])
    """
    return _read(name, data, encoding, though_hidden)


def _read(
    name: str, data: bytes, encoding: str | None, though_hidden: Collection[str], advice: str = ""
) -> dict[str, Sheet]:
    suffix = PurePath(name).suffix.lower()
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    start = start.lower() if start.startswith(b"<") else start
    is_really = next((what for begins, what in _BEGINNINGS if start.startswith(begins)), "")
    if suffix in _DELIMITED:
        if is_really:
            raise refused(f"this is {is_really}, whatever its name says; {_SAVE_AS}", name)
        sheet = delimited.read(name, data, encoding, advice)
        return {sheet.name: sheet}
    if suffix in _WORKBOOKS:
        if not data.startswith(b"PK"):
            raise _no_workbook(name, data, is_really)
        return workbook_in.read(name, data, though_hidden)
    if suffix == ".parquet":
        sheet = columnar.read(name, data)
        return {sheet.name: sheet}
    raise refused(f"files that end in {suffix or 'nothing'} are not read; {_SAVE_AS}", name)


def _no_workbook(name: str, data: bytes, is_really: str) -> FaultyInput:
    """Why a file called a workbook is none."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return refused("the workbook is locked with a password; save it without one", name)
    if not data:
        return refused(f"the file is empty; {_SAVE_AS}", name)
    if data.startswith(b"\xd0\xcf"):
        return refused(f"this is an old Excel workbook (.xls), whatever its name says; {_SAVE_AS}", name)
    return refused(f"this is {is_really or 'no Excel workbook'}, whatever its name says; {_SAVE_AS}", name)
