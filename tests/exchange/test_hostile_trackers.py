"""Whatever comes in: nothing runs, nothing is lost without a word, and the largest takes seconds."""

from __future__ import annotations

import io
import random
import time
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.exchange.trackers import counted, csv, stages, taken, workbook, xlsx

from takeroot.errors import FaultyInput
from takeroot.exchange.tracker import Mappings, read, read_bytes, suggest, take
from takeroot.exchange.tracker.reading import CELLS

D = date
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "'; DROP TABLE sites; --",
    "../../etc/passwd",
    "{{ 7*7 }}",
    "﷽" * 50,
    "a\u202eb",
]


def test_hostile_text_is_text() -> None:
    rows: list[list[Any]] = [["Site", "Status", "Notes"]]
    rows += [[f"{text} {n}", "Live", text] for n, text in enumerate(HOSTILE)]
    result = taken(xlsx({"T": rows}, name="w 2024-03-31.xlsx"))
    programme = result.onto("P")
    assert programme.sites["site"].to_list() == [f"{text} {n}" for n, text in enumerate(HOSTILE)]
    assert programme.notes["text"].to_list() == HOSTILE
    assert Mappings.read(Mappings().with_mapping(result.mapping).text()).mappings == (result.mapping,)


def test_a_cell_of_32k_characters_is_kept_as_a_note_and_refused_as_a_name() -> None:
    long = "word " * 6_553
    rows = [["Site", "Status", "Notes"], ["Ash", "Live", long], [long, "Live", None]]
    result = taken(xlsx({"T": rows}, name="w 2024-03-31.xlsx"))
    assert result.onto("P").notes["text"].to_list() == [long.strip()]
    assert result.rows["what"].to_list() == ["taken", "at fault"]


def test_a_heading_that_is_a_whole_story_is_cut() -> None:
    result = taken(csv("Site,Status," + "x" * 40_000 + "\nAsh,Live,1\n"))
    assert stages(result.onto("P")) == [("Ash", "using", D(2024, 3, 31))]


def test_control_characters_are_faults() -> None:
    result = taken(csv("Site,Status,Notes\nAsh,Live,bad\x07\nBe\x01ech,Live,\n"))
    assert result.rows["what"].to_list() == ["taken", "at fault"]
    assert len(result.faults) == 2


def test_a_row_without_a_site_is_at_fault() -> None:
    result = taken(csv("Site,Status\n,Live\nAsh,Live\nTBC,Live\n"))
    assert result.rows["what"].to_list() == ["at fault", "taken", "at fault"]
    assert [fault.row for fault in result.faults] == [2, 4]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.xlsx", b"not a workbook", "this is no workbook"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        ("a.csv", b"PK\x03\x04", "this is a workbook"),
        ("a.csv", b"Site,Status\nA\0sh,Live\n", "a NUL byte"),
        ("a.pdf", b"%PDF", "a tracker is a workbook"),
        ("a.xlsx", b"PK\x03\x04 cut short", "damaged or was cut short"),
    ],
)
def test_what_is_no_tracker_is_refused_in_one_sentence(name: str, data: bytes, says: str) -> None:
    with pytest.raises(FaultyInput, match=says):
        read_bytes(name, data)


def rezipped(data: bytes, part: str, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for one in old.namelist():
            made.writestr(one, new if one == part else old.read(one))
    return out.getvalue()


def test_what_would_expand_is_refused() -> None:
    data = workbook({"T": [["Site", "Status"], ["Ash", "Live"]]})
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    for part in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "docProps/core.xml"):
        with pytest.raises(FaultyInput, match="no spreadsheet program writes"):
            read_bytes("a.xlsx", rezipped(data, part, bomb))
    zeros = rezipped(data, "xl/media.bin", b"")
    with zipfile.ZipFile(packed := io.BytesIO(zeros), "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/zeros.bin", b"\0" * (300 * 2**20))
    with pytest.raises(FaultyInput, match="unpacks to more than"):
        read_bytes("a.xlsx", packed.getvalue())


def test_a_cell_far_out_is_refused() -> None:
    rows = [["Site", "Status"], ["Ash", "Live"]]
    data = workbook({"T": rows}, formulas={("T", 1_000_000, 16_000): ("=1", 1)})
    with pytest.raises(FaultyInput, match=f"at most {CELLS:,}"):
        read_bytes("a.xlsx", data)


