"""A report as a PDF that can be read aloud: tagged, with its title, its language, headings, and charts in words.

It is set by Typst with letters of its own. What anybody wrote is data to the layout, never source. Where a text has
letters that it does not bring along, those of the machine are taken; what that has none for is said to be there. The
same programme gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from takeroot.charts.wording import day
from takeroot.reporting.content import Content
from takeroot.reporting.papers.drawings import drawn
from takeroot.reporting.papers.layout import LAYOUT
from takeroot.reporting.papers.letters import lacking, replaced, said_of
from takeroot.reporting.papers.pieces import (
    EVIDENCE,
    FEW_EVIDENCE,
    Columns,
    Heading,
    Listed,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Piece,
    Records,
    Table,
    evidence,
)
from takeroot.reporting.papers.runs import Numbers, Run, Text, said

#: How wide charts are drawn, in pixels.
DRAWN = 620
#: Sizes of letters, in points; where there is to be one page, the first at which it is one.
_SIZES = {"many": (10.5,), "few": (9.5,), "one": (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)}
#: The day that the file says it was made, so that the same report makes the same bytes: 1 January 2000.
_MADE = 946_684_800


def made(report: Content, step: Callable[[str], None] | None = None) -> bytes:
    """The PDF, as a file.

    Parameters
    ----------
    report
        What it says.
    step
        Told of every section and every chart before it is written.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "report.typ").write_text(LAYOUT, encoding="utf-8")
        told = _shown(_Data(report, place, step or (lambda _: None)).all(), place)
        for size in _SIZES[report.pages]:
            (place / "report.json").write_text(json.dumps(told | {"size": size}, ensure_ascii=False), encoding="utf-8")
            if report.pages != "one" or _pages(place) == 1:
                break
        return _set(place)


def _shown(told: dict[str, Any], place: Path) -> dict[str, Any]:
    """What is told, with what no letter face here has said to be there: in words, and in the charts."""
    charts = {path: path.read_text(encoding="utf-8") for path in sorted(place.glob("*.svg"))}
    written = json.dumps(told, ensure_ascii=False)
    letters = lacking([written, *charts.values()])
    if not letters:
        return told
    for path, chart in charts.items():
        path.write_text(replaced(chart, letters), encoding="utf-8")
    shown: dict[str, Any] = json.loads(replaced(written, letters))
    note = (Run("Letters not shown. ", "strong"), Run(said_of(letters)))
    return shown | {"told": [*shown["told"], {"look": "missing", "text": _runs(note)}]}


def _pages(place: Path) -> int:
    """How many pages there are before the evidence."""
    import typst

    told = typst.query(str(place / "report.typ"), "<last-page>", field="value", one=True, root=str(place))
    return int(json.loads(told))


def _set(place: Path) -> bytes:
    """Set the pages: with our letters alone, or with those of the machine, and at the last without a promise."""
    import typst

    fault: Exception | None = None
    for ours, standards in ((True, ["ua-1"]), (False, ["ua-1"]), (False, [])):
        try:
            made = typst.compile(
                str(place / "report.typ"),
                root=str(place),
                ignore_system_fonts=ours,
                pdf_standards=standards,
                timestamp=_MADE,
            )
            assert isinstance(made, bytes)
            return made
        except typst.TypstError as error:
            if "could not be displayed" not in error.message:
                raise
            fault = error
    raise AssertionError("a text without a promise is always set") from fault


class _Data:
    """A report as what the layout reads: plain words and numbers, and charts as files beside it."""

    def __init__(self, report: Content, folder: Path, step: Callable[[str], None]) -> None:
        self.report, self.folder, self.step = report, folder, step
        self.shown = min(FEW_EVIDENCE if report.brief else EVIDENCE, len(report.evidence))
        numbers = Numbers((one.reference for one in report.evidence), most=self.shown)
        self.paper = Paper(numbers, details=report.details)
        self.charts = 0

    def all(self) -> dict[str, Any]:
        """All of it."""
        report = self.report
        lead, rows = evidence(report, most=self.shown)
        return {
            "title": said(report.title),
            "kind": said(report.kind),
            "brief": report.brief,
            "one-page": report.pages == "one",
            "foot": f"As at {day(report.as_at)}." if report.as_at else "",
            "told": [{"look": look, "text": _runs(text)} for text, look in self.told()],
            "sections": [self.section(section) for section in report.sections],
            "lead": lead,
            "evidence": [{"number": number, "text": _runs(text)} for number, text in rows],
        }

    def told(self) -> Iterable[tuple[Text, str]]:
        """What stands below the title."""
        report = self.report
        first = [f"As at {day(report.as_at)}" if report.as_at else "", report.sponsor]
        for text, look in ((". ".join(filter(None, first)), "quiet"), (report.aim, "lead"), (report.part, "missing")):
            if text:
                yield (Run(said(text)),), look
        if report.synthetic:
            told = "This programme is made up, to show how a report looks. No site, person or figure in it is real."
            yield (Run("Synthetic. ", "strong"), Run(told)), "missing"

    def section(self, section: Any) -> list[dict[str, Any]]:
        """The pieces of a section."""
        self.step(section.title)
        return [self.piece(piece) for piece in self.paper.section(section)]

    def piece(self, piece: Piece) -> dict[str, Any]:
        """One piece."""
        match piece:
            case Heading():
                return {"kind": "heading", "level": min(piece.level, 5), "text": piece.text}
            case Paragraph():
                return {"kind": "paragraph", "look": piece.look, "text": _runs(piece.text)}
            case Listed():
                return {"kind": "listed", "ordered": piece.ordered, "items": list(map(_runs, piece.items))}
            case Pairs():
                return {"kind": "pairs", "rows": [{"name": name, "text": _runs(text)} for name, text in piece.rows]}
            case Table():
                rows = [[{"runs": _runs(cell)} for cell in row] for row in piece.rows]
                table = {"caption": piece.caption, "heads": piece.heads, "widths": piece.widths}
                return {"kind": "table", **table, "numbers": piece.numbers, "rows": rows}
            case Records():
                told = [
                    {"name": _runs(name), "pairs": [{"head": head, "text": _runs(text)} for head, text in pairs]}
                    for name, pairs in piece.rows
                ]
                return {"kind": "records", "caption": piece.caption, "rows": told}
            case Picture():
                return self.picture(piece)
            case Columns():
                columns = [[self.piece(one) for one in column] for column in piece.columns]
                return {"kind": "columns", "columns": columns}

    def picture(self, piece: Picture) -> dict[str, Any]:
        """A chart: its vector as a file, and what it says."""
        self.step(piece.caption)
        self.charts += 1
        chart, name = drawn(piece, DRAWN), f"chart{self.charts}.svg"
        (self.folder / name).write_text(chart.svg, encoding="utf-8")
        return {"kind": "picture", "file": name, "says": chart.in_words, "caption": piece.caption}


def _runs(text: Text) -> list[dict[str, Any]]:
    return [{"text": run.text, "look": run.look, "to": run.to} for run in text]
