"""Growth curves: their formulas, their fits, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from takeroot.analysis import adoption
from takeroot.analysis.adoption.curves import CURVES
from takeroot.analysis.adoption.fitting import log_likelihood
from takeroot.analysis.adoption.waiting import TIMES, waiting_of
from takeroot.errors import FaultyInput, NotEnough, NotFound, TakerootError
from takeroot.vocabulary.calendar import months_after
from takeroot.vocabulary.programme import Programme

TRUE = {"bass": (0.02, 0.35), "logistic": (0.4, 9.0), "gompertz": (0.25, 8.0)}


def times(curve: str, sites: int, share: float = 1.0, periods: int = 24, seed: int = 1) -> dict[str, list[Any]]:
    """Sites that begin as a curve says, watched for so many periods."""
    chance = np.random.default_rng(seed)
    reached = share * CURVES[curve].share(np.arange(periods + 1.0), *TRUE[curve])
    reached[0] = 0
    month = np.searchsorted(reached[1:], chance.random(sites))
    return {"months": np.minimum(month, periods - 1).tolist(), "event": (month < periods).tolist()}


def estimates(fit: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["parameter"]: row for row in fit.iter_rows(named=True)}


@pytest.mark.parametrize(("t", "share"), [(1, 0.03575816), (2, 0.08505628), (5, 0.33119864), (10, 0.81280322)])
def test_the_bass_curve_is_that_of_the_literature(t: int, share: float) -> None:
    assert adoption.curve_share("bass", [t], p=0.03, q=0.38)[0] == pytest.approx(share, abs=1e-8)


def test_the_bass_curve_is_steepest_where_it_should_be() -> None:
    assert CURVES["bass"].peak(0.03, 0.38) == pytest.approx(6.1926192, rel=1e-7)
    assert adoption.curve_share("bass", [6.1926192], p=0.03, q=0.38)[0] == pytest.approx(0.46052632, abs=1e-7)
    assert CURVES["bass"].peak(0.3, 0.1) == 0


@pytest.mark.parametrize("curve", CURVES)
def test_a_density_is_how_fast_the_share_grows(curve: str) -> None:
    at, step = np.linspace(0.5, 20, 30), 1e-5
    share, density = CURVES[curve].share, CURVES[curve].density
    slope = (share(at + step, *TRUE[curve]) - share(at - step, *TRUE[curve])) / (2 * step)
    np.testing.assert_allclose(density(at, *TRUE[curve]), slope, rtol=1e-6)


@pytest.mark.parametrize("curve", CURVES)
def test_a_fit_finds_the_curve_that_sites_followed(curve: str) -> None:
    found = estimates(adoption.growth(times(curve, 4000, share=0.8), curve))
    for name, true in zip(CURVES[curve].parameters, TRUE[curve], strict=True):
        assert found[name]["estimate"] == pytest.approx(true, abs=4 * found[name]["se"])
        assert found[name]["lower"] < found[name]["estimate"] < found[name]["upper"]
    assert found["ceiling"]["estimate"] == pytest.approx(3200, rel=0.05)
    assert found["ceiling"]["dispersion"] == pytest.approx(1, abs=0.8)


def test_no_other_parameters_are_more_likely() -> None:
    given = times("bass", 80)
    found = estimates(adoption.growth(given, "bass", ceiling="all"))
    waiting = waiting_of(TIMES.read(pl.DataFrame(given).with_row_index("row")))
    p, q = found["p"]["estimate"], found["q"]["estimate"]
    best = log_likelihood(CURVES["bass"], waiting, np.array([p, q, 80.0]))
    assert best == pytest.approx(found["p"]["log_likelihood"])
    for other in ((p * 1.02, q), (p / 1.02, q), (p, q * 1.02), (p, q / 1.02)):
        assert log_likelihood(CURVES["bass"], waiting, np.array([*other, 80.0])) < best


def test_an_interval_ends_where_twice_the_log_likelihood_has_fallen_by_what_chance_allows() -> None:
    given = times("logistic", 60)
    found = estimates(adoption.growth(given, "logistic", ceiling="all"))
    waiting = waiting_of(TIMES.read(pl.DataFrame(given).with_row_index("row")))
    for end in (found["k"]["lower"], found["k"]["upper"]):
        middles = np.linspace(4, 14, 4001)
        most = max(log_likelihood(CURVES["logistic"], waiting, np.array([end, middle, 60.0])) for middle in middles)
        assert 2 * (found["k"]["log_likelihood"] - most) == pytest.approx(3.8415, abs=0.02)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(60):
        found = estimates(adoption.growth(times("logistic", 60, seed=seed), "logistic", ceiling="all"))
        held += found["k"]["lower"] <= TRUE["logistic"][0] <= found["k"]["upper"]
    assert 52 <= held <= 60


def test_sites_that_never_began_are_waited_for_and_not_counted_as_beginning_last() -> None:
    given = times("bass", 200, share=0.5)
    never = [not event for event in given["event"]]
    coded = {**given, "event": [True] * 200}
    right, wrong = (estimates(adoption.growth(rows, ceiling="all")) for rows in (given, coded))
    assert sum(never) > 50
    assert wrong["q"]["estimate"] > right["q"]["estimate"]


def test_the_same_sites_put_together_give_the_same_curve() -> None:
    given = pl.DataFrame(times("bass", 90))
    together = given.group_by("months", "event").agg(sites=pl.len().cast(pl.Float64))
    one, other = (
        adoption.growth(given, ceiling="all"),
        adoption.growth(together.sample(fraction=1.0, shuffle=True, seed=3), ceiling="all"),
    )
    assert one.equals(other)


def test_a_span_tells_less_than_a_month() -> None:
    given = pl.DataFrame(times("logistic", 120))
    vague = given.with_columns(months_before=pl.when("event").then(pl.col("months") + 5))
    sharp, blurred = (estimates(adoption.growth(rows, "logistic", ceiling="all")) for rows in (given, vague))
    assert blurred["k"]["se"] > sharp["k"]["se"]


def test_a_site_that_came_late_says_nothing_of_before() -> None:
    early = times("bass", 300, seed=5)
    found = pl.DataFrame({**early, "entered_months": [-1] * 300})
    late = pl.DataFrame({"months": [m for m in range(12, 24)], "event": [True] * 12, "entered_months": [11] * 12})
    fit = estimates(adoption.growth(pl.concat([found, late.cast(found.schema)]), ceiling="all"))
    alone = estimates(adoption.growth(found, ceiling="all"))
    assert fit["q"]["estimate"] == pytest.approx(alone["q"]["estimate"], abs=2 * alone["q"]["se"])


def test_the_times_of_a_programme_can_be_fitted_as_they_are() -> None:
    given = times("bass", 60, seed=2)
    rows = [
        (f"site {n}", "using" if event else "exploring", months_after(date(2020, 1, 1), month if event else 0))
        for n, (month, event) in enumerate(zip(given["months"], given["event"], strict=True))
    ]
    stages = pl.DataFrame(rows, schema=["site", "stage", "on"], orient="row")
    programme = Programme({"name": "Falls", "start": "2020-01-01", "as_at": "2021-12-01"}, stages=stages)
    ours = adoption.growth(adoption.time_to(programme), ceiling="all")
    assert ours.select("parameter", "estimate").equals(
        adoption.growth(given, ceiling="all").select("parameter", "estimate")
    )


# What is refused


def test_a_curve_that_has_not_levelled_off_has_no_ceiling() -> None:
    early = {"months": [0, 1, 2, 3, 4, 5, 6, 6], "event": [True] * 7 + [False], "sites": [1, 1, 2, 3, 4, 6, 8, 175]}
    with pytest.raises(NotEnough, match=r"can not say where it ends: any ceiling from .* to all 200 sites"):
        adoption.growth(early)
    given = estimates(adoption.growth(early, ceiling="all"))
    assert given["ceiling"]["estimate"] == 200


def test_few_adoptions_make_no_curve() -> None:
    with pytest.raises(NotEnough, match="at least 10 sites that began; there are 4"):
        adoption.growth({"months": [0, 1, 2, 4, 9], "event": [True] * 4 + [False]})


def test_few_periods_make_no_curve() -> None:
    with pytest.raises(NotEnough, match="at least 4 periods; there are 2"):
        adoption.growth({"months": [0, 1], "event": [True, True], "sites": [10, 20]})


def test_a_series_that_only_grows_faster_has_no_best_curve() -> None:
    new = [1, 2, 4, 8, 16, 32, 64, 128]
    rows = {"months": list(range(8)), "event": [True] * 8, "sites": new}
    with pytest.raises(NotEnough, match="No bass curve fits best"):
        adoption.growth(rows, method="increments")
    with pytest.raises(NotEnough, match="no valid solution"):
        adoption.growth(rows, method="regression")


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"curve": "bas"}, NotFound, r"There is no growth curve 'bas'\. Did you mean 'bass'"),
        ({"ceiling": 3}, TakerootError, "A ceiling lies between the"),
        ({"ceiling": "some"}, TakerootError, "A ceiling is 'all', 'estimated' or a number"),
        ({"method": "guess"}, TakerootError, "by likelihood, increments, cumulative or regression, not 'guess'"),
        ({"curve": "logistic", "method": "regression"}, TakerootError, "Bass's regression is of the bass curve"),
    ],
)
def test_what_is_asked_wrongly_is_said(options: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        adoption.growth(times("bass", 60), **options)


def test_parts_of_a_period_are_a_fault() -> None:
    with pytest.raises(FaultyInput, match=r"whole periods.*found 1\.5"):
        adoption.growth({"months": [1.5] + [3] * 12, "event": [True] * 13})


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(FaultyInput, match=r"need.*'event'"):
        adoption.growth({"months": [1, 2]})


def test_all_at_once_is_no_curve() -> None:
    rows = {"months": [0, 1, 2, 3, 4], "event": [True] * 5, "sites": [40, 0, 0, 0, 0]}
    with pytest.raises(NotEnough, match="it all comes within about one period"):
        adoption.growth(rows, "bass", method="cumulative")


def test_one_burst_in_the_middle_is_no_logistic_curve() -> None:
    rows = {"months": [0, 1, 2, 3, 4, 5], "event": [True] * 6, "sites": [0, 0, 40, 0, 0, 0]}
    with pytest.raises(NotEnough, match="it all comes within about one period"):
        adoption.growth(rows, "logistic", ceiling="all", method="increments")


def test_the_interval_of_a_ceiling_by_least_squares_holds_its_estimate() -> None:
    mammography = [2, 2, 2, 3, 4, 9, 7, 16, 23, 24, 15, 6, 5, 1]
    rows = {"months": list(range(14)), "event": [True] * 14, "sites": mammography}
    ceiling = estimates(adoption.growth(rows, "bass", method="increments"))["ceiling"]
    assert ceiling["estimate"] < sum(mammography)
    assert ceiling["lower"] < ceiling["estimate"] < ceiling["upper"]


@pytest.mark.parametrize("method", ["increments", "cumulative", "regression"])
@pytest.mark.parametrize(
    "given",
    [
        {"months": [12] * 19, "event": [False] * 19},
        {"months": [3, *[12] * 19], "event": [True, *[False] * 19]},
        {"months": [3] * 20 + [9], "event": [True] * 21},
    ],
    ids=["nobody", "one", "all at once but one"],
)
def test_least_squares_need_periods_in_which_anybody_began(method: Any, given: dict[str, list[Any]]) -> None:
    for curve in ("bass",) if method == "regression" else tuple(CURVES):
        with pytest.raises(NotEnough, match=r"at least 4 periods in which|curve fits best|no valid solution"):
            adoption.growth(given, curve, method=method)
