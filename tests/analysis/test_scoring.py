"""Scores: the numbers that independent programs give, and the laws that proper scores keep."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from takeroot.analysis import scoring

LEVELS = [1 - alpha for alpha in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)]


def intervals(mean: float, deviation: float) -> dict[float, tuple[float, float]]:
    belief = NormalDist(mean, deviation)
    return {level: (belief.inv_cdf((1 - level) / 2), belief.inv_cdf((1 + level) / 2)) for level in LEVELS}


@pytest.mark.parametrize(
    ("mean", "deviation", "happened", "expected"),
    [(0, 1, 0, 0.2336949773), (0, 1, 1, 0.6024413576), (10, 2, 13, 1.988848008)],
)
def test_the_crps_of_a_normal_is_its_closed_form(
    mean: float, deviation: float, happened: float, expected: float
) -> None:
    assert scoring.crps_normal(mean, deviation, happened) == pytest.approx(expected, rel=1e-9)


def test_the_crps_of_an_ensemble_is_plain_or_fair() -> None:
    assert scoring.crps([8, 9, 10, 12, 15], 11) == pytest.approx(0.84)
    assert scoring.crps([15, 8, 12, 9, 10], 11, fair=True) == pytest.approx(0.50)


def test_the_crps_of_an_ensemble_is_its_definition_pair_by_pair() -> None:
    samples = np.random.default_rng(1).poisson(6, 40).astype(float)
    slow = np.abs(samples - 4).mean() - np.abs(samples[:, None] - samples).mean() / 2
    assert scoring.crps(samples, 4) == pytest.approx(slow, rel=1e-12)


def test_the_crps_of_a_large_ensemble_is_that_of_what_it_is_drawn_from() -> None:
    belief = NormalDist(10, 2)
    samples = [belief.inv_cdf((n + 0.5) / 20_000) for n in range(20_000)]
    assert scoring.crps(samples, 13) == pytest.approx(1.988848008, rel=1e-4)


def test_the_crps_of_one_number_is_how_far_off_it_was() -> None:
    assert scoring.crps([7], 11) == scoring.crps_normal(7, 0, 11) == 4


def test_the_weighted_interval_score_is_that_of_the_reference() -> None:
    found = intervals(10, 2)
    assert scoring.weighted_interval_score(10, found, 13) == pytest.approx(1.752601109, rel=1e-9)
    assert scoring.weighted_interval_score(10, found, 10) == pytest.approx(0.4261359560, rel=1e-9)


def test_the_interval_score_is_that_of_the_reference() -> None:
    lower, upper = intervals(10, 2)[0.95]
    assert scoring.interval_score(lower, upper, 15, level=0.95) == pytest.approx(51.04273718, rel=1e-9)


def test_nobody_scores_better_than_by_saying_what_they_believe() -> None:
    truth = NormalDist(10, 2)
    came = [truth.inv_cdf((n + 0.5) / 400) for n in range(400)]
    honest = np.mean([scoring.crps_normal(10, 2, value) for value in came])
    for mean, deviation in ((10, 1), (10, 4), (9, 2), (11, 2)):
        assert np.mean([scoring.crps_normal(mean, deviation, value) for value in came]) > honest


def test_what_came_falls_evenly_among_good_forecasts_and_half_of_equals_count_below() -> None:
    assert scoring.pit([8, 9, 10, 12, 15], 11) == 0.6
    assert scoring.pit([3, 3, 3], 3) == 0.5
    assert (scoring.pit([1, 2], 0), scoring.pit([1, 2], 9)) == (0, 1)


def test_an_interval_holds_its_ends() -> None:
    assert scoring.covered(range(101), 90, level=0.8)
    assert not scoring.covered(range(101), 91, level=0.8)


@pytest.mark.parametrize(
    ("score", "says"),
    [
        (lambda: scoring.crps([], 1), "needs a value"),
        (lambda: scoring.crps([1], 1, fair=True), "needs two values"),
        (lambda: scoring.crps_normal(0, -1, 0), "not below 0"),
        (lambda: scoring.interval_score(0, 1, 0, level=80), "between 0 and 1"),
    ],
)
def test_what_can_not_be_scored_is_said(score, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        score()
