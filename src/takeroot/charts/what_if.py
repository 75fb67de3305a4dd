"""What would come of each choice? By how much they differ, and what would change that.

Differences stand on a line at nothing: a dot is their mean, and bars hold 50, 80 and 95 in 100 of the histories. The
choices keep the order in which they were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.scales import ceiling, level_ticks, reached, whole_ticks
from takeroot.charts.theme import Sheet, apart, extremes
from takeroot.charts.wording import counted, listed, month, number, wrapped

#: How choices are told apart, in their order: hue, dash and shape.
STYLES = (
    ("soft", (), "square"),
    ("main", (), "circle"),
    ("2", (6, 3), "diamond"),
    ("plan", (2, 2), "triangle-up"),
    ("5", (8, 2, 2, 2), "triangle-down"),
)
#: The intervals from the widest in, and how thick their bars are.
_BARS = ((95, 1.25), (80, 3.5), (50, 8.0))
#: A scale reaches so far at least: a thousandth of a site is not to look like a difference.
LEAST = 0.5
#: Of the assumptions so many are drawn; the table beside the chart has all.
MOST = 10


def what_if_differences(
    differences: pl.DataFrame,
    *,
    heading: str = "title",
    title: str = "What the choices differ in",
    same_scale: bool = False,
    unit: str = "",
    width: int = 720,
) -> alt.LayerChart:
    """What each choice has more of than the first, by figure or by group.

    Parameters
    ----------
    differences
        One row for each figure and choice: the ``heading``, ``choice``, ``against``, ``mean``, and the ends of the
        intervals as ``lower_95`` and so on.
    heading
        The column whose words stand above each block of rows.
    title
        In words.
    same_scale
        Whether all blocks have one scale, as groups have; figures have each their own.
    unit
        What is counted, where it is the same for all.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=20)
    if not differences.height:
        return nothing(sheet, title, "There is nothing to compare.")
    choices = differences["choice"].unique(maintain_order=True).to_list()
    against = differences["against"][0]
    hand, level, told = ByHand(sheet), -8.0, []
    left = 0.0 if sheet.narrow else min(260.0, 16 + max(map(len, choices)) * sheet.letters * 0.6)
    whole = _reach(differences) if same_scale else None
    for (name,), mine in differences.group_by(heading, maintain_order=True):
        level = hand.name(level + 28, str(name)) + 10
        scale = whole or _reach(mine)
        top, said = level, []
        for row in mine.iter_rows(named=True):
            level = _row(hand, sheet, level, row, choices, scale, left)
            said.append(
                f"{row['choice']} {_signed(row['mean'])} (95 in 100: {_signed(row['lower_95'])} to "
                f"{_signed(row['upper_95'])})"
            )
        level = _scale(hand, sheet, (top, level), scale, left)
        told.append(f"{name}: {listed(said)}")
    of = f" {unit}." if unit else ""
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"More or fewer than “{against}”, within each history.{of} The dot is the mean; bars hold 50, 80 and "
        "95 in 100 histories. At 0 there is no difference.",
        says=f"Differences from “{against}”.{of} {'. '.join(told)}.",
        height=level,
        below=12,
    )


def _reach(rows: pl.DataFrame) -> tuple[float, float]:
    low, high = extremes(rows, "lower_95", "upper_95", "mean")
    low, high = min(0.0, float(low)), max(0.0, float(high))
    return reached(low, high) if high - low >= LEAST else reached(-LEAST, LEAST)


def _row(
    hand: ByHand,
    sheet: Sheet,
    level: float,
    row: dict,
    choices: Sequence[str],
    scale: tuple[float, float],
    left: float,
) -> float:
    """One choice: its name, its bars and its dot; where the next begins."""
    hue, _, shape = STYLES[(choices.index(row["choice"]) + 1) % len(STYLES)]

    def x(value: float) -> float:
        share = (value - scale[0]) / (scale[1] - scale[0])
        return left + (sheet.plot - left) * min(max(share, 0.0), 1.0)

    if sheet.narrow:
        for line in wrapped(row["choice"], sheet.plot, sheet.letters)[:2]:
            hand.words(0, level + sheet.letters, line)
            level += sheet.line
        place = level + 8
        below = place + 12
    else:
        lines = wrapped(row["choice"], left - 12, sheet.letters)[:2]
        place = level + 6 + sheet.line * len(lines) / 2
        for nth, line in enumerate(lines):
            hand.words(0, level + sheet.letters + 1 + nth * sheet.line, line)
        below = level + max(26.0, sheet.line * len(lines) + 10)
    if sheet.narrow:
        hand.line(x(0), place - 9, x(0), place + 9, "axis", 1.5)
    for share, weight in _BARS:
        low, high = x(row[f"lower_{share}"]), x(row[f"upper_{share}"])
        if high - low >= 0.5:
            hand.line(low, place, high, place, hue, weight)
    says = f"{row['choice']}: {_signed(row['mean'])}"
    hand.dot(x(row["mean"]), place, shape, hue, 90, "back", weight=2, says=says)
    return below


