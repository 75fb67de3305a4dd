"""Chances that are written out, against scipy's."""

from __future__ import annotations

import numpy as np
import pytest

from takeroot.analysis import distributions

special = pytest.importorskip("scipy.special", reason="scipy is the oracle")


def test_the_normal_is_that_of_scipy_far_into_its_tail() -> None:
    z = np.array([-40, -8, -1.5, 0, 0.3, 2, 8, 24.9, 25.1, 40, 300], dtype=float)
    np.testing.assert_allclose(distributions.log_normal_above(z), special.log_ndtr(-z), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(distributions.normal_beyond(z), 2 * special.ndtr(-np.abs(z)), rtol=1e-12)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 20, 51])
def test_chi_square_and_student_are_those_of_scipy(degrees: int) -> None:
    for value in (0.0, 0.01, 1.0, 5.0, 30.0, 200.0):
        assert distributions.chi_square_above(value, degrees) == pytest.approx(
            float(special.chdtrc(degrees, value)), rel=1e-11, abs=1e-300
        )
        assert distributions.student_within(value, degrees) == pytest.approx(
            2 * float(special.stdtr(degrees, value)) - 1, abs=1e-12
        )
    assert distributions.student_reach(degrees) == pytest.approx(float(special.stdtrit(degrees, 0.975)), rel=1e-11)
