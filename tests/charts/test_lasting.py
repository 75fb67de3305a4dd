"""Charts of what lasts: every unbroken time has its bar, its row stands in the order given, and its words say it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import polars as pl
import pytest
from tests.charts import lasting

from takeroot import charts
from takeroot.charts.held import ANSWERS, STATUSES

SVG = "{http://www.w3.org/2000/svg}"


def texts(chart: object) -> list[str]:
    return [part.text or "" for part in ET.fromstring(charts.svg(chart)).iter(f"{SVG}text")]


def test_sites_stand_in_the_order_in_which_they_come_and_never_by_what_they_show() -> None:
    months = lasting.months()
    turned = pl.concat([months.filter(site=site) for site in reversed(months["site"].unique(maintain_order=True))])
    order = [text for text in texts(charts.held_by_month(turned)) if text.startswith("Ward ")]
    assert order == [f"Ward {site}" for site in "HGFEDCBA"]


def test_every_status_that_occurs_is_in_the_key_and_no_other() -> None:
    months = lasting.months()
    occur = set(months["word"])
    named = [text for text in texts(charts.held_by_month(months)) if text in STATUSES]
    assert set(named) == occur & set(STATUSES) and len(named) == len(set(named))
    assert {"replaced", "lapsed", "discontinued by decision", "not known since"} <= occur


def test_no_two_words_are_drawn_alike() -> None:
    for words in (STATUSES, ANSWERS):
        assert len(set(words.values())) == len(words)


@pytest.mark.parametrize("width", [340, 720])
def test_a_long_name_is_cut_and_stays_within_the_drawing(width: int) -> None:
    months = lasting.months().with_columns(called=pl.lit("A ward with a name that goes on and on for a long while"))
    cut = [text for text in texts(charts.held_by_month(months, width=width)) if text.startswith("A ward")]
    assert cut and all(text.endswith("…") or width == 340 for text in cut)


def test_counts_of_all_statuses_are_said_for_the_last_month() -> None:
    counts = lasting.counts()
    last = counts.filter(on=counts["on"].max())
    says = charts.words(charts.statuses_over_time(counts))[1]
    for word, sites in last.select("word", "sites").iter_rows():
        assert f"{sites} {word}" in says


def test_the_rule_as_declared_is_told_from_the_others() -> None:
    varied = lasting.varied()
    drawn = texts(charts.rules_varied(varied))
    row = varied.filter(declared=True).row(0, named=True)
    assert f"{row['sustained']} of {row['judged']}" in drawn
    assert "No row is better than another." in " ".join(drawn)


def test_what_rests_on_few_is_said_of_occupancy() -> None:
    few = lasting.occupancy().with_columns(at_risk=pl.when(pl.col("months") <= 6).then("at_risk").otherwise(0))
    assert "sites are followed" not in charts_says(lasting.occupancy())
    assert "fewer than 5 sites are followed" in charts_says(few)


def charts_says(occupancy: pl.DataFrame) -> str:
    return " ".join(texts(charts.occupancy_over_time(occupancy)))


def test_a_voltage_drop_may_be_a_gain_and_is_signed() -> None:
    gain = lasting.drop().with_columns(pl.col("drop", "lower", "upper") * -1)
    gain = gain.rename({"lower": "upper", "upper": "lower"})
    assert "+4" in charts.words(charts.voltage_drop(lasting.drop()))[1]
    assert "−4" in charts.words(charts.voltage_drop(gain))[1].replace("-", "−")


def test_many_adaptations_of_a_quarter_are_one_mark_with_their_number() -> None:
    many = pl.concat([lasting.adaptations().head(1)] * 40)
    assert "40" in texts(charts.adaptations_over_time(many))
