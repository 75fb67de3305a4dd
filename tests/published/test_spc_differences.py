"""Where we differ, and why: the examples of that page are run, and its tables are what the tests compare."""

from __future__ import annotations

import contextlib
import io
import math
import re
from pathlib import Path

import polars as pl
import pytest
from tests.published import test_spc_charts_published as charts
from tests.published import test_spc_published as mdc

from takeroot.analysis import spc
from takeroot.analysis.spc.runs import crossings_limit, longest_run_limit
from takeroot.errors import FaultyInput

PAGE = Path(__file__).resolve().parents[2] / "docs/explanation/where-we-differ.md"
BLOCK = re.compile(r"^```(?P<kind>python|text)\n(?P<body>.*?)^```$", re.M | re.S)


def table(heading: str) -> list[list[str]]:
    """The rows of the table that has this heading."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(heading))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_every_example_of_the_page_prints_what_stands_below_it() -> None:
    names: dict[str, object] = {}
    printed, compared = "", 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["kind"] == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block["body"], PAGE.name, "exec"), names)
            printed = out.getvalue()
        else:
            assert printed == block["body"]
            compared += 1
    assert compared == 15


def test_the_cases_of_the_page_are_those_that_were_compared(shared_data: Path) -> None:
    for folder, drawn, judged in table("| data | cases of qicharts2"):
        for name, told in (("cases_charts.csv", drawn), ("cases_mdc.csv", judged)):
            assert pl.read_csv(shared_data / folder / name, infer_schema_length=None).height == int(told)


def test_the_differences_of_the_page_are_those_that_are_left_out_of_the_comparison(shared_data: Path) -> None:
    listed = [(folder, cases.split(", phase")[0]) for folder, cases, *_ in table("| data | case |")]
    told = {(folder, case.strip()) for folder, cases in listed for case in cases.split(",")}
    found = {(folder, case) for folder, case, _ in mdc.DIFFERENCES}
    for folder in mdc.FOLDERS:
        for name in ("cases_mdc.csv", "cases_charts.csv"):
            refused = pl.read_csv(shared_data / folder / name, infer_schema_length=None).drop_nulls("error")
            found |= {(folder, case) for case in refused["case_id"]}
    assert told == found


def test_as_many_cases_ask_for_tables_of_limits_that_we_do_not_keep_as_the_page_says(shared_data: Path) -> None:
    boxes = [case for folder in charts.FOLDERS for case in charts.cases(shared_data / folder)]
    asked = sum(case["method"] in ("bestbox", "cutbox") for case in boxes)
    assert f"in the {asked} cases that ask for them" in PAGE.read_text(encoding="utf-8")


def test_the_limits_of_runs_on_the_page_are_ours_and_theirs() -> None:
    """Theirs: the logarithm rounded up, and the most crossings that at most one series in twenty stays at or below."""
    rows = [[int(cell) for cell in row] for row in table("| points off the median")]
    assert len(rows) == 5
    for points, longest, their_longest, fewest, their_fewest in rows:
        assert (longest, fewest) == (longest_run_limit(points), crossings_limit(points))
        below = [sum(math.comb(points - 1, j) for j in range(k + 1)) / 2 ** (points - 1) for k in range(points)]
        at_most = max(k for k, share in enumerate(below) if share <= 0.05)
        assert (their_longest, their_fewest) == (math.ceil(math.log2(points) + 3), at_most)
        assert (longest, fewest) != (their_longest, their_fewest)


@pytest.mark.parametrize(
    ("series", "kind", "match"),
    [
        ([-1.0] * 5, "c", "needs counts of 0 or more"),
        ([0.0] * 5, "t", "needs times above 0"),
    ],
)
def test_what_the_page_says_is_refused_is_refused(series: list[float], kind: str, match: str) -> None:
    with pytest.raises(FaultyInput, match=match):
        charts.drawn_as(series, kind=kind)
    with pytest.raises(FaultyInput, match="a numerator is above its denominator"):
        charts.drawn_as([3.0, 9.0], 5.0, kind="p")
    values = {"measure": ["m"] * 2, "site": ["s"] * 2, "on": ["2024-01-01"] * 2, "value": [1, 2]}
    with pytest.raises(FaultyInput, match="the same row as row 1"):
        spc.chart(values)
