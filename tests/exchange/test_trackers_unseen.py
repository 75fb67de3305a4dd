"""Trackers unlike the others: what a careful person would say is true of each, and what has to be asked first."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from tests.exchange.trackers import Rows, counted, csv, frame, ods, stages, taken

from takeroot.exchange.tracker import Mappings, Taken, Tracker, read_bytes, suggest, take

D = date


def book(name: str, sheets: Mapping[str, Rows], further: Callable[[Any], None] | None = None) -> Tracker:
    """A workbook as openpyxl writes it, with fonts, merged cells and filters as ``further`` sets them."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if further is not None:
        further(made)
    data = io.BytesIO()
    made.save(data)
    return read_bytes(name, data.getvalue())


def asked(result: Taken) -> dict[str, str]:
    return {question.key: question.suggested for question in result.questions}


def as_suggested(tracker: Tracker) -> Taken:
    mapping = suggest(tracker)
    for _ in range(4):
        result = take(tracker, mapping)
        if not result.questions:
            break
        mapping = mapping.with_answers(asked(result))
    return take(tracker, mapping)


def told(result: Taken) -> list[tuple[Any, ...]]:
    assert result.questions == ()
    assert counted(result)
    return stages(result.onto("P"))


def next_month(first: Taken, tracker: Tracker) -> Taken:
    """What the next file comes to, by what was kept of the first."""
    kept = Mappings.read(Mappings().with_mapping(first.mapping).text().encode())
    return taken(tracker, None, first.onto("P"), kept)


PLAN = [
    ["Sepsis PMO tracker"],
    ["Position as at 30 June 2024"],
    [],
    ["Ref", "Hospital Trust", "RAG", "Go live (planned)", "Go live (actual)", None, "Legend"],
    ["S-01", "Leeds (RR8)", "G", D(2024, 3, 1), D(2024, 3, 11), None, "G = on track"],
    ["S-02", "Hull (RWA)", "A", "Q2 24/25", None, None, "A = some delay"],
    ["S-03", "York (RCB)", "R", "TBC", "n/a", None, "R = will miss"],
]


def test_a_code_within_a_name_is_read_and_a_legend_beside_the_table_is_no_column() -> None:
    result = taken(book("PMO v12.xlsx", {"Plan": PLAN}))
    assert told(result) == [("S-01", "using", D(2024, 3, 11))]
    sites = result.onto("P").sites
    assert sites.select("site", "name", "ods_code").rows() == [
        ("S-01", "Leeds", "RR8"),
        ("S-02", "Hull", "RWA"),
        ("S-03", "York", "RCB"),
    ]
    assert "Legend" not in sites.columns
    plans = result.onto("P").plans.select("site", "due").rows()
    assert sorted(plans) == [("S-01", D(2024, 3, 1)), ("S-02", D(2024, 9, 30))]


def test_a_bracket_that_holds_no_code_stays_in_the_name() -> None:
    result = taken(csv("Ward,Status\nAsh (ICU),Live\nOak (RCB),Live\nElm (day),Declined\n"))
    assert result.onto("P").sites["site"].to_list() == ["Ash (ICU)", "Oak (RCB)", "Elm (day)"]


def test_tables_side_by_side_are_all_read() -> None:
    rows = [
        ["Wave 1", None, None, None, "Wave 2"],
        ["Hospital", "Status", "Go live", None, "Hospital", "Status", "Go live"],
        ["Ash", "Live", D(2024, 1, 5), None, "Oak", "Not started", None],
        ["Elm", "In progress", None, None, "Fir", "Live", D(2024, 2, 2)],
    ]
    result = taken(book("wards 2024-03-31.xlsx", {"Main": rows}))
    assert told(result) == [
        ("Ash", "using", D(2024, 1, 5)),
        ("Elm", "preparing", D(2024, 3, 31)),
        ("Fir", "using", D(2024, 2, 2)),
        ("Oak", "not_reached", D(2024, 3, 31)),
    ]
    assert dict(result.onto("P").sites.select("site", "wave").rows()) == {
        "Ash": "Wave 1",
        "Elm": "Wave 1",
        "Oak": "Wave 2",
        "Fir": "Wave 2",
    }


