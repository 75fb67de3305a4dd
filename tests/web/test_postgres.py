"""The same on PostgreSQL: archive, actions and pages, on a server that lives as long as this test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_everything_that_asks_the_database_holds_on_postgresql(postgres: str, root: Path):
    asked = [
        "test_archive.py",
        "test_guards.py",
        "test_ledger.py",
        "test_actions.py",
        "test_roles.py",
        "test_frames.py",
        "test_pages.py",
        "test_stored.py",
    ]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *(str(HERE / name) for name in asked)],
        cwd=root,
        env=os.environ | {"DATABASE_URL": postgres},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
