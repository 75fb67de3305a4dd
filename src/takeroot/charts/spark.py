"""One series as a line no longer than a word, for a row of a table that says the figures beside it."""

from __future__ import annotations

import polars as pl

from takeroot.charts.theme import colour

_WIDE, _TALL, _EDGE = 132, 30, 4
_HUES = {"improvement": "spc-improvement", "concern": "spc-concern", "common": "spc-common"}


def spark(points: pl.DataFrame) -> str:
    """A small drawing of one series: the values, their mean, and the latest point in the shape of what it shows.

    Parameters
    ----------
    points
        What :func:`takeroot.spc.chart` gives, of one series.

    Returns
    -------
    str
        An SVG element that is hidden from readers who do not see it: the row it stands in says the same in figures.
    """
    mine = points.sort("on")
    days = mine["on"].cast(pl.Int32).to_list()
    numbers = mine["value"].to_list()
    told = [value for value in numbers if value is not None]
    if not told:
        return ""
    centre = mine["centre"][-1]
    low, high = (
        min([*told, *([centre] if centre is not None else [])]),
        max([*told, *([centre] if centre is not None else [])]),
    )
    span, tall = max(days[-1] - days[0], 1), (high - low) or 1.0

    def at(day: int, value: float) -> tuple[float, float]:
        x = _EDGE + (day - days[0]) / span * (_WIDE - 2 * _EDGE - 4)
        return round(x, 1), round(_EDGE + (high - value) / tall * (_TALL - 2 * _EDGE), 1)

    path, pen = [], "M"
    for day, value in zip(days, numbers, strict=True):
        if value is None:
            pen = "M"
            continue
        x, y = at(day, value)
        path.append(f"{pen}{x:g},{y:g}")
        pen = "L"
    last = max(place for place, value in enumerate(numbers) if value is not None)
    x, y = at(days[last], numbers[last])
    shows = mine["shows"][last]
    hue = _HUES.get(shows or "common", "spc-neither")
    mean = ""
    if centre is not None:
        level = at(days[0], centre)[1]
        mean = f'<path d="M{_EDGE},{level:g}H{_WIDE - _EDGE}" stroke="{_named("spc-mean")}" stroke-width=".75"/>'
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDE} {_TALL}" width="{_WIDE}" height="{_TALL}" aria-hidden="true" '
        f'fill="none">'
        f'{mean}<path d="{"".join(path)}" stroke="{_named("spc-line")}" stroke-width="1.1"/>'
        f'<path d="{_shape(shows, x, y, up=centre is None or numbers[last] >= centre)}" fill="{_named(hue)}"/></svg>'
    )


def _shape(shows: str | None, x: float, y: float, up: bool) -> str:
    """Round for common cause, a triangle for better or worse, a square where neither is."""
    if shows is None or shows == "common":
        return f"M{x - 2.6:g},{y:g}a2.6,2.6 0 1,0 5.2,0a2.6,2.6 0 1,0 -5.2,0z"
    if shows.startswith("neither"):
        return f"M{x - 3:g},{y - 3:g}h6v6h-6z"
    point = -1 if up else 1
    return f"M{x - 4:g},{y - 3 * point:g}h8l-4,{7 * point:g}z"


def _named(hue: str) -> str:
    return f"var(--tr-{hue}, {colour(hue)})"
