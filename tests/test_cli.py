"""The command line: what it writes where, what it says, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

import takeroot as tr
from takeroot.cli import main

Run = Callable[..., Result]
DAYS = [f"{year}-{month:02}-01" for year in (2023, 2024) for month in range(1, 13)]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def falls(tmp_path: Path) -> Path:
    """A small programme folder without faults."""
    folder = tmp_path / "falls"
    tr.Programme("Falls", stages={"site": ["A", "B"], "stage": ["using", "paused"], "on": ["2024-03-01"] * 2}).write(
        folder
    )
    return folder


@pytest.fixture
def values(tmp_path: Path) -> Path:
    """Two years of one measure at one ward, with a point far out."""
    path = tmp_path / "values.csv"
    counts = [10, 12, 11, 13, 12, 10] * 4
    counts[20] = 30
    rows = "".join(f"falls,A,{day},{count},north\n" for day, count in zip(DAYS, counts, strict=True))
    path.write_text("measure,site,on,value,region\n" + rows)
    return path


# Mistakes


def test_a_mistake_is_one_sentence_and_exit_code_2(run: Run) -> None:
    done = run("check", "falls")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "There is no folder, file or example 'falls'. There are: frailsafe, prompt, synthetic.\n"


def test_the_nearest_example_is_offered(run: Run) -> None:
    assert run("check", "prompts").stderr == "There is no folder, file or example 'prompts'. Did you mean 'prompt'?\n"


def test_a_command_that_is_not_there_is_said(run: Run) -> None:
    done = run("reprot", "prompt")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == "Error: No such command 'reprot'. Did you mean 'report'?"


def test_every_fault_is_a_line_with_file_row_and_column(run: Run, falls: Path) -> None:
    (falls / "stages.csv").write_text("site,stage,on\n" + "A,usin,2024-03-01\n" * 1 + "B,using,2024-02-30\n" * 30)
    done = run("check", falls)
    lines = done.stderr.splitlines()
    assert (done.exit_code, done.stdout, len(lines)) == (2, "", 31)
    assert lines[0].startswith("stages.csv, row 2, column 'stage': ")
    assert "did you mean 'using'?" in lines[0]
    assert lines[30].startswith("stages.csv, row 32, column 'on': ")


@pytest.mark.parametrize("command", [["report", "X", "-o", "r.html"], ["check", "X"], ["spc", "X"]])
def test_a_file_that_is_not_there_is_said(run: Run, command: list[str]) -> None:
    done = run(*[word.replace("X", "nowhere/at all.csv") for word in command])
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "'nowhere/at all.csv'" in done.stderr


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("nowhere/points.csv", "There is no folder 'nowhere' to write 'points.csv' in; make it first.\n"),
        ("falls", "'falls' is a folder; name a file to write.\n"),
    ],
)
def test_a_place_that_can_not_be_written_is_said(run: Run, values: Path, falls: Path, output: str, says: str) -> None:
    done = run("spc", values, "-o", output)
    assert (done.exit_code, done.stderr) == (2, says)


# Files


def test_a_file_is_written_whole_or_not_at_all(
    run: Run, falls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.html"
    report.write_text("the one before")

    def half(_: object, path: Path, **asked: object) -> None:
        path.write_text("<html>")
        raise tr.errors.NotEnough("There is too little to report on.")

    monkeypatch.setattr("takeroot.reporting.report.write", half)
    done = run("report", falls, "-o", report)
    assert (done.exit_code, done.stderr) == (2, "There is too little to report on.\n")
    assert report.read_text() == "the one before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["falls", "report.html"]


def test_a_device_keeps_its_place(run: Run, values: Path) -> None:
    assert run("spc", values, "-o", "/dev/null").exit_code == 0
    assert not Path("/dev/null").is_file()


def test_a_link_keeps_pointing_where_it_did(run: Run, values: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "kept" / "points.csv")
    assert run("spc", values, "-o", "link.csv").exit_code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "kept" / "points.csv").stat().st_mode & 0o777 == 0o666 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_filled_workbook_is_not_overwritten_by_an_empty_one(run: Run, falls: Path, tmp_path: Path) -> None:
    tr.Programme.read(falls).write(tmp_path / "mine.xlsx")
    done = run("template", "mine.xlsx")
    says = "'mine.xlsx' is there already; choose another name, so that nothing is overwritten.\n"
    assert (done.exit_code, done.stderr) == (2, says)
    assert tr.Programme.read(tmp_path / "mine.xlsx") == tr.Programme.read(falls)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("-o values.csv", "'values.csv' is read already; choose another file to write."),
        ("-o ./link.csv", "'link.csv' is read already; choose another file to write."),
        ("-o p.csv --summary values.csv", "'values.csv' is read already; choose another file to write."),
        ("--phases phases.csv -o phases.csv", "'phases.csv' is read already; choose another file to write."),
        ("-o p.csv --summary p.csv", "'p.csv' is written to already; choose another file to write."),
        ("--summary -", "stdout is written to already; choose another file to write."),
        ("-o p.xlsx", "The points are a table of CSV: give it a name that ends in .csv, not 'p.xlsx'."),
        ("--summary s.parquet", "The summary is a table of CSV: give it a name that ends in .csv, not 's.parquet'."),
    ],
)
def test_nothing_is_written_over_what_is_read_nor_twice_nor_by_a_wrong_name(
    run: Run, values: Path, tmp_path: Path, options: str, says: str
) -> None:
    (tmp_path / "link.csv").symlink_to(values)
    (tmp_path / "phases.csv").write_text("measure,on,kind\nfalls,2024-01-01,recalculate\n")
    there = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = run("spc", "values.csv", *options.split())
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{says}\n")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == there


def test_values_come_from_a_file_and_not_from_stdin(run: Run) -> None:
    done = run("spc", "-")
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "-: there is no file '-'\n")


def test_points_and_a_summary_may_both_go_to_a_device(run: Run, values: Path) -> None:
    assert run("spc", values, "-o", "/dev/null", "--summary", "/dev/null").exit_code == 0


def test_a_report_is_a_page_and_overwrites_the_one_before_alone(run: Run, falls: Path, tmp_path: Path) -> None:
    tr.Programme.read(falls).write(tmp_path / "mine.xlsx")
    done = run("report", "mine.xlsx", "-o", "mine.xlsx")
    says = "'mine.xlsx' is read already; choose another file to write.\n"
    assert (done.exit_code, done.stderr) == (2, says)
    (tmp_path / "mine.html").write_text("the one before")
    assert run("report", "mine.xlsx", "-o", "mine.html").exit_code == 0
    assert "the one before" not in (tmp_path / "mine.html").read_text(encoding="utf-8")


# Check


def test_no_faults_are_said_with_what_was_read(run: Run, falls: Path) -> None:
    done = run("check", falls)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "No faults in 'Falls' (sites 2, stages 2).\n", "")


@pytest.mark.parametrize("suffix", [".zip", ".xlsx"])
def test_a_zip_and_a_workbook_are_programmes_too(run: Run, falls: Path, suffix: str) -> None:
    other = falls.with_suffix(suffix)
    tr.Programme.read(falls).write(other)
    assert run("check", other).stdout == "No faults in 'Falls' (sites 2, stages 2).\n"


def test_what_looks_like_a_slip_is_remarked_on(run: Run, falls: Path) -> None:
    (falls / "sites.csv").write_text("site,regoin\nA,north\nB,south\n")
    done = run("check", falls)
    assert done.exit_code == 0
    assert "regoin" in done.stderr


@pytest.mark.parametrize("name", ["-falls", "falls; rm -r x", "fälle und mehr", "falls\nagain", "$HOME"])
def test_odd_names_are_names(run: Run, falls: Path, name: str) -> None:
    falls.rename(falls.with_name(name))
    assert run("check", "--", name).exit_code == 0


def test_days_that_read_both_ways_are_asked_about_and_settled(run: Run, falls: Path) -> None:
    (falls / "stages.csv").write_text("site,stage,on\nA,using,03/04/2024\nB,using,05/06/2024\n")
    asked = run("check", falls)
    assert asked.exit_code == 2
    assert "day-first" in asked.stderr
    assert run("check", falls, "--dates", "day-first").exit_code == 0


@pytest.mark.parametrize("name", tr.examples.names())
def test_the_examples_have_no_faults(run: Run, name: str) -> None:
    done = run("check", name)
    assert (done.exit_code, done.stderr) == (0, "")


# Report


def test_a_report_is_the_one_the_library_writes(run: Run, falls: Path, tmp_path: Path) -> None:
    done = run("report", falls, "-o", "report.html")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    tr.report.write(tr.Programme.read(falls), tmp_path / "same.html")
    assert (tmp_path / "report.html").read_bytes() == (tmp_path / "same.html").read_bytes()


def test_an_example_can_be_reported_by_its_name(run: Run, tmp_path: Path) -> None:
    assert run("report", "prompt", "-o", "prompt.html").exit_code == 0
    assert tr.examples.load("prompt").name in (tmp_path / "prompt.html").read_text(encoding="utf-8")


# Template


def test_a_template_filled_with_nothing_but_a_name_is_a_programme(run: Run, tmp_path: Path) -> None:
    done = run("template", "new.xlsx")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    with zipfile.ZipFile(tmp_path / "new.xlsx") as book:
        sheets = book.read("xl/workbook.xml").decode()
    assert [name for name in tr.tables.TABLES if f'name="{name}"' not in sheets] == []


def test_a_template_is_a_workbook(run: Run) -> None:
    done = run("template", "new.csv")
    assert (done.exit_code, done.stderr) == (
        2,
        "A template is a workbook: give it a name that ends in .xlsx, not 'new.csv'.\n",
    )


# Control charts


def test_spc_is_what_the_library_gives(run: Run, values: Path) -> None:
    done = run("spc", values, "--rules", "mdc")
    points = pl.read_csv(done.stdout_bytes, try_parse_dates=True)
    made = tr.spc.chart(values, rules="mdc")
    assert points.columns == made.columns
    assert points["upper"].to_list() == pytest.approx(made["upper"].to_list())
    assert points.filter(signals="astronomical").select("on", "shows", "region").rows() == [
        (made["on"][20], "neither_high", "north")
    ]


def test_points_and_a_summary_go_to_files(run: Run, values: Path, tmp_path: Path) -> None:
    done = run("spc", values, "-o", "points.csv", "--summary", "summary.csv", "--direction", "down")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert pl.read_csv(tmp_path / "points.csv").filter(signals="astronomical")["shows"].to_list() == ["concern"]
    assert pl.read_csv(tmp_path / "summary.csv").select("measure", "site", "phase", "n").rows() == [
        ("falls", "A", 1, 24)
    ]


def test_the_direction_of_a_measure_wins_over_the_option(run: Run, values: Path, tmp_path: Path) -> None:
    (tmp_path / "measures.csv").write_text("measure,improves\nfalls,up\n")
    done = run("spc", values, "--measures", "measures.csv", "--direction", "down")
    assert pl.read_csv(done.stdout_bytes).filter(signals="astronomical")["shows"].to_list() == ["improvement"]


def test_phases_limits_and_screening_reach_the_chart(run: Run, values: Path, tmp_path: Path) -> None:
    (tmp_path / "phases.csv").write_text("measure,site,on,kind,reason\nfalls,A,2024-01-01,recalculate,new ward\n")
    phased = pl.read_csv(run("spc", values, "--phases", "phases.csv").stdout_bytes)
    assert phased["phase"].to_list() == [1] * 12 + [2] * 12
    upper = {
        option: pl.read_csv(run("spc", values, *option.split()).stdout_bytes)["upper"][0]
        for option in ("--no-screen", "--screen", "--fix-after 12")
    }
    assert upper["--screen"] < upper["--no-screen"]
    assert upper["--fix-after 12"] < upper["--no-screen"]


def test_a_rule_set_that_is_not_there_is_said_with_the_nearest(run: Run, values: Path) -> None:
    done = run("spc", values, "--rules", "mdc-2012")
    assert (done.exit_code, done.stderr) == (2, "There is no rule set 'mdc-2012'. Did you mean 'mdc-2021'?\n")


@pytest.mark.parametrize("header", ["counted", "values", "denominator"])
def test_values_of_which_none_is_known_are_a_mistake(run: Run, values: Path, header: str) -> None:
    values.write_text(values.read_text().replace("value,", f"{header},"))
    done = run("spc", values, "-o", "points.csv")
    needed = "beside 'denominator' the other half of the proportion is needed"
    if header != "denominator":
        needed = "the column 'value' is needed, or 'numerator' and 'denominator'"
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"values: no row has a value: {needed}; found: measure, site, on, ")
    assert ("if 'values' is meant, rename it" in done.stderr) is (header == "values")
    assert not Path("points.csv").exists()


def test_a_file_of_nothing_but_a_header_gives_a_header(run: Run, values: Path) -> None:
    values.write_text("measure,site,on,value\n")
    done = run("spc", values)
    assert (done.exit_code, done.stdout.count("\n"), done.stderr) == (0, 1, "")


def test_a_point_without_a_value_shows_nothing(run: Run, values: Path) -> None:
    values.write_text(values.read_text() + "falls,A,2025-01-01,,north\n")
    assert pl.read_csv(run("spc", values).stdout_bytes)["shows"].to_list()[-2:] == ["common", None]


def test_phases_and_measures_that_meet_nothing_are_remarked_on(run: Run, values: Path, tmp_path: Path) -> None:
    (tmp_path / "phases.csv").write_text("measure,site,on,kind\nFalls,A,2024-01-01,recalculate\n")
    (tmp_path / "measures.csv").write_text("measure,improves\nfall,down\n")
    done = run("spc", values, "--phases", "phases.csv", "--measures", "measures.csv", "--direction", "up")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 25)
    assert done.stderr.splitlines() == [
        "measures: the measure 'falls' of the values is not there; did you mean 'fall'?",
        "phases: no value is of the measure 'Falls'; did you mean 'falls'?",
    ]


def test_text_that_a_spreadsheet_would_run_is_guarded(run: Run, values: Path) -> None:
    values.write_text(values.read_text().replace("north", "=1+1"))
    assert "'=1+1" in run("spc", values).stdout


# Examples


def test_the_examples_are_listed(run: Run) -> None:
    done = run("examples")
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == ["frailsafe", "prompt", "synthetic"]
    assert [line for line in done.stdout.splitlines() if line.endswith(" (synthetic)")] == done.stdout.splitlines()[2:]
    assert run("examples", "list").stdout == done.stdout


def test_an_example_is_copied_to_start_from(run: Run, tmp_path: Path) -> None:
    assert run("examples", "copy", "prompt", "mine").exit_code == 0
    assert tr.Programme.read(tmp_path / "mine") == tr.examples.load("prompt")


def test_a_copy_overwrites_nothing(run: Run, falls: Path) -> None:
    done = run("examples", "copy", "prompt", falls.name)
    assert done.exit_code == 2
    assert done.stderr == "'falls' is there already; name a folder that is not, so that nothing is overwritten.\n"
    assert tr.Programme.read(falls).name == "Falls"


# As a process


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "takeroot", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"takeroot {tr.__version__}\n"


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import sys; from takeroot.cli import main; main(['--help'], standalone_mode=False)\n"
        "heavy = {'polars', 'altair', 'django', 'numpy', 'pydantic', 'rich'} & set(sys.modules)\n"
        "print(*sorted(heavy), file=sys.stderr)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr == "\n"


def test_a_reader_who_goes_away_is_no_error(values: Path) -> None:
    rows = values.read_text().splitlines()
    values.write_text(
        "\n".join([rows[0], *(row.replace(",A,", f",{site},") for site in range(400) for row in rows[1:])])
    )
    command = f"{sys.executable} -m takeroot spc {values} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout.partition(",")[0], done.stderr) == ("measure", "")


def test_on_a_terminal_it_shows_that_it_is_working_and_clears_up_after(falls: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "takeroot", "check", str(falls)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.stdout == "No faults in 'Falls' (sites 2, stages 2).\n"
    assert "Reading the programme" in shown


def as_a_process(command: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A command line of a shell, in which ``takeroot`` is this one."""
    own = f'takeroot() {{ "{sys.executable}" -m takeroot "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", own], capture_output=True, check=False, env={**os.environ, **env})


