"""Values as NHS spreadsheets have them: long, wide and across, with targets beside them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

import takeroot as tr
from takeroot.errors import FaultyInput
from takeroot.exchange import nhs_layout

APRIL, MAY, JUNE, JULY = (date(2024, month, 1) for month in (4, 5, 6, 7))


def read(folder: Path, text: str, name: str = "falls.csv", **options) -> nhs_layout.Read:
    (folder / name).write_text(text)
    return nhs_layout.read(folder / name, **options)


def rows(found: nhs_layout.Read) -> list[tuple]:
    return found.values.select("measure", "site", "on", "value").rows()


def targets(found: nhs_layout.Read) -> list[tuple]:
    return found.phases.select("measure", "site", "on", "kind", "value").rows()


@pytest.mark.parametrize("month", ["Apr-24", "April 2024", "2024-04", "01/04/24", "1 Apr 2024", "2024-04-01T00:00:00"])
def test_a_date_a_value_and_a_target_are_one_series(tmp_path, month):
    found = read(tmp_path, f"Month,Actual,Target\n{month},9,8\n13/05/2024,7,8\n2024-06-01,,\n2024-07-01,6,7\n")
    assert rows(found) == [
        ("falls", "all", APRIL, 9.0),
        ("falls", "all", date(2024, 5, 13), 7.0),
        ("falls", "all", JUNE, None),
        ("falls", "all", JULY, 6.0),
    ]
    assert targets(found) == [("falls", "all", APRIL, "target", 8.0), ("falls", "all", JULY, "target", 7.0)]
    assert found.says == ("Columns: 'Month' is the date, 'Actual' is the value.",)


def test_the_measure_and_the_site_may_be_said(tmp_path):
    found = read(tmp_path, "date,value\n2024-04-01,9\n", measure="Falls", site="Ward 1")
    assert rows(found) == [("Falls", "Ward 1", APRIL, 9.0)]


def test_a_column_for_each_measure_with_targets_of_their_own(tmp_path):
    text = "Date,Falls,Ulcers,Falls target,Comment\n2024-04-01,9,,8,quiet\n2024-05-01,8,2,,\n2024-06-01,,,,\n"
    found = read(tmp_path, f"{text}2024-07-01,5,3,,\n")
    assert rows(found) == [
        ("Falls", "all", APRIL, 9.0),
        ("Falls", "all", MAY, 8.0),
        ("Falls", "all", JUNE, None),
        ("Falls", "all", JULY, 5.0),
        ("Ulcers", "all", MAY, 2.0),
        ("Ulcers", "all", JUNE, None),
        ("Ulcers", "all", JULY, 3.0),
    ]
    assert targets(found) == [("Falls", "all", APRIL, "target", 8.0)]
    assert found.says == ("2 columns are a measure each: 'Falls', 'Ulcers'.",)


def test_a_column_for_each_site(tmp_path):
    found = read(tmp_path, "Month,Ash,Oak\n2024-04,9,1\n", across="sites", measure="Falls")
    assert rows(found) == [("Falls", "Ash", APRIL, 9.0), ("Falls", "Oak", APRIL, 1.0)]


def test_several_columns_of_numbers_are_a_series_each_though_one_is_called_as_a_value_may_be(tmp_path):
    assert {row[0] for row in rows(read(tmp_path, "Month,Count,Rate\n2024-04,9,1\n"))} == {"Count", "Rate"}


def test_a_column_for_each_month(tmp_path):
    found = read(tmp_path, "Indicator,Unit,Target,Apr-24,May-24,Jun-24\nFalls,n,8,9,8,\nUlcers,n,,1,2,3\n")
    assert sorted(rows(found)) == [
        ("Falls", "all", APRIL, 9.0),
        ("Falls", "all", MAY, 8.0),
        ("Ulcers", "all", APRIL, 1.0),
        ("Ulcers", "all", MAY, 2.0),
        ("Ulcers", "all", JUNE, 3.0),
    ]
    assert targets(found) == [("Falls", "all", APRIL, "target", 8.0)]


def test_several_trusts_and_measures_in_percent(tmp_path):
    found = read(
        tmp_path, "Trust,KPI,Period,Performance (%),Plan\nA,Waits,Apr 2024,85%,90%\nA,Waits,May 2024,86%,91%\n"
    )
    assert rows(found) == [("Waits", "A", APRIL, 85.0), ("Waits", "A", MAY, 86.0)]
    assert targets(found) == [
        ("Waits", "A", APRIL, "trajectory", 90.0),
        ("Waits", "A", MAY, "trajectory", 91.0),
    ]


def test_our_own_columns_are_read_as_ever_and_a_target_beside_them_counts(tmp_path):
    found = read(tmp_path, "measure,site,on,value,target,ward\nfalls,A,2024-04,1,2,x\nfalls,A,2024-05,1,2,x\n")
    assert found.says == () and found.values["ward"].to_list() == ["x", "x"]
    assert targets(found) == [("falls", "A", APRIL, "target", 2.0)]


def test_a_workbook_of_dates(tmp_path):
    with Workbook(tmp_path / "waits.xlsx") as book:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, ["Week commencing", "Value"])
        page.write_datetime(1, 0, date(2024, 4, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write_number(1, 1, 12.5)
    assert rows(nhs_layout.read(tmp_path / "waits.xlsx")) == [("Data", "all", APRIL, 12.5)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", ["falls.csv: a column of days is needed, called 'date' or 'month', or columns headed by months; "
                        "found: a, b"]),
        ("date,comment\n2024-01-01,good\n", ["falls.csv: a column of values is needed, called 'value', or a column of "
                                             "numbers for each series; found: date, comment"]),
        ("date,value\n2024-01-01,good\n2024-13-01,3\n", [
            "falls.csv, row 2, column 'value': a number is needed (what was counted or timed), found 'good'",
            "falls.csv, row 3, column 'date': found '2024-13-01'; there is no such day"]),
        ("date,value,target\n2024-01-01,1,high\n", [
            "falls.csv, row 2, column 'target': a number is needed (what was counted or timed), found 'high'"]),
        ("KPI,Apr-24,May-24\nFalls,9,x\nUlcers,8,2\nWaits,2,2\n", [
            "falls.csv, row 2, column 'May-24': a number is needed (what was counted or timed), found 'x'"]),
        ("Date,Ash,Oak\n01/04/2024,1,2\n02/04/2024,1,2\n", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_words_of_the_file(tmp_path, text, says):
    with pytest.raises(FaultyInput) as raised:
        read(tmp_path, text)
    told = [str(fault) for fault in raised.value.faults]
    assert told == says if says else "every day of this column reads both ways" in told[0]


def test_a_day_that_reads_both_ways_is_settled_by_the_others_of_its_column(tmp_path):
    found = read(tmp_path, "date,value,target\n01/04/2024,1,5\n13/04/2024,2,\n")
    assert targets(found) == [("falls", "all", APRIL, "target", 5.0)]


def test_the_chart_of_a_spreadsheet_has_its_targets(tmp_path):
    months = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
    lines = [f"{month},{9 + n % 3},{8 if n < 12 else 12}" for n, month in enumerate(months)]
    found = read(tmp_path, "\n".join(["Month,Value,Target", *lines]))
    points = tr.spc.chart(found.values, phases=found.phases, measures={"measure": ["falls"], "improves": ["down"]})
    assert points["target"].to_list() == [8.0] * 12 + [12.0] * 12
    assert tr.spc.summary(points).select("assurance", "n").row(0) == ("hit_and_miss", 24)
    assert points.filter(pl.col("signals") != "").height == 0
