"""The manual does what it says: its blocks are run, in order, in a folder of their own.

A ``python`` block is run in one namespace with the others of its page, a ``shell`` block with bash. A block after the
words *Save this as* is saved. A ``text`` block is what the block before it prints.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?:Save this as `(?P<path>[^`]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S)
PAGES = [
    "README.md",
    "docs/tutorials/first-programme.md",
    "docs/how-to/ask-what-if.md",
    "docs/how-to/bring-your-own-data.md",
    "docs/how-to/chart-measures.md",
    "docs/how-to/choose-a-framework.md",
    "docs/how-to/code-notes.md",
    "docs/how-to/fit-a-model.md",
    "docs/how-to/forecast.md",
    "docs/how-to/import-a-tracker.md",
    "docs/how-to/study-networks.md",
    "docs/how-to/see-where-scale-up-is-held-back.md",
    "docs/how-to/take-measures-away.md",
    "docs/how-to/write-an-instrument.md",
]
#: What sets up or serves is tried by make itself.
NOT_HERE = re.compile(r"^(make|takeroot (demo|serve)|pip|git clone)\b", re.M)


def blocks(page: str) -> list[re.Match[str]]:
    return list(BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    names: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for block in blocks(page):
        body = block["body"]
        if block["path"]:
            Path(block["path"]).write_text(body, encoding="utf-8")
        elif block["kind"] == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(body, page, "exec"), names)
            printed = out.getvalue()
        elif block["kind"] == "shell" and not NOT_HERE.search(body):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", body],
                capture_output=True,
                text=True,
                env={**os.environ, "PATH": path},
                check=False,
            )
            assert done.returncode == 0, done.stderr
            printed = done.stdout
        elif block["kind"] == "text":
            assert printed.strip() == body.strip()


@pytest.mark.parametrize(
    "page",
    sorted(
        path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "reference"
    ),
)
def test_a_page_has_one_sentence_a_line(page: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.S)
    prose = [line for line in text.splitlines() if not line.startswith(("|", "- ", "#", ">", "  "))]
    prose = [re.sub(r"^\d+\. ", "", line) for line in prose]
    assert [line for line in prose if re.search(r"[a-z0-9)`][.?!] [A-Z*`]", line)] == []


def test_the_yaml_of_a_page_can_be_read(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    import takeroot as tr
    from takeroot.vocabulary import instruments_in_files, rulesets_in_files

    aside = tmp_path_factory.mktemp("aside")
    for page in sorted((ROOT / "docs" / "how-to").glob("*.md")):
        for block in blocks(str(page.relative_to(ROOT))):
            if block["kind"] == "yaml" and block["path"]:
                (aside / block["path"]).write_text(block["body"], encoding="utf-8")
                if page.stem == "write-an-instrument":
                    assert instruments_in_files.read(aside / block["path"]).id == "handover"
                elif page.stem == "ask-what-if":
                    assert len(tr.whatif.read(aside / block["path"]).choices) == 2
                else:
                    assert rulesets_in_files.read(aside / block["path"]).name == "our-board"
            elif block["kind"] == "yaml":
                (tmp_path / "programme.yaml").write_text(block["body"], encoding="utf-8")
                (tmp_path / "measures.csv").write_text("measure\nfalls\n")
                assert tr.Programme.read(tmp_path).rules
