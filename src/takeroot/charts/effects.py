"""What came of it: a measure beside what was adapted and delivered, and how much less it does at scale. No verdict."""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import level_ticks, reached
from takeroot.charts.theme import Sheet, extremes
from takeroot.charts.wording import counted, listed, number

_BETTER = {"up": "Higher is better.", "down": "Lower is better."}


def benefit_beside(beside: pl.DataFrame, *, measure: str = "", unit: str = "", width: int = 720) -> alt.LayerChart:
    """What a measure showed, beside what was adapted and how much was delivered.

    Parameters
    ----------
    beside
        What :func:`takeroot.fidelity.benefit_beside` gives.
    measure, unit
        In words.
    width
        In pixels; 340 for a phone.
    """
    title = f"{measure or 'The measure'}, beside what was adapted and delivered"
    sheet = Sheet(width, 8, 12)
    if not beside.height:
        return nothing(sheet, title, "No value of a site in use is recorded yet.")
    low, high = reached(*(float(end) for end in extremes(beside, "mean", "lower", "upper")))
    hand, y, told = ByHand(sheet), 0.0, []
    for row in beside.iter_rows(named=True):
        name = f"{_said(row['adapted'])}; {_delivered(row['delivery'])}"
        y = hand.name(y + sheet.letters, name, counted(row["sites"], "sites"))
        y += 13
        hand.line(0, y, sheet.plot, y, "grid", 2)
        few = row["lower"] is None
        if not few:
            ends = (_at(row[side], low, high) * sheet.plot for side in ("lower", "upper"))
            hand.line(*_flat(tuple(ends), y), "main", 3)
        hand.dot(_at(row["mean"], low, high) * sheet.plot, y, "circle", "main", 90, "back" if few else "main")
        y += 17
        told.append(f"{name}: {number(row['mean'])} at {counted(row['sites'], 'sites')}")
    _scale(hand, low, high, y - 6)
    better = _BETTER.get(beside["improves"][0] or "", "")
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"Mean of the means of sites{f', {unit}' if unit else ''}, by half years; bars: 95% interval over "
        f"sites; ring: a single site. {better} Sites differ in more than this: no difference here is an effect.",
        says=f"{'; '.join(told)}.",
        height=y,
        below=24,
    )


def voltage_drop(drop: pl.DataFrame, *, measure: str = "", unit: str = "", width: int = 720) -> alt.LayerChart:
    """How much less it does at scale than at the source, signed, as a whole and taken apart.

    Parameters
    ----------
    drop
        What :func:`takeroot.fidelity.voltage_drop` gives.
    measure, unit
        In words.
    width
        In pixels; 340 for a phone.
    """
    title = f"What it does at the source, and at scale{f': {measure}' if measure else ''}"
    sheet = Sheet(width, 8, 12)
    if not drop.height:
        return nothing(sheet, title, "There are not enough sites on both sides.")
    low, high = extremes(drop, "drop", "lower", "upper")
    low, high = reached(min(float(low), 0.0), max(float(high), 0.0))
    hand, y, told = ByHand(sheet), 0.0, []
    zero = _at(0.0, low, high) * sheet.plot
    called = {
        "whole": "As a whole",
        "those known": "As a whole, at sites whose delivery is known",
        "reach": "With reach",
        "delivered": "With delivery",
        "rest": "With all else",
    }
    for row in drop.iter_rows(named=True):
        whole = row["part"] in ("whole", "those known")
        beside = f"{number(row['source'])} at the source, {number(row['scale'])} at scale"
        name = called.get(row["part"], row["part"])
        y = hand.name(y + sheet.letters, name, beside if whole else "")
        y += 13
        hand.line(0, y, sheet.plot, y, "grid", 2)
        hand.line(zero, y - 11, zero, y + 11, "axis", 1.25)
        if row["lower"] is not None and row["lower"] == row["lower"]:
            ends = tuple(_at(row[side], low, high) * sheet.plot for side in ("lower", "upper"))
            hand.line(*_flat(ends, y), "main", 3)
        hand.dot(
            _at(row["drop"], low, high) * sheet.plot,
            y,
            "diamond" if row["part"] in ("whole", "those known") else "circle",
        )
        y += 18
        told.append(f"{name.lower()} {_signed(row['drop'])} ({_signed(row['lower'])} to {_signed(row['upper'])})")
    _scale(hand, low, high, y - 6)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"Right of the upright line: less at scale; left of it: more{f' ({unit})' if unit else ''}. Bars: 95% "
        "interval. A comparison with before, with nothing set beside it.",
        says=f"Less at scale by: {listed(told)}.",
        height=y,
        below=24,
    )


def _said(adapted: str) -> str:
    return "Nothing adapted on record" if adapted == "nothing recorded" else f"Adapted, {adapted}"


def _delivered(delivery: str) -> str:
    return {"full": "all delivered", "less": "less than all delivered"}.get(delivery, "delivery not recorded")


def _at(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low)


def _flat(ends: tuple[float, ...], y: float) -> tuple[float, float, float, float]:
    """A level line between two places."""
    return ends[0], y, ends[1], y


def _signed(value: float | None) -> str:
    if value is None or value != value:
        return "not known"
    return f"{'+' if value > 0 else ''}{number(value)}"


def _scale(hand: ByHand, low: float, high: float, y: float) -> None:
    """The numbers beneath."""
    ticks, decimals = level_ticks(low, high, 3 if hand.sheet.narrow else 5)
    for tick in ticks:
        x = _at(tick, low, high) * hand.sheet.plot
        hand.line(x, y - 3, x, y + 2)
        hand.words(x, y + hand.sheet.letters + 5, f"{tick:,.{decimals}f}", hue="soft", align="center")
