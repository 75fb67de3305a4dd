"""What does a simulation cost? Time against size, each doubled at a time, beside a line in proportion.

Both go by powers of two from the run in the middle, so that a cost in proportion is the diagonal, whatever is doubled.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, log2

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import number

TITLE = "Time against size"


def cost_of_size(costs: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """How the time of a run grows with what it is of, a small chart for each.

    Parameters
    ----------
    costs
        One row for each run: what was made larger or smaller (``of``), how much of it there was (``size``), the
        ``seconds`` it took, and whether it is the run in the ``middle``, from which all else is counted.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=8, right=16)
    if not costs.height:
        return nothing(sheet, TITLE, "Nothing was measured.")
    placed = _in_doublings(costs)
    low, high = floor(_least(placed)), ceil(_most(placed))
    across = 2 if sheet.narrow else 4
    side = (sheet.plot - (across - 1) * 22) / across
    hand, told, height = ByHand(sheet), [], 0.0
    for nth, (of,) in enumerate(placed.select("of").unique(maintain_order=True).iter_rows()):
        left, top = nth % across * (side + 22), nth // across * (side + 58) + 26
        mine = placed.filter(of=of).sort("size")
        hand.words(left, top - 8, of.capitalize(), bold=True)

        def at(x: float, y: float, left: float = left, top: float = top) -> tuple[float, float]:
            scale = side / (high - low)
            return left + (x - low) * scale, top + side - (y - low) * scale

        for step in range(low, high + 1):
            hand.line(*at(step, low), *at(step, high), "grid")
            hand.line(*at(low, step), *at(high, step), "grid")
        hand.line(*at(low, low), *at(high, high), "axis", 1, (4, 3))
        dots = [at(x, y) for x, y in mine.select("doublings", "slower").iter_rows()]
        for one, two in pairwise(dots):
            hand.line(*one, *two, "main", 1.5)
        for place, row in zip(dots, mine.iter_rows(named=True), strict=True):
            hand.dot(*place, size=48, says=f"{number(row['size'])} {of}: {row['seconds']:.3g} seconds")
        first, last = mine.row(0, named=True), mine.row(-1, named=True)
        beneath = top + side + sheet.letters + 4
        hand.words(max(dots[0][0] - 8, left), beneath, number(first["size"]), hue="soft")
        hand.words(left + side, beneath, number(last["size"]), hue="soft", align="right")
        told.append(
            f"{of} from {number(first['size'])} to {number(last['size'])}: "
            f"{first['seconds']:.3g} to {last['seconds']:.3g} seconds"
        )
        height = top + side
    return sheet.finished(
        hand.layers(),
        title=TITLE,
        subtitle=(
            "One thing is doubled at a time from the run in the middle. Each square is twice as much to the right, and "
            "twice as long upwards; the dashed line is in proportion."
        ),
        says=f"Time of the processor. {'. '.join(told)}.",
        height=height,
    )


def _in_doublings(costs: pl.DataFrame) -> pl.DataFrame:
    """How often each run was doubled, and its time, from the run in the middle of its kind."""
    middle = {row["of"]: row for row in costs.filter("middle").iter_rows(named=True)}
    known = costs.filter(pl.col("of").is_in(list(middle)))
    told = [
        (log2(size / middle[of]["size"]), log2(seconds / middle[of]["seconds"]))
        for of, size, seconds in known.select("of", "size", "seconds").iter_rows()
    ]
    return known.with_columns(
        doublings=pl.Series([x for x, _ in told], dtype=pl.Float64),
        slower=pl.Series([y for _, y in told], dtype=pl.Float64),
    )


def _least(placed: pl.DataFrame) -> float:
    return float(placed.select(pl.min_horizontal("doublings", "slower").min()).item())


def _most(placed: pl.DataFrame) -> float:
    return float(placed.select(pl.max_horizontal("doublings", "slower").max()).item())
