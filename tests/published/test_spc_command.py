"""The reference cases through the command: values, measures and phases as files, points and summary as files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal
from tests.published import test_spc_published as mdc

from takeroot.analysis import spc
from takeroot.cli import main

POINTS = ["measure", "site", "on", "value", "phase", "included", "centre", "lower", "upper", "signals", "shows"]
SUMMARY = [
    *("measure", "site", "phase", "n", "centre", "lower", "upper", "variation", "assurance"),
    *("longest_run", "longest_run_limit", "crossings", "crossings_limit", "runs_signal", "rules"),
]


def of_file(path: Path, like: pl.DataFrame) -> pl.DataFrame:
    """A table that the command wrote, in the kinds of one that Python gave."""
    read = pl.read_csv(path, infer_schema=False).select(like.columns)
    yes = [name for name, kind in like.schema.items() if kind == pl.Boolean]
    days = [name for name, kind in like.schema.items() if kind == pl.Date]
    read = read.with_columns(pl.col(yes) == "yes", pl.col(days).str.to_date())
    return read.cast(dict(like.schema))


@pytest.mark.parametrize("name", mdc.FOLDERS)
def test_the_command_writes_what_python_gives(shared_data: Path, tmp_path: Path, name: str) -> None:
    for fix, screen, rows, measures, phases in mdc.cases(shared_data / name)[1]:
        files = {"values": rows.sample(fraction=1.0, shuffle=True, seed=1), "measures": measures, "phases": phases}
        for called, frame in files.items():
            frame.write_csv(tmp_path / f"{called}.csv")
        asked = ["spc", str(tmp_path / "values.csv"), "--rules", "mdc-2021", "--chart", "xmr"]
        asked += ["--measures", str(tmp_path / "measures.csv"), "--phases", str(tmp_path / "phases.csv")]
        asked += ["--screen" if screen else "--no-screen", *(["--fix-after", str(fix)] if fix else [])]
        asked += ["-o", str(tmp_path / "points.csv"), "--summary", str(tmp_path / "summary.csv")]
        done = CliRunner().invoke(main, asked)
        assert done.exit_code == 0, done.output
        points = spc.chart(rows, rules="mdc-2021", measures=measures, phases=phases, screen=screen, fix_after=fix)
        expected = points.select(POINTS)
        written = of_file(tmp_path / "points.csv", expected)
        assert_frame_equal(written.with_columns(pl.col("signals").fill_null("")), expected)
        told = spc.summary(points).select(SUMMARY)
        assert_frame_equal(of_file(tmp_path / "summary.csv", told), told)