def test_a_second_table_below_whose_first_heading_differs_is_read_too() -> None:
    rows = [["Acute sites"], ["Hospital", "Status", "Go live"], ["Ash", "Live", D(2024, 1, 5)], ["Elm", "Training"]]
    rows += [[], ["Community sites"], ["Clinic", "Status", "Go live"], ["Oak", "Live", D(2024, 2, 5)]]
    result = taken(book("two 2024-03-31.xlsx", {"Main": [*rows, ["Fir", "Declined"]]}))
    assert [row[0] for row in told(result)] == ["Ash", "Elm", "Fir", "Oak"]


def test_sites_across_are_turned_and_this_is_said() -> None:
    rows = [
        ["Milestone", "Ashby", "Brook", "Calder"],
        ["First contact", D(2024, 1, 8), D(2024, 1, 9), None],
        ["Training complete", D(2024, 2, 5), None, None],
        ["Go live", D(2024, 3, 4), None, None],
        ["Comments", "great", None, "no reply"],
    ]
    result = as_suggested(book("overview 31.05.2024.xlsx", {"Overview": rows}))
    assert told(result) == [
        ("Ashby", "exploring", D(2024, 1, 8)),
        ("Ashby", "preparing", D(2024, 2, 5)),
        ("Ashby", "using", D(2024, 3, 4)),
        ("Brook", "exploring", D(2024, 1, 9)),
    ]
    assert any("row 2 is its column B" in remark for remark in result.remarks)


def test_one_sheet_a_site_is_read_as_one_row_each() -> None:
    sites = {"Ash": ("Live", D(2024, 2, 1)), "Oak": ("Training", None), "Elm": ("Declined", None)}
    sheets = {
        site: [["Site name", site], ["Region", "North"], ["Status", status], ["Go live date", day]]
        for site, (status, day) in sites.items()
    }
    assert told(taken(book("forms 2024-03-31.xlsx", sheets))) == [
        ("Ash", "using", D(2024, 2, 1)),
        ("Elm", "declined", D(2024, 3, 31)),
        ("Oak", "preparing", D(2024, 3, 31)),
    ]


def test_regions_in_merged_rows_are_the_regions_of_the_rows_below() -> None:
    rows = [["Maternity unit", "Stage", "Since", "Lead midwife"], ["NORTH"], ["Jessop", "Embedded", "Sept 2023", "x"]]
    rows += [["LONDON"], ["Whipps Cross", "Scoping", "2025", ""], ["Homerton", "Paused", "15/02/2025", "z"]]

    def merged(made: Any) -> None:
        for row in (2, 4):
            made["S"].merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)

    result = taken(book("MatNeo 28-02-2025.xlsm", {"S": rows}, merged))
    assert told(result) == [
        ("Homerton", "paused", D(2025, 2, 15)),
        ("Jessop", "embedded", D(2023, 9, 1)),
        ("Whipps Cross", "exploring", D(2025, 1, 1)),
    ]
    assert result.onto("P").sites["region"].to_list() == ["NORTH", "LONDON", "LONDON"]


def test_lone_rows_in_capitals_are_asked_about() -> None:
    rows = [
        ["Ward", "Status", "Go live"],
        ["SURGERY"],
        ["Ash", "Live", D(2024, 1, 3)],
        ["MEDICINE"],
        ["Elm", "Training"],
    ]
    tracker = book("wards 2024-06-30.xlsx", {"T": rows})
    assert asked(taken(tracker)) == {"site:SURGERY": "leave out", "site:MEDICINE": "leave out"}
    assert [row[0] for row in told(as_suggested(tracker))] == ["Ash", "Elm"]


def struck(made: Any) -> None:
    for sheet in made:
        sheet["A3"].font = Font(strike=True)


def test_names_struck_through_are_asked_about_and_end_what_the_row_says() -> None:
    rows = [["Care home", "Status", "Go live"], ["Elm", "Live", D(2024, 2, 1)], ["Fir", "In training"]]
    tracker = book("homes 2024-05-31.xlsx", {"T": rows}, struck)
    assert asked(taken(tracker)) == {"word:struck through": "stopped, declined before use"}
    assert told(as_suggested(tracker)) == [("Elm", "using", D(2024, 2, 1)), ("Fir", "declined", D(2024, 5, 31))]
    kept = taken(tracker, {"word:struck through": "nothing"})
    assert told(kept)[1] == ("Fir", "preparing", D(2024, 5, 31))


