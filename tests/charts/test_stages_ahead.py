"""Fans by stage: where sites may stand, in the order of the stages."""

from __future__ import annotations

import polars as pl
from tests.charts import frames

from takeroot import charts


def test_the_words_say_where_each_stage_is_now_and_what_holds_most_futures() -> None:
    says = charts.words(charts.stages_ahead(frames.ahead_by_stage(), frames.month(29)))[1]
    end = frames.ahead_by_stage().filter(stage="using").row(-1, named=True)
    assert says.startswith("Sites at each stage at the end of Jun 2025, with what holds 80% of futures: ")
    assert f"using 25 now, then {end['median']} ({end['lower_80']} to {end['upper_80']})" in says
    assert "hardly any" not in says


def test_a_stage_in_hardly_any_future_is_named() -> None:
    given = frames.ahead_by_stage()
    ends = [name for name in given.columns if name.startswith(("lower", "upper"))]
    gone = pl.when(stage="stopped").then(0).otherwise(pl.col("now", "median", *ends)).name.keep()
    says = charts.words(charts.stages_ahead(given.with_columns(gone), frames.month(29)))[1]
    assert says.endswith("In hardly any future does a site stand as stopped.")


def test_stages_stand_in_their_own_order_whatever_the_frame_says() -> None:
    given = frames.ahead_by_stage()
    drawn = charts.svg(charts.stages_ahead(given, frames.month(29)))
    assert drawn == charts.svg(charts.stages_ahead(given.reverse(), frames.month(29)))
    assert (
        drawn.index("in use (using and embedded)") < drawn.index("not reached, 9 now") < drawn.index("stopped, 3 now")
    )
