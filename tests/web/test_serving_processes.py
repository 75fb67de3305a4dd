"""Several processes at one port: they share the work, replace each other, and none outlives the parent."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")]

TOLD = {"HOME": "/nonexistent", "LANG": "C.UTF-8", "TAKEROOT_PROCESSES": "2"}


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return kept | TOLD | {"TAKEROOT_HOME": str(home)} | more


@contextmanager
def serving(home: Path, *programmes: str, **more: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """The parent, and the address at which its children answer."""
    command = [sys.executable, "-m", "takeroot", "serve", "--port", "0", *programmes]
    parent = subprocess.Popen(
        command, env=environment(home, **more), stderr=subprocess.PIPE, text=True, cwd="/tmp", process_group=0
    )
    said = ""
    try:
        for line in parent.stderr:
            said += line
            if found := re.search(r"answers at (http://\S+)", line):
                break
        assert found, said
        yield parent, found[1]
    finally:
        if parent.poll() is None:
            parent.kill()
        parent.communicate(timeout=30)


def children(parent: subprocess.Popen) -> list[int]:
    """The processes whose parent it is."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = path.read_text().partition(" (")
        except OSError:
            continue
        if int(rest.rpartition(") ")[2].split()[1]) == parent.pid:
            found.append(int(number))
    return sorted(found)


def lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def until(so: Callable[[], object], seconds: float = 20) -> bool:
    """Whether something comes to be so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if so():
            return True
        time.sleep(0.05)
    return False


def health(address: str) -> str:
    try:
        with urllib.request.urlopen(f"{address}health", timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.URLError as error:
        return str(error)


def test_two_answer_and_one_does_the_long_work_and_whoever_ends_is_replaced(tmp_path):
    with serving(tmp_path) as (parent, address):
        assert until(lambda: len(children(parent)) == 3)
        for victim in children(parent):
            before = set(children(parent))
            os.kill(victim, signal.SIGKILL)
            assert "process ended by signal 9; another takes its place." in parent.stderr.readline()
            assert until(lambda before=before: len(set(children(parent)) - before) == 1)
            assert health(address) == "well\n"
        assert len(children(parent)) == 3


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(tmp_path, how):
    with serving(tmp_path) as (parent, _):
        assert until(lambda: len(children(parent)) == 3)
        there = children(parent)
        os.killpg(parent.pid, how)  # as a terminal does
        said = parent.communicate(timeout=30)[1]
        assert (parent.returncode, said) == (0, "Stopped.\n")
        assert not any(map(lives, there))


def test_no_child_outlives_a_parent_that_was_killed(tmp_path):
    with serving(tmp_path) as (parent, _):
        assert until(lambda: len(children(parent)) == 3)
        there = children(parent)
        parent.kill()
        parent.wait()
        assert until(lambda: not any(map(lives, there)))


def test_children_that_end_again_and_again_stop_it_with_a_sentence(tmp_path):
    with serving(tmp_path) as (parent, _):
        for _ in range(6):
            assert until(lambda: children(parent))
            os.kill(children(parent)[0], signal.SIGKILL)
            time.sleep(0.3)
        said = parent.communicate(timeout=30)[1]
        assert parent.returncode == 2
        assert "Processes of the workbench ended 6 times within a minute, the last by signal 9, so it stopped" in said


def test_what_is_asked_for_is_done_by_the_worker(tmp_path):
    with serving(tmp_path, "prompt") as (parent, address):
        asked = in_its_database(
            tmp_path,
            "from takeroot.web import tasks; from takeroot.web.models import *\n"
            "task = tasks.ask('report', programme=Programme.objects.get(), by=Person.objects.get())\n"
            "print(task.pk)",
        )
        look = f"from takeroot.web.models import *; task = Task.objects.get(pk={asked}); print(task.state, task.result)"
        assert until(lambda: in_its_database(tmp_path, look).startswith("done"), 60)
        made = in_its_database(tmp_path, look).split()[1]
        assert "PROMPT" in (tmp_path / "results" / made).read_text()
        assert health(address) == "well\n"
        assert len(children(parent)) == 3


def in_its_database(home: Path, code: str) -> str:
    """What a few lines say that are run beside the server."""
    begin = "import django; django.setup()\n"
    env = environment(home, DJANGO_SETTINGS_MODULE="takeroot.web.settings")
    run = subprocess.run([sys.executable, "-c", begin + code], env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_a_fault_of_the_first_child_is_said_once_by_the_parent(tmp_path):
    (tmp_path / "takeroot.sqlite3").write_text("this was a database once " * 40)
    command = [sys.executable, "-m", "takeroot", "serve", "--port", "0"]
    run = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (
        2,
        f"The database can not be used (file is not a database): check DATABASE_URL, or the folder {tmp_path}.\n",
    )


def test_one_process_does_all_of_it_where_one_is_asked_for(tmp_path):
    with serving(tmp_path, TAKEROOT_PROCESSES="1") as (parent, address):
        assert health(address) == "well\n"
        assert children(parent) == []
        assert until(lambda: (tmp_path / "worker").exists())
        parent.send_signal(signal.SIGTERM)
        assert (parent.communicate(timeout=30)[1], parent.returncode) == ("Stopped.\n", 0)


def test_a_body_that_is_too_large_is_refused_with_a_page(tmp_path):
    import http.client

    with serving(tmp_path, TAKEROOT_UPLOAD_MB="1") as (_, address):
        host = address.removeprefix("http://").rstrip("/")
        asked = http.client.HTTPConnection(host, timeout=20)
        asked.putrequest("POST", "/sign-in")
        asked.putheader("Content-Length", str(2**21))
        asked.endheaders()
        answer = asked.getresponse()
        page = answer.read().decode()
        assert (answer.status, answer.getheader("Content-Type")) == (413, "text/html; charset=utf-8")
        assert "What you sent is larger than this workbench takes" in page
        asked.close()
