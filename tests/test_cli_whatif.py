"""takeroot whatif: the words to stderr, the table to stdout or a file, and a sentence for each mistake."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from takeroot.cli import main

CHOICES = """
question: Shall we ask for it, or give room?
expects: Room.
months: 6
replicates: 64
choices:
  - name: A mandate
    levers: [{lever: mandate, size: 3, cost_a_month: 10}]
  - name: Room to adapt
    levers: [{lever: room_to_adapt, size: 2}]
"""


@pytest.fixture
def choices(tmp_path: Path) -> Path:
    path = tmp_path / "choices.yaml"
    path.write_text(CHOICES)
    return path


def takeroot(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["whatif", *map(str, arguments)])


def test_the_question_comes_first_then_the_answer_and_the_table(choices: Path) -> None:
    done = takeroot("frailsafe", "--strategy", choices, "--sweep", "none")

    assert done.exit_code == 0, done.stderr
    says = done.stderr.splitlines()
    assert says[:2] == ["Shall we ask for it, or give room?", "Expected: Room."]
    assert says[2].startswith("Nothing is fitted") and any("needs" in one and "to be ahead of" in one for one in says)
    table = pl.read_csv(io.StringIO(done.stdout))
    assert table["choice"].unique(maintain_order=True).to_list() == ["As it is now", "A mandate", "Room to adapt"]
    cost = table.filter(
        pl.col("figure") == "cost", pl.col("against") == "As it is now", pl.col("choice") == "A mandate"
    )
    assert cost["mean"].to_list() == [60.0]


def test_levers_by_name_and_options_make_a_question_too() -> None:
    how = ("--strategy", "mandate=4", "--months", 3, "--replicates", 64, "--sweep", "none")

    one, again = takeroot("frailsafe", *how, "--seed", 3), takeroot("frailsafe", *how, "--seed", 3, "--threads", 2)

    assert one.exit_code == 0, one.stderr
    assert one.stdout == again.stdout != takeroot("frailsafe", *how, "--seed", 4).stdout
    assert "3 months" in one.stderr and "A mandate or an incentive (4)" in one.stdout


def test_what_would_overturn_the_order_is_said(choices: Path) -> None:
    done = takeroot("frailsafe", "--strategy", choices, "--replicates", 16)

    assert done.exit_code == 0, done.stderr
    assert "With all assumptions moved at once" in done.stderr


@pytest.mark.parametrize("suffix", ["html", "xlsx"])
def test_a_document_holds_words_and_charts(choices: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"out.{suffix}"

    done = takeroot("frailsafe", "--strategy", choices, "--sweep", "none", "-o", output)

    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    if suffix == "html":
        text = output.read_text()
        assert "Shall we ask for it, or give room?" in text and text.count("<svg") >= 2 and "<script" not in text
    else:
        with zipfile.ZipFile(output) as book:
            assert "Shall we ask for it" in book.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--strategy", "mandat"), "Did you mean 'mandate'?"),
        (("--strategy", "none.yaml"), "'none.yaml' can not be read: No such file"),
        (("--strategy", "mandate", "--by", "colour"), "The sites have no column 'colour'"),
        (("--strategy", "mandate", "-o", "out.doc"), "give it a name that ends in .csv"),
        (("--strategy", "connect_sites=2", "--strategy", "connect_sites=2"), "twice"),
    ],
)
def test_a_mistake_is_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    done = takeroot("frailsafe", *arguments, "--months", 2, "--replicates", 8, "--sweep", "none")

    assert done.exit_code == 2
    assert says in done.stderr and "Traceback" not in done.stderr


def test_the_file_of_choices_is_never_written_over(choices: Path) -> None:
    done = takeroot("frailsafe", "--strategy", choices, "-o", choices)

    assert done.exit_code == 2
    assert choices.read_text() == CHOICES


def test_a_folder_that_is_not_there_is_said_before_any_work_is_done(tmp_path: Path) -> None:
    done = takeroot("synthetic", "--strategy", "mandate=2", "-o", tmp_path / "nowhere" / "answer.csv")

    assert done.exit_code == 2
    assert done.stderr.startswith("There is no folder") and len(done.stderr.splitlines()) == 1
