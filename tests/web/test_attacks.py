"""Attacks on the trail and on what changes the record: by models, by SQL, by migrations, and by two at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from inspect import isfunction
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from tests.web.conftest import falls

from takeroot.vocabulary.tables import NOTES, STAGES
from takeroot.web import actions, guards
from takeroot.web.models import Change, Trail
from takeroot.web.scope import Scope

ALL = Scope.everything()
LIVE = {"site": "Ward 3", "stage": "embedded", "on": "2024-05-01"}
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
SQLITE = pytest.mark.skipif(ON_POSTGRESQL, reason="this database is not SQLite")
POSTGRESQL = pytest.mark.skipif(not ON_POSTGRESQL, reason="this database is not PostgreSQL")


@pytest.fixture
def row(db):
    made = actions.load_programme(falls(), by="Ana")
    reference = actions.record(made, STAGES, LIVE, by="Ana", scope=ALL)
    actions.withdraw(made, reference, by="Ana", scope=ALL, why="a slip")
    return made


def said() -> list[tuple]:
    """All that the trail and the changes say."""
    lines = Trail.objects.order_by("id").values_list(
        "id", "at", "by", "did", "programme", "revision", "why", "what", "seal"
    )
    changes = Change.objects.order_by("id").values_list("id", "line", "was_line", "table", "row_id", "how", "before")
    return [*map(repr, lines), *map(repr, changes)]


def refused(attack) -> None:
    """The attack fails, by whatever error, and nothing is other than it was."""
    before = said()
    with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
        attack()
    assert said() == before
    assert guards.missing() == [] and guards.broken() is None


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        for part in statement.split(";;"):
            cursor.execute(part)


# By the models


@pytest.mark.parametrize("model", [Trail, Change])
def test_no_way_of_the_models_rewrites_it(row, model):
    first = model.objects.order_by("id").first()
    fields = {f.attname: getattr(first, f.attname) for f in model._meta.fields}
    text = "did" if model is Trail else "how"
    forged = model(**{**fields, text: "nothing"})

    def saved(**options) -> None:
        models.Model.save_base(forged, **options)

    everything, base = model.objects.all(), model._base_manager.all()
    for attack in (
        lambda: forged.save(force_update=True),
        lambda: model.objects.select_for_update().get(pk=first.pk).save(force_update=True),
        lambda: saved(raw=True),
        lambda: saved(raw=True, force_update=True),
        lambda: saved(raw=True, force_insert=True),
        lambda: everything._raw_delete("default"),
        lambda: everything._update([(model._meta.get_field(text), None, "nothing")]),
        lambda: model.objects.bulk_create([forged]),
        lambda: model.objects.bulk_create([forged], update_conflicts=True, update_fields=[text], unique_fields=["id"]),
        lambda: model.objects.update_or_create(pk=first.pk, defaults={text: "nothing"}),
        lambda: base.filter(pk=first.pk).update(**{text: "nothing"}),
        lambda: models.QuerySet(model).filter(pk=first.pk).update(**{text: "nothing"}),
        lambda: models.QuerySet(model).bulk_update([forged], [text]),
        lambda: models.QuerySet(model).delete(),
        lambda: base.delete(),
        lambda: model.objects.raw(f"DELETE FROM {model._meta.db_table} RETURNING *")[0],
    ):
        refused(attack)


@pytest.mark.parametrize("model", [Trail, Change])
def test_a_row_that_is_there_is_not_ignored_into_another(row, model):
    """``ignore_conflicts`` may be refused or do nothing; in neither case is a line another afterwards."""
    first = model.objects.order_by("id").first()
    text = "did" if model is Trail else "how"
    forged = model(**{f.attname: getattr(first, f.attname) for f in model._meta.fields} | {text: "nothing"})
    before = said()
    try:
        with transaction.atomic():
            model.objects.bulk_create([forged], ignore_conflicts=True)
    except DatabaseError:
        pass
    assert said() == before


def test_a_line_that_was_added_past_the_actions_does_not_fit(row):
    """Whoever may write to the database may add; the seals tell that it was not an action that did."""
    Trail.objects.bulk_create([Trail(by="Mallory", did="was here", seal="0" * 32)])
    assert guards.broken() == Trail.objects.first().pk


def test_nothing_goes_with_the_programme_that_is_thrown_away(row):
    before = said()
    row.delete()
    assert said() == before


# By SQL

EVERYWHERE = [
    "UPDATE {t} SET {c} = 'nothing'",
    "UPDATE {t} SET id = id + 1000",
    "DELETE FROM {t} WHERE id IN (SELECT id FROM {t})",
    "INSERT INTO {t} SELECT * FROM {t}",
    "WITH gone AS (SELECT id FROM {t}) DELETE FROM {t} WHERE id IN (SELECT id FROM gone)",
    "INSERT INTO {t} SELECT * FROM {t} WHERE true ON CONFLICT (id) DO UPDATE SET {c} = 'nothing'",
]
OF_SQLITE = [
    "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
    "INSERT OR IGNORE INTO {t} SELECT * FROM {t}",
    "REPLACE INTO {t} SELECT * FROM {t} LIMIT 1",
    "UPDATE OR REPLACE {t} SET id = (SELECT min(id) FROM {t})",
    "UPDATE {t} SET rowid = rowid + 7",
    "DELETE FROM {t} WHERE rowid = 1 RETURNING *",
    "UPDATE {t} SET {c} = 'x' FROM (SELECT 1) AS one",
    "PRAGMA recursive_triggers = 0;;REPLACE INTO {t} SELECT * FROM {t}",
    "PRAGMA ignore_check_constraints = 1;;UPDATE {t} SET {c} = 'nothing'",
    "CREATE VIEW zv AS SELECT * FROM {t};;DELETE FROM {t}",
]
OF_POSTGRESQL = [
    "TRUNCATE {t}",
    "TRUNCATE {t} CASCADE",
    "TRUNCATE {t} RESTART IDENTITY",
    "SET LOCAL session_replication_role = replica;;DELETE FROM {t}",
    "SET LOCAL session_replication_role = replica;;TRUNCATE {t}",
    "SET LOCAL session_replication_role = replica;;UPDATE {t} SET {c} = 'nothing'",
    "MERGE INTO {t} AS a USING (SELECT id FROM {t}) AS b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "CREATE TABLE heir () INHERITS ({t});;DELETE FROM ONLY {t}",
    "CREATE RULE quiet AS ON INSERT TO {t} DO ALSO DELETE FROM {t};;DELETE FROM {t}",
    "ALTER TABLE {t} DISABLE TRIGGER USER;;DELETE FROM {t};;SELECT 1/0",
    "DO $$ BEGIN EXECUTE 'DELETE FROM {t}'; END $$",
    "CREATE VIEW zv AS SELECT * FROM {t};;DELETE FROM zv",
]


@pytest.mark.parametrize("table", ["web_trail", "web_change"])
def test_no_statement_rewrites_it(row, table):
    own = OF_POSTGRESQL if connection.vendor == "postgresql" else OF_SQLITE
    column = "did" if table == "web_trail" else "how"
    for statement in [*EVERYWHERE, *own]:
        refused(lambda statement=statement: sql(statement.format(t=table, c=column)))


@POSTGRESQL
@pytest.mark.parametrize("table", ["web_trail", "web_change"])
def test_copy_replaces_nothing(row, table):
    def attack() -> None:
        with connection.cursor() as cursor:
            kept = b"".join(cursor.copy(f"COPY {table} TO STDOUT"))
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(kept)

    refused(attack)


@POSTGRESQL
@pytest.mark.parametrize(
    "weakened",
    [
        "ALTER TABLE web_trail DISABLE TRIGGER web_trail_unchanged",
        "ALTER TABLE web_trail DISABLE TRIGGER ALL",
        "ALTER TABLE web_trail ENABLE REPLICA TRIGGER web_trail_unchanged",
        "CREATE OR REPLACE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN OLD; END $$",
        "DROP TRIGGER web_trail_unemptied ON web_trail",
        "CREATE OR REPLACE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; "
        "RAISE EXCEPTION 'The trail is added to, never rewritten.'; END $$",
        "CREATE OR REPLACE TRIGGER web_trail_unchanged BEFORE UPDATE OR DELETE ON web_trail FOR EACH ROW "
        "WHEN (OLD.id < 0) EXECUTE FUNCTION refuse_to_rewrite()",
        "DROP TRIGGER web_trail_unchanged ON web_trail;;CREATE TRIGGER web_trail_unchanged BEFORE UPDATE ON web_trail "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite();;"
        "ALTER TABLE web_trail ENABLE ALWAYS TRIGGER web_trail_unchanged",
        "CREATE RULE quiet AS ON DELETE TO web_trail DO INSTEAD NOTHING",
    ],
)
def test_a_guard_that_was_weakened_is_noticed_and_put_back(row, weakened):
    sql(weakened)
    assert guards.missing()
    assert actions.guard_trail(by="serve")
    assert guards.missing() == []
    refused(lambda: sql("DELETE FROM web_trail"))


@SQLITE
@pytest.mark.parametrize(
    "weakened",
    [
        "DROP TRIGGER web_trail_unchanged",
        "DROP TRIGGER web_trail_unreplaced;;CREATE TRIGGER web_trail_unreplaced "
        "AFTER INSERT ON web_trail BEGIN SELECT 1; END",
        "DROP TRIGGER web_trail_untaken;;CREATE TRIGGER web_trail_untaken BEFORE DELETE ON web_trail WHEN OLD.id < 0 "
        "BEGIN SELECT RAISE(ABORT, 'The trail is added to, never rewritten.'); END",
        "ALTER TABLE web_trail RENAME TO was;;ALTER TABLE was RENAME TO web_trail;;DROP TRIGGER web_trail_untaken",
    ],
)
def test_a_guard_that_was_weakened_in_sqlite_is_noticed_and_put_back(row, weakened):
    sql(weakened)
    assert guards.missing()
    assert actions.guard_trail(by="serve")
    assert guards.missing() == []
    refused(lambda: sql("DELETE FROM web_trail"))


def python(code: str, url: str, home: Path, *arguments: str) -> subprocess.Popen:
    """A process of its own, with a database of its own."""
    env = os.environ | {"DATABASE_URL": url, "TAKEROOT_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    env["DJANGO_SETTINGS_MODULE"] = "tests.web.settings"
    command = [sys.executable, "-c", f"import django; django.setup()\n{textwrap.dedent(code)}", *arguments]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def printed(process: subprocess.Popen) -> Any:
    """What it said, when it ended well."""
    out, wrong = process.communicate(timeout=240)
    assert process.returncode == 0, wrong
    return json.loads(out) if out else None


LOAD = """
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from takeroot import Programme
    from takeroot.web import actions
    for name in ("One", "Two"):
        actions.load_programme(Programme(name), by="tests")
    """
ALTER = """
    import json
    from django.apps import apps
    from django.db import connection, migrations, models
    from django.db.migrations.state import ProjectState
    from takeroot.web import actions, guards
    from takeroot.web.models import Trail
    before = list(Trail.objects.values_list("id", "did", "seal"))
    state = ProjectState.from_apps(apps)
    longer = migrations.AlterField("trail", "seal", models.CharField(max_length=64, default=""))
    after = state.clone()
    longer.state_forwards("web", after)
    with connection.schema_editor() as editor:
        longer.database_forwards("web", editor, state, after)
    gone, errors = guards.missing(), [error.id for error in guards.stands(databases=["default"])]
    put_back = actions.guard_trail(by="takeroot serve")
    line = Trail.objects.first()
    kept = list(Trail.objects.values_list("id", "did", "seal"))[1:] == before
    print(json.dumps([gone, errors, put_back, guards.missing(), guards.broken(), line.by, line.did, kept]))
    """
FORGED = """
    import json
    from takeroot.web import guards
    print(json.dumps([guards.broken(), guards.missing()]))
    """


def test_a_table_changed_by_a_later_migration_is_guarded_again_with_a_line(tmp_path):
    """SQLite makes the table anew, without its triggers: the check says so, and ``serve`` puts them back."""
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    printed(python(LOAD, url, tmp_path))
    gone, errors, put_back, missing, broken, by, did, kept = printed(python(ALTER, url, tmp_path))
    assert set(gone) == {"web_trail_unchanged", "web_trail_untaken", "web_trail_unreplaced"} == set(put_back)
    assert (errors, missing, broken, kept) == (["takeroot.E001"], [], None, True)
    assert (by, did) == ("takeroot serve", "put the guards of the trail back")


def test_who_holds_the_file_of_the_database_is_found_out(tmp_path):
    """Whoever may write the schema of SQLite gets past triggers; the seals tell."""
    path = tmp_path / "own.sqlite3"
    url = f"sqlite:///{path}"
    printed(python(LOAD, url, tmp_path))
    with closing(sqlite3.connect(":memory:")) as there:
        there.execute("ATTACH ? AS their", [str(path)])
        with pytest.raises(sqlite3.IntegrityError, match="never rewritten"):
            there.execute("DELETE FROM their.web_trail")
    with closing(sqlite3.connect(path)) as there:
        there.execute("PRAGMA writable_schema = 1")
        there.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")
        there.commit()
    with closing(sqlite3.connect(path)) as there:
        there.execute("DELETE FROM web_trail WHERE id = (SELECT min(id) FROM web_trail)")
        there.commit()
    broken, missing = printed(python(FORGED, url, tmp_path))
    assert broken == 2 and len(missing) == 8


# Half-way


def everything() -> dict[str, list]:
    """Every row of the database, as it is."""
    from django.apps import apps

    return {
        model._meta.db_table: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.app_label == "web"
    }


@pytest.mark.parametrize("breaks", ["ledger.put", "ledger.withdraw", "archive.remove", "archive.put", "archive.insert"])
def test_an_action_that_fails_half_way_leaves_nothing(row, monkeypatch, breaks):
    reference = actions.record(row, STAGES, LIVE | {"on": "2024-06-01"}, by="Ana", scope=ALL)
    last = Trail.objects.first()
    module, name = breaks.split(".")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"takeroot.web.{module}.{name}", broken)
    attempts = (
        lambda: actions.record(row, NOTES, {"on": "2024-01-01", "title": "Half"}, by="Ana", scope=ALL),
        lambda: actions.amend(row, reference, {"reason": "x"}, by="Ana", scope=ALL, seen=last.pk, why="x"),
        lambda: actions.withdraw(row, reference, by="Ana", scope=ALL, why="x"),
        lambda: actions.undo(row, last, by="Ana"),
        lambda: actions.load_programme(falls(7), by="Ana", replace=True),
    )
    failed = 0
    for attempt in attempts:
        before = everything()
        try:
            with transaction.atomic():
                attempt()
                transaction.set_rollback(True)
        except ZeroDivisionError:
            failed += 1
        assert everything() == before
    assert failed and guards.broken() is None


# Two at once

AT_ONCE = """
    import random, sys
    from takeroot.vocabulary.tables import NOTES
    from takeroot.web import actions
    from takeroot.web.models import Programme
    from takeroot.web.scope import Scope
    who, slugs, all_ = sys.argv[1], sys.argv[2:], Scope.everything()
    rows = [Programme.objects.get(slug=slug) for slug in slugs]
    chance = random.Random(who)
    for n in range(12):
        row = chance.choice(rows)
        reference = actions.record(row, NOTES, {"on": "2024-01-01", "title": f"{who} {n}"}, by=who, scope=all_)
        seen = row.notes.get(id=reference.partition(":")[2]).line
        if n % 3 == 0:
            actions.amend(row, reference, {"text": "more"}, by=who, scope=all_, seen=seen, why="more")
        if n % 4 == 0:
            actions.withdraw(row, reference, by=who, scope=all_, why="less")
        if n % 5 == 0:
            actions.add_person(sign_in=f"{who}-{n}", password="a long password", by=who)
    """
LOOK = """
    import json
    from takeroot.web import guards
    from takeroot.web.models import Programme, Trail
    lines = Trail.objects.order_by("id")
    told = [
        [p.revision, p.notes.count(), list(lines.filter(programme=p.slug).values_list("revision", flat=True))]
        for p in Programme.objects.all()
    ]
    print(json.dumps([guards.broken(), guards.missing(), lines.count(), told]))
    """


def database_of_its_own(tmp_path: Path) -> str:
    """A new database, of the kind that these tests run on."""
    if not ON_POSTGRESQL:
        return f"sqlite:///{tmp_path / 'together.sqlite3'}"
    import psycopg

    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as there:
        there.execute("DROP DATABASE IF EXISTS together")
        there.execute("CREATE DATABASE together")
    return f"{server}/together"


@pytest.mark.slow
def test_processes_at_once_lose_no_line_and_wait_for_each_other(tmp_path):
    """Four processes, two programmes: no line lost, seals that fit, revisions one by one, nobody stuck."""
    url = database_of_its_own(tmp_path)
    printed(python(LOAD, url, tmp_path))
    running = [python(AT_ONCE, url, tmp_path, who, "one", "two") for who in ("ana", "ben", "cleo", "dan")]
    for one in running:
        printed(one)
    broken, missing, lines, told = printed(python(LOOK, url, tmp_path))
    assert (broken, missing) == (None, [])
    assert lines == 2 + 4 * (12 + 4 + 3 + 3)
    assert sum(notes for _, notes, _ in told) == 4 * (12 - 3)
    for revision, _, revisions in told:
        assert revisions == list(range(1, revision + 1))


# What a line holds


def test_no_line_holds_what_is_secret_or_what_people_told_in_confidence(row):
    """Every action is run, with words that must not be found in any line afterwards."""
    from datetime import date

    secret, told = "zqsecretpassword", "zqtoldinconfidence"
    person = actions.add_person(sign_in="eve", password=secret, by="Ana")
    actions.add_member(row, person=person, role="viewer", by="Ana")
    actions.change_words(row, {"aim": "Other"}, by="Ana")
    note = actions.record(row, NOTES, {"on": "2024-01-01", "title": told, "text": told}, by="Ana", scope=ALL)
    line = row.notes.get(id=note.partition(":")[2]).line
    actions.amend(row, note, {"text": f"{told} again"}, by="Ana", scope=ALL, seen=line, why="clearer")
    actions.withdraw(row, note, by="Ana", scope=ALL, why="asked for")
    actions.undo(row, Trail.objects.first(), by="Ana")
    actions.keep_draft(row, NOTES, {"title": told}, person=person)
    meeting = actions.begin_meeting(row, title="June", on=date(2024, 6, 1), there=told, by="Ana")
    actions.keep_words(
        row, meeting, {"reading": told, "decisions.a": {"what": "wait", "why": told, "agreed": "yes"}}, {}, by="Ana"
    )
    actions.catch_up(row, meeting, by="Ana")
    actions.close_meeting(row, meeting, recorded={"Notes": [told]}, by="Ana", scope=ALL)
    other = actions.begin_meeting(row, title="July", on=date(2024, 7, 1), there=told, by="Ana")
    actions.cancel_meeting(row, other, by="Ana")
    actions.export_trail(row, lines=1, by="Ana")
    again = actions.record(row, NOTES, {"on": "2024-01-02", "title": told, "text": told}, by="Ana", scope=ALL)
    actions.take_back(row, again, by="Ana", scope=ALL)
    run = {
        "load_programme",
        "record",
        "withdraw",
        "add_person",
        "add_member",
        "change_words",
        "amend",
        "take_back",
        "undo",
        "keep_draft",
    }
    run |= {"begin_meeting", "keep_words", "catch_up", "close_meeting", "cancel_meeting", "export_trail"}
    held = str(list(Trail.objects.values()))
    assert secret not in held and told not in held and str(person.password) not in held
    assert Change.objects.filter(before__icontains=told).exists()  # what a row said is kept, apart from the trail
    mine = {
        name
        for name in actions.__all__
        if isfunction(getattr(actions, name))
        and getattr(actions, name).__module__.rpartition(".")[2] in ("rows", "meetings", "trail")
    }
    assert mine - run - {"guard_trail", "sent_before"} == set()  # the one says no words, the other changes nothing


def test_every_action_leaves_one_line_and_no_view_leaves_one_itself():
    web = Path(actions.__file__).parents[1]
    outside = [
        path.name
        for path in web.rglob("*.py")
        if "actions" not in path.parts
        and "migrations" not in path.parts
        and "Trail.objects.create(" in path.read_text()
    ]
    assert outside == []
