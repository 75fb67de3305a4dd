"""Nothing is lost: a backup of one moment, from any database into any other, read back and compared."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest
from django.db import connections

from takeroot.errors import TakerootError
from takeroot.web import backup, environment
from takeroot.web.backup import columns
from takeroot.web.backup.file import MANIFEST
from takeroot.web.backup.restoring import _connected
from takeroot.web.backup.rows import Seal, fetched

pytestmark = pytest.mark.slow  # each restores a database of its own

#: A programme, people, odd letters, an empty text beside an unknown one, and numbers that are hard to keep.
FILL = """
import django; django.setup()
from datetime import date
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.web.conftest import falls
from takeroot.web import actions
from takeroot.web.models import *
programme = actions.load_programme(falls(), by="tests")
person = actions.add_person(sign_in="ana", name="Ána, \\"the\\nlead\\" — 🌱", password="a long password", by="tests")
actions.add_member(programme, person=person, role="lead", by="tests", expires=date(2030, 1, 1))
from django_otp.plugins.otp_totp.models import TOTPDevice
TOTPDevice.objects.create(user=person, name="an app", key="ab" * 20, confirmed=True)
Programme.objects.filter(pk=programme.pk).update(about=programme.about | {"z": [1.5, 1e16, -0.0, None, "é"], "a": {}})
for number, value in enumerate([0.1 + 0.2, -0.0, 1e-300, 123456789.123456789, None]):
    programme.values.filter(pk=programme.values.order_by("pk")[number].pk).update(value=value)
programme.notes.update(text="", title="A, \\"quoted\\"\\r\\n\\\\. note\\ttabbed")
StageRow.objects.filter(pk=3).delete()
from tests.vocabulary.own_instruments import OWN
actions.bring_in_instruments(programme, {"ours.yaml": OWN.encode()}, by="ana")
"""


@pytest.fixture(autouse=True)
def may_connect(django_db_blocker):
    """Databases of these tests are their own, beside that of the others."""
    with django_db_blocker.unblock():
        yield


def filled(home: Path, root: Path, code: str = FILL, **more: str) -> Path:
    env = os.environ | {"TAKEROOT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tests.web.settings"} | more
    if "DATABASE_URL" not in more:
        env.pop("DATABASE_URL", None)
    run = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory, root) -> Path:
    """A data folder with a filled database and an uploaded file."""
    folder = filled(tmp_path_factory.mktemp("home"), root)
    (folder / "uploads" / "7").mkdir(parents=True)
    (folder / "uploads" / "7" / "tracker.csv").write_bytes(b"site,stage\nA,using\n")
    (folder / "secret").write_text("the key that signs sessions")
    return folder


@pytest.fixture
def kept(home, tmp_path) -> Path:
    with _connected(environment.sqlite(home / "takeroot.sqlite3")) as connection:
        return backup.backup(tmp_path / "kept.zip", home=home, using=connection.alias)[0]


def content(database: dict) -> dict[str, list]:
    """Every row of every table, as a frame says it."""
    with _connected(database) as connection:
        return {
            table.name: [row for frame in fetched(connection, table) for row in frame.rows()]
            for table in columns.every_table()
        }


def sqlite(path: Path) -> dict:
    return environment.sqlite(path)


# There and back


def test_what_is_restored_is_what_was_there(home, kept, tmp_path):
    manifest = backup.restore(kept, home=tmp_path / "new", into=f"sqlite:///{tmp_path}/new/takeroot.sqlite3")
    before, after = content(sqlite(home / "takeroot.sqlite3")), content(sqlite(tmp_path / "new" / "takeroot.sqlite3"))
    assert after == before
    assert len(before["otp_totp_totpdevice"]) == 1  # without it a password alone would open what it guards
    assert manifest.rows == sum(map(len, before.values())) > 200
    assert stat.S_IMODE((tmp_path / "new" / "takeroot.sqlite3").stat().st_mode) == 0o600
    assert (tmp_path / "new" / "uploads" / "7" / "tracker.csv").read_bytes() == b"site,stage\nA,using\n"
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["takeroot.sqlite3", "uploads"]


def test_a_backup_is_for_its_owner_alone_and_holds_no_secret_and_no_session(home, kept):
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with zipfile.ZipFile(kept) as zipped:
        names = zipped.namelist()
        assert b"the key that signs sessions" not in b"".join(map(zipped.read, names))
    assert "files/uploads/7/tracker.csv" in names
    assert not [name for name in names if "secret" in name or "session" in name]


def test_every_table_of_the_workbench_is_kept_but_for_sessions():
    from django.apps import apps

    there = {model._meta.db_table for model in apps.get_app_config("web").get_models(include_auto_created=True)}
    assert there - {table.name for table in columns.every_table()} == {"web_session"}


def test_a_backup_can_be_tried_without_touching_anything(home, kept):
    before = sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*.sqlite3"))
    assert backup.verify(kept).files[0].name == "uploads/7/tracker.csv"
    assert sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*.sqlite3")) == before


def test_the_workbench_goes_on_from_a_restored_database(kept, tmp_path, root):
    """The guards of the trail hold, its seals fit, and new rows get new numbers."""
    new = tmp_path / "new"
    backup.restore(kept, home=new, into=f"sqlite:///{new}/takeroot.sqlite3")
    check = """
