"""Messy trackers, each taken to the record that a careful person would have written."""

from __future__ import annotations

from datetime import date

from tests.exchange.trackers import counted, csv, frame, ods, old, stages, taken, workbook, xlsx

from takeroot.exchange.tracker import Mappings, read_bytes, suggest, take
from takeroot.vocabulary.programme import Programme

D = date


def test_titles_totals_and_footers_are_left_out_and_said() -> None:
    tracker = xlsx(
        {
            "Tracker": [
                ["Falls programme rollout"],
                ["As at 31 March 2024"],
                [],
                ["Site", "Region", "Status", "Go live date", "Comments"],
                ["Ash", "North", "Live", D(2024, 1, 15), "Went well"],
                ["Beech", "North", "In progress", None, None],
                [],
                ["Cedar", "South", "Not started", None, None],
                ["Total", None, 3, None, None],
                [],
                ["Note: figures are provisional"],
                ["Key: green = live"],
            ]
        }
    )
    result = taken(tracker)
    assert result.questions == ()
    assert result.faults == ()
    assert stages(result.onto("Falls")) == [
        ("Ash", "using", D(2024, 1, 15)),
        ("Beech", "preparing", D(2024, 3, 31)),
        ("Cedar", "not_reached", D(2024, 3, 31)),
    ]
    left = result.rows.filter(what="left out").select("row", "says").rows()
    assert [row for row, _ in left] == [9, 11, 12]
    assert left[0][1] == "a total"
    assert counted(result)
    assert result.onto("Falls").notes["text"].to_list() == ["Went well"]
    assert any("Row 9: a total." in part.left_out for part in result.mapping.sheets)


def test_two_header_rows_are_joined_and_plans_kept_apart() -> None:
    rows = [
        ["Site", "Training", None, "Go live", None],
        [None, "Planned", "Actual", "Planned", "Actual"],
        ["Ash", D(2024, 1, 1), D(2024, 1, 8), D(2024, 2, 1), D(2024, 2, 12)],
        ["Beech", D(2024, 2, 1), None, "Q3 2024/25", None],
    ]
    merged = [("T", 1, 1, 2, 1), ("T", 1, 2, 1, 3), ("T", 1, 4, 1, 5)]
    result = taken(
        xlsx({"T": rows}, name="wards 2024-03-31.xlsx", merged=merged),
        {"column:Training / Actual": "began preparing", "column:Go live / Actual": "began using"},
    )
    assert result.questions == ()
    programme = result.onto("Wards")
    assert stages(programme) == [("Ash", "preparing", D(2024, 1, 8)), ("Ash", "using", D(2024, 2, 12))]
    assert programme.plans.sort("site", "due").select("site", "name", "due", "set_on").rows() == [
        ("Ash", "preparing", D(2024, 1, 1), D(2024, 3, 31)),
        ("Ash", "using", D(2024, 2, 1), D(2024, 3, 31)),
        ("Beech", "preparing", D(2024, 2, 1), D(2024, 3, 31)),
        ("Beech", "using", D(2024, 12, 31), D(2024, 3, 31)),
    ]


def test_headings_that_are_not_merged_are_grouped_too() -> None:
    tracker = csv("Site,Go live,,Training,\n,Planned,Actual,Planned,Actual\nAsh,1 Feb 2024,12 Feb 2024,,\n")
    result = taken(tracker)
    assert stages(result.onto("W")) == [("Ash", "using", D(2024, 2, 12))]
    assert frame(result, "plans")["due"].to_list() == [D(2024, 2, 1)]


def test_one_messy_sheet_is_found_among_ten() -> None:
    sheets = {f"Notes {n}": [["Minutes"], ["We met."], ["Then we left."]] for n in range(8)}
    sheets["Lists"] = [["Status", "Region"], ["Live", "North"], ["Not started", "South"]]
    sheets["Site log"] = [["Name of ward", "Current status"], ["Ash", "Live"], ["Beech", "Declined"]]
    tracker = xlsx(sheets, name="QI 31-03-2024.xlsx", hidden=["Notes 3"])
    mapping = suggest(tracker)
    assert [part.sheet for part in mapping.sheets if part.take == "yes"] == ["Site log"]
    assert all(part.why for part in mapping.sheets)
    result = take(tracker, mapping)
    assert stages(result.onto("QI")) == [("Ash", "using", D(2024, 3, 31)), ("Beech", "declined", D(2024, 3, 31))]


