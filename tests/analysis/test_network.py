"""Exposure, thresholds and what came after whom: small cases worked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from takeroot.analysis import network
from takeroot.errors import FaultyInput, NotFound
from takeroot.vocabulary.programme import Programme

EIGHT = [str(number) for number in range(1, 9)]


@pytest.fixture(scope="module")
def eight() -> network.Panel:
    """5 names 1 to 4; 6, 7 and 8 name 5; nobody stops."""
    ties = {"source": ["1", "2", "3", "4", "5", "5", "5"], "target": ["5"] * 4 + ["6", "7", "8"]}
    return network.numbered({"site": EIGHT, "began": [1, 2, 5, 5, 3, 4, 5, 5]}, ties)


def of(frame: pl.DataFrame, site: str, column: str = "exposure") -> list:
    return frame.filter(pl.col("site") == site)[column].to_list()


def stages(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["site", "stage", "on"], orient="row")


def tied(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=["source", "target"], orient="row")


# Exposure


def test_exposure_is_the_share_of_ties_that_lead_to_sites_in_use(eight):
    found = network.exposure(eight)
    assert of(found, "5") == [0.25, 0.5, 0.5, 0.5, 1.0]
    assert of(found, "6") == of(found, "8") == [0, 0, 1, 1, 1]


def test_exposure_along_ties_that_lead_away_is_that_of_the_other_end(eight):
    found = network.exposure(eight, influence="out")
    assert of(found, "1") == [0, 0, 1, 1, 1]
    assert of(found, "5") == pytest.approx([0, 0, 0, 1 / 3, 1])


def test_exposure_along_ties_either_way_counts_a_pair_once():
    panel = network.numbered(
        {"site": ["A", "B", "C"], "began": [1, None, None]}, tied(("A", "B"), ("B", "A"), ("B", "C"))
    )
    found = network.exposure(panel, influence="both")
    assert of(found, "B", "ties") == [2.0]
    assert of(found, "B") == [0.5]


def test_exposure_not_normalised_is_a_number_of_sites(eight):
    assert of(network.exposure(eight, normalised=False), "5") == [1, 2, 2, 2, 4]


def test_a_lag_shifts_exposure_and_leaves_the_first_periods_empty(eight):
    assert of(network.exposure(eight, lag=1), "5") == [None, 0.25, 0.5, 0.5, 0.5]
    assert of(network.exposure(eight, lag=9), "5") == [None] * 5


def test_a_site_without_ties_has_no_exposure_and_says_so(eight):
    found = network.exposure(eight).filter(site="1")
    assert found["exposure"].to_list() == [None] * 5
    assert found["isolated"].to_list() == [True] * 5
    assert of(network.exposure(eight, isolates=0.0), "1") == [0.0] * 5


def test_a_site_that_stopped_no_longer_counts_until_it_comes_back():
    rows = stages(
        ("A", "using", "2024-01-05"),
        ("A", "stopped", "2024-02-05"),
        ("A", "using", "2024-04-05"),
        ("B", "exploring", "2024-05-05"),
    )
    pair = tied(("A", "B"))
    assert of(network.exposure(rows, pair), "B") == [1, 0, 0, 1, 1]
    assert of(network.exposure(rows, pair, ever=True), "B") == [1, 1, 1, 1, 1]
    assert of(network.exposure(rows, pair, memory=0.5), "B") == [1, 0.5, 0.25, 1, 1]
    assert of(network.exposure(rows, pair, memory=1.0), "B") == [1, 1, 1, 1, 1]
    assert of(network.exposure(rows, pair, lasting=0.5), "B") == [1, 0, 0, 1, 0.5]


def test_a_site_that_closed_or_has_not_opened_is_nobody_to_be_exposed_to():
    programme = Programme(
        {"name": "Falls", "as_at": "2024-04-30"},
        sites={"site": ["A", "B", "C"], "closed": ["2024-03-10", None, None], "opened": [None, None, "2024-02-01"]},
        stages=stages(("A", "using", "2024-01-05"), ("C", "exploring", "2024-02-01")),
        ties=tied(("A", "B"), ("C", "B")),
    )
    found = network.exposure(programme)
    assert of(found, "B", "ties") == [1, 2, 1, 1]
    assert of(found, "B") == [1, 0.5, 0, 0]
    assert of(found, "A", "on") == [date(2024, 1, 1), date(2024, 2, 1)]
    assert of(found, "C", "on") == [date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1)]
    assert of(network.exposure(programme, lag=1), "C", "ties") == [None, 0, 0]


def test_a_site_of_which_nothing_is_known_any_more_is_counted_beside():
    rows = stages(("A", "using", "2024-01-05"), ("A", "unknown", "2024-02-05"), ("B", "exploring", "2024-03-01"))
    found = network.exposure(rows, tied(("A", "B"))).filter(site="B")
    assert found["exposure"].to_list() == [1, 0, 0]
    assert found["not_known"].to_list() == [0, 1, 1]


def test_a_tie_counts_while_it_holds():
    pair = tied(("A", "B"), ("C", "B")).with_columns(
        since=pl.Series(["2024-02-10", None]), until=pl.Series([None, "2024-03-10"])
    )
    rows = stages(("A", "using", "2024-01-05"), ("C", "exploring", "2024-04-05"))
    found = network.exposure(rows, pair)
    assert of(found, "B", "ties") == [1, 2, 1, 1]
    assert of(found, "B") == [0, 0.5, 1, 1]


def test_ties_of_several_kinds_are_counted_together_apart_or_one_by_one():
    ties = tied(("A", "C"), ("B", "C"), ("A", "C")).with_columns(kind=pl.Series(["peer", "peer", "lead"]))
    rows = stages(("A", "using", "2024-01-05"), ("B", "exploring", "2024-01-05"))
    assert of(network.exposure(rows, ties), "C") == [0.5]
    assert of(network.exposure(rows, ties, kind="lead"), "C") == [1.0]
    assert of(network.exposure(rows, ties, kind=["lead", "peer"]), "C") == [0.5]
    apart = network.exposure(rows, ties, by_kind=True).filter(site="C")
    assert apart.select("kind", "exposure").rows() == [("lead", 1.0), ("peer", 0.5)]
    with pytest.raises(NotFound, match=r"no kind of tie 'peers'. Did you mean 'peer'"):
        network.exposure(rows, ties, kind="peers")


def test_a_tie_told_twice_counts_once_or_with_all_its_weights():
    ties = tied(("A", "C"), ("A", "C"), ("B", "C")).with_columns(weight=pl.Series([1.5, None, 2.5]))
    rows = stages(("A", "using", "2024-01-05"))
    assert of(network.exposure(rows, ties), "C") == [0.5]
    assert of(network.exposure(rows, ties, valued=True), "C") == [0.5]
    assert of(network.exposure(rows, ties, valued=True), "C", "ties") == [5.0]
    assert of(network.exposure(rows, ties, valued=True), "C", "in_use") == [2.5]


def test_a_tie_of_a_site_to_itself_or_without_weight_is_none():
    ties = tied(("A", "A"), ("B", "A"), ("A", "B")).with_columns(weight=pl.Series([1.0, 0.0, 1.0]))
    found = network.exposure(stages(("A", "using", "2024-01-05")), ties)
    assert of(found, "A") == [None]
    assert of(found, "B") == [1.0]


def test_sites_count_by_their_size_where_that_is_asked():
    programme = Programme(
        "Falls",
        sites={"site": ["A", "B", "C"], "size": [30, 10, 5]},
        stages=stages(("A", "using", "2024-01-05")),
        ties=tied(("A", "C"), ("B", "C")),
    )
    assert of(network.exposure(programme, weigh_by="size"), "C") == [0.75]
    with pytest.raises(NotFound, match=r"no column of numbers of the sites 'sise'. Did you mean 'size'"):
        network.exposure(programme, weigh_by="sise")
    lacking = programme.with_tables(sites={"site": ["A", "B", "C"], "size": [30, None, 5]})
    with pytest.raises(FaultyInput, match="every site needs a number that is not negative; 'B' has none"):
        network.exposure(lacking, weigh_by="size")


def test_a_renamed_site_keeps_its_ties():
    programme = Programme(
        {"name": "Falls", "as_at": "2024-03-31"},
        sites={"site": ["Old", "New", "B"]},
        successions={"site": ["Old"], "successor": ["New"], "on": ["2024-02-01"], "kind": ["renamed"]},
        stages=stages(("Old", "using", "2024-01-05")),
        ties=tied(("Old", "B")),
    )
    found = network.exposure(programme)
    assert found["site"].unique().sort().to_list() == ["B", "New"]
    assert of(found, "B") == [1, 1, 1]


def test_quarters_and_years_are_looked_at_on_their_last_day():
    rows = stages(("A", "using", "2023-11-05"), ("A", "stopped", "2024-02-05"), ("A", "using", "2024-07-02"))
    found = network.exposure(rows, tied(("A", "B")), every="quarter")
    assert found.filter(site="B").select("on", "exposure").rows() == [
        (date(2023, 10, 1), 1.0),
        (date(2024, 1, 1), 0.0),
        (date(2024, 4, 1), 0.0),
        (date(2024, 7, 1), 1.0),
    ]
    assert of(network.exposure(rows, tied(("A", "B")), every="year"), "B") == [1.0, 1.0]
    with pytest.raises(NotFound, match="no length of period 'week'"):
        network.exposure(rows, every="week")


def test_sites_of_either_list_are_there_in_every_month():
    found = network.exposure(stages(("A", "using", "2024-01-05"), ("A", "paused", "2024-03-01")), tied(("B", "C")))
    assert found.select("site").unique(maintain_order=True)["site"].to_list() == ["A", "B", "C"]
    assert found.height == 9


def test_no_ties_and_no_stages_give_no_exposure():
    one = network.exposure(stages(("A", "using", "2024-01-05")))
    assert one.select("exposure", "ties", "isolated").rows() == [(None, 0.0, True)]
    nothing = network.exposure(stages().cast(pl.String), tied(("A", "B")))
    assert nothing.height == 0
    assert nothing.columns == one.columns


def test_more_neighbours_than_two_bytes_can_count_are_counted():
    many = [f"S{number}" for number in range(33_000)]
    panel = network.numbered(
        {"site": ["hub", *many], "began": [None] + [1] * 32_900 + [None] * 100},
        {"source": many, "target": ["hub"] * len(many)},
        last=2,
    )
    found = network.exposure(panel).filter(site="hub")
    assert found["ties"].to_list() == [33_000] * 2
    assert found["in_use"].to_list() == [32_900] * 2


def test_what_is_no_lag_and_no_share_is_said():
    with pytest.raises(FaultyInput, match="a lag is a number of periods, 0 or more; found -1\nmemory is a share"):
        network.exposure(stages(("A", "using", "2024-01-05")), lag=-1, memory=2)
    with pytest.raises(NotFound, match="no direction of influence 'inward'"):
        network.exposure(stages(("A", "using", "2024-01-05")), tied(("A", "B")), influence="inward")


def test_a_tie_to_a_site_that_a_programme_does_not_have_is_named():
    programme = Programme("Falls", sites={"site": ["A", "B"]}, stages=stages(("A", "using", "2024-01-05")))
    with pytest.raises(FaultyInput, match="column 'target': 'Bee' is not among the sites"):
        network.exposure(programme, tied(("A", "Bee")))


def test_a_panel_that_is_there_can_be_given_other_ties():
    rows = stages(("A", "using", "2024-01-05"), ("B", "exploring", "2024-02-05"))
    panel = network.panel(rows)
    dated = tied(("A", "B")).with_columns(since=pl.lit("2024-02-01"))
    assert of(network.exposure(panel, dated), "B") == [None, 1.0]
    assert of(network.exposure(panel), "B") == [None, None]


# Thresholds, and who came after whom


def test_the_first_to_take_it_up_have_no_threshold(eight):
    for lag, why in ((0, [None] * 4), (1, [None] * 4)):
        found = network.thresholds(eight, lag=lag)
        assert found["threshold"].to_list() == [*why, 0.5, 1.0, 1.0, 1.0]
        assert found["why_missing"].to_list() == ["in the first period", *["no ties"] * 3, *[None] * 4]


def test_a_site_that_has_not_taken_it_up_has_met_so_much_and_has_no_threshold():
    panel = network.numbered({"site": ["A", "B", "C"], "began": [1, None, None]}, tied(("A", "C"), ("B", "C")), last=3)
    found = network.thresholds(panel).filter(site="C").row(0, named=True)
    assert (found["threshold"], found["why_missing"], found["met"]) == (None, "not yet", 0.5)


def test_a_site_that_carries_on_from_another_was_not_seen_to_begin():
    programme = Programme(
        {"name": "Falls", "as_at": "2024-06-30"},
        successions={"site": ["A", "B"], "successor": ["C", "C"], "on": ["2024-03-01"] * 2, "kind": ["merged"] * 2},
        stages=stages(("A", "using", "2024-01-05"), ("D", "using", "2024-04-10"), ("E", "paused", "2024-05-01")),
        ties=tied(("D", "C"), ("C", "D"), ("D", "E")),
    )
    found = network.thresholds(programme)
    why = dict(zip(found["site"], found["why_missing"], strict=True))
    assert why == {
        "A": "in the first period",
        "B": "not yet",
        "C": "not seen to begin",
        "D": None,
        "E": "not seen to begin",
    }
    assert of(found, "D", "threshold") == [1.0]


def test_susceptibility_and_infectiousness_are_those_of_the_worked_example(eight):
    assert network.infectiousness(eight)["infectiousness"].to_list() == pytest.approx([0, 1, 0, 0, 1 / 3, 0, 0, 0])
    assert network.susceptibility(eight)["susceptibility"].to_list() == [0, 0, 0, 0, 0.5, 1, 0, 0]
    wider = network.infectiousness(eight, window=2)["infectiousness"].to_list()
    assert wider == pytest.approx([1 / 3, 1, 0, 0, 0.5, 0, 0, 0])
    wider = network.susceptibility(eight, window=2)["susceptibility"].to_list()
    assert wider == pytest.approx([0, 0, 0, 0, 0.6, 1, 1 / 3, 1 / 3])


def test_who_never_took_it_up_is_nobodys_predecessor():
    """The reference counts them as prior, and gives a third."""
    panel = network.numbered(
        {"site": ["1", "2", "3", "4"], "began": [2, None, 1, 3]}, tied(("1", "4"), ("2", "4"), ("3", "4"))
    )
    found = network.susceptibility(panel)
    assert of(found, "4", "susceptibility") == [0.5]
    assert of(found, "2", "susceptibility") == [None]


def test_a_site_that_had_stopped_led_nobody():
    panel = network.numbered(
        {"site": ["A", "B", "C"], "began": [1, 1, 3], "ended": [2, None, None]}, tied(("A", "C"), ("B", "C"))
    )
    assert of(network.susceptibility(panel, window=2), "C", "before") == [1.5]
    assert of(network.infectiousness(panel, window=2), "A", "after") == [1.0]
    assert of(network.infectiousness(panel, window=2), "B", "after") == [1.5]


def test_a_discount_is_of_periods_further_back():
    panel = network.numbered({"site": list("ABCDE"), "began": [1, 1, 1, 2, 3]}, tied(*((one, "E") for one in "ABCD")))
    found = network.susceptibility(panel, window=2, discount=0.1).filter(site="E").row(0, named=True)
    assert found["just_before"] == pytest.approx(1 + 3 / 1.1)
    assert found["before"] == pytest.approx(4 + 3 / 1.1)
    with pytest.raises(FaultyInput, match="a window is 1 period or more"):
        network.susceptibility(panel, window=0)


# Take-up and timing


def test_the_hazard_is_of_those_that_still_waited():
    rows = stages(("A", "using", "2024-01-05"), ("B", "using", "2024-03-05"), ("C", "declined", "2024-03-10"))
    found = network.take_up(rows)
    assert found.select("waiting", "took_up", "hazard").rows() == [(3, 1, pytest.approx(1 / 3)), (2, 0, 0), (2, 1, 0.5)]


def test_sites_that_enter_late_close_or_are_lost_sight_of_wait_only_while_they_are_seen():
    programme = Programme(
        {"name": "Falls", "as_at": "2024-05-31"},
        sites={
            "site": ["A", "B", "C", "D", "E"],
            "opened": [None, "2024-03-10", None, None, None],
            "closed": [None, None, "2024-04-02", None, None],
            "eligible": [True, True, True, True, False],
        },
        stages=stages(
            ("A", "using", "2024-01-05"),
            ("D", "exploring", "2024-01-05"),
            ("D", "unknown", "2024-02-05"),
            ("D", "using", "2024-04-05"),
            ("E", "using", "2024-04-05"),
        ),
    )
    rows = network.person_periods(programme)
    waited = {site: of(rows, site, "on") for site in "ABCDE"}
    months = {number: date(2024, number, 1) for number in range(1, 6)}
    assert waited == {
        "A": [months[1]],
        "B": [months[3], months[4], months[5]],
        "C": [months[1], months[2], months[3]],
        "D": [months[1]],
        "E": [],
    }
    assert rows.filter("event")["site"].to_list() == ["A"]
    assert network.take_up(programme)["took_up"].sum() == 1


def test_groups_by_time_hold_all_that_took_it_up_together_and_do_not_move_later():
    early = network.numbered({"site": list("ABCDEFGH"), "began": [1, 1, 1, 2, None, None, None, None]}, last=2)
    later = network.numbered({"site": list("ABCDEFGH"), "began": [1, 1, 1, 2, 3, 3, 4, None]}, last=4)
    first, then = (network.timing(panel) for panel in (early, later))
    assert first["group"].to_list() == [1, 1, 1, 2, None, None, None, None]
    assert then["group"].to_list() == [1, 1, 1, 2, 3, 3, 4, None]
    assert_frame_equal(first[:4], then[:4])
    with pytest.raises(FaultyInput, match="two groups or more are needed; found 1"):
        network.timing(early, groups=1)
    with pytest.raises(NotFound, match="no way to make groups 'class'"):
        network.timing(early, by="class")


def test_groups_by_mean_and_spread_put_what_stands_on_a_cut_before_it():
    """The reference puts it after, against its manual."""
    found = network.timing(network.numbered({"site": list("ABC"), "began": [1, 2, 3]}), by="mean and spread")
    assert found["group"].to_list() == [1, 2, 3]


def test_degree_and_timing_says_who_came_sooner_and_counts_who_has_not():
    panel = network.numbered(
        {"site": list("ABCD"), "began": [1, 2, 3, None]},
        tied(("A", "B"), ("A", "C"), ("A", "D"), ("B", "C"), ("B", "D")),
    )
    found = network.degree_and_timing(panel).filter(influence="out").row(0, named=True)
    assert found["correlation"] < 0
    assert (found["sites"], found["pairs"], found["concordance"]) == (3, 6, 5.5 / 6)
    even = network.degree_and_timing(network.numbered({"site": ["A", "B"], "began": [1, 2]}))
    assert even["correlation"].to_list() == [None] * 3


# Periods


def test_a_numbered_history_comes_back_and_is_seen_for_a_while():
    panel = network.numbered(
        {
            "site": ["A", "A", "B"],
            "began": [1, 4, None],
            "ended": [3, None, None],
            "entered": [None, None, 2],
            "left": [None, None, 4],
        },
        last=5,
    )
    assert panel.in_use.tolist() == [[True, True, False, True, True], [False] * 5]
    assert panel.open.tolist() == [[True] * 5, [False, True, True, False, False]]
    stopping = network.person_periods(panel, of="stopping")
    assert stopping.select("site", "on", "event", "spell", "waited").rows() == [
        ("A", 2, False, 1, 1),
        ("A", 3, True, 1, 2),
        ("A", 5, False, 2, 1),
    ]
    back = network.person_periods(panel, of="coming back")
    assert back.select("on", "event", "waited").rows() == [(4, True, 1)]


def test_who_had_begun_before_the_first_period_was_not_seen_to():
    panel = network.numbered({"site": ["A", "B"], "began": [1, 4]}, tied(("A", "B")), first=3, last=5)
    assert network.thresholds(panel)["why_missing"].to_list() == ["not seen to begin", None]
    assert network.take_up(panel)["waiting"].to_list() == [1, 1, 0]


def test_a_history_that_ends_before_it_begins_is_at_fault():
    with pytest.raises(FaultyInput, match="Histories, row 1, column 'ended': what ends does so after it has begun"):
        network.numbered({"site": ["A"], "began": [3], "ended": [3]})
    with pytest.raises(FaultyInput, match="'Z' is not among the sites"):
        network.numbered({"site": ["Z"], "began": [3]}, sites={"site": ["A"]})


def test_events_and_rows_of_a_programme_agree_with_how_long_sites_took():
    from takeroot import examples
    from takeroot.analysis import adoption

    for name in examples.names():
        programme = examples.load(name)
        rows = network.person_periods(programme)
        times = adoption.time_to(programme)
        taken = network.take_up(programme)
        assert rows["event"].sum() == taken["took_up"].sum() <= times["event"].sum()
        assert rows.height == taken["waiting"].sum()
        assert set(rows.filter("event")["site"]) <= set(times.filter("event")["site"])
