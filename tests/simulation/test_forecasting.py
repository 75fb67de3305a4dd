"""The model as a forecaster: it sees what was known, stands beside the curves, and has to earn its weight."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from tests.simulation.recorded import BEGINS, history, programme, random_setting

from takeroot import examples
from takeroot.analysis import forecasting as curves
from takeroot.analysis.forecasting import backtest
from takeroot.cli import main
from takeroot.errors import NotEnough, NotFound
from takeroot.simulation import SPREAD, Model, Move, State, Stopped, forecasting, logit
from takeroot.simulation.forecasting import Foreseen
from takeroot.vocabulary.programme import Programme

PLAIN = SPREAD.without("capacity", "fit")


@pytest.fixture(scope="module")
def told() -> Programme:
    setting = random_setting(60, 3)
    state = State(BEGINS, ["using"] * 4 + ["not_reached"] * 56)
    return programme(history(PLAIN, setting, state, 28, 3), setting, state)


@pytest.fixture(scope="module")
def ahead(told: Programme) -> Foreseen:
    return forecasting.foreseen(told, months=6, draws=200)


def test_the_model_stands_beside_the_curves_and_what_that_shows_comes_first(ahead: Foreseen) -> None:
    assert ahead.forecast.says.startswith(("Better than", "No better than", "Tried from"))
    assert set(ahead.forecast.scores["forecaster"]) == {*curves.FORECASTERS, "model", "combination"}
    assert ahead.forecast.scores.filter(forecaster="model")["weight"].item() > 0
    assert ahead.forecast.doubts[-1].startswith("The model of spread alone came")


def test_sites_by_stage_are_all_sites(ahead: Foreseen) -> None:
    known = ahead.by_stage.filter(pl.col("stage") != "in use").group_by("on").agg(pl.col("mean").sum())
    assert known["mean"].to_list() == pytest.approx([60.0] * 7)
    assert ahead.by_stage["on"].min() == date(2022, 4, 1)  # the last month that is known
    assert ahead.forecast.months["on"].max() == ahead.by_stage["on"].max() == date(2022, 10, 1)
    regions = ahead.by_region.filter(stage="in use").group_by("on", maintain_order=True).agg(pl.col("mean").sum())
    assert regions["mean"].to_list() == pytest.approx(ahead.by_stage.filter(stage="in use")["mean"].to_list())


def test_one_site_is_forecast_for_itself(ahead: Foreseen) -> None:
    mine = ahead.site("site-0001")
    whole = mine.filter(pl.col("stage") != "in use").group_by("on").agg(pl.col("share").sum())
    assert whole["share"].to_list() == pytest.approx([1.0] * 7)
    assert mine.filter(on=date(2022, 4, 1))["share"].max() == 1.0
    with pytest.raises(NotFound, match="There is no site that is forecast 'site-1'"):
        ahead.site("site-1")


def test_nothing_that_happened_later_is_used(told: Programme) -> None:
    """What is foreseen from an earlier month is the same, whatever the record goes on to say."""
    history_of_all = curves.of_programme(told)[None]
    then = history_of_all.until(20)
    earlier = told.stages.filter(pl.col("on") < then.day(20))
    cut = Programme({"name": "Cut", "as_at": date(2021, 8, 31)}, sites=told.sites, ties=told.ties, stages=earlier)
    model = forecasting.suited(told)
    found = [forecasting.of_programme(each, model)(then, 6, np.random.default_rng(5), 100) for each in (told, cut)]
    np.testing.assert_array_equal(found[0], found[1])


def test_the_same_seed_gives_the_same_futures(told: Programme) -> None:
    forecaster, known = forecasting.of_programme(told), curves.of_programme(told)[None]
    found = [backtest.foreseen(forecaster, "model", known, 4, 7, 100) for _ in range(2)]
    np.testing.assert_array_equal(found[0], found[1])
    assert found[0].shape == (4, 100)


def test_what_comes_of_the_model_is_foreseen_by_it() -> None:
    """In histories that the model itself made, its 80 % intervals hold about 80 %, and it comes closer than a curve."""
    held, ours, theirs = [], 0.0, 0.0
    for seed in range(6):
        setting = random_setting(60, seed)
        state = State(BEGINS, ["using"] * 4 + ["not_reached"] * 56)
        stood = programme(history(PLAIN, setting, state, 48, seed), setting, state)
        whole = curves.of_programme(stood)[None]
        model = forecasting.of_programme(stood)
        for known in (18, 30, 42):
            past, happened = whole.until(known), whole.in_use[known : known + 6]
            futures = backtest.foreseen(model, "model", past, 6, 0, 400)
            low, high = np.quantile(futures, [0.1, 0.9], axis=1, method="inverted_cdf")
            held += ((low <= happened) & (happened <= high)).tolist()
            line = backtest.foreseen(curves.FORECASTERS["last_value"], "last_value", past, 6, 0, 400)
            ours += float(np.abs(np.median(futures, axis=1) - happened).mean())
            theirs += float(np.abs(np.median(line, axis=1) - happened).mean())
    assert 0.65 <= np.mean(held) <= 0.98
    assert ours < theirs


def test_a_model_is_suited_to_what_the_record_shows() -> None:
    model = forecasting.suited(examples.load("prompt"))
    assert (model.capacity, model.fit) == (None, None)
    assert "not_reached → preparing" in [move.name for move in model.moves]
    without_ties = examples.load("prompt").with_tables(ties={"source": [], "target": []})
    assert {peers.kind for peers in forecasting.suited(without_ties).exposures} == {"everyone"}


def test_a_group_is_forecast_by_what_its_own_sites_do(told: Programme) -> None:
    of_group = forecasting.of_groups(told, "region")
    north = of_group("region 0")["model"]
    history_of_group = curves.of_programme(told, "region")["region 0"]
    futures = north(history_of_group, 3, np.random.default_rng(0), 100)
    assert futures.max() <= 30
    assert abs(float(np.median(futures[0])) - history_of_group.in_use[-1]) <= 4


def test_too_little_to_go_by_is_no_forecast() -> None:
    stages = {"site": ["a", "b", "c"], "stage": ["using"] * 3, "on": ["2024-01-05", "2024-02-05", "2024-03-05"]}
    with pytest.raises(NotEnough, match="at least 10 events"):
        forecasting.foreseen(Programme({"name": "Young", "as_at": "2024-06-30"}, stages=stages))


def test_a_model_of_ones_own_can_be_tried(told: Programme) -> None:
    own = Model("Own", (Move("not_reached", "using", logit(0.03)), Move("using", "stopped", logit(0.01))))
    futures = forecasting.of_programme(told, own)(curves.of_programme(told)[None], 3, np.random.default_rng(0), 50)
    assert futures.shape == (3, 50)
    assert replace(own, name="Other").moves == own.moves


@pytest.mark.slow
def test_the_command_tries_the_model_too() -> None:
    done = CliRunner().invoke(main, ["forecast", "synthetic", "--months", "2", "--model"])
    assert done.exit_code == 0, done.stderr
    plain = CliRunner().invoke(main, ["forecast", "synthetic", "--months", "2"])
    assert done.stdout.splitlines()[0] == plain.stdout.splitlines()[0]
    assert done.stdout != plain.stdout


def test_a_forecast_stops_within_a_fit_of_the_model(told: Programme) -> None:
    parts, looks = [], []

    def later() -> bool:
        looks.append(1)
        return len(looks) == 30

    with pytest.raises(Stopped):
        forecasting.foreseen(told, months=6, draws=200, step=parts.append, cancel=later)
    assert len(looks) == 30 and parts[-1].startswith("back-test")