def test_a_name_struck_through_next_month_stopped_between_the_snapshots() -> None:
    rows = [["Care home", "Status"], ["Elm", "Live"], ["Fir", "Live"]]
    first = taken(book("homes 2024-03-31.xlsx", {"T": rows}))
    tracker = book("homes 2024-04-30.xlsx", {"T": rows}, struck)
    kept = Mappings().with_mapping(first.mapping)
    programme = first.onto("P")
    answered = suggest(tracker, programme, kept).with_answers({"word:struck through": "stopped, declined before use"})
    later = take(tracker, answered, programme)
    assert frame(later, "stages").select("site", "stage", "on", "on_before").rows() == [
        ("Fir", "stopped", D(2024, 4, 1), D(2024, 5, 1))
    ]


def test_ticks_under_months_without_a_year_take_it_from_the_file() -> None:
    text = "Ward,Jan,Feb,Mar,Apr\n1A,✗,✓,✓,✓\n1B,✗,✗,✓,✗\n2A,✗,✗,✗,✗\n2B,-,✓,✓,✓\n"
    tracker = csv(text, "ward checklist 2024.csv")
    assert asked(taken(tracker)) == {
        "as_at:ward checklist 2024": "2024-04-30",
        "word:✗": "paused, not_reached before use",
        "word:✓": "using",
    }
    assert told(as_suggested(tracker)) == [
        ("1A", "not_reached", D(2024, 1, 31)),
        ("1A", "using", D(2024, 2, 1), D(2024, 3, 1)),
        ("1B", "not_reached", D(2024, 1, 31)),
        ("1B", "using", D(2024, 3, 1), D(2024, 4, 1)),
        ("1B", "paused", D(2024, 4, 1), D(2024, 5, 1)),
        ("2A", "not_reached", D(2024, 1, 31)),
        ("2B", "using", D(2024, 2, 29)),
    ]


TURN = "Trust,Status Dec,Status Jan,Status Feb\nAsh,Live,Live,Paused\nOak,Live,Live,Live\n"


@pytest.mark.parametrize(
    ("name", "before"), [("wards 2023-24.csv", D(2024, 3, 1)), ("wards 9 Feb 2024.csv", D(2024, 2, 10))]
)
def test_months_that_pass_the_turn_of_the_year_are_placed_by_the_file(name: str, before: date) -> None:
    assert told(as_suggested(csv(TURN, name))) == [
        ("Ash", "using", D(2023, 12, 31)),
        ("Ash", "paused", D(2024, 2, 1), before),
        ("Oak", "using", D(2023, 12, 31)),
    ]


def test_months_of_which_nobody_knows_the_year_are_asked_about() -> None:
    result = taken(csv(TURN, "wards 2024.csv"))
    assert all("has no year" in question.why for question in result.questions if question.key.startswith("column:"))
    assert {"column:Status Dec", "column:Status Jan", "column:Status Feb"} <= set(asked(result))
    assert "stages" not in result.frames


def test_a_month_at_the_end_of_a_heading_makes_values() -> None:
    result = taken(csv("Team,% trained Feb 24,% trained Mar 24,Live?\nRed,20%,45%,Y\nBlue,n/a,TBC,N\n"))
    assert told(result) == [("Red", "using", D(2024, 3, 31))]
    assert frame(result, "values").rows() == [
        ("% trained", "Red", D(2024, 2, 1), 0.2),
        ("% trained", "Red", D(2024, 3, 1), 0.45),
    ]


