"""``takeroot exposure``: what people type, and what they read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from takeroot.analysis import network
from takeroot.cli import main

STAGES = "site,stage,on\nA,using,2024-01-10\nB,using,2024-02-01\nB,paused,2024-03-10\nC,exploring,2024-04-01\n"
TIES = "source,target,kind,weight\nA,C,peer,1\nB,C,lead,3\nA,C,lead,\nC,C,peer,1\nC,D,peer,0\n"


@pytest.fixture
def run(tmp_path: Path):
    stages, ties = tmp_path / "stages.csv", tmp_path / "ties.csv"
    stages.write_text(STAGES, encoding="utf-8")
    ties.write_text(TIES, encoding="utf-8")

    def run(*options: str) -> Result:
        return CliRunner().invoke(main, ["exposure", str(stages), str(ties), *options])

    return run


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, try_parse_dates=True)


def test_every_site_of_either_file_has_a_row_for_every_month(run, tmp_path: Path):
    done = run("-o", str(tmp_path / "out.csv"))
    assert done.exit_code == 0, done.output
    found = read(tmp_path / "out.csv")
    assert found.columns[:3] == ["site", "on", "exposure"]
    assert found.height == 4 * 4
    assert found.filter(site="C")["exposure"].to_list() == [0.5, 1.0, 0.5, 0.5]
    assert found.filter(pl.col("site") != "C")["exposure"].null_count() == 12


@pytest.mark.parametrize(
    ("options", "asked", "expected"),
    [
        (["--lag", "1"], {"lag": 1}, [None, 0.5, 1.0, 0.5]),
        (["--valued"], {"valued": True}, [0.4, 1.0, 0.4, 0.4]),
        (["--ever"], {"ever": True}, [0.5, 1.0, 1.0, 1.0]),
        (["--influence", "out"], {"influence": "out"}, [None] * 4),
        (["--kind", "peer"], {"kind": ["peer"]}, [1.0, 1.0, 1.0, 1.0]),
    ],
)
def test_an_option_does_what_the_function_does(run, tmp_path: Path, options, asked, expected):
    assert run("-o", str(tmp_path / "out.csv"), *options).exit_code == 0
    found = read(tmp_path / "out.csv")
    assert found.filter(site="C")["exposure"].to_list() == expected
    given = network.exposure(read(tmp_path / "stages.csv"), read(tmp_path / "ties.csv"), **asked)
    assert found["exposure"].cast(pl.Float64).to_list() == given["exposure"].to_list()


def test_words_go_to_stderr_and_say_what_may_not_be_meant(run):
    done = run()
    assert done.stdout.startswith("site,on,exposure")
    assert "1 tie is from a site to itself; that counts for nothing." in done.stderr
    assert "1 tie is without weight (0); that counts for nothing." in done.stderr


def test_files_in_the_wrong_order_and_a_kind_that_is_not_there_are_one_sentence(run, tmp_path: Path):
    wrong = CliRunner().invoke(main, ["exposure", str(tmp_path / "ties.csv"), str(tmp_path / "stages.csv")])
    assert wrong.exit_code == 2
    assert "stages need the column 'site'" in wrong.output
    missing = run("--kind", "pear")
    assert missing.exit_code == 2
    assert missing.stderr.endswith("There is no kind of tie 'pear'. Did you mean 'peer'?\n")


def test_every_fault_of_the_ties_has_its_row(run, tmp_path: Path):
    (tmp_path / "ties.csv").write_text("source,target,weight\nA,C,-1\nB,,x\n", encoding="utf-8")
    done = run()
    assert done.exit_code == 2
    assert "ties.csv, row 2, column 'weight': a number of at least 0 is needed, found '-1'" in done.output
    assert "ties.csv, row 3, column 'target': the site that is influenced is missing" in done.output


def test_a_file_of_stages_with_nothing_but_its_header_is_said(run, tmp_path: Path):
    (tmp_path / "stages.csv").write_text("site,stage,on\n", encoding="utf-8")
    done = run()
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("stages.csv: no stage is recorded, so there is nobody to be exposed to")


def test_without_ties_every_site_is_shown_without_exposure(run, tmp_path: Path):
    (tmp_path / "ties.csv").write_text("source,target\n", encoding="utf-8")
    assert run("-o", str(tmp_path / "out.csv")).exit_code == 0
    assert read(tmp_path / "out.csv")["exposure"].null_count() == 3 * 4