def _scale(hand: ByHand, sheet: Sheet, rows: tuple[float, float], scale: tuple[float, float], left: float) -> float:
    """Numbers beneath a block, and the line at nothing through it; on a phone the names of rows stand free of it."""
    top, level = rows
    ticks, decimals = _ticks(scale, sheet, sheet.plot - left)
    for tick in ticks:
        place = left + (sheet.plot - left) * (tick - scale[0]) / (scale[1] - scale[0])
        zero = abs(tick) < 1e-12
        if not sheet.narrow:
            hand.line(place, top, place, level, "axis" if zero else "grid", 1.5 if zero else 1)
        else:
            hand.line(place, level - 4, place, level, "axis")
        hand.words(place, level + sheet.letters + 3, _tick(tick, decimals), hue="soft", align="center")
    return level + sheet.line + 4


def _ticks(scale: tuple[float, float], sheet: Sheet, room: float) -> tuple[list[float], int]:
    """As many numbers as there is room for beneath a block."""
    for most in (7, 5, 4, 3, 2):
        ticks, decimals = level_ticks(*scale, most)
        longest = max((len(_tick(tick, decimals)) for tick in ticks), default=1)
        if (longest * 0.6 * sheet.letters + 8) * len(ticks) <= room:
            break
    return ticks, decimals


def _tick(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}"
    return text if abs(value) < 1e-12 else f"{'−' if value < 0 else '+'}{text}"


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{number(abs(value))}"


def choices_over_time(stages: pl.DataFrame, *, width: int = 720) -> alt.LayerChart:
    """Sites at each stage, month by month, a line for each choice.

    Parameters
    ----------
    stages
        One row for each choice, month and stage (``in use`` too): ``choice``, ``month``, ``stage``, ``mean``, and of
        ``in use`` the ends of the interval that holds 80 in 100 histories, ``lower_80`` and ``upper_80``.
    width
        In pixels; 340 for a phone.
    """
    title = "Sites at each stage, by choice"
    if not stages.height:
        return nothing(Sheet(width, 34), title, "Nothing was run.")
    choices = stages["choice"].unique(maintain_order=True).to_list()
    first, last = extremes(stages, "month")
    names = [name for name in stages["stage"].unique(maintain_order=True) if name != "in use"]
    sheet = Sheet(width, left=30, right=46 + 7 * len(choices))
    hand = ByHand(sheet)
    level = hand.key(
        [((shape,), hue, hue, choice) for choice, (hue, _, shape) in zip(choices, STYLES, strict=False)], 0
    )
    told = []
    for name in ["in use", *names]:
        mine = stages.filter(stage=name)
        most = float(mine["mean"].max() or 0)
        if name != "in use" and most < 0.05:
            continue
        tall = (150.0 if sheet.narrow else 190.0) if name == "in use" else 54.0
        level = _strip(hand, sheet, level + 34, tall, name, mine, choices, (first, last))
        ends = [f"{choice} {number(mine.filter(choice=choice)['mean'][-1])}" for choice in choices]
        told.append(f"{name.replace('_', ' ')}: {listed(ends)}")
    hand.words(0, level + 18, month(first), hue="soft")
    if last != first:
        hand.words(sheet.plot, level + 18, month(last), hue="soft", align="right")
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="The mean over all histories; each stage has its own scale. The bars beside “in use” hold what 80 in "
        "100 histories of each choice come to.",
        says=f"From {month(first)} to {month(last)}, {counted(len(choices), 'choices')}. In the end, "
        f"{'; '.join(told)}.",
        height=level,
        below=30,
    )


