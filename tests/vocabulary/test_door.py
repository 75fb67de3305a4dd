"""The doorway: what it takes, what it refuses, and what it says."""

from datetime import date, datetime, timedelta

import pandas as pd
import polars as pl
import pytest

from takeroot.errors import FaultyInput
from takeroot.vocabulary.tables import ADAPTATIONS, DELIVERIES, SITES, STAGES, TABLES, VALUES


def faults(table, source, **options):
    with pytest.raises(FaultyInput) as raised:
        table.read(source, **options)
    return [str(fault) for fault in raised.value.faults]


def stages(**columns):
    return {"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]} | columns


def test_every_table_reads_its_own_empty_frame():
    for table in TABLES.values():
        assert table.read(table.empty()).schema == pl.Schema(table.schema)


def test_polars_pandas_and_columns_by_name_give_the_same():
    columns = {"measure": ["m", "m"], "site": ["A", "B"], "on": [date(2024, 1, 1)] * 2, "value": [1.5, None]}
    expected = VALUES.read(columns)
    assert VALUES.read(pl.DataFrame(columns)).equals(expected)
    assert VALUES.read(pl.LazyFrame(columns)).equals(expected)
    assert VALUES.read(pd.DataFrame(columns).assign(on=pd.to_datetime(columns["on"]))).equals(expected)
    assert VALUES.read(pd.DataFrame(columns).astype({"site": "category"})).equals(expected)


def test_missing_in_all_its_ways_is_empty():
    frame = pd.DataFrame(
        {"measure": ["m"] * 3, "site": list("ABC"), "on": ["2024-01"] * 3, "value": [float("nan"), None, pd.NA]}
    )
    assert VALUES.read(frame)["value"].to_list() == [None, None, None]
    assert STAGES.read(stages(reason=["  "]))["reason"].to_list() == [None]


def test_the_frame_given_is_left_alone():
    frame = pl.DataFrame(stages(stage=["Using"]))
    before = frame.clone()
    STAGES.read(frame)
    assert frame.equals(before)


def test_further_columns_travel_and_a_strict_door_refuses_them():
    assert STAGES.read(stages(colour=["blue"]))["colour"].to_list() == ["blue"]
    assert faults(STAGES, stages(sorce=["x"]), strict=True) == [
        "Stages, column 'sorce': stages have no such column; did you mean 'source'?"
    ]


def test_headers_are_read_as_people_write_them():
    assert SITES.read({"Site": ["A"], "Part of": ["B"]})["part_of"].to_list() == ["B"]


def test_words_are_read_as_people_write_them():
    assert STAGES.read(stages(stage=["Not reached"]))["stage"].to_list() == ["not_reached"]


def test_a_missing_column_is_named_with_its_meaning_and_what_was_found():
    assert faults(VALUES, {"measure": ["m"], "on": ["2024-01-01"], "value": [1]}) == [
        "Values, column 'site': values need the column 'site' (where it was measured); found: measure, on, value"
    ]


def test_every_fault_comes_at_once_in_the_order_of_rows():
    said = faults(
        STAGES,
        {"site": ["A", "", "C"], "stage": ["usng", "using", "using"], "on": ["2024-01-01", "2024-02-30", "2024-03-01"]},
    )
    assert said == [
        "Stages, row 1, column 'stage': found 'usng'; did you mean 'using'? The words are: not_reached, exploring, "
        "declined, preparing, using, embedded, paused, stopped, unknown",
        "Stages, row 2, column 'site': the site: a place that may take the improvement up is missing",
        "Stages, row 2, column 'on': found '2024-02-30'; there is no such day",
    ]


def test_a_thousand_faults_of_one_sort_are_counted_not_listed():
    with pytest.raises(FaultyInput) as raised:
        VALUES.read({"measure": ["m"] * 1000, "site": ["A"] * 1000, "on": ["x"] * 1000})
    assert len(raised.value.faults) == 51
    assert raised.value.faults[-1].more == 950


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024-03-05 00:00:00", date(2024, 3, 5)),
        ("5 Mar 2024", date(2024, 3, 5)),
        ("5th March 2024", date(2024, 3, 5)),
        ("25/03/2024", date(2024, 3, 25)),
        ("03/25/2024", date(2024, 3, 25)),
        ("05.05.2024", date(2024, 5, 5)),
    ],
)
def test_days_that_read_one_way_are_read(written, read):
    assert STAGES.read(stages(on=[written]))["on"].to_list() == [read]


