"""``takeroot instruments export``: what may be shown of a round as a file, with what is kept back."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from takeroot.cli import main


def run(*given):
    return CliRunner().invoke(main, ["instruments", "export", *map(str, given)])


def test_an_anonymous_round_goes_out_as_counts(tmp_path):
    counts = pl.read_csv(io.StringIO(run("synthetic", "npt-2024").stdout))
    assert counts.filter(breakdown="everyone")["n"].sum() > 0
    assert "respondent" not in counts.columns and set(counts["round"]) == {"npt-2024"}
    sizes = counts.filter(state="answer").group_by("question", "breakdown", "group").agg(pl.col("n").sum())
    assert sizes.filter(pl.col("n") > 0)["n"].min() >= 5


def test_a_workbook_and_a_zip_hold_the_same_tables(tmp_path):
    for kind in ("xlsx", "zip"):
        done = run("synthetic", "npt-2024", "-o", tmp_path / f"round.{kind}")
        assert done.exit_code == 0, done.stderr
    sheets = openpyxl.load_workbook(tmp_path / "round.xlsx", read_only=True).sheetnames
    with zipfile.ZipFile(tmp_path / "round.zip") as packed:
        assert sorted(packed.namelist()) == sorted(f"{sheet}.csv" for sheet in sheets)
        told = pl.read_csv(packed.read("consistency.csv"))
        raters = pl.read_csv(packed.read("agreement.csv"))
    assert {"co", "cp", "ca", "rm"} <= set(told["of"].drop_nulls()) or told.height
    assert (raters["lower"] <= raters["alpha"]).all() and (raters["alpha"] <= raters["upper"]).all()


def test_an_open_round_goes_out_answer_by_answer():
    rows = pl.read_csv(io.StringIO(run("synthetic", "npt-2022").stdout), infer_schema=False)
    assert rows["respondent"].n_unique() > 5
    reversed_ = rows.filter(question="ca2").drop_nulls("points").select("points", "turned").cast(float)
    assert ((reversed_["points"] + reversed_["turned"]) == 6).all() and reversed_.height


def test_before_it_had_closed_an_anonymous_round_does_not_go_out():
    done = run("synthetic", "npt-2024", "--as-at", "2023-12-01")
    assert done.exit_code == 2 and "npt-2024" in done.stderr


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["synthetic", "npt-2023"], "There is no round 'npt-2023'."),
        (["nowhere", "npt-2022"], "There is no folder, file or example 'nowhere'."),
        (["synthetic", "npt-2024", "--floor", "4"], "has 5 people or more; 4 were asked for"),
        (["synthetic", "npt-2024", "--floor", "400"], "can not be taken out: Fewer than 400 answered."),
        (["synthetic", "npt-2024", "-o", "x.docx"], "give it a name that ends in .csv, not 'x.docx'"),
    ],
)
def test_a_mistake_is_a_sentence(given, says):
    done = run(*given)
    assert done.exit_code == 2 and says in done.stderr
