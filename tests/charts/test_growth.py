"""Growth curves: what was counted, each curve that was fitted, and why one was not."""

from __future__ import annotations

import polars as pl
from tests.charts import frames
from tests.charts.test_charts import texts

from takeroot import charts


def test_the_words_say_what_was_counted_and_what_each_curve_says() -> None:
    assert charts.words(charts.growth_curves(*frames.growth()))[1] == (
        "By 1 Jun 2023 38 sites had ever begun (at least 35 by the last day that is possible). For that day the curves "
        "say 38 by the Bass curve and 41 by the Logistic curve; for 1 Jun 2024, 41 by the Bass curve and 43 by the "
        "Logistic curve. Not fitted: Gompertz. The data can not say where it ends."
    )


def test_each_curve_that_was_fitted_has_its_name_at_its_end_and_the_others_their_reason() -> None:
    told = texts(charts.svg(charts.growth_curves(*frames.growth())))
    assert {"Bass 41", "Logistic 43", "38 began"} <= set(told)
    assert not any(text.startswith("Gompertz") for text in told)
    assert "Not fitted: Gompertz." in " ".join(told)


def test_curves_refused_for_one_reason_are_named_together() -> None:
    grown, curves = frames.growth()
    why = "A growth curve needs at least 10 sites that began; there are 3."
    none = grown.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in curves["curve"])
    says = charts.words(charts.growth_curves(none, curves.with_columns(ceiling=None, says=pl.lit(why))))[1]
    assert says.endswith(f"Not fitted: Bass, Logistic and Gompertz. {why}")


def test_a_record_without_uncertain_days_has_no_band() -> None:
    grown, curves = frames.growth()
    assert "The band" in charts.svg(charts.growth_curves(grown, curves))
    sure = charts.growth_curves(grown.with_columns(began_least="began"), curves)
    assert "The band" not in charts.svg(sure) and "at least" not in charts.words(sure)[1]