def _strip(
    hand: ByHand,
    sheet: Sheet,
    above: float,
    tall: float,
    name: str,
    rows: pl.DataFrame,
    choices: Sequence[str],
    months: tuple,
) -> float:
    """One stage: a level for each choice; where it ends."""
    used = name == "in use"
    top = ceiling(float(extremes(rows, *(("mean", "upper_80") if used else ("mean",)))[1]))
    hand.words(0, above - 8, name.replace("_", " ").capitalize(), bold=used)
    base = above + tall
    for tick in whole_ticks(top, 4 if used else 2) if top >= 1 else [0]:
        place = base - tall * tick / top
        hand.line(0, place, sheet.plot, place, "grid" if tick else "axis")
        hand.words(-5, place + 4, f"{tick:,}", hue="soft", align="right")
    span = max((months[1] - months[0]).days, 1)
    ends = []
    for choice, (hue, dash, shape) in reversed(list(zip(choices, STYLES, strict=False))):
        mine = rows.filter(choice=choice)
        x = [sheet.plot * (on - months[0]).days / span for on in mine["month"]]
        y = [base - tall * value / top for value in mine["mean"]]
        for (one, two), (three, four) in pairwise(zip(x, y, strict=True)):
            hand.line(one, two, three, four, hue, 2.25, dash)
        if used:
            beside = sheet.plot + 6 + 7 * choices.index(choice)
            low, high = (base - tall * mine[end][-1] / top for end in ("lower_80", "upper_80"))
            hand.line(beside, low, beside, high, hue, 2)
            hand.dot(beside, y[-1], shape, hue, 40)
        else:
            hand.dot(x[-1], y[-1], shape, hue, 46)
        ends.append((float(mine["mean"][-1]), number(mine["mean"][-1]), hue, True))
    if used:
        _ends(hand, sheet, ends[::-1], above, tall, top, 6 + 7 * len(choices))
    return base


def _ends(
    hand: ByHand,
    sheet: Sheet,
    ends: list[tuple[float, str, str, bool]],
    above: float,
    tall: float,
    top: float,
    beside: float,
) -> None:
    """What each choice comes to, beside the bars of its histories."""
    places = apart([above + tall * (1 - value / top) for value, *_ in ends], sheet.line, above, above + tall)
    for (_, text, hue, bold), place in zip(ends, places, strict=True):
        hand.words(sheet.plot + beside + 2, place + 4, text, hue=hue, bold=bold)


def assumptions_ladder(
    ladder: pl.DataFrame, *, first: str, second: str, unit: str = "site-months", width: int = 720
) -> alt.LayerChart:
    """How far one choice is ahead of another, as each assumption is moved through its range.

    Parameters
    ----------
    ladder
        One row for each assumption, the one that matters most first: what it ``says``, ``low_said``, ``high_said``,
        how far ahead the first is at either end (``ahead_at_low``, ``ahead_at_high``), and ``turns_at_said``.
    first, second
        The choice that is ahead as things are assumed, and the other.
    unit
        Of what.
    width
        In pixels; 340 for a phone.
    """
    sheet = Sheet(width, left=6, right=24)
    title = "What would overturn the order"
    if not ladder.height:
        return nothing(sheet, title, "Nothing was moved.")
    shown = ladder.head(MOST)
    low, high = extremes(shown, "ahead_at_low", "ahead_at_high")
    scale = reached(min(0.0, float(low)), max(0.0, float(high)))

    def x(value: float) -> float:
        return sheet.plot * (value - scale[0]) / (scale[1] - scale[0])

    hand = ByHand(sheet)
    level = hand.key(
        ((("circle",), "main", "back", "at the low end"), (("circle",), "main", "main", "at the high end")), 0
    )
    told = []
    for row in shown.iter_rows(named=True):
        turns = f"turns at {row['turns_at_said']}" if row["turns_at_said"] else ""
        says = row["says"][0].upper() + row["says"][1:]
        level = hand.name(level + 28, says, turns, hue="main" if turns else "soft") + 14
        one, two = x(row["ahead_at_low"]), x(row["ahead_at_high"])
        hand.line(x(0), level - 10, x(0), level + 10, "axis", 1.5)
        hand.line(one, level, two, level, "main", 4)
        hand.dot(one, level, "circle", "main", 80, "back", weight=2, says=f"{row['low_said']}")
        hand.dot(two, level, "circle", "main", 80, says=f"{row['high_said']}")
        told.append(
            f"{row['says']}, from {row['low_said']} to {row['high_said']}: ahead by {_signed(row['ahead_at_low'])} to "
            f"{_signed(row['ahead_at_high'])}{f', {turns}' if turns else ''}"
        )
        level += 6
    level += 8
    ticks, decimals = _ticks(scale, sheet, sheet.plot)
    for tick in ticks:
        hand.line(x(tick), level, x(tick), level + 4)
        hand.words(x(tick), level + sheet.letters + 7, _tick(tick, decimals), hue="soft", align="center")
    rest = f" The first {MOST} of {ladder.height}." if ladder.height > MOST else ""
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle=f"How many {unit} “{first}” is ahead of “{second}”, as each assumption alone goes from the low to the "
        f"high end of its range. Left of 0 the order is another.{rest}",
        says=f"How far {first} is ahead of {second}. {'. '.join(told)}.{rest}",
        height=level,
        below=30,
    )
