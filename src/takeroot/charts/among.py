"""Among whom, and how deep? Reach within each group of sites, and how far it goes within each site."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import count_of, counted, number, percent, sentence


def reach_by_group(reach_by: pl.DataFrame, *, by: str = "group", width: int = 720) -> alt.LayerChart:
    """Sites and people reached within each group, in the groups' own order.

    Parameters
    ----------
    reach_by
        What :func:`takeroot.adoption.reach_by` gives.
    by
        What the groups are, as people say it: region, deprivation.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    if not reach_by.height:
        return nothing(sheet, f"Reach by {by}", f"No site has a {by} recorded.")
    people = bool(reach_by["people_share"].is_not_null().any())
    shares = bool(reach_by["in_use_share"].is_not_null().any())
    title = f"Reach by {by}: sites and people" if people else f"Reach by {by}"
    hand = ByHand(sheet)
    told, y = [], 0.0
    for row in reach_by.iter_rows(named=True):
        group = "not recorded" if row["group"] is None else str(row["group"])
        sites = f"{number(row['in_use'])} of {counted(row['sites'], 'sites')}"
        reached = ""
        if row["people_share"] is not None:
            reached = f"{number(row['people_at_sites_in_use'])} of {counted(row['eligible_people'], 'people')}"
        y = hand.name(y + sheet.letters, group, sites + (f"; {reached}" if reached else ""))
        for share, drawn, shape, hue in (
            (row["in_use_share"], shares, "circle", "main"),
            (row["people_share"], people, "diamond", "plan"),
        ):
            y += (13 if shape == "circle" else 17) if drawn else 0
            if share is not None:
                hand.track(y)
                hand.dot(share * sheet.plot, y, shape, hue)
        y += 18 if shares or people else 10
        told.append(f"{group}: {sites} in use" + (f", {reached} at sites in use" if reached else ""))
    if shares or people:
        hand.percentages(y - 6)
    says = [
        "Round: share of sites in use." if shares else "Sites in use; no share: how many could use it is not known.",
        "Diamond: share of eligible people who are at those sites."
        if people
        else "Eligible people are not recorded, or too few to be shown.",
    ]
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=" ".join(says),
        says=f"Sites in use by {by}, in its own order. {'; '.join(told)}.",
        height=y,
        below=22 if shares or people else 4,
    )


def people_reached(groups: pl.DataFrame, *, by: str = "group", width: int = 720) -> alt.LayerChart:
    """Shares of sites and of people within each group, with their intervals, in the groups' own order.

    Parameters
    ----------
    groups
        What :func:`takeroot.reach.people_reached` gives.
    by
        What the groups are, as people say it: region, deprivation.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    title = f"Eligible people reached, by {by}"
    if not groups.height:
        return nothing(sheet, title, f"No site has a {by} recorded.")
    hand = ByHand(sheet)
    told, y = [], 0.0
    for row in groups.iter_rows(named=True):
        name = row["group"] or "not recorded"
        y = hand.name(y + sheet.letters, name, _people(row))
        for share, low, high, shape, hue in (
            (row["sites_share"], row["sites_lower"], row["sites_upper"], "circle", "main"),
            (row["at_share"], row["at_lower"], row["at_upper"], "diamond", "plan"),
        ):
            y += 14
            hand.track(y)
            if share is not None:
                if low is not None:
                    hand.line(low * sheet.plot, y, high * sheet.plot, y, hue, 3)
                hand.dot(share * sheet.plot, y, shape, hue)
        y += 14
        hand.track(y)
        if row["share"] is not None:
            if row["lower"] is not None:
                hand.line(row["lower"] * sheet.plot, y, row["upper"] * sheet.plot, y, "ink", 3)
            hand.dot(row["share"] * sheet.plot, y, "square", "ink")
        elif row["least"] is not None:
            hand.line(row["least"] * sheet.plot, y, row["most"] * sheet.plot, y, "ink", 2, (4, 3))
            for end in (row["least"], row["most"]):
                hand.line(end * sheet.plot, y - 5, end * sheet.plot, y + 5, "ink", 2)
        y += 20
        told.append(f"{name}: {count_of(row['in_use'], row['sites'])} in use; {_people(row)}")
    hand.percentages(y - 8)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="Round: share of sites in use. Diamond: share of eligible people at those sites. Square: share "
        "reached, or between two strokes, dashed, where it is not known of everybody. Bars: 95% intervals over sites.",
        says=f"By {by}, in its own order. {'; '.join(told)}.",
        height=y,
        below=20,
    )


def _people(row: dict[str, Any]) -> str:
    """What is known of the people of a group, in a few words."""
    if row["withheld"]:
        return "kept back: too few people"
    if row["eligible_people"] is None:
        return "eligible people not recorded"
    of = counted(row["eligible_people"], "people")
    if not row["not_known"]:
        return f"{number(row['reached'])} of {of} reached"
    return f"{number(row['reached'])} to {number(row['reached'] + row['not_known'])} of {of} reached"


def depth_within_sites(depth: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How far it goes within each site: a dot for each site in use whose extent is known.

    Parameters
    ----------
    depth
        What :func:`takeroot.adoption.depth` gives.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=12)
    title = "How far it goes within each site"
    known = depth.filter(pl.col("extent").is_not_null()).with_columns(pl.col("extent_of").fill_null("not said of what"))
    if not known.height:
        return nothing(sheet, title, "How far it goes within the sites in use is not recorded.")
    hand = ByHand(sheet)
    told, y = [], 0.0
    columns = 25 if sheet.narrow else 50
    for kind in known["extent_of"].unique().sort():
        extents = sorted(known.filter(pl.col("extent_of") == kind)["extent"].to_list())
        piles: dict[int, int] = {}
        for extent in extents:
            place = round(extent * columns)
            piles[place] = piles.get(place, 0) + 1
        base = y + sheet.line + 10 + max(piles.values()) * 10
        hand.words(0, y + sheet.letters, f"Share of {kind}", bold=True)
        hand.words(sheet.plot, y + sheet.letters, counted(len(extents), "sites"), hue="soft", align="right")
        hand.track(base)
        for place, pile in piles.items():
            for floor in range(pile):
                hand.dot(place / columns * sheet.plot, base - 10 * floor - 9, size=40)
        told.append(
            f"share of {kind} at {counted(len(extents), 'sites')}: from {percent(extents[0])} to "
            f"{percent(extents[-1])}, half of them at {percent(extents[len(extents) // 2])} or more"
        )
        y = base + 16
    hand.percentages(y - 12)
    unknown = depth.height - known.height
    missing = (
        f"Not recorded for {count_of(unknown, depth.height)} in use." if unknown else "Known for every one of them."
    )
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"A dot for each site in use. {missing}",
        says=sentence("; ".join(told)) + " " + missing,
        height=y,
        below=18,
    )