def test_snapshots_by_sheet_date_changes_as_spans() -> None:
    tracker = xlsx(
        {
            "Jan 24": [["Site", "Status"], ["Ash", "Not started"], ["Beech", "Live"]],
            "Feb 24": [["Site", "Status"], ["Ash", "In progress"], ["Beech", "Live"], ["Cedar", "Live"]],
            "Mar 24": [["Site", "Status"], ["Ash", "In progress"], ["Beech", "Stopped"], ["Cedar", None]],
        }
    )
    result = taken(tracker)
    assert stages(result.onto("P")) == [
        ("Ash", "not_reached", D(2024, 1, 31)),
        ("Ash", "preparing", D(2024, 2, 1), D(2024, 3, 1)),
        ("Beech", "using", D(2024, 1, 31)),
        ("Beech", "stopped", D(2024, 3, 1), D(2024, 4, 1)),
        ("Cedar", "using", D(2024, 2, 29)),
    ]
    assert result.mapping.seen == (D(2024, 1, 31), D(2024, 2, 29), D(2024, 3, 31))
    assert counted(result)


def test_snapshots_by_column_date_changes_as_spans() -> None:
    text = "Practice,Jan-24,Feb-24,Mar-24\nAsh,Not started,Live,Live\nBeech,Live,,Paused\n"
    result = taken(csv(text))
    assert stages(result.onto("P")) == [
        ("Ash", "not_reached", D(2024, 1, 31)),
        ("Ash", "using", D(2024, 2, 1), D(2024, 3, 1)),
        ("Beech", "using", D(2024, 1, 31)),
        ("Beech", "paused", D(2024, 3, 1), D(2024, 4, 1)),
    ]


def test_months_of_numbers_are_values_of_a_measure() -> None:
    text = 'Site,Status,Referrals / Jan 2024,Referrals / Feb 2024\nAsh,Live,12,"1,014"\nBeech,Live,n/a,<5\n'
    result = taken(csv(text))
    assert frame(result, "values").rows() == [
        ("Referrals", "Ash", D(2024, 1, 1), 12.0),
        ("Referrals", "Ash", D(2024, 2, 1), 1014.0),
    ]
    assert [str(fault).rpartition(": ")[2] for fault in result.faults] == ["a number is needed, found '<5'"]
    assert result.onto("P").measures["measure"].to_list() == ["Referrals"]


def test_colours_count_only_where_somebody_says_so() -> None:
    rows = [["Ward", "Region"], ["Ash", "North"], ["Beech", "North"], ["Cedar", "South"]]
    colours = {("T", 2, 1): "#92D050", ("T", 3, 1): "#FFC000"}
    tracker = xlsx({"T": rows}, name="T 2024-03-31.xlsx", colours=colours)
    before = taken(tracker)
    assert [q.key for q in before.questions] == ["colour:#92d050", "colour:#ffc000"]
    assert "stages" not in before.frames
    result = taken(tracker, {"colour:#92d050": "using", "colour:#ffc000": "preparing"})
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 3, 31)), ("Beech", "preparing", D(2024, 3, 31))]
    worded = xlsx(
        {"T": [["Ward", "Status"], ["Ash", "Live"]]}, name="T 2024-03-31.xlsx", colours={("T", 2, 1): "#FF0000"}
    )
    assert stages(taken(worded).onto("P")) == [("Ash", "using", D(2024, 3, 31))]


def test_comments_and_notes_are_kept_once() -> None:
    rows = [["Ward", "Status", "Notes"], ["Ash", "Live", "Lead is keen"]]
    data = workbook({"T": rows}, comments={("T", 2, 2): "Check with the team"})
    first = taken(read_bytes("wards 2024-03-31.xlsx", data))
    programme = first.onto("P")
    assert sorted(programme.notes["text"]) == ["Check with the team", "Lead is keen"]
    kept = Mappings().with_mapping(first.mapping)
    second = taken(read_bytes("wards 2024-04-30.xlsx", data), None, programme, kept)
    assert "notes" not in second.frames
    assert second.onto(programme).notes.equals(programme.notes)


def test_hidden_rows_are_taken_and_hidden_sheets_are_not() -> None:
    rows = [["Ward", "Status"], ["Ash", "Live"], ["Beech", "Declined"]]
    tracker = xlsx({"Now": rows, "Old": rows}, name="w 2024-03-31.xlsx", hidden=["Old"], hidden_rows=[("Now", 3)])
    mapping = suggest(tracker)
    assert [part.take for part in mapping.sheets] == ["yes", "no"]
    assert "Rows that are hidden are taken like any other." in mapping.sheets[0].left_out
    assert take(tracker, mapping).counts["taken"] == 2