import django; django.setup()
from takeroot.web import actions, guards
from takeroot.web.models import *
last = Trail.objects.first().pk
assert guards.missing() == [] and guards.broken() is None
person = actions.add_person(sign_in="new", password="a long password", by="tests")
assert person.pk == 2 and Trail.objects.first().pk == last + 1 and guards.broken() is None
assert Person.objects.get(sign_in="ana").check_password("a long password")
"""
    filled(new, root, check)


def test_from_sqlite_to_postgresql_and_back_nothing_changes(home, kept, tmp_path, root, postgres):
    psql = ["psql", "-q", "-h", "127.0.0.1", "-p", str(urlsplit(postgres).port), "-U", "postgres", "-c"]
    subprocess.run([*psql, "CREATE DATABASE restored"], check=True)
    address = postgres.rpartition("/")[0] + "/restored"
    backup.restore(kept, home=tmp_path / "there", into=address)
    with pytest.raises(TakerootError, match="The database holds something already"):
        backup.restore(kept, home=tmp_path / "again", into=address)
    with _connected(environment.named_database(address)) as connection:
        path, manifest = backup.backup(tmp_path / "back.zip", home=tmp_path / "there", using=connection.alias)
    with zipfile.ZipFile(kept) as zipped:
        first = json.loads(zipped.read(MANIFEST))
    seals = {table["name"]: table["seal"] for table in first["tables"]}
    assert {table.name: table.seal for table in manifest.tables} == seals
    backup.restore(path, home=tmp_path / "back", into=f"sqlite:///{tmp_path}/back/takeroot.sqlite3")
    before, after = content(sqlite(home / "takeroot.sqlite3")), content(sqlite(tmp_path / "back" / "takeroot.sqlite3"))
    for table in columns.every_table():
        plain = [n for n, kind in enumerate(table.columns.values()) if kind != "json"]  # PostgreSQL orders keys anew
        assert [[row[n] for n in plain] for row in after[table.name]] == [
            [row[n] for n in plain] for row in before[table.name]
        ]
    going_on = """
