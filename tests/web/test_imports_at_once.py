"""Several people bring files in at the same moment."""

from __future__ import annotations

import re
import sqlite3
import threading
import urllib.error
from urllib.parse import urlsplit

import pytest
from tests.web.test_killed import Browser, Server

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "falls"
    folder.mkdir()
    (folder / "programme.yaml").write_text("name: Falls\n")
    (folder / "sites.csv").write_text("site,region\n" + "".join(f"Ward {n},North\n" for n in range(40)))
    running = Server(tmp_path, folder)
    yield running
    running.kill()


def waiting(browser: Browser, region: str, wards: range) -> tuple[str, str]:
    """A file that was looked at: where it is accepted, and as what."""
    data = "site,region\n" + "".join(f"Ward {n},{region}\n" for n in wards)
    where, says = browser.post("/p/falls/import", {"kind": "ours"}, data.encode(), "sites.csv")
    return urlsplit(where).path + "/accept", re.search(r'name="seen" value="(\w+)"', says)[1]


def at_once(*calls) -> list[int]:
    """What each call led to, all of them begun together."""
    barrier, answers = threading.Barrier(len(calls)), [0] * len(calls)

    def run(at: int) -> None:
        browser, (path, seen) = calls[at]
        barrier.wait()
        try:
            browser.post(path, {"seen": seen})
            answers[at] = 200
        except urllib.error.HTTPError as error:
            answers[at] = error.code
            error.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def rows(tmp_path, sql: str) -> list:
    with sqlite3.connect(tmp_path / "data" / "takeroot.sqlite3") as database:
        return database.execute(sql).fetchall()


def browsers(server: Server, count: int) -> list[Browser]:
    made = [Browser(server.home) for _ in range(count)]
    for browser in made:
        browser.sign_in(server.password)
    return made


def test_one_file_accepted_by_several_comes_in_once(server, tmp_path):
    people = browsers(server, 6)
    waits = waiting(people[0], "South", range(40))
    assert at_once(*((browser, waits) for browser in people)) == [200] * 6
    assert rows(tmp_path, "SELECT count(*) FROM web_trail WHERE did = 'brought in a file'") == [(1,)]
    assert rows(tmp_path, "SELECT region, count(*) FROM sites GROUP BY 1") == [("South", 40)]


def test_files_that_speak_of_the_same_rows_do_not_overwrite_each_other_unseen(server, tmp_path):
    people = browsers(server, 4)
    waits = [waiting(browser, f"Region {n}", range(40)) for n, browser in enumerate(people)]
    assert sorted(at_once(*zip(people, waits, strict=True))) == [200, 422, 422, 422]
    assert len(rows(tmp_path, "SELECT DISTINCT region FROM sites")) == 1


def test_files_that_speak_of_other_rows_all_come_in(server, tmp_path):
    people = browsers(server, 4)
    waits = [waiting(browser, f"Region {n}", range(n * 10, n * 10 + 10)) for n, browser in enumerate(people)]
    assert at_once(*zip(people, waits, strict=True)) == [200] * 4
    assert rows(tmp_path, "SELECT region, count(*) FROM sites GROUP BY 1") == [(f"Region {n}", 10) for n in range(4)]
    assert server.check().strip() == "broken: None missing: []"
