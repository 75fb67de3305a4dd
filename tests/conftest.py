"""What every test may lean on: no network, the same chance on every run of CI, and what the machine offers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
ON_CI = os.environ.get("CI") == "true"

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if ON_CI else "here")

# A journey asks the database from the thread that Playwright's loop runs in; no test is async.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure() -> None:
    """Refuse connections to other machines: a test that needs one is wrong."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}; tests stay on this machine")
        return connect(self, address)

    socket.socket.connect = connect_here  # type: ignore[method-assign]


#: Files whose tests make whole reports or programmes, and so take long together.
SLOW = ("test_examples.py", "test_report.py", "test_agreement.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Laws, tried on many made-up programmes, are slow; so are the files named above."""
    for item in items:
        law = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if law or item.path.name in SLOW:
            item.add_marker(pytest.mark.slow)


def _absent(reason: str) -> None:
    """Skip; but on CI, which installs everything first, fail."""
    (pytest.fail if ON_CI else pytest.skip)(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data with reference results, kept beside the checkout and not part of it."""
    folder = Path(os.environ.get("TAKEROOT_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set TAKEROOT_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    if not found:
        _absent("Chromium is not installed (apt-get install chromium)")
    return found[0]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """A running browser that asks nothing of the outside."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=[*quiet, "--disable-sync", "--no-first-run"]
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests: postgresql://postgres@127.0.0.1:PORT/postgres."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    initdb = shutil.which("initdb", path=os.pathsep.join([*map(str, homes), os.environ.get("PATH", "")]))
    if not initdb:
        _absent("PostgreSQL is not installed (apt-get install postgresql)")
    programs = Path(str(initdb)).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="takeroot-postgres-") as folder:
        as_its_user: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            as_its_user = ["runuser", "-u", "postgres", "--"]
            shutil.chown(folder, "postgres")

        def run(program: str, *options: str) -> None:
            command = [*as_its_user, str(programs / program), "-D", f"{folder}/data", *options]
            with Path(folder, "out").open("ab") as out:
                subprocess.run(
                    command, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
                )

        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
