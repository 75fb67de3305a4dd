"""``takeroot instruments choose``: words, files, a terminal, and what is said of a slip."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from takeroot.analysis.chooser.questions import QUESTIONS
from takeroot.analysis.chooser.wording import NO_RULE
from takeroot.cli import main
from takeroot.cli.choosing import choose

Run = Callable[..., Result]
PROMPT = [
    *("--aim", "spread", "--purpose", "applied", "--what", "single_intervention", "--scale", "national"),
    *("--interdependence", "some", "--output", "plan", "--when", "before", "--who", "core_team", "--contested"),
]
SCORED = """aim: sustain
purpose: applied
what: qi_programme
scale: organisation
interdependence: low
output: score
when: after
who: core_team
contested: no
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Choose in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["instruments", "choose", *map(str, words)])


def test_the_answer_begins_with_there_being_no_rule(run: Run) -> None:
    done = run(*PROMPT)
    assert (done.exit_code, done.stderr) == (0, "")
    assert " ".join(done.stdout.split()).startswith(NO_RULE)
    assert "IHI Framework for Going to Full Scale: first together" in done.stdout
    assert "Here as: full-scale" in done.stdout
    assert "Points" not in done.stdout


def test_the_points_are_shown_when_asked_for(run: Run) -> None:
    said = " ".join(run(*PROMPT, "--points").stdout.split())
    assert "15 IHI Framework for Going to Full Scale 15 IHI Framework for Spread 10 NASSS framework" in said
    assert "Multi- level perspective least often (3.5%), NASSS most often (27.3%)" in said


def test_everything_is_there_as_json(run: Run) -> None:
    found = json.loads(run(*PROMPT, "--json").stdout)
    assert found["shortlist"] == ["gtfs", "spread", "who"]
    assert {row["framework"]: row["rank"] for row in found["frameworks"] if row["shortlisted"]} == {
        "gtfs": 1,
        "spread": 1,
        "who": 3,
    }
    assert found["answers"]["contested"] is True
    assert found["says"][0] == NO_RULE


def test_answers_come_from_a_file_and_words_beside_it_count_instead(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text(SCORED)
    assert json.loads(run("answers.yaml", "--json").stdout)["shortlist"] == ["nhssm"]
    changed = json.loads(run("answers.yaml", "--interdependence", "high", "--contested", "--json").stdout)
    assert changed["shortlist"] == ["dsf", "nhssm"]
    assert changed["answers"]["contested"] is True


def test_a_file_brings_back_what_is_set_aside(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text(f"{SCORED}back: [rii]\n")
    assert json.loads(run("answers.yaml", "--json").stdout)["shortlist"] == ["nhssm", "rii"]


def test_few_answers_give_a_sentence_and_no_shortlist(run: Run) -> None:
    done = run("--aim", "spread")
    assert done.exit_code == 0
    assert "Answer at least four of the eight questions for a shortlist; 1 is answered." in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--aim", "spred"], "There is no answer to aim 'spred'. Did you mean 'spread'?\n"),
        (
            ["--aim", "spread", "--back", "nass"],
            "There is no framework 'nass'. Did you mean 'nasss'?\n",
        ),
        (["none.yaml"], "'none.yaml' can not be read: No such file or directory.\n"),
    ],
)
def test_a_slip_is_one_sentence_and_exit_code_2(run: Run, words: list[str], sentence: str) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", sentence)


def test_every_fault_of_a_file_is_said_with_its_row(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("aim: sustainn\nputpose: applied\nwhat: [a, b]\nback: x\n")
    done = run("answers.yaml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "answers.yaml, row 1: There is no answer to aim 'sustainn'. Did you mean 'sustain'?",
        "answers.yaml, row 2: There is no question 'putpose'. Did you mean 'purpose'?",
        "answers.yaml, row 3: 'what' needs one word, found '['a', 'b']'",
        "answers.yaml, row 4: 'back' needs a list of frameworks (write '- ' before each), found 'x'",
    ]


@pytest.mark.parametrize("text", ["", "- aim\n", "just words\n"])
def test_a_file_without_answers_is_said_to_need_lines(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "answers.yaml").write_text(text)
    done = run("answers.yaml")
    assert (done.exit_code, done.stderr) == (2, "answers.yaml: lines such as 'aim: spread' are needed\n")


def test_without_answers_and_without_a_terminal_it_says_what_it_needs(run: Run) -> None:
    done = run()
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Say what you know, as in --aim spread")


def test_on_a_terminal_the_questions_are_asked_one_by_one() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "takeroot", "instruments", "choose", "--json"]
    asking = subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE)
    os.close(theirs)
    os.write(ours, b"1\nmaybe\napplied\n1\n4\nsome\nplan\nbefore\n2\nyes\n")
    told = b""
    while True:
        try:
            told += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    out = asking.communicate(timeout=60)[0]
    os.close(ours)
    assert asking.returncode == 0
    assert "A number from 1 to 3 or one of the words is needed." in told.decode()
    assert json.loads(out)["shortlist"] == ["gtfs", "spread", "who"]


def test_the_help_of_each_question_says_its_words() -> None:
    options = {one.name: one.help or "" for one in choose.params if isinstance(one, click.Option)}
    for question in QUESTIONS:
        words = [answer.word for answer in question.answers]
        assert options[question.id].partition(": ")[2] == f"{', '.join(words[:-1])} or {words[-1]}."
