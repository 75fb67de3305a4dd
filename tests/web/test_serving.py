"""The workbench as a person starts it: one command, its own folder, the same again the second time."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from takeroot import Programme, examples
from takeroot.errors import TakerootError
from takeroot.web import environment

QUIET = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
}


@contextmanager
def running(*command: str, **env: str) -> Iterator[tuple[str, list[str]]]:
    """The command until it answers: its address, and what it said by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "takeroot", *command], env=QUIET | env, stderr=subprocess.PIPE, text=True, cwd="/tmp"
    )
    said: list[str] = []
    try:
        for line in process.stderr or ():
            said.append(line.strip())
            if found := re.search(r"answers at (http://\S+)", line):
                break
        assert found, said
        yield found[1], said
    finally:
        process.send_signal(signal.SIGTERM)
        said += (process.communicate(timeout=30)[1] or "").splitlines()
        assert process.returncode == 0, said


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.status, response.read().decode()


@pytest.mark.slow
def test_a_demonstration_is_ready_in_one_command_and_overwrites_nothing(tmp_path):
    folder = tmp_path / "demo"
    with running("demo", "--folder", str(folder), "--port", "0") as (address, _):
        assert get(f"{address}health") == (200, "well\n")
        assert "Sign in" in get(address)[1]
    reports = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.html")}
    assert set(reports) == {f"{name}.html" for name in examples.names()}
    database = folder / "workbench" / "takeroot.sqlite3"
    (folder / "prompt.html").write_text("mine now")
    with running("demo", "--folder", str(folder), "--port", "0") as (address, said):
        assert get(f"{address}health")[0] == 200
    assert not [line for line in said if line.startswith(("Loaded", "Writing"))]
    assert (folder / "prompt.html").read_text() == "mine now"
    assert database.exists()
    assert not list(folder.glob(".*"))


@pytest.mark.slow
def test_a_first_start_makes_one_sign_in_and_says_its_password_once(tmp_path):
    home, own = tmp_path / "home", tmp_path / "falls"
    Programme("Falls on wards", stages={"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]}).write(own)
    with running("serve", str(own), "--port", "0", TAKEROOT_HOME=str(home)) as (_, first):
        pass
    assert "Loaded Falls on wards." in first
    assert len([line for line in first if "with the password" in line]) == 1
    with running("serve", str(own), "--port", "0", TAKEROOT_HOME=str(home)) as (_, second):
        pass
    assert not [line for line in second if "password" in line]
    assert "There is a programme 'falls-on-wards' already; it stays as it is." in second


def test_a_port_in_use_is_one_sentence():
    from takeroot.web import serving

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TakerootError) as raised:
            serving.serve(port=port)
    assert str(raised.value) == f"Port {port} is in use by another program: stop that, or choose another with --port."


def test_a_place_that_is_not_on_this_machine_is_one_sentence():
    from takeroot.web import serving

    with pytest.raises(TakerootError, match=r"Nothing can listen at 192\.0\.2\.1"):
        serving.serve(host="192.0.2.1", port=8000)


# What the environment may change


def test_the_secret_is_made_once_and_is_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("TAKEROOT_SECRET")
    first, second = environment.secret(tmp_path / "home"), environment.secret(tmp_path / "home")
    assert first == second and len(first) > 50
    assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600
    assert environment.secret(tmp_path / "another") != first


def test_the_data_folder_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("TAKEROOT_HOME", str(tmp_path / "named"))
    assert environment.home() == tmp_path / "named"
    monkeypatch.delenv("TAKEROOT_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "shared"))
    assert environment.home() == tmp_path / "shared" / "takeroot"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert environment.home() == tmp_path / "me" / ".local" / "share" / "takeroot"


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("", "django.db.backends.sqlite3", "/data/takeroot.sqlite3"),
        ("sqlite:////elsewhere/file.sqlite3", "django.db.backends.sqlite3", "/elsewhere/file.sqlite3"),
        ("sqlite:///folder/file.sqlite3", "django.db.backends.sqlite3", "folder/file.sqlite3"),
        ("postgres://me:p%40ss@db.example:5433/take%20root", "django.db.backends.postgresql", "take root"),
        ("postgresql://db.example/takeroot?sslmode=require", "django.db.backends.postgresql", "takeroot"),
    ],
)
def test_the_database_is_the_one_the_environment_names(monkeypatch, url, engine, name):
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.delenv("TAKEROOT_DATABASE", raising=False)
    said = environment.database(Path("/data"))
    assert (said["ENGINE"], said["NAME"]) == (engine, name)
    if "p%40ss" in url:
        assert (said["USER"], said["PASSWORD"], said["HOST"], said["PORT"]) == ("me", "p@ss", "db.example", "5433")
    if "sslmode" in url:
        assert said["OPTIONS"] == {"sslmode": "require"}


