"""Forecasts of sites in use: what they carry, when there is none, and what they say of themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takeroot import examples
from takeroot.analysis import forecasting, scoring
from takeroot.analysis.forecasting import backtest, naive, saying, weighing
from takeroot.analysis.forecasting.history import History
from takeroot.errors import FaultyInput, NotEnough, NotFound, TakerootError
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.programme import Programme

START = date(2020, 1, 1)
GROWING = [1, 1, 2, 4, 5, 7, 10, 12, 15, 17, 19, 20, 22, 23]
#: What one forecaster alone needs to stand for all.
ONE = {"last_value": naive.last_value}


def counted(in_use: list[int], of: int | None = 30, step: int = 1) -> History:
    on = [months_after(START, n * step) for n in range(len(in_use))]
    return forecasting.of_counts({"on": on, "in_use": in_use}, of=of)


def spread(curve: Any, of: int, periods: int, seed: int) -> list[int]:
    """Counts as a curve makes them, by chance."""
    chance, now, found = np.random.default_rng(seed), 1, []
    for _ in range(periods):
        now += int(chance.binomial(of - now, curve(now / of)))
        found.append(now)
    return found


def programme(sites: int = 12, regions: tuple[str, ...] = ("North", "South")) -> Programme:
    """Sites that begin one after another in two regions, some of which stop."""
    names = [f"{regions[n % len(regions)]} {n}" for n in range(sites)]
    rows = [(name, "using", months_after(START, 2 * n)) for n, name in enumerate(names)]
    rows += [(name, "stopped", months_after(START, 2 * n + 9)) for n, name in enumerate(names) if n % 4 == 0]
    stages = pl.DataFrame(rows, schema=["site", "stage", "on"], orient="row")
    sites_ = {"site": names, "region": [name.split()[0] for name in names]}
    as_at = months_after(START, 2 * sites + 4).isoformat()
    return Programme({"name": "Falls", "as_at": as_at}, sites=sites_, stages=stages)


# Histories


def test_a_rise_is_so_many_begun_and_a_fall_so_many_ended() -> None:
    history = counted([2, 5, 4])
    assert (history.begun.tolist(), history.ended.tolist()) == ([2, 3, 0], [0, 0, 1])
    assert history.events.tolist() == [2, 5, 6]


def test_in_a_programme_those_who_began_and_those_who_ended_stand_apart() -> None:
    rows = [("A", "using", START), ("A", "stopped", date(2020, 2, 1)), ("B", "using", date(2020, 2, 1))]
    stages = pl.DataFrame(rows, schema=["site", "stage", "on"], orient="row")
    history = forecasting.of_programme(Programme("Falls", stages=stages))[None]
    assert history.in_use.tolist() == [1, 1]
    assert (history.begun.tolist(), history.ended.tolist()) == ([1, 1], [0, 1])


def test_counts_dated_by_the_last_day_of_a_month_are_of_that_month() -> None:
    history = forecasting.of_counts({"on": ["2024-01-31", "2024-02-29", "2024-03-31"], "in_use": [1, 2, 3]})
    assert history.day(0) == date(2024, 1, 1)
    assert history.day(3) == date(2024, 4, 1)


def test_an_earlier_history_knows_nothing_of_what_came_later() -> None:
    history = counted(GROWING).until(5)
    assert history.in_use.tolist() == GROWING[:5]
    assert history.day(history.periods) == date(2020, 6, 1)


def test_years_and_quarters_are_periods_too() -> None:
    assert counted(GROWING, step=12).day(14) == date(2034, 1, 1)
    assert counted(GROWING, step=3).step == 3


@pytest.mark.parametrize(
    ("frame", "of", "says"),
    [
        ({"on": ["2024-01", "2024-02", "2024-04"], "in_use": [1, 2, 3]}, None, "one is missing after 2024-02-01"),
        ({"on": ["2024-01-01", "2024-01-15"], "in_use": [1, 2]}, None, "two rows are of the same month"),
        ({"on": ["2024-01", "2024-02"], "in_use": [1, 9]}, 5, "9 sites are in use at once where only 5 could be"),
        ({"on": ["2024-01"], "in_use": [-1]}, None, "in_use"),
        ({"on": ["2024-01"]}, None, "need.*'in_use'"),
    ],
)
def test_counts_that_can_not_be_are_faults(frame: dict[str, Any], of: int | None, says: str) -> None:
    with pytest.raises(FaultyInput, match=says):
        forecasting.of_counts(frame, of=of)


# Forecasts


@pytest.fixture(scope="module")
def found() -> forecasting.Forecast:
    return forecasting.ahead(counted(GROWING), 12)


def test_a_forecast_has_a_row_for_each_month_ahead(found: forecasting.Forecast) -> None:
    assert found.months["on"].to_list() == [months_after(START, 14 + n) for n in range(12)]
    assert found.months["ahead"].to_list() == list(range(1, 13))
    assert found.futures.shape == (12, 1000)


def test_wider_intervals_hold_narrower_ones_and_the_sites_there_are_hold_all(found: forecasting.Forecast) -> None:
    ends = found.months.select(
        "lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"
    ).to_numpy()
    assert (np.diff(ends, axis=1) >= 0).all()
    assert ends.min() >= 0
    assert ends.max() <= 30


def test_the_further_ahead_the_less_is_sure(found: forecasting.Forecast) -> None:
    width = (found.months["upper_80"] - found.months["lower_80"]).to_list()
    assert width[-1] > width[0]


def test_the_same_seed_gives_the_same_forecast_and_another_another() -> None:
    one, same, other = (forecasting.ahead(counted(GROWING), 6, seed=seed) for seed in (1, 1, 2))
    assert one.months.equals(same.months)
    assert (one.futures == same.futures).all()
    assert not np.array_equal(one.futures, other.futures)


def test_another_forecaster_beside_them_moves_no_draw_of_theirs() -> None:
    few = backtest.tried(counted(GROWING), ONE, periods=3, seed=0, draws=200)
    more = backtest.tried(counted(GROWING), {"drift": naive.drift, **ONE}, periods=3, seed=0, draws=200)
    assert (more.points[:, 1] == few.points[:, 0]).all()


def test_a_back_test_sees_only_what_was_known() -> None:
    seen = []

    def spying(history: History, periods: int, chance: np.random.Generator, draws: int) -> np.ndarray:
        seen.append(history.in_use.tolist())
        return np.zeros((periods, draws))

    backtest.tried(counted(GROWING), {"spy": spying}, periods=4, seed=0, draws=10)
    assert [len(known) for known in seen] == [5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert all(known == GROWING[: len(known)] for known in seen)


def test_lapses_that_were_seen_are_foreseen() -> None:
    steady = [20] * 12
    losing = forecasting.ahead(counted([0, 4, 8, 12, 16, 20, 19, 17, 16, 14, 13, 11, 10, 8]), 6)
    keeping = forecasting.ahead(counted([0, 4, 8, 12, 16, 20, *steady[:8]]), 6)
    assert losing.months["lower_80"][-1] < 8
    assert keeping.months["lower_80"][-1] >= 19


def test_where_nobody_knows_of_how_many_there_is_no_ceiling_and_it_is_said() -> None:
    found = forecasting.ahead(counted(GROWING, of=None), 6)
    assert found.futures.max() > 30
    assert any("How many sites could use it is not known" in doubt for doubt in found.doubts)


def test_beyond_what_could_be_tried_it_is_said(found: forecasting.Forecast) -> None:
    assert not any("beyond that" in doubt for doubt in forecasting.ahead(counted(GROWING), 9).doubts)
    assert any("up to 9 months ahead; beyond that" in doubt for doubt in found.doubts)


def test_intervals_of_a_spread_by_chance_hold_about_as_much_as_they_say() -> None:
    held = []
    for seed in range(12):
        counts = spread(lambda share: 0.02 + 0.25 * share, of=80, periods=24, seed=seed)
        future = forecasting.ahead(counted(counts[:16], of=80), 8, seed=seed).futures
        held += [scoring.covered(future[n], counts[16 + n], level=0.8) for n in range(8)]
    assert 0.7 <= np.mean(held) <= 1.0


@settings(max_examples=15)
@given(
    steps=st.lists(st.integers(-3, 5), min_size=14, max_size=30),
    of=st.none() | st.integers(60, 200),
)
def test_whatever_was_counted_the_futures_are_whole_numbers_of_the_sites_there_are(
    steps: list[int], of: int | None
) -> None:
    counts = np.clip(np.cumsum(steps), 0, 60).tolist()
    try:
        futures = forecasting.ahead(counted(counts, of=of), 5, draws=100).futures
    except NotEnough:
        return
    assert (futures == np.round(futures)).all()
    assert futures.min() >= 0
    assert of is None or futures.max() <= of


# When there is none


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([0, 1, 2, 4, 4, 5], "at least 10 events .* there are 5 in 6 months, so no forecast is made"),
        ([2, 6, 9, 14, 17, 20], "at least 3 earlier months from which to try it.* there are 2, so no forecast is made"),
        ([2, 6, 9, 14, 17], "there is 1, so no forecast is made"),
        ([], "there are 0 in 0 months"),
    ],
)
def test_too_little_makes_no_forecast_and_the_sentence_says_why(counts: list[int], says: str) -> None:
    with pytest.raises(NotEnough, match=says):
        forecasting.ahead(counted(counts), 6)


def test_ten_events_and_three_origins_are_enough() -> None:
    assert forecasting.ahead(counted([2, 5, 6, 7, 8, 9, 10]), 3).months.height == 3


@pytest.mark.parametrize("periods", [0, -1, 241])
def test_a_forecast_looks_neither_back_nor_for_ever(periods: int) -> None:
    with pytest.raises(TakerootError, match=f"looks 1 to 240 months ahead, not {periods}"):
        forecasting.ahead(counted(GROWING), periods)


def test_a_programme_of_nothing_but_a_name_has_no_forecast() -> None:
    with pytest.raises(NotEnough, match="Nothing is recorded yet"):
        forecasting.run(Programme("Falls"))


# The combination, and what is said of it


def tried(missed: dict[str, list[float]], spread_: float = 0.0) -> backtest.Backtest:
    """A back-test, one step ahead from each origin, of forecasters that are so far off each time."""
    names, rows = tuple(missed), len(next(iter(missed.values())))
    points = np.stack([np.repeat(np.array(off)[:, None], backtest.POINTS, axis=1) for off in missed.values()], axis=1)
    points = points + spread_ * np.linspace(-1, 1, backtest.POINTS)
    happened = np.zeros(rows, dtype=np.int64)
    origin = np.arange(4, 4 + rows)
    return backtest.Backtest(
        names,
        origin,
        np.ones(rows, dtype=np.int64),
        points,
        happened,
        np.abs(points).mean(axis=2),
        backtest._apart(points),
    )


def test_the_score_of_a_back_test_is_the_crps_of_its_points() -> None:
    done = backtest.tried(counted(GROWING), forecasting.FORECASTERS, periods=4, seed=0, draws=300)
    for row in (0, 7, len(done.happened) - 1):
        for place in range(len(done.names)):
            assert done.crps[row, place] == pytest.approx(scoring.crps(done.points[row, place], done.happened[row]))


def test_the_score_of_a_mixture_is_the_crps_of_all_its_points() -> None:
    done = backtest.tried(counted(GROWING), forecasting.FORECASTERS, periods=4, seed=0, draws=300)
    share = np.array([0.2, 0.0, 0.4, 0.2, 0.2])
    drawn = np.concatenate([np.repeat(done.points[3, n], round(10 * part)) for n, part in enumerate(share)])
    assert weighing.mixture(done, share)[3] == pytest.approx(scoring.crps(drawn, done.happened[3]))


def test_before_anything_is_known_curves_weigh_alike_and_what_knows_nothing_of_spread_nothing() -> None:
    assert weighing.weights(tried({name: [] for name in forecasting.FORECASTERS})).tolist() == [
        0,
        0,
        1 / 3,
        1 / 3,
        1 / 3,
    ]
    assert weighing.beginning(["last_value", "drift"]).tolist() == [0.5, 0.5]
    assert weighing.beginning(["bass", "model"]).tolist() == [0.5, 0.5]


def test_what_came_closer_weighs_more_the_more_often_it_did() -> None:
    few = weighing.weights(tried({"bass": [1.0] * 3, "logistic": [4.0] * 3}))
    many = weighing.weights(tried({"bass": [1.0] * 200, "logistic": [4.0] * 200}))
    assert 0.5 < few[0] < many[0]
    assert few.sum() == pytest.approx(1)


def test_weights_make_the_score_as_good_as_any_grid_of_weights_does() -> None:
    chance = np.random.default_rng(3)
    done = tried({"bass": chance.normal(2, 1, 400).tolist(), "logistic": chance.normal(-1, 1, 400).tolist()})
    best = weighing.weights(done)
    grid = [np.array([share, 1 - share]) for share in np.linspace(0, 1, 101)]
    assert weighing.mixture(done, best).mean() <= min(weighing.mixture(done, each).mean() for each in grid) + 0.01


def test_where_a_curve_is_clearly_closer_it_is_used_and_said_first() -> None:
    done = tried({"bass": [1.0] * 30, "logistic": [-30.0] * 30, "gompertz": [30.0] * 30})
    advice = weighing.advice(done)
    assert (advice.by, advice.used.tolist()) == ("bass", [1, 0, 0])
    says = saying.headline(advice, done, counted(GROWING))
    assert says.startswith("No better than a simple curve: use the curve. Tried from 30 earlier months")
    assert says.endswith("This is the forecast by the Bass curve.")


def test_where_the_combination_is_closer_that_is_said() -> None:
    done = tried({"bass": [3.0] * 30, "logistic": [-3.0] * 30}, spread_=0.1)
    advice = weighing.advice(done)
    assert advice.by == "combination"
    assert saying.headline(advice, done, counted(GROWING)).startswith(
        "Better than a simple curve so far. Tried from 30"
    )


def test_a_combination_that_is_hardly_closer_may_be_so_by_chance() -> None:
    done = tried({"bass": [3.0, -3.0] * 15, "logistic": [3.1, -3.1] * 15, "gompertz": [2.9, -3.1] * 15})
    advice = weighing.advice(done)
    assert advice.together < advice.simple  # type: ignore[operator]
    assert not advice.clear
    says = saying.headline(advice, done, counted(GROWING))
    assert says.startswith("Hardly better than a simple curve so far: ")
    assert "the difference is small, or may be chance. This is the forecast by the combination." in says


def test_where_nothing_changes_best_that_is_what_is_said() -> None:
    done = tried({"last_value": [0.5] * 30, "bass": [20.0] * 30, "logistic": [21.0] * 30})
    says = saying.headline(weighing.advice(done), done, counted(GROWING))
    assert says.startswith("No better than saying that nothing changes: expect no change.")


def test_the_scores_say_how_each_did_and_which_is_used(found: forecasting.Forecast) -> None:
    assert found.scores["forecaster"].to_list() == [*forecasting.FORECASTERS, "combination"]
    assert found.scores.filter(pl.col("used"))["forecaster"].to_list() == [found.by]
    assert found.scores["weight"].drop_nulls().sum() == pytest.approx(1)
    for name in ("bass", "combination"):
        mine = found.tried.filter(pl.col("forecaster") == name)
        held = mine["happened"].is_between(mine["lower_80"], mine["upper_80"]).mean()
        assert found.scores.filter(pl.col("forecaster") == name)["covered_80"].item() == pytest.approx(held)


def test_any_function_of_a_history_may_stand_beside_the_forecasters() -> None:
    def sure(history: History, periods: int, chance: np.random.Generator, draws: int) -> np.ndarray:
        return np.tile(np.array(GROWING)[history.periods : history.periods + periods, None], (1, draws))

    def foreseeing(history: History, periods: int, chance: np.random.Generator, draws: int) -> np.ndarray:
        known = sure(history, periods, chance, draws)
        return known if len(known) == periods else np.full((periods, draws), 23.0)

    found = forecasting.ahead(counted(GROWING), 4, forecasters={**forecasting.FORECASTERS, "model": foreseeing})
    weight = dict(found.scores.select("forecaster", "weight").iter_rows())
    assert weight["model"] == max(weight[name] for name in (*forecasting.FORECASTERS, "model"))
    assert found.scores.filter(pl.col("forecaster") == "model")["crps"].item() == 0


def test_a_forecaster_that_foresees_more_sites_than_there_are_is_a_mistake() -> None:
    def boasting(history: History, periods: int, chance: np.random.Generator, draws: int) -> np.ndarray:
        return np.full((periods, draws), 99.0)

    with pytest.raises(ValueError, match="'boast' foresees"):
        forecasting.ahead(counted(GROWING), 4, forecasters={"boast": boasting})


# Programmes and their groups


def test_a_programme_has_a_forecast_for_all_and_for_each_region_with_enough() -> None:
    found = forecasting.run(programme(40), months=3)
    assert found["group"].unique(maintain_order=True).to_list() == [None, "North", "South"]
    assert found.group_by("group").len()["len"].unique().to_list() == [3]
    assert found.filter(pl.col("group") == "North")["upper_95"].max() <= 20


def test_a_forecast_minds_no_order_of_rows() -> None:
    one = programme(24)
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=4) for name, frame in one.tables.items()}
    other = one.with_tables(**shuffled)
    assert forecasting.run(one, months=3).equals(forecasting.run(other, months=3))


def test_a_group_of_few_sites_has_no_forecast_of_its_own_and_why_is_said() -> None:
    found, why = forecasting.groups(programme(24, regions=("North", *["South"] * 9)))
    assert "North" not in found
    assert why["North"] == "A forecast of fewer than 5 sites would be one of single sites."


def test_groups_by_a_number_stand_in_the_order_of_numbers() -> None:
    one = programme(40)
    tenths = one.sites.with_columns(deprivation=pl.when(pl.col("region") == "North").then(10).otherwise(2))
    found = forecasting.run(one.with_tables(sites=tenths), months=2, by="deprivation")
    assert found["group"].unique(maintain_order=True).to_list() == [None, "2", "10"]


def test_sites_of_which_it_is_not_known_are_said() -> None:
    one = programme(24)
    lost = pl.DataFrame({"site": ["North 2"], "stage": ["unknown"], "on": [date(2023, 12, 1)]})
    found = forecasting.made(one.with_tables(stages=pl.concat([one.stages, lost], how="diagonal")), months=2)
    assert "For 1 site it is not known whether it uses it; it is counted as not in use." in found.doubts
    assert not any("not known whether" in doubt for doubt in forecasting.made(one, months=2).doubts)


def test_a_column_that_sites_do_not_have_is_named() -> None:
    with pytest.raises(NotFound, match=r"no column of the sites 'regin'\. Did you mean 'region'"):
        forecasting.run(programme(24), by="regin")


def test_the_example_has_a_forecast_and_what_it_shows_comes_first() -> None:
    found = forecasting.made(examples.load("synthetic"), months=12)
    assert found.says.split(".")[0] in (
        "Better than a simple curve so far",
        "No better than a simple curve: use the curve",
    )
    assert found.counts["on"][-1] < found.months["on"][0]
