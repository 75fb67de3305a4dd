"""What next? How many sites will be in use, and how far that can be trusted.

``history`` is what a forecaster may look at, ``naive`` and ``growing`` are the forecasters, ``backtest`` tries them
from earlier months, ``weighing`` says how much each is to weigh, ``running`` makes the forecast and ``saying`` puts in
words what the back-test shows. A forecaster is a function from a history, a number of periods, chance and a number of
draws to that many futures; any such function may stand beside those here.
"""

from takeroot.analysis.forecasting.backtest import Forecaster
from takeroot.analysis.forecasting.history import History, of_counts, of_programme
from takeroot.analysis.forecasting.results import Forecast
from takeroot.analysis.forecasting.running import (
    EVENTS,
    FORECASTERS,
    GROUP,
    ORIGINS,
    ahead,
    groups,
    made,
    run,
    tabled,
    why_none,
)

__all__ = [
    "EVENTS",
    "FORECASTERS",
    "GROUP",
    "ORIGINS",
    "Forecast",
    "Forecaster",
    "History",
    "ahead",
    "groups",
    "made",
    "of_counts",
    "of_programme",
    "run",
    "tabled",
    "why_none",
]
