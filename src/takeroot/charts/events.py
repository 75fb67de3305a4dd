"""What happened while the values were counted? Numbered marks on a rail beneath a chart, and the list they point to.

Each kind of thing has a shape, so that an adaptation is not taken for a policy. Things that happened close together
share one mark, closeness being a share of the days drawn: a chart is numbered alike on a page and on a phone, and one
list serves both. Nothing is left out of the list but what lies outside the days drawn, and that is counted.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from takeroot.charts.marks import ByHand
from takeroot.charts.scales import month_end
from takeroot.charts.theme import extremes
from takeroot.charts.wording import agree, counted, day

#: Kinds of things in the order of a key: the shape, and what one of them is called.
KINDS = {
    "event": ("circle", "event around it"),
    "policy": ("triangle-up", "policy"),
    "stage": ("triangle-right", "change of stage"),
    "adaptation": ("diamond", "adaptation"),
    "experiment": ("square", "test of change"),
    "support": ("triangle-down", "support"),
    "decision": ("triangle-left", "decision"),
}
#: Any other kind, and several kinds in one mark.
_OTHER, _SEVERAL = ("circle", "other"), ("cross", "several of these")
#: So many marks at most: two stand at least this share of the days apart.
MOST = 14
#: So many upright lines at most through the plot; beyond, only the first day of each mark has one.
_UPRIGHT = 20
#: So many marks are told in the words of the chart.
_TOLD = 6
_COLUMNS = {
    "number": pl.Int64(),
    "on": pl.Date(),
    "until": pl.Date(),
    "kind": pl.String(),
    "site": pl.String(),
    "says": pl.String(),
    "reference": pl.String(),
}


def numbered(events: pl.DataFrame | None, points: pl.DataFrame) -> pl.DataFrame:
    """The list that stands beside a chart: what happened in the days it draws, each with the number of its mark.

    Parameters
    ----------
    events
        What happened, as :func:`takeroot.explanation.timeline` gives it: ``on``, ``says`` and, if there are,
        ``until``, ``kind``, ``site`` and ``reference``. Of these, what has no site and what has the site of the points
        is drawn.
    points
        The series that is drawn.

    Returns
    -------
    DataFrame
        In order of date: ``number``, ``on``, ``until``, ``kind``, ``site``, ``says`` and ``reference``. Rows of one
        number share a mark.

    Examples
    --------
    >>> points = pl.DataFrame({"site": ["A"] * 2, "on": [date(2024, 1, 1), date(2025, 1, 1)], "value": [3.0, 4.0]})
    >>> days = [date(2024, 3, 1), date(2024, 3, 9), date(2024, 9, 1)]
    >>> numbered(pl.DataFrame({"on": days, "says": ["Began.", "Shortened.", "Grew."]}), points)["number"].to_list()
    [1, 1, 2]
    """
    if events is None or not events.height or not points.height:
        return pl.DataFrame(schema=_COLUMNS)
    there = _within(_whole(events, points), points).sort("on", maintain_order=True)
    first, last = _days(points)
    apart = timedelta(days=max(1, (last - first).days / MOST))
    numbers: list[int] = []
    begun: date | None = None
    for on in there["on"]:
        held = max(on, first)
        fresh = begun is None or held - begun >= apart
        begun = held if fresh else begun
        numbers.append((numbers[-1] if numbers else 0) + fresh)
    return there.with_columns(number=pl.Series(numbers, dtype=pl.Int64)).select(*_COLUMNS)


def outside(events: pl.DataFrame | None, points: pl.DataFrame) -> int:
    """How many of the events of these points lie outside the days drawn."""
    if events is None or not events.height or not points.height:
        return 0
    whole = _whole(events, points)
    return whole.height - _within(whole, points).height


def uprights(under: ByHand, marked: pl.DataFrame, days: tuple[date, date], height: float) -> None:
    """Thin lines through the plot, to be drawn beneath everything else."""
    on = marked["on"].unique().sort()
    if len(on) > _UPRIGHT:
        on = marked.group_by("number", maintain_order=True).first()["on"]
    for each in on:
        x = _at(each, days, under.sheet.plot)
        under.line(x, 0, x, height, "quiet", 0.8, (1, 3))


def rail(hand: ByHand, marked: pl.DataFrame, days: tuple[date, date], y: float) -> float:
    """Draw the marks of events on a rail, lasting ones as bars; gives where their numbers end.

    Parameters
    ----------
    hand
        What is drawn on.
    marked
        What :func:`numbered` gave.
    days
        The first and the last day of the scale.
    y
        Where the rail lies.
    """
    plot = hand.sheet.plot
    hand.line(0, y, plot, y, "axis", 0.75)
    for on, until in marked.select("on", "until").iter_rows():
        hand.line(_at(on, days, plot), y - 4, _at(on, days, plot), y + 4, "plan", 1)
        if until is not None and until > on:
            hand.line(_at(on, days, plot), y, _at(until, days, plot), y, "plan", 3)
    for (number,), mine in marked.group_by("number", maintain_order=True):
        x, shape = _at(mine["on"][0], days, plot), _looks(mine)[0]
        hand.dot(x, y, shape, "plan", 58 if shape in ("circle", "square") else 74, "back", says=_says(number, mine))
        hand.words(min(max(x, 4), plot), y + 8 + hand.sheet.letters, str(number), hue="soft", align="center")
    return y + 8 + hand.sheet.letters


def _at(on: date, days: tuple[date, date], plot: float) -> float:
    span = max((days[1] - days[0]).days, 1)
    return min(max((on - days[0]).days / span, 0.0), 1.0) * plot


def legend(marked: pl.DataFrame) -> list[tuple[list[str], str, str, str]]:
    """The entries of a key for the shapes that are on the rail."""
    looks = [_looks(mine) for _, mine in marked.group_by("number", maintain_order=True)]
    order = [*KINDS.values(), _OTHER, _SEVERAL]
    there = [one for one in order if one in looks]
    return [([shape], "plan", "back", says) for shape, says in there]


def told(marked: pl.DataFrame, beyond: int) -> str:
    """The marks in the words of the chart."""
    marks = [
        _says(number, mine).replace(": ", ") ", 1).rstrip(".")
        for (number,), mine in marked.group_by("number", maintain_order=True)
    ]
    text = f" Marked beneath: {'; '.join(f'({one}' for one in marks[:_TOLD])}." if marks else ""
    if len(marks) > _TOLD:
        text += f" {counted(len(marks) - _TOLD, 'further marks')} {agree(len(marks) - _TOLD, 'is', 'are')} in the list."
    if beyond:
        text += f" {counted(beyond, 'events')} {agree(beyond, 'lies', 'lie')} outside these days."
    return text


def _says(number: object, mine: pl.DataFrame) -> str:
    said = [f"{day(on)}, {says.rstrip('.')}" for on, says in mine.select("on", "says").head(3).iter_rows()]
    more = f", and {mine.height - 3} more" if mine.height > 3 else ""
    text = " and ".join(said)
    return f"{number}: {text}{more}."


def _looks(mine: pl.DataFrame) -> tuple[str, str]:
    kinds = {KINDS.get(kind, _OTHER) for kind in mine["kind"].to_list()}
    return kinds.pop() if len(kinds) == 1 else _SEVERAL


def _whole(events: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """The events of the series with every column that is read."""
    missing = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in _COLUMNS.items()
        if name not in events.columns and name != "number"
    ]
    events = events.with_columns(missing).filter(pl.col("on").is_not_null())
    events = events.with_columns(pl.col("kind").fill_null("event"), pl.col("says").fill_null(""))
    here = points["site"][0] if "site" in points.columns else None
    return events.filter(pl.col("site").is_null() | (pl.col("site") == here))


def _within(events: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """What happened in the days drawn, or lasted into them."""
    first, last = _days(points)
    return events.filter(pl.col("on") <= last, (pl.col("on") >= first) | (pl.col("until") > first))


def _days(points: pl.DataFrame) -> tuple[date, date]:
    """The first and the last day drawn; where first days stand for their months, to the end of the last."""
    first, last = extremes(points, "on")
    return first, month_end(last) if (points["on"].dt.day() == 1).all() else last
