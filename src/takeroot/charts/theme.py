"""What do charts look like? Colours, letters and the sheet that each is drawn on.

A chart is drawn with the light colours of ``tokens.css``, so that it looks right in a notebook and on paper. On a page
:func:`takeroot.charts.svg` puts each colour's name in its place, and the page's own style sheet says what it is, by
day and by night.

Geometry is given, not found: the margins of a sheet are fixed, so the plots of a page stand under each other and a
drawing is the same on every machine, whichever letters it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.scales import day_ticks, month_ticks, whole_ticks
from takeroot.charts.wording import wrapped

#: Letters on a page (whatever the reader's machine uses) and on paper (what the drawing program brings along).
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
PAPER_FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"

#: Where something stands or what it says, in the words of Vega-Lite.
Channel = dict[str, Any]

#: Wide for a page or paper, narrow for a phone (pixels).
WIDE, NARROW = 720, 340


@cache
def tokens() -> dict[str, str]:
    """The colours of charts by name, in light, as ``tokens.css`` has them."""
    text = (files("takeroot.charts") / "tokens.css").read_text(encoding="utf-8")
    light = text.split("@media")[0]
    return dict(re.findall(r"--tr-((?:chart|spc)-[\w-]+):\s*(#[0-9a-f]{6});", light))


def colour(name: str) -> str:
    """A colour by its name, such as ``main`` or ``spc-concern``."""
    known = tokens()
    return known[name] if name in known else known[f"chart-{name}"]


@dataclass(frozen=True)
class Sheet:
    """What a chart is drawn on: its width, its margins, and the sizes of its letters, all in pixels."""

    width: int = WIDE
    left: int = 44
    right: int = 120

    @classmethod
    def beside(cls, width: int, labels: Iterable[str], left: int = 44, more: int = 0) -> Sheet:
        """A sheet whose right margin has room for the labels at the ends of lines."""
        letters = 12 if width < 520 else 13
        longest = max((len(line) for label in labels for line in label.split("\n")), default=4)
        return cls(width, left, min(round(longest * letters * 0.64) + 18 + more, round(width * 0.45)))

    @property
    def narrow(self) -> bool:
        """Whether it is made for a phone."""
        return self.width < 520

    @property
    def plot(self) -> int:
        """The width between the margins."""
        return self.width - self.left - self.right

    @property
    def letters(self) -> float:
        """The size of labels."""
        return 12 if self.narrow else 13

    @property
    def line(self) -> float:
        """The least distance between two labels above each other."""
        return self.letters + 4

    def finished(
        self,
        layers: Sequence[alt.Chart],
        *,
        title: str,
        subtitle: str = "",
        says: str,
        height: float,
        below: float = 30,
        apart: bool = False,
    ) -> alt.LayerChart:
        """The chart of these layers, with its title, its words, and room for both.

        Parameters
        ----------
        layers
            The marks, the first of them lowest.
        title, subtitle
            What it shows, and the rule or reading it rests on; broken into lines that fit.
        says
            The description in words, for readers who do not see it.
        height, below
            Of the plot, and of what stands beneath it.
        apart
            Whether each layer has a level scale of its own.
        """
        size, small = (15, 12.5) if self.narrow else (17, 13.5)
        head = wrapped(title, self.width, size * 1.05) or [" "]
        under = wrapped(subtitle, self.width, small)
        top = len(head) * (size + 4) + len(under) * (small + 4) + (26 if under else 20)
        return alt.LayerChart(
            layer=list(layers),
            title={
                "text": head,
                **({"subtitle": under} if under else {}),
                "anchor": "start",
                "frame": "group",
                "dx": -self.left,
                "offset": 16,
                "fontSize": size,
                "fontWeight": 600,
                "lineHeight": size + 4,
                "color": colour("ink"),
                "subtitleColor": colour("soft"),
                "subtitleFontSize": small,
                "subtitleLineHeight": small + 4,
                "subtitlePadding": 5,
            },
            description=says,
            width=self.plot,
            height=round(height),
            autosize={"type": "none"},
            padding={"left": self.left, "right": self.right, "top": round(top), "bottom": round(below)},
            config=self._config(),
            **({"resolve": {"scale": {"y": "independent"}}} if apart else {}),
        )

    def _config(self) -> dict[str, Any]:
        return {
            "font": FONT,
            "background": "#ffffff",
            "view": {"stroke": None},
            "text": {"font": FONT, "color": colour("ink"), "fontSize": self.letters},
            "axis": {
                "domainColor": colour("axis"),
                "tickColor": colour("axis"),
                "gridColor": colour("grid"),
                "labelColor": colour("soft"),
                "labelFontSize": self.letters,
                "labelPadding": 5,
                "labelOverlap": True,
            },
        }

    def days(self, first: date, last: date, field: str = "on") -> Channel:
        """An axis of days between two, with a label wherever there is room for one."""
        return {
            "field": field,
            "type": "temporal",
            "title": None,
            "scale": {"type": "utc", "domain": [first.isoformat(), last.isoformat()], "nice": False},
            "axis": {"grid": False, "tickSize": 4, **day_ticks(first, last, self.plot, self.letters)},
        }

    def months(self, last: float, field: str = "months") -> Channel:
        """An axis of months since a clock began."""
        return {
            "field": field,
            "type": "quantitative",
            "title": None,
            "scale": {"domain": [0, last], "nice": False},
            "axis": {"values": month_ticks(last, self.plot), "grid": False, "format": "d"},
        }

    def counts(self, field: str, top: float) -> Channel:
        """An axis of whole numbers from 0."""
        ticks = whole_ticks(top, 4 if self.narrow else 6)
        axis = {"values": ticks, "domain": False, "ticks": False, "format": ",d"}
        return level(field, 0, top, axis)

    def shares(self, field: str, top: float = 1) -> Channel:
        """An axis of percentages from 0."""
        return level(field, 0, top, {"tickCount": 5, "domain": False, "ticks": False, "format": ".0%"})


def level(field: str, low: float, high: float, axis: dict[str, Any] | None) -> Channel:
    """A level between two numbers."""
    scale = {"domain": [low, high], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "title": None, "scale": scale, "axis": axis}


def placed(field: str) -> Channel:
    """A place in pixels, outside the scales of the chart."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def layer(mark: str, data: dict[str, Any], style: dict[str, Any], **channels: Channel) -> alt.Chart:
    """One layer of a chart: a mark in a style, its data and where they stand.

    Channels are put in as they are, which takes a hundredth of the time that Altair takes to check each of them; the
    whole is checked when a notebook shows it, and by the tests.
    """
    encoding = alt.FacetedEncoding()
    for name, channel in channels.items():
        encoding[name] = channel
    return alt.Chart(data=data, mark={"type": mark, **style}, encoding=encoding)


