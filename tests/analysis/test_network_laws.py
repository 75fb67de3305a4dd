"""Laws of exposure on any network: a plain script gives the same, and what must hold holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from takeroot.analysis import network
from takeroot.vocabulary.calendar import months_after

SITES = [f"S{number}" for number in range(6)]
START = date(2024, 1, 1)
MONTHS = 8

days = st.integers(0, MONTHS - 1).map(lambda month: months_after(START, month))
words = st.sampled_from(["exploring", "using", "embedded", "paused", "stopped", "unknown"])
sites = st.sampled_from(SITES)
stages_of = st.dictionaries(st.tuples(sites, days), words, max_size=20)
tie = st.tuples(
    sites,
    sites,
    st.sampled_from([None, "peer", "lead"]),
    st.sampled_from([None, 0.0, 0.5, 2.0]),
    st.none() | days,
    st.none() | days,
)
ties_of = st.lists(tie, max_size=14)

TIE = {
    "source": pl.String,
    "target": pl.String,
    "kind": pl.String,
    "weight": pl.Float64,
    "since": pl.Date,
    "until": pl.Date,
}


def frames(told: dict, tied: list) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [(site, on, stage) for (site, on), stage in told.items()]
    # Every case begins and ends in the same months.
    rows += [("first", START, "exploring"), ("first", months_after(START, MONTHS - 1), "declined")]
    stages = pl.DataFrame(rows, schema=["site", "on", "stage"], orient="row")
    return stages, pl.DataFrame(tied, schema=TIE, orient="row")


def script(told: dict, tied: list, *, valued: bool, ever: bool, way: str) -> dict[tuple[str, date], Any]:
    """Exposure by loops and dictionaries, as somebody would write it down."""
    found = {}
    for month in (months_after(START, number) for number in range(MONTHS)):
        uses = {}
        for site in SITES:
            past = [(on, stage) for (of, on), stage in told.items() if of == site and on <= month]
            now = max(past)[1] if past else "not_reached"
            used = any(stage in ("using", "embedded", "paused", "stopped") for _, stage in past)
            uses[site] = used if ever else now in ("using", "embedded")
        for site in SITES:
            others: dict[str, float] = {}
            for source, target, _, weight, since, until in tied:
                held = (since is None or since <= month) and (until is None or month < until)
                heavy = 1.0 if weight is None else weight
                if not held or source == target or heavy == 0:
                    continue
                ends = {"in": [(target, source)], "out": [(source, target)]}
                for of, to in ends.get(way, [*ends["in"], *ends["out"]]):
                    if of == site:
                        others[to] = others.get(to, 0.0) + heavy if valued else 1.0
            whole = sum(others.values())
            part = sum(heavy for to, heavy in others.items() if uses[to])
            found[site, month] = part / whole if whole else None
    return found


@given(stages_of, ties_of, st.booleans(), st.booleans(), st.sampled_from(["in", "out", "both"]))
def test_exposure_is_what_a_plain_script_gives(told, tied, valued, ever, way):
    stages, ties = frames(told, tied)
    ours = network.exposure(stages, ties, valued=valued, ever=ever, influence=way)
    expected = script(told, tied, valued=valued, ever=ever, way=way)
    for site, on, level in ours.filter(pl.col("site").is_in(SITES)).select("site", "on", "exposure").iter_rows():
        wanted = expected[site, on]
        assert (level is None) == (wanted is None)
        assert level is None or level == pytest.approx(wanted, abs=1e-12)


@given(stages_of, ties_of)
def test_exposure_is_a_share_and_more_use_is_not_less_of_it(told, tied):
    stages, ties = frames(told, tied)
    now, ever = (network.exposure(stages, ties, ever=flag) for flag in (False, True))
    known = now["exposure"].drop_nulls()
    assert ((known >= 0) & (known <= 1)).all()
    assert (ever["exposure"] >= now["exposure"]).fill_null(True).all()
    assert now["exposure"].is_null().equals(now["isolated"])


@given(stages_of, ties_of, st.randoms())
def test_no_order_of_rows_and_no_name_of_a_site_matters(told, tied, chance):
    stages, ties = frames(told, tied)
    ours = network.exposure(stages, ties)
    mixed = list(tied)
    chance.shuffle(mixed)
    other, tied_otherwise = frames(dict(chance.sample(list(told.items()), len(told))), mixed)
    assert_frame_equal(network.exposure(other, tied_otherwise), ours)


@given(stages_of, ties_of)
def test_memory_of_all_is_ever_used_where_all_were_seen_to_use_it(told, tied):
    seen = {key: stage for key, stage in told.items() if stage not in ("paused", "stopped", "unknown")}
    stages, ties = frames(seen, tied)
    remembered = network.exposure(stages, ties, memory=1.0)
    ever = network.exposure(stages, ties, ever=True)
    assert_frame_equal(remembered, ever)
    assert_frame_equal(network.exposure(stages, ties, memory=0.0, lasting=1.0), network.exposure(stages, ties))


@given(stages_of, ties_of)
def test_every_function_takes_any_network(told, tied):
    stages, ties = frames(told, tied)
    panel = network.panel(stages, ties)
    count = panel.sites.height
    assert network.thresholds(panel).height == count
    assert network.susceptibility(panel, window=2).height == count
    assert network.infectiousness(panel, window=2, valued=True).height == count
    assert network.timing(panel).height == count
    assert network.degrees(panel).height == count
    assert network.degree_and_timing(panel).height == 3
    assert network.take_up(panel)["took_up"].sum() == network.person_periods(panel)["event"].sum()
    over_time = network.moran_over_time(panel, permutations=19)
    assert over_time.height == MONTHS
    assert over_time["p_permuted"].drop_nulls().is_between(0.05, 1).all()
    assert network.layout(panel).select(pl.col("x", "y").is_finite().all()).row(0) == (True, True)
    assert sorted(network.matrix_order(panel)["site"]) == sorted(panel.sites["site"])
    for what in ("taking up", "stopping", "coming back"):
        rows = network.person_periods(panel, of=what)
        assert rows.select("site", "on").is_unique().all()
        assert (rows["waited"] >= 1).all()


@given(stages_of, ties_of)
def test_a_site_waits_until_it_has_used_it_and_never_after(told, tied):
    stages, ties = frames(told, tied)
    rows = network.person_periods(stages, ties)
    assert (rows.group_by("site").agg(pl.col("event").sum())["event"] <= 1).all()
    last = rows.group_by("site").agg(pl.col("event").last(), pl.col("event").any().alias("ever"))
    assert (last["event"] == last["ever"]).all()
