"""The section on measures: each chart as it was made, what was decided, what is asked, and what chance alone gives."""

from __future__ import annotations

import pytest
from tests.reporting.made import Page, wards
from tests.reporting.measured import board

from takeroot.reporting.report import Report
from takeroot.reporting.results import Results


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(Report.of(board(), only=("measures", "computed")).html())


def test_every_measure_says_how_it_is_charted_and_judged(page: Page) -> None:
    assert "Charted as a u chart (rates), judged by the rule set our-board (2026, this programme's own)." in page.text
    assert "Charted as an XmR chart (single values), judged by the rule set mdc (2023-11)." in page.text
    assert "Charted as a t chart (time between rare events), judged by the rule set mdc-2021 (0.2.2)." in page.text


def test_methods_name_the_kinds_in_use_and_no_others(page: Page) -> None:
    assert "u ± 3 √(u/n) for each denominator n" in page.text
    assert "Times to the power of 1/3.6" in page.text or "times to the power of 1/3.6" in page.text
    assert "p ± 3 √(p(1 − p)/n)" not in page.text


def test_a_small_denominator_is_counted(page: Page) -> None:
    assert "Values on a denominator below 905 are drawn and not judged: 10 values." in page.text


def test_what_was_decided_stands_with_its_reason_and_author(page: Page) -> None:
    assert "Left out of the limits" in page.text
    assert "A flood closed the ward" in page.text
    assert "ward sister" in page.text


def test_signals_stand_beside_what_chance_alone_gives(page: Page) -> None:
    assert "Unbroken runs of each signal: found, and by chance alone." in page.text
    results = Results(board())
    found = dict(results.signals.group_by("measure", "signal").len().select("signal", "len").iter_rows())
    assert results.chance["found"].sum() == sum(found.values()) or results.chance["found"].sum() == len(results.signals)


def test_a_change_that_held_is_a_question_with_what_was_logged_near_it() -> None:
    results = Results(wards())
    assert results.suggestions.height == 0  # twelve months before are too few for limits of their own
    page = Page(Report.of(board(), only=("measures",)).html())
    assert "Might limits be worked out anew?" in page.text
    assert "Is the cause known, and will it last? Logged near it: Night lights were put in" in page.text


def test_counts_over_counts_at_several_sites_have_a_funnel_in_the_order_of_names() -> None:
    sites = [f"W{n}" for n in range(1, 6)]
    values = {
        "measure": ["harm"] * 60,
        "site": [site for site in sites for _ in range(12)],
        "on": [f"2023-{month:02}-01" for _ in sites for month in range(1, 13)],
        "numerator": [5 + 6 * (site == "W3") for site in sites for _ in range(12)],
        "denominator": [100] * 60,
    }
    measures = {"measure": ["harm"], "name": ["Harm"], "improves": ["down"], "multiply": [100]}
    made = wards(values=values, measures=measures)
    page = Page(Report.of(made, only=("measures",)).html())
    assert "1 of 5 sites lies beyond them. Sites differ in whom they serve; this ranks nobody." in page.text
    assert "Harm: across sites" in page.text


def test_all_sites_together_end_when_the_record_does() -> None:
    early = Results(board(about={"as_at": "2023-06-30"}))
    assert early.together["falls"]["on"].max() == early.points["on"].max()


def test_what_was_logged_is_marked_on_the_chart_and_listed_beside_it(page: Page) -> None:
    assert "What happened while these values were counted, with the number of its mark on the chart." in page.text
    assert "Night lights were put in (policy)." in page.text
