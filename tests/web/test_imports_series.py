"""Values by day, as NHS spreadsheets have them, come in through the browser: only what they do not say is asked."""

from __future__ import annotations

import pytest
from tests.web.test_imports import accept, address, lead, now, own_home, page, send

from takeroot.web import imports

__all__ = ["lead", "own_home"]

pytestmark = pytest.mark.django_db

ONE = "Month,Value,Target\nJul-24,3,2\nAug-24,4,2\nSep-24,,2\nOct-24,1,1\n"
WIDE = "Date,Bells,Ladders\n2024-07-01,3,9\n2024-08-01,4,8\n"


def answer(client, batch, **said):
    return client.post(address(batch, "answer"), {"series": "yes", **said})


def values(row, measure):
    found = now(row).values.filter(measure=measure).select("site", "on", "value")
    return [(site, on.isoformat(), value) for site, on, value in found.sort("on").iter_rows()]


def test_a_date_a_value_and_a_target_are_asked_of_what_and_where_and_come_in(lead, cast):
    batch = send(lead, "Calls.csv", ONE)
    assert batch.kind == imports.SERIES
    assert "What was measured, and where?" in page(lead, batch)
    answer(lead, batch, new_measure="calls", site="Ward 1")
    assert accept(lead, batch).status_code == 302
    assert values(cast.falls, "calls") == [
        ("Ward 1", "2024-07-01", 3.0),
        ("Ward 1", "2024-08-01", 4.0),
        ("Ward 1", "2024-09-01", None),
        ("Ward 1", "2024-10-01", 1.0),
    ]
    targets = now(cast.falls).phases.filter(measure="calls").select("kind", "value").rows()
    assert targets == [("target", 2.0), ("target", 1.0)]


def test_a_column_for_each_measure_needs_only_the_site(lead, cast):
    batch = send(lead, "wide.csv", WIDE)
    answer(lead, batch, across="measures", site="Ward 2")
    accept(lead, batch)
    assert values(cast.falls, "Ladders") == [("Ward 2", "2024-07-01", 9.0), ("Ward 2", "2024-08-01", 8.0)]
    assert set(now(cast.falls).measures["measure"]) >= {"Bells", "Ladders"}


def test_columns_that_are_sites_are_known_or_refused(lead, cast):
    batch = send(lead, "sites.csv", "Date,Ward 1,Ward 2\n2024-07-01,3,9\n2024-08-01,3,9\n")
    answer(lead, batch, across="sites", measure="falls")
    accept(lead, batch)
    assert ("Ward 2", "2024-08-01", 9.0) in values(cast.falls, "falls")
    batch = send(lead, "strange.csv", "Date,Ward 1,Ward 9\n2024-07-01,3,9\n2024-08-01,3,9\n")
    answer(lead, batch, across="sites", measure="falls")
    assert "&#x27;Ward 9&#x27; is not among the sites" in page(lead, batch)


def test_what_a_file_says_itself_is_not_asked(lead, cast):
    batch = send(lead, "long.csv", "Ward,KPI,Month,Performance\nWard 1,falls,Aug-24,4\nWard 1,falls,Sep-24,5\n")
    assert "What was measured, and where?" not in page(lead, batch)
    accept(lead, batch)
    assert ("Ward 1", "2024-09-01", 5.0) in values(cast.falls, "falls")


def test_the_same_file_twice_changes_nothing(lead, cast):
    for again in (False, True):
        batch = send(lead, "Calls.csv", ONE)
        answer(lead, batch, new_measure="calls", site="Ward 1")
        assert ('name="seen"' in page(lead, batch)) is not again  # nothing is left to accept
        if not again:
            accept(lead, batch)
    assert len(values(cast.falls, "calls")) == 4


def test_days_that_read_both_ways_are_asked_about(lead, cast):
    batch = send(lead, "days.csv", "Date,Value\n01/07/2024,3\n02/07/2024,4\n")
    answer(lead, batch, new_measure="calls", site="Ward 1")
    assert "day comes first" in page(lead, batch).lower() or "day-first" in page(lead, batch)
    answer(lead, batch, dates="day-first", new_measure="calls", site="Ward 1")
    accept(lead, batch)
    assert [on for _, on, _ in values(cast.falls, "calls")] == ["2024-07-01", "2024-07-02"]


def test_what_is_at_fault_is_said_by_row_and_nothing_comes_in(lead, cast):
    batch = send(lead, "Calls.csv", "Month,Value\nJul-24,3\nAug-24,many\nSep-24,1\nOct-24,1\nNov-24,1\nDec-24,2\n")
    answer(lead, batch, new_measure="calls", site="Ward 1")
    assert "row 3, column &#x27;Value&#x27;: a number is needed" in page(lead, batch)


def test_a_trackers_sheet_stays_a_tracker(lead):
    tracker = "Site,Stage,Date agreed\nWard 1,live,01/07/2024\nWard 2,talking,02/07/2024\n"
    assert send(lead, "tracker.csv", tracker).kind == imports.TRACKER
