"""How much is delivered? The bundle beside its elements, how far sites lie apart, and the course of each component."""

from __future__ import annotations

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import month_end
from takeroot.charts.strips import Row, along, days_beneath, stacked
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import count_of, counted, listed, number, percent


def bundle_and_elements(together: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Each component and all of them together: at how many sites it is delivered.

    Parameters
    ----------
    together
        What :func:`takeroot.fidelity.together` gives; ``component`` may hold the names that people use.
    width
        In pixels; 340 for a phone.
    """
    title = "The bundle, and its elements"
    sheet = Sheet(width, 8, 12)
    if not together.height or not together["sites"].max():
        return nothing(sheet, title, "Nothing was said of what is delivered in the last six months of the record.")
    hand, y, told = ByHand(sheet), 0.0, []
    for row in together.iter_rows(named=True):
        whole = row["component"] == "all of these"
        name = row["component"] if row["core"] in (None, "not said") else f"{row['component']} ({row['core']})"
        if whole:
            y += 8
            hand.line(0, y, sheet.plot, y, "axis")
            y += 8
        said = f"{number(row['delivered'])} of {number(row['sites'])} sites" if row["sites"] else "nothing said"
        y = hand.name(y + sheet.letters, name, said, "ink" if whole else "soft")
        y += 13
        hand.track(y)
        if row["share"] is not None:
            hand.line(row["lower"] * sheet.plot, y, row["upper"] * sheet.plot, y, "main", 4 if whole else 2.5)
            hand.dot(row["share"] * sheet.plot, y, "diamond" if whole else "circle", size=130 if whole else 80)
            told.append(f"{name} {percent(row['share'])} ({said})")
        if row["if_apart"] is not None:
            x = row["if_apart"] * sheet.plot
            hand.line(x, y - 9, x, y + 9, "plan", 2)
        y += 17
    hand.percentages(y - 8)
    apart = together["if_apart"].drop_nulls()
    chance = (
        f" If lacking one had nothing to do with lacking another, {percent(apart[0])} would have all: the upright line."
        if len(apart)
        else ""
    )
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="Share of the sites of which something is said, at their latest word of the last six months; bars: "
        f"95% interval. Diamond: every element at once.{chance}",
        says=f"Delivered: {listed(told)}.{chance}",
        height=y,
        below=22,
    )


def delivered_among_sites(variation: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How far sites lie apart in what they deliver of each component, by dimension.

    Parameters
    ----------
    variation
        What :func:`takeroot.fidelity.variation` gives; ``component`` may hold the names that people use.
    width
        In pixels; 340 for a phone.
    """
    title = "How far sites lie apart in what they deliver"
    sheet = Sheet(width, 8, 12)
    if not variation.height:
        return nothing(sheet, title, "No share delivered is recorded yet.")
    hand, y, told = ByHand(sheet), 0.0, []
    for row in variation.iter_rows(named=True):
        side = f", {row['dimension']}" if row["dimension"] else ""
        core = f" ({row['core']})" if row["core"] not in (None, "not said") else ""
        beside = counted(row["sites"], "sites")
        if row["low"]:
            beside += f"; {number(row['low'])} under a half, {number(row['no_reason_said'])} with no reason recorded"
        y = hand.name(y + sheet.letters, f"{row['component']}{side}{core}", beside)
        y += 13
        hand.track(y)
        plot = sheet.plot
        hand.line(row["least"] * plot, y, row["most"] * plot, y, "quiet", 2)
        hand.line(row["quarter"] * plot, y, row["three_quarters"] * plot, y, "main", 6)
        hand.dot(row["middle"] * plot, y, "circle", "main", 90, "back")
        y += 17
        told.append(
            f"{row['component']}{side}: {percent(row['least'])} to {percent(row['most'])}, half of the sites between "
            f"{percent(row['quarter'])} and {percent(row['three_quarters'])}"
        )
    hand.percentages(y - 8)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="The latest share of each site. Thin: from the least to the most; thick: the middle half of the "
        "sites; ring: half of them at or above.",
        says=f"{'; '.join(told)}.",
        height=y,
        below=22,
    )


def delivered_over_time(delivery: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How much was delivered of each component over time, a row for each.

    Parameters
    ----------
    delivery
        ``component`` (or the names that people use), ``on`` (the first day of a period), ``mean``, ``least``, ``most``
        (shares) and ``sites``.
    width
        In pixels; 340 for a phone.
    """
    title = "Delivered over time"
    known = delivery.drop_nulls("mean")
    if not known.height:
        return nothing(Sheet(width, 4), title, "No share delivered is recorded yet.")
    first, last = known["on"].min(), month_end(known["on"].max())
    sheet = Sheet(width, 4, 62)
    hand, rows, told = ByHand(sheet), [], []
    for (component,), mine in known.group_by("component", maintain_order=True):
        mine = mine.sort("on")
        course, least, most = (
            [(along(on, first, last), share) for on, share in mine.select("on", name).iter_rows()]
            for name in ("mean", "least", "most")
        )
        end = mine.row(-1, named=True)
        rows.append(Row(str(component), percent(end["mean"]), [*course, (1.0, course[-1][1])], least, most))
        told.append(f"{component} {percent(end['mean'])} at {count_of(end['sites'], None)}")
    layers, base = stacked(hand, rows, 34 if sheet.narrow else 40)
    days_beneath(hand, sheet, first, last, base)
    return sheet.finished(
        [*layers, *hand.layers()],
        title=title,
        subtitle="Mean of the sites that said so in each half year, each row from 0 to 100%; broken lines: the least "
        "and the most of them. Which sites speak changes over time.",
        says=f"At the last word of each: {listed(told)}.",
        height=base,
        below=34,
    )
