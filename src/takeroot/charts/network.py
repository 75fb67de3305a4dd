"""Who is tied to whom, and where do they stand? Sites as dots, ties as lines; and the same sites month after month.

Lines say something only as long as they can be told apart: see :data:`SITES` and :data:`TIES`. Beyond that
:func:`takeroot.charts.sites_as_tiles` and :func:`takeroot.charts.ties_as_matrix` show the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, cos, dist, floor, log10, radians
from typing import NamedTuple

import altair as alt
import polars as pl

from takeroot.charts.marks import ByHand, nothing
from takeroot.charts.naming import around, boxed, named
from takeroot.charts.standing import LOOKS, PLACE, dotted, key, tiled, told
from takeroot.charts.theme import Sheet
from takeroot.charts.wording import count_of, counted, month, number, sentence

#: Lines are drawn between so many sites, and so many of them, at the most.
SITES, TIES = 150, 600
#: So many sites have their name beside them where there is room; on a phone, so many.
NAMED, NAMED_NARROW = 40, 14
#: A name in a picture has so many letters at the most; the table beside it has it whole.
LETTERS = 24
#: The darker end of a tie is so long at the most, in pixels.
STUB = 20.0
#: A degree of latitude, in kilometres.
DEGREE = 111.2
#: Of more sites than this each is a tile in a map, so that thousands are one mark.
DOTS = 300


class _Frame(NamedTuple):
    """Where places from 0 to 1 lie on the sheet."""

    left: float
    top: float
    scale: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return round(self.left + x * self.scale, 2), round(self.top + y * self.scale, 2)


def network_of_sites(
    stood: pl.DataFrame,
    places: pl.DataFrame,
    ties: pl.DataFrame,
    *,
    names: Mapping[str, str] | None = None,
    width: int = 720,
) -> alt.LayerChart:
    """The sites of one month as dots, and the ties that held as lines.

    Parameters
    ----------
    stood
        What :func:`takeroot.adoption.stood` gives for one month: on, site, stage.
    places
        What :func:`takeroot.network.layout` gives: site, x, y.
    ties
        What :func:`takeroot.network.held` gives for the month: source, target.
    names
        What sites are called.
    width
        In pixels; 340 for a phone.
    """
    sheet, title = Sheet(width, left=8, right=8), "Who is tied to whom, and where they stand"
    if not stood.height:
        return nothing(sheet, title, "No site was there in that month.")
    on = stood["on"][0]
    hand = ByHand(sheet)
    frame, tall = _framed(places, sheet.plot, 320 if sheet.narrow else 440)
    at = {site: frame.at(x, y) for site, x, y in places.select("site", "x", "y").iter_rows()}
    stages = dict(stood.select("site", "stage").iter_rows())
    _lines(hand, ties, {site: place for site, place in at.items() if site in stages})
    few = stood.height <= (NAMED_NARROW if sheet.narrow else NAMED)
    _dots(hand, stages, at, 90 if few else 60, names or {}, tall, few=few)
    base = key(hand, stages.values(), tall + 34)
    lines = f"A line is a tie; influence may run towards its darker end. {counted(ties.height, 'ties')} held."
    return sheet.finished(
        hand.layers(),
        title=f"{title}, {month(on)}",
        subtitle=f"{lines} Tied sites stand near one another; no place is the first.",
        says=sentence(f"At the end of {month(on)}, {told(stages.values())}. {lines}"),
        height=base + 8,
        below=4,
    )


def network_over_time(
    stood: pl.DataFrame, places: pl.DataFrame, ties: pl.DataFrame | None = None, *, width: int = 720
) -> alt.LayerChart:
    """The same sites in the same places, month after month.

    Parameters
    ----------
    stood
        What :func:`takeroot.adoption.stood` gives for a few months.
    places
        Where each site is drawn: site, x, y.
    ties
        The ties that held in each month: on, source, target. No lines, if not given.
    width
        In pixels; 340 for a phone.
    """
    sheet, title = Sheet(width, left=8, right=8), "The same sites over time"
    if not stood.height:
        return nothing(sheet, title, "No stage is recorded yet.")
    hand, said, bottom = ByHand(sheet), [], 0.0
    columns, gap = (2, 16) if sheet.narrow else (3, 22)
    each = (sheet.plot - gap * (columns - 1)) / columns
    frame, tall = _framed(places, each, each * 0.8, room=5)
    months = stood["on"].unique().sort().to_list()
    many = places.height > SITES // 2
    for place, on in enumerate(months):
        left, top = place % columns * (each + gap), place // columns * (tall + 34) + 26
        mine = stood.filter(pl.col("on") == on)
        stages = dict(mine.select("site", "stage").iter_rows())
        in_use = sum(PLACE[stage] == 0 for stage in stages.values())
        hand.words(left, top - 10, month(on), bold=True)
        hand.words(left + each, top - 10, f"{number(in_use)} in use", hue="soft", align="right")
        moved = frame._replace(left=frame.left + left, top=frame.top + top)
        at = {site: moved.at(x, y) for site, x, y in places.select("site", "x", "y").iter_rows() if site in stages}
        if ties is not None:
            _lines(hand, ties.filter(pl.col("on") == on), at, fine=True)
        for site, (x, y) in at.items():
            if places.height > DOTS:
                tiled(hand, x, y, stages[site], 4)
            else:
                dotted(hand, x, y, stages[site], 16 if many else 34)
        said.append(f"{month(on)}: {count_of(in_use, len(stages))} in use")
        bottom = top + tall
    base = key(hand, stood["stage"], bottom + 26, tiles=places.height > DOTS)
    return sheet.finished(
        hand.layers(),
        title=title,
        subtitle="Each site is in the same place throughout; its shape says where it stood at the end of the month.",
        says=sentence("; ".join(said)),
        height=base + 8,
        below=4,
    )


def map_of_sites(
    stood: pl.DataFrame,
    positions: pl.DataFrame,
    ties: pl.DataFrame | None = None,
    *,
    names: Mapping[str, str] | None = None,
    width: int = 720,
) -> alt.LayerChart:
    """Where the sites are, and where they stand in one month; north is above, and nothing lies beneath.

    Parameters
    ----------
    stood
        What :func:`takeroot.adoption.stood` gives for one month.
    positions
        ``site``, ``latitude`` and ``longitude``, in degrees; those without either are left out.
    ties
        The ties that held, drawn as lines if they are few.
    names
        What sites are called.
    width
        In pixels; 340 for a phone.
    """
    sheet, title = Sheet(width, left=8, right=8), "Where the sites are, and where they stand"
    known = positions.drop_nulls(["latitude", "longitude"]).join(stood.select("site", "stage"), on="site")
    if not known.height:
        return nothing(sheet, title, "No site that was there then has a latitude and a longitude.")
    on, stages = stood["on"][0], dict(known.select("site", "stage").iter_rows())
    places, kilometres = projected(known)
    hand = ByHand(sheet)
    frame, tall = _framed(places, sheet.plot, 360 if sheet.narrow else 520)
    at = {site: frame.at(x, y) for site, x, y in places.select("site", "x", "y").iter_rows()}
    drawn = ties is not None and known.height <= SITES and ties.height <= TIES
    if drawn and ties is not None:
        _lines(hand, ties, at)
    few = known.height <= (NAMED_NARROW if sheet.narrow else NAMED)
    if known.height > DOTS:
        for site, (x, y) in at.items():
            tiled(hand, x, y, stages[site], 5 if sheet.narrow else 7)
    else:
        _dots(hand, stages, at, 90 if few else 50, names or {}, tall, few=few)
    _scale_bar(hand, kilometres / frame.scale if frame.scale else 0, tall + 14)
    base = key(hand, stages.values(), tall + 46, tiles=known.height > DOTS)
    without = stood.height - known.height
    missing = f" {counted(without, 'sites')} without a latitude and a longitude are not drawn." if without else ""
    missing = missing.replace("1 site without a latitude and a longitude are", "1 site without them is")
    return sheet.finished(
        hand.layers(),
        title=f"{title}, {month(on)}",
        subtitle=f"North is above. {'A line is a tie. ' if drawn else ''}That sites are near is not why they stand "
        f"alike.{missing}",
        says=sentence(f"At the end of {month(on)}, {told(stages.values())}.{missing}"),
        height=base + 8,
        below=4,
    )


def projected(positions: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Places from 0 to 1 of latitudes and longitudes, and how many kilometres the 1 is.

    Sites on both sides of the date line stand beside each other.

    Examples
    --------
    >>> where = {"site": ["A", "B"], "latitude": [60.0, 60.0], "longitude": [0.0, 2.0]}
    >>> places, kilometres = projected(pl.DataFrame(where))
    >>> places["x"].to_list(), round(kilometres)
    ([0.0, 1.0], 111)
    """
    latitude, longitude = positions["latitude"].cast(pl.Float64), positions["longitude"].cast(pl.Float64)
    if float(longitude.max() - longitude.min()) > 180:
        longitude = (longitude + 360) % 360
    narrower = cos(radians(float((latitude.max() + latitude.min()) / 2)))
    across, down = longitude * max(narrower, 0.01), -latitude
    across, down = across - float(across.min()), down - float(down.min())
    most = max(float(across.max()), float(down.max())) or 1.0
    return pl.DataFrame({"site": positions["site"], "x": across / most, "y": down / most}), most * DEGREE


