"""The trail is added to, never rewritten: by whatever way that is tried."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction
from tests.web.conftest import falls

from takeroot.vocabulary.tables import STAGES
from takeroot.web import actions, guards
from takeroot.web.models import Change, Trail
from takeroot.web.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    row = actions.load_programme(falls(), by="Ana")
    cells = {"site": "Ward 3", "stage": "embedded", "on": "2024-05-01"}
    reference = actions.record(row, STAGES, cells, by="Ana", scope=Scope.everything())
    actions.withdraw(row, reference, by="Ana", scope=Scope.everything(), why="a slip")
    return [(line.by, line.did, line.why) for line in Trail.objects.all()]


def by_sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


ATTACKS = [
    "UPDATE {0} SET id = id",
    "UPDATE {0} SET {1} = 'Mallory'",
    "DELETE FROM {0}",
    "DELETE FROM {0} WHERE id = (SELECT max(id) FROM {0})",
]
OF_SQLITE = [
    "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    "REPLACE INTO {0} SELECT * FROM {0}",
    "UPDATE OR REPLACE {0} SET id = 1",
    "UPDATE OR IGNORE {0} SET {1} = 'Mallory'",
]
OF_POSTGRESQL = [
    "TRUNCATE {0}",
    "SET LOCAL session_replication_role = replica; DELETE FROM {0}",
    "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET {1} = 'Mallory'",
]


@pytest.mark.parametrize("table", ["web_trail", "web_change"])
def test_the_database_refuses_to_rewrite_it(trail, table):
    own = OF_POSTGRESQL if connection.vendor == "postgresql" else OF_SQLITE
    for attack in [*ATTACKS, *own]:
        with pytest.raises(DatabaseError, match=r"added to, never rewritten"):
            by_sql(attack.format(table, "by" if table == "web_trail" else "how"))
    assert [(line.by, line.did, line.why) for line in Trail.objects.all()] == trail
    assert Change.objects.count() == 1
    assert guards.broken() is None


@pytest.mark.parametrize("model", [Trail, Change])
def test_the_models_refuse_to_rewrite_it(trail, model):
    line = model.objects.first()
    for rewrite in (
        line.save,
        line.delete,
        model.objects.all().delete,
        lambda: model.objects.update(programme=1),
        lambda: model.objects.bulk_update([line], ["programme"]),
        lambda: model._base_manager.all().delete(),
    ):
        with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
            rewrite()
    assert model.objects.filter(pk=line.pk).exists()


def test_a_guard_that_went_missing_is_noticed_and_put_back(trail):
    assert guards.missing() == [] and run_checks(databases=["default"]) == []
    guards.lift()
    found = run_checks(databases=["default"])
    assert [one.id for one in found] == ["takeroot.E001"]
    assert guards.guard() == list(guards.wanted())
    assert guards.missing() == []
    with pytest.raises(DatabaseError):
        by_sql("DELETE FROM web_trail")


def test_a_guard_that_only_looks_like_one_is_noticed(trail):
    guards.lift()
    guards.guard()
    name = next(iter(guards.wanted()))
    if connection.vendor == "postgresql":
        by_sql(f"ALTER TABLE web_trail DISABLE TRIGGER {name}")
    else:
        by_sql(f"DROP TRIGGER {name}")
        by_sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON web_trail BEGIN SELECT 1; END")
    assert guards.missing() == [name]
    assert guards.guard() == [name]


@pytest.mark.parametrize(
    "forged", ["UPDATE web_trail SET did = 'nothing' WHERE id = {}", "DELETE FROM web_trail WHERE id = {}"]
)
def test_what_was_done_while_no_guard_stood_is_found(trail, forged):
    second = Trail.objects.order_by("id")[1].pk
    guards.lift()
    by_sql(forged.format(second))
    guards.guard()
    assert guards.broken() in (second, second + 1)


def test_every_line_is_sealed_with_those_before_it(trail):
    assert guards.broken() is None
    seals = list(Trail.objects.values_list("seal", flat=True))
    assert len(set(seals)) == len(seals) == 3
