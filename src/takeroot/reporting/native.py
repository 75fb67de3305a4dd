"""Charts that the spreadsheet draws itself, from the points on their sheet, where series are few.

They have the lines of a control chart (mean solid, limits dashed, broken where a phase begins), and unusual points have
shapes of their own: a triangle where values went up, a diamond where they went down, a square where neither is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from takeroot.charts.points import CALLED, HUES, shapes
from takeroot.charts.theme import colour
from takeroot.reporting import sheets
from takeroot.reporting.chosen import Chosen, finding
from takeroot.reporting.results import TOGETHER

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: More charts than this would make a workbook slow; then only measures over all their sites are drawn.
MOST = 24
#: More runs of unusual points than this are not marked: a spreadsheet draws no more than 255 lines.
_MOST_RUNS = 120
#: The marks that spreadsheets know; none of them points down.
_SHAPES = {"circle": "circle", "square": "square", "triangle-up": "triangle", "triangle-down": "diamond"}
#: Rows of the sheet that a chart takes, with its sentence.
_ROWS = 24


@dataclass(frozen=True)
class Native:
    """A chart: what it says, the sheet of its points, where each phase lies on it, and its rows."""

    says: str
    unit: str
    sheet: str
    first: int
    points: pl.DataFrame


def drawn(chosen: Chosen, frames: dict[str, pl.DataFrame]) -> list[Native]:
    """The charts that there is room for."""
    rows = chosen.summary
    if rows.height > MOST:
        rows = rows.filter(site=TOGETHER)
    if rows.height > MOST:
        return []
    numbered = {name: frames[name].with_row_index("row") for name in (sheets.POINTS, sheets.TOGETHER) if name in frames}
    found = []
    for row in rows.iter_rows(named=True):
        sheet = sheets.TOGETHER if row["site"] == TOGETHER else sheets.POINTS
        mine = numbered[sheet].filter(measure=row["measure"], site=row["site"])
        says = finding(f"{row['name']}, {row['place']}", row["says"] or "")
        found.append(Native(says, row["unit"], sheet, int(mine["row"][0]) + 1, mine))
    return found


def texts(drawn: list[Native]) -> pl.DataFrame:
    """The sheet that the charts lie on: above each, what it says."""
    cells: list[str | None] = []
    for one in drawn:
        cells += [one.says, *[None] * (_ROWS - 1)]
    return pl.DataFrame({"Charts": cells}, schema={"Charts": pl.String})


def charts(book: Workbook, page: Worksheet, drawn: list[Native]) -> None:
    """Put the charts on their sheet."""
    page.set_column(0, 0, 130)
    page.hide_gridlines(2)
    page.set_h_pagebreaks([1 + place * _ROWS for place in range(1, len(drawn))])
    for place, one in enumerate(drawn):
        chart = book.add_chart({"type": "scatter", "subtype": "straight"})
        gone = _lines(chart, one)
        at = 1 + place * _ROWS
        chart.set_title({"name": [sheets.CHARTS, at, 0], "name_font": {"size": 12, "bold": False}, "overlay": False})
        chart.set_legend({"position": "bottom", "delete_series": gone})
        days = one.points["on"]
        ends = {"min": _serial(days[0]), "max": max(_serial(days[-1]), _serial(days[0]) + 1)}
        chart.set_x_axis({"num_format": "mmm yyyy", "major_gridlines": {"visible": False}, **ends})
        chart.set_y_axis({"name": _plain(one.unit), "num_format": "General", "major_gridlines": _faint()})
        chart.show_blanks_as("gap")
        chart.set_size({"width": 880, "height": 430})
        page.insert_chart(at + 1, 0, chart, {"description": one.says, "object_position": 2})


def _lines(chart: Any, one: Native) -> list[int]:
    """The lines of one chart; gives those that the legend passes over, which say again what another said."""
    columns = {name: place for place, name in enumerate(one.points.columns[1:])}
    gone: list[int] = []
    told: list[str] = []

    def line(column: str, called: str, rows: pl.DataFrame, **look: Any) -> None:
        top, bottom = int(rows["row"][0]) + 1, int(rows["row"][-1]) + 1
        place = columns[column]
        if called in told:
            gone.append(len(told))
        told.append(called)
        x = [one.sheet, top, columns["on"], bottom, columns["on"]]
        chart.add_series({"name": called, "categories": x, "values": [one.sheet, top, place, bottom, place], **look})

    plain = {"marker": {"type": "none"}}
    middle = "Median" if one.points["chart"][0] in ("run", "g") else "Mean"
    for _, mine in one.points.group_by("phase", maintain_order=True):
        line("centre", middle, mine, line={"color": colour("spc-mean"), "width": 1.5}, **plain)
        if mine["judged"][-1] and mine["upper"].is_not_null().any():
            dashed = {"color": colour("spc-limit"), "width": 1.25, "dash_type": "dash"}
            line("lower", "Limits", mine, line=dashed, **plain)
            line("upper", "Limits", mine, line=dashed, **plain)
    for column, called in (("target", "Target"), ("trajectory", "Trajectory")):
        if one.points[column].is_not_null().any():
            dashed = {"color": colour("spc-target"), "width": 1.5, "dash_type": "long_dash_dot"}
            line(column, called, one.points, line=dashed, **plain)
    thread = {"color": colour("spc-line"), "width": 1}
    line("value", "Value", one.points, line=thread, marker={"type": "circle", "size": 5, **_filled("common")})
    runs = list(_runs(one.points))
    for mine in runs if len(runs) <= _MOST_RUNS else ():
        shows, shape = mine["shows"][0], _SHAPES[mine["shape"][0]]
        look = {"type": shape, "size": 9, **_filled(shows)}
        line("value", CALLED[shows].capitalize(), mine, line={"none": True}, marker=look)
    return gone


def _runs(points: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Neighbouring points that show the same unusual thing."""
    looks = points.with_columns(shape=shapes(points), shows=pl.col("shows").fill_null("common"))
    runs = looks.with_columns(run=pl.struct("shows", "shape").rle_id()).filter(pl.col("shows") != "common")
    yield from runs.partition_by("run", maintain_order=True)


def _filled(shows: str) -> dict[str, Any]:
    return {"fill": {"color": colour(f"{HUES[shows]}-fill")}, "border": {"color": colour(HUES[shows])}}


def _faint() -> dict[str, Any]:
    return {"visible": True, "line": {"color": "#e4e4e4", "width": 0.5}}


def _plain(text: str) -> str:
    """Text that no chart takes for a formula."""
    return f" {text}" if text.startswith("=") else text


def _serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days
