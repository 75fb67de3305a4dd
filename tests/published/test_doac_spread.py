"""The spread of DOAC anticoagulants over 191 English CCGs, as R had it, and as the manual's recipe gives it.

Reference results beside the data: R 4.2.2 with survival 3.5-3.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from takeroot.analysis import adoption, sustainment
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.programme import Programme

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "doac.md"
BLOCK = re.compile(r"^```(?P<kind>python|text)\n(?P<body>.*?)^```$", re.M | re.S)
CLOSE = {"abs_tol": 1e-6, "rel_tol": 0.0}


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    folder = shared_data / "doac_ccg_spread"
    if not folder.is_dir():
        pytest.skip(f"no DOAC data at {folder}")
    return folder


@pytest.fixture(scope="module")
def recipe(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that the page's python blocks leave behind, run in order where the data lie; and what was printed."""
    folder = tmp_path_factory.mktemp("doac")
    (folder / "data.csv").symlink_to(data / "data.csv")
    names: dict[str, Any] = {"__name__": "__main__", "said": [], "folder": folder}
    with contextlib.chdir(folder):
        for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
            if block["kind"] == "text":
                names["said"].append((names["printed"].strip(), block["body"].strip()))
                continue
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block["body"], PAGE.name, "exec"), names)
            names["printed"] = out.getvalue()
    return names


def month_index() -> pl.Expr:
    """1 is January 2012."""
    return (pl.col("on").dt.year() - 2012) * 12 + pl.col("on").dt.month()


def test_the_page_prints_what_it_says_it_does(recipe: dict[str, Any]) -> None:
    assert [printed for printed, _ in recipe["said"]] == [said for _, said in recipe["said"]]


def test_the_programme_is_the_same_when_it_is_read_back(recipe: dict[str, Any]) -> None:
    assert Programme.read(recipe["folder"] / "doac") == recipe["programme"]


def test_the_national_share_is_that_of_the_reference(data: Path, recipe: dict[str, Any]) -> None:
    reference = pl.read_csv(data / "ref_national.csv", try_parse_dates=True)
    expected = reference.select(on="month", share="share")
    assert_frame_equal(recipe["nation"].select("on", "share"), expected, **CLOSE)


def test_groups_at_or_above_10_percent_are_those_of_the_reference(data: Path, recipe: dict[str, Any]) -> None:
    reference = pl.read_csv(data / "ref_national.csv", try_parse_dates=True)
    counted = reference.select(on="month").join(recipe["at_or_above"], on="on", how="left").fill_null(0)
    assert counted["at_or_above"].to_list() == reference["ccgs_at_or_above_10"].to_list()


def test_groups_in_use_are_those_that_first_reached_10_percent_by_then(data: Path, recipe: dict[str, Any]) -> None:
    reference = pl.read_csv(data / "ref_ccg_first_reached.csv")
    reach = recipe["reach"].with_columns(month=month_index())
    first = reference["first_month_index_at_10"].drop_nulls()
    assert reach["in_use"].to_list() == [(first <= month).sum() for month in reach["month"]]
    assert reach["month"].to_list() == list(range(first.min(), 61))  # type: ignore[arg-type]
    assert reach["eligible"].unique().to_list() == [191]


def test_what_had_been_reached_is_never_less_than_what_was_held(data: Path, recipe: dict[str, Any]) -> None:
    reference = pl.read_csv(data / "ref_national.csv", try_parse_dates=True)
    both = recipe["reach"].join(reference, left_on="on", right_on="month")
    assert (both["in_use"] >= both["ccgs_at_or_above_10"]).all()
    assert (both["in_use"] > both["ccgs_at_or_above_10"]).any()


@pytest.mark.parametrize("percent", [10, 25, 50])
def test_every_group_first_reached_it_in_the_month_of_the_reference(
    data: Path, recipe: dict[str, Any], percent: int
) -> None:
    reference = pl.read_csv(data / "ref_ccg_first_reached.csv")
    programme = recipe["programme"].with_tables(stages=recipe["first_reached"](percent))
    times = adoption.time_to(programme, "using", since=date(2011, 12, 1))
    reached = times.select(ccg="site", month=pl.when("event").then("months"))
    expected = reference.select("ccg", month=pl.col(f"first_month_index_at_{percent}")).sort("ccg")
    assert_frame_equal(reached, expected)
    assert reached.height == 191
    assert times.filter(~pl.col("event"))["months"].unique().to_list() in ([], [60])
    assert times["entered"].drop_nulls().to_list() == [
        months_after(date(2011, 12, 1), month) for month in expected["month"].drop_nulls()
    ]


@pytest.mark.parametrize("percent", [10, 25, 50])
def test_the_curve_of_time_to_reach_it_is_that_of_the_reference(
    data: Path, recipe: dict[str, Any], percent: int
) -> None:
    reference = pl.read_csv(data / "ref_km_time_to_threshold.csv").filter(threshold_percent=percent)
    programme = recipe["programme"].with_tables(stages=recipe["first_reached"](percent))
    curve = sustainment.kaplan_meier(adoption.time_to(programme, "using", since=date(2011, 12, 1)))
    falls = curve.filter(pl.col("events") > 0)
    ours = falls.select(
        month_index=pl.col("months").cast(pl.Int64), n_risk="at_risk", n_event="events", not_yet="share"
    )
    assert_frame_equal(ours, reference.drop("threshold_percent"), **CLOSE)


@pytest.mark.slow
def test_the_commands_of_the_page_check_it_and_make_a_report(recipe: dict[str, Any]) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    (block,) = re.findall(r"^```shell\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    for line in block.splitlines():
        done = subprocess.run(
            line.split(), cwd=recipe["folder"], env={**os.environ, "PATH": path}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert "191 eligible sites" in (recipe["folder"] / "doac.html").read_text(encoding="utf-8")
