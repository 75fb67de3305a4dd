"""How fast does it grow, and where does it end? Growth curves fitted to when sites began.

By default the likelihood of what was seen: that a site began within its month (or the span in which it is known to have
begun), and that a site that has not begun yet had not by the end. Those are never counted as having begun. A curve
grows to a ceiling: all that were waited for, or a share of them that is estimated too. Intervals are 95 % and follow
the likelihood (profile), because where a ceiling is not reached yet they are far from symmetric.

The methods of the older literature stand beside it, for series of which nobody knows of how many they are, and to
reproduce what others have found: ``increments`` (least squares of what is new in each period), ``cumulative`` (least
squares of what there is by then, whose errors are far too small, since what there is by then holds all that was before)
and ``regression`` (Bass's own, of what is new on what there was and its square).

Sites are taken to begin each for themselves, given the curve. Where they come in waves (``dispersion`` well above 1)
the intervals are too narrow.

References
----------
Bass FM. A new product growth for model consumer durables. Manage Sci 1969;15:215-27. Srinivasan V, Mason CH. Nonlinear
least squares estimation of new product diffusion models. Mark Sci 1986;5:169-78. Schmittlein DC, Mahajan V. Maximum
likelihood estimation for an innovation diffusion model of new product acceptance. Mark Sci 1982;1:57-78. Marković D,
Jukić D. On parameter estimation in the Bass model by nonlinear least squares fitting the adoption curve. Int J Appl
Math Comput Sci 2013;23:145-55 (where no best curve exists).
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from takeroot.analysis.adoption.curves import curve_named
from takeroot.analysis.adoption.fitting import Fitted, fitted
from takeroot.analysis.adoption.waiting import TIMES, Waiting, waiting_of
from takeroot.errors import NotEnough
from takeroot.vocabulary import door
from takeroot.vocabulary.column import IntoFrame

Method = Literal["likelihood", "increments", "cumulative", "regression"]

#: So many adoptions a curve needs by its likelihood, and so many periods; by other methods with adoptions in each.
ADOPTIONS, PERIODS = 10, 4
_GROWTH = {
    "curve": pl.String(),
    "parameter": pl.String(),
    "estimate": pl.Float64(),
    "se": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "means": pl.String(),
    "method": pl.String(),
    "periods": pl.Int64(),
    "adoptions": pl.Float64(),
    "of": pl.Float64(),
    "log_likelihood": pl.Float64(),
    "sse": pl.Float64(),
    "r2": pl.Float64(),
    "dispersion": pl.Float64(),
    "doubt": pl.String(),
}


def growth(
    times: IntoFrame,
    curve: str = "bass",
    *,
    ceiling: float | Literal["all", "estimated"] = "estimated",
    method: Method = "likelihood",
) -> pl.DataFrame:
    """A growth curve fitted to when sites began.

    Parameters
    ----------
    times
        One row for each site, such as :func:`takeroot.adoption.time_to` gives: ``months`` (whole periods from the
        clock's start to beginning, or to being last waited for: 0 is the first period) and ``event`` (whether it
        began); ``months_before`` where only a span is known, ``entered_months`` where it is waited for only from later
        on. ``sites`` says of how many sites a row speaks: one, if not given.
    curve
        ``bass``, ``logistic`` or ``gompertz``.
    ceiling
        Where it ends: ``all`` sites that were waited for, a number of sites, or to be ``estimated``.
    method
        ``likelihood``; or ``increments``, ``cumulative`` or ``regression`` (Bass only), see above. By these a ceiling
        that is estimated may lie above the sites there are, if every row is one that began.

    Returns
    -------
    DataFrame
        A row for each parameter, for the ``ceiling`` and for the ``peak_time``: ``estimate``, ``se``, ``lower`` and
        ``upper`` (95 %; empty where the data set no limit), ``means``; and the same in every row: ``curve``,
        ``method``, ``periods``, ``adoptions``, ``of`` (sites waited for; empty where that is not known),
        ``log_likelihood`` or ``sse`` and ``r2``, ``dispersion`` (1 where sites begin each for themselves) and
        ``doubt`` (what makes it less sure than it looks, in words).

    Raises
    ------
    NotEnough
        If there are too few adoptions or periods, if no curve fits best, or if the data can not say where it ends.

    Examples
    --------
    >>> began = {"months": [0, 1, 2, 3, 4, 5, 6, 7, 7], "event": [True] * 8 + [False]}
    >>> fit = growth({**began, "sites": [2, 4, 7, 10, 9, 5, 2, 1, 10]}, "logistic")
    >>> fit.select("parameter", "estimate").head(2).with_columns(pl.col("estimate").round(2)).rows()
    [('k', 1.04), ('middle', 3.73)]
    """
    chosen = curve_named(curve)
    given = door.as_sheet(TIMES, times).frame.drop("row", strict=False)
    waiting = waiting_of(TIMES.read(given.with_row_index("row")))
    _enough(waiting, method)
    found = fitted(waiting, chosen, ceiling, method)
    _seen_enough(waiting, method)
    return _frame(found, waiting, method)


def _enough(waiting: Waiting, method: str) -> None:
    if method == "likelihood" and waiting.adoptions < ADOPTIONS:
        raise NotEnough(
            f"A growth curve needs at least {ADOPTIONS} sites that began; there are {waiting.adoptions:,.0f}."
        )
    if waiting.periods < PERIODS:
        raise NotEnough(f"A growth curve needs at least {PERIODS} periods; there are {waiting.periods}.")


def _seen_enough(waiting: Waiting, method: str) -> None:
    """A sentence, if squares could be made least by a curve that nobody's beginning speaks of."""
    if method != "likelihood" and (seen := int((waiting.new() > 0).sum())) < PERIODS:
        raise NotEnough(
            f"By '{method}' a growth curve needs at least {PERIODS} periods in which sites began; there "
            f"{'is' if seen == 1 else 'are'} {seen}."
        )


def _frame(found: Fitted, waiting: Waiting, method: str) -> pl.DataFrame:
    same = {
        "curve": found.curve.name,
        "method": method,
        "periods": waiting.periods,
        "adoptions": waiting.adoptions,
        "of": waiting.sites if waiting.any_waiting else None,
        "log_likelihood": found.log_likelihood,
        "sse": found.sse,
        "r2": found.r2,
        "dispersion": found.dispersion,
        "doubt": found.doubt,
    }
    return pl.DataFrame([{**same, **row} for row in found.rows], schema=_GROWTH)