def test_a_workbook_that_opens_only_in_part_is_read_without_colours() -> None:
    data = workbook({"T": [["Site", "Status"], ["Ash", "Live"]]}, colours={("T", 2, 1): "#00FF00"})
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        styles = (
            book.read("xl/styles.xml")
            .replace(b"<fonts", b'<fonts nonsense="1"')
            .replace(b'<cellXfs count="2">', b'<cellXfs count="two">')
        )
    broken = read_bytes(
        "a 2024-03-31.xlsx",
        rezipped(data, "xl/styles.xml", styles.replace(b'patternType="solid"', b'patternType="plaid"')),
    )
    assert len(broken.remarks) == 1
    assert stages(taken(broken).onto("P")) == [("Ash", "using", D(2024, 3, 31))]


@pytest.mark.parametrize(("many", "seconds"), [(1_000, 10), pytest.param(10_000, 30, marks=pytest.mark.slow)])
def test_thousands_of_rows_of_sixty_columns_take_seconds(many: int, seconds: int, tmp_path: Any) -> None:
    chance = random.Random(7)
    words = ["Live", "In progress", "Not started", "Paused", "Declined", None]
    head = ["Site", "Region", "Status", "Go live date", "Notes", *(f"Extra {n}" for n in range(55))]
    rows = [head]
    for n in range(many):
        rows.append(
            [
                f"Site {n}",
                f"R{n % 7}",
                chance.choice(words),
                D(2023, 1, 1 + n % 28) if n % 3 == 0 else None,
                f"note {n}",
                *(n * k for k in range(55)),
            ]
        )
    path = tmp_path / "large 2024-03-31.xlsx"
    path.write_bytes(workbook({"T": rows}, colours={("T", n, 3): "#00FF00" for n in range(2, many // 5)}))
    began = time.process_time()
    tracker = read(path)
    mapping = suggest(tracker)
    result = take(tracker, mapping)
    assert time.process_time() - began < seconds
    assert counted(result)
    assert result.counts["taken"] == many
    programme = result.onto("P")
    again = take(tracker, suggest(tracker, programme, Mappings().with_mapping(result.mapping)), programme)
    assert set(again.frames) == {"sites"}
    assert not result.questions


CELL = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "Live",
            "In progress",
            "n/a",
            "Total",
            "x",
            "Y",
            "TBC",
            "31/01/2024",
            "01/02/2024",
            "Mar-24",
            "Q2 2024",
            "Note: hello",
            "purple",
        ]
    ),
    st.dates(D(2020, 1, 1), D(2026, 1, 1)),
    st.integers(-5, 60_000),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
)
HEADS = [
    "Site",
    "Ward",
    "Code",
    "ODS code",
    "Region",
    "Status",
    "Go live date",
    "Planned start date",
    "Trained",
    "Jan 2024",
    "Feb 2024",
    "Notes",
    "Beds",
    "Reason",
    "Eligible patients",
    "Huh",
]


@settings(max_examples=60, phases=(Phase.explicit, Phase.generate))  # what it draws is small already
@given(st.data())
def test_no_row_is_lost_without_a_word(data: st.DataObject) -> None:
    heads = data.draw(st.lists(st.sampled_from(HEADS), min_size=2, max_size=7, unique=True))
    if not {"Site", "Ward", "Code"} & set(heads):
        heads[0] = "Site"
    name = st.one_of(CELL, st.sampled_from(["Ash", "Beech", "ash", "St Mary's", "Saint Marys"]))
    body = data.draw(st.lists(st.tuples(name, *(CELL for _ in heads[1:])), max_size=12))
    import csv as writer

    out = io.StringIO()
    writer.writer(out).writerows([heads, *body])
    tracker = csv(out.getvalue(), "w 2024-03-31.csv")
    mapping = suggest(tracker)
    result = take(tracker, mapping)
    assert counted(result)
    told = {(sheet, row) for sheet, row in result.rows.select("sheet", "row").iter_rows()}
    assert len(told) == result.rows.height
    sheet = tracker.sheets[0]
    part = mapping.sheets[0]
    if part.take != "no":
        filled = {
            n
            for n in range(part.last_header + 1, sheet.height + 1)
            if any(sheet.value(n, c) is not None or (n, c) in sheet.errors for c in range(1, sheet.width + 1))
        }
        assert {row for _, row in told} == filled
    programme = result.onto("P")
    taken_sites = set(result.rows.filter(what="taken")["site"])
    assert taken_sites <= set(programme.sites["site"])
    again = take(tracker, suggest(tracker, programme, Mappings().with_mapping(result.mapping)), programme)
    assert counted(again)
    assert again.onto(programme).stages.sort("id").equals(programme.stages.sort("id"))
    assert again.onto(programme).notes.height == programme.notes.height
