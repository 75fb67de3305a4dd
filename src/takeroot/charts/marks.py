"""Marks that stand where they are put, in pixels: names of rows, levels, dots, keys, and labels at the ends of lines.

A label beside its line is read faster than a legend and needs no colour. Labels are moved apart where they would cover
each other. All marks of one style become one layer, so that a chart of many rows is drawn as fast as one of few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from takeroot.charts.theme import Sheet, apart, colour, layer, placed
from takeroot.charts.wording import wrapped

#: A label at the end of a line: where it stands on the scale, what it says (in lines), its colour, whether the first of
#: them is bold.
Label = tuple[float, str, str, bool]

#: How much wider bold letters are, and of how many lines a name has at most; the table beside a chart has it whole.
BOLD, MOST_LINES = 1.1, 3


@dataclass
class ByHand:
    """Marks put on a sheet one by one; ``layers()`` gives them to a chart, lines beneath dots beneath words."""

    sheet: Sheet
    _lines: dict[tuple, list[dict[str, Any]]] = field(default_factory=dict)
    _dots: dict[tuple, list[dict[str, Any]]] = field(default_factory=dict)
    _shapes: dict[tuple, list[dict[str, Any]]] = field(default_factory=dict)
    _words: dict[tuple, list[dict[str, Any]]] = field(default_factory=dict)

    def line(
        self, x: float, y: float, x2: float, y2: float, hue: str = "axis", weight: float = 1, dash: tuple = ()
    ) -> None:
        """A straight line between two places."""
        self._lines.setdefault((hue, weight, dash), []).append({"x": x, "y": y, "x2": x2, "y2": y2})

    def dot(
        self,
        x: float,
        y: float,
        shape: str = "circle",
        hue: str = "main",
        size: float = 90,
        fill: str | None = None,
        *,
        weight: float = 1.5,
        says: str = "",
        point: str = "",
    ) -> None:
        """A dot of a shape, its fill like its outline or not; it may say something, and have a place in an order."""
        told = {**({"says": says} if says else {}), **({"point": point} if point else {})}
        self._dots.setdefault((shape, hue, size, fill or hue, weight), []).append({"x": x, "y": y, **told})

    def shape(
        self,
        x: float,
        y: float,
        r: float,
        path: str,
        fill: str,
        stroke: str,
        weight: float,
        dash: tuple[float, ...] = (),
        order: int = 0,
        **told: str,
    ) -> None:
        """A shape of its own, in a box from −1 to 1 that reaches r either way; those of a higher order lie above."""
        style = (order, path, fill, stroke, weight, dash, r)
        self._shapes.setdefault(style, []).append({"x": x, "y": y, **told})

    def key(self, items: Sequence[tuple[Sequence[str], str, str, str]], y: float) -> float:
        """What shapes mean: for each entry its shapes, their outline and fill, and what they are called.

        Returns
        -------
        float
            The base line of the last line.
        """
        x, sheet = 0.0, self.sheet
        for kinds, hue, fill, text in items:
            room = 3 + 11 * len(kinds) + len(text) * sheet.letters * 0.56
            if x and x + room > sheet.width - sheet.left:
                x, y = 0.0, y + sheet.line
            for place, shape in enumerate(kinds):
                self.dot(x + 5 + 11 * place, y - 4, shape, hue, 60 if shape.startswith("triangle") else 52, fill)
            self.words(x + 3 + 11 * len(kinds), y, text, hue="soft")
            x += room + 20
        return y

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        hue: str = "ink",
        bold: bool = False,
        align: str = "left",
        size: float | None = None,
    ) -> None:
        """Words on a base line."""
        style = (hue, bold, align, size or self.sheet.letters)
        self._words.setdefault(style, []).append({"x": x, "y": y, "text": text})

    def name(self, y: float, text: str, beside: str = "", hue: str = "soft") -> float:
        """The name of a row, in lines that fit, and what is said beside it; under it, where there is no room beside it.

        Returns
        -------
        float
            The base line of the last line.
        """
        sheet, letter = self.sheet, self.sheet.letters * BOLD
        alone = sheet.narrow or (len(text) + len(beside) + 3) * letter * 0.56 > sheet.plot
        found = wrapped(text, sheet.plot, letter)
        if len(found) > MOST_LINES:
            found = [*found[: MOST_LINES - 1], f"{found[MOST_LINES - 1][:-1]}…"]
        for line in found:
            self.words(0, y, line, bold=True)
            y += sheet.line
        y -= sheet.line
        if beside and alone:
            for line in wrapped(beside, sheet.plot, sheet.letters):
                y += sheet.line
                self.words(0, y, line, hue=hue)
        elif beside:
            self.words(sheet.plot, y, beside, hue=hue, align="right")
        return y

    def track(self, y: float, x: float = 0, width: float | None = None) -> None:
        """A level from 0 to 100 % for a dot to stand on, its quarters marked."""
        width = self.sheet.plot if width is None else width
        self.line(x, y, x + width, y, "grid", 2)
        for quarter in range(5):
            place = x + width * quarter / 4
            self.line(place, y - 3, place, y + 3)

    def percentages(self, y: float, x: float = 0, width: float | None = None) -> None:
        """0 to 100 % beneath the tracks."""
        width = self.sheet.plot if width is None else width
        for quarter, align in enumerate(("left", "center", "center", "center", "right")):
            place = x + width * quarter / 4
            self.words(place, y + self.sheet.letters + 4, f"{quarter * 25}%", hue="soft", align=align)

    def ends(self, labels: Sequence[Label], height: float, top: float, bottom: float = 0, above: float = 0) -> None:
        """Labels at the right edge, each beside the end of its line; of two at one place the later stands lower."""
        said = [
            (at, line, n == 0, hue, bold) for at, text, hue, bold in labels for n, line in enumerate(text.split("\n"))
        ]
        wanted = [above + height * (1 - (at - bottom) / (top - bottom)) for at, *_ in said]
        places = apart([want + 1e-6 * i for i, want in enumerate(wanted)], self.sheet.line, above, above + height)
        edge = self.sheet.plot
        for (_, text, first, hue, bold), want, place in zip(said, wanted, places, strict=True):
            self.words(edge + 12, place + self.sheet.letters * 0.35, text, hue=hue, bold=bold and first)
            if first and abs(want - place) > 3:
                self.line(edge + 1, want, edge + 10, place, weight=0.75)

    def layers(self) -> list[alt.Chart]:
        """The marks, one layer for each style."""
        x, y = placed("x"), placed("y")
        lines = [
            layer(
                "rule",
                {"values": tuple(items)},
                {"color": colour(hue), "strokeWidth": weight, **({"strokeDash": list(dash)} if dash else {})},
                x=x,
                x2={"field": "x2"},
                y=y,
                y2={"field": "y2"},
            )
            for (hue, weight, dash), items in self._lines.items()
        ]
        dots = [
            layer("point", {"values": tuple(items)}, dot(shape, hue, size, fill, weight), x=x, y=y)
            for (shape, hue, size, fill, weight), items in self._dots.items()
        ]
        shapes = [
            layer("point", {"values": tuple(items)}, _shaped(*style), x=x, y=y)
            for style, items in sorted(self._shapes.items(), key=lambda item: item[0][0])
        ]
        words = [
            layer(
                "text",
                {"values": tuple(items)},
                {
                    "align": align,
                    "baseline": "alphabetic",
                    "color": colour(hue),
                    "fontSize": size,
                    **({"fontWeight": 600} if bold else {}),
                },
                x=x,
                y=y,
                text={"field": "text", "type": "nominal"},
            )
            for (hue, bold, align, size), items in self._words.items()
        ]
        return [*lines, *dots, *shapes, *words]


def dot(shape: str, hue: str, size: float, fill: str, weight: float = 1.5) -> dict[str, Any]:
    """The style of a dot: its shape, outline and fill."""
    style = {"shape": shape, "size": size, "stroke": colour(hue), "fill": colour(fill), "strokeWidth": weight}
    return {**style, "opacity": 1}


def _shaped(
    order: int, path: str, fill: str, stroke: str, weight: float, dash: tuple[float, ...], r: float
) -> dict[str, Any]:
    """The style of a shape of its own; its weights are in its box."""
    return {
        "shape": path,
        "size": (2 * r) ** 2,
        "fill": colour(fill) if fill else None,
        "stroke": colour(stroke) if stroke else None,
        "strokeWidth": weight * r,
        "opacity": 1,
        **({"strokeDash": [length * r for length in dash]} if dash else {}),
    }


def nothing(sheet: Sheet, title: str, says: str) -> alt.LayerChart:
    """A chart of nothing, which says so."""
    hand = ByHand(sheet)
    hand.words(0, 0, " ")
    return sheet.finished(hand.layers(), title=title, subtitle=says, says=says, height=4, below=4)
