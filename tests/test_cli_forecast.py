"""takeroot forecast: data to stdout or a file, words to stderr, and a sentence where there is none."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
from click.testing import CliRunner, Result

from takeroot.cli import main


def takeroot(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["forecast", *map(str, arguments)])


def test_a_forecast_is_a_table_of_months_and_what_it_is_worth_is_said_beside_it() -> None:
    done = takeroot("synthetic", "--months", 6)
    assert done.exit_code == 0, done.stderr
    found = pl.read_csv(io.StringIO(done.stdout), try_parse_dates=True)
    assert found["ahead"].to_list() == list(range(1, 7))
    assert (found["lower_80"] <= found["upper_80"]).all()
    assert done.stderr.startswith(("Better than", "No better than"))
    assert "Nothing new is foreseen" in done.stderr


def test_each_group_has_rows_of_its_own_in_the_file(tmp_path: Path) -> None:
    done = takeroot("synthetic", "--months", 2, "--by", "region", "-o", tmp_path / "out.csv")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    found = pl.read_csv(tmp_path / "out.csv")
    assert found.filter(pl.col("group").is_null()).height == 2
    assert found["group"].drop_nulls().n_unique() > 1


def test_the_same_seed_gives_the_same_file() -> None:
    assert (
        takeroot("synthetic", "--months", 3, "--seed", 4).stdout
        == takeroot("synthetic", "--months", 3, "--seed", 4).stdout
    )


def test_too_little_to_go_by_is_one_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "programme.yaml").write_text("name: Small\n", encoding="utf-8")
    (folder / "stages.csv").write_text("site,stage,on\nA,using,2024-01-01\nB,using,2024-03-01\n", encoding="utf-8")
    done = takeroot(folder, "-o", tmp_path / "out.csv")
    assert done.exit_code == 2
    assert done.stderr.strip() == (
        "A forecast needs at least 10 events (sites that began or ended their use); there are 2 in 3 months, so no "
        "forecast is made."
    )
    assert not (tmp_path / "out.csv").exists()


def test_what_is_asked_wrongly_is_one_sentence(tmp_path: Path) -> None:
    assert takeroot("synthetic", "--months", 0).exit_code == 2
    assert "no column of the sites 'regin'" in takeroot("synthetic", "--by", "regin").stderr
    assert "A forecast is a table as CSV" in takeroot("synthetic", "-o", tmp_path / "out.xlsx").stderr
