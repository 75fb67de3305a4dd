"""Where did each of very many sites stand? A tile for each, beside those of its group, month after month.

Tiles stand in the given order of the sites, row by row, and keep their places from month to month, so that what changes
is what changed. A tile is a line or two and thousands are one mark, so the picture stays small.
"""

from __future__ import annotations

from math import ceil

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.standing import PLACE, key, tiled
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import count_of, counted, month, number, sentence

#: More groups than this stand together as one.
GROUPS = 16
#: A tile is so large at the most, and at the least, in pixels.
LARGEST, LEAST = 12.0, 2.5


def sites_as_tiles(
    stood: pl.DataFrame, groups: pl.DataFrame, *, by: str = "region", width: int = 720
) -> alt.LayerChart:
    """Every site as a tile, month after month, those of a group together.

    Parameters
    ----------
    stood
        What :func:`takeroot.adoption.stood` gives for a few months: on, site, stage.
    groups
        ``site`` and ``group``, in the order in which sites are drawn; empty for sites of no group.
    by
        What the groups are, in words.
    width
        In pixels; 340 for a phone.
    """
    sheet, title = Sheet(width, left=4, right=8), "Where each site stood, month after month"
    if not stood.height:
        return nothing(sheet, title, "No stage is recorded yet.")
    months = stood["on"].unique().sort().to_list()
    named = groups.with_columns(pl.col("group").cast(pl.String).fill_null(f"no {by}"))
    if named["group"].n_unique() > GROUPS:
        named = named.with_columns(group=pl.lit("all sites"))
    parts = {str(group): mine["site"].to_list() for (group,), mine in named.group_by("group", maintain_order=True)}
    columns, gap = (2, 18) if sheet.narrow else (len(months), 20)
    each = (sheet.plot - gap * (columns - 1)) / columns
    side, across = _fitted([len(part) for part in parts.values()], each, 900 if sheet.narrow else 620)
    rows = {group: ceil(len(part) / across) for group, part in parts.items()}
    head = sheet.line + 3 if len(parts) > 1 else 0.0
    tall = sum(rows.values()) * side + len(parts) * (head + 8)
    hand, said, bottom = ByHand(sheet), [], 0.0
    for place, on in enumerate(months):
        left, top = place % columns * (each + gap), place // columns * (tall + 40) + 40
        stages = dict(stood.filter(pl.col("on") == on).select("site", "stage").iter_rows())
        in_use = sum(PLACE[stage] == 0 for stage in stages.values())
        hand.words(left, top - 24, month(on), bold=True)
        hand.words(left, top - 8, f"{number(in_use)} of {number(len(stages))} in use", hue="soft")
        level = top
        for group, part in parts.items():
            if head:
                using = sum(PLACE.get(stages.get(site, ""), -1) == 0 for site in part)
                hand.words(left, level + sheet.letters, _short(group, each - 34, sheet.letters - 1),
                           hue="soft", size=sheet.letters - 1)  # fmt: skip
                hand.words(left + each, level + sheet.letters, number(using), hue="soft", align="right",
                           size=sheet.letters - 1)  # fmt: skip
                level += head
            for nth, site in enumerate(part):
                if site in stages:
                    x, y = nth % across * side + side / 2, nth // across * side + side / 2
                    tiled(hand, round(left + x, 2), round(level + y, 2), stages[site], side)
            level += rows[group] * side + 8
        said.append(f"{month(on)}: {count_of(in_use, len(stages))} in use")
        bottom = max(bottom, top + tall)
    base = key(hand, stood["stage"], bottom + 18, tiles=True)
    beside = f" Sites of a {by} stand together; the number is how many of them were in use." if len(parts) > 1 else ""
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"A tile is a site, in the given order, and keeps its place.{beside}",
        says=sentence(f"{counted(named.height, 'sites')}. {'; '.join(said)}"),
        height=base + 8,
        below=4,
    )


def _fitted(sizes: list[int], wide: float, tall: float) -> tuple[float, int]:
    """The side of a tile, and how many stand in a row, so that all groups fit beneath each other."""
    side = LARGEST
    while True:
        across = max(1, int(wide / side))
        if side <= LEAST or sum(ceil(size / across) for size in sizes) * side <= tall - 26 * len(sizes):
            return side, across
        side = max(LEAST, side - 0.5)


def _short(text: str, wide: float, letters: float) -> str:
    most = max(4, int(wide / (0.56 * letters)))
    return text if len(text) <= most else f"{text[: most - 1]}…"
