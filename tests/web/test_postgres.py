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
        "test_actions_laws.py",
        "test_attacks.py",
        "test_attacks_further.py",
        "test_access.py",
        "test_review.py",
        "test_trail_page.py",
        "test_roles.py",
        "test_rounds.py",
        "test_rounds_attacks.py",
        "test_frames.py",
        "test_pages.py",
        "test_stored.py",
        "test_record.py",
        "test_rows.py",
        "test_drafts.py",
        "test_signing_in.py",
        "test_account.py",
        "test_people_page.py",
        "test_invitations.py",
        "test_sharing.py",
        "test_house_page.py",
    ]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *(str(HERE / name) for name in asked)],
        cwd=root,
        env=os.environ | {"DATABASE_URL": postgres},
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