def test_a_kind_of_database_that_is_not_kept_is_one_sentence(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://db/takeroot")
    with pytest.raises(TakerootError, match="DATABASE_URL begins with 'mysql:'"):
        environment.database(Path("/data"))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "DATABASE_URL does not say which kind of database it is; "),
        ("postgres://x:y@127.0.0.1:abc/z", "DATABASE_URL has a host or port that can not be read; "),
        ("postgres://[x/z", "DATABASE_URL has a host or port that can not be read; "),
        ("postgres://x:y@127.0.0.1", "DATABASE_URL names no database after 'postgres:'; "),
        ("sqlite://file.sqlite3", "DATABASE_URL names no database after 'sqlite:'; "),
    ],
)
def test_an_address_of_no_database_is_one_sentence(monkeypatch, url, says):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(TakerootError) as raised:
        environment.database(Path("/data"))
    assert str(raised.value) == f"{says}postgres://user:password@host/name or sqlite:///file is needed."


@pytest.mark.parametrize(("said", "size"), [("", 1024), (" 2 ", 2), ("0", 0)])
def test_how_large_kept_frames_may_grow_is_a_number_of_megabytes(monkeypatch, said, size):
    monkeypatch.setenv("TAKEROOT_CACHE_MB", said)
    assert environment.megabytes("TAKEROOT_CACHE_MB", 1024) == size * 2**20


@pytest.mark.parametrize("said", ["abc", "1.5", "-1", "1,024", "²"])
def test_a_size_that_is_no_whole_number_is_one_sentence(monkeypatch, said):
    monkeypatch.setenv("TAKEROOT_CACHE_MB", said)
    with pytest.raises(TakerootError) as raised:
        environment.megabytes("TAKEROOT_CACHE_MB", 1024)
    assert str(raised.value) == (f"TAKEROOT_CACHE_MB is '{said}'; a whole number of megabytes is needed, such as 1024.")


def refused(cwd: Path, **env: str) -> str:
    """What the command says where it can not start."""
    done = subprocess.run(
        [sys.executable, "-m", "takeroot", "serve", "--port", "0"],
        env=QUIET | env,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.parametrize("secret", [{}, {"TAKEROOT_SECRET": "a long secret of our own"}])
def test_a_data_folder_that_can_not_be_used_is_one_sentence(tmp_path, secret):
    (tmp_path / "file").write_text("no folder")
    home = tmp_path / "file" / "home"
    assert refused(tmp_path, TAKEROOT_HOME=str(home), **secret) == (
        f"The data can not be kept in the folder {home} (Not a directory): name another by TAKEROOT_HOME.\n"
    )


def test_a_damaged_database_is_one_sentence_and_stays_as_it_is(tmp_path):
    damaged = tmp_path / "takeroot.sqlite3"
    damaged.write_text("this was a database once " * 40)
    assert refused(tmp_path, TAKEROOT_HOME=str(tmp_path)) == (
        f"The database can not be used (file is not a database): check DATABASE_URL, or the folder {tmp_path}.\n"
    )
    assert damaged.read_text() == "this was a database once " * 40


def test_settings_that_can_not_be_used_are_said_by_the_command(tmp_path):
    home = {"TAKEROOT_HOME": str(tmp_path / "home")}
    assert refused(tmp_path, **home, TAKEROOT_CACHE_MB="abc").startswith("TAKEROOT_CACHE_MB is 'abc'; ")
    assert refused(tmp_path, **home, DATABASE_URL="nonsense").startswith("DATABASE_URL does not say ")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.django_db
def test_only_a_programme_of_the_same_name_is_there_already(tmp_path, capsys):
    from takeroot.web import serving

    paths = [tmp_path / str(place) for place in range(4)]
    for path, name in zip(paths, ("北京计划", "上海计划", "!!!", "???"), strict=True):
        Programme(name).write(path)
    serving._load(paths)
    assert capsys.readouterr().err.splitlines() == [
        f"Loaded {name}." for name in ("北京计划", "上海计划", "!!!", "???")
    ]
    serving._load(paths[1:2])
    assert capsys.readouterr().err == "There is a programme '上海计划' already; it stays as it is.\n"


def test_tracebacks_are_never_shown_unless_asked_for():
    from django.conf import settings

    assert settings.DEBUG is False
    assert settings.PASSWORD_HASHERS[0].endswith("MD5PasswordHasher")  # of the tests alone
    from takeroot.web import settings as real

    assert real.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")
    assert "testserver" not in real.ALLOWED_HOSTS[:3]


@pytest.mark.django_db
def test_sqlite_writes_ahead_and_waits_for_its_turn():
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("this database is not SQLite")
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert connection.settings_dict["OPTIONS"]["init_command"].startswith(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
    )