def _framed(places: pl.DataFrame, wide: float, tall: float, room: float = 12) -> tuple[_Frame, float]:
    """A frame that holds all places in a box, and how tall it is."""
    x, y = (float(places[axis].max() or 0) for axis in ("x", "y"))
    scale = min((wide - 2 * room) / (x or 1), (tall - 2 * room) / (y or 1), max(wide, tall))
    scale = scale if x or y else 0.0
    high = max(y * scale + 2 * room, 40.0)
    return _Frame((wide - x * scale) / 2, (high - y * scale) / 2, scale), high


def _lines(hand: ByHand, ties: pl.DataFrame, at: Mapping[str, tuple[float, float]], *, fine: bool = False) -> None:
    """Ties as lines, each darker at the end that is influenced."""
    ends = [(source, target) for source, target in ties.select("source", "target").iter_rows()]
    for source, target in ends:
        if source not in at or target not in at:
            continue
        (x, y), (x2, y2) = at[source], at[target]
        hand.line(x, y, x2, y2, "grid" if fine else "quiet-wash", 0.75 if fine else 1)
        if not fine:
            share = min(0.34, STUB / max(dist((x, y), (x2, y2)), 1e-9))
            hand.line(round(x2 + (x - x2) * share, 2), round(y2 + (y - y2) * share, 2), x2, y2, "axis", 1)


