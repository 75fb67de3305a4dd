"""A server that is killed in the middle: what it acknowledged is there; what it did not is whole, or not there."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

#: How often it is killed; TAKEROOT_KILLS sets another number.
KILLS = int(os.environ.get("TAKEROOT_KILLS", "20"))
ROWS = 4_000
CHECKED = """
import django
django.setup()
from takeroot.web import guards
from takeroot.web.models import Trail
print("broken:", guards.broken(), "missing:", guards.missing())
"""


class Server:
    """``takeroot serve``, as a process of its own that can be killed."""

    def __init__(self, home: Path, load: Path | None = None) -> None:
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "TAKEROOT_HOME": str(home / "data")}
        self.env |= {"PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": "takeroot.web.settings"}
        self.env |= {"TAKEROOT_PROCESSES": "1"}
        command = [sys.executable, "-m", "takeroot", "serve", "--port", "0", *([str(load)] if load else [])]
        self.process = subprocess.Popen(
            command, env=self.env, cwd=home, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        self.password, self.home = "", ""
        for line in self.process.stderr or ():
            self.password = found[1] if (found := re.search(r"with the password (\S+)", line)) else self.password
            if found := re.search(r"answers at (http://\S+)/", line):
                self.home = found[1]
                break
        assert self.home, "the server did not start"
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        for _ in self.process.stderr or ():
            pass

    def kill(self) -> None:
        """At once, with nothing tidied up."""
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def check(self) -> str:
        """What the guards of the trail say."""
        command = [sys.executable, "-c", CHECKED]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True).stdout


class Browser:
    """Pages as a browser asks for them, without scripts."""

    def __init__(self, home: str, jar: CookieJar | None = None) -> None:
        self.home, self.jar = home, CookieJar() if jar is None else jar
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.home + path, timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, fields: dict[str, str], file: bytes | None = None, name: str = "") -> tuple[str, str]:
        """Where it led, and what stands there."""
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        fields = {**fields, "csrfmiddlewaretoken": token or ""}
        body, kind = urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
        if file is not None:
            parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
            head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            body = "".join(parts).encode() + head.encode() + file + b"\r\n--x--\r\n"
            kind = "multipart/form-data; boundary=x"
        request = urllib.request.Request(self.home + path, body, {"Content-Type": kind})
        with self.opener.open(request, timeout=60) as answer:
            return answer.geturl(), answer.read().decode()

    def sign_in(self, password: str) -> None:
        self.get("/sign-in")
        self.post("/sign-in", {"username": "lead", "password": password})


def values(number: int) -> bytes:
    """A file whose rows all bear its number."""
    days = [f"{1990 + n // 300}-{n % 12 + 1:02}-{n // 12 % 25 + 1:02}" for n in range(ROWS)]
    more = "".join(f"falls {number},Ward 1,{day},{number}\n" for day in days)
    return b"measure,site,on,value\n" + more.encode()


def work(browser: Browser, number: int, acknowledged: list[tuple[str, int]]) -> None:
    """Bring a file in, take another back, change the words: and note down each that was acknowledged."""
    try:
        where, says = browser.post("/p/falls/import", {}, _measure(number), "measures.csv")
        seen = re.search(r'name="seen" value="(\w+)"', says)
        if seen:
            browser.post(urllib.parse.urlsplit(where).path + "/accept", {"seen": seen[1]})
        where, says = browser.post("/p/falls/import", {}, values(number), "values.csv")
        path = urllib.parse.urlsplit(where).path
        seen = re.search(r'name="seen" value="(\w+)"', says)
        assert seen, says[:2000]
        _, says = browser.post(path + "/accept", {"seen": seen[1]})
        assert "These rows came in" in says
        acknowledged.append(("in", number))
        if number % 3 == 0:
            _, says = browser.post(path + "/take-back", {})
            assert "It was taken back" in says
            acknowledged.append(("out", number))
    except (OSError, urllib.error.URLError, ConnectionError, ValueError):
        return  # killed under it
    except Exception as error:
        if "IncompleteRead" not in type(error).__name__ and "RemoteDisconnected" not in type(error).__name__:
            acknowledged.append((f"wrong: {error!r}"[:300], number))


def log(browser: Browser, note: dict[str, str]) -> None:
    """Log a note by its form: when this returns, it was acknowledged."""
    where, says = browser.post("/p/falls/record/notes", note)
    assert "recorded=" in where, says[:2000]


def log_on(browser: Browser, number: int, sent: list[dict[str, str]], saved: list[str]) -> None:
    """Log one note after another until the server is gone, and note down each that was sent and each acknowledged."""
    for each in range(100_000):
        said = {"site": "Ward 1", "title": f"note {number}.{each}", "on": "2024-05-01"}
        sent.append(said | {"once": f"note-{number:06}-{each:06}"})
        try:
            log(browser, sent[-1])
        except (OSError, http.client.HTTPException):
            return  # killed under it
        except AssertionError as error:
            saved.append(f"wrong: {error}")
            return
        saved.append(said["title"])


def _measure(number: int) -> bytes:
    return f"measure,name,improves\nfalls {number},Falls,down\n".encode()


def counted(home: Path) -> dict[int, int]:
    """How many values there are of each file."""
    with sqlite3.connect(home / "data" / "takeroot.sqlite3") as database:
        return dict(database.execute('SELECT CAST(value AS INT), count(*) FROM "values" GROUP BY 1').fetchall())


def noted(home: Path) -> Counter[str]:
    """How often each note is there."""
    with sqlite3.connect(home / "data" / "takeroot.sqlite3") as database:
        return Counter(title for (title,) in database.execute("SELECT title FROM notes"))


def lines(home: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(home / "data" / "takeroot.sqlite3") as database:
        return database.execute("SELECT id, did, what FROM web_trail ORDER BY id").fetchall()


def test_what_was_acknowledged_is_there_and_what_was_not_is_whole_or_absent(tmp_path):
    chance = random.Random(os.environ.get("TAKEROOT_SEED", "7"))
    folder = tmp_path / "falls"
    folder.mkdir()
    (folder / "programme.yaml").write_text("name: Falls\n")
    (folder / "sites.csv").write_text("site\nWard 1\n")
    server = Server(tmp_path, folder)
    password, came, went, at_all, took = server.password, set(), set(), set(), 2.0
    sent: list[dict[str, str]] = []
    saved: list[str] = []
    for number in range(1, KILLS + 1):
        browser, acknowledged = Browser(server.home), []
        browser.sign_in(password)
        browser.get("/p/falls/import")
        if sent:  # nobody knows whether the last one arrived, so it is sent again
            log(browser, sent[-1])
            saved.append(sent[-1]["title"])
            assert noted(tmp_path) == Counter(saved)
        began = time.monotonic()
        working = threading.Thread(target=work, args=(browser, number, acknowledged))
        logging = threading.Thread(target=log_on, args=(Browser(server.home, browser.jar), number, sent, saved))
        working.start()
        logging.start()
        working.join(chance.uniform(0.05, 1.1) * took if number > 1 else None)
        took = time.monotonic() - began if number == 1 else took
        server.kill()
        working.join()
        logging.join()
        assert not [said for said, _ in acknowledged if said.startswith("wrong")], acknowledged
        assert not [said for said in saved if said.startswith("wrong")], saved[-1]
        came |= {n for said, n in acknowledged if said == "in"}
        went |= {n for said, n in acknowledged if said == "out"}
        server = Server(tmp_path)
        assert noted(tmp_path) in (Counter(saved), Counter([*saved, sent[-1]["title"]]))
        there = counted(tmp_path)
        assert set(there.values()) <= {ROWS}, there
        assert {n for n in came - went if n not in there} <= {n for n in came if n % 3 == 0}
        assert not went & set(there)
        at_all |= set(there)
        assert server.check().strip() == "broken: None missing: []"
    _agrees(tmp_path, set(counted(tmp_path)))
    assert came and len(came) < KILLS  # some came through, and some were killed in the middle
    server.kill()


def _agrees(home: Path, there: set[int]) -> None:
    """The trail says of each file that came in, and no more than that, what is there."""
    came: dict[int, int] = {}
    gone: set[int] = set()
    for pk, did, what in lines(home):
        told = json.loads(what)
        if did == "brought in a file" and "values" in told["rows"]:
            assert told["rows"]["values"] == {"new": ROWS, "changed": 0}
            came[pk] = told["batch"]
        if did == "undid: brought in a file":
            gone.add(told["line"])
    with sqlite3.connect(home / "data" / "takeroot.sqlite3") as database:
        by_line = dict(database.execute('SELECT line, count(*) FROM "values" GROUP BY 1').fetchall())
        states = dict(database.execute("SELECT line, state FROM web_batch WHERE line IS NOT NULL").fetchall())
        logged = dict(database.execute("SELECT line, 'notes:' || id FROM notes").fetchall())
    assert logged == {pk: json.loads(what)["row"] for pk, did, what in lines(home) if did == "recorded in notes"}
    assert by_line == {line: ROWS for line in came if line not in gone}
    assert len(by_line) == len(there)
    assert {line: states[line] for line in came} == {line: "undone" if line in gone else "accepted" for line in came}
    drafts = [path for path in (home / "data" / "uploads").rglob(".*")]
    assert all(path.parent.name != "uploads" for path in drafts)
