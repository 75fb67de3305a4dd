"""What a back-test shows, in words that come before any figure."""

from __future__ import annotations

from takeroot.analysis.forecasting.backtest import Backtest
from takeroot.analysis.forecasting.history import History
from takeroot.analysis.forecasting.weighing import NAIVE, Advice

#: What people call each forecaster; any other goes by its own name.
LABELS = {
    "last_value": "as many as now",
    "drift": "as many more as before",
    "bass": "the Bass curve",
    "logistic": "the logistic curve",
    "gompertz": "the Gompertz curve",
    "combination": "the combination",
    "model": "the model of spread",
}
#: What following each of those that know nothing of spread comes to.
DOING = {"last_value": "expecting no change", "drift": "drawing the line on"}
_PERIODS = {1: "month", 3: "quarter", 12: "year"}


def label(name: str) -> str:
    """What people call a forecaster."""
    return LABELS.get(name, name.replace("_", " "))


def period(step: int, count: int = 1) -> str:
    """What a period is called, one or several.

    Examples
    --------
    >>> period(1), period(12, 3), period(2, 4)
    ('month', 'years', 'periods')
    """
    word = _PERIODS.get(step, "period")
    return word if count == 1 else f"{word}s"


def headline(advice: Advice, backtest: Backtest, history: History) -> str:
    """Whether the combination did better than a simple forecast, and which of them this is."""
    tried = f"Tried from {backtest.origins} earlier {period(history.step, backtest.origins)}"
    by = DOING.get(advice.chosen, label(advice.chosen))
    simple = "saying that nothing changes" if advice.chosen == "last_value" else "a simple line"
    simple = simple if advice.chosen in NAIVE else "a simple curve"
    if advice.together is None or advice.simple is None:
        return f"{tried}, which is too few to choose among forecasts: all growth curves weigh alike."
    compared = (
        f"{tried}, a combination of forecasts was {advice.together:,.2f} sites off on average, and the best simple one "
        f"of its day {advice.simple:,.2f} (CRPS)"
    )
    if not advice.combined:
        use = {"last_value": "expect no change", "drift": "draw the line on"}.get(advice.chosen, "use the curve")
        return f"No better than {simple}: {use}. {compared}. This is the forecast by {by}."
    closer = advice.together < advice.simple
    if closer and advice.clear:
        return f"Better than a simple curve so far. {compared}. This is the forecast by the combination."
    return (
        f"{'Hardly' if closer else 'No'} better than {simple} so far: {by} would do. {compared}; the difference is "
        "small, or may be chance. This is the forecast by the combination."
    )


def doubts(history: History, backtest: Backtest, periods: int) -> tuple[str, ...]:
    """What makes a forecast less sure than it looks, a sentence each."""
    furthest = int(backtest.ahead.max())
    found = [
        "Nothing new is foreseen: it goes on as what was seen, and a coming policy or the end of support is not in it."
    ]
    if periods > furthest:
        found.append(
            f"How close it comes could be tried up to {furthest} {period(history.step, furthest)} ahead; beyond that "
            "nobody knows how good it is."
        )
    if history.of is None:
        found.append(
            "How many sites could use it is not known, so the forecast has no ceiling but what the counts suggest."
        )
    return tuple(found)


def not_known(sites: int) -> str:
    """That it is not known of some sites whether they use it.

    Examples
    --------
    >>> not_known(1)
    'For 1 site it is not known whether it uses it; it is counted as not in use.'
    """
    if sites == 1:
        return "For 1 site it is not known whether it uses it; it is counted as not in use."
    return f"For {sites:,} sites it is not known whether they use it; they are counted as not in use."