import django; django.setup()
from takeroot.web import actions, guards
from takeroot.web.models import *
assert guards.missing() == [] and guards.broken() is None
last = StageRow.objects.order_by("row").last().row
person = actions.add_person(sign_in="new", password="a long password", by="tests")
assert person.pk == 2 and guards.broken() is None
assert StageRow.objects.create(programme_id=1, site="Ward 1", stage="using", on="2024-05-05", line=1).row == last + 1
"""
    filled(tmp_path / "there", root, going_on, DATABASE_URL=address)


# While people write


def test_a_backup_is_of_one_moment_while_people_write(home, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    with closing(sqlite3.connect(home / "takeroot.sqlite3")) as a, closing(sqlite3.connect(own / "d.sqlite3")) as b:
        a.backup(b)
    stop, written = threading.Event(), []

    def write() -> None:
        """One line to two tables at a time, in one transaction."""
        with closing(sqlite3.connect(own / "d.sqlite3", timeout=30, isolation_level=None)) as writer:
            while not stop.is_set():
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("UPDATE web_programme SET revision = revision + 1")
                writer.execute("UPDATE web_person SET name = (SELECT revision FROM web_programme)")
                writer.execute("COMMIT")
                written.append(1)

    with _connected(sqlite(own / "d.sqlite3")) as connection:
        connection.ensure_connection()
        writer = threading.Thread(target=write)
        writer.start()
        try:
            while not written:
                time.sleep(0.01)
            for _ in range(5):
                path, _ = backup.backup(tmp_path / f"{len(written)}.zip", home=own, using=connection.alias)
                with zipfile.ZipFile(path) as zipped:
                    revision = pl.read_parquet(zipped.open("tables/web_programme/00000.parquet").read())["revision"][0]
                    name = pl.read_parquet(zipped.open("tables/web_person/00000.parquet").read())["name"][0]
                assert name == str(revision)
            assert len(written) > 1
        finally:
            stop.set()
            writer.join()


def test_a_part_at_a_time_or_all_at_once_the_seal_is_the_same():
    table = columns.Kept("t", "id", {"id": "whole", "said": "text", "value": "number", "about": "json", "at": "moment"})
    rows = pl.DataFrame(
        {
            "id": range(7),
            "said": ["a", "", None, "bc", "é", "", "d"],
            "value": [0.0, -0.0, None, float("nan"), 1.5, 2.0, 3.0],
            "about": ['{"a": 1.0, "b": 2}', '{"b":2,"a":1}', None, "[]", "1e2", "100", '"x"'],
            "at": pl.Series([None] * 7, dtype=pl.Datetime("us")),
        }
    )
    whole, parts, other, shifted = (Seal(table) for _ in range(4))
    whole.add(rows)
    for part in rows.iter_slices(2):
        parts.add(part)
    other.add(rows.with_columns(said=pl.Series(["a", None, "", "bc", "é", "", "d"])))
    shifted.add(rows.with_columns(said=pl.Series(["a", "", None, "b", "cé", "", "d"])))
    assert str(whole) == str(parts)
    assert len({str(whole), str(other), str(shifted)}) == 3


# What is refused


def test_a_database_that_holds_anything_stays_as_it_is(home, kept, tmp_path):
    database = shutil.copy(home / "takeroot.sqlite3", tmp_path / "mine.sqlite3")
    before = Path(database).read_bytes()
    says = r"^The database holds something already \(in the table \w+\), and stays as it is: name an empty one with "
    with pytest.raises(TakerootError, match=says):
        backup.restore(kept, home=tmp_path / "new", into=f"sqlite:///{database}")
    assert Path(database).read_bytes() == before
    assert not (tmp_path / "new" / "uploads").exists()


def test_a_database_of_something_else_stays_as_it_is(kept, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as other:
        other.execute("CREATE TABLE invoices (id)")
    with pytest.raises(TakerootError, match=r"tables that are not Takeroot's \(invoices\), and stays as it is"):
        backup.restore(kept, home=tmp_path / "new", into=f"sqlite:///{tmp_path}/other.sqlite3")


def test_files_that_are_there_stay_as_they_are(kept, tmp_path):
    (tmp_path / "new" / "uploads").mkdir(parents=True)
    (tmp_path / "new" / "uploads" / "mine.csv").write_text("mine")
    with pytest.raises(TakerootError, match="uploads holds files already, and stays as it is"):
        backup.restore(kept, home=tmp_path / "new", into=f"sqlite:///{tmp_path}/new/takeroot.sqlite3")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["uploads"]


def changed(kept: Path, to: Path, **files: object) -> Path:
    """A backup in which some files say something else; None takes one out."""
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = files.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return to


def manifest_of(kept: Path) -> dict:
    with zipfile.ZipFile(kept) as zipped:
        return json.loads(zipped.read(MANIFEST))


def other_rows(kept: Path) -> bytes:
    from io import BytesIO

    with zipfile.ZipFile(kept) as zipped:
        rows = pl.read_parquet(zipped.open("tables/values/00000.parquet").read())
    out = BytesIO()
    rows.with_columns(value=pl.when(pl.int_range(pl.len()) == 7).then(8.25).otherwise("value")).write_parquet(out)
    return out.getvalue()


def damages(kept: Path) -> dict[str, tuple[dict, str]]:
    said = manifest_of(kept)
    newer = {**said, "migrations": [*said["migrations"], "0999_later"], "version": "9.0"}
    format_2 = {**said, "format": 2, "version": "9.0"}
    sites = [{**one, "columns": {**one["columns"], "more": "text"}} for one in said["tables"]]
    outside = {**said, "files": [{**said["files"][0], "name": "../outside"}]}
    part = "tables/values/00000.parquet"
    return {
        "a part is missing": ({part: None}, "is damaged (There is no item named"),
        "a part is another": ({part: other_rows(kept)}, "the table values has other content): nothing was restored"),
        "a part is none": ({part: b"PAR1 nonsense PAR1"}, "is damaged ("),
        "a file is another": ({"files/uploads/7/tracker.csv": b"x"}, "tracker.csv is not what the manifest says"),
        "the manifest is missing": ({MANIFEST: None}, "is no backup of Takeroot: it holds no takeroot-backup.json"),
        "the manifest is none": ({MANIFEST: b"{"}, "is damaged ("),
        "the manifest is another": ({MANIFEST: b"[]"}, "is damaged (its manifest can not be understood)"),
        "a migration is newer": ({MANIFEST: json.dumps(newer)}, "was made by a newer Takeroot (9.0): install"),
        "the format is newer": ({MANIFEST: json.dumps(format_2)}, "was made by a newer Takeroot (9.0): install"),
        "columns are others": ({MANIFEST: json.dumps({**said, "tables": sites})}, "is not that of its version"),
        "a file lies outside": ({MANIFEST: json.dumps(outside)}, "it names a file that is none of the data folder's"),
    }


@pytest.mark.parametrize(
    "damage",
    [
        "a part is missing",
        "a part is another",
        "a part is none",
        "a file is another",
        "the manifest is missing",
        "the manifest is none",
        "the manifest is another",
        "a migration is newer",
        "the format is newer",
        "columns are others",
        "a file lies outside",
    ],
)
def test_a_damaged_or_newer_backup_is_one_sentence_and_nothing_is_restored(kept, tmp_path, damage):
    files, says = damages(kept)[damage]
    bad = changed(kept, tmp_path / "bad.zip", **files)
    new = tmp_path / "new"
    with pytest.raises(TakerootError) as raised:
        backup.restore(bad, home=new, into=f"sqlite:///{new}/takeroot.sqlite3")
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not new.exists() or not list(new.iterdir())
    assert not (tmp_path / "outside").exists()
    with pytest.raises(TakerootError):
        backup.verify(bad)


@pytest.mark.parametrize("length", [0, 10, 5_000, -1])
def test_a_backup_that_ends_early_is_one_sentence(kept, tmp_path, length):
    (tmp_path / "cut.zip").write_bytes(kept.read_bytes()[:length])
    with pytest.raises(TakerootError, match="is damaged "):
        backup.verify(tmp_path / "cut.zip")


def test_a_bit_that_turned_is_found(kept, tmp_path):
    whole = bytearray(kept.read_bytes())
    whole[len(whole) // 2] ^= 1
    (tmp_path / "turned.zip").write_bytes(whole)
    with pytest.raises(TakerootError, match="is damaged "):
        backup.verify(tmp_path / "turned.zip")


def test_there_is_nothing_to_keep_without_a_database(tmp_path):
    with (
        _connected(sqlite(tmp_path / "none.sqlite3")) as connection,
        pytest.raises(TakerootError, match=r"There is no database .*none\.sqlite3 yet"),
    ):
        backup.backup(tmp_path / "kept.zip", home=tmp_path, using=connection.alias)
    assert list(tmp_path.iterdir()) == []


def test_no_connection_is_left_behind(kept):
    before = set(connections)
    backup.verify(kept)
    assert set(connections) == before


# The commands


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"TAKEROOT_HOME": str(home)}
    env.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "takeroot", *words], env=env, capture_output=True, text=True, check=False
    )


def test_one_command_keeps_one_tries_and_one_brings_back(home, tmp_path):
    made = command(home, "backup", str(tmp_path))
    assert made.returncode == 0, made.stderr
    (path,) = tmp_path.glob("takeroot-20*.zip")
    assert made.stderr.startswith("Kept ") and made.stderr.endswith(f" rows and 1 file in '{path}'.\n")
    tried = command(home, "backup", "--verify", str(path))
    assert tried.stderr.endswith("were restored aside, read back and compared.\n")
    back = command(tmp_path / "new", "restore", str(path))
    assert (back.returncode, back.stderr.startswith("Restored ")) == (0, True)
    assert content(sqlite(tmp_path / "new" / "takeroot.sqlite3")) == content(sqlite(home / "takeroot.sqlite3"))
    again = command(tmp_path / "new", "restore", str(path))
    assert (again.returncode, again.stdout) == (2, "")
    assert "already, and stays as it is: " in again.stderr


@pytest.mark.parametrize(("place", "why"), [("nowhere", "No such file or directory"), ("a file", "Not a directory")])
def test_a_place_that_can_not_be_written_is_one_sentence(home, tmp_path, place, why):
    (tmp_path / "a file").touch()
    refused = command(home, "backup", str(tmp_path / place / "kept.zip"))
    says = f"The backup '{tmp_path}/{place}/kept.zip' can not be written ({why}).\n"
    assert (refused.returncode, refused.stderr) == (2, says)