def test_one_day_that_reads_one_way_settles_the_column():
    frame = stages(site=["A", "B"], stage=["using"] * 2, on=["03/04/2024", "25/04/2024"])
    assert STAGES.read(frame)["on"].to_list() == [date(2024, 4, 3), date(2024, 4, 25)]


def test_a_column_whose_every_day_reads_both_ways_is_one_fault_that_names_the_option():
    frame = stages(site=["A", "B"], stage=["using"] * 2, on=["03/04/2024", "05/06/2024"])
    assert faults(STAGES, frame) == [
        "Stages, row 1, column 'on': every day of this column reads both ways (here '03/04/2024'); say which with "
        'dates="day-first" or dates="month-first" (on the command line --dates day-first)'
    ]
    assert STAGES.read(frame, dates="day-first")["on"].to_list() == [date(2024, 4, 3), date(2024, 6, 5)]
    assert STAGES.read(frame, dates="month-first")["on"].to_list() == [date(2024, 3, 4), date(2024, 5, 6)]


def test_a_day_that_goes_against_the_column_is_a_fault():
    frame = stages(site=list("ABC"), stage=["using"] * 3, on=["25/04/2024", "26/04/2024", "04/27/2024"])
    assert faults(STAGES, frame) == [
        "Stages, row 3, column 'on': found '04/27/2024', which can not be read day first like the rest of the column"
    ]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("2024-03", "found the month '2024-03'; write its first day, and 'month' under precision where there is one"),
        ("45352", "a day such as 2024-03-31 is needed, found '45352'"),
        ("05/03/24", "a day such as 2024-03-31 is needed, found '05/03/24'"),
        ("2024-03-05 14:30:00", "a day without a time of day is needed, found '2024-03-05 14:30:00'"),
        ("31/02/2024", "found '31/02/2024'; there is no such day"),
        ("0204-03-05", "a day between 1600 and 2200 is needed, found '0204-03-05'"),
        ("tomorrow", "a day such as 2024-03-31 is needed, found 'tomorrow'"),
        (
            "10:30:00",
            "a day such as 2024-03-31 is needed; the cell holds only a time, or a number that stands for no day, found "
            "'10:30:00'",
        ),
    ],
)
def test_days_that_can_not_be_read_say_why(found, says):
    assert faults(STAGES, stages(on=[found])) == [f"Stages, row 1, column 'on': {says}"]


def test_a_number_is_no_day_and_a_time_of_day_is_no_day():
    assert faults(STAGES, stages(on=[45352])) == [
        "Stages, row 1, column 'on': a day such as 2024-03-31 is needed; if this is a spreadsheet's number for a day, "
        "format the cell as a date, found '45352'"
    ]
    assert faults(STAGES, stages(on=[datetime(2024, 3, 5, 14, 30)])) == [
        "Stages, row 1, column 'on': a day without a time of day is needed, found '2024-03-05 14:30:00.000000'"
    ]


def test_values_may_be_dated_by_month():
    frame = {"measure": ["m", "m"], "site": ["A", "B"], "on": ["2024-03", "Mar 2024"], "value": [1, 2]}
    assert VALUES.read(frame)["on"].to_list() == [date(2024, 3, 1)] * 2


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("1,234", "write the number with a point for decimals and nothing between thousands, found '1,234'"),
        ("about 4", "a number is needed (what was counted or timed), found 'about 4'"),
        ("inf", "a finite number is needed; leave the cell empty where it is not known, found 'inf'"),
        ("nan", "a finite number is needed; leave the cell empty where it is not known, found 'nan'"),
    ],
)
def test_numbers_that_can_not_be_read_say_why(found, says):
    frame = {"measure": ["m"], "site": ["A"], "on": ["2024-03-01"], "value": [found]}
    assert faults(VALUES, frame) == [f"Values, row 1, column 'value': {says}"]


def test_shares_may_be_percentages_and_must_be_shares():
    assert STAGES.read(stages(extent=["40%"]))["extent"].to_list() == [0.4]
    assert faults(STAGES, stages(extent=["40"])) == [
        "Stages, row 1, column 'extent': a share from 0 to 1 (or a percentage such as 40%) is needed, found '40'"
    ]