def test_numbered_stages_are_asked_about_with_the_key_and_not_again() -> None:
    head, key = ["Practice", "Stage (0-5)", "Date moved"], ["0 = not contacted, 1 = contacted, 3 = training, 4 = live"]
    first = [head, ["Ash", 3, D(2025, 1, 6)], ["Oak", 1, D(2025, 1, 20)], [], key]
    tracker = book("stages Jan 25.xlsx", {"T": first})
    assert asked(taken(tracker)) == {
        "column:Date moved": "since",
        "word:0": "not_reached",
        "word:1": "exploring",
        "word:3": "preparing",
        "word:4": "using",
    }
    result = as_suggested(tracker)
    assert told(result) == [("Ash", "preparing", D(2025, 1, 6)), ("Oak", "exploring", D(2025, 1, 20))]
    second = [head, ["Ash", 4, D(2025, 2, 6)], ["Oak", 1, D(2025, 1, 20)], [], key]
    later = next_month(result, book("stages Feb 25.xlsx", {"T": second}))
    assert later.questions == ()
    assert frame(later, "stages").select("site", "stage", "on").rows() == [("Ash", "using", D(2025, 2, 6))]


LOG = "Date,Site,New status,By\n8 Jan 2024,Ash,Contacted,AB\n5 Feb 2024,Ash,Training,AB\n20 Jan 2024,Oak,Contacted,CD\n"


def test_a_log_of_changes_is_dated_by_its_own_days() -> None:
    tracker = csv(LOG + "4 Mar 2024,Ash,Live,CD\n2 Apr 2024,Oak,Declined,CD\n", "change log 2024-06-30.csv")
    assert asked(taken(tracker)) == {"column:Date": "since", "twice:*": "one"}
    result = as_suggested(tracker)
    assert told(result) == [
        ("Ash", "exploring", D(2024, 1, 8)),
        ("Ash", "preparing", D(2024, 2, 5)),
        ("Ash", "using", D(2024, 3, 4)),
        ("Oak", "exploring", D(2024, 1, 20)),
        ("Oak", "declined", D(2024, 4, 2)),
    ]
    assert "By" not in result.onto("P").sites.columns


def test_an_export_of_a_planner_is_read_without_the_addresses_of_people() -> None:
    text = (
        "\ufeffTitle;Launch date;Bucket;Progress;Assigned To\r\n"
        "Bramley;w/c 3rd June 2024;Done;Completed;a@example.org\r\n"
        "Rothwell;6/14/2024;Done;Completed;\r\nMorley;Q2 24/25;Later;Not started;b@example.org\r\n"
        "Garforth;end Sept;Later;In progress;\r\n"
    )
    tracker = csv(text, "Site Launch List 2024-06-30.csv")
    assert asked(taken(tracker)) == {"column:Title": "site", "word:completed": "using"}
    result = as_suggested(tracker)
    assert told(result) == [
        ("Bramley", "using", D(2024, 6, 3), D(2024, 6, 10)),
        ("Garforth", "preparing", D(2024, 6, 30)),
        ("Morley", "not_reached", D(2024, 6, 30)),
        ("Rothwell", "using", D(2024, 6, 14)),
    ]
    assert frame(result, "plans").select("site", "due").rows() == [("Morley", D(2024, 9, 30))]
    assert [fault.says for fault in result.faults] == ["found 'end Sept'; write the year too"]
    assert "@" not in str(result.frames)


def test_a_welsh_sheet_is_read_from_an_open_document() -> None:
    rows = [["Safle", "Bwrdd Iechyd", "Statws", "Dyddiad mynd yn fyw"], ["Gwynedd", "BIPBC", "Byw", D(2024, 2, 5)]]
    rows += [["Bronglais", "BIPHDd", "Heb ddechrau", None], ["Glangwili", "BIPHDd", "Hyfforddiant", None]]
    result = taken(
        read_bytes("Traciwr Mawrth 2024.ods", ods("Safleoedd", [*rows, ["Treforys", "BIPBA", "Wedi gwrthod"]]))
    )
    assert told(result) == [
        ("Bronglais", "not_reached", D(2024, 3, 31)),
        ("Glangwili", "preparing", D(2024, 3, 31)),
        ("Gwynedd", "using", D(2024, 2, 5)),
        ("Treforys", "declined", D(2024, 3, 31)),
    ]


