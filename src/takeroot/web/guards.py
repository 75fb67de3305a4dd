"""The trail is added to, never rewritten: the database itself sees to that; and promises and records stay as they are.

Triggers refuse to change, take out or replace a line, by whatever way that is tried. Others refuse to reword what a
round asked, to call it open when it is anonymous, to show smaller groups or keep answers for longer than it said, and
to open it again; and to change what a record says. SQLite loses the triggers of a
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
PROMISED = "What a round asked and promised is never changed."
STAND = "A record stays as it was written."
#: The table of rounds as they were begun, and what may never become of one; and that of records.
ASKED, WRITTEN = "web_asking", "entries"
_ALL = (*GUARDED, ASKED, WRITTEN)
_KEPT_AS_IT_WAS = (
    "programme_id", "round", "kind", "way", "instrument", "edition", "texts", "site", "roles", "opens", "nonce", "mark",
)  # fmt: skip
_BREAKS = " OR ".join(
    (
        *(f"OLD.{name}{{as_text}} <> NEW.{name}{{as_text}}" for name in _KEPT_AS_IT_WAS),
        "NEW.floor < OLD.floor",
        "(OLD.keep_until IS NOT NULL AND (NEW.keep_until IS NULL OR NEW.keep_until > OLD.keep_until))",
        "(OLD.closed IS NOT NULL AND (NEW.closed IS NULL OR NEW.closed <> OLD.closed OR NEW.closes <> OLD.closes))",
    )
)
_PROMISE_SQLITE = (
    f"BEFORE UPDATE ON {ASKED} WHEN {_BREAKS.format(as_text='')} BEGIN SELECT RAISE(ABORT, '{PROMISED}'); END"
)
_PROMISE_BODY = (
    f" BEGIN IF {_BREAKS.format(as_text='::text')} THEN RAISE EXCEPTION '{PROMISED}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END "
)
_PROMISE_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION refuse_to_reword() RETURNS trigger LANGUAGE plpgsql AS $${_PROMISE_BODY}$$"
)
_STAND_BODY = f" BEGIN RAISE EXCEPTION '{STAND}' USING ERRCODE = 'integrity_constraint_violation'; END "
_STAND_FUNCTION = f"CREATE OR REPLACE FUNCTION refuse_to_amend() RETURNS trigger LANGUAGE plpgsql AS $${_STAND_BODY}$$"
#: What PostgreSQL notes of when a trigger fires: for each row, before, DELETE and UPDATE; before, TRUNCATE.
_FIRES = {"unchanged": 1 + 2 + 8 + 16, "unemptied": 2 + 32, "promised": 1 + 2 + 16, "stand": 1 + 2 + 16}
_BODIES = {"refuse_to_rewrite": _BODY, "refuse_to_reword": _PROMISE_BODY, "refuse_to_amend": _STAND_BODY}


def wanted(database: BaseDatabaseWrapper = connection) -> dict[str, str]:
    """The SQL that makes each guard, by the guard's name."""
    kinds = _POSTGRESQL if database.vendor == "postgresql" else _SQLITE
    made = {
        f"{table}_{name}": f"CREATE TRIGGER {table}_{name} {sql.format(table=table, refused=REFUSED)}"
        for table in GUARDED
        for name, sql in kinds.items()
    }
    if ASKED in database.introspection.table_names():  # a later migration makes it
        fires = f"BEFORE UPDATE ON {ASKED} FOR EACH ROW EXECUTE FUNCTION refuse_to_reword()"
        promise = fires if database.vendor == "postgresql" else _PROMISE_SQLITE
        made[f"{ASKED}_promised"] = f"CREATE TRIGGER {ASKED}_promised {promise}"
        refuses = (
            "FOR EACH ROW EXECUTE FUNCTION refuse_to_amend()"
            if database.vendor == "postgresql"
            else f"BEGIN SELECT RAISE(ABORT, '{STAND}'); END"
        )
        made[f"{WRITTEN}_stand"] = f"CREATE TRIGGER {WRITTEN}_stand BEFORE UPDATE ON {WRITTEN} {refuses}"
    return made


def _table_of(name: str) -> str:
    """The table that a guard is of."""
    return next(table for table in _ALL if name.startswith(f"{table}_"))


def missing(database: BaseDatabaseWrapper = connection) -> list[str]:
    """The guards that are not there, or not as they should be."""
    made = wanted(database)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, t.tgtype, p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgenabled = 'A' "
                "AND t.tgqual IS NULL AND t.tgattr::text = '' AND c.relname = ANY(%s)",
                [[*_ALL]],
            )
            there = {
                name
                for name, fires, function, body in cursor.fetchall()
                if _FIRES.get(name.rpartition("_")[2]) == fires
                and _BODIES.get(function) == body
                and function in made.get(name, "")
            }
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
        cursor.execute("SELECT tablename, rulename FROM pg_rules WHERE tablename = ANY(%s)", [[*_ALL]])
        return list(cursor.fetchall())


def guard(database: BaseDatabaseWrapper = connection) -> list[str]:
    """Put back every guard that is missing; which those were."""
    gone = missing(database)
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        if database.vendor == "postgresql" and gone:
            cursor.execute(_FUNCTION)
            cursor.execute(_PROMISE_FUNCTION)
            cursor.execute(_STAND_FUNCTION)
            for table, rule in _rules(database):
                cursor.execute(f"DROP RULE {database.ops.quote_name(rule)} ON {table}")
        for name in gone:
            table = _table_of(name)
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
            table = _table_of(name)
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