def test_a_merged_name_is_one_site_and_a_heading_across_is_none() -> None:
    rows = [
        ["Ward", "Status", "Notes"],
        ["North region", None, None],
        ["Ash", "Live", "first"],
        [None, None, "second"],
        ["South region", None, None],
        ["Beech", "Paused", None],
    ]
    merged = [("T", 2, 1, 2, 3), ("T", 3, 1, 4, 1), ("T", 5, 1, 5, 3)]
    result = taken(xlsx({"T": rows}, name="w 2024-03-31.xlsx", merged=merged))
    assert result.rows["what"].to_list() == ["left out", "taken", "taken", "left out", "taken"]
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 3, 31)), ("Beech", "paused", D(2024, 3, 31))]
    assert frame(result, "notes")["text"].to_list() == ["first", "second"]


def test_days_of_many_kinds_are_read_or_refused_in_words() -> None:
    text = (
        "Site,Go live date\nA,2024-03-05\nB,Mar-24\nC,w/c 4 March 2024\nD,45352\nE,TBC\nF,Spring 2024\nG,2023\n"
        "H,Q3 2023/24\nI,31/02/2024\nJ,3rd March 2024\nK,Monday 4 March 2024\nL,soon\n"
    )
    result = taken(csv(text))
    assert stages(result.onto("P")) == [
        ("A", "using", D(2024, 3, 5)),
        ("B", "using", D(2024, 3, 1)),
        ("C", "using", D(2024, 3, 4), D(2024, 3, 11)),
        ("D", "using", D(2024, 3, 1)),
        ("G", "using", D(2023, 1, 1)),
        ("H", "using", D(2023, 10, 1)),
        ("J", "using", D(2024, 3, 3)),
        ("K", "using", D(2024, 3, 4)),
    ]
    assert result.onto("P").stages.sort("site")["precision"].to_list() == [
        None,
        "month",
        None,
        None,
        "year",
        "quarter",
        None,
        None,
    ]
    assert [(fault.row, fault.column) for fault in result.faults] == [
        (7, "Go live date"),
        (10, "Go live date"),
        (13, "Go live date"),
    ]
    assert result.onto("P").sites.height == 12


def test_days_that_read_both_ways_are_asked_about() -> None:
    tracker = csv("Site,Go live date,Training date\nAsh,03/04/2023,05/06/2022\nBeech,01/02/2023,\n")
    before = taken(tracker)
    assert [q.key for q in before.questions] == ["dates"]
    assert "stages" not in before.frames
    assert len(before.faults) == 3
    day = taken(tracker, {"dates": "day-first"})
    assert stages(day.onto("P"))[0] == ("Ash", "preparing", D(2022, 6, 5))
    month = taken(tracker, {"dates": "month-first"})
    assert stages(month.onto("P"))[0] == ("Ash", "preparing", D(2022, 5, 6))
    settled = csv("Site,Go live date\nAsh,03/04/2023\nBeech,31/01/2023\n")
    assert stages(taken(settled).onto("P"))[0] == ("Ash", "using", D(2023, 4, 3))


def test_quarters_that_read_both_ways_are_asked_about() -> None:
    tracker = csv("Site,Go live date\nAsh,Q2 2023\n")
    assert [q.key for q in taken(tracker).questions] == ["quarters"]
    assert stages(taken(tracker, {"quarters": "calendar"}).onto("P")) == [("Ash", "using", D(2023, 4, 1))]
    assert stages(taken(tracker, {"quarters": "financial"}).onto("P")) == [("Ash", "using", D(2023, 7, 1))]


def test_a_day_to_come_is_a_plan_or_a_mistake_as_somebody_says() -> None:
    tracker = csv("Site,Go live date\nAsh,1 May 2024\nBeech,1 Feb 2024\n")
    before = taken(tracker)
    assert [q.key for q in before.questions] == ["later:Go live date"]
    assert stages(before.onto("P")) == [("Beech", "using", D(2024, 2, 1))]
    plan = taken(tracker, {"later:Go live date": "plan"})
    assert frame(plan, "plans").select("site", "name", "due").rows() == [("Ash", "using", D(2024, 5, 1))]
    mistake = taken(tracker, {"later:Go live date": "mistake"})
    assert mistake.questions == ()
    assert [fault.row for fault in mistake.faults] == [2]


def test_ticks_under_stages_tell_the_furthest() -> None:
    text = "Site,Contacted,Trained,Live?\nAsh,Y,✓,x\nBeech,Yes,done,\nCedar,y,N,no\nOak,,,\n"
    assert stages(taken(csv(text)).onto("P")) == [
        ("Ash", "using", D(2024, 3, 31)),
        ("Beech", "preparing", D(2024, 3, 31)),
        ("Cedar", "exploring", D(2024, 3, 31)),
    ]


