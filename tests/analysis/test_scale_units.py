"""Steps to full scale: section 3.2 of the facts on frameworks, and its ladder among the check values."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, inf, log, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takeroot.analysis.assessment import scale_units
from takeroot.errors import TakerootError


@pytest.mark.parametrize(
    ("full", "steps"), [(5, 1), (6, 2), (12, 2), (104, 3), (125, 3), (126, 4), (744, 5)], ids="N={}".format
)
def test_11_3_ladder_by_five_takes_the_published_number_of_steps(full: int, steps: int) -> None:
    assert scale_units.steps(full, times=5) == steps


def test_11_3_ladder_to_104_units() -> None:
    assert scale_units.sizes(104) == (1, 5, 25, 104)


def test_3_2_the_trap_that_logarithms_set_at_125_is_not_walked_into() -> None:
    assert ceil(log(125, 5)) == 4

    assert scale_units.steps(125) == 3


def test_3_2_project_fives_alive_from_three_districts_to_38_takes_two_steps_of_five() -> None:
    assert scale_units.sizes(38, start=3) == (3, 15, 38)
    assert round(38 / 3, 1) == 12.7


@pytest.mark.parametrize("times", [2, 3, 5, 7, 10])
def test_powers_take_as_many_steps_as_their_exponent_and_one_unit_more_takes_one_more(times: int) -> None:
    for exponent in range(1, 200):
        assert scale_units.steps(times**exponent, times=times) == exponent
        assert scale_units.steps(times**exponent + 1, times=times) == exponent + 1
        assert scale_units.steps(times**exponent - 1, times=times) == (exponent if times**exponent > 2 else 0)


def test_nothing_is_left_to_do_where_it_works_everywhere() -> None:
    assert scale_units.sizes(27, start=27) == (27,)
    assert scale_units.steps(1) == 0


@given(st.integers(1, 10**12), st.integers(2, 40), st.integers(1, 10**6))
def test_each_step_multiplies_until_the_last_which_ends_at_full_scale(full: int, times: int, start: int) -> None:
    start = min(start, full)

    sizes = scale_units.sizes(full, times=times, start=start)

    assert sizes[0] == start and sizes[-1] == full
    assert all(after == before * times for before, after in pairwise(sizes[:-1]))
    assert len(sizes) == 1 or sizes[-2] < full <= sizes[-2] * times


def test_a_whole_number_that_comes_as_a_decimal_is_taken() -> None:
    given: Any = 125.0

    assert scale_units.sizes(given, times=given) == (1, 125)
    assert all(type(size) is int for size in scale_units.sizes(given))


@pytest.mark.parametrize("wrong", [0, -5, 2.5, nan, inf, "5", None, True, Fraction(5, 2)])
def test_what_is_no_number_of_units_is_refused_in_one_sentence(wrong: Any) -> None:
    with pytest.raises(TakerootError, match=r"^A whole number of at least 1 is needed as the number of units at full"):
        scale_units.sizes(wrong)
    with pytest.raises(TakerootError, match=r"in which it works now; found .*\.$"):
        scale_units.sizes(5, start=wrong)


@pytest.mark.parametrize("wrong", [1, 0, -2, 1.5, nan, inf])
def test_units_that_would_not_grow_are_refused(wrong: Any) -> None:
    with pytest.raises(TakerootError, match=r"at least 2 is needed as the number of times"):
        scale_units.steps(5, times=wrong)


def test_working_in_more_units_than_there_are_is_refused() -> None:
    with pytest.raises(TakerootError, match=r"works in 1,200 units, which is more than the 744 of full scale"):
        scale_units.sizes(744, start=1200)