def test_delivery_is_a_share_or_a_word():
    frame = {"site": ["A"] * 3, "component": list("xyz"), "on": ["2024-03"] * 3, "delivered": ["Often", "0.5", "60 %"]}
    assert DELIVERIES.read(frame)["delivered"].to_list() == ["often", "0.5", "0.6"]
    assert faults(DELIVERIES, frame | {"delivered": ["usually", "1.5", None]}) == [
        "Deliveries, row 1, column 'delivered': a share from 0 to 1 or one of always, often, sometimes, never is "
        "needed, found 'usually'",
        "Deliveries, row 2, column 'delivered': a share from 0 to 1 or one of always, often, sometimes, never is "
        "needed, found '1.5'",
    ]


def test_whole_numbers_and_bounds_are_kept():
    assert faults(SITES, {"site": ["A", "B", "C"], "deprivation": ["2.5", "11", "3"], "latitude": [95, 0, 0]}) == [
        "Sites, row 1, column 'deprivation': a whole number is needed, found '2.5'",
        "Sites, row 1, column 'latitude': a number from -90 to 90 is needed, found '95'",
        "Sites, row 2, column 'deprivation': a number from 1 to 10 is needed, found '11'",
    ]


def test_the_same_key_twice_is_a_fault_and_unknown_parts_of_a_key_count_as_the_same():
    frame = stages(site=["A", "A"], stage=["using"] * 2, on=["2024-03-01"] * 2)
    assert faults(STAGES, frame) == [
        "Stages, row 2, column 'site': the same row as row 1 (the same site, on, stage, source); keep one of them"
    ]
    assert STAGES.read(frame | {"source": ["tracker", None]}).height == 2


def test_a_control_character_is_a_fault():
    assert faults(ADAPTATIONS, {"on": ["2024-03-01"], "what": ["a\x01b"]}) == [
        "Adaptations, row 1, column 'what': a control character that no spreadsheet can hold; delete it, found 'a�b'"
    ]


def test_codes_stay_text_and_covariates_keep_what_they_are(tmp_path):
    file = tmp_path / "sites.csv"
    file.write_text("site,code,list size,teaching,since\n007,0012,3500,yes,2020-01-31\n008,0013,,no,\n")
    read = SITES.read(file)
    assert read["site"].to_list() == ["007", "008"]
    assert {name: read[name].dtype for name in ("code", "list size", "teaching", "since")} == {
        "code": pl.String,
        "list size": pl.Float64,
        "teaching": pl.Boolean,
        "since": pl.Date,
    }


def test_something_that_is_no_frame_is_refused_in_a_sentence():
    [said] = faults(VALUES, 42)
    assert said.startswith("a frame, columns by name or a path is needed; found a int")


@pytest.mark.parametrize("cell", [["a", "b"], {"a": 1}, b"a", timedelta(1), object(), 1j], ids=lambda cell: type(cell))
@pytest.mark.parametrize("column", ["site", "stage", "on", "extent"])
@pytest.mark.parametrize("library", [dict, pd.DataFrame])
def test_what_no_file_can_hold_is_refused_cell_by_cell(library, column, cell):
    says = "text, a number, a day, or yes or no is needed in each cell; make one of these of it first"
    kind = type(cell).__name__.removesuffix("_")
    assert faults(STAGES, library(stages(**{column: [cell]}))) == [
        f"Stages, row 1, column '{column}': {says}, found '{kind}'"
    ]
    assert len(faults(SITES, library({"site": ["A", "B"], "further": [None, cell]}))) == 1


@pytest.mark.parametrize("library", [dict, pd.DataFrame])
def test_half_of_a_character_is_refused(library):
    assert faults(STAGES, library(stages(site=["\ud800x"]))) == [
        "half of a character, which no file can hold, in '�x'; delete it"
    ]


def test_ids_are_the_same_everywhere_and_follow_the_key():
    first = STAGES.identified(STAGES.read(stages()))
    again = STAGES.identified(STAGES.read(stages(reason=["now with a reason"])))
    moved = STAGES.identified(STAGES.read(stages(on=["2024-03-02"])))
    assert first["id"].to_list() == again["id"].to_list() == ["3cq45lx6sfwk2"]
    assert moved["id"].to_list() != first["id"].to_list()
    assert STAGES.identified(STAGES.read(stages(id=["mine"])))["id"].to_list() == ["mine"]