def test_words_nobody_knows_are_asked_about_and_hold_back_no_more_than_themselves() -> None:
    tracker = csv("Site,Status,Beds\nAsh,Purple,12\nBeech,Live,20\n")
    before = taken(tracker)
    assert [q.key for q in before.questions] == ["word:purple"]
    assert stages(before.onto("P")) == [("Beech", "using", D(2024, 3, 31))]
    assert before.onto("P").sites["size"].to_list() == [12.0, 20.0]
    after = taken(tracker, {"word:purple": "stopped (replaced)"})
    assert after.onto("P").stages.filter(site="Ash").select("stage", "reason_kind").row(0) == ("stopped", "replaced")


def test_who_withdrew_before_use_declined_and_afterwards_stopped() -> None:
    text = (
        "Site,Status,Go live date,Reason\nAsh,Withdrawn,1 Feb 2023,no staff\nBeech,Withdrawn,,too busy\nOak,On hold,,\n"
    )
    programme = taken(csv(text)).onto("P")
    assert stages(programme) == [
        ("Ash", "using", D(2023, 2, 1)),
        ("Ash", "stopped", D(2024, 3, 31)),
        ("Beech", "declined", D(2024, 3, 31)),
        ("Oak", "preparing", D(2024, 3, 31)),
    ]
    assert programme.stages.drop_nulls("reason").sort("site")["reason"].to_list() == ["no staff", "too busy"]


def test_a_status_that_speaks_against_a_day_is_at_fault() -> None:
    result = taken(csv("Site,Status,Go live date\nAsh,Not started,1 Feb 2023\n"))
    assert stages(result.onto("P")) == [("Ash", "using", D(2023, 2, 1))]
    assert len(result.faults) == 1
    assert "the day was taken" in result.faults[0].says


def test_error_cells_are_faults_and_formulas_their_stored_value() -> None:
    rows = [["Ward", "Status", "Go live date"], ["Ash", "Live", None], ["Beech", "Live", None]]
    formulas = {("T", 2, 3): ("=1/0", "#DIV/0!"), ("T", 3, 3): ("=DATE(2024,1,1)", 45292)}
    result = taken(xlsx({"T": rows}, name="w 2024-03-31.xlsx", formulas=formulas))
    assert [(fault.row, fault.column) for fault in result.faults] == [(2, "Go live date")]
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 3, 31)), ("Beech", "using", D(2024, 1, 1))]


def test_an_open_document_is_read() -> None:
    data = ods("T", [["Ward", "Status", "Go live date"], ["Ash", "Live", D(2024, 1, 1)], ["Beech", "Declined", None]])
    result = taken(read_bytes("w 2024-03-31.ods", data))
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 1, 1)), ("Beech", "declined", D(2024, 3, 31))]
    assert result.remarks[0] == "Colours and comments of an .ods file are not read."


def test_an_old_workbook_is_read() -> None:
    result = taken(read_bytes("old.xls", old()), {"as_at:Tracker": "2024-03-31"})
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 1, 15)), ("Beech", "preparing", D(2024, 3, 31))]


def test_text_of_windows_with_semicolons_and_rows_of_any_length_is_read() -> None:
    data = "Klinik;Status\nMünster;Live\nKöln;Declined;;\n\nBonn\n".encode("cp1252")
    data = data.replace(b"Klinik", b"Clinic")
    result = taken(read_bytes("w 2024-03-31.csv", data))
    assert stages(result.onto("P")) == [("Köln", "declined", D(2024, 3, 31)), ("Münster", "using", D(2024, 3, 31))]
    assert counted(result)


def test_only_the_columns_of_the_tracker_are_written() -> None:
    known = Programme("P", sites={"site": ["Ash"], "region": ["North"], "wave": ["1"], "kind": ["ward"], "beds": [4]})
    result = taken(csv("Site,Region,Wave\nAsh,,2\n"), None, known)
    assert frame(result, "sites").columns == ["site", "wave"]
    assert result.onto(known).sites.select("region", "wave", "kind", "beds").row(0) == ("North", "2", "ward", 4)


def test_names_of_people_are_left_out_and_what_nobody_knows_is_kept_and_both_are_said() -> None:
    tracker = csv("Site,Status,Lead nurse email,Cake\nAsh,Live,a@example.org,lemon\n")
    assert suggest(tracker).open_questions == ()
    result = taken(tracker)
    sites = result.onto("P").sites
    assert sites["Cake"].to_list() == ["lemon"]
    assert "a@example.org" not in str(sites.to_dicts())
    assert any("'Lead nurse email'" in remark and "kept out" in remark for remark in result.remarks)
    assert any("'Cake'" in remark for remark in result.remarks)
    other = taken(tracker, {"column:Lead nurse email": "contact", "column:Cake": "ignored"}).onto("P").sites
    assert other["contact"].to_list() == ["a@example.org"]
    assert "Cake" not in other.columns