def test_letters_that_a_terminal_does_not_have_stop_nothing(tmp_path: Path, values: Path) -> None:
    tr.Programme("北京计划", stages={"site": ["A"], "stage": ["using"], "on": ["2024-03-01"]}).write(tmp_path / "p")
    done = as_a_process(f"takeroot check {tmp_path / 'p'}", PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"No faults in '????' (sites 1, stages 1).\n"
    values.write_text(values.read_text().replace("north", "北"), encoding="utf-8")
    points = as_a_process(f"takeroot spc {values}", PYTHONIOENCODING="cp1252").stdout
    assert points.decode("utf-8").count("北") == 24


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("command", ["check {falls}", "spc {values}", "--help", "examples"])
def test_a_full_disk_is_one_sentence(falls: Path, values: Path, command: str) -> None:
    done = as_a_process(f"takeroot {command.format(falls=falls, values=values)} > /dev/full")
    says = b"There is no room for what is to be written: make some, or write it elsewhere.\n"
    assert (done.returncode, done.stderr) == (2, says)


def test_a_closed_stdout_is_no_error(falls: Path) -> None:
    done = as_a_process(f"takeroot check {falls} >&-")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("command", "module"), [("serve", "django"), ("serve", "csp"), ("serve", "waitress"), ("demo", "django")]
)
def test_a_workbench_that_is_not_installed_is_one_sentence(tmp_path: Path, command: str, module: str) -> None:
    code = (
        f"import sys; sys.modules['{module}'] = None; from takeroot.cli import main; main(['{command}', '--port', '0'])"
    )
    env = {**os.environ, "TAKEROOT_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "takeroot.web.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env, cwd=tmp_path
    )
    says = f"The workbench needs '{module}', which is not installed: pip install 'takeroot[web]'.\n"
    assert (done.returncode, done.stderr) == (2, says)
