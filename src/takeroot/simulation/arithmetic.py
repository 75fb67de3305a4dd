"""The few functions that a draw is held against, each a fixed row of single-precision operations.

Written with additions, multiplications and divisions only, rounded one by one, so that numpy and compiled C give the
same bits on any machine.

References
----------
Moshier SL. Cephes Mathematical Library, ``expf``: the reduction and the polynomial.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_F = np.float32
_NEAREST = _F(12582912.0)  # 1.5 · 2²³: adding and taking it away rounds to the nearest whole number
_LOG2_E, _LN2_HIGH, _LN2_LOW = _F(1.44269504088896341), _F(0.693359375), _F(-2.12194440e-4)
_POLYNOMIAL = tuple(
    map(_F, (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1))
)
#: Beyond this a chance is nothing or one.
FAR = _F(60.0)
LEAST = _F(1e-30)
ONE = _F(1.0)


def exp(x: Any) -> Any:
    """The exponential, to a few parts in ten million, of numbers held between −60 and 60.

    Examples
    --------
    >>> exp(np.float32([0.0, 1.0, -99.0]))
    array([1.0000000e+00, 2.7182817e+00, 8.7565109e-27], dtype=float32)
    """
    x = np.minimum(np.maximum(x, -FAR), FAR)
    whole = (x * _LOG2_E + _NEAREST) - _NEAREST
    x = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
    y = _POLYNOMIAL[0]
    for coefficient in _POLYNOMIAL[1:]:
        y = y * x + coefficient
    y = (y * (x * x) + x) + ONE
    return y * ((whole.astype(np.int32) + np.int32(127)) << np.int32(23)).view(np.float32)


def uniform(words: NDArray[np.uint32]) -> Floats:
    """Random words as numbers above nothing and up to one: the upper 24 bits, and one, of 2²⁴.

    Examples
    --------
    >>> uniform(np.uint32([0, 0xFFFFFFFF])).tolist()
    [5.960464477539063e-08, 1.0]
    """
    return ((words >> np.uint32(8)) + np.uint32(1)).astype(np.float32) * _F(2.0**-24)