def test_the_header_is_the_first_whole_row_though_a_later_one_sounds_more_like_it() -> None:
    text = "Home,Where are we?,When,Why not\nElm,Went live 4/3/24,,\nOak,Training booked 20/10/24,,\n"
    result = taken(csv(text + "Fir,Said no,,too busy\nAsh,Live,,staff\n", "Care homes 10 Sept 24.csv"))
    assert told(result) == [
        ("Ash", "using", D(2024, 9, 10)),
        ("Elm", "using", D(2024, 3, 4)),
        ("Fir", "declined", D(2024, 9, 10)),
        ("Oak", "preparing", D(2024, 9, 10)),
    ]


def test_the_key_beside_a_table_of_colours_says_what_they_mean() -> None:
    rows = [
        ["Date: 15/04/2024"],
        [],
        ["Unit", "Beds", "Notes"],
        ["ICU", 12, "fine"],
        ["HDU", 6],
        ["CCU", 8, "lost lead"],
    ]
    fills = {4: ("92D050", "Gone live"), 5: ("FFC000", "Training under way"), 6: ("FF0000", "Stopped")}

    def coloured(made: Any) -> None:
        sheet = made["Rollout"]
        sheet["F3"].value, sheet.freeze_panes = "Key", "B4"
        for row, (colour, says) in fills.items():
            for column in (2, 6):
                sheet.cell(row, column).fill = PatternFill("solid", fgColor=colour)
            sheet.cell(row, 7).value = says

    tracker = book("Rollout.xlsx", {"Rollout": rows}, coloured)
    assert asked(taken(tracker)) == {
        "colour:#92d050": "using",
        "colour:#ffc000": "preparing",
        "colour:#ff0000": "stopped",
    }
    assert told(as_suggested(tracker)) == [
        ("CCU", "stopped", D(2024, 4, 15)),
        ("HDU", "preparing", D(2024, 4, 15)),
        ("ICU", "using", D(2024, 4, 15)),
    ]


def test_of_two_columns_of_status_the_second_is_asked_about() -> None:
    result = taken(csv("Hospital,Sepsis status,NEWS2 status\nAsh,Training,Live\nOak,Live,Live\n"))
    assert asked(result) == {"column:NEWS2 status": "kept"}
    assert "'Sepsis status' says where the site stands already" in result.questions[0].why


def test_a_wave_that_holds_stages_is_a_status() -> None:
    text = "Clinic,State,Phase,Kickoff Date,Go-Live Date\nMercy,OH,Live,01/22/2024,03/04/2024\n"
    result = taken(csv(text + "Hill,TX,Kickoff,05/16/2024,\n", "clinics 2024-05-31.csv"))
    assert told(result) == [
        ("Hill", "preparing", D(2024, 5, 16)),
        ("Mercy", "preparing", D(2024, 1, 22)),
        ("Mercy", "using", D(2024, 3, 4)),
    ]
    assert "wave" not in result.onto("P").sites.columns or not any(result.onto("P").sites["wave"])


def test_where_only_trusts_are_named_they_are_the_sites_and_a_new_one_stays_known() -> None:
    head = ["Trust", "ODS", "Status"]
    both = {
        "Apr-24": [head, ["Bradford", "RAE", "Live"], ["Pennine Acute", "RW6", "Live"]],
        "May-24": [head, ["Bradford", "RAE", "Live"], ["Northern Care Alliance", "RM3", "Live"]],
    }
    tracker = book("ICB.xlsx", both)
    assert asked(taken(tracker)) == {"site:Northern Care Alliance": "new"}
    first = as_suggested(tracker)
    assert first.onto("P").sites["site"].to_list() == ["Bradford", "Pennine Acute", "Northern Care Alliance"]
    again = next_month(first, tracker)
    assert again.questions == ()
    assert "stages" not in again.frames
    assert again.onto(first.onto("P")).sites.equals(first.onto("P").sites)


def test_ditto_marks_totals_on_top_and_footnotes_are_what_they_are() -> None:
    text = "Site,Status,Go live\nTOTAL (4),,\nAsh*,Live,1 May 2024\nOak,✅ Live,\nElm,as above,\n"
    result = taken(csv(text + "Fir,Live¹,\n¹ with help,,\n", "t 2024-07-31.csv"))
    assert [row[:2] for row in told(result)] == [("Ash", "using"), ("Elm", "using"), ("Fir", "using"), ("Oak", "using")]
    assert result.counts["left out"] == 2
    assert any("as the one above" in remark for remark in result.remarks)


