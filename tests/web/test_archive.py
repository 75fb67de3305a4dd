"""What was stored and read back is the same programme; what a scope does not reach stays in the database."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from tests.vocabulary.test_programme import programmes
from tests.web.conftest import falls

from takeroot import Programme, examples
from takeroot.vocabulary.tables import TABLES, VALUES
from takeroot.web import actions, archive
from takeroot.web.scope import Scope
from takeroot.web.stored import STORED

pytestmark = pytest.mark.django_db


def back(programme: Programme, scope: Scope | None = None) -> Programme:
    """Store it and read it back."""
    row = actions.load_programme(programme, by="tests", slug="there-and-back", replace=True)
    return archive.programme_of(row, scope or Scope.everything())


def test_every_table_is_kept():
    assert list(STORED) == list(TABLES)


@given(programme=programmes())
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_programme_comes_back_as_it_was(programme):
    again = back(programme)
    assert again == programme
    assert again.about == programme.about
    for name, frame in programme.tables.items():
        assert again.tables[name].equals(frame.select(again.tables[name].columns), null_equal=True)
        assert dict(again.tables[name].schema) == dict(frame.schema)


@pytest.mark.parametrize("name", examples.names())
def test_each_example_comes_back_as_it_was(name):
    programme = examples.load(name)
    assert back(programme) == programme


def test_a_programme_with_nothing_but_a_name_comes_back():
    assert back(Programme("Falls")) == Programme("Falls")


def test_covariates_keep_their_kinds_and_their_order():
    sites = {
        "site": ["A", "B"],
        "zeal": [1, None],
        "beds": [20.5, 3.0],
        "rural": [True, None],
        "since": [date(2020, 1, 2), None],
    }
    again = back(Programme("Falls", sites=sites)).sites
    assert again.columns[-4:] == ["zeal", "beds", "rural", "since"]
    assert [again.schema[name] for name in ("zeal", "beds", "rural", "since")] == [
        pl.Int64,
        pl.Float64,
        pl.Boolean,
        pl.Date,
    ]


def test_a_row_can_not_be_stored_twice_even_where_its_key_has_empty_columns():
    row = actions.load_programme(
        Programme("Falls", stages={"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]}), by="tests"
    )
    for own in ("another", None):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.stages.create(site="A", stage="using", on=date(2024, 3, 1), id=own)


def test_a_row_made_by_hand_has_the_id_it_would_have_in_a_file():
    stages = {"site": ["A", "B"], "stage": ["using"] * 2, "on": ["2024-03-01", "2024-04-01"]}
    both = Programme("Falls", stages=stages)
    row = actions.load_programme(both.with_tables(stages=both.stages.head(1)), by="tests")
    made = row.stages.create(site="B", stage="using", on=date(2024, 4, 1))
    assert made.reference == "stages:" + both.stages["id"][1]


def test_two_programmes_may_say_the_same():
    one = actions.load_programme(falls(), by="tests", slug="one")
    two = actions.load_programme(falls(), by="tests", slug="two")
    assert archive.programme_of(one, Scope.everything()) == archive.programme_of(two, Scope.everything())


def test_the_number_of_queries_does_not_grow_with_rows(django_assert_num_queries):
    few, many = (actions.load_programme(falls(sites), by="tests", slug=f"of-{sites}") for sites in (3, 60))
    for row in (few, many):
        with django_assert_num_queries(len(TABLES)):
            archive.programme_of(row, Scope.everything())


# Many rows at once


def made_by(name: str) -> set[tuple[str, ...]]:
    """Every index of a table, constraints among them."""
    table = STORED[name]._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table])
        else:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        return set(cursor.fetchall())


@pytest.fixture
def many(monkeypatch):
    """So few rows are many that every table of a small programme has them."""
    monkeypatch.setattr(archive, "MANY", 1)


def test_where_many_rows_come_in_every_index_is_there_afterwards(many):
    before = {name: made_by(name) for name in STORED}
    row = actions.load_programme(falls(), by="tests")
    assert {name: made_by(name) for name in STORED} == before
    assert {name for name, _ in before["values"]} >= {"values_key", "values_id", "values_by_site"}
    assert archive.programme_of(row, Scope.everything()) == falls()
    if connection.vendor == "sqlite":
        with CaptureQueriesContext(connection) as asked:
            actions.load_programme(falls(), by="tests", slug="again")
        assert [query["sql"] for query in asked if query["sql"].startswith("DROP INDEX")]


def test_where_many_rows_come_in_rows_stay_unique_in_every_programme(many):
    rows = [actions.load_programme(falls(), by="tests", slug=slug) for slug in ("one", "two")]
    for row in rows:
        stage = row.stages.values("site", "stage", "on").first()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.stages.create(**stage)


def test_many_rows_that_can_not_come_in_leave_indexes_and_rows_as_they_were(many, monkeypatch):
    row = actions.load_programme(falls(), by="tests")
    before = {name: made_by(name) for name in STORED}
    insert = archive.insert

    def twice(database_table, frame):
        insert(database_table, pl.concat([frame, frame]) if database_table == VALUES.name else frame)

    monkeypatch.setattr(archive, "insert", twice)
    with pytest.raises((IntegrityError, connection.Database.IntegrityError)), transaction.atomic():
        actions.load_programme(falls(12), by="tests", replace=True)
    assert {name: made_by(name) for name in STORED} == before
    row.refresh_from_db()
    assert archive.programme_of(row, Scope.everything()) == falls()


# Scopes


def test_a_scope_of_nothing_sees_nothing_of_any_site():
    seen = back(falls(), Scope())
    assert set(seen.tables) == {"components", "measures"}


def test_a_scope_of_some_sites_sees_their_rows_and_what_the_programme_is():
    seen = back(falls(), Scope.of_sites({"Ward 2", "Ward 3"}, narrative=True))
    assert set(seen.tables) == {"sites", "stages", "values", "notes", "components", "measures", "deliveries"}
    for name in ("sites", "stages", "values", "notes", "deliveries"):
        assert set(seen.tables[name]["site"]) <= {"Ward 2", "Ward 3"}
    assert seen.stages.height == 3


def test_plans_of_the_whole_are_not_set_beside_a_part():
    about = {"name": "Falls", "eligible": {"sites": 60, "how_known": "a list"}}
    whole = Programme(
        about, sites={"site": ["A"]}, plans={"what": ["stage"], "due": ["2024-01-01"], "set_on": ["2023-01-01"]}
    )
    seen = back(whole, Scope.of_sites({"A"}))
    assert seen.about.eligible.sites is None
    assert seen.plans.height == 0
    assert back(whole).plans.height == 1


def test_a_tie_is_seen_by_who_sees_both_ends():
    programme = Programme("Falls", ties={"source": ["A", "A"], "target": ["B", "C"]})
    assert back(programme, Scope.of_sites({"A", "B"})).ties["target"].to_list() == ["B"]


def test_a_site_is_not_told_what_it_is_part_of_where_that_is_out_of_sight():
    programme = Programme("Falls", sites={"site": ["Trust", "A", "B"], "part_of": [None, "Trust", "A"]})
    assert back(programme, Scope.of_sites({"A", "B"})).sites["part_of"].to_list() == [None, "A"]


def test_notes_not_released_to_all_are_counted_but_not_read_without_leave():
    notes = {
        "on": ["2024-01-05"] * 2,
        "title": ["Secret", "Open"],
        "text": ["s", "o"],
        "visibility": [None, "all"],
        "id": ["n1", "n2"],
    }
    seen = back(Programme("Falls", notes=notes), Scope(None, narrative=False)).notes
    assert seen["id"][1] == "n2" and seen["id"][0] != "n1"  # it follows from what the note says
    assert seen["title"].to_list() == ["A note not released to you", "Open"]
    assert seen["text"].to_list() == [None, "o"]


def test_every_table_is_seen_by_somebody_and_none_by_a_scope_of_nothing_unless_it_is_shared():
    for table in TABLES.values():
        assert Scope.everything().rows(table) is not None


def test_values_travel_below_the_orm_in_one_statement_each(django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        actions.load_programme(falls(60), by="tests", slug="bulk")
    assert connection.vendor in {"sqlite", "postgresql"}
