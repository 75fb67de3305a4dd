"""How many sites will be in use, month by month? A forecast, and whether to trust it.

Several forecasters look ahead from what was counted; a back-test says how much each of them is to weigh. Too few events
or too few origins, and there is no forecast: the sentence says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from takeroot.analysis.adoption.counts import reach
from takeroot.analysis.forecasting import backtest, growing, naive, results, saying, weighing
from takeroot.analysis.forecasting.backtest import LEAST_EVENTS, LEAST_PERIODS, Forecaster
from takeroot.analysis.forecasting.history import History, of_programme
from takeroot.analysis.forecasting.results import Forecast
from takeroot.errors import NotEnough, NotFound, TakerootError, quoted, whole

if TYPE_CHECKING:
    from takeroot.vocabulary.programme import Programme

#: The forecasters there are. Any function like them may stand beside them.
FORECASTERS: dict[str, Forecaster] = {
    "last_value": naive.last_value,
    "drift": naive.drift,
    "bass": growing.bass,
    "logistic": growing.logistic,
    "gompertz": growing.gompertz,
}
#: A forecast needs so many events (sites that began or ended their use), and so many origins to be tried from.
EVENTS, ORIGINS = 10, 3
#: How far ahead one may look.
FURTHEST = 240
#: A group of fewer sites has no forecast of its own: it would be one of single sites.
GROUP = 5
#: Why there is no forecast where there is no record.
NOTHING = "Nothing is recorded yet of where sites stand, so nothing can be forecast."
#: How many futures a forecast has; the ends of a 95 % interval need that many, and fewer than the least say nothing.
DRAWS, LEAST_DRAWS, MOST_DRAWS = 1000, 10, 100_000


def run(
    programme: Programme,
    *,
    months: int = 24,
    by: str | None = "region",
    seed: int = 0,
    forecasters: Mapping[str, Forecaster] | None = None,
) -> pl.DataFrame:
    """How many sites will be in use at the end of each month to come, with intervals; in all, and by group.

    Parameters
    ----------
    programme
        Its stages and its sites. Sites that are marked as not eligible are left out.
    months
        How many months to look ahead.
    by
        A column of the sites whose groups have a forecast each, where they have enough; ``None`` for none.
    seed
        Where chance begins: the same seed gives the same forecast.
    forecasters
        By name; :data:`FORECASTERS`, if not given.

    Returns
    -------
    DataFrame
        ``group`` (empty for all sites together), ``on`` (the first day of the month), ``ahead``, ``lower_95``,
        ``lower_80``, ``lower_50``, ``median``, ``upper_50``, ``upper_80`` and ``upper_95``, all of them numbers of
        sites; ``by`` (the forecaster used, or ``combination``) and ``says`` (what the back-test shows). A group of
        fewer than five sites, or with too little to go by, has no rows.

    Raises
    ------
    NotEnough
        If there are too few events or too few origins; the sentence says how many there are and how many are needed.

    Examples
    --------
    >>> from takeroot import examples
    >>> run(examples.load("frailsafe"), months=2, by=None).columns[:5]
    ['group', 'on', 'ahead', 'lower_95', 'lower_80']
    """
    whole = made(programme, months=months, seed=seed, forecasters=forecasters)
    if by is None:
        return tabled(whole)
    return tabled(whole, groups(programme, by, months=months, seed=seed, forecasters=forecasters)[0])


def tabled(whole: Forecast, parts: Mapping[str, Forecast] | None = None) -> pl.DataFrame:
    """Forecasts as the one frame that :func:`run` gives.

    Parameters
    ----------
    whole
        That of all sites together.
    parts
        That of each group.
    """
    named: list[tuple[str | None, Forecast]] = [(None, whole), *(parts or {}).items()]
    return pl.concat(
        part.months.select(
            pl.lit(group, dtype=pl.String).alias("group"), pl.all(), by=pl.lit(part.by), says=pl.lit(part.says)
        )
        for group, part in named
    )


def made(
    programme: Programme,
    *,
    months: int = 24,
    seed: int = 0,
    forecasters: Mapping[str, Forecaster] | None = None,
    step: Callable[[str], None] | None = None,
) -> Forecast:
    """The forecast of all sites together, with all that it rests on.

    Parameters
    ----------
    programme, months, seed, forecasters
        As for :func:`run`.
    step
        Is told what goes on.

    Raises
    ------
    NotEnough
        If there are too few events or too few origins.
    """
    history = of_programme(programme).get(None)
    if history is None:
        raise NotEnough(NOTHING)
    found = ahead(history, months, seed=seed, forecasters=forecasters, step=step)
    if not (unknown := reach(programme)["not_known"][-1]):
        return found
    return replace(found, doubts=(*found.doubts, saying.not_known(unknown)))


def groups(
    programme: Programme,
    by: str = "region",
    *,
    months: int = 24,
    seed: int = 0,
    forecasters: Mapping[str, Forecaster] | Callable[[str], Mapping[str, Forecaster]] | None = None,
    step: Callable[[str], None] | None = None,
) -> tuple[dict[str, Forecast], dict[str, str]]:
    """The forecast of each group of sites that has enough to go by; and of each other, why it has none.

    Parameters
    ----------
    programme, months, seed
        As for :func:`run`.
    by
        A column of the sites.
    forecasters
        By name; or a function that gives those of a group.
    step
        Is told of each group, and of what goes on in it.

    Raises
    ------
    NotFound
        If the sites have no such column.
    """
    known_column(programme, by)
    found: dict[str, Forecast] = {}
    why: dict[str, str] = {}
    for group, history in of_programme(programme, by).items():
        assert group is not None
        if (history.of or 0) < GROUP:
            why[group] = f"A forecast of fewer than {GROUP} sites would be one of single sites."
            continue
        try:
            told = partial(_within, group, step) if step else None
            mine = forecasters(group) if callable(forecasters) else forecasters
            found[group] = ahead(history, months, seed=seed, forecasters=mine, step=told)
        except NotEnough as error:
            why[group] = str(error)
    return found, why


def known_column(programme: Programme, by: str) -> None:
    """A sentence, if the sites have no such column to be grouped by."""
    if by not in programme.sites.columns or by in ("site", "id"):
        raise NotFound("column of the sites", by, set(programme.sites.columns) - {"site", "id"})


def ahead(
    history: History,
    periods: int,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    forecasters: Mapping[str, Forecaster] | None = None,
    step: Callable[[str], None] | None = None,
) -> Forecast:
    """The forecast of any history of counts.

    Parameters
    ----------
    history
        What was counted: see :func:`of_counts`.
    periods
        How many periods to look ahead.
    seed, draws
        Where chance begins, and how many futures there are.
    forecasters
        By name; :data:`FORECASTERS`, if not given.
    step
        Is told what goes on.

    Raises
    ------
    NotEnough
        If there are too few events or too few origins.

    Examples
    --------
    >>> in_use = [1, 1, 2, 4, 5, 7, 10, 12, 15, 17, 19, 20, 22, 23]
    >>> on = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(14)]
    >>> from takeroot.analysis.forecasting.history import of_counts
    >>> found = ahead(of_counts({"on": on, "in_use": in_use}, of=30), 6)
    >>> found.months.height, found.months["upper_95"].max() <= 30
    (6, True)
    """
    known = _callable(FORECASTERS if forecasters is None else forecasters)
    draws, seed = whole(draws, "The number of futures", LEAST_DRAWS, MOST_DRAWS), whole(seed, "A seed", 0)
    periods = _enough(history, periods)
    tried = backtest.tried(history, known, periods=periods, seed=seed, draws=draws, step=step)
    advice = weighing.advice(tried)
    if step:
        step("looking ahead")
    futures = {
        name: _sound(name, backtest.foreseen(known[name], name, history, periods, seed, draws), history)
        for name in results.shared(advice, draws)
    }
    found = results.tried(history, tried, advice)
    taken = results.drawn(futures, advice, draws)
    return Forecast(
        saying.headline(advice, tried, history),
        saying.doubts(history, tried, periods),
        advice.by,
        results.months(history, taken),
        results.counts(history),
        results.scores(tried, found, advice),
        found,
        taken,
    )


def why_none(programme: Programme, months: int = 24) -> str:
    """Why there is no forecast of a programme, where there is none; without making one.

    Parameters
    ----------
    programme, months
        As for :func:`run`.

    Returns
    -------
    str
        A sentence; empty, where there is enough to go by.

    Examples
    --------
    >>> from takeroot import examples
    >>> why_none(examples.load("synthetic"))
    ''
    """
    history = of_programme(programme).get(None)
    if history is None:
        return NOTHING
    try:
        _enough(history, months)
    except NotEnough as error:
        return str(error)
    return ""


def _within(group: str, step: Callable[[str], None], part: str) -> None:
    step(f"{group}: {part}")


def _callable(forecasters: Mapping[str, Forecaster]) -> dict[str, Forecaster]:
    if not isinstance(forecasters, Mapping) or not forecasters or not all(map(callable, forecasters.values())):
        raise TakerootError(
            "Forecasters are at least one, by name, each a function of a history, how many periods to look ahead, "
            f"chance, and how many futures; found {quoted(forecasters)}."
        )
    return dict(forecasters)


def _enough(history: History, periods: int) -> int:
    word = saying.period(history.step, 2)
    try:
        periods = whole(periods, "", 1, FURTHEST)
    except TakerootError:
        raise TakerootError(f"A forecast looks 1 to {FURTHEST} {word} ahead, not {quoted(periods)[1:-1]}.") from None
    events = int(history.events[-1]) if history.periods else 0
    seen = f"{history.periods} {saying.period(history.step, history.periods)}"
    if events < EVENTS:
        raise NotEnough(
            f"A forecast needs at least {EVENTS} events (sites that began or ended their use); there "
            f"{'is' if events == 1 else 'are'} {events} in {seen}, so no forecast is made."
        )
    begins = len(backtest.origins(history))
    if begins < ORIGINS:
        raise NotEnough(
            f"A forecast needs at least {ORIGINS} earlier {word} from which to try it, each with {LEAST_EVENTS} events "
            f"and {LEAST_PERIODS} {word} behind it; there {'is' if begins == 1 else 'are'} {begins}, so no forecast is "
            "made."
        )
    return periods


def _sound(name: str, futures: np.ndarray, history: History) -> np.ndarray:
    """Futures are whole numbers of the sites that there are, whoever made them."""
    most = np.inf if history.of is None else history.of
    if not np.isfinite(futures).all() or futures.min() < 0 or futures.max() > most:
        raise ValueError(f"The forecaster '{name}' foresees fewer than no sites, or more than there are.")
    return np.round(futures)