def _dots(
    hand: ByHand,
    stages: Mapping[str, str],
    at: Mapping[str, tuple[float, float]],
    area: float,
    names: Mapping[str, str],
    tall: float,
    *,
    few: bool,
) -> None:
    """Every site as a dot that says what it is; of few, with its name where there is room."""
    taken = boxed((at[site] for site in stages if site in at), half=6)
    within = (-hand.sheet.left, 0.0, float(hand.sheet.plot + hand.sheet.right), tall + 6)
    for site, stage in stages.items():
        if site not in at:
            continue
        called = names.get(site, site)
        dotted(hand, *at[site], stage, area, f"{called}: {stage.replace('_', ' ')}")
        if few:
            short = called if len(called) <= LETTERS else f"{called[: LETTERS - 1]}…"
            named(hand, short, around(*at[site], hand.sheet.letters - 1), taken, within)


def _scale_bar(hand: ByHand, kilometre_per_pixel: float, y: float) -> None:
    """How far a round number of kilometres is."""
    if not kilometre_per_pixel:
        return
    most = kilometre_per_pixel * hand.sheet.plot / 4
    power = 10.0 ** floor(log10(most))
    far = next(step * power for step in (5, 2, 1) if step * power <= most)
    long = far / kilometre_per_pixel
    hand.line(0, y, long, y, "soft", 1.5)
    for end in (0.0, long):
        hand.line(end, y - 4, end, y + 1, "soft", 1.5)
    hand.words(ceil(long) + 8, y + 4, f"{number(far)} km", hue="soft", size=hand.sheet.letters - 1)


__all__ = ["DOTS", "LOOKS", "SITES", "TIES", "map_of_sites", "network_of_sites", "network_over_time", "projected"]