def rows(frame: pl.DataFrame, *columns: str) -> dict[str, Any]:
    """Columns of a frame as plain values, days as text: no limit on how many, and nothing that is not shown."""
    chosen = frame.select(columns)
    days = [name for name, kind in chosen.schema.items() if kind == pl.Date]
    return {"values": tuple(chosen.with_columns(pl.col(days).dt.strftime("%Y-%m-%d")).to_dicts())}


def values(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A few rows written by hand, days as text."""
    return {
        "values": tuple({key: v.isoformat() if isinstance(v, date) else v for key, v in item.items()} for item in items)
    }


def extremes(frame: pl.DataFrame, *columns: str) -> tuple[Any, Any]:
    """The least and the most that stand in columns of a frame."""
    found = [frame[column].drop_nulls() for column in columns]
    there = [column for column in found if len(column)]
    return min((column.min() for column in there), default=None), max((column.max() for column in there), default=None)


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved as little as will keep them a gap apart between low and high, in their own order.

    Examples
    --------
    >>> apart([1.0, 1.1, 5.0], 1.0, 0.0, 10.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    groups: list[tuple[float, list[int]]] = []
    for index in order:
        middle, members = places[index], [index]
        while groups:
            other, others = groups[-1]
            if middle - other >= gap * (len(members) + len(others)) / 2 - 1e-9:
                break
            groups.pop()
            middle = (middle * len(members) + other * len(others)) / (len(members) + len(others))
            members = others + members
        half = gap * (len(members) - 1) / 2
        middle = min(max(middle, low + half), max(high - half, low + half))
        groups.append((middle, members))
    found = [0.0] * len(places)
    for middle, members in groups:
        for position, index in enumerate(members):
            found[index] = round(middle + gap * (position - (len(members) - 1) / 2), 6)
    return found
