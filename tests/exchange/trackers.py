"""Synthetic trackers, as messy as those that teams keep; every site and every word is made up."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import xlsxwriter

from takeroot.exchange.tracker import Mappings, Taken, Tracker, read_bytes, suggest, take
from takeroot.vocabulary.programme import Programme

Rows = Sequence[Sequence[Any]]


def csv(text: str, name: str = "tracker 2024-03-31.csv") -> Tracker:
    return read_bytes(name, text.encode())


def workbook(
    sheets: Mapping[str, Rows],
    *,
    colours: Mapping[tuple[str, int, int], str] | None = None,
    comments: Mapping[tuple[str, int, int], str] | None = None,
    merged: Sequence[tuple[str, int, int, int, int]] = (),
    hidden: Sequence[str] = (),
    hidden_rows: Sequence[tuple[str, int]] = (),
    formulas: Mapping[tuple[str, int, int], tuple[str, Any]] | None = None,
) -> bytes:
    """An xlsx; rows and columns from 1."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        blocks = {(top, left): (bottom, right) for s, top, left, bottom, right in merged if s == name}
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                form: dict[str, Any] = {}
                if colour := (colours or {}).get((name, r, c)):
                    form["bg_color"] = colour
                if isinstance(value, date):
                    form["num_format"] = "dd/mm/yyyy"
                shape = book.add_format(form) if form else None
                if (r, c) in blocks:
                    bottom, right = blocks[r, c]
                    sheet.merge_range(r - 1, c - 1, bottom - 1, right - 1, value, shape)
                elif value is None:
                    if shape:
                        sheet.write_blank(r - 1, c - 1, None, shape)
                elif isinstance(value, date):
                    sheet.write_datetime(r - 1, c - 1, value, shape)
                else:
                    sheet.write(r - 1, c - 1, value, shape)
        for (s, r, c), (formula, value) in (formulas or {}).items():
            if s == name:
                sheet.write_formula(r - 1, c - 1, formula, None, value)
        for (s, r, c), text in (comments or {}).items():
            if s == name:
                sheet.write_comment(r - 1, c - 1, text)
        for s, r in hidden_rows:
            if s == name:
                sheet.set_row(r - 1, None, None, {"hidden": True})
        if name in hidden:
            sheet.hide()
    book.close()
    return data.getvalue()


def xlsx(sheets: Mapping[str, Rows], name: str = "Rollout tracker.xlsx", **mess: Any) -> Tracker:
    return read_bytes(name, workbook(sheets, **mess))


def ods(name: str, rows: Rows) -> bytes:
    """An OpenDocument spreadsheet of one sheet, as few tags as it takes."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    body = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    names = "office table text".split()
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("mimetype", kind)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    return data.getvalue()


def taken(
    tracker: Tracker,
    answers: Mapping[str, str] | None = None,
    programme: Programme | None = None,
    remembered: Mappings | None = None,
) -> Taken:
    mapping = suggest(tracker, programme, remembered).with_answers(answers or {})
    return take(tracker, mapping, programme)


def stages(programme: Programme) -> list[tuple[Any, ...]]:
    """Site, stage, day, and the day before which, as written."""
    rows = programme.stages.sort("site", "on", "stage")
    return [
        tuple(x for x in row if x is not None) for row in rows.select("site", "stage", "on", "on_before").iter_rows()
    ]


def counted(result: Taken) -> bool:
    """Whether every row became something, and the counts add up."""
    counts = result.counts
    parts = ("taken", "asked", "at fault", "left out")
    return counts["rows"] == sum(counts[part] for part in parts) == result.rows.height


def frame(result: Taken, table: str) -> pl.DataFrame:
    return result.frames[table].drop("_sheet", "_row")


#: An old workbook (.xls) of one sheet, packed: no writer of that format is at hand.
OLD = (
    "c-rk)O=uHA6#izDZGKFXw5CEUlu)p0Efmp%mv(Kb7R8kM162`pn=H1ZBxMr?J!rM&C<vYuFNJ#WQuX2wdQiN05Gr~Q1R>Fzo&*IC"
    "ZPqt0o0?RG2DH$!Uzj&D@69*!vTy!&U(Yq<r|-8EumnADp=kL~SD_P>eC0|QWVb9?EazTImV;FVpO*qzr{YQdE02t!jCTPF?zx|n"
    "1U^zafe8$zQ$}<J(Z@dMLi*56Qs5S8f@o&18d=6!u4j3dTRvsEn>ANic2nEDIF31Ouw$1!i;pU8Yzsp6`;a;BS+gBYcqwP`#cQI}"
    "Rz<HlrjM^OL#sQ08Bjn6jFe%@dI-1S2m1TFVzI7cgghb?>=}HwqQJNEs(u!A^ed|uApMVOz2`4_F9mU_{<`7@CSjf8MUq1ZJKfUa"
    "!4XrBCk=BR`{hjFM3!OQOwb}foYk{uG69+)>FD^_StFXzvxW=k&5Tl`1Ef)bKEsHQt^@X^q7!ENv}t5Aet8D)o)NCvGwOLQ1xO~y"
    "1zB$36%{6@=kI)d6B`-QPO@f_&xz7$vPn7*3zsB=$U(Na7G(!Bwz0g-y>8@k3(E*icgov`n(V^fDQ<Ixt?e|<4#rz;b47Uzm2+PX"
    "K5ET<(za50cA#)RGW$-OMjM@O3F6D&6gowxxOqe3u~yE7z4Lrv+5Fos<W<79@0NXJhOi*l9if3`sV1L}Sga}bvyyD_2ex3g%Wf~2"
    "EuY&3Mb;GZ>GKPP*$Veo%~qJL+U!zfWW;)uMm&&4+An{>4+jn$IB?*=fddC?8G>(&rQ5c=Q>ylT-eZ5)S)f#OK9j6j9739YS$e75"
    "gB0Z^&eb%3Hb52SzQi&)<?n?O!!){yBu3beWX<!J-p54c|5-LM{O^`ft>YJK@$)~A{}Wdf;Oq"
)


def old() -> bytes:
    return zlib.decompress(base64.b85decode(OLD))
