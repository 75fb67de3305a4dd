"""The three growth curves: what share has taken it up by a time, of all that ever will.

=========== =========================================== ============ =================================
curve       share by time t                             parameters   most are new at
=========== =========================================== ============ =================================
bass        (1 − e^−(p+q)t) / (1 + (q/p) e^−(p+q)t)     p, q         ln(q/p) / (p+q); at once if q ≤ p
logistic    1 / (1 + e^−k(t−middle))                    k, middle    the middle: half have
gompertz    e^−e^−k(t−middle)                           k, middle    the middle: 37 % (1/e) have
=========== =========================================== ============ =================================

References
----------
Bass FM. A new product growth for model consumer durables. Manage Sci 1969;15:215-27.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from takeroot.errors import NotFound

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """One growth curve.

    Parameters
    ----------
    name
        What it is called.
    parameters
        The names of its parameters, in order, and what each means.
    positive
        Which of them are above 0.
    share
        The share by a time, of the parameters in order.
    density
        How fast the share grows at a time.
    peak
        When it grows fastest.
    """

    name: str
    parameters: dict[str, str]
    positive: tuple[bool, ...]
    share: Callable[..., Array]
    density: Callable[..., Array]
    peak: Callable[..., float]


def _bass_share(t: npt.ArrayLike, p: float, q: float) -> Array:
    gone = np.exp(-(p + q) * np.maximum(np.asarray(t, dtype=float), 0))
    return np.asarray(p * (1 - gone) / (p + q * gone))


def _bass_density(t: npt.ArrayLike, p: float, q: float) -> Array:
    gone = np.exp(-(p + q) * np.asarray(t, dtype=float))
    return np.asarray(p * (p + q) ** 2 * gone / (p + q * gone) ** 2)


def _bass_peak(p: float, q: float) -> float:
    return float(np.log(q / p) / (p + q)) if q > p else 0.0


def _logistic_share(t: npt.ArrayLike, k: float, middle: float) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(k * (np.asarray(t, dtype=float) - middle) / 2)))


def _logistic_density(t: npt.ArrayLike, k: float, middle: float) -> Array:
    share = _logistic_share(t, k, middle)
    return np.asarray(k * share * (1 - share))


def _gompertz_share(t: npt.ArrayLike, k: float, middle: float) -> Array:
    return np.asarray(np.exp(-np.exp(np.clip(-k * (np.asarray(t, dtype=float) - middle), -700, 700))))


def _gompertz_density(t: npt.ArrayLike, k: float, middle: float) -> Array:
    return np.asarray(
        k * np.exp(np.clip(-k * (np.asarray(t, dtype=float) - middle), -700, 700)) * _gompertz_share(t, k, middle)
    )


_SPEED = {"k": "how steep it is, a period", "middle": "when it grows fastest, in periods since the clock's start"}
CURVES: dict[str, Curve] = {
    curve.name: curve
    for curve in (
        Curve(
            "bass",
            {"p": "the hazard of its own accord, a period", "q": "what everyone in use adds to it, a period"},
            (True, True),
            _bass_share,
            _bass_density,
            _bass_peak,
        ),
        Curve("logistic", _SPEED, (True, False), _logistic_share, _logistic_density, lambda k, middle: middle),
        Curve("gompertz", _SPEED, (True, False), _gompertz_share, _gompertz_density, lambda k, middle: middle),
    )
}


def curve_named(name: str) -> Curve:
    """A curve by its name."""
    if name not in CURVES:
        raise NotFound("growth curve", name, CURVES)
    return CURVES[name]


def curve_share(curve: str, times: npt.ArrayLike, **parameters: Any) -> Array:
    """The share of all that ever will that has taken it up by some times.

    Parameters
    ----------
    curve
        ``bass``, ``logistic`` or ``gompertz``.
    times
        In periods since the clock's start.
    parameters
        Of the curve: p and q of Bass, k and middle of the others.

    Raises
    ------
    NotFound
        If there is no such curve.

    Examples
    --------
    >>> curve_share("bass", [1, 5, 20], p=0.03, q=0.38).round(8).tolist()
    [0.03575816, 0.33119864, 0.99625941]
    """
    return curve_named(curve).share(times, **parameters)


def curve_density(curve: str, times: npt.ArrayLike, **parameters: Any) -> Array:
    """How fast that share grows at some times, a period.

    Parameters
    ----------
    curve, times, parameters
        As for :func:`curve_share`.

    Examples
    --------
    >>> curve_density("bass", [6.1926192], p=0.03, q=0.38).round(8).tolist()
    [0.11059211]
    """
    return curve_named(curve).density(times, **parameters)
