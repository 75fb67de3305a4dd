"""Among whom, and how deep? Reach within each group of sites, and how far it goes within each site."""

from __future__ import annotations

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
        "Diamond: share of eligible people who are at those sites." if people else "Eligible people are not recorded.",
    ]
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=" ".join(says),
        says=f"Sites in use by {by}, in its own order. {'; '.join(told)}.",
        height=y,
        below=22 if shares or people else 4,
    )


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
