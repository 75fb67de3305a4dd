"""What a simulation costs is measured once, kept in one file, and said alike wherever it is said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from takeroot import charts
from takeroot.reporting import scaling

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "scaling.md"


@pytest.fixture(scope="module")
def found() -> scaling.Measured:
    return scaling.measured()


def test_the_file_is_as_it_would_be_written(found: scaling.Measured) -> None:
    assert scaling.FILE.read_text(encoding="utf-8") == found.written()


def test_the_manual_says_what_was_measured_and_nothing_else(found: scaling.Measured) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition("## What was measured")
    told = scaling.in_markdown(found, "../images/scaling.png")
    which = "\n".join(f"- {one}" for one in scaling.WHICH)
    assert f"## What was measured{rest}" == f"{told}\n\n## When to use which\n\n{which}\n"
    assert head.splitlines()[2 : 2 + len(scaling.LEAD)] == list(scaling.LEAD)


def test_everything_was_measured_from_one_run_in_the_middle(found: scaling.Measured) -> None:
    assert found.costs["of"].unique(maintain_order=True).sort().to_list() == sorted(scaling.OF)
    middle = found.costs.filter("middle")
    assert dict(middle.select("of", "size").iter_rows()) == found.middle
    assert found.costs.select((pl.col("seconds") > 0).all() & (pl.col("memory") > 0).all()).item()
    assert found.shared["how"][0] == "one thread" and "Dask" in found.shared["how"][-1]


def test_the_slope_is_that_of_the_logarithms_over_the_larger_half() -> None:
    costs = pl.DataFrame({"size": [8, 1, 4, 2], "seconds": [0.16, 9.0, 0.08, 0.04]})
    assert scaling.slope(costs) == pytest.approx(1.0)


def test_the_picture_says_what_it_shows(found: scaling.Measured) -> None:
    picture = charts.svg(charts.cost_of_size(found.costs))
    assert "Sites" in picture and "Histories" in picture and "sites from 1,000 to" in picture
