"""Who is tied to whom, where lines would be a hairball? A mark for each tie, in the column of the site that it comes
from and the row of the site that it leads to.

Sites stand in an order in which tied sites are near each other, those of a group together, so that ties within a group
lie along the diagonal. The order says nothing else: there is no first place.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import altair as alt
import numpy as np
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import counted, month, percent, sentence

#: How a tie is drawn: what it says, its colour, how wide and how tall its mark is for a mark of side 1.
TIES = (
    ("from a site in use to a site in use", "main", 1.0, 1.0),
    ("from a site in use to one that is not", "plan", 1.0, 0.45),
    ("from a site that is not in use", "quiet", 0.5, 0.5),
)
#: A mark is so large at the least, in pixels; ties that lie within one mark are drawn once.
LEAST = 2.0
#: Groups are named where there are no more of them.
NAMED = 24


def ties_as_matrix(
    order: pl.DataFrame,
    ties: pl.DataFrame,
    in_use: Collection[str],
    *,
    on: date | None = None,
    by: str = "region",
    width: int = 720,
) -> alt.LayerChart:
    """A mark for each tie, by whether the sites at its ends were in use.

    Parameters
    ----------
    order
        What :func:`takeroot.network.matrix_order` gives: site and group, in order.
    ties
        What :func:`takeroot.network.held` gives: source, target.
    in_use
        The sites that were in use.
    on
        The month.
    by
        What the groups are, in words.
    width
        In pixels; 340 for a phone.
    """
    title = "Who is tied to whom, as a matrix"
    title += f", {month(on)}" if on is not None else ""
    if not order.height or not ties.height:
        return nothing(Sheet(width, 8), title, "No tie held in that month.")
    blocks = _blocks(order)
    labels = [group for group, *_ in blocks if group] if len(blocks) <= NAMED else []
    sheet = Sheet.beside(width, [_short(text) for text in labels], left=8)
    side = float(min(sheet.plot, 460))
    cell = side / order.height
    mark = round(max(cell * 0.9, LEAST), 2)
    hand = ByHand(sheet)
    for edge in (0.0, side):
        hand.line(0, edge, side, edge)
        hand.line(edge, 0, edge, side)
    for group, first, last in blocks:
        border = round(last * cell, 2)
        if last < order.height:
            hand.line(border, 0, border, side, "grid")
            hand.line(0, border, side, border, "grid")
        if group and labels and (last - first) * cell >= sheet.letters:
            hand.words(side + 10, round((first + last) / 2 * cell + 4, 2), _short(group), hue="soft")
    counts = _marked(hand, order, ties, frozenset(in_use), cell, mark)
    base = side + 24
    for place, (says, hue, wide, tall) in enumerate(TIES):
        if counts[place]:
            hand.line(6 - 5 * wide, base - 4, 6 + 5 * wide, base - 4, hue, 10 * tall)
            hand.words(20, base, f"{says}: {counts[place]:,}", hue="soft")
            base += sheet.line
    total, told = sum(counts), [f"{n:,} {says}" for n, (says, *_) in zip(counts, TIES, strict=True) if n]
    within = _within(order, ties)
    inside = f" {percent(within)} of them lie within a {by}." if len(blocks) > 1 else ""
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"A mark is a tie: influence may run from the site of its column to that of its row. Sites of a {by} "
        "stand together, and tied sites near each other.",
        says=sentence(f"{counted(total, 'ties')} between {counted(order.height, 'sites')}: {', '.join(told)}.{inside}"),
        height=base,
        below=4,
    )


def _blocks(order: pl.DataFrame) -> list[tuple[str | None, int, int]]:
    """Each group, from which place to before which."""
    found: list[tuple[str | None, int, int]] = []
    for place, group in enumerate(order["group"].to_list()):
        if found and found[-1][0] == group:
            found[-1] = (group, found[-1][1], place + 1)
        else:
            found.append((group, place, place + 1))
    return found


def _marked(
    hand: ByHand, order: pl.DataFrame, ties: pl.DataFrame, in_use: frozenset[str], cell: float, mark: float
) -> list[int]:
    """Draw the marks, each place of the picture once for each kind; gives how many ties there are of each."""
    places = {site: place for place, site in enumerate(order["site"].to_list())}
    kinds: list[set[tuple[int, int]]] = [set() for _ in TIES]
    counts = [0] * len(TIES)
    fine = max(1.0, LEAST / cell)
    for source, target in ties.select("source", "target").iter_rows():
        if source not in places or target not in places:
            continue
        kind = 2 if source not in in_use else 0 if target in in_use else 1
        counts[kind] += 1
        kinds[kind].add((int(places[source] // fine), int(places[target] // fine)))
    for (_, hue, wide, tall), found in zip(reversed(TIES), reversed(kinds), strict=True):
        for column, row in sorted(found):
            x, y = ((np.array([column, row]) + 0.5) * cell * fine).round(2).tolist()
            half = round(mark * wide / 2, 2)
            hand.line(round(x - half, 2), y, round(x + half, 2), y, hue, round(mark * tall, 2))
    return counts


def _within(order: pl.DataFrame, ties: pl.DataFrame) -> float | None:
    """The share of ties that lie within a group."""
    group = dict(order.select("site", "group").iter_rows())
    pairs = [(group.get(a), group.get(b)) for a, b in ties.select("source", "target").iter_rows()]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else None


def _short(text: str | None, most: int = 18) -> str:
    said = text or ""
    return said if len(said) <= most else f"{said[: most - 1]}…"
