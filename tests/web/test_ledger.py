"""Rows come in, are changed and go out; what they said before is kept, and what a line did can be undone."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.http import Http404
from tests.web.conftest import falls

from takeroot import Programme
from takeroot.errors import FaultyInput, TakerootError
from takeroot.vocabulary.tables import NOTES, SITES, STAGES, TABLES, VALUES
from takeroot.web import actions, archive, ledger
from takeroot.web.models import Change, Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db

ALL = Scope.everything()
LIVE = {"site": "Ward 3", "stage": "embedded", "on": "2024-05-01"}


@pytest.fixture
def row():
    return actions.load_programme(falls(), by="tests")


def now(row) -> Programme:
    row.refresh_from_db()
    return archive.programme_of(row, ALL)


def last() -> Trail:
    return Trail.objects.first()


def recorded(row, cells=LIVE, table=STAGES, scope=ALL) -> str:
    return actions.record(row, table, cells, by="Ana", scope=scope)


def seen(row, reference) -> int:
    return row.stages.get(id=reference.partition(":")[2]).line


# Comparing


@pytest.mark.parametrize("name", sorted(falls().tables))
def test_the_same_rows_again_change_nothing(row, name):
    frame = falls().tables[name]
    counts = ledger.compare(row, TABLES[name], frame).counts
    assert counts == {"new": 0, "changed": 0, "unchanged": frame.height, "held": 0}


def test_many_rows_are_compared_as_few_are(row, monkeypatch):
    frame = falls(7).values.with_columns(pl.col("value") + (pl.col("on") == date(2022, 1, 1)))
    few = ledger.compare(row, VALUES, frame)
    monkeypatch.setattr(ledger, "FEW", 0)
    many = ledger.compare(row, VALUES, frame)
    assert few.counts == many.counts == {"new": 30, "changed": 6, "unchanged": 174, "held": 0}
    assert few.changed.equals(many.changed) and few.before.equals(many.before)


def test_columns_that_a_frame_does_not_have_stay_as_they_are(row):
    difference = ledger.compare(row, SITES, falls().sites.select("site", region=pl.lit("West")))
    assert difference.counts["changed"] == 6
    assert difference.changed["beds"].to_list() == falls().sites["beds"].to_list()


def test_an_empty_cell_empties_or_says_nothing_as_asked(row):
    frame = falls().sites.select("site", region=pl.lit(None, pl.String()))
    assert ledger.compare(row, SITES, frame).changed["region"].to_list() == [None] * 6
    assert ledger.compare(row, SITES, frame, keep_where_empty=True).unchanged == 6


# Recording, amending, withdrawing


def test_what_is_recorded_is_in_the_record_with_its_line(row):
    reference = recorded(row)
    there = row.stages.get(id=reference.partition(":")[2])
    assert (there.site, there.stage, there.on, there.line) == ("Ward 3", "embedded", date(2024, 5, 1), last().pk)
    assert (last().by, last().did, last().what["row"]) == ("Ana", "recorded in stages", reference)


def test_the_same_row_is_not_recorded_twice(row):
    recorded(row)
    with pytest.raises(TakerootError, match="This is in the record already"):
        recorded(row)
    assert row.stages.filter(site="Ward 3").count() == 2


def test_what_cells_have_wrong_is_said_of_all_of_them_and_nothing_is_kept(row):
    lines = Trail.objects.count()
    with pytest.raises(FaultyInput) as faults:
        recorded(row, {"site": "Ward 3", "stage": "usin", "on": "2024-13-01"})
    assert {fault.column for fault in faults.value.faults} == {"stage", "on"}
    with pytest.raises(FaultyInput, match="'Ward 33' is not among the sites; did you mean 'Ward 3'"):
        recorded(row, {**LIVE, "site": "Ward 33"})
    with pytest.raises(FaultyInput, match="there is no row 'stages:nothing' in the record"):
        recorded(row, {"on": "2024-05-01", "title": "Why", "about": "stages:nothing"}, NOTES)
    assert Trail.objects.count() == lines and now(row) == falls()


def test_a_writer_with_named_sites_writes_of_those_alone_and_learns_of_no_other(row):
    mine = Scope.of_sites({"Ward 1"})
    with pytest.raises(FaultyInput) as faults:
        recorded(row, LIVE, scope=mine)
    says = [fault.says for fault in faults.value.faults if fault.column == "site"]
    assert says[0].startswith("'Ward 3' is not among the sites")
    assert not any(f"Ward {n}" in one for one in says for n in (2, 4, 5, 6))
    with pytest.raises(FaultyInput, match="name one of them"):
        recorded(row, {"on": "2024-05-01", "title": "Everywhere"}, NOTES, scope=mine)
    assert recorded(row, {**LIVE, "site": "Ward 1"}, scope=mine)


def test_amending_keeps_what_was_said_and_why_it_was_changed(row):
    reference = recorded(row)
    actions.amend(
        row,
        reference,
        {"on": "2024-05-20"},
        by="Ben",
        scope=ALL,
        seen=seen(row, reference),
        why="The ward manager said so",
    )
    steps = ledger.history(row, STAGES, reference.partition(":")[2])
    assert [(str(step["cells"]["on"]), step["line"].by) for step in steps] == [
        ("2024-05-20", "Ben"),
        ("2024-05-01", "Ana"),
    ]
    assert steps[0]["line"].why == steps[1]["until"].why == "The ward manager said so"
    assert last().what["before"] == {"on": "2024-05-01"}
    with pytest.raises(TakerootError, match="Say why it is amended"):
        actions.amend(row, reference, {"on": "2024-05-21"}, by="Ben", scope=ALL, seen=seen(row, reference), why=" ")


def test_an_edit_that_collides_shows_both_and_keeps_nothing(row):
    reference = recorded(row)
    opened = seen(row, reference)
    actions.amend(row, reference, {"reason": "first"}, by="Ben", scope=ALL, seen=opened, why="to say why")
    with pytest.raises(actions.Collision) as collision:
        actions.amend(row, reference, {"reason": "second"}, by="Ana", scope=ALL, seen=opened, why="to say why")
    assert (collision.value.mine["reason"], collision.value.theirs["reason"]) == ("second", "first")
    assert collision.value.line.by == "Ben"
    assert row.stages.get(id=reference.partition(":")[2]).reason == "first"


def test_what_was_amended_is_not_overwritten_by_the_file_it_came_from(row):
    reference = recorded(row)
    actions.amend(row, reference, {"on": "2024-05-20"}, by="Ben", scope=ALL, seen=seen(row, reference), why="a slip")
    difference = ledger.compare(row, STAGES, STAGES.read({name: [cell] for name, cell in LIVE.items()}))
    assert difference.counts == {"new": 0, "changed": 0, "unchanged": 0, "held": 1}
    assert "amended here" in difference.held["because"][0]
    whole = now(row).stages
    assert ledger.compare(row, STAGES, whole).unchanged == whole.height


def test_what_was_withdrawn_does_not_come_back_with_the_file_but_by_hand(row):
    reference = recorded(row)
    actions.withdraw(row, reference, by="Ben", scope=ALL, why="It was another ward")
    assert now(row) == falls()
    difference = ledger.compare(row, STAGES, STAGES.read({name: [cell] for name, cell in LIVE.items()}))
    assert "withdrawn here" in difference.held["because"][0]
    assert recorded(row) == reference


def test_a_name_that_others_use_is_not_withdrawn(row):
    site = row.sites.get(site="Ward 3")
    with pytest.raises(TakerootError, match="Other rows of the record speak of 'Ward 3'"):
        actions.withdraw(row, f"sites:{site.id}", by="Ben", scope=ALL, why="closed")


@pytest.mark.parametrize("reference", ["stages:nothing", "nothing:at all", "", "values"])
def test_what_is_not_there_is_not_found(row, reference):
    with pytest.raises(Http404):
        actions.withdraw(row, reference, by="Ben", scope=ALL, why="closed")


def test_rows_outside_of_a_scope_are_not_there(row):
    reference = recorded(row)
    for scope in (Scope.of_sites({"Ward 1"}), Scope.of_sites({"Ward 1"}, peers={"Ward 3"}), Scope()):
        with pytest.raises(Http404):
            actions.withdraw(row, reference, by="Ben", scope=scope, why="closed")


# Undoing


def test_undoing_takes_out_what_came_in_and_puts_back_what_was_there(row):
    before = now(row)
    frame = falls(7).values.with_columns(pl.col("value") + 1)
    line = Trail.objects.create(by="Ana", did="brought values in")
    ledger.put(row, ledger.compare(row, SITES, falls(7).sites), line)
    ledger.put(row, ledger.compare(row, VALUES, frame), line)
    assert now(row).values.height == 210
    undone = actions.undo(row, line, by="Ben")
    assert (undone.back, undone.out, undone.left) == (180, 31, ())
    assert now(row) == before
    assert [s for s in now(row).sites["site"]] == [s for s in before.sites["site"]]
    actions.undo(row, last(), by="Ben")
    assert now(row).values.height == 210 and now(row).sites.height == 7


def test_undoing_leaves_what_was_changed_since(row):
    reference = recorded(row)
    line = last()
    actions.amend(row, reference, {"reason": "new"}, by="Ben", scope=ALL, seen=line.pk, why="to say why")
    undone = actions.undo(row, line, by="Ana")
    assert (undone.back, undone.out) == (0, 0)
    assert row.stages.filter(id=reference.partition(":")[2]).exists()


def test_a_site_that_others_name_since_stays_when_its_batch_is_undone(row):
    line = Trail.objects.create(by="Ana", did="brought sites in")
    ledger.put(row, ledger.compare(row, SITES, falls(7).sites), line)
    recorded(row, {**LIVE, "site": "Ward 7"})
    undone = actions.undo(row, line, by="Ana")
    assert undone.out == 0 and len(undone.left) == 1
    assert row.sites.filter(site="Ward 7").exists()


def test_replacing_keeps_what_was_there(row):
    actions.load_programme(falls(7), by="Ben", replace=True)
    assert now(row) == falls(7)
    assert Change.objects.filter(table="stages").count() == falls().stages.height
    assert not Change.objects.filter(table="notes").exists()
