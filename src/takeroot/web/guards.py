"""The trail is added to, never rewritten: the database itself sees to that.

Triggers refuse to change, take out or replace a line, by whatever way that is tried. SQLite loses the triggers of a
table that a migration makes anew, so a check of the system looks for them, ``serve`` puts back what is missing and
leaves a line about it, and :func:`broken` finds what was done to the trail while they were gone.
"""

from __future__ import annotations

from django.core.checks import Error
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from takeroot.web.models.trail import REFUSED, Change, Trail

GUARDED = ("web_trail", "web_change")

_SQLITE = {
    "unchanged": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    "untaken": "BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refused}'); END",
    "unreplaced": (  # INSERT OR REPLACE takes the old row out without a DELETE
        "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, '{refused}'); END"
    ),
}
_POSTGRESQL = {
    "unchanged": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite()",
    "unemptied": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite()",
}
_BODY = f" BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END "
_FUNCTION = f"CREATE OR REPLACE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
#: What PostgreSQL notes of when a trigger fires: for each row, before, DELETE and UPDATE; before, TRUNCATE.
_FIRES = {"unchanged": 1 + 2 + 8 + 16, "unemptied": 2 + 32}


def wanted(database: BaseDatabaseWrapper = connection) -> dict[str, str]:
    """The SQL that makes each guard, by the guard's name."""
    kinds = _POSTGRESQL if database.vendor == "postgresql" else _SQLITE
    return {
        f"{table}_{name}": f"CREATE TRIGGER {table}_{name} {sql.format(table=table, refused=REFUSED)}"
        for table in GUARDED
        for name, sql in kinds.items()
    }


def missing(database: BaseDatabaseWrapper = connection) -> list[str]:
    """The guards that are not there, or not as they should be."""
    made = wanted(database)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, t.tgtype FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON "
                "c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgqual IS NULL "
                "AND t.tgattr::text = '' AND p.proname = 'refuse_to_rewrite' AND p.prosrc = %s AND c.relname = ANY(%s)",
                [_BODY, list(GUARDED)],
            )
            there = {name for name, fires in cursor.fetchall() if _FIRES.get(name.rpartition("_")[2]) == fires}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = {name for name, sql in cursor.fetchall() if made.get(name) == sql}
    ruled = {table for table, _ in _rules(database)}  # a rule may do something else instead, and no trigger hears of it
    return [name for name in made if name not in there or any(name.startswith(f"{table}_") for table in ruled)]


def _rules(database: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """The rules of PostgreSQL on guarded tables: there are none of ours."""
    if database.vendor != "postgresql":
        return []
    with database.cursor() as cursor:
        cursor.execute("SELECT tablename, rulename FROM pg_rules WHERE tablename = ANY(%s)", [list(GUARDED)])
        return list(cursor.fetchall())


def guard(database: BaseDatabaseWrapper = connection) -> list[str]:
    """Put back every guard that is missing; which those were."""
    gone = missing(database)
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        if database.vendor == "postgresql" and gone:
            cursor.execute(_FUNCTION)
            for table, rule in _rules(database):
                cursor.execute(f"DROP RULE {database.ops.quote_name(rule)} ON {table}")
        for name in gone:
            table = next(table for table in GUARDED if name.startswith(f"{table}_"))
            on = f" ON {table}" if database.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            cursor.execute(wanted(database)[name])
            if database.vendor == "postgresql":  # also while a replica is filled, which skips other triggers
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return gone


def lift(database: BaseDatabaseWrapper = connection) -> None:
    """Take the guards away: for a restore into an empty database, and for tests that empty theirs."""
    with database.cursor() as cursor:
        for name in wanted(database):
            table = next(table for table in GUARDED if name.startswith(f"{table}_"))
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if database.vendor == "postgresql" else "")
            )


def broken() -> int | None:
    """The first line of the trail whose seal does not fit what it says or the line before it; None if all fit."""
    seal = ""
    for line in Trail.objects.order_by("id").iterator(2_000):
        if line.seal != line.sealed(seal):
            return line.pk
        seal = line.seal
    return None


def stands(databases: list[str] | None = None, **_: object) -> list[Error]:
    """Are the guards there? Asked by the checks of the system."""
    tables = {Trail._meta.db_table, Change._meta.db_table}
    if not databases or connection.alias not in databases or not tables <= set(connection.introspection.table_names()):
        return []
    gone = missing()
    hint = "Run `takeroot serve`, which puts them back and leaves a line about it, or guards.guard()."
    return (
        [Error(f"The trail is not guarded: {', '.join(gone)} missing.", hint=hint, id="takeroot.E001")] if gone else []
    )
