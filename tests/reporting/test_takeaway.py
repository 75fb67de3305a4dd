"""What is taken away is what was asked for, whole or not at all, in every kind of file and from every door."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from tests.reporting.measured import board

from takeroot.analysis import spc
from takeroot.cli import main
from takeroot.errors import NotEnough, NotFound, TakerootError
from takeroot.reporting import takeaway
from takeroot.reporting.chosen import Chosen
from takeroot.reporting.pictures import MARK
from takeroot.reporting.results import TOGETHER
from takeroot.reporting.views import views
from takeroot.vocabulary.programme import Programme
from takeroot.vocabulary.rulesets import RuleSet


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return board().write(tmp_path_factory.mktemp("programmes") / "board")


def packed(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_a_zip_has_three_files_of_every_chart_and_says_what_they_are() -> None:
    held = packed(takeaway.content(board(), "board.zip"))
    charts = ("falls-all-sites", "gaps-C", "waits-by-site")
    of_charts = {f"{name}.{suffix}" for name in charts for suffix in ("svg", "png", "csv")}
    assert set(held) == of_charts | {"summary.csv", "read-me.txt"}
    assert held["gaps-C.svg"].startswith(b"<svg")
    assert held["gaps-C.png"].startswith(b"\x89PNG")
    assert b"Rule set our-board, version 2026" in held["read-me.txt"]


def test_a_csv_opens_in_a_spreadsheet_and_has_the_numbers_of_the_chart() -> None:
    programme = board()
    held = packed(takeaway.content(programme, "board.zip", measures=["waits"], sites=["B"]))
    content = held["waits-B.csv"]
    assert content.startswith(MARK)
    found = pl.read_csv(content[len(MARK) :], try_parse_dates=True)
    points = spc.chart(programme.values, measures=programme.measures, phases=programme.phases,
                       rule_sets=programme.about.rule_sets).filter(measure="waits", site="B")  # fmt: skip
    assert found["upper"].to_list() == points["upper"].to_list()
    assert found["on"].to_list() == points["on"].to_list()


def test_names_that_differ_only_in_what_no_file_name_holds_have_files_of_their_own() -> None:
    values = {"measure": ["a/b", "a?b", "A b"], "site": ["S"] * 3, "on": ["2024-01-01"] * 3, "value": [1.0, 2.0, 3.0]}
    held = packed(takeaway.content(Programme("Names", values=values), "names.zip"))
    assert {name for name in held if name.endswith(".png")} == {"A-b-S.png", "a-b-S-2.png", "a-b-S-3.png"}


def test_the_same_programme_gives_the_same_zip() -> None:
    assert takeaway.content(board(), "board.zip") == takeaway.content(board(), "board.zip")


def test_measures_and_sites_are_found_by_name_or_by_code_and_kept_in_the_order_asked_for() -> None:
    chosen = Chosen.of(board(), measures=["days between", "waits"], sites=["Ward C"])
    assert chosen.measures == ("gaps", "waits")
    assert chosen.sites == ("C",)
    assert chosen.summary["site"].unique().to_list() == ["C"]


def test_sites_that_are_called_alike_stay_apart() -> None:
    alike = Chosen.of(board({"A": "Ward", "B": "Ward"}), measures=["waits"])
    assert alike.summary["place"].to_list() == ["Ward (A)", "Ward (B)", "Ward C"]
    (view,) = views(alike)
    assert view.points.group_by("site").len()["len"].to_list() == [24, 24, 24]


def test_choosing_changes_no_number() -> None:
    whole, part = Chosen.of(board()).summary, Chosen.of(board(), measures=["waits"], sites=["B"]).summary
    assert part.rows() == whole.filter(measure="waits", site="B").rows()


def test_all_sites_together_stand_before_the_sites_and_not_where_sites_were_asked_for() -> None:
    falls = Chosen.of(board(), measures=["falls"]).summary["site"].to_list()
    assert falls == [TOGETHER, "A", "B"]
    assert Chosen.of(board(), measures=["falls"], sites=["B", "A"]).summary["site"].to_list() == ["A", "B"]


def test_a_rule_set_asked_for_judges_everything_and_is_in_the_command() -> None:
    own = RuleSet(name="strict", version="1", shift=5)
    chosen = Chosen.of(board(), rules=own)
    assert chosen.summary["rules"].unique().to_list() == ["strict"]
    assert chosen.command("b.xlsx").endswith("--rules strict.yaml")
    assert Chosen.of(board(), rules="our-board").command("b.xlsx").endswith("--rules our-board")


def test_what_is_not_there_is_said_with_the_nearest() -> None:
    with pytest.raises(NotFound, match=r"There is no measure 'fals'. Did you mean 'falls'\?"):
        Chosen.of(board(), measures=["fals"])
    with pytest.raises(NotFound, match="There is no rule set 'mcd'"):
        Chosen.of(board(), rules="mcd")
    with pytest.raises(NotEnough, match="no values of Days between at Ward A are recorded in 'Safer wards'"):
        Chosen.of(board(), measures=["gaps"], sites=["A"])
    with pytest.raises(NotEnough, match="no values are recorded in 'Nothing yet'"):
        takeaway.content(Programme("Nothing yet"), "b.xlsx")
    with pytest.raises(TakerootError, match=r"written as .xlsx, .pptx, .zip; found '.pdf'"):
        takeaway.content(board(), "b.pdf")


@pytest.mark.parametrize("file", ["board.xlsx", "board.pptx", "board.zip"])
def test_a_command_writes_what_the_library_gives(file: str, folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["measures", str(folder), "-o", str(tmp_path / file), "--measure", "gaps"])
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / file).read_bytes() == takeaway.content(Programme.read(folder), file, measures=["gaps"])
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_a_command_takes_a_rule_set_of_ones_own(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text('name: ours\nversion: "3"\nshift: 9\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["measures", str(folder), "-o", str(tmp_path / "b.zip"), "--rules", str(own)])
    assert done.exit_code == 0, done.output
    assert b"Rule set ours, version 3: " in packed((tmp_path / "b.zip").read_bytes())["read-me.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "b.pdf"], "Give it a name that ends in .xlsx, .pptx or .zip, not 'b.pdf'."),
        (["-o", "b.xlsx", "--measure", "fals"], "There is no measure 'fals'. Did you mean 'falls'?"),
        (["-o", "b.xlsx", "--site", "Ward Q"], "There is no site with values 'Ward Q'."),
        (["-o", "b.xlsx", "--rules", "mdd"], "There is no rule set 'mdd'."),
        (["-o", "b.xlsx", "--rules", "gone.yaml"], "'gone.yaml' can not be read"),
        (["-o", "nowhere/b.xlsx"], "There is no folder 'nowhere'"),
    ],
)
def test_a_mistake_is_a_sentence_and_leaves_what_was_there(
    words: list[str], said: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b.xlsx").write_text("what was there", encoding="utf-8")
    done = CliRunner().invoke(main, ["measures", str(folder), *words])
    assert done.exit_code == 2
    assert done.output.startswith(said)
    assert Path("b.xlsx").read_text(encoding="utf-8") == "what was there"
    assert [path.name for path in Path().iterdir()] == ["b.xlsx"]


def test_a_command_does_not_write_over_the_programme_it_reads(tmp_path: Path) -> None:
    path = board().write(tmp_path / "board.xlsx")
    before = path.read_bytes()
    done = CliRunner().invoke(main, ["measures", str(path), "-o", str(path)])
    assert done.exit_code == 2
    assert "is read already" in done.output
    assert path.read_bytes() == before
