"""Numbers and names that make no sense to a simulation or a forecast: one sentence each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from takeroot import examples
from takeroot.analysis import forecasting
from takeroot.errors import NotFound, TakerootError
from takeroot.simulation import (
    SPREAD,
    Model,
    Move,
    Peers,
    Setting,
    Sites,
    State,
    Ties,
    connect,
    fit,
    run,
    seed_hubs,
)
from takeroot.simulation import forecasting as modelled

START = State.all(670, 3)
GROWING = [1, 1, 2, 4, 5, 7, 10, 12, 15, 17, 19, 20, 22, 23]
MONTHS = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(len(GROWING))]


def counted(of: Any = 30) -> forecasting.History:
    return forecasting.of_counts({"on": MONTHS, "in_use": GROWING}, of=of)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda: Sites(-1), "The number of sites is a whole number of at least 0; found '-1'."),
        (lambda: Sites(2.5), "The number of sites is a whole number of at least 0; found '2.5'."),  # type: ignore[arg-type]
        (lambda: Sites(["a", None]), "Every site needs a name; the one at place 2 has none."),  # type: ignore[list-item]
        (lambda: seed_hubs(0), "The number of hubs to begin with is a whole number of at least 1; found '0'."),
        (lambda: seed_hubs(1.5), "The number of hubs to begin with is a whole number of at least 1; found '1.5'."),  # type: ignore[arg-type]
        (
            lambda: connect(0, "visits"),
            "The number of others that each site is connected with is a whole number of at least 1; found '0'.",
        ),
        (lambda: counted(5.5), "How many sites could be in use (of) is a whole number of at least 0; found '5.5'."),
        (lambda: counted(float("nan")), "How many sites could be in use (of) is a whole number of at least 0; found"),
    ],
)
def test_a_number_that_counts_something_is_whole(asked: Callable[[], object], says: str) -> None:
    with pytest.raises(TakerootError) as error:
        asked()
    assert str(error.value).startswith(says)


@pytest.mark.parametrize("threads", [0, -2, 1.5, "2", True])
def test_no_threads_simulate_nothing(threads: Any) -> None:
    with pytest.raises(TakerootError, match="The number of threads is a whole number of at least 1"):
        run(SPREAD, Setting(Sites(3)), START, months=2, replicates=2, threads=threads)


@pytest.mark.parametrize(
    "how", [{"months": 1.5}, {"months": -1}, {"replicates": 0}, {"replicates": "8"}, {"seed": -1}, {"seed": 1.2}]
)
def test_a_simulation_is_of_whole_numbers(how: dict[str, Any]) -> None:
    with pytest.raises(TakerootError, match="is a whole number"):
        run(SPREAD, Setting(Sites(3)), START, **{"months": 2, "replicates": 2, **how})


@pytest.mark.parametrize(
    "how",
    [
        {"draws": 1},
        {"draws": 0},
        {"draws": 2.5},
        {"draws": 10**9},
        {"seed": -1},
        {"seed": "a"},
        {"forecasters": {}},
        {"forecasters": {"a": 3}},
        {"forecasters": {"short": lambda history, periods, chance, draws: np.ones((periods, 3))}},
    ],
)
def test_a_forecast_that_makes_no_sense_is_refused(how: dict[str, Any]) -> None:
    with pytest.raises(TakerootError, match=r"is a whole number|Forecasters are at least one|gives a row for each"):
        forecasting.ahead(counted(), 6, **how)


@pytest.mark.parametrize("periods", [2.5, "6", None, True, float("nan")])
def test_a_forecast_looks_whole_periods_ahead(periods: Any) -> None:
    with pytest.raises(TakerootError, match="A forecast looks 1 to 240 months ahead, not"):
        forecasting.ahead(counted(), periods)


def test_few_futures_are_shared_out_among_those_that_weigh_anything() -> None:
    assert forecasting.ahead(counted(), 3, draws=10).futures.shape == (3, 10)


def test_a_model_of_unknown_ties_is_not_taken_in_silence() -> None:
    told, move = examples.load("synthetic"), Move("not_reached", "using", -3.0, peers={"profesional": 2.0})
    with pytest.raises(NotFound, match=r"of which 'not_reached → using' speaks: 'profesional'\. Did you mean 'prof"):
        fit(told, Model("Typed", (move,)))
    ties = Setting(Sites(3), Ties([0], [1], kind="visits"))
    with pytest.raises(NotFound, match="no kind of tie in this setting"):
        run(Model("Typed", (move,)), ties, START, months=2, replicates=2)
    # Who declares how a kind is counted knows of it, though nobody is tied so yet.
    declared = Model("Meant", (move,), peers=(Peers("profesional"),))
    assert run(declared, ties, START, months=2, replicates=2).replicates == 2
    # So does a choice that ties sites in this way; and where nobody is tied at all, nothing is mistyped.
    visits = connect(1, "profesional")
    assert run(Model("Tied", (move,)), ties, START, strategies=visits, months=2, replicates=2).replicates == 2
    assert run(Model("Alone", (move,)), Setting(Sites(3)), START, months=2, replicates=2).replicates == 2


def test_the_model_forecasts_month_by_month() -> None:
    told = examples.load("synthetic")
    with pytest.raises(TakerootError, match="whose step is a month"):
        modelled.of_programme(told, Model("Quarters", SPREAD.moves, step=3))
    with pytest.raises(NotFound, match="no column of the sites 'regin'"):
        modelled.of_groups(told, "regin")
