"""Trackers as teams of many kinds keep them: what is concluded, what is asked, and in how few questions."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.exchange.trackers import counted, csv, frame, stages, taken, workbook, xlsx

from takeroot.exchange.tracker import Mapping, Mappings, Taken, Tracker, read_bytes, suggest, take

D = date


def questions(result: Taken) -> dict[str, str]:
    return {question.key: question.suggested for question in result.questions}


def as_suggested(tracker: Tracker) -> Taken:
    """What is taken when every question is answered with what is suggested, or else the first choice."""
    mapping: Mapping = suggest(tracker)
    for _ in range(4):
        result = take(tracker, mapping)
        if not result.questions:
            break
        mapping = mapping.with_answers({q.key: q.suggested or q.choices[0].answer for q in result.questions})
    return take(tracker, mapping)


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Maternity unit", ["A", "B"]),
        ("Village", ["Mtwapa", "Vipingo"]),
        ("Ysbyty / Hospital", ["Gwynedd", "Bronglais"]),
        ("Site / Service", ["Ward 7", "Ward 9"]),
        ("PARTICIPATING CARE HOME", ["Sunny Bank", "Oak Lodge"]),
    ],
)
def test_the_site_is_found_by_a_word_of_its_heading(heading: str, names: list[str]) -> None:
    tracker = csv(f"No.,{heading},Status\n1,{names[0]},Live\n2,{names[1]},Declined\n")
    result = taken(tracker)
    assert result.questions == ()
    assert result.onto("P").sites["site"].to_list() == names


def test_where_no_heading_names_sites_the_column_of_different_names_is_offered() -> None:
    tracker = csv("Who,Status\nAshby,Live\nOakham,Declined\nElmswell,Live\n")
    assert questions(taken(tracker)) == {"column:Who": "site"}
    assert as_suggested(tracker).counts["taken"] == 3


def test_of_hospital_and_ward_the_ward_is_the_site_and_wards_of_one_name_are_told_apart_by_one_answer() -> None:
    rows = "Hospital,Ward,Status\nRI,1A,Live\nRI,1B,Live\nSJ,1A,Training\nSJ,1B,Declined\n"
    result = taken(csv(rows))
    assert questions(result) == {"twice:*": "apart"}
    assert "'1A', '1B'" in result.questions[0].asks
    programme = taken(csv(rows), {"twice:*": "apart"}).onto("P")
    assert programme.sites["site"].to_list() == ["1A (RI)", "1B (RI)", "1A (SJ)", "1B (SJ)"]
    assert programme.sites["organisation"].to_list() == ["RI", "RI", "SJ", "SJ"]


def test_the_answer_on_names_that_stand_twice_holds_next_month_when_one_of_them_is_gone() -> None:
    rows = "Hospital,Ward,Status\nRI,1A,Live\nSJ,1A,Training\nSJ,1B,Training\nRI,1B,Live\n"
    result = taken(csv(rows), {"twice:*": "apart"})
    programme = result.onto("P")
    april = csv("Hospital,Ward,Status\nRI,1A,Live\nSJ,1B,Live\nRI,1B,Live\n", "tracker 2024-04-30.csv")
    later = taken(april, None, programme, Mappings().with_mapping(result.mapping))
    assert set(later.frames["sites"]["site"]) <= set(programme.sites["site"])
    assert frame(later, "stages").select("site", "stage").rows() == [("1B (SJ)", "using")]


def test_a_column_that_only_numbers_the_rows_is_no_code() -> None:
    result = taken(csv("Ref,Site,Status\n1,Ash,Live\n2,Oak,Live\n3,Elm,Live\n"))
    assert result.onto("P").sites["site"].to_list() == ["Ash", "Oak", "Elm"]


def test_subtotals_named_in_another_column_and_notes_below_are_left_out() -> None:
    text = (
        "Region,Site,Status,Enrolled\nNorth,Aire,Live,10\nNorth Total,,,10\nSouth,Itchen,Live,7\nSouth Total,,,7\n"
        ",,,17\n,,,\nNotes:,,,\n1. Itchen moved to a new site in June,,,\n"
    )
    result = taken(csv(text))
    assert result.faults == ()
    assert result.counts["taken"] == 2
    assert result.counts["left out"] == 5
    assert counted(result)


def test_headings_of_sections_are_the_wave_or_the_region_of_the_rows_below_them() -> None:
    waves = [["Unit", "Status"], ["WAVE 1"], ["A", "Live"], ["WAVE 2"], ["B", "Declined"], ["C", "Live"]]
    sites = taken(xlsx({"2024-03-31": waves})).onto("P").sites
    assert sites.select("site", "wave").rows() == [("A", "WAVE 1"), ("B", "WAVE 2"), ("C", "WAVE 2")]
    head = ["Hospital", "Status"]
    tables = [["North"], head, ["Aire", "Live"], [], ["South"], head, ["Itchen", "Live"], ["Test", "Declined"]]
    result = taken(xlsx({"2024-03-31": tables}))
    assert result.onto("P").sites.select("site", "region").rows() == [
        ("Aire", "North"),
        ("Itchen", "South"),
        ("Test", "South"),
    ]
    assert any("taken as the region" in says for says in result.rows["says"].to_list())


def test_a_lone_row_that_may_be_a_region_is_asked_about() -> None:
    rows = [["Ward", "Status", "Beds"], ["Ash", "Live", 1], ["Thames district"], ["Oak", "Live", 2], ["Elm", "Live", 3]]
    result = taken(xlsx({"2024-03-31": rows}))
    assert questions(result) == {"site:Thames district": "leave out"}
    assert counted(result)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Stopped Mar 24 - staffing", [("Ash", "stopped", D(2024, 3, 1))]),
        ("Live since 4 March 2024", [("Ash", "using", D(2024, 3, 4))]),
        ("Byw / Live", [("Ash", "using", D(2024, 4, 30))]),
        ("Paused - awaiting kit", [("Ash", "paused", D(2024, 4, 30))]),
        ("Live (3 of 4 bays)", [("Ash", "using", D(2024, 4, 30))]),
    ],
)
def test_what_stands_beside_the_word_of_a_status_is_read_too(said: str, expected: list[tuple[object, ...]]) -> None:
    result = taken(csv(f"Ward,Status\nAsh,{said}\nOak,Live\n", "tracker 2024-04-30.csv"))
    assert result.questions == ()
    assert [row for row in stages(result.onto("P")) if row[0] == "Ash"] == expected


def test_the_reason_beside_a_status_is_kept() -> None:
    result = taken(csv("Ward,Status\nAsh,Stopped Mar 24 - staffing\nOak,Live\n", "tracker 2024-04-30.csv"))
    assert result.onto("P").stages.filter(stage="stopped")["reason"].to_list() == ["staffing"]
    assert "notes" not in result.frames


def test_a_day_to_come_beside_a_status_is_asked_about() -> None:
    tracker = csv("Ward,Status\nAsh,Live from 3 June 2024\nOak,Live\n", "tracker 2024-04-30.csv")
    assert questions(taken(tracker)) == {"later:Status": "plan"}
    plans = frame(taken(tracker, {"later:Status": "plan"}), "plans")
    assert plans.select("site", "name", "due").rows() == [("Ash", "using", D(2024, 6, 3))]


@pytest.mark.parametrize(("said", "suggested"), [("Live?", "using"), ("✓", "using"), ("N/A - closed", "nothing")])
def test_a_doubtful_status_is_asked_about(said: str, suggested: str) -> None:
    result = taken(csv(f"Ward,Status\nAsh,{said}\nOak,Live\nElm,Declined\n"))
    assert [question.suggested for question in result.questions] == [suggested]
    assert result.questions[0].choices[0].answer == suggested


def test_a_tick_for_what_was_passed_does_not_speak_against_a_day() -> None:
    result = taken(csv("Ward,Staff trained,Go live\nAsh,Y,10 Jan 2024\nOak,Y,\n"))
    assert result.faults == ()
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 1, 10)), ("Oak", "preparing", D(2024, 3, 31))]


def test_a_month_comes_after_a_day_within_it() -> None:
    result = taken(csv("Ward,Status,Date contacted,Go live\nAsh,Live,3 Apr 2023,Apr 2023\n"))
    assert stages(result.onto("P")) == [("Ash", "using", D(2023, 4, 1)), ("Ash", "exploring", D(2023, 4, 3))]


def test_months_as_rows_are_snapshots_and_values() -> None:
    rows: list[list[object]] = [["Month", "Ward", "Status", "Bundle compliance"]]
    for month, ash in ((1, "Training"), (2, "Live"), (3, "Live")):
        rows += [[datetime(2024, month, 1), "Ash", ash, 60 + month], [datetime(2024, month, 1), "Oak", "Live", None]]
    result = taken(xlsx({"Data": rows}))
    assert result.questions == ()
    assert stages(result.onto("P")) == [
        ("Ash", "preparing", D(2024, 1, 31)),
        ("Ash", "using", D(2024, 2, 1), D(2024, 3, 1)),
        ("Oak", "using", D(2024, 1, 31)),
    ]
    assert frame(result, "values").rows() == [
        ("Bundle compliance", "Ash", D(2024, month, 1), 60.0 + month) for month in (1, 2, 3)
    ]
    assert counted(result)


def test_a_row_without_its_month_is_at_fault() -> None:
    text = "Month,Ward,Status\n" + "".join(f"Jan 2024,W{n},Live\nFeb 2024,W{n},Live\n" for n in range(8))
    result = taken(csv(text + ",W9,Live\n"))
    assert result.counts["at fault"] == 1
    assert counted(result)


def test_names_that_differ_by_a_slip_are_asked_about() -> None:
    tracker = csv(
        "Care home,Status\nSunny Bank,Live\nSunnybank,Live\nRosedale Court,Live\nRosdale Court,\nElm 1,\nElm 2,\n"
    )
    assert questions(taken(tracker)) == {
        "site:Sunnybank": "site: Sunny Bank",
        "site:Rosdale Court": "site: Rosedale Court",
    }
    assert as_suggested(tracker).onto("P").sites["site"].to_list() == ["Sunny Bank", "Rosedale Court", "Elm 1", "Elm 2"]


def test_a_name_that_comes_where_another_is_gone_is_asked_about() -> None:
    head = ["Team", "Stage"]
    tracker = xlsx(
        {
            "Jan 24": [head, ["North CMHT", "In training"], ["East CMHT", "Live"]],
            "Feb 24": [head, ["North Community Mental Health Team", "Live"], ["East CMHT", "Live"]],
        }
    )
    key = "site:North Community Mental Health Team"
    assert questions(taken(tracker)) == {key: "renamed from North CMHT on 2024-02-29"}
    renamed = frame(as_suggested(tracker), "successions")
    assert renamed.select("site", "successor", "kind").rows() == [
        ("North CMHT", "North Community Mental Health Team", "renamed")
    ]
    new = taken(tracker, {key: "new"})
    assert new.questions == ()
    assert any("'North CMHT'" in remark and "Nothing was changed" in remark for remark in new.remarks)


def test_the_key_on_another_sheet_says_what_letters_and_colours_mean() -> None:
    rows = [["Ward", "RAG"], ["Ash", "G"], ["Oak", "A"], ["Elm", "G"]]
    key = [["Colour", "Meaning"], ["G", "Using it on every shift"], ["A", "In training"]]
    result = taken(xlsx({"2024-03-31": rows, "Key": key}))
    assert questions(result) == {"column:RAG": "status", "word:g": "using", "word:a": "preparing"}
    assert "Using it on every shift" in next(q.why for q in result.questions if q.key == "word:g")
    rows = [["Ward", "Beds"], ["Ash", 1], ["Oak", 2]]
    colours = {("2024-03-31", 2, 1): "#00B050", ("2024-03-31", 3, 1): "#00B0F0", ("Key", 1, 1): "#00B0F0"}
    data = workbook({"2024-03-31": rows, "Key": [[None, "Business as usual"]]}, colours=colours)
    coloured = taken(read_bytes("wards.xlsx", data))
    assert questions(coloured)["colour:#00b0f0"] == "embedded"


def test_of_two_columns_that_say_when_a_site_went_live_one_is_asked_about() -> None:
    result = taken(csv("Ward,ED go live,Wards go live\nAsh,1 Jan 2024,1 Feb 2024\nOak,,\n"))
    assert questions(result) == {"column:Wards go live": "kept"}
    assert "'ED go live' says the same" in result.questions[0].why


def test_what_was_guessed_of_where_sites_stand_is_said() -> None:
    result = taken(csv("Ward,Status\nAsh,On hold\nOak,Withdrawn\nElm,Live\n"))
    remarks = " ".join(result.remarks)
    assert "3 sites were seen for the first time on 31 Mar 2024" in remarks
    assert "'On hold' is taken as preparing for 'Ash'" in remarks
    assert "'Withdrawn' is taken as declined for 'Oak'" in remarks
    other = taken(csv("Ward,Status\nAsh,On hold\nElm,Live\n"), {"word:on hold": "paused"})
    assert stages(other.onto("P"))[0][:2] == ("Ash", "paused")
    assert "On hold" not in " ".join(other.remarks)


def test_an_empty_tracker_is_said_to_be_empty() -> None:
    result = taken(csv("Site,Status,Go live date\n"))
    assert result.counts["rows"] == 0
    assert "there are no rows below its header" in result.remarks[0]


@pytest.mark.parametrize("said", ["end of June", "early March", "12 Jun"])
def test_a_day_without_its_year_says_that_the_year_is_missing(said: str) -> None:
    result = taken(csv(f"Ward,Go live\nAsh,{said}\nOak,3 Jan 2024\nElm,3 Jan 2024\n"))
    assert [fault.says for fault in result.faults] == [f"found '{said}'; write the year too"]


def test_numbers_below_months_are_asked_about_with_the_title() -> None:
    rows = [["Patients screened"], ["Site", datetime(2023, 4, 1), datetime(2023, 5, 1), "Total"], ["Ash", 1, "2", 3]]
    result = taken(xlsx({"2023-05-31": [*rows, ["Oak", 4, "-", 4]]}))
    assert questions(result) == {"measure": "Patients screened"}


def test_a_revised_day_is_a_plan_and_the_actual_one_the_day_it_began() -> None:
    text = (
        "Location,Go live planned,Go live revised,Go live actual\nDerby,1 Apr 2024,15 Apr 2024,16 Apr 2024\nLeeds,,,\n"
    )
    result = taken(csv(text, "tracker 2024-06-30.csv"))
    assert questions(result) == {"column:Go live revised": "kept"}
    assert stages(result.onto("P")) == [("Derby", "using", D(2024, 4, 16))]


def test_colours_in_words_before_a_status_are_put_aside() -> None:
    result = taken(csv("Ward,Status (RAG)\nAsh,Green - live\nOak,Amber - in training\nElm,Blue - BAU\n"))
    assert result.questions == ()
    assert [row[1] for row in stages(result.onto("P"))] == ["using", "embedded", "preparing"]


def test_months_above_a_status_and_a_number_are_read_apart() -> None:
    rows = [["School", "Apr 2024", "", "May 2024", ""], ["", "Status", "Pupils", "Status", "Pupils"]]
    rows += [["St Anne's", "Training", 0, "Live", 45], ["Hill", "Live", 12, "Live", 14]]
    merged = [("2024-05-31", 1, 1, 2, 1), ("2024-05-31", 1, 2, 1, 3), ("2024-05-31", 1, 4, 1, 5)]
    result = taken(read_bytes("schools.xlsx", workbook({"2024-05-31": rows}, merged=merged)))
    assert result.questions == ()
    assert [row for row in stages(result.onto("P")) if row[0] == "St Anne's"] == [
        ("St Anne's", "preparing", D(2024, 4, 30)),
        ("St Anne's", "using", D(2024, 5, 1), D(2024, 6, 1)),
    ]
    assert frame(result, "values")["measure"].unique().to_list() == ["Pupils"]


def test_a_state_of_a_country_is_no_status_and_a_reason_no_stage() -> None:
    result = taken(csv("Clinic,State,Status,If not live reason\nMercy,OH,Live,\nLake,MI,Declined,no staff\n"))
    assert result.questions == ()
    assert result.onto("P").stages.filter(stage="declined")["reason"].to_list() == ["no staff"]
