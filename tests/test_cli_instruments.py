"""``takeroot instruments``: data to stdout, words to stderr, and a mistake is a sentence for each fault."""

from __future__ import annotations

import json

import openpyxl
import pytest
from click.testing import CliRunner
from tests.vocabulary.own_instruments import OVERLAY, OWN

from takeroot.cli import main


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "our-survey.yaml").write_text(OWN)
    return tmp_path / "own"


def run(*given):
    return CliRunner().invoke(main, ["instruments", *map(str, given)])


def test_the_instruments_are_listed(folder):
    done = run("list", "--folder", folder)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "our-survey\t1\tquestionnaire\tHow is it going?"
    assert "npt\t1\tquestionnaire\t" in done.stdout


def test_an_instrument_is_shown_in_full_or_plainer_words(folder):
    full, plain = (run("show", "our-survey", "--folder", folder, *more) for more in ([], ["--plain"]))
    assert (
        "  clear: Is it clear?\n      one of: I agree | I do not | Not relevant to my role | Not relevant yet"
        in full.stdout
    )
    assert "  clear: Do you get it?\n      one of: Yes | No | Not for me: My job is another" in plain.stdout
    assert "The wording is this programme's own." in full.stdout
    assert "our own paraphrase, not the official text" in run("show", "npt").stdout
    assert "  - It is ours" in full.stdout


def test_another_edition_is_shown_if_asked_for(folder):
    (folder / "our-survey.ward-7.yaml").write_text(OVERLAY)
    assert "Is it clear on ward 7?" in run("show", "our-survey", "--folder", folder, "--edition", "ward-7").stdout


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["show", "nptt"], "There is no instrument 'nptt'. Did you mean 'npt'?"),
        (["show", "npt", "--edition", "9"], "There is no edition of 'npt' called '9'. There are: 1."),
        (["show", "npt", "--language", "cy"], "There is no translation of 'npt' called 'cy'."),
        (["check", "nowhere.yaml"], "nowhere.yaml: there is no file 'nowhere.yaml'"),
        (
            ["sheet", "npt", "x.docx"],
            "What is filled in is a workbook or a page to print: give it a name that ends in .xlsx",
        ),
        (["list", "--folder", "nowhere"], "there is no file or folder 'nowhere'"),
    ],
)
def test_a_mistake_is_a_sentence(given, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*given)
    assert done.exit_code == 2
    assert done.stderr.startswith(says)
    assert done.stdout == ""


def test_every_fault_of_every_file_is_said(tmp_path):
    (tmp_path / "a.yaml").write_text(OWN.replace("scale: much", "scale: mch").replace("who: The team", "whom: Us"))
    (tmp_path / "b.yaml").write_text("overlay_of: our-survey\nedition: 2\n")
    done = run("check", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert done.exit_code == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "a.yaml",
        "a.yaml, row 7",
        "a.yaml, row 41",
        "b.yaml, row 1",
    ]


def test_files_without_faults_are_said_to_have_none(folder):
    (folder / "over.yaml").write_text(OVERLAY)
    done = run("check", folder / "our-survey.yaml", folder / "over.yaml")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            "No faults in our-survey.yaml ('How is it going?', edition 1: 7 questions).",
            "No faults in over.yaml (other words for 'our-survey', as edition ward-7).",
        ],
    )


def test_the_schema_is_json(tmp_path):
    assert run("schema", "-o", tmp_path / "s.json").exit_code == 0
    assert json.loads((tmp_path / "s.json").read_text()) == json.loads(run("schema").stdout)


def test_what_is_filled_in_is_read(folder, tmp_path):
    path = tmp_path / "sheet.xlsx"
    assert run("sheet", "our-survey", path, "--folder", folder, "--round", "r1", "--respondents", 2).exit_code == 0
    book = openpyxl.load_workbook(path)
    book["answers 1"]["C3"] = "I agree"
    book["about"]["B7"] = "a"
    book.save(path)
    done = run("answers", path, "--folder", folder)
    assert done.stdout == "round,respondent,role,question,answer,comment\nr1,a,,clear,agree,\n"
    assert run("answers", path).exit_code == 2


def test_nothing_is_written_over(folder, tmp_path):
    path = tmp_path / "form.html"
    assert run("sheet", "our-survey", path, "--folder", folder).exit_code == 0
    assert run("sheet", "our-survey", path, "--folder", folder).exit_code == 2
