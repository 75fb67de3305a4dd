"""The fan chart: what was counted, what is foreseen, and how earlier forecasts did."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.charts import frames

from takeroot import charts


def drawn(**options: Any) -> tuple[str, str]:
    return charts.words(charts.fan_chart(*frames.forecast(), **options))


def test_what_the_back_test_shows_comes_before_any_figure() -> None:
    title, says = drawn(says="No better than a simple curve: use the curve.")
    assert title == "How many sites will be in use"
    assert says.startswith("No better than a simple curve: use the curve. At the end of Jun 2023 39 sites were in use.")


def test_the_words_say_the_middle_and_the_interval_of_the_last_month() -> None:
    assert "Foreseen for the end of Jun 2024: 48 sites, 80% interval 41 to 55." in drawn()[1]


def test_the_words_say_how_often_the_interval_held_what_came() -> None:
    _, _, tried = frames.forecast()
    held = int(tried["happened"].is_between(tried["lower_80"], tried["upper_80"]).sum())
    assert 0 < held < tried.height
    assert f"6 months ahead: the 80% interval held what came in {held} of {tried.height} cases." in drawn()[1]


@pytest.mark.parametrize("theme", ["page", "paper"])
def test_what_came_outside_the_interval_has_another_shape(theme: Any) -> None:
    picture = charts.svg(charts.fan_chart(*frames.forecast()), theme)
    assert "what came, inside it" in picture
    assert "outside it" in picture


def test_without_a_forecast_the_picture_says_why() -> None:
    months, counts, _ = (frame.clear() for frame in frames.forecast())
    why = "A forecast needs at least 10 events; there are 4."
    assert charts.words(charts.fan_chart(months, counts, says=why))[1] == why


def test_without_a_back_test_there_is_the_fan_alone() -> None:
    months, counts, tried = frames.forecast()
    alone = charts.svg(charts.fan_chart(months, counts))
    assert "Tried earlier" not in alone
    assert "Tried earlier" in charts.svg(charts.fan_chart(months, counts, tried))
    assert "Tried earlier" not in charts.svg(charts.fan_chart(months, counts, tried.filter(pl.lit(False))))
