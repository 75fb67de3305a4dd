"""Do sites differ by more than chance? A funnel: each site a point, limits that narrow as more is counted.

Sites are not ranked and not joined. One is named where it lies beyond a limit, or where there are few; the table beside
the chart names them all, in their given order.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, Label, dot, nothing
from takeroot.charts.naming import around, boxed, named
from takeroot.charts.points import CALLED, legend, line_styles, look, shapes
from takeroot.charts.scales import level_ticks, written
from takeroot.charts.telling import in_unit
from takeroot.charts.theme import Sheet, colour, extremes, layer, level, rows
from takeroot.charts.wording import agree, amount, counted, listed, number, sentence
from takeroot.errors import NotFound

#: Every site is named where there are so few; else only those beyond a limit.
FEW = 8
#: Places of a curve between the least and the most that is counted.
_STEPS = 80
#: Of longer names only so many letters stand in the picture.
_LONGEST = 24
_KINDS = {
    "p": "Funnel of proportions",
    "u": "Funnel of rates",
    "p_prime": "Funnel of proportions; limits widen with the spread between sites",
    "u_prime": "Funnel of rates; limits widen with the spread between sites",
}
_BETTER = {"up": "Higher is better", "down": "Lower is better", "neither": "Neither direction is better"}
_WAYS = {"improvement": "better", "concern": "worse"}


def funnel_chart(
    funnel: pl.DataFrame,
    measure: str | None = None,
    *,
    title: str = "",
    unit: str = "",
    says: str = "",
    width: int = 720,
) -> alt.LayerChart:
    """One measure across its sites, with limits over the denominator.

    Parameters
    ----------
    funnel
        What :func:`takeroot.spc.funnel` gives.
    measure
        Which measure; the first there is, if not said.
    title, unit
        In words, if the names in the frame will not do.
    says
        The finding; it opens the description.
    width
        In pixels; 340 for a phone.

    Raises
    ------
    NotFound
        If there is no such measure in the frame.
    """
    if measure is not None and not (funnel["measure"] == measure).any():
        raise NotFound("measure", measure, funnel["measure"].drop_nulls().unique().to_list())
    mine = funnel.filter(pl.col("measure") == (measure if measure is not None else pl.first("measure")))
    name = title or (f"{mine['measure'][0]}, across sites" if mine.height else "Funnel")
    there = mine.drop_nulls("value").with_columns(judged=True, excluded=False)
    if not there.height:
        return nothing(Sheet(width), name, "No site has counted anything yet.")
    said = pl.Series(readings(there, unit))
    there = there.with_columns(shape=shapes(there), says=said, point=_places(there))
    most = float(extremes(there, "denominator")[1]) * 1.04
    curve = _curve(there, most)
    low, high = _reach(there, curve)
    ticks, decimals = level_ticks(low, high, 4 if width < 520 else 5)
    how, side = written(ticks, decimals)
    now = curve.row(-1, named=True)
    word = "" if width < 520 else " limit"
    labels: list[Label] = [
        (now["upper"], f"upper{word}, 3 sigma", "soft", False),
        (now["centre"], f"{number(now['centre'])} all sites", "spc-mean", True),
        (now["lower"], f"lower{word}, 3 sigma", "soft", False),
    ]
    sheet = Sheet.beside(width, [text for _, text, *_ in labels], left=max(34 if width < 520 else 44, 8 * side + 10))
    height = 220 if sheet.narrow else 300
    across, counts = level_ticks(0, most, 3 if sheet.narrow else 6)
    x = level("denominator", 0, most, {"values": across, "grid": False, "format": f",.{counts}f", "tickSize": 4})
    axis = {"values": ticks, "domain": False, "ticks": False, "format": how}
    hand = ByHand(sheet)
    unnamed = _names(hand, there, (most, low, high), height)
    hand.ends(labels, height, high, low)
    hand.words(sheet.plot / 2, height + 30 + sheet.letters, "Denominator: how much each site counts", hue="soft",
               align="center")  # fmt: skip
    end = hand.key(legend(there), height + 56 + sheet.letters)
    return sheet.finished(
        [*_lines(curve, x, axis, (low, high)), *_dots(there, x, level("value", low, high, axis)), *hand.layers()],
        title=name,
        subtitle=_subtitle(mine, there, unit, unnamed),
        says=_told(mine, there, unit, says),
        height=height,
        below=end - height + 12,
    )


def readings(funnel: pl.DataFrame, unit: str = "") -> list[str]:
    """Each site in plain words, such as "Ward 3: 12% (24 of 200), beyond the upper limit (worse)".

    Parameters
    ----------
    funnel
        What :func:`takeroot.spc.funnel` gives.
    unit
        In words.
    """
    return [_reading(row, unit) for row in funnel.iter_rows(named=True)]


def _reading(row: dict[str, Any], unit: str) -> str:
    counted_ = f"({number(row['numerator'])} of {number(row['denominator'])})"
    if row["value"] is None:
        return f"{row['site']}: nothing counted"
    text = f"{row['site']}: {amount(row['value'], unit)} {counted_}, "
    if row["shows"] is None:
        return text + "too small a denominator to judge"
    if row["shows"] == "common":
        return text + "within the limits"
    limit = "upper" if row["value"] > row["centre"] else "lower"
    return text + f"beyond the {limit} limit ({_WAYS.get(row['shows'], 'neither better nor worse')})"


def _places(there: pl.DataFrame) -> pl.Series:
    """Where each site stands in the given order, to be sorted as text."""
    return pl.Series([f"{place:06d}" for place in range(there.height)], dtype=pl.String)


@dataclass(frozen=True)
class _Bounds:
    """How wide the limits are where one is counted, and between what they stay."""

    centre: float
    wide: float
    near: float
    top: float | None

    def line(self, reach: float, count: float) -> float:
        at = max(self.centre + reach / sqrt(count), 0.0)
        return at if self.top is None else min(at, self.top)


def _bounds(there: pl.DataFrame) -> _Bounds:
    """The limits of the sites as one rule: away from the centre they fall with the root of the denominator.

    Where a limit was cut off at nothing or at all, the other side, or another site, tells how wide it is.
    """
    root = pl.col("denominator").sqrt()
    wide, near = (
        there.select(
            pl.max_horizontal((pl.col(upper) - pl.col("centre")) * root, (pl.col("centre") - pl.col(lower)) * root)
        )
        .to_series()
        .max()
        for lower, upper in (("lower", "upper"), ("near_lower", "near_upper"))
    )
    proportions = there["chart"][0] in ("p", "p_prime")
    times = there.filter(pl.col("numerator") > 0).select(
        (pl.col("value") * pl.col("denominator") / pl.col("numerator")).first()
    )
    top = times.item() if proportions and times.height else None
    return _Bounds(float(there["centre"][0]), _float(wide), _float(near), top)


def _float(value: Any) -> float:
    return float(value or 0)


def _curve(there: pl.DataFrame, most: float) -> pl.DataFrame:
    """The limits over the denominator, close together where they are steep."""
    bounds = _bounds(there)
    least = min(float(extremes(there, "denominator")[0]), most / 30)
    places = [least * (most / least) ** (n / _STEPS) for n in range(_STEPS + 1)]
    lines = {"lower": -bounds.wide, "upper": bounds.wide, "near_lower": -bounds.near, "near_upper": bounds.near}
    return pl.DataFrame(
        {
            "denominator": places,
            **{name: [bounds.line(reach, count) for count in places] for name, reach in lines.items()},
            "centre": [bounds.centre] * len(places),
        }
    )


def _reach(there: pl.DataFrame, curve: pl.DataFrame) -> tuple[float, float]:
    """From the least to the most of the sites, and of the limits where half the sites count as much or more."""
    middle = there["denominator"].median()
    shown = curve.filter(pl.col("denominator") >= pl.lit(middle))
    low, high = extremes(shown, "lower", "upper", "centre")
    least, most = extremes(there, "value")
    low, high = min(low, least), max(high, most)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return max(low - room, 0.0) if least >= 0 else low - room, high + room


def _lines(curve: pl.DataFrame, x: Any, axis: dict[str, Any], ends: tuple[float, float]) -> list[alt.Chart]:
    """The limits as smooth curves, two sigma thinner, and the share of all sites together."""
    low, high = ends
    limit = line_styles()["upper"]
    near = {"color": colour("spc-limit"), "strokeDash": [1, 3], "strokeWidth": 1}
    drawn = []
    for column, style in (
        ("near_lower", near),
        ("near_upper", near),
        ("lower", limit),
        ("upper", limit),
        ("centre", line_styles()["centre"]),
    ):
        within = curve.filter(pl.col(column) <= high, pl.col(column) >= low)
        if within.height:
            data = rows(within, "denominator", column)
            drawn.append(layer("line", data, style, x=x, y=level(column, low, high, axis)))
    return drawn


def _dots(there: pl.DataFrame, x: Any, y: Any) -> list[alt.Chart]:
    """The sites: a layer for each thing that they show and each shape."""
    drawn = []
    looks = there.sort("shows", "shape", maintain_order=True).group_by("shows", "shape", maintain_order=True)
    size = 52 if there.height <= 60 else 32
    for (shows, shape), some in looks:
        outline, fill = look(None if shows is None else str(shows), hollow=False)
        style = dot(str(shape), outline, size * (1.4 if shape != "circle" else 1), fill, 1.4)
        drawn.append(layer("point", rows(some, "denominator", "value", "point", "says"), style, x=x, y=y))
    return drawn


def _names(hand: ByHand, there: pl.DataFrame, ends: tuple[float, float, float], height: float) -> int:
    """Name the sites beyond a limit, or all where there are few, where there is room; gives how many found none."""
    most, low, high = ends
    sheet = hand.sheet

    def at(row: dict[str, Any]) -> tuple[float, float]:
        return row["denominator"] / most * sheet.plot, height * (1 - (row["value"] - low) / (high - low))

    taken = boxed(at(row) for row in there.iter_rows(named=True))
    chosen = there if there.height <= FEW else there.filter(pl.col("shows") != "common")
    unnamed = 0
    for row in chosen.iter_rows(named=True):
        text = row["site"] if len(row["site"]) <= _LONGEST else row["site"][: _LONGEST - 1] + "…"
        places = around(*at(row), sheet.letters - 1)
        unnamed += not named(hand, text, places, taken, (0, -6, sheet.plot, height))
    return unnamed


def _subtitle(mine: pl.DataFrame, there: pl.DataFrame, unit: str, unnamed: int) -> str:
    row = there.row(0, named=True)
    parts = in_unit(unit)
    parts.append(_KINDS.get(row["chart"], "Funnel"))
    if row["improves"] in _BETTER:
        parts.append(_BETTER[row["improves"]])
    parts.append("Each point is a site; dashed: three sigma, dotted: two sigma about all sites together")
    if there.height > FEW:
        parts.append("Sites beyond a limit are named")
    if unnamed:
        parts.append(f"{counted(unnamed, 'sites')} {agree(unnamed, 'has', 'have')} no room for a name")
    if mine.height > there.height:
        parts.append(f"{counted(mine.height - there.height, 'sites')} counted nothing")
    return ". ".join(parts) + "."


def _told(mine: pl.DataFrame, there: pl.DataFrame, unit: str, says: str) -> str:
    first, last = extremes(there, "denominator")
    text = f"{sentence(says)} " if says else ""
    text += (
        f"{counted(there.height, 'sites')}; all together {amount(there['centre'][0], unit)}, denominators from "
        f"{number(first)} to {number(last)}."
    )
    out = there.filter(pl.col("signals") != "", pl.col("shows").is_not_null())
    if out.height:
        counts = [f"{n} {CALLED[one]}" for one in CALLED if one != "common" and (n := out.filter(shows=one).height)]
        text += f" {counted(out.height, 'sites')} {agree(out.height, 'lies', 'lie')} beyond a limit ({listed(counts)}):"
        text += f" {listed(out['site'].head(12).to_list())}" + (", among others." if out.height > 12 else ".")
    else:
        text += " No site lies beyond a limit."
    few = there["shows"].is_null().sum()
    if few:
        text += f" {counted(few, 'sites')} {agree(few, 'has', 'have')} too small a denominator to judge."
    return text
