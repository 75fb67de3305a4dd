"""Measures as a workbook: what it says of itself, and that its numbers are those of the charts."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import polars as pl
import pytest
import python_calamine
from tests.reporting.measured import board

from takeroot.analysis import spc
from takeroot.reporting import takeaway
from takeroot.reporting.results import TOGETHER
from takeroot.vocabulary.programme import Programme

HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "<r><t>x</t></r>", "_x0041_", "{=A1}", "https://x.example")


def book(programme: Programme, **chosen: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(takeaway.content(programme, "board.xlsx", **chosen)))


def rows(content: bytes, sheet: str) -> list[dict[str, Any]]:
    head, *body = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(head, row, strict=True)) for row in body]


@pytest.fixture(scope="module")
def content() -> bytes:
    return takeaway.content(board(), "board.xlsx")


@pytest.fixture(scope="module")
def told(content: bytes) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Read me"]
    return {str(name): str(text) for name, text in sheet.iter_rows(min_row=2, max_col=2, values_only=True)}


def test_its_points_are_those_of_the_chart(content: bytes) -> None:
    programme = board()
    points = spc.chart(
        programme.values,
        measures=programme.measures,
        phases=programme.phases,
        rule_sets=programme.about.rule_sets,
    )
    found = {(row["measure"], row["site"], row["on"]): row for row in rows(content, "Points")}
    assert len(found) == points.height
    compared = [name for name in points.columns if name not in ("measure", "site", "on", "id")]
    for row in points.iter_rows(named=True):
        mine = found[row["measure"], row["site"], row["on"]]
        for name in compared:
            wanted = "" if row[name] is None else row[name]
            wanted = {True: "yes", False: "no"}[wanted] if isinstance(wanted, bool) else wanted
            assert mine[name] == wanted, (row["measure"], row["site"], row["on"], name)


def test_its_summary_is_that_of_the_charts(content: bytes) -> None:
    programme = board()
    points = spc.chart(
        programme.values, measures=programme.measures, phases=programme.phases, rule_sets=programme.about.rule_sets
    )
    told = spc.summary(points, measures=programme.measures, rule_sets=programme.about.rule_sets)
    wanted = {(row["measure"], row["site"]): row for row in told.iter_rows(named=True)}
    found = {(row["Measure (short name)"], row["Site (short name)"]): row for row in rows(content, "Summary")}
    assert {key for key in found if key[1] != TOGETHER} == set(wanted)
    for key, row in wanted.items():
        assert found[key]["Value"] == row["latest"]
        assert found[key]["Upper limit"] == row["upper"]
        assert found[key]["In a sentence"] == row["says"]
        assert found[key]["Variation"] == spc.VARIATION[row["variation"]]


def test_days_are_days_and_numbers_are_numbers(content: bytes) -> None:
    first = rows(content, "Data")[0]
    assert type(first["on"]) in (date, datetime)
    assert (first["numerator"], first["denominator"], first["value"]) == (12.0, 900.0, "")


def test_the_first_page_says_what_the_numbers_are(told: dict[str, str]) -> None:
    assert told["Programme"] == "Safer wards"
    assert told["Data as of"] == "31 Dec 2023."
    assert "8 points on one side of the centre" in told["Rule set our-board, version 2026"]
    assert told["Chart: Falls"] == "u chart (rates); rule set our-board."
    assert told["Chart: Days between"] == "t chart (time between rare events); rule set mdc-2021."
    assert (
        told["Left out of the limits: Waits, Ward A"] == "1 Mar 2022. A flood closed the ward. Decided by ward sister."
    )
    assert "below 905" in told["Least denominator: Falls"]
    assert told["Command"] == "takeroot measures PROGRAMME -o board.xlsx"


def test_values_after_the_day_that_counts_are_left_out_and_counted() -> None:
    early = board(about={"as_at": "2023-06-30"})
    content = takeaway.content(early, "board.xlsx")
    assert max(row["on"] for row in rows(content, "Data")) == date(2023, 6, 1)
    assert max(row["on"] for row in rows(content, "All sites together")) == date(2023, 6, 1)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Read me"]
    facts = dict(sheet.iter_rows(min_row=2, max_col=2, values_only=True))
    assert facts["Data as of"] == "30 Jun 2023. 32 later values left out."


def test_what_people_wrote_never_becomes_a_formula() -> None:
    names = dict(zip(("programme", "waits", "falls", "gaps", "A", "B", "C"), HOSTILE, strict=False))
    content = takeaway.content(board(names), "board.xlsx")
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    found = {value for row in rows(content, "Summary") for value in row.values()}
    assert {*HOSTILE[1:7]} <= found


def test_headers_stay_in_view_and_rows_can_be_filtered(content: bytes) -> None:
    made = openpyxl.load_workbook(io.BytesIO(content))
    assert made["Points"].freeze_panes == "E2"
    table = made["Points"].tables["Points_table"]
    assert table.autoFilter is not None and table.ref == made["Points"].dimensions
    assert all(sheet.page_setup.orientation == "landscape" for sheet in made)


def test_few_series_are_drawn_by_the_spreadsheet_and_many_are_not(content: bytes) -> None:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        drawn = [name for name in packed.namelist() if name.startswith("xl/charts/chart")]
        first = packed.read(drawn[0]).decode()
    assert len(drawn) == 7  # five series at sites, one of days between, and falls over all sites
    assert "'All sites together'!" in first or "Points!" in first
    columns = pl.DataFrame({"site": [f"S{n}" for n in range(30)]})
    values = {"measure": ["m"] * 30, "site": columns["site"], "on": ["2024-01-01"] * 30, "value": [1.0] * 30}
    assert "Charts" not in book(Programme("Many", values=values)).sheetnames


def test_the_same_programme_gives_the_same_bytes(content: bytes) -> None:
    assert takeaway.content(board(), "board.xlsx") == content