def test_a_tick_with_its_day_is_the_day() -> None:
    text = "Practice,Signed up?,Live?\nA,Y - 12/03/24,Yes (14/05/24)\nB,✅,❌\nC,N,N\n"
    assert told(taken(csv(text, "t 2024-06-30.csv"))) == [
        ("A", "preparing", D(2024, 3, 12)),
        ("A", "using", D(2024, 5, 14)),
        ("B", "preparing", D(2024, 6, 30)),
    ]


@pytest.mark.parametrize("said", ["10 June 2024 (virtual)", "~10 June 2024"])
def test_a_remark_beside_a_day_does_not_refuse_it(said: str) -> None:
    result = taken(csv(f"Ward,Go live\nAsh,{said}\nOak,3 Jan 2024\n", "t 2024-09-30.csv"))
    assert told(result)[0] == ("Ash", "using", D(2024, 6, 10))
    assert ("notes" in result.frames) == ("(" in said)


def test_a_workbook_is_opened_by_what_it_holds() -> None:
    made, data = openpyxl.Workbook(), io.BytesIO()
    for row in (["Ward", "Status"], ["Ash", "Live"]):
        made.active.append(row)
    made.active["B2"].comment = Comment(
        "[Threaded comment]\n\nYour version of Excel…\n\nComment:\n    waiting on IT", "x"
    )
    made.save(data)
    result = taken(read_bytes("wards 2024-03-31.xls", data.getvalue()))
    assert told(result) == [("Ash", "using", D(2024, 3, 31))]
    assert result.onto("P").notes["text"].to_list() == ["waiting on IT"]


def test_a_formula_without_its_result_says_what_to_do() -> None:
    result = taken(book("t 2024-03-31.xlsx", {"T": [["Site", "Status"], ["Ash", '=IF(1,"Live","")'], ["Oak", "Live"]]}))
    assert "open it in a spreadsheet program and save it there" in result.faults[0].says


def test_the_day_on_which_a_workbook_was_saved_is_offered() -> None:
    tracker = book("wards.xlsx", {"T": [["Site", "Status"], ["Ash", "Live"]]})
    assert tracker.saved is not None
    assert asked(taken(tracker)) == {"as_at:T": tracker.saved.isoformat()}


def test_a_colour_may_mean_something_else_before_use() -> None:
    rows = [["Ward", "Beds"], ["Ash", 1], ["Oak", 2]]

    def coloured(made: Any) -> None:
        for row in (2, 3):
            made["2024-03-31"].cell(row, 1).fill = PatternFill("solid", fgColor="FF0000")

    tracker = book("wards.xlsx", {"2024-03-31": rows}, coloured)
    result = taken(tracker, {"colour:#ff0000": "stopped, declined before use"})
    assert told(result) == [("Ash", "declined", D(2024, 3, 31)), ("Oak", "declined", D(2024, 3, 31))]
    kept = Mappings.read(Mappings().with_mapping(result.mapping).text().encode())
    assert kept.mappings[0].colours[0].before_use == "declined"


def test_headings_that_are_statuses_with_marks_below_them_say_where_sites_stand() -> None:
    text = ",Ward,Not started,In progress,Live,Embedded\n1,Ash,,,x,\n2,Oak,x,,,\n3,Elm,,x,,\n4,Fir,,,x,x\n"
    assert told(taken(csv(text, "wards 2024-06-30.csv"))) == [
        ("Ash", "using", D(2024, 6, 30)),
        ("Elm", "preparing", D(2024, 6, 30)),
        ("Fir", "embedded", D(2024, 6, 30)),
        ("Oak", "not_reached", D(2024, 6, 30)),
    ]


def test_sites_that_are_called_by_words_of_stages_are_not_taken_for_headings() -> None:
    result = taken(csv("Site,Status\nLive Well Centre,Live\nLaunchpad,Training\nPilot House,Not started\n"))
    assert [row[0] for row in told(result)] == ["Launchpad", "Live Well Centre", "Pilot House"]
