"""The tracker comes again: the same file, the next month, a correction, a name that changed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.exchange.trackers import counted, csv, frame, stages, taken, workbook

from takeroot.errors import FaultyInput
from takeroot.exchange.tracker import Mappings, Taken, Tracker, match, read_bytes, suggest, take
from takeroot.vocabulary.programme import Programme

D = date
MARCH = (
    "Site,Status,Go live date,Planned training date,Notes\nAsh,In progress,,1 May 2024,keen\nBeech,Live,5 Jan 2024,,\n"
)


def month(
    text: str, name: str, programme: Programme | None = None, kept: Mappings | None = None, **answers: str
) -> tuple[Taken, Programme, Mappings]:
    result = taken(csv(text, f"Rollout {name}.csv"), answers, programme, kept)
    return result, result.onto(programme or "P"), (kept or Mappings()).with_mapping(result.mapping)


def test_the_same_file_twice_changes_nothing() -> None:
    _, programme, kept = month(MARCH, "31 March 2024")
    again, same, kept_again = month(MARCH, "31 March 2024", programme, kept)
    assert set(again.frames) == {"sites"}
    assert same == programme
    assert kept_again.mappings[0].columns == kept.mappings[0].columns
    assert kept_again.mappings[0].seen == kept.mappings[0].seen
    assert again.questions == ()
    assert again.counts["confirmed"] == 5


def test_the_next_month_writes_only_what_changed() -> None:
    _, programme, kept = month(MARCH, "31 March 2024")
    april = MARCH.replace("In progress", "Live").replace("1 May 2024", "1 June 2024").replace("keen", "delayed")
    result, after, kept = month(april, "30 April 2024", programme, kept)
    assert frame(result, "stages").select("site", "stage", "on", "on_before", "source").rows() == [
        ("Ash", "using", D(2024, 4, 1), D(2024, 5, 1), "rollout")
    ]
    assert frame(result, "plans").select("due", "set_on").rows() == [(D(2024, 6, 1), D(2024, 4, 30))]
    assert frame(result, "notes")["text"].to_list() == ["delayed"]
    assert after.stages.height == 3
    assert [one.name for one in kept.mappings] == ["rollout"]
    assert kept.mappings[0].seen == (D(2024, 3, 31), D(2024, 4, 30))


def test_a_day_written_in_later_takes_the_place_of_the_span() -> None:
    _, programme, kept = month(MARCH, "31 March 2024")
    _, programme, kept = month(MARCH.replace("In progress", "Live"), "30 April 2024", programme, kept)
    may = MARCH.replace("In progress,", "Live,17 Apr 2024")
    result, after, _ = month(may, "31 May 2024", programme, kept)
    assert len(result.replaced) == 1
    assert stages(after) == [
        ("Ash", "preparing", D(2024, 3, 31)),
        ("Ash", "using", D(2024, 4, 17)),
        ("Beech", "using", D(2024, 1, 5)),
    ]


def test_a_day_that_was_changed_is_asked_about() -> None:
    _, programme, kept = month(MARCH, "31 March 2024")
    changed = MARCH.replace("5 Jan 2024", "12 Jan 2024")
    before, same, _ = month(changed, "30 April 2024", programme, kept)
    key = "moved:Beech|Go live date|2024-01-12"
    assert [q.key for q in before.questions] == [key]
    assert same.stages.equals(programme.stages)
    _, now, _ = month(changed, "30 April 2024", programme, kept, **{key: "now"})
    assert stages(now)[-1] == ("Beech", "using", D(2024, 1, 12))
    assert now.stages.height == programme.stages.height
    _, both, _ = month(changed, "30 April 2024", programme, kept, **{key: "both"})
    assert both.stages.height == programme.stages.height + 1


def test_a_month_that_is_told_otherwise_later_is_asked_about() -> None:
    first = "Site,Jan 2024,Feb 2024\nAsh,Not started,In progress\n"
    _, programme, kept = month(first, "29 Feb 2024")
    second = "Site,Jan 2024,Feb 2024,Mar 2024\nAsh,Not started,Live,Live\n"
    result, _, _ = month(second, "31 Mar 2024", programme, kept)
    assert [q.key for q in result.questions] == ["earlier:Ash|2024-02-29"]
    _, now, _ = month(second, "31 Mar 2024", programme, kept, **{"earlier:Ash|2024-02-29": "now"})
    assert stages(now) == [("Ash", "not_reached", D(2024, 1, 31)), ("Ash", "using", D(2024, 2, 1), D(2024, 3, 1))]


def test_a_layout_is_known_again_though_much_else_differs() -> None:
    rows = [["Ward", "State of play", "Go live date"], ["Ash", "Purple", None], ["Beech", "Live", None]]
    first = read_bytes("Rollout March 2024.xlsx", workbook({"March": rows}))
    result = taken(first, {"column:State of play": "status"})
    assert [q.key for q in result.questions] == []
    mapping = suggest(first).with_answers({"column:State of play": "status"})
    mapping = suggest(first, None, Mappings().with_mapping(mapping))
    assert [q.key for q in mapping.open_questions] == ["word:purple"]
    kept = Mappings().with_mapping(mapping.with_answers({"word:purple": "exploring"}))
    title = [["Our wards"], [], ["Go live date", "New column", "Ward", "State of play"], [None, "x1", "Oak", "Purple"]]
    other = read_bytes("something else 2024-04-30.xlsx", workbook({"Readme": [["Hello"]], "April": title}))
    again = suggest(other, None, kept)
    assert again.name == mapping.name
    assert again.open_questions == ()
    assert [(one.means, one.sure) for one in again.columns if one.heading == "New column"] == [("kept", "likely")]
    assert stages(take(other, again).onto("P")) == [("Oak", "exploring", D(2024, 4, 30))]


def test_mappings_are_written_and_read_alike() -> None:
    result = taken(
        csv(MARCH + "Oak,Purple: yes,#,,\n"), {"word:purple yes": "paused, preparing before use", "site:Oak": "new"}
    )
    kept = Mappings().with_mapping(result.mapping)
    assert Mappings.read(kept.text()) == kept
    assert Mappings.read("") == Mappings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "mappings:\n- name: a\n  colums: []\n",
            "mappings.yaml, row 3: 'mappings.1.colums' is not known here; did you mean 'columns'?",
        ),
        ("mappings:\n- name: a\n  columns:\n  - heading: X\n    means: began\n", "a stage is needed beside 'began'"),
        ("mappings:\n- name: a\n- name: a\n", "two mappings are called 'a'"),
        ("- a\n- b\n", "a line 'mappings:' and a list below it are needed"),
    ],
)
def test_a_faulty_mapping_is_said_with_its_row(text: str, says: str) -> None:
    with pytest.raises(FaultyInput) as raised:
        Mappings.read(text)
    assert says in str(raised.value)


def test_an_answer_that_can_not_be_taken_is_said() -> None:
    mapping = suggest(csv("Site,Status\nAsh,Purple\n"))
    wrong = {
        "word:purple": "violet",
        "word:blue": "using",
        "column:Status": "began",
        "as_at:x": "2024-01-01",
        "what": "ever",
    }
    with pytest.raises(FaultyInput) as raised:
        mapping.with_answers(wrong)
    assert len(raised.value.faults) == 5


def test_a_mapping_of_another_file_is_refused() -> None:
    with pytest.raises(FaultyInput, match="of another file"):
        take(csv("Site,Status\nAsh,Live\n", "b.csv"), suggest(csv("Site,Status\nAsh,Live\n", "a.csv")))


# Names

KNOWN = Programme(
    "P",
    sites={
        "site": ["S1", "S2", "Ward 1"],
        "name": ["Saint Mary's Hospital", "Oak & Elm Practice", "Ward 1"],
        "ods_code": ["RX1", "Y02", None],
    },
)


def test_names_are_matched_by_code_by_name_and_by_likeness() -> None:
    rows = pl.DataFrame(
        {
            "name": [
                "St. Marys Hosp NHS Trust",
                "OAK AND ELM PRACTICE",
                "Oak and Elms Practise",
                "Ward 2",
                "Zed",
                "Other",
            ],
            "ods_code": [None, None, None, None, None, "RX1"],
        }
    )
    found = match(rows, KNOWN.sites)
    assert found["how"].to_list() == ["alike", "alike", "new", "new", "new", "conflict"]
    assert found["site"].to_list() == ["S1", "S2", None, None, None, None]
    near = match(pl.DataFrame({"name": ["Oak and Elms Practise"]}), KNOWN.sites)
    assert (near["how"][0], near["near"][0].to_list()) == ("near", ["S2"])
    assert 0.8 < near["likeness"][0] < 1


def test_a_near_name_is_offered_and_never_taken_by_itself() -> None:
    tracker = csv("Site,Status\nOak and Elms Practise,Live\nNew Place,Live\n")
    before = taken(tracker, None, KNOWN)
    assert [q.key for q in before.questions] == ["site:Oak and Elms Practise"]
    assert before.questions[0].suggested == "site: S2"
    assert before.rows["what"].to_list() == ["asked", "taken"]
    known = taken(tracker, {"site:Oak and Elms Practise": "site: S2"}, KNOWN)
    assert stages(known.onto(KNOWN)) == [("New Place", "using", D(2024, 3, 31)), ("S2", "using", D(2024, 3, 31))]
    assert known.onto(KNOWN).sites.filter(site="S2")["name"].to_list() == ["Oak & Elm Practice"]
    new = taken(tracker, {"site:Oak and Elms Practise": "new"}, KNOWN)
    assert new.counts["sites new"] == 2
    out = taken(tracker, {"site:Oak and Elms Practise": "leave out"}, KNOWN)
    assert out.rows["what"].to_list() == ["left out", "taken"]


def test_codes_that_do_not_fit_names_are_asked_about() -> None:
    tracker = csv("Site,ODS code,Status\nQuite Another,RX1,Live\nOak & Elm Practice,Z99,Live\n")
    result = taken(tracker, None, KNOWN)
    assert sorted(q.key for q in result.questions) == ["site:Oak & Elm Practice", "site:Quite Another"]
    assert "stages" not in result.frames
    assert counted(result)


def test_a_site_that_stands_twice_is_asked_about() -> None:
    text = "Site,Region,Status\nAsh,North,Live\nBeech,North,Live\nASH,South,Declined\n"
    before = taken(csv(text))
    assert [q.key for q in before.questions] == ["twice:Ash"]
    assert before.rows["what"].to_list() == ["asked", "taken", "asked"]
    first = taken(csv(text), {"twice:Ash": "first"})
    assert first.rows["what"].to_list() == ["taken", "taken", "left out"]
    apart = taken(csv(text.replace("ASH", "Ash")), {"twice:Ash": "apart"})
    programme = apart.onto("P")
    assert programme.sites["site"].to_list() == ["Ash (North)", "Beech", "Ash (South)"]
    kept = Mappings().with_mapping(apart.mapping)
    again = taken(csv(text.replace("ASH", "Ash"), "tracker 2024-04-30.csv"), None, programme, kept)
    assert again.questions == ()
    assert "stages" not in again.frames
    one = taken(csv(text), {"twice:Ash": "one"})
    assert one.rows["what"].to_list() == ["taken", "taken", "taken"]
    assert len(one.faults) == 1


def test_a_site_that_was_renamed_or_merged_is_so_by_decision() -> None:
    tracker = csv("Site,Status\nNew Ash,Live\nBeech,Stopped\n")
    answers = {"site:New Ash": "renamed from Ward 1 on 2024-02-01", "site:Beech": "merged into S1 on 2024-03-01"}
    result = taken(tracker, answers, KNOWN)
    assert frame(result, "successions").rows() == [
        ("Ward 1", "New Ash", D(2024, 2, 1), "renamed"),
        ("Beech", "S1", D(2024, 3, 1), "merged"),
    ]
    after = result.onto(KNOWN)
    again = taken(tracker, answers, after)
    assert "successions" not in again.frames


def test_sites_that_are_no_longer_in_the_file_are_said() -> None:
    _, programme, kept = month(MARCH, "31 March 2024")
    result, after, _ = month(MARCH.replace("Beech,Live,5 Jan 2024,,\n", ""), "30 April 2024", programme, kept)
    assert len(result.remarks) == 1
    assert "'Beech'" in result.remarks[0]
    assert after.stages.equals(programme.stages)


def named(tracker: Tracker) -> str:
    return suggest(tracker).name


def test_a_mapping_is_called_by_the_file_without_months_and_versions() -> None:
    names = [
        "Rollout tracker March 2024 v3.csv",
        "Rollout tracker April 2024 FINAL.csv",
        "Rollout_tracker_2024-05-31.csv",
    ]
    assert {named(csv("Site,Status\nAsh,Live\n", name)) for name in names} == {"rollout tracker"}
